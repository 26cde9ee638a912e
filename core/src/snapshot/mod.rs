//! Snapshots: records as versioned JSON for people and bindings, and as compact bytes for stores (SPEC E2).
//!
//! Live types derive neither `Serialize` nor `Deserialize`. Each version has plain wire structs of its own, and reading one
//! checks every invariant. A released version is never edited; older ones are read for ever, newer ones are refused.
//!
//! Bytes are `PROV`, the kind of record, the version, the body (postcard) and the first four bytes of the SHA-256 of all
//! that. JSON is `{"libprov": kind, "version": 1, "body": …}`. Snapshots of devices, tenants and accounts hold secrets
//! (the PAP, the keys, the secrets of authenticator apps): keep them as safe as a password file.

mod v1;
mod wire;

use crate::adoption::Adoption;
use crate::device::Device;
use crate::error::codes;
use crate::guard::{SourceGuard, TenantGuard};
use crate::mfa::Account;
use crate::tenant::Tenant;
use crate::whitelist::TempEntry;
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use postcard::ser_flavors::Size;
use postcard::serialize_with_flavor;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version that is written.
pub const VERSION: u8 = 1;

const MAGIC: &[u8; 4] = b"PROV";
const CHECKSUM_BYTES: usize = 4;

/// A record that has snapshots: [`Device`], [`TempEntry`], [`SourceGuard`], [`TenantGuard`], [`Adoption`], [`Tenant`] or
/// [`Account`].
pub trait Record: sealed::Sealed + Sized {}

mod sealed {
    use super::{DeserializeOwned, Serialize, SnapshotError};

    /// How a record is written and read.
    pub trait Sealed: Sized {
        /// The number of this kind of record.
        const KIND: u8;
        /// Its name.
        const NAME: &'static str;
        /// Its wire form in the present version.
        type Wire: Serialize + DeserializeOwned;
        /// The wire form of this record.
        fn to_wire(&self) -> Self::Wire;
        /// The record, if all invariants hold.
        fn from_wire(wire: Self::Wire) -> Result<Self, SnapshotError>;
    }
}

macro_rules! records {
    ($($record:ty, $kind:literal, $name:literal, $wire:ty;)+) => {
        $(impl Record for $record {}
        impl sealed::Sealed for $record {
            const KIND: u8 = $kind;
            const NAME: &'static str = $name;
            type Wire = $wire;
            fn to_wire(&self) -> $wire {
                <$wire>::from(self)
            }
            fn from_wire(wire: $wire) -> Result<Self, SnapshotError> {
                Self::try_from(wire)
            }
        })+
        const KINDS: &[(u8, &str)] = &[$(($kind, $name)),+];
    };
}

records! {
    Device, 1, "device", v1::DeviceWire;
    TempEntry, 2, "temporary_entry", v1::TempWire;
    SourceGuard, 3, "source_guard", v1::SourceGuardWire;
    TenantGuard, 4, "tenant_guard", v1::TenantGuardWire;
    Tenant, 5, "tenant", v1::TenantWire;
    Adoption, 6, "adoption", v1::AdoptionWire;
    Account, 7, "account", v1::AccountWire;
}

/// Writes a record as compact bytes, into memory that is reserved in full: no copy of a secret is left behind.
///
/// ```
/// use libprov::guard::TenantGuard;
/// use libprov::snapshot;
/// let guard = TenantGuard::new().recounted(7);
/// let bytes = snapshot::to_bytes(&guard);
/// assert_eq!(snapshot::from_bytes::<TenantGuard>(&bytes)?, guard);
/// # Ok::<(), snapshot::SnapshotError>(())
/// ```
pub fn to_bytes<R: Record>(record: &R) -> Vec<u8> {
    let wire = record.to_wire();
    // Reserved in full: growing would leave copies of the secrets behind.
    let body = serialize_with_flavor(&wire, Size::default()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(MAGIC.len() + 2 + body + CHECKSUM_BYTES);
    bytes.extend(MAGIC);
    bytes.push(R::KIND);
    bytes.push(VERSION);
    // Plain structs of numbers and texts always serialise; without a head they would be refused on reading.
    let mut bytes = postcard::to_extend(&wire, bytes).unwrap_or_default();
    let sum = checksum(&bytes);
    bytes.extend(sum);
    bytes
}

/// Reads a record from bytes of [`to_bytes`], of this version or an older one.
///
/// # Errors
/// [`SnapshotError`] for bytes that are cut off, altered, of another kind or a newer version, or whose values contradict
/// each other. The error holds none of the values.
pub fn from_bytes<R: Record>(bytes: &[u8]) -> Result<R, SnapshotError> {
    let Some((head, rest)) = bytes.split_first_chunk::<6>() else {
        let prefix = bytes.get(..bytes.len().min(MAGIC.len())).unwrap_or_default();
        return Err(if MAGIC.starts_with(prefix) { SnapshotError::CutOff } else { SnapshotError::NotOurs });
    };
    let [m0, m1, m2, m3, kind, version] = *head;
    if [m0, m1, m2, m3] != *MAGIC {
        return Err(SnapshotError::NotOurs);
    }
    check_version(u32::from(version))?;
    let Some((body, sum)) = rest.split_last_chunk::<CHECKSUM_BYTES>() else { return Err(SnapshotError::CutOff) };
    let covered = bytes.get(..bytes.len() - CHECKSUM_BYTES).unwrap_or_default();
    if checksum(covered) != *sum {
        return Err(SnapshotError::Checksum);
    }
    if kind != R::KIND {
        let found = KINDS.iter().find(|(number, _)| *number == kind).map_or("unknown", |(_, name)| *name);
        return Err(SnapshotError::Type { expected: R::NAME, found: found.to_owned() });
    }
    match postcard::take_from_bytes(body) {
        Ok((wire, [])) => R::from_wire(wire),
        Ok(_) => Err(SnapshotError::Form { at: "body".to_owned(), reason: "bytes are left over".to_owned() }),
        Err(postcard::Error::DeserializeUnexpectedEnd) => Err(SnapshotError::CutOff),
        Err(_) => Err(SnapshotError::Form { at: "body".to_owned(), reason: "a value has the wrong form".to_owned() }),
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(bytes));
    [a, b, c, d]
}

fn check_version(version: u32) -> Result<(), SnapshotError> {
    match version {
        0 => Err(SnapshotError::Form { at: "version".to_owned(), reason: "there is no version 0".to_owned() }),
        _ if version > u32::from(VERSION) => Err(SnapshotError::Newer { version, known: VERSION }),
        _ => Ok(()),
    }
}

#[derive(Serialize)]
struct EnvelopeOut<'a, W> {
    libprov: &'a str,
    version: u8,
    body: &'a W,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeIn<W> {
    #[allow(dead_code, reason = "read before, by the envelope without a body")]
    libprov: String,
    #[allow(dead_code, reason = "read before, by the envelope without a body")]
    version: u32,
    body: W,
}

/// The envelope alone: what it is and of which version, whatever its body.
#[derive(Deserialize)]
struct Cover {
    libprov: String,
    version: u32,
}

/// Writes a record as JSON for people and bindings. The text grows while it is written, so that pieces of it, also of a
/// secret, may stay behind in memory that was given back: what a store keeps is better made by [`to_bytes`].
pub fn to_json<R: Record>(record: &R) -> String {
    let envelope = EnvelopeOut { libprov: R::NAME, version: VERSION, body: &record.to_wire() };
    serde_json::to_string(&envelope).unwrap_or_default()
}

/// Reads a record from JSON of [`to_json`], of this version or an older one.
///
/// # Errors
/// As [`from_bytes`]; [`SnapshotError::Form`] names line and column.
pub fn from_json<R: Record>(json: &str) -> Result<R, SnapshotError> {
    let cover: Cover = serde_json::from_str(json).map_err(|error| form(&error))?;
    if cover.libprov != R::NAME {
        return Err(SnapshotError::Type { expected: R::NAME, found: crate::mac::shown(&cover.libprov) });
    }
    check_version(cover.version)?;
    let envelope: EnvelopeIn<R::Wire> = serde_json::from_str(json).map_err(|error| form(&error))?;
    R::from_wire(envelope.body)
}

/// An error of the JSON reader without the value it stumbled over, which may be a secret.
fn form(error: &serde_json::Error) -> SnapshotError {
    if error.is_eof() {
        return SnapshotError::CutOff;
    }
    let text = error.to_string();
    let harmless = ["missing field `", "duplicate field `"].iter().any(|head| text.starts_with(head));
    let reason = match text.split_once(" at line ") {
        Some((head, _)) if harmless => head.to_owned(),
        _ if error.is_data() => "a value has the wrong form, or a field is unknown".to_owned(),
        _ => "this is no JSON".to_owned(),
    };
    SnapshotError::Form { at: alloc::format!("line {} column {}", error.line(), error.column()), reason }
}

codes! {
    /// Why a snapshot was refused. It never holds a value of the snapshot.
    pub enum SnapshotError {
        /// The bytes or the text end too early.
        #[error("the snapshot ends too early")]
        CutOff = SNAPSHOT_CUT_OFF,
        /// These bytes are no snapshot.
        #[error("these bytes are no libprov snapshot")]
        NotOurs = SNAPSHOT_NOT_OURS,
        /// The version is newer than this library.
        #[error("the snapshot has version {version}; this library knows up to {known}, use a newer one")]
        Newer {
            /// Its version.
            version: u32,
            /// The newest version known.
            known: u8,
        } = SNAPSHOT_NEWER,
        /// It holds another kind of record.
        #[error("the snapshot holds a record of the kind {found:?}, not {expected:?}")]
        Type {
            /// The kind that was asked for.
            expected: &'static str,
            /// The kind it holds.
            found: String,
        } = SNAPSHOT_TYPE,
        /// The checksum does not fit.
        #[error("the snapshot was altered or damaged: its checksum does not fit")]
        Checksum = SNAPSHOT_CHECKSUM,
        /// A field cannot be read.
        #[error("the snapshot cannot be read at {at}: {reason}")]
        Form {
            /// Where.
            at: String,
            /// Why.
            reason: String,
        } = SNAPSHOT_FORM,
        /// Values contradict each other.
        #[error("the snapshot contradicts itself in {field}: {reason}")]
        Invariant {
            /// The field.
            field: &'static str,
            /// What is wrong with it.
            reason: &'static str,
        } = SNAPSHOT_INVARIANT,
    }
}
