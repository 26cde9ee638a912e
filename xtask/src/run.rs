//! Running other programs, where things lie, and how a part of the test run reports.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why a command ended badly.
#[derive(Debug)]
pub(crate) enum Error {
    /// The command line makes no sense: exit code 2.
    Usage(String),
    /// Something failed: exit code 1.
    Failed(String),
}

impl Error {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Usage(text) | Self::Failed(text) => text,
        }
    }
}

impl From<String> for Error {
    fn from(text: String) -> Self {
        Self::Failed(text)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// What one part of the test run has to say.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Tests that passed, where somebody counts.
    pub(crate) tests: usize,
    /// What went wrong. Empty: passed.
    pub(crate) failures: Vec<String>,
    /// What was left out inside the part, and why.
    pub(crate) skips: Vec<String>,
    /// Why the whole part was left out.
    pub(crate) skipped: Option<String>,
}

impl Report {
    pub(crate) fn skipped(why: impl Into<String>) -> Self {
        Self { skipped: Some(why.into()), ..Self::default() }
    }

    /// Counts a success or keeps the failure.
    pub(crate) fn note(&mut self, outcome: Result<usize>) {
        match outcome {
            Ok(tests) => self.tests += tests,
            Err(error) => self.failures.push(error.text()),
        }
    }
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// A path inside the workspace.
pub(crate) fn at(path: impl AsRef<Path>) -> PathBuf {
    root().join(path)
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| at("target"), |dir| root().join(dir))
}

/// `cargo run` tells its child about the package `xtask`; a cargo that the child starts must not hear of it, or build
/// scripts that watch those variables run again each time.
pub(crate) fn keep_cargo_out_of_the_environment() {
    let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    let _ = REMOVED.set(std::env::vars().map(|pair| pair.0).filter(|name| ours(name)).collect());
}

static REMOVED: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();

/// A program to run in the workspace folder.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    for name in REMOVED.get().into_iter().flatten() {
        command.env_remove(name);
    }
    command
}

/// Cargo with these arguments.
pub(crate) fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = program(cargo);
    command.args(args);
    command
}

/// Runs it with its output on the terminal; an exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| cannot(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed(format!("{} ended with {status}", shown(command))))
}

/// Runs it with its output on the terminal and returns what it wrote to standard output, right or wrong.
pub(crate) fn tee(command: &mut Command) -> (Result<()>, String) {
    let mut text = String::new();
    let outcome = tee_into(command, &mut text);
    (outcome, text)
}

fn tee_into(command: &mut Command, text: &mut String) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| cannot(command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    std::io::stdout().flush()?;
    let status = child.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed(format!("{} ended with {status}", shown(command))))
}

/// Runs it silently: what it wrote to standard output, or an error with everything it said.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot(command, &error))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(Error::Failed(format!("{} ended with {}\n{}{}", shown(command), output.status, stdout, stderr)))
}

/// How a program ended that had only so much time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ended {
    Well,
    Badly,
    OutOfTime,
}

/// Runs it silently for at most `limit`.
pub(crate) fn within(command: &mut Command, limit: Duration) -> Result<Ended> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| cannot(command, &error))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(if status.success() { Ended::Well } else { Ended::Badly });
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(Ended::OutOfTime);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a program starts at all.
pub(crate) fn exists(name: &str) -> bool {
    program(name)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The sum of all "N passed" in the output of cargo's and Python's test runners.
pub(crate) fn tests_passed(output: &str) -> usize {
    output
        .lines()
        .filter(|line| line.contains(" passed"))
        .filter_map(|line| {
            let before = line.split(" passed").next()?;
            before.split_whitespace().next_back()?.parse::<usize>().ok()
        })
        .sum()
}

/// The files of a folder with this ending, in order. Empty when there is no such folder.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == ending))
        .collect();
    found.sort();
    found
}

/// The name of a file without its folder and ending.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A path as people see it: from the workspace folder on.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Reads a text file; the error names it.
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::Failed(format!("cannot read {}: {error}", short(path))))
}

/// Writes a text file; the error names it.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| Error::Failed(format!("cannot write {}: {error}", short(path))))
}

fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    format!("`{}`", words.join(" "))
}

fn cannot(command: &Command, error: &std::io::Error) -> Error {
    Error::Failed(format!("cannot start {}: {error}", shown(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted_in_both_dialects() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored\n====== 5 passed in 0.1s ======\nnothing passed\n";
        assert_eq!(tests_passed(output), 17);
    }
}
