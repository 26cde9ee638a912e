//! Measuring beside peers: thread CPU time, medians of rounds, ratios within one run.
//!
//! Absolute times depend on the machine and its other work; only ratios of one [`race`] mean something.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// CPU time of this thread.
pub fn cpu_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

/// One program of a [`race`]: a name and a round of work, whose result is kept from the optimiser.
pub type Runner<'a> = (&'a str, Box<dyn FnMut() -> u64 + 'a>);

/// What one runner took for one operation.
#[derive(Clone, Debug)]
pub struct Lap {
    /// The runner.
    pub name: String,
    /// Nanoseconds of CPU time for one operation, the median of all rounds.
    pub ns: f64,
}

/// Runs the runners in turn, round after round, until `budget` of CPU time is used, at least five rounds after one to
/// warm up. A round of each does `ops` operations.
pub fn race(ops: u64, budget: Duration, mut runners: Vec<Runner<'_>>) -> Vec<Lap> {
    for (_, round) in &mut runners {
        black_box(round());
    }
    let mut taken: Vec<Vec<Duration>> = vec![Vec::new(); runners.len()];
    let start = cpu_time();
    let mut rounds = 0;
    while rounds < 5 || (cpu_time() - start < budget && rounds < 10_000) {
        for ((_, round), taken) in runners.iter_mut().zip(&mut taken) {
            let before = cpu_time();
            black_box(round());
            taken.push(cpu_time() - before);
        }
        rounds += 1;
    }
    runners
        .iter()
        .zip(&mut taken)
        .map(|((name, _), taken)| {
            taken.sort_unstable();
            let median = taken.get(taken.len() / 2).copied().unwrap_or_default();
            Lap { name: (*name).into(), ns: median.as_nanos() as f64 / ops as f64 }
        })
        .collect()
}

/// The median CPU time of one operation in nanoseconds, of a round of `ops`, within about 200 ms.
pub fn measure(name: &str, ops: u64, round: impl FnMut() -> u64) -> Lap {
    let laps = race(ops, Duration::from_millis(200), vec![(name, Box::new(round))]);
    laps.into_iter().next().unwrap_or(Lap { name: name.into(), ns: f64::NAN })
}

/// Whether a ratio meets its target, as a table shows it.
pub fn verdict(ratio: f64, most: f64) -> String {
    let word = if ratio <= most { "ok" } else { "MISSED" };
    format!("{ratio:.2} (<= {most:.2}) {word}")
}

/// Prints a Markdown table with aligned columns.
pub fn print_table(title: &str, head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        let head = head.get(column).map_or(0, |cell| cell.chars().count());
        cells.chain([head]).max().unwrap_or(0)
    };
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<_> = cells.enumerate().map(|(column, cell)| format!("{cell:<width$}", width = width(column))).collect();
        println!("| {} |", padded.join(" | "));
    };
    println!("\n{title}");
    line(&mut head.iter().copied());
    let rule: Vec<_> = (0..head.len()).map(|column| "-".repeat(width(column).max(3))).collect();
    line(&mut rule.iter().map(String::as_str));
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
}

/// A small generator with a fixed seed (SplitMix64), so that every run sees the same data.
#[derive(Clone, Debug)]
pub struct Rng(pub u64);

impl Rng {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next 128 bits.
    pub fn wide(&mut self) -> u128 {
        u128::from(self.bits()) << 64 | u128::from(self.bits())
    }

    /// A number below `bound`, for choosing test data.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.bits() % bound.max(1) as u64) as usize
    }
}

/// The system's heap, counting how often memory was asked for.
#[derive(Debug, Default)]
pub struct CountingHeap(AtomicU64);

impl CountingHeap {
    /// A heap that nobody asked yet.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// How often memory was asked for.
    pub fn allocations(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

// SAFETY: every call goes to the system's heap unchanged.
unsafe impl GlobalAlloc for CountingHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.0.fetch_add(1, Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        self.0.fetch_add(1, Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.realloc(memory, layout, size) }
    }
}
