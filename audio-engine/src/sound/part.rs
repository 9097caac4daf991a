//! A player with a part: strikes notes on the steps of the bars, a little unevenly, as hands do.

use super::canvas::Canvas;
use super::dice::Dice;
use super::key::Key;
use super::pattern::Touch;
use super::tone::Note;
use crate::units::{Frames, Grid};

/// Steps in a bar.
pub(crate) const STEPS: u64 = 16;

/// What one player fills: bars of a canvas, in a key.
pub(crate) struct Part {
    pub(crate) canvas: Canvas,
    pub(crate) grid: Grid,
    pub(crate) key: Key,
    pub(crate) bars: u64,
    dice: Dice,
    /// How far a hand may be off, in seconds and dB.
    looseness: (f64, f64),
}

/// Where a note falls, how hard, and where between the speakers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strike {
    pub(crate) bar: u64,
    /// Sixteenth of the bar.
    pub(crate) step: u32,
    pub(crate) velocity: f32,
    pub(crate) pan: f32,
}

impl Part {
    /// An empty part. Each part has its own seed, so that two players never waver together.
    pub(crate) fn new(grid: Grid, key: Key, bars: u64, seed: u64) -> Part {
        let canvas = Canvas::new(grid.bars(bars), grid.rate);
        Part {
            canvas,
            grid,
            key,
            bars,
            dice: Dice::new(seed),
            looseness: (0.004, 1.5),
        }
    }

    /// Plays tighter (or looser) than ±4 ms and ±1.5 dB.
    pub(crate) fn loose(mut self, seconds: f64, db: f64) -> Part {
        self.looseness = (seconds, db);
        self
    }

    /// Seconds from one step to the next.
    pub(crate) fn step_seconds(&self) -> f32 {
        (self.grid.bar().seconds(self.grid.rate) / STEPS as f64) as f32
    }

    /// The exact frame of a step.
    fn frame_of(&self, bar: u64, step: u32) -> Frames {
        Frames(self.grid.frame_of_bar(bar).0 + u64::from(step) * self.grid.bar().0 / STEPS)
    }

    /// Plays one note of `hz` on `instrument`, held for `steps`.
    pub(crate) fn play(
        &mut self,
        instrument: impl Fn(&Note) -> Vec<f32>,
        strike: Strike,
        hz: f32,
        steps: f32,
    ) {
        let (seconds, db) = self.looseness;
        let late = self.dice.between(-seconds, seconds) * f64::from(self.canvas.hz());
        let firm = 10f64.powf(self.dice.between(-db, db) / 20.0) as f32;
        let note = Note {
            rate: self.canvas.hz(),
            hz,
            seconds: steps * self.step_seconds(),
            velocity: (strike.velocity * firm).min(1.0),
            seed: self.dice.between(0.0, 1e9) as u64,
        };
        let at = self.frame_of(strike.bar, strike.step).0 as i64 + late as i64;
        self.canvas.add(at, &instrument(&note), 1.0, strike.pan);
    }

    /// Strikes a drum as written.
    pub(crate) fn drum(
        &mut self,
        drum: impl Fn(&Note) -> Vec<f32>,
        bar: u64,
        pattern: &str,
        strength: f32,
        pan: f32,
    ) {
        let hits: Vec<(u32, Touch)> = super::pattern::hits(pattern).collect();
        for (step, touch) in hits {
            let velocity = touch.velocity() * strength;
            self.play(
                &drum,
                Strike {
                    bar,
                    step,
                    velocity,
                    pan,
                },
                0.0,
                1.0,
            );
        }
    }
}
