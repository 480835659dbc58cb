//! The rate limit: so many calls a period, told in the headers of every answer.

use std::time::Duration;

use tokio::time::Instant;

/// How many calls are let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Calls a period.
    pub calls: u64,
    /// The period.
    pub period: Duration,
}

/// What is left of the limit after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    limit: u64,
    period: u64,
    remaining: u64,
    reset: u64,
    /// Whether this call was one too many.
    pub exceeded: bool,
}

impl Budget {
    /// The headers that say so.
    pub fn headers(&self) -> [(&'static str, String); 5] {
        [
            ("x-ratelimit-limit", self.limit.to_string()),
            ("x-ratelimit-period", self.period.to_string()),
            ("x-ratelimit-remaining", self.remaining.to_string()),
            ("x-ratelimit-reset", self.reset.to_string()),
            ("x-ratelimit-name", "app_builder".to_owned()),
        ]
    }
}

/// Counts the calls of the current period.
#[derive(Debug)]
pub(super) struct Limiter {
    limit: RateLimit,
    since: Instant,
    used: u64,
}

impl Limiter {
    /// The first period starts now.
    pub fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            since: Instant::now(),
            used: 0,
        }
    }

    /// Counts a call.
    pub fn spend(&mut self) -> Budget {
        if self.since.elapsed() >= self.limit.period {
            self.since = Instant::now();
            self.used = 0;
        }
        let exceeded = self.used >= self.limit.calls;
        self.used += u64::from(!exceeded);
        Budget {
            limit: self.limit.calls,
            period: whole_seconds(self.limit.period),
            remaining: self.limit.calls - self.used,
            reset: whole_seconds(self.limit.period.saturating_sub(self.since.elapsed())),
            exceeded,
        }
    }
}

/// Rounded up, since a client that comes back too early is refused again.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_beyond_the_limit_is_one_too_many_and_costs_nothing() {
        let mut limiter = Limiter::new(RateLimit {
            calls: 2,
            period: Duration::from_secs(60),
        });
        let left: Vec<_> = (0..4)
            .map(|_| limiter.spend())
            .map(|budget| (budget.remaining, budget.exceeded))
            .collect();
        assert_eq!(left, [(1, false), (0, false), (0, true), (0, true)]);
    }

    #[test]
    fn a_new_period_starts_from_the_whole_limit() {
        let mut limiter = Limiter::new(RateLimit {
            calls: 1,
            period: Duration::ZERO,
        });
        assert!(!limiter.spend().exceeded && !limiter.spend().exceeded);
    }
}
