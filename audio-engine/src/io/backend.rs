//! What opens streams: the system's own library, a script, or nothing at all.
//!
//! The supervisor knows devices by this alone, so the one that runs on a phone is the one that is
//! tested. Everything here is called on the supervisor's thread.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::player::Seat;
use super::stand_in::StandIn;
use super::stream::{Input, Output, Upheaval};
use super::words::{DeviceError, DevicePrefs};
use crate::units::SampleRate;

/// A stream that has not ended by then may go on doing so without us.
const ENDING: Duration = Duration::from_millis(500);

pub(super) trait Backend: Send {
    /// Opens and starts the chosen output, or the default one, and waits until it has called back.
    ///
    /// `rate` is demanded if given, otherwise 48 kHz if it can be had. `only` keeps to one system.
    fn open_output(
        &mut self,
        prefs: &DevicePrefs,
        only: Option<&str>,
        rate: Option<SampleRate>,
    ) -> Result<Output, DeviceError>;

    /// Opens and starts the chosen input, or the default one, of the system that plays, and waits
    /// until it has settled.
    fn open_input(
        &mut self,
        prefs: &DevicePrefs,
        system: &str,
        rate: SampleRate,
    ) -> Result<Input, DeviceError>;

    /// Before the input is opened, and after it was closed for good. True if the output must be
    /// ended and opened again for it: iOS stops all streams when it changes what they are for.
    ///
    /// # Errors
    /// The person has refused the microphone; nothing was changed.
    fn listen(&mut self, _listening: bool) -> Result<bool, DeviceError> {
        Ok(false)
    }

    /// A person asks for sound: what the system has given to somebody else may be asked back. True
    /// if it had been given away.
    fn insist(&mut self) -> bool {
        false
    }

    /// What the system says of all our sound at once, since the last call. Phones do.
    fn told(&mut self) -> Option<Upheaval> {
        None
    }

    /// Plays whoever sits in `seat`, in real time and into nothing, until it is dropped.
    fn stand_in(&mut self, seat: Seat, rate: SampleRate) -> Option<Box<dyn Send>> {
        Some(Box::new(StandIn::start(seat, rate.hz(), self.epoch())?))
    }

    /// Ends a stream. Returns when it has ended, so that the next one finds the device free; or
    /// soon, as some drivers never return from it.
    fn end(&mut self, stream: Box<dyn Send>) {
        let (tell, ended) = channel();
        let end = move || {
            drop(stream);
            let _ = tell.send(());
        };
        let thread = thread::Builder::new().name("stream-end".into()).spawn(end);
        match thread {
            Ok(_) if ended.recv_timeout(ENDING).is_ok() => {}
            Ok(_) => log::warn!("a stream takes its time to end"),
            Err(_) => log::warn!("no thread to close a stream on; it has been closed in place"),
        }
    }

    /// Whether an input's stream lives in its source: it ends when the player has given that back.
    fn sources_own_streams(&self) -> bool {
        false
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Where the callbacks' times count from.
    fn epoch(&self) -> Instant;
}
