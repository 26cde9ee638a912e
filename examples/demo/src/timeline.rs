//! What the demo prints: a timeline on a virtual clock, then the claims by the sections of the specification.

use libprov::time::Timestamp;
use std::io::IsTerminal;
use std::path::Path;

/// How to print.
#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    /// No colour, also on a terminal.
    pub(crate) plain: bool,
    /// Only claims that fail, and the count.
    pub(crate) quiet: bool,
}

/// How a day ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// Every claim holds.
    Held,
    /// A claim fails, or there are too few.
    Failed,
    /// A chapter could not be played to its end.
    Stopped,
}

/// The printed story and its claims.
pub(crate) struct Timeline {
    options: Options,
    colour: bool,
    claims: Vec<Claim>,
    stopped: usize,
}

struct Claim {
    at: Timestamp,
    rule: String,
    text: String,
    holds: bool,
}

/// Claims that the demo must make at the least.
const FEWEST: usize = 120;

/// The letters of the rules, in the order of the specification.
const SECTIONS: [(char, &str); 10] = [
    ('A', "Device authentication"),
    ('P', "PAP"),
    ('W', "Whitelist"),
    ('R', "Provisioning requests"),
    ('C', "Calls and the voice dialogue"),
    ('S', "Release of secrets"),
    ('V', "Vendor configuration"),
    ('D', "Finding devices"),
    ('X', "Roster and CSV"),
    ('E', "Everywhere"),
];

impl Timeline {
    /// Starts printing.
    pub(crate) fn new(options: Options) -> Self {
        let colour = !options.plain && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { options, colour, claims: Vec::new(), stopped: 0 }
    }

    /// A heading.
    pub(crate) fn chapter(&self, title: &str) {
        if !self.options.quiet {
            println!("\n{}", self.paint("1", title));
        }
    }

    /// Something that happened.
    pub(crate) fn event(&self, now: Timestamp, text: &str) {
        if !self.options.quiet {
            println!("{}  {text}", self.paint("2", &clock(now)));
        }
    }

    /// A claim with its rule; one that fails is printed at once too.
    pub(crate) fn claim(&mut self, now: Timestamp, rule: &str, text: &str, holds: bool) {
        if !holds && !self.options.quiet {
            println!("{}  {} SPEC {rule}: {text}", self.paint("2", &clock(now)), self.paint("1;31", "FAILS"));
        }
        self.claims.push(Claim { at: now, rule: rule.into(), text: text.into(), holds });
    }

    /// A chapter could not be played to its end.
    pub(crate) fn stop(&mut self, now: Timestamp, error: &dyn std::error::Error) {
        self.stopped += 1;
        println!("{}  {} {error}", self.paint("2", &clock(now)), self.paint("1;31", "the chapter stops here:"));
    }

    /// Prints the claims by section, and the count.
    pub(crate) fn finish(&mut self, out: &Path) -> Outcome {
        self.claims.sort_by_key(|claim| (section(&claim.rule), number(&claim.rule), claim.at));
        for (at, (_, title)) in SECTIONS.into_iter().enumerate() {
            let all = || self.claims.iter().filter(|claim| section(&claim.rule) == at);
            let shown: Vec<&Claim> = all().filter(|claim| !self.options.quiet || !claim.holds).collect();
            if shown.is_empty() {
                continue;
            }
            let held = all().filter(|claim| claim.holds).count();
            println!("\n{}  {held} of {} hold", self.paint("1", title), all().count());
            for claim in shown {
                let mark = if claim.holds { self.paint("32", "✓") } else { self.paint("1;31", "✗") };
                let rule = self.paint("36", &format!("SPEC {:<4}", claim.rule));
                println!("  {mark} {rule} {}", claim.text);
            }
        }
        let (all, held) = (self.claims.len(), self.claims.iter().filter(|claim| claim.holds).count());
        println!("\n{all} claims: {held} hold, {} fail; files in {}", all - held, shown(out));
        if self.stopped > 0 {
            println!("{} chapters could not be played to their end", self.stopped);
            return Outcome::Stopped;
        }
        if all < FEWEST {
            println!("too few claims: at least {FEWEST} are due");
        }
        if held == all && all >= FEWEST { Outcome::Held } else { Outcome::Failed }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.into() }
    }
}

/// The place of a rule's section.
fn section(rule: &str) -> usize {
    SECTIONS.iter().position(|(letter, _)| rule.starts_with(*letter)).unwrap_or(SECTIONS.len() - 1)
}

/// The number of a rule: 6 of `R6b`.
fn number(rule: &str) -> u32 {
    let digits: String = rule.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}

/// Day, hours, minutes and seconds of the virtual clock.
fn clock(now: Timestamp) -> String {
    let (_, _, day, hour, minute, second, _) = now.civil();
    format!("{day:02}. {hour:02}:{minute:02}:{second:02}")
}

fn shown(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.into()).display().to_string()
}
