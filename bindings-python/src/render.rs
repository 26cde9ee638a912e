//! Configuration files: full and restricted, read back and compared (SPEC V1 to V12).

use libprov::error::ErrorCode;
use libprov::models::Model as Row;
use libprov::profile::{DialString, Field, FirmwareVersion, Host, Port, Server, SipUser};
use libprov::render::{self, Enrolment, FullJob, Provisioning, ProvisioningUrl, Restricted, SecretsOut, Warning, WarningReason};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use zeroize::Zeroizing;

use crate::answer::Secrets;
use crate::convert::{blob, each, hash, mac, number, optional, quoted, secret, text, tuple};
use crate::errors::{self, ARGUMENT, invalid, refused, work, wrong_type};
use crate::models::{Model, row};
use crate::profile::Profile;
use crate::request::replace;
use crate::secret::no_pickle;
use crate::words::{CHANGE, CHARACTER_POLICY, CONFIDENCE, LANG, OVERRIDE_POLICY, SECRET_KIND, SIP_TRANSPORT, WARNING_REASON};

/// Files of models with more accounts and keys than that, and longer files, are worked on with other Python threads running.
const HEAVY_SLOTS: u16 = 64;
const HEAVY_FILE: usize = 16 * 1024;

const fn is_heavy(row: &Row) -> bool {
    row.accounts.saturating_add(row.keys) > HEAVY_SLOTS
}

/// A SIP server.
///
/// Args:
///     host: a DNS name, an IPv4 or an IPv6 address.
///     port: 1 to 65535; None leaves it to the telephone.
///     transport: `udp`, `tcp` or `tls`; None is `udp`.
///
/// Raises:
///     InvalidInputError: `.field` is `host`, `port` or `transport`, whichever is wrong.
///
/// >>> from libprov import SipServer
/// >>> SipServer("auth.example.net", port=5061, transport="tls")
/// SipServer('auth.example.net', port=5061, transport='tls')
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct SipServer(Server);

const SERVER_FIELDS: [&str; 3] = ["host", "port", "transport"];

#[pymethods]
impl SipServer {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("host", "port", "transport");

    #[new]
    #[pyo3(signature = (host, *, port = None, transport = None))]
    fn new(host: &Bound<'_, PyAny>, port: Option<&Bound<'_, PyAny>>, transport: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let py = host.py();
        let port_of = |value: &Bound<'_, PyAny>, field: &str| {
            let port = number(value, field, ErrorCode::PROFILE_VALUE.number())?;
            Port::new(port).map_err(|error| errors::value(py, error, field))
        };
        Ok(Self(Server {
            host: Host::parse(text(host, "host")?).map_err(|error| errors::value(py, error, "host"))?,
            port: optional(port, "port", port_of)?,
            transport: optional(transport, "transport", |value, field| SIP_TRANSPORT.read(value, field))?.unwrap_or_default(),
        }))
    }

    /// Its name, in lower case, or its address.
    #[getter]
    fn host(&self) -> &str {
        self.0.host.as_str()
    }

    /// Its port; None leaves it to the telephone.
    #[getter]
    fn port(&self) -> Option<u16> {
        self.0.port.map(Port::number)
    }

    /// How messages travel to it.
    #[getter]
    fn transport<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        SIP_TRANSPORT.show(py, self.0.transport)
    }

    #[pyo3(signature = (**changes))]
    fn __replace__<'py>(slf: &Bound<'py, Self>, changes: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        replace(slf.as_any(), &SERVER_FIELDS, changes)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let keywords = PyDict::new(slf.py());
        for field in SERVER_FIELDS {
            keywords.set_item(field, slf.getattr(field)?)?;
        }
        Ok((PyTuple::empty(slf.py()), keywords))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut out = format!("SipServer({}", quoted(self.host()));
        if let Some(port) = self.port() {
            out.push_str(&format!(", port={port}"));
        }
        let transport = self.transport(py)?;
        out.push_str(&format!(", transport={})", quoted(transport.str()?.to_str()?)));
        Ok(out)
    }

    fn __hash__(&self) -> u64 {
        hash((self.host(), self.port(), self.0.transport))
    }
}

/// One file, ready to be served. It may hold secrets, which its `repr` does not show.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct RenderedFile {
    file: Zeroizing<Vec<u8>>,
    warnings: Vec<Warning>,
    file_name: String,
    content_type: &'static str,
}

#[pymethods]
impl RenderedFile {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str, &'static str) =
        ("file", "warnings", "file_name", "content_type");

    /// The bytes to serve, in the device's own character set.
    #[getter]
    fn file<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.file)
    }

    /// What the file could not carry of the profile, in the order of the file (SPEC V6).
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.warnings.iter(), |py, warning| Bound::new(py, RenderWarning(warning.clone())).map(Bound::into_any))
    }

    /// The name under which the telephone asks for it.
    #[getter]
    fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The value of the header Content-Type.
    #[getter]
    fn content_type(&self) -> &'static str {
        self.content_type
    }

    fn __repr__(&self) -> String {
        format!("<RenderedFile {} of {} bytes, {} warnings>", self.file_name, self.file.len(), self.warnings.len())
    }

    fn __hash__(&self) -> u64 {
        hash((&self.file_name, self.warnings.len()))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("RenderedFile"))
    }
}

/// One thing that a file left out or changed (SPEC V6). `str` of it is one English line.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct RenderWarning(Warning);

#[pymethods]
impl RenderWarning {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("field", "reason", "text");

    /// The field's path, such as `accounts[17]`.
    #[getter]
    fn field(&self) -> &str {
        &self.0.field
    }

    /// Why it was left out or changed.
    #[getter]
    fn reason<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        WARNING_REASON.member(py, self.0.reason.name())
    }

    /// How many of them the model has, for `beyond`; None for other reasons.
    #[getter]
    fn most(&self) -> Option<u16> {
        if let WarningReason::Beyond { most } = self.0.reason { Some(most) } else { None }
    }

    /// The same as one English line.
    #[getter]
    fn text(&self) -> String {
        self.0.to_string()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<RenderWarning {}>", quoted(&self.0.to_string()))
    }

    fn __hash__(&self) -> u64 {
        hash(&self.0.field)
    }
}

fn dial_string(value: &Bound<'_, PyAny>, field: &str) -> PyResult<DialString> {
    DialString::parse(text(value, field)?).map_err(|error| errors::value(value.py(), error, field))
}

/// Emergency numbers; errors count them from 1, as core's do.
fn emergency_numbers(value: &Bound<'_, PyAny>) -> PyResult<Vec<DialString>> {
    let mut place = 0_usize;
    each(value, "emergency", |item, _| {
        place += 1;
        dial_string(item, &format!("emergency[{place}]"))
    })
}

fn sip_user(value: &Bound<'_, PyAny>, field: &str) -> PyResult<SipUser> {
    SipUser::parse(text(value, field)?).map_err(|error| errors::value(value.py(), error, field))
}

fn firmware_version(value: &Bound<'_, PyAny>, field: &str) -> PyResult<FirmwareVersion> {
    FirmwareVersion::parse(text(value, field)?).map_err(|error| errors::value(value.py(), error, field))
}

fn names(value: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    let read = |value: &Bound<'_, PyAny>, field: &str| each(value, field, |item, at| text(item, at).map(str::to_owned));
    Ok(optional(value, "forget", read)?.unwrap_or_default())
}

/// User and password of a login.
fn pair(value: &Bound<'_, PyAny>, field: &str) -> PyResult<(SipUser, libprov::secret::Secret)> {
    let wrong = || wrong_type(value, field, "a pair of user and password");
    let (user, password): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        value.cast::<PyTuple>().map_err(|_| wrong())?.extract().map_err(|_| wrong())?;
    Ok((sip_user(&user, "login[0]")?, secret(&password, "login[1]")?))
}

fn rendered(
    row: &'static Row,
    mac: libprov::mac::MacAddr,
    py: Python<'_>,
    run: impl FnOnce(&mut Vec<u8>) -> Result<render::Warnings, render::RenderError> + Send,
) -> PyResult<RenderedFile> {
    let made = work(py, is_heavy(row), || {
        let mut file = Zeroizing::new(Vec::new());
        run(&mut file).map(|warnings| (file, warnings))
    })?;
    let (file, warnings) = made.map_err(|error| errors::render(py, &error))?;
    let (file_name, content_type) = (render::file_name(row, mac), render::content_type(row));
    Ok(RenderedFile { file, warnings: warnings.as_slice().to_vec(), file_name, content_type })
}

/// Render the full configuration file of one telephone (SPEC V1 to V12).
///
/// A profile that asks for more than the model has gives warnings, and the rest is rendered. A secret that is withheld is not
/// stated at all, so that the telephone keeps what it has.
///
/// Args:
///     url: where the telephone asks for its files from now on, without the file's name, ending in `/`; it holds no secret.
///     credential_url: the same in place of `url`, where it holds the device credential: withheld with `credential`.
///     login: HTTP user and password, the device credential: withheld with `credential`; None clears an earlier login.
///     interval_min: minutes between two requests, 5 to 43 200; None takes the profile's, or 240 to 360 by the MAC.
///     emergency: the tenant's emergency numbers, 1 to 20 of 2 to 8 digits: they dial even while the telephone is locked.
///     secrets: which may go out: `Full.secrets` of the decision, `Secrets.all()` where nothing is released only once.
///     outside_line: the prefix of an outside line, digits only.
///     overrides: which raw overrides are allowed; default `harmless`.
///     characters: what happens to a character that the device's character set does not have; default `refuse`.
///     firmware: what the telephone says it has; without it a firmware target is not stated.
///     forget: names of overrides that earlier files set and this profile has no more: they go back to their factory default.
///
/// Raises:
///     RenderError: a value that the file cannot carry, an override that is not allowed, and so on; `.field` is the path in the
///         profile, or the argument, with `provisioning.` before `url`, `login` and `interval_min`.
///     InvalidInputError: an argument is not what it should be, or the model is one of `Model.own`.
///
/// >>> from libprov import Model, Profile, Secrets, render_full
/// >>> account = {"user": "201", "password": "s3cret", "server": {"host": "sip.example.net"}}
/// >>> own = {"admin_password": "adm1n"}
/// >>> profile = Profile.from_json({"accounts": [account], "protection": own, "display_text": "Hi"})
/// >>> site = {"url": "https://prov.example.net/", "emergency": ["112"]}
/// >>> made = render_full(profile, Model("yealink", "T46U"), "805ec0010203", secrets=Secrets.all(), **site)
/// >>> made.file_name, made.content_type, b"account.1.password = s3cret\n" in made.file
/// ('805ec0010203.cfg', 'text/plain; charset=utf-8', True)
/// >>> [str(warning) for warning in made.warnings]
/// ['display_text is left out: this model has no place for it']
#[pyfunction]
#[pyo3(signature = (profile, model, mac, *, url = None, credential_url = None, login = None, interval_min = None, emergency,
    secrets, outside_line = None, overrides = None, characters = None, firmware = None, forget = None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn render_full(
    profile: &Bound<'_, Profile>,
    model: &Bound<'_, Model>,
    mac: &Bound<'_, PyAny>,
    url: Option<&Bound<'_, PyAny>>,
    credential_url: Option<&Bound<'_, PyAny>>,
    login: Option<&Bound<'_, PyAny>>,
    interval_min: Option<&Bound<'_, PyAny>>,
    emergency: &Bound<'_, PyAny>,
    secrets: &Bound<'_, Secrets>,
    outside_line: Option<&Bound<'_, PyAny>>,
    overrides: Option<&Bound<'_, PyAny>>,
    characters: Option<&Bound<'_, PyAny>>,
    firmware: Option<&Bound<'_, PyAny>>,
    forget: Option<&Bound<'_, PyAny>>,
) -> PyResult<RenderedFile> {
    let (py, row, mac) = (profile.py(), row(model)?, self::mac(mac, "mac")?);
    let (open, credential) = (optional(url, "url", secret)?, optional(credential_url, "credential_url", secret)?);
    let url = match (&open, &credential) {
        (Some(url), None) => ProvisioningUrl::Open(url),
        (None, Some(url)) => ProvisioningUrl::Credential(url),
        _ => return Err(PyTypeError::new_err("render_full takes either url or credential_url")),
    };
    let login = optional(login, "login", pair)?;
    let mut provisioning = Provisioning::new(url);
    provisioning.login = login.as_ref().map(|(user, password)| (user, password));
    let minutes = |value: &Bound<'_, PyAny>, field: &str| number(value, field, ErrorCode::RENDER_VALUE.number());
    provisioning.interval_min = optional(interval_min, "interval_min", minutes)?;

    let emergency = emergency_numbers(emergency)?;
    let outside_line = optional(outside_line, "outside_line", dial_string)?;
    let firmware = optional(firmware, "firmware", firmware_version)?;
    let forget = names(forget)?;
    let forget: Vec<&str> = forget.iter().map(String::as_str).collect();
    let secrets = SecretsOut::from(secrets.get().0);
    let mut job = FullJob::new(&profile.get().0, row, mac, secrets, provisioning, &emergency);
    job.outside_line = outside_line.as_ref();
    job.overrides = optional(overrides, "overrides", |value, field| OVERRIDE_POLICY.read(value, field))?.unwrap_or_default();
    job.characters = optional(characters, "characters", |value, field| CHARACTER_POLICY.read(value, field))?.unwrap_or_default();
    job.firmware = firmware.as_ref();
    job.forget = &forget;
    rendered(row, mac, py, |out| render::render_full(&job, out))
}

/// Render the restricted configuration file of one telephone: emergency calls and the authentication service (SPEC V3).
///
/// Nothing of a profile can be in it.
///
/// Args:
///     lang: the tenant's language.
///     display_text: what the idle screen says: `Restricted.text`.
///     sip_user, sip_password: the enrolment's SIP account: `Enrolment.sip_user` and `Enrolment.sip_password`.
///     server: where the authentication service is reached.
///     emergency: the tenant's emergency numbers, 1 to 20 of 2 to 8 digits.
///     outside_line: the prefix of an outside line, 1 to 4 digits: emergency numbers can be dialled behind it as well.
///     service_code: the code of the authentication service: 1 to 8 of digits, `*` and `#`; on snom without `#`.
///     url: the provisioning URL with the fetch token (`Enrolment.token`), ending in `/`.
///     firmware: what the telephone says it has; None where nobody knows.
///     forget: names of overrides that earlier files may have set: they go back to their factory default.
///     vlan: the VLAN that the device is known to be on, 1 to 4094: a Patton gateway would leave its network without it.
///
/// Raises:
///     RenderError: a value that the file cannot carry, or the model has no restricted mode; `.field` is the argument, and
///         `enrolment.user`, `enrolment.password` or `enrolment.server` for the account.
///     InvalidInputError: an argument is not what it should be, or the model is one of `Model.own`.
///
/// >>> from libprov import Model, SipServer, render_restricted
/// >>> made = render_restricted(
/// ...     Model("snom", "D385"), "000413010203", lang="en", display_text="Please dial *89", sip_user="kzqwc3tb",
/// ...     sip_password="s3cret", server=SipServer("auth.example.net", transport="tls"), emergency=["112"],
/// ...     service_code="*89", url="https://prov.example.net/t/ovxgc5tf/")
/// >>> made
/// <RenderedFile snomD385-000413010203.htm of ... bytes, 0 warnings>
#[pyfunction]
#[pyo3(signature = (model, mac, *, lang, display_text, sip_user, sip_password, server, emergency, outside_line = None,
    service_code, url, firmware = None, forget = None, vlan = None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn render_restricted(
    model: &Bound<'_, Model>,
    mac: &Bound<'_, PyAny>,
    lang: &Bound<'_, PyAny>,
    display_text: &Bound<'_, PyAny>,
    sip_user: &Bound<'_, PyAny>,
    sip_password: &Bound<'_, PyAny>,
    server: &Bound<'_, SipServer>,
    emergency: &Bound<'_, PyAny>,
    outside_line: Option<&Bound<'_, PyAny>>,
    service_code: &Bound<'_, PyAny>,
    url: &Bound<'_, PyAny>,
    firmware: Option<&Bound<'_, PyAny>>,
    forget: Option<&Bound<'_, PyAny>>,
    vlan: Option<&Bound<'_, PyAny>>,
) -> PyResult<RenderedFile> {
    let (py, row, mac) = (model.py(), row(model)?, self::mac(mac, "mac")?);
    let (user, password) = (self::sip_user(sip_user, "sip_user")?, secret(sip_password, "sip_password")?);
    let (emergency, outside_line) = (emergency_numbers(emergency)?, optional(outside_line, "outside_line", dial_string)?);
    let (service_code, url) = (dial_string(service_code, "service_code")?, secret(url, "url")?);
    let firmware = optional(firmware, "firmware", firmware_version)?;
    let forget = names(forget)?;
    let forget: Vec<&str> = forget.iter().map(String::as_str).collect();
    let job = Restricted {
        model: row,
        mac,
        lang: LANG.read(lang, "lang")?,
        display_text: text(display_text, "display_text")?,
        enrolment: Enrolment { user: &user, password: &password, server: &server.get().0 },
        emergency: &emergency,
        outside_line: outside_line.as_ref(),
        service_code: &service_code,
        url: &url,
        firmware: firmware.as_ref(),
        forget: &forget,
        vlan: optional(vlan, "vlan", |value, field| number(value, field, ErrorCode::RENDER_VALUE.number()))?,
    };
    rendered(row, mac, py, |out| render::render_restricted(&job, out))
}

/// Give the name of the file that carries a telephone's accounts, as it asks for it.
///
/// >>> from libprov import Model, file_name
/// >>> file_name(Model("snom", "D385"), "00:04:13:01:02:03")
/// 'snomD385-000413010203.htm'
#[pyfunction]
#[pyo3(signature = (model, mac, /))]
pub(crate) fn file_name(model: &Bound<'_, Model>, mac: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(render::file_name(row(model)?, self::mac(mac, "mac")?))
}

/// Give the content type of that file.
///
/// >>> from libprov import Model, content_type
/// >>> content_type(Model("gigaset", "N510 IP PRO"))
/// 'text/xml; charset=ISO-8859-1'
#[pyfunction]
#[pyo3(signature = (model, /))]
pub(crate) fn content_type(model: &Bound<'_, Model>) -> PyResult<&'static str> {
    Ok(render::content_type(row(model)?))
}

/// One parameter of a file. Its `repr` does not show the value, which may be a secret.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Setting {
    name: String,
    value: Zeroizing<String>,
    line: u32,
}

#[pymethods]
impl Setting {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("name", "value", "line");

    /// The name, its index as an override has it.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// The value without escapes and without spaces at its ends; it may be a secret.
    #[getter]
    fn value(&self) -> &str {
        &self.value
    }

    /// The line it begins in, from 1.
    #[getter]
    fn line(&self) -> u32 {
        self.line
    }

    fn __repr__(&self) -> String {
        format!("<Setting {} in line {}>", self.name, self.line)
    }

    fn __hash__(&self) -> u64 {
        hash((&self.name, self.line))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Setting"))
    }
}

/// Read a file of this model's syntax back, in its own order, repeated names included (SPEC V5).
///
/// Raises:
///     InvalidInputError: the text names the first line that is not of the syntax.
///
/// >>> from libprov import Model, read
/// >>> for setting in read(Model("yealink", "T46U"), b"#!version:1.0.0.1\nlang.gui = German\n"):
/// ...     print(setting, setting.value)
/// <Setting lang.gui in line 2> German
#[pyfunction]
#[pyo3(signature = (model, file, /))]
pub(crate) fn read<'py>(model: &Bound<'py, Model>, file: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let (py, row, file) = (model.py(), row(model)?, blob(file, "file")?);
    let settings = work(py, file.len() > HEAVY_FILE, || render::read(row, &file))?;
    let settings = settings.map_err(|error| invalid(py, &error, "file"))?;
    tuple(py, settings.into_iter(), |py, setting| {
        let render::Setting { name, value, line } = setting;
        Bound::new(py, Setting { name: name.into_owned(), value: Zeroizing::new(value.into_owned()), line }).map(Bound::into_any)
    })
}

/// One parameter that two files do not agree on. The values are not in it: they may be secrets.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Difference(render::Difference);

#[pymethods]
impl Difference {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("name", "change");

    /// The parameter's name, as an override has it.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// How they differ.
    #[getter]
    fn change<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        CHANGE.show(py, self.0.change)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Difference {} {}>", self.0.name, self.change(py)?.str()?))
    }

    fn __hash__(&self) -> u64 {
        hash(&self.0.name)
    }
}

/// Say what two files of one telephone differ in, in ascending order of names (SPEC V5).
///
/// A name that a file repeats has all its values; their order counts.
///
/// Raises:
///     InvalidInputError: `.field` is `old` or `new`, whichever cannot be read.
///
/// >>> from libprov import Model, diff
/// >>> old = b"#!version:1.0.0.1\nlang.gui = German\naccount.1.label = A\n"
/// >>> new = b"#!version:1.0.0.1\naccount.1.label = B\nlang.wui = German\n"
/// >>> diff(Model("yealink", "T46U"), old, new)
/// (<Difference account.1.label changed>, <Difference lang.gui removed>, <Difference lang.wui added>)
#[pyfunction]
#[pyo3(signature = (model, old, new, /))]
pub(crate) fn diff<'py>(
    model: &Bound<'py, Model>,
    old: &Bound<'py, PyAny>,
    new: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyTuple>> {
    let (py, row, old, new) = (model.py(), row(model)?, blob(old, "old")?, blob(new, "new")?);
    let found = work(py, old.len() > HEAVY_FILE, || {
        render::diff(row, &old, &new).map_err(|error| (error, if render::read(row, &old).is_err() { "old" } else { "new" }))
    })?;
    let found = found.map_err(|(error, field)| invalid(py, &error, field))?;
    tuple(py, found.into_iter(), |py, difference| Bound::new(py, Difference(difference)).map(Bound::into_any))
}

/// One parameter that a model's files can hold.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Parameter(render::Parameter);

#[pymethods]
impl Parameter {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("name", "confidence", "secret");

    /// The name, an index written `X`.
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name
    }

    /// How sure it is that devices read it so.
    #[getter]
    fn confidence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        CONFIDENCE.show(py, self.0.confidence)
    }

    /// Which kind of secret it carries; None for no secret.
    #[getter]
    fn secret<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.secret.map(|kind| SECRET_KIND.show(py, kind)).transpose()
    }

    fn __repr__(&self) -> String {
        format!("<Parameter {}>", self.0.name)
    }

    fn __hash__(&self) -> u64 {
        hash(self.0.name)
    }
}

/// List every parameter that the tables of a model's dialect can write, raw overrides aside (SPEC V9).
///
/// >>> from libprov import Model, parameters
/// >>> [parameter.name for parameter in parameters(Model("yealink", "T46U")) if parameter.secret == "sip"]
/// ['account.X.password']
#[pyfunction]
#[pyo3(signature = (model, /))]
pub(crate) fn parameters<'py>(model: &Bound<'py, Model>) -> PyResult<Bound<'py, PyTuple>> {
    let all = render::parameters(row(model)?.dialect);
    tuple(model.py(), all.into_iter(), |py, parameter| Bound::new(py, Parameter(parameter)).map(Bound::into_any))
}

/// Whether a raw override of this name is known to the model's dialect, its indexes as numbers (SPEC V4, V9).
///
/// >>> from libprov import Model, is_known_parameter
/// >>> [is_known_parameter(Model("yealink", "T46U"), name) for name in ("account.3.label", "account.3.lable")]
/// [True, False]
#[pyfunction]
#[pyo3(signature = (model, name, /))]
pub(crate) fn is_known_parameter(model: &Bound<'_, Model>, name: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(render::is_known_parameter(row(model)?, text(name, "name")?))
}

/// Whether a model can carry a field of a profile, in some slot and with some value.
///
/// Args:
///     field: a path of `profile_fields`, or one with slots in it, as warnings have it.
///
/// >>> from libprov import Model, carries
/// >>> carries(Model("yealink", "T46U"), "keys[].label"), carries(Model("yealink", "T46U"), "display_text")
/// (True, False)
#[pyfunction]
#[pyo3(signature = (model, field, /))]
pub(crate) fn carries(model: &Bound<'_, Model>, field: &Bound<'_, PyAny>) -> PyResult<bool> {
    let (row, path) = (row(model)?, text(field, "field")?);
    let mut bare = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        inside = (inside || c == '[') && c != ']';
        if !(inside && c.is_ascii_digit()) {
            bare.push(c);
        }
    }
    let known = Field::ALL.iter().find(|field| field.path() == bare);
    let unknown = || refused(model.py(), ARGUMENT, "field", "field is none of profile_fields()");
    known.map(|field| render::carries(row, *field)).ok_or_else(unknown)
}
