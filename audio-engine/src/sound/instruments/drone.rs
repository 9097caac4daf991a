//! A drone: a few partials that never begin or end, each swelling in its own slow time.
//!
//! Frequencies and swells are moved (by less than a cent) to fit the loop a whole number of times,
//! so the drone has no seam at all.

use std::f64::consts::TAU;

use crate::sound::canvas::Canvas;
use crate::sound::dice::Dice;

/// Partials heard above the fundamental's place; each is 1/n as strong.
const PARTIALS: u32 = 5;

/// Adds a drone on `hz` to the whole canvas.
pub(crate) fn sustain(canvas: &mut Canvas, hz: f32, amplitude: f32, seed: u64) {
    let mut dice = Dice::new(seed);
    for n in 1..=PARTIALS {
        // A pair for each partial, one to either side, a breath apart: width without movement.
        for (side, beside) in [(-0.55f32, -0.07f32), (0.55, 0.07)] {
            let turns = canvas.whole_turns(hz * n as f32 + beside * n as f32);
            let swell = Swell::new(canvas, &mut dice);
            let strength = f64::from(amplitude) * 0.3 / f64::from(n);
            add_partial(canvas, turns, strength, dice.unit(), swell, side);
        }
    }
}

/// A slow unevenness, 0.35…1, that fits the loop.
#[derive(Clone, Copy)]
struct Swell {
    hz: [f64; 2],
    phase: [f64; 2],
}

impl Swell {
    fn new(canvas: &Canvas, dice: &mut Dice) -> Swell {
        let slow = canvas.whole_turns(dice.between(0.05, 0.11) as f32);
        let slower = canvas.whole_turns(dice.between(0.12, 0.21) as f32);
        Swell {
            hz: [slow, slower],
            phase: [dice.unit(), dice.unit()],
        }
    }

    fn at(&self, seconds: f64) -> f64 {
        let wave = |i: usize| (TAU * (self.hz[i] * seconds + self.phase[i])).sin();
        0.675 + 0.2 * wave(0) + 0.125 * wave(1)
    }
}

fn add_partial(canvas: &mut Canvas, hz: f64, strength: f64, phase: f64, swell: Swell, pan: f32) {
    let rate = f64::from(canvas.hz());
    // The swell moves slowly: a value every few frames, and straight lines between, are plenty.
    const STEP: usize = 64;
    let length = canvas.frames();
    let swell_at = |frame: usize| (strength * swell.at(frame as f64 / rate)) as f32;
    let mut sound = Vec::with_capacity(length);
    let turn = TAU * hz / rate;
    for start in (0..length).step_by(STEP) {
        let end = (start + STEP).min(length);
        let (from, to) = (swell_at(start), swell_at(end));
        let lean = (to - from) / (end - start) as f32;
        sound.extend((start..end).map(|frame| {
            let level = from + lean * (frame - start) as f32;
            level * (turn * frame as f64 + TAU * phase).sin() as f32
        }));
    }
    canvas.add(0, &sound, 1.0, pan);
}
