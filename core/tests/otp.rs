//! One-time passwords through the public API: published vectors, other implementations, edges (SPEC M1, M2, M4, M10, M11).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use data_encoding::HEXLOWER;
use libprov::otp::{Algorithm, CompatWarning, HotpKey, KeyUri, OtpError, OtpField, OtpOutcome, OtpSecret, Totp, TotpKey, Window};
use libprov::time::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const SEED: &[u8] = b"12345678901234567890";

fn file(name: &str) -> Value {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(file["source"].as_str().is_some_and(|source| !source.is_empty()), "{name} has no source");
    file
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn secret(hex: &str) -> OtpSecret {
    OtpSecret::import(&HEXLOWER.decode(hex.as_bytes()).unwrap()).unwrap()
}

fn algorithm(value: &Value) -> Algorithm {
    Algorithm::from_name(text(value, "algorithm")).unwrap()
}

fn totp(algorithm: Algorithm, digits: u32) -> Totp {
    Totp::builder().algorithm(algorithm).short_codes().digits(digits).build().unwrap()
}

fn key() -> TotpKey {
    TotpKey::new(&OtpSecret::from_bytes(SEED).unwrap(), Totp::DEFAULT)
}

fn at(step: u64) -> Timestamp {
    Timestamp::from_ms(step as i64 * 30_000).unwrap()
}

const STEP: u64 = 0x3f9_40aa;

#[test]
fn m1_rfc_4226_appendix_d() {
    let file = file("rfc4226.json");
    let secret = secret(text(&file, "key"));
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 10);
    for vector in vectors {
        for (digits, code) in vector["codes"].as_object().unwrap() {
            let key = HotpKey::new(&secret, Algorithm::Sha1, digits.parse().unwrap()).unwrap();
            let counter = vector["counter"].as_u64().unwrap();
            assert_eq!(key.code(counter).as_str(), code.as_str().unwrap(), "{counter}, {digits} digits");
        }
    }
}

#[test]
fn m1_rfc_6238_appendix_b() {
    let file = file("rfc6238.json");
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 18);
    for vector in vectors {
        let algorithm = algorithm(vector);
        let secret = secret(text(&file["keys"], algorithm.name()));
        for (digits, code) in vector["codes"].as_object().unwrap() {
            let (code, totp) = (code.as_str().unwrap(), totp(algorithm, digits.parse().unwrap()));
            let step = totp.step_at_s(vector["time_s"].as_u64().unwrap());
            assert_eq!(step, vector["step"].as_u64().unwrap());
            let key = TotpKey::new(&secret, totp);
            assert_eq!(key.generate(step).as_str(), code, "{vector}");
            assert_eq!(key.verify_at(code, step, None, Window::DEFAULT), OtpOutcome::Accepted { step, drift: 0 }, "{vector}");
        }
    }
}

#[test]
fn m1_the_traps_of_rfc_6238_are_not_accepted() {
    let file = file("rfc6238.json");
    let traps = file["traps"].as_array().unwrap();
    assert_eq!(traps.len(), 13);
    for trap in traps {
        let algorithm = algorithm(trap);
        let key = TotpKey::new(&secret(text(&file["keys"], algorithm.name())), totp(algorithm, 8));
        let step = key.totp().step_at_s(trap["time_s"].as_u64().unwrap());
        let window = Window::new(Window::MAX_STEPS).unwrap();
        assert_eq!(key.verify_at(text(trap, "code"), step, None, window), OtpOutcome::Wrong, "{trap}");
    }
}

#[test]
fn m4_rfc_4648_base32() {
    for vector in file("rfc4648.json")["vectors"].as_array().unwrap() {
        let (plain, base32) = (text(vector, "text"), text(vector, "base32"));
        if plain.is_empty() {
            assert!(matches!(OtpSecret::parse(base32), Err(OtpError::SecretLength { .. })));
            continue;
        }
        let secret = OtpSecret::parse(base32).unwrap();
        assert_eq!(secret.expose(), plain.as_bytes());
        assert_eq!(secret.base32().expose(), base32.trim_end_matches('='));
        assert_eq!(OtpSecret::parse(secret.grouped().expose()).unwrap(), secret);
    }
}

#[test]
fn m1_counters_above_32_bits_long_keys_and_all_digits_as_cpython_computes_them() {
    let file = file("otp.json");
    let vectors = file["vectors"].as_array().unwrap();
    assert!(vectors.len() > 100);
    for vector in vectors {
        let digits = vector["digits"].as_u64().unwrap();
        let key = HotpKey::new(&secret(text(vector, "key")), algorithm(vector), digits as u8).unwrap();
        assert_eq!(key.code(vector["counter"].as_u64().unwrap()).as_str(), text(vector, "code"), "{vector}");
    }
}

#[test]
fn m2_of_two_steps_with_the_same_code_the_higher_one_is_burned() {
    let file = file("otp.json");
    let key = key();
    for pair in file["same_code_in_two_steps"]["pairs"].as_array().unwrap() {
        let (first, second, code) = (pair["first"].as_u64().unwrap(), pair["second"].as_u64().unwrap(), text(pair, "code"));
        for centre in second - 1..=first + 1 {
            let drift = (second as i64 - centre as i64) as i32;
            let outcome = key.verify_at(code, centre, None, Window::DEFAULT);
            assert_eq!(outcome, OtpOutcome::Accepted { step: second, drift }, "{centre}");
            // The older step was burned before: the higher one is still good.
            let outcome = key.verify_at(code, centre, Some(first), Window::DEFAULT);
            assert_eq!(outcome, OtpOutcome::Accepted { step: second, drift }, "{centre}");
            let again = key.verify_at(code, centre, Some(second), Window::DEFAULT);
            assert_eq!(again, OtpOutcome::Replayed { step: second }, "{centre}");
        }
    }
}

#[test]
fn m1_one_step_on_either_side_and_no_further() {
    let key = key();
    let now = at(STEP);
    for offset in -3..=3i32 {
        let step = STEP.wrapping_add_signed(offset.into());
        let wanted = if offset.abs() <= 1 { OtpOutcome::Accepted { step, drift: offset } } else { OtpOutcome::Wrong };
        assert_eq!(key.verify(key.generate(step).as_str(), now, None, Window::DEFAULT), wanted, "{offset}");
    }
    for steps in 0..=Window::MAX_STEPS {
        let window = Window::new(steps).unwrap();
        let reach = i64::from(steps);
        for offset in -reach - 1..=reach + 1 {
            let step = STEP.wrapping_add_signed(offset);
            let accepted = OtpOutcome::Accepted { step, drift: offset as i32 };
            let wanted = if offset.abs() <= reach { accepted } else { OtpOutcome::Wrong };
            assert_eq!(key.verify(key.generate(step).as_str(), now, None, window), wanted, "{steps} {offset}");
        }
    }
    assert!(matches!(Window::new(11), Err(OtpError::Range { field: OtpField::Window, value: 11, .. })));
}

#[test]
fn m2_a_code_is_good_once_and_older_ones_are_dead() {
    let key = key();
    let now = at(STEP);
    let of = |step| key.generate(step).as_str().to_owned();
    assert_eq!(key.verify(&of(STEP), now, Some(STEP), Window::DEFAULT), OtpOutcome::Replayed { step: STEP });
    assert_eq!(key.verify(&of(STEP - 1), now, Some(STEP), Window::DEFAULT), OtpOutcome::Replayed { step: STEP - 1 });
    assert_eq!(key.verify(&of(STEP + 1), now, Some(STEP), Window::DEFAULT), OtpOutcome::Accepted { step: STEP + 1, drift: 1 });
    // The phone is ahead and its step was burned: the code of the present step is older than that.
    assert_eq!(key.verify(&of(STEP), now, Some(STEP + 1), Window::DEFAULT), OtpOutcome::Replayed { step: STEP });
    let spaced = format!(" {}-{} ", &of(STEP)[..3], &of(STEP)[3..]);
    assert_eq!(key.verify(&spaced, now, Some(STEP), Window::DEFAULT), OtpOutcome::Replayed { step: STEP });
}

#[test]
fn m1_other_input_is_malformed_and_not_wrong() {
    let key = key();
    for code in ["", "12345", "1234567", "12345a", "１２３４５６", "+12345", "12 34", "123456\0", "ABCDE-FGHIJ"] {
        assert_eq!(key.verify(code, at(STEP), None, Window::DEFAULT), OtpOutcome::Malformed, "{code}");
    }
}

#[test]
fn m11_a_clock_behind_the_last_step_by_more_than_the_window_is_a_clock_error() {
    let key = key();
    let code = key.generate(STEP);
    let verify = |last: u64, window| key.verify(code.as_str(), at(STEP), Some(last), window);
    assert_eq!(verify(STEP + 1, Window::DEFAULT), OtpOutcome::Replayed { step: STEP });
    assert_eq!(verify(STEP + 2, Window::DEFAULT), OtpOutcome::ClockError { behind: 2 });
    assert_eq!(verify(u64::MAX, Window::DEFAULT), OtpOutcome::ClockError { behind: u64::MAX - STEP });
    assert_eq!(verify(STEP + 2, Window::new(2).unwrap()), OtpOutcome::Replayed { step: STEP });
    assert_eq!(key.verify("12", at(STEP), Some(u64::MAX), Window::DEFAULT), OtpOutcome::Malformed);
}

#[test]
fn m1_the_window_is_cut_at_both_ends_of_the_range() {
    let key = key();
    for steps in 0..=Window::MAX_STEPS {
        let window = Window::new(steps).unwrap();
        let reach = u64::from(steps);
        for centre in [0, 1, 2, u64::MAX - 2, u64::MAX - 1, u64::MAX] {
            for step in centre.saturating_sub(reach)..=centre.saturating_add(reach) {
                let drift = step.wrapping_sub(centre) as i32;
                let outcome = key.verify_at(key.generate(step).as_str(), centre, None, window);
                assert_eq!(outcome, OtpOutcome::Accepted { step, drift }, "{steps} {centre}");
            }
            for far in [centre.checked_add(reach + 1), centre.checked_sub(reach + 1)].into_iter().flatten() {
                let outcome = key.verify_at(key.generate(far).as_str(), centre, None, window);
                assert_eq!(outcome, OtpOutcome::Wrong, "{steps} {centre}");
            }
        }
    }
    assert_eq!(key.verify_at(key.generate(0).as_str(), 0, Some(0), Window::DEFAULT), OtpOutcome::Replayed { step: 0 });
    for now in [Timestamp::MIN, Timestamp::MAX] {
        let step = key.totp().step_at(now);
        let outcome = key.verify(key.generate(step).as_str(), now, None, Window::DEFAULT);
        assert_eq!(outcome, OtpOutcome::Accepted { step, drift: 0 });
    }
}

#[test]
fn m11_two_consecutive_codes_resynchronise_over_a_wide_window() {
    let key = key();
    let now = at(STEP);
    let of = |step| key.generate(step).as_str().to_owned();
    let resync = |first: &str, second: &str, last, reach| key.resynchronise(first, second, now, last, reach).unwrap();
    for offset in [-100i64, -7, -1, 0, 1, 50, 99] {
        let first = STEP.wrapping_add_signed(offset);
        let accepted = OtpOutcome::Accepted { step: first + 1, drift: offset as i32 + 1 };
        assert_eq!(resync(&of(first), &of(first + 1), None, 100), accepted, "{offset}");
        assert_eq!(resync(&of(first), &of(first + 2), None, 100), OtpOutcome::Wrong, "{offset}");
        assert_eq!(resync(&of(first + 1), &of(first), None, 100), OtpOutcome::Wrong, "{offset}");
        assert_eq!(resync(&of(first), &of(first), None, 100), OtpOutcome::Wrong, "{offset}");
        assert_eq!(resync(&of(first), &of(first + 1), Some(first - 1), 200), accepted, "{offset}");
        for last in [first, first + 1, first + 5] {
            let outcome = resync(&of(first), &of(first + 1), Some(last), 200);
            assert_eq!(outcome, OtpOutcome::Replayed { step: first + 1 }, "{offset}");
        }
    }
    // A step beyond either end.
    assert_eq!(resync(&of(STEP + 100), &of(STEP + 101), None, 100), OtpOutcome::Wrong);
    assert_eq!(resync(&of(STEP - 101), &of(STEP - 100), None, 100), OtpOutcome::Wrong);
    assert_eq!(resync("12345", "123456", None, 100), OtpOutcome::Malformed);
    assert_eq!(resync("123456", "12345x", None, 100), OtpOutcome::Malformed);
    assert_eq!(resync("123456", "123456", Some(STEP + 101), 100), OtpOutcome::ClockError { behind: 101 });
    for reach in [0, 1_001] {
        let error = key.resynchronise("123456", "123456", now, None, reach).unwrap_err();
        assert!(matches!(error, OtpError::Range { field: OtpField::Reach, .. }));
    }
}

#[test]
fn m1_nonsense_settings_are_refused_by_name() {
    let refused = |builder: libprov::otp::TotpBuilder| match builder.build() {
        Err(OtpError::Range { field, .. }) => field.name(),
        Err(OtpError::ShortCodes) => "short",
        other => panic!("{other:?}"),
    };
    for digits in [0, 3, 9, 10, 262, u32::MAX] {
        assert_eq!(refused(Totp::builder().digits(digits)), "digits", "{digits}");
        assert_eq!(refused(Totp::builder().short_codes().digits(digits)), "digits", "{digits}");
    }
    assert_eq!(refused(Totp::builder().digits(4)), "short");
    assert_eq!(refused(Totp::builder().digits(5)), "short");
    for period in [0, 121, 256, 286, u32::MAX] {
        assert_eq!(refused(Totp::builder().period_s(period)), "period_s", "{period}");
    }
    assert_eq!(refused(Totp::builder().t0_s(1_577_836_801)), "t0_s");
    assert!(Totp::builder().t0_s(1_577_836_800).period_s(120).digits(8).build().is_ok());
    assert!(HotpKey::new(&OtpSecret::from_bytes(SEED).unwrap(), Algorithm::Sha1, 9).is_err());
    assert_eq!(Totp::builder().build(), Ok(Totp::DEFAULT));
}

#[test]
fn m1_steps_begin_where_they_should() {
    let totp = Totp::builder().period_s(60).t0_s(1_000_000_020).build().unwrap();
    for (second, step) in
        [(0, 0), (1_000_000_020, 0), (1_000_000_079, 0), (1_000_000_080, 1), (u64::MAX, (u64::MAX - 1_000_000_020) / 60)]
    {
        assert_eq!(totp.step_at_s(second), step, "{second}");
    }
    let now = Timestamp::from_ms(2_000_000_009_999).unwrap();
    assert_eq!(Totp::DEFAULT.step_at(now), 66_666_666);
    assert_eq!(Totp::DEFAULT.step_at(now.plus_ms(10_001)), 66_666_667);
}

#[test]
fn m4_settings_that_apps_ignore_have_warnings() {
    use CompatWarning::{AlgorithmIgnored, DigitsIgnored, PeriodIgnored, SevenDigits, ShortCodes, StartIgnored};
    let warnings = |builder: libprov::otp::TotpBuilder| builder.build().unwrap().compat_warnings().collect::<Vec<_>>();
    assert_eq!(warnings(Totp::builder()), []);
    assert_eq!(warnings(Totp::builder().algorithm(Algorithm::Sha256)), [AlgorithmIgnored]);
    assert_eq!(warnings(Totp::builder().digits(8)), [DigitsIgnored]);
    assert_eq!(warnings(Totp::builder().digits(7)), [DigitsIgnored, SevenDigits]);
    assert_eq!(warnings(Totp::builder().short_codes().digits(4)), [DigitsIgnored, ShortCodes]);
    assert_eq!(warnings(Totp::builder().period_s(60)), [PeriodIgnored]);
    assert_eq!(warnings(Totp::builder().t0_s(30)), [StartIgnored]);
}

/// Deterministic inputs for the comparison with other implementations (SplitMix64).
struct Rng(u64);

impl Rng {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.bits() as u8).collect()
    }
}

#[test]
fn m1_cpython_computes_the_same_for_100_000_random_keys_and_counters() {
    const COUNT: usize = 100_000;
    let mut rng = Rng(6238);
    let (mut asked, mut wanted) = (String::new(), Vec::with_capacity(COUNT));
    for round in 0..COUNT {
        // Mostly usual lengths, and every length up to 256.
        let len = if round % 4 == 0 { round / 4 % 256 + 1 } else { 10 + (rng.bits() % 55) as usize };
        let key = rng.bytes(len);
        let algorithm = Algorithm::ALL[(rng.bits() % 3) as usize];
        let digits = 4 + (rng.bits() % 5) as u8;
        // Small, around 2^32, and anywhere.
        let counter = rng.bits() >> [32, 28, 0, 31][round % 4];
        let _ = writeln!(asked, "{} {} {digits} {counter}", HEXLOWER.encode(&key), algorithm.name());
        let secret = OtpSecret::import(&key).unwrap();
        wanted.push(HotpKey::new(&secret, algorithm, digits).unwrap().code(counter).as_str().to_owned());
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/otp.py");
    let child = Command::new("python3").args([script, "--answer"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("python3 does not start ({error}): the tests need Python 3.11 or later"));
    // It reads all before it writes.
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers: Vec<_> = std::str::from_utf8(&output.stdout).unwrap().lines().collect();
    assert_eq!(answers.len(), COUNT);
    for ((question, answer), wanted) in asked.lines().zip(answers).zip(&wanted) {
        assert_eq!(answer, wanted, "{question}");
    }
}

#[test]
fn m1_oathtool_computes_the_same() {
    const COUNT: usize = 60;
    let mut rng = Rng(4226);
    for round in 0..COUNT {
        let key = rng.bytes(16 + round);
        let algorithm = Algorithm::ALL[round % 3];
        let digits = 6 + (round / 3 % 3) as u8;
        let now = 1_600_000_000 + (rng.bits() % 5_000_000_000);
        let output = Command::new("oathtool")
            .arg(format!("--totp={}", algorithm.name()))
            .arg(format!("--digits={digits}"))
            .arg(format!("--now=@{now}"))
            .arg(HEXLOWER.encode(&key))
            .output();
        let Ok(output) = output else {
            println!("skipped: {COUNT} comparisons with oathtool, which is not installed");
            return;
        };
        assert!(output.status.success(), "{output:?}");
        let totp = totp(algorithm, digits.into());
        let key = TotpKey::new(&OtpSecret::import(&key).unwrap(), totp);
        let ours = key.generate(totp.step_at_s(now));
        assert_eq!(std::str::from_utf8(&output.stdout).unwrap().trim(), ours.as_str(), "{round}");
    }
}

#[cfg(feature = "qr")]
mod qr {
    use super::*;
    use libprov::otp::{Background, Qr};
    use rqrr::{PreparedImage, SimpleGrid};

    fn uri(issuer: &str, account: &str, secret: &[u8], totp: Totp) -> KeyUri {
        KeyUri::new(issuer, account, OtpSecret::from_bytes(secret).unwrap(), totp).unwrap()
    }

    /// Draws the path of the SVG as a picture, by another way than the one that wrote it.
    fn picture(path: &str, side: usize) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; side]; side];
        for run in path.split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (len, rest) = rest.split_once("v1h-").unwrap();
            assert_eq!(rest, format!("{len}z"));
            let (x, y, len): (usize, usize, usize) = (x.parse().unwrap(), y.parse().unwrap(), len.parse().unwrap());
            for cell in &mut dark[y][x..x + len] {
                assert!(!*cell, "drawn twice");
                *cell = true;
            }
        }
        dark
    }

    /// Scans a picture with 4 by 4 pixels a module.
    fn scan(dark: &[Vec<bool>]) -> String {
        let side = dark.len() * 4;
        let mut image = PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark[y / 4][x / 4] { 0 } else { 255 });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn m4_qr_codes_decode_to_their_uri_in_every_form() {
        let all = Totp::builder().algorithm(Algorithm::Sha512).digits(8).period_s(60).build().unwrap();
        let long = "ü".repeat(60);
        for uri in [
            uri("I", "a", SEED, Totp::DEFAULT),
            uri("Example Corp", "alice.smith@branch.example.com", SEED, Totp::DEFAULT),
            uri("Büro & Söhne", "jürgen+büro@example.com", &[7; 64], all),
            uri(&long, &"a@".repeat(120), &[9; 64], all),
        ] {
            let text = uri.uri();
            let qr = Qr::of_uri(&uri).unwrap();
            let size = usize::from(qr.size());
            let grid = SimpleGrid::from_func(size, |x, y| qr.is_dark(x as u8, y as u8));
            assert_eq!(rqrr::Grid::new(grid).decode().unwrap().1, text.expose());
            let rows: Vec<Vec<bool>> = qr.modules().chunks(size).map(|row| row.iter().map(|cell| *cell == 1).collect()).collect();
            let side = size + 2 * Qr::MARGIN;
            let drawn = picture(qr.svg_path().expose(), side);
            for (y, row) in drawn.iter().enumerate() {
                for (x, dark) in row.iter().enumerate() {
                    let inside = y.checked_sub(4).and_then(|y| rows.get(y)?.get(x.checked_sub(4)?));
                    assert_eq!(*dark, inside == Some(&true), "{x} {y}");
                }
            }
            assert_eq!(scan(&drawn), text.expose());
            for (background, printed) in [(Background::Light, true), (Background::Dark, false)] {
                let lines: Vec<Vec<char>> = qr.text(background).expose().lines().map(|line| line.chars().collect()).collect();
                assert_eq!(lines.len(), side.div_ceil(2));
                let half = |x: usize, y: usize| matches!((lines[y / 2][x], y % 2), ('█', _) | ('▀', 0) | ('▄', 1));
                let read: Vec<Vec<bool>> = (0..side).map(|y| (0..side).map(|x| half(x, y) == printed).collect()).collect();
                assert_eq!(read, drawn);
            }
            let svg = qr.svg();
            let start = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\""
            );
            assert_eq!(svg.expose(), format!("{start}{}\"/></svg>", qr.svg_path().expose()));
            assert_eq!(format!("{qr:?} {svg:?}"), format!("Qr {{ size: {size}, modules: [secret] }} [secret]"));
        }
    }

    #[test]
    fn m4_the_longest_uri_fits_and_longer_text_is_refused() {
        let totp = Totp::builder().algorithm(Algorithm::Sha512).digits(8).period_s(60).build().unwrap();
        let longest = uri(&"ü".repeat(64), &"ü".repeat(128), &[9; 256], totp);
        let text = longest.uri();
        assert!(text.expose().len() < KeyUri::MAX_URI);
        assert_eq!(KeyUri::parse(text.expose()).unwrap().uri, longest);
        assert!(Qr::of_uri(&longest).is_ok());
        for bytes in [0, 1, 2_331, 2_332, 2_953] {
            assert!(Qr::of_text(&"~".repeat(bytes)).is_ok(), "{bytes}");
        }
        for bytes in [2_954, 10_000] {
            assert_eq!(Qr::of_text(&"~".repeat(bytes)).unwrap_err(), OtpError::QrTooLong { bytes });
        }
    }
}

/// What may stand in an issuer or account: anything but what is refused.
fn name() -> impl Strategy<Value = String> {
    "[^:]{1,40}"
        .prop_filter("allowed", |text| KeyUri::new(text, "a", OtpSecret::from_bytes(SEED).unwrap(), Totp::DEFAULT).is_ok())
}

fn settings() -> impl Strategy<Value = Totp> {
    (0..3usize, 4..=8u32, 1..=120u32).prop_map(|(algorithm, digits, period_s)| {
        let builder = Totp::builder().algorithm(Algorithm::ALL[algorithm]).short_codes();
        builder.digits(digits).period_s(period_s).build().unwrap()
    })
}

proptest! {
    #[test]
    fn m4_what_is_written_is_read_back(
        issuer in name(),
        account in name(),
        bytes in prop::collection::vec(any::<u8>(), 16..=256),
        totp in settings(),
    ) {
        let uri = KeyUri::new(&issuer, &account, OtpSecret::from_bytes(&bytes).unwrap(), totp).unwrap();
        let text = uri.uri();
        // Only unreserved characters, the escapes of others, and the marks of the form itself.
        prop_assert!(text.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%:/?&=".contains(&byte)));
        prop_assert_eq!(text.expose().matches(':').count(), 2);
        let read = KeyUri::parse(text.expose()).unwrap();
        prop_assert_eq!(&read.uri, &uri);
        prop_assert_eq!((read.label_issuer, read.weak), (None, false));
        let manual = OtpSecret::parse(uri.secret().grouped().expose()).unwrap();
        prop_assert_eq!(&manual, uri.secret());
    }

    #[test]
    fn m4_nothing_gets_out_of_its_place(at in 0..2usize, evil in "(\"|'|<|>|&|#|\\?|/|%|\\+|\r|\n|\0|]]>|\\{\\{|\u{202e}|:){1,6}") {
        let names = if at == 0 { (evil.as_str(), "a") } else { ("I", evil.as_str()) };
        if let Ok(uri) = KeyUri::new(names.0, names.1, OtpSecret::from_bytes(SEED).unwrap(), Totp::DEFAULT) {
            let read = KeyUri::parse(uri.uri().expose()).unwrap().uri;
            prop_assert_eq!((read.issuer(), read.account()), names);
        } else {
            let refused = ['\r', '\n', '\0', '\u{202e}', ':'];
            prop_assert!(evil.contains(refused), "{evil:?}");
        }
    }

    #[test]
    fn m1_verify_is_generate_read_backwards(
        bytes in prop::collection::vec(any::<u8>(), 1..100),
        totp in settings(),
        centre in any::<u64>(),
        steps in 0..=10u8,
        last in prop::option::of(any::<u64>()),
        typed in 0..100_000_000u32,
    ) {
        let key = TotpKey::new(&OtpSecret::import(&bytes).unwrap(), totp);
        let code = format!("{:0width$}", typed % 10u32.pow(totp.digits().into()), width = totp.digits().into());
        let reach = u64::from(steps);
        let window = centre.saturating_sub(reach)..=centre.saturating_add(reach);
        let found = window.rev().find(|step| key.generate(*step).as_str() == code);
        let wanted = match (found, last) {
            (_, Some(last)) if last > centre && last - centre > reach => OtpOutcome::ClockError { behind: last - centre },
            (None, _) => OtpOutcome::Wrong,
            (Some(step), Some(last)) if step <= last => OtpOutcome::Replayed { step },
            (Some(step), _) => OtpOutcome::Accepted { step, drift: step.wrapping_sub(centre) as i32 },
        };
        prop_assert_eq!(key.verify_at(&code, centre, last, Window::new(steps).unwrap()), wanted);
    }
}
