//! The words of a reminder. They stand on a lock screen, so they say nothing about how anybody is.

use serde::{Deserialize, Serialize};

/// One text. Kept by its name, so that a translation can change without the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Text {
    TwoMinutes,
    OneSmallBeat,
    ShortOne,
    /// Only when there is a piece in the album.
    YourLoop,
    /// Only after a week without.
    WelcomeBack,
    /// The last one before silence.
    Farewell,
}

/// What is true on the day of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    pub has_piece: bool,
    /// A week or longer without music.
    pub away: bool,
    /// The last one before silence.
    pub last: bool,
}

impl Text {
    pub const ALL: [Text; 6] = [
        Text::TwoMinutes,
        Text::OneSmallBeat,
        Text::ShortOne,
        Text::YourLoop,
        Text::WelcomeBack,
        Text::Farewell,
    ];

    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Text::TwoMinutes => "Two minutes of sound when you are ready.",
            Text::OneSmallBeat => "One small beat today?",
            Text::ShortOne => "Want the short one? It counts.",
            Text::YourLoop => "Your loop is where you left it.",
            Text::WelcomeBack => "Welcome back. Nothing to catch up on.",
            Text::Farewell => "We will be quiet now. Your music is safe, and the door is open.",
        }
    }

    /// The one that follows `before`: around the circle of those that are true today, so that the
    /// same words never come twice in a row.
    #[must_use]
    pub fn following(before: Option<Text>, occasion: Occasion) -> Text {
        if occasion.last {
            return Text::Farewell;
        }
        let is_true = |text: &Text| match text {
            Text::TwoMinutes | Text::OneSmallBeat | Text::ShortOne => true,
            Text::YourLoop => occasion.has_piece,
            Text::WelcomeBack => occasion.away,
            Text::Farewell => false,
        };
        let place = before.and_then(|text| Text::ALL.iter().position(|other| *other == text));
        let from = place.map_or(0, |place| place + 1);
        let circle = Text::ALL.iter().cycle().skip(from).take(Text::ALL.len());
        circle.copied().find(is_true).unwrap_or(Text::TwoMinutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: Occasion = Occasion {
        has_piece: true,
        away: true,
        last: false,
    };

    #[test]
    fn the_same_words_never_come_twice_in_a_row_and_all_of_them_come() {
        for (has_piece, away, texts) in [(true, true, 5), (true, false, 4), (false, false, 3)] {
            let occasion = Occasion {
                has_piece,
                away,
                last: false,
            };
            let mut said = vec![Text::following(None, occasion)];
            for _ in 0..20 {
                said.push(Text::following(said.last().copied(), occasion));
            }
            assert!(said.windows(2).all(|pair| pair[0] != pair[1]), "{said:?}");
            said.sort_by_key(|text| *text as u8);
            said.dedup();
            assert_eq!(said.len(), texts);
        }
    }

    #[test]
    fn a_loop_is_only_mentioned_to_somebody_who_has_one() {
        let alone = Occasion {
            has_piece: false,
            away: true,
            last: false,
        };
        let said = Text::ALL.map(|before| Text::following(Some(before), alone));
        assert!(!said.contains(&Text::YourLoop));
    }

    #[test]
    fn goodbye_is_said_once_and_last() {
        let last = Occasion {
            last: true,
            ..EVERYTHING
        };
        assert_eq!(Text::following(Some(Text::ShortOne), last), Text::Farewell);
        let said = Text::ALL.map(|before| Text::following(Some(before), EVERYTHING));
        assert!(!said.contains(&Text::Farewell));
    }

    #[test]
    fn no_text_orders_blames_or_says_how_anybody_is() {
        const NEVER: [&str; 27] = [
            "should",
            "must",
            "just",
            "relax",
            "calm",
            "cure",
            "treat",
            "therap",
            "patient",
            "symptom",
            "disorder",
            "fix",
            "heal",
            "failed",
            "lazy",
            "cheat",
            "miss",
            "streak",
            "mood",
            "stress",
            "anx",
            "depress",
            "well-being",
            "wellbeing",
            "feel",
            "!",
            "mental",
        ];
        for text in Text::ALL {
            let words = text.words().to_lowercase();
            for never in NEVER {
                assert!(!words.contains(never), "{words:?} says {never:?}");
            }
            assert!(words.len() <= 70, "{words:?} is cut off on a lock screen");
        }
    }
}
