//! Targets of one-time passwords.

use libprov::otp::{KeyUri, Migration, OtpOutcome, OtpSecret, Totp, TotpKey, Window};

/// `KeyUri::parse`: never panics, and what it accepts has each parameter once, is well encoded, and is read back from what
/// it writes (SPEC M4, M10).
pub fn otpauth(text: &str) {
    let Ok(read) = KeyUri::parse(text) else { return };
    well_encoded(text);
    has_each_once(text, &["secret", "issuer", "algorithm", "digits", "period", "counter"]);
    for name in [read.uri.issuer(), read.uri.account()] {
        assert_eq!(name, name.trim());
    }
    let written = read.uri.uri();
    let again = KeyUri::parse(written.expose()).expect("what is written is read");
    assert_eq!(again.uri, read.uri);
    assert_eq!(again.label_issuer, None);
    assert_eq!(again.uri.uri(), written);
}

/// `Migration::parse`: never panics, stays within its bounds, and what it accepts has its data once, is well encoded, and is
/// a URI that is read back (SPEC M10).
pub fn migration(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && Migration::parse(text).is_ok()
    {
        well_encoded(text);
        has_each_once(text, &["data"]);
        let host = "otpauth-migration://offline";
        assert!(text.trim_ascii().get(..host.len()).is_some_and(|start| start.eq_ignore_ascii_case(host)));
    }
    let Ok(read) = Migration::parse(&export(bytes)) else { return };
    assert!(read.entries.len() <= Migration::MAX_ENTRIES);
    for entry in read.entries {
        if let Ok(one) = entry.outcome {
            assert_eq!(KeyUri::parse(one.uri.uri().expose()).expect("what is written is read").uri, one.uri);
        }
    }
}

/// Each `%` stands before two hex digits.
fn well_encoded(uri: &str) {
    for escape in uri.split('%').skip(1) {
        let digits = escape.as_bytes().get(..2).expect("two bytes behind a percent sign");
        assert!(digits.iter().all(u8::is_ascii_hexdigit), "a bad escape was accepted");
    }
}

/// No reader of the query finds one of these parameters twice, whether it decodes names or not.
fn has_each_once(uri: &str, known: &[&str]) {
    let (_, query) = uri.split_once('?').unwrap_or_default();
    let names: Vec<_> = query.split('&').map(|pair| decoded(pair.split('=').next().unwrap_or_default())).collect();
    for known in known {
        let found = names.iter().filter(|name| name.eq_ignore_ascii_case(known.as_bytes()));
        assert!(found.count() <= 1, "{known} stands there twice");
    }
}

/// A name without its escapes, which are good.
fn decoded(name: &str) -> Vec<u8> {
    let mut pieces = name.split('%');
    let mut out = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        out.push(u8::from_str_radix(digits, 16).expect("two hex digits"));
        out.extend(rest.bytes());
    }
    out
}

/// Bytes of a payload as an export URI, so that the fuzzer need not discover Base64.
fn export(payload: &[u8]) -> String {
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

/// `OtpSecret::parse`: never panics, and what it accepts is read back from both written forms (SPEC M4, M10).
pub fn base32(text: &str) {
    let Ok(secret) = OtpSecret::parse(text) else { return };
    assert!((1..=OtpSecret::MAX_BYTES).contains(&secret.expose().len()));
    assert_eq!(OtpSecret::parse(secret.base32().expose()), Ok(secret.clone()));
    assert_eq!(OtpSecret::parse(secret.grouped().expose()), Ok(secret.clone()));
    assert_eq!(OtpSecret::import(secret.expose()), Ok(secret));
}

/// `TotpKey::verify_at`: never panics; text is malformed or it is the digits it holds, and the outcome says the truth (SPEC
/// M1, M2, M11). The input is digits, window, a flag, the step, the last step, and then the code.
pub fn otp_input(input: &[u8]) {
    let Some(([digits, steps, has_last, rest @ ..], code)) = input.split_first_chunk::<19>() else { return };
    let (centre, last) = rest.split_at(8);
    let number = |bytes: &[u8]| u64::from_be_bytes(bytes.try_into().expect("eight bytes"));
    let (centre, last) = (number(centre), (has_last & 1 == 1).then(|| number(last)));
    let Ok(code) = std::str::from_utf8(code) else { return };
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
}
