//! Ogg Vorbis, for spoken cues: decoded whole, at the rate it was made with.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::FileError;
use crate::audio::Audio;
use crate::units::SampleRate;

/// Twenty minutes at 48 kHz. A cue lasts ten seconds; a small hostile file may claim for ever.
const LONGEST_FRAMES: usize = 20 * 60 * 48_000;

/// Decodes an Ogg Vorbis file. Of more than two channels the first two are kept; a file that
/// breaks off gives what came before the break.
pub fn decode_ogg(bytes: &[u8]) -> Result<Audio, FileError> {
    if !bytes.starts_with(b"OggS") {
        return Err(FileError::NotA {
            wanted: "an Ogg Vorbis file",
        });
    }
    let bytes = bytes.to_vec();
    // The decoder is somebody else's and reads hostile bytes: a slip in it must cost one sound,
    // not the session. It runs on a thread of its own, so that nothing of ours unwinds.
    let decoding = std::thread::Builder::new()
        .name("decode-ogg".into())
        .spawn(move || catch_unwind(AssertUnwindSafe(|| decode(bytes))))?;
    match decoding.join() {
        Ok(Ok(result)) => result,
        Ok(Err(_)) | Err(_) => Err(FileError::damaged("its packets make no sense")),
    }
}

fn decode(bytes: Vec<u8>) -> Result<Audio, FileError> {
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    let mut hint = Hint::new();
    hint.with_extension("ogg");
    let (format, tags) = (FormatOptions::default(), MetadataOptions::default());
    let mut file = symphonia::default::get_probe()
        .probe(&hint, stream, format, tags)
        .map_err(said)?;
    let track = file
        .default_track(TrackType::Audio)
        .ok_or_else(|| FileError::damaged("there is no sound in it"))?;
    let (wanted, codec) = (
        track.id,
        track.codec_params.as_ref().and_then(|codec| codec.audio()),
    );
    let codec = codec.ok_or_else(|| FileError::damaged("its header is missing"))?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(codec, &AudioDecoderOptions::default())
        .map_err(said)?;

    let mut channels: [Vec<f32>; 2] = Default::default();
    let mut shape: Option<(SampleRate, usize)> = None;
    let mut planes: Vec<Vec<f32>> = Vec::new();
    // A break in the file ends the sound; what came before it is whole.
    while let Ok(Some(packet)) = file.next_packet() {
        if packet.track_id != wanted {
            continue;
        }
        let Ok(block) = decoder.decode(&packet) else {
            continue;
        };
        let rate = SampleRate::new(block.spec().rate())
            .ok_or_else(|| FileError::damaged("it has no sample rate"))?;
        if *shape.get_or_insert((rate, block.num_planes())) != (rate, block.num_planes()) {
            break;
        }
        block.copy_to_vecs_planar(&mut planes);
        for (channel, plane) in channels.iter_mut().zip(&planes) {
            channel.extend_from_slice(plane);
        }
        if channels[0].len() > LONGEST_FRAMES {
            return Err(FileError::TooLong);
        }
    }
    let [left, right] = channels;
    match shape {
        Some((rate, 1)) => Ok(Audio::mono(rate, left)),
        Some((rate, _)) => Ok(Audio::stereo(rate, left, right)),
        None => Err(FileError::damaged("no packet of it could be decoded")),
    }
}

fn said(error: Error) -> FileError {
    match error {
        Error::Unsupported(what) => FileError::unsupported(what),
        other => FileError::damaged(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Half a second of 440 Hz at 48 kHz, amplitude 0.5, mono, as `oggenc -q 4` made it.
    const TONE: &[u8] = include_bytes!("tone.ogg");

    #[test]
    fn a_cue_is_as_long_and_as_loud_as_it_was_made() {
        let tone = decode_ogg(TONE).unwrap();
        assert_eq!((tone.rate().hz(), tone.channel_count()), (48_000, 1));
        assert_eq!(
            tone.frames().0,
            24_000,
            "not a frame more: cues land on a bar line"
        );
        let middle = &tone.channel(0)[6000..18_000];
        let peak = middle
            .iter()
            .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!((peak - 0.5).abs() < 0.02, "{peak}");
    }

    #[test]
    fn a_file_that_breaks_off_gives_what_came_before() {
        let begun = decode_ogg(&TONE[..TONE.len() - 10]);
        assert!(
            begun.is_ok() || matches!(begun, Err(FileError::Damaged { .. })),
            "{begun:?}"
        );
        assert!(matches!(
            decode_ogg(&TONE[..60]),
            Err(FileError::Damaged { .. })
        ));
    }

    #[test]
    fn what_is_no_ogg_is_told_apart() {
        assert!(matches!(
            decode_ogg(b"RIFF...."),
            Err(FileError::NotA { .. })
        ));
        assert!(matches!(decode_ogg(b""), Err(FileError::NotA { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_can_hurt_the_decoder(
            flips in prop::collection::vec((0..TONE.len(), any::<u8>()), 1..40),
            length in 4..=TONE.len(),
        ) {
            let mut bytes = TONE.to_vec();
            for (at, value) in flips {
                bytes[at] = value;
            }
            bytes.truncate(length);
            let _ = decode_ogg(&bytes);
        }
    }
}
