//! The lookup structure: prefixes of one family, sorted, each with its nearest wider one, and an index over the top bits.
//!
//! Prefixes are disjoint or nested. Sorted by first address, the wider first, the last one that starts at or before an
//! address either holds it, or every prefix that holds the address encloses that one. So a lookup is one search and then
//! a walk outwards, over strictly growing ends: at most 32 or 128 steps however many entries there are, and none or one
//! in any usual list. An index over the bits after those that all starts share leads to the place to search; where one
//! prefix, or none, fills a whole slot of the index, the answer stands in the slot. Against sorted disjoint segments this halves the array that is searched and drops the copies of
//! boundaries, which is what counts once the list is larger than a cache.

use crate::ip::IpPrefix;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most prefixes of one table: an outer one is named by 24 bits, of which 0 means none.
pub(super) const ENTRIES_MAX: usize = (1 << 24) - 2;

/// Up to here all prefixes are compared, which is faster than an index (PERFORMANCE B5).
const LINEAR_MAX: usize = 16;

/// How many bits more than the number of prefixes has the index numbers: the slots are two to four times as many as the
/// prefixes and take 8 to 16 bytes of each, so that most of them hold an answer.
const SLOT_BITS_MORE: u32 = 2;

/// The prefixes of one address family.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Table<K> {
    nodes: Box<[Node<K>]>,
    /// For each value of the bits that number a slot; empty for a short list.
    slots: Box<[Slot]>,
    first: K,
    /// How many leading bits all starts have in common, and how many of the following number the slot.
    common: u32,
    slot_bits: u32,
}

/// What the index says about a slot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Slot(u32);

impl Slot {
    const ANSWER: u32 = 1 << 31;
    const NONE: Self = Self(Self::ANSWER);

    /// All its addresses have this place as their answer.
    const fn answer(at: usize) -> Self {
        Self(Self::ANSWER | (at as u32 + 1))
    }

    /// The first prefix narrower than the slot that starts in it.
    const fn search_from(at: usize) -> Self {
        Self(at as u32)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Node<K> {
    start: K,
    /// Prefix length in the low 8 bits; above them the enclosing node + 1, or 0.
    meta: u32,
}

impl<K: Key> Node<K> {
    #[inline]
    fn holds(self, key: K) -> bool {
        self.start.common_bits(key) >= self.meta & 0xff
    }

    /// The nearest enclosing node that ends later than this one.
    #[inline]
    fn outer(self) -> Option<usize> {
        ((self.meta >> 8) as usize).checked_sub(1)
    }
}

impl<K: Key> Table<K> {
    /// Takes the prefixes of this family out of sorted, different ones, at most [`ENTRIES_MAX`].
    pub(super) fn build(sorted: impl Iterator<Item = IpPrefix> + Clone) -> Self {
        let family = sorted.filter_map(|prefix| Some((K::of(prefix.network())?, prefix)));
        let mut nodes = Vec::with_capacity(family.clone().count());
        // The enclosing prefixes of the present one, the widest first: their place and last address.
        let mut open: Vec<(usize, K)> = Vec::new();
        for (start, prefix) in family {
            while open.pop_if(|(_, end)| *end < start).is_some() {}
            let end = K::of(prefix.last()).unwrap_or(start);
            let outer = match open.last() {
                // One with the same end holds nothing beyond it: its own outer one is next.
                Some((at, same)) if *same == end => nodes.get(*at).map_or(0, |node: &Node<K>| node.meta >> 8),
                Some((at, _)) => *at as u32 + 1, // at most ENTRIES_MAX
                None => 0,
            };
            open.push((nodes.len(), end));
            nodes.push(Node { start, meta: outer << 8 | u32::from(prefix.prefix_len()) });
        }
        Self::index(nodes.into())
    }

    fn index(nodes: Box<[Node<K>]>) -> Self {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
            return Self::default();
        };
        let mut table = Self { first: first.start, common: first.start.common_bits(last.start), ..Self::default() };
        // Starts that are all equal (nested prefixes only) leave nothing to number: the list is then short.
        if nodes.len() > LINEAR_MAX && table.common < K::BITS {
            table.slot_bits = (nodes.len().ilog2() + SLOT_BITS_MORE).min(K::BITS - table.common);
            table.slots = table.numbered(&nodes);
        }
        table.nodes = nodes;
        table
    }

    fn numbered(&self, nodes: &[Node<K>]) -> Box<[Slot]> {
        let mut slots = alloc::vec![Slot::NONE; 1 << self.slot_bits];
        let slot_len = self.common + self.slot_bits;
        let len = |node: &Node<K>| node.meta & 0xff;
        for (at, node) in nodes.iter().enumerate().filter(|(_, node)| len(node) <= slot_len) {
            let from = self.slot(node.start);
            let count = 1 << (slot_len - len(node)).min(self.slot_bits);
            if let Some(filled) = slots.get_mut(from..from + count) {
                filled.fill(Slot::answer(at));
            }
        }
        // Backwards, so that the first in a slot stays.
        for (at, node) in nodes.iter().enumerate().rev().filter(|(_, node)| len(node) > slot_len) {
            if let Some(slot) = slots.get_mut(self.slot(node.start)) {
                *slot = Slot::search_from(at);
            }
        }
        slots.into()
    }

    /// The place of the most specific prefix that holds the address.
    #[inline]
    pub(super) fn lookup(&self, key: K) -> Option<usize> {
        let before = if self.slots.is_empty() {
            self.nodes.iter().filter(|node| node.start <= key).count()
        } else if self.first.common_bits(key) < self.common {
            if key < self.first { 0 } else { self.nodes.len() }
        } else {
            let Slot(slot) = *self.slots.get(self.slot(key))?;
            if slot & Slot::ANSWER != 0 {
                return ((slot & !Slot::ANSWER) as usize).checked_sub(1);
            }
            self.starts_up_to(key, slot as usize)
        };
        let mut at = before.checked_sub(1)?;
        loop {
            let node = self.nodes.get(at)?;
            if node.holds(key) {
                return Some(at);
            }
            at = node.outer()?;
        }
    }

    pub(super) fn prefix(&self, at: usize) -> Option<IpPrefix> {
        let node = self.nodes.get(at)?;
        IpPrefix::new_checked(node.start.address(), (node.meta & 0xff) as u8)
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.nodes) + size_of_val(&*self.slots)
    }

    /// How many prefixes start at or before the address; at least `low` do. Looks near `low` first, in growing steps.
    #[inline]
    fn starts_up_to(&self, key: K, mut low: usize) -> usize {
        let mut step = 1;
        while self.nodes.get(low + step - 1).is_some_and(|node| node.start <= key) {
            low += step;
            step *= 2;
        }
        let high = self.nodes.len().min(low + step - 1);
        let between = self.nodes.get(low..high).unwrap_or_default();
        low + between.partition_point(|node| node.start <= key)
    }

    /// The slot of an address that has the common bits.
    #[inline]
    fn slot(&self, key: K) -> usize {
        key.bits_after(self.common, self.slot_bits)
    }
}

/// The bits of an address.
pub(super) trait Key: Copy + Ord + Default {
    /// How many there are.
    const BITS: u32;
    /// The bits of an address of this family.
    fn of(address: IpAddr) -> Option<Self>;
    fn address(self) -> IpAddr;
    /// How many leading bits are the same.
    fn common_bits(self, other: Self) -> u32;
    /// `count` bits (at most 24) after the leading `skip` (below [`Key::BITS`]).
    fn bits_after(self, skip: u32, count: u32) -> usize;
}

impl Key for u32 {
    const BITS: u32 = 32;

    fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(address) => Some(address.to_bits()),
            IpAddr::V6(_) => None,
        }
    }

    fn address(self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(self))
    }

    #[inline]
    fn common_bits(self, other: Self) -> u32 {
        (self ^ other).leading_zeros()
    }

    #[inline]
    fn bits_after(self, skip: u32, count: u32) -> usize {
        // As 64 bits, so that a count of 0 shifts by less than the width.
        (u64::from(self << skip) >> (32 - count)) as usize
    }
}

/// The bits of an IPv6 address in two halves: aligned to 8 bytes where a `u128` takes 16.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Wide {
    high: u64,
    low: u64,
}

impl Wide {
    #[inline]
    fn bits(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }
}

/// As one number: a subtraction with borrow, where comparing the halves in turn would branch.
impl Ord for Wide {
    #[inline]
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.bits().cmp(&other.bits())
    }
}

impl PartialOrd for Wide {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }

    #[inline]
    fn le(&self, other: &Self) -> bool {
        self.bits() <= other.bits()
    }
}

impl From<Ipv6Addr> for Wide {
    #[inline]
    fn from(address: Ipv6Addr) -> Self {
        let bits = address.to_bits();
        Self { high: (bits >> 64) as u64, low: bits as u64 }
    }
}

impl Key for Wide {
    const BITS: u32 = 128;

    fn of(address: IpAddr) -> Option<Self> {
        match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(address.into()),
        }
    }

    fn address(self) -> IpAddr {
        IpAddr::V6(Ipv6Addr::from_bits(u128::from(self.high) << 64 | u128::from(self.low)))
    }

    #[inline]
    fn common_bits(self, other: Self) -> u32 {
        let (high, low) = (self.high ^ other.high, self.low ^ other.low);
        // Which half decides differs from entry to entry: chosen first and counted once, so that nothing branches on it.
        let (before, deciding) = if high == 0 { (64, low) } else { (0, high) };
        before + deciding.leading_zeros()
    }

    #[inline]
    fn bits_after(self, skip: u32, count: u32) -> usize {
        let bits = self.bits() << skip;
        ((bits >> 64) as u64).checked_shr(64 - count).unwrap_or(0) as usize
    }
}
