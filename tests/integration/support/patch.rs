//! Makes the desired definition from the live one and the differences alone, to show that nothing is left out of them. It
//! reads the paths as the documentation describes them and shares no code with the comparison. Names must be plain: a path
//! does not tell a bracket in a name from its own.

use std::collections::{BTreeMap, BTreeSet};

use ddapps::diff::{Difference, FieldChange};
use ddapps::model::{Body, Wrapper};
use serde_json::{Map, Value, json};

type Changes<'a> = Vec<(Vec<String>, &'a Difference)>;

/// The definition that these differences lead to.
pub fn patched(before: &Body, fields: &[FieldChange]) -> Body {
    let mut body = before.clone();
    let mut root = body.root_instance_name.clone();
    let mut lists = [tree(&body.components), flat(&body.queries)];
    for (list, name) in lists.iter_mut().zip(["components", "queries"]) {
        list.reshape(fields, name);
        list.change(fields, name);
    }
    for field in fields {
        match (&field.difference, field.path.as_str()) {
            (Difference::Changed { after, .. }, "rootInstanceName") => {
                root = after.as_str().unwrap().into();
            }
            (
                Difference::Renamed {
                    before,
                    after,
                    followed,
                },
                _,
            ) => {
                let follow = |text: &str| replaced(text, &before.name, &after.name);
                for path in followed {
                    match path.as_str() {
                        "rootInstanceName" => root = follow(&root),
                        path => lists.iter_mut().zip(["components", "queries"]).for_each(
                            |(list, name)| {
                                if let Some((label, rest)) = inside(path, name) {
                                    let text = at(list.own.get_mut(&label).unwrap(), &rest);
                                    *text = follow(text.as_str().unwrap()).into();
                                }
                            },
                        ),
                    }
                }
            }
            _ => {}
        }
    }
    body.root_instance_name = root;
    body.components = lists[0].nested(&None);
    body.queries = lists[1].nested(&None);
    body
}

/// Components or queries by label, apart from the tree that they make.
struct Parts {
    own: BTreeMap<String, Value>,
    children: BTreeMap<Option<String>, Vec<String>>,
}

fn tree(components: &[Value]) -> Parts {
    fn add(
        items: &[Value],
        parent: Option<String>,
        seen: &mut BTreeMap<String, usize>,
        out: &mut Parts,
    ) {
        for item in items {
            let label = label(item, seen);
            let mut own = item.clone();
            let children = own
                .get_mut("properties")
                .and_then(|it| it.get_mut("children"));
            let children = match children {
                Some(Value::Array(children)) => std::mem::take(children),
                _ => Vec::new(),
            };
            out.own.insert(label.clone(), own);
            out.children
                .entry(parent.clone())
                .or_default()
                .push(label.clone());
            add(&children, Some(label), seen, out);
        }
    }
    let mut parts = Parts {
        own: BTreeMap::new(),
        children: BTreeMap::new(),
    };
    add(components, None, &mut BTreeMap::new(), &mut parts);
    parts
}

fn flat(queries: &[Value]) -> Parts {
    let mut parts = Parts {
        own: BTreeMap::new(),
        children: BTreeMap::new(),
    };
    let mut seen = BTreeMap::new();
    for query in queries {
        let label = label(query, &mut seen);
        let mut own = query.clone();
        if own.get("events") == Some(&json!([])) {
            own.as_object_mut().unwrap().remove("events");
        }
        parts.own.insert(label.clone(), own);
        parts.children.entry(None).or_default().push(label);
    }
    parts
}

fn label(item: &Value, seen: &mut BTreeMap<String, usize>) -> String {
    let name = item
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_owned();
    numbered(&name, seen)
}

fn numbered(name: &str, seen: &mut BTreeMap<String, usize>) -> String {
    let nth = seen.entry(name.to_owned()).or_default();
    *nth += 1;
    match *nth {
        1 => name.to_owned(),
        nth => format!("{name}#{nth}"),
    }
}

/// The label and the segments of the rest, of a path into a list.
fn inside(path: &str, list: &str) -> Option<(String, Vec<String>)> {
    let (label, rest) = path
        .strip_prefix(list)?
        .strip_prefix('[')?
        .split_once(']')?;
    Some((label.to_owned(), segments(rest)))
}

/// Fields as they are, items in brackets.
fn segments(path: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(field) = rest.strip_prefix('.') {
            let end = field.find(['.', '[']).unwrap_or(field.len());
            out.push(field[..end].to_owned());
            rest = &field[end..];
        } else if rest.starts_with("[\"") {
            let mut quoted = serde_json::Deserializer::from_str(&rest[1..]).into_iter::<String>();
            out.push(quoted.next().unwrap().unwrap());
            rest = &rest[1 + quoted.byte_offset() + 1..];
        } else {
            let (item, after) = rest[1..].split_once(']').unwrap();
            out.push(format!("[{item}]"));
            rest = after;
        }
    }
    out
}

impl Parts {
    /// Takes out, brings in, moves and renames.
    fn reshape(&mut self, fields: &[FieldChange], list: &str) {
        let whole = fields
            .iter()
            .filter_map(|field| match inside(&field.path, list)? {
                (label, rest) if rest.is_empty() => Some((label, &field.difference)),
                _ => None,
            });
        let whole: Vec<_> = whole.collect();
        let renames: BTreeMap<_, _> = (whole.iter())
            .filter_map(|(label, it)| match it {
                Difference::Renamed { before, .. } => Some((before.name.clone(), label.clone())),
                _ => None,
            })
            .collect();
        let now = |label: &String| renames.get(label).unwrap_or(label).clone();
        let mut detached = BTreeSet::new();
        let mut attached = Vec::new();
        for (label, difference) in &whole {
            match difference {
                Difference::Removed { .. } => {
                    self.own.remove(label);
                    self.children
                        .values_mut()
                        .for_each(|it| it.retain(|other| other != label));
                }
                Difference::Moved { after, .. } => {
                    detached.insert(label.clone());
                    attached.push((after.parent.clone(), after.index, label.clone()));
                }
                Difference::Added { after, place } => {
                    let place = place.as_ref().expect("a whole part has a place");
                    attached.push((place.parent.clone(), place.index, label.clone()));
                    detached.insert(label.clone());
                    self.own.insert(format!("\0{label}"), after.clone());
                }
                // A component or query that is no mapping is changed as a whole.
                Difference::Changed { .. } | Difference::Renamed { .. } => {}
            }
        }
        let old = std::mem::take(&mut self.own);
        for (label, mut own) in old {
            let label = match label.strip_prefix('\0') {
                Some(label) => label.to_owned(),
                None => {
                    if renames.contains_key(&label) {
                        own["name"] = now(&label).into();
                    }
                    now(&label)
                }
            };
            self.own.insert(label, own);
        }
        let old = std::mem::take(&mut self.children);
        for (parent, labels) in old {
            let labels = labels
                .iter()
                .map(now)
                .filter(|label| !detached.contains(label));
            self.children
                .insert(parent.as_ref().map(now), labels.collect());
        }
        attached.sort();
        for (parent, index, label) in attached {
            self.children
                .entry(parent)
                .or_default()
                .insert(index, label);
        }
    }

    fn change(&mut self, fields: &[FieldChange], list: &str) {
        let mut changes: BTreeMap<String, Changes<'_>> = BTreeMap::new();
        for field in fields {
            if let Some((label, rest)) = inside(&field.path, list)
                && (!rest.is_empty() || matches!(field.difference, Difference::Changed { .. }))
            {
                let changes = changes.entry(label).or_default();
                changes.push((rest, &field.difference));
            }
        }
        for (label, changes) in changes {
            let own = self.own.get_mut(&label).unwrap();
            let kind = changes.iter().find_map(|(path, it)| match it {
                Difference::Changed { after, .. } | Difference::Added { after, .. }
                    if *path == ["type"] =>
                {
                    Some(after.clone())
                }
                _ => None,
            });
            let kind = kind
                .or_else(|| own.get("type").cloned())
                .unwrap_or_default();
            let is_query = list == "queries";
            let (code, rest): (Changes<'_>, Changes<'_>) = changes
                .into_iter()
                .partition(|(path, _)| is_query && *path == ["js"]);
            let was = own.get("type").cloned().unwrap_or_default();
            apply(
                own,
                rest.into_iter()
                    .map(|(path, it)| (inner(path, is_query), it))
                    .collect(),
                "",
            );
            let wrapper = |kind: &Value| Wrapper::of(kind.as_str()?);
            for (_, difference) in code {
                let properties = own["properties"].as_object_mut().unwrap();
                match difference {
                    Difference::Removed { .. } => {
                        properties.remove(wrapper(&was).unwrap().field);
                    }
                    Difference::Added { after, .. } | Difference::Changed { after, .. } => {
                        let wrapper = wrapper(&kind).unwrap();
                        let code = wrapper.around(after.as_str().unwrap());
                        properties.insert(wrapper.field.into(), code.into());
                    }
                    _ => unreachable!(),
                }
            }
        }
    }

    fn nested(&self, parent: &Option<String>) -> Vec<Value> {
        let labels = self.children.get(parent).into_iter().flatten();
        let items = labels.map(|label| {
            let mut own = self.own[label].clone();
            let children = self.nested(&Some(label.clone()));
            if !children.is_empty() {
                own["properties"]["children"] = children.into();
            }
            own
        });
        items.collect()
    }
}

/// Where a path of the definition language leads in the API's value.
fn inner(path: Vec<String>, is_query: bool) -> Vec<String> {
    let of = |head: &[&str], rest: &[String]| {
        head.iter()
            .map(|it| (*it).to_owned())
            .chain(rest.iter().cloned())
            .collect()
    };
    match path.first().map(String::as_str) {
        None | Some("type" | "name" | "events" | "properties") => path,
        Some("action") if is_query => of(&["properties", "spec", "fqn"], &path[1..]),
        Some("connection") if is_query => of(&["properties", "spec", "connectionId"], &path[1..]),
        Some("inputs") if is_query => of(&["properties", "spec", "inputs"], &path[1..]),
        Some("spec") if is_query => of(&["properties"], &path),
        Some(_) => of(&["properties"], &path),
    }
}

fn apply(value: &mut Value, changes: Changes<'_>, field: &str) {
    if let Some((_, difference)) = changes.iter().find(|(path, _)| path.is_empty()) {
        match difference {
            Difference::Changed { after, .. } => return *value = after.clone(),
            _ => unreachable!("{difference:?}"),
        }
    }
    match value {
        Value::Object(fields) => {
            let mut groups: BTreeMap<String, Changes<'_>> = BTreeMap::new();
            for (mut path, difference) in changes {
                let name = path.remove(0);
                groups.entry(name).or_default().push((path, difference));
            }
            for (name, group) in groups {
                match group.as_slice() {
                    [(path, Difference::Added { after, .. })] if path.is_empty() => {
                        fields.insert(name, after.clone());
                    }
                    [(path, Difference::Removed { .. })] if path.is_empty() => {
                        fields.remove(&name);
                    }
                    _ => apply(fields.get_mut(&name).unwrap(), group, &name),
                }
            }
        }
        Value::Array(items) => list(items, changes, field),
        _ => assert!(changes.is_empty(), "{changes:?}"),
    }
}

fn list(items: &mut Vec<Value>, changes: Changes<'_>, field: &str) {
    let mut taken = BTreeMap::new();
    let mut brought: BTreeMap<usize, Value> = BTreeMap::new();
    let mut inner: BTreeMap<String, Changes<'_>> = BTreeMap::new();
    for (mut path, difference) in changes {
        let item = path.remove(0);
        match difference {
            Difference::Removed { place, .. } if path.is_empty() => {
                taken.insert(place.as_ref().unwrap().index, None);
            }
            Difference::Added { after, place } if path.is_empty() => {
                brought.insert(place.as_ref().unwrap().index, after.clone());
            }
            Difference::Moved { before, after } if path.is_empty() => {
                taken.insert(before.index, Some(after.index));
            }
            difference => inner.entry(item).or_default().push((path, difference)),
        }
    }
    for (index, to) in taken.into_iter().rev() {
        let item = items.remove(index);
        brought.extend(to.map(|to| (to, item)));
    }
    for (index, item) in brought {
        items.insert(index, item);
    }
    let labels = labels(field, items);
    for (item, changes) in inner {
        // Where only one side has keys, items are called by their place.
        let by_key = labels.iter().position(|label| format!("[{label}]") == item);
        let at = by_key.unwrap_or_else(|| item[1..item.len() - 1].parse().unwrap());
        apply(&mut items[at], changes, "");
    }
}

/// What the items of a list are called in paths.
fn labels(field: &str, items: &[Value]) -> Vec<String> {
    let text = |item: &Value, name: &str| item.get(name)?.as_str().map(str::to_owned);
    let candidates: &[&str] = match field {
        "events" => &["\0"],
        "columns" => &["dataPath", "header"],
        "tabs" | "options" => &["value", "name", "label"],
        "defaultSorting" => &["column"],
        _ => &["name", "key", "id", "Key", "Name"],
    };
    let key = |item: &Value, name: &str| match name {
        "\0" => Some(format!("{} {}", text(item, "name")?, text(item, "type")?)),
        name => text(item, name),
    };
    let keys = candidates.iter().find_map(|name| {
        let keys: Option<Vec<_>> = items.iter().map(|item| key(item, name)).collect();
        keys.filter(|_| items.iter().all(Value::is_object))
    });
    let mut seen = BTreeMap::new();
    match keys {
        Some(keys) => keys.iter().map(|key| numbered(key, &mut seen)).collect(),
        None => (0..items.len()).map(|index| index.to_string()).collect(),
    }
}

/// The text at a path.
fn at<'a>(own: &'a mut Value, path: &[String]) -> &'a mut Value {
    let is_query = own
        .get("properties")
        .is_some_and(|it| it.get("spec").is_some());
    if path == ["js"] {
        let wrapper = Wrapper::of(own["type"].as_str().unwrap()).unwrap();
        return &mut own["properties"][wrapper.field];
    }
    let mut value = own;
    let mut field = String::new();
    for segment in inner(path.to_vec(), is_query) {
        value = match value {
            Value::Array(items) => {
                let labels = labels(&field, items);
                let at = labels
                    .iter()
                    .position(|label| format!("[{label}]") == segment)
                    .unwrap();
                &mut items[at]
            }
            value => value.get_mut(&segment).unwrap(),
        };
        field = segment;
    }
    value
}

/// A text with one reference for another.
fn replaced(text: &str, before: &str, after: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\0']) {
        if is_word(c) && c != '$' {
            word.push(c);
            continue;
        }
        // A word in a string and the name of a field are no references.
        let refers = word == before && !out.ends_with(['\'', '.']);
        out += if refers { after } else { &word };
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

/// The same body with nothing in its names and texts that a path could not tell from its own signs.
pub fn plain(body: Body) -> Body {
    fn text(text: &str) -> String {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '\n');
        let text: String = text
            .chars()
            .map(|c| if plain(c) { c } else { '_' })
            .collect();
        if text.is_empty() { "_".into() } else { text }
    }
    fn clean(value: Value) -> Value {
        match value {
            Value::String(it) => text(&it).into(),
            Value::Array(items) => items.into_iter().map(clean).collect(),
            Value::Object(fields) => {
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| (text(&name), clean(value)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            other => other,
        }
    }
    Body {
        root_instance_name: text(&body.root_instance_name),
        components: body.components.into_iter().map(clean).collect(),
        queries: body.queries.into_iter().map(clean).collect(),
        extra: body.extra,
    }
}
