//! What instruments are made of: ringing partials, one-cycle tables, soft edges and small filters.
//!
//! Plain functions over buffers and plain structs with a `next`; rates and frequencies in Hz,
//! times in seconds. Off the audio thread.

use std::f64::consts::TAU;

use super::dice::Dice;

/// One note to be played: everything an instrument needs to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note {
    /// Frames per second.
    pub(crate) rate: f32,
    /// Pitch; drums have their own.
    pub(crate) hz: f32,
    /// How long it is held. Plucked and struck sounds ring as long as they like.
    pub(crate) seconds: f32,
    /// Amplitude and firmness, 0…1.
    pub(crate) velocity: f32,
    /// Decides the small unevennesses.
    pub(crate) seed: u64,
}

/// `seconds` in frames.
pub(crate) fn frames(seconds: f32, rate: f32) -> usize {
    (seconds * rate).max(0.0) as usize
}

/// Adds a partial that is struck and rings out: 60 dB quieter after `ring` seconds.
///
/// A complex number turned and shrunk once a frame; double precision, so that it is in tune and
/// as loud after ten seconds as mathematics says.
pub(crate) fn ring(out: &mut [f32], rate: f32, hz: f32, amplitude: f32, ring: f32, phase: f64) {
    if hz >= 0.45 * rate {
        return;
    }
    let turn = TAU * f64::from(hz) / f64::from(rate);
    let shrink = 10f64.powf(-3.0 / (f64::from(ring) * f64::from(rate)));
    let (step_re, step_im) = (shrink * turn.cos(), shrink * turn.sin());
    let start = phase * TAU;
    let (mut re, mut im) = (
        f64::from(amplitude) * start.cos(),
        f64::from(amplitude) * start.sin(),
    );
    for sample in out.iter_mut().take(frames(ring * 1.5, rate)) {
        *sample += im as f32;
        (re, im) = (re * step_re - im * step_im, re * step_im + im * step_re);
    }
}

/// Opens over `attack` and closes over the last `release` seconds, along half cosines.
pub(crate) fn edges(out: &mut [f32], rate: f32, attack: f32, release: f32) {
    let length = out.len();
    let opening = frames(attack, rate).min(length);
    let closing = frames(release, rate).min(length);
    for (i, sample) in out.iter_mut().take(opening).enumerate() {
        *sample *= rise(i as f32 / opening as f32);
    }
    for (i, sample) in out.iter_mut().rev().take(closing).enumerate() {
        *sample *= rise(i as f32 / closing as f32);
    }
}

/// Half a cosine from 0 to 1.
pub(crate) fn rise(position: f32) -> f32 {
    0.5 - 0.5 * (std::f32::consts::PI * position.clamp(0.0, 1.0)).cos()
}

/// One cycle of a wave, read at any pitch. Harmonics are chosen for one note, so it never aliases.
pub(crate) struct Wave {
    cycle: Vec<f32>,
}

impl Wave {
    const SIZE: usize = 2048;

    /// A wave of sines: `amplitude(n)` of the `n`th harmonic, for as many as stay below `ceiling`.
    pub(crate) fn new(hz: f32, ceiling: f32, amplitude: impl Fn(u32) -> f32) -> Wave {
        let mut cycle = vec![0.0f32; Self::SIZE];
        let harmonics = (ceiling / hz.max(1.0)).clamp(1.0, 400.0) as u32;
        for n in 1..=harmonics {
            let height = amplitude(n);
            // Phases drawn by the golden ratio: summed in step they would pile up into a spike.
            let phase = f64::from(n) * 0.618_034;
            for (i, sample) in cycle.iter_mut().enumerate() {
                let position = (i * n as usize % Self::SIZE) as f64 / Self::SIZE as f64;
                *sample += height * (TAU * (position + phase)).sin() as f32;
            }
        }
        Wave { cycle }
    }

    /// The wave at `phase`, in turns.
    pub(crate) fn at(&self, phase: f64) -> f32 {
        let place = (phase - phase.floor()) * Self::SIZE as f64;
        let index = place as usize % Self::SIZE;
        let between = (place - index as f64) as f32;
        let here = self.cycle[index];
        here + (self.cycle[(index + 1) % Self::SIZE] - here) * between
    }
}

/// A state-variable filter (trapezoidal, second order); gentle and stable while its cutoff moves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Filter {
    band: f32,
    low: f32,
}

impl Filter {
    /// (low-pass, band-pass) of one more sample. `g` is a cutoff [`Filter::bent`]; `damping` 1.4 is
    /// flat, smaller rings.
    pub(crate) fn turn(&mut self, input: f32, g: f32, damping: f32) -> (f32, f32) {
        let high = (input - (damping + g) * self.band - self.low) / (1.0 + g * (g + damping));
        let band = g * high + self.band;
        let low = g * band + self.low;
        self.band = g * high + band;
        self.low = g * band + low;
        (low, band)
    }

    /// The cutoff as the filter wants it.
    pub(crate) fn bent(cutoff_hz: f32, rate: f32) -> f32 {
        (std::f32::consts::PI * (cutoff_hz / rate).min(0.45)).tan()
    }
}

/// Low-passes a buffer in place.
pub(crate) fn soften(out: &mut [f32], rate: f32, cutoff_hz: f32) {
    let mut filter = Filter::default();
    let g = Filter::bent(cutoff_hz, rate);
    for sample in out {
        *sample = filter.turn(*sample, g, 1.4).0;
    }
}

/// A puff of noise around `centre_hz`, gone after `seconds`: skin, thumb, seeds.
pub(crate) fn puff(note: &Note, centre_hz: f32, width: f32, seconds: f32) -> Vec<f32> {
    let mut dice = Dice::new(note.seed);
    let mut filter = Filter::default();
    let g = Filter::bent(centre_hz, note.rate);
    let length = frames(seconds, note.rate);
    let mut shrink = 1.0f32;
    let fall = 0.001f32.powf(1.0 / length.max(1) as f32);
    (0..length)
        .map(|_| {
            shrink *= fall;
            filter.turn(dice.noise(), g, width).1 * shrink
        })
        .collect()
}

/// Adds `sound` to the beginning of `out`.
pub(crate) fn add(out: &mut [f32], sound: &[f32], amplitude: f32) {
    for (sample, more) in out.iter_mut().zip(sound) {
        *sample += more * amplitude;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_is_sixty_decibels_down_when_its_ring_is_over() {
        let mut out = vec![0.0; 48_000];
        ring(&mut out, 48_000.0, 1000.0, 1.0, 0.5, 0.0);
        let peak = |range: std::ops::Range<usize>| {
            out[range]
                .iter()
                .fold(0.0f32, |peak, sample| peak.max(sample.abs()))
        };
        assert!((peak(0..48) - 1.0).abs() < 0.02);
        assert!((peak(24_000..24_048) - 0.001).abs() < 0.0001);
    }

    #[test]
    fn a_partial_too_high_to_exist_is_left_out() {
        let mut out = vec![0.0; 100];
        ring(&mut out, 44_100.0, 21_000.0, 1.0, 0.5, 0.0);
        assert!(
            out.iter().all(|sample| *sample == 0.0),
            "it would fold down as a false note"
        );
    }

    #[test]
    fn soft_edges_begin_and_end_at_nothing() {
        let mut out = vec![1.0; 1000];
        edges(&mut out, 1000.0, 0.1, 0.2);
        assert_eq!((out[0], out[999]), (0.0, 0.0));
        assert_eq!(out[500], 1.0);
        assert!((out[50] - 0.5).abs() < 0.01);
    }

    #[test]
    fn the_filter_lets_lows_through_and_holds_highs() {
        let level = |hz: f32| {
            let mut out: Vec<f32> = (0..4800)
                .map(|i| (i as f32 / 48_000.0 * hz * 6.283_185_5).sin())
                .collect();
            soften(&mut out, 48_000.0, 1000.0);
            out[2400..]
                .iter()
                .fold(0.0f32, |peak, sample| peak.max(sample.abs()))
        };
        assert!((level(100.0) - 1.0).abs() < 0.05);
        assert!(
            level(8000.0) < 0.03,
            "two octaves and more above: 36 dB down"
        );
    }
}
