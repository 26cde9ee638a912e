//! Which parameters a raw override may set (`docs/facts/patton.md`, section 7; SPEC V4).

use crate::render::overrides::{Danger, Name, Names, Side, count_lines, line_starts};
use crate::render::pen::Form;
use crate::render::syntax::cli::{FLAG, WORDS, push_words};
use alloc::vec::Vec;

const LIST: &str = include_str!("../../../data/param-names/patton.txt");
static STARTS: [u32; count_lines(LIST)] = line_starts(LIST);

/// The names that exist, and those whose override needs policy.
pub(super) static NAMES: Names =
    Names { list: LIST, starts: &STARTS, parse, danger: Danger::new(&[], DANGEROUS_PARTS), form, frame };

/// Reads a name: modes and the command, with `/` between them and single spaces between words.
fn parse(raw: &str) -> Option<Name> {
    let mut name = Name::EMPTY;
    for (at, part) in raw.split('/').enumerate() {
        if at > 0 {
            name.push("/")?;
        }
        if part.split(' ').any(str::is_empty) {
            return None;
        }
        push_words(&mut name, part.split(' '))?;
    }
    Some(name)
}

/// The last words of commands that stand alone.
static ALONE: &[&str] = &[
    "additional-call-offering",
    "call-transfer",
    "call-waiting",
    "early-connect",
    "early-disconnect",
    "message-waiting-indication frequency-shift-keying",
    "message-waiting-indication stutter-dial-tone",
    "shutdown",
    "sntp-client",
    "trust remote",
    "webserver",
];

fn stands_alone(name: &str) -> bool {
    ALONE.contains(&name.rsplit('/').next().unwrap_or_default())
}

fn form(name: &str) -> &'static Form {
    if stands_alone(name) { &FLAG } else { &WORDS }
}

/// Enters the modes again, which adds to what they hold, and writes the command.
fn frame(out: &mut Vec<u8>, raw: &str, name: &Name, side: Side) {
    let (modes, command) = raw.rsplit_once('/').unwrap_or(("", raw));
    let alone = stands_alone(name.as_str());
    let indent = |out: &mut Vec<u8>, depth: usize| out.resize(out.len() + 2 * depth, b' ');
    match side {
        Side::Before => {
            let mut depth = 0;
            for mode in modes.split('/').filter(|mode| !mode.is_empty()) {
                indent(out, depth);
                out.extend_from_slice(mode.as_bytes());
                out.push(b'\n');
                depth += 1;
            }
            indent(out, depth);
            if !alone {
                out.extend_from_slice(command.as_bytes());
                out.push(b' ');
            }
        }
        Side::After => {
            if alone {
                out.extend_from_slice(command.as_bytes());
            }
            out.push(b'\n');
        }
    }
}

/// Parts of names whose override could move provisioning, open the gateway to others, replace a secret, cut it off its network,
/// or let calls through that are not allowed.
static DANGEROUS_PARTS: &[&str] = &[
    "/map",
    "/route",
    "aaa",
    "actions",
    "address-completion",
    "administrator",
    "authenticat",
    "bind ",
    "context ip",
    "digit-collection",
    "dns-client",
    "domain",
    "encapsulation",
    "hunt-group",
    "international-prefix",
    "ipaddress",
    "lifetime",
    "mapping-table",
    "national-prefix",
    "notify",
    "operator",
    "outbound/regist",
    "password",
    "port ethernet",
    "provisioning",
    "remote",
    "route ",
    "routing-table",
    "shutdown",
    "snmp",
    "subscriber-number",
    "terminal",
    "timer",
    "username",
    "vlan",
    "webserver",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v4_the_danger_list_holds_what_it_must() {
        for name in [
            "profile provisioning PF_CONFIG/location X",
            "timer T_POLL",
            "administrator administrator password",
            "authentication-service AUTHX/username",
            "actions/rule R_SYNC/action",
            "context cs switch/routing-table called-e164 RT_OUTX/route",
            "context cs switch/mapping-table called-e164 to called-e164 MT_SERVICE/map",
            "webserver",
            "port ethernet 0 X/vlan",
            "dns-client server",
            "context cs switch/digit-collection timeout",
            "context cs switch/digit-collection terminating-char",
            "context cs switch/address-completion timeout",
            "context cs switch/international-prefix",
            "context cs switch/national-prefix",
            "context cs switch/interface fxs IF_TELX/route call",
            "context cs switch/interface fxs IF_TELX/subscriber-number",
            "context cs switch/interface sip IF_SIPX/remote",
            "context cs switch/interface sip IF_SIPX/route call",
            "context cs switch/interface sip IF_SIPX/trust remote",
            "context cs switch/service hunt-group HGX/timeout",
            "context cs switch/routing-table called-uri RT_IN/route",
            "context cs switch/mapping-table calling-e164 to calling-name MT_NAME/map",
            "context cs switch/shutdown",
            "context sip-gateway GW_SIP/shutdown",
            "port fxs 0 X/shutdown",
            "location-service LSX/domain",
            "location-service LSX/identity X/registration outbound/registrar",
            "location-service LSX/identity X/registration outbound/register",
            "context ip router/interface eth0/ipaddress",
            "syslog-client/remote",
            "port fxs 0 X/encapsulation",
            "location-service LSX/identity X/registration outbound/lifetime",
        ] {
            assert!(NAMES.danger.is_in(name.as_bytes()) && NAMES.contains(name.as_bytes()), "{name}");
        }
        for name in [
            "profile voip default/dtmf-relay",
            "port fxs 0 X/caller-id format",
            "context cs switch/interface fxs IF_TELX/call-waiting",
            "syslog-client/facility kernel severity",
        ] {
            assert!(!NAMES.danger.is_in(name.as_bytes()) && NAMES.contains(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn every_command_that_stands_alone_is_known() {
        for command in ALONE {
            assert!(LIST.lines().any(|line| line.rsplit('/').next() == Some(command)), "{command}");
        }
    }
}
