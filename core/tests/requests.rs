//! Provisioning requests, rule by rule (SPEC R0 to R25, W2 to W8, E7, E8).
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::credential::EnrolmentId;
use libprov::device::{AdminError, Command, Verdict, Withheld};
use libprov::effect::{AuditEvent, Effect};
use libprov::entropy::Entropy;
use libprov::guard::TenantGuard;
use libprov::ids::TenantId;
use libprov::ip::Source;
use libprov::lang::Lang;
use libprov::models::{Carriage, ModelRef};
use libprov::policy::{Enforcement, Temporary};
use libprov::request::{
    Answer, Deny, Exemption, Facts, FileKind, IdentityKind, Method, Request, Transport, credential_user, decide, identify,
};
use libprov::rule::Rule;
use libprov::standing::{Notice, Proof};
use libprov::state::State;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use libprov::whitelist::TEMP_BAR_MS;
use support::*;

/// `aa…` of the shape of a credential, and of a token.
fn forged() -> [String; 2] {
    ["a".repeat(34), "a".repeat(68)]
}

// ---- R0 ----

#[test]
fn r0_the_strongest_proof_counts() {
    let mut host = Host::new();
    let waiting = host.enrol(B);
    let accepted = host.accept(A);
    let (waiting, accepted, credential) = (host.token(&waiting), host.token(&accepted), host.credential());
    let [stale, _] = forged();
    let cases = [
        (None, None, Proof::None),
        (Some("admin"), Some(""), Proof::None),
        (Some(&*stale), None, Proof::StaleCredential),
        (Some(&*waiting), None, Proof::PresentToken),
        (Some(&*waiting), Some(&*stale), Proof::PresentToken),
        (Some(&*stale), Some(&*waiting), Proof::PresentToken),
        (Some(&*accepted), Some(&*waiting), Proof::AcceptedToken),
        (Some(&*waiting), Some(&*accepted), Proof::AcceptedToken),
        (Some(&*accepted), Some(&*credential), Proof::Credential),
        (Some(&*credential), Some(&*stale), Proof::Credential),
    ];
    for (in_url, in_login, proof) in cases {
        let mut request = host.request(C);
        (request.presented.in_url, request.presented.in_login) = (in_url, in_login);
        assert_eq!(host.look(&request).proof, proof, "{:?}", proof.name());
        request.certificate = Some(host.mac);
        assert_eq!(host.look(&request).proof, Proof::Certificate);
    }
}

#[test]
fn r0_a_certificate_counts_only_where_policy_accepts_them() {
    let mut host = Host::with(yealink(), |settings| settings.accept_certificates = false);
    let mut request = host.request(A);
    request.certificate = Some(host.mac);
    assert_eq!(host.look(&request).proof, Proof::None);
}

#[test]
fn r0_a_forged_expired_or_earlier_token_counts_as_nothing_presented() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let token = host.token(&enrolment);
    let mut changed = token.clone();
    changed.replace_range(67..68, if token.ends_with('a') { "b" } else { "a" });
    assert_eq!(host.fetch_with(A, &changed).proof, Proof::None);
    assert_eq!(host.fetch_with(A, &forged()[1]).proof, Proof::None);
    let mut expired = host.clone();
    expired.wait(7 * DAY_MS);
    assert_eq!(expired.fetch_with(A, &token).proof, Proof::None);
    host.reset();
    assert_eq!(host.fetch_with(A, &token).proof, Proof::None);
}

// ---- R1 to R3 ----

#[test]
fn r1_a_source_over_its_limit_is_denied_unless_it_proves_itself_or_is_whitelisted() {
    let mut host = Host::new();
    host.settle(B);
    let credential = host.credential();
    let guard = libprov::guard::SourceGuard::new(source(A)).with_throttle(host.now, HOUR_MS);
    host.guards.insert(source(A).into(), guard);
    let decision = host.fetch(A);
    assert_eq!(said(&decision), "deny R1");
    assert_eq!(decision.answer, Answer::Deny(Deny { status: 404, retry_after_s: None }), "R15: 429 is for sources once proven");
    assert!(decision.writes.is_empty());
    assert_eq!(said(&host.fetch_with(A, &credential)), "full R7");
    assert_eq!(said(&host.fetch_with(A, &forged()[0])), "deny R1");
    assert_eq!(said(&host.fetch(B)), "restricted R10", "another source");
    let mut listed = host.clone();
    listed.whitelist(A);
    assert_eq!(said(&listed.fetch(A)), "full R6a");
    host.wait(HOUR_MS);
    assert_eq!(said(&host.fetch(A)), "restricted R10");
}

#[test]
fn r1_comes_before_r2_so_that_unknown_macs_look_alike() {
    let mut host = Host::new();
    let guard = libprov::guard::SourceGuard::new(source(A)).with_throttle(host.now, HOUR_MS);
    host.guards.insert(source(A).into(), guard);
    let request = Request::main_file(phone(77), address(A));
    assert_eq!(said(&host.ask(&request)), "deny R1");
}

#[test]
fn r2_and_r3_are_one_answer() {
    let mut host = Host::new();
    let unknown = host.ask(&Request::main_file(phone(77), address(A)));
    assert_eq!(said(&unknown), "deny R2");
    let mut foreign = host.request(A);
    foreign.certificate = Some(phone(2));
    let certificate = host.ask(&foreign);
    let mut unauthorised = host.clone();
    unauthorised.tenant = unauthorised.tenant.with_authorised(Some(vec![phone(2)]));
    let unauthorised = unauthorised.fetch(A);
    host.admin(Command::Deactivate);
    let inactive = host.fetch(A);
    for decision in [certificate, unauthorised, inactive] {
        assert_eq!(said(&decision), "deny R3");
        assert_eq!(decision.answer, unknown.answer);
        assert_eq!(decision.answer.status(), 404);
        assert!(decision.writes.device.is_none() && decision.writes.temp.is_none());
    }
}

#[test]
fn r3_lifts_when_the_mac_is_authorised_and_the_device_activated() {
    let mut host = Host::new();
    host.tenant = host.tenant.with_authorised(Some(vec![phone(2), phone(1)]));
    assert_eq!(said(&host.fetch(A)), "restricted R11");
    host.admin(Command::Deactivate);
    let credential = host.credential();
    host.suspend(None);
    assert_eq!(said(&host.fetch_with(A, &credential)), "deny R3", "whatever else would hold");
    host.admin(Command::Activate { taken: &[] });
    assert_eq!(said(&host.fetch(A)), "full R4");
}

// ---- R4 to R9 ----

#[test]
fn r4_stands_above_r5_to_r11() {
    let mut host = Host::new();
    host.admin(Command::Block);
    host.suspend(Some(A));
    for shown in ["", &forged()[0]] {
        let decision = host.fetch_with(A, shown);
        assert_eq!((said(&decision).as_str(), decision.exemption), ("full R4", Some(Exemption::Suspension)));
    }
}

#[test]
fn r5_blocked_gets_restricted_whatever_it_presents() {
    let mut host = Host::new();
    host.settle(A);
    let credential = host.credential();
    host.admin(Command::Block);
    host.whitelist(A);
    for shown in ["", &credential, &forged()[0]] {
        let decision = host.fetch_with(A, shown);
        assert_eq!(said(&decision), "restricted R5");
        assert_eq!(restricted(&decision).notice, Notice::Blocked);
    }
}

#[test]
fn r5_gives_way_to_a_permanent_entry_only_where_one_source_is_blocked_by_its_paps() {
    let mut host = Host::new();
    host.block_by_pap(A);
    host.neighbour(A);
    assert_eq!(said(&host.fetch(A)), "restricted R5", "a temporary entry is not enough");
    host.whitelist(A);
    let decision = host.fetch(A);
    assert_eq!(said(&decision), "full R6a");
    host.deliver(full(&decision).lease.unwrap());
    assert_eq!(host.state(), State::Successful);
}

#[test]
fn r6a_the_permanent_whitelist_gives_full_in_every_state_but_device_wide_blocks() {
    let mut host = Host::new();
    host.whitelist("198.51.100.0/24");
    let decision = host.look(&host.request(A));
    assert_eq!(said(&decision), "full R6a");
    assert_eq!(decision.exemption, Some(Exemption::Permanent(prefix("198.51.100.0/24"))));
    assert_eq!(said(&host.look(&host.request("unresolved"))), "restricted R11", "W6");
    let e = host.enrol(C);
    host.wrong(&e, 3);
    let token = host.token(&e);
    assert_eq!(said(&host.fetch_with(A, &token)), "full R6a", "failed");
}

#[test]
fn r6b_the_temporary_whitelist_is_for_devices_that_wait() {
    let mut host = Host::new();
    host.neighbour(A);
    let decision = host.look(&host.request(A));
    assert_eq!(said(&decision), "full R6b");
    assert_eq!(decision.exemption, Some(Exemption::Temporary { until: host.now.plus_ms(8 * HOUR_MS) }));
    assert!(decision.effects.has_audit(AuditEvent::AdmittedByNeighbour));
    assert_eq!(said(&host.look(&host.request(B))), "restricted R11");
    let mut failed = host.clone();
    let e = failed.enrol(B);
    failed.wrong(&e, 3);
    let token = failed.token(&e);
    assert_eq!(said(&failed.fetch_with(A, &token)), "full R6b", "also in failed");
    let mut accepted = host.clone();
    accepted.accept(B);
    assert_eq!(said(&accepted.fetch(A)), "restricted R11", "not in accepted");
    let mut delivered = host.clone();
    delivered.settle(B);
    assert_eq!(said(&delivered.fetch(A)), "restricted R10", "not in delivered");
    let mut reset = host.clone();
    reset.wait(1);
    reset.reset();
    assert_eq!(said(&reset.fetch(A)), "restricted R11", "not when reset since the entry was made");
    host.wait(8 * HOUR_MS);
    assert_eq!(said(&host.fetch(A)), "restricted R11", "over");
}

#[test]
fn r6b_a_source_has_a_cap_of_unproven_deliveries() {
    let mut host = Host::with(yealink(), |settings| settings.temporary_unproven_cap = 2);
    host.neighbour(A);
    for last in 1..=3 {
        if last > 1 {
            host.create(phone(last), yealink());
        }
        let expected = if last <= 2 { "full R6b" } else { "restricted R11" };
        assert_eq!(said(&host.fetch(A)), expected, "device {last}");
        if last <= 2 {
            assert_eq!(said(&host.fetch(A)), "full R6b", "repeats of one lease are not counted");
        }
    }
}

#[test]
fn r6b_policy_first_n_and_off() {
    let mut host = Host::with(yealink(), |settings| settings.temporary = Temporary::FirstN(1));
    host.neighbour(A);
    let lease = full(&host.fetch(A)).lease.unwrap();
    host.deliver(lease);
    host.create(phone(2), yealink());
    assert_eq!(said(&host.fetch(A)), "restricted R11");
    let mut host = Host::with(yealink(), |settings| settings.temporary = Temporary::Off);
    host.neighbour(A);
    assert_eq!(said(&host.fetch(A)), "restricted R11");
}

#[test]
fn r6b_a_telephone_that_fetches_twice_is_not_locked_out_by_its_own_first_answer() {
    let mut host = Host::with(yealink(), |settings| settings.temporary = Temporary::FirstN(1));
    host.neighbour(A);
    let first = full(&host.fetch(A));
    let again = host.fetch(A);
    assert_eq!(said(&again), "full R6b", "A14: a further answer to the same source returns its lease");
    assert_eq!(full(&again).lease, first.lease);
}

#[test]
fn r7_certificate_or_present_credential_is_full_in_every_state_but_blocked() {
    type Way = fn(&mut Host);
    let ways: [(&str, Way); 4] = [
        ("required", |_| {}),
        ("accepted", |host| _ = host.accept(B)),
        ("delivered", |host| host.settle(B)),
        ("failed", |host| _ = host.lock(A)),
    ];
    for (name, way) in ways {
        let mut host = Host::new();
        way(&mut host);
        let credential = host.credential();
        let decision = host.fetch_with(A, &credential);
        assert_eq!((said(&decision).as_str(), decision.proof), ("full R7", Proof::Credential), "{name}");
        let mut request = host.request(A);
        request.certificate = Some(host.mac);
        assert_eq!(said(&host.ask(&request)), "full R7", "{name}");
        host.deliver(host.device().lease().unwrap().id());
        assert_eq!(host.state(), State::Successful, "{name}");
    }
}

#[test]
fn r8_the_accepted_token_may_repeat_inside_its_window_and_from_another_address() {
    let mut host = Host::new();
    let enrolment = host.accept(A);
    let token = host.token(&enrolment);
    assert_eq!(said(&host.look(&host.request(B).presenting(&token))), "full R8");
    let lease = full(&host.fetch_with(A, &token)).lease.unwrap();
    host.deliver(lease);
    host.wait(9 * MINUTE_MS);
    assert_eq!(said(&host.fetch_with(A, &token)), "full R8");
    host.wait(MINUTE_MS);
    let late = host.fetch_with(A, &token);
    assert_eq!(said(&late), "restricted R10");
    assert!(late.effects.has_audit(AuditEvent::TokenLate));
}

#[test]
fn r8_policy_can_ask_for_the_address_too() {
    let mut host = Host::with(yealink(), |settings| settings.token_needs_source = true);
    let enrolment = host.accept(A);
    let token = host.token(&enrolment);
    assert_eq!(said(&host.look(&host.request(B).presenting(&token))), "restricted R11");
    assert_eq!(said(&host.look(&host.request(A).presenting(&token))), "full R8");
}

#[test]
fn r8_only_the_enrolment_that_was_authenticated_gets_anything() {
    let mut host = Host::new();
    let attacker = host.enrol(A);
    let user = host.enrol(A);
    let pap = host.pap();
    host.dial(&user, &pap);
    assert_eq!(said(&host.fetch_with_token(A, &attacker)), "restricted R11");
    assert_eq!(said(&host.fetch_with_token(A, &user)), "full R8");
}

#[test]
fn r8a_installed_is_full_once_before_its_date_and_whitelists_nobody() {
    let mut host = Host::empty(tenant(settings()));
    let until = host.now.plus_ms(30 * DAY_MS);
    host.admin(Command::ImportInstalled { device: new_device(phone(1), yealink()), until });
    assert_eq!(said(&host.look(&host.request(A).presenting(&forged()[0]))), "deny R9", "nothing forged presented");
    let first = host.fetch(A);
    assert_eq!((said(&first).as_str(), first.exemption), ("full R8a", Some(Exemption::Installed)));
    assert!(full(&first).secrets.credential);
    assert_eq!(said(&host.fetch(B)), "restricted R11", "once");
    assert_eq!(said(&host.fetch(A)), "full R8a", "the same one again: A14");
    host.deliver(full(&first).lease.unwrap());
    assert!(!host.temps.contains_key(&source(A)), "a bare MAC whitelists nobody (W3)");
    assert_eq!(said(&host.fetch(A)), "restricted R10");
    let credential = host.credential();
    assert_eq!(said(&host.fetch_with(B, &credential)), "full R7");
}

#[test]
fn r8a_ends_at_its_date_and_with_a_reset() {
    let mut host = Host::empty(tenant(settings()));
    let until = host.now.plus_ms(DAY_MS);
    host.admin(Command::ImportInstalled { device: new_device(phone(1), yealink()), until });
    let mut late = host.clone();
    late.now = until;
    assert_eq!(said(&late.fetch(A)), "restricted R11");
    host.reset();
    assert_eq!(said(&host.fetch(A)), "restricted R11");
    let past = Command::ImportInstalled { device: new_device(phone(2), yealink()), until: host.now };
    assert_eq!(host.try_admin(past).unwrap_err(), AdminError::InstalledUntil { until: host.now });
}

#[test]
fn r9_stale_credential_is_denied() {
    let mut host = Host::new();
    host.settle(B);
    let old = host.credential();
    host.reset();
    let decision = host.fetch_with(A, &old);
    assert_eq!((said(&decision).as_str(), decision.proof), ("deny R9", Proof::StaleCredential));
    assert_eq!(decision.answer.status(), 404);
    host.lock(A);
    assert_eq!(said(&host.fetch_with(A, &old)), "deny R9");
    host.whitelist(A);
    assert_eq!(said(&host.fetch_with(A, &old)), "full R6a", "R6a stands above");
    host.admin(Command::Block);
    assert_eq!(said(&host.fetch_with(A, &old)), "restricted R5");
}

#[test]
fn r9_deleting_and_recreating_changes_the_epoch_too() {
    let mut host = Host::new();
    host.settle(A);
    let (old, revision) = (host.credential(), host.device().revision());
    host.admin(Command::Delete);
    assert_eq!(said(&host.fetch_with(A, &old)), "deny R2");
    host.admin(Command::Create(new_device(phone(1), yealink())));
    assert!(host.device().revision() > revision);
    assert_eq!(said(&host.fetch_with(C, &old)), "deny R9");
}

#[test]
fn r10_delivered_and_nothing_shown_needs_a_reset() {
    let mut host = Host::new();
    let waiting = host.enrol(B);
    host.settle(A);
    let decision = host.fetch(C);
    assert_eq!(said(&decision), "restricted R10");
    assert_eq!(restricted(&decision).notice, Notice::ResetNeeded);
    assert_eq!(said(&host.fetch_with_token(C, &waiting)), "restricted R10");
}

#[test]
fn r11_required_accepted_and_failed() {
    let mut host = Host::new();
    assert_eq!(restricted(&host.fetch(A)).notice, Notice::Required);
    host.lock(B);
    let until = host.now.plus_ms(30 * MINUTE_MS);
    host.wait(MINUTE_MS);
    assert_eq!(restricted(&host.fetch(B)).notice, Notice::Failed { until });
    host.accept(A);
    assert_eq!(restricted(&host.fetch(A)).notice, Notice::Required);
}

// ---- R13 to R15 ----

#[test]
fn r13_every_restricted_answer_carries_an_enrolment_and_writes_nothing() {
    let mut host = Host::new();
    let decision = host.fetch(V6);
    assert!(decision.writes.is_empty());
    let id = restricted(&decision).enrolment.id();
    assert_eq!((id.mac(), id.source(), id.key_id()), (Some(host.mac), Some(source(V6)), 1));
    assert!(id.text().as_str().len() <= 48);
    assert_eq!(EnrolmentId::parse(&restricted(&decision).enrolment.sip_user(Some(3))), Ok(id));
    let unresolved = host.enrol("unresolved");
    assert_eq!(unresolved.id().source(), Some(Source::UNRESOLVED));
}

#[test]
fn r13_a_valid_token_gets_the_same_enrolment_and_anyone_else_a_fresh_one() {
    let mut host = Host::new();
    let mine = host.enrol(A);
    assert_eq!(restricted(&host.fetch_with_token(A, &mine)).enrolment, mine);
    assert_eq!(restricted(&host.fetch_with_token(B, &mine)).enrolment, mine, "from another address too");
    assert_ne!(host.enrol(A), mine, "behind the same address");
    host.wait(7 * DAY_MS - 2 * MINUTE_MS);
    assert_eq!(restricted(&host.fetch_with_token(A, &mine)).enrolment, mine);
    host.wait(2 * MINUTE_MS);
    assert_ne!(restricted(&host.fetch_with_token(A, &mine)).enrolment, mine, "seven days after issue");
}

#[test]
fn r13_user_password_and_token_are_three_things() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let user = enrolment.sip_user(None);
    let password = host.identify(&user).password.expose().to_owned();
    let token = host.token(&enrolment);
    assert!(token.starts_with(&user) && !token.contains(&password) && !password.contains(&token[42..]));
    assert_eq!(said(&host.fetch_with(A, &user)), "restricted R11");
    assert_eq!(host.fetch_with(A, &format!("{user}{}", &password[..26])).proof, Proof::None);
}

#[test]
fn r14_the_credential_is_bound_to_tenant_mac_and_epoch() {
    let mut host = Host::new();
    let one = host.credential();
    host.create(phone(2), yealink());
    let two = host.credential();
    assert_ne!(one, two);
    assert_eq!(host.fetch_with(A, &one).proof, Proof::StaleCredential);
    assert_eq!(host.fetch_with(A, &two).proof, Proof::Credential);
    assert_eq!(one.len(), 34);
}

#[test]
fn r15_every_denial_looks_the_same_and_its_reason_is_in_the_audit_only() {
    let mut host = Host::of(own(false, true, Carriage::Url));
    let mut tftp = host.request(A);
    tftp.transport = Transport::Tftp;
    let unknown = Request::main_file(phone(77), address(A));
    let restricted_impossible = host.request(A);
    let stale = forged();
    let stale = host.request(A).presenting(&stale[0]);
    for (request, rule) in [(tftp, Rule::R17), (unknown, Rule::R2), (restricted_impossible, Rule::R20), (stale, Rule::R9)] {
        let decision = host.ask(&request);
        assert_eq!((decision.rule, decision.answer), (rule, Answer::Deny(Deny { status: 404, retry_after_s: None })));
        assert_eq!(
            decision.effects.audits().map(|audit| (audit.event, audit.rule)).collect::<Vec<_>>(),
            [(AuditEvent::Denied, Some(rule))]
        );
        assert!(decision.answer.is_no_store());
    }
}

// ---- R16 ----

#[test]
fn r16_a_sip_user_is_identified_with_its_password_and_whether_it_is_current() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    for user in [enrolment.sip_user(None), enrolment.sip_user(Some(2))] {
        let identity = host.identify(&user);
        assert_eq!(identity.kind, IdentityKind::Enrolment(enrolment.id()));
        assert_eq!((identity.mac, identity.is_current), (Some(host.mac), true));
        let made = enrolment.sip_password(host.tenant.keys(), host.tenant.id(), host.device().epoch());
        assert_eq!(identity.password, made);
    }
    let mut later = host.clone();
    later.wait(7 * DAY_MS);
    assert!(!later.identify(&enrolment.sip_user(None)).is_current, "expired");
    later.admin(Command::Deactivate);
    let mut reset = host.clone();
    reset.reset();
    assert_eq!(reset.identify(&enrolment.sip_user(None)).kind, IdentityKind::Unknown, "of an earlier epoch");
    host.admin(Command::Deactivate);
    assert!(!host.identify(&enrolment.sip_user(None)).is_current, "inactive");
}

#[test]
fn r16_an_http_user_is_identified_with_its_credential() {
    let host = Host::new();
    let user = credential_user(host.device());
    assert_eq!(user, "805ec0010201");
    let identity = host.identify(&user);
    assert_eq!((identity.kind, identity.is_current), (IdentityKind::Credential, true));
    assert_eq!(identity.password.expose(), host.credential());
}

#[test]
fn r16_unknown_names_get_a_dummy_that_stays_the_same() {
    let mut host = Host::new();
    let enrolment = host.enrol(A);
    let mut changed = enrolment.sip_user(None);
    let end = if changed.ends_with('a') { "b" } else { "a" };
    changed.replace_range(41..42, end);
    let long = "x".repeat(5_000);
    for user in ["", "201", "805ec0010299", &changed, "ü", &long] {
        let identity = host.identify(user);
        assert_eq!((identity.kind, identity.mac, identity.is_current), (IdentityKind::Unknown, None, false), "{user}");
        // As long as that of a known name of the same shape.
        assert_eq!(identity.password.expose().len(), if user.len() == 12 { 34 } else { 32 }, "{user}");
        assert_eq!(identity.password, host.identify(user).password);
        assert_ne!(identity.password, host.identify("another").password);
    }
    let nobody = identify(Facts::of(&host.tenant), &enrolment.sip_user(None), host.now);
    assert_eq!(nobody.kind, IdentityKind::Unknown);
}

// ---- R17 to R21 ----

#[test]
fn r17_secrets_leave_over_https_only_but_for_what_policy_names() {
    let mut host = Host::with(yealink(), |settings| {
        settings.http_models = vec![("yealink".into(), "t46s".into())];
        settings.own_networks = vec![prefix("192.168.1.0/24")];
        settings.http_in_own_networks = true;
    });
    let ask = |host: &mut Host, from: &str, transport| {
        let mut request = host.request(from);
        request.transport = transport;
        host.ask(&request)
    };
    assert_eq!(said(&ask(&mut host, A, Transport::Tftp)), "deny R17");
    assert_eq!(said(&ask(&mut host, PRIVATE, Transport::Tftp)), "deny R17", "never over TFTP");
    let named = ask(&mut host, A, Transport::Http);
    assert_eq!(said(&named), "restricted R11");
    assert!(named.effects.has_audit(AuditEvent::Cleartext));
    assert!(!ask(&mut host, PRIVATE, Transport::Http).effects.has_audit(AuditEvent::Cleartext), "the own network");
    assert!(!ask(&mut host, A, Transport::Https).effects.has_audit(AuditEvent::Cleartext));
    host.create(phone(2), retaining(true));
    let other = ask(&mut host, A, Transport::Http);
    assert_eq!((said(&other).as_str(), other.answer.status()), ("deny R17", 404));
    assert!(other.writes.is_empty());
}

#[test]
fn r17_a_denied_transport_spends_nothing() {
    let mut host = Host::new();
    let enrolment = host.accept(A);
    let token = host.token(&enrolment);
    let mut request = host.request(A).presenting(&token);
    request.transport = Transport::Http;
    assert_eq!(said(&host.ask(&request)), "deny R17");
    let given = full(&host.fetch_with(A, &token));
    assert_eq!(given.withheld, None);
}

#[test]
fn r18_a_mac_belongs_to_one_tenant() {
    let mut host = Host::new();
    let mut elsewhere = host.clone();
    elsewhere.tenant =
        libprov::tenant::Tenant::new(TenantId::from_number(8), host.tenant.policy().clone(), host.tenant.keys().clone());
    let credential = host.credential();
    let decision = elsewhere.ask(&elsewhere.request(A).presenting(&credential));
    assert_eq!((said(&decision).as_str(), decision.proof), ("deny R18", Proof::None));
    assert_eq!(decision.answer.status(), 404);
    let mut new = new_device(phone(3), yealink());
    new.known_elsewhere = true;
    let refused = host.try_admin(Command::Create(new)).unwrap_err();
    assert_eq!(refused, AdminError::KnownElsewhere);
    assert!(!refused.to_string().contains("tenant"), "without saying whose it is");
    let taken = elsewhere.try_admin(Command::Create(new_device(phone(1), yealink())));
    assert_eq!(taken.unwrap_err(), AdminError::KnownElsewhere);
    assert_eq!(elsewhere.try_admin(Command::Block).unwrap_err(), AdminError::UnknownDevice);
}

#[test]
fn r19_a_model_that_carries_nothing_is_bound_to_its_address_for_two_minutes() {
    for retains in [false, true] {
        let mut host = Host::of(own(true, retains, Carriage::None));
        let decision = host.fetch(A);
        assert!(restricted(&decision).weak);
        let enrolment = restricted(&decision).enrolment;
        host.wait(HOUR_MS);
        assert_eq!(host.enrol(A), enrolment, "the same for the same device, epoch and address");
        assert_ne!(host.enrol(B), enrolment);
        let pap = host.pap();
        host.dial(&enrolment, &pap);
        assert_eq!(said(&host.look(&host.request(B))), "restricted R11");
        let given = host.fetch(A);
        assert_eq!((said(&given).as_str(), given.proof), ("full R8", Proof::AcceptedAddress));
        assert!(given.effects.has_audit(AuditEvent::WeakBinding));
        let mut late = host.clone();
        late.wait(2 * MINUTE_MS);
        assert_eq!(said(&late.fetch(A)), "restricted R11");
        host.deliver(full(&given).lease.unwrap());
        assert!(host.temps.contains_key(&source(A)), "W3");
        host.reset();
        assert_ne!(host.enrol(C), enrolment);
    }
}

#[test]
fn r19_a_weak_enrolment_given_out_after_a_delivery_is_judged_by_the_state() {
    let mut host = Host::of(own(true, true, Carriage::None));
    let enrolment = host.accept(A);
    let lease = full(&host.fetch(A)).lease.unwrap();
    host.deliver(lease);
    host.wait(HOUR_MS);
    let lost = host.enrol(A);
    assert_ne!(lost, enrolment, "those issued before a delivery end with it");
    assert_eq!(host.dial(&lost, WRONG).verdict, Verdict::ResetNeeded);
}

#[test]
fn r20_a_model_that_cannot_be_restricted_is_denied_where_the_table_says_restricted() {
    let mut host = Host::of(own(false, true, Carriage::Url));
    assert_eq!(said(&host.fetch(A)), "deny R20");
    host.whitelist(A);
    let decision = host.fetch(A);
    assert_eq!(said(&decision), "full R6a");
    host.deliver(full(&decision).lease.unwrap());
    let decision = host.fetch(B);
    assert_eq!(said(&decision), "deny R20");
    assert!(!host.device().is_overwritten(), "nothing was sent, so nothing was overwritten");
}

#[test]
fn r21_a_challenge_follows_from_public_data_once_per_source_and_mac() {
    let mut host = Host::with(yealink(), |settings| settings.challenge_prefixes = vec![[0x80, 0x5e, 0xc0]]);
    let unknown = Request::main_file(phone(77), address(A));
    for request in [host.request(A), unknown] {
        let decision = host.ask(&request);
        assert_eq!((said(&decision).as_str(), decision.answer.status()), ("challenge R21", 401));
        assert_ne!(said(&host.ask(&request)), "challenge R21", "a repeat inside 60 s goes down the table");
    }
    assert_eq!(said(&host.fetch(B)), "challenge R21", "another source");
    let mut login = host.request(C);
    login.presented.in_login = Some("");
    assert_eq!(said(&host.ask(&login)), "restricted R11", "an Authorization came");
    assert_ne!(said(&host.ask(&side(host.request(C), false))), "challenge R21");
    host.wait(60 * SECOND_MS);
    assert_eq!(said(&host.fetch(A)), "challenge R21");
    let other = Request::main_file(libprov::mac::MacAddr::parse("001565000001").unwrap(), address(A));
    assert_eq!(said(&host.ask(&other)), "deny R2");
}

#[test]
fn r21_comes_before_r1_and_eight_are_remembered() {
    let mut host = Host::with(yealink(), |settings| settings.challenge_prefixes = vec![[0x80, 0x5e, 0xc0]]);
    let guard = libprov::guard::SourceGuard::new(source(A)).with_throttle(host.now, HOUR_MS);
    host.guards.insert(source(A).into(), guard);
    for last in 1..=9 {
        assert_eq!(said(&host.ask(&Request::main_file(phone(last), address(A)))), "challenge R21");
    }
    assert_eq!(said(&host.ask(&Request::main_file(phone(2), address(A)))), "deny R1");
    assert_eq!(said(&host.ask(&Request::main_file(phone(1), address(A)))), "challenge R21", "the oldest was forgotten");
}

// ---- R22 ----

#[test]
fn r22_a_rotation_reaches_every_device_that_proves_itself() {
    let mut host = Host::new();
    host.settle(A);
    let old = host.credential();
    assert!(host.device().depends_on(1));
    host.rotate(2);
    assert_ne!(host.credential(), old);
    let decision = host.fetch_with(B, &old);
    assert_eq!((said(&decision).as_str(), decision.proof), ("full R7", Proof::Credential));
    let given = full(&decision);
    assert!(given.secrets.credential, "the new credential in the same answer");
    assert!(given.secrets.sip.is_empty(), "and nothing else that is closed");
    assert!(host.device().depends_on(1) && !host.device().depends_on(2), "not before it arrived");
    host.deliver(given.lease.unwrap());
    assert!(!host.device().depends_on(1) && host.device().depends_on(2));
    let new = host.credential();
    host.rotate(3);
    assert_eq!(host.fetch_with(B, &new).proof, Proof::Credential);
    assert_eq!(host.fetch_with(B, &old).proof, Proof::StaleCredential, "the key before the previous one is gone");
}

#[test]
fn r22_enrolments_and_derived_paps_outlive_one_rotation() {
    let mut host = Host::with(yealink(), |settings| settings.pap_source = libprov::policy::PapSource::Derived);
    let pap = host.pap();
    let enrolment = host.enrol(A);
    let token = host.token(&enrolment);
    host.rotate(2);
    assert_eq!(host.pap(), pap);
    assert!(host.device().depends_on(1));
    assert_eq!(restricted(&host.fetch_with(A, &token)).enrolment, enrolment);
    assert_eq!(host.dial(&enrolment, &pap).verdict, Verdict::Accepted);
    assert_eq!(said(&host.fetch_with(A, &token)), "full R8");
    assert_eq!(host.enrol(B).id().key_id(), 2, "what is made uses the current key");
    host.rotate(3);
    assert!(host.device().pap(host.tenant.keys()).is_none());
    assert_eq!(host.fetch_with(A, &token).proof, Proof::None);
}

#[test]
fn r22_a_digest_login_with_the_old_credential_can_be_checked() {
    let mut host = Host::new();
    host.settle(A);
    let old = host.credential();
    host.rotate(2);
    // The host checks Digest with what `identify` gives; the telephone still has the credential of the previous key.
    let identity = host.identify(&credential_user(host.device()));
    assert_eq!(identity.password.expose(), host.credential());
    assert_eq!(identity.previous.as_ref().map(libprov::secret::Secret::expose), Some(&*old));
    host.rotate(3);
    assert!(host.identify(&credential_user(host.device())).previous.is_some_and(|previous| previous.expose() != old));
}

// ---- R23, R24 ----

#[test]
fn r23_off_and_observe_replace_only_what_the_spec_names() {
    for enforcement in [Enforcement::Off, Enforcement::Observe] {
        let host = Host::with(yealink(), |settings| settings.enforcement = enforcement);
        let full_by = |mut host: Host, shown: &str, rule: &str| {
            let decision = host.fetch_with(A, shown);
            assert_eq!(said(&decision), format!("full {rule}"));
            assert_eq!(decision.exemption, Some(Exemption::NotEnforced));
            assert!(decision.effects.has_audit(AuditEvent::NotEnforced));
            host
        };
        let mut done = full_by(host.clone(), "", "R11");
        done.deliver(done.device().lease().unwrap().id());
        assert_eq!(done.state(), State::Successful, "A8 applies");
        assert!(done.temps.is_empty(), "W2 and W3 do not");
        full_by(host.clone(), &forged()[0], "R9");
        let mut lost = done.clone();
        lost.wait(DAY_MS);
        let lost = full_by(lost, "", "R10");
        assert!(!lost.device().is_overwritten());
        // These stay.
        let mut blocked = host.clone();
        blocked.admin(Command::Block);
        assert_eq!(said(&blocked.fetch(A)), "restricted R5");
        let mut inactive = host.clone();
        inactive.admin(Command::Deactivate);
        assert_eq!(said(&inactive.fetch(A)), "deny R3");
        let mut request = host.request(A);
        request.transport = Transport::Tftp;
        assert_eq!(said(&host.clone().ask(&request)), "deny R17");
    }
}

#[test]
fn r23_a_block_by_wrong_paps_is_not_enforced_either() {
    for ceiling in [30, 9] {
        let mut host = Host::with(yealink(), |settings| settings.ceiling = ceiling);
        host.block_by_pap(A);
        host.change(|settings| settings.enforcement = Enforcement::Observe);
        let decision = host.fetch(A);
        assert_eq!(said(&decision), "full R5", "ceiling {ceiling}");
        host.deliver(full(&decision).lease.unwrap());
        assert_eq!(host.state(), State::Successful, "ceiling {ceiling}");
    }
}

#[test]
fn r23_an_unenforced_answer_opens_no_closed_release() {
    let mut host = Host::new();
    host.settle(A);
    host.change(|settings| settings.enforcement = Enforcement::Off);
    let given = full(&host.fetch(B));
    assert_eq!((given.secrets.is_none(), given.withheld, given.lease), (true, Some(Withheld::Closed), None));
}

#[test]
fn r24_a_transfer_keeps_the_accounts_and_makes_epoch_and_pap_new() {
    let mut host = Host::new();
    host.settle(A);
    let (old, credential) = (host.device().clone(), host.credential());
    let step = host.admin(Command::Transfer { mac: phone(2), known_elsewhere: false, taken: &[] });
    assert_eq!(told(&step.effects), "transferred W8 revoke");
    assert!(host.device().is_deleted());
    assert!(host.temps.is_empty());
    assert_eq!(said(&host.fetch_with(A, &credential)), "deny R2");
    host.mac = phone(2);
    let new = host.device();
    assert_eq!((new.accounts(), new.site(), new.model()), (old.accounts(), old.site(), old.model()));
    assert_eq!(host.state(), State::Required);
    assert_ne!(new.epoch(), old.epoch());
    assert_eq!(host.pap().len(), 6);
    assert_eq!(host.fetch_with(A, &credential).proof, Proof::StaleCredential);
    assert_eq!(full(&host.take(C)).withheld, None);
}

#[test]
fn r24_a_transfer_that_cannot_be_is_refused() {
    let mut host = Host::new();
    let to = |mac, known_elsewhere| Command::Transfer { mac, known_elsewhere, taken: &[] };
    assert_eq!(host.try_admin(to(phone(1), false)).unwrap_err(), AdminError::DeviceExists);
    assert_eq!(host.try_admin(to(phone(2), true)).unwrap_err(), AdminError::KnownElsewhere);
}

#[test]
fn a_deleted_device_is_a_tombstone_until_its_effects_are_done() {
    let mut host = Host::new();
    host.settle(A);
    let fresh = host.entropy();
    let step = libprov::request::admin(host.facts(source(A)), &Command::Delete, host.now, fresh).unwrap();
    assert_eq!(told(&step.effects), "deleted W8 revoke");
    let device = step.writes.device.unwrap();
    assert!(device.is_deleted() && !device.is_removable() && !device.is_active());
    assert!(device.pap(host.tenant.keys()).is_none() && device.lease().is_none());
    assert!(libprov::device::effects_done(&device, device.revision()).unwrap().is_removable());
}

// ---- R25 ----

#[test]
fn r25_every_decision_explains_itself() {
    let mut host = Host::new();
    host.whitelist(C);
    let mut decisions = vec![host.fetch(A), host.fetch(C), host.fetch_with(A, &forged()[0])];
    host.settle(A);
    decisions.extend([host.fetch(B), host.fetch(C)]);
    host.admin(Command::Deactivate);
    decisions.push(host.fetch(A));
    for decision in decisions {
        let mut texts = Vec::new();
        for lang in Lang::ALL {
            let explanation = decision.explain(lang);
            assert_eq!(
                (explanation.rule, explanation.proof, explanation.exemption),
                (decision.rule, decision.proof, decision.exemption)
            );
            assert!(explanation.text.contains(&format!(" {}): ", decision.rule)), "{}", explanation.text);
            assert!(!explanation.text.contains(['{', '}']) && !explanation.remedy.contains(['{', '}']));
            if let Some(Exemption::Permanent(prefix)) = decision.exemption {
                assert!(explanation.text.contains(&prefix.to_string()));
            }
            texts.extend([explanation.text, explanation.remedy.to_owned()]);
        }
        let all = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), all, "each language has its own words");
    }
}

// ---- STATE-TABLES 4.3 ----

#[test]
fn t43_requests_before_the_table() {
    let mut host = Host::new();
    let common = Request { mac: None, file: FileKind::Common, ..host.request(A) };
    assert_eq!(host.ask(&common).answer, Answer::Static);
    assert!(!host.ask(&common).answer.is_no_store());
    let nameless = Request { mac: None, ..host.request(A) };
    assert_eq!(said(&host.ask(&nameless)), "deny R2");
    for (method, status) in [(Method::Head, 404), (Method::Other, 405)] {
        for file in [FileKind::Main, FileKind::Common, FileKind::Side { private: true }] {
            let decision = host.ask(&Request { method, file, ..host.request(A) });
            assert_eq!((decision.rule, decision.answer.status()), (Rule::Method, status));
            assert!(decision.writes.is_empty());
        }
    }
}

#[test]
fn t43_a_side_file_holds_no_secret_is_no_delivery_and_changes_nothing() {
    let mut host = Host::new();
    assert_eq!(said(&host.ask(&side(host.request(A), false))), "deny side file");
    host.whitelist(C);
    let given = host.ask(&side(host.request(C), false));
    let answer = full(&given);
    assert_eq!((answer.lease, answer.secrets.is_none()), (None, true));
    assert_eq!(said(&host.ask(&side(host.request(C), true))), "deny side file", "personal data only when proven");
    host.settle(A);
    let credential = host.credential();
    for private in [false, true] {
        let before = host.device().clone();
        let decision = host.ask(&side(host.request(A).presenting(&credential), private));
        assert_eq!((full(&decision).lease, full(&decision).secrets.is_none()), (None, true));
        assert!(decision.writes.is_empty());
        assert_eq!(said(&host.ask(&side(host.request(B), private))), "deny side file");
        assert_eq!(host.device(), &before, "a side file overwrites nothing");
    }
}

#[test]
fn t43_the_path_wins_over_the_user_agent() {
    let mut host = Host::new();
    let decision = host.ask(&Request { agent_mac: Some(phone(9)), ..host.request(A) });
    assert_eq!(said(&decision), "restricted R11");
    assert_eq!(restricted(&decision).enrolment.id().mac(), Some(host.mac));
    assert!(decision.effects.has_audit(AuditEvent::MacMismatch));
    let same = host.ask(&Request { agent_mac: Some(host.mac), ..host.request(A) });
    assert!(!same.effects.has_audit(AuditEvent::MacMismatch));
}

// ---- W2 to W8, through deliveries ----

#[test]
fn w3_the_delivery_that_follows_a_right_pap_lists_the_address_inside_the_enrolment() {
    let mut host = Host::of(retaining(true));
    let enrolment = host.accept(A);
    let decision = host.fetch_with_token(A, &enrolment);
    assert!(host.temps.is_empty(), "the answer alone makes none");
    let step = host.deliver(full(&decision).lease.unwrap());
    assert!(step.effects.has_audit(AuditEvent::TemporaryListed));
    let entry = &host.temps[&source(A)];
    assert_eq!((entry.made_by(), entry.valid().end()), (host.mac, host.now.plus_ms(8 * HOUR_MS)));
    assert_eq!(host.device().temporary_sources(), [source(A)]);
    let revision = host.budget.revision();
    assert_eq!((host.budget.temporary(), revision), (1, 2), "the right PAP took one, the entry the next");
    // From another address than the one inside: no entry, for either.
    let mut host = Host::of(retaining(true));
    let enrolment = host.accept(A);
    let lease = full(&host.fetch_with_token(B, &enrolment)).lease.unwrap();
    host.deliver(lease);
    assert!(host.temps.is_empty());
}

#[test]
fn w3_proven_deliveries_to_listed_vendors_make_an_entry_and_to_others_none() {
    for (model, made) in [(yealink(), true), (retaining(false), false)] {
        let mut host = Host::of(model);
        let credential = host.credential();
        let lease = full(&host.fetch_with(A, &credential)).lease.unwrap();
        host.deliver(lease);
        assert_eq!(host.temps.contains_key(&source(A)), made);
    }
}

#[test]
fn w3_no_entry_where_only_a_suspension_allowed_it_or_a_permanent_one_covers_it() {
    let mut host = Host::new();
    host.suspend(None);
    let lease = full(&host.fetch(A)).lease.unwrap();
    host.deliver(lease);
    assert!(host.temps.is_empty());
    let mut host = Host::new();
    host.suspend(None);
    let credential = host.credential();
    let decision = host.fetch_with(A, &credential);
    assert_eq!(said(&decision), "full R4");
    host.deliver(full(&decision).lease.unwrap());
    assert!(host.temps.contains_key(&source(A)), "another rule had given full too");
    let mut host = Host::new();
    host.whitelist(A);
    let credential = host.credential();
    let lease = full(&host.fetch_with(A, &credential)).lease.unwrap();
    host.deliver(lease);
    assert!(host.temps.is_empty());
}

#[test]
fn w2_a_proven_delivery_slides_the_entry_without_limit_and_never_shortens_it() {
    let mut host = Host::new();
    host.settle(A);
    let credential = host.credential();
    for _ in 0..20 {
        host.wait(5 * HOUR_MS);
        let lease = full(&host.fetch_with(A, &credential)).lease.unwrap();
        host.deliver(lease);
        assert_eq!(host.temps[&source(A)].valid().end(), host.now.plus_ms(8 * HOUR_MS));
    }
    host.change(|settings| settings.temporary_ms = MINUTE_MS);
    let end = host.temps[&source(A)].valid().end();
    let lease = full(&host.fetch_with(A, &credential)).lease.unwrap();
    host.deliver(lease);
    assert_eq!(host.temps[&source(A)].valid().end(), end);
}

#[test]
fn w2_deliveries_that_rest_on_the_entry_slide_it_at_most_a_day_past_the_last_proven_one() {
    let mut host = Host::new();
    host.settle(A);
    let proven = host.temps[&source(A)].last_proven_at();
    for last in 2..=12 {
        host.wait(5 * HOUR_MS);
        host.create(phone(last), yealink());
        let decision = host.fetch(A);
        if said(&decision) == "restricted R11" {
            break;
        }
        assert_eq!(said(&decision), "full R6b");
        host.deliver(full(&decision).lease.unwrap());
        let end = host.temps[&source(A)].valid().end();
        assert!(end <= proven.plus_ms(DAY_MS), "{end} {proven}");
    }
    assert!(host.now > proven.plus_ms(DAY_MS) && host.now < proven.plus_ms(35 * HOUR_MS));
}

#[test]
fn w5_a_device_has_four_entries_and_its_oldest_goes_first() {
    let mut host = Host::new();
    let credential = host.credential();
    for last in 1..=5 {
        host.wait(MINUTE_MS);
        let lease = full(&host.fetch_with(&format!("203.0.113.{last}"), &credential)).lease.unwrap();
        let step = host.deliver(lease);
        let withdrawn = step.effects.iter().any(|effect| effect == Effect::Withdraw(source("203.0.113.1")));
        assert_eq!(withdrawn, last == 5);
    }
    assert_eq!(host.temps.len(), 4);
    assert!(!host.temps.contains_key(&source("203.0.113.1")));
    assert_eq!(host.device().temporary_sources().len(), 4);
}

#[test]
fn w5_the_tenants_cap_refuses_with_an_audit_event() {
    let mut host = Host::with(yealink(), |settings| settings.temporary_max = 1);
    host.budget = TenantGuard::new().recounted(1);
    let credential = host.credential();
    let lease = full(&host.fetch_with(A, &credential)).lease.unwrap();
    let step = host.deliver(lease);
    assert!(step.effects.has_audit(AuditEvent::TemporaryRefused));
    assert!(host.temps.is_empty());
    assert_eq!(host.state(), State::Successful);
}

#[test]
fn w7_no_entry_for_addresses_that_are_nobodys() {
    for from in ["unresolved", "127.0.0.1", "169.254.1.1", PRIVATE, "100.64.0.1", "fe80::1", "fd00::1", "0.0.0.0"] {
        let mut host = Host::new();
        let enrolment = host.accept(from);
        let decision = host.fetch_with_token(from, &enrolment);
        assert!(decision.effects.has_audit(AuditEvent::TemporaryRefused), "{from}");
        host.deliver(full(&decision).lease.unwrap());
        assert!(host.temps.is_empty(), "{from}");
    }
    let mut host = Host::with(yealink(), |settings| settings.private_addresses = true);
    host.provision(PRIVATE);
    assert!(host.temps.contains_key(&source(PRIVATE)), "on_premises");
}

#[test]
fn w8_reset_block_deactivation_and_deletion_withdraw_what_the_device_made() {
    for command in [Command::Reset { taken: &[] }, Command::Block, Command::Deactivate, Command::Delete] {
        let mut host = Host::new();
        host.settle(A);
        host.neighbour(B);
        let name = format!("{command:?}");
        host.admin(command);
        assert!(!host.temps.contains_key(&source(A)), "{name}");
        assert!(host.temps.contains_key(&source(B)), "another device's: {name}");
        assert!(host.device().temporary_sources().is_empty(), "{name}");
    }
}

#[test]
fn w8_what_an_administrator_removed_is_not_made_again_for_eight_hours() {
    let mut host = Host::new();
    host.settle(A);
    let credential = host.credential();
    let removed = host.temps[&source(A)].withdraw(host.now, TEMP_BAR_MS);
    host.temps.insert(source(A), removed);
    let again = |host: &mut Host| {
        let lease = full(&host.fetch_with(A, &credential)).lease.unwrap();
        host.deliver(lease)
    };
    assert!(again(&mut host).effects.has_audit(AuditEvent::TemporaryRefused));
    assert!(!host.temps[&source(A)].is_live(host.now));
    host.wait(TEMP_BAR_MS);
    assert!(again(&mut host).effects.has_audit(AuditEvent::TemporaryListed));
    assert!(host.temps[&source(A)].is_live(host.now));
}

// ---- E7, E8 ----

#[test]
fn e7_denied_and_restricted_answers_change_no_record() {
    let mut host = Host::new();
    host.settle(A);
    let [stale, token] = forged();
    let (mut written, mut guarded) = (0, 0);
    for _ in 0..3 {
        for shown in ["", &stale, &token] {
            for from in [A, B, V6, "unresolved"] {
                let decision = host.fetch_with(from, shown);
                assert!(!matches!(decision.answer, Answer::Full(_)));
                written += usize::from(decision.writes.device.is_some());
                guarded += usize::from(decision.writes.source.is_some());
                assert!(decision.writes.temp.is_none() && decision.writes.budget.is_none());
                if let Some(device) = &decision.writes.device {
                    assert!(device.is_overwritten() && decision.effects.has_audit(AuditEvent::Overwritten));
                }
            }
        }
    }
    assert_eq!(written, 1, "`overwritten`, once");
    assert_eq!(guarded, 4, "R12: the forged credential, once for each source");
    host.reset();
    host.lock(B);
    for _ in 0..3 {
        assert!(host.fetch(B).writes.is_empty());
    }
}

#[test]
fn e7_what_comes_with_every_poll_is_aggregated() {
    let mut host = Host::new();
    for decision in [host.fetch(A), host.fetch_with(A, &forged()[0])] {
        assert!(decision.effects.audits().all(|audit| audit.aggregate));
    }
}

#[test]
fn e8_one_draw_is_harmless_for_two_devices_and_equal_bytes_are_refused() {
    let mut host = Host::new();
    host.create(phone(2), yealink());
    let bytes = std::array::from_fn(|i| i as u8);
    let ids: Vec<_> = [phone(1), phone(2)]
        .into_iter()
        .map(|mac| {
            host.mac = mac;
            let request = host.request(A);
            let decision = decide(host.facts(source(A)), &request, host.now, Entropy::new(bytes).unwrap());
            restricted(&decision).enrolment.id().text().as_str()[12..34].to_owned()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
    assert!(Entropy::new([3; 32]).is_err());
}

#[test]
fn r20_decisions_ask_the_record_for_vendor_and_model() {
    let mut host = Host::of(own(false, true, Carriage::Url));
    assert!(matches!(host.device().model(), ModelRef::Own(_)));
    let decision = host.ask(&Request { agent_mac: Some(host.mac), ..host.request(A) });
    assert_eq!(said(&decision), "deny R20");
}
