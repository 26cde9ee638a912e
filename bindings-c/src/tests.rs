//! What a C program cannot see: the generated numbers, and what happens after a panic.

use crate::barrier::{Call, Handle, MOST, barrier, required};
use crate::decision::{PROV_SECRET_SIP, PROV_SECRET_WEB};
use crate::error::{prov_error, prov_error_free, prov_error_status};
use crate::model::{dialect_number, prov_model};
use crate::otp::compat_text;
use crate::record::{
    prov_adoption, prov_device, prov_device_free, prov_device_revision, prov_source_guard, prov_temp, prov_tenant,
    prov_tenant_guard, prov_tenant_revision,
};
use crate::render::secrets_out;
use crate::rendered::File;
use crate::request::{load, prov_facts};
use crate::roster::{Roster, prov_roster, prov_roster_batch};
use crate::status::{PROV_E_PANIC, PROV_E_POISONED, PROV_OK, prov_status_text};
use libprov::adoption::Adoption;
use libprov::device::{Command, Device, NewDevice};
use libprov::effect::AuditEvent;
use libprov::entropy::Entropy;
use libprov::error::ErrorCode;
use libprov::guard::{SourceGuard, TenantGuard};
use libprov::ids::{ShortNumber, TenantId};
use libprov::ip::Source;
use libprov::keys::{Keyring, TenantKey};
use libprov::mac::MacAddr;
use libprov::mfa::{self, MfaEvent};
use libprov::models::{Dialect, ModelRef, lookup};
use libprov::otp::{Algorithm, CompatWarning, Totp};
use libprov::policy::{Policy, Settings};
use libprov::render::SecretKind;
use libprov::request::{Facts, admin};
use libprov::roster::{Import, Options};
use libprov::rule::Rule;
use libprov::tenant::Tenant;
use libprov::time::Timestamp;
use libprov::whitelist::TempEntry;
use std::ffi::CStr;
use std::fmt::Write as _;
use std::mem::MaybeUninit;
use std::path::Path;
use std::sync::Mutex;

/// `src/generated.rs` as core's lists make it.
fn generated() -> String {
    let mut out = String::from(
        "//! Numbers of core's lists, so that the header has them. Not to be edited: a test compares this file with core, and\n\
         //! `LIBPROV_BLESS=1 cargo test -p libprov-c` writes it anew.\n\n\
         use crate::status::prov_status;\nuse std::ffi::CStr;\n\n",
    );
    let (rules, events) = (numbered("rule.rs"), numbered("effect.rs"));
    for code in ErrorCode::all() {
        let (first, rest) = code.meaning().split_at(1);
        let _ = writeln!(out, "/// {}{rest}.", first.to_uppercase());
        let _ = writeln!(out, "pub const PROV_E_{}: prov_status = {};", code.name(), code.number());
    }
    for rule in Rule::ALL {
        let _ = writeln!(out, "/// {}", said(&rules, rule.number()));
        let name = rule.name().to_uppercase().replace(' ', "_");
        let _ = writeln!(out, "pub const PROV_RULE_{name}: u8 = {};", rule.number());
    }
    for event in AuditEvent::ALL {
        let _ = writeln!(out, "/// {}", said(&events, *event as u8));
        let _ = writeln!(out, "pub const PROV_AUDIT_{}: u8 = {};", event.name().to_uppercase(), *event as u8);
    }
    for event in MfaEvent::ALL {
        let _ =
            writeln!(out, "/// {}\npub const PROV_{}: u8 = {};", event.meaning(), event.name().to_uppercase(), event.number());
    }
    for notice in mfa::Notice::ALL {
        let _ = writeln!(out, "/// {}", notice.meaning());
        let _ = writeln!(out, "pub const PROV_TOLD_{}: u8 = {};", notice.name().to_uppercase(), notice.number());
    }
    let mut table = |head: &str, rows: Vec<(u16, &str)>| {
        let _ = writeln!(out, "\n{head} -> Option<&'static CStr> {{\n    Some(match number {{");
        for (number, text) in rows {
            let _ = writeln!(out, "        {number} => c\"{text}\",");
        }
        out.push_str("        _ => return None,\n    })\n}\n");
    };
    table(
        "pub(crate) const fn core_text(number: prov_status)",
        ErrorCode::all().map(|code| (code.number(), code.meaning())).collect(),
    );
    table(
        "pub(crate) const fn rule_text(number: u8)",
        Rule::ALL.iter().map(|rule| (rule.number().into(), rule.name())).collect(),
    );
    table(
        "pub(crate) const fn audit_text(number: u8)",
        AuditEvent::ALL.iter().map(|event| (*event as u16, event.name())).collect(),
    );
    table(
        "pub(crate) const fn mfa_event_text(number: u8)",
        MfaEvent::ALL.iter().map(|event| (event.number().into(), event.name())).collect(),
    );
    out
}

/// The numbers of a list in core's source, and what its comments say of them.
fn numbered(file: &str) -> Vec<(u8, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut comment = "";
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            comment = words;
        } else if let Some((_, rest)) = line.split_once(" = ")
            && let Ok(number) = rest.split([',', ';']).next().unwrap().parse()
        {
            found.push((number, comment.to_owned()));
        }
    }
    found
}

fn said(list: &[(u8, String)], number: u8) -> &str {
    list.iter().find(|(other, _)| *other == number).map(|row| row.1.as_str()).unwrap()
}

#[test]
fn the_generated_numbers_are_those_of_core() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated.rs");
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::write(&path, generated()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(kept == generated(), "src/generated.rs is old; LIBPROV_BLESS=1 cargo test -p libprov-c writes it anew");
}

#[test]
fn every_error_of_core_has_its_text() {
    for code in ErrorCode::all() {
        let text = prov_status_text(code.number().into());
        // SAFETY: static text with a NUL.
        let text = unsafe { CStr::from_ptr(text) };
        assert_eq!(text.to_str().unwrap(), code.meaning());
    }
}

#[test]
fn every_warning_of_core_has_its_text_and_a_bit_of_its_own() {
    let most = Totp::builder().algorithm(Algorithm::Sha256).digits(7).period_s(60).t0_s(30).build().unwrap();
    let short = Totp::builder().short_codes().digits(4).build().unwrap();
    let mut found: Vec<_> = most.compat_warnings().chain(short.compat_warnings()).map(CompatWarning::text).collect();
    found.sort_unstable();
    found.dedup();
    let mut known: Vec<_> = (0..32).filter_map(|at| compat_text(1 << at)).map(|text| text.to_str().unwrap()).collect();
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn every_dialect_has_a_number_of_its_own() {
    let mut numbers: Vec<_> = Dialect::ALL.iter().map(|dialect| dialect_number(*dialect)).collect();
    numbers.sort_unstable();
    let expected: Vec<_> = (1..=Dialect::ALL.len() as u8).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn s1_the_bits_of_an_answer_are_the_slots_that_go_out() {
    for slots in [&[1][..], &[63, 64, 65], &[128, 254, 255], &[]] {
        let mut sip = [0_u64; 4];
        for slot in slots {
            sip[slot / 64] |= 1 << (slot % 64);
        }
        let out = secrets_out(PROV_SECRET_WEB, sip).unwrap();
        let found: Vec<_> = (0..=300).filter(|slot| out.allows(SecretKind::Sip, *slot)).map(usize::from).collect();
        assert_eq!(found, slots);
        assert!(out.allows(SecretKind::Web, 0) && !out.allows(SecretKind::Menu, 0));
    }
    assert!(secrets_out(0, [u64::MAX; 4]).unwrap().allows(SecretKind::Sip, 256), "all bits are all slots");
    let (mut most, mut with_0) = ([u64::MAX; 4], [u64::MAX; 4]);
    most[0] &= !1;
    with_0[3] >>= 1;
    assert!(secrets_out(0, most).unwrap().allows(SecretKind::Sip, 255), "no slot is bit 0");
    for sip in [[1, 0, 0, 0], [3, 0, 0, 0], with_0] {
        assert!(secrets_out(0, sip).is_err(), "bit 0 is no slot");
    }
    for bit in [PROV_SECRET_SIP, 0x8000] {
        assert!(secrets_out(bit, [0; 4]).is_err());
    }
}

#[test]
fn a_file_has_a_nul_behind_it_however_much_was_set_aside() {
    for spare in [0, 1, 100] {
        let mut file = Vec::with_capacity(3 + spare);
        file.extend_from_slice(b"a=b");
        let start = file.as_ptr();
        let room = file.capacity() > 3;
        let file = File(file).ended();
        assert_eq!(file.0, b"a=b\0");
        assert_eq!(file.0.as_ptr() == start, room, "no copy where there was room");
    }
}

#[test]
fn a_model_is_good_after_a_panic() {
    let model = prov_model::wrap(lookup("yealink", "T46S").unwrap());
    let status = barrier(None, |call| {
        call.shared(Some(&model), "model")?;
        panic!("a bug");
    });
    assert_eq!(status, PROV_E_PANIC);
    assert!(Call::default().shared(Some(&model), "model").is_ok());
}

#[test]
fn a_panic_is_a_status_and_poisons_what_was_borrowed() {
    let (tenant, device) = records();
    let (tenant, device) = (prov_tenant::wrap(tenant), Box::new(prov_device::wrap(device)));
    let mut error = MaybeUninit::<*mut prov_error>::uninit();
    let status = barrier(Some(&mut error), |call| {
        call.shared(Some(&tenant), "tenant")?;
        call.shared(Some(&*device), "device")?;
        panic!("a bug");
    });
    assert_eq!(status, PROV_E_PANIC);
    // SAFETY: written, because the call failed.
    let error = unsafe { error.assume_init() };
    // SAFETY: a handle from `Box::into_raw`, taken back once.
    let error = unsafe { Box::from_raw(error) };
    let mut told = MaybeUninit::new(0);
    assert_eq!(prov_error_status(Some(&error), Some(&mut told)), PROV_OK);
    // SAFETY: it began as 0.
    assert_eq!(unsafe { told.assume_init() }, PROV_E_PANIC);
    prov_error_free(Some(error));

    let mut revision = MaybeUninit::new(7);
    assert_eq!(prov_device_revision(Some(&device), Some(&mut revision)), PROV_E_POISONED);
    // SAFETY: it began as 7.
    assert_eq!(unsafe { revision.assume_init() }, 7, "results are written on success only");
    assert_eq!(prov_tenant_revision(Some(&tenant), Some(&mut revision)), PROV_OK, "a tenant serves all its devices");
    prov_device_free(Some(device));
}

#[test]
fn a_panic_poisons_every_handle_of_the_largest_call_and_of_an_array() {
    let poisoned = |handle: &prov_device| {
        let mut revision = MaybeUninit::new(0);
        prov_device_revision(Some(handle), Some(&mut revision)) == PROV_E_POISONED
    };
    for count in [MOST, MOST + 1, 100] {
        let handles: Vec<_> = (0..count).map(|_| prov_device::wrap(records().1)).collect();
        let status = barrier(None, |call| {
            for handle in &handles {
                call.shared(Some(handle), "device")?;
            }
            panic!("a bug");
        });
        assert_eq!(status, PROV_E_PANIC);
        assert_eq!(handles.iter().filter(|handle| poisoned(handle)).count(), count);
    }
}

#[test]
fn the_largest_call_has_a_place_for_every_handle_that_it_borrows() {
    let (tenant, device) = records();
    let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let (key, mac) = (Source::v4("192.0.2.1".parse().unwrap()), device.mac());
    let mut import = Import::new(Options::default());
    import.feed(b"Vendor,Type,MAC address\nyealink,T46S,805ec0010203\n");
    let checked = import.finish();
    let drawn = std::array::from_fn(|i| i as u8);
    let batch = Mutex::new(checked.begin(&tenant, &[], now, Entropy::new(drawn).unwrap()).unwrap());
    let (batch, roster) = (prov_roster_batch::wrap(batch), prov_roster::wrap(Roster::new(checked)));
    let (tenant, device) = (prov_tenant::wrap(tenant), prov_device::wrap(device));
    let temp = prov_temp::wrap(TempEntry::make(key, mac, now, 1000).unwrap());
    let (source, wider) = (prov_source_guard::wrap(SourceGuard::new(key)), prov_source_guard::wrap(SourceGuard::new(key)));
    let (budget, adoption) = (prov_tenant_guard::wrap(TenantGuard::new()), prov_adoption::wrap(Adoption::new()));
    // Every field by its name: a new one is missed here first.
    let facts = prov_facts {
        struct_size: size_of::<prov_facts>() as u32,
        reserved: 0,
        tenant: &raw const tenant,
        device: &raw const device,
        temp: &raw const temp,
        source: &raw const source,
        budget: &raw const budget,
        wider: &raw const wider,
        adoption: &raw const adoption,
    };
    // As `prov_roster_batch_step` does, with a bug in it.
    let status = barrier(None, |call| {
        call.shared(Some(&batch), "batch")?;
        call.shared(Some(&roster), "roster")?;
        // SAFETY: all of it lives until the end of the test.
        unsafe { load(call, &raw const facts) }?;
        assert_eq!(call.count(), MOST);
        panic!("a bug");
    });
    assert_eq!(status, PROV_E_PANIC);
    let call = Call::default();
    let poisoned = [
        call.shared(Some(&batch), "").is_err(),
        call.shared(Some(&roster), "").is_err(),
        call.shared(Some(&device), "").is_err(),
        call.shared(Some(&temp), "").is_err(),
        call.shared(Some(&source), "").is_err(),
        call.shared(Some(&budget), "").is_err(),
        call.shared(Some(&wider), "").is_err(),
        call.shared(Some(&adoption), "").is_err(),
    ];
    assert_eq!(poisoned, [true; MOST]);
    assert_eq!(call.count(), 0, "what is poisoned is not lent out");
    assert!(call.shared(Some(&tenant), "").is_ok());
}

#[test]
fn what_was_not_borrowed_is_not_poisoned() {
    let (_, device) = records();
    let device = prov_device::wrap(device);
    assert_eq!(barrier(None, |_| panic!("a bug")), PROV_E_PANIC);
    let mut revision = MaybeUninit::new(0);
    assert_eq!(prov_device_revision(Some(&device), Some(&mut revision)), PROV_OK);
}

#[test]
fn a_payload_that_panics_when_dropped_does_no_harm() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("again");
        }
    }
    assert_eq!(barrier(None, |_| std::panic::panic_any(Bomb)), PROV_E_PANIC);
}

#[test]
fn results_must_have_a_place() {
    assert!(required::<u8>(None, "out").is_err());
}

fn records() -> (Tenant, Device) {
    let drawn = std::array::from_fn(|i| i as u8);
    let policy = Policy::new(Settings::cloud(&[ShortNumber::parse("112").unwrap()])).unwrap();
    let tenant = Tenant::new(TenantId::from_number(1), policy, Keyring::new(TenantKey::new(1, drawn).unwrap()));
    let command = Command::Create(NewDevice {
        mac: MacAddr::parse("805ec0010203").unwrap(),
        model: ModelRef::Known(lookup("yealink", "T46S").unwrap()),
        accounts: 1,
        site: None,
        known_elsewhere: false,
        taken: &[],
    });
    let now = Timestamp::from_ms(1_900_000_000_000).unwrap();
    let step = admin(Facts::of(&tenant), &command, now, Entropy::new(drawn).unwrap()).unwrap();
    (tenant, step.writes.device.unwrap())
}
