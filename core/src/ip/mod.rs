//! IP addresses: where a request comes from, how prefixes are written, which header a proxy may speak through.

mod client;
mod prefix;
mod source;

pub use client::{ClientError, ForwardHeader, HeaderName, ProxyPolicy, TrustedProxies, client_address};
pub use prefix::{IpPrefix, PrefixError, Tunnel, WidthLimits};
pub use source::{ClientAddress, Source, Wider};
