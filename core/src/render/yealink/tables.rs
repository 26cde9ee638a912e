//! The tables of the dialect, one per scope (`docs/facts/yealink.md`, section 4).

use super::words::{language, tone_country, zone};
use super::{HOTLINE_DELAY_S, INTERVAL_MIN, WAITING_INTERVAL_MIN};
use crate::models::Confidence::{Confirmed, Inferred, OneSource};
use crate::profile::{Account, Codec, DialString, Key, KeyKind, PhoneLang, Server, Srtp, Transport};
use crate::render::rows::{Row, Scope};
use crate::render::writer::Value;
use crate::render::{FullJob, ProvisioningUrl, Restricted, SecretKind};
use crate::secret::Secret;

use Value::{Clear, Login, Number, Skip, Text, Word};

/// The phone as a whole.
pub(super) struct Site;

pub(super) struct FullSite<'a> {
    pub(super) job: &'a FullJob<'a>,
    pub(super) emergency_list: &'a str,
}

pub(super) struct WaitingSite<'a> {
    pub(super) job: &'a Restricted<'a>,
    pub(super) digit_map: &'a str,
    pub(super) emergency_list: &'a str,
    pub(super) mac: &'a str,
}

impl Scope for Site {
    type Full<'a> = FullSite<'a>;
    type Restricted<'a> = WaitingSite<'a>;
}

/// One SIP account.
pub(super) struct AccountSlot;

impl Scope for AccountSlot {
    type Full<'a> = &'a Account;
    type Restricted<'a> = &'a Restricted<'a>;
}

/// One line key.
pub(super) struct KeySlot;

pub(super) enum WaitingKey<'a> {
    Line,
    Service(&'a Restricted<'a>),
}

impl Scope for KeySlot {
    type Full<'a> = &'a Key;
    type Restricted<'a> = WaitingKey<'a>;
}

/// One emergency number.
pub(super) struct EmergencySlot;

impl Scope for EmergencySlot {
    type Full<'a> = &'a DialString;
    type Restricted<'a> = &'a DialString;
}

/// One thing that is always cleared.
pub(super) struct Cleared;

impl Scope for Cleared {
    type Full<'a> = ();
    type Restricted<'a> = ();
}

type S = Row<Site>;
type A = Row<AccountSlot>;
type K = Row<KeySlot>;

pub(super) static ACCOUNT: &[A] = &[
    A::new("account.X.enable", Confirmed, |_| Word("1"), |_| Word("1")).unused("0"),
    A::new(
        "account.X.label",
        Confirmed,
        |a| text("label", a.label.as_deref()),
        // There is no idle text; the label is what the idle screen shows (section 4).
        |r| Text("display_text", r.display_text),
    ),
    A::new("account.X.display_name", Confirmed, |a| text("display_name", a.display_name.as_deref()), |_| Clear),
    A::new(
        "account.X.user_name",
        Confirmed,
        |a| Text("user", a.user.as_str()),
        |r| Text("enrolment.user", r.enrolment.user.as_str()),
    ),
    A::new(
        "account.X.auth_name",
        Confirmed,
        |a| Text("auth_user", a.auth_user.as_deref().unwrap_or(a.user.as_str())),
        |r| Text("enrolment.user", r.enrolment.user.as_str()),
    ),
    A::new(
        "account.X.password",
        Confirmed,
        |a| secret("password", a.password.as_ref()),
        |r| Value::Secret("enrolment.password", r.enrolment.password),
    )
    .secret(SecretKind::Sip),
    A::new(
        "account.X.sip_server.1.address",
        Confirmed,
        |a| Text("server.host", a.server.host.as_str()),
        |r| Text("enrolment.server.host", r.enrolment.server.host.as_str()),
    ),
    A::new("account.X.sip_server.1.port", Confirmed, |a| port(&a.server), |r| port(r.enrolment.server)),
    A::new("account.X.sip_server.1.transport_type", Confirmed, |a| transport(&a.server), |r| transport(r.enrolment.server)),
    A::new("account.X.sip_server.1.expires", Confirmed, |a| a.expires_s.map_or(Clear, Number), |_| Clear),
    A::new(
        "account.X.sip_server.2.address",
        Confirmed,
        |a| {
            let host = a.backup_server.as_ref().map(|server| server.host.as_str());
            text("backup_server.host", host)
        },
        |_| Clear,
    ),
    A::new("account.X.sip_server.2.port", Confirmed, |a| a.backup_server.as_ref().map_or(Clear, port), |_| Clear),
    A::new("account.X.sip_server.2.transport_type", Confirmed, |a| a.backup_server.as_ref().map_or(Clear, transport), |_| Clear),
    A::new(
        "account.X.sip_server.2.expires",
        Confirmed,
        |a| match (&a.backup_server, a.expires_s) {
            (Some(_), Some(seconds)) => Number(seconds),
            _ => Clear,
        },
        |_| Clear,
    ),
    A::new(
        "account.X.srtp_encryption",
        Confirmed,
        |a| match a.srtp {
            None => Clear,
            Some(Srtp::Off) => Word("0"),
            Some(Srtp::Optional) => Word("1"),
            Some(Srtp::Required) => Word("2"),
        },
        |_| Clear,
    ),
    A::new("account.X.codec.pcma.enable", Confirmed, |a| codec(a, Codec::Pcma), |_| Clear),
    A::new("account.X.codec.pcma.priority", Confirmed, |a| priority(a, Codec::Pcma), |_| Clear),
    A::new("account.X.codec.pcmu.enable", Confirmed, |a| codec(a, Codec::Pcmu), |_| Clear),
    A::new("account.X.codec.pcmu.priority", Confirmed, |a| priority(a, Codec::Pcmu), |_| Clear),
    A::new("account.X.codec.g722.enable", Confirmed, |a| codec(a, Codec::G722), |_| Clear),
    A::new("account.X.codec.g722.priority", Confirmed, |a| priority(a, Codec::G722), |_| Clear),
    A::new("account.X.codec.g729.enable", Confirmed, |a| codec(a, Codec::G729), |_| Clear),
    A::new("account.X.codec.g729.priority", Confirmed, |a| priority(a, Codec::G729), |_| Clear),
    A::new("account.X.codec.opus.enable", Confirmed, |a| codec(a, Codec::Opus), |_| Clear),
    A::new("account.X.codec.opus.priority", Confirmed, |a| priority(a, Codec::Opus), |_| Clear),
    A::new("account.X.codec.ilbc.enable", Confirmed, |a| codec(a, Codec::Ilbc), |_| Clear),
    A::new("account.X.codec.ilbc.priority", Confirmed, |a| priority(a, Codec::Ilbc), |_| Clear),
    A::new("account.X.codec.g726_32.enable", Confirmed, |a| codec(a, Codec::G726_32), |_| Clear),
    A::new("account.X.codec.g726_32.priority", Confirmed, |a| priority(a, Codec::G726_32), |_| Clear),
    // Would send every call attempt to one number first, emergency calls too (section 5, point 4).
    A::new("account.X.auto_dial_enable", OneSource, |_| Clear, |_| Clear),
    A::new("account.X.auto_dial_num", OneSource, |_| Clear, |_| Clear),
    // A line's own digit map would take the place of the phone's.
    A::new("account.X.dialplan.digitmap.enable", OneSource, |_| Clear, |_| Clear).digit_map(),
];

pub(super) static KEY: &[K] = &[
    K::new(
        "linekey.X.type",
        Confirmed,
        |key| match key.kind {
            KeyKind::None => Word("0"),
            KeyKind::Line => Word("15"),
            KeyKind::Blf { .. } => Word("16"),
            KeyKind::SpeedDial(_) => Word("13"),
            KeyKind::Intercom(_) => Word("14"),
            KeyKind::Transfer(_) => Word("3"),
            KeyKind::Forward(_) => Word("2"),
            KeyKind::Park(_) => Word("10"),
            KeyKind::Pickup(_) => Word("9"),
            KeyKind::Dtmf(_) => Word("11"),
            KeyKind::Voicemail => Word("12"),
            KeyKind::DoNotDisturb => Word("5"),
            KeyKind::Redial => Word("6"),
            KeyKind::Hold => Word("4"),
            KeyKind::Conference => Word("1"),
            KeyKind::Directory => Word("29"),
            KeyKind::History => Word("28"),
            KeyKind::Url(_) => Word("17"),
            KeyKind::Menu(_) => Word("27"),
        },
        |key| match key {
            WaitingKey::Line => Word("15"),
            WaitingKey::Service(_) => Word("13"),
        },
    )
    .unused("0"),
    K::new(
        "linekey.X.line",
        Confirmed,
        // 0 leaves the choice to the phone.
        |key| Number(u32::from(key.account.unwrap_or(0))),
        |_| Word("1"),
    ),
    K::new(
        "linekey.X.value",
        Confirmed,
        |key| match &key.kind {
            KeyKind::Blf { watch: value, .. }
            | KeyKind::SpeedDial(value)
            | KeyKind::Intercom(value)
            | KeyKind::Park(value)
            | KeyKind::Dtmf(value)
            | KeyKind::Transfer(Some(value))
            | KeyKind::Forward(Some(value))
            | KeyKind::Pickup(Some(value)) => Text("value", value.as_str()),
            KeyKind::Url(url) | KeyKind::Menu(url) => Text("value", url.as_str()),
            _ => Clear,
        },
        |key| match key {
            WaitingKey::Line => Clear,
            WaitingKey::Service(r) => Text("service_code", r.service_code.as_str()),
        },
    ),
    K::new(
        "linekey.X.label",
        Confirmed,
        |key| text("label", key.label.as_deref()),
        |key| match key {
            WaitingKey::Line => Clear,
            WaitingKey::Service(r) => Text("service_code", r.service_code.as_str()),
        },
    ),
    K::new(
        "linekey.X.extension",
        Confirmed,
        |key| match &key.kind {
            KeyKind::Blf { pickup: Some(code), .. } => Text("pickup", code.as_str()),
            _ => Clear,
        },
        |_| Clear,
    ),
];

pub(super) static SITE: &[S] = &[
    S::new(
        "lang.gui",
        Confirmed,
        |f| f.job.profile.language.map_or(Clear, |lang| Word(language(lang))),
        |r| Word(language(PhoneLang::Own(r.job.lang))),
    ),
    S::new(
        "lang.wui",
        Confirmed,
        |f| f.job.profile.language.map_or(Clear, |lang| Word(language(lang))),
        |r| Word(language(PhoneLang::Own(r.job.lang))),
    ),
    S::new(
        "local_time.ntp_server1",
        Confirmed,
        |f| text("time.ntp_server", f.job.profile.time.ntp_server.as_ref().map(|host| host.as_str())),
        |_| Clear,
    ),
    S::new(
        "local_time.time_zone",
        Confirmed,
        |f| f.job.profile.time.utc_offset_min.and_then(zone).map_or(Clear, Word),
        |_| Clear,
    ),
    S::new(
        "local_time.summer_time",
        Confirmed,
        |f| match f.job.profile.time.dst_auto {
            None => Clear,
            Some(false) => Word("0"),
            Some(true) => Word("2"),
        },
        |_| Clear,
    ),
    S::new("voice.tone.country", Confirmed, |f| f.job.profile.tones.map_or(Clear, |tones| Word(tone_country(tones))), |_| Clear),
    // Two lines of one name, one per user (section 4). Neither is cleared where there is no password, nor in a restricted file:
    // the factory default, `admin`, would be worse than any password that stays.
    S::new(
        "static.security.user_password",
        Confirmed,
        |f| match &f.job.profile.protection.admin_password {
            Some(password) => Login("protection.admin_password", "admin", password),
            None => Skip,
        },
        |_| Skip,
    )
    .secret(SecretKind::Web),
    S::new(
        "static.security.user_password",
        Confirmed,
        |f| match &f.job.profile.protection.user_password {
            Some(password) => Login("protection.user_password", "user", password),
            None => Skip,
        },
        |_| Skip,
    )
    .secret(SecretKind::Web),
    // Off while the phone waits: its pages would show the URL with the token to whoever knows the factory password.
    S::new(
        "static.wui.http_enable",
        OneSource,
        |f| match f.job.profile.protection.web {
            None => Clear,
            Some(_) => Word("0"),
        },
        |_| Word("0"),
    ),
    S::new(
        "static.wui.https_enable",
        OneSource,
        |f| match f.job.profile.protection.web {
            None => Clear,
            Some(false) => Word("0"),
            Some(true) => Word("1"),
        },
        |_| Word("0"),
    ),
    // One parameter in two rows, of which one speaks: a URL that holds the credential is marked as such.
    S::new(
        "static.auto_provision.server.url",
        Confirmed,
        |f| match f.job.provisioning.url {
            ProvisioningUrl::Open(url) => Value::Secret("provisioning.url", url),
            ProvisioningUrl::Credential(_) => Skip,
        },
        |r| Value::Secret("url", r.job.url),
    ),
    S::new(
        "static.auto_provision.server.url",
        Confirmed,
        |f| match f.job.provisioning.url {
            ProvisioningUrl::Open(_) => Skip,
            ProvisioningUrl::Credential(url) => Value::Secret("provisioning.url", url),
        },
        |_| Skip,
    )
    .secret(SecretKind::Credential),
    S::new(
        "static.auto_provision.server.username",
        Confirmed,
        |f| text("provisioning.login.user", f.job.provisioning.login.map(|(user, _)| user.as_str())),
        |_| Clear,
    )
    .secret(SecretKind::Credential),
    S::new(
        "static.auto_provision.server.password",
        Confirmed,
        |f| secret("provisioning.login.password", f.job.provisioning.login.map(|(_, password)| password)),
        |_| Clear,
    )
    .secret(SecretKind::Credential),
    S::new("static.auto_provision.power_on", Confirmed, |_| Word("1"), |_| Word("1")),
    S::new("static.auto_provision.repeat.enable", Confirmed, |_| Word("1"), |_| Word("1")),
    S::new(
        "static.auto_provision.repeat.minutes",
        Confirmed,
        |f| {
            let minutes = f.job.provisioning.interval_min.or(f.job.profile.provisioning.interval_min);
            Number(u32::from(minutes.unwrap_or(INTERVAL_MIN)))
        },
        |_| Number(WAITING_INTERVAL_MIN),
    ),
    // Nothing else may send the phone elsewhere (SPEC V10).
    S::new("static.auto_provision.pnp_enable", Confirmed, |_| Word("0"), |_| Word("0")),
    S::new("static.auto_provision.dhcp_option.enable", Confirmed, |_| Word("0"), |_| Word("0")),
    S::new("static.zero_touch.enable", OneSource, |_| Word("0"), |_| Word("0")),
    // A check-sync fetches the configuration without a reboot.
    S::new("sip.notify_reboot_enable", Confirmed, |_| Word("0"), |_| Word("0")),
    S::new("features.direct_ip_call_enable", Confirmed, |_| Clear, |_| Word("0")),
    S::new("features.dnd.allow", OneSource, |_| Clear, |_| Word("0")),
    S::new("features.fwd.allow", OneSource, |_| Clear, |_| Word("0")),
    S::new("features.remote_phonebook.enable", Confirmed, |_| Clear, |_| Word("0")),
    S::new("features.xml_browser.user_name", OneSource, |_| Clear, |_| Clear),
    S::new("features.xml_browser.pwd", OneSource, |_| Clear, |_| Clear),
    S::new("ldap.enable", OneSource, |_| Clear, |_| Clear),
    S::new("ldap.host", OneSource, |_| Clear, |_| Clear),
    S::new("ldap.user", OneSource, |_| Clear, |_| Clear),
    S::new("ldap.password", OneSource, |_| Clear, |_| Clear),
    // The first soft key shows the MAC address, by its label and by the status screen behind it (section 4: use inferred).
    S::new("programablekey.1.type", Inferred, |_| Clear, |_| Word("33")),
    S::new("programablekey.1.label", Inferred, |_| Clear, |r| Text("mac", r.mac)),
    S::new("features.hotline_number", Confirmed, |_| Clear, |r| Text("service_code", r.job.service_code.as_str())),
    S::new("features.hotline_delay", Confirmed, |_| Clear, |_| Number(HOTLINE_DELAY_S)),
    S::new("dialplan.digitmap.enable", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.string", Confirmed, |_| Clear, |r| Text("emergency", r.digit_map)).digit_map(),
    // 1 refuses what does not match. Rewriting it to the service is untested on any phone and left to the server.
    S::new("dialplan.digitmap.no_match_action", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.apply_to.press_send", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.apply_to.history_dial", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.apply_to.directory_dial", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.apply_to.forward", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.apply_to.on_hook_dial", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.apply_to.prefix_key", OneSource, |_| Clear, |_| Word("1")).digit_map(),
    S::new("dialplan.digitmap.active.on_hook_dialing", Confirmed, |_| Clear, |_| Word("1")).digit_map(),
    S::new(
        "phone_setting.emergency.number",
        Confirmed,
        |f| text("emergency", Some(f.emergency_list).filter(|list| !list.is_empty())),
        |r| Text("emergency", r.emergency_list),
    ),
    S::new("dialplan.emergency.enable", Confirmed, |_| Word("1"), |_| Word("1")),
];

pub(super) static EMERGENCY: &[Row<EmergencySlot>] = &[Row::<EmergencySlot>::new(
    "dialplan.emergency.X.value",
    Confirmed,
    |number| Text("value", number.as_str()),
    |number| Text("emergency", number.as_str()),
)];

pub(super) static PHONEBOOK: &[Row<Cleared>] = &[
    Row::<Cleared>::new("remote_phonebook.data.X.url", Confirmed, |()| Clear, |()| Clear),
    Row::<Cleared>::new("remote_phonebook.data.X.name", Confirmed, |()| Clear, |()| Clear),
];

fn text<'a>(field: &'static str, text: Option<&'a str>) -> Value<'a> {
    text.map_or(Clear, |text| Text(field, text))
}

fn secret<'a>(field: &'static str, secret: Option<&'a Secret>) -> Value<'a> {
    secret.map_or(Clear, |secret| Value::Secret(field, secret))
}

fn port(server: &Server) -> Value<'static> {
    server.port.map_or(Clear, |port| Number(u32::from(port.number())))
}

fn transport(server: &Server) -> Value<'static> {
    Word(match server.transport {
        Transport::Udp => "0",
        Transport::Tcp => "1",
        Transport::Tls => "2",
    })
}

/// A profile that names codecs gets those and no other; one that names none leaves them to the phone.
fn codec(account: &Account, codec: Codec) -> Value<'static> {
    match account.codecs.as_slice() {
        [] => Clear,
        codecs if codecs.contains(&codec) => Word("1"),
        _ => Word("0"),
    }
}

fn priority(account: &Account, codec: Codec) -> Value<'static> {
    let place = account.codecs.iter().position(|c| *c == codec);
    place.and_then(|place| u32::try_from(place + 1).ok()).map_or(Clear, Number)
}
