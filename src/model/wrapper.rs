//! The code that the editor puts around what a person types (`FORMAT.md` section 3).

/// What stands around the code of one type of query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapper {
    /// The property that holds the code.
    pub field: &'static str,
    /// The head of the function that the code is the body of, such as `(outputs) => {`.
    pub head: &'static str,
    open: &'static str,
    close: &'static str,
}

impl Wrapper {
    /// The types of queries that have code.
    pub const TYPES: [&str; 3] = ["action", "dataTransform", "function"];

    /// The wrapper of a type of query, if it has code.
    pub fn of(query_type: &str) -> Option<Self> {
        Some(match query_type {
            "action" => Self {
                field: "outputs",
                head: "(outputs) => {",
                open: "${((outputs) => {",
                close: "})(self.rawOutputs)}",
            },
            "dataTransform" => Self {
                field: "outputs",
                head: "() => {",
                open: "${(() => {",
                close: "})()}",
            },
            "function" => Self {
                field: "definition",
                head: "() => {",
                open: "${(() => {",
                close: "})}",
            },
            _ => return None,
        })
    }

    /// The API value for a body.
    pub fn around(&self, body: &str) -> String {
        format!("{}{body}{}", self.open, self.close)
    }

    /// What the author typed, if a value is exactly a wrapped body.
    pub fn body<'a>(&self, value: &'a str) -> Option<&'a str> {
        value.strip_prefix(self.open)?.strip_suffix(self.close)
    }
}

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
            assert_eq!(wrapper.body(expected), Some("BODY"));
            assert_eq!(wrapper.body("${BODY}"), None);
        }
        assert_eq!(Wrapper::of("stateVariable"), None);
    }
}
