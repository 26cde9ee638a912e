//! The Python package in a virtual environment of its own below `target/`.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{Report, Result, at, capture, files, program, read, run, short, target, tee, tests_passed, write};

const REQUIREMENTS: &str = "xtask/python-requirements.txt";
const PEERS: &str = "benches/python/requirements.txt";

pub(crate) fn part() -> Result<Report> {
    if !at("bindings-python/Cargo.toml").exists() {
        return Ok(Report::skipped("there is no bindings-python yet"));
    }
    prepare()?;
    develop()?;

    let mut report = Report::default();
    if at("bindings-python/tests").exists() {
        let (outcome, text) = tee(python().args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "bindings-python/tests"]));
        report.note(outcome.map(|()| 0));
        report.tests += tests_passed(&text);
    } else {
        report.skips.push("there is no bindings-python/tests yet".to_owned());
    }

    let mut mypy = tool("mypy");
    mypy.arg("--strict").arg("--cache-dir").arg(target().join("mypy"));
    mypy.arg("bindings-python/python/libprov");
    if at("bindings-python/tests/typing").exists() {
        mypy.arg("bindings-python/tests/typing");
    }
    report.note(run(&mut mypy).map(|()| 1));
    let mut stubtest = tool("stubtest");
    stubtest.arg("libprov");
    if at("bindings-python/stubtest-allow.txt").exists() {
        stubtest.args(["--allowlist", "bindings-python/stubtest-allow.txt"]);
    }
    report.note(run(&mut stubtest).map(|()| 1));

    for example in files(&at("examples/python"), "py") {
        println!("{}", short(&example));
        report.note(capture(python().arg(&example)).map(|_| 1));
    }
    Ok(report)
}

/// Runs a program of benches/python beside its peers.
pub(crate) fn benchmark(name: &str) -> Result<()> {
    prepare()?;
    develop()?;
    run(python().args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", PEERS]))?;
    run(python().arg(at("benches/python").join(name)))
}

/// Builds the extension and puts it into the virtual environment.
fn develop() -> Result<()> {
    run(tool("maturin").args(["develop", "--quiet", "--release", "-m", "bindings-python/Cargo.toml"]))
}

/// Makes the virtual environment, and fills it when the list of requirements has changed.
fn prepare() -> Result<()> {
    if !folder().join("bin/python").exists() {
        run(program("python3").args(["-m", "venv"]).arg(folder()))?;
    }
    let wanted = read(&at(REQUIREMENTS))?;
    let stamp = folder().join("requirements.txt");
    if stamp.exists() && read(&stamp)? == wanted {
        return Ok(());
    }
    let mut pip = python();
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    run(pip.args(["-r", REQUIREMENTS]))?;
    write(&stamp, &wanted)
}

fn folder() -> PathBuf {
    target().join("venv")
}

fn python() -> Command {
    tool("python")
}

/// A program of the virtual environment, as if that were activated.
fn tool(name: &str) -> Command {
    let bin = folder().join("bin");
    let mut paths = vec![bin.clone()];
    if let Some(path) = std::env::var_os("PATH") {
        paths.extend(std::env::split_paths(&path));
    }
    let mut command = program(bin.join(name));
    command.env("VIRTUAL_ENV", folder());
    if let Ok(path) = std::env::join_paths(paths) {
        command.env("PATH", path);
    }
    command
}
