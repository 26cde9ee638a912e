//! `Migration::parse`: never panics, stays within its bounds, and what it accepts is a URI that is read back (SPEC M10).
#![no_main]

use libfuzzer_sys::fuzz_target;
use libprov::otp::{KeyUri, Migration};

/// Bytes of a payload, so that the fuzzer need not discover Base64.
fn uri(payload: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::from("otpauth-migration://offline?data=");
    for chunk in payload.chunks(3) {
        let mut group = [0u8; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(group);
        for at in 0..=chunk.len() {
            out.push(LETTERS[(bits >> (18 - 6 * at) & 63) as usize] as char);
        }
    }
    out
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Migration::parse(text);
    }
    let Ok(read) = Migration::parse(&uri(bytes)) else {
        return;
    };
    assert!(read.entries.len() <= Migration::MAX_ENTRIES);
    for entry in read.entries {
        if let Ok(one) = entry.outcome {
            assert_eq!(KeyUri::parse(one.uri.uri().expose()).expect("what is written is read").uri, one.uri);
        }
    }
});
