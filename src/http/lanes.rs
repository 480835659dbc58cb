//! How many calls are under way at once: as many as are asked for, fewer while the server is in trouble.
//!
//! Each sign of trouble (429, 5xx, no answer in time) halves the number, once for all calls that were under way
//! together; each answer lets it grow again, by one for as many answers as there are lanes. What the callers allow
//! themselves is their own affair and not known here.
//!
//! Where nobody knows how many are good, [`Lanes::adaptive`] finds out: it begins with a few and has twice as many after
//! each round of answers, until answers take much longer than the fastest one did, since more calls then only wait for
//! each other, here or there. From then on it goes by ones.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
    /// What is known about the pace, where it is to be found out.
    pace: Option<Pace>,
}

/// How fast answers came, and up to how many lanes the number doubles.
#[derive(Debug)]
struct Pace {
    fastest: Duration,
    doubles_to: f64,
}

/// How many lanes there are before anything is known.
const FIRST: f64 = 8.0;

/// Differences between answers that mean nothing.
const JITTER: Duration = Duration::from_millis(20);

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
            pace: None,
        };
        Self::of(state)
    }
}

impl Lanes {
    /// Lanes that find out how many are good.
    pub fn adaptive() -> Self {
        Self::of(State {
            open: FIRST,
            taken: 0,
            peak: 0,
            troubles: 0,
            pace: Some(Pace {
                fastest: Duration::MAX,
                doubles_to: MOST,
            }),
        })
    }

    fn of(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            freed: Notify::new(),
        }
    }

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

impl State {
    /// By how much an answer changes the number of lanes.
    fn growth(&mut self, took: Duration) -> f64 {
        let one_a_round = 1.0 / self.open;
        let Some(pace) = &mut self.pace else {
            return one_a_round;
        };
        pace.fastest = pace.fastest.min(took);
        if took > pace.fastest.saturating_mul(2).saturating_add(JITTER) {
            pace.doubles_to = 0.0;
            return if self.open > FIRST { -one_a_round } else { 0.0 };
        }
        // Lanes that nobody needs say nothing about what more of them would do.
        match (
            self.taken * 2 >= self.open as usize,
            self.open < pace.doubles_to,
        ) {
            (false, _) => 0.0,
            (true, true) => 1.0,
            (true, false) => one_a_round,
        }
    }
}

impl Lane<'_> {
    /// The server answered as it should, and took so long.
    pub fn went_well(&self, took: Duration) {
        let mut state = self.lanes.state();
        let more = state.growth(took);
        state.open = (state.open + more).clamp(1.0, MOST);
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
            if let Some(pace) = &mut state.pace {
                pace.doubles_to = 0.0;
            }
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

    const QUICK: Duration = Duration::from_millis(50);

    /// How many lanes there are after a round in which every answer took so long.
    fn round(lanes: &Lanes, took: Duration) -> usize {
        let under_way = taken(lanes, 10_000);
        under_way.iter().for_each(|lane| lane.went_well(took));
        drop(under_way);
        taken(lanes, 10_000).len()
    }

    #[test]
    fn what_is_not_known_is_found_out() {
        let lanes = Lanes::adaptive();
        assert_eq!(taken(&lanes, 100).len(), 8);
        assert_eq!(round(&lanes, QUICK), 16);
        assert_eq!(round(&lanes, QUICK), 32);
        let crowded = round(&lanes, 5 * QUICK);
        assert!((30..32).contains(&crowded), "{crowded}");
        let next = round(&lanes, QUICK);
        assert!((crowded..=crowded + 1).contains(&next), "{next}");
        taken(&lanes, 10_000).iter().for_each(Lane::met_trouble);
        assert!((14..=17).contains(&round(&lanes, QUICK)));
    }

    #[test]
    fn lanes_that_nobody_needs_do_not_grow() {
        let lanes = Lanes::adaptive();
        for _ in 0..100 {
            lanes.try_enter().unwrap().went_well(QUICK);
        }
        assert_eq!(taken(&lanes, 100).len(), 8);
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
            lanes.try_enter().unwrap().went_well(QUICK);
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
