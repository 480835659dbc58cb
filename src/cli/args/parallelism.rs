//! How many requests are under way at once.

use std::str::FromStr;

/// A number, or as many as turn out to be good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parallelism {
    Auto,
    AtOnce(u16),
}

impl Parallelism {
    /// The most that `auto` comes to; the transport decides how many it really are.
    const MOST: usize = 256;
}

impl From<Parallelism> for usize {
    fn from(parallelism: Parallelism) -> Self {
        match parallelism {
            Parallelism::Auto => Parallelism::MOST,
            Parallelism::AtOnce(number) => number.into(),
        }
    }
}

impl FromStr for Parallelism {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse()) {
            ("auto", _) => Ok(Self::Auto),
            (_, Ok(number @ 1..=1024)) => Ok(Self::AtOnce(number)),
            _ => Err("it is a number from 1 to 1024, or `auto`"),
        }
    }
}
