//! The syntaxes of configuration files: how a value is written, and how a file is read back (SPEC V4, V5).

pub(super) mod frame;
pub(super) mod key_value;
pub(super) mod snom_xml;

pub use key_value::read_key_value;

use crate::error::codes;
use alloc::borrow::Cow;

/// One parameter of a file.
#[derive(Clone, Eq, PartialEq)]
pub struct Setting<'a> {
    /// The name, its index as an override has it.
    pub name: Cow<'a, str>,
    /// The value without escapes and without spaces at its ends; it may be a secret.
    pub value: Cow<'a, str>,
    /// The line it begins in, from 1.
    pub line: u32,
}

/// Shows the name only.
impl core::fmt::Debug for Setting<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} (line {})", self.name, self.line)
    }
}

codes! {
    /// Why a configuration file cannot be read.
    pub enum ReadError {
        /// A line is not of the syntax.
        #[error("line {line} {reason}")]
        Syntax {
            /// The line, from 1.
            line: u32,
            /// What is wrong with it.
            reason: &'static str,
        } = READ_SYNTAX,
    }
}
