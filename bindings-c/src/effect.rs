//! Effects as plain structs (SPEC A10).

use crate::convert::fixed_text;
use crate::generated::{audit_text, rule_text};
use libprov::effect::{Effect, Resync};
use libprov::ip::Source;
use libprov::state::State;
use libprov::time::Timestamp;
use std::ffi::{CStr, c_char};

/// Write this event to the audit log, with the actor of the call: event, old_state, new_state, source, rule, aggregate.
pub const PROV_EFFECT_AUDIT: u8 = 1;
/// Remove the temporary whitelist entry of source, if this device still is the one that made it.
pub const PROV_EFFECT_WITHDRAW: u8 = 2;
/// Revoke the SIP accounts of the device: end registrations, refuse further ones until new passwords are set.
pub const PROV_EFFECT_REVOKE: u8 = 3;
/// Play announcement in the dialogue, with tries_left or until_ms.
pub const PROV_EFFECT_PLAY: u8 = 4;
/// End the call.
pub const PROV_EFFECT_HANG_UP: u8 = 5;
/// Ask phones to fetch their configuration now: resync says which.
pub const PROV_EFFECT_RESYNC: u8 = 6;
/// Create the device of this request as active, if its model is supported: the policy adopts it.
pub const PROV_EFFECT_ADOPT: u8 = 7;

/// The PAP was right; the telephone is being set up.
pub const PROV_PLAY_ACCEPTED: u8 = 1;
/// The PAP was wrong; tries_left are left.
pub const PROV_PLAY_TRIES_LEFT: u8 = 2;
/// Locked until until_ms.
pub const PROV_PLAY_LOCKED: u8 = 3;
/// Blocked for good.
pub const PROV_PLAY_BLOCKED: u8 = 4;
/// Already authenticated; the telephone is being set up.
pub const PROV_PLAY_ALREADY: u8 = 5;
/// Not possible at present.
pub const PROV_PLAY_NOT_POSSIBLE: u8 = 6;
/// The device needs a reset.
pub const PROV_PLAY_RESET_NEEDED: u8 = 7;
/// Please wait, the telephone restarts.
pub const PROV_PLAY_RESTARTING: u8 = 8;
/// No PIN is needed; the telephone is being set up.
pub const PROV_PLAY_NO_PIN_NEEDED: u8 = 9;
/// The telephone must be authenticated again before it may call.
pub const PROV_PLAY_NOT_AUTHENTICATED: u8 = 10;
/// The telephone is not in service: nobody knows it, or it is inactive.
pub const PROV_PLAY_NOT_IN_SERVICE: u8 = 11;
/// What was asked for is refused.
pub const PROV_PLAY_REFUSED: u8 = 12;
/// Welcome; type the PIN and end it with the hash key.
pub const PROV_PLAY_ENTER_PIN: u8 = 13;
/// The entry was discarded, for it was not ended in time; type it again.
pub const PROV_PLAY_ENTER_AGAIN: u8 = 14;
/// The time for the dialogue is over.
pub const PROV_PLAY_TIME_OVER: u8 = 15;
/// The call is connected to the emergency service.
pub const PROV_PLAY_EMERGENCY: u8 = 16;

/// The account of enrolment.
pub const PROV_RESYNC_ENROLMENT: u8 = 1;
/// Every registration of the device, enrolment or full account.
pub const PROV_RESYNC_DEVICE: u8 = 2;
/// The enrolments of the device that were issued to source.
pub const PROV_RESYNC_DEVICE_AT: u8 = 3;

/// Authenticated and fully provisioned.
pub const PROV_STATE_SUCCESSFUL: u8 = 1;
/// Set up, not authenticated.
pub const PROV_STATE_REQUIRED: u8 = 2;
/// Temporarily locked.
pub const PROV_STATE_FAILED: u8 = 3;
/// Permanently locked.
pub const PROV_STATE_BLOCKED: u8 = 4;

/// One thing to do, after the changed records were stored. All of it is idempotent. What does not belong to its kind is 0.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_effect {
    /// A PROV_EFFECT.
    pub kind: u8,
    /// A PROV_AUDIT.
    pub event: u8,
    /// The PROV_STATE before, where the event is about a state.
    pub old_state: u8,
    /// The PROV_STATE after.
    pub new_state: u8,
    /// The PROV_RULE that decided, where one did.
    pub rule: u8,
    /// 1: may come with every poll; count it instead of writing a line each time.
    pub aggregate: u8,
    /// A PROV_PLAY.
    pub announcement: u8,
    /// A PROV_RESYNC.
    pub resync: u8,
    /// With PROV_PLAY_TRIES_LEFT.
    pub tries_left: u8,
    /// 0.
    pub reserved: [u8; 7],
    /// With PROV_PLAY_LOCKED.
    pub until_ms: i64,
    /// The source: "192.0.2.7", "2001:db8::/64", "unresolved", or empty.
    pub source: [c_char; 48],
    /// The enrolment id: 42 or 48 characters, or empty.
    pub enrolment: [c_char; 56],
}

const _: () = assert!(size_of::<prov_effect>() == 128);

impl From<Effect> for prov_effect {
    fn from(effect: Effect) -> Self {
        let mut out = Self {
            kind: 0,
            event: 0,
            old_state: 0,
            new_state: 0,
            rule: 0,
            aggregate: 0,
            announcement: 0,
            resync: 0,
            tries_left: 0,
            reserved: [0; 7],
            until_ms: 0,
            source: [0; 48],
            enrolment: [0; 56],
        };
        match effect {
            Effect::Audit(audit) => {
                out.kind = PROV_EFFECT_AUDIT;
                out.event = audit.event as u8;
                out.old_state = audit.old.map_or(0, state_number);
                out.new_state = audit.new.map_or(0, state_number);
                out.rule = audit.rule.map_or(0, libprov::rule::Rule::number);
                out.aggregate = u8::from(audit.aggregate);
                out.source = audit.source.map_or([0; 48], source_text);
            }
            Effect::Withdraw(source) => {
                out.kind = PROV_EFFECT_WITHDRAW;
                out.source = source_text(source);
            }
            Effect::Adopt => out.kind = PROV_EFFECT_ADOPT,
            Effect::Revoke => out.kind = PROV_EFFECT_REVOKE,
            Effect::Play(announcement) => {
                out.kind = PROV_EFFECT_PLAY;
                out.announcement = announcement.number();
                out.tries_left = announcement.tries_left().unwrap_or(0);
                out.until_ms = announcement.until().map_or(0, Timestamp::as_ms);
            }
            Effect::HangUp => out.kind = PROV_EFFECT_HANG_UP,
            Effect::Resync(resync) => {
                out.kind = PROV_EFFECT_RESYNC;
                out.resync = match resync {
                    Resync::Enrolment(id) => {
                        out.enrolment = fixed_text(id.text().as_str());
                        PROV_RESYNC_ENROLMENT
                    }
                    Resync::Device => PROV_RESYNC_DEVICE,
                    Resync::DeviceAt(source) => {
                        out.source = source_text(source);
                        PROV_RESYNC_DEVICE_AT
                    }
                };
            }
        }
        out
    }
}

pub(crate) const fn state_number(state: State) -> u8 {
    match state {
        State::Successful => PROV_STATE_SUCCESSFUL,
        State::Required => PROV_STATE_REQUIRED,
        State::Failed => PROV_STATE_FAILED,
        State::Blocked => PROV_STATE_BLOCKED,
    }
}

/// At most 39 characters of an IPv6 address, "/64" and a NUL.
pub(crate) fn source_text(source: Source) -> [c_char; 48] {
    fixed_text(&source.to_string())
}

/// The name of a PROV_RULE as the specification writes it, such as "R6a": static text; NULL for an unknown number.
#[unsafe(no_mangle)]
pub extern "C" fn prov_rule_name(rule: u8) -> *const c_char {
    rule_text(rule).map_or(std::ptr::null(), CStr::as_ptr)
}

/// The name of a PROV_AUDIT for logs, such as "pap_wrong": static text; NULL for an unknown number.
#[unsafe(no_mangle)]
pub extern "C" fn prov_audit_name(event: u8) -> *const c_char {
    audit_text(event).map_or(std::ptr::null(), CStr::as_ptr)
}

/// The wire name of a PROV_STATE, such as "required": static text; NULL for an unknown number.
#[unsafe(no_mangle)]
pub extern "C" fn prov_state_name(state: u8) -> *const c_char {
    let name = match state {
        PROV_STATE_SUCCESSFUL => c"successful",
        PROV_STATE_REQUIRED => c"required",
        PROV_STATE_FAILED => c"failed",
        PROV_STATE_BLOCKED => c"blocked",
        _ => return std::ptr::null(),
    };
    name.as_ptr()
}
