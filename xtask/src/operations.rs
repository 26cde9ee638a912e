//! `docs/operations.tsv`: what the library can do, and what each binding calls it.
//!
//! A row is due for every public function and every public method that takes more than its own value. Exempt are
//! methods whose only parameter is `&self`, or `self` of a type that derives `Copy`: they ask a value what it holds,
//! and a binding gives them as a field or property. Trait implementations, `#[doc(hidden)]` items and what
//! `codes!` generates need no row either. A row for an exempt function is allowed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use syn::{Attribute, FnArg, ImplItem, Item, ReceiverKind, Signature, UseTree, Visibility};

use crate::run::{Error, Report, Result, at, read, short, write};
use crate::sources::is_test;

const TABLE: &str = "docs/operations.tsv";
const COLUMNS: &str = "rule\trust\tc\tpython\tnote";
const PENDING: &str = "bindings pending";

pub(crate) fn command(words: &[&str]) -> Result<ExitCode> {
    match words {
        [] => {}
        ["--write"] => add_missing()?,
        _ => {
            return Err(Error::Usage("`cargo xtask operations` takes `--write` and nothing else".to_owned()));
        }
    }
    let report = part()?;
    for failure in &report.failures {
        println!("{failure}");
    }
    Ok(if report.failures.is_empty() {
        println!("operations: {} rows agree with the code", report.tests);
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) fn part() -> Result<Report> {
    let table = Table::read()?;
    let functions = public_functions()?;
    let mut report = Report { tests: table.rows.len(), ..Report::default() };
    let rules = at("docs/SPEC.md");
    let spec = if rules.exists() { Some(read(&rules)?) } else { None };
    let header = existing("bindings-c/include/prov.h")?;
    let stubs = stubs()?;
    let mut seen = BTreeSet::new();
    for row in &table.rows {
        let mut fail = |text: String| report.failures.push(format!("{TABLE}: {}: {text}", row.rust));
        if !seen.insert(&row.rust) {
            fail("stands there twice".to_owned());
        }
        if !functions.contains_key(&row.rust) {
            fail("there is no such public function in core".to_owned());
        }
        if row.note.is_empty() && (row.c == "-" || row.python == "-") {
            fail("`-` needs its reason in the note".to_owned());
        }
        for rule in words(&row.rule) {
            let known = |spec: &String| spec.contains(&format!("**{rule}")) || spec.contains(&format!("| {rule} |"));
            if !spec.as_ref().is_none_or(known) {
                fail(format!("docs/SPEC.md has no rule {rule}"));
            }
        }
        for symbol in words(&row.c) {
            if !header.as_ref().is_none_or(|header| has_word(header, symbol)) {
                fail(format!("prov.h has no {symbol}"));
            }
        }
        for name in words(&row.python) {
            let last = name.rsplit('.').next().unwrap_or(name);
            if !stubs.as_ref().is_none_or(|stubs| has_word(stubs, last)) {
                fail(format!("no Python stub has {name}"));
            }
        }
    }
    for (path, function) in &functions {
        if !function.exempt && !seen.contains(path) {
            report.failures.push(format!("{path} has no row in {TABLE}; `cargo xtask operations --write` adds one"));
        }
    }
    Ok(report)
}

fn add_missing() -> Result<()> {
    let mut table = Table::read()?;
    let known: BTreeSet<String> = table.rows.iter().map(|row| row.rust.clone()).collect();
    for (path, function) in public_functions()? {
        if !function.exempt && !known.contains(&path) {
            println!("added: {path}");
            table.rows.push(Row {
                rule: function.rule,
                rust: path,
                c: "-".to_owned(),
                python: "-".to_owned(),
                note: PENDING.to_owned(),
            });
        }
    }
    table.write()
}

struct Table {
    comments: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    rule: String,
    rust: String,
    c: String,
    python: String,
    note: String,
}

impl Table {
    fn read() -> Result<Self> {
        let text = read(&at(TABLE))?;
        let mut table = Self { comments: Vec::new(), rows: Vec::new() };
        for line in text.lines() {
            if line.starts_with('#') {
                table.comments.push(line.to_owned());
                continue;
            }
            if line == COLUMNS || line.is_empty() {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').collect();
            let [rule, rust, c, python, note] = cells[..] else {
                return Err(Error::Failed(format!("{TABLE}: not five columns: {line}")));
            };
            table.rows.push(Row {
                rule: rule.to_owned(),
                rust: rust.to_owned(),
                c: c.to_owned(),
                python: python.to_owned(),
                note: note.trim().to_owned(),
            });
        }
        Ok(table)
    }

    fn write(mut self) -> Result<()> {
        self.rows.sort_by(|a, b| a.rust.cmp(&b.rust));
        let mut out = String::new();
        for comment in &self.comments {
            let _ = writeln!(out, "{comment}");
        }
        let _ = writeln!(out, "{COLUMNS}");
        for row in &self.rows {
            let Row { rule, rust, c, python, note } = row;
            let _ = writeln!(out, "{rule}\t{rust}\t{c}\t{python}\t{note}");
        }
        write(&at(TABLE), &out)
    }
}

/// The words of a cell; `-` is none.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([' ', ',']).filter(|word| !word.is_empty() && *word != "-")
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|other| other == word)
}

fn existing(path: &str) -> Result<Option<String>> {
    let path = at(path);
    if path.exists() { read(&path).map(Some) } else { Ok(None) }
}

/// All Python stubs as one text; none while there are none.
fn stubs() -> Result<Option<String>> {
    let files = crate::run::files(&at("bindings-python/python/libprov"), "pyi");
    if files.is_empty() {
        return Ok(None);
    }
    files.iter().map(|file| read(file)).collect::<Result<String>>().map(Some)
}

#[derive(Debug)]
struct Function {
    exempt: bool,
    /// Exempt where the type derives `Copy`.
    takes_self: bool,
    rule: String,
}

/// Every public function and method under the path by which a user calls it, without the crate's name.
fn public_functions() -> Result<BTreeMap<String, Function>> {
    let mut tree = Tree::default();
    tree.file(&at("core/src/lib.rs"), &[], true, &at("core/src"), "-")?;
    Ok(tree.functions())
}

/// What the walk through the modules found, by absolute path.
#[derive(Default)]
struct Tree {
    public_modules: BTreeSet<Vec<String>>,
    functions: Vec<(Vec<String>, Function)>,
    /// Types, and whether they derive `Copy`.
    types: BTreeMap<Vec<String>, bool>,
    /// Module, name of the type, method, function.
    methods: Vec<(Vec<String>, String, String, Function)>,
    /// Public module → what `pub use` takes (`*` last for all) → under which name.
    uses: Vec<(Vec<String>, Vec<String>, String)>,
}

impl Tree {
    fn file(&mut self, file: &Path, path: &[String], public: bool, folder: &Path, rule: &str) -> Result<()> {
        let parsed = syn::parse_file(&read(file)?).map_err(|error| Error::Failed(format!("{}: {error}", short(file))))?;
        // What the crate's own page cites says nothing about a single function.
        let rule = rule_of(&parsed.attrs).filter(|_| !path.is_empty()).unwrap_or_else(|| rule.to_owned());
        self.items(&parsed.items, path, public, folder, &rule)
    }

    fn items(&mut self, items: &[Item], path: &[String], public: bool, folder: &Path, rule: &str) -> Result<()> {
        if public {
            self.public_modules.insert(path.to_vec());
        }
        for item in items {
            match item {
                Item::Mod(module) if !is_test(&module.attrs) => {
                    let name = module.ident.to_string();
                    let inner = join(path, &name);
                    let public = public && is_public(&module.vis) && !is_hidden(&module.attrs);
                    let below = folder.join(&name);
                    match &module.content {
                        Some((_, items)) => self.items(items, &inner, public, &below, rule)?,
                        None => self.file(&file_of(folder, &name), &inner, public, &below, rule)?,
                    }
                }
                Item::Fn(function) if is_public(&function.vis) && !is_test(&function.attrs) => {
                    let entry = describe(&function.sig, &function.attrs, rule);
                    self.functions.push((join(path, &function.sig.ident.to_string()), entry));
                }
                Item::Struct(item) if is_public(&item.vis) => {
                    let path = join(path, &item.ident.to_string());
                    self.types.insert(path, is_copy(&item.attrs));
                }
                Item::Enum(item) if is_public(&item.vis) => {
                    let path = join(path, &item.ident.to_string());
                    self.types.insert(path, is_copy(&item.attrs));
                }
                Item::Impl(block) if block.trait_.is_none() && !is_test(&block.attrs) => {
                    self.methods_of(block, path, rule);
                }
                Item::Use(item) if is_public(&item.vis) => {
                    let mut found = Vec::new();
                    flatten(&item.tree, &mut Vec::new(), &mut found);
                    for (target, name) in found {
                        self.uses.push((path.to_vec(), absolute(target, path), name));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn methods_of(&mut self, block: &syn::ItemImpl, path: &[String], rule: &str) {
        let syn::Type::Path(of) = &*block.self_ty else {
            return;
        };
        let Some(name) = of.path.segments.last().map(|segment| segment.ident.to_string()) else {
            return;
        };
        for item in &block.items {
            if let ImplItem::Fn(method) = item
                && is_public(&method.vis)
                && !is_test(&method.attrs)
            {
                let entry = describe(&method.sig, &method.attrs, rule);
                let method = method.sig.ident.to_string();
                self.methods.push((path.to_vec(), name.clone(), method, entry));
            }
        }
    }

    fn functions(self) -> BTreeMap<String, Function> {
        let mut found = BTreeMap::new();
        for (module, of, method, function) in &self.methods {
            // The type of an impl block stands in its own module or in a relative below the same top-level module.
            let own = join(module, of);
            let home = self
                .types
                .get_key_value(&own)
                .or_else(|| self.types.iter().find(|(path, _)| path.last() == Some(of) && path.first() == module.first()));
            let Some((home, copy)) = home else { continue };
            if let Some(public) = self.public_path(home, 4) {
                let exempt = function.exempt || (function.takes_self && *copy);
                found.insert(join(&public, method).join("::"), (exempt, function));
            }
        }
        for (path, function) in &self.functions {
            if let Some(public) = self.public_path(path, 4) {
                found.insert(public.join("::"), (function.exempt, function));
            }
        }
        found
            .into_iter()
            .map(|(path, (exempt, function))| {
                let rule = function.rule.clone();
                let takes_self = function.takes_self;
                (path, Function { exempt, takes_self, rule })
            })
            .collect()
    }

    /// The path by which users reach an item: its own, or the one of a re-export.
    fn public_path(&self, item: &[String], depth: u8) -> Option<Vec<String>> {
        let (name, module) = item.split_last()?;
        if self.public_modules.contains(module) {
            return Some(item.to_vec());
        }
        let depth = depth.checked_sub(1)?;
        self.uses.iter().find_map(|(from, target, alias)| {
            let (last, parent) = target.split_last()?;
            let here = match last.as_str() {
                "*" if parent == module => join(from, name),
                _ if target == item => join(from, alias),
                _ => return None,
            };
            self.public_path(&here, depth)
        })
    }
}

fn describe(signature: &Signature, attrs: &[Attribute], rule: &str) -> Function {
    let (mut asks, mut takes_self) = (false, false);
    if let (Some(FnArg::Receiver(receiver)), 1) = (signature.inputs.first(), signature.inputs.len()) {
        asks = matches!(receiver.kind, ReceiverKind::Reference(_, _, None));
        takes_self = matches!(receiver.kind, ReceiverKind::Value);
    }
    Function { exempt: asks || is_hidden(attrs), takes_self, rule: rule_of(attrs).unwrap_or_else(|| rule.to_owned()) }
}

/// Whether `Copy` stands in a derive.
fn is_copy(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let mut copy = false;
        let derive = attr.path().is_ident("derive");
        let _ = derive.then(|| {
            attr.parse_nested_meta(|meta| {
                copy |= meta.path.is_ident("Copy");
                Ok(())
            })
        });
        copy
    })
}

/// The first rule that a documentation comment cites: `SPEC A3`.
fn rule_of(attrs: &[Attribute]) -> Option<String> {
    doc(attrs).split("SPEC ").skip(1).find_map(|text| {
        let rule: String = text.chars().take_while(char::is_ascii_alphanumeric).collect();
        let mut chars = rule.chars();
        let letter = chars.next().is_some_and(|c| c.is_ascii_uppercase());
        let digit = chars.next().is_some_and(|c| c.is_ascii_digit());
        (letter && digit).then_some(rule)
    })
}

fn doc(attrs: &[Attribute]) -> String {
    let mut out = String::new();
    for attr in attrs {
        if let syn::Meta::NameValue(pair) = &attr.meta
            && pair.path.is_ident("doc")
            && let syn::Expr::Lit(value) = &pair.value
            && let syn::Lit::Str(text) = &value.lit
        {
            out.push_str(&text.value());
            out.push('\n');
        }
    }
    out
}

fn is_hidden(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("doc") && attr.parse_args::<syn::Ident>().is_ok_and(|word| word == "hidden"))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    let flat = folder.join(format!("{name}.rs"));
    if flat.exists() { flat } else { folder.join(name).join("mod.rs") }
}

fn join(path: &[String], name: &str) -> Vec<String> {
    [path, &[name.to_owned()]].concat()
}

fn flatten(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    match tree {
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            flatten(&step.tree, path, found);
            path.pop();
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found.push((join(path, &name), name));
        }
        UseTree::Rename(rename) => {
            found.push((join(path, &rename.ident.to_string()), rename.rename.to_string()));
        }
        UseTree::Glob(_) => found.push((join(path, "*"), "*".to_owned())),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, path, found);
            }
        }
    }
}

/// A path of a `use` in module `here`, from the crate's root on.
fn absolute(target: Vec<String>, here: &[String]) -> Vec<String> {
    let mut base = here.to_vec();
    let mut rest = target.as_slice();
    loop {
        match rest {
            [first, tail @ ..] if first == "crate" => {
                base.clear();
                rest = tail;
            }
            [first, tail @ ..] if first == "self" => rest = tail,
            [first, tail @ ..] if first == "super" => {
                base.pop();
                rest = tail;
            }
            _ => return [&base, rest].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions(code: &str) -> Vec<(String, bool)> {
        let file = syn::parse_file(code).unwrap();
        let mut tree = Tree::default();
        tree.items(&file.items, &[], true, Path::new(""), "-").unwrap();
        tree.functions().into_iter().map(|(path, function)| (path, function.exempt)).collect()
    }

    #[test]
    fn functions_and_methods_are_found_where_users_find_them() {
        let code = "
            pub mod a {
                mod hidden {
                    pub struct T;
                    impl T { pub fn new(x: u8) -> Self { T } fn no(&self) {} pub(crate) fn nor(&self) {} }
                    impl Clone for T { fn clone(&self) -> T { T } }
                    pub struct Unseen;
                    impl Unseen { pub fn f(x: u8) {} }
                }
                pub use hidden::T;
                pub fn free() {}
                #[cfg(test)] mod tests { pub fn t() {} }
            }
            mod b { pub mod c { pub fn deep(x: u8) {} } }
            pub use b::c::*;
        ";
        let found = functions(code);
        let paths: Vec<&str> = found.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(paths, ["a::T::new", "a::free", "deep"]);
    }

    #[test]
    fn questions_are_exempt_and_operations_are_not() {
        let code = "
            pub struct T;
            impl T {
                pub fn a(&self) -> u8 { 1 }
                pub fn b(self) -> u8 { 1 }
                pub fn c(&mut self) {}
                pub fn e(&self, now: u8) -> u8 { 1 }
                #[doc(hidden)] pub fn f(x: u8) {}
            }
            #[derive(Clone, Copy)] pub struct Small;
            impl Small { pub fn a(self) {} pub fn b(self, x: u8) {} }
        ";
        let exempt: Vec<String> = functions(code).into_iter().filter(|row| row.1).map(|row| row.0).collect();
        assert_eq!(exempt, ["Small::a", "T::a", "T::f"]);
    }

    #[test]
    fn the_rule_comes_from_the_documentation() {
        let item: syn::ItemFn = syn::parse_str("/// Resets (SPEC A2, S5).\nfn f() {}").unwrap();
        assert_eq!(rule_of(&item.attrs).as_deref(), Some("A2"));
        let item: syn::ItemFn = syn::parse_str("/// SPEC section 0.\nfn f() {}").unwrap();
        assert_eq!(rule_of(&item.attrs), None);
    }
}
