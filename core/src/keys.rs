//! Tenant keys: a current and at most one previous, each with an 8-bit id (SPEC R22).
//!
//! Everything keyed is HMAC-SHA-256 over length-prefixed input that starts with its own domain, so that no value made for
//! one purpose is good for another. The two padded key blocks are hashed once when a key is loaded.
//!
//! HMAC stands here on the compression function, so that a message is put together in its padded blocks at once, and so
//! that the hashed key blocks, which are as good as the key, are wiped with it; a test holds it against the `hmac` crate.

use crate::error::codes;
use sha2::block_api::compress256;
use zeroize::Zeroize;

/// A 32-byte tenant key with its id. `Debug` shows the id only; the bytes are wiped on drop.
#[derive(Clone)]
pub struct TenantKey {
    id: u8,
    bytes: [u8; 32],
    /// The states of SHA-256 after the inner and the outer padded key (RFC 2104).
    inner: State,
    outer: State,
}

type State = [u32; 8];

/// FIPS 180-4, section 5.3.3.
const START: State = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Bytes of a block.
const BLOCK: usize = 64;
/// Blocks of the longest message with its padding.
const BLOCKS: usize = 3;
/// Padding: one byte 0x80 and eight of the length.
const PADDING: usize = 9;

/// The state after a block of the padded key.
fn keyed(bytes: &[u8; 32], pad: u8) -> State {
    let mut block = [pad; BLOCK];
    for (slot, byte) in block.iter_mut().zip(bytes) {
        *slot ^= byte;
    }
    let mut state = START;
    compress256(&mut state, &[block]);
    block.zeroize();
    state
}

/// Ends a message of `used` bytes that follows one block, and returns how many blocks it takes.
#[inline]
fn pad(blocks: &mut [[u8; BLOCK]; BLOCKS], used: usize) -> usize {
    let count = (used + PADDING).div_ceil(BLOCK);
    if let Some(slot) = blocks.as_flattened_mut().get_mut(used) {
        *slot = 0x80;
    }
    let bits = 8 * (BLOCK + used) as u64;
    if let Some([.., a, b, c, d, e, f, g, h]) = count.checked_sub(1).and_then(|last| blocks.get_mut(last)) {
        [*a, *b, *c, *d, *e, *f, *g, *h] = bits.to_be_bytes();
    }
    count
}

impl TenantKey {
    /// Takes 32 random bytes and the id under which tokens and credentials will name this key.
    ///
    /// # Errors
    /// [`KeyError::Weak`] for 32 equal bytes.
    pub fn new(id: u8, bytes: [u8; 32]) -> Result<Self, KeyError> {
        let [first, ..] = bytes;
        if bytes.iter().all(|byte| *byte == first) {
            return Err(KeyError::Weak);
        }
        Ok(Self { id, bytes, inner: keyed(&bytes, 0x36), outer: keyed(&bytes, 0x5c) })
    }

    /// The key's id.
    pub const fn id(&self) -> u8 {
        self.id
    }

    /// Shows the key bytes, for the host's own store.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// HMAC-SHA-256 over a domain and parts, each preceded by its length in one byte.
    #[inline]
    pub(crate) fn mac(&self, domain: Domain, parts: &[&[u8]]) -> [u8; 32] {
        #[cfg(feature = "__count")]
        crate::hooks::count();
        let mut blocks = [[0u8; BLOCK]; BLOCKS];
        let buffer = blocks.as_flattened_mut();
        let most = buffer.len() - PADDING;
        let mut used = 0;
        let mut push = |bytes: &[u8]| {
            let bytes = bytes.get(..bytes.len().min(255)).unwrap_or(bytes);
            if used + 1 + bytes.len() <= most
                && let Some(slot) = buffer.get_mut(used..used + 1 + bytes.len())
                && let Some((length, body)) = slot.split_first_mut()
            {
                *length = bytes.len() as u8;
                body.copy_from_slice(bytes);
                used += 1 + bytes.len();
            } else {
                // Every caller in this crate stays far below the buffer; a test walks them all.
                debug_assert!(false, "HMAC input of domain {domain:?} does not fit");
            }
        };
        push(domain.label());
        for part in parts {
            push(part);
        }
        self.finish(&mut blocks, used)
    }

    /// HMAC-SHA-256 of the first `used` bytes of the blocks; the others are 0.
    fn finish(&self, blocks: &mut [[u8; BLOCK]; BLOCKS], used: usize) -> [u8; 32] {
        let count = pad(blocks, used);
        let mut state = self.inner;
        compress256(&mut state, blocks.get(..count).unwrap_or_default());
        let mut last = [[0u8; BLOCK]; BLOCKS];
        for (slot, word) in last.as_flattened_mut().as_chunks_mut::<4>().0.iter_mut().zip(state) {
            *slot = word.to_be_bytes();
        }
        let count = pad(&mut last, 32);
        let mut state = self.outer;
        compress256(&mut state, last.get(..count).unwrap_or_default());
        let mut out = [0u8; 32];
        for (slot, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
            *slot = word.to_be_bytes();
        }
        out
    }
}

impl Eq for TenantKey {}

impl PartialEq for TenantKey {
    fn eq(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq;
        self.id == other.id && bool::from(self.bytes.ct_eq(&other.bytes))
    }
}

impl core::fmt::Debug for TenantKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "TenantKey {{ id: {}, bytes: [secret] }}", self.id)
    }
}

impl Drop for TenantKey {
    fn drop(&mut self) {
        self.bytes.zeroize();
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// What a keyed value is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Domain {
    /// The tag inside an enrolment id.
    EnrolmentTag,
    /// The SIP password of an enrolment account.
    EnrolmentSip,
    /// The secret half of a fetch token.
    EnrolmentToken,
    /// The nonce of an enrolment for a model that carries nothing (SPEC R19).
    EnrolmentNonce,
    /// The long-term credential of a device.
    Credential,
    /// A derived PAP (SPEC P4).
    DerivedPap,
    /// The tag of a challenge in a source guard (SPEC R21).
    Challenge,
    /// The part of a credential that tells an old one from a forged one (SPEC R12).
    CredentialOrigin,
    /// The tag of an unknown or forged MAC in a source guard (SPEC R12).
    Probe,
    /// The answer for an unknown user (SPEC R16).
    Dummy,
    /// A recovery code of a portal user (SPEC M7).
    Recovery,
    /// An enrolment grant of a portal user (SPEC M6).
    Grant,
}

impl Domain {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::EnrolmentTag => b"prov1 enrol tag",
            Self::EnrolmentSip => b"prov1 enrol sip",
            Self::EnrolmentToken => b"prov1 enrol token",
            Self::EnrolmentNonce => b"prov1 enrol nonce",
            Self::Credential => b"prov1 credential",
            Self::DerivedPap => b"prov1 pap",
            Self::Challenge => b"prov1 challenge",
            Self::CredentialOrigin => b"prov1 cred origin",
            Self::Probe => b"prov1 probe",
            Self::Dummy => b"prov1 dummy",
            Self::Recovery => b"prov1 mfa recovery",
            Self::Grant => b"prov1 mfa grant",
        }
    }
}

/// The keys of one tenant: what is made uses the current key, what is checked may use either (SPEC R22).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Keyring {
    current: TenantKey,
    previous: Option<TenantKey>,
}

impl Keyring {
    /// A ring with one key.
    pub const fn new(current: TenantKey) -> Self {
        Self { current, previous: None }
    }

    /// A ring with a current key and the one before it.
    ///
    /// # Errors
    /// [`KeyError::SameId`] when both have one id.
    pub fn with_previous(current: TenantKey, previous: TenantKey) -> Result<Self, KeyError> {
        if current.id == previous.id {
            return Err(KeyError::SameId { id: current.id });
        }
        Ok(Self { current, previous: Some(previous) })
    }

    /// The key that new tokens and credentials use.
    pub const fn current(&self) -> &TenantKey {
        &self.current
    }

    /// The key before it, still good for checking.
    pub const fn previous(&self) -> Option<&TenantKey> {
        self.previous.as_ref()
    }

    /// The ring after a rotation: `next` becomes current, the current one previous, the older one is gone.
    ///
    /// # Errors
    /// [`KeyError::SameId`] when `next` has the current key's id.
    pub fn rotated(self, next: TenantKey) -> Result<Self, KeyError> {
        Self::with_previous(next, self.current)
    }

    /// The key with this id, and whether it was found; the current key stands in when not, so that the work is the same.
    pub(crate) fn find(&self, id: u8) -> (&TenantKey, bool) {
        match &self.previous {
            Some(previous) if previous.id == id => (previous, true),
            _ => (&self.current, self.current.id == id),
        }
    }
}

codes! {
    /// What is wrong with a key.
    pub enum KeyError {
        /// 32 equal bytes: nobody drew this key.
        #[error("a tenant key is 32 equal bytes; draw it from the operating system")]
        Weak = KEY_WEAK,
        /// Two keys of a ring share an id.
        #[error("the current and the previous key both have id {id}")]
        SameId {
            /// The shared id.
            id: u8,
        } = KEY_SAME_ID,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn key(id: u8, seed: u8) -> TenantKey {
        let mut bytes = [seed; 32];
        bytes[0] ^= 0xff;
        TenantKey::new(id, bytes).unwrap()
    }

    #[test]
    fn e8_keyed_values_are_hmac_sha_256_at_every_length() {
        use hmac::{Hmac, KeyInit, Mac};
        let k = key(1, 2);
        let text: [u8; BLOCKS * BLOCK] = core::array::from_fn(|at| at as u8);
        for len in 0..=BLOCKS * BLOCK - PADDING - 1 - b"prov1 pap".len() - 1 {
            let part = text.get(..len).unwrap();
            let mut hmac = Hmac::<sha2::Sha256>::new_from_slice(k.expose()).unwrap();
            hmac.update(&[&[9], &b"prov1 pap"[..], &[len as u8], part].concat());
            assert_eq!(k.mac(Domain::DerivedPap, &[part])[..], hmac.finalize().into_bytes()[..], "{len}");
        }
    }

    #[test]
    fn domains_and_part_borders_change_the_value() {
        let k = key(1, 2);
        let a = k.mac(Domain::EnrolmentSip, &[b"ab", b"c"]);
        assert_ne!(a, k.mac(Domain::EnrolmentSip, &[b"a", b"bc"]));
        assert_ne!(a, k.mac(Domain::EnrolmentToken, &[b"ab", b"c"]));
        assert_ne!(a, key(1, 3).mac(Domain::EnrolmentSip, &[b"ab", b"c"]));
        assert_eq!(a, k.mac(Domain::EnrolmentSip, &[b"ab", b"c"]));
    }

    #[test]
    fn r22_a_ring_finds_either_key_and_says_when_it_did_not() {
        let ring = Keyring::new(key(1, 2)).rotated(key(2, 3)).unwrap();
        assert_eq!((ring.find(2).0.id(), ring.find(2).1), (2, true));
        assert_eq!((ring.find(1).0.id(), ring.find(1).1), (1, true));
        assert_eq!((ring.find(9).0.id(), ring.find(9).1), (2, false));
        assert_eq!(ring.clone().rotated(key(2, 4)).unwrap_err(), KeyError::SameId { id: 2 });
        let third = ring.rotated(key(3, 5)).unwrap();
        assert!(!third.find(1).1);
    }

    #[test]
    fn a_key_of_equal_bytes_is_refused_and_debug_shows_no_key() {
        assert_eq!(TenantKey::new(1, [9; 32]).unwrap_err(), KeyError::Weak);
        assert_eq!(format!("{:?}", key(7, 1)), "TenantKey { id: 7, bytes: [secret] }");
    }
}
