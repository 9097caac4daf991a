//! Where the engine plays: on a device, or in silence until there is one.

use std::time::{Duration, Instant};

use super::{Supervisor, read_news};
use crate::io::backend::Backend;
use crate::io::player::{Player, Seat};
use crate::io::stream::{Output, Upheaval};
use crate::io::watch::{Retry, Watch};
use crate::io::words::{DeviceError, HostEvent};

/// A callback that holds the player this long has hung, and the player with it.
const HUNG: Duration = Duration::from_secs(2);
/// After a loss only the same sound server is tried for so long: one that restarts would find its
/// sound card taken if we went past it to the hardware.
const FAITHFUL: Duration = Duration::from_secs(5);

pub(super) enum Place {
    Device {
        output: Output,
        watch: Watch,
    },
    StandIn {
        seat: Seat,
        _calls: Option<Box<dyn Send>>,
        retry: Retry,
        lost_from: Option<&'static str>,
    },
}

impl Place {
    /// The player sits down at a stream that has called back.
    pub(super) fn on(output: Output, player: Box<Player>, now: Instant) -> Place {
        output.seat.sit(player);
        Place::Device {
            output,
            watch: Watch::new(now),
        }
    }

    pub(super) fn in_silence(
        backend: &mut dyn Backend,
        player: Box<Player>,
        lost_from: Option<&'static str>,
    ) -> Place {
        let seat = Seat::default();
        let rate = player.rate();
        seat.sit(player);
        Place::StandIn {
            _calls: backend.stand_in(seat.clone(), rate),
            seat,
            retry: Retry::new(backend.now()),
            lost_from,
        }
    }

    pub(super) fn seat(&self) -> &Seat {
        match self {
            Place::Device { output, .. } => &output.seat,
            Place::StandIn { seat, .. } => seat,
        }
    }

    pub(super) fn is_silent(&self) -> bool {
        matches!(self, Place::StandIn { .. })
    }

    /// The system, the device's id, and its name.
    pub(super) fn shown(&self) -> (&'static str, &str, Option<String>) {
        match self {
            Place::Device { output, .. } => (output.backend, &output.id, Some(output.name.clone())),
            Place::StandIn { .. } => ("none", "", None),
        }
    }
}

impl Supervisor {
    pub(super) fn watch_output(&mut self) {
        let now = self.backend.now();
        match &mut self.place {
            Place::Device { output, watch } => {
                let told = read_news(&mut output.news, &self.xruns);
                if told || watch.is_starved(output.seat.callbacks(), now) {
                    self.lose_output();
                }
            }
            Place::StandIn {
                retry, lost_from, ..
            } => {
                let only = lost_from.filter(|_| retry.waited(now) < FAITHFUL);
                if retry.is_due(now)
                    && let Ok(name) = self.move_to_device(only)
                {
                    self.tell(HostEvent::Restored { name });
                }
            }
        }
    }

    /// What the system says of everything at once.
    pub(super) fn heed_system(&mut self) {
        match self.backend.told() {
            // Frames that come through another microphone, or by another delay, are another take.
            Some(Upheaval::Moved) if !self.microphone.is_wanted() && !self.place.is_silent() => {
                // What does not open again has been said to be lost, and is looked for.
                let _ = self.reopen_output();
            }
            Some(Upheaval::Moved | Upheaval::Lost) => self.lose_output(),
            None => {}
        }
    }

    /// A person asks for sound.
    pub(in crate::io) fn wake(&mut self) {
        if self.backend.insist()
            && self.place.is_silent()
            && let Ok(name) = self.move_to_device(None)
        {
            self.tell(HostEvent::Restored { name });
        }
    }

    /// Ends the output and opens it again, of our own accord: nobody is told, unless it does not
    /// open. The microphone is closed.
    pub(super) fn reopen_output(&mut self) -> Result<(), DeviceError> {
        let (.., name) = self.place.shown();
        let moved = self.move_output();
        if let (Err(_), Some(name)) = (&moved, name)
            && self.place.is_silent()
        {
            self.tell(HostEvent::Lost { name });
        }
        moved
    }

    fn lose_output(&mut self) {
        let Place::Device { output, .. } = &self.place else {
            return;
        };
        let name = output.name.clone();
        let Some(stream) = self.leave_device() else {
            // The callback has hung inside the engine or the driver; there is nobody to move. It
            // is asked again at the next step.
            log::error!("{name}: the audio callback has hung");
            return;
        };
        self.tell(HostEvent::Lost { name });
        // The microphone was lined up with this output's callbacks.
        self.lose_input();
        self.backend.end(stream);
    }

    /// Moves the player from a device to the stand-in. Returns the stream it has left, or `None`
    /// if its callback does not let go.
    fn leave_device(&mut self) -> Option<Box<dyn Send>> {
        let Place::Device { output, .. } = &self.place else {
            return None;
        };
        let player = output.seat.leave(HUNG)?;
        let place = Place::in_silence(&mut *self.backend, player, Some(output.backend));
        match std::mem::replace(&mut self.place, place) {
            Place::Device { output, .. } => Some(output.stream),
            Place::StandIn { .. } => None,
        }
    }

    /// Ends the output, if there is one, and moves to the one chosen.
    pub(super) fn move_output(&mut self) -> Result<(), DeviceError> {
        if !self.place.is_silent() {
            let stream = self.leave_device().ok_or(DeviceError::Gone)?;
            self.backend.end(stream);
        }
        self.move_to_device(None).map(drop)
    }

    /// Opens an output and moves the player there from the stand-in. Returns the device's name.
    fn move_to_device(&mut self, only: Option<&str>) -> Result<String, DeviceError> {
        let output = self
            .backend
            .open_output(&self.prefs, only, Some(self.rate))?;
        let Some(player) = self.place.seat().leave(HUNG) else {
            self.backend.end(output.stream);
            return Err(DeviceError::Gone);
        };
        let name = output.name.clone();
        self.place = Place::on(output, player, self.backend.now());
        Ok(name)
    }
}
