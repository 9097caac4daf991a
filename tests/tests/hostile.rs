//! Files and wishes that nobody in their right mind would make: an answer each time, never a panic.
//!
//! Seeded, so that what is found is found again: a failure names its seed. A few seconds each;
//! `UNDERSONG_FUZZ_SECONDS=600` for the long form, `UNDERSONG_FUZZ_SEED=17` for one seed alone.
//! No coverage guides it: a hundred thousand small wounds to real files find the shallow faults.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use audio_engine::files::{WavFormat, parse_wav, write_wav};
use audio_engine::{
    At, Audio, Bus, Channels, EngineConfig, EqBand, Equaliser, Frames, Gain, Grid, Group, GroupId,
    Layer, MasterLimiter, Output, Pan, Play, RecordSpec, Routing, SampleRate, Start, TakeId,
    TakeRead, Tempo, TrackId, engine,
};
use practice::Vocabulary;
use store::{
    NewSession, PickedBy, SessionLength, Store, TakeHeader, TakeId as StoredTake, TakeState,
};
use undersong_tests::figure;
use undersong_tests::mutations::{Dice, garble, wound};

/// Tries seeds until the time is over. `attempt` panics if something is not as it should be.
fn fuzz(name: &str, mut attempt: impl FnMut(&mut Dice)) {
    let number = |name: &str| {
        let said = std::env::var(name).ok()?;
        Some(said.parse::<u64>().unwrap())
    };
    let only = number("UNDERSONG_FUZZ_SEED");
    let time = Duration::from_secs(number("UNDERSONG_FUZZ_SECONDS").unwrap_or(3));
    let (began, mut tried) = (Instant::now(), 0u64);
    let mut slowest = Duration::ZERO;
    while tried == 0 || (only.is_none() && began.elapsed() < time) {
        let seed = only.unwrap_or(tried);
        let one = Instant::now();
        let went_well = catch_unwind(AssertUnwindSafe(|| attempt(&mut Dice::new(seed)))).is_ok();
        assert!(
            went_well,
            "{name}: UNDERSONG_FUZZ_SEED={seed} shows it again"
        );
        slowest = slowest.max(one.elapsed());
        tried += 1;
    }
    let note = format!("{tried} tries, the slowest {} ms", slowest.as_millis());
    figure(&format!("fuzz, {name}"), 0.0, &note);
}

fn now() -> jiff::Timestamp {
    "2026-11-23T18:30:00Z".parse().unwrap()
}

#[test]
fn a_sound_file_from_anywhere_is_read_or_refused() {
    let dir = tempfile::tempdir().unwrap();
    let rate = SampleRate::new(8_000).unwrap();
    let ramp = |step: f32| (0..400).map(|i| (i as f32 * step).sin() * 0.5).collect();
    let stereo = Audio::stereo(rate, ramp(0.1), ramp(0.07));
    let mono = Audio::mono(rate, ramp(0.1));
    let mut originals = Vec::new();
    for (nth, format) in [WavFormat::F32, WavFormat::I24, WavFormat::I16]
        .into_iter()
        .enumerate()
    {
        for audio in [&stereo, &mono] {
            let path = dir.path().join(format!("{nth}.wav"));
            write_wav(&path, audio, format).unwrap();
            originals.push(std::fs::read(&path).unwrap());
        }
    }
    fuzz("sound file", |dice| {
        let mut bytes = originals[dice.below(originals.len())].clone();
        wound(&mut bytes, dice);
        if let Ok(audio) = parse_wav(&bytes) {
            let frames = audio.frames().0;
            assert!(
                frames <= bytes.len() as u64,
                "{frames} frames out of nothing"
            );
        }
    });
}

#[test]
fn an_exercise_by_anybody_is_taken_or_refused_with_its_line() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../content/exercises");
    let originals: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let known = Vocabulary {
        sounds: audio_engine::sound::names(),
        exercises: &["lp01", "vs02", "mx01"],
    };
    fuzz("exercise file", |dice| {
        let original = &originals[dice.below(originals.len())];
        let text = if dice.one_in(4) {
            let mut bytes = original.clone().into_bytes();
            wound(&mut bytes, dice);
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            garble(original, dice)
        };
        if let Err(error) = practice::exercise::read("mine.json", &text, &known) {
            // The last may be empty: a text that stops too early is wrong behind its end.
            let lines = text.split('\n').count();
            assert!((1..=lines).contains(&error.line), "line {}", error.line);
        }
    });
}

/// Somebody hummed for two seconds; the take was running when the app went away, or was sealed.
fn hummed(dir: &Path, sealed: bool) -> (StoredTake, Vec<u8>) {
    let (mut store, _) = Store::open(dir, now()).unwrap();
    let session = NewSession {
        exercise: "vs02".into(),
        length: SessionLength::Full,
        easier: false,
        without_microphone: false,
        picked_by: PickedBy::Suggested,
        started: now().to_zoned(jiff::tz::TimeZone::UTC),
    };
    let session = store.insert_session(&session).unwrap();
    let header = TakeHeader {
        take: StoredTake::new(),
        session,
        exercise: "vs02".into(),
        name: "First hum".into(),
        rate: 400,
        pre_roll: 10,
        round_trip: 3,
        length: 400,
        punch_in: 100,
        channels: 1,
    };
    let mut writer = store.begin_take(&header).unwrap();
    let hum: Vec<f32> = (0..810).map(|i| i as f32 / 1_000.0).collect();
    writer.append(&hum[..500]).unwrap();
    writer.mark("breath").unwrap();
    writer.gap(30).unwrap();
    writer.append(&hum[500..]).unwrap();
    let ending = if sealed {
        store.adopt_take(&writer.seal().unwrap()).unwrap();
        "take"
    } else {
        drop(writer);
        "part"
    };
    store.close().unwrap();
    let file = dir.join(format!("rec/{}.{ending}", header.take));
    (header.take, std::fs::read(file).unwrap())
}

#[test]
fn a_take_whatever_happened_to_its_file_is_opened_or_set_aside_and_never_lost() {
    for sealed in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("store");
        let (take, whole) = hummed(&store, sealed);
        let ending = if sealed { "take" } else { "part" };
        let name = if sealed {
            "sealed take"
        } else {
            "running take"
        };
        fuzz(name, |dice| {
            let again = dir.path().join("again");
            copy(&store, &again);
            let mut bytes = whole.clone();
            wound(&mut bytes, dice);
            std::fs::write(again.join(format!("rec/{take}.{ending}")), &bytes).unwrap();
            let (opened, _) = Store::open(&again, now()).unwrap();
            if let Ok(row) = opened.take(take)
                && matches!(row.state, TakeState::Ok | TakeState::Recovered)
            {
                // Silence where it was hurt; as long as it says.
                let read = opened.read_take(take);
                let lengths = read.map(|read| read.samples.len() as u64);
                assert!(lengths.is_err() || lengths.is_ok_and(|n| n == row.frames));
            }
            // A take may be damaged; nothing else may be.
            let report = opened.check().unwrap();
            assert!(report.database_is_sound && report.unreadable_rows == 0);
            drop(opened);
            let kept = walk(&again).into_iter().any(|file| {
                let is_it = file.to_string_lossy().contains(&take.to_string());
                is_it && (bytes.is_empty() || std::fs::read(&file).is_ok_and(|b| !b.is_empty()))
            });
            assert!(kept || bytes.is_empty(), "its bytes are nowhere any more");
            std::fs::remove_dir_all(&again).unwrap();
        });
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    for file in walk(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        // The reserve is eight megabytes of nothing.
        if !file.ends_with("reserve.bin") {
            std::fs::copy(&file, target).unwrap();
        }
    }
}

#[test]
fn whatever_is_asked_of_the_mixer_in_whatever_order_it_plays_sound() {
    let rate = SampleRate::new(8_000).unwrap();
    fuzz("commands", |dice| {
        let (mut handle, mut engine) = engine(EngineConfig {
            rate,
            tracks: 8,
            master: dice.pick(&[MasterLimiter::Knee, MasterLimiter::LookAhead]),
        });
        let mut takes = Vec::new();
        for wish in 0..60u64 {
            let at = |dice: &mut Dice| match dice.below(3) {
                0 => At::Now,
                _ => At::Frame(Frames(dice.below(20_000) as u64)),
            };
            // Every wish is refused whole or granted whole; both are fine.
            let _ = handle.batch(|batch| {
                let track = TrackId(dice.below(9) as u16);
                let gain = Gain::from_db(dice.pick(&[-200.0, -60.0, -6.0, 0.0, 24.0, f32::NAN]));
                match dice.below(19) {
                    0 => batch.grid(Grid {
                        rate,
                        tempo: Tempo::from_bpm(f64::from(dice.between(20.0, 300.0))).unwrap(),
                        beats_per_bar: 1 + dice.below(7) as u8,
                    }),
                    1 => batch.play(),
                    2 => batch.play_after_count_in(dice.below(3) as u32),
                    3 => batch.stop(),
                    4 => batch.locate(Frames(dice.below(40_000) as u64)),
                    5 | 6 => {
                        let length = 1 + dice.below(9_000);
                        let height = dice.pick(&[0.1, 1.0, 1e9, f32::INFINITY, f32::NAN, 1e-40]);
                        let side: Vec<f32> =
                            (0..length).map(|_| dice.between(-height, height)).collect();
                        let start = Frames(dice.below(9_000) as u64);
                        let layer = Layer {
                            audio: Arc::new(Audio::stereo(rate, side.clone(), side)),
                            play: if dice.one_in(2) {
                                Play::Loop { origin: start }
                            } else {
                                Play::Once { start }
                            },
                            fade_in: Frames(dice.below(500) as u64),
                        };
                        batch.layer(track, layer, at(dice));
                    }
                    7 => batch.clear(track, Frames(dice.below(900) as u64), at(dice)),
                    8 => batch.gain(track, gain),
                    9 => batch.pan(track, Pan::new(dice.pick(&[-9.0, -1.0, 0.3, f32::NAN]))),
                    10 => batch.mute(track, dice.one_in(2), at(dice)),
                    11 => batch.send(track, gain),
                    12 => batch.bus_gain(dice.pick(&[Bus::Music, Bus::Cue, Bus::Click]), gain),
                    13 => batch.fade(gain, Frames(dice.below(3_000) as u64), at(dice)),
                    14 => batch.solo(track, dice.one_in(2), at(dice)),
                    15 => {
                        let band = EqBand::new(
                            dice.pick(&[0.0, 20.0, 997.0, 1e9, f32::NAN]),
                            dice.between(-99.0, 99.0),
                            dice.pick(&[0.0, 0.7, 99.0]),
                        );
                        let (low, bell, high) = (band, band, band);
                        batch.eq(track, Equaliser { low, bell, high });
                    }
                    16 => {
                        let to = |dice: &mut Dice| Output::Group(GroupId(dice.below(10) as u8));
                        let mut routing = Routing {
                            groups: vec![Group::default(); dice.below(10)],
                            tracks: (0..dice.below(10)).map(|_| to(dice)).collect(),
                            ..Routing::default()
                        };
                        if dice.one_in(2) {
                            routing.reverb = to(dice);
                        }
                        batch.routing(routing);
                    }
                    17 => {
                        let from = Frames(dice.below(9_000) as u64);
                        batch.metronome(from, Frames(from.0 + dice.below(9_000) as u64));
                    }
                    _ => {
                        let mut some = |most: usize| Frames(dice.below(most) as u64);
                        let (punch_in, length) = (some(9_000), some(9_000));
                        let (pre_roll, round_trip) = (some(900), some(900));
                        let threshold = Gain::from_db(-30.0);
                        let spec = RecordSpec {
                            pre_roll,
                            round_trip,
                            start: if dice.one_in(3) {
                                let lead = pre_roll;
                                Start::OnSound { threshold, lead }
                            } else {
                                Start::AtFrame(punch_in)
                            },
                            channels: if dice.one_in(2) {
                                Channels::Stereo
                            } else {
                                Channels::Mono
                            },
                            loop_into: dice.one_in(2).then_some(track),
                            ..RecordSpec::fixed(TakeId(wish), punch_in, length)
                        };
                        takes.push(batch.record(spec));
                    }
                }
            });
            let frames = dice.pick(&[0, 1, 7, 64, 441, 1_033, 4_096]);
            let heard: Vec<f32> = (0..frames)
                .map(|_| dice.pick(&[0.0, 0.5, f32::NAN, f32::INFINITY, 1e30]))
                .collect();
            let (mut left, mut right) = (vec![f32::NAN; frames], vec![f32::NAN; frames]);
            engine.process(&[&heard], &mut [&mut left, &mut right]);
            let loudest = left
                .iter()
                .chain(&right)
                .fold(0.0f32, |a, b| a.max(b.abs()));
            let is_sound = left.iter().chain(&right).all(|x| x.is_finite());
            assert!(is_sound && loudest <= 1.0, "wish {wish}: {loudest}");
            handle.collect();
            drop(handle.events());
            let mut sung = Vec::new();
            for take in &mut takes {
                while !matches!(take.read(&mut sung), TakeRead::Nothing | TakeRead::Finished) {}
            }
            assert!(
                sung.iter().all(|x| x.is_finite()),
                "wish {wish}: no sound was kept"
            );
        }
    });
}
