//! Whether git and the server are apart, without where: for those who merge the two, and find that on the way.

use crate::model::{AppKey, Desired, DesiredApp, Live, LiveApp};

use super::fields::{attributes, is_sent_with_definition};
use super::merge::Sides;
use super::pair::{Match, pair};
use super::{Undecided, side_by_side};

/// An app of git, and its live one.
#[derive(Clone, Debug)]
pub struct Pairing<'a> {
    /// Its key.
    pub key: AppKey,
    /// What git wants.
    pub desired: &'a DesiredApp,
    /// What the server has, if it has such an app, and it is known which one.
    pub live: Result<Option<&'a LiveApp>, Undecided>,
    /// How far the two are apart; nothing where there is no live app.
    pub apart: Apart,
}

/// An app that is not plainly the same on both sides.
#[derive(Clone, Debug)]
pub struct Unlike<'a> {
    /// Its key.
    pub key: AppKey,
    /// What the server has.
    pub live: &'a LiveApp,
    /// What git wants.
    pub git: &'a DesiredApp,
}

/// How far git and the server are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// Not at all.
    Nothing,
    /// In attributes that have no versions.
    Settings,
    /// In what makes a version; or the live app does not bear our mark, and nobody knows yet since when it is ours.
    Version,
}

/// The first app, by its key, whose two definitions are not plainly the same: mostly it differs, and to tell that takes no
/// time.
pub fn unlike<'a>(desired: &'a Desired, live: &'a Live) -> Option<Unlike<'a>> {
    let pairs = pair(desired, live).into_iter();
    let unlike = pairs.filter_map(|(key, found)| match found {
        Match::Paired { app, live, .. } => {
            let is_same = app.app.definition.is_plainly(&live.app.definition);
            (!is_same).then_some(Unlike {
                key,
                live,
                git: app,
            })
        }
        _ => None,
    });
    unlike.min_by(|first, other| first.key.cmp(&other.key))
}

/// Tells of every app of git, sorted by key, how far it is apart from its live one. `read` are sides that were read before.
pub fn pairings<'a>(
    desired: &'a Desired,
    live: &'a Live,
    read: Option<&Sides<'a>>,
) -> Vec<Pairing<'a>> {
    let mut matches = pair(desired, live);
    matches.sort_by(|(key, _), (other, _)| key.cmp(other));
    let pairings = side_by_side(matches, &|(key, found)| {
        let (desired, live, apart) = match found {
            Match::Orphan(_) => return None,
            Match::Undecided { app, why } => (app?, Err(why), Apart::Nothing),
            Match::New(app) => (app, Ok(None), Apart::Nothing),
            Match::Paired { app, live, marked } => {
                let apart = match marked {
                    true => apart(app, live, read),
                    false => Apart::Version,
                };
                (app, Ok(Some(live)), apart)
            }
        };
        Some(Pairing {
            key,
            desired,
            live,
            apart,
        })
    });
    pairings.into_iter().flatten().collect()
}

fn apart<'a>(app: &'a DesiredApp, live: &'a LiveApp, read: Option<&Sides<'a>>) -> Apart {
    let mut fields = Vec::new();
    attributes(&app.app, live, &mut fields);
    let differs = || match read.filter(|sides| sides.are(live, app)) {
        Some(sides) => sides.differ(),
        None => Sides::of(live, app).differ(),
    };
    let is_same = || app.app.definition.is_plainly(&live.app.definition) || !differs();
    match is_sent_with_definition(&fields) || !is_same() {
        true => Apart::Version,
        false if fields.is_empty() => Apart::Nothing,
        false => Apart::Settings,
    }
}
