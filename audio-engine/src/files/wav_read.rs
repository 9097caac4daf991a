//! WAV, read: PCM of 8 to 32 bits and floats, from any program, with chunks in any order.
//!
//! Sizes in headers are hints: recorders that were cut off leave zeros or "as long as can be", so
//! a chunk ends where it says or where the file does, whichever comes first.

use std::path::Path;

use super::FileError;
use crate::audio::Audio;
use crate::units::SampleRate;

/// Reads a WAV file. Of more than two channels the first two are kept.
pub fn read_wav(path: &Path) -> Result<Audio, FileError> {
    parse_wav(&std::fs::read(path)?)
}

/// Reads a WAV file that is already in memory.
pub fn parse_wav(bytes: &[u8]) -> Result<Audio, FileError> {
    let kind = (bytes.get(0..4), bytes.get(8..12));
    let (Some(b"RIFF" | b"RF64"), Some(b"WAVE")) = kind else {
        return Err(FileError::NotA {
            wanted: "a WAV file",
        });
    };
    let (mut format, mut sound) = (None, None);
    for (name, body) in chunks(&bytes[12..]) {
        match name {
            b"fmt " if format.is_none() => format = Some(Format::read(body)?),
            b"data" if sound.is_none() => sound = Some(body),
            _ => {}
        }
    }
    let format = format.ok_or_else(|| FileError::damaged("it does not say what it holds"))?;
    let sound = sound.ok_or_else(|| FileError::damaged("there is no sound in it"))?;
    Ok(format.audio(sound))
}

/// The chunks one after the other, as (name, body).
fn chunks(mut rest: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (size, after) = after.split_first_chunk::<4>()?;
        let claimed = u32::from_le_bytes(*size) as usize;
        // Nought is what a recorder writes that means to fill it in later and never could.
        let claimed = if name == b"data" && claimed == 0 {
            after.len()
        } else {
            claimed
        };
        let size = claimed.min(after.len());
        // Bodies of odd length are padded by a byte; the last one often is not.
        rest = after.get(size + size % 2..).unwrap_or_default();
        Some((name, &after[..size]))
    })
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

    fn audio(&self, sound: &[u8]) -> Audio {
        let width = self.coding.width();
        let channel = |index: usize| -> Vec<f32> {
            sound
                .chunks_exact(width * self.channels)
                .filter_map(|frame| frame.get(index * width..)?.get(..width))
                .map(|sample| self.coding.sample(sample))
                .collect()
        };
        match self.channels {
            1 => Audio::mono(self.rate, channel(0)),
            _ => Audio::stereo(self.rate, channel(0), channel(1)),
        }
    }
}

impl Coding {
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
