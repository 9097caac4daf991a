//! Sound from other programs: as long, as high and as loud as it was made.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

use std::ops::ControlFlow;
use std::path::PathBuf;

use audio_engine::analysis::median_hz;
use audio_engine::files::{
    ImportError, Imported, Limits, WavFormat, import, import_bytes, parse_any, write_wav,
};
use audio_engine::{Audio, Frames, SampleRate};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn opened(name: &str) -> Result<Imported, ImportError> {
    let go_on = |_| ControlFlow::Continue(());
    import(&fixture(name), SampleRate::STUDIO, Limits::default(), go_on)
}

fn bytes(bytes: &[u8]) -> Result<Imported, ImportError> {
    let go_on = |_| ControlFlow::Continue(());
    let limits = Limits::default();
    import_bytes(bytes.to_vec(), SampleRate::STUDIO, limits, go_on)
}

/// How loud `hz` is in the middle of a channel, as an amplitude.
fn amplitude(audio: &Audio, channel: usize, hz: f64) -> f64 {
    let samples = &audio.channel(channel)[4_800..16_800];
    let turn = std::f64::consts::TAU * hz / 48_000.0;
    let (mut re, mut im) = (0.0, 0.0);
    for (i, sample) in samples.iter().enumerate() {
        re += f64::from(*sample) * (turn * i as f64).cos();
        im += f64::from(*sample) * (turn * i as f64).sin();
    }
    2.0 * re.hypot(im) / samples.len() as f64
}

/// When the tone begins, in frames.
fn onset(audio: &Audio) -> usize {
    let loud = |sample: &f32| sample.abs() > 0.1;
    audio.channel(0).iter().position(loud).unwrap()
}

#[track_caller]
fn is_the_two_tones(name: &str, db: f64, loose: f64) -> Imported {
    let found = opened(name).unwrap();
    assert_eq!(found.damage, None, "{name}");
    let audio = &found.audio;
    assert_eq!(audio.rate(), SampleRate::STUDIO);
    assert_eq!(audio.channel_count(), 2, "{name}");
    assert_eq!(audio.frames(), Frames(24_000), "{name}: its length");
    for (channel, hz) in [(0, 440.0), (1, 660.0)] {
        let heard = amplitude(audio, channel, hz);
        let off_db = 20.0 * (heard / 0.5).log10() - db;
        assert!(
            off_db.abs() < loose,
            "{name}: {hz} Hz is {off_db:+.2} dB off"
        );
        let one = Audio::mono(audio.rate(), audio.channel(channel)[2_400..21_600].to_vec());
        let pitch = median_hz(&one).unwrap();
        assert!(
            (pitch - hz as f32).abs() < 1.0,
            "{name}: {pitch} Hz for {hz}"
        );
    }
    found
}

#[test]
fn an_mp3_is_as_long_as_what_was_made_into_it() {
    let found = is_the_two_tones("tones.mp3", 20.0 * 0.95f64.log10(), 0.05);
    assert!(
        onset(&found.audio) < 30,
        "LAME wrote down its delay, and takes 5 % off"
    );
    assert_eq!(found.rate.hz(), 44_100);
}

#[test]
fn an_m4a_begins_where_the_music_begins() {
    let found = is_the_two_tones("tones.m4a", 0.0, 0.3);
    assert!(
        onset(&found.audio) < 30,
        "its edit list leaves the run-up out"
    );
}

#[test]
fn apple_s_lossless_is_lossless() {
    is_the_two_tones("tones_alac.m4a", 0.0, 0.01);
}

#[test]
fn an_ogg_and_an_aiff_and_a_flac_of_other_rates_are_half_a_second() {
    is_the_two_tones("tones.ogg", 0.0, 0.2);
    is_the_two_tones("tones.aiff", 0.0, 0.01);
    is_the_two_tones("tones.flac", 0.0, 0.01);
}

/// Nobody wrote down how much silence the encoder put in front: 1105 frames of 44 100 in MP3,
/// 1024 in AAC. Asserted as it is, so that whoever can take it off notices.
#[test]
fn files_that_do_not_tell_their_run_up_begin_with_it() {
    for (name, frames) in [("no_length.mp3", 1_105.0), ("no_length.aac", 1_024.0)] {
        let audio = opened(name).unwrap().audio;
        let run_up = onset(&audio) as f64 * 44_100.0 / 48_000.0;
        assert!((run_up - frames).abs() < 40.0, "{name}: {run_up} frames");
        assert!(audio.frames() > Frames(25_000), "{name}");
    }
}

#[test]
fn every_kind_of_wav_is_the_same_sound() {
    let tone = (0..4_800).map(|i| (i as f32 * 0.1).sin() * 0.5).collect();
    let tone = Audio::mono(SampleRate::STUDIO, tone);
    let folder = tempfile::tempdir().unwrap();
    for (format, coding) in [
        (WavFormat::I16, "PCM, 16 bits"),
        (WavFormat::I24, "PCM, 24 bits"),
        (WavFormat::F32, "float, 32 bits"),
    ] {
        let path = folder.path().join("tone.wav");
        write_wav(&path, &tone, format).unwrap();
        let go_on = |_| ControlFlow::Continue(());
        let found = import(&path, SampleRate::STUDIO, Limits::default(), go_on).unwrap();
        assert_eq!((found.coding.as_str(), found.channels), (coding, 1));
        let off = tone.channel(0).iter().zip(found.audio.channel(0));
        let off = off.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off <= 0.51 / 32_768.0, "{coding}: {off}");
    }
}

#[test]
fn the_wrong_file_is_told_apart_from_a_broken_one() {
    let letter = b"Dear Anna, here is the recording we made on Sunday. ".repeat(40);
    assert!(matches!(bytes(&letter), Err(ImportError::NotSound)));
    assert!(matches!(bytes(b""), Err(ImportError::NotSound)));
    assert!(matches!(opened("README.md"), Err(ImportError::NotSound)));
    assert!(matches!(
        opened("opus.ogg"),
        Err(ImportError::Unsupported { .. })
    ));
    assert!(matches!(opened("nowhere.wav"), Err(ImportError::Disk(_))));
    let flac = std::fs::read(fixture("tones.flac")).unwrap();
    assert!(matches!(
        bytes(&flac[..8_300]),
        Err(ImportError::Damaged { .. })
    ));
}

#[test]
fn a_file_that_breaks_off_gives_what_is_there_and_says_so() {
    for name in [
        "tones.mp3",
        "tones.m4a",
        "tones_alac.m4a",
        "tones.flac",
        "tones.ogg",
        "tones.aiff",
    ] {
        let whole = std::fs::read(fixture(name)).unwrap();
        let half = match bytes(&whole[..whole.len() * 9 / 10]) {
            Ok(half) => half,
            // This M4A keeps its table of contents at the end, and of an AIFF the library wants
            // the end before it gives the beginning.
            Err(ImportError::Damaged { .. }) if matches!(name, "tones_alac.m4a" | "tones.aiff") => {
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        let heard = half.audio.frames().0;
        assert!((2_000..23_900).contains(&heard), "{name}: {heard}");
        let damage = half.damage.unwrap_or_default();
        let told = damage.broke_off || damage.missing > Frames::ZERO;
        assert!(told, "{name}: {damage:?}");
    }
}

#[test]
fn a_scratch_in_the_middle_leaves_the_rest_where_it_was() {
    let mut flac = std::fs::read(fixture("tones.flac")).unwrap();
    let middle = flac.len() - 3_000;
    flac[middle..middle + 40].fill(0x55);
    let found = bytes(&flac).unwrap();
    assert!(found.damage.is_some(), "{:?}", found.audio.frames());
    assert!(found.audio.frames() <= Frames(24_000));
}

#[test]
fn a_sound_that_would_fill_the_memory_is_refused_before_it_does() {
    let limits = Limits {
        length: Frames(20_000),
        ..Limits::default()
    };
    for name in [
        "tones.mp3",
        "tones.m4a",
        "no_length.aac",
        "tones.ogg",
        "tones.flac",
        "tones.aiff",
    ] {
        let go_on = |_| ControlFlow::Continue(());
        let answer = import(&fixture(name), SampleRate::STUDIO, limits, go_on);
        assert!(
            matches!(
                answer,
                Err(ImportError::TooLong {
                    most: Frames(20_000)
                })
            ),
            "{name}: {answer:?}"
        );
    }
}

#[test]
fn an_import_can_be_called_off() {
    let samples = vec![0.1; 48_000 * 200];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    write_wav(
        &path,
        &Audio::mono(SampleRate::STUDIO, samples),
        WavFormat::I16,
    )
    .unwrap();
    let rate = SampleRate::new(44_100).unwrap();
    let answer = import(&path, rate, Limits::default(), |_| ControlFlow::Break(()));
    assert!(matches!(answer, Err(ImportError::Cancelled)), "{answer:?}");
    let mut told = vec![];
    let go_on = |done| {
        told.push(done);
        ControlFlow::Continue(())
    };
    import(&path, rate, Limits::default(), go_on).unwrap();
    assert!(told.windows(2).all(|two| two[0] <= two[1]), "{told:?}");
    assert_eq!(told.last(), Some(&1.0));
}

#[test]
fn the_fuzzers_door_opens_on_the_same_room() {
    let mp3 = std::fs::read(fixture("tones.mp3")).unwrap();
    assert_eq!(parse_any(&mp3).unwrap(), Frames(24_000));
}
