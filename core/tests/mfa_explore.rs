//! Every state that the second factor of a portal user can come to under a small policy, and every step from there (SPEC M).
//!
//! Breadth first until nothing new appears. The owner is at home, somebody who knows the password is abroad; both may try
//! everything. Two states are one when their records differ in nothing but names and in the effects that are owed. Every step
//! is checked against what must hold always. Time passes in a budget of short steps and one month.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unreachable_pub, missing_docs)]

mod portal;

use libprov::ids::SessionId;
use libprov::mfa::{
    self, Account, AdminAct, Due, EnteredBy, FactorState, Judgement, MfaEffect, MfaSettings, Notice, RecoveryMode, Refusal,
    SwitchOff,
};
use libprov::otp::{OtpSecret, Totp, TotpKey, Window};
use libprov::secret::Secret;
use libprov::snapshot;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use portal::Lab;
use serde_json::{Map, Value};
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

const TICK_MS: u64 = 30 * SECOND_MS;
/// Longer than every length of time of a record.
const AGES_MS: u64 = 32 * DAY_MS;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Who {
    Owner,
    Thief,
}

impl Who {
    const fn from(self) -> &'static str {
        match self {
            Self::Owner => portal::HOME,
            Self::Thief => portal::ELSEWHERE,
        }
    }

    const fn session(self) -> SessionId {
        SessionId::from_number(match self {
            Self::Owner => 1,
            Self::Thief => 2,
        })
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Event {
    Password(Who),
    /// A code of the live app, for the present step, or for the next one.
    Code(Who, i64),
    WrongCode(Who),
    Junk(Who),
    Paper(Who),
    /// A recovery code that was good once.
    OldPaper(Who),
    Begin(Who),
    BeginWithCode(Who),
    BeginWithGrant(Who),
    Confirm(Who),
    ConfirmWrong(Who),
    Resync(Who),
    Shown,
    Regenerate(Who),
    Reset(Who),
    SwitchOff(Who),
    Admin(AdminAct),
    Timeout,
    Tick,
    Ages,
}

const OFF: AdminAct = AdminAct::SwitchOff { risk_accepted: true };

/// Whose telephone the codes come from that are typed abroad.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Abroad {
    /// Nobody's: somebody who knows the password, and once saw a recovery code, guesses.
    Thief,
    /// The owner travels.
    Owner,
}

fn events(abroad: Abroad) -> Vec<Event> {
    let mut all = vec![
        Event::Code(Who::Owner, 0),
        Event::Code(Who::Owner, 1),
        Event::WrongCode(Who::Owner),
        Event::Paper(Who::Owner),
        Event::Begin(Who::Owner),
        Event::BeginWithCode(Who::Owner),
        Event::BeginWithGrant(Who::Owner),
        Event::Confirm(Who::Owner),
        Event::Resync(Who::Owner),
        Event::Regenerate(Who::Owner),
        Event::Reset(Who::Owner),
        Event::SwitchOff(Who::Owner),
        Event::Password(Who::Thief),
        Event::Begin(Who::Thief),
    ];
    all.extend(match abroad {
        Abroad::Thief => [
            Event::WrongCode(Who::Thief),
            Event::Junk(Who::Thief),
            Event::OldPaper(Who::Thief),
            Event::Confirm(Who::Thief),
            Event::ConfirmWrong(Who::Thief),
        ],
        Abroad::Owner => [
            Event::Code(Who::Thief, 0),
            Event::Paper(Who::Thief),
            Event::BeginWithCode(Who::Thief),
            Event::Confirm(Who::Thief),
            Event::Password(Who::Owner),
        ],
    });
    all.extend([AdminAct::SwitchOn, AdminAct::Reset, OFF, AdminAct::Unlock].map(Event::Admin));
    all.extend([Event::Shown, Event::Timeout, Event::Tick, Event::Ages]);
    all
}

/// The account, and what people hold.
#[derive(Clone)]
struct World {
    lab: Lab,
    /// The app whose secret is live, or was live before a reset.
    live: Option<(OtpSecret, Totp)>,
    pending: Option<(OtpSecret, Totp)>,
    old_paper: Option<Secret>,
    grant: Option<Secret>,
    /// Whose session a recovery code opened last.
    opened: Option<Who>,
    ticks: u8,
    months: u8,
}

type Answered = (bool, Option<Refusal>);

impl World {
    fn new(settings: MfaSettings, ticks: u8, months: u8) -> Self {
        let mut lab = Lab::new(settings);
        lab.quick = true;
        // The middle of a day: so few ticks do not come to another one.
        lab.now = lab.now.minus_ms(lab.now.as_ms() as u64 % DAY_MS).plus_ms(12 * HOUR_MS);
        Self { lab, live: None, pending: None, old_paper: None, grant: None, opened: None, ticks, months }
    }

    fn code(&self, app: &Option<(OtpSecret, Totp)>, ahead: i64) -> Option<String> {
        let (secret, totp) = app.as_ref()?;
        let step = totp.step_at(self.lab.now).checked_add_signed(ahead)?;
        Some(TotpKey::new(secret, *totp).generate(step).as_str().to_owned())
    }

    /// Digits that neither app has around here.
    fn wrong(&self) -> String {
        let near: Vec<String> =
            (-4..=4).flat_map(|at| [self.code(&self.live, at), self.code(&self.pending, at)]).flatten().collect();
        let width = usize::from(self.lab.policy.settings().totp.digits());
        (0..).map(|n| format!("{n:0width$}")).find(|code| !near.contains(code)).unwrap()
    }

    /// Does it; none: nobody can, or it makes no sense. Whether it was granted, and why not.
    fn perform(&mut self, event: Event) -> Option<Answered> {
        let before = self.lab.account.clone();
        if let Event::Password(who)
        | Event::Code(who, _)
        | Event::WrongCode(who)
        | Event::Junk(who)
        | Event::Paper(who)
        | Event::OldPaper(who)
        | Event::Begin(who)
        | Event::BeginWithCode(who)
        | Event::BeginWithGrant(who)
        | Event::Confirm(who)
        | Event::ConfirmWrong(who)
        | Event::Resync(who)
        | Event::Regenerate(who)
        | Event::Reset(who)
        | Event::SwitchOff(who) = event
        {
            self.lab.from = who.from();
        }
        self.lab.effects.clear();
        let answered = match event {
            Event::Password(_) => (self.lab.login().due == Due::Granted, None),
            Event::Code(who, ahead) => {
                let code = self.code(&self.live, ahead)?;
                self.enter(who, &code)
            }
            Event::WrongCode(who) => {
                let wrong = self.wrong();
                self.enter(who, &wrong)
            }
            Event::Junk(who) => self.enter(who, "12 34 x"),
            Event::Paper(who) => {
                let paper = self.lab.paper.first()?.clone();
                let answered = self.enter(who, paper.expose());
                if answered.0 {
                    self.opened = Some(who);
                }
                answered
            }
            Event::OldPaper(who) => {
                let paper = self.old_paper.clone()?;
                self.enter(who, paper.expose())
            }
            Event::Begin(who) => self.begin(who, None),
            Event::BeginWithCode(who) => {
                let code = self.code(&self.live, 0)?;
                self.begin(who, Some(&code))
            }
            Event::BeginWithGrant(who) => {
                let grant = self.grant.clone()?;
                self.begin(who, Some(grant.expose()))
            }
            Event::Confirm(who) => {
                let code = self.code(&self.pending, 0)?;
                self.confirm(who, &code)
            }
            Event::ConfirmWrong(who) => {
                let wrong = self.wrong();
                self.confirm(who, &wrong)
            }
            Event::Resync(_) => {
                let (first, second) = (self.code(&self.live, 2)?, self.code(&self.live, 3)?);
                answered(&self.lab.resync(&first, &second))
            }
            Event::Shown => {
                if self.lab.paper.is_empty() {
                    return None;
                }
                answered(&self.lab.shown())
            }
            Event::Regenerate(_) => {
                let (code, old) = (self.code(&self.live, 0)?, self.lab.paper.first().cloned());
                let judgement = self.lab.regenerate(&code);
                if let Judgement::Granted(_) = judgement {
                    self.old_paper = old;
                }
                answered(&judgement)
            }
            Event::Reset(_) => {
                let code = self.code(&self.live, 0)?;
                answered(&self.lab.reset(&code))
            }
            Event::SwitchOff(_) => {
                let code = self.code(&self.live, 0);
                answered(&self.lab.switch_off(code.as_deref(), true))
            }
            Event::Admin(act) => {
                if let Some(grant) = self.lab.admin(act).grant {
                    self.grant = Some(grant);
                }
                (self.lab.account != before, None)
            }
            Event::Timeout => {
                self.lab.timeout();
                (false, None)
            }
            Event::Tick => {
                self.ticks = self.ticks.checked_sub(1)?;
                self.lab.tick(TICK_MS);
                (false, None)
            }
            Event::Ages => {
                self.months = self.months.checked_sub(1)?;
                self.lab.tick(AGES_MS);
                (false, None)
            }
        };
        self.check(event, &before, answered);
        Some(answered)
    }

    fn enter(&mut self, who: Who, typed: &str) -> Answered {
        let old = self.lab.paper.first().cloned();
        let judgement = self.lab.enter(who.session(), typed);
        if let Judgement::Granted(entered) = &judgement {
            if entered.recovery.is_some() {
                self.old_paper = old;
            } else if matches!(entered.by, EnteredBy::Recovery { .. }) {
                self.old_paper = Some(self.lab.paper.remove(0));
            }
        }
        answered(&judgement)
    }

    fn begin(&mut self, who: Who, proof: Option<&str>) -> Answered {
        let judgement = self.lab.begin(who.session(), proof);
        if let Judgement::Granted(shown) = &judgement {
            self.pending = Some((shown.secret.clone(), shown.totp));
        }
        answered(&judgement)
    }

    fn confirm(&mut self, who: Who, code: &str) -> Answered {
        let judgement = self.lab.confirm(who.session(), code);
        if let Judgement::Granted(_) = judgement {
            self.live = self.pending.take();
        }
        answered(&judgement)
    }

    /// What must hold after every step.
    fn check(&self, event: Event, stored: &Account, (granted, refusal): Answered) {
        let (lab, after) = (&self.lab, &self.lab.account);
        if let Event::Tick | Event::Ages = event {
            return;
        }
        // What was due comes first (SPEC A7); the claims are about what comes then.
        let due = mfa::handle_timeout(stored, &lab.policy, lab.now).write;
        let before = due.as_ref().unwrap_or(stored);
        let source = lab.facts().address.source();
        let told = lab.notices();
        let ends = lab.ends_sessions();
        let holds =
            |claim: bool, what: &str| assert!(claim, "{what}\n  {event:?} -> {granted} {refusal:?}\n  {before:?}\n  {after:?}");
        let is_on = |account: &Account| matches!(account.state(), FactorState::On | FactorState::Rotating);
        let was_on = is_on(before);
        // SPEC M1, M2, M7: what is wrong, used or misspelt is never granted.
        if let Event::WrongCode(_) | Event::Junk(_) | Event::ConfirmWrong(_) | Event::OldPaper(_) = event {
            holds(!granted, "only what is right is granted");
        }
        if let Event::Junk(_) = event {
            holds(after == before, "a typo costs nothing");
        }
        // SPEC M5: after the password somebody who is on is never let in without a code.
        if let Event::Password(_) = event {
            holds(!granted || !was_on && after.state() != FactorState::Demanded, "the password alone");
        }
        // SPEC M2: accepted steps rise.
        if let (true, Event::Code(..) | Event::Resync(_)) = (granted, event) {
            holds(after.last_step() > before.last_step(), "each step once");
        }
        // SPEC M8: what is locked judges no code, and a lock ends by an administrator or a confirmed enrolment.
        if before.is_locked(source) && granted {
            let by_paper = match event {
                Event::Paper(_) | Event::Shown | Event::Admin(_) => true,
                // Only in the session that a recovery code opened.
                Event::Begin(who) | Event::BeginWithCode(who) | Event::BeginWithGrant(who) => self.opened == Some(who),
                _ => false,
            };
            let lifts = matches!(event, Event::Confirm(_));
            let no_factor = matches!(event, Event::Password(_)) && before.state() == FactorState::Off
                || matches!(event, Event::Password(_)) && !was_on && after.state() == FactorState::Pending;
            holds(by_paper || lifts || no_factor, "a locked class");
        }
        if before.is_locked(source) && !after.is_locked(source) {
            holds(matches!(event, Event::Admin(_) | Event::Confirm(_)) && granted, "a lock ends by people");
        }
        // SPEC M3, M6: who leaves `on`, or changes the secret, gave a code, is an administrator, or confirmed.
        if was_on && !is_on(after) {
            let by_owner = matches!(event, Event::Reset(_) | Event::SwitchOff(_)) && granted;
            let by_admin = matches!(event, Event::Admin(AdminAct::Reset | AdminAct::SwitchOff { .. }));
            holds(by_owner || by_admin, "off by itself");
            holds(ends && !told.is_empty(), "sessions end and the owner is told");
        }
        if !was_on && is_on(after) {
            holds(matches!(event, Event::Confirm(_)) && granted && told.contains(&Notice::SwitchedOn), "on without a code");
            holds(after.recovery_left(&lab.keys) > 0 && after.recovery_unseen().is_some(), "recovery codes, unseen");
        }
        if was_on && before.state() == FactorState::Rotating && granted && matches!(event, Event::Confirm(_)) {
            holds(told.contains(&Notice::Rotated) && ends, "a rotation ends sessions");
        }
        // SPEC M7: a recovery code is used up, ends sessions and is told.
        if let (true, Event::Paper(_)) = (granted, event) {
            holds(ends && told.contains(&Notice::RecoveryUsed), "recovery is told");
            holds(
                before.recovery_unseen() != after.recovery_unseen()
                    || before.recovery_left(&lab.keys) > after.recovery_left(&lab.keys),
                "used up",
            );
        }
        // SPEC M8: nobody abroad keeps the owner out.
        if let Event::Code(Who::Thief, _)
        | Event::WrongCode(Who::Thief)
        | Event::OldPaper(Who::Thief)
        | Event::Resync(Who::Thief) = event
        {
            let home = portal::client(portal::HOME).source();
            if before.is_locked(home) != after.is_locked(home) {
                // Only where home is one of the others: it had no success in 30 days.
                holds(before.is_locked(source) == before.is_locked(home) && after.is_locked(source), "the owner is locked out");
            }
        }
        // SPEC A10: what was asked for is owed where it was stored.
        if after.revision() != stored.revision() {
            holds(lab.effects.iter().all(|effect| after.pending_effects().contains(effect)), "effects are owed");
        }
        let rank = |effect: &MfaEffect| match effect {
            MfaEffect::Audit(_) => 0,
            MfaEffect::EndSessions { .. } => 1,
            MfaEffect::Notify(_) => 2,
        };
        holds(lab.effects.is_sorted_by_key(rank), "the order of effects");
        // SPEC A7: what is due is done at its time, once, and not before.
        if let Some(next) = mfa::next_timeout(after, &lab.policy) {
            let at = next.max(lab.now);
            let step = mfa::handle_timeout(after, &lab.policy, at);
            let done = step.write.as_ref().unwrap_or(after);
            holds(mfa::next_timeout(done, &lab.policy).is_none_or(|later| later > at), "a timeout makes progress");
            holds(mfa::handle_timeout(done, &lab.policy, at).write.is_none(), "twice is harmless");
        }
        // SPEC M12: the same record and question give the same answer, also after a restart.
        let again: Account = snapshot::from_bytes(&snapshot::to_bytes(after)).unwrap();
        holds(again == *after, "a snapshot reads back");
    }

    /// The state without names: what cannot make a difference to what comes.
    fn name(&self) -> u64 {
        let mut record: Value = serde_json::from_str(&snapshot::to_json(&self.lab.account)).unwrap();
        let now = self.lab.now.as_ms();
        let step = Totp::DEFAULT.step_at(self.lab.now) as i64;
        let today = now / DAY_MS as i64;
        plain(&mut record, now, step, today);
        let mut hasher = DefaultHasher::new();
        record.to_string().hash(&mut hasher);
        // Which of what people hold is of use; the rest of it is only known to be useless.
        (self.ticks, self.months, self.live.is_some(), self.pending.is_some(), self.grant.is_some()).hash(&mut hasher);
        (
            self.lab.paper.len(),
            self.old_paper.is_some(),
            self.live_is_live(),
            self.lab.account.recovery_unseen() == Some(self.lab.set),
        )
            .hash(&mut hasher);
        hasher.finish()
    }

    /// Whether the live app of the people is that of the record.
    fn live_is_live(&self) -> bool {
        let json = snapshot::to_json(&self.lab.account);
        self.live.as_ref().is_some_and(|(secret, _)| json.contains(secret.base32().expose()))
    }
}

fn answered<T>(judgement: &Judgement<T>) -> Answered {
    match judgement {
        Judgement::Granted(_) => (true, None),
        Judgement::Refused(refusal) => (false, Some(*refusal)),
    }
}

/// Takes names away and makes instants relative.
fn plain(value: &mut Value, now: i64, step: i64, today: i64) {
    match value {
        Value::Object(fields) => plain_object(fields, now, step, today),
        Value::Array(items) => {
            // A day and its count.
            if let [Value::Number(day), Value::Number(_)] = items.as_slice()
                && let Some(day) = day.as_i64().filter(|day| (today - 40..=today + 1).contains(day))
            {
                items[0] = Value::from(today - day);
            }
            // A hash of a code on paper: its place is enough.
            if let [Value::Number(_), Value::String(_)] = items.as_slice() {
                items[1] = Value::Null;
            }
            items.iter_mut().for_each(|item| plain(item, now, step, today));
        }
        Value::Number(number) => {
            if let Some(at) = number.as_i64().filter(|at| *at > 1_000_000_000_000) {
                *value = Value::from(at - now);
            }
        }
        _ => {}
    }
}

fn plain_object(fields: &mut Map<String, Value>, now: i64, step: i64, today: i64) {
    for name in ["revision", "pending_effects", "set", "secret"] {
        fields.remove(name);
    }
    if fields.get("locked") == Some(&Value::Bool(true)) {
        // Only people lift a lock, and they clear the counts with it.
        fields.remove("in_row");
        fields.remove("days");
    }
    if let Some(last) = fields.get_mut("last_step") {
        // Nothing further back is in any window.
        *last = Value::from((last.as_i64().unwrap() - step).max(-8));
    }
    fields.values_mut().for_each(|field| plain(field, now, step, today));
}

struct Found {
    states: usize,
    steps: usize,
}

fn explore(settings: MfaSettings, abroad: Abroad, ticks: u8, months: u8) -> Found {
    let all = events(abroad);
    let first = World::new(settings, ticks, months);
    let mut seen = HashSet::from([first.name()]);
    let mut queue = VecDeque::from([first]);
    let mut steps = 0;
    while let Some(world) = queue.pop_front() {
        for event in &all {
            let mut next = world.clone();
            if next.perform(*event).is_none() {
                continue;
            }
            steps += 1;
            let moved = next.lab.account.revision() != world.lab.account.revision()
                || (next.ticks, next.months) != (world.ticks, world.months)
                || next.pending.is_some() != world.pending.is_some();
            if moved && seen.insert(next.name()) {
                queue.push_back(next);
            }
        }
    }
    Found { states: seen.len(), steps }
}

fn small() -> MfaSettings {
    // Four digits and a wide window: one failure locks. An enrolment waits for two ticks.
    MfaSettings { enrolment_ms: MINUTE_MS, window: Window::new(2).unwrap(), ..portal::digits(4) }
}

fn recorded(name: &str, found: &Found, states: usize, steps: usize) {
    println!("{name}: {} states, {} steps", found.states, found.steps);
    assert!(found.states >= states && found.steps >= steps, "{name}: {} states, {} steps", found.states, found.steps);
}

#[test]
fn every_state_with_a_thief_who_guesses() {
    recorded("a thief", &explore(small(), Abroad::Thief, 0, 1), 30_405, 706_147);
}

#[test]
fn every_state_of_an_owner_who_travels() {
    recorded("travel", &explore(small(), Abroad::Owner, 0, 0), 5_734, 132_348);
}

#[test]
fn every_state_with_grants() {
    let settings = MfaSettings { grants: true, grant_ms: HOUR_MS, ..small() };
    recorded("grants", &explore(settings, Abroad::Thief, 0, 0), 11_474, 269_805);
}

#[test]
fn every_state_where_the_tenant_demands_it_with_a_set_of_codes() {
    let settings = MfaSettings { demanded: true, recovery: RecoveryMode::Set(2), switch_off: SwitchOff::RiskOnly, ..small() };
    recorded("demanded, a set", &explore(settings, Abroad::Thief, 0, 0), 8_751, 192_555);
}
