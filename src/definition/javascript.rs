//! The code of queries: the editor's wrapper around it, and code in files of its own.

use crate::model::Wrapper;

use super::build::Built;
use super::notes::Notes;
use super::reading::Reading;
use super::source::{Kind, Node, Position};

impl Reading<'_> {
    /// The wrapped code of `js`: a text, or `{file: path}`.
    pub fn code(&mut self, wrapper: &Wrapper, js: Node) -> Option<Built> {
        let at = js.at;
        match js.kind {
            Kind::Text(body) => {
                let place = self.notes.place(at);
                Some(Built::leaf(wrapper.around(&body), place))
            }
            Kind::Map(ref entries) => match Self::named_file(entries) {
                Some((path, at)) => self.code_of_file(wrapper, path, at),
                None => {
                    self.notes.wrong_type("`js`", EXPECTED, &js);
                    None
                }
            },
            _ => {
                self.notes.wrong_type("`js`", EXPECTED, &js);
                None
            }
        }
    }

    fn code_of_file(&mut self, wrapper: &Wrapper, path: &str, at: Position) -> Option<Built> {
        let (file, text) = self.part(path, at)?;
        self.inside(&file, |reading| {
            let notes: &mut Notes = &mut reading.notes;
            match body_of_file(wrapper, &text) {
                // The code's own first line is the file's second.
                Ok(body) => {
                    let place = notes.place(Position { line: 2, column: 1 });
                    Some(Built::leaf(wrapper.around(body), place))
                }
                Err((at, message)) => {
                    notes.error("js-file", at, message);
                    None
                }
            }
        })
    }
}

/// The file that holds `body`, as [`body_of_file`] finds it.
pub(super) fn file(wrapper: &Wrapper, body: &str) -> String {
    format!("export default {}\n{body}\n}};\n", wrapper.head)
}

/// What stands between the first and the last line of a file, or the place of what is wrong and why.
pub(super) fn body_of_file<'a>(
    wrapper: &Wrapper,
    text: &'a str,
) -> Result<&'a str, (Position, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let expected = format!("export default {}", wrapper.head);
    if first.strip_suffix('\r').unwrap_or(first) != expected {
        let message = format!("the first line must be `{expected}`");
        return Err((Position::START, message));
    }
    let trimmed = rest.trim_end_matches(['\n', '\r']);
    let (body, last) = match trimmed.rsplit_once('\n') {
        Some((body, last)) => (body.strip_suffix('\r').unwrap_or(body), last),
        None => ("", trimmed),
    };
    if last != "};" {
        let lines = text.trim_end_matches(['\n', '\r']).matches('\n').count() + 1;
        let line = u32::try_from(lines).unwrap_or(u32::MAX);
        return Err((
            Position { line, column: 1 },
            "the last line must be `};`".to_owned(),
        ));
    }
    Ok(body)
}

const EXPECTED: &str = "code or `{file: path}`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_what_stands_between_the_lines() {
        let wrapper = Wrapper::of("dataTransform").unwrap();
        for (text, body) in [
            ("export default () => {\nreturn 1\n};\n", "return 1"),
            ("export default () => {\nreturn 1\n};", "return 1"),
            ("export default () => {\r\n a\r\n b\r\n};\r\n", " a\r\n b"),
            ("export default () => {\n\n x\n\n};\n", "\n x\n"),
            ("export default () => {\n};\n", ""),
            ("export default () => {\n\n};\n\n", ""),
        ] {
            assert_eq!(body_of_file(&wrapper, text), Ok(body), "{text:?}");
        }
    }

    #[test]
    fn other_first_or_last_lines_are_errors() {
        let wrapper = Wrapper::of("action").unwrap();
        for (text, line) in [
            ("", 1),
            ("export default () => {\nreturn 1\n};\n", 1),
            ("export default (outputs) => {\nreturn 1\n}\n", 3),
            ("export default (outputs) => {", 1),
            ("export default (outputs) => {\nreturn 1 };\n", 2),
        ] {
            assert_eq!(
                body_of_file(&wrapper, text).unwrap_err().0.line,
                line,
                "{text:?}"
            );
        }
    }
}
