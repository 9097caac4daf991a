//! What crosses to the phone and back, as JSON.
//!
//! Days and times are text in the form every side reads (`2026-11-24`, `2026-11-24T19:00:00`,
//! `22:00:00`), by the wall clock: the phone says which moment that is, wherever it is by then.

use serde::{Deserialize, Serialize};

/// What a person reads around a reminder. Kept by the phone, which shows without asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Words {
    /// The app's name; all that a locked screen shows, where the person wants it so.
    pub name: String,
    /// What the phone's settings call these notifications, and the line below.
    pub channel: String,
    pub about: String,
    pub two_minutes: String,
    pub later: String,
    pub not_today: String,
}

/// One reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// `yyyymmdd0`, or `yyyymmdd1` for once more that day. Others have no day.
    pub id: i32,
    /// The practice day; `None` for one that is only tried.
    pub day: Option<String>,
    /// When; `None` is at once, or when the phone is told beside it.
    pub local: Option<String>,
    pub title: String,
    pub body: String,
    /// Handed back with the news that it was shown.
    pub text: String,
    /// "In an hour" is offered.
    pub can_wait: bool,
}

/// Hours in which nothing is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hours {
    pub from: String,
    pub until: String,
}

/// Everything that is to be armed. Whole each time, some kilobytes at the most: so a message that
/// was lost, or came twice, leaves nothing that the next one does not put right.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Keep {
    pub reminders: Vec<Entry>,
    pub quiet: Option<Hours>,
}

/// What the phone has to say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct News {
    pub permission: Allowed,
    /// Since the last time, oldest first; told once.
    #[serde(default)]
    pub happened: Vec<Happened>,
}

/// Whether the person lets us show anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allowed {
    Prompt,
    Granted,
    /// Only they can change it, in the phone's settings.
    #[default]
    Denied,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Happened {
    pub id: i32,
    /// Milliseconds since 1970.
    pub at: i64,
    /// `shown`, `open`, `two-minutes`, `later` or `not-today`. Text, because it may come from an
    /// older version's memory; what nobody knows is the reader's to ignore.
    pub what: String,
    /// Of one that was shown: [`Entry::text`].
    #[serde(default)]
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_crosses_with_the_names_the_phone_reads() {
        let keep = Keep {
            reminders: vec![Entry {
                id: 202_611_240,
                day: Some("2026-11-24".into()),
                local: Some("2026-11-24T19:00:00".into()),
                title: "Undersong".into(),
                body: "One small beat today?".into(),
                text: "oneSmallBeat".into(),
                can_wait: true,
            }],
            quiet: Some(Hours {
                from: "22:00:00".into(),
                until: "07:00:00".into(),
            }),
        };
        assert_eq!(
            serde_json::to_value(&keep).unwrap(),
            serde_json::json!({
                "reminders": [{
                    "id": 202_611_240,
                    "day": "2026-11-24",
                    "local": "2026-11-24T19:00:00",
                    "title": "Undersong",
                    "body": "One small beat today?",
                    "text": "oneSmallBeat",
                    "canWait": true,
                }],
                "quiet": { "from": "22:00:00", "until": "07:00:00" },
            })
        );
    }

    #[test]
    fn news_that_a_newer_phone_words_otherwise_are_read_as_far_as_they_are_known() {
        let news: News = serde_json::from_str(
            r#"{"permission":"granted","more":1,
                "happened":[{"id":1,"at":5,"what":"sung","volume":3}]}"#,
        )
        .unwrap();
        assert_eq!(news.permission, Allowed::Granted);
        assert_eq!(news.happened[0].what, "sung");
        assert_eq!(news.happened[0].text, "");
    }
}
