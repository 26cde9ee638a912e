//! What a device remembers of calls: dialogues that are going on, and whom the emergency service may call back (SPEC C5, C6).
//!
//! Nothing is resynced when one of these deadlines ends, so [`Device::next_timeout`](super::Device::next_timeout) does not
//! name them; what is over goes with the next write.

use super::Rare;
use super::machine::Draft;
use crate::credential::EnrolmentId;
use crate::ids::ShortNumber;
use crate::time::{Deadline, MINUTE_MS, SECOND_MS, Timestamp};

/// Dialogues a device may have at once (SPEC C6).
pub const MAX_DIALOGUES: usize = 3;
/// How long the emergency service may call back (SPEC C5).
pub const CALL_BACK_MS: u64 = 30 * MINUTE_MS;
/// How long a call back counts as going on, unless it is said to be over: no longer, for a lost hang-up must not bar the service.
const BUSY_MS: u64 = 3 * MINUTE_MS;
/// After how long the oldest of three dialogues of three sources gives way to a fourth source.
const GIVES_WAY_MS: u64 = 60 * SECOND_MS;

/// One dialogue with the authentication service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Dialogue {
    pub(crate) enrolment: EnrolmentId,
    pub(crate) until: Deadline,
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
            || self.call_back.is_some_and(|back| back.until.is_ahead(now) || back.busy.is_some_and(|busy| busy.is_ahead(now)))
    }

    /// All deadlines, to be cut.
    pub(super) fn call_deadlines(&mut self) -> impl Iterator<Item = &mut Deadline> {
        let back = self.call_back.as_mut().into_iter().flat_map(|back| [Some(&mut back.until), back.busy.as_mut()]);
        self.dialogues.iter_mut().map(|dialogue| &mut dialogue.until).chain(back.flatten())
    }

    /// Forgets what is over.
    pub(super) fn forget_calls(&mut self, now: Timestamp) {
        self.dialogues.retain(|dialogue| !dialogue.until.is_over(now));
        self.call_back.take_if(|back| back.until.is_over(now));
        if let Some(back) = &mut self.call_back {
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
    /// Who polls for enrolments and holds all three places must not keep the user out. A source that holds none takes the
    /// place of the oldest dialogue of the source that holds most, or of the oldest of all once that is a minute old.
    pub(crate) fn take_place(&mut self, id: &EnrolmentId) -> Place {
        let now = self.now;
        let all = self.get().rare.as_deref().map_or(&[][..], |rare| &rare.dialogues);
        let live = || all.iter().filter(|dialogue| !dialogue.until.is_over(now));
        if live().any(|dialogue| dialogue.enrolment == *id) {
            return Place::None;
        }
        let mut ended = None;
        if live().count() >= MAX_DIALOGUES {
            let of = |source| live().filter(|dialogue| dialogue.enrolment.source() == source).count();
            if of(id.source()) > 0 {
                return Place::None;
            }
            // Oldest first, so the first of equals is the oldest.
            let most = live().map(|dialogue| of(dialogue.enrolment.source())).max().unwrap_or(0);
            let Some(oldest) = live().find(|dialogue| of(dialogue.enrolment.source()) == most) else { return Place::None };
            if most < 2 && now.since(oldest.until.start()) <= GIVES_WAY_MS {
                return Place::None;
            }
            ended = Some(oldest.enrolment);
        }
        let until = Deadline::new(now, self.settings.dialogue_ms);
        let dialogues = &mut self.rare().dialogues;
        dialogues.retain(|dialogue| !dialogue.until.is_over(now) && Some(dialogue.enrolment) != ended);
        dialogues.push(Dialogue { enrolment: *id, until });
        Place::Taken(ended)
    }

    /// An enrolment called the emergency service, which may call it back from now on (SPEC C5).
    pub(crate) fn expect_call_back(&mut self, id: &EnrolmentId, number: ShortNumber) {
        let until = Deadline::new(self.now, CALL_BACK_MS);
        self.rare().call_back = Some(CallBack { enrolment: *id, number, until, busy: None });
    }

    /// Whether a call from this service may reach the enrolment; one at a time (SPEC C5).
    pub(crate) fn call_back(&mut self, id: &EnrolmentId, number: ShortNumber) -> bool {
        let now = self.now;
        let may = self.get().rare.as_deref().and_then(|rare| rare.call_back).is_some_and(|back| {
            back.enrolment == *id
                && back.number == number
                && !back.until.is_over(now)
                && back.busy.is_none_or(|busy| busy.is_over(now))
        });
        if may && let Some(back) = &mut self.rare().call_back {
            back.busy = Some(Deadline::new(now, BUSY_MS));
        }
        may
    }

    /// A call of or to an enrolment is over: its place is free.
    pub(crate) fn hung_up(&mut self, id: &EnrolmentId) {
        let Some(rare) = self.get().rare.as_deref() else { return };
        let held = rare.dialogues.iter().any(|dialogue| dialogue.enrolment == *id);
        let busy = rare.call_back.is_some_and(|back| back.enrolment == *id && back.busy.is_some());
        if held {
            self.rare().dialogues.retain(|dialogue| dialogue.enrolment != *id);
        }
        if busy && let Some(back) = &mut self.rare().call_back {
            back.busy = None;
        }
    }
}
