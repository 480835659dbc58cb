//! Turns on a terminal, each in the place of the one before.
//!
//! Nothing is cleared before it is written over, so that nothing flickers, and what was on the terminal before goes where
//! it can be scrolled back to. A turn that is longer than the window scrolls like any other output; so what matters most
//! stands at its end, and the last line says of when it is.

use std::io::{self, Write};

use anyhow::Result;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::told::Told;

/// Ends a line, and takes away what stood behind it.
const END_OF_LINE: &str = "\x1b[K\n";
/// The terminal shows nothing until all of it is written, where it knows how.
const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";

/// A terminal.
pub struct Screen {
    last: Option<Told>,
    is_begun: bool,
    #[cfg(unix)]
    resizes: Signal,
}

impl Screen {
    pub fn new() -> Result<Self> {
        Ok(Self {
            last: None,
            is_begun: false,
            #[cfg(unix)]
            resizes: signal(SignalKind::window_change())?,
        })
    }

    /// The turn that is shown.
    pub fn last(&self) -> Option<&Told> {
        self.last.as_ref()
    }

    pub fn show(&mut self, told: Told, body: &str) -> Result<()> {
        self.last = Some(told);
        self.redraw(body)
    }

    /// Shows the last turn.
    pub fn redraw(&mut self, body: &str) -> Result<()> {
        let Some(told) = &self.last else {
            return Ok(());
        };
        let head = format!("{} {}", told.time(), told.occasion());
        let foot = one_row(&format!("{} · {}", told.time(), told.next()), columns());
        let lines = [head.as_str(), ""].into_iter().chain(body.lines());
        let mut text = String::from(BEGIN);
        if !self.is_begun {
            // What is on the screen moves up, out of the way of what comes.
            let rows = usize::from(console::Term::stdout().size().0);
            text.push_str(&"\n".repeat(rows));
        }
        text.push_str("\x1b[H");
        for line in lines.chain(["", foot.as_str()]) {
            text.push_str(line);
            text.push_str(END_OF_LINE);
        }
        text.push_str("\x1b[J");
        text.push_str(END);
        self.is_begun = true;
        write(&text)
    }

    /// Replaces the last line.
    pub fn status(&mut self, text: &str) -> Result<()> {
        let text = one_row(text, columns());
        match self.is_begun {
            true => write(&format!("\x1b[A\r{text}{END_OF_LINE}")),
            false => Ok(()),
        }
    }

    /// Waits until the terminal has another size.
    pub async fn resized(&mut self) {
        #[cfg(unix)]
        self.resizes.recv().await;
        #[cfg(not(unix))]
        std::future::pending().await
    }
}

fn columns() -> usize {
    console::Term::stdout().size().1.into()
}

/// As much of a text as a row holds: what went over its end would stay there when it is written over.
fn one_row(text: &str, columns: usize) -> String {
    match text.chars().count() > columns {
        true => {
            let kept = text.chars().take(columns.saturating_sub(1));
            kept.chain(['…']).collect()
        }
        false => text.to_owned(),
    }
}

fn write(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_one_row() {
        assert_eq!(one_row("10:00:00 · waiting", 18), "10:00:00 · waiting");
        assert_eq!(one_row("10:00:00 · waiting", 17), "10:00:00 · waiti…");
        assert_eq!(one_row("a", 0), "…");
    }
}
