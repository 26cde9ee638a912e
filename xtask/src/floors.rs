//! The floors of core: a module imports only from floors below its own, and `lib.rs` says which floor is whose.
//!
//! Modules of the lowest floor may also import each other, as long as there is no circle. Paths are found in the
//! tokens, so macros count too; comments, documentation and `#[cfg(test)]` modules do not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::help::refuse;
use crate::run::{Error, Report, Result, at, read, short};
use crate::sources;

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    refuse("floors", words)?;
    let report = part()?;
    for failure in &report.failures {
        println!("{failure}");
    }
    Ok(if report.failures.is_empty() {
        println!("floors: {} modules stand where they belong", report.tests);
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) fn part() -> Result<Report> {
    let folder = at("core/src");
    let lib = read(&folder.join("lib.rs"))?;
    let floors = declared(&lib);
    let modules = sources::declared_modules(&lib)?;
    let mut imports = Imports::new();
    for file in sources::files(&folder)? {
        let Some((top, inner)) = sources::module_of(&folder, &file) else {
            continue;
        };
        let mut path = vec![top];
        path.extend(inner);
        let tokens = read(&file)?.parse::<TokenStream>().map_err(|error| Error::Failed(format!("{}: {error}", short(&file))))?;
        Walk { modules: &modules, imports: &mut imports, file: &file }.tokens(tokens, &mut path);
    }
    let failures = judge(&floors, &modules, &imports);
    Ok(Report { tests: modules.len(), failures, ..Report::default() })
}

/// Importing module → imported module or `*` → the files that do it.
type Imports = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The list under "# Floors" in the documentation of `lib.rs`: module → floor.
fn declared(lib: &str) -> BTreeMap<String, u32> {
    let lines = lib
        .lines()
        .filter_map(|line| line.strip_prefix("//!").map(str::trim))
        .skip_while(|line| *line != "# Floors")
        .skip(1)
        .take_while(|line| !line.starts_with('#'));
    let mut floors = BTreeMap::new();
    let mut floor = None;
    for line in lines {
        if let Some((number, _)) = line.split_once(". ") {
            floor = number.parse().ok().or(floor);
        }
        if let Some(floor) = floor {
            for piece in line.split("[`").skip(1) {
                if let Some((name, _)) = piece.split_once("`]") {
                    floors.insert(name.to_owned(), floor);
                }
            }
        }
    }
    floors
}

fn judge(floors: &BTreeMap<String, u32>, modules: &BTreeSet<String>, imports: &Imports) -> Vec<String> {
    let mut failures = Vec::new();
    let lowest = floors.values().min().copied().unwrap_or_default();
    for module in modules {
        if !floors.contains_key(module) {
            failures.push(format!("module `{module}` has no floor: add it to the list \"# Floors\" in core/src/lib.rs"));
        }
    }
    for (from, wanted) in imports {
        for (to, files) in wanted {
            let files: Vec<&str> = files.iter().map(String::as_str).collect();
            let files = files.join(", ");
            if to == "*" {
                failures.push(format!("{files} imports everything from the crate's root"));
                continue;
            }
            let (Some(above), Some(below)) = (floors.get(from), floors.get(to)) else {
                continue;
            };
            let lowest_both = *above == lowest && *below == lowest;
            if below >= above && !lowest_both {
                failures.push(format!(
                    "{files}: `{from}` (floor {above}) imports `{to}` (floor {below}); it may import from lower floors only"
                ));
            }
        }
    }
    for module in modules {
        if let Some(circle) = circle_through(module, imports) {
            failures.push(format!("modules import each other in a circle: {}", circle.join(" -> ")));
        }
    }
    failures
}

/// A shortest way from a module back to itself; reported once, at the member that comes first in the alphabet.
fn circle_through(start: &str, imports: &Imports) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.to_owned()]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let last = way.last()?;
            for to in imports.get(last).into_iter().flat_map(BTreeMap::keys) {
                if to == start {
                    let first = way.iter().all(|other| start <= other.as_str());
                    return first.then(|| [way, vec![start.to_owned()]].concat());
                }
                if seen.insert(to.clone()) {
                    longer.push([way.clone(), vec![to.clone()]].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Walks the tokens of one file and notes each path that leads to another top-level module.
struct Walk<'a> {
    modules: &'a BTreeSet<String>,
    imports: &'a mut Imports,
    file: &'a Path,
}

impl Walk<'_> {
    /// `path` is where these tokens stand: `["ip", "source", "tests"]`.
    fn tokens(&mut self, tokens: TokenStream, path: &mut Vec<String>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut i = 0;
        while let Some(token) = tokens.get(i) {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' && is_cfg_test(tokens.get(i + 1)) => {
                    i = end_of_item(&tokens, i + 2);
                    continue;
                }
                TokenTree::Ident(word) if word == "mod" => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) = (tokens.get(i + 1), tokens.get(i + 2)) {
                        path.push(name.to_string());
                        self.tokens(body.stream(), path);
                        path.pop();
                        i += 3;
                        continue;
                    }
                }
                TokenTree::Ident(word) if word == "crate" && is_colons(&tokens, i + 1) => {
                    self.root(&tokens, i + 3, path);
                }
                TokenTree::Ident(word) if word == "super" => {
                    let mut up = 1;
                    let mut next = i + 1;
                    while is_colons(&tokens, next)
                        && matches!(tokens.get(next + 2), Some(TokenTree::Ident(word)) if word == "super")
                    {
                        up += 1;
                        next += 3;
                    }
                    if is_colons(&tokens, next) && up >= path.len() {
                        self.root(&tokens, next + 2, path);
                    }
                    i = next;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream(), path),
                _ => {}
            }
            i += 1;
        }
    }

    /// What follows `crate::`: one name, `{a::b, c}` or `*`.
    fn root(&mut self, tokens: &[TokenTree], at: usize, path: &[String]) {
        match tokens.get(at) {
            Some(TokenTree::Ident(name)) => self.note(&name.to_string(), path),
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => self.note("*", path),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                self.root(&inner, 0, path);
                for (i, token) in inner.iter().enumerate() {
                    if matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',') {
                        self.root(&inner, i + 1, path);
                    }
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, to: &str, path: &[String]) {
        let Some(from) = path.first().filter(|from| from.as_str() != to) else {
            return;
        };
        if to == "*" || self.modules.contains(to) {
            self.imports.entry(from.clone()).or_default().entry(to.to_owned()).or_default().insert(short(self.file));
        }
    }
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    [at, at + 1].iter().all(|at| matches!(tokens.get(*at), Some(TokenTree::Punct(colon)) if colon.as_char() == ':'))
}

fn is_cfg_test(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// The place behind the next body or semicolon.
fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let end = tokens.iter().skip(from).position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    });
    end.map_or(tokens.len(), |end| from + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "//! Text.\n//! # Floors\n//! Rules.\n//! 1. [`low`], [`error`],\n//!    [`ids`]\n//! 2. [`mid`]\n//! 3. [`top`]\n//! # Next\n//! 9. [`no`]\n";

    fn failures(sources: &[(&str, &str)]) -> Vec<String> {
        let floors = declared(LIB);
        let modules: BTreeSet<String> = ["low", "error", "ids", "mid", "top"].map(str::to_owned).into();
        let mut imports = Imports::new();
        for (path, text) in sources {
            let mut path: Vec<String> = path.split("::").map(str::to_owned).collect();
            Walk { modules: &modules, imports: &mut imports, file: Path::new("some.rs") }
                .tokens(text.parse().unwrap(), &mut path);
        }
        judge(&floors, &modules, &imports)
    }

    #[test]
    fn the_list_is_read_from_the_documentation() {
        let floors = declared(LIB);
        assert_eq!(floors.get("ids"), Some(&1));
        assert_eq!(floors.get("top"), Some(&3));
        assert_eq!(floors.len(), 5);
    }

    #[test]
    fn lower_floors_are_fine() {
        let fine = [
            ("top", "use crate::mid::X; fn f() { crate::low::g() }"),
            ("mid", "use crate::{error::codes, low};"),
            ("low", "use crate::error::codes; /// [crate::top]\n fn f() {}"),
            ("mid::part", "use super::Y; use crate::mid::Z; #[cfg(test)] mod tests { use crate::top::T; }"),
        ];
        assert_eq!(failures(&fine), Vec::<String>::new());
    }

    #[test]
    fn the_same_or_a_higher_floor_is_not() {
        for bad in [
            ("mid", "use crate::top::X;"),
            ("low", "fn f() -> crate::mid::X { x }"),
            ("low", "use crate::{error::E, mid::X};"),
            ("low", "use super::mid::X;"),
            ("mid::part", "use super::super::top;"),
            ("mid", "mod inner { use super::super::top::X; }"),
            ("mid", "macro_rules! m { () => { $crate::top::X } }"),
            ("top", "use crate::*;"),
        ] {
            assert_eq!(failures(&[bad]).len(), 1, "{bad:?}");
        }
    }

    #[test]
    fn the_lowest_floor_may_not_go_in_circles() {
        let circle = [("low", "use crate::ids::X;"), ("ids", "use crate::error::Y;"), ("error", "use crate::low::Z;")];
        let failures = failures(&circle);
        assert_eq!(failures.len(), 1);
        assert!(failures[0].ends_with("error -> low -> ids -> error"), "{failures:?}");
    }
}
