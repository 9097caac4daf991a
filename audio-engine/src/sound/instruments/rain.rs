//! Rain on leaves: a wide soft wash, and drops one can almost count.
//!
//! Noise is made once round the loop and filtered round the seam, so it never starts anew.

use std::f64::consts::TAU;

use crate::sound::canvas::Canvas;
use crate::sound::dice::Dice;
use crate::sound::tone::{Filter, Note, edges, frames, ring};

/// Drops a second that are near enough to hear one by one.
const DROPS_PER_SECOND: f64 = 12.0;

/// Fills the canvas with rain.
pub(crate) fn fall(canvas: &mut Canvas, seed: u64) {
    wash(canvas, seed);
    drops(canvas, seed ^ 0xD509);
}

fn wash(canvas: &mut Canvas, seed: u64) {
    let rate = canvas.hz();
    let mut dice = Dice::new(seed);
    for frame in 0..canvas.frames() {
        // Mostly their own noise to either side: the rain is all around, not between the speakers.
        let (near, left, right) = (dice.noise(), dice.noise(), dice.noise());
        canvas.left[frame] = 0.3 * near + 0.7 * left;
        canvas.right[frame] = 0.3 * near + 0.7 * right;
    }
    let gust = [canvas.whole_turns(0.09), canvas.whole_turns(0.23)];
    let mut sides = [Wash::new(rate), Wash::new(rate)];
    canvas.through(0.25, |frame, left, right| {
        let seconds = frame as f64 / f64::from(rate);
        let wave = |i: usize, lag: f64| (TAU * (gust[i] * seconds + lag)).sin() as f32;
        let [l, r] = &mut sides;
        let swell = |lag: f64| 0.5 + 0.09 * wave(0, lag) + 0.05 * wave(1, 2.0 * lag);
        (l.next(left) * swell(0.0), r.next(right) * swell(0.2))
    });
}

/// White noise to the colour of distant rain: pink between 400 and 4000 Hz, soft outside.
struct Wash {
    rumble: Filter,
    hiss: Filter,
    tilt: f32,
    steps: (f32, f32, f32),
}

impl Wash {
    fn new(rate: f32) -> Wash {
        let tilt = 1.0 - (-std::f32::consts::TAU * 900.0 / rate).exp();
        let steps = (Filter::bent(380.0, rate), Filter::bent(3600.0, rate), tilt);
        Wash {
            rumble: Filter::default(),
            hiss: Filter::default(),
            tilt: 0.0,
            steps,
        }
    }

    fn next(&mut self, white: f32) -> f32 {
        // White and its lows, added: falls about as gently as pink in the band that matters.
        self.tilt += (white - self.tilt) * self.steps.2;
        let pinkish = 0.35 * white + 1.3 * self.tilt;
        let (low, band) = self.rumble.turn(pinkish, self.steps.0, 1.4);
        self.hiss
            .turn(pinkish - low - 1.4 * band, self.steps.1, 1.4)
            .0
    }
}

fn drops(canvas: &mut Canvas, seed: u64) {
    let rate = canvas.hz();
    let mut dice = Dice::new(seed);
    let count = (canvas.frames() as f64 / f64::from(rate) * DROPS_PER_SECOND) as u32;
    for drop in 0..count {
        let at = (dice.unit() * canvas.frames() as f64) as i64;
        let hz = 700.0 * 2f64.powf(dice.between(0.0, 1.7)) as f32;
        let note = Note {
            rate,
            hz,
            seconds: 0.04,
            velocity: 1.0,
            seed: u64::from(drop),
        };
        // Most drops are far away, a few fall on the sill.
        let near = dice.unit().powi(3) as f32;
        canvas.add(
            at,
            &blip(&note),
            0.012 + 0.06 * near,
            dice.between(-0.9, 0.9) as f32,
        );
    }
}

fn blip(note: &Note) -> Vec<f32> {
    let mut out = vec![0.0; frames(note.seconds, note.rate)];
    ring(&mut out, note.rate, note.hz, 1.0, note.seconds, 0.0);
    edges(&mut out, note.rate, 0.005, 0.01);
    out
}
