//! The words of the dialect (`docs/facts/patton.md`, section 4).

use crate::profile::{Codec, Tones, Transport};
use crate::render::pen::{Pen, Put};
use crate::zone::Change;

/// A codec with its packet times (section 4: two sources for each); none for one that no source names.
pub(super) fn codec(codec: Codec) -> Option<&'static str> {
    match codec {
        Codec::Pcma => Some("g711alaw64k rx-length 20 tx-length 20"),
        Codec::Pcmu => Some("g711ulaw64k rx-length 20 tx-length 20"),
        Codec::G729 => Some("g729 rx-length 20 tx-length 20"),
        Codec::G722 | Codec::Opus | Codec::Ilbc | Codec::G726_32 => None,
    }
}

/// The words of `preferred-transport-protocol` (section 4); there is none for TLS.
pub(super) fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "tcp",
        Transport::Udp | Transport::Tls => "udp",
    }
}

/// The words of a severity (section 4: one source); none for those that no source names.
pub(super) fn severity(level: u8) -> Option<&'static str> {
    match level {
        2 => Some("critical"),
        3 => Some("error"),
        4 => Some("warning"),
        6 => Some("informational"),
        7 => Some("debug"),
        _ => None,
    }
}

/// Writes an offset from UTC (section 4): `+05:45`.
pub(super) fn offset(p: &mut Pen<'_>, minutes: i16) -> Put {
    p.word(if minutes < 0 { "-" } else { "+" })?;
    clock(p, minutes.unsigned_abs())
}

/// Writes hours and minutes, two digits each.
fn clock(p: &mut Pen<'_>, minutes: u16) -> Put {
    two(p, minutes / 60)?;
    p.word(":")?;
    two(p, minutes % 60)
}

fn two(p: &mut Pen<'_>, number: u16) -> Put {
    if number < 10 {
        p.word("0")?;
    }
    p.number(number)
}

/// Whether there are words for this moment: one within a day, or at its end.
pub(super) fn has_words(change: &Change) -> bool {
    (0..=1440).contains(&change.minute)
}

/// The last minute of a day: `24:00` is no time of a clock, and the day after has no name of its own in a month's weeks.
const LAST_MINUTE: u16 = 1439;

/// Writes when summer time begins or ends (section 4): `02:00 mar last sunday`.
pub(super) fn change(p: &mut Pen<'_>, change: &Change) -> Put {
    let pick = |words: &[&'static str], at: u8| words.get(usize::from(at)).copied().unwrap_or_default();
    clock(p, change.minute.unsigned_abs().min(LAST_MINUTE))?;
    p.word(" ")?;
    p.word(pick(
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        change.month.wrapping_sub(1),
    ))?;
    p.word(" ")?;
    p.word(pick(&["first", "second", "third", "fourth", "last"], change.week.wrapping_sub(1)))?;
    p.word(" ")?;
    p.word(pick(&["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], change.weekday))
}

/// A country's tones and the electrical profile of its telephones (sections 4 and 6).
pub(super) struct Country {
    pub(super) dial: &'static [Element],
    pub(super) ringback: &'static [Element],
    pub(super) busy: &'static [Element],
    pub(super) congestion: &'static [Element],
    /// The word of `use profile fxs`.
    pub(super) electrical: &'static str,
    /// The word of `caller-id format`.
    pub(super) caller_id: &'static str,
}

/// A part of a tone: so many milliseconds of these frequencies with their levels, or of nothing.
pub(super) struct Element {
    pub(super) milliseconds: u16,
    pub(super) sound: Option<&'static str>,
}

const fn play(milliseconds: u16, sound: &'static str) -> Element {
    Element { milliseconds, sound: Some(sound) }
}

const fn pause(milliseconds: u16) -> Element {
    Element { milliseconds, sound: None }
}

/// The usual tones of Europe. A tone of one part never ends, whatever its time says.
const F: &str = "425 -10";
const EUROPE: Country = Country {
    dial: &[play(5000, F)],
    ringback: &[play(1000, F), pause(4000)],
    busy: &[play(500, F), pause(500)],
    congestion: &[play(250, F), pause(250)],
    electrical: "etsi",
    caller_id: "etsi",
};

/// The tones of a country.
pub(super) fn country(tones: Tones) -> &'static Country {
    match tones {
        Tones::At => &AUSTRIA,
        Tones::Be => &BELGIUM,
        Tones::Ch => &SWITZERLAND,
        Tones::De => &GERMANY,
        Tones::Es => &SPAIN,
        Tones::Fr => &FRANCE,
        Tones::Gb => &GREAT_BRITAIN,
        Tones::It => &ITALY,
        Tones::Nl => &NETHERLANDS,
        Tones::Us => &UNITED_STATES,
    }
}

const A: &str = "420 -10";
static AUSTRIA: Country = Country {
    dial: &[play(5000, A)],
    ringback: &[play(1000, A), pause(5000)],
    busy: &[play(400, A), pause(400)],
    congestion: &[play(200, A), pause(200)],
    ..EUROPE
};

static BELGIUM: Country = Country { ringback: &[play(1000, F), pause(3000)], congestion: &[play(167, F), pause(167)], ..EUROPE };

static SWITZERLAND: Country = Country { congestion: &[play(200, F), pause(200)], electrical: "ch", ..EUROPE };

static GERMANY: Country = Country { busy: &[play(480, F), pause(480)], congestion: &[play(240, F), pause(240)], ..EUROPE };

static SPAIN: Country = Country {
    ringback: &[play(1500, F), pause(3000)],
    busy: &[play(200, F), pause(200)],
    congestion: &[play(200, F), pause(200), play(200, F), pause(200), play(200, F), pause(600)],
    ..EUROPE
};

const P: &str = "440 -10";
static FRANCE: Country = Country {
    dial: &[play(5000, P)],
    ringback: &[play(1500, P), pause(3500)],
    busy: &[play(500, P), pause(500)],
    congestion: &[play(250, P), pause(250)],
    ..EUROPE
};

const G: &str = "400 -10";
const GG: &str = "400 -13 450 -13";
static GREAT_BRITAIN: Country = Country {
    dial: &[play(5000, "350 -13 440 -13")],
    ringback: &[play(400, GG), pause(200), play(400, GG), pause(2000)],
    busy: &[play(375, G), pause(375)],
    congestion: &[play(400, G), pause(350), play(225, G), pause(525)],
    electrical: "gb",
    caller_id: "etsi",
};

static ITALY: Country =
    Country { dial: &[play(200, F), pause(200), play(600, F), pause(1000)], congestion: &[play(200, F), pause(200)], ..EUROPE };

static NETHERLANDS: Country = Country { electrical: "nl", ..EUROPE };

const UU: &str = "480 -13 620 -13";
static UNITED_STATES: Country = Country {
    dial: &[play(5000, "350 -13 440 -13")],
    ringback: &[play(2000, "440 -13 480 -13"), pause(4000)],
    busy: &[play(500, UU), pause(500)],
    congestion: &[play(250, UU), pause(250)],
    electrical: "us",
    caller_id: "bell",
};

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::render::pen::Form;
    use alloc::string::String;
    use alloc::vec::Vec;

    static FORM: Form = Form { text: |_, _| Ok(()), clear: None };

    fn written(fill: impl FnOnce(&mut Pen<'_>) -> Put) -> String {
        let mut out = Vec::new();
        fill(&mut Pen::new(&mut out, &FORM, None, false)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn clocks_read_as_the_guide_has_them() {
        for (minutes, text) in [(0, "+00:00"), (60, "+01:00"), (-570, "-09:30"), (345, "+05:45"), (-30, "-00:30")] {
            assert_eq!(written(|p| offset(p, minutes)), text);
        }
        let begins = Change { month: 3, week: 5, weekday: 0, minute: 120 };
        assert_eq!(written(|p| change(p, &begins)), "02:00 mar last sunday");
        let ends = Change { month: 11, week: 1, weekday: 6, minute: 5 };
        assert_eq!(written(|p| change(p, &ends)), "00:05 nov first saturday");
        let midnight = Change { minute: 1440, ..begins };
        assert_eq!(written(|p| change(p, &midnight)), "23:59 mar last sunday");
        assert!(has_words(&midnight) && !has_words(&Change { minute: -60, ..begins }));
    }

    #[test]
    fn no_country_has_more_parts_than_a_gateway_takes() {
        use Tones::*;
        for tones in [At, Be, Ch, De, Es, Fr, Gb, It, Nl, Us] {
            let country = country(tones);
            let all = [country.dial, country.ringback, country.busy, country.congestion];
            assert!(all.iter().all(|tone| !tone.is_empty() && tone.len() <= 10));
            let plays = all.iter().flat_map(|tone| tone.iter()).filter(|element| element.sound.is_some());
            assert!(plays.count() <= 15);
        }
    }
}
