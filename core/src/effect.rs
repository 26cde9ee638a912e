//! What a call asks the host to do, in the order to do it (SPEC A10), and the audit events among it.

use crate::announcement::Announcement;
use crate::credential::EnrolmentId;
use crate::ip::Source;
use crate::rule::Rule;
use crate::state::State;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// One thing to do for the device of the call. All of it is idempotent (SPEC A10).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// Write this event to the audit log, with the actor of the call.
    Audit(Audit),
    /// End the temporary whitelist entry of this source, if this device still is the one that made it (SPEC W8): store
    /// [`TempEntry::ended`](crate::whitelist::TempEntry::ended), which keeps what limits the source.
    Withdraw(Source),
    /// Create the device of this request as active, if its model is supported: the policy adopts it (SPEC D5).
    Adopt,
    /// Revoke the SIP accounts of this device: end registrations, refuse further ones until new passwords are set.
    Revoke,
    /// Play this announcement in the dialogue.
    Play(Announcement),
    /// End the call.
    HangUp,
    /// Ask phones to fetch their configuration now.
    Resync(Resync),
}

impl Effect {
    /// The place in the order of SPEC A10.
    const fn rank(self) -> u8 {
        match self {
            Self::Audit(_) => 0,
            Self::Withdraw(_) => 1,
            Self::Adopt => 2,
            Self::Revoke => 3,
            Self::Play(_) => 4,
            Self::HangUp => 5,
            Self::Resync(_) => 6,
        }
    }

    /// Whether it is bound to a call that is going on and means nothing after it.
    pub const fn is_voice(self) -> bool {
        matches!(self, Self::Play(_) | Self::HangUp)
    }
}

/// Which registrations to resync (SPEC A10).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Resync {
    /// The account of this enrolment.
    Enrolment(EnrolmentId),
    /// Every registration of the device, enrolment or full account.
    Device,
    /// The enrolments of the device that were issued to this source.
    DeviceAt(Source),
}

/// An audit event: what happened, from which state to which, why and from where. It never holds a secret.
///
/// The actor is the caller's own text, joined by the host; so are tenant, MAC and instant.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Audit {
    /// What happened.
    pub event: AuditEvent,
    /// The state before, where the event is about a state.
    pub old: Option<State>,
    /// The state after.
    pub new: Option<State>,
    /// The source it came from, where there is one.
    pub source: Option<Source>,
    /// The rule that decided, where one did.
    pub rule: Option<Rule>,
    /// Whether it may come with every poll, so that the host counts it instead of writing a line each time (SPEC E7).
    pub aggregate: bool,
}

impl Audit {
    /// An event without states, source and rule.
    pub(crate) const fn of(event: AuditEvent) -> Self {
        Self { event, old: None, new: None, source: None, rule: None, aggregate: false }
    }

    pub(crate) const fn states(mut self, old: State, new: State) -> Self {
        self.old = Some(old);
        self.new = Some(new);
        self
    }

    pub(crate) const fn from(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    pub(crate) const fn by(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    pub(crate) const fn aggregated(mut self) -> Self {
        self.aggregate = true;
        self
    }
}

/// Declares the audit events: meaning, variant, number, stable name.
macro_rules! audit_events {
    ($($(#[doc = $meaning:literal])+ $variant:ident = $number:literal, $name:literal;)+) => {
        /// What an audit event is about.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum AuditEvent { $($(#[doc = $meaning])+ $variant = $number),+ }

        impl AuditEvent {
            /// All events.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, lower case with underscores.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The stable number.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The event with this number.
            pub fn from_number(number: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|event| event.number() == number)
            }

            /// What it means: one English sentence or two.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii()),+ }
            }
        }
    };
}

audit_events! {
    /// A device was created, or created again.
    Created = 1, "created";
    /// A device was imported as installed (SPEC R24).
    ImportedInstalled = 2, "imported_installed";
    /// A device took over from a broken one (SPEC R24).
    Transferred = 3, "transferred";
    /// A PAP was right.
    PapAccepted = 4, "pap_accepted";
    /// A PAP was wrong.
    PapWrong = 5, "pap_wrong";
    /// A source was locked.
    Locked = 6, "locked";
    /// A lock ended by itself.
    Unlocked = 7, "unlocked";
    /// A source was blocked by its wrong PAPs.
    BlockedSource = 8, "blocked_source";
    /// The device was blocked because wrong PAPs reached the ceiling.
    BlockedCeiling = 9, "blocked_ceiling";
    /// An administrator blocked the device.
    BlockedByAdministrator = 10, "blocked_by_administrator";
    /// An accepted PAP was not followed by a delivery in time (SPEC A12).
    AcceptanceExpired = 11, "acceptance_expired";
    /// A full configuration arrived.
    Delivered = 12, "delivered";
    /// A device was reset.
    Reset = 13, "reset";
    /// Authentication was suspended.
    Suspended = 14, "suspended";
    /// A suspension ended by itself.
    SuspensionEnded = 15, "suspension_ended";
    /// A second source asked during a suspension: alarm (SPEC A4).
    SuspensionContested = 16, "suspension_contested";
    /// Secrets were released again (SPEC S3).
    Released = 17, "released";
    /// A SIP account got a new password (SPEC S5).
    NewSipPassword = 18, "new_sip_password";
    /// A device was deactivated.
    Deactivated = 19, "deactivated";
    /// A device was activated.
    Activated = 20, "activated";
    /// A device was deleted.
    Deleted = 21, "deleted";
    /// A deadline lay too far ahead and was cut: the clock was corrected (SPEC A6).
    ClockCorrected = 22, "clock_corrected";
    /// A temporary whitelist entry was made or renewed.
    TemporaryListed = 23, "temporary_listed";
    /// A temporary whitelist entry was not made (SPEC W5, W7, W8).
    TemporaryRefused = 24, "temporary_refused";
    /// A device was let in because a neighbour authenticated (SPEC R6b).
    AdmittedByNeighbour = 25, "admitted_by_neighbour";
    /// A request was denied.
    Denied = 26, "denied";
    /// A restricted configuration was given.
    Restricted = 27, "restricted";
    /// A full configuration was given by a binding to an address only (SPEC R19, S7).
    WeakBinding = 28, "weak_binding";
    /// Secrets left over plain HTTP (SPEC R17).
    Cleartext = 29, "cleartext";
    /// The policy is not enforced; the rule is the one that would have held (SPEC R23).
    NotEnforced = 30, "not_enforced";
    /// A confirmation for a lease that is not the last one was ignored (SPEC A14).
    LeaseIgnored = 31, "lease_ignored";
    /// A restricted answer may have overwritten a working configuration (SPEC S5).
    Overwritten = 32, "overwritten";
    /// An accepted token came after its window (STATE-TABLES 4.1).
    TokenLate = 33, "token_late";
    /// Path and User-Agent name different MACs (STATE-TABLES 4.3).
    MacMismatch = 34, "mac_mismatch";
    /// A PAP entry was not judged: its enrolment is of no use any more.
    PapNotJudged = 35, "pap_not_judged";
    /// Location or other descriptive data of the device changed.
    Changed = 36, "changed";
    /// A source asked for more unknown or forged MACs than it may: it is throttled (SPEC R12).
    SourceThrottled = 37, "source_throttled";
    /// A PAP was not judged because the source or the tenant had too many wrong ones (SPEC R12).
    PapBudget = 38, "pap_budget";
    /// An unknown device was put on offer (SPEC D5).
    AdoptionOffered = 39, "adoption_offered";
    /// An unknown device was not put on offer: the pool or the share of its source is full (SPEC D5).
    AdoptionFull = 40, "adoption_full";
    /// The emergency service was called (SPEC C2).
    EmergencyCall = 50, "emergency_call";
    /// The emergency service called back (SPEC C5).
    EmergencyCallBack = 51, "emergency_call_back";
    /// A call or another request of an account was refused (SPEC C1, C6).
    CallRefused = 52, "call_refused";
    /// A roster with the PAPs of devices was exported (SPEC X1).
    PapsExported = 60, "paps_exported";
}

/// How many effects are held without an allocation: enough for every call that is not a rare one.
const INLINE: usize = 6;

/// The effects of one call, in the order to perform them (SPEC A10), after the writes were stored (SPEC A11).
#[derive(Clone)]
pub struct Effects {
    inline: [Effect; INLINE],
    len: u8,
    /// All of them, once they are more than fit inline: many locks that end at once, a device with many entries to withdraw.
    heap: Vec<Effect>,
}

impl Effects {
    /// No effects.
    pub const NONE: Self = Self { inline: [Effect::HangUp; INLINE], len: 0, heap: Vec::new() };

    /// The effects as a slice.
    pub fn as_slice(&self) -> &[Effect] {
        if self.heap.is_empty() { self.inline.get(..usize::from(self.len)).unwrap_or_default() } else { &self.heap }
    }

    /// Goes through the effects in order.
    pub fn iter(&self) -> impl Iterator<Item = Effect> + '_ {
        self.as_slice().iter().copied()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// The audit events among them.
    pub fn audits(&self) -> impl Iterator<Item = Audit> + '_ {
        self.iter().filter_map(|effect| if let Effect::Audit(audit) = effect { Some(audit) } else { None })
    }

    /// Whether an audit event of this kind is among them.
    pub fn has_audit(&self, event: AuditEvent) -> bool {
        self.audits().any(|audit| audit.event == event)
    }

    /// Adds an effect behind those of its rank; an effect that is there already is not added twice.
    #[inline]
    pub(crate) fn push(&mut self, effect: Effect) {
        let len = usize::from(self.len);
        // Mostly effects come in their order.
        let is_last = match self.inline.get(len.wrapping_sub(1)) {
            Some(last) => last.rank() < effect.rank(),
            None => true,
        };
        if self.heap.is_empty()
            && is_last
            && let Some(slot) = self.inline.get_mut(len)
        {
            *slot = effect;
            self.len += 1;
            return;
        }
        self.insert(effect);
    }

    fn insert(&mut self, effect: Effect) {
        let rank = effect.rank();
        let mut at = 0;
        for other in self.as_slice() {
            match other.rank().cmp(&rank) {
                Ordering::Less => at += 1,
                Ordering::Equal if *other == effect => return,
                Ordering::Equal => at += 1,
                // Those of one rank stand together.
                Ordering::Greater => break,
            }
        }
        let len = usize::from(self.len);
        if self.heap.is_empty() && len < INLINE {
            // What stands behind moves on by one place; mostly there is nothing.
            let mut next = effect;
            for slot in self.inline.iter_mut().take(len + 1).skip(at) {
                next = core::mem::replace(slot, next);
            }
            self.len += 1;
            return;
        }
        if self.heap.is_empty() {
            self.heap = self.inline.to_vec();
        }
        self.heap.insert(at, effect);
    }

    pub(crate) fn audit(&mut self, audit: Audit) {
        self.push(Effect::Audit(audit));
    }
}

impl Default for Effects {
    /// As [`Effects::NONE`], but only what says that a place is empty is written, where a constant is copied whole.
    #[inline]
    fn default() -> Self {
        Self { inline: core::array::from_fn(|_| Effect::HangUp), len: 0, heap: Vec::new() }
    }
}

impl PartialEq for Effects {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Effects {}

impl core::fmt::Debug for Effects {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a10_effects_come_in_the_order_to_perform_them() {
        let mut effects = Effects::NONE;
        effects.push(Effect::Resync(Resync::Device));
        effects.push(Effect::HangUp);
        effects.push(Effect::Play(Announcement::Blocked));
        effects.push(Effect::Revoke);
        effects.push(Effect::Withdraw(Source::UNRESOLVED));
        effects.audit(Audit::of(AuditEvent::Created));
        effects.audit(Audit::of(AuditEvent::Reset));
        effects.push(Effect::Revoke);
        let ranks: Vec<u8> = effects.iter().map(Effect::rank).collect();
        assert_eq!(ranks, [0, 0, 1, 3, 4, 5, 6]);
        assert_eq!(effects.audits().next().map(|audit| audit.event), Some(AuditEvent::Created));
    }

    #[test]
    fn a10_more_effects_than_fit_inline_keep_their_order() {
        let mut effects = Effects::NONE;
        let sources: Vec<Source> = (0..20).map(|i| Source::v4([192, 0, 2, i].into())).collect();
        for source in &sources {
            effects.push(Effect::Resync(Resync::DeviceAt(*source)));
            effects.push(Effect::Withdraw(*source));
            effects.push(Effect::Withdraw(*source));
        }
        let withdrawn: Vec<Effect> = sources.iter().map(|source| Effect::Withdraw(*source)).collect();
        let resynced: Vec<Effect> = sources.iter().map(|source| Effect::Resync(Resync::DeviceAt(*source))).collect();
        assert_eq!(effects.as_slice(), [withdrawn, resynced].concat());
    }

    #[test]
    fn audit_names_are_distinct() {
        let mut names: Vec<&str> = AuditEvent::ALL.iter().map(|event| event.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), AuditEvent::ALL.len());
    }
}
