//! Android manifests: what is asked of the person, and what other apps could reach.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use roxmltree::{Document, Node};

use super::Faults;

const ANDROID: &str = "http://schemas.android.com/apk/res/android";
const TOOLS: &str = "http://schemas.android.com/tools";

/// Every permission a release may ask for; docs/phones.md has the reason for each.
pub const ALLOWED: [&str; 6] = [
    "android.permission.RECORD_AUDIO",
    "android.permission.POST_NOTIFICATIONS",
    "android.permission.FOREGROUND_SERVICE",
    "android.permission.FOREGROUND_SERVICE_MEDIA_PLAYBACK",
    "android.permission.RECEIVE_BOOT_COMPLETED",
    "android.permission.VIBRATE",
];

/// Without these a turned phone, a larger or a bolder font would end the window in the middle of a
/// session.
const LIVES_THROUGH: [&str; 8] = [
    "orientation",
    "screenSize",
    "smallestScreenSize",
    "screenLayout",
    "density",
    "fontScale",
    "fontWeightAdjustment",
    "uiMode",
];

/// The permissions this manifest adds; those it takes out of a library are not among them.
pub fn permissions(xml: &str) -> Result<BTreeSet<String>> {
    let document = Document::parse(xml).context("no well-formed manifest")?;
    Ok(document
        .descendants()
        .filter(|node| node.tag_name().name().starts_with("uses-permission"))
        .filter(|node| node.attribute((TOOLS, "node")) != Some("remove"))
        .filter_map(|node| node.attribute((ANDROID, "name")).map(str::to_owned))
        .collect())
}

/// The names of activities, services, receivers and providers, as they are written.
pub fn components(xml: &str) -> Result<BTreeSet<String>> {
    let document = Document::parse(xml).context("no well-formed manifest")?;
    Ok(document
        .descendants()
        .filter(is_component)
        .filter_map(|node| node.attribute((ANDROID, "name")).map(str::to_owned))
        .collect())
}

/// What receivers are woken by.
pub fn heard_by_receivers(xml: &str) -> Result<BTreeSet<String>> {
    let document = Document::parse(xml).context("no well-formed manifest")?;
    let receivers = document
        .descendants()
        .filter(|node| node.has_tag_name("receiver"));
    let actions = receivers
        .flat_map(|node| node.descendants())
        .filter(|node| node.has_tag_name("action"));
    Ok(actions
        .filter_map(|node| node.attribute((ANDROID, "name")).map(str::to_owned))
        .collect())
}

fn is_component(node: &Node) -> bool {
    let kinds = [
        "activity",
        "activity-alias",
        "service",
        "receiver",
        "provider",
    ];
    kinds.contains(&node.tag_name().name())
}

/// What holds for every manifest that goes into a release, the app's and its plugins'.
pub fn faults(xml: &str) -> Result<Faults> {
    let mut faults: Faults = permissions(xml)?
        .iter()
        .filter(|name| !ALLOWED.contains(&name.as_str()))
        .map(|name| format!("{name} is asked for"))
        .collect();
    let document = Document::parse(xml).context("no well-formed manifest")?;
    for node in document.descendants() {
        let of = |name| node.attribute((ANDROID, name));
        let name = of("name").unwrap_or_default();
        if is_component(&node) {
            let opens_the_app = node.descendants().any(|node| {
                node.attribute((ANDROID, "name")) == Some("android.intent.category.LAUNCHER")
            });
            match of("exported") {
                Some("false") => {}
                Some("true") if opens_the_app => {}
                Some(_) => faults.push(format!("{name} can be reached by other apps")),
                None => faults.push(format!("{name} does not say whether other apps reach it")),
            }
        }
        if let Some(kind) = of("foregroundServiceType").filter(|kind| *kind != "mediaPlayback") {
            faults.push(format!("{name} goes on in the background as {kind}"));
        }
        if name.to_lowercase().contains("leanback") {
            faults.push(format!("{name}: it is no television app"));
        }
        if of("debuggable") == Some("true") {
            faults.push("it says of itself that it may be debugged".to_owned());
        }
    }
    Ok(faults)
}

/// What holds for the app's own manifest besides.
pub fn faults_of_the_app(xml: &str) -> Result<Faults> {
    let mut faults = faults(xml)?;
    let document = Document::parse(xml).context("no well-formed manifest")?;
    let first = |tag: &str| document.descendants().find(|node| node.has_tag_name(tag));
    let mut expect = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };

    let app = first("application").context("no application")?;
    let of = |name| app.attribute((ANDROID, name));
    expect(
        of("allowBackup") == Some("false"),
        "a practice is backed up to a cloud",
    );
    expect(
        of("dataExtractionRules") == Some("@xml/data_extraction_rules"),
        "Android 12 has no word on where data may go",
    );
    expect(
        of("fullBackupContent") == Some("@xml/full_backup_content"),
        "Android 8 has no word on where data may go",
    );
    expect(
        of("usesCleartextTraffic") == Some("${usesCleartextTraffic}"),
        "unencrypted traffic is not left to the build",
    );
    let microphone = document.descendants().find(|node| {
        node.has_tag_name("uses-feature")
            && node.attribute((ANDROID, "name")) == Some("android.hardware.microphone")
    });
    expect(
        microphone.is_some_and(|node| node.attribute((ANDROID, "required")) == Some("false")),
        "a device without a microphone would not be offered the app",
    );
    let window = first("activity").context("no activity")?;
    let changes: BTreeSet<&str> = window
        .attribute((ANDROID, "configChanges"))
        .unwrap_or_default()
        .split('|')
        .collect();
    for change in LIVES_THROUGH {
        expect(
            changes.contains(change),
            &format!("a change of {change} ends the window"),
        );
    }
    expect(
        window.attribute((ANDROID, "screenOrientation")).is_none(),
        "the phone may not be turned",
    );
    Ok(faults)
}

/// Where the rules of this file do not keep data back; `sections` are its parts, or its root.
pub fn leaks(xml: &str, sections: &[&str]) -> Result<Faults> {
    let document = Document::parse(xml).context("no well-formed rules")?;
    let mut faults = Faults::new();
    for section in sections {
        let Some(rules) = document
            .descendants()
            .find(|node| node.has_tag_name(*section))
        else {
            faults.push(format!("nothing about {section}"));
            continue;
        };
        if rules.children().any(|node| node.has_tag_name("include")) {
            faults.push(format!("{section} takes something along"));
        }
        for domain in ["root", "file", "database", "sharedpref", "external"] {
            let kept_back = rules.children().any(|node| {
                node.has_tag_name("exclude")
                    && node.attribute("domain") == Some(domain)
                    && node.attribute("path") == Some(".")
            });
            if !kept_back {
                faults.push(format!("{section} takes {domain} along"));
            }
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(inside: &str) -> String {
        format!("<manifest xmlns:android=\"{ANDROID}\" xmlns:tools=\"{TOOLS}\">{inside}</manifest>")
    }

    fn only_fault(inside: &str) -> String {
        let mut faults = faults(&manifest(inside)).unwrap();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.remove(0)
    }

    #[test]
    fn a_permission_that_nobody_agreed_to_is_found() {
        let fault = only_fault("<uses-permission android:name=\"android.permission.INTERNET\"/>");
        assert_eq!(fault, "android.permission.INTERNET is asked for");
        let sdk = "<uses-permission-sdk-23 android:name=\"android.permission.CAMERA\"/>";
        assert_eq!(only_fault(sdk), "android.permission.CAMERA is asked for");
    }

    #[test]
    fn a_permission_taken_out_of_a_library_is_not_asked_for() {
        let out =
            "<uses-permission android:name=\"android.permission.INTERNET\" tools:node=\"remove\"/>";
        assert!(faults(&manifest(out)).unwrap().is_empty());
    }

    #[test]
    fn a_service_or_receiver_open_to_other_apps_is_found() {
        let open = "<application><service android:name=\".Plays\" android:exported=\"true\"/></application>";
        assert_eq!(only_fault(open), ".Plays can be reached by other apps");
        let silent = "<application><receiver android:name=\".Wakes\"/></application>";
        assert_eq!(
            only_fault(silent),
            ".Wakes does not say whether other apps reach it"
        );
    }

    #[test]
    fn recording_in_the_background_a_television_and_a_debugger_are_found() {
        let records = "<service android:name=\".R\" android:exported=\"false\" \
                       android:foregroundServiceType=\"microphone\"/>";
        assert_eq!(
            only_fault(records),
            ".R goes on in the background as microphone"
        );
        let television = "<uses-feature android:name=\"android.software.leanback\"/>";
        assert!(only_fault(television).contains("television"));
        assert!(only_fault("<application android:debuggable=\"true\"/>").contains("debugged"));
    }

    #[test]
    fn an_app_that_says_nothing_is_found_at_every_promise() {
        let bare = manifest(
            "<application><activity android:name=\".Main\" android:exported=\"false\" \
             android:screenOrientation=\"portrait\"/></application>",
        );
        let faults = faults_of_the_app(&bare).unwrap();
        for word in [
            "cloud",
            "Android 12",
            "Android 8",
            "unencrypted",
            "microphone",
            "fontScale",
            "turned",
        ] {
            assert!(
                faults.iter().any(|fault| fault.contains(word)),
                "{word}: {faults:?}"
            );
        }
    }

    #[test]
    fn rules_that_let_something_go_are_found() {
        let rules = "<full-backup-content><include domain=\"file\" path=\".\"/>\
                     <exclude domain=\"root\" path=\"cache\"/></full-backup-content>";
        let faults = leaks(rules, &["full-backup-content", "device-transfer"]).unwrap();
        for word in [
            "takes something along",
            "takes root along",
            "nothing about device-transfer",
        ] {
            assert!(
                faults.iter().any(|fault| fault.contains(word)),
                "{word}: {faults:?}"
            );
        }
    }

    #[test]
    fn what_is_no_xml_is_no_manifest() {
        assert!(faults("<manifest>").is_err());
    }
}
