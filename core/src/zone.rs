//! Time zones: from an IANA name to its offset and its rule for summer time.

/// One zone of the bundled table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Zone {
    /// The IANA name, such as `Europe/Berlin`.
    pub(crate) name: &'static str,
    /// Minutes east of UTC in winter.
    pub(crate) offset_min: i16,
    /// Summer time; none where the zone has none.
    pub(crate) summer: Option<Summer>,
}

/// A zone's rule for summer time, the same each year.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Summer {
    /// Minutes east of UTC in summer.
    pub(crate) offset_min: i16,
    /// When it begins, in local winter time.
    pub(crate) begins: Change,
    /// When it ends, in local summer time.
    pub(crate) ends: Change,
}

/// A moment of each year: the n-th weekday of a month.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Change {
    /// 1 to 12.
    pub(crate) month: u8,
    /// 1 to 4, and 5 for the last.
    pub(crate) week: u8,
    /// 0 (Sunday) to 6.
    pub(crate) weekday: u8,
    /// Minutes after midnight; below 0 or above 1440 means another day (POSIX).
    pub(crate) minute: i16,
}
