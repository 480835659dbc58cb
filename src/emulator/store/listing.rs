//! Which apps and versions a list shows: filters, order and pages.

use std::cmp::Ordering;

use super::app::App;
use crate::emulator::operation::{Listing, Page, Sort, SortField};
use crate::emulator::switch::{FirstPage, MaxLimit, NameFilter, Switches, TagsFilter};

/// Items on a page when no limit is asked for.
const DEFAULT_LIMIT: usize = 10;

/// The apps that pass the filters, in the order asked for.
pub fn select<'a>(
    apps: impl Iterator<Item = &'a App>,
    listing: &Listing,
    switches: &Switches,
) -> Vec<&'a App> {
    let mut selected: Vec<&App> = apps.filter(|app| passes(app, listing, switches)).collect();
    selected.sort_by(|a, b| order(a, b, &listing.sort));
    selected
}

/// The part of `items` that is on the page.
pub fn paged<'a, T>(items: &'a [T], page: Page, switches: &Switches) -> &'a [T] {
    let most = match switches.max_limit {
        MaxLimit::Ten => 10,
        MaxLimit::Hundred => 100,
        MaxLimit::Thousand => 1_000,
    };
    let limit = page.limit.unwrap_or(DEFAULT_LIMIT).min(most);
    let index = match (switches.first_page, page.number) {
        (_, None) => 0,
        (FirstPage::Zero, Some(number)) => number,
        (FirstPage::One, Some(0)) => return &[],
        (FirstPage::ZeroOrOne | FirstPage::One, Some(number)) => number.saturating_sub(1),
    };
    let start = index.saturating_mul(limit).min(items.len());
    let end = start.saturating_add(limit).min(items.len());
    items.get(start..end).unwrap_or_default()
}

fn passes(app: &App, listing: &Listing, switches: &Switches) -> bool {
    // Taken apart so that a new filter cannot be forgotten here.
    let Listing {
        page: _,
        user_name,
        user_uuid,
        name,
        query,
        deployed,
        tags,
        favorite,
        self_service,
        sort: _,
    } = listing;
    let named = |wanted: &str| match switches.name_filter {
        NameFilter::Substring => contains(app.text("name"), wanted),
        NameFilter::Exact => app.text("name") == wanted,
        NameFilter::Word => app.text("name").split(' ').any(|word| word == wanted),
    };
    user_name
        .as_deref()
        .is_none_or(|wanted| app.author.name == wanted)
        && user_uuid.is_none_or(|wanted| app.author.uuid == wanted)
        && name.as_deref().is_none_or(named)
        && query.as_deref().is_none_or(|wanted| {
            contains(app.text("name"), wanted) || contains(&app.author.name, wanted)
        })
        && deployed.is_none_or(|wanted| app.live().is_some() == wanted)
        && tags
            .as_deref()
            .is_none_or(|wanted| tagged(app, wanted, switches.tags_filter))
        && favorite.is_none_or(|wanted| app.favorite == wanted)
        && self_service.is_none_or(|wanted| app.self_service == wanted)
}

fn contains(text: &str, wanted: &str) -> bool {
    text.to_lowercase().contains(&wanted.to_lowercase())
}

fn tagged(app: &App, wanted: &str, filter: TagsFilter) -> bool {
    let has = |tag: &str| app.tags.iter().any(|known| known == tag);
    match filter {
        TagsFilter::All => wanted.split(',').all(has),
        TagsFilter::Any => wanted.split(',').any(has),
        TagsFilter::Whole => has(wanted),
    }
}

/// The order asked for; then newest first, then by id, so that pages never overlap.
fn order(a: &App, b: &App, sort: &[Sort]) -> Ordering {
    let asked = sort.iter().map(|sort| {
        let order = match sort.by {
            SortField::Name => a.text("name").cmp(b.text("name")),
            SortField::CreatedAt => a.created_at.cmp(&b.created_at),
            SortField::UpdatedAt => a.updated_at.cmp(&b.updated_at),
            SortField::UserName => a.author.name.cmp(&b.author.name),
        };
        if sort.descending {
            order.reverse()
        } else {
            order
        }
    });
    asked
        .fold(Ordering::Equal, Ordering::then)
        .then(b.created_at.cmp(&a.created_at))
        .then(a.id.cmp(&b.id))
}
