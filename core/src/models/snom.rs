//! snom desk phones with XML settings (`docs/facts/snom.md`, section 1).

use super::{Capabilities, Carriage, Confidence, Dialect, Hotline, Model, Modules};
use Confidence::{Confirmed, OneSource};

/// snom keeps omitted settings (section 6), and asks the whole URL that it was given, token and all (section 2).
const PHONE: Capabilities = Capabilities { restricted: true, retains: true, carriage: Carriage::Url };

/// With firmware 10.1.26 or newer, and as long as can be said here (section 4).
const HOTLINE: Hotline = Hotline::Delayed { longest_s: u8::MAX };

/// A phone. Each can restrict dialling by its dial plan (section 5).
const fn phone(name: &'static str, accounts: u16, keys: u16, confidence: Confidence) -> Model {
    Model {
        vendor: "snom",
        name,
        dialect: Dialect::SnomDesk,
        capabilities: PHONE,
        accounts,
        handsets: 0,
        keys,
        modules: Modules::NONE,
        screen: true,
        digit_map: true,
        hotline: HOTLINE,
        confidence,
        source: "docs/facts/snom.md, sections 1 and 5",
    }
}

/// A phone that takes expansion modules D3, D7 or D7C, three in a chain.
const fn extensible(name: &'static str, accounts: u16, keys: u16, confidence: Confidence) -> Model {
    Model { modules: Modules { count: 3, keys: 18 }, ..phone(name, accounts, keys, confidence) }
}

/// The rows: name as the User-Agent has it, identities, function keys with all their pages, confidence of the numbers.
pub(super) static MODELS: &[Model] = &[
    extensible("715", 4, 5, OneSource),
    extensible("720", 12, 18, Confirmed),
    extensible("725", 12, 18, Confirmed),
    phone("D120", 2, 0, Confirmed),
    phone("D140", 2, 2, OneSource),
    phone("D150", 2, 2, OneSource),
    phone("D305", 4, 5, Confirmed),
    extensible("D315", 4, 5, Confirmed),
    extensible("D335", 12, 32, Confirmed),
    extensible("D345", 12, 48, Confirmed),
    extensible("D375", 12, 12, Confirmed),
    extensible("D385", 12, 48, Confirmed),
    phone("D712", 4, 5, Confirmed),
    phone("D713", 6, 4, OneSource),
    // One list has three keys for 715 and D715.
    extensible("D715", 4, 5, OneSource),
    extensible("D717", 6, 3, Confirmed),
    extensible("D725", 12, 18, Confirmed),
    extensible("D735", 12, 32, Confirmed),
    extensible("D745", 12, 32, OneSource),
    extensible("D765", 12, 16, OneSource),
    extensible("D785", 12, 24, Confirmed),
    phone("D810", 12, 16, OneSource),
    phone("D812", 12, 32, OneSource),
    phone("D815", 12, 40, OneSource),
    // An older list has 28 and 43 keys for D862 and D865.
    phone("D862", 8, 32, OneSource),
    phone("D865", 12, 40, OneSource),
];
