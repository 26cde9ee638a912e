//! The device machine, rule by rule (SPEC A1 to A14).
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::device::{AdminError, Command, Verdict, Withheld};
use libprov::effect::{AuditEvent, Effect, Resync};
use libprov::error::ErrorCode;
use libprov::ids::{AttemptId, LeaseId};
use libprov::models::Carriage;
use libprov::policy::{LockScope, Policy, SuspensionBind};
use libprov::request::{Attempt, Exemption};
use libprov::rule::Rule;
use libprov::standing::{Notice, Proof};
use libprov::state::State;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use support::*;

const HALF_HOUR: u64 = 30 * MINUTE_MS;

// ---- A1, A2 ----

#[test]
fn a1_a_new_device_is_required_with_a_pap_of_six_digits() {
    let host = Host::new();
    assert_eq!(host.state(), State::Required);
    assert_eq!(host.pap().len(), 6);
    assert_eq!(State::ALL.map(State::name), ["successful", "required", "failed", "blocked"]);
}

#[test]
fn a1_accepted_shows_required_until_it_is_delivered() {
    let mut host = Host::new();
    let enrolment = host.accept(A);
    assert_eq!((host.state(), host.state_of(A)), (State::Required, State::Successful));
    let lease = full(&host.fetch_with_token(A, &enrolment)).lease.unwrap();
    assert_eq!(host.state(), State::Required);
    host.deliver(lease);
    assert_eq!(host.state(), State::Successful);
}

#[test]
fn a2_the_right_pap_accepts() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let pap = host.pap();
    let judged = host.dial(&enrolment, &pap);
    assert_eq!((judged.verdict, judged.counted), (Verdict::Accepted, true));
    assert_eq!(told(&judged.effects), "pap_accepted play:accepted hangup resync(e)");
    assert!(judged.effects.iter().any(|effect| effect == Effect::Resync(Resync::Enrolment(enrolment.id()))));
}

#[test]
fn a2_third_wrong_pap_locks() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::Wrong { left: 2 });
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::Wrong { left: 1 });
    let judged = host.dial(&enrolment, WRONG);
    assert_eq!(judged.verdict, Verdict::Locked { until: host.now.plus_ms(HALF_HOUR) });
    assert_eq!(told(&judged.effects), "locked play:locked hangup resync(e)");
    assert_eq!((host.state(), host.state_of(A)), (State::Failed, State::Failed));
}

#[test]
fn a2_only_wrong_paps_in_a_row_count() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    host.wrong(&enrolment, 2);
    let pap = host.pap();
    host.dial(&enrolment, &pap);
    host.wait(10 * MINUTE_MS);
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::Wrong { left: 2 });
}

#[test]
fn a2_a_lock_ends_by_itself_after_thirty_minutes_with_the_counter_back_at_0() {
    let mut host = Host::new();
    let enrolment = host.lock(A);
    host.wait(HALF_HOUR - 1);
    assert_eq!(host.state(), State::Failed);
    host.wait(1);
    assert_eq!(host.state(), State::Required);
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::Wrong { left: 2 });
}

#[test]
fn a2_the_ninth_wrong_pap_blocks_without_locking_first() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    for lockout in 1..=2 {
        assert_eq!(host.wrong(&enrolment, 3).verdict.name(), "locked", "lockout {lockout}");
        host.wait(HALF_HOUR);
    }
    host.wrong(&enrolment, 2);
    let judged = host.dial(&enrolment, WRONG);
    assert_eq!(judged.verdict, Verdict::Blocked);
    assert_eq!(told(&judged.effects), "blocked_source play:blocked hangup resync(e)");
    host.wait(30 * DAY_MS);
    assert_eq!(host.state(), State::Blocked);
    assert_eq!(host.device().next_timeout(), None);
}

#[test]
fn a2_lockouts_count_since_the_last_reset() {
    let mut host = Host::new();
    for _ in 0..2 {
        host.lock(A);
        host.wait(HALF_HOUR);
    }
    host.reset();
    let enrolment = host.enrol(A);
    assert_eq!(host.wrong(&enrolment, 3).verdict.name(), "locked");
}

#[test]
fn a2_tries_do_not_decay_and_survive_a_suspension() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    host.wrong(&enrolment, 2);
    host.suspend(Some(B));
    host.wait(3 * DAY_MS);
    host.timeout();
    assert_eq!(host.dial(&enrolment, WRONG).verdict.name(), "locked");
}

#[test]
fn a2_a_policy_change_neither_starts_nor_extends_a_lock_and_limits_compare_at_least() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    host.wrong(&enrolment, 2);
    host.change(|settings| settings.attempts = 1);
    assert_eq!(host.state(), State::Required);
    let Verdict::Locked { until } = host.dial(&enrolment, WRONG).verdict else { panic!("2 >= 1") };
    host.change(|settings| settings.lockout_ms = 5 * HOUR_MS);
    assert_eq!(host.device().next_timeout(), Some(until));
    host.wait(HALF_HOUR);
    assert_eq!(host.state(), State::Required);
    host.change(|settings| settings.lockouts = 1);
    assert_eq!(host.state(), State::Required);
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::Blocked);
}

#[test]
fn a2_reset_leads_from_any_state_to_required_with_new_epoch_and_pap() {
    type Way = fn(&mut Host);
    let ways: [(&str, Way); 7] = [
        ("required", |_| {}),
        ("accepted", |host| _ = host.accept(A)),
        ("delivered", |host| host.settle(A)),
        ("failed", |host| _ = host.lock(A)),
        ("blocked by pap", |host| _ = host.block_by_pap(A)),
        ("blocked by an administrator", |host| _ = host.admin(Command::Block)),
        ("inactive", |host| _ = host.admin(Command::Deactivate)),
    ];
    for (name, way) in ways {
        let mut host = Host::new();
        let (epoch, pap) = (host.device().epoch(), host.pap());
        way(&mut host);
        host.suspend(None);
        let step = host.reset();
        assert_eq!(host.state(), State::Required, "{name}");
        assert_ne!(host.device().epoch(), epoch, "{name}");
        assert_ne!(host.pap(), pap, "{name}");
        assert!(!host.device().is_suspended(host.now), "{name}");
        assert!(host.device().lease().is_none(), "{name}");
        assert_eq!(host.device().reset_at(), Some(host.now), "{name}");
        assert!(told(&step.effects).ends_with("revoke resync"), "{name}: {}", told(&step.effects));
        assert_eq!(host.device().next_timeout(), None, "{name}");
    }
}

#[test]
fn a2_block_leads_from_any_state_to_blocked() {
    for locked in [false, true] {
        let mut host = Host::new();
        if locked {
            host.lock(A);
        } else {
            host.settle(A);
        }
        let step = host.admin(Command::Block);
        assert_eq!((host.state(), host.state_of(C)), (State::Blocked, State::Blocked));
        assert!(told(&step.effects).contains("blocked_by_administrator") && told(&step.effects).contains("revoke"));
        host.wait(DAY_MS);
        host.timeout();
        assert_eq!(host.state(), State::Blocked);
    }
}

// ---- A3 ----

#[test]
fn a3_no_pap_is_compared_in_failed_blocked_and_successful() {
    let mut locked = Host::new();
    let e = locked.lock(A);
    let pap = locked.pap();
    locked.wait(10 * MINUTE_MS);
    let judged = locked.dial(&e, &pap);
    assert_eq!(judged.verdict, Verdict::Locked { until: locked.now.plus_ms(20 * MINUTE_MS) });
    assert!(!judged.counted && judged.writes.is_empty());

    let mut blocked = Host::new();
    let e = blocked.block_by_pap(A);
    let pap = blocked.pap();
    let judged = blocked.dial(&e, &pap);
    assert_eq!(judged.verdict, Verdict::Blocked);
    assert!(judged.writes.is_empty());

    let mut accepted = Host::new();
    let other = accepted.enrol(B);
    let e = accepted.accept(A);
    let pap = accepted.pap();
    for entry in [pap.as_str(), WRONG] {
        let judged = accepted.dial(&e, entry);
        assert_eq!(judged.verdict, Verdict::Already);
        assert_eq!(told(&judged.effects), "~pap_not_judged play:already hangup resync(e)");
        assert!(judged.writes.is_empty());
        let judged = accepted.dial(&other, entry);
        assert_eq!(judged.verdict, Verdict::NotPossible);
        assert_eq!(told(&judged.effects), "~pap_not_judged play:not_possible hangup");
        assert!(judged.writes.is_empty());
    }

    let mut delivered = Host::new();
    delivered.settle(A);
    let e = delivered.enrol(A);
    let judged = delivered.dial(&e, &pap);
    assert_eq!(judged.verdict, Verdict::ResetNeeded);
    assert!(judged.writes.is_empty());
}

// ---- A4 ----

#[test]
fn a4_suspending_changes_no_state_and_resyncs() {
    let mut host = Host::new();
    host.lock(A);
    let step = host.suspend(None);
    assert_eq!(told(&step.effects), "suspended resync");
    assert_eq!(host.state(), State::Failed);
    assert_eq!(host.device().next_timeout(), Some(host.now.plus_ms(HALF_HOUR)));
}

#[test]
fn a4_a_delivery_under_a_suspension_makes_it_delivered_also_out_of_blocked() {
    type Way = fn(&mut Host);
    let ways: [(&str, Way); 3] = [
        ("by pap", |host| _ = host.block_by_pap(A)),
        ("by the ceiling", |host| {
            host.change(|settings| settings.ceiling = 3);
            let enrolment = host.enrol(A);
            assert_eq!(host.wrong(&enrolment, 3).verdict, Verdict::Blocked);
        }),
        ("by an administrator", |host| _ = host.admin(Command::Block)),
    ];
    for (name, way) in ways {
        let mut host = Host::new();
        way(&mut host);
        assert_eq!(said(&host.fetch(A)), "restricted R5", "{name}");
        host.suspend(None);
        assert_eq!(host.state(), State::Blocked, "{name}");
        let decision = host.fetch(A);
        assert_eq!(said(&decision), "full R4", "{name}");
        assert_eq!(decision.exemption, Some(Exemption::Suspension));
        host.deliver(full(&decision).lease.unwrap());
        assert_eq!(host.state(), State::Successful, "{name}");
    }
}

#[test]
fn a4_suspending_what_an_administrator_blocked_must_be_confirmed() {
    let mut host = Host::new();
    host.admin(Command::Block);
    let unconfirmed = Command::Suspend { bind: None, confirm_blocked: false };
    assert_eq!(host.try_admin(unconfirmed), Err(AdminError::ConfirmBlocked));
    let mut host = Host::new();
    host.block_by_pap(A);
    assert!(host.try_admin(Command::Suspend { bind: None, confirm_blocked: false }).is_ok());
}

#[test]
fn a4_reset_block_and_deactivation_end_it() {
    for command in [Command::Reset { taken: &[] }, Command::Block, Command::Deactivate, Command::Delete] {
        let mut host = Host::new();
        host.suspend(Some(A));
        let name = format!("{command:?}");
        host.admin(command);
        assert!(!host.device().is_suspended(host.now), "{name}");
        assert_ne!(said(&host.fetch(A)), "full R4", "{name}");
    }
}

#[test]
fn a4_it_is_bound_to_the_address_or_network_given() {
    let mut host = Host::new();
    host.suspend(Some("198.51.100.0/30"));
    assert_eq!(said(&host.fetch(C)), "restricted R11");
    assert!(host.device().is_suspended(host.now), "a stranger does not end a suspension for a given address");
    assert_eq!(said(&host.fetch(A)), "full R4");
    assert_eq!(said(&host.fetch(B)), "full R4");
    host.suspend(Some(V6));
    assert_eq!(said(&host.fetch(V6)), "full R4");
    assert_eq!(said(&host.fetch("2001:db8:1:2::4")), "restricted R11", "an address, not its /64");
    assert_eq!(said(&host.fetch("unresolved")), "restricted R11");
}

#[test]
fn a4_a_network_wider_than_policy_allows_is_refused() {
    let mut host = Host::new();
    let error = host.try_admin(Command::Suspend { bind: Some(prefix("10.0.0.0/8")), confirm_blocked: false }).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ADMIN_BIND_WIDE);
}

#[test]
fn a4_without_an_address_it_is_bound_to_the_source_of_its_first_full_delivery() {
    let mut host = Host::new();
    host.suspend(None);
    let lease = full(&host.fetch(A)).lease.unwrap();
    assert_eq!(said(&host.look(&host.request(B))), "full R4", "an answer alone binds nothing");
    host.deliver(lease);
    assert_eq!(said(&host.fetch(A)), "full R4", "repeats from that source until its end");
    let contested = host.fetch(B);
    assert_eq!(said(&contested), "restricted R10");
    assert!(contested.effects.has_audit(AuditEvent::SuspensionContested));
    assert!(!host.device().is_suspended(host.now));
    assert_ne!(said(&host.fetch(A)), "full R4");
}

#[test]
fn a4_a_proven_second_source_does_not_end_it() {
    let mut host = Host::new();
    host.settle(A);
    let credential = host.credential();
    host.suspend(None);
    let first = host.fetch_with(A, &credential);
    assert_eq!(said(&first), "full R4");
    host.deliver(full(&first).lease.unwrap());
    let second = host.fetch_with(B, &credential);
    assert_eq!(said(&second), "full R7");
    assert!(host.device().is_suspended(host.now));
}

#[test]
fn a4_unbound_is_the_literal_form() {
    let mut host = Host::with(yealink(), |settings| settings.suspension_bind = SuspensionBind::Unbound);
    host.suspend(None);
    let lease = full(&host.fetch(A)).lease.unwrap();
    host.deliver(lease);
    assert_eq!(said(&host.fetch(B)), "full R4");
    assert!(host.device().is_suspended(host.now));
}

#[test]
fn a4_suspending_twice_keeps_the_later_end_and_the_newer_bind() {
    let mut host = Host::new();
    host.suspend(Some(A));
    let until = host.now.plus_ms(HALF_HOUR);
    host.change(|settings| settings.suspension_ms = MINUTE_MS);
    host.suspend(Some(B));
    assert_eq!(host.device().next_timeout(), Some(until));
    assert_eq!(said(&host.fetch(A)), "restricted R11");
    assert_eq!(said(&host.fetch(B)), "full R4");
}

#[test]
fn a4_its_end_resyncs_what_is_not_delivered() {
    let mut host = Host::new();
    host.suspend(Some(A));
    host.wait(HALF_HOUR);
    assert_eq!(said(&host.look(&host.request(A))), "restricted R11");
    assert_eq!(told(&host.timeout().effects), "suspension_ended resync");
    host.settle(A);
    host.suspend(Some(A));
    host.wait(HALF_HOUR);
    assert_eq!(told(&host.timeout().effects), "suspension_ended");
}

// ---- A5 ----

#[test]
fn a5_anything_but_ascii_digits_is_the_callers_error() {
    let mut host = Host::new();
    let user = host.enrol(A).sip_user(Some(2));
    for entry in ["12345#", "1234a", "１２３４５６", " 12345", "*"] {
        let error = Attempt::new(AttemptId::from_number(1), &user, entry).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ATTEMPT_NOT_DIGITS, "{entry}");
    }
    let error = Attempt::new(AttemptId::from_number(1), "201", "123456").unwrap_err();
    assert_eq!(error.code(), ErrorCode::ID_ENROLMENT);
}

#[test]
fn a5_an_empty_entry_is_no_attempt_and_any_other_wrong_one_is() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let judged = host.dial(&enrolment, "");
    assert_eq!(judged.verdict, Verdict::Empty);
    assert!(!judged.counted && judged.writes.is_empty() && judged.effects.is_empty());
    assert_eq!(host.dial(&enrolment, "1").verdict, Verdict::Wrong { left: 2 });
    let long = host.pap() + "0";
    assert_eq!(host.dial(&enrolment, &long).verdict, Verdict::Wrong { left: 1 });
    assert_eq!(host.dial(&enrolment, &"7".repeat(5_000)).verdict.name(), "locked");
}

#[test]
fn a5_an_enrolment_of_no_use_is_judged_before_everything_else() {
    // Expired.
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let pap = host.pap();
    host.wait(7 * DAY_MS);
    let judged = host.dial(&enrolment, &pap);
    assert_eq!(judged.verdict, Verdict::Restarting);
    assert_eq!(told(&judged.effects), "~pap_not_judged play:restarting hangup resync(e)");
    assert!(judged.writes.is_empty());
    // Of an earlier epoch, also while it is suspended and while its source is locked.
    let old = host.enrol(A);
    host.reset();
    host.suspend(Some(A));
    assert_eq!(host.dial(&old, WRONG).verdict, Verdict::Restarting);
    host.lock(B);
    assert_eq!(host.dial(&old, WRONG).verdict, Verdict::Restarting);
    // Ended by a delivery.
    let mut host = Host::new();
    let waiting = host.enrol(B);
    host.settle(A);
    assert_eq!(host.dial(&waiting, WRONG).verdict, Verdict::Restarting);
    // Another device's.
    host.create(phone(2), yealink());
    let other = host.enrol(C);
    host.mac = phone(1);
    let judged = host.dial(&other, &pap);
    assert_eq!(judged.verdict, Verdict::Restarting);
    assert!(judged.writes.is_empty());
}

#[test]
fn a5_a_suspension_that_fits_comes_before_the_state() {
    let mut host = Host::new();
    let here = host.lock(A);
    let there = host.lock(B);
    host.suspend(Some(A));
    let judged = host.dial(&here, WRONG);
    assert_eq!(judged.verdict, Verdict::NoPinNeeded);
    assert_eq!(told(&judged.effects), "~pap_not_judged play:no_pin hangup resync(e)");
    assert!(judged.writes.is_empty());
    assert_eq!(host.dial(&there, WRONG).verdict.name(), "locked");
}

#[test]
fn a5_the_same_attempt_id_again_gives_the_same_verdict_and_is_not_counted_twice() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    for _ in 0..5 {
        assert_eq!(host.dial_as(1, &enrolment, WRONG).verdict, Verdict::Wrong { left: 2 });
    }
    let again = host.dial_as(1, &enrolment, WRONG);
    assert!(!again.counted && again.writes.is_empty());
    assert_eq!(told(&again.effects), "play:left2");
    assert_eq!(host.dial_as(2, &enrolment, WRONG).verdict, Verdict::Wrong { left: 1 });
    let pap = host.pap();
    assert_eq!(host.dial_as(3, &enrolment, &pap).verdict, Verdict::Accepted);
    assert_eq!(host.dial_as(3, &enrolment, &pap).verdict, Verdict::Accepted);
    assert_eq!(host.dial_as(1, &enrolment, &pap).verdict, Verdict::Wrong { left: 2 });
}

#[test]
fn a5_the_last_four_attempts_are_remembered() {
    let mut host = Host::with(yealink(), |settings| settings.attempts = 10);
    let enrolment = host.enrol(A);
    for id in 1..=5 {
        host.dial_as(id, &enrolment, WRONG);
    }
    for id in 2..=5 {
        assert!(!host.dial_as(id, &enrolment, WRONG).counted, "{id}");
    }
    assert!(host.dial_as(1, &enrolment, WRONG).counted);
}

#[test]
fn a5_a_remembered_verdict_ends_with_its_epoch() {
    let mut host = Host::new();
    let old = host.enrol(A);
    let pap = host.pap();
    host.dial_as(1, &old, &pap);
    host.reset();
    assert_eq!(host.dial_as(1, &old, &pap).verdict, Verdict::Restarting);
    let new = host.enrol(A);
    assert_eq!(host.dial_as(1, &new, WRONG).verdict, Verdict::Wrong { left: 2 });
}

// ---- A6 ----

#[test]
fn a6_a_step_back_of_seconds_lengthens_a_lock_by_those_seconds_only() {
    let mut host = Host::new();
    host.lock(A);
    let locked_at = host.now;
    host.now = locked_at.minus_ms(20 * SECOND_MS);
    let step = host.timeout();
    assert!(step.writes.is_empty() && step.effects.is_empty());
    let Notice::Failed { until } = restricted(&host.fetch(A)).notice else { panic!("locked") };
    assert_eq!(until, host.now.plus_ms(HALF_HOUR), "the time shown is at most the length");
    host.now = locked_at.plus_ms(HALF_HOUR);
    assert_eq!(host.state(), State::Required);
}

#[test]
fn a6_a_lock_far_ahead_is_cut_when_the_record_is_written_with_an_audit_event() {
    let mut host = Host::new();
    host.lock(A);
    let locked_at = host.now;
    host.now = locked_at.minus_ms(5 * MINUTE_MS);
    assert!(host.timeout().writes.is_empty(), "five minutes are tolerated");
    host.now = locked_at.minus_ms(20 * DAY_MS);
    assert_eq!(told(&host.timeout().effects), "clock_corrected");
    assert_eq!(host.device().next_timeout(), Some(host.now.plus_ms(HALF_HOUR)));
    assert!(host.timeout().writes.is_empty(), "once");
    host.wait(HALF_HOUR);
    assert_eq!(host.state(), State::Required);
}

#[test]
fn a6_every_deadline_is_cut() {
    // The acceptance.
    let mut host = Host::new();
    host.accept(A);
    host.now = host.now.minus_ms(DAY_MS);
    assert!(host.timeout().effects.has_audit(AuditEvent::ClockCorrected));
    assert_eq!(host.device().next_timeout(), Some(host.now.plus_ms(10 * MINUTE_MS)));
    // The suspension.
    let mut host = Host::new();
    host.suspend(Some(A));
    host.now = host.now.minus_ms(DAY_MS);
    assert!(host.timeout().effects.has_audit(AuditEvent::ClockCorrected));
    assert_eq!(host.device().next_timeout(), Some(host.now.plus_ms(HALF_HOUR)));
    // The lease and the windows of the secrets.
    let mut host = Host::new();
    host.provision(A);
    host.now = host.now.minus_ms(DAY_MS);
    assert!(host.timeout().effects.has_audit(AuditEvent::ClockCorrected));
    assert!(host.timeout().writes.is_empty());
    host.wait(10 * MINUTE_MS);
    let credential = host.credential();
    assert!(full(&host.fetch_with(A, &credential)).secrets.sip.is_empty(), "the window ended with its own length");
    // The installed period.
    let mut host = Host::empty(tenant(settings()));
    let until = host.now.plus_ms(DAY_MS);
    host.admin(Command::ImportInstalled { device: new_device(phone(1), yealink()), until });
    host.now = host.now.minus_ms(30 * DAY_MS);
    host.timeout();
    host.wait(DAY_MS);
    assert_eq!(said(&host.fetch(A)), "restricted R11");
}

// ---- A7 ----

#[test]
fn a7_a_timeout_early_late_or_twice_is_harmless() {
    let mut host = Host::new();
    host.lock(A);
    let due = host.device().next_timeout().unwrap();
    assert!(host.timeout().writes.is_empty(), "early");
    host.now = due.plus_ms(DAY_MS);
    let step = host.timeout();
    assert_eq!(told(&step.effects), "unlocked resync(source)");
    assert_eq!(host.device().next_timeout(), None);
    let step = host.timeout();
    assert!(step.writes.is_empty() && step.effects.is_empty(), "twice");
}

#[test]
fn a7_the_next_timeout_is_the_earliest_over_all_sources() {
    let mut host = Host::new();
    host.lock(A);
    let first = host.device().next_timeout().unwrap();
    host.wait(MINUTE_MS);
    host.lock(B);
    assert_eq!(host.device().next_timeout(), Some(first));
    host.suspend(Some(C));
    assert_eq!(host.device().next_timeout(), Some(first));
    host.now = first;
    host.timeout();
    assert_eq!(host.device().next_timeout(), Some(first.plus_ms(MINUTE_MS)));
    assert_eq!((host.state_of(A), host.state_of(B)), (State::Required, State::Failed));
}

#[test]
fn a7_every_other_entry_point_first_applies_what_is_due() {
    let mut host = Host::new();
    let enrolment = host.lock(A);
    host.wait(HALF_HOUR);
    let decision = host.fetch(A);
    assert!(decision.effects.has_audit(AuditEvent::Unlocked));
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::Wrong { left: 2 });
    host.wrong(&enrolment, 2);
    host.wait(HALF_HOUR);
    let step = host.admin(Command::Describe { site: Some("Bonn"), location_confirmed: None });
    assert!(step.effects.has_audit(AuditEvent::Unlocked));
}

#[test]
fn a7_all_eight_sources_can_unlock_in_one_call() {
    let mut host = Host::new();
    for last in 1..=8 {
        host.lock(&format!("203.0.113.{last}"));
    }
    host.wait(HALF_HOUR);
    let step = host.timeout();
    let unlocked = step.effects.audits().filter(|audit| audit.event == AuditEvent::Unlocked).count();
    let resyncs: Vec<_> = step.effects.iter().filter(|effect| matches!(effect, Effect::Resync(_))).collect();
    assert_eq!(unlocked, 8);
    let reached = |last| {
        let at = source(&format!("203.0.113.{last}"));
        resyncs
            .iter()
            .any(|effect| matches!(effect, Effect::Resync(Resync::Device)) || *effect == Effect::Resync(Resync::DeviceAt(at)))
    };
    assert!((1..=8).all(reached), "{resyncs:?}");
}

#[test]
fn a7_the_end_of_a_lock_resyncs_under_lock_scope_device_too() {
    let mut host = Host::with(yealink(), |settings| settings.lock_scope = LockScope::Device);
    host.lock(A);
    host.wait(HALF_HOUR);
    let effects = host.timeout().effects;
    let reaches =
        |effect| matches!(effect, Effect::Resync(Resync::Device)) || effect == Effect::Resync(Resync::DeviceAt(source(A)));
    assert!(effects.iter().any(reaches), "the telephone at {A} shows the lock: {effects:?}");
}

// ---- A8 ----

#[test]
fn a8_a_delivery_ends_pap_tries_locks_lockouts_and_all_other_enrolments() {
    let mut host = Host::new();
    let waiting = host.enrol(C);
    host.lock(B);
    let enrolment = host.enrol(A);
    host.wrong(&enrolment, 2);
    host.provision(A);
    assert_eq!(host.state_of(B), State::Successful);
    assert!(host.device().pap(host.tenant.keys()).is_none());
    assert_eq!(host.device().next_timeout(), None);
    host.wait(MINUTE_MS);
    assert_eq!(host.fetch_with_token(C, &waiting).proof, Proof::None);
    assert_eq!(host.dial(&waiting, WRONG).verdict, Verdict::Restarting);
}

#[test]
fn a8_a_delivery_for_any_reason_counts_also_when_its_source_was_blocked_meanwhile() {
    // Certificate at a permanent entry: R5 gives way to R6a, and R7 stands before it.
    let mut host = Host::new();
    host.block_by_pap(A);
    host.whitelist(A);
    let mut request = host.request(A);
    request.certificate = Some(host.mac);
    let decision = host.ask(&request);
    let lease = full(&decision).lease.unwrap();
    host.deliver(lease);
    assert_eq!(host.state(), State::Successful, "given by {}", decision.rule);
}

// ---- A9, A10 ----

#[test]
fn a9_the_presets_differ_where_the_spec_says() {
    let own = prefix("192.168.1.0/24");
    let keys = libprov::keys::Keyring::new(key(1));
    let tenant =
        libprov::tenant::Tenant::on_premises(libprov::ids::TenantId::from_number(7), &settings().emergency, &[own], keys);
    let mut host = Host::empty(tenant.unwrap());
    host.create(phone(1), yealink());
    let mut request = host.request(PRIVATE);
    request.transport = libprov::request::Transport::Http;
    assert_eq!(said(&host.ask(&request)), "full R6a");
    request.address = address(A);
    assert_eq!(said(&host.ask(&request)), "deny R17");
    assert!(Policy::new(settings()).is_ok());
}

#[test]
fn a10_effects_come_in_order_and_stay_pending_until_they_are_done() {
    let mut host = Host::new();
    host.provision(A);
    let fresh = host.entropy();
    let step = libprov::request::admin(host.facts(source(A)), &Command::Reset { taken: &[] }, host.now, fresh).unwrap();
    assert_eq!(told(&step.effects), "reset W8 revoke resync");
    let device = step.writes.device.unwrap();
    assert_eq!(device.pending_effects(), step.effects.as_slice());
    assert_eq!(libprov::device::effects_done(&device, device.revision() - 1), None, "it changed since");
    let done = libprov::device::effects_done(&device, device.revision()).unwrap();
    assert!(done.pending_effects().is_empty());
    assert_eq!(done.revision(), device.revision() + 1);
    assert_eq!(libprov::device::effects_done(&done, done.revision()), None);
}

#[test]
fn a10_security_events_carry_states_source_and_rule() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let judged = host.wrong(&enrolment, 3);
    let audit = judged.effects.audits().next().unwrap();
    assert_eq!((audit.old, audit.new, audit.source), (Some(State::Required), Some(State::Failed), Some(source(A))));
    host.wait(HALF_HOUR);
    let enrolment = host.accept(A);
    let lease = full(&host.fetch_with_token(A, &enrolment)).lease.unwrap();
    let step = host.deliver(lease);
    let audit = step.effects.audits().find(|audit| audit.event == AuditEvent::Delivered).unwrap();
    assert_eq!((audit.new, audit.source, audit.rule), (Some(State::Successful), Some(source(A)), Some(Rule::R8)));
}

// ---- A11, A12 ----

#[test]
fn a11_of_two_nodes_that_judge_one_record_only_one_can_store() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let pap = host.pap();
    let before = host.device().revision();
    let one = host.judge_only(1, &enrolment, WRONG);
    let two = host.judge_only(2, &enrolment, &pap);
    let writes = [one.writes.device.clone().unwrap(), two.writes.device.unwrap()];
    // Both name the same next revision: compare-and-swap lets the first one in.
    assert_eq!(writes.map(|device| device.revision()), [before + 1; 2]);
    host.store(one.writes);
    let again = host.judge_only(2, &enrolment, &pap);
    assert_eq!(again.writes.device.unwrap().revision(), before + 2, "the loser asks again on the newest record");
    assert_eq!(again.verdict, Verdict::Accepted);
}

#[test]
fn a11_a_try_that_lost_the_race_is_judged_by_what_the_winner_stored() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    host.wrong(&enrolment, 2);
    let pap = host.pap();
    let loser = host.judge_only(91, &enrolment, &pap);
    assert_eq!(loser.verdict, Verdict::Accepted);
    host.dial_as(90, &enrolment, WRONG);
    assert!(loser.writes.device.unwrap().revision() <= host.device().revision());
    assert_eq!(host.judge_only(91, &enrolment, &pap).verdict.name(), "locked");
}

#[test]
fn a12_accepted_but_not_delivered_becomes_required_again_with_the_same_pap() {
    let mut host = Host::new();
    let first = host.lock(A);
    host.wait(HALF_HOUR);
    host.wrong(&first, 2);
    let pap = host.pap();
    host.dial(&first, &pap);
    let due = host.device().next_timeout().unwrap();
    assert_eq!(due, host.now.plus_ms(10 * MINUTE_MS));
    host.now = due.minus_ms(1);
    assert_eq!(
        said(&{
            let token = host.token(&first);
            host.look(&host.request(A).presenting(&token))
        }),
        "full R8"
    );
    host.now = due;
    assert_eq!(told(&host.timeout().effects), "acceptance_expired resync(e)");
    assert_eq!((host.state_of(A), host.pap()), (State::Required, pap));
    assert_eq!(said(&host.fetch_with_token(A, &first)), "restricted R11");
    // Tries 0, lockouts as before: one so far, so the next lock is the second and then comes the block.
    assert_eq!(host.wrong(&first, 3).verdict.name(), "locked");
    host.wait(HALF_HOUR);
    assert_eq!(host.wrong(&first, 3).verdict, Verdict::Blocked);
}

// ---- A13 ----

#[test]
fn a13_a_stranger_locks_himself_and_not_the_user() {
    let mut host = Host::new();
    let stranger = host.block_by_pap(B);
    let user = host.enrol(A);
    assert_eq!((host.state(), host.state_of(A), host.state_of(B)), (State::Blocked, State::Required, State::Blocked));
    assert_eq!(said(&host.fetch(B)), "restricted R5");
    assert_eq!(host.dial(&stranger, WRONG).verdict, Verdict::Blocked);
    let pap = host.pap();
    assert_eq!(host.dial(&user, &pap).verdict, Verdict::Accepted);
    let lease = full(&host.fetch_with_token(A, &user)).lease.unwrap();
    host.deliver(lease);
    assert_eq!((host.state(), host.state_of(B)), (State::Successful, State::Successful));
}

#[test]
fn a13_the_source_is_the_one_inside_the_enrolment_or_valid_token() {
    let mut host = Host::new();
    let locked = host.lock(A);
    assert_eq!(restricted(&host.fetch_with_token(B, &locked)).notice.clone(), restricted(&host.fetch(A)).notice);
    assert_eq!(restricted(&host.fetch(B)).notice, Notice::Required);
    let free = host.enrol(B);
    assert_eq!(restricted(&host.fetch_with_token(A, &free)).notice, Notice::Required);
}

#[test]
fn a13_a_64_is_one_source_and_all_unresolved_ones_are_one() {
    let mut host = Host::new();
    host.lock(V6);
    assert_eq!(host.state_of("2001:db8:1:2:ffff::1"), State::Failed);
    assert_eq!(host.state_of("2001:db8:1:3::1"), State::Required);
    host.lock("unresolved");
    assert_eq!(host.state_of("unresolved"), State::Failed);
    assert_eq!(host.state_of(A), State::Required);
}

#[test]
fn a13_the_ceiling_blocks_for_all_sources_and_never_forgets() {
    let mut host = Host::new();
    let mut last = Verdict::Empty;
    // Fifteen sources, two wrong PAPs each: no source is ever locked, and most are forgotten.
    for n in 1..=15 {
        let enrolment = host.enrol(&format!("203.0.113.{n}"));
        last = host.wrong(&enrolment, 2).verdict;
    }
    assert_eq!(last, Verdict::Blocked);
    assert_eq!((host.state(), host.state_of(A)), (State::Blocked, State::Blocked));
    assert_eq!(said(&host.fetch(A)), "restricted R5");
    host.whitelist(A);
    assert_eq!(said(&host.fetch(A)), "restricted R5", "the ceiling is device-wide: R6a does not lift it");
}

#[test]
fn a13_the_ninth_source_makes_the_one_with_the_fewest_lockouts_then_the_oldest_be_forgotten() {
    let mut host = Host::new();
    let at = |n: u32| format!("203.0.113.{n}");
    host.lock(&at(1));
    host.wait(HALF_HOUR);
    for n in 2..=8 {
        let enrolment = host.enrol(&at(n));
        host.wrong(&enrolment, 1);
    }
    let ninth = host.enrol(&at(9));
    host.wrong(&ninth, 1);
    // The third was kept with its try.
    let third = host.enrol(&at(3));
    assert_eq!(host.dial(&third, WRONG).verdict, Verdict::Wrong { left: 1 });
    // The first has a lockout, so its next is the second; the second source was forgotten.
    let second = host.enrol(&at(2));
    assert_eq!(host.dial(&second, WRONG).verdict, Verdict::Wrong { left: 2 });
    let first = host.enrol(&at(1));
    assert_eq!(host.wrong(&first, 3).verdict.name(), "locked");
    host.wait(HALF_HOUR);
    assert_eq!(host.wrong(&first, 3).verdict, Verdict::Blocked, "its lockouts were kept");
}

#[test]
fn a13_lock_scope_device_is_the_literal_form() {
    let mut host = Host::with(yealink(), |settings| settings.lock_scope = LockScope::Device);
    let (a, b) = (host.enrol(A), host.enrol(B));
    host.wrong(&a, 1);
    host.wrong(&b, 1);
    assert_eq!(host.dial(&a, WRONG).verdict.name(), "locked");
    assert_eq!((host.state_of(A), host.state_of(B), host.state_of(C)), (State::Failed, State::Failed, State::Failed));
    assert_eq!(said(&host.fetch(C)), "restricted R11");
    assert!(matches!(restricted(&host.fetch(C)).notice, Notice::Failed { .. }));
}

// ---- A14 ----

#[test]
fn a14_the_same_source_gets_the_same_lease_and_its_sixty_seconds_anew() {
    let mut host = Host::new();
    let enrolment = host.accept(A);
    let first = full(&host.fetch_with_token(A, &enrolment));
    host.wait(59 * SECOND_MS);
    let again = full(&host.fetch_with_token(A, &enrolment));
    assert_eq!((again.lease, again.secrets), (first.lease, first.secrets));
    host.wait(59 * SECOND_MS);
    assert!(host.device().lease().unwrap().is_live(host.now));
    host.wait(SECOND_MS);
    assert!(!host.device().lease().unwrap().is_live(host.now));
    assert_ne!(full(&host.fetch_with_token(A, &enrolment)).lease, first.lease, "a lease that is over is not renewed");
}

#[test]
fn a14_another_source_takes_the_lease_over_and_no_second_release_opens() {
    let mut host = Host::new();
    host.whitelist("198.51.100.0/24");
    let first = full(&host.fetch(A));
    assert!(!first.secrets.is_none());
    let second = full(&host.fetch(B));
    assert_ne!(second.lease, first.lease);
    assert!(second.secrets.is_none());
    assert_eq!(second.withheld, Some(Withheld::Leased));
    let step = host.deliver(first.lease.unwrap());
    assert_eq!(told(&step.effects), "lease_ignored", "delivered of a replaced lease");
    assert!(step.writes.is_empty());
    assert_eq!(host.state(), State::Required);
    host.deliver(second.lease.unwrap());
    assert_eq!(host.state(), State::Successful);
}

#[test]
fn a14_not_delivered_gives_the_release_back_to_the_same_source() {
    let mut host = Host::new();
    host.whitelist("198.51.100.0/24");
    let first = full(&host.fetch(A));
    let step = host.not_delivered(first.lease.unwrap());
    assert!(step.writes.device.is_some());
    assert!(host.not_delivered(first.lease.unwrap()).writes.is_empty(), "idempotent");
    assert!(host.not_delivered(LeaseId::from_number(1)).writes.is_empty());
    assert_eq!(host.state(), State::Required);
    let second = full(&host.fetch(B));
    assert_eq!((second.secrets.is_none(), second.withheld), (true, Some(Withheld::OtherSource)));
    host.not_delivered(second.lease.unwrap());
    let back = full(&host.fetch(A));
    assert_eq!((back.secrets, back.withheld), (first.secrets, None));
}

#[test]
fn a14_a_late_delivered_of_the_last_lease_counts_and_twice_changes_nothing() {
    let mut host = Host::new();
    let enrolment = host.accept(A);
    let lease = full(&host.fetch_with_token(A, &enrolment)).lease.unwrap();
    host.not_delivered(lease);
    host.wait(HOUR_MS);
    host.timeout();
    assert_eq!(host.state_of(A), State::Required, "A12");
    let step = host.deliver(lease);
    assert!(step.effects.has_audit(AuditEvent::Delivered));
    assert_eq!(host.state(), State::Successful);
    let step = host.deliver(lease);
    assert!(step.writes.is_empty() && step.effects.is_empty());
    assert!(host.not_delivered(lease).writes.is_empty());
}

#[test]
fn a14_a_lease_of_an_earlier_epoch_or_of_a_deleted_or_blocked_device_is_ignored() {
    for command in [Command::Reset { taken: &[] }, Command::Block, Command::Deactivate] {
        let mut host = Host::new();
        let name = format!("{command:?}");
        let enrolment = host.accept(A);
        let lease = full(&host.fetch_with_token(A, &enrolment)).lease.unwrap();
        host.admin(command);
        let step = host.deliver(lease);
        assert_eq!(told(&step.effects), "lease_ignored", "{name}");
        assert!(step.writes.is_empty(), "{name}");
        assert_ne!(host.state(), State::Successful, "{name}");
    }
}

#[test]
fn a14_a_late_delivered_of_a_deleted_device_is_ignored_with_audit() {
    let mut host = Host::new();
    let enrolment = host.accept(A);
    let lease = full(&host.fetch_with_token(A, &enrolment)).lease.unwrap();
    host.admin(Command::Delete);
    let step = host.deliver(lease);
    assert!(step.writes.is_empty());
    assert_eq!(told(&step.effects), "lease_ignored");
}

#[test]
fn a14_on_answer_the_answer_is_the_delivery() {
    let mut host = Host::with(yealink(), |settings| settings.on_answer = true);
    let enrolment = host.accept(A);
    let decision = host.fetch_with_token(A, &enrolment);
    assert_eq!(full(&decision).lease, None);
    assert!(decision.effects.has_audit(AuditEvent::Delivered));
    assert_eq!(host.state(), State::Successful);
    assert!(host.temps.contains_key(&source(A)));
}

#[test]
fn a14_on_answer_a_neighbours_delivery_changes_the_temporary_entry_once() {
    let mut host = Host::with(yealink(), |settings| settings.on_answer = true);
    host.neighbour(A);
    host.wait(HOUR_MS);
    // The host of these tests refuses a record whose revision rose by more than one.
    assert_eq!(said(&host.fetch(A)), "full R6b");
    let entry = &host.temps[&source(A)];
    assert_eq!((entry.unproven_total(), entry.valid().end()), (1, host.now.plus_ms(8 * HOUR_MS)));
    assert_eq!(host.state(), State::Successful);
}

#[test]
fn a14_the_lease_names_the_source_the_answer_went_to() {
    let mut host = Host::of(own(true, true, Carriage::None));
    host.accept(A);
    full(&host.fetch(A));
    assert_eq!(host.device().lease().unwrap().source(), source(A));
}

#[test]
fn a2_a_confirmation_of_a_file_that_left_before_the_block_does_not_lift_it() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let credential = host.credential();
    let before = full(&host.fetch_with(A, &credential)).lease.unwrap();
    for _ in 0..3 {
        let _ = host.wrong(&enrolment, 3);
        host.wait(30 * MINUTE_MS);
        let _ = host.timeout();
    }
    assert_eq!(host.state_of(A), State::Blocked);
    let step = host.deliver(before);
    assert!(step.effects.has_audit(AuditEvent::LeaseIgnored));
    assert_eq!(host.state_of(A), State::Blocked);
    host.whitelist(A);
    let at_entry = full(&host.fetch(A)).lease.unwrap();
    let _ = host.deliver(at_entry);
    assert_eq!(
        host.state_of(A),
        State::Successful,
        "a delivery to a permanent entry lifts what wrong PAPs of one source blocked"
    );
}

#[test]
fn a13_a_confirmation_of_a_file_that_left_before_the_ceiling_does_not_lift_its_block() {
    let mut host = Host::with(yealink(), |settings| settings.ceiling = 3);
    let enrolment = host.enrol(A);
    let credential = host.credential();
    let before = full(&host.fetch_with(A, &credential)).lease.unwrap();
    let _ = host.wrong(&enrolment, 3);
    assert_eq!(host.state(), State::Blocked);
    let step = host.deliver(before);
    assert!(step.effects.has_audit(AuditEvent::LeaseIgnored));
    assert_eq!(host.state(), State::Blocked);
}

#[test]
fn a2_a_file_that_a_suspension_let_out_before_the_block_does_not_lift_it() {
    let mut host = Host::new();
    let _ = host.suspend(Some(A));
    let before = full(&host.fetch(A)).lease.unwrap();
    let _ = host.admin(Command::Block);
    let step = host.deliver(before);
    assert!(step.effects.has_audit(AuditEvent::LeaseIgnored));
    assert_eq!(host.state(), State::Blocked);
}
