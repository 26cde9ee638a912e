//! Targets of the second factor: what is typed for a recovery code, and any order of calls on an account (SPEC M).

use libprov::entropy::Entropy;
use libprov::ids::{SessionId, TenantId, UserId};
use libprov::ip::ClientAddress;
use libprov::keys::{Keyring, TenantKey};
use libprov::mfa::{
    self, Account, Actor, AdminAct, Due, FactorState, Judgement, MfaEffect, MfaFacts, MfaFrame, MfaPolicy, MfaSettings,
    OwnSession, RecoveryCodes, RecoveryMode, Refusal, Step, SwitchOff,
};
use libprov::otp::{OtpSecret, Totp, TotpKey, Window};
use libprov::secret::Secret;
use libprov::snapshot;
use libprov::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use libprov::whitelist::{Whitelist, WhitelistEntry, WhitelistLimits};

const ADDRESSES: [&str; 6] = ["192.0.2.10", "203.0.113.66", "2001:db8::1", "2001:db8:0:1::1", "198.51.100.4", "198.51.100.5"];
const PAUSES: [u64; 8] = [0, 30 * SECOND_MS, MINUTE_MS, 16 * MINUTE_MS, HOUR_MS, DAY_MS, 15 * DAY_MS, 31 * DAY_MS];
/// Calls of one life; a longer input is cut.
const MOST: usize = 300;

/// `mfa::enter` with any text while one recovery code is known: never panics, and lets in for that code alone (SPEC M5, M7).
pub(crate) fn recovery(text: &str) {
    let mut life = Life::new(0, 0);
    life.enrol();
    let known = life.paper.first().expect("an enrolment gives one").expose().to_owned();
    // The text as it is, and the known code with the text in the place of a part of it.
    let at = text.len() % known.len();
    let spliced: String =
        known.chars().take(at).chain(text.chars()).chain(known.chars().skip(at + text.chars().count())).collect();
    for typed in [text, &spliced] {
        let before = life.account.clone();
        let granted = life.enter(typed);
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(|c| !matches!(c, ' ' | '-'));
            letters
                .map(|c| c.to_ascii_uppercase())
                .map(|c| {
                    if c == 'O' {
                        '0'
                    } else if "IL".contains(c) {
                        '1'
                    } else {
                        c
                    }
                })
                .collect()
        };
        let same = plain(typed) == plain(&known) && typed.len() <= 96;
        assert_eq!(granted.is_ok(), same, "{typed:?}");
        match granted {
            Err(Refusal::Malformed) => assert_eq!(life.account, before, "a typo costs nothing"),
            Err(Refusal::Wrong) => assert!(life.account != before),
            Err(other) => panic!("{other:?}"),
            Ok(()) => return,
        }
    }
}

/// An account lives through any order of calls: two bytes each, an operation and what it chooses.
pub(crate) fn accounts(input: &[u8]) {
    let mut bytes = input.iter().copied();
    let mut life = Life::new(bytes.next().unwrap_or(0), bytes.next().unwrap_or(0));
    for _ in 0..MOST {
        let (Some(operation), Some(choice)) = (bytes.next(), bytes.next()) else { break };
        life.step(operation, choice);
    }
}

struct Life {
    policy: MfaPolicy,
    /// Whether the clock was ever put back.
    put_back: bool,
    keys: Keyring,
    key: u8,
    trusted: Whitelist,
    account: Account,
    now: Timestamp,
    drawn: u64,
    from: usize,
    live: Option<(OtpSecret, Totp)>,
    shown: Option<(OtpSecret, Totp)>,
    paper: Vec<Secret>,
    sets: Vec<RecoveryCodes>,
    used: Vec<Secret>,
    grant: Option<Secret>,
}

impl Life {
    fn new(policy: u8, more: u8) -> Self {
        let on = |at: u8| policy >> at & 1 == 1;
        let settings = MfaSettings {
            totp: Totp::builder().short_codes().digits(u32::from(more % 5) + 4).build().expect("4 to 8"),
            window: Window::new(more / 5 % 3).expect("up to 2"),
            grants: on(0),
            demanded: on(1),
            switch_off: if on(2) { SwitchOff::RiskOnly } else { SwitchOff::Code },
            recovery: if on(3) { RecoveryMode::Set(2 + more % 19) } else { RecoveryMode::Single },
            trusted_addresses: on(4),
            demand_ms: (!on(5)).then_some(14 * DAY_MS),
            enrolment_tries: 1 + more % 10,
            ..MfaSettings::default()
        };
        let entry =
            WhitelistEntry { prefix: libprov::ip::IpPrefix::parse("198.51.100.4/32").expect("a prefix"), label: "".into() };
        let now = Timestamp::from_ms(1_900_000_000_000).expect("in range");
        Self {
            policy: MfaPolicy::new(settings).expect("in range"),
            put_back: false,
            keys: Keyring::new(key(1)),
            key: 1,
            trusted: Whitelist::build(vec![entry], &WhitelistLimits::default()).expect("one entry"),
            account: Account::new(TenantId::from_number(42), UserId::from_number(7), now),
            now,
            drawn: 0,
            from: 0,
            live: None,
            shown: None,
            paper: Vec::new(),
            sets: Vec::new(),
            used: Vec::new(),
            grant: None,
        }
    }

    fn facts(&self) -> MfaFacts<'_> {
        let address = ClientAddress::new(ADDRESSES[self.from].parse().expect("an address"));
        MfaFacts { account: &self.account, policy: &self.policy, keys: &self.keys, trusted: &self.trusted, address }
    }

    fn fresh(&mut self) -> Entropy {
        self.drawn += 1;
        let draw = self.drawn.to_be_bytes();
        Entropy::new(core::array::from_fn(|i| i as u8 ^ draw[i % 8])).expect("not all equal")
    }

    fn is_on(&self) -> bool {
        matches!(self.account.state(), FactorState::On | FactorState::Rotating)
    }

    /// Stores, and checks what holds after every call.
    fn settle<T>(&mut self, step: Step<T>) -> T {
        let was_on = self.is_on();
        if let Some(new) = &step.write {
            assert_eq!(new.revision(), self.account.revision() + 1);
            assert_eq!(snapshot::from_bytes::<Account>(&snapshot::to_bytes(new)).as_ref(), Ok(new));
            assert_eq!(snapshot::from_json::<Account>(&snapshot::to_json(new)).as_ref(), Ok(new));
            assert!(
                step.effects.iter().all(|effect| new.pending_effects().contains(effect)) || new.pending_effects().len() == 32
            );
            self.account = new.clone();
        }
        let rank = |effect: &MfaEffect| match effect {
            MfaEffect::Audit(_) => 0,
            MfaEffect::EndSessions { .. } => 1,
            MfaEffect::Notify(_) => 2,
        };
        assert!(step.effects.is_sorted_by_key(rank));
        for effect in &step.effects {
            if let MfaEffect::Audit(audit) = effect {
                let frame = MfaFrame {
                    tenant: self.account.tenant(),
                    user: self.account.user(),
                    at: self.now,
                    actor: None,
                    revision: None,
                };
                assert!(!mfa::audit_json(audit, &frame).contains('\n'));
            }
        }
        // SPEC M6: nobody leaves `on` without somebody being told.
        if was_on && !self.is_on() {
            assert!(step.effects.iter().any(|effect| matches!(effect, MfaEffect::Notify(_))));
            assert!(step.effects.iter().any(|effect| matches!(effect, MfaEffect::EndSessions { .. })));
        }
        // SPEC A7: late and twice are harmless.
        let due = mfa::handle_timeout(&self.account, &self.policy, self.now);
        if let Some(done) = due.write {
            assert!(mfa::handle_timeout(&done, &self.policy, self.now).write.is_none());
        }
        step.outcome
    }

    fn keep(&mut self, new: &RecoveryCodes) {
        self.used.append(&mut self.paper);
        self.paper.clone_from(&new.codes);
        self.sets.push(new.clone());
    }

    fn enter(&mut self, typed: &str) -> Result<(), Refusal> {
        let fresh = self.fresh();
        let step = mfa::enter(self.facts(), SessionId::from_number(1), typed, self.now, fresh);
        match self.settle(step) {
            Judgement::Granted(entered) => {
                if let Some(new) = entered.recovery {
                    self.keep(&new);
                }
                Ok(())
            }
            Judgement::Refused(refusal) => Err(refusal),
        }
    }

    fn begin(&mut self, session: u64, proof: Option<&str>) -> bool {
        let fresh = self.fresh();
        let step = mfa::begin_enrolment(self.facts(), SessionId::from_number(session), proof, self.now, fresh);
        match self.settle(step) {
            Judgement::Granted(shown) => {
                self.shown = Some((shown.secret, shown.totp));
                true
            }
            Judgement::Refused(_) => false,
        }
    }

    fn confirm(&mut self, session: u64, code: &str) -> bool {
        let fresh = self.fresh();
        let step = mfa::confirm(self.facts(), SessionId::from_number(session), code, self.now, fresh);
        match self.settle(step) {
            Judgement::Granted(new) => {
                self.live = self.shown.take();
                if let Some(new) = new.recovery {
                    self.keep(&new);
                }
                assert!(self.is_on());
                true
            }
            Judgement::Refused(_) => false,
        }
    }

    fn enrol(&mut self) {
        self.begin(1, None);
        let code = code_of(&self.shown, self.now, 0);
        assert!(self.confirm(1, &code));
    }

    fn step(&mut self, operation: u8, choice: u8) {
        self.from = usize::from(choice >> 5) % ADDRESSES.len();
        let session = u64::from(choice & 1);
        let ahead = i64::from(choice >> 1 & 7) - 3;
        let right = code_of(&self.live, self.now, ahead);
        let before = self.account.clone();
        match operation % 20 {
            0 => self.now = self.now.plus_ms(PAUSES[usize::from(choice % 8)]),
            1 => {
                let fresh = self.fresh();
                let step = mfa::password_right(self.facts(), self.now, fresh);
                let due = self.settle(step).due;
                // SPEC M5: the password alone never lets in who is on, but from a trusted address.
                if due == Due::Granted && self.is_on() {
                    assert!(self.policy.settings().trusted_addresses && self.from == 4);
                }
            }
            2 | 3 => {
                if self.enter(&right).is_ok() {
                    // SPEC M2: never twice.
                    assert!(self.account.last_step() > before.last_step());
                    assert!(self.enter(&right).is_err());
                }
            }
            4 => {
                // Digits by choice; by chance they may be right.
                let digits = usize::from(self.policy.settings().totp.digits());
                let _ = self.enter(&format!("{:0digits$}", u32::from(choice) % 10_000));
            }
            5 => {
                let paper = self.paper.get(usize::from(choice) % self.paper.len().max(1)).cloned();
                if let Some(paper) = paper
                    && self.enter(paper.expose()).is_ok()
                {
                    self.paper.retain(|left| *left != paper);
                    self.used.push(paper);
                }
            }
            6 => {
                if let Some(used) = self.used.get(usize::from(choice) % self.used.len().max(1)).cloned() {
                    assert!(self.enter(used.expose()).is_err(), "a recovery code is good once");
                }
            }
            7 => drop(self.begin(session, None)),
            8 => drop(self.begin(session, Some(&right))),
            9 => {
                let grant = self.grant.clone();
                self.begin(session, grant.as_ref().map(Secret::expose));
            }
            10 | 11 => {
                let code = code_of(&self.shown, self.now, ahead);
                self.confirm(session, &code);
            }
            12 => {
                let next = code_of(&self.live, self.now, ahead + 1);
                let fresh = self.fresh();
                let step = mfa::resynchronise(self.facts(), (&right, &next), self.now, fresh);
                if let Judgement::Granted(entered) = self.settle(step) {
                    assert!(self.account.last_step() > before.last_step());
                    if let Some(new) = entered.recovery {
                        self.keep(&new);
                    }
                }
            }
            13 => {
                if let Some(set) = self.sets.get(usize::from(choice) % self.sets.len().max(1)).map(|set| set.set) {
                    let step = mfa::recovery_shown(self.facts(), set, self.now);
                    let _ = self.settle(step);
                }
            }
            14 => {
                let fresh = self.fresh();
                let step = mfa::regenerate_recovery(self.facts(), SessionId::from_number(session), &right, self.now, fresh);
                if let Judgement::Granted(new) = self.settle(step) {
                    self.keep(&new);
                }
            }
            15 => {
                let step = mfa::self_reset(self.facts(), &right, self.now);
                let _ = self.settle(step);
            }
            16 => {
                let code = (choice & 2 == 0).then_some(right.as_str());
                let own = OwnSession { id: SessionId::from_number(session), passed_factor: choice & 16 == 0 };
                let step = mfa::self_switch_off(self.facts(), own, code, choice & 4 == 0, self.now);
                if let Judgement::Granted(()) = self.settle(step) {
                    assert!(!self.policy.settings().demanded && choice & 4 == 0 && (own.passed_factor || code.is_some()));
                }
            }
            17 => {
                let acts = [
                    AdminAct::SwitchOn,
                    AdminAct::Reset,
                    AdminAct::SwitchOff { risk_accepted: choice & 8 == 0 },
                    AdminAct::Unlock,
                ];
                let actor = Actor {
                    user: (choice & 16 == 0).then_some(UserId::from_number(7 + u64::from(choice & 1))),
                    fresh_factor: true,
                };
                let fresh = self.fresh();
                if let Ok(step) = mfa::admin(self.facts(), actor, acts[usize::from(choice >> 1 & 3)], self.now, fresh) {
                    assert!(actor.user != Some(self.account.user()));
                    if let Some(grant) = self.settle(step).grant {
                        self.grant = Some(grant);
                    }
                }
            }
            18 => {
                // The clock is put back, or what is due is done.
                if choice & 1 == 0 {
                    self.put_back = true;
                    self.now = self.now.minus_ms(PAUSES[usize::from(choice >> 1) % 8]);
                } else {
                    let step = mfa::handle_timeout(&self.account, &self.policy, self.now);
                    self.settle(step);
                }
            }
            _ if choice & 1 == 0 => {
                self.key = self.key % 200 + 1;
                self.keys = self.keys.clone().rotated(key(self.key)).expect("another id");
            }
            _ => {
                if let Some(done) = mfa::effects_done(&self.account, self.account.revision()) {
                    assert!(done.pending_effects().is_empty());
                    self.account = done;
                }
            }
        }
        // SPEC M8: a lock ends by people alone; a demand that is overdue (M6) also ends when the clock is put back.
        let address = self.facts().address.source();
        let may_be_overdue = self.put_back && matches!(before.state(), FactorState::Demanded | FactorState::Pending);
        if before.is_locked(address) && !may_be_overdue && !self.account.is_locked(address) {
            assert!(matches!(operation % 20, 10 | 11 | 17), "operation {operation}");
        }
    }
}

fn key(id: u8) -> TenantKey {
    TenantKey::new(id, core::array::from_fn(|i| i as u8 ^ id)).expect("not all equal")
}

fn code_of(app: &Option<(OtpSecret, Totp)>, now: Timestamp, ahead: i64) -> String {
    let Some((secret, totp)) = app else { return "123456".to_owned() };
    let step = totp.step_at(now).saturating_add_signed(ahead);
    TotpKey::new(secret, *totp).generate(step).as_str().to_owned()
}
