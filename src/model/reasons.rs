//! Why something failed, in one line.

use std::error::Error;

/// An error with all its causes. What a message says of its cause already is not said again.
pub fn reasons(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::reasons;

    #[derive(Debug, thiserror::Error)]
    #[error("{said}")]
    struct Outer {
        said: &'static str,
        source: io::Error,
    }

    #[test]
    fn every_cause_is_said_once() {
        let because = |said| Outer {
            said,
            source: io::Error::other("the disk is full"),
        };
        let new = because("nothing was written");
        assert_eq!(reasons(&new), "nothing was written: the disk is full");
        let told = because("the disk is full, says the system");
        assert_eq!(reasons(&told), "the disk is full, says the system");
    }
}
