//! What the record of a portal user keeps: the drift of the app's clock, effects that are owed, sets of recovery codes under
//! keys that go; and its audit events as lines (SPEC M2, M7, M11, M12, A10, E8, R22).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod portal;

use libprov::entropy::Entropy;
use libprov::ids::{TenantId, UserId};
use libprov::keys::{Keyring, TenantKey};
use libprov::mfa::{
    self, Account, Actor, AdminAct, EnteredBy, Judgement, MfaAudit, MfaEffect, MfaEvent, MfaFrame, MfaPolicy, MfaSettings,
    Notice, RecoveryMode, Refusal, SwitchOff, audit_json, effects_done,
};
use libprov::otp::Window;
use libprov::snapshot::{self, SnapshotError};
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use portal::{ELSEWHERE, HOME, Lab, MINE, OTHER, YOURS, granted, refusal, settings};
use serde_json::Value;
use std::fmt::Write;

const STEP_MS: u64 = 30 * SECOND_MS;

/// What the app shows whose clock is by so many steps ahead.
fn ahead(lab: &Lab, steps: i64) -> String {
    let ms = steps.unsigned_abs() * STEP_MS;
    lab.code_at(if steps < 0 { lab.now.minus_ms(ms) } else { lab.now.plus_ms(ms) })
}

/// Logs in some minutes later with what an app shows whose clock is off.
fn login(lab: &mut Lab, steps: i64) -> Result<i32, Refusal> {
    lab.tick(3 * MINUTE_MS);
    let code = ahead(lab, steps);
    match lab.enter(MINE, &code) {
        Judgement::Granted(entered) => match entered.by {
            EnteredBy::Code { drift } => Ok(drift),
            other => panic!("{other:?}"),
        },
        Judgement::Refused(refusal) => Err(refusal),
    }
}

#[test]
fn m11_a_clock_that_drifts_is_followed_one_step_after_two_codes_on_one_side() {
    let mut lab = Lab::enrolled(settings());
    assert_eq!(lab.account.drift(), Some(0));
    assert_eq!(login(&mut lab, 1), Ok(1));
    assert_eq!(lab.account.drift(), Some(0), "one code says little: it may have been typed late");
    assert_eq!(login(&mut lab, 0), Ok(0));
    assert_eq!(login(&mut lab, 1), Ok(1));
    assert_eq!(login(&mut lab, -1), Ok(-1));
    assert_eq!(lab.account.drift(), Some(0), "not two in a row on one side");
    assert_eq!(login(&mut lab, -1), Ok(-1));
    assert_eq!(lab.account.drift(), Some(-1));
    // The window has moved: still three codes are good, and the drift is told as it is.
    assert_eq!(login(&mut lab, -2), Ok(-2));
    assert_eq!(login(&mut lab, 1), Err(Refusal::Wrong));
    assert_eq!(login(&mut lab, 0), Ok(0));
    assert_eq!(login(&mut lab, 0), Ok(0));
    assert_eq!(lab.account.drift(), Some(0));
    // A token that loses a step a month stays good for years.
    for month in 1..=40 {
        lab.tick(30 * DAY_MS);
        assert_eq!(login(&mut lab, -month), Ok(-month as i32));
        assert_eq!(login(&mut lab, -month), Ok(-month as i32));
        assert_eq!(i64::from(lab.account.drift().unwrap()), -month);
    }
}

#[test]
fn m11_the_confirmation_already_says_on_which_side_the_clock_is() {
    let mut lab = Lab::new(settings());
    lab.app = Some(lab.scan(MINE, None));
    let code = ahead(&lab, 1);
    assert_eq!(granted(lab.confirm(MINE, &code)).drift, 1);
    assert_eq!(login(&mut lab, 1), Ok(1));
    assert_eq!(lab.account.drift(), Some(1));
}

#[test]
fn m11_two_codes_in_a_row_let_an_app_in_whose_clock_is_off_and_it_stays_good() {
    for off in [-120_i64, -119, -7, -2, 0, 2, 3, 64, 119] {
        let mut lab = Lab::enrolled(settings());
        lab.tick(2 * HOUR_MS);
        if off.abs() > 1 {
            assert_eq!(login(&mut lab, off), Err(Refusal::Wrong), "{off}");
        }
        let (first, second) = (ahead(&lab, off), ahead(&lab, off + 1));
        let entered = granted(lab.resync(&first, &second));
        assert_eq!(entered.by, EnteredBy::Code { drift: off as i32 + 1 }, "{off}");
        assert_eq!(lab.events(), [MfaEvent::Resynchronised]);
        assert_eq!(i64::from(lab.account.drift().unwrap()), off + 1);
        // SPEC M2: neither code is good again.
        assert_eq!(refusal(lab.resync(&first, &second)), Refusal::Replayed);
        assert_eq!(refusal(lab.enter(MINE, &second)), Refusal::Replayed);
        assert_eq!(refusal(lab.enter(MINE, &first)), Refusal::Replayed);
        assert_eq!(login(&mut lab, off + 1), Ok(off as i32 + 1), "{off}");
    }
}

#[test]
fn m11_resynchronising_needs_two_codes_in_a_row_inside_the_reach_and_is_throttled() {
    let mut lab = Lab::enrolled(settings());
    lab.tick(2 * HOUR_MS);
    let code = |lab: &Lab, at| ahead(lab, at);
    for (first, second) in [(5, 5), (5, 7), (6, 5), (121, 122), (120, 121), (-122, -121)] {
        let (first, second) = (code(&lab, first), code(&lab, second));
        assert_eq!(refusal(lab.resync(&first, &second)), Refusal::Wrong, "{first} {second}");
        lab.tick(HOUR_MS);
    }
    // Six failures are counted: the class waits, and then neither two codes nor one are judged.
    assert_eq!(refusal(lab.resync(&code(&lab, 9), &code(&lab, 11))), Refusal::Wrong);
    let (first, second) = (code(&lab, 9), code(&lab, 10));
    assert!(matches!(refusal(lab.resync(&first, &second)), Refusal::Wait { .. }));
    for (first, second) in [("12345", "123456"), ("123456", "12345x"), ("", "")] {
        assert_eq!(refusal(lab.resync(first, second)), Refusal::Malformed, "it costs no try and is not told to wait");
    }
    // A locked class does not resynchronise either.
    lab.from = ELSEWHERE;
    lab.lock();
    let (first, second) = (code(&lab, 9), code(&lab, 10));
    assert_eq!(refusal(lab.resync(&first, &second)), Refusal::Locked { recovery: true });
    // Nor does an account without a factor.
    let mut off = Lab::new(settings());
    assert_eq!(refusal(off.resync("123456", "123457")), Refusal::NotOn);
    off.admin(AdminAct::SwitchOn);
    assert_eq!(refusal(off.resync("123456", "123457")), Refusal::EnrolmentNeeded);
}

#[test]
fn m11_resynchronising_locks_like_any_wrong_code() {
    let mut lab = Lab::enrolled(settings());
    lab.from = ELSEWHERE;
    let mut failures = 0;
    while lab.events() != [MfaEvent::CodeWrong, MfaEvent::Locked] {
        lab.tick(HOUR_MS);
        let wrong = lab.wrong();
        assert_eq!(refusal(lab.resync(&wrong, &wrong)), Refusal::Wrong);
        failures += 1;
        assert!(failures < 100, "nothing locks");
    }
    assert_eq!(failures, 25);
}

#[test]
fn m11_after_a_self_reset_the_old_app_is_judged_around_its_drift() {
    let mut lab = Lab::enrolled(MfaSettings { grants: true, ..settings() });
    lab.tick(2 * HOUR_MS);
    let (first, second) = (ahead(&lab, 40), ahead(&lab, 41));
    granted(lab.resync(&first, &second));
    lab.tick(MINUTE_MS);
    let code = ahead(&lab, 41);
    granted(lab.reset(&code));
    lab.tick(MINUTE_MS);
    let (near, far) = (ahead(&lab, 0), ahead(&lab, 41));
    assert_eq!(refusal(lab.begin(MINE, Some(&near))), Refusal::Wrong, "its clock is elsewhere");
    lab.app = Some(lab.scan(MINE, Some(&far)));
    // The new app is judged by itself.
    let code = lab.code();
    assert_eq!(granted(lab.confirm(MINE, &code)).drift, 0);
    assert_eq!(lab.account.drift(), Some(0));
}

#[test]
fn m8_a_wider_window_locks_after_fewer_failures() {
    for (digits, cap) in [(4, 1), (5, 6), (6, 15), (7, 100), (8, 100)] {
        let wide = MfaSettings { window: Window::new(2).unwrap(), ..portal::digits(digits) };
        assert_eq!(Lab::enrolled(wide).lock(), cap, "{digits}");
    }
}

#[test]
fn a10_effects_stay_in_the_record_until_the_host_performed_them() {
    let mut lab = Lab::enrolled(settings());
    let done = effects_done(&lab.account, lab.account.revision()).unwrap();
    assert_eq!((done.revision(), done.pending_effects()), (lab.account.revision() + 1, &[][..]));
    assert_eq!(effects_done(&done, done.revision()), None, "nothing to store");
    lab.account = done;
    let code = lab.code();
    granted(lab.reset(&code));
    // A crash between store and effects: the next process finds them, in their order.
    let restored: Account = snapshot::from_bytes(&snapshot::to_bytes(&lab.account)).unwrap();
    assert_eq!(restored.pending_effects(), &lab.effects[..]);
    assert_eq!(lab.effects[1..], [MfaEffect::EndSessions { keep: None }, MfaEffect::Notify(Notice::Reset)]);
    let stale = lab.account.revision();
    lab.enrol();
    assert_eq!(effects_done(&lab.account, stale), None, "the record changed since: it keeps them");
    assert!(restored.pending_effects().iter().all(|effect| lab.account.pending_effects().contains(effect)));
    // What changed nothing is not owed.
    lab.account = effects_done(&lab.account, lab.account.revision()).unwrap();
    lab.login();
    let same = lab.code_at(lab.now);
    assert_eq!(refusal(lab.enter(MINE, &same)), Refusal::Replayed);
    assert_eq!(lab.events(), [MfaEvent::CodeReplayed]);
    assert_eq!(lab.account.pending_effects(), []);
}

#[test]
fn a10_a_host_that_never_confirms_keeps_what_matters_and_the_record_stays_small() {
    let mut lab = Lab::enrolled(settings());
    let code = lab.code();
    granted(lab.reset(&code));
    lab.enrol();
    for n in 0..60 {
        let mut code = lab.code();
        lab.from = [HOME, ELSEWHERE, "198.51.100.1", "198.51.100.2", "2001:db8::1"][n % 5];
        if n % 3 == 0 {
            code = lab.wrong();
        }
        let _ = lab.enter(MINE, &code);
        let actor = Actor { user: Some(UserId::from_number(100 + n as u64)), fresh_factor: true };
        let fresh = lab.fresh();
        let step = mfa::admin(lab.facts(), actor, AdminAct::Unlock, lab.now, fresh).unwrap();
        lab.store(step);
    }
    let owed = lab.account.pending_effects();
    assert_eq!(owed.len(), 32);
    for effect in [MfaEffect::EndSessions { keep: None }, MfaEffect::Notify(Notice::Reset), MfaEffect::Notify(Notice::Unlocked)] {
        assert!(owed.contains(&effect), "{effect:?}");
    }
}

fn key(id: u8) -> TenantKey {
    TenantKey::new(id, core::array::from_fn(|i| i as u8 ^ id)).unwrap()
}

fn rotate(lab: &mut Lab, id: u8) {
    lab.keys = lab.keys.clone().rotated(key(id)).unwrap();
}

#[test]
fn r22_recovery_codes_whose_key_is_gone_do_not_count_and_are_replaced_at_the_next_login() {
    for recovery in [RecoveryMode::Single, RecoveryMode::Set(10)] {
        let mut lab = Lab::enrolled(MfaSettings { recovery, ..settings() });
        let all = lab.left();
        assert!(lab.account.depends_on(1) && !lab.account.depends_on(2));
        rotate(&mut lab, 2);
        assert_eq!(lab.left(), all, "the previous key still checks");
        let code = lab.code();
        assert_eq!(granted(lab.enter(MINE, &code)).recovery, None);
        rotate(&mut lab, 3);
        assert_eq!(lab.left(), 0);
        let (old, code) = (lab.paper[0].clone(), lab.code());
        assert_eq!(refusal(lab.enter(MINE, old.expose())), Refusal::Wrong);
        let new = granted(lab.enter(MINE, &code)).recovery.unwrap();
        assert_eq!(lab.events(), [MfaEvent::CodeAccepted, MfaEvent::RecoveryOutdated]);
        assert_eq!((lab.left(), lab.account.recovery_unseen()), (all, Some(new.set)));
        assert!(lab.account.depends_on(3) && !lab.account.depends_on(1));
        granted(lab.enter(MINE, new.codes[0].expose()));
    }
}

#[test]
fn r22_a_locked_class_is_not_told_to_use_a_recovery_code_that_cannot_be_checked() {
    let mut lab = Lab::enrolled(settings());
    lab.from = ELSEWHERE;
    lab.lock();
    let code = lab.code();
    assert_eq!(refusal(lab.enter(MINE, &code)), Refusal::Locked { recovery: true });
    rotate(&mut lab, 2);
    rotate(&mut lab, 3);
    assert_eq!(refusal(lab.enter(MINE, &code)), Refusal::Locked { recovery: false });
    // A rotation in a known place gives new ones too.
    lab.from = HOME;
    let code = lab.code();
    lab.app = Some(lab.scan(MINE, Some(&code)));
    let code = lab.code();
    assert_eq!(granted(lab.confirm(MINE, &code)).recovery.unwrap().codes.len(), 1);
}

#[test]
fn r22_a_grant_depends_on_its_key() {
    let mut lab = Lab::new(MfaSettings { grants: true, ..settings() });
    assert!(!lab.account.depends_on(1));
    let grant = lab.admin(AdminAct::SwitchOn).grant.unwrap();
    assert!(lab.account.depends_on(1));
    rotate(&mut lab, 2);
    lab.app = Some(lab.scan(MINE, Some(grant.expose())));
    rotate(&mut lab, 3);
    assert_eq!(refusal(lab.begin(YOURS, Some(grant.expose()))), Refusal::Wrong);
}

#[test]
fn m7_only_the_set_that_was_shown_is_confirmed() {
    let mut lab = Lab::enrolled(MfaSettings { recovery: RecoveryMode::Set(3), ..settings() });
    let first = lab.set;
    let code = lab.code();
    let second = granted(lab.regenerate(&code));
    assert_ne!(first, second.set);
    assert_eq!(lab.events(), [MfaEvent::RecoveryRegenerated]);
    lab.set = first;
    assert_eq!(refusal(lab.shown()), Refusal::RecoveryReplaced);
    assert_eq!(lab.account.recovery_unseen(), Some(second.set));
    // Using one of a set shows that the set was seen; the others of it stay good.
    granted(lab.enter(MINE, second.codes[1].expose()));
    assert_eq!(lab.account.recovery_unseen(), None);
    assert_eq!(lab.left(), 2);
    lab.set = second.set;
    let before = lab.account.clone();
    granted(lab.shown());
    assert_eq!(lab.account, before);
}

#[test]
fn e8_one_draw_for_two_accounts_gives_each_its_own() {
    let drawn = |tenant: u64, user: u64, later: u64| {
        let mut lab = Lab::new(MfaSettings { grants: true, ..settings() });
        let now = lab.now.plus_ms(later);
        lab.account = Account::new(TenantId::from_number(tenant), UserId::from_number(user), now);
        let draw = || Entropy::new(core::array::from_fn(|i| i as u8)).unwrap();
        let login = mfa::password_right(lab.facts(), lab.now, draw()).outcome.session;
        let begun = granted(mfa::begin_enrolment(lab.facts(), MINE, None, lab.now, draw()).outcome);
        let grant = mfa::admin(lab.facts(), OTHER, AdminAct::SwitchOn, lab.now, draw()).unwrap().outcome.grant.unwrap();
        let step = mfa::begin_enrolment(lab.facts(), MINE, None, lab.now, draw());
        granted(lab.store(step));
        lab.app = Some((begun.secret.clone(), begun.totp));
        let code = lab.code_at(lab.now);
        let new = granted(mfa::confirm(lab.facts(), MINE, &code, lab.now, draw()).outcome).recovery.unwrap();
        let secret = begun.secret.base32().expose().to_owned();
        [
            login.number().to_string(),
            secret,
            grant.expose().to_owned(),
            new.codes[0].expose().to_owned(),
            new.set.number().to_string(),
        ]
    };
    let first = drawn(1, 1, 0);
    assert_eq!(first, drawn(1, 1, 0));
    for other in [drawn(2, 1, 0), drawn(1, 2, 0), drawn(1, 1, 1)] {
        for (mine, theirs) in first.iter().zip(&other) {
            assert_ne!(mine, theirs);
        }
    }
}

#[test]
fn m12_values_that_contradict_each_other_are_refused_by_field() {
    let mut lab = Lab::enrolled(settings());
    lab.tick(2 * HOUR_MS);
    let (first, second) = (ahead(&lab, 40), ahead(&lab, 41));
    granted(lab.resync(&first, &second));
    let json = snapshot::to_json(&lab.account);
    for (from, to, field) in [
        ("\"drift\":41", "\"drift\":1001", "on"),
        ("\"drift\":41", "\"drift\":-1001", "on"),
        ("\"lean\":0", "\"lean\":2", "on"),
        ("{\"notify\":1}", "{\"notify\":0}", "pending_effects"),
        ("{\"audit\":{\"event\":4,", "{\"audit\":{\"event\":19,", "pending_effects"),
    ] {
        assert!(json.contains(from), "{from} is not in {json}");
        match snapshot::from_json::<Account>(&json.replacen(from, to, 1)).unwrap_err() {
            SnapshotError::Invariant { field: named, .. } => assert_eq!(named, field, "{to}"),
            other => panic!("{other:?}"),
        }
    }
    let owed = "\"pending_effects\":[";
    let many = format!("{owed}{}", "{\"notify\":1},".repeat(32));
    assert!(matches!(
        snapshot::from_json::<Account>(&json.replacen(owed, &many, 1)).unwrap_err(),
        SnapshotError::Invariant { field: "pending_effects", .. }
    ));
}

#[test]
fn m12_state_that_cannot_be_read_or_is_newer_denies_and_is_never_off() {
    let lab = Lab::enrolled(settings());
    let (bytes, json) = (snapshot::to_bytes(&lab.account), snapshot::to_json(&lab.account));
    let mut newer = bytes.clone();
    newer[5] = 2;
    assert_eq!(snapshot::from_bytes::<Account>(&newer).unwrap_err(), SnapshotError::Newer { version: 2, known: 1 });
    let newer = json.replacen("\"version\":1", "\"version\":2", 1);
    assert_eq!(snapshot::from_json::<Account>(&newer).unwrap_err(), SnapshotError::Newer { version: 2, known: 1 });
    // A field that a later version adds, a state it adds, a field that is gone, an empty row: nothing reads as an account.
    for (from, to) in [
        ("\"revision\":", "\"second_factor\":true,\"revision\":"),
        ("{\"on\":", "{\"passkey\":"),
        ("\"base\":", "\"bass\":"),
        ("\"unseen\":false", "\"unseen\":null"),
    ] {
        assert!(json.contains(from), "{from} is not in {json}");
        assert!(matches!(snapshot::from_json::<Account>(&json.replacen(from, to, 1)), Err(SnapshotError::Form { .. })), "{to}");
    }
    for len in 0..json.len() {
        assert!(json.get(..len).is_none_or(|text| snapshot::from_json::<Account>(text).is_err()), "{len}");
    }
    assert!(snapshot::from_bytes::<Account>(&[]).is_err() && snapshot::from_json::<Account>("{}").is_err());
}

#[test]
fn m12_no_form_of_a_secret_is_in_anything_that_a_host_logs_or_stores() {
    let settings = MfaSettings { grants: true, recovery: RecoveryMode::Set(4), ..portal::digits(8) };
    let mut lab = Lab::new(settings);
    let (mut codes, mut paper, mut apps) = (Vec::<String>::new(), Vec::<String>::new(), Vec::new());
    let (mut lines, mut stored) = (String::new(), String::new());
    fn note(lab: &Lab, lines: &mut String, stored: &mut String) {
        for effect in lab.effects.iter().chain(lab.account.pending_effects()) {
            if let MfaEffect::Audit(audit) = effect {
                let (tenant, user) = (lab.account.tenant(), lab.account.user());
                lines.push_str(&audit_json(audit, &MfaFrame { tenant, user, at: lab.now, actor: None, revision: None }));
            }
        }
        stored.push_str(&snapshot::to_json(&lab.account));
        stored.push_str(&String::from_utf8_lossy(&snapshot::to_bytes(&lab.account)));
    }
    let grant = lab.admin(AdminAct::SwitchOn).grant.unwrap();
    paper.push(grant.expose().to_owned());
    note(&lab, &mut lines, &mut stored);
    for round in 0..2 {
        let proof = if round == 0 { grant.expose().to_owned() } else { lab.code() };
        let begun = granted(lab.begin(MINE, Some(&proof)));
        apps.push(begun.secret.clone());
        lab.log.push_str(&format!("{begun:?} {:?}", lab.facts()));
        lab.app = Some((begun.secret, begun.totp));
        let code = lab.code();
        let confirmed = granted(lab.confirm(MINE, &code));
        lab.log.push_str(&format!("{confirmed:?}"));
        codes.push(code);
        note(&lab, &mut lines, &mut stored);
    }
    paper.extend(lab.paper.iter().map(|code| code.expose().to_owned()));
    for _ in 0..3 {
        // What is wrong today and right tomorrow is a secret as well.
        let (code, wrong) = (lab.code(), lab.code_at(lab.now.plus_ms(DAY_MS)));
        granted(lab.enter(MINE, &code));
        let refused = refusal(lab.enter(MINE, &wrong));
        lab.log.push_str(&format!("{refused:?}"));
        codes.extend([code, wrong]);
        note(&lab, &mut lines, &mut stored);
    }
    let used = lab.paper[1].clone();
    granted(lab.enter(MINE, used.expose()));
    let code = lab.code();
    let new = granted(lab.regenerate(&code));
    paper.extend(new.codes.iter().map(|code| code.expose().to_owned()));
    note(&lab, &mut lines, &mut stored);
    let code = lab.code();
    granted(lab.reset(&code));
    codes.push(code);
    note(&lab, &mut lines, &mut stored);
    assert!(lines.lines().count() > 0 && stored.len() > 1_000 && codes.len() == 9 && paper.len() == 9);
    let logged = format!("{}{lines}", lab.log);
    for app in &apps {
        let hex: String = app.expose().iter().map(|byte| format!("{byte:02x}")).collect();
        let list = format!("{:?}", app.expose());
        for form in [app.base32().expose(), app.grouped().expose(), &hex, &list, list.trim_matches(['[', ']'])] {
            assert!(!logged.contains(form), "{form}");
        }
        // The secret of the app is in the snapshot, because codes are judged with it, in one form.
        assert!(stored.contains(app.base32().expose()) && !stored.contains(&hex));
    }
    for code in &codes {
        assert!(!logged.contains(code) && !stored.contains(code), "{code}");
    }
    for paper in &paper {
        let plain = paper.replace('-', "");
        for form in [paper, &plain, &paper.to_lowercase(), &plain.to_lowercase()] {
            assert!(!logged.contains(form) && !stored.contains(form), "{form}");
        }
        // Nor a part of one.
        assert!(
            paper.split('-').all(|group| !logged.contains(group) || group.bytes().all(|byte| byte.is_ascii_digit())),
            "{paper}"
        );
    }
}

#[test]
fn m6_a_locked_class_does_not_switch_off_where_the_risk_alone_is_asked() {
    let mut lab = Lab::enrolled(MfaSettings { switch_off: SwitchOff::RiskOnly, ..settings() });
    lab.from = ELSEWHERE;
    lab.lock();
    assert_eq!(refusal(lab.switch_off(None, true)), Refusal::Locked { recovery: true });
    lab.from = HOME;
    granted(lab.switch_off(None, true));
}

#[test]
fn m6_a_secret_that_serves_for_nothing_any_more_is_not_kept() {
    let (mut lab, mut grants) = (Lab::enrolled(settings()), Lab::enrolled(MfaSettings { grants: true, ..settings() }));
    for (lab, kept) in [(&mut lab, false), (&mut grants, true)] {
        let secret = lab.app.as_ref().unwrap().0.base32();
        let code = lab.code();
        granted(lab.reset(&code));
        assert_eq!(snapshot::to_json(&lab.account).contains(secret.expose()), kept, "only as a grant");
        lab.admin(AdminAct::Reset);
        assert!(!snapshot::to_json(&lab.account).contains(secret.expose()), "an administrator's reset leaves none");
    }
}

#[test]
fn m8_a_confirmation_lifts_a_lock_only_in_the_session_that_a_recovery_code_opened() {
    // Three failures lock with four digits.
    let mut lab = Lab::enrolled(portal::digits(4));
    let (paper, code, old) = (lab.paper[0].clone(), lab.code(), lab.app.clone());
    let new = lab.scan(MINE, Some(&code));
    lab.from = ELSEWHERE;
    for _ in 0..3 {
        assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    }
    lab.app = Some(new);
    let right = lab.code_at(lab.now);
    assert_eq!(
        refusal(lab.confirm(MINE, &right)),
        Refusal::Locked { recovery: true },
        "begun with a code, not opened by one on paper"
    );
    lab.app = old;
    granted(lab.enter(YOURS, paper.expose()));
    assert_eq!(refusal(lab.confirm(MINE, &right)), Refusal::Locked { recovery: true });
    lab.app = Some(lab.scan(YOURS, None));
    let right = lab.code_at(lab.now);
    granted(lab.confirm(YOURS, &right));
    assert!(lab.events().contains(&MfaEvent::LockLifted));
}

#[test]
fn m7_a_session_that_a_recovery_code_opened_may_set_up_an_app_for_one_hour() {
    for (wait, open) in [(HOUR_MS - 1, true), (HOUR_MS, false)] {
        let mut lab = Lab::enrolled(settings());
        let paper = lab.paper[0].clone();
        granted(lab.enter(MINE, paper.expose()));
        assert_eq!(refusal(lab.begin(YOURS, None)), Refusal::CodeNeeded, "another session");
        lab.tick(wait);
        assert_eq!(matches!(lab.begin(MINE, None), Judgement::Granted(_)), open);
    }
}

#[test]
fn m8_failures_of_29_days_ago_still_count_and_those_of_31_days_ago_do_not() {
    for (days, locks) in [(29, true), (31, false)] {
        let mut lab = Lab::enrolled(settings());
        for _ in 0..20 {
            lab.tick(HOUR_MS);
            assert_eq!(refusal(lab.guess()), Refusal::Wrong);
        }
        // A success every week keeps the source known and clears the count in a row.
        for week in 1..=4 {
            lab.tick(if week < 4 { 7 * DAY_MS } else { (days - 21) * DAY_MS });
            let code = lab.code();
            granted(lab.enter(MINE, &code));
        }
        for _ in 0..5 {
            lab.tick(HOUR_MS);
            assert_eq!(refusal(lab.guess()), Refusal::Wrong);
        }
        assert_eq!(lab.events().contains(&MfaEvent::Locked), locks, "{days} days");
    }
}

const PLACES: [&str; 5] = ["198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4", "198.51.100.5"];

#[test]
fn m8_a_source_that_makes_room_takes_its_failures_to_the_others() {
    let mut lab = Lab::new(portal::digits(4));
    lab.from = PLACES[0];
    lab.enrol();
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    // The success clears the count in a row there; the two of the month go along.
    for from in PLACES {
        lab.from = from;
        let code = lab.code();
        granted(lab.enter(MINE, &code));
    }
    lab.from = ELSEWHERE;
    assert_eq!(refusal(lab.guess()), Refusal::Wrong);
    assert!(lab.events().contains(&MfaEvent::Locked), "the third of them");
}

#[test]
fn m8_a_locked_source_does_not_make_room() {
    let mut lab = Lab::new(portal::digits(4));
    lab.from = PLACES[0];
    lab.enrol();
    lab.lock();
    for from in &PLACES[1..] {
        lab.from = from;
        let code = lab.code();
        granted(lab.enter(MINE, &code));
    }
    assert!(lab.account.is_locked(portal::client(PLACES[0]).source()));
    assert!(!lab.account.is_locked(portal::client(ELSEWHERE).source()));
}

#[test]
fn a9_the_reach_of_a_resynchronisation_is_held() {
    for (steps, fits) in [(0, true), (1, true), (1_000, true), (1_001, false)] {
        let policy = MfaPolicy::new(MfaSettings { resync_steps: steps, ..settings() });
        assert_eq!(policy.is_ok(), fits, "{steps}");
    }
}

/// The fields of a line in their order, and what each holds.
const FIELDS: [(&str, &str); 9] = [
    ("at", "when it was, RFC 3339 in UTC with milliseconds"),
    ("event", "a name of the table below"),
    ("cause", "what brought it about: `login`, `owner`, `administrator` or `time`"),
    ("tenant", "the tenant's id: a number or a UUID"),
    ("user", "the portal user whose account it is: a number or a UUID"),
    ("by", "the portal user who acted on somebody else's account"),
    ("revision", "the revision of the account record that the call wrote"),
    ("actor", "who did it, in the host's own words, at most 256 characters"),
    ("source", "where it came from: an IPv4 address, an IPv6 network of 64 bits, or `unresolved`"),
];

#[test]
fn a10_a_line_has_every_field_under_its_name_and_in_its_order() {
    let lab = Lab::new(settings());
    let source = Some(lab.facts().address.source());
    let audit = MfaAudit { event: MfaEvent::AdminReset, source, actor: Some(UserId::from_number(8)) };
    let (tenant, user) = (TenantId::from_number(42), UserId::from_number(7));
    let frame = MfaFrame { tenant, user, at: lab.now, actor: Some("ann\n\u{202e}\"}"), revision: Some(9) };
    let line = audit_json(&audit, &frame);
    assert_eq!(
        line,
        "{\"at\":\"2030-03-17T17:46:40.000Z\",\"event\":\"mfa_admin_reset\",\"cause\":\"administrator\",\"tenant\":\"42\",\
         \"user\":\"7\",\"by\":\"8\",\"revision\":9,\"actor\":\"ann\\u000a\\u202e\\\"}\",\"source\":\"192.0.2.10\"}"
    );
    let fields: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(fields["actor"], "ann\n\u{202e}\"}");
    assert_eq!(fields.as_object().unwrap().len(), FIELDS.len());
    for event in MfaEvent::ALL {
        let audit = MfaAudit { event: *event, source: None, actor: None };
        let fields: Value =
            serde_json::from_str(&audit_json(&audit, &MfaFrame { actor: None, revision: None, ..frame })).unwrap();
        assert_eq!((&fields["event"], &fields["cause"]), (&event.name().into(), &event.cause().into()));
        assert_eq!(fields.as_object().unwrap().len(), 5, "what does not apply is left out");
        assert_eq!(MfaEvent::from_number(event.number()), Some(*event));
    }
    assert_eq!((MfaEvent::from_number(0), Notice::from_number(0)), (None, None));
}

#[test]
fn a10_the_page_lists_every_event_and_field() {
    let mut page = String::from(
        "# Audit events of portal users\n\nWhat `mfa::audit_json` writes of a second factor (SPEC M6): one JSON object (RFC 8259) to a line, in UTF-8, like the\n\
         lines about devices ([`audit.md`](audit.md)). A field that does not apply is left out. Names never change their meaning;\n\
         later versions may add events and fields. No field ever holds a secret, a code, a recovery code or a grant.\n\
         Made from the lists in `core/src/mfa/event.rs` and `core/tests/mfa_record.rs`: `LIBPROV_BLESS=1 cargo test -p libprov\n\
         --test mfa_record`.\n\n## Fields\n\n| field | meaning |\n| --- | --- |\n",
    );
    for (name, meaning) in FIELDS {
        writeln!(page, "| `{name}` | {meaning} |").unwrap();
    }
    page.push_str("\n## Events\n\n| event | number | cause | meaning |\n| --- | --- | --- | --- |\n");
    let mut names: Vec<&str> = Vec::new();
    for event in MfaEvent::ALL {
        let meaning = event.meaning();
        assert!(meaning.ends_with('.') && meaning.trim() == meaning && !meaning.contains("  "), "{meaning:?}");
        writeln!(page, "| `{}` | {} | {} | {meaning} |", event.name(), event.number(), event.cause()).unwrap();
        names.push(event.name());
    }
    page.push_str("\n## Notices\n\nWhat `Notify` effects tell the portal user outside of the portal.\n\n| notice | number | meaning |\n| --- | --- | --- |\n");
    for notice in Notice::ALL {
        writeln!(page, "| `{}` | {} | {} |", notice.name(), notice.number(), notice.meaning()).unwrap();
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), MfaEvent::ALL.len());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/audit-accounts.md");
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page, "bless docs/audit-accounts.md");
}

#[test]
fn e5_accounts_of_a_site_are_stored_by_compare_and_swap() {
    use libprov::ids::ShortNumber;
    use libprov::policy::{Policy, Settings};
    use libprov::site::Site;
    use libprov::tenant::Tenant;
    let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
    let mut site = Site::new(Tenant::new(TenantId::from_number(42), policy, Keyring::new(key(1))));
    let mut lab = Lab::new(settings());
    let user = lab.account.user();
    assert_eq!(site.account(user), None);
    site.commit_account(lab.account.clone()).unwrap();
    let stale = lab.account.clone();
    lab.admin(AdminAct::SwitchOn);
    site.commit_account(lab.account.clone()).unwrap();
    assert!(site.commit_account(lab.account.clone()).is_err() && site.commit_account(stale).is_err());
    assert_eq!(site.accounts().collect::<Vec<_>>(), [&lab.account]);
    let foreign = Account::new(TenantId::from_number(43), UserId::from_number(8), lab.now);
    assert!(site.commit_account(foreign).is_err(), "another tenant's");
}
