//! What is sung: takes that lie where they were heard, that are kept whatever happens to the app,
//! and the same choir without a microphone.

mod studio;

use std::ops::ControlFlow;

use app::ipc::{Act, Choice, ExportFormat, IpcError, Length, Notice, RecordState, Surface};
use audio_engine::files;
use studio::{RATE, Studio, hum};

#[test]
fn three_hums_are_stacked_on_their_bars_and_are_all_ones_own() {
    let voice = hum(31.0);
    let mut studio = Studio::singing(&voice);
    studio.begin("vs02", Length::Full);
    studio.act(Act::Start);
    let mut takes = vec![];
    for step in 1..=3 {
        studio.act(Act::Next);
        studio.until_step(step);
        let kept = studio.until("the take was kept", |view| {
            matches!(&view.surface, Surface::Record { take } if matches!(take.state, RecordState::Kept { .. }))
        });
        let Surface::Record { take } = kept.surface else {
            unreachable!("it was just matched")
        };
        takes.push(take);
    }
    studio.act(Act::Next);
    let view = studio.until_step(4);
    let Surface::Pan { tracks } = &view.surface else {
        panic!("{:?}", view.surface)
    };
    assert_eq!(tracks.len(), 3);
    studio.act(Act::Pan {
        index: 0,
        pan: -0.8,
    });
    studio.act(Act::Pan { index: 2, pan: 0.8 });
    studio.act(Act::Next);
    studio.until_the_end();

    // What was kept lies where it was heard: the voice that sounded at the punch-in, to the sample.
    let rows = studio.app.store().takes().expect("takes are listed");
    assert_eq!(rows.len(), 3);
    for (row, take) in rows.iter().zip(&takes) {
        let read = studio
            .app
            .store()
            .read_take(row.take)
            .expect("a take opens");
        let first = (read.header.pre_roll + read.header.round_trip) as usize;
        let punch_in = (take.punch_in * f64::from(RATE.hz())).round() as usize;
        for i in (0..160_000 * 4).step_by(997) {
            let sung = voice.channel(0)[(punch_in + i) % voice.frames().0 as usize];
            let kept = read.samples[first + i];
            assert!(
                (sung - kept).abs() < 1e-5,
                "frame {i} of {}: {kept}, not {sung}",
                take.name
            );
        }
    }
    let after = studio.app.after().expect("it is over");
    assert_eq!(after.line, "Those are all your own voice.");
    let piece = after.piece.expect("it was kept");
    let file = studio.folder().join("choir.wav");
    let exported = studio
        .app
        .export_piece_to(&piece.id, &file, ExportFormat::Wav, go_on)
        .expect("it is taken along")
        .expect("nobody called it off");
    let loudness = exported.loudness.expect("it is heard");
    assert!((-17.0..-15.0).contains(&loudness), "{loudness} LUFS");
    let peak = exported.true_peak.expect("it is heard");
    assert!(peak <= -0.99, "{peak} dBTP");
    let wav = files::read_wav(&file).expect("it is a WAV file");
    assert!((wav.frames().seconds(wav.rate()) - piece.seconds).abs() < 0.1);

    let folder = studio.folder().join("taken along");
    std::fs::create_dir(&folder).expect("a folder");
    let stems = |progress: fn(f32) -> ControlFlow<()>| {
        studio
            .app
            .export_piece_to(&piece.id, &folder, ExportFormat::Stems, progress)
            .expect("its parts are taken along")
    };
    let first = stems(go_on).expect("nobody called it off");
    let again = stems(go_on).expect("nobody called it off");
    assert_eq!(first.file, format!("{} stems", piece.name));
    assert_eq!(again.file, format!("{} stems 2", piece.name), "beside it");
    let files = std::fs::read_dir(folder.join(&first.file)).expect("it is there");
    let files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    assert_eq!(files.len() as u32, first.files);
    assert!(files.len() > 2, "a mix and its voices: {files:?}");
    for file in &files {
        let part = files::read_wav(file).expect("it is a WAV file");
        assert_eq!(part.frames(), wav.frames(), "{}", file.display());
    }
    assert_eq!(stems(|_| ControlFlow::Break(())), None, "called off");
    let left = std::fs::read_dir(&folder).expect("it is there").count();
    assert_eq!(left, 2, "and nothing of that is left");
}

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn what_an_exercise_wants_to_know_of_a_take_is_kept_beside_it() {
    let mut studio = Studio::singing(&hum(20.0));
    let session = studio.begin("vs02", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.until_the_end();
    let id = studio.app.store().sessions(1).expect("they are listed")[0].id;
    let figures = studio.app.store().metrics(id).expect("they are kept");
    // The hum is a D, and so is the exercise's home note.
    assert!(
        figures["pitch_err_cents"] < 15.0,
        "{figures:?}, {}",
        session.title
    );
    assert!(figures["hum_secs"] > 3.0, "{figures:?}");
}

#[test]
fn an_app_that_goes_away_mid_take_has_kept_it() {
    let mut studio = Studio::singing(&hum(20.0));
    studio.begins_the_first_hum();
    studio.seconds(6.0);
    assert!(
        studio.app.meters().safe_seconds > 4.0,
        "what is said to be safe is on the disk"
    );

    let mut studio = studio.crash_and_return();
    let told = studio.app.notices();
    assert!(
        matches!(told[..], [Notice::TakeRecovered { pieces: 0, .. }]),
        "{told:?}"
    );
    studio.app.keep_unfinished().expect("it is kept as it is");
    let album = studio.album();
    assert_eq!(album.len(), 1, "the take is a piece now");
    assert!(album[0].recovered);
    assert!(
        (5.0..=8.0).contains(&album[0].seconds),
        "{} s",
        album[0].seconds
    );

    let studio = studio.close_and_return();
    assert_eq!(studio.album().len(), 1, "and is not found twice");
    assert!(studio.app.notices().is_empty());
}

#[test]
fn closing_or_stopping_in_the_middle_of_a_take_keeps_it_too() {
    for closes in [true, false] {
        let mut studio = Studio::singing(&hum(20.0));
        studio.begins_the_first_hum();
        studio.seconds(5.0);
        if !closes {
            studio.act(Act::Stop);
            studio.until_the_end();
            let after = studio.app.after().expect("it is over");
            assert!(after.piece.is_some(), "what was sung is shown");
        }
        let studio = studio.close_and_return();
        let album = studio.album();
        assert_eq!(album.len(), 1, "closed: {closes}");
        assert_eq!(album[0].name, "First hum, kept");
        assert!(
            (4.0..=6.0).contains(&album[0].seconds),
            "{} s",
            album[0].seconds
        );
    }
}

#[test]
fn without_a_microphone_the_choir_is_hummed_by_the_app() {
    let mut studio = Studio::new();
    studio.begin("vs02", Length::TwoMinutes);
    assert_eq!(studio.app.act(&Act::Start), Err(IpcError::NoMicrophone));
    studio.act(Act::WithoutMicrophone { on: true });
    let view = studio.act(Act::Start);
    assert_eq!(view.without_microphone, Choice::On);
    for step in 1..=2 {
        let view = studio.until_step(step);
        assert!(
            matches!(view.surface, Surface::Notes { .. }),
            "{:?}",
            view.surface
        );
        studio.act(Act::Note { index: step - 1 });
    }
    studio.until_the_end();
    let piece = studio.piece_of_it();
    assert_eq!(
        piece.cover.bands.len(),
        3,
        "two hums and the ground they stand on"
    );
}

#[test]
fn easier_brings_soft_copies_and_leaves_the_third_hum_out() {
    let mut studio = Studio::singing(&hum(20.0));
    studio.begin("vs02", Length::Full);
    studio.act(Act::Easier { on: true });
    studio.act(Act::Start);
    studio.act(Act::Next);
    studio.until("the hum was kept", |view| {
        matches!(&view.surface, Surface::Record { take } if matches!(take.state, RecordState::Kept { .. }))
    });
    studio.act(Act::Next);
    studio.until("the copies came", |view| view.ring.bands.len() == 3);
    studio.act(Act::Next);
    let view = studio.until("panning began", |view| {
        matches!(view.surface, Surface::Pan { .. })
    });
    assert_eq!(view.step, 4, "the third hum is left out");
    let Surface::Pan { tracks } = view.surface else {
        unreachable!("it was just matched")
    };
    assert_eq!(tracks.len(), 3, "one voice and its two copies");
}

#[test]
fn the_round_trip_is_measured_over_the_air() {
    use audio_engine::io::{Microphone, SimSpec};
    use audio_engine::units::{Frames, Gain};
    let mut studio = Studio::with(SimSpec {
        blocks: vec![256, 300, 128],
        round_trip: Frames(2_345),
        microphone: Microphone::HearsSpeaker {
            gain: Gain::from_db(-12.0),
        },
        keep_output: false,
    });
    studio.app.calibrate().expect("it begins");
    studio.seconds(10.0);
    let app::ipc::CalibrationView::Measured {
        round_trip_ms,
        confidence,
        ..
    } = studio.app.settings().calibration
    else {
        panic!("{:?}", studio.app.settings().calibration)
    };
    let frames = round_trip_ms * 48.0;
    assert!((frames - 2_345.0).abs() <= 1.0, "{frames} frames");
    assert!(confidence > 0.9, "{confidence}");
}
