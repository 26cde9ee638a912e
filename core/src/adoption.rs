//! Unknown devices that asked for a configuration, offered for adoption (SPEC D5, R2).
//!
//! The pool is one record of a tenant. It is bounded against flooding: a cap, of which one source has an eighth, and
//! offers that expire. What is offered was still denied: an administrator, or the host where policy says *activate*, creates
//! the device.

use crate::ip::Source;
use crate::mac::MacAddr;
use crate::time::{Deadline, Timestamp};
use alloc::vec::Vec;

/// What happens to an unknown device (SPEC D5).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum Adopt {
    /// Nothing: it is denied.
    Refuse,
    /// It is denied and listed, for an administrator to create it.
    List,
    /// It is denied and listed, and the host creates it as active, if its model is supported.
    Activate,
}

/// An unknown device that asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Offer {
    pub(crate) mac: MacAddr,
    pub(crate) source: Source,
    pub(crate) activate: bool,
    /// It was created, or is not wanted: it is not shown, and counts until it expires.
    pub(crate) settled: bool,
    pub(crate) valid: Deadline,
}

impl Offer {
    /// The MAC it asked with. A claim.
    pub const fn mac(&self) -> MacAddr {
        self.mac
    }

    /// The source it first asked from.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Whether the policy wants it created as active.
    pub const fn activate(&self) -> bool {
        self.activate
    }

    /// When it first asked.
    pub const fn since(&self) -> Timestamp {
        self.valid.start()
    }

    /// Until when it is offered.
    pub const fn until(&self) -> Timestamp {
        self.valid.end()
    }
}

/// The offers of one tenant, by value and with a revision (SPEC E5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Adoption {
    pub(crate) revision: u64,
    /// In the order of their coming.
    pub(crate) offers: Vec<Offer>,
}

/// What became of an offer.
pub(crate) enum Offered {
    /// It is listed already.
    Known,
    /// It was listed, and created or turned down.
    Settled,
    /// It is listed now.
    Listed(Adoption),
    /// The pool, or the share of its source, is full.
    Full,
}

impl Adoption {
    /// An empty pool: revision 0, to be stored when changed.
    pub const fn new() -> Self {
        Self { revision: 0, offers: Vec::new() }
    }

    /// The revision, for compare-and-swap.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The devices on offer, in the order of their coming.
    pub fn offers(&self, now: Timestamp) -> impl Iterator<Item = &Offer> {
        self.live(now).filter(|offer| !offer.settled)
    }

    fn live(&self, now: Timestamp) -> impl Iterator<Item = &Offer> {
        self.offers.iter().filter(move |offer| offer.valid.is_running(now))
    }

    /// The pool without this device: it was created, or is not wanted. Until its offer would have expired it is not offered
    /// again, and still counts: whoever invents telephones as fast as they are created fills his share all the same.
    #[must_use]
    pub fn without(&self, mac: MacAddr) -> Self {
        let settle = |offer: &Offer| Offer { settled: offer.settled || offer.mac == mac, ..*offer };
        Self { revision: self.revision.saturating_add(1), offers: self.offers.iter().map(settle).collect() }
    }

    /// The pool with one more offer, if there is room for it.
    pub(crate) fn offer(&self, offer: Offer, now: Timestamp, cap: u16) -> Offered {
        let cap = usize::from(cap);
        let share = (cap / SHARE).max(1);
        let (mut all, mut own) = (0, 0);
        for other in self.live(now) {
            if other.mac == offer.mac {
                return match (other.settled, offer.activate && !other.activate) {
                    (true, _) => Offered::Settled,
                    // Now it asks from where the policy wants it active.
                    (false, true) => Offered::Listed(self.with(offer, now)),
                    (false, false) => Offered::Known,
                };
            }
            all += 1;
            own += usize::from(other.source.around() == offer.source.around());
        }
        if all >= cap || own >= share {
            return Offered::Full;
        }
        Offered::Listed(self.with(offer, now))
    }

    fn with(&self, offer: Offer, now: Timestamp) -> Self {
        let mut offers: Vec<Offer> = self.live(now).filter(|other| other.mac != offer.mac).copied().collect();
        offers.push(offer);
        Self { revision: self.revision.saturating_add(1), offers }
    }
}

/// A source may fill one part in so many of the pool.
const SHARE: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(mac: u8, source: Source, now: Timestamp) -> Offer {
        let mac = MacAddr::from_octets([0x80, 0x5e, 0xc0, 0, 0, mac]).unwrap();
        Offer { mac, source, activate: false, settled: false, valid: Deadline::new(now, 1_000) }
    }

    fn listed(pool: &Adoption, offer: Offer, now: Timestamp, cap: u16) -> Option<Adoption> {
        match pool.offer(offer, now, cap) {
            Offered::Listed(next) => Some(next),
            Offered::Known | Offered::Settled | Offered::Full => None,
        }
    }

    #[test]
    fn d5_a_source_has_an_eighth_of_the_pool_and_offers_expire() {
        let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let source = |n: u8| Source::v4([192, 0, 2, n].into());
        let mut pool = Adoption::new();
        for mac in 0..2 {
            pool = listed(&pool, offer(mac, source(1), now), now, 16).unwrap();
        }
        assert!(listed(&pool, offer(2, source(1), now), now, 16).is_none(), "its share is full");
        for n in 2..9 {
            for mac in 0..2 {
                pool = listed(&pool, offer(10 * n + mac, source(n), now), now, 16).unwrap();
            }
        }
        assert_eq!(pool.offers(now).count(), 16);
        assert!(listed(&pool, offer(200, source(99), now), now, 16).is_none(), "the pool is full");
        let later = now.plus_ms(1_000);
        let pool = listed(&pool, offer(200, source(99), later), later, 16).unwrap();
        assert_eq!(pool.offers(later).count(), 1);
        let settled = pool.without(pool.offers(later).next().unwrap().mac());
        assert_eq!(settled.offers(later).count(), 0);
        assert!(listed(&settled, offer(200, source(99), later), later, 16).is_none(), "it was created, or is not wanted");
    }

    #[test]
    fn d5_whoever_invents_telephones_as_fast_as_they_are_created_fills_his_share() {
        let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let mut pool = Adoption::new();
        let mut made = 0;
        for mac in 0..100 {
            let new = Offer { activate: true, ..offer(mac, Source::v4([192, 0, 2, 1].into()), now) };
            if let Some(next) = listed(&pool, new, now, 64) {
                pool = next.without(new.mac);
                made += 1;
            }
        }
        assert_eq!(made, 8);
    }

    #[test]
    fn d5_all_of_an_ipv6_48_is_one_source() {
        let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let source = |n: u16| Source::v6([0x2001, 0xdb8, 1, n, 0, 0, 0, 1].into());
        let pool = listed(&Adoption::new(), offer(1, source(1), now), now, 8).unwrap();
        assert!(listed(&pool, offer(2, source(2), now), now, 8).is_none());
    }
}
