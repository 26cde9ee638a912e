//! B11: what a device takes in memory and in a store.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use libprov::device::{Command, Device, NewDevice};
use libprov::entropy::Entropy;
use libprov::ids::{AttemptId, ShortNumber, TenantId};
use libprov::ip::ClientAddress;
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::policy::{Policy, Settings};
use libprov::request::{self, Answer, Attempt, Request};
use libprov::site::Site;
use libprov::snapshot;
use libprov::tenant::Tenant;
use libprov::time::{DAY_MS, Timestamp};

fn entropy(seed: u8) -> Entropy {
    Entropy::new(core::array::from_fn(|at| at as u8 ^ seed)).unwrap()
}

/// A device through its first day: created, its PAP typed, provisioned, and asked for again after all windows are over.
fn at_rest(accounts: u8) -> Device {
    let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
    let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|at| at as u8)).unwrap());
    let mut site = Site::new(Tenant::new(TenantId::from_number(70_001), policy, keys));
    let mac = MacAddr::parse("80:5e:c0:01:02:03").unwrap();
    let home = ClientAddress::new("203.0.113.7".parse().unwrap());
    let mut now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
    let new = NewDevice { mac, model, accounts, site: None, known_elsewhere: false, taken: &[] };
    let step = request::admin(site.facts(Some(mac), None), &Command::Create(new), now, entropy(1)).unwrap();
    site.commit(step.writes).unwrap();
    site.settle(mac, &step.effects);
    let first = request::decide(site.facts(Some(mac), Some(home.source())), &Request::main_file(mac, home), now, entropy(2));
    let Answer::Restricted(answer) = first.answer else { unreachable!() };
    let device = site.device(mac).unwrap();
    let token = answer.enrolment.token(site.tenant().keys(), site.tenant().id(), device.epoch());
    let pap = device.pap(site.tenant().keys()).unwrap().reveal();
    let user = answer.enrolment.sip_user(None);
    let attempt = Attempt::new(AttemptId::from_number(1), &user, &pap).unwrap();
    let judged = request::enter_pap(site.facts(Some(mac), attempt.enrolment().source()), &attempt, now);
    site.commit(judged.writes).unwrap();
    site.settle(mac, &judged.effects);
    let mut presented = token;
    for seed in 3..6 {
        let request = Request::main_file(mac, home).presenting(presented.expose());
        let decision = request::decide(site.facts(Some(mac), Some(home.source())), &request, now, entropy(seed));
        let Answer::Full(full) = decision.answer else { unreachable!() };
        site.commit(decision.writes).unwrap();
        site.settle(mac, &decision.effects);
        if let Some(lease) = full.lease {
            let step = request::delivered(site.facts(Some(mac), Some(home.source())), lease, now);
            site.commit(step.writes).unwrap();
            site.settle(mac, &step.effects);
        }
        presented = request::credential(site.tenant(), site.device(mac).unwrap());
        // At rest means after the seven days for which the accepted enrolment is remembered.
        now = now.plus_ms(4 * DAY_MS);
    }
    let step = request::handle_timeout(site.facts(Some(mac), None), now);
    assert!(step.writes.is_empty());
    site.device(mac).unwrap().clone()
}

#[test]
fn b11_the_snapshot_of_a_device_at_rest_takes_at_most_160_bytes() {
    let bytes = snapshot::to_bytes(&at_rest(1)).len();
    println!("snapshot of a delivered device with one account at rest: {bytes} bytes");
    assert!(bytes <= 160, "{bytes}");
}

#[test]
fn b11_an_account_at_rest_takes_no_bytes() {
    let bytes = |accounts| snapshot::to_bytes(&at_rest(accounts)).len();
    let each = (bytes(16) - bytes(1)) as f64 / 15.0;
    println!("size of a device record: {} bytes; a snapshot grows by {each:.2} bytes for an account", size_of::<Device>());
    assert!(size_of::<Device>() <= 160);
    assert!(each <= 8.0, "{each}");
}
