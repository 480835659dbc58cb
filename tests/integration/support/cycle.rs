//! One turn of the library's own cycle: observe, propose, apply.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use ddapps::api::{Client, Credentials, Settings};
use ddapps::apply::{OnError, Options, Report, Stop, apply};
use ddapps::definition;
use ddapps::http::{self, Retry};
use ddapps::model::{Occasion, Policy, Selection};
use ddapps::plan::Plan;
use ddapps::reconcile::{self, Question, observe, propose};

use super::Server;

/// A client of a test's own server: its pauses are short.
pub fn client(server: &Server) -> Client {
    let retry = Retry {
        base: Duration::from_millis(1),
        cap: Duration::from_millis(5),
        ..Retry::default()
    };
    Client::new(Settings {
        endpoint: server.url().parse().unwrap(),
        credentials: Credentials::new("an-api-key", "an-application-key").unwrap(),
        http: http::Settings {
            retry,
            timeout: Duration::from_secs(5),
            ..http::Settings::default()
        },
    })
    .unwrap()
}

/// What would be done now, in a repository without environments.
pub fn plan(server: &Server, root: &Path, policy: &Policy) -> Result<Plan, reconcile::Error> {
    let settings = definition::read_settings(root).unwrap();
    let target = settings.target(None).unwrap();
    let question = Question {
        root,
        settings: &settings,
        target: &target,
        selection: &Selection::default(),
        parallelism: 8,
        cache: None,
        memory: None,
    };
    let client = client(server);
    server.block_on(async {
        let observed = observe(&client, &question, &|_| ()).await?;
        let occasion = Occasion::default();
        Ok(propose(&client, &observed, policy, &occasion, 8).await)
    })
}

/// Does it.
pub fn converge(server: &Server, plan: &Plan) -> Report {
    let options = Options {
        parallelism: 8,
        on_error: OnError::Continue,
        backup: None,
    };
    let writer = client(server).writer();
    server.block_on(apply(plan, &writer, &options, &Stop::default(), &|_| ()))
}

/// The kinds of the steps of each app that has any.
pub fn steps(plan: &Plan) -> BTreeMap<String, Vec<&'static str>> {
    (plan.apps.iter())
        .filter(|app| !app.steps.is_empty())
        .map(|app| {
            let kinds = app.steps.iter().map(|step| step.call.kind()).collect();
            (app.key.to_string(), kinds)
        })
        .collect()
}
