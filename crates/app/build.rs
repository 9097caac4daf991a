//! Puts `content/` into the program, so that it works wherever it is installed.
//!
//! Writes `embedded.rs` with one `include_bytes!` a file; cargo builds again when a file changes.
//! A folder with nothing in it is no content: the build stops there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    // Asked now, not when this was compiled: a build folder may have moved to another checkout.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let content = Path::new(&here).join("../../content");
    let mut code = String::new();
    for (name, folder, ending) in [
        ("EXERCISES", "exercises", "json"),
        ("VOICE", "voice/en", "ogg"),
    ] {
        let folder = content.join(folder);
        println!("cargo:rerun-if-changed={}", folder.display());
        writeln!(code, "pub(super) const {name}: &[(&str, &[u8])] = &[").expect("a string grows");
        let files = files(&folder, ending);
        assert!(!files.is_empty(), "no .{ending} in {}", folder.display());
        for file in files {
            println!("cargo:rerun-if-changed={}", file.display());
            let short = file.file_name().unwrap_or_default().to_string_lossy();
            writeln!(code, "    ({short:?}, include_bytes!({file:?})),").expect("a string grows");
        }
        code.push_str("];\n");
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("embedded.rs"), code).expect("the build folder can be written");
}

/// Sorted, so that two builds of the same content are the same.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path().canonicalize().unwrap_or_else(|_| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    files.sort();
    files
}
