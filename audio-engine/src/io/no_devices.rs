//! A build without devices: the engine runs in silence, in real time.

use std::time::Instant;

use super::backend::Backend;
use super::stream::{Input, Output};
use super::words::{DeviceError, DeviceList, DevicePrefs};
use crate::units::SampleRate;

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

/// Nothing to choose from.
pub(super) fn list() -> DeviceList {
    DeviceList::default()
}

impl Backend for Devices {
    fn open_output(
        &mut self,
        _prefs: &DevicePrefs,
        _only: Option<&str>,
        _rate: Option<SampleRate>,
    ) -> Result<Output, DeviceError> {
        Err(DeviceError::Gone)
    }

    fn open_input(
        &mut self,
        _prefs: &DevicePrefs,
        _system: &str,
        _rate: SampleRate,
    ) -> Result<Input, DeviceError> {
        Err(DeviceError::NoMicrophone)
    }

    fn epoch(&self) -> Instant {
        self.epoch
    }
}
