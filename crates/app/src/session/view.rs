//! What a screen shows of the session.

use std::sync::Arc;

use audio_engine::audio::Audio;
use audio_engine::sound;
use audio_engine::units::Frames;

use crate::ipc::{
    Band, Choice, ChoiceOption, Fader, GridSlot, Microphone, Note, PanTrack, RecordPhase,
    RecordState, RecordView, Ring, SessionPhase, SessionView, Surface, TURN_POINTS,
};
use crate::piece::Sounding;

use super::Session;
use super::stage::Actor;
use super::surface::Mode;
use super::takes::TakeRun;

impl Session {
    /// Everything of it. `playhead` decides what waits for its bar line.
    #[must_use]
    pub fn view(&self, playhead: Frames) -> SessionView {
        let grid = self.plan.grid;
        let seconds = |bar: u64| grid.bars(bar).seconds(grid.rate);
        SessionView {
            session: self.id.to_string(),
            exercise: self.exercise.id.clone(),
            title: self.exercise.title.clone(),
            length: self.length,
            phase: self.phase,
            step: self.cursor.step as u32,
            steps: self.plan.steps.len() as u32,
            prompt: self.cursor.prompt.clone(),
            hint: self.hint(),
            surface: self.surface(playhead),
            ring: self.ring(),
            step_start: seconds(self.cursor.starts),
            step_end: seconds(self.cursor.ends),
            bar_seconds: grid.bar().seconds(grid.rate),
            beats_per_bar: u32::from(grid.beats_per_bar),
            easier: choice(
                self.has_version(|step| step.easier.is_some()),
                self.version.easier,
            ),
            without_microphone: choice(
                self.has_version(|step| step.without_microphone.is_some()),
                self.version.without_microphone,
            ),
            microphone: Microphone::default(),
            speaking: self.cursor.spoken_until > Frames::ZERO,
            generation: self.generation(),
        }
    }

    /// Whether a take that runs has been empty for too long.
    #[must_use]
    pub fn hears_nothing(&self) -> bool {
        self.running_take()
            .is_some_and(|(_, progress)| progress.is_silent())
    }

    /// Whether the microphone is being kept, for the meters.
    #[must_use]
    pub fn record_phase(&self) -> RecordPhase {
        match self.running_take().map(|(take, _)| take.state) {
            Some(RecordState::CountIn) => RecordPhase::CountIn,
            Some(RecordState::Recording) => RecordPhase::Recording,
            _ => RecordPhase::Off,
        }
    }

    fn has_version(&self, has: impl Fn(&practice::exercise::Step) -> bool) -> bool {
        self.plan.steps.iter().any(has)
    }

    fn hint(&self) -> Option<String> {
        match (&self.mode, self.phase) {
            (_, SessionPhase::Paused) => Some("Everything is kept.".into()),
            (Mode::Record { .. }, _) => Some("Headphones on".into()),
            (Mode::Grid, _) if self.grid_full => Some(match self.grid_max {
                1 => "One for now. Touch it again to let it go.".into(),
                max => format!("{max} is enough for now. Let one go first."),
            }),
            (Mode::Grid, _) if self.grid_swaps => {
                Some("A new one takes the oldest one's place.".into())
            }
            (Mode::Choose { .. }, _) => Some("All equally loud.".into()),
            _ => None,
        }
    }

    fn surface(&self, playhead: Frames) -> Surface {
        let actor = |index: &usize| &self.stage.actors[*index];
        match &self.mode {
            Mode::Listen => Surface::Listen,
            Mode::Grid => {
                let loops = self.loops();
                let slot = |index: &usize| self.slot(actor(index), playhead);
                Surface::Grid {
                    slots: loops.iter().map(slot).collect(),
                    max: self.grid_max as u32,
                    full: self.grid_full,
                }
            }
            Mode::Record { take } => Surface::Record {
                take: self.record_view(&self.takes[*take]),
            },
            Mode::Notes { chosen, .. } => Surface::Notes {
                notes: notes(),
                chosen: chosen.map(|chosen| chosen as u32),
            },
            Mode::Faders { groups, .. } => Surface::Faders {
                faders: groups.iter().filter_map(|one| self.fader(one)).collect(),
            },
            Mode::Pan { tracks } => {
                let track = |actor: &Actor| PanTrack {
                    name: actor.label.clone(),
                    color: actor.color,
                    pan: actor.settings.pan,
                };
                Surface::Pan {
                    tracks: tracks.iter().map(actor).map(track).collect(),
                }
            }
            Mode::Choose {
                options,
                playing,
                chosen,
                ..
            } => {
                let option = |(index, (key, name)): (usize, &(String, String))| ChoiceOption {
                    key: key.clone(),
                    name: name.clone(),
                    color: index as u8 % 8,
                    playing: *playing == Some(index),
                    chosen: *chosen == Some(index),
                };
                Surface::Choose {
                    options: options.iter().enumerate().map(option).collect(),
                }
            }
            Mode::Keep => Surface::Keep { kept: self.kept },
        }
    }

    fn record_view(&self, take: &TakeRun) -> RecordView {
        let rate = self.plan.grid.rate;
        RecordView {
            name: take.label.clone(),
            state: take.state,
            bars: take.bars as u32,
            punch_in: take.punch_in.seconds(rate),
            punch_out: (take.punch_in + take.length).seconds(rate),
        }
    }

    /// One fader for these layers, as the first of them is; `None` for no layers.
    fn fader(&self, layers: &[usize]) -> Option<Fader> {
        let actors = || layers.iter().map(|index| &self.stage.actors[*index]);
        let first = actors().next()?;
        let names: Vec<&str> = actors().map(|actor| actor.label.as_str()).collect();
        Some(Fader {
            name: names.join(" and "),
            color: first.color,
            gain_db: first.settings.gain_db,
        })
    }

    fn slot(&self, actor: &Actor, playhead: Frames) -> GridSlot {
        GridSlot {
            name: actor.label.clone(),
            color: actor.color,
            on: actor.on_since.is_some(),
            waiting: actor.on_since.is_some_and(|since| playhead < since),
            envelope: actor
                .sounding
                .around(actor.origin, actor.sounding.length(), Frames::ZERO),
        }
    }

    fn ring(&self) -> Ring {
        let grid = self.plan.grid;
        let turn = match self.running_take() {
            Some((take, _)) => take.length,
            None => self.stage.turn(grid.bars(4)),
        };
        let turn_start = self
            .running_take()
            .map_or(Frames::ZERO, |(take, _)| take.punch_in % turn);
        let band = |actor: &Actor| Band {
            name: actor.label.clone(),
            color: actor.color,
            envelope: actor.sounding.around(actor.origin, turn, turn_start),
            gain_db: actor.settings.gain_db,
            pan: actor.settings.pan,
            muted: actor.settings.muted,
            recording: false,
        };
        let mut bands: Vec<Band> = self
            .stage
            .bands()
            .iter()
            .map(|index| band(&self.stage.actors[*index]))
            .collect();
        if let Some((take, progress)) = self.running_take() {
            let color = take.actor.map_or(2, |index| self.stage.actors[index].color);
            bands.push(Band {
                name: take.label.clone(),
                color,
                envelope: wave_so_far(
                    &progress.samples(),
                    take.pre_roll_and_trip(),
                    turn,
                    grid.rate,
                ),
                gain_db: 0.0,
                pan: 0.0,
                muted: false,
                recording: true,
            });
        }
        Ring {
            bands,
            turn_seconds: turn.seconds(grid.rate),
            turn_start: turn_start.seconds(grid.rate),
        }
    }
}

/// The wave of a running take around the turn it fills.
fn wave_so_far(
    samples: &[f32],
    before: Frames,
    turn: Frames,
    rate: audio_engine::units::SampleRate,
) -> Vec<u8> {
    let heard = samples.get(before.0 as usize..).unwrap_or_default();
    let mut whole = heard.to_vec();
    whole.resize(turn.0 as usize, 0.0);
    if heard.is_empty() {
        return vec![0; TURN_POINTS];
    }
    Sounding::new(Arc::new(Audio::mono(rate, whole))).around(Frames::ZERO, turn, Frames::ZERO)
}

/// The notes that fit, in the colours of their pads.
fn notes() -> Vec<Note> {
    let note = |(index, note): (usize, &sound::HumNote)| Note {
        name: note.name().into(),
        color: index as u8 % 8,
    };
    sound::hum_notes().iter().enumerate().map(note).collect()
}

fn choice(is_there: bool, is_on: bool) -> Choice {
    match (is_there, is_on) {
        (false, _) => Choice::Unavailable,
        (true, false) => Choice::Off,
        (true, true) => Choice::On,
    }
}
