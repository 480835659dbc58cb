//! Line diffs side by side: which line stands beside which, and which part of each is pointed at.

use std::ops::Range;

use serde::Serialize;

use crate::render::hunk::{self, Side};
use crate::render::words::counted;

/// A text in three pieces, the one in the middle pointed at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Text {
    head: String,
    mark: String,
    tail: String,
}

/// A line of a diff, with both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// Whether both sides are one and the same.
    is_equal: bool,
    before: Option<Text>,
    after: Option<Text>,
    /// What stands for lines that are left out.
    words: Option<String>,
}

impl Text {
    /// Where all of a text changed, there is nothing to point at.
    fn new(text: &str, changed: &Range<usize>) -> Self {
        let piece = |range: Range<usize>| text.get(range).unwrap_or_default().to_owned();
        match *changed == (0..text.len()) {
            true => Self {
                head: text.to_owned(),
                ..Self::default()
            },
            false => Self {
                head: piece(0..changed.start),
                mark: piece(changed.clone()),
                tail: piece(changed.end..text.len()),
            },
        }
    }

    fn plain(text: &str) -> Self {
        Self::new(text, &(0..text.len()))
    }
}

/// Two short values, with what differs between them pointed at.
pub(super) fn sides(before: Option<&str>, after: Option<&str>) -> (Option<Text>, Option<Text>) {
    match (before, after) {
        (Some(before), Some(after)) => {
            let (old, new) = hunk::changed(before, after);
            (Some(Text::new(before, &old)), Some(Text::new(after, &new)))
        }
        (before, after) => (before.map(Text::plain), after.map(Text::plain)),
    }
}

/// The lines of a diff, each that goes beside the one that comes for it.
pub(super) fn pairs(lines: &[hunk::Line]) -> Vec<Line> {
    let mut pairs: Vec<Line> = Vec::with_capacity(lines.len());
    // The first line that went and has none beside it yet.
    let mut open = 0;
    for line in lines {
        match line {
            hunk::Line::Text {
                side,
                text,
                changed,
            } => match side {
                Side::Both => {
                    pairs.push(Line {
                        is_equal: true,
                        before: Some(Text::plain(text)),
                        ..Line::empty()
                    });
                    open = pairs.len();
                }
                Side::Before => pairs.push(Line {
                    before: Some(Text::new(text, changed)),
                    ..Line::empty()
                }),
                Side::After => {
                    let after = Some(Text::new(text, changed));
                    match pairs.get_mut(open) {
                        Some(pair) => pair.after = after,
                        None => pairs.push(Line {
                            after,
                            ..Line::empty()
                        }),
                    }
                    open += 1;
                }
            },
            hunk::Line::Equal(count) => {
                pairs.push(Line::left_out(counted(*count, "equal line", "equal lines")));
                open = pairs.len();
            }
            hunk::Line::Chars(count) => {
                pairs.push(Line::left_out(counted(
                    *count,
                    "equal character",
                    "equal characters",
                )));
                open = pairs.len();
            }
            hunk::Line::More(count) => {
                pairs.push(Line::left_out(counted(*count, "more line", "more lines")));
                open = pairs.len();
            }
        }
    }
    pairs
}

impl Line {
    fn empty() -> Self {
        Self {
            is_equal: false,
            before: None,
            after: None,
            words: None,
        }
    }

    fn left_out(words: String) -> Self {
        Self {
            words: Some(words),
            ..Self::empty()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> Vec<String> {
        let text = |text: &Option<Text>| {
            text.as_ref()
                .map_or("", |it| {
                    if it.head.is_empty() {
                        &it.mark
                    } else {
                        &it.head
                    }
                })
                .to_owned()
        };
        let lines = pairs(&hunk::diff(before, after, false));
        lines
            .iter()
            .map(|it| format!("{}|{}", text(&it.before), text(&it.after)))
            .collect()
    }

    #[test]
    fn a_line_stands_beside_the_one_that_comes_for_it() {
        assert_eq!(
            shown("a\nb\nc", "a\nx\ny\nz\nc"),
            ["a|", "b|x", "|y", "|z", "c|"]
        );
        assert_eq!(shown("a\nb\nc\nd", "x\nd"), ["a|x", "b|", "c|", "d|"]);
    }
}
