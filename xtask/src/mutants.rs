//! Mutants: rules broken on purpose. A test suite that does not notice a break does not hold the rule.
//!
//! `xtask/mutants.txt` explains its own format. Each mutant is applied to a copy of the tree below `target/`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::help::unknown;
use crate::run::{Ended, Error, Report, Result, at, cargo, read, short, target, within, write};

const LIST: &str = "xtask/mutants.txt";

/// What runs when a mutant names no tests of its own.
const TESTS: &str = "--lib --tests";

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    let all = parse(&read(&at(LIST))?)?;
    match words {
        [] => hunt(&all),
        ["--check"] => {
            let report = part()?;
            for failure in &report.failures {
                println!("{failure}");
            }
            if !report.failures.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
            println!("mutants: all {} apply", report.tests);
            Ok(ExitCode::SUCCESS)
        }
        ["--only", ids @ ..] if !ids.is_empty() => {
            let mut chosen = Vec::new();
            for id in ids {
                let Some(mutant) = all.iter().find(|mutant| mutant.id == *id) else {
                    let known = all.iter().map(|mutant| mutant.id.as_str());
                    return Err(Error::Usage(unknown("mutant", id, known)));
                };
                chosen.push(mutant.clone());
            }
            hunt(&chosen)
        }
        _ => Err(Error::Usage("usage: cargo xtask mutants [--only ID...] [--check]".to_owned())),
    }
}

/// Every mutant must still find its lines, exactly once.
pub(crate) fn part() -> Result<Report> {
    let mut report = Report::default();
    for mutant in parse(&read(&at(LIST))?)? {
        let outcome = read(&at(&mutant.file)).and_then(|text| mutant.apply(&text));
        report.note(outcome.map(|_| 1));
    }
    Ok(report)
}

#[derive(Clone, Debug, Default)]
struct Mutant {
    id: String,
    file: String,
    rule: String,
    tests: String,
    /// Lines as they stand in the file, and as they stand in the mutant, without indentation.
    before: Vec<String>,
    after: Vec<String>,
}

fn parse(text: &str) -> Result<Vec<Mutant>> {
    let mut all: Vec<Mutant> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let wrong = |what: &str| Error::Failed(format!("{LIST}:{}: {what}", at + 1));
        let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
        let value = rest.trim();
        if key == "mutant" {
            if all.iter().any(|mutant| mutant.id == value) {
                return Err(wrong("this id is taken"));
            }
            all.push(Mutant { id: value.to_owned(), tests: TESTS.to_owned(), ..Mutant::default() });
            continue;
        }
        if key.is_empty() || key.starts_with('#') {
            continue;
        }
        let mutant = all.last_mut().ok_or_else(|| wrong("no `mutant` line before this"))?;
        match key {
            "file" => value.clone_into(&mut mutant.file),
            "rule" => value.clone_into(&mut mutant.rule),
            "tests" => value.clone_into(&mut mutant.tests),
            "-" => mutant.before.push(value.to_owned()),
            "+" => mutant.after.push(value.to_owned()),
            "=" => {
                mutant.before.push(value.to_owned());
                mutant.after.push(value.to_owned());
            }
            _ => {
                return Err(wrong("expected file, rule, tests, `-`, `+`, `=`, or a comment"));
            }
        }
    }
    for mutant in &all {
        if mutant.file.is_empty() || mutant.rule.is_empty() || mutant.before == mutant.after {
            return Err(Error::Failed(format!("{LIST}: mutant {} needs a file, a rule and a change", mutant.id)));
        }
    }
    Ok(all)
}

impl Mutant {
    /// The text with the break in it. The lines must occur exactly once.
    fn apply(&self, text: &str) -> Result<String> {
        let lines: Vec<&str> = text.lines().collect();
        let places: Vec<usize> = lines
            .windows(self.before.len().max(1))
            .enumerate()
            .filter(|(_, window)| window.iter().map(|line| line.trim()).eq(self.before.iter()))
            .map(|(at, _)| at)
            .collect();
        let [place] = places[..] else {
            return Err(Error::Failed(format!(
                "mutant {}: its lines occur {} times in {}, expected once",
                self.id,
                places.len(),
                self.file
            )));
        };
        let mut out: Vec<&str> = Vec::new();
        out.extend(lines.iter().take(place));
        out.extend(self.after.iter().map(String::as_str));
        out.extend(lines.iter().skip(place + self.before.len()));
        Ok(out.join("\n") + "\n")
    }
}

/// Applies each mutant to the copy and runs its tests, which must fail.
fn hunt(mutants: &[Mutant]) -> Result<ExitCode> {
    let tree = target().join("mutants/tree");
    copy(&at("."), &tree)?;
    let mut sound: Vec<(String, Duration)> = Vec::new();
    let mut rows = Vec::new();
    for mutant in mutants {
        let usual = match sound.iter().find(|row| row.0 == mutant.tests) {
            Some(row) => row.1,
            None => {
                let time = baseline(&tree, &mutant.tests)?;
                sound.push((mutant.tests.clone(), time));
                time
            }
        };
        let start = Instant::now();
        let path = tree.join(&mutant.file);
        let original = read(&path)?;
        let outcome = mutant.apply(&original).and_then(|broken| {
            write(&path, &broken)?;
            judge(&tree, mutant, usual)
        });
        write(&path, &original)?;
        let outcome = outcome.unwrap_or_else(Error::text);
        println!("{:<28} {:<5} {:>6.1} s  {outcome}", mutant.id, mutant.rule, start.elapsed().as_secs_f64());
        rows.push(outcome.starts_with(CAUGHT));
    }
    let caught = rows.iter().filter(|caught| **caught).count();
    println!("{caught} of {} mutants caught", rows.len());
    Ok(if caught == rows.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const CAUGHT: &str = "caught";

/// The tests must build and pass while nothing is broken; how long they take is the measure for the broken ones.
fn baseline(tree: &Path, tests: &str) -> Result<Duration> {
    println!("without a mutant: cargo test -p libprov {tests}");
    let limit = Duration::from_secs(1800);
    if within(&mut test(tree, tests, true), limit)? != Ended::Well {
        return Err(Error::Failed("the tests do not build as they are".to_owned()));
    }
    let start = Instant::now();
    match within(&mut test(tree, tests, false), limit)? {
        Ended::Well => Ok(start.elapsed()),
        _ => Err(Error::Failed("the tests fail as they are".to_owned())),
    }
}

fn judge(tree: &Path, mutant: &Mutant, usual: Duration) -> Result<String> {
    if within(&mut test(tree, &mutant.tests, true), Duration::from_secs(1800))? != Ended::Well {
        return Ok("does not build: a compiler noticed, no test; write it differently".to_owned());
    }
    let limit = usual.saturating_mul(5).saturating_add(Duration::from_secs(30));
    Ok(match within(&mut test(tree, &mutant.tests, false), limit)? {
        Ended::Badly => CAUGHT.to_owned(),
        Ended::OutOfTime => format!("{CAUGHT} (the tests did not end)"),
        Ended::Well => "SURVIVED".to_owned(),
    })
}

fn test(tree: &Path, tests: &str, build_only: bool) -> std::process::Command {
    let mut command = cargo(["test", "--quiet", "-p", "libprov"]);
    command
        .current_dir(tree)
        .arg("--target-dir")
        .arg(target().join("mutants/build"))
        // The first test that fails is enough, and a failing property need not be shrunk.
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        // Each mutant is built once and run once: building fast pays.
        .env("CARGO_PROFILE_TEST_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .env("RUSTFLAGS", "--cap-lints=warn");
    if build_only {
        command.arg("--no-run");
    }
    command.args(tests.split_whitespace());
    command
}

/// Brings the copy up to date. Files that are the same stay untouched, so that cargo builds little anew.
fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_str(), Some("target" | ".git" | ".venv" | "__pycache__")) {
            continue;
        }
        let (source, copy): (PathBuf, PathBuf) = (entry.path(), to.join(&name));
        if source.is_dir() {
            self::copy(&source, &copy)?;
        } else {
            let bytes = std::fs::read(&source)?;
            if std::fs::read(&copy).ok().as_ref() != Some(&bytes) {
                std::fs::write(&copy, bytes).map_err(|error| Error::Failed(format!("{}: {error}", short(&copy))))?;
            }
        }
        names.push(name);
    }
    for entry in std::fs::read_dir(to)? {
        let entry = entry?;
        if !names.contains(&entry.file_name()) {
            if entry.path().is_dir() {
                std::fs::remove_dir_all(entry.path())?;
            } else {
                std::fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "# comment\nmutant m\nfile f.rs\nrule A6\n= fn over() {\n- a >= b\n+ a > b\n";

    #[test]
    fn a_mutant_changes_its_lines_and_nothing_else() {
        let all = parse(ONE).unwrap();
        let text = "fn other() {\n    a >= b\n}\nfn over() {\n    a >= b\n}\n";
        let broken = all[0].apply(text).unwrap();
        assert_eq!(broken, "fn other() {\n    a >= b\n}\nfn over() {\na > b\n}\n");
    }

    #[test]
    fn lines_that_are_gone_or_not_alone_are_told() {
        let all = parse(ONE).unwrap();
        assert!(all[0].apply("nothing\n").unwrap_err().text().contains("occur 0 times"));
        let twice = "fn over() {\na >= b\nfn over() {\na >= b\n";
        assert!(all[0].apply(twice).unwrap_err().text().contains("occur 2 times"));
    }

    #[test]
    fn a_mutant_without_change_or_rule_is_refused() {
        assert!(parse("mutant m\nfile f\nrule A1\n").is_err());
        assert!(parse("mutant m\nfile f\n- a\n+ b\n").is_err());
        assert!(parse("- a\n").is_err());
    }
}
