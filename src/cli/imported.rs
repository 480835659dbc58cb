//! What an import did, in words.

use std::fmt::Write as _;

use ddapps::definition::Target;
use ddapps::definition::edit::Additions;
use ddapps::definition::import::{Imported, ImportedApp};
use ddapps::model::reasons;
use ddapps::render::line;

/// The result as text: what was written, what was left alone, and what to do next.
pub fn text(result: &Imported, unread: &[String], target: &Target) -> String {
    let mut text = String::new();
    for app in &result.apps {
        written(&mut text, app);
    }
    for app in &result.refused {
        let _ = writeln!(
            text,
            "- {}: left alone, {}",
            line(&app.name),
            line(&reasons(&app.why))
        );
    }
    for reason in unread {
        let _ = writeln!(text, "- {}", line(reason));
    }
    settings(&mut text, result, target);
    if !result.apps.is_empty() {
        let environment = target.owner.environment.as_ref();
        let env = environment
            .map(|name| format!(" --env {name}"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "\n{} imported; next: `ddapps plan{env}`",
            apps(result.apps.len())
        );
    }
    text
}

fn apps(count: usize) -> String {
    format!("{count} app{}", if count == 1 { "" } else { "s" })
}

fn written(text: &mut String, app: &ImportedApp) {
    let _ = writeln!(text, "+ {}: {}", line(&app.name), app.files.join(", "));
    if !app.removed.is_empty() {
        let names = line(&app.removed.join(", "));
        let _ = writeln!(text, "    removed, named by nothing any more: {names}");
    }
    for (path, why) in &app.stuck {
        let (path, why) = (line(path), line(&reasons(why)));
        let _ = writeln!(text, "    to be removed by hand: {path} ({why})");
    }
    let counts = [
        (app.left_out.query_ids, "query ids"),
        (app.left_out.column_ids, "column ids"),
        (app.left_out.event_ids, "event ids"),
        (app.left_out.deleted_columns, "deleted columns"),
    ];
    let carried = counts.iter().filter(|(count, _)| *count > 0);
    let carried: Vec<_> = carried
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if !carried.is_empty() {
        let _ = writeln!(
            text,
            "    left out, carried over by apply: {}",
            carried.join(", ")
        );
    }
    if !app.attributes.is_empty() {
        let names = app.attributes.join(", ");
        let _ = writeln!(text, "    left out, owned by the server: {}", line(&names));
    }
    if app.id.is_none() {
        let _ = writeln!(
            text,
            "    bound to no live app: apply makes one, unless `apps:` binds `{}`",
            app.key
        );
    }
    if app.is_behind {
        let _ = writeln!(
            text,
            "    `publish` is not said: users run an older version"
        );
    }
}

fn settings(text: &mut String, result: &Imported, target: &Target) {
    let Additions { connections, apps } = &result.additions;
    if result.additions.is_empty() {
        return;
    }
    let place = match &target.owner.environment {
        Some(name) => format!("environments.{name} in ddapps.yaml"),
        None => "ddapps.yaml".to_owned(),
    };
    match &result.settings {
        Ok(()) => {
            let _ = writeln!(text, "~ ddapps.yaml");
        }
        Err(error) => {
            let _ = writeln!(
                text,
                "! ddapps.yaml was left alone: {error}. Add to {place}:"
            );
        }
    }
    for (alias, id) in connections {
        let _ = writeln!(text, "    connections: {alias}: {id}");
    }
    for (key, id) in apps {
        let _ = writeln!(text, "    apps: {key}: {id}");
    }
    if !connections.is_empty() && !target.elsewhere.is_empty() {
        let others: Vec<_> = target.elsewhere.keys().map(String::as_str).collect();
        let others = others.join(", ");
        let _ = writeln!(
            text,
            "    other environments need connections of these names, too: {others}"
        );
    }
}
