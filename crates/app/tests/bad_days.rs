//! What a person meets when something is not as it was left.

mod studio;

use app::ipc::{Act, Begin, ExportFormat, IpcError, Length, Notice, RecordState, Surface};
use audio_engine::audio::Audio;
use audio_engine::units::SampleRate;
use studio::{Studio, hum};

/// One hum, kept, and the piece it became.
fn with_one_hum() -> Studio {
    let mut studio = Studio::singing(&hum(20.0));
    studio.begin("vs02", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.act(Act::Next);
    studio.until("the hum was kept", |view| {
        matches!(&view.surface, Surface::Record { take } if matches!(take.state, RecordState::Kept { .. }))
    });
    studio.act(Act::Stop);
    studio.act(Act::Stop);
    studio.until_the_end();
    studio.app.leave().expect("back to today");
    studio
}

#[test]
fn a_store_from_a_newer_undersong_can_be_looked_at_and_is_not_changed() {
    let studio = with_one_hum();
    let folder = studio.folder().to_owned();
    let database = folder.join("app.db");
    let mut studio = studio.between_two_visits(|| {
        // SQLite keeps `user_version` as four bytes, big-endian, at offset 60 of the file.
        let mut bytes = std::fs::read(&database).expect("the database is there");
        bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
        std::fs::write(&database, bytes).expect("it can be written");
    });
    assert_eq!(studio.app.notices(), [Notice::ReadOnly]);
    assert_eq!(studio.album().len(), 1, "everything can be looked at");
    assert!(studio.app.today().is_ok());
    let begin = Begin {
        exercise: "lp01".into(),
        length: Length::Full,
    };
    assert_eq!(studio.app.begin(&begin), Err(IpcError::ReadOnly));
    let piece = studio.album()[0].id.clone();
    assert_eq!(studio.app.delete_piece(&piece), Err(IpcError::ReadOnly));
    assert_eq!(studio.album().len(), 1);
}

#[test]
fn a_damaged_take_is_heard_as_far_as_it_can_be_and_stays_as_it_is() {
    let studio = with_one_hum();
    let takes: Vec<_> = std::fs::read_dir(studio.folder().join("rec"))
        .expect("takes have a folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    let [take] = &takes[..] else {
        panic!("one hum, one take: {takes:?}")
    };
    let mut studio = studio.between_two_visits(|| {
        let mut bytes = std::fs::read(take).expect("the take is there");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x40;
        std::fs::write(take, bytes).expect("it can be written");
    });
    let before = std::fs::read(take).expect("the take is there");
    let piece = studio.album()[0].id.clone();
    studio
        .app
        .play_piece(&piece)
        .expect("it plays all the same");
    let told = studio.app.notices();
    let [Notice::TakeDamaged { lost_seconds, .. }] = told[..] else {
        panic!("{told:?}")
    };
    assert!(
        (0.2..=0.5).contains(&lost_seconds),
        "{lost_seconds} s of silence for one flipped bit"
    );
    let wav = studio.folder().join("piece.wav");
    let go_on = |_| std::ops::ControlFlow::Continue(());
    let exported = studio
        .app
        .export_piece_to(&piece, &wav, ExportFormat::Wav, go_on);
    assert!(exported.is_ok(), "and can be taken along");
    assert_eq!(
        std::fs::read(take).expect("the take is there"),
        before,
        "nothing was rewritten"
    );
}

#[test]
fn a_take_whose_evening_nobody_remembers_is_a_piece_all_the_same() {
    let studio = Studio::singing(&hum(20.0)).close_and_return();
    let database = studio.folder().join("app.db");
    let rows = std::fs::read(&database).expect("a database from before the evening");
    let mut studio = studio.close_and_return();
    studio.begin("vs02", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.act(Act::Next);
    studio.until("the hum was kept", |view| {
        matches!(&view.surface, Surface::Record { take } if matches!(take.state, RecordState::Kept { .. }))
    });
    // Another disk, an older backup: the recordings are there, and the rows are of last week.
    let studio = studio.between_two_visits(|| {
        std::fs::write(&database, &rows).expect("it can be written");
        for log in ["app.db-wal", "app.db-shm"] {
            let _ = std::fs::remove_file(database.with_file_name(log));
        }
    });
    let album = studio.album();
    assert_eq!(album.len(), 1, "{:?}", studio.app.notices());
    assert_eq!(album[0].name, "First hum, kept");
    assert!(album[0].seconds > 4.0, "{} s", album[0].seconds);
    let studio = studio.close_and_return();
    assert_eq!(studio.album().len(), 1, "once");
}

#[test]
fn a_second_window_is_told_that_the_first_is_open() {
    let studio = Studio::new();
    let second = app::App::open(app::AppConfig {
        data_dir: studio.folder().to_owned(),
        sound: app::SoundChoice::Silent,
        clock: app::Clock::System,
    });
    let Err(error) = second else {
        panic!("two at once")
    };
    assert_eq!(IpcError::from(&error), IpcError::AlreadyOpen);
}

#[test]
fn a_name_too_long_or_empty_is_refused_and_the_old_one_stays() {
    let mut studio = with_one_hum();
    let piece = studio.album()[0].clone();
    for name in ["", "   ", &"hum ".repeat(40)] {
        let refused = studio.app.rename_piece(&piece.id, name);
        assert!(
            matches!(refused, Err(IpcError::InvalidInput { .. })),
            "{name:?}"
        );
    }
    assert_eq!(studio.album()[0].name, piece.name);
    let nobody = studio.app.rename_piece("not a piece", "A name");
    assert!(matches!(nobody, Err(IpcError::NotFound { .. })));
}

#[test]
fn a_microphone_that_falls_silent_in_a_take_is_told_once_and_taken_back_when_it_is_heard_again() {
    let mut voice = hum(4.0).channel(0).to_vec();
    voice.extend(vec![0.0; (4.5 * 48_000.0) as usize]);
    let mut studio = Studio::singing(&Audio::mono(SampleRate::STUDIO, voice));
    studio.begin("vs02", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Next);
    let is_told = |studio: &Studio| {
        let silent = Notice::SilentInput { switch: false };
        studio.app.notices().contains(&silent)
    };
    let mut told = 0;
    let mut taken_back = 0;
    for _ in 0..400 {
        let before = is_told(&studio);
        studio.seconds(0.1);
        match (before, is_told(&studio)) {
            (false, true) => told += 1,
            (true, false) => taken_back += 1,
            (true, true) | (false, false) => {}
        }
        let view = studio.view();
        if matches!(&view.surface, Surface::Record { take } if matches!(take.state, RecordState::Kept { .. }))
        {
            assert!(told >= 1, "somebody was told");
            assert!(taken_back + 1 >= told, "and told otherwise");
            return;
        }
    }
    panic!("the take goes on, and is kept: told {told} times, taken back {taken_back}");
}
