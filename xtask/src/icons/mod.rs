//! `cargo xtask icons`: the app icon, drawn by code and cut to every size.
//!
//! [`drawing`] makes the SVGs; Tauri's own command turns them into what each system wants.

mod drawing;

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::setup::node_packages;
use crate::shell::Shell;
use crate::workspace::{npm, root, target};
use drawing::{Sheet, svg};

/// One colour, to every edge: Android lays the bands over it and cuts both to its own shape.
const ANDROID_PAPER: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\">\
                             <rect width=\"8\" height=\"8\" fill=\"#F6F0E6\"/></svg>\n";

/// Draws the icon and replaces the generated set.
pub fn run() -> Result<()> {
    node_packages()?;
    let (work, icons) = (target().join("icons"), root().join("icons"));
    std::fs::create_dir_all(&work)?;
    std::fs::write(icons.join("source.svg"), svg(Sheet::Rounded))?;
    std::fs::write(work.join("rounded.svg"), svg(Sheet::Rounded))?;
    std::fs::write(work.join("full.svg"), svg(Sheet::Full))?;
    std::fs::write(work.join("bare.svg"), svg(Sheet::Bare))?;
    std::fs::write(work.join("ink.svg"), svg(Sheet::Ink))?;
    std::fs::write(work.join("paper.svg"), ANDROID_PAPER)?;
    let manifest = json!({
        "default": "rounded.svg",
        "bg_color": "#F6F0E6",
        "android_bg": "paper.svg",
        "android_fg": "bare.svg",
        "android_fg_scale": 100,
        "android_monochrome": "ink.svg",
    });
    std::fs::write(work.join("manifest.json"), manifest.to_string())?;

    cut(&work.join("manifest.json"), &work.join("set"), &[])?;
    // iPhones cut their own corners, so they get paper to every edge.
    cut(&work.join("full.svg"), &work.join("full"), &[])?;
    cut(
        &work.join("rounded.svg"),
        &work.join("source"),
        &["--png", "1024"],
    )?;

    for name in ["32x32.png", "64x64.png", "128x128.png", "128x128@2x.png"] {
        std::fs::copy(work.join("set").join(name), icons.join(name))?;
    }
    for name in ["icon.png", "icon.icns", "icon.ico"] {
        std::fs::copy(work.join("set").join(name), icons.join(name))?;
    }
    std::fs::copy(work.join("source/1024x1024.png"), icons.join("source.png"))?;
    replace(&work.join("set/android"), &icons.join("android"))?;
    replace(&work.join("full/ios"), &icons.join("ios"))?;
    // The phones' projects carry the same drawings.
    let projects = root().join("src-tauri/gen");
    copy_all(
        &icons.join("android"),
        &projects.join("android/app/src/main/res"),
    )?;
    copy_all(
        &icons.join("ios"),
        &projects.join("apple/Assets.xcassets/AppIcon.appiconset"),
    )?;
    println!("Look at icons/source.png and icons/32x32.png before you commit them.");
    Ok(())
}

/// Has Tauri cut `source` into `folder`.
fn cut(source: &Path, folder: &Path, more: &[&str]) -> Result<()> {
    let mut tauri = npm();
    tauri
        .args(["run", "tauri", "--", "icon"])
        .arg(source)
        .arg("-o")
        .arg(folder)
        .args(more);
    Shell::logging(folder.with_extension("log"))?.run(&mut tauri)
}

/// Puts a fresh folder in the place of an old one, so that nothing stale stays.
fn replace(fresh: &Path, old: &Path) -> Result<()> {
    if old.exists() {
        std::fs::remove_dir_all(old)?;
    }
    copy_all(fresh, old)
}

/// Puts every file of `from` at its place in `folder`, beside what is there.
fn copy_all(from: &Path, folder: &Path) -> Result<()> {
    for file in crate::sources::files(from)? {
        let to = folder.join(file.strip_prefix(from).unwrap_or(&file));
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::copy(&file, to)?;
    }
    Ok(())
}
