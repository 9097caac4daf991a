//! A person at home: a folder, a clock that stands still, and something to hum.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub mod said;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use store::{NewSession, Opening, PickedBy, SessionId, SessionLength, Store, TakeHeader, TakeId};

/// Slow enough that a slot of 250 ms holds 500 frames, and tests stay quick.
pub const RATE: u32 = 2_000;

pub struct Home {
    dir: tempfile::TempDir,
    pub now: Timestamp,
}

/// Somebody who has begun to hum: the take grows, and nobody has sealed it.
pub struct Humming {
    pub home: Home,
    pub session: SessionId,
    pub take: TakeId,
    pub sung: Vec<f32>,
}

impl Humming {
    /// The app goes away in the middle.
    pub fn cut_off_after(seconds: f64) -> Humming {
        let home = Home::new();
        let (mut store, _) = home.open();
        let session = store.insert_session(&evening("vs02")).unwrap();
        let header = hum_header(session);
        let mut writer = store.begin_take(&header).unwrap();
        let sung = hum(seconds);
        writer.append(&sung).unwrap();
        Humming {
            home,
            session,
            take: header.take,
            sung,
        }
    }

    /// They end it themselves, and it is in the album.
    pub fn sealed_after(seconds: f64) -> Humming {
        let home = Home::new();
        let (mut store, _) = home.open();
        let session = store.insert_session(&evening("vs02")).unwrap();
        let header = hum_header(session);
        let mut writer = store.begin_take(&header).unwrap();
        let sung = hum(seconds);
        writer.append(&sung).unwrap();
        store.adopt_take(&writer.seal().unwrap()).unwrap();
        store.close().unwrap();
        Humming {
            home,
            session,
            take: header.take,
            sung,
        }
    }

    pub fn file(&self, ending: &str) -> PathBuf {
        self.home.path().join(format!("rec/{}.{ending}", self.take))
    }
}

impl Home {
    pub fn new() -> Home {
        // In memory where there is such a place: what is durable there is seen as well, sooner.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory).unwrap()
        } else {
            tempfile::tempdir().unwrap()
        };
        Home {
            dir,
            now: "2026-11-23T18:30:00Z".parse().unwrap(),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("store")
    }

    #[track_caller]
    pub fn open(&self) -> (Store, Opening) {
        Store::open(&self.path(), self.now).unwrap()
    }

    /// Every file and its bytes, by its path inside the store.
    pub fn everything(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(), &self.path(), &mut files);
        files
    }

    /// The files that are new, gone or different.
    pub fn changed_since(&self, before: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
        let now = self.everything();
        let names = before.keys().chain(now.keys()).collect::<BTreeSet<_>>();
        names
            .into_iter()
            .filter(|name| before.get(*name) != now.get(*name))
            .cloned()
            .collect()
    }

    pub fn names(&self, folder: &str) -> Vec<String> {
        let folder = format!("{folder}/");
        self.everything()
            .into_keys()
            .filter(|name| name.starts_with(&folder))
            .collect()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

pub fn evening(exercise: &str) -> NewSession {
    NewSession {
        exercise: exercise.into(),
        length: SessionLength::Full,
        easier: false,
        without_microphone: false,
        picked_by: PickedBy::Suggested,
        started: "2026-11-23T19:30:00+01:00[Europe/Berlin]".parse().unwrap(),
    }
}

pub fn hum_header(session: SessionId) -> TakeHeader {
    TakeHeader {
        take: TakeId::new(),
        session,
        exercise: "vs02".into(),
        name: "First hum".into(),
        rate: RATE,
        pre_roll: 100,
        round_trip: 37,
        length: 4_000,
        punch_in: 8_000,
        channels: 1,
    }
}

/// A line that `cargo xtask bench` reads.
pub fn figure(name: &str, measured: f64, note: &str) {
    let figure = serde_json::json!({ "name": name, "measured": measured, "note": note });
    println!("@figure {figure}");
}

/// Never twice the same value within a minute, so that a frame in the wrong place is seen.
pub fn hum(seconds: f64) -> Vec<f32> {
    let frames = (seconds * f64::from(RATE)) as usize;
    (0..frames)
        .map(|frame| ((frame % 120_000) as f32 / 120_000.0) * 1.6 - 0.8)
        .collect()
}
