//! What goes first on a heavy day, and what is said when an exercise stirred things up.
//!
//! Rules S4 and S5 of the content design. No labels, no diagnosis, no colours of alarm; help is
//! always one tap away whether or not a rule fires.

use crate::CheckIn;

/// A card that is shown before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// S4: very tense, or as rough as the field goes.
    Heavy,
    /// S5: clearly worse than before.
    StirredUp,
}

impl Card {
    /// The words of the card.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Card::Heavy => {
                "That sounds like a lot. Let's keep it very simple today, or reach someone first."
            }
            Card::StirredUp => {
                "It looks like that stirred things up. That can happen, and you did nothing wrong. \
                 Let's stop here and settle."
            }
        }
    }
}

/// S4: tension 9 or more, or valence at the very edge.
#[must_use]
pub fn before(check_in: &CheckIn) -> Option<Card> {
    (check_in.tension >= 9.0 || check_in.mood.valence <= -4.0).then_some(Card::Heavy)
}

/// S5: tension up by 3 or more, or valence down by 2 or more.
#[must_use]
pub fn after(before: &CheckIn, after: &CheckIn) -> Option<Card> {
    let worse =
        after.tension - before.tension >= 3.0 || before.mood.valence - after.mood.valence >= 2.0;
    worse.then_some(Card::StirredUp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_in(valence: f32, tension: f32) -> CheckIn {
        CheckIn::new(valence, 0.0, tension).expect("inside the field")
    }

    #[test]
    fn a_very_tense_or_very_rough_start_brings_the_card_first() {
        assert_eq!(before(&check_in(0.0, 9.0)), Some(Card::Heavy));
        assert_eq!(before(&check_in(-4.0, 2.0)), Some(Card::Heavy));
        assert_eq!(before(&check_in(-3.5, 8.5)), None);
    }

    #[test]
    fn getting_clearly_worse_stops_kindly_and_a_small_dip_does_not() {
        assert_eq!(
            after(&check_in(1.0, 2.0), &check_in(1.0, 5.0)),
            Some(Card::StirredUp)
        );
        assert_eq!(
            after(&check_in(1.0, 2.0), &check_in(-1.0, 2.0)),
            Some(Card::StirredUp)
        );
        assert_eq!(after(&check_in(1.0, 2.0), &check_in(0.0, 4.0)), None);
    }
}
