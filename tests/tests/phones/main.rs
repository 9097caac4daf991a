//! What the phones' projects promise. No phone is needed, so this holds their files, not a phone,
//! to it; docs/phones.md says what has never run on one.

#![expect(
    clippy::unwrap_used,
    reason = "a project that cannot be read is a failure"
)]

mod android;
mod apple;
mod drawings;
mod known;
mod languages;
mod workflows;

use std::path::{Path, PathBuf};

use serde_json::Value;
use undersong_tests::phones::{files, read, root};

const ANDROID: &str = "src-tauri/gen/android/app";
const APPLE: &str = "src-tauri/gen/apple";

fn text(path: &str) -> String {
    read(&root().join(path)).unwrap()
}

fn config() -> Value {
    serde_json::from_str(&text("src-tauri/tauri.conf.json")).unwrap()
}

/// Our plugins' folders: none, one or several.
fn plugins() -> Vec<PathBuf> {
    let folder = root().join("src-tauri/plugins");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// Native sources with this ending, the projects' and the plugins'.
fn native(ending: &str) -> Vec<PathBuf> {
    let mut found = files(&root().join("src-tauri/gen"), ending).unwrap();
    for plugin in plugins() {
        found.extend(files(&plugin, ending).unwrap());
    }
    found
}

#[track_caller]
fn none(file: &Path, faults: &[String]) {
    assert!(faults.is_empty(), "{}: {faults:#?}", file.display());
}
