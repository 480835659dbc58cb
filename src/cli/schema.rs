//! `ddapps schema`: a JSON Schema.

use anyhow::Result;
use ddapps::model::Site;
use ddapps::{definition, render, validate};

use super::args::{Global, Schema, SchemaOf};
use super::exit::Exit;
use super::output;

pub fn run(global: &Global, args: &Schema) -> Result<Exit> {
    let schema = match args.of {
        SchemaOf::App => definition::app_schema(),
        SchemaOf::Settings => {
            let rules = validate::rules().map(|rule| (rule.id, rule.why));
            definition::settings_schema(rules, Site::ALL.map(Site::as_str))
        }
        SchemaOf::Plan => render::plan_schema(),
        SchemaOf::Drift => render::drift_schema(),
        SchemaOf::Pull => render::pull_schema(),
    };
    output::result(
        global,
        &format!("{}\n", serde_json::to_string_pretty(&schema)?),
    )?;
    Ok(Exit::Done)
}
