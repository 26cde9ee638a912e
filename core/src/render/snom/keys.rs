//! Function keys, on the phone and on expansion modules: one running number for all (`docs/facts/snom.md`, section 4).

use super::words;
use crate::models::Confidence::Confirmed;
use crate::profile::{Key, KeyKind, Url};
use crate::render::Restricted;
use crate::render::pen::{Pen, Put};
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::snom_xml::{ATTRIBUTE, KEY};

/// One function key.
pub(super) struct KeySlot;

pub(super) struct FullKey<'a> {
    pub(super) key: &'a Key,
    /// The identity of its account; none without one, and where the phone does not have it.
    pub(super) identity: Option<u16>,
    /// The phonebook that a key for the directory opens; the phone's own without.
    pub(super) phonebook: Option<&'a Url>,
}

pub(super) enum WaitingKey<'a> {
    Line,
    Service(&'a Restricted<'a>),
    /// Shows the MAC address by its label, and the phone's state when it is pressed.
    Mac(&'a str),
}

impl Scope for KeySlot {
    type Full<'a> = FullKey<'a>;
    type Restricted<'a> = WaitingKey<'a>;
}

pub(super) static FKEY: &[Row<KeySlot>] = &[Row::<KeySlot>::new(
    Shape {
        name: "fkey.X",
        head: "<fkey idx=\"",
        middle: "",
        tail: "\" perm=\"R\" ",
        end: "</fkey>\n",
        index: Index::Zero,
        form: &KEY,
    },
    Confirmed,
    full,
    restricted,
)
.unused(|(), p| {
    begin(p, None, |_| Ok(()))?;
    p.word("none")
})];

/// The attributes: the identity that the key uses, or the one that is active, and the label.
fn begin(p: &mut Pen<'_>, identity: Option<u16>, label: impl FnOnce(&mut Pen<'_>) -> Put) -> Put {
    p.word("context=\"")?;
    match identity {
        Some(identity) => p.number(identity)?,
        None => p.word("active")?,
    }
    p.word("\" label=\"")?;
    label(p)?;
    p.word("\">")
}

fn full(f: &FullKey<'_>, p: &mut Pen<'_>) -> Put {
    let key = f.key;
    begin(p, f.identity, |p| match &key.label {
        Some(label) => p.text_as(&ATTRIBUTE, "label", label),
        None => Ok(()),
    })?;
    if let (KeyKind::Directory, Some(book)) = (&key.kind, f.phonebook) {
        p.word("url ")?;
        return value(p, book.as_str());
    }
    p.word(words::key(&key.kind).unwrap_or("none"))?;
    match &key.kind {
        KeyKind::Blf { watch, pickup } => {
            value(p, watch.as_str())?;
            match pickup {
                None => Ok(()),
                Some(code) => {
                    p.word("|")?;
                    p.text_as(&ATTRIBUTE, "pickup", code.as_str())
                }
            }
        }
        KeyKind::SpeedDial(number)
        | KeyKind::Intercom(number)
        | KeyKind::Park(number)
        | KeyKind::Dtmf(number)
        | KeyKind::Transfer(Some(number))
        | KeyKind::Forward(Some(number)) => value(p, number.as_str()),
        KeyKind::Url(url) | KeyKind::Menu(url) => value(p, url.as_str()),
        _ => Ok(()),
    }
}

/// The row's own form writes a whole key; its parts take the stricter one of attributes.
fn value(p: &mut Pen<'_>, text: &str) -> Put {
    p.text_as(&ATTRIBUTE, "value", text)
}

fn restricted(key: &WaitingKey<'_>, p: &mut Pen<'_>) -> Put {
    match key {
        WaitingKey::Line => {
            begin(p, Some(1), |_| Ok(()))?;
            p.word("line")
        }
        WaitingKey::Service(r) => {
            begin(p, Some(1), |p| p.text_as(&ATTRIBUTE, "service_code", r.service_code.as_str()))?;
            p.word("speed ")?;
            p.text_as(&ATTRIBUTE, "service_code", r.service_code.as_str())
        }
        WaitingKey::Mac(mac) => {
            begin(p, None, |p| p.text_as(&ATTRIBUTE, "mac", mac))?;
            p.word("keyevent F_STATUS")
        }
    }
}
