//! A session written down as it stands, so that an app that went away can carry on with it.
//!
//! A draft is the piece as it would be now (`Manifest`) with one more field, [`Stand`]: where the
//! session is, who is on stage, what was recorded. Versions before that field existed wrote the
//! manifest alone; those sessions become pieces, as do all whose stand this build cannot take up.
//!
//! Positions are frames of the timeline at `rate`. A session that is taken up goes on upon the same
//! timeline, one bar after the last thing written down, with its step from the step's beginning.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{PieceId, Store, TakeHeader, TakeId};

use audio_engine::units::{Frames, Grid};

use crate::content::Content;
use crate::ipc::{Begin, Length, RecordState};
use crate::job::Job;
use crate::piece::{Manifest, Shelf, Sounding, Source, recorded};
use crate::sound::Sound;

use super::mixes::{Mix, Written};
use super::plan::Plan;
use super::stage::{Actor, Role, Settings};
use super::takes::TakeRun;
use super::{Session, Studio};

/// Which stands this build can take up.
const VERSION: u32 = 1;
/// A hand that moves a fader writes down where it is so often, in ms.
const OFTEN_ENOUGH: i64 = 1_000;
/// The field of the draft.
const FIELD: &str = "stand";

/// Where a session is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stand {
    version: u32,
    /// Of all frames in here, in Hz.
    rate: u32,
    /// When this was written, in frames.
    playhead: u64,
    pub step: usize,
    /// How many the exercise had, so that a changed one is not taken up in the wrong place.
    pub steps: usize,
    pub prompt: String,
    easier: bool,
    without_microphone: bool,
    pub completed: u32,
    grid_max: usize,
    chosen: Option<String>,
    /// Answered at the end; "no" is remembered, too.
    pub kept: Option<bool>,
    /// The ending has begun, and this is the piece; `true` if all steps were played.
    pub over: Option<bool>,
    pub piece: Option<PieceId>,
    layers: Vec<Layer>,
    takes: Vec<Take>,
    mixes: Vec<Written>,
}

/// A layer on stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    id: String,
    label: String,
    color: u8,
    role: Role,
    source: Source,
    origin: u64,
    on_since: Option<u64>,
    settings: Settings,
}

/// A take that is complete. One that still ran is found in the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Take {
    pub id: TakeId,
    pub name: String,
    pub label: String,
    pub bars: u64,
    pub count_in: u64,
    pub state: RecordState,
    pub punch_in: u64,
    pub length: u64,
    pub layer: Option<usize>,
}

/// A session as it was left.
pub struct Left {
    pub stand: Stand,
    /// Takes that were cut short, with their frames.
    pub fragments: Vec<(TakeHeader, u64)>,
}

/// What a draft holds.
pub struct Draft {
    pub manifest: Option<Manifest>,
    pub stand: Option<Stand>,
}

impl Draft {
    /// Reads what [`Session::save_draft`] wrote; what makes no sense is absent.
    #[must_use]
    pub fn read(value: &Value) -> Draft {
        let stand = value.get(FIELD).cloned();
        Draft {
            manifest: serde_json::from_value(value.clone()).ok(),
            stand: stand.and_then(|stand| serde_json::from_value(stand).ok()),
        }
    }
}

impl Stand {
    /// Whether this build, with this content and device, can carry on with it.
    #[must_use]
    pub fn can_be_taken_up(
        &self,
        exercise: &str,
        length: Length,
        content: &Content,
        sound: &Sound,
    ) -> bool {
        let steps = content.exercise(exercise).map(|exercise| match length {
            Length::Full => exercise.steps.len(),
            Length::TwoMinutes => exercise.two_minutes.len(),
        });
        self.version == VERSION
            && self.over.is_none()
            && self.rate == sound.rate().hz()
            && steps == Some(self.steps)
            && self.step < self.steps
    }

    /// Whether a take was complete and is accounted for.
    #[must_use]
    pub fn knows(&self, take: TakeId) -> bool {
        self.takes.iter().any(|known| known.id == take)
    }

    /// Whether what is called `label` was recorded whole.
    #[must_use]
    pub fn has_whole(&self, label: &str) -> bool {
        let is_whole = |take: &&Take| matches!(take.state, RecordState::Kept { .. });
        self.takes
            .iter()
            .filter(is_whole)
            .any(|take| take.label == label)
    }

    /// Takes on stage or beside it.
    #[must_use]
    pub fn whole_takes(&self) -> usize {
        let is_whole = |take: &&Take| matches!(take.state, RecordState::Kept { .. });
        self.takes.iter().filter(is_whole).count()
    }

    /// What can be heard, without what lies under everything.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        let is_heard = |layer: &&Layer| layer.on_since.is_some() && layer.role != Role::Bed;
        let heard = self.layers.iter().filter(is_heard);
        heard.map(|layer| layer.label.clone()).collect()
    }

    /// The bar it goes on from.
    #[must_use]
    pub fn next_bar(&self, grid: Grid) -> u64 {
        grid.bar_at(Frames(self.playhead)) + 1
    }

    /// How long it has sounded, in ms, by what was written down last: a moment at least, since it
    /// was begun.
    #[must_use]
    pub fn active_ms(&self) -> u64 {
        let ms = self.playhead.saturating_mul(1_000) / u64::from(self.rate.max(1));
        ms.max(1)
    }
}

impl Session {
    /// Writes down how everything is. Before the first sound there is nothing to come back to.
    pub(super) fn save_draft(&mut self, studio: &mut Studio) {
        self.draft_due = false;
        if self.phase == crate::ipc::SessionPhase::Ready {
            return;
        }
        self.draft_saved = studio.now.timestamp();
        let stand = serde_json::to_value(self.stand(studio));
        let piece = self.arrangement().map(serde_json::to_value);
        let mut value = match piece {
            Some(Ok(piece)) => piece,
            _ => Value::Object(serde_json::Map::new()),
        };
        if let (Some(fields), Ok(stand)) = (value.as_object_mut(), stand) {
            fields.insert(FIELD.into(), stand);
        }
        if let Err(error) = studio.store.save_draft(self.id, &value) {
            log::warn!("a draft was not written: {error}");
        }
    }

    /// Writes down what a moving hand has left behind.
    pub(super) fn follow_draft(&mut self, studio: &mut Studio) {
        let since = studio.now.timestamp().duration_since(self.draft_saved);
        // Either way: a clock set back is no reason to wait for hours.
        if self.draft_due && since.as_millis().abs() >= i128::from(OFTEN_ENOUGH) {
            self.save_draft(studio);
        }
    }

    fn stand(&self, studio: &Studio) -> Stand {
        let layer = |actor: &Actor| Layer {
            id: actor.id.clone(),
            label: actor.label.clone(),
            color: actor.color,
            role: actor.role,
            source: actor.source.clone(),
            origin: actor.origin.0,
            on_since: actor.on_since.map(|since| since.0),
            settings: actor.settings,
        };
        let ends = self.phase == crate::ipc::SessionPhase::Ending;
        Stand {
            version: VERSION,
            rate: self.plan.grid.rate.hz(),
            playhead: self.playhead.at(&studio.sound.engine).0,
            step: self.cursor.step,
            steps: self.plan.steps.len(),
            prompt: self.cursor.prompt.clone(),
            easier: self.version.easier,
            without_microphone: self.version.without_microphone,
            completed: self.completed,
            grid_max: self.grid_max,
            chosen: self.chosen.clone(),
            kept: self.kept,
            over: ends.then_some(self.completed as usize >= self.plan.steps.len()),
            piece: self.piece,
            layers: self.stage.actors.iter().map(layer).collect(),
            takes: self.takes.iter().filter_map(TakeRun::written).collect(),
            mixes: self.mixes.iter().map(Mix::written).collect(),
        }
    }

    /// Ready to carry on. Reads what was recorded.
    #[must_use]
    pub fn taken_up(
        id: store::SessionId,
        exercise: &practice::Exercise,
        length: Length,
        left: Left,
        store: &Store,
        sound: &Sound,
    ) -> Session {
        let Left { stand, fragments } = left;
        let begin = Begin {
            exercise: exercise.id.clone(),
            length,
        };
        let plan = Plan::of(exercise, length, sound.rate());
        let mut shelf = Shelf::default();
        for layer in &stand.layers {
            if let Some((take, nudge)) = layer.source.recording()
                && stand.knows(take)
                && let Some(recorded) = recorded(store, take, nudge, sound.rate())
            {
                let sounding = Sounding::new(std::sync::Arc::new(recorded.audio));
                shelf.put(Source::Take { take, nudge }, sounding);
            }
        }
        let prepared = plan.clone();
        let sources: Vec<Source> = stand.layers.iter().map(|one| one.source.clone()).collect();
        let preparation = Job::start("prepare", move || {
            let mut prepared_sounds = prepared.prepare();
            prepared_sounds.shelf.take_over(shelf);
            for source in sources {
                prepared_sounds.shelf.get(&source, prepared.grid);
            }
            prepared_sounds
        });
        let mut session = Session::ready(id, exercise, &begin, plan, preparation);
        session.version.easier = stand.easier;
        session.version.without_microphone = stand.without_microphone;
        session.cursor.step = stand.step;
        session.cursor.prompt.clone_from(&stand.prompt);
        session.grid_max = stand.grid_max;
        session.completed = stand.completed;
        session.chosen.clone_from(&stand.chosen);
        session.kept = stand.kept;
        session.piece = stand.piece;
        session.fragments = fragments;
        session.sounded = Frames(stand.playhead).max(session.plan.grid.bar());
        session.left = Some(stand);
        session
    }

    /// Puts everybody back on stage, with what was recorded. Answers the step it was in; `None` for
    /// a session that nobody left.
    pub(super) fn set_the_stage(&mut self, studio: &mut Studio) -> Option<usize> {
        let stand = self.left.take()?;
        let grid = self.plan.grid;
        for layer in stand.layers {
            let sounding = self.shelf.get(&layer.source, grid);
            if sounding.is_none() && layer.on_since.is_some() {
                log::warn!("{} cannot be made again", layer.id);
            }
            let actor = Actor {
                id: layer.id,
                label: layer.label,
                color: layer.color,
                role: layer.role,
                source: layer.source,
                on_since: sounding.as_ref().and(layer.on_since).map(Frames),
                sounding: sounding.unwrap_or_else(|| Sounding::nothing(grid.rate)),
                origin: Frames(layer.origin),
                settings: layer.settings,
            };
            self.stage.add(actor, &mut studio.sound.engine);
        }
        let takes = stand.takes.into_iter().enumerate();
        self.takes = takes
            .map(|(number, take)| TakeRun::read(take, number as u64))
            .collect();
        let at_once = studio.sound.is_virtual();
        self.mixes = stand
            .mixes
            .into_iter()
            .map(|mix| Mix::read(mix, &self.stage, at_once))
            .collect();
        Some(stand.step)
    }
}
