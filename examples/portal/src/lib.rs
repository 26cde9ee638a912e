//! A portal with a second factor, as small as it can be: passwords, sessions, a store, mail, and the app of each user.
//!
//! The programs beside it play what two products do, step by step (`docs/SPEC.md`, sources 002 and 004), and check every claim.

mod host;
mod teller;

pub use host::{App, Page, Portal, Shown};
pub use teller::Teller;

/// What stops a story.
pub type Error = Box<dyn std::error::Error>;

/// Plays a story and ends with 0 if all claims hold, 1 if some do not, 3 if it could not be played to its end.
pub fn main(title: &str, story: fn(&mut Teller) -> Result<(), Error>) -> std::process::ExitCode {
    let mut teller = Teller::new(title, std::env::args().any(|word| word == "--quiet"));
    let played = story(&mut teller);
    if let Err(error) = &played {
        println!("the story stops here: {error}");
    }
    let held = teller.finish();
    match (played, held) {
        (Err(_), _) => std::process::ExitCode::from(3),
        (Ok(()), true) => std::process::ExitCode::SUCCESS,
        (Ok(()), false) => std::process::ExitCode::FAILURE,
    }
}
