//! What a person meets when the store is not as it should be: it refuses clearly, and changes
//! nothing it could not put back.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod people;

use std::fs;

use jiff::ToSpan;
use people::{Home, evening, hum, hum_header};
use rusqlite::Connection;
use store::{Occasion, SessionId, StartAgain, Store, StoreError, TakeState};

const NOTHING: [String; 0] = [];

/// One session with one take, closed in order.
fn after_an_evening() -> (Home, SessionId, store::TakeId) {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    writer.append(&hum(1.0)).unwrap();
    store.adopt_take(&writer.seal().unwrap()).unwrap();
    store.close().unwrap();
    (home, session, header.take)
}

fn make_newer(home: &Home, crash: bool) {
    let database = home.path().join("app.db");
    let newer = Connection::open(&database).unwrap();
    newer
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = 99")
        .unwrap();
    if crash {
        let log = home.path().join("app.db-wal");
        let left = (fs::read(&database).unwrap(), fs::read(&log).unwrap());
        assert!(!left.1.is_empty());
        drop(newer);
        fs::write(database, left.0).unwrap();
        fs::write(log, left.1).unwrap();
    }
}

#[test]
fn a_store_from_a_newer_undersong_can_be_read_and_not_a_byte_of_it_changes() {
    for crash in [false, true] {
        let (home, session, take) = after_an_evening();
        make_newer(&home, crash);
        fs::write(
            home.path()
                .join("rec/0198c0de-0000-7000-8000-000000000000.part"),
            b"?",
        )
        .unwrap();
        let before = home.everything();

        let (mut store, opening) = home.open();
        let newer = opening.read_only.unwrap();
        assert_eq!((newer.found, newer.ours), (99, 2));
        assert_eq!(store.session(session).unwrap().exercise, "vs02");
        assert_eq!(store.read_take(take).unwrap().samples.len(), hum(1.0).len());
        assert!(store.check().unwrap().is_sound());

        let header = hum_header(session);
        assert!(matches!(store.set("a", &1), Err(StoreError::ReadOnly)));
        assert!(matches!(
            store.insert_session(&evening("lp01")),
            Err(StoreError::ReadOnly)
        ));
        assert!(matches!(
            store.begin_take(&header),
            Err(StoreError::ReadOnly)
        ));
        assert!(matches!(
            store.sweep_bin(home.now),
            Err(StoreError::ReadOnly)
        ));
        assert_eq!(home.changed_since(&before), NOTHING);
        store.close().unwrap();
        assert_eq!(home.changed_since(&before), NOTHING, "crash: {crash}");
    }
}

#[test]
fn without_its_key_or_with_anothers_the_store_is_left_alone() {
    let (home, session, _) = after_an_evening();
    let key = home.path().join("key.file");
    let right = fs::read(&key).unwrap();

    fs::remove_file(&key).unwrap();
    let before = home.everything();
    assert!(matches!(
        Store::open(&home.path(), home.now),
        Err(StoreError::KeyMissing)
    ));
    assert_eq!(home.changed_since(&before), NOTHING);

    fs::write(&key, [7; 32]).unwrap();
    let before = home.everything();
    assert!(matches!(
        Store::open(&home.path(), home.now),
        Err(StoreError::KeyDoesNotFit)
    ));
    assert_eq!(home.changed_since(&before), NOTHING);

    fs::write(&key, right).unwrap();
    let (store, _) = home.open();
    assert!(
        store.session(session).is_ok(),
        "with its key everything is there again"
    );
}

#[test]
fn when_the_slots_are_gone_no_new_key_is_made_over_what_the_old_one_sealed() {
    let (home, _, _) = after_an_evening();
    for copy in ["keys.v1", "keys.v1.bak"] {
        fs::remove_file(home.path().join(copy)).unwrap();
    }
    let before = home.everything();
    assert!(matches!(
        Store::open(&home.path(), home.now),
        Err(StoreError::KeyMissing)
    ));
    fs::remove_file(home.path().join("app.db")).unwrap();
    assert!(matches!(
        Store::open(&home.path(), home.now),
        Err(StoreError::KeyMissing)
    ));
    assert_eq!(before.len() - 1, home.everything().len());
}

/// Overwrites all pages but the first, and makes it look like a crash.
fn ruin(home: &Home) {
    let database = home.path().join("app.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[4096..].fill(0xEE);
    fs::write(database, bytes).unwrap();
    fs::remove_file(home.path().join("clean")).unwrap();
}

#[test]
fn a_damaged_database_is_noticed_left_alone_and_replaced_only_by_choice() {
    let (home, session, take) = after_an_evening();
    ruin(&home);
    let before = home.everything();
    let error = Store::open(&home.path(), home.now).err();
    let Some(StoreError::DatabaseDamaged {
        newest: Some(newest),
    }) = error
    else {
        panic!("the daily copy should be offered");
    };
    assert_eq!(newest.occasion, Occasion::Daily);
    assert_eq!(home.changed_since(&before), NOTHING);

    let (store, _) = Store::start_again(&home.path(), &StartAgain::From(newest), home.now).unwrap();
    assert_eq!(store.session(session).unwrap().exercise, "vs02");
    assert_eq!(store.read_take(take).unwrap().samples.len(), hum(1.0).len());
    let aside = home.names("quarantine");
    assert!(aside.iter().any(|name| name == "quarantine/app.db"));
    assert!(
        before["app.db"] == home.everything()["quarantine/app.db"],
        "every byte of it"
    );
}

#[test]
fn without_any_copy_the_takes_alone_can_be_kept() {
    let (home, session, take) = after_an_evening();
    ruin(&home);
    for copy in home.names("snap") {
        fs::remove_file(home.path().join(copy)).unwrap();
    }
    let error = Store::open(&home.path(), home.now).err();
    assert!(matches!(
        error,
        Some(StoreError::DatabaseDamaged { newest: None })
    ));
    let (store, opening) =
        Store::start_again(&home.path(), &StartAgain::WithTakesOnly, home.now).unwrap();
    assert_eq!(opening.salvaged[0].session, session);
    assert_eq!(store.take(take).unwrap().state, TakeState::Recovered);
    assert_eq!(store.read_take(take).unwrap().header.name, "First hum");
}

#[test]
fn a_database_that_vanished_is_not_quietly_replaced_by_an_empty_one() {
    let (home, session, _) = after_an_evening();
    fs::remove_file(home.path().join("app.db")).unwrap();
    for _ in 0..2 {
        let error = Store::open(&home.path(), home.now).err();
        let Some(StoreError::DatabaseDamaged {
            newest: Some(newest),
        }) = error
        else {
            panic!("the daily copy should be offered");
        };
        assert!(!home.path().join("app.db").exists());
        drop(newest);
    }
    fs::write(home.path().join("app.db"), b"").unwrap();
    let error = Store::open(&home.path(), home.now).err();
    let Some(StoreError::DatabaseDamaged {
        newest: Some(newest),
    }) = error
    else {
        panic!("an empty file is no database either");
    };
    let (store, _) = Store::start_again(&home.path(), &StartAgain::From(newest), home.now).unwrap();
    assert!(store.session(session).is_ok());
}

#[test]
fn one_copy_a_day_is_taken_and_only_when_something_changed() {
    let mut home = Home::new();
    let mut copies = Vec::new();
    for (hours, changes) in [(0, true), (1, true), (24, false), (48, true)] {
        home.now = "2026-11-23T18:30:00Z".parse::<jiff::Timestamp>().unwrap() + hours.hours();
        let (mut store, _) = home.open();
        if changes {
            store.set("hours", &hours).unwrap();
        }
        store.close().unwrap();
        copies.push(home.names("snap").len());
    }
    assert_eq!(copies, [1, 1, 1, 2]);
}

#[test]
fn a_row_that_does_not_open_is_counted_and_the_others_are_fine() {
    let (home, session, _) = after_an_evening();
    let (mut store, _) = home.open();
    let other = store.insert_session(&evening("lp01")).unwrap();
    store.close().unwrap();
    let database = Connection::open(home.path().join("app.db")).unwrap();
    let swapped = "UPDATE session SET sealed = (SELECT sealed FROM session WHERE id = ?1)
                   WHERE id = ?2";
    let bytes = |id: SessionId| *id.to_string().parse::<uuid::Uuid>().unwrap().as_bytes();
    database
        .execute(swapped, [bytes(other), bytes(session)])
        .unwrap();
    drop(database);

    let (store, _) = home.open();
    assert!(matches!(
        store.session(session),
        Err(StoreError::Unreadable { what: "session" })
    ));
    assert_eq!(store.session(other).unwrap().exercise, "lp01");
    let listed: Vec<_> = store
        .sessions(10)
        .unwrap()
        .into_iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(listed, [other], "it does not hide the others");
    let report = store.check().unwrap();
    assert_eq!((report.unreadable_rows, report.is_sound()), (1, false));
}

#[test]
fn a_take_whose_row_is_damaged_keeps_nobody_out_and_is_not_found_anew_each_morning() {
    let (home, session, take) = after_an_evening();
    let database = Connection::open(home.path().join("app.db")).unwrap();
    database
        .execute("UPDATE take SET sealed = x'01'", [])
        .unwrap();
    drop(database);
    for _ in 0..2 {
        let (store, opening) = home.open();
        assert!(opening.salvaged.is_empty() && opening.damaged.is_empty());
        assert!(matches!(
            store.take(take),
            Err(StoreError::Unreadable { what: "take" })
        ));
        assert!(store.takes_of(session).unwrap().is_empty());
        assert_eq!(store.check().unwrap().unreadable_rows, 1);
    }
    assert!(home.path().join(format!("rec/{take}.take")).exists());
}
