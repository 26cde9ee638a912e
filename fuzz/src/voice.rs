//! DTMF and the voice dialogue (SPEC C3, C4).

use libprov::device::Verdict;
use libprov::dialogue::{Action, Actions, Dialogue};
use libprov::dtmf::{Collector, Digit, parse_info};
use libprov::ids::{AttemptId, ShortNumber};
use libprov::policy::{Policy, Settings};
use libprov::time::{SECOND_MS, Timestamp};
use model::{Event, Model, Setup};
use std::collections::BTreeSet;

#[path = "../../core/tests/dialogue/model.rs"]
mod model;

/// Packets and bodies of one call, each behind a byte that says what it is and one for its length.
pub(crate) fn dtmf(input: &[u8]) {
    let mut keys = Collector::new();
    let mut rest = input;
    let (mut asked, mut given) = (0u32, 0u32);
    let (mut by_info, mut by_event) = (false, false);
    while let [kind, len, tail @ ..] = rest {
        let (body, tail) = tail.split_at(usize::from(*len).min(tail.len()));
        rest = tail;
        asked += 1;
        let key = match kind % 4 {
            way @ 0..=1 => {
                let kind = if way == 0 { "application/dtmf" } else { "application/dtmf-relay; charset=utf-8" };
                let parsed = parse_info(kind, body);
                let key = keys.info(kind, body);
                assert!(key.is_none() || key == parsed, "the collector gives what the body holds or nothing");
                by_info |= key.is_some();
                key
            }
            // One timestamp for the rest, so that keys repeat; and one that moves with every packet.
            way => {
                let timestamp = if way == 2 { u32::from(*kind) } else { asked.wrapping_mul(800) };
                let key = keys.event(body, timestamp);
                assert!(key.is_none() || body.len() >= 4);
                assert!(keys.event(body, timestamp).is_none(), "one key press gives one key");
                by_event |= key.is_some();
                key
            }
        };
        if let Some(key) = key {
            given += 1;
            assert_eq!(Digit::from_char(key.as_char()), Some(key));
        }
    }
    assert!(!(by_info && by_event), "one way counts for the whole call");
    assert!(given <= asked && keys.ignored() <= 2 * asked);
    let _ = parse_info(&String::from_utf8_lossy(input), input);
}

const EMERGENCY: [&str; 4] = ["112", "110", "21", "911911"];
/// Events of one call; a longer input is cut.
const MOST: usize = 2_000;

/// A call through any order of keys, verdicts and times, beside the model of core's tests: each byte of the input is one of them.
pub(crate) fn dialogue(input: &[u8]) {
    let [setup, events @ ..] = input else { return };
    let mut settings = Settings::cloud(&EMERGENCY.map(|number| ShortNumber::parse(number).unwrap()));
    settings.entry_digits = 12 + setup % 21;
    settings.dialogue_ms = (30 + u64::from(setup % 7) * 120) * SECOND_MS;
    let prefix = ["", "0", "91"][usize::from(setup % 3)];
    settings.outside_line = Some(prefix).filter(|prefix| !prefix.is_empty()).map(Into::into);
    let mut model = Model::new(Setup {
        emergency: EMERGENCY.map(Into::into).to_vec(),
        prefix: prefix.into(),
        gap_ms: settings.entry_gap_ms,
        total_ms: settings.dialogue_ms,
        most: settings.entry_digits.into(),
    });
    let policy = Policy::new(settings).unwrap();
    let start = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let mut call = Dialogue::new(u64::from(*setup), &policy, start);
    let mut ids = BTreeSet::new();
    let mut ended = false;
    for byte in events.iter().take(MOST) {
        if ids.len() == 255 {
            // The model knows no end of the ids of attempts.
            break;
        }
        let event = event(*byte, &model);
        let expected = model.on(event);
        let now = start.plus_ms(model.clock);
        let waiting = call.waiting();
        let actions = match event {
            Event::Key(key) => call.digit(Digit::from_char(key).unwrap(), now),
            Event::Wait(_) => call.handle_timeout(now),
            Event::Verdict(name, _) => {
                let verdict = match name {
                    "accepted" => Verdict::Accepted,
                    "locked" => Verdict::Locked { until: now },
                    "tries_left" => Verdict::Wrong { left: byte % 10 },
                    _ => Verdict::Empty,
                };
                call.judged(waiting.unwrap_or(AttemptId::from_number(1)), verdict, now)
            }
            Event::StaleVerdict => call.judged(AttemptId::from_number(u64::MAX), Verdict::Accepted, now),
            Event::HangUp => {
                call.hung_up();
                Actions::default()
            }
        };
        assert_eq!(told(&actions), expected, "{event:?}");
        assert_eq!(call.next_timeout(), model.alarm().map(|at| start.plus_ms(at)));
        assert_eq!(call.waiting().is_some(), model.stage == "waits");
        assert_eq!(call.is_over(), model.stage == "gone");
        assert!(actions.entry().is_none_or(|entry| !ended && ids.insert(entry.id())), "no id twice, no attempt after the end");
        ended |= actions.iter().any(|action| *action == Action::HangUp);
        let once = call.clone();
        assert!(call.handle_timeout(now).is_empty() && call == once, "twice is harmless");
    }
}

fn event(byte: u8, model: &Model) -> Event {
    match byte % 32 {
        digit @ 0..=9 => Event::Key(char::from(b'0' + digit)),
        10..=13 => Event::Key('#'),
        14 => Event::Key('*'),
        15 => Event::Key('A'),
        // To what is due next, late by what the byte says; or a step.
        16..=18 => Event::Wait(model.alarm().unwrap_or(0).saturating_sub(model.clock) + u64::from(byte / 32) * 500),
        19..=22 => Event::Wait(u64::from(byte / 32) * 3 * SECOND_MS),
        23 => Event::Verdict("accepted", false),
        24 => Event::Verdict("locked", false),
        25 => Event::Verdict("enter_pin", true),
        26..=29 => Event::Verdict("tries_left", true),
        30 => Event::StaleVerdict,
        _ => Event::HangUp,
    }
}

fn told(actions: &Actions) -> Vec<String> {
    let told = |action: &Action| match action {
        Action::Play(announcement) => format!("play {}", announcement.name()),
        Action::Enter(entry) => format!("enter {} {}", entry.id().number() & 0xff, entry.digits()),
        Action::Transfer(number) => format!("transfer {number}"),
        Action::HangUp => "hang up".into(),
        _ => panic!("an unknown action"),
    };
    actions.iter().map(told).collect()
}
