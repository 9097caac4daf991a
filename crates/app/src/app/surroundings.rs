//! The system around the app: what it reports, what it is asked for, and whether we may listen.

use crate::device_check::Ears;
use crate::host::{Hold, Host, MicrophoneAccess, Outside, SettingsPage};
use crate::ipc::{Act, Changed, IpcError, Microphone, Notice, SessionPhase};
use crate::outside::{Deed, Playing, Scene, deeds, hold};
use crate::session::Session;

use super::App;

/// What lies outside, as it was told.
pub(super) struct Surroundings {
    host: Box<dyn Host>,
    /// What the system was told last.
    held: Hold,
    microphone: MicrophoneAccess,
    in_sight: bool,
    /// The beat that was felt last, counted from frame 0.
    beat: u64,
    /// Out of sight, the microphone is closed as soon as the last take is complete.
    letting_go: bool,
    /// A wish that waits for the person's answer to the system.
    waiting: Option<Wish>,
}

/// A wish to listen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wish {
    Act(Act),
    Measure,
    Check,
}

impl Surroundings {
    pub fn of(mut host: Box<dyn Host>) -> Surroundings {
        Surroundings {
            microphone: host.microphone(),
            host,
            held: Hold::default(),
            in_sight: true,
            beat: 0,
            letting_go: false,
            waiting: None,
        }
    }

    pub fn is_in_sight(&self) -> bool {
        self.in_sight
    }

    pub fn can_be_muted(&self) -> bool {
        self.host.can_be_muted()
    }

    /// Nobody waits any more.
    pub fn forget_wish(&mut self) {
        self.waiting = None;
    }
}

impl App {
    /// From now on the app lives in this system; until then it is alone on a computer.
    pub fn live_in(&mut self, host: Box<dyn Host>) {
        self.surroundings = Surroundings::of(host);
    }

    /// Follows what happened outside, and tells the system what is needed from here on.
    pub(super) fn follow_outside(&mut self) -> Vec<Changed> {
        let mut changed = vec![];
        for event in self.surroundings.host.events() {
            match event {
                Outside::Suspended => self.surroundings.in_sight = false,
                Outside::Resumed => self.surroundings.in_sight = true,
                Outside::Interrupted { .. }
                | Outside::InterruptionOver
                | Outside::Noisy
                | Outside::Rerouted(_)
                | Outside::Microphone(_)
                | Outside::Button(_) => {}
            }
            for deed in deeds(&event, &self.scene()) {
                log::debug!("outside: {event:?}, so {deed:?}");
                changed.extend(self.carry_out(deed));
            }
        }
        if let Some(more) = self.follow_permission() {
            changed.extend([more, Changed::Session]);
        }
        if self.surroundings.letting_go && !self.is_recording() {
            self.surroundings.letting_go = false;
            self.sound.close_input();
        }
        changed
    }

    /// Says what is needed, if that is something new.
    pub(super) fn tell_host(&mut self) {
        let needed = hold(&self.scene());
        if needed != self.surroundings.held {
            self.surroundings.host.hold(&needed);
            self.surroundings.held = needed;
        }
    }

    /// Whether a beat could be felt at all here.
    pub(super) fn can_be_felt(&self) -> bool {
        self.surroundings.host.can_be_felt()
    }

    /// Each beat once, for whoever wants to feel it: in sight, and never into a recording, which
    /// would hear it.
    pub(super) fn feel_the_beat(&mut self) {
        let Some(session) = self.session.as_ref() else {
            return;
        };
        let playhead = self.sound.engine.snapshot().playhead;
        let beat = session.beat_at(playhead);
        let is_new = beat != std::mem::replace(&mut self.surroundings.beat, beat);
        let is_wanted = self.preferences.felt_beat
            && self.surroundings.in_sight
            && session.phase == SessionPhase::Guiding
            && !session.is_recording();
        if is_new && is_wanted {
            self.surroundings.host.beat();
        }
    }

    fn scene(&self) -> Scene {
        let playing = |session: &Session| Playing {
            title: session.exercise.title.clone(),
            phase: session.phase,
            recording: session.is_recording(),
        };
        Scene {
            session: self.session.as_ref().map(playing),
            piece: self.piece_name(),
            measuring: self.is_measuring(),
            listening: self.sound.is_listening(),
            in_sight: self.surroundings.in_sight,
        }
    }

    fn is_recording(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_recording)
    }

    fn carry_out(&mut self, deed: Deed) -> Option<Changed> {
        match deed {
            Deed::TellKept => {
                let kept = self.session.as_ref().filter(|one| one.is_recording());
                let kept_seconds = kept.map(Session::safe_seconds);
                self.notices.raise(Notice::Interrupted { kept_seconds });
                None
            }
            Deed::Pause => self.answer_outside(&Act::Pause),
            Deed::Resume => self.answer_outside(&Act::Resume),
            Deed::End => self.answer_outside(&Act::Stop),
            Deed::StopPiece => {
                self.stop_piece();
                Some(Changed::Pieces)
            }
            Deed::CallOffMeasurement => {
                if self.device_check.is_sounding() {
                    self.call_off_device_check();
                    return Some(Changed::DeviceCheck);
                }
                let measurement = self.measurement.take()?;
                measurement.call_off(&mut self.sound);
                Some(Changed::Settings)
            }
            Deed::LetGoOfMicrophone => {
                let _ = self.with_session(|session, studio| {
                    session.stop_recording(studio);
                    Ok(())
                });
                self.surroundings.letting_go = true;
                Some(Changed::Session)
            }
            Deed::LookAtMicrophone => {
                self.surroundings.letting_go = false;
                let access = self.surroundings.host.microphone();
                Some(self.remember(access))
            }
            Deed::Remember(access) => Some(self.remember(access)),
            Deed::TellLate { name } => {
                let name = name.unwrap_or_else(|| "Your headphones".into());
                self.notices.raise(Notice::LateRoute { name });
                None
            }
            Deed::TakeBackLate => {
                let is_late = |notice: &Notice| matches!(notice, Notice::LateRoute { .. });
                self.notices.lower(is_late);
                None
            }
        }
    }

    fn remember(&mut self, access: MicrophoneAccess) -> Changed {
        let before = std::mem::replace(&mut self.surroundings.microphone, access);
        if before == MicrophoneAccess::PrivacyBlocked && access != before {
            self.notices
                .lower(|notice| matches!(notice, Notice::SilentInput { .. }));
        }
        Changed::Session
    }

    fn answer_outside(&mut self, act: &Act) -> Option<Changed> {
        if let Err(error) = self.with_session(|session, studio| session.act(act, studio)) {
            log::warn!("a button outside changed nothing: {error}");
        }
        Some(Changed::Session)
    }

    /// For the session's screen.
    pub(super) fn microphone(&self) -> Microphone {
        let Some(session) = self.session.as_ref().filter(|session| session.listens()) else {
            return Microphone::NotNeeded;
        };
        match self.surroundings.microphone {
            MicrophoneAccess::Granted if session.hears_nothing() => Microphone::SwitchedOff,
            MicrophoneAccess::Granted => Microphone::Allowed,
            MicrophoneAccess::Prompt => Microphone::Asks,
            MicrophoneAccess::Prompting => Microphone::Asking,
            MicrophoneAccess::PrivacyBlocked => Microphone::SwitchedOff,
            MicrophoneAccess::Denied
            | MicrophoneAccess::Blocked
            | MicrophoneAccess::Unavailable => Microphone::Refused,
        }
    }

    /// Whether `wish` has to wait: it wants to listen, and the person has not said that it may.
    ///
    /// # Errors
    /// `MicrophoneRefused` or `MicrophoneSwitchedOff` where only the person can change it;
    /// `NoMicrophone`.
    pub(super) fn waits_for_permission(&mut self, wish: Wish) -> Result<bool, IpcError> {
        let wants = match &wish {
            Wish::Act(act) => self.session.as_ref().is_some_and(|one| one.wants_ears(act)),
            Wish::Measure | Wish::Check => true,
        };
        if !wants {
            return Ok(false);
        }
        let outside = &mut self.surroundings;
        outside.microphone = match outside.microphone {
            MicrophoneAccess::Prompting => MicrophoneAccess::Prompting,
            // Changed in the system's settings since it was last looked at, perhaps.
            _ => outside.host.microphone(),
        };
        match outside.microphone {
            MicrophoneAccess::Granted => return Ok(false),
            MicrophoneAccess::Blocked => return Err(IpcError::MicrophoneRefused),
            MicrophoneAccess::PrivacyBlocked => return Err(IpcError::MicrophoneSwitchedOff),
            MicrophoneAccess::Unavailable => return Err(IpcError::NoMicrophone),
            MicrophoneAccess::Prompting => {}
            MicrophoneAccess::Prompt | MicrophoneAccess::Denied => {
                outside.microphone = MicrophoneAccess::Prompting;
                outside.host.ask_for_microphone();
            }
        }
        outside.waiting = Some(wish);
        Ok(true)
    }

    /// What waited goes on when the answer is there and somebody looks again: the system's question
    /// hides the app for a moment.
    fn follow_permission(&mut self) -> Option<Changed> {
        let outside = &mut self.surroundings;
        match outside.microphone {
            MicrophoneAccess::Prompt | MicrophoneAccess::Prompting => return None,
            MicrophoneAccess::Granted => {
                self.notices
                    .lower(|notice| *notice == Notice::MicrophoneRefused);
                if !outside.in_sight {
                    return None;
                }
                let granted = match outside.waiting.take()? {
                    Wish::Act(act) => self.act(&act).map(drop),
                    Wish::Measure => self.calibrate().map(drop),
                    Wish::Check => self.begin_device_check().map(drop),
                };
                match granted {
                    Ok(()) => {}
                    Err(IpcError::MicrophoneRefused | IpcError::NoMicrophone) => {
                        self.notices.raise(Notice::MicrophoneRefused);
                    }
                    Err(IpcError::MicrophoneSwitchedOff) => {
                        self.notices.raise(Notice::SilentInput { switch: true });
                    }
                    Err(error) => log::warn!("what waited to listen did not go on: {error}"),
                }
            }
            MicrophoneAccess::Denied
            | MicrophoneAccess::Blocked
            | MicrophoneAccess::PrivacyBlocked
            | MicrophoneAccess::Unavailable => {
                let is_muted = outside.microphone == MicrophoneAccess::PrivacyBlocked;
                match outside.waiting.take()? {
                    // The rest of the device can be looked at all the same.
                    Wish::Check => self.check_with(Err(Ears::Refused)),
                    Wish::Act(_) | Wish::Measure if is_muted => {
                        self.notices.raise(Notice::SilentInput { switch: true });
                    }
                    Wish::Act(_) | Wish::Measure => {
                        self.notices.raise(Notice::MicrophoneRefused);
                    }
                }
            }
        }
        // The settings may show a measurement from here on; a session draws itself anew anyway.
        Some(Changed::Settings)
    }

    /// The way to allow the microphone: asked once more where that is possible, else the system's
    /// settings. `false` where we know no way, and our own settings have to do.
    pub fn allow_microphone(&mut self) -> bool {
        let outside = &mut self.surroundings;
        outside.microphone = outside.host.microphone();
        match outside.microphone {
            MicrophoneAccess::Prompt | MicrophoneAccess::Denied => {
                outside.microphone = MicrophoneAccess::Prompting;
                outside.host.ask_for_microphone();
                true
            }
            MicrophoneAccess::Prompting => true,
            MicrophoneAccess::PrivacyBlocked => {
                outside.host.open_settings(SettingsPage::Microphone)
            }
            // Allowed, and not heard all the same.
            MicrophoneAccess::Granted if outside.host.can_be_muted() => {
                outside.host.open_settings(SettingsPage::Microphone)
            }
            MicrophoneAccess::Granted
            | MicrophoneAccess::Blocked
            | MicrophoneAccess::Unavailable => outside.host.open_settings(SettingsPage::App),
        }
    }
}
