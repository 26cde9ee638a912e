//! Enrolments: one restricted configuration given to one requester (SPEC R13).

use super::{Subject, TOKEN_BYTES, base32, from_base32, head};
use crate::ids::{Epoch, IdError, TenantId};
use crate::ip::Source;
use crate::keys::{Domain, Keyring, TenantKey};
use crate::mac::{MacAddr, shown};
use crate::secret::Secret;
use crate::time::Timestamp;
use alloc::string::String;
use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq;

/// Bytes of an id with an IPv4 and with an IPv6 source.
const V4_BYTES: usize = 26;
const V6_BYTES: usize = 30;
/// Characters of the two in Base32.
const V4_CHARS: usize = 42;
const V6_CHARS: usize = 48;
/// Bytes of the tag: 56 bits.
const TAG_BYTES: usize = 7;
/// Bits of the nonce.
const NONCE_BITS: u32 = 36;

/// The public id of an enrolment: 42 or 48 characters of `[a-z2-7]`, and at the same time its SIP user.
///
/// It describes itself: key id, MAC, source and minute of issue can be read from it without a search, so that the host
/// loads the right records. Only its tag proves them, and only a device record can check the tag (SPEC R13).
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct EnrolmentId {
    bytes: [u8; V6_BYTES],
    len: u8,
}

impl EnrolmentId {
    /// Reads an id, or a SIP user that is an id with a port suffix such as `-2`.
    ///
    /// # Errors
    /// [`IdError::Enrolment`] for everything that has not the shape of an id.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Self::read(text).ok_or_else(|| IdError::Enrolment { input: shown(text) })
    }

    /// The first id that stands anywhere in a text, in either case: for what is spelt so that one stack reads it and another
    /// does not. It allocates nothing.
    pub(crate) fn inside(text: &[u8]) -> Option<Self> {
        let runs = text.split(|byte| !matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'2'..=b'7'));
        runs.filter(|run| matches!(run.len(), V4_CHARS | V6_CHARS)).find_map(|run| {
            let mut lower = [0u8; V6_CHARS];
            let lower = lower.get_mut(..run.len())?;
            lower.copy_from_slice(run);
            lower.make_ascii_lowercase();
            Self::read(core::str::from_utf8(lower).ok()?)
        })
    }

    /// The same without a text for the error: it allocates nothing.
    pub(crate) fn read(text: &str) -> Option<Self> {
        // A text of just the right length is an id without suffix or none at all.
        let bare = match text.len() {
            V4_CHARS | V6_CHARS => text,
            _ => {
                let (bare, port) = text.split_once('-')?;
                let shape = (1..=3).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
                if !shape || port.starts_with('0') {
                    return None;
                }
                bare
            }
        };
        let (bytes, len) = match bare.len() {
            V4_CHARS => {
                let short = from_base32::<V4_BYTES>(bare)?;
                let mut bytes = [0u8; V6_BYTES];
                for (slot, byte) in bytes.iter_mut().zip(short) {
                    *slot = byte;
                }
                (bytes, V4_BYTES as u8)
            }
            V6_CHARS => (from_base32::<V6_BYTES>(bare)?, V6_BYTES as u8),
            _ => return None,
        };
        let id = Self { bytes, len };
        // The family bit and the length say the same, and the MAC is one of a device.
        (id.source().is_some() && id.mac().is_some()).then_some(id)
    }

    /// The id as text, without a port suffix.
    pub fn text(&self) -> EnrolmentText {
        let mut text = [0u8; V6_CHARS];
        let chars = if self.len as usize == V4_BYTES { V4_CHARS } else { V6_CHARS };
        if let Some(out) = text.get_mut(..chars) {
            BASE32_NOPAD.encode_mut(self.as_bytes(), out);
            out.make_ascii_lowercase();
        }
        EnrolmentText { text, len: chars as u8 }
    }

    /// The MAC the id claims.
    pub fn mac(&self) -> Option<MacAddr> {
        let octets: [u8; 6] = self.bytes.get(1..7)?.try_into().ok()?;
        MacAddr::from_octets(octets).ok()
    }

    /// The source the id claims it was issued to.
    pub fn source(&self) -> Option<Source> {
        let v6 = self.word() >> 63 == 1;
        match (v6, usize::from(self.len)) {
            (false, V4_BYTES) => {
                let bits: [u8; 4] = self.bytes.get(15..19)?.try_into().ok()?;
                Source::from_parts(4, u64::from(u32::from_be_bytes(bits)))
            }
            (true, V6_BYTES) => {
                let bits = u64::from_be_bytes(self.bytes.get(15..23)?.try_into().ok()?);
                // The unspecified /64 is nobody's address: it stands for `unresolved`.
                if bits == 0 { Some(Source::UNRESOLVED) } else { Source::from_parts(6, bits) }
            }
            _ => None,
        }
    }

    /// The start of the minute in which the id claims it was issued.
    pub fn issued_at(&self) -> Timestamp {
        Timestamp::from_minutes_since_2020((self.word() >> NONCE_BITS & 0x7ff_ffff) as u32)
    }

    /// The id of the key it was made with.
    pub const fn key_id(&self) -> u8 {
        self.bytes[0]
    }

    /// The bytes of the id, for records.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    pub(crate) fn from_bytes(given: &[u8]) -> Option<Self> {
        let mut bytes = [0u8; V6_BYTES];
        bytes.get_mut(..given.len())?.copy_from_slice(given);
        let id = Self { bytes, len: given.len() as u8 };
        (id.source().is_some() && id.mac().is_some()).then_some(id)
    }

    /// Family bit, 27 bits of minutes, 36 bits of nonce.
    fn word(&self) -> u64 {
        self.bytes.get(7..15).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes)
    }

    /// Everything but the tag.
    fn body(&self) -> &[u8] {
        let end = usize::from(self.len).saturating_sub(TAG_BYTES);
        self.bytes.get(..end).unwrap_or_default()
    }

    fn tag(&self) -> &[u8] {
        self.as_bytes().get(usize::from(self.len).saturating_sub(TAG_BYTES)..).unwrap_or_default()
    }

    /// Whether the tag proves the id for this subject: one HMAC, always.
    pub(crate) fn is_genuine(&self, keys: &Keyring, subject: Subject) -> bool {
        let (key, known) = keys.find(self.key_id());
        let made = tag(key, subject, self.body());
        bool::from(made.as_slice().ct_eq(self.tag())) && known && self.mac() == Some(subject.mac)
    }
}

impl core::fmt::Display for EnrolmentId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl core::fmt::Debug for EnrolmentId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text().as_str())
    }
}

/// An enrolment id as text, from [`EnrolmentId::text`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EnrolmentText {
    text: [u8; V6_CHARS],
    len: u8,
}

impl EnrolmentText {
    /// The characters.
    pub fn as_str(&self) -> &str {
        self.text.get(..usize::from(self.len)).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// One enrolment, ready to be rendered: its id, and on request the secrets that go with it.
///
/// The id is the SIP user; the SIP password and the fetch token come from separate domains, so that whoever reads a SIP
/// trace cannot fetch (SPEC R13).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Enrolment {
    id: EnrolmentId,
}

impl Enrolment {
    /// An enrolment issued now under the current key, with 36 bits of nonce.
    pub(crate) fn issue(keys: &Keyring, subject: Subject, source: Source, now: Timestamp, nonce: u64) -> Self {
        let key = keys.current();
        let (family, bits) = source.to_parts();
        let v6 = family != 4;
        let mut bytes = [0u8; V6_BYTES];
        let word = u64::from(v6) << 63
            | u64::from(now.minutes_since_2020() & 0x7ff_ffff) << NONCE_BITS
            | nonce & ((1 << NONCE_BITS) - 1);
        let address = if v6 { bits } else { bits << 32 };
        let parts = [key.id()].into_iter().chain(subject.mac.octets()).chain(word.to_be_bytes()).chain(address.to_be_bytes());
        for (slot, byte) in bytes.iter_mut().zip(parts) {
            *slot = byte;
        }
        let len = if v6 { V6_BYTES } else { V4_BYTES };
        let mut id = EnrolmentId { bytes, len: len as u8 };
        let tag = tag(key, subject, id.body());
        if let Some(slot) = id.bytes.get_mut(len - TAG_BYTES..len) {
            slot.copy_from_slice(&tag);
        }
        Self { id }
    }

    pub(crate) const fn from_id(id: EnrolmentId) -> Self {
        Self { id }
    }

    /// The public id.
    pub const fn id(&self) -> EnrolmentId {
        self.id
    }

    /// The SIP user of the device, or of one of its ports or handsets (`port` from 1): the id, with `-1`, `-2` …
    pub fn sip_user(&self, port: Option<u8>) -> String {
        match port {
            None => self.id.text().as_str().into(),
            Some(port) => alloc::format!("{}-{port}", self.id),
        }
    }

    /// The SIP password: 32 characters, the same for every port.
    pub fn sip_password(&self, keys: &Keyring, tenant: TenantId, epoch: Epoch) -> Secret {
        let Some(mac) = self.id.mac() else {
            return Secret::default();
        };
        let (key, _) = keys.find(self.id.key_id());
        let out = keyed(key, Domain::EnrolmentSip, Subject { tenant, mac, epoch }, self.id.as_bytes());
        Secret::new(base32(&head::<20>(&out)))
    }

    /// The fetch token, 68 or 74 characters: secret, for URL or HTTP authentication only.
    pub fn token(&self, keys: &Keyring, tenant: TenantId, epoch: Epoch) -> Secret {
        let Some(mac) = self.id.mac() else {
            return Secret::default();
        };
        let (key, _) = keys.find(self.id.key_id());
        let mut text = String::with_capacity(V6_CHARS + 26);
        text.push_str(self.id.text().as_str());
        let tail = Secret::new(base32(&token(key, Subject { tenant, mac, epoch }, &self.id)));
        text.push_str(tail.expose());
        Secret::new(text)
    }
}

/// The secret half of a fetch token.
pub(super) fn token(key: &TenantKey, subject: Subject, id: &EnrolmentId) -> [u8; TOKEN_BYTES] {
    head(&keyed(key, Domain::EnrolmentToken, subject, id.as_bytes()))
}

fn tag(key: &TenantKey, subject: Subject, body: &[u8]) -> [u8; TAG_BYTES] {
    head(&keyed(key, Domain::EnrolmentTag, subject, body))
}

/// The MAC is inside the id, so tenant, epoch and id say everything.
fn keyed(key: &TenantKey, domain: Domain, subject: Subject, id: &[u8]) -> [u8; 32] {
    key.mac(domain, &[subject.tenant.as_bytes(), &subject.epoch.number().to_be_bytes(), id])
}

/// The nonce of a model that carries nothing: from device, epoch and address, so that it stays the same (SPEC R19).
pub(crate) fn weak_nonce(keys: &Keyring, subject: Subject, source: Source) -> u64 {
    let (family, bits) = source.to_parts();
    let out = keys.current().mac(
        Domain::EnrolmentNonce,
        &[
            subject.tenant.as_bytes(),
            &subject.mac.octets(),
            &subject.epoch.number().to_be_bytes(),
            &[family],
            &bits.to_be_bytes(),
        ],
    );
    u64::from_be_bytes(head(&out))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{keys, subject};
    use super::*;
    use alloc::format;

    fn at() -> Timestamp {
        Timestamp::from_ms(1_900_000_012_345).unwrap()
    }

    fn sources() -> [Source; 3] {
        [Source::v4([192, 0, 2, 1].into()), Source::v6([0x2001, 0xdb8, 0, 1, 2, 3, 4, 5].into()), Source::UNRESOLVED]
    }

    #[test]
    fn r13_an_id_describes_itself_within_48_characters() {
        for source in sources() {
            let id = Enrolment::issue(&keys(), subject(), source, at(), 5).id();
            let text = id.text();
            assert!(text.as_str().len() <= 48);
            assert!(text.as_str().bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')));
            let read = EnrolmentId::parse(text.as_str()).unwrap();
            assert_eq!((read, read.mac(), read.source()), (id, Some(subject().mac), Some(source)));
            assert_eq!(read.issued_at().as_ms(), 1_900_000_012_345 / 60_000 * 60_000);
            assert_eq!(EnrolmentId::from_bytes(id.as_bytes()), Some(id));
            assert_eq!(EnrolmentId::parse(&format!("{id}-12")).unwrap(), id);
        }
    }

    #[test]
    fn r13_the_tag_proves_every_part() {
        for source in sources() {
            let id = Enrolment::issue(&keys(), subject(), source, at(), 77).id();
            assert!(id.is_genuine(&keys(), subject()));
            for other in [
                Subject { epoch: Epoch::from_number(8), ..subject() },
                Subject { tenant: TenantId::from_number(9), ..subject() },
                Subject { mac: MacAddr::parse("001565000002").unwrap(), ..subject() },
            ] {
                assert!(!id.is_genuine(&keys(), other), "{other:?}");
            }
            for at in 0..id.as_bytes().len() {
                for bit in 0..8 {
                    let mut changed = id;
                    changed.bytes[at] ^= 1 << bit;
                    assert!(!changed.is_genuine(&keys(), subject()), "byte {at} bit {bit}");
                }
            }
        }
    }

    #[test]
    fn r13_user_password_and_token_do_not_yield_one_another() {
        let enrolment = Enrolment::issue(&keys(), subject(), sources()[0], at(), 1);
        let (tenant, epoch) = (subject().tenant, subject().epoch);
        let user = enrolment.sip_user(Some(2));
        let password = enrolment.sip_password(&keys(), tenant, epoch);
        let token = enrolment.token(&keys(), tenant, epoch);
        assert_eq!(user, format!("{}-2", enrolment.id()));
        assert_eq!(password.expose().len(), 32);
        assert_eq!(token.expose().len(), 42 + 26);
        assert!(token.expose().starts_with(enrolment.id().text().as_str()));
        assert!(!token.expose().contains(password.expose().get(..26).unwrap()));
        assert!(!format!("{enrolment:?}").contains(password.expose()));
    }

    #[test]
    fn r13_other_shapes_are_refused() {
        let id = Enrolment::issue(&keys(), subject(), sources()[0], at(), 1).id();
        for text in [
            "",
            "201",
            "-1",
            &format!("{id}-"),
            &format!("{id}-0"),
            &format!("{id}-01"),
            &format!("{id}-1234"),
            &format!("{id}-a"),
            &format!("{id}a"),
            &id.text().as_str().to_uppercase(),
            &"a".repeat(42),
            &"a".repeat(48),
            &"ü".repeat(21),
        ] {
            assert!(EnrolmentId::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn r13_fresh_nonces_make_fresh_enrolments() {
        let a = Enrolment::issue(&keys(), subject(), sources()[0], at(), 1);
        let b = Enrolment::issue(&keys(), subject(), sources()[0], at(), 2);
        assert_ne!(a.id(), b.id());
        assert_ne!(
            a.sip_password(&keys(), subject().tenant, subject().epoch),
            b.sip_password(&keys(), subject().tenant, subject().epoch)
        );
    }
}
