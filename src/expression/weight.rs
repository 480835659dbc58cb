//! How deep the syntax tree of a piece of code can be at most, without parsing it.
//!
//! The parser and everything that walks its tree is recursive, so code that is made to nest (`!!!!…`, `((((…`,
//! `a+a+a+…`) would overflow any stack. Each operator, bracket and word between two separators can make the tree one
//! level deeper, and nothing else can. The count is taken without knowing strings from code, so it may be too high, never
//! too low.

/// The greatest nesting of brackets.
pub(super) const MAX_BRACKETS: usize = 256;
/// The greatest number of levels in all, counted as [`weight`] does. Honest code stays far below: about one a line.
pub(super) const MAX_WEIGHT: usize = 12_000;

/// The greatest nesting of brackets in `code`, and the greatest depth of its tree.
pub(super) fn weight(code: &str) -> (usize, usize) {
    let bytes = code.as_bytes();
    // One entry an open bracket: what stands between its last separator and the current place.
    let mut open = vec![0_usize];
    let (mut sum, mut brackets, mut most) = (0_usize, 0, 0);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'(' | b'[' | b'{' => {
                add(&mut open, &mut sum);
                open.push(0);
                brackets = brackets.max(open.len() - 1);
            }
            b')' | b']' | b'}' if open.len() > 1 => sum -= open.pop().unwrap_or(0),
            // An `else` goes on with the statement before the separator.
            b';' if bytes[at..].trim_ascii_start().starts_with(b"else") => {}
            b';' | b',' => sum -= open.last_mut().map_or(0, std::mem::take),
            _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' => {
                while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
                    at += 1;
                }
                if NESTING_WORDS.contains(&&bytes[start..at]) {
                    add(&mut open, &mut sum);
                }
            }
            _ if byte.is_ascii_punctuation() => add(&mut open, &mut sum),
            _ => {}
        }
        most = most.max(sum);
    }
    (brackets, most)
}

fn add(open: &mut [usize], sum: &mut usize) {
    if let Some(last) = open.last_mut() {
        *last += 1;
        *sum += 1;
    }
}

/// Words that a part of the tree can stand below.
const NESTING_WORDS: [&[u8]; 18] = [
    b"async",
    b"await",
    b"case",
    b"class",
    b"delete",
    b"do",
    b"else",
    b"extends",
    b"for",
    b"if",
    b"in",
    b"instanceof",
    b"new",
    b"typeof",
    b"void",
    b"while",
    b"with",
    b"yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_nests_counts() {
        for part in [
            "!",
            "-",
            "a+",
            "a?b:",
            "a=>",
            "a=",
            "new ",
            "typeof ",
            "a.",
            "a()",
            "a[0]",
            "a``",
            "if(a)b;else ",
            "if(a)",
            "a:",
            "a**",
            "a in ",
            "...",
            "`${",
            "(",
            "while(a)",
            "await ",
            "[a",
            "do ",
            "class extends ",
            "a\n+",
        ] {
            let code = part.repeat(500);
            assert!(weight(&code).1 >= 499, "{part}");
        }
    }

    #[test]
    fn statements_and_items_side_by_side_do_not() {
        for part in ["f(a, b.c);\n", "a.b + 1, ", "const a = b;", "'text', "] {
            let code = part.repeat(500);
            assert!(weight(&code).1 < 20, "{part}");
        }
        assert_eq!(weight(&"(".repeat(300)).0, 300);
        assert_eq!(weight(&")".repeat(300)), (0, 300));
    }
}
