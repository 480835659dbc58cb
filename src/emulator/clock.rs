//! Time and ids: real ones, or counters when a run must be repeatable.
//!
//! Time is kept as microseconds since 1970, which is how exact the API is, and shown as RFC 3339 the way the API shows
//! it: UTC, up to six decimals, trailing zeros dropped.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// The deterministic clock's first reading: 2026-01-01T00:00:00Z.
pub const EPOCH: Instant = Instant(1_767_225_600_000_000);

/// A moment, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// Reads `2026-05-18T19:51:53.59976Z`, the only form the API writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let mut date = date.splitn(3, '-').map(digits);
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut time = time.splitn(3, ':').map(digits);
        let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
        let valid = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60
            && fraction.len() <= 6;
        let micros = digits(&format!("{fraction:0<6}"))?;
        valid.then(|| {
            let seconds =
                days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
            Self(seconds * 1_000_000 + micros)
        })
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seconds, micros) = (self.0.div_euclid(1_000_000), self.0.rem_euclid(1_000_000));
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, date) = civil(day);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if micros != 0 {
            write!(f, ".{}", format!("{micros:06}").trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// Where ids and times come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The system's clock and random ids.
    Real,
    /// Counters: the n-th id is n, and every look at the clock is a second later than the one before.
    Counted {
        /// Ids given out so far.
        ids: u64,
        /// Looks at the clock so far.
        ticks: u64,
    },
}

impl Source {
    /// A new id. Whether it is taken already is the caller's question.
    pub fn id(&mut self) -> Uuid {
        match self {
            Self::Real => Uuid::new_v4(),
            Self::Counted { ids, .. } => {
                *ids = ids.saturating_add(1);
                // The fixed bits make it a well-formed version 4 id; a client may check.
                Uuid::from_u128(0x4000_8000_0000_0000_0000 | u128::from(*ids))
            }
        }
    }

    /// The time of this write.
    pub fn now(&mut self) -> Instant {
        match self {
            Self::Real => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Counted { ticks, .. } => {
                *ticks = ticks.saturating_add(1);
                let micros = i64::try_from(*ticks)
                    .unwrap_or(i64::MAX)
                    .saturating_mul(1_000_000);
                Instant(EPOCH.0.saturating_add(micros))
            }
        }
    }
}

/// A number of plain digits; a sign or a blank is not one.
fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counting years from March so that the leap day is last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date that is so many days from 1970-01-01; the inverse of [`days_since_1970`].
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_time_reads_and_writes_the_same() {
        for text in [
            "2026-05-18T19:51:53.59976Z",
            "2025-10-30T23:11:08.332786Z",
            "2024-02-29T23:59:59Z",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(
                Instant::parse(text).map(|at| at.to_string()).as_deref(),
                Some(text)
            );
        }
    }

    #[test]
    fn what_is_not_such_a_time_is_refused() {
        for text in [
            "",
            "Z",
            "2026-01-01",
            "2026-13-01T00:00:00Z",
            "2026-01-01T00:00:00+01:00",
            "2026-01-01T-1:00:00Z",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }

    #[test]
    fn order_is_by_time_even_where_the_text_is_shorter() {
        let at = |text| Instant::parse(text).expect("a time");
        assert!(at("2026-01-01T00:00:00.5Z") < at("2026-01-01T00:00:00.59Z"));
    }

    #[test]
    fn counted_ids_and_times_follow_one_another() {
        let mut source = Source::Counted { ids: 0, ticks: 0 };
        assert_eq!(
            source.id().to_string(),
            "00000000-0000-4000-8000-000000000001"
        );
        assert_eq!(
            source.id().to_string(),
            "00000000-0000-4000-8000-000000000002"
        );
        assert_eq!(source.now().to_string(), "2026-01-01T00:00:01Z");
        assert_eq!(source.now().to_string(), "2026-01-01T00:00:02Z");
    }
}
