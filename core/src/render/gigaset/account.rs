//! SIP accounts and the providers behind them (`docs/facts/gigaset.md`, section 4).

use super::words::{CODEC_PLACES, CODECS, NO_CODEC, codec};
use crate::models::Confidence::{Confirmed, OneSource};
use crate::profile::{Account, Codec, Server, Transport};
use crate::render::pen::{Pen, Put};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::frame::{symbol, symbol_close, symbol_form, symbol_open};
use crate::render::{Restricted, SecretKind};

/// One SIP account.
pub(super) struct AccountSlot;

pub(super) struct FullAccount<'a> {
    pub(super) account: &'a Account,
    /// The handsets that ring for it, handset 1 the lowest bit; of no use on a manager.
    pub(super) rings: u32,
    /// The handsets that call with it: those that ring, and in the lowest account those without any.
    pub(super) calls: u32,
    /// The number of its provider, from 0; of no use on a base.
    pub(super) provider: u16,
}

pub(super) struct WaitingAccount<'a> {
    pub(super) job: &'a Restricted<'a>,
    /// The handset that the enrolment's user carries, from 1.
    pub(super) handset: u16,
}

impl WaitingAccount<'_> {
    fn user(&self, p: &mut Pen<'_>) -> Put {
        p.text("enrolment.user", self.job.enrolment.user.as_str())?;
        p.word("-")?;
        p.number(self.handset)
    }

    fn mask(&self, p: &mut Pen<'_>) -> Put {
        p.hex(1_u32.checked_shl(u32::from(self.handset.saturating_sub(1))).unwrap_or(0))
    }
}

impl Scope for AccountSlot {
    type Full<'a> = FullAccount<'a>;
    type Restricted<'a> = WaitingAccount<'a>;
}

type A = Row<AccountSlot>;

/// An account of a base, with its server.
pub(super) static N510: &[A] = &[
    A::new(symbol!(number "BS_IP_Data1.ucB_SIP_ACCOUNT_IS_ACTIVE" _X), Confirmed, |_, p| p.word("0x1"), |_, p| p.word("0x1"))
        .unused(|(), p| p.word("0x0")),
    A::new(symbol!(text "BS_IP_Data1.aucS_SIP_ACCOUNT_NAME" _X), Confirmed, label, |r, p| {
        p.text("display_text", r.job.display_text)
    }),
    A::new(symbol!(text "BS_Accounts.astAccounts" [X] ".aucAccountName" [0]), Confirmed, label, |r, p| {
        p.text("display_text", r.job.display_text)
    }),
    A::new(
        symbol!(text "BS_IP_Data1.aucS_SIP_DISPLAYNAME" +X),
        Confirmed,
        |f, p| p.maybe("display_name", f.account.display_name.as_deref()),
        |_, p| p.clear(),
    ),
    A::new(
        symbol!(text "BS_IP_Data1.aucS_SIP_USER_ID" +X),
        Confirmed,
        |f, p| p.text("user", f.account.user.as_str()),
        |r, p| r.user(p),
    ),
    A::new(symbol!(text "BS_IP_Data3.aucS_SIP_LOGIN_ID" +X), Confirmed, login, |r, p| r.user(p)),
    A::new(symbol!(text "BS_IP_Data1.aucS_SIP_PASSWORD" +X), Confirmed, password, waiting_password).secret(SecretKind::Sip),
    // A word of ours: a name of the profile would outlive it.
    A::new(symbol!(text "BS_IP_Data1.aucS_SIP_PROVIDER_NAME" +X), Confirmed, |_, p| p.word("PBX"), |_, p| p.word("PBX")),
    A::new(symbol!(text "BS_IP_Data1.aucS_SIP_DOMAIN" +X), Confirmed, |f, p| host(f.account, p), |r, p| waiting_host(r.job, p)),
    A::new(symbol!(text "BS_IP_Data1.aucS_SIP_SERVER" +X), Confirmed, |f, p| host(f.account, p), |r, p| waiting_host(r.job, p)),
    A::new(
        symbol!(number "BS_IP_Data1.uiI_SIP_SERVER_PORT" +X),
        Confirmed,
        |f, p| port(Some(&f.account.server), p),
        |r, p| port(Some(r.job.enrolment.server), p),
    )
    .unused(|(), p| p.hex(SIP_PORT)),
    A::new(
        symbol!(text "BS_IP_Data1.aucS_SIP_REGISTRAR" +X),
        Confirmed,
        |f, p| host(f.account, p),
        |r, p| waiting_host(r.job, p),
    ),
    A::new(
        symbol!(number "BS_IP_Data1.uiI_SIP_REGISTRAR_PORT" +X),
        Confirmed,
        |f, p| port(Some(&f.account.server), p),
        |r, p| port(Some(r.job.enrolment.server), p),
    )
    .unused(|(), p| p.hex(SIP_PORT)),
    // 0 always; 1 is what the templates without a proxy have (section 4).
    A::new(
        symbol!(number "BS_IP_Data1.ucI_OUTBOUND_PROXY_MODE" +X),
        OneSource,
        |f, p| p.word(if f.account.outbound_proxy.is_some() { "0x0" } else { "0x1" }),
        |_, p| p.word("0x1"),
    )
    .unused(|(), p| p.word("0x1")),
    A::new(symbol!(text "BS_IP_Data1.aucS_OUTBOUND_PROXY" +X), Confirmed, |f, p| proxy(f.account, p), |_, p| p.clear()),
    A::new(
        symbol!(number "BS_IP_Data1.uiI_OUTBOUND_PROXY_PORT" +X),
        Confirmed,
        |f, p| port(f.account.outbound_proxy.as_ref(), p),
        |_, p| p.hex(SIP_PORT),
    )
    .unused(|(), p| p.hex(SIP_PORT)),
    A::new(
        symbol!(number "BS_IP_Data1.uiI_RE_REGISTRATION_TIMER" +X),
        Confirmed,
        |f, p| p.hex(expires(f.account)),
        |_, p| p.hex(EXPIRES_S),
    )
    .unused(|(), p| p.hex(EXPIRES_S)),
    A::new(
        symbol!(number "BS_IP_Data1.ucI_SIP_PREFERRED_VOCODER" +X),
        Confirmed,
        |f, p| codecs(&f.account.codecs, p),
        |_, p| p.word(CODECS),
    )
    .unused(|(), p| p.word(CODECS)),
    A::new(symbol!(text "BS_IP_Data1.aucS_VOIP_NET_AM_NUMBER" _X), Confirmed, voicemail, |_, p| p.clear()),
    A::new(
        symbol!(number "BS_IP_Data1.ucB_VOIP_NET_AM_ENABLED" _X),
        Confirmed,
        |f, p| p.word(if f.account.voicemail.is_some() { "0x1" } else { "0x0" }),
        |_, p| p.word("0x0"),
    )
    .unused(|(), p| p.word("0x0")),
    A::new(symbol!(number "BS_Accounts.astAccounts" [X] ".uiSendMask"), Confirmed, |f, p| p.hex(f.calls), |r, p| r.mask(p))
        .unused(|(), p| p.word("0x0")),
    A::new(symbol!(number "BS_Accounts.astAccounts" [X] ".uiReceiveMask"), Confirmed, |f, p| p.hex(f.rings), |r, p| r.mask(p))
        .unused(|(), p| p.word("0x0")),
];

/// An account of a manager; handset n uses account n.
pub(super) static N720: &[A] = &[
    A::new(
        symbol!(number "BS_VOIP_Data.astVoipAccounts" [X] ".ucB_SIP_ACCOUNT_IS_ACTIVE_1"),
        Confirmed,
        |_, p| p.word("1"),
        |_, p| p.word("1"),
    )
    .unused(|(), p| p.word("0")),
    // The handset's idle screen shows it (section 4).
    A::new(
        symbol!(text "BS_VOIP_Data.astVoipAccounts" [X] ".aucS_SIP_DISPLAYNAME" [0]),
        Confirmed,
        |f, p| match &f.account.display_name {
            Some(name) => p.text("display_name", name),
            None => label(f, p),
        },
        |r, p| p.text("display_text", r.job.display_text),
    ),
    A::new(
        symbol!(text "BS_VOIP_Data.astVoipAccounts" [X] ".aucS_SIP_USER_ID" [0]),
        Confirmed,
        |f, p| p.text("user", f.account.user.as_str()),
        |r, p| r.user(p),
    ),
    A::new(symbol!(text "BS_VOIP_Data.astVoipAccounts" [X] ".aucS_SIP_LOGIN_ID" [0]), Confirmed, login, |r, p| r.user(p)),
    A::new(symbol!(text "BS_VOIP_Data.astVoipAccounts" [X] ".aucS_SIP_PASSWORD" [0]), Confirmed, password, waiting_password)
        .secret(SecretKind::Sip),
    A::new(
        symbol!(number "BS_VOIP_Data.astVoipAccounts" [X] ".ucVoipProviderIndex"),
        OneSource,
        |f, p| p.number(f.provider),
        |_, p| p.word("0"),
    )
    .unused(|(), p| p.word("0")),
    A::new(
        symbol!(number "BS_VOIP_Data.astVoipAccounts" [X] ".aucI_SIP_PREFERRED_VOCODER[%]"),
        OneSource,
        |f, p| codecs(&f.account.codecs, p),
        |_, p| p.word(CODECS),
    )
    .unused(|(), p| p.word(CODECS)),
    A::new(symbol!(text "BS_VOIP_Data.astVoipAccounts" [X] ".aucS_VOIP_NET_AM_NUMBER_1[%]"), OneSource, voicemail, |_, p| {
        p.clear()
    }),
    A::new(
        symbol!(number "BS_VOIP_Data.astVoipAccounts" [X] ".ucB_VOIP_NET_AM_ENABLED_1"),
        OneSource,
        |f, p| p.word(if f.account.voicemail.is_some() { "1" } else { "0" }),
        |_, p| p.word("0"),
    )
    .unused(|(), p| p.word("0")),
];

/// A server of a manager.
pub(super) struct ProviderSlot;

pub(super) struct Provider<'a> {
    pub(super) account: &'a Account,
}

impl Scope for ProviderSlot {
    type Full<'a> = Provider<'a>;
    type Restricted<'a> = &'a Restricted<'a>;
}

type P = Row<ProviderSlot>;

pub(super) static PROVIDER: &[P] = &[
    P::new(
        symbol!(text "BS_VOIP_Data.astVoipProviders" [X] ".aucSIP_PROVIDER_NAME[%]"),
        OneSource,
        |_, p| p.word("PBX"),
        |_, p| p.word("PBX"),
    ),
    P::new(
        symbol!(text "BS_VOIP_Data.astVoipProviders" [X] ".aucSIP_DOMAIN[%]"),
        OneSource,
        |f, p| host(f.account, p),
        |r, p| waiting_host(r, p),
    ),
    P::new(
        symbol!(text "BS_VOIP_Data.astVoipProviders" [X] ".aucSIP_SERVER[%]"),
        OneSource,
        |f, p| host(f.account, p),
        |r, p| waiting_host(r, p),
    ),
    P::new(
        symbol!(number "BS_VOIP_Data.astVoipProviders" [X] ".uiSIP_SERVER_PORT"),
        OneSource,
        |f, p| port(Some(&f.account.server), p),
        |r, p| port(Some(r.enrolment.server), p),
    )
    .unused(|(), p| p.hex(SIP_PORT)),
    P::new(
        symbol!(text "BS_VOIP_Data.astVoipProviders" [X] ".aucSIP_REGISTRAR[%]"),
        OneSource,
        |f, p| host(f.account, p),
        |r, p| waiting_host(r, p),
    ),
    P::new(
        symbol!(number "BS_VOIP_Data.astVoipProviders" [X] ".uiSIP_REGISTRAR_PORT"),
        OneSource,
        |f, p| port(Some(&f.account.server), p),
        |r, p| port(Some(r.enrolment.server), p),
    )
    .unused(|(), p| p.hex(SIP_PORT)),
    // 17 is UDP, the only word that a source names (section 4).
    P::new(
        symbol!(number "BS_VOIP_Data.astVoipProviders" [X] ".ucSIP_PREFERRED_TRANSPORT_LAYER"),
        OneSource,
        |_, p| p.word("17"),
        |_, p| p.word("17"),
    )
    .unused(|(), p| p.word("17")),
    P::new(
        symbol!(number "BS_VOIP_Data.astVoipProviders" [X] ".ucOUTBOUND_PROXY_MODE"),
        OneSource,
        |f, p| p.word(if f.account.outbound_proxy.is_some() { "0" } else { "2" }),
        |_, p| p.word("2"),
    )
    .unused(|(), p| p.word("2")),
    P::new(
        symbol!(text "BS_VOIP_Data.astVoipProviders" [X] ".aucOUTBOUND_PROXY[%]"),
        OneSource,
        |f, p| proxy(f.account, p),
        |_, p| p.clear(),
    ),
    P::new(
        symbol!(number "BS_VOIP_Data.astVoipProviders" [X] ".uiOUTBOUND_PROXY_PORT"),
        OneSource,
        |f, p| port(f.account.outbound_proxy.as_ref(), p),
        |_, p| p.hex(SIP_PORT),
    )
    .unused(|(), p| p.hex(SIP_PORT)),
    P::new(
        symbol!(number "BS_VOIP_Data.astVoipProviders" [X] ".uiRE_REGISTRATION_TIMER"),
        OneSource,
        |f, p| p.hex(expires(f.account)),
        |_, p| p.hex(EXPIRES_S),
    )
    .unused(|(), p| p.hex(EXPIRES_S)),
];

/// The port where a server names none, or one for TLS.
const SIP_PORT: u16 = 5060;

/// Seconds between two registrations where an account names none: what all templates have (section 4).
const EXPIRES_S: u32 = 180;

/// The longest time between two registrations: the number has 16 bits (section 4).
pub(super) const MOST_EXPIRES_S: u32 = 65_535;

/// Seconds between two registrations of this account.
fn expires(account: &Account) -> u32 {
    account.expires_s.unwrap_or(EXPIRES_S).min(MOST_EXPIRES_S)
}

/// What a handset calls this account where nobody names it: its user.
fn label(f: &FullAccount<'_>, p: &mut Pen<'_>) -> Put {
    match &f.account.label {
        Some(label) => p.text("label", label),
        None => p.text("user", f.account.user.as_str()),
    }
}

fn login(f: &FullAccount<'_>, p: &mut Pen<'_>) -> Put {
    match &f.account.auth_user {
        Some(user) => p.text("auth_user", user),
        None => p.text("user", f.account.user.as_str()),
    }
}

fn password(f: &FullAccount<'_>, p: &mut Pen<'_>) -> Put {
    p.maybe_secret("password", f.account.password.as_ref())
}

fn waiting_password(r: &WaitingAccount<'_>, p: &mut Pen<'_>) -> Put {
    p.secret("enrolment.password", r.job.enrolment.password)
}

fn voicemail(f: &FullAccount<'_>, p: &mut Pen<'_>) -> Put {
    p.maybe("voicemail", f.account.voicemail.as_ref().map(|number| number.as_str()))
}

fn host(account: &Account, p: &mut Pen<'_>) -> Put {
    p.text("server.host", account.server.host.as_str())
}

fn waiting_host(job: &Restricted<'_>, p: &mut Pen<'_>) -> Put {
    p.text("enrolment.server.host", job.enrolment.server.host.as_str())
}

fn proxy(account: &Account, p: &mut Pen<'_>) -> Put {
    p.maybe("outbound_proxy.host", account.outbound_proxy.as_ref().map(|server| server.host.as_str()))
}

/// The port, if it is one of UDP: behind one for TLS nobody hears what a base sends by UDP.
fn port(server: Option<&Server>, p: &mut Pen<'_>) -> Put {
    let named = server.filter(|server| server.transport != Transport::Tls).and_then(|server| server.port);
    p.hex(named.map_or(SIP_PORT, |port| port.number()))
}

/// The codecs that a profile names and the base has, and no other; where there is none, all.
fn codecs(list: &[Codec], p: &mut Pen<'_>) -> Put {
    let mut written = 0;
    for code in list.iter().filter_map(|each| codec(*each)) {
        if written > 0 {
            p.word(",")?;
        }
        p.word(code)?;
        written += 1;
    }
    if written == 0 {
        return p.word(CODECS);
    }
    (written..CODEC_PLACES).try_for_each(|_| p.word(NO_CODEC))
}
