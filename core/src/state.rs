//! The states of a device as people and wires know them (SPEC A1).

/// The authentication state of a device, or of one source of it (SPEC A1, A13).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[repr(u8)]
pub enum State {
    /// Authenticated and fully provisioned.
    Successful = 1,
    /// Set up, not authenticated.
    Required = 2,
    /// Temporarily locked.
    Failed = 3,
    /// Permanently locked.
    Blocked = 4,
}

impl State {
    /// All states, mildest first.
    pub const ALL: [Self; 4] = [Self::Successful, Self::Required, Self::Failed, Self::Blocked];

    /// The wire name: `required`, `failed`, `blocked` or `successful`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::Required => "required",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
        }
    }
}

impl core::fmt::Display for State {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a device is blocked for every source (SPEC A1, A13).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
#[repr(u8)]
pub enum BlockCause {
    /// An administrator blocked it.
    Administrator = 1,
    /// Wrong PAPs over all sources reached the ceiling of the epoch.
    Ceiling = 2,
}
