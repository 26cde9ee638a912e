//! HMAC at the level of compressions: both key blocks are hashed once, after that a code costs two compressions.
//!
//! Several counters go through together, and all message blocks of a stage are built before the first one is compressed:
//! the processor then works on several chains at once, and no compression waits for bytes that were just written.

use super::Algorithm;
use core::slice::from_ref;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use zeroize::optimization_barrier;

/// A key, ready for any counter.
pub(super) enum Keyed {
    Sha1(KeyedSha1),
    Sha256(KeyedSha256),
    Sha512(KeyedSha512),
}

impl Keyed {
    /// Hashes the two key blocks of HMAC (RFC 2104 section 2).
    pub(super) fn new(algorithm: Algorithm, key: &[u8]) -> Self {
        #[cfg(feature = "__count")]
        crate::hooks::count();
        match algorithm {
            Algorithm::Sha1 => Self::Sha1(KeyedSha1::new(key)),
            Algorithm::Sha256 => Self::Sha256(KeyedSha256::new(key)),
            Algorithm::Sha512 => Self::Sha512(KeyedSha512::new(key)),
        }
    }

    /// The truncated value of each counter, 31 bits (RFC 4226 section 5.3).
    pub(super) fn truncated<const N: usize>(&self, counters: [u64; N]) -> [u32; N] {
        #[cfg(feature = "__count")]
        crate::hooks::count();
        match self {
            Self::Sha1(key) => key.truncated(counters),
            Self::Sha256(key) => key.truncated(counters),
            Self::Sha512(key) => key.truncated(counters),
        }
    }
}

/// One hash function: words of its state, bytes of its block, and its first state (FIPS 180-4 section 5.3).
macro_rules! keyed {
    ($name:ident, $word:ty, $words:literal, $block:literal, $compress:path, $hash:ty, $initial:expr) => {
        pub(super) struct $name {
            inner: [$word; $words],
            outer: [$word; $words],
        }

        impl $name {
            const INITIAL: [$word; $words] = $initial;
            /// The only message block behind the inner key block, but for the counter; behind the outer one, but for the digest.
            const MESSAGE: [u8; $block] = Self::padded(8);
            const DIGEST: [u8; $block] = Self::padded(size_of::<[$word; $words]>());

            fn new(key: &[u8]) -> Self {
                let mut pad = [0u8; $block];
                if key.len() > $block {
                    let mut digest = <$hash>::digest(key);
                    pad.iter_mut().zip(&digest).for_each(|(to, from)| *to = *from);
                    digest.fill(0);
                    optimization_barrier(&digest);
                } else {
                    pad.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
                }
                let mut pads = [pad.map(|byte| byte ^ 0x36), pad.map(|byte| byte ^ 0x5c)];
                let mut new = Self { inner: Self::INITIAL, outer: Self::INITIAL };
                let [inner, outer] = &pads;
                $compress(&mut new.inner, from_ref(inner));
                $compress(&mut new.outer, from_ref(outer));
                // Plain stores that cannot be left out: a wipe byte by byte costs as much as a compression.
                pad = [0; $block];
                pads = [pad; 2];
                optimization_barrier(&pad);
                optimization_barrier(&pads);
                new
            }

            /// Into `states`, which stay where they are: a copy would have to wait for what was just written.
            fn hmacs<const N: usize>(&self, counters: [u64; N], states: &mut [[$word; $words]; N]) {
                let mut blocks = [Self::MESSAGE; N];
                for (block, counter) in blocks.iter_mut().zip(counters) {
                    Self::write(block, counter.to_be_bytes());
                }
                *states = [self.inner; N];
                for (state, block) in states.iter_mut().zip(&blocks) {
                    $compress(state, from_ref(block));
                }
                for (block, state) in blocks.iter_mut().zip(&*states) {
                    *block = Self::DIGEST;
                    Self::write(block, state.map(<$word>::to_be_bytes).as_flattened());
                }
                *states = [self.outer; N];
                for (state, block) in states.iter_mut().zip(&blocks) {
                    $compress(state, from_ref(block));
                }
                blocks = [[0; $block]; N];
                optimization_barrier(&blocks);
            }

            #[inline]
            fn truncated<const N: usize>(&self, counters: [u64; N]) -> [u32; N] {
                let mut states = [[0; $words]; N];
                self.hmacs(counters, &mut states);
                let mut values = [0; N];
                for (value, state) in values.iter_mut().zip(&states) {
                    *value = truncate(state);
                }
                states = [[0; $words]; N];
                optimization_barrier(&states);
                values
            }

            fn write(block: &mut [u8; $block], text: impl AsRef<[u8]>) {
                block.iter_mut().zip(text.as_ref()).for_each(|(to, from)| *to = *from);
            }

            /// The padding behind a text that begins in the second block.
            const fn padded(text: usize) -> [u8; $block] {
                let mut block = [0u8; $block];
                block[text] = 0x80;
                let [high, low] = (8 * ($block + text) as u16).to_be_bytes();
                (block[$block - 2], block[$block - 1]) = (high, low);
                block
            }

            /// HMAC of any text, to hold the key blocks against published vectors.
            #[cfg(test)]
            fn mac(&self, text: &[u8]) -> alloc::vec::Vec<u8> {
                let bits = 8 * ($block + text.len()) as u64;
                let mut message = [text, &[0x80]].concat();
                while message.len() % $block != $block - 8 {
                    message.push(0);
                }
                message.extend(bits.to_be_bytes());
                let (mut inner, mut outer) = (self.inner, self.outer);
                let (blocks, _) = message.as_chunks::<$block>();
                $compress(&mut inner, blocks);
                let mut block = Self::DIGEST;
                Self::write(&mut block, inner.map(<$word>::to_be_bytes).as_flattened());
                $compress(&mut outer, from_ref(&block));
                outer.iter().flat_map(|word| word.to_be_bytes()).collect()
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.inner = [0; $words];
                self.outer = [0; $words];
                optimization_barrier(self);
            }
        }
    };
}

keyed!(KeyedSha1, u32, 5, 64, sha1::block_api::compress, Sha1, [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]);
keyed!(
    KeyedSha256,
    u32,
    8,
    64,
    sha2::block_api::compress256,
    Sha256,
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19]
);
keyed!(
    KeyedSha512,
    u64,
    8,
    128,
    sha2::block_api::compress512,
    Sha512,
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179
    ]
);

/// The words of an HMAC, 32 bits each.
trait Words {
    fn word(&self, at: usize) -> u32;
    fn last(&self) -> u32;
}

impl<const N: usize> Words for [u32; N] {
    fn word(&self, at: usize) -> u32 {
        self.get(at).copied().unwrap_or_default()
    }
    fn last(&self) -> u32 {
        <[u32]>::last(self).copied().unwrap_or_default()
    }
}

impl<const N: usize> Words for [u64; N] {
    fn word(&self, at: usize) -> u32 {
        let pair = self.get(at / 2).copied().unwrap_or_default();
        (pair >> (32 * (1 - at % 2))) as u32
    }
    fn last(&self) -> u32 {
        <[u64]>::last(self).copied().unwrap_or_default() as u32
    }
}

/// Dynamic truncation: the low four bits of the last byte say where 31 bits are taken from (RFC 4226 section 5.3).
fn truncate(state: &impl Words) -> u32 {
    let offset = state.last() & 15;
    let at = (offset >> 2) as usize;
    let pair = u64::from(state.word(at)) << 32 | u64::from(state.word(at + 1));
    ((pair << ((offset & 3) * 8)) >> 32) as u32 & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use hmac::{Hmac, KeyInit, Mac};

    fn bytes<const N: usize>(words: [u32; N]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn long<const N: usize>(words: [u64; N]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    macro_rules! hmacs {
        ($name:ident, $key:expr, $counters:expr) => {{
            let key = $name::new($key);
            let mut states = [key.inner; 3];
            key.hmacs($counters, &mut states);
            states
        }};
    }

    #[test]
    fn m1_block_level_hmac_is_hmac_for_every_key_length() {
        for len in 0..=260usize {
            let key: Vec<u8> = (0..len).map(|at| (at * 7 + len) as u8).collect();
            for counters in [[0, 1, u64::MAX], [1 << 32, 37_037_036, len as u64]] {
                let sha1 = hmacs!(KeyedSha1, &key, counters).map(bytes);
                let sha256 = hmacs!(KeyedSha256, &key, counters).map(bytes);
                let sha512 = hmacs!(KeyedSha512, &key, counters).map(long);
                for (at, counter) in counters.iter().enumerate() {
                    let text = counter.to_be_bytes();
                    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
                    mac.update(&text);
                    assert_eq!(sha1[at], mac.finalize().into_bytes().as_slice(), "{len}");
                    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
                    mac.update(&text);
                    assert_eq!(sha256[at], mac.finalize().into_bytes().as_slice(), "{len}");
                    let mut mac = Hmac::<Sha512>::new_from_slice(&key).unwrap();
                    mac.update(&text);
                    assert_eq!(sha512[at], mac.finalize().into_bytes().as_slice(), "{len}");
                }
            }
        }
    }

    #[test]
    fn m1_the_key_blocks_give_the_vectors_of_rfc_2202_and_4231() {
        let file: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/hmac.json")).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 21);
        for vector in vectors {
            let bytes = |name: &str| data_encoding::HEXLOWER.decode(vector[name].as_str().unwrap().as_bytes()).unwrap();
            let (key, data) = (bytes("key"), bytes("data"));
            let mac = match vector["algorithm"].as_str().unwrap() {
                "SHA1" => KeyedSha1::new(&key).mac(&data),
                "SHA256" => KeyedSha256::new(&key).mac(&data),
                "SHA512" => KeyedSha512::new(&key).mac(&data),
                other => panic!("{other}"),
            };
            // RFC 4231 gives one case cut to 128 bits.
            let published = bytes("hmac");
            assert!(published.len() == mac.len() || published.len() == 16, "{vector}");
            assert_eq!(mac[..published.len()], published, "{vector}");
        }
    }

    #[test]
    fn m1_truncation_is_that_of_rfc_4226_section_5_4_at_every_offset() {
        let mut hmac = [0x1f86_9869, 0x0e02_ca16, 0x6185_50ef, 0x7f19_da8e, 0x945b_555a];
        assert_eq!(truncate(&hmac), 0x50ef_7f19);
        for offset in 0..16u32 {
            hmac[4] = hmac[4] & !15 | offset;
            let bytes = bytes(hmac);
            let at = offset as usize;
            let wanted = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
            assert_eq!(truncate(&hmac), wanted, "{offset}");
        }
    }
}
