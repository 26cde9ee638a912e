//! The Rust of the README is what runs here (SPEC M3, M5, M12).
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use libprov::entropy::Entropy;
use libprov::ids::{SessionId, TenantId, UserId};
use libprov::ip::ClientAddress;
use libprov::keys::{Keyring, TenantKey};
use libprov::mfa::{self, Account, Entered, Judgement, MfaEffect, MfaFacts, MfaPolicy, MfaSettings, Refusal, Step};
use libprov::otp::TotpKey;
use libprov::time::Timestamp;
use libprov::whitelist::Whitelist;

/// What a portal has at hand in a request.
struct Portal {
    account: Account,
    policy: MfaPolicy,
    keys: Keyring,
    address: ClientAddress,
    now: Timestamp,
    draws: u8,
    performed: Vec<MfaEffect>,
}

impl Portal {
    fn facts<'a>(&'a self, trusted: &'a Whitelist) -> MfaFacts<'a> {
        MfaFacts { account: &self.account, policy: &self.policy, keys: &self.keys, trusted, address: self.address }
    }

    fn fresh(&mut self) -> Entropy {
        self.draws += 1;
        Entropy::new(core::array::from_fn(|i| i as u8 ^ self.draws)).unwrap()
    }

    fn store(&mut self, new: Account) {
        assert_eq!(new.revision(), self.account.revision() + 1);
        self.account = new;
    }

    fn perform(&mut self, effects: Vec<MfaEffect>) {
        self.performed.extend(effects);
    }

    fn kept<T>(&mut self, step: Step<T>) -> T {
        if let Some(account) = step.write {
            self.store(account);
        }
        self.perform(step.effects);
        step.outcome
    }
}

/// The second step of a login, after the right password: judge, store, only then let in.
fn second_step(portal: &mut Portal, session: SessionId, typed: &str) -> Result<Entered, Refusal> {
    let (trusted, fresh) = (Whitelist::default(), portal.fresh());
    let step = mfa::enter(portal.facts(&trusted), session, typed, portal.now, fresh);
    if let Some(account) = step.write {
        portal.store(account); // compare-and-swap on its revision; on a conflict load it again and ask again
    }
    portal.perform(step.effects); // audit, notify, end other sessions
    match step.outcome {
        Judgement::Granted(entered) => Ok(entered), // by a code of the app, or by a recovery code
        Judgement::Refused(refusal) => Err(refusal), // malformed, wrong, replayed, wait, locked
    }
}

#[test]
fn m5_the_login_of_the_readme_lets_in_once_by_a_code() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("<!-- example:rust -->\n```rust\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert!(block.len() > 500 && include_str!("readme.rs").contains(block), "the Rust of README.md is not what runs here");

    let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let mut portal = Portal {
        account: Account::new(TenantId::from_number(42), UserId::from_number(7), now),
        policy: MfaPolicy::new(MfaSettings::default()).unwrap(),
        keys: Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8)).unwrap()),
        address: ClientAddress::new("192.0.2.10".parse().unwrap()),
        now,
        draws: 0,
        performed: Vec::new(),
    };
    let trusted = Whitelist::default();
    let fresh = portal.fresh();
    let step = mfa::password_right(portal.facts(&trusted), now, fresh);
    let session = portal.kept(step).session;
    let fresh = portal.fresh();
    let step = mfa::begin_enrolment(portal.facts(&trusted), session, None, now, fresh);
    let Judgement::Granted(shown) = portal.kept(step) else { panic!() };
    let app = TotpKey::new(&shown.secret, shown.totp);
    let code = |now| app.generate(shown.totp.step_at(now)).as_str().to_owned();
    let fresh = portal.fresh();
    let step = mfa::confirm(portal.facts(&trusted), session, &code(now), now, fresh);
    assert!(matches!(portal.kept(step), Judgement::Granted(_)));

    portal.now = now.plus_ms(60_000);
    let fresh = portal.fresh();
    let step = mfa::password_right(portal.facts(&trusted), portal.now, fresh);
    let session = portal.kept(step).session;
    let right = code(portal.now);
    assert_eq!(second_step(&mut portal, session, "12345"), Err(Refusal::Malformed));
    assert!(second_step(&mut portal, session, &right).is_ok());
    assert_eq!(second_step(&mut portal, session, &right), Err(Refusal::Replayed));
    assert!(!portal.performed.is_empty());
}
