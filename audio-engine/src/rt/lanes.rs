//! The mixer's inner loops: a source times its gains, added to the dry bus and the sends.
//!
//! Eight frames side by side, each channel in its own array, so that the compiler keeps them in
//! vector registers. Gain, pan and send of one frame do not need those of the frame before;
//! that is why the lanes are frames here, and channels only in the equaliser.

use super::limits::MAX_BLOCK;
use super::voice::Straight;

/// Where a track's sound may be sent to, beside its bus.
pub(crate) const SENDS: usize = 2;

/// The send to the reverb, and that to the delay.
pub(crate) const TO_REVERB: usize = 0;
pub(crate) const TO_DELAY: usize = 1;

/// The buses one sub-block is mixed into; all of one length.
pub(crate) struct Buses<'a> {
    pub(crate) dry: [&'a mut [f32]; 2],
    pub(crate) sends: [[&'a mut [f32]; 2]; SENDS],
}

/// Amplitudes for left and right, and from there to the returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gains {
    pub(crate) sides: [f32; 2],
    pub(crate) sends: [f32; SENDS],
}

/// The same, frame by frame, while a fader moves.
pub(crate) struct Curves {
    pub(crate) sides: [[f32; MAX_BLOCK]; 2],
    pub(crate) sends: [[f32; MAX_BLOCK]; SENDS],
}

impl Buses<'_> {
    /// The part of these buses from `from`, `length` frames long.
    pub(crate) fn part(&mut self, from: usize, length: usize) -> Buses<'_> {
        let [dry_left, dry_right] = &mut self.dry;
        let [[reverb_left, reverb_right], [delay_left, delay_right]] = &mut self.sends;
        Buses {
            dry: [
                cut_out(dry_left, from, length),
                cut_out(dry_right, from, length),
            ],
            sends: [
                [
                    cut_out(reverb_left, from, length),
                    cut_out(reverb_right, from, length),
                ],
                [
                    cut_out(delay_left, from, length),
                    cut_out(delay_right, from, length),
                ],
            ],
        }
    }
}

fn cut_out(side: &mut [f32], from: usize, length: usize) -> &mut [f32] {
    side.get_mut(from..from + length).unwrap_or_default()
}

const LANES: usize = 8;

/// Adds `sound` at steady gains. Returns its peak after the fader.
pub(crate) fn add_steady(sound: Straight<'_>, gains: &Gains, buses: &mut Buses<'_>) -> f32 {
    let mut peak = [0.0f32; LANES];
    let Straight { sides, factor } = sound;
    let [to_reverb, to_delay] = gains.sends;
    for (side, source) in sides.into_iter().enumerate() {
        let gain = gains.sides[side];
        let dry = &mut *buses.dry[side];
        if to_reverb == 0.0 {
            add(source, [factor, gain], dry, &mut peak);
        } else {
            let send = &mut *buses.sends[TO_REVERB][side];
            add_and_send(source, [factor, gain, to_reverb], dry, send, &mut peak);
        }
        if to_delay != 0.0 {
            let send = &mut *buses.sends[TO_DELAY][side];
            add_sent(source, [factor, gain, to_delay], send);
        }
    }
    loudest(peak)
}

/// Adds `sound` with gains of its own for every frame. Returns its peak after the fader. Sends
/// that are and stay shut are left out.
pub(crate) fn add_moving(
    sound: Straight<'_>,
    gains: &Curves,
    is_sent: [bool; SENDS],
    buses: &mut Buses<'_>,
) -> f32 {
    let mut peak = [0.0f32; LANES];
    let Straight { sides, factor } = sound;
    let [is_sent_to_reverb, is_sent_to_delay] = is_sent;
    for (side, source) in sides.into_iter().enumerate() {
        let frames = source.len().min(MAX_BLOCK);
        let gain = gains.sides[side].get(..frames).unwrap_or_default();
        let sent = gains.sends.each_ref();
        let [to_reverb, to_delay] = sent.map(|sent| sent.get(..frames).unwrap_or_default());
        let dry = &mut *buses.dry[side];
        if is_sent_to_reverb {
            let send = &mut *buses.sends[TO_REVERB][side];
            move_and_send(source, factor, [gain, to_reverb], dry, send, &mut peak);
        } else {
            move_dry(source, factor, gain, dry, &mut peak);
        }
        if is_sent_to_delay {
            let send = &mut *buses.sends[TO_DELAY][side];
            move_sent(source, factor, [gain, to_delay], send);
        }
    }
    loudest(peak)
}

fn move_dry(source: &[f32], factor: f32, gain: &[f32], dry: &mut [f32], peak: &mut [f32; LANES]) {
    let (source, source_rest) = source.as_chunks::<LANES>();
    let (gain, gain_rest) = gain.as_chunks::<LANES>();
    let (dry, dry_rest) = dry.as_chunks_mut::<LANES>();
    for ((source, gain), dry) in source.iter().zip(gain).zip(dry) {
        for lane in 0..LANES {
            let scaled = source[lane] * factor * gain[lane];
            dry[lane] += scaled;
            peak[lane] = larger(peak[lane], scaled.abs());
        }
    }
    for ((source, gain), dry) in source_rest.iter().zip(gain_rest).zip(dry_rest) {
        let scaled = source * factor * gain;
        *dry += scaled;
        peak[0] = larger(peak[0], scaled.abs());
    }
}

fn move_and_send(
    source: &[f32],
    factor: f32,
    [gain, sent]: [&[f32]; 2],
    dry: &mut [f32],
    send: &mut [f32],
    peak: &mut [f32; LANES],
) {
    let (source, source_rest) = source.as_chunks::<LANES>();
    let (gain, gain_rest) = gain.as_chunks::<LANES>();
    let (sent, sent_rest) = sent.as_chunks::<LANES>();
    let (dry, dry_rest) = dry.as_chunks_mut::<LANES>();
    let (send, send_rest) = send.as_chunks_mut::<LANES>();
    let gains = gain.iter().zip(sent);
    for ((source, (gain, sent)), (dry, send)) in
        source.iter().zip(gains).zip(dry.iter_mut().zip(send))
    {
        for lane in 0..LANES {
            let scaled = source[lane] * factor * gain[lane];
            dry[lane] += scaled;
            send[lane] += scaled * sent[lane];
            peak[lane] = larger(peak[lane], scaled.abs());
        }
    }
    let gains = gain_rest.iter().zip(sent_rest);
    let buses = dry_rest.iter_mut().zip(send_rest);
    for ((source, (gain, sent)), (dry, send)) in source_rest.iter().zip(gains).zip(buses) {
        let scaled = source * factor * gain;
        *dry += scaled;
        *send += scaled * sent;
        peak[0] = larger(peak[0], scaled.abs());
    }
}

fn move_sent(source: &[f32], factor: f32, [gain, sent]: [&[f32]; 2], send: &mut [f32]) {
    let gains = gain.iter().zip(sent);
    for ((sample, (gain, sent)), send) in source.iter().zip(gains).zip(send) {
        *send += sample * factor * gain * sent;
    }
}

fn add(source: &[f32], [factor, gain]: [f32; 2], dry: &mut [f32], peak: &mut [f32; LANES]) {
    let (source, source_rest) = source.as_chunks::<LANES>();
    let (dry, dry_rest) = dry.as_chunks_mut::<LANES>();
    for (source, dry) in source.iter().zip(dry) {
        for lane in 0..LANES {
            let scaled = source[lane] * factor * gain;
            dry[lane] += scaled;
            peak[lane] = larger(peak[lane], scaled.abs());
        }
    }
    for (source, dry) in source_rest.iter().zip(dry_rest) {
        let scaled = source * factor * gain;
        *dry += scaled;
        peak[0] = larger(peak[0], scaled.abs());
    }
}

fn add_and_send(
    source: &[f32],
    [factor, gain, sent]: [f32; 3],
    dry: &mut [f32],
    send: &mut [f32],
    peak: &mut [f32; LANES],
) {
    let (source, source_rest) = source.as_chunks::<LANES>();
    let (dry, dry_rest) = dry.as_chunks_mut::<LANES>();
    let (send, send_rest) = send.as_chunks_mut::<LANES>();
    for ((source, dry), send) in source.iter().zip(dry).zip(send) {
        for lane in 0..LANES {
            let scaled = source[lane] * factor * gain;
            dry[lane] += scaled;
            send[lane] += scaled * sent;
            peak[lane] = larger(peak[lane], scaled.abs());
        }
    }
    for ((source, dry), send) in source_rest.iter().zip(dry_rest).zip(send_rest) {
        let scaled = source * factor * gain;
        *dry += scaled;
        *send += scaled * sent;
        peak[0] = larger(peak[0], scaled.abs());
    }
}

fn add_sent(source: &[f32], [factor, gain, sent]: [f32; 3], send: &mut [f32]) {
    for (sample, send) in source.iter().zip(send) {
        *send += sample * factor * gain * sent;
    }
}

/// The largest absolute sample of a block.
pub(crate) fn peak(block: &[f32]) -> f32 {
    let mut peak = [0.0f32; LANES];
    let (lanes, rest) = block.as_chunks::<LANES>();
    for lane in lanes {
        for i in 0..LANES {
            peak[i] = larger(peak[i], lane[i].abs());
        }
    }
    for sample in rest {
        peak[0] = larger(peak[0], sample.abs());
    }
    loudest(peak)
}

/// A plain comparison: one instruction for eight lanes, where `f32::max` minds NaN.
fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

fn loudest(lanes: [f32; LANES]) -> f32 {
    lanes.into_iter().fold(0.0, larger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mixed(source: &[f32], moving: bool, gains: Gains) -> [Vec<f32>; 6] {
        let n = source.len();
        let mut out = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map(|start| vec![start; n]);
        let [a, b, c, d, e, f] = &mut out;
        let mut buses = Buses {
            dry: [a, b],
            sends: [[c, d], [e, f]],
        };
        let sound = Straight {
            sides: [source, source],
            factor: std::f32::consts::FRAC_1_SQRT_2,
        };
        let peak = if moving {
            let curves = Curves {
                sides: gains.sides.map(|gain| [gain; MAX_BLOCK]),
                sends: gains.sends.map(|gain| [gain; MAX_BLOCK]),
            };
            add_moving(
                sound,
                &curves,
                gains.sends.map(|gain| gain > 0.0),
                &mut buses,
            )
        } else {
            add_steady(sound, &gains, &mut buses)
        };
        out[0].push(peak);
        out
    }

    proptest! {
        #[test]
        fn a_fader_that_stands_still_sounds_like_one_that_has_stopped_moving(
            source in prop::collection::vec(-1.0f32..1.0, 0..100),
            left in 0.0f32..2.0, right in 0.0f32..2.0,
            reverb in prop_oneof![Just(0.0f32), 0.0f32..1.0],
            delay in prop_oneof![Just(0.0f32), 0.0f32..1.0],
        ) {
            let gains = Gains { sides: [left, right], sends: [reverb, delay] };
            prop_assert_eq!(mixed(&source, false, gains), mixed(&source, true, gains));
        }
    }
}
