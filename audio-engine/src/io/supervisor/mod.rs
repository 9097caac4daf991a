//! Owns the streams, and keeps the engine playing through whatever becomes of them.
//!
//! | the output is | and dies                    | a device can be opened     | another is chosen    |
//! |---------------|-----------------------------|----------------------------|----------------------|
//! | a device      | `Lost`, → the stand-in      |                            | end it, → stand-in   |
//! | the stand-in  |                             | `Restored`, → that device  | try it at once       |
//!
//! The engine is never without somebody to call it, nor in two places, and no direction ever has
//! two streams: the player moves to the stand-in, the old stream ends, and only then is another
//! opened; the player moves there once it has called back. The microphone is closed before the
//! output and opened again after it.
//!
//! A thread of its own, woken every 20 ms: opening a device may take seconds, and the app must not
//! wait for it. All it decides is in [`Supervisor::step`], which tests call in virtual time.

mod microphone;
mod place;

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rtrb::Consumer;

use super::backend::Backend;
use super::player::{Player, SourceWires};
use super::stream::News;
use super::words::{DeviceError, DevicePrefs, HostEvent, StreamInfo};
use crate::audio::Audio;
use crate::rt::{Engine, XrunCounter};
use crate::units::SampleRate;
use microphone::Microphone;
use place::Place;

/// How often the streams are looked after.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// What the app asks.
pub(super) enum Request {
    OpenInput(Sender<Result<(), DeviceError>>),
    CloseInput,
    Wake,
    Select(DevicePrefs, Sender<Result<(), DeviceError>>),
    Close,
}

pub(super) struct Supervisor {
    // Dropped in this order: streams before the backend, which gives the sound back to others.
    place: Place,
    microphone: Microphone,
    backend: Box<dyn Backend>,
    wires: SourceWires,
    xruns: XrunCounter,
    rate: SampleRate,
    prefs: DevicePrefs,
    file: Option<Arc<Audio>>,
    events: Sender<HostEvent>,
    info: Arc<Mutex<StreamInfo>>,
}

/// What the supervisor is given to begin with.
pub(super) struct Wiring {
    pub(super) backend: Box<dyn Backend>,
    pub(super) prefs: DevicePrefs,
    /// At any rate; resampled here.
    pub(super) file: Option<Arc<Audio>>,
    pub(super) events: Sender<HostEvent>,
    pub(super) info: Arc<Mutex<StreamInfo>>,
}

impl Supervisor {
    /// Opens a device, asks `make` for an engine at the rate it grants, and starts it there; or in
    /// silence.
    pub(super) fn start(wiring: Wiring, make: impl FnOnce(SampleRate) -> Engine) -> Supervisor {
        let Wiring {
            mut backend,
            prefs,
            file,
            events,
            info,
        } = wiring;
        let opened = backend.open_output(&prefs, None, None).ok();
        let rate = opened
            .as_ref()
            .and_then(|output| SampleRate::new(output.rate));
        let rate = rate.unwrap_or(SampleRate::STUDIO);
        let (player, wires) = Player::new(make(rate));
        let xruns = player.xruns();
        let place = match opened {
            Some(output) => Place::on(output, player, backend.now()),
            None => {
                let _ = events.send(HostEvent::FellBackToNull);
                Place::in_silence(&mut *backend, player, None)
            }
        };
        let file = file.map(|audio| Arc::new(audio.mixed_to_mono().resampled(rate)));
        let supervisor = Supervisor {
            place,
            microphone: Microphone::Closed,
            backend,
            wires,
            xruns,
            rate,
            prefs,
            file,
            events,
            info,
        };
        supervisor.publish();
        supervisor
    }

    /// Until the host is dropped.
    pub(super) fn run(mut self, requests: &Receiver<Request>) {
        loop {
            match requests.recv_timeout(TICK) {
                Ok(Request::OpenInput(reply)) => {
                    let _ = reply.send(self.open_input());
                }
                Ok(Request::CloseInput) => self.stop_listening(),
                Ok(Request::Wake) => self.wake(),
                Ok(Request::Select(prefs, reply)) => {
                    let _ = reply.send(self.select(prefs));
                }
                Ok(Request::Close) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.step();
        }
    }

    /// Looks after the streams once. Every [`TICK`].
    pub(super) fn step(&mut self) {
        self.wires.collect();
        self.heed_system();
        self.watch_output();
        self.watch_input();
        self.publish();
    }

    /// Moves to other devices. After an error everything is where it was, or on its way back.
    pub(super) fn select(&mut self, prefs: DevicePrefs) -> Result<(), DeviceError> {
        self.wake();
        let changed_input = prefs.input != self.prefs.input;
        let changed_output = prefs.output != self.prefs.output;
        let before = std::mem::replace(&mut self.prefs, prefs);
        let moves = changed_output || self.place.is_silent();
        let listens = self.microphone.is_wanted();
        if listens && (changed_input || moves) {
            self.close_input();
        }
        let moved = if moves { self.move_output() } else { Ok(()) };
        let heard = match &moved {
            Ok(()) if listens && (changed_input || moves) => self.open_input(),
            Ok(()) => Ok(()),
            Err(_) => {
                self.prefs = before;
                // If it is gone as well, the stand-in goes on looking for it.
                let _ = self.move_output();
                if listens && self.open_input().is_err() {
                    self.miss_input();
                }
                Ok(())
            }
        };
        self.publish();
        moved.and(heard)
    }

    fn tell(&self, event: HostEvent) {
        // Nobody listens any more: the host is being dropped.
        let _ = self.events.send(event);
    }

    fn publish(&self) {
        let (input_id, input) = self.microphone.shown(&self.prefs);
        let (backend, output_id, output) = self.place.shown();
        let (rate, block) = (self.rate.hz(), self.place.seat().block());
        let route_key = format!("{backend}|{output_id}|{input_id}|{rate}|{block}");
        let backend = backend.to_owned();
        let info = StreamInfo {
            backend,
            output,
            input,
            rate,
            block,
            route_key,
        };
        *self.info.lock().unwrap_or_else(PoisonError::into_inner) = info;
    }
}

/// Reads what the error callback said. True if the stream is lost.
fn read_news(news: &mut Consumer<News>, xruns: &XrunCounter) -> bool {
    let mut lost = false;
    while let Ok(news) = news.pop() {
        match news {
            News::Lost => lost = true,
            News::Xrun => xruns.add(1),
            // The stream goes on; its latency may be another, and so is its route from now on.
            News::Rerouted => log::info!("the system moved the sound to another device"),
        }
    }
    lost
}
