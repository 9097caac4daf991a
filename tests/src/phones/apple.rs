//! Property lists of iOS and macOS, and the privacy manifest against what the sources do.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use plist::{Dictionary, Value};

use super::Faults;

/// A property list whose root is a dictionary, as all of ours are.
pub fn dictionary(text: &str) -> Result<Dictionary> {
    let value = Value::from_reader_xml(text.as_bytes()).context("no property list")?;
    value.into_dictionary().context("its root is no dictionary")
}

/// One kind of system call that Apple wants a reason for.
struct Sensitive {
    /// Its name in the manifest, without `NSPrivacyAccessedAPICategory`.
    category: &'static str,
    /// The one reason that fits us.
    reason: &'static str,
    /// Words in Rust and Swift that make such a call.
    words: &'static [&'static str],
}

const SENSITIVE: [Sensitive; 5] = [
    Sensitive {
        category: "FileTimestamp",
        reason: "C617.1",
        words: &[
            "metadata()",
            "Connection::open",
            ".modificationDate",
            ".creationDate",
        ],
    },
    Sensitive {
        category: "SystemBootTime",
        reason: "35F9.1",
        words: &["Instant::now", "systemUptime", "mach_absolute_time"],
    },
    Sensitive {
        category: "DiskSpace",
        reason: "E174.1",
        words: &[
            "available_space",
            "statvfs",
            "volumeAvailableCapacity",
            "systemFreeSize",
        ],
    },
    Sensitive {
        category: "UserDefaults",
        reason: "CA92.1",
        words: &["UserDefaults"],
    },
    Sensitive {
        category: "ActiveKeyboards",
        reason: "54BD.1",
        words: &["activeInputModes"],
    },
];

/// Where the privacy manifest and the sources disagree, and every word of collecting or following.
pub fn privacy_faults(manifest: &str, sources: &[String]) -> Result<Faults> {
    let manifest = dictionary(manifest)?;
    let mut faults = Faults::new();
    if manifest
        .get("NSPrivacyTracking")
        .and_then(Value::as_boolean)
        != Some(false)
    {
        faults.push("somebody is followed".to_owned());
    }
    for list in ["NSPrivacyTrackingDomains", "NSPrivacyCollectedDataTypes"] {
        if manifest
            .get(list)
            .and_then(Value::as_array)
            .is_none_or(|list| !list.is_empty())
        {
            faults.push(format!("{list} is not empty"));
        }
    }
    let declared = reasons(&manifest);
    for Sensitive {
        category,
        reason,
        words,
    } in SENSITIVE
    {
        let used = sources
            .iter()
            .any(|text| words.iter().any(|word| text.contains(word)));
        let given = declared.get(category);
        match (used, given) {
            (true, None) => faults.push(format!("{category} is used without a reason")),
            (false, Some(_)) => faults.push(format!("{category} has a reason and no use")),
            (true, Some(given)) if *given != BTreeSet::from([reason.to_owned()]) => {
                faults.push(format!(
                    "{category} is explained by {given:?}, not {reason}"
                ));
            }
            _ => {}
        }
    }
    Ok(faults)
}

/// The reasons given, by category.
pub fn reasons(manifest: &Dictionary) -> BTreeMap<String, BTreeSet<String>> {
    let list = manifest
        .get("NSPrivacyAccessedAPITypes")
        .and_then(Value::as_array);
    let entries = list.into_iter().flatten().filter_map(Value::as_dictionary);
    entries
        .filter_map(|entry| {
            let name = entry.get("NSPrivacyAccessedAPIType")?.as_string()?;
            let given = entry.get("NSPrivacyAccessedAPITypeReasons")?.as_array()?;
            let given = given.iter().filter_map(Value::as_string).map(str::to_owned);
            let category = name.strip_prefix("NSPrivacyAccessedAPICategory")?;
            Some((category.to_owned(), given.collect()))
        })
        .collect()
}

/// What iPhones are told about us, beside the project's own keys.
pub fn ios_faults(info: &str) -> Result<Faults> {
    let info = dictionary(info)?;
    let mut faults = microphone_faults(&info);
    let modes = info.get("UIBackgroundModes").and_then(Value::as_array);
    let modes: Vec<&str> = modes
        .into_iter()
        .flatten()
        .filter_map(Value::as_string)
        .collect();
    if modes != ["audio"] {
        faults.push(format!(
            "in the background it does {modes:?}, not sound alone"
        ));
    }
    if info
        .get("ITSAppUsesNonExemptEncryption")
        .and_then(Value::as_boolean)
        != Some(false)
    {
        faults.push("no word on encryption".to_owned());
    }
    for open in ["UIFileSharingEnabled", "LSSupportsOpeningDocumentsInPlace"] {
        if info.get(open).and_then(Value::as_boolean) == Some(true) {
            faults.push(format!("{open} lays a practice open"));
        }
    }
    if info.contains_key("NSAppTransportSecurity") {
        faults.push("it makes exceptions for the network".to_owned());
    }
    Ok(faults)
}

/// Whether the microphone is asked for with a reason, and nothing else is asked for.
pub fn microphone_faults(info: &Dictionary) -> Faults {
    const KEY: &str = "NSMicrophoneUsageDescription";
    let mut faults = Faults::new();
    let reason = info.get(KEY).and_then(Value::as_string).unwrap_or_default();
    if !(reason.ends_with('.') && reason.split(' ').count() >= 6) {
        faults.push(format!("the microphone is asked for with {reason:?}"));
    }
    for (key, _) in info {
        if key.ends_with("UsageDescription") && key != KEY {
            faults.push(format!("{key} is asked for"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plist(inside: &str) -> String {
        format!("<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>{inside}</dict></plist>")
    }

    const CALM: &str = "<key>NSPrivacyTracking</key><false/>\
        <key>NSPrivacyTrackingDomains</key><array/><key>NSPrivacyCollectedDataTypes</key><array/>";

    fn with_reason(category: &str, reason: &str) -> String {
        plist(&format!(
            "{CALM}<key>NSPrivacyAccessedAPITypes</key><array><dict>\
             <key>NSPrivacyAccessedAPIType</key><string>NSPrivacyAccessedAPICategory{category}</string>\
             <key>NSPrivacyAccessedAPITypeReasons</key><array><string>{reason}</string></array>\
             </dict></array>"
        ))
    }

    #[test]
    fn a_call_without_its_reason_and_a_reason_without_its_call_are_found() {
        let sources = ["let free = fs4::available_space(folder)?;".to_owned()];
        let good = with_reason("DiskSpace", "E174.1");
        assert_eq!(privacy_faults(&good, &sources).unwrap(), Faults::new());
        assert_eq!(
            privacy_faults(&plist(CALM), &sources).unwrap(),
            ["DiskSpace is used without a reason"]
        );
        assert_eq!(
            privacy_faults(&good, &[]).unwrap(),
            ["DiskSpace has a reason and no use"]
        );
        let other = with_reason("DiskSpace", "85F4.1");
        assert!(privacy_faults(&other, &sources).unwrap()[0].contains("85F4.1"));
        let swift = ["UserDefaults.standard.set(1, forKey: \"a\")".to_owned()];
        assert!(privacy_faults(&plist(CALM), &swift).unwrap()[0].contains("UserDefaults"));
    }

    #[test]
    fn following_and_collecting_are_found() {
        let faults = privacy_faults(&plist("<key>NSPrivacyTracking</key><true/>"), &[]).unwrap();
        for word in ["followed", "TrackingDomains", "CollectedDataTypes"] {
            assert!(
                faults.iter().any(|fault| fault.contains(word)),
                "{word}: {faults:?}"
            );
        }
    }

    #[test]
    fn an_iphone_app_that_asks_curtly_or_for_too_much_is_found() {
        let info = plist(
            "<key>NSMicrophoneUsageDescription</key><string>Needed</string>\
             <key>NSCameraUsageDescription</key><string>Why not.</string>\
             <key>UIBackgroundModes</key><array><string>audio</string><string>location</string></array>\
             <key>UIFileSharingEnabled</key><true/><key>NSAppTransportSecurity</key><dict/>",
        );
        let faults = ios_faults(&info).unwrap();
        for word in [
            "\"Needed\"",
            "NSCamera",
            "location",
            "encryption",
            "UIFileSharing",
            "network",
        ] {
            assert!(
                faults.iter().any(|fault| fault.contains(word)),
                "{word}: {faults:?}"
            );
        }
    }

    #[test]
    fn what_is_no_dictionary_is_no_property_list_of_ours() {
        assert!(dictionary("<plist version=\"1.0\"><array/></plist>").is_err());
        assert!(dictionary("not xml").is_err());
    }
}
