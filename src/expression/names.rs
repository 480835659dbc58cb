//! The names that code takes from outside.

use oxc_ast::AstKind;
use oxc_semantic::Semantic;

/// A name that the code does not declare itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FreeName {
    /// The byte of the code.
    pub offset: usize,
    /// The name.
    pub name: String,
    /// The member that the code asks it for: `value` in `select0?.value`.
    pub member: Option<String>,
    /// Whether the code only asks for its type, which is allowed for a name that does not exist.
    pub is_probed: bool,
    /// Whether the code assigns to it, which makes it a variable.
    pub is_assigned: bool,
    /// Whether it also names a field: `{total}` means `{total: total}`.
    pub is_shorthand: bool,
}

/// The names that code takes from outside, in the order of the places.
pub(super) fn free_names(semantic: &Semantic) -> Vec<FreeName> {
    let scoping = semantic.scoping();
    let nodes = semantic.nodes();
    let mut names: Vec<_> = scoping
        .root_unresolved_references_ids()
        .flatten()
        .filter_map(|id| {
            let reference = scoping.get_reference(id);
            let node = nodes.get_node(reference.node_id());
            let AstKind::IdentifierReference(identifier) = node.kind() else {
                return None;
            };
            let parent = nodes.parent_kind(node.id());
            Some(FreeName {
                offset: (identifier.span.start as usize).saturating_sub(1),
                name: identifier.name.to_string(),
                member: match parent {
                    AstKind::StaticMemberExpression(it) => Some(it.property.name.to_string()),
                    _ => None,
                },
                is_probed: matches!(parent, AstKind::UnaryExpression(it) if it.operator.is_typeof()),
                is_assigned: reference.is_write(),
                is_shorthand: matches!(parent, AstKind::ObjectProperty(it) if it.shorthand),
            })
        })
        .collect();
    names.sort();
    names
}

/// The one name in code such as `select0?.value.name`: most expressions are just that, and need no parser.
pub(super) fn plain_path(code: &str) -> Option<FreeName> {
    let trimmed = code.trim_ascii();
    let mut parts = trimmed
        .split('.')
        .map(|part| part.strip_suffix('?').unwrap_or(part));
    let is_plain = |part: &str| {
        part.starts_with(|it: char| it.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let name = parts
        .next()
        .filter(|part| is_plain(part) && !is_reserved(part))?;
    let rest: Vec<_> = parts.collect();
    // The suffix of the last part must not be `?` itself.
    if trimmed.ends_with('?') || !rest.iter().all(|part| is_plain(part)) {
        return None;
    }
    Some(FreeName {
        offset: code.len() - code.trim_ascii_start().len(),
        name: name.to_owned(),
        member: rest.first().map(|part| (*part).to_owned()),
        is_probed: false,
        is_assigned: false,
        is_shorthand: false,
    })
}

/// Whether a word may be something else than a name; all of those are of lower-case letters only.
fn is_reserved(word: &str) -> bool {
    const WORDS: [&str; 50] = [
        "arguments",
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "eval",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "of",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expression::{Parsed, with_parser};

    fn parsed(code: &str) -> Parsed {
        with_parser(|parser| Parsed::clone(&parser.parse(code)))
    }

    fn names(code: &str) -> Vec<String> {
        let parsed = parsed(code);
        assert_eq!(parsed.errors, [], "{code}");
        parsed.names.into_iter().map(|name| name.name).collect()
    }

    #[test]
    fn a_name_that_also_names_a_field_is_known_as_such() {
        let shorthand = |code: &str| -> Vec<bool> {
            let names = parsed(code).names;
            names.iter().map(|name| name.is_shorthand).collect()
        };
        assert_eq!(
            shorthand("f({a, b: c}, [d], e)"),
            [false, true, false, false, false]
        );
    }

    #[test]
    fn free_names_are_those_that_the_code_does_not_declare() {
        for (code, expected) in [
            ("select0.value", vec!["select0"]),
            (" select0?.value ", vec!["select0"]),
            ("a + b.c(d)", vec!["a", "b", "d"]),
            ("xs.map(x => x + y)", vec!["xs", "y"]),
            (
                "((outputs) => {\n  const a = outputs.b;\n  return a + c; // }\n})(self.rawOutputs)",
                vec!["c", "self"],
            ),
            ("`a ${b} ${`${c}`}`", vec!["b", "c"]),
            (
                "(() => { function f() { return g } ; return f() })()",
                vec!["g"],
            ),
            ("{a: 1, b, [c]: d}.a", vec!["b", "c", "d"]),
            ("{}", vec![]),
            ("true", vec![]),
            ("a // comment", vec!["a"]),
            ("await a", vec!["a"]),
            ("[...xs].filter(({a, ...rest}) => rest[a])", vec!["xs"]),
        ] {
            assert_eq!(names(code), expected, "{code}");
        }
    }

    #[test]
    fn a_name_knows_its_place_and_its_use() {
        let name = |offset, name: &str, member: Option<&str>, is_probed| FreeName {
            offset,
            name: name.to_owned(),
            member: member.map(str::to_owned),
            is_probed,
            is_assigned: false,
            is_shorthand: false,
        };
        assert_eq!(parsed("ä + ui.a.b + typeof c").errors, [],);
        assert_eq!(
            parsed("ä + ui.a.b + typeof c").names,
            [
                name(0, "ä", None, false),
                name(5, "ui", Some("a"), false),
                name(21, "c", None, true),
            ]
        );
        let assigned = parsed("(() => { a = b; c.d = 1; })()").names;
        let assigned: Vec<_> = assigned.iter().map(|name| name.is_assigned).collect();
        assert_eq!(assigned, [true, false, false]);
        assert_eq!(parsed(" a?.b.c").names, [name(1, "a", Some("b"), false)]);
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn the_short_way_says_what_the_parser_says(text in "[ab_1 .?]{1,12}") {
            if let Some(name) = plain_path(&text) {
                let parsed = parsed(&format!("({text})"));
                prop_assert_eq!(parsed.errors, []);
                prop_assert_eq!(parsed.names.len(), 1);
                prop_assert_eq!(&parsed.names[0].name, &name.name);
                prop_assert_eq!(&parsed.names[0].member, &name.member);
            }
        }
    }
}
