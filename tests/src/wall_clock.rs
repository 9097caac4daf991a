//! A clock on the wall that a test sets, for the one program under test: Debian's `libfaketime`.
//!
//! Only the time of day is moved. What a stopwatch shows stays real, as on a computer whose clock
//! somebody sets; so do all other programs, the notification service among them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use jiff::Zoned;
use jiff::tz::TimeZone;

/// The program whose clock it is.
const PROGRAM: &str = "undersong";

/// After it was set, the program may go by the old time for so long, in seconds.
const NOTICED_AFTER: u32 = 1;

/// Runs on by itself from where it was set last.
pub struct WallClock {
    file: PathBuf,
    zone: TimeZone,
    library: String,
}

impl WallClock {
    /// Hangs one up in `folder` that shows `now`, in its zone.
    ///
    /// # Errors
    /// `faketime` is not installed, or `folder` takes no file.
    pub fn hang_up(folder: &Path, now: &Zoned) -> Result<WallClock> {
        // It knows where its library for programs with threads lies.
        let library = Command::new("faketime")
            .args(["-m", "-f", "+0", "printenv", "LD_PRELOAD"])
            .output()
            .context("faketime is not there (Debian package faketime)")?;
        let library = String::from_utf8(library.stdout)?.trim().to_owned();
        ensure!(!library.is_empty(), "faketime does not name its library");
        let clock = WallClock {
            file: folder.join("wall-clock"),
            zone: now.time_zone().clone(),
            library,
        };
        clock.set(now)?;
        Ok(clock)
    }

    /// For the program that is to go by it.
    ///
    /// # Errors
    /// The zone has no name.
    pub fn env(&self) -> Result<Vec<(String, String)>> {
        let zone = self.zone.iana_name().context("a zone without a name")?;
        let all = [
            ("TZ", zone.to_owned()),
            ("LD_PRELOAD", self.library.clone()),
            ("FAKETIME_ONLY_CMDS", PROGRAM.to_owned()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.display().to_string()),
            ("FAKETIME_CACHE_DURATION", NOTICED_AFTER.to_string()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ];
        Ok(all.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Sets it, forward or back.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn set(&self, to: &Zoned) -> Result<()> {
        let ahead = to.timestamp().as_second() - Zoned::now().timestamp().as_second();
        // In one go: half a number would be another time.
        let draft = self.file.with_extension("draft");
        fs::write(&draft, format!("{ahead:+}\n"))?;
        fs::rename(&draft, &self.file).context("setting the clock")
    }

    /// What it shows, to the second.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn now(&self) -> Result<Zoned> {
        let ahead: i64 = fs::read_to_string(&self.file)?.trim().parse()?;
        let now = Zoned::now().timestamp() + jiff::SignedDuration::from_secs(ahead);
        Ok(now.to_zoned(self.zone.clone()))
    }
}

impl Drop for WallClock {
    /// The library keeps a little shared memory for each program it was loaded into, and leaves it
    /// behind when that is killed.
    fn drop(&mut self) {
        for entry in fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let program = name.contains("faketime_").then(|| name.rsplit('_').next());
            let is_over = program.flatten().is_some_and(|id| {
                id.parse::<u32>().is_ok() && !Path::new("/proc").join(id).exists()
            });
            if is_over {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
