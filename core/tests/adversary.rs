//! An attacker who knows every MAC address and sees what a network sees, against two tenants with two hundred telephones.
//!
//! He polls, replays what he collected, forges headers, dials and types PAPs, by himself and from behind the NAT of three of the
//! telephones, while their users go about their work. One run of a million actions for each policy, with a fixed seed, and scripted
//! attacks beside it. He has three addresses: with more, the ceiling of A13 (30 wrong PAPs) can be reached, which blocks a
//! telephone that waits, for everybody and loudly; a scripted attack shows that and what it gives him, which is nothing.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, missing_docs)]

#[path = "adversary/world.rs"]
mod world;

use libprov::call::Method;
use libprov::device::{Command, Verdict};
use libprov::ip::{IpPrefix, Source};
use libprov::mac::MacAddr;
use libprov::policy::Temporary;
use libprov::request::{FileKind, Method as HttpMethod, Transport};
use libprov::rule::Rule;
use libprov::state::State;
use libprov::time::{HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use std::collections::BTreeMap;
use world::{DEVICES, Dice, NAT, Sent, View, World, source};

const ACTIONS: usize = 1_000_000;
/// The attacker's addresses: one that he shares with three telephones, two of his own.
const PLACES: [&str; 3] = [NAT, "192.0.2.66", "2001:db8:bad:1::66"];
/// Spellings that look like an emergency number to somebody careless, of a number that costs money.
const SPELLINGS: [&str; 12] = [
    "+112900123",
    "112900123",
    "0900112",
    "sip:0900123@112",
    "0900123;phone-context=112",
    "112;ext=0900123",
    "1%31%32900123",
    "tel:+49-900-112",
    "urn:service:sos.0900123",
    "112,,0900123",
    "112%00900",
    "１１２",
];

/// What the attacker has collected; nothing of it comes from inside the host.
#[derive(Default)]
struct Loot {
    /// SIP user and password of enrolments that were issued to him, with the telephone's number.
    accounts: Vec<(usize, String, String)>,
    tokens: Vec<(usize, String)>,
    /// SIP users of strangers, read from a trace.
    traced: Vec<(usize, String)>,
    /// Telephones whose secrets he saw, and whether the answer to that request was of the exception.
    secrets: Vec<usize>,
    refused: u64,
    views: BTreeMap<u16, u64>,
}

#[derive(Default)]
struct Report {
    lockout_ms: u64,
    refused_users: u64,
    authenticated: u64,
}

fn roam(temporary: Temporary, seed: u64) -> (World, Loot, Report) {
    let mut world = World::new(temporary);
    let mut dice = Dice(seed ^ 0x9e37_79b9_7f4a_7c15);
    let (mut loot, mut report) = (Loot::default(), Report::default());
    for action in 0..ACTIONS {
        world.now = world.now.plus_ms(dice.next() % (2 * SECOND_MS));
        if action % 40 == 0 {
            work(&mut world, &mut dice, &mut report, &mut loot);
        }
        let phone = dice.below(DEVICES);
        let (house, mac) = (world.phones[phone].house, world.phones[phone].mac);
        let from = *dice.pick(&PLACES);
        match dice.below(16) {
            // Polling, with nothing.
            0..=4 => {
                let view = world.http(house, Sent::get(mac, from));
                collect(&mut world, &mut loot, phone, view);
            }
            // Replaying tokens, for their telephone or another, in URL or login.
            5 | 6 => {
                let Some((_, token)) = (!loot.tokens.is_empty()).then(|| dice.pick(&loot.tokens).clone()) else { continue };
                let mut sent = Sent { in_url: Some(&token), ..Sent::get(mac, from) };
                if dice.below(2) == 0 {
                    (sent.in_url, sent.in_login) = (None, Some(token.as_str()));
                }
                let view = world.http(house, sent);
                collect(&mut world, &mut loot, phone, view);
            }
            // A SIP user that was read from a trace, as token, as login, with a guess behind it.
            7 => {
                let Some((victim, user)) = (!loot.traced.is_empty()).then(|| dice.pick(&loot.traced).clone()) else { continue };
                let guess = format!("{user}{}", "a".repeat(26));
                let (house, mac) = (world.phones[victim].house, world.phones[victim].mac);
                let view = world.http(house, Sent { in_url: Some(&guess), in_login: Some(&user), ..Sent::get(mac, from) });
                collect(&mut world, &mut loot, victim, view);
                let heard = world.dial(house, &user, &guess, "*89", "123456#");
                loot.refused += u64::from(heard.route == "refused");
            }
            // Forged credentials, headers, transports, methods, side files.
            8 | 9 => {
                let forged = ["a".repeat(34), "7".repeat(34), "b".repeat(68)];
                let shown = dice.pick(&forged).clone();
                let victim = world.phones[dice.below(DEVICES)].home.clone();
                let forwarded = format!("{victim}, 10.0.0.1");
                let sent = Sent {
                    in_url: (dice.below(2) == 0).then_some(shown.as_str()),
                    forwarded: (dice.below(2) == 0).then_some(forwarded.as_str()),
                    transport: *dice.pick(&[Transport::Https, Transport::Http, Transport::Tftp]),
                    method: *dice.pick(&[HttpMethod::Get, HttpMethod::Get, HttpMethod::Head, HttpMethod::Other]),
                    file: *dice.pick(&[FileKind::Main, FileKind::Side { private: true }, FileKind::Common]),
                    ..Sent::get(mac, from)
                };
                let view = world.http(house, sent);
                collect(&mut world, &mut loot, phone, view);
            }
            // Unknown MACs, and those of the other tenant.
            10 => {
                let stranger =
                    MacAddr::from_octets([0x80, 0x5e, 0xc0, 0x90, dice.below(256) as u8, dice.below(256) as u8]).unwrap();
                let asked = if dice.below(2) == 0 { stranger } else { mac };
                let view = world.http(1 - house, Sent::get(asked, from));
                assert!(view.body.is_empty(), "another tenant's telephone: {view:?}");
                *loot.views.entry(view.status).or_default() += 1;
            }
            // Typing PAPs.
            11..=13 => {
                let Some((victim, user, password)) = (!loot.accounts.is_empty()).then(|| dice.pick(&loot.accounts).clone())
                else {
                    continue;
                };
                let house = world.phones[victim].house;
                let typed: String = (0..1 + dice.below(4)).map(|_| dice.digits(6) + "#").collect();
                let heard = world.dial(house, &user, &password, "*89", &typed);
                assert!(!heard.said.contains(&"accepted"), "a PAP was guessed: with this seed none is");
            }
            // Calls that cost money, and every method there is.
            _ => {
                let Some((victim, user, password)) = (!loot.accounts.is_empty()).then(|| dice.pick(&loot.accounts).clone())
                else {
                    continue;
                };
                let house = world.phones[victim].house;
                let before = world.through;
                let target = if dice.below(2) == 0 { *dice.pick(&SPELLINGS) } else { "0900123456" };
                let method = *dice.pick(&Method::ALL);
                let replaces = dice.below(4) == 0;
                let heard = world.sip_request(house, &user, &password, target, "", |call| libprov::call::Call {
                    method,
                    replaces,
                    contacts: 3,
                    ..call
                });
                assert_eq!(world.through, before, "{target} went through: {heard:?}");
                // Whatever is taken for an emergency call is connected to the emergency number itself, not to what was dialled.
                assert!(heard.route != "emergency" || heard.connected.as_deref() == Some("112"), "{target}: {heard:?}");
            }
        }
        if loot.accounts.len() > 500 {
            loot.accounts.drain(..250);
            loot.tokens.drain(..loot.tokens.len() / 2);
        }
    }
    (world, loot, report)
}

/// What the attacker reads from an answer.
fn collect(world: &mut World, loot: &mut Loot, phone: usize, view: View) {
    *loot.views.entry(view.status).or_default() += 1;
    if view.body.contains("secret-") || view.body.contains("credential=") {
        loot.secrets.push(phone);
        world.phones[phone].taken = true;
    }
    if let (Some(user), Some(password), Some(token)) = (view.value("user"), view.value("password"), view.value("token")) {
        loot.accounts.push((phone, user, password));
        loot.tokens.push((phone, token));
    }
}

/// One thing that users, telephones and administrators do.
fn work(world: &mut World, dice: &mut Dice, report: &mut Report, loot: &mut Loot) {
    let phone = dice.below(DEVICES);
    let (house, mac, home) = (world.phones[phone].house, world.phones[phone].mac, world.phones[phone].home.clone());
    if world.phones[phone].taken || world.device(phone).state(world.now) == State::Blocked && home == NAT {
        // The administrator hears of it: a new epoch, and the telephone is reset to factory settings.
        world.admin(house, mac, &Command::Reset { taken: &[] }).unwrap();
        let own = &mut world.phones[phone];
        (own.credential, own.token, own.account, own.taken) = (None, None, None, false);
        return;
    }
    match dice.below(10) {
        // A telephone that broke, or moved.
        0 => {
            world.admin(house, mac, &Command::Reset { taken: &[] }).unwrap();
            let own = &mut world.phones[phone];
            (own.credential, own.token, own.account) = (None, None, None);
        }
        // A suspension for the address of the user.
        1 if home != NAT => {
            let network = IpPrefix::parse(&home).unwrap();
            world.admin(house, mac, &Command::Suspend { bind: Some(network), confirm_blocked: false }).unwrap();
        }
        // The user sets his telephone up, or it asks again as telephones do.
        _ => {
            let view = world.fetch(phone);
            loot.traced.extend(world.phones[phone].account.iter().map(|(user, _)| (phone, user.clone())));
            if loot.traced.len() > 200 {
                loot.traced.drain(..100);
            }
            if view.value("full").is_some() {
                return;
            }
            let waits = world.device(phone).state(world.now) != State::Successful;
            let Some(heard) = (if waits { world.authenticate(phone) } else { None }) else { return };
            if heard.said.contains(&"accepted") {
                report.authenticated += 1;
                let view = world.fetch(phone);
                assert!(view.value("full").is_some() && view.value("sip").is_some(), "after his PAP: {view:?}");
            } else if home != NAT && !heard.said.contains(&"no_pin_needed") && !heard.said.contains(&"already") {
                report.refused_users += 1;
                let until = world.device(phone).next_timeout().unwrap_or(world.now.plus_ms(30 * MINUTE_MS));
                report.lockout_ms += until.since(world.now).max(1);
            }
        }
    }
}

/// Wrong PAPs that were compared: all of them, and the most of one device in one hour of the clock.
fn tries(world: &World) -> (u64, u64) {
    (world.tries.values().sum(), world.tries.values().copied().max().unwrap_or(0))
}

/// SPEC R12, R13, W3, S1, C1 together.
fn holds(world: &World, loot: &Loot, report: &Report, temporary: Temporary) {
    let own: Vec<Source> = PLACES.iter().map(|place| source(place)).collect();
    let nat = source(NAT);
    let stolen: Vec<_> = world.given.iter().filter(|given| own[1..].contains(&given.source)).collect();
    assert_eq!(stolen, [] as [&world::Given; 0], "secrets that went to an address of his own");
    let neighbours: Vec<_> = world.given.iter().filter(|given| given.source == nat && given.rule == Rule::R6b).collect();
    for given in &neighbours {
        assert!(given.audited, "without an audit event: {given:?}");
        let window: Vec<_> =
            neighbours.iter().filter(|other| other.at <= given.at && given.at.since(other.at) < 8 * HOUR_MS).collect();
        assert!(window.len() <= 50, "more than the cap in 8 h");
    }
    if temporary == Temporary::Off {
        assert_eq!(loot.secrets, [] as [usize; 0], "secrets obtained");
    } else {
        assert!(loot.secrets.len() <= neighbours.len(), "secrets beyond the exception of R6b");
    }
    assert_eq!(world.through, 0, "calls of enrolment accounts let through");
    for house in &world.houses {
        for place in &own[1..] {
            assert!(!house.temps.contains_key(place), "his address is whitelisted");
        }
    }
    assert_eq!(report.lockout_ms, 0, "users at their own addresses were locked out ({} times)", report.refused_users);
    assert!(report.authenticated > 1_000, "users did work: {}", report.authenticated);
    let (tried, most) = tries(world);
    assert!(most <= 18, "two lockouts of three tries from each of three addresses: {most}");
    assert!(tried > 1_000, "he did try: {tried}");
}

fn run(temporary: Temporary, name: &str, seed: u64) {
    let (world, loot, report) = roam(temporary, seed);
    let hours = world.now.since(Timestamp::from_ms(1_900_000_000_000).unwrap()) as f64 / HOUR_MS as f64;
    println!("{name}: {ACTIONS} actions in {hours:.0} simulated hours, {} users authenticated", report.authenticated);
    let (tried, most) = tries(&world);
    let average = tried as f64 / DEVICES as f64 / hours;
    println!("  PAPs tried {tried}: {average:.3} per device and hour, most in one hour {most}");
    println!("  secrets obtained {} (R6b behind the NAT)", loot.secrets.len());
    println!("  answers by status {:?}, SIP users of traces refused {}", loot.views, loot.refused);
    println!("  calls through {}, users locked out for {} ms", world.through, report.lockout_ms);
    println!("  audit {:?}", world.audits);
    holds(&world, &loot, &report, temporary);
}

#[test]
fn a_million_actions_give_nothing_while_temporary_entries_admit_nobody() {
    run(Temporary::Off, "temporary = off", 0x5eed_0001);
}

#[test]
fn a_million_actions_give_no_more_than_waiting_neighbours_behind_his_nat() {
    run(Temporary::Waiting, "temporary = waiting", 0x5eed_0002);
}

// ---- scripted attacks ----

/// A telephone at its own address, and its place in the list.
const AT_HOME: usize = 40;

fn quiet(temporary: Temporary) -> World {
    World::new(temporary)
}

/// An enrolment that the attacker gets for a telephone, from one of his addresses.
fn enrol(world: &mut World, phone: usize, from: &str) -> (String, String, String) {
    let (house, mac) = (world.phones[phone].house, world.phones[phone].mac);
    let view = world.http(house, Sent::get(mac, from));
    (view.value("user").unwrap(), view.value("password").unwrap(), view.value("token").unwrap())
}

/// The user sets his telephone up.
fn set_up(world: &mut World, phone: usize) {
    world.fetch(phone);
    assert!(world.authenticate(phone).unwrap().said.contains(&"accepted"));
    assert!(world.fetch(phone).value("sip").is_some());
}

/// PAPs that are wrong for a telephone, ended with `#`.
fn wrong(world: &World, phone: usize, count: usize) -> String {
    let pap: u32 = world.pap(phone).unwrap().parse().unwrap();
    (1..=count as u32).map(|n| format!("{:06}#", (pap + n) % 1_000_000)).collect()
}

#[test]
fn polling_writes_nothing_and_wears_nothing_out() {
    let mut world = quiet(Temporary::Waiting);
    let (house, mac) = (world.phones[AT_HOME].house, world.phones[AT_HOME].mac);
    let before = world.device(AT_HOME).revision();
    for _ in 0..2_000 {
        let view = world.http(house, Sent::get(mac, PLACES[1]));
        assert!(!view.body.contains("secret-") && !view.body.contains("credential="));
    }
    assert_eq!(world.device(AT_HOME).revision(), before);
    set_up(&mut world, AT_HOME);
}

#[test]
fn a_token_of_his_own_is_worth_nothing_after_the_users_pap() {
    let mut world = quiet(Temporary::Waiting);
    let (_, _, token) = enrol(&mut world, AT_HOME, PLACES[1]);
    set_up(&mut world, AT_HOME);
    let (house, mac) = (world.phones[AT_HOME].house, world.phones[AT_HOME].mac);
    for from in PLACES {
        let view = world.http(house, Sent { in_url: Some(&token), ..Sent::get(mac, from) });
        assert!(view.value("full").is_none() && !view.body.contains("credential="), "{from}: {view:?}");
    }
}

#[test]
fn a_sip_user_read_from_a_trace_neither_fetches_nor_calls() {
    let mut world = quiet(Temporary::Waiting);
    world.fetch(AT_HOME);
    let (house, mac) = (world.phones[AT_HOME].house, world.phones[AT_HOME].mac);
    let (user, _) = world.phones[AT_HOME].account.clone().unwrap();
    let pap = world.pap(AT_HOME).unwrap();
    for password in ["", user.as_str(), "password"] {
        let heard = world.dial(house, &user, password, "*89", &format!("{pap}#"));
        assert_eq!(heard.route, "refused", "without the SIP password");
    }
    let view = world.http(house, Sent { in_url: Some(&user), in_login: Some(&user), ..Sent::get(mac, PLACES[1]) });
    assert!(view.value("full").is_none());
    // The user's own PAP is still good, and gives the attacker's enrolment nothing.
    let (_, _, token) = enrol(&mut world, AT_HOME, PLACES[1]);
    assert!(world.authenticate(AT_HOME).unwrap().said.contains(&"accepted"));
    let view = world.http(house, Sent { in_url: Some(&token), ..Sent::get(mac, PLACES[1]) });
    assert!(view.value("full").is_none());
}

#[test]
fn spraying_paps_over_devices_and_tenants_is_slow_from_one_address_and_from_many() {
    let mut world = quiet(Temporary::Waiting);
    let mut tried = [0u32; 2];
    for hour in 0..24 {
        for phone in 6..DEVICES {
            let (user, password, _) = enrol(&mut world, phone, PLACES[1]);
            let house = world.phones[phone].house;
            let typed = wrong(&world, phone, 1);
            let heard = world.dial(house, &user, &password, "*89", &typed);
            tried[0] += u32::from(heard.said.contains(&"tries_left") || heard.said.contains(&"locked"));
        }
        assert!(tried[0] <= 15 * (hour + 1), "{} in {} h", tried[0], hour + 1);
        world.now = world.now.plus_ms(HOUR_MS);
    }
    let mut world = quiet(Temporary::Waiting);
    for round in 0..4 {
        for phone in 6..DEVICES {
            let from = format!("192.0.2.{}", 1 + (phone * 7 + round) % 200);
            let (user, password, _) = enrol(&mut world, phone, &from);
            let house = world.phones[phone].house;
            let typed = wrong(&world, phone, 2);
            let heard = world.dial(house, &user, &password, "*89", &typed);
            tried[1] += heard.said.iter().filter(|said| matches!(**said, "tries_left" | "locked" | "blocked")).count() as u32;
        }
    }
    assert_eq!(tried[1], 200, "a hundred an hour for each of two tenants, whatever the number of addresses");
    // The users are at networks that the roll-out names: they set their telephones up all the same.
    set_up(&mut world, AT_HOME);
}

#[test]
fn nine_wrong_paps_block_the_attacker_and_not_the_user() {
    let mut world = quiet(Temporary::Waiting);
    let house = world.phones[AT_HOME].house;
    for _ in 0..3 {
        let (user, password, _) = enrol(&mut world, AT_HOME, PLACES[1]);
        let typed = wrong(&world, AT_HOME, 3);
        world.dial(house, &user, &password, "*89", &typed);
        world.now = world.now.plus_ms(31 * MINUTE_MS);
    }
    let mac = world.phones[AT_HOME].mac;
    assert!(world.http(house, Sent::get(mac, PLACES[1])).body.contains("Blocked"));
    set_up(&mut world, AT_HOME);
}

#[test]
fn with_many_addresses_he_reaches_the_ceiling_which_blocks_loudly_and_gives_nothing() {
    let mut world = quiet(Temporary::Waiting);
    let (house, mac) = (world.phones[AT_HOME].house, world.phones[AT_HOME].mac);
    for place in 1..=10 {
        let from = format!("192.0.2.{place}");
        let (user, password, _) = enrol(&mut world, AT_HOME, &from);
        let typed = wrong(&world, AT_HOME, 3);
        world.dial(house, &user, &password, "*89", &typed);
    }
    assert_eq!(world.device(AT_HOME).state(world.now), State::Blocked, "SPEC A13");
    assert_eq!(world.audits["blocked_ceiling"], 1);
    assert!(world.given.is_empty());
    world.admin(house, mac, &Command::Reset { taken: &[] }).unwrap();
    set_up(&mut world, AT_HOME);
}

#[test]
fn behind_the_nat_of_a_telephone_he_gets_waiting_neighbours_up_to_the_cap_and_nobody_else() {
    for (temporary, most) in [(Temporary::Off, 0), (Temporary::FirstN(3), 3), (Temporary::Waiting, 50)] {
        let mut world = quiet(temporary);
        let before: Vec<usize> = (6..26).collect();
        for phone in &before {
            set_up(&mut world, *phone);
        }
        // The first telephone behind his NAT is authenticated, by its user.
        set_up(&mut world, 0);
        let given = world.given.len();
        let mut got = 0;
        for phone in 0..DEVICES {
            let (house, mac) = (world.phones[phone].house, world.phones[phone].mac);
            let view = world.http(house, Sent::get(mac, NAT));
            let secret = view.body.contains("secret-") || view.body.contains("credential=");
            got += usize::from(secret);
            assert!(!secret || (house == 0 && !before.contains(&phone) && phone != 0), "{temporary:?}: {phone} {view:?}");
        }
        assert_eq!(got, most, "{temporary:?}");
        assert!(world.given[given..].iter().all(|given| given.rule == Rule::R6b && given.audited));
    }
}

#[test]
fn forged_forwarding_headers_move_him_nowhere() {
    let mut world = quiet(Temporary::Waiting);
    set_up(&mut world, 6);
    let listed = world.phones[6].home.clone();
    for header in [
        listed.clone(),
        format!("{listed}, 10.0.0.1"),
        format!("10.0.0.1, {listed}"),
        "unknown".into(),
        "\"[2001:db8::1]:443\"".into(),
        "127.0.0.1".into(),
        String::new(),
    ] {
        for phone in [8, 10, AT_HOME] {
            let (house, mac) = (world.phones[phone].house, world.phones[phone].mac);
            let view = world.http(house, Sent { forwarded: Some(&header), ..Sent::get(mac, PLACES[1]) });
            assert!(view.value("full").is_none(), "{header}: {view:?}");
        }
    }
    // Through the host's own proxy the rightmost address that is no proxy counts, which the proxy wrote.
    let (house, mac) = (world.phones[8].house, world.phones[8].mac);
    let header = format!("{listed}, {}", PLACES[1]);
    let view = world.http(house, Sent { forwarded: Some(&header), ..Sent::get(mac, "10.0.0.1") });
    assert!(view.value("full").is_none(), "{view:?}");
}

#[test]
fn polling_during_a_suspension_for_the_users_address_gives_nothing() {
    let mut world = quiet(Temporary::Waiting);
    let (house, mac, home) = (world.phones[AT_HOME].house, world.phones[AT_HOME].mac, world.phones[AT_HOME].home.clone());
    let bind = Some(IpPrefix::parse(&home).unwrap());
    world.admin(house, mac, &Command::Suspend { bind, confirm_blocked: false }).unwrap();
    for _ in 0..200 {
        for from in PLACES {
            assert!(world.http(house, Sent::get(mac, from)).value("full").is_none());
        }
    }
    assert!(world.fetch(AT_HOME).value("sip").is_some());
    for from in PLACES {
        assert!(world.http(house, Sent::get(mac, from)).value("full").is_none());
    }
}

#[test]
fn squatting_on_macs_makes_no_device_and_fills_no_pool() {
    let mut world = quiet(Temporary::Waiting);
    for number in 0..200u8 {
        let mac = MacAddr::from_octets([0x80, 0x5e, 0xc0, 0xaa, 0, number]).unwrap();
        let view = world.http(0, Sent::get(mac, PLACES[1]));
        assert_eq!((view.status, view.body.as_str()), (404, ""));
    }
    assert_eq!(world.houses[0].adoption.offers(world.now).count(), 0);
    assert_eq!(world.houses[0].devices.len(), DEVICES / 2);
    // Nor can a tenant take a MAC of another, or learn whose it is.
    let known = world.phones[1].mac;
    let model = libprov::models::ModelRef::Known(libprov::models::lookup("yealink", "T46S").unwrap());
    let new = libprov::device::NewDevice { mac: known, model, accounts: 1, site: None, known_elsewhere: true, taken: &[] };
    let error = world.admin(0, known, &Command::Create(new)).unwrap_err().to_string();
    assert!(!error.contains("tenant"), "{error}");
}

#[test]
fn toll_fraud_through_an_enrolment_account_reaches_nobody() {
    let mut world = quiet(Temporary::Waiting);
    let house = world.phones[AT_HOME].house;
    let mut states = Vec::new();
    for step in 0..5 {
        match step {
            1 => {
                let (user, password, _) = enrol(&mut world, AT_HOME, PLACES[1]);
                let typed = wrong(&world, AT_HOME, 3);
                world.dial(house, &user, &password, "*89", &typed);
            }
            2 => set_up(&mut world, AT_HOME),
            3 => world.admin(house, world.phones[AT_HOME].mac, &Command::Block).unwrap(),
            4 => world.admin(house, world.phones[AT_HOME].mac, &Command::Deactivate).unwrap(),
            _ => {}
        }
        let view = world.http(house, Sent::get(world.phones[AT_HOME].mac, PLACES[1]));
        let account = view.value("user").zip(view.value("password")).or(states.last().cloned());
        let Some((user, password)) = account else { continue };
        for target in SPELLINGS.into_iter().chain(["0900123456", "*21*0900123#", "00900123", "sip:boss@pbx", "201", "#", ""]) {
            for method in Method::ALL {
                let heard = world.sip_request(house, &user, &password, target, "", |call| libprov::call::Call { method, ..call });
                let emergency = heard.connected.as_deref() == Some("112");
                assert!(heard.route != "through" && (heard.route != "emergency" || emergency), "{target} {method:?}: {heard:?}");
            }
        }
        states.push((user, password));
    }
    assert_eq!(world.through, 0);
    // And an emergency call is never in the way of anything.
    let (user, password) = states[0].clone();
    for target in ["112", "sip:110@pbx.example", "1-1-2", "urn:service:sos"] {
        let route = world.dial(house, &user, &password, target, "").route;
        assert_eq!(route, "emergency", "{target}");
    }
}

#[test]
fn a_roster_that_forges_states_imports_devices_that_wait() {
    use libprov::roster::{Import, Known, Options};
    let mut world = quiet(Temporary::Waiting);
    let mut import = Import::new(Options::default());
    import.feed(
        b"MAC address,Vendor,Type,Site,Authentication state,PAP\n80:5e:c0:bb:00:01,yealink,T46S,Berlin,successful,123456\n",
    );
    let mut checked = import.finish();
    checked.know(0, Known::New);
    assert_eq!(checked.faults(), []);
    let fresh = world.entropy();
    let mut batch = checked.begin(&world.houses[0].tenant, &[], world.now, fresh).unwrap();
    let row = &checked.rows()[0];
    let step = batch.step(world.facts(0, Some(row.mac()), Source::UNRESOLVED), row).unwrap();
    assert!(world.commit(0, step.writes));
    let device = &world.houses[0].devices[&row.mac()];
    assert_eq!(device.state(world.now), State::Required);
    let pap = device.pap(world.houses[0].tenant.keys()).unwrap().reveal();
    assert_ne!(pap, "123456");
    assert!(world.http(0, Sent::get(row.mac(), PLACES[1])).value("full").is_none());
}

#[test]
fn two_nodes_that_race_one_pap_grant_no_second_try() {
    let mut world = quiet(Temporary::Waiting);
    let house = world.phones[AT_HOME].house;
    let (user, _, _) = enrol(&mut world, AT_HOME, PLACES[1]);
    let right = world.pap(AT_HOME).unwrap();
    let bad = format!("{:06}", (right.parse::<u32>().unwrap() + 1) % 1_000_000);
    let mut judged = 0;
    for _ in 0..10 {
        let verdicts = world.race(house, &user, [&bad, &bad]);
        judged += verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Wrong { .. })).count();
    }
    assert_eq!(judged, 2, "the third one locks");
    assert!(world.conflicts >= 3);
    world.now = world.now.plus_ms(31 * MINUTE_MS);
    let verdicts = world.race(house, &user, [&right, &right]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::NotPossible], "granted once");
}

#[test]
fn dialogues_held_by_a_stranger_do_not_keep_the_user_out() {
    use libprov::call::{Call, Caller, Route, route};
    let mut world = quiet(Temporary::Waiting);
    let (house, mac) = (world.phones[AT_HOME].house, world.phones[AT_HOME].mac);
    for _ in 0..8 {
        let (user, _, _) = enrol(&mut world, AT_HOME, PLACES[1]);
        let facts = world.facts(house, Some(mac), Source::UNRESOLVED);
        let routed = route(facts, &Call::invite(Caller::Enrolment(&user), "*89"), world.now);
        let writes = routed.writes.clone();
        assert!(world.commit(house, writes));
    }
    world.fetch(AT_HOME);
    let (user, _) = world.phones[AT_HOME].account.clone().unwrap();
    let facts = world.facts(house, Some(mac), Source::UNRESOLVED);
    assert!(matches!(route(facts, &Call::invite(Caller::Enrolment(&user), "*89"), world.now).route, Route::Service(_)));
    set_up(&mut world, AT_HOME);
}

#[test]
fn what_he_stole_before_a_reset_is_worth_nothing_after_it() {
    let mut world = quiet(Temporary::Off);
    set_up(&mut world, AT_HOME);
    let (house, mac) = (world.phones[AT_HOME].house, world.phones[AT_HOME].mac);
    let credential = world.phones[AT_HOME].credential.clone().unwrap();
    let epoch = world.device(AT_HOME).epoch();
    assert_eq!(world.full_call(house, mac, epoch, "0900123456", Method::Invite), "through", "while it is his telephone");
    world.admin(house, mac, &Command::Reset { taken: &[] }).unwrap();
    let view = world.http(house, Sent { in_url: Some(&credential), ..Sent::get(mac, PLACES[1]) });
    assert_eq!((view.status, view.body.as_str()), (404, ""));
    for method in [Method::Invite, Method::Register] {
        assert_eq!(world.full_call(house, mac, epoch, "0900123456", method), "refused");
    }
    world.phones[AT_HOME].credential = None;
    set_up(&mut world, AT_HOME);
    assert_eq!(world.full_call(house, mac, epoch, "0900123456", Method::Invite), "refused", "a password of the earlier epoch");
}
