//! Sound devices of Linux, macOS, iOS and Windows. The only folder that names `cpal` and `alsa`.
//!
//! `cpal` gives output and input as two streams with two callbacks; `duplex` puts them on one
//! clock. Everything here runs on the supervisor's thread, except the closures handed to `cpal` in
//! `callbacks`: the data closures are the audio callback, the error closures only push into a ring.
//!
//! `choice` names what a person can choose, `open` opens it.

mod callbacks;
mod choice;
mod open;

use std::time::Instant;

use cpal::traits::HostTrait;
use cpal::{Error, ErrorKind, HostId};

use super::backend::Backend;
use super::stream::{Input, Output};
use super::words::{DeviceError, DevicePrefs};
use crate::units::SampleRate;
pub(super) use choice::list;
use open::{input_on, output_on};

/// The hosts to try, best first. On Linux the sound server that runs, spoken to in its own
/// language: through ALSA's PipeWire plug-in the latency changes from run to run by up to 18 ms.
#[cfg(target_os = "linux")]
fn hosts() -> Vec<HostId> {
    vec![HostId::PipeWire, HostId::Alsa]
}

#[cfg(not(target_os = "linux"))]
fn hosts() -> Vec<HostId> {
    vec![cpal::default_host().id()]
}

/// ALSA writes a screenful to the terminal for each device that is not there, and we look again
/// every second. What it has to say on this thread goes into a buffer, emptied each time.
#[cfg(target_os = "linux")]
fn quieten_alsa() {
    // Refused: it goes on writing to the terminal, which harms nothing.
    let _ = alsa::Output::local_error_handler();
}

#[cfg(not(target_os = "linux"))]
fn quieten_alsa() {}

/// Whether a sound session settles rate, block and route before we are asked: on iOS. See
/// `phone::session`.
const UNDER_SESSION: bool = cfg!(target_os = "ios");

/// The system's devices.
pub(super) struct Devices {
    epoch: Instant,
}

impl Devices {
    pub(super) fn new() -> Devices {
        Devices {
            epoch: Instant::now(),
        }
    }
}

impl Backend for Devices {
    fn open_output(
        &mut self,
        prefs: &DevicePrefs,
        only: Option<&str>,
        rate: Option<SampleRate>,
    ) -> Result<Output, DeviceError> {
        quieten_alsa();
        let chosen = prefs
            .output
            .as_deref()
            .and_then(|id| id.parse::<cpal::DeviceId>().ok());
        let mut order = hosts();
        if let Some(chosen) = &chosen {
            order.sort_by_key(|host| *host != chosen.host());
        }
        let mut last = DeviceError::Gone;
        for id in order
            .into_iter()
            .filter(|id| only.is_none_or(|name| name == id.name()))
        {
            let Ok(host) = cpal::host_from_id(id) else {
                continue;
            };
            let preferred = chosen.as_ref().and_then(|chosen| host.device_by_id(chosen));
            for device in preferred.into_iter().chain(host.default_output_device()) {
                match output_on(&host, &device, rate, self.epoch) {
                    Ok(output) => return Ok(output),
                    Err(error) => {
                        log::info!("{}: {device}: {error}", id.name());
                        last = error;
                    }
                }
            }
        }
        Err(last)
    }

    fn open_input(
        &mut self,
        prefs: &DevicePrefs,
        system: &str,
        rate: SampleRate,
    ) -> Result<Input, DeviceError> {
        quieten_alsa();
        let host = hosts()
            .into_iter()
            .find(|id| id.name() == system)
            .ok_or(DeviceError::Gone)?;
        let host = cpal::host_from_id(host).map_err(refusal)?;
        let chosen = prefs
            .input
            .as_deref()
            .and_then(|id| id.parse::<cpal::DeviceId>().ok());
        let preferred = chosen.and_then(|chosen| host.device_by_id(&chosen));
        let mut last = DeviceError::NoMicrophone;
        for device in preferred.into_iter().chain(host.default_input_device()) {
            match input_on(&host, &device, rate, self.epoch) {
                Ok(input) => return Ok(input),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn epoch(&self) -> Instant {
        self.epoch
    }
}

/// By value, for `map_err`.
#[allow(clippy::needless_pass_by_value)]
fn refusal(error: Error) -> DeviceError {
    match error.kind() {
        ErrorKind::PermissionDenied => DeviceError::MicrophoneRefused,
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => DeviceError::Gone,
        _ => DeviceError::System(error.to_string()),
    }
}
