//! Settings, help and meters.

use crate::calibration::{self, Measurement};
use crate::error::{of_device, of_store};
use crate::ipc::{
    CalibrationView, HelpView, IpcError, MeterFrame, SessionPhase, SettingsChange, SettingsView,
};
use crate::session::Session;
use crate::settings;
use crate::words;

use super::App;
use super::surroundings::Wish;

impl App {
    /// The Settings screen.
    #[must_use]
    pub fn settings(&self) -> SettingsView {
        let calibration = if self.measurement.is_some() {
            CalibrationView::Measuring
        } else if self.not_heard {
            CalibrationView::NotHeard
        } else {
            self.calibration_view()
        };
        settings::view(
            &self.preferences,
            calibration,
            &self.sound,
            self.can_be_felt(),
            &self.store,
            &self.folder,
        )
    }

    fn calibration_view(&self) -> CalibrationView {
        let choice = calibration::choice(&self.store, &self.sound, self.clock.now().timestamp());
        let measured_at = choice
            .measured_at_ms
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
        let Some(measured_at) = measured_at else {
            return CalibrationView::NotMeasured;
        };
        CalibrationView::Measured {
            round_trip_ms: choice.round_trip * 1000.0 / f64::from(self.sound.rate().hz()),
            confidence: choice.confidence,
            measured_at: self.moment(measured_at),
            approximate: choice.is_approximate(),
        }
    }

    fn moment(&self, at: jiff::Timestamp) -> String {
        let now = self.clock.now();
        words::moment(&at.to_zoned(now.time_zone().clone()), &now)
    }

    /// Changes what is given.
    ///
    /// # Errors
    /// A device that does not open, a value that makes no sense, or the store refuses; then
    /// everything stays as it was.
    pub fn change_settings(&mut self, change: &SettingsChange) -> Result<SettingsView, IpcError> {
        let changed = self.preferences.with(change)?;
        if changed.devices() != self.preferences.devices() {
            self.sound.select(&changed.devices()).map_err(of_device)?;
            self.not_heard = false;
        }
        changed.save(&mut self.store).map_err(of_store)?;
        self.preferences = changed;
        Ok(self.settings())
    }

    /// Begins to measure the round trip; [`Changed::Settings`] says when it is over.
    ///
    /// # Errors
    /// While something else sounds, or without a microphone.
    pub fn calibrate(&mut self) -> Result<SettingsView, IpcError> {
        let is_under_way = |session: &Session| session.phase != SessionPhase::Ended;
        if self.session.as_ref().is_some_and(is_under_way) || self.is_measuring() {
            return Err(IpcError::NotNow);
        }
        if self.waits_for_permission(Wish::Measure)? {
            return Ok(self.settings());
        }
        self.stop_piece();
        self.sound.open_input().map_err(of_device)?;
        self.measurement = Measurement::begin(&mut self.sound);
        self.not_heard = self.measurement.is_none();
        Ok(self.settings())
    }

    pub(super) fn follow_measurement(&mut self) -> bool {
        let Some(measurement) = &mut self.measurement else {
            return false;
        };
        let now = self.clock.now().timestamp();
        let Some(outcome) = measurement.tick(&mut self.sound, now) else {
            return false;
        };
        self.measurement = None;
        self.not_heard = outcome.is_none();
        if let Some(known) = outcome {
            calibration::keep(&known, now, &mut self.store);
        }
        // Nobody listens any more.
        self.sound.close_input();
        true
    }

    /// The help card.
    #[must_use]
    pub fn help(&self) -> HelpView {
        self.content
            .help(self.preferences.country.clone(), self.clock.now().date())
    }

    /// Somebody needs help now: the music makes room. Nothing is written down.
    pub fn open_help(&mut self) {
        let _ = self.with_session(|session, studio| {
            session.pause(studio);
            Ok(())
        });
        self.call_off_device_check();
        self.stop_piece();
        self.field_tone(None);
    }

    /// What moves. Peaks are those since the last call.
    pub fn meters(&mut self) -> MeterFrame {
        let now = self.sound.engine.snapshot();
        let levels = self.sound.engine.take_meters();
        let session = self.session.as_ref();
        MeterFrame {
            playhead: now.playhead.seconds(self.sound.rate()),
            rolling: now.rolling,
            output_peak: levels.output,
            input_peak: levels.input_peak,
            input_rms: levels.input_rms,
            ducking_db: levels.ducking_db,
            xruns: now.xruns as u32,
            safe_seconds: session.map_or(0.0, Session::safe_seconds),
            recording: session.map(Session::record_phase).unwrap_or_default(),
            generation: session.map_or(0, Session::generation),
        }
    }
}
