//! Whether the palette keeps its promises: seamless, in time, in tune with itself, gentle, alike.

use super::harmony::{ROUND, chord_of_bar};
use super::*;
use crate::analysis::{integrated_lufs, loudness, voiced_seconds};
use crate::audio::Audio;
use crate::units::{Frames, Grid, SampleRate, Tempo};

fn grid(hz: u32, bpm: f64) -> Grid {
    let (rate, tempo) = (SampleRate::new(hz).unwrap(), Tempo::from_bpm(bpm).unwrap());
    Grid {
        rate,
        tempo,
        beats_per_bar: 4,
    }
}

/// Everything that loops, with its bars, rendered as the first exercise asks for it.
fn everything_that_loops(grid: Grid, key: Key) -> Vec<(&'static str, u64, Audio)> {
    let loops = grid_loops().iter().map(|each| (each.id, each.bars));
    let beds = names()
        .iter()
        .filter(|name| kind_of(name) == Some(Kind::Bed))
        .map(|name| (*name, 4));
    loops
        .chain(beds)
        .map(|(name, bars)| {
            let audio = render_loop(name, grid, key).or_else(|| render_bed(name, grid, key, bars));
            (name, bars, audio.unwrap())
        })
        .collect()
}

#[test]
fn every_loop_is_whole_bars_at_any_tempo_and_rate() {
    for (hz, bpm) in [(44_100, 84.0), (48_000, 97.0)] {
        let grid = grid(hz, bpm);
        for (name, bars, audio) in everything_that_loops(grid, Key::D) {
            assert_eq!(
                audio.frames(),
                grid.bars(bars),
                "{name} at {bpm} and {hz} Hz"
            );
            assert_eq!(audio.rate().hz(), hz);
        }
    }
}

#[test]
fn nobody_can_hear_where_a_loop_begins_again() {
    for (name, _, audio) in everything_that_loops(grid(48_000, 84.0), Key::D) {
        for side in 0..2 {
            let samples = audio.channel(side);
            let steps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
            let widest = steps.fold(0.0, f32::max);
            let seam = (samples[0] - samples[samples.len() - 1]).abs();
            assert!(
                seam <= widest,
                "{name}: a step of {seam} at the seam, {widest} inside"
            );
            // And the slope goes on too: a kink is heard as a tick even where the step is small.
            let bends = samples.windows(3).map(|s| (s[2] - 2.0 * s[1] + s[0]).abs());
            let sharpest = bends.fold(0.0, f32::max);
            let last = samples[samples.len() - 2];
            let bend = (samples[0] - 2.0 * samples[samples.len() - 1] + last).abs();
            assert!(
                bend <= sharpest,
                "{name}: a bend of {bend} at the seam, {sharpest} inside"
            );
        }
    }
}

#[test]
fn every_loop_is_as_loud_as_the_next_and_leaves_headroom() {
    for (bpm, key) in [(84.0, Key::D), (72.0, "A_min".parse().unwrap())] {
        for (name, _, audio) in everything_that_loops(grid(48_000, bpm), key) {
            let heard = loudness(&audio);
            assert!(
                (heard.integrated_lufs - LOOP_LUFS).abs() < 2.0,
                "{name}: {heard:?}"
            );
            assert!(heard.true_peak_dbtp < -6.0, "{name}: {heard:?}");
            for side in 0..2 {
                let lean: f32 = audio.channel(side).iter().sum::<f32>() / audio.frames().0 as f32;
                assert!(lean.abs() < 1e-5, "{name} leans by {lean}");
            }
        }
    }
}

#[test]
fn any_three_loops_together_are_near_minus_twenty() {
    let loops: Vec<Audio> = grid_loops()
        .iter()
        .map(|each| render_loop(each.id, grid(48_000, 84.0), Key::D).unwrap())
        .collect();
    for trio in [[0, 2, 4], [7, 3, 6], [1, 5, 2], [3, 4, 5]] {
        let sum = |side: usize| {
            let mut sum = vec![0.0f32; loops[2].frames().0 as usize];
            for i in trio {
                let around = loops[i].channel(side).iter().cycle();
                sum.iter_mut()
                    .zip(around)
                    .for_each(|(sum, sample)| *sum += sample);
            }
            sum
        };
        let heard = loudness(&Audio::stereo(SampleRate::STUDIO, sum(0), sum(1)));
        assert!(
            (-23.5..-19.0).contains(&heard.integrated_lufs),
            "{trio:?}: {heard:?}"
        );
        assert!(heard.true_peak_dbtp < -1.0, "{trio:?}: {heard:?}");
    }
}

#[test]
fn the_same_loop_is_the_same_to_the_bit() {
    let grid = grid(44_100, 91.0);
    for each in grid_loops() {
        assert_eq!(
            render_loop(each.id, grid, Key::C),
            render_loop(each.id, grid, Key::C)
        );
    }
}

/// Energy of the twelve pitch classes in a stretch of sound, by listening at each note's frequency.
fn chroma(samples: &[f32], rate: f64) -> [f64; 12] {
    // A window without side lobes, so that a strong note does not spill into the next.
    let place = |i: usize| std::f64::consts::TAU * i as f64 / samples.len() as f64;
    let window: Vec<f64> = (0..samples.len())
        .map(|i| 0.5 - 0.5 * place(i).cos())
        .collect();
    let mut classes = [0.0; 12];
    for midi in 33..90 {
        let turn = std::f64::consts::TAU * f64::from(key::hz_of_midi(midi)) / rate;
        let (step_sin, step_cos) = turn.sin_cos();
        let (mut sin, mut cos) = (0.0, 1.0);
        let (mut re, mut im) = (0.0, 0.0);
        for (sample, window) in samples.iter().zip(&window) {
            re += f64::from(*sample) * window * cos;
            im += f64::from(*sample) * window * sin;
            (sin, cos) = (
                sin * step_cos + cos * step_sin,
                cos * step_cos - sin * step_sin,
            );
        }
        classes[midi as usize % 12] += re * re + im * im;
    }
    classes
}

#[test]
fn bass_keys_kalimba_and_glass_agree_in_every_bar() {
    let grid = grid(8000, 84.0);
    for key in [
        Key::D,
        "A_min".parse().unwrap(),
        "D_dorian".parse().unwrap(),
    ] {
        for name in ["lp_bass", "lp_keys", "lp_kalimba", "lp_glass", "lp_bell"] {
            let audio = render_loop(name, grid, key).unwrap().mixed_to_mono();
            for bar in 0..ROUND {
                // A fifth of a bar in, what rang over from the chord before has died away.
                let from =
                    grid.frame_of_bar(bar).0 + if bar % 2 == 0 { grid.bar().0 / 5 } else { 0 };
                let until = grid.frame_of_bar(bar + 1).0;
                let heard = chroma(&audio.channel(0)[from as usize..until as usize], 8000.0);
                let welcome = chord_of_bar(key, bar).welcome();
                let share = |least: u8| {
                    let fits = heard
                        .iter()
                        .zip(welcome)
                        .filter(|(_, weight)| *weight >= least);
                    fits.map(|(energy, _)| energy).sum::<f64>() / heard.iter().sum::<f64>()
                };
                assert!(
                    share(1) > 0.9,
                    "{name} bar {bar} in {key}: {:.2} is foreign",
                    1.0 - share(1)
                );
                let chord = share(2);
                assert!(
                    chord > 0.5,
                    "{name} bar {bar} in {key}: only {chord:.2} is the chord"
                );
            }
        }
    }
}

#[test]
fn drums_fall_on_the_beat_at_either_rate() {
    for hz in [44_100, 48_000] {
        let grid = grid(hz, 84.0);
        let drum = render_loop("lp_frame44", grid, Key::D).unwrap();
        let step = grid.bar().0 as usize / 16;
        let energy = |from: i64| -> f32 {
            let length = drum.frames().0 as i64;
            (from..from + step as i64)
                .map(|frame| drum.channel(0)[frame.rem_euclid(length) as usize].powi(2))
                .sum()
        };
        for bar in 0..4 {
            let downbeat = grid.frame_of_bar(bar).0 as i64;
            // Hands are up to 4 ms early; look from 5 ms before.
            let early = i64::from(hz) / 200;
            let (before, after) = (
                energy(downbeat - early - step as i64),
                energy(downbeat - early),
            );
            assert!(
                after > 4.0 * before,
                "bar {bar} at {hz} Hz: {before} → {after}"
            );
        }
    }
}

#[test]
fn calming_sounds_are_not_sharp() {
    for (name, _, audio) in everything_that_loops(grid(48_000, 84.0), Key::D) {
        // Energy above 6 kHz, by a plain difference filter against the whole.
        let mut bright = tone::Filter::default();
        let g = tone::Filter::bent(6000.0, 48_000.0);
        let (mut high, mut all) = (0.0f64, 0.0f64);
        for sample in audio.channel(0) {
            let (low, band) = bright.turn(*sample, g, 1.4);
            high += f64::from(sample - low - 1.4 * band).powi(2);
            all += f64::from(*sample).powi(2);
        }
        let share_db = 10.0 * (high / all).log10();
        let allowed = match name {
            "lp_shaker8" => -9.0,
            "lp_rain" | "nature_rain" => -14.0,
            _ => -20.0,
        };
        assert!(
            share_db < allowed,
            "{name}: {share_db:.1} dB of it lies above 6 kHz"
        );
    }
}

#[test]
fn the_river_flows_in_three_stems_and_never_repeats_a_bar() {
    let river = song("song_river", SampleRate::STUDIO).unwrap();
    assert_eq!(
        river.stems.iter().map(|stem| stem.id).collect::<Vec<_>>(),
        ["drums", "bass", "tune"]
    );
    let bar = river.grid.bar().0 as usize;
    for stem in &river.stems {
        assert_eq!(stem.audio.frames(), Frames(16 * bar as u64));
        let bars: Vec<&[f32]> = stem.audio.channel(0).chunks(bar).collect();
        for pair in bars.windows(2) {
            let differ: f32 = pair[0]
                .iter()
                .zip(pair[1])
                .map(|(a, b)| (a - b).powi(2))
                .sum();
            let one: f32 = pair[0].iter().map(|sample| sample * sample).sum();
            assert!(differ > 0.02 * one, "{} plays the same bar twice", stem.id);
        }
        assert!(loudness(&stem.audio).true_peak_dbtp < -6.0, "{}", stem.id);
    }
    let sum = |side: usize| {
        let mut sum = vec![0.0f32; 16 * bar];
        for stem in &river.stems {
            sum.iter_mut()
                .zip(stem.audio.channel(side))
                .for_each(|(sum, sample)| *sum += sample);
        }
        sum
    };
    let mix = Audio::stereo(SampleRate::STUDIO, sum(0), sum(1));
    assert!((integrated_lufs(&mix) - SONG_LUFS).abs() < 0.3);
    assert!(song("song_of_the_sea", SampleRate::STUDIO).is_none());
}

#[test]
fn a_hum_is_in_tune_and_breathes() {
    let grid = grid(48_000, 72.0);
    for key in [Key::D, "A_min".parse().unwrap()] {
        for note in hum_notes() {
            let hummed = hum(grid, key, *note, 4);
            assert_eq!(hummed.frames(), grid.bars(4));
            let off = crate::analysis::pitch_error_cents(&hummed, note.hz(key)).unwrap();
            assert!(off < 12.0, "{} is {off} cents off", note.name());
            let voiced = voiced_seconds(&hummed) / grid.bars(4).seconds(grid.rate);
            assert!(
                (0.6..0.97).contains(&voiced),
                "{}: voiced {voiced}",
                note.name()
            );
        }
    }
}

#[test]
fn a_tick_is_short_and_its_accent_firmer() {
    let peak = |accent| {
        let tick = click(SampleRate::STUDIO, accent);
        assert!(tick.frames().seconds(tick.rate()) < 0.3);
        tick.channel(0)
            .iter()
            .fold(0.0f32, |peak, sample| peak.max(sample.abs()))
    };
    assert!(peak(true) > 1.2 * peak(false));
}
