//! What moves many times a second, as 64 raw bytes that the UI pulls at most 30 times a second.
//!
//! Little-endian, in this order (offset: type, name):
//!
//! | 0: f64 | 8: f64 | 16: f32 | 20: f32 | 24: f32 | 28: f32 | 32: f32 | 36: u32 | 40: f64 | 48: u32 | 52: u32 | 56: u64 |
//! |---|---|---|---|---|---|---|---|---|---|---|---|
//! | playhead, s | rate of the playhead (0 still, 1 rolling) | output peak left | output peak right | input peak | input RMS | music ducking, dB ≤ 0 | xruns | safe seconds of the running take | recording (0, 1 counting in, 2 recording) | generation of the session view | reserved |
//!
//! Levels are linear amplitude, 0 … 1. `xruns` counts since the stream opened.

/// The length of a packed meter frame, in bytes.
pub const METER_BYTES: usize = 64;

/// Whether the microphone is being kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RecordPhase {
    #[default]
    Off,
    CountIn,
    Recording,
}

/// One reading of everything that moves.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MeterFrame {
    /// Seconds from the start of the timeline.
    pub playhead: f64,
    /// 1 while the playhead rolls.
    pub rolling: bool,
    /// Left and right, since the last reading.
    pub output_peak: [f32; 2],
    pub input_peak: f32,
    pub input_rms: f32,
    /// How far the music is turned down under the voice cue, in dB, ≤ 0.
    pub ducking_db: f32,
    pub xruns: u32,
    /// Seconds of the running take that are on disk.
    pub safe_seconds: f64,
    pub recording: RecordPhase,
    /// Grows whenever the session view changed, so that a lost event does no harm.
    pub generation: u32,
}

impl MeterFrame {
    /// The frame as the UI reads it.
    #[must_use]
    pub fn pack(&self) -> [u8; METER_BYTES] {
        let mut bytes = [0; METER_BYTES];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(0, &self.playhead.to_le_bytes());
        put(8, &f64::from(u8::from(self.rolling)).to_le_bytes());
        put(16, &self.output_peak[0].to_le_bytes());
        put(20, &self.output_peak[1].to_le_bytes());
        put(24, &self.input_peak.to_le_bytes());
        put(28, &self.input_rms.to_le_bytes());
        put(32, &self.ducking_db.to_le_bytes());
        put(36, &self.xruns.to_le_bytes());
        put(40, &self.safe_seconds.to_le_bytes());
        put(48, &(self.recording as u32).to_le_bytes());
        put(52, &self.generation.to_le_bytes());
        bytes
    }
}
