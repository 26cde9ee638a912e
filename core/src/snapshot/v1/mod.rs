//! Version 1. Once released this folder is not edited any more.

#![allow(unreachable_pub, reason = "a sealed trait names these types, nobody outside can")]

mod account;
mod device;
mod records;
mod tenant;

pub(super) use account::AccountWire;
pub(super) use device::DeviceWire;
pub(super) use records::{AdoptionWire, SourceGuardWire, TempWire, TenantGuardWire};
pub(super) use tenant::TenantWire;
