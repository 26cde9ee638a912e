//! What a full file is checked for before a line is written, and what it warns of (SPEC V4, V6, S4).

use super::names::NAMES;
use super::plan::{Plan, at_once};
use super::words;
use crate::profile::{Account, Field, Profile, Transport};
use crate::render::overrides::{field, holds_login};
use crate::render::{FullJob, OverridePolicy, ProvisioningUrl, RenderError, SecretKind, WarningReason, Warnings};
use crate::zone::Summer;
use alloc::format;
use alloc::string::String;

/// The login of the factory, whose password is empty there.
const ADMINISTRATOR: &str = "administrator administrator password";

/// The logins of people.
const LOGINS: [&str; 2] = [ADMINISTRATOR, "operator operator password"];

/// Refuses an override for an object that the file does not have: it would make half of one.
pub(super) fn check_objects(profile: &Profile, plan: &Plan<'_>) -> Result<(), RenderError> {
    for (raw, _) in &profile.overrides {
        let Some(name) = (NAMES.parse)(raw) else {
            continue;
        };
        let [outer, inner] = name.index;
        let text = name.as_str();
        let holds = |part: &str| text.contains(part);
        let port = |number: u16| plan.ports.iter().any(|(account, _)| account.slot == number.saturating_add(1));
        let is_there = if holds("IF_TELX") || holds("AUTHX") || holds("port fxs 0 X") {
            port(outer)
        } else if holds("/vlan/") || text.ends_with("identity X") || holds("authenticate") {
            // These lead into modes that are named by a value, and the profile has their fields.
            false
        } else if holds("identity X") {
            inner > 0 && usize::from(inner) <= plan.ports.iter().filter(|(_, trunk)| uses(plan, *trunk, outer)).count()
        } else if holds("LSX") || holds("IF_SIPX") {
            plan.servers.iter().any(|server| server.number == outer)
        } else if holds("RT_OUTX") {
            plan.trunks.iter().any(|trunk| trunk.number == outer)
        } else if holds("HGX") {
            plan.trunks.iter().any(|trunk| trunk.number == outer && trunk.backup.is_some())
        } else if holds("port ethernet 0 X") || holds("ic voice X") {
            outer == 0
        } else {
            true
        };
        if !is_there {
            let reason = "is for a part of the device that this profile does not use, or that an override cannot name";
            return Err(RenderError::Override { field: field(raw), reason });
        }
    }
    Ok(())
}

/// Whether a way out leads to this server.
pub(super) fn uses(plan: &Plan<'_>, trunk: u16, server: u16) -> bool {
    let (first, backup) = plan.servers_of(trunk);
    first == server || backup == Some(server)
}

/// Refuses a file without its secrets: the gateway keeps nothing that a file leaves out (SPEC S4), so it would lose the account,
/// go back to the empty password of the factory, or never ask again.
pub(super) fn check_secrets(job: &FullJob<'_>, plan: &Plan<'_>) -> Result<(), RenderError> {
    let withheld = |field: String| Err(RenderError::Withheld { field });
    for (account, _) in &plan.ports {
        if account.password.is_some() && !job.secrets.allows(SecretKind::Sip, account.slot) {
            return withheld(format!("accounts[{}].password", account.slot));
        }
    }
    let protection = &job.profile.protection;
    if !job.secrets.allows(SecretKind::Web, 0) {
        if protection.admin_password.is_some() {
            return withheld(Field::AdminPassword.path().into());
        }
        if protection.user_password.is_some() {
            return withheld(Field::UserPassword.path().into());
        }
        // An override of a login is the same secret: without it the gateway has the empty password of the factory.
        let login = |raw: &str| LOGINS.contains(&raw);
        if let Some((raw, _)) = job.profile.overrides.iter().find(|(raw, _)| login(raw)) {
            return withheld(field(raw));
        }
    }
    if matches!(job.provisioning.url, ProvisioningUrl::Credential(_)) && !job.secrets.allows(SecretKind::Credential, 0) {
        return withheld("provisioning.url".into());
    }
    if job.overrides == OverridePolicy::Any && !job.secrets.allows(SecretKind::Other, 0) {
        let dangerous = |raw: &str| (NAMES.parse)(raw).is_some_and(|name| NAMES.danger.is_in(name.as_bytes()));
        let overrides = &job.profile.overrides;
        if let Some((raw, _)) = overrides.iter().find(|(raw, value)| dangerous(raw) || holds_login(value.expose())) {
            return withheld(field(raw));
        }
    }
    Ok(())
}

/// Warns of what the gateway has no words for.
pub(super) fn warn(job: &FullJob<'_>, plan: &Plan<'_>, warnings: &mut Warnings) {
    let profile = job.profile;
    let mut no_word = |field: String| warnings.push(field, WarningReason::NoWord);
    let codecs = chosen_codecs(plan).map_or(&[][..], |account| &account.codecs);
    for (account, _) in &plan.ports {
        let slot = account.slot;
        if account.server.transport == Transport::Tls {
            no_word(format!("accounts[{slot}].server.transport"));
        }
        if account.backup_server.as_ref().is_some_and(|server| server.transport == Transport::Tls) {
            no_word(format!("accounts[{slot}].backup_server.transport"));
        }
        if account.auth_user.is_some() && account.password.is_none() {
            // A login is one command with its password.
            no_word(format!("accounts[{slot}].auth_user"));
        }
        if account.codecs == codecs {
            let unknown = account.codecs.iter().enumerate().filter(|(_, codec)| words::codec(**codec).is_none());
            unknown.for_each(|(at, _)| no_word(format!("accounts[{slot}].codecs[{}]", at + 1)));
        } else if !account.codecs.is_empty() {
            // There is one list for all ports.
            no_word(format!("accounts[{slot}].codecs"));
        }
    }
    if profile.network.vlan.is_none() && profile.network.vlan_priority.is_some() {
        no_word(Field::VlanPriority.path().into());
    }
    if profile.syslog.as_ref().and_then(|syslog| syslog.level).is_some_and(|level| words::severity(level).is_none()) {
        no_word(Field::SyslogLevel.path().into());
    }
    for (slot, _, hindrance) in at_once(&profile.dialling.at_once, job.emergency, job.outside_line) {
        if let Some(reason) = hindrance {
            warnings.push(format!("dialling.at_once[{slot}]"), reason);
        }
    }
    if profile.protection.admin_password.is_none() && !profile.overrides.iter().any(|(raw, _)| raw == ADMINISTRATOR) {
        warnings.push(Field::AdminPassword.path().into(), WarningReason::FactoryPassword);
    }
    if job.provisioning.login.is_some() {
        warnings.push("provisioning.login".into(), WarningReason::NoPlace);
    }
}

/// The first account that names codecs: the gateway has one list.
pub(super) fn chosen_codecs<'a>(plan: &Plan<'a>) -> Option<&'a Account> {
    plan.ports.iter().map(|(account, _)| *account).find(|account| !account.codecs.is_empty())
}

/// The offset and the rule for summer time, warning of what there are no words for.
pub(super) fn clock(job: &FullJob<'_>, warnings: &mut Warnings) -> (Option<i16>, Option<Summer>) {
    let time = &job.profile.time;
    let Some(zone) = time.zone else {
        if time.dst_auto.is_some() {
            // Without a zone there is no rule, and the gateway has none of its own.
            warnings.push(Field::DstAuto.path().into(), WarningReason::NoWord);
        }
        return (time.utc_offset_min, None);
    };
    let wanted = zone.summer.filter(|_| time.dst_auto != Some(false));
    let summer = wanted.filter(|summer| words::has_words(&summer.begins) && words::has_words(&summer.ends));
    if time.dst_auto == Some(true) && wanted.is_none() {
        // A rule of its own it has not.
        warnings.push(Field::DstAuto.path().into(), WarningReason::NoWord);
    }
    if wanted.is_some() && summer.is_none() {
        warnings.push("time.zone's rule for summer time".into(), WarningReason::NoWord);
    }
    (Some(zone.offset_min), summer)
}
