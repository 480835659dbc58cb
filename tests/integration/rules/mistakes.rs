//! Mistakes in definitions: each is found where it stands.

use super::{ENVIRONMENTS, findings, findings_of_component, findings_of_query};
use crate::definition::{Repository, app};

/// That each text has the one finding that is expected of it.
fn found(findings: fn(&str) -> Vec<String>, expected: &[(&str, &str)]) {
    let wrong = expected.iter().filter_map(|(text, expected)| {
        let found = findings(text);
        (found != [*expected]).then(|| format!("{text}: {found:#?}"))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn mistakes_in_queries_are_found_where_they_stand() {
    found(
        findings_of_query,
        &[
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
                "4:30 error unknown-connection: connection `awss` is not in environment `dev`; \
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
        ],
    );
}

#[test]
fn mistakes_in_components_are_found_where_they_stand() {
    found(
        findings_of_component,
        &[
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
        ],
    );
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
        // How many components there are is not known here.
        (
            "name: A\ncomponents: [grid g]",
            "2:14 error component-shape: a component must be one key `type name`, found a string",
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
