//! No secret in any `Debug` output, error text or explanation (SPEC P5, A10, E3).
//!
//! A long story is played through; everything that a host could log on the way is searched for every secret there is.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(unused_must_use, reason = "the host of the tests stores and performs what calls return")]

mod support;

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER};
use libprov::audit::{self, Frame};
use libprov::credential::EnrolmentId;
use libprov::device::{AdminError, Command};
use libprov::dialogue::Dialogue;
use libprov::dtmf::Digit;
use libprov::entropy::Entropy;
use libprov::error::ErrorCode;
use libprov::ids::AttemptId;
use libprov::keys::TenantKey;
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::models::Carriage;
use libprov::pap::Pap;
use libprov::policy::Policy;
use libprov::request::{Attempt, Presented};
use libprov::secret::Secret;
use libprov::time::{HOUR_MS, MINUTE_MS};
use std::error::Error;
use std::fmt::Debug;
use support::*;

/// Everything a host could have logged, and what must not be in it.
#[derive(Default)]
struct Log {
    text: String,
    secrets: Vec<(String, String)>,
}

impl Log {
    fn write(&mut self, value: &impl Debug) {
        self.text.push_str(&format!("{value:?}\n{value:#?}\n"));
    }

    fn error(&mut self, error: &dyn Error) {
        self.text.push_str(&format!("{error}\n{error:?}\n"));
    }

    fn keep(&mut self, name: &str, secret: &str) {
        assert!(secret.len() >= 6, "{name} is too short to look for");
        self.secrets.push((name.into(), secret.into()));
    }

    /// A key in the forms it could turn up in.
    fn keep_bytes(&mut self, name: &str, bytes: &[u8]) {
        self.keep(name, &HEXLOWER.encode(bytes));
        self.keep(name, &BASE32_NOPAD.encode(bytes));
        self.keep(name, &BASE64.encode(bytes));
        self.keep(name, &format!("{bytes:?}"));
        // The first eight bytes as a list, in case only a part is shown, over one line or several.
        self.keep(name, format!("{:?}", &bytes[..8]).trim_matches(['[', ']']));
        self.keep(name, &bytes[..8].iter().map(|byte| format!("{byte},\n")).collect::<Vec<_>>().join("    "));
    }

    /// The secrets of the host's device as they are now.
    fn keep_device(&mut self, host: &Host) {
        if let Some(pap) = host.device().pap(host.tenant.keys()) {
            self.keep("PAP", &pap.reveal());
        }
        self.keep("credential", &host.credential());
        self.write(host.device());
        self.write(&host.tenant);
        self.write(host.tenant.policy());
        self.write(host.tenant.policy().settings());
        self.write(&host.temps);
        self.write(&host.guards);
        self.write(&host.budget);
        self.write(&host.facts(source(A)));
        self.write(&host.log);
    }

    fn check(&self) {
        let haystack = self.text.to_ascii_lowercase();
        for (name, secret) in &self.secrets {
            let needle = secret.to_ascii_lowercase();
            if let Some(at) = haystack.find(&needle) {
                let from = haystack[..at].rfind('\n').map_or(0, |line| line + 1);
                let line = haystack[from..].lines().next().unwrap_or_default();
                panic!("{name} is shown: {}", line.chars().take(200).collect::<String>());
            }
        }
        assert!(self.text.len() > 50_000 && self.secrets.len() > 20, "the story is too short to prove anything");
    }
}

#[test]
fn p5_no_secret_is_shown_anywhere() {
    let mut log = Log::default();
    for carriage in [Carriage::Url, Carriage::HttpAuth, Carriage::None] {
        for retains in [true, false] {
            story(&mut log, Host::of(own(true, retains, carriage)));
        }
    }
    story(&mut log, Host::with(yealink(), |settings| settings.pap_source = libprov::policy::PapSource::Derived));
    story(&mut log, Host::with(yealink(), |settings| settings.on_answer = true));
    log.check();
}

/// Once through every kind of call.
fn story(log: &mut Log, mut host: Host) {
    for id in [1, 2] {
        log.keep_bytes("tenant key", &key_bytes(id));
    }
    log.keep_device(&host);
    let waiting = restricted(&host.fetch(B)).enrolment;
    let wrong = "918273";
    let user = waiting.sip_user(None);
    let (token, password) = (host.token(&waiting), host.identify(&user).password);
    log.keep("the secret half of a token", &token[user.len()..]);
    log.keep("SIP password", password.expose());
    log.write(&waiting);
    log.write(&password);
    log.write(&host.identify(&user));
    let decision = host.fetch_with(B, &token);
    log.write(&decision);
    Lang::ALL.iter().for_each(|lang| log.write(&decision.explain(*lang)));
    log.write(&host.request(B).presenting(&token));
    log.write(&Presented { in_url: Some(&token), in_login: Some(password.expose()) });
    let attempt = Attempt::new(AttemptId::from_number(1), &user, wrong).unwrap();
    log.write(&attempt);
    log.keep("a wrong entry", wrong);
    // What was typed, before and after `#`, and the lines that the audit log gets.
    let policy = Policy::new(settings()).unwrap();
    let mut call = Dialogue::new(1, &policy, host.now);
    for key in wrong.chars().chain(['#']) {
        log.write(&call);
        let actions = call.digit(Digit::from_char(key).unwrap(), host.now);
        log.write(&actions);
    }
    let judged = host.dial(&waiting, wrong);
    log.write(&judged);
    for audit in judged.effects.audits() {
        log.text.push_str(&audit::json(&audit, &Frame::of(host.tenant.id(), host.now)));
    }
    let e = host.accept(A);
    let user = e.sip_user(None);
    log.keep("the secret half of a token", &host.token(&e)[user.len()..]);
    log.keep_device(&host);
    let decision = host.fetch_with_token(A, &e);
    log.write(&decision);
    Lang::ALL.iter().for_each(|lang| log.write(&decision.explain(*lang)));
    if let Some(lease) = full(&decision).lease {
        let step = host.deliver(lease);
        log.write(&step);
    }
    log.keep_device(&host);
    let credential = host.credential();
    let decision = host.fetch_with(C, &credential);
    log.write(&decision);
    Lang::ALL.iter().for_each(|lang| log.write(&decision.explain(*lang)));
    log.write(&host.identify("805ec0010201"));
    log.write(&host.identify("somebody"));
    host.rotate(2);
    log.keep_device(&host);
    log.write(&host.fetch_with(C, &credential));
    log.write(&host.identify("805ec0010201"));
    let drawn: [u8; 32] = std::array::from_fn(|i| 0x80 | i as u8);
    log.keep_bytes("entropy", &drawn);
    log.write(&Entropy::new(drawn).unwrap());
    let taken = Pap::parse("739164").unwrap();
    log.keep("a taken PAP", &taken.reveal());
    let commands = [
        Command::ReleaseAgain { account: None, tenant_wide: false },
        Command::NewSipPassword { account: 1 },
        Command::Suspend { bind: None, confirm_blocked: true },
        Command::Reset { taken: std::slice::from_ref(&taken) },
        Command::Describe { site: Some("Köln"), location_confirmed: Some(true) },
        Command::Deactivate,
        Command::Activate { taken: std::slice::from_ref(&taken) },
    ];
    for command in commands {
        log.write(&command);
        let step = host.admin(command);
        log.write(&step);
        log.keep_device(&host);
    }
    host.lock(B);
    host.wait(HOUR_MS);
    log.write(&host.timeout());
    let step = host.admin(Command::Transfer { mac: phone(2), known_elsewhere: false, taken: &[] });
    log.write(&step);
    log.keep_device(&host);
    host.mac = phone(2);
    log.keep_device(&host);
    host.block_by_pap(A);
    host.wait(MINUTE_MS);
    log.write(&host.admin(Command::Block));
    log.write(&host.admin(Command::Delete));
    log.keep_device(&host);
}

#[test]
fn e3_no_error_shows_a_secret() {
    let mut host = Host::new();
    let e = host.enrol(A);
    let (token, credential, pap) = (host.token(&e), host.credential(), host.pap());
    let half = token[42..].to_owned();
    let mut log = Log::default();
    // A token where an id belongs: the id is public, its secret half is cut off. (What is no id and no MAC at all is shown as
    // it was given, shortened: a host must not hand a password over as a name.)
    log.error(&EnrolmentId::parse(&token).unwrap_err());
    log.error(&MacAddr::parse(&token).unwrap_err());
    for given in [token.as_str(), &credential, &half] {
        log.error(&Attempt::new(AttemptId::from_number(1), &e.sip_user(None), given).unwrap_err());
        log.error(&Pap::parse(given).unwrap_err());
    }
    log.error(&Pap::parse(&format!("{pap}x")).unwrap_err());
    log.error(&TenantKey::new(1, [0x41; 32]).unwrap_err());
    log.error(&Entropy::new([0x41; 32]).unwrap_err());
    let keys = host.tenant.keys().clone();
    log.error(&keys.rotated(key(1)).unwrap_err());
    host.admin(Command::Block);
    for command in [
        Command::Create(new_device(phone(1), yealink())),
        Command::Suspend { bind: None, confirm_blocked: false },
        Command::ReleaseAgain { account: Some(9), tenant_wide: false },
        Command::Describe { site: Some("a\nb"), location_confirmed: None },
        Command::Transfer { mac: phone(1), known_elsewhere: false, taken: &[] },
    ] {
        log.error(&host.try_admin(command).unwrap_err());
    }
    // Every four-digit PIN is taken.
    host.change(|settings| settings.pap_digits = 4);
    let all: Vec<Pap> = (0..10_000).map(|n| Pap::parse(&format!("{n:04}")).unwrap()).collect();
    let error = host.try_admin(Command::Reset { taken: &all }).unwrap_err();
    assert!(matches!(error, AdminError::Pap { .. }));
    assert_eq!(error.code(), ErrorCode::PAP_EXHAUSTED);
    log.error(&error);
    let mut settings = settings();
    settings.attempts = 0;
    log.error(&Policy::new(settings).unwrap_err());
    let lower = log.text.to_ascii_lowercase();
    for secret in [half.as_str(), &credential, &pap] {
        assert!(!lower.contains(secret), "{lower}");
    }
}

#[test]
fn p5_secrets_say_that_they_are_secret() {
    assert_eq!(format!("{:?}", Pap::parse("739164").unwrap()), "[secret]");
    assert_eq!(format!("{:?}", Secret::from("hunter2")), "[secret]");
    assert_eq!(format!("{:?}", key(1)), "TenantKey { id: 1, bytes: [secret] }");
    assert_eq!(format!("{:?}", Entropy::new(key_bytes(1)).unwrap()), "[entropy]");
    let shown = Presented { in_url: Some("hunter2"), in_login: None };
    assert_eq!(format!("{shown:?}"), "Presented { in_url: Some(\"[secret]\"), in_login: None }");
}
