//! Sound from anywhere: WAV, FLAC, MP3, Ogg Vorbis, M4A (AAC and ALAC), AIFF.
//!
//! The decoders are somebody else's (symphonia) and the bytes are anybody's, so they meet on a
//! guarded thread: a panic costs one file, a decoder that goes on and on is left behind, and what
//! is kept in memory is limited before it is made. Off the audio thread, and slow: some hundredths
//! of the sound's length.
//!
//! The sound comes out at the rate asked for, in one or two channels; of more, the first two are
//! kept. What encoders put around it is taken off where the file says how much that is: LAME's tag
//! in MP3, the edit list and Apple's `iTunSMPB` in M4A, the last page in Ogg. An MP3 without that
//! tag, and bare AAC (ADTS), keep some 25 ms of silence in front: nobody wrote down how much.

mod decode;
mod guard;
mod mp4_edits;

use std::fs::File;
use std::io::{BufReader, Cursor};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use self::decode::decode;
use self::guard::guarded;
use crate::audio::Audio;
use crate::units::{Frames, SampleRate};

/// How much one file may ask of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest sound, at the rate it comes out with. Eight bytes of memory a stereo frame.
    pub length: Frames,
    /// The largest file, in bytes.
    pub bytes: u64,
    /// After so long the decoder is left to itself.
    pub time: Duration,
}

impl Default for Limits {
    /// Ten minutes at 48 kHz (230 MB in stereo), of a file up to a gibibyte, within a minute.
    fn default() -> Limits {
        Limits {
            length: Frames(10 * 60 * 48_000),
            bytes: 1 << 30,
            time: Duration::from_secs(60),
        }
    }
}

/// A sound and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// At the rate asked for.
    pub audio: Audio,
    /// The coding, as people know it: "FLAC", "MP3", "PCM, 24 bits".
    pub coding: String,
    /// The file's own rate.
    pub rate: SampleRate,
    /// Channels in the file; the audio has two of them at most.
    pub channels: usize,
    /// What could not be read, if anything: the audio holds the rest, and silence in its place
    /// where something came after.
    pub damage: Option<Damage>,
}

/// What of a file could not be read. In frames of the file's own rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damage {
    /// Silent, because the packets they were in make no sense.
    pub silent: Frames,
    /// Promised by the file, and not there: it breaks off.
    pub missing: Frames,
    /// It breaks off, and does not say how much is missing.
    pub broke_off: bool,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No kind of sound we know: pick another file.
    #[error("this is no sound file")]
    NotSound,
    /// A sound file of a sort we do not play: save it as WAV, FLAC or MP3 first.
    #[error("the file holds {codec}, which cannot be played here")]
    Unsupported {
        /// In a few words.
        codec: String,
    },
    /// Cut it shorter first.
    #[error("the sound is longer than {} frames", .most.0)]
    TooLong {
        /// What fits.
        most: Frames,
    },
    /// A sound file, and nothing of it can be read: find another copy.
    #[error("the file is damaged: {what}")]
    Damaged {
        /// In a few words, for the log.
        what: String,
    },
    /// It was taking for ever. As good as damaged, unless the machine was very busy.
    #[error("decoding the file did not come to an end")]
    TooSlow,
    /// Somebody called it off.
    #[error("the import was called off")]
    Cancelled,
    /// The file is not there, or may not be read.
    #[error("the file system refused")]
    Disk(#[from] std::io::Error),
}

impl ImportError {
    fn damaged(what: impl Into<String>) -> ImportError {
        ImportError::Damaged { what: what.into() }
    }
}

/// Reads the sound file at `path`. `progress` hears how far it is, 0..=1, some fifty times a
/// second on the calling thread, and says whether to go on.
///
/// # Errors
/// Each says what a person can do about it; see [`ImportError`].
pub fn import(
    path: &Path,
    rate: SampleRate,
    limits: Limits,
    progress: impl FnMut(f32) -> ControlFlow<()>,
) -> Result<Imported, ImportError> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > limits.bytes {
        return Err(ImportError::TooLong {
            most: limits.length,
        });
    }
    // Large reads: a decoder asks for a few bytes at a time.
    let file = BufReader::with_capacity(1 << 16, file);
    guarded(limits.time, progress, move |watch| {
        decode(file, size, Some(rate), limits.length, watch)
    })
}

/// Reads a sound file that is already in memory.
///
/// # Errors
/// As [`import`].
pub fn import_bytes(
    bytes: Vec<u8>,
    rate: SampleRate,
    limits: Limits,
    progress: impl FnMut(f32) -> ControlFlow<()>,
) -> Result<Imported, ImportError> {
    let size = bytes.len() as u64;
    if size > limits.bytes {
        return Err(ImportError::TooLong {
            most: limits.length,
        });
    }
    guarded(limits.time, progress, move |watch| {
        decode(Cursor::new(bytes), size, Some(rate), limits.length, watch)
    })
}

/// [`import_bytes`], at the rate the file was made with.
pub(super) fn at_its_own_rate(bytes: Vec<u8>) -> Result<Imported, ImportError> {
    let limits = Limits::default();
    let size = bytes.len() as u64;
    let go_on = |_| ControlFlow::Continue(());
    guarded(limits.time, go_on, move |watch| {
        decode(Cursor::new(bytes), size, None, limits.length, watch)
    })
}

/// Whatever these bytes are, on this thread, with what a fuzzer allows: no thread to hide a panic
/// behind, and little memory. Answers how many frames were in them.
///
/// # Errors
/// As [`import`], except that a decoder's panic is a panic.
pub fn parse_any(bytes: &[u8]) -> Result<Frames, ImportError> {
    let watch = guard::Watch::until(Duration::from_secs(10));
    let length = Frames(60 * 48_000);
    let source = Cursor::new(bytes.to_vec());
    let rate = Some(SampleRate::STUDIO);
    decode(source, bytes.len() as u64, rate, length, &watch).map(|found| found.audio.frames())
}
