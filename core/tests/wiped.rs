//! Secrets are wiped before their memory goes back to the heap (SPEC P5, M4, M10, E2). A program of its own: the heap looks
//! at all that is given back to it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use libprov::device::Device;
use libprov::mfa::Account;
use libprov::otp::{KeyUri, Migration, OtpSecret, Totp};
use libprov::snapshot::{self, Record};
use libprov::tenant::Tenant;
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// The system's heap, looking for secrets in what is given back.
struct Heap;
static LOOKING: AtomicBool = AtomicBool::new(false);
static FOUND: AtomicUsize = AtomicUsize::new(0);
/// One test at a time: the heap is one for all.
static ALONE: Mutex<()> = Mutex::new(());
#[global_allocator]
static HEAP: Heap = Heap;

const APP: &[u8; 20] = b"MARKED-secret-bytes!";
const APP_BASE32: &str = "JVAVES2FIQWXGZLDOJSXILLCPF2GK4ZB";
const PAP: &str = "90734155";
const KEY_HEX: &str = "7261772074656e616e74206b6579206f6620333220627974657320686572652a";
/// What is looked for: a piece of each secret in each of its forms.
const PIECES: [&[u8]; 5] = [b"MARKED-se", b"JVAVES2F", b"90734155", b"7261772074656e61", b"raw tenant key of"];

// SAFETY: every call goes to the system's heap; what it lends is zeroed, so that all of it may be read.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promised.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if LOOKING.load(Relaxed) {
            // SAFETY: that many bytes, which were zeroed when they were lent out.
            let left = unsafe { std::slice::from_raw_parts(memory, layout.size()) };
            let found = PIECES.iter().map(|piece| left.windows(piece.len()).filter(|part| part == piece).count());
            FOUND.fetch_add(found.sum(), Relaxed);
        }
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// How many pieces of a secret the work left in memory that it gave back, and what it made.
fn left_by<T>(work: impl FnOnce() -> T) -> (usize, T) {
    FOUND.store(0, Relaxed);
    LOOKING.store(true, Relaxed);
    let made = work();
    LOOKING.store(false, Relaxed);
    (FOUND.load(Relaxed), made)
}

/// The golden record with these texts in the place of its secrets.
fn planted(name: &str, field: &str, secret: &str) -> String {
    let path = format!("{}/tests/snapshots/v1/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let golden = std::fs::read_to_string(path).unwrap();
    let mut pieces = golden.split(field);
    let mut out = pieces.next().unwrap().to_owned();
    let mut places = 0;
    for piece in pieces {
        let (_, rest) = piece.split_once('"').unwrap();
        out = out + field + secret + "\"" + rest;
        places += 1;
    }
    assert!(places > 0, "{name} holds no {field}");
    out
}

#[test]
fn the_heap_sees_what_is_not_wiped() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (found, ()) = left_by(|| drop(black_box(format!("secret={APP_BASE32}"))));
    assert_eq!(found, 1);
    let (found, ()) = left_by(|| drop(black_box(APP.to_vec())));
    assert_eq!(found, 1);
    let (found, grown) = left_by(|| {
        let mut grown = String::with_capacity(PAP.len());
        grown.push_str(PAP);
        grown.push_str("and more than it has room for");
        black_box(grown)
    });
    assert_eq!((found, grown.len()), (1, 37));
}

/// Reads a record from JSON and writes it as bytes, reads those, and drops all but the bytes, which are the host's.
fn through<R: Record>(name: &str, field: &str, secret: &str) {
    let json = planted(name, field, secret);
    let (found, bytes) = left_by(|| {
        let record = snapshot::from_json::<R>(&json).unwrap();
        let bytes = snapshot::to_bytes(&record);
        let again = snapshot::to_bytes(&snapshot::from_bytes::<R>(&bytes).unwrap());
        assert!(again == bytes);
        (bytes, again)
    });
    assert_eq!(found, 0, "{name}");
    assert!(bytes.0.windows(secret.len()).any(|part| part == secret.as_bytes()), "{name}: the secret is there");
}

#[test]
fn e2_snapshots_leave_no_secret_behind() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    through::<Account>("account-rotating", "\"secret\":\"", APP_BASE32);
    through::<Device>("device-busy", "\"stored\":\"", PAP);
    through::<Tenant>("tenant", "\"hex\":\"", KEY_HEX);
}

#[test]
fn e2_a_refused_snapshot_leaves_no_secret_behind() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let broken = [
        planted("account-rotating", "\"secret\":\"", APP_BASE32).replace("\"tries\":0", "\"tries\":200"),
        planted("account-rotating", "\"secret\":\"", &format!("{APP_BASE32}*")),
        planted("account-rotating", "\"secret\":\"", &APP_BASE32.to_ascii_lowercase().replacen("jvaves2f", "JVAVES2F", 1)),
    ];
    for json in broken {
        let (found, read) = left_by(|| snapshot::from_json::<Account>(&json));
        assert_eq!((found, read.is_err()), (0, true));
    }
}

#[test]
fn m10_reading_a_uri_leaves_no_secret_behind() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let spaced = APP_BASE32.replacen("K4", "%4b+4", 1);
    for rest in ["", "&issuer=I", "&digits=9", "&period=0", "&algorithm=MD5", "&image=%zz", "%zz", "%ff", "*"] {
        for secret in [APP_BASE32, &spaced] {
            let uri = format!("otpauth://totp/I:a?secret={secret}{rest}");
            let (found, read) = left_by(|| KeyUri::parse(&uri).is_ok());
            assert_eq!((found, read), (0, rest.is_empty() || rest == "&issuer=I"), "{uri}");
        }
    }
    // The secret of one account, 20 bytes, in the field 1 of the field 1; then a name.
    let mut payload = vec![0x0a, 27, 0x0a, 20];
    payload.extend(APP);
    payload.extend([0x12, 1, b'a', 0x30, 2]);
    let data = data_encoding::BASE64.encode(&payload).replace('=', "%3D");
    for rest in ["", "&x=1", "%zz", "*"] {
        let uri = format!("otpauth-migration://offline?data={data}{rest}");
        let (found, read) = left_by(|| Migration::parse(&uri).map(|read| read.entries.iter().all(|entry| entry.outcome.is_ok())));
        assert_eq!((found, read.is_ok()), (0, rest.is_empty() || rest == "&x=1"), "{uri}");
        assert!(read.unwrap_or(true), "{uri}");
    }
}

#[test]
fn m4_an_enrolment_leaves_no_secret_behind() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (found, len) = left_by(|| {
        let secret = OtpSecret::from_bytes(APP).unwrap();
        let uri = KeyUri::new("Example & Co", "alice@example.com", secret.clone(), Totp::DEFAULT).unwrap();
        #[cfg(feature = "qr")]
        drop(libprov::otp::Qr::of_uri(&uri).unwrap().svg());
        uri.uri().expose().len() + secret.grouped().expose().len() + secret.base32().expose().len()
    });
    assert_eq!(found, 0);
    assert!(len > 3 * APP_BASE32.len());
}
