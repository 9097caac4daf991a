//! Whole evenings through the app, in virtual time.

mod studio;

use std::ops::ControlFlow;

use app::ipc::{
    Act, CheckInAnswers, CheckInPhase, Choice, ExportFormat, IpcError, Length, Notice, RecordState,
    SessionPhase, Surface,
};
use audio_engine::files;
use studio::{RATE, Studio, hum};

fn slots_on(surface: &Surface) -> Vec<&str> {
    let Surface::Grid { slots, .. } = surface else {
        return vec![];
    };
    slots
        .iter()
        .filter(|slot| slot.on)
        .map(|slot| slot.name.as_str())
        .collect()
}

#[test]
fn three_warm_layers_become_a_piece_that_is_there_tomorrow() {
    let mut studio = Studio::new();
    assert_eq!(
        studio.app.today().expect("today opens").card.id,
        "lp01",
        "the first day"
    );
    studio.begin("lp01", Length::Full);
    studio.check_in(CheckInPhase::Before, -1.0, 6.0);
    studio.act(Act::Start);
    studio.seconds(4.0);
    studio.act(Act::Slot { index: 2, on: true });
    studio.until_step(1);
    studio.act(Act::Slot { index: 4, on: true });
    studio.until_step(2);
    studio.act(Act::Slot { index: 7, on: true });
    let view = studio.view();
    assert_eq!(slots_on(&view.surface), ["Round bass", "Kalimba", "Rain"]);
    studio.until_step(5);
    studio.act(Act::Keep { keep: true });
    studio.until_the_end();
    let after = studio.app.after().expect("it is over");
    let piece = after.piece.expect("it was kept");
    assert!((30.0..90.0).contains(&piece.seconds), "{} s", piece.seconds);
    assert_eq!(piece.cover.bands.len(), 3);
    studio.check_in(CheckInPhase::After, 1.0, 4.0);
    studio
        .app
        .rename_piece(&piece.id, "Rain on tin")
        .expect("a name of one's own");

    let mut studio = studio.close_and_return();
    assert_eq!(studio.album().len(), 1);
    assert_eq!(studio.album()[0].name, "Rain on tin");
    assert_eq!(
        studio.album()[0].cover,
        piece.cover,
        "a piece looks like itself"
    );
    let today = studio.app.today().expect("today opens");
    assert!(!today.first_run);
    assert_eq!(today.week_line, "One day with music this week.");
    studio.app.leave().expect("back to today");
}

#[test]
fn a_fourth_layer_is_refused_kindly_and_a_swap_lets_the_oldest_go() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 0, on: true });
    let refused = studio.act(Act::Slot { index: 1, on: true });
    assert_eq!(
        slots_on(&refused.surface),
        ["Frame drum"],
        "one, in the first step"
    );
    assert!(
        refused
            .hint
            .is_some_and(|hint| hint.contains("One for now"))
    );
    for (step, index) in [(1, 1), (2, 2)] {
        studio.act(Act::Next);
        studio.until_step(step);
        studio.act(Act::Slot { index, on: true });
        studio.seconds(3.0);
    }
    studio.act(Act::Next);
    studio.until_step(3);
    let swapped = studio.act(Act::Slot { index: 6, on: true });
    assert_eq!(slots_on(&swapped.surface), ["Shaker", "Round bass", "Bell"]);
    let undone = studio.act(Act::Undo);
    assert_eq!(
        slots_on(&undone.surface),
        ["Frame drum", "Shaker", "Round bass"]
    );
}

#[test]
fn the_cue_begins_exactly_one_bar_before_its_step() {
    let mut studio = Studio::listening();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    // Nobody touches anything: all that is heard is the voice.
    let view = studio.until_step(1);
    studio.seconds(4.0);
    let heard = studio.app.heard().expect("everything is kept");
    let cue = app::spoken(&view.prompt, RATE).expect("it is spoken");
    let begins = ((view.step_start - view.bar_seconds) * f64::from(RATE.hz())).round() as usize;
    let loud = |samples: &[f32]| samples.iter().position(|sample| sample.abs() > 0.01);
    let in_cue = loud(cue.channel(0)).expect("the cue says something");
    let quiet_before = &heard.channel(0)[begins - 24_000..begins];
    assert!(
        loud(quiet_before).is_none(),
        "the first cue is over, and nothing else sounds"
    );
    let place = loud(&heard.channel(0)[begins..]).expect("the cue is heard");
    assert!(
        place.abs_diff(in_cue) <= 2,
        "said {place} frames after the bar line, not {in_cue}"
    );
}

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
fn a_nudge_and_the_same_nudge_back_give_the_same_piece_bit_for_bit() {
    let mut studio = Studio::singing(&hum(20.0));
    studio.begin("vs02", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.until_the_end();
    let piece = studio
        .app
        .after()
        .expect("it is over")
        .piece
        .expect("it was kept");
    let rec = studio.folder().join("rec");
    let takes = || -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(&rec).expect("takes are there");
        files
            .map(|file| std::fs::read(file.expect("a take").path()).expect("it opens"))
            .collect()
    };
    let before = takes();
    let file = studio.folder().join("piece.wav");
    let row = studio
        .app
        .store()
        .pieces()
        .expect("the album opens")
        .remove(0);
    let layers = row.manifest["layers"].as_array().expect("layers");
    let is_sung = |layer: &serde_json::Value| layer["source"]["kind"] == "take";
    let sung = layers.iter().position(is_sung).expect("one was sung");
    let mut render = |nudge: f64| {
        let lies = studio
            .app
            .nudge_piece(&piece.id, sung, nudge)
            .expect("it moves");
        studio
            .app
            .export_piece_to(&piece.id, &file, ExportFormat::Wav, go_on)
            .expect("it is taken along")
            .expect("nobody called it off");
        (lies, std::fs::read(&file).expect("it is there"))
    };
    let (_, first) = render(0.0);
    for there in [17.3, -240.0, 499.9] {
        let (lies, moved) = render(there);
        assert!((lies - there).abs() < 0.02, "{lies}");
        assert_ne!(moved, first, "it sounds different");
        let (lies, back) = render(-there);
        assert!(lies.abs() < 1e-9 && back == first, "and is as it was");
    }
    let now = studio
        .app
        .store()
        .pieces()
        .expect("the album opens")
        .remove(0);
    assert_eq!(now.manifest, row.manifest);
    let invalid = |field: &str| IpcError::InvalidInput {
        field: field.into(),
    };
    for (layer, ms, field) in [
        (sung, 501.0, "ms"),
        (sung, f64::NAN, "ms"),
        (99, 1.0, "layer"),
    ] {
        let refused = studio.app.nudge_piece(&piece.id, layer, ms);
        assert_eq!(refused, Err(invalid(field)));
    }
    let after = takes();
    assert_eq!(before, after, "a take, once kept, is never changed");
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
    studio.begin("vs02", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Next);
    studio.until("recording began", |view| {
        matches!(&view.surface, Surface::Record { take } if take.state == RecordState::Recording)
    });
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
        studio.begin("vs02", Length::Full);
        studio.act(Act::Start);
        studio.act(Act::Next);
        studio.until("recording began", |view| {
            matches!(&view.surface, Surface::Record { take } if take.state == RecordState::Recording)
        });
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
    let piece = studio
        .app
        .after()
        .expect("it is over")
        .piece
        .expect("it was kept");
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
fn three_mixes_are_compared_and_the_chosen_one_is_the_piece() {
    let mut studio = Studio::new();
    studio.begin("mx01", Length::Full);
    studio.act(Act::Start);
    for (step, gains) in [
        (1, [-20.0, -6.0, 0.0]),
        (2, [0.0, 0.0, -6.0]),
        (3, [-3.0, -9.0, -3.0]),
    ] {
        studio.act(Act::Next);
        studio.until_step(step);
        for (index, db) in gains.into_iter().enumerate() {
            studio.act(Act::Gain {
                index: index as u32,
                db,
            });
        }
    }
    studio.act(Act::Next);
    let view = studio.until_step(4);
    let Surface::Choose { options } = &view.surface else {
        panic!("{:?}", view.surface)
    };
    let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!(names, ["Lullaby", "Sunny street", "In an hour"]);
    studio.act(Act::Choose { index: 0 });
    studio.until_the_end();
    let piece = studio
        .app
        .after()
        .expect("it is over")
        .piece
        .expect("it was kept");
    let gains: Vec<f32> = piece.cover.bands.iter().map(|band| band.gain_db).collect();
    assert_eq!(gains, [-20.0, -6.0, 0.0], "the lullaby, as it was mixed");
}

#[test]
fn a_pause_holds_everything_and_stop_ends_softly_with_what_was_made() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.seconds(4.0);
    studio.act(Act::Slot { index: 4, on: true });
    studio.seconds(6.0);
    studio.app.meters();
    studio.seconds(2.0);
    let loudest = studio.app.meters().output_peak[0];
    assert!(loudest > 0.02, "the kalimba is heard: {loudest}");
    let paused = studio.act(Act::Pause);
    assert_eq!(paused.phase, SessionPhase::Paused);
    let held = studio.app.meters().playhead;
    studio.seconds(30.0);
    assert_eq!(studio.app.meters().playhead, held, "the playhead waits");
    studio.act(Act::Resume);
    studio.seconds(2.0);
    assert!(studio.app.meters().playhead > held + 1.9);
    let ending = studio.act(Act::Stop);
    assert_eq!(ending.phase, SessionPhase::Ending);
    assert_eq!(studio.album().len(), 1, "kept before it fades");
    studio.seconds(19.0);
    assert_eq!(
        studio.view().phase,
        SessionPhase::Ending,
        "a soft ending takes its time"
    );
    studio.seconds(1.5);
    assert_eq!(studio.view().phase, SessionPhase::Ended);
}

#[test]
fn what_is_let_go_lies_in_the_bin_and_can_come_back() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.seconds(3.0);
    studio.act(Act::Slot { index: 0, on: true });
    let _ = studio.until("asked", |view| matches!(view.surface, Surface::Keep { .. }));
    studio.act(Act::Keep { keep: false });
    studio.until_the_end();
    assert!(studio.album().is_empty());
    let bin = studio.app.pieces().expect("the album opens").bin;
    assert_eq!(bin[0].bin_days, Some(30));
    studio.app.restore_piece(&bin[0].id).expect("it comes back");
    assert_eq!(studio.album().len(), 1);
}

#[test]
fn a_kept_piece_plays_to_its_end_and_stops_by_itself() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.seconds(3.0);
    studio.act(Act::Slot { index: 4, on: true });
    studio.seconds(4.0);
    studio.act(Act::Stop);
    studio.act(Act::Stop);
    studio.until_the_end();
    let piece = studio.album()[0].clone();
    studio.app.play_piece(&piece.id).expect("it plays");
    for _ in 0..400 {
        studio.seconds(0.05);
        if studio.app.meters().rolling {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10)); // it is being rendered
    }
    studio.seconds(5.0);
    assert!(studio.app.meters().output_peak[0] > 0.01, "it is heard");
    studio.seconds(piece.seconds);
    assert_eq!(studio.app.pieces().expect("the album opens").playing, None);
    assert!(!studio.app.meters().rolling);
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

#[test]
fn a_heavy_day_is_answered_first_and_a_skipped_check_in_is_fine() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    let answers = CheckInAnswers {
        valence: -4.0,
        arousal: 2.0,
        tension: 9.0,
        extra: None,
    };
    let reply = studio
        .app
        .answer(CheckInPhase::Before, Some(answers))
        .expect("it is taken");
    assert!(
        reply
            .card
            .is_some_and(|card| card.text.contains("very simple today"))
    );
    let skipped = studio
        .app
        .answer(CheckInPhase::Before, None)
        .expect("it is taken");
    assert_eq!(skipped.card, None);
    let off_the_field = CheckInAnswers {
        valence: 9.0,
        ..answers
    };
    let refused = studio.app.answer(CheckInPhase::Before, Some(off_the_field));
    assert!(matches!(refused, Err(IpcError::InvalidInput { .. })));
}

#[test]
fn every_exercise_comes_to_its_end_in_about_the_time_it_says() {
    for exercise in ["lp01", "vs02", "mx01"] {
        for (length, easier, minutes) in
            [(Length::Full, false, 8.5), (Length::TwoMinutes, true, 2.6)]
        {
            let mut studio = Studio::singing(&hum(12.0));
            studio.begin(exercise, length);
            studio.act(Act::Easier { on: easier });
            studio.act(Act::Start);
            studio.until_the_end();
            let seconds = studio.app.meters().playhead;
            assert!(
                seconds < minutes * 60.0,
                "{exercise}, {length:?}: {seconds} s"
            );
        }
    }
}
