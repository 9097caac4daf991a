//! Promising a take to the engine before its punch-in, ending it early, promising it once more.

use std::sync::Arc;

use audio_engine::control::{self, At, RecordSpec};
use audio_engine::units::Frames;
use practice::exercise::{Action, Metric};
use store::{TakeHeader, TakeId};

use crate::ipc::{IpcError, Notice, RecordState};
use crate::piece::{Sounding, Source};
use crate::recorder::{Recorder, TakeProgress};

use super::TakeRun;
use crate::session::stage::{Actor, Role, Settings, Stage, wish};
use crate::session::surface::Mode;
use crate::session::{Session, Studio};

/// Kept from before the punch-in, in seconds: the breath before the first note, and the last click.
const PRE_ROLL_SECONDS: f64 = 1.0;

impl Session {
    /// Promises a take to the engine.
    pub(in crate::session) fn arm_take(
        &mut self,
        name: &str,
        label: &str,
        bars: u64,
        count_in: u64,
        punch_in_bar: u64,
        studio: &mut Studio,
    ) {
        let grid = self.plan.grid;
        let punch_in = grid.bars(punch_in_bar);
        let length = grid.bars(bars);
        let pre_roll = Frames::from_seconds(PRE_ROLL_SECONDS, grid.rate).min(punch_in);
        let id = TakeId::new();
        let number = self.takes.len() as u64;
        let layer = self.stage.find(name).or_else(|| {
            let actor = Actor {
                id: name.to_owned(),
                label: label.to_owned(),
                color: self.next_voice_color(),
                role: Role::Voice,
                source: Source::take(id),
                sounding: Sounding::nothing(grid.rate),
                origin: punch_in,
                on_since: None,
                settings: Settings::default(),
            };
            self.stage.add(actor, &mut studio.sound.engine)
        });
        // Asked for now, when its microphone is open and the route has its name; what is measured
        // later does not move it.
        let now = studio.now.timestamp();
        let choice = crate::calibration::choice(studio.store, studio.sound, now);
        let mut take = TakeRun {
            id,
            name: name.to_owned(),
            label: label.to_owned(),
            bars,
            count_in,
            state: RecordState::Waiting,
            punch_in,
            length,
            actor: layer,
            progress: None,
            number,
            pre_roll,
            round_trip: Frames(choice.round_trip.round().max(0.0) as u64),
            cut: false,
            silence_told: false,
            metrics: vec![Metric::HUM_SECONDS],
        };
        self.mode = Mode::Record {
            take: self.takes.len(),
        };
        let click_from = grid.bars(punch_in_bar.saturating_sub(count_in));
        match self.promise(&take, click_from, studio) {
            Some(progress) => take.progress = Some(progress),
            None => take.state = RecordState::Nothing,
        }
        self.takes.push(take);
    }

    /// File first, engine second; `None` if the disk or the engine refuses.
    fn promise(
        &self,
        take: &TakeRun,
        click_from: Frames,
        studio: &mut Studio,
    ) -> Option<Arc<TakeProgress>> {
        let header = TakeHeader {
            take: take.id,
            session: self.id,
            exercise: self.exercise.id.clone(),
            name: take.label.clone(),
            rate: self.plan.grid.rate.hz(),
            pre_roll: take.pre_roll.0,
            round_trip: take.round_trip.0,
            length: take.length.0,
            punch_in: take.punch_in.0,
            channels: 1,
        };
        // Closed while nobody was looking, it is opened for the next take. One that does not open
        // now is looked for by the device: the take goes on with the first sound that arrives.
        if let Err(error) = studio.sound.open_input() {
            log::warn!("the microphone does not open: {error}");
        }
        let writer = match studio.store.begin_take(&header) {
            Ok(writer) => writer,
            Err(error) => {
                log::warn!("a take could not be begun: {error}");
                studio
                    .notices
                    .raise(Notice::StorageFull { kept_seconds: 0.0 });
                return None;
            }
        };
        let spec = RecordSpec {
            pre_roll: take.pre_roll,
            round_trip: take.round_trip,
            loop_into: take.actor.map(Stage::track),
            ..RecordSpec::fixed(control::TakeId(take.number), take.punch_in, take.length)
        };
        let stream = wish(&mut studio.sound.engine, |batch| {
            batch.metronome(click_from, take.punch_in);
            if let Some(track) = spec.loop_into {
                batch.mute(track, false, At::Frame(take.punch_in));
            }
            batch.record(spec)
        })?;
        let (recorder, progress) = Recorder::new(stream, self.plan.grid.rate, writer);
        if studio.sound.is_virtual() {
            studio.recorders.carry_here(recorder);
        } else {
            studio.recorders.carry(recorder);
        }
        Some(progress)
    }

    /// Ends a running take before its time; what is there is kept.
    pub fn stop_recording(&mut self, studio: &mut Studio) {
        let playhead = self.playhead.at(&studio.sound.engine);
        for take in self
            .takes
            .iter_mut()
            .filter(|take| take.is_running() && !take.cut)
        {
            // Complete but for its tail: that is not cut, only still arriving.
            if playhead >= take.punch_in + take.length {
                continue;
            }
            take.cut = true;
            let number = control::TakeId(take.number);
            let track = take.actor.map(Stage::track);
            wish(&mut studio.sound.engine, |batch| {
                batch.call_off(number);
                batch.metronome(Frames::ZERO, Frames::ZERO);
                if let Some(track) = track {
                    batch.clear(track, Frames(240), At::Now);
                }
            });
        }
    }

    pub(in crate::session) fn record_again(&mut self, studio: &mut Studio) -> Result<(), IpcError> {
        let Mode::Record { take } = self.mode else {
            return Err(IpcError::NotNow);
        };
        if !studio.in_sight {
            return Err(IpcError::NotNow);
        }
        self.stop_recording(studio);
        let take = &self.takes[take];
        let (name, label, bars, count_in) = (
            take.name.clone(),
            take.label.clone(),
            take.bars,
            take.count_in.max(1),
        );
        if let Some(actor) = take.actor {
            self.stage
                .close(actor, Frames::ZERO, &mut studio.sound.engine);
        }
        let playhead = self.playhead.at(&studio.sound.engine);
        let punch_in = self.soonest(playhead) - 1 + count_in;
        self.arm_take(&name, &label, bars, count_in, punch_in, studio);
        Ok(())
    }

    pub(in crate::session) fn rearm_after_pause(&mut self, studio: &mut Studio) {
        let Mode::Record { take } = self.mode else {
            return;
        };
        if studio.in_sight
            && self.takes.get(take).is_some_and(|take| take.cut)
            && let Err(error) = self.record_again(studio)
        {
            log::warn!("a take could not be armed again: {error}");
        }
    }

    /// Whether going on needs the microphone: the following step listens, or this one's take was
    /// cut short.
    pub(in crate::session) fn waits_for_ears(&self, following: Option<usize>) -> bool {
        let is_cut = match self.mode {
            Mode::Record { take } => self.takes.get(take).is_some_and(|take| take.cut),
            _ => false,
        };
        let actions = following
            .and_then(|step| self.plan.steps.get(step)?.in_version(self.version))
            .map(|(_, actions)| actions)
            .unwrap_or_default();
        let listens = |action: &Action| matches!(action, Action::Record { .. });
        is_cut || actions.iter().any(listens)
    }
}
