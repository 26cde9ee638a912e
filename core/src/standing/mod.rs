//! What a requester may have: rules R4 to R11 over device, proof, whitelists and source (SPEC section 4).
//!
//! One pure function, one `match`-like ladder in the order of the SPEC. It changes nothing and makes nothing.

mod texts;

pub use texts::TextForm;

use crate::device::release::Asker;
use crate::device::{Bind, Device, Lease, Standing, bucket};
use crate::ip::{ClientAddress, Source};
use crate::models::Carriage;
use crate::policy::{Enforcement, Settings, Temporary};
use crate::rule::Rule;
use crate::state::BlockCause;
use crate::time::Timestamp;
use crate::whitelist::{TEMP_UNPROVEN_WINDOW_MS, TempEntry};

/// What a request proved about who it is, strongest first (SPEC R0).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[repr(u8)]
pub enum Proof {
    /// A TLS client certificate for this MAC.
    Certificate = 1,
    /// The present credential of the device.
    Credential = 2,
    /// The token of the accepted enrolment, inside its window.
    AcceptedToken = 3,
    /// For a model that carries nothing: the address of the accepted enrolment, inside its short window (SPEC R19).
    AcceptedAddress = 4,
    /// The token of another enrolment that still is good. It proves the enrolment, not the device.
    PresentToken = 5,
    /// A credential that is old or forged.
    StaleCredential = 6,
    /// Nothing.
    None = 7,
}

impl Proof {
    /// Whether the request is *proven*.
    pub const fn is_proven(self) -> bool {
        matches!(self, Self::Certificate | Self::Credential | Self::AcceptedToken | Self::AcceptedAddress)
    }

    /// The stable name, lower case with underscores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Credential => "credential",
            Self::AcceptedToken => "accepted_token",
            Self::AcceptedAddress => "accepted_address",
            Self::PresentToken => "present_token",
            Self::StaleCredential => "stale_credential",
            Self::None => "none",
        }
    }
}

/// Why a restricted configuration is given, for the display (SPEC R15).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notice {
    /// Authentication required.
    Required,
    /// Authentication failed; locked until then.
    Failed {
        /// When the lock ends.
        until: Timestamp,
    },
    /// Authentication blocked.
    Blocked,
    /// The telephone has lost its configuration: reset needed.
    ResetNeeded,
}

/// What the rules give.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Access {
    Full,
    Restricted(Notice),
    Deny,
}

/// The outcome of R4 to R11.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) rule: Rule,
    pub(crate) access: Access,
    /// Counts as proven: by its proof, or by R8a.
    pub(crate) proven: bool,
    /// Only a suspension allowed it (SPEC W3).
    pub(crate) only_suspension: bool,
    /// The rule without a suspension: what a delivery may do to the temporary whitelist follows from it (SPEC W3).
    pub(crate) beneath: Rule,
    /// The rules said otherwise and are not enforced (SPEC R23).
    pub(crate) unenforced: bool,
    /// A second, unproven source asked during a suspension that had bound itself (SPEC A4).
    pub(crate) contested: bool,
    /// A full answer with secrets although the model can prove nothing (SPEC S7).
    pub(crate) weak: bool,
}

/// Everything the ladder looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) device: &'a Device,
    pub(crate) settings: &'a Settings,
    pub(crate) address: ClientAddress,
    /// The source inside the valid token, if one was presented: it is whose state is read (SPEC A13).
    pub(crate) token_source: Option<Source>,
    pub(crate) proof: Proof,
    /// Whether the permanent whitelist covers the address.
    pub(crate) permanent: bool,
    pub(crate) temp: Option<&'a TempEntry>,
    pub(crate) now: Timestamp,
}

impl Case<'_> {
    /// Judges R4 to R11, then R23.
    pub(crate) fn judge(&self) -> Outcome {
        let mut outcome = self.ladder();
        let replaceable = match outcome.rule {
            Rule::R5 => self.standing() != Standing::Blocked(BlockCause::Administrator),
            Rule::R9 | Rule::R10 | Rule::R11 => true,
            _ => false,
        };
        if self.settings.enforcement != Enforcement::Enforce && replaceable {
            // SPEC R23: full, and it counts as unproven.
            outcome.access = Access::Full;
            outcome.unenforced = true;
            outcome.proven = false;
        }
        outcome
    }

    fn ladder(&self) -> Outcome {
        let without = self.without_suspension();
        let Some(suspension) = self.device.suspension(self.now) else { return without };
        if suspension.bind.fits(self.address) {
            // SPEC R4
            let only_suspension = without.access != Access::Full;
            return Outcome { rule: Rule::R4, access: Access::Full, only_suspension, weak: false, ..without };
        }
        let contested = matches!(suspension.bind, Bind::First(_)) && !self.proof.is_proven();
        Outcome { contested, ..without }
    }

    fn without_suspension(&self) -> Outcome {
        let device = self.device;
        let standing = self.standing();
        let full = |rule| self.outcome(rule, Access::Full);
        // SPEC R5
        let blocked = match standing {
            Standing::Blocked(_) => true,
            Standing::BlockedSource => !self.permanent,
            _ => false,
        };
        if blocked {
            return self.outcome(Rule::R5, Access::Restricted(Notice::Blocked));
        }
        match self.proof {
            // SPEC R7
            Proof::Certificate | Proof::Credential => return full(Rule::R7),
            // SPEC R8
            Proof::AcceptedToken | Proof::AcceptedAddress => return full(Rule::R8),
            _ => {}
        }
        // SPEC R8a; every delivery, which is what issues a credential, ends it.
        if let Some(installed) = device.installed(self.now)
            && self.proof != Proof::StaleCredential
            && installed.taken_by.is_none_or(|source| source == self.source())
        {
            return Outcome { proven: true, ..full(Rule::R8a) };
        }
        // SPEC R6a, S7
        if self.permanent {
            let capabilities = device.model().capabilities();
            if standing != Standing::Delivered || capabilities.retains {
                return full(Rule::R6a);
            }
            if capabilities.carriage == Carriage::None {
                return Outcome { weak: true, ..full(Rule::R6a) };
            }
            // What keeps nothing must get all or nothing: all, while an administrator's release is open for it.
            let leased_to = device.lease().filter(|lease| lease.is_live(self.now)).map(Lease::source);
            let asker = Asker { source: self.source(), proven: false, leased_to, now: self.now };
            if device.release.ask(device.accounts(), asker).1.is_none() {
                return full(Rule::R6a);
            }
        }
        // SPEC R6b
        if matches!(standing, Standing::Required | Standing::Failed(_)) && self.neighbour() {
            return full(Rule::R6b);
        }
        // SPEC R9
        if self.proof == Proof::StaleCredential {
            return self.outcome(Rule::R9, Access::Deny);
        }
        match standing {
            // SPEC R10
            Standing::Delivered => self.outcome(Rule::R10, Access::Restricted(Notice::ResetNeeded)),
            // SPEC R11
            Standing::Failed(lock) => {
                self.outcome(Rule::R11, Access::Restricted(Notice::Failed { until: lock.shown_end(self.now) }))
            }
            _ => self.outcome(Rule::R11, Access::Restricted(Notice::Required)),
        }
    }

    fn outcome(&self, rule: Rule, access: Access) -> Outcome {
        Outcome {
            rule,
            access,
            beneath: rule,
            proven: self.proof.is_proven(),
            only_suspension: false,
            unenforced: false,
            contested: false,
            weak: self.proof == Proof::AcceptedAddress && rule == Rule::R8,
        }
    }

    fn source(&self) -> Source {
        self.address.source()
    }

    /// The state of the source inside the valid token, else of the request's own (SPEC A13).
    fn standing(&self) -> Standing {
        let source = self.token_source.unwrap_or_else(|| self.source());
        self.device.standing_of(bucket(self.settings, source), self.now)
    }

    /// SPEC R6b but for the state.
    fn neighbour(&self) -> bool {
        let first_n = match self.settings.temporary {
            Temporary::Off => return false,
            Temporary::Waiting => None,
            Temporary::FirstN(k) => Some(k),
        };
        // A14: its own answer that is still on its way was counted already, and telephones fetch twice.
        let counted = self
            .device
            .lease()
            .is_some_and(|lease| lease.rule == Rule::R6b && lease.source() == self.source() && lease.is_live(self.now));
        self.temp.is_some_and(|entry| {
            let reset_since = self.device.reset_at.is_some_and(|at| at >= entry.made_at());
            let cap = self.settings.temporary_unproven_cap;
            entry.is_live(self.now)
                && !reset_since
                && (counted || entry.admits_unproven(self.now, TEMP_UNPROVEN_WINDOW_MS, cap, first_n))
        })
    }
}
