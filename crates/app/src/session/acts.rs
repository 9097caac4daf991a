//! What hands ask for, and what comes of it.

use audio_engine::control::At;
use audio_engine::units::{Frames, Gain};
use store::StepEnd;

use crate::ipc::{Act, IpcError, SessionPhase};
use crate::piece::Source;

use super::stage::{Actor, Role, Settings, wish};
use super::surface::Mode;
use super::{QUICK_END, STOPPED_END, Session, Studio};

/// As many touches of a step can be taken back.
const UNDO_DEPTH: usize = 200;

impl Session {
    /// Carries out one wish. A wish that makes no sense now is refused and changes nothing.
    ///
    /// # Errors
    /// `NotNow`, `InvalidInput`, or what opening the microphone answers.
    pub fn act(&mut self, act: &Act, studio: &mut Studio) -> Result<(), IpcError> {
        use SessionPhase::{Ended, Ending, Guiding, Paused, Ready};
        self.draft_due |= self.phase != Ready && self.phase != Ended;
        match (act, self.phase) {
            (Act::Start, Ready) => self.start(studio)?,
            (Act::Stop, Ready) => {
                // Left by an app that went away, and not taken up after all.
                self.settle_preparation();
                self.set_the_stage(studio);
                self.end(studio);
            }
            (Act::Stop, Guiding | Paused) => {
                self.leave_step(StepEnd::Skipped, studio);
                self.soften(STOPPED_END, studio);
            }
            // Asked again: at once, but without a click.
            (Act::Stop | Act::Next | Act::Skip, Ending) => self.hurry(studio),
            (Act::Pause, Guiding) => self.pause(studio),
            (Act::Resume, Paused) => self.resume(studio)?,
            (Act::Next, Guiding) => self.next(StepEnd::Done, studio),
            (Act::Skip, Guiding) => self.next(StepEnd::Skipped, studio),
            (Act::Easier { on }, Ready | Guiding | Paused) => {
                self.version.easier = *on;
                self.version_changed(studio);
            }
            (Act::WithoutMicrophone { on }, Ready | Guiding | Paused) => {
                if !on && self.phase != Ready {
                    studio.sound.open_input().map_err(crate::error::of_device)?;
                }
                self.version.without_microphone = *on;
                self.version_changed(studio);
            }
            (Act::Keep { keep }, Guiding | Paused | Ending | Ended) => self.keep(*keep, studio),
            (Act::Slot { index, on }, Guiding) => self.touch_slot(*index, *on, studio)?,
            (Act::Note { index }, Guiding) => self.choose_note(*index, studio)?,
            (Act::Gain { index, db }, Guiding | Paused) => self.set_gain(*index, *db, studio)?,
            (Act::Pan { index, pan }, Guiding | Paused) => self.set_pan(*index, *pan, studio)?,
            (Act::Mute { index, on }, Guiding | Paused) => {
                let band = self.band(*index)?;
                self.remember();
                let settings = Settings {
                    muted: *on,
                    ..self.stage.actors[band].settings
                };
                self.stage.set(band, settings, &mut studio.sound.engine);
            }
            (Act::Audition { index }, Guiding) => self.audition(*index, studio)?,
            (Act::Choose { index }, Guiding) => self.choose(*index, studio)?,
            (Act::Again, Guiding) => self.record_again(studio)?,
            (Act::Again, Paused) => self.once_more = true,
            (Act::Undo, Guiding | Paused) => self.undo(studio),
            _ => return Err(IpcError::NotNow),
        }
        let is_moving = matches!(act, Act::Gain { .. } | Act::Pan { .. });
        if self.draft_due && !is_moving {
            self.save_draft(studio);
        }
        self.changed();
        Ok(())
    }

    fn next(&mut self, how: StepEnd, studio: &mut Studio) {
        let starts = self.soonest(self.playhead.at(&studio.sound.engine));
        self.go_on(how, starts, studio);
    }

    fn hurry(&mut self, studio: &mut Studio) {
        let rate = self.plan.grid.rate;
        let over = Frames::from_seconds(QUICK_END.as_secs_f64(), rate);
        wish(&mut studio.sound.engine, |batch| {
            batch.fade(Gain::SILENCE, over, At::Now);
        });
        self.ends_at = self
            .ends_at
            .min(self.playhead.at(&studio.sound.engine) + over);
    }

    /// Everything stands still and is kept; a running take ends here.
    pub fn pause(&mut self, studio: &mut Studio) {
        if self.phase != SessionPhase::Guiding {
            return;
        }
        self.stop_recording(studio);
        wish(&mut studio.sound.engine, |batch| {
            batch.stop_cue();
            batch.stop();
        });
        self.cursor.spoken_until = Frames::ZERO;
        self.phase = SessionPhase::Paused;
        self.changed();
    }

    fn resume(&mut self, studio: &mut Studio) -> Result<(), IpcError> {
        studio.sound.wake();
        if self.listens() && studio.in_sight {
            studio.sound.open_input().map_err(crate::error::of_device)?;
        }
        wish(&mut studio.sound.engine, |batch| {
            batch.fade(Gain::UNITY, Frames(4_800), At::Now);
            batch.play();
        });
        self.phase = SessionPhase::Guiding;
        if std::mem::take(&mut self.once_more) {
            self.enter_again(studio);
        } else {
            // A take that the pause cut short is offered once more.
            self.rearm_after_pause(studio);
        }
        Ok(())
    }

    fn version_changed(&mut self, studio: &mut Studio) {
        match self.phase {
            SessionPhase::Guiding => self.enter_again(studio),
            SessionPhase::Ready => {
                let steps = &self.plan.steps;
                let first = steps.iter().find_map(|step| step.in_version(self.version));
                self.cursor.prompt = first
                    .map(|(prompt, _)| prompt.to_owned())
                    .unwrap_or_default();
            }
            SessionPhase::Paused | SessionPhase::Ending | SessionPhase::Ended => {}
        }
    }

    fn keep(&mut self, keep: bool, studio: &mut Studio) {
        self.kept = Some(keep);
        let Some(piece) = self.piece else { return };
        let result = if keep {
            studio.store.restore_piece(piece)
        } else {
            studio.store.delete_piece(piece, studio.now.timestamp())
        };
        if let Err(error) = result {
            log::warn!("a piece could not be moved: {error}");
        }
    }

    /// Whether it was let go, so that keeping it at the end puts it into the bin.
    #[must_use]
    pub fn is_let_go(&self) -> bool {
        self.kept == Some(false)
    }

    fn touch_slot(&mut self, index: u32, on: bool, studio: &mut Studio) -> Result<(), IpcError> {
        if self.mode != Mode::Grid {
            return Err(IpcError::NotNow);
        }
        let loops: Vec<usize> = self.loops();
        let slot = *loops.get(index as usize).ok_or_else(|| invalid("slot"))?;
        if self.stage.actors[slot].on_since.is_some() == on {
            return Ok(());
        }
        let playhead = self.playhead.at(&studio.sound.engine);
        let margin = Frames::from_seconds(0.03, self.plan.grid.rate);
        let line = self.plan.grid.bar_line_after(playhead + margin);
        self.grid_full = false;
        if !on {
            self.remember();
            self.stage.close(slot, line, &mut studio.sound.engine);
            return Ok(());
        }
        let mut sounding: Vec<usize> = loops
            .into_iter()
            .filter(|i| self.stage.actors[*i].on_since.is_some())
            .collect();
        sounding.sort_by_key(|i| self.stage.actors[*i].on_since);
        if sounding.len() >= self.grid_max {
            let Some(oldest) = sounding.first().copied().filter(|_| self.grid_swaps) else {
                self.grid_full = true;
                return Ok(());
            };
            self.remember();
            self.stage.close(oldest, line, &mut studio.sound.engine);
        } else {
            self.remember();
        }
        self.stage.open(slot, line, &mut studio.sound.engine);
        Ok(())
    }

    /// The loops of the grid, in the order of their tiles.
    pub(super) fn loops(&self) -> Vec<usize> {
        let is_loop = |index: &usize| self.stage.actors[*index].role == Role::Loop;
        (0..self.stage.actors.len()).filter(is_loop).collect()
    }

    /// A loop has come in on its bar line: the tile waits no more.
    pub(super) fn follow_grid(&mut self, playhead: Frames) {
        let bar = self.plan.grid.bar();
        let just = |since: Frames| playhead >= since && playhead < since + bar;
        let came_in = self.mode == Mode::Grid
            && self
                .stage
                .actors
                .iter()
                .any(|actor| actor.on_since.is_some_and(just));
        // Once a bar is often enough to be drawn again, and cheap.
        if came_in && playhead >= self.redrawn_at + bar {
            self.redrawn_at = playhead;
            self.changed();
        }
    }

    fn choose_note(&mut self, index: u32, studio: &mut Studio) -> Result<(), IpcError> {
        let Mode::Notes {
            name,
            label,
            bars,
            chosen,
        } = &mut self.mode
        else {
            return Err(IpcError::NotNow);
        };
        let note = index as usize;
        if note >= audio_engine::sound::hum_notes().len() {
            return Err(invalid("note"));
        }
        *chosen = Some(note);
        let (name, label, bars) = (name.clone(), label.clone(), *bars);
        let source = Source::Hum {
            key: self.plan.key.clone(),
            note,
            bars,
        };
        let sounding = self
            .shelf
            .get(&source, self.plan.grid)
            .ok_or(IpcError::NotNow)?;
        let playhead = self.playhead.at(&studio.sound.engine);
        let beat = self.plan.grid.beat_at_or_after(playhead + Frames(1_440)).0;
        if let Some(index) = self.stage.find(&name) {
            self.stage
                .replace(index, source, sounding, beat, &mut studio.sound.engine);
            return Ok(());
        }
        let actor = Actor {
            id: name,
            label,
            color: self.next_voice_color(),
            role: Role::Voice,
            source,
            sounding,
            origin: Frames::ZERO,
            on_since: Some(beat),
            settings: Settings::default(),
        };
        self.stage.add(actor, &mut studio.sound.engine);
        Ok(())
    }

    fn set_gain(&mut self, index: u32, db: f32, studio: &mut Studio) -> Result<(), IpcError> {
        if !(-60.0..=6.0).contains(&db) {
            return Err(invalid("gain"));
        }
        let layers = match &self.mode {
            Mode::Faders { groups, .. } => groups
                .get(index as usize)
                .cloned()
                .ok_or_else(|| invalid("fader"))?,
            _ => vec![self.band(index)?],
        };
        self.remember();
        for layer in layers {
            let settings = Settings {
                gain_db: db,
                ..self.stage.actors[layer].settings
            };
            self.stage.set(layer, settings, &mut studio.sound.engine);
        }
        Ok(())
    }

    fn set_pan(&mut self, index: u32, pan: f32, studio: &mut Studio) -> Result<(), IpcError> {
        if !(-1.0..=1.0).contains(&pan) {
            return Err(invalid("pan"));
        }
        let Mode::Pan { tracks } = &self.mode else {
            return Err(IpcError::NotNow);
        };
        let layer = *tracks.get(index as usize).ok_or_else(|| invalid("track"))?;
        self.remember();
        let settings = Settings {
            pan,
            ..self.stage.actors[layer].settings
        };
        self.stage.set(layer, settings, &mut studio.sound.engine);
        Ok(())
    }

    fn band(&self, index: u32) -> Result<usize, IpcError> {
        self.stage
            .bands()
            .get(index as usize)
            .copied()
            .ok_or_else(|| invalid("band"))
    }

    /// Writes down how everything is, so that the next touch can be taken back.
    fn remember(&mut self) {
        if self.undo.len() == UNDO_DEPTH {
            self.undo.remove(0);
        }
        let actors = self.stage.actors.iter();
        self.undo.push(
            actors
                .map(|actor| (actor.on_since.is_some(), actor.settings))
                .collect(),
        );
    }

    fn undo(&mut self, studio: &mut Studio) {
        let Some(before) = self.undo.pop() else {
            return;
        };
        let playhead = self.playhead.at(&studio.sound.engine);
        let line = self.plan.grid.bar_line_after(playhead);
        self.grid_full = false;
        for (index, (was_on, settings)) in before.into_iter().enumerate() {
            self.stage.set(index, settings, &mut studio.sound.engine);
            match (was_on, self.stage.actors[index].on_since.is_some()) {
                (true, false) => self.stage.open(index, line, &mut studio.sound.engine),
                (false, true) => self.stage.close(index, line, &mut studio.sound.engine),
                (true, true) | (false, false) => {}
            }
        }
        if let Mode::Notes { name, chosen, .. } = &mut self.mode
            && self
                .stage
                .find(name)
                .is_none_or(|i| self.stage.actors[i].on_since.is_none())
        {
            *chosen = None;
        }
    }
}

pub(super) fn invalid(field: &str) -> IpcError {
    IpcError::InvalidInput {
        field: field.into(),
    }
}
