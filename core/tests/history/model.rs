//! The second model: what SPEC and STATE-TABLES say to the next event of a history, found by looking back through it.
//!
//! It keeps nothing between two questions and knows nothing of the code: it has its own words for events and answers.
//! Where it says "since", it searches; a record that is carried along is the other model's way.

/// Milliseconds since the start of the history, which lies on a full minute.
pub type Ms = u64;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// An address.
    A,
    /// Another one.
    B,
    /// An address of the permanent whitelist.
    Permanent,
    /// An address that could not be told.
    Unresolved,
}

/// What a request presents. Tokens are named by the fetch that issued them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shown {
    Nothing,
    Token(usize),
    ForgedToken,
    /// The credential of the present epoch.
    Credential,
    /// A forged one, or one of an earlier epoch.
    StaleCredential,
}

/// What was typed before `#`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Typed {
    Right,
    Wrong,
    Empty,
}

/// What happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Act {
    Create,
    Delete,
    Reset,
    Block,
    Deactivate,
    Activate,
    Suspend(Option<Place>),
    ReleaseAgain {
        proven_only: bool,
    },
    /// Another device's proven delivery from there.
    Neighbour(Place),
    Fetch {
        from: Place,
        shown: Shown,
    },
    /// Of the lease that this fetch got first.
    Delivered(usize),
    NotDelivered(usize),
    /// From the account of the enrolment that this fetch got first.
    Pap {
        enrolment: usize,
        typed: Typed,
    },
    /// The attempt of that event once more, under the same id.
    PapAgain(usize),
    Timeout,
}

/// The rule that answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rule {
    R2,
    R3,
    R4,
    R5,
    R6a,
    R6b,
    R7,
    R8,
    R9,
    R10,
    R11,
}

/// What a restricted configuration says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notice {
    Required,
    Failed(Ms),
    Blocked,
    ResetNeeded,
}

/// What the caller hears.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    Accepted,
    Wrong(u32),
    Locked(Ms),
    Blocked,
    Already,
    NotPossible,
    ResetNeeded,
    Restarting,
    NoPinNeeded,
    Empty,
}

/// Which secrets a full answer carries. Menu and other secrets go with SIP passwords.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Kit {
    pub sip: bool,
    pub web: bool,
    pub credential: bool,
}

impl Kit {
    const WHOLE: Self = Self { sip: true, web: true, credential: true };
}

/// The answer to an event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// `lease` is the fetch that got this lease first; none only where a delivery would change nothing.
    Full {
        rule: Rule,
        kit: Kit,
        lease: Option<usize>,
    },
    /// `enrolment` is the fetch that got this enrolment first.
    Restricted {
        rule: Rule,
        notice: Notice,
        enrolment: usize,
    },
    Deny(Rule),
    Said {
        verdict: Verdict,
        counted: bool,
    },
    /// Whether the confirmation counts.
    Delivery(bool),
    Done,
    Refused,
}

/// The state people are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Required,
    Failed,
    Blocked,
    Successful,
}

/// The numbers and switches of the policy, and what the model of the device can do.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub attempts: u32,
    pub lockout: Ms,
    pub lockouts: u32,
    pub ceiling: usize,
    pub device_scope: bool,
    pub suspension: Ms,
    pub unbound: bool,
    pub window: Ms,
    pub lease: Ms,
    pub enrolment: Ms,
    pub temporary: Ms,
    pub past_proven: Ms,
    pub secret_window: Ms,
    pub release: Ms,
    pub enforced: bool,
    /// The model keeps what a later configuration omits.
    pub retains: bool,
    /// Its vendor is one whose proven deliveries make temporary entries.
    pub lists: bool,
}

/// One event of the past and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    pub at: Ms,
    pub act: Act,
    pub answer: Answer,
}

/// What the rules say to this act at this instant after that past.
pub fn expected(past: &[Past], now: Ms, act: Act, rules: &Rules) -> Answer {
    let look = Look { past, now, rules };
    match act {
        Act::Create => done(look.born().is_none()),
        Act::Delete | Act::Reset | Act::Block | Act::Deactivate | Act::Activate | Act::Suspend(_) | Act::ReleaseAgain { .. } => {
            done(look.born().is_some())
        }
        Act::Neighbour(_) | Act::NotDelivered(_) | Act::Timeout => Answer::Done,
        Act::Fetch { from, shown } => look.fetch(from, shown),
        Act::Delivered(lease) => Answer::Delivery(look.counts(lease)),
        Act::Pap { enrolment, typed } => look.pap(enrolment, typed),
        Act::PapAgain(first) => look.pap_again(first),
    }
}

/// The state people are shown after that past (SPEC A13).
pub fn shown_state(past: &[Past], now: Ms, rules: &Rules) -> Option<State> {
    let look = Look { past, now, rules };
    look.born()?;
    let places = [Place::A, Place::B, Place::Permanent, Place::Unresolved];
    let standings = places.map(|place| look.standing(place));
    // Accepted is shown as required until the delivery (SPEC A1).
    let worst = |wanted: fn(&Standing) -> bool| standings.iter().any(wanted);
    Some(if worst(|standing| matches!(standing, Standing::Blocked | Standing::BlockedPlace)) {
        State::Blocked
    } else if worst(|standing| matches!(standing, Standing::Failed(_))) {
        State::Failed
    } else if worst(|standing| matches!(standing, Standing::Delivered)) {
        State::Successful
    } else {
        State::Required
    })
}

/// Until when a place is on the temporary whitelist, if it is (SPEC W2, W3, W8).
pub fn listed(past: &[Past], now: Ms, rules: &Rules, place: Place) -> Option<Ms> {
    Look { past, now, rules }.entry(place).map(|entry| entry.until)
}

fn done(possible: bool) -> Answer {
    if possible { Answer::Done } else { Answer::Refused }
}

/// Ids carry the minute of their issue (SPEC R13).
const fn minute(at: Ms) -> Ms {
    at - at % 60_000
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Standing {
    Required,
    Accepted(usize),
    Delivered,
    Failed(Ms),
    /// By wrong PAPs from there.
    BlockedPlace,
    /// By an administrator or the ceiling.
    Blocked,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Proof {
    Credential,
    Accepted,
    Present,
    Stale,
    Nothing,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Access {
    Full,
    Restricted(Notice),
    Deny,
}

/// An entry of the temporary whitelist.
#[derive(Clone, Copy, Debug)]
struct Entry {
    made: Ms,
    until: Ms,
    proven: Ms,
    own: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Listing {
    Nothing,
    Make,
    Slide,
    SlideUnproven,
}

#[derive(Clone, Copy)]
struct Look<'a> {
    past: &'a [Past],
    now: Ms,
    rules: &'a Rules,
}

impl<'a> Look<'a> {
    /// The same question just before an event of the past.
    fn before(self, at: usize) -> Self {
        Self { past: &self.past[..at], now: self.past[at].at, ..self }
    }

    /// The last event after `from` that fits, an index.
    fn last(self, from: usize, fits: impl Fn(usize, &Past) -> bool) -> Option<usize> {
        (from..self.past.len()).rev().find(|at| fits(*at, &self.past[*at]))
    }

    fn happened(self, from: usize, acts: &[Act]) -> bool {
        self.last(from, |_, past| past.answer == Answer::Done && acts.contains(&past.act)).is_some()
    }

    /// The creation of the device that is there now.
    fn born(self) -> Option<usize> {
        let created = self.last(0, |_, past| past.act == Act::Create && past.answer == Answer::Done)?;
        (!self.happened(created, &[Act::Delete])).then_some(created)
    }

    /// The event that began the present epoch (SPEC A2 (5)).
    fn epoch(self) -> Option<usize> {
        self.born()?;
        self.last(0, |_, past| matches!(past.act, Act::Create | Act::Reset) && past.answer == Answer::Done)
    }

    fn epoch_start(self) -> usize {
        self.epoch().unwrap_or(self.past.len())
    }

    fn active(self) -> bool {
        let born = self.born().unwrap_or(0);
        let last = self.last(born, |_, past| matches!(past.act, Act::Deactivate | Act::Activate));
        last.is_none_or(|at| self.past[at].act == Act::Activate)
    }

    /// The last delivery of this epoch (SPEC A8).
    fn delivery(self) -> Option<usize> {
        self.last(self.epoch_start(), |_, past| past.answer == Answer::Delivery(true))
    }

    fn place_of(self, fetch: usize) -> Place {
        match self.past[fetch].act {
            Act::Fetch { from, .. } => from,
            other => panic!("{other:?} is no fetch"),
        }
    }

    /// Enrolment and entry of an attempt, also where it came again under its first id.
    fn attempt(self, at: usize) -> Option<(usize, Typed)> {
        match self.past[at].act {
            Act::Pap { enrolment, typed } => Some((enrolment, typed)),
            Act::PapAgain(first) => self.attempt(first),
            _ => None,
        }
    }

    /// The attempts that were compared since the epoch began: index, place of the enrolment, and whether right.
    fn compared(self) -> impl Iterator<Item = (usize, Place, bool)> + use<'a> {
        (self.epoch_start()..self.past.len()).filter_map(move |at| {
            let counted = matches!(self.past[at].answer, Answer::Said { counted: true, .. });
            let (enrolment, typed) = self.attempt(at).filter(|_| counted)?;
            Some((at, self.place_of(enrolment), typed == Typed::Right))
        })
    }

    fn same(self, one: Place, other: Place) -> bool {
        self.rules.device_scope || one == other
    }

    /// Wrong PAPs in a row, lockouts and the last lock of a place, since the last delivery or reset (SPEC A2, A8, A13).
    fn tries(self, place: Place) -> (u32, u32, Option<usize>) {
        let since = self.delivery().unwrap_or(0);
        let (mut row, mut lockouts, mut lock) = (0, 0, None);
        for (at, _, right) in self.compared().filter(|(at, from, _)| *at > since && self.same(*from, place)) {
            row = if right { 0 } else { row + 1 };
            if row >= self.rules.attempts {
                (row, lockouts, lock) = (0, lockouts + 1, Some(at));
            }
        }
        (row, lockouts, lock)
    }

    fn wrong_in_epoch(self) -> usize {
        self.compared().filter(|(_, _, right)| !right).count()
    }

    /// The attempt that reached the ceiling of the epoch (SPEC A13).
    fn ceiling(self) -> Option<usize> {
        self.compared().filter(|(_, _, right)| !right).nth(self.rules.ceiling - 1).map(|(at, _, _)| at)
    }

    /// The last right PAP of the epoch, its enrolment, if nothing voided it since; delivered or not.
    fn acceptance(self) -> Option<(usize, usize)> {
        let (at, _, _) = self.compared().filter(|(_, _, right)| *right).last()?;
        let (enrolment, _) = self.attempt(at)?;
        let voided = self.happened(at, &[Act::Block, Act::Deactivate]);
        // SPEC A12
        let end = self.past[at].at + self.rules.window;
        let delivered = (at..self.past.len()).find(|later| self.past[*later].answer == Answer::Delivery(true));
        let lapsed = delivered.map_or(self.now, |delivered| self.past[delivered].at) >= end;
        (!voided && !lapsed).then_some((at, enrolment))
    }

    /// The state that a place sees (SPEC A2, A13).
    fn standing(self, place: Place) -> Standing {
        let epoch = self.epoch_start();
        let blocked = self.last(epoch, |_, past| past.act == Act::Block && past.answer == Answer::Done).max(self.ceiling());
        let delivery = self.delivery();
        if blocked > delivery {
            return Standing::Blocked;
        }
        if delivery.is_some() {
            return Standing::Delivered;
        }
        let (_, lockouts, lock) = self.tries(place);
        if lockouts >= self.rules.lockouts {
            return Standing::BlockedPlace;
        }
        if let Some(until) = lock.map(|at| self.past[at].at + self.rules.lockout)
            && until > self.now
        {
            return Standing::Failed(until);
        }
        match self.acceptance() {
            Some((_, enrolment)) => Standing::Accepted(enrolment),
            None => Standing::Required,
        }
    }

    /// Whether an enrolment still is good (SPEC R13).
    fn present(self, enrolment: usize) -> bool {
        let this_epoch = self.epoch().is_some_and(|epoch| epoch < enrolment);
        let issued = minute(self.past[enrolment].at);
        let expired = issued + self.rules.enrolment <= self.now;
        let accepted = self.acceptance().is_some_and(|(_, accepted)| accepted == enrolment);
        let ended = !accepted && self.delivery().is_some_and(|delivery| issued <= self.past[delivery].at);
        this_epoch && !expired && !ended
    }

    /// SPEC R0
    fn proof(self, shown: Shown) -> Proof {
        match shown {
            Shown::Credential => Proof::Credential,
            Shown::StaleCredential => Proof::Stale,
            Shown::Token(enrolment) if self.present(enrolment) => {
                let accepted = self.acceptance().is_some_and(|(_, accepted)| accepted == enrolment);
                if accepted { Proof::Accepted } else { Proof::Present }
            }
            Shown::Token(_) | Shown::ForgedToken | Shown::Nothing => Proof::Nothing,
        }
    }

    /// Whether a request is *proven*: an accepted token is so inside its window (SPEC R8).
    fn proven(self, shown: Shown) -> bool {
        match self.proof(shown) {
            Proof::Credential => true,
            Proof::Accepted => self.in_window(),
            _ => false,
        }
    }

    fn in_window(self) -> bool {
        self.acceptance().is_some_and(|(at, _)| self.past[at].at + self.rules.window > self.now)
    }

    /// The suspension of this instant and whom it is for; none inside: nobody in particular (SPEC A4).
    fn suspension(self) -> Option<Option<Place>> {
        let epoch = self.epoch_start();
        let given = self.last(epoch, |_, past| matches!(past.act, Act::Suspend(_)) && past.answer == Answer::Done)?;
        let over = self.past[given].at + self.rules.suspension <= self.now;
        if over || self.happened(given, &[Act::Block, Act::Deactivate]) {
            return None;
        }
        if let Act::Suspend(Some(place)) = self.past[given].act {
            return Some(Some(place));
        }
        if self.rules.unbound {
            return Some(None);
        }
        let bound = (given..self.past.len()).find(|at| match self.past[*at] {
            Past { act: Act::Delivered(lease), answer: Answer::Delivery(true), .. } => {
                self.lease_before(lease, *at).is_some_and(|(_, rule, _)| rule == Rule::R4)
            }
            _ => false,
        });
        let Some(bound) = bound else { return Some(None) };
        let Act::Delivered(lease) = self.past[bound].act else { return Some(None) };
        let place = self.place_of(lease);
        let contested = (bound..self.past.len()).any(|at| match self.past[at].act {
            Act::Fetch { from, shown } => {
                let then = self.before(at);
                from != place && then.active() && !then.proven(shown)
            }
            _ => false,
        });
        (!contested).then_some(Some(place))
    }

    fn suspended_for(self, place: Place) -> bool {
        self.suspension().is_some_and(|bind| bind.is_none_or(|bound| bound == place))
    }

    /// The rule for a request, as if nothing was suspended (SPEC R5 to R11), and what it gives.
    fn table(self, from: Place, shown: Shown) -> (Rule, Access) {
        let proof = self.proof(shown);
        // SPEC A13: the place inside the valid token presented, else the request's own.
        let place = match shown {
            Shown::Token(enrolment) if self.present(enrolment) => self.place_of(enrolment),
            _ => from,
        };
        let standing = self.standing(place);
        let permanent = from == Place::Permanent;
        if standing == Standing::Blocked || standing == Standing::BlockedPlace && !permanent {
            return (Rule::R5, Access::Restricted(Notice::Blocked));
        }
        if proof == Proof::Credential {
            return (Rule::R7, Access::Full);
        }
        if proof == Proof::Accepted && self.in_window() {
            return (Rule::R8, Access::Full);
        }
        // SPEC S7: a model that keeps nothing gets no configuration without its secrets.
        if permanent && (standing != Standing::Delivered || self.rules.retains || self.all_goes_to_a_stranger(from)) {
            return (Rule::R6a, Access::Full);
        }
        let waits = matches!(standing, Standing::Required | Standing::Failed(_));
        let reset = self.last(0, |_, past| past.act == Act::Reset && past.answer == Answer::Done);
        if waits
            && let Some(entry) = self.entry(from)
            && reset.is_none_or(|at| self.past[at].at < entry.made || at < self.born().unwrap_or(0))
        {
            return (Rule::R6b, Access::Full);
        }
        if proof == Proof::Stale {
            return (Rule::R9, Access::Deny);
        }
        match standing {
            Standing::Delivered => (Rule::R10, Access::Restricted(Notice::ResetNeeded)),
            Standing::Failed(until) => (Rule::R11, Access::Restricted(Notice::Failed(until))),
            _ => (Rule::R11, Access::Restricted(Notice::Required)),
        }
    }

    /// Whether R23 replaces what the table says.
    fn lenient(self, from: Place, shown: Shown, rule: Rule) -> bool {
        let place = match shown {
            Shown::Token(enrolment) if self.present(enrolment) => self.place_of(enrolment),
            _ => from,
        };
        let replaced = match rule {
            Rule::R5 => self.standing(place) == Standing::BlockedPlace,
            Rule::R9 | Rule::R10 | Rule::R11 => true,
            _ => false,
        };
        !self.rules.enforced && replaced
    }

    fn fetch(self, from: Place, shown: Shown) -> Answer {
        if self.born().is_none() {
            return Answer::Deny(Rule::R2);
        }
        if !self.active() {
            return Answer::Deny(Rule::R3);
        }
        let (mut rule, mut access) = self.table(from, shown);
        if self.suspended_for(from) {
            (rule, access) = (Rule::R4, Access::Full);
        }
        let lenient = self.lenient(from, shown, rule);
        if lenient {
            access = Access::Full;
        }
        match access {
            Access::Full => {
                let kit = self.kit(from, shown, rule, lenient);
                Answer::Full { rule, kit, lease: Some(self.running_lease(from).unwrap_or(self.past.len())) }
            }
            // SPEC R13: who presents a valid present token gets the same enrolment.
            Access::Restricted(notice) => Answer::Restricted {
                rule,
                notice,
                enrolment: match shown {
                    Shown::Token(enrolment) if self.present(enrolment) => enrolment,
                    _ => self.past.len(),
                },
            },
            Access::Deny => Answer::Deny(rule),
        }
    }

    /// The last fetch before `end` that got this lease, its rule and its secrets.
    fn lease_before(self, lease: usize, end: usize) -> Option<(usize, Rule, Kit)> {
        (0..end).rev().find_map(|at| match self.past[at].answer {
            Answer::Full { rule, kit, lease: Some(got) } if got == lease => Some((at, rule, kit)),
            _ => None,
        })
    }

    /// The device's one lease, delivered or not, unless something voided it: its first and its last fetch (SPEC A14).
    fn last_lease(self) -> Option<(usize, usize)> {
        let at = self.last(self.epoch_start(), |_, past| matches!(past.answer, Answer::Full { lease: Some(_), .. }))?;
        let Answer::Full { lease: Some(lease), .. } = self.past[at].answer else { return None };
        (!self.happened(at, &[Act::Block, Act::Deactivate, Act::Delete])).then_some((lease, at))
    }

    /// The lease that a further answer to this place returns.
    fn running_lease(self, from: Place) -> Option<usize> {
        self.leased_to().filter(|(place, _)| *place == from).map(|(_, lease)| lease)
    }

    /// To whom a lease is going on.
    fn leased_to(self) -> Option<(Place, usize)> {
        let (lease, at) = self.last_lease()?;
        let over = self.past[at].at + self.rules.lease <= self.now;
        let ended = self.last(at, |_, past| {
            past.act == Act::NotDelivered(lease) || past.act == Act::Delivered(lease) && past.answer == Answer::Delivery(true)
        });
        (!over && ended.is_none()).then_some((self.place_of(lease), lease))
    }

    /// Whether the confirmation of a lease counts (SPEC A14).
    fn counts(self, lease: usize) -> bool {
        let Some((last, at)) = self.last_lease() else { return false };
        let before = self.last(at, |_, past| past.act == Act::Delivered(lease) && past.answer == Answer::Delivery(true));
        if last != lease || before.is_some() {
            return false;
        }
        let Act::Fetch { from, shown } = self.past[at].act else { return false };
        let Answer::Full { rule, .. } = self.past[at].answer else { return false };
        match self.standing(from) {
            Standing::Blocked => rule == Rule::R4,
            Standing::BlockedPlace => rule == Rule::R4 || from == Place::Permanent || self.before(at).lenient(from, shown, rule),
            _ => true,
        }
    }

    /// To whom and until when one kind of secret is open (SPEC S2, S3, A14).
    fn gate(self, kind: fn(Kit) -> bool) -> Gate {
        let mut gate = Gate::Open { until: None, proven_only: false, bound: None };
        for at in self.epoch_start()..self.past.len() {
            let Past { at: then, act, answer } = self.past[at];
            match (act, answer) {
                (Act::Fetch { from, .. }, Answer::Full { kit, lease: Some(_), .. }) if kind(kit) => {
                    if let Gate::Open { bound, until, .. } = &mut gate
                        && until.is_none_or(|until| until > then)
                    {
                        *bound = Some(from);
                    }
                }
                (Act::Delivered(lease), Answer::Delivery(true)) => {
                    let carried = self.lease_before(lease, at).is_some_and(|(_, _, kit)| kind(kit));
                    let open = matches!(gate, Gate::Open { until, .. } if until.is_none_or(|until| until > then));
                    if carried && kind(ONLY_WEB) {
                        gate = Gate::Closed;
                    } else if carried && open {
                        gate = Gate::Window { until: then + self.rules.secret_window, place: self.place_of(lease) };
                    }
                }
                // What is open without end stays so, but for nobody alone any more.
                (Act::ReleaseAgain { proven_only }, Answer::Done) => match &mut gate {
                    Gate::Open { until: None, bound, .. } => {
                        if !proven_only {
                            *bound = None;
                        }
                    }
                    other => *other = Gate::Open { until: Some(then + self.rules.release), proven_only, bound: None },
                },
                _ => {}
            }
        }
        match gate {
            Gate::Open { until: Some(until), .. } | Gate::Window { until, .. } if until <= self.now => Gate::Closed,
            other => other,
        }
    }

    /// Whether a restricted answer may have overwritten what the telephone kept (SPEC S5).
    fn overwritten(self) -> bool {
        let epoch = self.epoch_start();
        let whole = self.last(epoch, |at, past| match past {
            Past { act: Act::Delivered(lease), answer: Answer::Delivery(true), .. } => {
                self.lease_before(*lease, at).is_some_and(|(_, _, kit)| kit == Kit::WHOLE)
            }
            _ => false,
        });
        let arrived = |before: usize| {
            self.past[epoch..before]
                .iter()
                .any(|past| matches!(past.act, Act::Delivered(_)) && past.answer == Answer::Delivery(true))
        };
        let lost = |at: usize, past: &Past| match past.answer {
            Answer::Restricted { rule: Rule::R10, .. } => true,
            // The file of a block takes away what had arrived before it.
            Answer::Restricted { rule: Rule::R5, .. } => arrived(at),
            _ => false,
        };
        self.last(whole.unwrap_or(epoch), lost).is_some()
    }

    /// Whether a release lets every secret go to somebody who proves nothing (SPEC S7).
    fn all_goes_to_a_stranger(self, from: Place) -> bool {
        [SIP, WEB, CREDENTIAL].into_iter().all(|kind| match self.gate(kind) {
            Gate::Closed => false,
            Gate::Window { place, .. } => place == from,
            Gate::Open { proven_only, bound, .. } => !proven_only && bound.is_none_or(|bound| bound == from),
        })
    }

    /// Which secrets a full answer carries (SPEC S1 to S7).
    fn kit(self, from: Place, shown: Shown, rule: Rule, lenient: bool) -> Kit {
        let proven = self.proven(shown) && !lenient;
        if proven && (!self.rules.retains || self.overwritten()) {
            return Kit::WHOLE;
        }
        let given = matches!(self.last_suspend(), Some(Act::Suspend(Some(place))) if place == from);
        if rule == Rule::R4 && given || lenient && !self.rules.retains {
            return Kit::WHOLE;
        }
        let goes = |kind| match self.gate(kind) {
            Gate::Closed => false,
            Gate::Window { place, .. } => place == from,
            Gate::Open { proven_only: true, .. } if !proven => false,
            Gate::Open { bound: Some(bound), .. } if bound != from => {
                proven && self.leased_to().is_none_or(|(place, _)| place != bound)
            }
            Gate::Open { .. } => true,
        };
        // SPEC R22: who proves to be the device gets its credential under the present key.
        let renewed = proven && shown == Shown::Credential;
        Kit { sip: goes(SIP), web: goes(WEB), credential: renewed || goes(CREDENTIAL) }
    }

    fn last_suspend(self) -> Option<Act> {
        self.last(self.epoch_start(), |_, past| matches!(past.act, Act::Suspend(_))).map(|at| self.past[at].act)
    }

    /// What the delivery of a fetch may do to the temporary whitelist (SPEC W2, W3, W7), asked at that fetch.
    fn listing(self, from: Place, shown: Shown) -> Listing {
        let (rule, access) = self.table(from, shown);
        let suspended = self.suspended_for(from);
        let lenient = !suspended && self.lenient(from, shown, rule);
        if lenient || access != Access::Full || matches!(from, Place::Permanent | Place::Unresolved) {
            return Listing::Nothing;
        }
        if !self.proven(shown) {
            return if rule == Rule::R6b { Listing::SlideUnproven } else { Listing::Nothing };
        }
        let makes = match shown {
            // STATE-TABLES 4.1: the source of the enrolment, if the fetch came from it.
            Shown::Token(enrolment) => matches!(self.standing(from), Standing::Accepted(_)) && self.place_of(enrolment) == from,
            _ => self.rules.lists,
        };
        if makes { Listing::Make } else { Listing::Slide }
    }

    /// The live temporary entry of a place.
    fn entry(self, place: Place) -> Option<Entry> {
        let mut entry: Option<Entry> = None;
        for at in 0..self.past.len() {
            let Past { at: now, act, answer } = self.past[at];
            let live = entry.filter(|entry| entry.until > now);
            let slide = |live: Entry| Entry { until: live.until.max(now + self.rules.temporary), proven: now, ..live };
            let make = |own| Entry { made: now, until: now + self.rules.temporary, proven: now, own };
            match (act, answer) {
                (Act::Neighbour(from), _) if from == place => entry = Some(live.map_or(make(false), slide)),
                (Act::Delivered(lease), Answer::Delivery(true)) if self.place_of(lease) == place => {
                    let Some((fetch, _, _)) = self.lease_before(lease, at) else { continue };
                    let Act::Fetch { from, shown } = self.past[fetch].act else { continue };
                    match (self.before(fetch).listing(from, shown), live) {
                        (Listing::Make | Listing::Slide, Some(live)) => entry = Some(slide(live)),
                        (Listing::Make, None) => entry = Some(make(true)),
                        (Listing::SlideUnproven, Some(live)) => {
                            let until = (now + self.rules.temporary).min(live.proven + self.rules.past_proven);
                            entry = Some(Entry { until: live.until.max(until), ..live });
                        }
                        _ => {}
                    }
                }
                (Act::Reset | Act::Block | Act::Deactivate | Act::Delete, Answer::Done) => {
                    entry = entry.filter(|entry| !entry.own)
                }
                _ => {}
            }
        }
        entry.filter(|entry| entry.until > self.now)
    }

    /// SPEC A5: the enrolment, the suspension, the state of its source, the entry.
    fn pap(self, enrolment: usize, typed: Typed) -> Answer {
        let said = |verdict| Answer::Said { verdict, counted: false };
        if self.born().is_none() {
            return said(Verdict::NotPossible);
        }
        if !self.present(enrolment) {
            return said(Verdict::Restarting);
        }
        if !self.active() {
            return said(Verdict::NotPossible);
        }
        let place = self.place_of(enrolment);
        if self.suspended_for(place) {
            return said(Verdict::NoPinNeeded);
        }
        match self.standing(place) {
            Standing::Blocked | Standing::BlockedPlace => return said(Verdict::Blocked),
            Standing::Delivered => return said(Verdict::ResetNeeded),
            Standing::Failed(until) => return said(Verdict::Locked(until)),
            Standing::Accepted(accepted) if accepted == enrolment => return said(Verdict::Already),
            Standing::Accepted(_) => return said(Verdict::NotPossible),
            Standing::Required => {}
        }
        let (row, lockouts, _) = self.tries(place);
        let verdict = match typed {
            Typed::Empty => return said(Verdict::Empty),
            Typed::Right => Verdict::Accepted,
            Typed::Wrong if self.wrong_in_epoch() + 1 >= self.rules.ceiling => Verdict::Blocked,
            Typed::Wrong if row + 1 < self.rules.attempts => Verdict::Wrong(self.rules.attempts - row - 1),
            Typed::Wrong if lockouts + 1 < self.rules.lockouts => Verdict::Locked(self.now + self.rules.lockout),
            Typed::Wrong => Verdict::Blocked,
        };
        Answer::Said { verdict, counted: true }
    }

    /// The same attempt id again: the same verdict, not counted; the last four are remembered (SPEC A5).
    fn pap_again(self, first: usize) -> Answer {
        let Some((enrolment, typed)) = self.attempt(first) else { return Answer::Refused };
        let id = self.origin(first);
        let judged: Vec<usize> = self.compared().map(|(at, _, _)| at).collect();
        let known = judged.iter().rev().take(4).find(|at| self.origin(**at) == id);
        match known.map(|at| self.past[*at].answer) {
            Some(Answer::Said { verdict, .. }) if self.born().is_some() => Answer::Said { verdict, counted: false },
            _ => self.pap(enrolment, typed),
        }
    }

    /// The event that used an attempt id first.
    fn origin(self, at: usize) -> usize {
        match self.past[at].act {
            Act::PapAgain(first) => self.origin(first),
            _ => at,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Gate {
    Open { until: Option<Ms>, proven_only: bool, bound: Option<Place> },
    Window { until: Ms, place: Place },
    Closed,
}

const SIP: fn(Kit) -> bool = |kit| kit.sip;
const WEB: fn(Kit) -> bool = |kit| kit.web;
const CREDENTIAL: fn(Kit) -> bool = |kit| kit.credential;
const ONLY_WEB: Kit = Kit { sip: false, web: true, credential: false };
