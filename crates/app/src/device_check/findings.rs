//! What a check has found. Values only; `words` and `report` say them.
//!
//! Nothing in here names a person, a device of theirs, or a place on their disk.

use audio_engine::control::{LevelReport, Tally};
use audio_engine::latency::{Calibration, DeviceKind, Measured};
use jiff::Zoned;
use store::{StoreError, WriteSpeed};

use crate::ipc::{ReminderPermission, ReminderTrial};
use crate::sound::{Sound, system_build};

/// How often the probe is played.
pub const PROBES: usize = crate::calibration::RUNS;

/// Everything so far; `None` was not come to.
#[derive(Debug, Default)]
pub struct Findings {
    pub facts: Option<Facts>,
    pub timing: Option<Timing>,
    pub steadiness: Option<Steadiness>,
    pub microphone: Option<Microphone>,
    pub storage: Option<Storage>,
    pub reminder: Option<Reminder>,
}

/// What runs here, and what it plays through.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub version: &'static str,
    /// "linux" on which processor, and the system's own number if it says one.
    pub system: String,
    pub began: Zoned,
    /// `None`: there is nothing to play on.
    pub way: Option<Way>,
}

/// The way sound takes, as it was granted.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    pub backend: String,
    /// Frames per second.
    pub rate: u32,
    /// The largest callback the streams have asked for so far, in frames; 0 if nobody says.
    pub block: u32,
    /// `exclusive+low-latency`; empty if the system does not say.
    pub mode: String,
    pub output: DeviceKind,
    pub input: DeviceKind,
}

impl Facts {
    pub fn of(sound: &Sound, began: Zoned) -> Facts {
        let route = sound.route();
        let way = sound.description().map(|_| Way {
            backend: route.backend,
            rate: route.rate,
            block: route.block,
            mode: route.mode,
            output: route.output.kind,
            input: route.input.kind,
        });
        Facts {
            version: env!("CARGO_PKG_VERSION"),
            system: system(&system_build()),
            began,
            way,
        }
    }
}

/// A build's name may hold what its maker pleased; the number at its beginning is all we tell.
fn system(build: &str) -> String {
    let is_number = |letter: &char| letter.is_ascii_digit() || *letter == '.';
    let number: String = build.chars().take_while(is_number).collect();
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    match number.trim_end_matches('.') {
        "" => format!("{os} {arch}"),
        number => format!("{os} {arch}, {number}"),
    }
}

/// Whether the probe came back.
#[derive(Debug)]
pub enum Timing {
    /// Nobody could listen.
    NotTried(Ears),
    NotHeard {
        /// Of [`PROBES`], those in which the sound was found.
        found: Vec<Measured>,
    },
    Heard {
        known: Calibration,
        found: Vec<Measured>,
    },
}

/// Why nobody listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ears {
    Refused,
    Absent,
}

/// What was counted while a quiet note sounded.
#[derive(Debug, Clone, PartialEq)]
pub struct Steadiness {
    /// By a clock nobody can set.
    pub seconds: f64,
    /// What the engine's own clock counted meanwhile, in frames, and at which rate.
    pub frames: u64,
    pub rate: u32,
    /// All xruns: what the host told, what our own count found, and what the input lost.
    pub glitches: u64,
    pub tally: Tally,
    /// Wishes that came too late for their frame, and broken samples; both are ours.
    pub late: u64,
    pub faults: u64,
    /// The output went away in between.
    pub lost_device: bool,
    /// There was a device to count on.
    pub counted: bool,
    pub recorded: bool,
}

impl Steadiness {
    /// How fast it ran: 1 is as fast as it says.
    pub fn pace(&self) -> f64 {
        self.frames as f64 / (self.seconds * f64::from(self.rate)).max(1.0)
    }

    /// Only what was counted is said to be none.
    pub fn is_counted(&self) -> bool {
        self.counted && self.tally.callbacks > 0 && self.seconds >= 1.0
    }
}

/// What the microphone brings.
#[derive(Debug, Clone, PartialEq)]
pub enum Microphone {
    NotTried(Ears),
    Heard {
        level: LevelReport,
        /// Frames that never came.
        lost: u64,
        /// How loud our own test sound came in, in dBFS; `None` if it was not found.
        probe_db: Option<f32>,
    },
}

/// How the disk takes a recording.
#[derive(Debug)]
pub struct Storage {
    /// `None` while it is being written.
    pub speed: Option<Result<WriteSpeed, StoreError>>,
    /// Room, in minutes of recording.
    pub room_minutes: Option<f64>,
}

/// Whether a reminder comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub permission: ReminderPermission,
    pub trial: ReminderTrial,
    /// "Thu 19:00".
    pub next: Option<String>,
    /// Only while the app is open.
    pub while_open: bool,
}
