//! What the phones' projects promise. No phone is needed, so this holds their files, not a phone,
//! to it; docs/phones.md says what has never run on one.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a project that cannot be read is a failure"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use undersong_tests::phones::plugin::Plugin;
use undersong_tests::phones::source::Tongue;
use undersong_tests::phones::{apple, files, manifest, read, root, shrinker, source, yaml};

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

// ---- Android ----

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
}

// ---- iOS and macOS ----

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

// ---- Drawings and colours ----

#[test]
fn both_projects_carry_the_icons_that_were_drawn() {
    let pairs = [
        ("icons/android", format!("{ANDROID}/src/main/res")),
        (
            "icons/ios",
            format!("{APPLE}/Assets.xcassets/AppIcon.appiconset"),
        ),
    ];
    for (drawn, project) in pairs {
        let drawn = root().join(drawn);
        let all = files(&drawn, "").unwrap();
        assert!(all.len() > 15);
        for file in all {
            let copy = root()
                .join(&project)
                .join(file.strip_prefix(&drawn).unwrap());
            assert!(
                std::fs::read(&file).unwrap() == std::fs::read(&copy).unwrap_or_default(),
                "{}: run cargo xtask icons",
                copy.display()
            );
        }
    }
    let layers = text(&format!(
        "{ANDROID}/src/main/res/mipmap-anydpi-v26/ic_launcher.xml"
    ));
    for layer in ["background", "foreground", "monochrome"] {
        assert!(layers.contains(&format!("<{layer} ")), "{layer}");
    }
    let set = format!("{APPLE}/Assets.xcassets/AppIcon.appiconset");
    let contents: Value = serde_json::from_str(&text(&format!("{set}/Contents.json"))).unwrap();
    for image in contents["images"].as_array().unwrap() {
        let file = root().join(&set).join(image["filename"].as_str().unwrap());
        assert!(file.is_file(), "{}", file.display());
    }
}

#[test]
fn every_system_opens_on_the_paper_of_the_screens() {
    let tokens = text("ui/src/styles/tokens.css");
    let paper: Vec<String> = tokens
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--paper: #"))
        .map(|line| line[..6].to_uppercase())
        .collect();
    let [light, dark] = paper.as_slice() else {
        panic!("--paper is there {} times", paper.len());
    };
    for (values, paper) in [("values", light), ("values-night", dark)] {
        let colours = text(&format!("{ANDROID}/src/main/res/{values}/colors.xml"));
        assert!(
            colours.contains(&format!("<color name=\"paper\">#{paper}</color>")),
            "{values}"
        );
        let theme = text(&format!("{ANDROID}/src/main/res/{values}/themes.xml"));
        assert!(theme.contains("<style name=\"Theme.undersong\" parent=\"Base.Theme.undersong\">"));
    }
    let style = text(&format!("{ANDROID}/src/main/res/values/styles.xml"));
    for item in [
        "windowBackground\">@color/paper",
        "windowSplashScreenBackground\" tools:targetApi=\"31\">@color/paper",
    ] {
        assert!(style.contains(item), "{item}");
    }

    let set = text(&format!(
        "{APPLE}/Assets.xcassets/Paper.colorset/Contents.json"
    ));
    let set: Value = serde_json::from_str(&set).unwrap();
    for (i, paper) in [light, dark].into_iter().enumerate() {
        let parts = &set["colors"][i]["color"]["components"];
        let hex =
            ["red", "green", "blue"].map(|part| parts[part].as_str().unwrap().replace("0x", ""));
        assert_eq!(hex.concat(), *paper);
    }
    let launch = text(&format!("{APPLE}/LaunchScreen.storyboard"));
    roxmltree::Document::parse(&launch).unwrap();
    assert!(launch.contains("<color key=\"backgroundColor\" name=\"Paper\"/>"));
    assert_eq!(
        config()["app"]["windows"][0]["backgroundColor"],
        format!("#{light}")
    );
}

// ---- Languages ----

#[test]
fn every_kotlin_and_swift_file_can_be_read() {
    let kotlin = [native(".kt"), native(".kts")].concat();
    assert!(kotlin.len() >= 5, "the Kotlin was found");
    for file in kotlin {
        none(
            &file,
            &source::faults(Tongue::Kotlin, &read(&file).unwrap()).unwrap(),
        );
    }
    for file in native(".swift") {
        none(
            &file,
            &source::faults(Tongue::Swift, &read(&file).unwrap()).unwrap(),
        );
    }
}

#[test]
fn every_plugin_calls_its_commands_by_one_name_in_every_language() {
    let mut all = Vec::new();
    for folder in plugins() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let faults = Plugin::read(&folder).unwrap().faults().unwrap();
        all.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    none(Path::new("src-tauri/plugins"), &all);
}

#[test]
fn every_xml_file_and_property_list_can_be_read() {
    let mut all = native(".xml");
    assert!(all.len() >= 10);
    all.extend(
        [
            native(".plist"),
            native(".xcprivacy"),
            native(".entitlements"),
        ]
        .concat(),
    );
    for file in all {
        let text = read(&file).unwrap();
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..Default::default()
        };
        if let Err(error) = roxmltree::Document::parse_with_options(&text, options) {
            panic!("{}: {error}", file.display());
        }
    }
}

// ---- Workflows and words ----

#[test]
fn the_workflows_are_well_formed_pinned_and_honest() {
    let mut found = BTreeMap::new();
    for file in files(&root().join(".github/workflows"), ".yml").unwrap() {
        let text = read(&file).unwrap();
        none(&file, &yaml::workflow_faults(&text).unwrap());
        found.insert(
            file.file_name().unwrap().to_string_lossy().into_owned(),
            text,
        );
    }
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(names, ["android.yml", "desktop.yml", "ios.yml", "test.yml"]);
    assert!(
        found["test.yml"].contains("run: cargo xtask test\n"),
        "CI is what anyone can run"
    );
    for check in [
        "NEEDED",
        "0x4000",
        "zipalign",
        "-P 16",
        "android.permission.INTERNET",
    ] {
        assert!(
            found["android.yml"].contains(check),
            "android.yml never looks at {check}"
        );
    }
}

#[test]
fn the_page_on_phones_explains_every_permission_and_every_reason() {
    let page = text("docs/phones.md");
    let asked =
        manifest::permissions(&text(&format!("{ANDROID}/src/main/AndroidManifest.xml"))).unwrap();
    for permission in asked {
        let name = permission.rsplit('.').next().unwrap();
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    let privacy = apple::dictionary(&text(&format!("{APPLE}/PrivacyInfo.xcprivacy"))).unwrap();
    for (category, reasons) in apple::reasons(&privacy) {
        for reason in reasons {
            assert!(
                page.contains(&category) && page.contains(&reason),
                "{category} {reason}"
            );
        }
    }
    for workflow in ["test.yml", "android.yml", "ios.yml", "desktop.yml"] {
        assert!(page.contains(workflow), "{workflow}");
    }
}
