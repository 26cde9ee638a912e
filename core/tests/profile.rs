//! Profiles: every field is read, and what cannot be is refused by its path (SPEC V1, V6).
#![cfg(feature = "render")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use libprov::profile::{DialString, Field, FirmwareVersion, Host, NumberPattern, Port, Profile, SipUser, Url};
use proptest::prelude::*;
use serde_json::{Value, json};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/profiles")
}

fn example(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(examples().join(name)).unwrap()).unwrap()
}

fn read(json: &Value) -> Result<Profile, String> {
    Profile::from_json(&json.to_string()).map_err(|error| error.to_string())
}

/// Calls `each` for every value that is no object and no list of objects, with its path in the form of [`Field::path`] and as
/// a JSON pointer.
fn leaves(value: &Value, path: &str, pointer: &str, each: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                leaves(value, &path, &format!("{pointer}/{name}"), each);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[]"), &format!("{pointer}/{at}"), each);
            }
        }
        _ => each(path, pointer),
    }
}

/// The paths of all fields but slots, which are places, and overrides, which have names of their own.
fn all_fields() -> BTreeSet<String> {
    Field::ALL.iter().map(|field| field.path().to_owned()).collect()
}

#[test]
fn v1_the_full_example_gives_every_field_and_every_one_is_read() {
    let full = example("full.json");
    let profile = read(&full).unwrap();
    let mut seen = BTreeSet::new();
    let mut pointers = Vec::new();
    leaves(&full, "", "", &mut |path, pointer| {
        if !path.starts_with("overrides.") && !path.ends_with(".slot") {
            seen.insert(path.to_owned());
        }
        pointers.push(pointer.to_owned());
    });
    assert_eq!(seen, all_fields());
    // Without any one of its values it is another profile, or none.
    for pointer in pointers {
        // The second entry of each list stands in its place anyway.
        if pointer.ends_with("/1/slot") && !pointer.starts_with("/accounts") && !pointer.starts_with("/modules/0") {
            continue;
        }
        let mut less = full.clone();
        *less.pointer_mut(&pointer).unwrap() = Value::Null;
        assert_ne!(read(&less), Ok(profile.clone()), "{pointer}");
    }
}

#[test]
fn v1_the_examples_are_profiles() {
    for name in ["small.json", "full.json", "dect.json", "ata.json"] {
        assert!(read(&example(name)).is_ok(), "{name}: {:?}", read(&example(name)));
    }
}

#[test]
fn v1_every_kind_of_key_takes_what_it_carries_and_nothing_else() {
    let (number, url) = (json!("202"), json!("https://prov.example.net/x"));
    for (kind, needs, takes) in [
        ("none", false, "nothing"),
        ("line", false, "nothing"),
        ("blf", true, "number"),
        ("speed_dial", true, "number"),
        ("intercom", true, "number"),
        ("transfer", false, "number"),
        ("forward", false, "number"),
        ("park", true, "number"),
        ("pickup", false, "number"),
        ("dtmf", true, "number"),
        ("voicemail", false, "nothing"),
        ("dnd", false, "nothing"),
        ("redial", false, "nothing"),
        ("hold", false, "nothing"),
        ("conference", false, "nothing"),
        ("directory", false, "nothing"),
        ("history", false, "nothing"),
        ("url", true, "url"),
        ("menu", true, "url"),
    ] {
        let key = |more: Value| {
            let mut key = json!({"kind": kind, "label": "Key", "account": 2});
            key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(&json!({"keys": [key], "modules": [{"slot": 2, "keys": [key]}]}))
        };
        assert_eq!(key(json!({})).is_ok(), !needs, "{kind}");
        assert_eq!(key(json!({"value": number})).is_ok(), takes == "number", "{kind}");
        assert_eq!(key(json!({"value": url})).is_ok(), takes == "url", "{kind}");
        let watched = key(json!({"value": number, "pickup": "*8"}));
        assert_eq!(watched.is_ok(), kind == "blf", "{kind}");
        if needs {
            assert_eq!(key(json!({})), Err("keys[1].value is missing".to_owned()));
        }
    }
}

#[test]
fn v6_numbers_and_lengths_have_bounds() {
    let refused = |json: Value, expected: &str| assert_eq!(read(&json), Err(expected.to_owned()), "{json}");
    for (object, field, least, most) in [
        ("time", "utc_offset_min", -720, 840),
        ("network", "vlan", 1, 4094),
        ("network", "vlan_priority", 0, 7),
        ("network", "pc_vlan", 1, 4094),
        ("provisioning", "interval_min", 5, 43_200),
        ("provisioning", "jitter_min", 0, 1440),
        ("dialling", "timeout_s", 1, 60),
    ] {
        for good in [least, most] {
            assert!(read(&json!({object: {field: good}})).is_ok(), "{field} {good}");
        }
        for bad in [least - 1, most + 1] {
            refused(json!({object: {field: bad}}), &format!("{object}.{field} is out of range"));
        }
        for bad in [json!(1.5), json!("1"), json!(u64::MAX), json!(true)] {
            refused(json!({object: {field: bad}}), &format!("{object}.{field} is not a whole number"));
        }
    }
    for (field, good, bad) in
        [("menu_password", "1234", "123"), ("menu_password", "12345678", "123456789"), ("pairing_pin", "0000", "12a4")]
    {
        assert!(read(&json!({"protection": {field: good}})).is_ok());
        refused(json!({"protection": {field: bad}}), &format!("protection.{field} is not 4 to 8 digits"));
    }
    assert!(read(&json!({"display_text": "ü".repeat(128)})).is_ok());
    refused(json!({"display_text": "ü".repeat(129)}), "display_text is longer than 128 characters");
    let many: Vec<Value> = (0..1001).map(|_| json!({"kind": "none"})).collect();
    assert!(read(&json!({"keys": many[1..]})).is_ok());
    refused(json!({"keys": many}), "keys has more than 1000 entries");
    let numbers: Vec<String> = (100..165).map(|number| number.to_string()).collect();
    assert!(read(&json!({"dialling": {"at_once": numbers[1..]}})).is_ok());
    refused(json!({"dialling": {"at_once": numbers}}), "dialling.at_once has more than 64 entries");
    refused(json!({"dialling": {"at_once": ["112", "112"]}}), "dialling.at_once[2] is given twice");
    refused(
        json!({"modules": [{"keys": [{"kind": "none"}, {"slot": 1, "kind": "none"}]}]}),
        "modules[1].keys[1].slot is given twice",
    );
}

#[test]
fn e3_a_repeated_field_is_refused_whatever_it_is() {
    for (name, value) in [("absent", "true"), ("slot", "1"), ("user", "null")] {
        let fields = vec![format!("\"{name}\":{value}"); 60_000].join(",");
        let json = format!("{{\"accounts\":[{{{fields}}}]}}");
        let began = std::time::Instant::now();
        for refused in [
            Profile::from_json(&json).unwrap_err().to_string(),
            libprov::profile::set(&json, "tones", "null").unwrap_err().to_string(),
        ] {
            assert_eq!(refused, format!("accounts[1].{name} is given twice"));
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(10), "{name}: {:?}", began.elapsed());
    }
}

#[test]
fn v4_an_override_holds_no_more_than_a_file_takes() {
    let with = |bytes: usize| Profile::from_json(&json!({"overrides": {"a.b": "x".repeat(bytes)}}).to_string());
    assert!(with(1024).is_ok());
    assert_eq!(with(1025).unwrap_err().to_string(), "overrides.a.b is longer than 1024 bytes");
}

#[test]
fn v1_time_zones_are_iana_names_and_errors_name_the_nearest() {
    assert!(read(&json!({"time": {"zone": "America/Argentina/Buenos_Aires"}})).is_ok());
    assert_eq!(
        read(&json!({"time": {"zone": "Europe/Berlim"}})),
        Err("time.zone is none of the IANA time zones; the nearest are Europe/Berlin, Europe/Dublin, Europe/Jersey".to_owned())
    );
    assert_eq!(read(&json!({"time": {"zone": "CEST-summer-time"}})), Err("time.zone is none of the IANA time zones".to_owned()));
}

// ---------------------------------------------------------------- typed fields, as an attacker would fill them

/// Texts that are nearly right: pieces that fields allow, and pieces that files, dial plans and resolvers read otherwise.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => prop::sample::select(vec![
            "a", "Z", "1", "255", "0", "x", "-", ".", ":", "::1", "sip", "example", "0x", "7f", "https://", "http://", "/", "?", "#",
            "%41", "*", "+", "_", "[", "]", "fe80::", "65535",
        ]),
        1 => prop::sample::select(vec![
            "\n", "\r", "\0", " ", "\"", "'", "<", ">", "&", "$", "{{", "|", "\\", ";", ",", "@", "%", "%0a", "]]>", "\u{202e}", "ü", "😀",
            "\u{301}",
        ]),
    ];
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn v6_a_host_is_a_name_or_an_address_and_reads_the_same_again(text in nearly()) {
        if let Ok(host) = Host::parse(&text) {
            let text = host.as_str();
            prop_assert_eq!(Host::parse(text), Ok(host.clone()));
            prop_assert_eq!(text.parse::<Host>(), Ok(host.clone()));
            prop_assert!(text.len() <= 253 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:".contains(&b)));
            // What ends in a number is an address, and the address it looks like.
            if text.contains(':') || text.ends_with(|c: char| c.is_ascii_digit()) && !text.contains(|c: char| c.is_ascii_alphabetic()) {
                prop_assert_eq!(text.parse::<std::net::IpAddr>().unwrap().to_string(), text);
            }
        }
    }

    #[test]
    fn v6_a_url_holds_nothing_that_a_file_or_a_phone_reads_otherwise(text in nearly(), front in prop::bool::ANY) {
        let text = if front { format!("https://a.example{text}") } else { text };
        if let Ok(url) = Url::parse(&text) {
            prop_assert_eq!(url.as_str(), &*text);
            let harmless = text.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>$\\^`{|}".contains(&b));
            prop_assert!(harmless && text.len() <= 512);
            let authority = text.split("//").nth(1).unwrap().split(['/', '?', '#']).next().unwrap();
            prop_assert!(!authority.contains('@') && !authority.is_empty());
        }
    }

    #[test]
    fn v6_numbers_users_and_patterns_hold_what_they_may(text in nearly()) {
        let good = |text: &str, most: usize, more: &str| {
            (1..=most).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        prop_assert_eq!(SipUser::parse(&text).is_ok(), good(&text, 128, "-_.!~*'()+"));
        prop_assert_eq!(DialString::parse(&text).is_ok(), good(&text, 64, "*#+-._"));
        let pattern = (1..=32).contains(&text.len()) && text.chars().all(|c| "0123456789*#x".contains(c));
        prop_assert_eq!(NumberPattern::parse(&text).is_ok(), pattern);
        let port = text.len() <= 5 && text.chars().all(|c| c.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0);
        prop_assert_eq!(Port::parse(&text).is_ok(), port);
    }

    #[test]
    fn v1_versions_are_compared_number_by_number(a in prop::collection::vec(0u16..300, 1..7), b in prop::collection::vec(0u16..300, 1..7)) {
        let version = |numbers: &[u16]| {
            let numbers: Vec<String> = numbers.iter().map(u16::to_string).collect();
            FirmwareVersion::parse(&numbers.join(".")).unwrap()
        };
        let six = |numbers: &[u16]| { let mut six = numbers.to_vec(); six.resize(6, 0); six };
        prop_assert_eq!(version(&a).is_older_than(&version(&b)), six(&a) < six(&b));
        prop_assert_eq!(version(&a).numbers().to_vec(), six(&a));
    }

    #[test]
    fn e3_no_text_in_any_field_panics_or_is_quoted(field in 0..Field::ALL.len(), text in nearly()) {
        let marked = format!("MARKER{text}");
        let path = Field::ALL[field].path().replace("[]", "[1]");
        let value = json!(marked).to_string();
        if let Err(error) = libprov::profile::set("{}", &path, &value) {
            let said = format!("{error} {error:?}");
            prop_assert!(!said.contains("MARKER"));
            prop_assert_eq!(error.field(), Some(path.as_str()));
        }
    }
}

#[test]
fn v1_versions_are_six_numbers_at_most() {
    for good in ["1", "108.86.0.90", "8.7.5-35", "1.2.3.4.5.65535"] {
        assert!(FirmwareVersion::parse(good).is_ok(), "{good}");
    }
    for bad in ["", ".", "1.", "1..2", "v1", "1.2b", "1.2.3.4.5.6.7", "65536", "000001", "1 ", "+1", "１"] {
        assert!(FirmwareVersion::parse(bad).is_err(), "{bad}");
    }
}
