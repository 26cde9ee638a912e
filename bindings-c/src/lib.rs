//! The C binding of libprov: convert, call core, convert back.
//!
//! `include/prov.h` is generated from this crate (`cargo xtask header`) and is its documentation: the doc comments of exported
//! items are the comments of that header. Types carry their C names.
//!
//! Handles and out-parameters are `Option<&T>` and `Option<&mut MaybeUninit<T>>`, which have the layout of a pointer that may be
//! NULL; only text, arrays, and structs whose size the caller decides come as raw pointers.
#![allow(non_camel_case_types, reason = "types carry their C names")]
#![allow(clippy::missing_safety_doc, reason = "the C comment says what the caller promises")]
#![warn(clippy::undocumented_unsafe_blocks, clippy::multiple_unsafe_ops_per_block)]

mod barrier;
mod convert;

// In the order of the header.

pub mod status;

pub mod generated;

pub mod error;

pub mod bytes;

pub mod text;

pub mod record;

pub mod tenant;

pub mod request;

pub mod decision;

pub mod effect;

pub mod engine;

pub mod call;

pub mod voice;

pub mod audit;

pub mod device;

pub mod admin;

pub mod roster;

pub mod model;

pub mod profile;

pub mod render;

pub mod rendered;

pub mod file;

pub mod otp;

pub mod otpauth;

pub mod account;

pub mod factor;

pub mod outcome;

pub mod mfa;

#[cfg(test)]
mod tests;
