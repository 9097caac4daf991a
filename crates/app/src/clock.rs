//! The time of day, as the rest of the app is told it.

use std::time::Duration;

use jiff::{SignedDuration, Zoned};

/// Where "now" comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system's clock and zone.
    System,
    /// A day that moves only when [`Clock::advance`] says so; for virtual time and tests.
    Virtual(Zoned),
}

impl Clock {
    /// Now, in the person's zone.
    #[must_use]
    pub fn now(&self) -> Zoned {
        match self {
            Clock::System => Zoned::now(),
            Clock::Virtual(now) => now.clone(),
        }
    }

    /// Finds out anew where the system is. Otherwise a zone is believed for five minutes, and those
    /// stand still while a computer sleeps: it would wake up in another country by the old time.
    pub fn look_around(&self) {
        if let Clock::System = self {
            jiff::tz::reset_system_time_zone_cache();
        }
    }

    /// Lets virtual time pass; the system's clock passes by itself.
    pub fn advance(&mut self, by: Duration) {
        if let Clock::Virtual(now) = self
            && let Ok(by) = SignedDuration::try_from(by)
            && let Ok(later) = now.checked_add(by)
        {
            *now = later;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// Where this process, whose zone it is, finds it; the tests beside it keep their own.
    const PLACE: &str = "UNDERSONG_TEST_LOCALTIME";

    fn move_to(zone: &str, place: &Path) {
        let _ = fs::remove_file(place);
        let there = Path::new("/usr/share/zoneinfo").join(zone);
        symlink(there, place).expect("a link is made");
    }

    #[test]
    fn a_computer_carried_to_another_country_is_there_at_the_next_look() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("localtime");
        move_to("Europe/Berlin", &place);
        let carried = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "clock::tests::carried", "--ignored"])
            .envs([("TZ", &place), (PLACE, &place)])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&carried.stdout);
        assert!(carried.status.success(), "{said}");
        assert!(said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "run by the test above, in a process whose zone is its own"]
    fn carried() {
        let place = std::env::var_os(PLACE).unwrap();
        let here = || {
            Clock::System
                .now()
                .time_zone()
                .iana_name()
                .map(str::to_owned)
        };
        assert_eq!(here().as_deref(), Some("Europe/Berlin"));
        move_to("America/New_York", Path::new(&place));
        Clock::System.look_around();
        assert_eq!(here().as_deref(), Some("America/New_York"));
    }
}
