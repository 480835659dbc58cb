//! The list of apps: its order, pages and filters.

use super::*;
use crate::emulator::operation::{Sort, SortField};

fn ids(list: &Value) -> Vec<Uuid> {
    let items = list["data"].as_array().expect("a list");
    items
        .iter()
        .map(|item| {
            item["id"]
                .as_str()
                .and_then(|id| id.parse().ok())
                .expect("an id")
        })
        .collect()
}

#[test]
fn a_list_shows_ten_apps_the_newest_first_and_deployments_beside_them() {
    let mut store = store(&[]);
    let made: Vec<Uuid> = (0..12).map(|_| create(&mut store, json!({}))).collect();
    on(&mut store, made[11], AppOperation::Publish);
    let page = list(&mut store, Listing::default());
    let newest: Vec<Uuid> = made.iter().rev().take(10).copied().collect();
    assert_eq!(ids(&page), newest);
    assert_eq!(
        page["meta"]["page"],
        json!({ "totalCount": 12, "totalFilteredCount": 12 })
    );
    assert_eq!(
        page["data"][0]["relationships"]["deployment"]["data"]["id"],
        page["included"][0]["id"]
    );
    assert_eq!(page["data"][0]["meta"]["version"], json!(0));
    assert_eq!(page["data"][0]["meta"].get("version_id"), None);
}

#[test]
fn pages_start_where_they_are_switched_to_and_are_capped() {
    let lengths = |first: &str| {
        let mut store = store(&[("first-page", first), ("max-limit", "10")]);
        (0..12).for_each(|_| {
            create(&mut store, json!({}));
        });
        [0, 1, 2].map(|number| {
            let page = Page {
                limit: Some(50),
                number: Some(number),
            };
            ids(&list(
                &mut store,
                Listing {
                    page,
                    ..Listing::default()
                },
            ))
            .len()
        })
    };
    assert_eq!(lengths("zero"), [10, 2, 0]);
    assert_eq!(lengths("zero-or-one"), [10, 10, 2]);
    assert_eq!(lengths("one"), [0, 10, 2]);
}

#[test]
fn names_and_tags_match_as_switched() {
    let found = |switches: &[(&str, &str)], name: Option<&str>, tags: Option<&str>| {
        let mut store = store(switches);
        for (name, tags) in [
            ("Cats", vec!["a", "b"]),
            ("Cat", vec!["a"]),
            ("Dog", vec!["a,b"]),
        ] {
            let id = create(&mut store, json!({ "name": name }));
            on(
                &mut store,
                id,
                AppOperation::SetTags(tags.into_iter().map(str::to_owned).collect()),
            );
        }
        let listing = Listing {
            name: name.map(str::to_owned),
            tags: tags.map(str::to_owned),
            ..Listing::default()
        };
        ids(&list(&mut store, listing)).len()
    };
    assert_eq!(found(&[], Some("cat"), None), 2);
    assert_eq!(found(&[("name-filter", "exact")], Some("Cat"), None), 1);
    assert_eq!(found(&[], None, Some("a,b")), 1);
    assert_eq!(found(&[("tags-filter", "any")], None, Some("a,b")), 2);
    assert_eq!(found(&[("tags-filter", "whole")], None, Some("a,b")), 1);
}

#[test]
fn a_list_is_sorted_by_the_fields_in_their_order() {
    let mut store = store(&[]);
    let made = ["b", "a", "b"].map(|name| create(&mut store, json!({ "name": name })));
    let by = |by, descending| Sort { by, descending };
    let sort = vec![by(SortField::Name, true), by(SortField::CreatedAt, false)];
    assert_eq!(
        ids(&list(
            &mut store,
            Listing {
                sort,
                ..Listing::default()
            }
        )),
        [made[0], made[2], made[1]]
    );
}
