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
    /// How a piece can be taken along on this device.
    pub formats: Vec<ExportFormat>,
}

/// The piece that sounds now; its place is the meter's playhead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PiecePlaying {
    pub id: String,
    pub seconds: f64,
}

/// How a piece is taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ExportFormat {
    /// 24 bits; plays everywhere.
    Wav,
    /// 24 bits, lossless, smaller.
    Flac,
    /// A folder of WAVs: the mix, and each part alone.
    Stems,
}

impl ExportFormat {
    /// Those there are here: a phone lets an app write into a file it was shown, not into a folder.
    pub const OFFERED: &[ExportFormat] = if cfg!(any(target_os = "android", target_os = "ios")) {
        &[ExportFormat::Wav, ExportFormat::Flac]
    } else {
        &[ExportFormat::Wav, ExportFormat::Flac, ExportFormat::Stems]
    };
}

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Exported {
    /// The file's own name, or that of the folder of stems; never where it lies.
    pub file: String,
    /// How many files were written.
    pub files: u32,
    pub seconds: f64,
    /// Of the mix; integrated, in LUFS. Absent if nothing is heard.
    pub loudness: Option<f32>,
    /// Of the mix; in dBTP.
    pub true_peak: Option<f32>,
}
