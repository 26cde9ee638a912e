//! The gateway as a whole (`docs/facts/patton.md`, sections 2 and 4).

use super::words::{Element, change, offset, severity};
use crate::models::Confidence::{Confirmed, Inferred, OneSource};
use crate::render::derived::WAITING_INTERVAL_MIN;
use crate::render::pen::{Pen, Put, Stop};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::cli::{FLAG, HOST, URL, WORD, WORDS, flag, index_of, line, numbered, root, root_flag};
use crate::render::{FullJob, ProvisioningUrl, Restricted, SecretKind};
use crate::zone::Summer;

/// The gateway as a whole.
pub(super) struct Site;

pub(super) struct FullSite<'a> {
    pub(super) job: &'a FullJob<'a>,
    pub(super) mac: &'a str,
    pub(super) poll_min: u32,
    /// Minutes east of UTC in winter.
    pub(super) offset_min: Option<i16>,
    pub(super) summer: Option<Summer>,
}

pub(super) struct WaitingSite<'a> {
    pub(super) job: &'a Restricted<'a>,
    pub(super) mac: &'a str,
}

impl Scope for Site {
    type Full<'a> = FullSite<'a>;
    type Restricted<'a> = WaitingSite<'a>;
}

type S = Row<Site>;

/// What stands outside all modes.
pub(super) static SITE: &[S] = &[
    S::new(
        root!("clock local default-offset", WORDS),
        Confirmed,
        |f, p| match f.offset_min {
            Some(minutes) => offset(p, minutes),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        root!("clock local dst-rule DST", WORDS),
        Confirmed,
        |f, p| match &f.summer {
            Some(summer) => {
                offset(p, summer.offset_min)?;
                p.word(" from ")?;
                change(p, &summer.begins)?;
                p.word(" until ")?;
                change(p, &summer.ends)
            }
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        root_flag!("sntp-client"),
        Confirmed,
        |f, p| if f.job.profile.time.ntp_server.is_some() { p.word("") } else { p.clear() },
        |_, p| p.clear(),
    ),
    S::new(
        root!("sntp-client server primary", HOST),
        Confirmed,
        |f, p| p.maybe("time.ntp_server", f.job.profile.time.ntp_server.as_ref().map(|host| host.as_str())),
        |_, p| p.clear(),
    ),
    // The account of the factory, whose password is empty. While the gateway waits nobody but the server knows the one it gets.
    S::new(
        root!("administrator administrator password", WORD),
        Confirmed,
        |f, p| p.maybe_secret("protection.admin_password", f.job.profile.protection.admin_password.as_ref()),
        |r, p| p.secret("enrolment.password", r.job.enrolment.password),
    )
    .secret(SecretKind::Web),
    S::new(
        root!("operator operator password", WORD),
        Confirmed,
        |f, p| p.maybe_secret("protection.user_password", f.job.profile.protection.user_password.as_ref()),
        |_, p| p.clear(),
    )
    .secret(SecretKind::Web),
    S::new(
        root_flag!("webserver"),
        Inferred,
        |f, p| if f.job.profile.protection.web == Some(false) { p.word("no ") } else { p.clear() },
        |_, p| p.word("no "),
    ),
    S::new(
        root!("webserver port", WORDS),
        Confirmed,
        |f, p| if f.job.profile.protection.web == Some(true) { p.word("80 language en") } else { p.clear() },
        |_, p| p.clear(),
    ),
    // Once after each start, and then in intervals: the second form has one source, so the first one stays.
    S::new(
        root!("timer T_BOOT", WORDS),
        Confirmed,
        |_, p| p.word("now + 1 minute \"provisioning execute PF_CONFIG\""),
        |_, p| p.word("now + 1 minute \"provisioning execute PF_CONFIG\""),
    ),
    S::new(root!("timer T_POLL", WORDS), OneSource, |f, p| poll(p, f.poll_min), |_, p| poll(p, WAITING_INTERVAL_MIN)),
];

fn poll(p: &mut Pen<'_>, minutes: u32) -> Put {
    p.word("now + ")?;
    p.number(minutes)?;
    p.word(" minutes every ")?;
    p.number(minutes)?;
    p.word(" minutes \"provisioning execute PF_CONFIG\"")
}

/// Where it asks. Its factory configuration, which asks the vendor's redirect server, is gone with the first file.
pub(super) static PROVISIONING: &[S] = &[
    S::new(
        line!("  ", "profile provisioning PF_CONFIG", "destination"),
        Confirmed,
        |_, p| p.word("configuration"),
        |_, p| p.word("configuration"),
    ),
    // One parameter in two rows, of which one speaks: a URL that holds the credential is marked as such.
    S::new(
        numbered!("  ", "profile provisioning PF_CONFIG", "location", URL),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(url) => {
                p.url("provisioning.url", url)?;
                file(p, f.mac)
            }
            ProvisioningUrl::Credential(_) => p.skip(),
        },
        |r, p| {
            p.url("url", r.job.url)?;
            file(p, r.mac)
        },
    ),
    S::new(
        numbered!("  ", "profile provisioning PF_CONFIG", "location", URL),
        Confirmed,
        |f, p| match f.job.provisioning.url {
            ProvisioningUrl::Open(_) => p.skip(),
            ProvisioningUrl::Credential(url) => {
                p.secret("provisioning.url", url)?;
                file(p, f.mac)
            }
        },
        |_, p| p.skip(),
    )
    .secret(SecretKind::Credential),
    // When no call is up.
    S::new(
        line!("  ", "profile provisioning PF_CONFIG", "activation"),
        Confirmed,
        |_, p| p.word("reload graceful"),
        |_, p| p.word("reload graceful"),
    ),
];

fn file(p: &mut Pen<'_>, mac: &str) -> Put {
    p.text("mac", mac)?;
    p.word(".cfg")
}

/// A NOTIFY with `check-sync` makes it ask at once.
pub(super) static CHECK_SYNC: &[S] = &[
    S::new(
        line!("    ", "actions/rule R_SYNC", "condition"),
        OneSource,
        |_, p| p.word("sip gateway:GW_SIP NOTIFY_CHECK_SYNC_RELOAD"),
        |_, p| p.word("sip gateway:GW_SIP NOTIFY_CHECK_SYNC_RELOAD"),
    ),
    S::new(
        line!("    ", "actions/rule R_SYNC", "action"),
        OneSource,
        |_, p| p.word("\"provisioning execute PF_CONFIG\""),
        |_, p| p.word("\"provisioning execute PF_CONFIG\""),
    ),
];

pub(super) static SYSLOG: &[S] = &[
    S::new(
        line!("  ", "syslog-client", "remote"),
        Confirmed,
        |f, p| match &f.job.profile.syslog {
            Some(syslog) => {
                p.text_as(&HOST, "syslog.host", syslog.host.as_str())?;
                p.word(" ")?;
                p.number(syslog.port.map_or(514, |port| port.number()))
            }
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    S::new(
        line!("  ", "syslog-client", "facility sip severity"),
        OneSource,
        |f, p| match &f.job.profile.syslog {
            Some(syslog) => p.word(syslog.level.and_then(severity).unwrap_or("informational")),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
];

/// Which codec of a low rate the signal processors hold.
pub(super) static LOW_RATE: &[S] =
    &[S::new(line!("    ", "system/ic voice X", "low-bitrate-codec"), Confirmed, |_, p| p.word("g729"), |_, p| p.clear())];

/// How digits travel in a call: beside the voice, as the dialogue of the authentication service needs them.
pub(super) static DTMF: &[S] =
    &[S::new(line!("  ", "profile voip default", "dtmf-relay"), OneSource, |_, p| p.word("rtp"), |_, p| p.word("rtp"))];

/// The priority of its packets.
pub(super) static PRIORITY: &[S] = &[S::new(
    line!("    ", "profile service-policy SP_VLAN/source traffic-class default", "set layer2 cos"),
    OneSource,
    |f, p| f.job.profile.network.vlan_priority.map_or(Err(Stop::Skip), |priority| p.number(priority)),
    |_, p| p.skip(),
)];

pub(super) static ADDRESS: &[S] = &[
    S::new(
        line!("    ", "context ip router/interface eth0", "ipaddress"),
        Confirmed,
        |_, p| p.word("dhcp"),
        |_, p| p.word("dhcp"),
    ),
    S::new(
        line!("    ", "context ip router/interface eth0", "use profile service-policy"),
        OneSource,
        |f, p| {
            let network = &f.job.profile.network;
            if network.vlan.is_some() && network.vlan_priority.is_some() { p.word("SP_VLAN out") } else { p.skip() }
        },
        |_, p| p.skip(),
    ),
];

/// The socket without a VLAN.
pub(super) static ETHERNET: &[S] = &[
    S::new(line!("  ", "port ethernet 0 X", "encapsulation"), Confirmed, |_, p| p.word("ip"), |_, p| p.word("ip")),
    S::new(
        line!("  ", "port ethernet 0 X", "bind interface"),
        Confirmed,
        |_, p| p.word("eth0 router"),
        |_, p| p.word("eth0 router"),
    ),
];

/// The socket with a VLAN. A file replaces everything, so a gateway that waits is on none unless its job names one.
pub(super) static VLAN: &[S] = &[
    S::new(
        line!("  ", "port ethernet 0 X", "vlan"),
        OneSource,
        |f, p| f.job.profile.network.vlan.map_or(Err(Stop::Skip), |vlan| p.number(vlan)),
        |r, p| r.job.vlan.map_or(Err(Stop::Skip), |vlan| p.number(vlan)),
    ),
    S::new(line!("    ", "port ethernet 0 X/vlan", "encapsulation"), OneSource, |_, p| p.word("ip"), |_, p| p.word("ip")),
    S::new(
        line!("    ", "port ethernet 0 X/vlan", "bind interface"),
        OneSource,
        |_, p| p.word("eth0 router"),
        |_, p| p.word("eth0 router"),
    ),
    S::new(flag!("    ", "port ethernet 0 X/vlan", "shutdown"), OneSource, |_, p| p.word("no "), |_, p| p.word("no ")),
];

pub(super) static ETHERNET_UP: &[S] =
    &[S::new(flag!("  ", "port ethernet 0 X", "shutdown"), Confirmed, |_, p| p.word("no "), |_, p| p.word("no "))];

/// How long the call router waits for another digit.
pub(super) static DIGITS: &[S] = &[S::new(
    line!("  ", "context cs switch", "digit-collection timeout"),
    Confirmed,
    |f, p| p.maybe_number(f.job.profile.dialling.timeout_s),
    |_, p| p.clear(),
)];

pub(super) static SWITCH_UP: &[S] =
    &[S::new(flag!("  ", "context cs switch", "shutdown"), Confirmed, |_, p| p.word("no "), |_, p| p.word("no "))];

pub(super) static TRANSPORT: &[S] = &[S::new(
    line!("    ", "context sip-gateway GW_SIP/interface IF_GW", "bind interface"),
    Confirmed,
    |_, p| p.word("eth0 port 5060"),
    |_, p| p.word("eth0 port 5060"),
)];

pub(super) static GATEWAY_UP: &[S] = &[
    S::new(
        line!("  ", "context sip-gateway GW_SIP", "notify check-sync"),
        OneSource,
        |_, p| p.word("accept"),
        |_, p| p.word("accept"),
    ),
    S::new(flag!("  ", "context sip-gateway GW_SIP", "shutdown"), Confirmed, |_, p| p.word("no "), |_, p| p.word("no ")),
];

/// Everything that waits is called the service: whichever of the two keys matches an empty or unknown number (section 5).
pub(super) static SERVICE: &[S] = &[
    S::new(
        line!("    ", "context cs switch/mapping-table called-e164 to called-e164 MT_SERVICE", "map"),
        OneSource,
        |_, p| p.skip(),
        |r, p| {
            p.word("default to ")?;
            p.text("service_code", r.job.service_code.as_str())
        },
    ),
    S::new(
        line!("    ", "context cs switch/mapping-table called-e164 to called-e164 MT_SERVICE", "map"),
        OneSource,
        |_, p| p.skip(),
        |r, p| {
            p.word(".% to ")?;
            p.text("service_code", r.job.service_code.as_str())
        },
    ),
];

/// A word of the dialect in a numbered slot.
pub(super) struct WordSlot;

impl Scope for WordSlot {
    type Full<'a> = &'static str;
    type Restricted<'a> = &'static str;
}

type W = Row<WordSlot>;

pub(super) static CODEC: &[W] =
    &[W::new(numbered!("  ", "profile voip default", "codec", WORDS), Confirmed, |word, p| p.word(word), |word, p| p.word(word))];

pub(super) static FAX: &[W] = &[W::new(
    numbered!("  ", "profile voip default", "fax transmission", WORDS),
    Confirmed,
    |word, p| p.word(word),
    |_, p| p.clear(),
)];

/// What `fax transmission` tries, in order.
pub(super) const FAX_WORDS: [&str; 2] = ["relay t38-udp", "bypass g711alaw64k rx-length 20 tx-length 20"];

/// A part of a tone.
pub(super) struct ToneSlot;

impl Scope for ToneSlot {
    type Full<'a> = &'static Element;
    type Restricted<'a> = ();
}

macro_rules! tone {
    ($name:ident, $mode:literal) => {
        pub(super) static $name: &[Row<ToneSlot>] = &[
            Row::<ToneSlot>::new(
                numbered!("  ", $mode, "play", WORDS),
                Confirmed,
                |element, p| match element.sound {
                    Some(sound) => {
                        p.number(element.milliseconds)?;
                        p.word(" ")?;
                        p.word(sound)
                    }
                    None => p.skip(),
                },
                |(), p| p.skip(),
            ),
            Row::<ToneSlot>::new(
                numbered!("  ", $mode, "pause", WORDS),
                Confirmed,
                |element, p| if element.sound.is_some() { p.skip() } else { p.number(element.milliseconds) },
                |(), p| p.skip(),
            ),
        ];
    };
}
tone!(DIAL_TONE, "profile call-progress-tone T_DIAL");
tone!(RINGBACK_TONE, "profile call-progress-tone T_RINGBACK");
tone!(BUSY_TONE, "profile call-progress-tone T_BUSY");
tone!(CONGESTION_TONE, "profile call-progress-tone T_CONGESTION");

/// Which tone is played when.
pub(super) static TONE_SET: &[S] = &[
    S::new(
        line!("  ", "profile tone-set default", "map call-progress-tone dial-tone"),
        Confirmed,
        |_, p| p.word("T_DIAL"),
        |_, p| p.clear(),
    ),
    S::new(
        line!("  ", "profile tone-set default", "map call-progress-tone ringback-tone"),
        Confirmed,
        |_, p| p.word("T_RINGBACK"),
        |_, p| p.clear(),
    ),
    S::new(
        line!("  ", "profile tone-set default", "map call-progress-tone busy-tone"),
        Confirmed,
        |_, p| p.word("T_BUSY"),
        |_, p| p.clear(),
    ),
    S::new(
        line!("  ", "profile tone-set default", "map call-progress-tone release-tone"),
        Confirmed,
        |_, p| p.word("T_BUSY"),
        |_, p| p.clear(),
    ),
    S::new(
        line!("  ", "profile tone-set default", "map call-progress-tone congestion-tone"),
        Confirmed,
        |_, p| p.word("T_CONGESTION"),
        |_, p| p.clear(),
    ),
];
