//! Ten thousand random texts for each syntax, and a thousand for each dialect that shares its own with another: refused by a typed
//! error that names the field, or in the file unchanged with every parameter as it was (SPEC V4). And what two files of a phone
//! differ in (V5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]
#![cfg(feature = "render")]

#[path = "support/office.rs"]
mod office;

use libprov::models::{self, Dialect, Model};
use libprov::render::{self, Difference, RenderError};
use office::{full, restricted, usual, waiting};
use serde_json::{Value, json};

const TEXTS: u64 = 10_000;

/// SplitMix64 with a fixed seed: every run sees the same texts.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> usize {
        usize::try_from(self.bits() % most).unwrap()
    }

    /// Up to 24 characters: plain ones, those that syntaxes give a meaning, and any of Unicode.
    fn text(&mut self) -> String {
        const SPECIAL: &[char] = &[
            '"', '\'', '<', '>', '&', ';', '#', '|', '{', '}', '$', '\\', '%', '?', '!', '(', ')', '=', ':', '/', '@', ' ', '\t',
            '\n', '\r', '\0', '\u{85}', '\u{2028}', '\u{202e}', '\u{200d}', '\u{301}', '\u{feff}', 'ä', 'ß', '€', '😀',
        ];
        let length = 1 + self.below(24);
        let tame = self.below(4) > 0;
        (0..length)
            .map(|_| match self.below(8) {
                0 if !tame => char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap()).unwrap_or('x'),
                0 | 1 => SPECIAL[self.below(if tame { 22 } else { SPECIAL.len() as u64 })],
                _ => char::from(b'a' + u8::try_from(self.below(26)).unwrap()),
            })
            .collect()
    }
}

/// One model of each dialect, a small one.
fn one_of_each() -> impl Iterator<Item = &'static Model> {
    Dialect::ALL.iter().map(|dialect| {
        let of_it = models::all().filter(|model| model.dialect == *dialect);
        of_it.min_by_key(|model| (model.keys == 0, model.accounts, model.keys)).unwrap()
    })
}

const FIELDS: [&str; 6] = ["label", "display_name", "auth_user", "password", "phonebook", "handset"];

fn profile(field: usize, text: &str) -> Value {
    let texts: [&str; 6] = std::array::from_fn(|at| if at == field { text } else { "Plain" });
    let [label, name, auth, password, book, handset] = texts;
    json!({
        "accounts": [{
            "user": "201", "label": label, "display_name": name, "auth_user": auth, "password": password,
            "server": {"host": "sip.example.net"}
        }],
        "keys": [{"kind": "speed_dial", "value": "202", "label": label}],
        "handsets": [{"name": handset}],
        "phonebook": {"url": "https://prov.example.net/book", "name": book, "password": password},
        "protection": {"admin_password": "4711", "user_password": "Plain"}
    })
}

fn settings(model: &Model, file: &[u8]) -> Vec<(String, String)> {
    let read = render::read(model, file).unwrap();
    read.iter().map(|setting| (setting.name.to_string(), setting.value.to_string())).collect()
}

/// The error names a field, and no part of the text is in it.
fn typed(error: &RenderError, model: &Model) {
    let field = match error {
        RenderError::Character { field, .. }
        | RenderError::Charset { field, .. }
        | RenderError::Reserved { field }
        | RenderError::TooLong { field, .. }
        | RenderError::Space { field }
        | RenderError::Value { field, .. } => field,
        other => panic!("{}: {other}", model.name),
    };
    assert!(!field.is_empty(), "{}: {error}", model.name);
}

/// Whether a value is the old one with the text in place of the plain one, everywhere or in one of several places.
fn carries(old: &str, new: &str, text: &str) -> bool {
    let once = |(at, plain): (usize, &str)| [&old[..at], text, &old[at + plain.len()..]].concat() == new;
    new == old.replace("Plain", text) || old.match_indices("Plain").any(once)
}

#[test]
fn v4_ten_thousand_random_texts_for_each_syntax_and_a_thousand_for_each_dialect_more() {
    for model in one_of_each() {
        let plain: Vec<_> = vec![settings(model, &full(&profile(usize::MAX, ""), model).unwrap())];
        let waiting_plain = {
            let mut job = waiting();
            job.text = "Plain".into();
            settings(model, &job.render(model).unwrap())
        };
        let mut random = Random(7);
        let (mut written, mut refused) = (0, 0);
        // Those that share their syntax with another one of these get fewer.
        let large = matches!(model.dialect, Dialect::YealinkBase | Dialect::YealinkManager | Dialect::GigasetN720);
        for round in 0..if large { TEXTS / 10 } else { TEXTS } {
            let text = random.text();
            let field = random.below(FIELDS.len() as u64 + 1);
            let (outcome, before) = if field == FIELDS.len() {
                let mut job = waiting();
                job.text = text.clone();
                (job.render(model), &waiting_plain)
            } else {
                let json = profile(field, &text).to_string();
                // A text that no profile holds is refused before any dialect sees it.
                if libprov::profile::Profile::from_json(&json).is_err() {
                    refused += 1;
                    continue;
                }
                (full(&profile(field, &text), model), &plain[0])
            };
            match outcome {
                Ok(file) => {
                    written += 1;
                    let after = settings(model, &file);
                    assert_eq!(after.len(), before.len(), "{} {round}: {text:?}", model.name);
                    for ((name, old), (other, new)) in before.iter().zip(&after) {
                        // A command line has some values in its name.
                        let renamed = *other == name.replace("Plain", &text);
                        assert!(other == name || renamed, "{} {round}: {name} {text:?}", model.name);
                        // Inside a command a text with a space stands in quotes.
                        let carried = carries(old, new, &text) || carries(old, new, &format!("\"{text}\""));
                        assert!(new == old || carried, "{} {round}: {name} {text:?}", model.name);
                    }
                }
                Err(error) => {
                    refused += 1;
                    typed(&error, model);
                }
            }
        }
        assert!(written > 100 && refused > 50, "{}: {written} written, {refused} refused", model.name);
    }
}

#[test]
fn v5_a_file_and_itself_differ_in_nothing_and_two_modes_in_what_they_say() {
    for model in one_of_each() {
        let (a, b) = (full(&usual(), model).unwrap(), restricted(model));
        assert_eq!(render::diff(model, &a, &a).unwrap(), [], "{}", model.name);
        let there = render::diff(model, &a, &b).unwrap();
        let back = render::diff(model, &b, &a).unwrap();
        assert!(!there.is_empty() && there.len() == back.len(), "{}", model.name);
        let names = |list: &[Difference]| list.iter().map(|d| d.name.clone()).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(&there), names(&back), "{}", model.name);
        assert!(!format!("{there:?}").contains("EXAMPLE"), "values are not shown");
    }
}
