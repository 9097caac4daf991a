//! Devices, latency, and how the app looks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the Settings screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SettingsView {
    pub outputs: Vec<DeviceView>,
    pub inputs: Vec<DeviceView>,
    /// Chosen by the person; `None` follows the system.
    pub output: Option<String>,
    pub input: Option<String>,
    /// What is open now, e.g. "PipeWire · 48 kHz · 256 frames"; `None` when silent.
    pub sound: Option<String>,
    pub calibration: CalibrationView,
    pub theme: Theme,
    /// Spoken cues on or off.
    pub voice: bool,
    /// A tap that is felt on each beat; `None` where nothing can be felt.
    pub felt_beat: Option<bool>,
    /// "Room for about 12 minutes" when it matters, else `None`.
    pub room_minutes: Option<u32>,
    pub version: String,
    /// The name of the place everything is kept, for "where is my music?".
    pub data_folder: String,
}

/// One device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeviceView {
    pub id: String,
    pub name: String,
    pub default: bool,
}

/// The measured round trip of the route in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum CalibrationView {
    NotMeasured,
    Measuring,
    /// Confidence 0 … 1.
    Measured {
        round_trip_ms: f64,
        confidence: f32,
        measured_at: String,
        /// Over Bluetooth, long ago, or before an update: layers may lie a little late.
        approximate: bool,
    },
    /// The last try heard nothing it could trust.
    NotHeard,
}

/// Light, evening, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Theme {
    #[default]
    System,
    Light,
    Evening,
}

/// A change of the settings; absent fields stay as they are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[ts(export, optional_fields)]
pub struct SettingsChange {
    /// Device id; an empty string follows the system again.
    pub output: Option<String>,
    pub input: Option<String>,
    pub theme: Option<Theme>,
    pub voice: Option<bool>,
    pub felt_beat: Option<bool>,
    /// Country code for the help card.
    pub country: Option<String>,
}
