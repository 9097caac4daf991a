//! The phones' projects, read as what they are: manifests, property lists, Kotlin, Swift.
//!
//! No phone and none of their compilers is needed, so this says what those files promise, not
//! that they keep it. A check answers with its *faults*, one sentence each; none is good.

pub mod apple;
pub mod arguments;
pub mod manifest;
pub mod plugin;
pub mod shrinker;
pub mod source;
pub mod yaml;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Sentences about what is wrong.
pub type Faults = Vec<String>;

/// The project's own folder.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// The text of a file; an error names it.
pub fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}

/// Every file under `folder` with this ending, in a stable order; none if there is no such folder.
/// Leaves out what a build wrote there.
pub fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        walk(folder, ending, &mut found)?;
    }
    found.sort();
    Ok(found)
}

const BUILT: [&str; 8] = [
    "build",
    "generated",
    "target",
    "node_modules",
    ".tauri",
    ".gradle",
    ".build",
    "Externals",
];

fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if !BUILT.contains(&&*name) {
                walk(&entry.path(), ending, found)?;
            }
        } else if name.ends_with(ending) {
            found.push(entry.path());
        }
    }
    Ok(())
}
