//! What is shipped has no hooks of our own tests and demo: neither their features nor the switches of rules.

use std::path::{Path, PathBuf};

use crate::demo;
use crate::run::{Error, Report, Result, at, capture, cargo, read, run, short, target};

/// What leaves the house, beside `libprov` itself.
const SHIPPED: [&str; 2] = ["libprov-c", "libprov-python"];
/// Features of our own, by the beginning of their names.
const OWN: &str = "__";

pub(crate) fn part() -> Result<Report> {
    let mut report = Report::default();
    report.note(declared());
    for package in ["libprov", "libprov-c", "libprov-python"] {
        report.note(resolved(package).map(|()| 1));
    }
    report.note(built());
    Ok(report)
}

/// No feature of a manifest, `default` least of all, switches one of ours on; but for those of the demo.
fn declared() -> Result<usize> {
    let manifests = ["core/Cargo.toml", "bindings-c/Cargo.toml", "bindings-python/Cargo.toml", "Cargo.toml"];
    let mut found = 0;
    for manifest in manifests {
        for line in read(&at(manifest))?.lines() {
            let code = line.split('#').next().unwrap_or_default();
            // A feature of ours by itself, which pulls in nothing.
            if code.starts_with(OWN) && code.trim_end().ends_with("= []") {
                found += 1;
            } else if !code.starts_with("required-features") && code.contains(OWN) {
                return Err(Error::Failed(format!("{manifest} switches on a feature of our own: {line}")));
            }
        }
    }
    // Positive control: there are such features, and they were seen.
    if found < 2 {
        return Err(Error::Failed(format!("only {found} features of our own are declared; is the reading right?")));
    }
    Ok(1)
}

/// The features that cargo resolves for a package, with its defaults and with all it has.
fn resolved(package: &str) -> Result<()> {
    let all = if package == "libprov" { &[][..] } else { &["--all-features"] };
    for more in [&[][..], all] {
        if let Some(line) = own_feature(package, more)? {
            return Err(Error::Failed(format!("{package} is shipped with a feature of our own: {line}")));
        }
    }
    // Positive control.
    match own_feature("libprov-demo", &["--features", "__break"])? {
        Some(_) => Ok(()),
        None => Err(Error::Failed("cargo tree does not show the feature of the demo that has it".to_owned())),
    }
}

/// The line of the tree that shows `libprov` with a feature of ours, if there is one.
fn own_feature(package: &str, more: &[&str]) -> Result<Option<String>> {
    let tree =
        capture(cargo(["tree", "--locked", "-e", "no-dev", "--prefix", "none", "-f", "{p} {f}", "-p", package]).args(more))?;
    let mut lines = tree.lines().filter(|line| line.starts_with("libprov v")).peekable();
    if lines.peek().is_none() {
        return Err(Error::Failed(format!("the tree of {package} does not show libprov:\n{tree}")));
    }
    let own = |line: &&str| line.split([' ', ',']).any(|word| word.starts_with(OWN));
    Ok(lines.find(own).map(str::to_owned))
}

/// No library holds the mark of the switches; the demo that has them does.
fn built() -> Result<usize> {
    let mark = mark()?;
    let release = target().join("release");
    run(cargo(["build"]).args(demo::BREAKABLE))?;
    let demo = release.join(format!("libprov-demo{}", std::env::consts::EXE_SUFFIX));
    if !holds(&demo, &mark)? {
        return Err(Error::Failed(format!("{} has the switches and not their mark", short(&demo))));
    }
    for package in SHIPPED {
        run(&mut cargo(["build", "--quiet", "--release", "-p", package]))?;
    }
    let libraries = ["prov", "_libprov"]
        .map(|name| release.join(format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)));
    let archive = release.join(if cfg!(windows) { "prov.lib" } else { "libprov.a" });
    let mut looked = 0;
    for file in libraries.into_iter().chain([archive]) {
        if holds(&file, &mark)? {
            return Err(Error::Failed(format!("{} has switches for rules", short(&file))));
        }
        println!("{}: no switches", short(&file));
        looked += 1;
    }
    Ok(looked)
}

/// The bytes that stand in every build with switches, as `core/src/hooks.rs` has them.
fn mark() -> Result<Vec<u8>> {
    let path = PathBuf::from("core/src/hooks.rs");
    let text = read(&at(&path))?;
    let mark = text.split_once("MARKER: &str = \"").and_then(|(_, rest)| rest.split_once('"')).map(|(mark, _)| mark);
    match mark {
        Some(mark) if mark.len() > 16 => Ok(mark.as_bytes().to_vec()),
        _ => Err(Error::Failed(format!("{} has no MARKER", path.display()))),
    }
}

fn holds(file: &Path, mark: &[u8]) -> Result<bool> {
    let bytes = std::fs::read(file).map_err(|error| Error::Failed(format!("cannot read {}: {error}", short(file))))?;
    Ok(bytes.windows(mark.len()).any(|window| window == mark))
}
