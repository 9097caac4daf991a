//! "Send one in ten seconds." "Got it?"
//!
//! It goes the way that real ones go. Where the system keeps time, it is the system that shows it:
//! the app only waits to be told, and whoever leaves the app meanwhile is asked on coming back. It
//! has a name that no day has; so no plan counts it or takes it away, and touching it begins nothing.

use std::time::Duration;

use practice::reminders::ReminderId;

use super::Reminders;
use super::sink::{Happened, Invitation};
use crate::ipc::{Changed, IpcError, ReminderTrial};

/// The name of the one that is only tried; no day has it.
pub(super) const TRIAL_ID: ReminderId = ReminderId(1);
/// From the wish to the reminder.
const TRIAL: Duration = Duration::from_secs(10);
/// What a system may be late by, before we say that it holds reminders back. Android takes three
/// quarters of the time there was to wait, or a little more.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the one that is tried is.
#[derive(Debug, Default)]
pub(super) struct Trial {
    stage: ReminderTrial,
    awaited: Option<Awaited>,
    /// Something was heard of it since that was last asked.
    touched: bool,
}

/// Who shows it, by a clock nobody can set.
#[derive(Debug, Clone, Copy)]
enum Awaited {
    /// We do, at this moment.
    Ours(Duration),
    /// The system does, and tells. Not later than this.
    Systems(Duration),
}

impl Reminders {
    /// Sends one in ten seconds.
    pub fn begin_trial(&mut self, mono: Duration) {
        let theirs = self.sink.keeps_time() && self.sink.rehearse(&invitation(), TRIAL);
        self.trial = Trial {
            stage: ReminderTrial::Waiting,
            awaited: Some(match theirs {
                true => Awaited::Systems(mono + TRIAL + PATIENCE),
                false => Awaited::Ours(mono + TRIAL),
            }),
            touched: false,
        };
    }

    /// How the one that was tried is.
    #[must_use]
    pub fn trial(&self) -> ReminderTrial {
        self.trial.stage
    }

    /// "Got it?"
    ///
    /// # Errors
    /// `NotNow` if none was sent.
    pub fn end_trial(&mut self, arrived: bool) -> Result<(), IpcError> {
        if self.trial.stage != ReminderTrial::Sent {
            return Err(IpcError::NotNow);
        }
        self.sink.withdraw(TRIAL_ID);
        self.trial.stage = if arrived {
            ReminderTrial::Arrived
        } else {
            ReminderTrial::Missed
        };
        Ok(())
    }

    /// Whether something was heard of it since this was last asked.
    pub fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.trial.touched)
    }

    /// The system showed it, or somebody touched it; perhaps while the app was closed.
    pub(super) fn trial_did(&mut self, what: Happened) {
        self.trial = Trial {
            stage: match what {
                Happened::Shown(_) => ReminderTrial::Sent,
                // Whoever touched it has got it, whatever they touched.
                Happened::Replied(_) => ReminderTrial::Arrived,
            },
            awaited: None,
            touched: true,
        };
    }

    /// Shows it when that is ours to do, and stops waiting for a system that holds it back.
    pub(super) fn follow_trial(&mut self, mono: Duration) -> Option<Changed> {
        let is_shown = match self.trial.awaited? {
            Awaited::Ours(at) if at <= mono => self.sink.show(&invitation()),
            Awaited::Systems(until) if until <= mono => false,
            Awaited::Ours(_) | Awaited::Systems(_) => return None,
        };
        self.trial.awaited = None;
        self.trial.stage = match is_shown {
            true => ReminderTrial::Sent,
            false => ReminderTrial::Missed,
        };
        Some(Changed::Reminders)
    }
}

/// In words of its own: nobody takes it for the day's.
fn invitation() -> Invitation {
    Invitation {
        id: TRIAL_ID,
        title: "Undersong".into(),
        body: "This is how a reminder comes. Touch it to say that you got it.".into(),
        can_wait: false,
    }
}
