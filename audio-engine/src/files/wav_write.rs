//! WAV, written a block at a time: RIFF, or RF64 once it is past 4 GiB.
//!
//! Room for RF64's sizes is kept free in front (a `JUNK` chunk, which readers skip), so that a file
//! may grow past 4 GiB without anybody having known (EBU Tech 3306).

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use super::FileError;
use super::new_file::NewFile;
use super::sound_file::{LoopPoints, Tags};
use crate::audio::Audio;
use crate::dsp::dither::Dither;
use crate::units::SampleRate;

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WavFormat {
    /// 16 bits: plays everywhere.
    I16,
    /// 16 bits with a breath of noise (triangular, 2 steps wide) that hides the rounding of very
    /// quiet sound.
    I16Dithered,
    /// 24 bits: what studios exchange. Rounded to the nearest: what that adds lies at −146 dBFS.
    I24,
    /// 24 bits with the same noise, for who will make it quieter or louder again many times.
    I24Dithered,
    /// 32-bit floats: nothing is rounded or cut off.
    F32,
}

impl WavFormat {
    pub(super) fn bytes(self) -> u32 {
        match self {
            WavFormat::I16 | WavFormat::I16Dithered => 2,
            WavFormat::I24 | WavFormat::I24Dithered => 3,
            WavFormat::F32 => 4,
        }
    }
}

/// Writes `audio` to `path`, replacing what was there only once everything is on the disk. Beyond
/// full scale, whole-number formats are cut off.
///
/// # Errors
/// The disk refuses, or is full.
pub fn write_wav(path: &Path, audio: &Audio, format: WavFormat) -> Result<(), FileError> {
    let out = NewFile::create(path)?;
    let channels = audio.channel_count();
    let mut wav = WavWriter::new(out, format, audio.rate(), channels, Extras::default())?;
    wav.write(audio.channel(0), audio.channel(1))?;
    Ok(wav.finish()?.keep()?)
}

/// What stands after the sound.
#[derive(Debug, Clone, Default)]
pub(super) struct Extras {
    pub(super) tags: Tags,
    pub(super) loops: Option<LoopPoints>,
}

/// A WAV as it grows.
#[derive(Debug)]
pub(super) struct WavWriter<W> {
    out: W,
    head: Head,
    extras: Extras,
    rounding: Rounding,
    bytes: Vec<u8>,
}

impl<W: Write + Seek> WavWriter<W> {
    pub(super) fn new(
        mut out: W,
        format: WavFormat,
        rate: SampleRate,
        channels: usize,
        extras: Extras,
    ) -> Result<WavWriter<W>, FileError> {
        let head = Head {
            format,
            rate,
            channels: channels.clamp(1, 2) as u32,
            frames: 0,
            after: 0,
        };
        out.write_all(&head.bytes()?)?;
        Ok(WavWriter {
            out,
            head,
            extras,
            rounding: Rounding::of(format),
            bytes: Vec::new(),
        })
    }

    /// Of one channel, the left one is written.
    pub(super) fn write(&mut self, left: &[f32], right: &[f32]) -> Result<(), FileError> {
        for (left, right) in left.chunks(1 << 12).zip(right.chunks(1 << 12)) {
            self.bytes.clear();
            let both = left.iter().zip(right);
            match self.head.channels {
                1 => left
                    .iter()
                    .for_each(|l| self.rounding.write(0, *l, &mut self.bytes)),
                _ => both.for_each(|(l, r)| {
                    self.rounding.write(0, *l, &mut self.bytes);
                    self.rounding.write(1, *r, &mut self.bytes);
                }),
            }
            self.out.write_all(&self.bytes)?;
            self.head.frames += left.len().min(right.len()) as u64;
        }
        Ok(())
    }

    /// Writes what comes after the sound, and the sizes in front.
    pub(super) fn finish(mut self) -> Result<W, FileError> {
        let mut after = vec![0; self.head.sound()? as usize % 2];
        self.extras.write(self.head, &mut after);
        self.out.write_all(&after)?;
        self.head.after = after.len() as u64;
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&self.head.bytes()?)?;
        Ok(self.out)
    }
}

/// Everything before the sound. As long for every size.
#[derive(Debug, Clone, Copy)]
struct Head {
    format: WavFormat,
    rate: SampleRate,
    channels: u32,
    frames: u64,
    /// Bytes that come after the sound, padding included.
    after: u64,
}

impl Head {
    /// Bytes a frame.
    fn frame(self) -> u32 {
        self.format.bytes() * self.channels
    }

    /// Bytes of sound.
    fn sound(self) -> Result<u64, FileError> {
        let bytes = self.frames.checked_mul(u64::from(self.frame()));
        bytes.ok_or(FileError::TooLong)
    }

    fn bytes(self) -> Result<Vec<u8>, FileError> {
        let sound = self.sound()?;
        let is_float = self.format == WavFormat::F32;
        // "fmt " grows by a size field, and "fact" appears, when the samples are not whole numbers.
        let (description, fact) = if is_float { (18u32, 12) } else { (16, 0) };
        let head = 4 + 8 + 28 + 8 + u64::from(description) + fact + 8;
        let all = sound.checked_add(head + self.after);
        let all = all.ok_or(FileError::TooLong)?;
        let short = u32::try_from(all).ok();
        let rate = self.rate.hz();

        let mut to = Vec::with_capacity(96);
        to.extend(if short.is_some() { b"RIFF" } else { b"RF64" });
        to.extend(short.unwrap_or(u32::MAX).to_le_bytes());
        to.extend(b"WAVE");
        to.extend(if short.is_some() { b"JUNK" } else { b"ds64" });
        to.extend(28u32.to_le_bytes());
        match short {
            Some(_) => to.extend([0; 28]),
            None => {
                to.extend(all.to_le_bytes());
                to.extend(sound.to_le_bytes());
                to.extend(self.frames.to_le_bytes());
                to.extend(0u32.to_le_bytes());
            }
        }
        to.extend(b"fmt ");
        to.extend(description.to_le_bytes());
        to.extend((if is_float { 3u16 } else { 1 }).to_le_bytes());
        to.extend((self.channels as u16).to_le_bytes());
        to.extend(rate.to_le_bytes());
        to.extend(rate.saturating_mul(self.frame()).to_le_bytes());
        to.extend((self.frame() as u16).to_le_bytes());
        to.extend((8 * self.format.bytes() as u16).to_le_bytes());
        if is_float {
            to.extend([0, 0]);
            to.extend(b"fact\x04\0\0\0");
            let frames = u32::try_from(self.frames).unwrap_or(u32::MAX);
            to.extend(frames.to_le_bytes());
        }
        to.extend(b"data");
        let size = short.map_or(u32::MAX, |_| sound as u32);
        to.extend(size.to_le_bytes());
        Ok(to)
    }
}

impl Extras {
    /// `smpl` (where it loops) and `LIST` of `INFO` (its name and day).
    fn write(&self, head: Head, to: &mut Vec<u8>) {
        if let Some(LoopPoints { start, end }) = self.loops {
            let place = |at: u64| u32::try_from(at).unwrap_or(u32::MAX).to_le_bytes();
            to.extend(b"smpl\x3C\0\0\0");
            // Maker and product: nobody's. Then how long a frame is, in nanoseconds.
            to.extend([0; 8]);
            to.extend((1_000_000_000 / head.rate.hz()).to_le_bytes());
            // Middle C, exactly; no time code; one loop, no more data.
            to.extend([60u32, 0, 0, 0, 1, 0].map(u32::to_le_bytes).concat());
            // Its number, forwards, from its first to its last frame, exactly, for ever.
            to.extend([0; 8]);
            to.extend(place(start.0));
            to.extend(place(end.0.saturating_sub(1)));
            to.extend([0; 8]);
        }
        let names = [(b"INAM", &self.tags.title), (b"ICRD", &self.tags.date)];
        let mut list = b"INFO".to_vec();
        for (name, text) in names {
            let Some(text) = text else { continue };
            let mut text = text.clone().into_bytes();
            text.push(0);
            list.extend(name);
            list.extend((text.len() as u32).to_le_bytes());
            text.resize(text.len().next_multiple_of(2), 0);
            list.extend(text);
        }
        if list.len() > 4 {
            to.extend(b"LIST");
            to.extend((list.len() as u32).to_le_bytes());
            to.extend(list);
        }
    }
}

/// From what is heard to what is written.
#[derive(Debug)]
enum Rounding {
    Nearest { bytes: u32 },
    Dithered { bytes: u32, both: [Dither; 2] },
    Not,
}

impl Rounding {
    fn of(format: WavFormat) -> Rounding {
        let bytes = format.bytes();
        match format {
            WavFormat::I16 | WavFormat::I24 => Rounding::Nearest { bytes },
            WavFormat::I16Dithered | WavFormat::I24Dithered => Rounding::Dithered {
                bytes,
                both: dithers(8 * bytes),
            },
            WavFormat::F32 => Rounding::Not,
        }
    }

    fn write(&mut self, channel: usize, sample: f32, to: &mut Vec<u8>) {
        let (whole, bytes) = match self {
            Rounding::Not => return to.extend(sample.to_le_bytes()),
            Rounding::Nearest { bytes } => (nearest(sample, 8 * *bytes), *bytes),
            Rounding::Dithered { bytes, both } => match both.get_mut(channel) {
                Some(dither) => (dither.quantise(sample), *bytes),
                None => return,
            },
        };
        let [a, b, c, _] = whole.to_le_bytes();
        match bytes {
            2 => to.extend([a, b]),
            _ => to.extend([a, b, c]),
        }
    }
}

/// Two noises that have nothing to do with each other.
pub(super) fn dithers(bits: u32) -> [Dither; 2] {
    [16, 84].map(|seed| Dither::new(bits, seed))
}

/// The nearest whole number of `bits` bits; past full scale, the last there is.
pub(super) fn nearest(sample: f32, bits: u32) -> i32 {
    let full = f64::from(1u32 << (bits - 1));
    (f64::from(sample) * full).round().clamp(-full, full - 1.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read_wav;
    use crate::files::wav_read::WavStream;
    use crate::units::Frames;
    use proptest::prelude::*;
    use std::fs;
    use std::io::{self, Read};

    fn round_trip(audio: &Audio, format: WavFormat) -> Audio {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("piece.wav");
        write_wav(&path, audio, format).unwrap();
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing unfinished is left behind");
        read_wav(&path).unwrap()
    }

    #[test]
    fn a_note_louder_than_full_scale_is_cut_off_not_wrapped_round() {
        let loud = Audio::mono(SampleRate::STUDIO, vec![1.5, -1.5]);
        for format in [
            WavFormat::I16,
            WavFormat::I16Dithered,
            WavFormat::I24,
            WavFormat::I24Dithered,
        ] {
            let read = round_trip(&loud, format);
            assert!(
                read.channel(0)[0] > 0.999 && read.channel(0)[1] == -1.0,
                "{format:?}"
            );
        }
    }

    #[test]
    fn an_export_that_cannot_finish_leaves_the_old_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("piece.wav");
        fs::create_dir(&taken).unwrap();
        let audio = Audio::mono(SampleRate::STUDIO, vec![0.5; 9]);
        assert!(matches!(
            write_wav(&taken, &audio, WavFormat::I16),
            Err(FileError::Disk(_))
        ));
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "and no half file beside it"
        );
        let nowhere = folder.path().join("no/such/folder/piece.wav");
        assert!(matches!(
            write_wav(&nowhere, &audio, WavFormat::I16),
            Err(FileError::Disk(_))
        ));
    }

    #[test]
    fn dither_moves_a_sample_by_less_than_two_steps() {
        let quiet = Audio::stereo(SampleRate::STUDIO, vec![0.25; 2000], vec![0.25; 2000]);
        let read = round_trip(&quiet, WavFormat::I16Dithered);
        let steps = read
            .channel(0)
            .iter()
            .map(|sample| (sample - 0.25) * 32_768.0);
        assert!(
            steps.clone().all(|step| step.abs() <= 1.0),
            "triangular, two steps wide"
        );
        assert!(steps.clone().any(|step| step != 0.0));
        assert_ne!(read.channel(0), read.channel(1), "a hiss all around");
    }

    /// A file of `size` bytes that begins with `head` and is silent from there on.
    struct Virtual {
        head: Vec<u8>,
        size: u64,
        at: u64,
    }

    impl Read for Virtual {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let left = self.size.saturating_sub(self.at).min(into.len() as u64) as usize;
            for byte in &mut into[..left] {
                *byte = self.head.get(self.at as usize).copied().unwrap_or(0);
                self.at += 1;
            }
            Ok(left)
        }
    }

    impl Seek for Virtual {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.at = match to {
                SeekFrom::Start(at) => at,
                SeekFrom::End(past) => self.size.saturating_add_signed(past),
                SeekFrom::Current(on) => self.at.saturating_add_signed(on),
            };
            Ok(self.at)
        }
    }

    #[test]
    fn a_night_long_recording_is_read_back_whole() {
        for (format, frame) in [(WavFormat::I24, 6), (WavFormat::F32, 8)] {
            let most = (u64::from(u32::MAX) - 80) / frame;
            for frames in [0, 1, most - 9, most, most + 9, 3 * most] {
                let head = Head {
                    format,
                    rate: SampleRate::STUDIO,
                    channels: 2,
                    frames,
                    after: 0,
                };
                let bytes = head.bytes().unwrap();
                let size = bytes.len() as u64 + frames * frame;
                let name = if size - 8 > u64::from(u32::MAX) {
                    b"RF64"
                } else {
                    b"RIFF"
                };
                assert_eq!(&bytes[..4], name, "{frames} frames");
                let file = Virtual {
                    head: bytes,
                    size,
                    at: 0,
                };
                let read = WavStream::open(file).unwrap();
                assert_eq!(read.frames(), Frames(frames), "{format:?}");
                assert_eq!(read.missing(), Frames(0), "{format:?}");
            }
        }
    }

    #[test]
    fn a_loop_says_where_it_turns_and_every_piece_its_name() {
        let mut out = io::Cursor::new(vec![]);
        let extras = Extras {
            tags: Tags {
                title: Some("Rain".into()),
                date: Some("2026-11-24".into()),
            },
            loops: Some(LoopPoints {
                start: Frames(0),
                end: Frames(3),
            }),
        };
        let rate = SampleRate::STUDIO;
        let mut wav = WavWriter::new(&mut out, WavFormat::I24, rate, 1, extras).unwrap();
        wav.write(&[0.5, 0.25, 0.125], &[0.0; 3]).unwrap();
        wav.finish().unwrap();
        let file = out.into_inner();
        let told = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
        assert_eq!(told + 8, file.len(), "it knows its own length");
        let place = |name: &[u8]| file.windows(name.len()).position(|at| at == name).unwrap();
        let turns = &file[place(b"smpl") + 8 + 36..][8..16];
        assert_eq!(
            turns,
            [0, 0, 0, 0, 2, 0, 0, 0],
            "from the first to the last frame"
        );
        assert_eq!(&file[place(b"INAM") + 8..][..5], b"Rain\0");
        assert_eq!(&file[place(b"ICRD") + 8..][..10], b"2026-11-24");
        assert_eq!(place(b"smpl") % 2, 0, "padded after nine bytes of sound");
        let heard = crate::files::parse_wav(&file).unwrap();
        assert_eq!(heard.channel(0), &[0.5, 0.25, 0.125]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_is_written_is_read_back_to_the_bit(
            whole in prop::collection::vec((-8_388_608i32..8_388_608, any::<i16>()), 0..60),
            stereo in any::<bool>(),
            hz in 8000u32..192_000,
        ) {
            let rate = SampleRate::new(hz).unwrap();
            let piece = |sample: &dyn Fn(&(i32, i16)) -> f32| {
                let left: Vec<f32> = whole.iter().map(sample).collect();
                let right = left.iter().rev().copied().collect();
                if stereo { Audio::stereo(rate, left, right) } else { Audio::mono(rate, left) }
            };
            let of_24 = piece(&|(long, _)| *long as f32 / 8_388_608.0);
            prop_assert_eq!(&round_trip(&of_24, WavFormat::I24), &of_24);
            prop_assert_eq!(&round_trip(&of_24, WavFormat::F32), &of_24);
            let of_16 = piece(&|(_, short)| f32::from(*short) / 32_768.0);
            prop_assert_eq!(&round_trip(&of_16, WavFormat::I16), &of_16);
        }
    }
}
