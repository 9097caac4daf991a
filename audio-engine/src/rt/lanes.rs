//! The mixer's inner loops: a source times its gains, added to the dry and the send bus.
//!
//! Eight frames side by side, each channel in its own array, so that the compiler keeps them in
//! vector registers. Gain, pan and send of one frame do not need those of the frame before;
//! that is why the lanes are frames here and no gathering of tracks is needed.

/// The buses one sub-block is mixed into; all of one length.
pub(crate) struct Buses<'a> {
    pub(crate) dry: [&'a mut [f32]; 2],
    pub(crate) send: [&'a mut [f32]; 2],
}

/// Amplitudes for left, right, and from there to the reverb.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gains {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) send: f32,
}

/// The same, frame by frame, while a fader moves.
#[derive(Clone, Copy)]
pub(crate) struct MovingGains<'a> {
    pub(crate) left: &'a [f32],
    pub(crate) right: &'a [f32],
    pub(crate) send: &'a [f32],
}

const LANES: usize = 8;

impl Buses<'_> {
    /// The part of these buses from `from`, `length` frames long.
    pub(crate) fn part(&mut self, from: usize, length: usize) -> Buses<'_> {
        let [dry_left, dry_right] = &mut self.dry;
        let [send_left, send_right] = &mut self.send;
        Buses {
            dry: [cut(dry_left, from, length), cut(dry_right, from, length)],
            send: [cut(send_left, from, length), cut(send_right, from, length)],
        }
    }
}

fn cut(bus: &mut [f32], from: usize, length: usize) -> &mut [f32] {
    bus.get_mut(from..from + length).unwrap_or_default()
}

/// Adds `source` at steady gains. Returns its peak after the fader.
pub(crate) fn add_steady(source: [&[f32]; 2], gains: Gains, buses: Buses<'_>) -> f32 {
    let [dry_left, dry_right] = buses.dry;
    let mut peak = [0.0f32; LANES];
    if gains.send == 0.0 {
        add_scaled(source[0], gains.left, dry_left, &mut peak);
        add_scaled(source[1], gains.right, dry_right, &mut peak);
    } else {
        let [send_left, send_right] = buses.send;
        add_and_send(
            source[0], gains.left, gains.send, dry_left, send_left, &mut peak,
        );
        add_and_send(
            source[1],
            gains.right,
            gains.send,
            dry_right,
            send_right,
            &mut peak,
        );
    }
    loudest(peak)
}

/// Adds `source` with a gain of its own for every frame. Returns its peak after the fader.
pub(crate) fn add_moving(source: [&[f32]; 2], gains: MovingGains<'_>, buses: Buses<'_>) -> f32 {
    let mut peak = 0.0f32;
    let sides = [gains.left, gains.right].into_iter().zip(source);
    for ((gain, source), (dry, send)) in sides.zip(buses.dry.into_iter().zip(buses.send)) {
        let moving = source.iter().zip(gain).zip(gains.send);
        for (((sample, gain), sent), (dry, send)) in moving.zip(dry.iter_mut().zip(send)) {
            let scaled = sample * gain;
            *dry += scaled;
            *send += scaled * sent;
            peak = peak.max(scaled.abs());
        }
    }
    peak
}

fn add_scaled(source: &[f32], gain: f32, dry: &mut [f32], peak: &mut [f32; LANES]) {
    let (source, source_rest) = source.as_chunks::<LANES>();
    let (dry, dry_rest) = dry.as_chunks_mut::<LANES>();
    for (source, dry) in source.iter().zip(dry) {
        for lane in 0..LANES {
            let scaled = source[lane] * gain;
            dry[lane] += scaled;
            peak[lane] = larger(peak[lane], scaled.abs());
        }
    }
    for (source, dry) in source_rest.iter().zip(dry_rest) {
        let scaled = source * gain;
        *dry += scaled;
        peak[0] = larger(peak[0], scaled.abs());
    }
}

fn add_and_send(
    source: &[f32],
    gain: f32,
    sent: f32,
    dry: &mut [f32],
    send: &mut [f32],
    peak: &mut [f32; LANES],
) {
    let (source, source_rest) = source.as_chunks::<LANES>();
    let (dry, dry_rest) = dry.as_chunks_mut::<LANES>();
    let (send, send_rest) = send.as_chunks_mut::<LANES>();
    for ((source, dry), send) in source.iter().zip(dry).zip(send) {
        for lane in 0..LANES {
            let scaled = source[lane] * gain;
            dry[lane] += scaled;
            send[lane] += scaled * sent;
            peak[lane] = larger(peak[lane], scaled.abs());
        }
    }
    for ((source, dry), send) in source_rest.iter().zip(dry_rest).zip(send_rest) {
        let scaled = source * gain;
        *dry += scaled;
        *send += scaled * sent;
        peak[0] = larger(peak[0], scaled.abs());
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

    fn mixed(source: &[f32], moving: bool, gains: Gains) -> [Vec<f32>; 4] {
        let n = source.len();
        let mut out = [vec![0.1; n], vec![0.2; n], vec![0.3; n], vec![0.4; n]];
        let [a, b, c, d] = &mut out;
        let buses = Buses {
            dry: [a, b],
            send: [c, d],
        };
        if moving {
            let [left, right, send] =
                [gains.left, gains.right, gains.send].map(|gain| vec![gain; n]);
            let gains = MovingGains {
                left: &left,
                right: &right,
                send: &send,
            };
            add_moving([source, source], gains, buses);
        } else {
            add_steady([source, source], gains, buses);
        }
        out
    }

    proptest! {
        #[test]
        fn a_fader_that_stands_still_sounds_like_one_that_has_stopped_moving(
            source in prop::collection::vec(-1.0f32..1.0, 0..100),
            left in 0.0f32..2.0, right in 0.0f32..2.0,
            send in prop_oneof![Just(0.0f32), 0.0f32..1.0],
        ) {
            let gains = Gains { left, right, send };
            prop_assert_eq!(mixed(&source, false, gains), mixed(&source, true, gains));
        }
    }
}
