//! Handsets of a base (`docs/facts/gigaset.md`, section 4).

use crate::models::Confidence::Confirmed;
use crate::profile::{Account, Handset};
use crate::render::Restricted;
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::frame::{symbol, symbol_close, symbol_form, symbol_open};

/// One handset.
pub(super) struct HandsetSlot;

pub(super) enum FullHandset<'a> {
    /// With the account that it rings for; what its idle screen shows is its own name or the account's.
    Used { handset: Option<&'a Handset>, account: &'a Account },
    /// Of this number, without account.
    Spare(u16),
}

impl Scope for HandsetSlot {
    type Full<'a> = FullHandset<'a>;
    type Restricted<'a> = &'a Restricted<'a>;
}

pub(super) static HANDSET: &[Row<HandsetSlot>] = &[Row::<HandsetSlot>::new(
    symbol!(text "BS_AE_Subscriber.stMtDat" [X] ".aucTlnName"),
    Confirmed,
    |f, p| match f {
        FullHandset::Used { handset, account } => match (handset.and_then(|handset| handset.name.as_deref()), &account.label) {
            (Some(name), _) => p.text("name", name),
            (None, Some(label)) => p.text("label", label),
            (None, None) => p.text("user", account.user.as_str()),
        },
        FullHandset::Spare(number) => {
            p.word("HS")?;
            p.number(*number)
        }
    },
    |r, p| p.text("display_text", r.display_text),
)];
