//! Taking a piece along: a WAV at −16 LUFS and at most −1 dBTP, bounced through the same engine.

use std::path::Path;

use audio_engine::analysis;
use audio_engine::bounce::bounce;
use audio_engine::files::{self, WavFormat};
use audio_engine::units::SampleRate;

use crate::ipc::{Exported, IpcError};

use super::{Manifest, Shelf, Unheard};

/// Integrated loudness of an export, in LUFS.
const LOUDNESS: f64 = -16.0;
/// Its highest true peak, in dBTP.
const TRUE_PEAK: f64 = -1.0;

/// An export with everything it needs, so that it can be written without holding the app.
#[derive(Debug)]
pub struct Export {
    pub(crate) manifest: Manifest,
    pub(crate) shelf: Shelf,
    pub(crate) rate: SampleRate,
    /// What of its recordings could not be read.
    pub(crate) unheard: Unheard,
}

impl Export {
    /// Bounces the piece and writes it. Slow: some seconds for a long piece. The file is there
    /// whole, or not at all.
    ///
    /// # Errors
    /// `NotFound` if nothing of the piece can be made; `StorageFull` or `Unexpected` if the file
    /// cannot be written.
    pub fn write(mut self, path: &Path) -> Result<Exported, IpcError> {
        let score = self.manifest.score(&mut self.shelf, self.rate);
        let score = score.ok_or_else(|| IpcError::NotFound {
            what: "sound in this piece".into(),
        })?;
        let mix = bounce(&score, |_| {}).map_err(|error| unexpected(&error))?;
        let mix = analysis::normalise(&mix, LOUDNESS, TRUE_PEAK);
        files::write_wav(path, &mix, WavFormat::I24).map_err(|error| unexpected(&error))?;
        let loudness = analysis::loudness(&mix);
        Ok(Exported {
            file: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            seconds: mix.frames().seconds(mix.rate()),
            loudness: loudness.integrated_lufs as f32,
            true_peak: loudness.true_peak_dbtp as f32,
        })
    }
}

fn unexpected(error: &dyn std::error::Error) -> IpcError {
    IpcError::Unexpected {
        detail: crate::error::chain(error),
    }
}
