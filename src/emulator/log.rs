//! What was asked of the server, so that a test can count it.

/// A request that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number, from 1, in the order of arrival.
    pub number: u64,
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as sent; empty if there is none.
    pub query: String,
    /// The status of the answer; `None` while there is none, or if it was lost on purpose.
    pub status: Option<u16>,
    /// Whether it asks for a change.
    pub write: bool,
}

/// Requests that are kept; a server that runs for long forgets the oldest.
const MOST: usize = 200_000;

/// The requests since the start or since the log was last cleared.
#[derive(Debug, Default)]
pub(super) struct Log {
    arrived: u64,
    requests: Vec<Request>,
}

impl Log {
    /// The requests, in the order of arrival.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// Forgets the requests; numbers go on, so that an answer still under way is not taken for another's.
    pub fn clear(&mut self) {
        self.requests.clear();
    }

    /// Notes a request and returns its number.
    pub fn arrived(&mut self, method: &str, path: &str, query: &str) -> u64 {
        if self.requests.len() >= MOST {
            self.requests.drain(..MOST / 2);
        }
        self.arrived += 1;
        self.requests.push(Request {
            number: self.arrived,
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            status: None,
            write: method != "GET",
        });
        self.arrived
    }

    /// Notes how a request was answered.
    pub fn answered(&mut self, number: u64, status: Option<u16>) {
        // Numbers ascend, and the request may be forgotten by now.
        if let Ok(index) = self
            .requests
            .binary_search_by_key(&number, |request| request.number)
            && let Some(request) = self.requests.get_mut(index)
        {
            request.status = status;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_after_clearing_is_not_taken_for_another() {
        let mut log = Log::default();
        let first = log.arrived("GET", "/a", "");
        log.clear();
        let second = log.arrived("POST", "/b", "");
        log.answered(first, Some(200));
        assert_eq!(
            log.requests().first().and_then(|request| request.status),
            None
        );
        log.answered(second, Some(201));
        assert_eq!(
            log.requests().first().and_then(|request| request.status),
            Some(201)
        );
    }
}
