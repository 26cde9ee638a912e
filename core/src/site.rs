//! An in-memory store of one tenant: for appliances, scripts, tests and simulations.
//!
//! It holds the records, hands them out as [`Facts`] and takes [`Writes`] back with compare-and-swap. It is no second API: the
//! calls stay those of [`crate::request`].

use crate::adoption::Adoption;
use crate::device::{Device, effects_done};
use crate::effect::{Effect, Effects};
use crate::guard::{GuardKey, SourceGuard, TenantGuard};
use crate::ids::UserId;
use crate::ip::Source;
use crate::mac::MacAddr;
use crate::mfa::Account;
use crate::request::{Facts, Writes};
use crate::tenant::Tenant;
use crate::time::Timestamp;
use crate::whitelist::{TEMP_UNPROVEN_WINDOW_MS, TempEntry};
use alloc::collections::{BTreeMap, BTreeSet};

/// The records of one tenant.
///
/// ```
/// # use libprov::{entropy::Entropy, ids::*, keys::*, mac::MacAddr, models, models::ModelRef, policy::*, tenant::Tenant, time::Timestamp};
/// # use libprov::{device::{Command, NewDevice}, ip::ClientAddress, request::{self, Request}, site::Site};
/// # let now = Timestamp::from_ms(1_900_000_000_000)?;
/// # let drawn = || Entropy::new(core::array::from_fn(|i| i as u8));
/// # let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()]))?;
/// # let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8))?);
/// let mut site = Site::new(Tenant::new(TenantId::from_number(1), policy, keys));
/// let mac = MacAddr::parse("80:5e:c0:01:02:03")?;
/// # let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
/// # let new = NewDevice { mac, model, accounts: 1, site: None, known_elsewhere: false, taken: &[] };
/// let created = request::admin(site.facts(Some(mac), None), &Command::Create(new), now, drawn()?)?;
/// site.commit(created.writes)?;
///
/// let address = ClientAddress::new("192.0.2.7".parse()?);
/// let request = Request::main_file(mac, address);
/// let decision = request::decide(site.facts(Some(mac), Some(address.source())), &request, now, drawn()?);
/// assert_eq!(decision.rule.name(), "R11");
/// site.commit(decision.writes)?; // then speak
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Site {
    tenant: Tenant,
    devices: BTreeMap<MacAddr, Device>,
    /// [`Device::next_timeout`] of every device that has one, so that nothing scans all devices.
    timeouts: BTreeSet<(Timestamp, MacAddr)>,
    temporary: BTreeMap<Source, TempEntry>,
    guards: BTreeMap<GuardKey, SourceGuard>,
    budget: TenantGuard,
    adoption: Adoption,
    accounts: BTreeMap<UserId, Account>,
}

impl Site {
    /// A site without devices.
    pub const fn new(tenant: Tenant) -> Self {
        Self {
            tenant,
            devices: BTreeMap::new(),
            timeouts: BTreeSet::new(),
            temporary: BTreeMap::new(),
            guards: BTreeMap::new(),
            budget: TenantGuard::new(),
            adoption: Adoption::new(),
            accounts: BTreeMap::new(),
        }
    }

    /// The tenant's configuration.
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Replaces the tenant's configuration.
    pub fn set_tenant(&mut self, tenant: Tenant) {
        self.tenant = tenant;
    }

    /// A device.
    pub fn device(&self, mac: MacAddr) -> Option<&Device> {
        self.devices.get(&mac)
    }

    /// All devices, in the order of their MACs.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }

    /// The temporary whitelist entry of a source.
    pub fn temporary(&self, source: Source) -> Option<&TempEntry> {
        self.temporary.get(&source)
    }

    /// What is remembered of a source, or of the /48 around it.
    pub fn guard(&self, key: impl Into<GuardKey>) -> Option<&SourceGuard> {
        self.guards.get(&key.into())
    }

    /// What is remembered of the tenant.
    pub const fn budget(&self) -> &TenantGuard {
        &self.budget
    }

    /// Unknown devices on offer (SPEC D5).
    pub const fn adoption(&self) -> &Adoption {
        &self.adoption
    }

    /// The second factor of a portal user.
    pub fn account(&self, user: UserId) -> Option<&Account> {
        self.accounts.get(&user)
    }

    /// The second factors of all portal users that were stored.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Stores an account: a new one, or what a call of [`crate::mfa`] made of the stored one.
    ///
    /// # Errors
    /// [`Conflict`] where it is not the next revision of the stored one, or another tenant's: load it again and ask again.
    pub fn commit_account(&mut self, account: Account) -> Result<(), Conflict> {
        let stored = self.account(account.user()).map(Account::revision);
        if account.tenant() != self.tenant.id() || stored.is_some_and(|stored| stored.checked_add(1) != Some(account.revision()))
        {
            return Err(Conflict);
        }
        self.accounts.insert(account.user(), account);
        Ok(())
    }

    /// The records a call on this device from this source needs.
    pub fn facts(&self, mac: Option<MacAddr>, source: Option<Source>) -> Facts<'_> {
        Facts {
            tenant: &self.tenant,
            device: mac.and_then(|mac| self.devices.get(&mac)),
            temp: source.and_then(|source| self.temporary.get(&source)),
            source: source.and_then(|source| self.guards.get(&source.into())),
            wider: source.and_then(Source::wider).and_then(|wider| self.guards.get(&wider.into())),
            budget: Some(&self.budget),
            adoption: Some(&self.adoption),
        }
    }

    /// Devices that need [`crate::request::handle_timeout`] at this instant, the longest due first. It looks at those only.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = MacAddr> + '_ {
        self.timeouts.iter().take_while(move |(at, _)| *at <= now).map(|(_, mac)| *mac)
    }

    /// When the first device needs [`crate::request::handle_timeout`]: the earliest of all [`Device::next_timeout`].
    ///
    /// None: nothing will change by itself. It looks at one entry of an ordered index (SPEC A7).
    pub fn next_timeout(&self) -> Option<Timestamp> {
        self.timeouts.first().map(|(at, _)| *at)
    }

    /// Puts a device into its place, and its timeout into the index.
    fn put(&mut self, device: Device) {
        let (mac, next) = (device.mac(), device.next_timeout());
        let last = self.devices.insert(mac, device).and_then(|old| old.next_timeout());
        self.expect(mac, last, next);
    }

    /// Changes a device's place in the index of timeouts.
    fn expect(&mut self, mac: MacAddr, last: Option<Timestamp>, next: Option<Timestamp>) {
        if last == next {
            return;
        }
        if let Some(at) = last {
            self.timeouts.remove(&(at, mac));
        }
        if let Some(at) = next {
            self.timeouts.insert((at, mac));
        }
    }

    /// Stores what changed, all of it or nothing.
    ///
    /// # Errors
    /// [`Conflict`] where a record is not the next revision of the stored one: load the facts again and ask again.
    pub fn commit(&mut self, writes: Writes) -> Result<(), Conflict> {
        // A record that is gone takes an insertion only: a change of it was made from a stale copy.
        let next = |stored: Option<u64>, new: u64, first: u64| stored.map_or(first, |stored| stored.saturating_add(1)) == new;
        let born = |new: &Device| u64::try_from(new.created_at().as_ms()).unwrap_or(1);
        let fits = writes
            .device
            .as_ref()
            .is_none_or(|new| next(self.device(new.mac()).map(Device::revision), new.revision(), born(new)))
            && writes.second.as_deref().is_none_or(|new| self.device(new.mac()).is_none())
            && writes.temp.as_ref().is_none_or(|new| next(self.temporary(new.key()).map(TempEntry::revision), new.revision(), 1))
            && [&writes.source, &writes.wider]
                .into_iter()
                .flatten()
                .all(|new| next(self.guards.get(&new.key()).map(SourceGuard::revision), new.revision(), 1))
            && writes.adoption.as_ref().is_none_or(|new| next(Some(self.adoption.revision()), new.revision(), 1))
            && writes.budget.as_ref().is_none_or(|new| next(Some(self.budget.revision()), new.revision(), 1));
        if !fits {
            return Err(Conflict);
        }
        for device in [writes.device, writes.second.map(|second| *second)].into_iter().flatten() {
            self.put(device);
        }
        if let Some(temp) = writes.temp {
            self.temporary.insert(temp.key(), temp);
        }
        for guard in [writes.source, writes.wider].into_iter().flatten() {
            self.guards.insert(guard.key(), *guard);
        }
        if let Some(adoption) = writes.adoption {
            self.adoption = *adoption;
        }
        if let Some(budget) = writes.budget {
            self.budget = budget;
        }
        Ok(())
    }

    /// Performs what a store can perform of the effects of a device, which is to end temporary entries (SPEC W8), and notes
    /// that these effects were performed. Everything else (audit, revoke, resync) the host has done before.
    ///
    /// Effects of another call that are still owed stay owed.
    pub fn settle(&mut self, mac: MacAddr, effects: &Effects) {
        for effect in effects.iter() {
            if let Effect::Withdraw(source) = effect
                && let Some(entry) = self.temporary.get_mut(&source)
                && entry.made_by() == mac
            {
                *entry = entry.ended();
            }
        }
        let Some(device) = self.devices.get(&mac) else { return };
        if device.pending_effects().iter().all(|owed| effects.as_slice().contains(owed))
            && let Some(done) = effects_done(device, device.revision())
        {
            self.put(done);
        }
        if self.devices.get(&mac).is_some_and(Device::is_removable)
            && let Some(gone) = self.devices.remove(&mac)
        {
            self.expect(mac, gone.next_timeout(), None);
        }
    }

    /// Deletes temporary entries and guards that say nothing any more, and counts the remaining entries (SPEC W5, R12).
    pub fn purge(&mut self, now: Timestamp) {
        let window = self.tenant.policy().settings().probe_window_ms;
        self.guards.retain(|_, guard| !guard.is_spent(now, window));
        let before = self.temporary.len();
        self.temporary.retain(|_, entry| !entry.is_spent(now, TEMP_UNPROVEN_WINDOW_MS));
        if self.temporary.len() != before {
            self.budget = self.budget.recounted(u32::try_from(self.temporary.len()).unwrap_or(u32::MAX));
        }
    }
}

/// A record changed since it was loaded: load it again and ask again (SPEC E5).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the record changed since it was loaded; load it again and ask again")]
pub struct Conflict;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Command, NewDevice};
    use crate::entropy::Entropy;
    use crate::guard::TenantGuard;
    use crate::ids::{ShortNumber, TenantId};
    use crate::keys::{Keyring, TenantKey};
    use crate::models::{self, ModelRef};
    use crate::policy::{Policy, Settings};
    use crate::request::{admin, handle_timeout};
    use alloc::vec::Vec;

    #[test]
    fn a7_the_index_of_timeouts_follows_every_change_of_a_device() {
        let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
        let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8)).unwrap());
        let mut site = Site::new(Tenant::new(TenantId::from_number(1), policy, keys));
        let start = Timestamp::from_ms(1_900_000_000_000).unwrap();
        let mac = |at: u8| MacAddr::from_octets([0x80, 0x5e, 0xc0, 0, 0, at]).unwrap();
        let fresh = || Entropy::new(core::array::from_fn(|i| i as u8)).unwrap();
        let check = |site: &Site| {
            let mut scanned: Vec<_> = site.devices().filter_map(|device| Some((device.next_timeout()?, device.mac()))).collect();
            scanned.sort_unstable();
            assert_eq!(site.timeouts.iter().copied().collect::<Vec<_>>(), scanned);
            assert_eq!(site.next_timeout(), scanned.first().map(|(at, _)| *at));
        };
        let act = |site: &mut Site, at: u8, now: u64, command: &Command<'_>| {
            let step = admin(site.facts(Some(mac(at)), None), command, start.plus_ms(now), fresh()).unwrap();
            site.commit(step.writes).unwrap();
            check(site);
            site.settle(mac(at), &step.effects);
            check(site);
        };
        let suspend = Command::Suspend { bind: None, confirm_blocked: false };
        for at in 0..5 {
            let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
            let new = NewDevice { mac: mac(at), model, accounts: 1, site: None, known_elsewhere: false, taken: &[] };
            act(&mut site, at, 0, &Command::Create(new));
            assert_eq!(site.next_timeout().is_some(), at > 0);
            act(&mut site, at, 1000 - u64::from(at), &suspend);
        }
        let end = site.next_timeout().unwrap();
        assert_eq!(end, start.plus_ms(996 + 30 * 60_000));
        assert_eq!(site.due(end.minus_ms(1)).count(), 0);
        assert_eq!(site.due(end.plus_ms(2)).collect::<Vec<_>>(), [mac(4), mac(3), mac(2)]);
        act(&mut site, 4, 2000, &Command::Delete);
        assert!(site.device(mac(4)).is_none());
        act(&mut site, 3, 2000, &Command::Block);
        for mac in site.due(end.plus_ms(10)).collect::<Vec<_>>() {
            let step = handle_timeout(site.facts(Some(mac), None), end.plus_ms(10));
            site.commit(step.writes).unwrap();
            check(&site);
        }
        assert_eq!(site.next_timeout(), None);
    }

    #[test]
    fn e5_a_commit_that_is_not_the_next_revision_is_a_conflict() {
        let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
        let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8)).unwrap());
        let mut site = Site::new(Tenant::new(TenantId::from_number(1), policy, keys));
        let first = TenantGuard::new().recounted(1);
        let write = |budget: &TenantGuard| Writes { budget: Some(budget.clone()), ..Writes::default() };
        site.commit(write(&first)).unwrap();
        assert_eq!(site.commit(write(&first)), Err(Conflict));
        site.commit(write(&first.recounted(2))).unwrap();
    }
}
