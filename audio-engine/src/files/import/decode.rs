//! The decoding itself: from a file's bytes to sound at our rate, packet by packet.

use std::io::{Read, Seek};

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;

use super::guard::{Watch, Watched};
use super::mp4_edits::{Edit, edit_of};
use super::{Damage, ImportError, Imported};
use crate::audio::Audio;
use crate::files::FileError;
use crate::files::wav_read::WavStream;
use crate::resample::Resampler;
use crate::units::{Frames, SampleRate};

/// Telephones and studios. Others are typing errors, or want us to make hours of a second.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;

/// The most silence a packet that makes no sense is replaced by: the longest block of any codec.
const LONGEST_PACKET: u64 = 65_536;

/// Whatever `source` is, `size` bytes long, at `rate` (or its own) and `length` frames at most.
pub(super) fn decode<R: Read + Seek + Send + Sync + 'static>(
    source: R,
    size: u64,
    rate: Option<SampleRate>,
    length: Frames,
    watch: &Watch,
) -> Result<Imported, ImportError> {
    let mut source = Watched::new(source, size, watch);
    let mut head = [0; 12];
    let heard = source.read_exact(&mut head);
    source.rewind()?;
    let is_wav = matches!(&head[..4], b"RIFF" | b"RF64" | b"BW64") && &head[8..] == b"WAVE";
    let answer = match heard {
        Ok(()) if is_wav => decode_wav(source, rate, length, watch),
        Ok(()) => decode_packets(source, &head, rate, length, watch),
        Err(_) => Err(ImportError::NotSound),
    };
    // A decoder whose file ended early because we stopped it says "damaged".
    watch.check().and(answer)
}

/// Our own reader: it reads RF64, and files that were cut off, which the library does not.
fn decode_wav<R: Read + Seek>(
    source: Watched<R>,
    rate: Option<SampleRate>,
    length: Frames,
    watch: &Watch,
) -> Result<Imported, ImportError> {
    let mut wav = match WavStream::open(source) {
        Ok(wav) => wav,
        // WAV is a wrapper, too: old telephone codings are in there.
        Err(FileError::Unsupported { what }) => {
            return Err(ImportError::Unsupported { codec: what });
        }
        Err(FileError::NotA { .. }) => return Err(ImportError::NotSound),
        Err(FileError::Disk(error)) => return Err(error.into()),
        Err(error @ (FileError::Damaged { .. } | FileError::TooLong)) => {
            return Err(ImportError::damaged(error.to_string()));
        }
    };
    let mut tape = Tape::new(wav.rate(), wav.channels(), rate, length)?;
    tape.expect(wav.frames().0)?;
    let mut block = [Vec::new(), Vec::new()];
    let mut broke_off = false;
    loop {
        watch.check()?;
        block.iter_mut().for_each(Vec::clear);
        match wav.read(&mut block) {
            Ok(true) => tape.push(&block)?,
            Ok(false) => break,
            Err(_) => {
                broke_off = true;
                break;
            }
        }
    }
    let damage = Damage {
        missing: wav.missing(),
        broke_off,
        ..Damage::default()
    };
    Ok(tape.finish(wav.coding().to_owned(), damage))
}

fn decode_packets<R: Read + Seek + Send + Sync + 'static>(
    mut source: Watched<R>,
    head: &[u8; 12],
    rate: Option<SampleRate>,
    length: Frames,
    watch: &Watch,
) -> Result<Imported, ImportError> {
    let edit = match &head[4..8] {
        b"ftyp" => {
            let (edit, end) = edit_of(&mut source)?;
            source.pretend_to_be(end);
            edit
        }
        _ => Edit::default(),
    };
    source.rewind()?;
    let stream = MediaSourceStream::new(Box::new(source), Default::default());
    let mut file = symphonia::default::get_probe()
        .probe(
            &Hint::new(),
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(|error| match begins_like_sound(head) {
            true => ImportError::damaged(error.to_string()),
            // "No such format", after having looked for the beginning of one everywhere.
            false => ImportError::NotSound,
        })?;
    let track = file.default_track(TrackType::Audio);
    let track = track.ok_or(ImportError::NotSound)?.clone();
    let mut decoder = decoder_of(&track)?;
    let coding = decoder.codec_info().long_name.to_owned();
    let mut heard = Heard {
        trim: Trim {
            skip: edit.skip,
            keep: u64::MAX,
        },
        tape: None,
        planes: vec![],
        damage: Damage::default(),
        decoded: 0,
        next: None,
        promised: track.num_frames,
    };
    if let Some(frames) = track.num_frames {
        heard.trim.keep = edit.keep.min(frames.saturating_sub(edit.skip)).max(1);
    }
    loop {
        watch.check()?;
        match file.next_packet() {
            Ok(Some(packet)) if packet.track_id == track.id => {
                if !heard.hear(&packet, decoder.as_mut(), rate, length)? {
                    break;
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => break,
            // Another song chained on, or bytes that are no packets: here it ends for us.
            Err(_) => {
                heard.damage.broke_off = true;
                break;
            }
        }
    }
    heard.finish(coding, edit)
}

/// The beginnings of Ogg, FLAC, AIFF, MP3 with and without a tag or AAC, and MP4.
fn begins_like_sound(head: &[u8; 12]) -> bool {
    let [a, b, ..] = *head;
    matches!(&head[..4], b"OggS" | b"fLaC" | b"FORM")
        || head.starts_with(b"ID3")
        || &head[4..8] == b"ftyp"
        || (a == 0xFF && b & 0xE0 == 0xE0)
}

fn decoder_of(track: &Track) -> Result<Box<dyn AudioDecoder>, ImportError> {
    let params = track.codec_params.as_ref();
    let params = params.and_then(|params| params.audio());
    let params = params.ok_or_else(|| ImportError::damaged("it does not say what it holds"))?;
    let options = AudioDecoderOptions::default();
    let decoder = symphonia::default::get_codecs().make_audio_decoder(params, &options);
    decoder.map_err(|error| match error {
        Error::Unsupported(_) => ImportError::Unsupported {
            codec: format!("sound coded as {}", params.codec),
        },
        error => ImportError::damaged(error.to_string()),
    })
}

/// What has been heard of one track so far.
struct Heard {
    trim: Trim,
    /// Made with the first block, which alone knows rate and channels for certain.
    tape: Option<Tape>,
    planes: Vec<Vec<f32>>,
    damage: Damage,
    /// Frames decoded, of the file's own rate, before trimming.
    decoded: u64,
    /// When the next packet should come, by the file's own count.
    next: Option<i64>,
    /// How many frames the file says it has.
    promised: Option<u64>,
}

/// Frames to leave out in front, and to keep after them.
#[derive(Debug, Clone, Copy)]
struct Trim {
    skip: u64,
    keep: u64,
}

impl Heard {
    /// False if the rest of the file cannot belong to the same sound.
    fn hear(
        &mut self,
        packet: &Packet,
        decoder: &mut dyn AudioDecoder,
        rate: Option<SampleRate>,
        length: Frames,
    ) -> Result<bool, ImportError> {
        self.fill_gap(packet)?;
        match decoder.decode(packet) {
            Ok(block) => {
                let own = block.spec().rate();
                let own = SampleRate::new(own)
                    .ok_or_else(|| ImportError::damaged("it has no sample rate"))?;
                let channels = block.num_planes();
                let tape = match &mut self.tape {
                    Some(tape) if (tape.rate, tape.channels) != (own, channels) => {
                        self.damage.broke_off = true;
                        return Ok(false);
                    }
                    Some(tape) => tape,
                    none => {
                        let tape = none.insert(Tape::new(own, channels, rate, length)?);
                        if self.trim.keep < u64::MAX {
                            tape.expect(self.trim.keep)?;
                        }
                        tape
                    }
                };
                block.copy_to_vecs_planar(&mut self.planes);
                self.decoded += block.frames() as u64;
                let planes = self.planes.iter().map(Vec::as_slice);
                tape.push_some(planes, &mut self.trim)?;
            }
            Err(Error::ResetRequired) => return Ok(false),
            // What comes after stays where it was.
            Err(_) => self.fall_silent(packet.dur.get().min(LONGEST_PACKET))?,
        }
        Ok(true)
    }

    /// A frame of a FLAC that makes no sense is left out by the reader; the next one says where it
    /// belongs.
    fn fill_gap(&mut self, packet: &Packet) -> Result<(), ImportError> {
        let at = packet.pts.get();
        let gap = self.next.map_or(0, |next| at.saturating_sub(next));
        self.next = i64::try_from(packet.block_dur().get())
            .ok()
            .and_then(|length| at.checked_add(length));
        // A place beyond the end is one more thing that makes no sense.
        let most = self.promised.unwrap_or(0).saturating_sub(self.decoded);
        match u64::try_from(gap) {
            Ok(gap) if (1..=most).contains(&gap) => self.fall_silent(gap),
            _ => Ok(()),
        }
    }

    fn fall_silent(&mut self, frames: u64) -> Result<(), ImportError> {
        let Some(tape) = &mut self.tape else {
            return Ok(());
        };
        let before = tape.heard;
        let silence = vec![0.0; frames.min(LONGEST_PACKET) as usize];
        let mut left = frames;
        while left > 0 {
            let some = silence.get(..left.min(LONGEST_PACKET) as usize);
            let planes = (0..tape.channels.min(2)).map(|_| some.unwrap_or_default());
            tape.push_some(planes, &mut self.trim)?;
            left -= left.min(LONGEST_PACKET);
        }
        self.damage.silent += Frames(tape.heard - before);
        self.decoded += frames;
        Ok(())
    }

    fn finish(mut self, coding: String, edit: Edit) -> Result<Imported, ImportError> {
        let tape = self.tape.filter(|tape| tape.heard > 0);
        let tape = tape.ok_or_else(|| ImportError::damaged("no packet of it could be decoded"))?;
        let promised = self.promised.unwrap_or(0);
        // Headers that guess (an MP3 without a tag) are right to a packet or two.
        if promised > self.decoded + 2 * 1_152 {
            let heard = tape.heard + edit.skip;
            self.damage.missing = Frames(promised.saturating_sub(heard));
        }
        Ok(tape.finish(coding, self.damage))
    }
}

/// What is kept, at the rate asked for, limited in length before it grows.
struct Tape {
    rate: SampleRate,
    channels: usize,
    resampler: Resampler,
    to: SampleRate,
    most: Frames,
    kept: [Vec<f32>; 2],
    /// Frames of the file's own rate that went in.
    heard: u64,
}

impl Tape {
    fn new(
        rate: SampleRate,
        channels: usize,
        to: Option<SampleRate>,
        most: Frames,
    ) -> Result<Tape, ImportError> {
        let to = to.unwrap_or(rate);
        let resampler = Resampler::new(rate, to, channels.min(2));
        let resampler = resampler.filter(|_| RATES.contains(&rate.hz()));
        let resampler = resampler.ok_or_else(|| ImportError::Unsupported {
            codec: format!("sound at {} Hz", rate.hz()),
        })?;
        if channels == 0 {
            return Err(ImportError::damaged("it has no channels"));
        }
        Ok(Tape {
            rate,
            channels,
            resampler,
            to,
            most,
            kept: Default::default(),
            heard: 0,
        })
    }

    /// So many frames of the file's own rate are promised. Makes room for them, unless they are
    /// too many.
    fn expect(&mut self, frames: u64) -> Result<(), ImportError> {
        let frames = self.resampler.frames_from(frames);
        if frames > self.most.0 {
            return Err(ImportError::TooLong { most: self.most });
        }
        Ok(())
    }

    fn push(&mut self, block: &[Vec<f32>; 2]) -> Result<(), ImportError> {
        let planes = block.iter().take(self.channels).map(Vec::as_slice);
        let everything = &mut Trim {
            skip: 0,
            keep: u64::MAX,
        };
        self.push_some(planes, everything)
    }

    /// Keeps of a block what is neither skipped in front nor past what is kept.
    fn push_some<'a>(
        &mut self,
        planes: impl Iterator<Item = &'a [f32]> + Clone,
        trim: &mut Trim,
    ) -> Result<(), ImportError> {
        let frames = planes.clone().map(<[f32]>::len).min().unwrap_or(0);
        let skipped = trim.skip.min(frames as u64) as usize;
        let taken = trim.keep.min((frames - skipped) as u64) as usize;
        trim.skip -= skipped as u64;
        trim.keep -= taken as u64;
        if self.resampler.frames_from(self.heard + taken as u64) > self.most.0 {
            return Err(ImportError::TooLong { most: self.most });
        }
        for (index, plane) in planes.take(2).enumerate() {
            let Some(kept) = self.kept.get_mut(index) else {
                break;
            };
            let room = self.resampler.frames_from(taken as u64) as usize + 64;
            if kept.capacity() - kept.len() < room {
                // A quarter more each time: doubling would double what a long sound costs.
                kept.reserve_exact(room.max(kept.len() / 4));
            }
            let plane = plane.get(skipped..skipped + taken).unwrap_or_default();
            self.resampler.push(index, plane, kept);
        }
        self.heard += taken as u64;
        Ok(())
    }

    fn finish(mut self, coding: String, damage: Damage) -> Imported {
        for (index, kept) in self.kept.iter_mut().take(self.channels).enumerate() {
            self.resampler.finish(index, kept);
        }
        let [left, right] = self.kept;
        Imported {
            audio: match self.channels {
                1 => Audio::mono(self.to, left),
                _ => Audio::stereo(self.to, left, right),
            },
            coding,
            rate: self.rate,
            channels: self.channels,
            damage: (damage != Damage::default()).then_some(damage),
        }
    }
}

impl<R: Read + Seek + Send + Sync> MediaSource for Watched<R> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.size())
    }
}
