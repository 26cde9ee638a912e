//! What a call about a portal user asks the host to do, and its audit events (SPEC M6, M8, A10).

use crate::ids::{SessionId, UserId};
use crate::ip::Source;

/// One thing to do after the write is stored. All of it is idempotent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MfaEffect {
    /// Write this event to the audit log.
    Audit(MfaAudit),
    /// End the sessions of this portal user.
    EndSessions {
        /// But for this one, whose user just gave a code.
        keep: Option<SessionId>,
    },
    /// Tell the portal user, outside of the portal.
    Notify(Notice),
}

/// An audit event of a portal user's second factor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MfaAudit {
    /// What happened.
    pub event: MfaEvent,
    /// Where the request came from; none where there was none.
    pub source: Option<Source>,
    /// The portal user who acted on somebody else's account; none: the owner, the provider's staff, or nobody.
    pub actor: Option<UserId>,
}

/// What a portal user is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[non_exhaustive]
pub enum Notice {
    /// The factor was switched on.
    SwitchedOn,
    /// The app was changed.
    Rotated,
    /// The factor has to be set up anew.
    Reset,
    /// The factor was switched off.
    SwitchedOff,
    /// A recovery code was used.
    RecoveryUsed,
    /// New recovery codes were made.
    RecoveryRegenerated,
    /// A lock was lifted.
    Unlocked,
    /// Too many failures locked a class of sources, or the account.
    Locked,
    /// Somebody who knew the password failed at a new source.
    FailureAtNewSource,
}

macro_rules! events {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $cause:literal;)+) => {
        /// What happened to a portal user's second factor.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
        #[non_exhaustive]
        pub enum MfaEvent {
            $($(#[$meta])* $variant),+
        }

        impl MfaEvent {
            /// All events.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// What brings it about: `login`, `owner`, `administrator` or `time`.
            pub const fn cause(self) -> &'static str {
                match self {
                    $(Self::$variant => $cause),+
                }
            }
        }
    };
}

events! {
    /// A code of the app let in.
    CodeAccepted = "mfa_code_accepted", "login";
    /// A trusted address let in without a code.
    TrustedAddress = "mfa_trusted_address", "login";
    /// A recovery code let in and is used up.
    RecoveryUsed = "mfa_recovery_used", "login";
    /// A wrong code of the app.
    CodeWrong = "mfa_code_wrong", "login";
    /// A code that was used before.
    CodeReplayed = "mfa_code_replayed", "login";
    /// A wrong recovery code.
    RecoveryWrong = "mfa_recovery_wrong", "login";
    /// A wrong enrolment grant.
    GrantWrong = "mfa_grant_wrong", "login";
    /// Too many failures locked a class of sources.
    Locked = "mfa_locked", "login";
    /// The clock stands before the last accepted step.
    ClockError = "mfa_clock_error", "login";
    /// The tenant demands the factor of this user, who does not have it yet.
    DemandedByTenant = "mfa_demanded_by_tenant", "login";
    /// An enrolment began.
    EnrolmentBegun = "mfa_enrolment_begun", "owner";
    /// A wrong code at the confirmation.
    EnrolmentWrong = "mfa_enrolment_wrong", "owner";
    /// Too many wrong codes: the enrolment is void.
    EnrolmentVoid = "mfa_enrolment_void", "owner";
    /// The factor is on.
    Enrolled = "mfa_enrolled", "owner";
    /// The new secret is live, the old one dead.
    Rotated = "mfa_rotated", "owner";
    /// A confirmed enrolment lifted the lock of its class.
    LockLifted = "mfa_lock_lifted", "owner";
    /// Recovery codes that nobody confirmed to have been shown were replaced.
    RecoveryReplaced = "mfa_recovery_replaced", "login";
    /// The owner made new recovery codes.
    RecoveryRegenerated = "mfa_recovery_regenerated", "owner";
    /// New recovery codes were shown.
    RecoveryShown = "mfa_recovery_shown", "owner";
    /// The owner reset the factor.
    SelfReset = "mfa_self_reset", "owner";
    /// The owner switched the factor off.
    SelfSwitchedOff = "mfa_self_switched_off", "owner";
    /// An administrator demanded the factor.
    AdminSwitchedOn = "mfa_admin_switched_on", "administrator";
    /// An administrator reset the factor.
    AdminReset = "mfa_admin_reset", "administrator";
    /// An administrator switched the factor off.
    AdminSwitchedOff = "mfa_admin_switched_off", "administrator";
    /// An administrator lifted locks.
    AdminUnlocked = "mfa_admin_unlocked", "administrator";
    /// An enrolment was not confirmed in time.
    EnrolmentExpired = "mfa_enrolment_expired", "time";
    /// A grant was not used in time.
    GrantExpired = "mfa_grant_expired", "time";
    /// A demand was not met in time: the account is locked.
    DemandOverdue = "mfa_demand_overdue", "time";
}
