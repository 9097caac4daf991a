//! Everything around a session in one place: what the app needs goes out, what happened comes in.
//!
//! Pure: `now` is an argument, and orders are returned rather than carried out.

use std::collections::VecDeque;
use std::time::Instant;

use app::host::{Button, Hold, MicrophoneAccess, Outside};

use crate::focus::Focus;
use crate::message::Message;
use crate::microphone::Microphone;
use crate::order::{Order, Wish};
use crate::route::{Settling, way_out};

/// More than this much has not been asked for; then the oldest goes.
const LONGEST_QUEUE: usize = 64;

pub struct Surroundings {
    microphone: Microphone,
    focus: Focus,
    way: Settling,
    /// What the app needs at present.
    hold: Hold,
    /// What the system was told last.
    told: Wish,
    is_in_sight: bool,
    happened: VecDeque<Outside>,
}

impl Surroundings {
    /// With the microphone as it is known before the system says anything.
    pub fn new(microphone: MicrophoneAccess) -> Surroundings {
        Surroundings {
            microphone: Microphone::known(microphone),
            focus: Focus::default(),
            way: Settling::default(),
            hold: Hold::default(),
            told: Wish::default(),
            is_in_sight: true,
            happened: VecDeque::new(),
        }
    }

    pub fn microphone(&self) -> MicrophoneAccess {
        self.microphone.access()
    }

    /// Whoever asks gets an answer, even if the system is not asked.
    pub fn ask(&mut self) -> Option<Order> {
        let shows = self.microphone.ask();
        self.happens(Outside::Microphone(self.microphone.access()));
        shows.then_some(Order::Ask)
    }

    pub fn can_be_muted(&self) -> bool {
        self.microphone.has_switch()
    }

    /// Only what changed crosses over.
    pub fn hold(&mut self, hold: &Hold) -> Option<Order> {
        self.hold.clone_from(hold);
        let focus = self.focus.need(hold);
        self.wish(focus)
    }

    /// Something was said by the native half.
    pub fn hear(&mut self, message: Message, now: Instant) -> Option<Order> {
        match message {
            Message::Suspended => {
                if self.is_in_sight {
                    self.is_in_sight = false;
                    self.happens(Outside::Suspended);
                }
            }
            Message::Resumed => {
                if !self.is_in_sight {
                    self.is_in_sight = true;
                    self.happens(Outside::Resumed);
                    // What had to wait until we are seen.
                    return self.wish(self.told.focus);
                }
            }
            Message::Focus { turn, change } => {
                if let Some(told) = self.focus.hear(turn, change) {
                    self.happens(told);
                }
            }
            Message::Noisy => self.happens(Outside::Noisy),
            Message::Routes { outputs } => {
                if let Some(way) = way_out(&outputs) {
                    self.way.see(way, now);
                }
            }
            Message::Microphone { cause, facts } => {
                self.noticing_the_microphone(|microphone| microphone.learn(cause, facts));
            }
            Message::Button { button } => self.happens(Outside::Button(button)),
            // Tried again when we are next in sight.
            Message::NotKept => self.told.playing = None,
            // What kept it alive has ended; so does what played.
            Message::Removed => {
                self.told.playing = None;
                self.happens(Outside::Button(Button::Stop));
            }
            Message::Failed { what } => log::warn!("the phone could not: {what}"),
        }
        None
    }

    /// What happened since the last call, in its order.
    pub fn events(&mut self, now: Instant) -> Vec<Outside> {
        if let Some(way) = self.way.settled(now) {
            self.happens(Outside::Rerouted(way));
        }
        self.happened.drain(..).collect()
    }

    /// What the system has to be told, if anything.
    fn wish(&mut self, focus: u32) -> Option<Order> {
        // A service that keeps sound going may begin only while we are seen; from behind, Android
        // 12 and newer throws.
        let may_begin = self.is_in_sight || self.told.playing.is_some();
        let wish = Wish {
            awake: self.hold.awake,
            playing: self.hold.playing.clone().filter(|_| may_begin),
            paused: self.hold.paused,
            focus,
        };
        if wish == self.told {
            return None;
        }
        self.told.clone_from(&wish);
        Some(Order::Hold(wish))
    }

    fn noticing_the_microphone(&mut self, change: impl FnOnce(&mut Microphone)) {
        let before = self.microphone.access();
        change(&mut self.microphone);
        let after = self.microphone.access();
        if before != after {
            self.happens(Outside::Microphone(after));
        }
    }

    fn happens(&mut self, what: Outside) {
        if self.happened.len() == LONGEST_QUEUE {
            log::warn!("nobody asked what happened outside; the oldest is forgotten");
            self.happened.pop_front();
        }
        self.happened.push_back(what);
    }
}

#[cfg(test)]
#[path = "surroundings_tests.rs"]
mod tests;
