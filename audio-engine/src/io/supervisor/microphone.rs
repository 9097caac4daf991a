//! What the engine hears with: nothing, a file, or a microphone that may come and go.

use std::sync::Arc;
use std::time::Duration;

use super::place::Place;
use super::{Supervisor, read_news};
use crate::io::file_microphone::FileMicrophone;
use crate::io::stream::Input;
use crate::io::watch::{Retry, Watch};
use crate::io::words::{DeviceError, DevicePrefs, HostEvent};

/// How long the player may take to give a microphone back: some callbacks.
const GIVING_BACK: Duration = Duration::from_millis(200);

pub(super) enum Microphone {
    Closed,
    /// `--input FILE`: in the player, whatever becomes of the devices.
    File,
    Open {
        input: Input,
        watch: Watch,
    },
    /// Wanted, and not there.
    Missing {
        retry: Retry,
    },
}

impl Microphone {
    /// Open, or to be opened again as soon as it can be.
    pub(super) fn is_wanted(&self) -> bool {
        matches!(self, Microphone::Open { .. } | Microphone::Missing { .. })
    }

    /// The device's id, and its name if it is heard.
    pub(super) fn shown(&self, prefs: &DevicePrefs) -> (String, Option<String>) {
        match self {
            Microphone::Open { input, .. } => (input.id.clone(), Some(input.name.clone())),
            Microphone::File => ("file".into(), Some("Recording".into())),
            Microphone::Closed | Microphone::Missing { .. } => {
                (prefs.input.clone().unwrap_or_default(), None)
            }
        }
    }
}

impl Supervisor {
    pub(super) fn watch_input(&mut self) {
        let now = self.backend.now();
        match &mut self.microphone {
            Microphone::Closed | Microphone::File => {}
            Microphone::Open { input, watch } => {
                let told = read_news(&mut input.news, &self.xruns);
                if told || watch.is_starved(input.callbacks(), now) {
                    self.lose_input();
                }
            }
            Microphone::Missing { retry } => {
                if !self.place.is_silent() && retry.is_due(now) && self.open_microphone().is_ok() {
                    self.tell(HostEvent::InputRestored);
                }
            }
        }
    }

    pub(super) fn lose_input(&mut self) {
        if let Microphone::Open { .. } = self.microphone {
            self.miss_input();
            self.tell(HostEvent::InputLost);
        }
    }

    /// From now on it is wanted, and looked for.
    pub(super) fn miss_input(&mut self) {
        self.close_input();
        self.microphone = Microphone::Missing {
            retry: Retry::new(self.backend.now()),
        };
    }

    /// Nothing to do if it is open.
    pub(in crate::io) fn open_input(&mut self) -> Result<(), DeviceError> {
        self.wake();
        match (&self.microphone, &self.file) {
            (Microphone::Open { .. } | Microphone::File, _) => return Ok(()),
            (_, Some(file)) => {
                self.wires
                    .send(Some(Box::new(FileMicrophone::new(Arc::clone(file)))));
                self.microphone = Microphone::File;
            }
            (_, None) => {
                if let Err(error) = self.open_microphone() {
                    if !self.microphone.is_wanted() {
                        self.end_listening();
                    }
                    return Err(error);
                }
            }
        }
        self.publish();
        Ok(())
    }

    fn open_microphone(&mut self) -> Result<(), DeviceError> {
        if self.backend.listen(true)? {
            self.reopen_output()?;
        }
        let Place::Device { output, .. } = &self.place else {
            return Err(DeviceError::NoMicrophone);
        };
        let mut input = self
            .backend
            .open_input(&self.prefs, output.backend, self.rate)?;
        self.wires.send(input.source.take());
        self.microphone = Microphone::Open {
            input,
            watch: Watch::new(self.backend.now()),
        };
        Ok(())
    }

    /// Closed for good, until a person opens it again.
    pub(in crate::io) fn stop_listening(&mut self) {
        self.close_input();
        self.end_listening();
    }

    fn end_listening(&mut self) {
        // Not to listen is never refused; what does not open again is looked for from now on.
        if let Ok(true) = self.backend.listen(false) {
            let _ = self.reopen_output();
        }
    }

    /// The source is taken from the player before the stream ends: on a phone the player reads the
    /// stream itself.
    pub(in crate::io) fn close_input(&mut self) {
        self.wires.send(None);
        if let Microphone::Open { input, .. } =
            std::mem::replace(&mut self.microphone, Microphone::Closed)
        {
            self.backend.end(input.stream);
            if self.backend.sources_own_streams() {
                self.wires.take_back(GIVING_BACK);
            }
        }
        self.publish();
    }
}
