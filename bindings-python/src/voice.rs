//! The voice dialogue, key presses, and the audit log as lines of JSON (SPEC C3, C4, A10, E7).

use std::sync::{Mutex, MutexGuard, PoisonError};

use libprov::announcement::Announcement;
use libprov::audit;
use libprov::dialogue::{self, Action, Actions};
use libprov::dtmf::{self, Digit};
use libprov::ids::AttemptId;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::answer::Judged;
use crate::convert::{blob, id, instant, mac, number, optional, optional_datetime, text, tuple};
use crate::effect::{Audit, HangUp, Play};
use crate::errors::{ARGUMENT, refused};
use crate::secret::{Secret, no_pickle};
use crate::tenant::Tenant;

/// What a lock guards. Nothing panics under it, and no Python runs.
fn locked<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show(py: Python<'_>, actions: Actions) -> PyResult<Bound<'_, PyTuple>> {
    tuple(py, actions.into_iter(), |py, action| {
        Ok(match action {
            Action::Play(announcement) => Bound::new(py, Play(announcement))?.into_any(),
            Action::Enter(entry) => Bound::new(py, Enter(entry))?.into_any(),
            Action::Transfer(number) => Bound::new(py, Transfer(number))?.into_any(),
            // A later core may know more; ending the call is what can do no harm.
            _ => Bound::new(py, HangUp)?.into_any(),
        })
    })
}

/// One call to the authentication service (SPEC C3): keys in, actions out. It guards itself, so that threads may share it.
///
/// The calls give what to do, in order: `Play` (in place of what is being played), `Enter`, `Transfer` (at once) and `HangUp`
/// (when the announcement has been played). Stop what is being played when a key comes. Digits that equal an emergency
/// number of the tenant are transferred and never judged, discarded or cut off.
///
/// Args:
///     tenant: whose times, cap on length, emergency numbers and outside-line prefix count.
///     call: drawn at random; its low 56 bits must be those of no other call of the device, for attempt ids are made of it.
///     now: when the call was answered.
///
/// >>> from libprov import Dialogue, Enter, Tenant, TenantKey
/// >>> tenant = Tenant.cloud(1, key=TenantKey(1, bytes(range(32))), emergency=["112"])
/// >>> now = 1_900_000_000_000
/// >>> call = Dialogue(tenant, call=0x5EED, now=now)
/// >>> call.opening
/// <Play enter_pin>
/// >>> for key in "482913#":
/// ...     actions = call.digit(key, now=now)
/// >>> [entry] = actions   # to enter_pap; then call.judged(entry.id, judged, now=now)
/// >>> entry.digits.reveal()
/// '482913'
/// >>> for key in "112#":
/// ...     actions = call.digit(key, now=now)
/// >>> actions
/// (<Play emergency>, <Transfer 112>)
#[pyclass(frozen, module = "libprov")]
pub(crate) struct Dialogue(Mutex<dialogue::Dialogue>);

#[pymethods]
impl Dialogue {
    #[new]
    #[pyo3(signature = (tenant, *, call, now))]
    fn new(tenant: &Bound<'_, Tenant>, call: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (call, now) = (id(call, "call")?, instant(now, "now")?);
        Ok(Self(Mutex::new(dialogue::Dialogue::new(call, tenant.get().0.policy(), now))))
    }

    /// What is played first.
    #[getter]
    fn opening<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Play>> {
        let announcement = match locked(&self.0).opening() {
            Action::Play(announcement) => announcement,
            _ => Announcement::EnterPin,
        };
        Bound::new(py, Play(announcement))
    }

    /// Take a key press: one of `0` to `9`, `*`, `#`, `A` to `D`.
    #[pyo3(signature = (key, *, now))]
    fn digit<'py>(&self, key: &Bound<'py, PyAny>, now: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let py = key.py();
        let mut chars = text(key, "key")?.chars();
        let digit = chars.next().and_then(Digit::from_char).filter(|_| chars.next().is_none());
        let digit = digit.ok_or_else(|| refused(py, ARGUMENT, "key", "key is no key of a telephone"))?;
        let now = instant(now, "now")?;
        let actions = locked(&self.0).digit(digit, now);
        show(py, actions)
    }

    /// Tell the verdict of `enter_pap` on the entry with this id, once its writes were stored (SPEC A11).
    ///
    /// The effects `Play` and `HangUp` of the verdict are in the actions; perform the others as ever. A verdict on another
    /// attempt than the one that waits does nothing.
    #[pyo3(signature = (id, judged, *, now))]
    fn judged<'py>(
        &self,
        id: &Bound<'py, PyAny>,
        judged: &Bound<'py, Judged>,
        now: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let (attempt, at) = (AttemptId::from_number(self::id(id, "id")?), instant(now, "now")?);
        let actions = locked(&self.0).judged(attempt, judged.get().core(), at);
        show(now.py(), actions)
    }

    /// Tell that the entry with this id could not be judged, because conflicts in the store went on for too long.
    #[pyo3(signature = (id, *, now))]
    fn busy<'py>(&self, id: &Bound<'py, PyAny>, now: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let (attempt, at) = (AttemptId::from_number(self::id(id, "id")?), instant(now, "now")?);
        let actions = locked(&self.0).busy(attempt, at);
        show(now.py(), actions)
    }

    /// Tell that the caller hung up, or that the call ended for another reason. What was typed is no attempt.
    fn hung_up(&self) {
        locked(&self.0).hung_up();
    }

    /// When `handle_timeout` is due; `None`: nothing will happen by itself. Look again after every call.
    #[getter]
    fn next_timeout<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let due = locked(&self.0).next_timeout();
        optional_datetime(py, due)
    }

    /// Perform what is due. Being early, late or called twice is harmless.
    #[pyo3(signature = (*, now))]
    fn handle_timeout<'py>(&self, now: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let at = instant(now, "now")?;
        let actions = locked(&self.0).handle_timeout(at);
        show(now.py(), actions)
    }

    /// The id of the entry that waits for its verdict.
    #[getter]
    fn waiting(&self) -> Option<u64> {
        locked(&self.0).waiting().map(AttemptId::number)
    }

    /// Whether the call ended or was transferred: nothing that comes does anything any more.
    #[getter]
    fn is_over(&self) -> bool {
        locked(&self.0).is_over()
    }

    /// How many keys `A` to `D`, and entries that came at the wrong time, were ignored.
    #[getter]
    fn ignored(&self) -> u32 {
        locked(&self.0).ignored()
    }

    fn __repr__(&self) -> &'static str {
        "<Dialogue>"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Dialogue"))
    }
}

/// Judge this entry: give `Attempt(id=entry.id, sip_user=..., digits=entry.digits)` to `enter_pap`.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Enter(dialogue::Entry);

#[pymethods]
impl Enter {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("id", "digits");

    /// The id of the attempt: another for each entry of a call.
    #[getter]
    fn id(&self) -> u64 {
        self.0.id().number()
    }

    /// What was typed. Of an entry above the cap those digits that were kept: one more than the cap, so that it is wrong.
    #[getter]
    fn digits(&self) -> Secret {
        Secret(self.0.digits().into())
    }

    fn __hash__(&self) -> u64 {
        self.0.id().number()
    }

    fn __repr__(&self) -> String {
        format!("<Enter {}>", self.0.id().number())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Enter"))
    }
}

/// Transfer the call to this emergency number of the tenant, at once. Ask `route` with this number as the target, as for any call
/// of this enrolment: it gives the site, the audit event and the way back for the emergency service. Connect it whatever becomes
/// of that.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Transfer(libprov::ids::ShortNumber);

#[pymethods]
impl Transfer {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("number",);

    /// The number, without a prefix.
    #[getter]
    fn number(&self) -> &str {
        self.0.as_str()
    }

    fn __hash__(&self) -> u64 {
        crate::convert::hash(self.0)
    }

    fn __repr__(&self) -> String {
        format!("<Transfer {}>", self.0)
    }
}

/// Read the key of a SIP INFO request (SPEC C4): one character, or `None` for anything but one key.
///
/// >>> from libprov import parse_info
/// >>> parse_info("application/dtmf-relay", b"Signal=11\r\nDuration=160\r\n")
/// '#'
#[pyfunction]
pub(crate) fn parse_info(content_type: &Bound<'_, PyAny>, body: &Bound<'_, PyAny>) -> PyResult<Option<char>> {
    let kind = text(content_type, "content_type")?;
    Ok(dtmf::parse_info(kind, &blob(body, "body")?).map(Digit::as_char))
}

/// Collects the keys of one call, each key press once (SPEC C4). It guards itself, so that threads may share it.
///
/// Some telephones send every key both as SIP INFO and as RFC 4733 event: the way of the first key counts for the call.
///
/// >>> from libprov import DigitCollector
/// >>> keys = DigitCollector()
/// >>> keys.event(bytes([4, 10, 0, 160]), 800), keys.event(bytes([4, 138, 3, 32]), 800)
/// ('4', None)
/// >>> keys.info("application/dtmf", b"4") is None
/// True
#[pyclass(frozen, module = "libprov")]
pub(crate) struct DigitCollector(Mutex<dtmf::Collector>);

#[pymethods]
impl DigitCollector {
    #[new]
    const fn new() -> Self {
        Self(Mutex::new(dtmf::Collector::new()))
    }

    /// Take a SIP INFO request; the key if it is one and counts. Retransmissions are the SIP stack's to remove.
    fn info(&self, content_type: &Bound<'_, PyAny>, body: &Bound<'_, PyAny>) -> PyResult<Option<char>> {
        let (kind, body) = (text(content_type, "content_type")?, blob(body, "body")?);
        Ok(locked(&self.0).info(kind, &body).map(Digit::as_char))
    }

    /// Take the payload of an RFC 4733 packet with its RTP timestamp; the key at the first packet of a key press.
    fn event(&self, payload: &Bound<'_, PyAny>, rtp_timestamp: &Bound<'_, PyAny>) -> PyResult<Option<char>> {
        let payload = blob(payload, "payload")?;
        let timestamp = number(rtp_timestamp, "rtp_timestamp", ARGUMENT)?;
        Ok(locked(&self.0).event(&payload, timestamp).map(Digit::as_char))
    }

    /// How many packets and bodies held no key.
    #[getter]
    fn ignored(&self) -> u32 {
        locked(&self.0).ignored()
    }

    fn __repr__(&self) -> &'static str {
        "<DigitCollector>"
    }
}

/// Write an audit event as one line of JSON, without a line break; `docs/audit.md` lists its fields.
///
/// Whatever the actor's text holds, it is one line: control, bidirectional and invisible characters are escaped, and only 256
/// characters are kept.
///
/// Args:
///     audit: the effect.
///     tenant: whose it is.
///     mac: the device, where the event is about one.
///     at: when it was.
///     actor: who did it, in the host's own words.
///     revision: of the device record that the call wrote, where it wrote one.
#[pyfunction]
#[pyo3(signature = (audit, tenant, *, mac = None, at, actor = None, revision = None))]
pub(crate) fn audit_json(
    audit: &Bound<'_, Audit>,
    tenant: &Bound<'_, Tenant>,
    mac: Option<&Bound<'_, PyAny>>,
    at: &Bound<'_, PyAny>,
    actor: Option<&Bound<'_, PyAny>>,
    revision: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let frame = audit::Frame {
        tenant: tenant.get().0.id(),
        mac: optional(mac, "mac", self::mac)?,
        at: instant(at, "at")?,
        actor: actor.map(|actor| text(actor, "actor")).transpose()?,
        revision: optional(revision, "revision", id)?,
    };
    Ok(audit::json(&audit.get().0, &frame))
}

/// Counts the audit events of one tenant whose `aggregate` is true, in bounded memory (SPEC E7). It guards itself, so that
/// threads may share it.
///
/// A window begins with the first event; at its end there is a line of JSON for each kind (event, states, source, rule, MAC).
/// Kinds beyond the tenant's `audit_keys` are counted together in one line whose event is `other`.
#[pyclass(frozen, module = "libprov")]
pub(crate) struct Aggregator(Mutex<audit::Aggregator>);

#[pymethods]
impl Aggregator {
    #[new]
    #[pyo3(signature = (tenant, /))]
    fn new(tenant: &Bound<'_, Tenant>) -> Self {
        let tenant = &tenant.get().0;
        Self(Mutex::new(audit::Aggregator::new(tenant.id(), tenant.policy())))
    }

    /// Count an event about a device, or about none that is known.
    #[pyo3(signature = (audit, *, mac = None, now))]
    fn add(&self, audit: &Bound<'_, Audit>, mac: Option<&Bound<'_, PyAny>>, now: &Bound<'_, PyAny>) -> PyResult<()> {
        let (mac, now) = (optional(mac, "mac", self::mac)?, instant(now, "now")?);
        locked(&self.0).add(&audit.get().0, mac, now);
        Ok(())
    }

    /// When `handle_timeout` is due; `None`: nothing is counted.
    #[getter]
    fn next_timeout<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let due = locked(&self.0).next_timeout();
        optional_datetime(py, due)
    }

    /// Give the lines of JSON once the window is over, and begin anew; before that, none. Late or twice is harmless.
    #[pyo3(signature = (*, now))]
    fn handle_timeout(&self, now: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
        let now = instant(now, "now")?;
        let counted = locked(&self.0).handle_timeout(now);
        Ok(counted.iter().map(audit::Counted::json).collect())
    }

    /// Give the lines of what was counted so far and begin anew, as before the process ends.
    fn flush(&self) -> Vec<String> {
        let counted = locked(&self.0).flush();
        counted.iter().map(audit::Counted::json).collect()
    }

    fn __repr__(&self) -> &'static str {
        "<Aggregator>"
    }
}
