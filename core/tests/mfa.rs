//! The second factor of portal users (SPEC M3, M5 to M9, M11, M12; STATE-TABLES 4.4).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod portal;

use libprov::entropy::Entropy;
use libprov::ids::UserId;
use libprov::ip::ClientAddress;
use libprov::mfa::{
    self, Account, Actor, AdminAct, Due, EnrolmentProof, EnteredBy, FactorState, Judgement, MfaEffect, MfaError, MfaEvent,
    MfaPolicy, MfaSettings, Notice, RecoveryMode, Refusal, SwitchOff,
};
use libprov::otp::Window;
use libprov::snapshot::{self, SnapshotError};
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use libprov::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};
use portal::{ELSEWHERE, HOME, Lab, MINE, OFF, OTHER, YOURS, count, digits, granted, prefix, refusal, settings};

/// The columns of STATE-TABLES 4.4; the pending one twice, as its cells have it.
const COLUMNS: [&str; 7] = ["off", "demanded", "pending", "pending, demanded", "on", "rotating", "locked"];

fn stand(column: &str) -> Lab {
    let mut lab = Lab::new(settings());
    match column {
        "off" => {}
        "demanded" => drop(lab.admin(AdminAct::SwitchOn)),
        "pending" => lab.app = Some(lab.scan(MINE, None)),
        "pending, demanded" => {
            lab.admin(AdminAct::SwitchOn);
            lab.app = Some(lab.scan(MINE, None));
        }
        _ => {
            lab.enrol();
            if column == "rotating" {
                let code = lab.code();
                granted(lab.begin(MINE, Some(&code)));
            }
            if column == "locked" {
                lab.from = ELSEWHERE;
                lab.lock();
            }
        }
    }
    lab.tick(MINUTE_MS);
    lab
}

/// What an event did: the outcome, the state after it, and the effects beside audit events.
fn cell(event: &str, column: &str) -> String {
    let mut lab = stand(column);
    let pending = matches!(column, "pending" | "pending, demanded" | "rotating");
    let fresh_code = |lab: &mut Lab| if lab.app.is_some() { lab.code() } else { "123456".to_owned() };
    let outcome = match event {
        "password right" => format!("{:?}", lab.login().due).replace("Code { wait: None }", "Code"),
        "begin, same session" | "begin, other session" => {
            let session = if event == "begin, same session" { MINE } else { YOURS };
            let was = if pending { Some(granted(lab.begin(MINE, None)).secret) } else { None };
            let code = (column == "rotating" || column == "on" || column == "locked").then(|| lab.code());
            match lab.begin(session, code.as_deref()) {
                Judgement::Granted(new) if Some(&new.secret) == was.as_ref() => "same secret".to_owned(),
                Judgement::Granted(_) => "new secret".to_owned(),
                Judgement::Refused(refusal) => format!("{refusal:?}"),
            }
        }
        "confirm right" => {
            if column == "rotating" {
                lab.app = Some(lab.scan(MINE, None));
            }
            let code = fresh_code(&mut lab);
            match lab.confirm(MINE, &code) {
                Judgement::Granted(new) => format!("{} recovery", count(&new.recovery)),
                Judgement::Refused(refusal) => format!("{refusal:?}"),
            }
        }
        "confirm wrong" => format!("{:?}", refusal(lab.confirm(MINE, &lab.wrong()))),
        "pending expires" => {
            lab.tick(15 * MINUTE_MS);
            lab.timeout();
            String::new()
        }
        "code right" | "code wrong" | "code replayed" => {
            let mut code = fresh_code(&mut lab);
            match event {
                "code wrong" => code = lab.wrong(),
                "code replayed" => drop(lab.enter(YOURS, &code)),
                _ => {}
            }
            match lab.enter(YOURS, &code) {
                Judgement::Granted(entered) => format!("granted, {} recovery", count(&entered.recovery)),
                Judgement::Refused(refusal) => format!("{refusal:?}"),
            }
        }
        "recovery right" => {
            let paper = lab.paper.first().cloned().unwrap_or_else(|| stand("on").paper[0].clone());
            match lab.enter(YOURS, paper.expose()) {
                Judgement::Granted(entered) => format!("granted, {} recovery", count(&entered.recovery)),
                Judgement::Refused(refusal) => format!("{refusal:?}"),
            }
        }
        "shown" => format!("{:?}", lab.shown()),
        "self reset" => {
            let code = fresh_code(&mut lab);
            format!("{:?}", lab.reset(&code))
        }
        "self switch-off" => {
            let code = fresh_code(&mut lab);
            format!("{:?}", lab.switch_off(Some(&code), true))
        }
        "admin switch on" => format!("{:?}", lab.admin(AdminAct::SwitchOn).grant),
        "admin reset" => format!("{:?}", lab.admin(AdminAct::Reset).grant),
        "admin off" => format!("{:?}", lab.admin(OFF).grant),
        "admin unlock" => format!("{:?}", lab.admin(AdminAct::Unlock).grant),
        "14 days" => {
            lab.tick(14 * DAY_MS);
            lab.timeout();
            String::new()
        }
        "clock error" => {
            lab.now = lab.now.minus_ms(10 * MINUTE_MS);
            let code = if lab.app.is_some() { lab.code_at(lab.now) } else { "123456".to_owned() };
            format!("{:?}", refusal(lab.enter(YOURS, &code)))
        }
        "trusted" => {
            let entry = WhitelistEntry { prefix: prefix(&format!("{}/32", lab.from)), label: "".into() };
            lab.trusted = Whitelist::build(vec![entry], &WhitelistLimits::default()).unwrap();
            lab.policy = MfaPolicy::new(MfaSettings { trusted_addresses: true, ..settings() }).unwrap();
            format!("{:?}", lab.login().due)
        }
        other => panic!("{other}"),
    };
    let locked = lab.account.is_locked(ClientAddress::new(lab.from.parse().unwrap()).source());
    let mut text = format!("{outcome} -> {}", lab.account.state().name());
    if locked {
        text.push_str(" locked");
    }
    if lab.account.recovery_unseen().is_some() {
        text.push_str(" unseen");
    }
    if lab.ends_sessions() {
        text.push_str(", EndSessions");
    }
    for notice in lab.notices() {
        text.push_str(&format!(", {notice:?}"));
    }
    text.trim_start().to_owned()
}

#[test]
fn m3_every_cell_of_the_state_table() {
    let table = include_str!("data/mfa-table.txt");
    let mut rows = String::new();
    for event in [
        "password right",
        "begin, same session",
        "begin, other session",
        "confirm right",
        "confirm wrong",
        "pending expires",
        "code right",
        "code replayed",
        "code wrong",
        "recovery right",
        "shown",
        "self reset",
        "self switch-off",
        "admin switch on",
        "admin reset",
        "admin off",
        "admin unlock",
        "14 days",
        "clock error",
        "trusted",
    ] {
        for column in COLUMNS {
            rows.push_str(&format!("{event} | {column} | {}\n", cell(event, column)));
        }
    }
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mfa-table.txt"), &rows).unwrap();
        return;
    }
    for (expected, found) in table.lines().zip(rows.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(rows, table, "cells are missing");
}

/// Seed 002: the portal of the Cloud PBX.
#[test]
fn m6_the_flow_of_the_cloud_pbx_portal() {
    let mut lab = Lab::new(settings());
    // Own profile, security: the code is scanned and a one-time password typed below it.
    let session = lab.login();
    assert_eq!(session.due, Due::Granted);
    lab.app = Some(lab.scan(session.session, None));
    let code = lab.code();
    granted(lab.confirm(session.session, &code));
    assert_eq!(lab.notices(), [Notice::SwitchedOn]);
    assert!(!lab.ends_sessions());
    // "Beim nächsten Anmeldeversuch werden Sie aufgefordert, einen OTP-Code einzugeben."
    assert_eq!(lab.login().due, Due::Code { wait: None });
    let session = lab.login().session;
    let code = lab.code();
    assert_eq!(granted(lab.enter(session, &code)).by, EnteredBy::Code { drift: 0 });
    // Reset of the key: a valid one-time password, then logged out.
    let wrong = lab.wrong();
    assert_eq!(refusal(lab.reset(&wrong)), Refusal::Wrong);
    assert_eq!(lab.account.state(), FactorState::On);
    let code = lab.code();
    granted(lab.reset(&code));
    assert!(lab.effects.contains(&MfaEffect::EndSessions { keep: None }));
    // The next login: the QR code, then a one-time password.
    let session = lab.login();
    assert_eq!(session.due, Due::Enrolment { proof: EnrolmentProof::None });
    assert_eq!(refusal(lab.enter(session.session, &code)), Refusal::EnrolmentNeeded);
    lab.app = Some(lab.scan(session.session, None));
    let code = lab.code();
    granted(lab.confirm(session.session, &code));
    // Switching off one's own: a one-time password is asked for.
    assert_eq!(refusal(lab.switch_off(None, true)), Refusal::CodeNeeded);
    let code = lab.code();
    assert_eq!(refusal(lab.switch_off(Some(&code), false)), Refusal::RiskNotAccepted);
    granted(lab.switch_off(Some(&code), true));
    assert_eq!(lab.login().due, Due::Granted);
    // Switched on by another portal user: QR code and one-time password at the next login.
    lab.admin(AdminAct::SwitchOn);
    assert_eq!(lab.login().due, Due::Enrolment { proof: EnrolmentProof::None });
    lab.enrol();
    // App lost: another portal user resets the key. Then one switches it off altogether.
    lab.admin(AdminAct::Reset);
    assert_eq!(lab.account.state(), FactorState::Demanded);
    lab.enrol();
    lab.admin(OFF);
    assert_eq!(lab.events(), [MfaEvent::AdminSwitchedOff]);
    assert_eq!(lab.login().due, Due::Granted);
}

/// Seed 004: Callroute.
#[test]
fn m7_the_flow_of_callroute() {
    let mut lab = Lab::new(MfaSettings { switch_off: SwitchOff::RiskOnly, ..settings() });
    let session = lab.login().session;
    lab.app = Some(lab.scan(session, None));
    let code = lab.code();
    let confirmed = granted(lab.confirm(session, &code));
    assert_eq!(count(&confirmed.recovery), 1);
    assert_eq!(lab.account.recovery_unseen(), Some(lab.set));
    granted(lab.shown());
    // The telephone is gone: the recovery code goes into the field of the code, after the password.
    let session = lab.login();
    assert_eq!(session.due, Due::Code { wait: None });
    let first = lab.paper[0].clone();
    let entered = granted(lab.enter(session.session, first.expose()));
    assert_eq!(entered.by, EnteredBy::Recovery { left: 1 });
    assert!(lab.effects.contains(&MfaEffect::EndSessions { keep: Some(session.session) }));
    assert_eq!(lab.notices(), [Notice::RecoveryUsed]);
    // A brand-new one, and the old one is not good any more.
    let second = entered.recovery.unwrap().codes[0].clone();
    assert_ne!(second, first);
    assert_eq!(refusal(lab.enter(session.session, first.expose())), Refusal::Wrong);
    granted(lab.enter(session.session, second.expose()));
    // In the session that it opened, a new app is set up without a code of the old one.
    lab.app = Some(lab.scan(session.session, None));
    let code = lab.code();
    granted(lab.confirm(session.session, &code));
    assert_eq!(lab.notices(), [Notice::Rotated]);
    // Switching off: the risk is accepted, no code is asked for.
    assert_eq!(refusal(lab.switch_off(None, false)), Refusal::RiskNotAccepted);
    granted(lab.switch_off(None, true));
    assert_eq!(lab.login().due, Due::Granted);
}

#[test]
fn m3_an_enrolment_belongs_to_one_session_and_survives_typos() {
    let mut lab = Lab::new(settings());
    let first = lab.scan(MINE, None);
    for _ in 0..4 {
        assert_eq!(refusal(lab.confirm(MINE, &lab.wrong())), Refusal::Wrong);
        assert_eq!(lab.scan(MINE, None).0, first.0);
    }
    // Another session gets another secret and voids the first.
    let second = lab.scan(YOURS, None);
    assert_ne!(first.0, second.0);
    lab.app = Some(second);
    let code = lab.code();
    assert_eq!(refusal(lab.confirm(MINE, &code)), Refusal::NoEnrolment);
    assert_eq!(refusal(lab.confirm(YOURS, "12 34")), Refusal::Malformed);
    granted(lab.confirm(YOURS, &code));
    // SPEC M2: the step is burned.
    assert_eq!(refusal(lab.enter(YOURS, &code)), Refusal::Replayed);
}

#[test]
fn m3_an_enrolment_is_void_after_ten_wrong_codes_and_after_fifteen_minutes() {
    let mut lab = Lab::new(MfaSettings { enrolment_ms: HOUR_MS, ..settings() });
    let mut tries = 0;
    lab.scan(MINE, None);
    loop {
        match refusal(lab.confirm(MINE, &lab.wrong())) {
            Refusal::Wrong if tries < 99 => tries += 1,
            Refusal::Wait { until } => lab.now = until,
            Refusal::EnrolmentVoid => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((tries, lab.account.state()), (9, FactorState::Off));
    let mut lab = Lab::new(settings());
    lab.app = Some(lab.scan(MINE, None));
    let due = mfa::next_timeout(&lab.account, &lab.policy).unwrap();
    assert_eq!(due, lab.now.plus_ms(15 * MINUTE_MS));
    lab.now = due;
    let code = lab.code_at(due);
    assert_eq!(refusal(lab.confirm(MINE, &code)), Refusal::NoEnrolment);
    assert_eq!(lab.events(), [MfaEvent::EnrolmentExpired]);
}

#[test]
fn m3_changing_phones_keeps_the_old_secret_live_until_the_new_one_is_confirmed() {
    let mut lab = Lab::enrolled(settings());
    let old = lab.app.clone().unwrap();
    assert_eq!(refusal(lab.begin(MINE, None)), Refusal::CodeNeeded);
    let code = lab.code();
    let new = lab.scan(MINE, Some(&code));
    let code = lab.code();
    granted(lab.enter(YOURS, &code));
    lab.app = Some(new.clone());
    let code = lab.code();
    granted(lab.confirm(MINE, &code));
    assert!(lab.effects.contains(&MfaEffect::EndSessions { keep: Some(MINE) }));
    lab.app = Some(old);
    let code = lab.code();
    assert_eq!(refusal(lab.enter(YOURS, &code)), Refusal::Wrong);
    lab.app = Some(new);
    let code = lab.code();
    granted(lab.enter(YOURS, &code));
}

#[test]
fn m5_one_field_takes_both_kinds_and_a_typo_costs_nothing() {
    let mut lab = Lab::enrolled(settings());
    let before = lab.account.clone();
    let paper = lab.paper[0].expose().to_owned();
    let mut typo = paper.clone().into_bytes();
    typo[3] = if typo[3] == b'7' { b'8' } else { b'7' };
    let typo = String::from_utf8(typo).unwrap();
    for text in ["", "12345", "1234567", "12345678", "１２３４５６", "12a456", "123456\n", &typo, &paper[1..], &"9".repeat(500)]
    {
        assert_eq!(refusal(lab.enter(MINE, text)), Refusal::Malformed, "{text:?}");
    }
    assert_eq!(lab.account, before, "no write at all");
    let code = lab.code();
    let spaced = format!(" {} - {}", &code[..3], &code[3..]);
    granted(lab.enter(MINE, &spaced));
    let odd = paper.to_lowercase().replace('-', " ");
    assert_eq!(granted(lab.enter(MINE, &odd)).by, EnteredBy::Recovery { left: 1 });
}

#[test]
fn m6_a_demand_can_need_a_grant() {
    let mut lab = Lab::new(MfaSettings { grants: true, ..settings() });
    let session = lab.login().session;
    let planted = lab.scan(session, None);
    let grant = lab.admin(AdminAct::SwitchOn).grant.unwrap();
    // What was begun on the password alone does not go on.
    lab.app = Some(planted);
    let code = lab.code();
    assert_eq!(refusal(lab.confirm(session, &code)), Refusal::NoEnrolment);
    assert_eq!(lab.login().due, Due::Enrolment { proof: EnrolmentProof::Grant });
    assert_eq!(refusal(lab.begin(MINE, None)), Refusal::GrantNeeded);
    assert_eq!(refusal(lab.begin(MINE, Some("123456"))), Refusal::Malformed);
    let newer = lab.admin(AdminAct::Reset).grant.unwrap();
    assert_eq!(refusal(lab.begin(MINE, Some(grant.expose()))), Refusal::Wrong);
    assert!(lab.events().contains(&MfaEvent::GrantWrong));
    lab.app = Some(lab.scan(MINE, Some(newer.expose())));
    let code = lab.code();
    granted(lab.confirm(MINE, &code));
    // Used up.
    lab.admin(AdminAct::Reset);
    assert_eq!(refusal(lab.begin(MINE, Some(newer.expose()))), Refusal::Wrong);
    // And it ends after 72 hours.
    let late = lab.admin(AdminAct::Reset).grant.unwrap();
    lab.tick(72 * HOUR_MS);
    assert_eq!(refusal(lab.begin(MINE, Some(late.expose()))), Refusal::Wrong);
}

#[test]
fn m6_after_a_self_reset_a_code_of_the_old_secret_serves_as_grant() {
    let mut lab = Lab::new(settings());
    lab.enrol();
    lab.policy = MfaPolicy::new(MfaSettings { grants: true, ..settings() }).unwrap();
    let code = lab.code();
    granted(lab.reset(&code));
    assert_eq!(lab.login().due, Due::Enrolment { proof: EnrolmentProof::GrantOrOldCode });
    assert_eq!(refusal(lab.begin(MINE, None)), Refusal::GrantNeeded);
    assert_eq!(refusal(lab.begin(MINE, Some(&code))), Refusal::Replayed);
    assert_eq!(refusal(lab.begin(MINE, Some(&lab.wrong()))), Refusal::Wrong);
    let code = lab.code();
    lab.app = Some(lab.scan(MINE, Some(&code)));
    let code = lab.code();
    granted(lab.confirm(MINE, &code));
}

#[test]
fn m6_an_administrator_is_somebody_else_with_a_fresh_factor() {
    let mut lab = Lab::enrolled(settings());
    let mut refused = |actor: Actor, act: AdminAct| {
        let fresh = lab.fresh();
        mfa::admin(lab.facts(), actor, act, lab.now, fresh).unwrap_err()
    };
    let owner = Some(UserId::from_number(7));
    assert_eq!(refused(Actor { user: owner, fresh_factor: true }, AdminAct::Reset), MfaError::OwnAccount);
    assert_eq!(refused(Actor { user: None, fresh_factor: false }, AdminAct::Reset), MfaError::ActorFactor);
    assert_eq!(refused(OTHER, AdminAct::SwitchOff { risk_accepted: false }), MfaError::RiskNotAccepted);
    let actor = Actor { user: Some(UserId::from_number(8)), fresh_factor: true };
    let fresh = lab.fresh();
    let step = mfa::admin(lab.facts(), actor, AdminAct::Reset, lab.now, fresh).unwrap();
    assert!(matches!(step.effects[0], MfaEffect::Audit(audit)
        if audit.event == MfaEvent::AdminReset && audit.actor == Some(UserId::from_number(8))));
}

#[test]
fn m6_a_tenant_that_demands_the_factor_refuses_self_switch_off_and_locks_after_14_days() {
    let mut lab = Lab::enrolled(MfaSettings { demanded: true, switch_off: SwitchOff::RiskOnly, ..settings() });
    assert_eq!(refusal(lab.switch_off(None, true)), Refusal::TenantDemands);
    let mut lab = Lab::new(MfaSettings { demanded: true, ..settings() });
    assert_eq!(lab.login().due, Due::Enrolment { proof: EnrolmentProof::None });
    assert_eq!(lab.events(), [MfaEvent::DemandedByTenant]);
    lab.tick(14 * DAY_MS - 1);
    assert!(matches!(lab.login().due, Due::Enrolment { .. }));
    lab.tick(1);
    assert_eq!(lab.login().due, Due::Locked { recovery: false });
    assert_eq!((lab.events(), lab.notices()), (vec![MfaEvent::DemandOverdue], vec![Notice::Locked]));
    assert_eq!(refusal(lab.begin(MINE, None)), Refusal::Locked { recovery: false });
    lab.admin(AdminAct::Unlock);
    assert!(matches!(lab.login().due, Due::Enrolment { .. }));
    assert_eq!(mfa::next_timeout(&lab.account, &lab.policy), Some(lab.now.plus_ms(14 * DAY_MS)));
}

#[test]
fn m7_a_set_is_used_up_one_by_one_and_made_anew_for_a_code() {
    let mut lab = Lab::enrolled(MfaSettings { recovery: RecoveryMode::Set(10), ..settings() });
    let papers = lab.paper.clone();
    assert_eq!(papers.len(), 10);
    for (used, paper) in papers.iter().enumerate() {
        let entered = granted(lab.enter(MINE, paper.expose()));
        assert_eq!(entered.by, EnteredBy::Recovery { left: 9 - used as u8 });
        assert_eq!(entered.recovery, None);
        assert_eq!(refusal(lab.enter(MINE, paper.expose())), Refusal::Wrong);
        let code = lab.code();
        granted(lab.enter(MINE, &code));
    }
    let code = lab.code();
    let new = granted(lab.regenerate(&code)).codes;
    assert_eq!((new.len(), lab.left(), lab.account.recovery_unseen()), (10, 10, Some(lab.set)));
    granted(lab.enter(MINE, new[9].expose()));
}

#[test]
fn m7_a_code_that_nobody_saw_is_replaced_by_the_next_login() {
    let mut lab = Lab::new(settings());
    lab.app = Some(lab.scan(MINE, None));
    let code = lab.code();
    let lost = granted(lab.confirm(MINE, &code)).recovery.unwrap();
    let code = lab.code();
    let entered = granted(lab.enter(MINE, &code));
    assert_eq!(lab.events(), [MfaEvent::CodeAccepted, MfaEvent::RecoveryReplaced]);
    let new = entered.recovery.unwrap();
    assert_eq!(refusal(lab.enter(MINE, lost.codes[0].expose())), Refusal::Wrong);
    // A late word about the first set does not confirm the second one.
    let step = mfa::recovery_shown(lab.facts(), lost.set, lab.now);
    assert_eq!(refusal(lab.store(step)), Refusal::RecoveryReplaced);
    assert_eq!(lab.account.recovery_unseen(), Some(new.set));
    granted(lab.shown());
    assert_eq!(lab.events(), [MfaEvent::RecoveryShown]);
    let before = lab.account.clone();
    granted(lab.shown());
    assert_eq!(lab.account, before, "twice is harmless");
    let code = lab.code();
    assert_eq!(granted(lab.enter(MINE, &code)).recovery, None);
    granted(lab.enter(MINE, new.codes[0].expose()));
}

#[test]
fn m8_from_the_fifth_failure_a_class_waits_and_the_wait_doubles_to_an_hour() {
    let mut lab = Lab::enrolled(settings());
    for _ in 0..4 {
        assert_eq!(refusal(lab.guess()), Refusal::Wrong);
        assert_eq!(lab.login().due, Due::Code { wait: None });
    }
    for seconds in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600] {
        assert_eq!(refusal(lab.guess()), Refusal::Wrong);
        let until = lab.now.plus_ms(seconds * SECOND_MS);
        assert_eq!(lab.login().due, Due::Code { wait: Some(until) });
        lab.now = until.minus_ms(1);
        let (right, paper) = (lab.code_at(lab.now), lab.paper[0].clone());
        let before = lab.account.clone();
        assert_eq!(refusal(lab.enter(MINE, &right)), Refusal::Wait { until });
        assert_eq!(refusal(lab.enter(MINE, paper.expose())), Refusal::Wait { until });
        assert_eq!(lab.account, before, "nothing is counted meanwhile");
        lab.now = until;
    }
    // Success clears the count in a row.
    let code = lab.code();
    granted(lab.enter(MINE, &code));
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    assert_eq!(lab.login().due, Due::Code { wait: None });
}

#[test]
fn m8_the_caps_follow_the_digits() {
    for (count, expected) in [(4, 3), (5, 10), (6, 25), (7, 100), (8, 100)] {
        let mut lab = Lab::enrolled(digits(count));
        assert_eq!(lab.lock(), expected, "{count} digits");
        assert_eq!(lab.notices(), [Notice::Locked]);
        let code = lab.code();
        assert_eq!(refusal(lab.enter(MINE, &code)), Refusal::Locked { recovery: true });
        lab.tick(365 * DAY_MS);
        assert_eq!(lab.login().due, Due::Locked { recovery: true }, "a lock does not pass");
        lab.admin(AdminAct::Unlock);
        assert_eq!(lab.notices(), [Notice::Unlocked]);
        let code = lab.code();
        granted(lab.enter(MINE, &code));
    }
}

#[test]
fn m8_success_does_not_clear_the_count_of_30_days() {
    for (count, cap) in [(6, 25), (7, 250), (8, 1_000)] {
        let mut lab = Lab::enrolled(digits(count));
        let mut failures = 0;
        while !lab.account.is_locked(ClientAddress::new(HOME.parse().unwrap()).source()) {
            for _ in 0..4 {
                if let Refusal::Wrong = refusal(lab.guess()) {
                    failures += 1;
                }
            }
            let code = lab.code();
            let _ = lab.enter(MINE, &code);
            assert!(failures <= cap, "nothing locks");
        }
        assert_eq!(failures, cap, "{count} digits");
    }
    // 24 in 30 days, again and again, lock nobody out.
    let mut lab = Lab::enrolled(settings());
    for _ in 0..4 {
        for _ in 0..24 {
            lab.tick(HOUR_MS);
            assert_eq!(refusal(lab.guess()), Refusal::Wrong);
        }
        lab.tick(31 * DAY_MS);
        let code = lab.code();
        granted(lab.enter(MINE, &code));
    }
}

#[test]
fn m8_who_is_elsewhere_cannot_keep_the_owner_out() {
    let mut lab = Lab::enrolled(settings());
    lab.from = ELSEWHERE;
    lab.lock();
    let locked = |lab: &Lab, from: &str| lab.account.is_locked(portal::client(from).source());
    assert!(locked(&lab, ELSEWHERE) && !locked(&lab, HOME));
    lab.from = "198.51.100.9";
    assert_eq!(lab.login().due, Due::Locked { recovery: true }, "all other sources are one class");
    lab.from = HOME;
    let session = lab.login();
    assert_eq!(session.due, Due::Code { wait: None });
    let code = lab.code();
    granted(lab.enter(session.session, &code));
}

#[test]
fn m8_four_sources_count_by_themselves_and_a_fifth_takes_the_place_of_the_oldest() {
    const AT: [&str; 5] = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"];
    let mut lab = Lab::new(settings());
    lab.from = AT[0];
    lab.enrol();
    for from in &AT[1..] {
        lab.from = from;
        let code = lab.code();
        granted(lab.enter(MINE, &code));
    }
    lab.from = ELSEWHERE;
    lab.lock();
    for (from, open) in AT.into_iter().zip([false, true, true, true, true]) {
        lab.from = from;
        assert_eq!(lab.login().due == Due::Code { wait: None }, open, "{from}");
    }
    // After 30 days without a success a source is one of the others.
    lab.tick(30 * DAY_MS);
    assert_eq!(lab.login().due, Due::Locked { recovery: true });
}

#[test]
fn m8_a_locked_class_may_use_its_recovery_code() {
    let mut lab = Lab::enrolled(settings());
    let right = lab.paper[0].clone();
    let wrong = Lab::enrolled(MfaSettings { recovery: RecoveryMode::Set(2), ..settings() }).paper[1].clone();
    lab.from = ELSEWHERE;
    lab.lock();
    // Nobody guesses 120 bits: wrong ones do not keep a right one out.
    for _ in 0..20 {
        assert_eq!(refusal(lab.enter(MINE, wrong.expose())), Refusal::Wrong);
    }
    let session = lab.login().session;
    granted(lab.enter(session, right.expose()));
    // The lock stays, until an enrolment is confirmed in that session.
    assert_eq!(lab.login().due, Due::Locked { recovery: true });
    let code = lab.code();
    assert_eq!(refusal(lab.begin(YOURS, Some(&code))), Refusal::Locked { recovery: true });
    lab.app = Some(lab.scan(session, None));
    let code = lab.code();
    assert_eq!(refusal(lab.confirm(YOURS, &code)), Refusal::Locked { recovery: true });
    granted(lab.confirm(session, &code));
    assert!(lab.events().contains(&MfaEvent::LockLifted));
    assert_eq!(lab.login().due, Due::Code { wait: None });
}

#[test]
fn m8_a_double_submit_is_not_counted_and_an_older_code_is() {
    let mut lab = Lab::enrolled(settings());
    let older = lab.code();
    granted(lab.enter(MINE, &older));
    lab.tick(30 * SECOND_MS);
    let code = lab.code_at(lab.now);
    granted(lab.enter(MINE, &code));
    let before = lab.account.clone();
    for _ in 0..10 {
        assert_eq!(refusal(lab.enter(MINE, &code)), Refusal::Replayed);
    }
    assert_eq!(lab.account, before);
    assert_eq!(refusal(lab.enter(MINE, &older)), Refusal::Replayed);
    assert_ne!(lab.account, before);
}

#[test]
fn m8_the_first_failure_at_a_new_source_notifies() {
    let mut lab = Lab::enrolled(settings());
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    assert_eq!(lab.notices(), [], "a known source");
    lab.from = ELSEWHERE;
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    assert_eq!(lab.notices(), [Notice::FailureAtNewSource]);
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    assert_eq!(lab.notices(), [], "only the first");
}

#[test]
fn m8_confirm_switch_off_reset_and_recovery_share_one_counter() {
    let mut lab = Lab::enrolled(settings());
    let code = lab.code();
    granted(lab.begin(MINE, Some(&code)));
    let wrong_paper = Lab::enrolled(MfaSettings { recovery: RecoveryMode::Set(2), ..settings() }).paper[1].clone();
    assert_eq!(refusal(lab.confirm(MINE, &lab.wrong())), Refusal::Wrong);
    assert_eq!(refusal(lab.switch_off(Some(&lab.wrong()), true)), Refusal::Wrong);
    assert_eq!(refusal(lab.reset(&lab.wrong())), Refusal::Wrong);
    assert_eq!(refusal(lab.enter(MINE, wrong_paper.expose())), Refusal::Wrong);
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    let code = lab.code_at(lab.now);
    assert!(matches!(refusal(lab.enter(MINE, &code)), Refusal::Wait { .. }));
    assert!(matches!(refusal(lab.switch_off(Some(&code), true)), Refusal::Wait { .. }));
    assert!(matches!(refusal(lab.reset(&code)), Refusal::Wait { .. }));
    assert!(matches!(refusal(lab.confirm(MINE, &code)), Refusal::Wait { .. }));
}

#[test]
fn m9_a_trusted_address_skips_the_code_of_a_login_and_nothing_else() {
    let mut lab = Lab::enrolled(MfaSettings { trusted_addresses: true, ..settings() });
    let entry = WhitelistEntry { prefix: prefix("192.0.2.0/24"), label: "".into() };
    lab.trusted = Whitelist::build(vec![entry], &WhitelistLimits::default()).unwrap();
    assert_eq!(lab.login().due, Due::Granted);
    assert_eq!(lab.events(), [MfaEvent::TrustedAddress]);
    assert_eq!(refusal(lab.begin(MINE, None)), Refusal::CodeNeeded);
    assert_eq!(refusal(lab.switch_off(None, true)), Refusal::CodeNeeded);
    assert_eq!(refusal(lab.reset(&lab.wrong())), Refusal::Wrong);
    lab.from = ELSEWHERE;
    assert_eq!(lab.login().due, Due::Code { wait: None });
    lab.from = HOME;
    lab.policy = MfaPolicy::new(settings()).unwrap();
    assert_eq!(lab.login().due, Due::Code { wait: None }, "off by default");
}

#[test]
fn m11_a_clock_behind_the_last_step_is_no_wrong_code_and_recovery_works() {
    let mut lab = Lab::enrolled(settings());
    lab.now = lab.now.minus_ms(10 * MINUTE_MS);
    let code = lab.code_at(lab.now);
    for _ in 0..10 {
        assert_eq!(refusal(lab.enter(MINE, &code)), Refusal::ClockError { behind: 20 });
    }
    assert_eq!(lab.events(), [MfaEvent::ClockError]);
    assert_eq!(lab.login().due, Due::Code { wait: None }, "not counted");
    let paper = lab.paper[0].clone();
    granted(lab.enter(MINE, paper.expose()));
}

#[test]
fn a6_a_clock_that_is_put_back_locks_nobody_out_for_long() {
    let mut lab = Lab::enrolled(settings());
    let real = lab.now;
    lab.tick(5 * 365 * DAY_MS);
    for _ in 0..12 {
        lab.tick(HOUR_MS);
        assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    }
    lab.now = real;
    let Due::Code { wait: Some(until) } = lab.login().due else { panic!() };
    assert!(until <= real.plus_ms(HOUR_MS));
    lab.now = until;
    let code = lab.code();
    granted(lab.enter(MINE, &code));
}

#[test]
fn m12_of_two_nodes_with_one_code_exactly_one_wins() {
    let mut lab = Lab::enrolled(settings());
    let (code, paper) = (lab.code(), lab.paper[0].clone());
    for typed in [code.as_str(), paper.expose()] {
        let entropy = || Entropy::new(core::array::from_fn(|i| i as u8)).unwrap();
        let steps = [MINE, YOURS].map(|session| mfa::enter(lab.facts(), session, typed, lab.now, entropy()));
        let mut let_in = 0;
        for step in steps {
            let new = step.write.clone().expect("every grant has a write");
            if new.revision() == lab.account.revision() + 1 {
                granted(lab.store(step));
                let_in += 1;
            } else {
                // The loser loads again and asks again.
                assert!(matches!(refusal(lab.enter(YOURS, typed)), Refusal::Replayed | Refusal::Wrong));
            }
        }
        assert_eq!(let_in, 1);
    }
}

#[test]
fn m12_a_record_that_cannot_be_read_is_an_error_and_never_off() {
    let lab = Lab::enrolled(settings());
    let bytes = snapshot::to_bytes(&lab.account);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(snapshot::from_bytes::<Account>(&changed).is_err(), "{at}");
        assert!(snapshot::from_bytes::<Account>(&bytes[..at]).is_err(), "{at}");
    }
    let json = snapshot::to_json(&lab.account);
    for (from, to, field) in [
        ("\"algorithm\":\"SHA1\"", "\"algorithm\":\"MD5\"", "on"),
        ("\"digits\":6", "\"digits\":9", "on"),
        ("\"in_row\":0,\"wait\":null,\"days\":[]", "\"in_row\":0,\"wait\":null,\"days\":[[5,1],[4,1]]", "tally"),
        ("\"recovery\":[", "\"recovery\":[[1,\"AAAA\"],", "recovery"),
        ("\"source\":\"192.0.2.10\"", "\"source\":\"unresolved\"", "known"),
        ("\"revision\":", "\"revision\":0,\"tenant\":\"42\",\"x\":", ""),
    ] {
        assert!(json.contains(from), "{from} is not in {json}");
        match snapshot::from_json::<Account>(&json.replacen(from, to, 1)).unwrap_err() {
            SnapshotError::Invariant { field: named, .. } => assert_eq!(named, field),
            SnapshotError::Form { .. } => assert_eq!(field, "", "{to}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn m12_no_secret_code_recovery_code_or_grant_leaks() {
    let mut lab = Lab::new(MfaSettings { grants: true, recovery: RecoveryMode::Set(3), ..settings() });
    let mut secrets: Vec<String> = Vec::new();
    let mut paper: Vec<String> = Vec::new();
    let grant = lab.admin(AdminAct::SwitchOn).grant.unwrap();
    paper.push(grant.expose().to_owned());
    let begun = granted(lab.begin(MINE, Some(grant.expose())));
    secrets.push(begun.secret.base32().expose().to_owned());
    lab.app = Some((begun.secret, begun.totp));
    let code = lab.code();
    granted(lab.confirm(MINE, &code));
    secrets.push(code);
    paper.extend(lab.paper.iter().map(|code| code.expose().to_owned()));
    for at in 0..2 {
        let code = lab.paper[at].clone();
        granted(lab.enter(MINE, code.expose()));
        let code = lab.code();
        granted(lab.enter(MINE, &code));
        secrets.push(code);
    }
    let json = snapshot::to_json(&lab.account);
    let bytes = snapshot::to_bytes(&lab.account);
    let code = lab.code();
    granted(lab.reset(&code));
    let late = lab.admin(AdminAct::Reset).grant.unwrap();
    paper.push(late.expose().to_owned());
    lab.log.push_str(&format!("{:?} {:?}", lab.facts(), late));
    for secret in secrets.iter().chain(&paper) {
        assert!(!lab.log.contains(secret), "{secret} in {}", lab.log);
    }
    let stored = [json, snapshot::to_json(&lab.account), String::from_utf8_lossy(&bytes).into_owned()].concat();
    for secret in &paper {
        let plain = secret.replace('-', "");
        assert!(!stored.contains(secret) && !stored.contains(&plain), "{secret} in {stored}");
    }
}

#[test]
fn a9_nonsense_is_refused_by_field_name() {
    type Change = fn(&mut MfaSettings);
    let cases: [(&str, Change); 9] = [
        ("window", |s| s.window = Window::new(3).unwrap()),
        ("enrolment_ms", |s| s.enrolment_ms = MINUTE_MS - 1),
        ("enrolment_ms", |s| s.enrolment_ms = HOUR_MS + 1),
        ("enrolment_tries", |s| s.enrolment_tries = 11),
        ("demand_ms", |s| s.demand_ms = Some(0)),
        ("grant_ms", |s| s.grant_ms = 0),
        ("recovery", |s| s.recovery = RecoveryMode::Set(1)),
        ("recovery", |s| s.recovery = RecoveryMode::Set(21)),
        ("grant_ms", |s| s.grant_ms = 31 * DAY_MS),
    ];
    for (field, change) in cases {
        let mut changed = settings();
        change(&mut changed);
        assert!(MfaPolicy::new(changed).unwrap_err().to_string().starts_with(field), "{field}");
    }
}
