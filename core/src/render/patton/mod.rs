//! Patton SmartNode gateways with analogue ports and SmartWare 6 (`docs/facts/patton.md`).
//!
//! A file is the whole configuration, typed from the top: what it does not say goes back to the factory default. So nothing is
//! cleared, unused ports are shut down, and a full file without its secrets is refused: it would cut the accounts off.

mod check;
mod names;
mod plan;
mod port;
mod sip;
mod site;
mod words;

use super::derived::{poll_min, warn_beyond};
use super::overrides::Overrides;
use super::pen::LONGEST_LINE;
use super::rows::{Driver, Place, Setup, list};
use super::syntax::{ReadError, Setting, cli};
use super::{
    CharacterPolicy, Engine, FullJob, MOST_EMERGENCY, Parameter, ProvisioningUrl, RenderError, Restricted, SecretsOut,
    WarningReason, Warnings,
};
use crate::mac::MacAddr;
use crate::models::{Dialect, Model};
use crate::profile::{Account, Codec, Field, Server, Transport};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use check::{check_objects, check_secrets, chosen_codecs, clock, uses, warn};
use names::NAMES;
use plan::{Allowed, Plan, ServerUse, Trunk, at_once, emergency_alone};
use port::{FullPort, INCOMING, LOGIN, NAME, PORT, TELEPHONE, WaitingPort};
use sip::{
    AUTHENTICATE, BINDING, CALLS, DOMAIN, Dialled, FullIdentity, FullRoute, HUNT_GROUP, IDENTITY, INTERFACE, MESSAGES,
    REGISTRATION, ROUTE, WaitingRoute, WaitingServer,
};
use site::{
    ADDRESS, BUSY_TONE, CHECK_SYNC, CODEC, CONGESTION_TONE, DIAL_TONE, DIGITS, DTMF, ETHERNET, ETHERNET_UP, FAX, FAX_WORDS,
    FullSite, GATEWAY_UP, LOW_RATE, PRIORITY, PROVISIONING, RINGBACK_TONE, SERVICE, SITE, SWITCH_UP, SYSLOG, TONE_SET, TRANSPORT,
    VLAN, WaitingSite,
};

/// SN4112 to SN4332.
pub(super) static SMARTWARE: Engine =
    Engine { full, restricted, file_name, content_type: "text/plain", read, names: &NAMES, parameters, carries };

fn file_name(_: &Model, mac: MacAddr) -> String {
    format!("{}.cfg", mac.bare())
}

fn read(file: &[u8]) -> Result<Vec<Setting<'_>>, ReadError> {
    cli::read(file, &NAMES)
}

fn carries(_: &Model, field: Field) -> bool {
    use Field::*;
    matches!(
        field,
        AccountDisplayName
            | AccountUser
            | AccountAuthUser
            | AccountPassword
            | ServerHost
            | ServerPort
            | ServerTransport
            | BackupHost
            | BackupPort
            | BackupTransport
            | AccountExpires
            | AccountCodecs
            | AdminPassword
            | UserPassword
            | Web
            | NtpServer
            | TimeZone
            | UtcOffset
            | DstAuto
            | Tones
            | Vlan
            | VlanPriority
            | SyslogHost
            | SyslogPort
            | SyslogLevel
            | PollInterval
            | PollJitter
            | DialTimeout
            | DialAtOnce
    )
}

/// Codecs where nobody names any that the gateway has.
const USUAL_CODECS: [Codec; 2] = [Codec::Pcma, Codec::Pcmu];

/// Bytes to set aside, more than a full file has.
fn room_full(job: &FullJob<'_>) -> usize {
    let profile = job.profile;
    let host = |server: &Server| server.host.as_str().len();
    let account = |account: &Account| {
        let auth = account.auth_user.as_ref().map_or(0, String::len);
        let texts = account.display_name.as_ref().map_or(0, String::len)
            + account.password.as_ref().map_or(0, |password| password.expose().len());
        let hosts = host(&account.server) + account.backup_server.as_ref().map_or(0, host);
        // Routes for it, a server, a way out and two identities of its own.
        2_600 + 7 * account.user.as_str().len() + 4 * auth + texts + 4 * hosts
    };
    let routes: usize =
        MOST_EMERGENCY * 48 + profile.dialling.at_once.iter().map(|pattern| 48 + pattern.as_str().len()).sum::<usize>();
    let accounts: usize = profile.accounts.iter().take(usize::from(job.model.accounts)).map(|one| account(one) + routes).sum();
    let overrides: usize = profile.overrides.iter().map(|(name, value)| 2 * name.len() + value.expose().len() + 64).sum();
    let (ProvisioningUrl::Open(url) | ProvisioningUrl::Credential(url)) = job.provisioning.url;
    let once = [&profile.protection.admin_password, &profile.protection.user_password].into_iter().flatten();
    let secrets: usize = once.map(|secret| secret.expose().len()).sum();
    LONGEST_LINE + 4_096 + accounts + overrides + url.expose().len() + secrets + 64 * usize::from(job.model.accounts)
}

fn room_restricted(job: &Restricted<'_>) -> usize {
    let enrolment = job.enrolment;
    let port =
        1_200 + 6 * enrolment.user.as_str().len() + enrolment.password.expose().len() + enrolment.server.host.as_str().len();
    let once = job.url.expose().len() + enrolment.password.expose().len() + 4 * enrolment.server.host.as_str().len();
    LONGEST_LINE + 4_096 + usize::from(job.model.accounts) * port + job.emergency.len() * 96 + once
}

/// The first VLAN tag, processor, port and codec is 0 in names.
const FIRST: Place = Place::WHOLE;

fn full(job: &FullJob<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let (profile, model) = (job.profile, job.model);
    let overrides = Overrides::new(&profile.overrides, &NAMES, job.overrides, job.secrets)?;
    let plan = Plan::of(profile, model)?;
    check_objects(profile, &plan)?;
    check_secrets(job, &plan)?;
    let mac = job.mac.bare();
    let setup = Setup {
        model,
        secrets: job.secrets,
        transliterate: job.characters == CharacterPolicy::Transliterate,
        release: None,
        overrides,
        room: room_full(job),
    };
    let mut driver = Driver::begin(out, setup);
    warn_beyond(&mut driver.warnings, "accounts", profile.account_slots(), model.accounts);
    warn(job, &plan, &mut driver.warnings);
    let (offset_min, summer) = clock(job, &mut driver.warnings);
    let site = FullSite { job, mac: mac.as_str(), poll_min: poll_min(job), offset_min, summer };
    driver.raw(cli::HEADER);
    driver.full(SITE, Place::WHOLE, Some(&site))?;
    driver.raw("profile provisioning PF_CONFIG\n");
    driver.full(PROVISIONING, Place::WHOLE.at(1), Some(&site))?;
    driver.raw("actions\n  rule R_SYNC\n");
    driver.full(CHECK_SYNC, Place::WHOLE, Some(&site))?;
    if profile.syslog.is_some() {
        driver.raw("syslog-client\n");
        driver.full(SYSLOG, Place::WHOLE, Some(&site))?;
    }
    full_voice(&site, &plan, &mut driver)?;
    full_network(&site, &mut driver)?;
    full_switch(&site, &plan, &mut driver)?;
    full_accounts(&site, &plan, &mut driver)?;
    driver.rest()?;
    Ok(driver.finish())
}

fn full_voice(site: &FullSite<'_>, plan: &Plan<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let profile = site.job.profile;
    let named = chosen_codecs(plan).map_or(&[][..], |account| &account.codecs);
    let known = named.iter().any(|codec| words::codec(*codec).is_some());
    let codecs = if known { named } else { &USUAL_CODECS };
    if codecs.contains(&Codec::G729) {
        driver.raw("system\n  ic voice 0\n");
        driver.full(LOW_RATE, FIRST, Some(site))?;
    }
    if let Some(tones) = profile.tones {
        let country = words::country(tones);
        for (mode, table, tone) in [
            ("profile call-progress-tone T_DIAL\n", DIAL_TONE, country.dial),
            ("profile call-progress-tone T_RINGBACK\n", RINGBACK_TONE, country.ringback),
            ("profile call-progress-tone T_BUSY\n", BUSY_TONE, country.busy),
            ("profile call-progress-tone T_CONGESTION\n", CONGESTION_TONE, country.congestion),
        ] {
            driver.raw(mode);
            for (number, element) in (1..).zip(tone) {
                driver.full(table, Place::WHOLE.at(number), Some(&element))?;
            }
        }
        driver.raw("profile tone-set default\n");
        driver.full(TONE_SET, Place::WHOLE, Some(site))?;
    }
    driver.raw("profile voip default\n");
    for (number, word) in (1..).zip(codecs.iter().filter_map(|codec| words::codec(*codec))) {
        driver.full(CODEC, Place::WHOLE.at(number), Some(&word))?;
    }
    driver.full(DTMF, Place::WHOLE, Some(site))?;
    for (number, word) in (1..).zip(FAX_WORDS) {
        driver.full(FAX, Place::WHOLE.at(number), Some(&word))?;
    }
    Ok(())
}

fn full_network(site: &FullSite<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let network = &site.job.profile.network;
    if network.vlan.is_some() && network.vlan_priority.is_some() {
        driver.raw("profile service-policy SP_VLAN\n  source traffic-class default\n");
        driver.full(PRIORITY, Place::WHOLE, Some(site))?;
    }
    driver.raw("context ip router\n  interface eth0\n");
    driver.full(ADDRESS, Place::WHOLE, Some(site))?;
    driver.raw("port ethernet 0 0\n");
    if network.vlan.is_some() {
        driver.full(VLAN, FIRST, Some(site))?;
        driver.raw("port ethernet 0 0\n");
    } else {
        driver.full(ETHERNET, FIRST, Some(site))?;
    }
    driver.full(ETHERNET_UP, FIRST, Some(site))
}

/// A port of the plan.
fn full_port<'a>(job: &FullJob<'a>, account: &'a Account, trunk: u16) -> FullPort<'a> {
    FullPort { account, port: account.slot.saturating_sub(1), trunk, country: job.profile.tones.map(words::country) }
}

/// The place of a port, which is counted from 0 in names.
fn port_place(slot: u16) -> Place {
    Place::slot("accounts[]", slot).at(slot.saturating_sub(1))
}

fn server_place(server: &ServerUse<'_>) -> Place {
    Place::slot("accounts[]", server.slot).at(server.number)
}

fn full_switch(site: &FullSite<'_>, plan: &Plan<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let job = site.job;
    let names = plan.ports.iter().any(|(account, _)| account.display_name.is_some());
    driver.raw("context cs switch\n");
    driver.full(DIGITS, Place::WHOLE, Some(site))?;
    driver.raw("  routing-table called-uri RT_IN\n");
    for (account, trunk) in &plan.ports {
        driver.full(INCOMING, port_place(account.slot), Some(&full_port(job, account, *trunk)))?;
    }
    if names {
        driver.raw("  mapping-table calling-e164 to calling-name MT_NAME\n");
        for (account, trunk) in &plan.ports {
            driver.full(NAME, port_place(account.slot), Some(&full_port(job, account, *trunk)))?;
        }
    }
    for server in &plan.servers {
        driver.numbered("  interface sip IF_SIP", server.number, "\n");
        driver.full(INTERFACE, server_place(server), Some(server))?;
    }
    for trunk in &plan.trunks {
        full_trunk(job, trunk, names, driver)?;
    }
    for (account, trunk) in &plan.ports {
        driver.numbered("  interface fxs IF_TEL", account.slot.saturating_sub(1), "\n");
        driver.full(TELEPHONE, port_place(account.slot), Some(&full_port(job, account, *trunk)))?;
    }
    driver.raw("context cs switch\n");
    driver.full(SWITCH_UP, Place::WHOLE, Some(site))
}

fn full_trunk(job: &FullJob<'_>, trunk: &Trunk, names: bool, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    if trunk.backup.is_some() {
        driver.numbered("  service hunt-group HG", trunk.number, "\n");
        driver.full(HUNT_GROUP, Place::WHOLE.at(trunk.number), Some(trunk))?;
    }
    driver.numbered("  routing-table called-e164 RT_OUT", trunk.number, "\n");
    for (slot, number) in emergency_alone(job) {
        let route = FullRoute { dialled: Dialled::Number(number), trunk, names };
        driver.full(ROUTE, Place::slot("emergency[]", slot).at(trunk.number), Some(&route))?;
    }
    for (slot, pattern, hindrance) in at_once(&job.profile.dialling.at_once, job.emergency, job.outside_line) {
        if hindrance.is_none() {
            let route = FullRoute { dialled: Dialled::Pattern(pattern), trunk, names };
            driver.full(ROUTE, Place::slot("dialling.at_once[]", slot).at(trunk.number), Some(&route))?;
        }
    }
    let route = FullRoute { dialled: Dialled::Any, trunk, names };
    driver.full(ROUTE, Place::WHOLE.at(trunk.number), Some(&route))
}

fn full_accounts(site: &FullSite<'_>, plan: &Plan<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let job = site.job;
    for (account, trunk) in plan.ports.iter().filter(|(account, _)| account.password.is_some()) {
        driver.numbered("authentication-service AUTH", account.slot.saturating_sub(1), "\n");
        driver.full(LOGIN, port_place(account.slot), Some(&full_port(job, account, *trunk)))?;
    }
    for server in &plan.servers {
        driver.numbered("location-service LS", server.number, "\n");
        driver.full(DOMAIN, server_place(server), Some(server))?;
        let of_server = plan.ports.iter().filter(|(_, trunk)| uses(plan, *trunk, server.number));
        for (ordinal, (account, trunk)) in (1..).zip(of_server) {
            full_identity(job, (account, *trunk), (plan, server.number, ordinal), driver)?;
        }
    }
    driver.raw("context sip-gateway GW_SIP\n  interface IF_GW\n");
    driver.full(TRANSPORT, Place::WHOLE, Some(site))?;
    driver.raw("context sip-gateway GW_SIP\n");
    for server in &plan.servers {
        driver.full(BINDING, server_place(server), Some(server))?;
    }
    driver.full(GATEWAY_UP, Place::WHOLE, Some(site))?;
    for slot in 1..=job.model.accounts {
        driver.numbered("port fxs 0 ", slot.saturating_sub(1), "\n");
        let used = plan.ports.iter().find(|(account, _)| account.slot == slot);
        let item = used.map(|(account, trunk)| full_port(job, account, *trunk));
        driver.full(PORT, port_place(slot), item.as_ref())?;
    }
    Ok(())
}

/// One account at one server: its first one or its backup.
fn full_identity(
    job: &FullJob<'_>,
    (account, trunk): (&Account, u16),
    (plan, server, ordinal): (&Plan<'_>, u16, u16),
    driver: &mut Driver<'_, '_>,
) -> Result<(), RenderError> {
    let port = full_port(job, account, trunk);
    let backup = account.backup_server.as_ref().filter(|_| plan.servers_of(trunk).0 != server);
    let (own, host_field) = match backup {
        Some(backup) => (backup, "backup_server.host"),
        None => (&account.server, "server.host"),
    };
    let item = FullIdentity { port: &port, server: own, host_field };
    let place = Place::slot("accounts[]", account.slot).at_both([server, ordinal]);
    driver.full(IDENTITY, place, Some(&item))?;
    if account.password.is_some() {
        driver.raw("    authentication outbound\n");
        driver.full(AUTHENTICATE, place, Some(&item))?;
    }
    driver.raw("    call outbound\n");
    driver.full(CALLS, place, Some(&item))?;
    driver.raw("    message inbound\n");
    driver.full(MESSAGES, place, Some(&item))?;
    driver.raw("    registration outbound\n");
    driver.full(REGISTRATION, place, Some(&item))
}

fn restricted(job: &Restricted<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let model = job.model;
    let allowed = Allowed::of(job)?;
    let mac = job.mac.bare();
    let setup = Setup {
        model,
        secrets: SecretsOut::ALL,
        transliterate: false,
        release: None,
        overrides: Overrides::NONE,
        room: room_restricted(job),
    };
    let mut driver = Driver::begin(out, setup);
    if job.enrolment.server.transport == Transport::Tls {
        driver.warnings.push("enrolment.server.transport".into(), WarningReason::NoWord);
    }
    for slot in &allowed.left_out {
        driver.warnings.push(format!("emergency[{slot}] behind outside_line"), WarningReason::Clash);
    }
    let site = WaitingSite { job, mac: mac.as_str() };
    driver.raw(cli::HEADER);
    driver.restricted(SITE, Place::WHOLE, Some(&site))?;
    driver.raw("profile provisioning PF_CONFIG\n");
    driver.restricted(PROVISIONING, Place::WHOLE.at(1), Some(&site))?;
    driver.raw("actions\n  rule R_SYNC\n");
    driver.restricted(CHECK_SYNC, Place::WHOLE, Some(&site))?;
    driver.raw("profile voip default\n");
    for (number, word) in (1..).zip(USUAL_CODECS.iter().filter_map(|codec| words::codec(*codec))) {
        driver.restricted(CODEC, Place::WHOLE.at(number), Some(&word))?;
    }
    driver.restricted(DTMF, Place::WHOLE, Some(&site))?;
    driver.raw("context ip router\n  interface eth0\n");
    driver.restricted(ADDRESS, Place::WHOLE, Some(&site))?;
    driver.raw("port ethernet 0 0\n");
    if job.vlan.is_some() {
        driver.restricted(VLAN, FIRST, Some(&site))?;
        driver.raw("port ethernet 0 0\n");
    } else {
        driver.restricted(ETHERNET, FIRST, Some(&site))?;
    }
    driver.restricted(ETHERNET_UP, FIRST, Some(&site))?;
    waiting_switch(&site, &allowed, &mut driver)?;
    waiting_accounts(&site, &mut driver)?;
    Ok(driver.finish())
}

fn waiting_switch(site: &WaitingSite<'_>, allowed: &Allowed<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let job = site.job;
    let ports = 0..job.model.accounts;
    driver.raw("context cs switch\n  routing-table called-uri RT_IN\n");
    for port in ports.clone() {
        driver.restricted(INCOMING, Place::WHOLE.at(port), Some(&WaitingPort { job, port }))?;
    }
    driver.raw("  mapping-table called-e164 to called-e164 MT_SERVICE\n");
    driver.restricted(SERVICE, Place::WHOLE, Some(site))?;
    driver.raw("  interface sip IF_SIP1\n");
    driver.restricted(INTERFACE, Place::WHOLE.at(1), Some(&WaitingServer { job }))?;
    driver.raw("  routing-table called-e164 RT_OUT1\n");
    let emergency = allowed.emergency.iter().map(|number| WaitingRoute::Emergency(number));
    let prefix = job.outside_line.into_iter();
    let outside = prefix.flat_map(|prefix| allowed.outside.iter().map(move |number| WaitingRoute::Outside(prefix, number)));
    let rest = [WaitingRoute::Service(job.service_code), WaitingRoute::Else];
    for route in emergency.chain(outside).chain(rest) {
        driver.restricted(ROUTE, Place::WHOLE.at(1), Some(&route))?;
    }
    for port in ports {
        driver.numbered("  interface fxs IF_TEL", port, "\n");
        driver.restricted(TELEPHONE, Place::WHOLE.at(port), Some(&WaitingPort { job, port }))?;
    }
    driver.raw("context cs switch\n");
    driver.restricted(SWITCH_UP, Place::WHOLE, Some(site))
}

fn waiting_accounts(site: &WaitingSite<'_>, driver: &mut Driver<'_, '_>) -> Result<(), RenderError> {
    let job = site.job;
    let ports = 0..job.model.accounts;
    for port in ports.clone() {
        driver.numbered("authentication-service AUTH", port, "\n");
        driver.restricted(LOGIN, Place::WHOLE.at(port), Some(&WaitingPort { job, port }))?;
    }
    driver.raw("location-service LS1\n");
    driver.restricted(DOMAIN, Place::WHOLE.at(1), Some(&WaitingServer { job }))?;
    for port in ports.clone() {
        let place = Place::WHOLE.at_both([1, port + 1]);
        let item = WaitingPort { job, port };
        driver.restricted(IDENTITY, place, Some(&item))?;
        driver.raw("    authentication outbound\n");
        driver.restricted(AUTHENTICATE, place, Some(&item))?;
        driver.raw("    call outbound\n");
        driver.restricted(CALLS, place, Some(&item))?;
        driver.raw("    registration outbound\n");
        driver.restricted(REGISTRATION, place, Some(&item))?;
    }
    driver.raw("context sip-gateway GW_SIP\n  interface IF_GW\n");
    driver.restricted(TRANSPORT, Place::WHOLE, Some(site))?;
    driver.raw("context sip-gateway GW_SIP\n");
    driver.restricted(BINDING, Place::WHOLE.at(1), Some(&WaitingServer { job }))?;
    driver.restricted(GATEWAY_UP, Place::WHOLE, Some(site))?;
    for port in ports {
        driver.numbered("port fxs 0 ", port, "\n");
        driver.restricted(PORT, Place::WHOLE.at(port), Some(&WaitingPort { job, port }))?;
    }
    Ok(())
}

fn parameters() -> Vec<Parameter> {
    let mut all = Vec::new();
    let dialect = Dialect::PattonSmartWare;
    let site = [
        SITE,
        PROVISIONING,
        CHECK_SYNC,
        SYSLOG,
        LOW_RATE,
        TONE_SET,
        DTMF,
        PRIORITY,
        ADDRESS,
        ETHERNET,
        VLAN,
        ETHERNET_UP,
        DIGITS,
        SERVICE,
        SWITCH_UP,
        TRANSPORT,
        GATEWAY_UP,
    ];
    site.into_iter().for_each(|table| list(&mut all, dialect, table));
    [CODEC, FAX].into_iter().for_each(|table| list(&mut all, dialect, table));
    let tones = [DIAL_TONE, RINGBACK_TONE, BUSY_TONE, CONGESTION_TONE];
    tones.into_iter().for_each(|table| list(&mut all, dialect, table));
    let ports = [INCOMING, NAME, TELEPHONE, LOGIN, PORT];
    ports.into_iter().for_each(|table| list(&mut all, dialect, table));
    [INTERFACE, DOMAIN, BINDING].into_iter().for_each(|table| list(&mut all, dialect, table));
    list(&mut all, dialect, HUNT_GROUP);
    list(&mut all, dialect, ROUTE);
    let identity = [IDENTITY, AUTHENTICATE, CALLS, MESSAGES, REGISTRATION];
    identity.into_iter().for_each(|table| list(&mut all, dialect, table));
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::models::Confidence::{Confirmed, OneSource};

    #[test]
    fn what_rests_on_a_guess_is_only_what_does_no_harm_when_it_is_wrong() {
        let harmless = ["webserver", "port fxs 0 X/caller-id format"];
        for Parameter { name, confidence, .. } in parameters() {
            let sure = matches!(confidence, Confirmed | OneSource);
            assert!(sure || harmless.contains(&name), "{name}: {confidence:?}");
        }
    }

    #[test]
    fn v9_every_row_has_its_name_in_the_list() {
        for Parameter { name, .. } in parameters() {
            assert!(NAMES.contains(name.as_bytes()), "{name}");
        }
    }
}
