//! Which parameters a raw override may set (`docs/facts/yealink.md`, section 6; SPEC V4).

use crate::render::overrides::{Danger, Name, Names, Side, count_lines, dotted, line_starts};
use crate::render::syntax::key_value::LINE;
use alloc::vec::Vec;

const LIST: &str = include_str!("../../../data/param-names/yealink.txt");
static STARTS: [u32; count_lines(LIST)] = line_starts(LIST);

/// The names that exist, and those whose override needs policy.
pub(super) static NAMES: Names = Names {
    list: LIST,
    starts: &STARTS,
    parse: dotted,
    danger: Danger::new(DANGEROUS_PREFIXES, DANGEROUS_PARTS),
    form: |_| &LINE,
    frame,
};

fn frame(out: &mut Vec<u8>, raw: &str, _: &Name, side: Side) {
    match side {
        Side::Before => {
            out.extend_from_slice(raw.as_bytes());
            out.extend_from_slice(b" = ");
        }
        Side::After => out.push(b'\n'),
    }
}

/// Beginnings of names that could move provisioning or open the phone to others; with and without `static.`.
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
    "static.action_url.",
    "static.app.",
    "static.auto_provision.",
    "static.autoprovision.",
    "static.configuration.",
    "static.custom.auto_provision.",
    "static.custom_factory_configuration.",
    "static.custom_mac_cfg.",
    "static.diagnose.",
    "static.dm.",
    "static.edk.",
    "static.features.action_uri",
    "static.features.csta_control",
    "static.features.recording_upload",
    "static.features.reset_by_long_press",
    "static.features.upload_server",
    "static.firmware.",
    "static.managementserver.",
    "static.meta.",
    "static.network.802",
    "static.network.l2tp",
    "static.network.openvpn",
    "static.network.promisc",
    "static.network.snmp",
    "static.network.span_to_pc_port",
    "static.network.vpn",
    "static.openvpn.",
    "static.over_the_air.",
    "static.packet_capture.",
    "static.push_xml.",
    "static.redirect.",
    "static.remote_control.",
    "static.security.",
    "static.server_certificates",
    "static.sip.check_sync",
    "static.sip.notify_reboot_enable",
    "static.sip.request_validation",
    "static.trusted_certificates",
    "static.web_item_level",
    "static.wui.",
    "static.zero_touch.",
    "trusted_certificates",
    "web_item_level",
    "wui.",
    "zero_touch.",
];

/// Parts of names that carry secrets.
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
            assert!(NAMES.danger.is_in(name.as_bytes()), "{name}");
        }
        for name in ["features.dnd.allow", "linekey.X.label", "local_time.date_format"] {
            assert!(!NAMES.danger.is_in(name.as_bytes()), "{name}");
        }
    }
}
