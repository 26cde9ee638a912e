//! The voice dialogue, key presses, and what is spoken (SPEC C3, C4).

use crate::barrier::{Call, Failure, Kept, barrier, freeing, give, handles, required};
use crate::convert::{OutStruct, bytes, fixed_text, instant, put_text, text};
use crate::decision::{Made, prov_decision};
use crate::error::prov_error;
use crate::record::prov_tenant;
use crate::status::prov_status;
use crate::text::lang;
use libprov::announcement::Announcement;
use libprov::dialogue::{Action, Actions, Dialogue};
use libprov::dtmf::{Collector, Digit, parse_info};
use libprov::ids::AttemptId;
use libprov::time::Timestamp;
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::sync::{Mutex, MutexGuard};
use zeroize::Zeroize;

/// The sentences of an announcement, for text to speech.
/// announcement  a PROV_PLAY.
/// tries_left    with PROV_PLAY_TRIES_LEFT; else not looked at.
/// until_ms      with PROV_PLAY_LOCKED; else not looked at.
/// lang          a PROV_LANG.
/// now_ms        from when the length of a lock is counted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_announcement_text(
    announcement: u8,
    tries_left: u8,
    until_ms: i64,
    lang: u8,
    now_ms: i64,
    buf: *mut c_char,
    cap: usize,
    needed: Option<&mut MaybeUninit<usize>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |_| {
        let now = instant(now_ms)?;
        let lang = self::lang(lang)?;
        let until = if announcement == crate::effect::PROV_PLAY_LOCKED { instant(until_ms)? } else { now };
        let said = Announcement::from_number(announcement, tries_left, until)
            .ok_or(Failure::Argument("announcement", "is no PROV_PLAY"))?;
        // SAFETY: the caller's promise for the buffer.
        unsafe { put_text(&said.text(lang, now), buf, cap, needed) }
    })
}

/// Play announcement, in place of what is being played.
pub const PROV_ACTION_PLAY: u8 = 1;
/// Give digits and attempt to prov_enter_pap, store what changed, then call prov_dialogue_judged.
pub const PROV_ACTION_ENTER: u8 = 2;
/// Transfer the call to number at once: an emergency number of the tenant. Do not wait for the end of an announcement. Ask
/// prov_route with number as the target, as for any call of this enrolment: it gives the site, the audit event and the way back
/// for the emergency service. Connect it whatever becomes of that.
pub const PROV_ACTION_TRANSFER: u8 = 3;
/// End the call when the announcement has been played.
pub const PROV_ACTION_HANG_UP: u8 = 4;

/// One thing to do. What does not belong to its kind is 0.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_action {
    /// A PROV_ACTION.
    pub kind: u8,
    /// A PROV_PLAY, with PROV_ACTION_PLAY.
    pub announcement: u8,
    /// With PROV_PLAY_TRIES_LEFT.
    pub tries_left: u8,
    /// 0.
    pub reserved: [u8; 5],
    /// With PROV_PLAY_LOCKED.
    pub until_ms: i64,
    /// The id of the attempt, with PROV_ACTION_ENTER.
    pub attempt: u64,
    /// The emergency number, with PROV_ACTION_TRANSFER.
    pub number: [c_char; 8],
    /// What was typed, with PROV_ACTION_ENTER: secret; wipe it after prov_enter_pap.
    pub digits: [c_char; 40],
}

/// What a call of the dialogue asks for, in order.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct prov_actions {
    /// How many there are: 0 to 2.
    pub count: u32,
    /// 1: the call ended or was transferred; nothing that comes does anything any more.
    pub is_over: u8,
    /// 0.
    pub reserved: [u8; 3],
    /// The actions; those at and above count are 0.
    pub actions: [prov_action; 2],
}

const _: () = assert!(size_of::<prov_action>() == 72 && size_of::<prov_actions>() == 152);

const NO_ACTION: prov_action = prov_action {
    kind: 0,
    announcement: 0,
    tries_left: 0,
    reserved: [0; 5],
    until_ms: 0,
    attempt: 0,
    number: [0; 8],
    digits: [0; 40],
};

impl From<&Action> for prov_action {
    fn from(action: &Action) -> Self {
        let mut out = NO_ACTION;
        match action {
            Action::Play(announcement) => {
                out.kind = PROV_ACTION_PLAY;
                out.announcement = announcement.number();
                out.tries_left = announcement.tries_left().unwrap_or(0);
                out.until_ms = announcement.until().map_or(0, Timestamp::as_ms);
            }
            Action::Enter(entry) => {
                out.kind = PROV_ACTION_ENTER;
                out.attempt = entry.id().number();
                out.digits = fixed_text(entry.digits());
            }
            Action::Transfer(number) => {
                out.kind = PROV_ACTION_TRANSFER;
                out.number = fixed_text(number.as_str());
            }
            // A later core may know more; ending the call is what can do no harm.
            _ => out.kind = PROV_ACTION_HANG_UP,
        }
        out
    }
}

/// One call to the authentication service. It changes with every call; threads that use it at once wait for one another.
///
/// Stop what is being played when a key comes. Digits are secret and wiped when they are of no use.
pub struct prov_dialogue(Kept<Mutex<Dialogue>>);

/// Collects the keys of one call, each key press once. It changes with every call; threads that use it at once wait for one
/// another.
pub struct prov_dtmf(Kept<Mutex<Collector>>);

handles! {
    prov_dialogue: Mutex<Dialogue>, poisons: true;
    prov_dtmf: Mutex<Collector>, poisons: true;
}

/// What a handle guards. A call that panicked poisons the handle too, so that this adds nothing.
pub(crate) fn locked<T>(guarded: &Mutex<T>) -> Result<MutexGuard<'_, T>, Failure> {
    guarded.lock().map_err(|_| Failure::Poisoned)
}

/// Runs a call on a dialogue and hands its actions out.
///
/// # Safety
/// `out` points to `out_size` bytes of the caller, or is NULL.
unsafe fn ask(
    call: &Call,
    dialogue: Option<&prov_dialogue>,
    out: *mut prov_actions,
    out_size: usize,
    ask: impl FnOnce(&mut Dialogue) -> Actions,
) -> Result<(), Failure> {
    let mut dialogue = locked(call.shared(dialogue, "dialogue")?)?;
    // SAFETY: the same promise.
    let out = unsafe { OutStruct::new(out, out_size, size_of::<prov_actions>(), "out") }?;
    let actions = ask(&mut dialogue);
    let mut told = prov_actions { count: 0, is_over: u8::from(dialogue.is_over()), reserved: [0; 3], actions: [NO_ACTION; 2] };
    for (slot, action) in told.actions.iter_mut().zip(actions.iter()) {
        *slot = prov_action::from(action);
        told.count += 1;
    }
    out.put(&told);
    for action in &mut told.actions {
        action.digits.zeroize();
    }
    Ok(())
}

/// A dialogue for a call that was just answered: play PROV_PLAY_ENTER_PIN. Times, the cap on length and the emergency numbers
/// are the tenant's; they are known behind its outside-line prefix as well.
/// call  drawn at random: its low 56 bits must be those of no other call of the device, for attempt ids are made of it.
/// out   a new handle; free it with prov_dialogue_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dialogue_new(
    tenant: Option<&prov_tenant>,
    call: u64,
    now_ms: i64,
    out: Option<&mut MaybeUninit<*mut prov_dialogue>>,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |borrowed| {
        let tenant = borrowed.shared(tenant, "tenant")?;
        let out = required(out, "out")?;
        give(out, Mutex::new(Dialogue::new(call, tenant.policy(), instant(now_ms)?)));
        Ok(())
    })
}

/// Takes a key press.
/// key  the character: '0' to '9', '*', '#', 'A' to 'D'.
/// out  what to do, with its sizeof in out_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dialogue_digit(
    dialogue: *mut prov_dialogue,
    key: u8,
    now_ms: i64,
    out: *mut prov_actions,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        // SAFETY: NULL or a handle that lives.
        let dialogue = unsafe { dialogue.as_ref() };
        let digit = Digit::from_char(key.into()).ok_or(Failure::Argument("key", "is no key of a telephone"))?;
        let now = instant(now_ms)?;
        // SAFETY: the caller's promise for the struct.
        unsafe { ask(call, dialogue, out, out_size, |dialogue| dialogue.digit(digit, now)) }
    })
}

/// Tells the verdict on an entry, once the changed records were stored. Its effects PROV_EFFECT_PLAY and PROV_EFFECT_HANG_UP are
/// in the actions; perform the others as ever. A verdict on another attempt than the one that waits does nothing.
/// attempt   that of the PROV_ACTION_ENTER.
/// decision  of prov_enter_pap; PROV_E_ARGUMENT for that of another call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dialogue_judged(
    dialogue: *mut prov_dialogue,
    attempt: u64,
    decision: Option<&prov_decision>,
    now_ms: i64,
    out: *mut prov_actions,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        // SAFETY: NULL or a handle that lives.
        let dialogue = unsafe { dialogue.as_ref() };
        let Made::Judged { judged, .. } = call.shared(decision, "decision")? else {
            return Err(Failure::Argument("decision", "is not of prov_enter_pap"));
        };
        let (attempt, now) = (AttemptId::from_number(attempt), instant(now_ms)?);
        // SAFETY: the caller's promise for the struct.
        unsafe { ask(call, dialogue, out, out_size, |dialogue| dialogue.judged(attempt, judged.verdict, now)) }
    })
}

/// Tells that an entry could not be judged, because conflicts in the store went on for too long: it says so and hangs up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dialogue_busy(
    dialogue: *mut prov_dialogue,
    attempt: u64,
    now_ms: i64,
    out: *mut prov_actions,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        // SAFETY: NULL or a handle that lives.
        let dialogue = unsafe { dialogue.as_ref() };
        let (attempt, now) = (AttemptId::from_number(attempt), instant(now_ms)?);
        // SAFETY: the caller's promise for the struct.
        unsafe { ask(call, dialogue, out, out_size, |dialogue| dialogue.busy(attempt, now)) }
    })
}

/// Performs what is due, at prov_dialogue_next_timeout. Being early, late or called twice is harmless.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dialogue_handle_timeout(
    dialogue: *mut prov_dialogue,
    now_ms: i64,
    out: *mut prov_actions,
    out_size: usize,
    error: Option<&mut MaybeUninit<*mut prov_error>>,
) -> prov_status {
    barrier(error, |call| {
        // SAFETY: NULL or a handle that lives.
        let dialogue = unsafe { dialogue.as_ref() };
        let now = instant(now_ms)?;
        // SAFETY: the caller's promise for the struct.
        unsafe { ask(call, dialogue, out, out_size, |dialogue| dialogue.handle_timeout(now)) }
    })
}

/// When the dialogue next needs a prov_dialogue_handle_timeout; look again after every call.
/// out  0: nothing will happen by itself.
#[unsafe(no_mangle)]
pub extern "C" fn prov_dialogue_next_timeout(
    dialogue: Option<&prov_dialogue>,
    out: Option<&mut MaybeUninit<i64>>,
) -> prov_status {
    barrier(None, |call| {
        let dialogue = locked(call.shared(dialogue, "dialogue")?)?;
        required(out, "out")?.write(dialogue.next_timeout().map_or(0, Timestamp::as_ms));
        Ok(())
    })
}

/// Tells that the caller hung up, or that the call ended for another reason; what was typed is wiped and no attempt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dialogue_hung_up(dialogue: *mut prov_dialogue) -> prov_status {
    barrier(None, |call| {
        // SAFETY: NULL or a handle that lives.
        let dialogue = unsafe { dialogue.as_ref() };
        locked(call.shared(dialogue, "dialogue")?)?.hung_up();
        Ok(())
    })
}

/// Wipes and frees the dialogue; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_dialogue_free(dialogue: Option<Box<prov_dialogue>>) {
    freeing(dialogue);
}

fn key_of(digit: Option<Digit>) -> u8 {
    // A key is an ASCII character.
    digit.and_then(|digit| u8::try_from(digit.as_char()).ok()).unwrap_or(0)
}

/// Reads the key of a SIP INFO request.
/// content_type  the header: application/dtmf-relay or application/dtmf, with or without parameters.
/// out           the character '0' to '9', '*', '#', 'A' to 'D'; 0 for anything but one key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dtmf_parse_info(
    content_type: *const c_char,
    content_type_len: usize,
    body: *const u8,
    body_len: usize,
    out: Option<&mut MaybeUninit<u8>>,
) -> prov_status {
    barrier(None, |_| {
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let kind = unsafe { text(content_type, content_type_len, "content_type") }?;
        // SAFETY: the caller's promise for the bytes.
        out.write(key_of(parse_info(kind, unsafe { bytes(body, body_len, "body") }?)));
        Ok(())
    })
}

/// A collector of the keys of a new call.
/// out  a new handle; free it with prov_dtmf_free.
#[unsafe(no_mangle)]
pub extern "C" fn prov_dtmf_new(out: Option<&mut MaybeUninit<*mut prov_dtmf>>) -> prov_status {
    barrier(None, |_| {
        give(required(out, "out")?, Mutex::new(Collector::new()));
        Ok(())
    })
}

/// Takes a SIP INFO request of the call; retransmissions are the SIP stack's to remove. The way of the first key of a call, INFO
/// or event, counts for the whole call.
/// out  the character of a key press that counts; 0 otherwise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dtmf_info(
    dtmf: *mut prov_dtmf,
    content_type: *const c_char,
    content_type_len: usize,
    body: *const u8,
    body_len: usize,
    out: Option<&mut MaybeUninit<u8>>,
) -> prov_status {
    barrier(None, |call| {
        // SAFETY: NULL or a handle that lives.
        let dtmf = unsafe { dtmf.as_ref() };
        let mut keys = locked(call.shared(dtmf, "dtmf")?)?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for text.
        let kind = unsafe { text(content_type, content_type_len, "content_type") }?;
        // SAFETY: the caller's promise for the bytes.
        out.write(key_of(keys.info(kind, unsafe { bytes(body, body_len, "body") }?)));
        Ok(())
    })
}

/// Takes the payload of an RFC 4733 packet with its RTP timestamp.
/// out  the character at the first packet of a key press that counts; 0 otherwise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn prov_dtmf_event(
    dtmf: *mut prov_dtmf,
    payload: *const u8,
    payload_len: usize,
    rtp_timestamp: u32,
    out: Option<&mut MaybeUninit<u8>>,
) -> prov_status {
    barrier(None, |call| {
        // SAFETY: NULL or a handle that lives.
        let dtmf = unsafe { dtmf.as_ref() };
        let mut keys = locked(call.shared(dtmf, "dtmf")?)?;
        let out = required(out, "out")?;
        // SAFETY: the caller's promise for the bytes.
        out.write(key_of(keys.event(unsafe { bytes(payload, payload_len, "payload") }?, rtp_timestamp)));
        Ok(())
    })
}

/// How many packets and bodies of the call held no key.
#[unsafe(no_mangle)]
pub extern "C" fn prov_dtmf_ignored(dtmf: Option<&prov_dtmf>, out: Option<&mut MaybeUninit<u32>>) -> prov_status {
    barrier(None, |call| {
        let keys = locked(call.shared(dtmf, "dtmf")?)?;
        required(out, "out")?.write(keys.ignored());
        Ok(())
    })
}

/// Frees the collector; NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn prov_dtmf_free(dtmf: Option<Box<prov_dtmf>>) {
    freeing(dtmf);
}
