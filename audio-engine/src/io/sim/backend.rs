//! The scripted devices as the supervisor opens them. Opening takes virtual time, as it takes real
//! time elsewhere: the world goes on until the stream has called back.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::script::{Direction, Fault, Opening};
use super::world::{Role, World};
use crate::io::backend::Backend;
use crate::io::duplex::{Clocks, DuplexSpec, duplex};
use crate::io::player::Seat;
use crate::io::sides::Sides;
use crate::io::stream::{BLOCK, Input, Output, news};
use crate::io::words::{DeviceError, DevicePrefs};
use crate::units::SampleRate;

const FIRST_CALLBACK: Duration = Duration::from_millis(1_500);
const SETTLED: u64 = 48;
const NAME: &str = "sim";

#[derive(Clone)]
pub(in crate::io) struct SimBackend {
    world: Arc<Mutex<World>>,
    epoch: Instant,
}

/// A stream that ends with its value.
struct Lives {
    world: Arc<Mutex<World>>,
    id: u64,
}

impl Drop for Lives {
    fn drop(&mut self) {
        lock(&self.world).end(self.id);
    }
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SimBackend {
    pub(in crate::io) fn new(world: World) -> SimBackend {
        SimBackend {
            world: Arc::new(Mutex::new(world)),
            epoch: Instant::now(),
        }
    }

    pub(in crate::io) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// Lets time pass until `count` has reached `enough`, or for as long as a device is given.
    fn wait_for(&self, count: impl Fn() -> u64, enough: u64) -> u64 {
        let began = self.world().now();
        let mut now = began;
        while count() < enough && now - began < FIRST_CALLBACK {
            now += Duration::from_millis(5);
            self.world().run_until(now);
        }
        count()
    }

    fn note(&self, direction: Direction, at: Duration, opened: bool) {
        self.world().openings.push(Opening {
            at,
            direction,
            opened,
        });
    }

    fn lives(&self, id: u64) -> Box<dyn Send> {
        Box::new(Lives {
            world: Arc::clone(&self.world),
            id,
        })
    }

    fn try_output(&self, rate: Option<SampleRate>) -> Result<Output, DeviceError> {
        let side = self.world().script.output.clone();
        if !self.world().plugged {
            return Err(DeviceError::Gone);
        }
        let fault = self.world().take_fault(Direction::Output);
        if fault == Some(Fault::Open) {
            return Err(DeviceError::Gone);
        }
        let granted = side.rate;
        if rate.is_some_and(|rate| rate.hz() != granted) {
            return Err(DeviceError::System(format!(
                "the device has only {granted} Hz"
            )));
        }
        let seat = Seat::default();
        let (tell, news) = news();
        let role = Role::Speaker(seat.clone());
        let id = self.world().begin(role, side, Some(tell), fault);
        let stream = self.lives(id);
        if fault == Some(Fault::Start) || self.wait_for(|| seat.callbacks(), 3) == 0 {
            return Err(DeviceError::Gone);
        }
        Ok(Output {
            stream,
            seat,
            news,
            backend: NAME,
            id: "loudspeaker".into(),
            name: "Loudspeaker".into(),
            rate: granted,
        })
    }

    fn try_input(&self, rate: SampleRate) -> Result<Input, DeviceError> {
        let script = self.world().script.clone();
        let side = script.input;
        if !self.world().plugged || side.rate != rate.hz() {
            return Err(DeviceError::NoMicrophone);
        }
        let fault = self.world().take_fault(Direction::Input);
        if fault == Some(Fault::Open) {
            return Err(DeviceError::NoMicrophone);
        }
        let (into, out_of) = duplex(DuplexSpec {
            rate: side.rate,
            block: BLOCK,
            channels: Sides::kept(side.channels),
            clocks: if side.ppm == script.output.ppm {
                Clocks::Shared
            } else {
                Clocks::Apart
            },
        });
        let callbacks = Arc::new(AtomicU64::new(0));
        let (tell, news) = news();
        let role = Role::Microphone(into, Arc::clone(&callbacks));
        let id = self.world().begin(role, side, Some(tell), fault);
        let stream = self.lives(id);
        let calls = || callbacks.load(Ordering::Relaxed);
        if fault == Some(Fault::Start) || self.wait_for(calls, SETTLED) == 0 {
            return Err(DeviceError::NoMicrophone);
        }
        Ok(Input {
            stream,
            source: Some(Box::new(out_of)),
            news,
            callbacks,
            id: "microphone".into(),
            name: "Microphone".into(),
        })
    }
}

impl Backend for SimBackend {
    fn open_output(
        &mut self,
        _prefs: &DevicePrefs,
        _only: Option<&str>,
        rate: Option<SampleRate>,
    ) -> Result<Output, DeviceError> {
        let at = self.world().now();
        let output = self.try_output(rate);
        self.note(Direction::Output, at, output.is_ok());
        output
    }

    fn open_input(
        &mut self,
        _prefs: &DevicePrefs,
        _system: &str,
        rate: SampleRate,
    ) -> Result<Input, DeviceError> {
        let at = self.world().now();
        let input = self.try_input(rate);
        self.note(Direction::Input, at, input.is_ok());
        input
    }

    fn stand_in(&mut self, seat: Seat, rate: SampleRate) -> Option<Box<dyn Send>> {
        let side = super::script::SimSide {
            rate: rate.hz(),
            blocks: vec![rate.hz() / 100],
            ..Default::default()
        };
        let id = self.world().begin(Role::StandIn(seat), side, None, None);
        Some(self.lives(id))
    }

    fn end(&mut self, stream: Box<dyn Send>) {
        drop(stream);
    }

    fn now(&self) -> Instant {
        self.epoch + self.world().now()
    }

    fn epoch(&self) -> Instant {
        self.epoch
    }
}
