//! PAP attempts from the voice dialogue (SPEC A3, A5, A11).

use super::{Facts, Writes};
use crate::announcement::Announcement;
use crate::credential::EnrolmentId;
use crate::device::Verdict;
use crate::device::machine::Draft;
use crate::effect::{Audit, AuditEvent, Effect, Effects};
use crate::error::codes;
use crate::ids::AttemptId;
use crate::ip::Source;
use crate::time::Timestamp;
use alloc::string::String;

/// One entry of the PIN dialogue: which enrolment called, what was typed before `#`, and the host's own id of the attempt.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Attempt<'a> {
    id: AttemptId,
    enrolment: EnrolmentId,
    digits: &'a str,
}

impl<'a> Attempt<'a> {
    /// Takes an attempt: the SIP user of the caller as the PBX authenticated it, and the digits; nothing typed is `""`.
    ///
    /// # Errors
    /// [`AttemptError::NotDigits`] for anything but ASCII digits: that is the caller's error and no attempt (SPEC A5).
    /// [`AttemptError::Enrolment`] where the SIP user is no enrolment.
    pub fn new(id: AttemptId, sip_user: &str, digits: &'a str) -> Result<Self, AttemptError> {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AttemptError::NotDigits);
        }
        let enrolment =
            EnrolmentId::parse(sip_user).map_err(|_| AttemptError::Enrolment { input: crate::mac::shown(sip_user) })?;
        Ok(Self { id, enrolment, digits })
    }

    /// The enrolment that called: load the device of its MAC.
    pub const fn enrolment(&self) -> EnrolmentId {
        self.enrolment
    }
}

/// Shows no digit of the entry.
impl core::fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Attempt").field("id", &self.id).field("enrolment", &self.enrolment).finish_non_exhaustive()
    }
}

/// The verdict on an attempt.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "store the writes before the verdict is spoken (SPEC A11)"]
pub struct Judged {
    /// The verdict. Speak it only once the writes are stored.
    pub verdict: Verdict,
    /// Whether the entry was compared and counted by this call.
    pub counted: bool,
    /// The records that changed.
    pub writes: Writes,
    /// What to do after they were stored.
    pub effects: Effects,
}

/// Judges one entry of the PIN dialogue (SPEC A5).
///
/// A PAP authenticates the enrolment that called, and no other requester (SPEC R13). The same attempt id again gives the same
/// verdict and is not counted twice. Store the writes first, then speak (SPEC A11).
pub fn enter_pap(facts: Facts<'_>, attempt: &Attempt<'_>, now: Timestamp) -> Judged {
    let id = attempt.enrolment;
    let source = id.source().unwrap_or(Source::UNRESOLVED);
    let Some(device) = facts.device() else {
        let mut effects = Effects::NONE;
        effects.audit(Audit::of(AuditEvent::PapNotJudged).from(source).aggregated());
        effects.push(Effect::Play(Announcement::NotPossible));
        effects.push(Effect::HangUp);
        return Judged { verdict: Verdict::NotPossible, counted: false, writes: Writes::default(), effects };
    };
    let keys = facts.tenant.keys();
    let genuine = id.is_genuine(keys, device.subject());
    let pap = device.pap(keys);
    let mut effects = Effects::NONE;
    let mut draft = Draft::new(device, facts.tenant.policy().settings(), now, &mut effects);
    let (verdict, counted) = match draft.remembered(attempt.id).filter(|_| genuine) {
        Some(verdict) => {
            draft.say(verdict);
            (verdict, false)
        }
        None if genuine => draft.judge(&id, source, attempt.digits, attempt.id, pap.as_ref()),
        None => (draft.stale(&id, source), false),
    };
    let device = draft.finish();
    Judged { verdict, counted, writes: Writes { device, ..Writes::default() }, effects }
}

codes! {
    /// Why an entry is no attempt.
    pub enum AttemptError {
        /// Something else than ASCII digits was typed or recognised.
        #[error("a PIN entry holds something else than ASCII digits; strip `#` and `*` first")]
        NotDigits = ATTEMPT_NOT_DIGITS,
        /// The SIP user is no enrolment.
        #[error("{input:?} is not the SIP user of an enrolment")]
        Enrolment {
            /// The text, shortened.
            input: String,
        } = ID_ENROLMENT,
    }
}
