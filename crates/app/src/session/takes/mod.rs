//! Recording within a session.
//!
//! The state table is [`RecordState`]'s. The engine was told the punch-in before it comes; what is
//! in here only follows what happens and writes it down: a take is promised ([`arming`]), followed
//! while it runs ([`following`]), and taken in when all of it has arrived ([`arriving`]).

mod arming;
mod arriving;
mod following;

use std::sync::Arc;

use audio_engine::units::Frames;
use practice::exercise::Metric;
use store::TakeId;

use crate::ipc::RecordState;
use crate::recorder::TakeProgress;

use super::Session;
use super::draft;
use super::stage::{Actor, Role};

/// Voices, in the order they come: dusk, plum, honey.
const VOICE_COLORS: [u8; 3] = [2, 4, 3];

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
    /// The colour of a voice that joins those on stage.
    pub(super) fn next_voice_color(&self) -> u8 {
        let is_voice = |actor: &&Actor| actor.role == Role::Voice;
        let voices = self.stage.actors.iter().filter(is_voice).count();
        VOICE_COLORS[voices % VOICE_COLORS.len()]
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
}
