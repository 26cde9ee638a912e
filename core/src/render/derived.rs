//! Texts and numbers that several dialects make from a job, once per file.

use super::{FullJob, WarningReason, Warnings};
use crate::mac::MacAddr;
use crate::profile::{Account, DialString, Field, Key, KeyKind, Profile};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Minutes between two requests where nobody says: 4 to 6 h (SPEC X3), spread by the MAC address.
const INTERVAL_MIN: u16 = 240;
const JITTER_MIN: u16 = 120;

/// The longest time between two requests: 30 days, as a profile's own bound.
pub(super) const LONGEST_INTERVAL_MIN: u16 = 43_200;

/// Minutes between two requests of a phone that waits. Changes of state reach it by NOTIFY; this is for the lost ones.
pub(super) const WAITING_INTERVAL_MIN: u32 = 60;

/// Seconds from lifting the handset to the authentication service: an emergency number can be typed meanwhile (SPEC V3 asks
/// for 3 at least).
pub(super) const HOTLINE_DELAY_S: u32 = 4;

/// The shortest time after the last digit, in seconds: a slowly typed emergency number must not be cut. As long as SPEC V3 has the
/// off-hook dialling wait.
pub(super) const SHORTEST_TIMEOUT_S: u8 = 3;

/// Minutes between two requests of this phone.
pub(super) fn poll_min(job: &FullJob<'_>) -> u32 {
    let polling = &job.profile.provisioning;
    let interval = job.provisioning.interval_min.or(polling.interval_min);
    let jitter = polling.jitter_min.unwrap_or(if interval.is_some() { 0 } else { JITTER_MIN });
    let minutes = u32::from(interval.unwrap_or(INTERVAL_MIN)) + spread(job.mac, u32::from(jitter));
    minutes.min(u32::from(LONGEST_INTERVAL_MIN))
}

/// A number from 0 to `most`, the same for one MAC address each time, and much the same number of addresses for each.
fn spread(mac: MacAddr, most: u32) -> u32 {
    let state = mac.octets().iter().fold(0x811c_9dc5_u32, |state, byte| (state ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    let mixed = u64::from((state ^ state >> 15).wrapping_mul(0x2c1b_3c6d));
    u32::try_from((mixed * (u64::from(most) + 1)) >> 32).unwrap_or(0)
}

/// Numbers with a separator between them.
pub(super) fn joined(numbers: &[DialString], separator: &str) -> String {
    let mut list = String::new();
    for number in numbers {
        if !list.is_empty() {
            list.push_str(separator);
        }
        list.push_str(number.as_str());
    }
    list
}

/// The account in this slot.
pub(super) fn account(profile: &Profile, slot: u16) -> Option<&Account> {
    let at = profile.accounts.binary_search_by_key(&slot, |account| account.slot).ok()?;
    profile.accounts.get(at)
}

/// The key in this slot; a key of the kind `none` counts as absent.
pub(super) fn key(keys: &[Key], slot: u16) -> Option<&Key> {
    let at = keys.binary_search_by_key(&slot, |key| key.slot).ok()?;
    keys.get(at).filter(|key| key.kind != KeyKind::None)
}

/// The different servers of a profile, for models that number their servers: of each the first account that has it.
#[derive(Default)]
pub(super) struct Servers<'a>(Vec<&'a Account>);

impl<'a> Servers<'a> {
    /// At most `room` servers of the accounts up to slot `most`.
    pub(super) fn of(accounts: &'a [Account], most: u16, room: u16) -> Self {
        let mut first: Vec<&'a Account> = Vec::new();
        for account in accounts.iter().filter(|account| account.slot <= most) {
            if first.len() < usize::from(room) && !first.iter().any(|other| same_server(other, account)) {
                first.push(account);
            }
        }
        Self(first)
    }

    /// The first account with the server of this number, counted from 1.
    pub(super) fn get(&self, number: u16) -> Option<&'a Account> {
        self.0.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The number of an account's server; 0 where there is no room for it.
    pub(super) fn number_of(&self, account: &Account) -> u16 {
        let at = self.0.iter().position(|other| same_server(other, account));
        at.and_then(|at| u16::try_from(at + 1).ok()).unwrap_or(0)
    }
}

fn same_server(a: &Account, b: &Account) -> bool {
    (&a.server, &a.backup_server, &a.outbound_proxy) == (&b.server, &b.backup_server, &b.outbound_proxy)
}

/// The line key that a profile without keys has in this slot: one for each account.
pub(super) fn own_line(profile: &Profile, slot: u16) -> Option<Key> {
    if !profile.keys.is_empty() {
        return None;
    }
    let account = profile.accounts.get(usize::from(slot).checked_sub(1)?)?;
    Some(Key { slot, kind: KeyKind::Line, label: None, account: Some(account.slot) })
}

/// Warns of what a list has above the model's number of slots.
pub(super) fn warn_beyond(warnings: &mut Warnings, list: &str, slots: impl Iterator<Item = u16>, most: u16) {
    for slot in slots.filter(|slot| *slot > most) {
        warnings.push(format!("{list}[{slot}]"), WarningReason::Beyond { most });
    }
}

/// Warns of keys that name an account which the profile or the model does not have; `most` is of keys and of accounts.
pub(super) fn warn_no_account(warnings: &mut Warnings, profile: &Profile, list: &str, keys: &[Key], most: (u16, u16)) {
    for key in keys.iter().filter(|key| key.slot <= most.0) {
        let reached = |slot| slot <= most.1 && profile.account_slots().any(|other| other == slot);
        if key.account.is_some_and(|slot| !reached(slot)) {
            warnings.push(format!("{list}[{}].account", key.slot), WarningReason::NoAccount);
        }
    }
}

/// Warns of a firmware target that is not stated because nobody knows what the phone has.
pub(super) fn warn_firmware(warnings: &mut Warnings, job: &FullJob<'_>) {
    if job.profile.firmware.is_some() && job.firmware.is_none() {
        warnings.push(Field::FirmwareUrl.path().into(), WarningReason::FirmwareUnknown);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn x3_the_jitter_spreads_evenly_and_stays_the_same() {
        let mut seen = [0_u32; 121];
        for last in 0..12_100_u32 {
            let [_, _, high, low] = last.to_be_bytes();
            let mac = MacAddr::from_octets([0x80, 0x5e, 0xc0, 0, high, low]).unwrap();
            seen[spread(mac, 120) as usize] += 1;
            assert_eq!(spread(mac, 120), spread(mac, 120));
            assert_eq!(spread(mac, 0), 0);
        }
        assert!(seen.iter().all(|count| (50..200).contains(count)), "{seen:?}");
    }
}
