//! The vendor table: what each model can do, and which parameters its files have (SPEC V8, V9).

use crate::admin::{PROV_CARRIAGE_HTTP_AUTH, PROV_CARRIAGE_NONE, PROV_CARRIAGE_URL};
use crate::barrier::{Failure, Kept, barrier, freeing, give, handles, required};
use crate::bytes::Blob;
use crate::convert::{OutStruct, array, put_text, text};
use crate::decision::{PROV_SECRET_CREDENTIAL, PROV_SECRET_MENU, PROV_SECRET_OTHER, PROV_SECRET_SIP, PROV_SECRET_WEB};
use crate::error::prov_error;
use crate::generated::PROV_E_RENDER_UNKNOWN_MODEL;
use crate::status::prov_status;
use libprov::mac::MacAddr;
use libprov::models::{self, Carriage, Confidence, Dialect, Hotline, Model};
use libprov::profile::Field;
use libprov::render::{self, SecretKind};
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// Gigaset N510 IP PRO.
pub const PROV_DIALECT_GIGASET_N510: u8 = 1;
/// Gigaset N720 DM PRO.
pub const PROV_DIALECT_GIGASET_N720: u8 = 2;
/// snom desk phones.
pub const PROV_DIALECT_SNOM_DESK: u8 = 3;
/// Yealink phones, firmware 80 and newer.
pub const PROV_DIALECT_YEALINK_PHONE: u8 = 4;
/// Yealink DECT bases.
pub const PROV_DIALECT_YEALINK_BASE: u8 = 5;
/// Yealink DECT managers.
pub const PROV_DIALECT_YEALINK_MANAGER: u8 = 6;
/// Patton SmartNode gateways with SmartWare 6.
pub const PROV_DIALECT_PATTON_SMARTWARE: u8 = 7;

/// Deduced from sources, stated by none.
pub const PROV_CONFIDENCE_INFERRED: u8 = 1;
/// From memory; to be verified.
pub const PROV_CONFIDENCE_MEMORY: u8 = 2;
/// One source.
pub const PROV_CONFIDENCE_ONE_SOURCE: u8 = 3;
/// Two or more independent sources.
pub const PROV_CONFIDENCE_CONFIRMED: u8 = 4;

/// One model of the vendor table. It never changes; many threads may use it at once, and a host may keep it as long as it runs.
pub struct prov_model(Kept<&'static Model>);

/// The parameters that the files of a model can have. They never change; many threads may use them at once.
pub struct prov_parameters(Kept<Vec<Parameter>>);

handles! {
    // A row of a table serves all devices of its model, and no call changes it.
    prov_model: &'static Model, poisons: false;
    prov_parameters: Vec<Parameter>, poisons: true;
}

pub(crate) struct Parameter {
    name: Blob,
    confidence: u8,
    secret: u16,
}

/// The row of this vendor and model, or which ones are near.
pub(crate) fn row(vendor: &str, name: &str, otherwise: &str) -> Result<&'static Model, Failure> {
    models::lookup(vendor, name).ok_or_else(|| {
        let known = models::vendors().any(|other| other.eq_ignore_ascii_case(vendor));
        let near = if known { models::nearest(vendor, name) } else { models::nearest_vendor(vendor) };
        let hint = if near.is_empty() { otherwise.to_owned() } else { format!("near: {}", near.join(", ")) };
        let what = if known { "this vendor has no such model" } else { "there is no such vendor" };
        Failure::Core(PROV_E_RENDER_UNKNOWN_MODEL, format!("{what}; {hint}"))
    })
}

/// Finds a model, in any case of letters. PROV_E_RENDER_UNKNOWN_MODEL where there is none; error then has the nearest names.
/// vendor  such as "yealink".
/// name    such as "T46S".
/// out     a new handle; free it with prov_model_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_find(
    vendor: *const c_char,
    vendor_len: usize,
    name: *const c_char,
    name_len: usize,
    out: Option<&mut MaybeUninit<*mut prov_model>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let vendor = unsafe { text(vendor, vendor_len, "vendor") }?;
        // SAFETY: the caller's promise for text.
        let name = unsafe { text(name, name_len, "name") }?;
        give(out, row(vendor, name, "prov_model_at lists what there is")?);
        Ok(())
    })
}

/// How many models the vendor table has.
#[unsafe(no_mangle)]
pub extern "C" fn prov_model_count(out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |_| {
        required(out, "out")?.write(models::all().count());
        Ok(())
    })
}

/// One model of the table, vendors in alphabetical order; PROV_E_ARGUMENT for an index at or above the count.
/// out  a new handle; free it with prov_model_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_model_at(index: usize, out: Option<&mut MaybeUninit<*mut prov_model>>) -> prov_status {
    barrier(None, |_| {
        let out = required(out, "out")?;
        give(out, models::all().nth(index).ok_or(Failure::Argument("index", "is not below the count"))?);
        Ok(())
    })
}

/// Frees a model; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_model_free(model: Option<Box<prov_model>>) {
    freeing(model);
}

/// At most three models of a vendor whose names are like this one, the nearest first, one per line; empty where none is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_nearest(
    vendor: *const c_char,
    vendor_len: usize,
    name: *const c_char,
    name_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for text.
        let vendor = unsafe { text(vendor, vendor_len, "vendor") }?;
        // SAFETY: the caller's promise for text.
        let name = unsafe { text(name, name_len, "name") }?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&models::nearest(vendor, name).join("\n"), buf, cap, needed) }
    })
}

/// How many vendors the table has.
#[unsafe(no_mangle)]
pub extern "C" fn prov_vendor_count(out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |_| {
        required(out, "out")?.write(models::vendors().count());
        Ok(())
    })
}

/// One vendor of the table, such as "yealink", in alphabetical order; PROV_E_ARGUMENT for an index at or above the count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_vendor_at(
    index: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        let vendor = models::vendors().nth(index).ok_or(Failure::Argument("index", "is not below the count"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(vendor, buf, cap, needed) }
    })
}

/// At most three vendors whose names are like this one, the nearest first, one per line; empty where none is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_vendor_nearest(
    vendor: *const c_char,
    vendor_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for text.
        let vendor = unsafe { text(vendor, vendor_len, "vendor") }?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&models::nearest_vendor(vendor).join("\n"), buf, cap, needed) }
    })
}

/// The vendor of a model, lower case: "yealink".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_vendor(
    model: Option<&prov_model>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(model.vendor, buf, cap, needed) }
    })
}

/// The name of a model as its User-Agent has it, upper case: "T46S".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_name(
    model: Option<&prov_model>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(model.name, buf, cap, needed) }
    })
}

/// Where the numbers of a model come from, such as "docs/facts/patton.md, sections 1 and 5".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_source(
    model: Option<&prov_model>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(model.source, buf, cap, needed) }
    })
}

/// What a model can do.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_capabilities {
    /// SIP accounts it can hold; of a telephone adapter, its ports.
    pub accounts: u16,
    /// Handsets it can hold; 0: it is no DECT base.
    pub handsets: u16,
    /// Function keys beside its screen.
    pub keys: u16,
    /// Expansion modules it can hold.
    pub modules: u16,
    /// Keys of each.
    pub module_keys: u16,
    /// A PROV_DIALECT: how its configuration is written.
    pub dialect: u8,
    /// A PROV_CARRIAGE: how it carries token and credential back.
    pub carriage: u8,
    /// 1: a restricted configuration can be rendered for it.
    pub restricted: u8,
    /// 1: it keeps what a later configuration omits.
    pub retains: u8,
    /// 1: it has a screen.
    pub screen: u8,
    /// 1: it is known to take a digit map, and refuses numbers that are not allowed by itself. Else only the server holds the line.
    pub digit_map: u8,
    /// After how many seconds at most it can dial by itself when it is taken off-hook; 0: not at all.
    pub hotline_s: u8,
    /// A PROV_CONFIDENCE: how sure these numbers are. None was tried on a real device by us.
    pub confidence: u8,
    /// 0.
    pub reserved: [u8; 6],
}

const _: () = assert!(size_of::<prov_capabilities>() == 24);

/// What a model can do.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_capabilities(
    model: Option<&prov_model>,
    out: *mut prov_capabilities,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_capabilities>(), "out") }?;
        out.put(&prov_capabilities {
            accounts: model.accounts,
            handsets: model.handsets,
            keys: model.keys,
            modules: model.modules.count,
            module_keys: model.modules.keys,
            dialect: dialect_number(model.dialect),
            carriage: match model.capabilities.carriage {
                Carriage::Url => PROV_CARRIAGE_URL,
                Carriage::HttpAuth => PROV_CARRIAGE_HTTP_AUTH,
                Carriage::None => PROV_CARRIAGE_NONE,
                // A later core may know more.
                _ => 0,
            },
            restricted: u8::from(model.capabilities.restricted),
            retains: u8::from(model.capabilities.retains),
            screen: u8::from(model.screen),
            digit_map: u8::from(model.digit_map),
            hotline_s: match model.hotline {
                Hotline::Delayed { longest_s } => longest_s,
                _ => 0,
            },
            confidence: confidence_number(model.confidence),
            reserved: [0; 6],
        });
        Ok(())
    })
}

pub(crate) const fn dialect_number(dialect: Dialect) -> u8 {
    match dialect {
        Dialect::GigasetN510 => PROV_DIALECT_GIGASET_N510,
        Dialect::GigasetN720 => PROV_DIALECT_GIGASET_N720,
        Dialect::SnomDesk => PROV_DIALECT_SNOM_DESK,
        Dialect::YealinkPhone => PROV_DIALECT_YEALINK_PHONE,
        Dialect::YealinkBase => PROV_DIALECT_YEALINK_BASE,
        Dialect::YealinkManager => PROV_DIALECT_YEALINK_MANAGER,
        Dialect::PattonSmartWare => PROV_DIALECT_PATTON_SMARTWARE,
        // A later core may know more.
        _ => 0,
    }
}

const fn confidence_number(confidence: Confidence) -> u8 {
    match confidence {
        Confidence::Inferred => PROV_CONFIDENCE_INFERRED,
        Confidence::Memory => PROV_CONFIDENCE_MEMORY,
        Confidence::OneSource => PROV_CONFIDENCE_ONE_SOURCE,
        Confidence::Confirmed => PROV_CONFIDENCE_CONFIRMED,
        // A later core may know more.
        _ => 0,
    }
}

/// The bit of a kind of secret. One that a later core may know is shown as [`PROV_SECRET_OTHER`], so that nobody takes it for none.
const fn secret_bit(kind: SecretKind) -> u16 {
    match kind {
        SecretKind::Sip => PROV_SECRET_SIP,
        SecretKind::Menu => PROV_SECRET_MENU,
        SecretKind::Web => PROV_SECRET_WEB,
        SecretKind::Credential => PROV_SECRET_CREDENTIAL,
        _ => PROV_SECRET_OTHER,
    }
}

/// The name of the file that carries the accounts of a device, as the device asks for it: "805ec0010203.cfg".
/// cbindgen:ptrs-as-arrays=[[mac;6]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_file_name(
    model: Option<&prov_model>,
    mac: *const u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        // SAFETY: the caller's promise for the array.
        let mac = MacAddr::from_octets(unsafe { array(mac, "mac") }?)?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&render::file_name(model, mac), buf, cap, needed) }
    })
}

/// The content type of that file, such as "text/plain".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_content_type(
    model: Option<&prov_model>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(render::content_type(model), buf, cap, needed) }
    })
}

/// How many fields a profile can have.
#[unsafe(no_mangle)]
pub extern "C" fn prov_field_count(out: Option<&mut MaybeUninit<usize>>) -> prov_status {
    barrier(None, |_| {
        required(out, "out")?.write(Field::ALL.len());
        Ok(())
    })
}

/// The path of one field of a profile, its slots written "[]": "accounts[].server.port". PROV_E_ARGUMENT for an index at or above
/// the count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_field_path(
    index: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        let field = Field::ALL.get(index).ok_or(Failure::Argument("index", "is not below the count"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(field.path(), buf, cap, needed) }
    })
}

/// Whether a model can carry a field of a profile, in some slot and with some value.
/// field  one of prov_field_path; PROV_E_ARGUMENT for any other text.
/// out    1: it can.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_carries(
    model: Option<&prov_model>,
    field: *const c_char,
    field_len: usize,
    out: Option<&mut MaybeUninit<u8>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let path = unsafe { text(field, field_len, "field") }?;
        let field = Field::ALL.iter().find(|field| field.path() == path);
        let field = field.ok_or(Failure::Argument("field", "is none of prov_field_path"))?;
        out.write(u8::from(render::carries(model, *field)));
        Ok(())
    })
}

/// Whether a raw override of this name is known to a model: "account.3.label", its indexes as numbers.
/// out  1: it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_model_knows_parameter(
    model: Option<&prov_model>,
    name: *const c_char,
    name_len: usize,
    out: Option<&mut MaybeUninit<u8>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        out.write(u8::from(render::is_known_parameter(model, unsafe { text(name, name_len, "name") }?)));
        Ok(())
    })
}

/// Every parameter that the files of a model's dialect can have, raw overrides aside.
/// out  a new handle; free it with prov_parameters_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_model_parameters(
    model: Option<&prov_model>,
    out: Option<&mut MaybeUninit<*mut prov_parameters>>,
) -> prov_status {
    barrier(None, |call| {
        let model = call.shared(model, "model")?;
        let all = render::parameters(model.dialect).into_iter().map(|parameter| Parameter {
            name: Blob::of(parameter.name),
            confidence: confidence_number(parameter.confidence),
            secret: parameter.secret.map_or(0, secret_bit),
        });
        give(required(out, "out")?, all.collect());
        Ok(())
    })
}

/// How many parameters there are.
#[unsafe(no_mangle)]
pub extern "C" fn prov_parameters_count(
    parameters: Option<&prov_parameters>,
    out: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let parameters = call.shared(parameters, "parameters")?;
        required(out, "out")?.write(parameters.len());
        Ok(())
    })
}

/// One parameter that files can have.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_parameter {
    /// The name, an index written "X": a view that lives as long as the prov_parameters; with a NUL behind it.
    pub name: *const c_char,
    /// Its length.
    pub name_len: usize,
    /// The PROV_SECRET that its value is; 0: none.
    pub secret: u16,
    /// A PROV_CONFIDENCE: how sure it is that devices read it so.
    pub confidence: u8,
    /// 0.
    pub reserved: [u8; 5],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_parameter>() == 24);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_parameter>() == 16);

/// One parameter; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_parameters_at(
    parameters: Option<&prov_parameters>,
    index: usize,
    out: *mut prov_parameter,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let parameters = call.shared(parameters, "parameters")?;
        let one = parameters.get(index).ok_or(Failure::Argument("index", "is not below the count"))?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_parameter>(), "out") }?;
        let (name, name_len) = one.name.text();
        out.put(&prov_parameter { name, name_len, secret: one.secret, confidence: one.confidence, reserved: [0; 5] });
        Ok(())
    })
}

/// Frees a list of parameters; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_parameters_free(parameters: Option<Box<prov_parameters>>) {
    freeing(parameters);
}
