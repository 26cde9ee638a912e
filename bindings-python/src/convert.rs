//! Conversions, all our own: the stock ones refuse `zoneinfo`, drop zone ids and take an interface for an address.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

use libprov::entropy::Entropy;
use libprov::error::ErrorCode;
use libprov::ids::{ShortNumber, TenantId, UserId};
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::mac::MacAddr;
use libprov::secret::Secret;
use libprov::time::Timestamp;
use pyo3::buffer::PyBuffer;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyString, PyTuple, PyType};
use zeroize::Zeroizing;

use crate::errors::{ARGUMENT, invalid, no_text, refused, wrong_type};
use crate::secret;

/// The classes of the standard library that conversions look for.
struct Types {
    datetime: Py<PyType>,
    timedelta: Py<PyType>,
    utc: Py<PyAny>,
    epoch: Py<PyAny>,
    uuid: Py<PyType>,
    v4: Py<PyType>,
    v6: Py<PyType>,
    v4_network: Py<PyType>,
    v6_network: Py<PyType>,
    v4_interface: Py<PyType>,
    v6_interface: Py<PyType>,
}

fn types(py: Python<'_>) -> PyResult<&'static Types> {
    static TYPES: PyOnceLock<Types> = PyOnceLock::new();
    TYPES.get_or_try_init(py, || {
        let class = |module: &str, name: &str| -> PyResult<Py<PyType>> {
            Ok(py.import(module)?.getattr(name)?.cast_into::<PyType>()?.unbind())
        };
        let datetime = class("datetime", "datetime")?;
        let utc = py.import("datetime")?.getattr("timezone")?.getattr("utc")?;
        let epoch = datetime.bind(py).call1((1970, 1, 1, 0, 0, 0, 0, &utc))?;
        Ok(Types {
            datetime,
            timedelta: class("datetime", "timedelta")?,
            utc: utc.unbind(),
            epoch: epoch.unbind(),
            uuid: class("uuid", "UUID")?,
            v4: class("ipaddress", "IPv4Address")?,
            v6: class("ipaddress", "IPv6Address")?,
            v4_network: class("ipaddress", "IPv4Network")?,
            v6_network: class("ipaddress", "IPv6Network")?,
            v4_interface: class("ipaddress", "IPv4Interface")?,
            v6_interface: class("ipaddress", "IPv6Interface")?,
        })
    })
}

/// Text, whatever the subclass of `str`.
pub(crate) fn text<'a>(value: &'a Bound<'_, PyAny>, field: &str) -> PyResult<&'a str> {
    let string = value.cast::<PyString>().map_err(|_| wrong_type(value, field, "str"))?;
    string.to_str().map_err(|_| no_text(value.py(), field))
}

/// Text that may come as a `Secret`.
pub(crate) fn secret(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Secret> {
    if let Ok(secret) = value.cast::<secret::Secret>() {
        return Ok(secret.get().0.clone());
    }
    if !value.is_instance_of::<PyString>() {
        return Err(wrong_type(value, field, "str or Secret"));
    }
    text(value, field).map(Secret::from)
}

/// Text, or none for `None`.
pub(crate) fn optional<'py, T>(
    value: Option<&Bound<'py, PyAny>>,
    field: &str,
    read: impl FnOnce(&Bound<'py, PyAny>, &str) -> PyResult<T>,
) -> PyResult<Option<T>> {
    value.map(|value| read(value, field)).transpose()
}

/// A number, but no `bool`; `None` in the result where it does not fit.
fn integer<'py, T>(value: &Bound<'py, PyAny>, field: &str) -> PyResult<Option<T>>
where
    T: for<'a> FromPyObject<'a, 'py>,
{
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(wrong_type(value, field, "int"));
    }
    Ok(value.extract().ok())
}

/// A number of a type that holds all values that make sense; another is refused under `code`.
pub(crate) fn number<'py, T>(value: &Bound<'py, PyAny>, field: &str, code: u16) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py>,
{
    integer(value, field)?.ok_or_else(|| refused(value.py(), code, field, &format!("{field} is out of range")))
}

/// A number of 64 bits without sign: ids, revisions.
pub(crate) fn id(value: &Bound<'_, PyAny>, field: &str) -> PyResult<u64> {
    number(value, field, ARGUMENT)
}

/// A truth value; nothing else counts as one.
pub(crate) fn truth(value: &Bound<'_, PyAny>, field: &str) -> PyResult<bool> {
    value.cast::<PyBool>().map(|value| value.is_true()).map_err(|_| wrong_type(value, field, "bool"))
}

/// An instant: an aware `datetime` in any zone, or milliseconds since 1970. Microseconds are cut off.
pub(crate) fn instant(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Timestamp> {
    let py = value.py();
    let ms = if value.is_exact_instance_of::<PyInt>() || value.is_instance_of::<PyInt>() {
        // A number beyond 64 bits is out of range, whichever it is.
        integer(value, field)?.unwrap_or(i64::MAX)
    } else {
        let types = types(py)?;
        if !value.is_instance(types.datetime.bind(py))? {
            return Err(wrong_type(value, field, "an aware datetime or an int of milliseconds"));
        }
        if value.call_method0(intern!(py, "utcoffset"))?.is_none() {
            return Err(pyo3::exceptions::PyTypeError::new_err(format!(
                "{field} is a naive datetime; give it a zone, as in datetime.now(UTC)"
            )));
        }
        delta_ms(&value.sub(types.epoch.bind(py))?)?
    };
    Timestamp::from_ms(ms).map_err(|error| invalid(py, &error, field))
}

/// Whole milliseconds of a `timedelta`, rounded down.
fn delta_ms(delta: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = delta.py();
    let days: i64 = delta.getattr(intern!(py, "days"))?.extract()?;
    let seconds: i64 = delta.getattr(intern!(py, "seconds"))?.extract()?;
    let micros: i64 = delta.getattr(intern!(py, "microseconds"))?.extract()?;
    // A timedelta spans a billion days at most, far inside i64.
    Ok(days * 86_400_000 + seconds * 1_000 + micros / 1_000)
}

/// A length of time: a `timedelta`, or milliseconds.
pub(crate) fn length_ms(value: &Bound<'_, PyAny>, field: &str) -> PyResult<u64> {
    let range = ErrorCode::POLICY_RANGE.number();
    if value.is_instance(types(value.py())?.timedelta.bind(value.py()))? {
        let refuse = |_| refused(value.py(), range, field, &format!("{field} is negative"));
        return u64::try_from(delta_ms(value)?).map_err(refuse);
    }
    if !value.is_instance_of::<PyInt>() {
        return Err(wrong_type(value, field, "a timedelta or an int of milliseconds"));
    }
    number(value, field, range)
}

/// A `datetime` in UTC.
pub(crate) fn datetime(py: Python<'_>, at: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    let types = types(py)?;
    let (year, month, day, hour, minute, second, ms) = at.civil();
    let micros = u32::from(ms) * 1_000;
    types.datetime.bind(py).call1((year, month, day, hour, minute, second, micros, &types.utc))
}

pub(crate) fn optional_datetime(py: Python<'_>, at: Option<Timestamp>) -> PyResult<Option<Bound<'_, PyAny>>> {
    at.map(|at| datetime(py, at)).transpose()
}

/// Exactly 32 bytes of anything with a buffer of bytes.
pub(crate) fn bytes32(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Zeroizing<[u8; 32]>> {
    let py = value.py();
    let mut out = Zeroizing::new([0u8; 32]);
    let len = if let Ok(bytes) = value.cast::<PyBytes>() {
        let bytes = bytes.as_bytes();
        if bytes.len() == 32 {
            out.copy_from_slice(bytes);
        }
        bytes.len()
    } else {
        let buffer = PyBuffer::<u8>::get(value).map_err(|_| wrong_type(value, field, "32 bytes, bytes-like"))?;
        if buffer.item_count() == 32 {
            buffer.copy_to_slice(py, &mut *out)?;
        }
        buffer.item_count()
    };
    if len != 32 {
        return Err(refused(py, ARGUMENT, field, &format!("{field} has {len} bytes; it must have exactly 32")));
    }
    Ok(out)
}

/// The randomness of one call: 32 bytes drawn for it.
pub(crate) fn entropy(value: &Bound<'_, PyAny>) -> PyResult<Entropy> {
    let bytes = bytes32(value, "entropy")?;
    Entropy::new(*bytes).map_err(|error| invalid(value.py(), &error, "entropy"))
}

/// The bytes of a snapshot.
pub(crate) fn blob(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Zeroizing<Vec<u8>>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Zeroizing::new(bytes.as_bytes().to_vec()));
    }
    let buffer = PyBuffer::<u8>::get(value).map_err(|_| wrong_type(value, field, "bytes-like"))?;
    buffer.to_vec(value.py()).map(Zeroizing::new)
}

pub(crate) fn mac(value: &Bound<'_, PyAny>, field: &str) -> PyResult<MacAddr> {
    MacAddr::parse(text(value, field)?).map_err(|error| invalid(value.py(), &error, field))
}

/// A tenant's id: a number, text of a number or UUID, or a `UUID`.
pub(crate) fn tenant_id(value: &Bound<'_, PyAny>, field: &str) -> PyResult<TenantId> {
    let py = value.py();
    if value.is_instance_of::<PyInt>() {
        return number(value, field, ErrorCode::ID_TENANT.number()).map(TenantId::from_number);
    }
    if value.is_instance(types(py)?.uuid.bind(py))? {
        let bytes: [u8; 16] = value.getattr(intern!(py, "bytes"))?.extract()?;
        return Ok(TenantId::from_bytes(bytes));
    }
    if !value.is_instance_of::<PyString>() {
        return Err(wrong_type(value, field, "int, str or UUID"));
    }
    text(value, field)?.parse().map_err(|error| invalid(py, &error, field))
}

/// A portal user's id: a number, text of a number or UUID, or a `UUID`.
pub(crate) fn user_id(value: &Bound<'_, PyAny>, field: &str) -> PyResult<UserId> {
    let py = value.py();
    if value.is_instance_of::<PyInt>() {
        return number(value, field, ErrorCode::ID_USER.number()).map(UserId::from_number);
    }
    if value.is_instance(types(py)?.uuid.bind(py))? {
        let bytes: [u8; 16] = value.getattr(intern!(py, "bytes"))?.extract()?;
        return Ok(UserId::from_bytes(bytes));
    }
    if !value.is_instance_of::<PyString>() {
        return Err(wrong_type(value, field, "int, str or UUID"));
    }
    text(value, field)?.parse().map_err(|error| invalid(py, &error, field))
}

pub(crate) fn short_number(value: &Bound<'_, PyAny>, field: &str) -> PyResult<ShortNumber> {
    let code = ErrorCode::POLICY_EMERGENCY_NUMBER;
    let refuse = || refused(value.py(), code.number(), field, code.meaning());
    ShortNumber::parse(text(value, field)?).ok_or_else(refuse)
}

/// An address as an object or as text; never an interface, a network or a number.
pub(crate) fn ip(value: &Bound<'_, PyAny>, field: &str) -> PyResult<IpAddr> {
    let py = value.py();
    if let Ok(string) = value.cast::<PyString>() {
        let text = string.to_str().map_err(|_| no_text(py, field))?;
        return text.parse().or_else(|_| spelt(py, text, field));
    }
    match object(value, field)? {
        Some(address) => Ok(address),
        None => Err(wrong_type(value, field, "an IPv4Address, an IPv6Address or str")),
    }
}

/// The error of a text that is no address, or the address where it differs by white space only.
fn spelt(py: Python<'_>, text: &str, field: &str) -> PyResult<IpAddr> {
    let prefix = IpPrefix::parse(text).map_err(|error| invalid(py, &error, field))?;
    if prefix.is_host() && !text.contains('/') {
        return Ok(prefix.network());
    }
    let shape = ErrorCode::PREFIX_SHAPE.number();
    Err(refused(py, shape, field, &format!("{field} is the network {prefix}; one address is expected")))
}

/// An address object; none for everything else.
fn object(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Option<IpAddr>> {
    let py = value.py();
    let types = types(py)?;
    let interface = |class: &Py<PyType>| value.is_instance(class.bind(py));
    let is_v4 = value.is_instance(types.v4.bind(py))? && !interface(&types.v4_interface)?;
    if is_v4 {
        let packed: [u8; 4] = value.getattr(intern!(py, "packed"))?.extract()?;
        return Ok(Some(packed.into()));
    }
    if value.is_instance(types.v6.bind(py))? && !interface(&types.v6_interface)? {
        if !value.getattr(intern!(py, "scope_id"))?.is_none() {
            let code = ErrorCode::PREFIX_ZONE;
            return Err(refused(py, code.number(), field, &format!("{field}: {}", code.meaning())));
        }
        let packed: [u8; 16] = value.getattr(intern!(py, "packed"))?.extract()?;
        return Ok(Some(packed.into()));
    }
    Ok(None)
}

/// Where a request comes from; `None` is an address that could not be told.
pub(crate) fn client(value: &Bound<'_, PyAny>, field: &str) -> PyResult<ClientAddress> {
    if value.is_none() { Ok(ClientAddress::Unresolved) } else { ip(value, field).map(ClientAddress::new) }
}

/// An address or a network, as an object or as text.
pub(crate) fn prefix(value: &Bound<'_, PyAny>, field: &str) -> PyResult<IpPrefix> {
    let py = value.py();
    if value.is_instance_of::<PyString>() {
        return IpPrefix::parse(text(value, field)?).map_err(|error| invalid(py, &error, field));
    }
    if let Some(address) = object(value, field)? {
        return Ok(IpPrefix::host(address));
    }
    let types = types(py)?;
    if value.is_instance(types.v4_network.bind(py))? || value.is_instance(types.v6_network.bind(py))? {
        let length: u8 = value.getattr(intern!(py, "prefixlen"))?.extract()?;
        let first = ip(&value.getattr(intern!(py, "network_address"))?, field)?;
        return IpPrefix::new(first, length).map_err(|error| invalid(py, &error, field));
    }
    Err(wrong_type(value, field, "an address or network of ipaddress, or str"))
}

/// Every item of something iterable; a `str` is none here, although it iterates.
pub(crate) fn each<'py, T>(
    value: &Bound<'py, PyAny>,
    field: &str,
    mut read: impl FnMut(&Bound<'py, PyAny>, &str) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    if value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyDict>() {
        return Err(wrong_type(value, field, "a sequence"));
    }
    let mut out = Vec::new();
    for item in value.try_iter().map_err(|_| wrong_type(value, field, "a sequence"))? {
        let at = format!("{field}[{}]", out.len());
        out.push(read(&item?, &at)?);
    }
    Ok(out)
}

/// An address object.
pub(crate) fn address_object(py: Python<'_>, address: IpAddr) -> PyResult<Bound<'_, PyAny>> {
    let types = types(py)?;
    match address {
        IpAddr::V4(v4) => types.v4.bind(py).call1((PyBytes::new(py, &v4.octets()),)),
        IpAddr::V6(v6) => types.v6.bind(py).call1((PyBytes::new(py, &v6.octets()),)),
    }
}

/// A network object.
pub(crate) fn network_object(py: Python<'_>, prefix: IpPrefix) -> PyResult<Bound<'_, PyAny>> {
    let types = types(py)?;
    let (class, packed) = match prefix.network() {
        IpAddr::V4(v4) => (&types.v4_network, PyBytes::new(py, &v4.octets())),
        IpAddr::V6(v6) => (&types.v6_network, PyBytes::new(py, &v6.octets())),
    };
    class.bind(py).call1(((packed, prefix.prefix_len()),))
}

/// A tuple of what a conversion gives.
pub(crate) fn tuple<'py, T>(
    py: Python<'py>,
    items: impl Iterator<Item = T>,
    mut show: impl FnMut(Python<'py>, T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let items: Vec<_> = items.map(|item| show(py, item)).collect::<PyResult<_>>()?;
    PyTuple::new(py, items)
}

/// A short text as Python writes it, with its quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A hash for `__hash__`, the same in every process.
pub(crate) fn hash(parts: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}
