//! snom files: goldens, injection, secrets, slots, dial plans, parameter names (SPEC V1 to V12).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]
#![cfg(feature = "render")]

#[path = "support/dialplan.rs"]
mod dialplan;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/office.rs"]
mod office;
#[path = "support/snom_phone.rs"]
mod snom_phone;

use golden::{blessing, check_golden};
use libprov::models::{self, Dialect, Model};
use libprov::profile::{FirmwareVersion, Profile};
use libprov::render::{self, OverridePolicy, ProvisioningUrl, RenderError, SecretKind, SecretsOut, WarningReason, Warnings};
use libprov::secret::Secret;
use office::{full, full_with, mac, numbers, office, restricted, rich, rich_without_network, waiting};
use proptest::prelude::*;
use serde_json::{Value, json};
use snom_phone::{Device, Phone};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn model(name: &str) -> &'static Model {
    models::lookup("snom", name).unwrap()
}

fn snoms() -> impl Iterator<Item = &'static Model> {
    models::all().filter(|model| model.dialect == Dialect::SnomDesk)
}

/// The parameters a file holds, as they read back.
fn read_back(model: &Model, file: &[u8]) -> Vec<(String, String)> {
    let own = |s: &render::Setting<'_>| (s.name.to_string(), s.value.to_string());
    render::read(model, file).unwrap().iter().map(own).collect()
}

fn after(model: &Model, file: &[u8]) -> BTreeMap<String, String> {
    Phone::after(model, &[file]).0
}

// ---------------------------------------------------------------- goldens

fn golden_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/snom")
}

/// One of each family: the older soft keys, D1xx, D3xx with and without modules, D7xx, D8xx.
const GOLDEN_MODELS: [&str; 9] = ["725", "D120", "D140", "D305", "D315", "D385", "D785", "D812", "D865"];

fn golden_profile(name: &str) -> Value {
    match name {
        // The smallest: one account, nothing else.
        "D120" => json!({
            "accounts": [{"user": "201", "password": "EXAMPLE-SIP", "server": {"host": "192.0.2.10"}}]
        }),
        // Names that other formats would trip over, an IPv6 server, and overrides.
        "D385" => json!({
            "accounts": [{
                "label": "Müller & Söhne <\"Zentrale\">", "display_name": "=1+1; 'x' #1 😀 ]]>", "user": "201",
                "password": "a<b>&\"c'", "server": {"host": "2001:db8::5", "port": 5070, "transport": "tcp"}
            }],
            "keys": [
                {"kind": "line", "label": "<\"1\"> & 'x'"}, {"kind": "park", "value": "*70"}, {"kind": "intercom", "value": "202"},
                {"kind": "transfer"}, {"kind": "transfer", "value": "203"}, {"kind": "forward"}, {"kind": "dtmf", "value": "12#"},
                {"kind": "dnd"}, {"kind": "redial"}, {"kind": "hold"}, {"kind": "conference"}, {"kind": "directory"},
                {"kind": "history"}, {"kind": "pickup"}, {"kind": "voicemail"}
            ],
            "time": {"zone": "Asia/Kathmandu", "hours_24": false},
            "overrides": {"call_waiting": "off", "backlight": 15, "user_idle_number.1": "in <place>"}
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
        for (case, bytes) in [("full", full(&profile, model).unwrap()), ("restricted", restricted(model))] {
            check_golden(&folder.join(case).join(&file), &bytes);
            check_by_another_parser(model, &bytes);
            known.insert(folder.join(case).join(&file));
        }
        known.insert(json);
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

/// What another XML parser finds in a file is what the library's own reader finds; and it is of the form that snom documents.
fn check_by_another_parser(model: &Model, file: &[u8]) {
    let text = std::str::from_utf8(file).unwrap();
    let document = roxmltree::Document::parse(text).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "settings");
    let sections: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
    let names: Vec<_> = sections.iter().map(|section| section.tag_name().name()).collect();
    assert_eq!(names, ["phone-settings", "functionKeys"]);
    let mut found = Vec::new();
    for section in sections {
        assert_eq!(section.attribute("e"), Some("2"));
        for setting in section.children().filter(roxmltree::Node::is_element) {
            assert!(!setting.children().any(|child| child.is_element()));
            let name = setting.tag_name().name();
            let user_may = matches!(name, "language" | "web_language" | "admin_mode");
            assert_eq!(setting.attribute("perm"), Some(if user_may { "RW" } else { "R" }), "{name}");
            assert_eq!(section.tag_name().name() == "functionKeys", name == "fkey");
            let name = setting.attribute("idx").map_or(name.to_owned(), |index| format!("{name}.{index}"));
            found.push((name.clone(), setting.text().unwrap_or_default().to_owned()));
            for attribute in setting.attributes().filter(|a| !matches!(a.name(), "idx" | "perm")) {
                found.push((format!("{name}.{}", attribute.name()), attribute.value().to_owned()));
            }
        }
    }
    assert_eq!(found, read_back(model, file));
    let stated: BTreeSet<&String> = found.iter().map(|(name, _)| name).collect();
    assert_eq!(stated.len(), found.len(), "a setting is stated twice");
}

#[test]
fn v7_file_name_and_content_type() {
    assert_eq!(render::file_name(model("D385"), mac()), "snomD385-805EC0010203.htm");
    assert_eq!(render::file_name(model("725"), mac()), "snom725-805EC0010203.htm");
    assert!(render::content_type(model("D385")).starts_with("text/xml"));
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
    ("/accounts/0/outbound_proxy/host", "accounts[1].outbound_proxy.host"),
    ("/accounts/0/voicemail", "accounts[1].voicemail"),
    ("/protection/admin_password", "protection.admin_password"),
    ("/protection/user_password", "protection.user_password"),
    ("/protection/menu_password", "protection.menu_password"),
    ("/keys/1/value", "keys[2].value"),
    ("/keys/1/pickup", "keys[2].pickup"),
    ("/keys/1/label", "keys[2].label"),
    ("/keys/3/value", "keys[4].value"),
    ("/modules/0/keys/0/value", "modules[1].keys[1].value"),
    ("/modules/0/keys/0/label", "modules[1].keys[1].label"),
    ("/menu", "menu"),
    ("/phonebook/url", "phonebook.url"),
    ("/firmware/url", "firmware.url"),
    ("/time/ntp_server", "time.ntp_server"),
    ("/syslog/host", "syslog.host"),
    ("/dialling/at_once/0", "dialling.at_once[1]"),
    ("/overrides/call_waiting", "overrides.call_waiting"),
    ("/overrides/user_idle_number.1", "overrides.user_idle_number.1"),
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
        "&#60;",
        "]]>",
        "<![CDATA[x]]>",
        "<!-- x -->",
        "</user_idle_text><setting_server>https://evil.example/</setting_server>",
        "\" perm=\"RW",
        "<br>",
        ";",
        "#",
        "|",
        "!",
        " ",
        "a b",
        "%2b",
        "%00",
        "{{x}}",
        "{{",
        "{mac}",
        "$mac",
        "$",
        "\\",
        "\\d",
        "=cmd",
        "-1",
        "a\nb",
        "a\r\nx = y",
        "a\rb",
        "a\0b",
        "\n",
        "\t",
        "a\tb",
        "a\u{1b}b",
        "a\u{7f}",
        "a\u{85}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "\u{202e}gpj",
        "a\u{200f}",
        "a\u{2066}b\u{2069}",
        "\u{feff}a",
        "\u{fffe}",
        "a\u{ffff}b",
        " a",
        "a ",
        "\u{a0}a",
        "\u{301}",
        "a\u{301}",
        "ü",
        "😀",
        "𝕏",
        "a:b",
        "<?xml version=\"1.0\"?>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(10_000));
    texts.push("\"<&\n".repeat(2_500));
    texts.push("&".repeat(128));
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
            assert!(text.len() < 3 || !error.to_string().contains(text));
            return;
        }
    };
    let office = office();
    let mut out = b"kept".to_vec();
    if let Err(error) = render::render_full(&office.job(&profile, model), &mut out) {
        assert_eq!(out, b"kept", "a failed job leaves the buffer as it was");
        assert!(error.to_string().starts_with(path), "{path}: {error}");
        let expected = match error {
            RenderError::Character { character, .. } => text.contains(character) && !(' '..'\u{7f}').contains(&character),
            RenderError::Space { .. } => text.trim() != text,
            RenderError::TooLong { .. } => text.len() > 1024,
            RenderError::Value { .. } => text.is_empty(),
            _ => false,
        };
        assert!(expected, "{path}: {text:?}: {error}");
        return;
    }
    let read = read_back(model, &out[4..]);
    let over = path.strip_prefix("overrides.");
    let fixed: Vec<_> = read.iter().filter(|(name, _)| Some(name.as_str()) != over).collect();
    let plain: Vec<_> = plain.iter().filter(|(name, _)| Some(name.as_str()) != over).collect();
    assert_eq!(fixed.len(), plain.len(), "{path}: {text:?}: another number of parameters");
    // Hosts become lower case; numbers, URLs and patterns stand inside a longer value.
    let free = !["host", "value", "pickup", "menu", "url", "ntp_server", "at_once[1]"].iter().any(|end| path.ends_with(end));
    for ((name, value), (plain_name, plain_value)) in fixed.into_iter().zip(plain) {
        assert_eq!(name, plain_name);
        let inside = !free && (value.to_lowercase().contains(&text.to_lowercase()) || path.ends_with("at_once[1]"));
        assert!(value == plain_value || value == text || inside, "{path}: {name} = {value:?}");
    }
    if let Some(name) = over {
        assert!(read.iter().any(|(n, value)| n == name && value == text));
    }
}

#[test]
fn v4_hostile_texts_are_refused_by_name_or_read_back_unchanged() {
    for model in snoms() {
        let plain = read_back(model, &full(&rich(), model).unwrap());
        // All models share one writer; the long way is walked for the golden ones.
        let all = GOLDEN_MODELS.contains(&model.name);
        for (pointer, path) in FIELDS {
            let absent = (pointer.starts_with("/keys") && model.keys < 4)
                || (pointer.starts_with("/modules") && model.modules.count == 0)
                || (pointer.contains("backup") && model.accounts < 3);
            for text in hostile().iter().filter(|text| all || text.contains(['<', '\n'])) {
                if !absent {
                    push_through(pointer, path, text, model, &plain);
                }
            }
        }
    }
}

#[test]
fn v4_hostile_texts_in_a_restricted_file() {
    for model in snoms() {
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
                        assert_eq!(read.len(), plain.len());
                        let changed: Vec<_> = read.iter().zip(&plain).filter(|(a, b)| a != b).collect();
                        assert!(changed.len() == 1 && changed[0].0.1 == text, "{text:?}");
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
        let model = model("D385");
        let plain = read_back(model, &full(&rich(), model).unwrap());
        let (pointer, path) = FIELDS[field];
        push_through(pointer, path, &text, model, &plain);
    }

    #[test]
    fn e3_the_reader_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let model = model("D385");
        let _ = render::read(model, &bytes);
        let mut file = b"<settings><phone-settings>".to_vec();
        file.extend(bytes);
        let _ = render::read(model, &file);
    }

    #[test]
    fn e3_the_reader_takes_what_another_parser_takes(text in "[<>/a\"'= &;#x0!\\[\\]?-]{0,30}") {
        let model = model("D385");
        let file = format!("<phone-settings><a>{text}</a></phone-settings>");
        let other = roxmltree::Document::parse(&file).ok();
        if let Ok(settings) = render::read(model, file.as_bytes()) {
            let document = other.expect("what is read is well formed");
            let first = document.root_element().first_element_child().unwrap();
            prop_assert_eq!(settings[0].value.trim(), first.text().unwrap_or_default().trim());
        }
    }

    /// A golden file with some bytes changed is refused with a line, or read.
    #[test]
    fn e3_a_damaged_file_never_panics(at in 0_usize..4000, byte in any::<u8>(), cut in 0_usize..4000) {
        let model = model("D315");
        let mut file = restricted(model);
        if let Some(place) = file.get_mut(at) {
            *place = byte;
        }
        file.truncate(file.len().saturating_sub(cut));
        let _ = render::read(model, &file);
    }
}

// ---------------------------------------------------------------- overrides (V4)

#[test]
fn v4_an_override_replaces_the_row_of_its_name() {
    for name in ["D385", "725", "D120"] {
        let model = model(name);
        let mut profile = rich();
        profile["overrides"] = json!({
            "user_idle_text.1": "instead", "user_idle_text.2": "<in> place", "time_24_format": "off", "call_waiting": "visual only",
            "fkey.1": "speed 1<2", "fkey.120": "xml <a b=\"c\"/>", "user_idle_text.12": "perhaps beyond"
        });
        let (file, _) = full_with(&profile, model, |job| job.overrides = OverridePolicy::Any).unwrap();
        check_by_another_parser(model, &file);
        let read = read_back(model, &file);
        let names: BTreeSet<&String> = read.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), read.len());
        for (name, text) in profile["overrides"].as_object().unwrap() {
            assert!(read.contains(&(name.clone(), text.as_str().unwrap().to_owned())), "{name}");
        }
        assert!(read.contains(&("fkey.120.label".to_owned(), String::new())));
    }
}

#[test]
fn v4_unknown_and_dangerous_overrides_are_refused() {
    for (name, known) in [
        ("no_such_setting", false),
        ("user_name", false),
        ("user_name.X", false),
        ("user_name.0", false),
        ("user_name.01", false),
        ("user_name.1.2", false),
        ("language.1", false),
        ("user_name idx=\"1\"", false),
        ("phone-settings", false),
        ("functionKeys", false),
        ("", false),
        ("setting_server", true),
        ("provisioning_order", true),
        ("user_pass.1", true),
        ("http_client_pass", true),
        ("admin_mode_password", true),
        ("firmware_status", true),
        ("update_policy", true),
        ("action_offhook_url", true),
        ("tr69_acs_url", true),
        ("vpn_tarball_url", true),
        ("fkey.0", true),
        ("user_dp_str.1", true),
        ("user_dp.1", true),
        ("dialplan_count_failed_match_groups", true),
        ("emergency_proxy", true),
        ("emergency_accepted_callkeys", true),
        ("subscribe_config", true),
        ("sip_proxy", true),
        ("user_host.1", true),
        ("user_outbound.1", true),
        ("user_server_type.1", true),
        ("user_failover_identity.1", true),
        ("preselection_nr", true),
        ("keyboard_lock", true),
        ("enable_keyboard_lock", true),
        ("keyboard_lock_emergency", true),
        ("fwd_all_target", true),
        ("server_managed_fwd_all_nr.1", true),
        ("redirect_number", true),
        ("dns_domain", true),
        ("vlan_id", true),
        ("netmask_vlan", true),
        ("mac", true),
        ("phone_type", true),
        ("auto_dial", true),
        ("auto_dial_target", true),
        ("enum_suffix", true),
        ("area_code", true),
        ("answer_after_policy", true),
        ("register_http_contact", true),
        ("user_presence_host.1", true),
        ("disable_storing_changes", true),
        ("block_url_dialing", true),
    ] {
        let mut profile = rich();
        profile["overrides"] = json!({ name: "x:y" });
        let error = full(&profile, model("D385")).unwrap_err();
        assert!(matches!(&error, RenderError::Override { .. }), "{name}: {error}");
        let allowed = full_with(&profile, model("D385"), |job| job.overrides = OverridePolicy::Any);
        assert_eq!(allowed.is_ok(), known, "{name}");
        assert_eq!(render::is_known_parameter(model("D385"), name), known, "{name}");
    }
}

#[test]
fn v4_an_override_of_a_function_key_cannot_leave_it() {
    // A longer value is refused with the profile.
    for text in hostile().into_iter().filter(|text| text.len() <= 1024) {
        let mut profile = rich();
        profile["overrides"] = json!({ "fkey.1": text });
        match full_with(&profile, model("D385"), |job| job.overrides = OverridePolicy::Any) {
            Err(error) => assert!(error.to_string().starts_with("overrides.fkey.1"), "{error}"),
            Ok((file, _)) => {
                check_by_another_parser(model("D385"), &file);
                let phone = after(model("D385"), &file);
                assert_eq!(phone["fkey.1"], text);
                assert_eq!(phone["fkey.1.context"], "active");
                assert!(!phone.contains_key("fkey.1.label"), "an override has no label");
            }
        }
    }
}

#[test]
fn s1_a_dangerous_override_is_withheld_with_the_other_secrets() {
    let mut profile = rich();
    profile["overrides"] = json!({"user_pass.1": "MARKER", "ldap_password": "MARKER", "tr69_acs_passwd": "MARKER"});
    for (secrets, expected) in [(SecretsOut::ALL, 3), (SecretsOut::NONE, 0)] {
        let (file, _) = full_with(&profile, model("D385"), |job| {
            job.overrides = OverridePolicy::Any;
            job.secrets = secrets;
        })
        .unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(text.matches("MARKER").count(), expected);
    }
}

// ---------------------------------------------------------------- names (V9)

/// Names outside the list, each with its source. None so far.
const ALLOWED: &[(&str, &str)] = &[];

/// Names of the dialect that the peers' templates of D385 do not have.
const NOT_IN_TEMPLATE: &[&str] = &[
    "auto_dial",
    "auto_dial_target",
    "dst",
    "firmware_status",
    "gui_fkey2",
    "keyboard_lock_emergency",
    "ldap_password",
    "ldap_server",
    "ldap_username",
    "lldp_enable",
    "log_level",
    "pnp_config",
    "provisioning_order",
    "syslog_server",
    "time_24_format",
    "user_dp_str.X",
    "utc_offset",
    "webserver_type",
];

/// The name as lists have it: `fkey.0.label` is an attribute of `fkey.X`.
fn normalised(name: &str) -> String {
    name.split_once('.').map_or(name.to_owned(), |(base, _)| format!("{base}.X"))
}

#[test]
fn v9_every_name_is_real() {
    let list: BTreeSet<&str> = include_str!("../data/param-names/snom.txt").lines().collect();
    let d385: BTreeSet<&str> = include_str!("data/param-names/models/snom-D385.txt").lines().collect();
    let tables: BTreeSet<&str> = render::parameters(Dialect::SnomDesk).iter().map(|row| row.name).collect();
    assert!(tables.len() > 50);
    for name in &tables {
        assert!(list.contains(name) || ALLOWED.iter().any(|(known, _)| known == name), "{name} has no source");
        let in_model = d385.contains(name.trim_end_matches(".X"));
        // What the template of a model lacks is named here, so that a new row is looked at.
        assert_eq!(in_model, !NOT_IN_TEMPLATE.contains(name), "{name}");
    }
    for model in snoms() {
        for file in [full(&rich(), model).unwrap(), restricted(model)] {
            for (name, _) in read_back(model, &file) {
                assert!(tables.contains(normalised(&name).as_str()), "{name} is in no table");
                if let Some(attribute) = name.strip_prefix("fkey.").and_then(|rest| rest.split_once('.')) {
                    assert!(matches!(attribute.1, "label" | "context"), "{name}");
                }
            }
        }
    }
}

#[test]
fn v9_every_index_is_one_that_the_model_has() {
    for model in snoms() {
        let keys = model.keys + model.modules.count * model.modules.keys;
        for file in [full(&rich(), model).unwrap(), restricted(model)] {
            let stated: BTreeSet<String> = read_back(model, &file).into_iter().map(|(name, _)| name).collect();
            for key in 0..keys {
                assert!(stated.contains(&format!("fkey.{key}")), "{}: fkey.{key}", model.name);
            }
            assert!(!stated.contains(&format!("fkey.{keys}")));
            for identity in 1..=model.accounts {
                assert!(stated.contains(&format!("user_active.{identity}")));
            }
            assert!(!stated.contains(&format!("user_active.{}", model.accounts + 1)));
            assert!(!stated.contains("user_active.0"));
        }
    }
}

// ---------------------------------------------------------------- secrets (S1)

#[test]
fn s1_withheld_secrets_are_not_stated_at_all() {
    let (file, _) = full_with(&rich(), model("D385"), |job| job.secrets = SecretsOut::NONE).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(!text.contains("SECRET") && !text.contains("EXAMPLE-CREDENTIAL") && !text.contains("36251847"), "{text}");
    for name in [
        "user_pass idx=\"1\"",
        "user_pass idx=\"2\"",
        // The hidden identity of the first account's backup server.
        "user_pass idx=\"7\"",
        "http_pass",
        "webserver_admin_password",
        "webserver_user_password",
        "admin_mode_password",
        "http_client_pass",
    ] {
        assert!(!text.contains(&format!("<{name}")), "{name} is stated");
    }
    // A slot without account holds no secret of anybody: it is emptied.
    assert!(text.contains("<user_pass idx=\"3\" perm=\"R\"></user_pass>\n"));

    let markers = [
        ("SECRET-sip-1", SecretsOut::NONE.with_sip(1)),
        ("SECRET-sip-2", SecretsOut::NONE.with_sip(2)),
        ("SECRET-admin", SecretsOut::NONE.with(SecretKind::Web)),
        ("SECRET-user", SecretsOut::NONE.with(SecretKind::Web)),
        ("36251847", SecretsOut::NONE.with(SecretKind::Menu)),
        ("EXAMPLE-CREDENTIAL", SecretsOut::NONE.with(SecretKind::Credential)),
    ];
    for (_, out) in markers {
        let (file, _) = full_with(&rich(), model("D385"), |job| job.secrets = out).unwrap();
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
        let (file, _) = full_with(&rich(), model("D385"), |job| {
            let url: &'static Secret = Box::leak(Box::new(url.clone()));
            job.provisioning.url = ProvisioningUrl::Credential(url);
            job.secrets = secrets;
        })
        .unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(text.contains("MARKER/snomD385-805EC0010203.htm"), expected);
        assert_eq!(text.contains("<setting_server"), expected);
    }
}

#[test]
fn p5_no_debug_and_no_error_shows_a_secret() {
    let mut bad = rich();
    bad["accounts"][0]["password"] = json!("SECRET\n");
    let error = full(&bad, model("D385")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("SECRET"));
    assert_eq!(error.to_string(), "accounts[1].password holds U+000A, which the file cannot carry");
    let file = restricted(model("D385"));
    let settings = render::read(model("D385"), &file).unwrap();
    assert!(!format!("{settings:?}").contains("EXAMPLE"));
}

// ---------------------------------------------------------------- slots (V12), determinism (V5)

/// Whether a stored parameter stays when nothing states it: the phone's own logins, whose factory defaults everybody knows, and
/// its place in the network, without which it reaches nobody.
fn may_stay(name: &str) -> bool {
    matches!(
        name,
        "admin_mode_password"
            | "admin_mode_password_confirm"
            | "http_user"
            | "http_pass"
            | "webserver_admin_name"
            | "webserver_admin_password"
            | "webserver_user_name"
            | "webserver_user_password"
            | "vlan_id"
            | "vlan_qos"
            | "vlan_pc_id"
            | "lldp_enable"
    )
}

fn without(mut phone: Phone, drop: impl Fn(&str) -> bool) -> Phone {
    phone.0.retain(|name, _| !drop(name));
    phone
}

#[test]
fn v12_nothing_of_a_profile_survives_a_restricted_file() {
    for model in snoms() {
        let waiting = restricted(model);
        let phone = Phone::after(model, &[&full(&rich(), model).unwrap(), &waiting]);
        assert_eq!(without(phone.clone(), may_stay), Phone::after(model, &[&waiting]), "{}", model.name);
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
    let backup = json!({"accounts": [
        {"user": "1", "password": "p", "server": {"host": "a.example.net"}, "backup_server": {"host": "b.example.net"}}
    ]});
    let empty = json!({});
    for model in snoms() {
        let profiles = [&rich(), &rich_without_network(), &small, &backup, &empty];
        let files: Vec<Vec<u8>> = profiles.map(|json| full(json, model).unwrap()).into();
        let waiting = restricted(model);
        let all: Vec<&[u8]> = files.iter().map(Vec::as_slice).chain([waiting.as_slice()]).collect();
        for a in &all {
            for b in &all {
                let stated: BTreeSet<String> = read_back(model, b).into_iter().map(|(name, _)| name).collect();
                let drop = |name: &str| may_stay(name) && !stated.contains(name);
                assert_eq!(without(Phone::after(model, &[a, b]), drop), Phone::after(model, &[b]), "{}", model.name);
            }
        }
        // And the same when B withholds its secrets: only those differ.
        let (quiet, _) = full_with(&rich(), model, |job| job.secrets = SecretsOut::NONE).unwrap();
        assert_eq!(Phone::after(model, &[&files[0], &quiet]), Phone::after(model, &[&files[0]]), "what is withheld is kept");
    }
}

#[test]
fn v12_what_an_override_set_is_forgotten_where_the_host_names_it() {
    static FORGET: [&str; 5] = ["call_waiting", "user_idle_number.2", "ring_sound", "fkey.120", "no_such_setting"];
    for name in ["D385", "725"] {
        let model = model(name);
        let mut profile = rich();
        profile["overrides"] =
            json!({"call_waiting": "TEXT", "user_idle_number.2": "TEXT", "ring_sound": "TEXT", "fkey.120": "speed TEXT"});
        let (before, _) = full_with(&profile, model, |job| job.overrides = OverridePolicy::Any).unwrap();
        let (plain, _) = full_with(&rich(), model, |job| job.forget = &FORGET).unwrap();
        check_by_another_parser(model, &plain);
        assert_eq!(Phone::after(model, &[&before, &plain]), Phone::after(model, &[&plain]));
        let phone = Phone::after(model, &[&before, &plain]).0;
        assert!(FORGET[..3].iter().all(|name| !phone.contains_key(*name)));
        assert_eq!(phone["fkey.120"], "none");
    }
}

#[test]
fn v12_both_modes_state_the_same_parameters() {
    for model in snoms() {
        let names = |file: Vec<u8>| -> BTreeSet<String> {
            let names = read_back(model, &file).into_iter().map(|(name, _)| name);
            names.filter(|name| !may_stay(name)).collect()
        };
        assert_eq!(names(full(&rich(), model).unwrap()), names(restricted(model)), "{}", model.name);
    }
}

#[test]
fn v5_same_input_same_bytes() {
    for model in snoms() {
        assert_eq!(full(&rich(), model), full(&rich(), model));
        assert_eq!(restricted(model), restricted(model));
    }
}

// ---------------------------------------------------------------- what the words say (V1, V6)

#[test]
fn v6_what_the_model_has_not_is_warned_about_and_the_rest_is_rendered() {
    let mut profile = rich();
    profile["language"] = json!("tr");
    profile["tones"] = json!("be");
    profile["time"] = json!({"utc_offset_min": -210, "dst_auto": true});
    profile["keys"] = json!([{"kind": "pickup", "value": "*8"}, {"kind": "voicemail"}, {"kind": "line"}]);
    let (file, warnings) = full_with(&profile, model("D140"), |_| ()).unwrap();
    let shown: Vec<String> = warnings.as_slice().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "accounts[1].backup_server is left out: it needs account slot 2, which is not free",
            "time.dst_auto is left out: this model has no word for it",
            "language is left out: this model has no word for it",
            "tones is left out: this model has no word for it",
            "dialling.timeout_s is not met exactly: this model does what comes nearest",
            "accounts[1].codecs[3] is left out: this model has no word for it",
            "firmware.url is left out: it is not known which firmware the phone has",
            "keys[1].kind is left out: this model has no word for it",
            "keys[3] is left out: this model has 2",
            "modules[1] is left out: this model has 0",
            "handsets[1] is left out: this model has 0",
            "handsets[2] is left out: this model has 0",
            "protection.pairing_pin is left out: this model has no place for it",
            "language_file is left out: this model has no place for it",
            "phonebook.name is left out: this model has no place for it",
            "phonebook.user is left out: this model has no place for it",
            "phonebook.password is left out: this model has no place for it",
            "syslog.port is left out: this model has no place for it",
            "display_text is left out: this model has no place for it",
        ]
    );
    let phone = after(model("D140"), &file);
    assert_eq!(phone["utc_offset"], "-12600");
    assert_eq!(phone["language"], "English");
    assert_eq!(phone["codec_priority_list.1"], "g722,pcma,telephone-event");
    assert_eq!((phone["fkey.0"].as_str(), phone["fkey.1"].as_str()), ("none", "keyevent F_RETRIEVE"));
}

/// What a profile without any password gives.
const FACTORY_PASSWORD: &str = "protection.admin_password is not given: the phone may be left with its factory password";

fn reasons(warnings: &Warnings) -> Vec<String> {
    warnings.as_slice().iter().map(ToString::to_string).collect()
}

#[test]
fn v6_a_key_of_an_account_that_is_not_there_uses_the_active_identity() {
    // Account 13 is beyond the model, 3 is not in the profile, and 7 is the hidden identity of account 1.
    for (slot, context, there) in [(1, "1", true), (3, "active", false), (7, "active", false), (13, "active", false)] {
        let key = json!({"kind": "line", "account": slot});
        let mut profile = rich();
        profile["accounts"][1]["slot"] = json!(13);
        profile["keys"] = json!([key]);
        profile["modules"] = json!([{"keys": [key]}]);
        let (file, warnings) = full_with(&profile, model("D385"), |_| ()).unwrap();
        let phone = after(model("D385"), &file);
        assert_eq!([&phone["fkey.0.context"], &phone["fkey.48.context"]], [context; 2], "{slot}");
        for field in ["keys[1]", "modules[1].keys[1]"] {
            let warning = format!("{field}.account names an account that is not there");
            assert_eq!(!reasons(&warnings).contains(&warning), there, "{slot}");
        }
    }
}

#[test]
fn v6_a_phone_without_password_is_warned_about_and_never_serves_plain_http() {
    for (protection, web, warned) in [
        (json!({}), "https", true),
        (json!({"user_password": "x"}), "https", true),
        (json!({"admin_password": "x"}), "https", false),
        (json!({"menu_password": "1234"}), "https", false),
        (json!({"admin_password": "x", "web": true}), "https", false),
        (json!({"web": false}), "off", true),
    ] {
        let (file, warnings) = full_with(&json!({ "protection": protection }), model("D385"), |_| ()).unwrap();
        assert_eq!(after(model("D385"), &file)["webserver_type"], web, "{protection}");
        assert_eq!(reasons(&warnings), vec![FACTORY_PASSWORD; usize::from(warned)], "{protection}");
    }
    let (_, warnings) = full_with(&rich(), model("D385"), |job| job.secrets = SecretsOut::NONE).unwrap();
    assert!(!reasons(&warnings).contains(&FACTORY_PASSWORD.to_owned()), "what is withheld was given");
}

#[test]
fn v10_settings_come_from_the_setting_server_alone() {
    for model in snoms() {
        for file in [full(&rich(), model).unwrap(), full(&json!({}), model).unwrap(), restricted(model)] {
            let phone = after(model, &file);
            // The vendor's `redirection` is also the step that fetches from `setting_server`.
            assert_eq!(phone["provisioning_order"], "redirection:stop");
            assert_eq!(phone["pnp_config"], "off");
            assert!(phone["setting_server"].starts_with("https://prov.example.net/"));
        }
    }
}

#[test]
fn c2_a_short_timeout_does_not_cut_a_slowly_typed_emergency_number() {
    let newest: FirmwareVersion = "10.1.198.19".parse().unwrap();
    for (seconds, known, unknown) in [(1, "3", "5"), (2, "3", "5"), (3, "3", "5"), (4, "4", "5"), (60, "60", "10")] {
        for (told, stated) in [(Some(leaked(&newest)), known), (None, unknown)] {
            let profile = json!({"dialling": {"timeout_s": seconds}});
            let (file, _) = full_with(&profile, model("D385"), |job| job.firmware = told).unwrap();
            assert_eq!(after(model("D385"), &file)["auto_dial"], stated);
        }
    }
    assert_eq!(after(model("D385"), &full(&json!({}), model("D385")).unwrap())["auto_dial"], "off");
}

#[test]
fn v1_a_backup_server_is_a_hidden_identity() {
    let phone = after(model("D385"), &full(&rich(), model("D385")).unwrap());
    let of = |name: &str, identity: u16| phone.get(&format!("{name}.{identity}")).map(String::as_str);
    assert_eq!(of("user_failover_identity", 1), Some("7"));
    assert_eq!((of("hide_identity", 1), of("hide_identity", 7)), (Some("false"), Some("true")));
    assert_eq!((of("user_active", 7), of("user_pass", 7)), (Some("on"), Some("SECRET-sip-1")));
    assert_eq!(of("user_host", 1), Some("text-a.example.net:5061"));
    assert_eq!(of("user_outbound", 1), Some("text-d.example.net:5063;transport=tls"));
    // The proxy stands before the backup server as well.
    assert_eq!(of("user_host", 7), Some("text-b.example.net:5062"));
    assert_eq!(of("user_outbound", 7), Some("text-d.example.net:5063;transport=tls"));
    assert_eq!(of("user_active", 12), Some("off"));
    assert_eq!(of("user_failover_identity", 2), Some("none"));
    assert_eq!((of("user_srtp", 1), of("user_savp", 1)), (Some("on"), Some("mandatory")));
    assert_eq!(of("user_outbound", 2), Some("text-c.example.net;transport=udp"));
}

/// An account of this slot, with a backup server or without.
fn account(slot: u16, backup: bool) -> Value {
    let mut account =
        json!({"slot": slot, "user": slot.to_string(), "password": format!("p{slot}"), "server": {"host": "a.example.net"}});
    if backup {
        account["backup_server"] = json!({"host": format!("b{slot}.example.net")});
    }
    account
}

#[test]
fn v1_a_hidden_identity_does_not_move_when_accounts_come_and_go() {
    let hidden = |accounts: &[Value]| {
        let (file, warnings) = full_with(&json!({ "accounts": accounts }), model("D385"), |_| ()).unwrap();
        let phone = after(model("D385"), &file);
        let of: Vec<String> = [1, 2, 3].map(|n| phone[&format!("user_failover_identity.{n}")].clone()).into();
        for identity in of.iter().filter(|identity| *identity != "none") {
            assert_eq!(phone[&format!("hide_identity.{identity}")], "true");
            assert_eq!(phone[&format!("user_active.{identity}")], "on");
        }
        (of, reasons(&warnings).into_iter().filter(|text| text != FACTORY_PASSWORD).collect::<Vec<_>>())
    };
    let none = Vec::<String>::new();
    assert_eq!(hidden(&[account(2, true)]), (vec!["none".into(), "8".into(), "none".into()], none.clone()));
    assert_eq!(hidden(&[account(1, true), account(2, true)]), (vec!["7".into(), "8".into(), "none".into()], none.clone()));
    assert_eq!(hidden(&[account(2, true), account(3, true)]), (vec!["none".into(), "8".into(), "9".into()], none.clone()));
    assert_eq!(hidden(&[account(2, true), account(12, false)]), (vec!["none".into(), "8".into(), "none".into()], none));
    // Its number is an account's: no backup, and none of the account's own identities is hidden.
    let warning = "accounts[2].backup_server is left out: it needs account slot 8, which is not free".to_owned();
    assert_eq!(
        hidden(&[account(1, true), account(2, true), account(8, false)]),
        (vec!["7".into(), "none".into(), "none".into()], vec![warning])
    );
}

#[test]
fn v1_accounts_do_not_take_each_others_backup_away() {
    for model in snoms() {
        let half = model.accounts / 2;
        // As many as have room, each with a backup server: all keep it, and no pair is the one that fails.
        let all: Vec<Value> = (1..=half).map(|slot| account(slot, true)).collect();
        let (file, warnings) = full_with(&json!({ "accounts": all }), model, |_| ()).unwrap();
        let phone = Phone::after(model, &[&file]);
        for slot in 1..=half {
            let backup = phone.takes_over(slot).unwrap_or_else(|| panic!("{}: {slot} has no backup", model.name));
            assert_eq!(phone.0[&format!("user_host.{backup}")], format!("b{slot}.example.net"));
        }
        assert_eq!(reasons(&warnings), [FACTORY_PASSWORD]);
    }
    // Those in the middle: 6 keeps its backup, 7 has none and is told why; 1 loses its own to 7.
    let accounts = [account(1, true), account(6, true), account(7, true)];
    let (file, warnings) = full_with(&json!({ "accounts": accounts }), model("D785"), |_| ()).unwrap();
    let phone = Phone::after(model("D785"), &[&file]);
    assert_eq!([1, 6, 7].map(|slot| phone.takes_over(slot)), [None, Some(12), None]);
    assert_eq!(
        reasons(&warnings)[..2],
        [
            "accounts[1].backup_server is left out: it needs account slot 7, which is not free",
            "accounts[7].backup_server is left out: this model has no place for it"
        ]
    );
}

#[test]
fn s1_a_hidden_identity_keeps_its_password_while_the_accounts_is_withheld() {
    for model in snoms() {
        let half = model.accounts / 2;
        let hidden = 1 + half;
        let before = full(&json!({ "accounts": [account(1, true)] }), model).unwrap();
        // Another account comes, and only its password goes out.
        let more = if half > 1 { vec![account(1, true), account(2, true)] } else { vec![account(1, true)] };
        let secrets = SecretsOut::NONE.with_sip(2);
        let (later, _) = full_with(&json!({ "accounts": more }), model, |job| job.secrets = secrets).unwrap();
        let phone = Phone::after(model, &[&before, &later]).0;
        for identity in [1, hidden] {
            assert_eq!(phone[&format!("user_active.{identity}")], "on", "{}", model.name);
            assert_eq!(phone[&format!("user_pass.{identity}")], "p1", "{}", model.name);
        }
        if half > 1 {
            assert_eq!(
                phone[&format!("user_pass.{}", hidden + 1)],
                "p2",
                "a hidden identity's password goes out with its account's"
            );
        }
        // Without a backup server it goes, password and all.
        let (without, _) =
            full_with(&json!({ "accounts": [account(1, false)] }), model, |job| job.secrets = SecretsOut::NONE).unwrap();
        let phone = Phone::after(model, &[&before, &without]).0;
        assert_eq!(phone[&format!("user_active.{hidden}")], "off");
        assert!(!phone.contains_key(&format!("user_pass.{hidden}")));
        assert_eq!(phone["user_pass.1"], "p1");
    }
}

#[test]
fn v1_keys_on_modules_are_numbered_on_from_the_phones_own() {
    let phone = after(model("D315"), &full(&rich(), model("D315")).unwrap());
    assert_eq!((phone["fkey.0"].as_str(), phone["fkey.0.context"].as_str()), ("line", "1"));
    assert_eq!(phone["fkey.1"], "blf TEXT202|*8");
    assert_eq!((phone["fkey.2"].as_str(), phone["fkey.2.context"].as_str()), ("speed TEXT203", "active"));
    assert_eq!(phone["fkey.3"], "url https://prov.example.net/TEXT-menu");
    assert_eq!((phone["fkey.5"].as_str(), phone["fkey.5.label"].as_str()), ("blf TEXT204|*8", "TEXT key 6"));
    assert_eq!(phone["fkey.6"], "none");
    assert_eq!(phone["fkey.58"], "none");
}

#[test]
fn v1_a_key_for_the_directory_opens_the_phonebook_of_the_profile() {
    let keys = json!([{"kind": "directory", "label": "Book"}]);
    let with = json!({"keys": keys, "phonebook": {"url": "https://prov.example.net/book?a=1&b=2"}});
    for (profile, value) in [(with, "url https://prov.example.net/book?a=1&b=2"), (json!({"keys": keys}), "keyevent F_ADR_BOOK")]
    {
        let file = full(&profile, model("D385")).unwrap();
        check_by_another_parser(model("D385"), &file);
        let phone = after(model("D385"), &file);
        assert_eq!([&phone["fkey.0"], &phone["dkey_directory"]], [value; 2]);
        assert_eq!(phone["fkey.0.label"], "Book");
    }
}

#[test]
fn v9_languages_are_in_the_words_of_the_phone() {
    for (lang, name, firmware, word) in [
        ("fr", "D785", None, "Francais"),
        ("fr", "D785", Some("10.1.101.11"), "Francais"),
        ("fr", "D785", Some("10.1.198.19"), "Français"),
        ("fr", "D865", None, "Français"),
        ("es", "D785", Some("10.1.198.19"), "Espanol"),
        ("es", "D865", None, "Español"),
        ("de", "D865", None, "Deutsch"),
    ] {
        let firmware = firmware.map(|text| leaked(&text.parse().unwrap()));
        let (file, _) = full_with(&json!({ "language": lang }), model(name), |job| job.firmware = firmware).unwrap();
        check_by_another_parser(model(name), &file);
        let phone = after(model(name), &file);
        assert_eq!([&phone["language"], &phone["web_language"]], [word; 2], "{name}");
    }
}

#[test]
fn a_profile_without_keys_gets_a_line_key_per_account() {
    let mut profile = rich();
    profile.as_object_mut().unwrap().remove("keys");
    let phone = after(model("D385"), &full(&profile, model("D385")).unwrap());
    let keys: Vec<_> =
        (0..3).map(|n| (phone[&format!("fkey.{n}")].as_str(), phone[&format!("fkey.{n}.context")].as_str())).collect();
    assert_eq!(keys, [("line", "1"), ("line", "2"), ("none", "active")]);
}

#[test]
fn v1_time_is_said_by_name_and_by_rule() {
    let clock = |time: Value| {
        let (file, warnings) = full_with(&json!({ "time": time }), model("D385"), |_| ()).unwrap();
        assert_eq!(reasons(&warnings), [FACTORY_PASSWORD]);
        let phone = after(model("D385"), &file);
        ["timezone", "utc_offset", "dst"].map(|name| phone.get(name).cloned().unwrap_or_default())
    };
    assert_eq!(clock(json!({"zone": "Europe/Berlin"})), ["GER+1", "3600", "3600 03.05.07 02:00:00 10.05.07 03:00:00"]);
    assert_eq!(clock(json!({"zone": "Europe/Berlin", "dst_auto": false})), ["", "3600", ""]);
    assert_eq!(clock(json!({"zone": "America/New_York"})), ["USA-5", "-18000", "3600 03.02.07 02:00:00 11.01.07 02:00:00"]);
    assert_eq!(clock(json!({"zone": "Asia/Kathmandu"})), ["", "20700", ""]);
    assert_eq!(clock(json!({"zone": "Asia/Tokyo"})), ["JPN+9", "32400", ""]);
    assert_eq!(clock(json!({"utc_offset_min": 60})), ["", "3600", ""]);
    assert_eq!(clock(json!({})), ["", "", ""]);
}

#[test]
fn v1_every_zone_is_said_or_warned_about() {
    for name in libprov::zone::Zone::names() {
        let (file, warnings) = full_with(&json!({"time": {"zone": name}}), model("D120"), |_| ()).unwrap();
        let phone = after(model("D120"), &file);
        assert!(phone.contains_key("utc_offset"), "{name}");
        if let Some(warning) = warnings.as_slice().iter().find(|warning| warning.reason != WarningReason::FactoryPassword) {
            assert_eq!(warning.field, "time.zone", "{name}");
            assert!(!phone.contains_key("dst") && !phone.contains_key("timezone"), "{name}");
        }
        if let Some(word) = phone.get("timezone") {
            // A zone that has a word has the word's rule too.
            let start = word.find(['+', '-']).unwrap();
            let hours: f64 = word[start..].parse().unwrap();
            assert_eq!(phone["utc_offset"], ((hours * 3600.0) as i64).to_string(), "{name}");
        }
    }
}

#[test]
fn v9_older_firmware_gets_one_web_login_only() {
    for (version, two) in [("8.9.3.80", false), ("10.1.20.0", false), ("10.1.101.11", true), ("10.1.198.19", true)] {
        let version = version.parse().unwrap();
        let (file, _) = full_with(&rich(), model("D785"), |job| job.firmware = Some(Box::leak(Box::new(version)))).unwrap();
        let phone = after(model("D785"), &file);
        assert_eq!(phone["http_pass"], "SECRET-admin");
        assert_eq!(phone.contains_key("webserver_admin_password"), two);
        assert_eq!(phone.contains_key("webserver_user_password"), two);
        // The target, 999.1, is newer than each of them.
        assert_eq!(phone["firmware_status"], "https://prov.example.net/TEXT-firmware");
        assert_eq!(phone["update_policy"], "auto_update");
    }
    let phone = after(model("D785"), &full(&rich(), model("D785")).unwrap());
    assert_eq!(phone["update_policy"], "settings_only");
    assert!(!phone.contains_key("firmware_status"), "nobody knows what the phone has");
}

#[test]
fn v1_numbers_are_dialled_at_once_and_others_go_out_as_typed() {
    let phone = after(model("D385"), &full(&rich(), model("D385")).unwrap());
    let plan = &phone["user_dp_str.1"];
    assert_eq!(*plan, phone["user_dp_str.2"]);
    assert_eq!(dialplan::typed(plan, "01234569"), "0123456");
    assert_eq!(dialplan::typed(plan, "*97"), "*97");
    for number in ["112", "110", "201", "+49301234", "*8", "012", "#31#201", "02345678", "reception"] {
        assert_eq!(dialplan::dialled(plan, number), number);
    }
    for number in ["112", "110", "201", "*8", "#31#201"] {
        assert_eq!(dialplan::typed(plan, number), number);
    }
}

#[test]
fn v6_a_pattern_with_a_hash_is_left_out() {
    let profile = json!({"accounts": [account(1, false)], "dialling": {"at_once": ["#31#xxx", "*9x"]}});
    let (file, warnings) = full_with(&profile, model("D385"), |_| ()).unwrap();
    assert!(reasons(&warnings).contains(&"dialling.at_once[1] is left out: this model has no word for it".to_owned()));
    let plan = &after(model("D385"), &file)["user_dp_str.1"];
    for number in ["#31#201", "*98", "*21*201#", "201"] {
        assert_eq!(dialplan::typed(plan, number), number, "{plan}");
    }
}

#[test]
fn c2_a_pattern_that_would_cut_an_emergency_number_is_refused() {
    for pattern in ["11", "1x", "x"] {
        let profile = json!({"dialling": {"at_once": [pattern]}});
        assert!(full(&profile, model("D385")).unwrap_err().to_string().starts_with("dialling.at_once[1]"));
    }
}

// ---------------------------------------------------------------- restricted (V3)

/// Emergency numbers whose beginnings are others, and the plan of a waiting phone that has them.
fn restricted_plan(emergency: &[&str], outside_line: Option<&str>, service: &str) -> String {
    let mut job = waiting();
    job.emergency = numbers(emergency);
    job.outside_line = outside_line.map(|prefix| prefix.parse().unwrap());
    job.service = service.parse().unwrap();
    after(model("D385"), &job.render(model("D385")).unwrap())["user_dp_str.1"].clone()
}

#[test]
fn v3_only_emergency_numbers_and_the_service_can_be_dialled() {
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
        "x",
        "*",
        "0",
        "01",
        "reception",
        "112@evil.example",
        "sip:1@evil.example",
    ];
    for model in snoms() {
        assert!(model.digit_map);
        let phone = after(model, &restricted(model));
        let plan = &phone["user_dp_str.1"];
        for number in ["112", "110", "911", "0112", "0110", "0911", "*89"] {
            assert_eq!(dialplan::dialled(plan, number), number, "{plan}");
            assert_eq!(dialplan::typed(plan, number), number, "{plan}");
        }
        for number in others {
            assert_eq!(dialplan::dialled(plan, number), "*89", "{number} gets through {plan}");
            // Typed digit by digit, a number that begins with an emergency number is that one.
            let typed = dialplan::typed(plan, number);
            let begun = ["112", "110", "911", "0112", "0110", "0911"].contains(&typed.as_str()) && number.starts_with(&typed);
            assert!(typed == "*89" || begun, "{number} gets through {plan} as {typed}");
        }
        for identity in 1..=model.accounts {
            assert_eq!(phone[&format!("user_active.{identity}")], if identity == 1 { "on" } else { "off" });
            assert_eq!(phone.contains_key(&format!("user_name.{identity}")), identity == 1);
        }
        assert_eq!(phone["user_name.1"], waiting().user.as_str(), "a phone has the bare id");
        assert_eq!(phone["user_pname.1"], waiting().user.as_str());
        assert_eq!(phone["user_idle_text.1"], "Anmeldung nötig: *89");
        assert_eq!(phone["user_outbound.1"], "auth.example.net:5061;transport=tls");
        assert_eq!(phone["keyboard_lock_emergency"], "112 110 911");
        assert_eq!(phone["dkey_directory"], "speed *89");
        assert!(!phone.contains_key("action_offhook_url"), "would take emergency calls away");
        assert_eq!(
            phone["setting_server"],
            format!("https://prov.example.net/t/EXAMPLE-TOKEN/snom{}-805EC0010203.htm", model.name)
        );
        assert_eq!((phone["provisioning_order"].as_str(), phone["pnp_config"].as_str()), ("redirection:stop", "off"));
        assert_eq!(phone["auto_dial"], "5", "a number that waits goes out by itself");
        // The MAC address is on the third key, and where there is none beside the idle screen's text.
        let mac = phone.get("fkey.2.label").or(phone.get("user_idle_number.1"));
        assert_eq!(mac.map(String::as_str), Some("805ec0010203"), "{}", model.name);
        if model.keys > 1 {
            assert_eq!(phone["fkey.1"], "speed *89");
        }
    }
}

#[test]
fn c2_an_emergency_number_that_another_begins_with_waits_for_the_rest() {
    for (emergency, prefix, service) in [
        (&["11", "112", "1122"][..], None, "*89"),
        (&["112", "110"], Some("11"), "*89"),
        (&["01", "12"], Some("0"), "*89"),
        (&["112"], None, "1129"),
        (&["911", "112"], Some("9"), "*9*"),
    ] {
        let plan = restricted_plan(emergency, prefix, service);
        let behind = prefix.iter().flat_map(|prefix| emergency.iter().map(move |number| format!("{prefix}{number}")));
        let all: Vec<String> =
            emergency.iter().map(|number| (*number).to_owned()).chain(behind).chain([service.to_owned()]).collect();
        for number in &all {
            assert_eq!(dialplan::typed(&plan, number), *number, "{plan}");
            assert_eq!(dialplan::dialled(&plan, number), *number, "{plan}");
        }
        for number in ["", "2", "333", "44444"] {
            assert_eq!(dialplan::dialled(&plan, number), service, "{plan}");
        }
    }
}

#[test]
fn c2_behind_the_prefix_a_number_does_not_take_the_plain_one_away() {
    // 9112 is 112 behind the prefix 9, and begins with 911: 911 waits for a digit more, and goes out by itself after 5 s.
    let mut job = waiting();
    job.emergency = numbers(&["911", "112"]);
    job.outside_line = Some("9".parse().unwrap());
    let phone = after(model("D385"), &job.render(model("D385")).unwrap());
    let plan = &phone["user_dp_str.1"];
    for number in ["911", "9911", "112", "9112"] {
        assert_eq!(dialplan::typed(plan, number), number, "{plan}");
    }
    assert!(plan.contains("!^911$!sip:911@\\d! ") && plan.contains("!^9112$!sip:9112@\\d!d "), "{plan}");
    for firmware in Device::FIRMWARE {
        let version = firmware.parse().unwrap();
        for told in [None, Some(&version)] {
            let mut device = Device::new(firmware);
            // What an earlier file left is not armed.
            device.phone.0.extend([("auto_dial_target".into(), "0900".into()), ("auto_dial".into(), "2".into())]);
            device.apply(model("D385"), &job.render_with(model("D385"), |job| job.firmware = told).unwrap());
            assert!(device.refused.is_empty(), "{firmware}: {:?}", device.refused);
            for number in ["911", "9911", "112", "9112"] {
                assert_eq!(device.off_hook(number).as_deref(), Some(number), "{firmware}");
            }
            assert_eq!(device.off_hook("201").as_deref(), Some("*89"), "{firmware}");
            // The handset alone calls the service where there is time to type, and nothing where nobody knows.
            let service = (told.is_some() && device.has_hotline()).then_some("*89");
            assert_eq!(device.off_hook("").as_deref(), service, "{firmware}");
        }
    }
}

#[test]
fn v12_a_full_file_takes_a_hotline_back() {
    let model = model("D785");
    for firmware in Device::FIRMWARE {
        let version = firmware.parse().unwrap();
        let mut device = Device::new(firmware);
        let mut before = rich();
        before["overrides"] = json!({"auto_dial_target": "0900", "auto_dial": "2"});
        device.apply(model, &full_with(&before, model, |job| job.overrides = OverridePolicy::Any).unwrap().0);
        assert_eq!(device.off_hook("112").as_deref(), device.has_hotline().then_some("0900").or(Some("112")));
        for told in [None, Some(&version)] {
            let mut device = device.clone();
            let waiting = waiting().render_with(model, |job| job.firmware = told).unwrap();
            let (plain, _) = full_with(&rich(), model, |job| job.firmware = told.map(leaked)).unwrap();
            for file in [&plain, &waiting, &plain] {
                device.apply(model, file);
                assert_eq!(device.off_hook("112").as_deref(), Some("112"), "{firmware}");
            }
            assert_eq!(device.off_hook(""), None, "{firmware}");
        }
    }
}

fn leaked(version: &FirmwareVersion) -> &'static FirmwareVersion {
    Box::leak(Box::new(version.clone()))
}

#[test]
fn v6_every_firmware_takes_what_it_is_given_and_the_rest_is_warned_about() {
    let model = model("D785");
    for firmware in Device::FIRMWARE {
        let version: FirmwareVersion = firmware.parse().unwrap();
        for seconds in (1..=16).chain([59, 60]) {
            let mut profile = rich();
            profile["dialling"]["timeout_s"] = json!(seconds);
            for told in [Some(leaked(&version)), None] {
                let (file, warnings) = full_with(&profile, model, |job| job.firmware = told).unwrap();
                let mut device = Device::new(firmware);
                device.apply(model, &file);
                let stated: u32 = device.phone.0["auto_dial"].parse().unwrap();
                assert!(stated >= 3, "{firmware}: {seconds} s would cut an emergency number");
                let nearest = "dialling.timeout_s is not met exactly: this model does what comes nearest";
                assert_eq!(stated != seconds, reasons(&warnings).contains(&nearest.to_owned()), "{firmware}: {seconds}");
                let old = "protection.user_password is left out: the phone's firmware is too old for it";
                let warned = reasons(&warnings).contains(&old.to_owned());
                if told.is_some() {
                    assert!(device.refused.is_empty(), "{firmware}: {:?}", device.refused);
                    assert_ne!(device.phone.0.contains_key("webserver_user_password"), warned, "{firmware}");
                } else {
                    assert!(!warned, "nobody knows");
                }
            }
        }
    }
}

#[test]
fn c2_a_service_code_that_a_sip_address_cannot_carry_is_refused() {
    for code in ["#89", "*8#", "*89*89*#"] {
        let mut job = waiting();
        job.service = code.parse().unwrap();
        let error = job.render(model("D385")).unwrap_err();
        assert!(matches!(&error, RenderError::Value { field, .. } if field == "service_code"), "{error}");
    }
}

#[test]
fn c2_twenty_long_numbers_and_a_prefix_fit() {
    let emergency: Vec<String> = (0..20).map(|n| format!("{}", 10_000_000 + n)).collect();
    let emergency: Vec<&str> = emergency.iter().map(String::as_str).collect();
    let plan = restricted_plan(&emergency, Some("0000"), "*89*89**");
    for number in emergency {
        assert_eq!(dialplan::typed(&plan, number), number);
        assert_eq!(dialplan::typed(&plan, &format!("0000{number}")), format!("0000{number}"));
    }
}

proptest! {
    #[test]
    fn v3_whatever_is_dialled_ends_at_the_service_or_an_emergency_number(number in "[0-9*#+a-z]{0,12}") {
        let plan = restricted_plan(&["112", "110", "911"], Some("0"), "*89");
        let allowed = ["112", "110", "911", "0112", "0110", "0911"];
        let sent = dialplan::dialled(&plan, &number);
        prop_assert_eq!(sent.as_str(), if allowed.contains(&number.as_str()) { number.as_str() } else { "*89" });
    }
}

// ---------------------------------------------------------------- memory (P5)

#[test]
fn p5_the_buffer_does_not_move_while_it_grows() {
    for model in snoms() {
        for restricted in [false, true] {
            let mut job = waiting();
            job.text = "\"".repeat(128);
            job.password = "\"".repeat(1024).as_str().into();
            job.emergency = vec!["11223344".parse().unwrap(); 20];
            let file = if restricted { job.render(model).unwrap() } else { full(&rich(), model).unwrap() };
            // A buffer that had to grow would have doubled, and be more than half full.
            assert!(2 * file.len() < file.capacity() || file.capacity() < 100_000, "{}: {}", model.name, file.len());
            assert!(file.len() + 1024 < file.capacity(), "{}: {} bytes in {}", model.name, file.len(), file.capacity());
        }
    }
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
        let text = json["accounts"][0]["display_name"].as_str().unwrap().to_owned();
        match full(&json, model("D385")) {
            Err(error) => assert!(error.to_string().starts_with("accounts[1].display_name") && name.starts_with("refused-")),
            Ok(file) => {
                check_by_another_parser(model("D385"), &file);
                assert_eq!(after(model("D385"), &file)["user_realname.1"], text, "{name}");
                assert!(!name.starts_with("refused-"), "{name}");
            }
        }
        seen += 1;
    }
    assert!(seen > 5);
}
