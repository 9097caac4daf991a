//! Finding one recording in another, and a voice to record.
//!
//! Mono samples throughout. Places are whole frames from the beginning of what is searched.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use audio_engine::Audio;
use audio_engine::SampleRate;
use audio_engine::files::{WavFormat, read_wav, write_wav};
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// Where something was found, and how much the two are alike there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The frame of the searched recording on which the sound begins.
    pub at: usize,
    /// Normalised correlation over the whole of the sound: 1 is the same up to its loudness.
    pub likeness: f64,
}

/// The place in `heard` that is most like `sound`.
///
/// Every place is tried (through two Fourier transforms), and each is normalised by how loud
/// `heard` is there: a loud stretch does not win by being loud.
///
/// # Errors
/// `heard` is shorter than `sound`, or one of them is silent.
pub fn find(sound: &[f32], heard: &[f32]) -> Result<Found> {
    if sound.is_empty() || heard.len() < sound.len() {
        bail!("{} frames cannot be found in {}", sound.len(), heard.len());
    }
    let products = sliding_products(sound, heard)?;
    let sound_energy: f64 = sound.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let mut energy: f64 = heard[..sound.len()]
        .iter()
        .map(|sample| f64::from(*sample).powi(2))
        .sum();
    let mut best: Option<Found> = None;
    for at in 0..=heard.len() - sound.len() {
        if at > 0 {
            energy += f64::from(heard[at + sound.len() - 1]).powi(2);
            energy -= f64::from(heard[at - 1]).powi(2);
        }
        let likeness = products[at] / (sound_energy * energy).sqrt();
        // Where there is nothing but rounding errors, anything is alike.
        let is_audible = energy > sound_energy * 1e-9;
        if is_audible && likeness.is_finite() && best.is_none_or(|best| likeness > best.likeness) {
            best = Some(Found { at, likeness });
        }
    }
    best.context("there is only silence")
}

/// `Σ sound[i] · heard[at + i]` for every `at`.
fn sliding_products(sound: &[f32], heard: &[f32]) -> Result<Vec<f64>> {
    let size = (sound.len() + heard.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let forward = planner.plan_fft_forward(size);
    let spectrum = |samples: &[f32]| -> Result<Vec<Complex<f64>>> {
        let mut padded: Vec<f64> = samples.iter().map(|sample| f64::from(*sample)).collect();
        padded.resize(size, 0.0);
        let mut spectrum = forward.make_output_vec();
        forward.process(&mut padded, &mut spectrum)?;
        Ok(spectrum)
    };
    let mut product = spectrum(heard)?;
    for (bin, other) in product.iter_mut().zip(spectrum(sound)?) {
        *bin *= other.conj();
    }
    let mut products = vec![0.0; size];
    planner
        .plan_fft_inverse(size)
        .process(&mut product, &mut products)?;
    let scale = 1.0 / f64::from(u32::try_from(size)?);
    products.iter_mut().for_each(|sum| *sum *= scale);
    Ok(products)
}

/// Keeps what a tick has and a drone has not: the difference of neighbouring samples, twice.
#[must_use]
pub fn edges(samples: &[f32]) -> Vec<f32> {
    samples
        .windows(3)
        .map(|near| near[0] - 2.0 * near[1] + near[2])
        .collect()
}

/// The loudest sample.
#[must_use]
pub fn peak(samples: &[f32]) -> f32 {
    samples
        .iter()
        .fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// Writes a person speaking for `seconds`, never pausing longer than a breath, and returns it.
///
/// Made of the recordings that Debian's `alsa-utils` ships for testing loudspeakers. Their order
/// changes from round to round, so that no two stretches are the same.
///
/// # Errors
/// `alsa-utils` is not installed, or the file cannot be written.
pub fn write_a_voice(path: &Path, seconds: usize, rate: SampleRate) -> Result<Audio> {
    let mut phrases = Vec::new();
    for file in fs::read_dir("/usr/share/sounds/alsa").context("Debian package alsa-utils")? {
        let file = file?.path();
        let spoken = file.extension().is_some_and(|end| end == "wav")
            && file.file_stem().is_some_and(|name| name != "Noise");
        if spoken {
            let phrase = read_wav(&file)?;
            if phrase.rate() != rate {
                bail!("{} is not at {} Hz", file.display(), rate.hz());
            }
            phrases.push((file, phrase));
        }
    }
    // A folder is read in no order in particular.
    phrases.sort_by(|a, b| a.0.cmp(&b.0));
    if phrases.is_empty() {
        bail!("alsa-utils came without its voices");
    }
    let wanted = seconds * rate.hz() as usize;
    let mut voice: Vec<f32> = Vec::with_capacity(wanted);
    let mut turn = 0;
    while voice.len() < wanted {
        // Steps of 3, 5, 7 through the phrases; each followed by a shorter or longer breath.
        let phrase = &phrases[(turn * (3 + turn / phrases.len() * 2)) % phrases.len()].1;
        voice.extend_from_slice(phrase.channel(0));
        voice.resize(voice.len() + 1_000 + turn * 977 % 9_000, 0.0);
        turn += 1;
    }
    voice.truncate(wanted);
    let voice = Audio::mono(rate, voice);
    write_wav(path, &voice, WavFormat::F32)?;
    Ok(voice)
}

#[cfg(test)]
mod tests {
    use super::find;

    /// Noise that is the same every time.
    fn hiss(frames: usize) -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..frames).map(|_| next()).collect()
    }

    #[test]
    fn a_sound_is_found_on_its_frame_whatever_its_loudness() {
        let heard = hiss(5_000);
        let quieter: Vec<f32> = heard[1_234..2_234]
            .iter()
            .map(|sample| sample * 0.1)
            .collect();
        let found = find(&quieter, &heard).unwrap();
        assert_eq!(found.at, 1_234);
        assert!(found.likeness > 0.999_999, "it is the same sound");
    }

    #[test]
    fn what_was_never_heard_is_like_nothing() {
        let found = find(&hiss(6_000)[5_000..], &hiss(4_000)).unwrap();
        assert!(
            found.likeness < 0.2,
            "two stretches of noise have nothing in common"
        );
    }

    #[test]
    fn nothing_is_found_in_silence() {
        assert!(find(&hiss(100), &vec![0.0; 1_000]).is_err());
    }
}
