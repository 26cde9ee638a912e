//! `KeyUri::parse`: never panics, and what it accepts is read back from what it writes (SPEC M4, M10).
#![no_main]

use libfuzzer_sys::fuzz_target;
use libprov::otp::KeyUri;

fuzz_target!(|text: &str| {
    let Ok(read) = KeyUri::parse(text) else {
        return;
    };
    let written = read.uri.uri();
    let again = KeyUri::parse(written.expose()).expect("what is written is read");
    assert_eq!(again.uri, read.uri);
    assert_eq!(again.label_issuer, None);
    assert_eq!(again.uri.uri(), written);
});
