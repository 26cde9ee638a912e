//! What a call about a portal user asks the host to do, and its audit events (SPEC M6, M8, A10). `docs/audit-accounts.md`
//! lists every event and field.

use crate::audit::Line;
use crate::ids::{SessionId, TenantId, UserId};
use crate::ip::Source;
use crate::time::Timestamp;
use alloc::string::{String, ToString};

/// One thing to do after the write is stored. All of it is idempotent. A record remembers what it asked for until
/// [`effects_done`](super::effects_done).
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

impl MfaEffect {
    /// Its place in the order to perform: the log first, then sessions, then people (SPEC A10).
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::Audit(_) => 0,
            Self::EndSessions { .. } => 1,
            Self::Notify(_) => 2,
        }
    }
}

/// An audit event of a portal user's second factor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MfaAudit {
    /// What happened.
    pub event: MfaEvent,
    /// Where the request came from; none where there was none.
    pub source: Option<Source>,
    /// The portal user who acted on somebody else's account; none: the owner or nobody, and with an event whose
    /// [`cause`](MfaEvent::cause) is `administrator` the provider's own staff, whose name only the host knows.
    pub actor: Option<UserId>,
}

/// Declares a list of things with stable names: meaning, variant, number, name.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $meaning:literal])+ $variant:ident = $number:literal, $text:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum $name { $($(#[doc = $meaning])+ $variant = $number),+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, lower case with underscores.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The stable number.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The one with this number.
            pub fn from_number(number: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.number() == number)
            }

            /// What it means: one English sentence or two.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii()),+ }
            }
        }
    };
}

named! {
    /// What a portal user is told.
    Notice {
        /// The factor was switched on.
        SwitchedOn = 1, "switched_on";
        /// The app was changed.
        Rotated = 2, "rotated";
        /// The factor has to be set up anew.
        Reset = 3, "reset";
        /// The factor was switched off.
        SwitchedOff = 4, "switched_off";
        /// A recovery code was used.
        RecoveryUsed = 5, "recovery_used";
        /// New recovery codes were made.
        RecoveryRegenerated = 6, "recovery_regenerated";
        /// A lock was lifted.
        Unlocked = 7, "unlocked";
        /// Too many failures locked a class of sources, or a demand that was not met locked the account.
        Locked = 8, "locked";
        /// Somebody who knew the password failed at a new source.
        FailureAtNewSource = 9, "failure_at_new_source";
        /// Two codes in a row let in, and codes are now judged around the clock of the app that showed them.
        Resynchronised = 10, "resynchronised";
    }
}

named! {
    /// What happened to a portal user's second factor.
    MfaEvent {
        /// A code of the app let in.
        CodeAccepted = 1, "mfa_code_accepted";
        /// A trusted address let in without a code (SPEC M9).
        TrustedAddress = 2, "mfa_trusted_address";
        /// A recovery code let in and is used up.
        RecoveryUsed = 3, "mfa_recovery_used";
        /// Two codes in a row of an app whose clock is off let in; codes are now judged around its clock (SPEC M11).
        Resynchronised = 4, "mfa_resynchronised";
        /// A wrong code of the app.
        CodeWrong = 5, "mfa_code_wrong";
        /// A code that was used before (SPEC M2).
        CodeReplayed = 6, "mfa_code_replayed";
        /// A wrong recovery code.
        RecoveryWrong = 7, "mfa_recovery_wrong";
        /// A wrong enrolment grant.
        GrantWrong = 8, "mfa_grant_wrong";
        /// Too many failures locked a class of sources (SPEC M8).
        Locked = 9, "mfa_locked";
        /// The clock stands before the last accepted step (SPEC M11).
        ClockError = 10, "mfa_clock_error";
        /// The tenant demands the factor of this user, who does not have it yet.
        DemandedByTenant = 11, "mfa_demanded_by_tenant";
        /// Recovery codes that nobody confirmed to have been shown were replaced (SPEC M7).
        RecoveryReplaced = 12, "mfa_recovery_replaced";
        /// Recovery codes whose tenant key is gone were replaced (SPEC R22).
        RecoveryOutdated = 13, "mfa_recovery_outdated";
        /// New recovery codes were made at a login by code: all had been used (SPEC M7).
        RecoveryUsedUp = 14, "mfa_recovery_used_up";
        /// An enrolment began.
        EnrolmentBegun = 20, "mfa_enrolment_begun";
        /// A wrong code at the confirmation.
        EnrolmentWrong = 21, "mfa_enrolment_wrong";
        /// Too many wrong codes: the enrolment is void.
        EnrolmentVoid = 22, "mfa_enrolment_void";
        /// The factor is on.
        Enrolled = 23, "mfa_enrolled";
        /// The new secret is live, the old one dead.
        Rotated = 24, "mfa_rotated";
        /// A confirmed enrolment lifted the lock of its class (SPEC M8).
        LockLifted = 25, "mfa_lock_lifted";
        /// The owner made new recovery codes.
        RecoveryRegenerated = 26, "mfa_recovery_regenerated";
        /// New recovery codes were shown.
        RecoveryShown = 27, "mfa_recovery_shown";
        /// The owner reset the factor.
        SelfReset = 28, "mfa_self_reset";
        /// The owner switched the factor off.
        SelfSwitchedOff = 29, "mfa_self_switched_off";
        /// An administrator demanded the factor.
        AdminSwitchedOn = 40, "mfa_admin_switched_on";
        /// An administrator reset the factor.
        AdminReset = 41, "mfa_admin_reset";
        /// An administrator switched the factor off.
        AdminSwitchedOff = 42, "mfa_admin_switched_off";
        /// An administrator lifted locks.
        AdminUnlocked = 43, "mfa_admin_unlocked";
        /// An enrolment was not confirmed in time.
        EnrolmentExpired = 60, "mfa_enrolment_expired";
        /// A grant was not used in time.
        GrantExpired = 61, "mfa_grant_expired";
        /// A demand was not met in time: the account is locked (SPEC M6).
        DemandOverdue = 62, "mfa_demand_overdue";
    }
}

impl MfaEvent {
    /// What brings it about: `login`, `owner`, `administrator` or `time`.
    pub const fn cause(self) -> &'static str {
        match self.number() {
            ..=19 => "login",
            20..=39 => "owner",
            40..=59 => "administrator",
            60.. => "time",
        }
    }
}

/// What stands around an event of an account: whose it is, when it was, and who did it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MfaFrame<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The portal user whose account it is.
    pub user: UserId,
    /// When it was.
    pub at: Timestamp,
    /// Who did it, in the host's own words: a login name, a process. Only 256 characters are kept.
    pub actor: Option<&'a str>,
    /// The revision of the account record that the call wrote, where it wrote one.
    pub revision: Option<u64>,
}

/// Writes an event as one line of JSON, without a line break at its end, as [`crate::audit::json`] does for devices. What does
/// not apply is left out.
///
/// ```
/// use libprov::ids::{TenantId, UserId};
/// use libprov::mfa::{MfaAudit, MfaEvent, MfaFrame, audit_json};
/// # use libprov::time::Timestamp;
/// let now = Timestamp::from_ms(1_900_000_000_000)?;
/// let (tenant, user) = (TenantId::from_number(42), UserId::from_number(7));
/// let audit = MfaAudit { event: MfaEvent::AdminReset, source: None, actor: Some(UserId::from_number(8)) };
/// assert_eq!(
///     audit_json(&audit, &MfaFrame { tenant, user, at: now, actor: Some("ann"), revision: None }),
///     r#"{"at":"2030-03-17T17:46:40.000Z","event":"mfa_admin_reset","cause":"administrator","tenant":"42","user":"7","#
///         .to_owned() + r#""by":"8","actor":"ann"}"#
/// );
/// # Ok::<(), libprov::time::TimeError>(())
/// ```
pub fn audit_json(audit: &MfaAudit, frame: &MfaFrame<'_>) -> String {
    let mut line = Line::new(frame.at, audit.event.name());
    line.text("cause", audit.event.cause());
    line.text("tenant", &frame.tenant.to_string());
    line.text("user", &frame.user.to_string());
    if let Some(by) = audit.actor {
        line.text("by", &by.to_string());
    }
    line.about(None, frame.revision, frame.actor);
    if let Some(source) = audit.source {
        line.text("source", &source.to_string());
    }
    line.end()
}
