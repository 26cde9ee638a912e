//! The voice dialogue (SPEC C3, A5): its sentences, and every state beside an independent model.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    dead_code,
    unused_must_use,
    missing_docs,
    reason = "tests"
)]

#[path = "dialogue/model.rs"]
mod model;
mod support;

use libprov::announcement::Announcement;
use libprov::device::Verdict;
use libprov::dialogue::{Action, Actions, Dialogue};
use libprov::dtmf::Digit;
use libprov::effect::Effect;
use libprov::ids::{AttemptId, ShortNumber};
use libprov::policy::{Policy, Settings};
use libprov::request::{Attempt, enter_pap};
use libprov::state::State;
use libprov::time::{MINUTE_MS, SECOND_MS, Timestamp};
use model::{Event, Model, Setup};
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use support::{A, Host, start};

const CALL: u64 = 0x00c0_ffee;

fn number(text: &str) -> ShortNumber {
    ShortNumber::parse(text).unwrap()
}

fn policy(change: impl FnOnce(&mut Settings)) -> Policy {
    let mut settings = Settings::cloud(&[number("112"), number("110")]);
    settings.outside_line = Some("0".into());
    change(&mut settings);
    Policy::new(settings).unwrap()
}

/// Actions as short text.
fn told(actions: &Actions) -> Vec<String> {
    actions
        .iter()
        .map(|action| match action {
            Action::Play(announcement) => format!("play {}", announcement.name()),
            Action::Enter(entry) => format!("enter {} {}", entry.id().number() & 0xff, entry.digits()),
            Action::Transfer(number) => format!("transfer {number}"),
            Action::HangUp => "hang up".into(),
            _ => panic!("an unknown action"),
        })
        .collect()
}

/// A call with a clock.
struct Call {
    dialogue: Dialogue,
    now: Timestamp,
}

impl Call {
    fn new() -> Self {
        Self::of(&policy(|_| ()))
    }

    fn of(policy: &Policy) -> Self {
        Self { dialogue: Dialogue::new(CALL, policy, start()), now: start() }
    }

    /// Types keys one second apart; what all of them led to.
    fn keys(&mut self, keys: &str) -> Vec<String> {
        let mut said = Vec::new();
        for key in keys.chars() {
            self.now = self.now.plus_ms(SECOND_MS);
            said.extend(told(&self.dialogue.digit(Digit::from_char(key).unwrap(), self.now)));
        }
        said
    }

    fn wait(&mut self, ms: u64) -> Vec<String> {
        self.now = self.now.plus_ms(ms);
        told(&self.dialogue.handle_timeout(self.now))
    }

    fn verdict(&mut self, verdict: Verdict) -> Vec<String> {
        let id = self.dialogue.waiting().unwrap();
        told(&self.dialogue.judged(id, verdict, self.now))
    }
}

const TIME_OVER: [&str; 2] = ["play time_over", "hang up"];
const RESCUED: [&str; 2] = ["play emergency", "transfer 112"];

// ---- The sentences of C3, one after the other ----

#[test]
fn c3_hash_ends_an_entry() {
    let mut call = Call::new();
    assert_eq!(call.dialogue.opening(), Action::Play(Announcement::EnterPin));
    assert_eq!(call.keys("482913"), [""; 0]);
    assert_eq!(call.keys("#"), ["enter 1 482913"]);
    assert_eq!(call.dialogue.waiting(), Some(AttemptId::from_number(CALL << 8 | 1)));
}

#[test]
fn c3_star_clears_the_entry_and_its_timer() {
    let mut call = Call::new();
    assert_eq!(call.keys("999*482913#"), ["enter 1 482913"]);
    let mut call = Call::new();
    assert_eq!(call.keys("112*"), [""; 0]);
    assert_eq!(call.wait(MINUTE_MS), [""; 0], "what was cleared is neither discarded nor dialled");
    let mut call = Call::new();
    assert_eq!(call.keys("11111111111111111111*482913#"), ["enter 1 482913"], "an over-long entry too");
}

#[test]
fn c3_letters_are_ignored_and_counted() {
    let mut call = Call::new();
    assert_eq!(call.keys("A48B29C13D#"), ["enter 1 482913"]);
    assert_eq!(call.dialogue.ignored(), 4);
    let mut call = Call::new();
    call.keys("4");
    let due = call.dialogue.next_timeout();
    call.keys("A");
    assert_eq!(call.dialogue.next_timeout(), due, "they do not prolong an entry");
}

#[test]
fn c3_the_inter_digit_timeout_discards_the_entry_and_the_second_hangs_up() {
    let mut call = Call::new();
    call.keys("482");
    assert_eq!(call.wait(9_999), [""; 0]);
    assert_eq!(call.wait(1), ["play enter_again"]);
    assert_eq!(call.keys("913#"), ["enter 1 913"], "what was discarded is gone");
    assert_eq!(call.verdict(Verdict::Wrong { left: 2 }), ["play tries_left"]);
    call.keys("48");
    assert_eq!(call.wait(10_000), TIME_OVER);
    assert_eq!(call.keys("482913#"), [""; 0], "nothing is an attempt any more");
}

#[test]
fn c3_a_silent_caller_is_cut_off_by_the_total_timeout_only() {
    let mut call = Call::new();
    assert_eq!(call.dialogue.next_timeout(), Some(start().plus_ms(3 * MINUTE_MS)));
    assert_eq!(call.wait(3 * MINUTE_MS - 1), [""; 0]);
    assert_eq!(call.wait(1), TIME_OVER);
    assert_eq!(call.dialogue.next_timeout(), None);
    call.dialogue.hung_up();
    assert!(call.dialogue.is_over());
}

#[test]
fn c3_the_total_timeout_ends_a_call_that_waits_for_a_verdict() {
    let mut call = Call::new();
    call.keys("482913#");
    let waiting = call.dialogue.waiting().unwrap();
    assert_eq!(call.wait(3 * MINUTE_MS), TIME_OVER);
    assert!(call.dialogue.judged(waiting, Verdict::Accepted, call.now).is_empty());
}

#[test]
fn a5_an_over_long_entry_is_consumed_to_hash_and_is_one_entry_that_cannot_be_right() {
    for (typed, kept) in [(12, 12), (16, 16), (17, 17), (18, 17), (32, 17), (33, 17), (34, 17), (5_00, 17)] {
        let mut call = Call::new();
        let mut said = Vec::new();
        for key in "4829".chars().cycle().take(typed).chain(['#']) {
            said.extend(told(&call.dialogue.digit(Digit::from_char(key).unwrap(), call.now)));
        }
        let [entry] = said.as_slice() else { panic!("{said:?}") };
        assert_eq!(entry.len(), "enter 1 ".len() + kept, "{typed} digits");
    }
}

#[test]
fn a5_an_empty_entry_a_hang_up_and_a_timeout_are_no_attempts() {
    let mut call = Call::new();
    assert_eq!(call.keys("##"), ["play enter_pin", "play enter_pin"]);
    assert_eq!(call.keys("48*#"), ["play enter_pin"]);
    call.keys("48");
    assert_eq!(call.wait(10_000), ["play enter_again"]);
    assert_eq!(call.dialogue.waiting(), None);
    call.keys("482913");
    call.dialogue.hung_up();
    assert_eq!(call.keys("#"), [""; 0]);
    assert!(call.dialogue.is_over());
    assert_eq!((call.dialogue.waiting(), call.dialogue.next_timeout()), (None, None));
}

#[test]
fn c3_every_verdict_says_its_announcement_and_all_but_a_wrong_one_hang_up() {
    let until = start().plus_ms(30 * MINUTE_MS);
    for (verdict, said) in [
        (Verdict::Accepted, &["play accepted", "hang up"][..]),
        (Verdict::Wrong { left: 2 }, &["play tries_left"]),
        (Verdict::Locked { until }, &["play locked", "hang up"]),
        (Verdict::Blocked, &["play blocked", "hang up"]),
        (Verdict::Already, &["play already", "hang up"]),
        (Verdict::NotPossible, &["play not_possible", "hang up"]),
        (Verdict::ResetNeeded, &["play reset_needed", "hang up"]),
        (Verdict::Restarting, &["play restarting", "hang up"]),
        (Verdict::NoPinNeeded, &["play no_pin_needed", "hang up"]),
        (Verdict::Empty, &["play enter_pin"]),
    ] {
        let mut call = Call::new();
        call.keys("482913#");
        assert_eq!(call.verdict(verdict), said, "{verdict:?}");
        assert_eq!(call.dialogue.waiting(), None);
    }
}

#[test]
fn a11_giving_up_is_busy_and_never_a_grant() {
    let mut call = Call::new();
    call.keys("482913#");
    let id = call.dialogue.waiting().unwrap();
    assert_eq!(told(&call.dialogue.busy(id, call.now)), ["play not_possible", "hang up"]);
    assert!(call.dialogue.busy(id, call.now).is_empty(), "once");
}

#[test]
fn a5_a_repeated_entry_has_a_new_id_and_a_stale_verdict_does_nothing() {
    let mut call = Call::new();
    call.keys("482913#");
    let first = call.dialogue.waiting().unwrap();
    call.verdict(Verdict::Wrong { left: 2 });
    assert_eq!(call.keys("482913#"), ["enter 2 482913"]);
    let second = call.dialogue.waiting().unwrap();
    assert_ne!(first, second);
    assert!(call.dialogue.judged(first, Verdict::Accepted, call.now).is_empty());
    assert_eq!(call.dialogue.waiting(), Some(second), "it still waits");
}

#[test]
fn a5_ids_never_repeat_in_a_call_however_long_it_goes_on() {
    let mut call = Call::new();
    let mut ids = Vec::new();
    loop {
        let actions = ["1", "#"].map(|key| call.dialogue.digit(Digit::from_char(key.parse().unwrap()).unwrap(), call.now));
        match actions[1].entry() {
            Some(entry) => ids.push(entry.id()),
            None => {
                assert_eq!(told(&actions[1]), ["play not_possible", "hang up"]);
                break;
            }
        }
        let said = call.verdict(Verdict::Wrong { left: 1 });
        assert_eq!(said, ["play tries_left"]);
    }
    assert_eq!(ids.len(), 255);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 255);
    let mut other = Dialogue::new(CALL + 1, &policy(|_| ()), start());
    let _ = other.digit(Digit::from_char('1').unwrap(), start());
    let _ = other.digit(Digit::from_char('#').unwrap(), start());
    assert!(!ids.contains(&other.waiting().unwrap()));
}

#[test]
fn c3_an_entry_equal_to_an_emergency_number_transfers_and_is_no_attempt() {
    for keys in ["112#", "0112#", "48*112#", "##112#"] {
        let mut call = Call::new();
        let said = call.keys(keys);
        assert_eq!(said[said.len() - 2..], RESCUED, "{keys}");
        assert!(call.dialogue.is_over());
        assert_eq!(call.dialogue.waiting(), None);
    }
    for keys in ["1120#", "1112#", "00112#", "11#", "0#"] {
        let mut call = Call::new();
        assert!(call.keys(keys)[0].starts_with("enter 1 "), "{keys}");
    }
    let mut without = Call::of(&policy(|settings| settings.outside_line = None));
    assert_eq!(without.keys("0112#"), ["enter 1 0112"], "no prefix is configured");
}

#[test]
fn c3_an_emergency_number_without_hash_transfers_when_the_caller_stops() {
    for keys in ["112", "0112"] {
        let mut call = Call::new();
        call.keys(keys);
        assert_eq!(call.wait(10_000), RESCUED);
    }
    let mut second = Call::new();
    second.keys("4");
    second.wait(10_000);
    second.keys("112");
    assert_eq!(second.wait(10_000), RESCUED, "also where the timeout would hang up");
}

#[test]
fn c3_no_end_of_the_call_cuts_an_emergency_number_off() {
    // The total timeout.
    let mut call = Call::of(&policy(|s| s.dialogue_ms = 30 * SECOND_MS));
    assert_eq!(call.wait(26_000), [""; 0]);
    call.keys("112");
    assert_eq!(call.wait(SECOND_MS), RESCUED);
    // A verdict that ends the call, while the number is typed ahead.
    let mut call = Call::new();
    call.keys("482913#112");
    assert_eq!(call.verdict(Verdict::Blocked), RESCUED);
    // Typed half before the verdict, half during the last announcement.
    let mut call = Call::new();
    call.keys("482913#11");
    assert_eq!(call.verdict(Verdict::Blocked), ["play blocked", "hang up"]);
    assert_eq!(call.keys("2#"), RESCUED);
    // During the last announcement, without `#`.
    let mut call = Call::new();
    call.keys("482913#");
    call.verdict(Verdict::Accepted);
    call.keys("112");
    assert_eq!(call.wait(10_000), RESCUED);
    // While a verdict is waited for: the call goes, the verdict comes too late.
    let mut call = Call::new();
    call.keys("482913#");
    let id = call.dialogue.waiting().unwrap();
    assert_eq!(call.keys("112#"), RESCUED);
    assert!(call.dialogue.judged(id, Verdict::Accepted, call.now).is_empty());
}

#[test]
fn c3_digits_typed_ahead_begin_the_next_entry_and_a_second_entry_is_dropped() {
    let mut call = Call::new();
    call.keys("111111#48");
    assert_eq!(call.verdict(Verdict::Wrong { left: 2 }), ["play tries_left"]);
    assert_eq!(call.keys("2913#"), ["enter 2 482913"]);
    assert_eq!(call.keys("482913#"), [""; 0], "one entry at a time");
    assert_eq!(call.dialogue.ignored(), 1);
    assert_eq!(call.verdict(Verdict::Wrong { left: 1 }), ["play tries_left"]);
}

#[test]
fn a6_a_clock_that_was_put_back_does_not_stretch_a_call() {
    let mut call = Call::new();
    call.keys("4");
    call.now = call.now.minus_ms(60 * MINUTE_MS);
    assert_eq!(call.wait(0), [""; 0]);
    assert_eq!(call.wait(10_000), ["play enter_again"]);
    assert_eq!(call.wait(3 * MINUTE_MS), TIME_OVER);
}

#[test]
fn c3_the_digits_are_in_no_debug_output() {
    let mut call = Call::new();
    call.keys("482913");
    let entered = call.dialogue.clone().digit(Digit::from_char('#').unwrap(), call.now);
    let shown = format!("{:?}{:#?}{entered:?}{entered:#?}{:?}", call.dialogue, call.dialogue, entered.entry().unwrap());
    let bytes = format!("{:?}", "482913".as_bytes());
    assert!(!shown.contains("482913") && !shown.contains("4829") && !shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
    assert!(shown.contains("[secret]"));
}

// ---- Beside the engine ----

/// Types keys, has entries judged by the engine and stored, tells the verdicts; what was said.
fn talk(host: &mut Host, call: &mut Dialogue, user: &str, keys: &str) -> Vec<String> {
    let mut said = Vec::new();
    for key in keys.chars() {
        let mut actions = call.digit(Digit::from_char(key).unwrap(), host.now);
        if let Some(entry) = actions.entry().cloned() {
            let attempt = Attempt::new(entry.id(), user, entry.digits()).unwrap();
            let of = attempt.enrolment().source().unwrap();
            let judged = enter_pap(host.facts(of), &attempt, host.now);
            let voice: Vec<Effect> = judged.effects.iter().filter(|effect| effect.is_voice()).collect();
            host.store(judged.writes.clone());
            actions = call.judged(entry.id(), judged.verdict, host.now);
            let spoken: Vec<Effect> = actions
                .iter()
                .map(|action| match action {
                    Action::Play(announcement) => Effect::Play(*announcement),
                    Action::HangUp => Effect::HangUp,
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(spoken, voice, "the dialogue says what the engine says");
        }
        said.extend(told(&actions));
    }
    said
}

#[test]
fn c3_with_the_engine_the_third_wrong_entry_locks_and_an_over_long_one_counts_once() {
    let mut host = Host::new();
    let user = host.enrol(A).sip_user(None);
    let pap = host.pap();
    let mut call = Dialogue::new(1, &policy(|_| ()), host.now);
    assert_eq!(talk(&mut host, &mut call, &user, "000000#"), ["play tries_left"]);
    // The right digits with more behind them, beyond all caps: one wrong attempt.
    let long = format!("{pap}{}#", "1".repeat(60));
    assert_eq!(talk(&mut host, &mut call, &user, &long), ["play tries_left"]);
    assert_eq!(talk(&mut host, &mut call, &user, "#*"), ["play enter_pin"]);
    assert_eq!(talk(&mut host, &mut call, &user, "1#"), ["play locked", "hang up"]);
    assert_eq!(host.state(), State::Failed);
}

#[test]
fn c3_with_the_engine_the_right_entry_says_so_and_hangs_up() {
    let mut host = Host::new();
    let user = host.enrol(A).sip_user(None);
    let mut call = Dialogue::new(2, &policy(|_| ()), host.now);
    assert_eq!(talk(&mut host, &mut call, &user, "1#"), ["play tries_left"]);
    let keys = format!("{}#", host.pap());
    assert_eq!(talk(&mut host, &mut call, &user, &keys), ["play accepted", "hang up"]);
    // Another call with a clone of the first entry's id would be the same attempt; its own id is another.
    let mut again = Dialogue::new(3, &policy(|_| ()), host.now);
    assert_eq!(talk(&mut host, &mut again, &user, "1#"), ["play already", "hang up"]);
}

// ---- Every state ----

/// Times are short, so that every combination of them is met.
fn exploring() -> (Policy, Setup) {
    let policy = policy(|settings| {
        settings.emergency = vec![number("112"), number("21")];
        settings.entry_gap_ms = 8 * SECOND_MS;
        settings.dialogue_ms = 30 * SECOND_MS;
        settings.entry_digits = 12;
    });
    let setup =
        Setup { emergency: vec!["112".into(), "21".into()], prefix: "0".into(), gap_ms: 8_000, total_ms: 30_000, most: 12 };
    (policy, setup)
}

/// A state without what makes no difference: of digits that cannot become an emergency number only how many they are.
fn canonical(model: &Model) -> (&'static str, String, u32, u64, Option<u64>) {
    let digits = model.digits();
    let hopeful = ["112", "21", "0112", "021"].iter().any(|number| number.starts_with(&digits));
    let digits = if hopeful { digits } else { format!("{} digits", digits.len().min(14)) };
    let left = model.alarm().map(|at| at.saturating_sub(model.clock));
    let total = if model.stage == "asks" || model.stage == "waits" { 30_000u64.saturating_sub(model.clock) } else { 0 };
    (model.stage, digits, model.discards.min(1), total, left)
}

fn step(dialogue: &mut Dialogue, model: &mut Model, event: Event) -> (Vec<String>, Vec<String>) {
    let expected = model.on(event);
    let now = start().plus_ms(model.clock);
    let said = match event {
        Event::Key(key) => told(&dialogue.digit(Digit::from_char(key).unwrap(), now)),
        Event::Wait(_) => told(&dialogue.handle_timeout(now)),
        Event::Verdict(name, _) => {
            let verdict = match name {
                "tries_left" => Verdict::Wrong { left: 2 },
                "enter_pin" => Verdict::Empty,
                "locked" => Verdict::Locked { until: Timestamp::MAX },
                _ => Verdict::Accepted,
            };
            let id = dialogue.waiting().unwrap_or(AttemptId::from_number(CALL << 8 | model.entries));
            told(&dialogue.judged(id, verdict, now))
        }
        Event::StaleVerdict => told(&dialogue.judged(AttemptId::from_number(CALL << 8 | 0xff), Verdict::Accepted, now)),
        Event::HangUp => {
            dialogue.hung_up();
            Vec::new()
        }
    };
    (said, expected)
}

/// States and steps that the exploration reached when it was recorded; fewer mean that it lost its way.
const RECORDED: (usize, usize) = (9_528, 181_020);

#[test]
fn c3_every_step_from_every_state_is_what_the_model_says() {
    let (policy, setup) = exploring();
    let events = |model: &Model| {
        let mut events: Vec<Event> = "0125#*A".chars().map(Event::Key).collect();
        events.extend([Event::Wait(0), Event::Wait(2_000), Event::Wait(8_000), Event::StaleVerdict, Event::HangUp]);
        events.extend(
            [("accepted", false), ("locked", false), ("tries_left", true), ("enter_pin", true)]
                .map(|(name, goes_on)| Event::Verdict(name, goes_on)),
        );
        // When the model says that something is due, just before, and far too late.
        if let Some(at) = model.alarm() {
            let left = at.saturating_sub(model.clock);
            events.extend([Event::Wait(left), Event::Wait(left.saturating_sub(1) / 1_000 * 1_000), Event::Wait(left + 40_000)]);
        }
        events
    };
    let first = (Dialogue::new(CALL, &policy, start()), Model::new(setup), Vec::new());
    let mut known = BTreeMap::from([(canonical(&first.1), ())]);
    let mut queue = VecDeque::from([first]);
    let mut steps = 0;
    let mut transfers = 0;
    while let Some((dialogue, model, path)) = queue.pop_front() {
        assert_eq!(dialogue.next_timeout(), model.alarm().map(|at| start().plus_ms(at)), "{path:?}");
        assert_eq!(dialogue.is_over(), model.stage == "gone", "{path:?}");
        assert_eq!(dialogue.waiting().is_some(), model.stage == "waits", "{path:?}");
        // Early is harmless.
        if let Some(at) = model.alarm().filter(|at| *at > model.clock) {
            let mut early = dialogue.clone();
            assert!(early.handle_timeout(start().plus_ms(at - 1)).is_empty());
            assert_eq!(early, dialogue);
        }
        for event in events(&model) {
            steps += 1;
            let (mut dialogue, mut model) = (dialogue.clone(), model.clone());
            let before = model.digits();
            let (said, expected) = step(&mut dialogue, &mut model, event);
            assert_eq!(said, expected, "{event:?} after {path:?}");
            // Twice is harmless.
            let once = dialogue.clone();
            assert!(dialogue.handle_timeout(start().plus_ms(model.clock)).is_empty(), "{event:?} after {path:?}");
            assert_eq!(dialogue, once);
            // Only what spells an emergency number is ever transferred, and never as an attempt.
            if let Some(to) = said.iter().find_map(|said| said.strip_prefix("transfer ")) {
                transfers += 1;
                assert!([to.to_owned(), format!("0{to}")].contains(&before) && ["112", "21"].contains(&to));
            }
            if let Some(entered) = said.iter().find_map(|said| said.strip_prefix("enter ")) {
                assert!(["112", "21", "0112", "021"].iter().all(|number| !entered.ends_with(&format!(" {number}"))));
            }
            if known.insert(canonical(&model), ()).is_none() {
                let mut path = path.clone();
                path.push(event);
                queue.push_back((dialogue, model, path));
            }
        }
    }
    println!("{} states, {steps} steps, {transfers} transfers", known.len());
    assert!(known.len() >= RECORDED.0 && steps >= RECORDED.1, "{} states, {steps} steps: less than recorded", known.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any numbers, any prefix, any keys and pauses: the same as the model, and emergency numbers always get through.
    #[test]
    fn c3_any_call_goes_as_the_model_says(
        emergency in proptest::collection::vec("[0-9]{2,6}", 1..20),
        prefix in "[0-9]{0,4}",
        events in proptest::collection::vec((0u8..24, 0u64..12_000), 0..120),
        last in any::<proptest::sample::Index>(),
    ) {
        let numbers: Vec<ShortNumber> = emergency.iter().map(|text| number(text)).collect();
        // The policy refuses a prefix that is an emergency number itself.
        let prefix = if emergency.contains(&prefix) { String::new() } else { prefix };
        let policy = policy(|settings| {
            settings.emergency = numbers.clone();
            settings.outside_line = Some(prefix.as_str()).filter(|prefix| !prefix.is_empty()).map(Into::into);
        });
        let setup = Setup { emergency: emergency.clone(), prefix: prefix.clone(), gap_ms: 10_000, total_ms: 180_000, most: 16 };
        let mut dialogue = Dialogue::new(CALL, &policy, start());
        let mut model = Model::new(setup);
        for (what, pause) in events {
            let event = match what {
                digit @ 0..=9 => Event::Key(char::from(b'0' + digit)),
                10..=13 => Event::Key('#'),
                14 => Event::Key('*'),
                15 => Event::Key('C'),
                16..=18 => Event::Wait(pause),
                19 => Event::Verdict("accepted", false),
                20..=22 => Event::Verdict("tries_left", true),
                _ => Event::StaleVerdict,
            };
            let (said, expected) = step(&mut dialogue, &mut model, event);
            prop_assert_eq!(said, expected, "{:?}", event);
        }
        // Whatever happened before: cleared and typed, the number goes through until the call is over.
        let wanted = last.get(&emergency);
        for (spelt, hash) in [(wanted.clone(), true), (format!("{prefix}{wanted}"), true), (wanted.clone(), false)] {
            let mut call = dialogue.clone();
            let over = call.is_over();
            let now = start().plus_ms(model.clock);
            let mut said = told(&call.digit(Digit::from_char('*').unwrap(), now));
            for key in spelt.chars() {
                said.extend(told(&call.digit(Digit::from_char(key).unwrap(), now)));
            }
            if hash {
                said.extend(told(&call.digit(Digit::from_char('#').unwrap(), now)));
            } else if let Some(at) = call.next_timeout() {
                said.extend(told(&call.handle_timeout(at)));
            }
            prop_assert_eq!(!over, said.iter().any(|said| said.starts_with("transfer ")), "{} {:?}", spelt, said);
        }
    }
}
