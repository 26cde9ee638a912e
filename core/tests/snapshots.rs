//! Snapshots: round trips, goldens that are read for ever, and everything that must be refused (SPEC E2).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use libprov::device::{Command, Device, NewDevice};
use libprov::entropy::Entropy;
use libprov::guard::{SourceGuard, TenantGuard};
use libprov::ids::{AttemptId, SessionId, ShortNumber, TenantId, UserId};
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::mfa::{self, Account, Actor, AdminAct, Judgement, MfaFacts, MfaPolicy, MfaSettings, RecoveryMode};
use libprov::models::{self, Capabilities, Carriage, ModelRef, OwnModel};
use libprov::otp::TotpKey;
use libprov::policy::{Policy, Settings};
use libprov::request::{self, Answer, Attempt, Request};
use libprov::site::Site;
use libprov::snapshot::{self, Record, SnapshotError};
use libprov::tenant::Tenant;
use libprov::time::Timestamp;
use libprov::whitelist::{TempEntry, Whitelist};
use std::path::PathBuf;

struct Lab {
    site: Site,
    now: Timestamp,
    draws: u8,
}

const BRANCH: &str = "203.0.113.10";

impl Lab {
    fn new() -> Self {
        let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
        let key = |id: u8| TenantKey::new(id, core::array::from_fn(|i| i as u8 ^ id)).unwrap();
        let keys = Keyring::with_previous(key(2), key(1)).unwrap();
        let tenant = Tenant::new(TenantId::from_number(42), policy, keys)
            .with_whitelisted(IpPrefix::parse("192.0.2.0/24").unwrap(), "Head office")
            .unwrap()
            .with_authorised(Some(vec![MacAddr::parse("001565000002").unwrap(), MacAddr::parse("001565000001").unwrap()]));
        Self { site: Site::new(tenant), now: Timestamp::from_ms(1_900_000_000_000).unwrap(), draws: 0 }
    }

    fn fresh(&mut self) -> Entropy {
        self.draws += 1;
        Entropy::new(core::array::from_fn(|i| i as u8 ^ self.draws)).unwrap()
    }

    fn mac(&self) -> MacAddr {
        MacAddr::parse("001565000001").unwrap()
    }

    fn create(&mut self, model: ModelRef) {
        let mac = self.mac();
        let new = NewDevice { mac, model, accounts: 2, site: Some("Köln"), known_elsewhere: false, taken: &[] };
        self.admin(&Command::Create(new));
    }

    fn admin(&mut self, command: &Command<'_>) {
        let fresh = self.fresh();
        let step = request::admin(self.site.facts(Some(self.mac()), None), command, self.now, fresh).unwrap();
        self.site.commit(step.writes).unwrap();
    }

    fn fetch(&mut self, from: &str, token: Option<&str>) -> Answer {
        let fresh = self.fresh();
        let mut request = Request::main_file(self.mac(), ClientAddress::new(from.parse().unwrap()));
        request.presented.in_url = token;
        let facts = self.site.facts(Some(self.mac()), Some(request.address.source()));
        let decision = request::decide(facts, &request, self.now, fresh);
        self.site.commit(decision.writes).unwrap();
        decision.answer
    }

    fn device(&self) -> &Device {
        self.site.device(self.mac()).unwrap()
    }

    /// A device with as much in its record as one can have: tries of two sources, an accepted PAP, a suspension, a lease.
    fn busy() -> Self {
        let mut lab = Self::new();
        lab.create(ModelRef::Known(models::lookup("yealink", "T46S").unwrap()));
        for (n, from) in ["198.51.100.1", "2001:db8::5"].into_iter().enumerate() {
            let Answer::Restricted(restricted) = lab.fetch(from, None) else { panic!() };
            for k in 0..=n {
                let user = restricted.enrolment.sip_user(None);
                let attempt = Attempt::new(AttemptId::from_number((10 * n + k) as u64), &user, "000000").unwrap();
                let judged = request::enter_pap(lab.site.facts(Some(lab.mac()), attempt.enrolment().source()), &attempt, lab.now);
                lab.site.commit(judged.writes).unwrap();
            }
        }
        let Answer::Restricted(restricted) = lab.fetch(BRANCH, None) else { panic!() };
        let pap = lab.device().pap(lab.site.tenant().keys()).unwrap().reveal();
        let user = restricted.enrolment.sip_user(None);
        let attempt = Attempt::new(AttemptId::from_number(99), &user, &pap).unwrap();
        let judged = request::enter_pap(lab.site.facts(Some(lab.mac()), attempt.enrolment().source()), &attempt, lab.now);
        lab.site.commit(judged.writes).unwrap();
        let token = restricted.enrolment.token(lab.site.tenant().keys(), lab.device().tenant(), lab.device().epoch());
        assert!(matches!(lab.fetch(BRANCH, Some(token.expose())), Answer::Full(_)));
        lab.admin(&Command::Suspend { bind: Some(IpPrefix::parse("203.0.113.0/24").unwrap()), confirm_blocked: false });
        lab
    }

    fn delivered() -> Self {
        let mut lab = Self::busy();
        let lease = lab.device().lease().unwrap();
        let (id, source) = (lease.id(), lease.source());
        let step = request::delivered(lab.site.facts(Some(lab.mac()), Some(source)), id, lab.now);
        lab.site.commit(step.writes).unwrap();
        lab
    }

    fn temp(&self) -> &TempEntry {
        self.site.temporary(ClientAddress::new(BRANCH.parse().unwrap()).source()).unwrap()
    }
}

fn mfa_facts<'a>(
    account: &'a Account,
    policy: &'a MfaPolicy,
    keys: &'a Keyring,
    trusted: &'a Whitelist,
    from: &str,
) -> MfaFacts<'a> {
    MfaFacts { account, policy, keys, trusted, address: ClientAddress::new(from.parse().unwrap()) }
}

/// An account with as much in its record as one can have: a live factor, an enrolment, failures of two classes.
fn account() -> Account {
    let policy = MfaPolicy::new(MfaSettings { recovery: RecoveryMode::Set(3), ..MfaSettings::default() }).unwrap();
    let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8 ^ 1)).unwrap());
    let (trusted, now) = (Whitelist::default(), Timestamp::from_ms(1_900_000_000_000).unwrap());
    let fresh = |seed: u8| Entropy::new(core::array::from_fn(|i| i as u8 ^ seed)).unwrap();
    let session = SessionId::from_number(u64::MAX);
    let mut account = Account::new(TenantId::from_number(42), UserId::from_number(7), now);
    let begun = mfa::begin_enrolment(mfa_facts(&account, &policy, &keys, &trusted, BRANCH), session, None, now, fresh(1));
    let Judgement::Granted(shown) = begun.outcome else { panic!() };
    account = begun.write.unwrap();
    let key = TotpKey::new(&shown.secret, shown.totp);
    let code = |at: Timestamp| key.generate(shown.totp.step_at(at)).as_str().to_owned();
    let confirmed = mfa::confirm(mfa_facts(&account, &policy, &keys, &trusted, BRANCH), session, &code(now), now, fresh(2));
    let Judgement::Granted(paper) = confirmed.outcome else { panic!() };
    account = confirmed.write.unwrap();
    let now = now.plus_ms(60_000);
    let entered = mfa::enter(
        mfa_facts(&account, &policy, &keys, &trusted, BRANCH),
        session,
        paper.recovery.unwrap().codes[1].expose(),
        now,
        fresh(3),
    );
    account = entered.write.unwrap();
    account =
        mfa::begin_enrolment(mfa_facts(&account, &policy, &keys, &trusted, BRANCH), session, None, now, fresh(4)).write.unwrap();
    for from in [BRANCH, "2001:db8::5", "2001:db8::5", "2001:db8::5", "2001:db8::5", "2001:db8::5"] {
        account =
            mfa::enter(mfa_facts(&account, &policy, &keys, &trusted, from), session, "000000", now, fresh(5)).write.unwrap();
    }
    account
}

/// An account whose owner is to enrol with a grant.
fn demanded_account() -> Account {
    let policy = MfaPolicy::new(MfaSettings { grants: true, ..MfaSettings::default() }).unwrap();
    let account = account();
    let keys = Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8 ^ 1)).unwrap());
    let (trusted, now) = (Whitelist::default(), Timestamp::from_ms(1_900_000_100_000).unwrap());
    let facts = mfa_facts(&account, &policy, &keys, &trusted, BRANCH);
    let actor = Actor { user: None, fresh_factor: true };
    let fresh = Entropy::new(core::array::from_fn(|i| i as u8 ^ 9)).unwrap();
    mfa::admin(facts, actor, AdminAct::Reset, now, fresh).unwrap().write.unwrap()
}

fn round_trip<R: Record + PartialEq + std::fmt::Debug>(record: &R) {
    let bytes = snapshot::to_bytes(record);
    assert_eq!(&snapshot::from_bytes::<R>(&bytes).unwrap(), record);
    let json = snapshot::to_json(record);
    assert_eq!(&snapshot::from_json::<R>(&json).unwrap(), record);
}

#[test]
fn e2_every_record_reads_back_as_it_was() {
    for lab in [Lab::busy(), Lab::delivered()] {
        round_trip(lab.device());
        round_trip(lab.site.tenant());
    }
    let mut own = Lab::new();
    let capabilities = Capabilities { restricted: true, retains: false, carriage: Carriage::HttpAuth };
    own.create(ModelRef::Own(Box::new(OwnModel { vendor: "acme".into(), name: "Door".into(), capabilities })));
    round_trip(own.device());
    own.admin(&Command::Delete);
    round_trip(own.device());
    let lab = Lab::delivered();
    round_trip(lab.temp());
    round_trip(&lab.temp().withdraw(lab.now, 1_000));
    round_trip(&account());
    round_trip(&demanded_account());
    round_trip(&TenantGuard::new().recounted(3));
    round_trip(&SourceGuard::new(lab.temp().key()).with_throttle(lab.now, 5_000));
}

#[test]
fn e2_released_snapshots_are_read_for_ever() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/v1");
    let (busy, delivered) = (Lab::busy(), Lab::delivered());
    let (account, demanded) = (account(), demanded_account());
    let files: [(&str, Vec<u8>); 12] = [
        ("account-demanded.json", snapshot::to_json(&demanded).into_bytes()),
        ("account-demanded.bin", snapshot::to_bytes(&demanded)),
        ("account-rotating.json", snapshot::to_json(&account).into_bytes()),
        ("account-rotating.bin", snapshot::to_bytes(&account)),
        ("device-busy.json", snapshot::to_json(busy.device()).into_bytes()),
        ("device-busy.bin", snapshot::to_bytes(busy.device())),
        ("device-delivered.json", snapshot::to_json(delivered.device()).into_bytes()),
        ("device-delivered.bin", snapshot::to_bytes(delivered.device())),
        ("tenant.json", snapshot::to_json(busy.site.tenant()).into_bytes()),
        ("tenant.bin", snapshot::to_bytes(busy.site.tenant())),
        ("temporary-entry.json", snapshot::to_json(delivered.temp()).into_bytes()),
        ("temporary-entry.bin", snapshot::to_bytes(delivered.temp())),
    ];
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in &files {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
    let stored = |name: &str| std::fs::read(folder.join(name)).unwrap();
    for (name, bytes) in &files {
        assert_eq!(String::from_utf8_lossy(&stored(name)), String::from_utf8_lossy(bytes), "{name}: the format changed");
    }
    for name in ["device-busy", "device-delivered"] {
        let json = String::from_utf8(stored(&format!("{name}.json"))).unwrap();
        let from_json = snapshot::from_json::<Device>(&json).unwrap();
        assert_eq!(from_json, snapshot::from_bytes::<Device>(&stored(&format!("{name}.bin"))).unwrap());
    }
    assert_eq!(snapshot::from_bytes::<Account>(&stored("account-rotating.bin")).unwrap(), account);
    assert_eq!(snapshot::from_bytes::<Account>(&stored("account-demanded.bin")).unwrap(), demanded);
    assert_eq!(&snapshot::from_bytes::<Tenant>(&stored("tenant.bin")).unwrap(), busy.site.tenant());
    assert_eq!(&snapshot::from_bytes::<TempEntry>(&stored("temporary-entry.bin")).unwrap(), delivered.temp());
}

#[test]
fn e2_a_snapshot_that_is_cut_off_is_refused_wherever_it_is_cut() {
    let lab = Lab::busy();
    let bytes = snapshot::to_bytes(lab.device());
    for len in 0..bytes.len() {
        let error = snapshot::from_bytes::<Device>(&bytes[..len]).unwrap_err();
        assert!(matches!(error, SnapshotError::CutOff | SnapshotError::Checksum), "{len}: {error}");
    }
    let json = snapshot::to_json(lab.device());
    for len in 0..json.len() {
        let Some(text) = json.get(..len) else { continue };
        assert!(matches!(snapshot::from_json::<Device>(text).unwrap_err(), SnapshotError::CutOff), "{len}");
    }
}

#[test]
fn e2_a_flipped_bit_is_refused() {
    let bytes = snapshot::to_bytes(Lab::busy().device());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(snapshot::from_bytes::<Device>(&changed).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn e2_a_newer_version_another_kind_and_foreign_bytes_are_refused_by_name() {
    let lab = Lab::busy();
    let mut newer = snapshot::to_bytes(lab.device());
    newer[5] = 2;
    assert_eq!(snapshot::from_bytes::<Device>(&newer).unwrap_err(), SnapshotError::Newer { version: 2, known: 1 });
    let json = snapshot::to_json(lab.device()).replacen("\"version\":1", "\"version\":7", 1);
    assert_eq!(snapshot::from_json::<Device>(&json).unwrap_err(), SnapshotError::Newer { version: 7, known: 1 });
    // No library ever wrote version 0: a newer one would not read it either.
    let zero = json.replacen("\"version\":7", "\"version\":0", 1);
    let mut zeroed = newer;
    zeroed[5] = 0;
    for error in [snapshot::from_bytes::<Device>(&zeroed).unwrap_err(), snapshot::from_json::<Device>(&zero).unwrap_err()] {
        assert_eq!(error.to_string(), "the snapshot cannot be read at version: there is no version 0");
    }
    let other = snapshot::from_bytes::<Tenant>(&snapshot::to_bytes(lab.device())).unwrap_err();
    assert_eq!(other, SnapshotError::Type { expected: "tenant", found: "device".into() });
    let other = snapshot::from_json::<Tenant>(&snapshot::to_json(lab.device())).unwrap_err();
    assert_eq!(other, SnapshotError::Type { expected: "tenant", found: "device".into() });
    assert_eq!(snapshot::from_bytes::<Device>(b"SQLite format 3\0").unwrap_err(), SnapshotError::NotOurs);
    assert!(matches!(snapshot::from_json::<Device>("[]").unwrap_err(), SnapshotError::Form { .. }));
}

/// A JSON snapshot with one thing changed.
fn edited(lab: &Lab, from: &str, to: &str) -> SnapshotError {
    let json = snapshot::to_json(lab.device());
    assert!(json.contains(from), "{from} is not in {json}");
    snapshot::from_json::<Device>(&json.replacen(from, to, 1)).expect_err(to)
}

#[test]
fn e2_values_that_contradict_each_other_are_refused_by_field() {
    let (busy, done) = (Lab::busy(), Lab::delivered());
    let pap = busy.device().pap(busy.site.tenant().keys()).unwrap().reveal();
    let stored = format!("{{\"stored\":\"{pap}\"}}");
    let cases: Vec<(&Lab, &str, String, String)> = vec![
        (&busy, "accepted", "\"phase\":\"accepted\"".into(), "\"phase\":\"required\"".into()),
        (&busy, "pap", "\"phase\":\"accepted\"".into(), "\"phase\":\"delivered\"".into()),
        (&busy, "pap", stored.clone(), "\"none\"".into()),
        (&busy, "pap", stored.clone(), "{\"stored\":\"12\"}".into()),
        (&busy, "pap", stored, "{\"derived\":{\"counter\":0,\"key_id\":1,\"digits\":99}}".into()),
        (&busy, "accounts", "\"accounts\":2".into(), "\"accounts\":0".into()),
        (&busy, "lease", "\"sip\":[6,0,0,0]".into(), "\"sip\":[14,0,0,0]".into()),
        (&busy, "model", "\"model\":\"T46S\"".into(), "\"model\":\"T1000\"".into()),
        (&busy, "site", "\"site\":\"Köln\"".into(), "\"site\":\"\\u0007\"".into()),
        (&busy, "deleted", "\"deleted\":false".into(), "\"deleted\":true".into()),
        (&busy, "sources", "\"source\":\"2001:db8::/64\"".into(), "\"source\":\"198.51.100.1\"".into()),
        (&busy, "accepted", "\"mac\":\"00:15:65:00:00:01\"".into(), "\"mac\":\"00:15:65:00:00:02\"".into()),
        (&done, "delivered_at_ms", "\"delivered_at_ms\":1900000000000".into(), "\"delivered_at_ms\":null".into()),
        (&done, "pap", "\"pap\":\"none\"".into(), "\"pap\":{\"stored\":\"482913\"}".into()),
    ];
    for (lab, field, from, to) in cases {
        match edited(lab, &from, &to) {
            SnapshotError::Invariant { field: named, .. } => assert_eq!(named, field, "{to}"),
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[test]
fn e2_unknown_missing_and_misformed_fields_are_refused_with_their_place_and_no_value() {
    let lab = Lab::busy();
    let pap = lab.device().pap(lab.site.tenant().keys()).unwrap().reveal();
    for (from, to) in [
        ("\"accounts\":2", "\"accounts\":\"482913\"".to_owned()),
        ("\"accounts\":2", "\"accounts\":2,\"extra\":1".to_owned()),
        ("\"created_at_ms\":1900000000000", "\"created_at_ms\":1900000000".to_owned()),
        ("\"accounts\":2,", String::new()),
        (&format!("\"{pap}\""), format!("[\"{pap}\"]")),
    ] {
        let error = edited(&lab, from, &to);
        let text = error.to_string();
        assert!(matches!(error, SnapshotError::Form { .. }), "{to}: {error:?}");
        assert!(text.contains("line 1 column"), "{text}");
        assert!(!text.contains(&pap) && !text.contains("482913"), "{text}");
    }
    let missing = edited(&lab, "\"accounts\":2,", "").to_string();
    assert!(missing.contains("missing field `accounts`"), "{missing}");
}
