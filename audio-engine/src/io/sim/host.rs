//! The sound devices of a scripted machine, as the app sees them, in virtual time.
//!
//! [`AudioHost`](crate::io::AudioHost) with the outermost edge replaced: supervisor, alignment,
//! player and engine are the ones that run on real devices. Nothing happens but in
//! [`SimHost::advance`] and in the calls that open something.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::backend::SimBackend;
use super::script::{Direction, Fault, Opening, SimScript};
use super::world::World;
use crate::control::{EngineConfig, EngineHandle, engine};
use crate::io::stream::News;
use crate::io::supervisor::{Supervisor, TICK, Wiring};
use crate::io::words::{DeviceError, DevicePrefs, HostEvent, StreamInfo};

/// A machine in virtual time. Dropping it ends its streams and the engine.
pub struct SimHost {
    supervisor: Supervisor,
    backend: SimBackend,
    events: Receiver<HostEvent>,
    info: Arc<Mutex<StreamInfo>>,
}

impl SimHost {
    /// Opens the scripted output, or none if `faults` forbid it, and starts an engine with
    /// `tracks` tracks at the rate it grants.
    pub fn open(
        script: SimScript,
        tracks: u16,
        faults: &[(Direction, Fault)],
    ) -> (SimHost, EngineHandle) {
        let mut world = World::new(script);
        world.faults.extend(faults);
        let backend = SimBackend::new(world);
        let (events_in, events) = channel();
        let info = Arc::new(Mutex::new(StreamInfo::default()));
        let wiring = Wiring {
            backend: Box::new(backend.clone()),
            prefs: DevicePrefs::default(),
            file: None,
            events: events_in,
            info: Arc::clone(&info),
        };
        let mut app_end = None;
        let supervisor = Supervisor::start(wiring, |rate| {
            let (handle, engine) = engine(EngineConfig {
                rate,
                tracks,
                ..EngineConfig::default()
            });
            app_end = Some(handle);
            engine
        });
        let handle = app_end.unwrap_or_else(|| engine(EngineConfig::default()).0);
        let host = SimHost {
            supervisor,
            backend,
            events,
            info,
        };
        (host, handle)
    }

    /// Lets time pass; the supervisor looks after the streams every 20 ms of it.
    pub fn advance(&mut self, by: Duration) {
        let until = self.now() + by;
        while self.now() < until {
            let next = (self.now() + TICK).min(until);
            self.backend.world().run_until(next);
            self.supervisor.step();
        }
    }

    /// Since the world began.
    pub fn now(&self) -> Duration {
        self.backend.world().now()
    }

    /// Opens the microphone; returns when it has settled.
    ///
    /// # Errors
    /// It does not open.
    pub fn open_input(&mut self) -> Result<(), DeviceError> {
        self.supervisor.open_input()
    }

    /// Closes the microphone.
    pub fn close_input(&mut self) {
        self.supervisor.stop_listening();
    }

    /// Moves to other devices, by name; they are all alike.
    ///
    /// # Errors
    /// It does not open.
    pub fn select(&mut self, prefs: DevicePrefs) -> Result<(), DeviceError> {
        self.supervisor.select(prefs)
    }

    /// What happened since the last call.
    pub fn poll(&mut self) -> Vec<HostEvent> {
        self.events.try_iter().collect()
    }

    /// What is open now.
    pub fn info(&self) -> StreamInfo {
        let info = self.info.lock();
        info.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What goes wrong with the next stream opened in a direction. More than one: in turn.
    pub fn plan(&mut self, direction: Direction, fault: Fault) {
        self.backend.world().faults.push_back((direction, fault));
    }

    /// Pulls the device out. Nothing opens until it is plugged in again.
    pub fn unplug(&mut self) {
        self.backend.world().unplug();
    }

    /// A device again: the same, or another.
    pub fn plug_in(&mut self, script: SimScript) {
        let mut world = self.backend.world();
        world.script = script;
        world.plugged = true;
    }

    /// Time passes that a direction does not count: the driver loses so many frames. Its error
    /// callback is not called.
    pub fn lose(&mut self, direction: Direction, frames: u32) {
        self.backend.world().skip(direction, i64::from(frames));
    }

    /// The driver gives so many frames of a direction twice.
    pub fn repeat(&mut self, direction: Direction, frames: u32) {
        self.backend.world().skip(direction, -i64::from(frames));
    }

    /// The system moves the output to another device, without ending the stream.
    pub fn reroute(&mut self) {
        let mut world = self.backend.world();
        world.say(Direction::Output, News::Rerouted);
    }

    /// The host says that it starved, whether or not it has.
    pub fn claim_xrun(&mut self, direction: Direction) {
        self.backend.world().say(direction, News::Xrun);
    }

    /// Every attempt to open a stream so far.
    pub fn openings(&self) -> Vec<Opening> {
        self.backend.world().openings.clone()
    }

    /// The most streams that ever lived at once: outputs, inputs.
    pub fn most_live(&self) -> [usize; 2] {
        self.backend.world().most_live
    }

    /// What the loudspeaker has sounded, as the mean of both sides, since the world began.
    pub fn sounded(&self) -> Vec<f32> {
        self.backend.world().speaker.sounded().to_vec()
    }
}
