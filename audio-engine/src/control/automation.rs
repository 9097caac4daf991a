//! Automation: how a fader moves by itself, written down as points on the timeline.
//!
//! Between two points the value goes in a straight line, in dB or in pan position; before the
//! first and after the last it stands still. Values here; [`Batch::automate`](super::Batch) gives
//! them to the audio thread, flattened into pieces along which an amplitude is straight too.
//!
//! **Recording it.** While [`Batch::write_automation`](super::Batch) is on and the playhead
//! rolls, every move is told as [`Event::Moved`](super::Event) with the frame at which it was
//! heard. [`Touches`] gathers them: what you touch is written from the first move until you let
//! go, and nothing else is changed.

use super::words::{Event, TrackId};
use crate::dsp::eq::{EqBand, EqShape};
use crate::dsp::pan;
use crate::rt::automation::{Knot, Lane};
use crate::units::{Frames, Gain, Pan};

/// What of a track can move by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// Its fader, in dB; −120 and less is silence.
    Gain,
    /// Its place, −1 left … +1 right.
    Pan,
    /// Its send to the reverb, in dB.
    Send,
    /// Its send to the delay, in dB.
    DelaySend,
    /// The gain of a band of its equaliser, in dB, −24 … +24.
    Eq(EqShape),
}

impl Parameter {
    /// All of them.
    pub const ALL: [Parameter; 7] = [
        Parameter::Gain,
        Parameter::Pan,
        Parameter::Send,
        Parameter::DelaySend,
        Parameter::Eq(EqShape::LowShelf),
        Parameter::Eq(EqShape::Bell),
        Parameter::Eq(EqShape::HighShelf),
    ];

    /// Two values closer than this sound the same: 0.1 dB, or a hundredth of the way to one side.
    pub fn tolerance(self) -> f32 {
        match self {
            Parameter::Pan => 0.01,
            Parameter::Gain | Parameter::Send | Parameter::DelaySend | Parameter::Eq(_) => 0.1,
        }
    }

    /// Brought into its range; what is not a number is its middle.
    fn within(self, value: f32) -> f32 {
        match self {
            Parameter::Pan => Pan::new(value).position(),
            Parameter::Gain | Parameter::Send | Parameter::DelaySend => {
                Gain::from_db(value).db().max(SILENT_DB)
            }
            Parameter::Eq(_) => EqBand::new(1_000.0, value, 1.0).db(),
        }
    }

    /// How far a straight line in this unit may go before its amplitude is visibly bent: the
    /// chord of 1 dB lies 0.014 dB off, that of a twentieth of the pan 0.001.
    fn stride(self) -> f32 {
        match self {
            Parameter::Pan => 0.05,
            Parameter::Gain | Parameter::Send | Parameter::DelaySend | Parameter::Eq(_) => 1.0,
        }
    }

    /// What the audio thread multiplies with; a band's dB as they are.
    fn amplitudes(self, value: f32) -> [f32; 2] {
        match self {
            Parameter::Pan => {
                let (left, right) = pan::balance(Pan::new(value));
                [left, right]
            }
            Parameter::Gain | Parameter::Send | Parameter::DelaySend => {
                [Gain::from_db(value).amplitude(); 2]
            }
            Parameter::Eq(_) => [value; 2],
        }
    }
}

/// From here on down a fader is shut.
const SILENT_DB: f32 = -120.0;

/// The longest piece given to the audio thread, in frames: `f32` counts it exactly.
const LONGEST_PIECE: u64 = 1 << 23;

/// Sixteen days at 48 kHz: a point farther away is taken to be here, or the pieces towards it
/// would not fit into memory.
const FARTHEST: Frames = Frames(1 << 36);

/// Where a value is, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// On the timeline.
    pub at: Frames,
    /// In the unit of its [`Parameter`].
    pub value: f32,
}

/// The curve of one parameter: points in order, one at most for a frame.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Automation {
    points: Vec<Point>,
}

impl Automation {
    /// Puts them in order. Of several at one frame the last counts.
    pub fn new(mut points: Vec<Point>) -> Automation {
        points.retain(|point| !point.value.is_nan());
        for point in &mut points {
            point.at = point.at.min(FARTHEST);
        }
        points.reverse();
        points.sort_by_key(|point| point.at);
        points.dedup_by_key(|point| point.at);
        Automation { points }
    }

    /// In order.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The value at a frame; `None` if nothing was ever written.
    pub fn value_at(&self, at: Frames) -> Option<f32> {
        let after = self.points.partition_point(|point| point.at <= at);
        let next = self.points.get(after);
        let Some(before) = after.checked_sub(1).and_then(|i| self.points.get(i)) else {
            return next.map(|next| next.value);
        };
        let Some(next) = next else {
            return Some(before.value);
        };
        let turn = (at - before.at).0 as f64 / (next.at - before.at).0 as f64;
        Some((f64::from(before.value) + f64::from(next.value - before.value) * turn) as f32)
    }

    /// Lays a touch over what is there: from its first frame to its last, `touched` counts.
    /// What lay just outside stays as it was.
    pub fn write(&mut self, touched: &[Point]) {
        let (Some(first), Some(last)) = (touched.first(), touched.last()) else {
            return;
        };
        let just_after = last.at + Frames(1);
        let before = first.at.0.checked_sub(1).map(Frames);
        let stay = [before, Some(just_after)].into_iter().flatten();
        let stay: Vec<Point> = stay
            .filter_map(|at| self.value_at(at).map(|value| Point { at, value }))
            .collect();
        let outside = |point: &Point| point.at < first.at || point.at > last.at;
        let mut points: Vec<Point> = self.points.iter().copied().filter(outside).collect();
        points.extend(stay);
        points.extend_from_slice(touched);
        *self = Automation::new(points);
    }

    /// Moved later by `by`.
    #[must_use]
    pub fn later(&self, by: Frames) -> Automation {
        let points = self.points.iter().map(|point| Point {
            at: point.at + by,
            value: point.value,
        });
        Automation::new(points.collect())
    }

    /// For the audio thread; `None` if there are no points.
    pub(crate) fn flatten(&self, parameter: Parameter) -> Option<Lane> {
        let knot = |at: Frames, value: f32| Knot {
            at: at.0,
            values: parameter.amplitudes(value),
        };
        let mut knots = Vec::new();
        for pair in self.points.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            let (start, end) = (parameter.within(from.value), parameter.within(to.value));
            let frames = (to.at - from.at).0;
            let bends = ((end - start).abs() / parameter.stride()).ceil() as u64;
            let pieces = bends.max(frames.div_ceil(LONGEST_PIECE)).clamp(1, frames);
            for piece in 0..pieces {
                let turn = piece as f64 / pieces as f64;
                let at = from.at + Frames((frames as f64 * turn).round() as u64);
                let exact = (at - from.at).0 as f64 / frames as f64;
                let value = f64::from(start) + f64::from(end - start) * exact;
                knots.push(knot(at, value as f32));
            }
        }
        let last = self.points.last()?;
        knots.push(knot(last.at, parameter.within(last.value)));
        Some(Lane::new(knots))
    }
}

/// Leaves out what lies on the straight line between its neighbours, give or take `tolerance`
/// (Ramer 1972, Douglas and Peucker 1973, with the distance measured in the value alone).
pub fn thinned(points: &[Point], tolerance: f32) -> Vec<Point> {
    let mut kept = vec![false; points.len()];
    let mut waiting = vec![(0, points.len().saturating_sub(1))];
    while let Some((first, last)) = waiting.pop() {
        let (Some(a), Some(b)) = (points.get(first), points.get(last)) else {
            continue;
        };
        (kept[first], kept[last]) = (true, true);
        let line = Automation {
            points: vec![*a, *b],
        };
        let off = |i: &usize| {
            let there = line.value_at(points[*i].at).unwrap_or(a.value);
            (points[*i].value - there).abs()
        };
        let farthest = (first + 1..last).max_by(|i, j| off(i).total_cmp(&off(j)));
        if let Some(middle) = farthest.filter(|i| off(i) > tolerance) {
            waiting.push((first, middle));
            waiting.push((middle, last));
        }
    }
    let kept = points.iter().zip(kept).filter(|(_, kept)| *kept);
    kept.map(|(point, _)| *point).collect()
}

/// One touch: what was moved, and where it went, already thinned.
#[derive(Debug, Clone, PartialEq)]
pub struct Touch {
    /// Of which track.
    pub track: TrackId,
    /// What of it.
    pub parameter: Parameter,
    /// In order; lay them over the parameter's curve with [`Automation::write`].
    pub points: Vec<Point>,
}

/// Gathers touches from events. App thread.
#[derive(Debug, Default)]
pub struct Touches {
    running: Vec<Touch>,
    finished: Vec<Touch>,
}

impl Touches {
    /// Takes in one event; those that are not about a touch change nothing.
    pub fn hear(&mut self, event: &Event) {
        match *event {
            Event::Moved {
                track,
                parameter,
                at,
                value,
            } => self.moved(track, parameter, Point { at, value }),
            Event::LetGo {
                track,
                parameter,
                at,
            } => self.let_go(track, parameter, at),
            Event::TakeBegun { .. }
            | Event::PunchedOut { .. }
            | Event::TakeFinished { .. }
            | Event::LayerStarted { .. }
            | Event::CueStarted
            | Event::CueFinished
            | Event::EventsDropped(_) => {}
        }
    }

    /// The touches that have ended since the last call.
    pub fn take_finished(&mut self) -> Vec<Touch> {
        std::mem::take(&mut self.finished)
    }

    fn moved(&mut self, track: TrackId, parameter: Parameter, to: Point) {
        let same = |touch: &Touch| touch.track == track && touch.parameter == parameter;
        let jumped = |touch: &Touch| touch.points.last().is_some_and(|last| last.at > to.at);
        if let Some(index) = self.running.iter().position(|t| same(t) && jumped(t)) {
            // The playhead was sent back meanwhile: that is another touch.
            let touch = self.running.swap_remove(index);
            self.finish(touch);
        }
        match self.running.iter_mut().find(|touch| same(touch)) {
            Some(touch) => hold_until(&mut touch.points, to),
            None => self.running.push(Touch {
                track,
                parameter,
                points: vec![to],
            }),
        }
    }

    fn let_go(&mut self, track: TrackId, parameter: Parameter, at: Frames) {
        let same = |touch: &Touch| touch.track == track && touch.parameter == parameter;
        let Some(index) = self.running.iter().position(same) else {
            return;
        };
        let mut touch = self.running.swap_remove(index);
        // What is held still is written too.
        if let Some(last) = touch.points.last().copied().filter(|last| last.at < at) {
            touch.points.push(Point { at, ..last });
        }
        self.finish(touch);
    }

    fn finish(&mut self, mut touch: Touch) {
        touch.points = thinned(&touch.points, touch.parameter.tolerance());
        self.finished.push(touch);
    }
}

/// A hand that rested and then moved drew a corner, not a slope: `RESTED` frames without a move
/// count as rest.
fn hold_until(points: &mut Vec<Point>, to: Point) {
    /// 100 ms at 48 kHz; moves of a fader come faster than that.
    const RESTED: u64 = 4_800;
    if let Some(last) = points.last().copied() {
        if last.at == to.at {
            points.pop();
        } else if (to.at - last.at).0 > RESTED {
            points.push(Point {
                at: to.at - Frames(RESTED / 4),
                value: last.value,
            });
        }
    }
    points.push(to);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(at: u64, value: f32) -> Point {
        Point {
            at: Frames(at),
            value,
        }
    }

    fn moved(at: u64, value: f32) -> Event {
        Event::Moved {
            track: TrackId(1),
            parameter: Parameter::Gain,
            at: Frames(at),
            value,
        }
    }

    fn let_go(at: u64) -> Event {
        Event::LetGo {
            track: TrackId(1),
            parameter: Parameter::Gain,
            at: Frames(at),
        }
    }

    #[test]
    fn between_two_points_it_goes_straight_and_outside_it_stands_still() {
        let curve = Automation::new(vec![point(200, -10.0), point(100, 0.0)]);
        let values = [0, 100, 150, 200, 900].map(|at| curve.value_at(Frames(at)));
        assert_eq!(
            values,
            [Some(0.0), Some(0.0), Some(-5.0), Some(-10.0), Some(-10.0)]
        );
        assert_eq!(Automation::default().value_at(Frames(3)), None);
    }

    #[test]
    fn a_slow_fade_is_written_with_two_points_and_a_corner_with_three() {
        let fade: Vec<Point> = (0..100).map(|i| point(i * 480, -0.2 * i as f32)).collect();
        assert_eq!(thinned(&fade, 0.1), [fade[0], fade[99]]);
        let mut corner = fade.clone();
        corner.extend((100..200).map(|i| point(i * 480, -19.8)));
        assert_eq!(thinned(&corner, 0.1).len(), 3);
    }

    #[test]
    fn what_you_touch_is_written_and_the_rest_stays() {
        let mut curve = Automation::new(vec![point(0, 0.0), point(10_000, 0.0)]);
        let mut touches = Touches::default();
        for event in [moved(2_000, -3.0), moved(3_000, -6.0), let_go(4_000)] {
            touches.hear(&event);
        }
        let touch = touches.take_finished().remove(0);
        curve.write(&touch.points);
        let at = |frame| curve.value_at(Frames(frame)).unwrap();
        assert_eq!(
            [at(1_999), at(2_000), at(2_500), at(3_000)],
            [0.0, -3.0, -4.5, -6.0]
        );
        assert_eq!([at(4_000), at(4_001), at(10_000)], [-6.0, 0.0, 0.0]);
        assert!(touches.take_finished().is_empty());
    }

    #[test]
    fn a_hand_that_rests_draws_a_corner() {
        let mut touches = Touches::default();
        for event in [moved(0, 0.0), moved(96_000, -6.0), let_go(96_100)] {
            touches.hear(&event);
        }
        let touch = touches.take_finished().remove(0);
        let curve = Automation::new(touch.points);
        assert_eq!(curve.value_at(Frames(48_000)), Some(0.0));
    }

    #[test]
    fn a_playhead_sent_back_begins_another_touch() {
        let mut touches = Touches::default();
        for event in [moved(9_000, -3.0), moved(100, -6.0), let_go(200)] {
            touches.hear(&event);
        }
        let finished = touches.take_finished();
        assert_eq!(finished.len(), 2);
        assert_eq!(finished[1].points, [point(100, -6.0), point(200, -6.0)]);
    }

    proptest! {
        #[test]
        fn what_is_left_out_was_on_the_line(
            values in prop::collection::vec(-60.0f32..6.0, 1..80),
        ) {
            let drawn: Vec<Point> = (0..).zip(values).map(|(i, v)| point(i * 37, v)).collect();
            let kept = Automation::new(thinned(&drawn, 0.1));
            for p in drawn {
                let off = kept.value_at(p.at).unwrap() - p.value;
                prop_assert!(off.abs() <= 0.101, "{off} dB off at {:?}", p.at);
            }
        }

        #[test]
        fn the_audio_thread_hears_the_curve_within_two_hundredths_of_a_db(
            points in prop::collection::vec((0u64..100_000, -50.0f32..12.0), 1..8),
            at in 0u64..120_000,
        ) {
            let points = points.into_iter().map(|(at, value)| point(at, value)).collect();
            let curve = Automation::new(points);
            let mut lane = curve.flatten(Parameter::Gain).unwrap();
            let heard = 20.0 * lane.value(at)[0].log10();
            let drawn = curve.value_at(Frames(at)).unwrap();
            prop_assert!((heard - drawn).abs() < 0.02, "{heard} dB for {drawn}");
        }
    }

    #[test]
    fn a_move_towards_the_end_of_time_fits_into_memory() {
        let point = |at, value| Point {
            at: Frames(at),
            value,
        };
        let endless = Automation::new(vec![point(0, -6.0), point(u64::MAX, 0.0)]);
        assert!(endless.flatten(Parameter::Gain).is_some());
    }
}
