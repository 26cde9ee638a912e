//! `TotpKey::verify_at`: never panics; text is malformed or it is the digits it holds, and the outcome says the truth (SPEC
//! M1, M2, M11).
#![no_main]

use libfuzzer_sys::fuzz_target;
use libprov::otp::{OtpOutcome, OtpSecret, Totp, TotpKey, Window};

fuzz_target!(|input: (&str, u8, u64, Option<u64>, u8)| {
    let (code, digits, centre, last, steps) = input;
    let totp = Totp::builder().short_codes().digits(u32::from(digits % 5) + 4).build().expect("4 to 8");
    let window = Window::new(steps % (Window::MAX_STEPS + 1)).expect("up to 10");
    let key = TotpKey::new(&OtpSecret::from_bytes(b"12345678901234567890").expect("160 bits"), totp);
    let digits: String = code.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let plain = digits.len() == usize::from(totp.digits()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let reach = u64::from(window.steps());
    match key.verify_at(code, centre, last, window) {
        OtpOutcome::Malformed => assert!(!plain || code.len() > 64),
        OtpOutcome::ClockError { behind } => assert!(behind > reach && last == Some(centre + behind)),
        OtpOutcome::Accepted { step, drift } => {
            assert_eq!(key.generate(step).as_str(), digits);
            assert!(last.is_none_or(|last| step > last) && step.abs_diff(centre) <= reach);
            assert_eq!(centre.wrapping_add_signed(drift.into()), step);
        }
        OtpOutcome::Replayed { step } => {
            assert_eq!(key.generate(step).as_str(), digits);
            assert!(last.is_some_and(|last| step <= last));
        }
        _ => assert!(plain),
    }
    // The code of a step of the window always matches.
    let code = key.generate(centre.saturating_add(reach));
    assert!(matches!(key.verify_at(code.as_str(), centre, None, window), OtpOutcome::Accepted { .. }));
});
