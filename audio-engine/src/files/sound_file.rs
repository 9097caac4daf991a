//! A sound file as it is written: any kind, a block at a time, whole or not at all.

use std::path::Path;

use super::FileError;
use super::flac_write::{FlacFormat, FlacWriter};
use super::new_file::NewFile;
use super::wav_write::{Extras, WavFormat, WavWriter};
use crate::units::{Frames, SampleRate};

/// A kind of file and how its samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundFormat {
    /// Every program reads it.
    Wav(WavFormat),
    /// Smaller, and nothing is lost.
    Flac(FlacFormat),
}

impl SoundFormat {
    /// What the file's name ends with, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            SoundFormat::Wav(_) => "wav",
            SoundFormat::Flac(_) => "flac",
        }
    }
}

/// What a file says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// The piece's name.
    pub title: Option<String>,
    /// The day it was made, "2026-11-24".
    pub date: Option<String>,
}

/// Where a sampler turns back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoopPoints {
    /// The first frame of the loop.
    pub start: Frames,
    /// The first frame after it.
    pub end: Frames,
}

/// Everything about a file but its sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSpec {
    /// Its kind.
    pub format: SoundFormat,
    /// Frames per second.
    pub rate: SampleRate,
    /// 1 or 2.
    pub channels: usize,
    /// Its name and day.
    pub tags: Tags,
    /// Where it loops; written into WAV only.
    pub loops: Option<LoopPoints>,
}

impl FileSpec {
    /// Stereo, without tags.
    pub fn stereo(format: SoundFormat, rate: SampleRate) -> FileSpec {
        FileSpec {
            format,
            rate,
            channels: 2,
            tags: Tags::default(),
            loops: None,
        }
    }
}

/// A file being written. Dropped before [`SoundFile::finish`], it never was, and what was there
/// before stays.
pub struct SoundFile(Kind);

enum Kind {
    Wav(Box<WavWriter<NewFile>>),
    Flac(Box<FlacWriter<NewFile>>),
}

impl SoundFile {
    /// Begins the file that will be at `path`.
    ///
    /// # Errors
    /// The disk refuses, or the kind of file has no such rate.
    pub fn create(path: &Path, spec: FileSpec) -> Result<SoundFile, FileError> {
        let FileSpec {
            format,
            rate,
            channels,
            tags,
            loops,
        } = spec;
        let out = NewFile::create(path)?;
        Ok(SoundFile(match format {
            SoundFormat::Wav(format) => {
                let extras = Extras { tags, loops };
                Kind::Wav(Box::new(WavWriter::new(
                    out, format, rate, channels, extras,
                )?))
            }
            SoundFormat::Flac(format) => Kind::Flac(Box::new(FlacWriter::new(
                out, format, rate, channels, &tags,
            )?)),
        }))
    }

    /// The next frames, both of one length. Of one channel, the left one is written.
    ///
    /// # Errors
    /// The disk is full, or refuses.
    pub fn write(&mut self, left: &[f32], right: &[f32]) -> Result<(), FileError> {
        match &mut self.0 {
            Kind::Wav(wav) => wav.write(left, right),
            Kind::Flac(flac) => flac.write(left, right),
        }
    }

    /// That was all: the file is at its place now, and on the disk.
    ///
    /// # Errors
    /// The disk is full, or refuses; then it never was.
    pub fn finish(self) -> Result<(), FileError> {
        let written = match self.0 {
            Kind::Wav(wav) => wav.finish()?,
            Kind::Flac(flac) => flac.finish()?,
        };
        Ok(written.keep()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::import::{Limits, import};
    use std::ops::ControlFlow;

    /// Noise, silence, and the loudest there is: every way FLAC has of writing a block.
    fn all_sorts(frames: usize) -> [Vec<f32>; 2] {
        let mut state = 7u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        let mut sample = |i: usize, side: f32| match (i / 5_000) % 5 {
            0 => noise(),
            1 => 0.0,
            2 => (i as f32 * 0.05).sin() * 0.3 * side,
            3 => {
                if i.is_multiple_of(2) {
                    1.0
                } else {
                    -1.0
                }
            }
            _ => side,
        };
        let left = (0..frames).map(|i| sample(i, 1.0)).collect();
        let right = (0..frames).map(|i| sample(i, -1.0)).collect();
        [left, right]
    }

    #[test]
    fn a_flac_holds_exactly_what_was_heard() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("piece.flac");
        for (format, bits) in [(FlacFormat::I16, 16), (FlacFormat::I24, 24)] {
            for (channels, frames) in [
                (2, 61_234),
                (1, 4_096),
                (2, 4_097),
                (2, 4_159),
                (1, 4_160),
                (1, 31),
                (2, 1),
                (2, 0),
            ] {
                let [left, right] = all_sorts(frames);
                let mut spec = FileSpec::stereo(SoundFormat::Flac(format), SampleRate::STUDIO);
                spec.channels = channels;
                let mut file = SoundFile::create(&path, spec).unwrap();
                for (left, right) in left.chunks(1_000).zip(right.chunks(1_000)) {
                    file.write(left, right).unwrap();
                }
                file.finish().unwrap();
                let go_on = |_| ControlFlow::Continue(());
                let found = import(&path, SampleRate::STUDIO, Limits::default(), go_on);
                if frames == 0 {
                    assert!(found.is_err(), "there is nothing in it");
                    continue;
                }
                let found = found.unwrap();
                assert_eq!((found.damage, found.channels), (None, channels));
                assert_eq!(found.audio.frames().0, frames as u64);
                let full = f64::from(1u32 << (bits - 1));
                for (index, written) in [left, right].iter().enumerate().take(channels) {
                    for (heard, sample) in found.audio.channel(index).iter().zip(written) {
                        let wanted = super::super::wav_write::nearest(*sample, bits);
                        assert_eq!(f64::from(*heard) * full, f64::from(wanted));
                    }
                }
            }
        }
    }

    #[test]
    fn an_export_that_is_called_off_never_was() {
        let folder = tempfile::tempdir().unwrap();
        for format in [
            SoundFormat::Wav(WavFormat::I24),
            SoundFormat::Flac(FlacFormat::I24),
        ] {
            let path = folder.path().join(format.extension());
            let spec = FileSpec::stereo(format, SampleRate::STUDIO);
            let mut file = SoundFile::create(&path, spec).unwrap();
            file.write(&[0.5; 9_000], &[0.5; 9_000]).unwrap();
            drop(file);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
