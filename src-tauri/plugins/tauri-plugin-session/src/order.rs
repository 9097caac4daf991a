//! What the native half is told to do.

use app::host::SettingsPage;
use serde::Serialize;
use serde_json::{Value, json};

/// One thing to do, in the order in which they were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Shows the question for the microphone.
    Ask,
    /// From now on, until the next one.
    Hold(Wish),
    /// A tap that is felt.
    Beat,
    Settings(SettingsPage),
}

/// What is asked of the system until it is asked otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    /// The screen stays on.
    pub awake: bool,
    /// Sound goes on with the screen off, under this name.
    pub playing: Option<String>,
    /// It stands still, and can be resumed from outside.
    pub paused: bool,
    /// The loudspeaker is asked for under this number; 0: let go.
    pub focus: u32,
}

impl Order {
    /// The native half's name for it, which `build.rs` lists, and what goes with it.
    #[cfg_attr(
        desktop,
        allow(dead_code, reason = "a computer carries orders out in Rust")
    )]
    pub fn command(&self) -> (&'static str, Value) {
        match self {
            Order::Ask => ("ask", json!({})),
            Order::Hold(wish) => ("hold", json!(wish)),
            Order::Beat => ("beat", json!({})),
            Order::Settings(SettingsPage::App) => ("settings", json!({ "page": "app" })),
            Order::Settings(SettingsPage::Microphone) => {
                ("settings", json!({ "page": "microphone" }))
            }
            Order::Settings(SettingsPage::Notifications) => {
                ("settings", json!({ "page": "notifications" }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names stand in four languages; here are the other three.
    const ELSEWHERE: [(&str, &str, &str); 4] = [
        ("build.rs", include_str!("../build.rs"), "\"NAME\""),
        (
            "SessionPlugin.kt",
            include_str!("../android/src/main/java/SessionPlugin.kt"),
            "fun NAME(invoke: Invoke)",
        ),
        (
            "SessionPlugin.swift",
            include_str!("../ios/Sources/SessionPlugin.swift"),
            "@objc public func NAME(_ invoke: Invoke)",
        ),
        (
            "default.toml",
            include_str!("../permissions/default.toml"),
            "\"deny-NAME\"",
        ),
    ];

    #[test]
    fn both_phones_know_every_order() {
        let orders = [
            Order::Ask,
            Order::Hold(Wish::default()),
            Order::Beat,
            Order::Settings(SettingsPage::App),
        ];
        let names = orders.iter().map(|order| order.command().0);
        for name in names.chain(["attach"]) {
            for (file, text, pattern) in ELSEWHERE {
                assert!(
                    text.contains(&pattern.replace("NAME", name)),
                    "{file} lacks {name}"
                );
            }
        }
    }

    #[test]
    fn a_wish_is_said_in_the_words_the_phones_read() {
        let wish = Wish {
            awake: true,
            playing: Some("Three warm layers".into()),
            paused: false,
            focus: 2,
        };
        let (_, said) = Order::Hold(wish).command();
        assert_eq!(
            said,
            json!({"awake": true, "playing": "Three warm layers", "paused": false, "focus": 2})
        );
    }
}
