//! The second model: what SPEC M and STATE-TABLES 4.4 say to the next event of a history, found by looking back through it.
//!
//! It keeps nothing between two questions and knows nothing of the code: it has its own words for events and answers. Apps,
//! sets of recovery codes and grants are named by the event that gave them.

/// Milliseconds since the start of the history, which lies at midnight and where a step begins. The clock of the host may be put
/// back by less than five minutes, which corrects nothing (SPEC A6).
pub type Ms = u64;

pub const MINUTE: Ms = 60_000;
pub const HOUR: Ms = 60 * MINUTE;
pub const DAY: Ms = 24 * HOUR;
const STEP: Ms = 30_000;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Place {
    Home,
    Office,
    Hotel,
    Train,
    Abroad,
    /// An address that could not be told.
    Unresolved,
}

pub const PLACES: [Place; 6] = [Place::Home, Place::Office, Place::Hotel, Place::Train, Place::Abroad, Place::Unresolved];

/// What was typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Typed {
    /// What the app that this event gave shows, whose clock is by so many steps ahead.
    Code { app: usize, ahead: i64 },
    /// As many digits, of no step around here.
    Wrong,
    /// Neither a code nor one on paper.
    Junk,
    /// One of the recovery codes that this event gave.
    Paper { set: usize, at: usize },
    /// A recovery code without a typo that nobody gave.
    WrongPaper,
    /// The grant that this event gave.
    Grant(usize),
}

impl Typed {
    const fn is_code(self) -> bool {
        matches!(self, Self::Code { .. } | Self::Wrong)
    }

    const fn is_paper(self) -> bool {
        matches!(self, Self::Paper { .. } | Self::WrongPaper | Self::Grant(_))
    }
}

/// A login session, as the host names it.
pub type Session = u64;

/// What happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    Password(Place),
    Enter(Place, Session, Typed),
    Resync(Place, Typed, Typed),
    Begin(Place, Session, Option<Typed>),
    Confirm(Place, Session, Typed),
    /// The codes that this event gave were shown.
    Shown(usize),
    Regenerate(Place, Session, Typed),
    Reset(Place, Typed),
    SwitchOff {
        from: Place,
        session: Session,
        /// A session that passed the factor.
        passed: bool,
        code: Option<Typed>,
        risk: bool,
    },
    AdminOn,
    AdminReset,
    AdminOff,
    AdminUnlock,
    /// The tenant gets another key.
    NewKey,
    Timeout,
}

/// What is due after the password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Due {
    Nothing,
    Code { wait: Option<Ms> },
    Enrolment { grant: bool, old_code: bool },
    Locked { recovery: bool },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum No {
    Malformed,
    Wrong,
    Replayed,
    Wait(Ms),
    Locked {
        recovery: bool,
    },
    CodeNeeded,
    EnrolmentNeeded,
    GrantNeeded,
    NotOn,
    Unbegun,
    EnrolmentVoid,
    OtherCodes,
    RiskNotAccepted,
    TenantDemands,
    /// The clock stands so many steps before the last accepted one.
    ClockError(i64),
}

/// The answer to an event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    Login(Due),
    /// In by a code of an app whose clock is so many steps ahead; so many new recovery codes.
    ByCode {
        ahead: i64,
        new: usize,
    },
    ByPaper {
        left: usize,
        new: usize,
    },
    /// The secret that this event gave first, and until when it waits.
    Secret {
        app: usize,
        until: Ms,
    },
    Confirmed {
        ahead: i64,
        new: usize,
    },
    NewCodes(usize),
    Acted {
        changed: bool,
        grant: bool,
    },
    Done,
    No(No),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Told {
    On,
    Rotated,
    Reset,
    Off,
    RecoveryUsed,
    Regenerated,
    Unlocked,
    Locked,
    FailureAtNewPlace,
    Resynchronised,
}

/// Which sessions end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ends {
    None,
    All,
    AllBut(Session),
}

/// What an event means to the counting of failures.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Mark {
    Failure(Place),
    Success(Place),
    /// A recovery code that a locked class tried.
    PaperTried(Place),
    /// Locks of all classes are lifted and their counts cleared.
    Cleared,
    /// Those of one class.
    Lifted(Place),
}

/// The answer, what people are told, and what the event was.
#[derive(Clone, Debug)]
pub struct Reply {
    pub answer: Answer,
    pub told: Vec<Told>,
    pub ends: Ends,
    marks: Vec<Mark>,
    /// The app and the step of a code that was accepted.
    accepted: Option<(usize, i64)>,
    /// An enrolment that was demanded by this event.
    demanded: bool,
}

impl Reply {
    const fn of(answer: Answer) -> Self {
        Self { answer, told: Vec::new(), ends: Ends::None, marks: Vec::new(), accepted: None, demanded: false }
    }
}

/// One event of the past and its reply.
#[derive(Clone, Debug)]
pub struct Past {
    pub at: Ms,
    pub act: Act,
    pub reply: Reply,
}

/// The numbers and switches of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The step of the start.
    pub first_step: i64,
    pub row: usize,
    pub month: usize,
    pub window: i64,
    pub reach: i64,
    pub enrolment: Ms,
    pub tries: usize,
    pub demanded: bool,
    pub demand: Option<Ms>,
    pub grants: bool,
    pub grant: Ms,
    pub risk_only: bool,
    /// Codes of a set; one is a single one that is replaced.
    pub codes: usize,
    pub trusted: Option<Place>,
}

/// What the rules say to this act at this instant after that past.
pub fn expected(past: &[Past], now: Ms, act: Act, rules: &Rules) -> Reply {
    let look = Look { past, now, rules };
    let mut reply = Reply::of(Answer::Done);
    if act != Act::NewKey && look.becomes_overdue() {
        reply.told.push(Told::Locked);
    }
    let outcome = match act {
        Act::Password(from) => Ok(look.password(from, &mut reply)),
        Act::Enter(from, session, typed) => look.enter(from, session, typed, &mut reply),
        Act::Resync(from, first, second) => look.resync(from, first, second, &mut reply),
        Act::Begin(from, session, proof) => look.begin(from, session, proof, &mut reply),
        Act::Confirm(from, session, typed) => look.confirm(from, session, typed, &mut reply),
        Act::Shown(set) => match look.base() {
            Base::On { .. } if look.set() == Some(set) => Ok(Answer::Done),
            Base::On { .. } => Err(No::OtherCodes),
            _ => Err(No::NotOn),
        },
        Act::Regenerate(from, session, typed) => look.prove(from, typed, &mut reply).map(|_| {
            reply.told.push(Told::Regenerated);
            reply.ends = Ends::AllBut(session);
            Answer::NewCodes(rules.codes)
        }),
        Act::Reset(from, typed) => look.prove(from, typed, &mut reply).map(|_| {
            reply.told.push(Told::Reset);
            (reply.ends, reply.demanded) = (Ends::All, true);
            Answer::Done
        }),
        Act::SwitchOff { from, session, passed, code, risk } => look.switch_off(from, passed, code, risk, &mut reply).map(|()| {
            reply.told.push(Told::Off);
            reply.ends = Ends::AllBut(session);
            Answer::Done
        }),
        Act::AdminOn | Act::AdminReset | Act::AdminOff | Act::AdminUnlock => Ok(look.admin(act, &mut reply)),
        Act::NewKey | Act::Timeout => Ok(Answer::Done),
    };
    reply.answer = outcome.unwrap_or_else(Answer::No);
    reply
}

/// What can be seen of an account besides the answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seen {
    pub state: &'static str,
    pub left: usize,
    pub unseen: bool,
    pub locked: [bool; 6],
    pub last_step: Option<i64>,
    pub drift: Option<i64>,
    pub next: Option<Ms>,
}

/// What can be seen after that past.
pub fn seen(past: &[Past], now: Ms, rules: &Rules) -> Seen {
    let look = Look { past, now, rules };
    let (base, pending) = (look.base(), look.pending());
    let app = if let Base::On { app } = base { Some(app) } else { None };
    let ledger = Ledger::of(look);
    let overdue = look.overdue();
    let next = [
        pending.map(|(at, _)| past[at].at + rules.enrolment),
        look.grant().map(|at| past[at].at + rules.grant),
        if overdue { None } else { look.demand_since().and_then(|since| Some(since + rules.demand?)) },
    ];
    Seen {
        state: match (base, pending.is_some()) {
            (Base::Off, false) => "off",
            (Base::Demanded { .. }, false) => "demanded",
            (_, true) if app.is_none() => "pending",
            (_, false) => "on",
            (_, true) => "rotating",
        },
        left: look.left(),
        unseen: app.is_some() && look.unseen(),
        locked: PLACES.map(|place| overdue || ledger.class(place).locked),
        last_step: app.map(|app| look.last_step(app)),
        drift: app.map(|app| look.clock(app).0),
        next: next.into_iter().flatten().min(),
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Base {
    Off,
    /// Since this event; `old` is the app whose code serves as grant.
    Demanded {
        since: usize,
        old: Option<usize>,
    },
    On {
        app: usize,
    },
}

/// One place that counts by itself, or all others together.
#[derive(Clone, Debug, Default)]
struct Class {
    failures: Vec<Ms>,
    row: usize,
    /// Since when it waits, and for how long.
    waits: Option<(Ms, Ms)>,
    papers: Vec<Ms>,
    locked: bool,
}

/// How failures and successes of the past are counted (SPEC M8).
#[derive(Debug)]
struct Ledger<'a> {
    rules: &'a Rules,
    known: Vec<(Place, Ms, Class)>,
    others: Class,
}

impl Class {
    /// Until when it waits, as people see it: a clock that was put back shows no more than the whole length.
    fn wait(&self, now: Ms) -> Option<Ms> {
        self.waits.map(|(since, len)| (since + len).min(now + len))
    }
}

impl<'a> Ledger<'a> {
    fn of(look: Look<'a>) -> Self {
        let mut ledger = Self { rules: look.rules, known: Vec::new(), others: Class::default() };
        for past in look.past {
            if past.act != Act::NewKey {
                ledger.come_to(past.at);
            }
            for mark in &past.reply.marks {
                ledger.note(*mark, past.at);
            }
        }
        ledger.come_to(look.now);
        ledger
    }

    /// A place whose last success is 30 days ago is one of the others again, with its failures. A locked one stays.
    fn come_to(&mut self, now: Ms) {
        for class in self.known.iter_mut().map(|known| &mut known.2).chain([&mut self.others]) {
            // A clock that was put back over midnight: what it counted ahead counts for today.
            class.failures.iter_mut().filter(|at| **at / DAY > now / DAY).for_each(|at| *at = now);
            class.failures.retain(|at| at / DAY + 30 >= now / DAY);
            class.papers.iter_mut().for_each(|at| *at = now.min(*at));
            class.papers.retain(|at| now < at + DAY);
            class.waits = class.waits.filter(|(since, len)| now < since + len);
        }
        while let Some(at) = self.known.iter().position(|(_, until, class)| now >= *until && !class.locked) {
            self.forget(at);
        }
    }

    fn forget(&mut self, at: usize) {
        let (_, _, gone) = self.known.remove(at);
        self.others.failures.extend(gone.failures);
        if !self.others.locked && gone.row > self.others.row {
            (self.others.row, self.others.waits) = (gone.row, gone.waits);
        }
    }

    fn note(&mut self, mark: Mark, now: Ms) {
        match mark {
            Mark::Failure(place) => {
                let (row, month) = (self.rules.row, self.rules.month);
                let class = self.class_mut(place);
                class.failures.push(now);
                if !class.locked {
                    class.row += 1;
                    class.locked = class.row >= row || class.failures.len() >= month;
                    let wait = 30_000 << class.row.saturating_sub(5).min(20);
                    class.waits = (!class.locked && class.row >= 5).then_some((now, HOUR.min(wait)));
                }
            }
            Mark::PaperTried(place) => self.class_mut(place).papers.push(now),
            Mark::Cleared => {
                self.others = Class::default();
                self.known.iter_mut().for_each(|known| known.2 = Class::default());
            }
            Mark::Lifted(place) => *self.class_mut(place) = Class::default(),
            Mark::Success(place) => self.success(place, now),
        }
    }

    fn success(&mut self, place: Place, now: Ms) {
        let class = self.class_mut(place);
        if class.locked {
            return;
        }
        (class.row, class.waits) = (0, None);
        if place == Place::Unresolved {
            return;
        }
        let until = now + 30 * DAY;
        if let Some(known) = self.known.iter_mut().find(|known| known.0 == place) {
            known.1 = until;
            return;
        }
        if self.known.len() == 4 {
            let open = (0..4).filter(|at| !self.known[*at].2.locked);
            let Some(oldest) = open.min_by_key(|at| self.known[*at].1) else { return };
            self.forget(oldest);
        }
        self.known.push((place, until, Class::default()));
    }

    fn class(&self, place: Place) -> &Class {
        self.known.iter().find(|known| known.0 == place).map_or(&self.others, |known| &known.2)
    }

    fn class_mut(&mut self, place: Place) -> &mut Class {
        self.known.iter_mut().find(|known| known.0 == place).map_or(&mut self.others, |known| &mut known.2)
    }

    fn knows(&self, place: Place) -> bool {
        self.known.iter().any(|known| known.0 == place)
    }

    fn any_locked(&self) -> bool {
        self.others.locked || self.known.iter().any(|known| known.2.locked)
    }

    fn is_clear(&self) -> bool {
        let clear = |class: &Class| {
            class.failures.is_empty() && class.papers.is_empty() && class.row == 0 && class.waits.is_none() && !class.locked
        };
        clear(&self.others) && self.known.iter().all(|known| clear(&known.2))
    }
}

#[derive(Clone, Copy)]
struct Look<'a> {
    past: &'a [Past],
    now: Ms,
    rules: &'a Rules,
}

impl<'a> Look<'a> {
    fn last(self, fits: impl Fn(&Past) -> bool) -> Option<usize> {
        self.past.iter().rposition(fits)
    }

    fn since(self, at: usize) -> &'a [Past] {
        self.past.get(at + 1..).unwrap_or_default()
    }

    /// The same question just before an event of the past.
    fn before(self, at: usize) -> Self {
        Self { past: &self.past[..at], now: self.past[at].at, ..self }
    }

    /// Whether an instant has come, now or at a call since this event: the clock may have been put back meanwhile, and what was
    /// over then stays over.
    fn passed(self, since: usize, until: Ms) -> bool {
        let calls = self.since(since).iter().filter(|past| past.act != Act::NewKey);
        self.now >= until || calls.into_iter().any(|past| past.at >= until)
    }

    const fn step(self) -> i64 {
        self.rules.first_step + (self.now / STEP) as i64
    }

    // --- what holds

    fn base(self) -> Base {
        let Some(at) = self.last(changes_base) else { return Base::Off };
        let past = &self.past[at];
        match past.act {
            _ if past.reply.demanded => {
                let old = match (past.act, self.before(at).base()) {
                    (Act::Reset(..), Base::On { app }) if self.rules.grants => Some(app),
                    _ => None,
                };
                Base::Demanded { since: at, old }
            }
            Act::Confirm(_, session, _) => {
                let secret = |past: &Past| matches!((past.act, past.reply.answer), (Act::Begin(_, of, _), Answer::Secret { .. }) if of == session);
                let given = self.before(at).last(secret).expect("a confirmed enrolment was begun");
                let Answer::Secret { app, .. } = self.past[given].reply.answer else { unreachable!() };
                Base::On { app }
            }
            _ => Base::Off,
        }
    }

    /// The event that began the enrolment which is under way, and its session.
    fn pending(self) -> Option<(usize, Session)> {
        let at = self.last(|past| matches!(past.reply.answer, Answer::Secret { .. }))?;
        let (Act::Begin(_, session, _), Answer::Secret { app, .. }) = (self.past[at].act, self.past[at].reply.answer) else {
            unreachable!()
        };
        let ended = (at + 1..self.past.len()).any(|at| {
            let past = &self.past[at];
            let left = changes_base(past) && (self.rules.grants || !is_first_demand(past));
            let thrown_out = match past.reply.ends {
                Ends::None => false,
                Ends::All => true,
                Ends::AllBut(kept) => kept != session,
            };
            let too_late = past.act == Act::AdminUnlock && self.before(at).overdue();
            left || thrown_out || too_late || past.reply.answer == Answer::No(No::EnrolmentVoid)
        });
        // A demand that is overdue, or was at a call, takes it along.
        let end = self.demand_since().and_then(|since| Some(since + self.rules.demand?));
        let late = self.passed(app, self.past[app].at + self.rules.enrolment) || end.is_some_and(|end| self.passed(app, end));
        (!ended && !late).then_some((app, session))
    }

    /// From when on the present demand counts.
    fn demand_since(self) -> Option<Ms> {
        let Base::Demanded { since, .. } = self.base() else { return None };
        // An unlock of an overdue demand starts it anew.
        let unlocked = (since + 1..self.past.len()).rev().find(|at| {
            let past = &self.past[*at];
            past.act == Act::AdminUnlock && past.reply.answer == ACTED && self.before(*at).overdue()
        });
        Some(self.past[unlocked.unwrap_or(since)].at)
    }

    /// When the present demand became overdue, if it did.
    fn overdue_since(self) -> Option<Ms> {
        let end = self.demand_since()? + self.rules.demand?;
        (self.now >= end).then_some(end)
    }

    fn overdue(self) -> bool {
        self.overdue_since().is_some()
    }

    /// Whether this is the first call at which it shows.
    fn becomes_overdue(self) -> bool {
        let Some(since) = self.overdue_since() else { return false };
        let last = self.past.iter().rev().find(|past| past.act != Act::NewKey);
        last.is_some_and(|past| past.at < since)
    }

    fn keys_since(self, at: usize) -> usize {
        self.since(at).iter().filter(|past| past.act == Act::NewKey).count()
    }

    /// The event that gave the grant that is good.
    fn grant(self) -> Option<usize> {
        let Base::Demanded { since, .. } = self.base() else { return None };
        let given = self.last(|past| matches!(past.reply.answer, Answer::Acted { grant: true, .. }))?;
        (given >= since && !self.passed(given, self.past[given].at + self.rules.grant)).then_some(given)
    }

    /// The event that gave the present recovery codes.
    fn set(self) -> Option<usize> {
        let Base::On { .. } = self.base() else { return None };
        self.last(|past| gives(past) > 0)
    }

    fn used(self, set: usize) -> Vec<usize> {
        let used = |past: &Past| match (past.act, past.reply.answer) {
            (Act::Enter(_, _, Typed::Paper { set: of, at }), Answer::ByPaper { .. }) if of == set => Some(at),
            _ => None,
        };
        self.since(set).iter().filter_map(used).collect()
    }

    /// Recovery codes that are left and can be checked (SPEC R22).
    fn left(self) -> usize {
        self.set().filter(|set| self.keys_since(*set) < 2).map_or(0, |set| gives(&self.past[set]) - self.used(set).len())
    }

    fn unseen(self) -> bool {
        self.set().is_some_and(|set| {
            let shown = |past: &Past| past.act == Act::Shown(set) && past.reply.answer == Answer::Done;
            self.used(set).is_empty() && !self.since(set).iter().any(shown)
        })
    }

    /// Whether a recovery code opened this session within the last hour, and nothing else since.
    fn recovered(self, session: Session) -> bool {
        let ends = |past: &Past| past.reply.ends == Ends::All || matches!(past.reply.ends, Ends::AllBut(kept) if kept != session);
        let Some(at) = self.last(|past| matches!(past.reply.answer, Answer::ByPaper { .. }) || changes_base(past) || ends(past))
        else {
            return false;
        };
        matches!(self.past[at].act, Act::Enter(_, of, _) if of == session) && !self.passed(at, self.past[at].at + HOUR)
    }

    fn accepted(self, app: usize) -> impl Iterator<Item = (&'a Past, i64)> {
        self.past.iter().filter_map(move |past| past.reply.accepted.filter(|(of, _)| *of == app).map(|(_, step)| (past, step)))
    }

    fn last_step(self, app: usize) -> i64 {
        self.accepted(app).last().map(|(_, step)| step).expect("a live app was confirmed")
    }

    /// By how many steps the app is taken to be ahead, and on which side of that its last code lay (SPEC M11).
    fn clock(self, app: usize) -> (i64, i64) {
        self.accepted(app).fold((0, 0), |(drift, side), (past, step)| {
            let ahead = step - Look { now: past.at, ..self }.step();
            let this = (ahead - drift).signum();
            match past.act {
                Act::Resync(..) => (ahead, 0),
                // The confirmation only says on which side it is.
                Act::Confirm(..) => (0, this),
                _ if this != 0 && this == side => (drift + this, 0),
                _ => (drift, this),
            }
        })
    }

    // --- what is asked

    fn locked(self, from: Place) -> Option<bool> {
        if self.overdue() {
            return Some(false);
        }
        Ledger::of(self).class(from).locked.then(|| self.left() > 0)
    }

    fn gate(self, from: Place) -> Result<(), No> {
        if let Some(recovery) = self.locked(from) {
            return Err(No::Locked { recovery });
        }
        Ledger::of(self).class(from).wait(self.now).map_or(Ok(()), |until| Err(No::Wait(until)))
    }

    fn fail(self, from: Place, reply: &mut Reply) {
        let mut ledger = Ledger::of(self);
        let (was, known) = (ledger.class(from).locked, ledger.knows(from));
        ledger.note(Mark::Failure(from), self.now);
        reply.marks.push(Mark::Failure(from));
        if !was && ledger.class(from).locked {
            reply.told.push(Told::Locked);
        }
        let told = self.past.iter().enumerate().any(|(at, past)| {
            let here = past.reply.told.contains(&Told::FailureAtNewPlace) && place(past.act) == Some(from);
            here && !self.passed(at, past.at + 30 * DAY)
        });
        if !known && !told {
            reply.told.push(Told::FailureAtNewPlace);
        }
    }

    /// A code of this app, whose step must be new (SPEC M2).
    fn judge(self, app: usize, typed: Typed, from: Place, reply: &mut Reply) -> Result<i64, No> {
        let centre = self.step() + self.clock(app).0;
        let behind = self.last_step(app) - centre;
        if behind > self.rules.window {
            return Err(No::ClockError(behind));
        }
        match typed {
            Typed::Code { app: of, ahead } if of == app && (self.step() + ahead - centre).abs() <= self.rules.window => {
                self.take(app, self.step() + ahead, self.last_step(app), from, reply)
            }
            _ => {
                self.fail(from, reply);
                Err(No::Wrong)
            }
        }
    }

    fn take(self, app: usize, step: i64, oldest: i64, from: Place, reply: &mut Reply) -> Result<i64, No> {
        if step <= oldest {
            // A form that was sent twice is no failure.
            if step != self.last_step(app) {
                self.fail(from, reply);
            }
            return Err(No::Replayed);
        }
        reply.accepted = Some((app, step));
        reply.marks.push(Mark::Success(from));
        Ok(step - self.step())
    }

    fn prove(self, from: Place, typed: Typed, reply: &mut Reply) -> Result<i64, No> {
        let Base::On { app } = self.base() else { return Err(No::NotOn) };
        if !typed.is_code() {
            return Err(No::Malformed);
        }
        self.gate(from)?;
        self.judge(app, typed, from, reply)
    }

    /// New recovery codes at a login by code: nobody saw the present ones, or none is left that can be checked, which the owner
    /// is told.
    fn renewed(self, reply: &mut Reply) -> usize {
        let none_left = self.left() == 0;
        if none_left {
            reply.told.push(Told::Regenerated);
        }
        if self.unseen() || none_left { self.rules.codes } else { 0 }
    }

    fn password(self, from: Place, reply: &mut Reply) -> Answer {
        let base = self.demanded_of_all(reply);
        let locked = if reply.demanded { Ledger::of(self).class(from).locked.then_some(false) } else { self.locked(from) };
        Answer::Login(match (base, locked) {
            (Base::Off, _) => Due::Nothing,
            (_, Some(recovery)) => Due::Locked { recovery },
            (Base::Demanded { old, .. }, None) => Due::Enrolment { grant: self.rules.grants, old_code: old.is_some() },
            (Base::On { .. }, None) if self.rules.trusted == Some(from) => Due::Nothing,
            (Base::On { .. }, None) => Due::Code { wait: Ledger::of(self).class(from).wait(self.now) },
        })
    }

    /// The app whose code is due at a login.
    fn due_app(self, from: Place) -> Result<usize, No> {
        match self.base() {
            Base::Off => Err(No::NotOn),
            Base::Demanded { .. } => Err(self.locked(from).map_or(No::EnrolmentNeeded, |recovery| No::Locked { recovery })),
            Base::On { app } => Ok(app),
        }
    }

    fn enter(self, from: Place, session: Session, typed: Typed, reply: &mut Reply) -> Result<Answer, No> {
        self.due_app(from)?;
        if typed.is_code() {
            let ahead = self.prove(from, typed, reply)?;
            return Ok(Answer::ByCode { ahead, new: self.renewed(reply) });
        }
        if !typed.is_paper() {
            return Err(No::Malformed);
        }
        let ledger = Ledger::of(self);
        let class = ledger.class(from);
        if let Some(until) = class.wait(self.now).filter(|_| !class.locked) {
            return Err(No::Wait(until));
        }
        let set = self.set().filter(|set| self.keys_since(*set) < 2);
        let good = matches!(typed, Typed::Paper { set: of, at } if Some(of) == set && !self.used(of).contains(&at));
        if !good {
            // Five of a day are counted where the class is locked.
            if class.locked && class.papers.len() >= 5 {
                return Err(No::Wrong);
            }
            if class.locked {
                reply.marks.push(Mark::PaperTried(from));
            }
            self.fail(from, reply);
            return Err(No::Wrong);
        }
        reply.marks.push(Mark::Success(from));
        reply.told.push(Told::RecoveryUsed);
        reply.ends = Ends::AllBut(session);
        let single = self.rules.codes == 1;
        Ok(if single { Answer::ByPaper { left: 1, new: 1 } } else { Answer::ByPaper { left: self.left() - 1, new: 0 } })
    }

    fn resync(self, from: Place, first: Typed, second: Typed, reply: &mut Reply) -> Result<Answer, No> {
        let app = self.due_app(from)?;
        if !first.is_code() || !second.is_code() {
            return Err(No::Malformed);
        }
        self.gate(from)?;
        let drift = self.clock(app).0;
        let found = match (first, second) {
            (Typed::Code { app: a, ahead: one }, Typed::Code { app: b, ahead: two })
                if a == app && b == app && one + 1 == two =>
            {
                // Around a clock that stands too far before the last accepted step nothing is looked for.
                let last = self.last_step(app) - self.step();
                let near = |centre: i64| {
                    let reach = centre - self.rules.reach..=centre + self.rules.reach;
                    last <= *reach.end() && reach.contains(&one) && reach.contains(&two)
                };
                ((near(0) || near(drift)) && two.abs() <= 1_000).then_some(two)
            }
            _ => None,
        };
        let is_new = |ahead: i64| self.step() + ahead > self.last_step(app) + 1;
        // Used up by an app that was ahead: nothing is counted.
        if found.is_some_and(|ahead| !is_new(ahead)) && self.last_step(app) > self.step() {
            return Err(No::Replayed);
        }
        let stale = |ahead: i64| is_new(ahead) && ahead < drift - self.rules.window && !Ledger::of(self).knows(from);
        let Some(ahead) = found.filter(|ahead| !stale(*ahead)) else {
            self.fail(from, reply);
            return Err(No::Wrong);
        };
        let ahead = self.take(app, self.step() + ahead, self.last_step(app) + 1, from, reply)?;
        reply.told.push(Told::Resynchronised);
        Ok(Answer::ByCode { ahead, new: self.renewed(reply) })
    }

    fn begin(self, from: Place, session: Session, proof: Option<Typed>, reply: &mut Reply) -> Result<Answer, No> {
        let recovered = self.recovered(session);
        let base = self.demanded_of_all(reply);
        if let Some(recovery) = self.locked(from).filter(|_| !recovered) {
            return Err(No::Locked { recovery });
        }
        if let Some((app, of)) = self.pending()
            && of == session
        {
            let until = self.past[app].at.min(self.now) + self.rules.enrolment;
            return Ok(Answer::Secret { app, until });
        }
        match (base, proof) {
            (Base::Off, _) => {}
            (Base::Demanded { .. }, _) if !self.rules.grants => {}
            (Base::Demanded { .. }, None) => return Err(No::GrantNeeded),
            (Base::Demanded { old, .. }, Some(typed)) => self.prove_grant(from, old, typed, reply)?,
            (Base::On { .. }, _) if recovered => {}
            (Base::On { .. }, None) => return Err(No::CodeNeeded),
            (Base::On { .. }, Some(typed)) => {
                self.prove(from, typed, reply)?;
            }
        }
        Ok(Answer::Secret { app: self.past.len(), until: self.now + self.rules.enrolment })
    }

    /// What holds once a tenant that demands the factor of everybody has demanded it of this user.
    fn demanded_of_all(self, reply: &mut Reply) -> Base {
        match self.base() {
            Base::Off if self.rules.demanded => {
                reply.demanded = true;
                Base::Demanded { since: self.past.len(), old: None }
            }
            base => base,
        }
    }

    fn prove_grant(self, from: Place, old: Option<usize>, typed: Typed, reply: &mut Reply) -> Result<(), No> {
        match (typed, old) {
            (Typed::Code { .. } | Typed::Wrong, Some(app)) => {
                self.gate(from)?;
                self.judge(app, typed, from, reply).map(|_| ())
            }
            (Typed::Paper { .. } | Typed::WrongPaper | Typed::Grant(_), _) => {
                self.gate(from)?;
                let good = self.grant().filter(|at| self.keys_since(*at) < 2);
                if good.is_some_and(|at| typed == Typed::Grant(at)) {
                    return Ok(());
                }
                self.fail(from, reply);
                Err(No::Wrong)
            }
            _ => Err(No::Malformed),
        }
    }

    fn confirm(self, from: Place, session: Session, typed: Typed, reply: &mut Reply) -> Result<Answer, No> {
        self.demanded_of_all(reply);
        let Some((app, _)) = self.pending().filter(|(_, of)| *of == session) else {
            return Err(self.locked(from).map_or(No::Unbegun, |recovery| No::Locked { recovery }));
        };
        if !typed.is_code() {
            return Err(No::Malformed);
        }
        let lifts = self.locked(from).is_some() && self.recovered(session);
        if !lifts {
            self.gate(from)?;
        }
        let right = match typed {
            Typed::Code { app: of, ahead } if of == app && ahead.abs() <= self.rules.window => Some(ahead),
            _ => None,
        };
        let Some(ahead) = right else {
            self.fail(from, reply);
            let wrong = |past: &&Past| matches!((past.act, past.reply.answer), (Act::Confirm(..), Answer::No(No::Wrong)));
            let tries = 1 + self.since(app).iter().filter(wrong).count();
            return Err(if tries >= self.rules.tries { No::EnrolmentVoid } else { No::Wrong });
        };
        let rotates = matches!(self.base(), Base::On { .. });
        if lifts {
            reply.marks.push(Mark::Lifted(from));
        }
        reply.marks.push(Mark::Success(from));
        reply.accepted = Some((app, self.step() + ahead));
        if rotates {
            reply.told.push(Told::Rotated);
            reply.ends = Ends::AllBut(session);
        } else {
            reply.told.push(Told::On);
        }
        Ok(Answer::Confirmed { ahead, new: if self.left() == 0 { self.rules.codes } else { 0 } })
    }

    fn switch_off(self, from: Place, passed: bool, code: Option<Typed>, risk: bool, reply: &mut Reply) -> Result<(), No> {
        let Base::On { .. } = self.base() else { return Err(No::NotOn) };
        if self.rules.demanded {
            return Err(No::TenantDemands);
        }
        if !risk {
            return Err(No::RiskNotAccepted);
        }
        if let Some(recovery) = self.locked(from) {
            return Err(No::Locked { recovery });
        }
        match code {
            _ if self.rules.risk_only && passed => self.gate(from),
            None => Err(No::CodeNeeded),
            Some(typed) => self.prove(from, typed, reply).map(|_| ()),
        }
    }

    fn admin(self, act: Act, reply: &mut Reply) -> Answer {
        let (base, ledger) = (self.base(), Ledger::of(self));
        let locked = self.overdue() || ledger.any_locked();
        let idle = self.pending().is_none();
        let grants = self.rules.grants;
        let nothing = Answer::Acted { changed: false, grant: false };
        let told = match act {
            Act::AdminOn => {
                let lacks_grant = grants && self.grant().is_none_or(|at| self.keys_since(at) >= 2);
                match base {
                    Base::Off => reply.demanded = true,
                    Base::Demanded { .. } if lacks_grant => {}
                    _ => return nothing,
                }
                return Answer::Acted { changed: true, grant: grants };
            }
            Act::AdminUnlock if !locked && ledger.is_clear() => return nothing,
            Act::AdminUnlock => {
                reply.marks.push(Mark::Cleared);
                Told::Unlocked
            }
            _ if base == Base::Off && idle => return nothing,
            Act::AdminReset => {
                if matches!(base, Base::Demanded { .. }) && idle && !grants && !locked {
                    return nothing;
                }
                if locked {
                    reply.marks.push(Mark::Cleared);
                }
                reply.demanded = true;
                Told::Reset
            }
            _ => {
                reply.marks.push(Mark::Cleared);
                Told::Off
            }
        };
        reply.told.push(told);
        reply.ends = Ends::All;
        Answer::Acted { changed: true, grant: grants && act == Act::AdminReset }
    }
}

const ACTED: Answer = Answer::Acted { changed: true, grant: false };

/// Whether it left what was, or brought something new.
fn changes_base(past: &Past) -> bool {
    past.reply.demanded
        || match (past.act, past.reply.answer) {
            (Act::Confirm(..), Answer::Confirmed { .. }) | (Act::SwitchOff { .. }, Answer::Done) => true,
            (Act::AdminOff, Answer::Acted { changed, .. }) => changed,
            _ => false,
        }
}

/// A demand of somebody who had no factor; an enrolment that is under way may go on.
fn is_first_demand(past: &Past) -> bool {
    past.reply.demanded && matches!(past.act, Act::AdminOn | Act::Password(_) | Act::Begin(..) | Act::Confirm(..))
}

/// How many recovery codes it gave.
fn gives(past: &Past) -> usize {
    match past.reply.answer {
        Answer::ByCode { new, .. } | Answer::ByPaper { new, .. } | Answer::Confirmed { new, .. } | Answer::NewCodes(new) => new,
        _ => 0,
    }
}

/// Where it came from.
const fn place(act: Act) -> Option<Place> {
    match act {
        Act::Password(from)
        | Act::Enter(from, ..)
        | Act::Resync(from, ..)
        | Act::Begin(from, ..)
        | Act::Confirm(from, ..)
        | Act::Regenerate(from, ..)
        | Act::Reset(from, _)
        | Act::SwitchOff { from, .. } => Some(from),
        _ => None,
    }
}
