//! The source files of core and the modules they make.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::run::{Error, Result};

/// All `.rs` files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The top-level module of a file and the modules inside it: `ip/source.rs` is `ip` and `source`. None for `lib.rs`.
pub(crate) fn module_of(folder: &Path, file: &Path) -> Option<(String, Vec<String>)> {
    let inner = file.strip_prefix(folder).ok()?.with_extension("");
    let mut names: Vec<String> = inner.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    let top = names.first()?.clone();
    if top == "lib" {
        return None;
    }
    Some((top, names.into_iter().skip(1).collect()))
}

/// The modules that `lib.rs` declares, but for those that exist in tests only.
pub(crate) fn declared_modules(lib: &str) -> Result<BTreeSet<String>> {
    let file = syn::parse_file(lib).map_err(|error| Error::Failed(format!("core/src/lib.rs: {error}")))?;
    Ok(file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module) if !is_test(&module.attrs) => Some(module.ident.to_string()),
            _ => None,
        })
        .collect())
}

/// Whether `#[cfg(test)]` stands on it.
pub(crate) fn is_test(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg") && attr.parse_args::<syn::Ident>().is_ok_and(|word| word == "test"))
}
