//! SIP identities (`docs/facts/snom.md`, section 4).

use super::words::codec;
use crate::models::Confidence::{Confirmed, OneSource};
use crate::profile::{Account, Server, Srtp, Transport};
use crate::render::pen::{Pen, Put};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::snom_xml::{TEXT, element};
use crate::render::{Restricted, SecretKind};

/// One SIP identity.
pub(super) struct Identity;

pub(super) struct FullIdentity<'a> {
    pub(super) account: &'a Account,
    /// The account's server, or its backup server.
    pub(super) server: &'a Server,
    /// Where every request goes first, if not to that server.
    pub(super) proxy: Option<&'a Server>,
    /// Whether this is the hidden identity of the backup server.
    pub(super) hidden: bool,
    /// The identity that takes over when the server does not answer.
    pub(super) failover: Option<u16>,
    /// Numbers that are dialled at once; empty without.
    pub(super) dial_plan: &'a str,
}

pub(super) struct WaitingIdentity<'a> {
    pub(super) job: &'a Restricted<'a>,
    /// The MAC address where no key shows it.
    pub(super) mac: Option<&'a str>,
    pub(super) dial_plan: &'a str,
}

impl Scope for Identity {
    type Full<'a> = FullIdentity<'a>;
    type Restricted<'a> = WaitingIdentity<'a>;
}

type I = Row<Identity>;

/// The factory default of `user_expiry`, in seconds.
const EXPIRY_S: &str = "3600";

pub(super) static IDENTITY: &[I] = &[
    I::new(element!("user_active" X), Confirmed, |_, p| p.word("on"), |_, p| p.word("on")).unused(|(), p| p.word("off")),
    I::new(
        element!("user_idle_text" X),
        Confirmed,
        |f, p| p.maybe("label", f.account.label.as_deref()),
        |r, p| p.text("display_text", r.job.display_text),
    ),
    // What the idle screen shows beside the text; ours only where a phone that waits has no key for its MAC address.
    I::new(
        element!("user_idle_number" X),
        Confirmed,
        |_, p| p.clear(),
        |r, p| match r.mac {
            Some(mac) => p.text("mac", mac),
            None => p.clear(),
        },
    ),
    I::new(
        element!("user_realname" X),
        Confirmed,
        |f, p| p.maybe("display_name", f.account.display_name.as_deref()),
        |_, p| p.clear(),
    ),
    I::new(
        element!("user_name" X),
        Confirmed,
        |f, p| p.text("user", f.account.user.as_str()),
        |r, p| p.text("enrolment.user", r.job.enrolment.user.as_str()),
    ),
    // The login's name, not its password.
    I::new(
        element!("user_pname" X),
        Confirmed,
        |f, p| p.text("auth_user", f.account.auth_user.as_deref().unwrap_or(f.account.user.as_str())),
        |r, p| p.text("enrolment.user", r.job.enrolment.user.as_str()),
    ),
    I::new(
        element!("user_pass" X),
        Confirmed,
        |f, p| p.maybe_secret("password", f.account.password.as_ref()),
        |r, p| p.secret("enrolment.password", r.job.enrolment.password),
    )
    .secret(SecretKind::Sip),
    // The port is here only where requests do not go to this server anyway.
    I::new(
        element!("user_host" X),
        Confirmed,
        |f, p| {
            host("server.host", f.server, p)?;
            if f.proxy.is_some() { port(f.server, p) } else { Ok(()) }
        },
        |r, p| host("enrolment.server.host", r.job.enrolment.server, p),
    ),
    I::new(
        element!("user_outbound" X),
        Confirmed,
        |f, p| match f.proxy {
            Some(proxy) => first_hop("outbound_proxy.host", proxy, p),
            None => first_hop("server.host", f.server, p),
        },
        |r, p| first_hop("enrolment.server.host", r.job.enrolment.server, p),
    ),
    I::new(
        element!("user_failover_identity" X),
        Confirmed,
        |f, p| match f.failover {
            Some(identity) => p.number(identity),
            None => p.word("none"),
        },
        |_, p| p.word("none"),
    )
    .unused(|(), p| p.word("none")),
    I::new(
        element!("hide_identity" X),
        Confirmed,
        |f, p| p.word(if f.hidden { "true" } else { "false" }),
        |_, p| p.word("false"),
    )
    .unused(|(), p| p.word("false")),
    I::new(
        element!("user_expiry" X),
        OneSource,
        |f, p| match f.account.expires_s {
            Some(seconds) => p.number(seconds),
            None => p.word(EXPIRY_S),
        },
        |_, p| p.word(EXPIRY_S),
    )
    .unused(|(), p| p.word(EXPIRY_S)),
    // Off where nobody asks for it: with it, the phone offers SRTP in a way that servers without SRTP refuse.
    I::new(
        element!("user_srtp" X),
        Confirmed,
        |f, p| match f.account.srtp {
            None | Some(Srtp::Off) => p.word("off"),
            Some(Srtp::Optional | Srtp::Required) => p.word("on"),
        },
        |_, p| p.word("off"),
    )
    .unused(|(), p| p.word("off")),
    I::new(
        element!("user_savp" X),
        Confirmed,
        |f, p| match f.account.srtp {
            None | Some(Srtp::Off) => p.word("off"),
            Some(Srtp::Optional) => p.word("optional"),
            Some(Srtp::Required) => p.word("mandatory"),
        },
        |_, p| p.word("off"),
    )
    .unused(|(), p| p.word("off")),
    // An empty list might mean no codec at all.
    I::new(element!("codec_priority_list" X), Confirmed, codecs, |_, p| p.word(CODECS)).unused(|(), p| p.word(CODECS)),
    I::new(
        element!("user_mailbox" X),
        Confirmed,
        |f, p| p.maybe("voicemail", f.account.voicemail.as_ref().map(|number| number.as_str())),
        |_, p| p.clear(),
    ),
    I::new(
        element!("user_dp_str" X),
        Confirmed,
        |f, p| p.maybe("dialling.at_once", Some(f.dial_plan).filter(|plan| !plan.is_empty())),
        |r, p| {
            for (at, entry) in r.dial_plan.split(' ').enumerate() {
                if at > 0 {
                    p.word(" ")?;
                }
                p.text("emergency", entry)?;
            }
            Ok(())
        },
    ),
];

/// The codecs of a profile that names none.
const CODECS: &str = "pcma,pcmu,g722,g729,telephone-event";

/// In order of preference; tones of keys travel as events in any case.
fn codecs(f: &FullIdentity<'_>, p: &mut Pen<'_>) -> Put {
    let mut words = f.account.codecs.iter().filter_map(|known| codec(*known)).peekable();
    if words.peek().is_none() {
        return p.word(CODECS);
    }
    for word in words {
        p.word(word)?;
        p.word(",")?;
    }
    p.word("telephone-event")
}

/// A host, an IPv6 address in brackets.
fn host(field: &'static str, server: &Server, p: &mut Pen<'_>) -> Put {
    let host = server.host.as_str();
    if host.contains(':') {
        p.word("[")?;
        p.text(field, host)?;
        return p.word("]");
    }
    p.text(field, host)
}

fn port(server: &Server, p: &mut Pen<'_>) -> Put {
    match server.port {
        None => Ok(()),
        Some(port) => {
            p.word(":")?;
            p.number(port.number())
        }
    }
}

fn first_hop(field: &'static str, server: &Server, p: &mut Pen<'_>) -> Put {
    host(field, server, p)?;
    port(server, p)?;
    p.word(match server.transport {
        Transport::Udp => ";transport=udp",
        Transport::Tcp => ";transport=tcp",
        Transport::Tls => ";transport=tls",
    })
}
