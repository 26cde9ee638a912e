//! Two-factor phone provisioning for any PBX: a pure, I/O-free core.
//!
//! A provisioning server that hands SIP passwords to whoever guesses a MAC address is an open door to toll fraud.
//! `libprov` gives every device a *restricted* configuration until somebody dials `*89` at it and types its
//! six-digit PAP; only then does the full configuration, with its secrets, go out, and only to that device.
//!
//! # Shape
//! - **Records in, records out.** The host owns the store. It loads the records a call needs ([`Facts`](request::Facts)),
//!   calls a pure function, and gets back the records that changed ([`Writes`](request::Writes)) and what to do
//!   ([`Effects`](effect::Effects)).
//! - **Commit, then speak.** The host stores the writes (compare-and-swap on the revision) before the answer leaves
//!   or a verdict is spoken (SPEC A11).
//! - **Time and randomness are arguments**: [`Timestamp`](time::Timestamp) and [`Entropy`](entropy::Entropy).
//!
//! # Floors
//! A module imports only from floors below its own; a test holds that.
//! 1. [`time`], [`mac`], [`entropy`], [`secret`], [`error`], [`lang`], [`ids`], [`state`], [`rule`], [`dtmf`],
//!    [`hooks`], [`zone`]
//! 2. [`announcement`], [`emergency`], [`ip`], [`keys`], [`models`], [`number`], [`otp`], [`profile`], [`stagger`]
//! 3. [`adoption`], [`credential`], [`guard`], [`oui`], [`pap`], [`render`], [`whitelist`]
//! 4. [`policy`], [`effect`]
//! 5. [`device`], [`tenant`], [`audit`]
//! 6. [`standing`], [`dialogue`]
//! 7. [`mfa`], [`request`]
//! 8. [`snapshot`]
//! 9. [`call`], [`roster`], [`site`]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "__break", feature = "__count"))]
extern crate std;

pub mod adoption;
pub mod announcement;
pub mod audit;
pub mod call;
pub mod credential;
pub mod device;
pub mod dialogue;
pub mod dtmf;
pub mod effect;
pub mod emergency;
pub mod entropy;
pub mod error;
pub mod guard;
#[doc(hidden)]
pub mod hooks;
pub mod ids;
pub mod ip;
pub mod keys;
pub mod lang;
pub mod mac;
pub mod mfa;
pub mod models;
pub mod number;
pub mod otp;
pub mod oui;
pub mod pap;
pub mod policy;
#[cfg(feature = "render")]
pub mod profile;
#[cfg(feature = "render")]
pub mod render;
pub mod request;
pub mod roster;
pub mod rule;
pub mod secret;
pub mod site;
pub mod snapshot;
pub mod stagger;
pub mod standing;
pub mod state;
pub mod tenant;
pub mod time;
pub mod whitelist;
#[cfg(feature = "render")]
pub mod zone;
