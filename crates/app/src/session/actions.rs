//! What a step asks for: its actions carried out, and what they put on stage.

use audio_engine::sound;
use audio_engine::units::Frames;
use practice::exercise::Action;

use crate::ipc::RecordState;
use crate::piece::Source;

use super::stage::{Actor, Role, Settings};
use super::surface::Mode;
use super::takes::TakeRun;
use super::{Session, Studio};

/// The loudness every bed and loop is rendered to, in LUFS; a bed's `db` is its loudness.
const RENDERED_LUFS: f32 = -26.0;
/// Layer colours of stems: clay, moss, plum, lake, honey.
const STEM_COLORS: [u8; 5] = [0, 1, 4, 5, 3];

/// What the exercise and the person call a layer, and how it is drawn.
struct Words {
    id: &'static str,
    label: &'static str,
    color: u8,
    role: Role,
}

impl Session {
    pub(super) fn carry_out(&mut self, action: &Action, starts: u64, studio: &mut Studio) {
        match action {
            Action::Say | Action::Listen { .. } => self.mode = Mode::Listen,
            Action::Bed { gain_db, .. } => self.lay_bed(action, *gain_db, starts, studio),
            Action::Grid {
                loops, max, swap, ..
            } => {
                if loops.is_some() {
                    self.lay_grid(action, studio);
                }
                self.grid_max = max.map_or(self.grid_max, usize::from);
                self.grid_swaps = *swap;
                self.mode = Mode::Grid;
            }
            Action::Stems { song, .. } => self.lay_stems(action, song, starts, studio),
            Action::Faders { faders, mix } => {
                let groups = self.fader_groups(faders);
                self.mode = Mode::Faders {
                    groups,
                    mix: mix.clone(),
                };
            }
            Action::Record {
                name,
                label,
                bars,
                count_in,
                ..
            } => {
                let (bars, count_in) = (u64::from(*bars), u64::from(*count_in));
                self.ask_for_take(name, label, bars, count_in, starts, studio);
            }
            Action::Note { name, label, bars } => {
                self.mode = Mode::Notes {
                    name: name.clone(),
                    label: label.clone(),
                    bars: u64::from(*bars),
                    chosen: self.sounding_note(name),
                };
            }
            Action::Harmonies { of, names } => self.ask_for_harmonies(of, names, studio),
            Action::Pan { tracks } => {
                let tracks = tracks.iter().filter_map(|id| self.stage.find(id)).collect();
                self.mode = Mode::Pan { tracks };
            }
            Action::Compare { .. } => {}
            Action::Choose { options } => {
                let there = options
                    .iter()
                    .filter(|(letter, _)| self.mix(letter).is_some());
                self.mode = Mode::Choose {
                    options: there.cloned().collect(),
                    playing: None,
                    chosen: None,
                    by_hand: false,
                };
            }
            Action::Analyse(metrics) => self.analyse(metrics),
            Action::Save => self.mode = Mode::Keep,
        }
    }

    /// Arms a take for the first bar line after the cue, or shows the one that a step which is taken
    /// up has already.
    fn ask_for_take(
        &mut self,
        name: &str,
        label: &str,
        bars: u64,
        count_in: u64,
        starts: u64,
        studio: &mut Studio,
    ) {
        let is_whole =
            |take: &TakeRun| take.name == name && matches!(take.state, RecordState::Kept { .. });
        let there = self.takes.iter().rposition(is_whole);
        if let Some(take) = there.filter(|_| self.takes_up) {
            self.mode = Mode::Record { take };
            return;
        }
        let grid = self.plan.grid;
        let after_cue = grid.bar_line_at_or_after(self.cursor.spoken_until);
        let ready = grid.bar_at(after_cue).max(starts);
        self.arm_take(name, label, bars, count_in, ready + count_in, studio);
    }

    fn lay_bed(&mut self, action: &Action, loudness: f32, starts: u64, studio: &mut Studio) {
        let Some(source) = self.plan.sources(action).pop() else {
            return;
        };
        let words = Words {
            id: "bed",
            label: "Ground",
            color: 7,
            role: Role::Bed,
        };
        let gain_db = loudness - RENDERED_LUFS;
        self.bring_on(
            &words,
            source,
            gain_db,
            Some(starts.saturating_sub(1)),
            studio,
        );
    }

    fn lay_grid(&mut self, action: &Action, studio: &mut Studio) {
        let tiles = sound::grid_loops();
        for (index, (source, tile)) in self.plan.sources(action).into_iter().zip(tiles).enumerate()
        {
            let color = index as u8 % 8;
            let words = Words {
                id: tile.id,
                label: tile.name,
                color,
                role: Role::Loop,
            };
            self.bring_on(&words, source, 0.0, None, studio);
        }
    }

    fn lay_stems(&mut self, action: &Action, song: &str, starts: u64, studio: &mut Studio) {
        let Some(song) = sound::song(song, self.plan.grid.rate) else {
            return;
        };
        let colors = STEM_COLORS.into_iter().cycle();
        for ((source, stem), color) in self
            .plan
            .sources(action)
            .into_iter()
            .zip(&song.stems)
            .zip(colors)
        {
            let words = Words {
                id: stem.id,
                label: stem.name,
                color,
                role: Role::Stem,
            };
            self.bring_on(&words, source, 0.0, Some(starts.saturating_sub(1)), studio);
        }
    }

    /// Puts a rendered sound on stage, sounding from bar `on_from` on if that is given. A step that
    /// is entered again does not put it there twice.
    fn bring_on(
        &mut self,
        words: &Words,
        source: Source,
        gain_db: f32,
        on_from: Option<u64>,
        studio: &mut Studio,
    ) {
        if self.stage.actors.iter().any(|actor| actor.source == source) {
            return;
        }
        let Some(sounding) = self.shelf.get(&source, self.plan.grid) else {
            return;
        };
        let actor = Actor {
            id: words.id.into(),
            label: words.label.into(),
            color: words.color,
            role: words.role,
            source,
            sounding,
            origin: Frames::ZERO,
            on_since: on_from.map(|bar| self.plan.grid.bars(bar)),
            settings: Settings {
                gain_db,
                pan: 0.0,
                muted: false,
            },
        };
        self.stage.add(actor, &mut studio.sound.engine);
    }

    /// Which note is hummed under this name.
    fn sounding_note(&self, name: &str) -> Option<usize> {
        let actor = &self.stage.actors[self.stage.find(name)?];
        match actor.source {
            Source::Hum { note, .. } if actor.on_since.is_some() => Some(note),
            _ => None,
        }
    }

    /// The layers each fader moves. `faders(on)` keeps those of the step before, or takes every
    /// stem; names that are not on stage are left out.
    fn fader_groups(&self, faders: &[Vec<String>]) -> Vec<Vec<usize>> {
        let of_names = |names: &Vec<String>| -> Vec<usize> {
            names
                .iter()
                .filter_map(|name| self.stage.find(name))
                .collect()
        };
        let named = if faders.is_empty() {
            self.named_faders()
        } else {
            faders.to_vec()
        };
        named
            .iter()
            .map(of_names)
            .filter(|group| !group.is_empty())
            .collect()
    }

    /// The faders the first step of this version put there.
    fn named_faders(&self) -> Vec<Vec<String>> {
        let steps = self
            .plan
            .steps
            .iter()
            .filter_map(|step| step.in_version(self.version));
        let mut actions = steps.flat_map(|(_, actions)| actions);
        let named = actions.find_map(|action| match action {
            Action::Faders { faders, .. } if !faders.is_empty() => Some(faders.clone()),
            _ => None,
        });
        named.unwrap_or_else(|| {
            let stems = self
                .stage
                .actors
                .iter()
                .filter(|actor| actor.role == Role::Stem);
            stems.map(|actor| vec![actor.id.clone()]).collect()
        })
    }
}
