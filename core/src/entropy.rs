//! Randomness that the caller drew: 32 bytes per call, expanded inside (SPEC E8).

use crate::error::codes;
use crate::mac::MacAddr;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// 32 bytes that the caller drew from the operating system for this one call.
///
/// The call consumes it. Core expands it with the operation, the device and its revision, so that one value used for
/// a batch of devices is harmless. `Debug` does not show it, and it is wiped on drop.
///
/// ```
/// use libprov::entropy::Entropy;
/// assert!(Entropy::new([0; 32]).is_err()); // nobody drew that
/// ```
pub struct Entropy(Words);

/// 32 secret bytes, in four words because they are wiped word by word.
type Words = [u64; 4];

fn to_words(bytes: [u8; 32]) -> Words {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_be_bytes(*bytes);
    }
    words
}

impl Entropy {
    /// Takes 32 random bytes.
    ///
    /// # Errors
    /// [`EntropyError::Unset`] for 32 equal bytes: a buffer that was never filled (SPEC E8).
    pub fn new(bytes: [u8; 32]) -> Result<Self, EntropyError> {
        let [first, ..] = bytes;
        if bytes.iter().all(|byte| *byte == first) {
            return Err(EntropyError::Unset);
        }
        Ok(Self(to_words(bytes)))
    }

    /// The same bytes once more, for the next device of a batch: the device is part of what comes of them (SPEC E8).
    pub(crate) const fn again(&self) -> Self {
        Self(self.0)
    }

    /// The entropy of one account: like a device, an account is part of what comes of it (SPEC E8).
    ///
    /// SHA-256 over 64 bytes of fixed shape; no block of a [`Stream`] has that length.
    pub(crate) fn of_account(self, tenant: &[u8; 16], user: &[u8; 16]) -> Self {
        let mut input = [0u8; 64];
        let (key, owner) = input.split_at_mut(32);
        for (slot, word) in key.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *slot = word.to_be_bytes();
        }
        for (slot, byte) in owner.iter_mut().zip(tenant.iter().chain(user)) {
            *slot = *byte;
        }
        let words = to_words(Sha256::digest(input).into());
        input.zeroize();
        Self(words)
    }

    /// The stream for one operation on one device at one revision.
    pub(crate) fn stream(self, operation: Operation, mac: Option<MacAddr>, revision: u64) -> Stream {
        Stream { key: self, operation, mac: mac.map_or([0; 6], MacAddr::octets), revision, counter: 0, block: [0; 4], used: 4 }
    }
}

impl core::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[entropy]")
    }
}

impl Drop for Entropy {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// What a stream of randomness is for; part of its input, so that two uses never share bytes.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Operation {
    Decide = 1,
    Create = 2,
    Reset = 3,
    OtpSecret = 20,
    LoginSession = 21,
    RecoveryCode = 22,
    EnrolmentGrant = 23,
}

/// An endless stream of bytes: SHA-256 over key, operation, device, revision and counter.
///
/// The input is 52 bytes of fixed shape behind a secret 256-bit key: one compression a block, and no second message
/// has the same layout, so length extension has nothing to extend.
pub(crate) struct Stream {
    key: Entropy,
    operation: Operation,
    mac: [u8; 6],
    revision: u64,
    counter: u32,
    block: Words,
    used: usize,
}

impl Stream {
    /// The next eight bytes as a number.
    pub(crate) fn next_u64(&mut self) -> u64 {
        if self.used >= self.block.len() {
            self.block = to_words(self.next_block());
            self.counter = self.counter.wrapping_add(1);
            self.used = 0;
        }
        let word = self.block.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        word
    }

    fn next_block(&self) -> [u8; 32] {
        let mut input = [0u8; 51];
        let (key, rest) = input.split_at_mut(32);
        for (slot, word) in key.as_chunks_mut::<8>().0.iter_mut().zip(self.key.0) {
            *slot = word.to_be_bytes();
        }
        let (head, tail) = rest.split_at_mut(7);
        let (operation, mac) = head.split_at_mut(1);
        operation.copy_from_slice(&[self.operation as u8]);
        mac.copy_from_slice(&self.mac);
        let (revision, counter) = tail.split_at_mut(8);
        revision.copy_from_slice(&self.revision.to_be_bytes());
        counter.copy_from_slice(&self.counter.to_be_bytes());
        let block = Sha256::digest(input).into();
        input.zeroize();
        block
    }

    /// A number below `bound` without modulo bias; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // Draws at or above the largest multiple of the bound are thrown away.
        let zone = u64::MAX - u64::MAX % bound;
        loop {
            let draw = self.next_u64();
            if draw < zone {
                return draw % bound;
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.block.zeroize();
    }
}

codes! {
    /// What is wrong with entropy.
    pub enum EntropyError {
        /// 32 equal bytes: the buffer was never filled.
        #[error("entropy is 32 equal bytes; draw it from the operating system for this call")]
        Unset = ENTROPY_UNSET,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entropy(seed: u8) -> Entropy {
        let mut bytes = [seed; 32];
        bytes[0] = !seed;
        Entropy::new(bytes).unwrap()
    }

    #[test]
    fn e8_equal_bytes_are_refused() {
        assert_eq!(Entropy::new([7; 32]).unwrap_err(), EntropyError::Unset);
    }

    #[test]
    fn e8_operation_device_and_revision_part_the_streams() {
        let mac = |text: &str| Some(MacAddr::parse(text).unwrap());
        let a = entropy(1).stream(Operation::Create, mac("001565000001"), 1).next_u64();
        assert_eq!(a, entropy(1).stream(Operation::Create, mac("001565000001"), 1).next_u64());
        for mut other in [
            entropy(2).stream(Operation::Create, mac("001565000001"), 1),
            entropy(1).stream(Operation::Reset, mac("001565000001"), 1),
            entropy(1).stream(Operation::Create, mac("001565000002"), 1),
            entropy(1).stream(Operation::Create, mac("001565000001"), 2),
        ] {
            assert_ne!(a, other.next_u64());
        }
    }

    #[test]
    fn e8_tenant_and_user_part_the_streams_of_accounts() {
        let draw = |seed, tenant, user| {
            let entropy = entropy(seed).of_account(&[tenant; 16], &[user; 16]);
            entropy.stream(Operation::LoginSession, None, 1).next_u64()
        };
        assert_eq!(draw(1, 1, 1), draw(1, 1, 1));
        for other in [draw(2, 1, 1), draw(1, 2, 1), draw(1, 1, 2), entropy(1).stream(Operation::LoginSession, None, 1).next_u64()]
        {
            assert_ne!(draw(1, 1, 1), other);
        }
    }

    #[test]
    fn a_stream_does_not_repeat() {
        let mut stream = entropy(1).stream(Operation::Create, None, 0);
        let mut seen = alloc::collections::BTreeSet::new();
        for _ in 0..1000 {
            assert!(seen.insert(stream.next_u64()));
        }
    }

    #[test]
    fn below_stays_below_and_reaches_every_value() {
        let mut stream = entropy(3).stream(Operation::Create, None, 0);
        let mut counts = [0u32; 7];
        for _ in 0..7000 {
            counts[stream.below(7) as usize] += 1;
        }
        assert!(counts.iter().all(|n| (850..1150).contains(n)), "{counts:?}");
        assert_eq!(stream.below(0), 0);
        assert_eq!(stream.below(1), 0);
    }
}
