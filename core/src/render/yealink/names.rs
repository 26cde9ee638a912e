//! Which parameters a raw override may set (`docs/facts/yealink.md`, section 6; SPEC V4).

use crate::render::overrides::{Name, Names, Side, contains_any, count_lines, dotted, line_starts};
use crate::render::syntax::key_value::LINE;
use alloc::vec::Vec;

const LIST: &str = include_str!("../../../data/param-names/yealink.txt");
static STARTS: [u32; count_lines(LIST)] = line_starts(LIST);

/// The names that exist, and those whose override needs policy.
pub(super) static NAMES: Names = Names { list: LIST, starts: &STARTS, parse: dotted, dangerous, form: |_| &LINE, frame };

fn frame(out: &mut Vec<u8>, raw: &str, _: &Name, side: Side) {
    match side {
        Side::Before => {
            out.extend_from_slice(raw.as_bytes());
            out.extend_from_slice(b" = ");
        }
        Side::After => out.push(b'\n'),
    }
}

/// Whether an override of this name could move provisioning, open the phone to others, or replace a secret.
fn dangerous(name: &str) -> bool {
    let bare = name.strip_prefix("static.").unwrap_or(name);
    DANGEROUS_PREFIXES.iter().any(|prefix| bare.starts_with(prefix)) || contains_any(bare, DANGEROUS_PARTS)
}

static DANGEROUS_PREFIXES: &[&str] = &[
    "action_url.",
    "app.",
    "auto_provision.",
    "autoprovision.",
    "configuration.",
    "custom.auto_provision.",
    "custom_factory_configuration.",
    "custom_mac_cfg.",
    "diagnose.",
    "dm.",
    "edk.",
    "features.action_uri",
    "features.csta_control",
    "features.recording_upload",
    "features.reset_by_long_press",
    "features.upload_server",
    "firmware.",
    "managementserver.",
    "meta.",
    "network.802",
    "network.l2tp",
    "network.openvpn",
    "network.promisc",
    "network.snmp",
    "network.span_to_pc_port",
    "network.vpn",
    "openvpn.",
    "over_the_air.",
    "packet_capture.",
    "push_xml.",
    "redirect.",
    "remote_control.",
    "security.",
    "server_certificates",
    "sip.check_sync",
    "sip.notify_reboot_enable",
    "sip.request_validation",
    "trusted_certificates",
    "web_item_level",
    "wui.",
    "zero_touch.",
];

static DANGEROUS_PARTS: &[&str] = &[
    "802_1x",
    "aes_key",
    "cert",
    "encode_key",
    "passwd",
    "password",
    "pin_code",
    ".pin",
    "psk",
    "pwd",
    "secret",
    "ssh",
    "telnet",
    "token",
    "tr069",
    "unlock_pin",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v4_the_danger_list_holds_what_it_must() {
        for name in [
            "static.auto_provision.server.url",
            "static.security.user_password",
            "account.X.password",
            "action_url.off_hook",
            "static.firmware.url",
            "remote_control.X.allow",
            "trusted_certificates.url",
            "managementserver.url",
            "push_xml.server",
            "static.openvpn.url",
            "phone_setting.phone_lock.unlock_pin",
            "features.action_uri_limit_ip",
            "features.xml_browser.pwd",
        ] {
            assert!(dangerous(name), "{name}");
        }
        for name in ["features.dnd.allow", "linekey.X.label", "local_time.date_format"] {
            assert!(!dangerous(name), "{name}");
        }
    }
}
