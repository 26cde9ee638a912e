//! The words of the dialect (`docs/facts/snom.md`, section 4).

use crate::lang::Lang;
use crate::models::Model;
use crate::profile::{Codec, KeyKind, PhoneLang, Tones};
use crate::zone::{Change, Summer, Zone};
use alloc::format;
use alloc::string::String;
use core::cmp::Reverse;

/// The firmware whose words of languages have their own letters (section 4).
const OWN_LETTERS: [u16; 2] = [1001, 184];

/// The words of `language` and `web_language`; none for a language whose word is not known.
pub(super) fn language(lang: PhoneLang, model: &Model, release: Option<[u16; 2]>) -> Option<&'static str> {
    let newest = model.name.starts_with("D8");
    Some(match lang {
        PhoneLang::Own(Lang::De) => "Deutsch",
        PhoneLang::Own(Lang::En) => "English",
        // One source for each; a wrong one leaves the language as it is.
        PhoneLang::Own(Lang::Fr) if newest || release.is_some_and(|release| release >= OWN_LETTERS) => "Français",
        PhoneLang::Own(Lang::Fr) => "Francais",
        PhoneLang::Own(Lang::Es) if newest => "Español",
        PhoneLang::Own(Lang::Es) => "Espanol",
        PhoneLang::Own(Lang::It) => "Italiano",
        PhoneLang::Own(Lang::Pl) => "Polski",
        PhoneLang::Pt | PhoneLang::Tr | PhoneLang::Ru => return None,
    })
}

/// The shortest time after the last digit, in seconds: a slowly typed emergency number must not be cut. As long as SPEC V3 has the
/// off-hook dialling wait. With 2 or less the phone would dial `auto_dial_target` at once (section 4).
const SHORTEST_TIMEOUT_S: u8 = 3;

/// The firmware whose `auto_dial` takes any number of seconds.
const ANY_TIMEOUT: [u16; 2] = [1001, 26];

/// The first release with some firmware whose `auto_dial` takes 1 to 10 (10.1.11.3), others a few words only.
const TEN_TIMEOUTS: [u16; 2] = [1001, 11];

/// The word of `auto_dial` for this many seconds: the nearest that this firmware knows, the longer one of two, and
/// [`SHORTEST_TIMEOUT_S`] at least. Where nobody knows the firmware, one that each knows.
pub(super) fn auto_dial(seconds: u8, release: Option<[u16; 2]>) -> u8 {
    let known: &[u8] = match release {
        Some(release) if release >= ANY_TIMEOUT => return seconds.max(SHORTEST_TIMEOUT_S),
        Some(release) if release > TEN_TIMEOUTS => return seconds.clamp(SHORTEST_TIMEOUT_S, 10),
        Some(release) if release < TEN_TIMEOUTS => &[5, 10, 15],
        _ => &[5, 10],
    };
    known.iter().copied().min_by_key(|known| (known.abs_diff(seconds), Reverse(*known))).unwrap_or(10)
}

/// The words of `tone_scheme`; none for a country whose word is not known.
pub(super) fn tone_scheme(tones: Tones) -> Option<&'static str> {
    Some(match tones {
        Tones::At => "AUT",
        Tones::Be => return None,
        Tones::Ch => "SWI",
        Tones::De => "GER",
        Tones::Es => "ESP",
        Tones::Fr => "FRA",
        Tones::Gb => "GBR",
        Tones::It => "ITA",
        Tones::Nl => "NLD",
        Tones::Us => "USA",
    })
}

/// The words of `codec_priority_list`; none for a codec whose word is not known.
pub(super) fn codec(codec: Codec) -> Option<&'static str> {
    Some(match codec {
        Codec::Pcma => "pcma",
        Codec::Pcmu => "pcmu",
        Codec::G722 => "g722",
        Codec::G729 => "g729",
        Codec::G726_32 => "g726-32",
        Codec::Opus | Codec::Ilbc => return None,
    })
}

/// What a function key is, up to its number or URL; none for a kind whose word is not known.
pub(super) fn key(kind: &KeyKind) -> Option<&'static str> {
    Some(match kind {
        KeyKind::None => "none",
        KeyKind::Line => "line",
        KeyKind::Blf { .. } => "blf ",
        KeyKind::SpeedDial(_) => "speed ",
        KeyKind::Intercom(_) => "icom ",
        KeyKind::Transfer(Some(_)) => "transfer ",
        KeyKind::Transfer(None) => "keyevent F_TRANSFER",
        KeyKind::Forward(Some(_)) => "redirect ",
        KeyKind::Forward(None) => "keyevent F_REDIRECT",
        KeyKind::Park(_) => "orbit ",
        KeyKind::Dtmf(_) => "dtmf ",
        KeyKind::DoNotDisturb => "keyevent F_DND",
        KeyKind::Redial => "keyevent F_REDIAL",
        KeyKind::Hold => "keyevent F_HOLD",
        KeyKind::Conference => "keyevent F_CONFERENCE",
        KeyKind::Directory => "keyevent F_ADR_BOOK",
        KeyKind::History => "keyevent F_CALL_LIST",
        KeyKind::Voicemail => "keyevent F_RETRIEVE",
        KeyKind::Url(_) | KeyKind::Menu(_) => "url ",
        KeyKind::Pickup(_) => return None,
    })
}

/// The rule of `dst`: seconds, then when it begins and when it ends, each as month, week, weekday (1 to 7, Monday first) and time.
/// None for a rule that these cannot say.
pub(super) fn summer(summer: &Summer, offset_min: i16) -> Option<String> {
    let shift_min = u32::try_from(i32::from(summer.offset_min) - i32::from(offset_min)).ok().filter(|shift| *shift > 0)?;
    Some(format!("{} {} {}", shift_min * 60, change(&summer.begins)?, change(&summer.ends)?))
}

fn change(change: &Change) -> Option<String> {
    let minute = u16::try_from(change.minute).ok().filter(|minute| *minute < 1440)?;
    let weekday = if change.weekday == 0 { 7 } else { change.weekday };
    Some(format!("{:02}.{:02}.{weekday:02} {:02}:{:02}:00", change.month, change.week, minute / 60, minute % 60))
}

/// The word of `timezone`; none for a zone that the phone has no word for, or whose word means a rule that is no longer the zone's.
pub(super) fn timezone(zone: &Zone) -> Option<&'static str> {
    let at = ZONES.binary_search_by_key(&zone.name, |row| row.0).ok()?;
    ZONES.get(at).map(|row| row.1)
}

/// By name. Zones whose offset or rule changed after the lists were made (Turkey, Russia, Mexico, Brazil, the west of Canada, …) are not here: they
/// are said by `utc_offset` and `dst` alone.
static ZONES: &[(&str, &str)] = &[
    ("America/Anchorage", "USA-9"),
    ("America/Chicago", "USA-6"),
    ("America/Denver", "USA-7"),
    ("America/Halifax", "CAN-4"),
    ("America/Los_Angeles", "USA-8"),
    ("America/New_York", "USA-5"),
    ("America/St_Johns", "CAN-3.5"),
    ("America/Toronto", "CAN-5"),
    ("Asia/Bangkok", "THA+7"),
    ("Asia/Kolkata", "IND+5.5"),
    ("Asia/Nicosia", "CYP+2"),
    ("Asia/Singapore", "SGP+8"),
    ("Asia/Tokyo", "JPN+9"),
    ("Atlantic/Azores", "PRT-1"),
    ("Atlantic/Canary", "ESP-0"),
    ("Atlantic/Faroe", "FRO-0"),
    ("Australia/Adelaide", "AUS+9.5"),
    ("Australia/Brisbane", "AUS2+10"),
    ("Australia/Darwin", "AUS2+9.5"),
    ("Australia/Hobart", "AUS3+10"),
    ("Australia/Melbourne", "AUS+10"),
    ("Australia/Sydney", "AUS+10"),
    ("Europe/Amsterdam", "NLD+1"),
    ("Europe/Athens", "GRC+2"),
    ("Europe/Belgrade", "YUG+1"),
    ("Europe/Berlin", "GER+1"),
    ("Europe/Bratislava", "SVK+1"),
    ("Europe/Brussels", "BEL+1"),
    ("Europe/Bucharest", "ROU+2"),
    ("Europe/Budapest", "HUN+1"),
    ("Europe/Copenhagen", "DNK+1"),
    ("Europe/Dublin", "IRL-0"),
    ("Europe/Gibraltar", "GIB+1"),
    ("Europe/Helsinki", "FIN+2"),
    ("Europe/Kiev", "UKR+2"),
    ("Europe/Kyiv", "UKR+2"),
    ("Europe/Lisbon", "PRT-0"),
    ("Europe/London", "GBR-0"),
    ("Europe/Luxembourg", "LUX+1"),
    ("Europe/Madrid", "ESP+1"),
    ("Europe/Oslo", "NOR+1"),
    ("Europe/Paris", "FRA+1"),
    ("Europe/Prague", "CZE+1"),
    ("Europe/Riga", "LVA+2"),
    ("Europe/Rome", "ITA+1"),
    ("Europe/Skopje", "MAK+1"),
    ("Europe/Sofia", "BGR+2"),
    ("Europe/Stockholm", "SWE+1"),
    ("Europe/Tallinn", "EST+2"),
    ("Europe/Tirane", "ALB+1"),
    ("Europe/Vienna", "AUT+1"),
    ("Europe/Warsaw", "POL+1"),
    ("Europe/Zagreb", "HRV+1"),
    ("Europe/Zurich", "CHE+1"),
    ("Pacific/Auckland", "NZL+12"),
    ("Pacific/Chatham", "NZL+12.75"),
    ("Pacific/Honolulu", "USA-10"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn zone_words_are_sorted_and_say_the_offset_of_their_zone() {
        assert!(ZONES.is_sorted_by_key(|row| row.0));
        for (name, word) in ZONES {
            let zone = Zone::named(name).unwrap();
            let hours: f64 = word
                .trim_start_matches(|c: char| c.is_ascii_uppercase())
                .trim_start_matches('2')
                .trim_start_matches('3')
                .parse()
                .unwrap();
            assert_eq!(i16::try_from((hours * 60.0) as i64).unwrap(), zone.offset_min, "{name} {word}");
            assert_eq!(timezone(&zone), Some(*word));
        }
        assert_eq!(timezone(&Zone::named("Europe/Istanbul").unwrap()), None);
    }

    #[test]
    fn c2_a_timeout_is_one_that_the_firmware_knows() {
        let of = |release| [1, 3, 4, 7, 8, 12, 13, 60].map(|seconds| auto_dial(seconds, release));
        assert_eq!(of(None), [5, 5, 5, 5, 10, 10, 10, 10]);
        assert_eq!(of(Some([809, 3])), [5, 5, 5, 5, 10, 10, 15, 15]);
        assert_eq!(of(Some([1001, 11])), of(None));
        assert_eq!(of(Some([1001, 20])), [3, 3, 4, 7, 8, 10, 10, 10]);
        assert_eq!(of(Some([1001, 26])), [3, 3, 4, 7, 8, 12, 13, 60]);
    }

    #[test]
    fn summer_time_is_said_in_the_phones_words() {
        let rule = |name| {
            let zone = Zone::named(name).unwrap();
            zone.summer.and_then(|rule| summer(&rule, zone.offset_min))
        };
        assert_eq!(rule("Europe/Berlin").as_deref(), Some("3600 03.05.07 02:00:00 10.05.07 03:00:00"));
        assert_eq!(rule("America/New_York").as_deref(), Some("3600 03.02.07 02:00:00 11.01.07 02:00:00"));
        assert_eq!(rule("Australia/Lord_Howe").as_deref(), Some("1800 10.01.07 02:00:00 04.01.07 02:00:00"));
        assert_eq!(rule("Asia/Tokyo"), None);
    }
}
