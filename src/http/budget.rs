//! The rate-limit budget, steered by the `X-RateLimit-*` headers (`API.md` section 8).
//!
//! A server counts calls in buckets that several kinds of calls may share; which bucket a call belongs to is known once
//! it was answered. Calls reserve before they are sent, since a header only knows those that have arrived: a burst in
//! flight must not overdraw. All estimates err on the side of waiting less than the server asks: its 429 corrects them.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// What is left of each bucket. Pure: told the time and the headers.
#[derive(Debug, Default)]
pub(super) struct Budget {
    bucket_of: HashMap<&'static str, String>,
    buckets: HashMap<String, Bucket>,
}

/// One bucket of calls.
#[derive(Debug)]
struct Bucket {
    remaining: u64,
    limit: Option<u64>,
    period: Option<Duration>,
    resets_at: Option<Instant>,
}

/// Two answers that name the same end of a window differ by rounding to whole seconds.
const SAME_WINDOW: Duration = Duration::from_millis(1500);

/// Above this, a reset is a Unix time and not a number of seconds to wait.
const UNIX_TIME: u64 = 1_000_000_000;

impl Budget {
    /// Takes one call out of the bucket of `route`, or says how long it stays empty.
    pub(super) fn reserve(&mut self, route: &'static str, now: Instant) -> Option<Duration> {
        let bucket = self.buckets.get_mut(self.bucket_of.get(route)?)?;
        let resets_at = bucket.resets_at?;
        if resets_at <= now {
            bucket.remaining = bucket.limit.unwrap_or(u64::MAX);
            bucket.resets_at = bucket.period.map(|period| now + period);
        }
        if bucket.remaining == 0 {
            return Some(resets_at.saturating_duration_since(now)).filter(|pause| !pause.is_zero());
        }
        bucket.remaining -= 1;
        None
    }

    /// Learns from the headers of an answer.
    pub(super) fn learn(
        &mut self,
        route: &'static str,
        status: u16,
        headers: &HeaderMap,
        now: Instant,
    ) {
        let number = |name| number(headers, name);
        let Some(reset) = number("x-ratelimit-reset") else {
            return;
        };
        let remaining = match (status, number("x-ratelimit-remaining")) {
            (429, _) => 0,
            (_, Some(remaining)) => remaining,
            (_, None) => return,
        };
        let name = headers
            .get("x-ratelimit-name")
            .and_then(|name| name.to_str().ok())
            .unwrap_or(route);
        self.bucket_of.insert(route, name.to_owned());
        let bucket = self.buckets.entry(name.to_owned()).or_insert(Bucket {
            remaining,
            limit: None,
            period: None,
            resets_at: None,
        });
        // A day is longer than any window, and small enough to be added to any instant.
        let resets_at = now + from_now(reset).min(Duration::from_secs(86_400));
        let same_window = bucket
            .resets_at
            .is_some_and(|known| known > now && resets_at <= known + SAME_WINDOW);
        bucket.remaining = match same_window {
            true => bucket.remaining.min(remaining),
            false => remaining,
        };
        // Seconds are told rounded up: of several estimates of one end, the earliest is the best.
        bucket.resets_at = match bucket.resets_at {
            Some(known) if same_window => Some(known.min(resets_at)),
            _ => Some(resets_at),
        };
        bucket.limit = number("x-ratelimit-limit").filter(|limit| *limit > 0);
        bucket.period = number("x-ratelimit-period")
            .filter(|seconds| (1..=86_400).contains(seconds))
            .map(Duration::from_secs);
    }
}

/// How long a server asks us to wait, in any of the ways that servers say it.
pub(super) fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    number(headers, "x-ratelimit-reset")
        .map(from_now)
        .or_else(|| retry_after(headers))
}

/// `Retry-After`: seconds, or a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    if let Some(seconds) = number(headers, "retry-after") {
        return Some(Duration::from_secs(seconds));
    }
    let date = headers.get("retry-after")?.to_str().ok()?;
    let until = httpdate::parse_http_date(date).ok()?;
    Some(
        until
            .duration_since(SystemTime::now())
            .unwrap_or(Duration::ZERO),
    )
}

/// Datadog counts seconds from now; the forges give a Unix time under the same name.
fn from_now(reset: u64) -> Duration {
    if reset < UNIX_TIME {
        return Duration::from_secs(reset);
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Duration::from_secs(reset).saturating_sub(now.unwrap_or_default())
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn limits(remaining: &'static str, reset: &'static str) -> HeaderMap {
        headers(&[
            ("x-ratelimit-name", "apps"),
            ("x-ratelimit-limit", "3"),
            ("x-ratelimit-period", "10"),
            ("x-ratelimit-remaining", remaining),
            ("x-ratelimit-reset", reset),
        ])
    }

    #[test]
    fn an_unknown_route_is_never_held_back() {
        assert_eq!(Budget::default().reserve("list", Instant::now()), None);
    }

    #[test]
    fn an_empty_bucket_holds_back_every_route_that_shares_it_until_the_reset() {
        let mut budget = Budget::default();
        let now = Instant::now();
        budget.learn("list", 200, &limits("1", "10"), now);
        budget.learn("get", 200, &limits("1", "10"), now);
        assert_eq!(budget.reserve("list", now), None);
        assert_eq!(budget.reserve("get", now), Some(Duration::from_secs(10)));
        let later = now + Duration::from_secs(10);
        for _ in 0..3 {
            assert_eq!(budget.reserve("get", later), None);
        }
    }

    #[test]
    fn an_answer_that_is_late_does_not_give_calls_back() {
        let mut budget = Budget::default();
        let now = Instant::now();
        budget.learn("get", 200, &limits("2", "10"), now);
        assert_eq!(budget.reserve("get", now), None);
        assert_eq!(budget.reserve("get", now), None);
        budget.learn("get", 200, &limits("2", "10"), now);
        assert!(budget.reserve("get", now).is_some());
        // The next window is a new count.
        let later = now + Duration::from_secs(9);
        budget.learn("get", 200, &limits("2", "10"), later);
        assert_eq!(budget.reserve("get", later), None);
    }

    #[test]
    fn a_429_empties_the_bucket_whatever_the_counts_say() {
        let mut budget = Budget::default();
        let now = Instant::now();
        let headers = headers(&[("x-ratelimit-reset", "7")]);
        budget.learn("get", 429, &headers, now);
        assert_eq!(budget.reserve("get", now), Some(Duration::from_secs(7)));
    }

    #[test]
    fn nonsense_in_the_headers_is_survived() {
        let mut budget = Budget::default();
        let now = Instant::now();
        budget.learn("get", 200, &limits("-1", "x"), now);
        assert_eq!(budget.reserve("get", now), None);
        let huge = headers(&[
            ("x-ratelimit-reset", "999999999"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-period", "18446744073709551615"),
            ("x-ratelimit-limit", "0"),
        ]);
        budget.learn("get", 200, &huge, now);
        assert!(budget.reserve("get", now) <= Some(Duration::from_secs(86_400)));
        assert_eq!(
            budget.reserve("get", now + Duration::from_secs(86_400)),
            None
        );
    }

    #[test]
    fn a_wait_is_read_in_every_spelling() {
        let past = headers(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]);
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
        let seconds = headers(&[("retry-after", "3")]);
        assert_eq!(asked_wait(&seconds), Some(Duration::from_secs(3)));
        let both = headers(&[("retry-after", "3"), ("x-ratelimit-reset", "5")]);
        assert_eq!(asked_wait(&both), Some(Duration::from_secs(5)));
        let unix = headers(&[("x-ratelimit-reset", "1000000001")]);
        assert_eq!(asked_wait(&unix), Some(Duration::ZERO));
        assert_eq!(asked_wait(&headers(&[("retry-after", "soon")])), None);
    }
}
