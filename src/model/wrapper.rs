//! The code that the editor puts around what a person types (`FORMAT.md` section 3).

/// The parts of a wrapper, for one type of query.
struct Wrapper {
    query_type: &'static str,
    field: &'static str,
    open: &'static str,
    close: &'static str,
}

const WRAPPERS: [Wrapper; 3] = [
    Wrapper {
        query_type: "action",
        field: "outputs",
        open: "${((outputs) => {",
        close: "})(self.rawOutputs)}",
    },
    Wrapper {
        query_type: "dataTransform",
        field: "outputs",
        open: "${(() => {",
        close: "})()}",
    },
    Wrapper {
        query_type: "function",
        field: "definition",
        open: "${(() => {",
        close: "})}",
    },
];

fn of(query_type: &str) -> Option<&'static Wrapper> {
    WRAPPERS.iter().find(|it| it.query_type == query_type)
}

/// The property that holds the wrapped code in a query of this type; `None` if such queries have none.
pub fn field(query_type: &str) -> Option<&'static str> {
    of(query_type).map(|it| it.field)
}

/// The property and the API value for `body`; `None` if queries of this type have no wrapped code.
pub fn wrap(query_type: &str, body: &str) -> Option<(&'static str, String)> {
    let Wrapper {
        field, open, close, ..
    } = of(query_type)?;
    Some((field, format!("{open}{body}{close}")))
}

/// The property, and what the author typed, if `value` is exactly a wrapped body.
pub fn unwrap<'a>(query_type: &str, value: &'a str) -> Option<(&'static str, &'a str)> {
    let it = of(query_type)?;
    let body = value.strip_prefix(it.open)?.strip_suffix(it.close)?;
    Some((it.field, body))
}
