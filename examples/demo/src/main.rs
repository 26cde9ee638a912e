//! A roll-out day on a virtual clock.
//!
//! Reads `examples/data/`, plays the story, writes every rendered file below `target/demo/`, prints a timeline and then every
//! claim with its rule of `docs/SPEC.md`, and fails if one does not hold. With `--break R13` that rule is switched off, and the
//! claims must notice.

mod breaks;
mod data;
mod host;
mod story;
mod timeline;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use timeline::{Options, Outcome};

const USAGE: &str = "usage: cargo xtask demo [--plain] [--quiet] [--break RULE | --breaks]
  --plain        no colour, also on a terminal
  --quiet        only claims that fail, and the count
  --break RULE   switch this rule off: exit code 1 and the claims that broke
  --breaks       list the rules that can be switched off
exit codes: 0 all claims hold, 1 some do not, 2 wrong usage, 3 the story could not be played to its end";

fn main() -> ExitCode {
    let mut options = Options::default();
    let mut broken = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--plain" => options.plain = true,
            "--quiet" => options.quiet = true,
            "--break" => match words.next() {
                Some(rule) => broken = Some(rule),
                None => return wrong(&format!("--break wants one of: {}", breaks::rules().join(", "))),
            },
            "--breaks" => {
                println!("{}", breaks::rules().join("\n"));
                return ExitCode::SUCCESS;
            }
            "--help" | "-h" => {
                println!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            other => return wrong(&format!("unknown option {other:?}\n{USAGE}")),
        }
    }
    if let Some(rule) = &broken {
        if let Err(error) = breaks::switch_off(rule) {
            return wrong(&error);
        }
        options.quiet = true;
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    match play(&root, options) {
        Ok(Outcome::Held) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Ok(Outcome::Stopped) => ExitCode::from(3),
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::from(3)
        }
    }
}

fn wrong(text: &str) -> ExitCode {
    eprintln!("demo: {text}");
    ExitCode::from(2)
}

fn play(root: &Path, options: Options) -> Result<Outcome, Box<dyn Error>> {
    let input = data::Input::read(&root.join("examples/data"))?;
    let out = root.join("target/demo");
    let host = host::Host::new(&input, &out)?;
    let mut timeline = timeline::Timeline::new(options);
    story::play(&input, host, &mut timeline);
    Ok(timeline.finish(&out))
}
