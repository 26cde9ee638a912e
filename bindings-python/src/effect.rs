//! Effects: what a call asks the host to do, in the order to do it (SPEC A10).

use libprov::announcement::Announcement;
use libprov::effect::{self, Resync as Selector};
use libprov::ip;
use pyo3::prelude::*;

use crate::convert::{hash, instant, optional_datetime};
use crate::records::Source;
use crate::words::{ANNOUNCEMENT, AUDIT_EVENT, LANG, RESYNC, RULE, STATE};

/// An effect as an object of its class.
pub(crate) fn show(py: Python<'_>, effect: effect::Effect) -> PyResult<Bound<'_, PyAny>> {
    Ok(match effect {
        effect::Effect::Audit(audit) => Bound::new(py, Audit(audit))?.into_any(),
        effect::Effect::Withdraw(source) => Bound::new(py, Withdraw(source))?.into_any(),
        effect::Effect::Adopt => Bound::new(py, AdoptDevice)?.into_any(),
        effect::Effect::Revoke => Bound::new(py, Revoke)?.into_any(),
        effect::Effect::Play(announcement) => Bound::new(py, Play(announcement))?.into_any(),
        effect::Effect::HangUp => Bound::new(py, HangUp)?.into_any(),
        effect::Effect::Resync(selector) => Bound::new(py, Resync(selector))?.into_any(),
    })
}

/// Write this event to the audit log, with actor, tenant, MAC and instant of the call. It never holds a secret.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Audit(pub(crate) effect::Audit);

#[pymethods]
impl Audit {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("event", "old", "new");

    /// What happened.
    #[getter]
    fn event<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        AUDIT_EVENT.member(py, self.0.event.name())
    }

    /// The state before, where the event is about a state.
    #[getter(old)]
    fn old_state<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.old.map(|state| STATE.member(py, state.name())).transpose()
    }

    /// The state after.
    #[getter(new)]
    fn new_state<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.new.map(|state| STATE.member(py, state.name())).transpose()
    }

    /// The source it came from, where there is one.
    #[getter]
    fn source(&self) -> Option<Source> {
        self.0.source.map(Source)
    }

    /// The rule that decided, where one did.
    #[getter]
    fn rule<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.rule.map(|rule| RULE.member(py, rule.name())).transpose()
    }

    /// Whether it may come with every poll: count it instead of writing a line each time (SPEC E7).
    #[getter]
    fn aggregate(&self) -> bool {
        self.0.aggregate
    }

    fn __repr__(&self) -> String {
        let mut out = format!("<Audit {}", self.0.event.name());
        if let (Some(old), Some(new)) = (self.0.old, self.0.new) {
            out.push_str(&format!(" {old} to {new}"));
        }
        if let Some(source) = self.0.source {
            out.push_str(&format!(" from {source}"));
        }
        if let Some(rule) = self.0.rule {
            out.push_str(&format!(" by {rule}"));
        }
        out + ">"
    }

    fn __hash__(&self) -> u64 {
        self.0.event as u64
    }
}

/// Remove the temporary whitelist entry of this source, if this device still is the one that made it (SPEC W8).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct Withdraw(ip::Source);

#[pymethods]
impl Withdraw {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("source",);

    /// The key of the entry.
    #[getter]
    fn source(&self) -> Source {
        Source(self.0)
    }

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> String {
        format!("<Withdraw {}>", self.0)
    }
}

/// Create the device of this request as active, if its model is supported: the policy adopts it (SPEC D5).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct AdoptDevice;

#[pymethods]
impl AdoptDevice {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: () = ();

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> &'static str {
        "<AdoptDevice>"
    }
}

/// Revoke the SIP accounts of this device: end registrations, refuse further ones until new passwords are set.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct Revoke;

#[pymethods]
impl Revoke {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: () = ();

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> &'static str {
        "<Revoke>"
    }
}

/// Play this announcement in the dialogue.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Play(pub(crate) Announcement);

#[pymethods]
impl Play {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("announcement", "left", "until");

    /// What to say.
    #[getter]
    fn announcement<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ANNOUNCEMENT.member(py, self.0.name())
    }

    /// How many tries are left, where it says so.
    #[getter]
    fn left(&self) -> Option<u8> {
        self.0.tries_left()
    }

    /// When the lock ends, where it says so.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let until = self.0.until();
        optional_datetime(py, until)
    }

    /// Give its sentences for text to speech, in a language (SPEC E4). How long a lock lasts is counted from `now`.
    #[pyo3(signature = (lang, *, now))]
    fn text(&self, lang: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<String> {
        Ok(self.0.text(LANG.read(lang, "lang")?, instant(now, "now")?))
    }

    fn __repr__(&self) -> String {
        format!("<Play {}>", self.0.name())
    }

    fn __hash__(&self) -> usize {
        self.0.name().len()
    }
}

/// End the call.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct HangUp;

#[pymethods]
impl HangUp {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: () = ();

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> &'static str {
        "<HangUp>"
    }
}

/// Ask phones to fetch their configuration now: the registrations of one enrolment, of the whole device, or of its
/// enrolments that were issued to one source.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Resync(Selector);

#[pymethods]
impl Resync {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("kind", "enrolment", "source");

    /// Which registrations are meant.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        RESYNC.member(py, self.name())
    }

    /// The enrolment's SIP user, for `ENROLMENT`.
    #[getter]
    fn enrolment(&self) -> Option<String> {
        if let Selector::Enrolment(id) = self.0 { Some(id.to_string()) } else { None }
    }

    /// The source, for `DEVICE_AT`.
    #[getter]
    fn source(&self) -> Option<Source> {
        if let Selector::DeviceAt(source) = self.0 { Some(Source(source)) } else { None }
    }

    fn __repr__(&self) -> String {
        match self.0 {
            Selector::Enrolment(id) => format!("<Resync enrolment {id}>"),
            Selector::Device => "<Resync device>".to_owned(),
            Selector::DeviceAt(source) => format!("<Resync device at {source}>"),
        }
    }

    fn __hash__(&self) -> usize {
        self.name().len()
    }
}

impl Resync {
    const fn name(&self) -> &'static str {
        match self.0 {
            Selector::Enrolment(_) => "enrolment",
            Selector::Device => "device",
            Selector::DeviceAt(_) => "device_at",
        }
    }
}
