//! Checking this device: beginning, following, calling it off.

use crate::device_check::{Bench, Ears};
use crate::ipc::{DeviceCheckView, IpcError, SessionPhase};
use crate::session::Session;

use super::App;
use super::surroundings::Wish;

impl App {
    /// Begins to check this device; [`Changed::DeviceCheck`](crate::ipc::Changed::DeviceCheck) says
    /// when there is more to see. It takes about three quarters of a minute, a question at its end,
    /// and a device without a microphone is checked without one. Where the person is asked whether it
    /// may listen, it begins with their answer.
    ///
    /// # Errors
    /// While something else sounds or is measured.
    pub fn begin_device_check(&mut self) -> Result<DeviceCheckView, IpcError> {
        let is_under_way = |session: &Session| session.phase != SessionPhase::Ended;
        if self.session.as_ref().is_some_and(is_under_way) || self.is_measuring() {
            return Err(IpcError::NotNow);
        }
        let ears = match self.waits_for_permission(Wish::Check) {
            Ok(true) => return Ok(self.device_check()),
            Ok(false) => self.sound.open_input().map_err(|error| Ears::of(&error)),
            Err(IpcError::MicrophoneRefused | IpcError::MicrophoneSwitchedOff) => {
                Err(Ears::Refused)
            }
            Err(_) => Err(Ears::Absent),
        };
        self.check_with(ears);
        Ok(self.device_check())
    }

    /// Begins, hearing or not.
    pub(super) fn check_with(&mut self, ears: Result<(), Ears>) {
        self.stop_piece();
        self.field_tone(None);
        self.at_the_bench(|check, bench| check.begin(ears, bench));
    }

    /// How far it is, and what was found.
    #[must_use]
    pub fn device_check(&self) -> DeviceCheckView {
        self.device_check.view(self.mono())
    }

    /// Ends it here; what was found until now stays. The question at its end is left open.
    pub fn call_off_device_check(&mut self) -> DeviceCheckView {
        self.at_the_bench(|check, bench| check.call_off(bench));
        self.device_check()
    }

    /// The report, as text for a file; the name a file has by itself stands beside it.
    ///
    /// # Errors
    /// `NotNow` before there is one.
    pub fn device_report(&self) -> Result<String, IpcError> {
        let view = self.device_check();
        view.report.ok_or(IpcError::NotNow)
    }

    /// Is the device being listened to for a measurement?
    pub(super) fn is_measuring(&self) -> bool {
        self.measurement.is_some() || self.device_check.is_sounding()
    }

    /// `true` when there is more to see.
    pub(super) fn follow_device_check(&mut self) -> bool {
        self.at_the_bench(|check, bench| check.tick(bench))
    }

    fn at_the_bench<R>(
        &mut self,
        work: impl FnOnce(&mut crate::device_check::DeviceCheck, &mut Bench) -> R,
    ) -> R {
        let mono = self.mono();
        let mut bench = Bench {
            sound: &mut self.sound,
            store: &mut self.store,
            content: &self.content,
            reminders: &mut self.reminders,
            now: self.clock.now(),
            mono,
        };
        work(&mut self.device_check, &mut bench)
    }
}
