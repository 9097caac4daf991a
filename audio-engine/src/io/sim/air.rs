//! The loudspeaker's sound on its way to the microphone.
//!
//! The loudspeaker's frames stand on the ticks of its crystal. A microphone on the same crystal
//! hears them bit for bit; one on another hears between them, through a windowed sinc.

use super::script::Air;

/// Taps on each side of the sinc.
const SIDE: i64 = 24;

/// Everything the loudspeaker has sounded since the world began.
#[derive(Debug, Default)]
pub(super) struct Speaker {
    /// The mean of left and right, by tick.
    sounded: Vec<f32>,
}

impl Speaker {
    /// Makes the memory for everything up to `tick`, so that a callback need not.
    pub(super) fn make_room(&mut self, tick: u64) {
        let missing = (tick as usize).saturating_sub(self.sounded.len());
        self.sounded.reserve(missing);
    }

    /// Frames given to the loudspeaker sound from `tick` on.
    pub(super) fn sound(&mut self, tick: u64, left: &[f32], right: &[f32]) {
        let (from, to) = (tick as usize, tick as usize + left.len());
        if self.sounded.len() < to {
            self.sounded.resize(to, 0.0);
        }
        for ((out, left), right) in self.sounded[from..].iter_mut().zip(left).zip(right) {
            *out = 0.5 * (left + right);
        }
    }

    pub(super) fn sounded(&self) -> &[f32] {
        &self.sounded
    }

    fn at(&self, tick: i64) -> f32 {
        let tick = usize::try_from(tick).ok();
        tick.and_then(|tick| self.sounded.get(tick))
            .copied()
            .unwrap_or(0.0)
    }

    /// The sound at a place that may lie between two ticks.
    fn between(&self, tick: f64) -> f32 {
        let whole = tick.round();
        if (tick - whole).abs() < 1e-6 {
            return self.at(whole as i64);
        }
        let first = tick.floor() as i64 - SIDE + 1;
        // The sine of a whole number of half turns more only changes its sign.
        let mut sine = (std::f64::consts::PI * (first as f64 - tick)).sin();
        let mut sum = 0.0;
        for at in first..first + 2 * SIDE {
            let x = at as f64 - tick;
            let edge = x / (SIDE as f64 + 1.0);
            let window = (1.0 - edge * edge) * (1.0 - edge * edge);
            sum += f64::from(self.at(at)) * sine / (std::f64::consts::PI * x) * window;
            sine = -sine;
        }
        sum as f32
    }

    /// What reaches the microphone at `tick`.
    pub(super) fn heard(&self, air: &Air, tick: f64) -> f32 {
        let echoes = air.echoes.iter().enumerate();
        let sum: f32 = echoes
            .filter(|(_, echo)| **echo != 0.0)
            .map(|(late, echo)| echo * self.between(tick - late as f64))
            .sum();
        let gain = air.gain.amplitude();
        if air.inverted {
            -gain * sum
        } else {
            gain * sum
        }
    }
}
