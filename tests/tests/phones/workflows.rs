//! The hosted builds, and the page that explains everything.

use std::collections::BTreeMap;

use undersong_tests::phones::{apple, files, manifest, read, root, source, yaml};

use crate::{ANDROID, APPLE, native, none, plugins, text};

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

/// What the shrinker takes away by mistake is missed on a phone only.
#[test]
fn the_hosted_build_looks_for_the_classes_the_system_and_rust_ask_for_by_name() {
    let workflow = text(".github/workflows/android.yml");
    for file in native(".kt") {
        for class in source::reached_by_name(&read(&file).unwrap()).unwrap() {
            if class.ends_with("Plugin") {
                let path = class.replace('.', "/");
                assert!(
                    workflow.contains(&path),
                    "android.yml never looks for {class}"
                );
            }
        }
    }
    for plugin in plugins() {
        for file in files(&plugin, "AndroidManifest.xml").unwrap() {
            for name in manifest::components(&read(&file).unwrap()).unwrap() {
                let name = name.rsplit('.').next().unwrap();
                assert!(
                    workflow.contains(&format!("/{name}")),
                    "android.yml never looks for {name}"
                );
            }
        }
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
