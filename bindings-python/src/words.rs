//! Wire names: Rust's enums and the `StrEnum` members of `libprov/enums.py` that stand for them.

use libprov::adoption::Adopt;
use libprov::announcement::Announcement;
use libprov::call;
use libprov::device::Withheld;
use libprov::effect::AuditEvent;
use libprov::lang::Lang;
use libprov::mfa::{self, AdminAct, EnrolmentProof, FactorState, MfaEvent, SwitchOff};
use libprov::models::{Carriage, Confidence, Dialect};
use libprov::otp::{Algorithm, Background, CompatWarning};
use libprov::policy::{Enforcement, LockScope, PapSource, SuspensionBind, WindowFrom};
use libprov::profile::{self, Layer};
use libprov::render::{Change, CharacterPolicy, OverridePolicy, SecretKind, WarningReason};
use libprov::request::{Exemption, FileKind, IdentityKind, Method, Transport};
use libprov::roster::{Column, Known};
use libprov::rule::Rule;
use libprov::standing::{Notice, Proof, TextForm};
use libprov::state::State;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

use crate::convert::text;
use crate::errors::{ARGUMENT, refused, wrong_type};

/// One enum: its class in Python, and its values with their names.
pub(crate) struct Words<T: 'static> {
    class: &'static str,
    pairs: &'static [(T, &'static str)],
    members: PyOnceLock<Py<PyAny>>,
}

impl<T: Copy + PartialEq> Words<T> {
    const fn new(class: &'static str, pairs: &'static [(T, &'static str)]) -> Self {
        Self { class, pairs, members: PyOnceLock::new() }
    }

    /// The member with this name.
    pub(crate) fn member<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let members = self.members.get_or_try_init(py, || {
            let class = py.import("libprov.enums")?.getattr(self.class)?;
            class.getattr("_value2member_map_").map(Bound::unbind)
        })?;
        members.bind(py).get_item(name)
    }

    /// The member that stands for a value.
    pub(crate) fn show<'py>(&self, py: Python<'py>, value: T) -> PyResult<Bound<'py, PyAny>> {
        let name = self.pairs.iter().find(|(other, _)| *other == value).map_or("", |(_, name)| name);
        self.member(py, name)
    }

    /// The value a member, or its name as text, stands for.
    pub(crate) fn read(&self, given: &Bound<'_, PyAny>, field: &str) -> PyResult<T> {
        if !given.is_instance_of::<PyString>() {
            return Err(wrong_type(given, field, &format!("a {} or its name", self.class)));
        }
        let name = text(given, field)?;
        self.pairs.iter().find(|(_, other)| *other == name).map(|(value, _)| *value).ok_or_else(|| {
            let names: Vec<_> = self.pairs.iter().map(|(_, name)| *name).collect();
            refused(given.py(), ARGUMENT, field, &format!("{field} is no {}; expected one of {}", self.class, names.join(", ")))
        })
    }
}

/// Names that core itself has: the member is found by name.
const fn named(class: &'static str) -> Words<()> {
    Words::new(class, &[])
}

pub(crate) static STATE: Words<()> = named("State");
pub(crate) static RULE: Words<()> = named("Rule");
pub(crate) static PROOF: Words<()> = named("Proof");
pub(crate) static VERDICT: Words<()> = named("Verdict");
pub(crate) static AUDIT_EVENT: Words<()> = named("AuditEvent");
pub(crate) static ANNOUNCEMENT: Words<()> = named("Announcement");
pub(crate) static EXEMPTION: Words<()> = named("ExemptionKind");
pub(crate) static IDENTITY: Words<()> = named("IdentityKind");
pub(crate) static NOTICE: Words<()> = named("Notice");
pub(crate) static RESYNC: Words<()> = named("ResyncKind");
pub(crate) static FACTOR_STATE: Words<()> = named("FactorState");
pub(crate) static MFA_VERDICT: Words<()> = named("MfaVerdict");
pub(crate) static MFA_EVENT: Words<()> = named("MfaEvent");
pub(crate) static MFA_NOTICE: Words<()> = named("MfaNotice");
pub(crate) static ENTERED_BY: Words<()> = named("EnteredBy");
pub(crate) static OTP_VERDICT: Words<()> = named("OtpVerdict");
pub(crate) static SIP_METHOD: Words<()> = named("SipMethod");

pub(crate) static WITHHELD: Words<Withheld> = Words::new(
    "Withheld",
    &[
        (Withheld::Closed, "closed"),
        (Withheld::OtherSource, "other_source"),
        (Withheld::ProvenOnly, "proven_only"),
        (Withheld::Leased, "leased"),
    ],
);
pub(crate) static CARRIAGE: Words<Carriage> =
    Words::new("Carriage", &[(Carriage::Url, "url"), (Carriage::HttpAuth, "http_auth"), (Carriage::None, "none")]);
pub(crate) static ENFORCEMENT: Words<Enforcement> =
    Words::new("Enforcement", &[(Enforcement::Off, "off"), (Enforcement::Observe, "observe"), (Enforcement::Enforce, "enforce")]);
pub(crate) static ADOPT: Words<Adopt> =
    Words::new("Adopt", &[(Adopt::Refuse, "refuse"), (Adopt::List, "list"), (Adopt::Activate, "activate")]);
pub(crate) static LOCK_SCOPE: Words<LockScope> =
    Words::new("LockScope", &[(LockScope::Source, "source"), (LockScope::Device, "device")]);
pub(crate) static SUSPENSION_BIND: Words<SuspensionBind> =
    Words::new("SuspensionBind", &[(SuspensionBind::FirstDelivery, "first_delivery"), (SuspensionBind::Unbound, "unbound")]);
pub(crate) static PAP_SOURCE: Words<PapSource> =
    Words::new("PapSource", &[(PapSource::Stored, "stored"), (PapSource::Derived, "derived")]);
pub(crate) static WINDOW_FROM: Words<WindowFrom> =
    Words::new("WindowFrom", &[(WindowFrom::Delivery, "delivery"), (WindowFrom::Release, "release")]);
pub(crate) static LANG: Words<Lang> = Words::new(
    "Lang",
    &[(Lang::De, "de"), (Lang::En, "en"), (Lang::Fr, "fr"), (Lang::Es, "es"), (Lang::It, "it"), (Lang::Pl, "pl")],
);
pub(crate) static KNOWN: Words<Known> =
    Words::new("Known", &[(Known::New, "new"), (Known::Here, "here"), (Known::Elsewhere, "elsewhere")]);
pub(crate) static ROSTER_COLUMN: Words<Column> = Words::new(
    "RosterColumn",
    &[
        (Column::Vendor, "vendor"),
        (Column::Model, "model"),
        (Column::Mac, "mac"),
        (Column::Created, "created"),
        (Column::Site, "site"),
        (Column::State, "state"),
        (Column::Pap, "pap"),
        (Column::Accounts, "accounts"),
    ],
);
pub(crate) static TEXT_FORM: Words<TextForm> =
    Words::new("TextForm", &[(TextForm::Long, "long"), (TextForm::Short, "short"), (TextForm::Ascii, "ascii")]);
pub(crate) static METHOD: Words<Method> =
    Words::new("Method", &[(Method::Get, "get"), (Method::Head, "head"), (Method::Other, "other")]);
pub(crate) static TRANSPORT: Words<Transport> =
    Words::new("Transport", &[(Transport::Https, "https"), (Transport::Http, "http"), (Transport::Tftp, "tftp")]);
pub(crate) static FILE_KIND: Words<FileKind> = Words::new(
    "FileKind",
    &[
        (FileKind::Main, "main"),
        (FileKind::Side { private: false }, "side"),
        (FileKind::Side { private: true }, "private_side"),
        (FileKind::Common, "common"),
    ],
);

pub(crate) static ALGORITHM: Words<Algorithm> =
    Words::new("Algorithm", &[(Algorithm::Sha1, "SHA1"), (Algorithm::Sha256, "SHA256"), (Algorithm::Sha512, "SHA512")]);
pub(crate) static COMPAT_WARNING: Words<CompatWarning> = Words::new(
    "CompatWarning",
    &[
        (CompatWarning::AlgorithmIgnored, "algorithm_ignored"),
        (CompatWarning::DigitsIgnored, "digits_ignored"),
        (CompatWarning::ShortCodes, "short_codes"),
        (CompatWarning::SevenDigits, "seven_digits"),
        (CompatWarning::PeriodIgnored, "period_ignored"),
        (CompatWarning::StartIgnored, "start_ignored"),
    ],
);
pub(crate) static BACKGROUND: Words<Background> =
    Words::new("Background", &[(Background::Dark, "dark"), (Background::Light, "light")]);

pub(crate) static SWITCH_OFF: Words<SwitchOff> =
    Words::new("SwitchOff", &[(SwitchOff::Code, "code"), (SwitchOff::RiskOnly, "risk_only")]);
pub(crate) static ENROLMENT_PROOF: Words<EnrolmentProof> = Words::new(
    "EnrolmentProof",
    &[(EnrolmentProof::None, "none"), (EnrolmentProof::Grant, "grant"), (EnrolmentProof::GrantOrOldCode, "grant_or_old_code")],
);
pub(crate) static ADMIN_ACT: Words<AdminAct> = Words::new(
    "AdminAct",
    &[
        (AdminAct::SwitchOn, "switch_on"),
        (AdminAct::Reset, "reset"),
        (AdminAct::SwitchOff { risk_accepted: false }, "switch_off"),
        (AdminAct::Unlock, "unlock"),
    ],
);

pub(crate) static DIALECT: Words<Dialect> = Words::new(
    "Dialect",
    &[
        (Dialect::GigasetN510, "gigaset_n510"),
        (Dialect::GigasetN720, "gigaset_n720"),
        (Dialect::SnomDesk, "snom_desk"),
        (Dialect::YealinkPhone, "yealink_phone"),
        (Dialect::YealinkBase, "yealink_base"),
        (Dialect::YealinkManager, "yealink_manager"),
        (Dialect::PattonSmartWare, "patton_smartware"),
    ],
);
pub(crate) static CONFIDENCE: Words<Confidence> = Words::new(
    "Confidence",
    &[
        (Confidence::Inferred, "inferred"),
        (Confidence::Memory, "memory"),
        (Confidence::OneSource, "one_source"),
        (Confidence::Confirmed, "confirmed"),
    ],
);
pub(crate) static LAYER: Words<Layer> = Words::new(
    "Layer",
    &[
        (Layer::Tenant, Layer::Tenant.word()),
        (Layer::Site, Layer::Site.word()),
        (Layer::Model, Layer::Model.word()),
        (Layer::Device, Layer::Device.word()),
    ],
);
pub(crate) static SIP_TRANSPORT: Words<profile::Transport> = Words::new(
    "SipTransport",
    &[(profile::Transport::Udp, "udp"), (profile::Transport::Tcp, "tcp"), (profile::Transport::Tls, "tls")],
);
pub(crate) static SECRET_KIND: Words<SecretKind> = Words::new(
    "SecretKind",
    &[
        (SecretKind::Sip, "sip"),
        (SecretKind::Menu, "menu"),
        (SecretKind::Web, "web"),
        (SecretKind::Other, "other"),
        (SecretKind::Credential, "credential"),
    ],
);
pub(crate) static OVERRIDE_POLICY: Words<OverridePolicy> =
    Words::new("OverridePolicy", &[(OverridePolicy::Harmless, "harmless"), (OverridePolicy::Any, "any")]);
pub(crate) static CHARACTER_POLICY: Words<CharacterPolicy> =
    Words::new("CharacterPolicy", &[(CharacterPolicy::Refuse, "refuse"), (CharacterPolicy::Transliterate, "transliterate")]);
pub(crate) static CHANGE: Words<Change> =
    Words::new("Change", &[(Change::Added, "added"), (Change::Removed, "removed"), (Change::Changed, "changed")]);
pub(crate) static WARNING_REASON: Words<()> = named("WarningReason");

pub(crate) const fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::Required => "required",
        Notice::Failed { .. } => "failed",
        Notice::Blocked => "blocked",
        Notice::ResetNeeded => "reset_needed",
    }
}

pub(crate) const fn exemption(exemption: &Exemption) -> &'static str {
    match exemption {
        Exemption::Suspension => "suspension",
        Exemption::Permanent(_) => "permanent",
        Exemption::Temporary { .. } => "temporary",
        Exemption::Installed => "installed",
        Exemption::NotEnforced => "not_enforced",
    }
}

pub(crate) const fn identity(kind: &IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Enrolment(_) => "enrolment",
        IdentityKind::Credential => "credential",
        IdentityKind::Unknown => "unknown",
    }
}

/// The names core gives where it can list them, for a test to compare `libprov/enums.py` with.
pub(crate) fn table(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    fn of<T: Copy>(words: &Words<T>) -> (&'static str, Vec<&'static str>) {
        (words.class, words.pairs.iter().map(|(_, name)| *name).collect())
    }
    let proofs = [
        Proof::Certificate,
        Proof::Credential,
        Proof::AcceptedToken,
        Proof::AcceptedAddress,
        Proof::PresentToken,
        Proof::StaleCredential,
        Proof::None,
    ];
    let table = PyDict::new(py);
    for (class, names) in [
        ("State", State::ALL.iter().map(|state| state.name()).collect()),
        ("Rule", Rule::ALL.iter().map(|rule| rule.name()).collect()),
        ("Proof", proofs.iter().map(|proof| proof.name()).collect()),
        ("Announcement", Announcement::ALL.iter().map(|(_, name)| *name).collect()),
        ("SipMethod", call::Method::ALL.iter().map(|method| method.name()).collect()),
        ("AuditEvent", AuditEvent::ALL.iter().map(|event| event.name()).collect()),
        of(&WITHHELD),
        of(&CARRIAGE),
        of(&ENFORCEMENT),
        of(&ADOPT),
        of(&LOCK_SCOPE),
        of(&SUSPENSION_BIND),
        of(&PAP_SOURCE),
        of(&WINDOW_FROM),
        of(&LANG),
        of(&KNOWN),
        of(&ROSTER_COLUMN),
        of(&TEXT_FORM),
        of(&METHOD),
        of(&TRANSPORT),
        of(&FILE_KIND),
        of(&ALGORITHM),
        of(&COMPAT_WARNING),
        of(&BACKGROUND),
        of(&SWITCH_OFF),
        of(&ENROLMENT_PROOF),
        of(&ADMIN_ACT),
        of(&DIALECT),
        of(&CONFIDENCE),
        of(&LAYER),
        of(&SIP_TRANSPORT),
        of(&SECRET_KIND),
        of(&OVERRIDE_POLICY),
        of(&CHARACTER_POLICY),
        of(&CHANGE),
        ("WarningReason", WarningReason::ALL.iter().map(|reason| reason.name()).collect()),
        ("FactorState", FactorState::ALL.iter().map(|state| state.name()).collect()),
        ("MfaEvent", MfaEvent::ALL.iter().map(|event| event.name()).collect()),
        ("MfaNotice", mfa::Notice::ALL.iter().map(|notice| notice.name()).collect()),
    ] {
        table.set_item(class, names)?;
    }
    Ok(table)
}
