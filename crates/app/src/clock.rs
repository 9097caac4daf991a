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
