//! FLAC, written a block at a time: lossless, and smaller than WAV.
//!
//! The frames are flacenc's; the file around them is ours, so that nothing has to be kept in memory
//! until the end. The description in front is written twice: before, as a guess, and once the
//! lengths and the checksum of everything are known.

use std::io::{Seek, SeekFrom, Write};

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, StreamInfo};
use flacenc::config::Encoder;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};

use super::FileError;
use super::sound_file::Tags;
use super::wav_write::{dithers, nearest};
use crate::dsp::dither::Dither;
use crate::units::SampleRate;

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlacFormat {
    /// 16 bits.
    I16,
    /// 16 bits with a breath of noise that hides the rounding of very quiet sound.
    I16Dithered,
    /// 24 bits, rounded to the nearest.
    I24,
}

impl FlacFormat {
    fn bits(self) -> u32 {
        match self {
            FlacFormat::I16 | FlacFormat::I16Dithered => 16,
            FlacFormat::I24 => 24,
        }
    }
}

/// Frames compressed together; what the reference encoder uses.
const BLOCK: usize = 4096;

/// A block shorter than this is written as it is. Only a file's last one ever is.
const SHORT: usize = 64;

/// A FLAC as it grows.
pub(super) struct FlacWriter<W> {
    out: W,
    encoder: Verified<Encoder>,
    /// For what cannot be predicted.
    plain: Verified<Encoder>,
    info: StreamInfo,
    block: FrameBuf,
    checksum: Context,
    bits: u32,
    channels: usize,
    dither: Option<[Dither; 2]>,
    /// Interleaved, less than a block.
    waiting: Vec<i32>,
    bytes: Vec<u8>,
    blocks: usize,
    /// Sizes of the compressed blocks, in bytes.
    smallest: usize,
    largest: usize,
    frames: u64,
}

impl<W: Write + Seek> FlacWriter<W> {
    pub(super) fn new(
        mut out: W,
        format: FlacFormat,
        rate: SampleRate,
        channels: usize,
        tags: &Tags,
    ) -> Result<FlacWriter<W>, FileError> {
        let (bits, channels) = (format.bits(), channels.clamp(1, 2));
        let encoder = |predicts: bool| {
            let mut encoder = Encoder::default();
            encoder.block_size = BLOCK;
            encoder.subframe_coding.use_fixed = predicts;
            encoder.subframe_coding.use_lpc = predicts;
            encoder
                .into_verified()
                .map_err(|(_, error)| refused(&error))
        };
        let (encoder, plain) = (encoder(true)?, encoder(false)?);
        let info = StreamInfo::new(rate.hz() as usize, channels, bits as usize);
        let info = info.map_err(|error| refused(&error))?;
        out.write_all(b"fLaC")?;
        out.write_all(&description(&info)?)?;
        out.write_all(&comment(tags))?;
        Ok(FlacWriter {
            out,
            encoder,
            plain,
            info,
            block: FrameBuf::with_size(channels, BLOCK).map_err(|error| refused(&error))?,
            checksum: Context::new(bits as usize, channels),
            bits,
            channels,
            dither: (format == FlacFormat::I16Dithered).then(|| dithers(bits)),
            waiting: Vec::with_capacity(BLOCK * channels),
            bytes: Vec::new(),
            blocks: 0,
            smallest: usize::MAX,
            largest: 0,
            frames: 0,
        })
    }

    /// Of one channel, the left one is written.
    pub(super) fn write(&mut self, left: &[f32], right: &[f32]) -> Result<(), FileError> {
        for (left, right) in left.iter().zip(right) {
            for (channel, sample) in [*left, *right].into_iter().take(self.channels).enumerate() {
                let whole = match &mut self.dither {
                    Some(both) => both[channel].quantise(sample),
                    None => nearest(sample, self.bits),
                };
                self.waiting.push(whole);
            }
            if self.waiting.len() == BLOCK * self.channels {
                self.compress()?;
            }
        }
        Ok(())
    }

    fn compress(&mut self) -> Result<(), FileError> {
        let width = self.bits as usize / 8;
        self.bytes.clear();
        for sample in &self.waiting {
            self.bytes.extend(&sample.to_le_bytes()[..width]);
        }
        let summed = self.checksum.fill_le_bytes(&self.bytes, width);
        let filled = self.block.fill_interleaved(&self.waiting);
        summed.and(filled).map_err(|error| refused(&error))?;
        let frames = self.waiting.len() / self.channels;
        let encode = |encoder| {
            let frame =
                flacenc::encode_fixed_size_frame(encoder, &self.block, self.blocks, &self.info);
            frame.map_err(|error| refused(&error))
        };
        let mut frame = match frames {
            ..SHORT => encode(&self.plain)?,
            _ => encode(&self.encoder)?,
        };
        // flacenc 0.5.1 only guesses how long a prediction will be. On full-scale 24-bit sound it
        // can be wrong by gigabytes, which are only made when the frame is written.
        let as_it_is = self.waiting.len() * (self.bits as usize + 1) + 1_024;
        if frame.count_bits() > as_it_is {
            frame = encode(&self.plain)?;
        }
        let mut sink = ByteSink::new();
        frame.write(&mut sink).map_err(|error| refused(&error))?;
        self.out.write_all(sink.as_slice())?;
        let size = sink.as_slice().len();
        self.smallest = self.smallest.min(size);
        self.largest = self.largest.max(size);
        self.blocks += 1;
        self.frames += frames as u64;
        self.waiting.clear();
        Ok(())
    }

    /// Writes the last block, and the lengths and the checksum in front.
    pub(super) fn finish(mut self) -> Result<W, FileError> {
        if !self.waiting.is_empty() {
            self.compress()?;
        }
        // 36 bits of frames: 16 days at 48 kHz. Nought means "unknown".
        let frames = if self.frames < 1 << 36 {
            self.frames
        } else {
            0
        };
        self.info.set_total_samples(frames as usize);
        self.info.set_md5_digest(&self.checksum.md5_digest());
        let smallest = self.smallest.min(self.largest);
        self.info
            .set_block_sizes(BLOCK, BLOCK)
            .and_then(|()| self.info.set_frame_sizes(smallest, self.largest))
            .map_err(|error| refused(&error))?;
        self.out.seek(SeekFrom::Start(4))?;
        self.out.write_all(&description(&self.info)?)?;
        Ok(self.out)
    }
}

/// The `STREAMINFO` block, never the last one.
fn description(info: &StreamInfo) -> Result<Vec<u8>, FileError> {
    let mut sink = ByteSink::new();
    info.write(&mut sink).map_err(|error| refused(&error))?;
    let body = sink.as_slice();
    Ok([&[0, 0, 0, body.len() as u8], body].concat())
}

/// The `VORBIS_COMMENT` block, the last one.
fn comment(tags: &Tags) -> Vec<u8> {
    let named = [("TITLE", &tags.title), ("DATE", &tags.date)];
    let named: Vec<String> = named
        .into_iter()
        .filter_map(|(name, text)| Some(format!("{name}={}", text.as_ref()?)))
        .collect();
    let mut body = vec![];
    let mut text = |text: &str| {
        body.extend((text.len() as u32).to_le_bytes());
        body.extend(text.as_bytes());
    };
    text("Undersong audio-engine");
    let count = (named.len() as u32).to_le_bytes();
    let mut comments = vec![];
    for one in &named {
        comments.extend((one.len() as u32).to_le_bytes());
        comments.extend(one.as_bytes());
    }
    body.extend(count);
    body.extend(comments);
    let [_, size @ ..] = (body.len() as u32).to_be_bytes();
    [&[0x84], &size[..], &body].concat()
}

fn refused(error: &impl std::fmt::Display) -> FileError {
    FileError::unsupported(format!("what FLAC cannot write: {error}"))
}
