//! The hosted builds, and the page that explains everything.

use std::collections::BTreeMap;

use undersong_tests::phones::{apple, files, manifest, read, root, yaml};

use crate::{ANDROID, APPLE, none, text};

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
