//! The sound devices, as the app sees them: always there, sounding or not.
//!
//! [`AudioHost::open`] never fails. With a device the engine plays on it; without one it runs in
//! silence, and the app is told. What happens to the devices meanwhile is in `supervisor`.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

#[cfg(all(
    feature = "streams",
    not(any(target_os = "android", target_os = "ios", feature = "oboe-on-linux"))
))]
use super::cpal as device;
#[cfg(all(feature = "streams", target_os = "ios"))]
use super::ios as device;
#[cfg(not(feature = "streams"))]
use super::no_devices as device;
#[cfg(all(
    feature = "streams",
    any(target_os = "android", feature = "oboe-on-linux")
))]
use super::oboe as device;
use super::supervisor::{Request, Supervisor, Wiring};
use super::words::{DeviceError, DeviceList, DevicePrefs, HostEvent, StreamInfo};
use crate::audio::Audio;
use crate::control::{EngineConfig, EngineHandle, engine};

/// Owns the streams through a thread of its own; dropping it ends them and the engine.
pub struct AudioHost {
    requests: Sender<Request>,
    events: Receiver<HostEvent>,
    info: Arc<Mutex<StreamInfo>>,
    supervisor: Option<JoinHandle<()>>,
}

impl AudioHost {
    /// Opens the chosen output, or the best there is, or none, and starts an engine there.
    /// Waits until it plays: some hundred milliseconds, a few seconds if a sound server hangs.
    ///
    /// `input_override` is heard instead of a microphone, repeated, from the moment the input
    /// opens.
    pub fn open(
        prefs: &DevicePrefs,
        input_override: Option<Arc<Audio>>,
    ) -> (AudioHost, EngineHandle) {
        let (requests, requests_out) = channel();
        let (events_in, events) = channel();
        let (handle_in, handle_out) = channel();
        let info = Arc::new(Mutex::new(StreamInfo::default()));
        let wiring = Wiring {
            backend: Box::new(device::Devices::new()),
            prefs: prefs.clone(),
            file: input_override,
            events: events_in,
            info: Arc::clone(&info),
        };
        let supervise = move || {
            let mut app_end = None;
            let supervisor = Supervisor::start(wiring, |rate| {
                let config = EngineConfig {
                    rate,
                    tracks: EngineConfig::MOST_TRACKS,
                    ..EngineConfig::default()
                };
                let (handle, engine) = engine(config);
                app_end = Some(handle);
                engine
            });
            // Only now: whoever has the handle may ask what is open.
            if let Some(handle) = app_end {
                let _ = handle_in.send(handle);
            }
            supervisor.run(&requests_out);
        };
        let spawned = thread::Builder::new()
            .name("sound-devices".into())
            .spawn(supervise)
            .ok();
        let handle = handle_out.recv().unwrap_or_else(|_| {
            // No thread, or it fell over in a driver: an engine nobody calls is silent and safe.
            log::error!("the sound devices could not be started");
            engine(EngineConfig::default()).0
        });
        (
            AudioHost {
                requests,
                events,
                info,
                supervisor: spawned,
            },
            handle,
        )
    }

    /// What is open now.
    pub fn info(&self) -> StreamInfo {
        self.info
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Opens the microphone and waits until it is heard; nothing to do if it is open.
    pub fn open_input(&mut self) -> Result<(), DeviceError> {
        self.ask(Request::OpenInput)
    }

    /// Closes the microphone: the system's recording light goes out.
    pub fn close_input(&mut self) {
        let _ = self.requests.send(Request::CloseInput);
    }

    /// A person is about to play: if the system has given our sound to somebody else, it is asked
    /// back. Nothing to do otherwise, which is nearly always.
    pub fn wake(&mut self) {
        let _ = self.requests.send(Request::Wake);
    }

    /// Moves to other devices. The engine plays on; what it was playing is not repeated.
    /// An error leaves it where it was.
    pub fn select(&mut self, prefs: &DevicePrefs) -> Result<(), DeviceError> {
        self.ask(|reply| Request::Select(prefs.clone(), reply))
    }

    /// What has happened since the last call. Every tick.
    pub fn poll(&mut self) -> Vec<HostEvent> {
        self.events.try_iter().collect()
    }

    /// What there is to choose from. Asks the sound server: some ten milliseconds, or seconds if
    /// it hangs, so not from a thread that draws.
    pub fn list() -> DeviceList {
        device::list()
    }

    fn ask(
        &self,
        request: impl FnOnce(Sender<Result<(), DeviceError>>) -> Request,
    ) -> Result<(), DeviceError> {
        let (reply, answer) = channel();
        let gone = || DeviceError::System("the device thread has ended".into());
        self.requests.send(request(reply)).map_err(|_| gone())?;
        answer.recv().unwrap_or_else(|_| Err(gone()))
    }
}

impl Drop for AudioHost {
    fn drop(&mut self) {
        let _ = self.requests.send(Request::Close);
        if let Some(supervisor) = self.supervisor.take() {
            // Its panic, if any, was reported when it happened.
            let _ = supervisor.join();
        }
    }
}
