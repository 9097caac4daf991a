//! Taking a piece along: at −16 LUFS and at most −1 dBTP, or in parts, bounced through the same
//! engine.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use audio_engine::bounce::{self, ExportError, Score, Target};
use audio_engine::files::{FileError, FlacFormat, SoundFormat, Tags, WavFormat, safe_name};
use audio_engine::units::SampleRate;

use crate::ipc::{ExportFormat, Exported, IpcError};

use super::{Manifest, Shelf, Unheard};

/// What a piece without a name that could be a file's is called.
const NAMELESS: &str = "Undersong";

/// An export with everything it needs, so that it can be written without holding the app.
#[derive(Debug)]
pub struct Export {
    pub(crate) manifest: Manifest,
    pub(crate) shelf: Shelf,
    pub(crate) rate: SampleRate,
    /// What of its recordings could not be read.
    pub(crate) unheard: Unheard,
    /// The piece's.
    pub(crate) name: String,
    /// The day it was made, "2026-11-24".
    pub(crate) day: String,
}

/// The name a piece is written under, without a folder: a file's with its ending, or a folder's.
#[must_use]
pub fn export_name(piece: &str, format: ExportFormat) -> String {
    let name = safe_name(piece).unwrap_or_else(|| NAMELESS.to_owned());
    match format {
        ExportFormat::Wav => format!("{name}.wav"),
        ExportFormat::Flac => format!("{name}.flac"),
        ExportFormat::Stems => format!("{name} stems"),
    }
}

impl Export {
    /// Bounces the piece and writes it to `place`: the file to be, or the folder in which the
    /// folder of stems will be. Slow: some seconds for a long piece. It is there whole, or not at
    /// all. `progress` hears how far it is, 0..=1, and may call it off: then the answer is `None`.
    ///
    /// # Errors
    /// `NotFound` if nothing of the piece can be made; `DiskFull` or `Unexpected` if it cannot be
    /// written.
    pub fn write(
        mut self,
        place: &Path,
        format: ExportFormat,
        mut progress: impl FnMut(f32) -> ControlFlow<()>,
    ) -> Result<Option<Exported>, IpcError> {
        if progress(0.0).is_break() {
            return Ok(None);
        }
        let score = self.manifest.score(&mut self.shelf, self.rate);
        let score = score.ok_or_else(|| IpcError::NotFound {
            what: "sound in this piece".into(),
        })?;
        let how = bounce::Export {
            format: match format {
                ExportFormat::Wav => SoundFormat::Wav(WavFormat::I24),
                ExportFormat::Flac => SoundFormat::Flac(FlacFormat::I24),
                // A part may be louder than the whole, which the limiter held.
                ExportFormat::Stems => SoundFormat::Wav(WavFormat::F32),
            },
            target: Some(Target::default()),
            tags: Tags {
                title: Some(self.name.clone()),
                date: Some(self.day.clone()),
            },
        };
        let (written, place) = match format {
            ExportFormat::Wav | ExportFormat::Flac => {
                let written = bounce::export(&score, place, &how, progress);
                (written, place.to_owned())
            }
            ExportFormat::Stems => self.write_stems(&score, place, &how, progress),
        };
        let written = match written {
            Ok(written) => written,
            Err(ExportError::Cancelled) => return Ok(None),
            Err(ExportError::File(FileError::Disk(error))) => {
                return Err(crate::error::of_writing(&error));
            }
            Err(error @ (ExportError::File(_) | ExportError::Refused(_))) => {
                return Err(IpcError::Unexpected {
                    detail: crate::error::chain(&error),
                });
            }
        };
        let after = written.mastered.map(|mastered| mastered.after);
        let name = place.file_name().unwrap_or_default();
        Ok(Some(Exported {
            file: name.to_string_lossy().into_owned(),
            files: written.files.len() as u32,
            seconds: written.length.seconds(self.rate),
            loudness: after.and_then(|after| heard(after.integrated_lufs)),
            true_peak: after.and_then(|after| heard(after.true_peak_dbtp)),
        }))
    }

    fn write_stems(
        &mut self,
        score: &Score,
        within: &Path,
        how: &bounce::Export,
        progress: impl FnMut(f32) -> ControlFlow<()>,
    ) -> (Result<bounce::Written, ExportError>, PathBuf) {
        let names = self.manifest.names(&mut self.shelf, self.rate);
        let folder = free_folder(within, &export_name(&self.name, ExportFormat::Stems));
        let written = bounce::export_stems(score, &names, &folder, how, progress);
        (written, folder)
    }
}

/// A level; none of silence, which JSON has no number for.
fn heard(db: f64) -> Option<f32> {
    db.is_finite().then_some(db as f32)
}

/// A folder of that name which is not there yet: "Rain stems", "Rain stems 2".
fn free_folder(within: &Path, name: &str) -> PathBuf {
    let numbered = (2..1000).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .map(|name| within.join(name))
        .find(|folder| !folder.exists())
        .unwrap_or_else(|| within.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_saved_under_the_name_it_was_given() {
        let name = |piece| export_name(piece, ExportFormat::Wav);
        assert_eq!(name("Für Ömer, quietly"), "Für Ömer, quietly.wav");
        assert_eq!(name("../rain / bells"), "rain bells.wav");
        assert_eq!(name(" \n\u{0} "), "Undersong.wav");
        assert_eq!(export_name("Rain", ExportFormat::Flac), "Rain.flac");
        assert_eq!(export_name("Rain", ExportFormat::Stems), "Rain stems");
    }
}
