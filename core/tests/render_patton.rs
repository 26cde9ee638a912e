//! Patton SmartNode files: goldens, injection, secrets, ports, call router, names (SPEC V1 to V12).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]
#![cfg(feature = "render")]

#[path = "support/callrouter.rs"]
mod callrouter;
#[path = "support/gateway.rs"]
mod gateway;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/office.rs"]
mod office;

use gateway::{Gateway, commands};
use golden::{blessing, check_golden};
use libprov::error::ErrorCode;
use libprov::models::{self, Dialect, Model};
use libprov::profile::{Port, Profile, Server, Transport};
use libprov::render::{self, CharacterPolicy, OverridePolicy, ProvisioningUrl, RenderError, SecretKind, SecretsOut};
use libprov::secret::Secret;
use office::{Waiting, full, full_with, mac, numbers, office, rich};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn model(name: &str) -> &'static Model {
    models::lookup("patton", name).unwrap()
}

fn pattons() -> impl Iterator<Item = &'static Model> {
    models::all().filter(|model| model.vendor == "patton")
}

/// A job of the usual kind: the gateway has no TLS.
fn waiting() -> Waiting {
    let server =
        Server { host: "auth.example.net".parse().unwrap(), port: Some(Port::new(5060).unwrap()), transport: Transport::Udp };
    Waiting { server, ..office::waiting() }
}

fn restricted(model: &'static Model) -> Vec<u8> {
    waiting().render(model).unwrap()
}

fn text(file: Vec<u8>) -> String {
    String::from_utf8(file).unwrap()
}

/// The parameters a file holds, as our reader has them.
fn read_back(file: &[u8]) -> Vec<(String, String)> {
    let read = render::read(model("SN4112"), file).unwrap();
    read.iter().map(|setting| (setting.name.to_string(), setting.value.to_string())).collect()
}

// ---------------------------------------------------------------- goldens

fn golden_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/patton")
}

const GOLDEN_MODELS: [&str; 5] = ["SN4112", "SN4114", "SN4118", "SN4316", "SN4332"];

fn golden_profile(name: &str) -> Value {
    match name {
        // The smallest: one account, nothing else.
        "SN4112" => json!({"accounts": [{"user": "201", "password": "EXAMPLE-SIP", "server": {"host": "192.0.2.10"}}]}),
        // Names that other formats would trip over, a gap between the ports, and overrides.
        "SN4114" => json!({
            "accounts": [
                {"user": "+49301234-1", "display_name": "Front Desk (1st), O'Neil & Co", "auth_user": "Front Desk",
                 "password": "a:b=c*d", "server": {"host": "sip.example.net", "port": 5080, "transport": "tcp"}},
                {"slot": 4, "user": "203", "password": "EXAMPLE-203", "server": {"host": "sip.example.net", "port": 5080}}
            ],
            "protection": {"admin_password": "EXAMPLE-admin", "web": false},
            "tones": "gb",
            "overrides": {
                "context cs switch/interface fxs IF_TEL0/call-waiting": "no",
                "profile ringing-cadence default/play 1": 1000,
                "profile voip default/dtmf-relay": "signaling"
            }
        }),
        // Other tones, another clock, a VLAN without priority, one server for sixteen ports.
        "SN4316" => json!({
            "accounts": (1..=16).map(|n| json!({
                "user": format!("{}", 200 + n), "password": format!("EXAMPLE-{n}"),
                "server": {"host": "sip.example.net"}, "codecs": ["g729", "pcmu"]
            })).collect::<Vec<_>>(),
            "protection": {"admin_password": "EXAMPLE-admin"},
            "tones": "us", "time": {"utc_offset_min": -210}, "network": {"vlan": 100}
        }),
        _ => serde_json::from_str(&rich().to_string().replace("TEXT", "Example").replace("SECRET", "EXAMPLE")).unwrap(),
    }
}

#[test]
fn goldens_are_exact_and_none_is_an_orphan() {
    let mut known = BTreeSet::new();
    for name in GOLDEN_MODELS {
        let model = model(name);
        let file = render::file_name(model, mac());
        let folder = golden_root().join(name);
        let json = folder.join("full/profile.json");
        if blessing() {
            fs::create_dir_all(folder.join("full")).unwrap();
            fs::write(&json, serde_json::to_string_pretty(&golden_profile(name)).unwrap() + "\n").unwrap();
        }
        let profile: Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
        check_golden(&folder.join("full").join(&file), &full(&profile, model).unwrap());
        check_golden(&folder.join("restricted").join(&file), &restricted(model));
        known.extend([json, folder.join("full").join(&file), folder.join("restricted").join(&file)]);
    }
    let mut open = vec![golden_root()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                assert!(known.contains(&path), "{} is an orphan", path.display());
            }
        }
    }
}

/// Our reader and the independent one find the same commands in the same order.
fn both_readers_agree(file: &[u8]) {
    let ours = read_back(file);
    let theirs = commands(file);
    let mut theirs = theirs.iter();
    let mut modes = 0;
    for (name, value) in &ours {
        let (path, command) = name.rsplit_once('/').unwrap_or(("", name));
        // Modes that are named by a value are parameters to us.
        if command.starts_with("identity ") || command == "vlan" {
            modes += 1;
            continue;
        }
        let (their_path, words) = theirs.next().unwrap();
        assert_eq!(
            path.split('/').filter(|mode| !mode.is_empty()).count(),
            their_path.split(" > ").filter(|m| !m.is_empty()).count()
        );
        let line = match value.as_str() {
            "yes" => command.to_owned(),
            "no" => format!("no {command}"),
            value => format!("{command} {}", value.replace('"', "")),
        };
        assert_eq!(line, words.join(" "));
    }
    assert!(theirs.next().is_none() && !ours.is_empty());
    let text = String::from_utf8_lossy(file);
    assert_eq!(modes, text.lines().filter(|line| line.starts_with("  identity ") || line.starts_with("  vlan ")).count());
}

#[test]
fn v5_what_is_written_is_read_back_by_two_readers() {
    for model in pattons() {
        for name in GOLDEN_MODELS {
            both_readers_agree(&full(&golden_profile(name), model).unwrap());
        }
        both_readers_agree(&restricted(model));
    }
}

#[test]
fn v5_the_reader_gives_names_as_overrides_have_them() {
    let read = read_back(&full(&golden_profile("SN4114"), model("SN4114")).unwrap());
    let has = |name: &str, value: &str| read.contains(&(name.to_owned(), value.to_owned()));
    assert!(has("context cs switch/interface fxs IF_TEL0/call-waiting", "no"));
    assert!(has("context cs switch/interface fxs IF_TEL3/call-transfer", "yes"));
    assert!(has("location-service LS1/identity 2", "203"));
    assert!(has("location-service LS1/identity 1/registration outbound/registrar", "sip.example.net 5080"));
    assert!(has("port fxs 0 1/shutdown", "yes") && has("port fxs 0 3/shutdown", "no"));
    assert!(has("actions/rule R_SYNC/action", "provisioning execute PF_CONFIG"));
    assert!(has("profile call-progress-tone T_RINGBACK/play 3", "400 400 -13 450 -13"));
    assert!(read.iter().all(|(name, _)| render::is_known_parameter(model("SN4114"), name)));
}

#[test]
fn v7_file_name_and_content_type() {
    assert_eq!(render::file_name(model("SN4112"), mac()), "805ec0010203.cfg");
    assert_eq!(render::content_type(model("SN4112")), "text/plain");
}

// ---------------------------------------------------------------- the reader

#[test]
fn v5_bad_files_are_refused_with_the_line() {
    let refused = |file: &[u8]| render::read(model("SN4112"), file).unwrap_err().to_string();
    for (file, error) in [
        (&b""[..], "line 1 is not cli version"),
        (b"# only a comment\n", "line 1 is not cli version"),
        (b"sntp-client\n", "line 1 is not cli version"),
        (b"cli version 3.20\nno such command\n", "line 2 is not a command that is known here"),
        (b"cli version 3.20\nroute 1 dest-interface A\n", "line 2 is not a command that is known here"),
        (b"cli version 3.20\nport fxs 0 0\n  encapsulation \"cc-fxs\n", "line 3 has an open quote"),
        (b"cli version 3.20\nport fxs 0 0\n  encapsulation c\"c\"\n", "line 3 has a quote inside a word"),
        (b"cli version 3.20\nsntp-client\0\n", "line 2 holds a control character"),
        (b"cli version 3.20\nsntp-client\rwebserver\n", "line 2 holds a control character"),
        (b"cli version 3.20\nsntp-client server primary \xc3\xbc\n", "line 2 is not ASCII"),
        (b"cli version 3.20\n\xff\n", "line 2 is not ASCII"),
        (b"cli version 3.20\nexit\n", "line 2 leaves no mode"),
        (b"cli version 3.20\nno sntp-client server primary x\n", "line 2 negates a command with a value"),
    ] {
        assert_eq!(refused(file), error, "{file:?}");
    }
}

#[test]
fn v5_comments_blanks_and_exit_mean_what_they_mean_to_the_device() {
    let file =
        b"#---\r\n# SN4112\r\n\r\ncli version 3.20\r\n\tport fxs 0 1\r\n encapsulation   cc-fxs\r\nexit\r\ncontext cs switch\r\n\
        interface fxs IF_TEL1\r\nroutecall\r\n";
    let error = render::read(model("SN4112"), file).unwrap_err();
    assert_eq!(error.to_string(), "line 10 is not a command that is known here");
    let file = String::from_utf8_lossy(file).replace("routecall", "exit\r\nno shutdown");
    let read = read_back(file.as_bytes());
    assert_eq!(read[0], ("port fxs 0 1/encapsulation".into(), "cc-fxs".into()));
    assert_eq!(read[1], ("context cs switch/shutdown".into(), "no".into()));
}

// ---------------------------------------------------------------- injection (V4)

/// Every free text and every checked text that a gateway gets, as JSON pointer and the path that errors name.
const FIELDS: &[(&str, &str)] = &[
    ("/accounts/0/label", "accounts[1].label"),
    ("/accounts/0/display_name", "accounts[1].display_name"),
    ("/accounts/0/user", "accounts[1].user"),
    ("/accounts/0/auth_user", "accounts[1].auth_user"),
    ("/accounts/0/password", "accounts[1].password"),
    ("/accounts/0/server/host", "accounts[1].server.host"),
    ("/accounts/0/backup_server/host", "accounts[1].backup_server.host"),
    ("/accounts/1/user", "accounts[2].user"),
    ("/accounts/1/password", "accounts[2].password"),
    ("/protection/admin_password", "protection.admin_password"),
    ("/protection/user_password", "protection.user_password"),
    ("/keys/1/value", "keys[2].value"),
    ("/keys/1/label", "keys[2].label"),
    ("/phonebook/name", "phonebook.name"),
    ("/time/ntp_server", "time.ntp_server"),
    ("/syslog/host", "syslog.host"),
    ("/display_text", "display_text"),
    ("/overrides/syslog-client/facility kernel severity", "overrides.syslog-client/facility kernel severity"),
    ("/overrides/port fxs 0 0/caller-id format", "overrides.port fxs 0 0/caller-id format"),
];

fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "\"",
        "'",
        "<",
        ">",
        "&",
        "]]>",
        ";",
        "#",
        "# comment",
        "|",
        "{{x}}",
        "$(system.mac)",
        "$",
        "\\",
        "\\\"",
        "=cmd",
        "+1",
        "-1",
        "?",
        "%",
        ".T",
        "default",
        "no",
        "yes",
        "no shutdown",
        "exit",
        "a\nadministrator evil password evil",
        "a\r\nadministrator evil password evil",
        "a\rb",
        "a\0b",
        "\n",
        "\t",
        "a\tb",
        "a\u{7f}",
        "a\u{85}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "\u{202e}gpj",
        "a\u{200f}",
        "a\u{2066}b\u{2069}",
        "\u{feff}a",
        "\u{301}",
        "a\u{301}b",
        " a",
        "a ",
        "a b",
        "a  b",
        "\u{a0}a",
        "ü",
        "😀",
        "𝕏",
        "a:b",
        ":",
        "a\" \"b",
        "a\" administrator evil password evil \"",
        "cli version 4.00",
        "a$ to \"x\"",
        "a@.% dest-interface IF_TEL1",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(10_000));
    texts.push("\"<&\n".repeat(2_500));
    texts
}

fn set(profile: &mut Value, pointer: &str, text: &str) {
    if let Some(name) = pointer.strip_prefix("/overrides/") {
        profile["overrides"] = json!({ name: text });
    } else {
        *profile.pointer_mut(pointer).unwrap() = json!(text);
    }
}

/// Renders with this text in this field: either a refusal that names field and character, or a file with the same parameters as
/// the plain one, in which exactly the field's own values differ and hold the text unchanged.
fn push_through(pointer: &str, path: &str, text: &str, model: &'static Model, plain: &[(String, String)]) {
    let mut json = rich();
    set(&mut json, pointer, text);
    let profile = match Profile::from_json(&json.to_string()) {
        Ok(profile) => profile,
        Err(error) => {
            assert!(error.to_string().starts_with(path), "{path}: {error}");
            assert!(text.len() < 3 || !error.to_string().contains(text) || path.contains(text), "{error}");
            return;
        }
    };
    let office = office();
    let mut out = b"kept".to_vec();
    if let Err(error) = render::render_full(&office.job(&profile, model), &mut out) {
        assert_eq!(out, b"kept", "a failed job leaves the buffer as it was");
        assert!(error.to_string().starts_with(path), "{path}: {error}");
        let expected = match error {
            RenderError::Character { character, .. } => text.contains(character),
            RenderError::Charset { character, .. } => !character.is_ascii() && text.contains(character),
            RenderError::Reserved { .. } => matches!(text, "default" | "yes" | "no"),
            RenderError::Space { .. } => text.trim() != text,
            RenderError::TooLong { .. } => text.len() > 1024,
            RenderError::Value { .. } => text.is_empty(),
            _ => false,
        };
        assert!(expected, "{path}: {text:?}: {error}");
        return;
    }
    both_readers_agree(&out[4..]);
    let read = read_back(&out[4..]);
    let over = path.strip_prefix("overrides.");
    let fixed: Vec<_> = read.iter().filter(|(name, _)| Some(name.as_str()) != over).collect();
    let plain: Vec<_> = plain.iter().filter(|(name, _)| Some(name.as_str()) != over).collect();
    assert_eq!(fixed.len(), plain.len(), "{path}: {text:?}: another number of parameters");
    for ((name, value), (plain_name, plain_value)) in fixed.into_iter().zip(plain) {
        assert_eq!(name, plain_name);
        let carried =
            value.contains(text) || value.contains(&text.replace('+', ".")) || value.contains(&text.to_ascii_lowercase());
        assert!(value == plain_value || carried, "{path}: {name} = {value:?}");
    }
    if let Some(name) = over {
        assert!(read.iter().any(|(n, value)| n == name && value == text), "{name}: {text:?}");
    }
}

#[test]
fn v4_hostile_texts_are_refused_by_name_or_read_back_unchanged() {
    for model in pattons() {
        let plain = read_back(&full(&rich(), model).unwrap());
        // All models share one writer; the long way is walked for the smallest.
        let all = model.name == "SN4112";
        for (pointer, path) in FIELDS {
            for text in hostile().iter().filter(|text| all || text.contains(['\n', '"', ' '])) {
                push_through(pointer, path, text, model, &plain);
            }
        }
    }
}

#[test]
fn v4_hostile_texts_in_a_restricted_file() {
    for model in [model("SN4112"), model("SN4324")] {
        let plain = restricted(model);
        for text in hostile() {
            let mut job = waiting();
            job.text = text.clone();
            // A gateway has no screen: whatever the text is, nothing of it is in the file.
            match job.render(model) {
                Ok(file) => assert_eq!(file, plain),
                Err(error) => assert!(text.len() > 1024 && error.to_string().starts_with("display_text is longer"), "{error}"),
            }

            let mut job = waiting();
            job.password = text.as_str().into();
            match job.render(model) {
                Ok(file) => {
                    both_readers_agree(&file);
                    let (read, plain) = (read_back(&file), read_back(&plain));
                    assert_eq!(read.len(), plain.len());
                    let changed = read.iter().zip(&plain).filter(|(a, b)| a != b);
                    assert_eq!(
                        changed.map(|((_, value), _)| assert!(value.ends_with(&text), "{value:?}")).count(),
                        1 + usize::from(model.accounts)
                    );
                }
                Err(error) => assert!(error.to_string().starts_with("enrolment.password"), "{error}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn v4_any_text_is_refused_or_reads_back(text in any::<String>(), field in 0..FIELDS.len()) {
        let model = model("SN4114");
        let plain = read_back(&full(&rich(), model).unwrap());
        let (pointer, path) = FIELDS[field];
        push_through(pointer, path, &text, model, &plain);
    }

    #[test]
    fn v4_texts_of_allowed_characters_are_carried(text in "[A-Za-z0-9._-]{1,40}", field in 0..FIELDS.len()) {
        let model = model("SN4114");
        let plain = read_back(&full(&rich(), model).unwrap());
        let (pointer, path) = FIELDS[field];
        push_through(pointer, path, &text, model, &plain);
    }

    #[test]
    fn e3_the_reader_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = render::read(model("SN4112"), &bytes);
        let mut file = b"cli version 3.20\n".to_vec();
        file.extend(bytes);
        let _ = render::read(model("SN4112"), &file);
    }

    #[test]
    fn e3_the_reader_never_panics_on_broken_files(cut in 0..4_000_usize, at in 0..4_000_usize, byte in any::<u8>()) {
        let mut file = restricted(model("SN4112"));
        let length = file.len();
        file[at % length] = byte;
        file.truncate(cut % length);
        let _ = render::read(model("SN4112"), &file);
    }
}

#[test]
fn v4_a_name_is_spelled_plainly_by_policy_only() {
    let mut profile = rich();
    profile["accounts"][0]["display_name"] = json!("Bärbel Weiß");
    let error = full(&profile, model("SN4112")).unwrap_err();
    assert!(matches!(&error, RenderError::Charset { field, character: 'ä' } if field == "accounts[1].display_name"), "{error}");
    let (file, warnings) = full_with(&profile, model("SN4112"), |job| job.characters = CharacterPolicy::Transliterate).unwrap();
    assert!(text(file).contains("map TEXTuser1$ to \"Baerbel Weiss\"\n"));
    let spelled = "accounts[1].display_name is spelled in plain letters: this model lacks some of its characters";
    assert!(warnings.as_slice().iter().any(|warning| warning.to_string() == spelled));
    // A login is never spelled otherwise.
    profile["accounts"][0]["display_name"] = json!("x");
    profile["accounts"][0]["auth_user"] = json!("Bärbel");
    let error = full_with(&profile, model("SN4112"), |job| job.characters = CharacterPolicy::Transliterate).unwrap_err();
    assert!(matches!(error, RenderError::Character { character: 'ä', .. }), "{error}");
}

// ---------------------------------------------------------------- overrides (V4)

#[test]
fn v4_an_override_replaces_the_row_of_its_name_or_is_typed_at_the_end() {
    let mut profile = rich();
    profile["overrides"] = json!({
        "context cs switch/digit-collection timeout": "9",
        "context cs switch/interface fxs IF_TEL1/call-transfer": "no",
        "context cs switch/interface sip IF_SIP1/early-connect": "yes",
        "location-service LS1/identity 1/registration outbound/lifetime": "77",
        "port fxs 0 0/caller-id format": "bell",
        "syslog-client/facility kernel severity": "error"
    });
    let (file, _) = full_with(&profile, model("SN4112"), |job| job.overrides = OverridePolicy::Any).unwrap();
    let read = read_back(&file);
    for (name, value) in profile["overrides"].as_object().unwrap() {
        let found: Vec<_> = read.iter().filter(|(other, _)| other == name).collect();
        assert!(found.len() == 1 && found[0].1 == value.as_str().unwrap(), "{name}: {found:?}");
    }
    let text = text(file);
    assert!(text.ends_with(
        "context cs switch\n  interface sip IF_SIP1\n    early-connect\nsyslog-client\n  facility kernel severity error\n"
    ));
    let gateway = Gateway::after(&[text.as_bytes()]);
    assert_eq!(gateway.value("context cs switch", "digit-collection timeout").unwrap(), ["9"]);
    assert_eq!(gateway.value("context cs switch > interface fxs IF_TEL1", "no call-transfer").unwrap(), [""; 0]);
}

#[test]
fn v4_unknown_and_dangerous_overrides_are_refused() {
    for (name, known) in [
        ("no.such.parameter", false),
        ("context cs switch", false),
        ("context cs switch/interface fxs IF_TELX/call-transfer", false),
        ("context cs switch/interface fxs IF_TEL01/call-transfer", false),
        ("context cs switch/interface fxs IF_TEL0/call-transfer\nadministrator evil", false),
        ("context  cs switch/digit-collection timeout", false),
        ("/sntp-client", false),
        ("", false),
        ("timer T_POLL", true),
        ("administrator administrator password", true),
        ("authentication-service AUTH0/username", true),
        ("profile provisioning PF_CONFIG/location 1", true),
        ("context cs switch/routing-table called-e164 RT_OUT1/route", true),
        ("actions/rule R_SYNC/action", true),
        ("context ip router/interface eth0/ipaddress", true),
        ("dns-client server", true),
        ("context cs switch/digit-collection timeout", true),
        ("context cs switch/address-completion timeout", true),
        ("context cs switch/interface sip IF_SIP1/remote", true),
        ("context cs switch/interface fxs IF_TEL0/route call", true),
        ("location-service LS1/domain", true),
        ("location-service LS1/identity 1/registration outbound/registrar", true),
        ("location-service LS1/identity 1/registration outbound/lifetime", true),
        ("port fxs 0 0/encapsulation", true),
    ] {
        let mut profile = rich();
        profile["overrides"] = json!({ name: "x.y" });
        let error = full(&profile, model("SN4112")).unwrap_err();
        assert!(matches!(&error, RenderError::Override { .. }), "{name}: {error}");
        let allowed = full_with(&profile, model("SN4112"), |job| job.overrides = OverridePolicy::Any);
        assert_eq!(allowed.is_ok(), known, "{name}");
    }
}

#[test]
fn v4_an_override_makes_no_half_object() {
    for name in [
        "context cs switch/interface fxs IF_TEL7/call-transfer",
        "port fxs 0 2/encapsulation",
        "location-service LS9/domain",
        "location-service LS1/identity 9/registration outbound/lifetime",
        "location-service LS1/identity 1",
        "context cs switch/interface sip IF_SIP9/remote",
        "context cs switch/service hunt-group HG9/timeout",
        "port ethernet 0 0/vlan/encapsulation",
    ] {
        let mut profile = rich();
        profile["overrides"] = json!({ name: "yes" });
        let refused = full_with(&profile, model("SN4112"), |job| job.overrides = OverridePolicy::Any).unwrap_err();
        assert!(
            matches!(&refused, RenderError::Override { field, .. } if field == &format!("overrides.{name}")),
            "{name}: {refused}"
        );
    }
}

#[test]
fn v4_values_of_overrides_are_words() {
    for (name, value, good) in [
        ("context cs switch/digit-collection timeout", "9", true),
        ("context cs switch/digit-collection timeout", "9\nno shutdown", false),
        ("context cs switch/digit-collection timeout", "9 \"x", false),
        ("context cs switch/digit-collection timeout", "no", false),
        ("context cs switch/interface fxs IF_TEL0/call-transfer", "no", true),
        ("context cs switch/interface fxs IF_TEL0/call-transfer", "maybe", false),
        ("context cs switch/interface fxs IF_TEL0/subscriber-number", "a b", false),
        ("context cs switch/interface sip IF_SIP1/remote", "sip.example.net 5090", true),
    ] {
        let mut profile = rich();
        profile["overrides"] = json!({ name: value });
        let file = full_with(&profile, model("SN4112"), |job| job.overrides = OverridePolicy::Any);
        assert_eq!(file.is_ok(), good, "{name} = {value:?}");
    }
}

// ---------------------------------------------------------------- names (V9)

/// Names whose source is the vendor's SmartWare guide or its support pages and not a peer's template (`docs/facts/patton.md`, section 8).
const FROM_THE_GUIDE: &[(&str, &str)] = &[
    ("context cs switch/interface fxs IF_TELX/call-waiting", "SmartWare guide, FXS supplementary services"),
    ("context cs switch/interface fxs IF_TELX/additional-call-offering", "SmartWare guide, FXS supplementary services"),
];

/// A name of a file with its numbers written `X`.
fn normalised(name: &str) -> String {
    let word = |word: &str| {
        let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let object = stem.len() < word.len() && stem.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        if object { format!("{stem}X") } else { word.to_owned() }
    };
    let part = |part: &str| {
        let words: Vec<String> = part.split(' ').map(word).collect();
        let text = words.join(" ");
        // The card of a port is part of its name.
        text.replace("port fxs X X", "port fxs 0 X").replace("port ethernet X X", "port ethernet 0 X")
    };
    name.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn v9_every_name_is_real() {
    let list: BTreeSet<&str> = include_str!("../data/param-names/patton.txt").lines().collect();
    let tables: BTreeSet<&str> = render::parameters(Dialect::PattonSmartWare).iter().map(|row| row.name).collect();
    assert!(tables.len() > 60);
    for name in &tables {
        assert!(list.contains(name), "{name} has no source");
    }
    for (name, source) in FROM_THE_GUIDE {
        assert!(tables.contains(name) && !source.is_empty(), "{name}");
    }
    for model in pattons() {
        let goldens = GOLDEN_MODELS.map(|name| full(&golden_profile(name), model).unwrap());
        for file in goldens.into_iter().chain([full(&rich(), model).unwrap(), restricted(model)]) {
            for (name, _) in read_back(&file) {
                let name = normalised(&name);
                let extra = "profile ringing-cadence default/play X";
                assert!(tables.contains(name.as_str()) || name == extra, "{name} is in no table");
            }
        }
    }
}

// ---------------------------------------------------------------- secrets (S1)

#[test]
fn s4_a_file_without_its_secrets_is_refused() {
    let all = || SecretsOut::NONE.with(SecretKind::Web).with(SecretKind::Credential).with(SecretKind::Other);
    for (secrets, field) in [
        (SecretsOut::NONE, "accounts[1].password"),
        (all(), "accounts[1].password"),
        (all().with_sip(1), "accounts[2].password"),
        (SecretsOut::NONE.with(SecretKind::Sip), "protection.admin_password"),
    ] {
        let error = full_with(&rich(), model("SN4112"), |job| job.secrets = secrets).unwrap_err();
        assert!(matches!(&error, RenderError::Withheld { field: named } if named == field), "{error}");
        assert_eq!(error.code(), ErrorCode::RENDER_WITHHELD);
        assert!(!format!("{error} {error:?}").contains("SECRET"));
    }
    // What is not stated need not go out.
    let (file, _) =
        full_with(&rich(), model("SN4112"), |job| job.secrets = SecretsOut::NONE.with(SecretKind::Sip).with(SecretKind::Web))
            .unwrap();
    let text = text(file);
    assert!(text.contains("SECRET-sip-2") && !text.contains("CREDENTIAL"));
    let bare = json!({"accounts": [{"user": "201", "server": {"host": "sip.example.net"}}]});
    assert!(full_with(&bare, model("SN4112"), |job| job.secrets = SecretsOut::NONE).is_ok());
}

#[test]
fn s4_a_url_that_holds_the_credential_is_a_secret() {
    static URL: std::sync::LazyLock<Secret> = std::sync::LazyLock::new(|| "https://prov.example.net/c/MARKER/".into());
    for (secrets, good) in [(SecretsOut::ALL, true), (SecretsOut::NONE.with(SecretKind::Sip).with(SecretKind::Web), false)] {
        let file = full_with(&rich(), model("SN4112"), |job| {
            job.provisioning.url = ProvisioningUrl::Credential(&URL);
            job.secrets = secrets;
        });
        match file {
            Ok((file, _)) => {
                assert!(good && text(file).contains("location 1 https://prov.example.net/c/MARKER/805ec0010203.cfg\n"))
            }
            Err(error) => {
                assert!(!good && matches!(&error, RenderError::Withheld { field } if field == "provisioning.url"), "{error}");
                assert!(!format!("{error:?}").contains("MARKER"));
            }
        }
    }
}

#[test]
fn s1_a_dangerous_override_counts_as_a_secret() {
    let mut profile = rich();
    profile["overrides"] = json!({"snmp community": "MARKER"});
    let with = |secrets| {
        full_with(&profile, model("SN4112"), move |job| {
            job.overrides = OverridePolicy::Any;
            job.secrets = secrets;
        })
    };
    assert!(text(with(SecretsOut::ALL).unwrap().0).ends_with("snmp community MARKER\n"));
    let error = with(SecretsOut::NONE.with(SecretKind::Sip).with(SecretKind::Web)).unwrap_err();
    assert_eq!(error.to_string(), "overrides.snmp community may not go out, and this device forgets what a file leaves out");
}

#[test]
fn p5_no_debug_and_no_error_shows_a_secret() {
    let file = full(&rich(), model("SN4112")).unwrap();
    let shown = format!("{:?}", render::read(model("SN4112"), &file).unwrap());
    assert!(!shown.contains("SECRET") && shown.contains("authentication-service AUTH0/username"), "{shown}");
    let mut bad = rich();
    bad["accounts"][0]["password"] = json!("SECRET\n");
    let error = full(&bad, model("SN4112")).unwrap_err();
    assert_eq!(error.to_string(), "accounts[1].password holds U+000A, which the file cannot carry");
}

// ---------------------------------------------------------------- ports (V12), determinism (V5), warnings (V6)

/// The objects that a command leads to, by the mode that makes each of them.
fn leads_to(words: &[String]) -> Vec<String> {
    let at = |word: &str| words.iter().position(|own| own == word).and_then(|at| words.get(at + 1));
    let mut modes = Vec::new();
    let mut add = |mode: &str, name: Option<&String>| modes.extend(name.map(|name| format!("{mode}{name}")));
    let cs = "context cs switch > ";
    match at("dest-interface") {
        Some(name) if name.starts_with("IF_TEL") => add(&format!("{cs}interface fxs "), Some(name)),
        name => add(&format!("{cs}interface sip "), name),
    }
    match at("dest-table") {
        Some(name) if name == "RT_IN" => add(&format!("{cs}routing-table called-uri "), Some(name)),
        name => add(&format!("{cs}routing-table called-e164 "), name),
    }
    add(&format!("{cs}service hunt-group "), at("dest-service"));
    if words.last().is_some_and(|word| word == "MT_NAME") {
        add(&format!("{cs}mapping-table calling-e164 to calling-name "), words.last());
    }
    if words.last().is_some_and(|word| word == "MT_SERVICE") {
        add(&format!("{cs}mapping-table called-e164 to called-e164 "), words.last());
    }
    add("authentication-service ", at("authentication-service"));
    add("location-service ", at("location-service"));
    if words.first().is_some_and(|word| word == "bind") && words.last().is_some_and(|word| word == "switch") {
        add(&format!("{cs}interface fxs "), at("interface"));
    }
    modes
}

#[test]
fn v12_a_file_needs_nothing_that_an_earlier_one_left() {
    let small = json!({"accounts": [{"slot": 2, "user": "9", "server": {"host": "z.example.net"}}]});
    for model in pattons() {
        let files: Vec<Vec<u8>> = [&rich(), &small, &json!({})].map(|json| full(json, model).unwrap()).into();
        for file in files.into_iter().chain([restricted(model)]) {
            let gateway = Gateway::after(&[&file]);
            for words in gateway.0.values().flatten() {
                for mode in leads_to(words) {
                    assert!(gateway.0.contains_key(&mode), "{}: {words:?} leads to {mode}, which is not there", model.name);
                }
            }
            // What makes it ask again, and what it reaches the network by.
            assert!(gateway.value("profile provisioning PF_CONFIG", "location 1").is_some());
            assert!(gateway.value("", "timer T_BOOT").is_some() && gateway.value("", "timer T_POLL").is_some());
            assert!(gateway.value("context ip router > interface eth0", "ipaddress").is_some());
            for mode in ["port ethernet 0 0", "context cs switch", "context sip-gateway GW_SIP"] {
                assert!(gateway.value(mode, "no shutdown").is_some(), "{}: {mode}", model.name);
            }
        }
        let waiting = Gateway::after(&[&restricted(model)]);
        for word in waiting.words() {
            let word = word.to_ascii_uppercase().replace("CONTEXT", "");
            assert!(!word.contains("TEXT") && !word.contains("SECRET"), "{}: {word}", model.name);
        }
    }
}

#[test]
fn v12_every_port_is_stated_and_unused_ones_are_shut_down() {
    for model in pattons() {
        for (file, used) in
            [(full(&rich(), model).unwrap(), 2), (full(&json!({}), model).unwrap(), 0), (restricted(model), model.accounts)]
        {
            let gateway = Gateway::after(&[&file]);
            for port in 0..model.accounts {
                let path = format!("port fxs 0 {port}");
                assert_eq!(gateway.value(&path, "shutdown").is_some(), port >= used, "{} {port}", model.name);
                assert_eq!(gateway.value(&path, "no shutdown").is_some(), port < used);
                assert_eq!(gateway.0.contains_key(&format!("context cs switch > interface fxs IF_TEL{port}")), port < used);
            }
            assert!(!gateway.0.contains_key(&format!("port fxs 0 {}", model.accounts)));
        }
    }
}

#[test]
fn v5_same_input_same_bytes() {
    for model in pattons() {
        assert_eq!(full(&rich(), model), full(&rich(), model));
        assert_eq!(restricted(model), restricted(model));
    }
}

#[test]
fn v6_what_the_gateway_has_not_is_warned_about_and_the_rest_is_rendered() {
    let mut profile = rich();
    profile["accounts"][1]["slot"] = json!(3);
    profile["accounts"][0]["codecs"] = json!(["opus", "g729", "pcma"]);
    profile["dialling"]["at_once"] = json!(["0xxxxxx", "11xxx", "2x", "*9#"]);
    profile["syslog"]["level"] = json!(5);
    profile["network"] = json!({"vlan_priority": 5});
    profile["protection"].as_object_mut().unwrap().remove("admin_password");
    let (file, warnings) = full_with(&profile, model("SN4112"), |_| ()).unwrap();
    let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
    let (own, others): (Vec<_>, Vec<_>) = shown.iter().map(String::as_str).partition(|text| !text.ends_with("no place for it"));
    assert_eq!(
        own,
        [
            "accounts[3] is left out: this model has 2",
            "accounts[1].server.transport is left out: this model has no word for it",
            "accounts[1].codecs[1] is left out: this model has no word for it",
            "network.vlan_priority is left out: this model has no word for it",
            "syslog.level is left out: this model has no word for it",
            "dialling.at_once[2] is left out: this model cannot tell it from another number",
            "dialling.at_once[4] is left out: this model has no word for it",
            "protection.admin_password is not given: the phone may be left with its factory password",
        ]
    );
    for field in ["provisioning.login", "accounts[1].label", "accounts[1].srtp", "keys[1].kind", "display_text", "firmware.url"] {
        assert!(others.iter().any(|text| text.starts_with(&format!("{field} "))), "{field}: {others:?}");
    }
    let text = text(file);
    assert!(text.contains("TEXTuser1") && !text.contains("TEXTuser2") && !text.contains("SECRET-sip-2"));
    assert!(text.contains(
        "  codec 1 g729 rx-length 20 tx-length 20\n  codec 2 g711alaw64k rx-length 20 tx-length 20\n  dtmf-relay rtp\n"
    ));
    assert!(text.contains("    low-bitrate-codec g729\n"));
    // A port that belongs to TLS is none of UDP.
    assert!(text.contains("      registrar text-a.example.net\n"));
}

#[test]
fn v6_what_the_gateway_cannot_tell_apart_is_an_error_with_a_path() {
    let refused = |accounts: Value| full(&json!({ "accounts": accounts }), model("SN4114")).unwrap_err().to_string();
    let server = |port: u16| json!({"host": "sip.example.net", "port": port});
    assert_eq!(
        refused(json!([{"user": "201", "server": server(5060)}, {"slot": 4, "user": "201", "server": server(5060)}])),
        "accounts[4].user is the user of another account, and this device tells its ports apart by that"
    );
    assert_eq!(
        refused(json!([{"user": "201", "server": server(5060)}, {"user": "202", "server": server(5080)}])),
        "accounts[2].server.port is not the port that the same host has elsewhere, and this device tells servers apart by their host"
    );
    assert!(
        refused(json!([{"user": "201", "server": server(5060), "backup_server": server(5080)}]))
            .starts_with("accounts[1].backup_server.port")
    );
    // No port is the usual one.
    let same = json!([{"user": "201", "server": server(5060)}, {"user": "202", "server": {"host": "sip.example.net"}}]);
    assert!(full(&json!({ "accounts": same }), model("SN4114")).is_ok());
}

#[test]
fn v1_accounts_with_a_backup_hunt_and_register_twice() {
    let gateway = Gateway::after(&[&full(&rich(), model("SN4112")).unwrap()]);
    let cs = "context cs switch > ";
    let hunt = &gateway.0[&format!("{cs}service hunt-group HG1")];
    assert_eq!(
        hunt[1..],
        [["route", "call", "dest-interface", "IF_SIP1"], ["route", "call", "dest-interface", "IF_SIP2"]]
            .map(|w| w.map(str::to_owned).to_vec())
    );
    assert_eq!(gateway.value(&format!("{cs}interface sip IF_SIP2"), "remote").unwrap(), ["text-b.example.net", "5062"]);
    assert_eq!(gateway.value(&format!("{cs}interface fxs IF_TEL0"), "route call").unwrap(), ["dest-table", "RT_OUT1"]);
    assert_eq!(gateway.value(&format!("{cs}interface fxs IF_TEL1"), "route call").unwrap(), ["dest-table", "RT_OUT2"]);
    for (service, host, registrar, transport) in [
        ("LS1", "text-a.example.net", &["text-a.example.net"][..], "udp"),
        ("LS2", "text-b.example.net", &["text-b.example.net", "5062"], "tcp"),
    ] {
        assert_eq!(gateway.value(&format!("location-service {service}"), "domain").unwrap(), [host]);
        let path = format!("location-service {service} > identity TEXTuser1");
        let registration = format!("{path} > registration outbound");
        assert_eq!(gateway.value(&registration, "registrar").unwrap(), registrar);
        assert_eq!(gateway.value(&registration, "lifetime").unwrap(), ["600"]);
        assert_eq!(gateway.value(&registration, "preferred-transport-protocol").unwrap(), [transport]);
        let login = gateway.value(&format!("{path} > authentication outbound"), "authenticate").unwrap();
        assert_eq!(login, ["authentication-service", "AUTH0", "username", "TEXT auth 1"]);
    }
    let bound = gateway.0["context sip-gateway GW_SIP"].iter().filter(|words| words[0] == "bind").count();
    assert_eq!(bound, 3);
}

#[test]
fn v1_clock_tones_and_network() {
    let gateway = Gateway::after(&[&full(&rich(), model("SN4112")).unwrap()]);
    assert_eq!(gateway.value("", "clock local default-offset").unwrap(), ["+01:00"]);
    let rule = "+02:00 from 02:00 mar last sunday until 03:00 oct last sunday";
    assert_eq!(gateway.value("", "clock local dst-rule DST").unwrap().join(" "), rule);
    assert_eq!(gateway.value("", "sntp-client server primary").unwrap(), ["text-ntp.example.net"]);
    assert_eq!(gateway.value("profile call-progress-tone T_BUSY", "play 1").unwrap(), ["480", "425", "-10"]);
    assert_eq!(gateway.value("profile call-progress-tone T_BUSY", "pause 2").unwrap(), ["480"]);
    assert_eq!(gateway.value("port fxs 0 0", "use profile fxs").unwrap(), ["etsi"]);
    assert_eq!(gateway.value("syslog-client", "remote").unwrap(), ["text-syslog.example.net", "5514"]);
    assert_eq!(gateway.value("syslog-client", "facility sip severity").unwrap(), ["warning"]);
    assert!(gateway.0.contains_key("port ethernet 0 0 > vlan 12"));
    assert_eq!(gateway.value("profile service-policy SP_VLAN > source traffic-class default", "set layer2 cos").unwrap(), ["5"]);
    assert_eq!(gateway.value("context cs switch", "digit-collection timeout").unwrap(), ["6"]);
}

// ---------------------------------------------------------------- restricted (V3), emergency calls in both modes

#[test]
fn v3_only_emergency_numbers_and_the_service_can_be_dialled() {
    for model in pattons() {
        let gateway = Gateway::after(&[&restricted(model)]);
        let (table, mappings) = (gateway.table("RT_OUT1"), gateway.mappings());
        let dial = |number: &str| callrouter::dial(&table, &mappings, number);
        for number in ["112", "110", "911", "0112", "0110", "0911", "*89"] {
            assert_eq!(dial(number).as_deref(), Some(number));
        }
        // What is dialled behind a number comes too late: the call is out.
        assert_eq!(dial("1120").as_deref(), Some("112"));
        for number in [
            "",
            "1",
            "11",
            "0",
            "01",
            "*",
            "*8",
            "9",
            "91",
            "2",
            "89",
            "201",
            "113",
            "19222",
            "00112",
            "0049301234567",
            "+49301234567",
            "0900123456",
            "*21*0900#",
            "##002#",
            "#89",
            "*88",
            "912",
            "x",
        ] {
            let sent = dial(number);
            assert!(sent.is_none() || sent.as_deref() == Some("*89"), "{number} goes to {sent:?}");
        }
        // From the first key on that fits no number, without waiting.
        assert_eq!(dial("2").as_deref(), Some("*89"));
        for port in 0..model.accounts {
            let path = format!("context cs switch > interface fxs IF_TEL{port}");
            assert_eq!(gateway.value(&path, "route call").unwrap(), ["dest-table", "RT_OUT1"]);
            for feature in ["call-waiting", "additional-call-offering", "call-transfer"] {
                assert!(gateway.value(&path, &format!("no {feature}")).is_some() && gateway.value(&path, feature).is_none());
            }
        }
    }
}

#[test]
fn v3_each_port_is_its_own_identity_and_everything_else_is_the_jobs() {
    for model in pattons() {
        let job = waiting();
        let gateway = Gateway::after(&[&restricted(model)]);
        let mut users = BTreeSet::new();
        for port in 0..model.accounts {
            let user = format!("{}-{}", job.user.as_str(), port + 1);
            let path = format!("location-service LS1 > identity {user}");
            let login = gateway.value(&format!("{path} > authentication outbound"), "authenticate").unwrap();
            assert_eq!(login, ["authentication-service", &format!("AUTH{port}"), "username", &user]);
            let password = gateway.value(&format!("authentication-service AUTH{port}"), "username").unwrap();
            assert_eq!(password, [&user, "password", "EXAMPLE-ENROLMENT"]);
            let number = gateway.value(&format!("context cs switch > interface fxs IF_TEL{port}"), "subscriber-number").unwrap();
            assert_eq!(number, std::slice::from_ref(&user));
            users.insert(user);
        }
        assert_eq!(users.len(), usize::from(model.accounts));
        let location = gateway.value("profile provisioning PF_CONFIG", "location 1").unwrap();
        assert_eq!(location, ["https://prov.example.net/t/EXAMPLE-TOKEN/805ec0010203.cfg"]);
        assert_eq!(gateway.value("", "administrator administrator password").unwrap(), ["EXAMPLE-ENROLMENT"]);
        assert!(gateway.value("", "no webserver").is_some() && gateway.value("", "operator").is_none());
        let poll = gateway.value("", "timer T_POLL").unwrap().join(" ");
        assert_eq!(poll, "now + 60 minutes every 60 minutes provisioning execute PF_CONFIG");
        assert!(!text(restricted(model)).contains("Anmeldung"), "it has no screen");
    }
}

#[test]
fn v3_an_authentication_service_behind_tls_is_asked_over_udp_with_a_warning() {
    let job = office::waiting();
    let mut out = Vec::new();
    let warnings = render::render_restricted(
        &render::Restricted {
            model: model("SN4112"),
            mac: mac(),
            lang: job.lang,
            display_text: &job.text,
            enrolment: render::Enrolment { user: &job.user, password: &job.password, server: &job.server },
            emergency: &job.emergency,
            outside_line: None,
            service_code: &job.service,
            url: &job.url,
            firmware: None,
            forget: &[],
            vlan: None,
        },
        &mut out,
    )
    .unwrap();
    let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["enrolment.server.transport is left out: this model has no word for it"]);
    assert!(text(out).contains("    remote auth.example.net\n"));
}

#[test]
fn v3_numbers_that_begin_others_cost_no_emergency_call() {
    let allowed = |emergency: &[&str], outside: Option<&str>, service: &str| {
        let mut job = waiting();
        job.emergency = numbers(emergency);
        job.outside_line = outside.map(|prefix| prefix.parse().unwrap());
        job.service = service.parse().unwrap();
        job.render(model("SN4112"))
    };
    // 000 is reached before 0000 is dialled, and is the same service.
    let gateway = Gateway::after(&[&allowed(&["000", "112"], Some("0"), "*89").unwrap()]);
    for (number, sent) in [("000", "000"), ("0000", "000"), ("112", "112"), ("0112", "0112"), ("*89", "*89"), ("555", "*89")] {
        assert_eq!(callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), number).as_deref(), Some(sent), "{number}");
    }
    // A number behind the prefix that is one by itself.
    let gateway = Gateway::after(&[&allowed(&["15", "115"], Some("1"), "*89").unwrap()]);
    for number in ["15", "115", "1115"] {
        let sent = callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), number);
        assert_eq!(sent.as_deref(), Some(number));
    }
    // What clashes behind the prefix only costs that way of dialling.
    let gateway = Gateway::after(&[&allowed(&["01", "112"], Some("0"), "*89").unwrap()]);
    for (number, sent) in [("112", "112"), ("01", "01"), ("0112", "01"), ("001", "001")] {
        assert_eq!(callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), number).as_deref(), Some(sent), "{number}");
    }
    for (emergency, outside, service, field) in [
        (&["11", "112"][..], None, "*89", "emergency"),
        (&["112", "11"], None, "*89", "emergency"),
        (&["112"], None, "1128", "service_code"),
        (&["112"], None, "11", "service_code"),
        (&["112"], Some("0"), "01", "service_code"),
    ] {
        let error = allowed(emergency, outside, service).unwrap_err();
        assert!(matches!(&error, RenderError::Value { field: named, .. } if named == field), "{emergency:?}: {error}");
    }
    assert!(allowed(&["112"], None, "*8#").is_err(), "# ends a number");
    // The same number twice is one.
    assert!(allowed(&["112", "112"], None, "*89").is_ok());
}

#[test]
fn v3_every_preset_of_emergency_numbers_gives_a_restricted_file() {
    let mut sets: Vec<Vec<String>> =
        libprov::emergency::presets().iter().map(|preset| preset.numbers().map(|number| number.to_string()).collect()).collect();
    sets.push(vec!["911".into(), "112".into()]);
    let mut clashes = 0;
    for set in &sets {
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        for prefix in [None, Some("0"), Some("1"), Some("8"), Some("9"), Some("00")] {
            let mut job = waiting();
            job.emergency = numbers(&set);
            job.outside_line = prefix.map(|prefix| prefix.parse().unwrap());
            let (file, warnings) = job.render_warned(model("SN4112")).unwrap();
            let gateway = Gateway::after(&[&file]);
            let dial = |number: &str| callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), number);
            for number in &set {
                assert_eq!(dial(number).as_deref(), Some(*number), "{set:?} {prefix:?}");
                // Behind the prefix it is the number, or one that is reached before it is dialled.
                let sent = dial(&format!("{}{number}", prefix.unwrap_or_default())).unwrap();
                let plain = sent.strip_prefix(prefix.unwrap_or_default()).unwrap_or_default();
                assert!(set.contains(&sent.as_str()) || plain == *number, "{set:?} {prefix:?} {number} goes to {sent}");
            }
            clashes += warnings.as_slice().len();
        }
    }
    assert!(clashes > 8, "{clashes}");
    let mut job = waiting();
    job.emergency = numbers(&["911", "112"]);
    job.outside_line = Some("9".parse().unwrap());
    let (_, warnings) = job.render_warned(model("SN4112")).unwrap();
    let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["emergency[2] behind outside_line is left out: this model cannot tell it from another number"]);
}

#[test]
fn v3_a_gateway_that_waits_stays_on_its_vlan() {
    for model in pattons() {
        let file = waiting().render_with(model, |job| job.vlan = Some(12)).unwrap();
        both_readers_agree(&file);
        let (tagged, plain) = (Gateway::after(&[&file]), Gateway::after(&[&restricted(model)]));
        let mode = "port ethernet 0 0 > vlan 12";
        assert_eq!(tagged.value(mode, "encapsulation").unwrap(), ["ip"]);
        assert_eq!(tagged.value(mode, "bind interface").unwrap(), ["eth0", "router"]);
        assert!(tagged.value(mode, "no shutdown").is_some() && tagged.value("port ethernet 0 0", "no shutdown").is_some());
        assert_eq!(tagged.value("port ethernet 0 0", "bind interface"), None);
        assert_eq!(plain.value("port ethernet 0 0", "bind interface").unwrap(), ["eth0", "router"]);
        // The same mode as in a full file.
        let full = Gateway::after(&[&full(&rich(), model).unwrap()]);
        assert_eq!(full.0[mode], tagged.0[mode]);
        for bad in [0, 4095] {
            let error = waiting().render_with(model, |job| job.vlan = Some(bad)).unwrap_err();
            assert_eq!(error.to_string(), "vlan is not 1 to 4094");
        }
    }
}

#[test]
fn v6_patterns_that_begin_one_another_go_out_like_any_number() {
    let mut profile = rich();
    profile["dialling"]["at_once"] = json!(["30x", "30xx", "4xx", "*9x", "*9xx#", "500", "xx01x"]);
    let (file, warnings) = full_with(&profile, model("SN4112"), |_| ()).unwrap();
    let left_out: Vec<&str> =
        warnings.as_slice().iter().map(|warning| warning.field.as_str()).filter(|field| field.contains("at_once")).collect();
    assert_eq!(left_out, [1, 2, 5, 7].map(|slot| format!("dialling.at_once[{slot}]")));
    let gateway = Gateway::after(&[&file]);
    for number in ["301", "3012", "412", "*91", "500", "9012", "110"] {
        let sent = callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), number);
        assert_eq!(sent.as_deref(), Some(number));
    }
}

#[test]
fn s4_an_override_of_a_login_goes_out_or_the_file_is_refused() {
    let secrets = SecretsOut::NONE.with(SecretKind::Sip).with(SecretKind::Other);
    for name in ["administrator administrator password", "operator operator password"] {
        let mut profile = rich();
        for field in ["admin_password", "user_password"] {
            profile["protection"].as_object_mut().unwrap().remove(field);
        }
        profile["overrides"] = json!({ name: "MARKER" });
        let with = |secrets| {
            full_with(&profile, model("SN4112"), move |job| {
                job.overrides = OverridePolicy::Any;
                job.secrets = secrets;
            })
        };
        let error = with(secrets).unwrap_err();
        assert!(matches!(&error, RenderError::Withheld { field } if field == &format!("overrides.{name}")), "{error}");
        let (file, warnings) = with(secrets.with(SecretKind::Web)).unwrap();
        assert!(text(file).contains(&format!("{name} MARKER\n")));
        let warned = warnings.as_slice().iter().any(|warning| warning.field == "protection.admin_password");
        assert_eq!(warned, name.starts_with("operator"));
    }
}

#[test]
fn v6_users_that_one_call_could_ring_both_of_are_refused() {
    let render = |users: [&str; 2]| {
        let accounts = users.map(|user| json!({"user": user, "server": {"host": "sip.example.net"}}));
        full(&json!({ "accounts": accounts }), model("SN4114"))
    };
    for users in [["+49301", ".49301"], ["149301", "+49301"], ["a.b", "a+b"], ["axb", "a.b"]] {
        let error = render(users).unwrap_err();
        assert!(matches!(&error, RenderError::Value { field, .. } if field == "accounts[2].user"), "{users:?}: {error}");
    }
    for users in [["+49301", "49301"], ["+49301", "+49302"], ["201", "2011"]] {
        assert!(render(users).is_ok(), "{users:?}");
    }
}

#[test]
fn v9_that_a_number_of_a_port_may_hold_letters_has_one_source() {
    let rows = render::parameters(Dialect::PattonSmartWare);
    let row = rows.iter().find(|row| row.name.ends_with("/subscriber-number")).unwrap();
    assert_eq!(row.confidence, models::Confidence::OneSource);
}

#[test]
fn c2_emergency_calls_go_out_in_a_full_file_whatever_is_dialled_at_once() {
    for (emergency, at_once) in [
        (&["112", "110"][..], json!(["0xxxxxx", "*9x"])),
        (&["112", "110"], json!(["xxx", "xxxx", "11x", "112x", "1xxxxxxx"])),
        (&["11", "112", "1121"], json!(["1121x", "3xx"])),
        (&["112"], json!([])),
    ] {
        let mut profile = rich();
        profile["dialling"]["at_once"] = at_once;
        let list = numbers(emergency);
        let (file, _) = full_with(&profile, model("SN4118"), |job| job.emergency = Box::leak(list.into_boxed_slice())).unwrap();
        let gateway = Gateway::after(&[&file]);
        for table in ["RT_OUT1", "RT_OUT2"] {
            for number in emergency {
                let sent = callrouter::dial(&gateway.table(table), &gateway.mappings(), number);
                assert_eq!(sent.as_deref(), Some(*number), "{emergency:?}");
            }
            assert!(callrouter::dial(&gateway.table(table), &gateway.mappings(), "0301234567").is_some());
        }
    }
    // Nor behind the outside-line prefix.
    let prefix = "0".parse().unwrap();
    let prefix: &'static libprov::profile::DialString = Box::leak(Box::new(prefix));
    let (file, warnings) = full_with(&rich(), model("SN4112"), |job| job.outside_line = Some(prefix)).unwrap();
    assert!(warnings.as_slice().iter().any(|warning| warning.field == "dialling.at_once[1]"));
    let gateway = Gateway::after(&[&file]);
    assert_eq!(callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), "0112").as_deref(), Some("0112"));
    // A number of the form goes out at once: the digits behind it come too late.
    let gateway = Gateway::after(&[&full(&rich(), model("SN4112")).unwrap()]);
    let dial = |number: &str| callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), number);
    assert_eq!(dial("300").as_deref(), Some("300"));
    assert_eq!(dial("0123456").as_deref(), Some("0123456"));
}

/// What leaves the gateway of a full file with these users and emergency numbers, for each number that is dialled.
fn dialled(users: &[&str], emergency: &[&str], prefix: Option<&str>, number: &str) -> Option<String> {
    let accounts: Vec<Value> = users.iter().map(|user| json!({"user": user, "server": {"host": "sip.example.net"}})).collect();
    let list: &'static _ = Box::leak(numbers(emergency).into_boxed_slice());
    let prefix = prefix.map(|prefix| -> &'static libprov::profile::DialString { Box::leak(Box::new(prefix.parse().unwrap())) });
    let (file, _) = full_with(&json!({ "accounts": accounts }), model("SN4118"), |job| {
        job.emergency = list;
        job.outside_line = prefix;
    })
    .unwrap();
    let gateway = Gateway::after(&[&file]);
    callrouter::dial(&gateway.table("RT_OUT1"), &gateway.mappings(), number)
}

#[test]
fn c2_an_emergency_number_behind_the_prefix_reaches_no_other_service() {
    for (emergency, prefix, number) in [
        (&["112", "997", "998", "999"][..], "9", "9998"),
        (&["112", "129", "127", "128"], "1", "1129"),
        (&["112", "011", "022", "033"], "0", "0112"),
        (&["122", "00", "9002"], "9", "900"),
        (&["122", "00", "9002"], "9", "9002"),
        (&["110", "112"], "0", "0112"),
    ] {
        assert_eq!(dialled(&["201"], emergency, Some(prefix), number).as_deref(), Some(number), "{emergency:?}");
    }
    // What clashes with nothing goes out at once: the digits behind it come too late.
    assert_eq!(dialled(&["201"], &["110", "112"], Some("0"), "1125").as_deref(), Some("112"));
}

#[test]
fn c2_every_preset_of_emergency_numbers_is_reached_in_a_full_file() {
    for preset in libprov::emergency::presets() {
        let set: Vec<String> = preset.numbers().map(|number| number.to_string()).collect();
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        for prefix in [None, Some("0"), Some("1"), Some("8"), Some("9"), Some("00")] {
            for number in &set {
                assert_eq!(dialled(&["201"], &set, prefix, number).as_deref(), Some(*number), "{set:?} {prefix:?}");
                // Behind the prefix it is the number, or the same service that is reached before all of it is dialled.
                let behind = format!("{}{number}", prefix.unwrap_or_default());
                let sent = dialled(&["201"], &set, prefix, &behind).unwrap();
                assert!(sent == behind || sent == *number, "{set:?} {prefix:?} {number} goes to {sent}");
            }
        }
    }
}

#[test]
fn c2_an_extension_that_begins_as_an_emergency_number_can_be_called_and_so_can_the_number() {
    for (users, emergency, number) in [
        (&["150", "201"][..], &["112", "15", "17", "18"][..], "150"),
        (&["150", "201"], &["112", "15", "17", "18"], "15"),
        (&["11", "201"], &["110", "112"], "11"),
        (&["11", "201"], &["110", "112"], "112"),
        (&["112"], &["110", "112"], "112"),
        (&["15x", "+4915"], &["15"], "15"),
    ] {
        assert_eq!(dialled(users, emergency, None, number).as_deref(), Some(number), "{users:?}");
    }
    // No extension is meant by letters: the number goes out at once.
    assert_eq!(dialled(&["15x"], &["15"], None, "150").as_deref(), Some("15"));
}

#[test]
fn v6_the_clock_says_what_the_zone_says_or_warns() {
    let clock = |time: Value| {
        let profile = json!({"time": time, "protection": {"admin_password": "EXAMPLE"}});
        let (file, warnings) = full_with(&profile, model("SN4112"), |_| ()).unwrap();
        let rule = Gateway::after(&[&file]).value("", "clock local dst-rule DST").map(|words| words.join(" "));
        let warned: Vec<String> =
            warnings.as_slice().iter().map(ToString::to_string).filter(|text| text.starts_with("time.")).collect();
        (rule, warned)
    };
    let (rule, warned) = clock(json!({"zone": "Africa/Cairo"}));
    assert_eq!((rule.as_deref(), warned.len()), (Some("+03:00 from 00:00 apr last friday until 23:59 oct last thursday"), 0));
    let (rule, warned) = clock(json!({"zone": "America/Santiago"}));
    assert!(rule.is_some_and(|rule| rule.contains("23:59")) && warned.is_empty());
    for (time, warning) in [
        (json!({"zone": "Asia/Kolkata", "dst_auto": true}), "time.dst_auto is left out: this model has no word for it"),
        (
            json!({"zone": "Asia/Kolkata", "utc_offset_min": 60}),
            "time.utc_offset_min is left out: another field of the profile says the same thing",
        ),
    ] {
        assert_eq!(clock(time), (None, vec![warning.to_string()]));
    }
}

#[test]
fn v3_a_restricted_job_that_would_cost_an_emergency_call_is_refused() {
    let refusal = |change: fn(&mut Waiting)| {
        let mut job = waiting();
        change(&mut job);
        job.render(model("SN4112")).unwrap_err().to_string()
    };
    assert_eq!(refusal(|job| job.emergency.clear()), "emergency has no number");
    assert_eq!(refusal(|job| job.service = "x.T".parse().unwrap()), "service_code is not 1 to 8 of digits, * and #");
    assert_eq!(refusal(|job| job.url = "https://a/b".into()), "url does not end in /, so the file's name cannot follow");
    assert_eq!(refusal(|job| job.url = "https://a/(x)/".into()), "url holds U+0028, which the file cannot carry");
}

#[test]
fn p5_the_buffer_does_not_move_while_it_grows() {
    for model in pattons() {
        let longest = "x".repeat(120);
        let account = |slot: u16| {
            json!({
                "slot": slot, "label": longest, "display_name": longest, "user": format!("{longest}{slot}"),
                "auth_user": "y".repeat(120), "password": "z".repeat(120),
                "server": {"host": format!("h{slot}.{}example.net", "h.".repeat(100))},
                "backup_server": {"host": format!("b{slot}.{}example.net", "b.".repeat(100)), "transport": "tcp"}
            })
        };
        let mut profile = rich();
        profile["accounts"] = (1..=model.accounts).map(account).collect();
        profile["dialling"]["at_once"] = (0..20).map(|n| json!(format!("7{}{n:02}", "x".repeat(20)))).collect();
        profile["overrides"] = json!({"context cs switch/interface sip IF_SIP1/hold-method": "x".repeat(1000)});
        let list = numbers(&["112"; 20]);
        let office = office();
        let profile = Profile::from_json(&profile.to_string()).unwrap();
        let mut job = office.job(&profile, model);
        job.emergency = &list;
        let mut out = Vec::new();
        render::render_full(&job, &mut out).unwrap();
        let once = out.capacity();
        // A buffer that had to grow would have doubled.
        assert!(out.len() + 512 < once && once < 3 * out.len() + 40_000, "{}: {} bytes in {once}", model.name, out.len());

        let mut waiting = waiting();
        waiting.user = "u".repeat(128).parse().unwrap();
        waiting.password = Secret::new("p".repeat(1024));
        let file = waiting.render(model).unwrap();
        assert!(file.len() + 512 < file.capacity() && file.capacity() < 3 * file.len() + 40_000, "{}", model.name);
    }
}

// ---------------------------------------------------------------- the demo's profiles

#[test]
fn the_example_profiles_render_or_name_the_character() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/profiles");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let json: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        match full(&json, model("SN4112")) {
            Ok(file) => both_readers_agree(&file),
            Err(RenderError::Character { field, .. } | RenderError::Charset { field, .. }) => {
                assert_eq!(field, "accounts[1].display_name")
            }
            Err(error) => panic!("{}: {error}", path.display()),
        }
        seen += 1;
    }
    assert!(seen >= 8);
}
