//! The proof that core needs no operating system (`xtask/no-std-proof`).

use std::path::Path;

use crate::run::{Error, Report, Result, at, capture, cargo, program, run, target};

/// What any C compiler takes for granted; nothing else may stay undefined.
const ALLOWED: [&str; 6] = ["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

pub(crate) fn part() -> Result<Report> {
    if cfg!(not(target_os = "linux")) {
        return Ok(Report::skipped("the link without libc is known for Linux only"));
    }
    let mut report = Report::default();
    for features in [&[][..], &["--no-default-features"]] {
        report.note(prove(features).map(|()| 1));
    }
    Ok(report)
}

fn prove(features: &[&str]) -> Result<()> {
    let folder = target().join("no-std-proof");
    std::fs::create_dir_all(&folder)?;
    // The very versions that the workspace ships; cargo drops what the proof does not need.
    std::fs::copy(at("Cargo.lock"), at("xtask/no-std-proof/Cargo.lock"))?;

    // Layer one: a dependency that links std brings a second panic handler (E0152).
    run(cargo(["build", "--quiet", "--release"])
        .args(["--manifest-path", "xtask/no-std-proof/Cargo.toml"])
        .arg("--target-dir")
        .arg(&folder)
        .args(features)
        .env_remove("RUSTFLAGS"))?;

    // Layer two: nothing but memory functions stays undefined.
    let linked = folder.join("proof.so");
    run(program("cc")
        .args(["-nostdlib", "-shared", "-Wl,-u,no_std_proof", "-o"])
        .arg(&linked)
        .arg(folder.join("release/libno_std_proof.a")))?;
    let symbols = undefined(&linked)?;
    let foreign: Vec<&str> = symbols.iter().map(String::as_str).filter(|name| !ALLOWED.contains(name)).collect();
    if foreign.is_empty() {
        println!(
            "libprov {}: undefined symbols: {}",
            if features.is_empty() { "with default features" } else { "without features" },
            symbols.join(" ")
        );
        return Ok(());
    }
    Err(Error::Failed(format!("core needs an operating system: {} stay undefined", foreign.join(" "))))
}

fn undefined(library: &Path) -> Result<Vec<String>> {
    let text = capture(program("nm").args(["-D", "--undefined-only"]).arg(library))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_whitespace().next_back())
        .map(|name| name.split('@').next().unwrap_or(name).to_owned())
        .collect())
}
