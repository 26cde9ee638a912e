//! Hooks of our own tests and demo. Nothing here is part of the interface, and no shipped build has any of it: a test holds that.

/// A rule that the demo can switch off, to show that it would be noticed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(not(feature = "__break"), allow(dead_code, reason = "named where the rule stands, switched by the demo alone"))]
pub enum Switch {
    /// A PAP authenticates the enrolment that called, and no other requester.
    R13,
    /// The third wrong PAP locks.
    A2,
    /// A full answer is a delivery only once it arrived.
    A14,
    /// Which deliveries whitelist their address.
    W3,
    /// Secrets leave once.
    S1,
    /// Unknown MACs and wrong PAPs are counted.
    R12,
    /// Enrolment accounts call nobody but the authentication service and emergency numbers.
    C1,
    /// Values never break the syntax of a file.
    V4,
}

/// Whether a rule is switched off: never, but in the demo.
#[cfg(not(feature = "__break"))]
#[inline(always)]
pub(crate) const fn is_off(_: Switch) -> bool {
    false
}

#[cfg(feature = "__break")]
pub(crate) use breaking::is_off;
#[cfg(feature = "__break")]
pub use breaking::{MARKER, switch_off};

#[cfg(feature = "__break")]
mod breaking {
    use super::Switch;
    use core::sync::atomic::{AtomicU8, Ordering};

    /// Stands in every build that has the switches, and in no shipped one.
    pub static MARKER: &str = "libprov-with-breakable-rules";

    static OFF: AtomicU8 = AtomicU8::new(u8::MAX);

    /// Switches one rule off, for the rest of the process.
    pub fn switch_off(switch: Switch) {
        OFF.store(switch as u8, Ordering::Relaxed);
        std::eprintln!("{MARKER}: {switch:?} is switched off");
    }

    pub(crate) fn is_off(switch: Switch) -> bool {
        OFF.load(Ordering::Relaxed) == switch as u8
    }
}

#[cfg(feature = "__count")]
pub use counting::{count, counted};

#[cfg(feature = "__count")]
mod counting {
    use core::cell::Cell;

    std::thread_local! {
        static KEYED: Cell<u64> = const { Cell::new(0) };
    }

    /// Notes one keyed operation of this thread.
    pub fn count() {
        KEYED.with(|keyed| keyed.set(keyed.get() + 1));
    }

    /// How many keyed operations a call takes.
    pub fn counted<T>(call: impl FnOnce() -> T) -> (T, u64) {
        let before = KEYED.with(Cell::get);
        let value = call();
        (value, KEYED.with(Cell::get) - before)
    }
}
