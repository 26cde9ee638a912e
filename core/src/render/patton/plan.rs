//! What is made of a job once per file: servers, ways out and ports, and which numbers the call router can tell apart.

use super::sip::port_of;
use crate::models::Model;
use crate::profile::{Account, DialString, NumberPattern, Profile, Server};
use crate::render::derived::account;
use crate::render::{FullJob, RenderError, Restricted, WarningReason};
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
            let same_key = |(other, _): &(&Account, u16)| same_key(other.user.as_str(), account.user.as_str());
            if plan.ports.iter().any(same_key) {
                let reason = "is routed as the user of another account is: this device reads + and . as any character";
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

/// Whether one user could be called by both keys of the call router, in which `+` and `.` are any character.
fn same_key(a: &str, b: &str) -> bool {
    let any = |byte: u8| matches!(byte, b'+' | b'.');
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| a == b || any(a) || any(b))
}

/// The number of the next one.
fn count(before: usize) -> u16 {
    u16::try_from(before).unwrap_or(u16::MAX).saturating_add(1)
}

/// The emergency numbers that a full file routes by themselves: those that begin nothing else that is dialled here and that
/// nothing else begins. Else the shorter one would go out before the longer one is complete, or the router would wait in vain for
/// the rest of the longer one (`docs/facts/patton.md`, section 5). What has no route of its own goes out as any number does.
///
/// What is dialled here: emergency numbers, the same behind the outside-line prefix, and the users of the profile's accounts.
pub(super) fn emergency_alone<'a>(job: &FullJob<'a>) -> impl Iterator<Item = (u16, &'a DialString)> {
    let (numbers, outside_line, accounts) = (job.emergency, job.outside_line, &job.profile.accounts);
    let differ = |a: &str, b: &str| a.len() != b.len() && (a.starts_with(b) || b.starts_with(a));
    let clash = move |at: usize, number: &DialString| {
        let own = number.as_str();
        let of_other = numbers.iter().enumerate().any(|(other_at, other)| match number == other {
            true => other_at < at,
            // Behind the prefix the number itself may be reached by its shorter self: it is the same service.
            false => differ(own, other.as_str()) || outside_line.is_some_and(|prefix| differ(own, &format!("{prefix}{other}"))),
        });
        let dialable = |user: &str| user.bytes().all(|b| b.is_ascii_digit());
        of_other || accounts.iter().any(|account| dialable(account.user.as_str()) && differ(own, account.user.as_str()))
    };
    let slots = numbers.iter().enumerate().filter(move |(at, number)| !clash(*at, number));
    slots.map(|(at, number)| (count(at), number))
}

/// The patterns with their places in the list and why each cannot be dialled at once, if so.
///
/// `#` ends a number. The router waits for the rest of a longer key and drops the call (`docs/facts/patton.md`, section 5), so no
/// emergency number may begin a number of the pattern, behind the outside-line prefix neither, and no two patterns may begin one
/// another: of those neither is written, and all their numbers go out as any number does.
pub(super) fn at_once<'a>(
    patterns: &'a [NumberPattern],
    emergency: &'a [DialString],
    outside_line: Option<&'a DialString>,
) -> impl Iterator<Item = (u16, &'a NumberPattern, Option<WarningReason>)> {
    let alone = move |pattern: &NumberPattern| {
        // What is left of the pattern behind the prefix.
        let behind = outside_line.and_then(|prefix| rest(prefix.as_str(), pattern.as_str()));
        let cut = |pattern: &str| emergency.iter().any(|number| begins(number.as_str(), pattern));
        !cut(pattern.as_str()) && !behind.is_some_and(cut)
    };
    let good = move |pattern: &NumberPattern| !pattern.as_str().contains('#') && alone(pattern);
    (1..).zip(patterns).map(move |(slot, pattern)| {
        let clash = |other: &&NumberPattern| {
            let (own, other) = (pattern.as_str(), other.as_str());
            begins(own, other) || begins(other, own)
        };
        let hindrance = match pattern.as_str().contains('#') {
            true => Some(WarningReason::NoWord),
            false if !alone(pattern) || patterns.iter().filter(clash).any(good) => Some(WarningReason::Clash),
            false => None,
        };
        (slot, pattern, hindrance)
    })
}

/// Whether a number of the first pattern is the beginning of a longer one of the second; `x` is any digit.
fn begins(shorter: &str, longer: &str) -> bool {
    rest(shorter, longer).is_some_and(|rest| !rest.is_empty())
}

/// What is left of the second pattern behind a number of the first.
fn rest<'a>(first: &str, second: &'a str) -> Option<&'a str> {
    let fits = |x: u8, digit: u8| x == b'x' && digit.is_ascii_digit();
    let same = |(a, b): (u8, u8)| a == b || fits(a, b) || fits(b, a);
    second.get(first.len()..).filter(|_| first.bytes().zip(second.bytes()).all(same))
}

/// What a telephone that waits may dial.
pub(super) struct Allowed<'a> {
    /// Emergency numbers, each once.
    pub(super) emergency: Vec<&'a DialString>,
    /// Those that are diallable behind the outside-line prefix too.
    pub(super) outside: Vec<&'a DialString>,
    /// The places in the list of those that are not.
    pub(super) left_out: Vec<usize>,
}

impl<'a> Allowed<'a> {
    /// The numbers of a job.
    ///
    /// A key that begins another is never reached, because the router waits for the rest of the longer one and drops the call. So
    /// no number may begin another one. What clashes only behind the prefix is left out there, and the number itself stays
    /// reachable; the same number needs no key (`000` is reached before `0000` is dialled).
    pub(super) fn of(job: &Restricted<'a>) -> Result<Self, RenderError> {
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
        let code = job.service_code.as_str();
        let clash = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        if emergency.iter().any(|number| clash(number.as_str(), code)) {
            return refuse("service_code", SERVICE);
        }
        let (mut outside, mut left_out) = (Vec::new(), Vec::new());
        let mut behind = String::new();
        for number in job.outside_line.iter().flat_map(|_| emergency.iter()) {
            behind.clear();
            behind.push_str(job.outside_line.map_or("", |prefix| prefix.as_str()));
            behind.push_str(number.as_str());
            if begins(number.as_str(), &behind) || emergency.iter().any(|other| other.as_str() == behind) {
                continue;
            }
            if clash(&behind, code) || emergency.iter().any(|other| clash(other.as_str(), &behind)) {
                left_out.extend(job.emergency.iter().position(|other| other == *number).map(|at| at + 1));
            } else {
                outside.push(*number);
            }
        }
        Ok(Self { emergency, outside, left_out })
    }
}
