//! Two clocks of the supervisor: is a stream still alive, and when to look for it again.
//!
//! Pure: `now` is an argument.

use std::time::{Duration, Instant};

/// A stream whose callback has not come for this long is lost, whatever its server says. Below a
/// second, so that a person hears of it before wondering.
const STARVED: Duration = Duration::from_millis(700);

/// Pauses before the first attempts to open a device again; the last goes on for ever.
const PAUSES_MS: [u64; 5] = [0, 50, 200, 500, 1_000];

/// Watches a counter of callbacks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    callbacks: u64,
    moved_at: Instant,
}

impl Watch {
    pub(super) fn new(now: Instant) -> Watch {
        Watch {
            callbacks: 0,
            moved_at: now,
        }
    }

    /// True if the counter has stood still for too long.
    pub(super) fn is_starved(&mut self, callbacks: u64, now: Instant) -> bool {
        if callbacks != self.callbacks {
            *self = Watch {
                callbacks,
                moved_at: now,
            };
        }
        now.saturating_duration_since(self.moved_at) > STARVED
    }
}

/// When to try again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retry {
    attempts: usize,
    due: Instant,
    began: Instant,
}

impl Retry {
    pub(super) fn new(now: Instant) -> Retry {
        Retry {
            attempts: 0,
            due: now,
            began: now,
        }
    }

    /// True once for each attempt; the next is put off by the pause that follows.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        if now < self.due {
            return false;
        }
        self.attempts = (self.attempts + 1).min(PAUSES_MS.len() - 1);
        self.due = now + Duration::from_millis(PAUSES_MS[self.attempts]);
        true
    }

    /// How long we have been at it.
    pub(super) fn waited(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_stream_is_starved_only_when_its_callback_stays_away() {
        let start = Instant::now();
        let mut watch = Watch::new(start);
        assert!(!watch.is_starved(1, start + ms(600)));
        assert!(
            !watch.is_starved(1, start + ms(1_200)),
            "600 ms is a busy machine"
        );
        assert!(!watch.is_starved(2, start + ms(1_250)));
        assert!(
            watch.is_starved(2, start + ms(2_000)),
            "and within a second it is lost"
        );
    }

    #[test]
    fn attempts_come_quickly_at_first_and_then_every_second() {
        let start = Instant::now();
        let mut retry = Retry::new(start);
        let attempts: Vec<u64> = (0..4_000)
            .filter(|t| retry.is_due(start + ms(*t)))
            .collect();
        assert_eq!(attempts, [0, 50, 250, 750, 1_750, 2_750, 3_750]);
    }
}
