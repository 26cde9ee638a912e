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
    parse,
    danger: Danger::new(DANGEROUS_PREFIXES, DANGEROUS_PARTS),
    form: |_| &LINE,
    frame,
};

/// The passwords of the phone's pages have fields of their own: one name, one line per user, so no override can say which.
fn parse(raw: &str) -> Option<Name> {
    dotted(raw).filter(|_| !raw.ends_with("security.user_password"))
}

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
    "account.X.auto_dial",
    "account.X.backup",
    "account.X.dialplan.",
    "account.X.dns_cache",
    "account.X.outbound",
    "account.X.sip_server",
    "action_url.",
    "app.",
    "auto_provision.",
    "autoprovision.",
    "configuration.",
    "custom.auto_provision.",
    "custom_factory_configuration.",
    "custom_mac_cfg.",
    "custom_softkey",
    "diagnose.",
    "dialnow",
    "dialplan.",
    "dialplan_",
    "dm.",
    "edk.",
    "features.action_uri",
    "features.csta_control",
    "features.custom_factory",
    "features.factory",
    "features.hotline",
    "features.recording_upload",
    "features.reset_by_long_press",
    "features.show_action_uri",
    "features.upload_server",
    "firmware.",
    "forward.",
    "local_time.manual_ntp",
    "managementserver.",
    "meta.",
    "network.",
    "openvpn.",
    "over_the_air.",
    "packet_capture.",
    "phone_setting.action_uri",
    "phone_setting.emergency",
    "phone_setting.phone_lock",
    "phone_setting.wifi",
    "pm.",
    "push_xml.",
    "redirect.",
    "remote_control.",
    "security.",
    "server_certificates",
    "sip.check_sync",
    "sip.emergency",
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
    "static.custom_softkey",
    "static.diagnose.",
    "static.dialnow",
    "static.dialplan.",
    "static.dialplan_",
    "static.dm.",
    "static.edk.",
    "static.features.action_uri",
    "static.features.csta_control",
    "static.features.custom_factory",
    "static.features.factory",
    "static.features.hotline",
    "static.features.recording_upload",
    "static.features.reset_by_long_press",
    "static.features.show_action_uri",
    "static.features.upload_server",
    "static.firmware.",
    "static.forward.",
    "static.local_time.manual_ntp",
    "static.managementserver.",
    "static.meta.",
    "static.network.",
    "static.openvpn.",
    "static.over_the_air.",
    "static.packet_capture.",
    "static.phone_setting.action_uri",
    "static.phone_setting.emergency",
    "static.phone_setting.phone_lock",
    "static.phone_setting.wifi",
    "static.pm.",
    "static.push_xml.",
    "static.redirect.",
    "static.remote_control.",
    "static.security.",
    "static.server_certificates",
    "static.sip.check_sync",
    "static.sip.emergency",
    "static.sip.notify_reboot_enable",
    "static.sip.request_validation",
    "static.trusted_certificates",
    "static.web_item_level",
    "static.wifi.",
    "static.wui.",
    "static.zero_touch.",
    "template.",
    "trusted_certificates",
    "web_item_level",
    "wifi.",
    "wui.",
    "zero_touch.",
];

/// Parts of names that carry secrets.
static DANGEROUS_PARTS: &[&str] = &[
    ".pin",
    "802_1x",
    "action_uri",
    "aes_key",
    "auto_dial",
    "cert",
    "eap_",
    "emergency",
    "encode_key",
    "factory",
    "passwd",
    "password",
    "pin_code",
    "psk",
    "pwd",
    "secret",
    "ssh",
    "telnet",
    "token",
    "tr069",
    "unlock_pin",
    "user_name.",
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
