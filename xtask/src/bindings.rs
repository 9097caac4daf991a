//! `cargo xtask bindings`: the TypeScript types of everything that crosses into the window.
//!
//! ts-rs writes them while `app`'s tests run, into the folder `TS_RS_EXPORT_DIR` names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::setup::{Need, system_packages};
use crate::shell::Shell;
use crate::sources;
use crate::workspace::{SELECTION, cargo, root, target};

/// Writes the types, and removes those whose Rust type is gone.
pub fn run() -> Result<()> {
    system_packages(Need::Terminal)?;
    let fresh = generate(&Shell::loud(), &["-p", "app"])?;
    let (committed, folder) = (read(&committed())?, committed());
    std::fs::create_dir_all(&folder)?;
    let mut changed = 0;
    for (name, text) in &fresh {
        if committed.get(name) != Some(text) {
            std::fs::write(folder.join(name), text)?;
            println!("  wrote   {name}");
            changed += 1;
        }
    }
    for name in committed.keys().filter(|name| !fresh.contains_key(*name)) {
        std::fs::remove_file(folder.join(name))?;
        println!("  removed {name}");
        changed += 1;
    }
    println!("{} types, {changed} changed", fresh.len());
    Ok(())
}

/// Fails when the committed types are not those of the Rust code; writes nothing there.
pub fn check(shell: &Shell) -> Result<()> {
    let fresh = generate(shell, &SELECTION)?;
    let committed = read(&committed())?;
    let names = fresh.keys().chain(committed.keys());
    let stale: Vec<&String> = names
        .filter(|name| fresh.get(*name) != committed.get(*name))
        .collect();
    match stale.first() {
        None => Ok(()),
        Some(first) => bail!("ui/src/lib/ipc/{first} is not what the Rust code says"),
    }
}

/// Where tests write types that are only to be compared.
pub fn scratch() -> PathBuf {
    target().join("bindings")
}

fn committed() -> PathBuf {
    root().join("ui/src/lib/ipc")
}

fn generate(shell: &Shell, selection: &[&str]) -> Result<BTreeMap<String, String>> {
    let folder = scratch();
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let test = ["--lib", "export_bindings"];
    shell.run(
        cargo()
            .arg("test")
            .args(selection)
            .args(test)
            .env("TS_RS_EXPORT_DIR", &folder),
    )?;
    let types = read(&folder)?;
    if types.is_empty() {
        bail!("no types were written to {}", folder.display());
    }
    Ok(types)
}

/// The TypeScript files of a folder, by name.
fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut types = BTreeMap::new();
    for file in sources::files(folder)? {
        let name = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .to_string_lossy()
            .into_owned();
        if let (true, Some(text)) = (name.ends_with(".ts"), sources::text(&file)?) {
            types.insert(name, text);
        }
    }
    Ok(types)
}
