//! The conductor: runs an exercise's steps on the engine's own clock.
//!
//! Everything is counted in bars from frame 0. The cue of a step is spoken one bar before the step's
//! first bar; the step's words and surface are there from the cue on. Steps end on time, on *Next*,
//! or when what they asked for is done. Not real-time: it runs in the app's tick, always ahead of
//! what it schedules, and a late tick moves nothing that is already promised to the engine.
//!
//! States and what moves them: see [`SessionPhase`].

mod actions;
mod acts;
mod arrange;
mod draft;
mod ending;
mod figures;
mod harmonies;
mod mixes;
mod plan;
mod stage;
mod steps;
mod surface;
mod takes;
mod view;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use audio_engine::audio::Audio;
use audio_engine::control::{At, TrackId};
use audio_engine::units::{Frames, Gain};
use jiff::{Timestamp, Zoned};
use practice::exercise::{Exercise, Flag, Version};
use store::{PieceId, SessionId, Store, TakeHeader};

use crate::ipc::{Act, Begin, IpcError, Length, Notice, SessionPhase};
use crate::job::Job;
use crate::notices::Notices;
use crate::piece::{Manifest, Shelf};
use crate::playhead::Playhead;
use crate::recorder::Recorders;
use crate::sound::Sound;

use draft::Stand;
pub use draft::{Draft, Left};
use figures::Figures;
use harmonies::Copies;
use mixes::Mix;
pub use plan::Plan;
use plan::Prepared;
pub use stage::wish;
use stage::{Settings, Stage};
use surface::Mode;
use takes::TakeRun;

/// How far ahead of its bar line something is promised to the engine.
const AHEAD: Duration = Duration::from_millis(400);
/// After the last step.
const SOFT_END: Duration = Duration::from_secs(4);
/// After *Stop*, unless it is pressed again.
const STOPPED_END: Duration = Duration::from_secs(20);
/// Out of the way, but never a click.
const QUICK_END: Duration = Duration::from_millis(400);

/// What a session plays on and writes to, lent for one call.
pub struct Studio<'a> {
    pub sound: &'a mut Sound,
    pub store: &'a mut Store,
    pub notices: &'a mut Notices,
    /// Takes that are carried by the tick instead of a thread.
    pub recorders: &'a mut Recorders,
    pub now: Zoned,
    /// Spoken cues.
    pub voice: bool,
    /// Somebody can see the app. Out of sight nothing is recorded.
    pub in_sight: bool,
    /// A switch of the phone's can keep the microphone silent.
    pub can_be_muted: bool,
}

impl Studio<'_> {
    fn silent_input(&self) -> Notice {
        Notice::SilentInput {
            switch: self.can_be_muted,
        }
    }
}

/// Where the session is, on its bars.
#[derive(Debug, Clone)]
struct Cursor {
    step: usize,
    prompt: String,
    /// The step's first bar, and the bar after its last.
    starts: u64,
    ends: u64,
    /// Until when the cue is spoken.
    spoken_until: Frames,
}

/// One sitting.
pub struct Session {
    pub id: SessionId,
    pub exercise: Exercise,
    pub length: Length,
    pub phase: SessionPhase,
    /// Kept from the moment the ending begins.
    pub piece: Option<PieceId>,
    version: Version,
    plan: Plan,
    playhead: Playhead,
    cursor: Cursor,
    stage: Stage,
    mode: Mode,
    grid_max: usize,
    grid_swaps: bool,
    grid_full: bool,
    takes: Vec<TakeRun>,
    /// Takes cut short, with their frames; kept alone if the session ends without a better one.
    fragments: Vec<(TakeHeader, u64)>,
    mixes: Vec<Mix>,
    figures: Figures,
    /// The letter of the one that stays.
    chosen: Option<String>,
    /// Of which layer, and the copies being made.
    harmonies: Option<(usize, Job<Copies>)>,
    preparation: Option<Job<Prepared>>,
    shelf: Shelf,
    cues: HashMap<String, Arc<Audio>>,
    undo: Vec<Vec<(bool, Settings)>>,
    /// Asked for while paused: the step begins again when it goes on.
    once_more: bool,
    kept: Option<bool>,
    completed: u32,
    /// Where an app that went away has left it; nobody is on stage yet.
    left: Option<Stand>,
    /// How far it had come by then.
    sounded: Frames,
    /// The step that is entered was left before, and is taken up.
    takes_up: bool,
    /// Something changed since the draft was written, and when that was.
    draft_due: bool,
    draft_saved: Timestamp,
    /// When the ending is over.
    ends_at: Frames,
    /// When something that moves by itself was last drawn.
    redrawn_at: Frames,
    generation: u32,
}

impl Session {
    /// Ready: chosen, being prepared, not yet sounding.
    #[must_use]
    pub fn begin(id: SessionId, exercise: &Exercise, begin: &Begin, sound: &Sound) -> Session {
        let plan = Plan::of(exercise, begin.length, sound.rate());
        let prepared = plan.clone();
        let preparation = Job::start("prepare", move || prepared.prepare());
        Session::ready(id, exercise, begin, plan, preparation)
    }

    fn ready(
        id: SessionId,
        exercise: &Exercise,
        begin: &Begin,
        plan: Plan,
        preparation: Job<Prepared>,
    ) -> Session {
        let first = plan
            .steps
            .first()
            .map(|step| step.prompt.clone())
            .unwrap_or_default();
        Session {
            id,
            exercise: exercise.clone(),
            length: begin.length,
            phase: SessionPhase::Ready,
            piece: None,
            version: Version::default(),
            cursor: Cursor {
                step: 0,
                prompt: first,
                starts: 1,
                ends: 1 + plan.bars(0),
                spoken_until: Frames::ZERO,
            },
            plan,
            playhead: Playhead::default(),
            stage: Stage::default(),
            mode: Mode::Listen,
            grid_max: 1,
            grid_swaps: false,
            grid_full: false,
            takes: vec![],
            fragments: vec![],
            mixes: vec![],
            figures: Figures::default(),
            chosen: None,
            harmonies: None,
            preparation: Some(preparation),
            shelf: Shelf::default(),
            cues: HashMap::new(),
            undo: vec![],
            once_more: false,
            kept: None,
            completed: 0,
            left: None,
            sounded: Frames::ZERO,
            takes_up: false,
            draft_due: false,
            draft_saved: Timestamp::UNIX_EPOCH,
            ends_at: Frames::ZERO,
            redrawn_at: Frames::ZERO,
            generation: 1,
        }
    }

    /// Begins to sound. Waits for what is still being rendered, and opens the microphone if this
    /// version listens.
    fn start(&mut self, studio: &mut Studio) -> Result<(), IpcError> {
        studio.sound.wake();
        if self.listens() {
            studio.sound.open_input().map_err(crate::error::of_device)?;
            if let Some(minutes) = crate::notices::low_room(studio.store) {
                studio.notices.raise(Notice::StorageLow { minutes });
            }
            self.warn_of_a_late_route(studio);
        }
        self.settle_preparation();
        let grid = self.plan.grid;
        let from = self.left.as_ref().map_or(0, |stand| stand.next_bar(grid));
        wish(&mut studio.sound.engine, |batch| {
            for track in 0..crate::sound::TRACKS {
                batch.clear(TrackId(track), Frames::ZERO, At::Now);
            }
            batch.stop();
            batch.tone(None);
            batch.grid(grid);
            batch.locate(grid.bars(from));
            batch.fade(Gain::UNITY, Frames::ZERO, At::Now);
            batch.play();
        });
        self.playhead = Playhead::set_out(grid.bars(from), &studio.sound.engine);
        self.phase = SessionPhase::Guiding;
        match self.set_the_stage(studio) {
            Some(step) => self.enter_left(step, from + 1, studio),
            None => self.enter(0, 1, studio),
        }
        Ok(())
    }

    /// Waits for what is still being rendered.
    fn settle_preparation(&mut self) {
        if let Some(prepared) = self.preparation.take().and_then(Job::wait) {
            self.shelf = prepared.shelf;
            self.cues = prepared.cues;
        }
    }

    /// Where it has come to.
    #[must_use]
    pub fn playhead(&self, sound: &Sound) -> Frames {
        self.playhead.at(&sound.engine)
    }

    /// Which beat sounds at `playhead`, counted from frame 0.
    #[must_use]
    pub fn beat_at(&self, playhead: Frames) -> u64 {
        self.plan.grid.beat_at(playhead)
    }

    /// Says that layers may lie a little late: over Bluetooth always, elsewhere where the exercise
    /// needs the round trip and nobody has measured it.
    fn warn_of_a_late_route(&self, studio: &mut Studio) {
        let now = studio.now.timestamp();
        let choice = crate::calibration::choice(studio.store, studio.sound, now);
        let matters =
            self.exercise.flags.contains(&Flag::Latency) || studio.sound.route().is_bluetooth();
        if let Some(name) = studio.sound.output_name()
            && choice.is_approximate()
            && matters
        {
            studio.notices.raise(Notice::LateRoute { name });
        }
    }

    /// Moves on with time. `true` if there is something new to show.
    pub fn tick(&mut self, studio: &mut Studio) -> bool {
        let before = self.generation;
        self.playhead.follow(&studio.sound.engine);
        let playhead = self.playhead.at(&studio.sound.engine);
        // After the end too: the last take's figures may still be worked out.
        self.figures.collect(self.id, studio.store);
        self.follow_draft(studio);
        match self.phase {
            SessionPhase::Ready | SessionPhase::Ended => {}
            SessionPhase::Paused => self.collect_takes(studio),
            SessionPhase::Guiding => {
                self.collect_takes(studio);
                self.collect_harmonies(playhead, studio);
                self.follow(playhead, studio);
            }
            SessionPhase::Ending => {
                self.collect_takes(studio);
                if playhead >= self.ends_at && !self.is_recording() {
                    self.end(studio);
                }
            }
        }
        self.generation != before
    }

    /// What becomes due while the playhead rolls.
    fn follow(&mut self, playhead: Frames, studio: &mut Studio) {
        self.follow_takes(playhead);
        self.follow_versions(playhead, studio);
        self.follow_grid(playhead);
        if self.cursor.spoken_until > Frames::ZERO && playhead >= self.cursor.spoken_until {
            self.cursor.spoken_until = Frames::ZERO;
            self.changed();
        }
        self.hold_for_take();
        let grid = self.plan.grid;
        let ahead = Frames::from_seconds(AHEAD.as_secs_f64(), grid.rate);
        let following = self.following(self.cursor.step);
        let is_due = match following {
            Some(_) => playhead + ahead >= grid.bars(self.cursor.ends.saturating_sub(1)),
            None => playhead >= grid.bars(self.cursor.ends),
        };
        if !is_due {
            return;
        }
        if !studio.in_sight && self.waits_for_ears(following) {
            // The cue would ask somebody who is not there to sing to a microphone that is closed.
            self.pause(studio);
        } else if following.is_some() {
            self.go_on(store::StepEnd::Done, self.cursor.ends, studio);
        } else {
            self.leave_step(store::StepEnd::Done, studio);
            self.soften(SOFT_END, studio);
        }
    }

    /// What the piece would be if it ended now; `None` while nothing was made.
    #[must_use]
    pub fn arrangement(&self) -> Option<Manifest> {
        arrange::arrange(&self.stage, &self.plan, &self.mixes, self.chosen.as_deref())
    }

    /// Sounds that a piece of this session is made from.
    pub fn shelf(&mut self) -> &mut Shelf {
        &mut self.shelf
    }

    /// Whether this version keeps the microphone.
    #[must_use]
    pub fn listens(&self) -> bool {
        !self.version.without_microphone && self.exercise.records()
    }

    /// Whether carrying out `act` opens the microphone.
    #[must_use]
    pub fn wants_ears(&self, act: &Act) -> bool {
        use SessionPhase::{Guiding, Paused, Ready};
        match (act, self.phase) {
            (Act::Start, Ready) | (Act::Resume, Paused) | (Act::Again, Guiding) => self.listens(),
            (Act::WithoutMicrophone { on: false }, Guiding | Paused) => true,
            _ => false,
        }
    }

    fn changed(&mut self) {
        self.generation = self.generation.wrapping_add(1);
    }

    /// Counts views; also in the meter frame.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }
}
