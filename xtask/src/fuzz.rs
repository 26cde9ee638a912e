//! Fuzzing on stable Rust: libFuzzer with the instrumentation that `cargo fuzz` switches on, but no sanitizer.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::help::unknown;
use crate::run::{Error, Report, Result, at, capture, cargo, files, program, read, run, short, stem, target};
use crate::rust::host;

const MISSING: &str = "there is no fuzz target yet";

/// Counters at every edge, and the operands of comparisons, so that the fuzzer can see them.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// Seconds for each target in `cargo xtask test`; `LIBPROV_FUZZ_SECONDS` overrules it.
const IN_TEST: u32 = 5;
const BY_HAND: u32 = 60;

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    let usage = || Error::Usage("usage: cargo xtask fuzz [target] [--seconds N]".to_owned());
    let mut seconds = BY_HAND;
    let mut wanted = None;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            "--seconds" => {
                let number = rest.next().ok_or_else(usage)?;
                seconds = number.parse().map_err(|_| usage())?;
            }
            name if !name.starts_with('-') && wanted.is_none() => wanted = Some(name),
            _ => return Err(usage()),
        }
    }
    let all = targets();
    if all.is_empty() {
        println!("skipped: {MISSING}");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(name) = wanted
        && !all.iter().any(|target| target == name)
    {
        let names = all.iter().map(String::as_str);
        return Err(Error::Usage(unknown("fuzz target", name, names)));
    }
    let folder = build()?;
    for name in &all {
        if wanted.is_none_or(|wanted| wanted == name) {
            fuzz(&folder, name, seconds, true)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn part() -> Result<Report> {
    let all = targets();
    if all.is_empty() {
        return Ok(Report::skipped(MISSING));
    }
    let seconds = std::env::var("LIBPROV_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(IN_TEST);
    let mut report = Report::default();
    let folder = build()?;
    for name in &all {
        println!("{name}: {seconds} s");
        report.note(fuzz(&folder, name, seconds, false).map(|()| 1));
    }
    Ok(report)
}

fn targets() -> Vec<String> {
    files(&at("fuzz/fuzz_targets"), "rs").iter().map(|path| stem(path)).collect()
}

/// Builds all targets and returns the folder of the programs.
fn build() -> Result<PathBuf> {
    let manifest = read(&at("fuzz/Cargo.toml"))?;
    for name in targets() {
        if !manifest.contains(&format!("name = \"{name}\"")) {
            return Err(Error::Failed(format!("fuzz/Cargo.toml has no [[bin]] for fuzz/fuzz_targets/{name}.rs")));
        }
    }
    let host = host()?;
    let folder = target().join("fuzz");
    // With --target the flags do not reach build scripts and macros.
    run(cargo(["build", "--quiet", "--release", "--bins"])
        .args(["--manifest-path", "fuzz/Cargo.toml", "--target", &host])
        .arg("--target-dir")
        .arg(&folder)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", FLAGS))?;
    Ok(folder.join(host).join("release"))
}

/// Runs one target: first its seeds and old crashes, then what the fuzzer makes of them.
fn fuzz(programs: &Path, name: &str, seconds: u32, aloud: bool) -> Result<()> {
    let corpus = target().join("fuzz/corpus").join(name);
    let artifacts = target().join("fuzz/artifacts").join(name);
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&artifacts)?;
    let mut command = program(programs.join(name));
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-timeout=10", "-rss_limit_mb=2048"])
        .arg(&corpus);
    for kept in ["fuzz/seeds", "fuzz/regressions"] {
        let folder = at(kept).join(name);
        if folder.exists() {
            command.arg(folder);
        }
    }
    let outcome = if aloud { run(&mut command) } else { capture(&mut command).map(|_| ()) };
    outcome.map_err(|error| {
        Error::Failed(format!(
            "{name}: {}\nthe input lies in {}; once fixed, keep it in fuzz/regressions/{name}/",
            error.text(),
            newest(&artifacts).map_or_else(|| short(&artifacts), |path| short(&path)),
        ))
    })
}

fn newest(folder: &Path) -> Option<PathBuf> {
    std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .max_by_key(|entry| entry.metadata().and_then(|data| data.modified()).ok())
        .map(|entry| entry.path())
}
