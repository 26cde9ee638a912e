//! The C header: generated from `bindings-c`, checked in, compared; and what the C library lets out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::run::{Error, Report, Result, at, capture, cargo, program, read, run, target, write};

pub(crate) const MISSING: &str = "there is no bindings-c yet";
const HEADER: &str = "bindings-c/include/prov.h";

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    match words {
        [] => write_anew()?,
        ["--check"] if there() => compare()?,
        ["--check"] => println!("skipped: {MISSING}"),
        _ => {
            return Err(Error::Usage("`cargo xtask header` takes `--check` and nothing else".to_owned()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the checked-in header and the list of exported symbols.
pub(crate) fn write_anew() -> Result<()> {
    if !there() {
        println!("skipped: {MISSING}");
        return Ok(());
    }
    std::fs::create_dir_all(at("bindings-c/include"))?;
    write(&at(HEADER), &generate()?)?;
    let symbols: Vec<String> = exported(&build()?)?.into_iter().collect();
    write(&at("bindings-c/symbols.txt"), &(symbols.join("\n") + "\n"))
}

pub(crate) fn part() -> Result<Report> {
    if !there() {
        return Ok(Report::skipped(MISSING));
    }
    let mut report = Report::default();
    report.note(compare().map(|()| 1));
    report.note(alone("cc", "c", "-std=c99").map(|()| 1));
    report.note(alone("c++", "c++", "-std=c++17").map(|()| 1));
    report.note(symbols().map(|()| 1));
    Ok(report)
}

pub(crate) fn there() -> bool {
    at("bindings-c/Cargo.toml").exists()
}

/// Builds the C library and returns the folder it lies in.
pub(crate) fn build() -> Result<PathBuf> {
    run(&mut cargo(["build", "--quiet", "--release", "-p", "libprov-c"]))?;
    Ok(target().join("release"))
}

fn generate() -> Result<String> {
    let folder = at("bindings-c");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml"))
        .map_err(|error| Error::Failed(format!("bindings-c/cbindgen.toml: {error}")))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(folder)
        .with_config(config)
        .generate()
        .map_err(|error| Error::Failed(format!("cbindgen: {error}")))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).map_err(|error| Error::Failed(format!("cbindgen: {error}")))?;
    Ok(compact(&text))
}

/// Puts comments of one line on one line, and constants of one kind side by side.
fn compact(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.trim() == "*/"
            && let [.., open, only] = &lines[..]
            && open.trim() == "/**"
            && let Some(words) = only.trim().strip_prefix("* ")
            && open.len() + words.len() < 115
        {
            let short = format!("{} {words} */", open.trim_end());
            lines.truncate(lines.len() - 2);
            lines.push(short);
            continue;
        }
        let kind = constant(line);
        if kind.is_some()
            && let [.., before, gap, comment] = &lines[..]
            && constant(before) == kind
            && gap.is_empty()
            && comment.starts_with("/** ")
        {
            lines.remove(lines.len() - 2);
        }
        lines.push(line.to_owned());
    }
    lines.join("\n") + "\n"
}

/// The kind of a constant: `PROV_FILE` of `#define PROV_FILE_MAIN 1`.
fn constant(line: &str) -> Option<(&str, &str)> {
    let mut words = line.strip_prefix("#define ")?.split('_');
    Some((words.next()?, words.next()?))
}

fn compare() -> Result<()> {
    let fresh = generate()?;
    if fresh == read(&at(HEADER))? {
        return Ok(());
    }
    let kept = target().join("prov.h");
    write(&kept, &fresh)?;
    let _ = program("diff").arg("-u").arg(at(HEADER)).arg(&kept).status();
    Err(Error::Failed(format!("{HEADER} is not what the code says; `cargo xtask header` writes it anew")))
}

/// The header compiles with nothing around it.
fn alone(compiler: &str, language: &str, standard: &str) -> Result<()> {
    capture(
        program(compiler)
            .args(["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-pedantic"])
            .args([standard, "-x", language])
            .arg(at(HEADER)),
    )
    .map(|_| ())
}

fn symbols() -> Result<()> {
    let folder = build()?;
    let found = exported(&folder)?;
    let listed: BTreeSet<String> = read(&at("bindings-c/symbols.txt"))?.lines().map(str::to_owned).collect();
    let more: Vec<&String> = found.difference(&listed).collect();
    let less: Vec<&String> = listed.difference(&found).collect();
    if !more.is_empty() || !less.is_empty() {
        return Err(Error::Failed(format!(
            "exported but not in bindings-c/symbols.txt: {more:?}; listed but not exported: {less:?}"
        )));
    }
    // Cargo builds both bindings into one folder: this must be the C library.
    let all = capture(program("nm").arg("-D").arg(library(&folder)))?;
    match all.lines().find(|line| line.contains(" Py") || line.contains(" _Py")) {
        None => Ok(()),
        Some(line) => Err(Error::Failed(format!("the C library knows Python: {line}"))),
    }
}

fn exported(folder: &Path) -> Result<BTreeSet<String>> {
    let text = capture(program("nm").args(["-D", "--defined-only"]).arg(library(folder)))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_whitespace().next_back())
        .map(|name| name.split('@').next().unwrap_or(name).to_owned())
        .collect())
}

fn library(folder: &Path) -> PathBuf {
    folder.join("libprov.so")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_comments_take_one_line_and_constants_stand_together() {
        let text = "/**\n * One.\n */\n#define PROV_A_X 1\n\n/**\n * Two.\n */\n#define PROV_A_Y 2\n\n/**\n * Three.\n * Four.\n */\n#define PROV_A_Z 3\n\n/**\n * Five.\n */\nint f(void);\n";
        let expected = "/** One. */\n#define PROV_A_X 1\n/** Two. */\n#define PROV_A_Y 2\n\n/**\n * Three.\n * Four.\n */\n#define PROV_A_Z 3\n\n/** Five. */\nint f(void);\n";
        assert_eq!(compact(text), expected);
    }
}
