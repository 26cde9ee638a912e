//! Secret text: never shown, compared in constant time, wiped on drop (SPEC P5, STYLE of errors).

use alloc::string::String;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Secret text, such as a SIP password.
///
/// `Debug` prints `[secret]`, there is no `Display` and no `Deref`; [`Secret::expose`] is the only way in.
///
/// ```
/// use libprov::secret::Secret;
/// let password = Secret::new("s3cret".into());
/// assert_eq!(format!("{password:?}"), "[secret]");
/// assert_eq!(password.expose(), "s3cret");
/// assert_eq!(password, Secret::new("s3cret".into()));
/// ```
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes the text over.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Shows the text. Keep it out of logs, errors and files that are not meant for this device.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Constant time in the content; the length is not hidden.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}
