//! A piece into files: bounced, brought to its loudness, written; told how far, and called off.
//!
//! Runs on the calling thread, some seconds for a long piece. Without a loudness to reach, nothing
//! is kept in memory but a stretch; with one, the mix is (23 MB a minute at 48 kHz), since it can
//! only be measured at its end. A file is there whole or not at all, stems all or none.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use super::stems::{StemBounce, StemOf};
use super::{Bounce, Mastered, Score, Target, master};
use crate::audio::Audio;
use crate::control::BatchError;
use crate::files::{FileError, FileSpec, SoundFile, SoundFormat, Tags, safe_name};
use crate::units::Frames;

/// How a piece is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The kind of file.
    pub format: SoundFormat,
    /// Its loudness; `None` leaves it as it was mixed.
    pub target: Option<Target>,
    /// Its name and day.
    pub tags: Tags,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// How long every file is.
    pub length: Frames,
    /// What was done to the mix; `None` if nothing.
    pub mastered: Option<Mastered>,
    /// The names of the files, in order.
    pub files: Vec<String>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The score cannot be played.
    #[error("the piece cannot be played")]
    Refused(#[from] BatchError),
    /// The disk is full, or refuses.
    #[error("the file cannot be written")]
    File(#[from] FileError),
    /// Somebody called it off.
    #[error("the export was called off")]
    Cancelled,
}

/// Writes the piece to `path`. `progress` hears how far it is, 0..=1, and says whether to go on.
///
/// # Errors
/// See [`ExportError`]; then what was at `path` before is still there.
pub fn export(
    score: &Score,
    path: &Path,
    how: &Export,
    mut progress: impl FnMut(f32) -> ControlFlow<()>,
) -> Result<Written, ExportError> {
    let mastered = write_mix(score, path, how, &mut progress)?;
    Ok(Written {
        length: score.length,
        mastered,
        files: vec![name_of(path)],
    })
}

/// Writes the piece's mix and all its stems into a new folder. The mix is brought to the loudness
/// asked for; the stems are as they were mixed, so that together they are the mix before that.
/// `names` are the parts', in order; what is missing is "Part".
///
/// Stems can be louder than full scale where the mix was limited: write them as floats, or they
/// are cut off.
///
/// # Errors
/// See [`ExportError`]; a folder that is there already is a disk that refuses. Nothing is left.
pub fn export_stems(
    score: &Score,
    names: &[String],
    folder: &Path,
    how: &Export,
    mut progress: impl FnMut(f32) -> ControlFlow<()>,
) -> Result<Written, ExportError> {
    fs::create_dir(folder).map_err(FileError::Disk)?;
    let written = write_all(score, names, folder, how, &mut progress);
    if written.is_err() {
        // It is ours, and nobody has been told of it yet.
        if let Err(error) = fs::remove_dir_all(folder) {
            log::warn!("an unfinished folder of stems was left behind: {error}");
        }
    }
    written
}

fn write_all(
    score: &Score,
    names: &[String],
    folder: &Path,
    how: &Export,
    progress: &mut impl FnMut(f32) -> ControlFlow<()>,
) -> Result<Written, ExportError> {
    let stems = score.stems();
    let steps = stems.len() as f32 + 1.0;
    let ending = how.format.extension();
    let mix = format!("00 Mix.{ending}");
    let share = &mut |done: f32| progress(done / steps);
    let mastered = write_mix(score, &folder.join(&mix), how, share)?;
    let mut files = vec![mix];
    for (index, stem) in stems.into_iter().enumerate() {
        let words = match stem {
            StemOf::Part(part) => names.get(part).and_then(|name| safe_name(name)),
            StemOf::Reverb => Some("Reverb".to_owned()),
        };
        let words = words.unwrap_or_else(|| "Part".to_owned());
        // The number makes two parts of one name two files, on systems that fold case, too.
        let name = format!("{:02} {words}.{ending}", index + 1);
        let mut file = SoundFile::create(&folder.join(&name), how.spec(score))?;
        let mut bounce = StemBounce::new(score, stem)?;
        while let Some([left, right]) = bounce.stretch() {
            file.write(left, right)?;
            let done = (index as f32 + 1.0 + bounce.done()) / steps;
            go_on(progress(done.min(1.0)))?;
        }
        file.finish()?;
        files.push(name);
    }
    Ok(Written {
        length: score.length,
        mastered,
        files,
    })
}

fn write_mix(
    score: &Score,
    path: &Path,
    how: &Export,
    progress: &mut impl FnMut(f32) -> ControlFlow<()>,
) -> Result<Option<Mastered>, ExportError> {
    // First of all: if the folder cannot be written to, nobody should wait to hear it.
    let mut file = SoundFile::create(path, how.spec(score))?;
    let mut bounce = Bounce::new(score)?;
    let Some(target) = how.target else {
        while let Some([left, right]) = bounce.stretch() {
            file.write(left, right)?;
            go_on(progress(bounce.done()))?;
        }
        file.finish()?;
        return Ok(None);
    };
    let frames = score.length.0 as usize;
    let [mut left, mut right] = [Vec::with_capacity(frames), Vec::with_capacity(frames)];
    while let Some([l, r]) = bounce.stretch() {
        left.extend_from_slice(l);
        right.extend_from_slice(r);
        go_on(progress(0.6 * bounce.done()))?;
    }
    let mix = Audio::stereo(score.grid.rate, left, right);
    let (mix, mastered) = master(mix, target);
    go_on(progress(0.9))?;
    let sides = mix
        .channel(0)
        .chunks(1 << 16)
        .zip(mix.channel(1).chunks(1 << 16));
    let (mut written, all) = (0, frames.max(1));
    for (left, right) in sides {
        file.write(left, right)?;
        written += left.len();
        go_on(progress(0.9 + 0.1 * written as f32 / all as f32))?;
    }
    file.finish()?;
    Ok(Some(mastered))
}

impl Export {
    fn spec(&self, score: &Score) -> FileSpec {
        FileSpec {
            tags: self.tags.clone(),
            ..FileSpec::stereo(self.format, score.grid.rate)
        }
    }
}

fn go_on(wish: ControlFlow<()>) -> Result<(), ExportError> {
    match wish {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(ExportError::Cancelled),
    }
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
