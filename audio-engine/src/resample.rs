//! A whole recording at another rate. Off the audio thread.
//!
//! A windowed sinc of 32 crossings a side, its phases worked out once: two rates meet in `to / gcd`
//! phases (320 from 22.05 to 48 kHz). Aliases lie below −80 dB, the pass band is flat to 0.9 of the
//! lower rate's half.

use crate::audio::Audio;
use crate::units::SampleRate;

/// Zero crossings of the sinc on each side.
const CROSSINGS: f64 = 32.0;

impl Audio {
    /// The same sound at the rate `to`; a copy if that is its rate already.
    #[must_use]
    pub fn resampled(&self, to: SampleRate) -> Audio {
        if self.rate() == to {
            return self.clone();
        }
        let filter = Filter::new(self.rate().hz(), to.hz());
        match self.channel_count() {
            1 => Audio::mono(to, filter.run(self.channel(0))),
            _ => Audio::stereo(to, filter.run(self.channel(0)), filter.run(self.channel(1))),
        }
    }
}

/// One row of taps for every place an output sample can fall between two input samples.
struct Filter {
    /// `phases` rows of `taps`.
    rows: Vec<f32>,
    taps: usize,
    phases: u64,
    /// Input samples that `phases` output samples span.
    span: u64,
}

impl Filter {
    fn new(from: u32, to: u32) -> Filter {
        let common = u64::from(gcd(from, to));
        let (phases, span) = (u64::from(to) / common, u64::from(from) / common);
        // Downwards, the filter has to stop at the new rate's half instead of the old one's.
        let stretch = (span as f64 / phases as f64).max(1.0);
        let side = (CROSSINGS * stretch).ceil() as usize;
        let taps = 2 * side;
        let mut rows = Vec::with_capacity(phases as usize * taps);
        for phase in 0..phases {
            let between = phase as f64 / phases as f64;
            let tap = |k: usize| {
                let x = (k as f64 - (side - 1) as f64 - between) / stretch;
                sinc(x) * window(x / CROSSINGS) / stretch
            };
            let row: Vec<f64> = (0..taps).map(tap).collect();
            // Each phase passes a steady level unchanged, so that no phase hums.
            let level: f64 = row.iter().sum();
            rows.extend(row.iter().map(|tap| (tap / level) as f32));
        }
        Filter {
            rows,
            taps,
            phases,
            span,
        }
    }

    fn run(&self, input: &[f32]) -> Vec<f32> {
        let mut place = Place::before_the_first(self);
        let mut output = Vec::with_capacity(self.frames_from(input.len() as u64) as usize);
        place.push(self, input, &mut output);
        place.finish(self, &mut output);
        output
    }

    /// Frames that come of so many frames of input.
    fn frames_from(&self, input: u64) -> u64 {
        let frames = u128::from(input) * u128::from(self.phases);
        u64::try_from(frames.div_ceil(u128::from(self.span))).unwrap_or(u64::MAX)
    }
}

/// How far one channel has come.
struct Place {
    /// Input not yet done with; silence before the first sample and after the last, so that the
    /// edges need no special case.
    held: Vec<f32>,
    /// How many samples were held before `held[0]` and are gone.
    gone: u64,
    heard: u64,
    given: u64,
}

impl Place {
    fn before_the_first(filter: &Filter) -> Place {
        let held = vec![0.0; filter.taps / 2 - 1];
        Place {
            held,
            gone: 0,
            heard: 0,
            given: 0,
        }
    }

    fn push(&mut self, filter: &Filter, input: &[f32], output: &mut Vec<f32>) {
        self.held.extend_from_slice(input);
        self.heard += input.len() as u64;
        let most = filter.frames_from(self.heard);
        self.give(filter, most, output);
        // A mover of memory, so not for every few samples.
        let first = (self.given * filter.span / filter.phases - self.gone) as usize;
        if first > 4096 {
            self.held.drain(..first.min(self.held.len()));
            self.gone += first as u64;
        }
    }

    fn finish(&mut self, filter: &Filter, output: &mut Vec<f32>) {
        self.held.resize(self.held.len() + filter.taps, 0.0);
        self.give(filter, filter.frames_from(self.heard), output);
    }

    fn give(&mut self, filter: &Filter, most: u64, output: &mut Vec<f32>) {
        while self.given < most {
            let place = self.given * filter.span;
            let first = (place / filter.phases - self.gone) as usize;
            let Some(heard) = self.held.get(first..first + filter.taps) else {
                break;
            };
            let row = (place % filter.phases) as usize * filter.taps;
            let taps = &filter.rows[row..row + filter.taps];
            output.push(
                heard
                    .iter()
                    .zip(taps)
                    .map(|(sample, tap)| sample * tap)
                    .sum(),
            );
            self.given += 1;
        }
    }
}

/// One or two channels at another rate, a piece at a time: as it is decoded, say. Gives the same
/// samples as [`Audio::resampled`], however the sound is cut.
pub(crate) struct Resampler {
    /// None if the rates are the same.
    filter: Option<Filter>,
    places: Vec<Place>,
}

impl Resampler {
    /// More numbers than this in the filter are a waste of memory: 32 MiB.
    const MOST_TAPS: u64 = 8 << 20;

    /// `None` for two rates so odd that their filter would fill the memory.
    pub(crate) fn new(from: SampleRate, to: SampleRate, channels: usize) -> Option<Resampler> {
        if from == to {
            return Some(Resampler {
                filter: None,
                places: vec![],
            });
        }
        let phases = u64::from(to.hz() / gcd(from.hz(), to.hz()));
        let stretch = u64::from(from.hz().div_ceil(to.hz()));
        if phases * stretch * 2 * CROSSINGS as u64 > Self::MOST_TAPS {
            return None;
        }
        let filter = Filter::new(from.hz(), to.hz());
        let places = (0..channels).map(|_| Place::before_the_first(&filter));
        Some(Resampler {
            places: places.collect(),
            filter: Some(filter),
        })
    }

    /// Frames that come of so many frames of input.
    pub(crate) fn frames_from(&self, input: u64) -> u64 {
        let filter = self.filter.as_ref();
        filter.map_or(input, |filter| filter.frames_from(input))
    }

    /// Appends to `output` what `input`, more of channel `channel`, makes certain.
    pub(crate) fn push(&mut self, channel: usize, input: &[f32], output: &mut Vec<f32>) {
        match (&self.filter, self.places.get_mut(channel)) {
            (Some(filter), Some(place)) => place.push(filter, input, output),
            (None, _) | (_, None) => output.extend_from_slice(input),
        }
    }

    /// Appends the rest of a channel.
    pub(crate) fn finish(&mut self, channel: usize, output: &mut Vec<f32>) {
        if let (Some(filter), Some(place)) = (&self.filter, self.places.get_mut(channel)) {
            place.finish(filter, output);
        }
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if angle == 0.0 {
        1.0
    } else {
        angle.sin() / angle
    }
}

/// Blackman's, over −1…1, and nothing outside.
fn window(x: f64) -> f64 {
    if x.abs() >= 1.0 {
        return 0.0;
    }
    let angle = std::f64::consts::PI * x;
    0.42 + 0.5 * angle.cos() + 0.08 * (2.0 * angle).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hz: f64, seconds: f64) -> Audio {
        let samples = (0..(f64::from(rate) * seconds) as u32)
            .map(|n| (f64::from(n) / f64::from(rate) * hz * std::f64::consts::TAU).sin() as f32);
        Audio::mono(SampleRate::new(rate).unwrap(), samples.collect())
    }

    #[test]
    fn a_tone_is_the_same_tone_at_another_rate() {
        for (from, to) in [
            (44_100, 48_000),
            (48_000, 44_100),
            (16_000, 48_000),
            (22_050, 48_000),
        ] {
            let wanted = tone(to, 1_000.0, 0.5);
            let heard = tone(from, 1_000.0, 0.5).resampled(wanted.rate());
            assert!(
                heard.frames().0.abs_diff(wanted.frames().0) <= 1,
                "{from} → {to}: its length"
            );
            for i in 2_000..wanted.channel(0).len() - 2_000 {
                let off = (heard.channel(0)[i] - wanted.channel(0)[i]).abs();
                assert!(off < 1e-3, "{from} → {to}: {off} off at {i}");
            }
        }
    }

    #[test]
    fn sound_that_comes_in_pieces_is_the_same_sound() {
        let whole = tone(44_100, 700.0, 0.7);
        for size in [1, 63, 1_152, 9_000] {
            let mut resampler = Resampler::new(whole.rate(), SampleRate::STUDIO, 1).unwrap();
            let mut heard = vec![];
            for piece in whole.channel(0).chunks(size) {
                resampler.push(0, piece, &mut heard);
            }
            resampler.finish(0, &mut heard);
            assert_eq!(
                heard,
                whole.resampled(SampleRate::STUDIO).channel(0),
                "{size} frames at a time"
            );
        }
    }

    #[test]
    fn rates_whose_filter_would_fill_the_memory_are_refused() {
        let odd = SampleRate::new(767_999).unwrap();
        assert!(Resampler::new(odd, SampleRate::STUDIO, 2).is_none());
        let studio = SampleRate::new(384_000).unwrap();
        assert!(Resampler::new(studio, SampleRate::STUDIO, 2).is_some());
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_silent() {
        let heard = tone(48_000, 15_000.0, 0.25).resampled(SampleRate::new(16_000).unwrap());
        let loudest = heard.channel(0)[500..3_500]
            .iter()
            .fold(0.0_f32, |p, s| p.max(s.abs()));
        assert!(loudest < 1e-3, "an alias at {loudest}");
    }

    #[test]
    fn left_stays_left() {
        let rate = SampleRate::new(44_100).unwrap();
        let sides = Audio::stereo(rate, vec![0.5; 4_410], vec![0.0; 4_410]);
        let heard = sides.resampled(SampleRate::STUDIO);
        assert!((heard.channel(0)[2_400] - 0.5).abs() < 1e-4);
        assert_eq!(heard.channel(1)[2_400], 0.0);
    }
}
