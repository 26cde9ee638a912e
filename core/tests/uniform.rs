//! Every denial looks and costs the same (SPEC R15): bytes, status, outward effects and the number of keyed operations.
//!
//! `cargo test -p libprov --features __count --test uniform`

#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::device::Command;
use libprov::effect::Effect;
use libprov::hooks::counted;
use libprov::models::Carriage;
use libprov::request::{Answer, Decision, Deny, Request, Transport, decide};
use libprov::rule::Rule;
use libprov::time::HOUR_MS;
use support::*;

struct Case {
    name: &'static str,
    host: Host,
    request: Request<'static>,
    rule: Rule,
}

fn case(name: &'static str, rule: Rule, mut host: Host, change: impl FnOnce(&mut Host, &mut Request<'static>)) -> Case {
    let mut request = host.request(A);
    change(&mut host, &mut request);
    Case { name, host, request, rule }
}

/// One case for each rule that denies, each in the state a host would be in.
fn cases(shown: Option<&'static str>) -> Vec<Case> {
    let known = || Host::new();
    let mut all = vec![
        case("R1", Rule::R1, known(), |host, _| {
            let guard = libprov::guard::SourceGuard::new(source(A)).with_throttle(host.now, HOUR_MS);
            host.guards.insert(source(A).into(), guard);
        }),
        case("R2 no record", Rule::R2, Host::empty(tenant(settings())), |_, _| ()),
        case("R2 another MAC", Rule::R2, known(), |_, request| request.mac = Some(phone(99))),
        case("R2 deleted", Rule::R2, known(), |host, _| {
            host.admin(Command::Delete);
        }),
        case("R3 inactive", Rule::R3, known(), |host, _| {
            host.admin(Command::Deactivate);
        }),
        case("R3 unauthorised", Rule::R3, known(), |host, _| {
            host.tenant = host.tenant.clone().with_authorised(Some(vec![phone(2)]));
        }),
        case("R3 certificate", Rule::R3, known(), |_, request| request.certificate = Some(phone(2))),
        case("R17", Rule::R17, known(), |_, request| request.transport = Transport::Tftp),
        case("R18", Rule::R18, known(), |host, _| {
            let other = libprov::ids::TenantId::from_number(77);
            let tenant = host.tenant.clone();
            host.tenant = libprov::tenant::Tenant::new(other, tenant.policy().clone(), tenant.keys().clone());
        }),
        case("R20", Rule::R20, Host::of(own(false, true, Carriage::Url)), |_, _| ()),
    ];
    if shown.is_some_and(|text| text.len() == 34) {
        all.retain(|case| case.rule != Rule::R20);
        all.push(case("R20", Rule::R9, Host::of(own(false, true, Carriage::Url)), |_, _| ()));
        all.push(case("R9", Rule::R9, known(), |_, _| ()));
        all.push(case("R9 delivered", Rule::R9, known(), |host, _| host.settle(B)));
    }
    for case in &mut all {
        case.request.presented.in_url = shown;
    }
    all
}

fn answer(case: &mut Case) -> (Decision, u64) {
    let fresh = case.host.entropy();
    let facts = case.host.facts(source(A));
    counted(|| decide(facts, &case.request, case.host.now, fresh))
}

/// What leaves the host: everything but audit.
fn outward(decision: &Decision) -> Vec<Effect> {
    decision.effects.iter().filter(|effect| !matches!(effect, Effect::Audit(_))).collect()
}

#[test]
fn r15_every_denial_is_the_same_in_bytes_status_effects_and_keyed_work() {
    let credential: &'static str = Box::leak("a".repeat(34).into_boxed_str());
    let token: &'static str = Box::leak("a".repeat(68).into_boxed_str());
    for shown in [None, Some("nonsense"), Some(credential), Some(token)] {
        let mut work = Vec::new();
        for mut case in cases(shown) {
            let (decision, keyed) = answer(&mut case);
            assert_eq!(decision.rule, case.rule, "{} {shown:?}", case.name);
            assert_eq!(decision.answer, Answer::Deny(Deny { status: 404, retry_after_s: None }), "{} {shown:?}", case.name);
            assert_eq!(outward(&decision), [], "{} {shown:?}", case.name);
            work.push((keyed, case.name));
        }
        let first = work[0].0;
        assert!(first > 0, "the count works");
        assert!(work.iter().all(|(keyed, _)| *keyed == first), "{shown:?}: {work:?}");
    }
}

#[test]
fn r15_an_old_credential_costs_what_a_forged_one_costs() {
    let mut host = Host::new();
    let old: &'static str = Box::leak(host.credential().into_boxed_str());
    host.reset();
    let mut known = case("R9 old", Rule::R9, host, |_, request| request.presented.in_url = Some(old));
    let (decision, keyed) = answer(&mut known);
    assert_eq!(decision.rule, Rule::R9);
    let mut unknown = case("R2", Rule::R2, Host::empty(tenant(settings())), |_, request| request.presented.in_url = Some(old));
    let (decision, other) = answer(&mut unknown);
    assert_eq!(decision.rule, Rule::R2);
    assert_eq!(keyed, other);
}

#[test]
fn r15_the_seventeenth_unknown_mac_costs_what_the_first_did() {
    let mut host = Host::empty(tenant(settings()));
    let mut work = Vec::new();
    for last in 1..=20 {
        let request = Request::main_file(phone(last), address(A));
        let fresh = host.entropy();
        let (decision, keyed) = counted(|| decide(host.facts(source(A)), &request, host.now, fresh));
        assert_eq!(decision.answer.status(), 404);
        host.store(decision.writes.clone());
        work.push(keyed);
    }
    assert!(work.iter().all(|keyed| *keyed == work[0]), "{work:?}");
}
