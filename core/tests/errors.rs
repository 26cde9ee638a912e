//! The list of error codes and its page.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use libprov::error::ErrorCode;
use std::fmt::Write;

#[test]
fn every_error_code_stands_in_the_page() {
    let mut page = String::from(
        "# Error codes\n\nOne stable number per error, the same in Rust (`ErrorCode`), C (`PROV_E_…`) and Python. Numbers are grouped in\n\
         hundreds by area and never reused; 1 to 99 belong to the bindings. Made from the list in `core/src/error.rs`:\n\
         `LIBPROV_BLESS=1 cargo test -p libprov --test errors`.\n\n| number | name | meaning |\n| --- | --- | --- |\n",
    );
    for code in ErrorCode::all() {
        writeln!(page, "| {} | `{}` | {} |", code.number(), code.name(), code.meaning()).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors.md");
    if std::env::var_os("LIBPROV_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page, "bless docs/errors.md");
}

#[test]
fn numbers_find_their_codes_and_unknown_ones_find_none() {
    for code in ErrorCode::all() {
        assert_eq!(ErrorCode::from_number(code.number()), Some(code));
    }
    assert_eq!(ErrorCode::from_number(1), None);
    assert_eq!(ErrorCode::from_number(u16::MAX), None);
}
