//! Which parameters a raw override may set (`docs/facts/snom.md`, section 6; SPEC V4).
//!
//! A setting with an index is named `user_name.1`, a function key `fkey.0`; an override of a function key gives the element's
//! text, such as `speed 201`.

use crate::render::overrides::{Danger, Name, Names, Side, count_lines, line_starts};
use crate::render::pen::Form;
use crate::render::syntax::snom_xml::{KEY, TEXT};
use alloc::vec::Vec;

const LIST: &str = include_str!("../../../data/param-names/snom.txt");
static STARTS: [u32; count_lines(LIST)] = line_starts(LIST);

/// The names that exist, and those whose override needs policy.
pub(super) static NAMES: Names =
    Names { list: LIST, starts: &STARTS, parse, danger: Danger::new(DANGEROUS_PREFIXES, DANGEROUS_PARTS), form, frame };

/// Names that count from 0; all others count from 1.
const FROM_ZERO: &[&str] = &["context_key", "fkey", "internal_ringer_file", "internal_ringer_text", "speed"];

fn parse(raw: &str) -> Option<Name> {
    let mut name = Name::EMPTY;
    match raw.split_once('.') {
        None => name.push(raw)?,
        Some((base, "0")) if !FROM_ZERO.contains(&base) => return None,
        Some((base, index)) => {
            name.push(base)?;
            name.push(".")?;
            name.push_index(index)?;
        }
    }
    Some(name)
}

/// Whether this is the name of a function key, whose section is another than the settings'.
pub(super) fn is_key(name: &str) -> bool {
    name == "fkey.X"
}

fn form(name: &str) -> &'static Form {
    if is_key(name) { &KEY } else { &TEXT }
}

fn frame(out: &mut Vec<u8>, raw: &str, name: &Name, side: Side) {
    let (base, index) = raw.split_once('.').map_or((raw, None), |(base, index)| (base, Some(index)));
    match side {
        Side::Before => {
            out.push(b'<');
            out.extend_from_slice(base.as_bytes());
            if let Some(index) = index {
                out.extend_from_slice(b" idx=\"");
                out.extend_from_slice(index.as_bytes());
                out.push(b'"');
            }
            out.extend_from_slice(if is_key(name.as_str()) { b" perm=\"R\" " } else { b" perm=\"R\">" });
        }
        Side::After => {
            out.extend_from_slice(b"</");
            out.extend_from_slice(base.as_bytes());
            out.extend_from_slice(b">\n");
        }
    }
}

/// Beginnings of names that could move provisioning, the network or a SIP server, open the phone or its calls to others, replace a
/// secret, change the number that was dialled, or lead a call, an emergency call above all, elsewhere; in ascending order.
static DANGEROUS_PREFIXES: &[&str] = &[
    "action_",
    "active_line",
    "admin_mode",
    "advertisement",
    "allow_rtp_on_mute",
    "allow_sip_settings",
    "answer_after_policy",
    "area_code",
    "auth_tmp",
    "auto_dial",
    "auto_logoff",
    "block_url",
    "call_screen_fkeys",
    "challenge_",
    "context_key",
    "country_code",
    "csta_",
    "custom_",
    "dhcp",
    "dialplan",
    "disable_storing_changes",
    "dkey_",
    "dns_",
    "emergency",
    "enable_e164",
    "enum_",
    "eth_",
    "ethernet_",
    "filter_registrar",
    "firmware",
    "fkey",
    "gateway",
    "general_purpose_xml",
    "guess_",
    "gui_fkey",
    "http_",
    "idle_",
    "ieee8021x",
    "ignore_security_warning",
    "intercom_",
    "ip_adr",
    "key_",
    "lcs_",
    "ldap_",
    "leftnav_",
    "lldp_",
    "logoff_",
    "mac",
    "mb_trusted_hosts",
    "mc_address",
    "multicast_",
    "naptr_",
    "netmask",
    "network_id_port",
    "ocip_",
    "overlap_dialing",
    "phone_type",
    "pnp_",
    "preselection_nr",
    "prov_",
    "provisioning_",
    "recording_mechanism",
    "redirect_",
    "register_http_contact",
    "replace_header_fire",
    "reset_settings",
    "restrict_uri_queries",
    "server_enforced_kb_lock",
    "setting_",
    "settings_",
    "sip_failover",
    "sip_proxy",
    "snmp_",
    "speed.",
    "stun_",
    "subscribe_config",
    "syslog_",
    "tcp_listen",
    "tls_",
    "tr69",
    "uboot",
    "upd_sip_uri",
    "update_",
    "upload_",
    "use_hidden_tags",
    "use_proxy_number_guessing",
    "user_active",
    "user_admin_mode",
    "user_agent",
    "user_allow_inc_dialog",
    "user_auto_connect",
    "user_default_contact_uri",
    "user_dp",
    "user_failover",
    "user_host",
    "user_name",
    "user_outbound",
    "user_pname",
    "user_presence_host",
    "user_proxy",
    "user_remove_all_bindings",
    "user_server",
    "user_uid",
    "vpn_",
    "vq_",
    "watchdog",
    "webserver_",
    "wifi_",
    "xcap_",
    "xml_",
];

/// The same, anywhere in a name.
static DANGEROUS_PARTS: &[&str] = &[
    "_pass",
    "_pw",
    "auto_connect",
    "cert",
    "hash",
    "logon",
    "password",
    "secret",
    "tls",
    "token",
    "_url",
    "tftp",
    "fwd_",
    "keyboard_lock",
    "vlan",
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn v4_the_danger_list_holds_what_it_must() {
        for name in [
            "setting_server",
            "provisioning_order",
            "user_pass.X",
            "user_hash.X",
            "http_client_pass",
            "admin_mode_password",
            "webserver_admin_password",
            "ldap_password",
            "keyboard_lock_pw",
            "action_offhook_url",
            "firmware_status",
            "update_policy",
            "tr69_acs_url",
            "vpn_tarball_url",
            "user_auto_connect.X",
            "fkey.X",
            "dkey_directory",
            "cc_token.X",
            "tftp_secret",
            // What would lead an emergency call elsewhere, or change its number.
            "active_line",
            "area_code",
            "auto_dial",
            "auto_dial_target",
            "block_url_dialing",
            "country_code",
            "dialplan_count_failed_match_groups",
            "emergency_accepted_callkeys",
            "emergency_proxy",
            "enable_e164_substitution",
            "enable_keyboard_lock",
            "enum_suffix",
            "fwd_all_target",
            "guess_number",
            "keyboard_lock",
            "keyboard_lock_accepted_keys",
            "keyboard_lock_emergency",
            "overlap_dialing",
            "preselection_nr",
            "redirect_number",
            "server_managed_fwd_all_nr.X",
            "sip_failover_response_reg",
            "sip_proxy",
            "speed.X",
            "upd_sip_uri_with_contact_from_notifies",
            "use_proxy_number_guessing",
            "user_active.X",
            "user_dp.X",
            "user_dp_exp.X",
            "user_dp_str.X",
            "user_failover_identity.X",
            "user_host.X",
            "user_name.X",
            "user_outbound.X",
            "user_pname.X",
            "user_proxy_require.X",
            "user_remove_all_bindings.X",
            "user_server_type.X",
            // What would let others listen, or call in unasked.
            "allow_rtp_on_mute",
            "answer_after_policy",
            "call_screen_fkeys_on_connected",
            "mc_address",
            "recording_mechanism",
            "register_http_contact",
            "user_allow_inc_dialog_subscribe.X",
            "user_presence_host.X",
            "vq_report_collector",
            // What would take the phone off its network, or its settings from elsewhere.
            "auto_logoff_time",
            "disable_storing_changes",
            "dns_domain",
            "eth_net",
            "gateway_vlan",
            "ldap_server",
            "lldp_enable",
            "mac",
            "naptr_sip_uri",
            "netmask_vlan",
            "ocip_server",
            "phone_type",
            "stun_server.X",
            "subscribe_config",
            "syslog_server",
            "vlan_id",
        ] {
            assert!(NAMES.danger.is_in(name.as_bytes()), "{name}");
            assert!(NAMES.contains(name.as_bytes()), "{name}");
        }
        for name in ["user_idle_text.X", "call_waiting", "backlight", "ring_sound", "dnd_mode", "contrast"] {
            assert!(!NAMES.danger.is_in(name.as_bytes()), "{name}");
            assert!(NAMES.contains(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn prefixes_ascend_and_none_begins_another() {
        for pair in DANGEROUS_PREFIXES.windows(2) {
            assert!(pair[0] < pair[1] && !pair[1].starts_with(pair[0]), "{pair:?}");
        }
    }

    #[test]
    fn v4_indexes_are_plain_numbers() {
        assert_eq!(parse("user_name.12").unwrap().as_str(), "user_name.X");
        assert_eq!(parse("user_name.12").unwrap().index, [12, 0]);
        assert_eq!(parse("fkey.0").unwrap().index, [0, 0]);
        for bad in ["user_name.0", "user_name.X", "user_name.01", "user_name.1.2", "user_name.", "fkey.-1", "fkey.1000"] {
            assert!(parse(bad).is_none(), "{bad}");
        }
        for bad in ["user_name", "fkey", "language.1", "functionKeys", "", ".1"] {
            assert!(parse(bad).is_none_or(|name| !NAMES.contains(name.as_bytes())), "{bad}");
        }
    }
}
