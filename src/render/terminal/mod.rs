//! Plans, reports and findings as text for a terminal: layout and colour only; what is said is decided in `view`.

mod line;
mod report;
mod snippet;

use std::ops::Range;

use crate::model::Texts;
use crate::render::Options;
use crate::render::gist;
use crate::render::hunk::{self, Side};
use crate::render::json::{App, Finding, Severity};
use crate::render::redact::Mask;
use crate::render::rows::{Content, Part, Row, Sign};
use crate::render::view::{AppView, Kind, Section, View};
use crate::render::words::counted;

use line::{Line, Page, Tone};

pub(super) use report::report;

/// A plan: the counts, the apps by what happens to them, then the findings.
pub(super) fn plan(view: &View<'_>, options: &Options) -> String {
    let mut page = Page::new(options);
    page.push(
        Line::at(0)
            .put(Tone::Strong, &view.title)
            .put(Tone::Plain, ": ")
            .put(Tone::Plain, &view.counts.join(", ")),
    );
    for it in &view.sections {
        section(&mut page, it);
    }
    noted(&mut page, &view.noted);
    orphans(&mut page, &view.orphans);
    if !view.findings.is_empty() {
        page.gap();
        all_findings(&mut page, view.findings);
    }
    page.finish()
}

/// Findings alone, each with its line where the text is there.
pub(super) fn findings(
    findings: &[Finding],
    texts: &Texts,
    mask: &Mask,
    options: &Options,
) -> String {
    let mut page = Page::new(options);
    if findings.is_empty() {
        page.push(Line::at(0).put(Tone::Plain, "no findings"));
        return page.finish();
    }
    let mut text = String::new();
    for finding in findings {
        match snippet::snippet(finding, texts, mask, options) {
            Some(snippet) => text.push_str(&snippet),
            None => {
                let mut page = Page::new(options);
                one_finding(&mut page, finding);
                text.push_str(&page.finish());
            }
        }
        text.push('\n');
    }
    totals(&mut page, findings);
    text + &page.finish()
}

fn heading(page: &mut Page, title: &str, count: usize) {
    page.gap();
    page.push(
        Line::at(0)
            .put(Tone::Strong, title)
            .put(Tone::Faint, &format!(" ({count})")),
    );
}

fn section(page: &mut Page, section: &Section<'_>) {
    heading(page, section.kind.title(), section.apps.len());
    for (index, view) in section.apps.iter().enumerate() {
        // Apps of more than a line are told apart by a blank one.
        if index > 0 && section.kind != Kind::Delete {
            page.gap();
        }
        app(page, section.kind, view);
    }
}

fn app(page: &mut Page, kind: Kind, view: &AppView<'_>) {
    let tone = match kind {
        Kind::Refused | Kind::Untold | Kind::Collides | Kind::Left => Tone::Danger,
        Kind::Delete | Kind::Unpublish | Kind::Gone => Tone::Removed,
        Kind::Create | Kind::Pulled => Tone::Added,
        Kind::Update | Kind::Adopt | Kind::Edited | Kind::Unmarked => Tone::Changed,
        Kind::Unknown | Kind::Absent => Tone::Faint,
    };
    let line = Line::at(2).put(tone, kind.sign()).put(Tone::Plain, " ");
    named(page, line, view.app, &view.status);
    if let Some(refusal) = &view.app.refusal {
        page.prose(6, (Tone::Plain, ""), Tone::Danger, &refusal.message);
        help(page, 6, &refusal.help);
    }
    for (said, places) in &view.edits {
        let text = format!("{said}: {}", places.join(", "));
        page.prose(6, (Tone::Changed, "live edit: "), Tone::Plain, &text);
    }
    // What it means comes before what it is.
    for note in &view.app.notes {
        page.prose(6, (Tone::Changed, "note: "), Tone::Plain, &note.message);
    }
    for it in &view.parts {
        part(page, 6, it);
    }
    if let Some(steps) = &view.steps {
        page.prose(6, (Tone::Faint, "steps: "), Tone::Faint, steps);
    }
}

/// An app's key and name, with its file and more beside them, or below where the line is full.
fn named(page: &mut Page, line: Line, app: &App, more: &str) {
    let line = line.put_link(Tone::Strong, &app.key, app.url.as_ref());
    let line = line.put(Tone::Plain, "  ");
    let mut line = line.value(Tone::Plain, &app.name, &(0..app.name.len()), page.limit);
    let file = (app.file.as_ref()).map(|file| format!("{}:{}", file.path, file.line));
    for text in file.iter().map(String::as_str).chain([more]) {
        if text.is_empty() {
            continue;
        }
        let beside = line.clone().put(Tone::Faint, "  ").put(Tone::Faint, text);
        line = match beside.width() <= page.limit {
            true => beside,
            false => {
                page.push(line);
                Line::at(6).put(Tone::Faint, text)
            }
        };
    }
    page.push(line);
}

fn help(page: &mut Page, indent: usize, help: &str) {
    if !help.is_empty() {
        page.prose(indent, (Tone::Faint, "help: "), Tone::Plain, help);
    }
}

fn part(page: &mut Page, indent: usize, part: &Part<'_>) {
    // A component that comes, goes or moves as a whole needs no line for its name alone.
    let indent = match part.title {
        None => indent,
        Some(_) if is_whole(part) => indent,
        Some(_) => {
            let line = called(Line::at(indent), part);
            page.push(match part.caption {
                Some(caption) => line.put(Tone::Faint, &format!("  \"{caption}\"")),
                None => line,
            });
            indent + 2
        }
    };
    let short = |row: &&Row| matches!(row.content, Content::Short { .. });
    let labels = part
        .rows
        .iter()
        .filter(short)
        .map(|row| row.label.chars().count());
    // One long label must not push all the others' values to the right.
    let widest = labels.filter(|it| *it <= 30).max().unwrap_or(0);
    for row in &part.rows {
        self::row(page, indent, indent + 2 + widest + 2, part, row);
    }
}

/// Whether all rows are about the part as a whole.
fn is_whole(part: &Part<'_>) -> bool {
    part.rows.iter().all(|row| row.label.is_empty())
}

/// What a part is called, after what is around it: `tab "Tasks" › modal "Sure?" › button scale`.
fn called(mut line: Line, part: &Part<'_>) -> Line {
    for around in part.within {
        let name = match &around.title {
            Some(title) => format!("\"{title}\""),
            None => around.name.clone(),
        };
        line = line.put(Tone::Faint, &format!("{} {name} › ", around.kind));
    }
    match part.title {
        None => line,
        Some(title) if title.name.is_empty() => line.put(Tone::Faint, title.noun),
        Some(title) => line
            .put(Tone::Faint, title.noun)
            .put(Tone::Plain, " ")
            .put(Tone::Strong, title.name),
    }
}

fn row(page: &mut Page, indent: usize, column: usize, part: &Part<'_>, row: &Row) {
    let (sign, tone) = match row.sign {
        Sign::Added => ("+", Tone::Added),
        Sign::Removed => ("-", Tone::Removed),
        Sign::Changed | Sign::Moved => ("~", Tone::Changed),
    };
    let head = Line::at(indent).put(tone, sign).put(Tone::Plain, " ");
    let head = match row.label.as_str() {
        "" if part.title.is_some() && is_whole(part) => called(head, part),
        label => head.put(Tone::Plain, label),
    };
    match &row.content {
        Content::Short { before, after } => {
            short(
                page,
                head,
                column,
                indent + 4,
                (before.as_deref(), after.as_deref()),
            );
        }
        Content::Lines(lines) => {
            page.push(head);
            self::lines(page, indent + 4, lines);
        }
        Content::Summary { words, lines } => {
            let is_named_above = part.title.is_some() && !is_whole(part);
            let head = match row.label.is_empty() && is_named_above {
                true => head,
                false => head.put(Tone::Plain, "  "),
            };
            page.prose_after(head, indent + 4, Tone::Plain, words);
            self::lines(page, indent + 4, lines);
        }
    }
}

/// Values beside their label, or below it where they do not fit.
fn short(
    page: &mut Page,
    head: Line,
    column: usize,
    indent: usize,
    values: (Option<&str>, Option<&str>),
) {
    let beside = head.clone().column(column);
    let line = match values {
        (Some(before), Some(after)) => beside
            .put(Tone::Removed, before)
            .put(Tone::Faint, " → ")
            .put(Tone::Added, after),
        (Some(before), None) => beside.put(Tone::Removed, before),
        (None, after) => beside.put(Tone::Added, after.unwrap_or_default()),
    };
    if line.width() <= page.limit {
        return page.push(line);
    }
    page.push(head);
    let limit = page.limit;
    let whole = |text: &str| 0..text.len();
    let (old, new) = match values {
        (Some(before), Some(after)) => hunk::changed(before, after),
        (before, after) => (
            whole(before.unwrap_or_default()),
            whole(after.unwrap_or_default()),
        ),
    };
    if let Some(before) = values.0 {
        page.push(Line::at(indent).put(Tone::Removed, "- ").value(
            Tone::Removed,
            before,
            &old,
            limit,
        ));
    }
    if let Some(after) = values.1 {
        page.push(
            Line::at(indent)
                .put(Tone::Added, "+ ")
                .value(Tone::Added, after, &new, limit),
        );
    }
}

fn lines(page: &mut Page, indent: usize, lines: &[hunk::Line]) {
    let left_out = |count: usize, what: &str| {
        Line::at(indent).put(
            Tone::Faint,
            &format!(
                "… {}",
                counted(count, &format!("{what} line"), &format!("{what} lines"))
            ),
        )
    };
    for line in lines {
        let line = match line {
            hunk::Line::Equal(count) => left_out(*count, "equal"),
            hunk::Line::Chars(count) => {
                let chars = counted(*count, "equal character", "equal characters");
                Line::at(indent).put(Tone::Faint, &format!("… {chars}"))
            }
            hunk::Line::More(count) => left_out(*count, "more"),
            hunk::Line::Text {
                side,
                text,
                changed,
            } => {
                let (sign, tone) = match side {
                    Side::Both => ("  ", Tone::Faint),
                    Side::Before => ("- ", Tone::Removed),
                    Side::After => ("+ ", Tone::Added),
                };
                let line = Line::at(indent).put(tone, sign);
                match side {
                    Side::Both => line.value(tone, text, changed, page.limit),
                    Side::Before | Side::After => {
                        let (text, changed) = visible_end(text, changed);
                        line.value(tone, &text, &changed, page.limit)
                    }
                }
            }
        };
        page.push(line);
    }
}

/// A line with the blanks at its end as dots: they may be all that differs.
fn visible_end(text: &str, changed: &Range<usize>) -> (String, Range<usize>) {
    let end = text.trim_end_matches(' ').len();
    // A dot has more bytes than a blank.
    let moved = |at: usize| at.min(end) + at.saturating_sub(end) * '·'.len_utf8();
    let dots = "·".repeat(text.len() - end);
    let changed = moved(changed.start)..moved(changed.end);
    (format!("{}{dots}", &text[..end]), changed)
}

/// Apps that nothing happens to, but of which a reader should know something.
fn noted(page: &mut Page, apps: &[&App]) {
    if apps.is_empty() {
        return;
    }
    heading(page, "Unchanged, but", apps.len());
    for app in apps {
        named(page, Line::at(4), app, "");
        for note in &app.notes {
            page.prose(6, (Tone::Changed, "note: "), Tone::Plain, &note.message);
        }
    }
}

fn orphans(page: &mut Page, apps: &[&App]) {
    if apps.is_empty() {
        return;
    }
    heading(page, "Orphaned", apps.len());
    for app in apps {
        named(
            page,
            Line::at(4),
            app,
            app.id.as_deref().unwrap_or_default(),
        );
    }
    page.push(Line::at(4).put(
        Tone::Faint,
        "git no longer has them; turn pruning on to delete them, or bring their files back",
    ));
}

fn all_findings(page: &mut Page, findings: &[Finding]) {
    for finding in findings {
        one_finding(page, finding);
    }
    totals(page, findings);
}

fn one_finding(page: &mut Page, finding: &Finding) {
    let tone = match finding.severity {
        Severity::Error => Tone::Danger,
        Severity::Warning => Tone::Changed,
        Severity::Note => Tone::Faint,
    };
    let word = gist::severity(finding.severity);
    let mut line = Line::at(0);
    if let Some(place) = gist::place(finding) {
        line = line.put(Tone::Plain, &place).put(Tone::Plain, " ");
    }
    let line = line
        .put(tone, &format!("{word}[{}]", finding.rule))
        .put(Tone::Plain, " ");
    page.push(line.put(Tone::Plain, &finding.message));
    help(page, 2, finding.help.as_deref().unwrap_or_default());
}

fn totals(page: &mut Page, findings: &[Finding]) {
    page.push(Line::at(0).put(Tone::Strong, &gist::findings(findings)));
}
