//! Where a recording belongs on the timeline: the loop the player heard themselves make.

use crate::audio::Audio;
use crate::dsp::edge::{fade_in, fade_out};
use crate::rt::limits::declick;
use crate::units::{Frames, SampleRate};

/// How long the edges of a loop are: 5 ms.
pub fn edge(rate: SampleRate) -> Frames {
    declick(rate)
}

/// Makes a loop of `length` from raw input that began arriving `pre_roll` before the punch-in.
/// As many channels as the input.
///
/// The player answers a beat that left the loudspeaker one round trip ago, so the loop begins
/// `pre_roll + round_trip` into the recording. It comes in over a raised cosine of 5 ms; the 5 ms
/// after its end fade out under its beginning, so that a hum held over the seam has no notch.
/// A recording that ended early fades out there and leaves the rest of the loop silent.
///
/// The live looper makes exactly these samples.
#[must_use]
pub fn place(raw: &Audio, pre_roll: Frames, round_trip: Frames, length: Frames) -> Audio {
    let edge = edge(raw.rate());
    let played = raw.slice(pre_roll + round_trip..pre_roll + round_trip + length + edge);
    let left = laid(played.channel(0), length, edge);
    if raw.channel_count() == 1 {
        return Audio::mono(raw.rate(), left);
    }
    Audio::stereo(raw.rate(), left, laid(played.channel(1), length, edge))
}

fn laid(input: &[f32], length: Frames, edge: Frames) -> Vec<f32> {
    let kept = input
        .len()
        .saturating_sub(edge.0 as usize)
        .min(length.0 as usize);
    let mut samples = vec![0.0; length.0 as usize];
    for (i, (out, sample)) in samples.iter_mut().zip(input).take(kept).enumerate() {
        *out = fade_in(i as u64, edge.0) * sample;
    }
    for (i, sample) in input.iter().skip(kept).enumerate() {
        let at = (kept + i) % samples.len().max(1);
        if let Some(out) = samples.get_mut(at) {
            *out += fade_out(i as u64, edge.0) * sample;
        }
    }
    samples
}

/// [`place`] with the recording moved under the loop by `offset` frames: positive is heard later,
/// negative earlier. This corrects a round trip that was measured wrongly.
///
/// The loop's edges stay where they are, and other samples of the recording come between them: it
/// is not a [nudge](crate::looper::Looper::nudge), which moves a loop with its edges and changes
/// none. The recording itself is not changed, so an offset taken back gives the same samples
/// again, bit for bit. What is moved in from before the recording began, or from after it ended,
/// is silence.
#[must_use]
pub fn place_with_offset(
    raw: &Audio,
    pre_roll: Frames,
    round_trip: Frames,
    offset: i64,
    length: Frames,
) -> Audio {
    let before = pre_roll + round_trip;
    match before.0.checked_add_signed(offset.saturating_neg()) {
        Some(begins) => place(raw, Frames(begins), Frames::ZERO, length),
        None => {
            let missing = Frames(offset.unsigned_abs()) - before;
            // What lies past the loop and its edge is not heard.
            let missing = missing.min(length + edge(raw.rate()));
            let mut samples = vec![0.0; missing.0 as usize];
            samples.extend_from_slice(raw.mixed_to_mono().channel(0));
            place(
                &Audio::mono(raw.rate(), samples),
                Frames::ZERO,
                Frames::ZERO,
                length,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::STUDIO;

    /// Every sample another, louder than any fade could hide.
    fn raw() -> Audio {
        Audio::mono(RATE, (1..=4_000).map(|i| i as f32 / 4_000.0).collect())
    }

    fn moved_by(offset: i64) -> Audio {
        place_with_offset(&raw(), Frames(1_000), Frames(200), offset, Frames(2_000))
    }

    #[test]
    fn an_offset_moves_what_was_played_and_taking_it_back_brings_it_back() {
        let before = place(&raw(), Frames(1_000), Frames(200), Frames(2_000));
        assert_eq!(moved_by(0), before);
        let edge = edge(RATE).0 as usize;
        for offset in [-300i64, 7, 1_100] {
            let moved = moved_by(offset);
            assert_eq!(moved.frames(), before.frames());
            for at in edge..1_200 {
                let was = 1_200 + at as i64 - offset;
                assert_eq!(
                    moved.channel(0)[at],
                    raw().channel(0)[was as usize],
                    "{offset}"
                );
            }
        }
    }

    #[test]
    fn what_comes_from_before_the_recording_is_silence() {
        let moved = moved_by(1_500);
        assert!(
            moved.channel(0)[edge(RATE).0 as usize..300]
                .iter()
                .all(|s| *s == 0.0)
        );
        assert_eq!(moved.channel(0)[300 + 700], raw().channel(0)[700]);
        assert!(moved_by(i64::MAX).channel(0).iter().all(|s| *s == 0.0));
        assert!(moved_by(i64::MIN).channel(0).iter().all(|s| *s == 0.0));
    }
}
