//! What a device remembers of calls: dialogues that are going on, and whom the emergency service may call back (SPEC C5, C6).
//!
//! Nothing is resynced when one of these deadlines ends, so [`Device::next_timeout`](super::Device::next_timeout) does not
//! name them; what is over goes with the next write.

use super::Rare;
use super::machine::Draft;
use crate::credential::EnrolmentId;
use crate::ids::ShortNumber;
use crate::ip::Source;
use crate::time::{Deadline, MINUTE_MS, SECOND_MS, Timestamp};

/// Dialogues a device may have at once (SPEC C6).
pub const MAX_DIALOGUES: usize = 3;
/// How long the emergency service may call back (SPEC C5).
pub const CALL_BACK_MS: u64 = 30 * MINUTE_MS;
/// How long a call back counts as going on, unless it is said to be over: no longer, for a lost hang-up must not bar the service.
const BUSY_MS: u64 = 3 * MINUTE_MS;
/// After how long a dialogue gives way to another caller.
const GIVES_WAY_MS: u64 = 60 * SECOND_MS;
/// How many more dialogues than the caller somebody has had of late whose dialogue gives way at once.
const GREEDY: usize = 3;
/// Dialogues that are remembered, those that are over included: four a place, as many as give way in three minutes.
pub(crate) const MAX_REMEMBERED: usize = 4 * MAX_DIALOGUES;
/// Enrolments that the emergency service may call back: one for each of three sources.
pub(crate) const MAX_CALL_BACKS: usize = 3;

/// One dialogue with the authentication service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Dialogue {
    pub(crate) enrolment: EnrolmentId,
    pub(crate) until: Deadline,
    /// It is over, and remembered until then: who had many gives way.
    pub(crate) ended: bool,
}

impl Dialogue {
    /// Where it came from; an IPv6 /48 is one place.
    fn around(&self) -> Option<Source> {
        self.enrolment.source().map(Source::around)
    }
}

/// Whom the emergency service may call back, after a call of this enrolment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct CallBack {
    pub(crate) enrolment: EnrolmentId,
    /// The number that was dialled: only this service may.
    pub(crate) number: ShortNumber,
    pub(crate) until: Deadline,
    /// While it lasts a call back is going on.
    pub(crate) busy: Option<Deadline>,
}

impl Rare {
    /// Whether a corrected clock left one of the deadlines far ahead (SPEC A6).
    pub(super) fn is_call_ahead(&self, now: Timestamp) -> bool {
        self.dialogues.iter().any(|dialogue| dialogue.until.is_ahead(now))
            || self.call_backs.iter().any(|back| back.until.is_ahead(now) || back.busy.is_some_and(|busy| busy.is_ahead(now)))
    }

    /// All deadlines, to be cut.
    pub(super) fn call_deadlines(&mut self) -> impl Iterator<Item = &mut Deadline> {
        let backs = self.call_backs.iter_mut().flat_map(|back| [Some(&mut back.until), back.busy.as_mut()]);
        self.dialogues.iter_mut().map(|dialogue| &mut dialogue.until).chain(backs.flatten())
    }

    /// Forgets what is over.
    pub(super) fn forget_calls(&mut self, now: Timestamp) {
        self.dialogues.retain(|dialogue| !dialogue.until.is_over(now));
        self.call_backs.retain(|back| !back.until.is_over(now));
        for back in &mut self.call_backs {
            back.busy.take_if(|busy| busy.is_over(now));
        }
    }
}

/// The outcome of asking for a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// There is one; this dialogue had to give way to it.
    Taken(Option<EnrolmentId>),
    /// There is none at present.
    None,
}

impl Draft<'_> {
    /// Takes a place for a dialogue: one for each enrolment, three for the device (SPEC C6).
    ///
    /// Who polls for enrolments and holds all three places must not keep the user out. Where they are taken, one gives way:
    /// the caller's own after a minute; the older one of somebody who holds two; that of somebody who of late had three
    /// dialogues more than the caller; or the oldest after a minute.
    pub(crate) fn take_place(&mut self, id: &EnrolmentId) -> Place {
        let now = self.now;
        let all = self.get().rare.as_deref().map_or(&[][..], |rare| &rare.dialogues);
        // In the order of their beginning.
        let recent = || all.iter().filter(|dialogue| !dialogue.until.is_over(now));
        let live = || recent().filter(|dialogue| !dialogue.ended);
        if live().any(|dialogue| dialogue.enrolment == *id) {
            return Place::None;
        }
        let mut ended = None;
        if live().count() >= MAX_DIALOGUES {
            let caller = id.source().map(Source::around);
            let held = |around| live().filter(|dialogue| dialogue.around() == around).count();
            let had = |around| recent().filter(|dialogue| dialogue.around() == around).count();
            let old = |dialogue: &&Dialogue| now.since(dialogue.until.start()) > GIVES_WAY_MS;
            let others = || live().filter(|dialogue| dialogue.around() != caller);
            let victim = live()
                .find(|dialogue| dialogue.around() == caller && old(dialogue))
                .or_else(|| others().find(|dialogue| held(dialogue.around()) > 1))
                .or_else(|| others().find(|dialogue| had(dialogue.around()) >= had(caller) + GREEDY))
                .or_else(|| others().find(old));
            let Some(victim) = victim else { return Place::None };
            ended = Some(victim.enrolment);
        }
        let until = Deadline::new(now, self.settings.dialogue_ms);
        let dialogues = &mut self.rare().dialogues;
        dialogues.retain(|dialogue| !dialogue.until.is_over(now));
        for dialogue in dialogues.iter_mut() {
            dialogue.ended |= Some(dialogue.enrolment) == ended;
        }
        if dialogues.len() >= MAX_REMEMBERED
            && let Some(at) = dialogues.iter().position(|dialogue| dialogue.ended)
        {
            dialogues.remove(at);
        }
        dialogues.push(Dialogue { enrolment: *id, until, ended: false });
        Place::Taken(ended)
    }

    /// An enrolment called the emergency service, which may call it back from now on (SPEC C5).
    ///
    /// A stranger's call must not take the user's call back away: where three are remembered, only an older one of the same
    /// source gives way.
    pub(crate) fn expect_call_back(&mut self, id: &EnrolmentId, number: ShortNumber) {
        let now = self.now;
        let until = Deadline::new(now, CALL_BACK_MS);
        let backs = &mut self.rare().call_backs;
        backs.retain(|back| back.enrolment != *id && !back.until.is_over(now));
        if backs.len() >= MAX_CALL_BACKS {
            let around = |id: &EnrolmentId| id.source().map(Source::around);
            match backs.iter().position(|back| around(&back.enrolment) == around(id)) {
                Some(at) => drop(backs.remove(at)),
                None => return,
            }
        }
        backs.push(CallBack { enrolment: *id, number, until, busy: None });
    }

    /// Whether a call from this service may reach the enrolment; one at a time (SPEC C5).
    pub(crate) fn call_back(&mut self, id: &EnrolmentId, number: ShortNumber) -> bool {
        let now = self.now;
        let may = |back: &CallBack| {
            back.enrolment == *id
                && back.number == number
                && !back.until.is_over(now)
                && back.busy.is_none_or(|busy| busy.is_over(now))
        };
        if !self.get().rare.as_deref().is_some_and(|rare| rare.call_backs.iter().any(may)) {
            return false;
        }
        for back in self.rare().call_backs.iter_mut().filter(|back| may(back)) {
            back.busy = Some(Deadline::new(now, BUSY_MS));
        }
        true
    }

    /// A call of or to an enrolment is over: its place is free.
    pub(crate) fn hung_up(&mut self, id: &EnrolmentId) {
        let Some(rare) = self.get().rare.as_deref() else { return };
        let held = rare.dialogues.iter().any(|dialogue| dialogue.enrolment == *id && !dialogue.ended);
        let busy = rare.call_backs.iter().any(|back| back.enrolment == *id && back.busy.is_some());
        if held {
            for dialogue in self.rare().dialogues.iter_mut().filter(|dialogue| dialogue.enrolment == *id) {
                dialogue.ended = true;
            }
        }
        if busy {
            for back in self.rare().call_backs.iter_mut().filter(|back| back.enrolment == *id) {
                back.busy = None;
            }
        }
    }
}
