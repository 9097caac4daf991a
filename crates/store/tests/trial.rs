//! Trying how fast a disk is leaves no trace.

mod people;

use std::time::Duration;

use people::{Home, RATE};
use store::StoreError;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
fn a_trial_writes_as_a_take_does_and_nothing_of_it_stays() {
    let home = Home::new();
    let (store, _) = home.open();
    let before = home.everything();
    let trial = store.try_writing(RATE).unwrap();
    assert_eq!(
        home.changed_since(&before),
        ["trial.part"],
        "it is beside the takes, not among them"
    );
    let speed = trial.run(6, PATIENCE).unwrap();
    assert_eq!((speed.seconds, speed.syncs), (6.0, 12));
    assert!(speed.median <= speed.slowest && speed.slowest <= speed.took);
    assert_eq!(home.changed_since(&before), Vec::<String>::new());
    assert!(store.takes().unwrap().is_empty());
}

#[test]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
fn a_trial_that_a_crash_left_behind_becomes_no_piece() {
    let home = Home::new();
    let (store, _) = home.open();
    let trial = store.try_writing(RATE).unwrap();
    let file = home.path().join("trial.part");
    let written = std::fs::read(&file).unwrap();
    drop((trial, store));
    // As it lies there when nobody came to remove it.
    std::fs::write(&file, written).unwrap();
    let (store, opening) = home.open();
    assert!(opening.salvaged.is_empty() && opening.damaged.is_empty());
    assert!(!file.exists());
    assert!(store.takes().unwrap().is_empty());
}

#[test]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
fn a_store_that_is_only_looked_at_is_not_written_to() {
    let home = Home::new();
    let (store, _) = home.open();
    store.close().unwrap();
    let database = home.path().join("app.db");
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
    std::fs::write(&database, bytes).unwrap();
    let (store, _) = home.open();
    assert!(matches!(store.try_writing(RATE), Err(StoreError::ReadOnly)));
}
