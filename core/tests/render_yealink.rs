//! Yealink files: goldens, injection, secrets, slots, dial plan, parameter names (SPEC V1 to V12).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]
#![cfg(feature = "render")]

#[path = "support/digitmap.rs"]
mod digitmap;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/office.rs"]
mod office;
#[path = "support/phone.rs"]
mod phone;

use digitmap::{Typed, type_in};
use golden::{blessing, check_golden};
use libprov::models::{self, Dialect, Model};
use libprov::profile::Profile;
use libprov::render::{self, OverridePolicy, ProvisioningUrl, RenderError, SecretKind, SecretsOut, read_key_value};
use libprov::secret::Secret;
use office::{Waiting, full, full_with, mac, numbers, office, restricted, rich, waiting};
use phone::Phone;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn model(name: &str) -> &'static Model {
    models::lookup("yealink", name).unwrap()
}

fn yealinks() -> impl Iterator<Item = &'static Model> {
    models::all().filter(|model| model.vendor == "yealink")
}

// ---------------------------------------------------------------- goldens

fn golden_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/yealink")
}

/// One of each family: T1x, T2x, T3x, T4xG, T4xS, T4xU, T5x, the Android ones, conference, DECT base and manager.
const GOLDEN_MODELS: [&str; 11] = ["T19P_E2", "T23G", "T33G", "T46G", "T46S", "T46U", "T54W", "T58", "CP960", "W70B", "W80DM"];

fn golden_profile(name: &str) -> Value {
    match name {
        // The smallest: one account, nothing else.
        "T19P_E2" => json!({
            "accounts": [{"user": "201", "password": "EXAMPLE-SIP", "server": {"host": "192.0.2.10"}}]
        }),
        // Names that other formats would trip over, and an override.
        "T46S" => json!({
            "accounts": [{
                "label": "Müller & Söhne <\"Zentrale\">", "display_name": "=1+1; 'x' #1 😀", "user": "201",
                "password": "a:b=c#d", "server": {"host": "2001:db8::5", "transport": "tcp"}
            }],
            "overrides": {"features.dnd.allow": 0, "local_time.date_format": "3", "linekey.27.label": "in place"}
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
            let text = serde_json::to_string_pretty(&golden_profile(name)).unwrap();
            fs::write(&json, text + "\n").unwrap();
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

/// A reader of its own: no code of the library.
fn read_independently(file: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(file).unwrap();
    let lines = text.strip_prefix("#!version:1.0.0.1\n").unwrap().strip_suffix('\n').unwrap().split('\n');
    let part = |line: &str| {
        let at = line.find('=').unwrap();
        (line[..at].trim().to_owned(), line[at + 1..].trim().to_owned())
    };
    lines.map(part).collect()
}

#[test]
fn v5_two_readers_agree_on_every_file() {
    for model in yealinks().filter(|model| model.accounts <= 30) {
        for file in [full(&rich(), model).unwrap(), full(&golden_profile("T46S"), model).unwrap_or_default(), restricted(model)] {
            if !file.is_empty() {
                assert_eq!(read_back(&file), read_independently(&file), "{}", model.name);
            }
        }
    }
}

#[test]
fn v7_file_name_and_content_type() {
    assert_eq!(render::file_name(model("T46S"), mac()), "805ec0010203.cfg");
    assert!(render::content_type(model("T46S")).starts_with("text/plain"));
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
    ("/accounts/0/backup_server/host", "accounts[1].backup_server.host"),
    ("/protection/admin_password", "protection.admin_password"),
    ("/protection/user_password", "protection.user_password"),
    ("/keys/1/value", "keys[2].value"),
    ("/keys/1/pickup", "keys[2].pickup"),
    ("/keys/1/label", "keys[2].label"),
    ("/keys/3/value", "keys[4].value"),
    ("/time/ntp_server", "time.ntp_server"),
    ("/overrides/features.dnd.on_code", "overrides.features.dnd.on_code"),
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
        "|",
        "{{x}}",
        "{{",
        "$MAC",
        "$",
        "\\",
        "=cmd",
        "@SUM(1)",
        "+1",
        "-1",
        "%NULL%",
        "%EMPTY%",
        "%00",
        "a\nlinekey.9.type = 16",
        "a\r\nx = y",
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
        "a\u{2800}",
        "\u{206a}a",
        "\u{180e}",
        "\u{34f}",
        "\u{fff9}a\u{fffb}",
        "a\u{1d173}",
        " a",
        "a ",
        "\u{a0}a",
        "ü",
        "😀",
        "𝕏",
        "a:b",
        ":",
        "# comment",
        "#!version:1.0.0.1",
        "include:config \"x\"",
        "= x",
        "a = b",
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

/// The parameters a file holds, as they read back.
fn read_back(file: &[u8]) -> Vec<(String, String)> {
    let own = |s: &render::Setting<'_>| (s.name.to_string(), s.value.to_string());
    read_key_value(file).unwrap().iter().map(own).collect()
}

/// Joiners and variation selectors, of which a text alone is as good as empty.
fn shows_nothing(c: char) -> bool {
    matches!(c, '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
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
            assert!(text.len() < 3 || !error.to_string().contains(text));
            return;
        }
    };
    let office = office();
    let mut out = b"kept".to_vec();
    if let Err(error) = render::render_full(&office.job(&profile, model), &mut out) {
        assert_eq!(out, b"kept", "a failed job leaves the buffer as it was");
        assert!(error.to_string().starts_with(path), "{path}: {error}");
        if let RenderError::Character { character, .. } = error {
            assert!(text.contains(character));
        } else {
            let reserved = matches!(text, "%NULL%" | "%EMPTY%");
            let expected = match error {
                RenderError::Reserved { .. } => reserved,
                RenderError::Space { .. } => text.trim() != text,
                RenderError::TooLong { .. } => text.len() > 1024,
                RenderError::Value { .. } => text.chars().all(shows_nothing),
                _ => false,
            };
            assert!(expected, "{path}: {text:?}: {error}");
        }
        return;
    }
    let read = read_back(&out[4..]);
    let over = path.strip_prefix("overrides.");
    let fixed: Vec<_> = read.iter().filter(|(name, _)| Some(name.as_str()) != over).collect();
    assert_eq!(fixed.len(), plain.len(), "{path}: {text:?}: another number of parameters");
    for ((name, value), (plain_name, plain_value)) in fixed.into_iter().zip(plain) {
        assert_eq!(name, plain_name);
        let login = value.split_once(':').map(|(_, password)| password);
        let carried = value == text || login == Some(text) || value.eq_ignore_ascii_case(text);
        assert!(value == plain_value || carried, "{path}: {name} = {value:?}");
    }
    if let Some(name) = over {
        assert!(read.iter().any(|(n, value)| n == name && value == text));
    }
}

#[test]
fn v4_hostile_texts_are_refused_by_name_or_read_back_unchanged() {
    for model in yealinks() {
        let plain = read_back(&full(&rich(), model).unwrap());
        // All models share one writer; the long way is walked for the golden ones.
        let all = GOLDEN_MODELS.contains(&model.name);
        for (pointer, path) in FIELDS {
            let absent = pointer.starts_with("/keys") && model.keys == 0;
            for text in hostile().iter().filter(|text| all || text.contains('\n')) {
                if !absent {
                    push_through(pointer, path, text, model, &plain);
                }
            }
        }
    }
}

#[test]
fn v4_hostile_texts_in_a_restricted_file() {
    for model in yealinks() {
        let plain = read_back(&restricted(model));
        for text in hostile() {
            for field in ["display_text", "enrolment.password"] {
                let mut job = waiting();
                match field {
                    "display_text" => job.text = text.clone(),
                    _ => job.password = text.as_str().into(),
                }
                match job.render(model) {
                    Ok(file) => {
                        let read = read_back(&file);
                        assert_eq!(read.len(), plain.len());
                        // A DECT base has the text and the password once per handset.
                        let mut changed = read.iter().zip(&plain).filter(|(a, b)| a != b).map(|(a, _)| a).peekable();
                        assert!(changed.peek().is_some() && changed.all(|(_, value)| *value == text), "{text:?}");
                    }
                    Err(error) => assert!(error.to_string().starts_with(field), "{error}"),
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn v4_any_text_is_refused_or_reads_back(text in any::<String>(), field in 0..FIELDS.len()) {
        let model = model("T46U");
        let plain = read_back(&full(&rich(), model).unwrap());
        let (pointer, path) = FIELDS[field];
        push_through(pointer, path, &text, model, &plain);
    }

    #[test]
    fn e3_the_reader_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_key_value(&bytes);
        let mut file = b"#!version:1.0.0.1\n".to_vec();
        file.extend(bytes);
        let _ = read_key_value(&file);
    }

    #[test]
    fn e3_a_profile_never_panics(text in "[\\[\\]{}\",:a-z0-9 ]{0,80}") {
        let _ = Profile::from_json(&text);
    }
}

// ---------------------------------------------------------------- overrides (V4)

#[test]
fn v4_an_override_replaces_the_row_of_its_name() {
    let mut profile = rich();
    profile["overrides"] = json!({
        "account.1.label": "instead", "account.16.label": "unused slot", "features.dnd.allow": "1", "linekey.99.label": "beyond"
    });
    let file = full(&profile, model("T46U")).unwrap();
    let read = read_back(&file);
    let mut names = BTreeSet::new();
    for (name, value) in &read {
        let twice = !names.insert(name);
        assert!(!twice || name == "static.security.user_password", "{name} twice");
        if let Some(text) = profile["overrides"].get(name) {
            assert_eq!(value, text.as_str().unwrap());
        }
    }
    assert!(profile["overrides"].as_object().unwrap().keys().all(|name| names.contains(name)));
}

#[test]
fn v4_unknown_and_dangerous_overrides_are_refused() {
    for (name, known) in [
        ("no.such.parameter", false),
        ("account.X.label", false),
        ("account.1.label = x\nlinekey.9.type", false),
        ("account.01.label", false),
        ("", false),
        ("static.auto_provision.server.url", true),
        // Fields of the profile set these; an override could not say which user it means.
        ("static.security.user_password", false),
        ("account.1.password", true),
        ("static.firmware.url", true),
        ("action_url.off_hook", true),
        ("push_xml.server", true),
        // Would take calls away, emergency calls too.
        ("dialplan.emergency.1.value", true),
        ("dialplan.emergency.enable", true),
        ("dialplan.block_out.number.1", true),
        ("dialplan.replace.prefix.1", true),
        ("account.1.auto_dial_enable", true),
        ("features.hotline_number", true),
        ("phone_setting.emergency.number", true),
        ("phone_setting.phone_lock.enable", true),
        ("account.1.sip_server.1.address", true),
        ("static.network.primary_dns", true),
        ("static.network.internet_port.type", true),
        ("phone_setting.action_uri_enable", true),
        ("features.factory_reset_option", true),
        ("account.1.xsi.host", true),
        ("dns_cache_a.1.ip", true),
        ("account.1.static_cache_pri", true),
        ("account.1.always_fwd.target", true),
        ("linekey.3.type", true),
        ("programablekey.3.value", true),
        ("expansion_module.1.key.3.value", true),
        ("softkey.1.action", true),
        ("phone_setting.inter_digit_time", true),
        ("static.syslog.server", true),
        ("xml_phonebook.data.1.url", true),
        ("wallpaper_upload.url", true),
    ] {
        let mut profile = rich();
        profile["overrides"] = json!({ name: "x:y" });
        let error = full(&profile, model("T46U")).unwrap_err();
        assert!(matches!(&error, RenderError::Override { .. }), "{name}: {error}");
        let allowed = full_with(&profile, model("T46U"), |job| job.overrides = OverridePolicy::Any);
        assert_eq!(allowed.is_ok(), known, "{name}");
    }
}

#[test]
fn v4_an_override_takes_the_place_of_every_row() {
    for (dialect, model) in [(Dialect::YealinkPhone, "T46U"), (Dialect::YealinkBase, "W70B"), (Dialect::YealinkManager, "W80DM")]
    {
        let model = models::lookup("yealink", model).unwrap();
        for parameter in render::parameters(dialect) {
            let name = parameter.name.replace('X', "1");
            if name == "static.security.user_password" {
                continue;
            }
            let mut profile = rich();
            profile["overrides"] = json!({ &name: "7" });
            let (file, _) = full_with(&profile, model, |job| job.overrides = OverridePolicy::Any).unwrap();
            let found: Vec<_> = read_back(&file).into_iter().filter(|(other, _)| *other == name).collect();
            assert_eq!(found, [(name, "7".to_owned())]);
        }
    }
}

#[test]
fn v12_names_of_earlier_overrides_can_be_forgotten() {
    let mut before = rich();
    before["overrides"] = json!({
        "dialplan.block_out.number.1": "112", "dialplan.replace.prefix.30": "112", "dialplan.replace.replace.30": "0900",
        "features.hotline_number": "0900", "local_time.date_format": "3", "wallpaper_upload.url": "https://a.example/TEXT"
    });
    let names: Vec<&str> = before["overrides"].as_object().unwrap().keys().map(String::as_str).collect();
    for model in yealinks() {
        let (a, _) = full_with(&before, model, |job| job.overrides = OverridePolicy::Any).unwrap();
        let file = waiting().render_with(model, |job| job.forget = &names).unwrap();
        let phone = Phone::after(&[&a, &file]);
        assert_eq!(without(phone, may_stay), Phone::after(&[&restricted(model)]), "{}", model.name);

        let profile = Profile::from_json(&rich().to_string()).unwrap();
        let office = office();
        let mut job = office.job(&profile, model);
        job.forget = &names;
        let mut b = Vec::new();
        render::render_full(&job, &mut b).unwrap();
        assert_eq!(Phone::after(&[&a, &b]), Phone::after(&[&full(&rich(), model).unwrap()]), "{}", model.name);
    }
}

#[test]
fn v3_a_setting_of_another_system_takes_no_emergency_call_from_a_waiting_phone() {
    for model in yealinks() {
        let earlier = b"#!version:1.0.0.1\n\
            account.1.auto_dial_enable = 1\naccount.1.auto_dial_num = 0900\naccount.1.dialplan.digitmap.enable = 1\n\
            dialplan.digitmap.enable = 1\ndialplan.digitmap.string = [2-9]xx\ndialplan.block_out.number.1 = 112\n\
            dialplan.replace.prefix.1 = 112\ndialplan.replace.replace.1 = 0900\ndialplan.emergency.server.1.address = x\n\
            dialplan.emergency.1.value = 99999\nphone_setting.emergency.number = 1\nfeatures.hotline_number = 0900\n\
            features.hotline_delay = 0\naccount.1.static_cache_pri = 1\naccount.1.dns_cache_type = 2\n\
            dns_cache_a.1.name = auth.example.net\ndns_cache_srv.12.name = x\ndns_cache_naptr.7.name = x\n\
            static.managementserver.enable = 1\nstatic.auto_provision.custom.protect = 1\n\
            dialplan.emergency.asserted_id_source = CUSTOM\ndialplan.digitmap.interdigit_short_timer = 0\n\
            programablekey.5.type = 17\nprogramablekey.5.value = https://a.example/\nprogramablekey.14.type = 13\n\
            local_time.manual_ntp_srv_prior = 1\nphone_setting.custom_softkey_enable = 1\n\
            features.enhanced_dss_keys.enable = 1\nprogramablekey.1.value = x\nbw.xsi.enable = 1\n";
        let mut phone = Phone::after(&[earlier, &restricted(model)]);
        if model.dialect != Dialect::YealinkPhone {
            // A base has no such parameters; what a file for it left there does nothing.
            let of_phone = ["hotline", "digitmap", "programablekey", "custom_softkey", "enhanced_dss_keys", "bw.xsi"];
            phone.0.retain(|name, _| !of_phone.iter().any(|part| name.contains(part)));
        }
        assert_eq!(phone, Phone::after(&[&restricted(model)]), "{}", model.name);
    }
}

#[test]
fn v3_what_a_user_set_on_the_phone_does_not_outlive_a_restricted_file() {
    for model in yealinks().filter(|model| model.dialect == Dialect::YealinkPhone) {
        // Another system let the user's own settings go first.
        let mut phone = Phone::after(&[b"#!version:1.0.0.1\nstatic.auto_provision.custom.protect = 1\n"]);
        let by_hand = [
            ("dialplan.digitmap.enable", "0"),
            ("dialplan.digitmap.string", "x."),
            ("features.hotline_number", "0900"),
            ("dialplan.block_out.number.1", "112"),
            ("account.1.sip_server.1.address", "elsewhere.example.net"),
        ];
        for (name, value) in by_hand {
            phone.set_by_hand(name, value);
            assert_eq!(phone.works_by(name), Some(value));
        }
        let file = restricted(model);
        phone.apply(&file);
        for (name, _) in by_hand {
            assert_eq!(phone.works_by(name), Phone::after(&[&file]).works_by(name), "{}: {name}", model.name);
        }
    }
}

/// What each release of firmware calls the same thing (`docs/facts/yealink.md`, section 4).
const GENERATIONS: &[(&str, &[&str])] = &[
    ("81", &["static.lang.gui", "static.lang.wui", "firmware.url"]),
    ("82", &["static.lang.gui", "static.lang.wui", "static.firmware.url"]),
    ("83", &["lang.gui", "lang.wui", "static.firmware.url"]),
    ("86", &["lang.gui", "lang.wui", "static.firmware.url"]),
];

#[test]
fn v9_every_release_reads_its_own_names_and_an_older_one_is_refused() {
    let profile = json!({
        "language": "de", "protection": {"admin_password": "SECRET"},
        "firmware": {"version": "28.99.0.1", "url": "https://f.example/T46G.rom"}
    });
    let release = |number: &str| -> libprov::profile::FirmwareVersion { format!("28.{number}.0.1").parse().unwrap() };
    for (number, names) in GENERATIONS {
        let own = release(number);
        let profile = Profile::from_json(&profile.to_string()).unwrap();
        let office = office();
        let mut job = office.job(&profile, model("T46G"));
        job.firmware = Some(&own);
        let mut file = Vec::new();
        render::render_full(&job, &mut file).unwrap();
        let full = Phone::after(&[&file]).0;
        let waiting = waiting().render_with(model("T46G"), |job| job.firmware = Some(&own)).unwrap();
        let waiting = Phone::after(&[&waiting]).0;
        for name in *names {
            let expected = if name.contains("lang") { "German" } else { "https://f.example/T46G.rom" };
            assert_eq!(full[*name], expected, "{number}");
            assert_eq!(waiting.contains_key(*name), name.contains("lang"), "{number}: {name}");
        }
        for file in [&full, &waiting] {
            assert!(file.contains_key("static.auto_provision.server.url"));
        }
        assert_eq!(full["static.security.user_password admin"], "admin:SECRET");
    }
    // Release 80 would read neither the URL nor a login. Nobody knows that of the two Android models.
    let own = release("80");
    for model in yealinks() {
        let file = waiting().render_with(model, |job| job.firmware = Some(&own));
        let android = ["CP960", "T58"].contains(&model.name);
        assert_eq!(file.is_ok(), android, "{}", model.name);
        assert!(android || matches!(file, Err(RenderError::Unsupported { .. })));
    }
    // One number says no release.
    let bare = "66".parse().unwrap();
    assert!(waiting().render_with(model("T46G"), |job| job.firmware = Some(&bare)).is_ok());
}

#[test]
fn v1_tls_without_a_port_goes_to_the_port_of_tls() {
    for (transport, port, stated) in
        [("tls", None, Some("5061")), ("tls", Some(5070), Some("5070")), ("tcp", None, None), ("udp", Some(5061), Some("5061"))]
    {
        let server = |host: &str| match port {
            Some(port) => json!({"host": host, "transport": transport, "port": port}),
            None => json!({"host": host, "transport": transport}),
        };
        let account = json!({
            "user": "1", "server": server("a.example.net"), "backup_server": server("b.example.net"),
            "outbound_proxy": server("c.example.net")
        });
        let profile = json!({"accounts": [account], "protection": {"admin_password": "x"}});
        let mut job = waiting();
        job.server = libprov::profile::Server {
            host: "a.example.net".parse().unwrap(),
            port: port.and_then(|port| libprov::profile::Port::new(port).ok()),
            transport: match transport {
                "tls" => libprov::profile::Transport::Tls,
                "tcp" => libprov::profile::Transport::Tcp,
                _ => libprov::profile::Transport::Udp,
            },
        };
        for model in yealinks().filter(|model| model.accounts <= 30) {
            let manager = model.dialect == Dialect::YealinkManager;
            let names = if manager {
                ["template.1.sip_server.1.port", "template.1.sip_server.2.port", "template.1.outbound.1.port"]
            } else {
                ["account.1.sip_server.1.port", "account.1.sip_server.2.port", "account.1.outbound_proxy.1.port"]
            };
            let phone = Phone::after(&[&full(&profile, model).unwrap()]).0;
            for name in names {
                assert_eq!(phone.get(name).map(String::as_str), stated, "{}: {name}", model.name);
            }
            assert_eq!(phone["account.1.fallback.redundancy_type"], "1");
            let phone = Phone::after(&[&job.render(model).unwrap()]).0;
            assert_eq!(phone.get(names[0]).map(String::as_str), stated, "{}", model.name);
        }
    }
}

#[test]
fn v6_a_phone_without_a_password_of_its_own_is_warned_about() {
    for model in yealinks() {
        for (profile, warned) in [(json!({}), true), (json!({"protection": {"admin_password": "x"}}), false)] {
            let (file, warnings) = full_with(&profile, model, |_| ()).unwrap();
            let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
            let expected = "protection.admin_password is not given: the phone may be left with its factory password";
            assert_eq!(shown, if warned { vec![expected] } else { vec![] }, "{}", model.name);
            let phone = Phone::after(&[&file]).0;
            assert_eq!((&*phone["static.wui.http_enable"], &*phone["static.wui.https_enable"]), ("0", "1"));
        }
    }
}

#[test]
fn v6_a_key_that_picks_up_needs_the_code_in_its_number() {
    let profile = json!({
        "protection": {"admin_password": "x"},
        "keys": [{"kind": "pickup"}, {"kind": "pickup", "value": "201"}, {"kind": "pickup", "value": "*8201"}],
        "modules": [{"keys": [{"kind": "pickup"}]}]
    });
    let (file, warnings) = full_with(&profile, model("T46U"), |_| ()).unwrap();
    let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
    let left_out = |key| format!("{key}.kind is left out: this model has no word for it");
    assert_eq!(shown, ["keys[1]", "keys[2]", "modules[1].keys[1]"].map(left_out));
    let phone = Phone::after(&[&file]).0;
    for (name, value) in [
        ("linekey.1.type", "0"),
        ("linekey.2.type", "0"),
        ("linekey.3.type", "9"),
        ("linekey.3.value", "*8201"),
        ("expansion_module.1.key.1.type", "0"),
    ] {
        assert_eq!(phone[name], value, "{name}");
    }
}

#[test]
fn v1_summer_time_by_itself_is_the_rule_of_the_zone() {
    let clock = |time: Value| {
        let profile = json!({"protection": {"admin_password": "x"}, "time": time});
        let (file, warnings) = full_with(&profile, model("T46U"), |_| ()).unwrap();
        let phone = Phone::after(&[&file]).0;
        let of = |name: &str| phone.get(&format!("local_time.{name}")).cloned().unwrap_or_default();
        assert_eq!(of("time_zone_name"), "");
        (of("summer_time"), of("start_time"), of("manual_ntp_srv_prior"), warnings.as_slice().len())
    };
    let berlin = ("1".into(), "3/5/7/2".into(), String::new(), 0);
    assert_eq!(clock(json!({"zone": "Europe/Berlin"})), berlin);
    assert_eq!(clock(json!({"zone": "Europe/Berlin", "dst_auto": true})), berlin);
    assert_eq!(clock(json!({"zone": "Europe/Berlin", "dst_auto": false})).0, "0");
    let guessed = ("2".into(), String::new(), String::new(), 1);
    assert_eq!(clock(json!({"utc_offset_min": 60, "dst_auto": true})), guessed, "with a warning");
    assert_eq!(clock(json!({"ntp_server": "ntp.example.net"})).2, "1", "rather than what the network names");
}

#[test]
fn v1_a_firmware_target_is_stated_for_an_older_phone_of_the_same_product_only() {
    let url = |own: Option<&'static str>| {
        let own = own.map(|own| &*Box::leak(Box::new(own.parse().unwrap())));
        let profile = json!({"firmware": {"version": "108.86.0.90", "url": "https://f.example/T46U.rom"}});
        let (file, warnings) = full_with(&profile, model("T46U"), |job| job.firmware = own).unwrap();
        let phone = Phone::after(&[&file]);
        let warned = warnings.as_slice().iter().any(|warning| warning.field == "firmware.url");
        (phone.0.contains_key("static.firmware.url"), warned)
    };
    assert_eq!(url(Some("108.86.0.45")), (true, false));
    assert_eq!(url(Some("108.86.0.90")), (false, false));
    assert_eq!(url(Some("108.87.0.1")), (false, false));
    assert_eq!(url(Some("66.86.0.15")), (false, true), "another product's");
    assert_eq!(url(None), (false, true));

    let old = "28.71.0.81".parse().unwrap();
    let profile = Profile::from_json("{}").unwrap();
    let office = office();
    let mut job = office.job(&profile, model("T46G"));
    job.firmware = Some(&old);
    let mut out = Vec::new();
    assert!(matches!(render::render_full(&job, &mut out), Err(RenderError::Unsupported { .. })), "the older dialect");
    assert!(waiting().render_with(model("T46G"), |job| job.firmware = Some(&old)).is_err());
}

#[test]
fn v3_what_would_cut_an_emergency_number_short_is_refused() {
    for (at_once, refused) in
        [("11", true), ("x", true), ("1x", true), ("112", false), ("xxx", false), ("0x", false), ("2", false)]
    {
        let profile = json!({"dialling": {"at_once": ["0xxx", at_once]}});
        let outcome = full(&profile, model("T46U"));
        assert_eq!(outcome.is_err(), refused, "{at_once}");
        if let Err(error) = outcome {
            let expected = "dialling.at_once[2] would be dialled before an emergency number is complete";
            assert_eq!(error.to_string(), expected);
        }
    }
    let profile = Profile::from_json(r#"{"dialling": {"at_once": ["011"]}}"#).unwrap();
    let (office, prefix) = (office(), "0".parse().unwrap());
    let mut job = office.job(&profile, model("T46U"));
    assert!(render::render_full(&job, &mut Vec::new()).is_ok());
    job.outside_line = Some(&prefix);
    assert!(render::render_full(&job, &mut Vec::new()).is_err(), "0112 would go out as 011");
    let none = full_with(&json!({}), model("T46U"), |job| job.emergency = &[]).unwrap_err();
    assert_eq!(none.to_string(), "emergency has no number");
}

#[test]
fn s1_a_dangerous_override_is_withheld_with_the_other_secrets() {
    let mut profile = rich();
    profile["overrides"] = json!({"account.1.password": "MARKER", "ldap.password": "MARKER"});
    for (secrets, expected) in [(SecretsOut::ALL, 2), (SecretsOut::NONE, 0)] {
        let (file, _) = full_with(&profile, model("T46U"), |job| {
            job.overrides = OverridePolicy::Any;
            job.secrets = secrets;
        })
        .unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(text.matches("MARKER").count(), expected);
        assert!(!text.contains("SECRET-sip-1"));
    }
}

// ---------------------------------------------------------------- names (V9)

/// Names outside the list, each with its source. None so far.
const ALLOWED: &[(&str, &str)] = &[];

/// Names of the dialect that the peers' templates of T46S or of T46U do not have.
const NOT_IN_BOTH_TEMPLATES: &[&str] = &[
    "account.X.auto_dial_enable",
    "account.X.auto_dial_num",
    "account.X.codec.g722.priority",
    "account.X.codec.g726_32.priority",
    "account.X.codec.g729.priority",
    "account.X.codec.ilbc.priority",
    "account.X.codec.opus.priority",
    "account.X.codec.pcma.priority",
    "account.X.codec.pcmu.priority",
    "account.X.dialplan.digitmap.enable",
    "dialplan.digitmap.apply_to.prefix_key",
    "firmware.url",
    "static.lang.gui",
    "static.lang.wui",
    "features.xml_browser.pwd",
    "features.xml_browser.user_name",
    "remote_phonebook.data.X.password",
    "remote_phonebook.data.X.username",
];

/// `sip_server.1` becomes `sip_server.X`, as in the lists.
fn normalised(name: &str) -> String {
    let part = |part: &str| match part.bytes().all(|b| b.is_ascii_digit()) {
        true => "X".to_owned(),
        false => part.to_owned(),
    };
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}

#[test]
fn v9_every_name_is_real() {
    let list: BTreeSet<&str> = include_str!("../data/param-names/yealink.txt").lines().collect();
    let t46s: BTreeSet<&str> = include_str!("data/param-names/models/yealink-T46S.txt").lines().collect();
    let t46u: BTreeSet<&str> = include_str!("data/param-names/models/yealink-T46U.txt").lines().collect();
    let of = |dialect| render::parameters(dialect).iter().map(|row| normalised(row.name)).collect::<BTreeSet<String>>();
    for dialect in [Dialect::YealinkBase, Dialect::YealinkManager] {
        for name in of(dialect) {
            assert!(list.contains(name.as_str()), "{name} has no source");
        }
    }
    let tables = of(Dialect::YealinkPhone);
    assert!(tables.len() > 60);
    for name in &tables {
        let name = name.as_str();
        assert!(list.contains(name) || ALLOWED.iter().any(|(known, _)| *known == name), "{name} has no source");
        // What the templates of two models lack is named here, so that a new row is looked at.
        let in_models = t46u.contains(name) && t46s.contains(name);
        assert_eq!(in_models, !NOT_IN_BOTH_TEMPLATES.contains(&name), "{name}");
    }
    for model in yealinks() {
        for file in [full(&rich(), model).unwrap(), restricted(model)] {
            for (name, _) in read_back(&file) {
                assert!(of(model.dialect).contains(&normalised(&name)), "{name} is in no table");
            }
        }
    }
}

// ---------------------------------------------------------------- secrets (S1)

#[test]
fn s1_withheld_secrets_are_not_stated_at_all() {
    let (file, _) = full_with(&rich(), model("T46U"), |job| job.secrets = SecretsOut::NONE).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(!text.contains("SECRET") && !text.contains("EXAMPLE-CREDENTIAL"), "{text}");
    for name in
        ["account.1.password", "account.2.password", "static.security.user_password", "static.auto_provision.server.password"]
    {
        assert!(!text.contains(name), "{name} is stated");
    }
    // A slot without account holds no secret of anybody: it is cleared.
    assert!(text.contains("account.3.password = %NULL%\n"));

    let markers = [
        ("SECRET-sip-1", SecretsOut::NONE.with_sip(1)),
        ("SECRET-sip-2", SecretsOut::NONE.with_sip(2)),
        ("SECRET-admin", SecretsOut::NONE.with(SecretKind::Web)),
        ("SECRET-user", SecretsOut::NONE.with(SecretKind::Web)),
        ("EXAMPLE-CREDENTIAL", SecretsOut::NONE.with(SecretKind::Credential)),
    ];
    for (_, out) in markers {
        let (file, _) = full_with(&rich(), model("T46U"), |job| job.secrets = out).unwrap();
        let text = String::from_utf8(file).unwrap();
        for (marker, allowed) in markers {
            assert_eq!(text.contains(marker), allowed == out, "{marker}");
        }
    }
}

#[test]
fn s1_a_url_that_holds_the_credential_is_withheld_with_it() {
    let url: Secret = "https://prov.example.net/c/MARKER/".into();
    for (secrets, expected) in [(SecretsOut::ALL, true), (SecretsOut::NONE, false)] {
        let (file, _) = full_with(&rich(), model("T46U"), |job| {
            let url: &'static Secret = Box::leak(Box::new(url.clone()));
            job.provisioning.url = ProvisioningUrl::Credential(url);
            job.secrets = secrets;
        })
        .unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(text.contains("MARKER"), expected);
        assert_eq!(text.contains("static.auto_provision.server.url"), expected);
    }
}

#[test]
fn p5_no_debug_and_no_error_shows_a_secret() {
    let profile = Profile::from_json(&rich().to_string()).unwrap();
    let office = office();
    let shown = format!("{profile:?} {:?}", office.job(&profile, model("T46U")));
    assert!(!shown.contains("SECRET") && !shown.contains("EXAMPLE-CREDENTIAL"), "{shown}");
    let mut bad = rich();
    bad["accounts"][0]["password"] = json!("SECRET\n");
    let error = full(&bad, model("T46U")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("SECRET"));
    assert_eq!(error.to_string(), "accounts[1].password holds U+000A, which the file cannot carry");
}

// ---------------------------------------------------------------- slots (V12), determinism (V5)

/// Whether a stored parameter stays when nothing states it: the phone's own logins, whose factory defaults everybody knows, and
/// its place in the network, without which it reaches nobody.
fn may_stay(name: &str) -> bool {
    name.starts_with("static.security.user_password") || name.starts_with("static.network.") || name == "base.pin_code"
}

fn without(mut phone: Phone, drop: impl Fn(&str) -> bool) -> Phone {
    phone.0.retain(|name, _| !drop(name));
    phone
}

#[test]
fn v12_nothing_of_a_profile_survives_a_restricted_file() {
    for model in yealinks() {
        let phone = Phone::after(&[&full(&rich(), model).unwrap(), &restricted(model)]);
        assert_eq!(without(phone.clone(), may_stay), Phone::after(&[&restricted(model)]), "{}", model.name);
        for (name, value) in &phone.0 {
            let text = value.to_ascii_uppercase();
            let ours = text.contains("TEXT") || text.contains("SECRET") || text.contains("CREDENTIAL");
            assert!(!ours || may_stay(name), "{}: {name} = {value}", model.name);
        }
    }
}

#[test]
fn v12_a_file_says_what_is_absent() {
    let small = json!({"accounts": [{"slot": 2, "user": "9", "server": {"host": "z.example.net"}}]});
    let empty = json!({});
    for model in yealinks() {
        let files: Vec<Vec<u8>> = [&rich(), &small, &empty].map(|json| full(json, model).unwrap()).into();
        let waiting = restricted(model);
        let all: Vec<&[u8]> = files.iter().map(Vec::as_slice).chain([waiting.as_slice()]).collect();
        for a in &all {
            for b in &all {
                let stated: BTreeSet<String> = read_back(b).into_iter().map(|(name, _)| name).collect();
                let drop = |name: &str| may_stay(name) && !name.split(' ').next().is_some_and(|name| stated.contains(name));
                assert_eq!(without(Phone::after(&[a, b]), drop), Phone::after(&[b]), "{}", model.name);
            }
        }
        // And the same when B withholds its secrets: only those differ.
        let (quiet, _) = full_with(&rich(), model, |job| job.secrets = SecretsOut::NONE).unwrap();
        assert_eq!(Phone::after(&[&files[0], &quiet]), Phone::after(&[&files[0]]), "what is withheld is kept");
    }
}

#[test]
fn v12_both_modes_state_the_same_parameters() {
    for model in yealinks() {
        let names = |file: Vec<u8>| -> BTreeSet<String> {
            let names = read_back(&file).into_iter().map(|(name, _)| name);
            names.filter(|name| !may_stay(name)).collect()
        };
        assert_eq!(names(full(&rich(), model).unwrap()), names(restricted(model)), "{}", model.name);
    }
}

#[test]
fn v5_same_input_same_bytes() {
    for model in yealinks() {
        assert_eq!(full(&rich(), model), full(&rich(), model));
        assert_eq!(restricted(model), restricted(model));
    }
}

#[test]
fn v6_what_the_model_has_not_is_warned_about_and_the_rest_is_rendered() {
    let mut profile = rich();
    profile["display_text"] = json!("hello");
    profile["time"] = json!({"utc_offset_min": 61});
    let (file, warnings) = full_with(&profile, model("T19P_E2"), |_| ()).unwrap();
    let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "accounts[2] is left out: this model has 1",
            "keys[1] is left out: this model has 0",
            "keys[2] is left out: this model has 0",
            "keys[3] is left out: this model has 0",
            "keys[4] is left out: this model has 0",
            "keys[5] is left out: this model has 0",
            "modules[1] is left out: this model has 0",
            "handsets[1] is left out: this model has 0",
            "handsets[2] is left out: this model has 0",
            "time.utc_offset_min is left out: this model has no word for it",
            "firmware.url is left out: it is not known which firmware the phone has",
            "protection.menu_password is left out: this model has no place for it",
            "protection.pairing_pin is left out: this model has no place for it",
            "display_text is left out: this model has no place for it",
        ]
    );
    let text = String::from_utf8(file).unwrap();
    assert!(text.contains("TEXTuser1") && !text.contains("TEXTuser2") && !text.contains("SECRET-sip-2"));

    let profile = json!({"keys": [{"kind": "line", "account": 3}]});
    let (_, warnings) = full_with(&profile, model("T46U"), |_| ()).unwrap();
    assert_eq!(warnings.as_slice()[0].to_string(), "keys[1].account names an account that is not there");
}

#[test]
fn a_profile_without_keys_gets_a_line_key_per_account() {
    let mut profile = rich();
    profile.as_object_mut().unwrap().remove("keys");
    let phone = Phone::after(&[&full(&profile, model("T46U")).unwrap()]);
    let types: Vec<&str> = (1..=3).map(|n| phone.0[&format!("linekey.{n}.type")].as_str()).collect();
    assert_eq!(types, ["15", "15", "0"]);
}

// ---------------------------------------------------------------- restricted (V3)

#[test]
fn v3_only_emergency_numbers_and_the_service_can_be_dialled() {
    for model in yealinks() {
        let phone = Phone::after(&[&restricted(model)]).0;
        let desk = model.dialect == Dialect::YealinkPhone;
        assert_eq!(desk, phone.contains_key("features.hotline_number"));
        if desk {
            assert_eq!(phone["features.hotline_number"], "*89");
            assert!(phone["features.hotline_delay"].parse::<u32>().unwrap() >= 3);
            assert_eq!(phone["programablekey.1.label"], "805ec0010203");
        } else {
            assert!(model.hotline == models::Hotline::None && !model.digit_map, "the server holds the line");
            for slot in 1..=model.handsets {
                let user = format!("{}-{slot}", waiting().user);
                assert_eq!(phone[&format!("account.{slot}.user_name")], user);
                assert_eq!(phone[&format!("account.{slot}.auth_name")], user);
                assert_eq!(phone[&format!("handset.{slot}.dial_out_default_line")], slot.to_string());
                assert_eq!(phone[&format!("handset.{slot}.name")], "Anmeldung nötig: *89");
            }
        }
        assert!(!phone.keys().any(|name| name.contains("auto_dial")), "would take emergency calls away");
        assert_eq!(phone["dialplan.emergency.1.value"], "112");
        assert_eq!(phone["account.1.label"], "Anmeldung nötig: *89");
        assert_eq!(phone["static.auto_provision.server.url"], "https://prov.example.net/t/EXAMPLE-TOKEN/");
        for (name, value) in &phone {
            if let Some((slot, "enable")) = name.strip_prefix("account.").and_then(|rest| rest.split_once('.')) {
                assert_eq!(value == "1", slot == "1" || !desk, "{name}");
            }
        }
        if !desk {
            assert!(!phone.contains_key("dialplan.digitmap.string"));
            continue;
        }
        // A model that is not known to take a map gets it all the same.
        assert_eq!(phone["dialplan.digitmap.enable"], "1");
        assert_eq!(phone["dialplan.digitmap.no_match_action"], "1");
        let map = phone["dialplan.digitmap.string"].as_str();
        let long_timer_s = phone["dialplan.digitmap.interdigit_long_timer"].parse().unwrap();
        for number in ["112", "110", "911", "0112", "0110", "0911", "*89"] {
            assert_eq!(digitmap::dial(map, number).as_deref(), Some(number), "{map}");
            assert_eq!(type_in(map, number, long_timer_s), Typed::AtOnce(number.into()), "{map}");
        }
        for number in [
            "",
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
            "x",
            "*",
        ] {
            assert_eq!(digitmap::dial(map, number), None, "{number} gets through {map}");
            match type_in(map, number, long_timer_s) {
                Typed::Nothing => {}
                Typed::AtOnce(sent) => assert!(sent != number && number.starts_with(&sent), "{number} gets through {map}"),
                Typed::AfterPause(sent) => panic!("{number} goes out as {sent} by {map}"),
            }
        }
    }
}

#[test]
fn v3_an_emergency_number_that_another_begins_with_is_not_dialled_in_its_place() {
    for (emergency, prefix) in [
        (&["11", "112"][..], None),
        (&["112", "11"], Some("0")),
        // 9112 is 112 behind the outside line.
        (&["911", "112"], Some("9")),
        (&["911", "9112", "91"], None),
        (&["110", "1100", "11"], Some("1")),
        (&["112", "112"], None),
    ] {
        let mut job = waiting();
        job.emergency = numbers(emergency);
        job.outside_line = prefix.map(|prefix| prefix.parse().unwrap());
        let phone = Phone::after(&[&job.render(model("T46U")).unwrap()]).0;
        let map = phone["dialplan.digitmap.string"].as_str();
        assert!(!phone.contains_key("dialplan.digitmap.interdigit_short_timer"), "3 s");
        let behind = emergency.iter().filter_map(|number| prefix.map(|prefix| format!("{prefix}{number}")));
        for number in emergency.iter().map(|number| (*number).to_owned()).chain(behind).chain(["*89".to_owned()]) {
            match type_in(map, &number, 0) {
                Typed::AtOnce(sent) | Typed::AfterPause(sent) => assert_eq!(sent, number, "{map}"),
                Typed::Nothing => panic!("{number} is not dialled by {map}"),
            }
        }
    }
}

#[test]
fn v3_a_slowly_typed_emergency_number_is_not_cut() {
    for (asked, stated, warned) in [(1, "3", true), (2, "3", true), (3, "3", false), (14, "14", false), (60, "14", true)] {
        let profile = json!({"dialling": {"timeout_s": asked}, "protection": {"admin_password": "x"}});
        let (file, warnings) = full_with(&profile, model("T46U"), |_| ()).unwrap();
        assert_eq!(Phone::after(&[&file]).0["phone_setting.inter_digit_time"], stated);
        let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
        let expected = ["dialling.timeout_s is left out: this model has no word for it"];
        assert_eq!(shown, if warned { &expected[..] } else { &[] });
    }
}

#[test]
fn v3_a_restricted_job_that_would_cost_an_emergency_call_is_refused() {
    let refusal = |change: fn(&mut Waiting)| {
        let mut job = waiting();
        change(&mut job);
        job.render(model("T46U")).unwrap_err().to_string()
    };
    assert_eq!(refusal(|job| job.emergency.clear()), "emergency has no number");
    assert_eq!(refusal(|job| job.emergency = numbers(&["112", "x."])), "emergency[2] is not 2 to 8 digits");
    assert_eq!(refusal(|job| job.emergency = vec!["112".parse().unwrap(); 21]), "emergency has more than 20 numbers");
    assert_eq!(refusal(|job| job.service = "x.T".parse().unwrap()), "service_code is not 1 to 8 of digits, * and #");
    assert_eq!(refusal(|job| job.outside_line = Some("x".parse().unwrap())), "outside_line is not 1 to 4 digits");
    for code in ["1", "11", "112", "0112", "011"] {
        let mut job = waiting();
        job.service = code.parse().unwrap();
        let error = job.render(model("T46U")).unwrap_err().to_string();
        assert_eq!(error, "service_code is an emergency number or the beginning of one", "{code}");
    }
    for url in ["https://a/#/", "https://a/t?x=/", "https://a/t?x=1#/"] {
        let mut job = waiting();
        job.url = url.into();
        let error = job.render(model("T46U")).unwrap_err().to_string();
        assert_eq!(error, "url has a query or a fragment, behind which the file's name is lost", "{url}");
    }
    assert_eq!(refusal(|job| job.url = "https://a/b".into()), "url does not end in /, so the file's name cannot follow");
    assert_eq!(refusal(|job| job.url = "https://a/$PN/".into()), "url holds $, which a phone would expand; write %24");
}

// ---------------------------------------------------------------- the demo's profiles

#[test]
fn the_example_profiles_render_or_are_refused_as_their_names_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/profiles");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let json: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let result = full(&json, model("T46U"));
        if name.starts_with("refused-") {
            let error = result.unwrap_err();
            assert!(
                matches!(&error, RenderError::Character { field, .. } if field == "accounts[1].display_name"),
                "{name}: {error}"
            );
        } else {
            let read = read_back(&result.unwrap());
            let display_name = json["accounts"][0]["display_name"].as_str().unwrap();
            assert!(read.contains(&("account.1.display_name".to_owned(), display_name.to_owned())), "{name}");
        }
        seen += 1;
    }
    assert_eq!(seen, 8);
}

#[test]
fn p5_the_buffer_does_not_move_while_it_grows() {
    for model in yealinks() {
        let longest = "x".repeat(128);
        let mut profile = rich();
        let account = |slot: u16| {
            json!({
                "slot": slot, "label": longest, "display_name": longest, "user": longest, "auth_user": longest, "password": longest,
                "server": {"host": "h.example.net"}, "backup_server": {"host": "h.example.net"}
            })
        };
        let key = |slot: u16| json!({"slot": slot, "kind": "menu", "value": format!("https://a/{}", "x".repeat(100)), "label": longest});
        profile["accounts"] = (1..=model.accounts).map(account).collect();
        profile["keys"] = (1..=model.keys).map(key).collect();
        let profile = Profile::from_json(&profile.to_string()).unwrap();
        let office = office();
        let mut out = Vec::new();
        render::render_full(&office.job(&profile, model), &mut out).unwrap();
        // What is set aside does not depend on the profile, so a buffer that had to grow would be larger.
        let mut least = Vec::new();
        render::render_full(&office.job(&Profile::from_json("{}").unwrap(), model), &mut least).unwrap();
        assert_eq!(out.capacity(), least.capacity(), "{}: {} bytes", model.name, out.len());
        assert!(out.len() + 1024 < out.capacity(), "{}: {} bytes in {}", model.name, out.len(), out.capacity());
    }
}
