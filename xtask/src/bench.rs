//! Benchmarks, and the rewriting of golden files.

use std::process::ExitCode;

use crate::header;
use crate::help::refuse;
use crate::run::{Error, Result, at, cargo, run};

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    if !at("benches/Cargo.toml").exists() {
        println!("skipped: there is no benches/ yet");
        return Ok(ExitCode::SUCCESS);
    }
    let mut bench = cargo(["bench", "--manifest-path", "benches/Cargo.toml"]);
    match words {
        [] => {}
        [name] if !name.starts_with('-') => {
            bench.args(["--bench", *name]);
        }
        _ => {
            return Err(Error::Usage("`cargo xtask bench` takes one name at most".to_owned()));
        }
    }
    run(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the golden files and the header anew; `git diff` is the review.
pub(crate) fn bless(words: &[&str]) -> Result<ExitCode> {
    refuse("bless", words)?;
    run(cargo(["test", "-p", "libprov", "--tests"]).env("LIBPROV_BLESS", "1"))?;
    header::write_anew()?;
    println!("written; read the difference like code: git diff");
    Ok(ExitCode::SUCCESS)
}
