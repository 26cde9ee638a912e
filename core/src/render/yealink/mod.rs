//! Yealink, firmware 81 and newer: phones, DECT bases and DECT managers (`docs/facts/yealink.md`, sections 3 to 6).

mod account;
mod handset;
mod keys;
mod names;
mod site;
mod words;

use super::derived::{Servers, account, joined, key, own_line, poll_min, warn_beyond, warn_firmware, warn_no_account};
use super::overrides::Overrides;
use super::rows::{Driver, Place, Setup, is_due, list};
use super::syntax::key_value;
use super::{CharacterPolicy, Engine, FullJob, Parameter, RenderError, Restricted, SecretsOut, WarningReason, Warnings};
use crate::mac::MacAddr;
use crate::models::{Dialect, Model};
use crate::profile::{DialString, Field, FirmwareVersion, Handset, Key, Profile};
use account::{ACCOUNT, FullAccount, SERVER, TEMPLATE, TEMPLATE_OF_ACCOUNT, Template, WaitingAccount};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use handset::{FullHandset, HANDSET, WaitingHandset};
use keys::{KEY, MODULE_KEY, WaitingKey};
use names::NAMES;
use site::{
    AT_ONCE, BLOCK_OUT, DNS_CACHE, EMERGENCY, EMERGENCY_SERVER, FullSite, PHONEBOOK, PROGRAMABLE_KEY, REPLACE, SITE, SummerTime,
    WaitingSite,
};
use words::zone;

/// T2x to T5x and CP9xx.
pub(super) static PHONE: Engine = engine(|| parameters(Dialect::YealinkPhone));

/// W60B and W70B.
pub(super) static BASE: Engine = engine(|| parameters(Dialect::YealinkBase));

/// W80DM and W90DM.
pub(super) static MANAGER: Engine = engine(|| parameters(Dialect::YealinkManager));

const fn engine(parameters: fn() -> Vec<Parameter>) -> Engine {
    Engine {
        full,
        restricted,
        file_name,
        content_type: "text/plain; charset=utf-8",
        read: key_value::read_key_value,
        names: &NAMES,
        parameters,
        carries,
    }
}

fn file_name(_: &Model, mac: MacAddr) -> String {
    format!("{}.cfg", mac.bare())
}

/// Bytes to set aside, more than a file has.
fn room(model: &Model, overrides: usize) -> usize {
    let keys = usize::from(model.keys) + usize::from(model.modules.count) * usize::from(model.modules.keys);
    let slots = usize::from(model.accounts) * 2_000 + keys * 480 + usize::from(model.handsets) * 500;
    20 * 1024 + slots + overrides * 1_200
}

/// Emergency numbers the file has rows for.
const EMERGENCY_SLOTS: u16 = 20;

/// Remote phonebooks the dialect has (section 4); a profile has one.
const PHONEBOOKS: u16 = 5;

/// Rules for numbers that are dialled at once (section 4).
const AT_ONCE_RULES: u16 = 20;

/// Rules that block or replace numbers, and servers for emergency calls: those that are cleared. The dialect has a hundred rules
/// that replace (section 4); more than these were seen in no template.
const BLOCKED: u16 = 10;
const REPLACED: u16 = 20;
const EMERGENCY_SERVERS: u16 = 3;

/// Entries of each kind in the phone's own list of addresses (section 4: from memory).
const DNS_ENTRIES: u16 = 12;

/// Keys of the phone itself, soft keys first (section 4: from memory); the first two have rows of their own.
const PROGRAMABLE_KEYS: u16 = 14;

/// The release is the second number: `108.86.0.90` is release 86. None where there is no such number: nobody knows then.
fn release(firmware: &FirmwareVersion) -> Option<[u16; 2]> {
    let [_, release, ..] = firmware.numbers();
    (release > 0).then_some([release, 0])
}

/// The first release that reads the names of this dialect: release 80 of the desk phones still has the older ones, and would keep its
/// logins and look for its files elsewhere. Of the two Android models nobody knows that about (section 1).
fn first_release(model: &Model) -> u16 {
    if matches!(model.name, "CP960" | "T58") { 80 } else { 81 }
}

fn check_firmware(model: &Model, firmware: Option<&FirmwareVersion>) -> Result<(), RenderError> {
    if firmware.and_then(release).is_some_and(|release| release < [first_release(model), 0]) {
        return Err(RenderError::Unsupported { vendor: model.vendor, model: model.name });
    }
    Ok(())
}

/// Whether the target is for the phone's own product, which the first number says: `108` is the T46U.
fn is_of_product(job: &FullJob<'_>, target: &FirmwareVersion) -> bool {
    job.firmware.is_none_or(|own| own.numbers().first() == target.numbers().first())
}

fn carries(model: &Model, field: Field) -> bool {
    use Field::*;
    let phone = model.dialect == Dialect::YealinkPhone;
    match field {
        // The menu's password is the administrator's own (section 4).
        MenuPassword | DisplayText | ProxyTransport => false,
        PairingPin => model.handsets > 0,
        LanguageFile | Menu | PcVlan | DialTimeout => phone,
        _ => true,
    }
}

fn full(job: &FullJob<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let profile = job.profile;
    let model = job.model;
    check_firmware(model, job.firmware)?;
    let emergency_list = joined(job.emergency, ",");
    let mut driver = Driver::begin(
        out,
        Setup {
            model,
            secrets: job.secrets,
            transliterate: job.characters == CharacterPolicy::Transliterate,
            release: job.firmware.and_then(release),
            overrides: Overrides::new(&profile.overrides, &NAMES, job.overrides, job.secrets)?.forgetting(job.forget, &NAMES),
            room: room(model, profile.overrides.len()),
        },
    );
    driver.raw(key_value::HEADER);
    full_accounts(job, &mut driver)?;
    full_keys(job, &mut driver)?;
    full_handsets(job, &mut driver)?;

    let (offset_min, summer) = clock(job, &mut driver.warnings);
    warn_words(model, profile, &mut driver.warnings);
    warn_firmware(&mut driver.warnings, job);
    let target = profile.firmware.as_ref().map(|target| &target.version);
    if target.is_some_and(|target| !is_of_product(job, target)) {
        driver.warnings.push(Field::FirmwareUrl.path().into(), WarningReason::OtherFirmware);
    }
    let firmware_due = target.is_some_and(|target| is_of_product(job, target) && is_due(job.firmware, target));
    let site = FullSite { job, emergency_list: &emergency_list, poll_min: poll_min(job), offset_min, summer, firmware_due };
    driver.full(SITE, Place::WHOLE, Some(&site))?;
    for slot in 1..=EMERGENCY_SLOTS {
        let number = job.emergency.get(usize::from(slot) - 1);
        driver.full(EMERGENCY, Place::slot("emergency[]", slot), number.as_ref())?;
    }
    for slot in 1..=PHONEBOOKS {
        let book = profile.phonebook.as_ref().filter(|_| slot == 1);
        driver.full(PHONEBOOK, Place::WHOLE.at(slot), book.as_ref())?;
    }
    for slot in 1..=AT_ONCE_RULES {
        let pattern = profile.dialling.at_once.get(usize::from(slot) - 1);
        driver.full(AT_ONCE, Place::slot("dialling.at_once[]", slot), pattern.as_ref())?;
    }
    let patterns = u16::try_from(profile.dialling.at_once.len()).unwrap_or(u16::MAX);
    warn_beyond(&mut driver.warnings, "dialling.at_once", 1..=patterns, AT_ONCE_RULES);
    cleared(&mut driver)?;
    driver.rest()?;
    Ok(driver.finish())
}

/// What no profile says and an earlier provisioning system may have set: it would take calls away, emergency calls too.
fn cleared(driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    for slot in 1..=BLOCKED {
        driver.full(BLOCK_OUT, Place::WHOLE.at(slot), None)?;
    }
    for slot in 1..=REPLACED {
        driver.full(REPLACE, Place::WHOLE.at(slot), None)?;
    }
    for slot in 1..=EMERGENCY_SERVERS {
        driver.full(EMERGENCY_SERVER, Place::WHOLE.at(slot), None)?;
    }
    for slot in 1..=DNS_ENTRIES {
        driver.full(DNS_CACHE, Place::WHOLE.at(slot), None)?;
    }
    if driver.model.dialect == Dialect::YealinkPhone {
        for slot in 3..=PROGRAMABLE_KEYS {
            driver.full(PROGRAMABLE_KEY, Place::WHOLE.at(slot), None)?;
        }
    }
    Ok(())
}

/// Warns of values that the phone has no word for, and of a password that nobody gave.
fn warn_words(model: &Model, profile: &Profile, warnings: &mut Warnings) {
    let phone = model.dialect == Dialect::YealinkPhone;
    if phone && profile.dialling.timeout_s.is_some_and(|seconds| site::timeout_s(seconds) != seconds) {
        warnings.push(Field::DialTimeout.path().into(), WarningReason::NoWord);
    }
    if profile.protection.admin_password.is_none() {
        warnings.push(Field::AdminPassword.path().into(), WarningReason::FactoryPassword);
    }
}

fn full_accounts(job: &FullJob<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    let manager = model.dialect == Dialect::YealinkManager;
    let templates = if manager { Servers::of(&profile.accounts, model.accounts, TEMPLATES) } else { Servers::default() };
    for slot in 1..=model.accounts {
        let item = account(profile, slot).map(|account| FullAccount { account, template: templates.number_of(account) });
        // An account without a server could call nobody.
        let item = item.filter(|item| !manager || item.template > 0);
        let place = Place::slot("accounts[]", slot);
        driver.full(ACCOUNT, place, item.as_ref())?;
        driver.full(if manager { TEMPLATE_OF_ACCOUNT } else { SERVER }, place, item.as_ref())?;
    }
    if manager {
        for number in 1..=TEMPLATES {
            let account = templates.get(number);
            let place = Place::slot("accounts[]", account.map_or(0, |account| account.slot)).at(number);
            driver.full(TEMPLATE, place, account.map(|account| Template { account }).as_ref())?;
        }
        for account in profile.accounts.iter().filter(|account| account.slot <= model.accounts) {
            if templates.number_of(account) == 0 {
                let field = format!("accounts[{}].server", account.slot);
                driver.warnings.push(field, WarningReason::Beyond { most: TEMPLATES });
            } else if templates.get(templates.number_of(account)).is_some_and(|first| first.expires_s != account.expires_s) {
                // The template's is that of the first account with this server.
                driver.warnings.push(format!("accounts[{}].expires_s", account.slot), WarningReason::NoPlace);
            }
        }
    }
    warn_beyond(&mut driver.warnings, "accounts", profile.account_slots(), model.accounts);
    Ok(())
}

/// Servers that a DECT manager has room for. The number is ours: no source names one.
const TEMPLATES: u16 = 10;

fn full_keys(job: &FullJob<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    for slot in 1..=model.keys {
        let own = own_line(profile, slot);
        let key = key(&profile.keys, slot).or(own.as_ref()).filter(|key| keys::has_word(&key.kind));
        driver.full(KEY, Place::slot("keys[]", slot), key.as_ref())?;
    }
    warn_kinds(&mut driver.warnings, "keys", &profile.keys, model.keys);
    warn_beyond(&mut driver.warnings, "keys", profile.keys.iter().map(|key| key.slot), model.keys);
    warn_no_account(&mut driver.warnings, profile, "keys", &profile.keys, (model.keys, model.accounts));
    let modules = model.modules;
    for number in 1..=modules.count {
        let module = profile.modules.iter().find(|module| module.slot == number);
        let own = module.map_or(&[][..], |module| &module.keys);
        for slot in 1..=modules.keys {
            let key = key(own, slot).filter(|key| keys::has_word(&key.kind));
            driver.full(MODULE_KEY, Place::inner("modules[].keys[]", [number, slot]), key.as_ref())?;
        }
        let list = format!("modules[{number}].keys");
        warn_kinds(&mut driver.warnings, &list, own, modules.keys);
        warn_beyond(&mut driver.warnings, &list, own.iter().map(|key| key.slot), modules.keys);
        warn_no_account(&mut driver.warnings, profile, &list, own, (modules.keys, model.accounts));
    }
    warn_beyond(&mut driver.warnings, "modules", profile.modules.iter().map(|module| module.slot), modules.count);
    Ok(())
}

fn warn_kinds(warnings: &mut Warnings, list: &str, keys: &[Key], most: u16) {
    for key in keys.iter().filter(|key| key.slot <= most && !keys::has_word(&key.kind)) {
        warnings.push(format!("{list}[{}].kind", key.slot), WarningReason::NoWord);
    }
}

fn full_handsets(job: &FullJob<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    for slot in 1..=model.handsets {
        let handset = profile.handsets.iter().find(|handset| handset.slot == slot);
        let own = handset.and_then(|handset: &Handset| handset.account).unwrap_or(slot);
        let given = account(profile, own).filter(|account| account.slot <= model.accounts);
        let item = given.map(|account| FullHandset { handset, account: account.slot });
        driver.full(HANDSET, Place::slot("handsets[]", slot), item.as_ref())?;
        if handset.is_some() && item.is_none() {
            driver.warnings.push(format!("handsets[{slot}]"), WarningReason::NoAccount);
        }
    }
    warn_beyond(&mut driver.warnings, "handsets", profile.handsets.iter().map(|handset| handset.slot), model.handsets);
    Ok(())
}

/// The offset and summer time that the phone shall keep, warning of what it has no words for.
fn clock(job: &FullJob<'_>, warnings: &mut Warnings) -> (Option<i16>, SummerTime) {
    let time = &job.profile.time;
    let offset = time.zone.map(|zone| zone.offset_min).or(time.utc_offset_min);
    let field = if time.zone.is_some() { Field::TimeZone } else { Field::UtcOffset };
    if offset.is_some_and(|offset| zone(offset).is_none()) {
        warnings.push(field.path().into(), WarningReason::NoWord);
    }
    let by_zone = || match time.zone {
        None => SummerTime::Default,
        Some(zone) => match zone.summer {
            None => SummerTime::Never,
            Some(summer) => SummerTime::rule(&summer, zone.offset_min).unwrap_or(SummerTime::Never),
        },
    };
    // The phone finds its own rules by a zone's name, and this file has none to give: the rule itself is said instead. The phone is
    // left to guess by the offset only where no zone is known.
    let summer = match time.dst_auto {
        Some(false) => SummerTime::Never,
        Some(true) if time.zone.is_none() => SummerTime::Own,
        _ => by_zone(),
    };
    if matches!(summer, SummerTime::Own) {
        warnings.push(Field::DstAuto.path().into(), WarningReason::NoWord);
    }
    let asked = time.dst_auto != Some(false) && time.zone.is_some_and(|zone| zone.summer.is_some());
    if asked && matches!(summer, SummerTime::Never) {
        warnings.push_once(Field::TimeZone.path().into(), WarningReason::NoWord);
    }
    (offset, summer)
}

fn restricted(job: &Restricted<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let model = job.model;
    check_firmware(model, job.firmware)?;
    let emergency_list = joined(job.emergency, ",");
    let digit_map = digit_map(job);
    let mac = job.mac.bare();
    let mut driver = Driver::begin(
        out,
        Setup {
            model,
            secrets: SecretsOut::ALL,
            transliterate: false,
            release: job.firmware.and_then(release),
            overrides: Overrides::NONE.forgetting(job.forget, &NAMES),
            room: room(model, 0),
        },
    );
    driver.raw(key_value::HEADER);
    let manager = model.dialect == Dialect::YealinkManager;
    let dect = model.handsets > 0;
    for slot in 1..=model.accounts {
        // Every handset gets the enrolment's account; a phone needs it once.
        let port = if dect { slot } else { 0 };
        let item = (dect || slot == 1).then_some(WaitingAccount { job, port });
        let place = Place::slot("accounts[]", slot);
        driver.restricted(ACCOUNT, place, item.as_ref())?;
        driver.restricted(if manager { TEMPLATE_OF_ACCOUNT } else { SERVER }, place, item.as_ref())?;
    }
    if manager {
        for number in 1..=TEMPLATES {
            driver.restricted(TEMPLATE, Place::WHOLE.at(number), (number == 1).then_some(job).as_ref())?;
        }
    }
    for slot in 1..=model.keys {
        let key = match slot {
            1 => Some(WaitingKey::Line),
            2 => Some(WaitingKey::Service(job)),
            _ => None,
        };
        driver.restricted(KEY, Place::slot("keys[]", slot), key.as_ref())?;
    }
    for number in 1..=model.modules.count {
        for slot in 1..=model.modules.keys {
            driver.restricted(MODULE_KEY, Place::inner("", [number, slot]), None)?;
        }
    }
    for slot in 1..=model.handsets {
        let item = (slot <= model.accounts).then_some(WaitingHandset { job, account: slot });
        driver.restricted(HANDSET, Place::slot("", slot), item.as_ref())?;
    }
    let site = WaitingSite { job, digit_map: &digit_map, emergency_list: &emergency_list, mac: mac.as_str() };
    driver.restricted(SITE, Place::WHOLE, Some(&site))?;
    for slot in 1..=EMERGENCY_SLOTS {
        let number = job.emergency.get(usize::from(slot) - 1);
        driver.restricted(EMERGENCY, Place::WHOLE.at(slot), number.as_ref())?;
    }
    for slot in 1..=PHONEBOOKS {
        driver.restricted(PHONEBOOK, Place::WHOLE.at(slot), None)?;
    }
    for slot in 1..=AT_ONCE_RULES {
        driver.restricted(AT_ONCE, Place::WHOLE.at(slot), None)?;
    }
    cleared(&mut driver)?;
    driver.rest()?;
    Ok(driver.finish())
}

/// Emergency numbers, the same behind the outside-line prefix, and the service code; everything else matches nothing.
///
/// The phone dials a number as soon as it matches. One that another begins with ends in `T`, so that the longer one can be typed.
fn digit_map(job: &Restricted<'_>) -> String {
    let prefix = job.outside_line.map(DialString::as_str);
    let behind = |number: &DialString| prefix.map(|prefix| format!("{prefix}{}", number.as_str()));
    let mut numbers: Vec<String> = job.emergency.iter().map(|number| number.as_str().into()).collect();
    numbers.extend(job.emergency.iter().filter_map(behind));
    numbers.push(job.service_code.as_str().into());
    let mut map = String::new();
    for number in &numbers {
        if !map.is_empty() {
            map.push('|');
        }
        map.push_str(number);
        if numbers.iter().any(|other| other != number && other.starts_with(number.as_str())) {
            map.push('T');
        }
    }
    map
}

fn parameters(dialect: Dialect) -> Vec<Parameter> {
    let mut all = Vec::new();
    list(&mut all, dialect, ACCOUNT);
    match dialect {
        Dialect::YealinkManager => {
            list(&mut all, dialect, TEMPLATE_OF_ACCOUNT);
            list(&mut all, dialect, TEMPLATE);
        }
        _ => list(&mut all, dialect, SERVER),
    }
    if dialect == Dialect::YealinkPhone {
        list(&mut all, dialect, KEY);
        list(&mut all, dialect, MODULE_KEY);
    } else {
        list(&mut all, dialect, HANDSET);
    }
    list(&mut all, dialect, SITE);
    list(&mut all, dialect, EMERGENCY);
    list(&mut all, dialect, PHONEBOOK);
    list(&mut all, dialect, AT_ONCE);
    list(&mut all, dialect, BLOCK_OUT);
    list(&mut all, dialect, REPLACE);
    list(&mut all, dialect, EMERGENCY_SERVER);
    list(&mut all, dialect, DNS_CACHE);
    if dialect == Dialect::YealinkPhone {
        list(&mut all, dialect, PROGRAMABLE_KEY);
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::models::Confidence::{Confirmed, OneSource};
    use crate::models::Hotline;
    use crate::render::derived::HOTLINE_DELAY_S;

    #[test]
    fn names_are_unique_but_for_two_that_have_two_rows() {
        for dialect in [Dialect::YealinkPhone, Dialect::YealinkBase, Dialect::YealinkManager] {
            let mut all: Vec<_> = parameters(dialect).into_iter().map(|row| row.name).collect();
            all.sort_unstable();
            for pair in all.windows(2) {
                let [a, b] = pair else { unreachable!() };
                assert!(a != b || ["static.auto_provision.server.url", "static.security.user_password"].contains(a), "{a}");
            }
        }
    }

    #[test]
    fn what_rests_on_a_guess_is_only_what_does_no_harm_when_it_is_wrong() {
        let harmless = [
            "programablekey.1.type",
            "programablekey.1.label",
            "static.syslog.level",
            "template.X.sip_server.1.expires",
            "template.X.sip_server.2.expires",
        ];
        for dialect in [Dialect::YealinkPhone, Dialect::YealinkBase, Dialect::YealinkManager] {
            for Parameter { name, confidence, .. } in parameters(dialect) {
                let sure = matches!(confidence, Confirmed | OneSource);
                assert!(sure || harmless.contains(&name), "{name}: {confidence:?}");
            }
        }
    }

    #[test]
    fn v3_every_phone_can_wait_long_enough_for_an_emergency_number() {
        for model in crate::models::all().filter(|model| model.dialect == Dialect::YealinkPhone) {
            let Hotline::Delayed { longest_s } = model.hotline else { unreachable!() };
            assert!(HOTLINE_DELAY_S >= 3 && HOTLINE_DELAY_S <= u32::from(longest_s));
        }
    }
}
