//! Gigaset DECT bases with `ProviderFrame` files (`docs/facts/gigaset.md`, section 1).

use super::{Capabilities, Carriage, Confidence, Dialect, Hotline, Model, Modules};
use Confidence::OneSource;

/// That they keep omitted values is from memory (section 6), so they get their secrets in every proven delivery (SPEC S4). The
/// whole address of the file is a parameter, so the URL carries the proof (section 2).
const BASE: Capabilities = Capabilities { restricted: true, retains: false, carriage: Carriage::Url };

/// A base or manager. No parameter restricts dialling or dials by itself (section 5): only the server can hold the line.
const fn base(name: &'static str, dialect: Dialect, handsets: u16, confidence: Confidence) -> Model {
    Model {
        vendor: "gigaset",
        name,
        dialect,
        capabilities: BASE,
        accounts: handsets,
        handsets,
        keys: 0,
        modules: Modules::NONE,
        screen: true,
        digit_map: false,
        hotline: Hotline::None,
        confidence,
        source: "docs/facts/gigaset.md, sections 1 and 5",
    }
}

/// The rows: name, accounts and handsets, confidence of the whole. The numbers are from several sources, but none says how long a
/// SIP user may be: an enrolment's has 50 to 52 characters, and nobody has seen a base take that many (section 4).
pub(super) static MODELS: &[Model] =
    &[base("N510 IP PRO", Dialect::GigasetN510, 6, OneSource), base("N720 DM PRO", Dialect::GigasetN720, 100, OneSource)];
