//! Every state that a device can come to under a small policy, and every step from there (SPEC A, R, S).
//!
//! Breadth first until nothing new appears. Two states are one when their records differ in nothing but names and in
//! instants that no deadline can tell apart. Every step is checked against what must hold always.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, missing_docs)]

#[path = "support/lab.rs"]
mod lab;

use lab::Lab;
use libprov::credential::EnrolmentId;
use libprov::device::{Command, Device, Secrets, Verdict};
use libprov::effect::{AuditEvent, Effect, Effects};
use libprov::ids::LeaseId;
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::models::{Carriage, ModelRef};
use libprov::policy::{Enforcement, LockScope, Settings, SuspensionBind};
use libprov::request::{Answer, Decision, Exemption, Full, Judged, Step, Writes};
use libprov::rule::Rule;
use libprov::snapshot;
use libprov::standing::Proof;
use libprov::state::State;
use libprov::time::{HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Longer than every deadline of the small policy.
const AGES_MS: u64 = 30 * HOUR_MS;

/// The two requesters.
const WHO: [&str; 2] = ["198.51.100.7", "203.0.113.5"];

fn address(who: usize) -> ClientAddress {
    lab::address(WHO[who])
}

fn source(who: usize) -> Source {
    address(who).source()
}

/// Two tries, two lockouts, a low ceiling, every length a few ticks.
fn small() -> Settings {
    let mut settings = lab::cloud();
    settings.attempts = 2;
    settings.lockouts = 2;
    settings.ceiling = 5;
    settings.lockout_ms = MINUTE_MS;
    settings.suspension_ms = MINUTE_MS;
    settings.delivery_window_ms = MINUTE_MS;
    settings.weak_window_ms = MINUTE_MS;
    settings.lease_ms = 30 * SECOND_MS;
    settings.secret_window_ms = MINUTE_MS;
    settings.release_ms = HOUR_MS;
    settings.enrolment_ms = HOUR_MS;
    settings.temporary_ms = MINUTE_MS;
    settings.temporary_unproven_ms = MINUTE_MS;
    settings.temporary_unproven_cap = 1;
    settings
}

/// What a request presents.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Shown {
    Nothing,
    /// The token issued to that requester in this epoch.
    TokenOf(usize),
    OldToken,
    ForgedToken,
    Credential,
    StaleCredential,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Event {
    Fetch(usize, Shown),
    Delivered,
    NotDelivered,
    /// Of a lease the device does not have.
    DeliveredElse,
    RightPap(usize),
    WrongPap(usize),
    EmptyPap(usize),
    OldPap,
    Tick,
    Ages,
    Timeout,
    Create,
    Installed,
    Delete,
    Reset,
    Block,
    Deactivate,
    Activate,
    SuspendFor(usize),
    Suspend,
    ReleaseAgain,
    ReleaseProven,
    Neighbour(usize),
}

#[derive(Clone)]
struct Token {
    id: EnrolmentId,
    text: String,
}

impl Event {
    /// Whether it takes a token of this requester; the third stands for old ones.
    fn needs(self, who: usize) -> bool {
        match self {
            Self::Fetch(_, Shown::TokenOf(of)) | Self::RightPap(of) | Self::WrongPap(of) | Self::EmptyPap(of) => of == who,
            Self::Fetch(_, Shown::OldToken) | Self::OldPap => who == 2,
            Self::Fetch(_, Shown::ForgedToken) => who == 0,
            _ => false,
        }
    }
}

/// The device with its host, what the requesters hold, and what really happened.
#[derive(Clone)]
struct World {
    lab: Lab,
    tokens: [Option<Token>; 2],
    old: Option<Token>,
    seen: Seen,
    /// What is of use on this chart: the tokens of each requester, and old ones.
    holds: [bool; 3],
    tick_ms: u64,
}

/// Kept beside the device, not taken from it.
#[derive(Clone, Default)]
struct Seen {
    /// Wrong PAPs in a row of each requester.
    wrong: [u8; 2],
    accepted: Option<(EnrolmentId, Timestamp)>,
    lease_rule: Option<Rule>,
}

enum Outcome {
    Decision(Decision),
    Judged(Judged),
    Step(Step),
    Nothing,
}

impl Outcome {
    fn parts(&self) -> Option<(&Writes, &Effects)> {
        match self {
            Self::Decision(decision) => Some((&decision.writes, &decision.effects)),
            Self::Judged(judged) => Some((&judged.writes, &judged.effects)),
            Self::Step(step) => Some((&step.writes, &step.effects)),
            Self::Nothing => None,
        }
    }

    /// What the outside learns, without names.
    fn told(&self) -> String {
        match self {
            Self::Decision(decision) => {
                let answer = match decision.answer {
                    Answer::Full(Full { secrets, lease, .. }) => format!("full {secrets:?}, lease {}", lease.is_some()),
                    Answer::Restricted(restricted) => format!("restricted {:?}", restricted.notice),
                    other => format!("{other:?}"),
                };
                format!("{} {answer} {:?}", decision.rule, decision.proof)
            }
            Self::Judged(judged) => format!("{:?} {}", judged.verdict, judged.counted),
            Self::Step(step) => format!("{:?}", step.effects.has_audit(AuditEvent::Delivered)),
            Self::Nothing => String::new(),
        }
    }
}

impl World {
    fn device(&self) -> Option<&Device> {
        self.lab.device.as_ref().filter(|device| !device.is_deleted())
    }

    /// What comes of an event; none where it cannot happen now.
    fn after(&self, event: Event) -> Option<(Self, Outcome)> {
        let mut next = self.clone();
        let outcome = next.act(event)?;
        Some((next, outcome))
    }

    fn act(&mut self, event: Event) -> Option<Outcome> {
        let epoch = self.device().map(Device::epoch);
        let outcome = match event {
            Event::Fetch(who, shown) => self.fetch(who, shown)?,
            Event::Delivered => {
                let lease = self.device()?.lease()?.id();
                Outcome::Step(self.lab.delivered(lease))
            }
            Event::NotDelivered => {
                let lease = self.device()?.lease()?.id();
                Outcome::Step(self.lab.not_delivered(lease))
            }
            Event::DeliveredElse => Outcome::Step(self.lab.delivered(LeaseId::from_number(1))),
            Event::RightPap(who) => {
                let id = self.tokens[who].as_ref()?.id;
                let digits = self.lab.right_pap();
                self.pap(who, id, &digits)
            }
            Event::WrongPap(who) => {
                let id = self.tokens[who].as_ref()?.id;
                self.pap(who, id, "99")
            }
            Event::EmptyPap(who) => {
                let id = self.tokens[who].as_ref()?.id;
                self.pap(who, id, "")
            }
            Event::OldPap => {
                let id = self.old.as_ref()?.id;
                let digits = self.lab.right_pap();
                self.pap(0, id, &digits)
            }
            Event::Tick | Event::Ages => {
                let ms = if event == Event::Tick { self.tick_ms } else { AGES_MS };
                self.lab.now = self.lab.now.plus_ms(ms);
                Outcome::Nothing
            }
            Event::Timeout => Outcome::Step(self.lab.timeout()),
            Event::Create => {
                let new = self.lab.new_device();
                self.admin(&Command::Create(new))?
            }
            Event::Installed => {
                let (device, until) = (self.lab.new_device(), self.lab.now.plus_ms(MINUTE_MS));
                self.lab.admin(&Command::ImportInstalled { device, until }).ok().map(Outcome::Step)?
            }
            Event::Delete => self.admin(&Command::Delete)?,
            Event::Reset => self.admin(&Command::Reset { taken: &[] })?,
            Event::Block => self.admin(&Command::Block)?,
            Event::Deactivate => self.admin(&Command::Deactivate)?,
            Event::Activate => self.admin(&Command::Activate { taken: &[] })?,
            Event::SuspendFor(who) => {
                let bind = address(who).ip().map(IpPrefix::host);
                self.admin(&Command::Suspend { bind, confirm_blocked: true })?
            }
            Event::Suspend => self.admin(&Command::Suspend { bind: None, confirm_blocked: true })?,
            Event::ReleaseAgain => self.admin(&Command::ReleaseAgain { account: None, tenant_wide: false })?,
            Event::ReleaseProven => self.admin(&Command::ReleaseAgain { account: None, tenant_wide: true })?,
            Event::Neighbour(who) => {
                self.lab.neighbour_at(source(who));
                Outcome::Nothing
            }
        };
        if self.device().map(Device::epoch) != epoch {
            let [first, second] = self.tokens.each_mut().map(Option::take);
            self.old = first.or(second).or(self.old.take()).filter(|_| self.holds[2]);
            self.seen = Seen::default();
        }
        // A spent record may go, and the host lets it go.
        let (temp, now) = (&mut self.lab.temp, self.lab.now);
        temp.retain(|_, entry| !entry.is_spent(now, 8 * HOUR_MS));
        Some(outcome)
    }

    fn admin(&mut self, command: &Command<'_>) -> Option<Outcome> {
        self.lab.admin(command).ok().map(Outcome::Step)
    }

    fn fetch(&mut self, who: usize, shown: Shown) -> Option<Outcome> {
        let text = match shown {
            Shown::Nothing => None,
            Shown::TokenOf(who) => Some(self.tokens[who].as_ref()?.text.clone()),
            Shown::OldToken => Some(self.old.as_ref()?.text.clone()),
            Shown::ForgedToken => {
                let text = &self.tokens[0].as_ref()?.text;
                let last = if text.ends_with('a') { 'e' } else { 'a' };
                Some(format!("{}{last}", &text[..text.len() - 1]))
            }
            Shown::Credential => Some(self.lab.credential()?),
            Shown::StaleCredential => Some(lab::FORGED.into()),
        };
        let decision = self.lab.fetch(address(who), text.as_deref());
        match decision.answer {
            Answer::Restricted(_) => {
                let token = self.lab.token(&decision.answer).map(|(id, text)| Token { id, text })?;
                let ended =
                    |held: &Token| self.device().and_then(Device::delivered_at).is_some_and(|at| held.id.issued_at() <= at);
                let stale = |held: &Token| ended(held) || self.expired(held);
                if self.holds[who] && token.id.source() == Some(source(who)) && self.tokens[who].as_ref().is_none_or(stale) {
                    self.tokens[who] = Some(token);
                }
            }
            Answer::Full(Full { lease: Some(_), .. }) => self.seen.lease_rule = Some(decision.rule),
            _ => {}
        }
        Some(Outcome::Decision(decision))
    }

    fn expired(&self, token: &Token) -> bool {
        self.lab.now.since(token.id.issued_at()) >= self.settings().enrolment_ms
    }

    fn settings(&self) -> &Settings {
        self.lab.tenant.policy().settings()
    }

    fn pap(&mut self, who: usize, id: EnrolmentId, digits: &str) -> Outcome {
        let judged = self.lab.pap(id, digits, None);
        if judged.counted {
            if judged.verdict == Verdict::Accepted {
                self.seen.accepted = Some((id, self.lab.now));
                self.seen.wrong[who] = 0;
            } else {
                self.seen.wrong[who] += 1;
            }
        }
        Outcome::Judged(judged)
    }

    /// Whether nothing that a state has differs; only a quick look.
    fn is_as(&self, other: &Self) -> bool {
        let ids = |world: &Self| world.tokens.each_ref().map(|token| token.as_ref().map(|token| token.id));
        self.lab.now == other.lab.now
            && self.lab.device.as_ref().map(Device::revision) == other.lab.device.as_ref().map(Device::revision)
            && self.lab.temp == other.lab.temp
            && ids(self) == ids(other)
            && self.old.is_some() == other.old.is_some()
    }

    /// The state without names, revisions and instants that nothing can tell apart.
    fn canonical(&self) -> String {
        let mut text = String::new();
        let now = self.lab.now;
        write!(text, "{} ", now.as_ms() % MINUTE_MS as i64).unwrap();
        match self.device() {
            None => text.push_str("none"),
            Some(device) => self.write_device(&mut text, device),
        }
        for who in 0..2 {
            text.push('|');
            if let Some(token) = &self.tokens[who] {
                let ended = self.device().and_then(Device::delivered_at).is_some_and(|at| token.id.issued_at() <= at);
                // In which minute it was issued only matters until that minute is over.
                let fresh = now.since(token.id.issued_at()) < MINUTE_MS;
                text.push_str(match (ended || self.expired(token), fresh) {
                    (true, _) => "dead",
                    (false, true) => "fresh",
                    (false, false) => "good",
                });
            }
            text.push('|');
            if let Some(entry) = self.lab.temp.get(&source(who)) {
                let reset = self.device().and_then(Device::reset_at).is_some_and(|at| at >= entry.made_at());
                let own = entry.made_by() == lab::mac();
                let live = left(now, entry.valid().start().as_ms(), entry.valid().len_ms() as i64);
                let proven = left(now, entry.last_proven_at().as_ms(), MINUTE_MS as i64);
                let counted = entry.unproven().map(|window| (window.count, now.since(window.since) >= 8 * HOUR_MS));
                write!(text, "{own} {reset} {live} {proven} {counted:?}").unwrap();
            }
        }
        write!(text, "|{}", self.old.is_some()).unwrap();
        text
    }

    /// The device's snapshot with instants as what is left of their deadline, enrolments as whose they are, and without what
    /// no rule reads.
    fn write_device(&self, text: &mut String, device: &Device) {
        let json = snapshot::to_json(device);
        assert!(!json.contains('\\'), "no string needs escapes here");
        let mut rest = json.as_str();
        while let Some(first) = rest.chars().next() {
            if first != '"' {
                text.push(first);
                rest = &rest[1..];
                continue;
            }
            let (word, after) = rest[1..].split_once('"').unwrap();
            let Some(value) = after.strip_prefix(':') else {
                self.write_word(text, word);
                rest = after;
                continue;
            };
            rest = match word {
                "revision" | "created_at_ms" | "epoch" | "pap" | "id" | "attempts" => &value[extent(value)..],
                // What these two decide is written beside the tokens and entries.
                "reset_at_ms" | "delivered_at_ms" => &value[extent(value)..],
                "pending" => value.strip_prefix("[]").unwrap(),
                "lease" if value[..extent(value)].contains("\"status\":\"delivered\"") => {
                    text.push_str("lease delivered");
                    &value[extent(value)..]
                }
                "start_ms" => {
                    let (start, len) = value.split_once(",\"len_ms\":").unwrap();
                    let end = extent(len);
                    text.push_str(&left(self.lab.now, start.parse().unwrap(), len[..end].parse().unwrap()));
                    &len[end..]
                }
                _ => {
                    text.push_str(word);
                    text.push(':');
                    value
                }
            };
        }
    }

    fn write_word(&self, text: &mut String, word: &str) {
        let is_of = |token: &Option<Token>| token.as_ref().is_some_and(|token| token.text.starts_with(word));
        if word.len() < 42 {
            text.push_str(word);
        } else {
            write!(text, "token of {:?}", self.tokens.iter().position(is_of)).unwrap();
        }
    }
}

/// The length of the JSON value at the start of a text.
fn extent(text: &str) -> usize {
    let mut depth = 0;
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The record inside a snapshot's envelope.
fn find(value: &mut Value) -> &mut serde_json::Map<String, Value> {
    let Value::Object(fields) = value else { panic!("{value}") };
    if fields.contains_key("phase") {
        return fields;
    }
    fields
        .values_mut()
        .find_map(|inner| match inner {
            Value::Object(fields) if fields.contains_key("phase") => Some(fields),
            _ => None,
        })
        .unwrap()
}

/// What is left of a deadline, as far as the clock can tell.
fn left(now: Timestamp, start_ms: i64, len_ms: i64) -> String {
    match start_ms + len_ms - now.as_ms() {
        over if over <= 0 => "over".into(),
        far if far > 5 * MINUTE_MS as i64 => "far".into(),
        near => near.to_string(),
    }
}

/// What is explored: tenant, model, and what else can happen.
struct Chart {
    name: &'static str,
    settings: Settings,
    tick_ms: u64,
    permanent: &'static [&'static str],
    model: ModelRef,
    events: Vec<Event>,
}

/// Walks everything; returns states and steps.
fn explore(chart: &Chart, limit: usize) -> (usize, usize) {
    let first = World {
        lab: Lab::new(lab::tenant(chart.settings.clone(), chart.permanent), chart.model.clone()),
        tokens: [None, None],
        old: None,
        seen: Seen::default(),
        holds: [0, 1, 2].map(|who| chart.events.iter().any(|event| event.needs(who))),
        tick_ms: chart.tick_ms,
    };
    let first_name = name(&first);
    let (mut known, mut steps) = (HashSet::from([first_name]), 0);
    // Each state remembers the step it was reached by, so that a failure can tell its story.
    let mut reached: Vec<(usize, Event)> = vec![(0, Event::Timeout)];
    let mut waiting = VecDeque::from([(0, first_name, first)]);
    while let Some((at, world_name, world)) = waiting.pop_front() {
        let settled = settle(&world);
        for event in chart.events.iter().copied() {
            let Some((next, outcome)) = world.after(event) else { continue };
            steps += 1;
            let next_name = if next.is_as(&world) { world_name } else { name(&next) };
            let is_new = known.insert(next_name);
            let names = (world_name, next_name);
            let checked = Checked { chart, before: &world, settled: settled.as_ref(), event, after: &next, outcome: &outcome };
            if let Err(broken) = checked.check(names, is_new) {
                let mut story = vec![event];
                let mut place = at;
                while place != 0 {
                    story.push(reached[place].1);
                    place = reached[place].0;
                }
                story.reverse();
                panic!("{}: {broken}\n{story:?}\n{}\n{}", chart.name, world.canonical(), next.canonical());
            }
            if is_new {
                assert!(known.len() <= limit, "{}: more than {limit} states: {}", chart.name, next.canonical());
                reached.push((at, event));
                waiting.push_back((reached.len() - 1, next_name, next));
            }
        }
    }
    (known.len(), steps)
}

/// 128 bits of the canonical form.
type Name = (u64, u64);

fn name(world: &World) -> Name {
    let text = world.canonical();
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        text.hash(&mut hasher);
        hasher.finish()
    };
    (half(1), half(2))
}

/// The same world once what is due was done; none where nothing was.
fn settle(world: &World) -> Option<World> {
    let (settled, outcome) = world.after(Event::Timeout)?;
    let Outcome::Step(step) = outcome else { return None };
    step.writes.device.is_some().then_some(settled)
}

/// One step, to be checked against what must hold always.
struct Checked<'a> {
    chart: &'a Chart,
    before: &'a World,
    /// Before, with what was due done.
    settled: Option<&'a World>,
    event: Event,
    after: &'a World,
    outcome: &'a Outcome,
}

type Check = Result<(), String>;

fn must(holds: bool, what: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(what()) }
}

impl Checked<'_> {
    fn check(&self, (before, after): (Name, Name), is_new: bool) -> Check {
        self.revisions(before == after)?;
        self.late_is_harmless()?;
        self.blocked_stays()?;
        self.others_are_left_alone()?;
        match self.outcome {
            Outcome::Decision(decision) => self.decision(decision)?,
            Outcome::Judged(judged) => self.judged(judged)?,
            Outcome::Step(_) | Outcome::Nothing => {}
        }
        if is_new {
            self.timeouts()?;
            self.again()?;
            self.snapshots()?;
        }
        Ok(())
    }

    /// The world before, as every entry point sees it.
    fn due(&self) -> &World {
        self.settled.unwrap_or(self.before)
    }

    /// SPEC E5: one more with each change and not otherwise; SPEC A10: what must outlive a crash is in the record.
    fn revisions(&self, looks_same: bool) -> Check {
        let Some((writes, effects)) = self.outcome.parts() else { return Ok(()) };
        let lasting = |effect: &Effect| match effect {
            Effect::Audit(audit) => !audit.aggregate,
            Effect::Withdraw(_) | Effect::Revoke => true,
            Effect::Resync(_) => writes.device.is_some(),
            Effect::Adopt | Effect::Play(_) | Effect::HangUp => false,
        };
        if let (Some(old), Some(new)) = (&self.before.lab.device, &writes.device) {
            must(new.revision() == old.revision() + 1, || "the revision does not rise by one".into())?;
            must(!looks_same || !same(old, new), || "a write that changes nothing".into())?;
        }
        if let (Some(new), old) = (&writes.temp, writes.temp.as_ref().and_then(|new| self.before.lab.temp.get(&new.key()))) {
            // One call may count and slide, which are two changes.
            let old = old.map_or(0, libprov::whitelist::TempEntry::revision);
            must(new.revision() > old && new.revision() <= old + 2, || format!("temp revision {old} to {}", new.revision()))?;
        }
        if let Some(new) = &writes.budget {
            must(new.revision() == self.before.lab.budget.revision() + 1, || {
                "the budget's revision does not rise by one".into()
            })?;
        }
        for effect in effects.iter().filter(lasting) {
            // Where nothing is stored, nothing can be lost after it; nor has what creates a device an earlier record to lose.
            let stored = writes.device.as_ref().is_some_and(|device| device.pending_effects().contains(&effect));
            let created = matches!(self.event, Event::Create | Event::Installed);
            must(stored || created || writes.is_empty(), || format!("{effect:?} would be lost in a crash"))?;
        }
        Ok(())
    }

    /// SPEC A7: whether what was due was done before makes no difference.
    fn late_is_harmless(&self) -> Check {
        let Some(settled) = self.settled else { return Ok(()) };
        if matches!(self.event, Event::Tick | Event::Ages) {
            return Ok(());
        }
        let Some((after, outcome)) = settled.after(self.event) else { return Err("only possible while late".into()) };
        let (late, punctual) = (self.outcome.told(), outcome.told());
        must(late == punctual, || format!("late: {late}\npunctual: {punctual}"))?;
        // A call that changes nothing writes nothing, and leaves to the next what is due.
        let kept = settle(self.after);
        let (late, punctual) = (kept.as_ref().unwrap_or(self.after).canonical(), after.canonical());
        must(late == punctual, || format!("late: {late}\npunctual: {punctual}"))
    }

    /// SPEC A2, A8: who is blocked stays so.
    fn blocked_stays(&self) -> Check {
        let (Some(before), Some(after)) = (self.before.device(), self.after.device()) else { return Ok(()) };
        for (who, name) in WHO.iter().enumerate() {
            let state = |device: &Device, world: &World| device.state_of(source(who), world.settings(), world.lab.now);
            if state(before, self.before) != State::Blocked || state(after, self.after) == State::Blocked {
                continue;
            }
            let rule = self.before.seen.lease_rule;
            let whole = before.state_of(Source::UNRESOLVED, self.before.settings(), self.before.lab.now) == State::Blocked
                && self.chart.settings.lock_scope == LockScope::Source;
            let lifted = match self.event {
                Event::Reset => true,
                Event::Delivered => rule == Some(Rule::R4) || !whole,
                // SPEC A14, policy on_answer: the answer is the delivery.
                Event::Fetch(..) if self.chart.settings.on_answer => self.after.seen_full(self.outcome, whole),
                _ => false,
            };
            must(lifted, || format!("{name} is no longer blocked, by {rule:?}"))?;
            // A delivery elsewhere lifts the block of wrong PAPs from here (SPEC A8), but not one by them to here.
            if self.event == Event::Delivered && before.lease().is_some_and(|lease| lease.source() == source(who)) && !whole {
                let allowed =
                    matches!(rule, Some(Rule::R4 | Rule::R6a)) || self.chart.settings.enforcement != Enforcement::Enforce;
                must(allowed, || format!("{name} delivered itself out of its block by {rule:?}"))?;
            }
        }
        Ok(())
    }

    /// SPEC A13: wrong PAPs of one source change nothing for the other, up to the ceiling.
    fn others_are_left_alone(&self) -> Check {
        let Event::WrongPap(who) = self.event else { return Ok(()) };
        let (Some(before), Some(after)) = (self.due().device(), self.after.device()) else { return Ok(()) };
        let settings = &self.chart.settings;
        let state = |device: &Device| device.state_of(source(1 - who), settings, self.before.lab.now);
        let ceiling = after.state_of(Source::UNRESOLVED, settings, self.before.lab.now) == State::Blocked;
        must(state(before) == state(after) || ceiling || settings.lock_scope == LockScope::Device, || {
            "a stranger is locked".into()
        })
    }

    fn decision(&self, decision: &Decision) -> Check {
        let Event::Fetch(who, shown) = self.event else { return Err("no fetch".into()) };
        let world = self.due();
        let Some(device) = world.device() else {
            return must(decision.rule == Rule::R2 && decision.answer.status() == 404, || "R2".into());
        };
        let now = world.lab.now;
        let accepted = match shown {
            Shown::TokenOf(of) => world.tokens[of].as_ref().is_some_and(|token| {
                world
                    .seen
                    .accepted
                    .is_some_and(|(id, at)| id == token.id && now.since(at) < self.chart.settings.delivery_window_ms)
            }),
            _ => false,
        };
        // SPEC R0: proof is what was shown, and nothing else.
        match decision.proof {
            Proof::Credential => must(shown == Shown::Credential, || "no credential was shown".into())?,
            Proof::AcceptedToken => must(accepted, || "the token was not accepted, or too long ago".into())?,
            Proof::AcceptedAddress => {
                let id = world.seen.accepted.map(|(id, _)| id);
                must(id.and_then(|id| id.source()) == Some(source(who)), || "another address was accepted".into())?;
            }
            Proof::PresentToken => must(matches!(shown, Shown::TokenOf(_)), || "no token was shown".into())?,
            Proof::StaleCredential => must(shown == Shown::StaleCredential, || "nothing stale was shown".into())?,
            Proof::None => {}
            Proof::Certificate => return Err("no certificate was shown".into()),
        }
        match decision.answer {
            Answer::Full(full) => self.full(decision, full, who, device),
            _ => self.sparing(decision, device),
        }
    }

    /// No full answer without proof or exemption, no secret of a closed release without proof.
    fn full(&self, decision: &Decision, full: Full, who: usize, device: &Device) -> Check {
        let world = self.due();
        let now = world.lab.now;
        let settings = &self.chart.settings;
        let unenforced = settings.enforcement != Enforcement::Enforce;
        must(device.is_active(), || "R3: it is inactive".into())?;
        let grounds = match (decision.rule, decision.exemption) {
            (Rule::R4, Some(Exemption::Suspension)) => device.is_suspended(now),
            (Rule::R6a, Some(Exemption::Permanent(prefix))) => prefix.contains(address(who).ip().unwrap()),
            (Rule::R6b, Some(Exemption::Temporary { .. })) => {
                let entry = self.before.lab.temp.get(&source(who));
                device.delivered_at().is_none() && entry.is_some_and(|entry| entry.is_live(now))
            }
            (Rule::R7 | Rule::R8, None) => decision.proof.is_proven(),
            (Rule::R8a, Some(Exemption::Installed)) => {
                device.delivered_at().is_none() && self.chart.events.contains(&Event::Installed)
            }
            (Rule::R5 | Rule::R9 | Rule::R10 | Rule::R11, Some(Exemption::NotEnforced)) => unenforced,
            _ => false,
        };
        must(grounds, || format!("full by {} with {:?}", decision.rule, decision.exemption))?;
        let blocked = device.state_of(source(who), settings, now) == State::Blocked;
        let token = matches!(self.event, Event::Fetch(_, Shown::TokenOf(_)));
        must(!blocked || token || matches!(decision.rule, Rule::R4 | Rule::R6a) || unenforced, || {
            "full although blocked".into()
        })?;
        // SPEC S7
        let proven = decision.proof.is_proven() || decision.rule == Rule::R8a;
        let caps = device.model().capabilities();
        let given = decision.rule == Rule::R4 && self.bound_by_administrator(device);
        let keeps_nothing =
            !caps.retains && (decision.exemption == Some(Exemption::NotEnforced) || caps.carriage == Carriage::None);
        if self.is_closed(device) && !given && !keeps_nothing {
            must(proven || full.secrets.is_none(), || format!("secrets of a closed release: {:?}", full.secrets))?;
            let credential = Secrets { credential: true, ..Secrets::NONE };
            let may = !caps.retains || device.is_overwritten() || full.secrets == credential || full.secrets.is_none();
            must(may, || format!("secrets of a closed release, though proven: {:?}", full.secrets))?;
        }
        // SPEC A14: what a delivery would change is awaited.
        must(full.lease.is_some() || device.delivered_at().is_some() || settings.on_answer, || "nothing to confirm".into())
    }

    /// SPEC E7: deny and restricted change nothing but what is due, `overwritten`, and a contested suspension.
    fn sparing(&self, decision: &Decision, device: &Device) -> Check {
        let Writes { device: written, second, temp, source: guard, wider, budget, adoption } = &decision.writes;
        must(second.is_none() && temp.is_none() && budget.is_none() && adoption.is_none(), || "E7: it writes".into())?;
        // SPEC R12: what is denied as unknown and a forged credential count against their source.
        let counts = decision.proof == Proof::StaleCredential || matches!(decision.rule, Rule::R2 | Rule::R3);
        must((guard.is_none() && wider.is_none()) || counts, || "E7: it writes a guard".into())?;
        // SPEC S5: what had arrived may be overwritten, by whatever restricted file.
        let restricted = matches!(decision.answer, Answer::Restricted(_));
        let overwrites = restricted && device.delivered_at().is_some() && !device.is_overwritten();
        let contested = decision.effects.has_audit(AuditEvent::SuspensionContested);
        if contested {
            must(!decision.proof.is_proven() && device.is_suspended(self.before.lab.now), || "contested for no reason".into())?;
        }
        let may = self.settled.is_some() || overwrites || contested;
        must(written.is_none() || may, || "E7: it writes the device".into())
    }

    /// SPEC A2: no more tries than policy allows between two lockouts.
    fn judged(&self, judged: &Judged) -> Check {
        let settings = &self.chart.settings;
        let (Event::RightPap(who) | Event::WrongPap(who) | Event::EmptyPap(who)) = self.event else {
            return must(judged.verdict == Verdict::Restarting || judged.verdict == Verdict::NotPossible, || {
                format!("{:?}", judged.verdict)
            });
        };
        let row = self.after.seen.wrong[who];
        let allowed = settings.attempts * settings.lockouts;
        must(row <= allowed, || format!("{row} wrong PAPs since the last delivery or right one"))?;
        match judged.verdict {
            Verdict::Accepted => must(judged.counted && self.event == Event::RightPap(who), || "accepted".into()),
            Verdict::Wrong { left } if settings.lock_scope == LockScope::Source => {
                must(left > 0 && left == settings.attempts - row % settings.attempts, || format!("{left} left after {row}"))
            }
            Verdict::Locked { until } => {
                must(until > self.after.lab.now && until.since(self.after.lab.now) <= settings.lockout_ms, || {
                    format!("until {until}")
                })
            }
            Verdict::Empty => {
                must(!judged.counted && judged.writes.device.is_some() == self.settled.is_some(), || "empty counts".into())
            }
            _ => Ok(()),
        }
    }

    /// SPEC A7: a look at the next timeout makes progress; early or twice it is harmless.
    fn timeouts(&self) -> Check {
        let Some(device) = self.after.device() else { return Ok(()) };
        let mut world = self.after.clone();
        let _ = world.lab.timeout();
        let revision = world.device().map(Device::revision);
        let again = world.lab.timeout();
        must(again.writes.is_empty() && world.device().map(Device::revision) == revision, || "twice is a change".into())?;
        let Some(next) = device.next_timeout() else { return Ok(()) };
        let mut world = self.after.clone();
        world.lab.now = world.lab.now.max(next);
        let step = world.lab.timeout();
        must(step.writes.device.is_some(), || "nothing was due at the next timeout".into())?;
        let later = world.device().and_then(Device::next_timeout);
        must(later.is_none_or(|later| later > next), || "no progress".into())
    }

    /// Confirmations and retransmissions count once (SPEC A5, A14).
    fn again(&self) -> Check {
        if matches!(self.event, Event::Delivered | Event::NotDelivered | Event::DeliveredElse | Event::Timeout)
            && let Some((_, Outcome::Step(step))) = self.after.after(self.event)
        {
            must(step.writes.is_empty(), || format!("twice is a change: {:?}", step.writes))?;
        }
        if let Outcome::Judged(judged) = self.outcome
            && judged.counted
            && let Event::RightPap(who) | Event::WrongPap(who) = self.event
            && let Some(token) = &self.after.tokens[who]
        {
            let mut world = self.after.clone();
            let attempt = world.lab.attempts;
            let again = world.lab.pap(token.id, "12345", Some(attempt));
            must(again.verdict == judged.verdict && !again.counted && again.writes.is_empty(), || {
                format!("again: {:?}", again.verdict)
            })?;
        }
        Ok(())
    }

    /// SPEC E2: what was stored and read is the same record, so that its future is the same.
    fn snapshots(&self) -> Check {
        let Some((Writes { device: Some(device), .. }, _)) = self.outcome.parts() else { return Ok(()) };
        let text: Device = snapshot::from_json(&snapshot::to_json(device)).map_err(|error| error.to_string())?;
        let bytes: Device = snapshot::from_bytes(&snapshot::to_bytes(device)).map_err(|error| error.to_string())?;
        must(text == *device && bytes == *device, || "a snapshot is another record".into())
    }

    fn is_closed(&self, device: &Device) -> bool {
        let mut value: Value = serde_json::from_str(&snapshot::to_json(device)).unwrap();
        match &find(&mut value)["release"] {
            Value::Object(mixed) => {
                let gates = mixed["mixed"].as_object().unwrap();
                let single = ["menu", "web", "other", "credential"].map(|kind| &gates[kind]);
                gates["sip"].as_array().unwrap().iter().chain(single).all(|gate| self.is_shut(gate))
            }
            word => word == "closed",
        }
    }

    fn is_shut(&self, gate: &Value) -> bool {
        let deadline = |gate: &Value| {
            let deadline = &gate["deadline"];
            let end = deadline["start_ms"].as_i64().unwrap() + deadline["len_ms"].as_i64().unwrap();
            end <= self.before.lab.now.as_ms()
        };
        match gate {
            Value::Object(gate) => gate.get("until").or(gate.get("window")).is_some_and(deadline),
            word => word == "closed",
        }
    }

    fn bound_by_administrator(&self, device: &Device) -> bool {
        let mut value: Value = serde_json::from_str(&snapshot::to_json(device)).unwrap();
        !find(&mut value)["rare"]["suspension"]["bind"]["given"].is_null()
    }
}

impl World {
    fn seen_full(&self, outcome: &Outcome, whole: bool) -> bool {
        matches!(outcome, Outcome::Decision(decision) if matches!(decision.answer, Answer::Full(_)) && (decision.rule == Rule::R4 || !whole))
    }
}

/// Whether two records differ in nothing but their revision.
fn same(one: &Device, other: &Device) -> bool {
    let strip = |device: &Device| {
        let mut value: Value = serde_json::from_str(&snapshot::to_json(device)).unwrap();
        find(&mut value).remove("revision");
        value
    };
    strip(one) == strip(other)
}

/// These shown by both.
fn fetches(shown: &[Shown]) -> Vec<Event> {
    (0..2).flat_map(|who| shown.iter().map(move |shown| Event::Fetch(who, *shown))).collect()
}

fn set(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = small();
    change(&mut settings);
    settings
}

const TIME: &[Event] = &[Event::Create, Event::Tick, Event::Ages, Event::Timeout];
const PAPS: &[Event] =
    &[Event::RightPap(0), Event::WrongPap(0), Event::RightPap(1), Event::WrongPap(1), Event::EmptyPap(0), Event::OldPap];
const OWN_PAPS: &[Event] = &[Event::RightPap(0), Event::WrongPap(0)];
const LEASES: &[Event] = &[Event::Delivered, Event::NotDelivered, Event::DeliveredElse];
const RELEASES: &[Event] = &[Event::ReleaseAgain, Event::ReleaseProven];
const SUSPENSIONS: &[Event] = &[Event::SuspendFor(0), Event::Suspend];

/// The charts, without the numbers they must reach.
fn charts() -> Vec<Chart> {
    use Event::{Activate, Block, Deactivate, Delete, Delivered, Installed, Neighbour, Reset, Suspend};
    let url = || lab::plain_model(true, Carriage::Url);
    let blank = || lab::plain_model(false, Carriage::Url);
    let nothing = fetches(&[Shown::Nothing]);
    let tokens = fetches(&[Shown::Nothing, Shown::TokenOf(0), Shown::TokenOf(1), Shown::OldToken, Shown::ForgedToken]);
    let proofs = fetches(&[Shown::Nothing, Shown::Credential, Shown::StaleCredential]);
    let known = fetches(&[Shown::Nothing, Shown::Credential]);
    let own = fetches(&[Shown::Nothing, Shown::TokenOf(0)]);
    let few = fetches(&[Shown::Nothing, Shown::TokenOf(0), Shown::Credential]);
    let other = fetches(&[Shown::Nothing, Shown::TokenOf(1), Shown::Credential]);
    let one_try = |s: &mut Settings| (s.attempts, s.ceiling) = (1, 3);
    let ceiling: &[Event] = &[Event::Fetch(0, Shown::Credential), Event::WrongPap(0), Event::WrongPap(1)];
    let half = MINUTE_MS / 2;
    let chart = |name, settings, tick_ms, parts: &[&[Event]]| Chart {
        name,
        settings,
        tick_ms,
        permanent: &[],
        model: url(),
        events: [&[TIME], parts].concat().concat(),
    };
    let permanent: &[&str] = &["198.51.100.7"];
    vec![
        chart("tries", small(), half, &[&nothing, PAPS, &[Reset, Block]]),
        chart("tokens", set(one_try), MINUTE_MS, &[&tokens, &PAPS[..3], &[Delivered, Reset]]),
        chart("release", small(), MINUTE_MS, &[&proofs, LEASES, RELEASES, &[Reset, Event::SuspendFor(0)]]),
        chart("suspension", set(one_try), MINUTE_MS, &[&known, SUSPENSIONS, &[Delivered, Reset, Block]]),
        chart("desk", set(one_try), MINUTE_MS, &[&own, OWN_PAPS, &[Delivered, Suspend, Deactivate, Activate, Block, Delete]]),
        chart("ceiling", set(one_try), MINUTE_MS, &[&nothing, ceiling, &[Delivered, Suspend]]),
        Chart { permanent, ..chart("permanent", set(one_try), MINUTE_MS, &[&other, &PAPS[2..4], &[Delivered, Reset, Block]]) },
        chart("neighbour", set(one_try), MINUTE_MS, &[&known, &[Neighbour(0), Delivered, Suspend, Reset]]),
        chart("installed", set(one_try), half, &[&proofs, LEASES, &[Installed, Reset, Delete]]),
        Chart {
            model: lab::plain_model(true, Carriage::None),
            ..chart("weak", set(one_try), half, &[&own, OWN_PAPS, &[Delivered, Reset]])
        },
        Chart {
            model: blank(),
            permanent,
            ..chart("keeps nothing", small(), MINUTE_MS, &[&known, LEASES, &[Event::ReleaseAgain, Reset]])
        },
        chart("lock scope device", set(|s| s.lock_scope = LockScope::Device), half, &[&nothing, &PAPS[..4], &[Reset]]),
        chart(
            "unbound",
            set(|s| (s.suspension_bind, s.attempts) = (SuspensionBind::Unbound, 1)),
            MINUTE_MS,
            &[&known, &[Suspend, Delivered, Reset, Block]],
        ),
        chart("observe", set(|s| s.enforcement = Enforcement::Observe), MINUTE_MS, &[&proofs, LEASES, &[Reset, Block]]),
        chart("on answer", set(|s| s.on_answer = true), MINUTE_MS, &[&few, OWN_PAPS, &[Suspend, Reset, Block]]),
    ]
}

/// Explores all of them, several at a time; none may reach less than was recorded.
fn walk(charts: &[Chart], recorded: &[(&str, usize, usize)]) {
    let next = AtomicUsize::new(0);
    let walked = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(chart) = charts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (states, steps) = explore(chart, 1_000_000);
                    walked.lock().unwrap().push((chart.name, states, steps));
                }
            });
        }
    });
    let walked = walked.into_inner().unwrap();
    for row in &walked {
        println!("    {row:?},");
    }
    let sum = |of: fn(&(&str, usize, usize)) -> usize| walked.iter().map(of).sum::<usize>();
    println!("{} states, {} steps", sum(|row| row.1), sum(|row| row.2));
    assert_eq!(walked.len(), recorded.len());
    for (name, least_states, least_steps) in recorded {
        let (_, states, steps) = walked.iter().find(|row| row.0 == *name).unwrap();
        assert!(states >= least_states && steps >= least_steps, "{name}: {states} states, {steps} steps, less than recorded");
    }
}

#[test]
fn every_step_from_every_state_keeps_the_rules() {
    walk(&charts(), RECORDED);
}

/// Chart, states, steps.
const RECORDED: &[(&str, usize, usize)] = &[
    ("tries", 14354, 175212),
    ("tokens", 9779, 160822),
    ("release", 2864, 45811),
    ("suspension", 3771, 44954),
    ("desk", 7664, 112063),
    ("ceiling", 19814, 190222),
    ("permanent", 6795, 93830),
    ("neighbour", 9571, 105254),
    ("installed", 1482, 20724),
    ("weak", 2190, 24022),
    ("keeps nothing", 201, 2405),
    ("lock scope device", 1472, 13696),
    ("unbound", 1407, 15284),
    ("observe", 405, 5505),
    ("on answer", 1996, 27640),
];
