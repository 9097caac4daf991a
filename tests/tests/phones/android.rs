//! What the Android project promises.

use std::collections::BTreeSet;
use std::path::Path;

use undersong_tests::phones::{files, manifest, read, root, shrinker, source};

use crate::{ANDROID, config, native, none, plugins, text};

#[test]
fn android_is_asked_for_what_we_use_and_other_apps_reach_only_the_window() {
    let main = root().join(ANDROID).join("src/main/AndroidManifest.xml");
    none(
        &main,
        &manifest::faults_of_the_app(&read(&main).unwrap()).unwrap(),
    );
    for plugin in plugins() {
        for file in files(&plugin, "AndroidManifest.xml").unwrap() {
            none(&file, &manifest::faults(&read(&file).unwrap()).unwrap());
        }
    }
}

#[test]
fn the_network_is_there_for_the_developer_and_for_nobody_else() {
    const INTERNET: &str = "android.permission.INTERNET";
    let asked = |kind: &str| {
        let xml = text(&format!("{ANDROID}/src/{kind}/AndroidManifest.xml"));
        manifest::permissions(&xml).unwrap()
    };
    assert!(asked("debug").contains(INTERNET));
    assert!(!asked("main").contains(INTERNET));
    assert!(!asked("release").contains(INTERNET));
    let release = text(&format!("{ANDROID}/src/release/AndroidManifest.xml"));
    assert!(
        release.contains(&format!(
            "android:name=\"{INTERNET}\" tools:node=\"remove\""
        )),
        "a library could bring it back"
    );
}

#[test]
fn nothing_of_a_practice_leaves_an_android_phone_by_itself() {
    let rules = text(&format!(
        "{ANDROID}/src/main/res/xml/data_extraction_rules.xml"
    ));
    let faults = manifest::leaks(&rules, &["cloud-backup", "device-transfer"]).unwrap();
    none(Path::new("data_extraction_rules.xml"), &faults);
    let rules = text(&format!(
        "{ANDROID}/src/main/res/xml/full_backup_content.xml"
    ));
    let faults = manifest::leaks(&rules, &["full-backup-content"]).unwrap();
    none(Path::new("full_backup_content.xml"), &faults);
}

#[test]
fn the_android_build_is_for_android_8_and_newer_under_our_name() {
    let gradle = text(&format!("{ANDROID}/build.gradle.kts"));
    let value = |key: &str| {
        gradle
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{key} = ")))
            .unwrap_or_default()
            .to_owned()
    };
    let config = config();
    let identifier = format!("{}", config["identifier"]);
    assert_eq!(value("namespace"), identifier);
    assert_eq!(value("applicationId"), identifier);
    let oldest = &config["bundle"]["android"]["minSdkVersion"];
    assert_eq!(value("minSdk"), oldest.to_string());
    assert_eq!(oldest, 26, "AAudio begins with Android 8");
    assert!(value("targetSdk").parse::<u32>().unwrap() >= 36);
    assert_eq!(value("jniLibs.useLegacyPackaging"), "false", "16 KB pages");
    let package = identifier.trim_matches('"').replace('.', "/");
    let home = root().join(ANDROID).join("src/main/java").join(package);
    assert!(home.join("MainActivity.kt").is_file(), "{}", home.display());
}

#[test]
fn the_library_is_linked_for_pages_of_16_kb_and_with_its_c_plus_plus_whole() {
    let build = text("src-tauri/build.rs");
    for option in [
        "max-page-size=16384",
        "--no-undefined",
        "rustc-link-lib=c++abi",
    ] {
        assert!(build.contains(option), "{option}");
    }
}

#[test]
fn the_shrinker_keeps_every_class_that_is_found_by_name() {
    let mut rules = text(&format!("{ANDROID}/proguard-rules.pro"));
    for plugin in plugins() {
        for file in files(&plugin, "consumer-rules.pro").unwrap() {
            rules.push_str(&read(&file).unwrap());
        }
    }
    let mut by_name = BTreeSet::from(["app.undersong.MainActivity".to_owned()]);
    for file in native(".kt") {
        by_name.extend(source::reached_by_name(&read(&file).unwrap()).unwrap());
    }
    for class in by_name {
        assert!(shrinker::keeps(&rules, &class), "{class} is shrunk away");
    }
}

/// To Android two notifications of one number are the same one, whoever in the app shows them.
#[test]
fn a_reminder_never_takes_the_place_of_what_plays() {
    let number = |file: &str, before: &str, after: &str| -> i32 {
        let text = text(file);
        let (_, rest) = text.split_once(before).unwrap();
        rest.split_once(after).unwrap().0.parse().unwrap()
    };
    let plays = number(
        "src-tauri/plugins/tauri-plugin-session/android/src/main/java/PracticeService.kt",
        "const val NUMBER = ",
        "\n",
    );
    let tried = number(
        "crates/app/src/reminders/trial.rs",
        "TRIAL_ID: ReminderId = ReminderId(",
        ")",
    );
    assert_ne!(plays, tried);
    assert!(plays < 10_000_000, "a day could have this number");
}

/// Each of these is only missed on a phone: after a restart, in another country, with the screen off.
#[test]
fn what_reminders_and_music_live_on_is_asked_of_android() {
    let manifests: Vec<String> = plugins()
        .iter()
        .flat_map(|plugin| files(plugin, "AndroidManifest.xml").unwrap())
        .chain([root().join(ANDROID).join("src/main/AndroidManifest.xml")])
        .map(|file| read(&file).unwrap())
        .collect();
    let asked: BTreeSet<String> = manifests
        .iter()
        .flat_map(|xml| manifest::permissions(xml).unwrap())
        .collect();
    assert_eq!(asked, manifest::ALLOWED.map(str::to_owned).into());
    let woken_by: BTreeSet<String> = manifests
        .iter()
        .flat_map(|xml| manifest::heard_by_receivers(xml).unwrap())
        .collect();
    for wakes in [
        "BOOT_COMPLETED",
        "MY_PACKAGE_REPLACED",
        "TIMEZONE_CHANGED",
        "TIME_SET",
    ] {
        let action = format!("android.intent.action.{wakes}");
        assert!(woken_by.contains(&action), "{wakes} passes unheard");
    }
    let all = manifests.join("\n");
    for promise in [
        // Without a kind Android 14 ends the app as it begins to play behind the screen.
        "android:foregroundServiceType=\"mediaPlayback\"",
        // Otherwise nobody hears of being swiped away: tauri-apps/tauri#15671.
        "android:stopWithTask=\"false\"",
    ] {
        assert!(all.contains(promise), "{promise}");
    }
    let service =
        text("src-tauri/plugins/tauri-plugin-session/android/src/main/java/PracticeService.kt");
    assert!(service.contains("FOREGROUND_SERVICE_TYPE_MEDIA_PLAYBACK"));
    let (_, swiped) = service.split_once("fun onTaskRemoved(").unwrap();
    let (swiped, _) = swiped.split_once("\n    }").unwrap();
    assert!(swiped.contains("end()"), "the process outlives its window");
}

/// From Android 12 on, one that does not say whether it may be changed ends the app.
#[test]
fn nobody_can_change_what_a_notification_s_touch_means() {
    for file in native(".kt") {
        let kotlin = read(&file).unwrap();
        for call in kotlin.split("PendingIntent.get").skip(1) {
            let flags = source::arguments(call).last().cloned().unwrap_or_default();
            let meant = match flags.strip_suffix("FLAGS") {
                Some(_) => kotlin.split_once("val FLAGS = ").unwrap().1,
                None => &flags,
            };
            let meant = meant.lines().next().unwrap_or_default();
            let file = file.display();
            assert!(meant.contains("FLAG_IMMUTABLE"), "{file}: {flags}");
        }
    }
}

#[test]
fn the_page_hears_of_every_edge_of_the_window() {
    let kotlin = text(&format!(
        "{ANDROID}/src/main/java/app/undersong/WindowEdges.kt"
    ));
    for edge in ["top", "right", "bottom", "left", "keyboard"] {
        assert!(kotlin.contains(&format!("set('{edge}'")), "--inset-{edge}");
    }
    let window = text(&format!(
        "{ANDROID}/src/main/java/app/undersong/MainActivity.kt"
    ));
    assert!(window.contains("enableEdgeToEdge()") && window.contains("WindowEdges(webView)"));
    let (_, changed) = window.split_once("fun onConfigurationChanged(").unwrap();
    assert!(
        changed.contains("enableEdgeToEdge()"),
        "night falls while the window lives: dark icons on dark paper"
    );
}
