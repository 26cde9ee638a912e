//! Yealink models (`docs/facts/yealink.md`, section 1).

use super::{Capabilities, Carriage, Model};

/// Yealink keeps omitted values as long as no boot file with `overwrite_mode = 1` is used (section 6), and appends
/// `<mac>.cfg` to a provisioning URL that ends in `/`, so the URL carries the proof (section 7).
const PHONE: Capabilities = Capabilities { restricted: true, retains: true, carriage: Carriage::Url };

const fn phone(name: &'static str, accounts: u16, keys: u16) -> Model {
    Model { vendor: "yealink", name, capabilities: PHONE, accounts, keys, screen: true }
}

/// The rows.
pub(super) static MODELS: &[Model] = &[phone("T46S", 16, 27), phone("T46U", 16, 27)];
