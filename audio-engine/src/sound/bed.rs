//! Beds: quiet backgrounds that could go on for ever.
//!
//! Any number of bars, seamless, [`LOOP_LUFS`] loud. They stay at home in the key, mostly on home
//! and fifth, so that whatever is sung or played over them fits.

use std::f64::consts::TAU;

use super::LOOP_LUFS;
use super::canvas::Canvas;
use super::choir::sing;
use super::instruments::{drone, glass, pad_warm, rain};
use super::key::Key;
use super::room::Room;
use super::tone::{Filter, Note};
use crate::audio::Audio;
use crate::units::Grid;

/// Renders a bed of `bars` bars (at least one). `None` if there is no such bed.
pub fn render_bed(preset: &str, grid: Grid, key: Key, bars: u64) -> Option<Audio> {
    let mut canvas = Canvas::new(grid.bars(bars.max(1)), grid.rate);
    match preset {
        "pad_warm" => warm(&mut canvas, key),
        "pad_glass" => glassy(&mut canvas, key),
        "drone_low" => drone::sustain(&mut canvas, key.from(38).hz(1), 1.0, 11),
        "drone_fifth" => fifth(&mut canvas, key),
        "nature_rain" => rain::fall(&mut canvas, 12),
        "choir_mm" => choir(&mut canvas, grid, key, bars.max(1)),
        _ => return None,
    }
    Some(canvas.finish(LOOP_LUFS))
}

/// Home and its fifth, so that a hum knows where it is.
fn fifth(canvas: &mut Canvas, key: Key) {
    let home = key.from(38).hz(1);
    drone::sustain(canvas, home, 1.0, 13);
    drone::sustain(canvas, home * 1.5, 0.55, 14);
    drone::sustain(canvas, home * 2.0, 0.30, 15);
}

/// Slow breaths of a chord without much to say: home and fifth stay, one voice above them moves.
fn warm(canvas: &mut Canvas, key: Key) {
    let register = key.from(45);
    let breaths = breaths(canvas, 6.0);
    const MOVING: [i32; 4] = [10, 9, 12, 9];
    swell(
        canvas,
        breaths,
        |breath| {
            let moving = MOVING[breath % MOVING.len()];
            vec![
                (1, 0.8, -0.15),
                (5, 0.6, 0.2),
                (8, 0.5, -0.3),
                (moving, 0.42, 0.35),
            ]
        },
        |note, degree| {
            pad_warm::play(&Note {
                hz: register.hz(degree),
                ..*note
            })
        },
    );
    darken(canvas);
    Room::CHAPEL.around(canvas, 0.20);
}

/// Rims of glass, one after the other.
fn glassy(canvas: &mut Canvas, key: Key) {
    let register = key.from(57);
    let breaths = breaths(canvas, 3.5);
    const RIMS: [[i32; 2]; 4] = [[1, 10], [5, 9], [1, 12], [5, 10]];
    swell(
        canvas,
        breaths,
        |breath| {
            let [low, high] = RIMS[breath % RIMS.len()];
            vec![(low, 0.7, -0.4), (high, 0.42, 0.4)]
        },
        |note, degree| {
            glass::hold(&Note {
                hz: register.hz(degree),
                ..*note
            })
        },
    );
    Room::CHAPEL.around(canvas, 0.28);
}

/// Three voices on home, fifth and octave.
fn choir(canvas: &mut Canvas, grid: Grid, key: Key, bars: u64) {
    let register = key.from(45);
    for (seed, degree, amplitude) in [(21, 1, 1.0), (22, 5, 0.6), (23, 8, 0.5)] {
        sing(canvas, grid, bars, register.hz(degree), amplitude, seed);
    }
    Room::CHAPEL.around(canvas, 0.22);
}

/// How many breaths of about `seconds` go into the loop.
fn breaths(canvas: &Canvas, seconds: f32) -> usize {
    let length = canvas.frames() as f32 / canvas.hz();
    ((length / seconds).round() as usize).max(1)
}

/// Plays the notes of each breath, (degree, strength, pan), overlapping into the next.
fn swell(
    canvas: &mut Canvas,
    breaths: usize,
    notes: impl Fn(usize) -> Vec<(i32, f32, f32)>,
    play: impl Fn(&Note, i32) -> Vec<f32>,
) {
    let rate = canvas.hz();
    let each = canvas.frames() as f32 / rate / breaths as f32;
    for breath in 0..breaths {
        let at = (canvas.frames() * breath / breaths) as i64;
        for (voice, (degree, velocity, pan)) in (0u64..).zip(notes(breath)) {
            let seed = 31 * breath as u64 + voice;
            let note = Note {
                rate,
                hz: 0.0,
                seconds: each,
                velocity,
                seed,
            };
            canvas.add(at, &play(&note, degree), 1.0, pan);
        }
    }
}

/// A dark filter whose cutoff breathes: 900 Hz, 200 up and down, once in twenty seconds or so.
fn darken(canvas: &mut Canvas) {
    let rate = canvas.hz();
    let turn = TAU * canvas.whole_turns(0.05) / f64::from(rate);
    let mut sides = [Filter::default(); 2];
    let mut bent = 0.0;
    canvas.through(0.5, |frame, left, right| {
        if frame % 64 == 0 || bent == 0.0 {
            let breath = (turn * (frame - frame % 64) as f64).sin() as f32;
            bent = Filter::bent(900.0 + 200.0 * breath, rate);
        }
        (
            sides[0].turn(left, bent, 1.4).0,
            sides[1].turn(right, bent, 1.4).0,
        )
    });
}
