//! A whitelist lives through any order of changes (SPEC section 3): each two bytes of the input are one of them. Beside it
//! lives a slow model that keeps what happened and works everything out anew.

use libprov::error::ErrorCode;
use libprov::ids::{ShortNumber, TenantId};
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::policy::{Policy, Settings};
use libprov::snapshot;
use libprov::tenant::Tenant;
use libprov::time::{DAY_MS, Deadline, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use libprov::whitelist::{Exemption, TempEntry, Whitelist, WhitelistEntry, WhitelistLimits};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Changes of one life; a longer input is cut.
const MOST: usize = 300;
/// Entries that fit.
const ROOM: usize = 10;
const SOURCES: [&str; 5] = ["198.51.0.1", "198.51.0.2", "198.51.128.1", "2001:db8::1", "2001:db8:0:1::1"];
const STEPS: [u64; 8] = [SECOND_MS, MINUTE_MS, HOUR_MS, 7 * HOUR_MS, 8 * HOUR_MS, 9 * HOUR_MS, DAY_MS - 1, 2 * DAY_MS];
const LEN_MS: u64 = 8 * HOUR_MS;
const PAST_PROVEN_MS: u64 = DAY_MS;
const WINDOW_MS: u64 = 8 * HOUR_MS;
const BAR_MS: u64 = 8 * HOUR_MS;
const CAP: u16 = 3;

pub(crate) fn whitelist(input: &[u8]) {
    let [setup, events @ ..] = input else { return };
    let mut life = Life {
        limits: WhitelistLimits { entries_max: ROOM, ..WhitelistLimits::default() },
        list: Whitelist::default(),
        model: BTreeMap::new(),
        now: Timestamp::from_ms(1_900_000_000_000).unwrap(),
        first_n: (setup & 1 == 1).then_some(4),
        temps: [const { None }; SOURCES.len()],
        past: [const { Vec::new() }; SOURCES.len()],
        exact: true,
    };
    for pair in events.chunks_exact(2).take(MOST) {
        life.step(pair[0], pair[1]);
    }
    life.everything();
}

/// What happened to the entry of a source.
#[derive(Clone, Copy)]
enum Event {
    Proven(MacAddr),
    SlideProven,
    SlideUnproven,
    Unproven,
    Withdrawn,
    Ended,
}

struct Life {
    limits: WhitelistLimits,
    list: Whitelist,
    model: BTreeMap<IpPrefix, String>,
    now: Timestamp,
    first_n: Option<u32>,
    temps: [Option<TempEntry>; SOURCES.len()],
    past: [Vec<(Timestamp, Event)>; SOURCES.len()],
    /// Whether time has only gone forward, so that the model holds.
    exact: bool,
}

/// A prefix from one byte: many of them hold each other, and some are refused.
fn prefix(choice: u8) -> IpPrefix {
    let (kind, bits) = (choice & 0x0f, choice >> 4);
    let v4 = |len: u8| {
        let ip = u32::from(Ipv4Addr::new(198, 51, bits << 6, bits >> 2));
        IpPrefix::new(IpAddr::V4((ip & (u32::MAX << (32 - u32::from(len)))).into()), len).unwrap()
    };
    let v6 = |len: u8| {
        let ip = u128::from(Ipv6Addr::new(0x2001, 0xdb8, 0, u16::from(bits & 3), 0, 0, 0, u16::from(bits >> 2)));
        IpPrefix::new(IpAddr::V6((ip & (u128::MAX << (128 - u32::from(len)))).into()), len).unwrap()
    };
    match kind {
        0..=7 => v4([16, 17, 18, 24, 25, 31, 32, 32][usize::from(kind)]),
        8 => IpPrefix::parse("198.0.0.0/8").unwrap(),
        9 => IpPrefix::parse(["2001:d00::/24", "2400::/12", "10.0.0.0/8", "172.16.0.0/12"][usize::from(bits & 3)]).unwrap(),
        _ => v6([32, 48, 63, 64, 127, 128][usize::from(kind - 10)]),
    }
}

/// Whether a prefix holds an address, bit by bit.
fn holds(prefix: IpPrefix, address: IpAddr) -> bool {
    let octet = |address: IpAddr, at: u8| match address {
        IpAddr::V4(address) => address.octets()[usize::from(at)],
        IpAddr::V6(address) => address.octets()[usize::from(at)],
    };
    let bit = |address: IpAddr, at: u8| octet(address, at / 8) >> (7 - at % 8) & 1;
    prefix.is_ipv4() == address.is_ipv4() && (0..prefix.prefix_len()).all(|at| bit(prefix.network(), at) == bit(address, at))
}

impl Life {
    fn step(&mut self, operation: u8, choice: u8) {
        let at = usize::from(operation >> 4) % SOURCES.len();
        match operation & 0x0f {
            0..=3 => self.add(prefix(choice), operation >> 4),
            4 | 5 => self.remove(prefix(choice)),
            6 => self.everything(),
            7 => self.look(prefix(choice)),
            8 | 9 => {
                self.now = self.now.plus_ms(STEPS[usize::from(choice & 7)]);
                // A clock may be set back too (SPEC A6).
                if choice > 0xf0 {
                    self.now = self.now.minus_ms(2 * STEPS[usize::from(choice & 7)]);
                    self.exact = false;
                }
            }
            10 | 11 => self.temporary(at, Event::Proven(MacAddr::from_octets([0x80, 0x5e, 0xc0, 0, 0, choice & 1]).unwrap())),
            12 | 13 => self.temporary(at, Event::Unproven),
            14 => self.temporary(at, if choice & 1 == 1 { Event::Withdrawn } else { Event::Ended }),
            _ => self.temporary(at, if choice & 1 == 1 { Event::SlideProven } else { Event::SlideUnproven }),
        }
        self.holds(at);
    }

    fn add(&mut self, prefix: IpPrefix, label: u8) {
        let label = ["", "Büro", "x", "a\tb"].map(str::to_owned)[usize::from(label & 3)].clone();
        let label = if label == "x" { "x".repeat(64 + self.list.len() % 2) } else { label };
        let entry = WhitelistEntry { prefix, label: label.as_str().into() };
        let wide = if prefix.is_ipv4() { 16 } else { 32 };
        let expected = if self.model.len() >= ROOM {
            Err(ErrorCode::WHITELIST_FULL)
        } else if label.chars().count() > 64 || label.contains('\t') {
            Err(ErrorCode::WHITELIST_LABEL)
        } else if prefix.prefix_len() < wide {
            Err(ErrorCode::PREFIX_TOO_WIDE)
        } else if self.model.contains_key(&prefix) {
            Err(ErrorCode::WHITELIST_DUPLICATE)
        } else {
            Ok(())
        };
        let made = self.list.with(&entry, &self.limits);
        assert_eq!(made.as_ref().map(|_| ()).map_err(|error| error.code()), expected, "{prefix} {label:?}");
        if let Ok(list) = made {
            assert_eq!(list.without(prefix).as_ref(), Ok(&self.list), "W5: taken off again, nothing is left of it");
            self.list = list;
            self.model.insert(prefix, label);
        }
    }

    fn remove(&mut self, prefix: IpPrefix) {
        let made = self.list.without(prefix);
        assert_eq!(made.is_ok(), self.model.remove(&prefix).is_some(), "{prefix}");
        match made {
            Ok(list) => self.list = list,
            Err(error) => assert_eq!(error.code(), ErrorCode::WHITELIST_UNKNOWN),
        }
    }

    /// Looks up the addresses at both ends of a prefix and just outside.
    fn look(&self, prefix: IpPrefix) {
        for end in [prefix.network(), prefix.last()] {
            let beside = |by: i8| match end {
                IpAddr::V4(ip) => IpAddr::V4(u32::from(ip).wrapping_add_signed(by.into()).into()),
                IpAddr::V6(ip) => IpAddr::V6(u128::from(ip).wrapping_add_signed(by.into()).into()),
            };
            [-1, 0, 1].into_iter().for_each(|by| self.looked_up(beside(by)));
            if let IpAddr::V4(ip) = end {
                // SPEC W4: the same address, mapped.
                self.looked_up(IpAddr::V6(ip.to_ipv6_mapped()));
            }
        }
    }

    fn looked_up(&self, address: IpAddr) {
        let best = self.best(address.to_canonical());
        let found = self.list.lookup(ClientAddress::new(address)).map(|found| (found.prefix(), found.label()));
        assert_eq!(found, best, "{address}");
        assert_eq!(self.list.covers(ClientAddress::new(address)), best.is_some());
    }

    fn best(&self, address: IpAddr) -> Option<(IpPrefix, &str)> {
        let fits = self.model.iter().filter(|(prefix, _)| holds(**prefix, address));
        fits.max_by_key(|(prefix, _)| prefix.prefix_len()).map(|(prefix, label)| (*prefix, label.as_str()))
    }

    /// The whole list, entry by entry, built anew, and as part of a tenant that is stored and read.
    fn everything(&self) {
        assert_eq!(self.list.len(), self.model.len());
        assert_eq!(self.list.is_empty(), self.model.is_empty());
        let entries: Vec<(IpPrefix, &str)> = self.list.entries().map(|entry| (entry.prefix(), entry.label())).collect();
        assert!(entries.is_sorted_by_key(|(prefix, _)| *prefix));
        for (index, (prefix, label)) in entries.iter().enumerate() {
            assert_eq!(self.model.get(prefix).map(String::as_str), Some(*label));
            assert_eq!(self.list.entry(*prefix).map(|entry| entry.index()), Some(index));
            assert!(self.list.contains(*prefix));
        }
        let backwards = entries.iter().rev().map(|(prefix, label)| WhitelistEntry { prefix: *prefix, label: (*label).into() });
        assert_eq!(Whitelist::build(backwards.collect(), &self.limits).as_ref(), Ok(&self.list));
        (0..=u8::MAX).for_each(|choice| self.looked_up(prefix(choice).network()));
        assert!(self.list.lookup(ClientAddress::Unresolved).is_none());

        let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
        let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|at| at as u8)).unwrap());
        let mut tenant = Tenant::new(TenantId::from_number(1), policy, keys);
        for (prefix, label) in entries.iter().rev() {
            tenant = tenant.with_whitelisted(*prefix, label).unwrap();
        }
        assert_eq!(tenant.whitelist(), &self.list);
        assert_eq!(snapshot::from_bytes(&snapshot::to_bytes(&tenant)).as_ref(), Ok(&tenant));
        assert_eq!(snapshot::from_json(&snapshot::to_json(&tenant)).as_ref(), Ok(&tenant));
    }

    fn source(at: usize) -> Source {
        ClientAddress::new(SOURCES[at].parse().unwrap()).source()
    }

    fn temporary(&mut self, at: usize, event: Event) {
        let (source, now) = (Self::source(at), self.now);
        let old = self.temps[at].take();
        let new = match (event, &old) {
            (Event::Proven(mac), present) => TempEntry::proven_delivery(present.as_ref(), source, mac, now, LEN_MS),
            (_, None) => return,
            (Event::SlideProven, Some(entry)) => Some(entry.slide_proven(now, LEN_MS)),
            (Event::SlideUnproven, Some(entry)) => Some(entry.slide_unproven(now, LEN_MS, PAST_PROVEN_MS)),
            (Event::Unproven, Some(entry)) if !entry.admits_unproven(now, WINDOW_MS, CAP, self.first_n) => old.clone(),
            (Event::Unproven, Some(entry)) => Some(entry.unproven_delivery(now, LEN_MS, PAST_PROVEN_MS, WINDOW_MS)),
            (Event::Withdrawn, Some(entry)) => Some(entry.withdraw(now, BAR_MS)),
            (Event::Ended, Some(entry)) => Some(entry.ended()),
        };
        if self.exact {
            self.past[at].push((now, event));
        }
        let new = new.expect("a source that is known");
        if let Some(old) = &old {
            assert_eq!(new.revision(), old.revision() + u64::from(new != *old), "E5");
            let slid = matches!(event, Event::Proven(_) | Event::SlideProven | Event::SlideUnproven | Event::Unproven);
            assert!(!slid || new.valid().end() >= old.cut(now).valid().end(), "W2: never shortened");
        }
        assert!(new.cut(now).valid().end() <= now.plus_ms(LEN_MS + 5 * MINUTE_MS), "A6, W2: never further than its length");
        self.temps[at] = Some(new);
    }

    /// What must be so of the entry of a source at any time.
    fn holds(&mut self, at: usize) {
        let now = self.now;
        let Some(entry) = &self.temps[at] else { return };
        assert_eq!(snapshot::from_bytes(&snapshot::to_bytes(entry)).as_ref(), Ok(entry), "E2");
        assert_eq!(snapshot::from_json(&snapshot::to_json(entry)).as_ref(), Ok(entry), "E2");
        assert_eq!(TempEntry::from_parts(entry.parts().clone()).as_ref(), Some(entry));
        assert!(!(entry.is_live(now) && entry.is_barred(now)), "W8");
        if !self.exact {
            return;
        }
        let known = Known::replay(&self.past[at], self.first_n);
        assert_eq!(entry.is_live(now), known.is_live(now));
        assert_eq!(entry.is_barred(now), known.is_barred(now));
        assert_eq!(entry.admits_unproven(now, WINDOW_MS, CAP, self.first_n), known.admits(now, self.first_n));
        assert_eq!((entry.made_at(), Some(entry.made_by())), (known.made_at, known.made_by));
        if known.is_live(now) {
            assert_eq!(entry.valid().end(), known.end, "W2");
        }
        assert_eq!(entry.cut(now), *entry, "A6: nothing is ahead");
        let spent = !known.is_live(now) && !known.is_barred(now) && known.in_window(now) == 0;
        assert_eq!(entry.is_spent(now, WINDOW_MS), spent);
        let address: IpAddr = SOURCES[at].parse().unwrap();
        self.exempted(address, entry, known.is_live(now));
        if spent {
            self.temps[at] = None;
            self.past[at].clear();
        }
    }

    /// SPEC W4: the longest prefix, permanent before temporary at equal length.
    fn exempted(&self, address: IpAddr, entry: &TempEntry, live: bool) {
        let permanent = self.best(address).map(|(prefix, _)| (prefix, false));
        let temporary = live.then(|| (IpPrefix::from_source(entry.key()).unwrap(), true));
        let best = permanent.into_iter().chain(temporary).max_by_key(|(prefix, temporary)| (prefix.prefix_len(), !temporary));
        let found = Exemption::find(&self.list, Some(entry), ClientAddress::new(address), self.now);
        let told = found.map(|found| (found.prefix().unwrap(), matches!(found, Exemption::Temporary(_))));
        assert_eq!(told, best, "{address}");
        let until = found.and_then(|found| found.until(self.now));
        assert_eq!(until.is_some(), best.is_some_and(|(_, temporary)| temporary));
        let stranger = ClientAddress::new("203.0.113.1".parse().unwrap());
        assert!(Exemption::find(&self.list, Some(entry), stranger, self.now).is_none(), "an entry is its source's alone");
    }
}

/// What the model says of an entry, worked out from all that happened.
struct Known {
    made_by: Option<MacAddr>,
    made_at: Timestamp,
    end: Timestamp,
    proven_at: Timestamp,
    barred: Option<Timestamp>,
    /// Unproven deliveries since it was made, and all of them.
    since_made: u32,
    unproven: Vec<Timestamp>,
}

impl Known {
    fn replay(past: &[(Timestamp, Event)], first_n: Option<u32>) -> Self {
        let start = past[0].0;
        let mut known = Self {
            made_by: None,
            made_at: start,
            end: start,
            proven_at: start,
            barred: None,
            since_made: 0,
            unproven: Vec::new(),
        };
        for (now, event) in past.iter().copied() {
            let live = known.is_live(now);
            match event {
                Event::Proven(mac) if !live && !known.is_barred(now) => {
                    (known.made_by, known.made_at, known.proven_at, known.barred) = (Some(mac), now, now, None);
                    (known.end, known.since_made) = (now.plus_ms(LEN_MS), 0);
                }
                Event::Proven(_) | Event::SlideProven if live => {
                    (known.end, known.proven_at) = (known.end.max(now.plus_ms(LEN_MS)), now);
                }
                Event::Proven(_) | Event::SlideProven => {}
                Event::Unproven if !known.admits(now, first_n) => {}
                Event::SlideUnproven | Event::Unproven => {
                    if matches!(event, Event::Unproven) {
                        known.unproven.push(now);
                        known.since_made += 1;
                    }
                    if live {
                        known.end = known.end.max(now.plus_ms(LEN_MS).min(known.proven_at.plus_ms(PAST_PROVEN_MS)));
                    }
                }
                Event::Withdrawn if known.is_barred(now) => {}
                Event::Withdrawn => (known.end, known.barred) = (now, Some(now.plus_ms(BAR_MS))),
                Event::Ended => known.end = known.end.min(now),
            }
        }
        known
    }

    fn is_live(&self, now: Timestamp) -> bool {
        self.barred.is_none() && now < self.end
    }

    fn is_barred(&self, now: Timestamp) -> bool {
        self.barred.is_some_and(|end| now < end)
    }

    /// SPEC R6b: windows begin with the first delivery after the last one's end.
    fn in_window(&self, now: Timestamp) -> usize {
        let mut open: Vec<Timestamp> = Vec::new();
        for at in self.unproven.iter().copied() {
            if open.first().is_some_and(|first| at.since(*first) >= WINDOW_MS) {
                open.clear();
            }
            open.push(at);
        }
        open.first().filter(|first| !Deadline::new(**first, WINDOW_MS).is_over(now)).map_or(0, |_| open.len())
    }

    fn admits(&self, now: Timestamp, first_n: Option<u32>) -> bool {
        self.is_live(now) && self.in_window(now) < usize::from(CAP) && first_n.is_none_or(|most| self.since_made < most)
    }
}
