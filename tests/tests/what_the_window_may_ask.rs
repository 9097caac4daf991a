//! The window may ask exactly what the UI asks for, and the rest of the machine is out of reach.
//!
//! Reads the sources as text: four lists in three languages cannot share a type.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a list that cannot be read is a failure"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The words that follow `before` and end at `after`, between the lines holding `from` and `to`.
fn words(path: &str, [from, to]: [&str; 2], [before, after]: [&str; 2]) -> BTreeSet<String> {
    let text = read(path);
    let begins = text
        .find(from)
        .unwrap_or_else(|| panic!("{path} has no {from}"));
    let part = &text[begins + from.len()..];
    let part = &part[..part.find(to).unwrap_or(part.len())];
    part.split(before)
        .skip(1)
        .filter_map(|rest| rest.split_once(after))
        .map(|(word, _)| word.to_owned())
        .filter(|word| {
            word.chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        })
        .collect()
}

fn declared() -> BTreeSet<String> {
    words(
        "src-tauri/build.rs",
        ["const COMMANDS", "];"],
        ["    \"", "\","],
    )
}

fn config() -> Value {
    serde_json::from_str(&read("src-tauri/tauri.conf.json")).unwrap()
}

/// `dismissNotice` is the command `dismiss_notice`.
fn snake_case(camel: &str) -> String {
    let mut snake = String::new();
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[test]
fn every_declared_command_has_a_handler_and_no_other_has() {
    let handlers = words(
        "src-tauri/src/lib.rs",
        ["generate_handler![", "]"],
        ["commands::", ","],
    );
    assert_eq!(handlers, declared());
}

#[test]
fn the_window_is_allowed_every_declared_command_and_nothing_of_tauri_s_own() {
    let capability: Value =
        serde_json::from_str(&read("src-tauri/capabilities/main.json")).unwrap();
    let allowed: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| {
            let name = name.as_str().unwrap();
            let command = name.strip_prefix("allow-");
            command
                .unwrap_or_else(|| panic!("{name} is not ours"))
                .replace('-', "_")
        })
        .collect();
    assert_eq!(allowed, declared());
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(capability["local"], true);
    assert!(
        capability.get("remote").is_none(),
        "nothing from elsewhere may ask anything"
    );
}

#[test]
fn the_ui_s_backend_has_one_method_for_every_command() {
    let mut methods: BTreeSet<String> = words(
        "ui/src/lib/backend/backend.ts",
        ["interface Backend {", "\n}"],
        ["\n  ", "("],
    )
    .iter()
    .map(|method| snake_case(method))
    .collect();
    assert!(methods.remove("on_changed"), "the UI hears of changes");
    methods.insert("subscribe".to_owned());
    assert_eq!(methods, declared());
}

#[test]
fn the_ui_calls_commands_by_the_names_they_have() {
    let text = read("ui/src/lib/backend/tauri.ts");
    for command in declared() {
        assert!(
            text.contains(&format!("'{command}'")),
            "tauri.ts never calls {command}"
        );
    }
}

#[test]
fn android_s_window_hears_of_its_back_gesture_and_no_other_window_may_ask_tauri_anything() {
    let capability: Value =
        serde_json::from_str(&read("src-tauri/capabilities/phone.json")).unwrap();
    assert_eq!(capability["platforms"], serde_json::json!(["android"]));
    assert_eq!(
        capability["permissions"],
        serde_json::json!(["core:app:allow-register-listener", "core:app:allow-exit"])
    );
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none());
}

#[test]
fn two_capabilities_are_in_force_and_the_page_is_kept_in() {
    let security = &config()["app"]["security"];
    assert_eq!(
        security["capabilities"],
        serde_json::json!(["main", "phone"])
    );
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(config()["app"]["withGlobalTauri"], false);
    assert!(
        security.get("assetProtocol").is_none(),
        "no file is served to the page"
    );
    assert!(
        config()["build"].get("devUrl").is_none(),
        "the screens are part of the program"
    );
}

#[test]
fn the_page_runs_its_own_script_and_reaches_only_the_app() {
    let policy = config()["app"]["security"]["csp"].clone();
    assert_eq!(policy["default-src"], "'none'");
    assert_eq!(policy["script-src"], "'self'");
    // Without `ipc:` every request would quietly go a slower way.
    assert_eq!(policy["connect-src"], "'self' ipc: http://ipc.localhost");
    for (what, from) in policy.as_object().unwrap() {
        let from = from.as_str().unwrap();
        for open in ["*", "unsafe-eval", "unsafe-inline", "https:"] {
            assert!(!from.contains(open), "{what} is open to {open}");
        }
    }
}
