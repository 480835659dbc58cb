//! Any app to any other: what the files say is always what was wanted, or nothing is changed.

use ddapps::definition::write::{Options, PartsIn, write};
use ddapps::model::App;
use proptest::prelude::*;

use super::clicks::CLICKS;
use super::mutate::{Dice, mutated};
use super::{are_same, edited, lines, only_app, written};
use crate::support::messy::messy;
use crate::support::{Workspace, generate, nasty};

/// A repository with the app in one file, as it is written or as nobody should write it.
fn repository(app: &App, seed: Option<u64>) -> Option<Workspace> {
    let workspace = Workspace::new();
    workspace.write(
        "ddapps.yaml",
        "project: platform\nvariables: {region: us-east-1, x: '1'}\n",
    );
    let options = Options {
        file: "apps/it.yaml",
        key: None,
        connections: &std::collections::BTreeMap::new(),
        parts: PartsIn::Nowhere,
    };
    let text = write(app, &options).files.remove(0).text;
    let text = match seed {
        Some(seed) => messy(&serde_yaml::from_str(&text).ok()?, seed).text,
        None => text,
    };
    workspace.write("apps/it.yaml", &text);
    Some(workspace)
}

/// That an edit comes to what is wanted, or is refused where that may be.
fn is_lawful(app: &App, wanted: &App, seed: Option<u64>) -> Result<(), TestCaseError> {
    let Some(workspace) = repository(app, seed) else {
        return Ok(());
    };
    let before = only_app(&workspace);
    // What is wanted, as files say it.
    let wanted = match repository(wanted, None) {
        Some(other) => only_app(&other).app,
        None => return Ok(()),
    };
    match edited(&workspace, &before, &wanted) {
        Ok(edited) => {
            let after = written(&workspace, &edited);
            prop_assert!(are_same(&after, &wanted), "{}", lines(&edited).1);
            let is_same = are_same(&before.app, &wanted);
            prop_assert!(edited.files.is_empty() == is_same, "{}", lines(&edited).1);
        }
        Err(error) => {
            let text = workspace.read("apps/it.yaml");
            return Err(TestCaseError::fail(format!(
                "{error}\n{text}\nto {wanted:#?}"
            )));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::support::cases(48))]

    #[test]
    fn any_app_becomes_any_other(app in generate::app(), wanted in generate::app(), seed in proptest::option::of(any::<u64>())) {
        is_lawful(&app, &wanted, seed)?;
    }

    #[test]
    fn any_click_on_any_app_comes_home(app in nasty::app(), click in 0..CLICKS.len(), seed in proptest::option::of(any::<u64>())) {
        if let Some(wanted) = (CLICKS[click].change)(&app) {
            is_lawful(&app, &wanted, seed)?;
        }
    }

    #[test]
    fn random_edits_come_home(app in nasty::app(), edits in any::<u64>(), seed in proptest::option::of(any::<u64>())) {
        is_lawful(&app, &mutated(&app, &mut Dice(edits)), seed)?;
    }

    #[test]
    fn random_edits_of_plainer_apps_come_home(app in generate::app(), edits in any::<u64>(), seed in proptest::option::of(any::<u64>())) {
        is_lawful(&app, &mutated(&app, &mut Dice(edits)), seed)?;
    }
}
