//! Terraform configuration, as far as it can be understood without running Terraform.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hcl::eval::{Context, Evaluate};
use hcl::{Block, Expression, Value};

use super::{RESOURCE, Resource, Terraform, TerraformError, Unread};

/// Adds the apps of one file, but for the `known` resources.
pub(super) fn read(
    folder: &Path,
    path: &Path,
    text: &str,
    known: &BTreeSet<String>,
    into: &mut Terraform,
) -> Result<(), TerraformError> {
    let body = hcl::parse(text).map_err(|error| TerraformError::NoConfiguration {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    for block in body
        .blocks()
        .filter(|block| block.identifier() == "resource")
    {
        let [kind, name] = block.labels() else {
            continue;
        };
        if kind.as_str() != RESOURCE || known.contains(name.as_str()) {
            continue;
        }
        match app_json(folder, block).and_then(|json| resource(block)?.found(&json)) {
            Ok(found) => into.apps.push(found),
            Err(why) => into
                .unread
                .push((format!("{RESOURCE}.{}", name.as_str()), why)),
        }
    }
    Ok(())
}

fn argument<'a>(block: &'a Block, name: &str) -> Option<&'a Expression> {
    let mut attributes = block.body().attributes();
    attributes
        .find(|it| it.key() == name)
        .map(hcl::Attribute::expr)
}

/// The value of an argument that needs nothing but itself.
fn value(argument: &'static str, expression: &Expression) -> Result<Value, Unread> {
    let mut context = Context::new();
    let module = BTreeMap::from([("module".to_owned(), ".".to_owned())]);
    context.declare_var("path", module.into_iter().collect::<Value>());
    expression
        .evaluate(&context)
        .map_err(|error| Unread::NeedsRun {
            argument,
            reason: error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        })
}

fn text(argument: &'static str, expression: &Expression) -> Result<String, Unread> {
    match value(argument, expression)? {
        Value::String(text) => Ok(text),
        _ => Err(Unread::NeedsRun {
            argument,
            reason: "it is no string".to_owned(),
        }),
    }
}

fn app_json(folder: &Path, block: &Block) -> Result<String, Unread> {
    const NAME: &str = "app_json";
    for several in ["count", "for_each"] {
        if argument(block, several).is_some() {
            return Err(Unread::Several(several));
        }
    }
    let missing = || Unread::NeedsRun {
        argument: NAME,
        reason: "it is missing".to_owned(),
    };
    let expression = argument(block, NAME).ok_or_else(missing)?;
    let Expression::FuncCall(call) = expression else {
        return text(NAME, expression);
    };
    match (call.name.name.as_str(), call.args.as_slice()) {
        ("jsonencode", [inner]) => {
            let value = value(NAME, inner)?;
            serde_json::to_string(&value).map_err(|error| Unread::NeedsRun {
                argument: NAME,
                reason: error.to_string(),
            })
        }
        ("file", [path]) => file(folder, &text(NAME, path)?),
        (other, _) => Err(Unread::NeedsRun {
            argument: NAME,
            reason: format!("it calls `{other}`"),
        }),
    }
}

/// A file beside the configuration. What lies elsewhere is not read: a configuration of a stranger must not be able to
/// bring files of this machine into a repository.
fn file(folder: &Path, path: &str) -> Result<String, Unread> {
    let failed = |reason: String| Unread::File {
        path: path.to_owned(),
        reason,
    };
    let real = folder
        .join(path)
        .canonicalize()
        .map_err(|error| failed(error.to_string()))?;
    let folder = folder
        .canonicalize()
        .map_err(|error| failed(error.to_string()))?;
    if !real.starts_with(&folder) {
        return Err(failed("it leads out of the folder".to_owned()));
    }
    fs::read_to_string(&real).map_err(|error| failed(error.to_string()))
}

fn resource(block: &Block) -> Result<Resource, Unread> {
    let optional = |name| argument(block, name).map(|it| text(name, it)).transpose();
    let published = match argument(block, "published") {
        Some(expression) => match value("published", expression)? {
            Value::Bool(published) => Some(published),
            _ => None,
        },
        None => None,
    };
    Ok(Resource {
        id: None,
        name: optional("name")?,
        description: optional("description")?,
        root_instance_name: optional("root_instance_name")?,
        published,
        connections: connections(block)?,
    })
}

fn connections(block: &Block) -> Result<BTreeMap<String, String>, Unread> {
    const NAME: &str = "action_query_names_to_connection_ids";
    let Some(expression) = argument(block, NAME) else {
        return Ok(BTreeMap::new());
    };
    let Value::Object(map) = value(NAME, expression)? else {
        return Ok(BTreeMap::new());
    };
    let text = |(query, id)| match id {
        Value::String(id) => Some((query, id)),
        _ => None,
    };
    Ok(map.into_iter().filter_map(text).collect())
}
