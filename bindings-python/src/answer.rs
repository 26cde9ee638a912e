//! What calls give back: answers, verdicts, changed records, effects.

use libprov::device::{self, AccountSet, Verdict};
use libprov::effect::Effects;
use libprov::error::ErrorCode;
use libprov::request::{self, Answer, IdentityKind};
use libprov::rule::Rule;
use libprov::standing::{Notice, Proof, TextForm};
use libprov::{credential, whitelist};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{datetime, each, hash, network_object, number, optional, optional_datetime, truth, tuple};
use crate::effect;
use crate::errors::refused;
use crate::records::{Adoption, Device, SourceGuard, TempEntry, TenantGuard};
use crate::request::EnrolmentId;
use crate::secret::{Secret, no_pickle};
use crate::tenant::Tenant;
use crate::words::{self, EXEMPTION, IDENTITY, LANG, NOTICE, PROOF, RULE, TEXT_FORM, VERDICT, WITHHELD};

/// What a call changed and wants done, without the room that core's inline forms keep for the worst call: most calls
/// change nothing, and an object of 1.5 kB costs more than the decision.
#[derive(PartialEq)]
pub(crate) struct Outcome {
    writes: Option<Box<request::Writes>>,
    effects: Box<[libprov::effect::Effect]>,
}

impl Outcome {
    pub(crate) fn of(writes: request::Writes, effects: &Effects) -> Self {
        Self { writes: (!writes.is_empty()).then(|| Box::new(writes)), effects: effects.as_slice().into() }
    }

    pub(crate) fn writes(&self) -> Writes {
        Writes(self.writes.as_deref().cloned().unwrap_or_default())
    }

    pub(crate) fn effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.effects.iter().copied(), effect::show)
    }
}

/// What `decide` gives.
///
/// `answer` is `Full`, `Restricted`, `Static`, `Challenge` or `Deny`; the rest says why, what changed and what to do.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Decision {
    answer: Answer,
    rule: Rule,
    proof: Proof,
    exemption: Option<request::Exemption>,
    outcome: Outcome,
}

impl From<request::Decision> for Decision {
    fn from(made: request::Decision) -> Self {
        let request::Decision { answer, rule, proof, exemption, writes, effects } = made;
        Self { answer, rule, proof, exemption, outcome: Outcome::of(writes, &effects) }
    }
}

#[pymethods]
impl Decision {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("answer", "rule");

    /// The answer.
    #[getter]
    fn answer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self.answer {
            Answer::Full(full) => Bound::new(py, Full(full))?.into_any(),
            Answer::Restricted(restricted) => Bound::new(py, Restricted(restricted))?.into_any(),
            Answer::Static => Bound::new(py, Static)?.into_any(),
            Answer::Challenge => Bound::new(py, Challenge)?.into_any(),
            Answer::Deny(deny) => Bound::new(py, Deny(deny))?.into_any(),
        })
    }

    /// The HTTP status that goes with the answer.
    #[getter]
    fn status(&self) -> u16 {
        self.answer.status()
    }

    /// Whether the answer must say `Cache-Control: no-store` (SPEC R17).
    #[getter]
    fn is_no_store(&self) -> bool {
        self.answer.is_no_store()
    }

    /// The rule that gave the answer; where the policy does not enforce, the rule that would have.
    #[getter]
    fn rule<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        RULE.member(py, self.rule.name())
    }

    /// What the request proved about who it is.
    #[getter]
    fn proof<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PROOF.member(py, self.proof.name())
    }

    /// Why authentication was not asked for, if it was not.
    #[getter]
    fn exemption(&self) -> Option<Exemption> {
        self.exemption.map(Exemption)
    }

    /// The records that changed: store them first.
    #[getter]
    fn writes(&self) -> Writes {
        self.outcome.writes()
    }

    /// What to do after they were stored, in this order.
    #[getter]
    fn effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.outcome.effects(py)
    }

    /// Explain the decision, for administrators: why, and what would change it (SPEC R25). It holds no secret.
    ///
    /// `lang` is the language of its sentences, English without it.
    #[pyo3(signature = (*, lang = None))]
    fn explain(&self, lang: Option<&Bound<'_, PyAny>>) -> PyResult<Explanation> {
        let lang = optional(lang, "lang", |lang, field| LANG.read(lang, field))?.unwrap_or_default();
        let Self { answer, rule, proof, exemption, .. } = *self;
        let (writes, effects) = (request::Writes::default(), Effects::NONE);
        Ok(Explanation(request::Decision { answer, rule, proof, exemption, writes, effects }.explain(lang)))
    }

    fn __hash__(&self) -> u64 {
        u64::from(self.rule.number())
    }

    fn __repr__(&self) -> String {
        format!("<Decision {} by {}>", answer_name(&self.answer), self.rule)
    }
}

const fn answer_name(answer: &Answer) -> &'static str {
    match answer {
        Answer::Full(_) => "Full",
        Answer::Restricted(_) => "Restricted",
        Answer::Static => "Static",
        Answer::Challenge => "Challenge",
        Answer::Deny(_) => "Deny",
    }
}

/// Render the full configuration.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Full(request::Full);

#[pymethods]
impl Full {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("lease", "secrets", "withheld");

    /// Report what became of it under this id, by `delivered` or `not_delivered`; None: nothing to report (SPEC A14).
    #[getter]
    fn lease(&self) -> Option<u64> {
        self.0.lease.map(libprov::ids::LeaseId::number)
    }

    /// Which secrets to include; withhold all others (SPEC S1).
    #[getter]
    fn secrets(&self) -> Secrets {
        Secrets(self.0.secrets)
    }

    /// Why others are withheld, if any are (SPEC S6).
    #[getter]
    fn withheld<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.withheld.map(|withheld| WITHHELD.show(py, withheld)).transpose()
    }

    fn __repr__(&self) -> String {
        let lease = self.0.lease.map_or_else(|| "None".to_owned(), |id| id.number().to_string());
        format!("<Full lease={lease} {}>", Secrets(self.0.secrets).__repr__())
    }

    fn __hash__(&self) -> u64 {
        self.lease().unwrap_or_default()
    }
}

/// Which secrets an answer carries, and `render_full` may write (SPEC S1). It holds none of them.
///
/// Args:
///     sip: the account slots whose SIP passwords go out, 1 to 254.
///     menu, web, other, credential: whether those go out.
///
/// >>> from libprov import Secrets
/// >>> Secrets(sip=[1, 2], credential=True)
/// <Secrets sip 1, sip 2, credential>
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct Secrets(pub(crate) device::Secrets);

#[pymethods]
impl Secrets {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str, &'static str, &'static str) =
        ("sip", "menu", "web", "other", "credential");

    #[new]
    #[pyo3(signature = (*, sip = None, menu = None, web = None, other = None, credential = None))]
    fn new(
        sip: Option<&Bound<'_, PyAny>>,
        menu: Option<&Bound<'_, PyAny>>,
        web: Option<&Bound<'_, PyAny>>,
        other: Option<&Bound<'_, PyAny>>,
        credential: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let slot = |slot: &Bound<'_, PyAny>, at: &str| match number(slot, at, ErrorCode::ADMIN_ACCOUNT.number())? {
            good @ 1..=AccountSet::MAX => Ok(good),
            _ => Err(refused(slot.py(), ErrorCode::ADMIN_ACCOUNT.number(), at, &format!("{at} is not 1 to 254"))),
        };
        let mut slots = AccountSet::NONE;
        optional(sip, "sip", |sip, field| each(sip, field, slot))?.into_iter().flatten().for_each(|slot| slots.insert(slot));
        Ok(Self(device::Secrets {
            sip: slots,
            menu: optional(menu, "menu", truth)?.unwrap_or(false),
            web: optional(web, "web", truth)?.unwrap_or(false),
            other: optional(other, "other", truth)?.unwrap_or(false),
            credential: optional(credential, "credential", truth)?.unwrap_or(false),
        }))
    }

    /// All of every account: for a file that nobody waits for twice, such as one that is put on a phone by hand.
    #[staticmethod]
    fn all() -> Self {
        Self(device::Secrets::all(AccountSet::MAX))
    }

    /// The account slots whose SIP passwords go out, from 1, in ascending order.
    #[getter]
    fn sip<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.sip.iter().collect::<Vec<_>>())
    }

    /// Passwords of the telephone's menu.
    #[getter]
    fn menu(&self) -> bool {
        self.0.menu
    }

    /// Passwords of its web interface.
    #[getter]
    fn web(&self) -> bool {
        self.0.web
    }

    /// All others: phonebook, LDAP, XML, 802.1X and VPN logins.
    #[getter]
    fn other(&self) -> bool {
        self.0.other
    }

    /// The device credential: `credential(tenant, device)`.
    #[getter]
    fn credential(&self) -> bool {
        self.0.credential
    }

    fn __bool__(&self) -> bool {
        !self.0.is_none()
    }

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> String {
        let mut names: Vec<String> = self.0.sip.iter().map(|slot| format!("sip {slot}")).collect();
        let kinds = [("menu", self.0.menu), ("web", self.0.web), ("other", self.0.other), ("credential", self.0.credential)];
        names.extend(kinds.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_owned()));
        format!("<Secrets {}>", if names.is_empty() { "none".to_owned() } else { names.join(", ") })
    }
}

/// Render the restricted configuration.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Restricted(request::Restricted);

#[pymethods]
impl Restricted {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("notice", "enrolment", "until");

    /// What the display says.
    #[getter]
    fn notice<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        NOTICE.member(py, words::notice(self.0.notice))
    }

    /// When the lock ends, with the notice `failed`.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let until = if let Notice::Failed { until } = self.0.notice { Some(until) } else { None };
        optional_datetime(py, until)
    }

    /// The enrolment to render: its account, its password and its token.
    #[getter]
    fn enrolment(&self) -> Enrolment {
        Enrolment(self.0.enrolment)
    }

    /// Whether it is bound to the address only, because the model carries no token (SPEC R19).
    #[getter]
    fn weak(&self) -> bool {
        self.0.weak
    }

    /// Give the text for the display in a language and a form that the model can show (SPEC E4).
    #[pyo3(signature = (lang, *, form = None))]
    fn text(&self, lang: &Bound<'_, PyAny>, form: Option<&Bound<'_, PyAny>>) -> PyResult<&'static str> {
        let lang = LANG.read(lang, "lang")?;
        let form = optional(form, "form", |form, at| TEXT_FORM.read(form, at))?.unwrap_or(TextForm::Long);
        Ok(self.0.notice.text(lang, form))
    }

    fn __repr__(&self) -> String {
        format!("<Restricted {} {}>", words::notice(self.0.notice), self.0.enrolment.id())
    }

    fn __hash__(&self) -> u64 {
        hash(self.0.enrolment.id())
    }
}

/// Serve the static file, if the host has one: it holds no tenant data.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct Static;

#[pymethods]
impl Static {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: () = ();

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> &'static str {
        "<Static>"
    }
}

/// Answer 401 and ask for HTTP authentication, Digest where the telephone can.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct Challenge;

#[pymethods]
impl Challenge {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: () = ();

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> &'static str {
        "<Challenge>"
    }
}

/// Answer with this status and an empty body. The reason is in the audit only (SPEC R15).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Deny(request::Deny);

#[pymethods]
impl Deny {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("status", "retry_after_s");

    /// 404, 405 or 429.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status
    }

    /// Seconds for Retry-After, with 429.
    #[getter]
    fn retry_after_s(&self) -> Option<u32> {
        self.0.retry_after_s
    }

    fn __repr__(&self) -> String {
        format!("<Deny {}>", self.0.status)
    }

    fn __hash__(&self) -> u16 {
        self.0.status
    }
}

/// Why authentication was not asked for.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Exemption(request::Exemption);

#[pymethods]
impl Exemption {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("kind", "prefix", "until");

    /// What exempted.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        EXEMPTION.member(py, words::exemption(&self.0))
    }

    /// The entry of the permanent whitelist, for `permanent`.
    #[getter]
    fn prefix<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let prefix = if let request::Exemption::Permanent(prefix) = self.0 { Some(prefix) } else { None };
        prefix.map(|prefix| network_object(py, prefix)).transpose()
    }

    /// Until when the temporary entry lasts, for `temporary`.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let until = if let request::Exemption::Temporary { until } = self.0 { Some(until) } else { None };
        optional_datetime(py, until)
    }

    fn __repr__(&self) -> String {
        format!("<Exemption {}>", words::exemption(&self.0))
    }

    fn __hash__(&self) -> usize {
        words::exemption(&self.0).len()
    }
}

/// An explanation for administrators (SPEC R25). It holds no secret.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Explanation(request::Explanation);

#[pymethods]
impl Explanation {
    /// The rule that decided.
    #[getter]
    fn rule<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        RULE.member(py, self.0.rule.name())
    }

    /// What the request proved.
    #[getter]
    fn proof<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PROOF.member(py, self.0.proof.name())
    }

    /// Why authentication was not asked for, if it was not.
    #[getter]
    fn exemption(&self) -> Option<Exemption> {
        self.0.exemption.map(Exemption)
    }

    /// What happened and why.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    /// What would change the answer.
    #[getter]
    fn remedy(&self) -> &'static str {
        self.0.remedy
    }

    fn __str__(&self) -> String {
        format!("{} {}", self.0.text, self.0.remedy)
    }

    fn __repr__(&self) -> String {
        format!("<Explanation {}>", self.0.text)
    }

    fn __hash__(&self) -> u64 {
        u64::from(self.0.rule.number())
    }
}

/// One enrolment, ready to be rendered (SPEC R13): one restricted configuration given to one requester.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Enrolment(credential::Enrolment);

#[pymethods]
impl Enrolment {
    /// The public id.
    #[getter]
    fn id(&self) -> EnrolmentId {
        EnrolmentId(self.0.id())
    }

    /// Give the SIP user of the device, or of one of its ports or handsets from 1 on.
    #[pyo3(signature = (port = None))]
    fn sip_user(&self, port: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let Some(port) = port else { return Ok(self.0.sip_user(None)) };
        let slot: u8 = number(port, "port", ErrorCode::ADMIN_ACCOUNT.number())?;
        if slot == 0 {
            return Err(refused(port.py(), ErrorCode::ADMIN_ACCOUNT.number(), "port", "port is 0; ports count from 1"));
        }
        Ok(self.0.sip_user(Some(slot)))
    }

    /// Give the SIP password: 32 characters, the same for every port.
    #[pyo3(signature = (tenant, device))]
    fn sip_password(&self, tenant: &Bound<'_, Tenant>, device: &Bound<'_, Device>) -> Secret {
        let tenant = &tenant.get().0;
        Secret(self.0.sip_password(tenant.keys(), tenant.id(), device.get().0.epoch()))
    }

    /// Give the fetch token, 68 or 74 characters: for URL or HTTP authentication only.
    #[pyo3(signature = (tenant, device))]
    fn token(&self, tenant: &Bound<'_, Tenant>, device: &Bound<'_, Device>) -> Secret {
        let tenant = &tenant.get().0;
        Secret(self.0.token(tenant.keys(), tenant.id(), device.get().0.epoch()))
    }

    fn __repr__(&self) -> String {
        format!("<Enrolment {}>", self.0.id())
    }

    fn __hash__(&self) -> u64 {
        hash(self.0.id())
    }
}

/// The answer for a user name (SPEC R16).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Identity(pub(crate) request::Identity);

#[pymethods]
impl Identity {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("kind", "mac", "is_current");

    /// What the name stands for.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        IDENTITY.member(py, words::identity(&self.0.kind))
    }

    /// The enrolment, for `enrolment`.
    #[getter]
    fn enrolment(&self) -> Option<EnrolmentId> {
        if let IdentityKind::Enrolment(id) = self.0.kind { Some(EnrolmentId(id)) } else { None }
    }

    /// The device's MAC; None for nobody.
    #[getter]
    fn mac(&self) -> Option<String> {
        self.0.mac.map(|mac| mac.to_string())
    }

    /// Whether it is good at present: of this epoch, not expired, the device active. It decides over HTTP. Over SIP let every
    /// enrolment in whose password is right, and let `route` decide: an emergency call must get there.
    #[getter]
    fn is_current(&self) -> bool {
        self.0.is_current
    }

    /// The password for digest authentication. For `unknown` it is one that nobody has.
    #[getter]
    fn password(&self) -> Secret {
        Secret(self.0.password.clone())
    }

    fn __repr__(&self) -> String {
        let mac = self.0.mac.map_or_else(|| "nobody".to_owned(), |mac| mac.to_string());
        format!("<Identity {} {mac}>", words::identity(&self.0.kind))
    }

    fn __hash__(&self) -> u64 {
        hash(self.0.mac)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickle("Identity"))
    }
}

/// The records that changed, each with its new revision; all None: no write (SPEC E5).
///
/// Store guards first, then the device, by compare-and-swap; a conflict means reload and ask again.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Writes(request::Writes);

#[pymethods]
impl Writes {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str, &'static str, &'static str) =
        ("device", "second", "temp", "source", "budget");

    /// The device.
    #[getter]
    fn device(&self) -> Option<Device> {
        self.0.device.clone().map(Device)
    }

    /// The device that took over, for a transfer.
    #[getter]
    fn second(&self) -> Option<Device> {
        self.0.second.as_deref().cloned().map(Device)
    }

    /// The temporary whitelist entry.
    #[getter]
    fn temp(&self) -> Option<TempEntry> {
        self.0.temp.clone().map(|entry: whitelist::TempEntry| TempEntry(entry))
    }

    /// The source guard.
    #[getter]
    fn source(&self) -> Option<SourceGuard> {
        self.0.source.as_deref().cloned().map(SourceGuard)
    }

    /// The guard of the /48 around the source.
    #[getter]
    fn wider(&self) -> Option<SourceGuard> {
        self.0.wider.as_deref().cloned().map(SourceGuard)
    }

    /// The unknown devices on offer.
    #[getter]
    fn adoption(&self) -> Option<Adoption> {
        self.0.adoption.as_deref().cloned().map(Adoption)
    }

    /// The tenant guard.
    #[getter]
    fn budget(&self) -> Option<TenantGuard> {
        self.0.budget.clone().map(TenantGuard)
    }

    fn __bool__(&self) -> bool {
        !self.0.is_empty()
    }

    fn __repr__(&self) -> String {
        let given = [
            ("device", self.0.device.is_some()),
            ("second", self.0.second.is_some()),
            ("temp", self.0.temp.is_some()),
            ("source", self.0.source.is_some()),
            ("budget", self.0.budget.is_some()),
            ("wider", self.0.wider.is_some()),
            ("adoption", self.0.adoption.is_some()),
        ];
        let names: Vec<&str> = given.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        format!("<Writes {}>", if names.is_empty() { "nothing".to_owned() } else { names.join(", ") })
    }

    fn __hash__(&self) -> u64 {
        self.0.device.as_ref().map_or(0, device::Device::revision)
    }
}

/// What a call without an answer of its own gives.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Step(Outcome);

impl From<request::Step> for Step {
    fn from(step: request::Step) -> Self {
        Self(Outcome::of(step.writes, &step.effects))
    }
}

#[pymethods]
impl Step {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("writes", "effects");

    /// The records that changed: store them first.
    #[getter]
    fn writes(&self) -> Writes {
        self.0.writes()
    }

    /// What to do after they were stored, in this order.
    #[getter]
    fn effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.0.effects(py)
    }

    fn __repr__(&self) -> String {
        format!("<Step {}>", self.writes().__repr__())
    }

    fn __hash__(&self) -> u64 {
        self.writes().__hash__()
    }
}

/// The verdict on an attempt. Speak it only once the writes are stored (SPEC A11).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Judged {
    verdict: Verdict,
    counted: bool,
    outcome: Outcome,
}

impl From<request::Judged> for Judged {
    fn from(judged: request::Judged) -> Self {
        let request::Judged { verdict, counted, writes, effects } = judged;
        Self { verdict, counted, outcome: Outcome::of(writes, &effects) }
    }
}

impl Judged {
    /// The verdict as core has it.
    pub(crate) const fn core(&self) -> Verdict {
        self.verdict
    }
}

#[pymethods]
impl Judged {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str, &'static str) = ("verdict", "left", "until");

    /// The verdict.
    #[getter]
    fn verdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        VERDICT.member(py, self.verdict.name())
    }

    /// Tries left before the lock, with `wrong`.
    #[getter]
    fn left(&self) -> Option<u8> {
        if let Verdict::Wrong { left } = self.verdict { Some(left) } else { None }
    }

    /// When the lock ends, with `locked`.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Verdict::Locked { until } = self.verdict { datetime(py, until).map(Some) } else { Ok(None) }
    }

    /// Whether the entry was compared and counted by this call.
    #[getter]
    fn counted(&self) -> bool {
        self.counted
    }

    /// The records that changed: store them before the verdict is spoken.
    #[getter]
    fn writes(&self) -> Writes {
        self.outcome.writes()
    }

    /// What to do after they were stored, in this order.
    #[getter]
    fn effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.outcome.effects(py)
    }

    fn __repr__(&self) -> String {
        format!("<Judged {}>", self.verdict.name())
    }

    fn __hash__(&self) -> u64 {
        self.writes().__hash__()
    }
}
