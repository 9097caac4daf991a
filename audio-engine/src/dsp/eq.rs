//! The three-band equaliser: a low shelf, a bell and a high shelf, one after the other.
//!
//! Each band is a state-variable filter with trapezoidal integrators (V. Zavalishin, *The Art of
//! VA Filter Design*, 2018, ch. 4), in the form of A. Simper's *Solving the continuous SVF
//! equations using trapezoidal integration and equivalent currents*, Cytomic 2013. Its answer is
//! that of the analogue shelf or bell through the bilinear transform, the same as in
//! R. Bristow-Johnson's *Audio EQ Cookbook*; unlike a biquad it stays stable and clean while its
//! settings move, and keeps its precision in `f32` at 20 Hz.
//!
//! This file holds the words and the numbers; [`eq_lanes`](super::eq_lanes) runs them.

use std::f64::consts::PI;

use crate::units::SampleRate;

/// One band: where, how much, how wide. Values outside a range are brought to its edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EqBand {
    hz: f32,
    db: f32,
    q: f32,
}

impl EqBand {
    /// The lowest corner or centre, in Hz.
    pub const LOWEST_HZ: f32 = 20.0;
    /// The highest, in Hz; at low rates 0.49 of the rate, if that is less.
    pub const HIGHEST_HZ: f32 = 20_000.0;
    /// The most a band adds or takes away, in dB.
    pub const MOST_DB: f32 = 24.0;
    /// The widest bell; the softest shelf.
    pub const WIDEST_Q: f32 = 0.1;
    /// The narrowest bell; a shelf this sharp rings.
    pub const NARROWEST_Q: f32 = 18.0;
    /// A shelf without a bump.
    pub const BUTTERWORTH_Q: f32 = std::f32::consts::FRAC_1_SQRT_2;

    /// `hz` is the centre of a bell or the middle of a shelf's slope (half its dB), `db` what
    /// it adds there or beyond, `q` its quality. What is not a number is 1 kHz, 0 dB, 0.707.
    pub fn new(hz: f32, db: f32, q: f32) -> EqBand {
        let within = |x: f32, low: f32, high: f32, otherwise: f32| {
            if x.is_nan() {
                otherwise
            } else {
                x.clamp(low, high)
            }
        };
        EqBand {
            hz: within(hz, Self::LOWEST_HZ, Self::HIGHEST_HZ, 1_000.0),
            db: within(db, -Self::MOST_DB, Self::MOST_DB, 0.0),
            q: within(q, Self::WIDEST_Q, Self::NARROWEST_Q, Self::BUTTERWORTH_Q),
        }
    }

    /// Centre or corner, in Hz.
    pub fn hz(self) -> f32 {
        self.hz
    }

    /// What it adds, in dB.
    pub fn db(self) -> f32 {
        self.db
    }

    /// Its quality.
    pub fn q(self) -> f32 {
        self.q
    }

    /// `tan(π hz / rate)`: the corner as the bilinear transform sees it.
    pub(crate) fn corner(self, rate: SampleRate) -> f32 {
        let rate = f64::from(rate.hz());
        (PI * f64::from(self.hz).min(0.49 * rate) / rate).tan() as f32
    }
}

/// What a band does around its frequency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EqShape {
    /// Everything below.
    LowShelf,
    /// What lies around it.
    Bell,
    /// Everything above.
    HighShelf,
}

impl EqShape {
    /// The bands of an [`Equaliser`], in the order in which sound passes them.
    pub const ALL: [EqShape; 3] = [EqShape::LowShelf, EqShape::Bell, EqShape::HighShelf];

    pub(crate) fn index(self) -> usize {
        match self {
            EqShape::LowShelf => 0,
            EqShape::Bell => 1,
            EqShape::HighShelf => 2,
        }
    }
}

/// The tone controls of a track. Flat, it passes sound bit for bit and costs nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equaliser {
    /// Lifts or lowers everything below its corner.
    pub low: EqBand,
    /// Lifts or lowers what lies around its centre.
    pub bell: EqBand,
    /// Lifts or lowers everything above its corner.
    pub high: EqBand,
}

impl Equaliser {
    /// Changes nothing; its corners lie at 120 Hz, 1 kHz and 6 kHz.
    pub const FLAT: Equaliser = {
        const fn flat(hz: f32) -> EqBand {
            EqBand {
                hz,
                db: 0.0,
                q: EqBand::BUTTERWORTH_Q,
            }
        }
        Equaliser {
            low: flat(120.0),
            bell: flat(1_000.0),
            high: flat(6_000.0),
        }
    };

    /// The band of this shape.
    pub fn band(&self, shape: EqShape) -> EqBand {
        match shape {
            EqShape::LowShelf => self.low,
            EqShape::Bell => self.bell,
            EqShape::HighShelf => self.high,
        }
    }
}

impl Default for Equaliser {
    fn default() -> Self {
        Equaliser::FLAT
    }
}

/// What the filter needs to know, in the letters of Simper's paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Coefficients {
    /// The corner, `tan(π hz / rate)`, moved by half the gain for a shelf.
    pub(crate) g: f32,
    /// Damping: one over the quality of the poles.
    pub(crate) k: f32,
    /// How much of the input, the band-pass and the low-pass make up the answer.
    pub(crate) m: [f32; 3],
}

impl Coefficients {
    /// For a band with its corner at `corner`. Runs on the audio thread too: a few powers.
    pub(crate) fn of(shape: EqShape, corner: f32, db: f32, q: f32) -> Coefficients {
        let a = 10f64.powf(f64::from(db) / 40.0);
        let (g, q) = (f64::from(corner), f64::from(q));
        let (g, k, m) = match shape {
            EqShape::LowShelf => {
                let k = 1.0 / q;
                (g / a.sqrt(), k, [1.0, k * (a - 1.0), a * a - 1.0])
            }
            EqShape::Bell => {
                let k = 1.0 / (q * a);
                (g, k, [1.0, k * (a * a - 1.0), 0.0])
            }
            EqShape::HighShelf => {
                let k = 1.0 / q;
                (g * a.sqrt(), k, [a * a, k * (1.0 - a) * a, 1.0 - a * a])
            }
        };
        Coefficients {
            g: g as f32,
            k: k as f32,
            m: m.map(|m| m as f32),
        }
    }

    /// Does it pass sound unchanged?
    pub(crate) fn is_flat(&self) -> bool {
        self.m == [1.0, 0.0, 0.0]
    }

    /// Frames after which its ringing is 180 dB down: what is left of a sound that ended is then
    /// below the last bit of anything else.
    pub(crate) fn ring(&self) -> u64 {
        /// ln 10⁹.
        const NEPERS: f32 = 20.723_266;
        // The poles of 1 + k s/g + s²/g² lie at −σ; the bilinear transform puts them at
        // (1 − σ) / (1 + σ), and both ends of the scale ring: close to 1 and close to −1.
        let half = self.k / 2.0;
        let radius = if half < 1.0 {
            let (re, im2) = (self.g * half, self.g * self.g * (1.0 - half * half));
            (((1.0 - re).powi(2) + im2) / ((1.0 + re).powi(2) + im2)).sqrt()
        } else {
            let root = (half * half - 1.0).sqrt();
            // The slow pole from the fast one: their product is g², and no digits cancel.
            let fast = self.g * (half + root);
            let slow = self.g * self.g / fast;
            let of = |sigma: f32| ((1.0 - sigma) / (1.0 + sigma)).abs();
            of(fast).max(of(slow))
        };
        (NEPERS / -radius.clamp(1e-3, 1.0 - 1e-6).ln()) as u64 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::eq_lanes::{ABREAST, Band, Line, run_still};

    const RATE: f64 = 48_000.0;

    /// `20 log |H(e^jω)|` of the cookbook's biquad: the closed form, in another topology.
    fn cookbook_db(shape: EqShape, band: EqBand, hz: f64) -> f64 {
        let a = 10f64.powf(f64::from(band.db) / 40.0);
        let w0 = 2.0 * PI * f64::from(band.hz) / RATE;
        let (cos, alpha) = (w0.cos(), w0.sin() / (2.0 * f64::from(band.q)));
        let s = 2.0 * a.sqrt() * alpha;
        let (b, d) = match shape {
            EqShape::Bell => (
                [1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a],
                [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a],
            ),
            EqShape::LowShelf => (
                [
                    a * ((a + 1.0) - (a - 1.0) * cos + s),
                    2.0 * a * ((a - 1.0) - (a + 1.0) * cos),
                    a * ((a + 1.0) - (a - 1.0) * cos - s),
                ],
                [
                    (a + 1.0) + (a - 1.0) * cos + s,
                    -2.0 * ((a - 1.0) + (a + 1.0) * cos),
                    (a + 1.0) + (a - 1.0) * cos - s,
                ],
            ),
            EqShape::HighShelf => (
                [
                    a * ((a + 1.0) + (a - 1.0) * cos + s),
                    -2.0 * a * ((a - 1.0) + (a + 1.0) * cos),
                    a * ((a + 1.0) + (a - 1.0) * cos - s),
                ],
                [
                    (a + 1.0) - (a - 1.0) * cos + s,
                    2.0 * ((a - 1.0) - (a + 1.0) * cos),
                    (a + 1.0) - (a - 1.0) * cos - s,
                ],
            ),
        };
        let w = 2.0 * PI * hz / RATE;
        let at = |c: [f64; 3]| {
            let re = c[0] + c[1] * w.cos() + c[2] * (2.0 * w).cos();
            let im = -c[1] * w.sin() - c[2] * (2.0 * w).sin();
            re.hypot(im)
        };
        20.0 * (at(b) / at(d)).log10()
    }

    /// The filter's answer to a click.
    fn impulse(shape: EqShape, band: EqBand, frames: usize) -> Vec<f32> {
        let corner = band.corner(SampleRate::STUDIO);
        let coefficients = Coefficients::of(shape, corner, band.db, band.q);
        let mut bands = [Band::default()];
        for lane in 0..ABREAST {
            bands[0].set(lane, Line::still(coefficients), [[0.0; 2]; 2]);
        }
        let mut sound = vec![[[0.0; ABREAST]; 2]; frames];
        sound[0] = [[1.0; ABREAST]; 2];
        run_still(&mut sound, &mut bands);
        sound.iter().map(|frame| frame[1][1]).collect()
    }

    /// Fourier's integral at one frequency.
    fn measured_db(answer: &[f32], hz: f64) -> f64 {
        let w = 2.0 * PI * hz / RATE;
        let (re, im) = answer
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(re, im), (n, x)| {
                let (sin, cos) = (w * n as f64).sin_cos();
                (re + f64::from(*x) * cos, im - f64::from(*x) * sin)
            });
        20.0 * f64::hypot(re, im).log10()
    }

    #[test]
    fn every_band_measures_as_the_closed_form_says() {
        let mut worst = 0.0f64;
        for shape in EqShape::ALL {
            for hz in [25.0, 120.0, 1_000.0, 6_000.0, 18_000.0] {
                for db in [-24.0, -7.5, -0.5, 3.0, 12.0, 24.0] {
                    for q in [0.1, 0.707, 4.0, 12.0] {
                        let band = EqBand::new(hz, db, q);
                        let ring =
                            Coefficients::of(shape, band.corner(SampleRate::STUDIO), db, q).ring();
                        let answer = impulse(shape, band, (ring as usize).min(1 << 18));
                        for hz in [31.0, 127.0, f64::from(hz), 997.0, 6_100.0, 21_000.0] {
                            let off = measured_db(&answer, hz) - cookbook_db(shape, band, hz);
                            assert!(
                                off.abs() <= 0.05,
                                "{shape:?} {band:?} is {off:.4} dB off at {hz} Hz"
                            );
                            worst = worst.max(off.abs());
                        }
                    }
                }
            }
        }
        println!("worst {worst:.5} dB");
    }

    #[test]
    fn a_bell_that_adds_nothing_and_a_shelf_that_adds_nothing_are_flat() {
        for shape in EqShape::ALL {
            assert!(Coefficients::of(shape, 0.1, 0.0, 0.7).is_flat());
            assert!(!Coefficients::of(shape, 0.1, 0.1, 0.7).is_flat());
        }
    }

    #[test]
    fn a_band_that_has_rung_out_is_a_hundred_and_eighty_db_down() {
        for shape in EqShape::ALL {
            for (hz, q) in [(40.0, 6.0), (1_000.0, 0.1), (8_000.0, 18.0), (20.0, 0.7)] {
                let band = EqBand::new(hz, 6.0, q);
                let corner = band.corner(SampleRate::STUDIO);
                let ring = Coefficients::of(shape, corner, 6.0, q).ring() as usize;
                let answer = impulse(shape, band, ring + 2_000);
                let left = answer[ring..].iter().fold(0.0f32, |a, x| a.max(x.abs()));
                assert!(left < 4e-9, "{shape:?} at {hz} Hz, Q {q}: {left}");
            }
        }
    }

    #[test]
    fn a_setting_that_is_not_a_number_or_far_outside_is_one_that_can_be_played() {
        assert_eq!(
            EqBand::new(f32::NAN, f32::NAN, f32::NAN),
            EqBand::new(1_000.0, 0.0, EqBand::BUTTERWORTH_Q)
        );
        let wild = EqBand::new(1e9, -1e9, 0.0);
        assert_eq!((wild.hz(), wild.db(), wild.q()), (20_000.0, -24.0, 0.1));
        let phone = SampleRate::new(8_000).unwrap();
        let corner = wild.corner(phone);
        assert!(corner.is_finite() && corner > 0.0, "below half the rate");
    }
}
