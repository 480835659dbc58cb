//! Which item of a list was which before: first by being equal, then by what it is called, then by where it stands.

use serde_json::Value;

use crate::model::same;

/// What the items of lists are called, the best name first.
const NAMES: [&[&str]; 6] = [
    &["when", "do"],
    &["name", "type"],
    &["id"],
    &["dataPath"],
    &["key"],
    &["name"],
];

/// For each wanted item the index of the one that it was; none is given twice.
pub(super) fn align(before: &[Value], wanted: &[Value]) -> Vec<Option<usize>> {
    let mut partners = vec![None; wanted.len()];
    let mut is_free = vec![true; before.len()];
    let mut pair = |partners: &mut Vec<Option<usize>>, fits: &dyn Fn(usize, usize) -> bool| {
        for (want, partner) in partners.iter_mut().enumerate() {
            if partner.is_some() {
                continue;
            }
            let mut free = (0..before.len()).filter(|index| is_free[*index] && fits(*index, want));
            // Of several that fit, the one in the same place.
            let first = free.next();
            let found = match first {
                Some(index) if index < want && free.any(|it| it == want) => Some(want),
                first => first,
            };
            if let Some(index) = found {
                is_free[index] = false;
                *partner = Some(index);
            }
        }
    };
    // What has not moved is seen without looking at all others.
    pair(&mut partners, &|a, b| {
        a == b && same(&before[a], &wanted[b])
    });
    pair(&mut partners, &|a, b| {
        a != b && same(&before[a], &wanted[b])
    });
    for names in NAMES {
        pair(&mut partners, &|a, b| {
            is_called_so(&before[a], &wanted[b], names)
        });
    }
    pair(&mut partners, &|a, b| {
        a == b && is_alike(&before[a], &wanted[b])
    });
    // What follows what has been added or taken out stands as far from the end as before.
    pair(&mut partners, &|a, b| {
        before.len() - a == wanted.len() - b && is_alike(&before[a], &wanted[b])
    });
    partners
}

fn is_called_so(a: &Value, b: &Value, names: &[&str]) -> bool {
    names.iter().all(|name| match (a.get(name), b.get(name)) {
        (Some(a), Some(b)) => a.is_string() && a == b,
        _ => false,
    })
}

/// Whether one could have become the other: they are of one kind, and objects have something in common.
fn is_alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.iter().any(|(key, value)| b.get(key) == Some(value))
        }
        (Value::Array(_), Value::Array(_)) => true,
        _ => is_leaf(a) && is_leaf(b),
    }
}

fn is_leaf(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_are_found_again() {
        let of = |before: Value, wanted: Value| {
            align(before.as_array().unwrap(), wanted.as_array().unwrap())
        };
        assert_eq!(of(json!([1, 2, 3]), json!([1, 3])), [Some(0), Some(2)]);
        assert_eq!(of(json!([1, 2]), json!([2, 1])), [Some(1), Some(0)]);
        assert_eq!(of(json!([1, 1]), json!([1, 1])), [Some(0), Some(1)]);
        assert_eq!(of(json!(["a", "b"]), json!(["a", "c"])), [Some(0), Some(1)]);
        assert_eq!(
            of(
                json!([{"id": "a", "x": 1}, {"id": "b", "x": 1}]),
                json!([{"id": "b", "x": 2}])
            ),
            [Some(1)]
        );
        assert_eq!(of(json!([{"a": 1}]), json!([{"b": 1}])), [None]);
    }
}
