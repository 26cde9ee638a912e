//! The transitions of a device (SPEC A2 to A14; STATE-TABLES 4.1), all on a draft that is a copy only once it changes.

use super::release::Secrets;
use super::{
    Accepted, Bind, Device, Lease, LeaseStatus, MAX_ATTEMPTS, MAX_PENDING, MAX_SOURCES, Phase, Rare, SourceTries, Standing,
    bucket,
};
use crate::announcement::Announcement;
use crate::credential::EnrolmentId;
use crate::effect::{Audit, AuditEvent, Effect, Effects, Resync};
use crate::hooks::{self, Switch};
use crate::ids::{AttemptId, LeaseId};
use crate::ip::Source;
use crate::models::Carriage;
use crate::pap::Pap;
use crate::policy::{LockScope, Settings, SuspensionBind, WindowFrom};
use crate::rule::Rule;
use crate::state::{BlockCause, State};
use crate::time::{Deadline, Timestamp};
use alloc::boxed::Box;

/// What became of a PAP entry (SPEC A3, A5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The PAP was right: the full configuration is on its way.
    Accepted,
    /// The PAP was wrong; so many tries are left.
    Wrong {
        /// Tries left before the lock.
        left: u8,
    },
    /// This source is locked, by this attempt or an earlier one.
    Locked {
        /// When the lock ends.
        until: Timestamp,
    },
    /// This source or the device is blocked.
    Blocked,
    /// This very enrolment was accepted already.
    Already,
    /// Another enrolment was accepted, the device is inactive, or the enrolment is nobody's.
    NotPossible,
    /// The device is provisioned; a telephone that lost its configuration needs a reset.
    ResetNeeded,
    /// The enrolment expired, is of an earlier epoch or ended: the telephone fetches a new one.
    Restarting,
    /// Authentication is suspended for this source.
    NoPinNeeded,
    /// Nothing was typed: no attempt.
    Empty,
}

impl Verdict {
    /// The stable name, lower case with underscores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Wrong { .. } => "wrong",
            Self::Locked { .. } => "locked",
            Self::Blocked => "blocked",
            Self::Already => "already",
            Self::NotPossible => "not_possible",
            Self::ResetNeeded => "reset_needed",
            Self::Restarting => "restarting",
            Self::NoPinNeeded => "no_pin_needed",
            Self::Empty => "empty",
        }
    }

    /// What the dialogue says, if anything.
    pub(crate) const fn announcement(self) -> Option<Announcement> {
        Some(match self {
            Self::Accepted => Announcement::Accepted,
            Self::Wrong { left } => Announcement::TriesLeft(left),
            Self::Locked { until } => Announcement::Locked(until),
            Self::Blocked => Announcement::Blocked,
            Self::Already => Announcement::Already,
            Self::NotPossible => Announcement::NotPossible,
            Self::ResetNeeded => Announcement::ResetNeeded,
            Self::Restarting => Announcement::Restarting,
            Self::NoPinNeeded => Announcement::NoPinNeeded,
            Self::Empty => return None,
        })
    }

    /// Whether the call goes on after it.
    pub(crate) const fn goes_on(self) -> bool {
        matches!(self, Self::Wrong { .. } | Self::Empty)
    }
}

/// One entry of the PIN dialogue as the machine judges it.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) digits: &'a str,
    pub(crate) id: AttemptId,
    /// Whether the budgets of source and tenant leave a try (SPEC R12).
    pub(crate) may_try: bool,
}

/// A device on its way from one revision to the next.
pub(crate) struct Draft<'a> {
    base: &'a Device,
    copy: Option<Device>,
    pub(crate) effects: &'a mut Effects,
    pub(crate) settings: &'a Settings,
    pub(crate) now: Timestamp,
}

impl<'a> Draft<'a> {
    /// Starts from a record, with what is due applied first (SPEC A7). Effects gather where the caller keeps them: they are
    /// too large to be moved about.
    #[inline]
    pub(crate) fn new(base: &'a Device, settings: &'a Settings, now: Timestamp, effects: &'a mut Effects) -> Self {
        let mut draft = Self { base, copy: None, effects, settings, now };
        if base.is_due(now) {
            draft.apply_due();
        }
        draft
    }

    /// The device as it stands.
    pub(crate) fn get(&self) -> &Device {
        self.copy.as_ref().unwrap_or(self.base)
    }

    /// Whether anything changed yet.
    pub(crate) const fn is_changed(&self) -> bool {
        self.copy.is_some()
    }

    /// The device to change; the first call copies it.
    pub(crate) fn edit(&mut self) -> &mut Device {
        self.copy.get_or_insert_with(|| self.base.clone())
    }

    pub(crate) fn rare(&mut self) -> &mut Rare {
        self.edit().rare.get_or_insert_default()
    }

    /// The changed record with the next revision, if anything changed.
    pub(crate) fn finish(self) -> Option<Device> {
        let Self { base, copy, effects, settings, now } = self;
        let mut device = copy?;
        device.release.settle(now);
        if let Some(rare) = device.rare.as_deref_mut() {
            rare.sources.retain(|tries| !tries.is_blank());
            // Of an accepted enrolment that is of no use any more nothing may hang on whether a write forgot it (SPEC A7).
            let expired = |accepted: Accepted| {
                accepted.window.is_over(now) && Deadline::new(accepted.enrolment.issued_at(), settings.enrolment_ms).is_over(now)
            };
            if device.phase == Phase::Delivered && rare.accepted.is_some_and(expired) {
                rare.accepted = None;
            }
        }
        device.owe(effects);
        if device.rare.as_deref().is_some_and(Rare::is_empty) {
            device.rare = None;
        }
        if device == *base {
            // SPEC E5: none changed means no write.
            return None;
        }
        device.revision = base.revision.saturating_add(1);
        Some(device)
    }

    /// Applies what is due: ends of locks, acceptances and suspensions, and deadlines of a corrected clock (SPEC A6, A7).
    fn apply_due(&mut self) {
        let now = self.now;
        let mut corrected = false;
        let device = self.edit();
        corrected |= device.release.is_ahead(now);
        device.release.cut(now);
        if let Some(lease) = device.lease.as_deref_mut() {
            cut(&mut lease.valid, now, &mut corrected);
        }
        let Some(mut rare) = device.rare.take() else {
            self.note_correction(corrected);
            return;
        };
        for tries in &mut rare.sources {
            if let Some(mut lock) = tries.lock() {
                cut(&mut lock, now, &mut corrected);
                tries.set_lock(Some(lock));
            }
        }
        if let Some(accepted) = &mut rare.accepted {
            cut(&mut accepted.window, now, &mut corrected);
        }
        if let Some(suspension) = &mut rare.suspension {
            cut(&mut suspension.until, now, &mut corrected);
        }
        if let Some(installed) = &mut rare.installed {
            cut(&mut installed.until, now, &mut corrected);
        }
        self.note_correction(corrected);
        let phase = self.get().phase;
        for tries in &mut rare.sources {
            if tries.lock().is_some_and(|lock| lock.is_over(now)) {
                // Its tries went back to 0 when it was locked.
                tries.set_lock(None);
                if !matches!(phase, Phase::Blocked(_)) && !tries.blocked {
                    let source = tries.source();
                    self.effects.audit(Audit::of(AuditEvent::Unlocked).states(State::Failed, State::Required).from(source));
                    // Under one lock for the device every one of its telephones shows it (SPEC A7, A13).
                    self.effects.push(Effect::Resync(match self.settings.lock_scope {
                        LockScope::Source => Resync::DeviceAt(source),
                        LockScope::Device => Resync::Device,
                    }));
                }
            }
        }
        if phase == Phase::Accepted
            && let Some(accepted) = rare.accepted.take_if(|accepted| accepted.window.is_over(now))
        {
            // SPEC A12: required again with the same PAP.
            self.edit().phase = Phase::Required;
            self.effects
                .audit(Audit::of(AuditEvent::AcceptanceExpired).states(State::Successful, State::Required).from(accepted.source));
            self.effects.push(Effect::Resync(Resync::Enrolment(accepted.enrolment)));
        }
        if rare.suspension.take_if(|suspension| suspension.until.is_over(now)).is_some() {
            self.effects.audit(Audit::of(AuditEvent::SuspensionEnded));
            if phase != Phase::Delivered {
                self.effects.push(Effect::Resync(Resync::Device));
            }
        }
        self.edit().rare = Some(rare);
    }

    fn note_correction(&mut self, corrected: bool) {
        if corrected {
            self.effects.audit(Audit::of(AuditEvent::ClockCorrected));
        }
    }

    /// Judges a PAP entry of an enrolment whose tag was proven (SPEC A5). The second value says whether it was counted.
    pub(crate) fn judge(&mut self, id: &EnrolmentId, source: Source, entry: Entry<'_>, pap: Option<&Pap>) -> (Verdict, bool) {
        let now = self.now;
        let device = self.get();
        if !device.is_present(id, self.settings, now) {
            return (self.not_judged(Verdict::Restarting, id, source), false);
        }
        if !device.active {
            return (self.not_judged(Verdict::NotPossible, id, source), false);
        }
        if device.suspension(now).is_some_and(|suspension| suspension.bind.fits_source(source)) {
            return (self.not_judged(Verdict::NoPinNeeded, id, source), false);
        }
        let key = bucket(self.settings, source);
        let verdict = match device.standing_of(key, now) {
            Standing::Blocked(_) | Standing::BlockedSource => Verdict::Blocked,
            Standing::Delivered => Verdict::ResetNeeded,
            Standing::Failed(lock) => Verdict::Locked { until: lock.shown_end(now) },
            Standing::Accepted if device.accepted().is_some_and(|accepted| accepted.enrolment == *id) => Verdict::Already,
            Standing::Accepted => Verdict::NotPossible,
            Standing::Required if entry.digits.is_empty() => return (Verdict::Empty, false),
            Standing::Required if !entry.may_try => {
                // SPEC R12: nothing else is touched.
                self.effects.audit(Audit::of(AuditEvent::PapBudget).from(source).aggregated());
                self.say(Verdict::NotPossible);
                return (Verdict::NotPossible, false);
            }
            Standing::Required => {
                let right = pap.is_some_and(|pap| pap.matches(entry.digits));
                let verdict = if right { self.right(id, source, key) } else { self.wrong(id, source, key) };
                self.remember(entry.id, verdict);
                self.say(verdict);
                return (verdict, true);
            }
        };
        (self.not_judged(verdict, id, source), false)
    }

    /// The verdict of an attempt that was judged before (SPEC A5).
    pub(crate) fn remembered(&self, attempt: AttemptId) -> Option<Verdict> {
        let rare = self.get().rare.as_deref()?;
        rare.attempts.iter().find(|(id, _)| *id == attempt).map(|(_, verdict)| *verdict)
    }

    /// Says a verdict in the dialogue.
    pub(crate) fn say(&mut self, verdict: Verdict) {
        if let Some(announcement) = verdict.announcement() {
            self.effects.push(Effect::Play(announcement));
        }
        if !verdict.goes_on() {
            self.effects.push(Effect::HangUp);
        }
    }

    /// An enrolment whose tag proves nothing for this epoch: expired key, earlier epoch, another device, or forged.
    pub(crate) fn stale(&mut self, id: &EnrolmentId, source: Source) -> Verdict {
        self.not_judged(Verdict::Restarting, id, source)
    }

    fn not_judged(&mut self, verdict: Verdict, id: &EnrolmentId, source: Source) -> Verdict {
        self.effects.audit(Audit::of(AuditEvent::PapNotJudged).from(source).aggregated());
        self.say(verdict);
        if matches!(verdict, Verdict::Restarting | Verdict::NoPinNeeded | Verdict::Already) {
            self.effects.push(Effect::Resync(Resync::Enrolment(*id)));
        }
        verdict
    }

    /// SPEC A2 (1): the right PAP.
    fn right(&mut self, id: &EnrolmentId, source: Source, key: Source) -> Verdict {
        let carries = self.get().model.capabilities().carriage != Carriage::None;
        let window = if carries { self.settings.delivery_window_ms } else { self.settings.weak_window_ms };
        let accepted = Accepted { enrolment: *id, source, window: Deadline::new(self.now, window) };
        let rare = self.rare();
        rare.accepted = Some(accepted);
        if let Some(tries) = rare.sources.iter_mut().find(|tries| tries.source() == key) {
            tries.tries = 0;
        }
        self.edit().phase = Phase::Accepted;
        self.effects.audit(Audit::of(AuditEvent::PapAccepted).states(State::Required, State::Successful).from(source));
        self.effects.push(Effect::Resync(Resync::Enrolment(*id)));
        Verdict::Accepted
    }

    /// SPEC A2 (2), (4) and the ceiling of A13: a wrong PAP.
    fn wrong(&mut self, id: &EnrolmentId, source: Source, key: Source) -> Verdict {
        let (settings, now) = (self.settings, self.now);
        let device = self.edit();
        device.epoch_wrong = device.epoch_wrong.saturating_add(1);
        let ceiling = device.epoch_wrong >= settings.ceiling;
        let tries = tries_of(device.rare.get_or_insert_default(), key);
        tries.tries = tries.tries.saturating_add(1);
        let third = tries.tries >= settings.attempts && !hooks::is_off(Switch::A2);
        let left = settings.attempts.saturating_sub(tries.tries);
        if third {
            tries.tries = 0;
            tries.lockouts = tries.lockouts.saturating_add(1);
            if tries.lockouts >= settings.lockouts {
                tries.blocked = true;
            } else {
                tries.set_lock(Some(Deadline::new(now, settings.lockout_ms)));
            }
        }
        let blocked = tries.blocked;
        if ceiling {
            device.phase = Phase::Blocked(BlockCause::Ceiling);
            if let Some(rare) = &mut device.rare {
                rare.accepted = None;
            }
            self.effects.audit(Audit::of(AuditEvent::BlockedCeiling).states(State::Required, State::Blocked).from(source));
            self.effects.push(Effect::Resync(Resync::Device));
            return Verdict::Blocked;
        }
        if !third {
            self.effects.audit(Audit::of(AuditEvent::PapWrong).states(State::Required, State::Required).from(source));
            return Verdict::Wrong { left };
        }
        self.effects.push(Effect::Resync(Resync::Enrolment(*id)));
        if blocked {
            self.effects.audit(Audit::of(AuditEvent::BlockedSource).states(State::Required, State::Blocked).from(source));
            return Verdict::Blocked;
        }
        self.effects.audit(Audit::of(AuditEvent::Locked).states(State::Required, State::Failed).from(source));
        Verdict::Locked { until: now.plus_ms(settings.lockout_ms) }
    }

    fn remember(&mut self, attempt: AttemptId, verdict: Verdict) {
        let attempts = &mut self.rare().attempts;
        if attempts.len() >= MAX_ATTEMPTS {
            attempts.remove(0);
        }
        attempts.push((attempt, verdict));
    }

    /// Stores a lease, its secrets bound to its source from now on (SPEC A14).
    pub(crate) fn take_lease(&mut self, lease: Lease) {
        let device = self.edit();
        device.release.leave(device.accounts, lease.secrets, lease.source);
        if lease.rule == Rule::R8a
            && let Some(installed) = device.rare.as_deref_mut().and_then(|rare| rare.installed.as_mut())
        {
            installed.taken_by = Some(lease.source);
        }
        device.lease = Some(Box::new(lease));
    }

    /// A full configuration arrived (SPEC A8, A14, S2). Returns the lease if this confirmation counts.
    pub(crate) fn delivered(&mut self, id: LeaseId) -> Option<Lease> {
        let (settings, now) = (self.settings, self.now);
        let device = self.get();
        let lease = match device.lease.as_deref() {
            Some(lease) if lease.id == id && !device.deleted => *lease,
            _ => {
                self.effects.audit(Audit::of(AuditEvent::LeaseIgnored));
                return None;
            }
        };
        if lease.status == LeaseStatus::Delivered {
            return None;
        }
        let standing = device.standing_of(bucket(settings, lease.source), now);
        // Blocked is left only by reset, recreation, a delivery under suspension, one to a permanent entry where wrong PAPs of
        // one source are the cause, or while nothing is enforced (SPEC A2, A4, R5, R23).
        let may = match standing {
            Standing::Blocked(BlockCause::Administrator) => lease.rule == Rule::R4,
            Standing::Blocked(BlockCause::Ceiling) => lease.rule == Rule::R4 || lease.unenforced,
            Standing::BlockedSource => lease.rule == Rule::R4 || lease.permanent || lease.unenforced,
            _ => true,
        };
        if !may {
            self.effects.audit(Audit::of(AuditEvent::LeaseIgnored).from(lease.source).by(lease.rule));
            return None;
        }
        let from_release = settings.secret_window_from == WindowFrom::Release;
        let old = standing.state();
        let device = self.edit();
        let first = device.phase != Phase::Delivered;
        device.phase = Phase::Delivered;
        device.pap = super::StoredPap::None;
        device.delivered_at = Some(now);
        // A release that ended meanwhile is closed, whether a write noticed or not (SPEC S3, A7).
        device.release.settle(now);
        device.release.arrive(device.accounts, lease.secrets, lease.source, now, settings.secret_window_ms, from_release);
        if let Some(stored) = device.lease.as_deref_mut() {
            stored.status = LeaseStatus::Delivered;
        }
        if lease.key_id.is_some() {
            device.credential_key = lease.key_id;
        }
        if lease.secrets == Secrets::all(device.accounts) {
            // SPEC S5: what a restricted answer may have overwritten is whole again.
            device.overwritten = false;
        }
        if let Some(rare) = device.rare.as_deref_mut() {
            rare.sources.clear();
            rare.installed = None;
            if let Some(suspension) = &mut rare.suspension
                && suspension.bind == Bind::Awaiting
                && lease.rule == Rule::R4
            {
                suspension.bind = Bind::First(lease.source);
            }
        }
        let audit = Audit::of(AuditEvent::Delivered).states(old, State::Successful).from(lease.source).by(lease.rule);
        self.effects.audit(if first { audit } else { audit.aggregated() });
        Some(lease)
    }

    /// A full configuration did not arrive: the release goes back to the same source (SPEC A14).
    pub(crate) fn not_delivered(&mut self, id: LeaseId) {
        if self.get().lease.as_deref().is_some_and(|lease| lease.id == id && lease.status == LeaseStatus::Open)
            && let Some(lease) = self.edit().lease.as_deref_mut()
        {
            lease.status = LeaseStatus::GivenBack;
        }
    }

    /// A second source asked, unproven, during a suspension that had bound itself: alarm, and its end (SPEC A4).
    pub(crate) fn contest(&mut self, source: Source) {
        self.rare().suspension = None;
        self.effects.audit(Audit::of(AuditEvent::SuspensionContested).from(source));
    }
}

impl Device {
    /// Remembers the effects that outlive the call until the host says they were performed (SPEC A10).
    pub(super) fn owe(&mut self, effects: &Effects) {
        for effect in effects.iter() {
            let lasting = match effect {
                Effect::Audit(audit) => !audit.aggregate,
                other => !other.is_voice(),
            };
            if lasting {
                let pending = &mut self.rare.get_or_insert_default().pending;
                if !pending.contains(&effect) {
                    if pending.len() >= MAX_PENDING {
                        // A host that never confirms keeps the newest; withdrawals and revocations outlive audit lines.
                        let oldest = pending.iter().position(|old| matches!(old, Effect::Audit(_))).unwrap_or(0);
                        pending.remove(oldest);
                    }
                    pending.push(effect);
                }
            }
        }
    }

    /// Whether an entry point has something to apply before anything else (SPEC A7).
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        if self.lease.as_deref().is_some_and(|lease| lease.valid.is_ahead(now)) || self.release.is_ahead(now) {
            return true;
        }
        let Some(rare) = self.rare.as_deref() else { return false };
        let due = |deadline: Deadline| deadline.is_over(now) || deadline.is_ahead(now);
        rare.sources.iter().filter_map(SourceTries::lock).any(due)
            || rare.suspension.is_some_and(|suspension| due(suspension.until))
            || rare.installed.is_some_and(|installed| installed.until.is_ahead(now))
            || rare.accepted.is_some_and(|accepted| {
                accepted.window.is_ahead(now) || self.phase == Phase::Accepted && accepted.window.is_over(now)
            })
    }
}

/// The suspension's bind where no address was given (SPEC A4).
pub(crate) const fn default_bind(settings: &Settings) -> Bind {
    match settings.suspension_bind {
        SuspensionBind::FirstDelivery => Bind::Awaiting,
        SuspensionBind::Unbound => Bind::Unbound,
    }
}

/// The tries of a source. A ninth source makes the one with the fewest lockouts, then the oldest, be forgotten (SPEC A13).
fn tries_of(rare: &mut Rare, key: Source) -> &mut SourceTries {
    let at = match rare.sources.iter().position(|tries| tries.source() == key) {
        Some(at) => at,
        None => {
            if rare.sources.len() >= MAX_SOURCES {
                // `min_by_key` keeps the first of equals, which is the oldest.
                let forgotten = rare.sources.iter().enumerate().min_by_key(|(_, tries)| tries.lockouts).map_or(0, |(at, _)| at);
                rare.sources.remove(forgotten);
            }
            rare.sources.push(SourceTries::new(key));
            rare.sources.len() - 1
        }
    };
    #[allow(clippy::indexing_slicing, reason = "the index was found or pushed just above")]
    &mut rare.sources[at]
}

/// Cuts a deadline that a corrected clock left too far ahead (SPEC A6).
fn cut(deadline: &mut Deadline, now: Timestamp, corrected: &mut bool) {
    if deadline.is_ahead(now) {
        *deadline = deadline.cut(now);
        *corrected = true;
    }
}

/// The record after the host performed the effects of everything up to `revision` (SPEC A10).
///
/// Call it after a crash too, once [`Device::pending_effects`] were performed again: all effects are idempotent. A record
/// that changed since keeps them. None: nothing to store.
#[must_use]
pub fn effects_done(device: &Device, revision: u64) -> Option<Device> {
    if device.revision != revision || device.pending_effects().is_empty() {
        return None;
    }
    let mut next = device.clone();
    if let Some(rare) = next.rare.as_deref_mut() {
        rare.pending.clear();
        if rare.is_empty() {
            next.rare = None;
        }
    }
    next.revision = device.revision.saturating_add(1);
    Some(next)
}
