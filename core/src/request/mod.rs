//! Provisioning requests: from the records and a request to an answer (SPEC section 4).
//!
//! [`decide`] answers a request, [`delivered`] and [`not_delivered`] say what became of a full answer, [`enter_pap`] judges
//! a PAP, [`admin`] performs an administrative act and [`handle_timeout`] what is due by itself. Each takes the records it
//! needs by reference and returns those that changed by value: store them (compare-and-swap on the revision), then perform
//! the effects, then speak (SPEC A11, E5).

mod decide;
mod delivery;
mod explain;
mod explain_texts;
mod identity;
mod pap;
mod probe;

pub use decide::decide;
pub(crate) use delivery::arrive;
pub use delivery::{delivered, not_delivered};
pub use explain::Explanation;
pub(crate) use identity::recognise;
pub use identity::{Identity, IdentityKind, identify};
pub(crate) use pap::may_try;
pub use pap::{Attempt, AttemptError, Judged, enter_pap};

use crate::adoption::Adoption;
use crate::credential::{self, Enrolment};
use crate::device::command::Office;
use crate::device::machine::Draft;
use crate::device::{AdminError, Command, Device, Secrets, Withheld};
use crate::effect::Effects;
use crate::entropy::Entropy;
use crate::guard::{SourceGuard, TenantGuard};
use crate::ids::LeaseId;
use crate::ip::{ClientAddress, IpPrefix, Source};
use crate::mac::MacAddr;
use crate::pap::PapSet;
use crate::rule::Rule;
use crate::secret::Secret;
use crate::standing::{Notice, Proof};
use crate::tenant::Tenant;
use crate::time::Timestamp;
use crate::whitelist::TempEntry;
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;

/// The records a call needs, as the host loaded them. What does not exist yet is none.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The tenant's configuration.
    pub tenant: &'a Tenant,
    /// The device the request or command names.
    pub device: Option<&'a Device>,
    /// The temporary whitelist entry of the request's source; for [`delivered`], that of the lease's source.
    pub temp: Option<&'a TempEntry>,
    /// What is remembered of the request's source; for [`enter_pap`], of the source inside the enrolment, and for
    /// [`delivered`], of that of the lease.
    pub source: Option<&'a SourceGuard>,
    /// What is remembered of the /48 around it, for IPv6 ([`Source::wider`](crate::ip::Source::wider)).
    pub wider: Option<&'a SourceGuard>,
    /// What is remembered of the tenant.
    pub budget: Option<&'a TenantGuard>,
    /// The tenant's unknown devices on offer; needed where the policy adopts any (SPEC D5).
    pub adoption: Option<&'a Adoption>,
}

impl<'a> Facts<'a> {
    /// Facts with a tenant only.
    pub const fn of(tenant: &'a Tenant) -> Self {
        Self { tenant, device: None, temp: None, source: None, wider: None, budget: None, adoption: None }
    }

    /// The device, if it is one of this tenant and was not deleted.
    pub(crate) fn device(&self) -> Option<&'a Device> {
        self.device.filter(|device| device.tenant() == self.tenant.id() && !device.is_deleted())
    }

    /// What is remembered of this source, if the facts hold it.
    fn known_guard(&self, source: Source) -> Option<&'a SourceGuard> {
        self.source.filter(|guard| guard.key() == source.into())
    }

    /// What is remembered of the /48 around this source, if the facts hold it.
    fn known_around(&self, source: Source) -> Option<&'a SourceGuard> {
        let wider = source.wider()?;
        self.wider.filter(|guard| guard.key() == wider.into())
    }

    /// The guard of this source, or a blank one.
    fn guard_of(&self, source: Source) -> Cow<'a, SourceGuard> {
        self.known_guard(source).map_or_else(|| Cow::Owned(SourceGuard::new(source)), Cow::Borrowed)
    }

    /// The guard of the /48 around this source, or a blank one.
    fn guard_around(&self, source: Source) -> Option<Cow<'a, SourceGuard>> {
        let wider = source.wider()?;
        Some(self.known_around(source).map_or_else(|| Cow::Owned(SourceGuard::new(wider)), Cow::Borrowed))
    }
}

/// A request for a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Request<'a> {
    /// The MAC in the path; none for files that name no device.
    pub mac: Option<MacAddr>,
    /// What kind of file is asked for.
    pub file: FileKind,
    /// The HTTP method; TFTP reads are `Get`.
    pub method: Method,
    /// What it came over.
    pub transport: Transport,
    /// Where it came from, as [`crate::ip::client_address`] resolved it.
    pub address: ClientAddress,
    /// What it presented.
    pub presented: Presented<'a>,
    /// The MAC that a verified TLS client certificate proves.
    pub certificate: Option<MacAddr>,
    /// The MAC that the User-Agent claims; only noted where it differs (SPEC D2).
    pub agent_mac: Option<MacAddr>,
}

impl<'a> Request<'a> {
    /// A plain GET of a device's main file over HTTPS that presents nothing.
    pub const fn main_file(mac: MacAddr, address: ClientAddress) -> Self {
        Self {
            mac: Some(mac),
            file: FileKind::Main,
            method: Method::Get,
            transport: Transport::Https,
            address,
            presented: Presented { in_url: None, in_login: None },
            certificate: None,
            agent_mac: None,
        }
    }

    /// The request with this text presented in its URL.
    #[must_use]
    pub const fn presenting(mut self, in_url: &'a str) -> Self {
        self.presented.in_url = Some(in_url);
        self
    }
}

/// What kind of file a request asks for (STATE-TABLES 4.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileKind {
    /// The file with the accounts.
    Main,
    /// A file beside it that holds no secret: directory, licence, boot file.
    Side {
        /// Whether it holds personal data (phonebook, calls), so that only proven requests may have it.
        private: bool,
    },
    /// A common, model, firmware or language file that names no device.
    Common,
}

/// The method of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// GET, or a TFTP read.
    Get,
    /// HEAD.
    Head,
    /// Any other.
    Other,
}

/// What a request came over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transport {
    /// TLS.
    Https,
    /// Plain HTTP.
    Http,
    /// TFTP.
    Tftp,
}

/// What a request presented: a fetch token or a credential, in its URL or as the password of HTTP authentication.
///
/// For Digest, verify it with the password that [`identify`] gives and pass that password here. `Debug` shows none of it.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub struct Presented<'a> {
    /// The path segment that the provisioning URL holds.
    pub in_url: Option<&'a str>,
    /// The password of an Authorization header that came; `Some("")` for one without a password.
    pub in_login: Option<&'a str>,
}

impl core::fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let shown = |text: Option<&str>| text.map(|_| "[secret]");
        f.debug_struct("Presented").field("in_url", &shown(self.in_url)).field("in_login", &shown(self.in_login)).finish()
    }
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Render the full configuration.
    Full(Full),
    /// Render the restricted configuration.
    Restricted(Restricted),
    /// Serve the static file, if the host has one: it holds no tenant data.
    Static,
    /// Answer 401 and ask for HTTP authentication, Digest where the telephone can.
    Challenge,
    /// Answer with this status and an empty body.
    Deny(Deny),
}

impl Answer {
    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Full(_) | Self::Restricted(_) | Self::Static => 200,
            Self::Challenge => 401,
            Self::Deny(deny) => deny.status,
        }
    }

    /// Whether the answer must say `Cache-Control: no-store` (SPEC R17).
    pub const fn is_no_store(&self) -> bool {
        !matches!(self, Self::Static)
    }
}

/// A full answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Full {
    /// Report what became of it under this id; none: there is nothing to report (SPEC A14).
    pub lease: Option<LeaseId>,
    /// Which secrets to include; withhold all others (SPEC S1).
    pub secrets: Secrets,
    /// Why others are withheld, if any are (SPEC S6).
    pub withheld: Option<Withheld>,
}

/// A restricted answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Restricted {
    /// What the display says.
    pub notice: Notice,
    /// The enrolment to render: its account, its password and its token.
    pub enrolment: Enrolment,
    /// Whether it is bound to the address only, because the model carries no token (SPEC R19).
    pub weak: bool,
}

/// A denial. The reason is in the audit only (SPEC R15).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Deny {
    /// 404, 405 or 429.
    pub status: u16,
    /// Seconds for Retry-After, with 429.
    pub retry_after_s: Option<u32>,
}

/// Why authentication was not asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exemption {
    /// A suspension.
    Suspension,
    /// This entry of the permanent whitelist.
    Permanent(IpPrefix),
    /// The temporary entry of the source.
    Temporary {
        /// Until when it lasts.
        until: Timestamp,
    },
    /// The device is imported as installed.
    Installed,
    /// The policy does not enforce the rules.
    NotEnforced,
}

/// What [`decide`] gives.
#[derive(Clone, Debug)]
#[must_use = "the writes and effects are work that nobody else will do"]
pub struct Decision {
    /// The answer.
    pub answer: Answer,
    /// The rule that gave it; under `off` and `observe`, the rule that would have.
    pub rule: Rule,
    /// What the request proved.
    pub proof: Proof,
    /// Why authentication was not asked for, if it was not.
    pub exemption: Option<Exemption>,
    /// The records that changed.
    pub writes: Writes,
    /// What to do after they were stored.
    pub effects: Effects,
}

/// The records that changed, each with its new revision; all none: no write (SPEC E5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Writes {
    /// The device.
    pub device: Option<Device>,
    /// The device that took over, for a transfer: to be inserted; a record that has its MAC already is a conflict.
    pub second: Option<Box<Device>>,
    /// The temporary whitelist entry.
    pub temp: Option<TempEntry>,
    /// The source guard.
    pub source: Option<Box<SourceGuard>>,
    /// The guard of the /48 around the source.
    pub wider: Option<Box<SourceGuard>>,
    /// The tenant guard.
    pub budget: Option<TenantGuard>,
    /// The unknown devices on offer.
    pub adoption: Option<Box<Adoption>>,
}

impl Writes {
    /// Whether nothing changed.
    pub const fn is_empty(&self) -> bool {
        // Named one by one, so that a new record cannot be forgotten.
        let Self { device, second, temp, source, wider, budget, adoption } = self;
        let guards = source.is_none() && wider.is_none() && budget.is_none();
        device.is_none() && second.is_none() && temp.is_none() && guards && adoption.is_none()
    }
}

/// What a call without an answer of its own gives.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use = "the writes and effects are work that nobody else will do"]
pub struct Step {
    /// The records that changed.
    pub writes: Writes,
    /// What to do after they were stored.
    pub effects: Effects,
}

/// Performs what is due by itself: ends of locks, accepted PAPs and suspensions (SPEC A7).
///
/// Call it at [`Device::next_timeout`]; being late, early or called twice is harmless.
pub fn handle_timeout(facts: Facts<'_>, now: Timestamp) -> Step {
    let Some(device) = facts.device() else { return Step::default() };
    let mut step = Step::default();
    step.writes.device = Draft::new(device, facts.tenant.policy().settings(), now, &mut step.effects).finish();
    step
}

/// Performs an administrative act on one device (SPEC A2, A4, R24, S3, S5).
///
/// The act's device is in `facts`, also for `Create` where a record or tombstone of it exists.
///
/// # Errors
/// [`AdminError`] says why it was refused; nothing changed then.
///
/// ```
/// # use libprov::{entropy::Entropy, ids::*, keys::*, mac::MacAddr, models::*, policy::*, tenant::Tenant, time::Timestamp};
/// # use libprov::{device::{Command, NewDevice}, request::{Facts, admin}};
/// # let now = Timestamp::from_ms(1_900_000_000_000)?;
/// # let key = TenantKey::new(1, core::array::from_fn(|i| i as u8))?;
/// # let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()]))?;
/// let tenant = Tenant::new(TenantId::from_number(1), policy, Keyring::new(key));
/// let command = Command::Create(NewDevice {
///     mac: MacAddr::parse("80:5e:c0:01:02:03")?,
///     model: ModelRef::Known(libprov::models::lookup("yealink", "T46S").unwrap()),
///     accounts: 1,
///     site: Some("Berlin"),
///     known_elsewhere: false,
///     taken: &[],
/// });
/// # let drawn = core::array::from_fn(|i| i as u8);
/// let step = admin(Facts::of(&tenant), &command, now, Entropy::new(drawn)?)?;
/// let device = step.writes.device.unwrap();
/// assert_eq!(device.state(now).name(), "required");
/// assert_eq!(device.pap(tenant.keys()).unwrap().reveal().len(), 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn admin(facts: Facts<'_>, command: &Command<'_>, now: Timestamp, fresh: Entropy) -> Result<Step, AdminError> {
    admin_but(facts, command, None, now, fresh)
}

/// [`admin`], with PAPs that may not be drawn.
pub(crate) fn admin_but(
    facts: Facts<'_>,
    command: &Command<'_>,
    used: Option<&PapSet>,
    now: Timestamp,
    fresh: Entropy,
) -> Result<Step, AdminError> {
    let office = Office { tenant: facts.tenant.id(), policy: facts.tenant.policy(), keys: facts.tenant.keys(), now, used };
    let acted = office.act(facts.device, command, fresh)?;
    let writes = Writes { device: acted.device, second: acted.second.map(Box::new), ..Writes::default() };
    Ok(Step { writes, effects: acted.effects })
}

/// The user name of the device credential in HTTP authentication: the twelve digits of the MAC.
pub fn credential_user(device: &Device) -> String {
    device.mac().bare().as_str().into()
}

/// The device credential to render where [`Secrets::credential`] is set (SPEC R14): 34 characters.
pub fn credential(tenant: &Tenant, device: &Device) -> Secret {
    credential::issue(tenant.keys().current(), device.subject())
}
