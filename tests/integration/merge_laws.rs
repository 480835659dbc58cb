//! Laws of the three-way merge, on apps nastier than life, and on edits of an app as there are.

use std::collections::BTreeSet;

use ddapps::diff::{ChangeKind, Merged, Side, Sides, diff};
use ddapps::model::{App, AppKey, Definition, DesiredApp, LiveApp, Owner};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::diff_laws::{desired, live, stored};
use crate::support::nasty;

/// What makes a version; the rest has no versions, and laws of its own.
fn versioned(app: &App) -> App {
    App {
        tags: None,
        protection_level: None,
        self_service: None,
        publish: None,
        ..app.clone()
    }
}

fn server(app: &App) -> LiveApp {
    let mut all = live(stored(&versioned(app)));
    all.apps.pop_first().unwrap().1
}

fn git(app: &App) -> DesiredApp {
    let mut all = desired(versioned(app));
    all.apps.pop_first().unwrap().1
}

fn merged(base: Option<&App>, now: &App, wanted: &App, favour: Option<Side>) -> Merged {
    let owner = Owner {
        project: "platform".into(),
        environment: None,
    };
    let key = AppKey::new("refunds").unwrap();
    let base = base.map(server);
    Sides::of(&server(now), &git(wanted)).merge(base.as_ref(), (&owner, &key), favour)
}

/// Where git, if it said this, would differ from what is live.
fn left(app: &App, now: &App) -> Vec<String> {
    let (desired, live) = (desired(versioned(app)), live(stored(&versioned(now))));
    let changes = diff(&desired, &live);
    assert_eq!(changes.len(), 1);
    let fields = changes[0].fields.iter().map(|it| it.path.clone()).collect();
    assert_eq!(
        changes[0].kind == ChangeKind::NoOp,
        changes[0].fields.is_empty()
    );
    fields
}

fn paths(merged: &Merged) -> BTreeSet<&str> {
    merged
        .collisions
        .iter()
        .map(|it| it.path.as_str())
        .collect()
}

proptest! {
    #![proptest_config(crate::support::cases(48))]

    #[test]
    fn what_only_the_live_side_changed_comes_home(base in nasty::app(), now in nasty::app()) {
        let mut wanted = base.clone();
        wanted.description = Some(base.description.clone().unwrap_or_default());
        for favour in [None, Some(Side::Git), Some(Side::Live)] {
            let merged = merged(Some(&base), &now, &wanted, favour);
            prop_assert_eq!(paths(&merged), BTreeSet::new());
            prop_assert_eq!(left(&merged.app, &now), Vec::<String>::new());
        }
    }

    #[test]
    fn what_only_git_changed_stays(base in nasty::app(), wanted in nasty::app()) {
        let mut base = base;
        base.description = Some(base.description.unwrap_or_default());
        let merged = merged(Some(&base), &base, &wanted, None);
        prop_assert_eq!(paths(&merged), BTreeSet::new());
        prop_assert_eq!(merged.edits.changes, Vec::new());
        prop_assert_eq!(left(&merged.app, &wanted), Vec::<String>::new());
    }

    #[test]
    fn what_both_changed_alike_is_no_collision(base in nasty::app(), both in nasty::app()) {
        let merged = merged(Some(&base), &both, &both, None);
        prop_assert_eq!(paths(&merged), BTreeSet::new());
        prop_assert_eq!(merged.edits.changes, Vec::new());
        prop_assert_eq!(left(&merged.app, &both), Vec::<String>::new());
    }

    #[test]
    fn without_a_base_all_that_is_live_is_taken(now in nasty::app(), wanted in nasty::app()) {
        let merged = merged(None, &now, &wanted, None);
        prop_assert_eq!(paths(&merged), BTreeSet::new());
        prop_assert_eq!(left(&merged.app, &now), Vec::<String>::new());
    }

    #[test]
    fn any_three_apps_merge_and_a_favoured_side_leaves_nothing_open(
        base in nasty::app(), now in nasty::app(), wanted in nasty::app(),
    ) {
        for favour in [None, Some(Side::Git), Some(Side::Live)] {
            let merged = merged(Some(&base), &now, &wanted, favour);
            // What git then says is merged again to the same.
            let again = self::merged(Some(&now), &now, &merged.app, None);
            prop_assert_eq!(again.edits.changes, Vec::new());
        }
    }

    #[test]
    fn edits_at_different_places_are_both_kept(mine in edits("a"), theirs in edits("b")) {
        let (base, now) = (sample(&[]), sample(&theirs));
        let both: Vec<_> = theirs.iter().chain(&mine).cloned().collect();
        let merged = merged(Some(&base), &now, &sample(&mine), None);
        prop_assert_eq!(paths(&merged), BTreeSet::new());
        prop_assert_eq!(left(&merged.app, &sample(&both)), Vec::<String>::new());
    }

    #[test]
    fn collisions_are_the_same_from_both_sides(mine in edits("a"), theirs in edits("a")) {
        let (base, now, wanted) = (sample(&[]), sample(&theirs), sample(&mine));
        let (one, other) = (merged(Some(&base), &now, &wanted, None), merged(Some(&base), &wanted, &now, None));
        prop_assert_eq!(paths(&one), paths(&other));
        // Whoever is favoured, the places that did not collide are merged alike.
        for (favour, side) in [(Side::Live, &now), (Side::Git, &wanted)] {
            let merged = merged(Some(&base), &now, &wanted, Some(favour));
            if mine.len() == 1 && theirs.len() == 1 && !merged.collisions.is_empty() {
                prop_assert_eq!(left(&merged.app, side), Vec::<String>::new());
            }
        }
    }
}

/// One thing that somebody does to an app.
#[derive(Clone, Debug)]
enum Edit {
    Label(String, String),
    Line(String, usize, String),
    Add(String, String),
    Remove(String),
    Move(String),
    Query(String),
    Input(String, String),
    Event(String, String),
}

/// Edits of the half of the sample whose names begin with `half`; what they add is called after them, too.
fn edits(half: &'static str) -> impl Strategy<Value = Vec<Edit>> {
    let part = (0..3_usize).prop_map(move |nth| format!("{half}{nth}"));
    let word = "[x-z]{1,3}";
    let edit = prop_oneof![
        (part.clone(), word).prop_map(|(name, word)| Edit::Label(name, word)),
        (0..8_usize, word).prop_map(move |(line, word)| Edit::Line(
            format!("{half}Code"),
            line,
            word
        )),
        (word,).prop_map(move |(word,)| Edit::Add(format!("{half}Box"), format!("{half}{word}"))),
        part.clone().prop_map(Edit::Remove),
        part.clone().prop_map(Edit::Move),
        word.prop_map(move |word| Edit::Query(format!("{half}Query{word}"))),
        (Just(format!("{half}Code")), word).prop_map(|(name, word)| Edit::Input(name, word)),
        (part, word).prop_map(|(name, word)| Edit::Event(name, word)),
    ];
    prop::collection::vec(edit, 1..4)
}

/// An app of two halves, with edits.
fn sample(edits: &[Edit]) -> App {
    let part = |name: String| {
        json!({"type": "button", "name": name, "properties": {"label": "as it was", "size": 1},
            "events": [{"name": "click", "type": "triggerQuery", "queryName": "aCode"}]})
    };
    let half = |half: &str| {
        let children: Vec<_> = (0..3).map(|nth| part(format!("{half}{nth}"))).collect();
        json!({"type": "grid", "name": format!("{half}Box"), "events": [], "properties": {"children": children}})
    };
    let code = |half: &str| {
        let lines: Vec<_> = (0..8).map(|line| format!("  step{line}();")).collect();
        let outputs = format!(
            "${{((outputs) => {{{}}})(self.rawOutputs)}}",
            lines.join("\n")
        );
        json!({"type": "action", "name": format!("{half}Code"), "properties": {
            "outputs": outputs, "spec": {"fqn": "a.b", "inputs": {"of": half}}}})
    };
    let mut components = vec![half("a"), half("b"), part("between".into())];
    let mut queries = vec![code("a"), code("b")];
    for edit in edits {
        edited(edit, &mut components, &mut queries);
    }
    App {
        name: "Sample".into(),
        description: Some(String::new()),
        tags: None,
        protection_level: None,
        self_service: None,
        publish: None,
        definition: Definition::new(ddapps::model::Body {
            root_instance_name: "aBox".into(),
            components,
            queries,
            extra: serde_json::Map::new(),
        }),
    }
}

fn edited(edit: &Edit, components: &mut [Value], queries: &mut Vec<Value>) {
    let mut component = |name: &str, change: &mut dyn FnMut(&mut Vec<Value>, usize)| {
        for list in components.iter_mut() {
            if let Some(children) = list["properties"]["children"].as_array_mut()
                && let Some(at) = children.iter().position(|it| it["name"] == name)
            {
                return change(children, at);
            }
        }
    };
    match edit {
        Edit::Label(name, word) => component(name, &mut |list, at| {
            list[at]["properties"]["label"] = word.as_str().into();
        }),
        Edit::Remove(name) => component(name, &mut |list, at| {
            list.remove(at);
        }),
        Edit::Move(name) => component(name, &mut |list, at| {
            let it = list.remove(at);
            list.insert(0, it);
        }),
        Edit::Event(name, word) => component(name, &mut |list, at| {
            let events = list[at]["events"].as_array_mut().unwrap();
            events.push(json!({"name": "click", "type": "toast", "text": word}));
        }),
        Edit::Add(parent, name) => {
            let parent = components
                .iter_mut()
                .find(|it| it["name"] == parent.as_str())
                .unwrap();
            let children = parent["properties"]["children"].as_array_mut().unwrap();
            children.retain(|it| it["name"] != name.as_str());
            children.push(json!({"type": "text", "name": name, "events": [], "properties": {}}));
        }
        Edit::Query(name) => {
            queries.retain(|it| it["name"] != name.as_str());
            queries.push(json!({"type": "stateVariable", "name": name, "properties": {}}));
        }
        Edit::Input(name, word) => {
            let query = queries
                .iter_mut()
                .find(|it| it["name"] == name.as_str())
                .unwrap();
            query["properties"]["spec"]["inputs"][word.as_str()] = 1.into();
        }
        Edit::Line(name, line, word) => {
            let query = queries
                .iter_mut()
                .find(|it| it["name"] == name.as_str())
                .unwrap();
            let code = query["properties"]["outputs"].as_str().unwrap().to_owned();
            let wanted = format!("step{line}()");
            query["properties"]["outputs"] = code.replace(&wanted, &format!("{word}()")).into();
        }
    }
}
