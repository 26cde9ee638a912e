//! The MACs of a file, each with its line: open addressing over 12-byte slots, at most three quarters full.

use crate::mac::MacAddr;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// High and low half of the MAC, and the line it stands on. No MAC is zero, so a zero slot is free.
type Slot = [u32; 3];
const FREE: Slot = [0; 3];
/// Slots that are looked at for one MAC. Who chooses MACs that meet in one place gets the tree, not a walk over all of them.
const PROBES: usize = 16;
const FIRST: usize = 64;
/// 2^64 over the golden ratio, odd.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Which MACs were seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Macs {
    slots: Vec<Slot>,
    used: usize,
    crowded: BTreeMap<MacAddr, u32>,
}

impl Macs {
    /// Notes a MAC and its line. The line it stood on before, if it did.
    pub(super) fn insert(&mut self, mac: MacAddr, line: u32) -> Option<u32> {
        if self.used >= self.slots.len() / 4 * 3 {
            self.grow();
        }
        self.place(mac, line)
    }

    fn place(&mut self, mac: MacAddr, line: u32) -> Option<u32> {
        let [a, b, c, d, e, f] = mac.octets();
        let (high, low) = (u32::from_be_bytes([0, 0, a, b]), u32::from_be_bytes([c, d, e, f]));
        let start = home(high, low, self.slots.len());
        let (after, before) = self.slots.split_at_mut(start);
        for slot in before.iter_mut().chain(after).take(PROBES) {
            if *slot == FREE {
                *slot = [high, low, line];
                self.used += 1;
                return None;
            }
            let [known_high, known_low, first] = *slot;
            if (known_high, known_low) == (high, low) {
                return Some(first);
            }
        }
        let first = *self.crowded.entry(mac).or_insert(line);
        (first != line).then_some(first)
    }

    fn grow(&mut self) {
        let wanted = (self.slots.len() * 2).max(FIRST);
        let old = core::mem::replace(&mut self.slots, alloc::vec![FREE; wanted]);
        let crowded = core::mem::take(&mut self.crowded);
        self.used = 0;
        for [high, low, line] in old.into_iter().filter(|slot| *slot != FREE) {
            let ([_, _, a, b], [c, d, e, f]) = (high.to_be_bytes(), low.to_be_bytes());
            if let Ok(mac) = MacAddr::from_octets([a, b, c, d, e, f]) {
                self.place(mac, line);
            }
        }
        for (mac, line) in crowded {
            self.place(mac, line);
        }
    }
}

/// Where to look first: an even spread of the MACs that vendors give out, one after the other or in steps.
fn home(high: u32, low: u32, len: usize) -> usize {
    let mut mixed = (u64::from(high) << 32 | u64::from(low)).wrapping_mul(MIX);
    mixed = (mixed ^ mixed >> 32).wrapping_mul(MIX);
    ((u128::from(mixed) * len as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mac(number: u64) -> MacAddr {
        let [.., a, b, c, d, e, f] = number.to_be_bytes();
        MacAddr::from_octets([a & 0xfe, b, c, d, e, f]).unwrap()
    }

    #[test]
    fn x2_every_repeated_mac_is_found_with_its_first_line() {
        let mut macs = Macs::default();
        for at in 1..50_000u32 {
            assert_eq!(macs.insert(mac(u64::from(at) * 77_777), at), None);
        }
        for at in 1..50_000u32 {
            assert_eq!(macs.insert(mac(u64::from(at) * 77_777), at + 100_000), Some(at));
        }
    }

    #[test]
    fn e3_macs_that_meet_in_one_place_are_all_kept() {
        // A table of 64 slots grows at 48, so these share one of its homes.
        let all = (1..u64::MAX).map(|number| number * 2).map(mac);
        let chosen: Vec<MacAddr> = all
            .filter(|mac| {
                let [a, b, c, d, e, f] = mac.octets();
                home(u32::from_be_bytes([0, 0, a, b]), u32::from_be_bytes([c, d, e, f]), 1 << 20) >> 6 == 5
            })
            .take(40)
            .collect();
        let mut macs = Macs::default();
        for (at, mac) in chosen.iter().enumerate() {
            assert_eq!(macs.insert(*mac, at as u32 + 1), None);
        }
        assert!(macs.crowded.len() > 20, "they do not meet");
        for (at, mac) in chosen.iter().enumerate() {
            assert_eq!(macs.insert(*mac, 1000), Some(at as u32 + 1));
        }
        // Growing takes them along.
        for at in 0..1000 {
            macs.insert(mac(u64::from(at) << 24 | 1), at + 2000);
        }
        for (at, mac) in chosen.iter().enumerate() {
            assert_eq!(macs.insert(*mac, 1_000_000), Some(at as u32 + 1));
        }
    }
}
