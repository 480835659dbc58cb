//! How a run is told to stop: before the next app, gently, or at once.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells a run to stop. Clones are the same signal.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<Urgency>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    None,
    AfterRunningApps,
    AfterRunningCalls,
    AtOnce,
}

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Urgency::None)))
    }
}

impl Stop {
    /// No new app begins; those that have begun get all of their steps.
    pub fn before_next_app(&self) {
        self.raise(Urgency::AfterRunningApps);
    }

    /// No new step begins; calls under way are finished.
    pub fn gently(&self) {
        self.raise(Urgency::AfterRunningCalls);
    }

    /// Calls under way are left to themselves: what became of them is not known.
    pub fn at_once(&self) {
        self.raise(Urgency::AtOnce);
    }

    /// Whether no new app may begin.
    pub(super) fn holds_apps(&self) -> bool {
        *self.0.borrow() >= Urgency::AfterRunningApps
    }

    /// Whether no new step may begin.
    pub(super) fn holds_steps(&self) -> bool {
        *self.0.borrow() >= Urgency::AfterRunningCalls
    }

    /// Waits for the order to stop at once.
    pub(super) async fn ordered_at_once(&self) {
        let mut urgency = self.0.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = urgency.wait_for(|it| *it == Urgency::AtOnce).await;
    }

    fn raise(&self, urgency: Urgency) {
        self.0.send_modify(|now| *now = urgency.max(*now));
    }
}
