//! Progress on stderr: a bar on a terminal, nothing elsewhere. Waits longer than a moment are always said.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ddapps::apply;
use ddapps::fetch;
use ddapps::http::{Wait, Why};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::Global;

/// Shorter waits are not worth a line.
const WORTH_SAYING: Duration = Duration::from_secs(2);

/// What the user sees while work goes on.
pub struct Progress {
    bar: Mutex<ProgressBar>,
    shown: bool,
    quiet: bool,
}

impl Progress {
    /// Progress on stderr, if that is a terminal.
    pub fn new(global: &Global) -> Self {
        Self {
            bar: Mutex::new(ProgressBar::hidden()),
            shown: !global.quiet && io::stderr().is_terminal(),
            quiet: global.quiet,
        }
    }

    /// Begins a stretch of work.
    pub fn begin(&self, what: &'static str, total: Option<usize>) {
        if !self.shown {
            return;
        }
        let bar = match total {
            Some(total) => ProgressBar::new(total as u64),
            None => ProgressBar::new_spinner(),
        };
        let template = match total {
            Some(_) => "{msg} [{bar:30}] {pos}/{len} {elapsed}",
            None => "{spinner} {msg} {pos} {elapsed}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is a constant");
        bar.set_style(style.progress_chars("=> "));
        bar.set_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        self.replace(bar);
    }

    /// Ends it, and takes the bar off the screen.
    pub fn end(&self) {
        self.replace(ProgressBar::hidden());
    }

    /// Hears from the reading of live apps.
    pub fn fetched(&self, event: &fetch::Event) {
        let bar = self.bar();
        match event {
            fetch::Event::Listed { .. } => {}
            fetch::Event::Read { done, .. } => bar.set_position(*done as u64),
        }
    }

    /// Hears from the applying of a plan.
    pub fn applied(&self, event: &apply::Event<'_>) {
        let bar = self.bar();
        match event {
            apply::Event::Started { .. } => {}
            apply::Event::Finished { .. } => bar.inc(1),
        }
    }

    /// Hears from the transport.
    pub fn waits(&self, wait: &Wait) {
        if self.quiet || wait.duration < WORTH_SAYING {
            return;
        }
        let seconds = wait.duration.as_secs_f64();
        let why = match wait.why {
            Why::RateLimit => "the server allows no more calls for now".to_owned(),
            Why::Repeat { attempts } => format!("{attempts} attempts failed, and another follows"),
        };
        let text = format!("waiting {seconds:.0} s: {why}");
        let bar = self.bar();
        match self.shown && !bar.is_hidden() {
            true => bar.println(text),
            // Nobody reads stderr any more: nothing to be done about that.
            false => drop(writeln!(io::stderr(), "{text}")),
        }
    }

    fn bar(&self) -> MutexGuard<'_, ProgressBar> {
        // A panic elsewhere leaves a bar as good as any.
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, bar: ProgressBar) {
        let mut now = self.bar();
        now.finish_and_clear();
        *now = bar;
    }
}
