//! The second factor beside a second model that has no state: the same answer to every event of every history (SPEC M2 to M9,
//! M11, R22; STATE-TABLES 4.4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, unreachable_pub, missing_docs)]

#[path = "mfa_history/model.rs"]
mod model;
mod portal;

use libprov::ids::{SessionId, UserId};
use libprov::keys::TenantKey;
use libprov::mfa::{
    self, Account, Actor, AdminAct, Due as CoreDue, EnrolmentProof, EnteredBy, Judgement, MfaEffect, MfaSettings, Notice,
    OwnSession, RecoveryCodes, RecoveryMode, Refusal, SwitchOff,
};
use libprov::otp::{OtpSecret, Totp, TotpKey, Window};
use libprov::time::Timestamp;
use libprov::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};
use model::{Act, Answer, DAY, Due, Ends, HOUR, MINUTE, Ms, No, PLACES, Past, Place, Rules, Seen, Told, Typed};
use portal::{Lab, prefix, settings};
use std::collections::BTreeMap;

/// Midnight, and the start of a step.
const START_MS: i64 = 1_900_022_400_000;

const fn address(place: Place) -> &'static str {
    match place {
        Place::Home => "192.0.2.10",
        Place::Office => "2001:db8:0:1::7",
        Place::Hotel => "203.0.113.66",
        Place::Train => "198.51.100.3",
        Place::Abroad => "2001:db8:0:2::7",
        Place::Unresolved => "",
    }
}

/// One way to configure the tenant, for core and for the model.
#[derive(Clone)]
struct Setup {
    settings: MfaSettings,
    trusted: Option<Place>,
}

impl Setup {
    fn of(settings: MfaSettings) -> Self {
        Self { settings, trusted: None }
    }

    fn all() -> Vec<(&'static str, Self)> {
        let of = Self::of;
        let four = portal::digits(4);
        vec![
            ("default", of(settings())),
            ("4 digits", of(four.clone())),
            ("5 digits, a set of 3", of(MfaSettings { recovery: RecoveryMode::Set(3), ..portal::digits(5) })),
            ("8 digits, no window", of(MfaSettings { window: Window::new(0).unwrap(), ..portal::digits(8) })),
            ("wide window", of(MfaSettings { window: Window::new(2).unwrap(), ..portal::digits(5) })),
            ("grants", of(MfaSettings { grants: true, ..portal::digits(5) })),
            ("demanded", of(MfaSettings { demanded: true, demand_ms: Some(2 * DAY), ..four.clone() })),
            (
                "demanded with grants",
                of(MfaSettings { demanded: true, grants: true, grant_ms: HOUR, enrolment_tries: 2, ..four }),
            ),
            ("no end to a demand", of(MfaSettings { demand_ms: None, recovery: RecoveryMode::Set(2), ..settings() })),
            (
                "risk only, trusted home",
                Self {
                    settings: MfaSettings { switch_off: SwitchOff::RiskOnly, trusted_addresses: true, ..portal::digits(5) },
                    trusted: Some(Place::Home),
                },
            ),
        ]
    }

    fn rules(&self) -> Rules {
        let s = &self.settings;
        // SPEC M8, and 3/5 of the month where five codes are good at once.
        let (row, month) = match (s.totp.digits(), s.window.steps()) {
            (4, _) => (3, 3),
            (5, 2) => (10, 6),
            (5, _) => (10, 10),
            (6, _) => (100, 25),
            (8, _) => (100, 1_000),
            other => panic!("{other:?}"),
        };
        Rules {
            first_step: START_MS / 30_000,
            row,
            month,
            window: s.window.steps().into(),
            reach: s.resync_steps.into(),
            enrolment: s.enrolment_ms,
            tries: s.enrolment_tries.into(),
            demanded: s.demanded,
            demand: s.demand_ms,
            grants: s.grants,
            grant: s.grant_ms,
            risk_only: s.switch_off == SwitchOff::RiskOnly,
            codes: if let RecoveryMode::Set(codes) = s.recovery { codes.into() } else { 1 },
            trusted: self.trusted,
        }
    }

    fn lab(&self) -> Lab {
        let mut lab = Lab::new(self.settings.clone());
        lab.now = Timestamp::from_ms(START_MS).unwrap();
        if let Some(place) = self.trusted {
            let entry = WhitelistEntry { prefix: prefix(&format!("{}/32", address(place))), label: "".into() };
            lab.trusted = Whitelist::build(vec![entry], &WhitelistLimits::default()).unwrap();
        }
        lab
    }
}

/// Core, and what happened so far.
#[derive(Clone)]
struct Run {
    rules: Rules,
    lab: Lab,
    /// The latest that the clock ever said.
    latest: Timestamp,
    past: Vec<Past>,
    apps: BTreeMap<usize, (OtpSecret, Totp)>,
    sets: BTreeMap<usize, RecoveryCodes>,
    grants: BTreeMap<usize, String>,
    wrong_paper: String,
    key: u8,
}

impl Run {
    fn new(setup: &Setup) -> Self {
        let mut other = Lab::new(settings());
        other.account = Account::new(other.account.tenant(), UserId::from_number(99), other.now);
        other.enrol();
        let wrong_paper = other.paper.pop().unwrap().expose().to_owned();
        Self {
            rules: setup.rules(),
            latest: setup.lab().now,
            lab: setup.lab(),
            past: Vec::new(),
            apps: BTreeMap::new(),
            sets: BTreeMap::new(),
            grants: BTreeMap::new(),
            wrong_paper,
            key: 1,
        }
    }

    fn ms(&self, at: Timestamp) -> Ms {
        at.since(Timestamp::from_ms(START_MS).unwrap())
    }

    fn now(&self) -> Ms {
        self.ms(self.lab.now)
    }

    fn wait(&mut self, ms: u64) {
        self.lab.now = self.lab.now.plus_ms(ms);
        self.latest = self.latest.max(self.lab.now);
    }

    /// Puts the clock back, never further than four minutes before where it was once: beyond five it would be taken for corrected.
    fn put_back(&mut self, ms: u64) {
        let least = self.latest.minus_ms(4 * MINUTE).max(Timestamp::from_ms(START_MS).unwrap());
        self.lab.now = self.lab.now.minus_ms(ms).max(least);
    }

    /// The codes that could be right somewhere now: of every app, around the clock and around where it is taken to be.
    fn near(&self, of: usize) -> impl Iterator<Item = (i64, String)> + '_ {
        let (secret, totp) = &self.apps[&of];
        let (key, step) = (TotpKey::new(secret, *totp), totp.step_at(self.lab.now) as i64);
        let drift = i64::from(self.lab.account.drift().unwrap_or(0));
        let ahead = (-3..=3).chain(drift - 3..=drift + 3);
        ahead.map(move |ahead| (ahead, key.generate((step + ahead) as u64).as_str().to_owned()))
    }

    /// The text; none where chance made two codes equal, which the model does not know.
    fn text(&self, typed: Typed) -> Option<String> {
        let width = usize::from(self.lab.policy.settings().totp.digits());
        Some(match typed {
            Typed::Code { app, ahead } => {
                let (secret, totp) = &self.apps[&app];
                let step = totp.step_at(self.lab.now) as i64 + ahead;
                let text = TotpKey::new(secret, *totp).generate(step as u64).as_str().to_owned();
                let same = |of: &usize| self.near(*of).any(|(at, other)| other == text && (*of, at) != (app, ahead));
                if self.apps.keys().any(same) {
                    return None;
                }
                text
            }
            Typed::Wrong => {
                let near: Vec<String> = self.apps.keys().flat_map(|of| self.near(*of)).map(|(_, text)| text).collect();
                (0..).map(|n| format!("{n:0width$}")).find(|text| !near.contains(text))?
            }
            Typed::Junk => "hello".to_owned(),
            Typed::Paper { set, at } => self.sets[&set].codes[at].expose().to_owned(),
            Typed::WrongPaper => self.wrong_paper.clone(),
            Typed::Grant(at) => self.grants[&at].clone(),
        })
    }

    /// Does it to core and asks the model; the two must agree. False: chance made it ambiguous, nothing was done.
    fn step(&mut self, act: Act) -> Result<bool, String> {
        let (now, at) = (self.now(), self.past.len());
        let Some(observed) = self.perform(act, at) else { return Ok(false) };
        let expected = model::expected(&self.past, now, act, &self.rules);
        let (told, ends) = self.effects();
        if (observed, &told, ends) != (expected.answer, &expected.told, expected.ends) {
            return Err(format!(
                "{now:>10}  {act:?}\n  core:  {observed:?} {told:?} {ends:?}\n  model: {:?} {:?} {:?}",
                expected.answer, expected.told, expected.ends
            ));
        }
        self.past.push(Past { at: now, act, reply: expected });
        // A key is the host's: no call of core, so nothing that is due was applied.
        if act == Act::NewKey {
            return Ok(true);
        }
        let (core, model) = (self.seen(), model::seen(&self.past, now, &self.rules));
        if core != model {
            return Err(format!("after {now:>10}  {act:?}\n  core:  {core:?}\n  model: {model:?}"));
        }
        Ok(true)
    }

    fn effects(&self) -> (Vec<Told>, Ends) {
        let told = self.lab.notices().into_iter().map(|notice| match notice {
            Notice::SwitchedOn => Told::On,
            Notice::Rotated => Told::Rotated,
            Notice::Reset => Told::Reset,
            Notice::SwitchedOff => Told::Off,
            Notice::RecoveryUsed => Told::RecoveryUsed,
            Notice::RecoveryRegenerated => Told::Regenerated,
            Notice::Unlocked => Told::Unlocked,
            Notice::Locked => Told::Locked,
            Notice::FailureAtNewSource => Told::FailureAtNewPlace,
            Notice::Resynchronised => Told::Resynchronised,
            other => panic!("{other:?}"),
        });
        let ends = self.lab.effects.iter().find_map(|effect| match effect {
            MfaEffect::EndSessions { keep: None } => Some(Ends::All),
            MfaEffect::EndSessions { keep: Some(session) } => Some(Ends::AllBut(session.number())),
            _ => None,
        });
        (told.collect(), ends.unwrap_or(Ends::None))
    }

    fn seen(&self) -> Seen {
        let account = &self.lab.account;
        Seen {
            state: account.state().name(),
            left: account.recovery_left(&self.lab.keys).into(),
            unseen: account.recovery_unseen().is_some(),
            locked: PLACES.map(|place| account.is_locked(portal::client(address(place)).source())),
            last_step: account.last_step().map(|step| step as i64),
            drift: account.drift().map(i64::from),
            next: mfa::next_timeout(account, &self.lab.policy).map(|at| self.ms(at)),
        }
    }

    fn keep(&mut self, at: usize, new: Option<RecoveryCodes>) -> usize {
        let Some(new) = new else { return 0 };
        let count = new.codes.len();
        self.sets.insert(at, new);
        count
    }

    fn perform(&mut self, act: Act, at: usize) -> Option<Answer> {
        let mut from = |place: Place| self.lab.from = address(place);
        match act {
            Act::Password(place)
            | Act::Enter(place, ..)
            | Act::Resync(place, ..)
            | Act::Begin(place, ..)
            | Act::Confirm(place, ..)
            | Act::Regenerate(place, ..)
            | Act::Reset(place, _)
            | Act::SwitchOff { from: place, .. } => from(place),
            _ => {}
        }
        let id = SessionId::from_number;
        self.lab.effects.clear();
        Some(match act {
            Act::Password(_) => Answer::Login(match self.lab.login().due {
                CoreDue::Granted => Due::Nothing,
                CoreDue::Code { wait } => Due::Code { wait: wait.map(|at| self.ms(at)) },
                CoreDue::Enrolment { proof } => {
                    Due::Enrolment { grant: proof != EnrolmentProof::None, old_code: proof == EnrolmentProof::GrantOrOldCode }
                }
                CoreDue::Locked { recovery } => Due::Locked { recovery },
            }),
            Act::Enter(_, session, typed) => {
                let text = self.text(typed)?;
                let judgement = self.lab.enter(id(session), &text);
                self.entered(judgement, at)
            }
            Act::Resync(_, first, second) => {
                let (first, second) = (self.text(first)?, self.text(second)?);
                let judgement = self.lab.resync(&first, &second);
                self.entered(judgement, at)
            }
            Act::Begin(_, session, proof) => {
                let text = match proof {
                    None => None,
                    Some(typed) => Some(self.text(typed)?),
                };
                match self.lab.begin(id(session), text.as_deref()) {
                    Judgement::Granted(shown) => {
                        let until = self.ms(shown.until);
                        let known = self.apps.iter().find(|(_, app)| app.0 == shown.secret).map(|(at, _)| *at);
                        let app = known.unwrap_or(at);
                        self.apps.insert(app, (shown.secret, shown.totp));
                        Answer::Secret { app, until }
                    }
                    Judgement::Refused(refusal) => self.no(refusal),
                }
            }
            Act::Confirm(_, session, typed) => {
                let text = self.text(typed)?;
                match self.lab.confirm(id(session), &text) {
                    Judgement::Granted(new) => Answer::Confirmed { ahead: new.drift.into(), new: self.keep(at, new.recovery) },
                    Judgement::Refused(refusal) => self.no(refusal),
                }
            }
            Act::Shown(set) => {
                self.lab.set = self.sets[&set].set;
                match self.lab.shown() {
                    Judgement::Granted(()) => Answer::Done,
                    Judgement::Refused(refusal) => self.no(refusal),
                }
            }
            Act::Regenerate(_, session, typed) => {
                let text = self.text(typed)?;
                let fresh = self.lab.fresh();
                let step = mfa::regenerate_recovery(self.lab.facts(), id(session), &text, self.lab.now, fresh);
                match self.lab.store(step) {
                    Judgement::Granted(new) => Answer::NewCodes(self.keep(at, Some(new))),
                    Judgement::Refused(refusal) => self.no(refusal),
                }
            }
            Act::Reset(_, typed) => {
                let text = self.text(typed)?;
                match self.lab.reset(&text) {
                    Judgement::Granted(()) => Answer::Done,
                    Judgement::Refused(refusal) => self.no(refusal),
                }
            }
            Act::SwitchOff { session, passed, code, risk, .. } => {
                let text = match code {
                    None => None,
                    Some(typed) => Some(self.text(typed)?),
                };
                let own = OwnSession { id: id(session), passed_factor: passed };
                match self.lab.switch_off_in(own, text.as_deref(), risk) {
                    Judgement::Granted(()) => Answer::Done,
                    Judgement::Refused(refusal) => self.no(refusal),
                }
            }
            Act::AdminOn => self.admin(AdminAct::SwitchOn, at),
            Act::AdminReset => self.admin(AdminAct::Reset, at),
            Act::AdminOff => self.admin(AdminAct::SwitchOff { risk_accepted: true }, at),
            Act::AdminUnlock => self.admin(AdminAct::Unlock, at),
            Act::NewKey => {
                self.key = self.key % 200 + 1;
                let next = TenantKey::new(self.key, core::array::from_fn(|i| i as u8 ^ self.key)).unwrap();
                self.lab.keys = self.lab.keys.clone().rotated(next).unwrap();
                Answer::Done
            }
            Act::Timeout => {
                self.lab.timeout();
                Answer::Done
            }
        })
    }

    fn entered(&mut self, judgement: Judgement<mfa::Entered>, at: usize) -> Answer {
        match judgement {
            Judgement::Granted(entered) => {
                let new = self.keep(at, entered.recovery);
                match entered.by {
                    EnteredBy::Code { drift } => Answer::ByCode { ahead: drift.into(), new },
                    EnteredBy::Recovery { left } => Answer::ByPaper { left: left.into(), new },
                }
            }
            Judgement::Refused(refusal) => self.no(refusal),
        }
    }

    fn admin(&mut self, act: AdminAct, at: usize) -> Answer {
        // Whether it changed something is told by its audit events: what is due may be written as well.
        let actor = Actor { user: None, fresh_factor: true };
        let fresh = self.lab.fresh();
        let step = mfa::admin(self.lab.facts(), actor, act, self.lab.now, fresh).unwrap();
        let grant = self.lab.store(step).grant;
        let changed = self.lab.events().iter().any(|event| event.cause() == "administrator");
        let has = grant.is_some();
        if let Some(grant) = grant {
            self.grants.insert(at, grant.expose().to_owned());
        }
        Answer::Acted { changed, grant: has }
    }

    fn no(&self, refusal: Refusal) -> Answer {
        Answer::No(match refusal {
            Refusal::Malformed => No::Malformed,
            Refusal::Wrong => No::Wrong,
            Refusal::Replayed => No::Replayed,
            Refusal::Wait { until } => No::Wait(self.ms(until)),
            Refusal::Locked { recovery } => No::Locked { recovery },
            Refusal::CodeNeeded => No::CodeNeeded,
            Refusal::EnrolmentNeeded => No::EnrolmentNeeded,
            Refusal::GrantNeeded => No::GrantNeeded,
            Refusal::NotOn => No::NotOn,
            Refusal::NoEnrolment => No::Unbegun,
            Refusal::EnrolmentVoid => No::EnrolmentVoid,
            Refusal::RecoveryReplaced => No::OtherCodes,
            Refusal::RiskNotAccepted => No::RiskNotAccepted,
            Refusal::TenantDemands => No::TenantDemands,
            Refusal::ClockError { behind } => No::ClockError(behind as i64),
            other => panic!("{other:?}"),
        })
    }
}

/// A small generator of its own: the same histories everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    /// The last of them mostly.
    fn late(&mut self, of: &[usize]) -> Option<usize> {
        let back = if self.roll(5) == 0 { self.roll(of.len().max(1)) } else { 0 };
        of.len().checked_sub(1 + back).map(|at| of[at])
    }

    fn place(&mut self) -> Place {
        if self.roll(2) == 0 { Place::Home } else { PLACES[self.roll(PLACES.len())] }
    }
}

const WAITS: [u64; 12] = [1_000, 30_000, 30_000, MINUTE, MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 6 * HOUR, DAY, 4 * DAY, 16 * DAY];

/// How far the clock is put back.
const BACK: [u64; 4] = [2_000, 30_000, MINUTE, 4 * MINUTE];

fn code(run: &Run, dice: &mut Dice) -> Typed {
    let apps: Vec<usize> = run.apps.keys().copied().collect();
    let off = i64::from(run.lab.account.drift().unwrap_or(0));
    match (dice.roll(8), dice.late(&apps)) {
        (0..=5, Some(app)) => {
            let ahead = off + [0, 0, 0, 1, -1, 2, -2, 3][dice.roll(8)];
            Typed::Code { app, ahead }
        }
        (6, _) => Typed::Junk,
        _ => Typed::Wrong,
    }
}

fn typed(run: &Run, dice: &mut Dice) -> Typed {
    let sets: Vec<usize> = run.sets.keys().copied().collect();
    let grants: Vec<usize> = run.grants.keys().copied().collect();
    match dice.roll(8) {
        0 => dice.late(&sets).map_or(Typed::WrongPaper, |set| Typed::Paper { set, at: dice.roll(run.sets[&set].codes.len()) }),
        1 => dice.late(&grants).map_or(Typed::Junk, Typed::Grant),
        2 if dice.roll(2) == 0 => Typed::WrongPaper,
        _ => code(run, dice),
    }
}

/// What an owner does who wants to get on.
fn onward(run: &Run, dice: &mut Dice) -> Act {
    let right = run.apps.keys().next_back().map(|app| Typed::Code { app: *app, ahead: 0 });
    let set = run.sets.keys().next_back().copied();
    match (run.lab.account.state().name(), right) {
        ("pending" | "rotating", Some(right)) => Act::Confirm(Place::Home, 1, right),
        ("on", Some(right)) => match dice.roll(12) {
            0 => Act::Begin(Place::Home, 1, Some(right)),
            1 => Act::Reset(Place::Home, right),
            2 => Act::Regenerate(Place::Home, 1, right),
            3 => Act::SwitchOff { from: Place::Home, session: 1, passed: true, code: Some(right), risk: true },
            4 | 5 => set.map_or(Act::Timeout, |set| Act::Enter(dice.place(), 1, Typed::Paper { set, at: 0 })),
            6 => Act::Begin(Place::Hotel, 1, None),
            7 => set.map_or(Act::Timeout, Act::Shown),
            _ => Act::Enter(dice.place(), 1, right),
        },
        _ => {
            let grant = run.grants.keys().next_back().map(|at| Typed::Grant(*at));
            Act::Begin(Place::Home, 1, if dice.roll(3) == 0 { right } else { grant })
        }
    }
}

fn draw(run: &Run, dice: &mut Dice) -> Act {
    if dice.roll(5) < 2 {
        return onward(run, dice);
    }
    let (from, session) = (dice.place(), 1 + dice.roll(2) as u64);
    match dice.roll(48) {
        0..=4 => Act::Password(from),
        5..=16 => Act::Enter(from, session, typed(run, dice)),
        17..=19 => {
            let apps: Vec<usize> = run.apps.keys().copied().collect();
            match dice.late(&apps) {
                Some(app) if dice.roll(3) > 0 => {
                    let ahead = [-121, -120, -5, -1, 0, 1, 7, 119, 120][dice.roll(9)];
                    let second = ahead + [1, 1, 1, 1, 0, 2][dice.roll(6)];
                    Act::Resync(from, Typed::Code { app, ahead }, Typed::Code { app, ahead: second })
                }
                _ => Act::Resync(from, code(run, dice), code(run, dice)),
            }
        }
        20..=27 => Act::Begin(from, session, (dice.roll(3) > 0).then(|| typed(run, dice))),
        28..=35 => Act::Confirm(from, session, code(run, dice)),
        36 | 37 => {
            let sets: Vec<usize> = run.sets.keys().copied().collect();
            dice.late(&sets).map_or(Act::Timeout, Act::Shown)
        }
        38 => Act::Regenerate(from, session, code(run, dice)),
        39 => Act::Reset(from, code(run, dice)),
        40 => {
            let code = (dice.roll(3) > 0).then(|| code(run, dice));
            Act::SwitchOff { from, session, passed: dice.roll(2) > 0, code, risk: dice.roll(4) > 0 }
        }
        41 => Act::AdminOn,
        42 => Act::AdminReset,
        43 if dice.roll(2) == 0 => Act::AdminOff,
        44 => Act::AdminUnlock,
        45 if dice.roll(2) == 0 => Act::NewKey,
        46 => Act::Timeout,
        _ => Act::Enter(from, session, Typed::Wrong),
    }
}

fn tell(run: &Run) -> String {
    run.past.iter().map(|past| format!("{:>10}  {:?} -> {:?}\n", past.at, past.act, past.reply.answer)).collect()
}

/// What the answers were, by kind: a generator that no longer reaches something must not go unnoticed.
#[derive(Default)]
struct Reached(BTreeMap<String, usize>);

impl Reached {
    fn note(&mut self, past: &[Past]) {
        for past in past {
            let act = format!("{:?}", past.act);
            let act = act.split(['(', ' ']).next().unwrap_or_default().to_owned();
            let answer = format!("{:?}", past.reply.answer);
            let answer: String = answer.chars().filter(|c| !c.is_ascii_digit() && *c != '-').collect();
            *self.0.entry(format!("{act}: {answer}")).or_default() += 1;
        }
    }
}

#[test]
fn random_histories_get_the_answers_of_the_model() {
    let wanted = std::env::var("LIBPROV_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(800);
    let (mut events, mut histories, mut failures, mut reached) = (0, 0, Vec::<String>::new(), Reached::default());
    for (name, setup) in Setup::all() {
        let first = Run::new(&setup);
        for seed in 0..wanted {
            let mut dice = Dice(seed);
            let mut run = first.clone();
            histories += 1;
            for _ in 0..10 + dice.roll(50) {
                if dice.roll(5) < 2 {
                    run.wait(WAITS[dice.roll(WAITS.len())]);
                }
                if dice.roll(12) == 0 {
                    run.put_back(BACK[dice.roll(BACK.len())]);
                }
                // A guesser does not stop after one.
                let (act, times) = (draw(&run, &mut dice), if dice.roll(12) == 0 { 12 } else { 1 });
                let mut broken = None;
                for _ in 0..times {
                    events += 1;
                    if let Err(difference) = run.step(act) {
                        broken = Some(difference);
                        break;
                    }
                    if times > 1 {
                        run.wait(HOUR);
                    }
                }
                if let Some(difference) = broken {
                    failures.push(format!("{name}, seed {seed}, after {} events:\n{}{difference}\n", run.past.len(), tell(&run)));
                    break;
                }
            }
            reached.note(&run.past);
        }
    }
    println!("{histories} histories, {events} events, {} differ, {} kinds of answers", failures.len(), reached.0.len());
    for (kind, times) in &reached.0 {
        println!("{times:>9}  {kind}");
    }
    failures.sort_by_key(String::len);
    assert!(failures.is_empty(), "{} differ; the shortest:\n{}", failures.len(), failures[..failures.len().min(3)].join("\n"));
    let often = reached.0.values().filter(|times| **times >= 10).count();
    assert!(wanted < 800 || often >= KINDS, "{often} kinds of answers are reached often enough");
}

/// The kinds of answers that the random histories reach at least ten times.
const KINDS: usize = 88;

/// One letter of the small alphabet; what it names is the latest of its kind.
#[derive(Clone, Copy, Debug)]
enum Letter {
    Password(Place),
    Right(Place),
    Wrong(Place),
    Paper(Place),
    BeginAlone,
    BeginWithCode,
    ConfirmRight,
    ConfirmOther,
    Resync,
    Reset,
    AdminReset,
    Unlock,
    Wait(u64),
}

const ALPHABET: [Letter; 14] = [
    Letter::Password(Place::Home),
    Letter::Right(Place::Home),
    Letter::Right(Place::Hotel),
    Letter::Wrong(Place::Home),
    Letter::Wrong(Place::Hotel),
    Letter::Paper(Place::Hotel),
    Letter::BeginAlone,
    Letter::BeginWithCode,
    Letter::ConfirmRight,
    Letter::ConfirmOther,
    Letter::Resync,
    Letter::Reset,
    Letter::AdminReset,
    Letter::Unlock,
];

impl Letter {
    /// What it says after this history, if it says anything.
    fn spell(self, run: &Run) -> Option<Act> {
        let (new, home) = (run.apps.keys().next_back().copied(), Place::Home);
        let live = run.past.iter().rev().find_map(|past| match (past.act, past.reply.answer) {
            (Act::Confirm(_, _, Typed::Code { app, .. }), Answer::Confirmed { .. }) => Some(app),
            _ => None,
        });
        let right = |app| Typed::Code { app, ahead: 0 };
        Some(match self {
            Self::Password(from) => Act::Password(from),
            Self::Right(from) => Act::Enter(from, 1, right(live?)),
            Self::Wrong(from) => Act::Enter(from, 1, Typed::Wrong),
            Self::Paper(from) => Act::Enter(from, 1, Typed::Paper { set: *run.sets.keys().next_back()?, at: 0 }),
            Self::BeginAlone => Act::Begin(Place::Hotel, 1, None),
            Self::BeginWithCode => Act::Begin(home, 1, Some(right(live?))),
            Self::ConfirmRight => Act::Confirm(Place::Hotel, 1, right(new?)),
            Self::ConfirmOther => Act::Confirm(home, 2, right(new?)),
            Self::Resync => {
                let app = live?;
                Act::Resync(home, Typed::Code { app, ahead: 6 }, Typed::Code { app, ahead: 7 })
            }
            Self::Reset => Act::Reset(home, right(live?)),
            Self::AdminReset => Act::AdminReset,
            Self::Unlock => Act::AdminUnlock,
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
    for letter in ALPHABET.into_iter().chain([Letter::Wait(20 * MINUTE)]) {
        let Some(act) = letter.spell(run) else { continue };
        let mut next = run.clone();
        // A step for each letter, so that a code can be right again.
        next.wait(if let Letter::Wait(ms) = letter { ms } else { 30_000 });
        match next.step(act) {
            Ok(true) => words += 1 + spell_all(&next, letters - 1),
            Ok(false) => {}
            Err(difference) => panic!("{}{difference}", tell(&next)),
        }
    }
    words
}

#[test]
fn all_short_histories_get_the_answers_of_the_model() {
    // Four digits: three failures lock.
    let setup = Setup::of(MfaSettings { enrolment_tries: 2, ..portal::digits(4) });
    // Behind the gate that every longer story passes: somebody who is on, from home.
    let mut run = Run::new(&setup);
    run.step(Act::Begin(Place::Home, 1, None)).unwrap();
    run.step(Act::Confirm(Place::Home, 1, Typed::Code { app: 0, ahead: 0 })).unwrap();
    run.step(Act::Shown(1)).unwrap();
    let letters = std::env::var("LIBPROV_LETTERS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let words = spell_all(&run, letters);
    println!("{words} histories of at most {letters} further events");
    assert!(letters < 4 || words >= WORDS, "{words} histories");
}

/// Histories of at most four letters after the first three events.
const WORDS: usize = 54_240;
