//! Calibrations: how late each pair of devices is, as it was measured.

use jiff::Timestamp;
use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Result;
use crate::seal::Sealer;
use crate::store::Store;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The pair of devices and everything else its delay depends on, as the engine names it.
    pub route_key: String,
    /// Speaker → air → microphone → us, in frames.
    pub round_trip: f64,
    /// 0 … 1.
    pub confidence: f32,
    /// When.
    pub measured_at: Timestamp,
    /// How, in the engine's word for it. The first rows did not say: all were through the air.
    #[serde(default = "through_the_air")]
    pub method: String,
    /// How far its runs scattered, in frames.
    #[serde(default)]
    pub mad: f64,
    /// How many runs agreed. The first rows were always of three.
    #[serde(default = "three")]
    pub runs: u32,
}

fn through_the_air() -> String {
    "acoustic".into()
}

fn three() -> u32 {
    3
}

impl Store {
    /// Keeps a measurement; the one before on the same route and by the same method goes.
    pub fn save_calibration(&mut self, calibration: &Calibration) -> Result<()> {
        let id = Uuid::now_v7();
        let ids = self.read_list(include_str!("all.sql"), [], |row, sealer| {
            let kept = from_row(row, sealer)?;
            let same =
                (&kept.route_key, &kept.method) == (&calibration.route_key, &calibration.method);
            Ok(same.then_some(row.get::<_, [u8; 16]>("id")?))
        })?;
        self.write(|tx, sealer| {
            for old in ids.iter().flatten() {
                tx.execute(include_str!("delete.sql"), [old])?;
            }
            tx.execute(
                include_str!("insert.sql"),
                named_params! {
                    ":id": id.as_bytes(),
                    ":measured_ms": calibration.measured_at.as_millisecond(),
                    ":sealed": sealer.seal_row("calibration", id.as_bytes(), calibration)?,
                },
            )?;
            Ok(())
        })
    }

    /// Everything that was measured, the newest first.
    pub fn calibrations(&self) -> Result<Vec<Calibration>> {
        self.read_list(include_str!("all.sql"), [], from_row)
    }
}

fn from_row(row: &Row, sealer: &Sealer) -> Result<Calibration> {
    let id: [u8; 16] = row.get("id")?;
    sealer.open_row("calibration", &id, &row.get::<_, Vec<u8>>("sealed")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_first_release_was_measured_through_the_air() {
        let row = r#"{"route_key":"ALSA|a|b|48000|256","round_trip":1200.5,"confidence":0.9,
            "measured_at":"2026-05-01T10:00:00Z"}"#;
        let read: Calibration = serde_json::from_str(row).unwrap();
        assert_eq!((&*read.method, read.runs, read.mad), ("acoustic", 3, 0.0));
    }
}
