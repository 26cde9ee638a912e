//! Gigaset DECT bases with `ProviderFrame` files: N510 IP PRO and N720 DM PRO (`docs/facts/gigaset.md`, sections 3 to 6).
//!
//! No parameter of theirs restricts what a handset dials, none dials by itself. A restricted file gives every handset the
//! enrolment's account and takes everything else away; that only emergency numbers and the service can be reached is the server's
//! work (SPEC C1).

mod account;
mod handset;
mod names;
mod site;
mod words;

use super::derived::{Servers, account, poll_min, warn_beyond, warn_firmware};
use super::overrides::{Overrides, field};
use super::rows::{Driver, Place, Setup, is_due, list};
use super::syntax::frame;
use super::{
    CharacterPolicy, Engine, FullJob, Parameter, ProvisioningUrl, RenderError, Restricted, SecretsOut, WarningReason, Warnings,
};
use crate::mac::MacAddr;
use crate::models::{Dialect, Model};
use crate::profile::{Codec, Field, FirmwareVersion, Host, Profile, Server, Transport};
use crate::secret::Secret;
use account::{FullAccount, MOST_EXPIRES_S, PROVIDER, Provider, WaitingAccount};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use handset::{FullHandset, HANDSET};
use names::NAMES;
use site::{FullSite, HEAD, PHONEBOOK_N510, PHONEBOOK_N720, WaitingSite, is_pin};

/// N510 IP PRO.
pub(super) static N510: Engine = engine(|| parameters(Dialect::GigasetN510));

/// N720 DM PRO.
pub(super) static N720: Engine = engine(|| parameters(Dialect::GigasetN720));

const fn engine(parameters: fn() -> Vec<Parameter>) -> Engine {
    Engine {
        full,
        restricted,
        file_name,
        content_type: "text/xml; charset=ISO-8859-1",
        read: frame::read,
        names: &NAMES,
        parameters,
        carries,
    }
}

/// Servers that a manager has room for. The number is ours: no source names one (section 4).
const PROVIDERS: u16 = 10;

/// In capitals, as the base writes its own address in `%MACD.xml` (section 2).
fn file_name(_: &Model, mac: MacAddr) -> String {
    format!("{}.xml", bare(mac))
}

/// 12 hex digits in capitals.
fn bare(mac: MacAddr) -> String {
    mac.bare().as_str().to_ascii_uppercase()
}

fn is_manager(model: &Model) -> bool {
    model.dialect == Dialect::GigasetN720
}

/// The release is the second number: `42.258.00.000.000` is release 258.
fn release(firmware: &FirmwareVersion) -> [u16; 2] {
    let [_, release, ..] = firmware.numbers();
    [release, 0]
}

fn carries(model: &Model, field: Field) -> bool {
    use Field::*;
    let manager = is_manager(model);
    match field {
        BackupHost | BackupPort | BackupTransport | ProxyTransport | AccountSrtp | UserPassword | MenuPassword | Web
        | LanguageFile | Menu | Hours24 | PcVlan | Lldp | SyslogHost | SyslogPort | SyslogLevel | DialTimeout | DialAtOnce
        | DisplayText => false,
        ServerTransport | PairingPin => manager,
        HandsetName | FirmwareVersion | FirmwareUrl => !manager,
        AccountLabel | AccountDisplayName | AccountUser | AccountAuthUser | AccountPassword | ServerHost | ServerPort
        | ProxyHost | ProxyPort | AccountVoicemail | AccountExpires | AccountCodecs | HandsetAccount | AdminPassword
        | Language | PhonebookName | PhonebookUrl | PhonebookUser | PhonebookPassword | NtpServer | TimeZone | UtcOffset
        | DstAuto | Tones | Vlan | VlanPriority | PollInterval | PollJitter => true,
        // Each is warned of by its slot.
        KeyKind | KeyValue | KeyPickup | KeyLabel | KeyAccount | ModuleKeyKind | ModuleKeyValue | ModuleKeyPickup
        | ModuleKeyLabel | ModuleKeyAccount => true,
    }
}

/// Bytes to set aside, more than the file has: those of the rows with their hosts, and six for each byte of a text, the longest
/// escape.
fn room(model: &Model, texts: usize) -> usize {
    let account = if is_manager(model) { 1_500 } else { 4_200 };
    usize::from(model.accounts) * account + usize::from(PROVIDERS) * 2_600 + 24 * 1024 + 6 * texts
}

/// At least the bytes of all texts of a full file.
fn texts(job: &FullJob<'_>) -> usize {
    let profile = job.profile;
    // All handsets of a base may show the label of one account, or its user.
    let (labels, users) = if is_manager(job.model) { (1, 3) } else { (8, 10) };
    let of = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let accounts = profile.accounts.iter().map(|account| {
        let names = labels * of(&account.label) + of(&account.display_name) + users * account.user.as_str().len();
        names + of(&account.auth_user) + account.password.as_ref().map_or(0, |password| password.expose().len())
    });
    let handsets = profile.handsets.iter().map(|handset| of(&handset.name));
    let (ProvisioningUrl::Open(url) | ProvisioningUrl::Credential(url)) = job.provisioning.url;
    let overrides = profile.overrides.iter().map(|(name, value)| name.len() + value.expose().len() + 64);
    accounts.chain(handsets).chain(overrides).sum::<usize>() + 2 * url.expose().len()
}

/// Host and port of a URL; with the scheme before them where a manager reads it.
fn data_server<'a>(url: &'a Secret, model: &Model) -> &'a str {
    let url = url.expose();
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    url.get(if is_manager(model) { 0 } else { start }..end).unwrap_or_default()
}

fn full(job: &FullJob<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let (profile, model) = (job.profile, job.model);
    check_addresses(job)?;
    check_overrides(profile, model)?;
    let mut driver = Driver::begin(
        out,
        Setup {
            model,
            secrets: job.secrets,
            transliterate: job.characters == CharacterPolicy::Transliterate,
            release: job.firmware.map(release),
            overrides: Overrides::new(&profile.overrides, &NAMES, job.overrides, job.secrets)?.forgetting(job.forget, &NAMES),
            room: room(model, texts(job)),
        },
    );
    driver.raw(frame::HEADER);
    let (offset_min, summer) = clock(job, &mut driver.warnings);
    let mac = bare(job.mac);
    let (ProvisioningUrl::Open(url) | ProvisioningUrl::Credential(url)) = job.provisioning.url;
    let protection = &profile.protection;
    let manager = is_manager(model);
    let site = FullSite {
        job,
        mac: &mac,
        data_server: data_server(url, model),
        poll_min: poll_min(job),
        offset_min,
        summer,
        admin: protection.admin_password.as_ref().filter(|password| manager || is_pin(password)),
        pairing: protection.pairing_pin.as_ref().filter(|pin| is_pin(pin)),
        wideband: profile.accounts.iter().any(|account| account.codecs.contains(&Codec::G722)),
        firmware_due: !manager && profile.firmware.as_ref().is_some_and(|target| is_due(job.firmware, &target.version)),
    };
    warn_words(job, &site, &mut driver.warnings);
    driver.full(HEAD, Place::WHOLE, Some(&site))?;
    driver.full(if manager { site::N720 } else { site::N510 }, Place::WHOLE, Some(&site))?;
    let book = if manager { PHONEBOOK_N720 } else { PHONEBOOK_N510 };
    driver.full(book, Place::WHOLE.at(1), profile.phonebook.as_ref().as_ref())?;
    full_accounts(job, &mut driver)?;
    full_handsets(job, &mut driver)?;
    driver.rest()?;
    driver.raw(frame::FOOTER);
    Ok(driver.finish())
}

/// Refuses IPv6 addresses: nothing says that these devices have any (`docs/facts/gigaset.md`, section 4).
fn check_addresses(job: &FullJob<'_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    let (ProvisioningUrl::Open(url) | ProvisioningUrl::Credential(url)) = job.provisioning.url;
    check_url(url.expose(), "provisioning.url")?;
    for account in profile.accounts.iter().filter(|account| account.slot <= model.accounts) {
        for (path, server) in [("server", Some(&account.server)), ("outbound_proxy", account.outbound_proxy.as_ref())] {
            if server.is_some_and(|server| is_ipv6(&server.host)) {
                return Err(no_ipv6(format!("accounts[{}].{path}.host", account.slot)));
            }
        }
    }
    if profile.time.ntp_server.as_ref().is_some_and(is_ipv6) {
        return Err(no_ipv6(Field::NtpServer.path().into()));
    }
    if let Some(book) = &profile.phonebook {
        check_url(book.url.as_str(), Field::PhonebookUrl.path())?;
    }
    match profile.firmware.as_ref().filter(|_| !is_manager(model)) {
        Some(target) => check_url(target.url.as_str(), Field::FirmwareUrl.path()),
        None => Ok(()),
    }
}

/// Whether a host is an IPv6 address: no other host has a colon.
fn is_ipv6(host: &Host) -> bool {
    host.as_str().contains(':')
}

/// As [`is_ipv6`]; in a URL the address stands in brackets.
fn check_url(url: &str, field: &'static str) -> Result<(), RenderError> {
    if url.contains("://[") { Err(no_ipv6(field.into())) } else { Ok(()) }
}

fn no_ipv6(field: String) -> RenderError {
    RenderError::Value { field, reason: "is an IPv6 address, which this device is not known to have" }
}

/// Refuses overrides of parts that the device does not have, of numbers that do not fit, and of its own address.
fn check_overrides(profile: &Profile, model: &Model) -> Result<(), RenderError> {
    for (raw, value) in &profile.overrides {
        if let Some(reason) = names::hindrance(raw, value.expose(), model) {
            return Err(RenderError::Override { field: field(raw), reason });
        }
    }
    Ok(())
}

fn full_accounts(job: &FullJob<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    let manager = is_manager(model);
    let servers = if manager { Servers::of(&profile.accounts, model.accounts, PROVIDERS) } else { Servers::default() };
    for number in (1..=PROVIDERS).filter(|_| manager) {
        let account = servers.get(number);
        let place = Place::slot("accounts[]", account.map_or(0, |account| account.slot)).at(number);
        driver.full(PROVIDER, place, account.map(|account| Provider { account }).as_ref())?;
    }
    let lowest = (1..=model.accounts).find(|slot| is_usable(profile, model, *slot));
    for slot in 1..=model.accounts {
        let place = Place::slot("accounts[]", slot);
        let given = account(profile, slot);
        if !manager {
            let item = given.map(|account| FullAccount {
                account,
                rings: handsets(profile, model, |of| of == slot),
                calls: handsets(profile, model, |of| of == slot || (lowest == Some(slot) && !is_usable(profile, model, of))),
                provider: 0,
            });
            driver.full(account::N510, place, item.as_ref())?;
            continue;
        }
        // An account without its server stays off: another server must not see its login.
        let provider = given.map(|account| servers.number_of(account)).and_then(|number| number.checked_sub(1));
        let item = given.zip(provider).map(|(account, provider)| FullAccount { account, rings: 0, calls: 0, provider });
        driver.full(account::N720, place, item.as_ref())?;
        if given.is_some() && provider.is_none() {
            driver.warnings.push(format!("accounts[{slot}].server"), WarningReason::Beyond { most: PROVIDERS });
        }
        if item.is_none() && profile.handsets.iter().any(|handset| handset.slot == slot) {
            driver.warnings.push(format!("handsets[{slot}]"), WarningReason::NoAccount);
        }
    }
    warn_beyond(&mut driver.warnings, "accounts", profile.account_slots(), model.accounts);
    Ok(())
}

/// The account that a handset uses: the one its entry names, or that of its own slot.
fn account_of(profile: &Profile, handset: u16) -> u16 {
    let entry = profile.handsets.iter().find(|entry| entry.slot == handset);
    entry.and_then(|entry| entry.account).unwrap_or(handset)
}

/// Whether the profile has this account and the base a slot for it.
fn is_usable(profile: &Profile, model: &Model, slot: u16) -> bool {
    slot <= model.accounts && account(profile, slot).is_some()
}

/// The handsets whose account is such a one, handset 1 the lowest bit.
fn handsets(profile: &Profile, model: &Model, which: impl Fn(u16) -> bool) -> u32 {
    let used = (1..=model.handsets.min(32)).filter(|handset| which(account_of(profile, *handset)));
    used.fold(0, |mask, handset| mask | 1 << (handset - 1))
}

fn full_handsets(job: &FullJob<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let (profile, model) = (job.profile, job.model);
    let manager = is_manager(model);
    for slot in 1..=model.handsets {
        let entry = profile.handsets.iter().find(|entry| entry.slot == slot);
        if manager {
            // Handset n is account n and nothing else.
            if entry.and_then(|entry| entry.account).is_some_and(|account| account != slot) {
                driver.warnings.push(format!("handsets[{slot}].account"), WarningReason::NoWord);
            }
            continue;
        }
        let used = account(profile, account_of(profile, slot)).filter(|account| account.slot <= model.accounts);
        let named = entry.is_some_and(|entry| entry.name.is_some());
        let (item, place) = match used {
            Some(account) if !named => (FullHandset::Used { handset: None, account }, Place::slot("accounts[]", account.slot)),
            Some(account) => (FullHandset::Used { handset: entry, account }, Place::slot("handsets[]", slot)),
            None => (FullHandset::Spare(slot), Place::slot("handsets[]", slot)),
        };
        driver.full(HANDSET, place.at(slot), Some(&item))?;
        if entry.is_some() && used.is_none() {
            driver.warnings.push(format!("handsets[{slot}]"), WarningReason::NoAccount);
        }
    }
    warn_beyond(&mut driver.warnings, "handsets", profile.handsets.iter().map(|handset| handset.slot), model.handsets);
    Ok(())
}

/// Whether a server names a port for TLS, which a base that speaks UDP cannot use.
fn is_tls_port(server: &Server) -> bool {
    server.transport == Transport::Tls && server.port.is_some()
}

/// Warns of values that the base has no word for.
fn warn_words(job: &FullJob<'_>, site: &FullSite<'_>, warnings: &mut Warnings) {
    let (profile, model) = (job.profile, job.model);
    let manager = is_manager(model);
    for account in profile.accounts.iter().filter(|account| account.slot <= model.accounts) {
        let slot = account.slot;
        if manager && account.server.transport != Transport::Udp {
            warnings.push(format!("accounts[{slot}].server.transport"), WarningReason::NoWord);
        }
        for (path, server) in [("server", Some(&account.server)), ("outbound_proxy", account.outbound_proxy.as_ref())] {
            if server.is_some_and(is_tls_port) {
                warnings.push(format!("accounts[{slot}].{path}.port"), WarningReason::NoPlace);
            }
        }
        if account.expires_s.is_some_and(|seconds| seconds > MOST_EXPIRES_S) {
            warnings.push(format!("accounts[{slot}].expires_s"), WarningReason::Nearest);
        }
        for (at, codec) in account.codecs.iter().enumerate() {
            if words::codec(*codec).is_none() {
                warnings.push(format!("accounts[{slot}].codecs[{}]", at + 1), WarningReason::NoWord);
            }
        }
        if manager && account.label.is_some() && account.display_name.is_some() {
            warnings.push(format!("accounts[{slot}].label"), WarningReason::NoPlace);
        }
    }
    warn_passwords(profile, manager, warnings);
    let protection = &profile.protection;
    let mut word = |given: bool, known: bool, field: Field| {
        if given && !known {
            warnings.push(field.path().into(), WarningReason::NoWord);
        }
    };
    word(protection.admin_password.is_some(), site.admin.is_some(), Field::AdminPassword);
    word(manager && protection.pairing_pin.is_some(), site.pairing.is_some(), Field::PairingPin);
    word(profile.language.is_some(), profile.language.and_then(words::language).is_some(), Field::Language);
    word(profile.tones.is_some(), profile.tones.and_then(words::tones).is_some(), Field::Tones);
    if !manager {
        warn_firmware(warnings, job);
    }
    warn_beyond(warnings, "keys", profile.keys.iter().map(|key| key.slot), model.keys);
    warn_beyond(warnings, "modules", profile.modules.iter().map(|module| module.slot), model.modules.count);
}

/// Warns of passwords that everybody knows (section 8): the factory's, or one that is the same.
fn warn_passwords(profile: &Profile, manager: bool, warnings: &mut Warnings) {
    let protection = &profile.protection;
    let (own, factory) = if manager { ("BS_CUSTOM.WebUIPassword", "admin") } else { ("BS_CUSTOM.aucKdsPin[0]", FACTORY_PIN) };
    let mut known = |password: &Option<Secret>, factory: &str, field: Field| {
        if password.as_ref().is_some_and(|password| password.expose() == factory) {
            warnings.push(field.path().into(), WarningReason::KnownPassword);
        }
    };
    known(&protection.admin_password, factory, Field::AdminPassword);
    if manager {
        known(&protection.pairing_pin, FACTORY_PIN, Field::PairingPin);
    }
    if protection.admin_password.is_none() && !profile.overrides.iter().any(|(raw, _)| raw == own) {
        warnings.push(Field::AdminPassword.path().into(), WarningReason::FactoryPassword);
    }
}

/// The PIN of the factory.
const FACTORY_PIN: &str = "0000";

/// The offset, and whether the base changes to summer time by itself, warning of what it has no words for.
fn clock(job: &FullJob<'_>, warnings: &mut Warnings) -> (Option<i16>, bool) {
    let time = &job.profile.time;
    let offset = time.zone.map(|zone| zone.offset_min).or(time.utc_offset_min);
    let field = if time.zone.is_some() { Field::TimeZone } else { Field::UtcOffset };
    if offset.is_some_and(|offset| words::zone(offset).is_none()) {
        warnings.push(field.path().into(), WarningReason::NoWord);
    } else if time.dst_auto.is_none() && time.zone.is_some_and(|zone| !words::own_summer(&zone)) {
        warnings.push(Field::TimeZone.path().into(), WarningReason::Nearest);
    }
    // An offset alone has no rule. Where nothing is said the clock is as it comes from the factory.
    let by_zone = time.zone.map_or(time.utc_offset_min.is_none(), |zone| zone.summer.is_some());
    (offset, time.dst_auto.unwrap_or(by_zone))
}

fn restricted(job: &Restricted<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let model = job.model;
    check_url(job.url.expose(), "url")?;
    if is_ipv6(&job.enrolment.server.host) {
        return Err(no_ipv6("enrolment.server.host".into()));
    }
    let manager = is_manager(model);
    let shown = if manager { 1 } else { 3 };
    let Restricted { display_text, enrolment, .. } = job;
    let of_account = shown * display_text.len() + 2 * enrolment.user.as_str().len() + enrolment.password.expose().len();
    let texts = of_account * usize::from(model.accounts) + 2 * job.url.expose().len();
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
    driver.raw(frame::HEADER);
    let mac = bare(job.mac);
    let site = WaitingSite { job, mac: &mac, data_server: data_server(job.url, model) };
    driver.restricted(HEAD, Place::WHOLE, Some(&site))?;
    driver.restricted(if manager { site::N720 } else { site::N510 }, Place::WHOLE, Some(&site))?;
    driver.restricted(if manager { PHONEBOOK_N720 } else { PHONEBOOK_N510 }, Place::WHOLE.at(1), None)?;
    for number in (1..=PROVIDERS).filter(|_| manager) {
        driver.restricted(PROVIDER, Place::WHOLE.at(number), (number == 1).then_some(job).as_ref())?;
    }
    for slot in 1..=model.accounts {
        let item = WaitingAccount { job, handset: slot };
        driver.restricted(if manager { account::N720 } else { account::N510 }, Place::WHOLE.at(slot), Some(&item))?;
    }
    for slot in (1..=model.handsets).filter(|_| !manager) {
        driver.restricted(HANDSET, Place::WHOLE.at(slot), Some(&job))?;
    }
    driver.rest()?;
    driver.raw(frame::FOOTER);
    if job.enrolment.server.transport != Transport::Udp {
        let reason = if manager { WarningReason::NoWord } else { WarningReason::NoPlace };
        driver.warnings.push("enrolment.server.transport".into(), reason);
    }
    if is_tls_port(job.enrolment.server) {
        driver.warnings.push("enrolment.server.port".into(), WarningReason::NoPlace);
    }
    Ok(driver.finish())
}

fn parameters(dialect: Dialect) -> Vec<Parameter> {
    let mut all = Vec::new();
    list(&mut all, dialect, HEAD);
    if dialect == Dialect::GigasetN720 {
        list(&mut all, dialect, site::N720);
        list(&mut all, dialect, PHONEBOOK_N720);
        list(&mut all, dialect, PROVIDER);
        list(&mut all, dialect, account::N720);
    } else {
        list(&mut all, dialect, site::N510);
        list(&mut all, dialect, PHONEBOOK_N510);
        list(&mut all, dialect, account::N510);
        list(&mut all, dialect, HANDSET);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Confidence::{Confirmed, OneSource};

    #[test]
    fn names_are_unique_but_for_one_that_has_two_rows() {
        for dialect in [Dialect::GigasetN510, Dialect::GigasetN720] {
            let mut all: Vec<_> = parameters(dialect).into_iter().map(|row| row.name).collect();
            all.sort_unstable();
            for pair in all.windows(2) {
                let [a, b] = pair else { unreachable!() };
                assert!(a != b || *a == "S_CONFIGFILE_URL", "{a}");
            }
        }
    }

    #[test]
    fn what_rests_on_a_guess_is_only_what_does_no_harm_when_it_is_wrong() {
        let harmless = ["I_CHECK_FOR_UPDATES_TIMER_INIT", "S_PROV_USERNAME", "S_PROV_PASSWORD"];
        for dialect in [Dialect::GigasetN510, Dialect::GigasetN720] {
            for Parameter { name, confidence, .. } in parameters(dialect) {
                let sure = matches!(confidence, Confirmed | OneSource);
                assert!(sure || harmless.contains(&name), "{name}: {confidence:?}");
            }
        }
    }
}
