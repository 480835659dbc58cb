//! The copies that drafts left, in words and as JSON.

use ddapps::fetch::Copy;
use ddapps::render;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::located::Place;

/// Two lines a copy, and where it is.
pub fn text(copies: &[Copy], place: &Place) -> String {
    if copies.is_empty() {
        return "there are no drafts\n".to_owned();
    }
    let mut text = String::new();
    for copy in copies {
        let saved = &copy.live.saved;
        let (by, name) = (render::line(&saved.by), render::line(&copy.live.app.name));
        let age = age(&saved.at).map_or_else(|| render::line(&saved.at), |it| it + " ago");
        let link = link(copy, place).unwrap_or_else(|| copy.live.id.to_string());
        text.push_str(&format!(
            "{}  {name}\n    saved {age} by {by}\n    {link}\n",
            copy.key
        ));
    }
    text
}

/// The same for programs.
pub fn json(copies: &[Copy], place: &Place) -> Value {
    let copies = copies.iter().map(|copy| {
        json!({
            "key": copy.key.as_str(),
            "draft": copy.draft.to_string(),
            "id": copy.live.id.to_string(),
            "name": copy.live.app.name,
            "by": copy.live.saved.by,
            "at": copy.live.saved.at,
            "url": link(copy, place),
        })
    });
    json!({"format_version": "1.0", "drafts": copies.collect::<Vec<_>>()})
}

fn link(copy: &Copy, place: &Place) -> Option<String> {
    let pages = place.connection.pages?;
    Some(pages.page(copy.live.id))
}

/// How long ago something was, in its greatest unit.
fn age(at: &str) -> Option<String> {
    let since: Timestamp = at.parse().ok()?;
    let minutes = Timestamp::now().duration_since(since).as_mins().max(0);
    let (number, unit) = match minutes {
        0..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    Some(format!("{number} {unit}{plural}"))
}
