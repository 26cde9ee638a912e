//! See `TARGETS` in `src/lib.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| libprov_fuzz::run("recovery", input));
