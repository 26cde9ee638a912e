//! Yealink's main dialect, firmware 80 and newer: T2x to T5x and CP9xx (`docs/facts/yealink.md`, sections 3 to 6).

mod names;
mod tables;
mod words;

pub(super) use names::NAMES;

use super::overrides::Overrides;
use super::rows::{Driver, Row};
use super::writer::Writer;
use super::{
    FullJob, Parameter, ProvisioningUrl, RenderError, Restricted, SecretsOut, WarningReason, Warnings, bad, check_outside,
};
use crate::models::Model;
use crate::profile::{Account, DialString, Key, KeyKind};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use tables::{ACCOUNT, EMERGENCY, FullSite, KEY, PHONEBOOK, SITE, WaitingKey, WaitingSite};
use words::zone;

/// Bytes to set aside, more than a file has: a buffer that moves while it grows would leave secrets behind.
fn room(model: &Model, overrides: usize) -> usize {
    let slots = usize::from(model.accounts) * 1_600 + usize::from(model.keys) * 400;
    12 * 1024 + slots + overrides * 1_200
}

/// Minutes between two requests where nobody says (SPEC X3: 4 to 6 h).
const INTERVAL_MIN: u16 = 300;

/// Seconds from lifting the handset to the authentication service: an emergency number can be typed meanwhile (SPEC V3 asks
/// for 3 at least).
const HOTLINE_DELAY_S: u32 = 4;

/// Minutes between two requests of a phone that waits. Changes of state reach it by NOTIFY; this is for the lost ones.
const WAITING_INTERVAL_MIN: u32 = 60;

/// Emergency numbers the file has rows for.
const EMERGENCY_SLOTS: u16 = 20;

/// Remote phonebooks the dialect has (section 4).
const PHONEBOOKS: u16 = 5;

pub(super) fn full(job: &FullJob<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    let (ProvisioningUrl::Open(url) | ProvisioningUrl::Credential(url)) = job.provisioning.url;
    check_outside(url.expose(), "provisioning.url", job.emergency)?;
    let profile = job.profile;
    let model = job.model;
    let mut warnings = Warnings::default();
    let emergency_list = joined(job.emergency, ",");
    let mut driver = Driver {
        overrides: Overrides::new(&profile.overrides, &NAMES, job.overrides, job.secrets)?,
        writer: Writer::begin(out, room(model, profile.overrides.len())),
        model,
        secrets: job.secrets,
    };

    for slot in 1..=model.accounts {
        let found = profile.accounts.binary_search_by_key(&slot, |a| a.slot);
        let account = found.ok().and_then(|at| profile.accounts.get(at));
        driver.full(ACCOUNT, Some("accounts"), Some(slot), account.as_ref())?;
    }
    for account in profile.accounts.iter().filter(|a| a.slot > model.accounts) {
        let most = model.accounts;
        warnings.push(format!("accounts[{}]", account.slot), WarningReason::Beyond { most });
    }

    for slot in 1..=model.keys {
        let own = own_line(&profile.accounts, slot);
        let key = match profile.keys.binary_search_by_key(&slot, |key| key.slot) {
            Ok(at) => profile.keys.get(at),
            // A profile that names no key at all gets one line key per account.
            Err(_) if profile.keys.is_empty() => own.as_ref(),
            Err(_) => None,
        };
        let key = key.filter(|key| key.kind != KeyKind::None);
        driver.full(KEY, Some("keys"), Some(slot), key.as_ref())?;
        let reached = |slot| slot <= model.accounts && profile.account_slots().any(|s| s == slot);
        if key.and_then(|key| key.account).is_some_and(|slot| !reached(slot)) {
            warnings.push(format!("keys[{slot}].account"), WarningReason::NoAccount);
        }
    }
    for key in profile.keys.iter().filter(|key| key.slot > model.keys) {
        let most = model.keys;
        warnings.push(format!("keys[{}]", key.slot), WarningReason::Beyond { most });
    }
    if profile.time.utc_offset_min.is_some_and(|offset| zone(offset).is_none()) {
        warnings.push("time.utc_offset_min".into(), WarningReason::NoPlace);
    }
    if profile.display_text.is_some() {
        warnings.push("display_text".into(), WarningReason::NoPlace);
    }

    let site = FullSite { job, emergency_list: &emergency_list };
    driver.full(SITE, None, None, Some(&site))?;
    for slot in 1..=EMERGENCY_SLOTS {
        let number = job.emergency.get(usize::from(slot) - 1);
        driver.full(EMERGENCY, Some("emergency"), Some(slot), number.as_ref())?;
    }
    for slot in 1..=PHONEBOOKS {
        driver.full(PHONEBOOK, None, Some(slot), None)?;
    }
    driver.finish()?;
    Ok(warnings)
}

/// The line key that a profile without keys has in this slot.
fn own_line(accounts: &[Account], slot: u16) -> Option<Key> {
    let account = accounts.get(usize::from(slot) - 1)?;
    Some(Key { slot, kind: KeyKind::Line, label: None, account: Some(account.slot) })
}

pub(super) fn restricted(job: &Restricted<'_>, out: &mut Vec<u8>) -> Result<Warnings, RenderError> {
    check_outside(job.url.expose(), "url", job.emergency)?;
    if job.emergency.is_empty() {
        return Err(bad("emergency", "has no number"));
    }
    if !job.service_code.is_dialable() || job.service_code.as_str().len() > 8 {
        return Err(bad("service_code", "is not 1 to 8 of digits, * and #"));
    }
    if job.outside_line.is_some_and(|prefix| !prefix.is_digits() || prefix.as_str().len() > 4) {
        return Err(bad("outside_line", "is not 1 to 4 digits"));
    }
    let emergency_list = joined(job.emergency, ",");
    let digit_map = digit_map(job);
    let mac = job.mac.bare();
    let mut driver = Driver {
        overrides: Overrides::NONE,
        writer: Writer::begin(out, room(job.model, 0)),
        model: job.model,
        secrets: SecretsOut::ALL,
    };

    for slot in 1..=job.model.accounts {
        let account = (slot == 1).then_some(job);
        driver.restricted(ACCOUNT, Some(slot), account.as_ref())?;
    }
    for slot in 1..=job.model.keys {
        let key = match slot {
            1 => Some(WaitingKey::Line),
            2 => Some(WaitingKey::Service(job)),
            _ => None,
        };
        driver.restricted(KEY, Some(slot), key.as_ref())?;
    }
    let site = WaitingSite { job, digit_map: &digit_map, emergency_list: &emergency_list, mac: mac.as_str() };
    driver.restricted(SITE, None, Some(&site))?;
    for slot in 1..=EMERGENCY_SLOTS {
        let number = job.emergency.get(usize::from(slot) - 1);
        driver.restricted(EMERGENCY, Some(slot), number.as_ref())?;
    }
    for slot in 1..=PHONEBOOKS {
        driver.restricted(PHONEBOOK, Some(slot), None)?;
    }
    driver.finish()?;
    Ok(Warnings::default())
}

/// Emergency numbers, the same behind the outside-line prefix, and the service code; everything else matches nothing.
fn digit_map(job: &Restricted<'_>) -> String {
    let mut map = joined(job.emergency, "|");
    if let Some(prefix) = job.outside_line {
        for number in job.emergency {
            map.push('|');
            map.push_str(prefix.as_str());
            map.push_str(number.as_str());
        }
    }
    map.push('|');
    map.push_str(job.service_code.as_str());
    map
}

fn joined(numbers: &[DialString], separator: &str) -> String {
    let mut list = String::new();
    for number in numbers {
        if !list.is_empty() {
            list.push_str(separator);
        }
        list.push_str(number.as_str());
    }
    list
}

pub(super) fn parameters() -> Vec<Parameter> {
    let mut all: Vec<Parameter> = ACCOUNT.iter().map(Row::parameter).collect();
    all.extend(KEY.iter().map(Row::parameter));
    all.extend(SITE.iter().map(Row::parameter));
    all.extend(EMERGENCY.iter().map(Row::parameter));
    all.extend(PHONEBOOK.iter().map(Row::parameter));
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::models::Confidence::{Confirmed, OneSource};
    use crate::models::Hotline;

    #[test]
    fn names_are_unique_but_for_two_that_have_two_rows() {
        let mut all: Vec<_> = parameters().into_iter().map(|row| row.name).collect();
        all.sort();
        for pair in all.windows(2) {
            let [a, b] = pair else { unreachable!() };
            let two = ["static.auto_provision.server.url", "static.security.user_password"];
            assert!(a != b || two.contains(&a.as_str()), "{a}");
        }
    }

    #[test]
    fn what_rests_on_a_guess_is_only_what_does_no_harm_when_it_is_wrong() {
        for Parameter { name, confidence } in parameters() {
            let sure = matches!(confidence, Confirmed | OneSource);
            assert!(sure || name.starts_with("programablekey.1."), "{name}: {confidence:?}");
        }
    }

    #[test]
    fn v3_every_model_can_wait_long_enough_for_an_emergency_number() {
        for model in crate::models::all().filter(|model| model.vendor == "yealink") {
            let Hotline::Delayed { longest_s } = model.hotline else { unreachable!() };
            assert!(HOTLINE_DELAY_S >= 3 && HOTLINE_DELAY_S <= u32::from(longest_s));
        }
    }
}
