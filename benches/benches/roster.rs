//! How long do export and import of a million devices take, beside Python's `csv` module on the same rows?
//!
//! `cargo bench -p libprov-benches --bench roster`, with `-- 100000` for fewer devices. Python runs as a program of its own and
//! takes its own CPU time; it parses and writes, and does not check a field, make a device or notice a duplicate.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::hint::black_box;
use std::process::{Command as Program, ExitCode};

use libprov::device::{Command, Device, NewDevice};
use libprov::entropy::Entropy;
use libprov::ids::{ShortNumber, TenantId};
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::policy::{Policy, Settings};
use libprov::request::{Facts, admin};
use libprov::roster::{Exporter, Format, Import, Item, Options, Reader, export};
use libprov::tenant::Tenant;
use libprov::time::Timestamp;
use libprov_benches::{CountingHeap, Rng, cpu_time, print_table};

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

/// How many times faster than Python (PERFORMANCE B14).
const FASTER: f64 = 5.0;
const ROUNDS: usize = 5;

/// Reads the file five times and writes its rows five times; prints the median CPU time of each in nanoseconds.
const PYTHON: &str = "
import csv, io, statistics, sys, time
read, written = [], []
for _ in range(5):
    with open(sys.argv[1], newline='', encoding='utf-8') as file:
        start = time.process_time_ns()
        rows = list(csv.reader(file, delimiter=';'))
        read.append(time.process_time_ns() - start)
for _ in range(5):
    out = io.StringIO()
    start = time.process_time_ns()
    csv.writer(out, delimiter=';').writerows(rows)
    out.getvalue().encode()
    written.append(time.process_time_ns() - start)
print(len(rows), statistics.median(written), statistics.median(read))
";

fn main() -> ExitCode {
    let count: usize = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(1_000_000);
    let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
    let tenant = Tenant::new(
        TenantId::from_number(1),
        policy,
        Keyring::new(TenantKey::new(1, std::array::from_fn(|at| at as u8)).unwrap()),
    );
    let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let mut rng = Rng(14);
    let models: Vec<_> = models::all().collect();
    let sites = ["", "Köln", "Berlin, Haus 2", "München; Nord", "Werk \"Süd\"", "Paris", "Lager", "Empfang"];
    let devices: Vec<Device> = (0..count)
        .map(|at| {
            let number = (at as u32).wrapping_mul(2_654_435_761);
            let [a, b, c, d] = number.to_be_bytes();
            let mac = MacAddr::from_octets([0x80, 0x5e, a, b, c, d]).unwrap();
            let model = ModelRef::Known(models[rng.below(models.len())]);
            let site = Some(sites[rng.below(sites.len())]);
            let new = NewDevice { mac, model, accounts: 1, site, known_elsewhere: false, taken: &[] };
            let fresh = Entropy::new(std::array::from_fn(|at| at as u8)).unwrap();
            let at = now.plus_ms(rng.bits() % 1_000_000_000);
            admin(Facts::of(&tenant), &Command::Create(new), at, fresh).unwrap().writes.device.unwrap()
        })
        .collect();
    let format = Format::new(Lang::De);
    let file = export(&devices, &format, now);
    let path = std::env::current_exe().unwrap().with_file_name("bench-roster.csv");
    std::fs::write(&path, &file).unwrap();

    let written = median(|| {
        // In pieces, as a host sends a long file.
        let exporter = Exporter::new(&format, now);
        let mut piece = String::with_capacity(1 << 17);
        let mut bytes = 0;
        exporter.header(&mut piece);
        for device in &devices {
            exporter.row(&mut piece, device);
            if piece.len() > 1 << 16 {
                bytes += black_box(&piece).len();
                piece.clear();
            }
        }
        assert_eq!(bytes + piece.len(), file.len());
    });
    let checked = median(|| {
        let mut reader = Reader::new(&Options { max_rows: u32::MAX, ..Options::default() });
        let mut rows = 0;
        for mut piece in file.as_bytes().chunks(1 << 16) {
            while let Some(item) = reader.next(&mut piece) {
                let Item::Row(row) = item else { panic!("{item:?}") };
                black_box(row);
                rows += 1;
            }
        }
        assert!(reader.end().is_none() && rows == count);
    });
    let kept = median(|| {
        let mut import = Import::new(Options { max_rows: u32::MAX, ..Options::default() });
        file.as_bytes().chunks(1 << 16).for_each(|piece| import.feed(piece));
        assert_eq!(black_box(import.finish()).rows().len(), count);
    });
    let mut import = Import::new(Options { max_rows: u32::MAX, ..Options::default() });
    import.feed(file.as_bytes());
    let read = import.finish();
    // Six digits are a million PAPs, so only a part of the rows can be made.
    let part = (count / 2).min(400_000);
    let made = median(|| {
        let fresh = Entropy::new(std::array::from_fn(|at| at as u8)).unwrap();
        let mut batch = read.begin(&tenant, &[], now, fresh).unwrap();
        for row in read.good_rows().take(part) {
            let _ = black_box(batch.step(Facts::of(&tenant), row).unwrap());
        }
    }) * count as f64
        / part as f64;

    let Ok(python) = Program::new("python3").args(["-c", PYTHON]).arg(&path).output() else {
        println!("skipped: there is no python3");
        return ExitCode::SUCCESS;
    };
    let text = String::from_utf8(python.stdout).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [rows, python_written, python_read] = numbers[..] else { panic!("{text} {}", String::from_utf8_lossy(&python.stderr)) };
    assert_eq!(rows as usize, count + 1);
    let each = |ns: f64| format!("{:.0}", ns / count as f64);
    let row = |name: &str, ours: f64, python: Option<f64>| {
        let faster = python.map_or("-".to_owned(), |python| {
            let faster = python / ours;
            format!("{faster:.2} (>= {FASTER:.2}) {}", if faster >= FASTER { "ok" } else { "MISSED" })
        });
        vec![name.to_owned(), each(ours), python.map_or("-".to_owned(), each), faster]
    };
    print_table(
        &format!("B14: roster, {count} devices, {} bytes", file.len()),
        &["", "libprov ns a row", "Python csv", "times faster"],
        &[
            row("export", written, Some(python_written)),
            row("import: every line checked, rows lent", checked, Some(python_read)),
            row("import: every line checked, rows kept", kept, Some(python_read)),
            row("making the devices, for orientation", made, None),
        ],
    );
    let _ = std::fs::remove_file(path);
    ExitCode::SUCCESS
}

/// The median CPU time in nanoseconds.
fn median(mut round: impl FnMut()) -> f64 {
    let mut taken: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let before = cpu_time();
            round();
            (cpu_time() - before).as_nanos() as f64
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken[ROUNDS / 2]
}
