//! What guessing is worth: a year of attack by somebody who has the password, counted guess by guess (SPEC M8).
//!
//! Nothing is left to luck: what is counted is how many guesses are compared in a year at most, and what each is worth.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod portal;

use libprov::mfa::{Judgement, MfaEvent, MfaSettings, RecoveryMode, Refusal};
use libprov::otp::Window;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use portal::{HOME, Lab, MINE, YOURS, digits, granted, settings};

/// Where the owner logs in every day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Owner {
    Home,
    /// At another of nine places each day: the sources that count by themselves come and go.
    Travels,
}

/// From where the attacker guesses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Attacker {
    One,
    /// A new address for every guess.
    Many,
    /// The address of the owner, as behind one router. No claim of the SPEC is about this; it is counted to be stated.
    AtHome,
}

/// How often the attacker guesses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Pace {
    /// Whenever a guess is compared, until the class is locked.
    Greedy,
    /// Never a guess that locks.
    Careful,
}

const PLACES: [&str; 9] = [
    "198.51.100.1",
    "198.51.100.2",
    "198.51.100.3",
    "2001:db8:1::1",
    "2001:db8:2::1",
    "198.51.100.6",
    "198.51.100.7",
    "198.51.100.8",
    "198.51.100.9",
];

/// Plays a year and returns how many guesses were compared.
fn year(settings: MfaSettings, owner: Owner, attacker: Attacker, pace: Pace) -> u32 {
    let mut lab = Lab::enrolled(settings);
    lab.quick = true;
    let addresses: Vec<String> = (0..250).map(|n| format!("203.0.113.{n}")).collect();
    let addresses: Vec<&'static str> = addresses.into_iter().map(|text| &*text.leak()).collect();
    let (start, mut compared) = (lab.now, 0u32);
    for day in 0..365_u64 {
        lab.now = start.plus_ms(day * DAY_MS);
        lab.from = if owner == Owner::Home { HOME } else { PLACES[day as usize % PLACES.len()] };
        if owner == Owner::Home || !lab.account.is_locked(lab.facts().address.source()) {
            let code = lab.code();
            if attacker == Attacker::AtHome {
                let _ = lab.enter(MINE, &code);
            } else {
                granted(lab.enter(MINE, &code));
            }
        }
        for guess in 0..24_u64 {
            // Every minute while nothing waits, else every hour, where the longest wait ends.
            let until = lab.now.plus_ms(HOUR_MS - 2 * MINUTE_MS);
            lab.from = match attacker {
                Attacker::One => "203.0.113.1",
                Attacker::Many => addresses[(day * 24 + guess) as usize % addresses.len()],
                Attacker::AtHome => HOME,
            };
            while lab.now < until {
                lab.tick(MINUTE_MS);
                let (before, wrong) = (lab.account.clone(), lab.wrong());
                match lab.enter(YOURS, &wrong) {
                    Judgement::Refused(Refusal::Wrong) if pace == Pace::Careful && lab.events().contains(&MfaEvent::Locked) => {
                        // Rather not.
                        lab.account = before;
                        break;
                    }
                    Judgement::Refused(Refusal::Wrong) => compared += 1,
                    Judgement::Refused(Refusal::Wait { .. } | Refusal::Locked { .. }) => break,
                    other => panic!("{other:?}"),
                }
            }
            lab.now = until.plus_ms(MINUTE_MS);
        }
    }
    compared
}

/// Millionths: what so many guesses are worth at most. `good` codes are right at once.
fn ppm(compared: u32, good: u64, digits: u32) -> u64 {
    (u64::from(compared) * good * 1_000_000).div_ceil(10_u64.pow(digits))
}

/// What `docs/SECURITY-MODEL.md` states: digits, guesses compared in a year at most, and the odds in millionths.
const STATED: [(u32, u32, u64); 5] = [(4, 24, 7_200), (5, 108, 3_240), (6, 288, 864), (7, 2_988, 897), (8, 7_665, 230)];

#[test]
fn m8_a_year_of_guessing_stays_below_the_odds_that_are_promised() {
    let mut stated = Vec::new();
    for count in 4..=8 {
        let promised = match count {
            4 => 15_000,
            5 => 5_000,
            _ => 1_000,
        };
        let mut worst = (0, 0);
        for steps in 0..=2 {
            let set = MfaSettings { window: Window::new(steps).unwrap(), recovery: RecoveryMode::Set(10), ..digits(count) };
            let good = 2 * u64::from(steps) + 1;
            for owner in [Owner::Home, Owner::Travels] {
                for attacker in [Attacker::One, Attacker::Many] {
                    for pace in [Pace::Greedy, Pace::Careful] {
                        let compared = year(set.clone(), owner, attacker, pace);
                        let odds = ppm(compared, good, count);
                        assert!(
                            odds < promised,
                            "{count} digits, {steps}: {owner:?} {attacker:?} {pace:?}: {compared} guesses, {odds} ppm"
                        );
                        if steps == 1 {
                            worst = worst.max((compared, odds));
                        }
                    }
                }
            }
        }
        stated.push((count, worst.0, worst.1));
    }
    assert_eq!(stated, STATED, "state it");
    let page = include_str!("../../docs/SECURITY-MODEL.md");
    for (count, compared, odds) in STATED {
        let compared =
            if compared < 1_000 { compared.to_string() } else { format!("{} {:03}", compared / 1_000, compared % 1_000) };
        // Rounded up to two figures.
        let percent = match odds {
            10_000.. => format!("{:.1} %", odds as f64 / 10_000.0),
            1_000..10_000 => format!("{:.2} %", odds.div_ceil(100) as f64 / 100.0),
            _ => format!("{:.3} %", odds.div_ceil(10) as f64 / 1_000.0),
        };
        let row = page.lines().find(|line| line.starts_with(&format!("| {count}"))).unwrap();
        assert!(row.contains(&format!("| {compared} | {percent} |")), "{count}: {compared} guesses, {percent}: {row}");
    }
}

#[test]
fn m8_who_guesses_at_the_owners_own_address_locks_it() {
    for pace in [Pace::Greedy, Pace::Careful] {
        let compared = year(settings(), Owner::Home, Attacker::AtHome, pace);
        println!("{pace:?}: {compared}");
        assert!(ppm(compared, 3, 6) < 1_000, "{compared}");
    }
}
