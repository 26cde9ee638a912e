//! `cargo xtask setup`: the system packages that `cargo xtask test` wants.

use std::io::{BufRead as _, Write as _};
use std::process::{ExitCode, Stdio};

use crate::run::{Error, Result, exists, program, run};

/// One thing `test` wants from the system.
struct Want {
    what: &'static str,
    packages: &'static [&'static str],
    /// Whether `test` fails without it, or `test` and `bench` only leave something out.
    required: bool,
    there: fn() -> bool,
}

const WANTS: &[Want] = &[
    Want { what: "a C compiler", packages: &["gcc", "libc6-dev"], required: true, there: || exists("cc") },
    Want { what: "a C++ compiler", packages: &["g++"], required: true, there: || exists("c++") },
    Want { what: "nm", packages: &["binutils"], required: true, there: || exists("nm") },
    Want {
        what: "Python 3.11 or later, with venv and pip",
        packages: &["python3", "python3-venv", "python3-pip"],
        required: true,
        there: || python("import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"),
    },
    Want { what: "valgrind", packages: &["valgrind"], required: false, there: || exists("valgrind") },
    Want { what: "oathtool", packages: &["oathtool"], required: false, there: || exists("oathtool") },
    Want { what: "liboath, the peer of a benchmark", packages: &["liboath-dev"], required: false, there: liboath },
];

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    let yes = match words {
        [] => false,
        ["--yes" | "-y"] => true,
        _ => {
            return Err(Error::Usage("`cargo xtask setup` takes `--yes` and nothing else".to_owned()));
        }
    };
    rust_components()?;
    let missing = missing();
    if missing.is_empty() {
        println!("setup: everything is there, nothing to do");
        return Ok(ExitCode::SUCCESS);
    }
    for want in &missing {
        let without = if want.required { "needed" } else { "`test` or `bench` leaves something out without it" };
        println!("missing: {} ({without})", want.what);
    }
    let packages: Vec<&str> = missing.iter().flat_map(|want| want.packages.iter().copied()).collect();
    if !exists("apt-get") {
        println!("this is no Debian; install what is missing with your package manager");
        println!("(on Debian: apt-get install {})", packages.join(" "));
    } else if yes || asked(&packages)? {
        // What counts is what is there afterwards: an unreachable mirror may not matter.
        if let Err(error) = install(&packages) {
            println!("setup: {}", error.text());
        }
    }
    verdict()
}

fn verdict() -> Result<ExitCode> {
    let still: Vec<&str> = missing().into_iter().filter(|want| want.required).map(|want| want.what).collect();
    if still.is_empty() {
        println!("setup: all that is needed is there");
        return Ok(ExitCode::SUCCESS);
    }
    Err(Error::Failed(format!("still missing: {}", still.join(", "))))
}

fn missing() -> Vec<&'static Want> {
    WANTS.iter().filter(|want| !(want.there)()).collect()
}

/// rustfmt and clippy come with rustup's default profile, but not with its minimal one.
fn rust_components() -> Result<()> {
    for (tool, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if exists(tool) {
            continue;
        }
        if !exists("rustup") {
            return Err(Error::Failed(format!("{component} is missing, and so is rustup")));
        }
        run(program("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<()> {
    let apt = |words: &[&str]| {
        let mut command = if is_root() {
            program("apt-get")
        } else {
            let mut sudo = program("sudo");
            sudo.arg("apt-get");
            sudo
        };
        command.env("DEBIAN_FRONTEND", "noninteractive").args(words);
        run(&mut command)
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

fn asked(packages: &[&str]) -> Result<bool> {
    print!("install {}? [y/N] ", packages.join(" "));
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes" | "j" | "ja"))
}

/// Whether C programs can use liboath.
pub(crate) fn liboath() -> bool {
    program("cc")
        .args(["-fsyntax-only", "-include", "liboath/oath.h", "-x", "c", "/dev/null"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn python(code: &str) -> bool {
    program("python3")
        .args(["-c", code])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    program("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
