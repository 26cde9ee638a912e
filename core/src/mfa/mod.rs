//! The second factor of portal users: who must give a code, how it is set up, changed, lost and switched off (SPEC M3, M5 to
//! M9, M11, M12; STATE-TABLES 4.4).
//!
//! # Shape
//! An [`Account`] is a record by value: the host loads it, calls a function, stores [`Step::write`] by compare-and-swap on the
//! revision, and only then lets in, shows or says what [`Step::outcome`] holds and performs [`Step::effects`] (SPEC A11, M12).
//! On a conflict it loads the record again and asks again; what it was told before is void.
//!
//! 1. The password is the host's. After it is right, [`password_right`] says what is due and draws a [`SessionId`].
//! 2. [`enter`] takes what was typed into the one field: a code of the app or a recovery code. [`resynchronise`] takes two codes
//!    of an app whose clock is off.
//! 3. [`begin_enrolment`] gives a secret to show, [`confirm`] makes it live and gives recovery codes, and
//!    [`recovery_shown`] says that they were shown.
//! 4. [`self_reset`], [`self_switch_off`] and [`regenerate_recovery`] are the owner's, [`admin`] is for others. The host offers
//!    them, and changes trusted addresses, only in a session that is let in: the library does not keep sessions.
//! 5. [`handle_timeout`] at [`next_timeout`] ends what is over; every other call does so first (SPEC A7).
//! 6. [`effects_done`] says that the effects were performed: until then the record remembers them (SPEC A10).
//!
//! A record that cannot be read denies: there is no account to ask about, and an error is never `off` (SPEC M12).
//!
//! The secret of the app is in the record and in its snapshot, because it is needed to judge codes: keep snapshots as safe as a
//! password file. Recovery codes and grants are kept as keyed hashes only. They are good while the key they were hashed with is
//! the current or the previous one (SPEC R22): [`Account::depends_on`] says which accounts a rotation would hit, and a login with
//! a code of the app replaces codes whose key is gone.

mod account;
mod event;
mod machine;
mod policy;
mod recovery;
mod texts;
mod throttle;

pub use account::{Account, FactorState};
pub(crate) use account::{App, Base, Demand, Live, MAX_DRIFT, MAX_OWED, MAX_TOLD, Paper, Pending, Recovered};
pub use event::{MfaAudit, MfaEffect, MfaEvent, MfaFrame, Notice, audit_json};
pub use machine::{
    admin, begin_enrolment, confirm, effects_done, enter, handle_timeout, next_timeout, password_right, recovery_shown,
    regenerate_recovery, resynchronise, self_reset, self_switch_off,
};
pub(crate) use policy::MAX_CODES;
pub use policy::{MfaPolicy, MfaSettings, RecoveryMode, SwitchOff};
pub(crate) use recovery::PaperHash;
pub(crate) use throttle::{Known, MAX_KNOWN, MAX_WAIT_MS, MONTH_DAYS, MONTH_MS, RECOVERY_TRIES, Tally, Throttle};

use crate::error::codes;
use crate::ids::{RecoverySetId, SessionId, UserId};
use crate::ip::ClientAddress;
use crate::keys::Keyring;
use crate::otp::{OtpSecret, Totp};
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::whitelist::Whitelist;
use alloc::vec::Vec;

/// A login session of the owner, as the host knows it (SPEC M6, M9).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OwnSession {
    /// Its id, of [`password_right`].
    pub id: SessionId,
    /// Whether it passed the second factor: [`enter`], [`resynchronise`] or [`confirm`] was granted in it.
    ///
    /// False for a session that still waits for its code, and for one that [`Due::Granted`] let in, by a trusted address too.
    pub passed_factor: bool,
}

/// What a call needs to know.
#[derive(Clone, Copy, Debug)]
pub struct MfaFacts<'a> {
    /// The account, as it is stored.
    pub account: &'a Account,
    /// The tenant's settings.
    pub policy: &'a MfaPolicy,
    /// The tenant's keys.
    pub keys: &'a Keyring,
    /// The addresses that this portal user trusts; permanent entries only (SPEC M9).
    pub trusted: &'a Whitelist,
    /// Where the request comes from.
    pub address: ClientAddress,
}

/// What came of a call: store, then act.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "store the write before anybody is let in or told anything"]
pub struct Step<T> {
    /// What to answer, once the write is stored.
    pub outcome: T,
    /// The changed record, with the next revision; none: nothing to store.
    pub write: Option<Account>,
    /// What to do then, in this order.
    pub effects: Vec<MfaEffect>,
}

/// What a portal user is granted or refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a refusal must not be taken for a grant"]
pub enum Judgement<T> {
    /// It is done.
    Granted(T),
    /// It is not.
    Refused(Refusal),
}

/// Why something is refused. Show [`Refusal::Replayed`] as [`Refusal::Wrong`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// Neither a code of the right length nor a recovery code or grant without a typo. It cost no try.
    Malformed,
    /// A wrong code; it was counted, but for recovery codes of a locked class after the fifth of a day (SPEC M8).
    Wrong,
    /// A code that was used before (SPEC M2).
    Replayed,
    /// Too many failures: nothing is compared until then (SPEC M8).
    Wait {
        /// Until when.
        until: Timestamp,
    },
    /// Locked (SPEC M6, M8).
    Locked {
        /// Whether a recovery code may still be tried.
        recovery: bool,
    },
    /// The clock stands before the last accepted step; nothing was judged (SPEC M11).
    ClockError {
        /// By how many steps.
        behind: u64,
    },
    /// A code of the app is due.
    CodeNeeded,
    /// An enrolment is due.
    EnrolmentNeeded,
    /// The enrolment needs a grant, or after a self reset a code of the old secret (SPEC M6).
    GrantNeeded,
    /// The factor is not on.
    NotOn,
    /// There is no enrolment of this session to confirm.
    NoEnrolment,
    /// That was one wrong code too many: the enrolment is void (SPEC M3).
    EnrolmentVoid,
    /// These recovery codes were replaced meanwhile (SPEC M7).
    RecoveryReplaced,
    /// The risk was not accepted (SPEC M6).
    RiskNotAccepted,
    /// The tenant demands the factor (SPEC M6).
    TenantDemands,
}

/// What is due after the right password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Login {
    /// The id of this login session: keep it and pass it to every call of the session.
    pub session: SessionId,
    /// What is due.
    pub due: Due,
}

/// What is due after the right password (SPEC M5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "only Granted lets in"]
pub enum Due {
    /// Nothing: let in.
    Granted,
    /// A code of the app or a recovery code.
    Code {
        /// Nothing is compared before this instant (SPEC M8).
        wait: Option<Timestamp>,
    },
    /// An enrolment; nothing else is open to this session.
    Enrolment {
        /// What it needs.
        proof: EnrolmentProof,
    },
    /// Locked (SPEC M6, M8).
    Locked {
        /// Whether a recovery code may still be tried.
        recovery: bool,
    },
}

/// What an enrolment that is due needs besides the password (SPEC M6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EnrolmentProof {
    /// Nothing.
    None,
    /// A grant of an administrator.
    Grant,
    /// A grant, or a code of the secret before the self reset.
    GrantOrOldCode,
}

/// What let somebody in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entered {
    /// What it was.
    pub by: EnteredBy,
    /// New recovery codes, to show once; none: the old ones stay.
    pub recovery: Option<RecoveryCodes>,
}

/// Recovery codes to show once, after which [`recovery_shown`] is due.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecoveryCodes {
    /// The id of the set, for [`recovery_shown`].
    pub set: RecoverySetId,
    /// The codes.
    pub codes: Vec<Secret>,
}

/// The kind of code that let somebody in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EnteredBy {
    /// A code of the app.
    Code {
        /// Steps by which the phone's clock is ahead.
        drift: i32,
    },
    /// A recovery code, which is used up.
    Recovery {
        /// Good codes that are left, new ones included; warn at [`EnteredBy::RECOVERY_FEW`] in mode set.
        left: u8,
    },
}

impl EnteredBy {
    /// So few recovery codes of a set are worth a warning (SPEC M7).
    pub const RECOVERY_FEW: u8 = 3;
}

/// A secret to show, until a code of it is confirmed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Enrolling {
    /// The secret, for [`KeyUri`](crate::otp::KeyUri) and the typed key.
    pub secret: OtpSecret,
    /// How its codes are made.
    pub totp: Totp,
    /// When it is void.
    pub until: Timestamp,
}

/// A confirmed enrolment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Confirmed {
    /// Recovery codes, to show once; none after a rotation that kept the old ones.
    pub recovery: Option<RecoveryCodes>,
    /// Steps by which the phone's clock is ahead.
    pub drift: i32,
}

/// Who acts on somebody else's account, as the host knows it (SPEC M6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Actor {
    /// The portal user; none: the service provider's own staff.
    pub user: Option<UserId>,
    /// Whether the actor gave a second factor just now.
    pub fresh_factor: bool,
}

/// What an administrator does (SPEC M6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AdminAct {
    /// Demand the factor.
    SwitchOn,
    /// Demand a new enrolment; the old secret and the recovery codes are dead.
    Reset,
    /// Switch the factor off.
    SwitchOff {
        /// Whether the risk was accepted.
        risk_accepted: bool,
    },
    /// Lift locks and clear the counts.
    Unlock,
}

/// What an administrator's act gives.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Administered {
    /// A grant to hand to the owner, shown once; only where policy asks for grants and one is due.
    pub grant: Option<Secret>,
}

/// What a code on paper is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    Recovery,
    Grant,
}

codes! {
    /// Why an administrator's act is refused.
    pub enum MfaError {
        /// The actor is the owner (SPEC M6).
        #[error("administrators do not act on their own account; use the owner's own calls")]
        OwnAccount = MFA_OWN_ACCOUNT,
        /// The actor gave no second factor just now (SPEC M6).
        #[error("the actor has to give a second factor first")]
        ActorFactor = MFA_ACTOR_FACTOR,
        /// The risk was not accepted (SPEC M6).
        #[error("the risk of switching off has to be accepted first")]
        RiskNotAccepted = MFA_RISK_NOT_ACCEPTED,
    }
}
