//! Rules about what nothing in the app uses.

use std::collections::BTreeSet;

use serde_json::Value;

use super::app::{App, Part};
use super::node::Node;
use super::safety::{changes_things, runs_by_itself};
use crate::model::Remark;

pub(super) fn check(app: &App, remarks: &mut Vec<Remark>) {
    let used = used(app);
    for query in &app.queries {
        unused_query(query, &used, remarks);
    }
    for component in &app.components {
        unused_modal(component, &used, remarks);
    }
}

/// `unused-query`
fn unused_query(query: &Part, used: &BTreeSet<&str>, remarks: &mut Vec<Remark>) {
    if used.contains(query.name) {
        return;
    }
    // What runs by itself and goes on to do something is of use without being named.
    let events = query.members.events;
    let reacts = events.is_some_and(|events| events.items().next().is_some());
    if query.kind == "action" && runs_by_itself(query) && (reacts || changes_things(query)) {
        return;
    }
    let message = match query.kind {
        "stateVariable" => format!("nothing reads or sets the state variable `{}`", query.name),
        _ => format!("nothing triggers or reads query `{}`", query.name),
    };
    remarks.push(query.name_node().remark("unused-query", message));
}

/// `unused-modal`
fn unused_modal(component: &Part, used: &BTreeSet<&str>, remarks: &mut Vec<Remark>) {
    if component.kind != "modal" || used.contains(component.name) {
        return;
    }
    let message = format!("nothing opens modal `{}`", component.name);
    remarks.push(component.name_node().remark("unused-modal", message));
}

/// Every name of a query or modal that an expression or an event mentions. A text that is a name and nothing else counts,
/// wherever it stands: fields that we do not know may refer to things too.
fn used<'a>(app: &'a App) -> BTreeSet<&'a str> {
    let modals = app.components.iter().filter(|it| it.kind == "modal");
    let asked = Asked::of(modals.chain(&app.queries).map(|it| it.name));
    let expressions = app.texts.iter().flat_map(|text| &text.expressions);
    let names = expressions.flat_map(|expression| &expression.parsed.names);
    let names = names.map(|name| name.name.as_str());
    let mut used: BTreeSet<&str> = names.filter(|name| asked.contains(name)).collect();
    // Of code that does not parse, every word may be a use.
    let broken = app.texts.iter().filter(|text| text.is_broken());
    used.extend(broken.flat_map(|text| words(text.text)));
    for component in &app.components {
        // Children are components of their own.
        for (key, member) in component.node.members().filter(|(key, _)| *key != "name") {
            match key {
                "properties" => (member.members())
                    .filter(|(key, _)| *key != "children")
                    .for_each(|(_, member)| mentions(member, &asked, &mut used)),
                _ => mentions(member, &asked, &mut used),
            }
        }
    }
    for query in &app.queries {
        let members = query.node.members().filter(|(key, _)| *key != "name");
        members.for_each(|(_, member)| mentions(member, &asked, &mut used));
    }
    used
}

/// The names that are asked about.
struct Asked<'a> {
    names: BTreeSet<&'a str>,
    /// The length of the longest one: most texts of an app are longer.
    longest: usize,
}

impl<'a> Asked<'a> {
    fn of(names: impl Iterator<Item = &'a str>) -> Self {
        let names: BTreeSet<_> = names.collect();
        let longest = names.iter().map(|name| name.len()).max().unwrap_or(0);
        Self { names, longest }
    }

    fn contains(&self, text: &str) -> bool {
        text.len() <= self.longest && self.names.contains(text)
    }
}

/// Collects the texts that are one of the names that are asked about.
fn mentions<'a>(node: Node<'a>, asked: &Asked<'_>, used: &mut BTreeSet<&'a str>) {
    match node.value {
        Value::String(text) if asked.contains(text) => drop(used.insert(text)),
        Value::Array(_) => node.items().for_each(|item| mentions(item, asked, used)),
        Value::Object(_) => {
            for (key, member) in node.members() {
                // To be closed is not to be opened.
                let is_closed = key == "modalName" && node.text_of("type") == Some("closeModal");
                if !is_closed {
                    mentions(member, asked, used);
                }
            }
        }
        _ => {}
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$')
        .filter(|word| !word.is_empty())
}
