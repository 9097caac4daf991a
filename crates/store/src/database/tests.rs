use std::fs;

use super::*;

const TWO: [&str; 2] = [MIGRATIONS[0], "ALTER TABLE piece ADD COLUMN colour TEXT"];
const BROKEN: [&str; 2] = [
    MIGRATIONS[0],
    "ALTER TABLE piece ADD COLUMN colour TEXT; nonsense",
];

fn home() -> (tempfile::TempDir, Folder, Timestamp) {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    folder.make().unwrap();
    (dir, folder, "2026-11-23T18:30:00Z".parse().unwrap())
}

fn kept_values(connection: &Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM setting", [], |row| row.get(0))
        .unwrap()
}

/// As the first version left it.
fn with_one_setting(folder: &Folder, now: Timestamp) {
    let connection = open_with(folder, false, now, &MIGRATIONS[..1]).unwrap();
    connection
        .execute("INSERT INTO setting VALUES('a', x'00')", [])
        .unwrap();
}

#[test]
fn the_connection_is_set_up_for_keeping_things() {
    let (_dir, folder, now) = home();
    let connection = open(&folder, false, now).unwrap();
    let pragma = |name: &str| -> String {
        connection
            .query_row(&format!("PRAGMA {name}"), [], |row| {
                row.get::<_, rusqlite::types::Value>(0)
                    .map(|v| format!("{v:?}"))
            })
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), r#"Text("wal")"#);
    assert_eq!(pragma("locking_mode"), r#"Text("exclusive")"#);
    for (name, value) in [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("auto_vacuum", 2),
        ("mmap_size", 0),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("user_version", i64::from(NEWEST)),
        ("application_id", i64::from(APPLICATION_ID)),
    ] {
        assert_eq!(pragma(name), format!("Integer({value})"), "{name}");
    }
    assert!(rusqlite::version_number() >= OLDEST_SQLITE);
    assert!(
        !folder.root().join("app.db-shm").exists(),
        "no second process is meant to look in"
    );
}

#[test]
fn before_an_upgrade_a_copy_is_taken_that_opens_again() {
    let (_dir, folder, now) = home();
    with_one_setting(&folder, now);
    let connection = open_with(&folder, false, now, &TWO).unwrap();
    assert_eq!(user_version(&connection).unwrap(), 2);
    let copy = newest_verified(&folder).unwrap();
    assert_eq!(copy.occasion, Occasion::BeforeUpgrade);
    let copy = open_unchanging(&copy.path).unwrap();
    assert_eq!((user_version(&copy).unwrap(), kept_values(&copy)), (1, 1));
}

#[test]
fn an_upgrade_that_fails_leaves_the_old_database_as_it_was() {
    let (_dir, folder, now) = home();
    with_one_setting(&folder, now);
    assert!(open_with(&folder, false, now, &BROKEN).is_err());
    let connection = open_with(&folder, true, now, &MIGRATIONS[..1]).unwrap();
    assert_eq!(
        (user_version(&connection).unwrap(), kept_values(&connection)),
        (1, 1)
    );
    assert!(connection.prepare("SELECT colour FROM piece").is_err());
}

#[test]
fn a_new_database_needs_no_copy() {
    let (_dir, folder, now) = home();
    drop(open(&folder, false, now).unwrap());
    assert!(snapshots(&folder).unwrap().is_empty());
}

#[test]
fn a_first_start_cut_short_anywhere_is_carried_on() {
    let (_dir, folder, now) = home();
    create_new(&folder.database()).unwrap();
    assert_eq!(on_disk(&folder).unwrap(), OnDisk::Nothing);
    drop(connect(&folder.database()).unwrap());
    assert_eq!(on_disk(&folder).unwrap(), OnDisk::Nothing);
    drop(open(&folder, true, now).unwrap());
    assert_eq!(
        on_disk(&folder).unwrap(),
        OnDisk::Ours {
            version: NEWEST,
            log: false
        }
    );
}

#[test]
fn a_version_that_stands_only_in_the_log_is_found_without_opening() {
    let (dir, folder, now) = home();
    let connection = open_with(&folder, false, now, &TWO).unwrap();
    // What a crash leaves: the files as they are while the connection is open.
    let crashed = Folder::new(&dir.path().join("crashed"));
    fs::create_dir(crashed.root()).unwrap();
    fs::copy(folder.database(), crashed.database()).unwrap();
    fs::copy(folder.write_ahead_log(), crashed.write_ahead_log()).unwrap();
    drop(connection);
    assert_eq!(
        on_disk(&crashed).unwrap(),
        OnDisk::Ours {
            version: 2,
            log: true
        }
    );
    fs::remove_file(crashed.write_ahead_log()).unwrap();
    assert_ne!(
        on_disk(&crashed).unwrap(),
        OnDisk::Ours {
            version: 2,
            log: true
        }
    );
}

#[test]
fn something_else_under_the_databases_name_is_not_taken_for_ours() {
    let (_dir, folder, _now) = home();
    fs::write(folder.database(), [b'x'; 4096]).unwrap();
    assert_eq!(on_disk(&folder).unwrap(), OnDisk::Foreign);
    fs::remove_file(folder.database()).unwrap();
    let other = Connection::open(folder.database()).unwrap();
    other
        .execute_batch("CREATE TABLE t(x); PRAGMA user_version = 3")
        .unwrap();
    drop(other);
    assert_eq!(on_disk(&folder).unwrap(), OnDisk::Foreign);
}

#[test]
fn seven_daily_copies_stay_and_an_upgrade_copy_is_not_among_them() {
    let (_dir, folder, now) = home();
    let connection = open(&folder, false, now).unwrap();
    take_snapshot(&connection, &folder, Occasion::BeforeUpgrade, now).unwrap();
    for day in 0..9 {
        let at = now + jiff::SignedDuration::from_hours(24 * day);
        take_snapshot(&connection, &folder, Occasion::Daily, at).unwrap();
        keep_newest(&folder, Occasion::Daily).unwrap();
    }
    let kept = snapshots(&folder).unwrap();
    assert_eq!(kept.len(), 8);
    assert_eq!(
        kept[0].taken,
        now + jiff::SignedDuration::from_hours(24 * 8)
    );
    assert_eq!(kept[7].occasion, Occasion::BeforeUpgrade);
}
