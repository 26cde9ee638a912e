//! Time zones: from an IANA name to its offset and its rule for summer time (SPEC V1).
//!
//! Phones know zones by their own numbers and words, or take the rule itself. The table holds the rule that each zone of the
//! IANA database has from now on; the past is no matter to a phone.
//!
//! ```
//! use libprov::zone::Zone;
//! assert_eq!(Zone::named("Europe/Berlin").map(|zone| zone.name()), Some("Europe/Berlin"));
//! assert_eq!(Zone::named("Europe/Berlim"), None);
//! assert_eq!(Zone::nearest("Europe/Berlim").first(), Some(&"Europe/Berlin"));
//! assert!(Zone::named("Asia/Gaza").is_some_and(|zone| !zone.is_regular()));
//! ```

mod table;

use crate::error::nearest;
use alloc::vec::Vec;

/// One zone of the bundled table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Zone {
    /// The IANA name, such as `Europe/Berlin`.
    pub(crate) name: &'static str,
    /// Minutes east of UTC in winter.
    pub(crate) offset_min: i16,
    /// Summer time; none where the zone has none.
    pub(crate) summer: Option<Summer>,
    regular: bool,
}

impl Zone {
    /// The zone with this IANA name, old names such as `Europe/Kiev` too; letters of the wrong case are another name.
    pub fn named(name: &str) -> Option<Self> {
        let (name, rule) = table::NAMES.lines().zip(table::RULE_OF).find(|(known, _)| *known == name)?;
        let rule = table::RULES.get(usize::from(*rule))?;
        Some(Self { name, offset_min: rule.offset_min, summer: rule.summer, regular: rule.regular })
    }

    /// At most three names that look like `name` or are of the same city, the nearest first, for an error's text.
    pub fn nearest(name: &str) -> Vec<&'static str> {
        let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
        let wanted = name.rsplit('/').next().unwrap_or(name);
        let mut near: Vec<&'static str> = Self::names().filter(|known| city(known).eq_ignore_ascii_case(wanted)).collect();
        near.extend(nearest(name, Self::names().filter(|known| !city(known).eq_ignore_ascii_case(wanted))));
        near.truncate(3);
        near
    }

    /// The names of all zones, in ascending order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        table::NAMES.lines()
    }

    /// The IANA name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether its rule holds the whole year. The clocks of Palestine (`Asia/Gaza`, `Asia/Hebron`) change
    /// around Ramadan too, which no rule of a phone can say: it is then an hour wrong for some weeks.
    pub const fn is_regular(&self) -> bool {
        self.regular
    }
}

/// What the zones of one rule have in common.
struct Rule {
    offset_min: i16,
    regular: bool,
    summer: Option<Summer>,
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn zone(name: &str) -> (i16, Option<Summer>) {
        let zone = Zone::named(name).unwrap();
        (zone.offset_min, zone.summer)
    }

    fn change(month: u8, week: u8, weekday: u8, minute: i16) -> Change {
        Change { month, week, weekday, minute }
    }

    #[test]
    fn v1_zones_have_the_rules_of_the_database() {
        let summer = |offset_min, begins, ends| Some(Summer { offset_min, begins, ends });
        for (name, offset, expected) in [
            ("UTC", 0, None),
            ("Asia/Kolkata", 330, None),
            ("Europe/Berlin", 60, summer(120, change(3, 5, 0, 120), change(10, 5, 0, 180))),
            ("America/New_York", -300, summer(-240, change(3, 2, 0, 120), change(11, 1, 0, 120))),
            // Written the other way round in the database: its winter time is the exception.
            ("Europe/Dublin", 0, summer(60, change(3, 5, 0, 60), change(10, 5, 0, 120))),
            // Half an hour, two hours, three quarters.
            ("Australia/Lord_Howe", 630, summer(660, change(10, 1, 0, 120), change(4, 1, 0, 120))),
            ("Antarctica/Troll", 0, summer(120, change(3, 5, 0, 60), change(10, 5, 0, 180))),
            ("Pacific/Chatham", 765, summer(825, change(9, 5, 0, 165), change(4, 1, 0, 225))),
            // At the end of the day, and on the day before.
            ("Africa/Cairo", 120, summer(180, change(4, 5, 5, 0), change(10, 5, 4, 1440))),
            ("America/Nuuk", -120, summer(-60, change(3, 5, 0, -60), change(10, 5, 0, 0))),
        ] {
            assert_eq!(zone(name), (offset, expected), "{name}");
        }
    }

    #[test]
    fn v1_every_zone_is_found_and_its_rule_can_be_carried() {
        assert!(table::NAMES.lines().is_sorted());
        assert_eq!(table::NAMES.lines().count(), table::RULE_OF.len());
        for name in Zone::names() {
            let zone = Zone::named(name).unwrap();
            assert!(zone.name == name && (-720..=840).contains(&zone.offset_min), "{name}");
            let Some(summer) = zone.summer else { continue };
            assert!(summer.offset_min > zone.offset_min, "{name}");
            for Change { month, week, weekday, minute } in [summer.begins, summer.ends] {
                assert!((1..=12).contains(&month) && (1..=5).contains(&week) && weekday <= 6, "{name}");
                assert!((-1440..=7 * 1440).contains(&minute), "{name}");
            }
        }
        assert_eq!(Zone::nearest("Berlin"), ["Europe/Berlin"]);
        assert!(Zone::named("").is_none() && Zone::named("Europe/Berlin\n").is_none() && Zone::named("europe/berlin").is_none());
    }

    #[test]
    fn the_table_is_under_twelve_kilobytes() {
        assert!(table::NAMES.len() + table::RULE_OF.len() + size_of_val(table::RULES) < 12_000);
    }
}
