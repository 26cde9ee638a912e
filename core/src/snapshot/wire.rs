//! Small wire types shared by all versions: text in JSON, few bytes in binary.

use super::SnapshotError;
use crate::credential::EnrolmentId;
use crate::guard::GuardKey;
use crate::ids::{ShortNumber, TenantId};
use crate::ip::{IpPrefix, Source, Wider};
use crate::mac::MacAddr;
use crate::secret::Secret;
use crate::time::{Deadline, Timestamp};
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv6Addr};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Shorthand for a broken invariant.
pub(super) const fn broken(field: &'static str, reason: &'static str) -> SnapshotError {
    SnapshotError::Invariant { field, reason }
}

/// Declares a wire type around a live one: how it reads and writes as text, and as bytes.
macro_rules! wire_text {
    ($(#[$meta:meta])* $name:ident($live:ty), $binary:ty, to_text: $to_text:expr, from_text: $from_text:expr, to_binary: $to_binary:expr, from_binary: $from_binary:expr) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub(super) struct $name(pub(super) $live);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let (to_text, to_binary): (fn($live) -> String, fn($live) -> $binary) = ($to_text, $to_binary);
                if serializer.is_human_readable() {
                    serializer.serialize_str(&to_text(self.0))
                } else {
                    to_binary(self.0).serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let (from_text, from_binary): (fn(&str) -> Option<$live>, fn($binary) -> Option<$live>) = ($from_text, $from_binary);
                let live = if deserializer.is_human_readable() {
                    from_text(&String::deserialize(deserializer)?)
                } else {
                    from_binary(<$binary>::deserialize(deserializer)?)
                };
                live.map(Self).ok_or_else(|| D::Error::custom(concat!("no ", stringify!($name))))
            }
        }
    };
}

wire_text! {
    /// A MAC address.
    MacWire(MacAddr), [u8; 6],
    to_text: |mac| mac.to_string(),
    from_text: |text| MacAddr::parse(text).ok(),
    to_binary: MacAddr::octets,
    from_binary: |octets| MacAddr::from_octets(octets).ok()
}

wire_text! {
    /// A tenant id.
    TenantIdWire(TenantId), Vec<u8>,
    to_text: |id| id.to_string(),
    from_text: |text| text.parse().ok(),
    to_binary: |id| id.as_bytes().iter().skip_while(|byte| **byte == 0).copied().collect(),
    from_binary: |short| {
        let mut bytes = [0u8; 16];
        let start = bytes.len().checked_sub(short.len())?;
        bytes.get_mut(start..)?.copy_from_slice(&short);
        Some(TenantId::from_bytes(bytes))
    }
}

wire_text! {
    /// A source: `192.0.2.1`, `2001:db8::/64` or `unresolved`.
    SourceWire(Source), (u8, u64),
    to_text: |source| source.to_string(),
    from_text: source_from_text,
    to_binary: Source::to_parts,
    from_binary: |(family, bits)| Source::from_parts(family, bits)
}

fn source_from_text(text: &str) -> Option<Source> {
    if text == "unresolved" {
        return Some(Source::UNRESOLVED);
    }
    match text.strip_suffix("/64") {
        None => text.parse().ok().map(Source::v4),
        Some(network) => {
            let source = Source::v6(network.parse().ok()?);
            (source.network() == Some(IpAddr::V6(network.parse().ok()?))).then_some(source)
        }
    }
}

wire_text! {
    /// Whom a source guard is about: a source, or `2001:db8:1::/48`.
    GuardKeyWire(GuardKey), (u8, u64),
    to_text: |key| key.to_string(),
    from_text: |text| match text.strip_suffix("/48") {
        None => source_from_text(text).map(GuardKey::Source),
        Some(network) => {
            let network: Ipv6Addr = network.parse().ok()?;
            Source::v6(network).wider().filter(|wider| wider.network() == network).map(GuardKey::Wider)
        }
    },
    to_binary: |key| match key {
        GuardKey::Source(source) => source.to_parts(),
        GuardKey::Wider(wider) => (WIDER_FAMILY, wider.bits()),
    },
    from_binary: |(family, bits)| match family {
        WIDER_FAMILY => Wider::from_bits(bits).map(GuardKey::Wider),
        _ => Source::from_parts(family, bits).map(GuardKey::Source),
    }
}

/// The family of a /48 in binary; sources have 0, 4 and 6.
const WIDER_FAMILY: u8 = 48;

wire_text! {
    /// An enrolment id.
    EnrolmentWire(EnrolmentId), Vec<u8>,
    to_text: |id| id.to_string(),
    from_text: |text| EnrolmentId::parse(text).ok().filter(|id| id.text().as_str() == text),
    to_binary: |id| id.as_bytes().to_vec(),
    from_binary: |bytes| EnrolmentId::from_bytes(&bytes)
}

wire_text! {
    /// An address or network.
    PrefixWire(IpPrefix), String,
    to_text: |prefix| prefix.to_string(),
    from_text: |text| IpPrefix::parse(text).ok(),
    to_binary: |prefix| prefix.to_string(),
    from_binary: |text| IpPrefix::parse(&text).ok()
}

wire_text! {
    /// An emergency number.
    NumberWire(ShortNumber), String,
    to_text: |number| number.as_str().to_owned(),
    from_text: ShortNumber::parse,
    to_binary: |number| number.as_str().to_owned(),
    from_binary: |text| ShortNumber::parse(&text)
}

/// Secret text: a key, a PAP, the secret of an app. Wiped when it goes, and never copied into a buffer that grows.
pub(super) struct SecretWire(pub(super) Secret);

impl Serialize for SecretWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for SecretWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = SecretWire;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, text: &str) -> Result<SecretWire, E> {
                Ok(SecretWire(Secret::from(text)))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// An instant: milliseconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct InstantWire(pub(super) Timestamp);

impl Serialize for InstantWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.as_ms())
    }
}

impl<'de> Deserialize<'de> for InstantWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::from_ms(i64::deserialize(deserializer)?).map(Self).map_err(|_| D::Error::custom("no instant"))
    }
}

/// A deadline: start and length in milliseconds.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeadlineWire {
    start_ms: InstantWire,
    len_ms: u64,
}

impl From<Deadline> for DeadlineWire {
    fn from(live: Deadline) -> Self {
        Self { start_ms: InstantWire(live.start()), len_ms: live.len_ms() }
    }
}

impl From<DeadlineWire> for Deadline {
    fn from(wire: DeadlineWire) -> Self {
        Self::new(wire.start_ms.0, wire.len_ms)
    }
}
