//! Calls and registrations of accounts, emergency numbers (SPEC C1, C2, C5, C6).

use crate::barrier::{Call as Barrier, Failure, barrier, give, required};
use crate::convert::{OutStruct, Sized32, fixed_text, flag, init_struct, instant, put_text, read_struct, text, unused};
use crate::decision::{Made, prov_decision};
use crate::error::prov_error;
use crate::record::prov_tenant;
use crate::request::{load, prov_facts};
use crate::status::prov_status;
use libprov::call::{self, Call, Caller, Method, Route, Routed};
use libprov::emergency;
use libprov::ids::Epoch;
use libprov::mac::MacAddr;
use libprov::number::{self, Dialled};
use libprov::request::Step;
use libprov::time::Timestamp;
use std::ffi::c_char;
use std::mem::MaybeUninit;

/// An enrolment account: user is its SIP user.
pub const PROV_CALLER_ENROLMENT: u8 = 1;
/// A full account of the device: account and epoch.
pub const PROV_CALLER_FULL: u8 = 2;
/// Somebody outside, such as the public network: user is the number that a trusted trunk asserts.
pub const PROV_CALLER_OUTSIDE: u8 = 3;
/// Nobody that is known.
pub const PROV_CALLER_UNKNOWN: u8 = 4;

/// REGISTER.
pub const PROV_SIP_REGISTER: u8 = 1;
/// INVITE.
pub const PROV_SIP_INVITE: u8 = 2;
/// ACK.
pub const PROV_SIP_ACK: u8 = 3;
/// BYE.
pub const PROV_SIP_BYE: u8 = 4;
/// CANCEL.
pub const PROV_SIP_CANCEL: u8 = 5;
/// PRACK.
pub const PROV_SIP_PRACK: u8 = 6;
/// UPDATE.
pub const PROV_SIP_UPDATE: u8 = 7;
/// INFO.
pub const PROV_SIP_INFO: u8 = 8;
/// OPTIONS.
pub const PROV_SIP_OPTIONS: u8 = 9;
/// REFER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH and all others.
pub const PROV_SIP_OTHER: u8 = 10;

/// A SIP request, as the PBX received and authenticated it. Everything in it is borrowed for the call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_call {
    /// Set by prov_call_init.
    pub struct_size: u32,
    /// A PROV_CALLER; it has no default.
    pub caller: u8,
    /// A PROV_SIP; PROV_SIP_INVITE after prov_call_init.
    pub method: u8,
    /// 1: it belongs to a dialogue that this party has with the PBX already.
    pub in_dialog: u8,
    /// 1: it carries a Replaces header.
    pub replaces: u8,
    /// With PROV_CALLER_FULL its slot, from 1.
    pub account: u8,
    /// With PROV_SIP_REGISTER how many contacts this SIP user would have after it.
    pub contacts: u8,
    /// 0.
    pub reserved: [u8; 6],
    /// With PROV_CALLER_FULL the epoch of the device (prov_device_epoch) when the account's password was set. A password that
    /// outlived a reset keeps its epoch.
    pub epoch: u64,
    /// See PROV_CALLER.
    pub user: *const c_char,
    /// Its length.
    pub user_len: usize,
    /// What was dialled: the user part or the whole request URI, as it came.
    pub target: *const c_char,
    /// Its length.
    pub target_len: usize,
}

// SAFETY: `repr(C)`, the size first, no padding (asserted below), numbers and raw pointers only.
unsafe impl Sized32 for prov_call {
    const FIRST: usize = size_of::<Self>();
}

/// Prepares the struct: a new call; size is its sizeof.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_call_init(call: *mut prov_call, size: usize) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for the struct.
        unsafe { init_struct(call, size, "call", |call: &mut prov_call| call.method = PROV_SIP_INVITE) }
    })
}

/// The PROV_SIP of a method's name, such as "INVITE"; PROV_SIP_OTHER for all others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_sip_method(name: *const c_char, name_len: usize, out: Option<&mut MaybeUninit<u8>>) -> prov_status {
    barrier(None, |_| {
        // SAFETY: the caller's promise for text.
        let name = unsafe { text(name, name_len, "name") }?;
        required(out, "out")?.write(Method::parse(name) as u8);
        Ok(())
    })
}

/// An emergency call: connect it at once to number, not to what was dialled. Store the writes afterwards, and let no conflict
/// hold it up.
pub const PROV_ROUTE_EMERGENCY: u8 = 1;
/// The host's own dial plan decides from here.
pub const PROV_ROUTE_THROUGH: u8 = 2;
/// Connect it to the authentication service, whatever was dialled.
pub const PROV_ROUTE_SERVICE: u8 = 3;
/// Connect the emergency service to this enrolment account.
pub const PROV_ROUTE_CALL_BACK: u8 = 4;
/// Take the registration: one contact for this SIP user.
pub const PROV_ROUTE_REGISTER: u8 = 5;
/// It belongs to a dialogue that goes on and starts nothing new.
pub const PROV_ROUTE_IN_DIALOG: u8 = 6;
/// Refused: answer 403, and play the announcement to a caller.
pub const PROV_ROUTE_REFUSED: u8 = 7;

/// What prov_route decided. What does not belong to its kind is 0.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_routed {
    /// A PROV_ROUTE.
    pub kind: u8,
    /// With PROV_ROUTE_REFUSED the PROV_PLAY that says why.
    pub announcement: u8,
    /// With PROV_ROUTE_EMERGENCY, 1: an administrator confirmed the location (prov_decision_site).
    pub location_confirmed: u8,
    /// With PROV_ROUTE_EMERGENCY, 1: the caller proved to be that device. Anyone who knows a MAC can get an enrolment of it.
    pub proven: u8,
    /// With PROV_ROUTE_EMERGENCY the device; all zeros for an unknown caller.
    pub mac: [u8; 6],
    /// 0.
    pub reserved: [u8; 6],
    /// With PROV_PLAY_LOCKED the end of the lock.
    pub until_ms: i64,
    /// With PROV_ROUTE_EMERGENCY the number to connect to: 2 to 6 digits.
    pub number: [c_char; 8],
    /// With PROV_ROUTE_SERVICE and PROV_ROUTE_CALL_BACK the enrolment id: 42 or 48 characters.
    pub enrolment: [c_char; 56],
    /// With PROV_ROUTE_SERVICE the enrolment whose dialogue gave way: hang up that call. Empty where none did.
    pub ended: [c_char; 56],
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<prov_call>() == 56);
#[cfg(target_pointer_width = "32")]
const _: () = assert!(size_of::<prov_call>() == 40);
const _: () = assert!(size_of::<prov_routed>() == 144);

impl From<Route<'_>> for prov_routed {
    fn from(route: Route<'_>) -> Self {
        let mut out = Self {
            kind: PROV_ROUTE_REFUSED,
            announcement: 0,
            location_confirmed: 0,
            proven: 0,
            mac: [0; 6],
            reserved: [0; 6],
            until_ms: 0,
            number: [0; 8],
            enrolment: [0; 56],
            ended: [0; 56],
        };
        match route {
            Route::Emergency(made) => {
                out.kind = PROV_ROUTE_EMERGENCY;
                out.location_confirmed = u8::from(made.location_confirmed);
                out.proven = u8::from(made.proven);
                out.mac = made.mac.map_or([0; 6], MacAddr::octets);
                out.number = fixed_text(made.number.as_str());
            }
            Route::Through => out.kind = PROV_ROUTE_THROUGH,
            Route::Service(service) => {
                out.kind = PROV_ROUTE_SERVICE;
                out.enrolment = fixed_text(service.enrolment.text().as_str());
                out.ended = service.ended.map_or([0; 56], |id| fixed_text(id.text().as_str()));
            }
            Route::CallBack(id) => {
                out.kind = PROV_ROUTE_CALL_BACK;
                out.enrolment = fixed_text(id.text().as_str());
            }
            Route::Register => out.kind = PROV_ROUTE_REGISTER,
            Route::InDialog => out.kind = PROV_ROUTE_IN_DIALOG,
            Route::Refused(why) => {
                out.announcement = why.number();
                out.until_ms = why.until().map_or(0, Timestamp::as_ms);
            }
            // A later core may know more; none of it is let through.
            _ => {}
        }
        out
    }
}

/// Reads a request.
///
/// # Safety
/// `call` points to a prepared struct, or is NULL; its texts live for `'a`.
unsafe fn read<'a>(call: *const prov_call) -> Result<Call<'a>, Failure> {
    // SAFETY: the same promise.
    let raw = unsafe { read_struct(call, "call") }?;
    unused(&raw.reserved, "call")?;
    // SAFETY: the same promise.
    let user = unsafe { text(raw.user, raw.user_len, "call.user") }?;
    // SAFETY: the same promise.
    let target = unsafe { text(raw.target, raw.target_len, "call.target") }?;
    let caller = match raw.caller {
        PROV_CALLER_ENROLMENT => Caller::Enrolment(user),
        PROV_CALLER_FULL => Caller::Full { account: raw.account, epoch: Epoch::from_number(raw.epoch) },
        PROV_CALLER_OUTSIDE => Caller::Outside(user),
        PROV_CALLER_UNKNOWN => Caller::Unknown,
        _ => return Err(Failure::Argument("call.caller", "is no PROV_CALLER; it has no default")),
    };
    let method = Method::ALL.into_iter().find(|method| *method as u8 == raw.method);
    Ok(Call {
        caller,
        method: method.ok_or(Failure::Argument("call.method", "is no PROV_SIP"))?,
        target,
        in_dialog: flag(raw.in_dialog, "call.in_dialog")?,
        replaces: flag(raw.replaces, "call.replaces")?,
        contacts: raw.contacts,
    })
}

/// Routes a call, or judges another SIP request, of or to an account.
/// Where an INVITE fails here (a clock that is not set, text that is no UTF-8, a poisoned handle), ask prov_emergency_number,
/// which needs neither clock nor records, and connect the call if that names one.
/// facts  the device of the account that asks, or of the enrolment account that is called; prov_enrolment_mac names it. For an
///        enrolment account in source, wider and budget the guards of prov_enrolment_source and of the tenant. For a full account
///        that is not delivered yet in temp and source the temporary whitelist entry and the guard of the source of
///        prov_device_lease, and in budget the guard of the tenant.
/// call   prepared by prov_call_init.
/// out    a new decision for prov_decision_route; free it with prov_decision_free. Store its records before the call is
///        connected, but for PROV_ROUTE_EMERGENCY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_route(
    facts: *const prov_facts,
    call: *const prov_call,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |barrier| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs and handles.
        let facts = unsafe { load(barrier, facts) }?;
        // SAFETY: the caller's promise for structs and text.
        let call = unsafe { read(call) }?;
        let Routed { route, writes, effects } = call::route(facts, &call, instant(now_ms)?);
        let site = if let Route::Emergency(made) = &route { made.site.unwrap_or_default().into() } else { String::new() };
        give(out, Made::Routed { step: Step { writes, effects }, route: route.into(), site });
        Ok(())
    })
}

/// What a call of prov_route came to; PROV_E_ARGUMENT for a decision of another call.
/// out  with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_route(
    decision: Option<&prov_decision>,
    out: *mut prov_routed,
    out_size: usize,
) -> prov_status {
    barrier(None, |call| {
        let (route, _) = routed(call, decision)?;
        // SAFETY: the caller's promise for the struct.
        unsafe { OutStruct::new(out, out_size, size_of::<prov_routed>(), "out") }?.put(route);
        Ok(())
    })
}

/// The site of the device of an emergency call, at most 64 characters; empty where none was named.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_decision_site(
    decision: Option<&prov_decision>,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
) -> prov_status {
    barrier(None, |call| {
        let (_, site) = routed(call, decision)?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(site, buf, cap, needed) }
    })
}

fn routed<'a>(call: &Barrier, decision: Option<&'a prov_decision>) -> Result<(&'a prov_routed, &'a str), Failure> {
    match call.shared(decision, "decision")? {
        Made::Routed { route, site, .. } => Ok((route, site)),
        _ => Err(Failure::Argument("decision", "is not of prov_route")),
    }
}

/// Says that a full account registered, authenticated: the first time, that its configuration arrived. Of an earlier epoch, and
/// of a blocked or inactive device, it changes nothing but the audit; so does every further one.
/// facts  as for prov_route.
/// epoch  as in prov_call.
/// out    a new decision; free it with prov_decision_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_registered(
    facts: *const prov_facts,
    account: u8,
    epoch: u64,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |barrier| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs and handles.
        let facts = unsafe { load(barrier, facts) }?;
        give(out, Made::Stepped(call::registered(facts, account, Epoch::from_number(epoch), instant(now_ms)?)));
        Ok(())
    })
}

/// Says that a call of or to an enrolment account is over: its place is free for the next. Calling it twice, or for a call that
/// holds no place, is harmless; without it the place is free after three minutes.
/// facts  the device of prov_enrolment_mac.
/// user   the SIP user of the enrolment account.
/// out    a new decision; free it with prov_decision_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_hung_up(
    facts: *const prov_facts,
    user: *const c_char,
    user_len: usize,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_decision>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |barrier| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for structs and handles.
        let facts = unsafe { load(barrier, facts) }?;
        // SAFETY: the caller's promise for text.
        let user = unsafe { text(user, user_len, "user") }?;
        give(out, Made::Stepped(call::hung_up(facts, user, instant(now_ms)?)));
        Ok(())
    })
}

/// Brings a dialled user part, or a sip:, sips:, tel: or urn: URI, to one form: digits with "*", "#" and a leading "+", or
/// "urn:service:sos". Empty for what is no number.
/// buf  at most 32 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_number_normalise(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        let dialled = number::normalise(unsafe { self::text(text, len, "text") }?);
        let text = match &dialled {
            Dialled::Number(number) => number.as_str(),
            Dialled::Sos => "urn:service:sos",
            Dialled::Other => "",
        };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(text, buf, cap, needed) }
    })
}

/// The emergency number of the tenant that was dialled, in any spelling, also behind its outside-line prefix: 2 to 6 digits,
/// empty for any other number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_emergency_number(
    tenant: Option<&prov_tenant>,
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        let settings = call.shared(tenant, "tenant")?.policy().settings();
        // SAFETY: the caller's promise for text.
        let dialled = number::normalise(unsafe { self::text(text, len, "text") }?);
        let number = number::emergency(&dialled, &settings.emergency, settings.outside_line.as_deref());
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(number.as_ref().map_or("", |number| number.as_str()), buf, cap, needed) }
    })
}

/// The emergency numbers of a country, parted by spaces, as prov_new_tenant takes them; docs/facts/emergency.md has their
/// sources. Try them with your operator before you rely on them. Empty for a country without a preset.
/// country  two letters of ISO 3166-1, in any case; length 0 gives the countries there are instead, parted by spaces.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_emergency_preset(
    country: *const c_char,
    country_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        // SAFETY: the caller's promise for text.
        let country = unsafe { text(country, country_len, "country") }?;
        let words: Vec<String> = if country.is_empty() {
            emergency::presets().iter().map(|preset| preset.country().to_owned()).collect()
        } else {
            emergency::preset(country).into_iter().flat_map(|preset| preset.numbers()).map(|number| number.to_string()).collect()
        };
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&words.join(" "), buf, cap, needed) }
    })
}
