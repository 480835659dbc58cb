//! When to look again, and what to do then.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use ddapps::model::Draft;

use super::Decisions;

#[derive(Debug, Args)]
pub struct Watch {
    #[command(flatten)]
    pub decisions: Decisions,

    /// Apply with every save; does not ask. Publications are left as they are
    #[arg(long)]
    pub apply: bool,

    /// With `--apply`: publish and unpublish, too
    #[arg(long, requires = "apply", conflicts_with = "no_publish")]
    pub publish: bool,

    /// Work on own copies of the apps that `--key` names, which end with the command: `[draft NAME] …`
    #[arg(long, value_name = "NAME", conflicts_with_all = ["apply", "publish", "tag", "shard"])]
    pub draft: Option<Draft>,

    /// Leave the copies of the draft where they are
    #[arg(long, requires = "draft")]
    pub keep: bool,

    /// Look also when nothing was saved for so long: `30s`, `5m`, `1h`
    #[arg(long, value_name = "TIME")]
    pub interval: Option<Pause>,

    /// Compare the files so often instead of waiting for the system to tell: for folders of a network
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "1s")]
    pub poll: Option<Pause>,
}

impl Watch {
    /// Whether calls are made.
    pub fn applies(&self) -> bool {
        self.apply || self.draft.is_some()
    }
}

#[derive(Debug, Args)]
pub struct Drafts {
    /// Delete them
    #[arg(long)]
    pub clean: bool,

    /// Only those of this draft
    #[arg(long, value_name = "NAME")]
    pub name: Option<Draft>,

    /// Do not ask; needed where there is no terminal
    #[arg(long, short, requires = "clean")]
    pub yes: bool,
}

/// A length of time: a number of seconds, or one with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause(pub Duration);

impl FromStr for Pause {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
        let number = |(unit, seconds): (&str, f64)| {
            let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
            Some(number * seconds)
        };
        let seconds = (text.parse().ok()).or_else(|| units.into_iter().find_map(number));
        let is_sensible = |seconds: &f64| (0.1..=86_400.0).contains(seconds);
        match seconds.filter(is_sensible) {
            Some(seconds) => Ok(Self(Duration::from_secs_f64(seconds))),
            None => Err(format!(
                "`{text}` is no time between `100ms` and `24h`, such as `30s` or `5m`"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_a_number_with_or_without_a_unit() {
        let seconds = |text: &str| text.parse().map(|Pause(it)| it.as_secs_f64()).ok();
        assert_eq!(seconds("30"), Some(30.0));
        assert_eq!(seconds("1.5s"), Some(1.5));
        assert_eq!(seconds("5m"), Some(300.0));
        assert_eq!(seconds("200ms"), Some(0.2));
        for wrong in ["", "0", "s", "-1s", "1d", "NaN", "inf", "25h", "1ms"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
