//! Records: what the host stores, by value, each with a key and a revision.

use libprov::{adoption, device, guard, ip, whitelist};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::convert::{
    client, datetime, hash, id, instant, length_ms, mac, network_object, number, optional_datetime, quoted, tuple,
};
use crate::effect;
use crate::errors::ARGUMENT;
use crate::models::Model;
use crate::secret::Pap;
use crate::tenant::Tenant;
use crate::words::STATE;

/// From how many bytes on a snapshot is read or written with other Python threads running.
pub(crate) const SNAPSHOT_HEAVY: usize = 16 * 1024;

/// A class around a record of core.
pub(crate) trait Frozen {
    type Record: libprov::snapshot::Record;
}

/// Gives a record its snapshots and its pickle, which is a snapshot too (SPEC E2).
macro_rules! snapshots {
    ($class:ident, $record:ty) => {
        impl Frozen for $class {
            type Record = $record;
        }

        #[pymethods]
        impl $class {
            /// Write the record as compact bytes, for a store.
            fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
                let bytes = crate::errors::barrier(py, || libprov::snapshot::to_bytes(&self.0))?;
                let bytes = zeroize::Zeroizing::new(bytes);
                Ok(pyo3::types::PyBytes::new(py, &bytes))
            }

            /// Read a record from bytes of `to_bytes`, of this version or an older one.
            ///
            /// Raises:
            ///     SnapshotError: the bytes are cut off, altered, of another kind or a newer version, or contradict
            ///         themselves. The error holds none of the values.
            #[classmethod]
            #[pyo3(signature = (data, /))]
            fn from_bytes(cls: &Bound<'_, pyo3::types::PyType>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
                let bytes = crate::convert::blob(data, "data")?;
                let heavy = bytes.len() > SNAPSHOT_HEAVY;
                let read = || libprov::snapshot::from_bytes::<<Self as Frozen>::Record>(&bytes);
                let record = crate::errors::work(cls.py(), heavy, read)?;
                record.map(Self).map_err(|error| crate::errors::snapshot(cls.py(), &error))
            }

            /// Write the record as JSON, for people and other programs.
            fn to_json(&self, py: Python<'_>) -> PyResult<String> {
                crate::errors::barrier(py, || libprov::snapshot::to_json(&self.0))
            }

            /// Read a record from JSON of `to_json`, of this version or an older one.
            ///
            /// Raises:
            ///     SnapshotError: as `from_bytes`; `.field` names line and column of what cannot be read.
            #[classmethod]
            #[pyo3(signature = (text, /))]
            fn from_json(cls: &Bound<'_, pyo3::types::PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
                let text = crate::convert::text(text, "text")?;
                let read = || libprov::snapshot::from_json::<<Self as Frozen>::Record>(text);
                let record = crate::errors::work(cls.py(), text.len() > SNAPSHOT_HEAVY, read)?;
                record.map(Self).map_err(|error| crate::errors::snapshot(cls.py(), &error))
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, pyo3::types::PyBytes>,))> {
                let read = slf.get_type().getattr("from_bytes")?;
                Ok((read, (slf.get().to_bytes(slf.py())?,)))
            }
        }
    };
}
pub(crate) use snapshots;

/// What a requester counts as: an IPv4 address, an IPv6 /64, or *unresolved* (SPEC A13). The key of guards and
/// temporary entries; `str` of it is stable.
///
/// >>> from libprov import Source
/// >>> Source("2001:db8::1:2:3:4") == Source("2001:db8::9")
/// True
/// >>> str(Source("2001:db8::9")), str(Source(None)), Source("192.0.2.7")
/// ('2001:db8::/64', 'unresolved', Source('192.0.2.7'))
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq, Hash)]
pub(crate) struct Source(pub(crate) ip::Source);

#[pymethods]
impl Source {
    /// Take the source of an address; `None` is one that could not be told.
    #[new]
    #[pyo3(signature = (address, /))]
    fn new(address: &Bound<'_, PyAny>) -> PyResult<Self> {
        client(address, "address").map(|address| Self(address.source()))
    }

    /// Whether the address could not be told.
    #[getter]
    fn is_unresolved(&self) -> bool {
        self.0.is_unresolved()
    }

    /// The IPv6 /48 around it, as text fit for a store's key: whose guard `Facts.wider` is. None for IPv4.
    #[getter]
    fn wider(&self) -> Option<String> {
        self.0.wider().map(|wider| wider.to_string())
    }

    /// The address as a network of one, or the /64; None when unresolved.
    #[getter]
    fn network<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        ip::IpPrefix::from_source(self.0).map(|prefix| network_object(py, prefix)).transpose()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __hash__(&self) -> u64 {
        hash(self)
    }

    fn __repr__(&self) -> String {
        match self.0.network() {
            None => "Source(None)".to_owned(),
            Some(address) => format!("Source('{address}')"),
        }
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (Option<String>,)) {
        (slf.get_type(), (slf.get().0.network().map(|address| address.to_string()),))
    }
}

pub(crate) fn source(py: Python<'_>, source: ip::Source) -> PyResult<Bound<'_, PyAny>> {
    Bound::new(py, Source(source)).map(Bound::into_any)
}

/// One device's authentication state, complete and by value (SPEC A1 to A14, S1 to S7).
///
/// `create_device` makes one; calls never change it but return what it becomes in `writes.device`. The host stores it
/// under tenant and MAC, by compare-and-swap on the revision. Snapshots and pickles of it may hold its PAP.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Device(pub(crate) device::Device);

snapshots!(Device, device::Device);

#[pymethods]
impl Device {
    /// The revision: rises by one with each change, for compare-and-swap (SPEC E5).
    #[getter]
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    /// The id of the tenant it belongs to.
    #[getter]
    fn tenant(&self) -> String {
        self.0.tenant().to_string()
    }

    /// The MAC address: `80:5e:c0:01:02:03`.
    #[getter]
    fn mac(&self) -> String {
        self.0.mac().to_string()
    }

    /// The random number that changes when it is created and reset.
    #[getter]
    fn epoch(&self) -> u64 {
        self.0.epoch().number()
    }

    /// Its vendor and model.
    #[getter]
    fn model(&self) -> Model {
        Model(self.0.model().clone())
    }

    /// The site it stands at, if one was named.
    #[getter]
    fn site(&self) -> Option<&str> {
        self.0.site()
    }

    /// How many SIP accounts it has.
    #[getter]
    fn accounts(&self) -> u8 {
        self.0.accounts()
    }

    /// When it was created.
    #[getter]
    fn created_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.0.created_at())
    }

    /// When it was last reset.
    #[getter]
    fn reset_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_datetime(py, self.0.reset_at())
    }

    /// When a full configuration last arrived in this epoch.
    #[getter]
    fn delivered_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_datetime(py, self.0.delivered_at())
    }

    /// Whether it is active (SPEC R3).
    #[getter]
    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    /// Whether it was deleted; the record stays until its effects were performed.
    #[getter]
    fn is_deleted(&self) -> bool {
        self.0.is_deleted()
    }

    /// Whether the host may remove the record: deleted, and nothing pending.
    #[getter]
    fn is_removable(&self) -> bool {
        self.0.is_removable()
    }

    /// Whether a restricted answer may have overwritten what the telephone kept (SPEC S5).
    #[getter]
    fn is_overwritten(&self) -> bool {
        self.0.is_overwritten()
    }

    /// Whether its location was confirmed, for emergency calls (SPEC C2).
    #[getter]
    fn is_location_confirmed(&self) -> bool {
        self.0.is_location_confirmed()
    }

    /// The last full configuration on its way, if there was one in this epoch.
    #[getter]
    fn lease(&self) -> Option<Lease> {
        self.0.lease().copied().map(Lease)
    }

    /// When it next needs a look, by `handle_timeout` (SPEC A7). None: nothing will change by itself.
    #[getter]
    fn next_timeout<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_datetime(py, self.0.next_timeout())
    }

    /// The sources of the temporary whitelist entries it made, oldest first.
    #[getter]
    fn temporary_sources<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.temporary_sources().iter().copied(), source)
    }

    /// Effects decided with this record and not yet confirmed by `effects_done` (SPEC A10).
    #[getter]
    fn pending_effects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.pending_effects().iter().copied(), effect::show)
    }

    /// Tell the state shown to people: the worst over all sources (SPEC A13). No rule reads it.
    #[pyo3(signature = (*, now))]
    fn state<'py>(&self, now: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        STATE.member(now.py(), self.0.state(instant(now, "now")?).name())
    }

    /// Tell the state that one source sees (SPEC A13).
    #[pyo3(signature = (source, tenant, *, now))]
    fn state_of<'py>(
        &self,
        source: &Bound<'py, Source>,
        tenant: &Bound<'py, Tenant>,
        now: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let settings = tenant.get().0.policy().settings();
        let state = self.0.state_of(source.get().0, settings, instant(now, "now")?);
        STATE.member(now.py(), state.name())
    }

    /// Whether authentication is suspended at this instant, for whomever (SPEC A4).
    #[pyo3(signature = (*, now))]
    fn is_suspended(&self, now: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_suspended(instant(now, "now")?))
    }

    /// Give the PAP while the device waits for it; None once it was provisioned (SPEC A8, P4).
    ///
    /// None too when it is derived under a key the tenant no longer has: reset the device then.
    #[pyo3(signature = (tenant, /))]
    fn pap(&self, tenant: &Bound<'_, Tenant>) -> Option<Pap> {
        self.0.pap(tenant.get().0.keys()).map(Pap)
    }

    /// Whether something of it still depends on a key, so that the key may not go yet (SPEC R22).
    #[pyo3(signature = (key_id, /))]
    fn depends_on(&self, key_id: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.depends_on(number(key_id, "key_id", ARGUMENT)?))
    }

    fn __repr__(&self) -> String {
        let (mac, tenant) = (self.0.mac(), quoted(&self.0.tenant().to_string()));
        format!("Device(mac='{mac}', tenant={tenant}, revision={})", self.0.revision())
    }

    fn __hash__(&self) -> u64 {
        hash((self.0.tenant(), self.0.mac(), self.0.revision()))
    }
}

/// A full configuration on its way (SPEC A14).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Lease(device::Lease);

#[pymethods]
impl Lease {
    /// Its id, for `delivered` and `not_delivered`.
    #[getter]
    fn id(&self) -> u64 {
        self.0.id().number()
    }

    /// The source the answer went to: load its temporary whitelist entry for `delivered`.
    #[getter]
    fn source(&self) -> Source {
        Source(self.0.source())
    }

    /// Whether it is still going on: neither confirmed, given back nor over.
    #[pyo3(signature = (*, now))]
    fn is_live(&self, now: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_live(instant(now, "now")?))
    }

    fn __repr__(&self) -> String {
        format!("<Lease {} to {}>", self.0.id().number(), self.0.source())
    }

    fn __hash__(&self) -> u64 {
        self.0.id().number()
    }
}

/// A temporary whitelist entry: a source that is allowed until an instant (SPEC W2). Key: tenant and source.
///
/// Deliveries make it and move its end; `delivered` gives it in `writes.temp`.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct TempEntry(pub(crate) whitelist::TempEntry);

snapshots!(TempEntry, whitelist::TempEntry);

#[pymethods]
impl TempEntry {
    /// Rises by one with each change.
    #[getter]
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    /// The source that is allowed.
    #[getter]
    fn source(&self) -> Source {
        Source(self.0.key())
    }

    /// The MAC of the device whose reset, block, deactivation or deletion withdraws it (SPEC W8).
    #[getter]
    fn made_by(&self) -> String {
        self.0.made_by().to_string()
    }

    /// When it was made, the last time.
    #[getter]
    fn made_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.0.made_at())
    }

    /// When it ends.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.0.valid().end())
    }

    /// Whether it allows at this instant.
    #[pyo3(signature = (*, now))]
    fn is_live(&self, now: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_live(instant(now, "now")?))
    }

    /// Whether it may not be made again yet, after an administrator removed it (SPEC W8).
    #[pyo3(signature = (*, now))]
    fn is_barred(&self, now: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_barred(instant(now, "now")?))
    }

    /// Whether the host may remove the record: it says nothing any more.
    #[pyo3(signature = (*, now))]
    fn is_spent(&self, now: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_spent(instant(now, "now")?, whitelist::TEMP_UNPROVEN_WINDOW_MS))
    }

    /// Give the entry as an administrator removed it: it is not made again for 8 hours (SPEC W8).
    #[pyo3(signature = (*, now))]
    fn withdrawn(&self, now: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(self.0.withdraw(instant(now, "now")?, whitelist::TEMP_BAR_MS)))
    }

    fn __repr__(&self) -> String {
        format!("TempEntry(source='{}', until='{}', revision={})", self.0.key(), self.0.valid().end(), self.0.revision())
    }

    fn __hash__(&self) -> u64 {
        hash((self.0.key(), self.0.revision()))
    }
}

/// What the host remembers of one source, or of the IPv6 /48 around it (SPEC R12, R21).
///
/// `SourceGuard(source)` remembers nothing yet: revision 0, to be stored when changed.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct SourceGuard(pub(crate) guard::SourceGuard);

snapshots!(SourceGuard, guard::SourceGuard);

#[pymethods]
impl SourceGuard {
    #[new]
    #[pyo3(signature = (source, /))]
    fn new(source: &Bound<'_, Source>) -> Self {
        Self(guard::SourceGuard::new(source.get().0))
    }

    /// Whom it is about, as text fit for a store's key: `192.0.2.1`, `2001:db8::/64`, `2001:db8:1::/48` or `unresolved`.
    #[getter]
    fn key(&self) -> String {
        self.0.key().to_string()
    }

    /// Until when PAPs of this source are not judged, with this many wrong ones allowed in an hour (SPEC R12).
    #[pyo3(signature = (limit, *, now))]
    fn paused_until<'py>(&self, limit: &Bound<'py, PyAny>, now: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_datetime(now.py(), self.0.paused_until(instant(now, "now")?, number(limit, "limit", ARGUMENT)?))
    }

    /// The revision, for compare-and-swap.
    #[getter]
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    /// Until when unproven requests of this source are denied, if they are (SPEC R1).
    #[pyo3(signature = (*, now))]
    fn throttled_until<'py>(&self, now: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        optional_datetime(now.py(), self.0.throttled_until(instant(now, "now")?))
    }

    /// Give the guard with unproven requests denied for so long, as a host's own alarm may ask (SPEC R1).
    #[pyo3(signature = (length_ms, *, now))]
    fn with_throttle(&self, length_ms: &Bound<'_, PyAny>, now: &Bound<'_, PyAny>) -> PyResult<Self> {
        let length = self::length_ms(length_ms, "length_ms")?;
        Ok(Self(self.0.with_throttle(instant(now, "now")?, length)))
    }

    /// Whether this source proved a delivery at this tenant not long ago (SPEC R12, R15).
    #[pyo3(signature = (tenant, *, now))]
    fn is_proven(&self, tenant: &Bound<'_, Tenant>, now: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.0.is_proven(tenant.get().0.id(), instant(now, "now")?))
    }

    fn __repr__(&self) -> String {
        format!("<SourceGuard of {}, revision {}>", self.0.key(), self.0.revision())
    }

    fn __hash__(&self) -> u64 {
        hash((self.0.key(), self.0.revision()))
    }
}

/// What the host remembers of one tenant (SPEC E5). Key: the tenant.
///
/// `TenantGuard()` remembers nothing yet: revision 0, to be stored when changed.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct TenantGuard(pub(crate) guard::TenantGuard);

snapshots!(TenantGuard, guard::TenantGuard);

#[pymethods]
impl TenantGuard {
    #[new]
    fn new() -> Self {
        Self(guard::TenantGuard::new())
    }

    /// The revision, for compare-and-swap.
    #[getter]
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    /// How many temporary whitelist records the tenant has (SPEC W5).
    #[getter]
    fn temporary(&self) -> u32 {
        self.0.temporary()
    }

    /// Give the guard with the count as the host found it: after removing spent or withdrawn entries.
    #[pyo3(signature = (temporary, /))]
    fn recounted(&self, temporary: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(self.0.recounted(number(temporary, "temporary", ARGUMENT)?)))
    }

    fn __repr__(&self) -> String {
        format!("<TenantGuard of {} temporary entries, revision {}>", self.0.temporary(), self.0.revision())
    }

    fn __hash__(&self) -> u64 {
        self.0.revision()
    }
}

/// An unknown device on offer for adoption (SPEC D5).
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Offer(adoption::Offer);

#[pymethods]
impl Offer {
    #[classattr]
    #[pyo3(name = "__match_args__")]
    const MATCH_ARGS: (&'static str, &'static str) = ("mac", "source");

    /// The MAC it asked with: a claim.
    #[getter]
    fn mac(&self) -> String {
        self.0.mac().to_string()
    }

    /// The source it first asked from.
    #[getter]
    fn source(&self) -> Source {
        Source(self.0.source())
    }

    /// Whether the policy wants it created as active.
    #[getter]
    fn activate(&self) -> bool {
        self.0.activate()
    }

    /// When it first asked.
    #[getter]
    fn since<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.0.since())
    }

    /// Until when it is offered.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, self.0.until())
    }

    fn __repr__(&self) -> String {
        format!("<Offer {} from {}>", self.0.mac(), self.0.source())
    }

    fn __hash__(&self) -> u64 {
        hash(self.0.mac())
    }
}

/// The unknown devices of one tenant that are on offer for adoption (SPEC D5). Key: the tenant.
///
/// `Adoption()` is empty: revision 0, to be stored when changed.
#[pyclass(frozen, eq, module = "libprov")]
#[derive(PartialEq)]
pub(crate) struct Adoption(pub(crate) adoption::Adoption);

snapshots!(Adoption, adoption::Adoption);

#[pymethods]
impl Adoption {
    #[new]
    fn new() -> Self {
        Self(adoption::Adoption::new())
    }

    /// The revision, for compare-and-swap.
    #[getter]
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    /// Give the devices on offer, in the order of their coming.
    #[pyo3(signature = (*, now))]
    fn offers(&self, now: &Bound<'_, PyAny>) -> PyResult<Vec<Offer>> {
        Ok(self.0.offers(instant(now, "now")?).copied().map(Offer).collect())
    }

    /// Give the pool without this device: it was created, or is not wanted.
    #[pyo3(signature = (mac, /))]
    fn without(&self, mac: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(self.0.without(self::mac(mac, "mac")?)))
    }

    fn __repr__(&self) -> String {
        format!("<Adoption revision {}>", self.0.revision())
    }

    fn __hash__(&self) -> u64 {
        self.0.revision()
    }
}

/// Give the record after the host performed the effects of everything up to `revision` (SPEC A10).
///
/// Call it after a crash too, once `device.pending_effects` were performed again: all are idempotent. A record that
/// changed since keeps them. None: nothing to store.
#[pyfunction]
#[pyo3(signature = (device, revision))]
pub(crate) fn effects_done(device: &Bound<'_, Device>, revision: &Bound<'_, PyAny>) -> PyResult<Option<Device>> {
    Ok(device::effects_done(&device.get().0, id(revision, "revision")?).map(Device))
}

/// Read a MAC address in any spelling and give the canonical one: `80:5e:c0:01:02:03` (SPEC D1).
///
/// >>> from libprov import parse_mac
/// >>> parse_mac("805EC0-010203")
/// Traceback (most recent call last):
///     ...
/// libprov.errors.InvalidInputError: "805EC0-010203" is not a MAC address; expected 12 hex digits, bare or in groups like 80:5e:c0:01:02:03
/// >>> parse_mac("80-5E-C0-01-02-03")
/// '80:5e:c0:01:02:03'
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn parse_mac(text: &Bound<'_, PyAny>) -> PyResult<String> {
    mac(text, "text").map(|mac| mac.to_string())
}

/// Read an address or network as strictly as a whitelist does and give it as an object (SPEC W1).
///
/// >>> from libprov import parse_prefix
/// >>> parse_prefix("10.0.0.5/24")
/// Traceback (most recent call last):
///     ...
/// libprov.errors.InvalidInputError: host bits are set in 10.0.0.5/24; did you mean 10.0.0.0/24?
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn parse_prefix<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    network_object(text.py(), crate::convert::prefix(text, "text")?)
}
