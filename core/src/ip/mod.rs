//! IP addresses: where a request comes from, how prefixes are written, which header a proxy may speak through.

mod source;

pub use source::{ClientAddress, Source};
