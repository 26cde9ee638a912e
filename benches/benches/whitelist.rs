//! How long does one lookup in a whitelist take, how does that grow, and what does an entry weigh?
//!
//! Lookups depend on one another: the next address is known only when the last answer is. `cargo bench -p libprov-benches
//! --bench whitelist`, with `-- 1000` for no list larger than that.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ip_network::{Ipv4Network, Ipv6Network};
use ip_network_table::IpNetworkTable;
use libprov::ip::{IpPrefix, WidthLimits};
use libprov::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};
use libprov_benches::{Lap, Rng, Runner, print_table, race, verdict};
use peak_alloc::PeakAlloc;
use prefix_trie::PrefixMap;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const SIZES: [usize; 4] = [10, 1_000, 100_000, 1_000_000];

/// Above this size a linear scan takes minutes and is no peer.
const LINEAR_MAX: usize = 1_000;

/// The bits of an address of one family.
trait Family: Copy + Eq + Ord + 'static {
    const NAME: &'static str;
    const BYTES_MAX: f64;
    fn random_prefix(rng: &mut Rng) -> (Self, u8);
    fn random(rng: &mut Rng) -> Self;
    fn mask(len: u8) -> Self;
    fn and(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    fn not(self) -> Self;
    fn of(answer: u32) -> Self;
    fn ip(self) -> IpAddr;
    fn bits(address: IpAddr) -> Option<Self>;
    fn insert(table: &mut IpNetworkTable<u32>, prefix: (Self, u8), id: u32);
    fn trie(prefixes: &[(Self, u8)]) -> Trie<Self>;
}

/// prefix-trie has its own trait for keys; a closure hides it.
type Trie<F> = (Box<dyn std::any::Any>, fn(&dyn std::any::Any, &[F], u32) -> u64);

macro_rules! family {
    ($bits:ty, $name:literal, $bytes:literal, $address:ty, $network:ty, $ip:path, $random:expr, $stranger:expr) => {
        impl Family for $bits {
            const NAME: &'static str = $name;
            const BYTES_MAX: f64 = $bytes;
            fn random_prefix(rng: &mut Rng) -> (Self, u8) {
                let (bits, len): (Self, u8) = $random(rng);
                (bits & Self::mask(len), len)
            }
            fn random(rng: &mut Rng) -> Self {
                $stranger(rng)
            }
            fn mask(len: u8) -> Self {
                Self::MAX.checked_shl(Self::BITS - u32::from(len)).unwrap_or(0)
            }
            fn and(self, other: Self) -> Self {
                self & other
            }
            fn xor(self, other: Self) -> Self {
                self ^ other
            }
            fn not(self) -> Self {
                !self
            }
            fn of(answer: u32) -> Self {
                answer.into()
            }
            fn ip(self) -> IpAddr {
                $ip(<$address>::from_bits(self))
            }
            fn bits(address: IpAddr) -> Option<Self> {
                if let $ip(address) = address { Some(address.to_bits()) } else { None }
            }
            fn insert(table: &mut IpNetworkTable<u32>, (bits, len): (Self, u8), id: u32) {
                table.insert(<$network>::new(<$address>::from_bits(bits), len).unwrap(), id);
            }
            fn trie(prefixes: &[(Self, u8)]) -> Trie<Self> {
                let mut map: PrefixMap<(Self, u8), u32> = PrefixMap::new();
                for (id, prefix) in prefixes.iter().enumerate() {
                    map.insert(*prefix, id as u32);
                }
                fn run(map: &dyn std::any::Any, asked: &[$bits], zero: u32) -> u64 {
                    let map: &PrefixMap<($bits, u8), u32> = map.downcast_ref().unwrap();
                    chain(asked, zero, |address| map.get_lpm(&(address, <$bits>::BITS as u8)).map(|(_, id)| *id))
                }
                (Box::new(map), run)
            }
        }
    };
}

family!(
    u32,
    "IPv4",
    24.0,
    Ipv4Addr,
    Ipv4Network,
    IpAddr::V4,
    |rng: &mut Rng| {
        let len = match rng.below(100) {
            0..45 => 24,
            45..80 => 32,
            80..99 => 25 + rng.below(7) as u8,
            _ => 16 + rng.below(8) as u8,
        };
        (rng.bits() as u32, len)
    },
    |rng: &mut Rng| rng.bits() as u32
);
family!(
    u128,
    "IPv6",
    48.0,
    Ipv6Addr,
    Ipv6Network,
    IpAddr::V6,
    |rng: &mut Rng| {
        let len = match rng.below(100) {
            0..45 => 48,
            45..80 => 64,
            80..90 => 128,
            90..99 => 56,
            _ => 32 + rng.below(16) as u8,
        };
        (u128::random(rng), len)
    },
    |rng: &mut Rng| rng.wide() >> 3 | 1 << 125 // 2000::/3
);

/// Asks one address after the other, each known only with the last answer; `zero` is 0, but the compiler does not know.
fn chain<F: Family>(asked: &[F], zero: u32, mut lookup: impl FnMut(F) -> Option<u32>) -> u64 {
    let mut last = 0;
    let mut sum = 0;
    for address in asked {
        last = lookup(address.xor(F::of(last & zero))).unwrap_or(u32::MAX);
        sum += u64::from(last);
    }
    sum
}

fn entries<F: Family>(prefixes: &[(F, u8)]) -> Vec<WhitelistEntry> {
    prefixes
        .iter()
        .map(|(bits, len)| WhitelistEntry { prefix: IpPrefix::new(bits.ip(), *len).unwrap(), label: "".into() })
        .collect()
}

struct Row {
    size: usize,
    hit: bool,
    laps: Vec<Lap>,
}

impl Row {
    fn ns(&self, name: &str) -> f64 {
        self.laps.iter().find(|lap| lap.name == name).map_or(f64::NAN, |lap| lap.ns)
    }
}

fn family<F: Family>(rng: &mut Rng, largest: usize) {
    let limits = WhitelistLimits { width: WidthLimits::ANY, ..WhitelistLimits::default() };
    let mut rows = Vec::new();
    let mut memory = Vec::new();
    for size in SIZES.into_iter().filter(|size| *size <= largest) {
        let mut set = BTreeSet::new();
        while set.len() < size {
            let (bits, len) = F::random_prefix(rng);
            if IpPrefix::new(bits.ip(), len).is_ok() {
                set.insert((bits, len));
            }
        }
        let prefixes: Vec<_> = set.into_iter().collect();
        let mut linear: Vec<_> = prefixes.iter().enumerate().map(|(id, (bits, len))| (*bits, F::mask(*len), id as u32)).collect();
        linear.sort_by_key(|(_, mask, _)| std::cmp::Reverse(*mask));

        let given = entries(&prefixes);
        let before = HEAP.current_usage();
        let given_bytes = given.capacity() * size_of::<WhitelistEntry>();
        let list = Whitelist::build(given, &limits).unwrap();
        let ours_bytes = HEAP.current_usage() + given_bytes - before;
        let before = HEAP.current_usage();
        let (trie, run_trie) = F::trie(&prefixes);
        let trie_bytes = HEAP.current_usage() - before;
        let mut table = IpNetworkTable::new();
        for (id, prefix) in prefixes.iter().enumerate() {
            F::insert(&mut table, *prefix, id as u32);
        }
        let of = |bytes: usize| bytes as f64 / size as f64;
        memory.push(vec![
            size.to_string(),
            format!("{:.1}", of(ours_bytes)),
            format!("{:.1}", of(trie_bytes)),
            if size >= 1_000 { verdict(of(ours_bytes), F::BYTES_MAX) } else { "-".into() },
        ]);

        for hit in [true, false] {
            // Enough to visit most of a large list in a round, not once the same small part.
            let count = if size >= 100_000 { 1 << 17 } else { 1 << 14 };
            let mut asked = Vec::with_capacity(count);
            while asked.len() < count {
                let address = if hit {
                    let (bits, len) = prefixes[rng.below(size)];
                    bits.xor(F::random(rng).and(F::mask(len).not()))
                } else {
                    F::random(rng)
                };
                if list.covers(address.ip()) == hit {
                    asked.push(address);
                }
            }
            let ours = |address: F| list.lookup(address.ip()).map(|found| found.index() as u32);
            let peer = |address: F| table.longest_match(address.ip()).map(|(_, id)| *id);
            let scan = |address: F| {
                let address = F::bits(address.ip())?;
                let found = linear.iter().find(|(bits, mask, _)| address.and(*mask) == *bits);
                found.map(|(_, _, id)| *id)
            };
            let zero = black_box(0);
            let some = &asked[..1 << 10];
            let right = chain(some, zero, ours);
            assert_eq!(right, run_trie(&*trie, some, zero), "the peers disagree");
            assert_eq!(right, chain(some, zero, peer), "the peers disagree");
            let mut runners: Vec<Runner<'_>> = vec![
                ("libprov", Box::new(|| chain(&asked, zero, ours))),
                ("prefix-trie", Box::new(|| run_trie(&*trie, &asked, zero))),
                ("ip_network_table", Box::new(|| chain(&asked, zero, peer))),
            ];
            if size <= LINEAR_MAX {
                assert_eq!(right, chain(some, zero, scan), "the peers disagree");
                runners.push(("linear", Box::new(|| chain(&asked, zero, scan))));
            }
            let laps = race(count as u64, Duration::from_millis(700), runners);
            rows.push(Row { size, hit, laps });
        }
    }
    report::<F>(&rows, &memory);
}

fn report<F: Family>(rows: &[Row], memory: &[Vec<String>]) {
    const PEERS: [&str; 3] = ["prefix-trie", "ip_network_table", "linear"];
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            let best = PEERS.map(|peer| row.ns(peer)).into_iter().fold(f64::NAN, f64::min);
            let most = if row.size >= 1_000 { 0.7 } else { 1.1 };
            let mut cells = vec![row.size.to_string(), if row.hit { "hit" } else { "miss" }.into()];
            cells.push(format!("{:.1}", row.ns("libprov")));
            cells.extend(PEERS.map(|peer| match row.ns(peer) {
                ns if ns.is_nan() => "-".into(),
                ns => format!("{ns:.1}"),
            }));
            cells.push(verdict(row.ns("libprov") / best, most));
            cells
        })
        .collect();
    let head = ["entries", "", "libprov ns", "prefix-trie", "ip_network_table", "linear", "of the best peer"];
    print_table(&format!("B5: one dependent lookup, {}", F::NAME), &head, &cells);

    let mut growth = Vec::new();
    for hit in [true, false] {
        let ns = |size: usize, name: &str| {
            let row = rows.iter().find(|row| row.size == size && row.hit == hit);
            row.map_or(f64::NAN, |row| row.ns(name))
        };
        let million = ns(1_000_000, "libprov");
        growth.push(vec![
            if hit { "hit" } else { "miss" }.to_string(),
            verdict(ns(1_000, "libprov") / ns(10, "libprov"), 3.0),
            format!("{:.2}", million / ns(10, "libprov")),
            verdict(million / ns(1_000_000, "prefix-trie"), 0.7),
        ]);
    }
    let head = ["", "10 -> 1k", "10 -> 1M", "1M of prefix-trie"];
    print_table(&format!("B6: growth, {}", F::NAME), &head, &growth);
    let head = ["entries", "libprov B", "prefix-trie B", "target"];
    print_table(&format!("B8: bytes per entry without label, {}", F::NAME), &head, memory);
}

fn main() {
    let mut rng = Rng(1);
    let largest = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(usize::MAX);
    family::<u32>(&mut rng, largest);
    family::<u128>(&mut rng, largest);
}
