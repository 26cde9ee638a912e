//! Golden files: what a renderer wrote once and must write again, byte by byte. `LIBPROV_BLESS=1` rewrites them.

use std::fs;
use std::path::Path;

pub fn blessing() -> bool {
    std::env::var_os("LIBPROV_BLESS").is_some()
}

pub fn check_golden(path: &Path, bytes: &[u8]) {
    if blessing() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let golden = fs::read(path).unwrap_or_else(|_| panic!("{} is missing; LIBPROV_BLESS=1 writes it", path.display()));
    assert!(golden == bytes, "{} differs; LIBPROV_BLESS=1 rewrites it", path.display());
}
