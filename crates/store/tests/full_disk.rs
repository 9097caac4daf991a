//! The disk is full. What was sung is kept, the end of it too, and the person is told in time.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod people;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use people::{evening, hum, hum_header};
use rustix::mount::{MountFlags, UnmountFlags};
use store::{Store, StoreError, TakeRead, TakeState};

/// A small disk of its own, in memory.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None`, and says why, where mounting is not allowed.
    fn of_megabytes(size: u32) -> Option<SmallDisk> {
        let at = tempfile::tempdir().unwrap();
        let size = std::ffi::CString::new(format!("size={size}m")).unwrap();
        match rustix::mount::mount("tmpfs", at.path(), "tmpfs", MountFlags::empty(), &*size) {
            Ok(()) => Some(SmallDisk(at)),
            Err(e) => {
                println!("skipped: no disk can be mounted here ({e})");
                None
            }
        }
    }

    fn store(&self) -> PathBuf {
        self.0.path().join("store")
    }

    /// Somebody else fills it to the last byte.
    fn fill(&self) {
        let mut file = File::create(self.0.path().join("photos")).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    fn tidy(&self) {
        fs::remove_file(self.0.path().join("photos")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = rustix::mount::unmount(self.0.path(), UnmountFlags::DETACH);
    }
}

fn now() -> jiff::Timestamp {
    "2026-11-23T18:30:00Z".parse().unwrap()
}

fn assert_same(read: &TakeRead, sung: &[f32]) {
    assert_eq!(read.samples.len(), sung.len());
    assert!(
        read.samples
            .iter()
            .zip(sung)
            .all(|(a, b)| (a - b).abs() < 2e-7)
    );
    assert!(read.damaged.is_empty());
}

#[test]
fn when_the_disk_fills_up_while_singing_everything_sung_so_far_is_kept_and_sealed() {
    let Some(disk) = SmallDisk::of_megabytes(90) else {
        return;
    };
    let (mut store, _) = Store::open(&disk.store(), now()).unwrap();
    assert!(disk.store().join("reserve.bin").exists());
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    let sung = hum(10.0);
    writer.append(&sung[..9_999]).unwrap();
    disk.fill();

    let told = writer.append(&sung[9_999..]).err();
    let Some(StoreError::StorageFull { kept }) = told else {
        panic!("{told:?}")
    };
    assert_eq!(
        kept,
        sung.len() as u64,
        "the reserve takes in what was already sung"
    );
    assert!(matches!(writer.append(&[0.1]), Err(StoreError::StorageFull { kept: k }) if k == kept));
    let sealed = writer.seal().unwrap();
    assert_eq!(store.adopt_take(&sealed).unwrap().state, TakeState::Ok);
    store
        .end_session(session, store::EndReason::Stopped, 1, 10_000)
        .unwrap();
    assert_same(&store.read_take(header.take).unwrap(), &sung);
    assert!(store.check().unwrap().is_sound());

    assert!(store.room().unwrap() < 3.0);
    drop(store);
    let (store, _) = Store::open(&disk.store(), now()).unwrap();
    assert_same(&store.read_take(header.take).unwrap(), &sung);
    assert!(
        !disk.store().join("reserve.bin").exists(),
        "no room for it yet"
    );
    store.close().unwrap();
    disk.tidy();
    Store::open(&disk.store(), now()).unwrap();
    assert!(
        disk.store().join("reserve.bin").exists(),
        "put back once there is room"
    );
}

#[test]
fn with_the_reserve_used_up_too_what_is_on_the_disk_is_found_once_there_is_room() {
    let Some(disk) = SmallDisk::of_megabytes(24) else {
        return;
    };
    let (mut store, _) = Store::open(&disk.store(), now()).unwrap();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    let sung = hum(60.0);
    writer.append(&sung[..9_999]).unwrap();
    let safe = writer.on_disk();
    disk.fill();
    let told = writer.append(&sung[9_999..]).err();
    let Some(StoreError::StorageFull { kept }) = told else {
        panic!("{told:?}")
    };
    assert!((safe..sung.len() as u64).contains(&kept));
    assert!(matches!(writer.seal(), Err(StoreError::StorageFull { .. })));
    assert!(matches!(
        store.set("a", &"x".repeat(9_000)),
        Err(StoreError::StorageFull { .. })
    ));
    assert!(matches!(
        store.begin_take(&hum_header(session)),
        Err(StoreError::StorageFull { .. })
    ));
    assert!(
        store.session(session).is_ok(),
        "what was kept can still be read"
    );
    drop(store);

    // Even now it opens, and says what it cannot do yet; then there is room.
    if let Ok((store, opening)) = Store::open(&disk.store(), now()) {
        assert!(opening.salvaged.is_empty());
        drop(store);
    }
    disk.tidy();
    let (store, opening) = Store::open(&disk.store(), now()).unwrap();
    assert_eq!(opening.salvaged[0].frames, kept);
    assert_same(
        &store.read_take(header.take).unwrap(),
        &sung[..kept as usize],
    );
    assert!(store.check().unwrap().is_sound());
}

const STORE: &str = "UNDERSONG_STORE_OF_THE_LIMITED";

/// Not a test of its own: a recorder whose files may not grow beyond a limit.
#[test]
fn the_recorder_with_a_limit() {
    let Ok(dir) = std::env::var(STORE) else {
        return;
    };
    let (mut store, _) = Store::open(Path::new(&dir), now()).unwrap();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    let sung = hum(59.0);
    let mut told = None;
    for _ in 0..40 {
        told = writer.append(&sung).err();
        if told.is_some() {
            break;
        }
    }
    let Some(StoreError::StorageFull { kept }) = told else {
        panic!("{told:?}")
    };
    println!("@{} {kept}", header.take);
}

#[test]
fn a_limit_on_the_size_of_files_is_met_like_a_full_disk() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    // The limit's signal would end the process; ignored, the write itself says no.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "the_recorder_with_a_limit", "--nocapture"])
        .env(STORE, &store)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said
        .split_once('@')
        .unwrap_or_else(|| panic!("{output:?}"))
        .1;
    let (take, kept) = line.lines().next().unwrap().split_once(' ').unwrap();
    let kept: u64 = kept.parse().unwrap();
    assert!(kept > 100_000, "a megabyte was allowed");
    let (store, opening) = Store::open(&store, now()).unwrap();
    assert_eq!(opening.salvaged[0].frames, kept);
    assert_eq!(
        store
            .read_take(take.parse().unwrap())
            .unwrap()
            .samples
            .len() as u64,
        kept
    );
}
