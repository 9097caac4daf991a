//! The one figure that carries the product: bands around a circle.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Points of an envelope around one turn.
pub const TURN_POINTS: usize = 180;

/// One layer of sound as a band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Band {
    /// What a screen reader says, e.g. "Kalimba".
    pub name: String,
    /// 0 … 7: clay, moss, dusk, honey, plum, lake, rose, bark. Also picks the pattern.
    pub color: u8,
    /// Loudness around one turn, 0 … 255, [`TURN_POINTS`] values starting at twelve o'clock; taken
    /// from the audio itself.
    pub envelope: Vec<u8>,
    /// dB, 0 = unchanged.
    pub gain_db: f32,
    /// −1 left … +1 right.
    pub pan: f32,
    pub muted: bool,
    /// Being recorded now: drawn in the recording colour, filled up to the playhead.
    pub recording: bool,
}

/// The whole figure.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Ring {
    pub bands: Vec<Band>,
    /// Seconds one turn takes; 0 when nothing turns.
    pub turn_seconds: f64,
    /// Where on the timeline a turn begins, in seconds.
    pub turn_start: f64,
}
