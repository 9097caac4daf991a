//! How loud a recording is, while it runs: is anything arriving, and does it still fit?
//!
//! Fed by whoever reads the [`TakeStream`](super::TakeStream); off the audio thread.

use crate::units::{Frames, SampleRate};

/// Nothing louder than this for [`PATIENCE`] is no sound: below the noise of any open microphone
/// (a laptop's rests near −70 dBFS), above what a muted one dithers.
const SILENCE: f32 = 1e-4; // −80 dBFS
/// In seconds. A rest is shorter, or has breath and a room in it.
const PATIENCE: f64 = 3.0;
/// The highest sample of a 16-bit converter: at full scale, whichever the width.
const FULL_SCALE: f32 = 32_767.0 / 32_768.0;
/// One such sample may be a peak that just fits; three in a row are a flat top.
const FLAT_TOP: u64 = 3;
/// Parts in which the room is looked for between the notes, in seconds.
const PART: f64 = 0.05;
/// The quietest tenth of the parts is taken for the room.
const ROOM_SHARE: f64 = 0.1;
/// Levels are counted in whole dB from 0 to −120 dBFS.
const STEPS: usize = 121;

/// Levels of one take so far.
#[derive(Debug, Clone)]
pub struct TakeLevel {
    rate: SampleRate,
    channels: usize,
    peak: f32,
    /// Sum of squares, and of how many samples.
    power: f64,
    samples: u64,
    /// Samples at full scale in a row, per channel.
    run: [u64; 2],
    clipped: u64,
    /// Frames since the last that was a sound.
    quiet: u64,
    part: (f64, u64),
    /// How many parts had each level.
    levels: Box<[u32; STEPS]>,
}

/// What to tell about a take. Levels in dBFS; −120 is the least.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelReport {
    /// The largest sample.
    pub peak_db: f32,
    /// Root mean square of all of it.
    pub rms_db: f32,
    /// Samples at full scale, three or more in a row: the sound had to be cut off there.
    pub clipped: u64,
    /// The room between the notes: the level that a tenth of the take stays below. `None` in a
    /// take of less than a second.
    pub noise_floor_db: Option<f32>,
}

impl TakeLevel {
    /// Of a take that has not begun; `channels` is 1 or 2.
    pub fn new(rate: SampleRate, channels: super::Channels) -> TakeLevel {
        TakeLevel {
            rate,
            channels: channels.count(),
            peak: 0.0,
            power: 0.0,
            samples: 0,
            run: [0; 2],
            clipped: 0,
            quiet: 0,
            part: (0.0, 0),
            levels: Box::new([0; STEPS]),
        }
    }

    /// Takes in what [`TakeStream::read`](super::TakeStream::read) has read.
    pub fn feed(&mut self, interleaved: &[f32]) {
        let in_a_part = ((f64::from(self.rate.hz()) * PART) as u64).max(1) * self.channels as u64;
        for frame in interleaved.chunks(self.channels) {
            self.quiet += 1;
            for (sample, run) in frame.iter().zip(&mut self.run) {
                let height = sample.abs();
                self.peak = self.peak.max(height);
                if height > SILENCE {
                    self.quiet = 0;
                }
                *run = if height >= FULL_SCALE { *run + 1 } else { 0 };
                self.clipped += match *run {
                    short if short < FLAT_TOP => 0,
                    // The two before it were clipped too, as is known now.
                    FLAT_TOP => FLAT_TOP,
                    _ => 1,
                };
                let square = f64::from(*sample).powi(2);
                self.power += square;
                self.part = (self.part.0 + square, self.part.1 + 1);
            }
            if self.part.1 >= in_a_part {
                let level = in_db(self.part.0 / self.part.1 as f64);
                let step = (-level).round().clamp(0.0, (STEPS - 1) as f32) as usize;
                self.levels[step] += 1;
                self.part = (0.0, 0);
            }
        }
        self.samples += interleaved.len() as u64;
    }

    /// Frames that were lost are neither loud nor silent; what comes next begins anew.
    pub fn gap(&mut self) {
        self.quiet = 0;
        self.run = [0; 2];
        self.part = (0.0, 0);
    }

    /// Has nothing arrived for three seconds? A person playing now would want to know.
    pub fn is_silent(&self) -> bool {
        self.quiet >= Frames::from_seconds(PATIENCE, self.rate).0
    }

    /// Of all that came in so far.
    pub fn report(&self) -> LevelReport {
        let parts: u64 = self.levels.iter().map(|count| u64::from(*count)).sum();
        let mut below = 0;
        let room = (0..STEPS).rev().find(|step| {
            below += u64::from(self.levels[*step]);
            below as f64 >= parts as f64 * ROOM_SHARE
        });
        let is_long = parts as f64 * PART >= 1.0 - 1e-9;
        LevelReport {
            peak_db: in_db(f64::from(self.peak).powi(2)),
            rms_db: in_db(self.power / self.samples.max(1) as f64),
            clipped: self.clipped,
            noise_floor_db: room.filter(|_| is_long).map(|step| -(step as f32)),
        }
    }
}

/// A mean square in dB; −120 at the least.
fn in_db(power: f64) -> f32 {
    (10.0 * power.max(1e-12).log10()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Channels;

    const RATE: SampleRate = SampleRate::STUDIO;

    fn level(samples: &[f32]) -> TakeLevel {
        let mut level = TakeLevel::new(RATE, Channels::Mono);
        samples.chunks(997).for_each(|part| level.feed(part));
        level
    }

    fn sine(seconds: f64, height: f64) -> Vec<f32> {
        let frames = (seconds * 48_000.0) as u64;
        let turn = |i: u64| std::f64::consts::TAU * 375.0 * i as f64 / 48_000.0;
        (0..frames)
            .map(|i| (height * turn(i).sin()) as f32)
            .collect()
    }

    #[test]
    fn a_sine_is_three_db_below_its_peak() {
        let report = level(&sine(2.0, 0.5)).report();
        assert!((report.peak_db + 6.02).abs() < 0.01, "{report:?}");
        assert!((report.rms_db + 9.03).abs() < 0.01, "{report:?}");
        assert_eq!(report.clipped, 0);
    }

    #[test]
    fn flat_tops_are_counted_and_a_peak_that_just_fits_is_not() {
        assert_eq!(level(&[0.5, 1.0, 0.5, 1.0, -1.0, 0.2]).report().clipped, 0);
        assert_eq!(level(&[0.5, 1.0, 1.0, 1.0, 1.0, 0.2]).report().clipped, 4);
        let loud: Vec<f32> = sine(1.0, 2.0).iter().map(|x| x.clamp(-1.0, 1.0)).collect();
        let flat = loud.iter().filter(|x| x.abs() >= FULL_SCALE).count() as u64;
        assert_eq!(level(&loud).report().clipped, flat);
    }

    #[test]
    fn the_room_is_heard_between_the_notes() {
        let mut take = sine(1.0, 0.5);
        take.extend(sine(0.5, 0.001 * std::f64::consts::SQRT_2)); // −60 dBFS
        let room = level(&take).report().noise_floor_db;
        assert_eq!(room, Some(-60.0));
    }

    #[test]
    fn a_moment_is_too_short_to_hear_the_room_in() {
        assert_eq!(level(&sine(0.4, 0.1)).report().noise_floor_db, None);
    }

    #[test]
    fn three_seconds_of_nothing_are_noticed_and_so_is_the_first_sound_after() {
        let mut level = level(&vec![0.0; 48_000 * 3 - 1]);
        assert!(!level.is_silent());
        level.feed(&[0.000_05]);
        assert!(
            level.is_silent(),
            "what a muted microphone dithers is no sound"
        );
        level.feed(&[0.000_2]);
        assert!(!level.is_silent());
    }

    #[test]
    fn one_silent_side_of_two_is_not_silence() {
        let mut level = TakeLevel::new(RATE, Channels::Stereo);
        level.feed(&[0.0, 0.1].repeat(48_000 * 4));
        assert!(!level.is_silent());
        assert!((level.report().rms_db + 23.01).abs() < 0.01);
    }
}
