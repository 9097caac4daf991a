//! Devices that stand under a sound session: it is settled before a stream opens, and its word on
//! which way the sound goes counts more than the device library's.

use std::time::Instant;

use super::session::{SoundSession, System};
use crate::io::backend::Backend;
use crate::io::player::Seat;
use crate::io::stream::{Input, Output, Upheaval};
use crate::io::words::{DeviceError, DevicePrefs};
use crate::units::SampleRate;

/// `devices` opens and ends the streams.
pub(in crate::io) struct UnderSession<B, S: System> {
    devices: B,
    session: SoundSession<S>,
}

impl<B: Backend, S: System> UnderSession<B, S> {
    pub(in crate::io) fn under(devices: B, system: S) -> UnderSession<B, S> {
        UnderSession {
            devices,
            session: SoundSession::new(system),
        }
    }
}

impl<B: Backend, S: System> Backend for UnderSession<B, S> {
    fn open_output(
        &mut self,
        prefs: &DevicePrefs,
        only: Option<&str>,
        rate: Option<SampleRate>,
    ) -> Result<Output, DeviceError> {
        self.session.ready(rate)?;
        let output = self.devices.open_output(prefs, only, rate)?;
        let granted = self.session.look();
        log::info!(
            "{}: {} Hz, {} frames",
            granted.output.name,
            granted.rate,
            granted.block
        );
        Ok(Output {
            id: granted.output_id(output.rate),
            name: granted.output.name,
            ..output
        })
    }

    fn open_input(
        &mut self,
        prefs: &DevicePrefs,
        system: &str,
        rate: SampleRate,
    ) -> Result<Input, DeviceError> {
        if self.session.ready(Some(rate))?.inputs == 0 {
            return Err(DeviceError::NoMicrophone);
        }
        let input = self.devices.open_input(prefs, system, rate)?;
        let granted = self.session.look();
        Ok(Input {
            id: granted.input_id(),
            name: granted.input.name,
            ..input
        })
    }

    fn listen(&mut self, listening: bool) -> Result<bool, DeviceError> {
        self.session.listen(listening)
    }

    fn insist(&mut self) -> bool {
        self.session.insist()
    }

    fn told(&mut self) -> Option<Upheaval> {
        self.session.told()
    }

    fn stand_in(&mut self, seat: Seat, rate: SampleRate) -> Option<Box<dyn Send>> {
        self.devices.stand_in(seat, rate)
    }

    fn end(&mut self, stream: Box<dyn Send>) {
        self.devices.end(stream);
    }

    fn sources_own_streams(&self) -> bool {
        self.devices.sources_own_streams()
    }

    fn now(&self) -> Instant {
        self.devices.now()
    }

    fn epoch(&self) -> Instant {
        self.devices.epoch()
    }
}

#[cfg(test)]
mod tests;
