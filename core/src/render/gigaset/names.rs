//! Which parameters a raw override may set (`docs/facts/gigaset.md`, sections 3 and 6; SPEC V4).

use super::PROVIDERS;
use crate::models::Model;
use crate::render::overrides::{Danger, Name, Names, Side, count_lines, line_starts};
use crate::render::pen::Form;
use crate::render::syntax::frame::{NAMED, NUMBER, TEXT};
use alloc::vec::Vec;
use core::num::IntErrorKind;

const LIST: &str = include_str!("../../../data/param-names/gigaset.txt");
static STARTS: [u32; count_lines(LIST)] = line_starts(LIST);

/// The names that exist, and those whose override needs policy. A base's names and a manager's are one list: some templates of
/// one have names of the other.
pub(super) static NAMES: Names =
    Names { list: LIST, starts: &STARTS, parse, danger: Danger::new(&[], DANGEROUS_PARTS), form, frame };

/// Account slots of a base, whose number some names end in.
const MOST_SLOT: u16 = 6;

/// Reads a name with its indexes: `[3]` anywhere, and at the end of a base's names an account's number, which is left out for
/// account 1 in most of them (`aucS_SIP_DOMAIN`, `aucS_SIP_DOMAIN_2`) and not in all (`aucS_SIP_ACCOUNT_NAME_1`).
fn parse(raw: &str) -> Option<Name> {
    // The other dialects of the vendor share the list.
    let ours =
        ["BS_", "S_", "I_", "B_"].iter().any(|prefix| raw.starts_with(prefix)) || raw == "MAC_ADDRESS" || raw == "PROFILE_NAME";
    let placeholder = raw.ends_with('X') && !raw.ends_with("_MAX");
    if !ours || placeholder {
        return None;
    }
    if let Some((stem, digits)) = raw.rsplit_once('_') {
        for (joint, least) in [("", 2), ("_", 1)] {
            let mut name = brackets(stem)?;
            name.push(joint)?;
            if name.push_index(digits).is_some()
                && (least..=MOST_SLOT).contains(&name.index.iter().copied().max().unwrap_or(0))
                && NAMES.contains(name.as_bytes())
            {
                return Some(name);
            }
        }
    }
    let mut first = brackets(raw)?;
    first.push("X")?;
    if NAMES.contains(first.as_bytes()) {
        return Some(first);
    }
    brackets(raw)
}

/// A name with `[3]` written `[X]`; `[%]` stays.
fn brackets(raw: &str) -> Option<Name> {
    let mut name = Name::EMPTY;
    let mut parts = raw.split('[');
    name.push(parts.next()?)?;
    for part in parts {
        let (index, rest) = part.split_once(']')?;
        name.push("[")?;
        if index == "%" {
            name.push(index)?;
        } else {
            name.push_index(index)?;
        }
        name.push("]")?;
        name.push(rest)?;
    }
    Some(name)
}

/// The form of a name's value: what it holds stands in the first letters behind the last dot (section 3).
fn form(name: &str) -> &'static Form {
    if !name.starts_with("BS_") {
        return if name.starts_with("I_") { &NUMBER } else { &NAMED };
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    let bytes = ["aucI_", "aucKdsPin", "aucActivatedNetdirs", "aucAvailableNetdirs", "aucNetdirSel"];
    let text = last.starts_with("auc") && !bytes.iter().any(|prefix| last.starts_with(prefix));
    if text || last.starts_with("NetCode") || last == "WebUIPassword" { &TEXT } else { &NUMBER }
}

fn frame(out: &mut Vec<u8>, raw: &str, name: &Name, side: Side) {
    let symbol = raw.starts_with("BS_");
    let text = core::ptr::eq(form(name.as_str()), &raw const TEXT);
    let parts: [&str; 3] = match (side, symbol) {
        (Side::Before, true) => {
            ["<SYMB_ITEM ID=\"", raw, if text { "\" class=\"symb_item\" value='\"" } else { "\" class=\"symb_item\" value=\"" }]
        }
        (Side::Before, false) => {
            let class = match raw.get(..2) {
                Some("I_") => " class=\"integer\" value=\"",
                Some("B_") => " class=\"boolean\" value=\"",
                _ => " class=\"string\" value=\"",
            };
            ["<", raw, class]
        }
        (Side::After, true) if text => ["\"'/>\n", "", ""],
        (Side::After, _) => ["\"/>\n", "", ""],
    };
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

/// Why this model cannot have an override whatever the policy, if so. Names that do not exist are somebody else's matter.
pub(super) fn hindrance(raw: &str, value: &str, model: &Model) -> Option<&'static str> {
    if raw == "MAC_ADDRESS" {
        return Some("must be the device's own, or it takes nothing of the file");
    }
    let name = parse(raw).filter(|name| NAMES.contains(name.as_bytes()))?;
    let slots = [
        ("astAccounts[X]", model.accounts),
        ("astVoipAccounts[X]", model.accounts),
        ("astVoipProviders[X]", PROVIDERS),
        ("stMtDat[X]", model.handsets),
    ];
    let [outer, _] = name.index;
    if slots.iter().any(|(list, most)| outer >= *most && name.as_str().contains(list)) {
        return Some("is for a slot that this model does not have");
    }
    let most = most_number(name.as_str())?;
    let too_large = |number: &str| {
        let number = match number.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => number.parse::<u64>(),
        };
        // What is no number at all the syntax refuses.
        number.map_or_else(|error| *error.kind() == IntErrorKind::PosOverflow, |number| number > most)
    };
    value.split(',').any(too_large).then_some("holds a number that is too large for it")
}

/// The largest number of a symbol: its width stands before its name (section 3).
fn most_number(name: &str) -> Option<u64> {
    if !name.starts_with("BS_") || !core::ptr::eq(form(name), &raw const NUMBER) {
        return None;
    }
    let mut parts = name.rsplit('.');
    let last = parts.next().unwrap_or_default();
    match parts.next() {
        Some("bit" | "bitfldCap") => Some(1),
        _ if last.starts_with("uc") || last.starts_with("auc") => Some(u8::MAX.into()),
        _ if last.starts_with("ui") => Some(u16::MAX.into()),
        _ if last.starts_with("ul") => Some(u32::MAX.into()),
        _ => None,
    }
}

/// Parts of names whose override could move provisioning, the network or calls, open the base to others, or replace a secret.
static DANGEROUS_PARTS: &[&str] = &[
    "ACCOUNT_IS_ACTIVE",
    "AUTOPROVISIONING_CODE",
    "AUTO_UPDATE",
    "ActivateService",
    "CALLFORWARDING",
    "CALL_MANAGER",
    "CHECK_FOR_",
    "CONFIGFILE_URL",
    "DATA_SERVER",
    "DATA_SRV",
    "DEFAULT_ROUTER",
    "DHCP",
    "DIALING_PLAN",
    "DNS_SERVER",
    "FIRMWARE",
    "FW_UPDATE",
    "HTTP_DIGEST",
    "HTTP_PROXY",
    "KdsPin",
    "LOCAL_PORT",
    "LOGIN_ID",
    "MAC_ADDRESS",
    "NTP",
    "NetCode",
    "ONESHOT_PROVISIONING",
    "OUTBOUND_PROXY",
    "PASSWORD",
    "PROFILE_DATE",
    "PROV_",
    "Password",
    "PlannedUpdate",
    "RE_REGISTRATION",
    "RegistrationPIN",
    "SIP_DOMAIN",
    "SIP_REGISTRAR",
    "SIP_SERVER",
    "STUN",
    "SUBNET",
    "SendMask",
    "ServerURL",
    "TRANSPORT_LAYER",
    "USER_ID",
    "VLAN",
    "VOCODER",
    "VoipProviderIndex",
    "ulI_IP",
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn v4_names_are_read_with_their_indexes() {
        for (raw, name, index) in [
            ("BS_IP_Data1.aucS_SIP_DOMAIN", "BS_IP_Data1.aucS_SIP_DOMAINX", [0, 0]),
            ("BS_IP_Data1.aucS_SIP_DOMAIN_6", "BS_IP_Data1.aucS_SIP_DOMAINX", [6, 0]),
            ("BS_IP_Data1.aucS_SIP_ACCOUNT_NAME_1", "BS_IP_Data1.aucS_SIP_ACCOUNT_NAME_X", [1, 0]),
            ("BS_IP_Data1.ulI_DNS_SERVER_1", "BS_IP_Data1.ulI_DNS_SERVER_1", [0, 0]),
            ("BS_VOIP_Data.uiI_SIP_LOCAL_PORT_MAX", "BS_VOIP_Data.uiI_SIP_LOCAL_PORT_MAX", [0, 0]),
            (
                "BS_VOIP_Data.astVoipAccounts[99].aucS_SIP_USER_ID[0]",
                "BS_VOIP_Data.astVoipAccounts[X].aucS_SIP_USER_ID[X]",
                [99, 0],
            ),
            (
                "BS_VOIP_Data.astVoipAccounts[3].ucB_SIP_ACCOUNT_IS_ACTIVE_1",
                "BS_VOIP_Data.astVoipAccounts[X].ucB_SIP_ACCOUNT_IS_ACTIVE_1",
                [3, 0],
            ),
            ("S_CONFIGFILE_URL", "S_CONFIGFILE_URL", [0, 0]),
        ] {
            let parsed = parse(raw).unwrap();
            assert_eq!((parsed.as_str(), parsed.index), (name, index));
            assert!(NAMES.contains(parsed.as_bytes()), "{raw}");
        }
        for raw in [
            "BS_IP_Data1.aucS_SIP_DOMAINX",
            "BS_IP_Data1.aucS_SIP_DOMAIN_X",
            "BS_IP_Data1.aucS_SIP_DOMAIN_1",
            "BS_IP_Data1.aucS_SIP_DOMAIN_02",
            "BS_IP_Data1.aucS_SIP_DOMAIN_7",
            "BS_IP_Data1.aucS_SIP_ACCOUNT_NAME",
            "BS_IP_Data1.aucS_SIP_ACCOUNT_NAME_0",
            "BS_VOIP_Data.astVoipAccounts[X].aucS_SIP_USER_ID[0]",
            "BS_VOIP_Data.astVoipAccounts[01].aucS_SIP_USER_ID[0]",
            "BS_VOIP_Data.astVoipAccounts[1",
            "BS_VOIP_Data.astVoipAccounts[1]\"/>",
            "SipAccount.1.DisplayName",
            "WebUI.AdminPassword",
            "",
        ] {
            assert!(parse(raw).is_none_or(|name| !NAMES.contains(name.as_bytes())), "{raw}");
        }
    }

    #[test]
    fn v4_every_placeholder_of_the_list_can_be_named_and_no_other_name_hides_it() {
        for name in LIST.lines().filter(|name| name.starts_with("BS_")) {
            let raw = name.replace("[X]", "[3]");
            let raw = match raw.strip_suffix('X').filter(|_| !raw.ends_with("_MAX")) {
                Some(stem) if stem.ends_with('_') => stem.to_string() + "2",
                Some(stem) => stem.to_string() + "_2",
                None => raw,
            };
            assert_eq!(parse(&raw).map(|parsed| parsed.as_str().to_string()).as_deref(), Some(name), "{raw}");
        }
    }

    #[test]
    fn v4_the_danger_list_holds_what_it_must() {
        for name in [
            "BS_IP_Data1.aucS_DATA_SERVER[X]",
            "S_CONFIGFILE_URL",
            "S_PROV_PASSWORD",
            "S_SPECIAL_DATA_SRV_IWU",
            "MAC_ADDRESS",
            "BS_IP_Data1.aucS_SIP_PASSWORDX",
            "BS_CUSTOM.WebUIPassword",
            "BS_CUSTOM.aucKdsPin[%]",
            "BS_IP_Data1.ulI_DNS_SERVER_1",
            "BS_IP_Data1.ucB_ACCEPT_FOREIGN_SUBNET",
            "BS_IP_Data.aucS_HTTP_PROXY_URL[%]",
            "BS_IP_Data1.aucS_USER_FIRMWARE_URL",
            "BS_XML_Netdirs.astNetdirProvider[X].aucPassword",
            "BS_XML_Netdirs.astNetdirProvider[X].aucServerURL",
            "BS_IP_Data1.ucI_DIALING_PLAN_COUNTRY_ID",
            "BS_VOIP_Data.astVoipAccounts[%].aucS_VOIP_CALLFORWARDING_NUMBER[%]",
            "BS_VOIP_Data.astVoipAccounts[%].ucB_VOIP_CALLFORWARDING_STATUS",
            "BS_VOIP_Data.astVoipAccounts[%].ucB_CALL_MANAGER_SUPPORT",
            "BS_VOIP_Data.astVoipProviders[%].NetCodeCFU_ON[%]",
            "BS_IP_Data1.aucS_SIP_REGISTRARX",
            "BS_IP_Data1.uiI_SIP_REGISTRAR_PORTX",
            "BS_VOIP_Data.astVoipProviders[X].aucSIP_REGISTRAR[%]",
            "BS_IP_Data1.aucS_SIP_SERVERX",
            "BS_VOIP_Data.astVoipProviders[X].uiSIP_SERVER_PORT",
            "BS_IP_Data1.aucS_SIP_DOMAINX",
            "BS_VOIP_Data.astVoipProviders[X].aucSIP_DOMAIN[%]",
            "BS_IP_Data1.aucS_OUTBOUND_PROXYX",
            "BS_IP_Data1.ucI_OUTBOUND_PROXY_MODEX",
            "BS_VOIP_Data.astVoipProviders[X].ucSIP_PREFERRED_TRANSPORT_LAYER",
            "BS_VOIP_Data.astVoipAccounts[X].ucVoipProviderIndex",
            "BS_VOIP_Data.astVoipAccounts[X].aucS_SIP_USER_ID[X]",
            "BS_IP_Data3.aucS_SIP_LOGIN_IDX",
            "BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE_X",
            "BS_Accounts.astAccounts[X].uiSendMask",
            "BS_IP_Data1.uiI_VLAN_ID",
            "BS_IP_Data.ucB_VLAN_ENABLED",
            "BS_IP_Data.ulI_DNS_SERVER_2",
            "BS_IP_Data.ulI_DEFAULT_ROUTER",
            "BS_IP_Data.ulI_IP",
            "BS_IP_Data.ulI_SUBNET_MASK",
            "BS_IP_Data1.aucS_STUN_SERVERX",
            "BS_IP_Data1.ucB_SIP_USE_STUNX",
            "BS_VOIP_Data.astVoipProviders[X].aucSTUN_SERVER[%]",
            "BS_IP_Data1.aucS_TIME_NTP_SERVER",
            "BS_VOIP_Data.uiI_RTP_LOCAL_PORT",
            "BS_VOIP_Data.uiI_SIP_LOCAL_PORT_MAX",
            "BS_IP_Data1.uiI_RE_REGISTRATION_TIMERX",
            "BS_VOIP_Data.astVoipProviders[X].uiRE_REGISTRATION_TIMER",
            "BS_IP_Data1.ucI_SIP_PREFERRED_VOCODERX",
        ] {
            assert!(NAMES.danger.is_in(name.as_bytes()), "{name}");
            assert!(NAMES.contains(name.as_bytes()) || name.contains("PASSWORD"), "{name}");
        }
        for name in [
            "BS_AE_SwConfig.ucCountryCodeTone",
            "BS_VOIP_Data.EnableWideband",
            "BS_IP_Data.aucS_NETWORK_DEVICENAME[%]",
            "BS_Accounts.astAccounts[X].uiReceiveMask",
        ] {
            assert!(!NAMES.danger.is_in(name.as_bytes()), "{name}");
            assert!(NAMES.contains(name.as_bytes()), "{name}");
        }
    }
}
