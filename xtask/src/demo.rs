//! The demonstration: the main job of the library, on the terminal; and that it notices rules that are switched off.

use std::process::{Command, ExitCode};

use crate::run::{Error, Report, Result, capture, cargo, run};

/// The exit code of a demonstration with a claim that does not hold.
const BROKEN: i32 = 1;

/// The stories of portal users, one program each.
const PORTALS: [&str; 2] = ["callroute", "cloudpbx"];

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    let status = demo(words).status()?;
    let day = status.code().and_then(|code| u8::try_from(code).ok());
    let mut worst = day.map_or(ExitCode::FAILURE, ExitCode::from);
    // Rules are switched off in the day alone.
    if status.success() && words.iter().all(|word| ["--plain", "--quiet"].contains(word)) {
        for story in PORTALS {
            println!();
            if !portal(story, words).status()?.success() {
                worst = ExitCode::FAILURE;
            }
        }
    }
    Ok(worst)
}

/// The story of one portal.
fn portal(story: &str, words: &[&str]) -> Command {
    let mut command = cargo(["run", "--quiet", "--release", "-p", "libprov-portal", "--bin", story]);
    command.arg("--").args(words);
    command
}

/// It runs to its end, and with each rule switched off at least one claim breaks.
pub(crate) fn part() -> Result<Report> {
    let mut report = Report::default();
    report.note(run(&mut demo(&[])).map(|()| 1));
    for story in PORTALS {
        report.note(run(&mut portal(story, &[])).map(|()| 1));
    }
    let rules = capture(&mut demo(&["--breaks"]))?;
    if rules.lines().count() < FEWEST {
        report.failures.push(format!("the demonstration switches off fewer than {FEWEST} rules"));
    }
    for rule in rules.lines() {
        report.note(notices(rule));
    }
    Ok(report)
}

/// The program with the switches: it is the only one that has them (part `shipped`).
pub(crate) const BREAKABLE: [&str; 6] = ["--quiet", "--release", "-p", "libprov-demo", "--features", "__break"];

/// Rules with a switch, at the least.
const FEWEST: usize = 8;

/// The demonstration with these words; with switches only where a rule is to be switched off.
fn demo(words: &[&str]) -> Command {
    let mut command = cargo(["run"]);
    if words.contains(&"--break") {
        command.args(BREAKABLE);
    } else {
        command.args(["--quiet", "--release", "-p", "libprov-demo"]);
    }
    command.arg("--").args(words);
    command
}

/// Expects broken claims, and a day that was played to its end: a crash notices nothing.
fn notices(rule: &str) -> Result<usize> {
    let output = demo(&["--plain", "--break", rule]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let broken = text.lines().filter(|line| line.trim_start().starts_with("✗ SPEC ")).count();
    if output.status.code() != Some(BROKEN) || broken == 0 {
        let error = String::from_utf8_lossy(&output.stderr);
        let what = format!("with {rule} switched off the demonstration ended with {}, {broken} claims broken", output.status);
        return Err(Error::Failed(format!("{what}\n{text}{error}")));
    }
    println!("{rule} switched off: {broken} claims break");
    Ok(1)
}
