//! What each dialect makes of each field of a profile: `docs/vendors/<vendor>.md` is written from what the renderers do
//! (`LIBPROV_BLESS=1` rewrites it), and a field that is neither written nor warned about fails here (SPEC V6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]
#![cfg(feature = "render")]

#[path = "support/office.rs"]
mod office;

use libprov::models::{self, Confidence, Dialect, Hotline, Model};
use libprov::profile::{Field, FirmwareVersion};
use libprov::render;
use office::{full_with, restricted, waiting};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// The least profile that has a slot of everything.
fn base() -> Value {
    json!({
        "accounts": [{"user": "201", "server": {"host": "sip.example.net"}}],
        "keys": [{"kind": "speed_dial", "value": "300"}],
        "modules": [{"keys": [{"kind": "speed_dial", "value": "300"}]}],
        "handsets": [{}]
    })
}

/// The same without the lists that this field is not of, so that their warnings do not hide its own.
fn base_for(field: Field) -> Value {
    let mut profile = base();
    for list in ["keys", "modules", "handsets"] {
        if !field.path().starts_with(list) {
            profile.as_object_mut().unwrap().remove(list);
        }
    }
    profile
}

/// Puts a value of this field into the profile.
fn give(profile: &mut Value, field: Field) {
    use Field::*;
    let backup = json!({"host": "b.example.net", "port": 5070, "transport": "tcp"});
    let value = match field {
        AccountLabel | AccountDisplayName | HandsetName | KeyLabel | ModuleKeyLabel | PhonebookName | DisplayText => {
            json!("Example")
        }
        AccountUser => json!("999"),
        AccountAuthUser | PhonebookUser => json!("reader"),
        AccountPassword | AdminPassword | UserPassword | PhonebookPassword => json!("EXAMPLE-SECRET"),
        MenuPassword | PairingPin => json!("95173648"),
        ServerHost => json!("other.example.net"),
        BackupHost => json!("b.example.net"),
        ProxyHost => json!("p.example.net"),
        ServerPort | BackupPort | ProxyPort => json!(5070),
        ServerTransport | BackupTransport | ProxyTransport => json!("tcp"),
        AccountVoicemail => json!("500"),
        AccountExpires => json!(600),
        AccountSrtp => json!("required"),
        AccountCodecs => json!(["pcmu", "pcma"]),
        HandsetAccount => json!(2),
        Web => json!(false),
        KeyKind | ModuleKeyKind => json!("intercom"),
        KeyValue | ModuleKeyValue => json!("301"),
        KeyPickup | ModuleKeyPickup => json!("*8"),
        KeyAccount | ModuleKeyAccount => json!(1),
        Language => json!("de"),
        LanguageFile => json!("https://prov.example.net/language"),
        Menu => json!("https://prov.example.net/menu"),
        PhonebookUrl => json!("https://prov.example.net/book"),
        FirmwareVersion => json!("999.90"),
        FirmwareUrl => json!("https://prov.example.net/firmware"),
        NtpServer => json!("ntp.example.net"),
        TimeZone => json!("Europe/Berlin"),
        UtcOffset => json!(60),
        DstAuto => json!(false),
        Hours24 => json!(false),
        Tones => json!("gb"),
        Vlan => json!(12),
        VlanPriority => json!(5),
        PcVlan => json!(13),
        Lldp => json!(false),
        SyslogHost => json!("log.example.net"),
        SyslogPort => json!(5514),
        SyslogLevel => json!(4),
        PollInterval => json!(315),
        PollJitter => json!(360),
        DialTimeout => json!(6),
        DialAtOnce => json!(["0xxxxxx"]),
        _ => panic!("{} has no example", field.path()),
    };
    // What the field stands in.
    match field {
        BackupHost | BackupPort | BackupTransport => profile["accounts"][0]["backup_server"] = backup,
        ProxyHost | ProxyPort | ProxyTransport => profile["accounts"][0]["outbound_proxy"] = json!({"host": "p.example.net"}),
        PhonebookName | PhonebookUser | PhonebookPassword => {
            profile["phonebook"] = json!({"url": "https://prov.example.net/book"});
        }
        FirmwareVersion => profile["firmware"] = json!({"url": "https://prov.example.net/firmware"}),
        FirmwareUrl => profile["firmware"] = json!({"version": "999.90"}),
        SyslogPort | SyslogLevel => profile["syslog"] = json!({"host": "log.example.net"}),
        PollJitter => profile["provisioning"] = json!({"interval_min": 310}),
        AccountAuthUser => profile["accounts"][0]["password"] = json!("EXAMPLE-SECRET"),
        KeyPickup => profile["keys"][0] = json!({"kind": "blf", "value": "300"}),
        ModuleKeyPickup => profile["modules"][0]["keys"][0] = json!({"kind": "blf", "value": "300"}),
        VlanPriority => profile["network"] = json!({"vlan": 12}),
        HandsetAccount => {
            let other = json!({"slot": 2, "user": "202", "server": {"host": "sip.example.net"}});
            profile["accounts"].as_array_mut().unwrap().push(other);
        }
        _ => {}
    }
    let pointer = format!("/{}", field.path().replace("[]", "/0").replace('.', "/"));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let mut at = &mut *profile;
    for step in parent.split('/').skip(1) {
        at = if at.is_array() {
            &mut at[step.parse::<usize>().unwrap()]
        } else {
            at.as_object_mut().unwrap().entry(step).or_insert(json!({}))
        };
    }
    at[name] = value;
}

/// The profile that differs from the one with the field only in that.
fn without(field: Field) -> Value {
    use Field::*;
    let mut profile = base_for(field);
    match field {
        AccountUser | ServerHost | KeyKind | KeyValue | ModuleKeyKind | ModuleKeyValue => {}
        BackupPort | BackupTransport => {
            profile["accounts"][0]["backup_server"] = json!({"host": "b.example.net", "port": 5070, "transport": "tcp"});
            let name = if field == BackupPort { "port" } else { "transport" };
            profile["accounts"][0]["backup_server"].as_object_mut().unwrap().remove(name);
        }
        ProxyPort | ProxyTransport => give(&mut profile, ProxyHost),
        PhonebookName | PhonebookUser | PhonebookPassword => give(&mut profile, PhonebookUrl),
        SyslogPort | SyslogLevel => give(&mut profile, SyslogHost),
        KeyPickup => profile["keys"][0] = json!({"kind": "blf", "value": "300"}),
        ModuleKeyPickup => profile["modules"][0]["keys"][0] = json!({"kind": "blf", "value": "300"}),
        VlanPriority => give(&mut profile, Vlan),
        AccountAuthUser => give(&mut profile, AccountPassword),
        PollJitter => profile["provisioning"] = json!({"interval_min": 310}),
        HandsetAccount => {
            let other = json!({"slot": 2, "user": "202", "server": {"host": "sip.example.net"}});
            profile["accounts"].as_array_mut().unwrap().push(other);
        }
        _ => {}
    }
    profile
}

static OLD_FIRMWARE: LazyLock<FirmwareVersion> = LazyLock::new(|| "999.81".parse().unwrap());

type Settings = Vec<(String, String)>;

/// For a firmware target the phone is known to have an older one, with the target and without it: rows depend on that too.
fn render(profile: &Value, model: &'static Model, field: Field) -> (Settings, Vec<String>) {
    let firmware = field.path().starts_with("firmware");
    let (file, warnings) = full_with(profile, model, |job| {
        job.firmware = firmware.then_some(&*OLD_FIRMWARE);
    })
    .unwrap_or_else(|error| panic!("{} {}: {error}", model.vendor, model.name));
    (settings(model, &file), warnings.as_slice().iter().map(ToString::to_string).collect())
}

fn settings(model: &Model, file: &[u8]) -> Settings {
    let read = render::read(model, file).unwrap_or_else(|error| panic!("{}: {error}", model.name));
    read.iter().map(|setting| (setting.name.to_string(), setting.value.to_string())).collect()
}

/// What a dialect does with a field.
enum Cell {
    /// Writes these parameters, with the value as it stands or with one made from it.
    Written { parameters: Vec<String>, as_given: bool },
    /// Warns.
    Warned(String),
}

fn cell(model: &'static Model, field: Field) -> Cell {
    let mut with = base_for(field);
    give(&mut with, field);
    let (before, old) = render(&without(field), model, field);
    let (after, new) = render(&with, model, field);
    let list = field.path().split('[').next().unwrap();
    let of_list = |warning: &&String| warning.starts_with(&format!("{list}[1]"));
    let warning = new.iter().find(|warning| !old.contains(warning)).or_else(|| new.iter().find(of_list));
    let known: BTreeMap<&(String, String), usize> = before.iter().fold(BTreeMap::new(), |mut known, setting| {
        *known.entry(setting).or_default() += 1;
        known
    });
    let mut left = known.clone();
    let mut changed: Vec<&(String, String)> = Vec::new();
    for setting in &after {
        match left.get_mut(setting) {
            Some(count) if *count > 0 => *count -= 1,
            _ => changed.push(setting),
        }
    }
    let gone = before.iter().filter(|(name, _)| !after.iter().any(|(other, _)| other == name));
    let mut parameters: Vec<String> =
        changed.iter().map(|(name, _)| name.clone()).chain(gone.map(|(name, _)| name.clone())).collect();
    parameters.dedup();
    // What is not met exactly is written.
    if let Some(warning) = warning.filter(|warning| parameters.is_empty() || !warning.contains("comes nearest")) {
        assert!(
            parameters.is_empty() || warning.contains("spelled"),
            "{} {}: {warning}, yet {parameters:?}",
            model.name,
            field.path()
        );
        return Cell::Warned(warning.clone());
    }
    assert!(!parameters.is_empty(), "{} {}: {} is dropped without a word", model.vendor, model.name, field.path());
    let pointer = format!("/{}", field.path().replace("[]", "/0").replace('.', "/"));
    let given = match with.pointer(&pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    Cell::Written { parameters, as_given: changed.iter().any(|(_, value)| value.trim_matches('"') == given) }
}

/// The model that shows most of a dialect.
fn example(dialect: Dialect) -> &'static Model {
    let least_accounts = |model: &&Model| std::cmp::Reverse(model.accounts);
    models::all()
        .filter(|model| model.dialect == dialect)
        .max_by_key(|model| {
            (model.modules.count * model.modules.keys, model.keys, least_accounts(model), std::cmp::Reverse(model.name))
        })
        .unwrap()
}

fn mark(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "confirmed",
        Confidence::OneSource => "one source",
        Confidence::Memory => "from memory",
        Confidence::Inferred => "inferred",
        _ => panic!("a mark without a word"),
    }
}

fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn page(vendor: &str) -> String {
    let mut page = String::new();
    let models: Vec<&Model> = models::all().filter(|model| model.vendor == vendor).collect();
    let dialects: BTreeSet<Dialect> = models.iter().map(|model| model.dialect).collect();
    writeln!(page, "# {vendor}\n").unwrap();
    writeln!(
        page,
        "Written from what the renderers do by `LIBPROV_BLESS=1 cargo test -p libprov --test vendor_docs`; do not edit."
    )
    .unwrap();
    writeln!(page, "Facts and their sources: `docs/facts/{vendor}.md`.\n").unwrap();
    writeln!(page, "## Models\n").unwrap();
    writeln!(page, "| model | dialect | accounts | handsets | keys | modules x keys | digit map | dials by itself | keeps what is omitted | confidence |").unwrap();
    writeln!(page, "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |").unwrap();
    for m in &models {
        let hotline = match m.hotline {
            Hotline::Delayed { longest_s } => format!("after at most {longest_s} s"),
            _ => "no".to_owned(),
        };
        writeln!(
            page,
            "| {} | {:?} | {} | {} | {} | {} x {} | {} | {hotline} | {} | {} |",
            m.name,
            m.dialect,
            m.accounts,
            m.handsets,
            m.keys,
            m.modules.count,
            m.modules.keys,
            yes(m.digit_map),
            yes(m.capabilities.retains),
            mark(m.confidence)
        )
        .unwrap();
    }
    writeln!(page, "\n## Fields of a profile\n").unwrap();
    writeln!(page, "A parameter alone takes the value as it stands; with *from* before it, it takes a word, a number or a text made of the value.").unwrap();
    writeln!(page, "Where there is only a warning, the field is left out and the warning says so. Shown for one model of each dialect, in slot 1.\n").unwrap();
    write!(page, "| field |").unwrap();
    for dialect in &dialects {
        write!(page, " {dialect:?} ({}) |", example(*dialect).name).unwrap();
    }
    writeln!(page, "\n| --- |{}", " --- |".repeat(dialects.len())).unwrap();
    for field in Field::ALL {
        write!(page, "| `{}` |", field.path()).unwrap();
        for dialect in &dialects {
            match cell(example(*dialect), *field) {
                Cell::Written { parameters, as_given } => {
                    let from = if as_given { "" } else { "*from* " };
                    let shown: Vec<String> =
                        parameters.iter().take(4).map(|name| format!("`{}`", name.replace('|', "\\|"))).collect();
                    let more = if parameters.len() > 4 { format!(" and {} more", parameters.len() - 4) } else { String::new() };
                    write!(page, " {from}{}{more} |", shown.join(", ")).unwrap();
                }
                Cell::Warned(warning) => write!(page, " warning: {} |", warning.replace('|', "\\|")).unwrap(),
            }
        }
        writeln!(page).unwrap();
    }
    for dialect in &dialects {
        let model = example(*dialect);
        writeln!(page, "\n## A phone that waits: {dialect:?}\n").unwrap();
        if !model.digit_map {
            writeln!(
                page,
                "**Not every model of this dialect can restrict dialling; {} cannot. The server holds the line (SPEC C1).**\n",
                model.name
            )
            .unwrap();
        }
        writeln!(page, "What a restricted file of {} states, but for what it clears or leaves unused:\n", model.name).unwrap();
        let full_names: BTreeSet<String> = settings(model, &restricted(model)).into_iter().map(|(name, _)| name).collect();
        assert!(!full_names.is_empty());
        writeln!(page, "| parameter | value |\n| --- | --- |").unwrap();
        let cleared = ["", "%NULL%", "\"\"", "0", "none", "off"];
        let mut shown = 0;
        let mut rest = 0;
        for (name, value) in settings(model, &restricted(model)) {
            if cleared.contains(&value.as_str()) {
                continue;
            }
            shown += 1;
            if shown > 80 {
                rest += 1;
                continue;
            }
            let value = value.replace(waiting().user.as_str(), "ENROLMENT").replace('|', "\\|");
            writeln!(page, "| `{}` | `{value}` |", name.replace('|', "\\|")).unwrap();
        }
        if rest > 0 {
            writeln!(page, "\nAnd {rest} more of the same kinds.").unwrap();
        }
    }
    writeln!(page, "\n## What rests on less than two sources\n").unwrap();
    writeln!(page, "| dialect | parameter | confidence |\n| --- | --- | --- |").unwrap();
    for dialect in &dialects {
        for parameter in render::parameters(*dialect).iter().filter(|parameter| parameter.confidence != Confidence::Confirmed) {
            writeln!(page, "| {dialect:?} | `{}` | {} |", parameter.name.replace('|', "\\|"), mark(parameter.confidence))
                .unwrap();
        }
    }
    page
}

#[test]
fn v6_every_field_is_written_or_warned_about_and_the_pages_say_so() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/vendors");
    let vendors: BTreeSet<&str> = models::all().map(|model| model.vendor).collect();
    let bless = std::env::var_os("LIBPROV_BLESS").is_some();
    for vendor in &vendors {
        let path = folder.join(format!("{vendor}.md"));
        let page = page(vendor);
        if bless {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &page).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap_or_default();
        assert!(stored == page, "docs/vendors/{vendor}.md is old; LIBPROV_BLESS=1 rewrites it");
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(vendors.iter().any(|vendor| name == format!("{vendor}.md")), "docs/vendors/{name} is an orphan");
    }
}

#[test]
fn v6_what_a_model_carries_is_what_it_does_not_warn_about() {
    for dialect in Dialect::ALL {
        let model = example(*dialect);
        for field in Field::ALL {
            let warned = matches!(cell(model, *field), Cell::Warned(text) if text.ends_with("no place for it"));
            assert_eq!(!render::carries(model, *field), warned, "{}: {}", model.name, field.path());
        }
    }
}
