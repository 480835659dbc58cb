//! Small files, one for each way to write something: the exact text before and after.

use ddapps::definition::edit::EditedFile;
use ddapps::definition::{load, read_settings};
use ddapps::model::{App, AppKey, Body, Definition, DesiredApp};
use serde_json::json;

use super::{edited, edited_after, only_app, written};
use crate::support::Workspace;

const SETTINGS: &str = "project: platform\nvariables: {region: us-east-1, zone: b, count: 3}\n\
    connections: {aws: 11111111-1111-4111-8111-111111111111, other: 22222222-2222-4222-8222-222222222222}\n";

pub(super) type Change = fn(&mut Body);

pub(super) fn repository(files: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("ddapps.yaml", SETTINGS);
    for (path, text) in files {
        workspace.write(path, text);
    }
    workspace
}

pub(super) fn changed(app: &App, change: Change) -> App {
    let mut body = app.definition.body();
    change(&mut body);
    App {
        definition: Definition::new(body),
        ..app.clone()
    }
}

/// What becomes of files, and what is told about it.
pub(super) fn outcome(files: &[(&str, &str)], change: Change) -> (Vec<EditedFile>, Vec<String>) {
    let workspace = repository(files);
    let app = only_app(&workspace);
    let wanted = changed(&app.app, change);
    let edited = edited(&workspace, &app, &wanted).unwrap_or_else(|error| panic!("{error}"));
    assert!(super::are_same(&written(&workspace, &edited), &wanted));
    let notes = edited.notes.iter().map(ToString::to_string).collect();
    (edited.files, notes)
}

/// That a change makes one text of another.
pub(super) fn becomes(before: &str, after: &str, change: Change) {
    let (files, notes) = outcome(&[("apps/it.yaml", before)], change);
    assert_eq!(files[0].after.as_deref().unwrap(), after);
    assert_eq!(notes, Vec::<String>::new());
}

/// The properties of the first component.
pub(super) fn first(body: &mut Body) -> &mut serde_json::Value {
    &mut body.components[0]["properties"]
}

#[test]
fn scalars_keep_their_quotes_and_comments() {
    becomes(
        "name: A\r\ncomponents:\r\n- grid g: # here\r\n    a: 'x'   # one\r\n    b: \"y\"\r\n    c: z # three\r\n    d:   1\r\n",
        "name: A\r\ncomponents:\r\n- grid g: # here\r\n    a: 'it''s'   # one\r\n    b: \"\\\"q\\\"\"\r\n    c: '# no' # three\r\n    d:   2.5\r\n",
        |body| {
            let first = first(body);
            first["a"] = json!("it's");
            first["b"] = json!("\"q\"");
            first["c"] = json!("# no");
            first["d"] = json!(2.5);
        },
    );
}

#[test]
fn blocks_of_text_keep_their_indentation_and_header() {
    becomes(
        "name: A\ncomponents:\n  - grid g:\n      a: | # why\n           one\n           two\n\n      b: >-\n        folded\n        text\n      c: x",
        "name: A\ncomponents:\n  - grid g:\n      a: |- # why\n           one\n           2\n           three\n\n      b: >-\n        other\n        text\n      c: x",
        |body| {
            let first = first(body);
            first["a"] = json!("one\n2\nthree");
            first["b"] = json!("other text");
        },
    );
}

#[test]
fn comments_below_are_not_taken_into_a_block_of_text() {
    becomes(
        "name: A\ncomponents:\n- grid g:\n    a: x\n       # deep\n   \n      # less\n    b: y\n      # deeper\n",
        "name: A\ncomponents:\n- grid g:\n    a: |-\n      1\n      2\n    # deep\n\n    # less\n    b: |-\n      3\n      4\n    # deeper\n",
        |body| {
            let first = first(body);
            first["a"] = json!("1\n2");
            first["b"] = json!("3\n4");
        },
    );
    // Where no block is above, they stay where they are.
    becomes(
        "name: A\ncomponents:\n- grid g:\n    a: x\n       # deep\n    b: y\n",
        "name: A\ncomponents:\n- grid g:\n    a: z\n       # deep\n    b: y\n",
        |body| first(body)["a"] = json!("z"),
    );
}

#[test]
fn empty_lines_that_a_block_keeps_are_its_own() {
    becomes(
        "name: A\ncomponents:\n- grid g:\n    a: x\n\n\n    # one\n    b: y\n    c: |- # two\n      z",
        "name: A\ncomponents:\n- grid g:\n    a: |+\n      0\n      1\n\n    # one\n    b: y\n    c: |+ # two\n      2\n\n",
        |body| {
            let first = first(body);
            first["a"] = json!("0\n1\n\n");
            first["c"] = json!("2\n\n");
        },
    );
    becomes(
        "name: A\ncomponents:\n- grid g:\n    a: |- # one\n      x\n    b: y\n",
        "name: A\ncomponents:\n- grid g:\n    a: null # one\n    b: y\n",
        |body| first(body)["a"] = json!(null),
    );
}

#[test]
fn folded_blocks_stay_folded() {
    becomes(
        "name: A\r\ncomponents:\r\n- grid g:\r\n    a: > # why\r\n        one two\r\n        three\r\n\r\n        four\r\n\r\n    b: >\r\n      x y\r\n",
        "name: A\r\ncomponents:\r\n- grid g:\r\n    a: >- # why\r\n        one 2\r\n        three\r\n\r\n        four\r\n\r\n        five\r\n\r\n    b: |\r\n      x\r\n        y\r\n",
        |body| {
            let first = first(body);
            assert_eq!(first["a"], "one two three\nfour\n");
            first["a"] = json!("one 2 three\nfour\nfive");
            first["b"] = json!("x\n  y\n");
        },
    );
}

#[test]
fn braces_keep_what_stands_between_their_entries() {
    becomes(
        "name: A\ncomponents: [{grid g: {a: {x: 1, 'y' : 2 }, b: [ 1,2 ], c: {\n  k: 1, # one\n  l: 2 # two\n  }}}]\n",
        "name: A\ncomponents: [{grid g: {a: {'y' : 3, z: new }, b: [ 1,2,5 ], c: {\n  k: 1, # one\n  l: 7 # two\n  }}}]\n",
        |body| {
            let first = first(body);
            first["a"] = json!({"y": 3, "z": "new"});
            first["b"] = json!([1, 2, 5]);
            first["c"]["l"] = json!(7);
        },
    );
    // What looks like a comment and is between quotes is none.
    becomes(
        "name: A\ncomponents: [{grid g: {a: 'it''s # 1'}}]\n",
        "name: A\ncomponents: [{grid g: {a: 'it''s # 1', b: \"\\\"a\\n # b\", c: 2}}]\n",
        |body| {
            first(body)["b"] = json!("\"a\n # b");
            first(body)["c"] = json!(2);
        },
    );
}

#[test]
fn connections_keep_their_aliases() {
    let before = "name: A\nqueries:\n  q:\n    action: com.x # the action\n    connection: aws # whose\n    inputs: {a: 1}\ncomponents: [{grid g: {}}]\n";
    becomes(
        before,
        &before.replace("aws # whose", "other # whose"),
        |body| {
            body.queries[0]["properties"]["spec"]["connectionId"] =
                json!("22222222-2222-4222-8222-222222222222");
        },
    );
    let (files, notes) = outcome(&[("apps/it.yaml", before)], |body| {
        body.queries[0]["properties"]["spec"]["connectionId"] =
            json!("33333333-3333-4333-8333-333333333333");
    });
    let after = files[0].after.as_deref().unwrap();
    assert!(after.contains("connection: '33333333-3333-4333-8333-333333333333' # whose\n"));
    assert!(notes[0].contains("no alias"), "{notes:?}");
    // Also of a query that is new.
    let (_, notes) = outcome(&[("apps/it.yaml", before)], |body| {
        let mut query = body.queries[0].clone();
        query["name"] = json!("another");
        query["properties"]["spec"]["connectionId"] = json!("33333333-3333-4333-8333-333333333333");
        body.queries.push(query);
    });
    assert!(notes[0].contains("no alias"), "{notes:?}");
}

#[test]
fn a_part_goes_with_its_component_to_another_file() {
    let files = [
        (
            "apps/it.yaml",
            "name: A\ncomponents:\n- grid g:\n    children:\n    # about the table\n    - file: 'it/table.yaml'  # its own\n    \
             - file: it/more/modal.yaml\n",
        ),
        (
            "apps/it/table.yaml",
            "# the table\ntable t:\n  title: T # title\n",
        ),
        (
            "apps/it/more/modal.yaml",
            "modal m:\n  children: # two\n  - text x: {}\n",
        ),
    ];
    let into_modal: Change = |body| {
        let children = first(body)["children"].as_array_mut().unwrap();
        let table = children.remove(0);
        let inner = children[0]["properties"]["children"].as_array_mut();
        inner.unwrap().push(table);
    };
    let (changed, notes) = outcome(&files, into_modal);
    let after = |path: &str| {
        let file = changed.iter().find(|it| it.path == path);
        file.and_then(|it| it.after.clone())
    };
    assert_eq!(changed.len(), 2, "{changed:#?}");
    assert_eq!(notes, Vec::<String>::new());
    assert_eq!(
        after("apps/it.yaml").unwrap(),
        "name: A\ncomponents:\n- grid g:\n    children:\n    - file: it/more/modal.yaml\n"
    );
    assert_eq!(
        after("apps/it/more/modal.yaml").unwrap(),
        "modal m:\n  children: # two\n  - text x: {}\n  # about the table\n  - file: '../table.yaml'  # its own\n"
    );
}

#[test]
fn a_query_that_is_renamed_and_edited_at_once_keeps_its_comments() {
    let before = "name: A\nqueries:\n  # the first\n  a: # one\n    action: com.x\n    inputs: {of: 1, to: 2} # which\n  \
                  # the last\n  b: {action: com.y}\ncomponents: [{grid g: {}}]\n";
    let after = before.replace("  a:", "  c:").replace("of: 1", "of: 3");
    becomes(before, &after, |body| {
        body.queries[0]["name"] = json!("c");
        body.queries[0]["properties"]["spec"]["inputs"]["of"] = json!(3);
    });
    // One that says other things is another one.
    let (files, _) = outcome(&[("apps/it.yaml", before)], |body| {
        let mut query = body.queries.remove(0);
        query["name"] = json!("c");
        query["properties"] = json!({"spec": {"fqn": "com.z", "inputs": {"x": 1}}});
        body.queries.insert(0, query);
    });
    let after = files[0].after.as_deref().unwrap();
    assert!(
        !after.contains("# one") && after.contains("# the last"),
        "{after}"
    );
}

#[test]
fn of_two_queries_with_one_name_the_right_one_goes() {
    let first = "  - q: {type: action, properties: {id: x}}\n";
    let second = "  - {name: q, type: action, properties: {name: q, type: 1}} # raw\n";
    let text =
        |queries: &str| format!("name: A\nqueries:\n{queries}components: [{{grid g: {{}}}}]\n");
    let both = text(&format!("{first}{second}"));
    becomes(&both, &text(second), |app| drop(app.queries.remove(0)));
    becomes(&both, &text(first), |app| drop(app.queries.remove(1)));
    // What would look like the raw shape of another query becomes raw itself.
    becomes(
        &text("  - q: {type: action} # one\n"),
        &text("  # one\n  - name: q\n    properties: {name: q, type: 1}\n    type: action\n"),
        |app| app.queries[0]["properties"] = json!({"name": "q", "type": 1}),
    );
    // A property that is called like a key of the raw shape makes none of it.
    becomes(
        &text("  q: {type: action, name: null}\n  p: {type: action}\n"),
        &text("  q: {type: action, name: null}\n"),
        |app| drop(app.queries.pop()),
    );
    becomes(
        &text("  - q: {type: action, spec: {x: 1}}\n"),
        &text("  - name: q\n    properties: {name: q, spec: null}\n    type: action\n"),
        |app| app.queries[0]["properties"] = json!({"name": "q", "spec": null}),
    );
}

#[test]
fn a_comment_between_braces_stays_when_inside_becomes_outside() {
    let text = "name: A\ncomponents:\n- grid g: {}\n- {grid c: {children: [{grid c: {children: [{ # why\n  text a: {}}]}}]}}\n";
    let text = text.replacen("name: A", "name: A\nrootInstanceName: g", 1);
    let (files, _) = outcome(&[("apps/it.yaml", &text)], |app| {
        let mut copy = app.components[1].clone();
        copy["name"] = json!("copied");
        app.components.insert(1, copy);
    });
    assert!(files[0].after.as_deref().unwrap().contains("# why\n"));
}

#[test]
fn items_move_with_their_comments_to_another_depth() {
    becomes(
        "name: A\ncomponents:\n  # the root\n  - grid g:\n      children:\n        # first\n        - text a:  # behind\n            code: |\n              x\n               y\n            # deep\n        # second\n        - container c:\n            children: []\n",
        "name: A\ncomponents:\n  # the root\n  - grid g:\n      children:\n        # second\n        - container c:\n            children:\n              # first\n              - text a:  # behind\n                  code: |\n                    x\n                     y\n                  # deep\n",
        |body| {
            let list = first(body)["children"].as_array_mut().unwrap();
            let item = list.remove(0);
            list[0]["properties"]["children"] = json!([item]);
        },
    );
}

#[test]
fn code_in_files_changes_there() {
    let files = [
        (
            "apps/it/app.yaml",
            "name: A\nqueries:\n  q: {type: dataTransform, js: {file: q.js}}\ncomponents: [{grid g: {}}]\n",
        ),
        (
            "apps/it/q.js",
            "export default () => {\r\n  a();\r\n  b();\r\n};\r\n",
        ),
    ];
    let (edited, _) = outcome(&files, |body| {
        body.queries[0]["properties"]["outputs"] = json!("${(() => {  a();\n  c();})()}");
    });
    assert_eq!(edited.len(), 1);
    assert_eq!(edited[0].path, "apps/it/q.js");
    assert_eq!(
        edited[0].after.as_deref(),
        Some("export default () => {\r\n  a();\r\n  c();\r\n};\r\n")
    );
}

#[test]
fn new_long_code_goes_where_the_other_code_is() {
    let body = |lines: usize| "  a();\n".repeat(lines) + "  b();";
    let files = [
        (
            "apps/it/app.yaml",
            "name: A\nqueries:\n  q: {type: dataTransform, js: {file: js/q.js}}\ncomponents: [{grid g: {}}]\n",
        ),
        ("apps/it/js/q.js", "export default () => {\n  a();\n};\n"),
        ("apps/it/js/load.js", "// nobody's\n"),
    ];
    let (edited, _) = outcome(&files, |app| {
        for (name, lines) in [("load", 20), ("short", 2)] {
            let code = "  a();\n".repeat(lines) + "  b();";
            app.queries.push(
                json!({"name": name, "type": "dataTransform", "properties": {
                    "outputs": format!("${{(() => {{{code}}})()}}")
                }}),
            );
        }
    });
    let [definition, code] = edited.as_slice() else {
        panic!("{edited:?}");
    };
    let file = format!("export default () => {{\n{}\n}};\n", body(20));
    assert_eq!(
        (code.path.as_str(), &code.before),
        ("apps/it/js/load-2.js", &None)
    );
    assert_eq!(code.after.as_deref(), Some(file.as_str()));
    let text = definition.after.as_deref().unwrap();
    assert!(text.contains("js: {file: js/load-2.js}\n"), "{text}");
    assert!(text.contains("js: |2-\n        a();\n"), "{text}");
    // Where all other code is in its place, this is too.
    let plain = [("apps/it.yaml", "name: A\ncomponents: [{grid g: {}}]\n")];
    let (edited, _) = outcome(&plain, |app| {
        let code = "  a();\n".repeat(20) + "  b();";
        app.queries.push(
            json!({"name": "load", "type": "dataTransform", "properties": {
                "outputs": format!("${{(() => {{{code}}})()}}")
            }}),
        );
    });
    assert_eq!(edited.len(), 1);
}

#[test]
fn parts_change_where_they_are_and_go_with_their_components() {
    let files = [
        (
            "apps/it.yaml",
            "name: A\ncomponents:\n- grid g:\n    children:\n    - {file: part.yaml} # the part\n    - text b: {content: x}\n",
        ),
        ("apps/part.yaml", "# about a\ntext a:\n  content: y # why\n"),
    ];
    let (edited, _) = outcome(&files, |body| {
        first(body)["children"][0]["properties"]["content"] = json!("z");
    });
    assert_eq!(edited.len(), 1);
    assert_eq!(
        edited[0].after.as_deref(),
        Some("# about a\ntext a:\n  content: z # why\n")
    );
    let (edited, notes) = outcome(&files, |body| {
        first(body)["children"].as_array_mut().unwrap().remove(0);
    });
    assert_eq!(edited.len(), 2);
    assert_eq!(edited[1].after, None);
    assert_eq!(notes, ["apps/part.yaml: nothing names this part any more"]);
}

#[test]
fn a_part_of_two_apps_changes_for_neither() {
    let app = "components:\n- grid g:\n    children:\n    - {file: ../parts/p.yaml}\n    - text b: {content: x}\n";
    let workspace = repository(&[
        ("apps/a.yaml", &format!("name: A\n{app}")),
        ("apps/b.yaml", &format!("name: B\n{app}")),
        ("parts/p.yaml", "text a: {content: y}\n"),
    ]);
    let settings = read_settings(workspace.root()).unwrap();
    let target = settings.target(None).unwrap();
    let loaded = load(workspace.root(), &settings, &target);
    let app = |key| &loaded.desired.apps[&AppKey::new(key).unwrap()];
    let wanted = |app: &DesiredApp| {
        changed(&app.app, |body| {
            first(body)["children"][0]["properties"]["content"] = json!("z");
        })
    };
    let edited = edited(&workspace, app("a"), &wanted(app("a"))).unwrap();
    assert_eq!(edited.files.len(), 1);
    let after = edited.files[0].after.as_deref().unwrap();
    assert!(
        after.contains("    - text a:\n        content: z\n    - text b: {content: x}\n"),
        "{after}"
    );
    // Once nobody else names it, it is the other's alone.
    let earlier = &edited.files;
    let edited = edited_after(&workspace, earlier, app("b"), &wanted(app("b"))).unwrap();
    let [part] = &edited.files[..] else {
        panic!("{edited:?}");
    };
    assert_eq!(part.path, "parts/p.yaml");
    assert_eq!(part.after.as_deref(), Some("text a: {content: z}\n"));
}

#[test]
fn several_apps_of_one_file_change_one_after_the_other() {
    let workspace = repository(&[(
        "apps/two.yaml",
        "key: a\nname: A # a\ncomponents: [{grid g: {}}]\n---\n# second\nkey: b\nname: B # b\ncomponents: [{grid g: {}}]\n",
    )]);
    let settings = read_settings(workspace.root()).unwrap();
    let target = settings.target(None).unwrap();
    let loaded = load(workspace.root(), &settings, &target);
    let mut earlier = Vec::new();
    for app in loaded.desired.apps.values() {
        let wanted = App {
            name: format!("{}\n2", app.app.name),
            ..app.app.clone()
        };
        let edited = edited_after(&workspace, &earlier, app, &wanted).unwrap();
        earlier.extend(edited.files);
    }
    assert_eq!(
        earlier[1].after.as_deref(),
        Some(
            "key: a\nname: |- # a\n  A\n  2\ncomponents: [{grid g: {}}]\n---\n# second\nkey: b\nname: |- # b\n  B\n  2\ncomponents: [{grid g: {}}]\n"
        )
    );
}

#[test]
fn carried_fields_are_no_difference() {
    let workspace = repository(&[(
        "apps/it.yaml",
        "name: A\nqueries: {q: {type: stateVariable}}\ncomponents:\n- grid g:\n    children:\n    - table t:\n        columns: [{dataPath: a}]\n        events: [{when: click, do: custom}]\n",
    )]);
    let app = only_app(&workspace);
    let wanted = changed(&app.app, |body| {
        body.queries[0]["id"] = json!("11111111-1111-4111-8111-111111111111");
        let table = &mut first(body)["children"][0];
        table["events"][0]["uuid"] = json!("x");
        table["properties"]["columns"] =
            json!([{"dataPath": "a", "id": "1"}, {"dataPath": "b", "id": "2", "isDeleted": true}]);
    });
    assert_eq!(edited(&workspace, &app, &wanted).unwrap().files, []);
}
