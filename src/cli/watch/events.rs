//! Turns as a stream of events: one JSON document a line.

use std::io::{self, Write};

use anyhow::Result;
use ddapps::model::Texts;
use ddapps::render::Document;
use ddapps::watch::Means;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::outcome::Outcome;
use super::told::Told;
use crate::cli::args::{Format, Global};
use crate::cli::output;

/// The version of the events' form: additions raise the second number, changes of meaning the first.
const FORMAT_VERSION: &str = "1.1";

/// What was told last, so that it is not told again.
pub struct Events {
    applies: bool,
    runs: usize,
    last: Option<Map<String, Value>>,
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
        write(&json!({
            "event": "start",
            "format_version": FORMAT_VERSION,
            "ddapps_version": env!("CARGO_PKG_VERSION"),
            "at": now(),
            "apply": self.applies,
            "poll_seconds": polling,
        }))
    }

    pub fn show(&mut self, global: &Global, told: &Told, full: bool) -> Result<()> {
        self.runs += 1;
        let came_to = came_to(global, &told.outcome, full)?;
        let is_same = self.last.as_ref() == Some(&came_to);
        let mut event = json!({
            "event": "run",
            "run": self.runs,
            "at": now(),
            "cause": told.cause,
            "changed": told.changed,
            "result": result(&told.outcome),
            "same": is_same,
            "outdated": told.is_outdated,
            "again_in_seconds": told.again_in.map(|it| it.as_secs_f64()),
        });
        if !is_same {
            for (key, value) in &came_to {
                event[key] = value.clone();
            }
        }
        self.last = Some(came_to);
        write(&event)
    }

    pub fn end(&mut self) -> Result<()> {
        write(&json!({"event": "end", "at": now(), "runs": self.runs}))
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
fn came_to(global: &Global, outcome: &Outcome, full: bool) -> Result<Map<String, Value>> {
    let value = |document| -> Result<Value> {
        let text = output::text_as(global, document, Format::Json, full);
        Ok(serde_json::from_str(&text)?)
    };
    let mut event = Map::new();
    match outcome {
        Outcome::Invalid(_, findings) => {
            let mut document = value(Document::findings(findings, &Texts::new()))?;
            event.insert("findings".into(), document["findings"].take());
        }
        Outcome::Failed(error, _) => {
            let causes: Vec<_> = error.chain().skip(1).map(ToString::to_string).collect();
            let error = json!({"message": error.to_string(), "causes": causes});
            event.insert("error".into(), error);
        }
        Outcome::Planned(planned) => {
            event.insert("plan".into(), value(planned.document())?);
            let copies = planned.copies().into_iter().map(
                |(key, id, url)| json!({"key": key.as_str(), "id": id.to_string(), "url": url}),
            );
            if planned.is_draft {
                event.insert("copies".into(), copies.collect());
            }
            if let Some(report) = planned.report() {
                event.insert("report".into(), value(report)?);
            }
        }
    }
    Ok(event)
}

fn now() -> String {
    Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

fn write(event: &Value) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{event}")?;
    Ok(out.flush()?)
}
