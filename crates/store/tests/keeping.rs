//! An evening with the store, from the first hum to the album and back the next day.

mod people;

use jiff::{Timestamp, ToSpan};
use people::{Home, evening, hum, hum_header};
use serde_json::json;
use store::{
    BIN_DAYS, Calibration, CheckIn, EndReason, NewPiece, Phase, PieceId, SessionId, SessionState,
    StepEnd, Store, StoreError, TakeState,
};

fn piece_of(session: Option<SessionId>, made: Timestamp) -> NewPiece {
    NewPiece {
        session,
        exercise: "vs02".into(),
        name: "Tuesday evening".into(),
        named: false,
        seconds: 21.5,
        recovered: false,
        made,
        manifest: json!({ "parts": [] }),
        cover: json!({ "bands": 3 }),
    }
}

#[test]
fn what_was_made_tonight_is_there_tomorrow() {
    let home = Home::new();
    let (mut store, opening) = home.open();
    assert!(opening.salvaged.is_empty() && opening.damaged.is_empty() && !opening.unclean);

    let session = store.insert_session(&evening("vs02")).unwrap();
    let rough = CheckIn {
        valence: -1.5,
        arousal: -2.0,
        tension: 6.0,
        extra: None,
    };
    store
        .save_checkin(session, Phase::Before, Some(&rough))
        .unwrap();
    store.step_started(session, 0).unwrap();
    store.step_ended(session, 0, StepEnd::Done).unwrap();
    store.step_started(session, 1).unwrap();
    store.step_ended(session, 1, StepEnd::Skipped).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    let sung = hum(2.3);
    writer.append(&sung).unwrap();
    let sealed = writer.seal().unwrap();
    assert_eq!(store.adopt_take(&sealed).unwrap().state, TakeState::Ok);
    store
        .save_metric(session, "pitch_error_cents", 12.5)
        .unwrap();
    store.save_checkin(session, Phase::After, None).unwrap();
    let piece = store
        .save_piece(&piece_of(Some(session), home.now))
        .unwrap();
    store
        .end_session(session, EndReason::Finished, 1, 61_000)
        .unwrap();
    store.close().unwrap();

    let (store, opening) = home.open();
    assert!(!opening.unclean, "it was closed in order");
    let row = store.session(session).unwrap();
    assert_eq!(row.exercise, "vs02");
    assert_eq!(row.state, SessionState::Ended(EndReason::Finished));
    assert_eq!((row.completed_steps, row.active_ms), (1, 61_000));
    assert_eq!(store.steps(session).unwrap()[1].end, Some(StepEnd::Skipped));
    assert_eq!(store.sessions(10).unwrap(), [row]);
    let checkins = store.checkins(session).unwrap();
    assert_eq!(checkins[0].answers, Some(rough));
    assert_eq!(checkins[1].answers, None);
    assert_eq!(
        store.latest_checkin().unwrap().unwrap(),
        checkins[0],
        "the skipped one does not count"
    );
    assert_eq!(store.metrics(session).unwrap()["pitch_error_cents"], 12.5);
    assert_eq!(store.piece(piece).unwrap().cover, json!({ "bands": 3 }));

    let take = store.read_take(header.take).unwrap();
    assert_eq!(take.header, header);
    assert_eq!(take.samples.len(), sung.len());
    assert!(
        take.samples
            .iter()
            .zip(&sung)
            .all(|(back, sung)| (back - sung).abs() < 2e-7)
    );
    assert!(take.damaged.is_empty() && take.gaps.is_empty());
    assert!(store.check().unwrap().is_sound());
}

#[test]
fn settings_calibrations_and_the_draft_of_a_running_session_come_back() {
    let home = Home::new();
    let (mut store, _) = home.open();
    store.set("language", "en").unwrap();
    store.set("language", "de").unwrap();
    assert_eq!(
        store.get::<String>("language").unwrap().as_deref(),
        Some("de")
    );
    assert_eq!(store.get::<String>("never set").unwrap(), None);

    let calibration = |route_key: &str, round_trip| Calibration {
        route_key: route_key.into(),
        round_trip,
        confidence: 0.9,
        measured_at: home.now,
        method: "acoustic".into(),
        mad: 0.5,
        runs: 5,
    };
    store
        .save_calibration(&calibration("built-in", 1_200.0))
        .unwrap();
    store
        .save_calibration(&calibration("headset", 2_400.0))
        .unwrap();
    store
        .save_calibration(&calibration("built-in", 1_234.5))
        .unwrap();
    let by_cable = Calibration {
        method: "cable".into(),
        ..calibration("headset", 2_399.0)
    };
    store.save_calibration(&by_cable).unwrap();
    let kept = store.calibrations().unwrap();
    let mut trips: Vec<(&str, &str, f64)> = kept
        .iter()
        .map(|kept| (&*kept.route_key, &*kept.method, kept.round_trip))
        .collect();
    trips.sort_by(|a, b| a.partial_cmp(b).unwrap());
    assert_eq!(
        trips,
        [
            ("built-in", "acoustic", 1_234.5),
            ("headset", "acoustic", 2_400.0),
            ("headset", "cable", 2_399.0),
        ],
        "one of each route and method, the newest"
    );

    let session = store.insert_session(&evening("lp01")).unwrap();
    store.save_draft(session, &json!({ "step": 2 })).unwrap();
    drop(store);
    let (mut store, opening) = home.open();
    assert!(opening.unclean, "nobody closed it");
    assert_eq!(store.unfinished_sessions().unwrap()[0].id, session);
    assert_eq!(store.draft(session).unwrap(), Some(json!({ "step": 2 })));
    store
        .end_session(session, EndReason::Left, 2, 9_000)
        .unwrap();
    assert_eq!(store.draft(session).unwrap(), None);
    assert!(store.unfinished_sessions().unwrap().is_empty());
}

#[test]
fn a_deleted_piece_waits_thirty_days_in_the_bin_and_not_one_less() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    writer.append(&hum(1.0)).unwrap();
    store.adopt_take(&writer.seal().unwrap()).unwrap();
    let piece = store
        .save_piece(&piece_of(Some(session), home.now))
        .unwrap();

    store.delete_piece(piece, home.now).unwrap();
    assert!(store.pieces().unwrap().is_empty());
    assert_eq!(store.bin(home.now).unwrap()[0].1, BIN_DAYS);
    store.restore_piece(piece).unwrap();
    assert_eq!(store.pieces().unwrap().len(), 1);

    store.delete_piece(piece, home.now).unwrap();
    let thirty_days = home.now + (24 * 30).hours();
    let almost = thirty_days - 1.second();
    assert_eq!(store.sweep_bin(almost).unwrap().trashed, 0);
    assert_eq!(store.bin(almost).unwrap()[0].1, 1);
    assert!(store.read_take(header.take).is_ok());

    assert_eq!(store.sweep_bin(thirty_days).unwrap().trashed, 1);
    assert!(store.bin(thirty_days).unwrap().is_empty());
    assert!(matches!(
        store.piece(piece),
        Err(StoreError::NotFound { what: "piece" })
    ));
    assert_eq!(store.take(header.take).unwrap().state, TakeState::Trashed);
    assert!(
        store.read_take(header.take).is_ok(),
        "in the trash it can still be read"
    );
    assert_eq!(
        home.names("trash").len(),
        2,
        "the take and the words, for thirty days more"
    );

    assert_eq!(
        store
            .sweep_bin(thirty_days + (24 * 29).hours())
            .unwrap()
            .erased,
        0
    );
    assert_eq!(
        store
            .sweep_bin(thirty_days + (24 * 31).hours())
            .unwrap()
            .erased,
        2
    );
}

#[test]
fn a_take_that_another_piece_plays_stays_when_the_first_is_released() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    writer.append(&hum(1.0)).unwrap();
    store.adopt_take(&writer.seal().unwrap()).unwrap();
    let first = store
        .save_piece(&piece_of(Some(session), home.now))
        .unwrap();
    let mut mixed = piece_of(None, home.now);
    mixed.manifest = json!({ "parts": [{ "take": header.take }] });
    store.save_piece(&mixed).unwrap();

    store.delete_piece(first, home.now).unwrap();
    store.sweep_bin(home.now + (24 * 40).hours()).unwrap();
    assert_eq!(store.take(header.take).unwrap().state, TakeState::Ok);
    assert!(store.read_take(header.take).is_ok());
}

#[test]
fn a_name_given_by_hand_stays_and_a_piece_that_is_gone_says_so() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let piece = store.save_piece(&piece_of(None, home.now)).unwrap();
    store.rename_piece(piece, "River").unwrap();
    let row = store.piece(piece).unwrap();
    assert_eq!((row.name.as_str(), row.named), ("River", true));
    let nobody = PieceId::new();
    assert!(matches!(
        store.rename_piece(nobody, "x"),
        Err(StoreError::NotFound { .. })
    ));
    assert!(matches!(
        store.delete_piece(nobody, home.now),
        Err(StoreError::NotFound { .. })
    ));
    let unknown = SessionId::new();
    assert!(matches!(
        store.step_started(unknown, 0),
        Err(StoreError::NotFound { .. })
    ));
    assert!(matches!(
        store.save_metric(unknown, "k", 1.0),
        Err(StoreError::NotFound { .. })
    ));
}

#[test]
fn the_day_a_session_counts_for_does_not_move_when_the_person_does() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let mut late = evening("lp01");
    late.started = "2026-11-24T02:10:00+13:00[Pacific/Auckland]"
        .parse()
        .unwrap();
    let session = store.insert_session(&late).unwrap();
    store.close().unwrap();
    let (store, _) = home.open();
    let row = store.session(session).unwrap();
    assert_eq!(row.practice_day.to_string(), "2026-11-23");
    assert_eq!(
        (row.zone.as_str(), row.utc_offset_s),
        ("Pacific/Auckland", 13 * 3600)
    );
}

#[test]
fn a_second_undersong_is_told_that_it_is_already_open_and_a_running_take_counts_as_open() {
    let home = Home::new();
    let (mut store, _) = home.open();
    assert!(matches!(
        Store::open(&home.path(), home.now),
        Err(StoreError::AlreadyOpen)
    ));
    let session = store.insert_session(&evening("vs02")).unwrap();
    let mut writer = store.begin_take(&hum_header(session)).unwrap();
    drop(store);
    assert!(matches!(
        Store::open(&home.path(), home.now),
        Err(StoreError::AlreadyOpen)
    ));
    writer.append(&hum(1.0)).unwrap();
    drop(writer);
    let (_, opening) = home.open();
    assert_eq!(opening.salvaged.len(), 1, "nobody sealed it");
}

#[test]
fn nothing_a_person_says_or_sings_can_be_read_off_the_disk() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("canary-exercise")).unwrap();
    let mut header = hum_header(session);
    header.name = "canary-take".into();
    let mut writer = store.begin_take(&header).unwrap();
    writer.append(&hum(1.0)).unwrap();
    store.adopt_take(&writer.seal().unwrap()).unwrap();
    let mut piece = piece_of(Some(session), home.now);
    piece.name = "canary-piece".into();
    piece.manifest = json!("canary-manifest");
    store.save_piece(&piece).unwrap();
    store.set("name", "canary-setting").unwrap();
    store.save_draft(session, &json!("canary-draft")).unwrap();
    store.close().unwrap();
    for (name, bytes) in home.everything() {
        assert!(!bytes.windows(7).any(|w| w == b"canary-"), "{name} tells");
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_on_this_machine_may_look() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let mut writer = store.begin_take(&hum_header(session)).unwrap();
    writer.append(&hum(1.0)).unwrap();
    let modes = |home: &Home| {
        for name in home.everything().into_keys() {
            let mode = home
                .path()
                .join(&name)
                .metadata()
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    };
    modes(&home);
    drop(writer);
    store.close().unwrap();
    modes(&home);
    assert_eq!(
        home.path().metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[test]
fn a_store_can_be_handed_to_the_thread_that_will_own_it() {
    fn is_send<T: Send>() {}
    is_send::<Store>();
    is_send::<store::TakeWriter>();
    is_send::<StoreError>();
}
