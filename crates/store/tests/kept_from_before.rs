//! Databases that earlier versions left behind open today, with everything in them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use jiff::civil::date;
use practice::reminders::{Answer, Reminder, Shown, Text, When, Wish, plan};
use store::Store;

/// A copy of `tests/kept/<name>`; opening it changes it.
fn kept(name: &str) -> tempfile::TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/kept")
        .join(name);
    let to = tempfile::tempdir().unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.path().join(file.file_name())).unwrap();
    }
    to
}

fn evening() -> jiff::Timestamp {
    "2026-11-24T18:30:00Z".parse().unwrap()
}

/// Anna's fourteen evenings, as the first version kept them; her one recording is not in the copy.
#[test]
fn anna_s_three_weeks_from_before_there_were_reminders_are_all_there() {
    let home = kept("version-1");
    let (mut store, opening) = Store::open(home.path(), evening()).unwrap();
    assert!(opening.read_only.is_none());
    let sessions = store.sessions(100).unwrap();
    assert_eq!(sessions.len(), 14);
    assert_eq!(store.pieces().unwrap().len(), 3);
    assert_eq!(store.checkins(sessions[0].id).unwrap().len(), 2);
    let music = store.music_days(date(2026, 11, 1)).unwrap();
    assert_eq!(music.len(), 14);
    assert!(music.contains(&date(2026, 11, 22)) && !music.contains(&date(2026, 11, 20)));

    let day = date(2026, 11, 24);
    let shown = Shown {
        text: Text::OneSmallBeat,
        answer: Some(Answer::Later),
        exercise: Some("bt01".into()),
    };
    store.save_reminder_shown(day, &shown).unwrap();
    store.set_day_off(day, true).unwrap();
    store.close().unwrap();
    let (store, _) = Store::open(home.path(), evening()).unwrap();
    assert_eq!(store.reminders_shown(day).unwrap(), [(day, shown)].into());
    assert_eq!(store.days_off(day).unwrap(), [day].into());
}

#[test]
fn before_it_is_brought_up_to_date_a_copy_is_put_aside() {
    let home = kept("version-1");
    drop(Store::open(home.path(), evening()).unwrap());
    let copies = fs::read_dir(home.path().join("snap")).unwrap();
    let names = copies.map(|copy| copy.unwrap().file_name().to_string_lossy().into_owned());
    let of_the_first = names.filter(|name| name.contains("-v1-")).count();
    assert_eq!(of_the_first, 1, "as it was before");
}

#[test]
fn what_is_armed_is_exactly_what_was_said_last() {
    let home = kept("version-1");
    let (mut store, _) = Store::open(home.path(), evening()).unwrap();
    let wish = Wish {
        week: [Some(When::At(jiff::civil::time(19, 0, 0, 0))); 7],
        cue: None,
        quiet: None,
        since: date(2026, 11, 24),
    };
    let now = evening().in_tz("Europe/Berlin").unwrap();
    let planned: Vec<Reminder> = plan(&wish, &Default::default(), &now);
    store.set_armed_reminders(&planned).unwrap();
    store.set_armed_reminders(&planned[1..]).unwrap();
    assert_eq!(store.armed_reminders().unwrap(), planned[1..]);
    assert_eq!(
        store.check().unwrap().unreadable_rows,
        0,
        "a check opens these rows, too"
    );
    store.set_day_off(date(2026, 11, 25), true).unwrap();
    store.set_day_off(date(2026, 11, 25), false).unwrap();
    assert!(store.days_off(date(2026, 11, 1)).unwrap().is_empty());
}
