//! The plans that belong into one comment: those of one project and environment.

use anyhow::Result;
use ddapps::forge::Marker;
use ddapps::render::{MergeError, SavedPlan};

use super::args::Global;
use super::repository::Repository;

/// What belongs into one comment.
pub struct Group {
    pub marker: Marker,
    /// `None` where the comment is only to be taken away.
    pub plan: Option<SavedPlan>,
}

/// One plan a project and environment, of the parts that were given, in the order in which they were given.
pub fn grouped(plans: Vec<SavedPlan>) -> Result<Vec<Group>, MergeError> {
    let mut groups: Vec<(Marker, Vec<SavedPlan>)> = Vec::new();
    for plan in plans {
        let marker = Marker::of(plan.project(), plan.environment());
        match groups.iter_mut().find(|(it, _)| *it == marker) {
            Some((_, plans)) => plans.push(plan),
            None => groups.push((marker, vec![plan])),
        }
    }
    let merged = groups.into_iter().map(|(marker, plans)| {
        let plan = Some(SavedPlan::merged(plans)?);
        Ok(Group { marker, plan })
    });
    merged.collect()
}

impl Group {
    /// Without a plan: what names the comment is all that is needed to take it away.
    pub fn empty(global: &Global) -> Result<Self> {
        let repository = Repository::open(global)?;
        let owner = repository.target(global)?.owner;
        Ok(Self {
            marker: Marker::of(&owner.project, owner.environment.as_deref()),
            plan: None,
        })
    }
}
