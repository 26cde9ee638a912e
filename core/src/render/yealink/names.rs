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

/// Beginnings of names that could move provisioning, the network or a SIP server, open the phone to others, replace a login, or
/// lead a call, an emergency call above all, elsewhere; with and without `static.`, in ascending order. The labels of keys and
/// accounts are not among them.
static DANGEROUS_PREFIXES: &[&str] = &[
    "account.X.always_fwd",
    "account.X.auth_name",
    "account.X.auto_answer",
    "account.X.auto_dial",
    "account.X.backup",
    "account.X.busy_fwd",
    "account.X.conf_uri",
    "account.X.dialplan.",
    "account.X.dns_",
    "account.X.enable",
    "account.X.failback",
    "account.X.fallback.",
    "account.X.flexible_seating",
    "account.X.hoteling",
    "account.X.music_server_uri",
    "account.X.naptr_build",
    "account.X.nat.",
    "account.X.outbound",
    "account.X.proxy_require",
    "account.X.redundancy",
    "account.X.sip_",
    "account.X.static_cache",
    "account.X.timeout_fwd",
    "account.X.tls.",
    "account.X.transport",
    "account.X.user_name",
    "account.X.vq_rtcpxr",
    "account.X.xsi",
    "action_url.",
    "alarm.",
    "app.",
    "auto_provision.",
    "autoprovision.",
    "bw.",
    "bw_call_log.data",
    "bw_phonebook.data",
    "configuration.",
    "custom.auto_provision.",
    "custom.handset.auto_",
    "custom.handset.defined_",
    "custom.static.",
    "custom_factory_configuration.",
    "custom_mac_cfg.",
    "custom_softkey",
    "ddp.",
    "diagnose.",
    "dialnow",
    "dialplan.",
    "dialplan_",
    "dm.",
    "dns_cache_",
    "edk.",
    "expansion_module.X.key.X.extension",
    "expansion_module.X.key.X.line",
    "expansion_module.X.key.X.type",
    "expansion_module.X.key.X.value",
    "expansion_module.X.key.X.xml_phonebook",
    "expansion_module.key.X.extension",
    "expansion_module.key.X.line",
    "expansion_module.key.X.type",
    "expansion_module.key.X.value",
    "expansion_module.key.X.xml_phonebook",
    "features.action_uri",
    "features.call_num_filter",
    "features.csta_control",
    "features.custom_factory",
    "features.direct_ip_call",
    "features.doorphone.",
    "features.enhanced_dss_keys",
    "features.factory",
    "features.hoteling",
    "features.hotline",
    "features.intercom.",
    "features.ip_call",
    "features.key.",
    "features.local_calllog.received.replace_rule",
    "features.recording_upload",
    "features.reset_by_long_press",
    "features.show_action_uri",
    "features.upload_server",
    "features.xml_browser.",
    "firmware.",
    "forward.",
    "gb.sopi.",
    "handset.X.alarm.",
    "hotdesking.",
    "hoteling.",
    "ldap.",
    "linekey.X.extension",
    "linekey.X.line",
    "linekey.X.pickup_value",
    "linekey.X.type",
    "linekey.X.value",
    "linekey.X.xml_phonebook",
    "local_time.manual_ntp",
    "managementserver.",
    "memorykey.X.extension",
    "memorykey.X.line",
    "memorykey.X.pickup_value",
    "memorykey.X.sub_type",
    "memorykey.X.type",
    "memorykey.X.value",
    "memorykey.X.xml_phonebook",
    "meta.",
    "multicast.",
    "network.",
    "openvpn.",
    "over_the_air.",
    "packet_capture.",
    "phone_setting.action_uri",
    "phone_setting.custom_softkey",
    "phone_setting.dialnow_delay",
    "phone_setting.emergency",
    "phone_setting.inter_digit_time",
    "phone_setting.lock",
    "phone_setting.logon_wizard",
    "phone_setting.phone_lock",
    "phone_setting.predial_autodial",
    "phone_setting.wifi",
    "pm.",
    "priv.",
    "programablekey.X.extension",
    "programablekey.X.history_type",
    "programablekey.X.line",
    "programablekey.X.pickup_value",
    "programablekey.X.type",
    "programablekey.X.value",
    "programablekey.X.xml_phonebook",
    "pstn.",
    "ptt_group.",
    "push_xml.",
    "redirect.",
    "remote_control.",
    "security.",
    "server_certificates",
    "shortcutkey.X.type",
    "shortcutkey.X.value",
    "sip.authentication_for_xsi",
    "sip.check_sync",
    "sip.dhcp",
    "sip.dns_transport_type",
    "sip.emergency",
    "sip.listen_",
    "sip.nat_",
    "sip.notify_reboot_enable",
    "sip.request_validation",
    "sip.requesturi",
    "sip.tls_",
    "sip.trust_ctrl",
    "softkey.",
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
    "static.sip.nat_",
    "static.sip.notify_reboot_enable",
    "static.sip.request_validation",
    "static.station.",
    "static.syslog.",
    "static.trusted_certificates",
    "static.watch_dog.",
    "static.web_item_level",
    "static.wifi.",
    "static.wifiap",
    "static.wui.",
    "static.zero_touch.",
    "syslog.",
    "template.",
    "trusted_certificates",
    "watch_dog.",
    "web_item_level",
    "wifi.",
    "wifiap",
    "wui.",
    "xsi.",
    "zero_touch.",
];

/// The same, anywhere in a name: logins, certificates, and URLs that the phone would open.
static DANGEROUS_PARTS: &[&str] = &[
    ".pin",
    ".url",
    ".username",
    "8021x",
    "802_1x",
    "_url",
    "action_uri",
    "aes_key",
    "auto_dial",
    "cert",
    "eap_",
    "emergency",
    "encode_key",
    "factory",
    "httpurl",
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
    use crate::models::Dialect;
    use crate::render::engine;

    /// What an override could do, and names of both vendors that would do it: what the one list has, the other must have.
    static THEMES: &[(&str, &[&str], &[&str])] = &[
        (
            "provisioning from elsewhere",
            &["static.auto_provision.server.url", "static.zero_touch.enable", "custom_mac_cfg.url", "managementserver.url"],
            &["setting_server", "provisioning_order", "tr69_acs_url"],
        ),
        ("firmware", &["static.firmware.url", "over_the_air.url.w56h"], &["firmware_status", "update_policy"]),
        (
            "logins",
            &["account.X.password", "account.X.auth_name", "features.xml_browser.pwd", "remote_phonebook.data.X.username"],
            &["user_pass.X", "user_hash.X", "http_client_pass", "webserver_admin_password"],
        ),
        (
            "a SIP password for another host",
            &[
                "account.X.xsi.host",
                "bw.xsi.enable",
                "bw.enable",
                "bw.virtual_user.X.xsi.host",
                "bw_phonebook.data.X.server",
                "bw_call_log.data.X.server",
                "xsi.host",
                "sip.authentication_for_xsi",
            ],
            &["user_outbound.X", "user_failover_identity.X"],
        ),
        (
            "another identity",
            &[
                "account.X.user_name",
                "account.X.enable",
                "hoteling.authentication_mode",
                "account.X.hoteling.enable",
                "hotdesking.startup_username_enable",
                "phone_setting.logon_wizard",
            ],
            &["user_name.X", "user_pname.X", "user_active.X"],
        ),
        (
            "another SIP server",
            &[
                "account.X.sip_server.X.address",
                "account.X.outbound_proxy.X.address",
                "account.X.transport",
                "account.X.fallback.redundancy_type",
                "account.X.proxy_require",
                "sip.dhcp.option120.mode",
            ],
            &["user_host.X", "user_outbound.X", "user_server_type.X", "sip_proxy", "user_proxy_require.X"],
        ),
        (
            "another answer to a question for an address",
            &[
                "dns_cache_a.X.ip",
                "dns_cache_srv.X.target",
                "dns_cache_naptr.X.replace",
                "account.X.dns_cache_a.X.ip",
                "account.X.dns_cache_type",
                "account.X.static_cache_pri",
            ],
            &["dns_domain"],
        ),
        (
            "where the phone is reached",
            &["sip.nat_turn.server", "static.sip.nat_stun.server", "account.X.nat.stun_server", "sip.listen_port"],
            &["stun_server.X", "tcp_listen"],
        ),
        (
            "the network",
            &["static.network.primary_dns", "network.vlan.internet_port_vid", "static.wifi.enable", "static.wifiap.enable"],
            &["netmask_vlan", "vlan_id", "lldp_enable"],
        ),
        (
            "calls that are led elsewhere",
            &[
                "account.X.always_fwd.target",
                "account.X.busy_fwd.target",
                "account.X.timeout_fwd.target",
                "forward.always.target",
                "features.local_calllog.received.replace_rule",
            ],
            &["fwd_all_target", "redirect_number", "server_managed_fwd_all_nr.X"],
        ),
        (
            "numbers that are dialled otherwise, cut or kept back",
            &[
                "dialplan.replace.prefix.X",
                "dialplan.block_out.number.X",
                "features.hotline_number",
                "account.X.auto_dial_enable",
                "phone_setting.inter_digit_time",
                "phone_setting.dialnow_delay",
                "phone_setting.predial_autodial",
                "features.call_num_filter",
            ],
            &["auto_dial", "block_url_dialing", "dialplan_count_failed_match_groups", "preselection_nr", "user_dp_str.X"],
        ),
        (
            "emergency calls",
            &["dialplan.emergency.X.value", "phone_setting.emergency.number", "bw.emergency_calling.enable"],
            &["emergency_proxy", "emergency_accepted_callkeys"],
        ),
        (
            "a locked phone",
            &["phone_setting.lock", "phone_setting.phone_lock.enable"],
            &["keyboard_lock", "enable_keyboard_lock", "keyboard_lock_emergency"],
        ),
        (
            "what a key does",
            &[
                "linekey.X.type",
                "linekey.X.value",
                "memorykey.X.type",
                "programablekey.X.type",
                "programablekey.X.value",
                "expansion_module.X.key.X.value",
                "shortcutkey.X.value",
                "softkey.X.action",
                "phone_setting.custom_softkey_enable",
                "features.enhanced_dss_keys.enable",
                "features.key.X.speeddial_number",
            ],
            &["fkey.X", "dkey_directory", "speed.X"],
        ),
        (
            "calls that anybody can make to the phone, and that answer themselves",
            &[
                "features.direct_ip_call_enable",
                "features.ip_call.auto_answer.enable",
                "sip.trust_ctrl",
                "account.X.sip_trust_ctrl",
                "account.X.auto_answer",
                "features.intercom.allow",
                "multicast.listen_address.X.ip_address",
            ],
            &["filter_registrar", "intercom_enabled", "multicast_listen"],
        ),
        ("remote control", &["push_xml.server", "features.action_uri_limit_ip", "remote_control.X.allow"], &["csta_control"]),
        (
            "URLs that the phone opens",
            &["action_url.off_hook", "account.X.idle_screen_url", "screensaver.xml_browser.url", "phone_setting.browser.url"],
            &["action_offhook_url", "vpn_tarball_url"],
        ),
        ("directories", &["ldap.host", "ldap.user", "gb.sopi.service_url"], &["ldap_server", "ldap_password", "ocip_server"]),
        ("certificates", &["trusted_certificates.url", "static.security.trust_certificates"], &["ignore_security_warning"]),
        ("what is logged to others", &["syslog.server", "static.syslog.server"], &["syslog_server"]),
        ("a restart", &["static.watch_dog.enable", "watch_dog.enable"], &["watchdog"]),
    ];

    #[test]
    fn v4_the_danger_list_holds_what_it_must() {
        for (theme, ours, theirs) in THEMES {
            for (names, listed) in [(&NAMES, ours), (engine(Dialect::SnomDesk).names, theirs)] {
                for name in *listed {
                    assert!(names.contains(name.as_bytes()), "{theme}: there is no {name}");
                    assert!(names.danger.is_in(name.as_bytes()), "{theme}: {name}");
                }
            }
        }
    }

    #[test]
    fn v4_what_only_looks_or_sounds_otherwise_is_harmless() {
        for name in [
            "account.X.display_name",
            "account.X.label",
            "expansion_module.X.key.X.label",
            "features.dnd.allow",
            "features.fwd.allow",
            "linekey.X.label",
            "local_time.date_format",
            "memorykey.X.label",
            "phone_setting.backlight_time",
            "programablekey.X.label",
            "voice_mail.number.X",
        ] {
            assert!(!NAMES.danger.is_in(name.as_bytes()), "{name}");
            assert!(NAMES.contains(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn v9_every_name_of_the_list_can_be_given() {
        for line in LIST.lines() {
            assert!(line.split('.').all(|part| part != "x"), "{line}: no name is read as this");
        }
        for name in ["xml_phonebook.data.1.url", "account.1.contact_take_line_param", "handset.2.hac.enable"] {
            assert!(parse(name).is_some_and(|name| NAMES.contains(name.as_bytes())), "{name}");
        }
    }
}
