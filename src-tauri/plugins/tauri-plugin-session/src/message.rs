//! What the native half says, one JSON object at a time.
//!
//! Read with patience: a field too many is nothing, and a message we do not understand is logged
//! and dropped. Kotlin and Swift are updated with us, but the systems under them are not.

use app::host::Button;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::focus::Change;
use crate::microphone::{Cause, Facts};
use crate::route::Port;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase")]
pub enum Message {
    /// Out of sight.
    Suspended,
    /// In sight again; also said once at the start.
    Resumed,
    Focus {
        /// What the app's last asking was called.
        turn: u32,
        change: Change,
    },
    /// Headphones were pulled out.
    Noisy,
    Routes {
        #[serde(deserialize_with = "those_that_make_sense")]
        outputs: Vec<Port>,
    },
    Microphone {
        cause: Cause,
        facts: Facts,
    },
    Button {
        #[serde(with = "Pressed")]
        button: Button,
    },
    /// What plays would not go on with the screen off: it began a moment too late.
    NotKept,
    /// Swiped away from the list of open apps.
    Removed,
    /// Something the native half could not do.
    Failed {
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(remote = "Button", rename_all = "camelCase")]
enum Pressed {
    Pause,
    Resume,
    Stop,
}

/// `None`, and a line in the log, for what we do not understand.
pub fn read(json: &str) -> Option<Message> {
    serde_json::from_str(json)
        .map_err(|error| log::warn!("the system said something we do not know: {error}"))
        .ok()
}

/// One strange way out does not hide the others.
fn those_that_make_sense<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Port>, D::Error> {
    let outputs = Vec::<Value>::deserialize(from)?;
    let ports = outputs
        .into_iter()
        .filter_map(|output| serde_json::from_value(output).ok());
    Ok(ports.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::microphone::{ApplePermission, Refusal};
    use crate::route::PortKind;

    #[test]
    fn every_message_of_the_native_half_is_understood() {
        let port = |kind, name: &str| Port {
            kind,
            name: Some(name.to_owned()),
        };
        let cases = [
            (r#"{"event":"suspended"}"#, Message::Suspended),
            (r#"{"event":"resumed"}"#, Message::Resumed),
            (r#"{"event":"noisy"}"#, Message::Noisy),
            (r#"{"event":"removed"}"#, Message::Removed),
            (r#"{"event":"notKept"}"#, Message::NotKept),
            (
                r#"{"event":"focus","turn":3,"change":"transient"}"#,
                Message::Focus {
                    turn: 3,
                    change: Change::Transient,
                },
            ),
            (
                r#"{"event":"button","button":"resume"}"#,
                Message::Button {
                    button: Button::Resume,
                },
            ),
            (
                r#"{"event":"routes","outputs":[{"type":8,"name":"Kitchen"},{"type":"AirPlay","name":"Hall"}]}"#,
                Message::Routes {
                    outputs: vec![
                        port(PortKind::Number(8), "Kitchen"),
                        port(PortKind::Name("AirPlay".into()), "Hall"),
                    ],
                },
            ),
            (
                r#"{"event":"microphone","cause":"answer","facts":{"system":"android","device":true,
                    "granted":false,"rationale":true,"refusal":{"afterMs":900,"rationale":false},
                    "muted":false,"switch":true}}"#,
                Message::Microphone {
                    cause: Cause::Answer,
                    facts: Facts::Android {
                        device: true,
                        granted: false,
                        rationale: true,
                        refusal: Some(Refusal {
                            after_ms: 900,
                            rationale: false,
                        }),
                        muted: false,
                        switch: true,
                    },
                },
            ),
            (
                r#"{"event":"microphone","cause":"check","facts":{"system":"apple","permission":"denied"}}"#,
                Message::Microphone {
                    cause: Cause::Check,
                    facts: Facts::Apple {
                        permission: ApplePermission::Denied,
                    },
                },
            ),
        ];
        for (json, expected) in cases {
            assert_eq!(read(json), Some(expected), "{json}");
        }
    }

    #[test]
    fn nobody_who_refused_is_as_good_as_no_refusal() {
        let json = r#"{"event":"microphone","cause":"resume","facts":{"system":"android",
            "device":true,"granted":true,"rationale":false,"muted":false,"switch":false}}"#;
        assert!(matches!(
            read(json),
            Some(Message::Microphone {
                facts: Facts::Android { refusal: None, .. },
                ..
            })
        ));
    }

    #[test]
    fn a_field_too_many_is_nothing() {
        assert_eq!(
            read(r#"{"event":"noisy","why":"pulled out"}"#),
            Some(Message::Noisy)
        );
    }

    #[test]
    fn one_strange_way_out_does_not_hide_the_others() {
        let json = r#"{"event":"routes","outputs":[{"name":"?"},null,{"type":2},{"type":[]}]}"#;
        let speaker = Port {
            kind: PortKind::Number(2),
            name: None,
        };
        let outputs = vec![speaker];
        assert_eq!(read(json), Some(Message::Routes { outputs }));
    }

    #[test]
    fn what_nobody_knows_is_dropped() {
        for json in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"event":"earthquake"}"#,
            r#"{"event":"focus","turn":-1,"change":"gain"}"#,
            r#"{"event":"focus","turn":1,"change":"sideways"}"#,
            r#"{"event":"button","button":"self-destruct"}"#,
            r#"{"event":"routes"}"#,
            r#"{"event":"microphone","cause":"check","facts":{"system":"fuchsia"}}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
