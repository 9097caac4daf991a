//! The one permission under which an iPhone lets us play and listen, and what its news mean.
//!
//! Apple calls it the audio session. There is one for everything an app sounds, so it is settled
//! before any stream is opened, and a stream is never opened on what was asked for: what was
//! granted is read back, again after the streams run, and again at every change.
//!
//! | what comes                       | Off   | On                               | Taken        |
//! |----------------------------------|-------|----------------------------------|--------------|
//! | a stream wants to open           | → On  | asked again if it needs another  | refused      |
//! | a call, an alarm, another player | Taken | → Taken, the sound is lost       | ·            |
//! | that is over: go on              | ·     | ·                                | → Off        |
//! | that is over, no more            | ·     | ·                                | ·            |
//! | we are in sight; a person asks   | ·     | ·                                | → Off        |
//! | headphones were pulled out       | ·     | → Off, the sound is lost         | ·            |
//! | the way is another               | ·     | the sound has moved, if so       | ·            |
//! | the phone's sound has restarted  | ·     | → Off, the sound is lost         | → Off        |
//!
//! *Taken* is kept to: to ask again would silence whoever has the sound now, which may be the
//! music the person has just chosen. An interruption need not have an end, so being in sight
//! counts as one. *Lost* makes the app stand still, so that nothing catches up and nothing bursts
//! out of a loudspeaker; going on is the person's. The streams are ended at every loss, before
//! `cpal` could revive them by itself.
//!
//! Pure but for the [`System`]. Called on the supervisor's thread; news may come from any.

use crate::io::stream::Upheaval;
use crate::io::words::DeviceError;
use crate::units::SampleRate;

/// What the sound is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::io) enum Use {
    #[default]
    Play,
    PlayAndListen,
}

/// What we ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::io) struct Ask {
    /// `Play` is "playback": heard with the ring switch off and the screen dark, over anything,
    /// and without the microphone's light. `PlayAndListen` is "play and record", kept no longer
    /// than the microphone is open, and made to use the loudspeaker, as its own choice would be
    /// the earpiece; of Bluetooth only the kind that carries music, as the kind with a microphone
    /// turns all sound into a telephone's.
    pub(in crate::io) purpose: Use,
    /// Without the phone's levelling and filtering ("measurement"), whenever we listen: a take
    /// holds what was played, at the loudness it was played at, and a probe comes back as it was
    /// sent. The same as `Unprocessed` on Android. Its price is a softer loudspeaker, so it is not
    /// asked for while we only play.
    pub(in crate::io) untouched: bool,
    /// Frames per second.
    pub(in crate::io) rate: u32,
    /// Frames in a callback.
    pub(in crate::io) block: u32,
}

impl Ask {
    /// `rate` is the engine's, once there is one: any other would be converted.
    fn new(purpose: Use, rate: Option<SampleRate>) -> Ask {
        Ask {
            purpose,
            untouched: purpose == Use::PlayAndListen,
            rate: rate.unwrap_or(SampleRate::STUDIO).hz(),
            block: crate::io::stream::BLOCK,
        }
    }
}

/// A loudspeaker, a headphone, a microphone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::io) struct Port {
    /// Kind and number: stays the same as long as it is the same device.
    pub(in crate::io) id: String,
    /// As the person knows it.
    pub(in crate::io) name: String,
}

/// What there is, as the phone says itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::io) struct Granted {
    /// What it is for now; `None` if somebody else in this app has changed it.
    pub(in crate::io) purpose: Option<Use>,
    /// Frames per second, in both directions.
    pub(in crate::io) rate: u32,
    /// Frames in a callback. Changes without anything else changing.
    pub(in crate::io) block: u32,
    /// Channels of the microphone; 0 without one.
    pub(in crate::io) inputs: u32,
    pub(in crate::io) output: Port,
    pub(in crate::io) input: Port,
}

impl Granted {
    /// Whether streams opened on `self` are still right on `now`.
    fn still_holds(&self, now: &Granted) -> bool {
        let block = self.block;
        *self
            == Granted {
                block,
                ..now.clone()
            }
    }

    /// The output's id, for the route its delay is kept under. A phone that runs at another rate
    /// than the stream converts, which takes time of its own.
    pub(in crate::io) fn output_id(&self, stream_rate: u32) -> String {
        if self.rate == stream_rate {
            format!("ios:{}", self.output.id)
        } else {
            format!("ios:{}@{}", self.output.id, self.rate)
        }
    }

    pub(in crate::io) fn input_id(&self) -> String {
        format!("ios:{}", self.input.id)
    }
}

/// What the phone tells us by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::io) enum SessionNews {
    /// Somebody else has the sound: a call, an alarm, another player.
    Taken,
    /// They are done.
    Over { go_on: bool },
    /// The app is on the screen again, after it was not.
    InSight,
    /// What was listened through is gone; or we were asleep, and everything is.
    WayGone,
    /// Anything else about the way: to be compared with what we run on.
    WayChanged,
    /// The phone's sound fell over and is new.
    Restarted,
}

/// The phone. Errors are for the log.
pub(in crate::io) trait System: Send {
    /// Settles what the sound is for, and asks for rate and block.
    fn ask(&mut self, ask: &Ask) -> Result<(), String>;
    /// Takes the sound; others fall silent. May wait some 100 ms.
    fn activate(&mut self) -> Result<(), String>;
    /// Gives it back, and tells the others so. No stream may run.
    fn deactivate(&mut self);
    fn granted(&self) -> Granted;
    /// False if the person has refused the microphone: iOS would give silence.
    fn may_listen(&self) -> bool;
    /// The next piece of news, if there is one.
    fn news(&mut self) -> Option<SessionNews>;
}

#[derive(Debug)]
enum State {
    Off,
    On {
        ask: Ask,
        granted: Granted,
    },
    /// By somebody else, who may or may not give it back.
    Taken,
}

/// Gives the sound back when it is dropped; the streams must have ended by then.
#[derive(Debug)]
pub(in crate::io) struct SoundSession<S: System> {
    system: S,
    state: State,
    purpose: Use,
}

impl<S: System> SoundSession<S> {
    pub(in crate::io) fn new(system: S) -> SoundSession<S> {
        SoundSession {
            system,
            state: State::Off,
            purpose: Use::default(),
        }
    }

    /// Before any stream is opened. What is granted, as far as it is known before one runs.
    ///
    /// # Errors
    /// Somebody else has the sound; or the phone refuses it.
    pub(in crate::io) fn ready(
        &mut self,
        rate: Option<SampleRate>,
    ) -> Result<Granted, DeviceError> {
        let wanted = Ask::new(self.purpose, rate);
        match &self.state {
            State::Taken => return Err(DeviceError::Gone),
            State::On { ask, .. } if *ask == wanted => {}
            State::On { .. } | State::Off => {
                self.state = State::Off;
                self.system
                    .ask(&wanted)
                    .and_then(|()| self.system.activate())
                    .map_err(DeviceError::System)?;
            }
        }
        let granted = self.system.granted();
        if granted.rate != wanted.rate {
            log::info!("{} Hz asked for, {} granted", wanted.rate, granted.rate);
        }
        self.state = State::On {
            ask: wanted,
            granted: granted.clone(),
        };
        Ok(granted)
    }

    /// What the streams run on, now that they run: the way settles only then.
    pub(in crate::io) fn look(&mut self) -> Granted {
        let now = self.system.granted();
        if let State::On { granted, .. } = &mut self.state {
            granted.clone_from(&now);
        }
        now
    }

    /// From now on we listen as well, or no longer. True if the streams must be opened again for
    /// it: the phone stops them when it changes what they are for.
    ///
    /// # Errors
    /// The person has refused; nothing was changed.
    pub(in crate::io) fn listen(&mut self, listening: bool) -> Result<bool, DeviceError> {
        if listening && !self.system.may_listen() {
            return Err(DeviceError::MicrophoneRefused);
        }
        self.purpose = if listening {
            Use::PlayAndListen
        } else {
            Use::Play
        };
        Ok(matches!(&self.state, State::On { ask, .. } if ask.purpose != self.purpose))
    }

    /// A person asks for sound: it may be asked for again, whoever has it. True if somebody had.
    pub(in crate::io) fn insist(&mut self) -> bool {
        let taken = matches!(self.state, State::Taken);
        if taken {
            self.state = State::Off;
        }
        taken
    }

    /// What has come since the last call, and the worst it means.
    pub(in crate::io) fn told(&mut self) -> Option<Upheaval> {
        let mut worst = None;
        while let Some(news) = self.system.news() {
            log::info!("the phone's sound: {news:?}");
            worst = worst.max(self.hear(news));
        }
        worst
    }

    fn hear(&mut self, news: SessionNews) -> Option<Upheaval> {
        let on = matches!(self.state, State::On { .. });
        let lost = on.then_some(Upheaval::Lost);
        match news {
            SessionNews::Taken => {
                self.state = State::Taken;
                lost
            }
            SessionNews::Over { go_on: true } | SessionNews::InSight => {
                self.insist();
                None
            }
            SessionNews::Over { go_on: false } => None,
            SessionNews::WayGone => {
                if on {
                    self.state = State::Off;
                }
                lost
            }
            SessionNews::Restarted => {
                self.state = State::Off;
                lost
            }
            SessionNews::WayChanged => {
                let now = self.system.granted();
                match &self.state {
                    // Ours, most often: every change that we ask for is told us, late.
                    State::On { granted, .. } if granted.still_holds(&now) => None,
                    State::On { .. } => {
                        self.state = State::Off;
                        Some(Upheaval::Moved)
                    }
                    State::Off | State::Taken => None,
                }
            }
        }
    }
}

impl<S: System> Drop for SoundSession<S> {
    fn drop(&mut self) {
        // What somebody else has is not ours to give back.
        if !matches!(self.state, State::Taken) {
            self.system.deactivate();
        }
    }
}
