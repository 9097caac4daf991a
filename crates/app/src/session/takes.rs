//! Recording within a session: arming, following, ending, once more.
//!
//! The state table is [`RecordState`]'s. The engine was told the punch-in before it comes; this file
//! only follows what happens and writes it down.

use std::sync::Arc;

use audio_engine::analysis::{self, Beats};
use audio_engine::audio::Audio;
use audio_engine::control::{self, At, RecordSpec, place};
use audio_engine::units::Frames;
use practice::exercise::{Action, Metric};
use store::{TakeHeader, TakeId};

use crate::ipc::{IpcError, Length, Notice, RecordState};
use crate::piece::{Sounding, Source, key};
use crate::recorder::{Finished, Recorder, TakeProgress};

use super::draft;
use super::figures::Material;
use super::stage::{Actor, Role, Settings, wish};
use super::surface::Mode;
use super::{Session, Studio};

/// Kept from before the punch-in, in seconds: the breath before the first note, and the last click.
const PRE_ROLL_SECONDS: f64 = 1.0;
/// Voices, in the order they come: dusk, plum, honey.
const VOICE_COLORS: [u8; 3] = [2, 4, 3];

/// The colour of the `nth` voice.
pub(super) fn voice_color(nth: usize) -> u8 {
    VOICE_COLORS[nth % VOICE_COLORS.len()]
}

/// The home note of a key, in Hz, in the octave below middle C.
fn home_hz(name: &str) -> f32 {
    let above_a = f32::from(key(name).tonic()) - 21.0;
    440.0 * 2f32.powf(above_a / 12.0)
}

/// One take of this session.
#[derive(Debug)]
pub struct TakeRun {
    pub id: TakeId,
    /// The exercise's name for it, and a person's.
    pub name: String,
    pub label: String,
    pub bars: u64,
    pub count_in: u64,
    pub state: RecordState,
    pub punch_in: Frames,
    pub length: Frames,
    /// Its layer on stage; `None` when the mixer was full.
    pub actor: Option<usize>,
    pub progress: Option<Arc<TakeProgress>>,
    /// The engine's number for it.
    number: u64,
    pre_roll: Frames,
    round_trip: Frames,
    /// Ended by a pause, a stop or another step before its time.
    cut: bool,
    /// The person was told that no sound is arriving.
    silence_told: bool,
    metrics: Vec<Metric>,
}

impl TakeRun {
    /// As it is written down; `None` while it is not complete.
    pub(super) fn written(&self) -> Option<draft::Take> {
        let is_complete = match self.state {
            RecordState::Kept { .. } | RecordState::Nothing => true,
            RecordState::Waiting | RecordState::CountIn | RecordState::Recording => false,
        };
        is_complete.then(|| draft::Take {
            id: self.id,
            name: self.name.clone(),
            label: self.label.clone(),
            bars: self.bars,
            count_in: self.count_in,
            state: self.state,
            punch_in: self.punch_in.0,
            length: self.length.0,
            layer: self.actor,
        })
    }

    /// As it was written down.
    pub(super) fn read(take: draft::Take, number: u64) -> TakeRun {
        TakeRun {
            id: take.id,
            name: take.name,
            label: take.label,
            bars: take.bars,
            count_in: take.count_in,
            state: take.state,
            punch_in: Frames(take.punch_in),
            length: Frames(take.length),
            actor: take.layer,
            progress: None,
            number,
            pre_roll: Frames::ZERO,
            round_trip: Frames::ZERO,
            cut: false,
            silence_told: false,
            metrics: vec![],
        }
    }

    fn is_running(&self) -> bool {
        self.progress.is_some()
    }

    /// How far into the raw input the part to keep begins.
    pub fn pre_roll_and_trip(&self) -> Frames {
        self.pre_roll + self.round_trip
    }
}

impl Session {
    /// Promises a take to the engine.
    pub(super) fn arm_take(
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
        let voices = self
            .stage
            .actors
            .iter()
            .filter(|actor| actor.role == Role::Voice)
            .count();
        let layer = self.stage.find(name).or_else(|| {
            let actor = Actor {
                id: name.to_owned(),
                label: label.to_owned(),
                color: voice_color(voices),
                role: Role::Voice,
                source: Source::take(id),
                sounding: Sounding::nothing(grid.rate),
                origin: punch_in,
                on_since: None,
                settings: Settings {
                    gain_db: 0.0,
                    pan: 0.0,
                    muted: false,
                },
            };
            self.stage.add(actor, &mut studio.sound.engine)
        });
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
            // Asked for now, when its microphone is open and the route has its name; what is
            // measured later does not move it.
            round_trip: {
                let now = studio.now.timestamp();
                let choice = crate::calibration::choice(studio.store, studio.sound, now);
                Frames(choice.round_trip.round().max(0.0) as u64)
            },
            cut: false,
            silence_told: false,
            metrics: vec![Metric::HUM_SECONDS],
        };
        self.mode = Mode::Record {
            take: self.takes.len(),
        };
        match self.promise(
            &take,
            grid.bars(punch_in_bar - count_in.min(punch_in_bar)),
            studio,
        ) {
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
            loop_into: take.actor.map(super::Stage::track),
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

    /// The state that the playhead says.
    pub(super) fn follow_takes(&mut self, playhead: Frames) {
        let rate = self.plan.grid.rate;
        let click = |take: &TakeRun| take.punch_in - self.plan.grid.bars(take.count_in);
        let mut has_changed = false;
        for take in self
            .takes
            .iter_mut()
            .filter(|take| take.is_running() && !take.cut)
        {
            let state = if playhead < click(take) {
                RecordState::Waiting
            } else if playhead < take.punch_in {
                RecordState::CountIn
            } else {
                RecordState::Recording
            };
            has_changed |= state != take.state;
            take.state = state;
        }
        // The wave grows on the ring four times a second.
        let is_recording = self
            .takes
            .iter()
            .any(|take| take.state == RecordState::Recording);
        if is_recording && playhead >= self.redrawn_at + Frames::from_seconds(0.25, rate) {
            self.redrawn_at = playhead;
            has_changed = true;
        }
        if has_changed {
            self.changed();
        }
    }

    /// A step does not end under a running take, and goes on by itself when the take has been heard.
    pub(super) fn hold_for_take(&mut self) {
        let Mode::Record { take } = self.mode else {
            return;
        };
        let Some(take) = self
            .takes
            .get(take)
            .filter(|take| take.is_running() && !take.cut)
        else {
            return;
        };
        let over =
            self.plan.grid.bar_at(take.punch_in + take.length) + 1 + self.hearings() * take.bars;
        self.cursor.ends = over.max(self.cursor.starts + 1);
    }

    /// A finished take is heard so often before the session goes on by itself.
    fn hearings(&self) -> u64 {
        match self.length {
            Length::Full => 2,
            Length::TwoMinutes => 1,
        }
    }

    /// Says once when no sound has been arriving, and takes it back with the first that does. The
    /// take goes on: a muted microphone can be unmuted in the middle of a bar.
    fn tell_silence(&mut self, studio: &mut Studio) {
        for take in &mut self.takes {
            let Some(progress) = &take.progress else {
                continue;
            };
            let is_silent = progress.is_silent();
            if is_silent && !take.silence_told {
                studio.notices.raise(Notice::SilentInput);
            } else if !is_silent && take.silence_told {
                studio
                    .notices
                    .lower(|notice| *notice == Notice::SilentInput);
            }
            take.silence_told = is_silent;
        }
    }

    /// Takes in what the writer has finished.
    pub(super) fn collect_takes(&mut self, studio: &mut Studio) {
        self.tell_silence(studio);
        for index in 0..self.takes.len() {
            let finished = self.takes[index]
                .progress
                .as_ref()
                .and_then(|progress| progress.finished());
            if let Some(finished) = finished {
                self.take_in(index, finished, studio);
            }
        }
    }

    fn take_in(&mut self, index: usize, finished: Finished, studio: &mut Studio) {
        let rate = self.plan.grid.rate;
        let take = &mut self.takes[index];
        let safe = take
            .progress
            .take()
            .map_or(Frames::ZERO, |p| Frames(p.safe_frames()));
        let seconds = safe
            .saturating_sub(take.pre_roll)
            .min(take.length)
            .seconds(rate);
        if finished.stopped.is_some() {
            studio.notices.raise(Notice::StorageFull {
                kept_seconds: seconds,
            });
        }
        match finished.sealed {
            Ok(sealed) => {
                if let Err(error) = studio.store.adopt_take(&sealed) {
                    log::error!("a take waits for the next start to be entered: {error}");
                }
                if take.cut {
                    self.fragments.push((sealed.header, sealed.frames));
                }
            }
            Err(error) => log::error!("a take waits for the next start to be closed: {error}"),
        }
        let raw = Audio::mono(rate, finished.samples);
        let heard = place(&raw, take.pre_roll, take.round_trip, take.length);
        if take.cut {
            take.state = RecordState::Waiting;
        } else if analysis::is_digital_silence(&raw) {
            take.state = RecordState::Nothing;
            studio.notices.raise(Notice::SilentInput);
        } else {
            take.state = RecordState::Kept {
                seconds: take.length.seconds(rate),
                clipped: analysis::clipped(&heard),
            };
            let (source, punch_in) = (Source::take(take.id), take.punch_in);
            let (metrics, actor) = (std::mem::take(&mut take.metrics), take.actor);
            let sounding = Sounding::new(Arc::new(heard));
            self.shelf.put(source.clone(), sounding.clone());
            if let Some(actor) = actor.and_then(|actor| self.stage.actors.get_mut(actor)) {
                actor.source = source;
                actor.sounding = sounding.clone();
                actor.origin = punch_in;
                actor.on_since = Some(punch_in);
            }
            let material = self.material(index, &sounding.audio);
            self.figures
                .ask(metrics, material, studio.sound.is_virtual());
            self.figures.collect(self.id, studio.store);
            self.save_draft(studio);
        }
        self.changed();
    }

    /// What was cut short by a stop is in the album all the same, unless it was sung again whole.
    pub(super) fn keep_fragments(&mut self, studio: &mut Studio) {
        for (header, frames) in std::mem::take(&mut self.fragments) {
            let is_whole = |take: &TakeRun| matches!(take.state, RecordState::Kept { .. });
            let mut again = self.takes.iter().filter(|take| take.label == header.name);
            if again.any(is_whole) {
                continue;
            }
            let rate = self.plan.grid.rate;
            match crate::pieces::keep_lone_take(studio.store, &header, frames, rate) {
                Ok(piece) => self.piece = self.piece.or(piece),
                Err(error) => log::error!("a take is kept, but is not in the album: {error}"),
            }
        }
    }

    /// What to listen for in a take that is kept.
    fn material(&self, index: usize, heard: &Arc<Audio>) -> Material {
        let take = &self.takes[index];
        let is_kept = |take: &&TakeRun| matches!(take.state, RecordState::Kept { .. });
        let guide = self.takes[..index].iter().find(is_kept);
        Material {
            sound: Arc::clone(heard),
            beats: Some(Beats::of(self.plan.grid, take.punch_in)),
            target_hz: Some(home_hz(&self.plan.key)),
            guide: guide.and_then(|guide| {
                let actor = self.stage.actors.get(guide.actor?)?;
                Some(Arc::clone(&actor.sounding.audio))
            }),
        }
    }

    /// Remembers what to measure when this step's take is there.
    pub(super) fn analyse(&mut self, metrics: &[Metric]) {
        if let Mode::Record { take } = self.mode
            && let Some(take) = self.takes.get_mut(take)
        {
            take.metrics.extend(metrics);
        }
    }

    /// Whether a take is running.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.takes.iter().any(TakeRun::is_running)
    }

    /// The running take, for the meters.
    #[must_use]
    pub fn running_take(&self) -> Option<(&TakeRun, &TakeProgress)> {
        self.takes
            .iter()
            .find_map(|take| Some((take, take.progress.as_deref()?)))
    }

    /// Seconds of the running take that are on disk.
    #[must_use]
    pub fn safe_seconds(&self) -> f64 {
        self.running_take().map_or(0.0, |(take, progress)| {
            let safe = Frames(progress.safe_frames()).saturating_sub(take.pre_roll);
            safe.seconds(self.plan.grid.rate)
        })
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
            let track = take.actor.map(super::Stage::track);
            wish(&mut studio.sound.engine, |batch| {
                batch.call_off(number);
                batch.metronome(Frames::ZERO, Frames::ZERO);
                if let Some(track) = track {
                    batch.clear(track, Frames(240), At::Now);
                }
            });
        }
    }

    /// Whether going on needs the microphone: the following step listens, or this one's take was
    /// cut short.
    pub(super) fn waits_for_ears(&self, following: Option<usize>) -> bool {
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

    pub(super) fn record_again(&mut self, studio: &mut Studio) -> Result<(), IpcError> {
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

    pub(super) fn rearm_after_pause(&mut self, studio: &mut Studio) {
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
}
