//! A compiler for phones, unpacked under `target/phones` and installed nowhere.
//!
//! Debian ships a compiler (`rustc-web`) together with the standard library's sources of the same
//! version, which is what building that library for another system needs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{Shell, output};
use crate::workspace::target;

/// The compiler's folder, downloaded and unpacked unless it is there.
pub fn unpacked() -> Result<PathBuf> {
    let folder = target().join("phones/toolchain");
    if folder.join("usr/bin/rustc").is_file() {
        return Ok(folder);
    }
    println!("Unpacking a compiler for phones (about 850 MB under target/phones):");
    let half = target().join("phones/toolchain.part");
    if half.exists() {
        std::fs::remove_dir_all(&half)?;
    }
    let debs = half.join("debs");
    std::fs::create_dir_all(&debs)?;
    let shell = Shell::logging(target().join("phones/download.log"))?;

    let runtime = runtime_package().or_else(|_| {
        crate::setup::read_package_list()?;
        runtime_package()
    })?;
    let packages = ["rustc-web", "libstd-rust-web-dev", "rust-web-src", &runtime];
    download(&shell, &debs, &packages)?;
    let depends = output(
        Command::new("dpkg-deb")
            .arg("-f")
            .arg(deb(&debs, &runtime)?)
            .arg("Depends"),
    )?;
    let llvm = depends
        .split([' ', ','])
        .find(|name| name.starts_with("libllvm"));
    download(
        &shell,
        &debs,
        &[llvm.context("the compiler names no LLVM")?],
    )?;
    for entry in std::fs::read_dir(&debs)? {
        shell.run(
            Command::new("dpkg-deb")
                .arg("-x")
                .arg(entry?.path())
                .arg(&half),
        )?;
    }
    std::fs::remove_dir_all(&debs)?;
    // Renamed last, so that an interrupted download is not taken for a compiler.
    std::fs::rename(&half, &folder)?;
    Ok(folder)
}

/// The library package of the newest compiler, whose name carries its version.
fn runtime_package() -> Result<String> {
    let depends =
        output(Command::new("apt-cache").args(["depends", "rustc-web", "libstd-rust-web-dev"]))?;
    depends
        .split_whitespace()
        .find(|word| word.starts_with("libstd-rust-web-") && !word.ends_with("-dev"))
        .map(str::to_owned)
        .context("Debian's package list has no rustc-web; it is in bookworm-security and newer")
}

fn download(shell: &Shell, into: &Path, packages: &[&str]) -> Result<()> {
    shell
        .run(
            Command::new("apt-get")
                .args(["-q", "download"])
                .args(packages)
                .current_dir(into),
        )
        .context("set-up: Debian's packages could not be fetched; is this machine online?")
}

fn deb(folder: &Path, package: &str) -> Result<PathBuf> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(&format!("{package}_"))
        {
            return Ok(entry.path());
        }
    }
    bail!("{package} was not downloaded")
}

/// Where the compiler's own libraries lie, for any machine this runs on.
pub fn libraries(toolchain: &Path) -> OsString {
    let usr = toolchain.join("usr/lib");
    let mut folders = vec![usr.clone()];
    if let Ok(entries) = std::fs::read_dir(&usr) {
        let inner = entries.flatten().map(|entry| entry.path());
        folders.extend(inner.filter(|folder| folder.to_string_lossy().ends_with("-linux-gnu")));
    }
    std::env::join_paths(folders).unwrap_or_default()
}
