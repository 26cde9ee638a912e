//! Throttling of guesses: classes of sources, waits that double, caps by the length of the code (SPEC M8).

use crate::ip::Source;
use crate::otp::Window;
use crate::time::{DAY_MS, Deadline, HOUR_MS, SECOND_MS, Timestamp};
use alloc::vec::Vec;

/// Sources that count by themselves (SPEC M8).
pub(crate) const MAX_KNOWN: usize = 4;
/// How long a success keeps a source known, and how far back failures are counted (SPEC M8).
pub(crate) const MONTH_DAYS: u32 = 30;
/// The same in milliseconds.
pub(crate) const MONTH_MS: u64 = MONTH_DAYS as u64 * DAY_MS;
/// The failure in a row that begins the waits (SPEC M8).
const FIRST_WAIT: u16 = 5;
/// The first wait.
const WAIT_MS: u64 = 30 * SECOND_MS;
/// The longest wait.
pub(crate) const MAX_WAIT_MS: u64 = HOUR_MS;
/// Wrong recovery codes of a locked class that are counted in a day (SPEC M8).
pub(crate) const RECOVERY_TRIES: usize = 5;

/// How many failures in a row, and how many in 30 days, lock a class; by the digits of the code (SPEC M8).
///
/// The numbers are for three codes that are good at once, as the usual window has; where more are, fewer failures lock.
pub(crate) fn caps(digits: u8, window: Window) -> (u16, u32) {
    let (row, month) = match digits {
        ..=4 => (3, 3),
        5 => (10, 10),
        6 => (100, 25),
        7 => (100, 250),
        8.. => (100, 1_000),
    };
    let good = 2 * u32::from(window.steps()) + 1;
    (row, if good > 3 { (month * 3 / good).max(1) } else { month })
}

/// The failures of one class.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tally {
    pub(crate) in_row: u16,
    pub(crate) wait: Option<Deadline>,
    /// Failures by day since 1970, ascending: at most 31 days.
    pub(crate) days: Vec<(u32, u32)>,
    /// When a locked class tried wrong recovery codes in the last 24 hours.
    pub(crate) recovery: Vec<Timestamp>,
    pub(crate) locked: bool,
}

impl Tally {
    /// Forgets what is too old, and takes a corrected clock into account (SPEC A6).
    fn expire(&mut self, now: Timestamp) {
        let today = day(now);
        self.days.retain(|(at, _)| today.saturating_sub(*at) <= MONTH_DAYS);
        if self.days.last().is_some_and(|(at, _)| *at > today) {
            // A clock that was put back: what it counted ahead counts for today.
            let ahead = self.days.iter().filter(|(at, _)| *at >= today).fold(0u32, |sum, (_, n)| sum.saturating_add(*n));
            self.days.retain(|(at, _)| *at < today);
            self.days.push((today, ahead));
        }
        self.wait = self.wait.map(|wait| wait.cut(now)).filter(|wait| !wait.is_over(now));
        for at in &mut self.recovery {
            *at = (*at).min(now);
        }
        self.recovery.retain(|at| now.since(*at) < DAY_MS);
    }

    /// Failures in 30 days.
    pub(crate) fn month(&self) -> u32 {
        self.days.iter().fold(0u32, |sum, (_, n)| sum.saturating_add(*n))
    }

    /// Counts a failure; returns whether it locks the class.
    fn fail(&mut self, digits: u8, window: Window, now: Timestamp) -> bool {
        self.add_to_day(day(now), 1);
        if self.locked {
            return false;
        }
        self.in_row = self.in_row.saturating_add(1);
        let (row, month) = caps(digits, window);
        self.locked = self.in_row >= row || self.month() >= month;
        self.wait = match self.in_row.checked_sub(FIRST_WAIT) {
            Some(doublings) if !self.locked => {
                let len_ms = WAIT_MS.saturating_mul(1 << doublings.min(16)).min(MAX_WAIT_MS);
                Some(Deadline::new(now, len_ms))
            }
            _ => None,
        };
        self.locked
    }

    fn add_to_day(&mut self, at: u32, more: u32) {
        match self.days.iter_mut().find(|(day, _)| *day == at) {
            Some((_, n)) => *n = n.saturating_add(more),
            None => {
                self.days.push((at, more));
                self.days.sort_unstable_by_key(|(day, _)| *day);
            }
        }
    }

    /// Clears what a success clears: the count in a row, not that of 30 days.
    const fn succeed(&mut self) {
        self.in_row = 0;
        self.wait = None;
    }
}

/// A source with a success in the last 30 days.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Known {
    pub(crate) source: Source,
    pub(crate) until: Deadline,
    pub(crate) tally: Tally,
}

/// All classes of an account.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Throttle {
    pub(crate) known: Vec<Known>,
    pub(crate) others: Tally,
}

impl Throttle {
    /// Forgets what is over. A locked class stays until somebody lifts the lock.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        let mut gone = Vec::new();
        for known in &mut self.known {
            known.tally.expire(now);
            known.until = known.until.cut(now);
            if known.until.is_over(now) && !known.tally.locked {
                gone.push(known.source);
            }
        }
        self.others.expire(now);
        for source in gone {
            self.forget(source);
        }
    }

    /// Makes a known source one of the others again; what it failed counts there.
    fn forget(&mut self, source: Source) {
        let Some(at) = self.known.iter().position(|known| known.source == source) else { return };
        let tally = self.known.remove(at).tally;
        for (day, n) in tally.days {
            self.others.add_to_day(day, n);
        }
        if !self.others.locked && tally.in_row > self.others.in_row {
            (self.others.in_row, self.others.wait) = (tally.in_row, tally.wait);
        }
    }

    /// Whether the source counts by itself.
    pub(crate) fn knows(&self, source: Source) -> bool {
        self.known.iter().any(|known| known.source == source)
    }

    /// The class of a source.
    pub(crate) fn class(&self, source: Source) -> &Tally {
        self.known.iter().find(|known| known.source == source).map_or(&self.others, |known| &known.tally)
    }

    fn class_mut(&mut self, source: Source) -> &mut Tally {
        match self.known.iter_mut().find(|known| known.source == source) {
            Some(known) => &mut known.tally,
            None => &mut self.others,
        }
    }

    /// Counts a failure of a source; returns whether it locks its class.
    pub(crate) fn fail(&mut self, source: Source, digits: u8, window: Window, now: Timestamp) -> bool {
        self.class_mut(source).fail(digits, window, now)
    }

    /// Notes a wrong recovery code of a locked class; returns whether it is to be counted.
    pub(crate) fn try_recovery(&mut self, source: Source, now: Timestamp) -> bool {
        let tries = &mut self.class_mut(source).recovery;
        let counts = tries.len() < RECOVERY_TRIES;
        if counts {
            tries.push(now);
        }
        counts
    }

    /// Takes a success: clears the count in a row of the class and makes the source known. A locked class stays as it is.
    pub(crate) fn succeed(&mut self, source: Source, now: Timestamp) {
        if self.class(source).locked {
            return;
        }
        self.class_mut(source).succeed();
        if source.is_unresolved() {
            return;
        }
        let until = Deadline::new(now, MONTH_MS);
        if let Some(known) = self.known.iter_mut().find(|known| known.source == source) {
            known.until = until;
            return;
        }
        if self.known.len() >= MAX_KNOWN {
            let oldest = self.known.iter().filter(|known| !known.tally.locked).min_by_key(|known| known.until.end());
            let Some(oldest) = oldest.map(|known| known.source) else { return };
            self.forget(oldest);
        }
        self.known.push(Known { source, until, tally: Tally::default() });
    }

    /// Lifts the lock of one class and clears its counts.
    pub(crate) fn lift(&mut self, source: Source) {
        *self.class_mut(source) = Tally::default();
    }

    /// Clears the counts of all classes; the sources stay known.
    pub(crate) fn clear(&mut self) {
        self.others = Tally::default();
        for known in &mut self.known {
            known.tally = Tally::default();
        }
    }

    /// Whether any class is locked.
    pub(crate) fn any_locked(&self) -> bool {
        self.others.locked || self.known.iter().any(|known| known.tally.locked)
    }

    /// Whether nothing is counted in any class.
    pub(crate) fn is_clear(&self) -> bool {
        core::iter::once(&self.others).chain(self.known.iter().map(|known| &known.tally)).all(|tally| *tally == Tally::default())
    }
}

/// Whole days since 1970.
pub(crate) fn day(now: Timestamp) -> u32 {
    // 2200 lies 84 371 days after 1970.
    u32::try_from(now.as_ms().unsigned_abs() / DAY_MS).unwrap_or(u32::MAX)
}
