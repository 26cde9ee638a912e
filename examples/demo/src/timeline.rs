//! What the demo prints: events and claims on a virtual clock.

use libprov::time::Timestamp;
use std::io::IsTerminal;
use std::path::Path;

/// How to print.
#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    /// No colour, also on a terminal.
    pub(crate) plain: bool,
    /// Only failures and the count.
    pub(crate) quiet: bool,
}

/// The printed story and its claims.
pub(crate) struct Timeline {
    options: Options,
    colour: bool,
    held: usize,
    failed: usize,
}

/// Claims that the demo must make at the least.
const FEWEST: usize = 20;

impl Timeline {
    /// Starts printing.
    pub(crate) fn new(options: Options) -> Self {
        let colour = !options.plain && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { options, colour, held: 0, failed: 0 }
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

    /// A claim with its rule; prints whether it holds.
    pub(crate) fn claim(&mut self, now: Timestamp, rule: &str, text: &str, holds: bool) {
        if holds {
            self.held += 1;
        } else {
            self.failed += 1;
        }
        if !self.options.quiet || !holds {
            let mark = if holds { self.paint("32", "holds") } else { self.paint("1;31", "FAILS") };
            println!("{}    {mark} {}  {text}", self.paint("2", &clock(now)), self.paint("36", &format!("SPEC {rule:<4}")));
        }
    }

    /// Prints the count; true if every claim held and there were enough.
    pub(crate) fn finish(&self, out: &Path) -> bool {
        let all = self.held + self.failed;
        println!("\n{all} claims: {} hold, {} fail; files in {}", self.held, self.failed, shown(out));
        if all < FEWEST {
            println!("too few claims: at least {FEWEST} are due");
        }
        self.failed == 0 && all >= FEWEST
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.into() }
    }
}

/// Hours, minutes and seconds of the virtual day.
fn clock(now: Timestamp) -> String {
    let (_, _, day, hour, minute, second, _) = now.civil();
    format!("{day:02}. {hour:02}:{minute:02}:{second:02}")
}

fn shown(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.into()).display().to_string()
}
