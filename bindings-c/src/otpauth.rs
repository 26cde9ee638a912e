//! Enrolments as otpauth URIs and QR codes, and the exports of authenticator apps (SPEC M4, M10).

use crate::barrier::{Call, Failure, Kept, barrier, freeing, give, handles, required};
use crate::bytes::{Blob, prov_bytes};
use crate::convert::{OutStruct, put_text, text};
use crate::error::prov_error;
use crate::otp::{algorithm_number, prov_otp_secret, prov_totp, settings, shown};
use crate::status::prov_status;
use libprov::otp::{Background, Imported, KeyUri, Migration, MigrationEntry, OtpKind, Qr};
use libprov::secret::Secret;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// Codes from the time.
pub const PROV_OTPKIND_TOTP: u8 = 1;
/// Codes from a counter: read, but accounts here have none.
pub const PROV_OTPKIND_HOTP: u8 = 2;

/// A dark terminal: light modules are printed.
pub const PROV_BACKGROUND_DARK: u8 = 1;
/// A light terminal: dark modules are printed.
pub const PROV_BACKGROUND_LIGHT: u8 = 2;

/// An enrolment as authenticator apps scan it: issuer, account, secret, and how codes are made. It is wiped when freed.
pub struct prov_key_uri(Kept<Described>);

/// One QR code of an export of Google Authenticator. Its secrets are wiped when freed.
pub struct prov_migration(Kept<Migration>);

/// A QR code. It holds the secret of the URI in it, and is wiped when freed.
pub struct prov_qr(Kept<Qr>);

handles! {
    prov_key_uri: Described, poisons: true;
    prov_migration: Migration, poisons: true;
    prov_qr: Qr, poisons: true;
}

/// An enrolment, and what was odd about it.
pub(crate) struct Described {
    uri: KeyUri,
    label_issuer: Option<String>,
}

impl From<Imported> for Described {
    fn from(imported: Imported) -> Self {
        Self { uri: imported.uri, label_issuer: imported.label_issuer }
    }
}

/// Describes an enrolment.
/// issuer   who the account is with, at most 128 bytes; account: whose it is, at most 256. Neither may hold a colon, control
///          characters or outer spaces.
/// out      a new handle; free it with prov_key_uri_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_new(
    issuer: *const c_char,
    issuer_len: usize,
    account: *const c_char,
    account_len: usize,
    secret: Option<&prov_otp_secret>,
    totp: *const prov_totp,
    out: Option<&mut MaybeUninit<*mut prov_key_uri>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let secret = call.shared(secret, "secret")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let issuer = unsafe { text(issuer, issuer_len, "issuer") }?;
        // SAFETY: the caller's promise for text.
        let account = unsafe { text(account, account_len, "account") }?;
        // SAFETY: the caller's promise for the struct.
        let totp = unsafe { settings(totp) }?;
        give(out, Described { uri: KeyUri::new(issuer, account, secret.clone(), totp)?, label_issuer: None });
        Ok(())
    })
}

/// Reads an otpauth URI of another system, also one that breaks rules in ways which are seen in the wild. Parameters that stand
/// there twice, bad percent escapes, further colons, unknown algorithms, 9 digits and a period of 0 are refused by name.
/// out  a new handle; free it with prov_key_uri_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_parse(
    uri: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_key_uri>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        give(out, KeyUri::parse(unsafe { text(uri, len, "uri") }?)?.into());
        Ok(())
    })
}

/// The URI, strictly encoded: secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_text(
    key_uri: Option<&prov_key_uri>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let text = call.shared(key_uri, "key_uri")?.uri.uri();
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(text.expose(), buf, cap, needed) }
    })
}

/// Who the account is with; empty where another system's URI did not say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_issuer(
    key_uri: Option<&prov_key_uri>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let described = call.shared(key_uri, "key_uri")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(described.uri.issuer(), buf, cap, needed) }
    })
}

/// Whose account it is; empty where another system's URI did not say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_account(
    key_uri: Option<&prov_key_uri>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let described = call.shared(key_uri, "key_uri")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(described.uri.account(), buf, cap, needed) }
    })
}

/// The issuer in front of the account, where it differs from the issuer parameter, which counts; else empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_label_issuer(
    key_uri: Option<&prov_key_uri>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let described = call.shared(key_uri, "key_uri")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(described.label_issuer.as_deref().unwrap_or_default(), buf, cap, needed) }
    })
}

/// The secret of an enrolment.
/// out  a new handle; free it with prov_otp_secret_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_key_uri_secret(
    key_uri: Option<&prov_key_uri>,
    out: Option<&mut MaybeUninit<*mut prov_otp_secret>>,
) -> prov_status {
    barrier(None, |call| {
        let described = call.shared(key_uri, "key_uri")?;
        give(required(out, "out")?, described.uri.secret().clone());
        Ok(())
    })
}

/// How an enrolment makes its codes.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_otp_kind {
    /// A PROV_OTPKIND.
    pub kind: u8,
    /// A PROV_ALGORITHM.
    pub algorithm: u8,
    /// Digits of a code.
    pub digits: u8,
    /// With PROV_OTPKIND_TOTP: seconds of a step.
    pub period_s: u8,
    /// 0.
    pub reserved: [u8; 4],
    /// With PROV_OTPKIND_HOTP: the counter of the next code.
    pub counter: u64,
}

const _: () = assert!(size_of::<prov_otp_kind>() == 16);

/// How an enrolment makes its codes, of either kind.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_kind(
    key_uri: Option<&prov_key_uri>,
    out: *mut prov_otp_kind,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let described = call.shared(key_uri, "key_uri")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_otp_kind>(), "out") }?;
        out.put(&match described.uri.kind() {
            OtpKind::Totp(totp) => prov_otp_kind {
                kind: PROV_OTPKIND_TOTP,
                algorithm: algorithm_number(totp.algorithm()),
                digits: totp.digits(),
                period_s: totp.period_s(),
                ..prov_otp_kind::default()
            },
            OtpKind::Hotp(hotp) => prov_otp_kind {
                kind: PROV_OTPKIND_HOTP,
                algorithm: algorithm_number(hotp.algorithm),
                digits: hotp.digits,
                counter: hotp.counter,
                ..prov_otp_kind::default()
            },
            // A later core may know more.
            _ => prov_otp_kind::default(),
        });
        Ok(())
    })
}

/// The settings of an enrolment, for prov_totp_key_new; PROV_E_ARGUMENT for one with a counter.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_key_uri_totp(key_uri: Option<&prov_key_uri>, out: *mut prov_totp, out_size: usize) -> prov_status {
    barrier(None, |call| {
        let described = call.shared(key_uri, "key_uri")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_totp>(), "out") }?;
        let OtpKind::Totp(totp) = described.uri.kind() else {
            return Err(Failure::Argument("key_uri", "has a counter and no PROV_OTPKIND_TOTP"));
        };
        out.put(&shown(totp));
        Ok(())
    })
}

/// Wipes and frees an enrolment; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_key_uri_free(key_uri: Option<Box<prov_key_uri>>) {
    freeing(key_uri);
}

/// Reads one QR code of an export ("otpauth-migration://..."). What is wrong with a single account is no failure of this call:
/// see prov_migration_entry.
/// out  a new handle; free it with prov_migration_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_migration_parse(
    uri: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_migration>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        give(out, Migration::parse(unsafe { text(uri, len, "uri") }?)?);
        Ok(())
    })
}

/// The place of a QR code in its export.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_batch {
    /// How many accounts this QR code has.
    pub count: u32,
    /// The version of the format; 1 is known.
    pub version: u32,
    /// How many QR codes there are; 0 when it was not said.
    pub size: u32,
    /// Which one this is, from 0.
    pub index: u32,
    /// What all of them share; nothing follows from its value.
    pub id: i32,
}

const _: () = assert!(size_of::<prov_batch>() == 20);

/// What an export says of itself.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_migration_batch(
    migration: Option<&prov_migration>,
    out: *mut prov_batch,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let migration = call.shared(migration, "migration")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_batch>(), "out") }?;
        let batch = migration.batch;
        out.put(&prov_batch {
            count: migration.entries.len() as u32,
            version: batch.version,
            size: batch.size,
            index: batch.index,
            id: batch.id,
        });
        Ok(())
    })
}

fn entry<'a>(call: &Call, migration: Option<&'a prov_migration>, index: usize) -> Result<&'a MigrationEntry, Failure> {
    let entries = &call.shared(migration, "migration")?.entries;
    entries.get(index).ok_or(Failure::Argument("index", "is at or above the count"))
}

/// The name of one account as the app shows it, shortened; PROV_E_ARGUMENT for an index at or above the count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_migration_name(
    migration: Option<&prov_migration>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let entry = entry(call, migration, index)?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&entry.name, buf, cap, needed) }
    })
}

/// One account; why it cannot be taken over, if it cannot; PROV_E_ARGUMENT for an index at or above the count.
/// out  a new handle; free it with prov_key_uri_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_migration_entry(
    migration: Option<&prov_migration>,
    index: usize,
    out: Option<&mut MaybeUninit<*mut prov_key_uri>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        give(out, entry(call, migration, index)?.outcome.clone()?.into());
        Ok(())
    })
}

/// Wipes and frees an export; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_migration_free(migration: Option<Box<prov_migration>>) {
    freeing(migration);
}

/// Makes the QR code of an enrolment.
/// out  a new handle; free it with prov_qr_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_qr_of_uri(
    key_uri: Option<&prov_key_uri>,
    out: Option<&mut MaybeUninit<*mut prov_qr>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let described = call.shared(key_uri, "key_uri")?;
        give(required(out, "out")?, Qr::of_uri(&described.uri)?);
        Ok(())
    })
}

/// Makes the smallest QR code that holds a text and survives 15 % of damage, or 7 % where the text is very long.
/// out  a new handle; free it with prov_qr_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_qr_of_text(
    text: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_qr>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        give(out, Qr::of_text(unsafe { self::text(text, len, "text") }?)?);
        Ok(())
    })
}

/// Lends the modules, row by row from the top left, one byte each: 1 for dark, 0 for light. There is no margin; show 4 light
/// modules on each side.
/// data  a view that lives as long as the handle: size times size bytes.
/// size  modules on a side, 21 to 177.
#[unsafe(no_mangle)]
pub extern "C" fn prov_qr_modules(
    qr: Option<&prov_qr>,
    data: Option<&mut MaybeUninit<*const u8>>,
    size: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let qr = call.shared(qr, "qr")?;
        let (data, size) = (required(data, "data")?, required(size, "size")?);
        data.write(qr.modules().as_ptr());
        size.write(qr.size().into());
        Ok(())
    })
}

/// Hands out what a QR code gives in some form.
fn drawn(
    qr: Option<&prov_qr>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
    form: impl FnOnce(&Qr) -> Result<Secret, Failure>,
) -> prov_status {
    barrier(None, |call| {
        let qr = call.shared(qr, "qr")?;
        give(required(out, "out")?, Blob::new(form(qr)?.expose().as_bytes().to_vec()));
        Ok(())
    })
}

/// A whole SVG document, black on white with margin, without width and height.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_qr_svg(qr: Option<&prov_qr>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    drawn(qr, out, |qr| Ok(qr.svg()))
}

/// The d of an SVG path that draws the dark modules, one unit each, behind a margin of 4.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_qr_svg_path(qr: Option<&prov_qr>, out: Option<&mut MaybeUninit<*mut prov_bytes>>) -> prov_status {
    drawn(qr, out, |qr| Ok(qr.svg_path()))
}

/// Lines of half blocks in UTF-8 with margin, two rows of modules to a line.
/// background  a PROV_BACKGROUND: what the terminal shows where nothing is printed.
/// out         new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_qr_text(
    qr: Option<&prov_qr>,
    background: u8,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    drawn(qr, out, |qr| {
        Ok(qr.text(match background {
            PROV_BACKGROUND_DARK => Background::Dark,
            PROV_BACKGROUND_LIGHT => Background::Light,
            _ => return Err(Failure::Argument("background", "is no PROV_BACKGROUND")),
        }))
    })
}

/// Wipes and frees a QR code; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_qr_free(qr: Option<Box<prov_qr>>) {
    freeing(qr);
}
