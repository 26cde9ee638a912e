//! Function keys, on the phone and on expansion modules (`docs/facts/yealink.md`, section 4).

use crate::models::Confidence::{Confirmed, OneSource};
use crate::profile::{Key, KeyKind};
use crate::render::Restricted;
use crate::render::pen::{Pen, Put};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::key_value::{LINE, line};

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

type K = Row<KeySlot>;

pub(super) static KEY: &[K] = &[
    K::new(
        line!("linekey." X ".type"),
        Confirmed,
        |key, p| kind(key, p),
        |key, p| match key {
            WaitingKey::Line => p.word("15"),
            WaitingKey::Service(_) => p.word("13"),
        },
    )
    .unused(|(), p| p.word("0")),
    K::new(line!("linekey." X ".line"), Confirmed, |key, p| account(key, p), |_, p| p.word("1")),
    K::new(
        line!("linekey." X ".value"),
        Confirmed,
        |key, p| value(key, p),
        |key, p| match key {
            WaitingKey::Line => p.clear(),
            WaitingKey::Service(r) => p.text("service_code", r.service_code.as_str()),
        },
    ),
    K::new(
        line!("linekey." X ".label"),
        Confirmed,
        |key, p| p.maybe("label", key.label.as_deref()),
        |key, p| match key {
            WaitingKey::Line => p.clear(),
            WaitingKey::Service(r) => p.text("service_code", r.service_code.as_str()),
        },
    ),
    K::new(line!("linekey." X ".extension"), Confirmed, |key, p| pickup(key, p), |_, p| p.clear()),
];

/// One key of an expansion module; none works while the phone waits.
pub(super) struct ModuleKeySlot;

impl Scope for ModuleKeySlot {
    type Full<'a> = &'a Key;
    type Restricted<'a> = ();
}

type M = Row<ModuleKeySlot>;

pub(super) static MODULE_KEY: &[M] = &[
    M::new(line!("expansion_module." X ".key." X ".type"), OneSource, |key, p| kind(key, p), |(), p| p.word("0"))
        .unused(|(), p| p.word("0")),
    M::new(line!("expansion_module." X ".key." X ".line"), OneSource, |key, p| account(key, p), |(), p| p.clear()),
    M::new(line!("expansion_module." X ".key." X ".value"), OneSource, |key, p| value(key, p), |(), p| p.clear()),
    M::new(
        line!("expansion_module." X ".key." X ".label"),
        OneSource,
        |key, p| p.maybe("label", key.label.as_deref()),
        |(), p| p.clear(),
    ),
    M::new(line!("expansion_module." X ".key." X ".extension"), OneSource, |key, p| pickup(key, p), |(), p| p.clear()),
];

/// Whether the phone has a key of this kind that does what it says. One that picks up calls dials its value as it is, so it needs the
/// code of the exchange in it, such as `*8201` (section 4: from memory); a number alone would be called.
pub(super) fn has_word(kind: &KeyKind) -> bool {
    match kind {
        KeyKind::Pickup(code) => code.as_ref().is_some_and(|code| code.as_str().contains(['*', '#'])),
        _ => true,
    }
}

fn kind(key: &Key, p: &mut Pen<'_>) -> Put {
    p.word(match key.kind {
        KeyKind::None => "0",
        KeyKind::Conference => "1",
        KeyKind::Forward(_) => "2",
        KeyKind::Transfer(_) => "3",
        KeyKind::Hold => "4",
        KeyKind::DoNotDisturb => "5",
        KeyKind::Redial => "6",
        KeyKind::Pickup(_) => "9",
        KeyKind::Park(_) => "10",
        KeyKind::Dtmf(_) => "11",
        KeyKind::Voicemail => "12",
        KeyKind::SpeedDial(_) => "13",
        KeyKind::Intercom(_) => "14",
        KeyKind::Line => "15",
        KeyKind::Blf { .. } => "16",
        KeyKind::Url(_) => "17",
        KeyKind::Menu(_) => "27",
        KeyKind::History => "28",
        KeyKind::Directory => "29",
    })
}

/// 0 leaves the choice to the phone.
fn account(key: &Key, p: &mut Pen<'_>) -> Put {
    p.number(key.account.unwrap_or(0))
}

fn value(key: &Key, p: &mut Pen<'_>) -> Put {
    match &key.kind {
        KeyKind::Blf { watch: number, .. }
        | KeyKind::SpeedDial(number)
        | KeyKind::Intercom(number)
        | KeyKind::Park(number)
        | KeyKind::Dtmf(number)
        | KeyKind::Transfer(Some(number))
        | KeyKind::Forward(Some(number))
        | KeyKind::Pickup(Some(number)) => p.text("value", number.as_str()),
        KeyKind::Url(url) | KeyKind::Menu(url) => p.text("value", url.as_str()),
        _ => p.clear(),
    }
}

fn pickup(key: &Key, p: &mut Pen<'_>) -> Put {
    match &key.kind {
        KeyKind::Blf { pickup: Some(code), .. } => p.text("pickup", code.as_str()),
        _ => p.clear(),
    }
}
