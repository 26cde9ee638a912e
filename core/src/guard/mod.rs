//! Guards: what the host remembers of a source and of a tenant to slow attackers down (SPEC R12, R21), as plain records.
//!
//! A [`SourceGuard`] belongs to the host and is about one source, or the /48 around it: which unknown MACs it asked for, how
//! many wrong PAPs it cost, whom it was challenged for, whether it ever proved a delivery. A [`TenantGuard`] counts the wrong
//! PAPs and temporary whitelist entries of one tenant. Both are bounded: what is over a limit is not written down again.

mod source;
mod tally;
mod tenant;

pub(crate) use source::Probed;
pub use source::{GuardKey, MAX_CHALLENGES, MAX_PROVEN, SourceGuard};
pub(crate) use tally::Tally;
pub use tenant::TenantGuard;

/// How many times the limits of a source the /48 around it has (SPEC R12).
pub const WIDER_FACTOR: usize = 16;
