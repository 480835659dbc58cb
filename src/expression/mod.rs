//! `${…}`, the JavaScript expressions inside strings: where they are, whether they parse, and which names they use.
//!
//! [`spans`] finds them in a string. A [`Parser`], of which [`with_parsers`] hands out one a thread, tells what is wrong
//! with the code of one and lists the names that it takes from outside. The JavaScript parser is known here only; what
//! the names mean is not, and neither is any file, model or wire format.

mod known;
mod names;
mod parse;
mod span;
mod weight;

pub use names::FreeName;
pub(crate) use parse::STACK;
pub use parse::{Parsed, Parser, SyntaxError, with_parser, with_parsers};
pub use span::spans;
