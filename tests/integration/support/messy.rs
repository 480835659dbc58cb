//! YAML as nobody should write it: any style, any indentation, comments in every place where one can stand.

use std::fmt::Write as _;

use serde_yaml::Value;

/// A text as nobody should write it.
pub struct Messy {
    pub text: String,
    /// How many comments it has: `# c0`, `# c1` … in their order.
    pub comments: usize,
    /// Whether an anchor or an alias stands at a key.
    pub has_named_keys: bool,
}

/// A text that says `value`, other for every `seed`.
pub fn messy(value: &Value, seed: u64) -> Messy {
    let mut mess = Mess {
        state: seed,
        out: String::new(),
        comments: 0,
        density: (seed >> 8) as usize % 4 * 4,
        names: Vec::new(),
        has_anchors: (seed >> 16).is_multiple_of(4),
        has_named_keys: false,
    };
    if mess.one_in(4) {
        mess.out.push('\u{feff}');
    }
    mess.lines(0);
    if mess.one_in(3) {
        mess.out.push_str("---");
        mess.line_end();
    }
    match mess.one_in(12) {
        true => {
            mess.flow(value, 1);
            mess.line_end();
        }
        false => mess.block(value, 0, true),
    }
    mess.lines(0);
    let text = match mess.one_in(4) {
        true => mess.out.replace('\n', "\r\n"),
        false => mess.out,
    };
    Messy {
        text,
        comments: mess.comments,
        has_named_keys: mess.has_named_keys,
    }
}

struct Mess {
    state: u64,
    out: String,
    comments: usize,
    /// Of sixteen places for a comment so many have one.
    density: usize,
    /// The texts that have an anchor, by its number.
    names: Vec<String>,
    has_anchors: bool,
    has_named_keys: bool,
}

impl Mess {
    /// A number below `limit`, by a linear congruential generator.
    fn below(&mut self, limit: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % limit
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn comment(&mut self) {
        let _ = write!(self.out, "# c{}", self.comments);
        self.comments += 1;
        if self.one_in(5) {
            self.out.push_str(": [\"'{  \t");
        }
    }

    /// Blanks, perhaps a comment, and the end of the line.
    fn line_end(&mut self) {
        if self.below(16) < self.density {
            let blanks = [" ", "  ", "\t", "        "][self.below(4)];
            self.out.push_str(blanks);
            self.comment();
        } else if self.one_in(8) {
            self.out.push_str("  ");
        }
        self.out.push('\n');
    }

    /// Empty lines and comments on lines of their own, at any indentation.
    fn lines(&mut self, indent: usize) {
        while self.one_in(5) {
            match self.below(16) < self.density {
                true => {
                    let indent = match self.one_in(3) {
                        true => self.below(12),
                        false => indent,
                    };
                    self.spaces(indent);
                    self.comment();
                }
                false if self.one_in(2) => self.out.push_str("   "),
                false => {}
            }
            self.out.push('\n');
        }
    }

    fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    /// A value in blocks, each line at `indent`; the first stands where the writer is if `here`.
    fn block(&mut self, value: &Value, indent: usize, mut here: bool) {
        let start = |mess: &mut Self, here: &mut bool| {
            if !std::mem::take(here) {
                mess.lines(indent);
                mess.spaces(indent);
            }
        };
        match value {
            Value::Mapping(map) => {
                for (key, value) in map {
                    start(self, &mut here);
                    let key = key.as_str().unwrap();
                    let is_long = key.len() > 300;
                    self.out.push_str(if is_long { "? " } else { "" });
                    self.key(key);
                    if is_long {
                        self.out.push('\n');
                        self.spaces(indent);
                    }
                    self.out.push(':');
                    self.behind(value, indent, false);
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    start(self, &mut here);
                    self.out.push('-');
                    self.behind(item, indent, true);
                }
            }
            _ => unreachable!("documents are mappings or lists"),
        }
    }

    /// A value behind a key or a dash at `indent`.
    fn behind(&mut self, value: &Value, indent: usize, is_item: bool) {
        let is_empty = match value {
            Value::Mapping(map) => map.is_empty(),
            Value::Sequence(items) => items.is_empty(),
            _ => true,
        };
        if !is_empty && !self.one_in(4) {
            let is_list = matches!(value, Value::Sequence(_));
            let more = match is_list && !is_item && self.one_in(2) {
                true => 0,
                false => 1 + self.below(6),
            };
            if is_item && self.one_in(2) {
                self.out.push(' ');
                self.block(value, indent + 2, true);
                return;
            }
            self.line_end();
            self.block(value, indent + more, false);
            return;
        }
        if let Value::String(text) = value
            && is_literal(text)
            && self.one_in(2)
        {
            let is_folded = self.one_in(2);
            let lines = text.strip_suffix('\n');
            self.out.push_str(if is_folded { " >" } else { " |" });
            self.out.push_str(if lines.is_some() { "" } else { "-" });
            self.line_end();
            let more = 1 + self.below(5);
            let lines = match is_folded {
                true => self.folded(lines.unwrap_or(text)),
                false => lines.unwrap_or(text).to_owned(),
            };
            for line in lines.split('\n') {
                self.spaces(indent + more);
                self.out.push_str(line);
                self.out.push('\n');
            }
            return;
        }
        match self.one_in(10) {
            // On the next line.
            true => {
                self.line_end();
                self.spaces(indent + 1 + self.state as usize % 5);
            }
            false => self.out.push(' '),
        }
        self.flow(value, indent + 1);
        self.line_end();
    }

    /// A text as a folded block says it: a break between two lines stands as two, except at lines with an indentation of
    /// their own, and a blank between two words may stand as a break.
    fn folded(&mut self, text: &str) -> String {
        let is_more = |line: &str| line.starts_with([' ', '\t']);
        let mut out = String::new();
        let mut above: Option<&str> = None;
        for line in text.split('\n') {
            match above {
                None => {}
                // Of several breaks one more.
                Some(above) if !line.is_empty() && !is_more(above) && !is_more(line) => {
                    out.push_str("\n\n");
                }
                Some(_) => out.push('\n'),
            }
            let chars: Vec<char> = line.chars().collect();
            for (at, c) in chars.iter().enumerate() {
                let between = at > 0 && chars[at - 1] != ' ' && chars[at - 1] != '\t';
                let next = chars.get(at + 1).is_some_and(|c| !c.is_whitespace());
                let breaks = *c == ' ' && between && next && !is_more(line) && self.one_in(3);
                out.push(if breaks { '\n' } else { *c });
            }
            if !line.is_empty() {
                above = Some(line);
            } else {
                above = above.or(Some(line));
            }
        }
        out
    }

    /// A break where blanks may stand between braces.
    fn gap(&mut self, indent: usize) {
        if self.one_in(5) {
            self.line_end();
            self.lines(indent);
            self.spaces(indent);
        } else if self.one_in(3) {
            self.out.push(' ');
        }
    }

    fn flow(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Mapping(map) => {
                self.out.push('{');
                for (index, (key, value)) in map.iter().enumerate() {
                    self.out.push_str(if index > 0 { ", " } else { "" });
                    self.gap(indent);
                    self.key(key.as_str().unwrap());
                    self.out.push_str(": ");
                    self.flow(value, indent);
                    self.gap(indent);
                }
                self.out.push('}');
            }
            Value::Sequence(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.out.push_str(if index > 0 { ", " } else { "" });
                    self.gap(indent);
                    self.flow(item, indent);
                    self.gap(indent);
                }
                self.out.push(']');
            }
            Value::String(text) => self.scalar(text),
            Value::Number(number) => {
                let _ = write!(self.out, "{number}");
            }
            Value::Bool(value) => {
                let word = value.to_string();
                let word = [word.to_uppercase(), word][self.below(2)].clone();
                self.out.push_str(&word);
            }
            Value::Null => {
                let word = ["null", "~", "Null"][self.below(3)];
                self.out.push_str(word);
            }
            Value::Tagged(_) => unreachable!("nothing is tagged"),
        }
    }

    fn key(&mut self, text: &str) {
        let start = self.out.len();
        let count = self.names.len();
        self.scalar(text);
        if self.out[start..].starts_with('*') {
            // Else the `:` would belong to the name.
            self.out.push(' ');
        }
        self.has_named_keys |= self.out[start..].starts_with('*') || self.names.len() > count;
    }

    /// A string, perhaps with an anchor, or by one.
    fn scalar(&mut self, text: &str) {
        if self.has_anchors {
            if let Some(number) = self.names.iter().position(|it| it == text)
                && self.one_in(2)
            {
                let _ = write!(self.out, "*n{number}");
                return;
            }
            if self.one_in(12) {
                let _ = write!(self.out, "&n{} ", self.names.len());
                self.names.push(text.to_owned());
            }
        }
        self.quoted(text);
    }

    /// A string in one of the styles that can hold it.
    fn quoted(&mut self, text: &str) {
        let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_. ".contains(c))
            && !text.ends_with(' ')
            && !["true", "false", "null"].contains(&text.to_lowercase().as_str());
        let is_plain = text
            .chars()
            .all(|c| !c.is_control() && c < '\u{2000}' && c != '\u{feff}');
        match self.below(3) {
            0 if is_word => self.out.push_str(text),
            1 if is_plain && !text.contains(['\u{85}', '\u{2028}']) => {
                let _ = write!(self.out, "'{}'", text.replace('\'', "''"));
            }
            // JSON's strings are YAML's.
            _ => {
                let quoted = serde_json::to_string(text).unwrap();
                self.out.push_str(&escaped(&quoted));
            }
        }
    }
}

/// Whether a literal block of any indentation can hold the text.
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.ends_with("\n\n")
        && !text.contains(['\r', '\u{feff}', '\u{85}', '\u{2028}', '\u{2029}'])
        && text.chars().all(|c| c == '\n' || !c.is_control())
        && text
            .lines()
            .all(|line| line.is_empty() || !line.trim().is_empty())
}

/// Without what YAML wants escaped besides.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            format!("\\u{:04x}", u32::from(c))
        }
        c => c.into(),
    };
    text.chars().map(escape).collect()
}
