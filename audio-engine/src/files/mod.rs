//! Sound files in and out: WAV and FLAC out, those and what other programs write in.
//!
//! Off the audio thread. A reader is handed bytes from anywhere, so it must survive all of them:
//! whatever is wrong comes back as a [`FileError`] or an [`ImportError`], never as a panic. A file
//! that is written is there whole, or not at all.

mod flac_write;
mod import;
mod name;
mod new_file;
mod ogg;
mod sound_file;
mod wav_read;
mod wav_write;

pub use flac_write::FlacFormat;
pub use import::{Damage, ImportError, Imported, Limits, import, import_bytes, parse_any};
pub use name::safe_name;
pub use new_file::NewFile;
pub use ogg::decode_ogg;
pub use sound_file::{FileSpec, LoopPoints, SoundFile, SoundFormat, Tags};
pub use wav_read::{parse_wav, read_wav};
pub use wav_write::{WavFormat, write_wav};

/// Why a sound file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The bytes are no such file at all: another kind, or the wrong one picked.
    #[error("this is not {wanted}")]
    NotA {
        /// "a WAV file", "an Ogg Vorbis file".
        wanted: &'static str,
    },
    /// A proper file, of a sort we do not play.
    #[error("the file holds {what}, which cannot be played here")]
    Unsupported {
        /// In a few words.
        what: String,
    },
    /// It begins well, but nothing can be read from it.
    #[error("the file is damaged: {what}")]
    Damaged {
        /// In a few words.
        what: String,
    },
    /// More sound than the file's kind, or our memory, holds.
    #[error("the sound is too long for the file")]
    TooLong,
    /// The disk is full, or the file may not be read or written.
    #[error("the file system refused")]
    Disk(#[from] std::io::Error),
}

impl FileError {
    fn damaged(what: impl Into<String>) -> FileError {
        FileError::Damaged { what: what.into() }
    }

    fn unsupported(what: impl Into<String>) -> FileError {
        FileError::Unsupported { what: what.into() }
    }
}
