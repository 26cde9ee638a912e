//! Rules that can be switched off, to show that the claims notice.

use libprov::hooks::Switch;

/// Every rule with a switch in `libprov`.
const SWITCHES: [(&str, Switch); 8] = [
    ("R13", Switch::R13),
    ("A2", Switch::A2),
    ("A14", Switch::A14),
    ("W3", Switch::W3),
    ("S1", Switch::S1),
    ("R12", Switch::R12),
    ("C1", Switch::C1),
    ("V4", Switch::V4),
];

/// The rules that have a switch.
pub(crate) fn rules() -> Vec<&'static str> {
    SWITCHES.iter().map(|(rule, _)| *rule).collect()
}

/// Switches a rule off for the rest of the process.
pub(crate) fn switch_off(rule: &str) -> Result<(), String> {
    match SWITCHES.iter().find(|(known, _)| known.eq_ignore_ascii_case(rule)) {
        Some((_, switch)) => turn(*switch),
        None => Err(format!("no rule {rule:?} can be switched off; there are: {}", rules().join(", "))),
    }
}

#[cfg(feature = "__break")]
fn turn(switch: Switch) -> Result<(), String> {
    libprov::hooks::switch_off(switch);
    Ok(())
}

#[cfg(not(feature = "__break"))]
fn turn(_: Switch) -> Result<(), String> {
    Err("this build has no switches; `cargo xtask demo --break` makes one that has".into())
}
