//! libprov in a static library with its own allocator and panic handler, and nothing else.
//!
//! Layer one: a dependency that links `std` does not compile here (E0152, a second panic handler). Layer two: the
//! library is linked with `-nostdlib`, and what is still undefined may only be the handful of memory functions that
//! every C compiler expects; a clock, a file, a socket or `getrandom` would show up by name.
#![no_std]

extern crate alloc;

use alloc::string::ToString;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::hint::black_box;
use core::sync::atomic::{AtomicUsize, Ordering};

use libprov::audit::{self, Aggregator, Frame};
use libprov::dialogue::{Action, Dialogue};
use libprov::dtmf::{Collector, Digit};
use libprov::effect::{Audit, AuditEvent};
use libprov::entropy::Entropy;
use libprov::ids::{SessionId, ShortNumber, TenantId, UserId};
use libprov::ip::ClientAddress;
use libprov::keys::{Keyring, TenantKey};
use libprov::lang::Lang;
use libprov::mac::MacAddr;
use libprov::mfa::{self, Account, Actor, AdminAct, Judgement, MfaEffect, MfaFacts, MfaFrame, MfaPolicy, MfaSettings};
use libprov::otp::{KeyUri, Migration, TotpKey, Window};
use libprov::policy::{Policy, Settings};
use libprov::roster::{Format, Import, Options, export};
use libprov::snapshot;
use libprov::stagger;
use libprov::time::{Deadline, Timestamp};
use libprov::whitelist::Whitelist;

/// The entry point: calls into every floor so that the linker cannot drop what it should judge.
///
/// # Safety
/// `text` points to `len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn no_std_proof(text: *const u8, len: usize, now_ms: i64) -> usize {
    // SAFETY: the caller promises `len` readable bytes.
    let bytes = unsafe { core::slice::from_raw_parts(text, len) };
    let text = core::str::from_utf8(bytes).unwrap_or_default();
    let mut sum = 0usize;
    match MacAddr::parse(text) {
        Ok(mac) => sum += black_box(mac.to_string()).len(),
        Err(error) => sum += black_box(error.to_string()).len(),
    }
    if let Ok(now) = Timestamp::from_ms(now_ms) {
        let deadline = Deadline::new(now, 1_000);
        sum += usize::from(black_box(deadline.is_over(now)));
        sum += black_box(now.to_string()).len();
    }
    if let Ok(tenant) = text.parse::<TenantId>() {
        sum += black_box(tenant.to_string()).len();
    }
    sum += one_time_passwords(text, now_ms);
    sum += second_factor(text, bytes, now_ms);
    sum += roster(bytes, now_ms);
    sum += voice(text, bytes, now_ms);
    #[cfg(feature = "render")]
    {
        sum += profiles(text);
    }
    let mut key = [0u8; 32];
    for (to, from) in key.iter_mut().zip(bytes) {
        *to = *from;
    }
    sum += usize::from(black_box(Entropy::new(key)).is_ok());
    sum
}

/// Changes, merges and reads profiles, and renders one.
#[cfg(feature = "render")]
fn profiles(text: &str) -> usize {
    use libprov::profile::{DialString, Layer, Profile, json_schema, set};
    use libprov::render::{FullJob, Provisioning, ProvisioningUrl, SecretsOut, render_full};
    use libprov::{models, secret::Secret, zone::Zone};
    let mut sum = usize::from(Zone::named(text).is_some()) + json_schema().len();
    let layer = match set(text, "accounts[1].server.port", "5061") {
        Ok(layer) => layer,
        Err(error) => return sum + black_box(error.to_string()).len(),
    };
    match Profile::from_layers(&[(Layer::Tenant, text), (Layer::Device, &layer)]) {
        Ok(profile) => {
            let (Some(model), Ok(mac)) = (models::all().next(), MacAddr::parse("805ec0010203")) else { return sum };
            let url = Secret::from(text);
            let emergency: alloc::vec::Vec<DialString> = DialString::parse(text).into_iter().collect();
            let job =
                FullJob::new(&profile, model, mac, SecretsOut::ALL, Provisioning::new(ProvisioningUrl::Open(&url)), &emergency);
            let mut file = alloc::vec::Vec::new();
            sum += usize::from(black_box(render_full(&job, &mut file)).is_ok()) + black_box(file).len();
        }
        Err(error) => sum += black_box(error.to_string()).len(),
    }
    sum
}

/// Holds a dialogue with the keys of the text, says what it says, and writes audit lines.
fn voice(text: &str, bytes: &[u8], now_ms: i64) -> usize {
    let (Ok(now), Some(number)) = (Timestamp::from_ms(now_ms), ShortNumber::parse("112")) else { return 0 };
    let Ok(policy) = Policy::new(Settings::cloud(&[number])) else { return 0 };
    let mut call = Dialogue::new(now_ms.unsigned_abs(), &policy, now);
    let mut keys = Collector::new();
    let mut sum = usize::from(black_box(keys.info(text, bytes)).is_some());
    sum += usize::from(black_box(keys.event(bytes, 1)).is_some());
    for action in text.chars().filter_map(Digit::from_char).flat_map(|digit| call.digit(digit, now)) {
        if let Action::Play(announcement) = action {
            sum += black_box(announcement.text(Lang::Pl, now)).len();
        }
    }
    sum += black_box(call.handle_timeout(now)).iter().count();
    let tenant = TenantId::from_number(1);
    let audit = Audit { event: AuditEvent::Denied, old: None, new: None, source: None, rule: None, aggregate: true };
    sum += black_box(audit::json(&audit, &Frame { actor: Some(text), ..Frame::of(tenant, now) })).len();
    let mut counted = Aggregator::new(tenant, &policy);
    counted.add(&audit, None, now);
    sum + counted.flush().iter().map(|line| line.json().len()).sum::<usize>()
}

/// Reads a roster, writes the header of one and finds a place in a period.
fn roster(bytes: &[u8], now_ms: i64) -> usize {
    let mut import = Import::new(Options::default());
    import.feed(bytes);
    let checked = import.finish();
    let mut sum = 0usize;
    for row in checked.good_rows() {
        sum += black_box(stagger::offset_ms(TenantId::from_number(1), row.mac(), 60_000)) as usize;
    }
    for fault in checked.faults() {
        sum += black_box(fault.to_string()).len();
    }
    if let Ok(now) = Timestamp::from_ms(now_ms) {
        sum += black_box(export([], &Format::new(Lang::De), now)).len();
    }
    sum
}

fn one_time_passwords(text: &str, now_ms: i64) -> usize {
    let mut sum = usize::from(black_box(Migration::parse(text)).is_ok());
    if let (Ok(read), Ok(now)) = (KeyUri::parse(text), Timestamp::from_ms(now_ms)) {
        sum += black_box(read.uri.uri()).expose().len();
        if let libprov::otp::OtpKind::Totp(totp) = read.uri.kind() {
            let key = TotpKey::new(read.uri.secret(), totp);
            sum += usize::from(black_box(key.verify("123456", now, None, Window::DEFAULT)) == libprov::otp::OtpOutcome::Wrong);
        }
        #[cfg(feature = "default")]
        if let Ok(qr) = libprov::otp::Qr::of_uri(&read.uri) {
            sum += black_box(qr.svg()).expose().len();
        }
    }
    sum
}

/// Sets a second factor up, gives it the text as a code, and has an administrator reset it.
fn second_factor(text: &str, bytes: &[u8], now_ms: i64) -> usize {
    let mut key = [1u8; 32];
    for (to, from) in key.iter_mut().zip(bytes) {
        *to = *from;
    }
    let (Ok(now), Ok(current), Ok(policy)) =
        (Timestamp::from_ms(now_ms), TenantKey::new(1, key), MfaPolicy::new(MfaSettings::default()))
    else {
        return 0;
    };
    let (keys, trusted, user) = (Keyring::new(current), Whitelist::default(), UserId::from_number(2));
    let mut account = Account::new(TenantId::from_number(1), user, now);
    let address = ClientAddress::new(core::net::IpAddr::from([192, 0, 2, 1]));
    let mut sum = 0usize;
    for round in 0..4 {
        let Ok(fresh) = Entropy::new(key) else { return sum };
        let facts = MfaFacts { account: &account, policy: &policy, keys: &keys, trusted: &trusted, address };
        let session = SessionId::from_number(1);
        let (write, effects) = match round {
            0 => take(mfa::begin_enrolment(facts, session, None, now, fresh), &mut sum),
            1 => take(mfa::confirm(facts, session, text, now, fresh), &mut sum),
            2 => take(mfa::enter(facts, session, text, now, fresh), &mut sum),
            _ => {
                let actor = Actor { user: None, fresh_factor: true };
                let Ok(step) = mfa::admin(facts, actor, AdminAct::Reset, now, fresh) else { return sum };
                (step.write, step.effects)
            }
        };
        for effect in effects {
            if let MfaEffect::Audit(audit) = effect {
                let frame = MfaFrame { tenant: account.tenant(), user, at: now, actor: Some(text), revision: None };
                sum += black_box(mfa::audit_json(&audit, &frame)).len();
            }
        }
        account = write.unwrap_or(account);
    }
    sum + black_box(snapshot::to_bytes(&account)).len()
}

fn take<T>(step: mfa::Step<Judgement<T>>, sum: &mut usize) -> (Option<Account>, alloc::vec::Vec<MfaEffect>) {
    if let Judgement::Refused(refusal) = step.outcome {
        *sum += black_box(refusal.text(Lang::Pl)).len();
    }
    (step.write, step.effects)
}

/// Hands out memory from one block and never takes any back: enough to link, and more than enough to run once.
struct Bump {
    block: UnsafeCell<[u8; SIZE]>,
    used: AtomicUsize,
}

const SIZE: usize = 1 << 16;

// SAFETY: `used` hands each byte of the block out at most once.
unsafe impl Sync for Bump {}

// SAFETY: every allocation is a separate, aligned part of the block, or null.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let base = self.block.get().cast::<u8>();
        let mut at = 0;
        let claimed = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            let start = (base as usize).checked_add(used)?;
            let aligned = start.checked_next_multiple_of(layout.align())?;
            at = aligned - base as usize;
            at.checked_add(layout.size()).filter(|end| *end <= SIZE)
        });
        match claimed {
            // SAFETY: `at + size <= SIZE`, so the pointer stays inside the block.
            Ok(_) => unsafe { base.add(at) },
            Err(_) => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static MEMORY: Bump = Bump { block: UnsafeCell::new([0; SIZE]), used: AtomicUsize::new(0) };

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
