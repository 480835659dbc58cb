//! Turns as a stream of events: one JSON document a line.

use std::io::{self, Write};

use anyhow::Result;
use ddapps::render;
use ddapps::watch::Means;
use jiff::Timestamp;
use serde_json::json;

use super::documents::{CameTo, came_to};
use super::outcome::Outcome;
use super::told::Told;
use crate::cli::args::Global;

/// The version of the events' form: additions raise the second number, changes of meaning the first.
const FORMAT_VERSION: &str = "1.1";

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
