//! What people do to an app in the editor of the web page, each as a change of the app, with the most lines that a careful
//! person would change for it in the compact form.

use ddapps::model::{App, Body, Definition, Wrapper};
use serde_json::{Value, json};

use super::Lines;

/// An edit by click.
pub struct Click {
    pub name: &'static str,
    /// The changed app, if it has something to change.
    pub change: fn(&App) -> Option<App>,
    /// The most lines, in the layout of the writer; none where it depends on the size of what goes or moves.
    pub most: Option<Lines>,
    /// Whether text goes, and its comments with it.
    pub takes_away: bool,
}

const fn lines(gone: usize, new: usize) -> Option<Lines> {
    Some(Lines { gone, new })
}

pub const CLICKS: &[Click] = &[
    Click {
        name: "label",
        change: label,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "expression",
        change: expression,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "code line",
        change: code_line,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "position",
        change: position,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "new component",
        change: new_component,
        most: lines(0, 5),
        takes_away: false,
    },
    Click {
        name: "deleted component",
        change: deleted_component,
        most: None,
        takes_away: true,
    },
    Click {
        name: "moved component",
        change: moved_component,
        most: None,
        takes_away: false,
    },
    Click {
        name: "component into another cell's place",
        change: swapped,
        most: None,
        takes_away: true,
    },
    Click {
        name: "component into another container",
        change: nested,
        most: None,
        takes_away: false,
    },
    Click {
        name: "renamed component",
        change: renamed,
        most: lines(2, 2),
        takes_away: false,
    },
    Click {
        name: "new query",
        change: new_query,
        most: lines(0, 4),
        takes_away: false,
    },
    Click {
        name: "deleted query",
        change: deleted_query,
        most: None,
        takes_away: true,
    },
    Click {
        name: "renamed query",
        change: renamed_query,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "reordered events",
        change: reordered_events,
        most: None,
        takes_away: false,
    },
    Click {
        name: "new column",
        change: new_column,
        most: lines(0, 4),
        takes_away: false,
    },
    Click {
        name: "new tag",
        change: new_tag,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "name",
        change: name,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "description removed",
        change: no_description,
        most: lines(30, 0),
        takes_away: true,
    },
    Click {
        name: "description changed",
        change: description,
        most: lines(1, 1),
        takes_away: false,
    },
    Click {
        name: "everything",
        change: everything,
        most: None,
        takes_away: true,
    },
];

fn with(app: &App, change: impl FnOnce(&mut Body) -> Option<()>) -> Option<App> {
    let mut body = app.definition.body();
    change(&mut body)?;
    Some(App {
        definition: Definition::new(body),
        ..app.clone()
    })
}

/// The first component for which `change` finds something to do.
fn first(components: &mut [Value], change: &mut dyn FnMut(&mut Value) -> Option<()>) -> Option<()> {
    components.iter_mut().find_map(|component| {
        if change(component).is_some() {
            return Some(());
        }
        let children = component
            .get_mut("properties")?
            .get_mut("children")?
            .as_array_mut()?;
        first(children, change)
    })
}

fn label(app: &App) -> Option<App> {
    with(app, |body| {
        first(&mut body.components, &mut |component| {
            let label = component.get_mut("properties")?.get_mut("label")?;
            let text = label.as_str().filter(|text| !text.contains('\n'))?;
            *label = format!("{text} now").into();
            Some(())
        })
    })
}

fn expression(app: &App) -> Option<App> {
    with(app, |body| {
        first(&mut body.components, &mut |component| {
            let properties = component.get_mut("properties")?.as_object_mut()?;
            let value = properties.values_mut().find_map(|value| {
                let text = value.as_str()?;
                (text.starts_with("${") && !text.contains('\n')).then_some(value)
            })?;
            *value = "${other.value}".into();
            Some(())
        })
    })
}

fn code_line(app: &App) -> Option<App> {
    with(app, |body| {
        body.queries.iter_mut().find_map(|query| {
            let wrapper = Wrapper::of(query.get("type")?.as_str()?)?;
            let value = query.get_mut("properties")?.get_mut(wrapper.field)?;
            let code = wrapper.body(value.as_str()?)?;
            let mut lines: Vec<_> = code.split('\n').map(str::to_owned).collect();
            let middle = lines.len() / 2;
            if lines.len() < 3 || lines[middle].trim().is_empty() {
                return None;
            }
            lines[middle].push_str(" // seen");
            *value = wrapper.around(&lines.join("\n")).into();
            Some(())
        })
    })
}

fn position(app: &App) -> Option<App> {
    with(app, |body| {
        first(&mut body.components, &mut |component| {
            let layout = component
                .get_mut("properties")?
                .get_mut("layout")?
                .get_mut("default")?;
            let y = layout["y"].as_i64()?;
            layout["y"] = json!(y + 7);
            Some(())
        })
    })
}

fn new_cell() -> Value {
    json!({"type": "gridCell", "name": "newTextCell", "events": [], "properties": {
        "isVisible": "true", "layout": {"default": {"x": 0, "y": 99, "width": 4, "height": 2}},
        "children": [{"type": "text", "name": "newText", "events": [],
            "properties": {"content": "New", "contentType": "markdown"}}]}})
}

fn root_children(body: &mut Body) -> Option<&mut Vec<Value>> {
    let root = body.components.first_mut()?;
    root.get_mut("properties")?
        .get_mut("children")?
        .as_array_mut()
}

fn new_component(app: &App) -> Option<App> {
    with(app, |body| {
        let children = root_children(body)?;
        let middle = children.len() / 2;
        (!children.is_empty()).then(|| children.insert(middle, new_cell()))
    })
}

fn deleted_component(app: &App) -> Option<App> {
    with(app, |body| {
        let children = root_children(body)?;
        (children.len() > 1).then(|| drop(children.remove(children.len() / 2)))
    })
}

fn moved_component(app: &App) -> Option<App> {
    with(app, |body| {
        let children = root_children(body)?;
        (children.len() > 2).then(|| children.rotate_left(1))
    })
}

fn swapped(app: &App) -> Option<App> {
    with(app, |body| {
        let children = root_children(body)?;
        if children.len() < 2 {
            return None;
        }
        let (a, b) = children.split_at_mut(1);
        let of = |cell: &mut Value| cell["properties"]["children"].take();
        let (x, y) = (of(&mut a[0]), of(&mut b[0]));
        a[0]["properties"]["children"] = y;
        b[0]["properties"]["children"] = x;
        Some(())
    })
}

fn nested(app: &App) -> Option<App> {
    with(app, |body| {
        let children = root_children(body)?;
        if children.len() < 2 {
            return None;
        }
        let inner = children.remove(0);
        children.insert(
            0,
            json!({"type": "container", "name": "newBox", "events": [],
            "properties": {"children": [inner], "isVisible": true}}),
        );
        Some(())
    })
}

fn renamed(app: &App) -> Option<App> {
    with(app, |body| {
        first(&mut body.components, &mut |component| {
            let is_leaf = component.get("properties")?.get("children").is_none();
            is_leaf.then(|| component["name"] = json!("newlyNamed"))
        })
    })
}

fn new_query(app: &App) -> Option<App> {
    with(app, |body| {
        body.queries.push(json!({"type": "action", "name": "newQuery", "properties": {
            "spec": {"fqn": "com.datadoghq.http.request", "inputs": {"url": "https://example.com"}}}}));
        Some(())
    })
}

fn deleted_query(app: &App) -> Option<App> {
    with(app, |body| {
        (!body.queries.is_empty()).then(|| drop(body.queries.remove(0)))
    })
}

fn renamed_query(app: &App) -> Option<App> {
    with(app, |body| {
        body.queries.first_mut()?["name"] = json!("newlyNamedQuery");
        Some(())
    })
}

fn reordered_events(app: &App) -> Option<App> {
    with(app, |body| {
        first(&mut body.components, &mut |component| {
            let events = component.get_mut("events")?.as_array_mut()?;
            (events.len() > 1).then(|| events.reverse())
        })
    })
}

fn new_column(app: &App) -> Option<App> {
    with(app, |body| {
        first(&mut body.components, &mut |component| {
            let columns = component
                .get_mut("properties")?
                .get_mut("columns")?
                .as_array_mut()?;
            columns.push(json!({"dataPath": "fresh", "header": "Fresh"}));
            Some(())
        })
    })
}

fn new_tag(app: &App) -> Option<App> {
    let mut tags = app.tags.clone()?;
    tags.insert("team:new".to_owned());
    Some(App {
        tags: Some(tags),
        ..app.clone()
    })
}

fn name(app: &App) -> Option<App> {
    Some(App {
        name: format!("{} 2", app.name),
        ..app.clone()
    })
}

fn no_description(app: &App) -> Option<App> {
    app.description.as_ref()?;
    Some(App {
        description: None,
        ..app.clone()
    })
}

fn description(app: &App) -> Option<App> {
    Some(App {
        description: Some("Another one".to_owned()),
        ..app.clone()
    })
}

fn everything(app: &App) -> Option<App> {
    let clicks = [
        label,
        position,
        new_component,
        moved_component,
        renamed,
        new_query,
        reordered_events,
        deleted_query,
        name,
    ];
    Some(
        clicks
            .iter()
            .fold(app.clone(), |app, click| click(&app).unwrap_or(app)),
    )
}
