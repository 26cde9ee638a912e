//! Requests and attempts: what goes into a call, and the calls.

use libprov::credential;
use libprov::ids::{AttemptId, LeaseId};
use libprov::mac::MacAddr;
use libprov::request::{self, FileKind, Method, Presented, Transport};
use libprov::secret;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::answer::{Decision, Identity, Judged, Step};
use crate::convert::{
    address_object, client, datetime, entropy, hash, id, instant, mac, optional, quoted, secret as secret_text, text,
};
use crate::errors::{barrier, invalid};
use crate::records::{Adoption, Device, Source, SourceGuard, TempEntry, TenantGuard};
use crate::secret::{Secret, no_pickle};
use crate::tenant::Tenant;
use crate::words::{FILE_KIND, METHOD, TRANSPORT};

/// The records a call needs, as the host loaded them. What does not exist yet is None.
///
/// Args:
///     tenant: the tenant's configuration.
///     device: the device that request or act names.
///     temp: the temporary whitelist entry of the request's source; for `delivered`, of the lease's source.
///     source: what is remembered of the request's source; for `enter_pap`, of the source inside the enrolment, and for
///         `delivered`, of the lease's source.
///     budget: what is remembered of the tenant.
///     wider: what is remembered of the /48 around the source, for IPv6 (`Source.wider`).
///     adoption: the tenant's unknown devices on offer; needed where the policy adopts any.
#[pyclass(frozen, module = "libprov")]
pub(crate) struct Facts {
    /// The tenant's configuration.
    #[pyo3(get)]
    tenant: Py<Tenant>,
    /// The device.
    #[pyo3(get)]
    device: Option<Py<Device>>,
    /// The temporary whitelist entry.
    #[pyo3(get)]
    temp: Option<Py<TempEntry>>,
    /// What is remembered of the source.
    #[pyo3(get)]
    source: Option<Py<SourceGuard>>,
    /// What is remembered of the tenant.
    #[pyo3(get)]
    budget: Option<Py<TenantGuard>>,
    /// What is remembered of the /48 around the source.
    #[pyo3(get)]
    wider: Option<Py<SourceGuard>>,
    /// The unknown devices on offer.
    #[pyo3(get)]
    adoption: Option<Py<Adoption>>,
}

impl Facts {
    pub(crate) fn lend(&self) -> request::Facts<'_> {
        request::Facts {
            tenant: &self.tenant.get().0,
            device: self.device.as_ref().map(|record| &record.get().0),
            temp: self.temp.as_ref().map(|record| &record.get().0),
            source: self.source.as_ref().map(|record| &record.get().0),
            budget: self.budget.as_ref().map(|record| &record.get().0),
            wider: self.wider.as_ref().map(|record| &record.get().0),
            adoption: self.adoption.as_ref().map(|record| &record.get().0),
        }
    }
}

#[pymethods]
impl Facts {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("tenant", "device");

    #[new]
    #[pyo3(signature = (tenant, *, device = None, temp = None, source = None, budget = None, wider = None, adoption = None))]
    fn new(
        tenant: Py<Tenant>,
        device: Option<Py<Device>>,
        temp: Option<Py<TempEntry>>,
        source: Option<Py<SourceGuard>>,
        budget: Option<Py<TenantGuard>>,
        wider: Option<Py<SourceGuard>>,
        adoption: Option<Py<Adoption>>,
    ) -> Self {
        Self { tenant, device, temp, source, budget, wider, adoption }
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        let Ok(other) = other.cast::<Self>() else { return false };
        let (a, b) = (self.lend(), other.get().lend());
        let own = a.tenant == b.tenant && a.device == b.device && a.temp == b.temp && a.adoption == b.adoption;
        own && a.source == b.source && a.wider == b.wider && a.budget == b.budget
    }

    fn __hash__(&self) -> u64 {
        self.tenant.get().0.revision() ^ self.device.as_ref().map_or(0, |device| device.get().0.revision())
    }

    #[pyo3(signature = (**changes))]
    fn __replace__<'py>(slf: &Bound<'py, Self>, changes: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        replace(slf.as_any(), &["tenant", "device", "temp", "source", "budget", "wider", "adoption"], changes)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut out = format!("Facts({}", self.tenant.bind(py).repr()?);
        if let Some(device) = &self.device {
            out.push_str(&format!(", device={}", device.bind(py).repr()?));
        }
        if let Some(temp) = &self.temp {
            out.push_str(&format!(", temp={}", temp.bind(py).repr()?));
        }
        if let Some(source) = &self.source {
            out.push_str(&format!(", source={}", source.bind(py).repr()?));
        }
        if let Some(budget) = &self.budget {
            out.push_str(&format!(", budget={}", budget.bind(py).repr()?));
        }
        if let Some(wider) = &self.wider {
            out.push_str(&format!(", wider={}", wider.bind(py).repr()?));
        }
        if let Some(adoption) = &self.adoption {
            out.push_str(&format!(", adoption={}", adoption.bind(py).repr()?));
        }
        Ok(out + ")")
    }
}

/// The same value with other fields: `copy.replace` of Python 3.13.
pub(crate) fn replace<'py>(
    value: &Bound<'py, PyAny>,
    fields: &[&str],
    changes: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(value.py());
    for field in fields {
        keywords.set_item(field, value.getattr(*field)?)?;
    }
    if let Some(changes) = changes {
        keywords.update(changes.as_mapping())?;
    }
    value.get_type().call((), Some(&keywords))
}

/// A request for a file.
///
/// Args:
///     mac: the MAC in the path; None for files that name no device.
///     address: where it came from; None when that could not be told (`Tenant.client_address`).
///     file, method, transport: what was asked for, how, and over what; TFTP reads are `get`.
///     in_url: the path segment that the provisioning URL holds, if there was one.
///     in_login: the password of an Authorization header that came, "" for one without; for Digest, verify it with
///         the password that `identify` gives, and pass that.
///     certificate: the MAC that a verified TLS client certificate proves.
///     agent_mac: the MAC that the User-Agent claims; only noted where it differs.
///
/// >>> from libprov import Request
/// >>> Request("80-5E-C0-01-02-03", "192.0.2.7", in_url="mfrggzdf")
/// Request('80:5e:c0:01:02:03', '192.0.2.7', in_url=Secret('[secret]'))
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Request {
    mac: Option<MacAddr>,
    file: FileKind,
    method: Method,
    transport: Transport,
    address: libprov::ip::ClientAddress,
    in_url: Option<secret::Secret>,
    in_login: Option<secret::Secret>,
    certificate: Option<MacAddr>,
    agent_mac: Option<MacAddr>,
}

impl Request {
    fn lend(&self) -> request::Request<'_> {
        request::Request {
            mac: self.mac,
            file: self.file,
            method: self.method,
            transport: self.transport,
            address: self.address,
            presented: Presented {
                in_url: self.in_url.as_ref().map(secret::Secret::expose),
                in_login: self.in_login.as_ref().map(secret::Secret::expose),
            },
            certificate: self.certificate,
            agent_mac: self.agent_mac,
        }
    }
}

#[pymethods]
impl Request {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("mac", "address");

    #[new]
    #[pyo3(signature = (mac, address, *, file = None, method = None, transport = None, in_url = None, in_login = None,
        certificate = None, agent_mac = None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        mac: Option<&Bound<'_, PyAny>>,
        address: &Bound<'_, PyAny>,
        file: Option<&Bound<'_, PyAny>>,
        method: Option<&Bound<'_, PyAny>>,
        transport: Option<&Bound<'_, PyAny>>,
        in_url: Option<&Bound<'_, PyAny>>,
        in_login: Option<&Bound<'_, PyAny>>,
        certificate: Option<&Bound<'_, PyAny>>,
        agent_mac: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            mac: optional(mac, "mac", self::mac)?,
            file: optional(file, "file", |value, at| FILE_KIND.read(value, at))?.unwrap_or(FileKind::Main),
            method: optional(method, "method", |value, at| METHOD.read(value, at))?.unwrap_or(Method::Get),
            transport: optional(transport, "transport", |value, at| TRANSPORT.read(value, at))?.unwrap_or(Transport::Https),
            address: client(address, "address")?,
            in_url: optional(in_url, "in_url", secret_text)?,
            in_login: optional(in_login, "in_login", secret_text)?,
            certificate: optional(certificate, "certificate", self::mac)?,
            agent_mac: optional(agent_mac, "agent_mac", self::mac)?,
        })
    }

    /// The MAC in the path.
    #[getter]
    fn mac(&self) -> Option<String> {
        self.mac.map(|mac| mac.to_string())
    }

    /// What kind of file is asked for.
    #[getter]
    fn file<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        FILE_KIND.show(py, self.file)
    }

    /// The HTTP method.
    #[getter]
    fn method<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        METHOD.show(py, self.method)
    }

    /// What it came over.
    #[getter]
    fn transport<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        TRANSPORT.show(py, self.transport)
    }

    /// Where it came from; IPv4-mapped IPv6 as IPv4.
    #[getter]
    fn address<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.address.ip().map(|ip| address_object(py, ip)).transpose()
    }

    /// The source it counts as: the key of its guard and of its temporary whitelist entry.
    #[getter]
    fn source(&self) -> Source {
        Source(self.address.source())
    }

    /// What its URL presented.
    #[getter]
    fn in_url(&self) -> Option<Secret> {
        self.in_url.clone().map(Secret)
    }

    /// What its login presented.
    #[getter]
    fn in_login(&self) -> Option<Secret> {
        self.in_login.clone().map(Secret)
    }

    /// The MAC that a client certificate proves.
    #[getter]
    fn certificate(&self) -> Option<String> {
        self.certificate.map(|mac| mac.to_string())
    }

    /// The MAC that the User-Agent claims.
    #[getter]
    fn agent_mac(&self) -> Option<String> {
        self.agent_mac.map(|mac| mac.to_string())
    }

    #[pyo3(signature = (**changes))]
    fn __replace__<'py>(slf: &Bound<'py, Self>, changes: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        let fields = ["mac", "address", "file", "method", "transport", "in_url", "in_login", "certificate", "agent_mac"];
        replace(slf.as_any(), &fields, changes)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let quoted_mac = |mac: Option<MacAddr>| mac.map_or_else(|| "None".to_owned(), |mac| format!("'{mac}'"));
        let address = self.address.ip().map_or_else(|| "None".to_owned(), |ip| format!("'{ip}'"));
        let mut out = format!("Request({}, {address}", quoted_mac(self.mac));
        if self.file != FileKind::Main {
            out.push_str(&format!(", file='{}'", FILE_KIND.show(py, self.file)?));
        }
        if self.method != Method::Get {
            out.push_str(&format!(", method='{}'", METHOD.show(py, self.method)?));
        }
        if self.transport != Transport::Https {
            out.push_str(&format!(", transport='{}'", TRANSPORT.show(py, self.transport)?));
        }
        for (name, presented) in [("in_url", &self.in_url), ("in_login", &self.in_login)] {
            if presented.is_some() {
                out.push_str(&format!(", {name}=Secret('[secret]')"));
            }
        }
        for (name, mac) in [("certificate", self.certificate), ("agent_mac", self.agent_mac)] {
            if mac.is_some() {
                out.push_str(&format!(", {name}={}", quoted_mac(mac)));
            }
        }
        Ok(out + ")")
    }

    fn __hash__(&self) -> u64 {
        hash((self.mac, self.address))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Request"))
    }
}

/// One entry of the PIN dialogue.
///
/// Args:
///     id: the host's own id of this attempt, below 2^64; the same id again gives the same verdict.
///     sip_user: the SIP user of the caller, as the PBX authenticated it.
///     digits: what was typed before `#`; nothing typed is "".
///
/// Raises:
///     InvalidInputError: `digits` holds anything but ASCII digits, or `sip_user` is no enrolment.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Attempt {
    id: AttemptId,
    sip_user: String,
    enrolment: credential::EnrolmentId,
    digits: secret::Secret,
}

#[pymethods]
impl Attempt {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("id", "enrolment");

    #[new]
    #[pyo3(signature = (*, id, sip_user, digits))]
    fn new(id: &Bound<'_, PyAny>, sip_user: &Bound<'_, PyAny>, digits: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = id.py();
        let id = AttemptId::from_number(self::id(id, "id")?);
        let sip_user = text(sip_user, "sip_user")?.to_owned();
        let digits = secret_text(digits, "digits")?;
        let attempt = request::Attempt::new(id, &sip_user, digits.expose()).map_err(|error| {
            let field = if error == request::AttemptError::NotDigits { "digits" } else { "sip_user" };
            invalid(py, &error, field)
        })?;
        let enrolment = attempt.enrolment();
        Ok(Self { id, sip_user, enrolment, digits })
    }

    /// The host's own id of the attempt.
    #[getter]
    fn id(&self) -> u64 {
        self.id.number()
    }

    /// The enrolment that called: load the device of its MAC.
    #[getter]
    fn enrolment(&self) -> EnrolmentId {
        EnrolmentId(self.enrolment)
    }

    fn __repr__(&self) -> String {
        format!("Attempt(id={}, sip_user={}, digits=Secret('[secret]'))", self.id.number(), quoted(&self.sip_user))
    }

    fn __hash__(&self) -> u64 {
        self.id.number()
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Attempt"))
    }
}

/// The public id of an enrolment, which at the same time is its SIP user (SPEC R13).
///
/// It describes itself, so that the host loads the right records without a search; only a call with the device proves it.
///
/// Raises:
///     InvalidInputError: the text is no enrolment id, with or without a port such as `-2`.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct EnrolmentId(pub(crate) credential::EnrolmentId);

#[pymethods]
impl EnrolmentId {
    #[new]
    #[pyo3(signature = (text, /))]
    fn new(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let id = credential::EnrolmentId::parse(self::text(text, "text")?);
        id.map(Self).map_err(|error| invalid(text.py(), &error, "text"))
    }

    /// The MAC it claims.
    #[getter]
    fn mac(&self) -> Option<String> {
        self.0.mac().map(|mac| mac.to_string())
    }

    /// The source it claims it was issued to.
    #[getter]
    fn source(&self) -> Option<Source> {
        self.0.source().map(Source)
    }

    /// The start of the minute in which it claims it was issued.
    #[getter]
    fn issued_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.0.issued_at())
    }

    /// The number of the key it was made with.
    #[getter]
    fn key_id(&self) -> u8 {
        self.0.key_id()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> String {
        format!("EnrolmentId('{}')", self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (String,)) {
        (slf.get_type(), (slf.get().0.to_string(),))
    }
}

/// Answer a provisioning request (SPEC section 4).
///
/// Store `writes` by compare-and-swap first, then perform `effects`, then answer (SPEC A11). A decision that changes
/// nothing needs no write.
///
/// Args:
///     facts: the records, as the host loaded them.
///     request: the request.
///     now: an aware datetime in any zone, or milliseconds since 1970; a naive datetime raises TypeError.
///     entropy: 32 bytes that were drawn for this call, as by `secrets.token_bytes(32)`.
///
/// Returns:
///     The answer with its reason, the changed records and what to do; nothing is changed in place.
///
/// Raises:
///     InvalidInputError: `now` is out of range or `entropy` is not 32 drawn bytes.
#[pyfunction]
#[pyo3(signature = (facts, request, *, now, entropy))]
pub(crate) fn decide(
    facts: &Bound<'_, Facts>,
    request: &Bound<'_, Request>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Decision> {
    let (now, fresh) = (instant(now, "now")?, self::entropy(entropy)?);
    barrier(facts.py(), || Decision::from(request::decide(facts.get().lend(), &request.get().lend(), now, fresh)))
}

/// Judge one entry of the PIN dialogue (SPEC A5).
///
/// A PAP authenticates the enrolment that called, and no other requester. The same attempt id again gives the same
/// verdict and is not counted twice. Store `writes` before the verdict is spoken (SPEC A11).
///
/// Args:
///     facts: the tenant, the device of `attempt.enrolment.mac`, and in `source`, `wider` and `budget` the guards of
///         `attempt.enrolment.source` and of the tenant. Without them nothing limits how many PINs a source may try.
///     attempt: the entry.
///     now: an aware datetime in any zone, or milliseconds since 1970.
///
/// Returns:
///     The verdict, with the changed records in `.writes`; nothing is changed in place.
#[pyfunction]
#[pyo3(signature = (facts, attempt, *, now))]
pub(crate) fn enter_pap(facts: &Bound<'_, Facts>, attempt: &Bound<'_, Attempt>, now: &Bound<'_, PyAny>) -> PyResult<Judged> {
    let now = instant(now, "now")?;
    let (py, given) = (facts.py(), attempt.get());
    let attempt = request::Attempt::new(given.id, &given.sip_user, given.digits.expose())
        .map_err(|error| invalid(py, &error, "attempt"))?;
    barrier(py, || Judged::from(request::enter_pap(facts.get().lend(), &attempt, now)))
}

/// Say that the full configuration of a lease arrived: sent completely, or its account registered (SPEC A14, A8).
///
/// `facts.temp` is the temporary whitelist entry of `device.lease.source`. A second call changes nothing; a lease that
/// is not the device's last one is ignored, with an audit event.
#[pyfunction]
#[pyo3(signature = (facts, lease, *, now))]
pub(crate) fn delivered(facts: &Bound<'_, Facts>, lease: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<Step> {
    let (lease, now) = (LeaseId::from_number(id(lease, "lease")?), instant(now, "now")?);
    barrier(facts.py(), || Step::from(request::delivered(facts.get().lend(), lease, now)))
}

/// Say that the full configuration of a lease did not arrive: its release goes back to the same source (SPEC A14).
#[pyfunction]
#[pyo3(signature = (facts, lease, *, now))]
pub(crate) fn not_delivered(facts: &Bound<'_, Facts>, lease: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<Step> {
    let (lease, now) = (LeaseId::from_number(id(lease, "lease")?), instant(now, "now")?);
    barrier(facts.py(), || Step::from(request::not_delivered(facts.get().lend(), lease, now)))
}

/// Perform what is due by itself: ends of locks, accepted PAPs and suspensions (SPEC A7).
///
/// Call it at `device.next_timeout`; being late, early or called twice is harmless.
#[pyfunction]
#[pyo3(signature = (facts, *, now))]
pub(crate) fn handle_timeout(facts: &Bound<'_, Facts>, now: &Bound<'_, PyAny>) -> PyResult<Step> {
    let now = instant(now, "now")?;
    barrier(facts.py(), || Step::from(request::handle_timeout(facts.get().lend(), now)))
}

/// Find who a SIP or HTTP user name is, and what password goes with it (SPEC R16).
///
/// Read the MAC from the name first (`EnrolmentId`, `parse_mac`) and load that device. Unknown names cost the same and
/// get a password that nobody has.
#[pyfunction]
#[pyo3(signature = (facts, user, *, now))]
pub(crate) fn identify(facts: &Bound<'_, Facts>, user: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<Identity> {
    let (user, now) = (text(user, "user")?, instant(now, "now")?);
    barrier(facts.py(), || Identity(request::identify(facts.get().lend(), user, now)))
}

/// Give the device credential to render where `answer.secrets.credential` is set (SPEC R14): 34 characters.
#[pyfunction]
#[pyo3(name = "credential", signature = (tenant, device))]
pub(crate) fn device_credential(tenant: &Bound<'_, Tenant>, device: &Bound<'_, Device>) -> Secret {
    Secret(request::credential(&tenant.get().0, &device.get().0))
}

/// Give the user name of the device credential in HTTP authentication: the twelve digits of the MAC.
#[pyfunction]
#[pyo3(signature = (device))]
pub(crate) fn credential_user(device: &Bound<'_, Device>) -> String {
    request::credential_user(&device.get().0)
}
