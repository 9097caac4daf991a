//! From step to step: entering one, carrying out its actions, leaving it.

use std::sync::Arc;

use audio_engine::control::At;
use audio_engine::sound;
use audio_engine::units::Frames;
use practice::exercise::Action;
use store::StepEnd;

use crate::ipc::RecordState;
use crate::job::Job;
use crate::piece::{Sounding, Source};

use super::mixes::Mix;
use super::stage::{Actor, Role, Settings, wish};
use super::surface::Mode;
use super::takes::TakeRun;
use super::{QUICK_END, Session, Studio};

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
    /// The next step that this version has.
    pub(super) fn following(&self, step: usize) -> Option<usize> {
        let is_there = |index: &usize| {
            self.plan
                .steps
                .get(*index)
                .is_some_and(|step| step.in_version(self.version).is_some())
        };
        (step + 1..self.plan.steps.len()).find(is_there)
    }

    /// Leaves this step and enters the following one on bar `starts`; after the last, it ends.
    pub(super) fn go_on(&mut self, how: StepEnd, starts: u64, studio: &mut Studio) {
        self.leave_step(how, studio);
        match self.following(self.cursor.step) {
            Some(next) => self.enter(next, starts, studio),
            None => self.soften(QUICK_END * 5, studio),
        }
    }

    /// The first bar a step can start on if its cue is spoken from the next bar line.
    pub(super) fn soonest(&self, playhead: Frames) -> u64 {
        // A bar line closer than this could pass before the engine hears of it.
        let margin = Frames::from_seconds(0.1, self.plan.grid.rate);
        self.plan.grid.bar_at(playhead + margin) + 2
    }

    /// Says the step's cue a bar before `starts` and carries out its actions.
    pub(super) fn enter(&mut self, step: usize, starts: u64, studio: &mut Studio) {
        let Some((prompt, actions)) = self
            .plan
            .steps
            .get(step)
            .and_then(|step| step.in_version(self.version))
        else {
            return;
        };
        let (prompt, actions) = (prompt.to_owned(), actions.to_vec());
        let grid = self.plan.grid;
        let cue_at = grid.bars(starts.saturating_sub(1));
        let cue = self
            .cues
            .get(&prompt)
            .filter(|_| studio.voice)
            .map(Arc::clone);
        self.cursor.spoken_until = match cue {
            None => Frames::ZERO,
            Some(cue) => {
                let until = cue_at + cue.frames();
                wish(&mut studio.sound.engine, |batch| {
                    batch.stop_cue();
                    batch.cue(cue, At::Frame(cue_at));
                });
                until
            }
        };
        self.cursor.step = step;
        self.cursor.prompt = prompt;
        self.cursor.starts = starts;
        self.cursor.ends = starts + self.plan.bars(step);
        self.undo.clear();
        self.mode = Mode::Listen;
        self.grid_full = false;
        for action in &actions {
            self.carry_out(action, starts, studio);
        }
        if let Err(error) = studio.store.step_started(self.id, step as u32) {
            log::warn!("a step was not written: {error}");
        }
        self.save_draft(studio);
        self.changed();
    }

    /// A step that an app left when it went away, from its beginning; a take that was whole is not
    /// asked for once more.
    pub(super) fn enter_left(&mut self, step: usize, starts: u64, studio: &mut Studio) {
        self.takes_up = true;
        self.enter(step, starts, studio);
        self.takes_up = false;
        if let Mode::Choose {
            options, chosen, ..
        } = &mut self.mode
        {
            let is_chosen = |option: &(String, String)| Some(&option.0) == self.chosen.as_ref();
            *chosen = options.iter().position(is_chosen);
            let chosen = *chosen;
            if let Some(index) = chosen {
                let _ = self.audition(Some(index as u32), studio);
            }
        }
    }

    /// The same step once more, in the version that is on now.
    pub(super) fn enter_again(&mut self, studio: &mut Studio) {
        self.stop_recording(studio);
        let starts = self.soonest(self.playhead.at(&studio.sound.engine));
        let step = self.cursor.step;
        let is_there = self
            .plan
            .steps
            .get(step)
            .is_some_and(|step| step.in_version(self.version).is_some());
        match is_there {
            true => self.enter(step, starts, studio),
            false => self.go_on(StepEnd::Skipped, starts, studio),
        }
    }

    /// What a step leaves behind: a mix under its letter, figures, a row.
    pub(super) fn leave_step(&mut self, how: StepEnd, studio: &mut Studio) {
        self.stop_recording(studio);
        if let Mode::Faders {
            mix: Some(letter), ..
        } = &self.mode
        {
            let mix = Mix::of(letter.clone(), &self.stage, studio.sound.is_virtual());
            self.mixes.retain(|other| other.letter != mix.letter);
            self.mixes.push(mix);
        }
        self.completed += u32::from(how == StepEnd::Done);
        let step = self.cursor.step as u32;
        if let Err(error) = studio.store.step_ended(self.id, step, how) {
            log::warn!("a step was not written: {error}");
        }
    }

    fn carry_out(&mut self, action: &Action, starts: u64, studio: &mut Studio) {
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
                let whole = |take: &TakeRun| {
                    take.name == *name && matches!(take.state, RecordState::Kept { .. })
                };
                if let Some(take) = self.takes.iter().rposition(whole).filter(|_| self.takes_up) {
                    self.mode = Mode::Record { take };
                    return;
                }
                let ready = self
                    .plan
                    .grid
                    .bar_line_at_or_after(self.cursor.spoken_until);
                let ready = self.plan.grid.bar_at(ready).max(starts);
                let punch_in = ready + u64::from(*count_in);
                self.arm_take(
                    name,
                    label,
                    u64::from(*bars),
                    u64::from(*count_in),
                    punch_in,
                    studio,
                );
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

    fn ask_for_harmonies(&mut self, of: &str, names: &[String], studio: &mut Studio) {
        self.mode = Mode::Listen;
        let Some(index) = self.stage.find(of) else {
            return;
        };
        if names.iter().all(|name| self.stage.find(name).is_some()) {
            return;
        }
        let audio = Arc::clone(&self.stage.actors[index].sounding.audio);
        let names = names.to_vec();
        let mut job = Job::start("harmonies", move || -> Vec<(String, Sounding)> {
            let copies = sound::harmonies(&audio).map(|copy| Sounding::new(Arc::new(copy)));
            names.into_iter().zip(copies).collect()
        });
        if studio.sound.is_virtual() {
            // Virtual time does not pass while a thread works: the result has to be there at once.
            job = Job::done(job.wait().unwrap_or_default());
        }
        self.harmonies = Some((index, job));
    }

    /// The soft copies arrive on the next bar line, one left, one right.
    pub(super) fn bring_harmonies(
        &mut self,
        of: usize,
        copies: Vec<(String, Sounding)>,
        playhead: Frames,
        studio: &mut Studio,
    ) {
        let Some(lead) = self.stage.actors.get(of).cloned() else {
            return;
        };
        let bar = self.plan.grid.bars(self.soonest(playhead) - 1);
        for (voice, (name, sounding)) in copies.into_iter().enumerate() {
            let source = Source::Harmony {
                of: Box::new(lead.source.clone()),
                voice,
            };
            self.shelf.put(source.clone(), sounding.clone());
            let above = voice == 0;
            let actor = Actor {
                id: name,
                label: if above {
                    "Soft copy, above"
                } else {
                    "Soft copy, below"
                }
                .into(),
                color: if above { 3 } else { 4 },
                role: Role::Voice,
                source,
                sounding,
                origin: lead.origin,
                on_since: Some(bar),
                settings: Settings {
                    gain_db: -6.0,
                    pan: if above { 0.5 } else { -0.5 },
                    muted: false,
                },
            };
            self.stage.add(actor, &mut studio.sound.engine);
        }
        self.changed();
    }
}
