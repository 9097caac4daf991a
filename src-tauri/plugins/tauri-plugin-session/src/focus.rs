//! Whose the loudspeaker is.
//!
//! Android gives it to one app at a time and says so; iOS interrupts. Either way the app has to be
//! told once, and what comes late about a time that is over must not be believed: every asking has
//! a number, its **turn**, which the native half repeats in what it says.
//!
//! |           | it begins    | nothing to play | gain               | transient, delayed | loss, refused    |
//! |-----------|--------------|-----------------|--------------------|--------------------|------------------|
//! | `Free`    | → Held, asks | ·               | ·                  | ·                  | ·                |
//! | `Held`    | ·            | → Free          | ·                  | → Waiting, tells   | → Lost, tells    |
//! | `Waiting` | → Held, asks | → Free          | → Held, tells      | ·                  | → Lost, tells    |
//! | `Lost`    | → Held, asks | → Free          | → Held, tells      | → Waiting          | ·                |
//!
//! *it begins*: something plays that stood still, or somebody listens.
//! `·` changes nothing; a word about another turn never does. A pause is not "nothing to play":
//! who let go of the loudspeaker would not hear that the call is over. Android lowers us by itself
//! while somebody else says a word, so `duck` is nobody's business. Pure.

use app::host::{Hold, Outside};
use serde::Deserialize;

/// What the system said about the loudspeaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    Gain,
    /// Gone, and it will come back.
    Transient,
    Duck,
    /// Gone until we ask again.
    Loss,
    /// Not now, and nobody will tell us when.
    Refused,
    /// Not now; it will come.
    Delayed,
}

/// The loudspeaker, as we have it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Focus {
    state: State,
    /// Counted up with every asking; 0 before the first.
    turn: u32,
    /// Something played when we were told last, and did not stand still.
    played: bool,
    /// Somebody listened when we were told last.
    listened: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Free,
    Held,
    Waiting,
    Lost,
}

impl Focus {
    /// The app says what it needs. The turn to be held by the system from now on; 0: let go.
    pub fn need(&mut self, hold: &Hold) -> u32 {
        let plays = hold.playing.is_some() && !hold.paused;
        // Each for itself: a microphone that stays open through a pause must not hide that
        // somebody pressed "carry on".
        let begins = (plays && !self.played) || (hold.listening && !self.listened);
        self.played = plays;
        self.listened = hold.listening;
        if hold.playing.is_none() && !hold.listening {
            self.state = State::Free;
        } else if begins && self.state != State::Held {
            self.state = State::Held;
            self.turn = self.turn.wrapping_add(1).max(1);
        }
        if self.state == State::Free {
            0
        } else {
            self.turn
        }
    }

    /// The system says something about `turn`.
    pub fn hear(&mut self, turn: u32, change: Change) -> Option<Outside> {
        if turn != self.turn || self.state == State::Free {
            return None;
        }
        let (next, told) = match (self.state, change) {
            (_, Change::Duck)
            | (State::Held, Change::Gain)
            | (State::Waiting, Change::Transient | Change::Delayed)
            | (State::Lost, Change::Loss | Change::Refused)
            | (State::Free, _) => return None,
            (State::Held, Change::Transient | Change::Delayed) => (
                State::Waiting,
                Some(Outside::Interrupted { for_good: false }),
            ),
            (State::Held | State::Waiting, Change::Loss | Change::Refused) => {
                (State::Lost, Some(Outside::Interrupted { for_good: true }))
            }
            (State::Waiting | State::Lost, Change::Gain) => {
                (State::Held, Some(Outside::InterruptionOver))
            }
            (State::Lost, Change::Transient | Change::Delayed) => (State::Waiting, None),
        };
        self.state = next;
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playing() -> Hold {
        Hold {
            playing: Some("Three warm layers".into()),
            ..Hold::default()
        }
    }

    fn paused() -> Hold {
        Hold {
            paused: true,
            ..playing()
        }
    }

    const CALL: Outside = Outside::Interrupted { for_good: false };
    const ANOTHER_PLAYER: Outside = Outside::Interrupted { for_good: true };

    #[test]
    fn a_call_interrupts_once_and_its_end_is_told() {
        let mut focus = Focus::default();
        let turn = focus.need(&playing());
        assert_eq!(focus.hear(turn, Change::Gain), None, "nothing new");
        assert_eq!(focus.hear(turn, Change::Transient), Some(CALL));
        assert_eq!(focus.hear(turn, Change::Transient), None);
        assert_eq!(
            focus.need(&paused()),
            turn,
            "a pause keeps the place in the queue"
        );
        assert_eq!(
            focus.hear(turn, Change::Gain),
            Some(Outside::InterruptionOver)
        );
        assert_eq!(
            focus.need(&playing()),
            turn,
            "given back, so nobody is asked"
        );
    }

    #[test]
    fn going_on_during_the_call_asks_again() {
        let mut focus = Focus::default();
        let turn = focus.need(&playing());
        focus.hear(turn, Change::Transient);
        assert_eq!(
            focus.need(&playing()),
            turn,
            "the app has not noticed yet; that is no wish"
        );
        focus.need(&paused());
        assert_eq!(focus.need(&playing()), turn + 1);
        assert_eq!(focus.hear(turn + 1, Change::Delayed), Some(CALL));
    }

    #[test]
    fn another_player_takes_it_for_good_and_play_takes_it_back() {
        let mut focus = Focus::default();
        let turn = focus.need(&playing());
        assert_eq!(focus.hear(turn, Change::Loss), Some(ANOTHER_PLAYER));
        assert_eq!(focus.hear(turn, Change::Loss), None);
        focus.need(&paused());
        assert_eq!(focus.need(&playing()), turn + 1);
        assert_eq!(
            focus.hear(turn, Change::Loss),
            None,
            "the old turn has no say"
        );
        assert_eq!(focus.hear(turn + 1, Change::Refused), Some(ANOTHER_PLAYER));
    }

    #[test]
    fn an_open_microphone_does_not_hide_that_somebody_carries_on() {
        let listening = |hold| Hold {
            listening: true,
            ..hold
        };
        let mut focus = Focus::default();
        let turn = focus.need(&listening(playing()));
        focus.hear(turn, Change::Loss);
        assert_eq!(focus.need(&listening(paused())), turn);
        assert_eq!(focus.need(&listening(playing())), turn + 1);
    }

    #[test]
    fn who_plays_nothing_hears_of_no_interruption() {
        let mut focus = Focus::default();
        let turn = focus.need(&playing());
        assert_eq!(focus.need(&Hold::default()), 0);
        for change in [
            Change::Gain,
            Change::Transient,
            Change::Loss,
            Change::Refused,
        ] {
            assert_eq!(focus.hear(turn, change), None, "{change:?}");
        }
    }

    #[test]
    fn listening_needs_the_loudspeaker_to_ourselves_too() {
        let listening = Hold {
            listening: true,
            ..Hold::default()
        };
        let mut focus = Focus::default();
        assert_eq!(focus.need(&listening), 1);
        assert_eq!(focus.need(&Hold::default()), 0);
    }

    #[test]
    fn a_word_said_over_us_lowers_us_and_no_more() {
        let mut focus = Focus::default();
        let turn = focus.need(&playing());
        assert_eq!(focus.hear(turn, Change::Duck), None);
        assert_eq!(focus.hear(turn, Change::Gain), None);
    }
}
