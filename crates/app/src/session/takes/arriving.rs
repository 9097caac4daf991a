//! Taking in what was recorded, once all of it has arrived: onto the stage, into the store, and to
//! whoever measures it.

use std::sync::Arc;

use audio_engine::analysis::{self, Beats};
use audio_engine::audio::Audio;
use audio_engine::control::place;
use audio_engine::units::Frames;
use practice::exercise::Metric;

use crate::ipc::{Notice, RecordState};
use crate::piece::{Sounding, Source, key};
use crate::recorder::Finished;

use super::TakeRun;
use crate::session::figures::Material;
use crate::session::surface::Mode;
use crate::session::{Session, Studio};

/// The home note of a key, in Hz, in the octave below middle C.
fn home_hz(name: &str) -> f32 {
    let above_a = f32::from(key(name).tonic()) - 21.0;
    440.0 * 2f32.powf(above_a / 12.0)
}

impl Session {
    /// Takes in what the writer has finished.
    pub(in crate::session) fn collect_takes(&mut self, studio: &mut Studio) {
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
            studio.notices.raise(studio.silent_input());
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
    pub(in crate::session) fn keep_fragments(&mut self, studio: &mut Studio) {
        for (header, frames) in std::mem::take(&mut self.fragments) {
            let is_whole = |take: &TakeRun| matches!(take.state, RecordState::Kept { .. });
            let mut again = self.takes.iter().filter(|take| take.label == header.name);
            if again.any(is_whole) {
                continue;
            }
            let rate = self.plan.grid.rate;
            let now = studio.now.timestamp();
            match crate::pieces::keep_lone_take(studio.store, &header, frames, rate, now) {
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
    pub(in crate::session) fn analyse(&mut self, metrics: &[Metric]) {
        if let Mode::Record { take } = self.mode
            && let Some(take) = self.takes.get_mut(take)
        {
            take.metrics.extend(metrics);
        }
    }
}
