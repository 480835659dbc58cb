//! Turns as a stream of events: one JSON document a line.

use std::io::{self, Write};

use anyhow::Result;
use ddapps::model::Texts;
use ddapps::render::{self, Document};
use ddapps::watch::Means;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::told::Told;
use crate::cli::args::{Format, Global};
use crate::cli::output;

/// The version of the events' form: additions raise the second number, changes of meaning the first.
const FORMAT_VERSION: &str = "1.1";

/// The documents of a turn by their names, each as it is written.
type CameTo = Vec<(&'static str, String)>;

/// What was told last, so that it is not told again.
pub struct Events {
    applies: bool,
    runs: usize,
    last: Option<CameTo>,
}

impl Events {
    pub fn new(applies: bool) -> Self {
        Self {
            applies,
            runs: 0,
            last: None,
        }
    }

    pub fn begin(&mut self, means: &Means) -> Result<()> {
        let polling = match means {
            Means::Events => None,
            Means::Polling { every, .. } => Some(every.as_secs_f64()),
        };
        write(&render::event(&json!({
            "event": "start",
            "format_version": FORMAT_VERSION,
            "ddapps_version": env!("CARGO_PKG_VERSION"),
            "at": now(),
            "apply": self.applies,
            "poll_seconds": polling,
        })))
    }

    pub fn show(&mut self, global: &Global, told: &Told, full: bool) -> Result<()> {
        self.runs += 1;
        let came_to = came_to(global, &told.outcome, full);
        let is_same = self.last.as_ref() == Some(&came_to);
        let mut event = render::event(&json!({
            "event": "run",
            "run": self.runs,
            "at": now(),
            "cause": told.cause,
            "changed": told.changed,
            "result": result(&told.outcome),
            "same": is_same,
            "outdated": told.is_outdated,
            "again_in_seconds": told.again_in.map(|it| it.as_secs_f64()),
        }));
        if !is_same {
            // They are JSON text already, and a plan of many apps is long: it joins the event as it is.
            event.pop();
            for (name, document) in &came_to {
                event.extend([",\"", name, "\":", document]);
            }
            event.push('}');
        }
        self.last = Some(came_to);
        write(&event)
    }

    pub fn end(&mut self) -> Result<()> {
        let event = json!({"event": "end", "at": now(), "runs": self.runs});
        write(&render::event(&event))
    }
}

fn result(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Invalid(..) => "invalid",
        Outcome::Failed(..) => "failed",
        Outcome::Planned(planned) if planned.report.is_some() => "applied",
        Outcome::Planned(_) => "planned",
    }
}

/// The documents of a turn, as the other commands print them.
fn came_to(global: &Global, outcome: &Outcome, full: bool) -> CameTo {
    let text = |document| on_one_line(&output::text_as(global, document, Format::Json, full));
    match outcome {
        Outcome::Invalid(_, findings) => {
            let document = text(Document::findings(findings, &Texts::new()));
            let findings = serde_json::from_str(&document)
                .map_or(Value::Null, |mut document: Value| {
                    document["findings"].take()
                });
            vec![("findings", render::event(&findings))]
        }
        Outcome::Failed(error, _) => {
            let causes: Vec<_> = error.chain().skip(1).map(ToString::to_string).collect();
            let error = json!({"message": error.to_string(), "causes": causes});
            vec![("error", render::event(&error))]
        }
        Outcome::Planned(planned) => {
            let mut came_to = vec![("plan", text(planned.document()))];
            let copies = planned.copies().into_iter().map(
                |(key, id, url)| json!({"key": key.as_str(), "id": id.to_string(), "url": url}),
            );
            if planned.is_draft {
                came_to.push(("copies", render::event(&copies.collect())));
            }
            if let Some(report) = planned.report() {
                came_to.push(("report", text(report)));
            }
            came_to
        }
    }
}

/// The same JSON text without its layout: strings hold no line breaks.
fn on_one_line(text: &str) -> String {
    text.lines().map(str::trim_start).collect()
}

fn now() -> String {
    Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

fn write(event: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(event.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}
