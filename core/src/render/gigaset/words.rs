//! The words of the dialect (`docs/facts/gigaset.md`, section 4).

use crate::lang::Lang;
use crate::profile::{Codec, PhoneLang, Tones};
use crate::zone::Zone;

/// The numbers of `ucI_HTTPLANGUAGE` (section 4): Portuguese from the numbers of the language files, the others confirmed.
pub(super) fn language(lang: PhoneLang) -> Option<&'static str> {
    Some(match lang {
        PhoneLang::Own(Lang::En) => "0x1",
        PhoneLang::Own(Lang::De) => "0x2",
        PhoneLang::Own(Lang::Es) => "0x4",
        PhoneLang::Own(Lang::It) => "0x7",
        PhoneLang::Own(Lang::Fr) => "0x9",
        PhoneLang::Tr => "0x10",
        PhoneLang::Own(Lang::Pl) => "0x11",
        PhoneLang::Pt => "0x14",
        PhoneLang::Ru => return None,
    })
}

/// The language where a profile names none: English, the one that every base has.
pub(super) const LANGUAGE: &str = "0x1";

/// The numbers of `ucCountryCodeTone` (section 4).
pub(super) fn tones(tones: Tones) -> Option<&'static str> {
    Some(match tones {
        Tones::Us => "1",
        Tones::Ch => "2",
        // One list has `AUS`, the other calls it by the country code 43.
        Tones::At => "4",
        Tones::Es => "6",
        Tones::Fr => "7",
        Tones::Gb => "8",
        Tones::Nl => "9",
        Tones::De => "12",
        Tones::It => "13",
        Tones::Be => return None,
    })
}

/// The tones where a profile names none: international.
pub(super) const TONES: &str = "0";

/// The numbers of `ucI_SIP_PREFERRED_VOCODER` (section 4).
pub(super) fn codec(codec: Codec) -> Option<&'static str> {
    Some(match codec {
        Codec::Pcmu => "0x00",
        Codec::Pcma => "0x01",
        Codec::G726_32 => "0x02",
        Codec::G729 => "0x03",
        Codec::G722 => "0x05",
        Codec::Opus | Codec::Ilbc => return None,
    })
}

/// The codecs where a profile names none that the base has.
pub(super) const CODECS: &str = "0x05,0x01,0x00,0x02,0x03";

/// How many codecs a list has, and what fills it: a shorter list would leave the rest of an earlier one.
pub(super) const CODEC_PLACES: usize = 5;
pub(super) const NO_CODEC: &str = ",0xff";

/// The numbers of `uiI_TIME_TIMEZONE` (section 4); none for an offset that no zone of theirs has.
pub(super) fn zone(offset_min: i16) -> Option<&'static str> {
    let at = ZONES.binary_search_by_key(&offset_min, |row| row.0).ok()?;
    ZONES.get(at).map(|row| row.1)
}

/// The zone where a profile names none: UTC.
pub(super) const ZONE: &str = "0x1a";

/// Where the two lists differ or only one has an offset, the number that a list with places beside it has.
static ZONES: &[(i16, &str)] = &[
    (-720, "0x00"),
    (-660, "0x01"),
    (-600, "0x02"),
    (-540, "0x03"),
    (-480, "0x04"),
    (-420, "0x07"),
    (-360, "0x09"),
    (-300, "0x0d"),
    (-240, "0x0f"),
    (-210, "0x12"),
    (-180, "0x15"),
    (-120, "0x16"),
    (-60, "0x18"),
    (0, "0x1a"),
    (60, "0x1b"),
    (120, "0x20"),
    (180, "0x28"),
    (210, "0x2a"),
    (240, "0x2b"),
    (270, "0x2d"),
    (300, "0x2e"),
    (330, "0x30"),
    (345, "0x31"),
    (360, "0x33"),
    (390, "0x35"),
    (420, "0x37"),
    (480, "0x38"),
    (540, "0x3d"),
    (570, "0x40"),
    (600, "0x43"),
    (660, "0x47"),
    (720, "0x48"),
    (780, "0x50"),
];

/// Whether the base's own summer time is known to be the zone's: that of the places its number stands for, in Europe and in
/// North America, an hour more than in winter.
pub(super) fn own_summer(zone: &Zone) -> bool {
    let Some(summer) = &zone.summer else {
        return true;
    };
    let (begins, ends) = (&summer.begins, &summer.ends);
    let hour = summer.offset_min.checked_sub(zone.offset_min) == Some(60);
    let sundays = begins.weekday == 0 && ends.weekday == 0;
    let europe = (begins.month, begins.week, ends.month, ends.week) == (3, 5, 10, 5);
    let america = (begins.month, begins.week, ends.month, ends.week) == (3, 2, 11, 1);
    hour && sundays
        && (europe && matches!(zone.offset_min, 0 | 60 | 120)
            || america && matches!(zone.offset_min, -480 | -420 | -360 | -300 | -240))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn zones_are_sorted_and_rise_with_their_numbers() {
        assert!(ZONES.is_sorted_by_key(|row| row.0));
        let number = |row: &(i16, &str)| u8::from_str_radix(row.1.strip_prefix("0x").unwrap(), 16).unwrap();
        assert!(ZONES.is_sorted_by_key(number));
        assert_eq!(zone(60), Some("0x1b"));
        assert_eq!(zone(61), None);
        assert_eq!(zone(0), Some(ZONE));
    }

    #[test]
    fn v6_a_summer_time_of_another_rule_is_told_apart() {
        let own = |name| own_summer(&Zone::named(name).unwrap());
        for name in ["Europe/Berlin", "Europe/London", "Europe/Helsinki", "America/New_York", "Africa/Lagos", "Asia/Kolkata"] {
            assert!(own(name), "{name}");
        }
        for name in ["Australia/Sydney", "America/Santiago", "Asia/Jerusalem", "Antarctica/Troll"] {
            assert!(!own(name), "{name}");
        }
    }
}
