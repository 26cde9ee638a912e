//! Guards of sources and tenants, and adoption (SPEC R12, R15, D5).

#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::adoption::{Adopt, Adoption};
use libprov::device::{Command, Verdict};
use libprov::effect::{AuditEvent, Effect};
use libprov::guard::SourceGuard;
use libprov::mac::MacAddr;
use libprov::models::Carriage;
use libprov::request::{Answer, Decision, Deny, FileKind, Request, decide};
use libprov::rule::Rule;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use support::*;

/// One of many unknown MACs.
fn unknown(number: u32) -> MacAddr {
    let [_, a, b, c] = number.to_be_bytes();
    MacAddr::from_octets([0x80, 0x5e, 0xc0, a | 0x80, b, c]).unwrap()
}

fn probe(host: &mut Host, from: &str, number: u32) -> Decision {
    host.ask(&Request::main_file(unknown(number), address(from)))
}

fn guard<'a>(host: &'a Host, from: &str) -> &'a SourceGuard {
    &host.guards[&source(from).into()]
}

/// An address inside the /48 of [`V6`], in another /64.
fn v6(subnet: u16) -> String {
    format!("2001:db8:1:{subnet:x}::3")
}

// ---- the probe guard ----

#[test]
fn r12_the_event_after_the_last_allowed_one_is_over_the_limit() {
    let mut host = Host::new();
    for number in 0..16 {
        assert_eq!(said(&probe(&mut host, A, number)), "deny R2", "{number}");
    }
    assert_eq!(said(&host.fetch(A)), "restricted R11", "at the limit, not over it");
    let over = probe(&mut host, A, 16);
    assert_eq!(said(&over), "deny R1");
    assert!(over.effects.has_audit(AuditEvent::SourceThrottled));
    assert_eq!(said(&host.fetch(A)), "deny R1", "now known MACs are denied too");
    assert_eq!(said(&host.fetch(B)), "restricted R11", "another source is not");
    assert_eq!(guard(&host, A).throttled_until(host.now), Some(host.now.plus_ms(HOUR_MS)));
}

#[test]
fn r12_repeats_and_denied_requests_are_not_counted() {
    let mut host = Host::new();
    for _ in 0..50 {
        probe(&mut host, A, 1);
    }
    assert_eq!(guard(&host, A).revision(), 1, "one MAC is one event");
    for number in 0..17 {
        probe(&mut host, A, number);
    }
    let throttled = guard(&host, A).clone();
    host.wait(MINUTE_MS);
    for number in 100..200 {
        let decision = probe(&mut host, A, number);
        assert_eq!(said(&decision), "deny R1");
        assert!(decision.writes.is_empty(), "what is denied by R1 writes nothing");
    }
    assert_eq!(guard(&host, A), &throttled);
}

#[test]
fn r12_the_window_slides() {
    let mut host = Host::new();
    for number in 0..16 {
        probe(&mut host, A, number);
        host.wait(MINUTE_MS);
    }
    assert_eq!(said(&probe(&mut host, A, 16)), "deny R1");
    host.wait(44 * MINUTE_MS - 1);
    assert_eq!(said(&probe(&mut host, A, 17)), "deny R1");
    host.wait(1);
    assert_eq!(said(&probe(&mut host, A, 18)), "deny R2", "the oldest left the window");
    assert_eq!(said(&probe(&mut host, A, 19)), "deny R1", "and there was room for one");
    host.wait(2 * HOUR_MS);
    for number in 30..46 {
        assert_eq!(said(&probe(&mut host, A, number)), "deny R2");
    }
}

#[test]
fn r12_the_policy_sets_limit_and_window() {
    let mut host = Host::with(yealink(), |s| {
        s.probe_limit = 2;
        s.probe_window_ms = 2 * HOUR_MS;
    });
    for (number, rule) in [(0, "deny R2"), (1, "deny R2"), (2, "deny R1")] {
        assert_eq!(said(&probe(&mut host, A, number)), rule);
    }
    host.wait(2 * HOUR_MS);
    assert_eq!(said(&probe(&mut host, A, 2)), "deny R2");
}

#[test]
fn r12_what_is_answered_as_unknown_counts_as_unknown() {
    // Else an attacker could tell an inactive or unauthorised telephone from none by what it costs him.
    let inactive = |host: &mut Host| {
        host.admin(Command::Deactivate);
    };
    let unauthorised = |host: &mut Host| {
        host.tenant = host.tenant.clone().with_authorised(Some(vec![phone(2)]));
    };
    let deleted = |host: &mut Host| {
        host.admin(Command::Delete);
    };
    for (name, change) in [("inactive", &inactive as &dyn Fn(&mut Host)), ("unauthorised", &unauthorised), ("deleted", &deleted)]
    {
        let mut host = Host::new();
        change(&mut host);
        let decision = host.fetch(A);
        assert!(matches!(decision.rule, Rule::R2 | Rule::R3), "{name}");
        assert_eq!(guard(&host, A).revision(), 1, "{name}");
        let mut stranger = Host::new();
        let other = probe(&mut stranger, A, 1);
        assert_eq!(decision.answer, other.answer, "{name}");
    }
}

#[test]
fn r12_another_macs_certificate_and_forged_credentials_count_once_per_mac() {
    let mut host = Host::new();
    let mut foreign = host.request(A);
    foreign.certificate = Some(phone(2));
    for _ in 0..3 {
        assert_eq!(said(&host.ask(&foreign)), "deny R3");
    }
    assert_eq!(guard(&host, A).revision(), 1);

    // Seventeen telephones of the tenant, each shown a forged credential.
    let mut host = Host::new();
    let forged = "a".repeat(34);
    for last in 10..26 {
        host.create(phone(last), yealink());
        assert_eq!(said(&host.fetch_with(A, &forged)), "deny R9");
        assert_eq!(said(&host.fetch_with(A, &forged)), "deny R9", "a repeat");
    }
    host.create(phone(26), yealink());
    assert_eq!(said(&host.fetch_with(A, &forged)), "deny R1");
}

#[test]
fn r12_old_credentials_do_not_count_so_that_a_reset_fleet_is_not_throttled() {
    let mut host = Host::new();
    for last in 10..40 {
        host.create(phone(last), yealink());
        let old = host.credential();
        host.reset();
        assert_eq!(said(&host.fetch_with(A, &old)), "deny R9");
    }
    assert!(!host.guards.contains_key(&source(A).into()));
    assert_eq!(said(&host.fetch(A)), "restricted R11");
}

#[test]
fn r12_tokens_count_as_nothing_presented_whatever_they_are() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let token = host.token(&enrolment);
    host.reset();
    assert_eq!(said(&host.fetch_with(A, &token)), "restricted R11");
    assert!(host.guards.is_empty());
}

#[test]
fn r12_files_without_mac_and_whitelisted_sources_do_not_count() {
    let mut host = Host::new();
    let mut common = host.request(A);
    common.mac = None;
    common.file = FileKind::Common;
    host.ask(&common);
    common.file = FileKind::Main;
    host.ask(&common);
    assert!(host.guards.is_empty());
    host.whitelist(A);
    for number in 0..40 {
        assert_eq!(said(&probe(&mut host, A, number)), "deny R2");
    }
    assert!(host.guards.is_empty());
}

#[test]
fn r12_a_temporary_entry_does_not_free_its_source_from_the_guard() {
    // Else whoever shares an address with one provisioned telephone could search the tenant's waiting ones.
    let mut host = Host::new();
    host.settle(A);
    assert!(host.temps[&source(A)].is_live(host.now));
    for number in 0..16 {
        probe(&mut host, A, number);
    }
    assert_eq!(said(&probe(&mut host, A, 16)), "deny R1");
}

#[test]
fn r12_a_proven_request_passes_a_throttled_source() {
    let mut host = Host::new();
    host.settle(A);
    for number in 0..17 {
        probe(&mut host, A, number);
    }
    let credential = host.credential();
    assert_eq!(said(&host.fetch_with(A, &credential)), "full R7");
}

#[test]
fn r15_only_a_source_with_a_proven_delivery_is_told_to_wait() {
    let mut host = Host::new();
    host.settle(A);
    assert!(guard(&host, A).is_proven(host.tenant.id(), host.now));
    for number in 0..17 {
        probe(&mut host, A, number);
        probe(&mut host, B, number);
    }
    let (at_home, away) = (host.fetch(A), host.fetch(B));
    assert_eq!(at_home.answer, Answer::Deny(Deny { status: 429, retry_after_s: Some(3_600) }));
    assert_eq!(away.answer, Answer::Deny(Deny { status: 404, retry_after_s: None }));
    assert_eq!((at_home.rule, away.rule), (Rule::R1, Rule::R1));
}

#[test]
fn r12_unproven_deliveries_make_no_source_proven() {
    // By a whitelist, by a suspension, as installed: none of them proves who asked.
    let mut listed = Host::new();
    listed.whitelist(A);
    let mut suspended = Host::new();
    suspended.suspend(Some(A));
    let mut neighbour = Host::new();
    neighbour.settle(A);
    neighbour.guards.clear();
    neighbour.create(phone(9), yealink());
    for (name, mut host) in [("R6a", listed), ("R4", suspended), ("R6b", neighbour)] {
        let lease = full(&host.fetch(A)).lease.unwrap();
        host.deliver(lease);
        assert!(host.guards.is_empty(), "{name}");
    }
}

#[test]
fn r12_a_source_stays_proven_while_its_telephones_prove_themselves() {
    let mut host = Host::new();
    host.settle(A);
    let credential = host.credential();
    let mut leases = 0;
    for _ in 0..200 {
        host.wait(6 * HOUR_MS);
        if let Some(lease) = full(&host.fetch_with(A, &credential)).lease {
            host.deliver(lease);
            leases += 1;
        }
        assert!(guard(&host, A).is_proven(host.tenant.id(), host.now));
    }
    assert!(leases < 200 || host.temps[&source(A)].is_live(host.now));
    host.wait(30 * DAY_MS);
    assert!(!guard(&host, A).is_proven(host.tenant.id(), host.now));
}

#[test]
fn r12_the_48_around_a_source_has_sixteen_times_the_limit() {
    let mut host = Host::new();
    let mut counted = 0;
    'all: for subnet in 0..40 {
        for number in 0..16 {
            let decision = probe(&mut host, &v6(subnet), u32::from(subnet) * 100 + number);
            match decision.rule {
                Rule::R2 => counted += 1,
                Rule::R1 => break 'all,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(counted, 256);
    assert_eq!(said(&host.fetch(&v6(99))), "deny R1", "every /64 of it");
    assert_eq!(said(&host.fetch("2001:db8:2::1")), "restricted R11", "no other /48");
    let wider = &host.guards[&source(V6).wider().unwrap().into()];
    assert_eq!(wider.key().to_string(), "2001:db8:1::/48");
    assert!(wider.throttled_until(host.now).is_some());
}

#[test]
fn r12_one_mac_asked_for_from_many_subnets_is_one_event_of_the_48() {
    let mut host = Host::new();
    for subnet in 0..500 {
        assert_eq!(said(&probe(&mut host, &v6(subnet), 7)), "deny R2");
    }
    assert_eq!(host.guards[&source(V6).wider().unwrap().into()].revision(), 1);
}

#[test]
fn r12_a_guard_is_bounded_and_spent_in_time() {
    let mut host = Host::new();
    for number in 0..1_000 {
        probe(&mut host, &v6((number % 64) as u16), number);
    }
    let snapshot = |guard: &SourceGuard| libprov::snapshot::to_bytes(guard).len();
    for guard in host.guards.values() {
        assert!(snapshot(guard) < 256 * 20, "{}", guard.key());
        assert!(!guard.is_spent(host.now, HOUR_MS));
        assert!(guard.is_spent(host.now.plus_ms(2 * HOUR_MS), HOUR_MS));
    }
}

// ---- PAP budgets ----

/// A host whose device never locks, so that only budgets are in the way.
fn patient(change: impl FnOnce(&mut libprov::policy::Settings)) -> Host {
    Host::with(yealink(), |s| {
        s.attempts = 10;
        s.lockouts = 20;
        s.ceiling = 1_000;
        s.lockout_ms = MINUTE_MS;
        change(s);
    })
}

/// Types wrong PAPs at many devices from one address until one is not judged; how many were.
fn spray(host: &mut Host, from: &str, most: usize) -> usize {
    for done in 0..most {
        let [.., a, b] = host.drawn.to_be_bytes();
        host.create(MacAddr::from_octets([0x80, 0x5e, 0xc0, 0x40, a, b]).unwrap(), yealink());
        let enrolment = host.enrol(from);
        let judged = host.dial(&enrolment, WRONG);
        if !judged.counted {
            assert_eq!(judged.verdict, Verdict::NotPossible);
            assert!(judged.writes.is_empty(), "nothing else is touched");
            assert!(judged.effects.has_audit(AuditEvent::PapBudget));
            assert!(judged.effects.iter().any(|effect| effect == Effect::HangUp));
            return done;
        }
    }
    most
}

#[test]
fn r12_a_source_has_fifteen_wrong_paps_an_hour_over_all_devices() {
    let mut host = Host::new();
    assert_eq!(spray(&mut host, A, 100), 15);
    let enrolment = host.enrol(A);
    let right = host.pap();
    assert_eq!(host.dial(&enrolment, &right).verdict, Verdict::NotPossible, "the right one too, or guessing went on");
    assert_eq!(host.dial(&enrolment, "").verdict, Verdict::Empty);
    let elsewhere = host.enrol(B);
    assert_eq!(host.dial(&elsewhere, &right).verdict, Verdict::Accepted, "another source");
}

#[test]
fn r12_over_the_budget_the_call_is_refused_before_anything_is_typed() {
    use libprov::call::{Call, Caller, Route, route};
    let mut host = Host::new();
    spray(&mut host, A, 100);
    host.mac = phone(1);
    for (from, service) in [(A, false), (B, true)] {
        let user = host.enrol(from).sip_user(None);
        let call = |target| route(host.facts(source(from)), &Call::invite(Caller::Enrolment(&user), target), host.now);
        let routed = call("*89");
        assert_eq!(matches!(routed.route, Route::Service(_)), service, "{from}");
        assert_eq!(routed.effects.has_audit(AuditEvent::PapBudget), !service, "{from}");
        assert!(service || routed.writes.is_empty(), "nothing else is touched");
        assert!(matches!(call("112").route, Route::Emergency(_)), "{from}: no budget stands before an emergency call");
    }
}

#[test]
fn r12_the_budget_of_a_source_comes_back_as_its_window_slides() {
    let mut host = Host::new();
    assert_eq!(spray(&mut host, A, 100), 15);
    assert_eq!(guard(&host, A).paused_until(host.now, 15), Some(host.now.plus_ms(HOUR_MS)));
    host.wait(HOUR_MS - 1);
    assert_eq!(spray(&mut host, A, 1), 0);
    host.wait(1);
    assert_eq!(spray(&mut host, A, 100), 15);
}

#[test]
fn r12_the_source_is_the_one_inside_the_enrolment() {
    let mut host = patient(|_| ());
    let enrolment = host.enrol(A);
    host.dial(&enrolment, WRONG);
    assert_eq!(guard(&host, A).revision(), 1);
    assert_eq!(host.guards.len(), 1);
}

#[test]
fn r12_a_right_pap_costs_nothing_and_charges_are_not_given_back() {
    let mut host = Host::new();
    host.accept(A);
    assert!(guard(&host, A).paused_until(host.now, 1).is_none() && host.budget.paused_until(host.now, 1, 1).is_none());
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    host.dial(&enrolment, WRONG);
    let right = host.pap();
    host.dial(&enrolment, &right);
    assert!(guard(&host, A).paused_until(host.now, 1).is_some());
    host.reset();
    assert!(guard(&host, A).paused_until(host.now, 1).is_some(), "nor by a reset");
}

#[test]
fn r12_a_retransmitted_attempt_is_charged_once() {
    let mut host = patient(|_| ());
    let enrolment = host.enrol(A);
    for _ in 0..5 {
        host.dial_as(7, &enrolment, WRONG);
    }
    assert_eq!((guard(&host, A).revision(), host.budget.revision()), (1, 1));
}

#[test]
fn r12_a_tenant_has_a_hundred_wrong_paps_an_hour_from_wherever() {
    let mut host = Host::new();
    let mut wrong = 0;
    for n in 0..50 {
        let judged = spray(&mut host, &format!("203.0.113.{n}"), 15);
        wrong += judged;
        if judged < 15 {
            break;
        }
    }
    assert_eq!(wrong, 100);
    assert_eq!(host.budget.paused_until(host.now, 100, 300), Some(host.now.plus_ms(HOUR_MS)));
}

#[test]
fn r12_a_tenant_has_three_hundred_wrong_paps_a_day() {
    let mut host = Host::new();
    let mut wrong = 0;
    for n in 0..200 {
        wrong += spray(&mut host, &format!("203.0.113.{n}"), 10);
        host.wait(7 * MINUTE_MS);
    }
    assert_eq!(wrong, 300);
    assert!(host.budget.paused_until(host.now, 100, 300).unwrap() > host.now);
}

#[test]
fn r12_over_the_tenants_budget_the_proven_and_the_roll_out_may_still_try() {
    let mut host = Host::with(yealink(), |s| s.rollout_networks = vec![prefix("192.0.2.0/24")]);
    host.settle(B);
    for n in 0..7 {
        spray(&mut host, &format!("203.0.113.{n}"), 15);
    }
    for (from, verdict) in [(A, Verdict::NotPossible), (B, Verdict::Accepted), ("192.0.2.77", Verdict::Accepted)] {
        host.mac = phone(1);
        host.reset();
        let enrolment = host.enrol(from);
        let right = host.pap();
        assert_eq!(host.dial(&enrolment, &right).verdict, verdict, "{from}");
    }
    for from in ["192.0.2.77", B] {
        assert_eq!(spray(&mut host, from, 100), 15, "{from}: their own budget holds for them too");
    }
}

#[test]
fn r12_the_48_has_sixteen_times_the_pap_budget_of_a_64() {
    let mut host = Host::with(yealink(), |s| {
        s.pap_tenant_hour = 1_000;
        s.pap_tenant_day = 3_000;
    });
    let mut wrong = 0;
    for subnet in 0..40 {
        wrong += spray(&mut host, &v6(subnet), 15);
    }
    assert_eq!(wrong, 240);
}

#[test]
fn a5_r12_the_enrolment_suspension_and_state_come_before_the_budget() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    spray(&mut host, A, 100);
    host.mac = phone(1);
    host.suspend(Some(A));
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::NoPinNeeded);
    host.reset();
    assert_eq!(host.dial(&enrolment, WRONG).verdict, Verdict::Restarting);
}

#[test]
fn a11_two_nodes_that_judge_at_once_cannot_both_store() {
    let mut host = patient(|_| ());
    let enrolment = host.enrol(A);
    let (one, two) = (host.judge_only(1, &enrolment, WRONG), host.judge_only(2, &enrolment, WRONG));
    let revisions = |judged: &libprov::request::Judged| {
        let writes = &judged.writes;
        (
            writes.source.as_ref().map(|guard| guard.revision()),
            writes.budget.as_ref().map(|guard| guard.revision()),
            writes.device.as_ref().map(|device| device.revision()),
        )
    };
    assert_eq!(revisions(&one), revisions(&two), "each is the next revision of all three records");
    assert!(revisions(&one).0.is_some() && revisions(&one).1.is_some() && revisions(&one).2.is_some());
}

#[test]
fn a11_guesses_on_many_devices_at_once_are_one_that_counts_and_none_that_is_told_for_free() {
    // From one copy of the guards, as an attacker gets it who asks all nodes at the same instant.
    let mut host = Host::new();
    spray(&mut host, A, 14);
    let mut judged = Vec::new();
    for last in 100..120 {
        host.create(phone(last), yealink());
        let enrolment = host.enrol(A);
        let right = host.pap();
        let typed = if last == 119 { right.as_str() } else { WRONG };
        judged.push(host.judge_only(u64::from(last), &enrolment, typed));
    }
    assert_eq!(judged.last().unwrap().verdict, Verdict::Accepted);
    for judged in &judged {
        let writes = &judged.writes;
        // All of them are the next revision of the same two records: a store takes one.
        assert_eq!(writes.source.as_ref().map(|guard| guard.revision()), Some(15));
        assert_eq!(writes.budget.as_ref().map(|guard| guard.revision()), Some(15));
    }
}

#[test]
fn r12_what_a_source_proved_at_another_tenant_opens_nothing_here() {
    let mut host = Host::new();
    host.settle(B);
    for n in 0..7 {
        spray(&mut host, &format!("203.0.113.{n}"), 15);
    }
    host.mac = phone(1);
    host.reset();
    let own = host.enrol(B);
    assert!(host.dial(&own, WRONG).counted, "at the tenant where it proved itself");
    let other = libprov::ids::TenantId::from_number(77);
    assert!(guard(&host, B).is_proven(host.tenant.id(), host.now));
    assert!(!guard(&host, B).is_proven(other, host.now));
    let mut elsewhere =
        Host::empty(libprov::tenant::Tenant::new(other, host.tenant.policy().clone(), host.tenant.keys().clone()));
    elsewhere.guards = host.guards.clone();
    elsewhere.create(phone(1), yealink());
    for n in 0..7 {
        spray(&mut elsewhere, &format!("192.0.2.{n}"), 15);
    }
    elsewhere.mac = phone(1);
    let enrolment = elsewhere.enrol(B);
    let right = elsewhere.pap();
    assert_eq!(elsewhere.dial(&enrolment, &right).verdict, Verdict::NotPossible);
    for number in 0..17 {
        probe(&mut elsewhere, B, number);
    }
    assert_eq!(elsewhere.fetch(B).answer.status(), 404, "nor a 429");
}

#[test]
fn r12_one_tenant_does_not_forget_what_another_still_counts() {
    let mut host = Host::with(yealink(), |s| s.probe_window_ms = DAY_MS);
    let short = tenant(settings());
    for number in 0..15 {
        probe(&mut host, A, number);
    }
    host.wait(2 * HOUR_MS);
    // The same source asks a tenant with a window of one hour, on the same host.
    let long = core::mem::replace(&mut host.tenant, short);
    assert_eq!(said(&probe(&mut host, A, 100)), "deny R2");
    host.tenant = long;
    assert_eq!(said(&probe(&mut host, A, 101)), "deny R1", "sixteen in a day");
}

// ---- adoption ----

/// A host without any device.
fn bare(change: impl FnOnce(&mut libprov::policy::Settings)) -> Host {
    let mut settings = settings();
    change(&mut settings);
    Host::empty(tenant(settings))
}

fn knock(host: &mut Host, from: &str, number: u32) -> Decision {
    let request = Request::main_file(unknown(number), address(from));
    let fresh = host.entropy();
    let facts = libprov::request::Facts { device: None, ..host.facts(request.address.source()) };
    let decision = decide(facts, &request, host.now, fresh);
    host.store(decision.writes.clone());
    decision
}

fn offered(pool: &Adoption, host: &Host) -> Vec<(MacAddr, bool)> {
    pool.offers(host.now).map(|offer| (offer.mac(), offer.activate())).collect()
}

#[test]
fn d5_unknown_devices_are_refused_by_default() {
    let mut host = bare(|_| ());
    assert_eq!(said(&knock(&mut host, A, 1)), "deny R2");
    assert_eq!(host.adoption, Adoption::new());
}

#[test]
fn d5_an_offer_looks_like_any_denial() {
    let mut listing = bare(|s| s.adoption = Adopt::List);
    let mut refusing = bare(|_| ());
    let (listed, refused) = (knock(&mut listing, A, 1), knock(&mut refusing, A, 1));
    assert_eq!((listed.answer, listed.rule), (refused.answer, refused.rule));
    assert!(listed.effects.has_audit(AuditEvent::AdoptionOffered));
    assert_eq!(offered(&listing.adoption, &listing), [(unknown(1), false)]);
    assert!(knock(&mut listing, A, 1).writes.adoption.is_none(), "once");
    let mut settled = listing.clone();
    settled.adoption = listing.adoption.without(unknown(1));
    assert!(knock(&mut settled, A, 1).writes.adoption.is_none(), "not again once it was created or turned down");
    listing.wait(DAY_MS);
    assert!(offered(&listing.adoption, &listing).is_empty(), "it expires");
}

#[test]
fn d5_activate_holds_for_the_own_networks_and_permanent_entries_only() {
    let mut host = bare(|s| {
        s.adoption = Adopt::List;
        s.adoption_own = Adopt::Activate;
        s.own_networks = vec![prefix("192.168.1.0/24")];
    });
    host.whitelist("203.0.113.0/24");
    for (number, from, activate) in [(1, A, false), (2, PRIVATE, true), (3, C, true)] {
        let decision = knock(&mut host, from, number);
        let adopts = decision.effects.iter().any(|effect| effect == Effect::Adopt);
        assert_eq!((adopts, said(&decision).as_str()), (activate, "deny R2"), "{from}");
    }
    assert!(knock(&mut host, C, 3).effects.iter().any(|effect| effect == Effect::Adopt), "again until the host did it");
    assert_eq!(offered(&host.adoption, &host), [(unknown(1), false), (unknown(2), true), (unknown(3), true)]);
    assert!(knock(&mut host, "unresolved", 4).writes.adoption.is_none(), "nobody knows where it is");
}

#[test]
fn d5_only_telephone_prefixes_and_authorised_macs_are_offered() {
    let mut host = bare(|s| s.adoption = Adopt::List);
    let odd = MacAddr::from_octets([0x00, 0x00, 0x5e, 0x00, 0x53, 0x01]).unwrap();
    let request = Request::main_file(odd, address(A));
    let fresh = host.entropy();
    let decision = decide(host.facts(source(A)), &request, host.now, fresh);
    assert!(decision.writes.adoption.is_none(), "no telephone vendor's prefix");
    host.tenant = host.tenant.clone().with_authorised(Some(vec![unknown(2)]));
    assert!(knock(&mut host, A, 1).writes.adoption.is_none());
    assert!(knock(&mut host, A, 2).writes.adoption.is_some());
}

#[test]
fn d5_a_flood_fills_the_share_of_its_source_and_no_more() {
    let mut host = bare(|s| {
        s.adoption = Adopt::List;
        s.adoption_cap = 64;
    });
    let mut full = 0;
    for number in 0..200 {
        full += usize::from(knock(&mut host, A, number).effects.has_audit(AuditEvent::AdoptionFull));
    }
    assert_eq!(offered(&host.adoption, &host).len(), 8, "an eighth of the cap");
    assert!(full > 0);
    assert!(knock(&mut host, B, 900).writes.adoption.is_some(), "there is room for others");
}

#[test]
fn d5_a_deleted_device_is_not_offered() {
    let mut host = Host::with(yealink(), |s| s.adoption = Adopt::List);
    let request = host.request(A);
    let step = {
        let fresh = host.entropy();
        libprov::request::admin(host.facts(source(A)), &Command::Delete, host.now, fresh).unwrap()
    };
    host.store(step.writes);
    assert!(host.device().is_deleted());
    assert!(host.ask(&request).writes.adoption.is_none(), "while its tombstone stands");
}

#[test]
fn r20_a_model_that_cannot_be_restricted_is_denied_without_being_counted() {
    let mut host = Host::of(own(false, true, Carriage::Url));
    assert_eq!(said(&host.fetch(A)), "deny R20");
    assert!(host.guards.is_empty(), "a site of such telephones is not throttled for being there");
}
