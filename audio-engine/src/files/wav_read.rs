//! WAV, read: PCM of 8 to 32 bits and floats, from any program, with chunks in any order.
//!
//! RF64 and BW64 too, which say in a `ds64` chunk what does not fit into 32 bits. Sizes in headers
//! are hints: recorders that were cut off leave zeros or "as long as can be", so a chunk ends where
//! it says or where the file does, whichever comes first.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use super::FileError;
use crate::audio::Audio;
use crate::units::{Frames, SampleRate};

/// Reads a WAV file. Of more than two channels the first two are kept.
pub fn read_wav(path: &Path) -> Result<Audio, FileError> {
    read_all(BufReader::new(File::open(path)?))
}

/// Reads a WAV file that is already in memory.
pub fn parse_wav(bytes: &[u8]) -> Result<Audio, FileError> {
    read_all(Cursor::new(bytes))
}

fn read_all(source: impl Read + Seek) -> Result<Audio, FileError> {
    let mut wav = WavStream::open(source)?;
    let frames = usize::try_from(wav.frames().0).map_err(|_| FileError::TooLong)?;
    let mut channels = [Vec::with_capacity(frames), Vec::new()];
    while wav.read(&mut channels)? {}
    let [left, right] = channels;
    Ok(match wav.channels() {
        1 => Audio::mono(wav.rate(), left),
        _ => Audio::stereo(wav.rate(), left, right),
    })
}

/// Bytes read in one go, or one frame.
const STRIDE: u64 = 1 << 16;

/// Sizes from here on are written by recorders that cannot know yet, and promise nothing.
const AS_LONG_AS_CAN_BE: u64 = 0x7FFF_0000;

/// A WAV file as it is read, a few thousand frames at a time.
pub(super) struct WavStream<R> {
    source: R,
    format: Format,
    /// Whole frames in the file.
    frames: Frames,
    /// Frames the header promised beyond those.
    missing: Frames,
    left: u64,
    bytes: Vec<u8>,
}

impl<R: Read + Seek> WavStream<R> {
    /// Finds the description and the beginning of the sound.
    pub(super) fn open(mut source: R) -> Result<WavStream<R>, FileError> {
        let end = source.seek(SeekFrom::End(0))?;
        source.rewind()?;
        let mut head = [0; 12];
        let is_wav = source.read_exact(&mut head).is_ok()
            && matches!(&head[..4], b"RIFF" | b"RF64" | b"BW64")
            && &head[8..] == b"WAVE";
        if !is_wav {
            return Err(FileError::NotA {
                wanted: "a WAV file",
            });
        }
        let (mut format, mut sound, mut long) = (None, None, None);
        let mut at = head.len() as u64;
        while let Some(chunk) = Chunk::at(&mut source, at, end)? {
            match &chunk.name {
                b"ds64" if long.is_none() => {
                    let body = chunk.read(&mut source, 28)?;
                    long = body
                        .get(8..16)
                        .and_then(|size| size.try_into().ok())
                        .map(u64::from_le_bytes);
                }
                b"fmt " if format.is_none() => {
                    format = Some(Format::read(&chunk.read(&mut source, 40)?)?);
                }
                b"data" if sound.is_none() => {
                    let chunk = match long {
                        Some(size) if chunk.claimed == u64::from(u32::MAX) => Chunk {
                            claimed: size,
                            size: size.min(end - chunk.body),
                            ..chunk
                        },
                        _ => chunk,
                    };
                    at = chunk.end();
                    sound = Some(chunk);
                    continue;
                }
                _ => {}
            }
            at = chunk.end();
        }
        let format = format.ok_or_else(|| FileError::damaged("it does not say what it holds"))?;
        let sound = sound.ok_or_else(|| FileError::damaged("there is no sound in it"))?;
        source.seek(SeekFrom::Start(sound.body))?;
        let frames = sound.size / format.frame();
        let promised = match sound.claimed {
            ..AS_LONG_AS_CAN_BE => sound.claimed / format.frame(),
            AS_LONG_AS_CAN_BE.. => frames,
        };
        Ok(WavStream {
            source,
            frames: Frames(frames),
            missing: Frames(promised.saturating_sub(frames)),
            left: frames,
            bytes: Vec::new(),
            format,
        })
    }

    pub(super) fn rate(&self) -> SampleRate {
        self.format.rate
    }

    pub(super) fn channels(&self) -> usize {
        self.format.channels
    }

    pub(super) fn frames(&self) -> Frames {
        self.frames
    }

    /// Frames the header speaks of that are not there.
    pub(super) fn missing(&self) -> Frames {
        self.missing
    }

    /// "PCM, 24 bits".
    pub(super) fn coding(&self) -> &'static str {
        self.format.coding.name()
    }

    /// Appends the next frames, the second channel only if there are two or more. False at the end.
    pub(super) fn read(&mut self, channels: &mut [Vec<f32>; 2]) -> Result<bool, FileError> {
        let frames = self.left.min((STRIDE / self.format.frame()).max(1));
        if frames == 0 {
            return Ok(false);
        }
        self.left -= frames;
        self.bytes
            .resize((frames * self.format.frame()) as usize, 0);
        self.source.read_exact(&mut self.bytes)?;
        let width = self.format.coding.width();
        let heard = channels.iter_mut().take(self.format.channels).enumerate();
        for (index, channel) in heard {
            let frames = self.bytes.chunks_exact(width * self.format.channels);
            let samples = frames.filter_map(|frame| frame.get(index * width..)?.get(..width));
            channel.extend(samples.map(|sample| self.format.coding.sample(sample)));
        }
        Ok(true)
    }
}

/// Where a chunk lies.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    name: [u8; 4],
    /// Where its body begins.
    body: u64,
    /// Bytes it says it has.
    claimed: u64,
    /// Bytes it has.
    size: u64,
}

impl Chunk {
    fn at(source: &mut (impl Read + Seek), at: u64, end: u64) -> Result<Option<Chunk>, FileError> {
        if at.saturating_add(8) > end {
            return Ok(None);
        }
        let mut head = [0; 8];
        source.seek(SeekFrom::Start(at))?;
        source.read_exact(&mut head)?;
        let [a, b, c, d, size @ ..] = head;
        let (name, body) = ([a, b, c, d], at + 8);
        let claimed = u64::from(u32::from_le_bytes(size));
        // Nought is what a recorder writes that means to fill it in later and never could.
        let size = match (&name, claimed) {
            (b"data", 0) => end - body,
            (_, claimed) => claimed.min(end - body),
        };
        Ok(Some(Chunk {
            name,
            body,
            claimed,
            size,
        }))
    }

    /// Where the next one begins. Bodies of odd length are padded by a byte; the last often is not.
    fn end(&self) -> u64 {
        self.body + self.size + self.size % 2
    }

    /// The first bytes of the body, `most` at most.
    fn read(&self, source: &mut impl Read, most: u64) -> Result<Vec<u8>, FileError> {
        let mut body = vec![0; self.size.min(most) as usize];
        source.read_exact(&mut body)?;
        Ok(body)
    }
}

/// How numbers are written.
#[derive(Debug, Clone, Copy)]
enum Coding {
    Whole8,
    Whole16,
    Whole24,
    Whole32,
    Float32,
    Float64,
}

struct Format {
    coding: Coding,
    channels: usize,
    rate: SampleRate,
}

impl Format {
    fn read(body: &[u8]) -> Result<Format, FileError> {
        let short = |at: usize| {
            body.get(at..at + 2)
                .map(|b| u16::from_le_bytes([b[0], b[1]]))
        };
        let (Some(mut tag), Some(channels), Some(low), Some(high), Some(bits)) =
            (short(0), short(2), short(4), short(6), short(14))
        else {
            return Err(FileError::damaged("its description is cut off"));
        };
        const EXTENSIBLE: u16 = 0xFFFE;
        if tag == EXTENSIBLE {
            tag = short(24).unwrap_or(tag);
        }
        let coding = match (tag, bits) {
            (1, 8) => Coding::Whole8,
            (1, 16) => Coding::Whole16,
            (1, 24) => Coding::Whole24,
            (1, 32) => Coding::Whole32,
            (3, 32) => Coding::Float32,
            (3, 64) => Coding::Float64,
            _ => {
                return Err(FileError::unsupported(format!(
                    "coding {tag} with {bits} bits"
                )));
            }
        };
        let rate = u32::from(high) << 16 | u32::from(low);
        match (SampleRate::new(rate), channels) {
            (_, 0) => Err(FileError::damaged("it has no channels")),
            (Some(rate), channels) => Ok(Format {
                coding,
                channels: channels.into(),
                rate,
            }),
            (None, _) => Err(FileError::damaged("it has no sample rate")),
        }
    }

    /// Bytes a frame.
    fn frame(&self) -> u64 {
        (self.coding.width() * self.channels) as u64
    }
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Coding::Whole8 => "PCM, 8 bits",
            Coding::Whole16 => "PCM, 16 bits",
            Coding::Whole24 => "PCM, 24 bits",
            Coding::Whole32 => "PCM, 32 bits",
            Coding::Float32 => "float, 32 bits",
            Coding::Float64 => "float, 64 bits",
        }
    }

    /// Bytes a sample.
    fn width(self) -> usize {
        match self {
            Coding::Whole8 => 1,
            Coding::Whole16 => 2,
            Coding::Whole24 => 3,
            Coding::Whole32 | Coding::Float32 => 4,
            Coding::Float64 => 8,
        }
    }

    /// −1…+1; floats as they are. Exactly [`Coding::width`] bytes.
    fn sample(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Coding::Whole8, &[a]) => (f32::from(a) - 128.0) / 128.0,
            (Coding::Whole16, &[a, b]) => f32::from(i16::from_le_bytes([a, b])) / 32_768.0,
            (Coding::Whole24, &[a, b, c]) => {
                (i32::from_le_bytes([0, a, b, c]) >> 8) as f32 / 8_388_608.0
            }
            (Coding::Whole32, &[a, b, c, d]) => {
                (f64::from(i32::from_le_bytes([a, b, c, d])) / 2_147_483_648.0) as f32
            }
            (Coding::Float32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Coding::Float64, &[a, b, c, d, e, f, g, h]) => {
                f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chunk(name: &[u8; 4], size: u32, body: &[u8]) -> Vec<u8> {
        [name, &size.to_le_bytes()[..], body].concat()
    }

    fn fmt(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
        let mut body = [tag.to_le_bytes(), channels.to_le_bytes()].concat();
        body.extend(44_100u32.to_le_bytes());
        body.extend([0; 6]);
        body.extend(bits.to_le_bytes());
        chunk(b"fmt ", body.len() as u32, &body)
    }

    fn wav(chunks: &[Vec<u8>]) -> Vec<u8> {
        [b"RIFF\0\0\0\0WAVE".to_vec(), chunks.concat()].concat()
    }

    const HALF_AND_QUARTER: [u8; 4] = [0x00, 0x40, 0x00, 0xE0];

    #[test]
    fn a_recorder_s_own_order_and_its_own_chunks_do_not_matter() {
        let odd = chunk(b"LIST", 3, b"hum\0");
        let data = chunk(b"data", 4, &HALF_AND_QUARTER);
        let read = parse_wav(&wav(&[odd, data, fmt(1, 1, 16)])).unwrap();
        assert_eq!(read.channel(0), &[0.5, -0.25]);
        assert_eq!(read.rate().hz(), 44_100);
    }

    #[test]
    fn a_recording_that_was_cut_off_is_read_to_its_end() {
        for claimed in [0, 2_000_000, u32::MAX] {
            let data = chunk(b"data", claimed, &HALF_AND_QUARTER);
            let read = parse_wav(&wav(&[fmt(1, 1, 16), data])).unwrap();
            assert_eq!(read.channel(0), &[0.5, -0.25], "size {claimed}");
        }
    }

    #[test]
    fn of_many_channels_the_first_two_are_heard() {
        let data = chunk(b"data", 6, &[0, 0x40, 0, 0xE0, 0, 0x10]);
        let read = parse_wav(&wav(&[fmt(1, 3, 16), data])).unwrap();
        assert_eq!(
            (read.channel(0), read.channel(1)),
            (&[0.5][..], &[-0.25][..])
        );
    }

    #[test]
    fn a_file_past_four_gibibytes_says_its_size_elsewhere() {
        let sizes = |data: u64| [0u64.to_le_bytes(), data.to_le_bytes(), [0; 8]].concat();
        let after = chunk(b"LIST", 4, b"hum!");
        for (size, heard) in [(4, 2), (2, 1)] {
            let ds64 = chunk(b"ds64", 24, &sizes(size));
            let data = chunk(b"data", u32::MAX, &HALF_AND_QUARTER[..size as usize]);
            let mut file = wav(&[ds64, fmt(1, 1, 16), data, after.clone()]);
            file[..4].copy_from_slice(b"RF64");
            let read = parse_wav(&file).unwrap();
            assert_eq!(
                read.frames(),
                Frames(heard),
                "and no tags are heard as sound"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert!(matches!(parse_wav(b"OggS"), Err(FileError::NotA { .. })));
        let strange = wav(&[fmt(2, 1, 4), chunk(b"data", 0, &[])]);
        assert!(matches!(
            parse_wav(&strange),
            Err(FileError::Unsupported { .. })
        ));
        let silent = wav(&[fmt(1, 1, 16)]);
        assert_eq!(
            parse_wav(&silent).unwrap_err().to_string(),
            "the file is damaged: there is no sound in it"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_can_hurt_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse_wav(&bytes);
            let _ = parse_wav(&wav(&[bytes]));
        }

        #[test]
        fn no_description_can_hurt_the_reader(
            body in prop::collection::vec(any::<u8>(), 0..48),
            size in any::<u32>(),
            sound in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let _ = parse_wav(&wav(&[chunk(b"fmt ", size, &body), chunk(b"data", 64, &sound)]));
            let _ = parse_wav(&wav(&[chunk(b"fmt ", body.len() as u32, &body), sound]));
        }
    }
}
