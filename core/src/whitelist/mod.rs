//! The permanent whitelist of a tenant, and the temporary entries that provisioning makes (SPEC section 3).
//!
//! A permanent whitelist is part of the tenant's configuration: it is built once, never changes, and answers lookups in
//! a time that hardly depends on its size. A temporary entry is a record of its own, one for each source.

mod table;
mod temporary;

pub use temporary::{
    TEMP_BAR_MS, TEMP_LEN_MS, TEMP_PAST_PROVEN_MS, TEMP_UNPROVEN_MAX, TEMP_UNPROVEN_WINDOW_MS, TempEntry, TempParts, Unlistable,
    UnprovenWindow, listable,
};

use crate::error::codes;
use crate::ip::{ClientAddress, IpPrefix, PrefixError, Tunnel, WidthLimits};
use crate::time::Timestamp;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use table::{Table, Wide};

/// The longest label, in characters.
pub const LABEL_CHARS_MAX: usize = 64;

/// The permanent whitelist: addresses and ranges with labels, and which of them fits an address best.
///
/// Entries are kept in the order of their prefixes, IPv4 first; an entry's index is its place in that order. Unlabelled,
/// an entry takes at most 24 bytes of memory for IPv4 and 48 for IPv6 in a list of a thousand and more.
///
/// ```
/// use libprov::ip::{ClientAddress, IpPrefix};
/// use libprov::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};
/// let limits = WhitelistLimits::default();
/// let list = Whitelist::build(
///     vec![
///         WhitelistEntry { prefix: IpPrefix::parse("192.0.2.0/24")?, label: "Office".into() },
///         WhitelistEntry { prefix: IpPrefix::parse("192.0.2.7")?, label: "Lab".into() },
///     ],
///     &limits,
/// )?;
/// let address = ClientAddress::new("192.0.2.7".parse()?);
/// let found = list.lookup(address).unwrap();
/// assert_eq!((found.label(), found.prefix().to_string()), ("Lab", "192.0.2.7".into()));
/// let list = list.without(found.prefix())?;
/// assert_eq!(list.lookup(address).unwrap().label(), "Office");
/// assert!(list.lookup(ClientAddress::Unresolved).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// SPEC W1, W4, W5.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Whitelist {
    v4: Table<u32>,
    v6: Table<Wide>,
    labels: Labels,
}

impl Whitelist {
    /// Builds the list from entries in any order.
    ///
    /// # Errors
    /// [`WhitelistError::Full`] beyond the cap; [`WhitelistError::LabelLength`] and [`WhitelistError::LabelControl`];
    /// [`WhitelistError::Translated`] and [`WhitelistError::TooWide`] for ranges that W1 refuses;
    /// [`WhitelistError::Duplicate`] for the same prefix twice.
    pub fn build(mut entries: Vec<WhitelistEntry>, limits: &WhitelistLimits) -> Result<Self, WhitelistError> {
        limits.check_count(entries.len())?;
        for entry in &entries {
            limits.check(entry)?;
        }
        entries.sort_by_key(|entry| entry.prefix);
        for pair in entries.windows(2) {
            if let [a, b] = pair
                && a.prefix == b.prefix
            {
                return Err(WhitelistError::Duplicate { prefix: a.prefix });
            }
        }
        Self::assemble(entries.iter().map(|entry| (entry.prefix, &*entry.label)))
    }

    /// This list with one more entry; takes time in proportion to the list.
    ///
    /// # Errors
    /// As [`Whitelist::build`]; entries that stand already are not checked again.
    pub fn with(&self, entry: &WhitelistEntry, limits: &WhitelistLimits) -> Result<Self, WhitelistError> {
        limits.check_count(self.len().saturating_add(1))?;
        limits.check(entry)?;
        let Err(at) = self.find(entry.prefix) else {
            return Err(WhitelistError::Duplicate { prefix: entry.prefix });
        };
        let new = core::iter::once((entry.prefix, &*entry.label));
        Self::assemble(self.pairs().take(at).chain(new).chain(self.pairs().skip(at)))
    }

    /// This list without the entry of exactly this prefix; takes time in proportion to the list.
    ///
    /// # Errors
    /// [`WhitelistError::Unknown`].
    pub fn without(&self, prefix: IpPrefix) -> Result<Self, WhitelistError> {
        let Ok(at) = self.find(prefix) else {
            return Err(WhitelistError::Unknown { prefix });
        };
        Self::assemble(self.pairs().take(at).chain(self.pairs().skip(at.saturating_add(1))))
    }

    /// The most specific entry that holds the address; an unresolved one is in none.
    #[inline]
    pub fn lookup(&self, address: impl Into<ClientAddress>) -> Option<Match<'_>> {
        let index = match address.into().ip()? {
            IpAddr::V4(address) => self.v4.lookup(address.to_bits())?,
            IpAddr::V6(address) => self.v4.len() + self.v6.lookup(Wide::from(address))?,
        };
        Some(Match { list: self, index })
    }

    /// Whether any entry holds the address.
    pub fn covers(&self, address: impl Into<ClientAddress>) -> bool {
        self.lookup(address).is_some()
    }

    /// Whether there is an entry of exactly this prefix.
    pub fn contains(&self, prefix: IpPrefix) -> bool {
        self.find(prefix).is_ok()
    }

    /// The entry of exactly this prefix.
    pub fn entry(&self, prefix: IpPrefix) -> Option<Match<'_>> {
        let index = self.find(prefix).ok()?;
        Some(Match { list: self, index })
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All entries in the order of their prefixes.
    pub fn entries(&self) -> impl Iterator<Item = Match<'_>> + Clone {
        (0..self.len()).map(|index| Match { list: self, index })
    }

    /// The bytes on the heap that the list takes, without label text.
    pub fn heap_bytes(&self) -> usize {
        self.v4.heap_bytes() + self.v6.heap_bytes() + size_of_val(&*self.labels.ends)
    }

    fn prefix(&self, index: usize) -> Option<IpPrefix> {
        match index.checked_sub(self.v4.len()) {
            None => self.v4.prefix(index),
            Some(index) => self.v6.prefix(index),
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (IpPrefix, &str)> + Clone {
        self.entries().map(|entry| (entry.prefix(), entry.label()))
    }

    /// The index of the prefix, or where it belongs.
    fn find(&self, prefix: IpPrefix) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.prefix(middle).cmp(&Some(prefix)) {
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Equal => return Ok(middle),
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// Builds from sorted, different prefixes.
    fn assemble<'a>(sorted: impl Iterator<Item = (IpPrefix, &'a str)> + Clone) -> Result<Self, WhitelistError> {
        Ok(Self {
            v4: Table::build(sorted.clone().map(|(prefix, _)| prefix)),
            v6: Table::build(sorted.clone().map(|(prefix, _)| prefix)),
            labels: Labels::build(sorted.map(|(_, label)| label))?,
        })
    }
}

impl core::fmt::Debug for Whitelist {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_map().entries(self.pairs()).finish()
    }
}

/// An entry of the permanent whitelist.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WhitelistEntry {
    /// The address or range.
    pub prefix: IpPrefix,
    /// What people call it: at most 64 characters, no control characters, may be empty.
    pub label: Box<str>,
}

/// What a permanent whitelist may hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WhitelistLimits {
    /// The most entries; never more than 16,777,214.
    pub entries_max: usize,
    /// The widest ranges.
    pub width: WidthLimits,
}

impl WhitelistLimits {
    fn check_count(&self, count: usize) -> Result<(), WhitelistError> {
        let most = self.entries_max.min(table::ENTRIES_MAX);
        if count > most {
            return Err(WhitelistError::Full { most });
        }
        Ok(())
    }

    fn check(&self, entry: &WhitelistEntry) -> Result<(), WhitelistError> {
        let WhitelistEntry { prefix, label } = entry;
        let prefix = *prefix;
        if label.chars().nth(LABEL_CHARS_MAX).is_some() {
            return Err(WhitelistError::LabelLength { prefix, chars: label.chars().count() });
        }
        if label.chars().any(char::is_control) {
            return Err(WhitelistError::LabelControl { prefix });
        }
        if let Some(tunnel) = prefix.tunnel() {
            return Err(WhitelistError::Translated { prefix, tunnel });
        }
        if let Err(PrefixError::TooWide { prefix, shortest }) = prefix.check_width(self.width) {
            return Err(WhitelistError::TooWide { prefix, shortest });
        }
        Ok(())
    }
}

impl Default for WhitelistLimits {
    fn default() -> Self {
        Self {
            entries_max: 1_000_000, // SPEC W5
            width: WidthLimits::default(),
        }
    }
}

/// An entry of a [`Whitelist`], lent by it.
#[derive(Clone, Copy)]
pub struct Match<'a> {
    list: &'a Whitelist,
    index: usize,
}

impl<'a> Match<'a> {
    /// The address or range.
    pub fn prefix(self) -> IpPrefix {
        // An index of a match is always in the list; the other branch cannot be reached.
        self.list.prefix(self.index).unwrap_or(IpPrefix::host(IpAddr::V4(core::net::Ipv4Addr::UNSPECIFIED)))
    }

    /// What people call it.
    pub fn label(self) -> &'a str {
        self.list.labels.get(self.index)
    }

    /// Its place in the list.
    pub fn index(self) -> usize {
        self.index
    }
}

/// Equal when prefix and label are.
impl PartialEq for Match<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.prefix() == other.prefix() && self.label() == other.label()
    }
}

impl Eq for Match<'_> {}

impl core::fmt::Debug for Match<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Match").field("prefix", &self.prefix()).field("label", &self.label()).field("index", &self.index).finish()
    }
}

/// Which entry exempts an address: the one with the longest prefix, permanent before temporary at equal length (SPEC W4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exemption<'a> {
    /// A permanent entry.
    Permanent(Match<'a>),
    /// A live temporary entry.
    Temporary(&'a TempEntry),
}

impl<'a> Exemption<'a> {
    /// Finds it in the list and the temporary entry of the address's source. An entry of another source is not looked at.
    pub fn find(list: &'a Whitelist, temporary: Option<&'a TempEntry>, address: ClientAddress, now: Timestamp) -> Option<Self> {
        let permanent = list.lookup(address);
        let temporary = temporary.filter(|entry| entry.key() == address.source() && entry.is_live(now));
        match (permanent, temporary) {
            (Some(found), Some(entry))
                if IpPrefix::from_source(entry.key()).is_some_and(|prefix| prefix.prefix_len() > found.prefix().prefix_len()) =>
            {
                Some(Self::Temporary(entry))
            }
            (Some(found), _) => Some(Self::Permanent(found)),
            (None, Some(entry)) => Some(Self::Temporary(entry)),
            (None, None) => None,
        }
    }

    /// The prefix of the entry.
    pub fn prefix(self) -> Option<IpPrefix> {
        match self {
            Self::Permanent(found) => Some(found.prefix()),
            Self::Temporary(entry) => IpPrefix::from_source(entry.key()),
        }
    }

    /// Until when it exempts; a permanent entry has no end.
    pub fn until(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Permanent(_) => None,
            Self::Temporary(entry) => Some(entry.valid().shown_end(now)),
        }
    }
}

/// All labels in one text, with the end of each; none at all while every label is empty.
#[derive(Clone, Default, Eq, PartialEq)]
struct Labels {
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Labels {
    fn build<'a>(labels: impl Iterator<Item = &'a str> + Clone) -> Result<Self, WhitelistError> {
        if labels.clone().all(str::is_empty) {
            return Ok(Self::default());
        }
        let mut text = String::with_capacity(labels.clone().map(str::len).sum());
        let mut ends = Vec::with_capacity(labels.clone().count());
        for label in labels {
            text.push_str(label);
            // 4 GiB of label text is beyond any cap on entries that a host has memory for.
            let end = u32::try_from(text.len()).map_err(|_| WhitelistError::Full { most: ends.len() })?;
            ends.push(end);
        }
        Ok(Self { text: text.into(), ends: ends.into() })
    }

    fn get(&self, index: usize) -> &str {
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.text.get(start..end(index)).unwrap_or_default()
    }
}

codes! {
    /// Why the permanent whitelist cannot be built or changed.
    pub enum WhitelistError {
        /// The prefix is there already.
        #[error("{prefix} is already on the whitelist")]
        Duplicate {
            /// The prefix.
            prefix: IpPrefix,
        } = WHITELIST_DUPLICATE,
        /// The prefix is not there.
        #[error("{prefix} is not on the whitelist")]
        Unknown {
            /// The prefix.
            prefix: IpPrefix,
        } = WHITELIST_UNKNOWN,
        /// The label is too long.
        #[error("the label of {prefix} has {chars} characters; at most {LABEL_CHARS_MAX} fit")]
        LabelLength {
            /// The prefix.
            prefix: IpPrefix,
            /// The label's length in characters.
            chars: usize,
        } = WHITELIST_LABEL,
        /// The label holds a control character.
        #[error("the label of {prefix} holds a control character")]
        LabelControl {
            /// The prefix.
            prefix: IpPrefix,
        } = WHITELIST_LABEL,
        /// The list holds the most entries it may.
        #[error("the whitelist may hold at most {most} entries")]
        Full {
            /// The most entries.
            most: usize,
        } = WHITELIST_FULL,
        /// The range overlaps one that stands for translated or tunnelled IPv4.
        #[error("{prefix} overlaps {tunnel}, whose addresses do not tell who sends")]
        Translated {
            /// The prefix.
            prefix: IpPrefix,
            /// Which range.
            tunnel: Tunnel,
        } = PREFIX_TRANSLATED,
        /// The range is wider than policy allows.
        #[error("{prefix} is wider than the /{shortest} that policy allows")]
        TooWide {
            /// The prefix.
            prefix: IpPrefix,
            /// The shortest prefix length allowed.
            shortest: u8,
        } = PREFIX_TOO_WIDE,
    }
}
