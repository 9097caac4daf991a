//! What the iOS project promises, and the Mac.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use undersong_tests::phones::{apple, files, read, root, yaml};

use crate::{APPLE, config, none, plugins, text};

#[test]
fn iphones_are_told_why_we_listen_and_that_sound_goes_on() {
    let info = Path::new("src-tauri/Info.ios.plist");
    none(
        info,
        &apple::ios_faults(&text("src-tauri/Info.ios.plist")).unwrap(),
    );
    let mac = Path::new("src-tauri/Info.plist");
    let dictionary = apple::dictionary(&text("src-tauri/Info.plist")).unwrap();
    none(mac, &apple::microphone_faults(&dictionary));
}

#[test]
fn apple_hears_of_every_sensitive_call_and_of_no_other() {
    let mut sources = Vec::new();
    let ours = [
        "audio-engine/src",
        "crates/app/src",
        "crates/practice/src",
        "crates/store/src",
        "src-tauri/src",
    ];
    for folder in ours {
        for file in files(&root().join(folder), ".rs").unwrap() {
            sources.push(read(&file).unwrap());
        }
    }
    for plugin in plugins() {
        for ending in [".rs", ".swift"] {
            for file in files(&plugin, ending).unwrap() {
                sources.push(read(&file).unwrap());
            }
        }
    }
    assert!(sources.len() > 100, "the sources were found");
    let privacy = text(&format!("{APPLE}/PrivacyInfo.xcprivacy"));
    none(
        Path::new("PrivacyInfo.xcprivacy"),
        &apple::privacy_faults(&privacy, &sources).unwrap(),
    );
}

#[test]
fn the_ios_project_carries_its_privacy_manifest_and_the_engine_s_frameworks() {
    let project = yaml::parse(&text(&format!("{APPLE}/project.yml"))).unwrap();
    let oldest = project["options"]["deploymentTarget"]["iOS"].to_string();
    assert_eq!(config()["bundle"]["iOS"]["minimumSystemVersion"], oldest);
    assert_eq!(
        project["settingGroups"]["app"]["base"]["PRODUCT_BUNDLE_IDENTIFIER"],
        config()["identifier"]
    );
    let target = &project["targets"]["undersong_iOS"];
    let sources = target["sources"].as_array().unwrap();
    assert!(sources.contains(&serde_json::json!({
        "path": "PrivacyInfo.xcprivacy", "buildPhase": "resources"
    })));
    let linked: BTreeSet<&str> = target["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["sdk"].as_str())
        .collect();
    for framework in ["AudioToolbox", "AVFAudio", "CoreAudio"] {
        assert!(
            linked.contains(&*format!("{framework}.framework")),
            "{framework}"
        );
    }
    for turned in [
        "UISupportedInterfaceOrientations",
        "UISupportedInterfaceOrientations~ipad",
    ] {
        assert!(
            target["info"]["properties"][turned]
                .as_array()
                .unwrap()
                .len()
                >= 3
        );
    }
    let entitlements = target["entitlements"]["path"].as_str().unwrap();
    let entitlements = apple::dictionary(&text(&format!("{APPLE}/{entitlements}"))).unwrap();
    assert!(entitlements.is_empty(), "{entitlements:?}");
}

#[test]
fn a_mac_may_use_the_microphone_and_nothing_else() {
    let config: Value = serde_json::from_str(&text("src-tauri/tauri.macos.conf.json")).unwrap();
    let mac = &config["bundle"]["macOS"];
    assert_eq!(mac["hardenedRuntime"], true);
    let file = mac["entitlements"].as_str().unwrap();
    let entitlements = apple::dictionary(&text(&format!("src-tauri/{file}"))).unwrap();
    let names: Vec<&str> = entitlements.keys().map(String::as_str).collect();
    assert_eq!(names, ["com.apple.security.device.audio-input"]);
}

/// Each of these is only missed on an iPhone: at a call, at a cable pulled out, in the year 2569, at
/// a touch that starts the app.
#[test]
fn an_iphone_s_calls_cables_calendars_and_touches_find_somebody_listening() {
    let swift = |name: &str| text(&format!("src-tauri/plugins/{name}"));
    let sound = swift("tauri-plugin-session/ios/Sources/Sound.swift");
    for heard in ["interruptionNotification", "routeChangeNotification"] {
        assert!(
            sound.contains(&format!("forName: AVAudioSession.{heard}")),
            "{heard}"
        );
    }
    let sight = swift("tauri-plugin-session/ios/Sources/Sight.swift");
    assert!(sight.contains("forName: UIApplication.didEnterBackgroundNotification"));
    let clock = swift("tauri-plugin-reminders/ios/Sources/WallClock.swift");
    let (_, parts) = clock.split_once("static func parts(").unwrap();
    let (parts, _) = parts.split_once("\n  }\n").unwrap();
    assert!(
        parts.contains("Calendar.current") && parts.contains("chosen.dateComponents"),
        "who counts years otherwise is never reminded"
    );
    let reminders = swift("tauri-plugin-reminders/ios/Sources/RemindersPlugin.swift");
    let (_, made) = reminders.split_once("override init() {").unwrap();
    let (made, _) = made.split_once("\n  }\n").unwrap();
    assert!(
        made.contains("UNUserNotificationCenter.current().delegate = keeper"),
        "the touch that starts the app is lost: tauri-apps/plugins-workspace#3534"
    );
}
