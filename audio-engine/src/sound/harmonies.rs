//! Soft copies of somebody's own hum, above and below: one voice becomes a choir.
//!
//! The voice is cut into overlapping grains, each read faster or slower and laid where it fits the
//! wave before it (synchronous overlap-add). Time stays as it was sung; the copies keep every
//! slide and tremble, and are made darker, so that the voice itself stays in front.

use super::tone::{edges, soften};
use crate::analysis::median_hz;
use crate::audio::Audio;

/// Half a grain: two periods of the lowest hum and a little more.
const HALF_SECONDS: f32 = 0.024;
/// A grain may move this far to fit: a period of 55 Hz in all.
const REACH_SECONDS: f32 = 0.0092;
/// How much quieter than the voice.
const AMPLITUDE: f32 = 0.56;

/// A copy a fifth above, and one below: an octave under high voices, a fourth under low ones,
/// whose octave would be a rumble. Mono, as long as the take.
pub fn harmonies(take: &Audio) -> [Audio; 2] {
    let mono = take.mixed_to_mono();
    let below = if median_hz(take).is_some_and(|hz| hz < 155.0) {
        -5.0
    } else {
        -12.0
    };
    [7.0, below].map(|semitones| {
        let rate = take.rate().hz() as f32;
        let mut voice = shifted(mono.channel(0), rate, 2f32.powf(semitones / 12.0));
        // Faster reading makes the mouth smaller: take the squeak off the upper copy.
        soften(&mut voice, rate, 1900.0);
        voice.iter_mut().for_each(|sample| *sample *= AMPLITUDE);
        edges(&mut voice, rate, 0.02, 0.02);
        Audio::mono(take.rate(), voice)
    })
}

/// `voice` at `ratio` times its pitch, in the same time.
fn shifted(voice: &[f32], rate: f32, ratio: f32) -> Vec<f32> {
    let half = ((HALF_SECONDS * rate) as usize).max(8);
    let reach = (REACH_SECONDS * rate) as isize;
    let mut out = vec![0.0f32; voice.len() + 2 * half];
    for centre in (0..voice.len() + half).step_by(half) {
        // `out` runs half a grain ahead of `voice`, so that the first grain has room to rise.
        let laid = &out[centre..(centre + half).min(out.len())];
        let start = centre as f32 - half as f32 * ratio;
        let shift = best_fit(voice, laid, start, ratio, reach);
        for (i, sample) in out[centre..].iter_mut().take(2 * half).enumerate() {
            let window = (std::f32::consts::PI * i as f32 / (2 * half) as f32)
                .sin()
                .powi(2);
            *sample += window * read(voice, start + shift as f32 + i as f32 * ratio);
        }
    }
    out.drain(..half);
    out.truncate(voice.len());
    out
}

/// How far to move the grain, so that its rise continues the fall already `laid`.
fn best_fit(voice: &[f32], laid: &[f32], start: f32, ratio: f32, reach: isize) -> isize {
    const EVERY: usize = 6;
    let likeness = |shift: isize| -> f32 {
        let (mut product, mut energy) = (0.0, 1e-9);
        for (i, sample) in laid.iter().enumerate().step_by(EVERY) {
            let candidate = read(voice, start + shift as f32 + i as f32 * ratio);
            product += sample * candidate;
            energy += candidate * candidate;
        }
        product / energy.sqrt()
    };
    let best = |shifts: &mut dyn Iterator<Item = isize>| {
        shifts
            .map(|shift| (shift, likeness(shift)))
            .fold((0, f32::NEG_INFINITY), |best, each| {
                if each.1 > best.1 { each } else { best }
            })
            .0
    };
    // Coarsely over the whole reach, then finely around the best.
    let coarse = best(&mut (-reach..=reach).step_by(4));
    best(&mut (coarse - 3..=coarse + 3))
}

/// The voice between its samples; silence before and after.
fn read(voice: &[f32], position: f32) -> f32 {
    let floor = position.floor();
    if floor < 0.0 {
        return 0.0;
    }
    let index = floor as usize;
    match (voice.get(index), voice.get(index + 1)) {
        (Some(here), Some(next)) => here + (next - here) * (position - floor),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::pitch_error_cents;
    use crate::sound::{HumNote, Key, hum};
    use crate::units::{Frames, Grid, SampleRate, Tempo};

    fn hummed(note: HumNote) -> Audio {
        let tempo = Tempo::from_bpm(72.0).unwrap();
        let grid = Grid {
            rate: SampleRate::STUDIO,
            tempo,
            beats_per_bar: 4,
        };
        hum(grid, Key::D, note, 2)
    }

    #[test]
    fn the_copies_are_a_fifth_above_and_an_octave_or_a_fourth_below() {
        let low = HumNote::Home.hz(Key::D);
        let [above, below] = harmonies(&hummed(HumNote::Home));
        assert!(pitch_error_cents(&above, low * 1.4983).unwrap() < 15.0);
        assert!(
            pitch_error_cents(&below, low * 0.7492).unwrap() < 15.0,
            "146 Hz is a low voice"
        );
        let high = HumNote::FifthAbove.hz(Key::D);
        let [_, below] = harmonies(&hummed(HumNote::FifthAbove));
        assert!((median_hz(&below).unwrap() / high - 0.5).abs() < 0.01);
    }

    #[test]
    fn the_copies_breathe_where_the_voice_breathes() {
        let take = hummed(HumNote::Home);
        let mono = take.mixed_to_mono();
        let level = |audio: &Audio, second: usize| -> f32 {
            audio.channel(0)[second * 24_000..(second + 1) * 24_000]
                .iter()
                .map(|s| s * s)
                .sum()
        };
        for copy in harmonies(&take) {
            assert_eq!(copy.frames(), take.frames());
            for half_second in 0..12 {
                let (copied, sung) = (level(&copy, half_second), level(&mono, half_second));
                let held = sung > 0.1 * level(&mono, 4);
                assert!(!held || copied > 0.05 * sung, "a hole at {half_second}");
                assert!(copied < sung + 1.0, "a copy that shouts at {half_second}");
            }
        }
    }

    #[test]
    fn silence_and_nothing_have_silent_copies() {
        for frames in [0, 1, 48_000] {
            let take = Audio::silence(SampleRate::STUDIO, 1, Frames(frames));
            assert!(harmonies(&take).iter().all(|copy| *copy == take));
        }
    }
}
