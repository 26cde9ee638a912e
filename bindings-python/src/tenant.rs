//! Tenants and their permanent whitelist.

use libprov::ip::{IpPrefix, WidthLimits, client_address};
use libprov::keys::Keyring;
use libprov::policy::{Policy, Settings};
use libprov::tenant;
use libprov::whitelist::{self, WhitelistLimits};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::convert::{
    address_object, client, each, hash, ip, mac, network_object, prefix, quoted, short_number, tenant_id, text, truth,
};
use crate::errors::{barrier, invalid, work};
use crate::records::{Frozen, SNAPSHOT_HEAVY, snapshots};
use crate::secret::TenantKey;
use crate::settings;

/// From how many entries on a list is built with other Python threads running.
const LIST_HEAVY: usize = 500;

/// One PBX customer's configuration: settings, permanent whitelist, authorised MACs and keys, with a revision.
///
/// Make one with `Tenant.cloud` or `Tenant.on_premises`. It never changes: `with_…` methods give another, whose revision
/// is one higher. Snapshots and pickles of a tenant hold its keys; keep them as safe as a password file.
///
/// >>> import secrets
/// >>> from libprov import Tenant, TenantKey
/// >>> tenant = Tenant.cloud(42, key=TenantKey(1, secrets.token_bytes(32)), emergency=["112"])
/// >>> tenant = tenant.with_whitelisted("192.0.2.0/24", "Office")
/// >>> tenant
/// Tenant(id='42', revision=2)
/// >>> tenant.lookup("192.0.2.7")
/// WhitelistEntry(IPv4Network('192.0.2.0/24'), 'Office')
/// >>> Tenant.from_json(tenant.to_json()) == tenant
/// True
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Tenant(pub(crate) tenant::Tenant);

snapshots!(Tenant, tenant::Tenant);

/// The ring of a current and perhaps a previous key.
fn ring(key: &Bound<'_, TenantKey>, previous: Option<&Bound<'_, TenantKey>>) -> PyResult<Keyring> {
    let current = key.get().0.clone();
    match previous {
        None => Ok(Keyring::new(current)),
        Some(previous) => {
            Keyring::with_previous(current, previous.get().0.clone()).map_err(|error| invalid(key.py(), &error, "previous_key"))
        }
    }
}

#[pymethods]
impl Tenant {
    /// Make a tenant with the defaults of the SPEC, for a PBX that serves phones over the Internet.
    ///
    /// Args:
    ///     id: a number, a UUID, or text of either.
    ///     key: the tenant's key; previous_key is still good for checking (SPEC R22).
    ///     emergency: emergency numbers, at least one.
    ///     settings: any field of `Settings`, such as `attempts=3` or `lockout_ms=timedelta(minutes=30)`.
    ///
    /// Raises:
    ///     InvalidInputError: a setting is nonsense; `.field` names it.
    #[classmethod]
    #[pyo3(signature = (id, *, key, emergency, previous_key = None, **settings))]
    fn cloud(
        cls: &Bound<'_, PyType>,
        id: &Bound<'_, PyAny>,
        key: &Bound<'_, TenantKey>,
        emergency: &Bound<'_, PyAny>,
        previous_key: Option<&Bound<'_, TenantKey>>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let preset = Settings::cloud(&each(emergency, "emergency", short_number)?);
        let policy = settings::changed(cls.py(), preset, settings)?;
        Ok(Self(tenant::Tenant::new(tenant_id(id, "id")?, policy, ring(key, previous_key)?)))
    }

    /// Make a tenant for a PBX in the customer's own network: plain HTTP there, private addresses whitelistable, and
    /// those networks on the permanent whitelist.
    ///
    /// Args:
    ///     own_networks: the PBX's own networks, at least one.
    ///
    /// The others are those of `cloud`.
    #[classmethod]
    #[pyo3(signature = (id, *, key, emergency, own_networks, previous_key = None, **settings))]
    fn on_premises(
        cls: &Bound<'_, PyType>,
        id: &Bound<'_, PyAny>,
        key: &Bound<'_, TenantKey>,
        emergency: &Bound<'_, PyAny>,
        own_networks: &Bound<'_, PyAny>,
        previous_key: Option<&Bound<'_, TenantKey>>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = cls.py();
        let own = each(own_networks, "own_networks", prefix)?;
        let emergency = each(emergency, "emergency", short_number)?;
        let made = tenant::Tenant::on_premises(tenant_id(id, "id")?, &emergency, &own, ring(key, previous_key)?);
        let made = made.map_err(|error| invalid(py, &error, "own_networks"))?;
        if settings.is_none_or(|settings| settings.is_empty()) {
            return Ok(Self(made));
        }
        let policy = settings::changed(py, made.policy().settings().clone(), settings)?;
        Ok(Self(made.with_policy(policy)))
    }

    /// The id: a number or a UUID, as text.
    #[getter]
    fn id(&self) -> String {
        self.0.id().to_string()
    }

    /// The revision, for compare-and-swap: it rises by one with each change (SPEC E5).
    #[getter]
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    /// All settings, under the names by which they are set. Lengths are milliseconds.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        settings::show(py, self.0.policy().settings())
    }

    /// The permanent whitelist.
    #[getter]
    fn whitelist(slf: &Bound<'_, Self>) -> Whitelist {
        Whitelist(Held::Of(slf.clone().unbind()))
    }

    /// The number of the current key.
    #[getter]
    fn key_id(&self) -> u8 {
        self.0.keys().current().id()
    }

    /// The number of the previous key, if there is one.
    #[getter]
    fn previous_key_id(&self) -> Option<u8> {
        self.0.keys().previous().map(libprov::keys::TenantKey::id)
    }

    /// The MACs that alone may be provisioned; None: every known device (SPEC R3).
    #[getter]
    fn authorised<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        self.0.authorised().map(|macs| PyTuple::new(py, macs.iter().map(ToString::to_string))).transpose()
    }

    /// Find the most specific entry of the permanent whitelist that holds an address (SPEC W4).
    ///
    /// `None` as address is one that could not be told: no entry holds it.
    #[pyo3(signature = (address, /))]
    fn lookup(slf: &Bound<'_, Self>, address: &Bound<'_, PyAny>) -> PyResult<Option<WhitelistEntry>> {
        let address = client(address, "address")?;
        let found = slf.get().0.whitelist().lookup(address);
        Ok(found.map(|found| WhitelistEntry::of(found, Owner::Tenant(slf.clone().unbind()))))
    }

    /// Give the tenant with one more address or network on its permanent whitelist (SPEC W1).
    ///
    /// Resync the waiting devices it exempts afterwards, staggered.
    ///
    /// Raises:
    ///     InvalidInputError: the prefix is misspelt (the message names the right spelling), too wide for the policy or
    ///         there already, or the label is not plain text.
    #[pyo3(signature = (prefix, label = None))]
    fn with_whitelisted(slf: &Bound<'_, Self>, prefix: &Bound<'_, PyAny>, label: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let entry = self::prefix(prefix, "prefix")?;
        let label = label.map_or(Ok(""), |label| text(label, "label"))?;
        let tenant = &slf.get().0;
        let heavy = tenant.whitelist().len() > LIST_HEAVY;
        let made = work(slf.py(), heavy, || tenant.clone().with_whitelisted(entry, label))?;
        made.map(Self).map_err(|error| invalid(slf.py(), &error, "prefix"))
    }

    /// Give the tenant without an entry of its permanent whitelist.
    #[pyo3(signature = (prefix, /))]
    fn without_whitelisted(slf: &Bound<'_, Self>, prefix: &Bound<'_, PyAny>) -> PyResult<Self> {
        let entry = self::prefix(prefix, "prefix")?;
        let tenant = &slf.get().0;
        let heavy = tenant.whitelist().len() > LIST_HEAVY;
        let made = work(slf.py(), heavy, || tenant.clone().without_whitelisted(entry))?;
        made.map(Self).map_err(|error| invalid(slf.py(), &error, "prefix"))
    }

    /// Give the tenant with other settings; those that are not named stay.
    #[pyo3(signature = (**settings))]
    fn with_settings(&self, py: Python<'_>, settings: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let policy: Policy = settings::changed(py, self.0.policy().settings().clone(), settings)?;
        Ok(Self(self.0.clone().with_policy(policy)))
    }

    /// Give the tenant with these keys (SPEC R22).
    #[pyo3(signature = (key, previous_key = None))]
    fn with_keys(&self, key: &Bound<'_, TenantKey>, previous_key: Option<&Bound<'_, TenantKey>>) -> PyResult<Self> {
        Ok(Self(self.0.clone().with_keys(ring(key, previous_key)?)))
    }

    /// Give the tenant after a key rotation: `key` becomes current, the current one previous, an older one is gone.
    #[pyo3(signature = (key, /))]
    fn with_rotated_key(&self, key: &Bound<'_, TenantKey>) -> PyResult<Self> {
        let ring = self.0.keys().clone().rotated(key.get().0.clone());
        let ring = ring.map_err(|error| invalid(key.py(), &error, "key"))?;
        Ok(Self(self.0.clone().with_keys(ring)))
    }

    /// Give the tenant with another list of MACs that alone may be provisioned; None lifts the restriction.
    #[pyo3(signature = (macs, /))]
    fn with_authorised(&self, macs: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let macs = macs.map(|macs| each(macs, "macs", mac)).transpose()?;
        Ok(Self(self.0.clone().with_authorised(macs)))
    }

    /// Tell the client's address from the TCP peer and the lines of the header that the settings name (SPEC W6).
    ///
    /// None: the address could not be told.
    #[pyo3(signature = (peer, header_lines = None))]
    fn client_address<'py>(
        &self,
        peer: &Bound<'py, PyAny>,
        header_lines: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = peer.py();
        let read = |lines| each(lines, "header_lines", |line, at| text(line, at).map(ToOwned::to_owned));
        let lines = header_lines.map_or_else(|| Ok(Vec::new()), read)?;
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let peer = ip(peer, "peer")?;
        let found = barrier(py, || client_address(&self.0.policy().settings().proxies, peer, &lines))?;
        found.ip().map(|ip| address_object(py, ip)).transpose()
    }

    fn __repr__(&self) -> String {
        format!("Tenant(id={}, revision={})", quoted(&self.0.id().to_string()), self.0.revision())
    }

    fn __hash__(&self) -> u64 {
        hash((self.0.id(), self.0.revision()))
    }
}

/// A whitelist of its own or a tenant's.
enum Held {
    Own(whitelist::Whitelist),
    Of(Py<Tenant>),
}

impl Held {
    fn get(&self) -> &whitelist::Whitelist {
        match self {
            Self::Own(list) => list,
            Self::Of(tenant) => tenant.get().0.whitelist(),
        }
    }
}

/// The object whose list an entry is of.
enum Owner {
    List(Py<Whitelist>),
    Tenant(Py<Tenant>),
}

/// A permanent whitelist: addresses and networks with labels, and which of them fits an address best (SPEC W1, W4, W5).
///
/// `tenant.whitelist` gives a tenant's. One of its own is for what else needs a fast list of networks: entries are
/// prefixes, or pairs of prefix and label. A lookup takes about the same time for ten entries and for a million.
///
/// >>> from libprov import Whitelist
/// >>> trunks = Whitelist(["198.51.100.0/24", ("198.51.100.7", "Carrier A")])
/// >>> trunks.lookup("198.51.100.7").label
/// 'Carrier A'
/// >>> "203.0.113.1" in trunks, len(trunks)
/// (False, 2)
#[pyclass(frozen, module = "libprov")]
pub(crate) struct Whitelist(Held);

#[pymethods]
impl Whitelist {
    #[new]
    #[pyo3(signature = (entries = None, *, wide_prefixes = None))]
    fn new(py: Python<'_>, entries: Option<&Bound<'_, PyAny>>, wide_prefixes: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let entries = entries.map_or_else(|| Ok(Vec::new()), |entries| each(entries, "entries", entry))?;
        let wide = wide_prefixes.map_or(Ok(false), |wide| truth(wide, "wide_prefixes"))?;
        let width = if wide { WidthLimits::ANY } else { WidthLimits::default() };
        let limits = WhitelistLimits { width, ..WhitelistLimits::default() };
        let built = work(py, entries.len() > LIST_HEAVY, || whitelist::Whitelist::build(entries, &limits))?;
        built.map(|list| Self(Held::Own(list))).map_err(|error| invalid(py, &error, "entries"))
    }

    /// Find the most specific entry that holds an address; `None` as address is in none.
    #[pyo3(signature = (address, /))]
    fn lookup(slf: &Bound<'_, Self>, address: &Bound<'_, PyAny>) -> PyResult<Option<WhitelistEntry>> {
        let address = client(address, "address")?;
        let found = slf.get().0.get().lookup(address);
        Ok(found.map(|found| WhitelistEntry::of(found, Self::hold(slf))))
    }

    fn __contains__(&self, address: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.get().covers(client(address, "address")?))
    }

    fn __len__(&self) -> usize {
        self.0.get().len()
    }

    /// The entries in the order of their prefixes, IPv4 first.
    fn __getitem__(slf: &Bound<'_, Self>, index: isize) -> PyResult<WhitelistEntry> {
        let len = slf.get().0.get().len();
        let from_end = if index < 0 { len } else { 0 };
        let at = from_end.checked_add_signed(index).filter(|at| *at < len);
        let found = at.and_then(|at| slf.get().0.get().entries().nth(at));
        let found = found.ok_or_else(|| PyIndexError::new_err("there is no such entry"))?;
        Ok(WhitelistEntry::of(found, Self::hold(slf)))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0.get() == self.0.get())
    }

    fn __hash__(&self) -> usize {
        self.0.get().len()
    }

    fn __repr__(&self) -> String {
        format!("<Whitelist of {} entries>", self.0.get().len())
    }
}

impl Whitelist {
    /// The list as core has it.
    pub(crate) fn core(&self) -> &whitelist::Whitelist {
        self.0.get()
    }

    fn hold(slf: &Bound<'_, Self>) -> Owner {
        Owner::List(slf.clone().unbind())
    }
}

/// A prefix, or a pair of prefix and label.
fn entry(value: &Bound<'_, PyAny>, field: &str) -> PyResult<whitelist::WhitelistEntry> {
    let Ok(pair) = value.cast::<PyTuple>() else {
        return Ok(whitelist::WhitelistEntry { prefix: prefix(value, field)?, label: "".into() });
    };
    if pair.len() != 2 {
        return Err(crate::errors::wrong_type(value, field, "a prefix or a pair of prefix and label"));
    }
    let (first, label) = (pair.get_item(0)?, pair.get_item(1)?);
    Ok(whitelist::WhitelistEntry { prefix: prefix(&first, field)?, label: text(&label, field)?.into() })
}

/// An entry of a permanent whitelist.
#[pyclass(frozen, module = "libprov")]
pub(crate) struct WhitelistEntry {
    owner: Owner,
    prefix: IpPrefix,
    index: usize,
}

impl WhitelistEntry {
    fn of(found: whitelist::Match<'_>, owner: Owner) -> Self {
        Self { owner, prefix: found.prefix(), index: found.index() }
    }

    fn text(&self) -> &str {
        let list = match &self.owner {
            Owner::List(list) => list.get().0.get(),
            Owner::Tenant(tenant) => tenant.get().0.whitelist(),
        };
        list.entry(self.prefix).map(whitelist::Match::label).unwrap_or_default()
    }
}

#[pymethods]
impl WhitelistEntry {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("prefix", "label");

    /// The network; a single address is a network of one.
    #[getter]
    fn prefix<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        network_object(py, self.prefix)
    }

    /// What people call it; may be empty.
    #[getter]
    fn label(&self) -> &str {
        self.text()
    }

    /// Its place in the list.
    #[getter]
    fn index(&self) -> usize {
        self.index
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let other = other.get();
            other.prefix == self.prefix && other.text() == self.text()
        })
    }

    fn __hash__(&self) -> u64 {
        hash((self.prefix, self.text()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("WhitelistEntry({}, {})", self.prefix(py)?.repr()?, quoted(self.text())))
    }
}
