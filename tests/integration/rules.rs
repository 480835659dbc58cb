//! Every rule of the file language, one row each: what is accepted and what it means, what is refused and where.

use ddapps::definition::{load_and, read_settings};
use ddapps::model::Located;
use serde_json::{Value, json};

use crate::definition::{Repository, app, shown};

const PLAIN: &str = "project: platform\n";
const ENVIRONMENTS: &str = "\
project: platform
environments:
  dev:
    connections: {aws: 11111111-1111-4111-8111-111111111111, http: 22222222-2222-4222-8222-222222222222}
    variables: {region: us-east-1, wide: 4, on: true, labels: [a, b]}
  prod:
    connections: {aws: 33333333-3333-4333-8333-333333333333}
    variables: {region: eu-west-1}
";

/// The definition body of one app in an environment with connections and variables, which must load without errors.
fn body(text: &str) -> ddapps::model::Body {
    let repository = Repository::new(ENVIRONMENTS);
    repository.write("apps/a.yaml", text);
    let loaded = repository.load(Some("dev"));
    app(&loaded, "a").app.definition.body()
}

fn query(text: &str) -> Value {
    let indented = text.replace('\n', "\n    ");
    let text = format!("name: A\ncomponents: [grid g: {{}}]\nqueries:\n  q:\n    {indented}\n");
    body(&text).queries.remove(0)
}

fn component(text: &str) -> Value {
    let indented = text.replace('\n', "\n    ");
    let text = format!("name: A\nrootInstanceName: r\ncomponents:\n  - {indented}\n");
    body(&text).components.remove(0)
}

/// The findings for one file, `apps/a.yaml`, without the file's name.
fn findings(text: &str) -> Vec<String> {
    let repository = Repository::new(ENVIRONMENTS);
    repository.write("apps/a.yaml", text);
    let lines = shown(&repository.load(Some("dev")));
    let line = |line: String| line.replacen("apps/a.yaml:", "", 1);
    lines.into_iter().map(line).collect()
}

/// A definition with this query; its first line is line 4.
fn findings_of_query(text: &str) -> Vec<String> {
    findings(&format!(
        "name: A\ncomponents: [grid g: {{}}]\nqueries:\n{text}\n"
    ))
}

/// A definition with this component; its first line is line 4.
fn findings_of_component(text: &str) -> Vec<String> {
    findings(&format!(
        "name: A\nrootInstanceName: r\ncomponents:\n{text}\n"
    ))
}

/// What is wrong with the findings for `text`, if the only one is not the expected one.
fn difference(text: &str, found: &[String], expected: &str) -> Option<String> {
    (found != [expected]).then(|| format!("{text}: {found:#?}"))
}

#[test]
fn queries_unfold() {
    for (text, expected) in [
        (
            "action: com.x\nconnection: aws\ninputs: {r: '@{region}'}\ncondition: ${!!a}",
            json!({"name": "q", "type": "action", "properties": {
                "condition": "${!!a}",
                "spec": {"fqn": "com.x", "connectionId": "11111111-1111-4111-8111-111111111111",
                         "inputs": {"r": "us-east-1"}}}}),
        ),
        (
            "action: com.x\njs: |-\n  return '@{region}';",
            json!({"name": "q", "type": "action", "properties": {
                "outputs": "${((outputs) => {return '@{region}';})(self.rawOutputs)}",
                "spec": {"fqn": "com.x"}}}),
        ),
        (
            "type: dataTransform\njs: return 1",
            json!({"name": "q", "type": "dataTransform",
                   "properties": {"outputs": "${(() => {return 1})()}"}}),
        ),
        (
            "type: function\njs: return 1",
            json!({"name": "q", "type": "function", "properties": {"definition": "${(() => {return 1})}"}}),
        ),
        (
            "type: stateVariable\ndefaultValue: ''\nevents: []",
            json!({"name": "q", "type": "stateVariable", "properties": {"defaultValue": ""}, "events": []}),
        ),
        (
            "type: other\nproperties: {type: t, js: 1, spec: x, events: null}",
            json!({"name": "q", "type": "other",
                   "properties": {"type": "t", "js": 1, "spec": "x", "events": null}}),
        ),
        (
            "action: com.x\nspec: {connectionGroup: {id: g, tags: []}, connectionId: __CONNECTION_ID__}",
            json!({"name": "q", "type": "action", "properties": {"spec": {
                "fqn": "com.x", "connectionGroup": {"id": "g", "tags": []}, "connectionId": "__CONNECTION_ID__"}}}),
        ),
        (
            "type: action\nspec: ${whole}",
            json!({"name": "q", "type": "action", "properties": {"spec": "${whole}"}}),
        ),
        (
            "type: action\nname: q\nproperties: {outputs: x}\nid: 44444444-4444-4444-8444-444444444444",
            json!({"name": "q", "type": "action", "properties": {"outputs": "x"}}),
        ),
    ] {
        assert_eq!(query(text), expected, "{text}");
    }
}

#[test]
fn queries_may_stand_in_a_list() {
    let text = "name: A\ncomponents: [grid g: {}]\nqueries:\n  \
        - {name: a, type: t, properties: {}, id: x, extra: 1}\n  \
        - b: {type: t}\n  - {name: a, type: t, properties: {}, events: [{name: n, type: t}]}\n";
    let queries = body(text).queries;
    assert_eq!(
        json!(queries),
        json!([
            {"name": "a", "type": "t", "properties": {}, "extra": 1},
            {"name": "b", "type": "t", "properties": {}},
            {"name": "a", "type": "t", "properties": {}, "events": [{"name": "n", "type": "t"}]},
        ])
    );
}

#[test]
fn components_unfold() {
    let text = |name: &str| json!({"type": "text", "name": name, "events": [], "properties": {}});
    let cell = |name: &str, visible: Value, child: Value| {
        json!({"type": "gridCell", "name": name, "events": [], "properties": {
            "children": [child], "isVisible": visible,
            "layout": {"default": {"x": 1, "y": 2, "width": 3, "height": 4}}}})
    };
    for (source, expected) in [
        ("text a:", text("a")),
        ("text a: {}", text("a")),
        ("text a: {events: []}", text("a")),
        (
            "text a: {events: null}",
            json!({"type": "text", "name": "a", "properties": {}}),
        ),
        (
            "text a: {events: [{when: click, do: openUrl, url: x}, {name: n, type: t, when: w}, {foo: 1}]}",
            json!({"type": "text", "name": "a", "properties": {}, "events": [
                {"name": "click", "type": "openUrl", "url": "x"},
                {"name": "n", "type": "t", "when": "w"}, {"foo": 1}]}),
        ),
        (
            "text a: {at: {col: 1, row: 2, w: 3, h: 4, cell: c}}",
            cell("c", json!("true"), text("a")),
        ),
        (
            "text a: {at: {col: 1, row: 2, w: 3, h: 4, visible: true}}",
            cell("aCell", json!(true), text("a")),
        ),
        (
            "text a: {at: {col: 1, row: 2, w: 3, h: '@{wide}', visible: '${x}'}}",
            cell("aCell", json!("${x}"), text("a")),
        ),
        (
            "modal m: {title: T, grid: g, children: [text a: ]}",
            json!({"type": "modal", "name": "m", "events": [], "properties": {"title": "T", "children": [
                {"type": "grid", "name": "g", "events": [], "properties": {"children": [text("a")]}}]}}),
        ),
        (
            "container m: {grid: g}",
            json!({"type": "container", "name": "m", "events": [], "properties": {"children": [
                {"type": "grid", "name": "g", "events": [], "properties": {"children": []}}]}}),
        ),
        (
            "text a: {properties: {at: 1, events: 2, children: 3, grid: 4, file: 5, properties: 6}}",
            json!({"type": "text", "name": "a", "events": [], "properties": {
                "at": 1, "events": 2, "children": 3, "grid": 4, "file": 5, "properties": 6}}),
        ),
        (
            "{type: odd, name: 'no identifier', id: 7, properties: {children: [{text a: }, 3, {x: y}]}}",
            json!({"type": "odd", "name": "no identifier", "id": 7,
                   "properties": {"children": [text("a"), 3, {"x": "y"}]}}),
        ),
        (
            "{type: t, name: n, properties: {}, events: [{when: a, do: b}]}",
            json!({"type": "t", "name": "n", "properties": {}, "events": [{"when": "a", "do": "b"}]}),
        ),
        (
            "text a: {a: 1.0, b: 123456789012345678901234567890, c: on, d: '10', e: 10, f: 'true', g: true}",
            json!({"type": "text", "name": "a", "events": [], "properties":
                serde_json::from_str::<Value>(r#"{"a": 1.0, "b": 123456789012345678901234567890,
                    "c": "on", "d": "10", "e": 10, "f": "true", "g": true}"#).expect("JSON")}),
        ),
        (
            "text a: {on: '@{on}', list: '@{labels}', t: 'in @{region}: ${@{x}} @@{y}'}",
            json!({"type": "text", "name": "a", "events": [], "properties": {
                "on": true, "list": ["a", "b"], "t": "in us-east-1: ${@{x}} @{y}"}}),
        ),
    ] {
        assert_eq!(component(source), expected, "{source}");
    }
}

#[test]
fn mistakes_in_queries_are_found_where_they_stand() {
    let mut wrong = Vec::new();
    for (text, expected) in [
        (
            "  q: 1",
            "4:6 error wrong-type: query `q` must be a mapping, found a number",
        ),
        (
            "  q: {}",
            "4:3 error missing-key: query `q` needs an `action` or a `type`",
        ),
        (
            "  q: {type: t, action: x}",
            "4:13 error wrong-type: query `q` has an `action`, so its type is not `t`",
        ),
        (
            "  q: {action: [x]}",
            "4:15 error wrong-type: `action` must be a string, found a list",
        ),
        (
            "  q: {action: x, connection: awss}",
            "4:30 error unknown-connection: environment `dev` has no connection `awss`; \
             known connections: `aws`, `http`",
        ),
        (
            "  q: {action: x, connection: 44444444-4444-4444-8444-444444444444}",
            "4:30 warning literal-connection: literal connection id `44444444-4444-4444-8444-444444444444` \
             is the same in every environment",
        ),
        (
            "  q: {action: x, connection: 11111111-1111-4111-8111-111111111111}",
            "4:30 warning literal-connection: literal connection id `11111111-1111-4111-8111-111111111111`",
        ),
        (
            "  q: {action: x, connection: 33333333-3333-4333-8333-333333333333}",
            "4:30 error foreign-connection: connection `33333333-3333-4333-8333-333333333333` belongs to \
             environment `prod` (`aws`), not to `dev`",
        ),
        (
            "  - {name: q, type: action, properties: {spec: {connectionId: 33333333-3333-4333-8333-333333333333}}}",
            "4:63 error foreign-connection: connection `33333333-3333-4333-8333-333333333333` belongs to \
             environment `prod` (`aws`), not to `dev`",
        ),
        (
            "  q: {action: x, spec: {fqn: y}}",
            "4:15 error duplicate-key: `fqn` is set twice; first at apps/a.yaml:4:30",
        ),
        (
            "  q: {action: x, spec: y}",
            "4:24 error wrong-type: `spec` beside `action`, `connection` or `inputs` must be a mapping, \
             found a string",
        ),
        (
            "  q: {type: t, js: x}",
            "4:20 error unknown-key: a query of type `t` has no `js`; only `action`, `dataTransform`, `function` have",
        ),
        (
            "  q: {type: function, js: 1}",
            "4:27 error wrong-type: `js` must be code or `{file: path}`, found a number",
        ),
        (
            "  q: {type: function, js: x, definition: y}",
            "4:27 error duplicate-key: `definition` is set twice; first at apps/a.yaml:4:42",
        ),
        (
            "  q: {type: function, js: {file: none.js}}",
            "4:34 error unreadable-file: cannot read `none.js`: No such file or directory (os error 2)",
        ),
        (
            "  q: {type: function, js: {file: ../../x}}",
            "4:34 error path-outside-repository: cannot read `../../x`: the path leads out of the repository",
        ),
        (
            "  q: {type: function, js: {file: /etc/passwd}}",
            "4:34 error path-outside-repository: cannot read `/etc/passwd`: absolute paths are not allowed",
        ),
        (
            "  - {type: t}",
            "4:5 error missing-key: a query needs a `name`",
        ),
        (
            "  - {name: q}",
            "4:5 error missing-key: a query needs a `type`",
        ),
        (
            "  - {name: 1, type: t}",
            "4:12 error wrong-type: a query's `name` must be a string, found a number",
        ),
        (
            "  q: {type: t, v: '@{regionn}'}",
            "4:19 error unset-variable: variable `regionn` is not set in environment `dev`",
        ),
        (
            "  q: {type: t, v: 'x @{labels}'}",
            "4:19 error wrong-type: variable `labels` is a list in environment `dev`, which cannot stand inside \
             other text",
        ),
        (
            "  q: {type: t}\n  q: {type: t}",
            "5:3 error duplicate-key: key `q` stands twice in one mapping; first at line 4, column 3",
        ),
    ] {
        wrong.extend(difference(text, &findings_of_query(text), expected));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn mistakes_in_components_are_found_where_they_stand() {
    let mut wrong = Vec::new();
    for (text, expected) in [
        (
            "  - 1",
            "4:5 error component-shape: a component must be one key `type name`, found a number",
        ),
        (
            "  - {grid: {}}",
            "4:5 error component-shape: a component must be one key `type name`, found a mapping",
        ),
        (
            "  - a b c: {}",
            "4:5 error component-shape: `a b c` is not a component's `type name`",
        ),
        (
            "  - text a:\n    label: x",
            "4:5 error component-shape: a component is one key, but more stand beside `text a`",
        ),
        (
            "  - text a: x",
            "4:13 error wrong-type: component `a` must be a mapping, found a string",
        ),
        (
            "  - text a: {children: x}",
            "4:24 error wrong-type: `children` must be a list of components, found a string",
        ),
        (
            "  - text a: {events: x}",
            "4:22 error wrong-type: `events` must be a list, found a string",
        ),
        (
            "  - text a: {events: [x]}",
            "4:23 error wrong-type: an event must be a mapping, found a string",
        ),
        (
            "  - text a: {at: x}",
            "4:18 error wrong-type: `at` must be a mapping, found a string",
        ),
        (
            "  - text a: {at: {col: 1, row: 1, w: 1}}",
            "4:18 error missing-key: `at` needs `h`",
        ),
        (
            "  - text a: {at: {col: 1.5, row: 1, w: 1, h: 1}}",
            "4:24 error wrong-type: `col` must be an integer, found a number",
        ),
        (
            "  - text a: {grid: g}",
            "4:14 error unknown-key: a component of type `text` has no `grid`",
        ),
        (
            "  - text a: {file: g}",
            "4:14 error unknown-key: a component of type `text` has no `file`",
        ),
        (
            "  - {type: t}",
            "4:5 error missing-key: a component needs a `name`",
        ),
        (
            "  - {file: 1}",
            "4:12 error wrong-type: `file` must be a path, found a number",
        ),
        (
            "  - {file: a.yaml}",
            "4:12 error circular-file: `a.yaml` names itself, directly or through other files",
        ),
        (
            "  - text a: {x: 1, properties: {x: 2}}",
            "4:33 error duplicate-key: `x` is set twice; first at apps/a.yaml:4:17",
        ),
        (
            "  - text a: {events: [{when: click}]}",
            "4:23 warning half-event: the event is taken as a raw one, since only `when` with `do`, without `name` \
             and `type`, is the short form",
        ),
    ] {
        wrong.extend(difference(text, &findings_of_component(text), expected));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn mistakes_in_attributes_are_found_where_they_stand() {
    let valid = "name: A\ncomponents: [grid g: {}]\n";
    for (text, expected) in [
        (
            "publish: 'yes'",
            "3:10 error wrong-type: `publish` must be `true` or `false`, found a string",
        ),
        (
            "selfService: 1",
            "3:14 error wrong-type: `selfService` must be `true` or `false`, found a number",
        ),
        (
            "tags: a",
            "3:7 error wrong-type: `tags` must be a list, found a string",
        ),
        (
            "tags: [a, 1]",
            "3:11 error wrong-type: a tag must be a string, found a number",
        ),
        (
            "description: 1",
            "3:14 error wrong-type: `description` must be a string, found a number",
        ),
        (
            "protectionLevel: direct",
            "3:18 error wrong-type: `protectionLevel` must be one of `direct_publish`, `approval_required`, \
             found `direct`",
        ),
        (
            "key: a b",
            "3:6 error invalid-key: `a b` cannot be a key: a key has no blanks, control characters, commas or slashes",
        ),
        (
            "queries: x",
            "3:10 error wrong-type: `queries` must be a mapping by name or a list, found a string",
        ),
        (
            "descripton: x",
            "3:1 warning unknown-attribute: unknown attribute `descripton` is sent as it is",
        ),
    ] {
        assert_eq!(findings(&format!("{valid}{text}\n")), [expected], "{text}");
    }
    for (text, expected) in [
        (
            "components: [grid g: {}]",
            "1:1 error missing-key: a definition needs `name`",
        ),
        (
            "name: A",
            "1:1 error missing-key: a definition needs `components`",
        ),
        (
            "name: A\ncomponents: [grid g: {}, grid h: {}]",
            "1:1 error missing-key: a definition with 2 root components needs `rootInstanceName`",
        ),
        (
            "[]",
            "1:1 error wrong-type: a definition must be a mapping, found a list",
        ),
        ("", "1:1 error empty-file: the file holds no definition"),
        (
            "# only a comment\n---\n",
            "1:1 error empty-file: the file holds no definition",
        ),
        (
            "name: A\ncomponents: [grid g: {}]\n---\nkey: b\nname: B\ncomponents: [grid g: {}]\n",
            "1:1 error missing-key: of several documents in one file, each needs its `key`",
        ),
    ] {
        assert_eq!(findings(text), [expected], "{text}");
    }
}

#[test]
fn all_problems_of_all_files_are_found_in_one_run() {
    let repository = Repository::new(ENVIRONMENTS);
    repository.write("apps/a.yaml", "name: [\n");
    repository.write(
        "apps/b.yaml",
        "publish: 1\ntags: 2\nqueries: {q: {action: x, connection: none}}\n",
    );
    repository.write("apps/c.json", "{\"name\": }");
    repository.write("apps/d.yaml", b"name: \xff");
    repository.write("apps/e.yaml", "name: E\ncomponents: [grid g: {}]\n");
    let loaded = repository.load(Some("dev"));
    let places: Vec<_> = loaded
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {}",
                finding.location.as_ref().expect("a place"),
                finding.rule
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            "apps/a.yaml:1:7 yaml-syntax",
            "apps/b.yaml:1:1 missing-key",
            "apps/b.yaml:1:1 missing-key",
            "apps/b.yaml:1:10 wrong-type",
            "apps/b.yaml:2:7 wrong-type",
            "apps/b.yaml:3:38 unknown-connection",
            "apps/c.json:1:10 json-syntax",
            "apps/d.yaml:1:7 unreadable-file",
        ]
    );
    assert_eq!(loaded.desired.apps.len(), 1);
    assert_eq!(app(&loaded, "e").app.name, "E");
}

#[test]
fn what_a_file_does_not_say_is_unmanaged() {
    let repository = Repository::new(PLAIN);
    repository.write(
        "apps/a.yaml",
        "name: A\ncomponents: [grid g: {}]\ndescription:\n",
    );
    repository.write(
        "apps/b.yaml",
        "name: B\ncomponents: [grid g: {}]\ndescription: ''\ntags: [z, a, 'ddapps:platform/b']\npublish: false\n\
         protectionLevel: approval_required\nselfService: true\ninputSchema: {a: 1}\nid: x\nmeta: {}\n",
    );
    let loaded = repository.load(None);
    let a = &app(&loaded, "a").app;
    assert_eq!((&a.description, &a.tags, a.publish), (&None, &None, None));
    assert_eq!((a.protection_level, a.self_service), (None, None));
    assert_eq!(a.definition.body().root_instance_name, "g");
    let b = &app(&loaded, "b").app;
    assert_eq!(b.description.as_deref(), Some(""));
    assert_eq!(json!(b.tags), json!(["a", "z"]));
    assert_eq!((b.publish, b.self_service), (Some(false), Some(true)));
    assert_eq!(
        json!(b.definition.body().extra),
        json!({"inputSchema": {"a": 1}})
    );
}

#[test]
fn a_whole_document_may_hold_compact_parts_and_our_own_words() {
    let repository = Repository::new(PLAIN);
    repository.write(
        "apps/a.yaml",
        "key: k\npublish: true\ndata:\n  id: x\n  type: appDefinitions\n  attributes:\n    name: A\n    \
         components: [text t: {a: 1}]\n    queries: {q: {type: t}}\n  meta: {version: 1}\nincluded: []\n",
    );
    let loaded = repository.load(None);
    assert_eq!(shown(&loaded), Vec::<String>::new());
    let app = &app(&loaded, "k").app;
    assert_eq!((app.name.as_str(), app.publish), ("A", Some(true)));
    assert_eq!(app.definition.body().queries.len(), 1);
}

#[test]
fn values_know_their_file_line_and_column() {
    let repository = Repository::new(PLAIN);
    repository.write(
        "apps/a.yaml",
        "name: A\nqueries:\n  q:\n    type: function\n    js: {file: js/q.js}\ncomponents:\n  - grid g:\n      \
         children:\n        - {file: part.yaml}\n        - text t:\n            at: {col: 0, row: 0, w: 1, h: 1}\n            \
         label: x\n",
    );
    repository.write("apps/js/q.js", "export default () => {\nreturn 1\n};\n");
    repository.write("apps/part.yaml", "# a part\ntext p:\n  label: y\n");
    let settings = read_settings(&repository.path("")).unwrap();
    let target = settings.target(None).unwrap();
    let (loaded, mut places) =
        load_and(&repository.path(""), &settings, &target, &|declared, _| {
            declared.places.clone()
        });
    assert_eq!(shown(&loaded), Vec::<String>::new());
    assert_eq!(places.len(), 1);
    let places = places.remove(0);
    let at = |located: Located| located.at().to_string();
    fn part<'a>(whole: Located<'a>, path: &[usize]) -> Located<'a> {
        (path.iter()).fold(whole, |it, index| it.items().nth(*index).unwrap())
    }
    // Members stand in the order of their names: name, properties, type.
    let query = places.queries.items().next().unwrap();
    assert_eq!(at(part(query, &[1, 0])), "apps/js/q.js:2:1");
    assert_eq!(at(query), "apps/a.yaml:3:3");
    // Members of a component: events, name, properties, type.
    let children = part(places.components.items().next().unwrap(), &[2, 0]);
    assert_eq!(at(children), "apps/a.yaml:9:9");
    assert_eq!(children.items().count(), 2);
    assert_eq!(at(part(children, &[0])), "apps/part.yaml:2:1");
    assert_eq!(at(part(children, &[0, 2, 0])), "apps/part.yaml:3:10");
    // The cell stands where `at` does, the component in it where its own key does.
    assert_eq!(at(part(children, &[1])), "apps/a.yaml:11:17");
    let inner = part(children, &[1, 2, 0, 0]);
    assert_eq!(at(inner), "apps/a.yaml:10:11");
    assert_eq!(at(part(inner, &[2, 0])), "apps/a.yaml:12:20");
}
