//! `cargo xtask test`: the parts in their order, a table at the end, one plain line last.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::help::unknown;
use crate::run::{Error, Report, Result, at, read};
use crate::{c, demo, floors, fuzz, header, mutants, nostd, operations, python, rust, shipped};

struct Part {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<Report>,
}

/// Cheap parts first, so that a slip shows within seconds.
const PARTS: &[Part] = &[
    Part { name: "format", what: "cargo fmt --check", run: rust::format },
    Part { name: "floors", what: "imports of core against the floors it declares", run: floors::part },
    Part { name: "operations", what: "docs/operations.tsv against the public functions", run: operations::part },
    Part { name: "mutants", what: "every planned break still applies", run: mutants::part },
    Part { name: "clippy", what: "clippy with warnings as errors, all features and each alone", run: rust::clippy },
    Part { name: "core", what: "cargo test of the workspace, documentation examples included", run: rust::tests },
    Part { name: "nostd", what: "libprov in a static library without operating system", run: nostd::part },
    Part { name: "header", what: "C header and exported symbols", run: header::part },
    Part { name: "c", what: "C tests and examples, plain, with sanitizers, with valgrind", run: c::part },
    Part { name: "python", what: "Python package: pytest, mypy, stubtest, examples", run: python::part },
    Part { name: "fuzz", what: "every fuzz target for some seconds", run: fuzz::part },
    Part { name: "demo", what: "the demonstration holds, and breaks with each rule switched off", run: demo::part },
    Part { name: "shipped", what: "no shipped build has hooks of our own tests and demo", run: shipped::part },
];

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    if words.contains(&"--list") {
        for part in PARTS {
            println!("{:<11}{}", part.name, part.what);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let parts = chosen(words)?;
    let mut rows = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        println!("\n== [{}/{}] {}: {}", index + 1, parts.len(), part.name, part.what);
        let start = Instant::now();
        let mut report = Report::default();
        match (part.run)() {
            Ok(done) => report = done,
            Err(error) => report.failures.push(error.text()),
        }
        for failure in &report.failures {
            println!("FAILED {}: {failure}", part.name);
        }
        if let Some(why) = &report.skipped {
            println!("skipped: {why}");
        }
        rows.push((part.name, start.elapsed(), report));
    }
    let whole = parts.len() == PARTS.len();
    conclude(&rows, whole)
}

/// The parts named, in the order of the list; all of them when none is named.
fn chosen(words: &[&str]) -> Result<Vec<&'static Part>> {
    for word in words {
        if !PARTS.iter().any(|part| part.name == *word) {
            let names = PARTS.iter().map(|part| part.name);
            return Err(Error::Usage(unknown("part", word, names)));
        }
    }
    Ok(PARTS.iter().filter(|part| words.is_empty() || words.contains(&part.name)).collect())
}

type Row = (&'static str, Duration, Report);

fn conclude(rows: &[Row], whole: bool) -> Result<ExitCode> {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    println!("\npart       minutes    tests  outcome");
    for (name, time, report) in rows {
        let outcome = if report.skipped.is_some() {
            skipped += 1;
            "skipped"
        } else if report.failures.is_empty() {
            passed += 1;
            "passed"
        } else {
            failed += 1;
            "FAILED"
        };
        let tests = match report.tests {
            0 => "-".to_owned(),
            tests => tests.to_string(),
        };
        println!("{name:<11}{:>7.2} {tests:>8}  {outcome}", time.as_secs_f64() / 60.0);
    }
    let total: Duration = rows.iter().map(|row| row.1).sum();
    let tests: usize = rows.iter().map(|row| row.2.tests).sum();
    println!("{:<11}{:>7.2} {tests:>8}", "all", total.as_secs_f64() / 60.0);

    let skips: Vec<String> = rows
        .iter()
        .flat_map(|(name, _, report)| report.skipped.iter().chain(&report.skips).map(move |why| format!("{name}: {why}")))
        .collect();
    if !skips.is_empty() {
        println!("\nleft out ({}):", skips.len());
        for skip in &skips {
            println!("  {skip}");
        }
    }
    for (name, _, report) in rows {
        for failure in &report.failures {
            println!("\n{name} failed: {failure}");
        }
    }
    let too_many = whole && skip_count_rose(skips.len())?;
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    Ok(if failed > 0 || too_many { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// On a CI machine more may not be left out than the project has agreed to.
fn skip_count_rose(skips: usize) -> Result<bool> {
    if std::env::var_os("CI").is_none() {
        return Ok(false);
    }
    let path = at("xtask/expected-skips.txt");
    let text = read(&path)?;
    let expected: usize = text
        .lines()
        .find(|line| !line.starts_with('#'))
        .and_then(|line| line.trim().parse().ok())
        .ok_or_else(|| Error::Failed("xtask/expected-skips.txt holds no number".to_owned()))?;
    if skips > expected {
        println!("\n{skips} things were left out, {expected} are expected (xtask/expected-skips.txt)");
    } else if skips < expected {
        println!("\nonly {skips} things were left out: xtask/expected-skips.txt can go down from {expected}");
    }
    Ok(skips > expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_order_however_they_are_named() {
        let names = |words: &[&str]| -> Vec<&str> { chosen(words).unwrap().iter().map(|part| part.name).collect() };
        assert_eq!(names(&["nostd", "format"]), ["format", "nostd"]);
        assert_eq!(names(&[]).len(), PARTS.len());
        assert!(matches!(chosen(&["nosdt"]), Err(Error::Usage(text)) if text.contains("`nostd`")));
    }
}
