//! The PAP, *Phone Authentication PIN*: drawn without bias, never trivial, shown only on request (SPEC P1 to P5).

use crate::entropy::Stream;
use crate::error::codes;
use crate::ids::{Epoch, ShortNumber, TenantId};
use crate::keys::{Domain, TenantKey};
use crate::mac::MacAddr;
use alloc::string::String;
use alloc::vec::Vec;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Fewest and most digits of a PAP.
pub const DIGITS: core::ops::RangeInclusive<u8> = 4..=8;

/// A PAP: 4 to 8 decimal digits, 6 by default.
///
/// `Debug` does not show it, comparison takes constant time, it is wiped on drop, and [`Pap::reveal`] is the only way
/// to read it (SPEC P5).
#[derive(Clone)]
pub struct Pap {
    value: u32,
    digits: u8,
}

impl Pap {
    /// Takes a PAP that was issued before, as from the host's own store.
    ///
    /// # Errors
    /// [`PapError::Shape`] for anything but 4 to 8 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, PapError> {
        let digits = u8::try_from(text.len()).ok().filter(|digits| DIGITS.contains(digits));
        match (digits, text.bytes().all(|byte| byte.is_ascii_digit()), text.parse()) {
            (Some(digits), true, Ok(value)) => Ok(Self { value, digits }),
            _ => Err(PapError::Shape),
        }
    }

    /// Shows the digits: for the administrator's eyes and for nobody's log.
    pub fn reveal(&self) -> String {
        let width = usize::from(self.digits);
        alloc::format!("{:0width$}", self.value)
    }

    /// Appends the digits, as [`Pap::reveal`] shows them.
    pub(crate) fn push_to(&self, out: &mut String) {
        let mut digits = self.padded();
        let shown = digits.get(..usize::from(self.digits)).and_then(|digits| core::str::from_utf8(digits).ok());
        out.push_str(shown.unwrap_or_default());
        digits.zeroize();
    }

    /// Whether an entry equals this PAP; takes the same time whatever the entry.
    pub fn matches(&self, entry: &str) -> bool {
        let mut given = [0xffu8; 9];
        for (slot, byte) in given.iter_mut().zip(entry.bytes()) {
            *slot = byte;
        }
        // A longer entry differs in its ninth byte or, at nine and more, in its length.
        let same = given.ct_eq(&self.padded()) & entry.len().ct_eq(&usize::from(self.digits));
        same.into()
    }

    /// The digits, filled up with 0xff to nine bytes.
    fn padded(&self) -> [u8; 9] {
        let mut out = [0xffu8; 9];
        let mut rest = self.value;
        for slot in out.iter_mut().take(usize::from(self.digits)).rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        out
    }
}

impl PartialEq for Pap {
    fn eq(&self, other: &Self) -> bool {
        (self.value.ct_eq(&other.value) & self.digits.ct_eq(&other.digits)).into()
    }
}

impl Eq for Pap {}

impl core::fmt::Debug for Pap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Drop for Pap {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

/// Which PAPs may be issued (SPEC P2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PapRules<'a> {
    /// How many digits, 4 to 8.
    pub digits: u8,
    /// Whether trivial PINs are left out: all digits equal, straight runs up or down, a repeated half.
    pub refuse_trivial: bool,
    /// The tenant's emergency numbers, never issued, by themselves or behind `outside_line`: the dialogue would transfer them.
    pub emergency: &'a [ShortNumber],
    /// The prefix of an outside line (SPEC C2).
    pub outside_line: Option<&'a str>,
}

impl PapRules<'_> {
    /// Whether this number, written with the rules' digits, may be issued.
    pub fn allows(&self, value: u32) -> bool {
        let pap = Pap { value, digits: self.digits };
        let padded = pap.padded();
        let digits = padded.get(..usize::from(self.digits)).unwrap_or_default();
        if self.refuse_trivial && is_trivial(digits) {
            return false;
        }
        let behind = self.outside_line.and_then(|prefix| digits.strip_prefix(prefix.as_bytes()));
        !self.emergency.iter().any(|number| [Some(digits), behind].contains(&Some(number.as_str().as_bytes())))
    }

    /// How many numbers of this many digits there are: 10 to the power of digits.
    pub const fn space(&self) -> u32 {
        10u32.pow(if self.digits > 9 { 9 } else { self.digits as u32 })
    }
}

/// All digits equal, a straight run up or down (12345, 98765), or a repeated half (123123).
fn is_trivial(digits: &[u8]) -> bool {
    let steps = |by: i16| digits.windows(2).all(|pair| matches!(pair, [a, b] if i16::from(*b) - i16::from(*a) == by));
    let (left, right) = digits.split_at(digits.len() / 2);
    steps(0) || steps(1) || steps(-1) || left == right
}

/// Draws a PAP, uniform over those the rules allow, never `replaced`, never one of `taken` (SPEC P1, P2, P3).
///
/// `taken` are the PAPs of the tenant's other unauthenticated devices, as far as the caller says: a list, and a set.
pub(crate) fn draw(
    rules: PapRules<'_>,
    replaced: Option<&Pap>,
    (taken, set): (&[Pap], Option<&PapSet>),
    stream: &mut Stream,
) -> Result<Pap, PapError> {
    let mut used: Vec<u32> = taken.iter().chain(replaced).filter(|pap| pap.digits == rules.digits).map(|pap| pap.value).collect();
    used.sort_unstable();
    let listed = |value: u32| set.is_some_and(|set| set.holds(rules.digits, value));
    let free = |value: &u32| rules.allows(*value) && used.binary_search(value).is_err() && !listed(*value);
    let space = rules.space();
    let mut found = None;
    for _ in 0..64 {
        let value = stream.below(u64::from(space)) as u32;
        if free(&value) {
            found = Some(value);
            break;
        }
    }
    if found.is_none() {
        // The space is nearly used up: count what is free and pick one of those, still uniformly.
        let count = (0..space).filter(free).count() as u64;
        if count > 0 {
            let pick = stream.below(count) as usize;
            found = (0..space).filter(free).nth(pick);
        }
    }
    used.zeroize();
    found.map(|value| Pap { value, digits: rules.digits }).ok_or(PapError::Exhausted { digits: rules.digits })
}

/// A set of PAPs of one length, for batches: one bit for each number that can be drawn. Wiped on drop.
pub(crate) struct PapSet {
    digits: u8,
    bits: Vec<u64>,
}

impl PapSet {
    /// A set of the PAPs of this many digits among those of the list.
    pub(crate) fn new(digits: u8, paps: &[Pap]) -> Self {
        let mut set = Self { digits, bits: Vec::new() };
        for pap in paps {
            set.insert(pap);
        }
        set
    }

    /// Adds a PAP; one of another length cannot be drawn and is left out.
    pub(crate) fn insert(&mut self, pap: &Pap) {
        if pap.digits != self.digits {
            return;
        }
        if self.bits.is_empty() {
            let space = 10usize.pow(u32::from(self.digits.min(8)));
            self.bits = alloc::vec![0; space.div_ceil(64)];
        }
        if let Some(word) = self.bits.get_mut(pap.value as usize / 64) {
            *word |= 1 << (pap.value % 64);
        }
    }

    fn holds(&self, digits: u8, value: u32) -> bool {
        let word = self.bits.get(value as usize / 64).filter(|_| digits == self.digits);
        word.is_some_and(|word| word >> (value % 64) & 1 == 1)
    }
}

impl core::fmt::Debug for PapSet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Drop for PapSet {
    fn drop(&mut self) {
        self.bits.zeroize();
    }
}

/// Derives a PAP instead of storing one (SPEC P4): HMAC over tenant, MAC, epoch and a rejection counter.
///
/// Returns the counter of the first draw at or after `from` that is unbiased and allowed and differs from `replaced`.
/// Uniqueness (P3) does not hold here.
pub(crate) fn derive(
    rules: PapRules<'_>,
    key: &TenantKey,
    (tenant, mac, epoch): (TenantId, MacAddr, Epoch),
    replaced: Option<&Pap>,
) -> Result<(u16, Pap), PapError> {
    for counter in 0..=u16::MAX {
        if let Some(pap) = derived(rules.digits, key, (tenant, mac, epoch), counter)
            && rules.allows(pap.value)
            && replaced != Some(&pap)
        {
            return Ok((counter, pap));
        }
    }
    Err(PapError::Exhausted { digits: rules.digits })
}

/// The derived PAP of one counter; none where the draw would be biased.
pub(crate) fn derived(
    digits: u8,
    key: &TenantKey,
    (tenant, mac, epoch): (TenantId, MacAddr, Epoch),
    counter: u16,
) -> Option<Pap> {
    let out = key.mac(
        Domain::DerivedPap,
        &[tenant.as_bytes(), &mac.octets(), &epoch.number().to_be_bytes(), &counter.to_be_bytes(), &[digits]],
    );
    let mut word = [0u8; 8];
    word.copy_from_slice(out.get(..8)?);
    let draw = u64::from_be_bytes(word);
    let space = 10u64.pow(u32::from(digits));
    (draw < u64::MAX - u64::MAX % space).then_some(Pap { value: (draw % space) as u32, digits })
}

codes! {
    /// What is wrong with a PAP or its making.
    pub enum PapError {
        /// Not 4 to 8 ASCII digits.
        #[error("a PIN is 4 to 8 ASCII digits")]
        Shape = PAP_SHAPE,
        /// Every allowed number is taken.
        #[error("all allowed PINs of {digits} digits are taken; authenticate or delete devices, or use more digits")]
        Exhausted {
            /// How many digits the policy asks for.
            digits: u8,
        } = PAP_EXHAUSTED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::{Entropy, Operation};
    use alloc::format;

    const SIX: PapRules<'_> = PapRules { digits: 6, refuse_trivial: true, emergency: &[], outside_line: None };

    fn stream(seed: u8) -> Stream {
        let mut bytes = [seed; 32];
        bytes[31] ^= 1;
        Entropy::new(bytes).unwrap().stream(Operation::Create, None, 0)
    }

    #[test]
    fn p1_draws_are_uniform_over_the_allowed_set() {
        let rules = PapRules { digits: 4, refuse_trivial: true, emergency: &[], outside_line: None };
        let mut source = stream(1);
        let mut counts = alloc::vec![0u32; 10_000];
        for _ in 0..200_000 {
            counts[draw(rules, None, (&[], None), &mut source).unwrap().value as usize] += 1;
        }
        let allowed: Vec<u32> = (0..10_000).filter(|v| rules.allows(*v)).collect();
        let mean = 200_000.0 / allowed.len() as f64;
        let chi: f64 = allowed.iter().map(|v| (f64::from(counts[*v as usize]) - mean).powi(2) / mean).sum();
        let freedom = allowed.len() as f64 - 1.0;
        // Six standard deviations of a chi-squared distribution with that many degrees of freedom.
        assert!((chi - freedom).abs() < 6.0 * (2.0 * freedom).sqrt(), "chi² {chi} for {freedom}");
        assert_eq!(counts.iter().sum::<u32>(), allowed.iter().map(|v| counts[*v as usize]).sum::<u32>());
    }

    #[test]
    fn p1_never_the_pap_it_replaces() {
        // Four digits with all but two taken: the replaced one may not come back.
        let rules = PapRules { digits: 4, refuse_trivial: false, emergency: &[], outside_line: None };
        let taken: Vec<Pap> = (0..9_998).map(|value| Pap { value, digits: 4 }).collect();
        let old = Pap { value: 9_998, digits: 4 };
        assert_eq!(draw(rules, Some(&old), (&taken, None), &mut stream(2)).unwrap().reveal(), "9999");
    }

    #[test]
    fn p2_trivial_pins_and_emergency_numbers_are_never_allowed() {
        for bad in [0, 111_111, 123_456, 654_321, 123_123, 987_654, 12_345, 210_210] {
            assert!(!SIX.allows(bad), "{bad:06}");
            assert!(PapRules { refuse_trivial: false, ..SIX }.allows(bad), "{bad:06}");
        }
        for good in [112_110, 123_457, 654_322, 123_124, 901_234] {
            assert!(SIX.allows(good), "{good}");
        }
        let numbers = [ShortNumber::parse("116117").unwrap(), ShortNumber::parse("112").unwrap()];
        let rules = PapRules { emergency: &numbers, ..SIX };
        assert!(!rules.allows(116_117));
        assert!(rules.allows(112), "000112 is not 112");
    }

    #[test]
    fn p2_emergency_numbers_behind_the_outside_line_prefix_are_never_allowed() {
        let numbers = ["110", "112", "116117"].map(|text| ShortNumber::parse(text).unwrap());
        let four = PapRules { digits: 4, refuse_trivial: false, emergency: &numbers, outside_line: Some("0") };
        let refused: Vec<u32> = (0..10_000).filter(|value| !four.allows(*value)).collect();
        assert_eq!(refused, [110, 112]);
        assert!(PapRules { outside_line: None, ..four }.allows(112), "no prefix is configured");
        assert!(!PapRules { digits: 7, ..four }.allows(116_117), "0116117");
        assert!(PapRules { digits: 6, outside_line: Some("112"), ..four }.allows(112_999), "the prefix alone refuses nothing");
        assert!(!PapRules { digits: 6, outside_line: Some("911"), ..four }.allows(911_112));
    }

    #[test]
    fn p3_taken_pins_are_not_drawn_and_an_exhausted_space_is_an_error() {
        let rules = PapRules { digits: 4, refuse_trivial: true, emergency: &[], outside_line: None };
        let mut taken = Vec::new();
        let mut source = stream(3);
        let free = (0..10_000).filter(|v| rules.allows(*v)).count();
        for _ in 0..free {
            let pap = draw(rules, None, (&taken, None), &mut source).unwrap();
            assert!(!taken.contains(&pap));
            taken.push(pap);
            if taken.len() == 40 {
                // Enough of the easy part: mark all but three of the rest as taken.
                let rest: Vec<u32> = (0..10_000).filter(|v| rules.allows(*v) && !taken.iter().any(|p| p.value == *v)).collect();
                taken.extend(rest.iter().skip(3).map(|v| Pap { value: *v, digits: 4 }));
            }
            if taken.len() >= free {
                break;
            }
        }
        assert_eq!(draw(rules, None, (&taken, None), &mut source).unwrap_err(), PapError::Exhausted { digits: 4 });
    }

    #[test]
    fn p3_a_set_holds_what_was_put_in_and_only_pins_of_its_length() {
        let rules = PapRules { digits: 4, refuse_trivial: false, emergency: &[], outside_line: None };
        let all: Vec<Pap> = (0..10_000).filter(|value| *value != 4_711).map(|value| Pap { value, digits: 4 }).collect();
        let mut set = PapSet::new(4, &all);
        assert_eq!(draw(rules, None, (&[], Some(&set)), &mut stream(4)).unwrap().reveal(), "4711");
        set.insert(&Pap { value: 4_711, digits: 5 });
        assert!(draw(rules, None, (&[], Some(&set)), &mut stream(4)).is_ok());
        set.insert(&Pap { value: 4_711, digits: 4 });
        assert_eq!(draw(rules, None, (&[], Some(&set)), &mut stream(4)).unwrap_err(), PapError::Exhausted { digits: 4 });
        let five = PapRules { digits: 5, ..rules };
        assert!(draw(five, None, (&[], Some(&set)), &mut stream(4)).is_ok());
        assert_eq!(format!("{set:?}"), "[secret]");
    }

    #[test]
    fn p4_derived_pins_are_stable_allowed_and_part_by_device_and_epoch() {
        let key = TenantKey::new(1, core::array::from_fn(|i| i as u8)).unwrap();
        let mac = MacAddr::parse("001565000001").unwrap();
        let at = (TenantId::from_number(1), mac, Epoch::from_number(5));
        let (counter, pap) = derive(SIX, &key, at, None).unwrap();
        assert_eq!(derived(6, &key, at, counter).as_ref(), Some(&pap));
        let (other, next) = derive(SIX, &key, at, Some(&pap)).unwrap();
        assert!(other > counter && next != pap, "P1: the replaced PIN is skipped");
        let later = derive(SIX, &key, (at.0, mac, Epoch::from_number(6)), None).unwrap().1;
        assert_ne!(later, pap);
        // Over many epochs every last digit appears about equally often.
        let mut last = [0u32; 10];
        for epoch in 0..20_000 {
            let pap = derive(SIX, &key, (at.0, mac, Epoch::from_number(epoch)), None).unwrap().1;
            last[(pap.value % 10) as usize] += 1;
        }
        assert!(last.iter().all(|n| (1_800..2_200).contains(n)), "{last:?}");
    }

    #[test]
    fn p5_debug_hides_it_and_matching_is_exact() {
        let pap = Pap::parse("012345").unwrap();
        assert_eq!(format!("{pap:?}"), "[secret]");
        assert!(pap.matches("012345"));
        for wrong in ["", "12345", "0123456", "012346", "0123450", "01234500000000000000", "０12345"] {
            assert!(!pap.matches(wrong), "{wrong}");
        }
        for bad in ["123", "123456789", "12345a", " 12345", "+12345"] {
            assert_eq!(Pap::parse(bad).unwrap_err(), PapError::Shape, "{bad}");
        }
    }
}
