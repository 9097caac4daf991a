//! The probe: a third of a second of rustle that even a phone's speaker and microphone carry.
//!
//! Pseudo-random signs, band-limited to 500 Hz…6 kHz: below that a phone's speaker is silent, above
//! it many microphones and Bluetooth codecs are. Noise-like, so that its correlation with itself
//! has one sharp peak and nothing else it meets in a room, music least of all, looks like it.

use crate::audio::Audio;
use crate::units::SampleRate;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// Lowest frequency of the probe, in Hz.
pub(super) const LOWEST_HZ: f64 = 500.0;
/// Highest frequency of the probe, in Hz.
pub(super) const HIGHEST_HZ: f64 = 6_000.0;
/// Each edge of the band is a half cosine this wide, in Hz: a brick wall would ring.
const EDGE_HZ: f64 = 200.0;
/// How many independent values fit: twice the bandwidth times the length is about this.
const BITS: u32 = 4_096;
/// The loudest sample of the probe: −12 dBFS, clear in a room and not startling.
const PEAK: f32 = 0.25;
/// Length of the fade at each end, in seconds: no click.
const FADE_SECONDS: f64 = 0.020;

/// The signal to play for [`measure`](super::measure): mono, about 0.37 s, peak −12 dBFS.
/// The same samples every time for the same rate.
pub fn probe(rate: SampleRate) -> Audio {
    let seconds = f64::from(BITS) / (2.0 * (HIGHEST_HZ - LOWEST_HZ));
    let length = (seconds * f64::from(rate.hz())).round() as usize;
    let mut samples = random_signs(length);
    keep_band(&mut samples, rate);
    fade_ends(&mut samples, rate);
    let loudest = samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
    if loudest > 0.0 {
        samples.iter_mut().for_each(|s| *s *= PEAK / loudest);
    }
    Audio::mono(rate, samples)
}

/// Keeps only the probe's band. What a microphone hears outside it (hum, wind, hiss) can only
/// hide the probe, so `measure` uses this on the recording too.
pub(super) fn keep_band(samples: &mut Vec<f32>, rate: SampleRate) {
    let length = samples.len();
    if length == 0 {
        return;
    }
    // Twice the length: the filter may ring past the end, and must not come round to the start.
    let size = (length * 2).next_power_of_two();
    let mut planner = RealFftPlanner::<f32>::new();
    let forward = planner.plan_fft_forward(size);
    let inverse = planner.plan_fft_inverse(size);
    let mut padded = std::mem::take(samples);
    padded.resize(size, 0.0);
    let mut spectrum = forward.make_output_vec();
    let bin_hz = f64::from(rate.hz()) / size as f64;
    if forward.process(&mut padded, &mut spectrum).is_ok() {
        for (bin, value) in spectrum.iter_mut().enumerate() {
            *value *= (band_gain(bin as f64 * bin_hz) / size as f64) as f32;
        }
        real_ends(&mut spectrum);
        // Cannot fail: the lengths came from the planner and the ends are real.
        let _ = inverse.process(&mut spectrum, &mut padded);
    }
    padded.truncate(length);
    *samples = padded;
}

/// The spectrum of a real signal is real at both ends; rounding may have left a trace.
pub(super) fn real_ends(spectrum: &mut [Complex<f32>]) {
    if let Some(first) = spectrum.first_mut() {
        first.im = 0.0;
    }
    if let Some(last) = spectrum.last_mut() {
        last.im = 0.0;
    }
}

fn band_gain(hz: f64) -> f64 {
    let inside = (hz - LOWEST_HZ).min(HIGHEST_HZ - hz);
    let t = (inside / EDGE_HZ).clamp(0.0, 1.0);
    0.5 - 0.5 * (std::f64::consts::PI * t).cos()
}

/// +1 and −1 in an order that a 64-bit xorshift fixes for all time.
fn random_signs(length: usize) -> Vec<f32> {
    let mut state = 0x005E_ED0F_A50B_E47D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if state >> 63 == 0 { 1.0 } else { -1.0 }
    };
    (0..length).map(|_| next()).collect()
}

fn fade_ends(samples: &mut [f32], rate: SampleRate) {
    let fade = ((FADE_SECONDS * f64::from(rate.hz())) as usize).min(samples.len() / 2);
    let length = samples.len();
    for i in 0..fade {
        let t = (i as f64 + 0.5) / fade as f64;
        let gain = (0.5 - 0.5 * (std::f64::consts::PI * t).cos()) as f32;
        samples[i] *= gain;
        samples[length - 1 - i] *= gain;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probe_is_short_quiet_and_always_the_same() {
        let first = probe(SampleRate::STUDIO);
        assert_eq!(first.channel(0), probe(SampleRate::STUDIO).channel(0));
        let seconds = first.frames().seconds(first.rate());
        assert!((0.3..0.5).contains(&seconds), "{seconds} s");
        let peak = first.channel(0).iter().fold(0.0_f32, |p, s| p.max(s.abs()));
        assert!((peak - PEAK).abs() < 1e-6, "peak {peak}");
        assert!(first.channel(0)[0].abs() < 1e-3, "no click at the start");
    }

    #[test]
    fn a_phone_speaker_can_carry_all_of_it() {
        let probe = probe(SampleRate::STUDIO);
        let mut in_band = probe.channel(0).to_vec();
        keep_band(&mut in_band, SampleRate::STUDIO);
        let energy = |s: &[f32]| s.iter().map(|x| f64::from(x * x)).sum::<f64>();
        let kept = energy(&in_band) / energy(probe.channel(0));
        assert!(kept > 0.95, "only {kept} of the probe lies in 500 Hz…6 kHz");
    }
}
