//! `MacAddr::parse`: never panics, and what it accepts it reads back from both of its written forms (SPEC D1).
#![no_main]

use libfuzzer_sys::fuzz_target;
use libprov::mac::MacAddr;

fuzz_target!(|text: &str| {
    let Ok(mac) = MacAddr::parse(text) else {
        return;
    };
    assert_eq!(MacAddr::parse(&mac.to_string()), Ok(mac));
    assert_eq!(MacAddr::parse(mac.bare().as_str()), Ok(mac));
    assert_eq!(MacAddr::from_octets(mac.octets()), Ok(mac));
    assert!(text.eq_ignore_ascii_case(&mac.to_string()) || !text.contains(':'));
});
