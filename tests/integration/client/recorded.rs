//! Every recorded call of the App Builder API is made again through the client: it must ask what was asked, and
//! understand what was answered.
//!
//! Left out, since the client has no such operation: blueprints, tag list, favourite. Calls with an id that is no uuid
//! cannot be made at all; their error bodies are served all the same.

use std::path::Path;

use ddapps::api::{At, Client, Deletion, Error, Filter};
use ddapps::model::{AppId, LiveApp, ProtectionLevel, Publication, Version};
use serde_json::Value;

use crate::scripted::{Received, Reply, Scripted};

const APPS: &str = "/api/v2/app-builder/apps";

/// A recorded call.
struct Call {
    file: String,
    method: String,
    path: String,
    version: Option<String>,
    headers: Value,
    sent: Value,
    status: u16,
    answer: Value,
}

fn calls() -> Vec<Call> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let of_file = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let calls: Vec<Value> = serde_json::from_str(&text).unwrap();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let call = move |call: Value| {
            let text = |pointer| {
                call.pointer(pointer)
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            };
            Call {
                file: file.clone(),
                method: text("/request/method").unwrap(),
                path: text("/request/path").unwrap(),
                version: text("/request/query/version"),
                headers: call["request"]["headers"].clone(),
                sent: call["request"]["body"].clone(),
                status: call["response"]["status"].as_u64().unwrap() as u16,
                answer: call["response"]["body"].clone(),
            }
        };
        calls.into_iter().map(call).collect::<Vec<_>>()
    };
    let calls = files.iter().flat_map(of_file);
    calls.filter(|call| call.path.starts_with(APPS)).collect()
}

impl Call {
    async fn serve(&self) -> (Scripted, Client) {
        let reply = match self.status {
            204 => Reply::new(204, ""),
            status => Reply::json(status, &self.answer),
        };
        let server = Scripted::play([reply]).await;
        let client = server.client();
        (server, client)
    }

    /// The app that the path names, and what follows it; `None` for the path of all apps.
    fn app(&self) -> Option<(Option<AppId>, &str)> {
        let rest = self.path.strip_prefix(APPS)?.strip_prefix('/')?;
        let (id, part) = rest.split_once('/').unwrap_or((rest, ""));
        Some((id.parse().ok(), part))
    }

    fn assert_asked(&self, request: &Received) {
        let name = format!("{} {} {}", self.file, self.method, self.path);
        assert_eq!(
            request.line(),
            format!("{} {}", self.method, self.path),
            "{name}"
        );
        assert_eq!(
            request.query_value("version"),
            self.version.as_deref(),
            "{name}"
        );
        for header in ["accept", "content-type"] {
            assert_eq!(
                request.header(header),
                self.headers[header].as_str(),
                "{name} {header}"
            );
        }
        assert_eq!(request.header("dd-api-key"), Some("the-api-key"));
        assert_eq!(
            request.header("dd-application-key"),
            Some("the-application-key")
        );
        let mut sent = self.sent.clone();
        if self.method == "PATCH" {
            // The id in the body is optional, and the path has it.
            sent["data"].as_object_mut().unwrap().remove("id");
        }
        if self.path.ends_with("/tags") {
            // Tags are a set, and are sent sorted.
            let tags = sent["data"]["attributes"]["tags"].as_array_mut().unwrap();
            tags.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
        assert_eq!(request.json(), sent, "{name}");
    }

    fn assert_refused(&self, error: &Error) {
        assert_eq!(error.status(), Some(self.status), "{}", self.file);
        assert!(!error.is_ambiguous());
        let said = &self.answer["errors"][0];
        for field in ["title", "detail"] {
            let text = said[field].as_str().unwrap_or_default();
            assert!(error.to_string().contains(text), "{}: {error}", self.file);
        }
        for field in ["pointer", "parameter"] {
            let text = said["source"][field].as_str().unwrap_or_default();
            assert!(error.to_string().contains(text), "{}: {error}", self.file);
        }
    }

    fn assert_understood(&self, app: &LiveApp) {
        let (data, attributes) = (&self.answer["data"], &self.answer["data"]["attributes"]);
        let meta = &data["meta"];
        let body = app.app.definition.body();
        assert_eq!(app.id.to_string(), data["id"].as_str().unwrap());
        assert_eq!(app.app.name, attributes["name"]);
        assert_eq!(
            app.app.description.as_deref(),
            attributes["description"].as_str()
        );
        assert_eq!(app.app.self_service, attributes["selfService"].as_bool());
        assert_eq!(body.root_instance_name, attributes["rootInstanceName"]);
        assert_eq!(Value::from(body.components), attributes["components"]);
        let queries = attributes
            .get("queries")
            .unwrap_or(&attributes["embeddedQueries"]);
        assert_eq!(Value::from(body.queries), *queries);
        assert!(body.extra.is_empty(), "{:?}", body.extra);
        assert_eq!(app.app.tags.as_ref().map(|tags| tags.len()), Some(0));
        assert_eq!(app.version.0.to_string(), meta["version"].to_string());
        let version_id = app.version_id.map(|id| id.to_string());
        assert_eq!(version_id.as_deref(), meta["version_id"].as_str());
        assert_eq!(app.saved.at, meta["updated_at"]);
        assert_eq!(app.saved.by, meta["user_name"]);
        let nil = "00000000-0000-0000-0000-000000000000";
        let deployed = self.answer["included"][0]["attributes"]["app_version_id"].as_str();
        let expected = match deployed.filter(|id| *id != nil) {
            None => Publication::Unpublished,
            Some(id) if meta["updated_since_deployment"] == true => {
                Publication::Behind(id.parse().ok())
            }
            Some(id) => Publication::Current(id.parse().ok()),
        };
        assert_eq!(app.publication, expected, "{}", self.file);
        assert_eq!(app.app.publish, Some(expected != Publication::Unpublished));
    }

    fn version(&self) -> At {
        match self.version.as_deref() {
            None | Some("latest") => At::Latest,
            Some("deployed") => At::Deployed,
            Some(number) => At::Number(Version(number.parse().unwrap())),
        }
    }
}

/// Makes the calls that `wanted` selects, and returns how many there were.
async fn each(
    wanted: impl Fn(&Call) -> bool,
    mut make: impl AsyncFnMut(&Call, &Client) -> Result<(), Error>,
) -> usize {
    let mut made = 0;
    for call in calls().iter().filter(|call| wanted(call)) {
        let (server, client) = call.serve().await;
        match make(call, &client).await {
            Ok(()) => assert!(call.status < 300 || matches!(call.status, 404 | 410)),
            Err(error) => call.assert_refused(&error),
        }
        call.assert_asked(&server.received()[0]);
        assert_eq!(server.received().len(), 1, "{}", call.file);
        made += 1;
    }
    made
}

/// Selects calls on one app, or on a part of it, whose id is one.
fn on(method: &str, part: &str) -> impl Fn(&Call) -> bool {
    move |call| {
        let same = |(id, found): (Option<AppId>, &str)| id.is_some() && found == part;
        call.method == method && call.app().is_some_and(same)
    }
}

fn id(call: &Call) -> AppId {
    call.app().unwrap().0.unwrap()
}

#[tokio::test]
async fn apps_are_read_as_recorded() {
    let made = each(on("GET", ""), async |call, client| {
        match client.app(id(call), call.version()).await? {
            Some(app) => call.assert_understood(&app),
            None => assert!(matches!(call.status, 404 | 410)),
        }
        Ok(())
    })
    .await;
    assert_eq!(made, 98);
}

#[tokio::test]
async fn apps_are_created_as_recorded() {
    let create = |call: &Call| call.method == "POST" && call.path == APPS;
    let made = each(create, async |call, client| {
        let id = client
            .writer()
            .create(&call.sent["data"]["attributes"])
            .await?;
        assert_eq!(id.to_string(), call.answer["data"]["id"]);
        Ok(())
    })
    .await;
    assert_eq!(made, 62);
}

#[tokio::test]
async fn apps_are_updated_as_recorded() {
    let made = each(on("PATCH", ""), async |call, client| {
        let attributes = &call.sent["data"]["attributes"];
        call.assert_understood(&client.writer().update(id(call), attributes).await?);
        Ok(())
    })
    .await;
    assert_eq!(made, 11);
}

#[tokio::test]
async fn apps_are_deleted_as_recorded() {
    let made = each(on("DELETE", ""), async |call, client| {
        let gone = match call.status {
            404 => Deletion::AlreadyGone,
            _ => Deletion::Deleted,
        };
        assert_eq!(client.writer().delete(id(call)).await?, gone);
        Ok(())
    })
    .await;
    assert_eq!(made, 66);
}

#[tokio::test]
async fn several_apps_are_deleted_as_recorded() {
    // One recording names an id that is no uuid.
    let many = |call: &Call| call.method == "DELETE" && call.path == APPS && call.status != 400;
    let made = each(many, async |call, client| {
        let named = call.sent["data"].as_array().unwrap();
        let ids: Vec<AppId> = named
            .iter()
            .map(|item| item["id"].as_str().unwrap().parse().unwrap())
            .collect();
        let deleted = client.writer().delete_many(&ids).await?;
        assert_eq!(deleted, ids.into_iter().collect());
        Ok(())
    })
    .await;
    assert_eq!(made, 7);
}

#[tokio::test]
async fn publications_are_made_and_ended_as_recorded() {
    let deployment =
        |call: &Call| on("POST", "deployment")(call) || on("DELETE", "deployment")(call);
    let made = each(deployment, async |call, client| {
        let deployed = match call.method.as_str() {
            "POST" => client.writer().publish(id(call)).await?,
            _ => client.writer().unpublish(id(call)).await?,
        };
        let version = &call.answer["data"]["attributes"]["app_version_id"];
        match deployed.version_id {
            Some(id) => assert_eq!(id.to_string(), *version),
            None => assert_eq!(version, "00000000-0000-0000-0000-000000000000"),
        }
        assert_eq!(deployed.version_id.is_some(), call.method == "POST");
        Ok(())
    })
    .await;
    assert_eq!(made, 30);
}

#[tokio::test]
async fn settings_are_changed_as_recorded() {
    let patch = |call: &Call| {
        let parts = ["self-service", "protection-level", "tags", "version-name"];
        parts.iter().any(|part| on("PATCH", part)(call))
    };
    let made = each(patch, async |call, client| {
        let (writer, attributes) = (client.writer(), &call.sent["data"]["attributes"]);
        match call.app().unwrap().1 {
            "self-service" => writer.set_self_service(id(call), true).await,
            "tags" => {
                let tags = attributes["tags"].as_array().unwrap();
                let tags = tags.iter().map(|tag| tag.as_str().unwrap().to_owned());
                writer.set_tags(id(call), &tags.collect()).await
            }
            "version-name" => {
                let name = attributes["name"].as_str().unwrap();
                writer.name_version(id(call), call.version(), name).await
            }
            _ => {
                let level = ProtectionLevel::ApprovalRequired;
                let shown = writer.set_protection_level(id(call), level).await?;
                assert_eq!(shown, Some(level));
                Ok(())
            }
        }
    })
    .await;
    assert_eq!(made, 4);
}

#[tokio::test]
async fn a_revert_is_asked_for_as_recorded() {
    let made = each(on("POST", "revert"), async |call, client| {
        client
            .writer()
            .revert(id(call), call.version())
            .await
            .map(drop)
    })
    .await;
    assert_eq!(made, 1);
}

#[tokio::test]
async fn versions_are_listed_as_recorded() {
    let made = each(on("GET", "versions"), async |call, client| {
        let versions = client.versions(id(call)).await?;
        let shown = &call.answer["data"][0];
        assert_eq!(versions.len(), 1);
        assert_eq!(versions[0].id.to_string(), shown["id"]);
        assert_eq!(versions[0].version, Version(1));
        assert_eq!(versions[0].saved.by, shown["attributes"]["user_uuid"]);
        assert_eq!(versions[0].name, None);
        assert!(!versions[0].ever_published);
        Ok(())
    })
    .await;
    assert_eq!(made, 1);
}

#[tokio::test]
async fn recorded_listings_that_show_less_than_they_announce_are_incomplete() {
    for call in calls()
        .iter()
        .filter(|call| call.method == "GET" && call.path == APPS)
    {
        let (server, client) = call.serve().await;
        let shown = call.answer["data"].as_array().unwrap().len() as u64;
        let count = call.answer["meta"]["page"]["totalFilteredCount"]
            .as_u64()
            .unwrap();
        match client.list(&Filter::default()).await {
            Ok(apps) => assert_eq!((apps.len() as u64, count), (shown, shown)),
            Err(Error::IncompleteListing {
                announced,
                shown: found,
                ..
            }) => {
                assert_eq!((announced, found), (count, shown));
                assert!(shown < count);
            }
            Err(other) => panic!("{other}"),
        }
        call.assert_asked(&server.received()[0]);
    }
}

#[tokio::test]
async fn every_recorded_error_body_is_understood() {
    let errors = calls().into_iter().filter(|call| call.status >= 400);
    let mut read = 0;
    for call in errors {
        let (_server, client) = call.serve().await;
        let any = AppId(uuid::Uuid::from_u128(1));
        call.assert_refused(&client.versions(any).await.unwrap_err());
        read += 1;
    }
    assert_eq!(read, 54);
}
