//! What does it cost to judge a one-time password, does the cost tell anything, how long does a QR code take, and what is gained by
//! which technique?
//!
//! `cargo xtask bench totp` runs this and the comparisons from C and Python, `cargo bench -p libprov-benches --bench totp` this alone. Where valgrind is installed, the program counts its own instructions with
//! it for B3; valgrind knows no SHA instructions, so those counts are of the portable code.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use libprov::otp::{Algorithm, KeyUri, OtpOutcome, OtpSecret, Qr, Totp, TotpKey, Window};
use libprov::time::Timestamp;
use libprov_benches::{Lap, Rng, Runner, print_table, race, verdict};
use qrcodegen_no_heap::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use sha1::Sha1;
use sha1::block_api::compress;
use totp_rs::Builder;

const KEY: &[u8; 20] = b"12345678901234567890";
/// 2033-05-18.
const NOW_S: u64 = 2_000_000_000;
const CASES: usize = 64;
const OPS: u64 = 64 * CASES as u64;

/// A time and what was typed then.
struct Try {
    now: Timestamp,
    code: String,
}

fn key(algorithm: Algorithm) -> TotpKey {
    TotpKey::new(&OtpSecret::from_bytes(KEY).unwrap(), Totp::builder().algorithm(algorithm).build().unwrap())
}

fn peer(algorithm: Algorithm) -> totp_rs::Totp {
    let algorithm = match algorithm {
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        _ => totp_rs::Algorithm::SHA1,
    };
    Builder::new().with_secret(KEY.to_vec()).with_algorithm(algorithm).with_skew(1).build().unwrap()
}

/// What is typed: the code of a step of the window, or a wrong one.
#[derive(Clone, Copy)]
enum Typed {
    Step(i64),
    Wrong,
}

fn tries(key: &TotpKey, typed: Typed) -> Vec<Try> {
    let mut rng = Rng(7);
    (0..CASES)
        .map(|_| {
            let now = Timestamp::from_ms(((NOW_S + rng.bits() % 100_000_000) * 1000) as i64).unwrap();
            let step = key.totp().step_at(now);
            let window = [step - 1, step, step + 1].map(|step| key.generate(step).as_str().to_owned());
            let code = match typed {
                Typed::Step(at) => window[(at + 1) as usize].clone(),
                Typed::Wrong => (0..).map(|code| format!("{code:06}")).find(|code| !window.contains(code)).unwrap(),
            };
            Try { now, code }
        })
        .collect()
}

fn each(tries: &[Try], mut judge: impl FnMut(&str, Timestamp) -> u64) -> u64 {
    let mut sum = 0;
    for _ in 0..OPS / CASES as u64 {
        for one in tries {
            sum += judge(black_box(&one.code), one.now);
        }
    }
    sum
}

fn accepted(outcome: OtpOutcome) -> u64 {
    u64::from(matches!(outcome, OtpOutcome::Accepted { .. }))
}

fn seconds(now: Timestamp) -> u64 {
    (now.as_ms() / 1000) as u64
}

fn verify() {
    let mut rows = Vec::new();
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let peer = peer(algorithm);
        let secret = OtpSecret::from_bytes(KEY).unwrap();
        let tries = tries(&key, Typed::Step(1));
        for one in &tries {
            assert!(peer.check(&one.code, seconds(one.now)).is_some());
            assert_eq!(accepted(key.verify(&one.code, one.now, None, Window::DEFAULT)), 1);
        }
        let warm = || each(&tries, |code, now| accepted(key.verify(code, now, None, Window::DEFAULT)));
        let cold = || {
            each(&tries, |code, now| {
                let key = TotpKey::new(black_box(&secret), key.totp());
                accepted(key.verify(code, now, None, Window::DEFAULT))
            })
        };
        let theirs = || each(&tries, |code, now| u64::from(black_box(&peer).check(code, seconds(now)).is_some()));
        let runners: Vec<Runner<'_>> = vec![("warm", Box::new(warm)), ("cold", Box::new(cold)), ("totp-rs", Box::new(theirs))];
        let laps = race(OPS, Duration::from_millis(1_500), runners);
        let [warm, cold, theirs] = &laps[..] else { unreachable!() };
        let target = |ratio: f64, most| if algorithm == Algorithm::Sha1 { verdict(ratio, most) } else { format!("{ratio:.2}") };
        rows.push(vec![
            algorithm.name().into(),
            format!("{:.0}", warm.ns),
            format!("{:.0}", cold.ns),
            format!("{:.0}", theirs.ns),
            target(warm.ns / theirs.ns, 0.40),
            target(cold.ns / theirs.ns, 0.55),
        ]);
    }
    let head = ["", "key state ns", "cold key ns", "totp-rs 6 ns", "B1: of totp-rs", "B2: of totp-rs"];
    print_table("B1, B2: judge a code, one step on either side, the code is that of the last step", &head, &rows);
}

const KINDS: [(&str, Typed); 4] =
    [("wrong", Typed::Wrong), ("step before", Typed::Step(-1)), ("this step", Typed::Step(0)), ("step after", Typed::Step(1))];

/// Judges for valgrind: nothing else happens in this process that depends on the kind.
fn count(kind: usize, rounds: u64) {
    let key = key(Algorithm::Sha1);
    let tries = tries(&key, KINDS[kind].1);
    for _ in 0..rounds {
        for one in &tries {
            black_box(accepted(key.verify(black_box(&one.code), one.now, None, Window::DEFAULT)));
        }
    }
}

/// Instructions of one judgement: the difference of two runs of different length, so that what comes before cancels.
fn instructions(kind: usize) -> Option<f64> {
    let run = |rounds: u64| {
        let out = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().ok()?)
            .args(["--count", &kind.to_string(), &rounds.to_string()])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        text.lines().find_map(|line| line.split("Collected :").nth(1)?.trim().parse::<f64>().ok())
    };
    Some((run(60)? - run(10)?) / 50.0 / CASES as f64)
}

fn spread() {
    let key = key(Algorithm::Sha1);
    let all: Vec<_> = KINDS.iter().map(|(_, typed)| tries(&key, *typed)).collect();
    let judge = |tries: &[Try]| each(tries, |code, now| accepted(key.verify(code, now, None, Window::DEFAULT)));
    let runners: Vec<Runner<'_>> =
        KINDS.iter().zip(&all).map(|((name, _), tries)| (*name, Box::new(|| judge(tries)) as Box<dyn FnMut() -> u64>)).collect();
    let laps: Vec<Lap> = race(OPS, Duration::from_millis(2_000), runners);
    let counts: Vec<_> = (0..KINDS.len()).map(instructions).collect();
    let rows: Vec<_> = laps
        .iter()
        .zip(&counts)
        .map(|(lap, count)| {
            let count = count.map_or("-".into(), |count| format!("{count:.1}"));
            vec![lap.name.clone(), format!("{:.1}", lap.ns), count]
        })
        .collect();
    print_table("B3: does the cost tell anything", &["typed", "ns", "instructions"], &rows);
    let ratio = |values: Vec<f64>| {
        let (low, high) = values.iter().fold((f64::MAX, 0f64), |(low, high), value| (low.min(*value), high.max(*value)));
        (high / low - 1.0) * 100.0
    };
    println!("spread of the time: {:.1} %", ratio(laps.iter().map(|lap| lap.ns).collect()));
    match counts.into_iter().collect::<Option<Vec<_>>>() {
        Some(counts) => println!("spread of the instructions: {} %", verdict(ratio(counts), 3.0)),
        None => println!("spread of the instructions: not measured, valgrind is not installed"),
    }
}

fn qr() {
    let mut rows = Vec::new();
    for account in ["alice.smith@branch.example.com", "a"] {
        let secret = OtpSecret::from_bytes(KEY).unwrap();
        let uri = KeyUri::new("Example Corp", account, secret, Totp::DEFAULT).unwrap().uri();
        let text = uri.expose();
        let ours = || Qr::of_text(black_box(text)).unwrap().svg().expose().len() as u64;
        let theirs = || {
            let code = qrcode::QrCode::new(black_box(text)).unwrap();
            code.render::<qrcode::render::svg::Color<'_>>().build().len() as u64
        };
        let runners: Vec<Runner<'_>> = vec![("libprov", Box::new(ours)), ("qrcode", Box::new(theirs))];
        let laps = race(1, Duration::from_millis(2_000), runners);
        let [ours, theirs] = &laps[..] else { unreachable!() };
        rows.push(vec![
            text.len().to_string(),
            format!("{:.0}", ours.ns / 1000.0),
            format!("{:.0}", theirs.ns / 1000.0),
            verdict(ours.ns / theirs.ns, 0.45),
        ]);
    }
    print_table("B15: QR code of a URI as SVG", &["bytes", "libprov us", "qrcode us", "of qrcode"], &rows);
}

type Sha1State = [u32; 5];
const SHA1: Sha1State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

/// HMAC-SHA-1 at the level of compressions, with nothing around it: no input is read, nothing is wiped.
struct Bare {
    inner: Sha1State,
    outer: Sha1State,
}

impl Bare {
    fn new() -> Self {
        let mut pad = [0u8; 64];
        pad[..20].copy_from_slice(KEY);
        let state = |mask: u8| {
            let mut state = SHA1;
            compress(&mut state, &[pad.map(|byte| byte ^ mask)]);
            state
        };
        Self { inner: state(0x36), outer: state(0x5c) }
    }

    /// Each message block is built right before it is compressed.
    fn one(&self, counter: u64) -> u32 {
        let mut state = self.inner;
        compress(&mut state, &[block(&counter.to_be_bytes())]);
        let mut outer = self.outer;
        compress(&mut outer, &[block(state.map(u32::to_be_bytes).as_flattened())]);
        value(&outer)
    }

    /// All message blocks of a stage are built before the first of them is compressed.
    fn three(&self, counters: [u64; 3]) -> [u32; 3] {
        let blocks = counters.map(|counter| block(&counter.to_be_bytes()));
        let mut states = [self.inner; 3];
        for (state, block) in states.iter_mut().zip(&blocks) {
            compress(state, std::slice::from_ref(block));
        }
        let blocks = states.map(|state| block(state.map(u32::to_be_bytes).as_flattened()));
        let mut states = [self.outer; 3];
        for (state, block) in states.iter_mut().zip(&blocks) {
            compress(state, std::slice::from_ref(block));
        }
        states.map(|state| value(&state))
    }
}

/// The second block of a message, with its padding.
fn block(text: &[u8]) -> [u8; 64] {
    let mut block = [0u8; 64];
    block[..text.len()].copy_from_slice(text);
    block[text.len()] = 0x80;
    block[62..].copy_from_slice(&(8 * (64 + text.len()) as u16).to_be_bytes());
    block
}

fn value(state: &Sha1State) -> u32 {
    truncated(state.map(u32::to_be_bytes).as_flattened())
}

fn truncated(digest: &[u8]) -> u32 {
    let at = usize::from(digest[digest.len() - 1] & 15);
    (u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff) % 1_000_000
}

fn hashed(mut mac: Hmac<Sha1>, counter: u64) -> u32 {
    mac.update(&counter.to_be_bytes());
    truncated(&mac.finalize().into_bytes())
}

/// From the plain way to ours, one technique more in each row.
fn techniques() {
    let key = key(Algorithm::Sha1);
    let tries = tries(&key, Typed::Step(1));
    let prepared = || Hmac::<Sha1>::new_from_slice(black_box(KEY)).unwrap();
    let (kept, bare) = (prepared(), Bare::new());
    // All three steps, so that each does the same work.
    let found = |values: [u32; 3], code: &str| {
        let wanted: u32 = code.parse().unwrap();
        u64::from(values.into_iter().fold(false, |any, value| any | (value == wanted)))
    };
    let around = |now: Timestamp| {
        let step = seconds(now) / 30;
        [step - 1, step, step + 1]
    };
    let anew = || each(&tries, |code, now| found(around(now).map(|step| hashed(prepared(), step)), code));
    let once = || {
        each(&tries, |code, now| {
            let mac = prepared();
            found(around(now).map(|step| hashed(mac.clone(), step)), code)
        })
    };
    let cached = || each(&tries, |code, now| found(around(now).map(|step| hashed(black_box(&kept).clone(), step)), code));
    let blocks = || each(&tries, |code, now| found(around(now).map(|step| black_box(&bare).one(step)), code));
    let lanes = || each(&tries, |code, now| found(black_box(&bare).three(around(now)), code));
    let whole = || each(&tries, |code, now| accepted(key.verify(code, now, None, Window::DEFAULT)));
    let mut runners: Vec<Runner<'_>> = vec![
        ("HMAC of a crate, the key hashed for each step", Box::new(anew)),
        ("... the key hashed once", Box::new(once)),
        ("... the hashed key kept", Box::new(cached)),
        ("compressions without HMAC's buffers", Box::new(blocks)),
        ("... all blocks built, then compressed", Box::new(lanes)),
        ("the same with input read, wiping, steps judged", Box::new(whole)),
    ];
    for (name, round) in &mut runners {
        assert_eq!(round(), OPS, "{name}");
    }
    let laps = race(OPS, Duration::from_millis(2_000), runners);
    let first = laps.first().map_or(f64::NAN, |lap| lap.ns);
    let mut before = first;
    let rows: Vec<_> = laps
        .iter()
        .map(|lap| {
            let row = vec![
                lap.name.clone(),
                format!("{:.0}", lap.ns),
                format!("{:+.0}", lap.ns - before),
                format!("{:.2}", lap.ns / first),
            ];
            before = lap.ns;
            row
        })
        .collect();
    print_table("What each technique gives: three steps of SHA-1", &["", "ns", "beside the row above", "of the first"], &rows);
}

/// The same for QR codes.
fn qr_techniques() {
    let secret = OtpSecret::from_bytes(KEY).unwrap();
    let uri = KeyUri::new("Example Corp", "alice.smith@branch.example.com", secret, Totp::DEFAULT).unwrap().uri();
    let text = uri.expose();
    let encoded = |mask: Option<Mask>| {
        let room = Version::MAX.buffer_len();
        let (mut one, mut two) = (vec![0; room], vec![0; room]);
        let segments = [QrSegment::make_bytes(black_box(text).as_bytes())];
        let (least, most) = (Version::MIN, Version::MAX);
        let (len, level, version) =
            QrCode::encode_segments_to_codewords(&segments, &mut one, QrCodeEcc::Medium, least, most, true).unwrap();
        QrCode::encode_codewords(&mut one, len, &mut two, level, version, mask).size() as u64
    };
    let qr = Qr::of_text(text).unwrap();
    let runners: Vec<Runner<'_>> = vec![
        ("qrcodegen chooses the mask", Box::new(|| encoded(None))),
        ("qrcodegen with a mask given: its part of our work", Box::new(|| encoded(Some(Mask::new(0))))),
        ("libprov: modules, the mask chosen on rows of bits", Box::new(|| Qr::of_text(black_box(text)).unwrap().size().into())),
        ("libprov: SVG of the modules", Box::new(|| black_box(&qr).svg().expose().len() as u64)),
    ];
    let laps = race(1, Duration::from_millis(2_000), runners);
    let rows: Vec<_> = laps.iter().map(|lap| vec![lap.name.clone(), format!("{:.1}", lap.ns / 1000.0)]).collect();
    print_table("What the choice of the mask costs: a QR code of a URI", &["", "us"], &rows);
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, kind, rounds, ..] = &words[..]
        && flag == "--count"
    {
        return count(kind.parse().unwrap(), rounds.parse().unwrap());
    }
    verify();
    spread();
    techniques();
    qr();
    qr_techniques();
}
