//! How much memory reading a roster takes (SPEC X2, E3). A program of its own: the heap is counted for all its threads.
#![allow(clippy::unwrap_used)]

use libprov::mac::MacAddr;
use libprov::roster::{Import, Item, MAX_FAULTS, Options, Reader, Reason};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// The system's heap, counting what is held and what was held at most, and looking for a PAP in what is given back.
struct Heap;
static HELD: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);
static LOOKING: AtomicBool = AtomicBool::new(false);
static FOUND: AtomicUsize = AtomicUsize::new(0);
const PAP: &[u8; 8] = b"90734155";
/// One test at a time: the heap is one for all.
static ALONE: Mutex<()> = Mutex::new(());
#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: every call goes to the system's heap; what it lends is zeroed, so that all of it may be read.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size() as isize, Relaxed) + layout.size() as isize;
        PEAK.fetch_max(held, Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if LOOKING.load(Relaxed) {
            // SAFETY: that many bytes, which were zeroed when they were lent out.
            let left = unsafe { std::slice::from_raw_parts(memory, layout.size()) };
            FOUND.fetch_add(left.windows(PAP.len()).filter(|part| *part == PAP).count(), Relaxed);
        }
        HELD.fetch_sub(layout.size() as isize, Relaxed);
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[test]
fn e3_a_million_rows_stream_through_bounded_memory() {
    const ROWS: u32 = 1_000_000;
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
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

/// Reads a file in pieces: how many faults are told, and how many bytes were held at the most, the file aside.
fn import(options: Options, head: &str, line: &str, count: usize) -> (usize, isize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = HELD.load(Relaxed);
    PEAK.store(before, Relaxed);
    let mut import = Import::new(options);
    import.feed(head.as_bytes());
    for _ in 0..count {
        import.feed(line.as_bytes());
    }
    let checked = import.finish();
    let faults = checked.faults();
    (faults.len(), PEAK.load(Relaxed) - before)
}

#[test]
fn e3_bad_lines_are_kept_in_bounded_memory_whatever_is_wrong_with_them() {
    let few = Options { max_rows: 10, ..Options::default() };
    let (faults, bytes) = import(few, "Vendor,Type,MAC address\n", "\"\"x\n", 200_000);
    assert!(faults == 11 && bytes < 100_000, "{faults} faults, {bytes} bytes");
    let head = "Vendor,Type,MAC address,Creation date,Site,Accounts\n";
    let names = format!("yealink,T64S-{},x,x,\"\n\",x\n", "x".repeat(100));
    for line in ["\"\"x\n", "x\n", "acme,T46S,x,x,\"\n\",x\n", &names] {
        let (faults, bytes) = import(Options::default(), head, line, 50_000);
        assert!(faults == MAX_FAULTS + 1 && bytes < 6_000_000, "{faults} faults, {bytes} bytes");
    }
}

#[test]
fn p5_no_memory_that_reading_gives_back_holds_a_pap() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let pap = std::str::from_utf8(PAP).unwrap();
    let head = "Vendor,Type,MAC address,Creation date,Site,Authentication state,PAP,Accounts\n";
    let files = [
        format!("{head}yealink,T46S,80:5e:c0:00:00:01,,,required,{pap},\nyealink,T46S,80:5e:c0:00:00:02,,,required,{pap},"),
        format!("{head}yealink,T46S,80:5e:c0:00:00:01,,,required,{pap},\n{}\n", "x".repeat(60_000)),
        format!("{head}yealink,{pap},'{pap},\"{pap}\",\"{pap}\n\",{pap},{pap},{pap}\n{pap},{pap},{pap}:12345678\n,,\"{pap}"),
        format!("{head}{pap},T46S,{pap},,,,{pap},\nyealink,{pap} , {pap},,,,,\n"),
        format!("{pap};Type;{}\n", "x".repeat(5_000)),
        format!("{pap};{pap}"),
        format!("{pap}{}", ";".repeat(70_000)),
        format!("{head}\"{pap}{}\n", pap.repeat(10_000)),
    ];
    for file in &files {
        for piece in [7, 1 << 20] {
            let mut import = Import::new(Options::default());
            FOUND.store(0, Relaxed);
            LOOKING.store(true, Relaxed);
            for part in file.as_bytes().chunks(piece) {
                import.feed(part);
            }
            drop(import.clone());
            let checked = import.finish();
            LOOKING.store(false, Relaxed);
            assert_eq!(FOUND.load(Relaxed), 0, "{:.120} in pieces of {piece}", file);
            drop(checked);
        }
    }
}
