//! Dial plans: `user_dp_str`, a list of regular expressions of which the first that matches is taken (`docs/facts/snom.md`,
//! section 5).
//!
//! An entry is `!pattern!result!flags`; `\1` is the first group and `\d` the registrar. The flag `d` dials as soon as the pattern
//! matches what has been typed so far. Patterns avoid `+`, which one source writes in another way, and put `*` in
//! brackets, where they stand for themselves in every kind of expression. No result holds `#`, which a SIP address would have to
//! write `%23`: what is typed with one matches no entry and goes out as the phone sends it.

use crate::profile::{DialString, NumberPattern};
use crate::render::{Restricted, WarningReason, Warnings};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The longest plan of numbers that are dialled at once, in bytes. Ours: it bounds the file.
const LONGEST: usize = 900;

/// Emergency numbers, the same behind the outside-line prefix, and the service code; everything else becomes the service code.
///
/// Each number has an entry of its own, as in the vendor's own example for an emergency number: the fewer kinds of expressions it
/// takes to reach one, the better. Twenty numbers with a prefix make 2 kB.
pub(super) fn restricted(job: &Restricted<'_>) -> String {
    let prefix = job.outside_line.map(DialString::as_str);
    let behind = |number: &DialString| prefix.map(|prefix| format!("{prefix}{}", number.as_str()));
    let mut numbers: Vec<String> = job.emergency.iter().map(|number| number.as_str().into()).collect();
    numbers.extend(job.emergency.iter().filter_map(behind));
    numbers.push(job.service_code.as_str().into());
    let mut plan = String::new();
    for number in &numbers {
        plan.push_str("!^");
        number.bytes().for_each(|byte| literal(&mut plan, byte));
        // A number that another one begins with must not be dialled before that one is typed: it goes out by `auto_dial`.
        let begins_another = numbers.iter().any(|other| other != number && other.starts_with(number.as_str()));
        let flags = if begins_another { "" } else { "d" };
        plan.push_str(&format!("$!sip:{number}@\\d!{flags} "));
    }
    plan.push_str(&format!("!^.*$!sip:{}@\\d!", job.service_code.as_str()));
    plan
}

/// Numbers that are dialled at once; every other number goes out as it was typed. Empty where no pattern is left.
///
/// Warns of patterns with `#` and of those that there is no room for. None of them begins an emergency number: the job would have been refused.
pub(super) fn at_once(patterns: &[NumberPattern], warnings: &mut Warnings) -> String {
    let mut plan = String::new();
    for (at, pattern) in patterns.iter().enumerate() {
        let field = || format!("dialling.at_once[{}]", at + 1);
        if pattern.as_str().contains('#') {
            warnings.push(field(), WarningReason::NoWord);
            continue;
        }
        let start = plan.len();
        plan.push_str("!^(");
        expression(&mut plan, pattern.as_str());
        plan.push_str(")$!sip:\\1@\\d!d ");
        if plan.len() > LONGEST {
            plan.truncate(start);
            warnings.push(field(), WarningReason::Beyond { most: u16::try_from(at).unwrap_or(u16::MAX) });
            break;
        }
    }
    if !plan.is_empty() {
        plan.push_str("!^([^@#]*)$!sip:\\1@\\d!");
    }
    plan
}

fn literal(expression: &mut String, byte: u8) {
    match byte {
        b'*' => expression.push_str("[*]"),
        _ => expression.push(char::from(byte)),
    }
}

/// A pattern as an expression: `x` is any digit.
fn expression(plan: &mut String, pattern: &str) {
    let mut rest = pattern;
    while let Some(first) = rest.bytes().next() {
        let digits = rest.bytes().take_while(|byte| *byte == b'x').count();
        match digits {
            0 => literal(plan, first),
            1 => plan.push_str("[0-9]"),
            _ => plan.push_str(&format!("[0-9]{{{digits}}}")),
        }
        rest = rest.get(digits.max(1)..).unwrap_or_default();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn plan(patterns: &[&str]) -> (String, usize) {
        let patterns: Vec<NumberPattern> = patterns.iter().map(|text| text.parse().unwrap()).collect();
        let mut warnings = Warnings::default();
        (at_once(&patterns, &mut warnings), warnings.as_slice().len())
    }

    #[test]
    fn patterns_become_expressions() {
        assert_eq!(plan(&[]), (String::new(), 0));
        let (text, warnings) = plan(&["0xxxxxx", "*9x"]);
        assert_eq!(text, "!^(0[0-9]{6})$!sip:\\1@\\d!d !^([*]9[0-9])$!sip:\\1@\\d!d !^([^@#]*)$!sip:\\1@\\d!");
        assert_eq!(warnings, 0);
    }

    #[test]
    fn v6_a_pattern_that_a_sip_address_cannot_carry_is_left_out() {
        assert_eq!(plan(&["*9x#"]), (String::new(), 1));
        assert_eq!(plan(&["#31#xxx", "*9x"]), ("!^([*]9[0-9])$!sip:\\1@\\d!d !^([^@#]*)$!sip:\\1@\\d!".into(), 1));
    }

    #[test]
    fn v6_what_has_no_room_is_warned_about_once() {
        let long = "0123456789012345678901234567890*";
        let (text, warnings) = plan(&[long; 40]);
        assert!(text.len() <= LONGEST + 50 && warnings == 1);
        assert!(text.matches(' ').count() >= 15);
    }
}
