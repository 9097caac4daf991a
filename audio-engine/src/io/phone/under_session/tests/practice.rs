//! Somebody who practises with the phone: the supervisor, the streams' alignment and the engine are
//! the real ones, in virtual time.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::SECOND;
use super::iphone::IPhone;
use crate::control::{EngineConfig, EngineHandle, engine};
use crate::io::backend::Backend;
use crate::io::phone::session::Use;
use crate::io::phone::under_session::UnderSession;
use crate::io::player::Seat;
use crate::io::sim::{SimBackend, SimScript, SimSide, World};
use crate::io::stream::{Input, Output};
use crate::io::supervisor::{Supervisor, TICK, Wiring};
use crate::io::words::{DeviceError, DevicePrefs, HostEvent, StreamInfo};
use crate::units::SampleRate;

/// Streams as the phone allows them: none without the session, no input without its kind.
struct Streams {
    sim: SimBackend,
    phone: IPhone,
}

struct Noted {
    _stream: Box<dyn Send>,
    phone: IPhone,
    end: &'static str,
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.phone.notes(self.end);
    }
}

impl Streams {
    fn noted(&self, stream: Box<dyn Send>, end: &'static str) -> Box<dyn Send> {
        Box::new(Noted {
            _stream: stream,
            phone: self.phone.clone(),
            end,
        })
    }
}

impl Backend for Streams {
    fn open_output(
        &mut self,
        prefs: &DevicePrefs,
        only: Option<&str>,
        rate: Option<SampleRate>,
    ) -> Result<Output, DeviceError> {
        if !self.phone.inner().active {
            return Err(DeviceError::Gone);
        }
        self.phone.notes("output opens");
        let output = self.sim.open_output(prefs, only, rate)?;
        Ok(Output {
            stream: self.noted(output.stream, "output ends"),
            ..output
        })
    }

    fn open_input(
        &mut self,
        prefs: &DevicePrefs,
        system: &str,
        rate: SampleRate,
    ) -> Result<Input, DeviceError> {
        if self.phone.inner().asked != Some(Use::PlayAndListen) {
            return Err(DeviceError::NoMicrophone);
        }
        self.phone.notes("input opens");
        let input = self.sim.open_input(prefs, system, rate)?;
        Ok(Input {
            stream: self.noted(input.stream, "input ends"),
            ..input
        })
    }

    fn stand_in(&mut self, seat: Seat, rate: SampleRate) -> Option<Box<dyn Send>> {
        self.sim.stand_in(seat, rate)
    }

    fn end(&mut self, stream: Box<dyn Send>) {
        drop(stream);
    }

    fn now(&self) -> Instant {
        self.sim.now()
    }

    fn epoch(&self) -> Instant {
        self.sim.epoch()
    }
}

/// Somebody practises with the phone.
pub(super) struct Practice {
    pub(super) supervisor: Supervisor,
    pub(super) sim: SimBackend,
    pub(super) phone: IPhone,
    pub(super) events: Receiver<HostEvent>,
    pub(super) info: Arc<Mutex<StreamInfo>>,
    pub(super) handle: EngineHandle,
}

impl Practice {
    pub(super) fn on(phone: IPhone) -> Practice {
        let rate = phone.inner().granted.rate;
        let side = SimSide {
            rate,
            ..SimSide::default()
        };
        let script = SimScript {
            output: side.clone(),
            input: side,
            ..SimScript::default()
        };
        let sim = SimBackend::new(World::new(script));
        let streams = Streams {
            sim: sim.clone(),
            phone: phone.clone(),
        };
        let (events_in, events) = channel();
        let info = Arc::new(Mutex::new(StreamInfo::default()));
        let wiring = Wiring {
            backend: Box::new(UnderSession::under(streams, phone.clone())),
            prefs: DevicePrefs::default(),
            file: None,
            events: events_in,
            info: Arc::clone(&info),
        };
        let mut app_end = None;
        let supervisor = Supervisor::start(wiring, |rate| {
            let (handle, engine) = engine(EngineConfig {
                rate,
                ..EngineConfig::default()
            });
            app_end = Some(handle);
            engine
        });
        let mut practice = Practice {
            supervisor,
            sim,
            phone,
            events,
            info,
            handle: app_end.unwrap(),
        };
        practice.handle.batch(|batch| batch.play()).unwrap();
        practice
    }

    /// With the microphone open, and all that was asked until then forgotten.
    pub(super) fn listening(phone: IPhone) -> Practice {
        let mut practice = Practice::on(phone);
        practice.supervisor.open_input().unwrap();
        practice.passes(SECOND);
        practice.phone.log();
        practice
    }

    /// Lets time pass. What the app is told meanwhile.
    pub(super) fn passes(&mut self, time: Duration) -> Vec<HostEvent> {
        let until = self.sim.world().now() + time;
        while self.sim.world().now() < until {
            let next = self.sim.world().now() + TICK;
            self.sim.world().run_until(next);
            self.supervisor.step();
        }
        self.handle.collect();
        self.events.try_iter().collect()
    }

    pub(super) fn info(&self) -> StreamInfo {
        self.info.lock().unwrap().clone()
    }
}
