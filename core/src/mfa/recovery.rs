//! One-time codes on paper: recovery codes and enrolment grants (SPEC M6, M7).
//!
//! A code is 24 drawn symbols of 5 bits, 120 bits, and a check symbol, in five groups of five. The alphabet has no I, L, O and
//! U; typed, I and L read as 1 and O as 0. The check symbol is a weighted sum over the field of 32 elements with a different
//! weight at each place, so that one wrong symbol and two swapped ones never pass. What is stored is an HMAC bound to the
//! account.

use super::Purpose;
use crate::entropy::Stream;
use crate::ids::{TenantId, UserId};
use crate::keys::{Domain, Keyring, TenantKey};
use crate::otp::is_dropped;
use crate::secret::Secret;
use alloc::string::String;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// Digits and letters that are not taken for one another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Drawn symbols.
const DRAWN: usize = 24;
/// Symbols with the check symbol.
const SYMBOLS: usize = DRAWN + 1;
/// Symbols of a group.
const GROUP: usize = 5;
/// The longest text that is looked at.
const MAX_TEXT: usize = 96;

/// The symbols of a code, each 0 to 31; wiped on drop.
pub(crate) struct PaperCode(Zeroizing<[u8; SYMBOLS]>);

impl PaperCode {
    /// Draws one.
    pub(crate) fn draw(stream: &mut Stream) -> Self {
        let mut symbols = Zeroizing::new([0u8; SYMBOLS]);
        for symbol in symbols.iter_mut().take(DRAWN) {
            // 64 bits hold 32 evenly.
            *symbol = (stream.next_u64() & 31) as u8;
        }
        let check = double(fold(symbols.iter().take(DRAWN)));
        if let Some(last) = symbols.last_mut() {
            *last = check;
        }
        Self(symbols)
    }

    /// Reads what somebody typed, in any case, with spaces and dashes; none: a typo, or no code at all.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let mut symbols = Zeroizing::new([0u8; SYMBOLS]);
        let mut slots = symbols.iter_mut();
        for byte in text.bytes().filter(|byte| !is_dropped(*byte)) {
            let value = match byte.to_ascii_uppercase() {
                b'O' => 0,
                b'I' | b'L' => 1,
                other => ALPHABET.iter().position(|known| *known == other)?,
            };
            *slots.next()? = u8::try_from(value).ok()?;
        }
        (slots.next().is_none() && fold(symbols.iter()) == 0).then_some(Self(symbols))
    }

    /// In five groups of five, as it is shown once.
    pub(crate) fn text(&self) -> Secret {
        let mut text = String::with_capacity(SYMBOLS + SYMBOLS / GROUP);
        for (at, symbol) in self.0.iter().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(ALPHABET.get(usize::from(*symbol)).map_or('0', |byte| char::from(*byte)));
        }
        Secret::new(text)
    }

    /// What is stored of it, under a key.
    pub(crate) fn hash(&self, key: &TenantKey, owner: (TenantId, UserId), purpose: Purpose) -> PaperHash {
        let domain = match purpose {
            Purpose::Recovery => Domain::Recovery,
            Purpose::Grant => Domain::Grant,
        };
        let mac = key.mac(domain, &[owner.0.as_bytes(), owner.1.as_bytes(), &*self.0]);
        PaperHash { key_id: key.id(), mac }
    }

    /// The place of this code among stored ones. Each is compared, under both keys, whatever is found.
    pub(crate) fn find(
        &self,
        stored: &[PaperHash],
        keys: &Keyring,
        owner: (TenantId, UserId),
        purpose: Purpose,
    ) -> Option<usize> {
        let current = self.hash(keys.current(), owner, purpose);
        let previous = keys.previous().map(|key| self.hash(key, owner, purpose));
        let mut found = None;
        for (at, hash) in stored.iter().enumerate() {
            let equal = hash.is(&current) | previous.as_ref().map_or(Choice::from(0), |previous| hash.is(previous));
            if bool::from(equal) {
                found = Some(at);
            }
        }
        found
    }
}

/// The keyed hash of a code, with the id of its key (SPEC R22). `Debug` does not show it.
#[derive(Clone, Copy)]
pub(crate) struct PaperHash {
    pub(crate) key_id: u8,
    pub(crate) mac: [u8; 32],
}

impl PaperHash {
    /// Whether a key of this ring can still check it (SPEC R22).
    pub(crate) fn is_good(&self, keys: &Keyring) -> bool {
        keys.find(self.key_id).1
    }

    fn is(&self, other: &Self) -> Choice {
        self.mac.ct_eq(&other.mac) & self.key_id.ct_eq(&other.key_id)
    }
}

impl PartialEq for PaperHash {
    fn eq(&self, other: &Self) -> bool {
        self.is(other).into()
    }
}

impl Eq for PaperHash {}

impl core::fmt::Debug for PaperHash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[hash]")
    }
}

/// Horner's rule over the field: each symbol times a power of 2 by its place.
fn fold<'a>(symbols: impl Iterator<Item = &'a u8>) -> u8 {
    symbols.fold(0, |sum, symbol| double(sum) ^ symbol)
}

/// Times 2 in the field of 32 elements, modulo x^5 + x^2 + 1, in which 2 has order 31.
const fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{Entropy, Operation};
    use alloc::borrow::ToOwned;
    use alloc::format;
    use alloc::vec::Vec;

    fn code(seed: u8) -> PaperCode {
        let fresh = Entropy::new(core::array::from_fn(|at| at as u8 ^ seed)).unwrap();
        PaperCode::draw(&mut fresh.stream(Operation::RecoveryCode, None, 1))
    }

    #[test]
    fn m7_every_single_wrong_symbol_and_every_swap_is_a_typo() {
        for seed in 0..8 {
            let text: Vec<u8> = code(seed).text().expose().bytes().filter(|byte| *byte != b'-').collect();
            assert_eq!(text.len(), SYMBOLS);
            for at in 0..SYMBOLS {
                for wrong in ALPHABET.iter().filter(|wrong| **wrong != text[at]) {
                    let mut typed = text.clone();
                    typed[at] = *wrong;
                    assert!(PaperCode::read(core::str::from_utf8(&typed).unwrap()).is_none());
                }
                for other in (0..at).filter(|other| text[*other] != text[at]) {
                    let mut typed = text.clone();
                    typed.swap(at, other);
                    assert!(PaperCode::read(core::str::from_utf8(&typed).unwrap()).is_none());
                }
            }
        }
    }

    #[test]
    fn m7_case_spaces_dashes_and_look_alikes_are_tolerated_and_nothing_else() {
        for seed in 0..64 {
            let code = code(seed);
            let text = code.text().expose().to_owned();
            let same = |typed: &str| PaperCode::read(typed).is_some_and(|read| read.0 == code.0);
            assert!(same(&text) && same(&text.to_lowercase()) && same(&text.replace('-', " ")) && same(&text.replace('-', "")));
            assert!(same(&text.replace('1', "l")) && same(&text.replace('1', "I")) && same(&text.replace('0', "o")));
            assert!(!same(&format!("{text}0")) && !same(text.get(1..).unwrap()) && !same(&text.replace('-', "_")));
            assert!(!same(&format!("{text}{}", " ".repeat(MAX_TEXT))));
        }
    }

    #[test]
    fn m7_symbols_are_spread_evenly() {
        let mut counts = [0u32; 32];
        for seed in 0..=255 {
            for symbol in code(seed).0.iter() {
                counts[usize::from(*symbol)] += 1;
            }
        }
        assert!(counts.iter().all(|n| (130..=275).contains(n)), "{counts:?}");
    }

    #[test]
    fn m7_a_hash_is_bound_to_key_account_and_purpose() {
        let key = |id: u8, seed: u8| TenantKey::new(id, core::array::from_fn(|at| at as u8 ^ seed)).unwrap();
        let me = (TenantId::from_number(1), UserId::from_number(2));
        let code = code(1);
        let ring = Keyring::new(key(1, 1));
        let stored = [code.hash(ring.current(), me, Purpose::Recovery)];
        let found = |ring: &Keyring, who, purpose| code.find(&stored, ring, who, purpose);
        assert_eq!(found(&ring, me, Purpose::Recovery), Some(0));
        assert_eq!(found(&ring, me, Purpose::Grant), None);
        assert_eq!(found(&ring, (TenantId::from_number(2), me.1), Purpose::Recovery), None);
        assert_eq!(found(&ring, (me.0, UserId::from_number(1)), Purpose::Recovery), None);
        let rotated = ring.rotated(key(2, 2)).unwrap();
        assert_eq!(found(&rotated, me, Purpose::Recovery), Some(0), "R22: the previous key still checks");
        assert_eq!(found(&rotated.rotated(key(3, 3)).unwrap(), me, Purpose::Recovery), None);
    }
}
