//! From step to step: entering one, going on, leaving it.

use std::sync::Arc;

use audio_engine::control::At;
use audio_engine::units::Frames;
use store::StepEnd;

use super::mixes::Mix;
use super::stage::wish;
use super::surface::Mode;
use super::{QUICK_END, Session, Studio};

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
}
