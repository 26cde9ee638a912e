//! What the fuzz targets do with an input. Core's own tests replay kept crashes through the same functions.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a target says what it expects by panicking"
)]

mod accounts;
mod calls;
mod machine;
mod otp;
mod profile;
mod roster;
mod texts;
mod voice;
mod whitelist;

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("accounts", accounts::accounts),
    ("base32", |input| text(input, otp::base32)),
    ("dialogue", voice::dialogue),
    ("dtmf", voice::dtmf),
    ("enrolment", |input| text(input, texts::enrolment)),
    ("forward", |input| text(input, texts::forward)),
    ("key_value", texts::key_value),
    ("layers", |input| text(input, profile::layers)),
    ("mac", |input| text(input, texts::mac)),
    ("machine", machine::machine),
    ("migration", otp::migration),
    ("normalise", calls::normalised),
    ("otp_input", otp::otp_input),
    ("otpauth", |input| text(input, otp::otpauth)),
    ("prefix", |input| text(input, texts::prefix)),
    ("profile", |input| text(input, profile::profile)),
    ("readers", texts::readers),
    ("recovery", |input| text(input, accounts::recovery)),
    ("render", |input| text(input, texts::render)),
    ("roster", roster::roster),
    ("snapshot", texts::snapshot),
    ("whitelist", whitelist::whitelist),
];

/// Runs one target on one input.
pub fn run(name: &str, input: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a known target");
    target(input);
}

fn text(input: &[u8], target: fn(&str)) {
    if let Ok(text) = std::str::from_utf8(input) {
        target(text);
    }
}
