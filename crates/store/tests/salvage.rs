//! The morning after a crash: every recording is found, given an end and a place in the album.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod people;

use std::fs;

use people::{Home, Humming, RATE, evening, hum_header};
use store::{Damage, Store, StoreError, TakeId, TakeState};

const SLOT: usize = RATE as usize / 4;

#[test]
fn a_take_that_was_running_when_the_app_went_away_is_there_next_time() {
    let humming = Humming::cut_off_after(2.1);
    let (store, opening) = humming.home.open();
    let [salvaged] = &opening.salvaged[..] else {
        panic!("one take was running")
    };
    assert_eq!(
        (salvaged.take, salvaged.session),
        (humming.take, humming.session)
    );
    assert_eq!(salvaged.header.name, "First hum");
    assert_eq!(
        salvaged.frames as usize,
        8 * SLOT,
        "all but the last quarter second"
    );
    assert_eq!(
        store.take(humming.take).unwrap().state,
        TakeState::Recovered
    );
    let read = store.read_take(humming.take).unwrap();
    assert!(
        read.samples
            .iter()
            .zip(&humming.sung)
            .all(|(a, b)| (a - b).abs() < 2e-7)
    );
    assert!(store.check().unwrap().is_sound());
    assert!(
        humming.home.names("trash").is_empty(),
        "nothing had to be cut"
    );
}

#[test]
fn salvaging_twice_changes_nothing_more() {
    let humming = Humming::cut_off_after(2.1);
    humming.home.open().0.close().unwrap();
    let once = fs::read(humming.file("take")).unwrap();
    let (store, opening) = humming.home.open();
    assert!(opening.salvaged.is_empty() && opening.damaged.is_empty());
    assert!(fs::read(humming.file("take")).unwrap() == once);
    assert_eq!(store.takes().unwrap().len(), 1);
}

#[test]
fn a_torn_end_is_cut_and_the_original_kept_in_the_trash() {
    for torn in [1, 100, 1_000] {
        let humming = Humming::cut_off_after(2.1);
        let part = humming.file("part");
        let mut bytes = fs::read(&part).unwrap();
        bytes.extend(vec![0xAB; torn]);
        fs::write(&part, &bytes).unwrap();
        let (store, opening) = humming.home.open();
        assert_eq!(opening.salvaged[0].frames as usize, 8 * SLOT);
        assert!(!part.exists());
        let trash = humming.home.names("trash");
        assert_eq!(trash, [format!("trash/20261123-{}.part", humming.take)]);
        assert!(humming.home.everything()[&trash[0]] == bytes);
        assert!(store.check().unwrap().is_sound());
    }
}

#[test]
fn a_salvage_cut_short_itself_is_done_again_from_the_start() {
    let humming = Humming::cut_off_after(2.1);
    let part = humming.file("part");
    let mut bytes = fs::read(&part).unwrap();
    bytes.extend([0xAB; 700]);
    fs::write(&part, &bytes).unwrap();
    // While copying:
    fs::write(humming.file("salvage"), &bytes[..1_000]).unwrap();
    humming.home.open().0.close().unwrap();
    let take = fs::read(humming.file("take")).unwrap();
    assert!(!humming.file("salvage").exists());
    // Between the take's new name and the original's way into the trash:
    fs::write(&part, &bytes).unwrap();
    let (store, opening) = humming.home.open();
    assert!(opening.salvaged.is_empty());
    assert!(!part.exists() && fs::read(humming.file("take")).unwrap() == take);
    assert_eq!(store.takes().unwrap().len(), 1);
    // While writing the end into a whole part:
    drop(store);
    let other = Humming::cut_off_after(2.1);
    let mut bytes = fs::read(other.file("part")).unwrap();
    let half_an_end = bytes[bytes.len() - 1_556..bytes.len() - 900].to_vec();
    bytes.extend(half_an_end);
    fs::write(other.file("part"), bytes).unwrap();
    assert_eq!(other.home.open().1.salvaged[0].frames as usize, 8 * SLOT);
}

#[test]
fn a_take_that_never_got_a_sound_leaves_no_trace_in_the_album() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    drop(store.begin_take(&header).unwrap());
    drop(store);
    let torn = home.path().join(format!("rec/{}.part", TakeId::new()));
    fs::write(torn, b"UST1").unwrap();
    let (store, opening) = home.open();
    assert!(opening.salvaged.is_empty() && opening.damaged.is_empty());
    assert!(store.takes().unwrap().is_empty());
    assert_eq!(home.names("trash").len(), 2);
}

#[test]
fn a_sealed_take_whose_row_was_never_written_is_adopted() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    writer.append(&people::hum(1.3)).unwrap();
    let sealed = writer.seal().unwrap();
    drop(store);
    let (mut store, opening) = home.open();
    assert_eq!(opening.salvaged[0].frames, sealed.frames);
    assert_eq!(
        store.takes_of(session).unwrap()[0].state,
        TakeState::Recovered
    );
    assert_eq!(
        store.adopt_take(&sealed).unwrap().frames,
        sealed.frames,
        "twice does no harm"
    );
    assert_eq!(store.takes().unwrap().len(), 1);
}

#[test]
fn a_take_whose_file_vanished_is_called_missing_and_welcomed_back() {
    let humming = Humming::sealed_after(1.0);
    let file = humming.file("take");
    let bytes = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let (store, opening) = humming.home.open();
    assert_eq!(
        (opening.damaged[0].take, opening.damaged[0].what),
        (humming.take, Damage::Missing)
    );
    assert_eq!(store.take(humming.take).unwrap().state, TakeState::Missing);
    assert!(matches!(
        store.read_take(humming.take),
        Err(StoreError::TakeMissing)
    ));
    assert_eq!(store.check().unwrap().missing_takes, [humming.take]);
    store.close().unwrap();

    assert!(
        humming.home.open().1.damaged.is_empty(),
        "said once is enough"
    );
    fs::write(&file, bytes).unwrap();
    let (store, _) = humming.home.open();
    assert!(store.read_take(humming.take).is_ok());
}

#[test]
fn what_cannot_be_read_at_all_is_set_aside_and_the_rest_goes_on() {
    let humming = Humming::cut_off_after(1.1);
    let nonsense = vec![0x42; 60_000];
    let other = TakeId::new();
    let names = [
        format!("rec/{other}.part"),
        format!("rec/{}.take", TakeId::new()),
    ];
    for name in &names {
        fs::write(humming.home.path().join(name), &nonsense).unwrap();
    }
    // One take under another's name would hide it.
    let impostor = TakeId::new();
    fs::copy(
        humming.file("part"),
        humming.home.path().join(format!("rec/{impostor}.part")),
    )
    .unwrap();
    let (store, opening) = humming.home.open();
    assert_eq!(opening.salvaged.len(), 1);
    assert_eq!(opening.damaged.len(), 3);
    assert!(
        opening
            .damaged
            .iter()
            .all(|damaged| damaged.what == Damage::Unreadable)
    );
    let aside = humming.home.names("quarantine");
    assert_eq!(aside.len(), 3);
    assert!(humming.home.everything()[&format!("quarantine/{other}.part")] == nonsense);
    assert_eq!(store.takes().unwrap().len(), 1);
    drop(store);
    assert!(humming.home.open().1.damaged.is_empty());
    assert_eq!(humming.home.names("quarantine"), aside);
}

#[test]
fn a_file_that_three_starts_did_not_get_past_is_set_aside_unread() {
    let humming = Humming::cut_off_after(1.1);
    fs::write(humming.file("attempts"), [2]).unwrap();
    let again = Humming {
        home: humming.home,
        ..humming
    };
    assert_eq!(
        again.home.open().1.salvaged.len(),
        1,
        "the third start may still succeed"
    );
    assert!(!again.file("attempts").exists());

    let humming = Humming::cut_off_after(1.1);
    let bytes = fs::read(humming.file("part")).unwrap();
    fs::write(humming.file("attempts"), [3]).unwrap();
    let (_, opening) = humming.home.open();
    assert_eq!(opening.damaged[0].what, Damage::Unreadable);
    let aside = format!("quarantine/{}.part", humming.take);
    assert!(
        humming.home.everything()[&aside] == bytes,
        "unread, but every byte of it"
    );
}

#[test]
fn damage_in_the_middle_of_a_running_take_does_not_cost_what_came_after() {
    let humming = Humming::cut_off_after(3.0);
    let part = humming.file("part");
    let mut bytes = fs::read(&part).unwrap();
    let end = bytes.len();
    // Two and a half slots before the end.
    bytes[end - 3_890] ^= 0x10;
    fs::write(&part, &bytes).unwrap();
    let (store, opening) = humming.home.open();
    assert_eq!(opening.salvaged[0].frames as usize, 12 * SLOT);
    let read = store.read_take(humming.take).unwrap();
    let slot = SLOT as u64;
    assert_eq!(read.damaged, std::slice::from_ref(&(9 * slot..10 * slot)));
    let tail = 10 * SLOT..12 * SLOT;
    assert!(
        read.samples[tail.clone()]
            .iter()
            .zip(&humming.sung[tail])
            .all(|(a, b)| (a - b).abs() < 2e-7)
    );
}

#[test]
fn other_peoples_files_among_the_takes_are_none_of_our_business() {
    let humming = Humming::sealed_after(1.0);
    let notes = humming.home.path().join("rec/notes.txt");
    fs::write(&notes, "remember the tune").unwrap();
    let (_store, opening) = humming.home.open();
    assert!(opening.salvaged.is_empty() && opening.damaged.is_empty());
    assert!(notes.exists());
}

#[test]
fn a_folder_that_cannot_be_written_says_so_before_anyone_sings() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let now = "2026-11-23T18:30:00Z".parse().unwrap();
    let error = Store::open(&file.path().join("store"), now).err();
    assert!(matches!(error, Some(StoreError::Disk(_))));
}
