//! Level, not edge: whatever was saved and clicked on the way, what is shown is what a fresh run would show.

use std::fs;

use ddapps::emulator::{Deed, Settings};
use ddapps::model::Policy;
use serde_json::Value;

use super::app;
use super::process::Watching;
use crate::support::cycle::{converge, plan};
use crate::support::run::Run;
use crate::support::{Server, Workspace};

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        // The steps of Knuth's MMIX; the upper half is the better one.
        self.0 = (self.0.wrapping_mul(6_364_136_223_846_793_005))
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

const APPS: usize = 6;

fn repository() -> Workspace {
    let workspace = Workspace::with_project();
    let part = "name: Parts\ncomponents:\n  - {file: ../shared/button.yaml}\n";
    workspace.write("apps/parts.yaml", part);
    save_part(&workspace, 0);
    (0..APPS).for_each(|number| save(&workspace, number, 0));
    workspace
}

fn save(workspace: &Workspace, number: usize, label: usize) {
    let text = app(&format!("App {number}"), &format!("label {label}"));
    workspace.write(&format!("apps/a{number}.json"), &text);
}

fn save_part(workspace: &Workspace, label: usize) {
    let part = format!("button button0:\n  label: '{label} @{{word}} ${{nothing{label}}}'\n");
    workspace.write("shared/button.yaml", &part);
    workspace.write("ddapps.yaml", &settings(label));
}

fn settings(word: usize) -> String {
    format!("project: platform\nvariables: {{word: w{}}}\n", word % 2)
}

/// Something that people or programs do to the files, or to what is live.
fn meddle(workspace: &Workspace, server: &Server, numbers: &mut Numbers) {
    let (deed, number, label) = (numbers.below(9), numbers.below(APPS), numbers.below(4));
    let file = workspace.path(&format!("apps/a{number}.json"));
    match deed {
        0..=2 => save(workspace, number, label),
        3 => drop(fs::remove_file(file)),
        4 => drop(fs::rename(
            file,
            workspace.path(&format!("apps/a{label}.json")),
        )),
        5 => save_part(workspace, label),
        6 => workspace.write("ddapps.yaml", &settings(label)),
        7 => drop(fs::write(file, "{\"name\": ")),
        _ => {
            let ids = server.emulator().to_json();
            let id = ids["apps"][number]["id"]
                .as_str()
                .and_then(|id| id.parse().ok());
            let deed = Deed::all()[numbers.below(6)];
            id.map(|id| server.emulator().meanwhile(id, deed));
        }
    }
}

#[test]
fn a_plan_after_many_saves_is_that_of_a_fresh_run() {
    for seed in 1..=3 {
        let mut numbers = Numbers(seed);
        let workspace = repository();
        let server = Server::new(Settings::default());
        let policy = Policy::default();
        converge(&server, &plan(&server, workspace.root(), &policy).unwrap());
        let mut watching = Watching::start(&server, &workspace, &["--interval", "150ms"]);
        let mut shown = watching.planned()["plan"].clone();
        for step in 0..10 {
            for _ in 0..=numbers.below(3) {
                meddle(&workspace, &server, &mut numbers);
            }
            let run = Run::new(
                workspace.root(),
                Some(server.url()),
                &["plan", "--format", "json"],
            );
            // Definitions that cannot be read have no plan.
            let fresh = match run.code {
                3 => Value::Null,
                _ => serde_json::from_str(&run.stdout).unwrap(),
            };
            if shown == fresh {
                continue;
            }
            watching.until(&format!("step {step} of {seed}: {fresh:#}"), |event| {
                if event["same"] == false {
                    shown = event["plan"].clone();
                }
                shown == fresh
            });
        }
    }
}
