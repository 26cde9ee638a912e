//! Servers, ways out, routes and identities (`docs/facts/patton.md`, sections 4 and 5).

use super::plan::{ServerUse, Trunk};
use super::port::{FullPort, WaitingPort};
use super::words::transport;
use crate::models::Confidence::{Confirmed, OneSource};
use crate::profile::{DialString, NumberPattern, Server, Transport};
use crate::render::Restricted;
use crate::render::pen::{Pen, Put};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::cli::{HOST, USER, WORDS, index_of, line};

/// Seconds between two registrations of a gateway that waits.
const WAITING_LIFETIME_S: u32 = 300;

/// The port of a server; one of TLS, which the gateway does not have, is none of UDP.
pub(super) fn port_of(server: &Server) -> Option<u16> {
    server.port.filter(|_| server.transport != Transport::Tls).map(|port| port.number())
}

/// Writes host and port.
fn address(p: &mut Pen<'_>, field: &'static str, server: &Server) -> Put {
    p.text_as(&HOST, field, server.host.as_str())?;
    match port_of(server) {
        Some(port) => {
            p.word(" ")?;
            p.number(port)
        }
        None => Ok(()),
    }
}

/// One server.
pub(super) struct ServerSlot;

pub(super) struct WaitingServer<'a> {
    pub(super) job: &'a Restricted<'a>,
}

impl Scope for ServerSlot {
    type Full<'a> = ServerUse<'a>;
    type Restricted<'a> = WaitingServer<'a>;
}

type S = Row<ServerSlot>;

/// Where calls go, and where those that come are looked up.
pub(super) static INTERFACE: &[S] = &[
    S::new(
        line!("    ", "context cs switch/interface sip IF_SIPX", "bind context sip-gateway"),
        Confirmed,
        |_, p| p.word("GW_SIP"),
        |_, p| p.word("GW_SIP"),
    ),
    S::new(
        line!("    ", "context cs switch/interface sip IF_SIPX", "route call"),
        Confirmed,
        |_, p| p.word("dest-table RT_IN"),
        |_, p| p.word("dest-table RT_IN"),
    ),
    S::new(
        line!("    ", "context cs switch/interface sip IF_SIPX", "remote"),
        Confirmed,
        |f, p| address(p, f.host_field, f.server),
        |r, p| address(p, "enrolment.server.host", r.job.enrolment.server),
    ),
];

pub(super) static DOMAIN: &[S] = &[S::new(
    line!("  ", "location-service LSX", "domain", HOST),
    Confirmed,
    |f, p| p.text(f.host_field, f.server.host.as_str()),
    |r, p| p.text("enrolment.server.host", r.job.enrolment.server.host.as_str()),
)];

pub(super) static BINDING: &[S] = &[S::new(
    line!("  ", "context sip-gateway GW_SIP", "bind location-service"),
    Confirmed,
    |f, p| {
        p.word("LS")?;
        p.number(f.number)
    },
    |_, p| p.word("LS1"),
)];

/// A way out: a server, and another where the first one does not answer.
pub(super) struct TrunkSlot;

impl Scope for TrunkSlot {
    type Full<'a> = Trunk;
    type Restricted<'a> = ();
}

type H = Row<TrunkSlot>;

pub(super) static HUNT_GROUP: &[H] = &[
    H::new(line!("    ", "context cs switch/service hunt-group HGX", "timeout"), OneSource, |_, p| p.word("3"), |(), p| p.skip()),
    H::new(
        line!("    ", "context cs switch/service hunt-group HGX", "route call"),
        Confirmed,
        |trunk, p| {
            p.word("dest-interface IF_SIP")?;
            p.number(trunk.server)
        },
        |(), p| p.skip(),
    ),
    H::new(
        line!("    ", "context cs switch/service hunt-group HGX", "route call"),
        Confirmed,
        |trunk, p| match trunk.backup {
            Some(backup) => {
                p.word("dest-interface IF_SIP")?;
                p.number(backup)
            }
            None => p.skip(),
        },
        |(), p| p.skip(),
    ),
];

/// A route for numbers that telephones dial.
pub(super) struct RouteSlot;

pub(super) enum Dialled<'a> {
    /// This number, at once.
    Number(&'a DialString),
    /// Numbers of this form, at once.
    Pattern(&'a NumberPattern),
    /// Any other, when no more digits come.
    Any,
}

pub(super) struct FullRoute<'a> {
    pub(super) dialled: Dialled<'a>,
    pub(super) trunk: &'a Trunk,
    /// Whether ports have names.
    pub(super) names: bool,
}

pub(super) enum WaitingRoute<'a> {
    Emergency(&'a DialString),
    /// An emergency number behind the outside-line prefix.
    Outside(&'a DialString, &'a DialString),
    Service(&'a DialString),
    /// Everything else becomes a call to the service.
    Else,
}

impl Scope for RouteSlot {
    type Full<'a> = FullRoute<'a>;
    type Restricted<'a> = WaitingRoute<'a>;
}

pub(super) static ROUTE: &[Row<RouteSlot>] = &[Row::<RouteSlot>::new(
    line!("    ", "context cs switch/routing-table called-e164 RT_OUTX", "route"),
    Confirmed,
    |f, p| {
        match &f.dialled {
            Dialled::Number(number) => p.text("", number.as_str())?,
            Dialled::Pattern(pattern) => {
                for (at, part) in pattern.as_str().split('x').enumerate() {
                    if at > 0 {
                        p.word(".")?;
                    }
                    if !part.is_empty() {
                        p.text("", part)?;
                    }
                }
            }
            Dialled::Any => p.word(".T")?,
        }
        p.word(if f.trunk.backup.is_some() { " dest-service HG" } else { " dest-interface IF_SIP" })?;
        p.number(if f.trunk.backup.is_some() { f.trunk.number } else { f.trunk.server })?;
        if f.names { p.word(" MT_NAME") } else { Ok(()) }
    },
    |r, p| {
        match r {
            WaitingRoute::Emergency(number) => p.text("emergency", number.as_str())?,
            WaitingRoute::Outside(prefix, number) => {
                p.text("outside_line", prefix.as_str())?;
                p.text("emergency", number.as_str())?;
            }
            WaitingRoute::Service(code) => p.text("service_code", code.as_str())?,
            WaitingRoute::Else => p.word("default")?,
        }
        p.word(" dest-interface IF_SIP1")?;
        if matches!(r, WaitingRoute::Else) { p.word(" MT_SERVICE") } else { Ok(()) }
    },
)];

/// A port's account at one server.
pub(super) struct IdentitySlot;

pub(super) struct FullIdentity<'a> {
    pub(super) port: &'a FullPort<'a>,
    pub(super) server: &'a Server,
    pub(super) host_field: &'static str,
}

impl Scope for IdentitySlot {
    type Full<'a> = FullIdentity<'a>;
    type Restricted<'a> = WaitingPort<'a>;
}

type I = Row<IdentitySlot>;

pub(super) static IDENTITY: &[I] = &[I::new(
    Shape {
        name: "location-service LSX/identity X",
        head: "  identity ",
        middle: "",
        tail: "",
        end: "\n",
        index: Index::Around,
        form: &USER,
    },
    Confirmed,
    |f, p| p.text("user", f.port.account.user.as_str()),
    |r, p| r.user(p),
)];

pub(super) static AUTHENTICATE: &[I] = &[I::new(
    line!("      ", "location-service LSX/identity X/authentication outbound", "authenticate"),
    Confirmed,
    |f, p| {
        service(p, f.port.port)?;
        f.port.login(p)
    },
    |r, p| {
        service(p, r.port)?;
        r.user(p)
    },
)];

fn service(p: &mut Pen<'_>, port: u16) -> Put {
    p.word("authentication-service AUTH")?;
    p.number(port)?;
    p.word(" username ")
}

pub(super) static CALLS: &[I] = &[I::new(
    line!("      ", "location-service LSX/identity X/call outbound", "preferred-transport-protocol"),
    Confirmed,
    |f, p| p.word(transport(f.server.transport)),
    |r, p| p.word(transport(r.job.enrolment.server.transport)),
)];

/// Tells of messages in the mailbox.
pub(super) static MESSAGES: &[I] = &[I::new(
    line!("      ", "location-service LSX/identity X/message inbound", "subscribe"),
    Confirmed,
    |_, p| p.word("implicit"),
    |_, p| p.clear(),
)];

pub(super) static REGISTRATION: &[I] = &[
    I::new(
        line!("      ", "location-service LSX/identity X/registration outbound", "registrar"),
        Confirmed,
        |f, p| address(p, f.host_field, f.server),
        |r, p| address(p, "enrolment.server.host", r.job.enrolment.server),
    ),
    I::new(
        line!("      ", "location-service LSX/identity X/registration outbound", "lifetime"),
        Confirmed,
        |f, p| p.maybe_number(f.port.account.expires_s),
        |_, p| p.number(WAITING_LIFETIME_S),
    ),
    I::new(
        line!("      ", "location-service LSX/identity X/registration outbound", "register"),
        Confirmed,
        |_, p| p.word("auto"),
        |_, p| p.word("auto"),
    ),
    I::new(
        line!("      ", "location-service LSX/identity X/registration outbound", "preferred-transport-protocol"),
        Confirmed,
        |f, p| p.word(transport(f.server.transport)),
        |r, p| p.word(transport(r.job.enrolment.server.transport)),
    ),
];
