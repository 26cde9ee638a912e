//! A portal with one user: the store, the clock, and the user's app. Shared by the tests of the second factor.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test file uses its own part"
)]

use libprov::entropy::Entropy;
use libprov::ids::{RecoverySetId, SessionId, TenantId, UserId};
use libprov::ip::{ClientAddress, IpPrefix};
use libprov::keys::{Keyring, TenantKey};
use libprov::mfa::{
    self, Account, Actor, AdminAct, Administered, Confirmed, Enrolling, Entered, Judgement, Login, MfaEffect, MfaEvent, MfaFacts,
    MfaPolicy, MfaSettings, Notice, OwnSession, RecoveryCodes, Refusal, Step,
};
use libprov::otp::{OtpSecret, Totp, TotpKey};
use libprov::secret::Secret;
use libprov::snapshot;
use libprov::time::{HOUR_MS, MINUTE_MS, Timestamp};
use libprov::whitelist::Whitelist;

pub const HOME: &str = "192.0.2.10";
pub const ELSEWHERE: &str = "203.0.113.66";

/// A portal with one user: the store, the clock, and the user's app.
#[derive(Clone)]
pub struct Lab {
    pub policy: MfaPolicy,
    pub keys: Keyring,
    pub trusted: Whitelist,
    pub account: Account,
    pub now: Timestamp,
    pub from: &'static str,
    pub draws: u64,
    pub app: Option<(OtpSecret, Totp)>,
    pub paper: Vec<Secret>,
    pub set: RecoverySetId,
    pub effects: Vec<MfaEffect>,
    /// Everything a host could log.
    pub log: String,
    /// Stores without a snapshot and without a log: for many steps.
    pub quick: bool,
}

pub fn key(id: u8) -> TenantKey {
    TenantKey::new(id, core::array::from_fn(|i| i as u8 ^ id)).unwrap()
}

pub const OTHER: Actor = Actor { user: None, fresh_factor: true };
pub const OFF: AdminAct = AdminAct::SwitchOff { risk_accepted: true };

impl Lab {
    pub fn new(settings: MfaSettings) -> Self {
        let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
        Self {
            policy: MfaPolicy::new(settings).unwrap(),
            keys: Keyring::new(key(1)),
            trusted: Whitelist::default(),
            account: Account::new(TenantId::from_number(42), UserId::from_number(7), now),
            now,
            from: HOME,
            draws: 0,
            app: None,
            paper: Vec::new(),
            set: RecoverySetId::from_number(0),
            effects: Vec::new(),
            log: String::new(),
            quick: false,
        }
    }

    pub fn enrolled(settings: MfaSettings) -> Self {
        let mut lab = Self::new(settings);
        lab.enrol();
        lab
    }

    pub fn fresh(&mut self) -> Entropy {
        self.draws += 1;
        let draw = self.draws.to_be_bytes();
        Entropy::new(core::array::from_fn(|i| i as u8 ^ draw[i % 8])).unwrap()
    }

    pub fn facts(&self) -> MfaFacts<'_> {
        let address = client(self.from);
        MfaFacts { account: &self.account, policy: &self.policy, keys: &self.keys, trusted: &self.trusted, address }
    }

    pub fn tick(&mut self, ms: u64) {
        self.now = self.now.plus_ms(ms);
    }

    /// Stores by compare-and-swap, through a snapshot, as a host does.
    pub fn store<T: std::fmt::Debug>(&mut self, step: Step<T>) -> T {
        if let Some(new) = step.write {
            assert_eq!(new.revision(), self.account.revision() + 1);
            if self.quick {
                self.account = new;
                self.effects = step.effects;
                return step.outcome;
            }
            let back: Account = snapshot::from_bytes(&snapshot::to_bytes(&new)).unwrap();
            assert_eq!(back, new);
            assert_eq!(snapshot::from_json::<Account>(&snapshot::to_json(&new)).unwrap(), new);
            self.account = back;
        }
        self.effects = step.effects;
        if self.quick {
            return step.outcome;
        }
        self.log.push_str(&format!("{:?} {:?} {:?}\n", step.outcome, self.account, self.effects));
        step.outcome
    }

    pub fn login(&mut self) -> Login {
        let fresh = self.fresh();
        let step = mfa::password_right(self.facts(), self.now, fresh);
        self.store(step)
    }

    pub fn enter(&mut self, session: SessionId, typed: &str) -> Judgement<Entered> {
        let fresh = self.fresh();
        let step = mfa::enter(self.facts(), session, typed, self.now, fresh);
        let outcome = self.store(step);
        if let Judgement::Granted(Entered { recovery: Some(new), .. }) = &outcome {
            self.keep(new);
        }
        outcome
    }

    pub fn begin(&mut self, session: SessionId, proof: Option<&str>) -> Judgement<Enrolling> {
        let fresh = self.fresh();
        let step = mfa::begin_enrolment(self.facts(), session, proof, self.now, fresh);
        self.store(step)
    }

    pub fn confirm(&mut self, session: SessionId, code: &str) -> Judgement<Confirmed> {
        let fresh = self.fresh();
        let step = mfa::confirm(self.facts(), session, code, self.now, fresh);
        let outcome = self.store(step);
        if let Judgement::Granted(Confirmed { recovery: Some(new), .. }) = &outcome {
            self.keep(new);
        }
        outcome
    }

    /// Writes new recovery codes down.
    pub fn keep(&mut self, new: &RecoveryCodes) {
        (self.paper, self.set) = (new.codes.clone(), new.set);
    }

    pub fn shown(&mut self) -> Judgement<()> {
        let step = mfa::recovery_shown(self.facts(), self.set, self.now);
        self.store(step)
    }

    pub fn resync(&mut self, first: &str, second: &str) -> Judgement<Entered> {
        let fresh = self.fresh();
        let step = mfa::resynchronise(self.facts(), (first, second), self.now, fresh);
        self.store(step)
    }

    pub fn regenerate(&mut self, code: &str) -> Judgement<RecoveryCodes> {
        let fresh = self.fresh();
        let step = mfa::regenerate_recovery(self.facts(), MINE, code, self.now, fresh);
        let outcome = self.store(step);
        if let Judgement::Granted(new) = &outcome {
            self.keep(new);
        }
        outcome
    }

    pub fn left(&self) -> u8 {
        self.account.recovery_left(&self.keys)
    }

    pub fn reset(&mut self, code: &str) -> Judgement<()> {
        let step = mfa::self_reset(self.facts(), code, self.now);
        self.store(step)
    }

    /// Switches off in a session that passed the factor.
    pub fn switch_off(&mut self, code: Option<&str>, risk: bool) -> Judgement<()> {
        self.switch_off_in(OwnSession { id: MINE, passed_factor: true }, code, risk)
    }

    pub fn switch_off_in(&mut self, session: OwnSession, code: Option<&str>, risk: bool) -> Judgement<()> {
        let step = mfa::self_switch_off(self.facts(), session, code, risk, self.now);
        self.store(step)
    }

    pub fn admin(&mut self, act: AdminAct) -> Administered {
        let fresh = self.fresh();
        let step = mfa::admin(self.facts(), OTHER, act, self.now, fresh).unwrap();
        self.store(step)
    }

    pub fn timeout(&mut self) {
        let step = mfa::handle_timeout(&self.account, &self.policy, self.now);
        self.store(step);
    }

    /// The code that the app shows a minute later, so that no code comes twice.
    pub fn code(&mut self) -> String {
        self.tick(MINUTE_MS);
        self.code_at(self.now)
    }

    pub fn code_at(&self, now: Timestamp) -> String {
        let (secret, totp) = self.app.as_ref().unwrap();
        TotpKey::new(secret, *totp).generate(totp.step_at(now)).as_str().to_owned()
    }

    /// Digits that no step around here has.
    pub fn wrong(&self) -> String {
        let (secret, totp) = self.app.clone().unwrap_or((OtpSecret::import(&[7; 20]).unwrap(), self.policy.settings().totp));
        let key = TotpKey::new(&secret, totp);
        let near: Vec<String> = (0..7).map(|at| key.generate(totp.step_at(self.now) + at - 3).as_str().to_owned()).collect();
        let width = usize::from(totp.digits());
        (0..).map(|n| format!("{n:0width$}")).find(|code| !near.contains(code)).unwrap()
    }

    /// Types a wrong code at a login.
    pub fn guess(&mut self) -> Judgement<Entered> {
        let wrong = self.wrong();
        self.enter(MINE, &wrong)
    }

    /// Fails until the class of this address is locked; each try after the wait.
    pub fn lock(&mut self) -> u32 {
        for tries in 0..2_000 {
            if self.account.is_locked(client(self.from).source()) {
                return tries;
            }
            self.tick(HOUR_MS);
            let session = SessionId::from_number(999);
            assert_eq!(self.enter(session, &self.wrong()), Judgement::Refused(Refusal::Wrong));
        }
        panic!("nothing locks")
    }

    /// Begins an enrolment and scans the secret.
    pub fn scan(&mut self, session: SessionId, proof: Option<&str>) -> (OtpSecret, Totp) {
        let enrolling = granted(self.begin(session, proof));
        (enrolling.secret, enrolling.totp)
    }

    /// Logs in, sets up the app and sees the recovery codes.
    pub fn enrol(&mut self) -> SessionId {
        let session = self.login().session;
        self.app = Some(self.scan(session, None));
        let code = self.code();
        granted(self.confirm(session, &code));
        granted(self.shown());
        session
    }

    pub fn events(&self) -> Vec<MfaEvent> {
        let audit = |effect: &MfaEffect| if let MfaEffect::Audit(audit) = effect { Some(audit.event) } else { None };
        self.effects.iter().filter_map(audit).collect()
    }

    pub fn notices(&self) -> Vec<Notice> {
        let notice = |effect: &MfaEffect| if let MfaEffect::Notify(notice) = effect { Some(*notice) } else { None };
        self.effects.iter().filter_map(notice).collect()
    }

    pub fn ends_sessions(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, MfaEffect::EndSessions { .. }))
    }
}

pub fn granted<T: std::fmt::Debug>(judgement: Judgement<T>) -> T {
    match judgement {
        Judgement::Granted(granted) => granted,
        Judgement::Refused(refusal) => panic!("{refusal:?}"),
    }
}

pub fn refusal<T: std::fmt::Debug>(judgement: Judgement<T>) -> Refusal {
    match judgement {
        Judgement::Refused(refusal) => refusal,
        Judgement::Granted(granted) => panic!("{granted:?}"),
    }
}

pub fn count(recovery: &Option<RecoveryCodes>) -> usize {
    recovery.as_ref().map_or(0, |new| new.codes.len())
}

pub fn settings() -> MfaSettings {
    MfaSettings::default()
}

pub fn digits(digits: u32) -> MfaSettings {
    MfaSettings { totp: Totp::builder().short_codes().digits(digits).build().unwrap(), ..settings() }
}

pub const MINE: SessionId = SessionId::from_number(1);
pub const YOURS: SessionId = SessionId::from_number(2);

/// An address; the empty text is one that could not be told.
pub fn client(text: &str) -> ClientAddress {
    text.parse().map_or(ClientAddress::Unresolved, ClientAddress::new)
}

pub fn prefix(text: &str) -> IpPrefix {
    IpPrefix::parse(text).unwrap()
}
