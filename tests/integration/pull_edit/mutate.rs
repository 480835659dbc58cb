//! Random edits: a few of what can happen to an app, anywhere in it.

use ddapps::model::{App, Definition};
use serde_json::{Value, json};

/// A sequence of numbers from a seed, by a linear congruential generator.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// The app after some edits.
pub fn mutated(app: &App, dice: &mut Dice) -> App {
    let mut body = app.definition.body();
    for _ in 0..1 + dice.below(4) {
        match dice.below(3) {
            0 => queries(&mut body.queries, dice),
            _ => components(&mut body.components, dice),
        }
    }
    let mut app = App {
        definition: Definition::new(body),
        ..app.clone()
    };
    match dice.below(8) {
        0 => app.description = None,
        1 => app.description = Some("two\nlines".to_owned()),
        2 => app.tags = Some(["a".to_owned(), "team:b".to_owned()].into()),
        3 => app.publish = Some(dice.below(2) == 0),
        _ => {}
    }
    app
}

/// The lists of components that have something in them, as paths of indexes.
fn lists(components: &[Value], path: &[usize], found: &mut Vec<Vec<usize>>) {
    if !components.is_empty() {
        found.push(path.to_vec());
    }
    for (index, component) in components.iter().enumerate() {
        if let Some(children) = component["properties"]["children"].as_array() {
            lists(children, &[path, &[index]].concat(), found);
        }
    }
}

fn list_at<'v>(components: &'v mut Vec<Value>, path: &[usize]) -> Option<&'v mut Vec<Value>> {
    path.iter().try_fold(components, |list, index| {
        let properties = list.get_mut(*index)?.get_mut("properties")?;
        properties.get_mut("children")?.as_array_mut()
    })
}

fn components(components: &mut Vec<Value>, dice: &mut Dice) {
    let mut found = Vec::new();
    lists(components, &[], &mut found);
    if found.is_empty() {
        return;
    }
    let path = found.swap_remove(dice.below(found.len()));
    let other = (!found.is_empty()).then(|| found[dice.below(found.len())].clone());
    let Some(list) = list_at(components, &path) else {
        return;
    };
    let (index, place) = (dice.below(list.len()), dice.below(list.len()));
    let is_root = path.is_empty();
    match dice.below(7) {
        // Something has to be left at the top.
        0 if !is_root => drop(list.remove(index)),
        1 => list.swap(index, place),
        2 => change(&mut list[index]["properties"], dice),
        3 if !is_root => list[index]["name"] = json!(format!("named{}", dice.below(99))),
        4 => {
            let mut copy = list[index].clone();
            copy["name"] = json!(format!("copied{}", dice.below(99)));
            list.insert(place, copy);
        }
        5 if !is_root => {
            let item = list.remove(index);
            let target = other.and_then(|path| list_at(components, &path));
            match target {
                Some(target) => target.push(item),
                None => {
                    if let Some(list) = list_at(components, &path) {
                        list.push(item);
                    }
                }
            }
        }
        _ => list.insert(
            place + usize::from(is_root),
            json!({"type": "text", "name": format!("new{}", dice.below(99)), "events": [],
                "properties": {"content": "Hello"}}),
        ),
    }
}

fn queries(queries: &mut Vec<Value>, dice: &mut Dice) {
    let fresh = json!({"type": "action", "name": format!("fresh{}", dice.below(99)),
        "properties": {"spec": {"fqn": "com.datadoghq.x", "inputs": {"a": 1}}}});
    if queries.is_empty() {
        queries.push(fresh);
        return;
    }
    let (index, place) = (dice.below(queries.len()), dice.below(queries.len()));
    match dice.below(5) {
        0 => drop(queries.remove(index)),
        1 => queries.swap(index, place),
        2 => change(&mut queries[index]["properties"], dice),
        3 => queries.insert(place, fresh),
        _ => queries[index]["name"] = json!(format!("renamed{}", dice.below(99))),
    }
}

/// Changes something in a value.
fn change(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(map) if map.is_empty() || dice.below(4) == 0 => {
            map.insert(format!("key{}", dice.below(9)), json!("value"));
        }
        Value::Object(map) => {
            let key = map.keys().nth(dice.below(map.len())).unwrap().clone();
            match dice.below(4) {
                0 if key != "children" => drop(map.remove(&key)),
                _ if key == "children" => {}
                _ => change(&mut map[&key], dice),
            }
        }
        Value::Array(items) if items.is_empty() || dice.below(4) == 0 => items.push(json!(1)),
        Value::Array(items) => {
            let index = dice.below(items.len());
            match dice.below(3) {
                0 => drop(items.remove(index)),
                1 => items.reverse(),
                _ => change(&mut items[index], dice),
            }
        }
        Value::String(text) => match dice.below(4) {
            0 => text.push_str("\nmore"),
            1 => text.clear(),
            2 => *text = format!("# {text}: @{{region}}"),
            _ => text.push('!'),
        },
        other => {
            *other = match dice.below(4) {
                0 => json!("x: y"),
                1 => Value::Null,
                2 => json!(17),
                _ => json!({"a": [true]}),
            }
        }
    }
}
