//! The voice dialogue that asks for the PAP (SPEC C3, A5): digits in, announcements and entries out.
//!
//! A [`Dialogue`] is one call, as plain data. It judges nothing: an entry that `#` ended comes out as [`Action::Enter`]; the host
//! gives it to [`enter_pap`](crate::request::enter_pap), stores the writes, performs the effects but for those of
//! [`Effect::is_voice`](crate::effect::Effect::is_voice), and tells the verdict with [`Dialogue::judged`], which says what is
//! spoken. It speaks after the store, never before (SPEC A11).
//!
//! An emergency number that was typed is never thrown away: where digits that equal one would be judged, discarded or cut off by
//! the end of the call, the call is transferred instead. Only `*`, another digit, and the caller's hang-up take them back.

use crate::announcement::Announcement;
use crate::device::Verdict;
use crate::dtmf::Digit;
use crate::ids::{AttemptId, ShortNumber};
use crate::policy::Policy;
use crate::time::{Deadline, Timestamp};
use alloc::boxed::Box;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Digits that are kept at the most: one more than the largest cap, so that an over-long entry stays longer than it.
const KEPT: usize = 33;
/// Actions of one call at the most.
const MOST: usize = 2;

/// One call to the authentication service.
///
/// Stop what is being played when a key comes. Digits that come while an entry is judged, or while the last announcement is
/// played, are collected as the next entry; `#` can then only end an emergency number, any other entry is dropped and no attempt.
///
/// `Debug` shows no digit; digits are wiped as soon as they are of no use.
///
/// ```
/// use libprov::announcement::Announcement;
/// use libprov::device::Verdict;
/// use libprov::dialogue::{Action, Actions, Dialogue};
/// # use libprov::{dtmf::Digit, ids::ShortNumber, policy::{Policy, Settings}, time::Timestamp};
/// # let mut settings = Settings::cloud(&[ShortNumber::parse("112").unwrap()]);
/// # settings.outside_line = Some("0".into());
/// # let policy = Policy::new(settings).unwrap();
/// # let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
/// # fn keys(call: &mut Dialogue, text: &str, now: Timestamp) -> Actions {
/// #     text.chars().fold(Actions::default(), |_, key| call.digit(Digit::from_char(key).unwrap(), now))
/// # }
/// let mut call = Dialogue::new(0x5eed, &policy, now);
/// assert_eq!(call.opening(), Action::Play(Announcement::EnterPin));
///
/// let actions = keys(&mut call, "482913#", now);
/// let entry = actions.entry().unwrap();
/// assert_eq!(entry.digits(), "482913"); // to enter_pap, with entry.id()
///
/// let actions = call.judged(entry.id(), Verdict::Wrong { left: 2 }, now);
/// assert_eq!(actions.iter().next(), Some(&Action::Play(Announcement::TriesLeft(2))));
///
/// let actions = keys(&mut call, "0112#", now); // no attempt
/// assert!(actions.iter().any(|action| *action == Action::Transfer(ShortNumber::parse("112").unwrap())));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dialogue {
    call: u64,
    emergency: Box<[ShortNumber]>,
    outside_line: Option<Box<str>>,
    most: u8,
    gap_ms: u64,
    total: Deadline,
    /// Runs from the last digit while some are typed.
    gap: Option<Deadline>,
    typed: Typed,
    entries: u8,
    ignored: u32,
    /// Whether an entry was discarded by the inter-digit timeout already.
    discarded: bool,
    phase: Phase,
}

/// What a call is about to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// It takes an entry.
    Listening,
    /// An entry is being judged.
    Judging,
    /// The last announcement is played.
    Ending,
    /// It ended, or was transferred.
    Over,
}

impl Dialogue {
    /// A call that was just answered: perform [`Dialogue::opening`].
    ///
    /// `call` is drawn by the host, at random; its low 56 bits must be those of no other call of the device, for the ids of
    /// attempts are made of it (SPEC A5). Emergency numbers, the prefix of an outside line (SPEC C2), times and the cap on length
    /// come from the policy.
    pub fn new(call: u64, policy: &Policy, now: Timestamp) -> Self {
        let settings = policy.settings();
        Self {
            call,
            emergency: settings.emergency.as_slice().into(),
            outside_line: settings.outside_line.clone(),
            most: settings.entry_digits,
            gap_ms: settings.entry_gap_ms,
            total: Deadline::new(now, settings.dialogue_ms),
            gap: None,
            typed: Typed::NOTHING,
            entries: 0,
            ignored: 0,
            discarded: false,
            phase: Phase::Listening,
        }
    }

    /// What is played first.
    pub const fn opening(&self) -> Action {
        Action::Play(Announcement::EnterPin)
    }

    /// Takes a key press.
    pub fn digit(&mut self, digit: Digit, now: Timestamp) -> Actions {
        let mut actions = self.due(now);
        if self.phase == Phase::Over {
            return actions;
        }
        match digit.as_char() {
            key @ '0'..='9' => {
                self.typed.push(key as u8);
                self.gap = Some(Deadline::new(now, self.gap_ms));
            }
            '*' => self.clear(),
            '#' => self.end(&mut actions),
            _ => self.ignored = self.ignored.saturating_add(1),
        }
        actions
    }

    /// Tells the verdict on an entry, once the writes of [`enter_pap`](crate::request::enter_pap) were stored (SPEC A11).
    ///
    /// A verdict on any other attempt than the one that waits does nothing, so that a repeated one is harmless.
    pub fn judged(&mut self, attempt: AttemptId, verdict: Verdict, now: Timestamp) -> Actions {
        let mut actions = self.due(now);
        if self.waiting() != Some(attempt) {
            return actions;
        }
        let said = verdict.announcement().unwrap_or(Announcement::EnterPin);
        if verdict.goes_on() {
            self.phase = Phase::Listening;
            actions.push(Action::Play(said));
        } else {
            self.finish(said, &mut actions);
        }
        actions
    }

    /// Tells that an entry could not be judged: conflicts in the store went on for too long (SPEC A11).
    pub fn busy(&mut self, attempt: AttemptId, now: Timestamp) -> Actions {
        self.judged(attempt, Verdict::NotPossible, now)
    }

    /// Tells that the caller hung up, or that the call ended for another reason. Nothing is an attempt that `#` did not end.
    pub fn hung_up(&mut self) {
        self.clear();
        self.phase = Phase::Over;
    }

    /// When [`Dialogue::handle_timeout`] is due; none: nothing will happen by itself.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let gap = self.gap.map(Deadline::end);
        match self.phase {
            Phase::Listening | Phase::Judging => Some(gap.map_or(self.total.end(), |gap| gap.min(self.total.end()))),
            Phase::Ending => gap,
            Phase::Over => None,
        }
    }

    /// Performs what is due. Being early, late or called twice is harmless (SPEC A7).
    pub fn handle_timeout(&mut self, now: Timestamp) -> Actions {
        self.due(now)
    }

    /// The attempt that waits for its verdict.
    pub const fn waiting(&self) -> Option<AttemptId> {
        match self.phase {
            Phase::Judging => Some(self.attempt()),
            _ => None,
        }
    }

    /// Whether the call ended or was transferred: nothing that comes does anything any more.
    pub const fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// How many keys `A` to `D`, and entries that came at the wrong time, were ignored.
    pub const fn ignored(&self) -> u32 {
        self.ignored
    }

    fn due(&mut self, now: Timestamp) -> Actions {
        let mut actions = Actions::default();
        // SPEC A6: a clock that was put back may not stretch a call.
        self.total = self.total.cut(now);
        self.gap = self.gap.map(|gap| gap.cut(now));
        let speaking = matches!(self.phase, Phase::Listening | Phase::Judging);
        if speaking && self.total.is_over(now) {
            self.finish(Announcement::TimeOver, &mut actions);
        }
        if self.gap.is_some_and(|gap| gap.is_over(now)) && !self.transfer(&mut actions) {
            self.clear();
            if self.phase == Phase::Listening {
                if self.discarded {
                    self.finish(Announcement::TimeOver, &mut actions);
                } else {
                    self.discarded = true;
                    actions.push(Action::Play(Announcement::EnterAgain));
                }
            }
        }
        actions
    }

    /// `#`
    fn end(&mut self, actions: &mut Actions) {
        if self.transfer(actions) {
            return;
        }
        let typed = core::mem::replace(&mut self.typed, Typed::NOTHING);
        self.clear();
        match self.phase {
            Phase::Listening if typed.is_empty() => actions.push(Action::Play(Announcement::EnterPin)),
            Phase::Listening => match self.entries.checked_add(1) {
                Some(entries) => {
                    self.entries = entries;
                    self.phase = Phase::Judging;
                    actions.push(Action::Enter(Entry { id: self.attempt(), digits: typed.cut(self.most) }));
                }
                None => self.finish(Announcement::NotPossible, actions),
            },
            Phase::Judging | Phase::Ending if !typed.is_empty() => self.ignored = self.ignored.saturating_add(1),
            Phase::Judging | Phase::Ending | Phase::Over => {}
        }
    }

    /// Says the last thing and hangs up. What is typed stays, for it may be the beginning of an emergency number.
    fn finish(&mut self, said: Announcement, actions: &mut Actions) {
        if !self.transfer(actions) {
            self.phase = Phase::Ending;
            actions.push(Action::Play(said));
            actions.push(Action::HangUp);
        }
    }

    /// Transfers the call if the digits are an emergency number.
    fn transfer(&mut self, actions: &mut Actions) -> bool {
        let typed = self.typed.as_str();
        let called = |number: &&ShortNumber| {
            let behind = self.outside_line.as_deref().and_then(|prefix| typed.strip_prefix(prefix));
            [Some(typed), behind].contains(&Some(number.as_str()))
        };
        let Some(number) = self.emergency.iter().find(called).copied() else { return false };
        self.clear();
        self.phase = Phase::Over;
        actions.push(Action::Play(Announcement::Emergency));
        actions.push(Action::Transfer(number));
        true
    }

    fn clear(&mut self) {
        self.typed = Typed::NOTHING;
        self.gap = None;
    }

    const fn attempt(&self) -> AttemptId {
        AttemptId::from_number(self.call << 8 | self.entries as u64)
    }
}

/// One thing for the host to do.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Play this, in place of what is being played.
    Play(Announcement),
    /// Judge this entry and tell the verdict.
    Enter(Entry),
    /// Transfer the call to this emergency number of the tenant, at once: do not wait for the end of an announcement. Ask
    /// [`call::route`](crate::call::route) with this number as the target, as for any call of this enrolment: it gives the site, the
    /// audit event and the way back for the emergency service (SPEC C2, C5). Connect it whatever becomes of that.
    Transfer(ShortNumber),
    /// End the call when the announcement has been played.
    HangUp,
}

/// What a call of the dialogue asks for, in order: at most two actions.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use = "nobody else will play, judge or hang up"]
pub struct Actions([Option<Action>; MOST]);

impl Actions {
    /// Goes through them in order.
    pub fn iter(&self) -> impl Iterator<Item = &Action> {
        self.0.iter().flatten()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The entry to judge, if there is one.
    pub fn entry(&self) -> Option<&Entry> {
        self.iter().find_map(|action| if let Action::Enter(entry) = action { Some(entry) } else { None })
    }

    fn push(&mut self, action: Action) {
        if let Some(slot) = self.0.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(action);
        }
    }
}

impl IntoIterator for Actions {
    type Item = Action;
    type IntoIter = core::iter::Flatten<core::array::IntoIter<Option<Action>, MOST>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

/// An entry that `#` ended, to be judged. It is secret: `Debug` shows its id only, and it is wiped on drop.
#[derive(Clone, Eq, PartialEq)]
pub struct Entry {
    id: AttemptId,
    digits: Typed,
}

impl Entry {
    /// The id of the attempt: another for each entry of a call, the same however often this one is handed in (SPEC A5).
    pub const fn id(&self) -> AttemptId {
        self.id
    }

    /// The digits, at least one. Of an entry above the cap those that were kept: one more than the cap, so that it is wrong.
    pub fn digits(&self) -> &str {
        self.digits.as_str()
    }
}

impl core::fmt::Debug for Entry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Entry").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Digits that were typed, as ASCII; behind them zeros.
#[derive(Clone)]
struct Typed {
    digits: [u8; KEPT],
    len: u8,
}

impl Typed {
    const NOTHING: Self = Self { digits: [0; KEPT], len: 0 };

    const fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn as_str(&self) -> &str {
        self.digits.get(..usize::from(self.len)).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or_default()
    }

    /// Adds a digit; what does not fit is not kept.
    fn push(&mut self, digit: u8) {
        if let Some(slot) = self.digits.get_mut(usize::from(self.len)) {
            *slot = digit;
            self.len += 1;
        }
    }

    /// Keeps one digit more than the cap.
    fn cut(mut self, most: u8) -> Self {
        self.len = self.len.min(most.saturating_add(1));
        if let Some(rest) = self.digits.get_mut(usize::from(self.len)..) {
            rest.zeroize();
        }
        self
    }
}

/// Constant time in the digits.
impl PartialEq for Typed {
    fn eq(&self, other: &Self) -> bool {
        self.digits.ct_eq(&other.digits).into()
    }
}

impl Eq for Typed {}

impl core::fmt::Debug for Typed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.digits.zeroize();
        self.len = 0;
    }
}
