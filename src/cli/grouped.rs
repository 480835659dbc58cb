//! The plans that belong into one comment: those of one project and environment.

use anyhow::Result;
use ddapps::forge::{Conversation, Marker};
use ddapps::render::SavedPlan;

use super::args::Global;
use super::repository::Repository;

/// The plans of one project and environment; there are several where the work was split.
pub struct Group {
    pub marker: Marker,
    pub plans: Vec<SavedPlan>,
}

/// Plans by project and environment, in the order in which they were given.
pub fn grouped(plans: Vec<SavedPlan>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for plan in plans {
        let marker = Marker::of(plan.project(), plan.environment());
        match groups.iter_mut().find(|group| group.marker == marker) {
            Some(group) => group.plans.push(plan),
            None => groups.push(Group {
                marker,
                plans: vec![plan],
            }),
        }
    }
    groups
}

impl Group {
    /// Without plans: what names the comment is all that is needed to take it away.
    pub fn empty(global: &Global) -> Result<Self> {
        let repository = Repository::open(global)?;
        let owner = repository.target(global)?.owner;
        Ok(Self {
            marker: Marker::of(&owner.project, owner.environment.as_deref()),
            plans: Vec::new(),
        })
    }

    /// Whether there is anything to do, or to look at.
    pub fn has_changes(&self) -> bool {
        (self.plans.iter()).any(|it| it.has_steps() || it.has_refusals())
    }

    /// The commits that the plans are of.
    pub fn commits(&self) -> impl Iterator<Item = &str> {
        self.plans.iter().filter_map(SavedPlan::commit)
    }

    /// A commit that is not the newest one. Of plans of several commits one such makes the whole outdated.
    pub fn outdated(&self, found: &Conversation<'_>) -> Option<&str> {
        self.commits().find(|it| found.is_outdated(it))
    }
}
