//! The one door: everything a developer, a release or a CI machine runs on this project (`cargo xtask help`).

mod bench;
mod c;

mod demo;
mod floors;
mod fuzz;
mod header;
mod help;
mod mutants;
mod nostd;
mod operations;
mod python;
mod run;
mod rust;
mod setup;
mod shipped;
mod sources;
mod test;

use std::process::ExitCode;

use run::{Error, Result};

fn main() -> ExitCode {
    run::keep_cargo_out_of_the_environment();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(code) => code,
        Err(Error::Usage(text)) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
        Err(Error::Failed(text)) => {
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}

/// Every command with the line that `help` prints for it.
const COMMANDS: &[(&str, &str)] = &[
    ("setup", "[--yes]  install the system packages that `test` wants"),
    ("demo", "[--plain] [--quiet] [--break RULE]  run the demonstration, or see it notice a rule that is switched off"),
    ("test", "[part...] [--list]  run all tests of all languages, or some"),
    ("bench", "[name]  run the benchmarks"),
    ("fuzz", "[target] [--seconds N]  run the fuzz targets, 60 seconds each"),
    ("mutants", "[--only ID...] [--check]  break rules on purpose; each break must be noticed"),
    ("header", "[--check]  write bindings-c/include/prov.h anew, or compare it"),
    ("operations", "[--write]  compare docs/operations.tsv with the public functions"),
    ("floors", "compare the imports of core with the floors it declares"),
    ("bless", "write the golden files and the header anew"),
    ("help", "[command]  this text"),
];

fn dispatch(words: &[&str]) -> Result<ExitCode> {
    let (command, rest) = match words {
        [] => ("help", words),
        [command, rest @ ..] => (*command, rest),
    };
    match command {
        "setup" => setup::command(rest),
        "demo" => demo::command(rest),
        "test" => test::command(rest),
        "bench" => bench::command(rest),
        "fuzz" => fuzz::command(rest),
        "mutants" => mutants::command(rest),
        "header" => header::command(rest),
        "operations" => operations::command(rest),
        "floors" => floors::command(rest),
        "bless" => bench::bless(rest),
        "help" | "--help" | "-h" => help::command(rest),
        unknown => Err(Error::Usage(help::unknown("command", unknown, COMMANDS.iter().map(|row| row.0)))),
    }
}
