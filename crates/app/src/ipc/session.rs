//! One sitting: what the conductor says, and what a person answers with their hands.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Length, Ring};

/// Where the session stands.
///
/// | | `Start` | time | `Pause` | `Resume` | `Stop` | last step over |
/// |---|---|---|---|---|---|---|
/// | Ready | → Guiding | · | · | · | → Ended | · |
/// | Guiding | · | next step | → Paused | · | → Ending | → Ending |
/// | Paused | · | · | · | → Guiding | → Ending | · |
/// | Ending (soft fade) | · | → Ended | · | · | · | · |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SessionPhase {
    /// Chosen, checked in, not yet sounding.
    Ready,
    Guiding,
    Paused,
    /// The last seconds: the music fades, nothing more is asked.
    Ending,
    /// Everything is kept; go to After.
    Ended,
}

/// Everything the Session screen draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SessionView {
    pub session: String,
    pub exercise: String,
    pub title: String,
    pub length: Length,
    pub phase: SessionPhase,
    /// Counted from 0.
    pub step: u32,
    pub steps: u32,
    /// The written cue.
    pub prompt: String,
    /// A small line under the ring, e.g. "Headphones on".
    pub hint: Option<String>,
    pub surface: Surface,
    pub ring: Ring,
    /// The step's place on the timeline, in seconds; the rim runs from one to the other. The cue is
    /// spoken one bar before `step_start`.
    pub step_start: f64,
    pub step_end: f64,
    /// Seconds a bar lasts, and beats in it.
    pub bar_seconds: f64,
    pub beats_per_bar: u32,
    /// Whether the easier version is on, and whether there is one.
    pub easier: Choice,
    /// Playing on pads instead of the microphone.
    pub without_microphone: Choice,
    /// Whether this version may listen, as far as the system has said.
    pub microphone: Microphone,
    /// The cue is being spoken now.
    pub speaking: bool,
    /// Grows with every change; also in the meter frame.
    pub generation: u32,
}

/// A switch that may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Choice {
    Unavailable,
    Off,
    On,
}

/// Whether we may listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Microphone {
    /// This version needs none.
    #[default]
    NotNeeded,
    Allowed,
    /// *Start* asks the person, in the system's words.
    Asks,
    /// The question is on the screen.
    Asking,
    /// The pads, or the way to allow it.
    Refused,
    /// Allowed, and not the least sound arrives: a switch is off.
    SwitchedOff,
}

/// What hands can do in this step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Surface {
    /// Read and listen.
    Listen,
    /// Sounds to switch on and off; at most `max` at once (a further one is refused kindly: the
    /// view says `full`).
    Grid {
        slots: Vec<GridSlot>,
        max: u32,
        full: bool,
    },
    /// The microphone is kept.
    Record { take: RecordView },
    /// Without a microphone: choose the note of this layer.
    Notes {
        notes: Vec<Note>,
        chosen: Option<u32>,
    },
    /// Balance. `−60…+6` dB each.
    Faders { faders: Vec<Fader> },
    /// Left to right.
    Pan { tracks: Vec<PanTrack> },
    /// Which one stays with you?
    Choose { options: Vec<ChoiceOption> },
    /// Would you like to keep it?
    Keep { kept: Option<bool> },
}

/// One sound of the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GridSlot {
    pub name: String,
    pub color: u8,
    /// Sounding now, or from the next bar.
    pub on: bool,
    /// On, but waiting for the bar line.
    pub waiting: bool,
    /// As in [`super::Band::envelope`], for the small figure on the tile.
    pub envelope: Vec<u8>,
}

/// A take and how it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecordView {
    /// "First hum".
    pub name: String,
    pub state: RecordState,
    /// Bars of the take.
    pub bars: u32,
    /// On the timeline, in seconds: where recording begins and ends.
    pub punch_in: f64,
    pub punch_out: f64,
}

/// | | bar line | punch-in | punch-out | `Again` |
/// |---|---|---|---|---|
/// | Waiting | → `CountIn` | · | · | · |
/// | `CountIn` | · | → Recording | · | · |
/// | Recording | · | · | → Kept, or Nothing | · |
/// | Kept, Nothing | · | · | · | → Waiting (the old take stays on disk) |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum RecordState {
    Waiting,
    CountIn,
    Recording,
    Kept {
        seconds: f64,
        clipped: bool,
    },
    /// Nothing but digital silence arrived.
    Nothing,
}

/// A note that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Note {
    /// "Home", "a third above", …
    pub name: String,
    pub color: u8,
}

/// One fader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Fader {
    pub name: String,
    pub color: u8,
    pub gain_db: f32,
}

/// One track on the stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PanTrack {
    pub name: String,
    pub color: u8,
    pub pan: f32,
}

/// One of the versions to choose from; always level-matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChoiceOption {
    pub key: String,
    /// "The lullaby".
    pub name: String,
    pub color: u8,
    /// Sounding now.
    pub playing: bool,
    pub chosen: bool,
}

/// Everything hands can ask for. Indices are those of the view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Act {
    /// Ready → Guiding.
    Start,
    /// Goes to a soft ending; what was made is kept.
    Stop,
    Pause,
    Resume,
    /// The next step, from the next bar line.
    Next,
    /// As Next, and the step is remembered as skipped.
    Skip,
    Easier {
        on: bool,
    },
    WithoutMicrophone {
        on: bool,
    },
    Slot {
        index: u32,
        on: bool,
    },
    Note {
        index: u32,
    },
    Gain {
        index: u32,
        db: f32,
    },
    Pan {
        index: u32,
        pan: f32,
    },
    Mute {
        index: u32,
        on: bool,
    },
    /// Listen to one version, or to the step's own music again.
    Audition {
        index: Option<u32>,
    },
    Choose {
        index: u32,
    },
    Keep {
        keep: bool,
    },
    /// Record this take once more; the old one is kept, out of the way.
    Again,
    /// Takes the last touch of this step back.
    Undo,
}

/// Which exercise, and how long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Begin {
    pub exercise: String,
    pub length: Length,
}

/// What the After screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AfterView {
    pub session: String,
    pub title: String,
    /// Absent when nothing sounded long enough to keep.
    pub piece: Option<super::PieceView>,
    /// One gentle line.
    pub line: String,
}
