//! The second factor of portal users: settings, facts, and the calls (SPEC M3, M5 to M9, M11, M12).

use libprov::error::ErrorCode;
use libprov::ids::{RecoverySetId, SessionId};
use libprov::ip::ClientAddress;
use libprov::mfa::{self, Actor, AdminAct, MfaSettings, OwnSession, RecoveryMode};
use libprov::otp::Window;
use libprov::whitelist;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::account::Account;
use crate::convert::{
    client, entropy, id, instant, length_ms, number, optional, optional_datetime, secret, text, truth, user_id,
};
use crate::errors::{self, ARGUMENT, barrier, invalid, refused, work, wrong_type};
use crate::otp::Totp;
use crate::outcome::MfaStep;
use crate::secret::no_pickle;
use crate::tenant::{Tenant, Whitelist};
use crate::words::{ADMIN_ACT, SWITCH_OFF};

/// What a tenant decides about the second factor (SPEC M1, M3, M6, M7, M9). The library keeps it nowhere: pass it with every call.
///
/// Args:
///     settings: any field of `MfaSettings`, such as `demanded=True` or `recovery=10`.
///
/// Raises:
///     InvalidInputError: a setting is nonsense; `.field` names it.
///
/// >>> from libprov import MfaPolicy
/// >>> MfaPolicy(recovery=10).settings["enrolment_ms"]
/// 900000
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct MfaPolicy(mfa::MfaPolicy);

#[pymethods]
impl MfaPolicy {
    #[new]
    #[pyo3(signature = (**settings))]
    fn new(py: Python<'_>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut made = MfaSettings::default();
        for (name, value) in settings.into_iter().flatten() {
            set(&mut made, text(&name, "keyword")?, &value)?;
        }
        mfa::MfaPolicy::new(made).map(Self).map_err(|error| invalid(py, &error, "settings"))
    }

    /// All settings, under the names by which they are set.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (out, s) = (PyDict::new(py), self.0.settings());
        out.set_item("totp", Totp(s.totp))?;
        out.set_item("window", s.window.steps())?;
        out.set_item("resync_steps", s.resync_steps)?;
        out.set_item("enrolment_ms", s.enrolment_ms)?;
        out.set_item("enrolment_tries", s.enrolment_tries)?;
        out.set_item("demanded", s.demanded)?;
        out.set_item("demand_ms", s.demand_ms)?;
        out.set_item("grants", s.grants)?;
        out.set_item("grant_ms", s.grant_ms)?;
        out.set_item("switch_off", SWITCH_OFF.show(py, s.switch_off)?)?;
        out.set_item("recovery", if let RecoveryMode::Set(codes) = s.recovery { codes } else { 1 })?;
        out.set_item("trusted_addresses", s.trusted_addresses)?;
        Ok(out)
    }

    fn __repr__(&self) -> &'static str {
        "<MfaPolicy>"
    }

    fn __hash__(&self) -> u64 {
        self.0.settings().enrolment_ms
    }
}

fn set(settings: &mut MfaSettings, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let range = ErrorCode::POLICY_RANGE.number();
    match name {
        "totp" => settings.totp = value.cast::<Totp>().map_err(|_| wrong_type(value, name, "a Totp"))?.get().0,
        "window" => {
            settings.window = Window::new(number(value, name, range)?).map_err(|error| invalid(value.py(), &error, name))?;
        }
        "resync_steps" => settings.resync_steps = number(value, name, range)?,
        "enrolment_ms" => settings.enrolment_ms = length_ms(value, name)?,
        "enrolment_tries" => settings.enrolment_tries = number(value, name, range)?,
        "demanded" => settings.demanded = truth(value, name)?,
        "demand_ms" => settings.demand_ms = if value.is_none() { None } else { Some(length_ms(value, name)?) },
        "grants" => settings.grants = truth(value, name)?,
        "grant_ms" => settings.grant_ms = length_ms(value, name)?,
        "switch_off" => settings.switch_off = SWITCH_OFF.read(value, name)?,
        "recovery" => {
            settings.recovery = match number(value, name, range)? {
                1 => RecoveryMode::Single,
                codes => RecoveryMode::Set(codes),
            }
        }
        "trusted_addresses" => settings.trusted_addresses = truth(value, name)?,
        _ => return Err(PyTypeError::new_err(format!("there is no setting {name}"))),
    }
    Ok(())
}

/// What a call about a portal user needs to know.
///
/// Args:
///     account: the account, as it is stored.
///     tenant: the account's tenant, for its keys.
///     policy: the tenant's settings.
///     address: where the request comes from; None: it could not be told, and nobody trusts it.
///     trusted: the addresses that this portal user trusts; permanent entries only (SPEC M9).
#[pyclass(frozen, module = "libprov")]
pub(crate) struct MfaFacts {
    /// The account.
    #[pyo3(get)]
    account: Py<Account>,
    /// The account's tenant.
    #[pyo3(get)]
    tenant: Py<Tenant>,
    /// The tenant's settings.
    #[pyo3(get)]
    policy: Py<MfaPolicy>,
    /// The addresses that this portal user trusts.
    #[pyo3(get)]
    trusted: Option<Py<Whitelist>>,
    nobody: whitelist::Whitelist,
    address: ClientAddress,
}

impl MfaFacts {
    fn lend(&self) -> mfa::MfaFacts<'_> {
        mfa::MfaFacts {
            account: &self.account.get().0,
            policy: &self.policy.get().0,
            keys: self.tenant.get().0.keys(),
            trusted: self.trusted.as_ref().map_or(&self.nobody, |list| list.get().core()),
            address: self.address,
        }
    }
}

#[pymethods]
impl MfaFacts {
    #[new]
    #[pyo3(signature = (account, *, tenant, policy, address, trusted = None))]
    fn new(
        py: Python<'_>,
        account: Py<Account>,
        tenant: Py<Tenant>,
        policy: Py<MfaPolicy>,
        address: &Bound<'_, PyAny>,
        trusted: Option<Py<Whitelist>>,
    ) -> PyResult<Self> {
        if account.get().0.tenant() != tenant.get().0.id() {
            return Err(refused(py, ARGUMENT, "tenant", "tenant is not the tenant of the account"));
        }
        let address = client(address, "address")?;
        Ok(Self { account, tenant, policy, trusted, nobody: whitelist::Whitelist::default(), address })
    }

    fn __repr__(&self) -> String {
        format!("<MfaFacts of user {}>", self.account.get().0.user())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("MfaFacts"))
    }
}

fn session(value: &Bound<'_, PyAny>) -> PyResult<SessionId> {
    id(value, "session").map(SessionId::from_number)
}

/// Say what is due after the right password, and draw the id of the login session (SPEC M5, M9).
///
/// The verdict is `granted`, `code`, `enrolment` or `locked`. It never replaces the password.
///
/// >>> import secrets
/// >>> from libprov import Account, MfaFacts, MfaPolicy, Tenant, TenantKey, mfa_password_right
/// >>> tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=["112"])
/// >>> now = 1_900_000_000_000
/// >>> facts = MfaFacts(Account(tenant, 7, now=now), tenant=tenant, policy=MfaPolicy(demanded=True), address="192.0.2.10")
/// >>> step = mfa_password_right(facts, now=now, entropy=secrets.token_bytes(32))
/// >>> step.outcome.verdict, step.account.state
/// (<MfaVerdict.ENROLMENT: 'enrolment'>, <FactorState.DEMANDED: 'demanded'>)
#[pyfunction]
#[pyo3(signature = (facts, *, now, entropy))]
pub(crate) fn mfa_password_right(
    facts: &Bound<'_, MfaFacts>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    let step = barrier(py, || mfa::password_right(facts.get().lend(), now, fresh))?;
    MfaStep::of(py, step, crate::outcome::MfaOutcome::logged_in)
}

/// Take what was typed into the one field of a login whose password was right: a code of the app or a recovery code (SPEC M5, M7).
///
/// With `granted` let in, once the account is stored.
#[pyfunction]
#[pyo3(signature = (facts, session, typed, *, now, entropy))]
pub(crate) fn mfa_enter(
    facts: &Bound<'_, MfaFacts>,
    session: &Bound<'_, PyAny>,
    typed: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let (session, typed) = (self::session(session)?, secret(typed, "typed")?);
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    let step = barrier(py, || mfa::enter(facts.get().lend(), session, typed.expose(), now, fresh))?;
    MfaStep::entered(py, step)
}

/// Let in by two codes that an app showed one after the other, whose clock is too far off for `mfa_enter` (SPEC M11).
///
/// Later codes are judged around its clock, and the owner is told. A failure counts as a wrong code does. From a source that had
/// no success in 30 days, codes older than those that `mfa_enter` takes are wrong. With `resync_steps` 0 it is `code_needed`.
#[pyfunction]
#[pyo3(signature = (facts, first, second, *, now, entropy))]
pub(crate) fn mfa_resynchronise(
    facts: &Bound<'_, MfaFacts>,
    first: &Bound<'_, PyAny>,
    second: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let (first, second) = (secret(first, "first")?, secret(second, "second")?);
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    let lent = facts.get().lend();
    let step = work(py, true, || mfa::resynchronise(lent, (first.expose(), second.expose()), now, fresh))?;
    MfaStep::entered(py, step)
}

/// Give a secret to show to the owner, who is in this session: `outcome.secret`, until `outcome.until` (SPEC M3, M4, M6).
///
/// The same session gets the same secret until it is confirmed or void.
///
/// Args:
///     proof: a code of the app where the factor is on; a grant or a code of the old secret where `outcome.proof` asked for one.
#[pyfunction]
#[pyo3(signature = (facts, session, proof = None, *, now, entropy))]
pub(crate) fn mfa_begin_enrolment(
    facts: &Bound<'_, MfaFacts>,
    session: &Bound<'_, PyAny>,
    proof: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let (session, proof) = (self::session(session)?, optional(proof, "proof", secret)?);
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    let proof = proof.as_ref().map(libprov::secret::Secret::expose);
    let step = barrier(py, || mfa::begin_enrolment(facts.get().lend(), session, proof, now, fresh))?;
    MfaStep::judged(py, step, |outcome, mfa::Enrolling { secret, totp, until }| {
        (outcome.shown, outcome.until) = (Some((secret, totp)), Some(until));
    })
}

/// Take the first code of the secret that `mfa_begin_enrolment` gave to this session; a right one makes it live (SPEC M2, M3).
#[pyfunction]
#[pyo3(signature = (facts, session, code, *, now, entropy))]
pub(crate) fn mfa_confirm(
    facts: &Bound<'_, MfaFacts>,
    session: &Bound<'_, PyAny>,
    code: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let (session, code) = (self::session(session)?, secret(code, "code")?);
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    let step = barrier(py, || mfa::confirm(facts.get().lend(), session, code.expose(), now, fresh))?;
    MfaStep::judged(py, step, |outcome, mfa::Confirmed { recovery, drift }| {
        (outcome.recovery, outcome.drift) = (recovery, Some(drift));
    })
}

/// Note that a set of recovery codes was shown to the owner; until then a login by code replaces it (SPEC M7). Twice is harmless.
#[pyfunction]
#[pyo3(signature = (facts, recovery_set, *, now))]
pub(crate) fn mfa_recovery_shown(
    facts: &Bound<'_, MfaFacts>,
    recovery_set: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let (set, now) = (RecoverySetId::from_number(id(recovery_set, "recovery_set")?), instant(now, "now")?);
    let step = barrier(py, || mfa::recovery_shown(facts.get().lend(), set, now))?;
    MfaStep::judged(py, step, |_, ()| {})
}

/// Replace all recovery codes; needs a right code of the app (SPEC M7). The other sessions end.
#[pyfunction]
#[pyo3(signature = (facts, session, code, *, now, entropy))]
pub(crate) fn mfa_regenerate_recovery(
    facts: &Bound<'_, MfaFacts>,
    session: &Bound<'_, PyAny>,
    code: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let (py, session, code) = (facts.py(), self::session(session)?, secret(code, "code")?);
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    let step = barrier(py, || mfa::regenerate_recovery(facts.get().lend(), session, code.expose(), now, fresh))?;
    MfaStep::judged(py, step, |outcome, recovery| outcome.recovery = Some(recovery))
}

/// Reset the factor of the owner, who gives a right code: all sessions end and the next login enrols anew (SPEC M6).
#[pyfunction]
#[pyo3(signature = (facts, code, *, now))]
pub(crate) fn mfa_self_reset(facts: &Bound<'_, MfaFacts>, code: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<MfaStep> {
    let (py, code, now) = (facts.py(), secret(code, "code")?, instant(now, "now")?);
    let step = barrier(py, || mfa::self_reset(facts.get().lend(), code.expose(), now))?;
    MfaStep::judged(py, step, |_, ()| {})
}

/// Switch the factor of the owner off, who accepts the risk and gives a right code, unless policy asks for the first alone (SPEC M6).
///
/// Args:
///     passed_factor: whether `mfa_enter`, `mfa_resynchronise` or `mfa_confirm` was granted in this session. False for one that
///         still waits for its code, and for one that `mfa_password_right` let in, by a trusted address too: then the risk alone
///         is not enough, and without a code the verdict is `code_needed`.
///     risk_accepted: whether the owner accepted the risk.
#[pyfunction]
#[pyo3(signature = (facts, session, code = None, *, passed_factor, risk_accepted, now))]
pub(crate) fn mfa_self_switch_off(
    facts: &Bound<'_, MfaFacts>,
    session: &Bound<'_, PyAny>,
    code: Option<&Bound<'_, PyAny>>,
    passed_factor: &Bound<'_, PyAny>,
    risk_accepted: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let (id, code) = (self::session(session)?, optional(code, "code", secret)?);
    let session = OwnSession { id, passed_factor: truth(passed_factor, "passed_factor")? };
    let (risk, now) = (truth(risk_accepted, "risk_accepted")?, instant(now, "now")?);
    let code = code.as_ref().map(libprov::secret::Secret::expose);
    let step = barrier(py, || mfa::self_switch_off(facts.get().lend(), session, code, risk, now))?;
    MfaStep::judged(py, step, |_, ()| {})
}

/// Do what an administrator asks for somebody else (SPEC M6). An act that changes nothing has no account to store.
///
/// Args:
///     act: what to do.
///     actor: the portal user who acts: a number, a UUID, or text of either; None: the service provider's own staff.
///     fresh_factor: whether the actor gave a second factor just now.
///     risk_accepted: whether the risk of `switch_off` was accepted.
///
/// Raises:
///     AdminError: the actor is the owner, gave no second factor, or did not accept the risk.
#[pyfunction]
#[pyo3(signature = (facts, act, *, actor, fresh_factor, risk_accepted = None, now, entropy))]
pub(crate) fn mfa_admin(
    facts: &Bound<'_, MfaFacts>,
    act: &Bound<'_, PyAny>,
    actor: Option<&Bound<'_, PyAny>>,
    fresh_factor: &Bound<'_, PyAny>,
    risk_accepted: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let py = facts.py();
    let risk_accepted = optional(risk_accepted, "risk_accepted", truth)?.unwrap_or(false);
    let act = match ADMIN_ACT.read(act, "act")? {
        AdminAct::SwitchOff { .. } => AdminAct::SwitchOff { risk_accepted },
        other => other,
    };
    let actor = Actor { user: optional(actor, "actor", user_id)?, fresh_factor: truth(fresh_factor, "fresh_factor")? };
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    let step = barrier(py, || mfa::admin(facts.get().lend(), actor, act, now, fresh))?;
    let step = step.map_err(|error| errors::mfa(py, &error))?;
    MfaStep::of(py, step, |outcome, mfa::Administered { grant }| outcome.grant = grant)
}

/// End what is over: enrolments, grants, demands (SPEC M3, M6). Late or twice is harmless.
#[pyfunction]
#[pyo3(signature = (account, policy, *, now))]
pub(crate) fn mfa_handle_timeout(
    account: &Bound<'_, Account>,
    policy: &Bound<'_, MfaPolicy>,
    now: &Bound<'_, PyAny>,
) -> PyResult<MfaStep> {
    let (py, now) = (account.py(), instant(now, "now")?);
    let step = barrier(py, || mfa::handle_timeout(&account.get().0, &policy.get().0, now))?;
    MfaStep::of(py, step, |_, ()| {})
}

/// Tell when `mfa_handle_timeout` is due; None: nothing waits.
#[pyfunction]
#[pyo3(signature = (account, policy, /))]
pub(crate) fn mfa_next_timeout<'py>(
    account: &Bound<'py, Account>,
    policy: &Bound<'py, MfaPolicy>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    optional_datetime(account.py(), mfa::next_timeout(&account.get().0, &policy.get().0))
}
