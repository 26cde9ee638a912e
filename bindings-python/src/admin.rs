//! What administrators do to a device (SPEC A2, A4, R24, S3, S5). Each act takes its entropy, as core's does.

use libprov::device::{Command, NewDevice};
use libprov::ip::IpPrefix;
use libprov::mac::MacAddr;
use libprov::pap::Pap;
use libprov::request;
use pyo3::prelude::*;

use crate::answer::Step;
use crate::convert::{each, entropy, instant, mac, number, optional, prefix, text, truth};
use crate::errors::{self, ARGUMENT, barrier};
use crate::models::Model;
use crate::request::Facts;
use crate::secret;

/// Performs one act.
fn act(facts: &Bound<'_, Facts>, command: &Command<'_>, now: &Bound<'_, PyAny>, fresh: &Bound<'_, PyAny>) -> PyResult<Step> {
    let py = facts.py();
    let (now, fresh) = (instant(now, "now")?, entropy(fresh)?);
    let step = barrier(py, || request::admin(facts.get().lend(), command, now, fresh))?;
    step.map(Step::from).map_err(|error| errors::admin(py, &error))
}

fn taken(value: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Pap>> {
    value.map_or_else(|| Ok(Vec::new()), |value| each(value, "taken", secret::taken))
}

fn flag(value: Option<&Bound<'_, PyAny>>, field: &str) -> PyResult<bool> {
    Ok(optional(value, field, truth)?.unwrap_or(false))
}

/// The number of accounts or a slot: more than fit 8 bits are as wrong as 255.
fn slot(value: &Bound<'_, PyAny>, field: &str) -> PyResult<u8> {
    number(value, field, ARGUMENT)
}

/// What a device to be created is.
struct Described<'a> {
    mac: MacAddr,
    model: &'a Model,
    accounts: u8,
    site: Option<&'a str>,
    known_elsewhere: bool,
    taken: Vec<Pap>,
}

impl Described<'_> {
    fn lend(&self) -> NewDevice<'_> {
        NewDevice {
            mac: self.mac,
            model: self.model.0.clone(),
            accounts: self.accounts,
            site: self.site,
            known_elsewhere: self.known_elsewhere,
            taken: &self.taken,
        }
    }
}

fn described<'a>(
    mac: &Bound<'_, PyAny>,
    model: &'a Bound<'_, Model>,
    accounts: Option<&Bound<'_, PyAny>>,
    site: Option<&'a Bound<'_, PyAny>>,
    known_elsewhere: Option<&Bound<'_, PyAny>>,
    taken: Option<&Bound<'_, PyAny>>,
) -> PyResult<Described<'a>> {
    Ok(Described {
        mac: self::mac(mac, "mac")?,
        model: model.get(),
        accounts: optional(accounts, "accounts", slot)?.unwrap_or(1),
        site: site.map(|site| text(site, "site")).transpose()?,
        known_elsewhere: flag(known_elsewhere, "known_elsewhere")?,
        taken: self::taken(taken)?,
    })
}

/// Create a device: state `required`, with a fresh PAP (SPEC A1, P1 to P4).
///
/// Args:
///     facts: the tenant; and the device's record, where one stands there as deleted.
///     mac: its MAC address.
///     model: its model.
///     accounts: how many SIP accounts it has, 1 to 254.
///     site: where it stands, at most 64 characters.
///     known_elsewhere: whether another tenant has this MAC, which only the host can see (SPEC R18).
///     taken: PAPs of the tenant's other waiting devices, so that none is issued twice (SPEC P3).
///     now: an aware datetime in any zone, or milliseconds since 1970.
///     entropy: 32 bytes that were drawn for this call.
///
/// Returns:
///     The new record in `.writes.device`; its PAP is `device.pap(tenant).reveal()`.
///
/// Raises:
///     AdminError: the device exists, or cannot be added.
///
/// >>> import secrets
/// >>> from datetime import datetime, UTC
/// >>> from libprov import Facts, Model, Tenant, TenantKey, create_device
/// >>> tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=["112"])
/// >>> now = datetime.now(UTC)
/// >>> step = create_device(Facts(tenant), "805ec0010203", Model("yealink", "T46S"),
/// ...                      now=now, entropy=secrets.token_bytes(32))
/// >>> device = step.writes.device
/// >>> device.state(now=now), len(device.pap(tenant).reveal())
/// (<State.REQUIRED: 'required'>, 6)
#[pyfunction]
#[pyo3(signature = (facts, mac, model, *, accounts = None, site = None, known_elsewhere = None, taken = None, now, entropy))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn create_device(
    facts: &Bound<'_, Facts>,
    mac: &Bound<'_, PyAny>,
    model: &Bound<'_, Model>,
    accounts: Option<&Bound<'_, PyAny>>,
    site: Option<&Bound<'_, PyAny>>,
    known_elsewhere: Option<&Bound<'_, PyAny>>,
    taken: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let new = described(mac, model, accounts, site, known_elsewhere, taken)?;
    act(facts, &Command::Create(new.lend()), now, entropy)
}

/// Create a device as *installed*: its first full configuration needs no PAP until that instant (SPEC R24).
///
/// The arguments are those of `create_device`.
#[pyfunction]
#[pyo3(signature = (facts, mac, model, *, until, accounts = None, site = None, known_elsewhere = None, taken = None, now,
    entropy))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(crate) fn import_installed(
    facts: &Bound<'_, Facts>,
    mac: &Bound<'_, PyAny>,
    model: &Bound<'_, Model>,
    until: &Bound<'_, PyAny>,
    accounts: Option<&Bound<'_, PyAny>>,
    site: Option<&Bound<'_, PyAny>>,
    known_elsewhere: Option<&Bound<'_, PyAny>>,
    taken: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let new = described(mac, model, accounts, site, known_elsewhere, taken)?;
    let command = Command::ImportInstalled { device: new.lend(), until: instant(until, "until")? };
    act(facts, &command, now, entropy)
}

/// Replace a broken device: accounts, model and site go to a new MAC, the old one is deleted (SPEC R24).
///
/// The new record is in `.writes.second`.
#[pyfunction]
#[pyo3(signature = (facts, mac, *, known_elsewhere = None, taken = None, now, entropy))]
pub(crate) fn transfer(
    facts: &Bound<'_, Facts>,
    mac: &Bound<'_, PyAny>,
    known_elsewhere: Option<&Bound<'_, PyAny>>,
    taken: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let taken = self::taken(taken)?;
    let known_elsewhere = flag(known_elsewhere, "known_elsewhere")?;
    act(facts, &Command::Transfer { mac: self::mac(mac, "mac")?, known_elsewhere, taken: &taken }, now, entropy)
}

/// Reset authentication: new epoch, new PAP, everything before is void, SIP accounts are revoked (SPEC A2).
#[pyfunction]
#[pyo3(signature = (facts, *, taken = None, now, entropy))]
pub(crate) fn reset(
    facts: &Bound<'_, Facts>,
    taken: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let taken = self::taken(taken)?;
    act(facts, &Command::Reset { taken: &taken }, now, entropy)
}

/// Suspend authentication for a while (SPEC A4).
///
/// Args:
///     bind: the address or network it is for; without one, the source of its first full delivery.
///     confirm_blocked: the administrator confirmed that a device an administrator blocked may be set up.
#[pyfunction]
#[pyo3(signature = (facts, *, bind = None, confirm_blocked = None, now, entropy))]
pub(crate) fn suspend(
    facts: &Bound<'_, Facts>,
    bind: Option<&Bound<'_, PyAny>>,
    confirm_blocked: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let bind: Option<IpPrefix> = optional(bind, "bind", prefix)?;
    let confirm_blocked = flag(confirm_blocked, "confirm_blocked")?;
    act(facts, &Command::Suspend { bind, confirm_blocked }, now, entropy)
}

/// Block a device for good, as a stolen telephone (SPEC A2).
#[pyfunction]
#[pyo3(signature = (facts, *, now, entropy))]
pub(crate) fn block(facts: &Bound<'_, Facts>, now: &Bound<'_, PyAny>, entropy: &Bound<'_, PyAny>) -> PyResult<Step> {
    act(facts, &Command::Block, now, entropy)
}

/// Transfer passwords again (SPEC S3): of one account, or of the whole device.
///
/// Args:
///     account: the account's slot, from 1.
///     tenant_wide: whether this is part of a tenant-wide release, which is for proven requests only.
#[pyfunction]
#[pyo3(signature = (facts, *, account = None, tenant_wide = None, now, entropy))]
pub(crate) fn release_again(
    facts: &Bound<'_, Facts>,
    account: Option<&Bound<'_, PyAny>>,
    tenant_wide: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let account = optional(account, "account", slot)?;
    let tenant_wide = flag(tenant_wide, "tenant_wide")?;
    act(facts, &Command::ReleaseAgain { account, tenant_wide }, now, entropy)
}

/// Say that a SIP account got a new password, so that it goes out (SPEC S5).
#[pyfunction]
#[pyo3(signature = (facts, account, *, now, entropy))]
pub(crate) fn new_sip_password(
    facts: &Bound<'_, Facts>,
    account: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    act(facts, &Command::NewSipPassword { account: slot(account, "account")? }, now, entropy)
}

/// Deactivate a device: it is answered as if it were unknown (SPEC R3).
#[pyfunction]
#[pyo3(signature = (facts, *, now, entropy))]
pub(crate) fn deactivate(facts: &Bound<'_, Facts>, now: &Bound<'_, PyAny>, entropy: &Bound<'_, PyAny>) -> PyResult<Step> {
    act(facts, &Command::Deactivate, now, entropy)
}

/// Activate a device.
#[pyfunction]
#[pyo3(signature = (facts, *, taken = None, now, entropy))]
pub(crate) fn activate(
    facts: &Bound<'_, Facts>,
    taken: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let taken = self::taken(taken)?;
    act(facts, &Command::Activate { taken: &taken }, now, entropy)
}

/// Delete a device. Keep the record until `device.is_removable`.
#[pyfunction]
#[pyo3(signature = (facts, *, now, entropy))]
pub(crate) fn delete_device(facts: &Bound<'_, Facts>, now: &Bound<'_, PyAny>, entropy: &Bound<'_, PyAny>) -> PyResult<Step> {
    act(facts, &Command::Delete, now, entropy)
}

/// Change descriptive data: the site ("" removes it), and whether the location is confirmed for emergency calls.
#[pyfunction]
#[pyo3(signature = (facts, *, site = None, location_confirmed = None, now, entropy))]
pub(crate) fn describe(
    facts: &Bound<'_, Facts>,
    site: Option<&Bound<'_, PyAny>>,
    location_confirmed: Option<&Bound<'_, PyAny>>,
    now: &Bound<'_, PyAny>,
    entropy: &Bound<'_, PyAny>,
) -> PyResult<Step> {
    let site = site.map(|site| text(site, "site")).transpose()?;
    let location_confirmed = optional(location_confirmed, "location_confirmed", truth)?;
    act(facts, &Command::Describe { site, location_confirmed }, now, entropy)
}
