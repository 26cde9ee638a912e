//! The record of a portal user's second factor (SPEC E5, M3).

use super::event::MfaEffect;
use super::recovery::PaperHash;
use super::throttle::Throttle;
use crate::ids::{RecoverySetId, SessionId, TenantId, UserId};
use crate::ip::Source;
use crate::keys::Keyring;
use crate::otp::{OtpOutcome, OtpSecret, Totp, TotpKey, Window};
use crate::time::{Deadline, SECOND_MS, Timestamp};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The second factor of one portal user, by value, with a revision that rises by one with each change (SPEC E5).
///
/// `Debug` shows no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    pub(crate) revision: u64,
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) base: Base,
    pub(crate) pending: Option<Box<Pending>>,
    pub(crate) throttle: Throttle,
    pub(crate) recovered: Option<Recovered>,
    /// Sources whose first failure was told, and when.
    pub(crate) told: Vec<(Source, Timestamp)>,
    /// Effects of stored changes that the host did not yet say it performed (SPEC A10).
    pub(crate) owed: Vec<MfaEffect>,
}

/// Sources whose first failure is remembered as told.
pub(crate) const MAX_TOLD: usize = 8;

/// Effects that are remembered until the host performed them.
pub(crate) const MAX_OWED: usize = 32;

/// What holds apart from an enrolment that is under way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Base {
    Off,
    Demanded(Demand),
    On(Box<Live>),
}

/// A demand that was not met yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Demand {
    pub(crate) since: Timestamp,
    /// Not met in time: locked (SPEC M6).
    pub(crate) overdue: bool,
    pub(crate) grant: Option<(PaperHash, Deadline)>,
    /// The app before a self reset; a code of it serves as grant (SPEC M6).
    pub(crate) old: Option<Box<App>>,
}

/// A live factor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Live {
    pub(crate) app: App,
    pub(crate) paper: Paper,
}

/// An app, or a token, whose codes are judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct App {
    pub(crate) secret: OtpSecret,
    pub(crate) totp: Totp,
    pub(crate) last_step: u64,
    /// Steps by which its clock is taken to be ahead (SPEC M11).
    pub(crate) drift: i16,
    /// On which side of that the last code lay: -1, 0 or 1. Two in a row on one side move the drift by one step.
    pub(crate) lean: i8,
}

/// The most steps by which an app's clock is taken to be off: what a resynchronisation searches.
pub(crate) const MAX_DRIFT: i16 = TotpKey::MAX_REACH as i16;

impl App {
    /// One whose first code was accepted, at a step that is by so many ahead.
    pub(crate) fn new(secret: OtpSecret, totp: Totp, last_step: u64, ahead: i32) -> Self {
        Self { secret, totp, last_step, drift: 0, lean: side(ahead) }
    }

    /// Judges a code around where its clock is taken to be (SPEC M1, M2, M11). The drift of an accepted one is to the host's
    /// clock.
    pub(crate) fn judge(&self, typed: &str, now: Timestamp, window: Window) -> OtpOutcome {
        let centre = self.totp.step_at(now).saturating_add_signed(self.drift.into());
        match TotpKey::new(&self.secret, self.totp).verify_at(typed, centre, Some(self.last_step), window) {
            OtpOutcome::Accepted { step, drift } => OtpOutcome::Accepted { step, drift: drift.saturating_add(self.drift.into()) },
            other => other,
        }
    }

    /// Judges two codes that it showed one after the other, around the host's clock and around where its own is taken to be
    /// (SPEC M11). The drift of accepted ones is to the host's clock.
    pub(crate) fn judge_two(&self, first: &str, second: &str, now: Timestamp, reach: u16) -> OtpOutcome {
        let key = TotpKey::new(&self.secret, self.totp);
        // The policy holds the reach in range.
        let around = |now| key.resynchronise(first, second, now, Some(self.last_step), reach).unwrap_or(OtpOutcome::Malformed);
        let off_ms = u64::from(self.drift.unsigned_abs()) * u64::from(self.totp.period_s()) * SECOND_MS;
        let outcome = match self.drift {
            0 => around(now),
            1.. => better(around(now), around(now.plus_ms(off_ms))),
            ..0 => better(around(now), around(now.minus_ms(off_ms))),
        };
        let OtpOutcome::Accepted { step, .. } = outcome else { return outcome };
        let drift = i128::from(step) - i128::from(self.totp.step_at(now));
        match i32::try_from(drift) {
            Ok(drift) if drift.unsigned_abs() <= MAX_DRIFT.unsigned_abs().into() => OtpOutcome::Accepted { step, drift },
            _ => OtpOutcome::Wrong,
        }
    }

    /// Burns an accepted step, and follows a clock that drifts (RFC 6238 section 6). `drift` is to the host's clock.
    pub(crate) fn accept(&mut self, step: u64, drift: i32) {
        self.last_step = step;
        let side = side(drift.saturating_sub(self.drift.into()));
        if side != 0 && side == self.lean {
            self.set_drift(i32::from(self.drift) + i32::from(side));
        } else {
            self.lean = side;
        }
    }

    /// Takes the clock of the app to be so many steps ahead.
    pub(crate) fn set_drift(&mut self, drift: i32) {
        let drift = drift.clamp(i32::from(-MAX_DRIFT), i32::from(MAX_DRIFT));
        (self.drift, self.lean) = (i16::try_from(drift).unwrap_or_default(), 0);
    }
}

/// What two codes turned out to be that were looked for around two steps: the highest step that is good, or that was.
fn better(one: OtpOutcome, other: OtpOutcome) -> OtpOutcome {
    let rank = |outcome: &OtpOutcome| match outcome {
        OtpOutcome::Accepted { step, .. } => (4, *step),
        OtpOutcome::Replayed { step } => (3, *step),
        OtpOutcome::Wrong => (2, 0),
        OtpOutcome::ClockError { .. } => (1, 0),
        OtpOutcome::Malformed => (0, 0),
    };
    if rank(&other) > rank(&one) { other } else { one }
}

const fn side(ahead: i32) -> i8 {
    ahead.signum() as i8
}

/// The recovery codes of a live factor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Paper {
    pub(crate) set: RecoverySetId,
    pub(crate) codes: Vec<PaperHash>,
    /// Nobody confirmed yet that they were shown (SPEC M7).
    pub(crate) unseen: bool,
}

impl Paper {
    /// No codes.
    pub(crate) const NONE: Self = Self { set: RecoverySetId::from_number(0), codes: Vec::new(), unseen: false };

    /// Codes that a key of this ring can still check (SPEC R22).
    pub(crate) fn good(&self, keys: &Keyring) -> usize {
        self.codes.iter().filter(|code| code.is_good(keys)).count()
    }

    /// Whether there are codes, and none that a key of this ring can check.
    pub(crate) fn is_outdated(&self, keys: &Keyring) -> bool {
        !self.codes.is_empty() && self.good(keys) == 0
    }
}

/// An enrolment under way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Pending {
    pub(crate) session: SessionId,
    pub(crate) secret: OtpSecret,
    pub(crate) totp: Totp,
    pub(crate) tries: u8,
    pub(crate) until: Deadline,
}

/// The session that a recovery code opened last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Recovered {
    pub(crate) session: SessionId,
    pub(crate) until: Deadline,
}

/// Where an account stands (SPEC M3).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum FactorState {
    /// Off.
    Off,
    /// An enrolment is demanded.
    Demanded,
    /// Off or demanded, and a secret waits for its confirmation.
    Pending,
    /// On.
    On,
    /// On, and a new secret waits for its confirmation.
    Rotating,
}

impl FactorState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Off, Self::Demanded, Self::Pending, Self::On, Self::Rotating];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Demanded => "demanded",
            Self::Pending => "pending",
            Self::On => "on",
            Self::Rotating => "rotating",
        }
    }
}

impl Account {
    /// A portal user without a second factor. The first revision is the present time in milliseconds (SPEC E5).
    pub fn new(tenant: TenantId, user: UserId, now: Timestamp) -> Self {
        Self {
            revision: now.as_ms().unsigned_abs(),
            tenant,
            user,
            base: Base::Off,
            pending: None,
            throttle: Throttle::default(),
            recovered: None,
            told: Vec::new(),
            owed: Vec::new(),
        }
    }

    /// The revision: rises by one with each change, for compare-and-swap (SPEC E5).
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The portal user.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Where it stands, as it was stored; what is due is not applied.
    pub const fn state(&self) -> FactorState {
        match (&self.base, self.pending.is_some()) {
            (Base::Off, false) => FactorState::Off,
            (Base::Demanded(_), false) => FactorState::Demanded,
            (Base::Off | Base::Demanded(_), true) => FactorState::Pending,
            (Base::On(_), false) => FactorState::On,
            (Base::On(_), true) => FactorState::Rotating,
        }
    }

    /// Whether requests of this source are locked (SPEC M6, M8).
    pub fn is_locked(&self, source: Source) -> bool {
        self.is_overdue() || self.throttle.class(source).locked
    }

    /// Recovery codes that are left and that a key of this ring can still check (SPEC M7, R22).
    pub fn recovery_left(&self, keys: &Keyring) -> u8 {
        self.live().map_or(0, |live| u8::try_from(live.paper.good(keys)).unwrap_or(u8::MAX))
    }

    /// The set of recovery codes that nobody confirmed to have been shown (SPEC M7).
    pub fn recovery_unseen(&self) -> Option<RecoverySetId> {
        self.live().filter(|live| live.paper.unseen).map(|live| live.paper.set)
    }

    /// The last accepted step of the live secret (SPEC M2).
    pub fn last_step(&self) -> Option<u64> {
        self.live().map(|live| live.app.last_step)
    }

    /// Steps by which the clock of the app is taken to be ahead of the host's; codes are judged around that (SPEC M11).
    pub fn drift(&self) -> Option<i16> {
        self.live().map(|live| live.app.drift)
    }

    /// Whether a recovery code or a grant still needs the tenant key with this id (SPEC R22). After the next rotation such a
    /// code is not good any more; the next login with a code of the app then gives new ones.
    pub fn depends_on(&self, key_id: u8) -> bool {
        match &self.base {
            Base::Off => false,
            Base::Demanded(demand) => demand.grant.is_some_and(|(hash, _)| hash.key_id == key_id),
            Base::On(live) => live.paper.codes.iter().any(|hash| hash.key_id == key_id),
        }
    }

    /// Effects of stored changes that the host did not yet say it performed, the newest 32 (SPEC A10): perform them again after
    /// a crash, then call [`effects_done`](super::effects_done). Equal ones stand there once, and without an instant: a log is
    /// written from [`Step::effects`](super::Step::effects).
    pub fn pending_effects(&self) -> &[MfaEffect] {
        &self.owed
    }

    pub(crate) fn live(&self) -> Option<&Live> {
        match &self.base {
            Base::On(live) => Some(live),
            _ => None,
        }
    }

    pub(crate) fn live_mut(&mut self) -> Option<&mut Live> {
        match &mut self.base {
            Base::On(live) => Some(live),
            _ => None,
        }
    }

    pub(crate) const fn is_overdue(&self) -> bool {
        matches!(&self.base, Base::Demanded(Demand { overdue: true, .. }))
    }
}
