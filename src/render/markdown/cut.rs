//! What of a document is shown where a host allows only so much of it.
//!
//! A comment is cut by its structure, never inside of a fence or a fold. What matters most comes first: the heading
//! and the counts always, then the table, then a line about each app (why it was refused, what its users lose), then
//! the findings, then what differs, and at last everything about each app. What is left out is counted, and where to
//! find it is said.
//!
//! Hosts count differently, and not all as they say: some count characters, GitHub stores 256 KiB of a comment and
//! 65,536 characters of a pull request's text. Bytes are never fewer than characters, so bytes are counted here.

/// A document in its parts.
pub(super) struct Parts {
    /// What comes first; never left out.
    pub head: String,
    /// The head of the table.
    pub table: &'static str,
    /// The rows of the table.
    pub rows: Vec<String>,
    /// What is said about each app.
    pub sections: Vec<Section>,
    /// What comes before and after the items of the list at the end.
    pub list: (String, &'static str),
    /// The items of the list at the end.
    pub items: Vec<String>,
}

/// What is said about an app, more or less of it.
#[derive(Default)]
pub(super) struct Section {
    /// What a reader has to know, and how much differs.
    pub line: String,
    /// With what differs.
    pub changes: String,
    /// With all there is.
    pub full: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Nothing,
    Line,
    Changes,
    Full,
}

impl Section {
    fn at(&self, level: Level) -> &str {
        match level {
            Level::Nothing => "",
            Level::Line => &self.line,
            Level::Changes => &self.changes,
            Level::Full => &self.full,
        }
    }
}

/// What is shown.
struct Shown {
    rows: usize,
    levels: Vec<Level>,
    items: usize,
}

/// The document in at most `limit` bytes; whole where there is no limit. `more` says where the rest is.
pub(super) fn fit(parts: &Parts, limit: Option<usize>, more: Option<&str>) -> String {
    let all = Shown {
        rows: parts.rows.len(),
        levels: vec![Level::Full; parts.sections.len()],
        items: parts.items.len(),
    };
    let text = written(parts, &all, more);
    match limit {
        Some(limit) if text.len() > limit => written(parts, &chosen(parts, limit, more), more),
        _ => text,
    }
}

/// As much as there is room for, in the order in which it matters.
fn chosen(parts: &Parts, limit: usize, more: Option<&str>) -> Shown {
    let mut shown = Shown {
        rows: 0,
        levels: vec![Level::Nothing; parts.sections.len()],
        items: 0,
    };
    // With nothing shown everything is left out, so what is said about that is as long as it ever is.
    let mut room = limit.saturating_sub(written(parts, &shown, more).len() + SPARE);
    let mut rows_room = room / 2;
    let before = rows_room;
    prefix(&parts.rows, &mut shown.rows, &mut rows_room);
    room -= before - rows_room;
    raise(parts, &mut shown, Level::Line, &mut room);
    prefix(&parts.items, &mut shown.items, &mut room);
    raise(parts, &mut shown, Level::Changes, &mut room);
    raise(parts, &mut shown, Level::Full, &mut room);
    prefix(&parts.rows, &mut shown.rows, &mut room);
    shown
}

/// For the words about what is left out, which may be longer when less is.
const SPARE: usize = 40;

/// Takes texts in order as long as there is room.
fn prefix(texts: &[String], taken: &mut usize, room: &mut usize) {
    while let Some(rest) = texts.get(*taken).and_then(|it| room.checked_sub(it.len())) {
        *room = rest;
        *taken += 1;
    }
}

/// Shows more of every app for which there is room. One that is too large is no reason to leave the others out.
fn raise(parts: &Parts, shown: &mut Shown, level: Level, room: &mut usize) {
    for (section, now) in parts.sections.iter().zip(&mut shown.levels) {
        let (old, new) = (section.at(*now).len(), section.at(level).len());
        if let Some(rest) = (*room + old).checked_sub(new) {
            *room = rest;
            *now = level;
        }
    }
}

fn written(parts: &Parts, shown: &Shown, more: Option<&str>) -> String {
    let mut text = parts.head.clone();
    if !parts.rows.is_empty() {
        text.push_str(parts.table);
        text.extend(parts.rows[..shown.rows].iter().map(String::as_str));
        match parts.rows.len() - shown.rows {
            0 => {}
            rest => text.push_str(&format!("| … | and {rest} more | | |\n")),
        }
        text.push('\n');
    }
    for (section, level) in parts.sections.iter().zip(&shown.levels) {
        text.push_str(section.at(*level));
    }
    if !parts.items.is_empty() {
        text.push_str(&parts.list.0);
        text.extend(parts.items[..shown.items].iter().map(String::as_str));
        match parts.items.len() - shown.items {
            0 => {}
            rest => text.push_str(&format!("- … and {rest} more\n")),
        }
        text.push_str(parts.list.1);
    }
    text + &left_out(parts, shown, more)
}

/// What is not shown.
fn left_out(parts: &Parts, shown: &Shown, more: Option<&str>) -> String {
    let sections = shown.levels.iter().zip(&parts.sections);
    let texts = sections.map(|(level, section)| (section.at(*level), section.full.as_str()));
    let cut: Vec<_> = texts.filter(|(shown, full)| shown != full).collect();
    let gone = cut.iter().filter(|(shown, _)| shown.is_empty()).count();
    let short = cut.len() - gone;
    let is_cut = shown.rows < parts.rows.len() || shown.items < parts.items.len();
    if short + gone == 0 && !is_cut {
        return String::new();
    }
    let counts = [(short, "shortened"), (gone, "without details")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, what)| format!("{count} {} {what}", if count == 1 { "app" } else { "apps" }))
        .collect();
    let counts = match counts.is_empty() {
        true => String::new(),
        false => format!(": {}", counts.join(", ")),
    };
    let more = more.map_or_else(String::new, |it| format!(" See {it}."));
    format!("\n*Not everything fits here{counts}.{more}*\n")
}
