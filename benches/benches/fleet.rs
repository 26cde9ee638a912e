//! What does a whole host cost: building ten million devices, their memory, the next timeout, and a storm in which every device
//! asks once?
//!
//! `cargo bench -p libprov-benches --bench fleet`, with `-- 1000000` for fewer devices. `cargo test` runs it with a million and
//! without its peer, and fails where a device takes too much memory or something looks at all devices.
//!
//! The host has a thousand devices a tenant, each tenant in a [`Site`], and an ordered index of the tenants' next timeouts. The
//! tenant of a request is known before it is decided (SPEC R18), as from the host name of the URL.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use hashbrown::HashMap;
use libprov::device::{Command, Device, NewDevice};
use libprov::effect::Effects;
use libprov::entropy::Entropy;
use libprov::ids::{ShortNumber, TenantId};
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::policy::{Policy, Settings};
use libprov::request::{self, Request, Writes, admin};
use libprov::rule::Rule;
use libprov::site::Site;
use libprov::tenant::Tenant;
use libprov::time::{DAY_MS, Timestamp};
use libprov_benches::{Rng, cpu_time, print_table, verdict};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const DEVICES_A_TENANT: u32 = 1_000;
/// How many requests lie between two looks at the clock.
const PIECE: usize = 4_096;
/// Most bytes of a device, index included (PERFORMANCE B13).
const BYTES: f64 = 260.0;

/// A host in memory.
struct Host {
    sites: Vec<Site>,
    /// Each tenant's next timeout, so that no step looks at all tenants.
    timeouts: BTreeSet<(Timestamp, u32)>,
}

fn entropy(number: u64) -> Entropy {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Entropy::new(bytes).unwrap()
}

fn mac(number: u32) -> MacAddr {
    let [a, b, c, d] = number.to_be_bytes();
    MacAddr::from_octets([0x80, 0x5e, a, b, c, d]).unwrap()
}

impl Host {
    fn new(tenants: u32) -> Self {
        let site = |number: u32| {
            let mut settings = Settings::cloud(&[ShortNumber::parse("112").unwrap()]);
            // A proven fetch at rest writes nothing.
            settings.temporary_vendors.clear();
            let key = TenantKey::new(1, std::array::from_fn(|at| at as u8 ^ number as u8)).unwrap();
            let tenant = Tenant::new(TenantId::from_number(number.into()), Policy::new(settings).unwrap(), Keyring::new(key));
            Site::new(tenant.with_whitelisted(IpPrefix::parse("192.0.2.0/24").unwrap(), "Office").unwrap())
        };
        Self { sites: (0..tenants).map(site).collect(), timeouts: BTreeSet::new() }
    }

    fn site(&self, device: u32) -> (u32, &Site) {
        let at = device / DEVICES_A_TENANT;
        (at, &self.sites[at as usize])
    }

    /// Stores what a call gave and performs its effects.
    fn keep(&mut self, device: u32, writes: Writes, effects: &Effects) {
        let at = device / DEVICES_A_TENANT;
        let site = &mut self.sites[at as usize];
        let before = site.next_timeout();
        site.commit(writes).unwrap();
        site.settle(mac(device), effects);
        let after = site.next_timeout();
        if before != after {
            if let Some(before) = before {
                self.timeouts.remove(&(before, at));
            }
            if let Some(after) = after {
                self.timeouts.insert((after, at));
            }
        }
    }

    fn next_timeout(&self) -> Option<(Timestamp, u32)> {
        self.timeouts.first().copied()
    }

    /// Creates a device, as it waits for its PAP.
    fn create(&mut self, device: u32, now: Timestamp, model: &ModelRef) {
        let mac = mac(device);
        let new = NewDevice { mac, model: model.clone(), accounts: 1, site: None, known_elsewhere: false, taken: &[] };
        let (_, site) = self.site(device);
        let made = admin(site.facts(Some(mac), None), &Command::Create(new), now, entropy(device.into())).unwrap();
        self.keep(device, made.writes, &made.effects);
    }

    /// Provisions it: a full answer that arrived.
    fn provision(&mut self, device: u32, address: ClientAddress, now: Timestamp) {
        let mac = mac(device);
        let ask = Request::main_file(mac, address);
        let given = request::decide(self.site(device).1.facts(Some(mac), None), &ask, now, entropy(device.into()));
        self.keep(device, given.writes, &given.effects);
        let site = self.site(device).1;
        let lease = site.device(mac).unwrap().lease().unwrap().id();
        let arrived = request::delivered(site.facts(Some(mac), None), lease, now);
        self.keep(device, arrived.writes, &arrived.effects);
    }
}

fn main() -> ExitCode {
    let bench = std::env::args().any(|word| word == "--bench");
    let given = std::env::args().filter_map(|word| word.parse().ok()).next();
    let tenants = given.unwrap_or(if bench { 10_000_000 } else { 1_000_000u32 }).div_ceil(DEVICES_A_TENANT);
    let count = tenants * DEVICES_A_TENANT;
    let start = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
    let office = ClientAddress::new("192.0.2.44".parse().unwrap());
    let home = ClientAddress::new("203.0.113.7".parse().unwrap());
    let order = shuffled(count);

    // Build, in no order, as a roll-out would.
    let empty = HEAP.current_usage();
    let mut host = Host::new(tenants);
    let before = cpu_time();
    for device in &order {
        host.create(*device, start, &model);
    }
    let created = (cpu_time() - before).as_nanos() as f64 / f64::from(count);
    let bytes = (HEAP.current_usage() - empty) as f64 / f64::from(count);
    let before = cpu_time();
    for device in &order {
        host.provision(*device, office, start);
    }
    let provisioned = (cpu_time() - before).as_nanos() as f64 / f64::from(count);
    // The lease and the windows of what was released are rare parts that every device has for a while.
    let busy = (HEAP.current_usage() - empty) as f64 / f64::from(count);

    // One device in a hundred is suspended, so that there are timeouts.
    let now = start.plus_ms(2 * DAY_MS);
    for device in order.iter().step_by(100) {
        let at = now.plus_ms(u64::from(device % 100_000));
        let suspend = Command::Suspend { bind: None, confirm_blocked: false };
        let facts = host.site(*device).1.facts(Some(mac(*device)), None);
        let step = admin(facts, &suspend, at, entropy(1)).unwrap();
        host.keep(*device, step.writes, &step.effects);
    }
    let asked = 100_000;
    let before = cpu_time();
    for _ in 0..asked {
        black_box(black_box(&host).next_timeout());
    }
    let next = (cpu_time() - before).as_nanos() as f64 / f64::from(asked);
    let (mut expired, before) = (0, cpu_time());
    while let Some((at, site)) = host.next_timeout() {
        let due = host.sites[site as usize].due(at).next().unwrap();
        let [_, _, a, b, c, d] = due.octets();
        let step = request::handle_timeout(host.sites[site as usize].facts(Some(due), None), at);
        host.keep(u32::from_be_bytes([a, b, c, d]), step.writes, &step.effects);
        expired += 1;
    }
    let expiry = (cpu_time() - before).as_nanos() as f64 / f64::from(expired);
    assert_eq!(expired, count / 100);

    // The storm: every device asks once, each with its credential, beside a table that is asked and told once.
    let now = now.plus_ms(DAY_MS);
    let mut peer: HashMap<u64, [u64; 19]> = HashMap::with_capacity(if bench { count as usize } else { 0 });
    if bench {
        peer.extend(order.iter().map(|device| (u64::from(*device), [u64::from(*device); 19])));
        assert_eq!(size_of::<[u64; 19]>(), size_of::<Device>());
    }
    let (mut storm, mut bare) = (Duration::ZERO, Duration::ZERO);
    let (mut table, mut keyed) = (Duration::ZERO, Duration::ZERO);
    for piece in order.chunks(PIECE) {
        // What the telephones keep. It is made as often as it is checked, so this is the keyed work of the storm too.
        let before = cpu_time();
        let credentials: Vec<_> = piece
            .iter()
            .map(|device| {
                let site = host.site(*device).1;
                request::credential(site.tenant(), site.device(mac(*device)).unwrap())
            })
            .collect();
        keyed += cpu_time() - before;
        if bench {
            // Somebody else's work, so that the storm does not find its records in the caches.
            let before = cpu_time();
            for device in piece {
                let key = u64::from(*device);
                let mut record = *black_box(&peer).get(&key).unwrap();
                record[0] ^= 1;
                peer.insert(key, black_box(record));
            }
            table += cpu_time() - before;
        }
        let before = cpu_time();
        for (device, credential) in piece.iter().zip(&credentials) {
            let mac = mac(*device);
            let ask = Request::main_file(mac, home).presenting(credential.expose());
            let facts = host.site(*device).1.facts(Some(mac), Some(home.source()));
            let decision = request::decide(facts, &ask, now, entropy(u64::from(*device)));
            assert!(decision.rule == Rule::R7 && decision.writes.is_empty(), "{decision:?}");
            let _ = black_box(decision);
        }
        storm += cpu_time() - before;
    }
    // The same from a whitelisted network, with nothing to check: what finding the records and deciding costs.
    for piece in order.chunks(PIECE) {
        let before = cpu_time();
        for device in piece {
            let mac = mac(*device);
            let facts = host.site(*device).1.facts(Some(mac), Some(office.source()));
            let decision = request::decide(facts, &Request::main_file(mac, office), now, entropy(u64::from(*device)));
            assert!(decision.rule == Rule::R6a, "{decision:?}");
            let _ = black_box(decision);
        }
        bare += cpu_time() - before;
    }
    let each = |taken: Duration| taken.as_nanos() as f64 / f64::from(count);
    let (storm, bare, table, keyed) = (each(storm), each(bare), each(table), each(keyed));

    let plain = |name: &str, value: f64, judged: String| vec![name.to_owned(), format!("{value:.1}"), judged];
    let mut rows = vec![
        plain("build: one device created and stored, ns", created, "-".into()),
        plain("bytes of a new device, index and tenant included", bytes, verdict(bytes, BYTES)),
        plain("provisioning: full answer, delivered, both stored, ns", provisioned, "-".into()),
        plain("bytes of a provisioned device, lease and windows kept", busy, verdict(busy, BYTES)),
        plain("next timeout of the host, ns", next, verdict(next / 1_000.0, 1.0)),
        plain("a timeout handled and stored, ns", expiry, "-".into()),
        plain("storm: one request with its credential, ns", storm, "-".into()),
        plain("storm: one request from a whitelisted network, ns", bare, "-".into()),
        plain("making a credential from a cold record, ns", keyed, "-".into()),
    ];
    if bench {
        rows.push(plain("hashbrown get + insert, equal record, ns", table, "-".into()));
        rows.push(plain("storm with credentials beside hashbrown", storm / table, verdict(storm / table, 1.5)));
        rows.push(plain("storm whitelisted beside hashbrown", bare / table, verdict(bare / table, 1.5)));
    }
    print_table(&format!("B13: a host of {count} devices, {tenants} tenants"), &["", "", "target"], &rows);
    // Timing does not fail a build; memory, and a step that looks at all devices, do.
    if bytes <= BYTES && next < 100_000.0 && expiry < 1_000_000.0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The devices in no order.
fn shuffled(count: u32) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    let mut rng = Rng(13);
    for at in (1..order.len()).rev() {
        order.swap(at, rng.below(at + 1));
    }
    order
}
