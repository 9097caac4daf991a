//! Faults of what we build on, each with its link where the code goes round it: so that whoever reads
//! the code can look whether it still has to.

use crate::text;

const REMINDERS: &str = "src-tauri/plugins/tauri-plugin-reminders";
const ANDROID: &str = "android/src/main/java/app/undersong/reminders";

#[test]
fn a_detour_names_the_fault_it_goes_round() {
    let phone = |file: &str| format!("{REMINDERS}/{file}");
    for (file, fault) in [
        (
            phone(&format!("{ANDROID}/Receivers.kt")),
            "tauri-apps/plugins-workspace#3550",
        ),
        (
            phone(&format!("{ANDROID}/RemindersPlugin.kt")),
            "tauri-apps/plugins-workspace#3534",
        ),
        (
            phone("android/consumer-rules.pro"),
            "tauri-apps/plugins-workspace#894, #2341",
        ),
        (
            phone("ios/Sources/RemindersPlugin.swift"),
            "tauri-apps/plugins-workspace#3534",
        ),
        (
            phone("ios/Sources/WallClock.swift"),
            "tauri-apps/plugins-workspace#3256",
        ),
        (
            "src-tauri/src/notifications/plugin.rs".into(),
            "tauri-apps/plugins-workspace#2141, #2313",
        ),
        (
            "src-tauri/src/notifications/linux.rs".into(),
            "tauri-apps/plugins-workspace#2141",
        ),
        (
            "src-tauri/plugins/tauri-plugin-session/android/src/main/java/PracticeService.kt"
                .into(),
            "tauri-apps/tauri#15671",
        ),
        (
            "src-tauri/gen/android/app/src/main/java/app/undersong/WindowEdges.kt".into(),
            "tauri-apps/tauri#11475, #14142",
        ),
        (
            "src-tauri/gen/android/app/proguard-rules.pro".into(),
            "tauri-apps/tauri#10560, #13379",
        ),
        (
            "src-tauri/build.rs".into(),
            "katyo/oboe-rs#28, RustAudio/cpal#563",
        ),
        ("src-tauri/build.rs".into(), "tauri-apps/tauri#14895"),
    ] {
        assert!(text(&file).contains(fault), "{file} does not name {fault}");
    }
}
