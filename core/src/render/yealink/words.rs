//! The words of the dialect (`docs/facts/yealink.md`, section 4).

use crate::lang::Lang;
use crate::profile::{PhoneLang, Tones};
use crate::zone::Change;
use alloc::format;
use alloc::string::String;

/// The words of `lang.gui` and `lang.wui` (section 4).
pub(super) fn language(lang: PhoneLang) -> &'static str {
    match lang {
        PhoneLang::Own(Lang::De) => "German",
        PhoneLang::Own(Lang::En) => "English",
        PhoneLang::Own(Lang::Fr) => "French",
        PhoneLang::Own(Lang::Es) => "Spanish",
        PhoneLang::Own(Lang::It) => "Italian",
        PhoneLang::Own(Lang::Pl) => "Polish",
        PhoneLang::Pt => "Portuguese",
        PhoneLang::Tr => "Turkish",
        PhoneLang::Ru => "Russian",
    }
}

/// The words of `custom.handset.language` (section 4).
pub(super) fn handset_language(lang: PhoneLang) -> &'static str {
    match lang {
        PhoneLang::Own(Lang::En) => "0",
        PhoneLang::Own(Lang::Fr) => "1",
        PhoneLang::Own(Lang::De) => "2",
        PhoneLang::Own(Lang::It) => "3",
        PhoneLang::Own(Lang::Pl) => "4",
        PhoneLang::Pt => "5",
        PhoneLang::Own(Lang::Es) => "6",
        PhoneLang::Tr => "7",
        PhoneLang::Ru => "8",
    }
}

/// When summer time begins or ends: month, week of the month (5: the last), weekday (1 to 7, Monday first) and hour, with `/`
/// between them (section 4). None for a moment that is not on a full hour of that day.
pub(super) fn change(change: &Change) -> Option<String> {
    let hour = u16::try_from(change.minute).ok().filter(|minute| minute % 60 == 0 && *minute < 1440)? / 60;
    let weekday = if change.weekday == 0 { 7 } else { change.weekday };
    Some(format!("{}/{}/{weekday}/{hour}", change.month, change.week))
}

/// The words of `voice.tone.country` (section 4).
pub(super) fn tone_country(tones: Tones) -> &'static str {
    match tones {
        Tones::At => "Austria",
        Tones::Be => "Belgium",
        Tones::Ch => "Switzerland",
        Tones::De => "Germany",
        Tones::Es => "Spain",
        Tones::Fr => "France",
        Tones::Gb => "Great Britain",
        Tones::It => "Italy",
        Tones::Nl => "Netherlands",
        Tones::Us => "United States",
    }
}

/// The words of `local_time.time_zone` (section 4); none for an offset that no zone of theirs has.
pub(super) fn zone(offset_min: i16) -> Option<&'static str> {
    let at = ZONES.binary_search_by_key(&offset_min, |row| row.0).ok()?;
    ZONES.get(at).map(|row| row.1)
}

static ZONES: &[(i16, &str)] = &[
    (-660, "-11"),
    (-600, "-10"),
    (-570, "-9:30"),
    (-540, "-9"),
    (-480, "-8"),
    (-420, "-7"),
    (-360, "-6"),
    (-300, "-5"),
    (-240, "-4"),
    (-210, "-3:30"),
    (-180, "-3"),
    (-120, "-2"),
    (-60, "-1"),
    (0, "0"),
    (60, "+1"),
    (120, "+2"),
    (180, "+3"),
    (210, "+3:30"),
    (240, "+4"),
    (270, "+4:30"),
    (300, "+5"),
    (330, "+5:30"),
    (345, "+5:45"),
    (360, "+6"),
    (390, "+6:30"),
    (420, "+7"),
    (480, "+8"),
    (525, "+8:45"),
    (540, "+9"),
    (570, "+9:30"),
    (600, "+10"),
    (630, "+10:30"),
    (660, "+11"),
    (720, "+12"),
    (765, "+12:45"),
    (780, "+13"),
    (840, "+14"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn zones_are_sorted_and_say_what_they_mean() {
        assert!(ZONES.is_sorted_by_key(|row| row.0));
        for (minutes, word) in ZONES {
            let (hours, rest) = word.split_once(':').unwrap_or((word, "0"));
            let hours: i16 = hours.parse().unwrap();
            let rest: i16 = rest.parse().unwrap();
            assert_eq!(hours * 60 + rest * hours.signum(), *minutes);
        }
    }
}
