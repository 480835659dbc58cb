//! What is repeated, and after which pause (`API.md` section 8).

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use super::{Failure, Repeat, Retry};

impl Failure {
    /// Whether a call that failed like this may be sent again.
    pub(super) fn allows_repeat(&self, repeat: Repeat) -> bool {
        match self {
            // Nothing was sent, or the server says that it did nothing.
            Self::Connect(_) => true,
            Self::Status(answer) if answer.is_rate_limit() => true,
            // The same again would come back.
            Self::Unsendable(_) | Self::TooLarge { .. } | Self::Redirected { .. } => false,
            Self::Status(answer) if !answer.is_server_fault() => false,
            Self::TimedOut(_) | Self::Lost(_) | Self::Truncated(_) | Self::Status(_) => {
                repeat == Repeat::Safe
            }
        }
    }

    /// Whether the call may have been acted on although it failed.
    pub(super) fn may_have_happened(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Unsendable(_) | Self::Redirected { .. } => false,
            Self::Status(answer) => answer.is_server_fault(),
            Self::TimedOut(_) | Self::Lost(_) | Self::Truncated(_) | Self::TooLarge { .. } => true,
        }
    }

    /// Whether fewer calls at once would help the server.
    pub(super) fn is_trouble(&self) -> bool {
        match self {
            Self::TimedOut(_) | Self::Connect(_) | Self::Lost(_) | Self::Truncated(_) => true,
            Self::Status(answer) => answer.is_rate_limit() || answer.is_server_fault(),
            _ => false,
        }
    }

    /// Whether the server only wants us to be slower.
    pub(super) fn is_rate_limit(&self) -> bool {
        matches!(self, Self::Status(answer) if answer.is_rate_limit())
    }
}

/// The pauses of one call. Failures and rate limits are counted apart: being told to wait is no sign of trouble, and
/// many calls side by side may each be told several times.
pub(super) struct Patience<'a> {
    retry: &'a Retry,
    failures: ExponentialBackoff,
    limits: ExponentialBackoff,
    held_back: Duration,
}

impl<'a> Patience<'a> {
    pub(super) fn new(retry: &'a Retry) -> Self {
        let delays = ExponentialBuilder::default()
            .with_factor(2.0)
            .with_min_delay(retry.base)
            .with_max_delay(retry.cap)
            .with_jitter();
        Self {
            retry,
            failures: delays.with_max_times(retry.repeats).build(),
            limits: delays.without_max_times().build(),
            held_back: Duration::ZERO,
        }
    }

    /// How long to wait before the next attempt; `None` when there is none.
    pub(super) fn pause(&mut self, failure: &Failure, repeat: Repeat) -> Option<Duration> {
        if !failure.allows_repeat(repeat) {
            return None;
        }
        let asked = match failure {
            Failure::Status(answer) => answer.wait.map(|wait| wait.min(self.retry.longest_wait)),
            _ => None,
        };
        if !failure.is_rate_limit() {
            let own = self.failures.next()?;
            return Some(asked.map_or(own, |asked| asked.max(own)));
        }
        if self.held_back >= self.retry.patience {
            return None;
        }
        // Our own pause grows below the asked one, so that a server which always says "now" is not hammered.
        let own = self.limits.next().unwrap_or(self.retry.cap);
        let pause = asked.map_or(own, |asked| asked.max(own));
        self.held_back += pause.max(Duration::from_millis(1));
        Some(pause)
    }
}
