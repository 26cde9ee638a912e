//! snom desk phones: XML settings of firmware 8.7 to 10 (`docs/facts/snom.md`, sections 3 to 6).

mod account;
mod keys;
mod names;
mod plan;
mod site;
mod words;

use super::derived::{account, joined, key, own_line, poll_min, warn_beyond, warn_firmware, warn_no_account};
use super::overrides::Overrides;
use super::rows::{Driver, Place, Setup, is_due, list};
use super::syntax::snom_xml;
use super::{CharacterPolicy, Engine, FullJob, Parameter, RenderError, Restricted, SecretsOut, WarningReason, Warnings, bad};
use crate::mac::MacAddr;
use crate::models::{Dialect, Model};
use crate::profile::{Account, Field, FirmwareVersion, Key, KeyKind, Profile};
use crate::secret::Secret;
use account::{FullIdentity, IDENTITY, WaitingIdentity};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use keys::{FKEY, FullKey, WaitingKey};
use names::{NAMES, is_key};
use site::{FullSite, SITE, SOFT_KEYS, WaitingSite};

/// D1xx to D8xx, 715, 720 and 725.
pub(super) static DESK: Engine = Engine {
    full,
    restricted,
    file_name,
    content_type: "text/xml; charset=utf-8",
    read: snom_xml::read,
    names: &NAMES,
    parameters,
    carries,
};

/// As the phone asks for it, and as `setting_server` names it: the MAC address in upper case.
fn file_name(model: &Model, mac: MacAddr) -> String {
    format!("snom{}-{}.htm", model.name, mac.bare().as_str().to_ascii_uppercase())
}

/// The first two numbers of a version are the generation, the third the release: `10.1.169.16` is 1001 and 169.
fn release(firmware: &FirmwareVersion) -> [u16; 2] {
    let [generation, step, release, ..] = firmware.numbers();
    [generation.saturating_mul(100).saturating_add(step.min(99)), release]
}

fn carries(_: &Model, field: Field) -> bool {
    use Field::*;
    // There is one text per identity, its label; and no setting is known for a phonebook's name and login, for one file of texts,
    // and for the port of a log server (section 4).
    !matches!(field, DisplayText | LanguageFile | PairingPin | PhonebookName | PhonebookUser | PhonebookPassword | SyslogPort)
}

/// The most bytes that one byte of a text becomes: `"` in `&quot;`.
const WIDEST: usize = 6;

/// Bytes to set aside, more than a file has: the rows with their numbers and words, and what the profile's texts can become.
fn room(model: &Model, texts: usize) -> usize {
    let keys = usize::from(model.keys) + usize::from(model.modules.count) * usize::from(model.modules.keys);
    16 * 1024 + usize::from(model.accounts) * 2_400 + keys * 160 + texts * WIDEST
}

/// The bytes of the texts and secrets of a profile that are written once or twice. Hosts, URLs and numbers are in here too.
fn texts(profile: &Profile) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let secret = |secret: &Option<Secret>| secret.as_ref().map_or(0, |secret| secret.expose().len());
    let of_key = |key: &Key| {
        text(&key.label)
            + match &key.kind {
                KeyKind::Url(url) | KeyKind::Menu(url) => url.as_str().len(),
                KeyKind::Directory => profile.phonebook.as_ref().map_or(0, |book| book.url.as_str().len()),
                _ => 128,
            }
    };
    let of_account = |account: &Account| {
        // A backup server makes a second identity of the same texts.
        2 * (text(&account.label) + text(&account.display_name) + text(&account.auth_user) + secret(&account.password) + 1024)
    };
    let protection = &profile.protection;
    profile.accounts.iter().map(of_account).sum::<usize>()
        + profile.keys.iter().map(of_key).sum::<usize>()
        + profile.modules.iter().flat_map(|module| &module.keys).map(of_key).sum::<usize>()
        + profile.overrides.iter().map(|(name, value)| name.len() + value.expose().len() + 64).sum::<usize>()
        + 2 * (secret(&protection.admin_password) + secret(&protection.user_password) + secret(&protection.menu_password))
}

fn full(job: &FullJob<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let profile = job.profile;
    let model = job.model;
    let file = file_name(model, job.mac);
    let emergency_list = joined(job.emergency, " ");
    let mut driver = Driver::begin(
        out,
        Setup {
            model,
            secrets: job.secrets,
            transliterate: job.characters == CharacterPolicy::Transliterate,
            release: job.firmware.map(release),
            overrides: Overrides::new(&profile.overrides, &NAMES, job.overrides, job.secrets)?.forgetting(job.forget, &NAMES),
            room: room(model, texts(profile)),
        },
    );
    driver.raw(snom_xml::HEADER);
    full_identities(job, &mut driver)?;

    let release = job.firmware.map(release);
    let clock = clock(job, &mut driver.warnings);
    warn_words(job, release, &mut driver.warnings);
    warn_firmware(&mut driver.warnings, job);
    let firmware_due = profile.firmware.as_ref().is_some_and(|target| is_due(job.firmware, &target.version));
    let site = FullSite {
        job,
        file: &file,
        emergency_list: &emergency_list,
        poll_s: poll_min(job).saturating_mul(60),
        offset_min: clock.offset_min,
        summer: clock.summer.as_deref(),
        by_name: clock.by_name,
        firmware_due,
        release,
    };
    driver.full(SITE, Place::WHOLE, Some(&site))?;
    driver.full(SOFT_KEYS, Place::WHOLE.at(1), Some(&site))?;
    driver.rest_of(|name| !is_key(name))?;
    driver.raw(snom_xml::KEYS);
    full_keys(job, &mut driver)?;
    driver.rest_of(is_key)?;
    driver.raw(snom_xml::FOOTER);
    warn_beyond(&mut driver.warnings, "handsets", profile.handsets.iter().map(|handset| handset.slot), 0);
    Ok(driver.finish())
}

/// A hidden identity for a backup server: its index, and the slot of the account.
type Spare = (u16, u16);

/// Gives the accounts of the lower half, where they have a backup server, the identity of the same place in the upper half, and
/// warns of those whose identity is not there or is another account's.
///
/// Which one it is depends on the account's slot alone: 1 has 7 where there are 12. A file that withholds the password leaves the
/// phone the one it has, so the hidden identity must not move when accounts come and go. Nor is it ever 12 for 1, a pair that
/// the vendor names as one that fails (section 4).
fn spares(profile: &Profile, model: &Model, warnings: &mut Warnings) -> Vec<Spare> {
    let half = model.accounts / 2;
    let mut spares = Vec::new();
    let kept = profile.accounts.iter().filter(|account| account.slot <= model.accounts);
    for owner in kept.filter(|account| account.backup_server.is_some()) {
        let hidden = owner.slot.saturating_add(half);
        let reason = match owner.slot <= half {
            true if account(profile, hidden).is_none() => {
                spares.push((hidden, owner.slot));
                continue;
            }
            true => WarningReason::NeedsSlot { slot: hidden },
            false => WarningReason::NoPlace,
        };
        warnings.push(format!("accounts[{}].backup_server", owner.slot), reason);
    }
    spares
}

fn full_identities(job: &FullJob<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    let spares = spares(profile, model, &mut driver.warnings);
    let dial_plan = plan::at_once(&profile.dialling.at_once, &mut driver.warnings);
    for identity in 1..=model.accounts {
        let hidden_for = spares.iter().find(|spare| spare.0 == identity).map(|spare| spare.1);
        let slot = hidden_for.unwrap_or(identity);
        let item = account(profile, slot).map(|account| FullIdentity {
            account,
            server: account.backup_server.as_ref().filter(|_| hidden_for.is_some()).unwrap_or(&account.server),
            // Every request goes there first, those to the backup server too.
            proxy: account.outbound_proxy.as_ref(),
            hidden: hidden_for.is_some(),
            failover: spares.iter().find(|spare| hidden_for.is_none() && spare.1 == slot).map(|spare| spare.0),
            dial_plan: &dial_plan,
        });
        // A hidden identity's secret is that of its account.
        driver.full(IDENTITY, Place::slot("accounts[]", slot).at(identity), item.as_ref())?;
    }
    warn_beyond(&mut driver.warnings, "accounts", profile.account_slots(), model.accounts);
    Ok(())
}

fn full_keys(job: &FullJob<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    let phonebook = profile.phonebook.as_ref().map(|book| &book.url);
    // An identity without account is off, or a hidden one of another account.
    let identity = |key: &Key| key.account.filter(|slot| *slot <= model.accounts && account(profile, *slot).is_some());
    for slot in 1..=model.keys {
        let own = own_line(profile, slot);
        let known = key(&profile.keys, slot).or(own.as_ref()).filter(|key| words::key(&key.kind).is_some());
        let item = known.map(|key| FullKey { key, identity: identity(key), phonebook });
        driver.full(FKEY, Place::slot("keys[]", slot), item.as_ref())?;
    }
    warn_kinds(driver, "keys", &profile.keys, model.keys);
    warn_beyond(&mut driver.warnings, "keys", profile.keys.iter().map(|key| key.slot), model.keys);
    warn_no_account(&mut driver.warnings, profile, "keys", &profile.keys, (model.keys, model.accounts));
    let modules = model.modules;
    for number in 1..=modules.count {
        let module = profile.modules.iter().find(|module| module.slot == number);
        let keys = module.map_or(&[][..], |module| &module.keys);
        for slot in 1..=modules.keys {
            let known = key(keys, slot).filter(|key| words::key(&key.kind).is_some());
            let item = known.map(|key| FullKey { key, identity: identity(key), phonebook });
            let place = Place::inner("modules[].keys[]", [number, slot]).at(running(model, number, slot));
            driver.full(FKEY, place, item.as_ref())?;
        }
        let list = format!("modules[{number}].keys");
        warn_kinds(driver, &list, keys, modules.keys);
        warn_beyond(&mut driver.warnings, &list, keys.iter().map(|key| key.slot), modules.keys);
        warn_no_account(&mut driver.warnings, profile, &list, keys, (modules.keys, model.accounts));
    }
    warn_beyond(&mut driver.warnings, "modules", profile.modules.iter().map(|module| module.slot), modules.count);
    Ok(())
}

/// The running number of a module's key, counted from 1: those of the phone come first (section 1).
fn running(model: &Model, module: u16, slot: u16) -> u16 {
    let before = module.saturating_sub(1).saturating_mul(model.modules.keys);
    model.keys.saturating_add(before).saturating_add(slot)
}

fn warn_kinds(driver: &mut Driver<'_, '_>, list: &str, keys: &[Key], most: u16) {
    for key in keys.iter().filter(|key| key.slot <= most && words::key(&key.kind).is_none()) {
        driver.warnings.push(format!("{list}[{}].kind", key.slot), WarningReason::NoWord);
    }
}

/// Warns of values that the phone has no word for or its firmware has no place for, and of passwords that nobody gave.
fn warn_words(job: &FullJob<'_>, release: Option<[u16; 2]>, warnings: &mut Warnings) {
    let profile = job.profile;
    if profile.language.is_some_and(|lang| words::language(lang, job.model, release).is_none()) {
        warnings.push(Field::Language.path().into(), WarningReason::NoWord);
    }
    if profile.tones.is_some_and(|tones| words::tone_scheme(tones).is_none()) {
        warnings.push(Field::Tones.path().into(), WarningReason::NoWord);
    }
    if profile.dialling.timeout_s.is_some_and(|seconds| words::auto_dial(seconds, release) != seconds) {
        warnings.push(Field::DialTimeout.path().into(), WarningReason::Nearest);
    }
    // Of all rows that come with a firmware, these alone carry a field that no other row does.
    if profile.protection.user_password.is_some() && release.is_some_and(|release| release < site::TWO_LOGINS) {
        warnings.push(Field::UserPassword.path().into(), WarningReason::OldFirmware);
    }
    // Either one keeps strangers out, the other's factory value is then for those who get that far.
    if profile.protection.admin_password.is_none() && profile.protection.menu_password.is_none() {
        warnings.push(Field::AdminPassword.path().into(), WarningReason::FactoryPassword);
    }
    for account in &profile.accounts {
        for (at, _) in account.codecs.iter().enumerate().filter(|(_, codec)| words::codec(**codec).is_none()) {
            warnings.push(format!("accounts[{}].codecs[{}]", account.slot, at + 1), WarningReason::NoWord);
        }
    }
}

/// The clock that the phone shall keep.
struct Clock {
    offset_min: Option<i16>,
    summer: Option<String>,
    by_name: bool,
}

fn clock(job: &FullJob<'_>, warnings: &mut Warnings) -> Clock {
    let time = &job.profile.time;
    let Some(zone) = time.zone else {
        // The phone has no rules but those that come with a zone.
        if time.dst_auto.is_some() {
            warnings.push(Field::DstAuto.path().into(), WarningReason::NoWord);
        }
        return Clock { offset_min: time.utc_offset_min, summer: None, by_name: false };
    };
    let wanted = zone.summer.filter(|_| time.dst_auto != Some(false));
    let summer = wanted.and_then(|rule| words::summer(&rule, zone.offset_min));
    if wanted.is_some() && summer.is_none() {
        warnings.push(Field::TimeZone.path().into(), WarningReason::NoWord);
    }
    // A zone's name would bring the rule back that nobody wants.
    let by_name = wanted.is_some() == zone.summer.is_some() && wanted.is_some() == summer.is_some();
    Clock { offset_min: Some(zone.offset_min), summer, by_name }
}

/// The key that shows the MAC address of a phone that waits.
const MAC_KEY: u16 = 3;

fn restricted(job: &Restricted<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let model = job.model;
    // A SIP address would have to write it `%23`, and nobody knows whether the phone reads that in a dial plan and on a key.
    if job.service_code.as_str().contains('#') {
        return Err(bad("service_code", "holds #, which a SIP address cannot carry as it is"));
    }
    let file = file_name(model, job.mac);
    let emergency_list = joined(job.emergency, " ");
    let dial_plan = plan::restricted(job);
    let mac = job.mac.bare();
    let texts = 2 * job.display_text.len() + 2 * job.enrolment.password.expose().len() + 2 * job.url.expose().len();
    let mut driver = Driver::begin(
        out,
        Setup {
            model,
            secrets: SecretsOut::ALL,
            transliterate: false,
            release: job.firmware.map(release),
            overrides: Overrides::NONE.forgetting(job.forget, &NAMES),
            room: room(model, texts),
        },
    );
    driver.raw(snom_xml::HEADER);
    for identity in 1..=model.accounts {
        // Where no key shows the MAC address, the idle screen does.
        let mac = (model.keys < MAC_KEY).then_some(mac.as_str());
        let item = (identity == 1).then_some(WaitingIdentity { job, mac, dial_plan: &dial_plan });
        driver.restricted(IDENTITY, Place::WHOLE.at(identity), item.as_ref())?;
    }
    let site = WaitingSite { job, file: &file, emergency_list: &emergency_list, release: job.firmware.map(release) };
    driver.restricted(SITE, Place::WHOLE, Some(&site))?;
    driver.restricted(SOFT_KEYS, Place::WHOLE.at(1), Some(&site))?;
    driver.rest_of(|name| !is_key(name))?;
    driver.raw(snom_xml::KEYS);
    for slot in 1..=model.keys {
        let key = match slot {
            1 => Some(WaitingKey::Line),
            2 => Some(WaitingKey::Service(job)),
            MAC_KEY => Some(WaitingKey::Mac(mac.as_str())),
            _ => None,
        };
        driver.restricted(FKEY, Place::WHOLE.at(slot), key.as_ref())?;
    }
    for number in 1..=model.modules.count {
        for slot in 1..=model.modules.keys {
            driver.restricted(FKEY, Place::WHOLE.at(running(model, number, slot)), None)?;
        }
    }
    driver.rest_of(is_key)?;
    driver.raw(snom_xml::FOOTER);
    Ok(driver.finish())
}

fn parameters() -> Vec<Parameter> {
    let mut all = Vec::new();
    list(&mut all, Dialect::SnomDesk, IDENTITY);
    list(&mut all, Dialect::SnomDesk, SITE);
    list(&mut all, Dialect::SnomDesk, SOFT_KEYS);
    list(&mut all, Dialect::SnomDesk, FKEY);
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::models::Confidence::{Confirmed, OneSource};

    #[test]
    fn names_are_unique_but_for_the_one_that_has_two_rows() {
        let mut all: Vec<_> = parameters().into_iter().map(|row| row.name).collect();
        all.sort_unstable();
        for pair in all.windows(2) {
            let [a, b] = pair else { unreachable!() };
            assert!(a != b || *a == "setting_server", "{a}");
        }
    }

    #[test]
    fn what_rests_on_a_guess_is_only_what_does_no_harm_when_it_is_wrong() {
        let harmless = ["log_level"];
        for Parameter { name, confidence, .. } in parameters() {
            assert!(matches!(confidence, Confirmed | OneSource) || harmless.contains(&name), "{name}: {confidence:?}");
        }
    }

    #[test]
    fn p5_a_file_has_room_even_when_every_text_grows() {
        use crate::render::{Provisioning, ProvisioningUrl};
        let mac = "000413010203".parse().unwrap();
        let emergency = ["112".parse().unwrap()];
        let url: Secret = format!("https://a/{}/", "&".repeat(500)).as_str().into();
        // `"` is the character that grows most.
        let longest = Some("\"".repeat(128));
        let secret: Option<Secret> = Some("\"".repeat(128).as_str().into());
        for model in crate::models::all().filter(|model| model.dialect == Dialect::SnomDesk) {
            let mut profile = Profile::from_json(
                r#"{"accounts": [{"user": "x", "server": {"host": "a.example.net"}, "backup_server": {"host": "b.example.net"}}]}"#,
            )
            .unwrap();
            let mut account = profile.accounts.remove(0);
            (account.label, account.display_name, account.auth_user) = (longest.clone(), longest.clone(), longest.clone());
            account.user = "x".repeat(128).parse().unwrap();
            account.password = secret.clone();
            account.voicemail = Some("1".repeat(64).parse().unwrap());
            // Half of the identities are hidden ones, of the same texts.
            profile.accounts = (1..=model.accounts.div_ceil(2)).map(|slot| Account { slot, ..account.clone() }).collect();
            let url_key: KeyKind = KeyKind::Menu(format!("https://a/{}", "&".repeat(500)).parse().unwrap());
            let key = |slot| Key { slot, kind: url_key.clone(), label: longest.clone(), account: None };
            profile.keys = (1..=model.keys).map(key).collect();
            let module = |slot| crate::profile::Module { slot, keys: (1..=model.modules.keys).map(key).collect() };
            profile.modules = (1..=model.modules.count).map(module).collect();
            profile.dialling.at_once = (0..40).map(|n| format!("0{n}**********************").parse().unwrap()).collect();
            profile.protection.admin_password = secret.clone();
            profile.protection.user_password = secret.clone();
            profile.protection.menu_password = secret.clone();
            let long: Secret = "\"".repeat(1024).as_str().into();
            profile.overrides = ["backlight", "call_waiting", "ring_sound"].map(|name| (name.into(), long.clone())).into();
            let job =
                FullJob::new(&profile, model, mac, SecretsOut::ALL, Provisioning::new(ProvisioningUrl::Open(&url)), &emergency);
            let mut out = Vec::new();
            full(&job, &mut out).unwrap();
            // A buffer that had to grow would have doubled.
            let asked = room(model, texts(&profile)) + crate::render::pen::LONGEST_LINE;
            assert_eq!(out.capacity(), asked, "{}: {} bytes", model.name, out.len());
        }
    }

    #[test]
    fn releases_are_counted_by_their_third_number() {
        let of = |text: &str| release(&text.parse().unwrap());
        assert_eq!(of("10.1.169.16"), [1001, 169]);
        assert_eq!(of("8.9.3.80"), [809, 3]);
        assert!(of("8.9.3.80") < of("10.1.20.0") && of("10.1.20.0") < of("10.1.198.19"));
        assert_eq!(of("65535.65535.1"), [u16::MAX, 1]);
    }

    #[test]
    fn v2_module_keys_are_numbered_on_from_the_phones_own() {
        let model = crate::models::lookup("snom", "D385").unwrap();
        assert_eq!((running(model, 1, 1), running(model, 3, 18)), (49, 102));
    }
}
