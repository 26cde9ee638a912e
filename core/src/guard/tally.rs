//! Events counted in a sliding window.

use crate::time::{Deadline, Timestamp};
use alloc::vec::Vec;

/// Instants of events, oldest first; at most as many as the limit they are counted against.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tally(Vec<Timestamp>);

impl Tally {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The instants as they stand, for records.
    pub(crate) fn instants(&self) -> &[Timestamp] {
        &self.0
    }

    /// Takes instants back; they are put in order.
    pub(crate) fn from_instants(mut at: Vec<Timestamp>) -> Self {
        at.sort_unstable();
        Self(at)
    }

    /// Until when no further event fits: `limit` of them lie inside the window that ends now.
    pub(crate) fn full_until(&self, now: Timestamp, window_ms: u64, limit: usize) -> Option<Timestamp> {
        let mut live = self.0.iter().filter(|at| is_live(**at, now, window_ms));
        let count = live.clone().count();
        // Room comes when the oldest of the last `limit` events leaves the window.
        let oldest = live.nth(count.checked_sub(limit)?)?;
        Some(Deadline::new(*oldest, window_ms).shown_end(now))
    }

    /// The tally with one more event; what left the window and what is beyond `most` is dropped.
    #[must_use]
    pub(crate) fn with(&self, now: Timestamp, window_ms: u64, most: usize) -> Self {
        let mut at: Vec<Timestamp> = self.0.iter().copied().filter(|at| is_live(*at, now, window_ms)).collect();
        at.push(now);
        at.sort_unstable();
        let surplus = at.len().saturating_sub(most.max(1));
        at.drain(..surplus);
        Self(at)
    }
}

/// Whether an event lies inside the window; one that a corrected clock left far ahead does not (SPEC A6).
pub(super) fn is_live(at: Timestamp, now: Timestamp, window_ms: u64) -> bool {
    Deadline::new(at, window_ms).is_running(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_a_window_slides_and_is_full_at_its_limit() {
        let start = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let mut tally = Tally::new();
        for n in 0..3 {
            assert_eq!(tally.full_until(start.plus_ms(n * 10), 1_000, 3), None);
            tally = tally.with(start.plus_ms(n * 10), 1_000, 3);
        }
        assert_eq!(tally.full_until(start.plus_ms(20), 1_000, 3), Some(start.plus_ms(1_000)));
        assert_eq!(tally.full_until(start.plus_ms(999), 1_000, 3), Some(start.plus_ms(1_000)));
        assert_eq!(tally.full_until(start.plus_ms(1_000), 1_000, 3), None, "the first one left");
        let tally = tally.with(start.plus_ms(1_000), 1_000, 3);
        assert_eq!(tally.full_until(start.plus_ms(1_000), 1_000, 3), Some(start.plus_ms(1_010)));
        assert_eq!(tally.instants().len(), 3);
    }

    #[test]
    fn a6_events_of_a_clock_that_ran_ahead_lock_nobody_out() {
        let start = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let tally = Tally::new().with(start.plus_ms(86_400_000), 1_000, 1);
        assert_eq!(tally.full_until(start, 1_000, 1), None);
        assert_eq!(tally.with(start, 1_000, 1).instants(), [start]);
    }
}
