//! Every rule of the file language, one row each: what is accepted and what it means, what is refused and where.

mod mistakes;

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
