//! How much memory reading a roster takes (SPEC X2, E3). A program of its own: the heap is counted for all its threads.
#![allow(clippy::unwrap_used)]

use libprov::mac::MacAddr;
use libprov::roster::{Item, Options, Reader, Reason};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

/// The system's heap, counting what is held and what was held at most.
struct Heap;
static HELD: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);
#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: every call goes to the system's heap unchanged.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size() as isize, Relaxed) + layout.size() as isize;
        PEAK.fetch_max(held, Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as isize, Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[test]
fn e3_a_million_rows_stream_through_bounded_memory() {
    const ROWS: u32 = 1_000_000;
    let mut reader = Reader::new(&Options::default());
    let before = HELD.load(Relaxed);
    PEAK.store(before, Relaxed);
    let (mut good, mut bad) = (0u32, 0u32);
    let mut piece: Vec<u8> = Vec::with_capacity(1 << 17);
    let count = |item: Item<'_>, good: &mut u32, bad: &mut u32| match item {
        Item::Row(row) => {
            assert_eq!(row.site, Some("Büro; Süd"));
            *good += 1;
        }
        Item::Fault(fault) => {
            assert!(matches!(fault.reason, Reason::Mac), "{fault}");
            *bad += 1;
        }
    };
    piece.extend_from_slice(b"Vendor,Type,MAC address,Creation date,Site,Authentication state,PAP,Accounts\n");
    for at in 0..ROWS {
        // In no order, so that the index of MACs is tried in earnest; each number comes once.
        let shuffled = (at + 1).wrapping_mul(2_654_435_761) & 0x00ff_ffff;
        let [_, a, b, c] = shuffled.to_be_bytes();
        let mac = MacAddr::from_octets([0x80, 0x5e, 0, a, b, c]).unwrap();
        let slip = if at % 1000 == 999 { "x" } else { "" };
        piece.extend_from_slice(b"yealink,T46S,");
        piece.extend_from_slice(mac.to_string().as_bytes());
        piece.extend_from_slice(slip.as_bytes());
        piece.extend_from_slice(",2030-03-17,\"B\u{fc}ro; S\u{fc}d\",required,,2\r\n".as_bytes());
        if piece.len() > 1 << 16 || at + 1 == ROWS {
            let mut rest = piece.as_slice();
            while let Some(item) = reader.next(&mut rest) {
                count(item, &mut good, &mut bad);
            }
            piece.clear();
        }
    }
    assert!(reader.end().is_none());
    assert_eq!((good, bad), (ROWS - ROWS / 1000, ROWS / 1000));
    let peak = PEAK.load(Relaxed) - before;
    assert!(peak < 44_000_000, "{peak} bytes at most");
}
