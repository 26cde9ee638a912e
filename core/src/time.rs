//! Instants and deadlines: UTC wall clock in whole milliseconds, passed in and never read (SPEC A6).

use crate::error::codes;
use core::num::NonZeroI64;

/// 2020-01-01T00:00:00Z and 2200-12-31T23:59:59.999Z.
const MIN_MS: i64 = 1_577_836_800_000;
const MAX_MS: i64 = 7_289_654_399_999;

/// Milliseconds in one second, minute, hour and day.
pub const SECOND_MS: u64 = 1_000;
/// Milliseconds in one minute.
pub const MINUTE_MS: u64 = 60 * SECOND_MS;
/// Milliseconds in one hour.
pub const HOUR_MS: u64 = 60 * MINUTE_MS;
/// Milliseconds in one day.
pub const DAY_MS: u64 = 24 * HOUR_MS;

/// How far a deadline may lie ahead of its own length before the clock counts as corrected (SPEC A6).
pub const CLOCK_TOLERANCE_MS: u64 = 5 * MINUTE_MS;

/// An instant: UTC, whole milliseconds since 1970-01-01, between the start of 2020 and the end of 2200.
///
/// All arithmetic saturates at the two ends of that range.
///
/// ```
/// use libprov::time::Timestamp;
/// let now = Timestamp::from_ms(1_900_000_000_000)?;
/// assert_eq!(now.to_string(), "2030-03-17T17:46:40.000Z");
/// assert!(Timestamp::from_ms(1_900_000_000).is_err()); // seconds by mistake
/// # Ok::<(), libprov::time::TimeError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Timestamp(NonZeroI64);

impl Timestamp {
    /// The earliest instant: 2020-01-01T00:00:00Z.
    pub const MIN: Self = Self::clamped(MIN_MS);
    /// The last instant: 2200-12-31T23:59:59.999Z.
    pub const MAX: Self = Self::clamped(MAX_MS);

    /// Takes milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] before 2020 or after 2200; seconds passed as milliseconds are the commonest cause,
    /// and the error then says so (SPEC A6).
    pub const fn from_ms(ms: i64) -> Result<Self, TimeError> {
        if ms < MIN_MS || ms > MAX_MS {
            let seconds = ms >= MIN_MS / 1000 && ms <= MAX_MS / 1000;
            return Err(TimeError::OutOfRange { ms, seconds });
        }
        Ok(Self::clamped(ms))
    }

    /// The nearest instant in range; never zero, so that an optional instant takes no more room than an instant.
    const fn clamped(ms: i64) -> Self {
        let ms = if ms < MIN_MS {
            MIN_MS
        } else if ms > MAX_MS {
            MAX_MS
        } else {
            ms
        };
        match NonZeroI64::new(ms) {
            Some(ms) => Self(ms),
            None => Self(NonZeroI64::MAX),
        }
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn as_ms(self) -> i64 {
        self.0.get()
    }

    /// This instant plus a length in milliseconds, at most [`Timestamp::MAX`].
    #[must_use]
    pub const fn plus_ms(self, ms: u64) -> Self {
        Self::clamped(self.as_ms().saturating_add_unsigned(ms))
    }

    /// This instant minus a length in milliseconds, at least [`Timestamp::MIN`].
    #[must_use]
    pub const fn minus_ms(self, ms: u64) -> Self {
        Self::clamped(self.as_ms().saturating_sub_unsigned(ms))
    }

    /// Milliseconds from `earlier` to this instant; 0 when `earlier` is later.
    pub const fn since(self, earlier: Self) -> u64 {
        if self.as_ms() > earlier.as_ms() { self.as_ms().abs_diff(earlier.as_ms()) } else { 0 }
    }

    /// Whole minutes since the start of 2020, as enrolment ids carry them (SPEC R13). Fits 27 bits.
    pub const fn minutes_since_2020(self) -> u32 {
        // 2200 lies 95_194_080 minutes after 2020, far inside u32.
        (self.as_ms().abs_diff(MIN_MS) / MINUTE_MS) as u32
    }

    /// The start of a minute counted from the start of 2020.
    pub const fn from_minutes_since_2020(minutes: u32) -> Self {
        Self::MIN.plus_ms(minutes as u64 * MINUTE_MS)
    }

    /// Civil date and time in UTC: year, month, day, hour, minute, second, millisecond.
    pub const fn civil(self) -> (i32, u8, u8, u8, u8, u8, u16) {
        // Days to civil date by the usual era arithmetic (proleptic Gregorian calendar, 400-year eras of 146,097 days).
        let days = self.as_ms().div_euclid(DAY_MS as i64);
        let ms_of_day = self.as_ms().rem_euclid(DAY_MS as i64);
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
        let s = ms_of_day / 1000;
        (year as i32, month as u8, day as u8, (s / 3600) as u8, (s / 60 % 60) as u8, (s % 60) as u8, (ms_of_day % 1000) as u16)
    }
}

/// Writes RFC 3339 in UTC with milliseconds: `2030-03-17T17:46:40.000Z`.
impl core::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (y, mo, d, h, mi, s, ms) = self.civil();
        write!(f, "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{ms:03}Z")
    }
}

impl core::fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

/// A deadline: a start and a length, so that a corrected clock cannot lock anybody out for years (SPEC A6).
///
/// It is over when `now >= start + length`; what remains is never shown longer than its length.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Deadline {
    start: Timestamp,
    len_ms: u64,
}

impl Deadline {
    /// A deadline `len_ms` milliseconds after `start`.
    pub const fn new(start: Timestamp, len_ms: u64) -> Self {
        Self { start, len_ms }
    }

    /// When it began.
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// Its length in milliseconds.
    pub const fn len_ms(self) -> u64 {
        self.len_ms
    }

    /// When it ends.
    pub const fn end(self) -> Timestamp {
        self.start.plus_ms(self.len_ms)
    }

    /// Whether it has passed.
    pub const fn is_over(self, now: Timestamp) -> bool {
        now.as_ms() >= self.end().as_ms()
    }

    /// Milliseconds that remain: 0 when over, never more than the length.
    pub const fn remaining_ms(self, now: Timestamp) -> u64 {
        let left = self.end().since(now);
        if left > self.len_ms { self.len_ms } else { left }
    }

    /// The end as people see it: `now` plus what remains.
    pub const fn shown_end(self, now: Timestamp) -> Timestamp {
        now.plus_ms(self.remaining_ms(now))
    }

    /// Whether it lies further ahead than its own length and five minutes, which proves a corrected clock (SPEC A6).
    pub const fn is_ahead(self, now: Timestamp) -> bool {
        self.start.since(now) > CLOCK_TOLERANCE_MS
    }

    /// Whether it runs: not over, and not left far ahead by a corrected clock. For what is remembered in a window and dropped
    /// behind it.
    pub(crate) const fn is_running(self, now: Timestamp) -> bool {
        !self.is_over(now) && !self.is_ahead(now)
    }

    /// This deadline, cut to `now` + length where [`Deadline::is_ahead`] holds.
    #[must_use]
    pub const fn cut(self, now: Timestamp) -> Self {
        if self.is_ahead(now) { Self { start: now, len_ms: self.len_ms } } else { self }
    }
}

/// What to add to the text when seconds were passed for milliseconds.
const fn hint(seconds: bool) -> &'static str {
    if seconds { "; it looks like seconds, multiply by 1000" } else { "" }
}

codes! {
    /// What is wrong with an instant.
    pub enum TimeError {
        /// The instant lies before 2020 or after 2200.
        #[error("{ms} ms since 1970 is outside 2020 to 2200{}", hint(*seconds))]
        OutOfRange {
            /// The value that was passed.
            ms: i64,
            /// Whether it would be in range as seconds.
            seconds: bool,
        } = TIME_OUT_OF_RANGE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use alloc::string::ToString;

    #[test]
    fn a6_seconds_for_milliseconds_are_refused_with_a_hint() {
        let error = Timestamp::from_ms(1_900_000_000).unwrap_err();
        assert!(error.to_string().ends_with("multiply by 1000"), "{error}");
        assert_eq!(error.code(), ErrorCode::TIME_OUT_OF_RANGE);
        assert!(!Timestamp::from_ms(-1).unwrap_err().to_string().contains("seconds"));
    }

    #[test]
    fn a6_range_ends_are_the_first_and_last_millisecond() {
        assert_eq!(Timestamp::MIN.to_string(), "2020-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::MAX.to_string(), "2200-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::MAX.plus_ms(1), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.minus_ms(1), Timestamp::MIN);
        assert!(Timestamp::from_ms(Timestamp::MAX.as_ms() + 1).is_err());
    }

    #[test]
    fn civil_dates_match_known_days() {
        for (ms, text) in [
            (1_582_934_400_000, "2020-02-29T00:00:00.000Z"),
            (1_614_556_799_999, "2021-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_798_761_599_000, "2026-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(Timestamp::from_ms(ms).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a6_deadline_is_over_at_its_end_and_never_shows_more_than_its_length() {
        let t = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let d = Deadline::new(t, 1000);
        assert!(!d.is_over(t.plus_ms(999)));
        assert!(d.is_over(t.plus_ms(1000)));
        assert_eq!(d.remaining_ms(t.minus_ms(50_000)), 1000);
        assert_eq!(d.remaining_ms(t.plus_ms(1)), 999);
        assert_eq!(d.remaining_ms(t.plus_ms(5000)), 0);
    }

    #[test]
    fn a6_a_deadline_far_ahead_is_cut_and_a_small_step_back_is_not() {
        let t = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let d = Deadline::new(t, 1000);
        assert_eq!(d.cut(t.minus_ms(CLOCK_TOLERANCE_MS)), d);
        let early = t.minus_ms(CLOCK_TOLERANCE_MS + 1);
        assert_eq!(d.cut(early), Deadline::new(early, 1000));
    }
}
