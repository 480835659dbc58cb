//! Reads the paths by which changes name their place: `queries[listServices].inputs["odd name"]`.

/// One part of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// A field: `.inputs`, or `["odd name"]`.
    Field(String),
    /// An item of a list by its name or number: `[listServices]`.
    Item(String),
}

/// The parts of a path. Names of items are not quoted, so a hostile one may read as several parts; no part is lost.
pub(super) fn segments(path: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        rest = match rest.strip_prefix('[') {
            Some(inner) => {
                let (segment, after) = bracket(inner);
                segments.push(segment);
                after
            }
            None => {
                let field = rest.strip_prefix('.').unwrap_or(rest);
                let end = field.find(['.', '[']).unwrap_or(field.len());
                segments.push(Segment::Field(field[..end].to_owned()));
                &field[end..]
            }
        };
    }
    segments
}

/// What stands in brackets, and what follows them.
fn bracket(inner: &str) -> (Segment, &str) {
    if inner.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(inner).into_iter::<String>();
        if let Some(Ok(name)) = values.next() {
            let after = &inner[values.byte_offset()..];
            return (
                Segment::Field(name),
                after.strip_prefix(']').unwrap_or(after),
            );
        }
    }
    let end = item_end(inner);
    let after = inner.get(end + 1..).unwrap_or("");
    (Segment::Item(inner[..end].to_owned()), after)
}

/// Where an item's name ends: at the first bracket after which a path can go on.
fn item_end(inner: &str) -> usize {
    let ends = |at: usize| matches!(inner.as_bytes().get(at + 1), None | Some(b'.' | b'['));
    let closing = inner.match_indices(']').map(|(at, _)| at);
    closing.clone().find(|at| ends(*at)).unwrap_or(inner.len())
}

/// The component or query that a path leads into, and the rest of the path inside it.
pub(super) fn owner<'a>(path: &'a str, list: &str) -> Option<(&'a str, &'a str)> {
    let inner = path.strip_prefix(list)?.strip_prefix('[')?;
    let end = item_end(inner);
    let rest = inner.get(end + 1..).unwrap_or("");
    Some((&inner[..end], rest.strip_prefix('.').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_falls_into_fields_and_items() {
        let field = |text: &str| Segment::Field(text.into());
        let item = |text: &str| Segment::Item(text.into());
        assert_eq!(
            segments(r#"queries[list].inputs["a.b]"].headers[X-API-Key].value[0]"#),
            [
                field("queries"),
                item("list"),
                field("inputs"),
                field("a.b]"),
                field("headers"),
                item("X-API-Key"),
                field("value"),
                item("0"),
            ]
        );
    }

    #[test]
    fn a_component_is_told_from_the_place_inside_it() {
        assert_eq!(
            owner("components[b#2].at.x", "components"),
            Some(("b#2", "at.x"))
        );
        assert_eq!(owner("components[b]", "components"), Some(("b", "")));
        assert_eq!(owner("components[a]b].c", "components"), Some(("a]b", "c")));
        assert_eq!(owner("components[", "components"), Some(("", "")));
        assert_eq!(owner("name", "components"), None);
    }
}
