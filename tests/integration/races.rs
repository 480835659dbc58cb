//! The race matrix: somebody else does something to an app right before any request about it. No edit of theirs is lost
//! without being named, whatever is done and whenever.

use std::collections::BTreeMap;

use ddapps::apply::{Failure as Failed, Notice, Outcome, Report};
use ddapps::emulator::{
    Deed, Failure, Fault, ProtectionLevelInGet, Settings, SettingsChange, Switches,
};
use ddapps::model::Policy;
use ddapps::plan::{Call, Plan};
use ddapps::render::{About, Document, Format, Options, render};
use serde_json::{Value, json};

use crate::support::answers::unlikely;
use crate::support::cycle::{converge, plan, steps};
use crate::support::{Server, Workspace};

/// An app with a label, in git.
fn app(label: &str, more: &Value) -> String {
    let mut app = json!({
        "name": "Raced",
        "rootInstanceName": "grid0",
        "components": [{"type": "button", "name": "grid0", "events": [], "properties": {"label": label}}],
        "queries": [{"type": "stateVariable", "name": "state0", "properties": {"defaultValue": ""}}],
    });
    app.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    app.to_string()
}

/// What git says before and after: each makes another run of steps.
fn changes() -> [(&'static str, Value, Value); 6] {
    let approval = json!({"protectionLevel": "approval_required", "publish": true});
    [
        ("update", json!({}), json!({})),
        (
            "update and publish",
            json!({"publish": true}),
            json!({"publish": true}),
        ),
        (
            "update, tag and publish",
            json!({"tags": ["a"]}),
            json!({"tags": ["b"], "publish": true}),
        ),
        ("update and request", json!({}), approval),
        (
            "update and unpublish",
            json!({"publish": true}),
            json!({"publish": false}),
        ),
        ("delete", json!({}), Value::Null),
    ]
}

fn policy() -> Policy {
    Policy {
        prune: true,
        max_deletes: "10".parse().unwrap(),
        ..Policy::default()
    }
}

struct Race {
    workspace: Workspace,
    state: Value,
    switches: Switches,
}

impl Race {
    fn new(before: &Value, after: &Value, switches: &Switches) -> Self {
        let workspace = Workspace::with_project();
        workspace.write("apps/raced.json", &app("a", before));
        // Without another app, git would be empty in the end, and nothing would be deleted.
        workspace.write("apps/other.json", &app("other", &json!({"name": "Other"})));
        let settings = || Settings {
            switches: switches.clone(),
            ..Settings::default()
        };
        let server = Server::new(settings());
        converge(
            &server,
            &plan(&server, workspace.root(), &policy()).unwrap(),
        );
        match after {
            Value::Null => std::fs::remove_file(workspace.path("apps/raced.json")).unwrap(),
            after => workspace.write("apps/raced.json", &app("b", after)),
        }
        Self {
            workspace,
            state: server.emulator().to_json(),
            switches: switches.clone(),
        }
    }

    fn server(&self) -> Server {
        let settings = Settings {
            switches: self.switches.clone(),
            ..Settings::default()
        };
        Server::with_state(&self.state, settings)
    }

    /// One cell; `None` if there is no such request.
    fn run(&self, k: u64, deed: Deed, about: &str) -> Option<()> {
        let about = format!(
            "{about}: {deed:?} right before request {k} under {:?}",
            self.switches
        );
        let server = self.server();
        server
            .emulator()
            .set_faults(vec![Fault::at(k, Failure::Meanwhile(deed))]);
        let plan = plan(&server, self.workspace.root(), &policy()).unwrap();
        let report = converge(&server, &plan);
        let requests = server.emulator().requests();
        let struck = requests.get(usize::try_from(k).unwrap() - 1)?;
        let is_about_it = struck
            .path
            .contains(raced(&self.state)["id"].as_str().unwrap());
        let state = server.emulator().to_json();
        if is_about_it {
            let gap = Gap::of(&struck.method, &struck.path);
            check(&plan, &report, &state, deed, gap, &about);
        }
        // Whatever happened, a later run that may overwrite ends where git is.
        server.emulator().set_faults(Vec::new());
        let policy = Policy {
            overwrite_drift: true,
            ..policy()
        };
        // Where a change of tags makes a version, it takes one more run to publish that.
        for _ in 0..1 + usize::from(self.switches.settings_change == SettingsChange::Version) {
            let again = crate::support::cycle::plan(&server, self.workspace.root(), &policy);
            let tally = converge(&server, &again.unwrap()).tally();
            let ended = (tally.failed, tally.skipped, tally.refused);
            assert_eq!(ended, (0, 0, 0), "{about}");
        }
        let last = crate::support::cycle::plan(&server, self.workspace.root(), &policy).unwrap();
        let mut left = steps(&last);
        // A level that no answer shows is set again by every run, which changes nothing.
        if self.switches.protection_level_in_get == ProtectionLevelInGet::Never {
            left.retain(|_, steps| *steps != ["set-protection-level"]);
        }
        assert_eq!(left, BTreeMap::new(), "{about}");
        Some(())
    }
}

/// Gaps in which no client can see what happens: the answer of the call that follows shows nothing of what it replaced.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gap {
    None,
    /// Right before tags are replaced.
    Tags,
    /// Right before the app is unpublished.
    Publication,
    /// Right before the app is deleted.
    Deletion,
}

impl Gap {
    fn of(method: &str, path: &str) -> Self {
        match method {
            "PATCH" if path.ends_with("/tags") => Self::Tags,
            "DELETE" if path.ends_with("/deployment") => Self::Publication,
            "DELETE" => Self::Deletion,
            _ => Self::None,
        }
    }
}

fn raced(state: &Value) -> &Value {
    let apps = state["apps"].as_array().unwrap();
    find(apps).expect("the app that is raced for")
}

fn find(apps: &[Value]) -> Option<&Value> {
    apps.iter().find(|app| {
        let newest = app["versions"].as_array().unwrap().last().unwrap();
        newest["attributes"]["name"] == "Raced"
    })
}

/// Whether anything in the plan or the report tells somebody to look.
fn is_named(plan: &Plan, report: &Report) -> bool {
    let told = |outcome: &Outcome| {
        matches!(
            outcome,
            Outcome::Done(Some(_)) | Outcome::Failed(Failed::Stale(_) | Failed::Unclear { .. })
        )
    };
    let drift = plan.apps.iter().any(|app| !app.drift.is_empty());
    let steps = report.apps.iter().flat_map(|app| &app.steps);
    drift || steps.into_iter().any(|(_, outcome)| told(outcome))
}

/// No edit of theirs is lost without being named.
fn check(plan: &Plan, report: &Report, state: &Value, deed: Deed, gap: Gap, about: &str) {
    let apps = state["apps"].as_array().unwrap();
    let Some(app) = find(apps) else {
        // Deleted: by them, or by us as planned. What they did to it right before cannot be seen by anybody.
        let seen = matches!(deed, Deed::Delete) || gap == Gap::Deletion;
        let planned = plan
            .apps
            .iter()
            .any(|app| app.steps.iter().any(|it| it.call.kind() == "delete"));
        assert!(
            seen || (planned && is_planned_on(plan, deed)),
            "{about}: {report:#?}"
        );
        return;
    };
    let versions = app["versions"].as_array().unwrap();
    let mut theirs = versions.iter().filter(|it| it["author"] == Deed::NAME);
    let newest = versions.last().unwrap();
    match deed {
        Deed::Save => {
            let their = theirs.next_back().unwrap();
            let kept = newest["attributes"].to_string().contains(Deed::COMPONENT);
            assert!(kept || is_named(plan, report), "{about}: {report:#?}");
            // Where theirs was overwritten in the gap, the report names the very version, and how to get it back.
            let overwrote = report
                .apps
                .iter()
                .flat_map(|app| &app.steps)
                .find_map(|(_, it)| match it {
                    Outcome::Done(Some(Notice::Overwrote { lost, .. })) => Some(lost.0),
                    _ => None,
                });
            if let Some(lost) = overwrote {
                assert_eq!(json!(lost), their["version"], "{about}");
            }
            // Users never run their edit by our doing without our saying so.
            let runs = &app["deployment"]["version_id"];
            assert!(
                *runs != their["id"] || is_named(plan, report),
                "{about}: {report:#?}"
            );
        }
        // The same content again is nobody's edit, and is not reported as a loss.
        Deed::SaveAgain => {
            assert_eq!(report.tally().notices, 0, "{about}: {report:#?}");
        }
        Deed::Tag => {
            let tags = app["tags"].as_array().unwrap();
            let kept = tags.contains(&json!(Deed::TAG));
            assert!(
                kept || gap == Gap::Tags || is_planned_on(plan, deed) || is_named(plan, report),
                "{about}: {report:#?}"
            );
        }
        // What we save to be unpublished is published by nobody but them.
        Deed::Publish => {
            let steps = plan.apps.iter().flat_map(|app| &app.steps);
            let unpublishes = steps.into_iter().any(|it| it.call == Call::Unpublish);
            let went_live = newest["version"] != 1 && newest["published"] == true;
            let is_live = app["deployment"]["version_id"] == newest["id"];
            assert!(
                !(unpublishes && went_live)
                    || is_live
                    || gap == Gap::Publication
                    || is_named(plan, report),
                "{about}: {report:#?}"
            );
        }
        // That nobody runs it, and that it is gone, are states that both set; nothing is lost in either.
        Deed::Unpublish | Deed::Delete => {}
    }
}

/// Whether the plan was made after what they did, and shows it as a difference.
fn is_planned_on(plan: &Plan, deed: Deed) -> bool {
    let word = match deed {
        Deed::Tag => Deed::TAG,
        _ => Deed::COMPONENT,
    };
    let shown = plan.apps.iter().flat_map(|app| &app.changes);
    shown.into_iter().any(|change| format!("{change:?}").contains(word))
        // A deletion lists no differences: what it deletes is what was read.
        || plan.apps.iter().any(|app| app.steps.iter().any(|it| it.call.kind() == "delete"))
}

/// Strikes before every request, or only so many of them, other ones for each deed.
fn matrix(switches: &Switches, under: &str, distance: u64) -> usize {
    let (mut cells, mut start) = (0, 0);
    for (about, before, after) in changes() {
        let race = Race::new(&before, &after, switches);
        for deed in Deed::all() {
            let mut k = 1 + start % distance;
            while race.run(k, deed, about).is_some() {
                k += distance;
                cells += 1;
            }
            start += 1;
        }
    }
    println!("race matrix under {under}: {cells} cells, nothing lost unnamed");
    cells
}

#[test]
fn no_edit_of_anybody_is_lost_without_being_named() {
    let cells = matrix(&Switches::default(), "the likeliest answers", 1);
    assert!(cells > 300, "{cells}");
}

#[test]
fn no_edit_is_lost_whatever_the_answers_to_the_open_questions() {
    for (under, switches) in unlikely() {
        // How others' edits can be told from our own depends on these.
        let is_about_versions = ["settings-change=version", "version-id=absent"];
        let distance = match is_about_versions.contains(&under.as_str()) {
            true => 2,
            false => 11,
        };
        let cells = matrix(&switches, &under, distance);
        assert!(cells > 25, "{under}: {cells}");
    }
}

#[test]
fn what_somebody_else_changed_is_shown_with_the_refusal_in_every_format() {
    let race = Race::new(&json!({}), &json!({"tags": ["b"]}), &Switches::default());
    let server = race.server();
    let plan = plan(&server, race.workspace.root(), &policy()).unwrap();
    let id = raced(&server.emulator().to_json())["id"].clone();
    let path = format!("/api/v2/app-builder/apps/{}", id.as_str().unwrap());
    for (nth, deed, shown) in [(1, Deed::Save, Deed::COMPONENT), (1, Deed::Tag, Deed::TAG)] {
        let before = Fault::on("GET", &path, nth, Failure::Meanwhile(deed));
        server.emulator().set_faults(vec![before]);
        let report = converge(&server, &plan);
        assert_eq!(report.tally().stale, 1, "{deed:?}: {report:#?}");
        let about = About {
            environment: None,
            site: "datadoghq.com".into(),
            pages: None,
            commit: None,
            version: "0",
        };
        let document = Document::Report {
            report: &report,
            plan: &plan,
            about: &about,
        };
        for format in [Format::Text, Format::Json, Format::Markdown, Format::Html] {
            let text = render(document, format, &Options::default());
            assert!(text.contains(shown), "{deed:?} as {format:?}:\n{text}");
        }
    }
}

#[test]
fn a_save_after_the_publication_is_not_taken_for_what_was_published() {
    let mut switches = Switches::default();
    switches.set("version-id", "absent").unwrap();
    let publish = json!({"publish": true});
    let race = Race::new(&publish, &publish, &switches);
    let server = race.server();
    let plan = plan(&server, race.workspace.root(), &policy()).unwrap();
    let id = raced(&server.emulator().to_json())["id"].clone();
    let path = format!("/api/v2/app-builder/apps/{}", id.as_str().unwrap());
    // Read before the update, before the publication, and after it.
    let save = Failure::Meanwhile(Deed::Save);
    let after = Fault::on("GET", &path, 3, save);
    server.emulator().set_faults(vec![after]);
    let report = converge(&server, &plan);
    let state = server.emulator().to_json();
    assert_eq!(raced(&state)["versions"].as_array().unwrap().len(), 3);
    assert_eq!(report.tally().notices, 0, "{report:#?}");
}
