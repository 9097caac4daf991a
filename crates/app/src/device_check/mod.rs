//! Checking this device: does sound come back, does it come steadily, does the microphone hear, does
//! the disk keep up, does a reminder arrive?
//!
//! | | `begin` | measured | ten seconds | answered | call off |
//! |---|---|---|---|---|---|
//! | Untried, Over, `CalledOff` | → Timing; deaf: → Steadiness | · | · | · | · |
//! | Timing | · | → Steadiness | · | · | → `CalledOff` |
//! | Steadiness | · | → Reminder; nothing shows one: → Over | · | · | → `CalledOff` |
//! | Reminder | · | · | → Question; not shown: → Over | → Over | → Over |
//! | Question | · | · | · | → Over | → Over |
//!
//! `·` changes nothing. What is measured is measured as sessions do it: by the tick, on the engine's
//! clock, in virtual time too. What is said about it is in `words`; figures are in `report`. A figure
//! that was not counted is said to be unknown, never to be none.

mod findings;
mod report;
mod steady;
mod words;

use std::time::Duration;

use audio_engine::io::DeviceError;
use jiff::Zoned;
use store::Store;

use crate::calibration::{self, Measurement};
use crate::content::Content;
use crate::ipc::{CheckStage, DeviceCheckView, ReminderPermission, ReminderTrial};
use crate::reminders::{Desk, Reminders};
use crate::sound::Sound;
pub use findings::Ears;
use findings::{Facts, Findings, Reminder, Timing};
use steady::Steady;

/// Five probes take eight seconds; a device that takes longer has stopped.
const TIMING_AT_MOST: Duration = Duration::from_secs(25);
/// Shares of the whole: timing, steadiness, and the reminder's ten seconds.
const SHARES: [f32; 3] = [0.2, 0.55, 0.25];
/// How often somebody who watches is told.
const STEPS: f32 = 50.0;
const TEN_SECONDS: f32 = 10.0;

/// What a check needs, lent by the app.
pub struct Bench<'a> {
    pub sound: &'a mut Sound,
    pub store: &'a mut Store,
    pub content: &'a Content,
    pub reminders: &'a mut Reminders,
    pub now: Zoned,
    /// By a clock nobody can set.
    pub mono: Duration,
}

impl Ears {
    /// Why it did not open.
    #[must_use]
    pub fn of(error: &DeviceError) -> Ears {
        match error {
            DeviceError::MicrophoneRefused => Ears::Refused,
            DeviceError::NoMicrophone | DeviceError::Gone | DeviceError::System(_) => Ears::Absent,
        }
    }
}

/// The check, and what the last one found.
#[derive(Default)]
pub struct DeviceCheck {
    stage: Stage,
    findings: Findings,
    told: u32,
}

#[derive(Default)]
enum Stage {
    #[default]
    Untried,
    Timing {
        measurement: Measurement,
        until: Duration,
    },
    Steadiness {
        steady: Box<Steady>,
        /// How loud the probe came in, if it was found; or why nobody listens.
        heard: Result<Option<f32>, Ears>,
    },
    Reminder {
        since: Duration,
    },
    Question,
    Over,
    CalledOff,
}

impl DeviceCheck {
    /// Begins; the microphone is open, or `ears` says why not.
    pub fn begin(&mut self, ears: Result<(), Ears>, bench: &mut Bench) {
        self.findings = Findings {
            facts: Some(Facts::of(bench.sound, bench.now.clone())),
            ..Findings::default()
        };
        self.told = 0;
        let measurement = match ears {
            Ok(()) => Measurement::begin(bench.sound),
            Err(ears) => {
                self.findings.timing = Some(Timing::NotTried(ears));
                return self.begin_steadiness(Err(ears), bench);
            }
        };
        match measurement {
            Some(measurement) => {
                let until = bench.mono + TIMING_AT_MOST;
                self.stage = Stage::Timing { measurement, until };
            }
            None => {
                self.findings.timing = Some(Timing::NotHeard { found: vec![] });
                self.begin_steadiness(Ok(None), bench);
            }
        }
    }

    fn begin_steadiness(&mut self, heard: Result<Option<f32>, Ears>, bench: &mut Bench) {
        if let Some(facts) = &mut self.findings.facts {
            // Only now the microphone is open, and the way has its name.
            *facts = Facts::of(bench.sound, facts.began.clone());
        }
        let steady = Steady::begin(heard.is_ok(), bench.sound, bench.store, bench.mono);
        let steady = Box::new(steady);
        self.stage = Stage::Steadiness { steady, heard };
    }

    /// Moves on with time; `true` when there is more to see.
    pub fn tick(&mut self, bench: &mut Bench) -> bool {
        let before = self.stage();
        match &mut self.stage {
            Stage::Untried | Stage::Over | Stage::CalledOff => return false,
            Stage::Timing { measurement, until } => {
                let outcome = measurement.tick(bench.sound, bench.now.timestamp());
                let is_late = bench.mono >= *until;
                if outcome.is_some() || is_late {
                    let found = measurement.found().to_vec();
                    let heard = measurement.heard_db();
                    if outcome.is_none() {
                        measurement.stop(bench.sound);
                    }
                    self.findings.timing = Some(match outcome.flatten() {
                        Some(known) => {
                            calibration::keep(&known, bench.now.timestamp(), bench.store);
                            Timing::Heard { known, found }
                        }
                        None => Timing::NotHeard { found },
                    });
                    self.begin_steadiness(Ok(heard), bench);
                }
            }
            Stage::Steadiness { steady, .. } => {
                if steady.tick(bench.sound, bench.mono) {
                    self.end_steadiness(bench);
                    self.begin_reminder(bench);
                }
            }
            Stage::Reminder { .. } => match bench.reminders.trial() {
                ReminderTrial::Waiting => {}
                ReminderTrial::Sent => self.stage = Stage::Question,
                ReminderTrial::Untried | ReminderTrial::Arrived | ReminderTrial::Missed => {
                    self.end_reminder(bench);
                }
            },
            Stage::Question => {
                if bench.reminders.trial() != ReminderTrial::Sent {
                    self.end_reminder(bench);
                }
            }
        }
        let step = (self.done(bench.mono) * STEPS) as u32;
        let moved = std::mem::replace(&mut self.told, step) != step;
        moved || self.stage() != before
    }

    fn end_steadiness(&mut self, bench: &mut Bench) {
        if let Stage::Steadiness { steady, heard } = std::mem::take(&mut self.stage) {
            let (steadiness, microphone, storage) = steady.end(heard, bench.sound, bench.mono);
            self.findings.steadiness = Some(steadiness);
            self.findings.microphone = Some(microphone);
            self.findings.storage = Some(storage);
        }
    }

    fn begin_reminder(&mut self, bench: &mut Bench) {
        let reminder = reminder(bench);
        let can_show = match &reminder {
            Some(reminder) => matches!(
                reminder.permission,
                ReminderPermission::Granted | ReminderPermission::Prompt
            ),
            None => false,
        };
        self.findings.reminder = reminder;
        self.stage = if can_show {
            bench.reminders.begin_trial(bench.mono);
            Stage::Reminder { since: bench.mono }
        } else {
            Stage::Over
        };
    }

    fn end_reminder(&mut self, bench: &mut Bench) {
        self.findings.reminder = reminder(bench);
        self.stage = Stage::Over;
    }

    /// Ends it here. What was found stays.
    pub fn call_off(&mut self, bench: &mut Bench) {
        match &self.stage {
            Stage::Untried | Stage::Over | Stage::CalledOff => {}
            Stage::Timing { measurement, .. } => {
                measurement.stop(bench.sound);
                bench.sound.close_input();
                self.stage = Stage::CalledOff;
            }
            Stage::Steadiness { .. } => {
                self.end_steadiness(bench);
                self.stage = Stage::CalledOff;
            }
            Stage::Reminder { .. } | Stage::Question => self.end_reminder(bench),
        }
    }

    /// The output or the microphone went away.
    pub fn lose_device(&mut self) {
        if let Stage::Steadiness { steady, .. } = &mut self.stage {
            steady.lost_device = true;
        }
    }

    /// Does something sound or listen?
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        matches!(self.stage, Stage::Timing { .. } | Stage::Steadiness { .. })
    }

    fn stage(&self) -> CheckStage {
        match self.stage {
            Stage::Untried => CheckStage::Untried,
            Stage::Timing { .. } => CheckStage::Timing,
            Stage::Steadiness { .. } => CheckStage::Steadiness,
            Stage::Reminder { .. } => CheckStage::Reminder,
            Stage::Question => CheckStage::Question,
            Stage::Over => CheckStage::Over,
            Stage::CalledOff => CheckStage::CalledOff,
        }
    }

    /// 0…1 of the measuring.
    fn done(&self, mono: Duration) -> f32 {
        let [timing, steadiness, reminder] = SHARES;
        match &self.stage {
            Stage::Untried | Stage::CalledOff => 0.0,
            Stage::Timing { measurement, .. } => timing * measurement.done(),
            Stage::Steadiness { steady, .. } => timing + steadiness * steady.done(mono),
            Stage::Reminder { since } => {
                let passed = mono.saturating_sub(*since).as_secs_f32() / TEN_SECONDS;
                timing + steadiness + reminder * passed.min(1.0)
            }
            Stage::Question | Stage::Over => 1.0,
        }
    }

    /// Everything a screen shows of it.
    #[must_use]
    pub fn view(&self, mono: Duration) -> DeviceCheckView {
        let stage = self.stage();
        let is_over = matches!(stage, CheckStage::Over | CheckStage::CalledOff);
        DeviceCheckView {
            stage,
            done: self.done(mono),
            lines: words::lines(&self.findings),
            report: is_over.then(|| report::report(&self.findings, stage)),
        }
    }
}

fn reminder(bench: &mut Bench) -> Option<Reminder> {
    let desk = Desk {
        store: bench.store,
        content: bench.content,
        now: bench.now.clone(),
        mono: bench.mono,
    };
    let view = bench.reminders.view(&desk);
    let view = view.inspect_err(|error| log::warn!("reminders cannot be read: {error}"));
    view.ok().map(|view| Reminder {
        permission: view.permission,
        trial: view.trial,
        next: view.next,
        while_open: view.while_open,
    })
}
