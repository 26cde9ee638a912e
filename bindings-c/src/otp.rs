//! One-time passwords: secrets, codes, and judging what somebody typed (SPEC M1, M2, M4, M11).

use crate::barrier::{Failure, Kept, barrier, freeing, give, handles, required};
use crate::bytes::{Blob, prov_bytes};
use crate::convert::{OutStruct, Sized32, bytes, flag, init_struct, instant, put_text, read_struct, text, unused};
use crate::error::prov_error;
use crate::status::prov_status;
use libprov::otp::{Algorithm, CompatWarning, HotpKey, OtpOutcome, OtpSecret, Totp, TotpKey, Window};
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;

/// SHA-1: what every authenticator app can.
pub const PROV_ALGORITHM_SHA1: u8 = 1;
/// SHA-256.
pub const PROV_ALGORITHM_SHA256: u8 = 2;
/// SHA-512.
pub const PROV_ALGORITHM_SHA512: u8 = 3;

/// Right: store step as the last accepted one, then let in.
pub const PROV_OTP_ACCEPTED: u8 = 1;
/// Right, but for the last accepted step or an older one. Show it as wrong; tell the account's owner.
pub const PROV_OTP_REPLAYED: u8 = 2;
/// No step of the window has this code.
pub const PROV_OTP_WRONG: u8 = 3;
/// Not the right number of ASCII digits; nothing was computed.
pub const PROV_OTP_MALFORMED: u8 = 4;
/// The clock stands before the last accepted step by more than the window; nothing was computed.
pub const PROV_OTP_CLOCK_ERROR: u8 = 5;

/// Microsoft Authenticator, Authy and Duo make SHA-1 codes whatever the URI says.
pub const PROV_COMPAT_ALGORITHM: u32 = 1;
/// Some apps show six digits whatever the URI says.
pub const PROV_COMPAT_DIGITS: u32 = 2;
/// Hardly any app shows four or five digits, and accounts lock after very few tries.
pub const PROV_COMPAT_SHORT: u32 = 4;
/// Apps offer six or eight digits; exports cannot say seven.
pub const PROV_COMPAT_SEVEN: u32 = 8;
/// Google Authenticator and Microsoft Authenticator take 30 seconds whatever the URI says.
pub const PROV_COMPAT_PERIOD: u32 = 16;
/// An otpauth URI cannot say where the steps begin.
pub const PROV_COMPAT_START: u32 = 32;

/// The shared secret of an account and its authenticator app. It is wiped when freed.
pub struct prov_otp_secret(pub(crate) Kept<OtpSecret>);

/// A secret made ready to judge codes: two compressions are spared with every code. It is wiped when freed.
pub struct prov_totp_key(Kept<TotpKey>);

handles! {
    prov_otp_secret: OtpSecret, poisons: true;
    prov_totp_key: TotpKey, poisons: true;
}

/// How codes are made from the time.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_totp {
    /// Set by prov_totp_init.
    pub struct_size: u32,
    /// A PROV_ALGORITHM; PROV_ALGORITHM_SHA1 after prov_totp_init.
    pub algorithm: u8,
    /// 1: 4 and 5 digits are allowed, although they are guessed in few tries.
    pub short_codes: u8,
    /// 0.
    pub reserved: [u8; 2],
    /// Digits of a code: 6 to 8; 6 after prov_totp_init.
    pub digits: u32,
    /// Seconds of a step: 1 to 120; 30 after prov_totp_init.
    pub period_s: u32,
    /// Where step 0 begins, in seconds since 1970; an otpauth URI cannot say it.
    pub t0_s: u64,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers only.
unsafe impl Sized32 for prov_totp {
    const FIRST: usize = size_of::<Self>();
}

const _: () = assert!(size_of::<prov_totp>() == 24);

/// Prepares the struct: what every authenticator app can, SHA-1, 6 digits, 30 seconds; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_init(totp: *mut prov_totp, size: usize) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(totp, size, "totp", |totp| *totp = shown(Totp::DEFAULT)) }
    })
}

pub(crate) fn shown(totp: Totp) -> prov_totp {
    prov_totp {
        struct_size: size_of::<prov_totp>() as u32,
        algorithm: algorithm_number(totp.algorithm()),
        short_codes: u8::from(totp.digits() < 6),
        reserved: [0; 2],
        digits: totp.digits().into(),
        period_s: totp.period_s().into(),
        t0_s: totp.t0_s().into(),
    }
}

/// Reads settings.
///
/// # Safety
/// `totp` points to a prepared struct, or is NULL.
pub(crate) unsafe fn settings(totp: *const prov_totp) -> Result<Totp, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(totp, "totp") }?;
    unused(&raw.reserved, "totp")?;
    let mut builder =
        Totp::builder().algorithm(algorithm(raw.algorithm)?).digits(raw.digits).period_s(raw.period_s).t0_s(raw.t0_s);
    if flag(raw.short_codes, "totp.short_codes")? {
        builder = builder.short_codes();
    }
    Ok(builder.build()?)
}

pub(crate) fn algorithm(number: u8) -> Result<Algorithm, Failure> {
    Ok(match number {
        PROV_ALGORITHM_SHA1 => Algorithm::Sha1,
        PROV_ALGORITHM_SHA256 => Algorithm::Sha256,
        PROV_ALGORITHM_SHA512 => Algorithm::Sha512,
        _ => return Err(Failure::Argument("algorithm", "is no PROV_ALGORITHM")),
    })
}

pub(crate) const fn algorithm_number(algorithm: Algorithm) -> u8 {
    match algorithm {
        Algorithm::Sha1 => PROV_ALGORITHM_SHA1,
        Algorithm::Sha256 => PROV_ALGORITHM_SHA256,
        Algorithm::Sha512 => PROV_ALGORITHM_SHA512,
        // A later core may know more.
        _ => 0,
    }
}

/// The PROV_ALGORITHM of a name such as "SHA256", "sha-256" or "HmacSHA256"; PROV_E_ARGUMENT for any other text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_algorithm(name: *const c_char, name_len: usize, out: Option<&mut MaybeUninit<u8>>) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for text.
        let name = unsafe { text(name, name_len, "name") }?;
        let algorithm = Algorithm::from_name(name).ok_or(Failure::Argument("name", "is no PROV_ALGORITHM"))?;
        required(out, "out")?.write(algorithm_number(algorithm));
        Ok(())
    })
}

/// What common authenticator apps make of settings: PROV_COMPAT bits, 0 for what every app can.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_compat(
    totp: *const prov_totp,
    out: Option<&mut MaybeUninit<u32>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for the struct.
        let totp = unsafe { settings(totp) }?;
        let bit = |warning| match warning {
            CompatWarning::AlgorithmIgnored => PROV_COMPAT_ALGORITHM,
            CompatWarning::DigitsIgnored => PROV_COMPAT_DIGITS,
            CompatWarning::ShortCodes => PROV_COMPAT_SHORT,
            CompatWarning::SevenDigits => PROV_COMPAT_SEVEN,
            CompatWarning::PeriodIgnored => PROV_COMPAT_PERIOD,
            CompatWarning::StartIgnored => PROV_COMPAT_START,
            // A later core may know more.
            _ => 0,
        };
        required(out, "out")?.write(totp.compat_warnings().map(bit).fold(0, |bits, bit| bits | bit));
        Ok(())
    })
}

/// One PROV_COMPAT as an English line: static text; NULL for anything but one known bit.
#[unsafe(no_mangle)]
pub extern "C" fn prov_compat_text(bit: u32) -> *const c_char {
    compat_text(bit).map_or(std::ptr::null(), CStr::as_ptr)
}

pub(crate) const fn compat_text(bit: u32) -> Option<&'static CStr> {
    Some(match bit {
        PROV_COMPAT_ALGORITHM => c"Microsoft Authenticator, Authy and Duo ignore the algorithm and make SHA-1 codes",
        PROV_COMPAT_DIGITS => c"some authenticator apps ignore the number of digits and show six",
        PROV_COMPAT_SHORT => c"hardly any authenticator app shows fewer than six digits",
        PROV_COMPAT_SEVEN => c"authenticator apps offer six or eight digits, and exports cannot say seven",
        PROV_COMPAT_PERIOD => c"Google Authenticator and Microsoft Authenticator ignore the period and take 30 seconds",
        PROV_COMPAT_START => c"an otpauth URI cannot say where the steps begin",
        _ => return None,
    })
}

/// The step that a second since 1970 lies in; 0 before step 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_step(
    totp: *const prov_totp,
    unix_s: u64,
    out: Option<&mut MaybeUninit<u64>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for the struct.
        let totp = unsafe { settings(totp) }?;
        required(out, "out")?.write(totp.step_at_s(unix_s));
        Ok(())
    })
}

/// Makes a new secret.
/// bytes  its length, 16 to 64; 20 is usual. Less is PROV_E_OTP_SECRET_LENGTH.
/// out    a new handle; free it with prov_otp_secret_free.
/// cbindgen:ptrs-as-arrays=[[entropy;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_otp_secret_generate(
    bytes: usize,
    entropy: *const u8,
    out: Option<&mut MaybeUninit<*mut prov_otp_secret>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the array.
        let fresh = unsafe { crate::convert::entropy(entropy) }?;
        give(out, OtpSecret::generate_bytes(bytes, fresh)?);
        Ok(())
    })
}

/// Takes a secret as bytes, as prov_otp_secret_bytes gave them or as another system had them.
/// weak  1: less than 16 bytes is taken too, to move accounts of another system; prov_otp_secret_is_weak then says so.
/// out   a new handle; free it with prov_otp_secret_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_otp_secret_from_bytes(
    bytes: *const u8,
    len: usize,
    weak: u8,
    out: Option<&mut MaybeUninit<*mut prov_otp_secret>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for bytes.
        let bytes = unsafe { self::bytes(bytes, len, "bytes") }?;
        give(out, if flag(weak, "weak")? { OtpSecret::import(bytes) } else { OtpSecret::from_bytes(bytes) }?);
        Ok(())
    })
}

/// Reads another system's secret as Base32, in any case, with spaces, dashes and padding. A short one is taken too;
/// prov_otp_secret_is_weak then says so.
/// out  a new handle; free it with prov_otp_secret_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_otp_secret_parse(
    base32: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_otp_secret>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        give(out, OtpSecret::parse(unsafe { text(base32, len, "base32") }?)?);
        Ok(())
    })
}

/// Whether a secret has less than 128 bits and should be replaced.
/// out  1: it has.
#[unsafe(no_mangle)]
pub extern "C" fn prov_otp_secret_is_weak(secret: Option<&prov_otp_secret>, out: Option<&mut MaybeUninit<u8>>) -> prov_status {
    barrier(None, |call| {
        let secret = call.shared(secret, "secret")?;
        required(out, "out")?.write(u8::from(secret.is_weak()));
        Ok(())
    })
}

/// Reveals the bytes of a secret, for the host's own encrypted store.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_otp_secret_bytes(
    secret: Option<&prov_otp_secret>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| {
        let secret = call.shared(secret, "secret")?;
        give(required(out, "out")?, Blob::new(secret.expose().to_vec()));
        Ok(())
    })
}

/// Reveals a secret as Base32 without padding.
/// grouped  1: in groups of four, parted by spaces, for typing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_otp_secret_base32(
    secret: Option<&prov_otp_secret>,
    grouped: u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let secret = call.shared(secret, "secret")?;
        let text = if flag(grouped, "grouped")? { secret.grouped() } else { secret.base32() };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(text.expose(), buf, cap, needed) }
    })
}

/// Wipes and frees a secret; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_otp_secret_free(secret: Option<Box<prov_otp_secret>>) {
    freeing(secret);
}

/// The code of a counter (HOTP), as systems with counters have it: digits and a NUL, secret.
/// algorithm  a PROV_ALGORITHM.
/// digits     4 to 8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_hotp_code(
    secret: Option<&prov_otp_secret>,
    algorithm: u8,
    digits: u8,
    counter: u64,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let secret = call.shared(secret, "secret")?;
        let key = HotpKey::new(secret, self::algorithm(algorithm)?, digits)?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(key.code(counter).as_str(), buf, cap, needed) }
    })
}

/// Makes a secret ready to judge codes. It is derived: store the secret and the settings, not this.
/// out  a new handle; free it with prov_totp_key_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_key_new(
    secret: Option<&prov_otp_secret>,
    totp: *const prov_totp,
    out: Option<&mut MaybeUninit<*mut prov_totp_key>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let secret = call.shared(secret, "secret")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the struct.
        give(out, TotpKey::new(secret, unsafe { settings(totp) }?));
        Ok(())
    })
}

/// Wipes and frees a key; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_totp_key_free(key: Option<Box<prov_totp_key>>) {
    freeing(key);
}

/// The code of a step: digits and a NUL, secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_code(
    key: Option<&prov_totp_key>,
    step: u64,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let key = call.shared(key, "key")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(key.generate(step).as_str(), buf, cap, needed) }
    })
}

/// What a code turned out to be. Only PROV_OTP_ACCEPTED lets in. What does not belong to its kind is 0.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_otp_outcome {
    /// A PROV_OTP.
    pub kind: u8,
    /// 0.
    pub reserved: [u8; 3],
    /// With PROV_OTP_ACCEPTED: steps by which the phone's clock is ahead; negative when it is behind.
    pub drift: i32,
    /// With PROV_OTP_ACCEPTED and PROV_OTP_REPLAYED: the highest step with this code.
    pub step: u64,
    /// With PROV_OTP_CLOCK_ERROR: steps from the clock to the last accepted one.
    pub behind: u64,
}

const _: () = assert!(size_of::<prov_otp_outcome>() == 24);

impl From<OtpOutcome> for prov_otp_outcome {
    fn from(outcome: OtpOutcome) -> Self {
        let none = Self::default();
        match outcome {
            OtpOutcome::Accepted { step, drift } => Self { kind: PROV_OTP_ACCEPTED, step, drift, ..none },
            OtpOutcome::Replayed { step } => Self { kind: PROV_OTP_REPLAYED, step, ..none },
            OtpOutcome::Malformed => Self { kind: PROV_OTP_MALFORMED, ..none },
            OtpOutcome::ClockError { behind } => Self { kind: PROV_OTP_CLOCK_ERROR, behind, ..none },
            // A later core may know more; none of it lets anybody in.
            _ => Self { kind: PROV_OTP_WRONG, ..none },
        }
    }
}

/// Judges what somebody typed: ASCII digits, spaces and "-" are dropped. It costs the same whether it is right or wrong, and
/// wherever it matches.
/// last_step  the last accepted step of this secret; NULL: none yet. Without it a code is good again.
/// window     steps that are accepted on either side of the present one, 0 to 10; 1 is usual.
/// out        with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_verify(
    key: Option<&prov_totp_key>,
    code: *const c_char,
    code_len: usize,
    now_ms: i64,
    last_step: Option<&u64>,
    window: u8,
    out: *mut prov_otp_outcome,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let key = call.shared(key, "key")?;
        // SAFETY: the caller's promise for text.
        let code = unsafe { text(code, code_len, "code") }?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_otp_outcome>(), "out") }?;
        out.put(&key.verify(code, instant(now_ms)?, last_step.copied(), Window::new(window)?).into());
        Ok(())
    })
}

/// The same around a given step: for a clock whose drift is known, or for instants outside of 2020 to 2200.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_verify_at(
    key: Option<&prov_totp_key>,
    code: *const c_char,
    code_len: usize,
    centre: u64,
    last_step: Option<&u64>,
    window: u8,
    out: *mut prov_otp_outcome,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let key = call.shared(key, "key")?;
        // SAFETY: the caller's promise for text.
        let code = unsafe { text(code, code_len, "code") }?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_otp_outcome>(), "out") }?;
        out.put(&key.verify_at(code, centre, last_step.copied(), Window::new(window)?).into());
        Ok(())
    })
}

/// Finds a token whose clock is far off by two codes it showed one after the other. The step of the second is the one to
/// store; neither may have been accepted before.
/// reach  steps searched on either side, 1 to 1000.
/// out    with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_totp_resynchronise(
    key: Option<&prov_totp_key>,
    first: *const c_char,
    first_len: usize,
    second: *const c_char,
    second_len: usize,
    now_ms: i64,
    last_step: Option<&u64>,
    reach: u16,
    out: *mut prov_otp_outcome,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let key = call.shared(key, "key")?;
        // SAFETY: the caller's promise for text.
        let first = unsafe { text(first, first_len, "first") }?;
        // SAFETY: the caller's promise for text.
        let second = unsafe { text(second, second_len, "second") }?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_otp_outcome>(), "out") }?;
        out.put(&key.resynchronise(first, second, instant(now_ms)?, last_step.copied(), reach)?.into());
        Ok(())
    })
}
