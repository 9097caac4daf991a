//! The shape of a sound once round the ring: how loud it feels at each of a number of points.

use crate::audio::Audio;

/// Below this, beside the loudest point, a point shows nothing: 54 dB down.
const NOTHING: f32 = 0.002;

/// `points` values 0…255, evenly spaced over the sound, the loudest 255.
///
/// Each is the loudness felt around it: level without the lowest bass, raised to 0.6 as the ear
/// does (Stevens), lifted a little so that a quiet pad still shows a body. Neighbours are blended
/// round the seam, because on the ring the end touches the beginning. Silence is all zeros.
pub fn envelope(audio: &Audio, points: usize) -> Vec<u8> {
    let frames = audio.frames().0 as usize;
    if frames == 0 {
        return vec![0; points];
    }
    let energy = without_bass(audio);
    let levels: Vec<f32> = (0..points)
        .map(|point| {
            let from = (point * frames / points).min(frames - 1);
            let to = ((point + 1) * frames / points).clamp(from + 1, frames);
            (energy[from..to].iter().sum::<f32>() / (to - from) as f32).sqrt()
        })
        .collect();
    let blended: Vec<f32> = (0..points)
        .map(|i| {
            let (before, after) = (levels[(i + points - 1) % points], levels[(i + 1) % points]);
            0.25 * before + 0.5 * levels[i] + 0.25 * after
        })
        .collect();
    let loudest = blended.iter().copied().fold(0.0, f32::max);
    let shown = |level: f32| match level / loudest {
        share if share > NOTHING => 0.12 + 0.88 * share.powf(0.6),
        _ => 0.0,
    };
    blended
        .into_iter()
        .map(|level| (255.0 * shown(level)).round() as u8)
        .collect()
}

/// The energy of each frame above 120 Hz, roughly: bass is felt less than it measures.
fn without_bass(audio: &Audio) -> Vec<f32> {
    let step = 1.0 - (-std::f32::consts::TAU * 120.0 / audio.rate().hz() as f32).exp();
    let mut lows = [0.0f32; 2];
    audio
        .channel(0)
        .iter()
        .zip(audio.channel(1))
        .map(|(left, right)| {
            let mut energy = 0.0;
            for (sample, low) in [left, right].into_iter().zip(&mut lows) {
                *low += (sample - *low) * step;
                // A fifth of the bass stays, so that a bass line still draws its steps.
                energy += (sample - 0.8 * *low).powi(2);
            }
            energy
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Frames, SampleRate};

    fn tone(amplitude: impl Fn(usize) -> f32) -> Audio {
        let samples = (0..48_000)
            .map(|i| amplitude(i) * (i as f32 * 0.1).sin())
            .collect();
        Audio::mono(SampleRate::STUDIO, samples)
    }

    #[test]
    fn a_steady_pad_fills_the_ring_however_quiet() {
        for amplitude in [0.5, 0.001] {
            assert!(
                envelope(&tone(|_| amplitude), 64)
                    .iter()
                    .all(|point| *point > 240)
            );
        }
    }

    #[test]
    fn a_note_every_half_turn_draws_two_bumps() {
        let drawn = envelope(&tone(|i| (-((i % 24_000) as f32) / 2000.0).exp()), 8);
        assert!(
            drawn[0] > 2 * drawn[2] && drawn[4] > 2 * drawn[6],
            "{drawn:?}"
        );
        assert_eq!(drawn[..4], drawn[4..]);
    }

    #[test]
    fn silence_draws_nothing_and_no_sound_draws_silence() {
        assert_eq!(
            envelope(&Audio::silence(SampleRate::STUDIO, 2, Frames(480)), 3),
            [0, 0, 0]
        );
        assert_eq!(
            envelope(&Audio::silence(SampleRate::STUDIO, 2, Frames(0)), 3),
            [0, 0, 0]
        );
    }

    #[test]
    fn more_points_than_frames_is_allowed() {
        assert_eq!(
            envelope(&Audio::mono(SampleRate::STUDIO, vec![0.5; 3]), 7).len(),
            7
        );
    }
}
