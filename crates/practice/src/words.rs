//! The few sentences the app itself says, and the one extra question after a session.
//!
//! Content design §7.1 is the law here: name what was done, never promise an effect, allow every
//! answer.

use crate::CheckIn;
use crate::exercise::{Exercise, Intent};

/// One further item, asked once after a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The id it is kept under.
    pub id: &'static str,
    /// Answered from 0 to 10.
    pub text: &'static str,
}

/// The item that fits what the exercise is first for; calming and lifting ones ask nothing more.
#[must_use]
pub fn extra_item(exercise: &Exercise) -> Option<Item> {
    match exercise.intents.first()? {
        Intent::Calm | Intent::Lift => None,
        Intent::Express => Some(Item {
            id: "felt_expressed",
            text: "Something inside got out.",
        }),
        Intent::Focus => Some(Item {
            id: "flow_1",
            text: "I was absorbed in it.",
        }),
        Intent::Confidence => Some(Item {
            id: "comp_1",
            text: "I feel able to make something I like.",
        }),
    }
}

/// The line after the second check-in. Never "it worked".
#[must_use]
pub fn after_line(before: Option<&CheckIn>, after: Option<&CheckIn>) -> &'static str {
    let (Some(before), Some(after)) = (before, after) else {
        return "Thank you for playing.";
    };
    let lift = after.mood.valence - before.mood.valence;
    let settle = before.tension - after.tension;
    if lift < -0.5 || settle < -1.0 {
        "Thanks for telling us. Not every piece does what we hope. We will suggest something \
         gentler next time."
    } else if lift >= 1.0 || settle >= 2.0 {
        "That went up for you today. Your piece is here whenever you want it."
    } else {
        "Thank you for telling us. Every answer is a good answer."
    }
}

/// The line under "You made this": what was done, in numbers of things and never of skill.
#[must_use]
pub fn made_line(layers: usize, voices: usize) -> &'static str {
    match (layers, voices) {
        (0, 0) => "You sat down and listened. That counts.",
        (_, 1) => "Your own voice is in there.",
        (_, 2..) => "Those are all your own voice.",
        (1, 0) => "One sound, chosen by you.",
        (2, 0) => "Two sounds that you put together.",
        _ => "A little band that you put together.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_in(valence: f32, tension: f32) -> CheckIn {
        CheckIn::new(valence, 0.0, tension).expect("inside the field")
    }

    #[test]
    fn a_worse_rating_is_thanked_and_a_skipped_one_is_fine() {
        assert!(
            after_line(Some(&check_in(1.0, 3.0)), Some(&check_in(0.0, 3.0))).contains("gentler")
        );
        assert_eq!(
            after_line(None, Some(&check_in(0.0, 3.0))),
            "Thank you for playing."
        );
    }

    #[test]
    fn no_line_uses_a_word_that_promises_or_scolds() {
        let lines = [
            after_line(None, None),
            after_line(Some(&check_in(1.0, 3.0)), Some(&check_in(0.0, 3.0))),
            after_line(Some(&check_in(0.0, 5.0)), Some(&check_in(2.0, 2.0))),
            after_line(Some(&check_in(0.0, 5.0)), Some(&check_in(0.0, 5.0))),
            made_line(0, 0),
            made_line(3, 0),
            made_line(1, 3),
        ];
        for line in lines {
            for word in crate::exercise::AVOIDED_WORDS {
                assert!(
                    !line.to_lowercase().contains(word),
                    "{line:?} says {word:?}"
                );
            }
            assert!(!line.contains('!'), "{line:?} shouts");
        }
    }
}
