//! Gigaset files: goldens, injection, secrets, slots, what a waiting base can call, parameter names (SPEC V1 to V12).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]
#![cfg(feature = "render")]

#[path = "support/base.rs"]
mod base;
#[path = "support/frame.rs"]
mod frame;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/office.rs"]
mod office;

use base::{Base, Held};
use frame::Settings;
use golden::{blessing, check_golden};
use libprov::models::{self, Dialect, Hotline, Model};
use libprov::profile::{FirmwareVersion, Profile, Transport};
use libprov::render::{
    self, CharacterPolicy, OverridePolicy, ProvisioningUrl, RenderError, SecretKind, SecretsOut, WarningReason,
};
use libprov::secret::Secret;
use office::{full, full_with, mac, office, restricted, rich, rich_without_network, waiting};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

fn n510() -> &'static Model {
    models::lookup("gigaset", "N510 IP PRO").unwrap()
}

fn n720() -> &'static Model {
    models::lookup("gigaset", "N720 DM PRO").unwrap()
}

fn both() -> [&'static Model; 2] {
    [n510(), n720()]
}

/// The parameters a file holds, as they read back.
fn read_back(model: &Model, file: &[u8]) -> Settings {
    let settings = render::read(model, file).unwrap_or_else(|error| panic!("{}: {error}", model.name));
    settings.iter().map(|setting| (setting.name.to_string(), setting.value.to_string())).collect()
}

fn value<'a>(settings: &'a Settings, name: &str) -> &'a str {
    let found: Vec<&str> = settings.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

fn latin1(file: &[u8]) -> String {
    file.iter().map(|byte| char::from(*byte)).collect()
}

/// A profile that fits the models: UDP, PINs of four digits.
fn fitting() -> Value {
    json!({
        "accounts": [
            {
                "label": "Reception", "display_name": "Ute Bär", "user": "201", "auth_user": "u-83f1", "password": "EXAMPLE-SIP-1",
                "server": {"host": "sip.example.net", "port": 5070}, "outbound_proxy": {"host": "proxy.example.net", "port": 5080},
                "voicemail": "500", "expires_s": 600, "codecs": ["g722", "pcma"]
            },
            {"slot": 3, "user": "203", "password": "EXAMPLE-SIP-3", "server": {"host": "192.0.2.10"}}
        ],
        "handsets": [{"name": "Empfang", "account": 1}, {"slot": 2, "account": 1}],
        "protection": {"admin_password": "4711", "pairing_pin": "0815"},
        "language": "de", "tones": "de",
        "phonebook": {"name": "Book", "url": "https://pbx.example.net/book?a=1&b=2", "user": "reader", "password": "EXAMPLE-BOOK"},
        "time": {"ntp_server": "ntp.example.net", "zone": "Europe/Berlin"},
        "network": {"vlan": 12, "vlan_priority": 5},
        "provisioning": {"interval_min": 310, "jitter_min": 0}
    })
}

// ---------------------------------------------------------------- goldens

fn golden_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/gigaset")
}

fn golden_profile(case: &str) -> Value {
    match case {
        // Names that other formats would trip over, and overrides: a row's, and two of no row.
        "odd" => json!({
            "accounts": [{
                "label": "Müller & Söhne <Zentrale>", "display_name": "=1+1; 'x' #1 ]]> {{x}} $y | ÿ", "user": "201",
                "password": "a:b=c#d&e<f>'g", "server": {"host": "192.0.2.5"}
            }],
            "overrides": {
                "BS_AE_SwConfig.ucCountryCodeTone": 13, "BS_IP_Data.aucS_NETWORK_DEVICENAME[%]": "base-1",
                "BS_IP_Data1.ucB_USE_R_KEY_FOR_CALL_TRANSFER": "0x1"
            }
        }),
        "fitting" => fitting(),
        _ => serde_json::from_str(&rich().to_string().replace("TEXT", "Example").replace("SECRET", "EXAMPLE")).unwrap(),
    }
}

/// Folder, model and case of each full golden.
fn goldens() -> [(&'static str, &'static Model, &'static str); 4] {
    [("N510", n510(), "fitting"), ("N510", n510(), "odd"), ("N720", n720(), "fitting"), ("N720", n720(), "rich")]
}

#[test]
fn goldens_are_exact_and_none_is_an_orphan() {
    let mut known = BTreeSet::new();
    for (folder, model, case) in goldens() {
        let file = render::file_name(model, mac());
        let folder = golden_root().join(folder);
        let json = folder.join(case).join("profile.json");
        if blessing() {
            fs::create_dir_all(json.parent().unwrap()).unwrap();
            fs::write(&json, serde_json::to_string_pretty(&golden_profile(case)).unwrap() + "\n").unwrap();
        }
        let profile: Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
        check_golden(&folder.join(case).join(&file), &full(&profile, model).unwrap());
        check_golden(&folder.join("restricted").join(&file), &restricted(model));
        known.extend([json, folder.join(case).join(&file), folder.join("restricted").join(&file)]);
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

#[test]
fn v5_three_readers_agree_on_every_golden() {
    for (folder, model, case) in goldens() {
        for case in [case, "restricted"] {
            let file = fs::read(golden_root().join(folder).join(case).join(render::file_name(model, mac()))).unwrap();
            let ours = read_back(model, &file);
            assert!(ours.len() > 100);
            assert_eq!(ours, frame::by_crate(&file));
            if let Some(theirs) = frame::by_cpython(&file) {
                assert_eq!(ours, theirs);
            }
        }
    }
}

#[test]
fn v7_file_name_and_content_type() {
    for model in both() {
        assert_eq!(render::file_name(model, mac()), "805EC0010203.xml");
        assert_eq!(render::content_type(model), "text/xml; charset=ISO-8859-1");
    }
}

#[test]
fn v1_the_values_say_what_the_profile_says() {
    let read = read_back(n510(), &full(&fitting(), n510()).unwrap());
    for (name, expected) in [
        ("MAC_ADDRESS", "805EC0010203"),
        ("S_CONFIGFILE_URL", "https://prov.example.net/p/805EC0010203.xml"),
        ("BS_IP_Data1.aucS_DATA_SERVER[0]", "prov.example.net"),
        ("I_CHECK_FOR_UPDATES_TIMER_INIT", "310"),
        ("BS_CUSTOM.aucKdsPin[0]", "0x47,0x11"),
        ("BS_IP_Data1.aucS_SIP_DISPLAYNAME", "Ute Bär"),
        ("BS_IP_Data1.uiI_SIP_SERVER_PORT", "0x13ce"),
        ("BS_IP_Data1.uiI_SIP_SERVER_PORT_3", "0x13c4"),
        ("BS_IP_Data1.ucI_OUTBOUND_PROXY_MODE", "0x0"),
        ("BS_IP_Data1.uiI_OUTBOUND_PROXY_PORT", "0x13d8"),
        ("BS_IP_Data1.uiI_RE_REGISTRATION_TIMER", "0x258"),
        ("BS_IP_Data1.ucI_SIP_PREFERRED_VOCODER", "0x05,0x01,0xff,0xff,0xff"),
        ("BS_IP_Data1.aucS_VOIP_NET_AM_NUMBER_1", "500"),
        // Handsets 4 to 6 have no account: they call with the lowest and do not ring for it.
        ("BS_Accounts.astAccounts[0].uiSendMask", "0x3b"),
        ("BS_Accounts.astAccounts[0].uiReceiveMask", "0x3"),
        ("BS_Accounts.astAccounts[1].uiSendMask", "0x0"),
        ("BS_Accounts.astAccounts[2].uiReceiveMask", "0x4"),
        ("BS_AE_Subscriber.stMtDat[0].aucTlnName", "Empfang"),
        ("BS_AE_Subscriber.stMtDat[1].aucTlnName", "Reception"),
        ("BS_AE_Subscriber.stMtDat[2].aucTlnName", "203"),
        ("BS_AE_Subscriber.stMtDat[3].aucTlnName", "HS4"),
        ("BS_IP_Data1.uiI_TIME_TIMEZONE", "0x1b"),
        ("BS_AE_SwConfig.ucCountryCodeTone", "12"),
        ("BS_IP_Data1.ucI_HTTPLANGUAGE", "0x2"),
        ("BS_IP_Data1.uiI_VLAN_ID", "0xc"),
        ("BS_XML_Netdirs.astNetdirProvider[0].aucServerURL", "https://pbx.example.net/book?a=1&b=2"),
    ] {
        assert_eq!(value(&read, name), expected, "{name}");
    }
    let read = read_back(n720(), &full(&fitting(), n720()).unwrap());
    for (name, expected) in [
        ("BS_IP_Data.aucS_DATA_SERVER[%]", "https://prov.example.net"),
        ("BS_CUSTOM.WebUIPassword", "4711"),
        ("BS_CUSTOM.aucKdsPin[%]", "0x08,0x15"),
        ("BS_VOIP_Data.astVoipAccounts[0].aucS_SIP_DISPLAYNAME[0]", "Ute Bär"),
        ("BS_VOIP_Data.astVoipAccounts[0].ucVoipProviderIndex", "0"),
        ("BS_VOIP_Data.astVoipAccounts[2].ucVoipProviderIndex", "1"),
        ("BS_VOIP_Data.astVoipAccounts[2].aucS_SIP_DISPLAYNAME[0]", "203"),
        ("BS_VOIP_Data.astVoipAccounts[1].ucB_SIP_ACCOUNT_IS_ACTIVE_1", "0"),
        ("BS_VOIP_Data.astVoipProviders[0].aucSIP_DOMAIN[%]", "sip.example.net"),
        ("BS_VOIP_Data.astVoipProviders[1].aucSIP_DOMAIN[%]", "192.0.2.10"),
        ("BS_VOIP_Data.astVoipProviders[2].aucSIP_DOMAIN[%]", ""),
        ("BS_VOIP_Data.EnableWideband", "1"),
    ] {
        assert_eq!(value(&read, name), expected, "{name}");
    }
}

#[test]
fn v9_entries_of_newer_firmware_are_left_out_where_the_base_is_known_to_be_older() {
    static OLD: LazyLock<FirmwareVersion> = LazyLock::new(|| "42.191.00.000.000".parse().unwrap());
    static NEW: LazyLock<FirmwareVersion> = LazyLock::new(|| "42.192.00.000.000".parse().unwrap());
    for (firmware, stated) in [(None, true), (Some(&*OLD), false), (Some(&*NEW), true)] {
        let (file, _) = full_with(&fitting(), n510(), |job| job.firmware = firmware).unwrap();
        assert_eq!(latin1(&file).contains("S_PROV_PASSWORD"), stated);
    }
}

// ---------------------------------------------------------------- injection (V4)

/// Every free text and every checked text of a profile, as JSON pointer and the path that errors name.
const FIELDS: &[(&str, &str)] = &[
    ("/accounts/0/label", "accounts[1].label"),
    ("/accounts/0/display_name", "accounts[1].display_name"),
    ("/accounts/0/user", "accounts[1].user"),
    ("/accounts/0/auth_user", "accounts[1].auth_user"),
    ("/accounts/0/password", "accounts[1].password"),
    ("/accounts/0/server/host", "accounts[1].server.host"),
    ("/accounts/0/outbound_proxy/host", "accounts[1].outbound_proxy.host"),
    ("/accounts/0/voicemail", "accounts[1].voicemail"),
    ("/accounts/1/label", "accounts[2].label"),
    ("/handsets/0/name", "handsets[1].name"),
    ("/protection/admin_password", "protection.admin_password"),
    ("/protection/pairing_pin", "protection.pairing_pin"),
    ("/phonebook/name", "phonebook.name"),
    ("/phonebook/url", "phonebook.url"),
    ("/phonebook/user", "phonebook.user"),
    ("/phonebook/password", "phonebook.password"),
    ("/time/ntp_server", "time.ntp_server"),
    ("/overrides/BS_IP_Data.aucS_NETWORK_DEVICENAME[%]", "overrides.BS_IP_Data.aucS_NETWORK_DEVICENAME[%]"),
    ("/overrides/BS_IP_Data1.uiI_TIME_COUNTRY", "overrides.BS_IP_Data1.uiI_TIME_COUNTRY"),
    ("/overrides/BS_AE_SwConfig.ucCountryCodeTone", "overrides.BS_AE_SwConfig.ucCountryCodeTone"),
];

fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "\"",
        "'",
        "<",
        ">",
        "&",
        "&amp;",
        "&quot;",
        "&#34;",
        "]]>",
        "-->",
        "<!--",
        ";",
        "#",
        "|",
        "{{x}}",
        "{{",
        "$MAC",
        "%MACD",
        "%",
        "\\",
        "\\\"",
        "=cmd",
        "'/><S_CONFIGFILE_URL class=\"string\" value=\"https://evil.example/\"/><x value='",
        "\"'/><x value='\"",
        "\" S=\"",
        "a\nb",
        "a\r\nb",
        "a\rb",
        "a\0b",
        "\n",
        "\t",
        "a\u{7f}",
        "a\u{85}b",
        "a\u{9f}b",
        "a\u{2028}b",
        "\u{202e}gpj",
        "a\u{200f}",
        "a\u{2066}b\u{2069}",
        "\u{feff}a",
        "\u{301}",
        "a\u{301}",
        " a",
        "a ",
        "\u{a0}a",
        "ü",
        "ÿ",
        "\u{ad}",
        "Ā",
        "€",
        "😀",
        "0x05,0x01",
        "0x",
        ",",
        "a:b",
        "[%]",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(10_000));
    texts.push("'".repeat(1_024));
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
/// the plain one, in which exactly the field's own values differ and hold the text unchanged. Says whether it was rendered.
fn push_through(pointer: &str, path: &str, text: &str, model: &'static Model, plain: &Settings) -> Option<Vec<u8>> {
    let mut json = rich();
    set(&mut json, pointer, text);
    let profile = match Profile::from_json(&json.to_string()) {
        Ok(profile) => profile,
        Err(error) => {
            assert!(error.to_string().starts_with(path), "{path}: {error}");
            assert!(text.len() < 3 || !error.to_string().contains(text));
            return None;
        }
    };
    let office = office();
    let mut out = b"kept".to_vec();
    if let Err(error) = render::render_full(&office.job(&profile, model), &mut out) {
        assert_eq!(out, b"kept", "a failed job leaves the buffer as it was");
        assert!(error.to_string().starts_with(path), "{path}: {error}");
        let expected = match error {
            RenderError::Character { character, .. } => text.contains(character),
            RenderError::Charset { character, .. } => text.contains(character) && u32::from(character) > 255,
            RenderError::TooLong { .. } => text.len() > 1024,
            RenderError::Value { .. } => text.is_empty(),
            _ => false,
        };
        assert!(expected, "{path}: {text:?}: {error}");
        return None;
    }
    let file = out.split_off(4);
    let read = read_back(model, &file);
    assert_eq!(read, frame::by_crate(&file), "{path}: {text:?}");
    let over = path.strip_prefix("overrides.");
    let extra = over.is_some_and(|name| !plain.iter().any(|(plain, _)| plain == name));
    let fixed: Vec<_> = read.iter().filter(|(name, _)| !extra || Some(name.as_str()) != over).collect();
    assert_eq!(fixed.len(), plain.len(), "{path}: {text:?}: another number of parameters");
    for ((name, value), (plain_name, plain_value)) in fixed.into_iter().zip(plain) {
        assert_eq!(name, plain_name);
        let carried = value == text || value.eq_ignore_ascii_case(text);
        assert!(value == plain_value || carried, "{path}: {name} = {value:?}");
    }
    if let Some(name) = over {
        assert!(read.iter().any(|(n, value)| n == name && value == text));
    }
    Some(file)
}

#[test]
fn v4_hostile_texts_are_refused_by_name_or_read_back_unchanged() {
    for model in both() {
        let plain = read_back(model, &full(&rich(), model).unwrap());
        let mut rendered = 0;
        for (pointer, path) in FIELDS {
            for text in hostile() {
                rendered += usize::from(push_through(pointer, path, &text, model, &plain).is_some());
            }
        }
        assert!(rendered > 200, "{rendered} files");
    }
}

#[test]
fn v4_what_passes_means_the_same_to_cpython() {
    let model = n510();
    let plain = read_back(model, &full(&rich(), model).unwrap());
    for text in ["'", "<", "&", "&quot;", "&#34;", "]]>", "ü\u{a0}ÿ", "'/><S_CONFIGFILE_URL value='x'/>", " a "] {
        let file = push_through("/accounts/0/label", "accounts[1].label", text, model, &plain).unwrap();
        if let Some(theirs) = frame::by_cpython(&file) {
            assert_eq!(theirs, read_back(model, &file), "{text:?}");
            assert_eq!(value(&theirs, "BS_IP_Data1.aucS_SIP_ACCOUNT_NAME_1"), text);
        }
    }
}

#[test]
fn v4_the_character_is_named_with_its_kind() {
    for (text, message) in [
        ("Bär \"x\"", "accounts[1].label holds U+0022, which the file cannot carry"),
        ("a\\b", "accounts[1].label holds U+005C, which the file cannot carry"),
        ("5 €", "accounts[1].label holds U+20AC, which the device's character set does not have"),
        ("\u{202e}", "accounts[1].label holds U+202E, which the file cannot carry"),
    ] {
        let mut profile = fitting();
        profile["accounts"][0]["label"] = json!(text);
        assert_eq!(full(&profile, n510()).unwrap_err().to_string(), message);
    }
}

#[test]
fn v4_what_the_character_set_lacks_is_spelled_plainly_by_policy_only() {
    let mut profile = fitting();
    profile["accounts"][0]["label"] = json!("Łuczak – 5 €");
    let (file, warnings) = full_with(&profile, n510(), |job| job.characters = CharacterPolicy::Transliterate).unwrap();
    assert_eq!(value(&read_back(n510(), &file), "BS_IP_Data1.aucS_SIP_ACCOUNT_NAME_1"), "Luczak - 5 EUR");
    let spelled: Vec<_> = warnings.as_slice().iter().filter(|w| w.reason == WarningReason::Transliterated).collect();
    assert!(spelled.len() == 1 && spelled[0].field == "accounts[1].label");
    // A secret is never spelled otherwise.
    profile["accounts"][0]["password"] = json!("5 €");
    let error = full_with(&profile, n510(), |job| job.characters = CharacterPolicy::Transliterate).unwrap_err();
    assert!(matches!(error, RenderError::Charset { character: '€', field } if field == "accounts[1].password"));
}

#[test]
fn v4_hostile_texts_in_a_restricted_file() {
    for model in both() {
        let plain = read_back(model, &restricted(model));
        for text in hostile() {
            for field in ["display_text", "enrolment.password"] {
                let mut job = waiting();
                match field {
                    "display_text" => job.text = text.clone(),
                    _ => job.password = text.as_str().into(),
                }
                match job.render(model) {
                    Ok(file) => {
                        let read = read_back(model, &file);
                        assert_eq!(read, frame::by_crate(&file));
                        assert_eq!(read.len(), plain.len());
                        let changed: Vec<_> = read.iter().zip(&plain).filter(|(a, b)| a != b).collect();
                        assert!(changed.len() >= 6 && changed.iter().all(|(new, _)| new.1 == text), "{text:?}");
                    }
                    Err(error) => assert!(error.to_string().starts_with(field), "{error}"),
                }
            }
        }
    }
}

#[test]
fn v4_a_login_longer_than_the_device_takes_is_refused() {
    for model in both() {
        let secret: Secret = "x".repeat(51).as_str().into();
        let secret: &'static Secret = Box::leak(Box::new(secret));
        let error = full_with(&fitting(), model, |job| {
            let (user, _) = job.provisioning.login.unwrap();
            job.provisioning.login = Some((user, secret));
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "provisioning.login.password is longer than 50 bytes");
        // Letters beyond ASCII are one byte each to the device.
        let secret: &'static Secret = Box::leak(Box::new("ü".repeat(50).as_str().into()));
        let with = |job: &mut render::FullJob<'_>| {
            let (user, _) = job.provisioning.login.unwrap();
            job.provisioning.login = Some((user, secret));
        };
        assert!(full_with(&fitting(), model, with).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn v4_any_text_is_refused_or_reads_back(
        text in prop_oneof![any::<String>(), "[ -~\u{a0}-\u{ff}]{1,60}", "[\"'<>&;#x0-9,]{1,20}"],
        field in 0..FIELDS.len(),
    ) {
        let model = n510();
        let plain = read_back(model, &full(&rich(), model).unwrap());
        let (pointer, path) = FIELDS[field];
        push_through(pointer, path, &text, model, &plain);
    }

    #[test]
    fn e3_the_reader_never_panics_and_reads_what_it_accepts_as_xml_does(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        tokens in proptest::collection::vec(0..TOKENS.len(), 0..24),
    ) {
        let _ = render::read(n510(), &bytes);
        let mut file = Vec::new();
        file.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><ProviderFrame><Provider>");
        let head = file.len();
        file.extend(bytes);
        let _ = render::read(n510(), &file);
        file.truncate(head);
        for token in tokens {
            file.extend_from_slice(TOKENS[token]);
        }
        file.extend_from_slice(b"</Provider></ProviderFrame>");
        if let Ok(settings) = render::read(n510(), &file) {
            let ours: Settings = settings.iter().map(|s| (s.name.to_string(), s.value.to_string())).collect();
            prop_assert_eq!(ours, frame::by_crate(&file));
        }
    }
}

/// Parts of files, so that random ones get past the first bytes.
const TOKENS: &[&[u8]] = &[
    b"<SYMB_ITEM ID=\"BS_a[0].b\" class=\"symb_item\" value=\"0x1\"/>",
    b"<SYMB_ITEM ID=\"BS_a[%]\" class=\"symb_item\" value='\"x\"'/>",
    b"<SYMB_ITEM ",
    b"ID=\"BS_a\" ",
    b"class=\"symb_item\" ",
    b"value='\"",
    b"\"'",
    b"value=\"",
    b"\"",
    b"/>",
    b"<S_A class=\"string\" ",
    b"&amp;",
    b"&#228;",
    b"&",
    b"\xe4",
    b"\n",
    b" ",
    b"<!-- a -->",
    b"x",
    b"1,0x2",
];

// ---------------------------------------------------------------- overrides (V4)

#[test]
fn v4_an_override_replaces_the_row_of_its_name() {
    for (model, overrides) in [
        (
            n510(),
            json!({
                "BS_IP_Data1.aucS_SIP_ACCOUNT_NAME_1": "instead", "BS_IP_Data1.aucS_SIP_DISPLAYNAME_6": "unused slot",
                "BS_Accounts.astAccounts[5].uiReceiveMask": "0x3f", "BS_VOIP_Data.uiI_RTP_LOCAL_PORT": "0x138c"
            }),
        ),
        (
            n720(),
            json!({
                "BS_VOIP_Data.astVoipAccounts[0].aucS_SIP_DISPLAYNAME[0]": "instead",
                "BS_VOIP_Data.astVoipAccounts[99].aucS_SIP_USER_ID[0]": "unused slot",
                "BS_VOIP_Data.astVoipProviders[%].NetCodeDND_ON[%]": "*25", "BS_VOIP_Data.uiI_SIP_LOCAL_PORT": "0x13c4"
            }),
        ),
    ] {
        let mut profile = rich();
        profile["overrides"] = overrides.clone();
        let (file, _) = full_with(&profile, model, |job| job.overrides = OverridePolicy::Any).unwrap();
        let read = read_back(model, &file);
        assert_eq!(read, frame::by_crate(&file));
        let names: BTreeSet<_> = read.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), read.len(), "a name twice");
        for (name, text) in overrides.as_object().unwrap() {
            assert_eq!(value(&read, name), text.as_str().unwrap());
        }
    }
}

#[test]
fn v4_unknown_and_dangerous_overrides_are_refused() {
    for (name, known) in [
        ("no.such.parameter", false),
        ("BS_IP_Data1.aucS_SIP_DOMAINX", false),
        ("BS_IP_Data1.aucS_SIP_DOMAIN_1", false),
        ("BS_IP_Data1.aucS_SIP_DOMAIN\"/><x a=\"", false),
        ("SipAccount.1.DisplayName", false),
        ("WebUI.AdminPassword", false),
        ("", false),
        ("S_CONFIGFILE_URL", true),
        ("S_PROV_PASSWORD", true),
        ("BS_IP_Data1.aucS_DATA_SERVER[0]", true),
        ("BS_IP_Data1.aucS_SIP_PASSWORD_2", true),
        ("BS_CUSTOM.WebUIPassword", true),
        ("BS_IP_Data.aucS_HTTP_PROXY_URL[%]", true),
        ("BS_IP_Data1.ucI_DIALING_PLAN_COUNTRY_ID", true),
        ("BS_VOIP_Data.astVoipAccounts[%].aucS_VOIP_CALLFORWARDING_NUMBER[%]", true),
        ("BS_VOIP_Data.astVoipAccounts[%].ucI_VOIP_CALLFORWARDING_WHEN", true),
        ("BS_VOIP_Data.astVoipAccounts[%].ucB_CALL_MANAGER_SUPPORT", true),
        ("BS_VOIP_Data.astVoipProviders[%].NetCodeCFU_ON[%]", true),
        ("BS_IP_Data1.aucS_SIP_REGISTRAR_3", true),
        ("BS_IP_Data1.aucS_SIP_SERVER", true),
        ("BS_IP_Data1.uiI_SIP_SERVER_PORT_2", true),
        ("BS_IP_Data1.aucS_SIP_DOMAIN", true),
        ("BS_IP_Data1.aucS_OUTBOUND_PROXY", true),
        ("BS_VOIP_Data.astVoipProviders[0].aucSIP_SERVER[%]", true),
        ("BS_VOIP_Data.astVoipAccounts[4].ucVoipProviderIndex", true),
        ("BS_Accounts.astAccounts[0].uiSendMask", true),
        ("BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_1", true),
        ("BS_IP_Data1.uiI_VLAN_ID", true),
        ("BS_IP_Data.ulI_DNS_SERVER_1", true),
        ("BS_IP_Data.ulI_DEFAULT_ROUTER", true),
        ("BS_IP_Data.ulI_IP", true),
        ("BS_IP_Data.ulI_SUBNET_MASK", true),
        ("BS_IP_Data1.aucS_STUN_SERVER_2", true),
        ("BS_VOIP_Data.astVoipProviders[0].ucSIP_USE_STUN", true),
        ("BS_IP_Data1.aucS_TIME_NTP_SERVER", true),
        ("BS_VOIP_Data.uiI_RTP_LOCAL_PORT", true),
        ("BS_IP_Data1.uiI_RE_REGISTRATION_TIMER_2", true),
        ("BS_IP_Data1.ucI_SIP_PREFERRED_VOCODER", true),
        ("BS_XML_Netdirs.astNetdirProvider[0].aucServerURL", true),
    ] {
        let mut profile = fitting();
        profile["overrides"] = json!({ name: "7" });
        let error = full(&profile, n510()).unwrap_err();
        assert!(matches!(&error, RenderError::Override { .. }), "{name}: {error}");
        let allowed = full_with(&profile, n510(), |job| job.overrides = OverridePolicy::Any);
        assert_eq!(allowed.is_ok(), known, "{name}");
        assert_eq!(render::is_known_parameter(n510(), name), known, "{name}");
    }
}

#[test]
fn s1_a_dangerous_override_is_withheld_with_the_other_secrets() {
    let mut profile = fitting();
    profile["overrides"] = json!({"BS_IP_Data1.aucS_SIP_PASSWORD": "MARKER", "BS_CUSTOM.WebUIPassword": "MARKER"});
    for (secrets, expected) in [(SecretsOut::ALL, 2), (SecretsOut::NONE, 0)] {
        let (file, _) = full_with(&profile, n510(), |job| {
            job.overrides = OverridePolicy::Any;
            job.secrets = secrets;
        })
        .unwrap();
        let text = latin1(&file);
        assert_eq!(text.matches("MARKER").count(), expected);
        assert!(!text.contains("EXAMPLE-SIP-1"));
    }
}

#[test]
fn s1_a_row_that_the_file_needs_speaks_for_an_override_that_may_not_go_out() {
    let credential: &'static Secret = Box::leak(Box::new("https://prov.example.net/c/TOKEN/".into()));
    let mut profile = fitting();
    profile["overrides"] = json!({
        "BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_2": "0x1", "BS_IP_Data1.aucS_DATA_SERVER[0]": "MARKER",
        "S_CONFIGFILE_URL": "https://MARKER.example.net/", "BS_IP_Data1.aucS_SIP_PASSWORD": "MARKER"
    });
    for url in [None, Some(credential)] {
        let (file, warnings) = full_with(&profile, n510(), |job| {
            job.overrides = OverridePolicy::Any;
            job.secrets = SecretsOut::NONE.with(SecretKind::Credential);
            if let Some(url) = url {
                job.provisioning.url = ProvisioningUrl::Credential(url);
            }
        })
        .unwrap();
        assert!(!latin1(&file).contains("MARKER"));
        let read = read_back(n510(), &file);
        assert_eq!(value(&read, "BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_2"), "0x0");
        assert_eq!(value(&read, "BS_IP_Data1.aucS_DATA_SERVER[0]"), "prov.example.net");
        assert_eq!(read.iter().filter(|(name, _)| name == "S_CONFIGFILE_URL").count(), 1);
        assert!(value(&read, "S_CONFIGFILE_URL").starts_with("https://prov.example.net/"));
        // A secret stays out whoever states it.
        assert!(read.iter().all(|(name, _)| name != "BS_IP_Data1.aucS_SIP_PASSWORD"));
        let warned: BTreeSet<&str> = warnings
            .as_slice()
            .iter()
            .filter(|warning| warning.reason == WarningReason::Withheld)
            .map(|warning| warning.field.as_str())
            .collect();
        let names = ["BS_IP_Data1.aucS_DATA_SERVER[0]", "BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_2", "S_CONFIGFILE_URL"];
        assert_eq!(warned, names.map(|name| format!("overrides.{name}")).iter().map(String::as_str).collect());
    }
}

#[test]
fn v4_no_policy_allows_an_override_that_the_device_cannot_have() {
    let refused = |model: &'static Model, name: &str, value: &str| {
        let mut profile = fitting();
        profile["overrides"] = json!({ name: value });
        let error = full_with(&profile, model, |job| job.overrides = OverridePolicy::Any).err()?;
        assert!(matches!(&error, RenderError::Override { field, .. } if *field == format!("overrides.{name}")), "{error}");
        Some(error.to_string())
    };
    for model in both() {
        let reason = refused(model, "MAC_ADDRESS", "7C2F80AABBCC").unwrap();
        assert!(reason.ends_with("must be the device's own, or it takes nothing of the file"));
    }
    for (model, name, value, good) in [
        (n510(), "BS_Accounts.astAccounts[5].uiReceiveMask", "0x3f", true),
        (n510(), "BS_Accounts.astAccounts[6].uiReceiveMask", "0x3f", false),
        (n510(), "BS_AE_Subscriber.stMtDat[5].aucTlnName", "x", true),
        (n510(), "BS_AE_Subscriber.stMtDat[6].aucTlnName", "x", false),
        (n720(), "BS_VOIP_Data.astVoipAccounts[99].aucS_SIP_DISPLAYNAME[0]", "x", true),
        (n720(), "BS_VOIP_Data.astVoipAccounts[100].aucS_SIP_DISPLAYNAME[0]", "x", false),
        (n720(), "BS_VOIP_Data.astVoipProviders[9].aucSIP_PROVIDER_NAME[%]", "x", true),
        (n720(), "BS_VOIP_Data.astVoipProviders[10].aucSIP_PROVIDER_NAME[%]", "x", false),
        (n510(), "BS_AE_SwConfig.ucCountryCodeTone", "255", true),
        (n510(), "BS_AE_SwConfig.ucCountryCodeTone", "256", false),
        (n510(), "BS_IP_Data1.ucI_SIP_PREFERRED_VOCODER", "0x05,0xff", true),
        (n510(), "BS_IP_Data1.ucI_SIP_PREFERRED_VOCODER", "0x05,0x100", false),
        (n510(), "BS_IP_Data1.uiI_RE_REGISTRATION_TIMER", "0xffff", true),
        (n510(), "BS_IP_Data1.uiI_RE_REGISTRATION_TIMER", "65536", false),
        (n510(), "BS_IP_Data.ulI_IP", "4294967295", true),
        (n510(), "BS_IP_Data.ulI_IP", "4294967296", false),
        (n510(), "BS_IP_Data.ulI_IP", "0x99999999999999999999", false),
        (n510(), "BS_LM_AppCfg.bit.bHasIdleTextInternalName", "2", false),
    ] {
        assert_eq!(refused(model, name, value).is_none(), good, "{name} = {value}");
    }
}

// ---------------------------------------------------------------- names (V9)

/// Names that the peers' templates of these models do not have, each with its source.
const ALLOWED: &[(&str, &str)] = &[
    ("S_PROV_USERNAME", "Gigaset PRO wiki, HTTP digest"),
    ("S_PROV_PASSWORD", "Gigaset PRO wiki, HTTP digest"),
    ("I_CHECK_FOR_UPDATES_TIMER_INIT", "aelintra/sail, db_v4_device.sql"),
    ("BS_IP_Data.aucS_DATA_SERVER[%]", "wazo-provd-plugins, a newer N720 template"),
    ("BS_VOIP_Data.astVoipAccounts[X].ucVoipProviderIndex", "the templates' [%] for one element"),
    ("BS_VOIP_Data.astVoipAccounts[X].aucI_SIP_PREFERRED_VOCODER[%]", "the templates' [%] for one element"),
];

/// Whether a name with numbers in it is this one of the list.
fn is_form_of(raw: &str, listed: &str) -> bool {
    let mut plain = String::new();
    for (at, part) in raw.split('[').enumerate() {
        match part.split_once(']').filter(|(index, _)| at > 0 && index.bytes().all(|b| b.is_ascii_digit())) {
            Some((_, rest)) => plain += &format!("[X]{rest}"),
            None if at > 0 => plain += &format!("[{part}"),
            None => plain += part,
        }
    }
    let numbered = plain.rsplit_once('_').filter(|(_, slot)| ["1", "2", "3", "4", "5", "6"].contains(slot));
    listed == plain
        || listed == format!("{plain}X")
        || numbered.is_some_and(|(stem, _)| listed == format!("{stem}X") || listed == format!("{stem}_X"))
}

#[test]
fn v9_every_name_is_real() {
    let list: BTreeSet<&str> = include_str!("../data/param-names/gigaset.txt").lines().collect();
    let templates: BTreeSet<&str> = include_str!("data/param-names/models/gigaset-N510-N720.txt").lines().collect();
    for (dialect, model) in [(Dialect::GigasetN510, n510()), (Dialect::GigasetN720, n720())] {
        let tables: BTreeSet<&str> = render::parameters(dialect).iter().map(|row| row.name).collect();
        assert!(tables.len() > 40);
        for name in &tables {
            assert!(list.contains(name), "{name} is not in the list");
            let sourced = ALLOWED.iter().any(|(known, _)| known == name);
            assert!(templates.contains(name) != sourced, "{name}: in a template, or with a source, and not both");
        }
        for file in [full(&rich(), model).unwrap(), full(&fitting(), model).unwrap(), restricted(model)] {
            for (name, _) in read_back(model, &file) {
                assert!(tables.iter().any(|listed| is_form_of(&name, listed)), "{name} is in no table");
                assert!(render::is_known_parameter(model, &name), "{name} is no known parameter");
            }
        }
    }
}

// ---------------------------------------------------------------- secrets (S1)

#[test]
fn s1_withheld_secrets_are_not_stated_at_all() {
    for model in both() {
        let (file, _) = full_with(&fitting(), model, |job| job.secrets = SecretsOut::NONE).unwrap();
        let text = latin1(&file);
        for secret in ["EXAMPLE-SIP", "EXAMPLE-BOOK", "EXAMPLE-CREDENTIAL", "4711", "0x47", "0x08,0x15"] {
            assert!(!text.contains(secret), "{secret}");
        }
        for name in ["aucKdsPin", "WebUIPassword", "UseRandom", "S_PROV_", "astNetdirProvider[0].aucPassword"] {
            assert!(!text.contains(name), "{name} is stated");
        }
        // A slot without account holds no secret of anybody: it is emptied.
        let passwords: Vec<_> =
            read_back(model, &file).into_iter().filter(|(name, _)| name.contains("aucS_SIP_PASSWORD")).collect();
        assert_eq!(passwords.len(), usize::from(model.accounts) - 2);
        assert!(passwords.iter().all(|(_, value)| value.is_empty()));
    }
    let markers = [
        ("EXAMPLE-SIP-1", SecretsOut::NONE.with_sip(1)),
        ("EXAMPLE-SIP-3", SecretsOut::NONE.with_sip(3)),
        ("0x47,0x11", SecretsOut::NONE.with(SecretKind::Web)),
        ("EXAMPLE-BOOK", SecretsOut::NONE.with(SecretKind::Other)),
        ("EXAMPLE-CREDENTIAL", SecretsOut::NONE.with(SecretKind::Credential)),
    ];
    for (_, out) in markers {
        let (file, _) = full_with(&fitting(), n510(), |job| job.secrets = out).unwrap();
        for (marker, allowed) in markers {
            assert_eq!(latin1(&file).contains(marker), allowed == out, "{marker}");
        }
    }
}

#[test]
fn s1_a_url_that_holds_the_credential_is_withheld_with_it() {
    for model in both() {
        for (secrets, expected) in [(SecretsOut::ALL, true), (SecretsOut::NONE, false)] {
            let (file, _) = full_with(&fitting(), model, |job| {
                let url: &'static Secret = Box::leak(Box::new("https://prov.example.net/c/MARKER/".into()));
                job.provisioning.url = ProvisioningUrl::Credential(url);
                job.secrets = secrets;
            })
            .unwrap();
            let text = latin1(&file);
            assert_eq!(text.contains("MARKER"), expected);
            assert_eq!(text.contains("S_CONFIGFILE_URL"), expected);
            // The host of the URL is no secret, and the vendor's own server must not come back.
            assert!(text.contains("prov.example.net\"'/>"));
        }
    }
}

#[test]
fn v10_the_token_is_in_the_address_of_the_file_and_nowhere_else() {
    for (model, host) in [(n510(), "prov.example.net:8443"), (n720(), "https://prov.example.net:8443")] {
        let mut job = waiting();
        job.url = "https://prov.example.net:8443/t/EXAMPLE-TOKEN/".into();
        let read = read_back(model, &job.render(model).unwrap());
        let holders: Vec<_> = read.iter().filter(|(_, value)| value.contains("EXAMPLE-TOKEN")).collect();
        assert_eq!(holders.len(), 1);
        assert_eq!(holders[0].1, "https://prov.example.net:8443/t/EXAMPLE-TOKEN/805EC0010203.xml");
        assert!(read.iter().any(|(name, value)| name.contains("DATA_SERVER") && value == host));
        assert_eq!((value(&read, "S_PROV_USERNAME"), value(&read, "S_PROV_PASSWORD")), ("", ""));
    }
}

#[test]
fn p5_no_error_shows_a_secret() {
    let mut bad = fitting();
    bad["accounts"][0]["password"] = json!("SECRET\"");
    let error = full(&bad, n510()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("SECRET"));
    assert_eq!(error.to_string(), "accounts[1].password holds U+0022, which the file cannot carry");
}

#[test]
fn p5_the_buffer_does_not_move_while_it_grows() {
    for model in both() {
        let longest = "'".repeat(128);
        let user = "'".repeat(128);
        let host = |slot: u16| format!("{slot}.{}example.net", "xxxxxxxxxx.".repeat(20));
        let account = |slot: u16| {
            json!({
                "slot": slot, "label": longest, "display_name": longest, "user": user, "auth_user": longest, "password": longest,
                "server": {"host": host(slot % 10)}, "outbound_proxy": {"host": host(slot % 10)}, "voicemail": "5".repeat(64)
            })
        };
        let mut profile = rich();
        profile["accounts"] = (1..=model.accounts).map(account).collect();
        profile["handsets"] = (1..=model.handsets).map(|slot| json!({"slot": slot, "account": 1})).collect();
        profile["phonebook"]["name"] = json!(longest);
        profile["phonebook"]["user"] = json!(longest);
        profile["phonebook"]["password"] = json!(longest);
        profile["phonebook"]["url"] = json!(format!("https://a/{}", "&".repeat(500)));
        profile["overrides"] = json!({
            "BS_IP_Data.aucS_NETWORK_DEVICENAME[%]": "'".repeat(1000), "BS_VOIP_Data.aucS_HOOK_FLASH_SIGNAL[%]": "'".repeat(1000)
        });
        // What was set aside before the first row: a refusal in the first account leaves the buffer no larger.
        let mut refused = profile.clone();
        refused["accounts"][0]["display_name"] = json!("'".repeat(127) + "\\");
        let capacity = |profile: &Value| {
            let profile = Profile::from_json(&profile.to_string()).unwrap();
            let mut out = Vec::new();
            let office = office();
            let result = render::render_full(&office.job(&profile, model), &mut out);
            (result.is_ok(), out.len(), out.capacity())
        };
        let (ok, _, room) = capacity(&refused);
        assert!(!ok);
        let (ok, length, reserved) = capacity(&profile);
        assert!(ok && reserved == room, "{}: {length} bytes, {room} set aside, {reserved} in the end", model.name);
        assert!(reserved < 4 * length, "{}: {length} bytes in {reserved}", model.name);

        let mut job = waiting();
        job.text = "'".repeat(1024);
        job.password = "'".repeat(1024).as_str().into();
        let file = job.render(model).unwrap();
        assert!(file.capacity() < 2 * file.len());
        job.text = "'".repeat(1023) + "\\";
        assert!(job.render(model).is_err());
    }
}

// ---------------------------------------------------------------- slots (V12), determinism (V5)

/// Whether a stored symbol stays when nothing states it: the base's own PINs and its network.
fn may_stay(name: &str) -> bool {
    ["aucKdsPin", "WebUIPassword", "UseRandomRegistrationPIN", "VLAN"].iter().any(|part| name.contains(part))
}

fn without(mut base: Base, drop: impl Fn(&str) -> bool) -> Base {
    base.0.retain(|name, _| !drop(name));
    base
}

#[test]
fn v12_nothing_of_a_profile_survives_a_restricted_file() {
    for model in both() {
        for profile in [rich(), fitting()] {
            let base = Base::after(model, &[&full(&profile, model).unwrap(), &restricted(model)]);
            assert_eq!(without(base.clone(), may_stay), Base::after(model, &[&restricted(model)]), "{}", model.name);
            for (name, held) in &base.0 {
                let Held::Text(text) = held else { continue };
                let text = text.to_ascii_uppercase();
                let ours = ["TEXT", "SECRET", "CREDENTIAL", "SIP.EXAMPLE", "UTE"].iter().any(|part| text.contains(part));
                assert!(!ours || may_stay(name), "{}: {name} = {text}", model.name);
            }
        }
    }
}

#[test]
fn v12_a_file_says_what_is_absent() {
    let small = json!({"accounts": [{"slot": 2, "user": "9", "server": {"host": "z.example.net"}, "codecs": ["pcmu"]}]});
    let empty = json!({});
    for model in both() {
        let files: Vec<Vec<u8>> =
            [&rich_without_network(), &fitting(), &small, &empty].map(|json| full(json, model).unwrap()).into();
        let waiting = restricted(model);
        let all: Vec<&[u8]> = files.iter().map(Vec::as_slice).chain([waiting.as_slice()]).collect();
        for a in &all {
            for b in &all {
                let names: BTreeSet<String> = Base::after(model, &[b]).0.into_keys().collect();
                let drop = |name: &str| may_stay(name) && !names.contains(name);
                assert_eq!(without(Base::after(model, &[a, b]), drop), Base::after(model, &[b]), "{}", model.name);
            }
        }
        // And the same when B withholds its secrets: only those differ.
        let (quiet, _) = full_with(&rich_without_network(), model, |job| job.secrets = SecretsOut::NONE).unwrap();
        assert_eq!(Base::after(model, &[&files[0], &quiet]), Base::after(model, &[&files[0]]), "what is withheld is kept");
    }
}

#[test]
fn v12_both_modes_state_the_same_parameters() {
    for model in both() {
        let names = |file: Vec<u8>| -> BTreeSet<String> {
            let names = read_back(model, &file).into_iter().map(|(name, _)| name);
            names.filter(|name| !may_stay(name)).collect()
        };
        assert_eq!(names(full(&fitting(), model).unwrap()), names(restricted(model)), "{}", model.name);
        assert_eq!(names(full(&json!({}), model).unwrap()), names(restricted(model)), "{}", model.name);
    }
}

#[test]
fn v5_same_input_same_bytes() {
    for model in both() {
        assert_eq!(full(&rich(), model), full(&rich(), model));
        assert_eq!(restricted(model), restricted(model));
    }
}

#[test]
fn v12_a_pin_is_never_set_back_to_the_factory_default() {
    for model in both() {
        for file in [full(&json!({}), model).unwrap(), restricted(model)] {
            let text = latin1(&file);
            assert!(!text.contains("aucKdsPin") && !text.contains("WebUIPassword"));
        }
        let before = full(&fitting(), model).unwrap();
        let after = Base::after(model, &[&before, &restricted(model)]);
        let pins: Vec<_> = after.0.keys().filter(|name| name.contains("Pin") || name.contains("WebUIPassword")).collect();
        assert!(!pins.is_empty());
    }
}

// ---------------------------------------------------------------- warnings (V6)

fn warned(profile: &Value, model: &'static Model) -> Vec<String> {
    let (_, warnings) = full_with(profile, model, |_| ()).unwrap();
    warnings.as_slice().iter().map(ToString::to_string).collect()
}

#[test]
fn v6_what_fits_is_not_warned_about() {
    let mut profile = fitting();
    profile["protection"].as_object_mut().unwrap().remove("pairing_pin");
    assert_eq!(warned(&profile, n510()), [""; 0]);
    let mut profile = fitting();
    profile.as_object_mut().unwrap().remove("handsets");
    profile["accounts"][0].as_object_mut().unwrap().remove("label");
    assert_eq!(warned(&profile, n720()), [""; 0]);
}

#[test]
fn v6_what_the_model_has_not_is_warned_about_and_the_rest_is_rendered() {
    let profile = json!({
        "accounts": [
            {"label": "a", "display_name": "b", "user": "1", "server": {"host": "a.example.net", "transport": "tls"},
             "codecs": ["opus", "pcma"]},
            {"slot": 101, "user": "2", "server": {"host": "a.example.net"}}
        ],
        "handsets": [{"account": 9}, {"slot": 101}],
        "keys": [{"kind": "line"}],
        "language": "ru", "tones": "be",
        "protection": {"admin_password": "longer than a PIN", "pairing_pin": "12345"},
        "time": {"zone": "Australia/Sydney"},
        "display_text": "hello"
    });
    assert_eq!(
        warned(&profile, n510()),
        [
            "time.zone is not met exactly: this model does what comes nearest",
            "accounts[1].codecs[1] is left out: this model has no word for it",
            "protection.admin_password is left out: this model has no word for it",
            "language is left out: this model has no word for it",
            "tones is left out: this model has no word for it",
            "keys[1] is left out: this model has 0",
            "accounts[101] is left out: this model has 6",
            "handsets[1] names an account that is not there",
            "handsets[101] is left out: this model has 6",
            "accounts[1].server.transport is left out: this model has no place for it",
            "protection.pairing_pin is left out: this model has no place for it",
            "display_text is left out: this model has no place for it",
        ]
    );
    assert_eq!(
        warned(&profile, n720()),
        [
            "time.zone is not met exactly: this model does what comes nearest",
            "accounts[1].server.transport is left out: this model has no word for it",
            "accounts[1].codecs[1] is left out: this model has no word for it",
            "accounts[1].label is left out: this model has no place for it",
            "protection.pairing_pin is left out: this model has no word for it",
            "language is left out: this model has no word for it",
            "tones is left out: this model has no word for it",
            "keys[1] is left out: this model has 0",
            "accounts[101] is left out: this model has 100",
            "handsets[1].account is left out: this model has no word for it",
            "handsets[101] is left out: this model has 100",
            "display_text is left out: this model has no place for it",
        ]
    );
    let read = read_back(n510(), &full(&profile, n510()).unwrap());
    assert_eq!(value(&read, "BS_IP_Data1.ucI_SIP_PREFERRED_VOCODER"), "0x01,0xff,0xff,0xff,0xff");
}

#[test]
fn v6_an_account_whose_server_has_no_room_stays_off() {
    let account =
        |slot: u16| json!({"slot": slot, "user": format!("{slot}"), "server": {"host": format!("s{slot}.example.net")}});
    let accounts: Vec<Value> = (1..=11).map(account).collect();
    let profile = json!({ "accounts": accounts, "protection": {"admin_password": "4711"} });
    assert_eq!(warned(&profile, n720()), ["accounts[11].server is left out: this model has 10"]);
    let read = read_back(n720(), &full(&profile, n720()).unwrap());
    assert_eq!(value(&read, "BS_VOIP_Data.astVoipAccounts[9].ucVoipProviderIndex"), "9");
    assert_eq!(value(&read, "BS_VOIP_Data.astVoipAccounts[10].ucB_SIP_ACCOUNT_IS_ACTIVE_1"), "0");
    assert_eq!(value(&read, "BS_VOIP_Data.astVoipAccounts[10].aucS_SIP_USER_ID[0]"), "");
}

#[test]
fn v6_a_firmware_target_is_stated_only_for_an_older_base() {
    static OLD: LazyLock<FirmwareVersion> = LazyLock::new(|| "42.245.00.000.000".parse().unwrap());
    let mut profile = fitting();
    profile["firmware"] = json!({"version": "42.258", "url": "https://prov.example.net/firmware.bin"});
    for (firmware, expected) in [(None, ""), (Some(&*OLD), "https://prov.example.net/firmware.bin")] {
        let (file, _) = full_with(&profile, n510(), |job| job.firmware = firmware).unwrap();
        assert_eq!(value(&read_back(n510(), &file), "BS_IP_Data1.aucS_USER_FIRMWARE_URL"), expected);
    }
}

// ---------------------------------------------------------------- restricted (V3)

#[test]
fn v3_the_base_restricts_nothing_and_says_so() {
    for model in both() {
        assert!(!model.digit_map && model.hotline == Hotline::None);
        assert!(model.capabilities.restricted && !model.capabilities.retains);
        let text = latin1(&restricted(model));
        for rule in ["DIALPLAN", "DialPlan", "Barring", "HOTLINE", "Hotline"] {
            assert!(!text.contains(rule), "{rule}: no source names such a parameter");
        }
    }
}

/// Whatever a handset dials goes unchanged to the authentication service's server, from its own enrolment account; that only
/// emergency numbers and the service are reached there is the server's work (SPEC C1) and not shown here.
#[test]
fn v3_every_call_of_every_handset_goes_to_the_enrolments_server() {
    let emergency = ["112", "110", "911", "0112", "0110", "0911"];
    let others = [
        "1",
        "11",
        "1120",
        "1100",
        "00112",
        "*8",
        "*88",
        "*890",
        "89",
        "*89#",
        "#89",
        "201",
        "0049301234567",
        "+49301234567",
        "0900123456",
        "*21*0900#",
        "##002#",
        "9112",
        "*",
        "500",
    ];
    for model in both() {
        // On a blank base, and on one that had everything.
        let before = full(&fitting(), model).unwrap();
        for files in [vec![restricted(model)], vec![before, restricted(model)]] {
            let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
            let base = Base::after(model, &files);
            for handset in 1..=model.handsets {
                for number in emergency.iter().chain(&["*89"]).chain(&others) {
                    let calls = base.calls(model, handset, number);
                    assert_eq!(calls.len(), 1, "handset {handset}");
                    let user = format!("{}-{handset}", waiting().user.as_str());
                    assert_eq!(
                        (calls[0].number.as_str(), calls[0].server.as_str(), calls[0].user.as_str()),
                        (*number, "auth.example.net", user.as_str())
                    );
                }
            }
        }
    }
}

#[test]
fn v3_every_handset_shows_the_text() {
    for (model, name) in
        [(n510(), "BS_AE_Subscriber.stMtDat[{}].aucTlnName"), (n720(), "BS_VOIP_Data.astVoipAccounts[{}].aucS_SIP_DISPLAYNAME")]
    {
        let base = Base::after(model, &[&full(&fitting(), model).unwrap(), &restricted(model)]);
        for handset in 0..model.handsets {
            assert_eq!(base.text(&name.replace("{}", &handset.to_string())), Some("Anmeldung nötig: *89"));
        }
    }
}

#[test]
fn v6_an_enrolment_over_another_transport_is_warned_about() {
    for (model, reason) in [(n510(), WarningReason::NoPlace), (n720(), WarningReason::NoWord)] {
        for (transport, expected) in [(Transport::Tls, 2), (Transport::Tcp, 1), (Transport::Udp, 0)] {
            let mut job = waiting();
            job.server.transport = transport;
            let (_, warnings) = job.render_warned(model).unwrap();
            assert_eq!(warnings.as_slice().len(), expected);
            let known = [("enrolment.server.transport", reason), ("enrolment.server.port", WarningReason::NoPlace)];
            assert!(warnings.as_slice().iter().all(|w| known.contains(&(w.field.as_str(), w.reason))));
        }
    }
}

// ---------------------------------------------------------------- calls that must get out

#[test]
fn v1_a_port_for_tls_is_none_of_udp() {
    let server = |port: u16, transport: &str| json!({"host": "sip.example.net", "port": port, "transport": transport});
    for (transport, expected) in [("tls", "0x13c4"), ("tcp", "0x13c7"), ("udp", "0x13c7")] {
        let profile =
            json!({"accounts": [{"user": "1", "server": server(5063, transport), "outbound_proxy": server(5063, transport)}]});
        for (model, prefix) in [(n510(), "BS_IP_Data1.uiI_"), (n720(), "BS_VOIP_Data.astVoipProviders[0].ui")] {
            let read = read_back(model, &full(&profile, model).unwrap());
            for port in ["SIP_SERVER_PORT", "SIP_REGISTRAR_PORT", "OUTBOUND_PROXY_PORT"] {
                assert_eq!(value(&read, &format!("{prefix}{port}")), expected, "{}: {transport}: {port}", model.name);
            }
            let warnings = warned(&profile, model);
            for path in ["server", "outbound_proxy"] {
                let warning = format!("accounts[1].{path}.port is left out: this model has no place for it");
                assert_eq!(warnings.contains(&warning), transport == "tls", "{}: {warnings:?}", model.name);
            }
        }
    }
    for (transport, expected) in [(Transport::Tls, "0x13c4"), (Transport::Udp, "0x13c5")] {
        let mut job = waiting();
        job.server.transport = transport;
        for (model, prefix) in [(n510(), "BS_IP_Data1.uiI_"), (n720(), "BS_VOIP_Data.astVoipProviders[0].ui")] {
            let read = read_back(model, &job.render(model).unwrap());
            for port in ["SIP_SERVER_PORT", "SIP_REGISTRAR_PORT"] {
                assert_eq!(value(&read, &format!("{prefix}{port}")), expected, "{}: {port}", model.name);
            }
        }
    }
}

#[test]
fn c2_every_handset_can_call_where_any_account_exists() {
    let account = |slot: u16| json!({"slot": slot, "user": format!("{slot}"), "server": {"host": "sip.example.net"}});
    for (slots, handsets) in [
        (vec![1], json!([])),
        (vec![3, 5], json!([])),
        (vec![2], json!([{"slot": 1, "account": 9}, {"slot": 6, "account": 4}])),
        (vec![2, 4, 8], json!([{"slot": 3, "account": 8}, {"slot": 5, "account": 4}])),
    ] {
        let accounts: Vec<Value> = slots.iter().map(|slot| account(*slot)).collect();
        let profile = json!({"accounts": accounts, "handsets": handsets});
        let base = Base::after(n510(), &[&full(&profile, n510()).unwrap()]);
        let lowest = slots[0];
        for handset in 1..=n510().handsets {
            let calls = base.calls(n510(), handset, "112");
            assert_eq!(calls.len(), 1, "{profile}: handset {handset}");
            let rings: Vec<u16> = (1..=6)
                .filter(|slot| {
                    let mask = base.number(&format!("BS_Accounts.astAccounts[{}].uiReceiveMask", slot - 1)).unwrap();
                    mask >> (handset - 1) & 1 == 1
                })
                .collect();
            // A handset without account of its own rings for none and calls with the lowest.
            let caller: u16 = calls[0].account.parse().unwrap();
            assert_eq!(caller, rings.first().copied().unwrap_or(lowest), "{profile}: handset {handset}");
        }
        // A manager ties handset n to account n: one that the profile names and that cannot call is warned about.
        let base = Base::after(n720(), &[&full(&profile, n720()).unwrap()]);
        let warnings = warned(&profile, n720());
        for handset in 1..=n720().handsets {
            let can_call = base.calls(n720(), handset, "112").len() == 1;
            assert_eq!(can_call, slots.contains(&handset));
            let named = handsets.as_array().unwrap().iter().any(|entry| entry["slot"] == json!(handset));
            let warning = format!("handsets[{handset}] names an account that is not there");
            assert_eq!(warnings.contains(&warning), named && !can_call, "{profile}: {warnings:?}");
        }
    }
    // Without any account nobody calls.
    let base = Base::after(n510(), &[&full(&json!({}), n510()).unwrap()]);
    assert!((1..=6).all(|handset| base.calls(n510(), handset, "112").is_empty()));
}

// ---------------------------------------------------------------- what is to be forgotten (V12)

#[test]
fn v12_a_forgotten_text_is_emptied_and_a_forgotten_number_is_warned_about() {
    // A text of no row, a number of no row, a number that a row states, a number that a row leaves out, no name at all.
    static FORGET: [&str; 5] = [
        "BS_IP_Data.aucS_NETWORK_DEVICENAME[%]",
        "BS_VOIP_Data.uiI_RTP_LOCAL_PORT",
        "BS_IP_Data1.ucI_DIALING_PLAN_COUNTRY_ID",
        "BS_IP_Data1.uiI_VLAN_ID",
        "no.such.parameter",
    ];
    let mut before = fitting();
    before.as_object_mut().unwrap().remove("network");
    let plain = before.clone();
    before["overrides"] = json!({
        "BS_IP_Data.aucS_NETWORK_DEVICENAME[%]": "TEXT", "BS_VOIP_Data.uiI_RTP_LOCAL_PORT": "0x138c",
        "BS_IP_Data1.ucI_DIALING_PLAN_COUNTRY_ID": "0x1", "BS_IP_Data1.uiI_VLAN_ID": "0xc"
    });
    let (first, _) = full_with(&before, n510(), |job| job.overrides = OverridePolicy::Any).unwrap();
    let (full, full_warnings) = full_with(&plain, n510(), |job| job.forget = &FORGET).unwrap();
    let mut waiting_warnings = Vec::new();
    let mut waiting_file = Vec::new();
    waiting()
        .render_with(n510(), |job| {
            job.forget = &FORGET;
            let warnings = render::render_restricted(job, &mut waiting_file).unwrap();
            waiting_warnings = warnings.as_slice().to_vec();
        })
        .unwrap();
    for (file, warnings) in [(full, full_warnings.as_slice().to_vec()), (waiting_file, waiting_warnings)] {
        let base = Base::after(n510(), &[&first, &file]);
        assert_eq!(base.text("BS_IP_Data.aucS_NETWORK_DEVICENAME"), Some(""));
        assert_eq!(base.number("BS_IP_Data1.ucI_DIALING_PLAN_COUNTRY_ID"), Some(0xff));
        // Honest: these stay.
        assert_eq!(base.number("BS_VOIP_Data.uiI_RTP_LOCAL_PORT"), Some(0x138c));
        assert_eq!(base.number("BS_IP_Data1.uiI_VLAN_ID"), Some(0xc));
        let kept: Vec<String> =
            warnings.iter().filter(|w| w.reason == WarningReason::NotReset).map(ToString::to_string).collect();
        let mut expected = ["BS_VOIP_Data.uiI_RTP_LOCAL_PORT", "BS_IP_Data1.uiI_VLAN_ID"]
            .map(|name| format!("forget.{name} stays as an earlier file set it: this file cannot set it back"));
        expected.sort();
        let mut kept = kept;
        kept.sort();
        assert_eq!(kept, expected);
    }
}

#[test]
fn e3_many_names_to_be_forgotten_cost_no_more_than_their_number() {
    let names: Vec<String> = (0..40_000).map(|at| format!("BS_VOIP_Data.astVoipAccounts[{}].x{at}", at % 100)).collect();
    let known: Vec<String> =
        (0..6_000).map(|at| format!("BS_VOIP_Data.astVoipAccounts[{}].aucS_SIP_USER_ID[{}]", at / 60, at % 60)).collect();
    let forget: Vec<&str> = known.iter().chain(&names).chain(&known).map(String::as_str).collect();
    let forget: &'static [&'static str] = Box::leak(forget.iter().map(|name| &*name.to_string().leak()).collect());
    let began = std::time::Instant::now();
    let (file, warnings) = full_with(&fitting(), n720(), |job| job.forget = forget).unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(warnings.as_slice().iter().all(|warning| warning.reason != WarningReason::NotReset));
    let read = read_back(n720(), &file);
    // Each once, whoever stated it.
    let stated: Vec<_> = read.iter().filter(|(name, _)| name.contains("aucS_SIP_USER_ID")).collect();
    assert_eq!(stated.len(), 6_000);
    assert!(stated.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len() == 6_000);
}

// ---------------------------------------------------------------- addresses, clock, passwords (V6)

#[test]
fn v6_an_ipv6_address_is_refused_by_its_field() {
    for model in both() {
        let refused = |change: &dyn Fn(&mut Value)| {
            let mut profile = fitting();
            change(&mut profile);
            full(&profile, model).unwrap_err().to_string()
        };
        let reason = "is an IPv6 address, which this device is not known to have";
        let address = json!("2001:db8::5");
        let url = json!("https://[2001:db8::5]/x");
        assert_eq!(
            refused(&|p| p["accounts"][1]["server"]["host"] = address.clone()),
            format!("accounts[3].server.host {reason}")
        );
        assert_eq!(
            refused(&|p| p["accounts"][0]["outbound_proxy"]["host"] = address.clone()),
            format!("accounts[1].outbound_proxy.host {reason}")
        );
        assert_eq!(refused(&|p| p["time"]["ntp_server"] = address.clone()), format!("time.ntp_server {reason}"));
        assert_eq!(refused(&|p| p["phonebook"]["url"] = url.clone()), format!("phonebook.url {reason}"));
        let data: &'static Secret = Box::leak(Box::new("https://[2001:db8::5]/".into()));
        let error = full_with(&fitting(), model, |job| job.provisioning.url = ProvisioningUrl::Open(data)).unwrap_err();
        assert_eq!(error.to_string(), format!("provisioning.url {reason}"));
        let mut job = waiting();
        job.server.host = "2001:db8::5".parse().unwrap();
        assert_eq!(job.render(model).unwrap_err().to_string(), format!("enrolment.server.host {reason}"));
        let mut job = waiting();
        job.url = "https://[2001:db8::5]/".into();
        assert_eq!(job.render(model).unwrap_err().to_string(), format!("url {reason}"));
    }
}

#[test]
fn v6_a_registration_longer_than_16_bits_is_cut_with_a_warning() {
    let mut profile = fitting();
    for (seconds, written, warnings) in [(65_535, "0xffff", 0), (65_536, "0xffff", 1), (604_800, "0xffff", 1)] {
        profile["accounts"][0]["expires_s"] = json!(seconds);
        for (model, name) in [
            (n510(), "BS_IP_Data1.uiI_RE_REGISTRATION_TIMER"),
            (n720(), "BS_VOIP_Data.astVoipProviders[0].uiRE_REGISTRATION_TIMER"),
        ] {
            assert_eq!(value(&read_back(model, &full(&profile, model).unwrap()), name), written);
            let nearest = "accounts[1].expires_s is not met exactly: this model does what comes nearest";
            assert_eq!(warned(&profile, model).iter().filter(|text| *text == nearest).count(), warnings);
        }
    }
}

#[test]
fn s1_a_password_that_everybody_knows_is_warned_about() {
    for model in both() {
        let admin = |password: Option<&str>| {
            let mut profile = json!({});
            if let Some(password) = password {
                profile["protection"] = json!({ "admin_password": password });
            }
            warned(&profile, model)
        };
        let missing = "protection.admin_password is not given: the phone may be left with its factory password";
        let known = "protection.admin_password is the password of the factory, which everybody knows";
        assert_eq!(admin(None), [missing]);
        assert_eq!(admin(Some("4711")), [""; 0]);
        let factory = if model.dialect == Dialect::GigasetN720 { "admin" } else { "0000" };
        assert_eq!(admin(Some(factory)), [known]);
    }
    let pairing = json!({"protection": {"admin_password": "4711", "pairing_pin": "0000"}});
    assert_eq!(warned(&pairing, n720()), ["protection.pairing_pin is the password of the factory, which everybody knows"]);
    let with_override = json!({"overrides": {"BS_CUSTOM.aucKdsPin[0]": "0x47,0x11"}});
    let (_, warnings) = full_with(&with_override, n510(), |job| job.overrides = OverridePolicy::Any).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn v6_summer_time_is_the_zones_or_it_is_said() {
    let clock = |time: Value| {
        let profile = json!({"time": time, "protection": {"admin_password": "4711"}});
        let read = read_back(n510(), &full(&profile, n510()).unwrap());
        let summer = value(&read, "BS_IP_Data1.ucB_TIME_USE_AUTOMATIC_DST") == "0x1";
        (value(&read, "BS_IP_Data1.uiI_TIME_TIMEZONE").to_string(), summer, warned(&profile, n510()))
    };
    let nearest = "time.zone is not met exactly: this model does what comes nearest".to_string();
    for (time, zone, summer, warnings) in [
        (json!({"zone": "Europe/Berlin"}), "0x1b", true, vec![]),
        (json!({"zone": "Asia/Kolkata"}), "0x30", false, vec![]),
        (json!({"zone": "Antarctica/Troll"}), "0x1a", true, vec![nearest.clone()]),
        (json!({"zone": "Australia/Sydney"}), "0x43", true, vec![nearest]),
        (json!({"utc_offset_min": 60}), "0x1b", false, vec![]),
        (json!({"utc_offset_min": 60, "dst_auto": true}), "0x1b", true, vec![]),
        (json!({"zone": "Europe/Berlin", "utc_offset_min": 60}), "0x1b", true, vec![]),
        (
            json!({"zone": "Europe/Berlin", "utc_offset_min": 120}),
            "0x1b",
            true,
            vec!["time.utc_offset_min is left out: another field of the profile says the same thing".into()],
        ),
    ] {
        assert_eq!(clock(time.clone()), (zone.into(), summer, warnings), "{time}");
    }
}
