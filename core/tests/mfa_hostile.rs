//! What somebody who knows the password, and once saw a code, tries against a portal user; and what a wrong clock of the host or
//! of the phone leaves behind (SPEC A6, M3, M5 to M9, M11).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod portal;

use libprov::ids::SessionId;
use libprov::mfa::{
    self, AdminAct, Due, EnrolmentProof, EnteredBy, FactorState, Judgement, MfaEffect, MfaEvent, MfaPolicy, MfaSettings, Notice,
    OwnSession, RecoveryMode, Refusal, SwitchOff,
};
use libprov::secret::Secret;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use libprov::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};
use portal::{ELSEWHERE, HOME, Lab, MINE, OFF, YOURS, client, granted, prefix, refusal, settings};

const STEP_MS: u64 = 30 * SECOND_MS;

/// What the app shows whose clock is by so many steps ahead.
fn ahead(lab: &Lab, steps: i64) -> String {
    let ms = steps.unsigned_abs() * STEP_MS;
    lab.code_at(if steps < 0 { lab.now.minus_ms(ms) } else { lab.now.plus_ms(ms) })
}

/// A recovery code without a typo that this user never had.
fn wrong_paper() -> Secret {
    Lab::enrolled(MfaSettings { recovery: RecoveryMode::Set(2), ..settings() }).paper[1].clone()
}

const fn half(id: SessionId) -> OwnSession {
    OwnSession { id, passed_factor: false }
}

const fn full(id: SessionId) -> OwnSession {
    OwnSession { id, passed_factor: true }
}

#[test]
fn m6_accepting_the_risk_alone_is_not_enough_for_who_has_only_the_password() {
    let mut lab = Lab::enrolled(MfaSettings { switch_off: SwitchOff::RiskOnly, ..settings() });
    lab.from = ELSEWHERE;
    let thief = lab.login();
    assert_eq!(thief.due, Due::Code { wait: None });
    let before = lab.account.clone();
    assert_eq!(refusal(lab.switch_off_in(half(thief.session), None, true)), Refusal::CodeNeeded);
    assert_eq!(lab.account, before, "nothing changed, nobody's session ended");
    // A code serves there as in the other mode, and a wrong one counts.
    assert_eq!(refusal(lab.switch_off_in(half(thief.session), Some(&lab.wrong()), true)), Refusal::Wrong);
    lab.from = HOME;
    let code = lab.code();
    granted(lab.switch_off_in(half(MINE), Some(&code), true));
    assert_eq!(lab.account.state(), FactorState::Off);
}

#[test]
fn m6_a_class_that_waits_does_not_switch_off_by_accepting_the_risk() {
    let mut lab = Lab::enrolled(MfaSettings { switch_off: SwitchOff::RiskOnly, ..settings() });
    for _ in 0..5 {
        assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    }
    assert!(matches!(refusal(lab.switch_off_in(full(MINE), None, true)), Refusal::Wait { .. }));
    lab.tick(HOUR_MS);
    granted(lab.switch_off_in(full(MINE), None, true));
}

#[test]
fn m9_a_session_that_a_trusted_address_let_in_switches_nothing_off() {
    let mut lab = Lab::enrolled(MfaSettings { switch_off: SwitchOff::RiskOnly, trusted_addresses: true, ..settings() });
    let entry = WhitelistEntry { prefix: prefix("192.0.2.0/24"), label: "".into() };
    lab.trusted = Whitelist::build(vec![entry], &WhitelistLimits::default()).unwrap();
    let login = lab.login();
    assert_eq!(login.due, Due::Granted);
    assert_eq!(refusal(lab.switch_off_in(half(login.session), None, true)), Refusal::CodeNeeded);
    assert_eq!(lab.account.state(), FactorState::On);
}

#[test]
fn m11_two_codes_that_somebody_saw_an_hour_ago_do_not_let_him_in_elsewhere() {
    for old in [-116_i64, -20, -3] {
        let mut lab = Lab::enrolled(settings());
        lab.tick(2 * HOUR_MS);
        let (first, second) = (ahead(&lab, old), ahead(&lab, old + 1));
        lab.from = ELSEWHERE;
        assert_eq!(refusal(lab.resync(&first, &second)), Refusal::Wrong, "{old}");
        assert_eq!(lab.events(), [MfaEvent::CodeWrong], "counted");
        assert_eq!((lab.account.drift(), lab.notices()), (Some(0), vec![Notice::FailureAtNewSource]));
        // At a source of the owner they do, and he is told.
        lab.from = HOME;
        granted(lab.resync(&first, &second));
        assert_eq!(lab.notices(), [Notice::Resynchronised]);
    }
    // What the login itself would take, and a clock that is ahead, is good everywhere.
    for fine in [-2_i64, 0, 60] {
        let mut lab = Lab::enrolled(settings());
        lab.tick(2 * HOUR_MS);
        lab.from = ELSEWHERE;
        let (first, second) = (ahead(&lab, fine), ahead(&lab, fine + 1));
        granted(lab.resync(&first, &second));
        assert_eq!(lab.notices(), [Notice::Resynchronised]);
    }
}

#[test]
fn m11_a_tenant_may_have_no_login_by_two_codes() {
    let mut lab = Lab::enrolled(MfaSettings { resync_steps: 0, ..settings() });
    lab.tick(HOUR_MS);
    let (first, second) = (ahead(&lab, 7), ahead(&lab, 8));
    let before = lab.account.clone();
    assert_eq!(refusal(lab.resync(&first, &second)), Refusal::CodeNeeded);
    assert_eq!(lab.account, before);
}

#[test]
fn m11_a_phone_that_was_put_right_is_found_again_and_costs_no_lock_before() {
    let mut lab = Lab::enrolled(settings());
    lab.tick(2 * HOUR_MS);
    let (first, second) = (ahead(&lab, 100), ahead(&lab, 101));
    granted(lab.resync(&first, &second));
    // Its clock is right now, and the codes of the next 50 minutes are used up (SPEC M2).
    lab.tick(5 * MINUTE_MS);
    let before = lab.account.clone();
    for _ in 0..30 {
        let (first, second) = (ahead(&lab, 0), ahead(&lab, 1));
        assert_eq!(refusal(lab.resync(&first, &second)), Refusal::Replayed);
    }
    assert_eq!(lab.account, before, "not counted");
    lab.tick(HOUR_MS);
    let (first, second) = (ahead(&lab, 0), ahead(&lab, 1));
    granted(lab.resync(&first, &second));
    assert_eq!(lab.account.drift(), Some(1));
}

#[test]
fn m11_a_shorter_reach_does_not_lose_an_app_whose_clock_is_known_to_be_off() {
    for drift in [100_i64, -100] {
        let mut lab = Lab::enrolled(settings());
        lab.tick(2 * HOUR_MS);
        let (first, second) = (ahead(&lab, drift - 1), ahead(&lab, drift));
        granted(lab.resync(&first, &second));
        lab.policy = MfaPolicy::new(MfaSettings { resync_steps: 10, ..settings() }).unwrap();
        lab.tick(10 * MINUTE_MS);
        let (first, second) = (ahead(&lab, drift + 4), ahead(&lab, drift + 5));
        let entered = granted(lab.resync(&first, &second));
        assert_eq!(entered.by, EnteredBy::Code { drift: drift as i32 + 5 });
        // And what is far from both is not found.
        lab.tick(10 * MINUTE_MS);
        let (first, second) = (ahead(&lab, drift / 2), ahead(&lab, drift / 2 + 1));
        assert_eq!(refusal(lab.resync(&first, &second)), Refusal::Wrong);
    }
}

#[test]
fn m8_a_right_recovery_code_lets_in_every_day_whatever_somebody_else_tries() {
    let mut lab = Lab::enrolled(settings());
    let wrong = wrong_paper();
    lab.from = ELSEWHERE;
    lab.lock();
    let places = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
    let mut counted = 0;
    for day in 0..60 {
        lab.from = ELSEWHERE;
        for _ in 0..24 {
            lab.tick(HOUR_MS);
            let before = lab.account.revision();
            assert_eq!(refusal(lab.enter(YOURS, wrong.expose())), Refusal::Wrong);
            assert!(lab.events().contains(&MfaEvent::RecoveryWrong));
            counted += usize::from(lab.account.revision() > before && lab.account.pending_effects().len() < 99);
        }
        lab.from = places[day % 3];
        assert!(matches!(lab.login().due, Due::Locked { recovery: true }));
        let paper = lab.paper[0].clone();
        granted(lab.enter(MINE, paper.expose()));
    }
    assert!(counted < 60 * 24, "{counted}");
}

#[test]
fn m8_a_wrong_recovery_code_of_a_locked_class_costs_a_write_five_times_a_day() {
    let mut lab = Lab::enrolled(settings());
    let wrong = wrong_paper();
    lab.from = ELSEWHERE;
    lab.lock();
    for day in 0..3 {
        for tries in 0..9 {
            let before = lab.account.clone();
            assert_eq!(refusal(lab.enter(MINE, wrong.expose())), Refusal::Wrong);
            assert_eq!(lab.account != before, tries < 5, "day {day}, try {tries}");
        }
        lab.tick(DAY_MS);
    }
}

#[test]
fn m7_new_recovery_codes_end_what_a_stolen_one_had_opened() {
    let mut lab = Lab::enrolled(settings());
    let stolen = lab.paper[0].clone();
    let thief = SessionId::from_number(66);
    lab.from = ELSEWHERE;
    lab.lock();
    granted(lab.enter(thief, stolen.expose()));
    granted(lab.shown());
    lab.from = HOME;
    let code = lab.code();
    granted(lab.regenerate(&code));
    assert!(lab.effects.contains(&MfaEffect::EndSessions { keep: Some(MINE) }));
    lab.from = ELSEWHERE;
    assert_eq!(refusal(lab.begin(thief, None)), Refusal::Locked { recovery: true });
    lab.admin(AdminAct::Unlock);
    assert_eq!(refusal(lab.begin(thief, None)), Refusal::CodeNeeded);
}

#[test]
fn m7_the_session_that_makes_new_recovery_codes_keeps_what_it_may() {
    let mut lab = Lab::enrolled(settings());
    let paper = lab.paper[0].clone();
    granted(lab.enter(MINE, paper.expose()));
    granted(lab.shown());
    let code = lab.code();
    granted(lab.regenerate(&code));
    granted(lab.begin(MINE, None));
}

#[test]
fn m6_an_unlock_ends_what_a_recovery_code_had_opened() {
    let mut lab = Lab::enrolled(settings());
    let paper = lab.paper[0].clone();
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    granted(lab.enter(YOURS, paper.expose()));
    lab.admin(AdminAct::Unlock);
    assert!(lab.effects.contains(&MfaEffect::EndSessions { keep: None }));
    assert_eq!(refusal(lab.begin(YOURS, None)), Refusal::CodeNeeded);
}

#[test]
fn m3_an_enrolment_does_not_outlive_its_session_that_a_recovery_login_ended() {
    let mut lab = Lab::enrolled(settings());
    let (paper, code, old) = (lab.paper[0].clone(), lab.code(), lab.app.clone());
    let planted = lab.scan(YOURS, Some(&code));
    granted(lab.enter(MINE, paper.expose()));
    assert_eq!(lab.account.state(), FactorState::On);
    lab.app = Some(planted);
    let code = lab.code();
    assert_eq!(refusal(lab.confirm(YOURS, &code)), Refusal::NoEnrolment);
    lab.app = old;
    let code = lab.code();
    granted(lab.enter(MINE, &code));
}

#[test]
fn m6_a_tenant_that_demands_the_factor_with_grants_gives_no_secret_for_the_password_alone() {
    let mut lab = Lab::new(MfaSettings { demanded: true, grants: true, ..settings() });
    // The record still says off: nobody logged in since the tenant demands it.
    assert_eq!(lab.account.state(), FactorState::Off);
    assert_eq!(refusal(lab.begin(MINE, None)), Refusal::GrantNeeded);
    assert_eq!(lab.account.state(), FactorState::Demanded);
    // Nor does what was begun before go on.
    let mut lab = Lab::new(settings());
    lab.app = Some(lab.scan(MINE, None));
    lab.policy = MfaPolicy::new(MfaSettings { demanded: true, grants: true, ..settings() }).unwrap();
    let code = lab.code();
    assert_eq!(refusal(lab.confirm(MINE, &code)), Refusal::NoEnrolment);
}

#[test]
fn m6_switching_on_gives_a_grant_where_a_demand_has_none() {
    let mut lab = Lab::new(MfaSettings { demanded: true, grants: true, ..settings() });
    assert_eq!(lab.login().due, Due::Enrolment { proof: EnrolmentProof::Grant });
    let first = lab.admin(AdminAct::SwitchOn).grant.unwrap();
    assert_eq!(lab.events(), [MfaEvent::AdminSwitchedOn]);
    assert_eq!(lab.admin(AdminAct::SwitchOn).grant, None, "it has one");
    lab.tick(72 * HOUR_MS);
    let second = lab.admin(AdminAct::SwitchOn).grant.unwrap();
    assert_eq!(refusal(lab.begin(MINE, Some(first.expose()))), Refusal::Wrong);
    // One whose tenant key is gone is none (SPEC R22).
    for id in 2..=3 {
        lab.keys = lab.keys.clone().rotated(portal::key(id)).unwrap();
    }
    assert_eq!(refusal(lab.begin(MINE, Some(second.expose()))), Refusal::Wrong);
    let third = lab.admin(AdminAct::SwitchOn).grant.unwrap();
    granted(lab.begin(MINE, Some(third.expose())));
}

#[test]
fn m7_a_login_by_code_gives_new_recovery_codes_where_none_is_left() {
    let mut lab = Lab::enrolled(settings());
    // The tenant changes to sets; the single code that is left is used.
    lab.policy = MfaPolicy::new(MfaSettings { recovery: RecoveryMode::Set(4), ..settings() }).unwrap();
    let paper = lab.paper[0].clone();
    let entered = granted(lab.enter(MINE, paper.expose()));
    assert_eq!((entered.by, entered.recovery), (EnteredBy::Recovery { left: 0 }, None));
    let code = lab.code();
    let new = granted(lab.enter(MINE, &code)).recovery.unwrap();
    assert_eq!(lab.events(), [MfaEvent::CodeAccepted, MfaEvent::RecoveryUsedUp]);
    assert_eq!(lab.notices(), [Notice::RecoveryRegenerated]);
    assert_eq!((new.codes.len(), lab.left(), lab.account.recovery_unseen()), (4, 4, Some(new.set)));
}

#[test]
fn m5_what_is_typed_drops_spaces_and_dashes_and_nothing_else() {
    let mut lab = Lab::enrolled(settings());
    let (paper, before) = (lab.paper[0].expose().to_owned(), lab.account.clone());
    lab.tick(MINUTE_MS);
    let code = lab.code_at(lab.now);
    for typed in [&code, &paper] {
        for other in ['\n', '\t', '\r', '\u{a0}', '_'] {
            assert_eq!(refusal(lab.enter(MINE, &format!("{typed}{other}"))), Refusal::Malformed, "{other:?}");
        }
    }
    assert_eq!(lab.account, before);
    granted(lab.enter(MINE, &format!(" {code} - ")));
    granted(lab.enter(MINE, &format!(" {paper} - ")));
}

#[test]
fn a6_a_host_whose_clock_was_once_far_ahead_locks_nobody_afterwards() {
    let mut lab = Lab::new(settings());
    lab.admin(AdminAct::SwitchOn);
    let real = lab.now;
    lab.tick(400 * DAY_MS);
    assert_eq!(lab.login().due, Due::Locked { recovery: false });
    lab.now = real.plus_ms(MINUTE_MS);
    assert!(matches!(lab.login().due, Due::Enrolment { .. }));
    lab.enrol();
}

#[test]
fn a6_a_demand_of_a_clock_that_was_ahead_counts_from_when_it_was_put_back() {
    let mut lab = Lab::new(settings());
    let real = lab.now;
    lab.tick(400 * DAY_MS);
    lab.admin(AdminAct::SwitchOn);
    lab.now = real;
    assert!(matches!(lab.login().due, Due::Enrolment { .. }));
    lab.tick(14 * DAY_MS - 1);
    assert!(matches!(lab.login().due, Due::Enrolment { .. }));
    lab.tick(1);
    assert_eq!(lab.login().due, Due::Locked { recovery: false });
}

#[test]
fn a6_a_recovery_login_of_a_clock_that_was_ahead_opens_no_more_than_an_hour() {
    let mut lab = Lab::enrolled(settings());
    let (real, paper) = (lab.now, lab.paper[0].clone());
    lab.tick(400 * DAY_MS);
    granted(lab.enter(MINE, paper.expose()));
    lab.now = real;
    granted(lab.shown());
    lab.tick(HOUR_MS);
    assert_eq!(refusal(lab.begin(MINE, None)), Refusal::CodeNeeded);
}

#[test]
fn a6_wrong_recovery_codes_of_a_clock_that_was_ahead_count_a_day() {
    let mut lab = Lab::enrolled(settings());
    let wrong = wrong_paper();
    lab.from = ELSEWHERE;
    lab.lock();
    let real = lab.now;
    lab.tick(400 * DAY_MS);
    for _ in 0..5 {
        assert_eq!(refusal(lab.enter(MINE, wrong.expose())), Refusal::Wrong);
    }
    lab.now = real;
    // The first call after the clock was put back writes what it corrected.
    assert_eq!(refusal(lab.enter(MINE, wrong.expose())), Refusal::Wrong);
    lab.tick(DAY_MS);
    let before = lab.account.pending_effects().len();
    lab.account = mfa::effects_done(&lab.account, lab.account.revision()).unwrap_or_else(|| lab.account.clone());
    assert_eq!(refusal(lab.enter(MINE, wrong.expose())), Refusal::Wrong);
    assert!(before > 0 && lab.account.pending_effects().len() == 1, "counted again: the write owes its audit event");
    let stored = lab.account.clone();
    for _ in 0..4 {
        assert_eq!(refusal(lab.enter(MINE, wrong.expose())), Refusal::Wrong);
    }
    assert_ne!(lab.account, stored, "five a day");
}

#[test]
fn m8_of_nine_new_sources_the_oldest_is_told_again_and_the_newest_is_not() {
    let places: Vec<&'static str> = vec![
        "198.51.100.1",
        "198.51.100.2",
        "198.51.100.3",
        "198.51.100.4",
        "198.51.100.5",
        "198.51.100.6",
        "198.51.100.7",
        "198.51.100.8",
        "198.51.100.9",
    ];
    let told = |lab: &mut Lab, from: &'static str| {
        lab.from = from;
        lab.tick(2 * HOUR_MS);
        assert_eq!(refusal(lab.guess()), Refusal::Wrong);
        lab.notices().contains(&Notice::FailureAtNewSource)
    };
    let mut lab = Lab::enrolled(settings());
    for from in &places {
        assert!(told(&mut lab, from), "{from}");
    }
    for from in &places[1..] {
        assert!(!told(&mut lab, from), "{from} was told");
    }
    assert!(told(&mut lab, places[0]), "eight are remembered");
}

#[test]
fn m6_the_owner_is_still_locked_in_a_class_that_the_host_names() {
    // The statement of the host opens nothing where a class is locked.
    let mut lab = Lab::enrolled(MfaSettings { switch_off: SwitchOff::RiskOnly, ..settings() });
    lab.from = ELSEWHERE;
    lab.lock();
    assert!(lab.account.is_locked(client(ELSEWHERE).source()));
    assert_eq!(refusal(lab.switch_off_in(full(MINE), None, true)), Refusal::Locked { recovery: true });
    lab.admin(OFF);
    assert!(matches!(lab.switch_off_in(full(MINE), None, true), Judgement::Refused(Refusal::NotOn)));
}
