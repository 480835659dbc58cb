//! JSON texts in the one form in which equal values are equal texts.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Number;
use serde_json::value::RawValue;

/// The greatest number of lists and objects in each other.
const MAX_DEPTH: usize = 256;

/// Why a text has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// Nested so deeply that whoever walks through it could run out of stack.
    #[error("lists and objects nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Half a character, written as `\uD83D` without its other half.
    #[error("a string that is no text")]
    NotText,
}

/// Writes what `serde_json` writes of the value that it reads here, without making the value: object keys sorted, of
/// several the last, no blanks, strings with the fewest escapes, numbers digit for digit.
pub(super) fn write(json: &RawValue, to: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let mut writer = Writer {
        text: json.get(),
        at: 0,
        to,
    };
    writer.value(0)
}

/// Walks through a text that is known to be JSON.
struct Writer<'a, 't> {
    text: &'a str,
    at: usize,
    to: &'t mut Vec<u8>,
}

/// A member that was written: its name, and where it stands in what was written.
type Member<'a> = (Cow<'a, str>, Range<usize>);

impl<'a> Writer<'a, '_> {
    /// The next byte that is no blank. At the end of the text, which no value is behind, it is 0.
    fn next(&mut self) -> u8 {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += blanks.count();
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn value(&mut self, depth: usize) -> Result<(), NotCanonical> {
        match self.next() {
            b'{' | b'[' if depth == MAX_DEPTH => return Err(NotCanonical::TooDeep),
            b'{' => self.object(depth + 1)?,
            b'[' => self.list(depth + 1)?,
            b'"' => drop(self.string()?),
            _ => self.plain(),
        }
        Ok(())
    }

    /// A number or a word.
    fn plain(&mut self) {
        let rest = &self.text[self.at..];
        let is_end = |byte: u8| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace();
        let end = rest.bytes().position(is_end).unwrap_or(rest.len());
        let written = &rest[..end];
        self.at += end;
        // Exponents are the only part of a number that has more than one form.
        let number = Some(written).filter(|it| it.contains(['e', 'E']));
        let number = number.and_then(|it| serde_json::from_str::<Number>(it).ok());
        match number {
            Some(number) => self.to.extend_from_slice(number.to_string().as_bytes()),
            None => self.to.extend_from_slice(written.as_bytes()),
        }
    }

    fn list(&mut self, depth: usize) -> Result<(), NotCanonical> {
        self.to.push(b'[');
        self.at += 1;
        while self.next() != b']' {
            if self.next() == b',' {
                self.to.push(b',');
                self.at += 1;
            }
            self.value(depth)?;
        }
        self.to.push(b']');
        self.at += 1;
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), NotCanonical> {
        let start = self.to.len() + 1;
        self.to.push(b'{');
        self.at += 1;
        let mut members: Vec<Member<'a>> = Vec::new();
        while self.next() != b'}' {
            if self.next() == b',' {
                self.to.push(b',');
                self.at += 1;
                self.next();
            }
            let begin = self.to.len();
            let name = self.string()?;
            // The colon.
            self.next();
            self.to.push(b':');
            self.at += 1;
            self.value(depth)?;
            members.push((name, begin..self.to.len()));
        }
        self.at += 1;
        if !members.is_sorted_by(|(one, _), (next, _)| one < next) {
            self.sort(start, members);
        }
        self.to.push(b'}');
        Ok(())
    }

    /// Puts the members that were written from `start` on into order.
    fn sort(&mut self, start: usize, mut members: Vec<Member<'a>>) {
        // Of one name, the last comes first, and is the one that stays.
        members.reverse();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        members.dedup_by(|(one, _), (kept, _)| one == kept);
        let mut sorted = Vec::with_capacity(self.to.len() - start);
        for (_, member) in members {
            if !sorted.is_empty() {
                sorted.push(b',');
            }
            sorted.extend_from_slice(&self.to[member]);
        }
        self.to.truncate(start);
        self.to.append(&mut sorted);
    }

    /// Writes the string at this place; gives what it says.
    fn string(&mut self) -> Result<Cow<'a, str>, NotCanonical> {
        let (text, start) = (self.text, self.at);
        let inside = &text.as_bytes()[start + 1..];
        let is_end = |byte: &u8| matches!(byte, b'"' | b'\\');
        let mut end = inside.iter().position(is_end).unwrap_or(inside.len());
        let is_plain = inside.get(end) == Some(&b'"');
        while let Some(b'\\') = inside.get(end) {
            end += 2;
            let rest = inside.get(end..).unwrap_or_default();
            end += rest.iter().position(is_end).unwrap_or(rest.len());
        }
        self.at = (start + end + 2).min(text.len());
        let written = &text[start..self.at];
        if is_plain {
            self.to.extend_from_slice(written.as_bytes());
            return Ok(Cow::Borrowed(&text[start + 1..self.at - 1]));
        }
        let says: String = serde_json::from_str(written).map_err(|_| NotCanonical::NotText)?;
        serde_json::to_writer(&mut *self.to, &says).expect("a text has a JSON form");
        Ok(Cow::Owned(says))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn canonical(text: &str) -> Result<String, NotCanonical> {
        let json: &RawValue = serde_json::from_str(text).unwrap();
        let mut written = Vec::new();
        write(json, &mut written)?;
        Ok(String::from_utf8(written).unwrap())
    }

    /// JSON as people and machines write it: any blanks, any order, names twice, needless escapes.
    fn json() -> impl Strategy<Value = String> {
        let string = || {
            let part = prop_oneof![
                4 => "[a-c]{0,2}",
                1 => "[^\"\\\\\\x00-\\x1f]{0,3}",
                1 => proptest::sample::select(vec![
                    r"\n", r#"\""#, r"\\", r"\/", r"\u0061", r"\u001f", r"\ud83d\ude00", "\u{7f}", "\u{2028}",
                ])
                .prop_map(str::to_owned),
            ];
            proptest::collection::vec(part, 0..3)
                .prop_map(|parts| format!("\"{}\"", parts.concat()))
        };
        let leaf = prop_oneof![
            proptest::sample::select(vec![
                "null",
                "true",
                "false",
                "0",
                "-0",
                "1.50",
                "1E5",
                "1e+05",
                "-2.0e-7",
                "123456789012345678901234567890",
            ])
            .prop_map(str::to_owned),
            string(),
        ];
        let blank = || proptest::sample::select(vec!["", "", "", " ", "\n\t", " \r\n"]);
        leaf.prop_recursive(4, 40, 5, move |inner| {
            let item = (blank(), inner.clone(), blank())
                .prop_map(|(before, item, after)| format!("{before}{item}{after}"));
            let member = (blank(), string(), blank(), item.clone())
                .prop_map(|(before, name, after, value)| format!("{before}{name}{after}:{value}"));
            prop_oneof![
                (blank(), proptest::collection::vec(item, 0..5)).prop_map(|(blank, items)| {
                    match items.is_empty() {
                        true => format!("[{blank}]"),
                        false => format!("[{}]", items.join(",")),
                    }
                }),
                (blank(), proptest::collection::vec(member, 0..5)).prop_map(|(blank, members)| {
                    match members.is_empty() {
                        true => format!("{{{blank}}}"),
                        false => format!("{{{}}}", members.join(",")),
                    }
                }),
            ]
        })
    }

    proptest! {
        #![proptest_config(crate::cases::cases(256))]

        #[test]
        fn it_is_what_the_parser_writes_of_what_it_reads(text in json()) {
            let value: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(canonical(&text), Ok(value.to_string()), "{}", text);
        }
    }

    #[test]
    fn of_one_name_the_last_stays() {
        let text = r#"{"b": 1, "a": 2, "b": {"d": 3, "c": 4}, "\u0061": 5}"#;
        assert_eq!(canonical(text).unwrap(), r#"{"a":5,"b":{"c":4,"d":3}}"#);
    }

    #[test]
    fn what_no_value_can_be_made_of_is_refused() {
        assert_eq!(canonical(r#"["\ud83d"]"#), Err(NotCanonical::NotText));
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(canonical(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(
            canonical(&nested(MAX_DEPTH + 1)),
            Err(NotCanonical::TooDeep)
        );
    }
}
