//! Turns in a plain log: a block for each that came to something new, a line for each that did not.

use std::io::{self, Write};

use anyhow::Result;

use super::told::Told;

/// What was logged last.
#[derive(Default)]
pub struct Log {
    last: Option<String>,
}

impl Log {
    pub fn show(&mut self, told: &Told, body: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        let head = format!("{} {}", told.time(), told.occasion());
        if self.last.as_deref() != Some(body) {
            writeln!(out, "{head}\n\n{body}")?;
            if told.again_in.is_some() {
                writeln!(out, "{}", told.next())?;
            }
            self.last = Some(body.to_owned());
        } else if told.cause == "save" {
            writeln!(out, "{head}: as before")?;
        }
        Ok(out.flush()?)
    }
}
