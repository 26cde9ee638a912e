//! Temporary entries: a source that is allowed until an instant, made and kept alive by deliveries (SPEC W2, W3, W7, W8).

use crate::ip::{ClientAddress, IpPrefix, ProxyPolicy, Source};
use crate::mac::MacAddr;
use crate::time::{CLOCK_TOLERANCE_MS, DAY_MS, Deadline, HOUR_MS, Timestamp};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How long an entry allows after a delivery, unless policy says otherwise (SPEC W2).
pub const TEMP_LEN_MS: u64 = 8 * HOUR_MS;
/// How far past the last proven delivery unproven ones can carry an entry (SPEC W2).
pub const TEMP_PAST_PROVEN_MS: u64 = DAY_MS;
/// The window in which unproven deliveries of a source are counted (SPEC R6b).
pub const TEMP_UNPROVEN_WINDOW_MS: u64 = 8 * HOUR_MS;
/// The most unproven deliveries of a source in that window (SPEC R6b).
pub const TEMP_UNPROVEN_MAX: u16 = 50;
/// How long an entry that an administrator removed is not made again (SPEC W8).
pub const TEMP_BAR_MS: u64 = 8 * HOUR_MS;

/// The record of a temporary entry; its key is the tenant and the [`Source`].
///
/// Every operation returns the record as it becomes. The revision has then risen by one, or nothing has changed and there
/// is nothing to store. Each first cuts deadlines that a corrected clock left far ahead (SPEC A6).
///
/// ```
/// use libprov::{ip::ClientAddress, mac::MacAddr, time::{HOUR_MS, Timestamp}};
/// use libprov::whitelist::{TEMP_BAR_MS, TEMP_LEN_MS, TempEntry};
/// let source = ClientAddress::new("192.0.2.7".parse()?).source();
/// let phone = MacAddr::parse("80:5e:c0:01:02:03")?;
/// let now = Timestamp::from_ms(1_900_000_000_000)?;
/// let entry = TempEntry::make(source, phone, now, TEMP_LEN_MS).unwrap();
/// let later = now.plus_ms(5 * HOUR_MS);
/// let entry = entry.slide_proven(later, TEMP_LEN_MS);
/// assert_eq!(entry.valid().end(), later.plus_ms(TEMP_LEN_MS));
/// let removed = entry.withdraw(later, TEMP_BAR_MS);
/// assert!(!removed.is_live(later) && removed.is_barred(later));
/// assert_eq!(removed.revision(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// SPEC W2, W3, W8, E5.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TempEntry(TempParts);

/// The fields of a [`TempEntry`], for snapshots.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TempParts {
    /// Rises by one with each change; the first is 1.
    pub revision: u64,
    /// The IPv4 address or IPv6 /64; never unresolved.
    pub key: Source,
    /// The device whose delivery made it.
    pub made_by: MacAddr,
    /// When it was made, the last time.
    pub made_at: Timestamp,
    /// From when and how long it allows; a removed entry has the length 0.
    pub valid: Deadline,
    /// The last delivery that was proven (SPEC R0).
    pub last_proven_at: Timestamp,
    /// Unproven deliveries since it was made.
    pub unproven_total: u32,
    /// Unproven deliveries in the present window.
    pub unproven: Option<UnprovenWindow>,
    /// Until when it is not made again, after an administrator removed it.
    pub barred_until: Option<Deadline>,
}

/// A count of unproven deliveries, from the first one on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnprovenWindow {
    /// The first one that is counted.
    pub since: Timestamp,
    /// How many, at least 1.
    pub count: u16,
}

impl TempEntry {
    /// Makes an entry for `len_ms`, at a delivery of this device; none for an unresolved source (SPEC W7).
    ///
    /// A proven delivery, or the one that follows a right PAP: it counts as the last proven one (SPEC W3).
    pub fn make(key: Source, device: MacAddr, now: Timestamp, len_ms: u64) -> Option<Self> {
        Self::from_parts(TempParts {
            revision: 1,
            key,
            made_by: device,
            made_at: now,
            valid: Deadline::new(now, len_ms),
            last_proven_at: now,
            unproven_total: 0,
            unproven: None,
            barred_until: None,
        })
    }

    /// Makes the entry anew after its end; unchanged while it is live or barred (SPEC W8).
    ///
    /// The total starts at 0 again; the window goes on, because it limits the source and not the entry (SPEC R6b).
    #[must_use]
    pub fn remake(&self, device: MacAddr, now: Timestamp, len_ms: u64) -> Self {
        self.step(now, |parts| {
            let over = match parts.barred_until {
                Some(barred) => barred.is_over(now),
                None => parts.valid.is_over(now),
            };
            if over {
                parts.made_by = device;
                parts.made_at = now;
                parts.valid = Deadline::new(now, len_ms);
                parts.last_proven_at = now;
                parts.unproven_total = 0;
                parts.barred_until = None;
            }
        })
    }

    /// What a proven delivery makes of the entry of its source: makes it, makes it anew, or slides it. None for an
    /// unresolved source; unchanged while barred (SPEC W2, W3, W8).
    pub fn proven_delivery(present: Option<&Self>, key: Source, device: MacAddr, now: Timestamp, len_ms: u64) -> Option<Self> {
        match present.filter(|entry| entry.key() == key) {
            None => Self::make(key, device, now, len_ms),
            Some(entry) if entry.is_live(now) => Some(entry.slide_proven(now, len_ms)),
            Some(entry) => Some(entry.remake(device, now, len_ms)),
        }
    }

    /// Takes the fields of a snapshot; none where they contradict each other.
    pub fn from_parts(parts: TempParts) -> Option<Self> {
        let removed_is_over = parts.barred_until.is_none() || parts.valid.len_ms() == 0;
        let sound = parts.revision > 0
            && !parts.key.is_unresolved()
            && parts.unproven.is_none_or(|window| window.count > 0)
            && removed_is_over;
        sound.then_some(Self(parts))
    }

    /// The fields, for a snapshot.
    pub fn parts(&self) -> &TempParts {
        &self.0
    }

    /// Rises by one with each change.
    pub fn revision(&self) -> u64 {
        self.0.revision
    }

    /// The source that is allowed.
    pub fn key(&self) -> Source {
        self.0.key
    }

    /// The device whose reset, block, deactivation or deletion withdraws it (SPEC W8).
    pub fn made_by(&self) -> MacAddr {
        self.0.made_by
    }

    /// When it was made, the last time.
    pub fn made_at(&self) -> Timestamp {
        self.0.made_at
    }

    /// From when and how long it allows.
    pub fn valid(&self) -> Deadline {
        self.0.valid
    }

    /// The last delivery that was proven.
    pub fn last_proven_at(&self) -> Timestamp {
        self.0.last_proven_at
    }

    /// Unproven deliveries since it was made.
    pub fn unproven_total(&self) -> u32 {
        self.0.unproven_total
    }

    /// Unproven deliveries in the window that was open last.
    pub fn unproven(&self) -> Option<UnprovenWindow> {
        self.0.unproven
    }

    /// Until when it is not made again.
    pub fn barred_until(&self) -> Option<Deadline> {
        self.0.barred_until
    }

    /// Whether it allows its source.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.0.barred_until.is_none() && !self.0.valid.is_over(now)
    }

    /// Whether an administrator removed it so lately that it is not made again (SPEC W8).
    pub fn is_barred(&self, now: Timestamp) -> bool {
        self.0.barred_until.is_some_and(|barred| !barred.is_over(now))
    }

    /// Whether the record says nothing any more and may be deleted: not live, not barred, its window over.
    pub fn is_spent(&self, now: Timestamp, window_ms: u64) -> bool {
        !self.is_live(now) && !self.is_barred(now) && self.unproven_in(now, window_ms) == 0
    }

    /// Slides it to `len_ms` from now, at a proven delivery. It is never shortened, and unchanged when not live (SPEC W2).
    #[must_use]
    pub fn slide_proven(&self, now: Timestamp, len_ms: u64) -> Self {
        self.step(now, |parts| {
            if live(parts, now) {
                extend(parts, now, now.plus_ms(len_ms));
                parts.last_proven_at = parts.last_proven_at.max(now);
            }
        })
    }

    /// Slides it to `len_ms` from now, but at most `past_proven_ms` past the last proven delivery, at a delivery that rests
    /// on the entry itself. It is never shortened, and unchanged when not live (SPEC W2).
    #[must_use]
    pub fn slide_unproven(&self, now: Timestamp, len_ms: u64, past_proven_ms: u64) -> Self {
        self.step(now, |parts| slide_unproven(parts, now, len_ms, past_proven_ms))
    }

    /// Counts one unproven delivery, in the entry's total and in the window of `window_ms` from the first one (SPEC R6b).
    #[must_use]
    pub fn count_unproven(&self, now: Timestamp, window_ms: u64) -> Self {
        self.step(now, |parts| count_unproven(parts, now, window_ms))
    }

    /// Counts and slides in one change.
    #[must_use]
    pub fn unproven_delivery(&self, now: Timestamp, len_ms: u64, past_proven_ms: u64, window_ms: u64) -> Self {
        self.step(now, |parts| {
            count_unproven(parts, now, window_ms);
            slide_unproven(parts, now, len_ms, past_proven_ms);
        })
    }

    /// Whether one more unproven delivery may rest on it: it is live, the source is under `cap` in the window, and with
    /// `first_n` fewer than that many were delivered since it was made (SPEC R6b).
    pub fn admits_unproven(&self, now: Timestamp, window_ms: u64, cap: u16, first_n: Option<u32>) -> bool {
        self.is_live(now) && self.unproven_in(now, window_ms) < cap && first_n.is_none_or(|most| self.0.unproven_total < most)
    }

    /// Ends it by an administrator's hand, and bars it for `bar_ms`; unchanged while barred already (SPEC W8).
    #[must_use]
    pub fn withdraw(&self, now: Timestamp, bar_ms: u64) -> Self {
        let barred = self.is_barred(now);
        self.step(now, |parts| {
            if !barred {
                parts.valid = Deadline::new(now, 0);
                parts.barred_until = Some(Deadline::new(now, bar_ms));
            }
        })
    }

    /// Ends it because the device that made it was reset, blocked, deactivated or deleted (SPEC W8). What limits its source,
    /// an administrator's bar and the unproven window, stays: delete the record once it [`Self::is_spent`].
    #[must_use]
    pub fn ended(&self) -> Self {
        let valid = Deadline::new(self.0.valid.start(), 0);
        let revision = self.0.revision.saturating_add(u64::from(valid != self.0.valid));
        Self(TempParts { valid, revision, ..self.0.clone() })
    }

    /// Cuts what a corrected clock left far ahead; unchanged when nothing was (SPEC A6).
    #[must_use]
    pub fn cut(&self, now: Timestamp) -> Self {
        self.step(now, |_| {})
    }

    fn unproven_in(&self, now: Timestamp, window_ms: u64) -> u16 {
        open_window(self.0.unproven, now, window_ms).map_or(0, |window| window.count)
    }

    /// Cuts, applies a change, and counts it if anything became different.
    fn step(&self, now: Timestamp, change: impl FnOnce(&mut TempParts)) -> Self {
        let mut next = self.0.clone();
        next.valid = next.valid.cut(now);
        next.barred_until = next.barred_until.map(|barred| barred.cut(now));
        next.last_proven_at = not_ahead(next.last_proven_at, now);
        if let Some(window) = &mut next.unproven {
            window.since = not_ahead(window.since, now);
        }
        change(&mut next);
        if next != self.0 {
            next.revision = next.revision.saturating_add(1);
        }
        Self(next)
    }
}

fn live(parts: &TempParts, now: Timestamp) -> bool {
    parts.barred_until.is_none() && !parts.valid.is_over(now)
}

/// Moves the end to an instant, if that is later.
fn extend(parts: &mut TempParts, now: Timestamp, until: Timestamp) {
    if until > parts.valid.end() {
        parts.valid = Deadline::new(now, until.since(now));
    }
}

fn slide_unproven(parts: &mut TempParts, now: Timestamp, len_ms: u64, past_proven_ms: u64) {
    if live(parts, now) {
        let most = parts.last_proven_at.plus_ms(past_proven_ms);
        extend(parts, now, now.plus_ms(len_ms).min(most));
    }
}

fn count_unproven(parts: &mut TempParts, now: Timestamp, window_ms: u64) {
    parts.unproven_total = parts.unproven_total.saturating_add(1);
    let window = open_window(parts.unproven, now, window_ms);
    parts.unproven = Some(match window {
        Some(UnprovenWindow { since, count }) => UnprovenWindow { since, count: count.saturating_add(1) },
        None => UnprovenWindow { since: now, count: 1 },
    });
}

fn open_window(window: Option<UnprovenWindow>, now: Timestamp, window_ms: u64) -> Option<UnprovenWindow> {
    window.filter(|window| !Deadline::new(window.since, window_ms).is_over(now))
}

/// An instant of the past; one that a corrected clock left far ahead becomes now (SPEC A6).
fn not_ahead(instant: Timestamp, now: Timestamp) -> Timestamp {
    if instant.since(now) > CLOCK_TOLERANCE_MS { now } else { instant }
}

/// Why no temporary entry is made for an address; for the audit warning (SPEC W7).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum Unlistable {
    /// The address could not be told.
    Unresolved,
    /// A trusted proxy: its entry would be everybody's.
    TrustedProxy,
    /// 0.0.0.0/8 or `::`.
    Unspecified,
    /// 127.0.0.0/8 or `::1`.
    Loopback,
    /// 169.254.0.0/16 or fe80::/10.
    LinkLocal,
    /// 224.0.0.0/4, 255.255.255.255 or ff00::/8.
    Multicast,
    /// RFC 1918, fc00::/7, or the former fec0::/10.
    Private,
    /// 100.64.0.0/10, RFC 6598.
    CarrierNat,
    /// 6to4, Teredo, NAT64 or IPv4-compatible: one /64 would stand for strangers, NAT64's for all of IPv4.
    Translated,
}

impl Unlistable {
    /// The word for it in audit events: `carrier_nat`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::TrustedProxy => "trusted_proxy",
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::LinkLocal => "link_local",
            Self::Multicast => "multicast",
            Self::Private => "private",
            Self::CarrierNat => "carrier_nat",
            Self::Translated => "translated",
        }
    }
}

/// Tells whether a temporary entry may be made for an address, and for which source (SPEC W7).
///
/// # Errors
/// The reason why not. It is not the caller's error but a verdict, for an audit warning.
pub fn listable(address: ClientAddress, private_allowed: bool, proxies: &ProxyPolicy) -> Result<Source, Unlistable> {
    let ip = address.ip().ok_or(Unlistable::Unresolved)?;
    if proxies.is_trusted_proxy(ip) {
        return Err(Unlistable::TrustedProxy);
    }
    let reason = match ip {
        IpAddr::V4(ip) => reason_v4(ip),
        IpAddr::V6(ip) => reason_v6(ip),
    };
    match reason {
        Some(Unlistable::Private | Unlistable::CarrierNat) if private_allowed => {}
        Some(reason) => return Err(reason),
        None => {}
    }
    Ok(address.source())
}

fn reason_v4(ip: Ipv4Addr) -> Option<Unlistable> {
    Some(match ip.octets() {
        [0, ..] => Unlistable::Unspecified,
        [127, ..] => Unlistable::Loopback,
        [169, 254, ..] => Unlistable::LinkLocal,
        [224..=239, ..] | [255, 255, 255, 255] => Unlistable::Multicast,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Unlistable::Private,
        [100, 64..=127, ..] => Unlistable::CarrierNat,
        _ => return None,
    })
}

fn reason_v6(ip: Ipv6Addr) -> Option<Unlistable> {
    Some(match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Unlistable::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Unlistable::Loopback,
        // IPv4-compatible: the same /64 as `::1`.
        [0, 0, 0, 0, ..] => Unlistable::Translated,
        [0xfe80..=0xfebf, ..] => Unlistable::LinkLocal,
        [0xfec0..=0xfeff, ..] | [0xfc00..=0xfdff, ..] => Unlistable::Private,
        [0xff00..=0xffff, ..] => Unlistable::Multicast,
        _ => {
            let source = IpPrefix::from_source(ClientAddress::new(IpAddr::V6(ip)).source())?;
            source.tunnel()?;
            Unlistable::Translated
        }
    })
}
