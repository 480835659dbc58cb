//! Which value a YAML scalar is: the core schema of YAML 1.2, made stricter in two points.
//!
//! Numbers with leading zeros (`010`) are strings, since YAML 1.1 reads them as octal and most people mean the digits as
//! they stand; `.inf` and `.nan` are errors, since JSON cannot hold them. Everything else is the schema's letter: `on`,
//! `yes`, `no`, `1_000` are strings, `0o17` is 15, `0x1F` is 31.

use serde_json::Number;

use super::Kind;

/// The value of a plain scalar, or the reason why there is none.
pub(super) fn plain(text: &str) -> Result<Kind, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ if is_not_finite(text) => {
            return Err(format!(
                "`{text}` is no number that JSON can hold; a string needs quotes"
            ));
        }
        _ => match number(text)? {
            Some(number) => Kind::Number(number),
            None => Kind::Text(text.to_owned()),
        },
    })
}

/// The value of a scalar that bears a tag of the core schema (`!!str`, `!!int` …).
pub(super) fn tagged(text: &str, tag: &str) -> Result<Kind, String> {
    let kind = match tag {
        "str" => return Ok(Kind::Text(text.to_owned())),
        "null" | "bool" | "int" | "float" => plain(text)?,
        _ => return Err(format!("tag `!!{tag}` has no meaning here")),
    };
    let fits = match (&kind, tag) {
        (Kind::Null, "null") | (Kind::Bool(_), "bool") | (Kind::Number(_), "float") => true,
        (Kind::Number(number), "int") => !number.to_string().contains(['.', 'e', 'E']),
        _ => false,
    };
    if fits {
        Ok(kind)
    } else {
        Err(format!("`{text}` is not what its tag `!!{tag}` says"))
    }
}

fn is_not_finite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// The number that `text` is, in the text's own digits; `None` if it is none.
fn number(text: &str) -> Result<Option<Number>, String> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return with_radix(text, digits, radix);
        }
    }
    let Some(json) = decimal(text) else {
        return Ok(None);
    };
    Ok(serde_json::from_str(&json).ok())
}

fn with_radix(text: &str, digits: &str, radix: u32) -> Result<Option<Number>, String> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Ok(None);
    }
    let value = u128::from_str_radix(digits, radix)
        .map_err(|_| format!("`{text}` is too large for this notation; write it in decimal"))?;
    Ok(serde_json::from_str(&value.to_string()).ok())
}

/// A decimal number of the core schema in JSON's spelling: `+1` is `1`, `.5` is `0.5`, `1.` is `1.0`.
fn decimal(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => unsigned.split_at(at),
        None => (unsigned, ""),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !has_digits || !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    if !exponent.is_empty() {
        let power = exponent[1..]
            .strip_prefix(['-', '+'])
            .unwrap_or(&exponent[1..]);
        if power.is_empty() || !digits(power) {
            return None;
        }
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = match fraction {
        Some("") => ".0".to_owned(),
        Some(fraction) => format!(".{fraction}"),
        None => String::new(),
    };
    Some(format!("{sign}{whole}{fraction}{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match plain(text) {
            Ok(Kind::Null) => "null".into(),
            Ok(Kind::Bool(value)) => value.to_string(),
            Ok(Kind::Number(number)) => number.to_string(),
            Ok(Kind::Text(text)) => format!("{text:?}"),
            Ok(_) => unreachable!("a scalar is no collection"),
            Err(_) => "error".into(),
        }
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, expected) in [
            ("", "null"),
            ("~", "null"),
            ("NULL", "null"),
            ("nULL", "\"nULL\""),
            ("true", "true"),
            ("False", "false"),
            ("tRUE", "\"tRUE\""),
            ("on", "\"on\""),
            ("yes", "\"yes\""),
            ("no", "\"no\""),
            ("y", "\"y\""),
            ("0", "0"),
            ("-0", "-0"),
            ("10", "10"),
            ("+1", "1"),
            ("1.0", "1.0"),
            ("1.", "1.0"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("1.e3", "1.0e+3"),
            ("1e3", "1e+3"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            ("0.1000", "0.1000"),
            ("0o17", "15"),
            ("0x1F", "31"),
            ("-0x1F", "\"-0x1F\""),
            ("0xG", "\"0xG\""),
            ("0o", "\"0o\""),
            ("010", "\"010\""),
            ("-01.5", "\"-01.5\""),
            ("1_000", "\"1_000\""),
            ("1e", "\"1e\""),
            (".", "\".\""),
            ("+", "\"+\""),
            ("-", "\"-\""),
            (".e1", "\".e1\""),
            ("1.2.3", "\"1.2.3\""),
            ("12:30", "\"12:30\""),
            ("2026-11-22", "\"2026-11-22\""),
            (".inf", "error"),
            ("-.INF", "error"),
            (".NaN", "error"),
            ("inf", "\"inf\""),
            ("0xffffffffffffffffffffffffffffffffff", "error"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_core_tag_decides_the_type() {
        assert_eq!(tagged("1", "str"), Ok(Kind::Text("1".into())));
        assert!(matches!(tagged("1", "int"), Ok(Kind::Number(_))));
        assert!(matches!(tagged("1", "float"), Ok(Kind::Number(_))));
        assert!(tagged("1.5", "int").is_err());
        assert!(tagged("x", "bool").is_err());
        assert!(tagged("aGk=", "binary").is_err());
    }
}
