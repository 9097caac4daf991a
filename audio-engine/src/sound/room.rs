//! The room the palette was "recorded" in: a small, warm, wooden one.
//!
//! A feedback delay network of eight damped lines mixed by a Householder reflection. Rendered into
//! the loops, off the audio thread; the engine's own reverb send is another one.

use super::canvas::Canvas;

/// Mutually prime-ish lengths in ms, so that echoes never line up into a flutter.
const LINES_MS: [f32; 8] = [31.3, 37.9, 41.7, 47.1, 53.9, 61.3, 68.9, 77.3];

/// A room: how long it rings, and how dark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Seconds until the reverberation is 60 dB down.
    pub(crate) seconds: f32,
    /// Above this the walls swallow.
    pub(crate) dark_hz: f32,
}

impl Room {
    /// Close and dry enough for rhythm.
    pub(crate) const PARLOUR: Room = Room {
        seconds: 0.9,
        dark_hz: 3200.0,
    };
    /// Wide and slow, for pads and bells.
    pub(crate) const CHAPEL: Room = Room {
        seconds: 3.2,
        dark_hz: 2600.0,
    };

    /// Adds the room to a canvas, `wet` beside the dry sound, all the way round the seam.
    pub(crate) fn around(self, canvas: &mut Canvas, wet: f32) {
        let rate = canvas.hz();
        let mut lines: Vec<Line> = LINES_MS
            .iter()
            .map(|ms| Line::new(ms / 1000.0, self, rate))
            .collect();
        let mut rumble = [0.0f32; 2];
        let rumble_step = 1.0 - (-std::f32::consts::TAU * 180.0 / rate).exp();
        canvas.through(self.seconds, |_, left, right| {
            let mut heard = [0.0f32; 8];
            for (sample, line) in heard.iter_mut().zip(&mut lines) {
                *sample = line.out();
            }
            let reflected = heard.iter().sum::<f32>() * 0.25;
            for (i, line) in lines.iter_mut().enumerate() {
                let fresh = if i % 2 == 0 { left } else { right };
                line.put(fresh + heard[i] - reflected);
            }
            let mut wide = [
                heard[0] - heard[2] + heard[4] - heard[6],
                heard[1] - heard[3] + heard[5] - heard[7],
            ];
            // Lows in a room are mud: the walls give back only what lies above the bass.
            for (sample, low) in wide.iter_mut().zip(&mut rumble) {
                *low += (*sample - *low) * rumble_step;
                *sample -= *low;
            }
            (left + wide[0] * wet, right + wide[1] * wet)
        });
    }
}

/// One way from wall to wall.
struct Line {
    buffer: Vec<f32>,
    at: usize,
    /// What is left after the way.
    back: f32,
    dull: f32,
    dull_step: f32,
}

impl Line {
    fn new(seconds: f32, room: Room, rate: f32) -> Line {
        Line {
            buffer: vec![0.0; ((seconds * rate) as usize).max(1)],
            at: 0,
            back: 10f32.powf(-3.0 * seconds / room.seconds),
            dull: 0.0,
            dull_step: 1.0 - (-std::f32::consts::TAU * room.dark_hz / rate).exp(),
        }
    }

    fn out(&mut self) -> f32 {
        self.dull += (self.buffer[self.at] - self.dull) * self.dull_step;
        self.dull * self.back
    }

    fn put(&mut self, sample: f32) {
        self.buffer[self.at] = sample;
        self.at += 1;
        if self.at == self.buffer.len() {
            self.at = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Frames, SampleRate};

    #[test]
    fn a_clap_dies_away_as_fast_as_the_room_says() {
        let mut canvas = Canvas::new(Frames(96_000), SampleRate::STUDIO);
        canvas.left[0] = 1.0;
        canvas.right[0] = 1.0;
        Room {
            seconds: 1.0,
            dark_hz: 20_000.0,
        }
        .around(&mut canvas, 1.0);
        let energy = |from: usize| -> f32 {
            canvas.left[from..from + 4800]
                .iter()
                .map(|sample| sample * sample)
                .sum()
        };
        let fall_db = 10.0 * (energy(9600) / energy(33_600)).log10();
        assert!(
            (fall_db - 30.0).abs() < 6.0,
            "half a second should cost 30 dB, it cost {fall_db}"
        );
    }
}
