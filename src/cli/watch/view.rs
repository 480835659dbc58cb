//! Where turns are shown: on a terminal, in a log, or as a stream of events; and, if a file is named, there as well.

use std::io::{self, IsTerminal};

use anyhow::Result;
use ddapps::model::Finding;
use ddapps::watch::{Means, Watch};

use super::body::{body, keep, on_screen};
use super::events::Events;
use super::log::Log;
use super::screen::Screen;
use super::told::Told;
use super::why::Why;
use crate::cli::args::{self, Format, Global};
use crate::cli::exit::{Ending, Exit};
use crate::cli::output;

/// Where turns are shown.
pub struct View<'a> {
    global: &'a Global,
    full: bool,
    place: Place,
    /// What was said last about how changes are learned of.
    means: Option<Means>,
}

enum Place {
    Screen(Screen),
    Log(Log),
    Events(Events),
}

impl<'a> View<'a> {
    pub fn new(global: &'a Global, args: &args::Watch) -> Result<Self> {
        let is_terminal = io::stdout().is_terminal();
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let place = match (global.format, &global.output) {
            (Format::Json, None) => Place::Events(Events::new(args.applies())),
            (Format::Markdown | Format::Html, None) => {
                let message = "`watch --format markdown` and `--format html` need `--output FILE`";
                return Err(Ending::new(Exit::Usage, message).into());
            }
            _ if is_terminal && !is_dumb => Place::Screen(Screen::new()?),
            _ => Place::Log(Log::default()),
        };
        Ok(Self {
            global,
            full: args.decisions.full,
            place,
            means: None,
        })
    }

    /// Says how changes are learned of, where that is not by events.
    pub fn begin(&mut self, watch: &mut Watch) -> Result<()> {
        self.tell(watch.means());
        match &mut self.place {
            Place::Events(events) => events.begin(watch.means()),
            Place::Screen(_) | Place::Log(_) => Ok(()),
        }
    }

    /// A turn begins.
    pub fn busy(&mut self, why: &Why) -> Result<()> {
        match &mut self.place {
            Place::Screen(screen) if why.is_save() => screen.status("planning …"),
            _ => Ok(()),
        }
    }

    /// A turn is over.
    pub fn show(&mut self, told: Told, means: &Means) -> Result<()> {
        self.tell(means);
        if let Some(file) = &self.global.output {
            keep(self.global, file, &told.outcome, self.full)?;
        }
        match &mut self.place {
            Place::Screen(screen) => {
                let body = on_screen(self.global, &told.outcome, self.full);
                screen.show(told, &body)
            }
            Place::Log(log) => log.show(&told, |findings: &[Finding]| {
                body(self.global, &told.outcome, findings, self.full)
            }),
            Place::Events(events) => events.show(self.global, &told, self.full),
        }
    }

    /// Shows the last turn once more, for a terminal of another size.
    pub fn redraw(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Screen(screen) => {
                let last = screen.last();
                let body = last.map(|told| on_screen(self.global, &told.outcome, self.full));
                screen.redraw(body.as_deref().unwrap_or_default())
            }
            Place::Log(_) | Place::Events(_) => Ok(()),
        }
    }

    /// Waits until the terminal has another size.
    pub async fn resized(&mut self) {
        match &mut self.place {
            Place::Screen(screen) => screen.resized().await,
            Place::Log(_) | Place::Events(_) => std::future::pending().await,
        }
    }

    /// The end.
    pub fn end(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Screen(screen) => screen.status("ended"),
            Place::Log(_) => Ok(()),
            Place::Events(events) => events.end(),
        }
    }

    fn tell(&mut self, means: &Means) {
        if self.means.as_ref() == Some(means) {
            return;
        }
        if let Means::Polling {
            every,
            because: Some(because),
        } = means
        {
            let text = format!(
                "the files are compared every {} s, since changes are not told of: {because}",
                every.as_secs_f64()
            );
            output::say(self.global, &text);
        }
        self.means = Some(means.clone());
    }
}
