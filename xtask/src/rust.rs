//! The parts that cargo itself does: format, clippy, tests.

use crate::run::{Report, Result, at, capture, cargo, exists, read, run, tee, tests_passed};

pub(crate) fn format() -> Result<Report> {
    let mut report = Report::default();
    report.note(run(&mut cargo(["fmt", "--all", "--check"])).map(|()| 0));
    for alone in ["fuzz/Cargo.toml", "xtask/no-std-proof/Cargo.toml"] {
        if at(alone).exists() {
            let mut fmt = cargo(["fmt", "--check", "--manifest-path", alone]);
            report.note(run(&mut fmt).map(|()| 0));
        }
    }
    Ok(report)
}

pub(crate) fn clippy() -> Result<Report> {
    let mut report = Report::default();
    let mut lint = |args: &[&str]| {
        let words = ["clippy", "--quiet"].iter().chain(args);
        let deny = ["--", "-D", "warnings"].iter();
        report.note(run(&mut cargo(words.chain(deny))).map(|()| 0));
    };
    lint(&["--workspace", "--all-targets"]);
    lint(&["-p", "libprov", "--all-targets", "--no-default-features"]);
    for feature in features(&read(&at("core/Cargo.toml"))?) {
        let alone = ["--no-default-features", "--features", &feature];
        lint(&[&["-p", "libprov", "--all-targets"], &alone[..]].concat());
    }
    lint(&["-p", "libprov", "--all-targets", "--all-features"]);
    Ok(report)
}

pub(crate) fn tests() -> Result<Report> {
    let mut args = vec!["test", "--workspace", "--no-fail-fast"];
    // Python modules leave the interpreter's symbols open; the part `python` tests them where there is one.
    if at("bindings-python/Cargo.toml").exists() {
        args.extend(["--exclude", "libprov-python"]);
    }
    let mut report = Report::default();
    // The tests that ask other programs pass without them; here it is said.
    for (program, what) in
        [("python3", "100 000 codes as CPython computes them"), ("oathtool", "60 codes as oathtool computes them")]
    {
        if !exists(program) {
            report.skips.push(format!("{what}: {program} is not installed (cargo xtask setup)"));
        }
    }
    for args in [args, vec!["test", "-p", "libprov", "--features", "__count", "--test", "uniform", "--test", "mfa_work"]] {
        let (outcome, text) = tee(&mut cargo(args));
        report.note(outcome.map(|()| 0));
        report.tests += tests_passed(&text);
    }
    Ok(report)
}

/// The host triple, as `rustc` names it.
pub(crate) fn host() -> Result<String> {
    let text = capture(cargo(["-vV"]).env_remove("RUSTFLAGS"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.unwrap_or("x86_64-unknown-linux-gnu").to_owned())
}

/// The features a manifest declares, but for `default` and the hooks of our own tests.
fn features(manifest: &str) -> Vec<String> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[features]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with([' ', '#', ']']))
        .filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()))
        .filter(|name| name != "default" && !name.starts_with("__"))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn features_are_read_from_the_manifest() {
        let manifest = "[package]\nname = \"x\"\n\n[features]\ndefault = [\"a\"]\n## One.\na = [\n  \"dep:x\",\n]\nb = []\n__c = []\n\n[dependencies]\nc = \"1\"\n";
        assert_eq!(super::features(manifest), ["a", "b"]);
    }
}
