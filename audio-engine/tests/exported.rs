//! Pieces taken along: as files, in parts, as loops, at their loudness.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use std::ops::ControlFlow;

use audio_engine::analysis::loudness;
use audio_engine::bounce::{
    Bounce, Export, ExportError, LoopError, Part, Score, StemBounce, StemOf, Target, bounce,
    bounce_loop, export, export_stems,
};
use audio_engine::files::{FlacFormat, SoundFormat, Tags, WavFormat, read_wav};
use audio_engine::io::{SimDevice, SimSpec};
use audio_engine::{
    Audio, Automation, EngineConfig, EqBand, Equaliser, Frames, Gain, Grid, Pan, Parameter, Play,
    Point, SampleRate, Tempo, TrackId, engine,
};
use proptest::prelude::*;
use studio::noise;

/// Two seconds to the bar.
fn slow() -> Grid {
    Grid {
        rate: SampleRate::STUDIO,
        tempo: Tempo::from_bpm(120.0).unwrap(),
        beats_per_bar: 4,
    }
}

fn part(grid: Grid, bars: u64, seed: u64, db: f32) -> Part {
    let frames = grid.bars(bars).0;
    let sound = noise(frames, 0.3, seed as u32);
    let audio = Audio::mono(grid.rate, sound);
    Part {
        audio: std::sync::Arc::new(audio),
        play: Play::Loop {
            origin: Frames::ZERO,
        },
        from: Frames::ZERO,
        until: Frames(u64::MAX / 2),
        fade_in: Frames::ZERO,
        gain: Gain::from_db(db),
        pan: Pan::new(seed as f32 / 4.0 - 0.5),
        send: Gain::from_db(-9.0),
        eq: Equaliser {
            low: EqBand::new(200.0, 4.0, 0.7),
            bell: EqBand::new(900.0, -6.0, 1.0),
            high: EqBand::new(3_000.0, -3.0, 0.7),
        },
        automation: vec![],
    }
}

/// A fader, a knob and a send that move through the piece by themselves.
fn moved(mut score: Score) -> Score {
    let curve = |values: [f32; 3]| {
        let points = values.into_iter().zip(0..).map(|(value, third)| Point {
            at: Frames(score.length.0 * third / 3 + 100),
            value,
        });
        Automation::new(points.collect())
    };
    let curves = [
        (Parameter::Gain, curve([-3.0, 2.0, -9.0])),
        (Parameter::Pan, curve([-1.0, 1.0, 0.0])),
        (Parameter::Send, curve([-20.0, -3.0, -30.0])),
    ];
    for (part, curve) in score.parts.iter_mut().zip(curves) {
        part.automation.push(curve);
    }
    score
}

/// Three loops, one loud enough that the limiter has something to do, and a note in bar 1.
fn piece(grid: Grid, bars: u64) -> Score {
    let length = grid.bars(bars);
    let mut parts: Vec<Part> = (0..3).map(|i| part(grid, 1 + i % 2, i + 1, 3.0)).collect();
    let note = (0..grid.bar().0 / 2).map(|i| (i as f32 * 0.05).sin() * 0.4);
    parts.push(Part {
        audio: std::sync::Arc::new(Audio::mono(grid.rate, note.collect())),
        play: Play::Once {
            start: grid.bars(1),
        },
        from: grid.bars(1),
        ..part(grid, 1, 4, -3.0)
    });
    parts.iter_mut().for_each(|part| part.until = length);
    Score {
        grid,
        parts,
        length,
        fade_out: grid.bar(),
    }
}

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn how(format: SoundFormat) -> Export {
    Export {
        format,
        target: Some(Target::default()),
        tags: Tags::default(),
    }
}

/// The loudest difference, in dBFS.
fn off_db(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len(), "as long as each other");
    let off = one.iter().zip(other).map(|(a, b)| (a - b).abs());
    20.0 * off.fold(0.0, f32::max).log10()
}

fn stem(score: &Score, stem: StemOf) -> [Vec<f32>; 2] {
    let mut sound = [vec![], vec![]];
    let mut bounce = StemBounce::new(score, stem).unwrap();
    while let Some([left, right]) = bounce.stretch() {
        sound[0].extend_from_slice(left);
        sound[1].extend_from_slice(right);
    }
    sound
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_bounce_is_what_a_device_played_whatever_its_callbacks(
        blocks in prop::collection::vec(1u32..4097, 1..12),
        bars in 3u64..5,
    ) {
        let score = moved(piece(studio::grid(), bars));
        let config = EngineConfig { rate: score.grid.rate, ..EngineConfig::default() };
        let (mut handle, engine) = engine(config);
        let latency = engine.latency();
        handle.batch(|batch| batch.play()).unwrap();
        score.play_on(&mut handle, TrackId(0), Frames::ZERO).unwrap();
        let mut device = SimDevice::new(engine, SimSpec { blocks, keep_output: true, ..SimSpec::default() });
        device.advance(score.length + latency);
        let heard = device.output().slice(latency..latency + score.length);
        let kept = bounce(&score, |_| {}).unwrap();
        prop_assert_eq!(kept.channel(0), heard.channel(0));
        prop_assert_eq!(kept.channel(1), heard.channel(1));
    }
}

#[test]
fn the_stems_together_are_the_mix_before_the_master() {
    let mut score = moved(piece(slow(), 3));
    // The fader that moves would not be drawn down below; the others show that curves are kept.
    score.parts[0].automation.clear();
    let stems: Vec<_> = score
        .stems()
        .into_iter()
        .map(|of| stem(&score, of))
        .collect();
    assert_eq!(stems.len(), 5, "four parts and their room");
    // So soft that the master has nothing to do, brought up again: the mix before the master.
    score.parts.iter_mut().for_each(|part| {
        part.gain = Gain::from_db(part.gain.db() - 40.0);
    });
    let mix = bounce(&score, |_| {}).unwrap();
    for side in 0..2 {
        let length = score.length.0 as usize;
        let sum: Vec<f32> = (0..length)
            .map(|i| stems.iter().map(|stem| stem[side][i]).sum())
            .collect();
        let mix: Vec<f32> = mix
            .channel(side)
            .iter()
            .map(|sample| sample * 100.0)
            .collect();
        let loudest = mix.iter().fold(0.0f32, |loudest, x| loudest.max(x.abs()));
        // −6 dBFS is where the limiter begins.
        assert!(loudest > 0.6, "a mix it would have bent: {loudest}");
        let off = off_db(&sum, &mix);
        assert!(off < -100.0, "{off:.1} dB");
    }
}

#[test]
fn a_stem_is_its_part_and_the_room_is_nobody_s() {
    let score = piece(slow(), 2);
    let note = stem(&score, StemOf::Part(3));
    let bar = score.grid.bar().0 as usize;
    assert!(note[0][..bar].iter().all(|x| *x == 0.0), "it has not begun");
    assert!(note[0][bar..bar + 4_000].iter().any(|x| x.abs() > 0.05));
    let room = stem(&score, StemOf::Reverb);
    let early = &room[0][..1_000];
    assert!(
        off_db(early, &vec![0.0; 1_000]) < -100.0,
        "a room answers late"
    );
    let mut dry = score;
    dry.parts
        .iter_mut()
        .for_each(|part| part.send = Gain::SILENCE);
    assert_eq!(dry.stems().len(), 4, "no room, no file for it");
}

#[test]
fn a_loop_goes_on_as_the_engine_would() {
    // 0.4 seconds to the turn: the room rings through ten of them.
    let grid = studio::grid();
    let mut score = piece(grid, 2);
    score.fade_out = Frames::ZERO;
    let looped = bounce_loop(&score, |_| {}).unwrap();
    assert_eq!(looped.frames(), score.length);

    // The engine, playing on: the loops as they are, the note again in every turn.
    let (turns, length) = (18, score.length.0 as usize);
    let mut on = score.clone();
    on.length = Frames(score.length.0 * turns);
    for turn in 1..turns {
        let at = Frames(score.length.0 * turn);
        let mut note = score.parts[3].clone();
        (note.from, note.until) = (note.from + at, note.until + at);
        note.play = Play::Once { start: note.from };
        on.parts.push(note);
    }
    on.parts[..3]
        .iter_mut()
        .for_each(|part| part.until = on.length);
    let played = bounce(&on, |_| {}).unwrap();
    for side in 0..2 {
        let last = &played.channel(side)[16 * length..];
        let twice = looped.channel(side).repeat(2);
        let off = off_db(&twice, last);
        assert!(off < -100.0, "{off:.1} dB off what the engine plays");
        let first = &played.channel(side)[..length];
        assert!(
            off_db(looped.channel(side), first) > -60.0,
            "the first turn has no tail in it yet"
        );
    }
}

#[test]
fn what_is_no_whole_number_of_bars_is_no_loop() {
    let mut score = piece(studio::grid(), 2);
    score.length += Frames(1);
    assert!(matches!(
        bounce_loop(&score, |_| {}),
        Err(LoopError::NotWholeBars { .. })
    ));
}

#[test]
fn an_export_is_at_its_loudness_and_says_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("piece.wav");
    let score = piece(slow(), 4);
    let mut told = vec![];
    let tell = |done| {
        told.push(done);
        ControlFlow::Continue(())
    };
    let written = export(&score, &path, &how(SoundFormat::Wav(WavFormat::I24)), tell).unwrap();
    let heard = loudness(&read_wav(&path).unwrap());
    assert!((heard.integrated_lufs + 16.0).abs() < 0.2, "{heard:?}");
    assert!(heard.true_peak_dbtp <= -1.0 + 1e-3, "{heard:?}");
    let done = written.mastered.unwrap();
    assert!((done.after.integrated_lufs - heard.integrated_lufs).abs() < 0.01);
    assert_eq!(written.files, ["piece.wav"]);
    assert!(told.windows(2).all(|two| two[0] <= two[1]), "only ever on");
    assert_eq!(told.last(), Some(&1.0));
}

#[test]
fn an_export_as_it_was_mixed_is_the_bounce_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("piece.wav");
    let score = piece(studio::grid(), 3);
    let mut raw = how(SoundFormat::Wav(WavFormat::F32));
    raw.target = None;
    export(&score, &path, &raw, go_on).unwrap();
    assert_eq!(read_wav(&path).unwrap(), bounce(&score, |_| {}).unwrap());
}

#[test]
fn stems_of_awkward_names_are_files_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let score = piece(studio::grid(), 2);
    let names = ["../../etc/passwd", "Kalimba", "kalimba", "CON"].map(String::from);
    let stems = folder.path().join("stems");
    let how = how(SoundFormat::Wav(WavFormat::F32));
    let written = export_stems(&score, &names, &stems, &how, go_on).unwrap();
    let wanted = [
        "00 Mix.wav",
        "01 etc passwd.wav",
        "02 Kalimba.wav",
        "03 kalimba.wav",
        "04 CON_.wav",
        "05 Reverb.wav",
    ];
    assert_eq!(written.files, wanted);
    for name in wanted {
        let audio = read_wav(&stems.join(name)).unwrap();
        assert_eq!(audio.frames(), score.length, "{name}: all equally long");
    }
    assert_eq!(std::fs::read_dir(&stems).unwrap().count(), 6);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let again = export_stems(&score, &names, &stems, &how, go_on);
    assert!(
        matches!(again, Err(ExportError::File(_))),
        "never over what is there"
    );
    assert_eq!(std::fs::read_dir(&stems).unwrap().count(), 6);
}

#[test]
fn an_export_called_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let score = piece(studio::grid(), 3);
    for after in [0.0, 0.3, 0.7, 0.95] {
        let enough = |done| match done > after {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let flac = how(SoundFormat::Flac(FlacFormat::I24));
        let path = folder.path().join("piece.flac");
        let answer = export(&score, &path, &flac, enough);
        assert!(matches!(answer, Err(ExportError::Cancelled)));
        let answer = export_stems(&score, &[], &folder.path().join("stems"), &flac, enough);
        assert!(matches!(answer, Err(ExportError::Cancelled)));
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "after {after}"
        );
    }
}

#[test]
fn a_bounce_can_be_taken_a_stretch_at_a_time() {
    let score = piece(studio::grid(), 3);
    let whole = bounce(&score, |_| {}).unwrap();
    let mut bounce = Bounce::new(&score).unwrap();
    let mut heard = vec![];
    while let Some([left, _]) = bounce.stretch() {
        heard.extend_from_slice(left);
    }
    assert_eq!(heard, whole.channel(0));
}
