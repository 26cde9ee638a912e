//! What holds for every list of operations (SPEC A, E3, E5).
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, missing_docs)]

#[path = "support/lab.rs"]
mod lab;

use lab::Lab;
use libprov::credential::EnrolmentId;
use libprov::device::{Command, Device, MAX_ATTEMPTS, MAX_PENDING, MAX_SOURCES, MAX_TEMPORARY, Verdict};
use libprov::effect::{Effect, Effects};
use libprov::ids::{AttemptId, LeaseId};
use libprov::ip::{ClientAddress, IpPrefix, Source};
use libprov::mac::MacAddr;
use libprov::models::Carriage;
use libprov::policy::{Enforcement, LockScope, PapSource, Settings, SuspensionBind, Temporary, WindowFrom};
use libprov::request::{self, Answer, Attempt, FileKind, Full, Method, Request, Restricted, Transport, Writes};
use libprov::snapshot;
use libprov::state::State;
use libprov::time::{MINUTE_MS, SECOND_MS, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

/// The addresses requests come from; the last cannot be told.
const PLACES: [&str; 12] = [
    "198.51.100.1",
    "198.51.100.2",
    "198.51.100.3",
    "198.51.100.4",
    "198.51.100.5",
    "198.51.100.6",
    "198.51.100.7",
    "198.51.100.8",
    "198.51.100.9",
    "2001:db8:0:1::7",
    "203.0.113.5",
    "",
];

fn address(place: usize) -> ClientAddress {
    lab::address(PLACES[place])
}

#[derive(Clone, Debug)]
enum Shown {
    Nothing,
    /// One of the tokens that were given out.
    Token(usize),
    Credential,
    Text(String),
}

#[derive(Clone, Debug)]
enum Op {
    Fetch { place: usize, shown: Shown, file: FileKind, method: Method, transport: Transport, certificate: bool },
    Pap { token: usize, digits: Option<String>, again: bool },
    Delivered(Option<u64>),
    NotDelivered(Option<u64>),
    Timeout,
    Wait(u64),
    Back(u64),
    Create,
    Installed,
    Delete,
    Reset,
    Block,
    Suspend(Option<usize>, bool),
    ReleaseAgain(Option<u8>, bool),
    NewSipPassword(u8),
    Deactivate,
    Activate,
    Describe(String, bool),
    Neighbour(usize),
}

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        3 => Just(Shown::Nothing),
        6 => (0..32usize).prop_map(Shown::Token),
        2 => Just(Shown::Credential),
        1 => "[a-z2-7]{30,80}|.{0,40}".prop_map(Shown::Text),
    ]
}

fn fetch() -> impl Strategy<Value = Op> {
    let file = prop_oneof![
        8 => Just(FileKind::Main),
        1 => any::<bool>().prop_map(|private| FileKind::Side { private }),
        1 => Just(FileKind::Common),
    ];
    let method = prop_oneof![12 => Just(Method::Get), 1 => Just(Method::Head), 1 => Just(Method::Other)];
    let transport = prop_oneof![12 => Just(Transport::Https), 1 => Just(Transport::Http), 1 => Just(Transport::Tftp)];
    (0..PLACES.len(), shown(), file, method, transport, prop::bool::weighted(0.1)).prop_map(
        |(place, shown, file, method, transport, certificate)| Op::Fetch { place, shown, file, method, transport, certificate },
    )
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![0..MINUTE_MS, 0..40 * MINUTE_MS, 0..600 * MINUTE_MS, Just(30 * MINUTE_MS), Just(10 * MINUTE_MS)]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        12 => fetch(),
        10 => (0..32usize, prop::option::weighted(0.7, "[0-9]{0,9}"), prop::bool::weighted(0.1))
            .prop_map(|(token, digits, again)| Op::Pap { token, digits, again }),
        5 => prop::option::weighted(0.1, any::<u64>()).prop_map(Op::Delivered),
        2 => prop::option::weighted(0.1, any::<u64>()).prop_map(Op::NotDelivered),
        2 => Just(Op::Timeout),
        6 => wait().prop_map(Op::Wait),
        1 => (0..20 * MINUTE_MS).prop_map(Op::Back),
        1 => Just(Op::Create),
        1 => Just(Op::Installed),
        1 => prop::bool::weighted(0.3).prop_map(|delete| if delete { Op::Delete } else { Op::Create }),
        1 => Just(Op::Reset),
        1 => Just(Op::Block),
        2 => (prop::option::of(0..PLACES.len() - 1), any::<bool>()).prop_map(|(place, confirm)| Op::Suspend(place, confirm)),
        1 => (prop::option::of(0..5u8), any::<bool>()).prop_map(|(account, wide)| Op::ReleaseAgain(account, wide)),
        1 => (0..5u8).prop_map(Op::NewSipPassword),
        1 => Just(Op::Deactivate),
        1 => Just(Op::Activate),
        1 => (".{0,70}", any::<bool>()).prop_map(|(site, confirmed)| Op::Describe(site, confirmed)),
        1 => (0..PLACES.len() - 1).prop_map(Op::Neighbour),
    ]
}

/// Few tries and short times, so that much happens; every switch somewhere.
fn settings() -> impl Strategy<Value = Settings> {
    let numbers = (1..4u8, 1..4u8, 4..40u16, 1..40u64, prop::sample::select(vec![LockScope::Source, LockScope::Device]));
    let switches = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), 0..3usize, 0..3usize);
    (numbers, switches).prop_map(|((attempts, lockouts, ceiling, minutes, lock_scope), switches)| {
        let (derived, unbound, from_release, needs_source, enforcement, temporary) = switches;
        let mut s = lab::cloud();
        (s.attempts, s.lockouts, s.ceiling, s.lock_scope) = (attempts, lockouts, ceiling, lock_scope);
        s.lockout_ms = minutes * MINUTE_MS;
        s.pap_source = if derived { PapSource::Derived } else { PapSource::Stored };
        s.suspension_bind = if unbound { SuspensionBind::Unbound } else { SuspensionBind::FirstDelivery };
        s.secret_window_from = if from_release { WindowFrom::Release } else { WindowFrom::Delivery };
        s.token_needs_source = needs_source;
        s.on_answer = needs_source && unbound;
        s.enforcement = [Enforcement::Enforce, Enforcement::Enforce, Enforcement::Observe][enforcement];
        s.temporary = [Temporary::Waiting, Temporary::Off, Temporary::FirstN(1)][temporary];
        s.temporary_unproven_cap = 2;
        s
    })
}

/// The lab, and what requesters hold.
struct Field {
    lab: Lab,
    tokens: Vec<(EnrolmentId, String)>,
}

impl Field {
    fn new(settings: Settings, model: usize) -> Self {
        let model = match model {
            0 => lab::yealink(),
            1 => lab::plain_model(false, Carriage::Url),
            2 => lab::plain_model(true, Carriage::None),
            _ => lab::plain_model(false, Carriage::None),
        };
        let mut lab = Lab::new(lab::tenant(settings, &["203.0.113.0/24"]), model);
        let mut new = lab.new_device();
        new.accounts = 3;
        let _ = lab.admin(&Command::Create(new)).unwrap();
        Self { lab, tokens: Vec::new() }
    }

    fn lease(&self, other: Option<u64>) -> LeaseId {
        let last = self.lab.device.as_ref().and_then(Device::lease).map(|lease| lease.id());
        other.map(LeaseId::from_number).or(last).unwrap_or(LeaseId::from_number(1))
    }

    /// Does it; what is told to the outside, without names.
    fn act(&mut self, op: &Op) -> (String, Effects) {
        let admin = |lab: &mut Lab, command: &Command<'_>| match lab.admin(command) {
            Ok(step) => ("done".to_owned(), step.effects),
            Err(error) => (error.to_string(), Effects::NONE),
        };
        let bind = |place: usize| address(place).ip().map(IpPrefix::host);
        let lab = &mut self.lab;
        match op {
            Op::Fetch { place, shown, file, method, transport, certificate } => {
                let text = match shown {
                    Shown::Nothing => None,
                    Shown::Token(at) if self.tokens.is_empty() => Some(format!("{at}")),
                    Shown::Token(at) => Some(self.tokens[at % self.tokens.len()].1.clone()),
                    Shown::Credential => lab.credential(),
                    Shown::Text(text) => Some(text.clone()),
                };
                let mut request = Request::main_file(lab::mac(), address(*place));
                request.presented.in_url = text.as_deref();
                (request.file, request.method, request.transport) = (*file, *method, *transport);
                request.certificate = certificate.then(lab::mac);
                let decision = lab.ask(&request);
                if let Some(token) = lab.token(&decision.answer)
                    && !self.tokens.contains(&token)
                {
                    self.tokens.push(token);
                }
                let answer = match decision.answer {
                    Answer::Full(Full { lease, secrets, withheld }) => format!("{} {secrets:?} {withheld:?}", lease.is_some()),
                    Answer::Restricted(Restricted { notice, weak, .. }) => format!("{notice:?} {weak}"),
                    other => format!("{other:?}"),
                };
                (format!("{} {answer} {:?} {:?}", decision.rule, decision.proof, decision.exemption), decision.effects)
            }
            Op::Pap { token, digits, again } => {
                if self.tokens.is_empty() {
                    return (String::new(), Effects::NONE);
                }
                let (id, _) = self.tokens[token % self.tokens.len()];
                let digits = digits.clone().unwrap_or_else(|| lab.right_pap());
                let judged = lab.pap(id, &digits, again.then_some(lab.attempts));
                (format!("{:?} {}", judged.verdict, judged.counted), judged.effects)
            }
            Op::Delivered(other) => {
                let lease = self.lease(*other);
                (String::new(), self.lab.delivered(lease).effects)
            }
            Op::NotDelivered(other) => {
                let lease = self.lease(*other);
                (String::new(), self.lab.not_delivered(lease).effects)
            }
            Op::Timeout => (String::new(), lab.timeout().effects),
            Op::Wait(ms) => {
                lab.now = lab.now.plus_ms(*ms);
                (String::new(), Effects::NONE)
            }
            Op::Back(ms) => {
                lab.now = lab.now.minus_ms(*ms);
                (String::new(), Effects::NONE)
            }
            Op::Create => {
                let new = lab.new_device();
                admin(lab, &Command::Create(new))
            }
            Op::Installed => {
                let (device, until) = (lab.new_device(), lab.now.plus_ms(60 * MINUTE_MS));
                admin(lab, &Command::ImportInstalled { device, until })
            }
            Op::Delete => admin(lab, &Command::Delete),
            Op::Reset => admin(lab, &Command::Reset { taken: &[] }),
            Op::Block => admin(lab, &Command::Block),
            Op::Suspend(place, confirm) => {
                admin(lab, &Command::Suspend { bind: place.and_then(bind), confirm_blocked: *confirm })
            }
            Op::ReleaseAgain(account, wide) => admin(lab, &Command::ReleaseAgain { account: *account, tenant_wide: *wide }),
            Op::NewSipPassword(account) => admin(lab, &Command::NewSipPassword { account: *account }),
            Op::Deactivate => admin(lab, &Command::Deactivate),
            Op::Activate => admin(lab, &Command::Activate { taken: &[] }),
            Op::Describe(site, confirmed) => {
                admin(lab, &Command::Describe { site: Some(site), location_confirmed: Some(*confirmed) })
            }
            Op::Neighbour(place) => {
                lab.neighbour_at(address(*place).source());
                (String::new(), Effects::NONE)
            }
        }
    }

    fn device(&self) -> &Device {
        self.lab.device.as_ref().unwrap()
    }
}

/// The fields of a record, for looking at counters.
fn fields(device: &Device) -> Value {
    let value: Value = serde_json::from_str(&snapshot::to_json(device)).unwrap();
    value["body"].clone()
}

fn length(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn e3_no_list_of_operations_panics_and_all_counters_stay_in_policy(
        settings in settings(),
        model in 0..4usize,
        ops in prop::collection::vec(op(), 1..80),
    ) {
        let (attempts, lockouts, ceiling) = (settings.attempts, settings.lockouts, settings.ceiling);
        let mut field = Field::new(settings, model);
        let mut revision = field.device().revision();
        for op in &ops {
            let (_, effects) = field.act(op);
            let device = field.device();
            prop_assert!(device.revision() >= revision, "the revision went back at {op:?}");
            revision = device.revision();
            let fields = fields(device);
            prop_assert!(fields["epoch_wrong"].as_u64() <= Some(ceiling.into()));
            let rare = &fields["rare"];
            prop_assert!(length(&rare["sources"]) <= MAX_SOURCES);
            prop_assert!(length(&rare["attempts"]) <= MAX_ATTEMPTS);
            prop_assert!(length(&rare["temporary"]) <= MAX_TEMPORARY);
            prop_assert!(length(&rare["pending"]) <= MAX_PENDING);
            for source in rare["sources"].as_array().into_iter().flatten() {
                prop_assert!(source["tries"].as_u64() < Some(attempts.into()), "{source}");
                prop_assert!(source["lockouts"].as_u64() <= Some(lockouts.into()), "{source}");
            }
            // SPEC A10: nothing twice, and in the order to perform them.
            let all: Vec<Effect> = effects.iter().collect();
            prop_assert!(all.iter().enumerate().all(|(at, effect)| !all[..at].contains(effect)), "{all:?}");
            // SPEC E2
            prop_assert_eq!(&snapshot::from_json::<Device>(&snapshot::to_json(device)).unwrap(), device);
            prop_assert_eq!(&snapshot::from_bytes::<Device>(&snapshot::to_bytes(device)).unwrap(), device);
        }
    }

    #[test]
    fn a7_a_look_at_the_next_timeout_makes_progress_and_other_looks_are_harmless(
        settings in settings(),
        ops in prop::collection::vec(op(), 1..60),
        early in 1..MINUTE_MS,
    ) {
        let mut field = Field::new(settings, 0);
        for op in &ops {
            field.act(op);
        }
        let _ = field.lab.timeout();
        let mut seen = 0;
        while let Some(next) = field.device().next_timeout().filter(|_| !field.device().is_deleted()) {
            seen += 1;
            prop_assert!(seen <= 2 * MAX_SOURCES, "it never ends");
            prop_assert!(next > field.lab.now, "what was due was done");
            let at = field.lab.now.max(next.minus_ms(early));
            if at < next {
                field.lab.now = at;
                let step = field.lab.timeout();
                prop_assert!(step.writes.is_empty() && step.effects.is_empty(), "early: {step:?}");
            }
            field.lab.now = next;
            let step = field.lab.timeout();
            prop_assert!(step.writes.device.is_some(), "nothing at {next}");
            let twice = field.lab.timeout();
            prop_assert!(twice.writes.is_empty() && twice.effects.is_empty(), "twice: {twice:?}");
            prop_assert!(field.device().next_timeout().is_none_or(|later| later > next));
        }
    }

    #[test]
    fn a7_whether_timeouts_come_in_time_changes_no_answer(
        settings in settings(),
        model in 0..4usize,
        ops in prop::collection::vec(op(), 1..60),
    ) {
        let (mut late, mut punctual) = (Field::new(settings.clone(), model), Field::new(settings, model));
        for (at, op) in ops.iter().enumerate() {
            // Lists without a clock that goes back: who looks at a lock before and after sees another one.
            if let Op::Back(_) | Op::Timeout = op {
                continue;
            }
            if let Op::Wait(ms) = op {
                let end = punctual.lab.now.plus_ms(*ms);
                while let Some(next) = punctual.device().next_timeout().filter(|next| *next <= end && !punctual.device().is_deleted()) {
                    punctual.lab.now = next.max(punctual.lab.now);
                    let _ = punctual.lab.timeout();
                }
            }
            let (one, _) = late.act(op);
            let (other, _) = punctual.act(op);
            punctual.lab.now = late.lab.now;
            prop_assert_eq!(one, other, "at {} of {:?}", at, &ops[..=at]);
            let now = late.lab.now;
            prop_assert_eq!(late.device().state(now), punctual.device().state(now));
        }
    }

    #[test]
    fn a6_no_step_back_of_the_clock_shortens_a_lock(
        steps in prop::collection::vec((any::<bool>(), 0..8 * MINUTE_MS, 0..4usize), 1..60),
        small in any::<bool>(),
    ) {
        let mut settings = lab::cloud();
        settings.attempts = 1;
        settings.lockouts = 20;
        let lockout = settings.lockout_ms;
        let mut field = Field::new(settings.clone(), 0);
        let from = address(0);
        let decision = field.lab.fetch(from, None);
        let (id, _) = field.lab.token(&decision.answer).unwrap();
        let judged = field.lab.pap(id, "99", None);
        let locked = matches!(judged.verdict, Verdict::Locked { .. });
        prop_assert!(locked);
        // What passes for everybody else, and what the clock was set back.
        let (mut passed, mut back) = (0, 0);
        for (forward, ms, what) in steps {
            if forward {
                passed += ms;
                field.lab.now = field.lab.now.plus_ms(ms);
            } else {
                let ms = if small { ms % (10 * SECOND_MS) } else { ms };
                back += ms;
                field.lab.now = field.lab.now.minus_ms(ms);
            }
            match what {
                0 => { let _ = field.lab.timeout(); }
                1 => { let _ = field.lab.fetch(from, None); }
                2 => { let _ = field.lab.fetch(address(1), None); }
                _ => {}
            }
            let now = field.lab.now;
            let failed = field.device().state_of(from.source(), &settings, now) == State::Failed;
            if passed < lockout {
                prop_assert!(failed, "free after {passed} of {lockout} ms");
                let judged = field.lab.pap(id, "99", None);
                let in_time = matches!(judged.verdict, Verdict::Locked { until } if until > now && until.since(now) <= lockout);
                prop_assert!(in_time && !judged.counted, "{:?}", judged.verdict);
            } else if back < 5 * MINUTE_MS && passed >= lockout + back {
                // Longer by what the clock was set back, and no more.
                prop_assert!(!failed, "still locked after {passed} ms");
                break;
            }
        }
    }
}

/// One of several nodes that judge at the same time, each on the copy it loaded.
#[derive(Clone, Debug)]
struct Node {
    copy: Device,
}

/// The store: a swap succeeds on the revision it was made for only.
struct Store {
    device: Device,
}

impl Store {
    fn swap(&mut self, old: &Device, new: &Device) -> bool {
        if self.device.revision() != old.revision() {
            return false;
        }
        assert_eq!(new.revision(), old.revision() + 1);
        self.device = new.clone();
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// SPEC A11, E5: a verdict counts once its swap succeeded; a loser reloads and asks again under the same attempt id.
    #[test]
    fn a11_nodes_that_judge_at_the_same_time_grant_no_try_twice(
        nodes in 2..5usize,
        loads in prop::collection::vec((0..5usize, any::<bool>(), prop::bool::weighted(0.05)), 1..60),
    ) {
        let mut settings = lab::cloud();
        settings.lockouts = 2;
        let mut field = Field::new(settings.clone(), 0);
        let decision = field.lab.fetch(address(0), None);
        let (id, _) = field.lab.token(&decision.answer).unwrap();
        let (tenant, now, right) = (field.lab.tenant.clone(), field.lab.now, field.lab.right_pap());
        let mut store = Store { device: field.device().clone() };
        let mut all = vec![Node { copy: store.device.clone() }; nodes];
        let mut spoken = Vec::new();
        for (number, (node, reloads, is_right)) in loads.into_iter().enumerate() {
            let node = &mut all[node % nodes];
            if reloads {
                node.copy = store.device.clone();
            }
            let digits = if is_right { right.as_str() } else { "99" };
            let text = id.text();
            let attempt = Attempt::new(AttemptId::from_number(number as u64), text.as_str(), digits).unwrap();
            let mut rounds = 0;
            let verdict = loop {
                let facts = request::Facts { device: Some(&node.copy), ..request::Facts::of(&tenant) };
                let judged = request::enter_pap(facts, &attempt, now);
                match &judged.writes.device {
                    // A verdict without a write is valid on the newest revision only.
                    None if node.copy.revision() == store.device.revision() => break judged.verdict,
                    Some(new) if store.swap(&node.copy, new) => {
                        node.copy = new.clone();
                        break judged.verdict;
                    }
                    _ => node.copy = store.device.clone(),
                }
                rounds += 1;
                prop_assert!(rounds <= 2, "a loser can retry");
            };
            // The same attempt again, as after a lost reply: nothing is stored, the verdict stays.
            let facts = request::Facts { device: Some(&node.copy), ..request::Facts::of(&tenant) };
            let again = request::enter_pap(facts, &attempt, now);
            if matches!(verdict, Verdict::Wrong { .. } | Verdict::Accepted) {
                prop_assert!(again.verdict == verdict && !again.counted && again.writes == Writes::default());
            }
            spoken.push(verdict);
        }
        // As if one node had judged them all, one after the other.
        let mut left = settings.attempts;
        for verdict in spoken {
            match verdict {
                Verdict::Wrong { left: said } => {
                    left -= 1;
                    prop_assert_eq!(said, left);
                }
                Verdict::Accepted => break,
                other => {
                    prop_assert!(matches!(other, Verdict::Locked { .. }), "{:?}", other);
                    prop_assert!(left <= 1);
                    left = 0;
                }
            }
        }
    }

    /// Two full answers of the same moment: one is stored, the other finds its release spent (SPEC A11, A14).
    #[test]
    fn a11_of_two_answers_with_secrets_at_the_same_time_one_is_stored(first in 0..9usize, second in 0..9usize) {
        let field = Field::new(lab::cloud(), 0);
        let mut store = Store { device: field.device().clone() };
        let credential = field.lab.credential().unwrap();
        let ask = |device: &Device, place: usize, draw| {
            let request = Request::main_file(lab::mac(), address(place)).presenting(&credential);
            let facts = request::Facts { device: Some(device), ..request::Facts::of(&field.lab.tenant) };
            request::decide(facts, &request, field.lab.now, lab::entropy(draw))
        };
        let copy = store.device.clone();
        let (one, other) = (ask(&copy, first, 1), ask(&copy, second, 2));
        prop_assert!(store.swap(&copy, one.writes.device.as_ref().unwrap()));
        prop_assert!(!store.swap(&copy, other.writes.device.as_ref().unwrap()));
        let again = ask(&store.device, second, 3);
        let Answer::Full(Full { secrets, .. }) = again.answer else { panic!("{again:?}") };
        prop_assert_eq!(secrets.sip.contains(1), first == second, "{:?}", secrets);
    }
}

/// A foreign MAC in the path finds nothing, whatever record is passed (SPEC R18, E3).
#[test]
fn r2_a_record_of_another_mac_is_not_used() {
    let field = Field::new(lab::cloud(), 0);
    let other = MacAddr::parse("80:5e:c0:99:99:99").unwrap();
    let request = Request::main_file(other, address(10));
    let decision = request::decide(field.lab.facts(Source::UNRESOLVED), &request, field.lab.now, lab::entropy(9));
    assert_eq!((decision.answer.status(), decision.rule.name()), (404, "R2"));
    assert!(decision.writes.is_empty());
    assert!(Timestamp::MIN < field.lab.now);
}
