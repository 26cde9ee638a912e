//! One-time release of secrets: which kinds may still go out, to whom and until when (SPEC S1 to S7).

use crate::ip::Source;
use crate::time::{Deadline, Timestamp};
use alloc::boxed::Box;
use alloc::vec;

/// A set of SIP account slots, numbered from 1 to [`AccountSet::MAX`].
#[derive(Clone, Copy, Default, Eq, PartialEq, Hash)]
pub struct AccountSet([u64; 4]);

impl AccountSet {
    /// The highest slot: the largest DECT manager of the vendor table holds 250 accounts.
    pub const MAX: u8 = 254;
    /// No slot.
    pub const NONE: Self = Self([0; 4]);

    /// Whether a slot is in the set.
    pub fn contains(self, slot: u8) -> bool {
        self.0.get(usize::from(slot / 64)).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    /// Adds a slot.
    pub fn insert(&mut self, slot: u8) {
        if let Some(word) = self.0.get_mut(usize::from(slot / 64)) {
            *word |= 1 << (slot % 64);
        }
    }

    /// The slots in ascending order.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (1..=Self::MAX).filter(move |slot| self.contains(*slot))
    }

    /// Whether no slot is in the set.
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Slots 1 to `count`.
    pub fn first(count: u8) -> Self {
        // One bit more than `count`, then without the bit of slot 0, which there is not.
        let mut ones = u32::from(count.min(Self::MAX)) + 1;
        let mut words = Self::NONE.0.map(|_| {
            let here = ones.min(64);
            ones -= here;
            u64::MAX.checked_shr(64 - here).unwrap_or(0)
        });
        let [first, ..] = &mut words;
        *first &= !1;
        Self(words)
    }

    pub(crate) const fn words(self) -> [u64; 4] {
        self.0
    }

    pub(crate) const fn from_words(words: [u64; 4]) -> Self {
        Self(words)
    }
}

impl core::fmt::Debug for AccountSet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Which secrets an answer carries (SPEC S1): what is not in here is withheld by the renderer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub struct Secrets {
    /// SIP passwords, by account slot.
    pub sip: AccountSet,
    /// Passwords of the telephone's menu.
    pub menu: bool,
    /// Passwords of its web interface.
    pub web: bool,
    /// All others: phonebook, LDAP, XML, 802.1X and VPN logins.
    pub other: bool,
    /// The device credential (SPEC R14).
    pub credential: bool,
}

impl Secrets {
    /// None at all.
    pub const NONE: Self = Self { sip: AccountSet::NONE, menu: false, web: false, other: false, credential: false };

    /// All of a device with so many accounts.
    pub fn all(accounts: u8) -> Self {
        Self { sip: AccountSet::first(accounts), menu: true, web: true, other: true, credential: true }
    }

    /// Whether nothing is included.
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }
}

/// Why a secret is withheld (SPEC S6).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[repr(u8)]
pub enum Withheld {
    /// It was given before and the window is over: *release again*, a new password or a reset opens it.
    Closed = 1,
    /// The window is bound to another source.
    OtherSource = 2,
    /// The release is for proven requests only.
    ProvenOnly = 3,
    /// It is on its way to another source just now.
    Leased = 4,
}

/// The state of one kind of secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Gate {
    /// Open without end; once it left towards a source, the unproven others stay out.
    Open { bound: Option<Source> },
    /// Open until then.
    Until { deadline: Deadline, proven_only: bool, bound: Option<Source> },
    /// May be fetched again from this source until then.
    Window { deadline: Deadline, source: Source },
    /// Given and over.
    Closed,
}

/// Who asks for secrets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker {
    pub(crate) source: Source,
    pub(crate) proven: bool,
    /// The source of a lease that is still going on, if there is one.
    pub(crate) leased_to: Option<Source>,
    pub(crate) now: Timestamp,
}

impl Gate {
    const OPEN: Self = Self::Open { bound: None };

    /// Whether the secret may go out to this asker.
    pub(crate) fn admits(&self, asker: &Asker) -> Result<(), Withheld> {
        let (bound, proven_only) = match *self {
            Self::Open { bound } => (bound, false),
            Self::Until { deadline, .. } if deadline.is_over(asker.now) => return Err(Withheld::Closed),
            Self::Until { proven_only, bound, .. } => (bound, proven_only),
            Self::Window { deadline, .. } if deadline.is_over(asker.now) => return Err(Withheld::Closed),
            Self::Window { source, .. } if source == asker.source => return Ok(()),
            Self::Window { .. } => return Err(Withheld::OtherSource),
            Self::Closed => return Err(Withheld::Closed),
        };
        if proven_only && !asker.proven {
            return Err(Withheld::ProvenOnly);
        }
        match bound {
            Some(source) if source != asker.source => {
                if asker.leased_to.is_some_and(|leased| leased == source) {
                    Err(Withheld::Leased)
                } else if asker.proven {
                    Ok(())
                } else {
                    Err(Withheld::OtherSource)
                }
            }
            _ => Ok(()),
        }
    }

    /// The secret left towards a source: the release is spent for everyone else (SPEC A14).
    fn leave(&mut self, source: Source) {
        match self {
            Self::Open { bound } | Self::Until { bound, .. } => *bound = Some(source),
            Self::Window { .. } | Self::Closed => {}
        }
    }

    /// The secret arrived (SPEC S2).
    fn arrive(&mut self, source: Source, now: Timestamp, window_ms: u64, from_release: bool) {
        match *self {
            Self::Until { deadline, .. } if from_release => *self = Self::Window { deadline, source },
            Self::Open { .. } | Self::Until { .. } => *self = Self::Window { deadline: Deadline::new(now, window_ms), source },
            Self::Window { .. } | Self::Closed => {}
        }
    }

    /// Opens it anew; what is open without end stays so (SPEC S3).
    fn open(&mut self, until: Deadline, proven_only: bool) -> bool {
        if matches!(self, Self::Open { .. }) {
            return false;
        }
        *self = Self::Until { deadline: until, proven_only, bound: None };
        true
    }

    fn settle(&mut self, now: Timestamp) {
        if let Self::Until { deadline, .. } | Self::Window { deadline, .. } = self
            && deadline.is_over(now)
        {
            *self = Self::Closed;
        }
    }

    fn deadline(&mut self) -> Option<&mut Deadline> {
        match self {
            Self::Until { deadline, .. } | Self::Window { deadline, .. } => Some(deadline),
            Self::Open { .. } | Self::Closed => None,
        }
    }
}

/// The release of a device: one state per SIP account, and per device for menu, web, other and credential.
///
/// The SPEC keeps menu and other secrets per account too; since a device has one of each, they go out when any account's
/// would, which is what one state per device says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Release {
    /// All open, nothing given yet: a new or reset device.
    Open,
    /// All given and over: a device at rest.
    Closed,
    /// Anything between.
    Mixed(Box<Gates>),
}

/// The states of a [`Release::Mixed`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Gates {
    pub(crate) sip: Box<[Gate]>,
    pub(crate) menu: Gate,
    pub(crate) web: Gate,
    pub(crate) other: Gate,
    pub(crate) credential: Gate,
}

impl Gates {
    fn all(accounts: u8, gate: Gate) -> Self {
        Self { sip: vec![gate; usize::from(accounts)].into_boxed_slice(), menu: gate, web: gate, other: gate, credential: gate }
    }

    fn each(&mut self) -> impl Iterator<Item = &mut Gate> {
        self.sip.iter_mut().chain([&mut self.menu, &mut self.web, &mut self.other, &mut self.credential])
    }

    fn iter(&self) -> impl Iterator<Item = &Gate> {
        self.sip.iter().chain([&self.menu, &self.web, &self.other, &self.credential])
    }
}

/// What a *release again* covers (SPEC S3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// Everything.
    All,
    /// One account with what goes with it.
    Account(u8),
    /// The SIP password of one account only (SPEC S5).
    SipOnly(u8),
}

impl Release {
    /// What may go out to this asker, and the gravest reason why something may not.
    pub(crate) fn ask(&self, accounts: u8, asker: Asker) -> (Secrets, Option<Withheld>) {
        match self {
            Self::Open => (Secrets::all(accounts), None),
            Self::Closed => (Secrets::NONE, Some(Withheld::Closed)),
            Self::Mixed(gates) => {
                let mut out = Secrets::NONE;
                let mut why: Option<Withheld> = None;
                let mut pass = |gate: &Gate| match gate.admits(&asker) {
                    Ok(()) => true,
                    Err(reason) => {
                        why = why.max(Some(reason));
                        false
                    }
                };
                for (slot, gate) in (1..=AccountSet::MAX).zip(&gates.sip) {
                    if pass(gate) {
                        out.sip.insert(slot);
                    }
                }
                out.menu = pass(&gates.menu);
                out.web = pass(&gates.web);
                out.other = pass(&gates.other);
                out.credential = pass(&gates.credential);
                (out, why)
            }
        }
    }

    /// Whether anything is open at all, to anyone: what an unproven request for a closed release must find (SPEC S7).
    pub(crate) fn is_closed(&self, now: Timestamp) -> bool {
        match self {
            Self::Open => false,
            Self::Closed => true,
            Self::Mixed(gates) => gates.iter().all(|gate| {
                let mut gate = *gate;
                gate.settle(now);
                gate == Gate::Closed
            }),
        }
    }

    /// Whether giving these secrets changes anything: one of them is open and not in its window yet.
    pub(crate) fn is_spent_by(&self, secrets: Secrets) -> bool {
        let fresh = |gate: &Gate| matches!(gate, Gate::Open { .. } | Gate::Until { .. });
        match self {
            Self::Open => !secrets.is_none(),
            Self::Closed => false,
            Self::Mixed(gates) => {
                let sip = (1..=AccountSet::MAX).zip(&gates.sip).any(|(slot, gate)| secrets.sip.contains(slot) && fresh(gate));
                sip || secrets.menu && fresh(&gates.menu)
                    || secrets.web && fresh(&gates.web)
                    || secrets.other && fresh(&gates.other)
                    || secrets.credential && fresh(&gates.credential)
            }
        }
    }

    /// These secrets left towards a source.
    pub(crate) fn leave(&mut self, accounts: u8, secrets: Secrets, source: Source) {
        if secrets.is_none() || matches!(self, Self::Closed) {
            return;
        }
        self.for_each_of(accounts, secrets, |gate, _| gate.leave(source));
    }

    /// These secrets arrived: their windows start; web passwords close at once (SPEC S2).
    pub(crate) fn arrive(
        &mut self,
        accounts: u8,
        secrets: Secrets,
        source: Source,
        now: Timestamp,
        window_ms: u64,
        from_release: bool,
    ) {
        if secrets.is_none() || matches!(self, Self::Closed) {
            return;
        }
        self.for_each_of(accounts, secrets, |gate, is_web| {
            if is_web {
                *gate = Gate::Closed;
            } else {
                gate.arrive(source, now, window_ms, from_release);
            }
        });
    }

    /// Opens anew (SPEC S3, S5); false where all of it was open without end.
    pub(crate) fn open(&mut self, accounts: u8, scope: Scope, until: Deadline, proven_only: bool) -> bool {
        if matches!(self, Self::Open) {
            return false;
        }
        let mut secrets = Secrets::all(accounts);
        if let Scope::Account(slot) | Scope::SipOnly(slot) = scope {
            secrets.sip = AccountSet::NONE;
            secrets.sip.insert(slot);
        }
        if let Scope::SipOnly(_) = scope {
            secrets = Secrets { sip: secrets.sip, ..Secrets::NONE };
        }
        let mut changed = false;
        self.for_each_of(accounts, secrets, |gate, _| changed |= gate.open(until, proven_only));
        changed
    }

    /// Closes what is over and takes the smallest form.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        let Self::Mixed(gates) = self else { return };
        for gate in gates.each() {
            gate.settle(now);
        }
        if gates.iter().all(|gate| *gate == Gate::Closed) {
            *self = Self::Closed;
        } else if gates.iter().all(|gate| *gate == Gate::OPEN) {
            *self = Self::Open;
        }
    }

    /// Whether a deadline lies too far ahead (SPEC A6).
    pub(crate) fn is_ahead(&self, now: Timestamp) -> bool {
        let Self::Mixed(gates) = self else { return false };
        gates.iter().any(|gate| {
            let mut gate = *gate;
            gate.deadline().is_some_and(|deadline| deadline.is_ahead(now))
        })
    }

    /// Cuts such deadlines.
    pub(crate) fn cut(&mut self, now: Timestamp) {
        if let Self::Mixed(gates) = self {
            for deadline in gates.each().filter_map(Gate::deadline) {
                *deadline = deadline.cut(now);
            }
        }
    }

    /// Calls `act` for the gate of each included secret; the flag says whether it is that of web passwords.
    fn for_each_of(&mut self, accounts: u8, secrets: Secrets, mut act: impl FnMut(&mut Gate, bool)) {
        let gate = match self {
            Self::Open => Gate::OPEN,
            _ => Gate::Closed,
        };
        if !matches!(self, Self::Mixed(_)) {
            *self = Self::Mixed(Box::new(Gates::all(accounts, gate)));
        }
        let Self::Mixed(gates) = self else { return };
        for (slot, gate) in (1..=AccountSet::MAX).zip(gates.sip.iter_mut()) {
            if secrets.sip.contains(slot) {
                act(gate, false);
            }
        }
        let kinds = [
            (secrets.menu, &mut gates.menu, false),
            (secrets.web, &mut gates.web, true),
            (secrets.other, &mut gates.other, false),
            (secrets.credential, &mut gates.credential, false),
        ];
        for (included, gate, is_web) in kinds {
            if included {
                act(gate, is_web);
            }
        }
    }
}

/// What a decision lets go out is what a renderer may write.
#[cfg(feature = "render")]
impl From<Secrets> for crate::render::SecretsOut {
    fn from(secrets: Secrets) -> Self {
        use crate::render::SecretKind;
        let kinds = [
            (secrets.menu, SecretKind::Menu),
            (secrets.web, SecretKind::Web),
            (secrets.other, SecretKind::Other),
            (secrets.credential, SecretKind::Credential),
        ];
        let some = kinds.into_iter().filter(|(included, _)| *included).fold(Self::NONE, |out, (_, kind)| out.with(kind));
        secrets.sip.iter().fold(some, |out, slot| out.with_sip(u16::from(slot)))
    }
}
