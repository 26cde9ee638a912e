//! The record of a portal user's second factor, and what it asks to be done (SPEC E5, M3, A10).

use crate::barrier::{Failure, Kept, barrier, freeing, give, give_if_any, handles, required};
use crate::bytes::prov_bytes;
use crate::convert::{OutStruct, address, fixed_text, instant, put_text, text};
use crate::effect::source_text;
use crate::error::prov_error;
use crate::generated::mfa_event_text;
use crate::record::{prov_tenant, read_bytes, read_json, write};
use crate::status::prov_status;
use crate::text::lang;
use libprov::ids::{SessionId, UserId};
use libprov::ip::Source;
use libprov::mfa::{self, Account, FactorState, MfaAudit, MfaEffect, MfaEvent, MfaFrame, Notice};
use libprov::snapshot;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;

/// Off.
pub const PROV_FACTOR_OFF: u8 = 1;
/// An enrolment is demanded.
pub const PROV_FACTOR_DEMANDED: u8 = 2;
/// Off or demanded, and a secret waits for its confirmation.
pub const PROV_FACTOR_PENDING: u8 = 3;
/// On.
pub const PROV_FACTOR_ON: u8 = 4;
/// On, and a new secret waits for its confirmation.
pub const PROV_FACTOR_ROTATING: u8 = 5;

/// Write this event to the audit log: event, source, actor; prov_mfa_audit_json makes the line.
pub const PROV_DO_AUDIT: u8 = 1;
/// End the sessions of this portal user, but for the session keep where has_keep is 1.
pub const PROV_DO_END_SESSIONS: u8 = 2;
/// Tell the portal user notice, outside of the portal; prov_told_text has words for it.
pub const PROV_DO_NOTIFY: u8 = 3;

/// The second factor of one portal user. Its snapshots hold the secret of the app: keep them as safe as a password file.
///
/// An immutable record with a revision that rises by one with each change; many threads may use it at once. A record that cannot
/// be read denies: an error is never "off".
pub struct prov_account(Kept<Account>);

handles! { prov_account: Account, poisons: true; }

/// A portal user's id: a number or a UUID.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn user(ptr: *const c_char, len: usize, name: &'static str) -> Result<UserId, Failure> {
    // SAFETY: the same promise.
    Ok(unsafe { text(ptr, len, name) }?.parse()?)
}

/// A portal user without a second factor, for one who has no record yet.
/// user  the id of the portal user: a number below 2^64, or a UUID.
/// out   a new handle; free it with prov_account_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_account_new(
    tenant: Option<&prov_tenant>,
    user: *const c_char,
    user_len: usize,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_account>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let tenant = call.shared(tenant, "tenant")?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let user = unsafe { self::user(user, user_len, "user") }?;
        give(out, Account::new(tenant.id(), user, instant(now_ms)?));
        Ok(())
    })
}

/// Reads an account from bytes of prov_account_bytes, of this version of the library or an older one.
/// out  a new handle; free it with prov_account_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_account_from_bytes(
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_account>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for bytes.
        unsafe { read_bytes(bytes, len, out) }
    })
}

/// Reads an account from JSON of prov_account_json, of this version of the library or an older one.
/// out  a new handle; free it with prov_account_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_account_from_json(
    json: *const c_char,
    len: usize,
    out: Option<&mut MaybeUninit<*mut prov_account>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        unsafe { read_json(json, len, out) }
    })
}

/// Writes an account as compact bytes, for stores.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_account_bytes(
    account: Option<&prov_account>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, account, "account", out, snapshot::to_bytes))
}

/// Writes an account as JSON, for people.
/// out  new bytes; free them with prov_bytes_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_account_json(
    account: Option<&prov_account>,
    out: Option<&mut MaybeUninit<*mut prov_bytes>>,
) -> prov_status {
    barrier(None, |call| write(call, account, "account", out, |record| snapshot::to_json(record).into_bytes()))
}

/// The revision of an account, for compare-and-swap.
#[unsafe(no_mangle)]
pub extern "C" fn prov_account_revision(account: Option<&prov_account>, out: Option<&mut MaybeUninit<u64>>) -> prov_status {
    barrier(None, |call| {
        let record = call.shared(account, "account")?;
        required(out, "out")?.write(record.revision());
        Ok(())
    })
}

/// Wipes and frees an account; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_account_free(account: Option<Box<prov_account>>) {
    freeing(account);
}

/// The portal user of an account: a number or a UUID, at most 36 characters. With the tenant the key to store it under.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_account_user(
    account: Option<&prov_account>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let account = call.shared(account, "account")?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&account.user().to_string(), buf, cap, needed) }
    })
}

/// Where an account stands, as it was stored.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct prov_factor {
    /// A PROV_FACTOR.
    pub state: u8,
    /// Recovery codes that are left and that a key of the tenant can still check.
    pub recovery_left: u8,
    /// 1: there are recovery codes that nobody confirmed to have been shown: recovery_set.
    pub recovery_unseen: u8,
    /// 1: there is a last_step.
    pub has_last_step: u8,
    /// Steps by which the clock of the app is taken to be ahead.
    pub drift: i16,
    /// 0.
    pub reserved: [u8; 2],
    /// With recovery_unseen: the set, for prov_mfa_recovery_shown.
    pub recovery_set: u64,
    /// The last accepted step of the live secret.
    pub last_step: u64,
}

const _: () = assert!(size_of::<prov_factor>() == 24);

/// Where an account stands, for pages that show it.
/// tenant  the account's tenant.
/// out     with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_account_factor(
    account: Option<&prov_account>,
    tenant: Option<&prov_tenant>,
    out: *mut prov_factor,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let account = call.shared(account, "account")?;
        let tenant = call.shared(tenant, "tenant")?;
        // SAFETY: the caller's promise for the struct.
        let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_factor>(), "out") }?;
        let unseen = account.recovery_unseen();
        out.put(&prov_factor {
            state: match account.state() {
                FactorState::Off => PROV_FACTOR_OFF,
                FactorState::Demanded => PROV_FACTOR_DEMANDED,
                FactorState::Pending => PROV_FACTOR_PENDING,
                FactorState::On => PROV_FACTOR_ON,
                FactorState::Rotating => PROV_FACTOR_ROTATING,
                // A later core may know more.
                _ => 0,
            },
            recovery_left: account.recovery_left(tenant.keys()),
            recovery_unseen: u8::from(unseen.is_some()),
            has_last_step: u8::from(account.last_step().is_some()),
            drift: account.drift().unwrap_or_default(),
            reserved: [0; 2],
            recovery_set: unseen.map_or(0, libprov::ids::RecoverySetId::number),
            last_step: account.last_step().unwrap_or_default(),
        });
        Ok(())
    })
}

/// The name of a PROV_FACTOR, such as "demanded": static text; NULL for an unknown number.
#[unsafe(no_mangle)]
pub extern "C" fn prov_factor_name(state: u8) -> *const c_char {
    let name = match state {
        PROV_FACTOR_OFF => c"off",
        PROV_FACTOR_DEMANDED => c"demanded",
        PROV_FACTOR_PENDING => c"pending",
        PROV_FACTOR_ON => c"on",
        PROV_FACTOR_ROTATING => c"rotating",
        _ => return std::ptr::null(),
    };
    name.as_ptr()
}

/// Whether requests from an address are locked.
/// address  one IPv4 or IPv6 address; empty: it could not be told.
/// out      1: they are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_account_is_locked(
    account: Option<&prov_account>,
    address: *const c_char,
    address_len: usize,
    out: Option<&mut MaybeUninit<u8>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let account = call.shared(account, "account")?;
        // SAFETY: the caller's promise for text.
        let source = self::address(unsafe { text(address, address_len, "address") }?, "address")?.source();
        required(out, "out")?.write(u8::from(account.is_locked(source)));
        Ok(())
    })
}

/// Whether a recovery code or a grant of an account still needs a tenant key. After the next rotation it is not good any more.
/// out  1: it does.
#[unsafe(no_mangle)]
pub extern "C" fn prov_account_depends_on(
    account: Option<&prov_account>,
    key_id: u8,
    out: Option<&mut MaybeUninit<u8>>,
) -> prov_status {
    barrier(None, |call| {
        let account = call.shared(account, "account")?;
        required(out, "out")?.write(u8::from(account.depends_on(key_id)));
        Ok(())
    })
}

/// One thing to do about a portal user, after the changed account was stored. All of it is idempotent. What does not belong to
/// its kind is 0.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_mfa_effect {
    /// A PROV_DO.
    pub kind: u8,
    /// A PROV_MFA.
    pub event: u8,
    /// A PROV_TOLD.
    pub notice: u8,
    /// With PROV_DO_END_SESSIONS 1: but for the session keep.
    pub has_keep: u8,
    /// 0.
    pub reserved: [u8; 4],
    /// With has_keep.
    pub keep: u64,
    /// The source: "192.0.2.7", "2001:db8::/64", "unresolved", or empty.
    pub source: [c_char; 48],
    /// The portal user who acted on somebody else's account; empty: the owner, the provider's staff, or nobody.
    pub actor: [c_char; 40],
}

const _: () = assert!(size_of::<prov_mfa_effect>() == 104);

impl From<MfaEffect> for prov_mfa_effect {
    fn from(effect: MfaEffect) -> Self {
        let mut out =
            Self { kind: 0, event: 0, notice: 0, has_keep: 0, reserved: [0; 4], keep: 0, source: [0; 48], actor: [0; 40] };
        match effect {
            MfaEffect::Audit(audit) => {
                out.kind = PROV_DO_AUDIT;
                out.event = audit.event.number();
                out.source = audit.source.map_or([0; 48], source_text);
                out.actor = audit.actor.map_or([0; 40], |user| fixed_text(&user.to_string()));
            }
            MfaEffect::EndSessions { keep } => {
                out.kind = PROV_DO_END_SESSIONS;
                out.has_keep = u8::from(keep.is_some());
                out.keep = keep.map_or(0, SessionId::number);
            }
            MfaEffect::Notify(notice) => {
                out.kind = PROV_DO_NOTIFY;
                out.notice = notice.number();
            }
        }
        out
    }
}

/// Writes one effect of a list.
///
/// # Safety
/// `out` points to `out_size` bytes of the caller, or is NULL.
pub(crate) unsafe fn put_mfa_effect(
    effects: &[MfaEffect],
    index: usize,
    out: *mut prov_mfa_effect,
    out_size: usize,
) -> Result<(), Failure> {
    // SAFETY: the same promise.
    let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_mfa_effect>(), "out") }?;
    let effect = effects.get(index).ok_or(Failure::Argument("index", "is not below the count of effects"))?;
    out.put(&prov_mfa_effect::from(*effect));
    Ok(())
}

/// How many effects were decided with this account and not yet confirmed by prov_mfa_effects_done: a host that restarts
/// performs them again.
#[unsafe(no_mangle)]
pub extern "C" fn prov_account_pending_count(
    account: Option<&prov_account>,
    out: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let account = call.shared(account, "account")?;
        required(out, "out")?.write(account.pending_effects().len());
        Ok(())
    })
}

/// One pending effect; PROV_E_ARGUMENT for an index at or above the count.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_account_pending(
    account: Option<&prov_account>,
    index: usize,
    out: *mut prov_mfa_effect,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let account = call.shared(account, "account")?;
        // SAFETY: the caller's promise for the struct.
        unsafe { put_mfa_effect(account.pending_effects(), index, out, out_size) }
    })
}

/// Says that the effects of an account were performed, so that they need not be performed again after a crash.
/// revision  of the record whose effects they were.
/// out       a new handle of the record to store, to be freed with prov_account_free; NULL where there is nothing to store: the
///           record has another revision, or nothing is pending.
#[unsafe(no_mangle)]
pub extern "C" fn prov_mfa_effects_done(
    account: Option<&prov_account>,
    revision: u64,
    out: Option<&mut MaybeUninit<*mut prov_account>>,
) -> prov_status {
    barrier(None, |call| {
        let account = call.shared(account, "account")?;
        give_if_any(required(out, "out")?, mfa::effects_done(account, revision));
        Ok(())
    })
}

const NO_AUDIT: Failure = Failure::Argument("effect", "is no PROV_DO_AUDIT as this library gave it");

/// Text in an array of a struct.
fn held<const N: usize>(text: &[c_char; N]) -> Result<String, Failure> {
    let bytes = text.map(|byte| byte as u8);
    let text = CStr::from_bytes_until_nul(&bytes).map_err(|_| NO_AUDIT)?;
    text.to_str().map(str::to_owned).map_err(|_| NO_AUDIT)
}

fn audit(effect: Option<&prov_mfa_effect>) -> Result<MfaAudit, Failure> {
    let effect = effect.ok_or(Failure::Null("effect"))?;
    if effect.kind != PROV_DO_AUDIT {
        return Err(NO_AUDIT);
    }
    let actor = held(&effect.actor)?;
    Ok(MfaAudit {
        event: MfaEvent::from_number(effect.event).ok_or(NO_AUDIT)?,
        source: source(&held(&effect.source)?)?,
        actor: if actor.is_empty() { None } else { Some(actor.parse().map_err(|_| NO_AUDIT)?) },
    })
}

fn source(text: &str) -> Result<Option<Source>, Failure> {
    Ok(match text {
        "" => None,
        "unresolved" => Some(Source::UNRESOLVED),
        text => Some(crate::audit::parsed(text).ok_or(NO_AUDIT)?),
    })
}

/// Writes an audit event as one line of JSON, without a line break. docs/audit-accounts.md lists its fields.
/// account   whose factor it is about.
/// effect    of kind PROV_DO_AUDIT.
/// revision  of the account record that the call wrote; 0: it wrote none.
/// actor     who did it, in the host's own words; NULL and 0: not said. Control, bidirectional and invisible characters are
///           escaped, and only 256 characters are kept.
/// at_ms     when it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_mfa_audit_json(
    account: Option<&prov_account>,
    effect: Option<&prov_mfa_effect>,
    revision: u64,
    actor: *const c_char,
    actor_len: usize,
    at_ms: i64,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let account = call.shared(account, "account")?;
        let audit = audit(effect)?;
        // SAFETY: the caller's promise for text.
        let actor = unsafe { text(actor, actor_len, "actor") }?;
        let frame = MfaFrame {
            tenant: account.tenant(),
            user: account.user(),
            at: instant(at_ms)?,
            actor: (!actor.is_empty()).then_some(actor),
            revision: (revision > 0).then_some(revision),
        };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&mfa::audit_json(&audit, &frame), buf, cap, needed) }
    })
}

/// The name of a PROV_MFA for logs, such as "mfa_code_wrong": static text; NULL for an unknown number.
#[unsafe(no_mangle)]
pub extern "C" fn prov_mfa_event_name(event: u8) -> *const c_char {
    mfa_event_text(event).map_or(std::ptr::null(), CStr::as_ptr)
}

/// What to write to a portal user, in one of six languages; PROV_E_ARGUMENT for a number that is no PROV_TOLD.
/// lang  a PROV_LANG.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_told_text(
    notice: u8,
    lang: u8,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |_| {
        let notice = Notice::from_number(notice).ok_or(Failure::Argument("notice", "is no PROV_TOLD"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(notice.text(self::lang(lang)?), buf, cap, needed) }
    })
}
