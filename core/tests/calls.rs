//! Calls and registrations, row by row (SPEC C1, C2, C5, C6; STATE-TABLES 4.2).
//!
//! A cell is written `route {effects}`, with `!` behind the route where the device changed.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::call::{Call, Caller, Emergency, Method, Route, Routed, hung_up, registered, route};
use libprov::credential::Enrolment;
use libprov::device::{CALL_BACK_MS, Command, Device};
use libprov::effect::AuditEvent;
use libprov::ids::{Epoch, ShortNumber};
use libprov::ip::Source;
use libprov::request::Step;
use libprov::snapshot;
use libprov::state::State;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use support::*;

/// How long a dialogue may last (SPEC C6).
const DIALOGUE_MS: u64 = 3 * MINUTE_MS;

/// An ordinary number, the authentication service, an emergency number, a feature code.
const TARGETS: [&str; 4] = ["0911123456", "*89", "112", "*21*0900123#"];

fn short(text: &str) -> ShortNumber {
    ShortNumber::parse(text).unwrap()
}

/// The route as one word, with what it carries.
fn word(route: &Route<'_>) -> String {
    match route {
        Route::Emergency(Emergency { number, proven, .. }) => {
            format!("emergency {number}{}", if *proven { " proven" } else { "" })
        }
        Route::Refused(why) => format!("refused {}", why.name()),
        other => other.name().into(),
    }
}

fn cell(routed: &Routed<'_>) -> String {
    let wrote = if routed.writes.device.is_some() { "!" } else { "" };
    format!("{}{wrote} {{{}}}", word(&routed.route), told(&routed.effects))
}

/// What the host of the tests does for calls.
trait Phone {
    fn look_at(&self, call: &Call<'_>) -> Routed<'_>;
    fn sip(&mut self, call: &Call<'_>) -> String;
    fn call(&mut self, caller: Caller<'_>, target: &str) -> String {
        self.sip(&Call::invite(caller, target))
    }
    fn hang_up(&mut self, e: &Enrolment) -> Step;
    fn register(&mut self, epoch: Epoch) -> Step;
    fn keep(&mut self, step: Step) -> Step;
}

impl Phone for Host {
    fn look_at(&self, call: &Call<'_>) -> Routed<'_> {
        let source = self.devices.get(&self.mac).and_then(Device::lease).map_or(Source::UNRESOLVED, |lease| lease.source());
        route(self.facts(source), call, self.now)
    }

    fn sip(&mut self, call: &Call<'_>) -> String {
        let routed = self.look_at(call);
        let (cell, step) = (cell(&routed), Step { writes: routed.writes, effects: routed.effects });
        self.keep(step);
        cell
    }

    fn hang_up(&mut self, e: &Enrolment) -> Step {
        let step = hung_up(self.facts(Source::UNRESOLVED), &e.sip_user(Some(1)), self.now);
        self.keep(step)
    }

    fn register(&mut self, epoch: Epoch) -> Step {
        let source = self.devices.get(&self.mac).and_then(Device::lease).map_or(Source::UNRESOLVED, |lease| lease.source());
        let step = registered(self.facts(source), 1, epoch, self.now);
        self.keep(step)
    }

    fn keep(&mut self, step: Step) -> Step {
        self.store(step.writes.clone());
        step
    }
}

fn full_account(host: &Host) -> Caller<'static> {
    Caller::Full { account: 1, epoch: host.device().epoch() }
}

/// Of no listed vendor, so that W3 makes an entry after a right PAP only.
fn host() -> Host {
    Host::of(retaining(true))
}

// ---- C1, C2: the tables ----

/// The enrolment of a case, in its device state.
fn enrolment_case(name: &str) -> (Host, Enrolment) {
    let mut host = host();
    let e = match name {
        "required" => host.enrol(A),
        "required, another source locked" => {
            host.lock(B);
            host.enrol(A)
        }
        "failed" => host.lock(A),
        "blocked by PAP" => host.block_by_pap(A),
        "blocked by an administrator" => {
            let e = host.enrol(A);
            host.admin(Command::Block);
            e
        }
        "blocked by the ceiling" => {
            host.change(|settings| settings.ceiling = 3);
            let e = host.enrol(A);
            host.wrong(&e, 3);
            e
        }
        "accepted" => host.accept(A),
        "accepted, another enrolment" => {
            let e = host.enrol(B);
            host.accept(A);
            e
        }
        "accepted, window over" => {
            let e = host.accept(A);
            host.wait(10 * MINUTE_MS);
            e
        }
        "delivered, fetched since" => {
            host.settle(A);
            host.enrol(B)
        }
        "delivered, ended by it" => {
            let e = host.enrol(B);
            host.settle(A);
            e
        }
        "suspended, fits" => {
            let e = host.enrol(A);
            host.suspend(Some(A));
            e
        }
        "suspended for another source" => {
            let e = host.enrol(A);
            host.suspend(Some(B));
            e
        }
        "suspended and blocked" => {
            let e = host.enrol(A);
            host.admin(Command::Block);
            host.suspend(Some(A));
            e
        }
        "inactive" => {
            let e = host.enrol(A);
            host.admin(Command::Deactivate);
            e
        }
        "expired" => {
            let e = host.enrol(A);
            host.wait(7 * DAY_MS);
            e
        }
        "of an earlier epoch" => {
            let e = host.enrol(A);
            host.reset();
            e
        }
        "deleted" => {
            let e = host.enrol(A);
            host.admin(Command::Delete);
            e
        }
        "of another device" => {
            let e = host.enrol(A);
            host.create(phone(2), retaining(true));
            e
        }
        _ => panic!("{name}"),
    };
    (host, e)
}

#[test]
fn c1_calls_from_enrolment_accounts() {
    let due = "acceptance_expired resync(e)";
    let service =
        |name: &'static str| (name, ["service! {}", "service! {}", "refused refused {~call_refused play:refused hangup}"]);
    let refused = |name: &'static str, cell: &'static str| (name, [cell, cell, cell]);
    let rows = [
        service("required"),
        service("required, another source locked"),
        service("suspended for another source"),
        refused("failed", "refused locked {~call_refused play:locked hangup}"),
        refused("blocked by PAP", "refused blocked {~call_refused play:blocked hangup}"),
        refused("blocked by an administrator", "refused blocked {~call_refused play:blocked hangup}"),
        refused("blocked by the ceiling", "refused blocked {~call_refused play:blocked hangup}"),
        refused("accepted", "refused already {~call_refused play:already hangup resync(e)}"),
        refused("accepted, another enrolment", "refused not_possible {~call_refused play:not_possible hangup}"),
        refused("delivered, fetched since", "refused reset_needed {~call_refused play:reset_needed hangup}"),
        refused("delivered, ended by it", "refused restarting {~call_refused play:restarting hangup resync(e)}"),
        refused("suspended, fits", "refused no_pin_needed {~call_refused play:no_pin hangup resync(e)}"),
        refused("suspended and blocked", "refused no_pin_needed {~call_refused play:no_pin hangup resync(e)}"),
        refused("inactive", "refused not_in_service {~call_refused play:not_in_service hangup}"),
        refused("expired", "refused restarting {~call_refused play:restarting hangup resync(e)}"),
        refused("of an earlier epoch", "refused restarting {~call_refused play:restarting hangup resync(e)}"),
        refused("deleted", "refused not_in_service {~call_refused play:not_in_service hangup}"),
        refused("of another device", "refused not_in_service {~call_refused play:not_in_service hangup}"),
    ];
    for (name, cells) in rows {
        let (host, e) = enrolment_case(name);
        for (target, expected) in [TARGETS[0], TARGETS[1], TARGETS[3]].into_iter().zip(cells) {
            for user in [e.sip_user(None), e.sip_user(Some(2))] {
                let routed = host.look_at(&Call::invite(Caller::Enrolment(&user), target));
                assert_eq!(cell(&routed), expected, "{name}: {target}");
            }
        }
        // SPEC C1: never through, whatever the state.
        for target in ["0", "", "\u{0}", "sip:anna@pbx", "tel:+49911", "200"] {
            let routed = host.look_at(&Call::invite(Caller::Enrolment(&e.sip_user(None)), target));
            assert!(matches!(routed.route, Route::Service(_) | Route::Refused(_)), "{name}: {target}");
        }
    }
    // SPEC A7: what is due comes first, and is written.
    let (host, e) = enrolment_case("accepted, window over");
    let routed = host.look_at(&Call::invite(Caller::Enrolment(&e.sip_user(None)), TARGETS[0]));
    assert_eq!(cell(&routed), format!("service! {{{due}}}"));
}

#[test]
fn c2_emergency_stands_above_every_row_of_enrolment_accounts() {
    let names = [
        ("required", ""),
        ("required, another source locked", ""),
        ("failed", ""),
        ("blocked by PAP", ""),
        ("blocked by an administrator", ""),
        ("blocked by the ceiling", ""),
        ("accepted", " proven"),
        ("accepted, another enrolment", ""),
        ("delivered, fetched since", ""),
        ("delivered, ended by it", ""),
        ("suspended, fits", ""),
        ("suspended and blocked", ""),
        ("inactive", ""),
        ("expired", ""),
    ];
    for (name, proven) in names {
        let (mut host, e) = enrolment_case(name);
        host.admin(Command::Describe { site: None, location_confirmed: Some(true) });
        let user = e.sip_user(None);
        let call = Call::invite(Caller::Enrolment(&user), "sip:1-1%32@pbx;user=phone");
        let routed = host.look_at(&call);
        let Route::Emergency(made) = routed.route else { panic!("{name}: {:?}", routed.route) };
        assert_eq!((made.number, made.mac), (short("112"), Some(host.mac)), "{name}");
        assert_eq!((made.site, made.location_confirmed), (Some("Berlin"), true), "{name}");
        assert_eq!(host.sip(&call), format!("emergency 112{proven}! {{emergency_call}}"), "{name}");
        host.call(Caller::Enrolment(&user), TARGETS[0]);
        assert!(
            host.call(Caller::Enrolment(&user), "112").starts_with("emergency 112"),
            "{name}: no lock and no limit refuses it"
        );
    }
    // R16 does not know these: by policy.
    for name in ["of an earlier epoch", "deleted", "of another device"] {
        let (mut host, e) = enrolment_case(name);
        let user = e.sip_user(None);
        assert!(host.call(Caller::Enrolment(&user), "112").starts_with("refused "), "{name}");
        host.change(|settings| settings.emergency_for_unknown = true);
        assert_eq!(host.call(Caller::Enrolment(&user), "112"), "emergency 112 {emergency_call}", "{name}");
    }
}

fn full_case(name: &str) -> (Host, Caller<'static>) {
    let mut host = host();
    let caller = full_account(&host);
    match name {
        "delivered" => host.settle(A),
        "given" => drop(host.take(A)),
        "given, lease over" => {
            host.take(A);
            host.wait(5 * MINUTE_MS);
        }
        "given, not delivered" => {
            let lease = full(&host.take(A)).lease.unwrap();
            host.not_delivered(lease);
        }
        "waiting" => {}
        "accepted" => drop(host.accept(A)),
        "reset" => {
            host.settle(A);
            host.reset();
        }
        "reset while given" => {
            host.take(A);
            host.reset();
            host.take(A);
        }
        "blocked" => {
            host.settle(A);
            host.admin(Command::Block);
        }
        "blocked while given" => {
            host.take(A);
            host.admin(Command::Block);
        }
        "inactive" => {
            host.settle(A);
            host.admin(Command::Deactivate);
        }
        "active again" => {
            host.settle(A);
            host.admin(Command::Deactivate);
            host.admin(Command::Activate { taken: &[] });
        }
        "deactivated while given, active again" => {
            host.take(A);
            host.admin(Command::Deactivate);
            host.admin(Command::Activate { taken: &[] });
        }
        "suspended" => {
            host.settle(A);
            host.suspend(Some(B));
        }
        "deleted" => {
            host.settle(A);
            host.admin(Command::Delete);
        }
        "no such slot" => {
            host.settle(A);
            return (
                host,
                Caller::Full {
                    account: 3,
                    epoch: match caller {
                        Caller::Full { epoch, .. } => epoch,
                        _ => panic!(),
                    },
                },
            );
        }
        _ => panic!("{name}"),
    }
    (host, caller)
}

const FULL_ROWS: [(&str, &str); 16] = [
    ("delivered", "through {}"),
    ("active again", "through {}"),
    ("suspended", "through {}"),
    ("given", "through! {delivered temporary_listed}"),
    ("given, lease over", "through! {delivered temporary_listed}"),
    ("given, not delivered", "through! {delivered temporary_listed}"),
    ("waiting", "refused not_authenticated {~call_refused play:not_authenticated hangup}"),
    ("accepted", "refused not_authenticated {~call_refused play:not_authenticated hangup}"),
    ("deactivated while given, active again", "refused not_authenticated {~call_refused play:not_authenticated hangup}"),
    ("reset", "refused not_authenticated {~call_refused play:not_authenticated hangup}"),
    ("reset while given", "refused not_authenticated {~call_refused play:not_authenticated hangup}"),
    ("blocked", "refused blocked {~call_refused play:blocked hangup}"),
    ("blocked while given", "refused blocked {~call_refused play:blocked hangup}"),
    ("inactive", "refused not_in_service {~call_refused play:not_in_service hangup}"),
    ("deleted", "refused not_in_service {~call_refused play:not_in_service hangup}"),
    ("no such slot", "refused not_in_service {~call_refused play:not_in_service hangup}"),
];

#[test]
fn c1_calls_from_full_accounts() {
    for (name, expected) in FULL_ROWS {
        let (mut host, caller) = full_case(name);
        for target in [TARGETS[0], TARGETS[1], TARGETS[3]] {
            assert_eq!(cell(&host.look_at(&Call::invite(caller, target))), expected, "{name}: {target}");
        }
        host.call(caller, TARGETS[0]);
        if expected.starts_with("through") {
            assert_eq!(host.state(), State::Successful, "{name}");
            assert_eq!(host.call(caller, TARGETS[0]), "through {}", "{name}: once");
        }
    }
}

#[test]
fn c2_emergency_stands_above_every_row_of_full_accounts() {
    for (name, expected) in FULL_ROWS {
        let (host, caller) = full_case(name);
        let known = !matches!(name, "deleted" | "no such slot");
        let routed = host.look_at(&Call::invite(caller, "112"));
        let proven =
            known && (expected.starts_with("through") || name.contains("again") || matches!(name, "waiting" | "accepted"));
        let made = if known { "emergency 112" } else { "refused not_in_service" };
        let proven = if proven { " proven" } else { "" };
        let effects = if known { "emergency_call" } else { "~call_refused play:not_in_service hangup" };
        assert_eq!(cell(&routed), format!("{made}{proven} {{{effects}}}"), "{name}");
    }
}

#[test]
fn c1_unknown_identities_are_refused() {
    let mut host = host();
    host.settle(A);
    let refused = "refused not_in_service {~call_refused play:not_in_service hangup}";
    for caller in [Caller::Unknown, Caller::Enrolment("201"), Caller::Enrolment(""), Caller::Enrolment(&"a".repeat(42))] {
        for target in TARGETS {
            assert_eq!(host.call(caller, target), refused, "{caller:?} {target}");
        }
    }
    host.change(|settings| settings.emergency_for_unknown = true);
    assert_eq!(host.call(Caller::Unknown, "112"), "emergency 112 {emergency_call}");
    let routed = host.look_at(&Call::invite(Caller::Unknown, "112"));
    let unknown = Emergency { number: short("112"), mac: None, site: None, location_confirmed: false, proven: false };
    assert_eq!(routed.route, Route::Emergency(unknown));
    assert_eq!(host.call(Caller::Unknown, "0911"), refused);
}

#[test]
fn c1_no_whitelist_and_no_address_makes_a_difference() {
    let mut host = host();
    let e = host.enrol(A);
    host.whitelist("198.51.100.0/24");
    host.neighbour(A);
    assert_eq!(host.call(Caller::Enrolment(&e.sip_user(None)), TARGETS[0]), "service! {}");
}

#[test]
fn c2_sos_is_the_first_number_of_the_tenant() {
    let mut host = host();
    host.change(|settings| settings.emergency = vec![short("110"), short("112")]);
    host.settle(A);
    let caller = full_account(&host);
    for target in ["urn:service:sos", "URN:SERVICE:SOS.police"] {
        assert_eq!(host.call(caller, target), "emergency 110 proven {emergency_call}");
    }
}

#[test]
fn c2_the_outside_line_prefix_is_dropped_once() {
    let mut host = host();
    host.settle(A);
    let caller = full_account(&host);
    assert_eq!(host.call(caller, "0112"), "through {}");
    host.change(|settings| settings.outside_line = Some("0".into()));
    assert_eq!(host.call(caller, "0112"), "emergency 112 proven {emergency_call}");
    assert_eq!(host.call(caller, "00112"), "through {}");
}

// ---- A14: the first authenticated request of a full account ----

#[test]
fn a14_the_first_registration_of_a_full_account_confirms_the_last_lease() {
    for late in [0, 5 * MINUTE_MS, 3 * DAY_MS] {
        let mut host = host();
        host.take(A);
        host.wait(late);
        let step = host.register(host.device().epoch());
        assert!(step.effects.has_audit(AuditEvent::Delivered), "{late}");
        assert_eq!(host.state(), State::Successful);
        assert!(host.temps.contains_key(&source(A)), "W3: the address inside the enrolment");
        let again = host.register(host.device().epoch());
        assert!(again.writes.is_empty() && again.effects.is_empty(), "once");
    }
}

#[test]
fn a14_a_registration_of_a_provisioned_device_confirms_no_later_lease() {
    // Somebody else's answer is on its way while the telephone registers as it does every few minutes.
    let mut host = host();
    host.settle(A);
    host.whitelist(C);
    host.admin(Command::ReleaseAgain { account: None, tenant_wide: false });
    let lease = full(&host.fetch(C)).lease.unwrap();
    let before = host.device().clone();
    let step = host.register(before.epoch());
    assert!(step.writes.is_empty());
    assert_eq!(host.device(), &before);
    assert_eq!(host.device().lease().unwrap().id(), lease);
}

#[test]
fn a14_an_old_password_confirms_nothing() {
    // After a reset the thief's telephone still registers; the new one has just been given its file.
    let mut host = host();
    host.settle(A);
    let old = host.device().epoch();
    host.reset();
    host.take(B);
    assert!(host.register(old).writes.is_empty());
    assert_eq!(host.state(), State::Required);
    // After a block, with a lease that was given before it.
    let mut host = Host::of(retaining(true));
    host.take(A);
    let epoch = host.device().epoch();
    host.admin(Command::Block);
    let step = host.register(epoch);
    assert!(step.writes.is_empty() && step.effects.has_audit(AuditEvent::CallRefused));
    assert_eq!(host.state(), State::Blocked);
    // One slot too far, and a device of another tenant.
    let mut host = Host::of(retaining(true));
    host.take(A);
    let facts = host.facts(source(A));
    assert!(registered(facts, 0, host.device().epoch(), host.now).writes.is_empty());
    assert!(registered(facts, 3, host.device().epoch(), host.now).writes.is_empty());
}

#[test]
fn a14_a_source_blocked_by_its_paps_is_not_freed_by_a_registration() {
    // The file left under A's accepted PAP; then A's source is blocked by wrong ones.
    let mut host = host();
    host.take(A);
    host.wait(10 * MINUTE_MS);
    host.timeout();
    let e = host.enrol(A);
    for _ in 0..3 {
        host.wrong(&e, 3);
        host.wait(30 * MINUTE_MS);
        host.timeout();
    }
    assert_eq!(host.state_of(A), State::Blocked);
    let caller = full_account(&host);
    assert!(host.call(caller, TARGETS[0]).starts_with("refused blocked {lease_ignored "));
    assert_eq!(host.state(), State::Blocked);
}

#[test]
fn c1_the_record_of_the_leases_source_is_the_one_that_counts() {
    let mut host = host();
    host.take(A);
    host.neighbour(B);
    // A host that loads another record than the lease's makes no wrong one of it.
    let routed = route(host.facts(source(B)), &Call::register(full_account(&host), 1), host.now);
    let made = routed.writes.temp.unwrap();
    assert_eq!((made.key(), made.revision()), (source(A), 1));
}

// ---- C5 ----

#[test]
fn c5_only_the_dialled_service_calls_back_and_only_the_enrolment_that_made_the_call() {
    let mut host = host();
    host.change(|settings| settings.emergency = vec![short("112"), short("110")]);
    let e = host.enrol(A);
    let other = host.enrol(B);
    let (user, port) = (e.sip_user(None), format!("sip:{}@pbx", e.sip_user(Some(2))));
    let refused = "refused refused {~call_refused play:refused hangup}";
    assert_eq!(host.call(Caller::Outside("112"), &user), refused, "nobody called it");
    host.call(Caller::Enrolment(&user), "112");
    for (caller, target) in [("110", &*user), ("0112", &user), ("+49112", &user), ("", &user), ("112", &other.sip_user(None))] {
        assert_eq!(host.call(Caller::Outside(caller), target), refused, "{caller} {target}");
    }
    assert_eq!(host.call(Caller::Unknown, &user), "refused not_in_service {~call_refused play:not_in_service hangup}");
    for spelling in ["112", "sip:112@psap.example", "tel:112;phone-context=+49"] {
        assert_eq!(host.call(Caller::Outside(spelling), &port), "call_back! {emergency_call_back}");
        assert_eq!(host.call(Caller::Outside("112"), &user), refused, "one at a time");
        host.hang_up(&e);
    }
    host.wait(CALL_BACK_MS - 1);
    assert_eq!(host.call(Caller::Outside("112"), &user), "call_back! {emergency_call_back}");
    host.hang_up(&e);
    host.wait(1);
    assert_eq!(host.call(Caller::Outside("112"), &user), refused, "30 min");
}

#[test]
fn c5_a_lost_hang_up_bars_the_service_for_three_minutes_only() {
    let mut host = host();
    let e = host.enrol(A);
    let user = e.sip_user(None);
    host.call(Caller::Enrolment(&user), "112");
    host.call(Caller::Outside("112"), &user);
    host.wait(DIALOGUE_MS - 1);
    assert!(host.call(Caller::Outside("112"), &user).starts_with("refused"));
    host.wait(1);
    assert!(host.call(Caller::Outside("112"), &user).starts_with("call_back!"));
}

#[test]
fn c5_a_block_does_not_keep_the_service_from_calling_back_and_a_reset_does() {
    let mut host = host();
    let e = host.enrol(A);
    let user = e.sip_user(None);
    host.call(Caller::Enrolment(&user), "112");
    host.admin(Command::Block);
    assert!(host.call(Caller::Outside("112"), &user).starts_with("call_back!"));
    host.reset();
    assert!(host.call(Caller::Outside("112"), &user).starts_with("refused"), "another epoch: nobody has that account");
}

#[test]
fn c1_nobody_else_calls_an_enrolment_account() {
    let mut host = host();
    host.settle(A);
    let e = host.enrol(B);
    let caller = full_account(&host);
    let user = e.sip_user(Some(1));
    let escaped = format!("sip:%{:02x}{}@pbx", user.as_bytes()[0], &user[1..]);
    for target in [&*user, &format!("sip:{user}@pbx"), &format!("{user}@pbx"), &escaped] {
        assert_eq!(host.call(caller, target), "refused refused {~call_refused play:refused hangup}", "{target}");
    }
    assert_eq!(host.call(Caller::Outside("+4991112345"), "200"), "through {}", "what is no enrolment's is the host's");
    assert_eq!(host.call(Caller::Outside("+4991112345"), "112"), "refused refused {~call_refused play:refused hangup}");
}

// ---- C6 ----

#[test]
fn c1_no_spelling_of_an_enrolments_user_is_called() {
    let mut host = host();
    let e = host.enrol(A);
    let id = e.sip_user(None);
    let full = host.clone();
    for target in [
        id.clone(),
        id.to_uppercase(),
        format!(" {id}"),
        format!("<sip:{id}@pbx>"),
        format!("sip:{id}@pbx?x=@"),
        format!("sip:{id}-1@pbx"),
        format!("sip:%{:02x}{}@pbx", id.as_bytes()[0], &id[1..]),
        format!("\"x\" <sip:{id}@pbx>"),
        format!("sip:a@b@{id}"),
    ] {
        assert!(host.call(Caller::Outside("0911123456"), &target).starts_with("refused"), "{target}");
        assert!(full.look_at(&Call::invite(Caller::Unknown, &target)).route.name() == "refused", "{target}");
    }
    assert_eq!(host.call(Caller::Outside("0911123456"), "sip:anna@pbx"), "through {}");
}

#[test]
fn c6_an_enrolment_account_registers_one_contact_calls_and_does_nothing_else() {
    let mut host = host();
    let e = host.enrol(A);
    let (user, port) = (e.sip_user(None), e.sip_user(Some(2)));
    let caller = Caller::Enrolment(&user);
    let of = |method, in_dialog| Call { method, in_dialog, ..Call::invite(caller, "112") };
    for method in Method::ALL {
        let inside = word(&host.look_at(&of(method, true)).route);
        let outside = word(&host.look_at(&of(method, false)).route);
        let (may_inside, may_outside) = match method {
            Method::Register => ("register", "register"),
            Method::Invite => ("in_dialog", "emergency 112"),
            Method::Ack | Method::Cancel => ("in_dialog", "in_dialog"),
            Method::Bye | Method::Prack | Method::Update | Method::Info | Method::Options => ("in_dialog", "refused refused"),
            Method::Other => ("refused refused", "refused refused"),
        };
        assert_eq!((&*inside, &*outside), (may_inside, may_outside), "{}", method.name());
        assert!(host.look_at(&of(method, true)).writes.is_empty(), "{}", method.name());
    }
    for name in ["REFER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "invite", ""] {
        assert_eq!(Method::parse(name), Method::Other, "{name}");
        assert_eq!(host.sip(&of(Method::parse(name), false)), "refused refused {~call_refused}", "{name}");
    }
    assert_eq!(Method::parse("INVITE"), Method::Invite);
    for in_dialog in [true, false] {
        let replaces = Call { replaces: true, in_dialog, ..Call::invite(caller, "112") };
        assert_eq!(word(&host.look_at(&replaces).route), "refused refused", "it would take over another's call");
    }
    for (contacts, expected) in [(0, "register {}"), (1, "register {}"), (2, "refused refused {~call_refused}")] {
        assert_eq!(host.sip(&Call::register(caller, contacts)), expected);
        assert_eq!(host.sip(&Call::register(Caller::Enrolment(&port), contacts)), expected);
    }
}

#[test]
fn c6_every_enrolment_that_proves_itself_may_register_for_emergency_calls() {
    for (name, expected) in [
        ("failed", "register {}"),
        ("blocked by an administrator", "register {}"),
        ("inactive", "register {}"),
        ("expired", "register {resync(e)}"),
        ("delivered, ended by it", "register {resync(e)}"),
        ("of an earlier epoch", "refused not_in_service {~call_refused}"),
        ("deleted", "refused not_in_service {~call_refused}"),
    ] {
        let (mut host, e) = enrolment_case(name);
        assert_eq!(host.sip(&Call::register(Caller::Enrolment(&e.sip_user(None)), 1)), expected, "{name}");
    }
}

#[test]
fn c6_a_full_account_that_is_refused_may_still_end_its_calls() {
    let (host, caller) = full_case("blocked");
    let inside = |method| word(&host.look_at(&Call { method, in_dialog: true, ..Call::invite(caller, "") }).route);
    assert_eq!(inside(Method::Bye), "in_dialog");
    assert_eq!(inside(Method::Invite), "in_dialog");
    assert_eq!(inside(Method::Other), "refused blocked", "REFER would start a new call");
    let (host, caller) = full_case("delivered");
    let refer = Call { method: Method::Other, in_dialog: true, ..Call::invite(caller, "") };
    assert_eq!(word(&host.look_at(&refer).route), "through", "C6 binds enrolment accounts");
}

#[test]
fn c6_one_dialogue_for_each_enrolment_and_three_for_the_device() {
    let mut host = host();
    let all: Vec<Enrolment> = [A, A, A, A].iter().map(|from| host.enrol(from)).collect();
    let full = "refused not_possible {~call_refused play:not_possible hangup}";
    let call = |host: &mut Host, e: &Enrolment| host.call(Caller::Enrolment(&e.sip_user(None)), "*89");
    for e in &all[..3] {
        assert_eq!(call(&mut host, e), "service! {}");
        assert_eq!(call(&mut host, e), full, "one for each enrolment");
    }
    assert_eq!(call(&mut host, &all[3]), full, "three for the device");
    host.hang_up(&all[1]);
    assert_eq!(call(&mut host, &all[3]), "service! {}", "a hang-up frees the place");
    assert!(host.hang_up(&all[1]).writes.is_empty(), "twice is harmless");
    assert_eq!(call(&mut host, &all[1]), full);
    host.wait(DIALOGUE_MS);
    for e in &all[..3] {
        assert_eq!(call(&mut host, e), "service! {}", "3 min each");
    }
}

#[test]
fn c6_a_stranger_who_holds_all_places_does_not_keep_the_user_out() {
    let mut host = host();
    let strangers: Vec<Enrolment> = (0..3).map(|_| host.enrol(B)).collect();
    let (user, late) = (host.enrol(A), host.enrol(C));
    let call = |host: &mut Host, e: &Enrolment| {
        let sip_user = e.sip_user(None);
        let routed = host.look_at(&Call::invite(Caller::Enrolment(&sip_user), "200"));
        let Route::Service(service) = routed.route else { return None };
        let step = Step { writes: routed.writes, effects: routed.effects };
        host.keep(step);
        Some(service.ended)
    };
    for stranger in &strangers {
        assert_eq!(call(&mut host, stranger), Some(None));
    }
    assert_eq!(call(&mut host, &user), Some(Some(strangers[0].id())), "the oldest of the source that holds most");
    assert_eq!(call(&mut host, &strangers[0]), None, "a source that holds one takes no other's place");
    assert_eq!(call(&mut host, &late), Some(Some(strangers[1].id())));
    // Now three sources hold one each, and one of them had three of late.
    let [fourth, fifth] = ["203.0.113.99", "203.0.113.98"].map(|from| host.enrol(from));
    assert_eq!(call(&mut host, &fourth), Some(Some(strangers[2].id())), "who had many gives way at once");
    assert_eq!(call(&mut host, &fifth), None);
    host.wait(60 * SECOND_MS);
    assert_eq!(call(&mut host, &fifth), None, "not older than 60 s");
    host.wait(1);
    assert_eq!(call(&mut host, &fifth), Some(Some(user.id())), "the oldest, after a minute");
}

/// Whether an enrolment gets a place, all else as a host does it.
fn takes_a_place(host: &mut Host, e: &Enrolment) -> bool {
    host.call(Caller::Enrolment(&e.sip_user(None)), "*89").starts_with("service")
}

#[test]
fn c6_strangers_who_hang_up_and_call_again_do_not_keep_the_user_out() {
    // From four addresses, each place taken anew before it would give way by its age.
    let mut host = host();
    let places = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"];
    let mut last: Vec<Option<Enrolment>> = vec![None; places.len()];
    let mut refused = 0;
    for round in 0..20 {
        for (from, before) in places.iter().zip(&mut last) {
            if let Some(before) = before.take() {
                host.hang_up(&before);
            }
            let e = host.enrol(from);
            if takes_a_place(&mut host, &e) {
                *before = Some(e);
            }
        }
        host.wait(5 * SECOND_MS);
        if round % 5 == 4 {
            // The user calls, types for twenty seconds, and hangs up.
            let e = host.enrol(A);
            refused += u32::from(!takes_a_place(&mut host, &e));
            host.wait(20 * SECOND_MS);
            host.hang_up(&e);
        }
        host.wait(34 * SECOND_MS);
    }
    assert_eq!(refused, 0);
}

#[test]
fn c6_a_neighbour_behind_the_users_nat_gives_way_after_a_minute() {
    let mut host = host();
    let strangers: Vec<Enrolment> = [A, B, C].iter().map(|from| host.enrol(from)).collect();
    for stranger in &strangers {
        assert!(takes_a_place(&mut host, stranger));
    }
    let user = host.enrol(A);
    assert!(!takes_a_place(&mut host, &user));
    host.wait(60 * SECOND_MS + 1);
    assert!(takes_a_place(&mut host, &user));
}

#[test]
fn c6_an_ipv6_48_is_one_stranger() {
    let mut host = host();
    for subnet in 0..3 {
        let e = host.enrol(&format!("2001:db8:9:{subnet}::1"));
        assert!(takes_a_place(&mut host, &e));
    }
    let user = host.enrol(A);
    assert!(takes_a_place(&mut host, &user));
}

#[test]
fn c5_a_strangers_emergency_call_does_not_take_the_users_call_back_away() {
    let mut host = host();
    let user = host.enrol(A);
    host.call(Caller::Enrolment(&user.sip_user(None)), "112");
    for n in 0..20 {
        let stranger = host.enrol(&format!("192.0.2.{n}"));
        host.call(Caller::Enrolment(&stranger.sip_user(None)), "112");
        let again = host.enrol(B);
        host.call(Caller::Enrolment(&again.sip_user(None)), "112");
    }
    assert!(host.call(Caller::Outside("112"), &user.sip_user(None)).starts_with("call_back"));
    let json = snapshot::to_json(host.device());
    assert_eq!(json.matches("\"busy\"").count(), 3, "three are remembered");
}

#[test]
fn c6_a_right_pap_is_still_judged_when_its_dialogue_gave_way() {
    let mut host = host();
    let e = host.enrol(A);
    host.call(Caller::Enrolment(&e.sip_user(None)), "*89");
    host.wait(2 * DIALOGUE_MS);
    let pap = host.pap();
    assert_eq!(host.dial(&e, &pap).verdict.name(), "accepted");
}

#[test]
fn c6_reset_block_delete_and_delivery_clear_dialogues() {
    let busy = || {
        let mut host = host();
        let e = host.accept(A);
        let users: Vec<Enrolment> = (0..3).map(|_| host.enrol(B)).collect();
        host.wait(10 * MINUTE_MS);
        host.timeout();
        for user in &users {
            assert_eq!(host.call(Caller::Enrolment(&user.sip_user(None)), "*89"), "service! {}");
        }
        let pap = host.pap();
        host.dial(&e, &pap);
        (host, e)
    };
    let holds = |host: &Host| snapshot::to_json(host.device()).contains("\"dialogues\":[[");
    let (host, _) = busy();
    assert!(holds(&host));
    for act in [Command::Reset { taken: &[] }, Command::Block, Command::Delete] {
        let (mut host, _) = busy();
        host.admin(act.clone());
        assert!(!holds(&host), "{act:?}");
    }
    let (mut host, e) = busy();
    let lease = full(&host.fetch_with_token(A, &e)).lease.unwrap();
    assert!(holds(&host));
    host.deliver(lease);
    assert!(!holds(&host));
}

#[test]
fn a7_the_ends_of_dialogues_and_call_backs_need_no_look_and_resync_nothing() {
    let mut host = host();
    let e = host.enrol(A);
    let user = e.sip_user(None);
    host.call(Caller::Enrolment(&user), "*89");
    host.call(Caller::Enrolment(&user), "112");
    assert_eq!(host.device().next_timeout(), None);
    host.wait(HOUR_MS);
    let step = host.timeout();
    assert!(step.writes.is_empty() && step.effects.is_empty());
}

#[test]
fn a6_a_corrected_clock_cuts_dialogues_and_call_backs() {
    let mut host = host();
    let e = host.enrol(A);
    let user = e.sip_user(None);
    host.wait(3 * HOUR_MS);
    host.call(Caller::Enrolment(&user), "*89");
    host.call(Caller::Enrolment(&user), "112");
    host.call(Caller::Outside("112"), &user);
    host.now = host.now.minus_ms(2 * HOUR_MS);
    let step = host.timeout();
    assert_eq!(told(&step.effects), "clock_corrected");
    assert_eq!(host.call(Caller::Enrolment(&user), "*89"), "refused not_possible {~call_refused play:not_possible hangup}");
    host.wait(DIALOGUE_MS);
    assert_eq!(host.call(Caller::Enrolment(&user), "*89"), "service! {}", "three minutes, not two hours");
    assert!(host.call(Caller::Outside("112"), &user).starts_with("call_back!"));
    host.hang_up(&e);
    host.wait(CALL_BACK_MS);
    assert!(host.call(Caller::Outside("112"), &user).starts_with("refused"), "thirty minutes");
}

#[test]
fn e2_a_device_with_calls_reads_back_as_it_was() {
    let mut host = host();
    let (e, other) = (host.enrol(A), host.enrol(V6));
    for e in [&e, &other] {
        host.call(Caller::Enrolment(&e.sip_user(None)), "*89");
        host.call(Caller::Enrolment(&e.sip_user(None)), "112");
    }
    host.call(Caller::Outside("112"), &other.sip_user(None));
    let device = host.device();
    assert_eq!(snapshot::from_bytes::<Device>(&snapshot::to_bytes(device)).as_ref(), Ok(device));
    let json = snapshot::to_json(device);
    assert_eq!(snapshot::from_json::<Device>(&json).as_ref(), Ok(device));
    // The enrolment of a call is this device's, and none stands twice.
    let ids = [e.id().to_string(), other.id().to_string()];
    let twice = json.replacen(&ids[1], &ids[0], 1);
    assert!(snapshot::from_json::<Device>(&twice).unwrap_err().to_string().contains("dialogues"));
    let mut foreign = Host::empty(host.tenant.clone());
    foreign.create(phone(9), retaining(true));
    let stranger = foreign.enrol(A).id().to_string();
    let swapped = json.replace(&ids[0], &stranger);
    assert!(snapshot::from_json::<Device>(&swapped).unwrap_err().to_string().contains("dialogues"));
}

#[test]
fn e7_a_call_that_changes_nothing_writes_nothing() {
    for (name, expected) in FULL_ROWS {
        let (host, caller) = full_case(name);
        let routed = host.look_at(&Call::invite(caller, "112"));
        assert!(routed.writes.is_empty(), "{name}");
        let routed = host.look_at(&Call::invite(caller, TARGETS[0]));
        assert_eq!(routed.writes.is_empty(), !expected.contains('!'), "{name}");
    }
}
