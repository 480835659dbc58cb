//! Credentials inside a text, known by their shape or by the name before them.
//!
//! One pass from left to right: a shape is tried only where a run of its characters starts, so the time is linear in
//! the text even for hostile ones.

use std::borrow::Cow;
use std::ops::Range;

use super::{is_stand_in, names::is_secret, stand_in};

/// The text with every credential in it masked; itself, where there is none, as in nearly every text.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    // The value after a name like a secret's, until it is reached.
    let mut named: Option<Range<usize>> = None;
    while at < bytes.len() {
        if is_run(bytes[at]) && (at == 0 || !is_run(bytes[at - 1])) {
            named = assigned(text, at).or(named);
        }
        let found = match named.take_if(|it| it.start <= at) {
            Some(value) => Some((value.clone(), secret(&masked(&text[value])))),
            None => shape(text, at).map(|it| (it.clone(), stand_in(&text[it]))),
        };
        match found {
            Some((range, stand_in)) => {
                out.push_str(&text[copied..range.start]);
                out.push_str(&stand_in);
                copied = range.end;
                at = range.end.max(at + 1);
            }
            None => at += 1,
        }
    }
    if copied == 0 {
        return text.into();
    }
    out.push_str(&text[copied..]);
    out.into()
}

/// The value of something that is called like a secret, masked: all of it but expressions, variables, and the word
/// that names a scheme.
pub(super) fn secret(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (literal, expression, after) = split_expression(rest);
        out.push_str(&secret_literal(literal));
        out.push_str(expression);
        rest = after;
    }
    out
}

fn secret_literal(literal: &str) -> String {
    let core = literal.trim();
    let scheme = ["bearer", "basic", "token"].iter().find_map(|scheme| {
        let head = core.get(..scheme.len())?;
        let rest = &core[scheme.len()..];
        let whole = rest.is_empty() || rest.starts_with(char::is_whitespace);
        (whole && head.eq_ignore_ascii_case(scheme)).then_some(rest)
    });
    let core = scheme.unwrap_or(core).trim_start();
    if is_stand_in(core) || !core.chars().any(char::is_alphanumeric) {
        return literal.to_owned();
    }
    let start = core.as_ptr() as usize - literal.as_ptr() as usize;
    let end = start + core.len();
    format!("{}{}{}", &literal[..start], stand_in(core), &literal[end..])
}

/// The text before the first `${…}` or `@{…}`, that expression, and what follows. One that never closes is plain text.
fn split_expression(text: &str) -> (&str, &str, &str) {
    let mut from = 0;
    while let Some(open) = text[from..].find("{").map(|it| it + from) {
        from = open + 1;
        if open == 0 || !matches!(text.as_bytes()[open - 1], b'$' | b'@') {
            continue;
        }
        let mut depth = 0usize;
        for (at, byte) in text.bytes().enumerate().skip(open) {
            depth = match byte {
                b'{' => depth + 1,
                b'}' => depth - 1,
                _ => depth,
            };
            if depth == 0 {
                return (&text[..open - 1], &text[open - 1..=at], &text[at + 1..]);
            }
        }
        return (text, "", "");
    }
    (text, "", "")
}

/// What the shapes begin with.
const FIRST: [u8; 8] = *b"-:gxAeBb";

/// A credential that starts at `at`.
fn shape(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    match bytes[at] {
        byte if !FIRST.contains(&byte) => None,
        b'-' => private_key(text, at),
        b':' => url_password(text, at),
        _ if !is_boundary(bytes, at) => None,
        b'g' => (GIT_HOSTS.iter()).find_map(|prefix| token(bytes, at, prefix, 16)),
        b'x' if bytes.get(at + 4) == Some(&b'-') => token(bytes, at, "xox", 10),
        b'A' => (["AKIA", "ASIA"].iter())
            .find_map(|prefix| token(bytes, at, prefix, 16))
            .filter(|it| bytes[it.clone()].iter().take(20).all(is_upper)),
        b'e' => json_web_token(bytes, at),
        b'B' | b'b' => scheme(bytes, at),
        _ => None,
    }
}

/// What tokens of GitHub and GitLab start with.
const GIT_HOSTS: [&str; 7] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
];

/// Whether a token can start here: not inside a word, unless that is the letter of an escaped line break or tab.
fn is_boundary(bytes: &[u8], at: usize) -> bool {
    match at.checked_sub(1).map(|before| bytes[before]) {
        Some(b'n' | b'r' | b't') => at > 1 && bytes[at - 2] == b'\\',
        before => !before.is_some_and(|byte| byte.is_ascii_alphanumeric()),
    }
}

/// Characters of names and tokens; a run of them is looked at once.
fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_upper(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn run_end(bytes: &[u8], from: usize, of: impl Fn(u8) -> bool) -> usize {
    let run = bytes[from..].iter().take_while(|byte| of(**byte));
    from + run.count()
}

/// A prefix with at least `least` more characters, to the end of the run.
fn token(bytes: &[u8], at: usize, prefix: &str, least: usize) -> Option<Range<usize>> {
    if !bytes[at..].starts_with(prefix.as_bytes()) {
        return None;
    }
    let end = run_end(bytes, at, is_run);
    (end - at >= prefix.len() + least).then_some(at..end)
}

fn json_web_token(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    // The first two parts are JSON objects in base64. A run is looked at from its start only.
    if !bytes[at..].starts_with(b"eyJ") || (at > 0 && is_run(bytes[at - 1])) {
        return None;
    }
    let header = run_end(bytes, at, is_run);
    let claims = (bytes.get(header) == Some(&b'.')).then(|| run_end(bytes, header + 1, is_run))?;
    let signature =
        (bytes.get(claims) == Some(&b'.')).then(|| run_end(bytes, claims + 1, is_run))?;
    (header - at >= 8 && claims - header >= 5).then_some(at..signature)
}

/// A PEM block; to the end of the text where its end is missing.
fn private_key(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text[at..].strip_prefix("-----BEGIN ")?;
    let bytes = rest.as_bytes();
    let label = run_end(bytes, 0, |b| {
        b.is_ascii_uppercase() || matches!(b, b' ' | b'0'..=b'9')
    });
    if !rest[..label].ends_with("PRIVATE KEY") {
        return None;
    }
    let end = rest.find("-----END ").map_or(rest.len(), |end| {
        let last = &rest[end + 9..];
        last.find("-----").map_or(rest.len(), |it| end + 9 + it + 5)
    });
    Some(at..text.len() - rest.len() + end)
}

/// What follows `Bearer` or `Basic`, if it is a credential and not the next word of a sentence.
fn scheme(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    if at > 0 && is_run(bytes[at - 1]) {
        return None;
    }
    let word = run_end(bytes, at, is_run);
    let basic = bytes[at..word].eq_ignore_ascii_case(b"basic");
    if !basic && !bytes[at..word].eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    let start = run_end(bytes, word, |byte| byte == b' ');
    let end = run_end(bytes, start, |byte| {
        is_run(byte) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'=')
    });
    let credential = &bytes[start..end];
    let quoted = |byte: Option<&u8>| matches!(byte, None | Some(b'"' | b'\'' | b'`' | b'\\'));
    // A header's whole value is a credential, whatever it looks like; `Basic settings` is a likely label, though.
    let whole =
        !basic && quoted(at.checked_sub(1).and_then(|it| bytes.get(it))) && quoted(bytes.get(end));
    let plausible = credential.len() >= 6 && (whole || looks_random(credential));
    (start > word && plausible).then_some(start..end)
}

/// Whether a text is unlike a word: it has digits, padding, or a capital after a small letter.
fn looks_random(text: &[u8]) -> bool {
    let camel = text
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    camel || text.ends_with(b"=") || text.iter().any(u8::is_ascii_digit)
}

/// The password in `scheme://user:password@host`.
fn url_password(text: &str, at: usize) -> Option<Range<usize>> {
    let authority = text[at..].strip_prefix("://")?;
    let stops = ['/', '?', '#', '"', '\'', '`', '<', '>', '\\', '{'];
    let end = authority
        .find(|c: char| stops.contains(&c) || c.is_whitespace())
        .unwrap_or(authority.len());
    let (userinfo, _) = authority[..end].rsplit_once('@')?;
    let (user, password) = userinfo.split_once(':')?;
    let start = at + 3 + user.len() + 1;
    (!password.is_empty() && !is_stand_in(password)).then(|| start..start + password.len())
}

/// The value that is assigned to a name like a secret's that starts at `at`: `apiKey: "…"`, `token = '…'`,
/// `headers["X-Api-Key"] = "…"`, `?token=…`.
fn assigned(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let end = run_end(bytes, at, is_run);
    if !is_secret(&text[at..end]) {
        return None;
    }
    let in_query = at > 0 && matches!(bytes[at - 1], b'?' | b'&');
    if in_query && bytes.get(end) == Some(&b'=') {
        let start = end + 1;
        let stop = run_end(bytes, start, |byte| {
            is_run(byte) || !byte.is_ascii() || b".~+/%*:@!,()=".contains(&byte)
        });
        return (stop > start).then_some(start..stop);
    }
    let blank = |byte| matches!(byte, b' ' | b'\t');
    let quote = |byte| matches!(byte, b'"' | b'\'' | b'`');
    // A name in quotes, perhaps escaped ones, perhaps as an index; more of each than that is no code.
    let after = run_end(bytes, end, |byte| {
        byte == b'\\' || quote(byte) || byte == b']'
    });
    let sign = run_end(bytes, after, blank);
    if after - end > 8 || !matches!(bytes.get(sign), Some(b':' | b'=')) {
        return None;
    }
    let open = run_end(bytes, sign + 1, |byte| {
        blank(byte) || byte == b'[' || byte == b'\\'
    });
    let mark = *bytes.get(open).filter(|byte| quote(**byte))?;
    // Where the quote itself is escaped, so is the one that closes; else a backslash escapes what stands behind it.
    let is_escaped = bytes[open - 1] == b'\\';
    let mut close = open + 1;
    while let Some(&byte) = bytes.get(close) {
        if byte == mark || (byte == b'\n' && mark != b'`') || (is_escaped && byte == b'\\') {
            break;
        }
        close += if byte == b'\\' { 2 } else { 1 };
    }
    let closed = bytes.get(close).is_some_and(|byte| *byte != b'\n');
    (closed && close > open + 1).then_some(open + 1..close)
}
