//! Owns the streams, and keeps the engine playing through whatever becomes of them.
//!
//! | the output is | and dies                    | a device can be opened     | another is chosen |
//! |---------------|-----------------------------|----------------------------|-------------------|
//! | a device      | `Lost`, → the stand-in      |                            | move there        |
//! | the stand-in  |                             | `Restored`, → that device  | try it at once    |
//!
//! A stream is opened, and has called back, *before* the player moves to it, so the engine is never
//! without somebody to call it, nor in two places. The microphone is opened again with the output.
//!
//! A thread of its own, woken every 20 ms: opening a device may take seconds, and the app must not
//! wait for it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rtrb::Consumer;

#[cfg(not(target_os = "android"))]
use super::cpal as device;
use super::file_microphone::FileMicrophone;
#[cfg(target_os = "android")]
use super::oboe as device;
use super::player::{Player, Seat, SourceWires};
use super::stand_in::StandIn;
use super::stream::{Input, News, Output};
use super::watch::{Retry, Watch};
use super::words::{DeviceError, DevicePrefs, HostEvent, StreamInfo};
use crate::audio::Audio;
use crate::rt::{Engine, XrunCounter};
use crate::units::SampleRate;

const TICK: Duration = Duration::from_millis(20);
/// A callback that holds the player this long has hung, and the player with it.
const HUNG: Duration = Duration::from_secs(2);
/// After a loss only the same sound server is tried for so long: one that restarts would find its
/// sound card taken if we went past it to the hardware.
const FAITHFUL: Duration = Duration::from_secs(5);

/// What the app asks.
pub(super) enum Request {
    OpenInput(Sender<Result<(), DeviceError>>),
    CloseInput,
    Select(DevicePrefs, Sender<Result<(), DeviceError>>),
    Close,
}

enum Place {
    Device {
        output: Output,
        watch: Watch,
    },
    StandIn {
        seat: Seat,
        _thread: Option<StandIn>,
        retry: Retry,
        lost_from: Option<&'static str>,
    },
}

enum Microphone {
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

pub(super) struct Supervisor {
    place: Place,
    microphone: Microphone,
    wires: SourceWires,
    xruns: XrunCounter,
    rate: SampleRate,
    prefs: DevicePrefs,
    file: Option<Arc<Audio>>,
    epoch: Instant,
    requests: Receiver<Request>,
    events: Sender<HostEvent>,
    info: Arc<Mutex<StreamInfo>>,
}

/// What the supervisor is given to begin with.
pub(super) struct Wiring {
    pub(super) prefs: DevicePrefs,
    /// At any rate; resampled here.
    pub(super) file: Option<Arc<Audio>>,
    pub(super) requests: Receiver<Request>,
    pub(super) events: Sender<HostEvent>,
    pub(super) info: Arc<Mutex<StreamInfo>>,
}

impl Supervisor {
    /// Opens a device, asks `make` for an engine at its rate, and starts it there; or in silence.
    pub(super) fn start(wiring: Wiring, make: impl FnOnce(SampleRate) -> Engine) -> Supervisor {
        let Wiring {
            prefs,
            file,
            requests,
            events,
            info,
        } = wiring;
        let epoch = Instant::now();
        let opened = device::open_output(&prefs, None, None, epoch).ok();
        let rate = opened
            .as_ref()
            .and_then(|output| SampleRate::new(output.rate));
        let rate = rate.unwrap_or(SampleRate::STUDIO);
        let (player, wires) = Player::new(make(rate));
        let xruns = player.xruns();
        let now = Instant::now();
        let place = match opened {
            Some(output) => {
                output.seat.sit(player);
                Place::Device {
                    output,
                    watch: Watch::new(now),
                }
            }
            None => {
                let _ = events.send(HostEvent::FellBackToNull);
                stand_in(player, epoch, None, now)
            }
        };
        let file = file.map(|audio| Arc::new(audio.mixed_to_mono().resampled(rate)));
        let supervisor = Supervisor {
            place,
            microphone: Microphone::Closed,
            wires,
            xruns,
            rate,
            prefs,
            file,
            epoch,
            requests,
            events,
            info,
        };
        supervisor.publish();
        supervisor
    }

    /// Until the host is dropped.
    pub(super) fn run(mut self) {
        loop {
            match self.requests.recv_timeout(TICK) {
                Ok(Request::OpenInput(reply)) => {
                    let _ = reply.send(self.open_input());
                }
                Ok(Request::CloseInput) => self.close_input(),
                Ok(Request::Select(prefs, reply)) => {
                    let _ = reply.send(self.select(prefs));
                }
                Ok(Request::Close) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.step(Instant::now());
        }
    }

    fn step(&mut self, now: Instant) {
        self.wires.collect();
        self.watch_output(now);
        self.watch_input(now);
        self.publish();
    }

    fn watch_output(&mut self, now: Instant) {
        match &mut self.place {
            Place::Device { output, watch } => {
                let told = read_news(&mut output.news, &self.xruns);
                if told || watch.is_starved(output.seat.callbacks(), now) {
                    self.lose_output(now);
                }
            }
            Place::StandIn {
                retry, lost_from, ..
            } => {
                let only = lost_from.filter(|_| retry.waited(now) < FAITHFUL);
                if retry.is_due(now) {
                    // Nothing to say if it fails: we go on standing in, and try again.
                    let _ = self.move_to_device(only, true);
                }
            }
        }
    }

    fn watch_input(&mut self, now: Instant) {
        match &mut self.microphone {
            Microphone::Closed | Microphone::File => {}
            Microphone::Open { input, watch } => {
                let told = read_news(&mut input.news, &self.xruns);
                if told || watch.is_starved(input.callbacks(), now) {
                    self.lose_input(now);
                }
            }
            Microphone::Missing { retry } => {
                if matches!(self.place, Place::Device { .. })
                    && retry.is_due(now)
                    && self.open_microphone().is_ok()
                {
                    self.tell(HostEvent::InputRestored);
                }
            }
        }
    }

    fn lose_output(&mut self, now: Instant) {
        let Place::Device { output, .. } = &self.place else {
            return;
        };
        let Some(player) = output.seat.leave(HUNG) else {
            // The callback has hung inside the engine or the driver; there is nobody to move. It
            // is asked again at the next step.
            log::error!("{}: the audio callback has hung", output.name);
            return;
        };
        let lost = HostEvent::Lost {
            name: output.name.clone(),
        };
        let place = stand_in(player, self.epoch, Some(output.backend), now);
        if let Place::Device { output, .. } = std::mem::replace(&mut self.place, place) {
            bury(output.stream);
        }
        self.tell(lost);
        self.lose_input(now);
    }

    fn lose_input(&mut self, now: Instant) {
        if let Microphone::Open { .. } = self.microphone {
            self.wires.send(None);
            let missing = Microphone::Missing {
                retry: Retry::new(now),
            };
            if let Microphone::Open { input, .. } = std::mem::replace(&mut self.microphone, missing)
            {
                bury(input.stream);
            }
            self.tell(HostEvent::InputLost);
        }
    }

    /// Opens an output and moves the player there from wherever it is.
    fn move_to_device(&mut self, only: Option<&str>, tell: bool) -> Result<(), DeviceError> {
        let output = device::open_output(&self.prefs, only, Some(self.rate), self.epoch)?;
        let player = self.seat().leave(HUNG).ok_or(DeviceError::Gone)?;
        output.seat.sit(player);
        let restored = HostEvent::Restored {
            name: output.name.clone(),
        };
        let place = Place::Device {
            output,
            watch: Watch::new(Instant::now()),
        };
        if let Place::Device { output, .. } = std::mem::replace(&mut self.place, place) {
            bury(output.stream);
        }
        if tell {
            self.tell(restored);
        }
        Ok(())
    }

    fn select(&mut self, prefs: DevicePrefs) -> Result<(), DeviceError> {
        let changed_input = prefs.input != self.prefs.input;
        let changed_output = prefs.output != self.prefs.output;
        self.prefs = prefs;
        if changed_output || matches!(self.place, Place::StandIn { .. }) {
            self.move_to_device(None, false)?;
        }
        let open = !matches!(self.microphone, Microphone::Closed | Microphone::File);
        if open && (changed_input || changed_output) {
            self.close_input();
            self.open_input()?;
        }
        self.publish();
        Ok(())
    }

    fn open_input(&mut self) -> Result<(), DeviceError> {
        match (&self.microphone, &self.file) {
            (Microphone::Open { .. } | Microphone::File, _) => return Ok(()),
            (_, Some(file)) => {
                self.wires
                    .send(Some(Box::new(FileMicrophone::new(Arc::clone(file)))));
                self.microphone = Microphone::File;
            }
            (_, None) => self.open_microphone()?,
        }
        self.publish();
        Ok(())
    }

    fn open_microphone(&mut self) -> Result<(), DeviceError> {
        let Place::Device { output, .. } = &self.place else {
            return Err(DeviceError::NoMicrophone);
        };
        let mut input = device::open_input(&self.prefs, output.backend, self.rate, self.epoch)?;
        self.wires.send(input.source.take());
        self.microphone = Microphone::Open {
            input,
            watch: Watch::new(Instant::now()),
        };
        Ok(())
    }

    fn close_input(&mut self) {
        self.wires.send(None);
        self.microphone = Microphone::Closed;
        self.publish();
    }

    fn seat(&self) -> &Seat {
        match &self.place {
            Place::Device { output, .. } => &output.seat,
            Place::StandIn { seat, .. } => seat,
        }
    }

    fn tell(&self, event: HostEvent) {
        // Nobody listens any more: the host is being dropped.
        let _ = self.events.send(event);
    }

    fn publish(&self) {
        let (input_id, input) = match &self.microphone {
            Microphone::Open { input, .. } => (input.id.clone(), Some(input.name.clone())),
            Microphone::File => ("file".into(), Some("Recording".into())),
            Microphone::Closed | Microphone::Missing { .. } => {
                (self.prefs.input.clone().unwrap_or_default(), None)
            }
        };
        let (backend, output_id, output) = match &self.place {
            Place::Device { output, .. } => {
                (output.backend, &*output.id, Some(output.name.clone()))
            }
            Place::StandIn { .. } => ("none", "", None),
        };
        let (rate, block) = (self.rate.hz(), self.seat().longest());
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

fn stand_in(
    player: Box<Player>,
    epoch: Instant,
    lost_from: Option<&'static str>,
    now: Instant,
) -> Place {
    let seat = Seat::default();
    let rate = player.rate().hz();
    seat.sit(player);
    let thread = StandIn::start(seat.clone(), rate, epoch);
    Place::StandIn {
        seat,
        _thread: thread,
        retry: Retry::new(now),
        lost_from,
    }
}

/// Drops a dead stream on a thread of its own: some drivers never return from it.
fn bury(stream: Box<dyn Send>) {
    if thread::Builder::new()
        .name("stream-end".into())
        .spawn(move || drop(stream))
        .is_err()
    {
        log::warn!("no thread to close a lost stream on; it has been closed in place");
    }
}
