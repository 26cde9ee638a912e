//! The record of a portal user's second factor, and what it asks to be done (SPEC E5, M3, A10).

use libprov::ids::{RecoverySetId, SessionId};
use libprov::mfa;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{client, hash, id, instant, number, optional, quoted, text, tuple, user_id};
use crate::errors::ARGUMENT;
use crate::records::{Frozen, SNAPSHOT_HEAVY, Source, snapshots};
use crate::tenant::Tenant;
use crate::words::{FACTOR_STATE, LANG, MFA_EVENT, MFA_NOTICE};

/// The second factor of one portal user, complete and by value (SPEC E5, M3). Key: tenant and user.
///
/// Calls never change it but return what it becomes in `step.account`. Its snapshots and pickles hold the secret of the app: keep
/// them as safe as a password file. A record that cannot be read denies: an error is never `off`.
///
/// `Account(tenant, user, now=now)` is for a portal user who has no record yet: off.
///
/// >>> import secrets
/// >>> from libprov import Account, Tenant, TenantKey
/// >>> tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=["112"])
/// >>> Account(tenant, 7, now=1_900_000_000_000).state
/// <FactorState.OFF: 'off'>
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Account(pub(crate) mfa::Account);

snapshots!(Account, mfa::Account);

#[pymethods]
impl Account {
    #[new]
    #[pyo3(signature = (tenant, user, /, *, now))]
    fn new(tenant: &Bound<'_, Tenant>, user: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(mfa::Account::new(tenant.get().0.id(), user_id(user, "user")?, instant(now, "now")?)))
    }

    /// The revision: rises by one with each change, for compare-and-swap (SPEC E5).
    #[getter]
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    /// The id of the tenant.
    #[getter]
    fn tenant(&self) -> String {
        self.0.tenant().to_string()
    }

    /// The id of the portal user: a number or a UUID, as text.
    #[getter]
    fn user(&self) -> String {
        self.0.user().to_string()
    }

    /// Where it stands, as it was stored; what is due is not applied.
    #[getter]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        FACTOR_STATE.member(py, self.0.state().name())
    }

    /// The set of recovery codes that nobody confirmed to have been shown, for `mfa_recovery_shown` (SPEC M7).
    #[getter]
    fn recovery_unseen(&self) -> Option<u64> {
        self.0.recovery_unseen().map(RecoverySetId::number)
    }

    /// The last accepted step of the live secret (SPEC M2).
    #[getter]
    fn last_step(&self) -> Option<u64> {
        self.0.last_step()
    }

    /// Steps by which the clock of the app is taken to be ahead; codes are judged around that (SPEC M11).
    #[getter]
    fn drift(&self) -> Option<i16> {
        self.0.drift()
    }

    /// Effects decided with this record and not yet confirmed by `mfa_effects_done`, the newest 32 (SPEC A10).
    #[getter]
    fn pending_effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.pending_effects().iter().copied(), show)
    }

    /// Count the recovery codes that are left and that a key of the tenant can still check (SPEC M7, R22).
    #[pyo3(signature = (tenant, /))]
    fn recovery_left(&self, tenant: &Bound<'_, Tenant>) -> u8 {
        self.0.recovery_left(tenant.get().0.keys())
    }

    /// Whether requests from this address are locked (SPEC M6, M8); `None` is one that could not be told.
    #[pyo3(signature = (address, /))]
    fn is_locked(&self, address: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_locked(client(address, "address")?.source()))
    }

    /// Whether a recovery code or a grant still needs a tenant key, so that the next rotation would void it (SPEC R22).
    #[pyo3(signature = (key_id, /))]
    fn depends_on(&self, key_id: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.depends_on(number(key_id, "key_id", ARGUMENT)?))
    }

    fn __repr__(&self) -> String {
        let (user, tenant) = (quoted(&self.0.user().to_string()), quoted(&self.0.tenant().to_string()));
        format!("Account(user={user}, tenant={tenant}, state='{}', revision={})", self.0.state().name(), self.0.revision())
    }

    fn __hash__(&self) -> u64 {
        hash((self.0.tenant(), self.0.user(), self.0.revision()))
    }
}

/// An effect as an object of its class.
pub(crate) fn show(py: Python<'_>, effect: mfa::MfaEffect) -> PyResult<Bound<'_, PyAny>> {
    Ok(match effect {
        mfa::MfaEffect::Audit(audit) => Bound::new(py, MfaAudit(audit))?.into_any(),
        mfa::MfaEffect::EndSessions { keep } => Bound::new(py, EndSessions(keep))?.into_any(),
        mfa::MfaEffect::Notify(notice) => Bound::new(py, Notify(notice))?.into_any(),
    })
}

/// Write this event to the audit log; `mfa_audit_json` makes the line. It never holds a secret.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct MfaAudit(mfa::MfaAudit);

#[pymethods]
impl MfaAudit {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("event", "source", "by");

    /// What happened.
    #[getter]
    fn event<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        MFA_EVENT.member(py, self.0.event.name())
    }

    /// What brought it about: `login`, `owner`, `administrator` or `time`.
    #[getter]
    fn cause(&self) -> &'static str {
        self.0.event.cause()
    }

    /// Where the request came from; None where there was none.
    #[getter]
    fn source(&self) -> Option<Source> {
        self.0.source.map(Source)
    }

    /// The portal user who acted on somebody else's account; None: the owner, the provider's staff, or nobody.
    #[getter]
    fn by(&self) -> Option<String> {
        self.0.actor.map(|user| user.to_string())
    }

    fn __repr__(&self) -> String {
        let mut out = format!("<MfaAudit {}", self.0.event.name());
        if let Some(source) = self.0.source {
            out.push_str(&format!(" from {source}"));
        }
        if let Some(by) = self.0.actor {
            out.push_str(&format!(" by {by}"));
        }
        out + ">"
    }

    fn __hash__(&self) -> u64 {
        self.0.event.number().into()
    }
}

/// End the sessions of this portal user, but for `keep` where it is not None: its user just gave a code (SPEC M6).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct EndSessions(Option<SessionId>);

#[pymethods]
impl EndSessions {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("keep",);

    /// The session that stays.
    #[getter]
    fn keep(&self) -> Option<u64> {
        self.0.map(SessionId::number)
    }

    fn __repr__(&self) -> &'static str {
        if self.0.is_some() { "<EndSessions but one>" } else { "<EndSessions>" }
    }

    fn __hash__(&self) -> u64 {
        hash(self.0)
    }
}

/// Tell the portal user, outside of the portal.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Notify(mfa::Notice);

#[pymethods]
impl Notify {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("notice",);

    /// What to tell.
    #[getter]
    fn notice<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        MFA_NOTICE.member(py, self.0.name())
    }

    /// Give words for it; `lang` is their language, English without it (SPEC E4).
    #[pyo3(signature = (*, lang = None))]
    fn text(&self, lang: Option<&Bound<'_, PyAny>>) -> PyResult<&'static str> {
        Ok(self.0.text(optional(lang, "lang", |lang, field| LANG.read(lang, field))?.unwrap_or_default()))
    }

    fn __repr__(&self) -> String {
        format!("<Notify {}>", self.0.name())
    }

    fn __hash__(&self) -> u64 {
        self.0.number().into()
    }
}

/// Give the record after the host performed the effects of everything up to `revision` (SPEC A10).
///
/// Call it after a crash too, once `account.pending_effects` were performed again: all are idempotent. A record that changed
/// since keeps them. None: nothing to store.
#[pyfunction]
#[pyo3(signature = (account, revision))]
pub(crate) fn mfa_effects_done(account: &Bound<'_, Account>, revision: &Bound<'_, PyAny>) -> PyResult<Option<Account>> {
    Ok(mfa::effects_done(&account.get().0, id(revision, "revision")?).map(Account))
}

/// Write an audit event of a portal user as one line of JSON, without a line break; `docs/audit-accounts.md` lists its fields.
///
/// Args:
///     audit: the effect.
///     account: whose factor it is about.
///     at: when it was.
///     actor: who did it, in the host's own words; as in `audit_json`.
///     revision: of the account record that the call wrote, where it wrote one.
#[pyfunction]
#[pyo3(signature = (audit, account, *, at, actor = None, revision = None))]
pub(crate) fn mfa_audit_json(
    audit: &Bound<'_, MfaAudit>,
    account: &Bound<'_, Account>,
    at: &Bound<'_, PyAny>,
    actor: Option<&Bound<'_, PyAny>>,
    revision: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let account = &account.get().0;
    let frame = mfa::MfaFrame {
        tenant: account.tenant(),
        user: account.user(),
        at: instant(at, "at")?,
        actor: actor.map(|actor| text(actor, "actor")).transpose()?,
        revision: optional(revision, "revision", id)?,
    };
    Ok(mfa::audit_json(&audit.get().0, &frame))
}
