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
