//! The host around the library: it stores by compare-and-swap, then acts, then answers (SPEC A11, M12).

use crate::Error;
use libprov::entropy::Entropy;
use libprov::ids::{SessionId, TenantId, UserId};
use libprov::ip::ClientAddress;
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::mfa::{
    self, Account, Actor, AdminAct, Confirmed, Due, Entered, Judgement, MfaEffect, MfaFacts, MfaFrame, MfaPolicy, MfaSettings,
    OwnSession, RecoveryCodes, Refusal, Step,
};
use libprov::otp::{Code, KeyUri, OtpKind, OtpSecret, Qr, TotpKey};
use libprov::snapshot;
use libprov::time::{MINUTE_MS, Timestamp};
use libprov::whitelist::Whitelist;
use std::collections::BTreeMap;

/// A portal of one tenant.
#[derive(Debug)]
pub struct Portal {
    issuer: &'static str,
    policy: MfaPolicy,
    keys: Keyring,
    trusted: Whitelist,
    /// The database: a row for each user, as bytes.
    rows: BTreeMap<UserId, Vec<u8>>,
    passwords: BTreeMap<&'static str, (UserId, &'static str)>,
    /// Who is logged in, and when a code was given there last; none: the password or a trusted address let in.
    sessions: BTreeMap<(UserId, SessionId), Option<Timestamp>>,
    /// Mails to users.
    pub mails: Vec<(UserId, &'static str)>,
    /// The lines of the audit log.
    pub log: Vec<String>,
    /// The virtual clock.
    pub now: Timestamp,
    draws: u64,
}

/// What the login shows after the password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Page {
    /// Login or password are wrong.
    WrongPassword,
    /// The portal itself.
    Home(SessionId),
    /// The field for a code.
    Code(SessionId),
    /// A QR code to scan.
    Scan(SessionId),
    /// Nothing but a recovery code may help; its field is the one of [`Portal::enter`].
    Locked(SessionId),
}

/// What the enrolment shows.
#[derive(Debug)]
pub struct Shown {
    /// The QR code, as a browser shows it.
    pub svg: String,
    /// What the QR code says.
    pub uri: String,
    /// The key beside it, in groups of four.
    pub key: String,
}

/// How long a code counts as given just now (SPEC M6).
const FRESH_MS: u64 = 5 * MINUTE_MS;
const BROWSER: &str = "198.51.100.7";

impl Portal {
    /// A portal whose users have passwords and no second factor.
    ///
    /// # Errors
    /// What the library says to the settings.
    pub fn open(issuer: &'static str, settings: MfaSettings) -> Result<Self, Error> {
        Ok(Self {
            issuer,
            policy: MfaPolicy::new(settings)?,
            keys: Keyring::new(TenantKey::new(1, core::array::from_fn(|i| i as u8))?),
            trusted: Whitelist::default(),
            rows: BTreeMap::new(),
            passwords: BTreeMap::new(),
            sessions: BTreeMap::new(),
            mails: Vec::new(),
            log: Vec::new(),
            now: Timestamp::from_ms(1_900_000_000_000)?,
            draws: 0,
        })
    }

    /// A new user.
    pub fn add(&mut self, number: u64, login: &'static str, password: &'static str) -> UserId {
        let user = UserId::from_number(number);
        let account = Account::new(TenantId::from_number(42), user, self.now);
        self.rows.insert(user, snapshot::to_bytes(&account));
        self.passwords.insert(login, (user, password));
        user
    }

    /// The record of a user; one that cannot be read is an error and never "off" (SPEC M12).
    ///
    /// # Errors
    /// Nobody knows this user, or the row cannot be read.
    pub fn account(&self, user: UserId) -> Result<Account, Error> {
        Ok(snapshot::from_bytes(self.rows.get(&user).ok_or("no such user")?)?)
    }

    /// Recovery codes that are left.
    ///
    /// # Errors
    /// As [`Portal::account`].
    pub fn recovery_left(&self, user: UserId) -> Result<u8, Error> {
        Ok(self.account(user)?.recovery_left(&self.keys))
    }

    /// Whether this session is logged in.
    pub fn is_in(&self, user: UserId, session: SessionId) -> bool {
        self.sessions.contains_key(&(user, session))
    }

    /// A page of the owner is for who is let in: the library keeps no sessions.
    fn must_be_in(&self, user: UserId, session: SessionId) -> Result<(), Error> {
        if self.is_in(user, session) { Ok(()) } else { Err("nobody is logged in with this session".into()) }
    }

    /// Lets time pass.
    pub fn wait_s(&mut self, seconds: u64) {
        self.now = self.now.plus_ms(seconds * 1_000);
    }

    fn fresh(&mut self) -> Result<Entropy, Error> {
        // A host draws this from the operating system; a story must be the same every time.
        self.draws += 1;
        let draw = self.draws.to_be_bytes();
        Ok(Entropy::new(core::array::from_fn(|i| i as u8 ^ draw.get(i % 8).copied().unwrap_or_default()))?)
    }

    fn facts<'a>(&'a self, account: &'a Account) -> Result<MfaFacts<'a>, Error> {
        let address = ClientAddress::new(BROWSER.parse()?);
        Ok(MfaFacts { account, policy: &self.policy, keys: &self.keys, trusted: &self.trusted, address })
    }

    /// Stores what changed, performs the effects, and gives the answer, in this order.
    fn settle<T>(&mut self, old: &Account, step: Step<T>, who: &str) -> Result<T, Error> {
        if let Some(new) = &step.write {
            // One process, one row at a time: here the swap cannot fail.
            if self.account(old.user())?.revision() != old.revision() {
                return Err("the record changed since it was loaded".into());
            }
            self.rows.insert(old.user(), snapshot::to_bytes(new));
        }
        for effect in &step.effects {
            match *effect {
                MfaEffect::Audit(audit) => {
                    let revision = step.write.as_ref().map(Account::revision);
                    let frame = MfaFrame { tenant: old.tenant(), user: old.user(), at: self.now, actor: Some(who), revision };
                    self.log.push(mfa::audit_json(&audit, &frame));
                }
                MfaEffect::EndSessions { keep } => {
                    self.sessions.retain(|(user, session), _| *user != old.user() || Some(*session) == keep)
                }
                MfaEffect::Notify(notice) => self.mails.push((old.user(), notice.text(Lang::De))),
            }
        }
        if let Some(done) = step.write.and_then(|new| mfa::effects_done(&new, new.revision())) {
            self.rows.insert(old.user(), snapshot::to_bytes(&done));
        }
        Ok(step.outcome)
    }

    /// The login page: the password is the portal's own affair and comes first (SPEC M5).
    ///
    /// # Errors
    /// As everywhere here: the store or the story is broken.
    pub fn log_in(&mut self, login: &str, password: &str) -> Result<Page, Error> {
        let Some((user, right)) = self.passwords.get(login).copied() else { return Ok(Page::WrongPassword) };
        if password != right {
            return Ok(Page::WrongPassword);
        }
        let (account, fresh) = (self.account(user)?, self.fresh()?);
        let step = mfa::password_right(self.facts(&account)?, self.now, fresh);
        let answer = self.settle(&account, step, login)?;
        Ok(match answer.due {
            Due::Granted => {
                self.sessions.insert((user, answer.session), None);
                Page::Home(answer.session)
            }
            Due::Code { .. } => Page::Code(answer.session),
            Due::Enrolment { .. } => Page::Scan(answer.session),
            Due::Locked { .. } => Page::Locked(answer.session),
        })
    }

    /// The one field of the second page.
    ///
    /// # Errors
    /// As everywhere here.
    pub fn enter(&mut self, user: UserId, session: SessionId, typed: &str) -> Result<Result<Entered, Refusal>, Error> {
        let (account, fresh) = (self.account(user)?, self.fresh()?);
        let step = mfa::enter(self.facts(&account)?, session, typed, self.now, fresh);
        Ok(match self.settle(&account, step, "the owner")? {
            Judgement::Granted(entered) => {
                self.sessions.insert((user, session), Some(self.now));
                Ok(entered)
            }
            Judgement::Refused(refusal) => Err(refusal),
        })
    }

    /// Shows a QR code and the key beside it.
    ///
    /// # Errors
    /// As everywhere here.
    pub fn show_qr(&mut self, user: UserId, session: SessionId, code: Option<&str>) -> Result<Result<Shown, Refusal>, Error> {
        let (account, fresh) = (self.account(user)?, self.fresh()?);
        let step = mfa::begin_enrolment(self.facts(&account)?, session, code, self.now, fresh);
        Ok(match self.settle(&account, step, "the owner")? {
            Judgement::Granted(enrolling) => {
                let key = enrolling.secret.grouped().expose().to_owned();
                let uri = KeyUri::new(self.issuer, &format!("user{user}@example.com"), enrolling.secret, enrolling.totp)?;
                let svg = Qr::of_uri(&uri)?.svg().expose().to_owned();
                Ok(Shown { svg, uri: uri.uri().expose().to_owned(), key })
            }
            Judgement::Refused(refusal) => Err(refusal),
        })
    }

    /// The field below the QR code. What is right logs in where the login asked for it.
    ///
    /// # Errors
    /// As everywhere here.
    pub fn confirm(&mut self, user: UserId, session: SessionId, code: &str) -> Result<Result<Confirmed, Refusal>, Error> {
        let (account, fresh) = (self.account(user)?, self.fresh()?);
        let step = mfa::confirm(self.facts(&account)?, session, code, self.now, fresh);
        Ok(match self.settle(&account, step, "the owner")? {
            Judgement::Granted(confirmed) => {
                self.sessions.insert((user, session), Some(self.now));
                Ok(confirmed)
            }
            Judgement::Refused(refusal) => Err(refusal),
        })
    }

    /// "I have saved them."
    ///
    /// # Errors
    /// As everywhere here.
    pub fn saved(&mut self, user: UserId, session: SessionId, codes: &RecoveryCodes) -> Result<Result<(), Refusal>, Error> {
        self.must_be_in(user, session)?;
        let account = self.account(user)?;
        let step = mfa::recovery_shown(self.facts(&account)?, codes.set, self.now);
        Ok(judged(self.settle(&account, step, "the owner")?))
    }

    /// "Reset the key."
    ///
    /// # Errors
    /// As everywhere here.
    pub fn reset(&mut self, user: UserId, session: SessionId, code: &str) -> Result<Result<(), Refusal>, Error> {
        self.must_be_in(user, session)?;
        let account = self.account(user)?;
        let step = mfa::self_reset(self.facts(&account)?, code, self.now);
        Ok(judged(self.settle(&account, step, "the owner")?))
    }

    /// "Switch off."
    ///
    /// # Errors
    /// As everywhere here.
    pub fn switch_off(
        &mut self,
        user: UserId,
        session: SessionId,
        code: Option<&str>,
        risk_accepted: bool,
    ) -> Result<Result<(), Refusal>, Error> {
        self.must_be_in(user, session)?;
        let account = self.account(user)?;
        let passed_factor = self.sessions.get(&(user, session)).is_some_and(Option::is_some);
        let session = OwnSession { id: session, passed_factor };
        let step = mfa::self_switch_off(self.facts(&account)?, session, code, risk_accepted, self.now);
        Ok(judged(self.settle(&account, step, "the owner")?))
    }

    /// Whether a code was given in this session just now.
    fn is_fresh(&self, user: UserId, session: SessionId) -> bool {
        let given = self.sessions.get(&(user, session)).copied().flatten();
        given.is_some_and(|at| self.now.since(at) < FRESH_MS)
    }

    /// What one user does to another, who must have given a second factor just now (SPEC M6).
    ///
    /// # Errors
    /// As everywhere here, and what the library says to the actor.
    pub fn administer(&mut self, user: UserId, (by, session): (UserId, SessionId), act: AdminAct) -> Result<(), Error> {
        self.must_be_in(by, session)?;
        let (account, fresh) = (self.account(user)?, self.fresh()?);
        let actor = Actor { user: Some(by), fresh_factor: self.is_fresh(by, session) };
        let step = mfa::admin(self.facts(&account)?, actor, act, self.now, fresh)?;
        self.settle(&account, step, &format!("portal user {by}")).map(|_| ())
    }
}

fn judged(judgement: Judgement<()>) -> Result<(), Refusal> {
    match judgement {
        Judgement::Granted(()) => Ok(()),
        Judgement::Refused(refusal) => Err(refusal),
    }
}

/// An authenticator app with one entry.
#[derive(Debug)]
pub struct App {
    /// The name it shows.
    pub name: String,
    key: TotpKey,
}

impl App {
    /// Scans a QR code, which says a URI.
    ///
    /// # Errors
    /// It says something else.
    pub fn scan(uri: &str) -> Result<Self, Error> {
        let read = KeyUri::parse(uri)?.uri;
        let OtpKind::Totp(totp) = read.kind() else { return Err("no TOTP".into()) };
        Ok(Self { name: read.issuer().to_owned(), key: TotpKey::new(read.secret(), totp) })
    }

    /// Takes the key that was typed.
    ///
    /// # Errors
    /// It is no key.
    pub fn type_key(name: &str, key: &str) -> Result<Self, Error> {
        Ok(Self { name: name.to_owned(), key: TotpKey::new(&OtpSecret::parse(key)?, libprov::otp::Totp::DEFAULT) })
    }

    /// The code that it shows.
    pub fn code(&self, now: Timestamp) -> Code {
        self.key.generate(self.key.totp().step_at(now))
    }
}
