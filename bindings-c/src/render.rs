//! Rendering: from a profile, or for a phone that is not authenticated, to the file a model expects (SPEC V3 to V6).

use crate::barrier::{Call, Failure, barrier, give, required};
use crate::convert::{Sized32, init_struct, read_struct, text, unused};
use crate::decision::{PROV_SECRET_CREDENTIAL, PROV_SECRET_MENU, PROV_SECRET_OTHER, PROV_SECRET_WEB};
use crate::error::prov_error;
use crate::model::prov_model;
use crate::profile::prov_profile;
use crate::rendered::{File, Rendered, prov_rendered};
use crate::status::prov_status;
use crate::text::lang;
use libprov::mac::MacAddr;
use libprov::profile::{DialString, FieldError, FirmwareVersion, Port, Server, SipUser, Transport};
use libprov::render::{
    self, CharacterPolicy, Enrolment, FullJob, OverridePolicy, Provisioning, ProvisioningUrl, RenderError, Restricted,
    SecretKind, SecretsOut,
};
use libprov::secret::Secret;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::str::FromStr;

/// Without a secret in it: always stated.
pub const PROV_URL_OPEN: u8 = 1;
/// With the device credential in it: withheld with PROV_SECRET_CREDENTIAL.
pub const PROV_URL_CREDENTIAL: u8 = 2;

/// Any known parameter but those of provisioning, logins, certificates, firmware, remote control and action URLs.
pub const PROV_OVERRIDES_HARMLESS: u8 = 1;
/// Any known parameter. Those that PROV_OVERRIDES_HARMLESS refuses count as PROV_SECRET_OTHER.
pub const PROV_OVERRIDES_ANY: u8 = 2;

/// The file is refused; error names field and character.
pub const PROV_CHARACTERS_REFUSE: u8 = 1;
/// It is spelled in plain letters, with a warning; refused where it has none. Secrets are never changed.
pub const PROV_CHARACTERS_TRANSLITERATE: u8 = 2;

/// SIP over UDP.
pub const PROV_SERVER_UDP: u8 = 1;
/// SIP over TCP.
pub const PROV_SERVER_TCP: u8 = 2;
/// SIP over TLS.
pub const PROV_SERVER_TLS: u8 = 3;

/// What a full file is made of. Everything in it is borrowed for the call; texts of length 0 are none.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_full_job {
    /// Set by prov_full_job_init.
    pub struct_size: u32,
    /// The MAC address.
    pub mac: [u8; 6],
    /// PROV_SECRET bits: which secrets may go out besides SIP passwords. As in prov_answer; none after prov_full_job_init.
    pub secrets: u16,
    /// Minutes between two requests, 5 to 43200; 0 takes the profile's and, where that has none, 240 to 360 by the MAC address.
    pub interval_min: u16,
    /// A PROV_URL. It has no default, for a secret may be in the URL.
    pub url_kind: u8,
    /// A PROV_OVERRIDES; PROV_OVERRIDES_HARMLESS after prov_full_job_init.
    pub overrides: u8,
    /// What the phone shall be.
    pub profile: *const prov_profile,
    /// Which model it is.
    pub model: *const prov_model,
    /// The account slots whose SIP password may go out, as in prov_answer: slot n is bit n % 64 of sip[n / 64], all bits are all
    /// slots. Slots count from 1: bit 0 without all the others is PROV_E_ARGUMENT. None after prov_full_job_init.
    pub sip: [u64; 4],
    /// Where the phone asks from now on: the URL without the file's name, ending in "/".
    pub url: *const c_char,
    /// Its length.
    pub url_len: usize,
    /// The user of its HTTP login, withheld with PROV_SECRET_CREDENTIAL; none clears an earlier login.
    pub login_user: *const c_char,
    /// Its length.
    pub login_user_len: usize,
    /// The password of its HTTP login.
    pub login_password: *const c_char,
    /// Its length.
    pub login_password_len: usize,
    /// The tenant's emergency numbers, 1 to 20 of 2 to 8 digits, parted by spaces: they dial even while the phone is locked.
    pub emergency: *const c_char,
    /// Its length.
    pub emergency_len: usize,
    /// The outside-line prefix, 1 to 4 digits; may be empty.
    pub outside_line: *const c_char,
    /// Its length.
    pub outside_line_len: usize,
    /// The firmware that the phone says it has; empty where nobody knows, and then a firmware target is not stated.
    pub firmware: *const c_char,
    /// Its length.
    pub firmware_len: usize,
    /// Names of raw overrides that earlier files of this phone may have set and the profile has no more, one per line: they go
    /// back to their factory default, with a warning for each that cannot.
    pub forget: *const c_char,
    /// Its length.
    pub forget_len: usize,
    /// A PROV_CHARACTERS: what happens to a character that the device does not have; PROV_CHARACTERS_REFUSE after
    /// prov_full_job_init.
    pub characters: u8,
    /// 0.
    pub reserved: [u8; 7],
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_full_job {
    const FIRST: usize = size_of::<Self>();
}

/// What a restricted file is made of, and nothing else can be in it. Everything in it is borrowed for the call; texts of length 0
/// are none.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_restricted_job {
    /// Set by prov_restricted_job_init.
    pub struct_size: u32,
    /// The MAC address, shown on a soft key.
    pub mac: [u8; 6],
    /// The VLAN that the device is known to be on, 1 to 4094, without which one whose files replace everything (Patton) would
    /// leave its network; 0: none.
    pub vlan: u16,
    /// The port of server; 0 leaves it to the phone.
    pub server_port: u16,
    /// A PROV_SERVER: how SIP travels to server. It has no default.
    pub server_transport: u8,
    /// A PROV_LANG: the tenant's language. It has no default.
    pub lang: u8,
    /// Which model it is.
    pub model: *const prov_model,
    /// What the idle screen says.
    pub display_text: *const c_char,
    /// Its length.
    pub display_text_len: usize,
    /// The SIP user of the enrolment: prov_decision_sip_user with port 0.
    pub sip_user: *const c_char,
    /// Its length.
    pub sip_user_len: usize,
    /// Its password: prov_decision_sip_password.
    pub sip_password: *const c_char,
    /// Its length.
    pub sip_password_len: usize,
    /// The name or address of the authentication service's SIP server.
    pub server: *const c_char,
    /// Its length.
    pub server_len: usize,
    /// The tenant's emergency numbers, as in prov_full_job.
    pub emergency: *const c_char,
    /// Its length.
    pub emergency_len: usize,
    /// The outside-line prefix, 1 to 4 digits, behind which emergency numbers can be dialled as well; may be empty.
    pub outside_line: *const c_char,
    /// Its length.
    pub outside_line_len: usize,
    /// The code of the authentication service, such as "*89": 1 to 8 of digits, "*" and "#"; on snom without "#".
    pub service_code: *const c_char,
    /// Its length.
    pub service_code_len: usize,
    /// Where the phone asks from now on: the URL with the token of prov_decision_token, ending in "/".
    pub url: *const c_char,
    /// Its length.
    pub url_len: usize,
    /// The firmware that the phone says it has; empty where nobody knows.
    pub firmware: *const c_char,
    /// Its length.
    pub firmware_len: usize,
    /// As in prov_full_job.
    pub forget: *const c_char,
    /// Its length.
    pub forget_len: usize,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_restricted_job {
    const FIRST: usize = size_of::<Self>();
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_full_job>() == 184 && size_of::<prov_restricted_job>() == 184);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_full_job>() == 120 && size_of::<prov_restricted_job>() == 100);

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        let field = match &error {
            RenderError::Character { field, .. }
            | RenderError::Charset { field, .. }
            | RenderError::Reserved { field }
            | RenderError::TooLong { field, .. }
            | RenderError::Override { field, .. }
            | RenderError::Space { field }
            | RenderError::Withheld { field }
            | RenderError::Value { field, .. } => Some(field.clone()),
            _ => None,
        };
        Self::Field { status: error.code().number().into(), text: error.to_string(), field, layer: 0 }
    }
}

/// A text of a job with a grammar of its own; `field` is what core calls it.
fn parsed<T: FromStr<Err = FieldError>>(text: &str, field: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: FieldError| Failure::Field {
        status: error.code().number().into(),
        text: format!("{field} {error}"),
        field: Some(field.to_owned()),
        layer: 0,
    })
}

/// The same, or none for an empty text.
fn maybe<T: FromStr<Err = FieldError>>(text: &str, field: &str) -> Result<Option<T>, Failure> {
    if text.is_empty() { Ok(None) } else { parsed(text, field).map(Some) }
}

fn numbers(list: &str) -> Result<Vec<DialString>, Failure> {
    let number = |(at, number)| parsed(number, &format!("emergency[{}]", at + 1));
    list.split_ascii_whitespace().enumerate().map(number).collect()
}

fn lines(list: &str) -> Vec<&str> {
    list.lines().filter(|line| !line.is_empty()).collect()
}

pub(crate) fn secrets_out(bits: u16, sip: [u64; 4]) -> Result<SecretsOut, Failure> {
    let kinds = [
        (PROV_SECRET_MENU, SecretKind::Menu),
        (PROV_SECRET_WEB, SecretKind::Web),
        (PROV_SECRET_OTHER, SecretKind::Other),
        (PROV_SECRET_CREDENTIAL, SecretKind::Credential),
    ];
    if kinds.iter().fold(bits, |rest, (bit, _)| rest & !bit) != 0 {
        return Err(Failure::Argument("job.secrets", "holds a bit that no prov_answer has"));
    }
    let asked = kinds.into_iter().filter(|(bit, _)| bits & bit != 0);
    let out = asked.fold(SecretsOut::NONE, |out, (_, kind)| out.with(kind));
    if sip == [u64::MAX; 4] {
        return Ok(out.with(SecretKind::Sip));
    }
    if sip.first().is_some_and(|word| word & 1 == 1) {
        return Err(Failure::Argument("job.sip", "has bit 0 and not all bits; slots count from 1"));
    }
    let set = |slot: &u16| sip.get(usize::from(slot / 64)).is_some_and(|word| word >> (slot % 64) & 1 == 1);
    Ok((1..=255).filter(set).fold(out, SecretsOut::with_sip))
}

/// Prepares the struct: no secret goes out, harmless overrides only, characters that the device lacks are refused; size is its
/// sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_full_job_init(job: *mut prov_full_job, size: usize) -> prov_status {
    barrier(None, |_| {
        let fill = |job: &mut prov_full_job| {
            job.overrides = PROV_OVERRIDES_HARMLESS;
            job.characters = PROV_CHARACTERS_REFUSE;
        };
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(job, size, "job", fill) }
    })
}

/// Prepares the struct: nothing is set; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_restricted_job_init(job: *mut prov_restricted_job, size: usize) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(job, size, "job", |_| {}) }
    })
}

/// Renders the full configuration file of one phone. The same job gives the same bytes. What the model cannot carry of the
/// profile is a warning; a value that the file cannot carry fails the call, and error names its field and the character.
/// For a PROV_ANSWER_FULL copy secrets and sip of the prov_answer; examples/c/render.c has a whole call.
/// job  prepared by prov_full_job_init.
/// out  a new handle; free it with prov_rendered_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_render_full(
    job: *const prov_full_job,
    out: Option<&mut MaybeUninit<*mut prov_rendered>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the struct and what it points to.
        give(out, unsafe { full(call, job) }?);
        Ok(())
    })
}

/// # Safety
/// `job` points to a prepared struct, or is NULL; its handles live and its texts are as long as it says.
unsafe fn full(call: &Call, job: *const prov_full_job) -> Result<Rendered, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(job, "job") }?;
    unused(&raw.reserved, "job")?;
    // SAFETY: NULL or a handle that lives.
    let profile = unsafe { raw.profile.as_ref() };
    // SAFETY: NULL or a handle that lives.
    let model = unsafe { raw.model.as_ref() };
    let (profile, model) = (call.shared(profile, "job.profile")?, *call.shared(model, "job.model")?);
    // SAFETY: the same promise.
    let url = Secret::from(unsafe { text(raw.url, raw.url_len, "job.url") }?);
    // SAFETY: the same promise.
    let user = unsafe { text(raw.login_user, raw.login_user_len, "job.login_user") }?;
    // SAFETY: the same promise.
    let password = Secret::from(unsafe { text(raw.login_password, raw.login_password_len, "job.login_password") }?);
    // SAFETY: the same promise.
    let emergency = numbers(unsafe { text(raw.emergency, raw.emergency_len, "job.emergency") }?)?;
    // SAFETY: the same promise.
    let outside_line = maybe(unsafe { text(raw.outside_line, raw.outside_line_len, "job.outside_line") }?, "outside_line")?;
    // SAFETY: the same promise.
    let firmware: Option<FirmwareVersion> = maybe(unsafe { text(raw.firmware, raw.firmware_len, "job.firmware") }?, "firmware")?;
    // SAFETY: the same promise.
    let forget = lines(unsafe { text(raw.forget, raw.forget_len, "job.forget") }?);
    let user: Option<SipUser> = maybe(user, "provisioning.login.user")?;
    if user.is_none() && !password.is_empty() {
        return Err(Failure::Argument("job.login_password", "is of no job.login_user"));
    }
    let mut provisioning = Provisioning::new(match raw.url_kind {
        PROV_URL_OPEN => ProvisioningUrl::Open(&url),
        PROV_URL_CREDENTIAL => ProvisioningUrl::Credential(&url),
        _ => return Err(Failure::Argument("job.url_kind", "is no PROV_URL; it has no default")),
    });
    provisioning.login = user.as_ref().map(|user| (user, &password));
    provisioning.interval_min = (raw.interval_min > 0).then_some(raw.interval_min);
    let mac = MacAddr::from_octets(raw.mac)?;
    let secrets = secrets_out(raw.secrets, raw.sip)?;
    let mut job = FullJob::new(profile, model, mac, secrets, provisioning, &emergency);
    job.outside_line = outside_line.as_ref();
    job.overrides = match raw.overrides {
        PROV_OVERRIDES_HARMLESS => OverridePolicy::Harmless,
        PROV_OVERRIDES_ANY => OverridePolicy::Any,
        _ => return Err(Failure::Argument("job.overrides", "is no PROV_OVERRIDES")),
    };
    job.characters = match raw.characters {
        PROV_CHARACTERS_REFUSE => CharacterPolicy::Refuse,
        PROV_CHARACTERS_TRANSLITERATE => CharacterPolicy::Transliterate,
        _ => return Err(Failure::Argument("job.characters", "is no PROV_CHARACTERS")),
    };
    job.firmware = firmware.as_ref();
    job.forget = &forget;
    let mut file = File::default();
    let warnings = render::render_full(&job, &mut file.0)?;
    Ok(Rendered::new(model, mac, file, &warnings))
}

/// Renders the restricted configuration file of one phone: emergency calls and the authentication service only. The same job
/// gives the same bytes.
/// job  prepared by prov_restricted_job_init.
/// out  a new handle; free it with prov_rendered_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_render_restricted(
    job: *const prov_restricted_job,
    out: Option<&mut MaybeUninit<*mut prov_rendered>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the struct and what it points to.
        give(out, unsafe { restricted(call, job) }?);
        Ok(())
    })
}

/// # Safety
/// As [`full`].
unsafe fn restricted(call: &Call, job: *const prov_restricted_job) -> Result<Rendered, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(job, "job") }?;
    // SAFETY: NULL or a handle that lives.
    let model = unsafe { raw.model.as_ref() };
    let model = *call.shared(model, "job.model")?;
    // SAFETY: the same promise.
    let display_text = unsafe { text(raw.display_text, raw.display_text_len, "job.display_text") }?;
    // SAFETY: the same promise.
    let user: SipUser = parsed(unsafe { text(raw.sip_user, raw.sip_user_len, "job.sip_user") }?, "enrolment.user")?;
    // SAFETY: the same promise.
    let password = Secret::from(unsafe { text(raw.sip_password, raw.sip_password_len, "job.sip_password") }?);
    // SAFETY: the same promise.
    let host = parsed(unsafe { text(raw.server, raw.server_len, "job.server") }?, "enrolment.server.host")?;
    // SAFETY: the same promise.
    let emergency = numbers(unsafe { text(raw.emergency, raw.emergency_len, "job.emergency") }?)?;
    // SAFETY: the same promise.
    let outside_line = maybe(unsafe { text(raw.outside_line, raw.outside_line_len, "job.outside_line") }?, "outside_line")?;
    // SAFETY: the same promise.
    let service_code = parsed(unsafe { text(raw.service_code, raw.service_code_len, "job.service_code") }?, "service_code")?;
    // SAFETY: the same promise.
    let url = Secret::from(unsafe { text(raw.url, raw.url_len, "job.url") }?);
    // SAFETY: the same promise.
    let firmware: Option<FirmwareVersion> = maybe(unsafe { text(raw.firmware, raw.firmware_len, "job.firmware") }?, "firmware")?;
    // SAFETY: the same promise.
    let forget = lines(unsafe { text(raw.forget, raw.forget_len, "job.forget") }?);
    let server = Server {
        host,
        // A number that is not 0 is a port.
        port: Port::new(raw.server_port.into()).ok(),
        transport: match raw.server_transport {
            PROV_SERVER_UDP => Transport::Udp,
            PROV_SERVER_TCP => Transport::Tcp,
            PROV_SERVER_TLS => Transport::Tls,
            _ => return Err(Failure::Argument("job.server_transport", "is no PROV_SERVER; it has no default")),
        },
    };
    let mac = MacAddr::from_octets(raw.mac)?;
    let job = Restricted {
        model,
        mac,
        lang: lang(raw.lang)?,
        display_text,
        enrolment: Enrolment { user: &user, password: &password, server: &server },
        emergency: &emergency,
        outside_line: outside_line.as_ref(),
        service_code: &service_code,
        url: &url,
        firmware: firmware.as_ref(),
        forget: &forget,
        vlan: (raw.vlan > 0).then_some(raw.vlan),
    };
    let mut file = File::default();
    let warnings = render::render_restricted(&job, &mut file.0)?;
    Ok(Rendered::new(model, mac, file, &warnings))
}
