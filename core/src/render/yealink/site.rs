//! The phone as a whole (`docs/facts/yealink.md`, section 4).

use super::account::is_phone;
use super::words::{handset_language, language, tone_country, zone};
use crate::models::Confidence::{Confirmed, Inferred, Memory, OneSource};
use crate::models::{Hotline, Model};
use crate::profile::{DialString, NumberPattern, PhoneLang, Phonebook};
use crate::render::derived::{HOTLINE_DELAY_S, SHORTEST_TIMEOUT_S, WAITING_INTERVAL_MIN};
use crate::render::pen::{Pen, Put, Stop};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::key_value::{LINE, line};
use crate::render::{FullJob, ProvisioningUrl, Restricted, SecretKind};
use crate::zone::Summer;
use alloc::string::String;

/// The phone as a whole.
pub(super) struct Site;

pub(super) struct FullSite<'a> {
    pub(super) job: &'a FullJob<'a>,
    pub(super) emergency_list: &'a str,
    pub(super) poll_min: u32,
    /// Minutes east of UTC in winter.
    pub(super) offset_min: Option<i16>,
    pub(super) summer: SummerTime,
    pub(super) firmware_due: bool,
}

/// Summer time as the phone shall keep it.
pub(super) enum SummerTime {
    /// As the phone's default is.
    Default,
    Never,
    /// By the phone's own rules for its time zone.
    Own,
    /// By a rule: when it begins and ends in the phone's words, and by how many minutes.
    Rule {
        begins: String,
        ends: String,
        shift_min: u32,
    },
}

impl SummerTime {
    /// The rule of a zone; none when the phone's words cannot say it.
    pub(super) fn rule(summer: &Summer, offset_min: i16) -> Option<Self> {
        let shift_min = u32::try_from(i32::from(summer.offset_min) - i32::from(offset_min)).ok()?;
        Some(Self::Rule { begins: super::words::change(&summer.begins)?, ends: super::words::change(&summer.ends)?, shift_min })
    }
}

pub(super) struct WaitingSite<'a> {
    pub(super) job: &'a Restricted<'a>,
    /// Written on every phone, also on one that is not known to take it: it might, and is then restricted.
    pub(super) digit_map: &'a str,
    pub(super) emergency_list: &'a str,
    pub(super) mac: &'a str,
}

impl Scope for Site {
    type Full<'a> = FullSite<'a>;
    type Restricted<'a> = WaitingSite<'a>;
}

type S = Row<Site>;

/// The longest time after the last digit that the phone takes, in seconds (section 4).
const LONGEST_TIMEOUT_S: u8 = 14;

/// The time after the last digit nearest to this one that the phone takes and that cuts no slowly typed emergency number.
pub(super) fn timeout_s(wanted: u8) -> u8 {
    wanted.clamp(SHORTEST_TIMEOUT_S, LONGEST_TIMEOUT_S)
}

pub(super) static SITE: &[S] = &[
    S::new(line!("lang.gui"), Confirmed, full_language, waiting_language).needs(is_phone),
    S::new(line!("lang.wui"), Confirmed, full_language, waiting_language),
    // So releases 81 and 82 call them (section 4).
    S::new(line!("static.lang.gui"), OneSource, full_language, waiting_language).needs(is_phone),
    S::new(line!("static.lang.wui"), OneSource, full_language, waiting_language),
    S::new(
        line!("custom.handset.language"),
        OneSource,
        |f, p| match f.job.profile.language {
            Some(lang) => p.word(handset_language(lang)),
            None => p.clear(),
        },
        |r, p| p.word(handset_language(PhoneLang::Own(r.job.lang))),
    )
    .needs(is_dect),
    S::new(
        line!("gui_lang.url"),
        OneSource,
        |f, p| p.maybe("language_file", f.job.profile.language_file.as_ref().map(|url| url.as_str())),
        |_, p| p.clear(),
    )
    .needs(is_phone),
    S::new(
        line!("local_time.ntp_server1"),
        Confirmed,
        |f, p| p.maybe("time.ntp_server", f.job.profile.time.ntp_server.as_ref().map(|host| host.as_str())),
        |_, p| p.clear(),
    ),
    // 1: rather than what the network names.
    S::new(
        line!("local_time.manual_ntp_srv_prior"),
        Confirmed,
        |f, p| if f.job.profile.time.ntp_server.is_some() { p.word("1") } else { p.clear() },
        |_, p| p.clear(),
    ),
    S::new(
        line!("local_time.time_zone"),
        Confirmed,
        |f, p| match f.offset_min.and_then(zone) {
            Some(word) => p.word(word),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        line!("local_time.summer_time"),
        Confirmed,
        |f, p| match f.summer {
            SummerTime::Default => p.clear(),
            SummerTime::Never => p.word("0"),
            SummerTime::Rule { .. } => p.word("1"),
            SummerTime::Own => p.word("2"),
        },
        |_, p| p.clear(),
    ),
    // 1: by week (section 4).
    S::new(
        line!("local_time.dst_time_type"),
        OneSource,
        |f, p| if matches!(f.summer, SummerTime::Rule { .. }) { p.word("1") } else { p.clear() },
        |_, p| p.clear(),
    ),
    S::new(
        line!("local_time.start_time"),
        OneSource,
        |f, p| match &f.summer {
            SummerTime::Rule { begins, .. } => p.text("time.zone", begins),
            _ => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        line!("local_time.end_time"),
        OneSource,
        |f, p| match &f.summer {
            SummerTime::Rule { ends, .. } => p.text("time.zone", ends),
            _ => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        line!("local_time.offset_time"),
        OneSource,
        |f, p| match f.summer {
            SummerTime::Rule { shift_min, .. } => p.number(shift_min),
            _ => p.clear(),
        },
        |_, p| p.clear(),
    ),
    // The phone's own rules follow the zone's name; it goes back to what the factory has.
    S::new(line!("local_time.time_zone_name"), Confirmed, |_, p| p.clear(), |_, p| p.clear()),
    S::new(
        line!("local_time.time_format"),
        Confirmed,
        |f, p| match f.job.profile.time.hours_24 {
            Some(true) => p.word("1"),
            Some(false) => p.word("0"),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        line!("voice.tone.country"),
        Confirmed,
        |f, p| match f.job.profile.tones {
            Some(tones) => p.word(tone_country(tones)),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    // Two lines of one name, one per user (section 4). Neither is cleared where there is no password, nor in a restricted file:
    // the factory default, `admin`, would be worse than any password that stays.
    S::new(
        line!("static.security.user_password"),
        Confirmed,
        |f, p| match &f.job.profile.protection.admin_password {
            Some(password) => {
                p.word("admin:")?;
                p.secret("protection.admin_password", password)
            }
            None => p.skip(),
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Web),
    S::new(
        line!("static.security.user_password"),
        Confirmed,
        |f, p| match &f.job.profile.protection.user_password {
            Some(password) => {
                p.word("user:")?;
                p.secret("protection.user_password", password)
            }
            None => p.skip(),
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Web),
    // The code that pairs a handset. Not cleared: 0000 would be worse than any code that stays.
    S::new(
        line!("base.pin_code"),
        Confirmed,
        |f, p| match &f.job.profile.protection.pairing_pin {
            Some(pin) => p.secret("protection.pairing_pin", pin),
            None => p.skip(),
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Other)
    .needs(is_dect),
    // Handsets take their names and lines from this file.
    S::new(line!("static.auto_provision.handset_configured.enable"), Confirmed, |_, p| p.word("1"), |_, p| p.word("1"))
        .needs(is_dect),
    // Off while the phone waits: its pages would show the URL with the token to whoever knows the factory password.
    // Never plain HTTP, over which the password would be read.
    S::new(line!("static.wui.http_enable"), OneSource, |_, p| p.word("0"), |_, p| p.word("0")),
    S::new(
        line!("static.wui.https_enable"),
        OneSource,
        |f, p| p.word(if f.job.profile.protection.web == Some(false) { "0" } else { "1" }),
        |_, p| p.word("0"),
    ),
    // One parameter in two rows, of which one speaks: a URL that holds the credential is marked as such.
    S::new(
        line!("static.auto_provision.server.url"),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(url) => p.url("provisioning.url", url),
            ProvisioningUrl::Credential(_) => p.skip(),
        },
        |r, p| p.url("url", r.job.url),
    ),
    S::new(
        line!("static.auto_provision.server.url"),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(_) => p.skip(),
            ProvisioningUrl::Credential(url) => p.secret("provisioning.url", url),
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Credential),
    S::new(
        line!("static.auto_provision.server.username"),
        Confirmed,
        |f, p| p.maybe("provisioning.login.user", f.job.provisioning.login.map(|(user, _)| user.as_str())),
        |_, p| p.clear(),
    )
    .secret(SecretKind::Credential),
    S::new(
        line!("static.auto_provision.server.password"),
        Confirmed,
        |f, p| p.maybe_secret("provisioning.login.password", f.job.provisioning.login.map(|(_, password)| password)),
        |_, p| p.clear(),
    )
    .secret(SecretKind::Credential),
    S::new(line!("static.auto_provision.power_on"), Confirmed, |_, p| p.word("1"), |_, p| p.word("1")),
    S::new(line!("static.auto_provision.repeat.enable"), Confirmed, |_, p| p.word("1"), |_, p| p.word("1")),
    S::new(
        line!("static.auto_provision.repeat.minutes"),
        Confirmed,
        |f, p| p.number(f.poll_min),
        |_, p| p.number(WAITING_INTERVAL_MIN),
    ),
    // Nothing else may send the phone elsewhere (SPEC V10).
    S::new(line!("static.auto_provision.pnp_enable"), Confirmed, |_, p| p.word("0"), |_, p| p.word("0")),
    S::new(line!("static.auto_provision.dhcp_option.enable"), Confirmed, |_, p| p.word("0"), |_, p| p.word("0")),
    S::new(line!("static.zero_touch.enable"), OneSource, |_, p| p.word("0"), |_, p| p.word("0")),
    // TR-069, another way to settings from elsewhere.
    S::new(line!("static.managementserver.enable"), OneSource, |_, p| p.word("0"), |_, p| p.word("0")),
    // With 1, what a user set on the phone goes before what this file says: a digit map of his own, a hotline (section 6).
    S::new(line!("static.auto_provision.custom.protect"), Confirmed, |_, p| p.word("0"), |_, p| p.word("0")),
    S::new(line!("static.auto_provision.custom.handset.protect"), OneSource, |_, p| p.word("0"), |_, p| p.word("0"))
        .needs(is_dect),
    // A check-sync fetches the configuration without a reboot.
    S::new(line!("sip.notify_reboot_enable"), Confirmed, |_, p| p.word("0"), |_, p| p.word("0")),
    // Only for a phone that is known to have an older one; what it runs does not change when the target goes.
    S::new(line!("static.firmware.url"), Confirmed, firmware_url, |_, p| p.clear()),
    // So release 81 calls it (section 4).
    S::new(line!("firmware.url"), OneSource, firmware_url, |_, p| p.clear()),
    // Neither cleared where nobody says anything nor while the phone waits: that would take it off its network.
    S::new(
        line!("static.network.vlan.internet_port_enable"),
        OneSource,
        |f, p| if f.job.profile.network.vlan.is_some() { p.word("1") } else { p.skip() },
        |_, p| p.skip(),
    ),
    S::new(
        line!("static.network.vlan.internet_port_vid"),
        OneSource,
        |f, p| f.job.profile.network.vlan.map_or(Err(Stop::Skip), |vlan| p.number(vlan)),
        |_, p| p.skip(),
    ),
    S::new(
        line!("static.network.vlan.internet_port_priority"),
        OneSource,
        |f, p| f.job.profile.network.vlan_priority.map_or(Err(Stop::Skip), |priority| p.number(priority)),
        |_, p| p.skip(),
    ),
    S::new(
        line!("static.network.vlan.pc_port_enable"),
        OneSource,
        |f, p| if f.job.profile.network.pc_vlan.is_some() { p.word("1") } else { p.skip() },
        |_, p| p.skip(),
    )
    .needs(is_phone),
    S::new(
        line!("static.network.vlan.pc_port_vid"),
        OneSource,
        |f, p| f.job.profile.network.pc_vlan.map_or(Err(Stop::Skip), |vlan| p.number(vlan)),
        |_, p| p.skip(),
    )
    .needs(is_phone),
    S::new(
        line!("static.network.lldp.enable"),
        OneSource,
        |f, p| match f.job.profile.network.lldp {
            Some(true) => p.word("1"),
            Some(false) => p.word("0"),
            None => p.skip(),
        },
        |_, p| p.skip(),
    ),
    S::new(
        line!("static.syslog.enable"),
        Confirmed,
        |f, p| if f.job.profile.syslog.is_some() { p.word("1") } else { p.clear() },
        |_, p| p.clear(),
    ),
    // So DECT bases and managers call it (section 4): 1 is a server.
    S::new(
        line!("static.syslog.mode"),
        OneSource,
        |f, p| if f.job.profile.syslog.is_some() { p.word("1") } else { p.clear() },
        |_, p| p.clear(),
    )
    .needs(is_dect),
    S::new(
        line!("static.syslog.server"),
        Confirmed,
        |f, p| p.maybe("syslog.host", f.job.profile.syslog.as_ref().map(|syslog| syslog.host.as_str())),
        |_, p| p.clear(),
    ),
    S::new(
        line!("static.syslog.server_port"),
        Confirmed,
        |f, p| p.maybe_number(f.job.profile.syslog.as_ref().and_then(|syslog| syslog.port).map(|port| port.number())),
        |_, p| p.clear(),
    ),
    // That the numbers are those of RFC 5424 is from memory; a wrong one logs too much or too little.
    S::new(
        line!("static.syslog.level"),
        Memory,
        |f, p| p.maybe_number(f.job.profile.syslog.as_ref().and_then(|syslog| syslog.level)),
        |_, p| p.clear(),
    ),
    S::new(
        line!("phone_setting.inter_digit_time"),
        OneSource,
        |f, p| p.maybe_number(f.job.profile.dialling.timeout_s.map(timeout_s)),
        |_, p| p.clear(),
    )
    .needs(is_phone),
    S::new(line!("features.direct_ip_call_enable"), Confirmed, |_, p| p.clear(), |_, p| p.word("0")),
    S::new(line!("features.dnd.allow"), OneSource, |_, p| p.clear(), |_, p| p.word("0")),
    S::new(line!("features.fwd.allow"), OneSource, |_, p| p.clear(), |_, p| p.word("0")),
    S::new(
        line!("features.remote_phonebook.enable"),
        Confirmed,
        |f, p| if f.job.profile.phonebook.is_some() { p.word("1") } else { p.clear() },
        |_, p| p.word("0"),
    ),
    S::new(line!("features.xml_browser.user_name"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    S::new(line!("features.xml_browser.pwd"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    S::new(line!("ldap.enable"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    S::new(line!("ldap.host"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    S::new(line!("ldap.user"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    S::new(line!("ldap.password"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    // Soft keys and macros of another system.
    S::new(line!("phone_setting.custom_softkey_enable"), OneSource, |_, p| p.clear(), |_, p| p.clear()).needs(is_phone),
    S::new(line!("features.enhanced_dss_keys.enable"), OneSource, |_, p| p.clear(), |_, p| p.clear()).needs(is_phone),
    // It would send the account's password to whatever host another system named.
    S::new(line!("bw.xsi.enable"), OneSource, |_, p| p.clear(), |_, p| p.clear()).needs(is_phone),
    // The first soft key shows the MAC address, by its label and by the status screen behind it (section 4: use inferred).
    S::new(line!("programablekey.1.type"), Inferred, |_, p| p.clear(), |_, p| p.word("33")).needs(is_phone),
    S::new(line!("programablekey.1.label"), Inferred, |_, p| p.clear(), |r, p| p.text("mac", r.mac)).needs(is_phone),
    S::new(line!("programablekey.1.value"), Confirmed, |_, p| p.clear(), |_, p| p.clear()).needs(is_phone),
    // The second one opens the server's menu: 27 is the XML browser (section 4).
    S::new(
        line!("programablekey.2.type"),
        Confirmed,
        |f, p| if f.job.profile.menu.is_some() { p.word("27") } else { p.clear() },
        |_, p| p.clear(),
    )
    .needs(is_phone),
    S::new(
        line!("programablekey.2.value"),
        Confirmed,
        |f, p| p.maybe("menu", f.job.profile.menu.as_ref().map(|url| url.as_str())),
        |_, p| p.clear(),
    )
    .needs(is_phone),
    S::new(
        line!("programablekey.2.label"),
        Confirmed,
        |f, p| if f.job.profile.menu.is_some() { p.word("PBX") } else { p.clear() },
        |_, p| p.clear(),
    )
    .needs(is_phone),
    S::new(line!("features.hotline_number"), Confirmed, |_, p| p.clear(), service).needs(has_hotline),
    S::new(line!("features.hotline_delay"), Confirmed, |_, p| p.clear(), |_, p| p.number(HOTLINE_DELAY_S)).needs(has_hotline),
    S::new(line!("dialplan.digitmap.enable"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.string"), Confirmed, |_, p| p.clear(), |r, p| p.text("emergency", r.digit_map))
        .needs(is_phone),
    // With T the phone waits the default, 3 s, for another digit. What is the beginning of a number only is never dialled: 0.
    S::new(line!("dialplan.digitmap.interdigit_short_timer"), Confirmed, |_, p| p.clear(), |_, p| p.clear()).needs(is_phone),
    S::new(line!("dialplan.digitmap.interdigit_long_timer"), Confirmed, |_, p| p.clear(), |_, p| p.word("0")).needs(is_phone),
    // 1 refuses what does not match. Rewriting it to the service is untested on any phone and left to the server.
    S::new(line!("dialplan.digitmap.no_match_action"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.apply_to.press_send"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.apply_to.history_dial"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.apply_to.directory_dial"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.apply_to.forward"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.apply_to.on_hook_dial"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.apply_to.prefix_key"), OneSource, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(line!("dialplan.digitmap.active.on_hook_dialing"), Confirmed, |_, p| p.clear(), |_, p| p.word("1")).needs(is_phone),
    S::new(
        line!("phone_setting.emergency.number"),
        Confirmed,
        |f, p| p.maybe("emergency", Some(f.emergency_list).filter(|list| !list.is_empty())),
        |r, p| p.text("emergency", r.emergency_list),
    ),
    S::new(line!("dialplan.emergency.enable"), Confirmed, |_, p| p.word("1"), |_, p| p.word("1")),
    // Who calls an emergency number is who the account says.
    S::new(line!("dialplan.emergency.asserted_id_source"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
];

/// One emergency number.
pub(super) struct EmergencySlot;

impl Scope for EmergencySlot {
    type Full<'a> = &'a DialString;
    type Restricted<'a> = &'a DialString;
}

pub(super) static EMERGENCY: &[Row<EmergencySlot>] = &[Row::<EmergencySlot>::new(
    line!("dialplan.emergency." X ".value"),
    Confirmed,
    |number, p| p.text("", number.as_str()),
    |number, p| p.text("emergency", number.as_str()),
)];

/// One remote phonebook.
pub(super) struct PhonebookSlot;

impl Scope for PhonebookSlot {
    type Full<'a> = &'a Phonebook;
    type Restricted<'a> = ();
}

type P = Row<PhonebookSlot>;

pub(super) static PHONEBOOK: &[P] = &[
    P::new(
        line!("remote_phonebook.data." X ".url"),
        Confirmed,
        |book, p| p.text("phonebook.url", book.url.as_str()),
        |(), p| p.clear(),
    ),
    P::new(
        line!("remote_phonebook.data." X ".name"),
        Confirmed,
        |book, p| p.maybe("phonebook.name", book.name.as_deref()),
        |(), p| p.clear(),
    ),
    P::new(
        line!("remote_phonebook.data." X ".username"),
        OneSource,
        |book, p| p.maybe("phonebook.user", book.user.as_deref()),
        |(), p| p.clear(),
    ),
    P::new(
        line!("remote_phonebook.data." X ".password"),
        OneSource,
        |book, p| p.maybe_secret("phonebook.password", book.password.as_ref()),
        |(), p| p.clear(),
    )
    .secret(SecretKind::Other),
];

/// One rule of numbers that are dialled at once.
pub(super) struct AtOnceSlot;

impl Scope for AtOnceSlot {
    type Full<'a> = &'a NumberPattern;
    type Restricted<'a> = ();
}

pub(super) static AT_ONCE: &[Row<AtOnceSlot>] = &[Row::<AtOnceSlot>::new(
    line!("dialplan.dialnow.rule." X ""),
    Confirmed,
    |pattern, p| p.text("", pattern.as_str()),
    |(), p| p.clear(),
)];

/// What is cleared in every slot.
pub(super) struct Cleared;

impl Scope for Cleared {
    type Full<'a> = ();
    type Restricted<'a> = ();
}

type C = Row<Cleared>;

const fn cleared(shape: Shape) -> C {
    C::new(shape, Confirmed, |(), p| p.clear(), |(), p| p.clear())
}

/// Numbers that the phone does not dial.
pub(super) static BLOCK_OUT: &[C] = &[cleared(line!("dialplan.block_out.number." X ""))];

/// Numbers that the phone dials instead of others.
pub(super) static REPLACE: &[C] =
    &[cleared(line!("dialplan.replace.prefix." X "")), cleared(line!("dialplan.replace.replace." X ""))];

/// Addresses that the phone was told once, which go before those it would be told now or take their place when it is told none
/// (section 4). An entry without a name is for no host.
pub(super) static DNS_CACHE: &[C] = &[
    cleared(line!("dns_cache_a." X ".name")),
    cleared(line!("dns_cache_srv." X ".name")),
    cleared(line!("dns_cache_naptr." X ".name")),
];

/// The keys of the phone itself behind its first two soft keys, which go back to what is printed on them.
pub(super) static PROGRAMABLE_KEY: &[C] = &[
    cleared(line!("programablekey." X ".type")),
    cleared(line!("programablekey." X ".value")),
    cleared(line!("programablekey." X ".label")),
];

/// Where emergency calls go instead of to the account's server.
pub(super) static EMERGENCY_SERVER: &[C] = &[cleared(line!("dialplan.emergency.server." X ".address"))];

fn service(r: &WaitingSite<'_>, p: &mut Pen<'_>) -> Put {
    p.text("service_code", r.job.service_code.as_str())
}

fn full_language(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    match f.job.profile.language {
        Some(lang) => p.word(language(lang)),
        None => p.clear(),
    }
}

fn waiting_language(r: &WaitingSite<'_>, p: &mut Pen<'_>) -> Put {
    p.word(language(PhoneLang::Own(r.job.lang)))
}

fn firmware_url(f: &FullSite<'_>, p: &mut Pen<'_>) -> Put {
    match &f.job.profile.firmware {
        Some(target) if f.firmware_due => p.text("firmware.url", target.url.as_str()),
        _ => p.clear(),
    }
}

fn is_dect(model: &Model) -> bool {
    model.handsets > 0
}

fn has_hotline(model: &Model) -> bool {
    matches!(model.hotline, Hotline::Delayed { .. })
}
