//! Calls and registrations of accounts, emergency numbers (SPEC C1, C2, C5, C6).

use libprov::announcement::Announcement;
use libprov::call::{self, Caller, Method};
use libprov::credential;
use libprov::emergency;
use libprov::ids::{Epoch, ShortNumber};
use libprov::mac::MacAddr;
use libprov::number::{self, Dialled};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::answer::{Outcome, Step, Writes};
use crate::convert::{hash, id, instant, number as small, optional, optional_datetime, quoted, text, truth, tuple};
use crate::errors::{ARGUMENT, barrier, refused};
use crate::request::{EnrolmentId, Facts, replace};
use crate::tenant::Tenant;
use crate::words::{ANNOUNCEMENT, SIP_METHOD};

/// A SIP request, as the PBX received and authenticated it.
///
/// Name who asks by one of `enrolment`, `account` with `epoch`, and `outside`; without any of them nobody knows the caller.
///
/// Args:
///     target: what was dialled: the user part or the whole request URI, as it came; "" with REGISTER.
///     enrolment: the SIP user of an enrolment account that authenticated itself with the password of `identify`.
///     account: the slot of a full account of the device, from 1.
///     epoch: `device.epoch` when the password of that account was set. A password that outlived a reset keeps its epoch.
///     outside: the number that a trusted trunk asserts, for a call from outside.
///     method: the SIP method; any other name than those of `SipMethod` is `OTHER`.
///     in_dialog: whether it belongs to a dialogue that this party has with the PBX already.
///     replaces: whether it carries a Replaces header.
///     contacts: with REGISTER, how many contacts this SIP user would have after it.
///
/// Raises:
///     InvalidInputError: more than one caller is named, or an account without its epoch.
///
/// >>> from libprov import Call
/// >>> Call("sip:112@pbx", account=1, epoch=7)
/// Call('sip:112@pbx', account=1, epoch=7)
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Call {
    target: String,
    party: Party,
    method: Method,
    in_dialog: bool,
    replaces: bool,
    contacts: u8,
}

#[derive(PartialEq)]
enum Party {
    Enrolment(String),
    Full { account: u8, epoch: u64 },
    Outside(String),
    Unknown,
}

impl Call {
    fn lend(&self) -> call::Call<'_> {
        call::Call {
            caller: match &self.party {
                Party::Enrolment(user) => Caller::Enrolment(user),
                Party::Full { account, epoch } => Caller::Full { account: *account, epoch: Epoch::from_number(*epoch) },
                Party::Outside(number) => Caller::Outside(number),
                Party::Unknown => Caller::Unknown,
            },
            method: self.method,
            target: &self.target,
            in_dialog: self.in_dialog,
            replaces: self.replaces,
            contacts: self.contacts,
        }
    }
}

#[pymethods]
impl Call {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("target",);

    #[new]
    #[pyo3(signature = (target, *, enrolment = None, account = None, epoch = None, outside = None, method = None,
        in_dialog = None, replaces = None, contacts = None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        target: &Bound<'_, PyAny>,
        enrolment: Option<&Bound<'_, PyAny>>,
        account: Option<&Bound<'_, PyAny>>,
        epoch: Option<&Bound<'_, PyAny>>,
        outside: Option<&Bound<'_, PyAny>>,
        method: Option<&Bound<'_, PyAny>>,
        in_dialog: Option<&Bound<'_, PyAny>>,
        replaces: Option<&Bound<'_, PyAny>>,
        contacts: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let py = target.py();
        let words = |value: &Bound<'_, PyAny>, at: &str| text(value, at).map(str::to_owned);
        let enrolment = optional(enrolment, "enrolment", words)?;
        let account = optional(account, "account", |value, at| small(value, at, ARGUMENT))?;
        let epoch = optional(epoch, "epoch", id)?;
        let outside = optional(outside, "outside", words)?;
        let party = match (enrolment, account, epoch, outside) {
            (Some(user), None, None, None) => Party::Enrolment(user),
            (None, Some(account), Some(epoch), None) => Party::Full { account, epoch },
            (None, Some(_), None, None) => {
                return Err(refused(py, ARGUMENT, "epoch", "an account needs the epoch of its password"));
            }
            (None, None, None, Some(number)) => Party::Outside(number),
            (None, None, None, None) => Party::Unknown,
            _ => return Err(refused(py, ARGUMENT, "enrolment", "name one caller: enrolment, account with epoch, or outside")),
        };
        Ok(Self {
            target: text(target, "target")?.to_owned(),
            party,
            method: optional(method, "method", |value, at| text(value, at).map(Method::parse))?.unwrap_or(Method::Invite),
            in_dialog: optional(in_dialog, "in_dialog", truth)?.unwrap_or(false),
            replaces: optional(replaces, "replaces", truth)?.unwrap_or(false),
            contacts: optional(contacts, "contacts", |value, at| small(value, at, ARGUMENT))?.unwrap_or(0),
        })
    }

    /// What was dialled.
    #[getter]
    fn target(&self) -> &str {
        &self.target
    }

    /// The SIP user of the enrolment account that asks.
    #[getter]
    fn enrolment(&self) -> Option<&str> {
        if let Party::Enrolment(user) = &self.party { Some(user) } else { None }
    }

    /// The slot of the full account that asks.
    #[getter]
    fn account(&self) -> Option<u8> {
        if let Party::Full { account, .. } = self.party { Some(account) } else { None }
    }

    /// The epoch of that account's password.
    #[getter]
    fn epoch(&self) -> Option<u64> {
        if let Party::Full { epoch, .. } = self.party { Some(epoch) } else { None }
    }

    /// The number of the caller outside.
    #[getter]
    fn outside(&self) -> Option<&str> {
        if let Party::Outside(number) = &self.party { Some(number) } else { None }
    }

    /// The SIP method.
    #[getter]
    fn method<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        SIP_METHOD.member(py, self.method.name())
    }

    /// Whether it belongs to a dialogue that goes on.
    #[getter]
    fn in_dialog(&self) -> bool {
        self.in_dialog
    }

    /// Whether it carries a Replaces header.
    #[getter]
    fn replaces(&self) -> bool {
        self.replaces
    }

    /// With REGISTER, how many contacts this SIP user would have.
    #[getter]
    fn contacts(&self) -> u8 {
        self.contacts
    }

    fn __hash__(&self) -> u64 {
        hash((&self.target, self.contacts))
    }

    #[pyo3(signature = (**changes))]
    fn __replace__<'py>(slf: &Bound<'py, Self>, changes: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        replace(slf.as_any(), &FIELDS, changes)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let keywords = PyDict::new(slf.py());
        for field in FIELDS {
            keywords.set_item(field, slf.getattr(field)?)?;
        }
        Ok((PyTuple::empty(slf.py()), keywords))
    }

    fn __repr__(&self) -> String {
        let mut out = format!("Call({}", quoted(&self.target));
        match &self.party {
            Party::Enrolment(user) => out.push_str(&format!(", enrolment={}", quoted(user))),
            Party::Full { account, epoch } => out.push_str(&format!(", account={account}, epoch={epoch}")),
            Party::Outside(number) => out.push_str(&format!(", outside={}", quoted(number))),
            Party::Unknown => {}
        }
        if self.method != Method::Invite {
            out.push_str(&format!(", method='{}'", self.method.name()));
        }
        for (name, given) in [("in_dialog", self.in_dialog), ("replaces", self.replaces)] {
            if given {
                out.push_str(&format!(", {name}=True"));
            }
        }
        if self.contacts > 0 {
            out.push_str(&format!(", contacts={}", self.contacts));
        }
        out + ")"
    }
}

/// The arguments of a call, each also a property.
const FIELDS: [&str; 9] = ["target", "enrolment", "account", "epoch", "outside", "method", "in_dialog", "replaces", "contacts"];

/// What became of a request, without what it borrowed.
#[derive(Clone, PartialEq)]
enum Route {
    Emergency(EmergencyCall),
    Through,
    Service { enrolment: credential::EnrolmentId, ended: Option<credential::EnrolmentId> },
    CallBack(credential::EnrolmentId),
    Register,
    InDialog,
    Refused(Announcement),
}

/// What `route` gives.
///
/// `route` is `EmergencyCall`, `Through`, `AuthenticationService`, `CallBack`, `RegisterContact`, `InDialog` or `Refused`.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Routed {
    route: Route,
    name: &'static str,
    outcome: Outcome,
}

impl From<call::Routed<'_>> for Routed {
    fn from(made: call::Routed<'_>) -> Self {
        let name = made.route.name();
        let route = match made.route {
            call::Route::Emergency(made) => Route::Emergency(EmergencyCall {
                number: made.number,
                mac: made.mac,
                site: made.site.map(str::to_owned),
                location_confirmed: made.location_confirmed,
                proven: made.proven,
            }),
            call::Route::Through => Route::Through,
            call::Route::Service(service) => Route::Service { enrolment: service.enrolment, ended: service.ended },
            call::Route::CallBack(id) => Route::CallBack(id),
            call::Route::Register => Route::Register,
            call::Route::InDialog => Route::InDialog,
            call::Route::Refused(why) => Route::Refused(why),
            // A later core may know more; none of it is let through.
            _ => Route::Refused(Announcement::Refused),
        };
        Self { route, name, outcome: Outcome::of(made.writes, &made.effects) }
    }
}

#[pymethods]
impl Routed {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("route",);

    /// What to do with the request.
    #[getter]
    fn route<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self.route.clone() {
            Route::Emergency(made) => Bound::new(py, made)?.into_any(),
            Route::Through => Bound::new(py, Through)?.into_any(),
            Route::Service { enrolment, ended } => Bound::new(py, AuthenticationService { enrolment, ended })?.into_any(),
            Route::CallBack(enrolment) => Bound::new(py, CallBack { enrolment })?.into_any(),
            Route::Register => Bound::new(py, RegisterContact)?.into_any(),
            Route::InDialog => Bound::new(py, InDialog)?.into_any(),
            Route::Refused(why) => Bound::new(py, Refused(why))?.into_any(),
        })
    }

    /// The records that changed: store them before the call is connected, but for an emergency call.
    #[getter]
    fn writes(&self) -> Writes {
        self.outcome.writes()
    }

    /// What to do after they were stored, in this order.
    #[getter]
    fn effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.outcome.effects(py)
    }

    fn __hash__(&self) -> u64 {
        hash(self.name)
    }

    fn __repr__(&self) -> String {
        format!("<Routed {}>", self.name)
    }
}

/// An emergency call: connect it at once to `number`, not to what was dialled (SPEC C2). Store `writes` afterwards, and let no
/// conflict hold it up.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(Clone, PartialEq)]
pub(crate) struct EmergencyCall {
    number: ShortNumber,
    mac: Option<MacAddr>,
    site: Option<String>,
    location_confirmed: bool,
    proven: bool,
}

#[pymethods]
impl EmergencyCall {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("number", "mac", "site");

    /// The number of the tenant's list to connect to.
    #[getter]
    fn number(&self) -> &str {
        self.number.as_str()
    }

    /// The device; None for an unknown caller.
    #[getter]
    fn mac(&self) -> Option<String> {
        self.mac.map(|mac| mac.to_string())
    }

    /// The site it stands at, if one was named.
    #[getter]
    fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// Whether an administrator confirmed that location.
    #[getter]
    fn location_confirmed(&self) -> bool {
        self.location_confirmed
    }

    /// Whether the caller proved to be that device. Anyone who knows a MAC can get an enrolment of it, from anywhere.
    #[getter]
    fn proven(&self) -> bool {
        self.proven
    }

    fn __hash__(&self) -> u64 {
        hash((self.number, self.mac))
    }

    fn __repr__(&self) -> String {
        format!("<EmergencyCall {}>", self.number)
    }
}

/// Connect it to the authentication service, whatever was dialled (SPEC C1).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct AuthenticationService {
    enrolment: credential::EnrolmentId,
    ended: Option<credential::EnrolmentId>,
}

#[pymethods]
impl AuthenticationService {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("enrolment", "ended");

    /// The enrolment that calls.
    #[getter]
    fn enrolment(&self) -> EnrolmentId {
        EnrolmentId(self.enrolment)
    }

    /// The enrolment whose dialogue gave way to it: hang up that call (SPEC C6).
    #[getter]
    fn ended(&self) -> Option<EnrolmentId> {
        self.ended.map(EnrolmentId)
    }

    fn __hash__(&self) -> u64 {
        hash(self.enrolment)
    }

    fn __repr__(&self) -> String {
        format!("<AuthenticationService {}>", self.enrolment)
    }
}

/// Connect the emergency service to this enrolment account (SPEC C5).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct CallBack {
    enrolment: credential::EnrolmentId,
}

#[pymethods]
impl CallBack {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str,) = ("enrolment",);

    /// The enrolment that called the emergency service.
    #[getter]
    fn enrolment(&self) -> EnrolmentId {
        EnrolmentId(self.enrolment)
    }

    fn __hash__(&self) -> u64 {
        hash(self.enrolment)
    }

    fn __repr__(&self) -> String {
        format!("<CallBack {}>", self.enrolment)
    }
}

/// Refused: answer 403, and play the announcement to a caller (SPEC C1, C6).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Refused(Announcement);

#[pymethods]
impl Refused {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("announcement", "until");

    /// Why.
    #[getter]
    fn announcement<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        ANNOUNCEMENT.member(py, self.0.name())
    }

    /// When the lock ends, with `locked`.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_datetime(py, self.0.until())
    }

    fn __hash__(&self) -> u64 {
        hash(self.0.name())
    }

    fn __repr__(&self) -> String {
        format!("<Refused {}>", self.0.name())
    }
}

/// Declares the routes that hold nothing.
macro_rules! plain_routes {
    ($($(#[$meta:meta])* $name:ident = $shown:literal;)+) => {$(
        $(#[$meta])*
        #[pyclass(frozen, eq, module = "libprov")]
        #[derive(PartialEq, Hash)]
        pub(crate) struct $name;

        #[pymethods]
        impl $name {
            #[classattr]
            #[pyo3(name = "__match_args__")]
            const MATCH_ARGS: () = ();

            fn __hash__(&self) -> u64 {
                hash($shown)
            }

            fn __repr__(&self) -> &'static str {
                $shown
            }
        }
    )+};
}

plain_routes! {
    /// The host's own dial plan decides from here.
    Through = "<Through>";
    /// Take the registration: one contact for this SIP user.
    RegisterContact = "<RegisterContact>";
    /// It belongs to a dialogue that goes on and starts nothing new.
    InDialog = "<InDialog>";
}

/// Route a call, or judge another SIP request, of or to an account (SPEC C1, C2, C5, C6).
///
/// Store `writes` before the call is connected, but for an `EmergencyCall`.
///
/// Args:
///     facts: the tenant, and the device of the account that asks, or of the enrolment account that is called. For an
///         enrolment account in `source`, `wider` and `budget` the guards of the source inside the enrolment and of the tenant.
///         For a full account that is not delivered yet in `temp` and `source` the temporary whitelist entry and the guard of
///         `device.lease.source`, and in `budget` the guard of the tenant.
///     call: the request.
///     now: an aware datetime in any zone, or milliseconds since 1970.
///
/// Returns:
///     What to do with it, the changed records and the effects; nothing is changed in place.
#[pyfunction]
#[pyo3(signature = (facts, call, *, now))]
pub(crate) fn route(facts: &Bound<'_, Facts>, call: &Bound<'_, Call>, now: &Bound<'_, PyAny>) -> PyResult<Routed> {
    let now = instant(now, "now")?;
    barrier(facts.py(), || Routed::from(call::route(facts.get().lend(), &call.get().lend(), now)))
}

/// Say that a full account registered, authenticated: the first time, that its configuration arrived (SPEC A14, C1).
///
/// Of an earlier epoch, and of a blocked or inactive device, it changes nothing but the audit; so does every further one.
///
/// Args:
///     facts: as for `route`.
///     account: its slot, from 1.
///     epoch: `device.epoch` when its password was set.
///     now: an aware datetime in any zone, or milliseconds since 1970.
#[pyfunction]
#[pyo3(signature = (facts, account, epoch, *, now))]
pub(crate) fn registered(
    facts: &Bound<'_, Facts>,
    account: &Bound<'_, PyAny>,
    epoch: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let account: u8 = small(account, "account", ARGUMENT)?;
    let (epoch, now) = (Epoch::from_number(id(epoch, "epoch")?), instant(now, "now")?);
    barrier(facts.py(), || Step::from(call::registered(facts.get().lend(), account, epoch, now)))
}

/// Say that a call of or to an enrolment account is over: its place is free for the next (SPEC C5, C6).
///
/// Calling it twice, or for a call that holds no place, is harmless; without it the place is free after three minutes.
#[pyfunction]
#[pyo3(signature = (facts, user, *, now))]
pub(crate) fn hung_up(facts: &Bound<'_, Facts>, user: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<Step> {
    let (user, now) = (text(user, "user")?, instant(now, "now")?);
    barrier(facts.py(), || Step::from(call::hung_up(facts.get().lend(), user, now)))
}

/// Bring a dialled user part, or a `sip:`, `sips:`, `tel:` or `urn:` URI, to one form (SPEC C2); None for what is no number.
///
/// >>> from libprov import normalise_number
/// >>> normalise_number("sip:1-1%32@pbx;user=phone")
/// '112'
/// >>> normalise_number("urn:service:sos.fire")
/// 'urn:service:sos'
/// >>> normalise_number("anna") is None
/// True
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn normalise_number(text: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    Ok(match number::normalise(self::text(text, "text")?) {
        Dialled::Number(number) => Some(number.as_str().to_owned()),
        Dialled::Sos => Some("urn:service:sos".to_owned()),
        Dialled::Other => None,
    })
}

/// Find the emergency number of the tenant that was dialled, in any spelling, also behind its outside-line prefix; None for
/// any other number (SPEC C2).
#[pyfunction]
#[pyo3(signature = (tenant, text))]
pub(crate) fn emergency_number(tenant: &Bound<'_, Tenant>, text: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let settings = tenant.get().0.policy().settings();
    let dialled = number::normalise(self::text(text, "text")?);
    let number = number::emergency(&dialled, &settings.emergency, settings.outside_line.as_deref());
    Ok(number.map(|number| number.to_string()))
}

/// Give the emergency numbers of a country, by its two letters of ISO 3166-1; None where there is no preset (SPEC C2).
///
/// The first is the one that `urn:service:sos` stands for. `docs/facts/emergency.md` has the sources; try the numbers with your
/// operator before you rely on them.
///
/// >>> from libprov import emergency_preset
/// >>> emergency_preset("DE")
/// ('112', '110')
#[pyfunction]
#[pyo3(signature = (country, /))]
pub(crate) fn emergency_preset<'py>(country: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyTuple>>> {
    let preset = emergency::preset(text(country, "country")?);
    preset.map(|preset| PyTuple::new(country.py(), preset.rows().iter().map(|row| row.digits()))).transpose()
}

/// Give the countries that have a preset, in alphabetical order.
#[pyfunction]
#[pyo3(signature = ())]
pub(crate) fn emergency_countries(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    tuple(py, emergency::presets().iter(), |py, preset| Ok(pyo3::types::PyString::new(py, preset.country()).into_any()))
}
