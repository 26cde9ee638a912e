//! Profiles: what one phone shall be, in no vendor's words (SPEC V1, V11).

use crate::barrier::{Failure, Kept, barrier, freeing, give, handles, required};
use crate::bytes::{Blob, prov_bytes};
use crate::convert::{read_structs, text, unused};
use crate::error::prov_error;
use crate::status::prov_status;
use libprov::profile::{self, Layer, LayerError, Profile, ProfileError};
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// All phones of a tenant.
pub const PROV_LAYER_TENANT: u8 = 1;
/// Those of one site.
pub const PROV_LAYER_SITE: u8 = 2;
/// Those of one model.
pub const PROV_LAYER_MODEL: u8 = 3;
/// One phone.
pub const PROV_LAYER_DEVICE: u8 = 4;

/// What one phone shall be. Its passwords are wiped when it is freed.
///
/// It never changes; many threads may use it at once.
pub struct prov_profile(Kept<Profile>);

handles! { prov_profile: Profile, poisons: true; }

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Self {
        let field = error.field().map(str::to_owned);
        Self::Field { status: error.code().number().into(), text: error.to_string(), field, layer: 0 }
    }
}

impl From<LayerError> for Failure {
    fn from(error: LayerError) -> Self {
        let field = error.error.field().map(str::to_owned);
        let layer = match error.layer {
            Layer::Tenant => PROV_LAYER_TENANT,
            Layer::Site => PROV_LAYER_SITE,
            Layer::Model => PROV_LAYER_MODEL,
            Layer::Device => PROV_LAYER_DEVICE,
        };
        Self::Field { status: error.code().number().into(), text: error.to_string(), field, layer }
    }
}

/// One layer of a profile. A zeroed struct says nothing and is refused, for it names no layer.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_layer {
    /// A part of a profile, as JSON.
    pub json: *const c_char,
    /// Its length.
    pub json_len: usize,
    /// A PROV_LAYER.
    pub layer: u8,
    /// 0.
    pub reserved: [u8; 7],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_layer>() == 24);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_layer>() == 16);

/// Reads a profile from JSON; prov_profile_schema says what it may hold. PROV_E_PROFILE_FORM and PROV_E_PROFILE_VALUE name the
/// field: see prov_error_field. No error quotes a value.
/// out  a new handle; free it with prov_profile_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_profile_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_profile>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        give(out, Profile::from_json(unsafe { text(json, len, "json") }?)?);
        Ok(())
    })
}

/// Merges what tenant, site, model and device say, and reads the result: the weakest first, whatever their order here; of one
/// kind in the order given. Objects are merged field by field (RFC 7396), accounts, handsets, keys and modules by slot; null
/// removes. An error also says which layer is to blame: prov_error_layer.
/// layers      count structs side by side; NULL is allowed where count is 0, which gives an empty profile.
/// count       0 to 4096; PROV_E_ARGUMENT for more.
/// layer_size  sizeof *layers.
/// out         a new handle; free it with prov_profile_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_profile_from_layers(
    layers: *const prov_layer,
    count: usize,
    layer_size: usize,
    out: Option<&mut MaybeUninit<*mut prov_profile>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: `repr(C)` without padding (asserted above), numbers and raw pointers only; the caller's promise for structs.
        let raw = unsafe { read_structs(layers, count, layer_size, "layers") }?;
        let mut layers = Vec::with_capacity(raw.len());
        for one in raw {
            unused(&one.reserved, "layers")?;
            let layer = match one.layer {
                PROV_LAYER_TENANT => Layer::Tenant,
                PROV_LAYER_SITE => Layer::Site,
                PROV_LAYER_MODEL => Layer::Model,
                PROV_LAYER_DEVICE => Layer::Device,
                _ => return Err(Failure::Argument("layers", "has one whose layer is no PROV_LAYER")),
            };
            // SAFETY: the caller's promise for text.
            layers.push((layer, unsafe { text(one.json, one.json_len, "layers") }?));
        }
        give(out, Profile::from_layers(&layers)?);
        Ok(())
    })
}

/// Wipes and frees a profile; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_profile_free(profile: Option<Box<prov_profile>>) {
    freeing(profile);
}

/// How many SIP accounts a profile has.
#[unsafe(no_mangle)]
pub extern "C" fn prov_profile_account_count(
    profile: Option<&prov_profile>,
    out: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let profile = call.shared(profile, "profile")?;
        required(out, "out")?.write(profile.account_slots().count());
        Ok(())
    })
}

/// The slot of one SIP account, ascending, from 1; PROV_E_ARGUMENT for an index at or above the count.
#[unsafe(no_mangle)]
pub extern "C" fn prov_profile_account_slot(
    profile: Option<&prov_profile>,
    index: usize,
    out: Option<&mut MaybeUninit<u16>>,
) -> prov_status {
    barrier(None, |call| {
        let profile = call.shared(profile, "profile")?;
        let slot = profile.account_slots().nth(index).ok_or(Failure::Argument("index", "is not below the count"))?;
        required(out, "out")?.write(slot);
        Ok(())
    })
}

/// Sets one value of a layer, or of a whole profile, by its path: the one that errors name.
/// layer  JSON; "{}" to begin with.
/// path   such as "accounts[1].server.port"; what is around the value is made where it is missing.
/// value  JSON; null says that there shall be no such value, whatever weaker layers say.
/// out    the whole layer anew, always in the same order, with the secrets it held; free it with prov_bytes_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_profile_set(
    layer: *const c_char,
    layer_len: usize,
    path: *const c_char,
    path_len: usize,
    value: *const c_char,
    value_len: usize,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let layer = unsafe { text(layer, layer_len, "layer") }?;
        // SAFETY: the caller's promise for text.
        let path = unsafe { text(path, path_len, "path") }?;
        // SAFETY: the caller's promise for text.
        let value = unsafe { text(value, value_len, "value") }?;
        give(out, Blob::new(profile::set(layer, path, value)?.into_bytes()));
        Ok(())
    })
}

/// Takes one value of a layer back, so that the weaker layers count. What is not there is no error.
/// layer, path, out: as in prov_profile_set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_profile_unset(
    layer: *const c_char,
    layer_len: usize,
    path: *const c_char,
    path_len: usize,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let layer = unsafe { text(layer, layer_len, "layer") }?;
        // SAFETY: the caller's promise for text.
        let path = unsafe { text(path, path_len, "path") }?;
        give(out, Blob::new(profile::unset(layer, path)?.into_bytes()));
        Ok(())
    })
}

/// The JSON Schema (2020-12) of a whole profile, for editors and forms; secrets are marked writeOnly.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_profile_schema(out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |_| {
        give(required(out, "out")?, Blob::new(profile::json_schema().into_bytes()));
        Ok(())
    })
}

/// The JSON Schema of one layer: nothing is required, and everything may be null.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_profile_layer_schema(out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    barrier(None, |_| {
        give(required(out, "out")?, Blob::new(profile::layer_json_schema().into_bytes()));
        Ok(())
    })
}
