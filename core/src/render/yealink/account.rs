//! SIP accounts (`docs/facts/yealink.md`, section 4).

use crate::models::Confidence::{Confirmed, Inferred, OneSource};
use crate::models::{Dialect, Model};
use crate::profile::{Account, Codec, Server, Srtp, Transport};
use crate::render::pen::{Pen, Put};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::key_value::{LINE, line};
use crate::render::{Restricted, SecretKind};

/// One SIP account.
pub(super) struct AccountSlot;

pub(super) struct FullAccount<'a> {
    pub(super) account: &'a Account,
    /// The number of its server's template, on a DECT manager.
    pub(super) template: u16,
}

pub(super) struct WaitingAccount<'a> {
    pub(super) job: &'a Restricted<'a>,
    /// The port that the enrolment's user carries, on a DECT base; 0 on a phone.
    pub(super) port: u16,
}

impl WaitingAccount<'_> {
    fn user(&self, p: &mut Pen<'_>) -> Put {
        p.text("enrolment.user", self.job.enrolment.user.as_str())?;
        if self.port > 0 {
            p.word("-")?;
            p.number(self.port)?;
        }
        Ok(())
    }
}

impl Scope for AccountSlot {
    type Full<'a> = FullAccount<'a>;
    type Restricted<'a> = WaitingAccount<'a>;
}

type A = Row<AccountSlot>;

/// Everything but the server.
pub(super) static ACCOUNT: &[A] = &[
    A::new(line!("account." X ".enable"), Confirmed, |_, p| p.word("1"), |_, p| p.word("1")).unused(|(), p| p.word("0")),
    A::new(
        line!("account." X ".label"),
        Confirmed,
        |f, p| p.maybe("label", f.account.label.as_deref()),
        // There is no idle text; the label is what the idle screen shows (section 4).
        |r, p| p.text("display_text", r.job.display_text),
    ),
    A::new(
        line!("account." X ".display_name"),
        Confirmed,
        |f, p| p.maybe("display_name", f.account.display_name.as_deref()),
        |_, p| p.clear(),
    ),
    A::new(line!("account." X ".user_name"), Confirmed, |f, p| p.text("user", f.account.user.as_str()), |r, p| r.user(p)),
    A::new(
        line!("account." X ".auth_name"),
        Confirmed,
        |f, p| p.text("auth_user", f.account.auth_user.as_deref().unwrap_or(f.account.user.as_str())),
        |r, p| r.user(p),
    ),
    A::new(
        line!("account." X ".password"),
        Confirmed,
        |f, p| p.maybe_secret("password", f.account.password.as_ref()),
        |r, p| p.secret("enrolment.password", r.job.enrolment.password),
    )
    .secret(SecretKind::Sip),
    A::new(
        line!("account." X ".srtp_encryption"),
        Confirmed,
        |f, p| match f.account.srtp {
            None => p.clear(),
            Some(Srtp::Off) => p.word("0"),
            Some(Srtp::Optional) => p.word("1"),
            Some(Srtp::Required) => p.word("2"),
        },
        |_, p| p.clear(),
    ),
    A::new(
        line!("voice_mail.number." X ""),
        Confirmed,
        |f, p| p.maybe("voicemail", f.account.voicemail.as_ref().map(|number| number.as_str())),
        |_, p| p.clear(),
    ),
    A::new(line!("account." X ".codec.pcma.enable"), Confirmed, |f, p| codec(f, p, Codec::Pcma), |_, p| p.clear()),
    A::new(line!("account." X ".codec.pcma.priority"), Confirmed, |f, p| priority(f, p, Codec::Pcma), |_, p| p.clear()),
    A::new(line!("account." X ".codec.pcmu.enable"), Confirmed, |f, p| codec(f, p, Codec::Pcmu), |_, p| p.clear()),
    A::new(line!("account." X ".codec.pcmu.priority"), Confirmed, |f, p| priority(f, p, Codec::Pcmu), |_, p| p.clear()),
    A::new(line!("account." X ".codec.g722.enable"), Confirmed, |f, p| codec(f, p, Codec::G722), |_, p| p.clear()),
    A::new(line!("account." X ".codec.g722.priority"), Confirmed, |f, p| priority(f, p, Codec::G722), |_, p| p.clear()),
    A::new(line!("account." X ".codec.g729.enable"), Confirmed, |f, p| codec(f, p, Codec::G729), |_, p| p.clear()),
    A::new(line!("account." X ".codec.g729.priority"), Confirmed, |f, p| priority(f, p, Codec::G729), |_, p| p.clear()),
    A::new(line!("account." X ".codec.opus.enable"), Confirmed, |f, p| codec(f, p, Codec::Opus), |_, p| p.clear()),
    A::new(line!("account." X ".codec.opus.priority"), Confirmed, |f, p| priority(f, p, Codec::Opus), |_, p| p.clear()),
    A::new(line!("account." X ".codec.ilbc.enable"), Confirmed, |f, p| codec(f, p, Codec::Ilbc), |_, p| p.clear()),
    A::new(line!("account." X ".codec.ilbc.priority"), Confirmed, |f, p| priority(f, p, Codec::Ilbc), |_, p| p.clear()),
    A::new(line!("account." X ".codec.g726_32.enable"), Confirmed, |f, p| codec(f, p, Codec::G726_32), |_, p| p.clear()),
    A::new(line!("account." X ".codec.g726_32.priority"), Confirmed, |f, p| priority(f, p, Codec::G726_32), |_, p| p.clear()),
    // Would send every call attempt to one number first, emergency calls too (section 5, point 4).
    A::new(line!("account." X ".auto_dial_enable"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    A::new(line!("account." X ".auto_dial_num"), OneSource, |_, p| p.clear(), |_, p| p.clear()),
    // A name that the phone was told once would be asked for no more, nor a real answer believed: whoever wrote the entries would
    // have the account's calls.
    A::new(line!("account." X ".dns_cache_type"), Confirmed, |_, p| p.clear(), |_, p| p.clear()),
    A::new(line!("account." X ".static_cache_pri"), Confirmed, |_, p| p.clear(), |_, p| p.clear()),
    // 1 registers with one server at a time; 0, the default, with both at once (section 4).
    A::new(
        line!("account." X ".fallback.redundancy_type"),
        OneSource,
        |f, p| if f.account.backup_server.is_some() { p.word("1") } else { p.clear() },
        |_, p| p.clear(),
    ),
    // A line's own digit map would take the place of the phone's.
    A::new(line!("account." X ".dialplan.digitmap.enable"), OneSource, |_, p| p.clear(), |_, p| p.clear()).needs(is_phone),
];

/// The server, on everything but a DECT manager.
pub(super) static SERVER: &[A] = &[
    A::new(
        line!("account." X ".sip_server.1.address"),
        Confirmed,
        |f, p| p.text("server.host", f.account.server.host.as_str()),
        |r, p| p.text("enrolment.server.host", r.job.enrolment.server.host.as_str()),
    ),
    A::new(
        line!("account." X ".sip_server.1.port"),
        Confirmed,
        |f, p| maybe_port(Some(&f.account.server), p),
        |r, p| maybe_port(Some(r.job.enrolment.server), p),
    ),
    A::new(
        line!("account." X ".sip_server.1.transport_type"),
        Confirmed,
        |f, p| maybe_transport(Some(&f.account.server), p),
        |r, p| maybe_transport(Some(r.job.enrolment.server), p),
    ),
    A::new(line!("account." X ".sip_server.1.expires"), Confirmed, |f, p| p.maybe_number(f.account.expires_s), |_, p| p.clear()),
    A::new(
        line!("account." X ".sip_server.2.address"),
        Confirmed,
        |f, p| p.maybe("backup_server.host", f.account.backup_server.as_ref().map(|server| server.host.as_str())),
        |_, p| p.clear(),
    ),
    A::new(
        line!("account." X ".sip_server.2.port"),
        Confirmed,
        |f, p| maybe_port(f.account.backup_server.as_ref(), p),
        |_, p| p.clear(),
    ),
    A::new(
        line!("account." X ".sip_server.2.transport_type"),
        Confirmed,
        |f, p| maybe_transport(f.account.backup_server.as_ref(), p),
        |_, p| p.clear(),
    ),
    A::new(
        line!("account." X ".sip_server.2.expires"),
        Confirmed,
        |f, p| p.maybe_number(f.account.backup_server.as_ref().and(f.account.expires_s)),
        |_, p| p.clear(),
    ),
    A::new(
        line!("account." X ".outbound_proxy_enable"),
        Confirmed,
        |f, p| if f.account.outbound_proxy.is_some() { p.word("1") } else { p.clear() },
        |_, p| p.clear(),
    ),
    A::new(
        line!("account." X ".outbound_proxy.1.address"),
        Confirmed,
        |f, p| p.maybe("outbound_proxy.host", f.account.outbound_proxy.as_ref().map(|server| server.host.as_str())),
        |_, p| p.clear(),
    ),
    A::new(line!("account." X ".outbound_proxy.1.port"), Confirmed, |f, p| proxy_port(f.account, p), |_, p| p.clear()),
];

/// On a DECT manager: the number of the server's template.
pub(super) static TEMPLATE_OF_ACCOUNT: &[A] =
    &[A::new(line!("account." X ".sip_server.template"), OneSource, |f, p| p.number(f.template), |_, p| p.word("1"))];

/// A server of a DECT manager.
pub(super) struct TemplateSlot;

pub(super) struct Template<'a> {
    pub(super) account: &'a Account,
}

impl Scope for TemplateSlot {
    type Full<'a> = Template<'a>;
    type Restricted<'a> = &'a Restricted<'a>;
}

type T = Row<TemplateSlot>;

pub(super) static TEMPLATE: &[T] = &[
    // A word of ours: a name of the profile would outlive it.
    T::new(line!("template." X ".name"), OneSource, |_, p| p.word("PBX"), |_, p| p.word("PBX")),
    T::new(
        line!("template." X ".sip_server.1.address"),
        OneSource,
        |f, p| p.text("server.host", f.account.server.host.as_str()),
        |r, p| p.text("enrolment.server.host", r.enrolment.server.host.as_str()),
    ),
    T::new(
        line!("template." X ".sip_server.1.port"),
        OneSource,
        |f, p| maybe_port(Some(&f.account.server), p),
        |r, p| maybe_port(Some(r.enrolment.server), p),
    ),
    T::new(
        line!("template." X ".sip_server.1.transport_type"),
        OneSource,
        |f, p| maybe_transport(Some(&f.account.server), p),
        |r, p| maybe_transport(Some(r.enrolment.server), p),
    ),
    T::new(line!("template." X ".sip_server.1.expires"), Inferred, |f, p| p.maybe_number(f.account.expires_s), |_, p| p.clear()),
    T::new(
        line!("template." X ".sip_server.2.address"),
        OneSource,
        |f, p| p.maybe("backup_server.host", f.account.backup_server.as_ref().map(|server| server.host.as_str())),
        |_, p| p.clear(),
    ),
    T::new(
        line!("template." X ".sip_server.2.port"),
        OneSource,
        |f, p| maybe_port(f.account.backup_server.as_ref(), p),
        |_, p| p.clear(),
    ),
    T::new(
        line!("template." X ".sip_server.2.transport_type"),
        OneSource,
        |f, p| maybe_transport(f.account.backup_server.as_ref(), p),
        |_, p| p.clear(),
    ),
    T::new(
        line!("template." X ".sip_server.2.expires"),
        Inferred,
        |f, p| p.maybe_number(f.account.backup_server.as_ref().and(f.account.expires_s)),
        |_, p| p.clear(),
    ),
    T::new(
        line!("template." X ".outbound.enable"),
        OneSource,
        |f, p| if f.account.outbound_proxy.is_some() { p.word("1") } else { p.clear() },
        |_, p| p.clear(),
    ),
    T::new(
        line!("template." X ".outbound.1.address"),
        OneSource,
        |f, p| p.maybe("outbound_proxy.host", f.account.outbound_proxy.as_ref().map(|server| server.host.as_str())),
        |_, p| p.clear(),
    ),
    T::new(line!("template." X ".outbound.1.port"), OneSource, |f, p| proxy_port(f.account, p), |_, p| p.clear()),
];

pub(super) fn is_phone(model: &Model) -> bool {
    model.dialect == Dialect::YealinkPhone
}

/// The port of SIP over TLS where nobody names one. The phone's default, 5060, is that of the other transports (section 4).
const TLS_PORT: u32 = 5061;

fn maybe_port(server: Option<&Server>, p: &mut Pen<'_>) -> Put {
    p.maybe_number(server.and_then(|server| port_over(server, server.transport)))
}

/// The account's transport is that of its proxy as well: the dialect has no other.
fn proxy_port(account: &Account, p: &mut Pen<'_>) -> Put {
    p.maybe_number(account.outbound_proxy.as_ref().and_then(|proxy| port_over(proxy, account.server.transport)))
}

fn port_over(server: &Server, transport: Transport) -> Option<u32> {
    let given = server.port.map(|port| port.number().into());
    given.or((transport == Transport::Tls).then_some(TLS_PORT))
}

fn maybe_transport(server: Option<&Server>, p: &mut Pen<'_>) -> Put {
    match server.map(|server| server.transport) {
        None => p.clear(),
        Some(Transport::Udp) => p.word("0"),
        Some(Transport::Tcp) => p.word("1"),
        Some(Transport::Tls) => p.word("2"),
    }
}

/// A profile that names codecs gets those and no other; one that names none leaves them to the phone.
fn codec(f: &FullAccount<'_>, p: &mut Pen<'_>, codec: Codec) -> Put {
    match f.account.codecs.as_slice() {
        [] => p.clear(),
        codecs if codecs.contains(&codec) => p.word("1"),
        _ => p.word("0"),
    }
}

fn priority(f: &FullAccount<'_>, p: &mut Pen<'_>, codec: Codec) -> Put {
    let place = f.account.codecs.iter().position(|c| *c == codec);
    p.maybe_number(place.and_then(|place| u32::try_from(place + 1).ok()))
}
