//! How long does the routing of a call take over nothing, beside the keyed values it has to check?
//!
//! `cargo bench -p libprov-benches --bench route`. Fails when a request that writes nothing allocates.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use libprov::call::{Call, Caller, registered, route};
use libprov::device::{Command, Device, NewDevice};
use libprov::emergency::preset;
use libprov::entropy::Entropy;
use libprov::ids::{AttemptId, Epoch, ShortNumber, TenantId};
use libprov::ip::ClientAddress;
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::number::normalise;
use libprov::policy::{Policy, Settings};
use libprov::request::{self, Answer, Attempt, Facts, Request};
use libprov::site::Site;
use libprov::tenant::Tenant;
use libprov::time::{DAY_MS, Timestamp};
use libprov_benches::{CountingHeap, Runner, print_table, race, verdict};
use sha2::Sha256;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

const OPS: u64 = 1 << 12;
/// What the routing of a full account's call may take over nothing, in nanoseconds.
const OWN_NS: f64 = 60.0;

fn bytes(seed: u64) -> [u8; 32] {
    core::array::from_fn(|at| (seed as u8).wrapping_mul(31).wrapping_add(at as u8))
}

fn entropy(seed: u64) -> Entropy {
    Entropy::new(bytes(seed)).unwrap()
}

/// A telephone that waits, with its enrolment, and the same one provisioned.
struct World {
    tenant: Tenant,
    now: Timestamp,
    waiting: Device,
    user: String,
    provisioned: Device,
    epoch: Epoch,
}

fn world() -> World {
    // France has six numbers: the longest of the common lists.
    let numbers: Vec<ShortNumber> = preset("FR").unwrap().numbers().collect();
    let mut settings = Settings::cloud(&numbers);
    settings.outside_line = Some("0".into());
    let keys = Keyring::new(TenantKey::new(1, bytes(7)).unwrap());
    let mut site = Site::new(Tenant::new(TenantId::from_number(1), Policy::new(settings).unwrap(), keys));
    let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let mac = MacAddr::parse("80:5e:c0:01:02:03").unwrap();
    let home = ClientAddress::new("203.0.113.7".parse().unwrap());
    let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
    let new = NewDevice { mac, model, accounts: 2, site: Some("Berlin"), known_elsewhere: false, taken: &[] };
    let keep = |site: &mut Site, writes, effects| {
        site.commit(writes).unwrap();
        site.settle(mac, &effects);
        site.device(mac).unwrap().clone()
    };
    let made = request::admin(site.facts(Some(mac), None), &Command::Create(new), now, entropy(1)).unwrap();
    let waiting = keep(&mut site, made.writes, made.effects);
    let tenant = site.tenant().clone();
    let first = request::decide(site.facts(Some(mac), Some(home.source())), &Request::main_file(mac, home), now, entropy(2));
    let Answer::Restricted(answer) = first.answer else { panic!("no enrolment") };
    let user = answer.enrolment.sip_user(None);
    let token = answer.enrolment.token(tenant.keys(), tenant.id(), waiting.epoch());
    let pap = waiting.pap(tenant.keys()).unwrap().reveal();
    let attempt = Attempt::new(AttemptId::from_number(1), &user, &pap).unwrap();
    let judged = request::enter_pap(site.facts(Some(mac), None), &attempt, now);
    keep(&mut site, judged.writes, judged.effects);
    let request = Request::main_file(mac, home).presenting(token.expose());
    let given = request::decide(site.facts(Some(mac), Some(home.source())), &request, now, entropy(3));
    keep(&mut site, given.writes, given.effects);
    let step = registered(site.facts(Some(mac), Some(home.source())), 1, waiting.epoch(), now);
    let provisioned = keep(&mut site, step.writes, step.effects);
    World { tenant, now: now.plus_ms(DAY_MS), epoch: provisioned.epoch(), waiting, user, provisioned }
}

/// A request, the route it must end with, and the HMACs it has to make.
struct Case<'a> {
    name: &'static str,
    keyed: u32,
    facts: Facts<'a>,
    call: Call<'a>,
    route: &'static str,
    /// Whether it is held to the budget.
    held: bool,
}

fn main() -> ExitCode {
    let world = world();
    let of = |device| Facts { device: Some(device), ..Facts::of(&world.tenant) };
    let full = Caller::Full { account: 1, epoch: world.epoch };
    let old = Caller::Full { account: 1, epoch: Epoch::from_number(world.epoch.number() ^ 1) };
    let enrolment = Caller::Enrolment(&world.user);
    let case = |name, keyed, facts, call, route, held| Case { name, keyed, facts, call, route, held };
    let uri = "sip:+4991112345678@pbx.example.net;user=phone";
    let cases = [
        case("full account, national number", 0, of(&world.provisioned), Call::invite(full, "091112345678"), "through", true),
        case("full account, request URI", 0, of(&world.provisioned), Call::invite(full, uri), "through", true),
        case("full account, emergency", 0, of(&world.provisioned), Call::invite(full, "112"), "emergency", true),
        case("full account, REGISTER", 0, of(&world.provisioned), Call::register(full, 1), "through", true),
        case("full account of an earlier epoch", 0, of(&world.provisioned), Call::invite(old, "091112345678"), "refused", true),
        case("enrolment, ended by a delivery", 1, of(&world.provisioned), Call::invite(enrolment, "0911"), "refused", false),
        case("enrolment, REGISTER", 1, of(&world.waiting), Call::register(enrolment, 1), "register", false),
        case("unknown", 0, of(&world.waiting), Call::invite(Caller::Unknown, "0911"), "refused", false),
    ];
    for case in &cases {
        let routed = route(case.facts, &case.call, world.now);
        assert_eq!((routed.route.name(), routed.writes.is_empty()), (case.route, true), "{}", case.name);
    }

    let keyed = Hmac::<Sha256>::new_from_slice(&bytes(7)).unwrap();
    let message = [0x5a; 64];
    let mut runners: Vec<Runner<'_>> = vec![
        ("empty function", Box::new(|| (0..OPS).map(|at| black_box(empty)(black_box(at))).sum())),
        (
            "HMAC-SHA-256, 64 bytes",
            Box::new(|| {
                let one = |_| {
                    let mut keyed = black_box(&keyed).clone();
                    keyed.update(black_box(&message));
                    let out: [u8; 32] = keyed.finalize().into_bytes().into();
                    u64::from(black_box(out)[0])
                };
                (0..OPS).map(one).sum()
            }),
        ),
        (
            "normalise, request URI",
            Box::new(|| (0..OPS).map(|_| u64::from(matches!(normalise(black_box(uri)), libprov::number::Dialled::Sos))).sum()),
        ),
    ];
    for case in &cases {
        runners.push((
            case.name,
            Box::new(|| {
                let one = |_| {
                    let routed = route(black_box(case.facts), black_box(&case.call), world.now);
                    black_box(&routed).route.name().len() as u64
                };
                (0..OPS).map(one).sum()
            }),
        ));
    }
    let laps = race(OPS, Duration::from_secs(2), runners);
    let ns = |name: &str| laps.iter().find(|lap| lap.name == name).map_or(f64::NAN, |lap| lap.ns);
    let (nothing, hmac) = (ns("empty function"), ns("HMAC-SHA-256, 64 bytes"));
    let floors = ["empty function", "HMAC-SHA-256, 64 bytes", "normalise, request URI"];
    let floors: Vec<_> = floors.into_iter().map(|name| vec![name.to_owned(), format!("{:.1}", ns(name))]).collect();
    print_table("Routing: floors", &["", "ns"], &floors);

    let mut quiet = true;
    let mut rows = Vec::new();
    for case in &cases {
        let before = HEAP.allocations();
        let _ = black_box(route(case.facts, &case.call, world.now));
        let allocations = HEAP.allocations() - before;
        quiet &= allocations == 0;
        let own = ns(case.name) - nothing - f64::from(case.keyed) * hmac;
        rows.push(vec![
            case.name.to_owned(),
            format!("{:.1}", ns(case.name)),
            case.keyed.to_string(),
            format!("{own:.1}"),
            if case.held { verdict(own / OWN_NS, 1.0) } else { "-".to_owned() },
            allocations.to_string(),
        ]);
    }
    print_table("Routing: one request", &["route", "ns", "HMACs", "ns over nothing and HMACs", "of 60 ns", "allocations"], &rows);
    if quiet {
        ExitCode::SUCCESS
    } else {
        println!("\na request that writes nothing allocates");
        ExitCode::FAILURE
    }
}

#[inline(never)]
fn empty(at: u64) -> u64 {
    at
}
