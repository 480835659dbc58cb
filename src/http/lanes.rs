//! How many calls are under way at once: as many as are asked for, fewer while the server is in trouble.
//!
//! Each sign of trouble (429, 5xx, no answer in time) halves the number, once for all calls that were under way
//! together; each answer lets it grow again, by one for as many answers as there are lanes. What the callers allow
//! themselves is their own affair and not known here.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The calls under way.
#[derive(Debug)]
pub(super) struct Lanes {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    open: f64,
    taken: usize,
    /// The most that were taken at once since the number was last halved.
    peak: usize,
    /// How often the number was halved.
    troubles: u64,
}

/// No caller has more under way than this, so it is no limit.
const MOST: f64 = 4096.0;

/// A call under way; it ends with the value.
pub(super) struct Lane<'a> {
    lanes: &'a Lanes,
    troubles: u64,
}

impl Default for Lanes {
    fn default() -> Self {
        let state = State {
            open: MOST,
            taken: 0,
            peak: 0,
            troubles: 0,
        };
        Self {
            state: Mutex::new(state),
            freed: Notify::new(),
        }
    }
}

impl Lanes {
    /// Waits for a free lane.
    pub async fn enter(&self) -> Lane<'_> {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // From here on nothing is missed that is freed between the look and the waiting.
            freed.as_mut().enable();
            if let Some(lane) = self.try_enter() {
                return lane;
            }
            freed.await;
        }
    }

    fn try_enter(&self) -> Option<Lane<'_>> {
        let mut state = self.state();
        if state.taken >= state.open as usize {
            return None;
        }
        state.taken += 1;
        state.peak = state.peak.max(state.taken);
        Some(Lane {
            lanes: self,
            troubles: state.troubles,
        })
    }

    /// Only ever counted in, so a poisoned lock still holds good counts.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane<'_> {
    /// The server answered as it should.
    pub fn went_well(&self) {
        let mut state = self.lanes.state();
        state.open = (state.open + 1.0 / state.open).min(MOST);
    }

    /// The server is in trouble.
    pub fn met_trouble(&self) {
        let mut state = self.lanes.state();
        // Calls that were sent before the number was halved say nothing about what it is now.
        if self.troubles == state.troubles {
            // The last of many to fail was not alone when it was sent.
            state.open = (state.open.min(state.peak as f64) / 2.0).max(1.0);
            state.peak = state.taken;
            state.troubles += 1;
        }
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.lanes.state().taken -= 1;
        // One that finds no free lane after all waits on; more than one may be free by now.
        self.lanes.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(lanes: &Lanes, most: usize) -> Vec<Lane<'_>> {
        (0..most).map_while(|_| lanes.try_enter()).collect()
    }

    #[test]
    fn trouble_halves_the_lanes_once_for_all_that_were_under_way() {
        let lanes = Lanes::default();
        let under_way = taken(&lanes, 16);
        assert_eq!(under_way.len(), 16);
        under_way.iter().for_each(Lane::met_trouble);
        drop(under_way);
        assert_eq!(taken(&lanes, 16).len(), 8);
    }

    #[test]
    fn trouble_of_the_last_call_under_way_halves_what_was_under_way_with_it() {
        let lanes = Lanes::default();
        let mut under_way = taken(&lanes, 16);
        let last = under_way.pop().unwrap();
        drop(under_way);
        last.met_trouble();
        drop(last);
        assert_eq!(taken(&lanes, 16).len(), 8);
    }

    #[test]
    fn answers_open_the_lanes_again_one_by_one() {
        let lanes = Lanes::default();
        for lane in taken(&lanes, 4) {
            lane.met_trouble();
        }
        assert_eq!(taken(&lanes, 16).len(), 2);
        for _ in 0..3 {
            lanes.try_enter().unwrap().went_well();
        }
        assert_eq!(taken(&lanes, 16).len(), 3);
    }

    #[test]
    fn one_lane_is_always_open() {
        let lanes = Lanes::default();
        for _ in 0..10 {
            lanes.try_enter().unwrap().met_trouble();
        }
        assert_eq!(taken(&lanes, 16).len(), 1);
    }
}
