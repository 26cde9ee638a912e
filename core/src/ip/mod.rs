//! IP addresses: where a request comes from, how prefixes are written, which header a proxy may speak through.

mod prefix;
mod source;

};
pub use prefix::{IpPrefix, PrefixError, Tunnel, WidthLimits};
pub use source::{ClientAddress, Source};
