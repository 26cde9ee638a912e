//! What a story prints: each step, and below it the claims with their rules.

use libprov::time::Timestamp;

/// Prints steps and claims, and counts the claims.
#[derive(Debug)]
pub struct Teller {
    quiet: bool,
    held: usize,
    failed: usize,
}

/// Claims that a story makes at the least.
const FEWEST: usize = 20;

impl Teller {
    pub(crate) fn new(title: &str, quiet: bool) -> Self {
        if !quiet {
            println!("{title}");
        }
        Self { quiet, held: 0, failed: 0 }
    }

    /// A heading, as the product's page has it.
    pub fn chapter(&self, title: &str) {
        if !self.quiet {
            println!("\n{title}");
        }
    }

    /// Something that somebody does.
    pub fn step(&self, now: Timestamp, text: &str) {
        if !self.quiet {
            let (_, _, day, hour, minute, _, _) = now.civil();
            println!("{day:02}. {hour:02}:{minute:02}  {text}");
        }
    }

    /// What must hold now, and the rule that says so.
    pub fn claim(&mut self, rule: &str, text: &str, holds: bool) {
        *(if holds { &mut self.held } else { &mut self.failed }) += 1;
        if !holds || !self.quiet {
            println!("           {} SPEC {rule:<4} {text}", if holds { "✓" } else { "✗" });
        }
    }

    /// Prints the count; whether all hold.
    pub(crate) fn finish(&self) -> bool {
        let all = self.held + self.failed;
        println!("\n{all} claims: {} hold, {} fail", self.held, self.failed);
        if all < FEWEST {
            println!("too few claims: at least {FEWEST} are due");
        }
        self.failed == 0 && all >= FEWEST
    }
}
