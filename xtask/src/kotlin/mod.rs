//! `cargo xtask kotlin-check`: gives the phones' Kotlin to a Kotlin compiler.
//!
//! From public registries only, and with no Android SDK: the compiler comes from PyPI, Jackson from
//! Debian, Tauri's and wry's Kotlin from their crates, and Android itself is what
//! `tests/kotlin-stubs` says of it. So this finds a wrong type, a command that does not exist and a
//! drawing that is not there; it says nothing of the shrinker, of Gradle, or of a phone.

mod modules;
mod tools;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell::{Shell, in_words, on_path, output};
use crate::sources;
use crate::workspace::{cargo, root, target};
use modules::Module;
use tools::Tools;

/// Of wry's Kotlin, what the window is made of; the rest is not ours to check.
const WRY: [&str; 4] = ["Logger", "Rust", "RustWebView", "WryActivity"];
/// Of Tauri's, what plugins are made of.
const TAURI: [&str; 4] = ["JniMethod", "Logger", "PermissionHelper", "PermissionState"];

/// Fetches the compiler on first use, then compiles everything at once.
pub fn run() -> Result<()> {
    if !on_path("apt-get") {
        bail!(
            "kotlin-check takes Java's libraries from Debian's packages, and this is no Debian. \
             Everywhere else: an Android SDK, then `npm run tauri -- android build`"
        );
    }
    let tools = Tools::get()?;
    let start = Instant::now();
    let work = target().join("kotlin/work");
    if work.exists() {
        std::fs::remove_dir_all(&work)?;
    }
    let modules = Module::all()?;
    let shell = Shell::logging(target().join("kotlin/check.log"))?;

    let stubs = root().join("tests/kotlin-stubs");
    let android = work.join("android");
    tools
        .java(&shell, &ending(&stubs, "java")?, &android, &[])
        .context("the stubs in tests/kotlin-stubs are no Java")?;

    let mut given = theirs(&work)?;
    given.extend(ending(&stubs, "kt")?);
    let mut java = Vec::new();
    for module in &modules {
        println!("  {} ({})", module.name, module.namespace);
        java.extend(ending(&module.code, "java")?);
        java.push(module.resources(&work)?);
        given.extend(ending(&module.code, "kt")?);
    }
    given.extend(java.iter().cloned());
    let classes = work.join("classes");
    tools
        .kotlin(&shell, &given, &classes, &[&android])
        .context("the Kotlin does not compile")?;
    tools
        .java(&shell, &java, &classes, &[&android, &classes])
        .context("the Java beside the Kotlin does not compile")?;
    println!("Kotlin check passed in {}.", in_words(start.elapsed()));
    Ok(())
}

/// Tauri's and wry's own Kotlin; the templates among it filled in as their build scripts do.
fn theirs(work: &Path) -> Result<Vec<PathBuf>> {
    let metadata = output(cargo().args(["metadata", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let (tauri, wry) = (
        crate_folder(&metadata, "tauri")?,
        crate_folder(&metadata, "wry")?,
    );

    let api = tauri.join("mobile/android/src/main/java/app/tauri");
    let mut files: Vec<PathBuf> = TAURI
        .iter()
        .map(|name| api.join(format!("{name}.kt")))
        .collect();
    files.extend(ending(&api.join("annotation"), "kt")?);
    files.extend(ending(&api.join("plugin"), "kt")?);

    let filled = work.join("wry");
    std::fs::create_dir_all(&filled)?;
    let mut templates: Vec<PathBuf> = WRY
        .iter()
        .map(|name| wry.join(format!("src/android/kotlin/{name}.kt")))
        .collect();
    templates.push(tauri.join("mobile/android-codegen/TauriActivity.kt"));
    for template in templates {
        let text = std::fs::read_to_string(&template)
            .with_context(|| format!("reading {}", template.display()))?
            .replace("{{package}}", "app.undersong")
            .replace("{{library}}", "undersong_shell")
            .replace("{{class-extension}}", "")
            .replace("{{class-init}}", "");
        let file = filled.join(template.file_name().unwrap_or_default());
        std::fs::write(&file, text)?;
        files.push(file);
    }
    Ok(files)
}

/// Where cargo keeps the sources of a crate, in the version we use.
fn crate_folder(metadata: &Value, name: &str) -> Result<PathBuf> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == name)
        .find_map(|package| package["manifest_path"].as_str());
    let manifest = manifest.with_context(|| format!("cargo knows no crate {name}"))?;
    Ok(Path::new(manifest)
        .parent()
        .unwrap_or(Path::new(""))
        .to_owned())
}

/// Every file under `folder` with this ending, but for what a build laid there.
fn ending(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files = sources::files(folder)?;
    files.retain(|file| {
        let built = ["build", "generated", ".tauri", ".gradle"];
        let inside = file.strip_prefix(folder).unwrap_or(file);
        file.extension().is_some_and(|it| it == ending)
            && !inside
                .iter()
                .any(|part| built.iter().any(|name| part == *name))
    });
    Ok(files)
}

/// A class path, as `java` wants it.
fn joined(paths: &[PathBuf]) -> Result<OsString> {
    std::env::join_paths(paths).context("a path holds the sign that separates paths")
}

/// Tells a compiler by file what it knows, where to write and what to read: there is more of it than
/// a command line may be long, or than anyone would read in an error.
fn with_arguments(
    compiler: &mut Command,
    list: &Path,
    known: &OsStr,
    out: &Path,
    files: &[PathBuf],
) -> Result<()> {
    let quoted = |path: &str| format!("\"{}\"", path.replace('\\', "/"));
    let mut lines = vec![
        "-cp".to_owned(),
        quoted(&known.to_string_lossy()),
        "-d".to_owned(),
        quoted(&out.to_string_lossy()),
    ];
    lines.extend(files.iter().map(|file| quoted(&file.to_string_lossy())));
    if let Some(folder) = list.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(list, lines.join("\n"))?;
    compiler.arg(format!("@{}", list.display()));
    Ok(())
}
