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
    /// The pair of devices, as the engine names it.
    pub route_key: String,
    /// Speaker → air → microphone → us, in frames.
    pub round_trip: f64,
    /// 0 … 1.
    pub confidence: f32,
    /// When.
    pub measured_at: Timestamp,
}

impl Store {
    /// Keeps a measurement; the one before for the same devices goes.
    pub fn save_calibration(&mut self, calibration: &Calibration) -> Result<()> {
        let id = Uuid::now_v7();
        let ids = self.read_list(include_str!("all.sql"), [], |row, sealer| {
            let same = from_row(row, sealer)?.route_key == calibration.route_key;
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

    /// What was measured for these devices.
    pub fn calibration(&self, route_key: &str) -> Result<Option<Calibration>> {
        let all = self.read_list(include_str!("all.sql"), [], from_row)?;
        Ok(all
            .into_iter()
            .find(|calibration| calibration.route_key == route_key))
    }
}

fn from_row(row: &Row, sealer: &Sealer) -> Result<Calibration> {
    let id: [u8; 16] = row.get("id")?;
    sealer.open_row("calibration", &id, &row.get::<_, Vec<u8>>("sealed")?)
}
