//! How long does an answer to a provisioning request take, beside the keyed values it has to make or check?
//!
//! `cargo bench -p libprov-benches --bench decide`. Fails when an answer that writes nothing allocates.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use libprov::device::{Command, Device, NewDevice};
use libprov::entropy::Entropy;
use libprov::ids::{AttemptId, ShortNumber, TenantId};
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::models::{self, ModelRef};
use libprov::policy::{Policy, Settings};
use libprov::request::{self, Answer, Attempt, Decision, Facts, Request};
use libprov::rule::Rule;
use libprov::site::Site;
use libprov::tenant::Tenant;
use libprov::time::{DAY_MS, HOUR_MS, Timestamp};
use libprov_benches::{CountingHeap, Rng, Runner, print_table, race, verdict};
use sha2::{Digest, Sha256};

#[global_allocator]
static HEAP: CountingHeap = CountingHeap::new();

const OPS: u64 = 1 << 11;
/// What an answer may take besides its keyed values, in nanoseconds (PERFORMANCE B10).
const OWN_NS: f64 = 150.0;

/// One thing a host calls: its rule or verdict is kept from the optimiser.
struct Case<'a> {
    name: &'static str,
    /// Tokens and credentials it makes or checks, and blocks of entropy it expands for a fresh enrolment.
    keyed: Option<(u32, u32)>,
    call: Box<dyn Fn(Entropy) -> u64 + 'a>,
}

fn bytes(seed: u64) -> [u8; 32] {
    core::array::from_fn(|at| (seed as u8).wrapping_mul(31).wrapping_add(at as u8))
}

fn entropy(seed: u64) -> Entropy {
    Entropy::new(bytes(seed)).unwrap()
}

/// A tenant with ten permanent prefixes. No vendor makes temporary entries, so that a proven fetch at rest writes nothing.
fn tenant() -> Tenant {
    let mut settings = Settings::cloud(&[ShortNumber::parse("112").unwrap()]);
    settings.temporary_vendors.clear();
    let key = TenantKey::new(1, bytes(7)).unwrap();
    let mut tenant = Tenant::new(TenantId::from_number(1), Policy::new(settings).unwrap(), Keyring::new(key));
    for at in 0..8 {
        tenant = tenant.with_whitelisted(IpPrefix::parse(&format!("198.51.100.{}/30", at * 8)).unwrap(), "Office").unwrap();
    }
    tenant = tenant.with_whitelisted(IpPrefix::parse("192.0.2.0/24").unwrap(), "Campus").unwrap();
    tenant.with_whitelisted(IpPrefix::parse("2001:db8::/32").unwrap(), "Campus").unwrap()
}

/// The devices of the cases, each taken through its life by the calls that a host makes.
struct World {
    now: Timestamp,
    waiting: Device,
    accepted: Device,
    leased: Device,
    resting: Device,
    overwritten: Device,
    token: String,
    user: String,
    pap: String,
    credential: String,
    tenant: Tenant,
}

fn world(mac: MacAddr, home: ClientAddress) -> World {
    let mut site = Site::new(tenant());
    let start = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let model = ModelRef::Known(models::lookup("yealink", "T46S").unwrap());
    let new = NewDevice { mac, model, accounts: 2, site: None, known_elsewhere: false, taken: &[] };
    let created = request::admin(site.facts(Some(mac), None), &Command::Create(new), start, entropy(1)).unwrap();
    let keep = |site: &mut Site, writes, effects| {
        site.commit(writes).unwrap();
        site.settle(mac, &effects);
        site.device(mac).unwrap().clone()
    };
    let waiting = keep(&mut site, created.writes, created.effects);
    let (tenant, epoch) = (site.tenant().clone(), waiting.epoch());
    let fetch = |site: &Site, request: &Request<'_>, now| -> Decision {
        request::decide(site.facts(Some(mac), Some(request.address.source())), request, now, entropy(2))
    };
    let Answer::Restricted(answer) = fetch(&site, &Request::main_file(mac, home), start).answer else { panic!("no enrolment") };
    let token = answer.enrolment.token(tenant.keys(), tenant.id(), epoch).expose().to_owned();
    let user = answer.enrolment.sip_user(None);
    let pap = waiting.pap(tenant.keys()).unwrap().reveal();

    let attempt = Attempt::new(AttemptId::from_number(1), &user, &pap).unwrap();
    let judged = request::enter_pap(site.facts(Some(mac), Some(home.source())), &attempt, start);
    let accepted = keep(&mut site, judged.writes, judged.effects);
    let given = fetch(&site, &Request::main_file(mac, home).presenting(&token), start);
    let leased = keep(&mut site, given.writes, given.effects);
    let lease = leased.lease().unwrap().id();
    let arrived = request::delivered(site.facts(Some(mac), Some(home.source())), lease, start);
    let resting = keep(&mut site, arrived.writes, arrived.effects);

    let now = start.plus_ms(DAY_MS + HOUR_MS);
    let lost = fetch(&site, &Request::main_file(mac, home), now);
    assert_eq!(lost.rule, Rule::R10);
    let overwritten = keep(&mut site, lost.writes, lost.effects);
    let credential = request::credential(&tenant, &resting).expose().to_owned();
    World { now, waiting, accepted, leased, resting, overwritten, token, user, pap, credential, tenant }
}

/// A request, the rule it must end with, and whether the answer must write.
fn decided<'a>(
    facts: Facts<'a>,
    request: Request<'a>,
    now: Timestamp,
    rule: Rule,
    writes: bool,
) -> Box<dyn Fn(Entropy) -> u64 + 'a> {
    let first = request::decide(facts, &request, now, entropy(3));
    assert_eq!((first.rule, first.writes.is_empty()), (rule, !writes), "{first:?}");
    Box::new(move |fresh| {
        let decision = request::decide(black_box(facts), black_box(&request), now, fresh);
        u64::from(black_box(&decision).rule.number())
    })
}

fn main() -> ExitCode {
    let mac = MacAddr::parse("80:5e:c0:01:02:03").unwrap();
    let address = |text: &str| ClientAddress::new(text.parse().unwrap());
    let (home, office) = (address("203.0.113.7"), address("192.0.2.44"));
    let world = world(mac, home);
    let (tenant, now) = (&world.tenant, world.now);
    let bare = Facts::of(tenant);
    let with = |device| Facts { device: Some(device), ..bare };
    let plain = Request::main_file(mac, home);
    let start = world.waiting.created_at();
    let wrong = if world.pap == "739518" { "739581" } else { "739518" };
    let attempt = |digits: &str| {
        let device = &world.waiting;
        let attempt = Attempt::new(AttemptId::from_number(9), &world.user, digits).unwrap();
        assert!(request::enter_pap(with(device), &attempt, start).counted);
        let (user, digits) = (world.user.clone(), digits.to_owned());
        Box::new(move |_| {
            let attempt = Attempt::new(AttemptId::from_number(9), black_box(&user), black_box(&digits)).unwrap();
            u64::from(black_box(&request::enter_pap(with(device), &attempt, start)).counted)
        })
    };
    let lease = world.leased.lease().unwrap().id();
    let quiet = |name, keyed, facts, request, now, rule| Case {
        name,
        keyed: Some(keyed),
        call: decided(facts, request, now, rule, false),
    };
    let cases = [
        quiet("unknown MAC: deny", (0, 0), bare, plain, now, Rule::R2),
        quiet("restricted, nothing presented", (1, 1), with(&world.waiting), plain, start, Rule::R11),
        quiet("restricted, present token", (1, 0), with(&world.waiting), plain.presenting(&world.token), start, Rule::R11),
        quiet("full, present credential", (1, 0), with(&world.resting), plain.presenting(&world.credential), now, Rule::R7),
        quiet("full, permanent whitelist", (0, 0), with(&world.resting), Request { address: office, ..plain }, now, Rule::R6a),
        quiet("restricted, R10", (1, 1), with(&world.overwritten), plain, now, Rule::R10),
        Case {
            name: "full with a lease (accepted token)",
            keyed: None,
            call: decided(with(&world.accepted), plain.presenting(&world.token), start, Rule::R8, true),
        },
        Case { name: "enter_pap, wrong", keyed: None, call: attempt(wrong) },
        Case { name: "enter_pap, right", keyed: None, call: attempt(&world.pap) },
        Case {
            name: "delivered",
            keyed: None,
            call: Box::new(|_| u64::from(black_box(&request::delivered(with(&world.leased), lease, start)).writes.is_empty())),
        },
    ];

    if let Ok(name) = std::env::var("CASE") {
        for case in cases.iter().filter(|c| c.name.contains(&name)) {
            for at in 0..20_000_000u64 {
                black_box((case.call)(entropy(at)));
            }
        }
        return ExitCode::SUCCESS;
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
            "entropy taken over",
            Box::new(|| (0..OPS).map(|at| u64::from(black_box(&entropy(at)) as *const Entropy as usize as u8)).sum()),
        ),
        (
            "SHA-256, 51 bytes",
            Box::new(|| {
                let one = |_| {
                    let out: [u8; 32] = Sha256::digest(black_box(&message[..51])).into();
                    u64::from(black_box(out)[0])
                };
                (0..OPS).map(one).sum()
            }),
        ),
    ];
    for case in &cases {
        runners.push((
            case.name,
            Box::new(|| {
                let mut rng = Rng(1);
                (0..OPS).map(|_| (case.call)(entropy(rng.bits()))).sum()
            }),
        ));
    }
    let laps = race(OPS, Duration::from_secs(3), runners);
    let ns = |name: &str| laps.iter().find(|lap| lap.name == name).map_or(f64::NAN, |lap| lap.ns);
    let (nothing, hmac, expand) = (ns("empty function"), ns("HMAC-SHA-256, 64 bytes"), ns("SHA-256, 51 bytes"));
    // The host makes the entropy before the call; here it is made inside the loop.
    let taken = ns("entropy taken over");
    let floors = [
        ("empty function", nothing),
        ("HMAC-SHA-256, 64 bytes", hmac),
        ("SHA-256, 51 bytes (entropy expanded)", expand),
        ("entropy taken over and wiped", taken),
    ];
    let floors: Vec<_> = floors.into_iter().map(|(name, ns)| vec![name.to_owned(), format!("{ns:.1}")]).collect();
    print_table("B10: floors", &["", "ns"], &floors);

    let mut quiet = true;
    let mut rows = Vec::new();
    let mut others = Vec::new();
    for case in &cases {
        let before = HEAP.allocations();
        black_box((case.call)(entropy(5)));
        let allocations = HEAP.allocations() - before;
        let ns = ns(case.name) - taken;
        match case.keyed {
            Some((tokens, blocks)) => {
                quiet &= allocations == 0;
                let keyed = f64::from(tokens) * hmac + f64::from(blocks) * expand;
                rows.push(vec![
                    case.name.to_owned(),
                    format!("{ns:.1}"),
                    tokens.to_string(),
                    format!("{:.1}", ns - keyed),
                    verdict((ns - keyed) / OWN_NS, 1.0),
                    allocations.to_string(),
                ]);
            }
            None => others.push(vec![case.name.to_owned(), format!("{ns:.1}"), allocations.to_string()]),
        }
    }
    let head = ["decide", "ns", "tokens", "ns without keyed work", "of 150 ns", "allocations"];
    print_table("B10: one request", &head, &rows);
    print_table("B10: calls that write, for orientation", &["", "ns", "allocations"], &others);
    if quiet {
        ExitCode::SUCCESS
    } else {
        println!("\nan answer that writes nothing allocates");
        ExitCode::FAILURE
    }
}

#[inline(never)]
fn empty(at: u64) -> u64 {
    at
}
