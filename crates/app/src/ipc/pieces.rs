//! The album.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Ring;

/// A piece, as its cover and its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PieceView {
    pub id: String,
    pub name: String,
    /// Whether a person named it, or we did.
    pub named: bool,
    /// "today", "Tue", "12 Nov".
    pub day: String,
    /// RFC 3339, in the zone it was made in.
    pub made_at: String,
    pub seconds: f64,
    /// The exercise's title.
    pub exercise: String,
    /// Still the same bands: its cover, taken from its audio.
    pub cover: Ring,
    /// Saved from a take that was running when the app went away.
    pub recovered: bool,
    /// Days left in the bin; absent when it is in the album.
    pub bin_days: Option<u32>,
}

/// Album and bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PiecesView {
    /// Newest first.
    pub pieces: Vec<PieceView>,
    /// Deleted within the last 30 days, newest first.
    pub bin: Vec<PieceView>,
    pub playing: Option<PiecePlaying>,
}

/// The piece that sounds now; its place is the meter's playhead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PiecePlaying {
    pub id: String,
    pub seconds: f64,
}

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Exported {
    /// The file's own name, never its folder.
    pub file: String,
    pub seconds: f64,
    /// Integrated, in LUFS.
    pub loudness: f32,
    /// In dBTP.
    pub true_peak: f32,
}
