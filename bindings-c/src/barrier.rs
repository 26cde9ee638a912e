//! What stands between C and Rust in every call: panics stop here, and errors become numbers.

use crate::error::prov_error;
use crate::status::{
    PROV_E_ARGUMENT, PROV_E_BUFFER, PROV_E_NULL, PROV_E_PANIC, PROV_E_POISONED, PROV_E_UTF8, PROV_E_VERSION, PROV_OK, prov_status,
};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs a call: a panic in it becomes [`PROV_E_PANIC`] and poisons what it had borrowed, a failure becomes its number and, where
/// the caller asked for it, an error handle.
#[inline]
pub(crate) fn barrier(
    error: Option<&mut MaybeUninit<*mut prov_error>>,
    body: impl FnOnce(&Call) -> Result<(), Failure>,
) -> prov_status {
    keep_quiet();
    let call = Call::default();
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&call)));
    match outcome {
        Ok(Ok(())) => PROV_OK,
        Ok(Err(failure)) => tell(&failure, error),
        Err(payload) => {
            discard(payload);
            call.poison();
            tell(&Failure::Panic, error)
        }
    }
}

/// Runs the end of a handle.
pub(crate) fn freeing<T>(handle: Option<Box<T>>) {
    let _ = barrier(None, |_| {
        drop(handle);
        Ok(())
    });
}

#[cold]
#[inline(never)]
fn tell(failure: &Failure, error: Option<&mut MaybeUninit<*mut prov_error>>) -> prov_status {
    if let Some(error) = error {
        let told = catch_unwind(AssertUnwindSafe(|| Box::into_raw(Box::new(prov_error::new(failure)))));
        error.write(told.unwrap_or_else(|payload| {
            discard(payload);
            std::ptr::null_mut()
        }));
    }
    failure.status()
}

/// Drops what a panic carried; where that panics again, leaks what the second one carried.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(second);
    }
}

/// A library does not print. The standard library's panic hook would, and what it prints may hold a secret; it is replaced by
/// the first call, in the copy of the standard library that is inside this library.
#[inline]
fn keep_quiet() {
    if !QUIET.load(Ordering::Relaxed) {
        replace_hook();
    }
}

/// Whether the hook was replaced. Doing it twice, in two threads at once, is harmless.
static QUIET: AtomicBool = AtomicBool::new(false);

#[cold]
#[inline(never)]
fn replace_hook() {
    let replaced = catch_unwind(|| {
        // While a panic is under way the hook cannot be replaced; tests want to see theirs.
        if std::thread::panicking() {
            return false;
        }
        if cfg!(not(test)) {
            std::panic::set_hook(Box::new(|_| {}));
        }
        true
    });
    QUIET.store(matches!(replaced, Ok(true)), Ordering::Relaxed);
}

/// How many handles that a panic poisons a call borrows at the most: the records of `prov_facts`, a roster and its batch. Only
/// calls with arrays of handles borrow more.
pub(crate) const MOST: usize = 8;

/// A call that is going on, with the handles it borrowed.
#[derive(Default)]
pub(crate) struct Call {
    borrowed: [Cell<Option<*const AtomicBool>>; MOST],
    count: Cell<usize>,
    /// Those that have no place there.
    more: RefCell<Vec<*const AtomicBool>>,
}

impl Call {
    /// Borrows a handle; NULL is [`PROV_E_NULL`].
    #[inline]
    pub(crate) fn shared<'a, H: Handle>(&self, handle: Option<&'a H>, name: &'static str) -> Result<&'a H::Value, Failure> {
        self.optional(handle)?.ok_or(Failure::Null(name))
    }

    /// Borrows a handle that may be NULL.
    #[inline]
    pub(crate) fn optional<'a, H: Handle>(&self, handle: Option<&'a H>) -> Result<Option<&'a H::Value>, Failure> {
        let Some(kept) = handle.map(Handle::kept) else { return Ok(None) };
        if kept.poisoned.load(Ordering::Relaxed) {
            return Err(Failure::Poisoned);
        }
        if H::POISONS {
            let flag = &raw const kept.poisoned;
            match self.borrowed.get(self.count.get()) {
                Some(slot) => slot.set(Some(flag)),
                None => self.more.borrow_mut().push(flag),
            }
            self.count.set(self.count.get() + 1);
        }
        Ok(Some(&kept.value))
    }

    /// How many handles that a panic poisons were borrowed.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.count.get()
    }

    #[cold]
    fn poison(&self) {
        for flag in self.borrowed.iter().filter_map(Cell::get).chain(self.more.take()) {
            // SAFETY: it came from a handle that the caller keeps alive until this call returns.
            let flag = unsafe { &*flag };
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// What a handle holds, and whether a call on it panicked.
pub(crate) struct Kept<T> {
    value: T,
    poisoned: AtomicBool,
}

impl<T> Kept<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { value, poisoned: AtomicBool::new(false) }
    }
}

/// An opaque handle. Many threads may use one at once, and any may free it.
pub(crate) trait Handle: Send + Sync {
    /// What it holds.
    type Value;
    /// Whether a panic poisons it.
    const POISONS: bool;
    fn kept(&self) -> &Kept<Self::Value>;
    fn wrap(value: Self::Value) -> Self;
}

/// Makes structs of the form `struct x(Kept<T>)` handles.
macro_rules! handles {
    ($($handle:ty: $value:ty, poisons: $poisons:literal;)+) => {
        $(impl $crate::barrier::Handle for $handle {
            type Value = $value;
            const POISONS: bool = $poisons;
            #[inline]
            fn kept(&self) -> &$crate::barrier::Kept<$value> {
                &self.0
            }
            fn wrap(value: $value) -> Self {
                Self($crate::barrier::Kept::new(value))
            }
        })+
    };
}
pub(crate) use handles;

/// An out-parameter; NULL is [`PROV_E_NULL`].
#[inline]
pub(crate) fn required<'a, T>(
    out: Option<&'a mut MaybeUninit<T>>,
    name: &'static str,
) -> Result<&'a mut MaybeUninit<T>, Failure> {
    out.ok_or(Failure::Null(name))
}

/// Hands a new handle to the caller.
pub(crate) fn give<H: Handle>(out: &mut MaybeUninit<*mut H>, value: H::Value) {
    out.write(Box::into_raw(Box::new(H::wrap(value))));
}

/// Hands a new handle to the caller, or NULL.
pub(crate) fn give_if_any<H: Handle>(out: &mut MaybeUninit<*mut H>, value: Option<H::Value>) {
    match value {
        Some(value) => give(out, value),
        None => {
            out.write(std::ptr::null_mut());
        }
    }
}

/// Why a call did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    Null(&'static str),
    Utf8(&'static str),
    Buffer {
        needed: usize,
        cap: usize,
    },
    Panic,
    Poisoned,
    Version(&'static str),
    Argument(&'static str, &'static str),
    Core(prov_status, String),
    /// As `Core`, with the field that is wrong where there is one, and the PROV_LAYER to blame or 0.
    Field {
        status: prov_status,
        text: String,
        field: Option<String>,
        layer: u8,
    },
}

impl Failure {
    pub(crate) const fn status(&self) -> prov_status {
        match self {
            Self::Null(_) => PROV_E_NULL,
            Self::Utf8(_) => PROV_E_UTF8,
            Self::Buffer { .. } => PROV_E_BUFFER,
            Self::Panic => PROV_E_PANIC,
            Self::Poisoned => PROV_E_POISONED,
            Self::Version(_) => PROV_E_VERSION,
            Self::Argument(..) => PROV_E_ARGUMENT,
            Self::Core(status, _) | Self::Field { status, .. } => *status,
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Null(name) => format!("{name} is NULL"),
            Self::Utf8(name) => format!("{name} is not UTF-8"),
            Self::Buffer { needed, cap } => format!("the buffer has {cap} bytes; {needed} are needed"),
            Self::Panic | Self::Poisoned => crate::status::status_text(self.status()).to_string_lossy().into_owned(),
            Self::Version(name) => {
                format!("{name} was not prepared by its init function, or uses a field that this library does not know")
            }
            Self::Argument(name, reason) => format!("{name} {reason}"),
            Self::Core(_, text) | Self::Field { text, .. } => text.clone(),
        }
    }

    /// The field of a profile or job that is wrong, and the layer to blame or 0.
    pub(crate) fn field(&self) -> (&str, u8) {
        match self {
            Self::Field { field, layer, .. } => (field.as_deref().unwrap_or_default(), *layer),
            _ => ("", 0),
        }
    }
}

/// Core's errors keep their number and text.
macro_rules! from_core {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Core(prov_status::from(error.code().number()), error.to_string())
            }
        })+
    };
}

from_core!(
    libprov::device::AdminError,
    libprov::entropy::EntropyError,
    libprov::ids::IdError,
    libprov::ip::PrefixError,
    libprov::keys::KeyError,
    libprov::mac::MacError,
    libprov::mfa::MfaError,
    libprov::otp::OtpError,
    libprov::pap::PapError,
    libprov::policy::PolicyError,
    libprov::render::ReadError,
    libprov::request::AttemptError,
    libprov::roster::ImportError,
    libprov::snapshot::SnapshotError,
    libprov::tenant::TenantError,
    libprov::time::TimeError,
    libprov::whitelist::WhitelistError,
);
