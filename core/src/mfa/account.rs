//! The record of a portal user's second factor (SPEC E5, M3).

use super::recovery::PaperHash;
use super::throttle::Throttle;
use crate::ids::{SessionId, TenantId, UserId};
use crate::ip::Source;
use crate::otp::{OtpSecret, Totp};
use crate::time::{Deadline, Timestamp};
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
}

/// Sources whose first failure is remembered as told.
pub(crate) const MAX_TOLD: usize = 8;

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
    pub(crate) old: Option<Box<OldSecret>>,
}

/// The secret before a self reset; a code of it serves as grant (SPEC M6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OldSecret {
    pub(crate) secret: OtpSecret,
    pub(crate) totp: Totp,
    pub(crate) last_step: u64,
}

/// A live factor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Live {
    pub(crate) secret: OtpSecret,
    pub(crate) totp: Totp,
    pub(crate) last_step: u64,
    pub(crate) paper: Paper,
}

/// The recovery codes of a live factor.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Paper {
    pub(crate) codes: Vec<PaperHash>,
    /// Nobody confirmed yet that they were shown (SPEC M7).
    pub(crate) unseen: bool,
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

    /// Recovery codes that are left.
    pub fn recovery_left(&self) -> u8 {
        self.live().map_or(0, |live| u8::try_from(live.paper.codes.len()).unwrap_or(u8::MAX))
    }

    /// Whether there are recovery codes that nobody confirmed to have been shown (SPEC M7).
    pub fn recovery_unseen(&self) -> bool {
        self.live().is_some_and(|live| live.paper.unseen)
    }

    /// The last accepted step of the live secret (SPEC M2).
    pub fn last_step(&self) -> Option<u64> {
        self.live().map(|live| live.last_step)
    }

    pub(crate) fn live(&self) -> Option<&Live> {
        match &self.base {
            Base::On(live) => Some(live),
            _ => None,
        }
    }

    pub(crate) const fn is_overdue(&self) -> bool {
        matches!(&self.base, Base::Demanded(Demand { overdue: true, .. }))
    }
}
