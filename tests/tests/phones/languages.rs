//! Kotlin, Swift and XML can be read, and agree on names.

use std::path::Path;

use undersong_tests::phones::plugin::Plugin;
use undersong_tests::phones::source::Tongue;
use undersong_tests::phones::{arguments, read, source};

use crate::{native, none, plugins};

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
fn every_plugin_calls_its_commands_and_what_they_are_given_by_one_name_in_every_language() {
    let mut all = Vec::new();
    for folder in plugins() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let plugin = Plugin::read(&folder).unwrap();
        let mut faults = plugin.faults().unwrap();
        faults.extend(arguments::faults(&plugin));
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
