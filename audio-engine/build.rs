//! What the linker must know on Android.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target_os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let with_devices = std::env::var_os("CARGO_FEATURE_DEVICES").is_some();
    if target_os == "android" && with_devices {
        // oboe names libc++ and not libc++abi, where `operator new` and the like are. Without it
        // the app links, and dies when it is loaded.
        println!("cargo:rustc-link-lib=c++abi");
    }
}
