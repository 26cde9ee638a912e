//! Seeds and kept crashes of the fuzz targets, through the same functions, without a fuzzer.
#![cfg(feature = "render")]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code, reason = "tests")]

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use libprov::adoption::Adoption;
use libprov::device::Device;
use libprov::guard::{SourceGuard, TenantGuard};
use libprov::mfa::Account;
use libprov::snapshot::{self, Record};
use libprov::tenant::Tenant;
use libprov::whitelist::TempEntry;
use std::path::Path;

#[test]
fn what_once_crashed_a_target_does_so_no_more() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    for kept in ["seeds", "regressions"] {
        for (name, target) in targets::TARGETS {
            let Ok(folder) = fuzz.join(kept).join(name).read_dir() else { continue };
            for file in folder {
                let path = file.unwrap().path();
                println!("{}", path.display());
                target(&std::fs::read(path).unwrap());
            }
        }
    }
}

#[test]
fn every_seed_of_a_snapshot_is_read_as_a_record() {
    fn reads<R: Record>(input: &[u8]) -> bool {
        let json = std::str::from_utf8(input).is_ok_and(|text| snapshot::from_json::<R>(text).is_ok());
        json || snapshot::from_bytes::<R>(input).is_ok()
    }
    for file in Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/snapshot").read_dir().unwrap() {
        let path = file.unwrap().path();
        let input = std::fs::read(&path).unwrap();
        let guard =
            reads::<SourceGuard>(&input) || reads::<TenantGuard>(&input) || reads::<Adoption>(&input) || reads::<Account>(&input);
        let known = guard || reads::<Device>(&input) || reads::<TempEntry>(&input) || reads::<Tenant>(&input);
        assert!(known, "{} is of an older shape: take core/tests/snapshots/v1 or write it anew", path.display());
    }
}

#[test]
fn every_target_has_its_program_and_its_seeds() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let mut programs: Vec<String> = fuzz
        .join("fuzz_targets")
        .read_dir()
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    programs.sort();
    let names: Vec<&str> = targets::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(programs, names);
    assert!(names.iter().all(|name| fuzz.join("seeds").join(name).is_dir()));
}
