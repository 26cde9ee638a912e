//! The audit log as lines of JSON, with stable field names (SPEC A10, E7). `docs/audit.md` lists every event and field.
//!
//! [`json`] writes one event. Events that may come with every poll ([`Audit::aggregate`]) go through an [`Aggregator`], which
//! counts them in bounded memory and yields a line for each kind when its window ends.

use crate::effect::{Audit, AuditEvent};
use crate::ids::TenantId;
use crate::mac::MacAddr;
use crate::policy::Policy;
use crate::time::{Deadline, Timestamp};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

/// What stands around an event: whose it is, when it was, and who did it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Frame<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The device, where the event is about one.
    pub mac: Option<MacAddr>,
    /// When it was.
    pub at: Timestamp,
    /// Who did it, in the host's own words: an administrator's name, a process. Only 256 characters are kept.
    pub actor: Option<&'a str>,
    /// The revision of the device record that the call wrote, where it wrote one.
    pub revision: Option<u64>,
}

impl Frame<'_> {
    /// A frame without device, actor and revision.
    pub const fn of(tenant: TenantId, at: Timestamp) -> Self {
        Self { tenant, mac: None, at, actor: None, revision: None }
    }
}

/// Writes an event as one line of JSON, without a line break at its end. What does not apply is left out.
///
/// Whatever the actor's text holds, it is one line and shows as it is: control characters and those that turn the direction of
/// text or are invisible are written as `\u` escapes.
///
/// ```
/// use libprov::audit::{self, Frame};
/// # use libprov::{effect::{Audit, AuditEvent}, ids::TenantId, time::Timestamp};
/// # let audit = Audit { event: AuditEvent::Reset, old: None, new: None, source: None, rule: None, aggregate: false };
/// let now = Timestamp::from_ms(1_900_000_000_000)?;
/// let frame = Frame { actor: Some("ann\n"), ..Frame::of(TenantId::from_number(42), now) };
/// assert_eq!(
///     audit::json(&audit, &frame),
///     r#"{"at":"2030-03-17T17:46:40.000Z","event":"reset","cause":"administrator","tenant":"42","actor":"ann\u000a"}"#
/// );
/// # Ok::<(), libprov::time::TimeError>(())
/// ```
pub fn json(audit: &Audit, frame: &Frame<'_>) -> String {
    let mut line = Line::new(frame.at, audit.event.name());
    line.text("cause", audit.event.cause());
    line.text("tenant", &frame.tenant.to_string());
    line.about(frame.mac, frame.revision, frame.actor);
    line.what(audit);
    line.end()
}

impl AuditEvent {
    /// What brings it about: `administrator`, `pap`, `request`, `delivery`, `call` or `time`.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Created
            | Self::ImportedInstalled
            | Self::Transferred
            | Self::BlockedByAdministrator
            | Self::Reset
            | Self::Suspended
            | Self::Released
            | Self::NewSipPassword
            | Self::Deactivated
            | Self::Activated
            | Self::Deleted
            | Self::Changed
            | Self::PapsExported => "administrator",
            Self::PapAccepted
            | Self::PapWrong
            | Self::Locked
            | Self::BlockedSource
            | Self::BlockedCeiling
            | Self::PapNotJudged
            | Self::PapBudget => "pap",
            Self::EmergencyCall | Self::EmergencyCallBack | Self::CallRefused => "call",
            Self::Unlocked | Self::AcceptanceExpired | Self::SuspensionEnded | Self::ClockCorrected => "time",
            Self::Delivered | Self::TemporaryListed | Self::TemporaryRefused | Self::LeaseIgnored => "delivery",
            Self::SuspensionContested
            | Self::AdmittedByNeighbour
            | Self::Denied
            | Self::Restricted
            | Self::WeakBinding
            | Self::Cleartext
            | Self::NotEnforced
            | Self::Overwritten
            | Self::TokenLate
            | Self::MacMismatch
            | Self::SourceThrottled
            | Self::AdoptionOffered
            | Self::AdoptionFull => "request",
        }
    }
}

/// Counts the aggregated events of one tenant in bounded memory (SPEC E7).
///
/// Events are counted apart by what they are about: event, states, source, rule and MAC. A window begins with the first one; at its
/// end there is a line for each kind. Kinds beyond the policy's cap are counted in one line named `other`, so that none is lost.
///
/// It is plain data of one process; nodes that count for themselves write lines of their own.
///
/// ```
/// use libprov::audit::Aggregator;
/// # use libprov::{effect::{Audit, AuditEvent}, ids::{ShortNumber, TenantId}, time::Timestamp};
/// # use libprov::policy::{Policy, Settings};
/// # let audit = Audit { event: AuditEvent::Denied, old: None, new: None, source: None, rule: None, aggregate: true };
/// # let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
/// # let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
/// let mut counted = Aggregator::new(TenantId::from_number(42), &policy);
/// counted.add(&audit, None, now);
/// counted.add(&audit, None, now.plus_ms(1_000));
/// let due = counted.next_timeout().unwrap();
/// let lines = counted.handle_timeout(due);
/// assert_eq!(lines[0].count(), 2);
/// assert!(lines[0].json().contains(r#""count":2,"first":"2030-03-17T17:46:40.000Z","last":"2030-03-17T17:46:41.000Z""#));
/// assert_eq!(counted.next_timeout(), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Aggregator {
    tenant: TenantId,
    most: usize,
    window_ms: u64,
    window: Option<Deadline>,
    kinds: BTreeMap<(Audit, Option<MacAddr>), Tally>,
    other: Option<Tally>,
}

impl Aggregator {
    /// An empty one, with the cap and the window of the policy.
    pub fn new(tenant: TenantId, policy: &Policy) -> Self {
        let settings = policy.settings();
        Self {
            tenant,
            most: usize::try_from(settings.audit_keys).unwrap_or(usize::MAX),
            window_ms: settings.audit_window_ms,
            window: None,
            kinds: BTreeMap::new(),
            other: None,
        }
    }

    /// Counts an event about a device, or about none that is known.
    pub fn add(&mut self, audit: &Audit, mac: Option<MacAddr>, now: Timestamp) {
        self.window.get_or_insert(Deadline::new(now, self.window_ms));
        let kind = (*audit, mac);
        let known = self.kinds.len();
        let tally = match self.kinds.get_mut(&kind) {
            Some(tally) => tally,
            None if known < self.most => self.kinds.entry(kind).or_insert(Tally::none(now)),
            None => self.other.get_or_insert(Tally::none(now)),
        };
        tally.count = tally.count.saturating_add(1);
        tally.first = tally.first.min(now);
        tally.last = tally.last.max(now);
    }

    /// When [`Aggregator::handle_timeout`] is due; none: nothing is counted.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        self.window.map(Deadline::end)
    }

    /// Gives what was counted once the window is over, and begins anew; before that, nothing. Late or twice is harmless.
    #[must_use = "what was counted is nowhere else"]
    pub fn handle_timeout(&mut self, now: Timestamp) -> Vec<Counted> {
        // SPEC A6: a clock that was put back may not hold lines up.
        self.window = self.window.map(|window| window.cut(now));
        if self.window.is_some_and(|window| window.is_over(now)) { self.flush() } else { Vec::new() }
    }

    /// Gives what was counted so far and begins anew, as before the process ends.
    #[must_use = "what was counted is nowhere else"]
    pub fn flush(&mut self) -> Vec<Counted> {
        self.window = None;
        let tenant = self.tenant;
        let kinds = core::mem::take(&mut self.kinds).into_iter();
        let kinds = kinds.map(|((audit, mac), tally)| Counted { tenant, audit: Some(audit), mac, tally });
        let other = self.other.take().map(|tally| Counted { tenant, audit: None, mac: None, tally });
        kinds.chain(other).collect()
    }
}

/// How often, and from when to when.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Tally {
    count: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Tally {
    const fn none(now: Timestamp) -> Self {
        Self { count: 0, first: now, last: now }
    }
}

/// What an [`Aggregator`] counted of one kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Counted {
    tenant: TenantId,
    audit: Option<Audit>,
    mac: Option<MacAddr>,
    tally: Tally,
}

impl Counted {
    /// The event; none for all that were beyond the cap.
    pub const fn audit(&self) -> Option<&Audit> {
        self.audit.as_ref()
    }

    /// The device.
    pub const fn mac(&self) -> Option<MacAddr> {
        self.mac
    }

    /// How often it came.
    pub const fn count(&self) -> u64 {
        self.tally.count
    }

    /// When it came first.
    pub const fn first(&self) -> Timestamp {
        self.tally.first
    }

    /// When it came last.
    pub const fn last(&self) -> Timestamp {
        self.tally.last
    }

    /// The line of JSON: that of [`json`] with `count`, `first` and `last`; `at` is the last instant.
    pub fn json(&self) -> String {
        let mut line = Line::new(self.tally.last, self.audit.map_or("other", |audit| audit.event.name()));
        if let Some(audit) = self.audit {
            line.text("cause", audit.event.cause());
        }
        line.text("tenant", &self.tenant.to_string());
        line.about(self.mac, None, None);
        if let Some(audit) = self.audit {
            line.what(&audit);
        }
        line.number("count", self.tally.count);
        line.text("first", &self.tally.first.to_string());
        line.text("last", &self.tally.last.to_string());
        line.end()
    }
}

/// A line on its way: an object whose last brace is missing.
pub(crate) struct Line(String);

impl Line {
    pub(crate) fn new(at: Timestamp, event: &str) -> Self {
        Self(format!("{{\"at\":\"{at}\",\"event\":\"{event}\""))
    }

    pub(crate) fn about(&mut self, mac: Option<MacAddr>, revision: Option<u64>, actor: Option<&str>) {
        if let Some(mac) = mac {
            self.text("mac", &mac.to_string());
        }
        if let Some(revision) = revision {
            self.number("revision", revision);
        }
        if let Some(actor) = actor {
            self.text("actor", actor);
        }
    }

    fn what(&mut self, audit: &Audit) {
        for (name, state) in [("old", audit.old), ("new", audit.new)] {
            if let Some(state) = state {
                self.text(name, state.name());
            }
        }
        if let Some(source) = audit.source {
            self.text("source", &source.to_string());
        }
        if let Some(rule) = audit.rule {
            self.text("rule", rule.name());
        }
    }

    fn number(&mut self, name: &str, value: u64) {
        self.0.push_str(&format!(",\"{name}\":{value}"));
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.0.push_str(&format!(",\"{name}\":\""));
        let mut chars = value.chars();
        for c in chars.by_ref().take(TEXT_CHARS) {
            self.push(c);
        }
        if chars.next().is_some() {
            self.0.push('…');
        }
        self.0.push('"');
    }

    /// RFC 8259 section 7 asks for less; the rest is for the eyes of who reads a log.
    fn push(&mut self, c: char) {
        match c {
            '"' | '\\' => self.0.extend(['\\', c]),
            c if c.is_control() || is_format(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a String does not fail.
                    let _ = write!(self.0, "\\u{unit:04x}");
                }
            }
            c => self.0.push(c),
        }
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Characters of a text that are kept.
const TEXT_CHARS: usize = 256;

/// Characters that break lines, turn the direction of text, or are invisible (Unicode general categories Zl, Zp and Cf).
const fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
