//! PAP attempts from the voice dialogue (SPEC A3, A5, A11).

use super::{Facts, Writes};
use crate::announcement::Announcement;
use crate::credential::EnrolmentId;
use crate::device::Verdict;
use crate::device::machine::{Draft, Entry};
use crate::effect::{Audit, AuditEvent, Effect, Effects};
use crate::error::codes;
use crate::guard::{SourceGuard, TenantGuard};
use crate::hooks::{self, Switch};
use crate::ids::{AttemptId, TenantId};
use crate::ip::Source;
use crate::policy::Settings;
use crate::time::Timestamp;
use alloc::borrow::Cow;
use alloc::boxed::Box;
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
/// A wrong entry is charged to the source inside the enrolment, to the /48 around it, to the tenant and to the device
/// (SPEC R12): `facts.source`, `facts.wider` and `facts.budget` are those. A PAP authenticates the enrolment that called, and no other requester (SPEC R13). The same attempt id again gives the same
/// verdict and is not counted twice. Store the writes first, then speak (SPEC A11).
pub fn enter_pap(facts: Facts<'_>, attempt: &Attempt<'_>, now: Timestamp) -> Judged {
    let id = attempt.enrolment;
    let source = id.source().unwrap_or(Source::UNRESOLVED);
    let Some(device) = facts.device() else {
        let mut effects = Effects::default();
        effects.audit(Audit::of(AuditEvent::PapNotJudged).from(source).aggregated());
        effects.push(Effect::Play(Announcement::NotPossible));
        effects.push(Effect::HangUp);
        return Judged { verdict: Verdict::NotPossible, counted: false, writes: Writes::default(), effects };
    };
    let keys = facts.tenant.keys();
    let genuine = id.is_genuine(keys, device.subject());
    let pap = device.pap(keys);
    let budget = Budget::new(facts, source);
    let mut effects = Effects::default();
    let mut draft = Draft::new(device, facts.tenant.policy().settings(), now, &mut effects);
    let (verdict, counted) = match draft.remembered(attempt.id).filter(|_| genuine) {
        Some(verdict) => {
            draft.say(verdict);
            (verdict, false)
        }
        None if genuine => {
            let entry = Entry { digits: attempt.digits, id: attempt.id, may_try: budget.is_open(source, now) };
            draft.judge(&id, source, entry, pap.as_ref())
        }
        None => (draft.stale(&id, source), false),
    };
    let mut writes = Writes { device: draft.finish(), ..Writes::default() };
    match verdict {
        Verdict::Accepted if counted => budget.touch(&mut writes),
        _ if counted => budget.charge(now, &mut writes),
        _ => {}
    }
    Judged { verdict, counted, writes, effects }
}

/// Whether the budgets leave an entry of an enrolment of this source to be judged (SPEC R12).
pub(crate) fn may_try(facts: Facts<'_>, source: Source, now: Timestamp) -> bool {
    Budget::new(facts, source).is_open(source, now)
}

/// What wrong PAPs may still cost: the source, the /48 around it, and the tenant (SPEC R12).
struct Budget<'a> {
    own: Cow<'a, SourceGuard>,
    around: Option<Cow<'a, SourceGuard>>,
    tenant: Cow<'a, TenantGuard>,
    id: TenantId,
    settings: &'a Settings,
}

impl<'a> Budget<'a> {
    fn new(facts: Facts<'a>, source: Source) -> Self {
        Self {
            own: facts.guard_of(source),
            around: facts.guard_around(source),
            tenant: facts.budget.map_or_else(|| Cow::Owned(TenantGuard::new()), Cow::Borrowed),
            id: facts.tenant.id(),
            settings: facts.tenant.policy().settings(),
        }
    }

    /// Whether an entry may be judged.
    fn is_open(&self, source: Source, now: Timestamp) -> bool {
        if hooks::is_off(Switch::R12) {
            return true;
        }
        let settings = self.settings;
        let spent = |guard: &SourceGuard| guard.paused_until(now, settings.pap_source_hour).is_some();
        if spent(&self.own) || self.around.as_deref().is_some_and(spent) {
            return false;
        }
        let trusted = self.own.is_proven(self.id, now)
            || source.network().is_some_and(|ip| settings.rollout_networks.iter().any(|network| network.contains(ip)));
        trusted || self.tenant.paused_until(now, settings.pap_tenant_hour, settings.pap_tenant_day).is_none()
    }

    /// A right entry costs nothing, but of all that were judged by the same records only one may be told (SPEC A11): else
    /// many guesses at once would be one that is charged and one that is right.
    fn touch(&self, writes: &mut Writes) {
        writes.source = Some(Box::new(self.own.touched()));
        writes.wider = self.around.as_ref().map(|guard| Box::new(guard.touched()));
        writes.budget = Some(self.tenant.touched());
    }

    /// Charges a wrong entry. Charges are not given back.
    fn charge(&self, now: Timestamp, writes: &mut Writes) {
        let settings = self.settings;
        writes.source = Some(Box::new(self.own.charged(now, settings.pap_source_hour)));
        writes.wider = self.around.as_ref().map(|guard| Box::new(guard.charged(now, settings.pap_source_hour)));
        writes.budget = Some(self.tenant.charged(now, settings.pap_tenant_hour, settings.pap_tenant_day));
    }
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
