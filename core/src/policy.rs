//! Policy: every number and switch of a tenant, with two presets (SPEC A9).

use crate::adoption::Adopt;
use crate::error::codes;
use crate::ids::ShortNumber;
use crate::ip::{IpPrefix, ProxyPolicy};
use crate::lang::Lang;
use crate::number::{Dialled, emergency, normalise};
use crate::pap::PapRules;
use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// All settings of a tenant, to be filled in and handed to [`Policy::new`].
///
/// Lengths of time end in `_ms` and are milliseconds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Wrong PAPs in a row until a source is locked; 1 to 10, default 3 (SPEC A2).
    pub attempts: u8,
    /// How long a lock lasts; one minute to seven days, default 30 min (SPEC A2).
    pub lockout_ms: u64,
    /// Lockouts until a source is blocked; 1 to 20, default 3 (SPEC A2).
    pub lockouts: u8,
    /// Wrong PAPs over all sources of one epoch until the device is blocked; at most 1 000, default 30 (SPEC A13).
    pub ceiling: u16,
    /// What tries and locks are counted for (SPEC A13).
    pub lock_scope: LockScope,
    /// How long a suspension lasts; one minute to one day, default 30 min (SPEC A4).
    pub suspension_ms: u64,
    /// What a suspension without an address binds to (SPEC A4).
    pub suspension_bind: SuspensionBind,
    /// Whether PAPs are stored or derived (SPEC P4).
    pub pap_source: PapSource,
    /// Digits of a PAP; 4 to 8, default 6 (SPEC P1).
    pub pap_digits: u8,
    /// Whether trivial PAPs are left out; default yes (SPEC P2).
    pub pap_refuse_trivial: bool,
    /// How long after the right PAP the delivery may come; one minute to one day, default 10 min (SPEC A12).
    pub delivery_window_ms: u64,
    /// The same for models that carry no token; one second to 10 min, default 2 min (SPEC R19).
    pub weak_window_ms: u64,
    /// How long a lease lasts; 10 s to 10 min, default 60 s (SPEC A14).
    pub lease_ms: u64,
    /// Whether a full answer counts as delivered at once, for hosts that cannot know (CGI); default no (SPEC A14).
    pub on_answer: bool,
    /// How long an enrolment is good; one hour to 90 days, default 7 days (SPEC R13).
    pub enrolment_ms: u64,
    /// Whether an accepted token must also come from the source inside its enrolment; default no (SPEC R13).
    pub token_needs_source: bool,
    /// Whether a MAC proven by a TLS client certificate counts as proof; default yes (SPEC R7).
    pub accept_certificates: bool,
    /// Who may use a temporary whitelist entry unproven (SPEC R6b).
    pub temporary: Temporary,
    /// How far ahead a delivery moves a temporary entry; one minute to seven days, default 8 h (SPEC W2).
    pub temporary_ms: u64,
    /// How far past the last proven delivery unproven ones may slide it; default 24 h (SPEC W2).
    pub temporary_unproven_ms: u64,
    /// Unproven deliveries of one entry in 8 h; default 50 (SPEC R6b).
    pub temporary_unproven_cap: u16,
    /// Temporary entries of the tenant; default 1 000 (SPEC W5).
    pub temporary_max: u32,
    /// Vendors whose proven deliveries make a temporary entry, lower case; default `yealink`, `spectralink` (SPEC W3).
    pub temporary_vendors: Vec<Box<str>>,
    /// How long secrets may be fetched again; one minute to one day, default 10 min (SPEC S2).
    pub secret_window_ms: u64,
    /// When that window starts (SPEC S2).
    pub secret_window_from: WindowFrom,
    /// When an unused *release again* ends; one hour to 30 days, default 24 h (SPEC S3).
    pub release_ms: u64,
    /// Whether the rules are enforced (SPEC R23).
    pub enforcement: Enforcement,
    /// Whether private and carrier-NAT addresses may be whitelisted temporarily; preset `on_premises` (SPEC W7).
    pub private_addresses: bool,
    /// The PBX's own networks.
    pub own_networks: Vec<IpPrefix>,
    /// Whether plain HTTP may carry secrets inside [`Settings::own_networks`]; preset `on_premises` (SPEC R17).
    pub http_in_own_networks: bool,
    /// Models, as lower-case vendor and model, that may fetch over plain HTTP from anywhere (SPEC R17).
    pub http_models: Vec<(Box<str>, Box<str>)>,
    /// Whether whitelist prefixes wider than /16 (IPv4) and /32 (IPv6) are allowed; default no (SPEC W1).
    pub wide_prefixes: bool,
    /// Which header of which proxies names the client (SPEC W6).
    pub proxies: ProxyPolicy,
    /// Emergency numbers, 1 to 20; `urn:service:sos` stands for the first (SPEC C2). [`crate::emergency`] has presets.
    pub emergency: Vec<ShortNumber>,
    /// Whether calls of identities that nobody knows may reach them too; default no: anyone who reaches the PBX could place
    /// emergency calls in the tenant's name (SPEC C2).
    pub emergency_for_unknown: bool,
    /// The prefix of an outside line, 1 to 4 digits, behind which emergency numbers are known too; default none (SPEC C2).
    pub outside_line: Option<Box<str>>,
    /// What the authentication service answers under, 2 to 8 of `0` to `9`, `*`, `#`; default `*89` (SPEC section 0).
    pub service_code: Box<str>,
    /// Whether activating a device resets it; default no (STATE-TABLES 4.1).
    pub activate_resets: bool,
    /// Distinct unknown MACs a source may ask for in [`Settings::probe_window_ms`]; 1 to 16, default 16 (SPEC R12).
    pub probe_limit: u8,
    /// The window of that count; one hour to one day, default 60 min. The count is the host's, over all its tenants (SPEC R12).
    pub probe_window_ms: u64,
    /// Wrong PAPs of one source in an hour, over all devices; 1 to 60, default 15 (SPEC R12).
    pub pap_source_hour: u16,
    /// Wrong PAPs of the tenant in an hour; 1 to 1 000, default 100 (SPEC R12).
    pub pap_tenant_hour: u16,
    /// Wrong PAPs of the tenant in a day; 1 to 3 000, default 300 (SPEC R12).
    pub pap_tenant_day: u16,
    /// Networks of a roll-out: PAPs of enrolments issued there are judged though the tenant's budget is used up (SPEC R12).
    pub rollout_networks: Vec<IpPrefix>,
    /// How long a source counts as one with a proven delivery; one hour to 365 days, default 30 days (SPEC R12, R15).
    pub proven_source_ms: u64,
    /// What happens to unknown devices from elsewhere: refused (default) or listed (SPEC D5).
    pub adoption: Adopt,
    /// What happens to unknown devices in the own networks and on the permanent whitelist: refused (default), listed, or
    /// activated (preset `on_premises`) (SPEC D5).
    pub adoption_own: Adopt,
    /// Unknown devices on offer; 8 to 10 000, default 256; a source has an eighth of it (SPEC D5).
    pub adoption_cap: u16,
    /// How long one is on offer; one hour to 30 days, default 24 h (SPEC D5).
    pub adoption_ms: u64,
    /// Vendor prefixes (first three octets) whose telephones are known to repeat a request with a login after a challenge;
    /// empty by default, because a telephone that does not would be locked out (SPEC R21).
    pub challenge_prefixes: Vec<[u8; 3]>,
    /// How long a challenge is remembered; default 60 s (SPEC R21).
    pub challenge_ms: u64,
    /// How long a PIN entry may pause between two digits until it is discarded; 2 s to one minute, default 10 s (SPEC C3).
    pub entry_gap_ms: u64,
    /// Digits of an entry that are kept; a longer one is consumed to `#` and wrong. 12 to 32, default 16 (SPEC A5, C3).
    pub entry_digits: u8,
    /// How long one dialogue may last; 30 s to 15 min, default 3 min (SPEC C3, C6).
    pub dialogue_ms: u64,
    /// Different aggregated audit events that are counted apart; 16 to 100 000, default 1 000 (SPEC E7).
    pub audit_keys: u32,
    /// How long aggregated audit events are counted until their lines are written; 1 s to one day, default 5 min (SPEC E7).
    pub audit_window_ms: u64,
    /// The language of texts shown to people (SPEC E4).
    pub lang: Lang,
}

/// What tries and locks are counted for (SPEC A13).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LockScope {
    /// For each source of a device, so that a stranger locks himself and not the user.
    Source,
    /// For the device: the literal form of the source document.
    Device,
}

/// What a suspension without an address binds to (SPEC A4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SuspensionBind {
    /// The source of its first full delivery.
    FirstDelivery,
    /// Nothing: anyone who names the MAC in that time gets the full configuration.
    Unbound,
}

/// Whether PAPs are stored or derived (SPEC P4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PapSource {
    /// Drawn and stored in the device record.
    Stored,
    /// Derived from the tenant key; uniqueness among devices (P3) does not hold.
    Derived,
}

/// Who may use a temporary whitelist entry without proof (SPEC R6b).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Temporary {
    /// Nobody.
    Off,
    /// Every device that waits for its PAP.
    Waiting,
    /// The first so many deliveries of an entry.
    FirstN(u32),
}

/// When the window in which secrets may be fetched again starts (SPEC S2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WindowFrom {
    /// With the first delivery.
    Delivery,
    /// With the release: what is not fetched inside it is closed.
    Release,
}

/// Whether the rules are enforced (SPEC R23).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Enforcement {
    /// Restricted answers become full.
    Off,
    /// The same, and answer and audit say what would have happened.
    Observe,
    /// As the rules say.
    Enforce,
}

impl Settings {
    /// The defaults of the SPEC, for a PBX that serves phones over the Internet.
    pub fn cloud(emergency: &[ShortNumber]) -> Self {
        Self {
            attempts: 3,
            lockout_ms: 30 * MINUTE_MS,
            lockouts: 3,
            ceiling: 30,
            lock_scope: LockScope::Source,
            suspension_ms: 30 * MINUTE_MS,
            suspension_bind: SuspensionBind::FirstDelivery,
            pap_source: PapSource::Stored,
            pap_digits: 6,
            pap_refuse_trivial: true,
            delivery_window_ms: 10 * MINUTE_MS,
            weak_window_ms: 2 * MINUTE_MS,
            lease_ms: MINUTE_MS,
            on_answer: false,
            enrolment_ms: 7 * DAY_MS,
            token_needs_source: false,
            accept_certificates: true,
            temporary: Temporary::Waiting,
            temporary_ms: 8 * HOUR_MS,
            temporary_unproven_ms: 24 * HOUR_MS,
            temporary_unproven_cap: 50,
            temporary_max: 1_000,
            temporary_vendors: vec!["yealink".into(), "spectralink".into()],
            secret_window_ms: 10 * MINUTE_MS,
            secret_window_from: WindowFrom::Delivery,
            release_ms: 24 * HOUR_MS,
            enforcement: Enforcement::Enforce,
            private_addresses: false,
            own_networks: Vec::new(),
            http_in_own_networks: false,
            http_models: Vec::new(),
            wide_prefixes: false,
            proxies: ProxyPolicy::default(),
            emergency: emergency.to_vec(),
            emergency_for_unknown: false,
            outside_line: None,
            service_code: "*89".into(),
            activate_resets: false,
            probe_limit: 16,
            probe_window_ms: HOUR_MS,
            pap_source_hour: 15,
            pap_tenant_hour: 100,
            pap_tenant_day: 300,
            rollout_networks: Vec::new(),
            proven_source_ms: 30 * DAY_MS,
            adoption: Adopt::Refuse,
            adoption_own: Adopt::Refuse,
            adoption_cap: 256,
            adoption_ms: DAY_MS,
            challenge_prefixes: Vec::new(),
            challenge_ms: MINUTE_MS,
            entry_gap_ms: 10 * SECOND_MS,
            entry_digits: 16,
            dialogue_ms: 3 * MINUTE_MS,
            audit_keys: 1_000,
            audit_window_ms: 5 * MINUTE_MS,
            lang: Lang::En,
        }
    }

    /// The preset for a PBX in the customer's own network: plain HTTP there, private addresses whitelistable.
    ///
    /// Put the same networks on the tenant's permanent whitelist; [`crate::tenant::Tenant::on_premises`] does it.
    pub fn on_premises(emergency: &[ShortNumber], own_networks: &[IpPrefix]) -> Self {
        Self {
            private_addresses: true,
            own_networks: own_networks.to_vec(),
            http_in_own_networks: true,
            adoption_own: Adopt::Activate,
            ..Self::cloud(emergency)
        }
    }
}

/// Checked settings.
///
/// ```
/// use libprov::ids::ShortNumber;
/// use libprov::policy::{Policy, Settings};
/// let mut settings = Settings::cloud(&[ShortNumber::parse("112").unwrap()]);
/// assert!(Policy::new(settings.clone()).is_ok());
/// settings.attempts = 0;
/// assert_eq!(Policy::new(settings).unwrap_err().to_string(), "attempts is 0; it must lie between 1 and 10");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy(Settings);

impl Policy {
    /// Checks settings.
    ///
    /// # Errors
    /// [`PolicyError`] names the first field that is nonsense.
    pub fn new(settings: Settings) -> Result<Self, PolicyError> {
        let s = &settings;
        range("attempts", u64::from(s.attempts), 1, 10)?;
        range("lockout_ms", s.lockout_ms, MINUTE_MS, 7 * DAY_MS)?;
        range("lockouts", u64::from(s.lockouts), 1, 20)?;
        range("ceiling", u64::from(s.ceiling), 1, 1_000)?;
        range("suspension_ms", s.suspension_ms, MINUTE_MS, DAY_MS)?;
        range("pap_digits", u64::from(s.pap_digits), 4, 8)?;
        range("delivery_window_ms", s.delivery_window_ms, MINUTE_MS, DAY_MS)?;
        range("weak_window_ms", s.weak_window_ms, SECOND_MS, 10 * MINUTE_MS)?;
        range("lease_ms", s.lease_ms, 10 * SECOND_MS, 10 * MINUTE_MS)?;
        range("enrolment_ms", s.enrolment_ms, HOUR_MS, 90 * DAY_MS)?;
        range("temporary_ms", s.temporary_ms, MINUTE_MS, 7 * DAY_MS)?;
        range("temporary_unproven_ms", s.temporary_unproven_ms, MINUTE_MS, 30 * DAY_MS)?;
        range("temporary_unproven_cap", u64::from(s.temporary_unproven_cap), 1, 10_000)?;
        range("temporary_max", u64::from(s.temporary_max), 1, 1_000_000)?;
        range("secret_window_ms", s.secret_window_ms, MINUTE_MS, DAY_MS)?;
        range("release_ms", s.release_ms, HOUR_MS, 30 * DAY_MS)?;
        range("probe_limit", u64::from(s.probe_limit), 1, 16)?;
        range("probe_window_ms", s.probe_window_ms, HOUR_MS, DAY_MS)?;
        range("pap_source_hour", u64::from(s.pap_source_hour), 1, 60)?;
        range("pap_tenant_hour", u64::from(s.pap_tenant_hour), 1, 1_000)?;
        range("pap_tenant_day", u64::from(s.pap_tenant_day), 1, 3_000)?;
        range("proven_source_ms", s.proven_source_ms, HOUR_MS, 365 * DAY_MS)?;
        range("adoption_cap", u64::from(s.adoption_cap), 8, 10_000)?;
        range("adoption_ms", s.adoption_ms, HOUR_MS, 30 * DAY_MS)?;
        range("challenge_ms", s.challenge_ms, SECOND_MS, HOUR_MS)?;
        range("entry_gap_ms", s.entry_gap_ms, 2 * SECOND_MS, MINUTE_MS)?;
        range("entry_digits", u64::from(s.entry_digits), 12, 32)?;
        range("dialogue_ms", s.dialogue_ms, 30 * SECOND_MS, 15 * MINUTE_MS)?;
        range("audit_keys", u64::from(s.audit_keys), 16, 100_000)?;
        range("audit_window_ms", s.audit_window_ms, SECOND_MS, DAY_MS)?;
        if s.ceiling < u16::from(s.attempts) {
            return Err(PolicyError::Conflict {
                field: "ceiling",
                reason: "it is below attempts, so no source could ever be locked",
            });
        }
        if s.temporary_unproven_ms < s.temporary_ms {
            return Err(PolicyError::Conflict {
                field: "temporary_unproven_ms",
                reason: "it is shorter than temporary_ms, which a proven delivery grants anyway",
            });
        }
        if s.temporary == Temporary::FirstN(0) {
            return Err(PolicyError::Conflict { field: "temporary", reason: "first_n(0) admits nobody; use off" });
        }
        if s.pap_tenant_day < s.pap_tenant_hour {
            return Err(PolicyError::Conflict {
                field: "pap_tenant_day",
                reason: "it is below pap_tenant_hour, which could then never be used up",
            });
        }
        if s.adoption == Adopt::Activate {
            // SPEC D5: whoever asks from anywhere would make himself a device.
            return Err(PolicyError::Conflict {
                field: "adoption",
                reason: "unknown devices are activated only in the own networks and on the permanent whitelist; use list",
            });
        }
        if s.http_in_own_networks && s.own_networks.is_empty() {
            return Err(PolicyError::Conflict {
                field: "http_in_own_networks",
                reason: "own_networks is empty, so there is no network it could hold in",
            });
        }
        if s.emergency.is_empty() {
            return Err(PolicyError::EmergencyEmpty);
        }
        range("emergency", s.emergency.len() as u64, 1, 20)?;
        check_dialling(s)?;
        for names in s.temporary_vendors.iter().chain(s.http_models.iter().flat_map(|(vendor, model)| [vendor, model])) {
            if names.is_empty() || names.len() > 64 || names.chars().any(char::is_control) {
                return Err(PolicyError::Conflict {
                    field: "vendor and model names",
                    reason: "one is empty, longer than 64 bytes or not plain text",
                });
            }
        }
        Ok(Self(settings))
    }

    /// The settings.
    pub const fn settings(&self) -> &Settings {
        &self.0
    }

    /// Which PAPs may be issued (SPEC P2).
    pub fn pap_rules(&self) -> PapRules<'_> {
        PapRules {
            digits: self.0.pap_digits,
            refuse_trivial: self.0.pap_refuse_trivial,
            emergency: &self.0.emergency,
            outside_line: self.0.outside_line.as_deref(),
        }
    }
}

/// What is dialled must lead somewhere: the prefix and the service code are plain, and hide no emergency number.
fn check_dialling(s: &Settings) -> Result<(), PolicyError> {
    let is_emergency = |text: &str| s.emergency.iter().any(|number| number.as_str() == text);
    if let Some(prefix) = s.outside_line.as_deref() {
        if !(1..=4).contains(&prefix.len()) || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PolicyError::Conflict {
                field: "outside_line",
                reason: "it is not 1 to 4 digits; use none for no prefix",
            });
        }
        if is_emergency(prefix) {
            return Err(PolicyError::Conflict { field: "outside_line", reason: "it is an emergency number" });
        }
    }
    let code = &*s.service_code;
    if !(2..=8).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#')) {
        return Err(PolicyError::Conflict { field: "service_code", reason: "it is not 2 to 8 of 0 to 9, * and #" });
    }
    let code = normalise(code);
    if emergency(&code, &s.emergency, s.outside_line.as_deref()).is_some() {
        return Err(PolicyError::Conflict { field: "service_code", reason: "it is an emergency number" });
    }
    // What the normal form would change could never be matched.
    if !matches!(code, Dialled::Number(number) if number.as_str() == &*s.service_code) {
        return Err(PolicyError::Conflict { field: "service_code", reason: "a # behind plain digits only ends dialling" });
    }
    Ok(())
}

fn range(field: &'static str, value: u64, min: u64, max: u64) -> Result<(), PolicyError> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(PolicyError::Range { field, value, min, max }) }
}

codes! {
    /// What is wrong with a policy.
    pub enum PolicyError {
        /// A number lies outside its range.
        #[error("{field} is {value}; it must lie between {min} and {max}")]
        Range {
            /// The field of [`Settings`].
            field: &'static str,
            /// Its value.
            value: u64,
            /// The least allowed.
            min: u64,
            /// The most allowed.
            max: u64,
        } = POLICY_RANGE,
        /// Two settings contradict each other.
        #[error("{field}: {reason}")]
        Conflict {
            /// The field of [`Settings`].
            field: &'static str,
            /// Why.
            reason: &'static str,
        } = POLICY_CONFLICT,
        /// No emergency number is left (SPEC C2).
        #[error("emergency is empty; name at least one emergency number")]
        EmergencyEmpty = POLICY_EMERGENCY_EMPTY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn cloud() -> Settings {
        Settings::cloud(&[ShortNumber::parse("112").unwrap()])
    }

    #[test]
    fn a9_both_presets_are_accepted() {
        assert!(Policy::new(cloud()).is_ok());
        let own = [IpPrefix::parse("192.168.1.0/24").unwrap()];
        let on_premises = Settings::on_premises(&[ShortNumber::parse("112").unwrap()], &own);
        assert!(on_premises.private_addresses && on_premises.http_in_own_networks);
        assert!(Policy::new(on_premises).is_ok());
    }

    #[test]
    fn a9_nonsense_is_refused_by_field_name() {
        type Change = fn(&mut Settings);
        let nonsense: [(&str, Change); 47] = [
            ("attempts", |s| s.attempts = 0),
            ("attempts", |s| s.attempts = 11),
            ("lockout_ms", |s| s.lockout_ms = 30),
            ("lockouts", |s| s.lockouts = 0),
            ("ceiling", |s| s.ceiling = 2),
            ("suspension_ms", |s| s.suspension_ms = u64::MAX),
            ("pap_digits", |s| s.pap_digits = 3),
            ("delivery_window_ms", |s| s.delivery_window_ms = 0),
            ("weak_window_ms", |s| s.weak_window_ms = 0),
            ("lease_ms", |s| s.lease_ms = 0),
            ("enrolment_ms", |s| s.enrolment_ms = 0),
            ("temporary_ms", |s| s.temporary_ms = 0),
            ("temporary_unproven_ms", |s| s.temporary_unproven_ms = HOUR_MS),
            ("temporary_unproven_cap", |s| s.temporary_unproven_cap = 0),
            ("temporary_max", |s| s.temporary_max = 0),
            ("temporary", |s| s.temporary = Temporary::FirstN(0)),
            ("secret_window_ms", |s| s.secret_window_ms = 0),
            ("release_ms", |s| s.release_ms = 0),
            ("probe_limit", |s| s.probe_limit = 17),
            ("pap_source_hour", |s| s.pap_source_hour = 0),
            ("pap_tenant_hour", |s| s.pap_tenant_hour = 0),
            ("pap_tenant_day", |s| s.pap_tenant_day = 99),
            ("proven_source_ms", |s| s.proven_source_ms = 0),
            ("adoption", |s| s.adoption = Adopt::Activate),
            ("adoption_cap", |s| s.adoption_cap = 7),
            ("adoption_ms", |s| s.adoption_ms = 0),
            ("entry_gap_ms", |s| s.entry_gap_ms = 0),
            ("entry_digits", |s| s.entry_digits = 11),
            ("entry_digits", |s| s.entry_digits = 33),
            ("dialogue_ms", |s| s.dialogue_ms = HOUR_MS),
            ("audit_keys", |s| s.audit_keys = 0),
            ("audit_window_ms", |s| s.audit_window_ms = 0),
            ("http_in_own_networks", |s| s.http_in_own_networks = true),
            ("emergency", |s| s.emergency.clear()),
            ("vendor", |s| s.temporary_vendors.push("".into())),
            ("emergency", |s| s.emergency = (10..31).filter_map(|n| ShortNumber::parse(&n.to_string())).collect()),
            ("outside_line", |s| s.outside_line = Some("".into())),
            ("outside_line", |s| s.outside_line = Some("0123456789".into())),
            ("outside_line", |s| s.outside_line = Some("*9".into())),
            ("outside_line", |s| s.outside_line = Some("٠".into())),
            ("outside_line", |s| s.outside_line = Some("112".into())),
            ("service_code", |s| s.service_code = "".into()),
            ("service_code", |s| s.service_code = "*".into()),
            ("service_code", |s| s.service_code = "*89 ".into()),
            ("service_code", |s| s.service_code = "112".into()),
            ("service_code", |s| (s.outside_line, s.service_code) = (Some("9".into()), "9112".into())),
            ("service_code", |s| s.service_code = "89#".into()),
        ];
        for (field, change) in nonsense {
            let mut settings = cloud();
            change(&mut settings);
            let error = Policy::new(settings).unwrap_err().to_string();
            assert!(error.contains(field), "{field}: {error}");
        }
    }
}
