//! `OtpSecret::parse`: never panics, and what it accepts is read back from both written forms (SPEC M4, M10).
#![no_main]

use libfuzzer_sys::fuzz_target;
use libprov::otp::OtpSecret;

fuzz_target!(|text: &str| {
    let Ok(secret) = OtpSecret::parse(text) else {
        return;
    };
    assert!((1..=OtpSecret::MAX_BYTES).contains(&secret.expose().len()));
    assert_eq!(OtpSecret::parse(secret.base32().expose()), Ok(secret.clone()));
    assert_eq!(OtpSecret::parse(secret.grouped().expose()), Ok(secret.clone()));
    assert_eq!(OtpSecret::import(secret.expose()), Ok(secret));
});
