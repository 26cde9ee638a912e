//! Patton SmartNode gateways with analogue ports and SmartWare (`docs/facts/patton.md`, section 1).

use super::{Capabilities, Carriage, Confidence, Dialect, Hotline, Model, Modules};
use Confidence::{Confirmed, Memory, OneSource};

/// A file takes the place of the whole configuration, so a gateway keeps nothing that a file leaves out (section 3). It asks for
/// the URL that its file names, and no login in HTTP is known, so the URL carries the proof (section 2).
const SMARTWARE: Capabilities = Capabilities { restricted: true, retains: false, carriage: Carriage::Url };

/// A gateway with analogue ports. Its call router sends what is not allowed to the service (section 5). It dials nothing by
/// itself that leaves emergency numbers diallable: who lifts a receiver and waits is dropped after 12 s.
const fn gateway(name: &'static str, ports: u16, confidence: Confidence) -> Model {
    Model {
        vendor: "patton",
        name,
        dialect: Dialect::PattonSmartWare,
        capabilities: SMARTWARE,
        accounts: ports,
        handsets: 0,
        keys: 0,
        modules: Modules::NONE,
        screen: false,
        digit_map: true,
        hotline: Hotline::None,
        confidence,
        source: "docs/facts/patton.md, sections 1 and 5",
    }
}

/// The rows: name, ports, confidence of the numbers.
pub(super) static MODELS: &[Model] = &[
    gateway("SN4112", 2, Confirmed),
    gateway("SN4114", 4, Confirmed),
    // One table says 4; the name and the vendor's others say 6.
    gateway("SN4116", 6, Memory),
    gateway("SN4118", 8, Confirmed),
    gateway("SN4316", 16, OneSource),
    gateway("SN4324", 24, OneSource),
    gateway("SN4332", 32, OneSource),
];
