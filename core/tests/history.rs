//! Core beside a second model that has no state: the same answer to every event of every history (SPEC A, R, S; STATE-TABLES 4.1, 4.2).
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, missing_docs)]

#[path = "support/lab.rs"]
mod lab;
#[path = "history/model.rs"]
mod model;

use lab::Lab;
use libprov::credential::EnrolmentId;
use libprov::device::{Command, Device, Secrets, Verdict as CoreVerdict};
use libprov::effect::AuditEvent;
use libprov::ids::{Epoch, LeaseId};
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::models::Carriage;
use libprov::policy::{Enforcement, LockScope, Settings, SuspensionBind};
use libprov::request::Answer as CoreAnswer;
use libprov::rule::Rule as CoreRule;
use libprov::standing::Notice as CoreNotice;
use libprov::state::State as CoreState;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use model::{Act, Answer, Kit, Ms, Notice, Past, Place, Rule, Rules, Shown, State, Typed, Verdict};
use std::collections::BTreeMap;

const PLACES: [Place; 4] = [Place::A, Place::B, Place::Permanent, Place::Unresolved];

fn address(place: Place) -> ClientAddress {
    lab::address(match place {
        Place::A => "198.51.100.7",
        Place::B => "2001:db8:0:1::7",
        Place::Permanent => "203.0.113.5",
        Place::Unresolved => "",
    })
}

/// One way to configure tenant and device, for core and for the model.
#[derive(Clone)]
struct Setup {
    settings: Settings,
    retains: bool,
    yealink: bool,
}

impl Setup {
    fn cloud() -> Self {
        Self { settings: lab::cloud(), retains: true, yealink: true }
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    fn all() -> Vec<(&'static str, Self)> {
        let cloud = Self::cloud;
        vec![
            ("cloud", cloud()),
            ("low limits", cloud().with(|s| (s.attempts, s.lockouts, s.ceiling) = (2, 2, 7))),
            ("one try", cloud().with(|s| (s.attempts, s.lockouts, s.ceiling) = (1, 1, 3))),
            ("lock scope device", cloud().with(|s| s.lock_scope = LockScope::Device)),
            ("unbound suspensions", cloud().with(|s| s.suspension_bind = SuspensionBind::Unbound)),
            ("observe", cloud().with(|s| (s.enforcement, s.attempts, s.lockouts) = (Enforcement::Observe, 1, 2))),
            ("keeps nothing", Self { retains: false, yealink: false, ..cloud() }),
            ("keeps nothing, off", Self { retains: false, yealink: false, ..cloud().with(|s| s.enforcement = Enforcement::Off) }),
            ("another vendor", Self { yealink: false, ..cloud() }),
        ]
    }

    fn rules(&self) -> Rules {
        let s = &self.settings;
        Rules {
            attempts: s.attempts.into(),
            lockout: s.lockout_ms,
            lockouts: s.lockouts.into(),
            ceiling: s.ceiling.into(),
            device_scope: s.lock_scope == LockScope::Device,
            suspension: s.suspension_ms,
            unbound: s.suspension_bind == SuspensionBind::Unbound,
            window: s.delivery_window_ms,
            lease: s.lease_ms,
            enrolment: s.enrolment_ms,
            temporary: s.temporary_ms,
            past_proven: s.temporary_unproven_ms,
            secret_window: s.secret_window_ms,
            release: s.release_ms,
            enforced: s.enforcement == Enforcement::Enforce,
            retains: self.retains,
            lists: self.yealink,
        }
    }

    fn lab(&self) -> Lab {
        let model = if self.yealink { lab::yealink() } else { lab::plain_model(self.retains, Carriage::Url) };
        Lab::new(lab::tenant(self.settings.clone(), &["203.0.113.5"]), model)
    }
}

/// Core, and what happened so far.
#[derive(Clone)]
struct Run {
    rules: Rules,
    lab: Lab,
    past: Vec<Past>,
    tokens: BTreeMap<usize, (EnrolmentId, String)>,
    leases: Vec<(usize, LeaseId)>,
    attempts: BTreeMap<usize, u64>,
    old_credential: Option<String>,
}

impl Run {
    fn new(setup: &Setup) -> Self {
        Self {
            rules: setup.rules(),
            lab: setup.lab(),
            past: Vec::new(),
            tokens: BTreeMap::new(),
            leases: Vec::new(),
            attempts: BTreeMap::new(),
            old_credential: None,
        }
    }

    fn now(&self) -> Ms {
        self.ms(self.lab.now)
    }

    fn ms(&self, at: Timestamp) -> Ms {
        at.since(Timestamp::from_ms(lab::START_MS).unwrap())
    }

    fn wait(&mut self, ms: u64) {
        self.lab.now = self.lab.now.plus_ms(ms);
    }

    /// Does it to core and asks the model; the two must agree.
    fn step(&mut self, act: Act) -> Result<(), String> {
        let now = self.now();
        let expected = model::expected(&self.past, now, act, &self.rules);
        let observed = self.perform(act);
        if !self.agree(expected, observed) {
            return Err(format!("{act:?} at {now}: expected {expected:?}, observed {observed:?}"));
        }
        self.past.push(Past { at: now, act, answer: observed });
        let shown = model::shown_state(&self.past, now, &self.rules);
        let state =
            self.lab.device.as_ref().filter(|device| !device.is_deleted()).map(|device| state(device.state(self.lab.now)));
        if shown != state {
            return Err(format!("after {act:?} at {now}: state expected {shown:?}, observed {state:?}"));
        }
        for place in PLACES {
            let expected = model::listed(&self.past, now, &self.rules, place);
            let entry = self.lab.temp.get(&address(place).source()).filter(|entry| entry.is_live(self.lab.now));
            let observed = entry.map(|entry| self.ms(entry.valid().end()));
            if expected != observed {
                return Err(format!("after {act:?} at {now}: {place:?} listed expected {expected:?}, observed {observed:?}"));
            }
        }
        Ok(())
    }

    /// A full answer may come without a lease where its delivery would change nothing: the device has everything.
    fn agree(&self, expected: Answer, observed: Answer) -> bool {
        match (expected, observed) {
            (Answer::Full { rule, kit, .. }, Answer::Full { rule: rule2, kit: kit2, lease: None }) => {
                let delivered = self.lab.device.as_ref().is_some_and(|device| device.delivered_at().is_some());
                (rule, kit) == (rule2, kit2) && delivered
            }
            _ => expected == observed,
        }
    }

    fn perform(&mut self, act: Act) -> Answer {
        let (epoch, credential) = (self.epoch(), self.lab.credential());
        let answer = self.act(act);
        if self.epoch() != epoch {
            self.old_credential = credential.or(self.old_credential.take());
        }
        answer
    }

    fn epoch(&self) -> Option<Epoch> {
        self.lab.device.as_ref().map(Device::epoch)
    }

    fn act(&mut self, act: Act) -> Answer {
        let admin = |lab: &mut Lab, command: &Command<'_>| match lab.admin(command) {
            Ok(_) => Answer::Done,
            Err(_) => Answer::Refused,
        };
        match act {
            Act::Create => {
                let new = self.lab.new_device();
                admin(&mut self.lab, &Command::Create(new))
            }
            Act::Reset => admin(&mut self.lab, &Command::Reset { taken: &[] }),
            Act::Delete => admin(&mut self.lab, &Command::Delete),
            Act::Block => admin(&mut self.lab, &Command::Block),
            Act::Deactivate => admin(&mut self.lab, &Command::Deactivate),
            Act::Activate => admin(&mut self.lab, &Command::Activate { taken: &[] }),
            Act::Suspend(place) => {
                let bind = place.and_then(|place| address(place).ip()).map(IpPrefix::host);
                admin(&mut self.lab, &Command::Suspend { bind, confirm_blocked: true })
            }
            Act::ReleaseAgain { proven_only } => {
                admin(&mut self.lab, &Command::ReleaseAgain { account: None, tenant_wide: proven_only })
            }
            Act::Neighbour(place) => {
                self.lab.neighbour_at(address(place).source());
                Answer::Done
            }
            Act::Timeout => {
                let _ = self.lab.timeout();
                Answer::Done
            }
            Act::Fetch { from, shown } => self.fetch(from, shown),
            Act::Delivered(lease) => {
                let step = self.lab.delivered(self.lease_id(lease));
                Answer::Delivery(step.effects.has_audit(AuditEvent::Delivered))
            }
            Act::NotDelivered(lease) => {
                let _ = self.lab.not_delivered(self.lease_id(lease));
                Answer::Done
            }
            Act::Pap { enrolment, typed } => {
                let answer = self.pap(enrolment, typed, None);
                self.attempts.insert(self.past.len(), self.lab.attempts);
                answer
            }
            Act::PapAgain(first) => {
                let (mut origin, mut act) = (first, self.past[first].act);
                while let Act::PapAgain(earlier) = act {
                    (origin, act) = (earlier, self.past[earlier].act);
                }
                let Act::Pap { enrolment, typed } = act else { panic!("{act:?} is no attempt") };
                self.pap(enrolment, typed, self.attempts.get(&origin).copied())
            }
        }
    }

    fn lease_id(&self, lease: usize) -> LeaseId {
        self.leases.iter().find(|(at, _)| *at == lease).unwrap().1
    }

    fn fetch(&mut self, from: Place, shown: Shown) -> Answer {
        let presented = match shown {
            Shown::Nothing => None,
            Shown::Token(fetch) => Some(self.tokens[&fetch].1.clone()),
            Shown::ForgedToken => {
                let mut text = self.tokens.values().next().map_or("a".repeat(68), |(_, text)| text.clone());
                let last = text.pop().unwrap();
                text.push(if last == 'a' { 'e' } else { 'a' });
                Some(text)
            }
            Shown::Credential => self.lab.credential(),
            Shown::StaleCredential => Some(self.old_credential.clone().unwrap_or(lab::FORGED.into())),
        };
        let decision = self.lab.fetch(address(from), presented.as_deref());
        let rule = rule(decision.rule);
        match decision.answer {
            CoreAnswer::Full(full) => {
                let Secrets { sip, menu, web, other, credential } = full.secrets;
                let sip = sip.contains(1);
                assert_eq!((menu, other), (sip, sip), "with one account they go together: {full:?}");
                let kit = Kit { sip, web, credential };
                let lease = full.lease.map(|id| match self.leases.iter().find(|(_, known)| *known == id) {
                    Some((at, _)) => *at,
                    None => {
                        self.leases.push((self.past.len(), id));
                        self.past.len()
                    }
                });
                Answer::Full { rule, kit, lease }
            }
            CoreAnswer::Restricted(restricted) => {
                let notice = match restricted.notice {
                    CoreNotice::Required => Notice::Required,
                    CoreNotice::Failed { until } => Notice::Failed(self.ms(until)),
                    CoreNotice::Blocked => Notice::Blocked,
                    CoreNotice::ResetNeeded => Notice::ResetNeeded,
                };
                let id = restricted.enrolment.id();
                let known = self.tokens.iter().find(|(_, (known, _))| *known == id).map(|(at, _)| *at);
                let enrolment = known.unwrap_or(self.past.len());
                if known.is_none() {
                    let token = self.lab.token(&decision.answer).unwrap();
                    self.tokens.insert(enrolment, token);
                }
                Answer::Restricted { rule, notice, enrolment }
            }
            CoreAnswer::Deny(_) => Answer::Deny(rule),
            other => panic!("{other:?}"),
        }
    }

    fn pap(&mut self, enrolment: usize, typed: Typed, again: Option<u64>) -> Answer {
        let digits = match typed {
            Typed::Right => self.lab.right_pap(),
            Typed::Wrong => "99".into(),
            Typed::Empty => String::new(),
        };
        let judged = self.lab.pap(self.tokens[&enrolment].0, &digits, again);
        let verdict = match judged.verdict {
            CoreVerdict::Accepted => Verdict::Accepted,
            CoreVerdict::Wrong { left } => Verdict::Wrong(left.into()),
            CoreVerdict::Locked { until } => Verdict::Locked(self.ms(until)),
            CoreVerdict::Blocked => Verdict::Blocked,
            CoreVerdict::Already => Verdict::Already,
            CoreVerdict::NotPossible => Verdict::NotPossible,
            CoreVerdict::ResetNeeded => Verdict::ResetNeeded,
            CoreVerdict::Restarting => Verdict::Restarting,
            CoreVerdict::NoPinNeeded => Verdict::NoPinNeeded,
            CoreVerdict::Empty => Verdict::Empty,
            other => panic!("{other:?}"),
        };
        Answer::Said { verdict, counted: judged.counted }
    }
}

fn rule(rule: CoreRule) -> Rule {
    match rule {
        CoreRule::R2 => Rule::R2,
        CoreRule::R3 => Rule::R3,
        CoreRule::R4 => Rule::R4,
        CoreRule::R5 => Rule::R5,
        CoreRule::R6a => Rule::R6a,
        CoreRule::R6b => Rule::R6b,
        CoreRule::R7 => Rule::R7,
        CoreRule::R8 => Rule::R8,
        CoreRule::R9 => Rule::R9,
        CoreRule::R10 => Rule::R10,
        CoreRule::R11 => Rule::R11,
        other => panic!("{other}"),
    }
}

fn state(state: CoreState) -> State {
    match state {
        CoreState::Successful => State::Successful,
        CoreState::Required => State::Required,
        CoreState::Failed => State::Failed,
        CoreState::Blocked => State::Blocked,
    }
}

/// SplitMix64: the same histories in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.roll(all.len())]) }
    }

    /// Mostly the last of them.
    fn late<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        if self.roll(3) > 0 { all.last().copied() } else { self.pick(all) }
    }

    fn place(&mut self) -> Place {
        PLACES[[0, 0, 0, 1, 1, 1, 2, 3][self.roll(8)]]
    }
}

const WAITS: [u64; 14] = [
    1,
    SECOND_MS,
    20 * SECOND_MS,
    59_999,
    MINUTE_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    10 * MINUTE_MS,
    20 * MINUTE_MS,
    30 * MINUTE_MS,
    8 * HOUR_MS,
    DAY_MS,
    7 * DAY_MS,
];

/// A likely next act.
fn draw(run: &Run, dice: &mut Dice) -> Act {
    let tokens: Vec<usize> = run.tokens.keys().copied().collect();
    let leases: Vec<usize> = run.leases.iter().map(|(at, _)| *at).collect();
    let attempts: Vec<usize> =
        (0..run.past.len()).filter(|at| matches!(run.past[*at].act, Act::Pap { .. } | Act::PapAgain(_))).collect();
    let fetch = |dice: &mut Dice| {
        let shown = match dice.roll(12) {
            0..=4 => dice.late(&tokens).map_or(Shown::Nothing, Shown::Token),
            5 => Shown::ForgedToken,
            6 | 7 => Shown::Credential,
            8 => Shown::StaleCredential,
            _ => Shown::Nothing,
        };
        Act::Fetch { from: dice.place(), shown }
    };
    match dice.roll(64) {
        0..=19 => fetch(dice),
        20..=37 => match dice.late(&tokens) {
            Some(enrolment) => Act::Pap {
                enrolment,
                typed: [Typed::Right, Typed::Wrong, Typed::Wrong, Typed::Wrong, Typed::Empty][dice.roll(5)],
            },
            None => fetch(dice),
        },
        38..=41 => dice.late(&attempts).map_or(Act::Timeout, Act::PapAgain),
        42..=48 => match dice.late(&leases) {
            Some(lease) => Act::Delivered(lease),
            None => fetch(dice),
        },
        49 | 50 => dice.late(&leases).map_or(Act::Timeout, Act::NotDelivered),
        51 => Act::Reset,
        52 => Act::Block,
        53 => Act::Deactivate,
        54 | 55 => Act::Activate,
        56 => Act::Suspend([Some(Place::A), Some(Place::B), Some(Place::Permanent)][dice.roll(3)]),
        57 | 58 => Act::Suspend(None),
        59 => Act::ReleaseAgain { proven_only: dice.roll(2) == 0 },
        60 => Act::Neighbour([Place::A, Place::B][dice.roll(2)]),
        61 => Act::Timeout,
        62 if dice.roll(3) == 0 => Act::Delete,
        _ => Act::Create,
    }
}

fn tell(run: &Run) -> String {
    run.past.iter().map(|past| format!("{:>10}  {:?} -> {:?}\n", past.at, past.act, past.answer)).collect()
}

/// What the answers were, by kind: a generator that no longer reaches something must not go unnoticed.
#[derive(Default)]
struct Reached(BTreeMap<String, usize>);

impl Reached {
    fn note(&mut self, past: &[Past]) {
        for past in past {
            let kind = match past.answer {
                Answer::Full { rule, kit, .. } => format!("full by {rule:?}, sip {}", kit.sip),
                Answer::Restricted { rule, .. } => format!("restricted by {rule:?}"),
                Answer::Deny(rule) => format!("deny by {rule:?}"),
                Answer::Said { verdict, counted } => {
                    let name = format!("{verdict:?}");
                    format!("{}, counted {counted}", name.split('(').next().unwrap_or_default())
                }
                other => format!("{other:?}"),
            };
            *self.0.entry(kind).or_default() += 1;
        }
    }
}

#[test]
fn random_histories_get_the_answers_of_the_model() {
    let wanted = std::env::var("LIBPROV_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(4_000);
    let (mut events, mut histories, mut failures, mut reached) = (0, 0, Vec::<String>::new(), Reached::default());
    for (name, setup) in Setup::all() {
        for seed in 0..wanted {
            let mut dice = Dice(seed);
            let mut run = Run::new(&setup);
            run.step(Act::Create).unwrap();
            histories += 1;
            for _ in 0..10 + dice.roll(31) {
                if dice.roll(5) < 2 {
                    run.wait(WAITS[dice.roll(WAITS.len())]);
                }
                let act = draw(&run, &mut dice);
                events += 1;
                if let Err(difference) = run.step(act) {
                    failures.push(format!("{name}, seed {seed}, after {} events:\n{}{difference}\n", run.past.len(), tell(&run)));
                    break;
                }
            }
            reached.note(&run.past);
        }
    }
    println!("{histories} histories, {events} events, {} differ", failures.len());
    for (kind, times) in &reached.0 {
        println!("{times:>9}  {kind}");
    }
    failures.sort_by_key(String::len);
    assert!(failures.is_empty(), "{} differ; the shortest:\n{}", failures.len(), failures[..failures.len().min(3)].join("\n"));
    let rare: Vec<_> = reached.0.iter().filter(|(_, times)| **times < 20).collect();
    assert!(reached.0.len() >= KINDS && rare.is_empty(), "{} kinds of answers, hardly reached: {rare:?}", reached.0.len());
}

/// The kinds of answers that the random histories reach.
const KINDS: usize = 40;

/// One letter of the small alphabet; what it names is the latest of its kind.
#[derive(Clone, Copy, Debug)]
enum Letter {
    Fetch(Place),
    FetchWithTokenOfA(Place),
    Credential(Place),
    Stale(Place),
    Pap(Place, Typed),
    Delivered,
    Reset,
    Suspend,
    Block,
    Wait(u64),
}

const ALPHABET: [Letter; 14] = [
    Letter::Fetch(Place::A),
    Letter::Fetch(Place::B),
    Letter::FetchWithTokenOfA(Place::A),
    Letter::FetchWithTokenOfA(Place::B),
    Letter::Credential(Place::B),
    Letter::Stale(Place::A),
    Letter::Pap(Place::A, Typed::Right),
    Letter::Pap(Place::A, Typed::Wrong),
    Letter::Pap(Place::B, Typed::Wrong),
    Letter::Delivered,
    Letter::Reset,
    Letter::Suspend,
    Letter::Block,
    Letter::Wait(10 * MINUTE_MS),
];

impl Letter {
    /// What it says after this history, if it says anything.
    fn spell(self, run: &Run) -> Option<Act> {
        let token_of = |place| {
            let issued = |at: &&usize| matches!(run.past[**at].act, Act::Fetch { from, .. } if from == place);
            run.tokens.keys().rev().find(issued).copied()
        };
        Some(match self {
            Self::Fetch(from) => Act::Fetch { from, shown: Shown::Nothing },
            Self::FetchWithTokenOfA(from) => Act::Fetch { from, shown: Shown::Token(token_of(Place::A)?) },
            Self::Credential(from) => Act::Fetch { from, shown: Shown::Credential },
            Self::Stale(from) => Act::Fetch { from, shown: Shown::StaleCredential },
            Self::Pap(place, typed) => Act::Pap { enrolment: token_of(place)?, typed },
            Self::Delivered => Act::Delivered(run.leases.last()?.0),
            Self::Reset => Act::Reset,
            Self::Suspend => Act::Suspend(None),
            Self::Block => Act::Block,
            Self::Wait(_) => Act::Timeout,
        })
    }
}

/// Walks all words of at most so many letters; returns how many.
fn spell_all(run: &Run, letters: u32) -> usize {
    if letters == 0 {
        return 0;
    }
    let mut words = 0;
    for letter in ALPHABET {
        let Some(act) = letter.spell(run) else { continue };
        let mut next = run.clone();
        if let Letter::Wait(ms) = letter {
            next.wait(ms);
        }
        if let Err(difference) = next.step(act) {
            panic!("{}{difference}", tell(&next));
        }
        words += 1 + spell_all(&next, letters - 1);
    }
    words
}

#[test]
fn all_short_histories_get_the_answers_of_the_model() {
    let setup = Setup::cloud().with(|s| (s.attempts, s.lockouts, s.ceiling, s.lockout_ms) = (2, 2, 3, 10 * MINUTE_MS));
    // Behind the gate that every longer story passes: both sources hold an enrolment.
    let mut run = Run::new(&setup);
    for act in
        [Act::Create, Act::Fetch { from: Place::A, shown: Shown::Nothing }, Act::Fetch { from: Place::B, shown: Shown::Nothing }]
    {
        run.step(act).unwrap();
    }
    let letters = std::env::var("LIBPROV_LETTERS").ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let words = spell_all(&run, letters);
    println!("{words} histories of at most {letters} further events");
    assert!(letters < 5 || words >= WORDS, "{words} histories");
}

/// Histories of at most five letters after the first three events.
const WORDS: usize = 431_709;
