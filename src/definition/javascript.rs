//! The code of queries: the editor's wrapper around it, and code in files of its own.

use super::build::Built;
use super::notes::Notes;
use super::reading::Reading;
use super::source::{Kind, Node, Position};

/// What the editor puts around the code of one type of query.
pub(super) struct Wrapper {
    /// The property that holds the code.
    pub field: &'static str,
    open: &'static str,
    close: &'static str,
    /// The first line of a file with such code.
    first_line: &'static str,
}

impl Wrapper {
    /// The types of queries that have code.
    pub const TYPES: [&str; 3] = ["action", "dataTransform", "function"];

    /// The wrapper of a type of query, if it has code.
    pub fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "action" => Self {
                field: "outputs",
                open: "${((outputs) => {",
                close: "})(self.rawOutputs)}",
                first_line: "export default (outputs) => {",
            },
            "dataTransform" => Self {
                field: "outputs",
                open: "${(() => {",
                close: "})()}",
                first_line: "export default () => {",
            },
            "function" => Self {
                field: "definition",
                open: "${(() => {",
                close: "})}",
                first_line: "export default () => {",
            },
            _ => return None,
        })
    }

    fn around(&self, body: &str) -> String {
        format!("{}{body}{}", self.open, self.close)
    }

    /// What stands between the first and the last line of a file, or the place of what is wrong and why.
    fn body<'a>(&self, text: &'a str) -> Result<&'a str, (Position, String)> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        if first.strip_suffix('\r').unwrap_or(first) != self.first_line {
            let message = format!("the first line must be `{}`", self.first_line);
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
}

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
            match wrapper.body(&text) {
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

const EXPECTED: &str = "code or `{file: path}`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_wrapper() {
        for (kind, field, expected) in [
            (
                "action",
                "outputs",
                "${((outputs) => {BODY})(self.rawOutputs)}",
            ),
            ("dataTransform", "outputs", "${(() => {BODY})()}"),
            ("function", "definition", "${(() => {BODY})}"),
        ] {
            let wrapper = Wrapper::of(kind).unwrap();
            assert_eq!(
                (wrapper.field, wrapper.around("BODY").as_str()),
                (field, expected)
            );
        }
        assert!(Wrapper::of("stateVariable").is_none());
    }

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
            assert_eq!(wrapper.body(text), Ok(body), "{text:?}");
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
            assert_eq!(wrapper.body(text).unwrap_err().0.line, line, "{text:?}");
        }
    }
}
