//! Compiles Oboe for this computer, from the sources that crate `oboe-sys` brings along.
//!
//! They are what runs on a phone, but for OpenSL ES, which only phones before Android 8.1 need.
//! `dlopen` and `dlsym` are ours, so that they find the scripted AAudio of `src/lib.rs`.
#![allow(clippy::doc_markdown, reason = "AAudio and OpenSL are names, not code")]

use std::path::{Path, PathBuf};

/// The version that audio-engine's manifest asks for.
const OBOE_SYS: &str = "oboe-sys-0.6.1";

/// Of `oboe/src`; OpenSL ES has a stand-in in `include/opensles`.
const FOLDERS: [&str; 5] = [
    "aaudio",
    "common",
    "fifo",
    "flowgraph",
    "flowgraph/resampler",
];

fn main() {
    println!("cargo:rerun-if-changed=include");
    println!("cargo:rerun-if-changed=build.rs");
    let sources = oboe_sys();
    let mut build = cc::Build::new();
    build.cpp(true).std("c++17").warnings(false);
    build.flag("-fno-rtti").flag("-fno-exceptions");
    build.flag("-include").flag("pretend.h");
    build.define("OBOE_NO_INCLUDE_AAUDIO", None);
    build.define("dlopen", "pretend_dlopen");
    build.define("dlsym", "pretend_dlsym");
    // Strings that may be moved, as Rust moves Oboe's builder, and as those of Android's library may:
    // the newer ones of this one point into themselves.
    build.define("_GLIBCXX_USE_CXX11_ABI", "0");
    build.include("include");
    for folder in ["oboe/include", "oboe/src", "oboe-ext/include"] {
        build.include(sources.join(folder));
    }
    for folder in FOLDERS {
        build.files(in_cpp(&sources.join("oboe/src").join(folder)));
    }
    build.files(in_cpp(&sources.join("oboe-ext/src")));
    // Whole: what needs it is a Rust library that the linker may have passed already.
    build.link_lib_modifier("+whole-archive");
    build.compile("oboe-ext");
}

fn in_cpp(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("oboe-sys has its sources with it");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "cpp"));
    files.sort();
    files
}

/// Where cargo has unpacked it: it had to, to compile its Rust half.
fn oboe_sys() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let sources = home.unwrap_or_default().join("registry/src");
    let registries = std::fs::read_dir(&sources).into_iter().flatten().flatten();
    registries
        .map(|registry| registry.path().join(OBOE_SYS))
        .find(|folder| folder.is_dir())
        .expect("oboe-sys, in the version above, is where cargo unpacks what it downloads")
}
