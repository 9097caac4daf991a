//! How many bars somebody has played, when nobody counted.
//!
//! Pure. A first loop that defines the tempo is taken for 1, 2, 4 or 8 bars, whichever gives the
//! tempo nearest to walking; the person can halve or double it afterwards.

use crate::units::{Frames, Grid, SampleRate, Tempo};

/// Tempos people clap in, in beats a minute.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 60.0..=180.0;

/// The middle of those, as the ear measures it.
const WALKING: f64 = 104.0;

/// A first loop is a whole number of these, so that it can be cut into as many bars.
pub(super) const FREE_UNIT: Frames = Frames(32);

/// A loop cut into bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metre {
    /// The loop's length; a whole number of bars.
    pub length: Frames,
    /// How many bars that is.
    pub bars: u32,
    /// Quarter notes in a bar.
    pub beats_per_bar: u8,
}

impl Metre {
    /// The likeliest metre of a loop of `length`, which is a whole number of [`FREE_UNIT`]s.
    /// `None` if no tempo we have fits: it is shorter than a bar at 300 bpm.
    pub fn guess(length: Frames, beats_per_bar: u8, rate: SampleRate) -> Option<Metre> {
        let metres = [1, 2, 4, 8, 16, 32].map(|bars| Metre {
            length,
            bars,
            beats_per_bar,
        });
        let is_whole = |metre: &Metre| length % Frames(u64::from(metre.bars)) == Frames::ZERO;
        let far = |metre: &Metre| {
            let bpm = metre.bpm(rate);
            // An implausible tempo is taken only if there is no other.
            let strange = if PLAUSIBLE.contains(&bpm) { 0.0 } else { 10.0 };
            strange + (bpm / WALKING).log2().abs()
        };
        metres
            .into_iter()
            .filter(|metre| is_whole(metre) && metre.grid(rate).is_some())
            .min_by(|a, b| far(a).total_cmp(&far(b)))
    }

    fn bpm(&self, rate: SampleRate) -> f64 {
        let beats = f64::from(self.bars) * f64::from(self.beats_per_bar.max(1));
        beats * 60.0 / self.length.seconds(rate)
    }

    /// The grid whose bar is exactly this one's. `None` if nobody could play it.
    pub fn grid(&self, rate: SampleRate) -> Option<Grid> {
        let tempo = Tempo::from_bpm(self.bpm(rate))?;
        let grid = Grid {
            rate,
            tempo,
            beats_per_bar: self.beats_per_bar,
        };
        (grid.bars(u64::from(self.bars)) == self.length).then_some(grid)
    }

    /// Half as many bars, so half the tempo; `None` if that is no whole number.
    #[must_use]
    pub fn halved(self) -> Option<Metre> {
        let bars = self.bars / 2;
        (bars > 0 && self.bars.is_multiple_of(2)).then_some(Metre { bars, ..self })
    }

    /// Twice as many bars, so twice the tempo; `None` if a bar would not be whole frames.
    #[must_use]
    pub fn doubled(self) -> Option<Metre> {
        let bars = self.bars.checked_mul(2)?;
        (self.length % Frames(u64::from(bars)) == Frames::ZERO).then_some(Metre { bars, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::STUDIO;

    fn guess(seconds: f64) -> (u32, f64) {
        let frames = Frames::from_seconds(seconds, RATE)
            .0
            .next_multiple_of(FREE_UNIT.0);
        let metre = Metre::guess(Frames(frames), 4, RATE).unwrap();
        let bpm = metre.grid(RATE).unwrap().tempo.bpm();
        (metre.bars, (bpm * 10.0).round() / 10.0)
    }

    #[test]
    fn whole_bars_at_ninety_are_ninety() {
        assert_eq!(guess(2.0 * 60.0 / 90.0 * 4.0), (2, 90.0));
        assert_eq!(guess(4.0 * 60.0 / 90.0 * 4.0), (4, 90.0));
        assert_eq!(guess(8.0 * 60.0 / 90.0 * 4.0), (8, 90.0));
    }

    #[test]
    fn a_guess_is_a_tempo_people_clap_in_wherever_there_is_one() {
        for tenth in 14..=320 {
            let (bars, bpm) = guess(f64::from(tenth) / 10.0);
            assert!(
                (60.0..=180.0).contains(&bpm),
                "{tenth} tenths: {bars} bars at {bpm}"
            );
        }
    }

    #[test]
    fn the_bars_fill_the_loop_to_the_frame() {
        for units in 1_300..2_000 {
            let length = Frames(units * FREE_UNIT.0 * 7);
            let metre = Metre::guess(length, 3, RATE).unwrap();
            let grid = metre.grid(RATE).unwrap();
            assert_eq!(grid.bars(u64::from(metre.bars)), length);
        }
    }

    #[test]
    fn half_and_twice_are_each_others_way_back() {
        let metre = Metre::guess(Frames(512_000), 4, RATE).unwrap();
        assert_eq!(metre.doubled().unwrap().halved(), Some(metre));
        let one = Metre { bars: 1, ..metre };
        assert_eq!(one.halved(), None, "half a bar is not a bar");
    }

    #[test]
    fn a_tap_on_the_microphone_is_no_loop() {
        assert_eq!(Metre::guess(Frames(3_200), 4, RATE), None);
    }
}
