//! Icons and colours are the same everywhere.

use serde_json::Value;
use undersong_tests::phones::{files, root};

use crate::{ANDROID, APPLE, config, text};

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
