//! Handsets of a DECT base or manager (`docs/facts/yealink.md`, section 4).

use crate::models::Confidence::Confirmed;
use crate::profile::Handset;
use crate::render::Restricted;
use crate::render::rows::{Index, Row, Scope, Shape};
use crate::render::syntax::key_value::{LINE, line};

/// One handset.
pub(super) struct HandsetSlot;

pub(super) struct FullHandset<'a> {
    /// None where the profile names the account only.
    pub(super) handset: Option<&'a Handset>,
    pub(super) account: u16,
}

pub(super) struct WaitingHandset<'a> {
    pub(super) job: &'a Restricted<'a>,
    pub(super) account: u16,
}

impl Scope for HandsetSlot {
    type Full<'a> = FullHandset<'a>;
    type Restricted<'a> = WaitingHandset<'a>;
}

type H = Row<HandsetSlot>;

pub(super) static HANDSET: &[H] = &[
    H::new(
        line!("handset." X ".name"),
        Confirmed,
        |f, p| p.maybe("name", f.handset.and_then(|handset| handset.name.as_deref())),
        |r, p| p.text("display_text", r.job.display_text),
    ),
    H::new(line!("handset." X ".incoming_lines"), Confirmed, |f, p| p.number(f.account), |r, p| p.number(r.account)),
    H::new(line!("handset." X ".dial_out_lines"), Confirmed, |f, p| p.number(f.account), |r, p| p.number(r.account)),
    H::new(line!("handset." X ".dial_out_default_line"), Confirmed, |f, p| p.number(f.account), |r, p| p.number(r.account)),
];
