//! Emergency numbers: spellings, prefixes, presets (SPEC C2).
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::call::{Call, Caller, Route, route};
use libprov::emergency::{Service, preset, presets};
use libprov::ids::ShortNumber;
use libprov::number::{Dialled, MAX_TEXT, emergency, normalise};
use libprov::policy::{Policy, Settings};
use libprov::request::Facts;
use proptest::prelude::*;
use support::{start, tenant};

fn short(text: &str) -> ShortNumber {
    ShortNumber::parse(text).unwrap()
}

/// What a tenant with 112 and 110, and perhaps a prefix, makes of a text.
fn dialled(text: &str, prefix: Option<&str>) -> Option<String> {
    emergency(&normalise(text), &[short("112"), short("110")], prefix).map(|number| number.to_string())
}

#[test]
fn c2_spellings_of_an_emergency_number_are_known() {
    for text in [
        "112",
        "1-1-2",
        "1.1.2",
        "(112)",
        " 112 ",
        "1 12",
        "112#",
        "112#-",
        "112%23",
        "11%32",
        "%31%31%32",
        "11%2D2",
        "1%201%202",
        "112;ext=1",
        "112;phone-context=+49",
        "112@pbx",
        "sip:112@evil;user=phone",
        "sip:112@[2001:db8::1]:5060;transport=tls?Subject=x",
        "SIP:1%31-2@PBX",
        "sips:112;phone-context=example.com@pbx",
        "sip:112:secret@pbx",
        "sip:112%23@pbx",
        "tel:112",
        "TEL:1-1-2",
        "tel:112;phone-context=+49",
        "tel:112;phone-context=+49911;isub=1",
        "urn:service:sos",
        "URN:SERVICE:SOS",
        "urn:service:sos.fire",
        "urn:service:sos.ambulance.sub-service",
        "urn:service:sos;x=y",
        "112\n",
        "112\r\n",
        "\t112",
        " sip:112@pbx",
        "<sip:112@pbx>",
        "112?x=y",
        "tel:112?x",
        "sip:112@pbx;maddr=x@y",
        "sip:112@pbx?x=y@z",
    ] {
        assert_eq!(dialled(text, None).as_deref(), Some("112"), "{text:?}");
    }
}

#[test]
fn c2_what_only_looks_like_an_emergency_number_is_none() {
    for text in [
        "0112",
        "00112",
        "+112",
        "%2B112",
        "+49112",
        "0049112",
        "1122",
        "11",
        "2112",
        "112112",
        "*112",
        "#112",
        "*31#112",
        "112*",
        "112##",
        "#",
        "112#1",
        "11%2532",
        "11%3",
        "11%",
        "11%zz",
        "11%00",
        "112%00",
        "112%3Bext=1",
        "sip:112%40evil@pbx",
        "１１２",
        "١١٢",
        "11\u{00b2}",
        "112\u{0}",
        "\u{0}112",
        "1\u{200b}12",
        "112a",
        "112,1",
        "112p1",
        "1e2",
        "0x70",
        "112/1",
        "l12",
        "sip:112",
        "sip:pbx@112",
        "sip:112@a@b",
        "sip:112?x=y@pbx",
        "<112",
        "<<112>>",
        "sip:@112",
        "sip:",
        "tel:",
        "tel:+112",
        "http:112",
        "mailto:112@pbx",
        "\"112\" <sip:112@pbx>",
        "urn:service:sosx",
        "urn:service:sos.",
        "urn:service:sos..fire",
        "urn:service:sos.-fire",
        "urn:service:sos fire",
        "urn:service:counseling",
        "urn:sos",
        "service:sos",
        "sos",
        "",
        ";112",
        "@112",
    ] {
        assert_eq!(dialled(text, None), None, "{text:?}");
    }
    assert_eq!(dialled(&format!("{}112", " ".repeat(MAX_TEXT)), None), None, "too long");
    assert_eq!(dialled(&format!("{}112", " ".repeat(MAX_TEXT - 3)), None).as_deref(), Some("112"));
    assert_eq!(dialled(&"1".repeat(100_000), None), None);
}

#[test]
fn c2_the_outside_line_prefix_is_dropped_once() {
    for (text, prefix, expected) in [
        ("0112", "0", Some("112")),
        ("0-112", "0", Some("112")),
        ("112", "0", Some("112")),
        ("00112", "0", None),
        ("00112", "00", Some("112")),
        ("9112", "0", None),
        ("0911", "0", None),
        ("0", "0", None),
        ("0*112", "0", None),
        ("+0112", "0", None),
        // A prefix that begins like the numbers: the number itself comes first.
        ("112", "1", Some("112")),
        ("1112", "1", Some("112")),
        ("11112", "1", None),
        ("112110", "112", Some("110")),
    ] {
        assert_eq!(dialled(text, Some(prefix)).as_deref(), expected, "{text} behind {prefix}");
    }
    let numbers = ["000", "12"].map(short);
    let of = |text, prefix| emergency(&normalise(text), &numbers, Some(prefix)).map(|number| number.to_string());
    assert_eq!(of("000", "0").as_deref(), Some("000"));
    assert_eq!(of("0000", "0").as_deref(), Some("000"));
    assert_eq!(of("00000", "0"), None);
    assert_eq!(of("112", "1").as_deref(), Some("12"), "only where 112 is no number itself");
}

#[test]
fn c2_an_emergency_number_can_be_dialled_under_every_policy_that_is_accepted() {
    for prefix in ["0", "9", "1", "11", "00", "0112"] {
        for code in ["*89", "*112", "89", "#1", "012", "#"] {
            let mut settings = Settings::cloud(&[short("112"), short("110")]);
            settings.outside_line = Some(prefix.into());
            settings.service_code = code.into();
            let Ok(policy) = Policy::new(settings) else { continue };
            let settings = policy.settings();
            for number in &settings.emergency {
                for text in [number.to_string(), format!("{prefix}{number}")] {
                    assert_eq!(emergency(&normalise(&text), &settings.emergency, Some(prefix)), Some(*number), "{text}");
                }
            }
            assert_eq!(emergency(&normalise(code), &settings.emergency, Some(prefix)), None, "{code} behind {prefix}");
        }
    }
}

// ---- an independent normaliser, slow and by the book ----

/// The same by strings and lists: what a text means, as the documentation of `normalise` says it.
fn by_the_book(text: &str) -> Option<String> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let trimmed = text.trim_matches([' ', '\t', '\r', '\n', '\u{c}']);
    let text = if trimmed.starts_with('<') && trimmed.ends_with('>') && trimmed.len() > 1 {
        &trimmed[1..trimmed.len() - 1]
    } else {
        trimmed
    };
    let lower = text.to_ascii_lowercase();
    let mut user = text.to_owned();
    let mut sip = false;
    if lower.starts_with("tel:") {
        user = user.chars().skip(4).collect();
    } else {
        let scheme = ["sips:", "sip:"].into_iter().find(|scheme| lower.starts_with(scheme));
        let rest: String = user.chars().skip(scheme.map_or(0, str::len)).collect();
        sip = scheme.is_some();
        user = match (scheme, rest.split_once('@')) {
            (_, Some((user, behind))) if !behind.split([';', '?']).next()?.contains('@') => user.to_owned(),
            (None, None) => rest,
            _ => return None,
        };
        if sip {
            user = user.split(':').next()?.to_owned();
        }
    }
    user = user.split(';').next()?.to_owned();
    if !sip {
        user = user.split('?').next()?.to_owned();
    }
    let mut characters = Vec::new();
    let given: Vec<char> = user.chars().collect();
    let mut at = 0;
    while at < given.len() {
        if given[at] == '%' {
            let digits: String = given.get(at + 1..at + 3)?.iter().collect();
            if !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            characters.push(char::from(u8::from_str_radix(&digits, 16).ok()?));
            at += 3;
        } else {
            characters.push(given[at]);
            at += 1;
        }
    }
    if !characters.iter().all(|character| "0123456789*#+-.() ".contains(*character)) {
        return None;
    }
    // The `#` that ends dialling is the last character but for separators.
    let ends = characters.iter().rev().find(|character| !"-.() ".contains(**character)) == Some(&'#');
    let mut out: String = characters.iter().filter(|character| !"-.() ".contains(**character)).collect();
    if out.chars().skip(1).any(|character| character == '+') || out == "+" {
        return None;
    }
    if ends && out.len() > 1 && out[..out.len() - 1].chars().all(|character| character.is_ascii_digit()) {
        out.pop();
    }
    (!out.is_empty() && out.len() <= 31).then_some(out)
}

/// A number spelt so that it must be known: separators, escapes, schemes, parameters.
fn spelling(number: &'static str) -> impl Strategy<Value = String> {
    let digits: Vec<_> = number
        .chars()
        .map(|digit| {
            let separators =
                prop::collection::vec(prop::sample::select(&["-", ".", "(", ")", " ", "%20", "%2d", "%2E"][..]), 0..3);
            (any::<bool>(), separators).prop_map(move |(escaped, separators)| {
                let digit = if escaped { format!("%{:02x}", digit as u8) } else { digit.to_string() };
                digit + &separators.concat()
            })
        })
        .collect();
    let parameters = prop::sample::select(&["", ";ext=1", ";phone-context=+49", ";isub=9;x=y"][..]);
    let end = prop::sample::select(&["", "#", "%23"][..]);
    (digits, end, parameters, 0..6u8).prop_map(|(digits, end, parameters, form)| {
        let user = format!("{}{end}{parameters}", digits.concat());
        match form {
            0 => user,
            1 => format!("{user}@pbx"),
            2 => format!("sip:{user}@pbx.example;user=phone"),
            3 => format!("SipS:{user}:pw@[2001:db8::1]:5061;transport=tls?a=b"),
            4 => format!("tel:{user}"),
            _ => format!("TEL:{user}"),
        }
    })
}

/// Texts of the characters that matter.
fn mess() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "1",
            "2",
            "0",
            "112",
            "110",
            "9",
            "*",
            "#",
            "+",
            "-",
            ".",
            "(",
            ")",
            " ",
            ";",
            "@",
            ":",
            "%",
            "%3",
            "%31",
            "%32",
            "%23",
            "%25",
            "%00",
            "%40",
            "%2b",
            "sip:",
            "sips:",
            "tel:",
            "urn:service:sos",
            "<",
            ">",
            "?",
            "\r\n",
            "\t",
            "a",
            "x=",
            "é",
            "１",
            "\u{0}",
            "%e9",
            "%c3%a9",
        ][..],
    );
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn c2_no_spelling_of_an_emergency_number_is_refused(text in spelling("112")) {
        prop_assert_eq!(dialled(&text, None), Some("112".to_owned()), "{:?}", text);
        prop_assert_eq!(dialled(&text, Some("0")), Some("112".to_owned()), "{:?}", text);
    }

    #[test]
    fn c2_no_spelling_behind_the_prefix_is_refused(text in spelling("0112")) {
        prop_assert_eq!(dialled(&text, Some("0")), Some("112".to_owned()), "{:?}", text);
        prop_assert_eq!(dialled(&text, None), None, "{:?}", text);
    }

    #[test]
    fn c2_no_other_number_is_let_through_under_one(text in prop_oneof![mess(), any::<String>()], prefix in prop::option::of("[01]{1,2}")) {
        let normal = match normalise(&text) {
            Dialled::Number(number) => Some(number.as_str().to_owned()),
            Dialled::Sos | Dialled::Other => None,
        };
        prop_assert_eq!(&normal, &by_the_book(&text), "{:?}", text);
        let expected = normal.and_then(|number| {
            let bare = prefix.as_deref().and_then(|prefix| number.strip_prefix(prefix)).map(str::to_owned);
            [Some(number), bare].into_iter().flatten().find(|number| number == "112" || number == "110")
        });
        if !text.to_ascii_lowercase().starts_with("urn:") {
            prop_assert_eq!(dialled(&text, prefix.as_deref()), expected, "{:?}", text);
        }
    }

    #[test]
    fn c2_the_route_of_an_unknown_caller_is_emergency_exactly_for_these(text in mess()) {
        let mut settings = Settings::cloud(&[short("112"), short("110")]);
        settings.emergency_for_unknown = true;
        let tenant = tenant(settings);
        let routed = route(Facts::of(&tenant), &Call::invite(Caller::Unknown, &text), start());
        let number = match routed.route {
            Route::Emergency(made) => Some(made.number.to_string()),
            Route::Refused(_) => None,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(number, dialled(&text, None), "{:?}", text);
    }

    #[test]
    fn c2_normalising_twice_is_normalising_once(text in mess()) {
        if let Dialled::Number(number) = normalise(&text) {
            prop_assert_eq!(normalise(number.as_str()), Dialled::Number(number));
        }
    }
}

// ---- presets ----

const EU: [&str; 27] = [
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL",
    "PT", "RO", "SK", "SI", "ES", "SE",
];

#[test]
fn c2_every_preset_is_a_policy_that_is_accepted() {
    assert!(presets().len() >= 41);
    assert!(presets().windows(2).all(|pair| pair[0].country() < pair[1].country()), "in order, each once");
    for preset in presets() {
        let numbers: Vec<ShortNumber> = preset.numbers().collect();
        assert_eq!(numbers.len(), preset.rows().len(), "{}: each is 2 to 6 digits", preset.country());
        let mut once = numbers.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), numbers.len(), "{}: each once", preset.country());
        assert!(Policy::new(Settings::cloud(&numbers)).is_ok(), "{}", preset.country());
        assert!(
            preset.rows().iter().all(|row| !row.sources().is_empty() && row.sources().chars().all(|key| "DEAWN".contains(key)))
        );
    }
}

#[test]
fn c2_there_is_a_preset_for_every_country_of_the_european_union_and_112_works_in_all() {
    for country in EU {
        let preset = preset(country).unwrap();
        assert!(preset.numbers().any(|number| number == short("112")), "{country}");
        assert_eq!(preset.rows()[0].service(), Service::All, "{country}");
    }
    for country in ["GB", "CH", "NO", "IS", "LI", "US", "CA", "AU", "NZ", "TR", "UA"] {
        assert!(preset(country).is_some(), "{country}");
    }
    assert_eq!(preset("gb").map(libprov::emergency::Preset::country), Some("GB"));
    for nonsense in ["", "D", "DEU", "XX", "ÄÖ", "D\u{0}"] {
        assert!(preset(nonsense).is_none(), "{nonsense:?}");
    }
}

#[test]
fn c2_the_facts_page_lists_what_the_table_has() {
    let page = include_str!("../../docs/facts/emergency.md");
    for preset in presets() {
        let cells = preset.rows().iter().map(|row| {
            let mark = if row.is_confirmed() { "" } else { " (one source)" };
            format!("{} {} {}{mark}", row.digits(), row.service().name(), row.sources())
        });
        let line = format!("| {} | {} |", preset.country(), cells.collect::<Vec<_>>().join(", "));
        assert!(page.contains(&line), "docs/facts/emergency.md lacks this row:\n{line}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.as_bytes().get(4) == Some(&b' ')).count();
    assert_eq!(rows, presets().len(), "the page has a row that the table has not");
}
