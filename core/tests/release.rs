//! One-time release of secrets, rule by rule (SPEC S1 to S7).
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use libprov::device::{AccountSet, AdminError, Command, Secrets, Withheld};
use libprov::effect::AuditEvent;
use libprov::lang::Lang;
use libprov::models::{Carriage, ModelRef};
use libprov::policy::WindowFrom;
use libprov::request::Full;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use support::*;

const AGAIN: Command<'_> = Command::ReleaseAgain { account: None, tenant_wide: false };
const TENANT_WIDE: Command<'_> = Command::ReleaseAgain { account: None, tenant_wide: true };

/// What an answer carries, as one text: `sip{1,2} menu web other credential`.
fn carried(full: Full) -> String {
    let Secrets { sip, menu, web, other, credential } = full.secrets;
    let sip = if sip.is_empty() { String::new() } else { format!("sip{sip:?}").replace(' ', "") };
    let kinds = [(menu, "menu"), (web, "web"), (other, "other"), (credential, "credential")];
    let kinds = kinds.into_iter().filter(|(is, _)| *is).map(|(_, name)| name.to_owned());
    std::iter::once(sip).chain(kinds).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

const ALL: &str = "sip{1,2} menu web other credential";
const ALL_BUT_WEB: &str = "sip{1,2} menu other credential";

/// A host whose device fetches with its credential, everything given and over.
fn settled(model: ModelRef) -> (Host, String) {
    let mut host = Host::of(model);
    host.settle(A);
    let credential = host.credential();
    (host, credential)
}

fn given(host: &mut Host, from: &str, shown: &str) -> Full {
    full(&host.fetch_with(from, shown))
}

#[test]
fn s1_the_first_delivery_carries_all_and_later_ones_omit_what_is_retained() {
    let mut host = Host::new();
    let first = full(&host.take(A));
    assert_eq!((carried(first).as_str(), first.withheld), (ALL, None));
    assert_eq!(first.secrets, Secrets::all(2));
    host.deliver(first.lease.unwrap());
    host.wait(DAY_MS);
    let credential = host.credential();
    let later = given(&mut host, A, &credential);
    assert_eq!((carried(later).as_str(), later.withheld), ("credential", Some(Withheld::Closed)));
}

#[test]
fn s1_every_account_has_its_own_password() {
    let mut set = AccountSet::NONE;
    for slot in [1, 64, 200, 254] {
        set.insert(slot);
        assert!(set.contains(slot));
    }
    assert_eq!(set.iter().collect::<Vec<_>>(), [1, 64, 200, 254]);
    assert!(!set.contains(2) && !set.contains(0));
    assert_eq!(AccountSet::first(255).iter().count(), 254);
    let mut host = Host::empty(tenant(settings()));
    for accounts in [0, 255] {
        let mut new = new_device(phone(1), yealink());
        new.accounts = accounts;
        let error = host.try_admin(Command::Create(new)).unwrap_err();
        assert_eq!(error, AdminError::Accounts { accounts, max: 254 });
    }
}

#[test]
fn s2_the_window_starts_with_the_first_delivery_and_is_bound_to_its_source() {
    let mut host = Host::new();
    let first = full(&host.take(A));
    host.wait(5 * MINUTE_MS);
    host.deliver(first.lease.unwrap());
    let credential = host.credential();
    let at = |host: &Host, ms| {
        let mut host = host.clone();
        host.wait(ms);
        let mut request = |from| full(&host.look(&host.request(from).presenting(&credential)));
        (carried(request(A)), carried(request(B)), request(B).withheld)
    };
    let (here, there, why) = at(&host, 10 * MINUTE_MS - 1);
    assert_eq!((here.as_str(), there.as_str(), why), (ALL_BUT_WEB, "credential", Some(Withheld::OtherSource)));
    let (here, there, why) = at(&host, 10 * MINUTE_MS);
    assert_eq!((here.as_str(), there.as_str(), why), ("credential", "credential", Some(Withheld::Closed)));
    // A repeat inside the window does not move it.
    host.wait(9 * MINUTE_MS);
    let again = given(&mut host, A, &credential);
    host.deliver(again.lease.unwrap());
    assert_eq!(at(&host, MINUTE_MS).0, "credential");
}

#[test]
fn s2_web_passwords_go_out_once() {
    let mut host = Host::new();
    let enrolment = host.accept(A);
    let first = full(&host.fetch_with_token(A, &enrolment));
    assert!(full(&host.fetch_with_token(A, &enrolment)).secrets.web, "not delivered yet");
    host.deliver(first.lease.unwrap());
    let again = full(&host.fetch_with_token(A, &enrolment));
    assert_eq!((carried(again).as_str(), again.withheld), (ALL_BUT_WEB, Some(Withheld::Closed)));
}

#[test]
fn s2_policy_can_start_the_window_with_the_release() {
    let mut host = Host::with(yealink(), |settings| settings.secret_window_from = WindowFrom::Release);
    host.settle(A);
    let credential = host.credential();
    host.admin(AGAIN);
    host.wait(6 * MINUTE_MS);
    let first = given(&mut host, A, &credential);
    assert_eq!(carried(first), ALL);
    host.deliver(first.lease.unwrap());
    host.wait(3 * MINUTE_MS);
    assert_eq!(carried(given(&mut host, A, &credential)), ALL_BUT_WEB);
    host.wait(MINUTE_MS);
    assert_eq!(carried(given(&mut host, A, &credential)), "credential");
}

#[test]
fn s3_release_again_opens_a_device_for_a_day() {
    let (mut host, credential) = settled(yealink());
    let step = host.admin(AGAIN);
    assert_eq!(told(&step.effects), "released resync");
    let mut late = host.clone();
    late.wait(DAY_MS);
    assert_eq!(carried(given(&mut late, A, &credential)), "credential", "unused it ends after 24 h");
    host.wait(DAY_MS - MINUTE_MS);
    let first = given(&mut host, B, &credential);
    assert_eq!((carried(first).as_str(), first.withheld), (ALL, None), "from any source");
    host.deliver(first.lease.unwrap());
    assert_eq!(carried(given(&mut host, B, &credential)), ALL_BUT_WEB);
    assert_eq!(given(&mut host, A, &credential).withheld, Some(Withheld::OtherSource));
}

#[test]
fn s3_release_again_for_one_account() {
    let (mut host, credential) = settled(yealink());
    host.admin(Command::ReleaseAgain { account: Some(2), tenant_wide: false });
    assert_eq!(carried(given(&mut host, A, &credential)), "sip{2} menu web other credential");
    for account in [0, 3] {
        let command = Command::ReleaseAgain { account: Some(account), tenant_wide: false };
        assert_eq!(host.try_admin(command).unwrap_err(), AdminError::Account { account, accounts: 2 });
    }
}

#[test]
fn s3_tenant_wide_is_for_proven_requests_only() {
    let (mut host, credential) = settled(yealink());
    host.whitelist(C);
    host.admin(TENANT_WIDE);
    let unproven = full(&host.fetch(C));
    assert_eq!((carried(unproven).as_str(), unproven.withheld), ("", Some(Withheld::ProvenOnly)));
    assert_eq!(carried(given(&mut host, C, &credential)), ALL);
}

#[test]
fn s3_a_release_that_is_open_without_end_stays_so() {
    let mut host = Host::new();
    for command in [AGAIN, TENANT_WIDE, Command::NewSipPassword { account: 1 }] {
        let step = host.admin(command);
        assert!(step.writes.is_empty() && step.effects.is_empty());
    }
    host.wait(30 * DAY_MS);
    assert_eq!(carried(full(&host.take(A))), ALL);
}

#[test]
fn s3_release_again_frees_what_is_bound_to_a_source_that_never_got_it() {
    // Two uplinks on the whitelist: the answer to the first got lost, the telephone comes back over the second.
    let mut host = Host::new();
    host.whitelist("198.51.100.0/24");
    let lost = full(&host.fetch(A));
    host.not_delivered(lost.lease.unwrap());
    let empty = full(&host.fetch(B));
    assert_eq!((carried(empty).as_str(), empty.withheld), ("", Some(Withheld::OtherSource)));
    host.deliver(empty.lease.unwrap());
    let step = host.admin(AGAIN);
    assert!(step.effects.has_audit(AuditEvent::Released), "S6 points the administrator here");
    assert_eq!(carried(full(&host.fetch(B))), ALL);
}

#[test]
fn s4_what_is_not_retained_goes_out_in_every_proven_delivery() {
    let (mut host, credential) = settled(retaining(false));
    for from in [A, B] {
        host.wait(DAY_MS);
        let answer = given(&mut host, from, &credential);
        assert_eq!((carried(answer).as_str(), answer.withheld), (ALL, None));
    }
    let (mut host, credential) = settled(retaining(true));
    assert_eq!(carried(given(&mut host, A, &credential)), "credential");
}

#[test]
fn s5_a_reset_opens_it() {
    let (mut host, _) = settled(yealink());
    host.reset();
    assert_eq!(carried(full(&host.take(C))), ALL);
}

#[test]
fn s5_a_new_sip_password_opens_its_account_only() {
    let (mut host, credential) = settled(yealink());
    let step = host.admin(Command::NewSipPassword { account: 2 });
    assert_eq!(told(&step.effects), "new_sip_password resync");
    let first = given(&mut host, A, &credential);
    assert_eq!(carried(first), "sip{2} credential");
    host.deliver(first.lease.unwrap());
    host.wait(10 * MINUTE_MS);
    assert_eq!(carried(given(&mut host, A, &credential)), "credential");
}

#[test]
fn s5_after_an_overwriting_answer_the_next_proven_delivery_carries_all_again() {
    let (mut host, credential) = settled(yealink());
    host.whitelist(C);
    let lost = host.fetch(B);
    assert_eq!(said(&lost), "restricted R10");
    assert!(lost.effects.has_audit(AuditEvent::Overwritten));
    assert!(host.device().is_overwritten());
    assert!(host.fetch(B).writes.is_empty(), "written once");
    assert!(full(&host.fetch(C)).secrets.is_none(), "not to an unproven one");
    let answer = given(&mut host, A, &credential);
    assert_eq!(carried(answer), ALL);
    assert!(host.device().is_overwritten(), "not before it arrived");
    host.deliver(answer.lease.unwrap());
    assert!(!host.device().is_overwritten());
    host.wait(10 * MINUTE_MS);
    assert_eq!(carried(given(&mut host, A, &credential)), "credential");
}

#[test]
fn s5_the_file_of_a_block_overwrites_too() {
    let (mut host, credential) = settled(yealink());
    host.admin(Command::Block);
    let decision = host.fetch_with(A, &credential);
    assert_eq!(said(&decision), "restricted R5");
    assert!(decision.effects.has_audit(AuditEvent::Overwritten));
    assert!(host.fetch(A).writes.is_empty(), "written once");
    host.suspend(None);
    assert_eq!(carried(given(&mut host, A, &credential)), ALL);
}

#[test]
fn s6_an_answer_that_withholds_says_why() {
    let (mut host, credential) = settled(yealink());
    let decision = host.fetch_with(A, &credential);
    assert_eq!(full(&decision).withheld, Some(Withheld::Closed));
    assert!(decision.explain(Lang::En).text.contains("withheld"));
    assert!(decision.explain(Lang::En).remedy.contains("release its passwords again"));
}

#[test]
fn s7_a_closed_release_opens_for_nobody_unproven_at_a_permanent_entry() {
    for (model, rule, carries) in [
        (own(true, true, Carriage::Url), "full R6a", Some("")),
        (own(true, true, Carriage::None), "full R6a", Some("")),
        (own(true, false, Carriage::None), "full R6a", Some(ALL)),
        (own(true, false, Carriage::Url), "restricted R10", None),
        (own(true, false, Carriage::HttpAuth), "restricted R10", None),
    ] {
        let name = format!("{model:?}");
        let (mut host, _) = settled(model);
        host.whitelist(C);
        let decision = host.fetch(C);
        assert_eq!(said(&decision), rule, "{name}");
        if let Some(carries) = carries {
            let answer = full(&decision);
            assert_eq!((carried(answer).as_str(), answer.lease), (carries, None), "{name}");
            assert_eq!(decision.effects.has_audit(AuditEvent::WeakBinding), carries == ALL, "{name}");
        }
    }
}

#[test]
fn s7_a_release_for_others_is_closed_to_an_unproven_one_too() {
    // What does not retain would lose its passwords to a full file without them.
    let (mut host, _) = settled(retaining(false));
    host.whitelist(C);
    host.admin(TENANT_WIDE);
    assert_eq!(said(&host.fetch(C)), "restricted R10", "the release is for proven requests only");
    let mut host = Host::of(retaining(false));
    host.provision(A);
    host.whitelist(C);
    assert_eq!(said(&host.fetch(C)), "restricted R10", "the window is another source's");
}

#[test]
fn s7_release_again_serves_a_factory_reset_telephone_on_a_whitelisted_address() {
    for model in [retaining(true), retaining(false)] {
        let (mut host, _) = settled(model);
        host.whitelist(C);
        host.admin(AGAIN);
        let decision = host.fetch(C);
        assert_eq!((said(&decision).as_str(), carried(full(&decision)).as_str()), ("full R6a", ALL));
    }
}

#[test]
fn s7_a_suspension_for_a_given_address_opens_it_and_one_that_bound_itself_does_not() {
    let (mut host, _) = settled(yealink());
    host.suspend(Some(B));
    assert_eq!(carried(full(&host.fetch(B))), ALL);
    let (mut host, _) = settled(yealink());
    host.suspend(None);
    let first = full(&host.fetch(B));
    assert_eq!((carried(first).as_str(), first.withheld), ("", Some(Withheld::Closed)));
    host.deliver(first.lease.unwrap());
    assert_eq!(carried(full(&host.fetch(B))), "");
}

#[test]
fn s7_under_a_suspension_an_open_release_goes_out_once() {
    let mut host = Host::new();
    host.suspend(None);
    let first = full(&host.fetch(A));
    assert_eq!(carried(first), ALL);
    host.deliver(first.lease.unwrap());
    host.wait(10 * MINUTE_MS);
    assert_eq!(carried(full(&host.fetch(A))), "");
}

#[test]
fn a14_a_proven_request_takes_a_release_over_once_the_other_lease_is_over() {
    let mut host = Host::new();
    let credential = host.credential();
    host.whitelist(C);
    let unproven = full(&host.fetch(C));
    assert_eq!(carried(unproven), ALL);
    let meanwhile = full(&host.look(&host.request(A).presenting(&credential)));
    assert_eq!((carried(meanwhile).as_str(), meanwhile.withheld), ("credential", Some(Withheld::Leased)));
    host.wait(HOUR_MS);
    assert_eq!(carried(given(&mut host, A, &credential)), ALL);
    assert_eq!(full(&host.fetch(C)).withheld, Some(Withheld::Leased));
}
