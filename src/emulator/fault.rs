//! Faults on order: which request goes wrong, and how.
//!
//! A fault either strikes before the server acts or after; the client cannot tell the two apart, and that is the point.

use std::time::Duration;

use super::Deed;

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// For which request.
    pub when: When,
    /// How.
    pub failure: Failure,
}

/// Which request a fault strikes. Requests are counted from 1, since the start or since the faults were last set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// The n-th of all requests.
    Request(u64),
    /// Among the requests with a method and a path that starts so.
    Matching {
        /// The method; `None` for any.
        method: Option<String>,
        /// How the path starts, from its first slash.
        path: String,
        /// The n-th of them; `None` for each.
        nth: Option<u64>,
    },
}

impl Fault {
    /// Strikes the n-th request, counted from 1.
    pub fn at(request: u64, failure: Failure) -> Self {
        Self {
            when: When::Request(request),
            failure,
        }
    }

    /// Strikes the n-th request with a method and a path that starts so.
    pub fn on(method: &str, path: &str, nth: u64, failure: Failure) -> Self {
        Self::matching(method, path, Some(nth), failure)
    }

    /// Strikes each request with a method and a path that starts so.
    pub fn always(method: &str, path: &str, failure: Failure) -> Self {
        Self::matching(method, path, None, failure)
    }

    fn matching(method: &str, path: &str, nth: Option<u64>, failure: Failure) -> Self {
        let (method, path) = (Some(method.to_owned()), path.to_owned());
        Self {
            when: When::Matching { method, path, nth },
            failure,
        }
    }
}

/// How a request goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The connection closes; nothing was done.
    DropBefore,
    /// The request is carried out, then the connection closes without an answer.
    DropAfter,
    /// 500; nothing was done.
    ErrorBefore,
    /// The request is carried out, then 500.
    ErrorAfter,
    /// The request is carried out, and the connection closes in the middle of the answer's body.
    Truncated,
    /// The request is carried out, and the answer has its status but no body.
    EmptyBody,
    /// A proxy's HTML page with 502; nothing was done.
    HtmlPage,
    /// 403; nothing was done.
    Forbidden,
    /// 404; nothing was done. No trouble of the network, so not among [`Failure::all`]: the answer is a lie.
    NotFound,
    /// 429 with `X-RateLimit-Reset` and `Retry-After` in seconds; nothing was done.
    TooManyRequests {
        /// Seconds until the client may try again.
        reset: u64,
    },
    /// The answer takes so much longer.
    Slow(Duration),
    /// Nothing is done and no answer ever comes; the connection stays open.
    Hang,
    /// The request is carried out, and no answer ever comes; the connection stays open.
    HangAfter,
    /// Somebody else does this to the app that the request is about, right before it; the request itself goes well. No
    /// trouble of the network, so not among [`Failure::all`].
    Meanwhile(Deed),
}

impl Failure {
    /// One of each kind after which a client that waits can go on, so that tests can try them all.
    pub fn all() -> [Self; 10] {
        [
            Self::DropBefore,
            Self::DropAfter,
            Self::ErrorBefore,
            Self::ErrorAfter,
            Self::Truncated,
            Self::EmptyBody,
            Self::HtmlPage,
            Self::Forbidden,
            Self::TooManyRequests { reset: 0 },
            Self::Slow(Duration::from_millis(1)),
        ]
    }
}

/// The faults that are set, with what was counted for each.
#[derive(Debug, Default)]
pub(super) struct Faults {
    requests: u64,
    faults: Vec<(Fault, u64)>,
}

impl Faults {
    /// Counts from nothing.
    pub fn new(faults: Vec<Fault>) -> Self {
        Self {
            requests: 0,
            faults: faults.into_iter().map(|fault| (fault, 0)).collect(),
        }
    }

    /// Counts a request and says what goes wrong with it; the first fault in the list that strikes wins.
    pub fn strike(&mut self, method: &str, path: &str) -> Option<Failure> {
        self.requests += 1;
        let mut struck = None;
        for (fault, seen) in &mut self.faults {
            let strikes = match &fault.when {
                When::Request(number) => *number == self.requests,
                When::Matching {
                    method: wanted,
                    path: start,
                    nth,
                } => {
                    let matches = path.starts_with(start)
                        && wanted
                            .as_deref()
                            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
                    *seen += u64::from(matches);
                    matches && nth.is_none_or(|nth| nth == *seen)
                }
            };
            if strikes && struck.is_none() {
                struck = Some(fault.failure.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_by_number_strikes_once() {
        let mut faults = Faults::new(vec![Fault::at(2, Failure::DropAfter)]);
        let struck: Vec<_> = (0..3).map(|_| faults.strike("GET", "/")).collect();
        assert_eq!(struck, [None, Some(Failure::DropAfter), None]);
    }

    #[test]
    fn a_fault_by_match_counts_only_what_matches() {
        let mut faults = Faults::new(vec![Fault::on("POST", "/apps", 2, Failure::ErrorAfter)]);
        assert_eq!(faults.strike("POST", "/apps"), None);
        assert_eq!(faults.strike("GET", "/apps"), None);
        assert_eq!(
            faults.strike("POST", "/apps/x/deployment"),
            Some(Failure::ErrorAfter)
        );
        assert_eq!(faults.strike("POST", "/apps"), None);
    }

    #[test]
    fn a_standing_fault_strikes_each_time() {
        let mut faults = Faults::new(vec![Fault::always("GET", "/apps/1", Failure::ErrorBefore)]);
        assert!(
            faults.strike("GET", "/apps/1").is_some() && faults.strike("GET", "/apps/1").is_some()
        );
        assert_eq!(faults.strike("GET", "/apps/2"), None);
    }
}
