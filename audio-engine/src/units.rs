//! Time, rate, gain and place in the units the app speaks.
//!
//! A **frame** is one sample for every channel at one instant. Inside the engine every position
//! and length is a whole number of frames; beats, seconds and dB are converted once, at the edge.
//! Nothing here can fail or panic, so the audio callback may use all of it.

use std::num::NonZeroU32;
use std::ops::{Add, AddAssign, Mul, Rem, Sub};

/// A length in frames, or a position counted from the start of a timeline.
///
/// Arithmetic stops at the ends instead of wrapping: nothing is before frame 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frames(pub u64);

impl Frames {
    /// No time at all, or the start of the timeline.
    pub const ZERO: Frames = Frames(0);

    /// How long this lasts, in seconds.
    pub fn seconds(self, rate: SampleRate) -> f64 {
        self.0 as f64 / f64::from(rate.hz())
    }

    /// The nearest whole number of frames; negative or absent time is no time.
    pub fn from_seconds(seconds: f64, rate: SampleRate) -> Frames {
        Frames((seconds * f64::from(rate.hz())).round() as u64)
    }

    /// `self - other`, or zero.
    #[must_use]
    pub fn saturating_sub(self, other: Frames) -> Frames {
        Frames(self.0.saturating_sub(other.0))
    }
}

impl Add for Frames {
    type Output = Frames;
    fn add(self, other: Frames) -> Frames {
        Frames(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Frames {
    fn add_assign(&mut self, other: Frames) {
        *self = *self + other;
    }
}

impl Sub for Frames {
    type Output = Frames;
    fn sub(self, other: Frames) -> Frames {
        self.saturating_sub(other)
    }
}

impl Mul<u64> for Frames {
    type Output = Frames;
    fn mul(self, times: u64) -> Frames {
        Frames(self.0.saturating_mul(times))
    }
}

impl Rem for Frames {
    type Output = Frames;
    /// What is left after whole multiples of `length`; of nothing there are none.
    fn rem(self, length: Frames) -> Frames {
        Frames(self.0.checked_rem(length.0).unwrap_or(0))
    }
}

/// Frames per second, in Hz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SampleRate(NonZeroU32);

impl SampleRate {
    /// 48 000 Hz: what phones and laptops play without converting.
    pub const STUDIO: SampleRate = match NonZeroU32::new(48_000) {
        Some(hz) => SampleRate(hz),
        None => SampleRate(NonZeroU32::MIN),
    };

    /// `None` if `hz` is zero.
    pub fn new(hz: u32) -> Option<SampleRate> {
        NonZeroU32::new(hz).map(SampleRate)
    }

    /// Frames per second.
    pub fn hz(self) -> u32 {
        self.0.get()
    }
}

/// Quarter notes per minute, within [`Tempo::SLOWEST`]`..=`[`Tempo::FASTEST`].
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Tempo(f64);

impl Tempo {
    /// One beat in three seconds.
    pub const SLOWEST: f64 = 20.0;
    /// Five beats a second.
    pub const FASTEST: f64 = 300.0;
    /// A beat a second, for what has no tempo of its own.
    pub const BREATHING: Tempo = Tempo(60.0);

    /// `None` if nobody could play it, or if it is not a number.
    pub fn from_bpm(bpm: f64) -> Option<Tempo> {
        (Self::SLOWEST..=Self::FASTEST)
            .contains(&bpm)
            .then_some(Tempo(bpm))
    }

    /// Quarter notes per minute.
    pub fn bpm(self) -> f64 {
        self.0
    }
}

/// Gain in dB; 0 leaves the sound unchanged, minus infinity is silence.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Gain(f32);

impl Gain {
    /// Nothing is heard.
    pub const SILENCE: Gain = Gain(f32::NEG_INFINITY);
    /// The sound is unchanged, bit for bit.
    pub const UNITY: Gain = Gain(0.0);
    /// The loudest a fader goes, in dB.
    pub const LOUDEST_DB: f32 = 24.0;

    /// At most [`Gain::LOUDEST_DB`]; anything that is not a number is silence.
    pub fn from_db(db: f32) -> Gain {
        if db.is_nan() {
            Gain::SILENCE
        } else {
            Gain(db.min(Self::LOUDEST_DB))
        }
    }

    /// In dB.
    pub fn db(self) -> f32 {
        self.0
    }

    /// The factor a sample is multiplied with. −120 dB and less is exactly zero.
    pub fn amplitude(self) -> f32 {
        if self.0 <= -120.0 {
            0.0
        } else {
            10f64.powf(f64::from(self.0) / 20.0) as f32
        }
    }
}

/// A place between the speakers: −1 left, 0 centre, +1 right.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Pan(f32);

impl Pan {
    /// In the middle.
    pub const CENTRE: Pan = Pan(0.0);

    /// Clamped to −1..=1; not a number is the centre.
    pub fn new(position: f32) -> Pan {
        if position.is_nan() {
            Pan::CENTRE
        } else {
            Pan(position.clamp(-1.0, 1.0))
        }
    }

    /// −1 left … +1 right.
    pub fn position(self) -> f32 {
        self.0
    }
}

/// Bars and beats on the timeline; bar 0 begins at frame 0.
///
/// **A bar is a whole number of frames**, the same for every bar, so loops, click and guidance
/// never drift apart. Beats are rounded within their bar, and never add up an error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Frames per second.
    pub rate: SampleRate,
    /// Quarter notes per minute.
    pub tempo: Tempo,
    /// Quarter notes in a bar; 0 counts as 1.
    pub beats_per_bar: u8,
}

impl Grid {
    /// The length of one bar.
    pub fn bar(&self) -> Frames {
        let seconds = f64::from(self.beats_per_bar.max(1)) * 60.0 / self.tempo.bpm();
        Frames(Frames::from_seconds(seconds, self.rate).0.max(1))
    }

    /// The length of `n` bars.
    pub fn bars(&self, n: u64) -> Frames {
        self.bar() * n
    }

    /// How far into its bar beat `n` falls; the downbeat is beat 0.
    pub fn beat_in_bar(&self, n: u8) -> Frames {
        let beats = u64::from(self.beats_per_bar.max(1));
        Frames((u64::from(n) * self.bar().0 + beats / 2) / beats)
    }

    /// How many beats have begun before `frame` or at it, the first not counted.
    pub fn beat_at(&self, frame: Frames) -> u64 {
        let beats = self.beats_per_bar.max(1);
        let bar = self.bar_at(frame);
        let into = frame - self.frame_of_bar(bar);
        let begun = (1..beats).filter(|n| self.beat_in_bar(*n) <= into).count();
        bar.saturating_mul(u64::from(beats)) + begun as u64
    }

    /// Where bar `n` begins.
    pub fn frame_of_bar(&self, n: u64) -> Frames {
        self.bars(n)
    }

    /// The bar that sounds at `frame`.
    pub fn bar_at(&self, frame: Frames) -> u64 {
        frame.0 / self.bar().0
    }

    /// The first bar line at `frame` or later.
    pub fn bar_line_at_or_after(&self, frame: Frames) -> Frames {
        self.bars(frame.0.div_ceil(self.bar().0))
    }

    /// The first bar line later than `frame`.
    pub fn bar_line_after(&self, frame: Frames) -> Frames {
        self.frame_of_bar(self.bar_at(frame).saturating_add(1))
    }

    /// The first beat at `frame` or later: where it falls, and which beat of its bar it is.
    pub fn beat_at_or_after(&self, frame: Frames) -> (Frames, u8) {
        let line = self.frame_of_bar(self.bar_at(frame));
        let within = frame - line;
        (0..self.beats_per_bar.max(1))
            .map(|beat| (self.beat_in_bar(beat), beat))
            .find(|(at, _)| *at >= within)
            .map_or((line + self.bar(), 0), |(at, beat)| (line + at, beat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(bpm: f64, beats_per_bar: u8) -> Grid {
        let tempo = Tempo::from_bpm(bpm).unwrap();
        Grid {
            rate: SampleRate::STUDIO,
            tempo,
            beats_per_bar,
        }
    }

    #[test]
    fn a_bar_is_as_long_as_its_beats() {
        assert_eq!(grid(60.0, 4).bar(), Frames(192_000));
        assert_eq!(grid(72.0, 4).bar(), Frames(160_000));
    }

    #[test]
    fn the_thousandth_bar_falls_on_a_thousand_bars() {
        let odd = grid(97.0, 3);
        assert_eq!(
            odd.frame_of_bar(1000),
            odd.bar() * 1000,
            "a rounded bar never drifts"
        );
    }

    #[test]
    fn the_beat_after_the_last_is_the_next_downbeat() {
        let waltz = grid(97.0, 3);
        let last = waltz.beat_in_bar(2);
        assert_eq!(waltz.beat_at_or_after(last), (last, 2));
        assert_eq!(waltz.beat_at_or_after(last + Frames(1)), (waltz.bar(), 0));
    }

    #[test]
    fn a_bar_line_is_at_itself_and_never_after_itself() {
        let g = grid(120.0, 4);
        assert_eq!(g.bar_line_at_or_after(g.bar()), g.bar());
        assert_eq!(g.bar_line_after(g.bar()), g.bar() * 2);
    }

    #[test]
    fn a_beat_is_counted_from_the_frame_it_begins_on() {
        let g = grid(97.0, 3);
        for beat in 0..30u64 {
            let begins = g.frame_of_bar(beat / 3) + g.beat_in_bar((beat % 3) as u8);
            assert_eq!(g.beat_at(begins), beat);
            assert_eq!(g.beat_at(begins + Frames(1)), beat);
            if beat > 0 {
                assert_eq!(g.beat_at(begins - Frames(1)), beat - 1);
            }
        }
    }

    #[test]
    fn nobody_plays_at_zero_or_at_not_a_number() {
        assert!(Tempo::from_bpm(0.0).is_none());
        assert!(Tempo::from_bpm(f64::NAN).is_none());
    }

    #[test]
    fn unity_is_one_and_silence_is_nothing() {
        assert_eq!(Gain::UNITY.amplitude(), 1.0);
        assert_eq!(Gain::SILENCE.amplitude(), 0.0);
        assert_eq!(Gain::from_db(f32::NAN), Gain::SILENCE);
        assert!((Gain::from_db(-6.0206).amplitude() - 0.5).abs() < 1e-5);
    }

    #[test]
    fn nothing_is_before_the_start() {
        assert_eq!(Frames(3) - Frames(5), Frames::ZERO);
        assert_eq!(Frames(7) % Frames::ZERO, Frames::ZERO);
    }
}
