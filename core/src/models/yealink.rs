//! Yealink desk and conference phones of the main dialect, firmware 81 and newer (`docs/facts/yealink.md`, section 1).

use super::{Capabilities, Carriage, Confidence, Dialect, Hotline, Model, Modules};
use Confidence::{Confirmed, Inferred, Memory, OneSource};

/// Yealink keeps omitted values as long as no boot file with `overwrite_mode = 1` is used (section 6), and appends
/// `<mac>.cfg` to a provisioning URL that ends in `/`, so the URL carries the proof (section 7).
const PHONE: Capabilities = Capabilities { restricted: true, retains: true, carriage: Carriage::Url };

/// The hotline's delay goes to 10 s on every model of the dialect (section 4).
const HOTLINE: Hotline = Hotline::Delayed { longest_s: 10 };

/// Whether a model takes a digit map (section 5). `GUIDE`: an administrator guide lists it, the templates seen do not.
const TEMPLATE: bool = true;
const GUIDE: bool = true;
const UNKNOWN: bool = false;

const fn phone(name: &'static str, accounts: u16, keys: u16, digit_map: bool, confidence: Confidence) -> Model {
    Model {
        vendor: "yealink",
        name,
        dialect: Dialect::YealinkPhone,
        capabilities: PHONE,
        accounts,
        handsets: 0,
        keys,
        modules: Modules::NONE,
        screen: true,
        digit_map,
        hotline: HOTLINE,
        confidence,
        source: "docs/facts/yealink.md, sections 1 and 5",
    }
}

/// A DECT base or manager. Its templates have neither a hotline nor a digit map (section 5): only the server can hold the line.
const fn dect(name: &'static str, dialect: Dialect, handsets: u16, confidence: Confidence) -> Model {
    let hotline = Hotline::None;
    Model { dialect, accounts: handsets, handsets, hotline, ..phone(name, handsets, 0, UNKNOWN, confidence) }
}

impl Model {
    /// With expansion modules (section 1: one source).
    const fn modules(self, count: u16, keys: u16) -> Self {
        Self { modules: Modules { count, keys }, ..self }
    }
}

/// The rows: name, accounts, line keys, digit map, confidence of the numbers.
pub(super) static MODELS: &[Model] = &[
    phone("CP920", 1, 0, GUIDE, Confirmed),
    phone("CP925", 1, 0, UNKNOWN, Inferred),
    phone("CP960", 1, 0, UNKNOWN, Confirmed),
    phone("CP965", 1, 0, TEMPLATE, Inferred),
    phone("T19P_E2", 1, 0, GUIDE, Confirmed),
    phone("T21P_E2", 2, 2, GUIDE, Confirmed),
    phone("T23G", 3, 3, GUIDE, Confirmed),
    phone("T23P", 3, 3, GUIDE, Confirmed),
    phone("T27G", 6, 21, GUIDE, Confirmed).modules(6, 40),
    phone("T27P", 6, 21, GUIDE, Confirmed),
    phone("T29G", 16, 27, GUIDE, Confirmed),
    phone("T30", 1, 0, UNKNOWN, Confirmed),
    phone("T30P", 1, 0, UNKNOWN, Confirmed),
    phone("T31", 2, 2, UNKNOWN, Confirmed),
    phone("T31G", 2, 2, UNKNOWN, Confirmed),
    phone("T31P", 2, 2, UNKNOWN, Confirmed),
    phone("T31W", 2, 2, UNKNOWN, Confirmed),
    phone("T33G", 4, 12, TEMPLATE, Confirmed),
    phone("T33P", 4, 12, TEMPLATE, Confirmed),
    // The digit map of T34W rests on T33, whose firmware family it shares.
    phone("T34W", 4, 12, TEMPLATE, Inferred),
    phone("T40G", 3, 3, GUIDE, Confirmed),
    phone("T40P", 3, 3, GUIDE, Confirmed),
    phone("T41P", 6, 15, GUIDE, Confirmed),
    phone("T41S", 6, 15, TEMPLATE, Confirmed),
    phone("T41U", 6, 15, TEMPLATE, Confirmed),
    phone("T42G", 12, 15, GUIDE, Confirmed),
    phone("T42S", 12, 15, TEMPLATE, Confirmed),
    phone("T42U", 12, 15, TEMPLATE, Confirmed),
    phone("T43U", 12, 15, TEMPLATE, Confirmed).modules(3, 60),
    phone("T44U", 12, 24, TEMPLATE, Confirmed),
    phone("T44W", 12, 24, TEMPLATE, Confirmed),
    phone("T46G", 16, 27, GUIDE, Confirmed),
    phone("T46S", 16, 27, TEMPLATE, Confirmed).modules(6, 40),
    phone("T46U", 16, 27, TEMPLATE, Confirmed).modules(3, 60),
    phone("T48G", 16, 29, GUIDE, Confirmed),
    phone("T48S", 16, 29, TEMPLATE, Confirmed).modules(6, 40),
    phone("T48U", 16, 29, TEMPLATE, Confirmed).modules(3, 60),
    // No table of the sources has T52S.
    phone("T52S", 12, 21, TEMPLATE, Memory),
    phone("T53", 12, 21, TEMPLATE, Confirmed).modules(3, 60),
    phone("T53W", 12, 21, TEMPLATE, Confirmed).modules(3, 60),
    phone("T54S", 16, 27, TEMPLATE, Confirmed).modules(3, 60),
    phone("T54W", 16, 27, TEMPLATE, Confirmed).modules(3, 60),
    phone("T57W", 16, 29, TEMPLATE, Confirmed).modules(3, 60),
    // T58A and T58V call themselves T58 (section 2).
    phone("T58", 16, 27, TEMPLATE, Confirmed),
    phone("T58W", 16, 27, TEMPLATE, OneSource),
    dect("W60B", Dialect::YealinkBase, 8, Memory),
    dect("W70B", Dialect::YealinkBase, 10, Confirmed),
    // A reseller's page says 100.
    dect("W80DM", Dialect::YealinkManager, 30, OneSource),
    dect("W90DM", Dialect::YealinkManager, 250, OneSource),
];
