//! What is made of a job once per file: servers, ways out and ports, and which numbers the call router can tell apart.

use super::sip::port_of;
use crate::models::Model;
use crate::profile::{Account, DialString, NumberPattern, Profile, Server};
use crate::render::derived::account;
use crate::render::{RenderError, Restricted};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A server that accounts of the profile have.
pub(super) struct ServerUse<'a> {
    /// Counted from 1.
    pub(super) number: u16,
    pub(super) server: &'a Server,
    /// The first account that has it, and in which field.
    pub(super) slot: u16,
    pub(super) host_field: &'static str,
}

/// A way out.
pub(super) struct Trunk {
    /// Counted from 1.
    pub(super) number: u16,
    pub(super) server: u16,
    pub(super) backup: Option<u16>,
}

/// Servers, ways out and ports of a full file.
pub(super) struct Plan<'a> {
    pub(super) servers: Vec<ServerUse<'a>>,
    pub(super) trunks: Vec<Trunk>,
    /// The account of each port that is used, in order, with the number of its way out.
    pub(super) ports: Vec<(&'a Account, u16)>,
}

impl<'a> Plan<'a> {
    /// The plan of a profile.
    ///
    /// Two accounts of one user, and two ports of one host, cannot be told apart (`docs/facts/patton.md`, sections 1 and 4).
    pub(super) fn of(profile: &'a Profile, model: &Model) -> Result<Self, RenderError> {
        let mut plan = Self { servers: Vec::new(), trunks: Vec::new(), ports: Vec::new() };
        for slot in 1..=model.accounts {
            let Some(account) = account(profile, slot) else {
                continue;
            };
            if plan.ports.iter().any(|(other, _)| other.user == account.user) {
                let reason = "is the user of another account, and this device tells its ports apart by that";
                return Err(RenderError::Value { field: format!("accounts[{slot}].user"), reason });
            }
            let server = plan.server(&account.server, slot, "server.host")?;
            let backup = match &account.backup_server {
                Some(backup) => Some(plan.server(backup, slot, "backup_server.host")?).filter(|backup| *backup != server),
                None => None,
            };
            let trunk = plan.trunk(server, backup);
            plan.ports.push((account, trunk));
        }
        Ok(plan)
    }

    fn server(&mut self, server: &'a Server, slot: u16, host_field: &'static str) -> Result<u16, RenderError> {
        /// What the gateway takes where no port is given.
        const USUAL: u16 = 5060;
        let port = |server| port_of(server).unwrap_or(USUAL);
        if let Some(other) = self.servers.iter().find(|other| other.server.host == server.host) {
            if port(other.server) == port(server) {
                return Ok(other.number);
            }
            let field = format!("accounts[{slot}].{}", host_field.replace("host", "port"));
            let reason = "is not the port that the same host has elsewhere, and this device tells servers apart by their host";
            return Err(RenderError::Value { field, reason });
        }
        let number = count(self.servers.len());
        self.servers.push(ServerUse { number, server, slot, host_field });
        Ok(number)
    }

    fn trunk(&mut self, server: u16, backup: Option<u16>) -> u16 {
        if let Some(trunk) = self.trunks.iter().find(|trunk| (trunk.server, trunk.backup) == (server, backup)) {
            return trunk.number;
        }
        let number = count(self.trunks.len());
        self.trunks.push(Trunk { number, server, backup });
        number
    }

    /// The way out of this number.
    pub(super) fn servers_of(&self, trunk: u16) -> (u16, Option<u16>) {
        self.trunks.iter().find(|other| other.number == trunk).map_or((0, None), |trunk| (trunk.server, trunk.backup))
    }
}

/// The number of the next one.
fn count(before: usize) -> u16 {
    u16::try_from(before).unwrap_or(u16::MAX).saturating_add(1)
}

/// The emergency numbers that a full file routes by themselves: those that neither begin another nor another begins. The router
/// waits in vain for the rest of the longer one (`docs/facts/patton.md`, section 5); both go out as any number does.
pub(super) fn emergency_alone(numbers: &[DialString]) -> impl Iterator<Item = (u16, &DialString)> {
    let clash = |at: usize, number: &DialString| {
        numbers.iter().enumerate().any(|(other_at, other)| match number == other {
            true => other_at < at,
            false => number.as_str().starts_with(other.as_str()) || other.as_str().starts_with(number.as_str()),
        })
    };
    let slots = numbers.iter().enumerate().filter(move |(at, number)| !clash(*at, number));
    slots.map(|(at, number)| (count(at), number))
}

/// Whether a pattern can be dialled at once: no emergency number begins a number of it, since the router would wait for the rest,
/// and it holds no `#`, which ends a number.
pub(super) fn can_be_at_once(pattern: &NumberPattern, emergency: &[DialString]) -> bool {
    let pattern = pattern.as_str();
    let begins = |number: &DialString| {
        let number = number.as_str();
        let same = |(own, other): (u8, u8)| own == other || other == b'x' && own.is_ascii_digit();
        number.len() < pattern.len() && number.bytes().zip(pattern.bytes()).all(same)
    };
    !pattern.contains('#') && !emergency.iter().any(begins)
}

/// What a telephone that waits may dial.
pub(super) struct Allowed<'a> {
    /// Emergency numbers, each once.
    pub(super) emergency: Vec<&'a DialString>,
    /// Those that are diallable behind the outside-line prefix too.
    pub(super) outside: Vec<&'a DialString>,
}

impl<'a> Allowed<'a> {
    /// The numbers of a job.
    ///
    /// A key that begins another is never reached, because the router waits for the rest of the longer one and drops the call. So
    /// no number may begin another one, but for the same number behind the prefix: `000` is reached before `0000` is dialled.
    pub(super) fn of(job: &Restricted<'a>) -> Result<Self, RenderError> {
        let begins = |a: &str, b: &str| a != b && b.starts_with(a);
        let refuse = |field: &str, reason| Err(RenderError::Value { field: field.into(), reason });
        const EMERGENCY: &str = "has a number that begins another, and this device cannot tell them apart";
        const SERVICE: &str = "begins as an emergency number does, and this device cannot tell them apart";
        let mut emergency: Vec<&DialString> = Vec::new();
        for number in job.emergency {
            if emergency.iter().any(|other| begins(other.as_str(), number.as_str()) || begins(number.as_str(), other.as_str())) {
                return refuse("emergency", EMERGENCY);
            }
            if !emergency.contains(&number) {
                emergency.push(number);
            }
        }
        let mut outside = Vec::new();
        let mut longer: Vec<String> = Vec::new();
        for number in job.outside_line.iter().flat_map(|_| emergency.iter()) {
            let prefix = job.outside_line.map_or("", |prefix| prefix.as_str());
            let behind = format!("{prefix}{}", number.as_str());
            if begins(number.as_str(), &behind) || emergency.iter().any(|other| other.as_str() == behind) {
                continue;
            }
            if emergency.iter().any(|other| begins(other.as_str(), &behind) || begins(&behind, other.as_str())) {
                return refuse("outside_line", EMERGENCY);
            }
            outside.push(*number);
            longer.push(behind);
        }
        let code = job.service_code.as_str();
        let mut all = emergency.iter().map(|number| number.as_str()).chain(longer.iter().map(String::as_str));
        if all.any(|number| number.starts_with(code) || code.starts_with(number)) {
            return refuse("service_code", SERVICE);
        }
        Ok(Self { emergency, outside })
    }
}
