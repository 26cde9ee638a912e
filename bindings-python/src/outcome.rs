//! What calls about a portal user give back (SPEC M5 to M7, M12).

use libprov::mfa::{self, Due, EnrolmentProof, Entered, EnteredBy, Judgement, MfaEffect, RecoveryCodes, Refusal};
use libprov::otp;
use libprov::time::Timestamp;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::account::{Account, show};
use crate::convert::{hash, optional, optional_datetime, tuple};
use crate::otp::{OtpSecret, Totp};
use crate::secret::{Secret, no_pickle};
use crate::words::{ENROLMENT_PROOF, ENTERED_BY, LANG, MFA_VERDICT};

/// What a call about a portal user gives: store `account` by compare-and-swap on its revision, then let in, show or say what
/// `outcome` holds, and perform the effects. On a conflict load the account and call again: what was told before is void.
#[pyclass(frozen, module = "libprov")]
pub(crate) struct MfaStep {
    outcome: Py<MfaOutcome>,
    write: Option<mfa::Account>,
    effects: Box<[MfaEffect]>,
}

impl MfaStep {
    pub(crate) fn of<T>(py: Python<'_>, step: mfa::Step<T>, fill: impl FnOnce(&mut MfaOutcome, T)) -> PyResult<Self> {
        let mut outcome = MfaOutcome::granted();
        fill(&mut outcome, step.outcome);
        Ok(Self { outcome: Py::new(py, outcome)?, write: step.write, effects: step.effects.into() })
    }

    pub(crate) fn judged<T>(
        py: Python<'_>,
        step: mfa::Step<Judgement<T>>,
        fill: impl FnOnce(&mut MfaOutcome, T),
    ) -> PyResult<Self> {
        Self::of(py, step, |outcome, judgement| match judgement {
            Judgement::Granted(granted) => fill(outcome, granted),
            Judgement::Refused(refusal) => outcome.refuse(refusal),
        })
    }

    pub(crate) fn entered(py: Python<'_>, step: mfa::Step<Judgement<Entered>>) -> PyResult<Self> {
        Self::judged(py, step, |outcome, entered| {
            outcome.by = Some(entered.by);
            if let EnteredBy::Code { drift } = entered.by {
                outcome.drift = Some(drift);
            }
            outcome.recovery = entered.recovery;
        })
    }
}

#[pymethods]
impl MfaStep {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("outcome", "account", "effects");

    /// What to answer, once the account is stored.
    #[getter]
    fn outcome<'py>(&self, py: Python<'py>) -> Bound<'py, MfaOutcome> {
        self.outcome.bind(py).clone()
    }

    /// The changed record, with the next revision; None: nothing to store.
    #[getter]
    fn account(&self) -> Option<Account> {
        self.write.clone().map(Account)
    }

    /// What to do then, in this order.
    #[getter]
    fn effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.effects.iter().copied(), show)
    }

    fn __repr__(&self) -> String {
        let stored = if self.write.is_some() { ", to be stored" } else { "" };
        format!("<MfaStep {}{stored}>", self.outcome.get().verdict)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("MfaStep"))
    }
}

/// What came of a call about a portal user. Only `granted` is true as a truth value. What does not belong to it is None.
#[pyclass(frozen, module = "libprov")]
pub(crate) struct MfaOutcome {
    verdict: &'static str,
    refusal: Option<Refusal>,
    pub(crate) session: Option<u64>,
    pub(crate) proof: Option<EnrolmentProof>,
    by: Option<EnteredBy>,
    pub(crate) recovery: Option<RecoveryCodes>,
    pub(crate) drift: Option<i32>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) grant: Option<libprov::secret::Secret>,
    pub(crate) shown: Option<(otp::OtpSecret, otp::Totp)>,
}

impl MfaOutcome {
    const fn granted() -> Self {
        Self {
            verdict: "granted",
            refusal: None,
            session: None,
            proof: None,
            by: None,
            recovery: None,
            drift: None,
            until: None,
            grant: None,
            shown: None,
        }
    }

    const fn refuse(&mut self, refusal: Refusal) {
        self.verdict = refusal.name();
        self.refusal = Some(refusal);
        if let Refusal::Wait { until } = refusal {
            self.until = Some(until);
        }
    }

    pub(crate) const fn logged_in(&mut self, login: mfa::Login) {
        self.session = Some(login.session.number());
        match login.due {
            Due::Granted => {}
            Due::Code { wait } => (self.verdict, self.until) = ("code", wait),
            Due::Enrolment { proof } => (self.verdict, self.proof) = ("enrolment", Some(proof)),
            Due::Locked { recovery } => self.refuse(Refusal::Locked { recovery }),
        }
    }
}

#[pymethods]
impl MfaOutcome {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("verdict",);

    /// What came of it.
    #[getter]
    fn verdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        MFA_VERDICT.member(py, self.verdict)
    }

    /// The session that `mfa_password_right` drew: keep it and pass it to every call of the session.
    #[getter]
    const fn session(&self) -> Option<u64> {
        self.session
    }

    /// What the enrolment that is due needs besides the password, with `enrolment`.
    #[getter]
    fn proof<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.proof.map(|proof| ENROLMENT_PROOF.show(py, proof)).transpose()
    }

    /// What let in, after `mfa_enter` and `mfa_resynchronise`.
    #[getter]
    fn by<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let name = |by| if matches!(by, EnteredBy::Code { .. }) { "code" } else { "recovery" };
        self.by.map(|by| ENTERED_BY.member(py, name(by))).transpose()
    }

    /// Good recovery codes that are left after one was used, new ones included; warn at 3 of a set (SPEC M7).
    #[getter]
    const fn left(&self) -> Option<u8> {
        if let Some(EnteredBy::Recovery { left }) = self.by { Some(left) } else { None }
    }

    /// New recovery codes, to show once; empty: the old ones stay. `mfa_recovery_shown` is due then.
    #[getter]
    fn recovery_codes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let codes = self.recovery.iter().flat_map(|recovery| recovery.codes.iter());
        tuple(py, codes, |py, code| Bound::new(py, Secret(code.clone())).map(Bound::into_any))
    }

    /// The id of their set, for `mfa_recovery_shown`.
    #[getter]
    fn recovery_set(&self) -> Option<u64> {
        self.recovery.as_ref().map(|recovery| recovery.set.number())
    }

    /// Steps by which the clock of the app is ahead, where a code was right.
    #[getter]
    const fn drift(&self) -> Option<i32> {
        self.drift
    }

    /// Until when nothing is compared, with `wait` and `code`; when the secret is void, after `mfa_begin_enrolment`.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_datetime(py, self.until)
    }

    /// Steps from the clock to the last accepted one, with `clock_error`.
    #[getter]
    const fn behind(&self) -> Option<u64> {
        if let Some(Refusal::ClockError { behind }) = self.refusal { Some(behind) } else { None }
    }

    /// Whether a recovery code may still be tried, with `locked`.
    #[getter]
    const fn recovery_allowed(&self) -> Option<bool> {
        if let Some(Refusal::Locked { recovery }) = self.refusal { Some(recovery) } else { None }
    }

    /// The grant to hand to the owner, to be shown once, after `mfa_admin` where policy asks for grants.
    #[getter]
    fn grant(&self) -> Option<Secret> {
        self.grant.clone().map(Secret)
    }

    /// The secret to show to the owner, after `mfa_begin_enrolment`: for `KeyUri` and the typed key.
    #[getter]
    fn secret(&self) -> Option<OtpSecret> {
        self.shown.as_ref().map(|(secret, _)| OtpSecret(secret.clone()))
    }

    /// How the codes of that secret are made.
    #[getter]
    fn totp(&self) -> Option<Totp> {
        self.shown.as_ref().map(|(_, totp)| Totp(*totp))
    }

    /// Give what to show to a portal user who was refused; None where nobody was. A replayed code reads as a wrong one.
    ///
    /// It holds no instant: show `until` in the user's own time zone beside it. `lang` is its language, English without it.
    #[pyo3(signature = (*, lang = None))]
    fn text(&self, lang: Option<&Bound<'_, PyAny>>) -> PyResult<Option<&'static str>> {
        let lang = optional(lang, "lang", |lang, field| LANG.read(lang, field))?.unwrap_or_default();
        Ok(self.refusal.map(|refusal| refusal.text(lang)))
    }

    fn __bool__(&self) -> bool {
        self.verdict == "granted"
    }

    fn __repr__(&self) -> String {
        format!("<MfaOutcome {}>", self.verdict)
    }

    fn __hash__(&self) -> u64 {
        hash(self.verdict)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("MfaOutcome"))
    }
}
