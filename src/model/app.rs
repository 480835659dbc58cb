//! What a person declares about an app.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde_json::Number;

use super::Definition;

/// What a person declares about one app, in the same form for both sides of a comparison.
///
/// On the desired side `None` means *the file does not say*: not managed, never changed. On the live side it means *the
/// server did not show it*: unknown, which is not the same as any value.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// The display name; not unique on the server (`API.md` section 3.3).
    pub name: String,
    /// What the app is for.
    pub description: Option<String>,
    /// The tags, without ownership marks.
    pub tags: Option<BTreeSet<String>>,
    /// Whether a publication goes out at once or needs an approval.
    pub protection_level: Option<ProtectionLevel>,
    /// Whether the app is offered for self-service.
    pub self_service: Option<bool>,
    /// Whether users run the app.
    pub publish: Option<bool>,
    /// Components, queries and whatever else makes a version of the app.
    pub definition: Definition,
}

/// How a publication goes out (`API.md` section 3.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProtectionLevel {
    /// `direct_publish`: publishing takes effect at once.
    DirectPublish,
    /// `approval_required`: publishing files a request that somebody approves.
    ApprovalRequired,
}

impl ProtectionLevel {
    /// The word that files and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DirectPublish => "direct_publish",
            Self::ApprovalRequired => "approval_required",
        }
    }
}

impl fmt::Display for ProtectionLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ProtectionLevel {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "direct_publish" => Ok(Self::DirectPublish),
            "approval_required" => Ok(Self::ApprovalRequired),
            _ => Err(()),
        }
    }
}

/// Whether two JSON numbers are the same number, however they are written: `1`, `1.0` and `10e-1` are. Exact for any
/// size, since numbers are kept as text.
pub fn number_eq(a: &Number, b: &Number) -> bool {
    a == b || decimal(&a.to_string()) == decimal(&b.to_string())
}

/// A number as (negative, digits without outer zeros, exponent of the last digit).
fn decimal(text: &str) -> (bool, String, i64) {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().unwrap_or(i64::MAX / 4)),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let trimmed = digits.trim_end_matches('0');
    let dropped = (digits.len() - trimmed.len()) as i64;
    let significant = trimmed.trim_start_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let exponent = exponent
        .saturating_sub(fraction.len() as i64)
        .saturating_add(dropped);
    (negative, significant.to_owned(), exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_by_value() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        for (a, b) in [
            ("1", "1.0"),
            ("10", "1e1"),
            ("0.10", "1E-1"),
            ("-0", "0"),
            ("100", "1.00e2"),
        ] {
            assert!(number_eq(&number(a), &number(b)), "{a} {b}");
        }
        for (a, b) in [
            ("1", "-1"),
            ("9007199254740993", "9007199254740992"),
            ("1e400", "1e401"),
            ("10", "1"),
        ] {
            assert!(!number_eq(&number(a), &number(b)), "{a} {b}");
        }
    }
}
