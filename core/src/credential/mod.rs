//! What a device can present: enrolments with their fetch tokens (SPEC R13, R19) and the long-term credential (R14).
//!
//! Nothing here is stored per device: ids describe themselves, and every secret is an HMAC that the tenant key makes again.

mod enrolment;

pub(crate) use enrolment::weak_nonce;
pub use enrolment::{Enrolment, EnrolmentId, EnrolmentText};

use crate::ids::{Epoch, TenantId};
use crate::keys::{Domain, Keyring, TenantKey};
use crate::mac::MacAddr;
use crate::secret::Secret;
use alloc::string::String;
use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Which device a value is for: the tenant, the MAC and the epoch that go into every keyed value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Subject {
    pub(crate) tenant: TenantId,
    pub(crate) mac: MacAddr,
    pub(crate) epoch: Epoch,
}

/// Bytes of the secret of a credential: 128 bits.
const SECRET_BYTES: usize = 16;
/// Bytes of its origin, which hangs on tenant and MAC but not on the epoch.
const ORIGIN_BYTES: usize = 4;
/// Bytes of a credential without its key id.
const CREDENTIAL_BYTES: usize = SECRET_BYTES + ORIGIN_BYTES;
/// Characters of a credential: key id, secret and origin in Base32.
const CREDENTIAL_CHARS: usize = 34;
/// Bytes of the secret half of a fetch token: 128 bits.
const TOKEN_BYTES: usize = 16;
/// Characters of that half.
const TOKEN_CHARS: usize = 26;

/// The long-term credential of a device under a key, as text for URL or HTTP authentication (SPEC R14).
pub(crate) fn issue(key: &TenantKey, subject: Subject) -> Secret {
    let mut secret = credential(key, subject);
    let mut bytes = [0u8; 1 + CREDENTIAL_BYTES];
    let parts = [key.id()].into_iter().chain(secret).chain(origin(key, subject));
    for (slot, byte) in bytes.iter_mut().zip(parts) {
        *slot = byte;
    }
    let text = base32(&bytes);
    secret.zeroize();
    bytes.zeroize();
    Secret::new(text)
}

fn credential(key: &TenantKey, subject: Subject) -> [u8; SECRET_BYTES] {
    let out =
        key.mac(Domain::Credential, &[subject.tenant.as_bytes(), &subject.mac.octets(), &subject.epoch.number().to_be_bytes()]);
    head(&out)
}

/// What every credential of a device carries, whatever its epoch.
fn origin(key: &TenantKey, subject: Subject) -> [u8; ORIGIN_BYTES] {
    head(&key.mac(Domain::CredentialOrigin, &[subject.tenant.as_bytes(), &subject.mac.octets()]))
}

/// What a presented text turned out to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    /// Nothing, or a text of no shape of ours: a factory-new phone may send any login.
    Nothing,
    /// A fetch token; `genuine` only for this subject and epoch.
    Token { id: EnrolmentId, genuine: bool },
    /// A credential; `genuine` only for this subject and epoch, `forged` if no epoch of this subject had it under a known key.
    Credential { key_id: u8, genuine: bool, forged: bool },
}

/// Looks at a presented text: one HMAC where the text has a shape of ours and is good, or is a token; two for a credential
/// that is not, whatever the subject.
///
/// The origin of a good credential is not looked at: it tells an old one from a forged one and proves nothing.
pub(crate) fn examine(text: &str, keys: &Keyring, subject: Subject) -> Seen {
    match text.len() {
        CREDENTIAL_CHARS => {
            let Some(bytes) = from_base32::<{ 1 + CREDENTIAL_BYTES }>(text) else {
                return Seen::Nothing;
            };
            let [key_id, given @ ..] = bytes;
            let (key, known) = keys.find(key_id);
            let (secret, tail) = given.split_at(SECRET_BYTES);
            let genuine = bool::from(credential(key, subject).as_slice().ct_eq(secret)) && known;
            // The second HMAC for every one that is not genuine, whatever the reason.
            let forged = !(genuine || bool::from(origin(key, subject).as_slice().ct_eq(tail)) && known);
            Seen::Credential { key_id, genuine, forged }
        }
        _ => {
            let split = text.len().saturating_sub(TOKEN_CHARS);
            let (Some(id), Some(secret)) = (text.get(..split), text.get(split..)) else {
                return Seen::Nothing;
            };
            let (Ok(id), Some(given)) = (EnrolmentId::parse(id), from_base32::<TOKEN_BYTES>(secret)) else {
                return Seen::Nothing;
            };
            let (key, known) = keys.find(id.key_id());
            let made = enrolment::token(key, subject, &id);
            let genuine = bool::from(made.ct_eq(&given)) && known && id.mac() == Some(subject.mac);
            Seen::Token { id, genuine }
        }
    }
}

/// Base32 of RFC 4648 in lower case, without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    let mut text = BASE32_NOPAD.encode(bytes);
    text.make_ascii_lowercase();
    text
}

/// Exactly `N` bytes from lower-case Base32 without padding; the bits that fill up the last character are 0.
///
/// The work does not depend on the characters: a secret is read without a branch or a table.
fn from_base32<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != (8 * N).div_ceil(5) {
        return None;
    }
    let mut out = [0u8; N];
    let mut wrong = 0u64;
    for (characters, bytes) in text.as_bytes().chunks(8).zip(out.chunks_mut(5)) {
        let mut whole = [b'a'; 8];
        for (slot, character) in whole.iter_mut().zip(characters) {
            *slot = *character;
        }
        let (group, refused) = base32_group(whole);
        let [.., b0, b1, b2, b3, b4] = group.to_be_bytes();
        for (slot, byte) in bytes.iter_mut().zip([b0, b1, b2, b3, b4]) {
            *slot = byte;
        }
        wrong |= refused | group & ((1 << (8 * (5 - bytes.len()))) - 1);
    }
    (wrong == 0).then_some(out)
}

/// The 40 bits of eight characters, all at once in the bytes of a word, and what is not 0 if one is none of `a-z2-7`.
#[inline]
const fn base32_group(characters: [u8; 8]) -> (u64, u64) {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    const HIGH: u64 = each(0x80);
    let word = u64::from_be_bytes(characters);
    let low = word & !HIGH;
    // The high bit of each byte says whether it is in a range; sums of seven bits do not reach the next byte.
    let letter = (low + each(0x80 - b'a')) & !(low + each(0x7f - b'z')) & HIGH;
    let digit = (low + each(0x80 - b'2')) & !(low + each(0x7f - b'7')) & HIGH;
    let refused = word & HIGH | !(letter | digit) & HIGH;
    // The low five bits are 1 to 26 for `a` to `z` and 18 to 23 for `2` to `7`.
    let values = (low & each(0x1f)) - (letter >> 7) + (digit >> 4);
    let pairs = (values & 0x1f00_1f00_1f00_1f00) >> 3 | values & 0x001f_001f_001f_001f;
    let fours = (pairs & 0x03ff_0000_03ff_0000) >> 6 | pairs & 0x0000_03ff_0000_03ff;
    (((fours >> 32) & 0xf_ffff) << 20 | fours & 0xf_ffff, refused)
}

/// The first `N` bytes of a keyed value.
fn head<const N: usize>(out: &[u8; 32]) -> [u8; N] {
    let mut first = [0u8; N];
    for (slot, byte) in first.iter_mut().zip(out) {
        *slot = *byte;
    }
    first
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ip::Source;
    use crate::time::Timestamp;
    use alloc::borrow::ToOwned;

    pub(crate) fn keys() -> Keyring {
        Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8)).unwrap())
    }

    pub(crate) fn subject() -> Subject {
        Subject { tenant: TenantId::from_number(1), mac: MacAddr::parse("001565000001").unwrap(), epoch: Epoch::from_number(7) }
    }

    #[test]
    fn r14_a_credential_is_good_for_its_device_epoch_and_key_only() {
        let (ring, me) = (keys(), subject());
        let text = issue(ring.current(), me);
        assert_eq!(text.expose().len(), CREDENTIAL_CHARS);
        let good = |seen| matches!(seen, Seen::Credential { genuine: true, .. });
        assert!(good(examine(text.expose(), &ring, me)));
        assert!(!good(examine(text.expose(), &ring, Subject { epoch: Epoch::from_number(8), ..me })));
        assert!(!good(examine(text.expose(), &ring, Subject { mac: MacAddr::parse("001565000002").unwrap(), ..me })));
        assert!(!good(examine(text.expose(), &ring, Subject { tenant: TenantId::from_number(2), ..me })));
        let next = |id: u8| TenantKey::new(id, core::array::from_fn(|i| i as u8 + 9 * id)).unwrap();
        let rotated = ring.rotated(next(2)).unwrap();
        assert!(good(examine(text.expose(), &rotated, me)), "R22: the previous key still checks");
        let again = rotated.rotated(next(3)).unwrap();
        assert!(!good(examine(text.expose(), &again, me)), "R22: the key before the previous one does not");
    }

    #[test]
    fn r13_r14_p4_cpython_derives_the_same() {
        #[derive(serde::Deserialize)]
        struct Row {
            key_id: u8,
            key: String,
            tenant: String,
            epoch: String,
            mac: String,
            v6: bool,
            source: String,
            minutes: u32,
            nonce: String,
            enrolment: Made,
            credential: String,
            pap: String,
            pap_counter: u16,
            pap_digits: u8,
        }
        #[derive(serde::Deserialize)]
        struct Made {
            id: String,
            sip_password: String,
            token: String,
        }
        #[derive(serde::Deserialize)]
        struct Vectors {
            rows: alloc::vec::Vec<Row>,
        }
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/vectors/keyed.json")).unwrap();
        assert!(vectors.rows.len() >= 24);
        for row in vectors.rows {
            let key = TenantKey::new(row.key_id, hex(&row.key).try_into().unwrap()).unwrap();
            let ring = Keyring::new(key);
            let subject = Subject {
                tenant: TenantId::from_bytes(hex(&row.tenant).try_into().unwrap()),
                mac: MacAddr::parse(&row.mac).unwrap(),
                epoch: Epoch::from_number(row.epoch.parse().unwrap()),
            };
            let bits = hex(&row.source).iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            let source = Source::from_parts(if row.v6 { 6 } else { 4 }, bits).unwrap();
            let at = Timestamp::from_minutes_since_2020(row.minutes);
            let made = Enrolment::issue(&ring, subject, source, at, row.nonce.parse().unwrap());
            assert_eq!(made.sip_user(None), row.enrolment.id);
            assert_eq!(made.sip_password(&ring, subject.tenant, subject.epoch).expose(), row.enrolment.sip_password);
            assert_eq!(made.token(&ring, subject.tenant, subject.epoch).expose(), row.enrolment.token);
            assert_eq!(issue(ring.current(), subject).expose(), row.credential);
            let at = (subject.tenant, subject.mac, subject.epoch);
            let pap = crate::pap::derived(row.pap_digits, ring.current(), at, row.pap_counter).unwrap();
            assert_eq!(pap.reveal(), row.pap);
        }
    }

    #[test]
    fn r13_a_token_names_its_own_device_even_where_epochs_are_equal() {
        let (ring, me) = (keys(), subject());
        let at = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let token = Enrolment::issue(&ring, me, Source::UNRESOLVED, at, 1).token(&ring, me.tenant, me.epoch);
        let other = Subject { mac: MacAddr::parse("001565000002").unwrap(), ..me };
        assert!(matches!(examine(token.expose(), &ring, other), Seen::Token { genuine: false, .. }));
    }

    #[test]
    fn r0_a_flipped_bit_anywhere_is_not_genuine() {
        let (ring, me) = (keys(), subject());
        let at = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let enrolment = Enrolment::issue(&ring, me, Source::v4([192, 0, 2, 1].into()), at, 0x5_1234_5678);
        // Of a credential the last 32 bits only tell an old one from a forged one: 27 characters are key id and secret.
        let secret_chars = (8 * (1 + SECRET_BYTES)).div_ceil(5) - 1;
        let credential = issue(ring.current(), me).expose().to_owned();
        let token = enrolment.token(&ring, me.tenant, me.epoch).expose().to_owned();
        for (text, chars) in [(credential, secret_chars), (token.clone(), token.len())] {
            let whole = examine(&text, &ring, me);
            assert!(matches!(whole, Seen::Token { genuine: true, .. } | Seen::Credential { genuine: true, .. }), "{whole:?}");
            for at in 0..chars {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
                let seen = examine(core::str::from_utf8(&bytes).unwrap(), &ring, me);
                assert!(
                    !matches!(seen, Seen::Token { genuine: true, .. } | Seen::Credential { genuine: true, .. }),
                    "{at} {seen:?}"
                );
            }
        }
    }

    #[test]
    fn r12_a_credential_of_another_epoch_is_old_and_any_other_one_forged() {
        let (ring, me) = (keys(), subject());
        let forged = |text: &str, ring: &Keyring, of: Subject| match examine(text, ring, of) {
            Seen::Credential { genuine: false, forged, .. } => forged,
            other => panic!("{other:?}"),
        };
        let old = issue(ring.current(), Subject { epoch: Epoch::from_number(6), ..me });
        assert!(!forged(old.expose(), &ring, me));
        assert!(forged(old.expose(), &ring, Subject { mac: MacAddr::parse("001565000002").unwrap(), ..me }));
        assert!(forged(old.expose(), &ring, Subject { tenant: TenantId::from_number(2), ..me }));
        assert!(forged(&"a".repeat(CREDENTIAL_CHARS), &ring, me));
        let other = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8 + 1)).unwrap());
        assert!(forged(old.expose(), &other, me), "another key under the same id");
    }

    #[test]
    fn r13_base32_reads_what_it_wrote_and_nothing_else() {
        fn check<const N: usize>(bytes: [u8; N]) {
            let text = base32(&bytes);
            assert_eq!(from_base32::<N>(&text), Some(bytes), "{text}");
            for at in 0..text.len() {
                for byte in 0..=127u8 {
                    let mut changed = text.clone().into_bytes();
                    changed[at] = byte;
                    let changed = core::str::from_utf8(&changed).unwrap();
                    let expected = (changed == changed.to_ascii_lowercase())
                        .then(|| BASE32_NOPAD.decode(changed.to_ascii_uppercase().as_bytes()).ok())
                        .flatten();
                    assert_eq!(from_base32::<N>(changed).map(|bytes| bytes.to_vec()), expected, "{changed}");
                }
            }
            assert_eq!(from_base32::<N>(text.get(1..).unwrap()), None);
            assert_eq!(from_base32::<N>(&alloc::format!("{text}a")), None);
        }
        check::<16>(core::array::from_fn(|at| (at * 37 + 11) as u8));
        check::<21>(core::array::from_fn(|at| 255 - (at * 3) as u8));
        check::<26>([0xff; 26]);
        check::<30>(core::array::from_fn(|at| (at * at) as u8));
    }

    #[test]
    fn r0_texts_of_no_shape_of_ours_are_nothing_presented() {
        for text in
            ["", "admin", "MZXW6YTBOI", "ä", &"a".repeat(33), &"A".repeat(34), &"a".repeat(500), &"=".repeat(68), &"é".repeat(34)]
        {
            assert_eq!(examine(text, &keys(), subject()), Seen::Nothing, "{text}");
        }
    }
}
