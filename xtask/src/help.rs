//! What the door says about itself, and what it says to a word it does not know.

use std::fmt::Write as _;
use std::process::ExitCode;

use crate::COMMANDS;
use crate::run::{Error, Result};

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    match words {
        [] => print!("{}", overview()),
        [name, ..] => match COMMANDS.iter().find(|row| row.0 == *name) {
            Some((name, text)) => println!("cargo xtask {name} {text}"),
            None => {
                let names = COMMANDS.iter().map(|row| row.0);
                return Err(Error::Usage(unknown("command", name, names)));
            }
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn overview() -> String {
    let mut out = String::from("cargo xtask <command>\n\n");
    for (name, text) in COMMANDS {
        let _ = writeln!(out, "  {name:<11}{text}");
    }
    out.push_str("\nAfter cloning: `cargo xtask demo` shows it at work, `cargo xtask test` tests it.\n");
    out
}

/// "There is no such ...", with the nearest one there is.
pub(crate) fn unknown<'a>(kind: &str, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let nearest = known
        .clone()
        .map(|name| (distance(word, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().div_ceil(2));
    let mut out = format!("there is no {kind} `{word}`");
    if let Some((_, name)) = nearest {
        let _ = write!(out, "; did you mean `{name}`?");
    }
    let all: Vec<&str> = known.collect();
    let _ = write!(out, "\nthere are: {}", all.join(", "));
    out
}

/// Refuses words that a command does not take.
pub(crate) fn refuse(command: &str, words: &[&str]) -> Result<()> {
    match words {
        [] => Ok(()),
        [word, ..] => {
            Err(Error::Usage(format!("`cargo xtask {command}` does not take `{word}`; see `cargo xtask help {command}`")))
        }
    }
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(x != *y)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_answered_with_the_right_word() {
        let names = ["setup", "demo", "test"];
        assert!(unknown("command", "tset", names.into_iter()).contains("did you mean `test`?"));
        assert!(!unknown("command", "frobnicate", names.into_iter()).contains("did you mean"));
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
