//! A full look at a store, for `doctor`: every page, every sealed take, files against rows.

use crate::database::passes;
use crate::error::Result;
use crate::ids::TakeId;
use crate::store::Store;
use crate::takes::TakeState;
use crate::takes::reader::scan;

/// What a check has found. Reading alone; nothing is put right.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoreReport {
    /// Whether SQLite's own check passes.
    pub database_is_sound: bool,
    /// Takes that can be read from end to end.
    pub sound_takes: u32,
    /// Takes of which some part, or all, cannot be read.
    pub damaged_takes: Vec<TakeId>,
    /// Takes with a row and no file.
    pub missing_takes: Vec<TakeId>,
    /// Files that lie in quarantine.
    pub quarantined_files: u32,
    /// Files that lie in the trash.
    pub trashed_files: u32,
    /// Sealed rows that do not open.
    pub unreadable_rows: u32,
    /// Room on the disk, in minutes of recording.
    pub room_minutes: f64,
}

impl StoreReport {
    /// Whether everything is as it was left.
    pub fn is_sound(&self) -> bool {
        self.database_is_sound
            && self.unreadable_rows == 0
            && self.damaged_takes.is_empty()
            && self.missing_takes.is_empty()
    }
}

impl Store {
    /// Looks at everything. Takes about a second for each ten minutes of recordings.
    pub fn check(&self) -> Result<StoreReport> {
        let files_in = |folder| {
            std::fs::read_dir(folder)
                .map_or(0, |entries| u32::try_from(entries.count()).unwrap_or(0))
        };
        let mut report = StoreReport {
            database_is_sound: passes(&self.connection, "quick_check"),
            quarantined_files: files_in(self.folder.quarantine()),
            trashed_files: files_in(self.folder.trash()),
            room_minutes: self.room()?,
            ..StoreReport::default()
        };
        for row in self.takes()? {
            match row.state {
                TakeState::Trashed | TakeState::Quarantined => {}
                TakeState::Missing => report.missing_takes.push(row.take),
                TakeState::Ok | TakeState::Recovered => {
                    let path = self.folder.take(row.take);
                    match scan(&path, &self.keys, |_, _, _| {}) {
                        Ok(scan) if scan.is_whole(row.frames) => report.sound_takes += 1,
                        Ok(_) => report.damaged_takes.push(row.take),
                        Err(_) if !path.exists() => report.missing_takes.push(row.take),
                        Err(_) => report.damaged_takes.push(row.take),
                    }
                }
            }
        }
        report.unreadable_rows = self.unreadable_rows()?;
        Ok(report)
    }
    fn unreadable_rows(&self) -> Result<u32> {
        let opens = self.read_all(include_str!("sealed.sql"), [], |row, sealer| {
            let place: String = row.get("place")?;
            let (id, rest): (Vec<u8>, String) = (row.get("id")?, row.get("rest")?);
            let sealed: Vec<u8> = row.get("sealed")?;
            Ok(sealer.opens(&place, &[&id, rest.as_bytes()].concat(), &sealed))
        })?;
        Ok(u32::try_from(opens.iter().filter(|opens| !**opens).count()).unwrap_or(u32::MAX))
    }
}
