//! C tests and examples: compiled against the shipped header, run plain, with sanitizers, under valgrind.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::header;
use crate::run::{Error, Report, Result, at, capture, exists, files, program, read, short, stem, target};

const STRICT: [&str; 6] = ["-std=c99", "-g", "-Wall", "-Wextra", "-Werror", "-pedantic"];
const SANITIZERS: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// What a Rust static library wants from the system.
const SYSTEM: [&str; 4] = ["-lpthread", "-ldl", "-lm", "-lgcc_s"];

pub(crate) fn part() -> Result<Report> {
    if !header::there() {
        return Ok(Report::skipped(header::MISSING));
    }
    let sources = [files(&at("bindings-c/tests"), "c"), files(&at("examples/c"), "c")].concat();
    if sources.is_empty() {
        return Ok(Report::skipped("there is no C program in bindings-c/tests or examples/c yet"));
    }
    let libraries = header::build()?;
    let out = target().join("c");
    std::fs::create_dir_all(&out)?;
    let mut report = Report::default();
    report.note(readme().map(|()| 1));
    let valgrind = exists("valgrind");
    if !valgrind {
        report.skips.push("valgrind is not installed (cargo xtask setup)".to_owned());
    }
    for source in &sources {
        println!("{}", short(source));
        report.note(plain(source, &libraries, &out, valgrind));
        report.note(sanitized(source, &libraries, &out));
    }
    Ok(report)
}

/// Each C block of the README stands in an example, so that what people copy is what runs.
fn readme() -> Result<()> {
    let readme = read(&at("README.md"))?;
    let examples = files(&at("examples/c"), "c").iter().map(|file| read(file)).collect::<Result<Vec<String>>>()?;
    let mut blocks = readme.split("<!-- example:c -->\n```c\n").skip(1).peekable();
    if blocks.peek().is_none() {
        return Err(Error::Failed("README.md has no C block behind <!-- example:c -->".to_owned()));
    }
    for after in blocks {
        let block = after.split("```").next().unwrap_or_default();
        if block.is_empty() || !examples.iter().any(|example| example.contains(block)) {
            return Err(Error::Failed("a C block of README.md stands in no file of examples/c".to_owned()));
        }
    }
    Ok(())
}

/// Against the shared library, by itself and under valgrind.
fn plain(source: &Path, libraries: &Path, out: &Path, valgrind: bool) -> Result<usize> {
    let binary = out.join(stem(source));
    capture(compiler(source, &binary).arg("-L").arg(libraries).arg("-l:libprov.so"))?;
    let start = |mut command: Command| {
        command.env("LD_LIBRARY_PATH", libraries);
        capture(&mut command)
    };
    start(program(&binary))?;
    if !valgrind {
        return Ok(1);
    }
    let mut watched = program("valgrind");
    watched
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .arg("--errors-for-leak-kinds=definite,indirect")
        .arg(format!("--suppressions={}", at("bindings-c/tests/valgrind.supp").display()))
        .arg(&binary);
    start(watched)?;
    Ok(2)
}

/// Against the static library, with address and undefined-behaviour sanitizers.
fn sanitized(source: &Path, libraries: &Path, out: &Path) -> Result<usize> {
    let binary = out.join(format!("{}-sanitized", stem(source)));
    capture(compiler(source, &binary).args(SANITIZERS).arg(libraries.join("libprov.a")).args(SYSTEM))?;
    capture(program(&binary).env("ASAN_OPTIONS", "detect_leaks=1"))?;
    Ok(1)
}

fn compiler(source: &Path, binary: &PathBuf) -> Command {
    let mut command = program("cc");
    command.args(STRICT).arg("-I").arg(at("bindings-c/include")).arg("-o").arg(binary).arg(source);
    command
}
