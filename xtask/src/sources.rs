//! The files of the project, as a walk over its folders: no git is needed to check them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold what was built, fetched or generated.
const NOT_OURS: [&str; 6] = [
    "target",
    "node_modules",
    ".git",
    "dist",
    "test-results",
    "schemas",
];

/// Every file under `folder`, in a stable order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    walk(folder, &mut found)?;
    found.sort();
    Ok(found)
}

/// The text of a file; `None` if it is not text.
pub fn text(file: &Path) -> Result<Option<String>> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(String::from_utf8(bytes).ok())
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_file() {
            found.push(entry.path());
        } else if kind.is_dir() && !NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            walk(&entry.path(), found)?;
        }
    }
    Ok(())
}
