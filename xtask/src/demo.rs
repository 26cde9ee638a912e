//! The demonstration: the main job of the library, on the terminal.

use std::process::ExitCode;

use crate::run::{Report, Result, at, cargo, run};

const MISSING: &str = "there is no examples/demo yet";

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    if !there() {
        println!("skipped: {MISSING}");
        return Ok(ExitCode::SUCCESS);
    }
    start(words)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn part() -> Result<Report> {
    if !there() {
        return Ok(Report::skipped(MISSING));
    }
    let mut report = Report::default();
    report.note(start(&[]).map(|()| 1));
    Ok(report)
}

fn there() -> bool {
    at("examples/demo/Cargo.toml").exists()
}

fn start(words: &[&str]) -> Result<()> {
    run(cargo(["run", "--quiet", "--release", "-p", "libprov-demo", "--"]).args(words))
}
