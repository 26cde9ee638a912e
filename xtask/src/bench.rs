//! Benchmarks, and the rewriting of golden files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::help::refuse;
use crate::run::{Error, Result, at, cargo, program, run, target};
use crate::setup::liboath;
use crate::{header, python};

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    if !at("benches/Cargo.toml").exists() {
        println!("skipped: there is no benches/ yet");
        return Ok(ExitCode::SUCCESS);
    }
    if let ["call_c"] = words {
        c_calls()?;
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
    if let [] | ["totp"] = words {
        c_totp()?;
        python::benchmark("totp.py")?;
    }
    if words.is_empty() {
        c_calls()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What judging a code costs from C (B4), beside liboath.
fn c_totp() -> Result<()> {
    if !liboath() {
        println!("\nskipped: B4 from C, liboath is not installed (cargo xtask setup)");
        return Ok(());
    }
    c_program("totp", &header::build()?, &["-loath"], &[])
}

/// What a call from C costs (B12): a C program against the shared library, beside an empty function in another one.
fn c_calls() -> Result<()> {
    let libraries = header::build()?;
    let out = target().join("c");
    std::fs::create_dir_all(&out)?;
    let empty = out.join("libempty.so");
    run(program("cc").args(["-O2", "-fPIC", "-shared", "-o"]).arg(&empty).arg(at("benches/c/empty.c")))?;
    c_program("call", &libraries, &["-lempty"], &[out])
}

/// Compiles a C program of benches/c against our library and others, and runs it.
fn c_program(name: &str, libraries: &Path, others: &[&str], folders: &[PathBuf]) -> Result<()> {
    let out = target().join("c");
    std::fs::create_dir_all(&out)?;
    let binary = out.join(format!("bench-{name}"));
    let mut compiler = program("cc");
    compiler.args(["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"]);
    compiler.arg(at("bindings-c/include")).arg("-o").arg(&binary).arg(at(format!("benches/c/{name}.c")));
    compiler.arg("-L").arg(libraries).arg("-l:libprov.so");
    for folder in folders {
        compiler.arg("-L").arg(folder);
    }
    run(compiler.args(others))?;
    let paths = [libraries.to_path_buf()].into_iter().chain(folders.iter().cloned());
    let paths = std::env::join_paths(paths).map_err(|error| Error::Failed(error.to_string()))?;
    run(program(&binary).env("LD_LIBRARY_PATH", paths))
}

/// Writes the golden files and the header anew; `git diff` is the review.
pub(crate) fn bless(words: &[&str]) -> Result<ExitCode> {
    refuse("bless", words)?;
    run(cargo(["test", "-p", "libprov", "--tests"]).env("LIBPROV_BLESS", "1"))?;
    header::write_anew()?;
    println!("written; read the difference like code: git diff");
    Ok(ExitCode::SUCCESS)
}
