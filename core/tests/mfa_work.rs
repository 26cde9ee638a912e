//! What is no code costs no hash, and what is one costs the same whatever it is (SPEC M1, M7, B15).
//!
//! `cargo test -p libprov --features __count --test mfa_work`
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::type_complexity, missing_docs)]

mod portal;

use libprov::hooks::counted;
use libprov::mfa::{AdminAct, Judgement, MfaSettings, RecoveryMode, Refusal};
use portal::{Lab, MINE, YOURS, digits, granted, settings};
use proptest::prelude::*;

/// Texts that are neither digits of the enrolled length nor a recovery code whose check symbol fits.
fn malformed(paper: &str, digits: usize) -> Vec<String> {
    let mut texts: Vec<String> =
        ["", " ", "-", "hello", "12 34 x", "１２３４５６", "١٢٣٤٥٦", "+12345", "12345.", "0x1234", "123456\0", "1234\n56"]
            .map(str::to_owned)
            .to_vec();
    texts.extend((0..=12).filter(|len| *len != digits).map(|len| "7".repeat(len)));
    texts.push(format!("{}{}", "1".repeat(digits), " ".repeat(100)));
    texts.push("9".repeat(100_000));
    for at in [0, 3, 8, 20] {
        let mut typo: Vec<char> = paper.chars().collect();
        typo[at] = if typo[at] == 'X' { 'Y' } else { 'X' };
        texts.push(typo.into_iter().collect());
    }
    texts.push(paper[..paper.len() - 1].to_owned());
    texts.push(format!("{paper}0"));
    texts
}

#[test]
fn m1_what_is_malformed_costs_no_hash_at_any_entry_point() {
    for count in 4..=8 {
        let mut lab = Lab::enrolled(MfaSettings { grants: true, recovery: RecoveryMode::Set(3), ..digits(count) });
        let code = lab.code();
        granted(lab.begin(YOURS, Some(&code)));
        let paper = lab.paper[0].expose().to_owned();
        let before = lab.account.clone();
        for text in malformed(&paper, count as usize) {
            let calls: [(&str, fn(&mut Lab, &str) -> Option<Refusal>); 7] = [
                ("enter", |lab, text| no(lab.enter(MINE, text))),
                ("resynchronise", |lab, text| no(lab.resync(text, text))),
                ("begin", |lab, text| no(lab.begin(MINE, Some(text)))),
                ("confirm", |lab, text| no(lab.confirm(YOURS, text))),
                ("regenerate", |lab, text| no(lab.regenerate(text))),
                ("reset", |lab, text| no(lab.reset(text))),
                ("switch off", |lab, text| no(lab.switch_off(Some(text), true))),
            ];
            for (name, call) in calls {
                let (refusal, hashes) = counted(|| call(&mut lab, &text));
                let shown: String = text.chars().take(40).collect();
                assert_eq!((refusal, hashes), (Some(Refusal::Malformed), 0), "{name} {shown:?}, {count} digits");
            }
        }
        assert_eq!(lab.account, before, "nothing is counted");
        // A paper with a typo is no grant either.
        lab.admin(AdminAct::Reset);
        for text in malformed(&paper, 0) {
            let (refusal, hashes) = counted(|| no(lab.begin(MINE, Some(&text))));
            assert_eq!((refusal, hashes), (Some(Refusal::Malformed), 0));
        }
    }
    let ((), hashes) = counted(|| {
        let mut lab = Lab::enrolled(settings());
        let wrong = lab.wrong();
        let _ = lab.enter(MINE, &wrong);
    });
    assert!(hashes > 0, "the count works");
}

fn no<T>(judgement: Judgement<T>) -> Option<Refusal> {
    match judgement {
        Judgement::Granted(_) => None,
        Judgement::Refused(refusal) => Some(refusal),
    }
}

#[test]
fn m8_nothing_is_hashed_while_a_class_waits_or_is_locked() {
    let mut lab = Lab::enrolled(settings());
    for _ in 0..5 {
        assert_eq!(no(lab.guess()), Some(Refusal::Wrong));
    }
    let (code, paper) = (lab.code_at(lab.now), lab.paper[0].expose().to_owned());
    for text in [&code, &paper] {
        let (refusal, hashes) = counted(|| no(lab.enter(MINE, text)));
        assert!(matches!((refusal, hashes), (Some(Refusal::Wait { .. }), 0)), "{refusal:?} {hashes}");
    }
    lab.from = portal::ELSEWHERE;
    lab.lock();
    let (refusal, hashes) = counted(|| no(lab.enter(MINE, &code)));
    assert_eq!((refusal, hashes), (Some(Refusal::Locked { recovery: true }), 0));
}

#[test]
fn m1_right_replayed_and_wrong_cost_the_same_and_so_does_every_place_in_a_set() {
    let mut lab = Lab::enrolled(settings());
    let mut work = Vec::new();
    let code = lab.code();
    let wrong = lab.wrong();
    for text in [&wrong, &code, &code] {
        work.push(counted(|| no(lab.enter(MINE, text))));
    }
    let outcomes: Vec<_> = work.iter().map(|(refusal, _)| *refusal).collect();
    assert_eq!(outcomes, [Some(Refusal::Wrong), None, Some(Refusal::Replayed)]);
    assert!(work.iter().all(|(_, hashes)| *hashes == work[0].1), "{work:?}");
    let mut lab = Lab::enrolled(MfaSettings { recovery: RecoveryMode::Set(10), ..settings() });
    let papers = lab.paper.clone();
    let mut work = Vec::new();
    for at in [4, 0, 9, 4, 5] {
        lab.tick(3_600_000);
        work.push(counted(|| no(lab.enter(MINE, papers[at].expose()))));
    }
    assert_eq!(work[3].0, Some(Refusal::Wrong), "used up");
    assert!(work.iter().all(|(_, hashes)| *hashes == 1), "{work:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is typed: a hash is computed only for what is a code by its shape, and a typo is never counted.
    #[test]
    fn m1_any_text_is_malformed_for_nothing_or_has_the_shape_of_a_code(text in "\\PC{0,40}|[0-9 -]{0,12}|[0-9A-Z -]{20,32}") {
        let mut lab = Lab::enrolled(settings());
        let before = lab.account.clone();
        let (refusal, hashes) = counted(|| no(lab.enter(MINE, &text)));
        if refusal == Some(Refusal::Malformed) {
            prop_assert_eq!((hashes, &lab.account), (0, &before));
        } else {
            let plain: String = text.chars().filter(|c| !" -\t\r\n".contains(*c)).collect();
            prop_assert!(plain.is_ascii() && (plain.len() == 6 || plain.len() == 25), "{:?}", text);
        }
    }
}
