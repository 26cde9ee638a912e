//! A roll-out day on a virtual clock.
//!
//! Reads `examples/data/`, plays the story, writes every rendered file below `target/demo/`, prints a timeline in which each
//! claim names its rule of `docs/SPEC.md`, and fails if one does not hold.

mod data;
mod host;
mod story;
mod timeline;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask demo [--plain] [--quiet]
  --plain   no colour, also on a terminal
  --quiet   only claims that fail, and the count";

fn main() -> ExitCode {
    let mut options = timeline::Options::default();
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "--plain" => options.plain = true,
            "--quiet" => options.quiet = true,
            "--help" | "-h" => {
                println!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            other => {
                eprintln!("demo: unknown option {other:?}\n{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    match play(&root, options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn play(root: &std::path::Path, options: timeline::Options) -> Result<bool, Box<dyn std::error::Error>> {
    let input = data::Input::read(&root.join("examples/data"))?;
    let out = root.join("target/demo");
    let host = host::Host::new(&input, &out)?;
    let mut timeline = timeline::Timeline::new(options);
    story::play(&input, host, &mut timeline)?;
    Ok(timeline.finish(&out))
}
