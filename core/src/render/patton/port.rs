//! The analogue ports: what rings where, and which login each one has (`docs/facts/patton.md`, section 4).

use super::words::Country;
use crate::models::Confidence::{Confirmed, Inferred, OneSource};
use crate::profile::Account;
use crate::render::pen::{Pen, Put};
use crate::render::rows::{Row, Scope, Shape};
use crate::render::syntax::cli::{FLAG, LOGIN_NAME, QUOTED, USER, WORD, WORDS, flag, index_of, line};
use crate::render::{Restricted, SecretKind};

/// One port.
pub(super) struct PortSlot;

pub(super) struct FullPort<'a> {
    pub(super) account: &'a Account,
    /// Counted from 0, as the gateway does.
    pub(super) port: u16,
    /// Its way out, counted from 1.
    pub(super) trunk: u16,
    pub(super) country: Option<&'static Country>,
}

impl FullPort<'_> {
    /// The name it logs in with.
    pub(super) fn login(&self, p: &mut Pen<'_>) -> Put {
        match &self.account.auth_user {
            Some(user) => p.text_as(&LOGIN_NAME, "auth_user", user),
            None => p.text_as(&USER, "user", self.account.user.as_str()),
        }
    }
}

pub(super) struct WaitingPort<'a> {
    pub(super) job: &'a Restricted<'a>,
    /// Counted from 0.
    pub(super) port: u16,
}

impl WaitingPort<'_> {
    /// The enrolment id with the number of the port: a gateway cannot tell two ports of one user apart (section 1).
    pub(super) fn user(&self, p: &mut Pen<'_>) -> Put {
        p.text_as(&USER, "enrolment.user", self.job.enrolment.user.as_str())?;
        p.word("-")?;
        p.number(self.port + 1)
    }
}

impl Scope for PortSlot {
    type Full<'a> = FullPort<'a>;
    type Restricted<'a> = WaitingPort<'a>;
}

type T = Row<PortSlot>;

/// Writes a user as a key of the call router, in which `+` means a repetition and `.` any character (section 5).
fn key(p: &mut Pen<'_>, field: &'static str, user: &str) -> Put {
    for (at, part) in user.split('+').enumerate() {
        if at > 0 {
            p.word(".")?;
        }
        if !part.is_empty() {
            p.text_as(&USER, field, part)?;
        }
    }
    Ok(())
}

/// Who is called at which port.
pub(super) static INCOMING: &[T] = &[T::new(
    line!("    ", "context cs switch/routing-table called-uri RT_IN", "route"),
    Confirmed,
    |f, p| {
        p.word("sip:")?;
        key(p, "user", f.account.user.as_str())?;
        p.word("@.% dest-interface IF_TEL")?;
        p.number(f.port)
    },
    |r, p| {
        p.word("sip:")?;
        key(p, "enrolment.user", r.job.enrolment.user.as_str())?;
        p.word("-")?;
        p.number(r.port + 1)?;
        p.word("@.% dest-interface IF_TEL")?;
        p.number(r.port)
    },
)];

/// The name that the other side sees. Keys match as prefixes, and `$` ends that.
pub(super) static NAME: &[T] = &[T::new(
    line!("    ", "context cs switch/mapping-table calling-e164 to calling-name MT_NAME", "map"),
    Confirmed,
    |f, p| match &f.account.display_name {
        Some(name) => {
            key(p, "user", f.account.user.as_str())?;
            p.word("$ to \"")?;
            p.text_as(&QUOTED, "display_name", name)?;
            p.word("\"")
        }
        None => p.skip(),
    },
    |_, p| p.skip(),
)];

/// The telephone.
pub(super) static TELEPHONE: &[T] = &[
    T::new(
        line!("    ", "context cs switch/interface fxs IF_TELX", "route call"),
        Confirmed,
        |f, p| {
            p.word("dest-table RT_OUT")?;
            p.number(f.trunk)
        },
        |_, p| p.word("dest-table RT_OUT1"),
    ),
    T::new(
        line!("    ", "context cs switch/interface fxs IF_TELX", "caller-id-presentation"),
        Confirmed,
        |_, p| p.word("mid-ring"),
        |_, p| p.clear(),
    ),
    T::new(
        flag!("    ", "context cs switch/interface fxs IF_TELX", "message-waiting-indication stutter-dial-tone"),
        Confirmed,
        |_, p| p.word(""),
        |_, p| p.clear(),
    ),
    T::new(
        flag!("    ", "context cs switch/interface fxs IF_TELX", "message-waiting-indication frequency-shift-keying"),
        Confirmed,
        |_, p| p.word(""),
        |_, p| p.clear(),
    ),
    T::new(
        flag!("    ", "context cs switch/interface fxs IF_TELX", "call-transfer"),
        Confirmed,
        |_, p| p.word(""),
        // Nobody who waits hands a call on. The server refuses it too (SPEC C6).
        |_, p| p.word("no "),
    ),
    // One call at a time while it waits.
    T::new(
        flag!("    ", "context cs switch/interface fxs IF_TELX", "call-waiting"),
        OneSource,
        |_, p| p.clear(),
        |_, p| p.word("no "),
    ),
    T::new(
        flag!("    ", "context cs switch/interface fxs IF_TELX", "additional-call-offering"),
        OneSource,
        |_, p| p.clear(),
        |_, p| p.word("no "),
    ),
    // That it may hold letters is seen with the users of one product only (section 4).
    T::new(
        line!("    ", "context cs switch/interface fxs IF_TELX", "subscriber-number", USER),
        OneSource,
        |f, p| p.text("user", f.account.user.as_str()),
        |r, p| r.user(p),
    ),
];

/// Each port has a service of its own: two accounts may log in with one name and two passwords.
pub(super) static LOGIN: &[T] = &[T::new(
    line!("  ", "authentication-service AUTHX", "username", WORD),
    Confirmed,
    |f, p| match &f.account.password {
        Some(password) => {
            f.login(p)?;
            p.word(" password ")?;
            p.secret("password", password)
        }
        None => p.skip(),
    },
    |r, p| {
        r.user(p)?;
        p.word(" password ")?;
        p.secret("enrolment.password", r.job.enrolment.password)
    },
)
.secret(SecretKind::Sip)];

/// The port itself, the only thing that is stated of one that nobody uses.
pub(super) static PORT: &[T] = &[
    T::new(
        line!("  ", "port fxs 0 X", "use profile fxs"),
        Confirmed,
        |f, p| match f.country {
            Some(country) => p.word(country.electrical),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    T::new(
        line!("  ", "port fxs 0 X", "caller-id format"),
        Inferred,
        |f, p| match f.country {
            Some(country) => p.word(country.caller_id),
            None => p.clear(),
        },
        |_, p| p.clear(),
    ),
    T::new(line!("  ", "port fxs 0 X", "encapsulation"), Confirmed, |_, p| p.word("cc-fxs"), |_, p| p.word("cc-fxs")),
    T::new(line!("  ", "port fxs 0 X", "bind interface"), Confirmed, |f, p| bind(p, f.port), |r, p| bind(p, r.port)),
    T::new(flag!("  ", "port fxs 0 X", "shutdown"), Confirmed, |_, p| p.word("no "), |_, p| p.word("no "))
        .unused(|(), p| p.word("")),
];

fn bind(p: &mut Pen<'_>, port: u16) -> Put {
    p.word("IF_TEL")?;
    p.number(port)?;
    p.word(" switch")
}
