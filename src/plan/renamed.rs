//! Apps that may have lost their key: a file that is called otherwise declares another app, and the one that is live is then
//! nobody's. Nothing is decided here, since names prove nothing; it is only said in time.

use std::collections::BTreeMap;

use super::{Action, AppPlan, Note};

/// Tells where git no longer has an app that bears the name of one that is to be made. Where several bear it, nobody could
/// say which is which.
pub(super) fn note_renamed(apps: &mut [AppPlan]) {
    let mut gone: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for app in &*apps {
        if app.action == Action::Create {
            *made.entry(app.name.clone()).or_default() += 1;
        } else if app.live.is_some() && app.location.is_none() {
            gone.entry(app.name.clone())
                .or_default()
                .push(app.key.clone());
        }
    }
    for app in apps.iter_mut().filter(|app| app.action == Action::Create) {
        if let (Some([before]), Some(1)) =
            (gone.get(&app.name).map(Vec::as_slice), made.get(&app.name))
        {
            app.notes.push(Note::Renamed {
                before: before.clone(),
            });
        }
    }
}
