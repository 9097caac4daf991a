//! Ogg Vorbis, for spoken cues: decoded whole, at the rate it was made with.

use super::FileError;
use super::import::{ImportError, at_its_own_rate};
use crate::audio::Audio;

/// Decodes an Ogg Vorbis file. Of more than two channels the first two are kept; a file that
/// breaks off gives what came before the break.
pub fn decode_ogg(bytes: &[u8]) -> Result<Audio, FileError> {
    if !bytes.starts_with(b"OggS") {
        return Err(FileError::NotA {
            wanted: "an Ogg Vorbis file",
        });
    }
    let found = at_its_own_rate(bytes.to_vec());
    found.map(|found| found.audio).map_err(|error| match error {
        ImportError::Unsupported { codec } => FileError::unsupported(codec),
        ImportError::TooLong { .. } => FileError::TooLong,
        ImportError::Disk(error) => FileError::Disk(error),
        error @ (ImportError::NotSound
        | ImportError::Damaged { .. }
        | ImportError::TooSlow
        | ImportError::Cancelled) => FileError::damaged(error.to_string()),
    })
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
