//! The McLeod pitch method: the period of one window of sound, and how clear it is.
//!
//! P. McLeod and G. Wyvill, "A smarter way to find pitch", ICMC 2005: a normalised square
//! difference, computed through the FFT, whose first tall peak is the period.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// The lowest and the highest note looked for, in Hz: below a bass's lowest, above a soprano's.
const LOWEST_HZ: f32 = 60.0;
const HIGHEST_HZ: f32 = 1100.0;
/// A peak this tall beside the tallest is the period; the tallest itself is often two periods.
const TALL: f32 = 0.93;

/// The method itself, with its plans and memory.
pub(super) struct Finder {
    rate: f32,
    forward: std::sync::Arc<dyn realfft::RealToComplex<f32>>,
    backward: std::sync::Arc<dyn realfft::ComplexToReal<f32>>,
    /// The frame, then as much silence, so that its end does not meet its beginning.
    padded: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    /// How alike the frame is to itself, a number of samples later: 1 = the same, −1 = upside down.
    alike: Vec<f32>,
}

impl Finder {
    pub fn new(window: usize, rate: f32) -> Finder {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(2 * window);
        let backward = planner.plan_fft_inverse(2 * window);
        let (padded, spectrum) = (forward.make_input_vec(), forward.make_output_vec());
        Finder {
            rate,
            forward,
            backward,
            padded,
            spectrum,
            alike: vec![0.0; window / 2],
        }
    }

    /// The pitch of one window in Hz, and how alike its periods are, 0…1. `None` for what has no
    /// period between [`LOWEST_HZ`] and [`HIGHEST_HZ`].
    pub fn pitch(&mut self, frame: &[f32]) -> Option<(f32, f32)> {
        self.compare(frame)?;
        let (period, clarity) = self.first_tall_peak()?;
        let hz = self.rate / period;
        (LOWEST_HZ..=HIGHEST_HZ)
            .contains(&hz)
            .then_some((hz, clarity))
    }

    fn compare(&mut self, frame: &[f32]) -> Option<()> {
        self.padded.fill(0.0);
        self.padded.get_mut(..frame.len())?.copy_from_slice(frame);
        self.forward
            .process(&mut self.padded, &mut self.spectrum)
            .ok()?;
        for bin in &mut self.spectrum {
            *bin = Complex::new(bin.norm_sqr(), 0.0);
        }
        self.backward
            .process(&mut self.spectrum, &mut self.padded)
            .ok()?;
        let scale = 1.0 / self.padded.len() as f32;
        // The energy the two overlapping parts have together, less a sample from each end a step.
        let mut energy = 2.0 * frame.iter().map(|sample| sample * sample).sum::<f32>();
        for (later, alike) in self.alike.iter_mut().enumerate() {
            *alike = if energy > 1e-9 {
                2.0 * self.padded[later] * scale / energy
            } else {
                0.0
            };
            energy -= frame[later].powi(2) + frame[frame.len() - 1 - later].powi(2);
        }
        Some(())
    }

    /// Samples from one period to the next, and the height of that peak. The first peak nearly as
    /// tall as the tallest is taken: the tallest itself is often two periods away, an octave low.
    fn first_tall_peak(&self) -> Option<(f32, f32)> {
        let falls = self.alike.iter().position(|alike| *alike < 0.0)?;
        let peaks: Vec<usize> = (falls.max(1)..self.alike.len() - 1)
            .filter(|&i| {
                let here = self.alike[i];
                here > 0.0 && here > self.alike[i - 1] && here >= self.alike[i + 1]
            })
            .collect();
        let tallest = peaks.iter().map(|&i| self.alike[i]).fold(0.0, f32::max);
        let peak = *peaks.iter().find(|&&i| self.alike[i] >= TALL * tallest)?;
        let (before, here, after) = (self.alike[peak - 1], self.alike[peak], self.alike[peak + 1]);
        // The top of the parabola through three points lies between the samples.
        let bend = before - 2.0 * here + after;
        let shift = if bend < 0.0 {
            0.5 * (before - after) / bend
        } else {
            0.0
        };
        Some((peak as f32 + shift, here))
    }
}
