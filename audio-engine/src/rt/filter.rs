//! A track's equaliser as the audio thread keeps it, and how four of them run abreast.
//!
//! A filter that is flat, or that has rung out after its track fell silent, is not run at all.
//! That is heard by nobody and changes no bit: it is emptied at the frame at which it rests, not
//! at the end of whatever block that frame lies in. Audio thread only.

use super::automation::{Follower, Lane};
use super::deeds::Deed;
use super::limits::MAX_BLOCK;
use crate::dsp::eq::{Coefficients, EqBand, EqShape, Equaliser};
use crate::dsp::eq_lanes::{ABREAST, Band, Lanes, Line, run_moving, run_still};
use crate::units::{Frames, SampleRate};

const BANDS: usize = EqShape::ALL.len();

/// The three bands of one stereo track.
pub(crate) struct Filter {
    bands: [FilterBand; BANDS],
    /// Frames for which nothing has come in.
    quiet: u64,
    /// Frames it may ring after that.
    ring: u64,
    /// The frame of this sub-block at which it has rung out.
    rests: Option<usize>,
}

struct FilterBand {
    /// As a hand last set it; a curve moves only the dB.
    setting: BandSetting,
    follower: Follower,
    /// The piece of the curve the line belongs to.
    on: Option<usize>,
    line: Line,
    /// What the two integrators hold, left and right.
    memory: [[f32; 2]; 2],
}

/// A band as a command carries it: its frequency already turned into a corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BandSetting {
    pub(crate) shape: EqShape,
    pub(crate) corner: f32,
    pub(crate) db: f32,
    pub(crate) q: f32,
}

impl BandSetting {
    pub(crate) fn of(shape: EqShape, band: EqBand, rate: SampleRate) -> BandSetting {
        BandSetting {
            shape,
            corner: band.corner(rate),
            db: band.db(),
            q: band.q(),
        }
    }
}

impl Filter {
    /// Flat.
    pub(crate) fn new(rate: SampleRate) -> Filter {
        let bands = EqShape::ALL.map(|shape| {
            let flat = BandSetting::of(shape, Equaliser::FLAT.band(shape), rate);
            FilterBand {
                setting: flat,
                follower: Follower::NONE,
                on: None,
                line: Line::still(coefficients(flat)),
                memory: [[0.0; 2]; 2],
            }
        });
        Filter {
            bands,
            quiet: u64::MAX,
            ring: 0,
            rests: None,
        }
    }

    /// Turns a band, over so many frames; at once if none.
    pub(crate) fn set(&mut self, setting: BandSetting, over: Frames) {
        self.rest_if_rung_out();
        let Some(band) = self.bands.get_mut(setting.shape.index()) else {
            return;
        };
        band.forget_if_flat();
        band.follower.touch();
        band.setting = setting;
        band.go(setting.db, over);
        self.ring = self.longest_ring();
    }

    /// Gives a band another curve, or none. Returns the one before.
    pub(crate) fn give(&mut self, shape: EqShape, lane: Option<Box<Lane>>) -> Option<Box<Lane>> {
        self.rest_if_rung_out();
        let band = self.bands.get_mut(shape.index())?;
        band.forget_if_flat();
        // Without a curve it stays where that has brought it.
        band.line = Line::still(band.line.value());
        band.on = None;
        let before = std::mem::replace(&mut band.follower.lane, lane);
        self.ring = self.longest_ring();
        before
    }

    /// A hand lets go of a band: its curve has it back within `declick`.
    pub(crate) fn let_go(&mut self, shape: EqShape, at: Option<Frames>, declick: Frames) {
        if let Some(band) = self.bands.get_mut(shape.index())
            && let Some([db, _]) = band.follower.let_go(at, declick)
        {
            band.go(db, declick);
        }
    }

    /// Puts every band where its curve has it at playhead `at`. Returns for how many frames that
    /// holds, if not for good.
    pub(crate) fn follow(&mut self, at: Frames) -> Option<usize> {
        let until = self.bands.iter_mut().filter_map(|band| {
            let until = band.follow(at.0);
            [until, band.line.left()].into_iter().flatten().min()
        });
        until.min().map(|until| until.max(1))
    }

    fn longest_ring(&self) -> u64 {
        // No shorter than a block, so that it never falls silent and asleep within one.
        let rings = self.bands.iter().map(FilterBand::ring);
        rings.sum::<u64>().max(MAX_BLOCK as u64)
    }

    /// Is it flat, so many frames from now?
    fn is_flat(&self, after: usize) -> bool {
        self.bands.iter().all(|band| band.is_flat(after))
    }

    /// Forgets everything that came in.
    pub(crate) fn empty(&mut self) {
        self.quiet = u64::MAX;
        self.forget();
    }

    /// As [`Filter::empty`] at a frame that is still to be run to: what it remembers until then it
    /// will need. Forgetting is left to the run.
    pub(crate) fn is_anew(&mut self) {
        self.quiet = u64::MAX;
    }

    fn forget(&mut self) {
        for band in &mut self.bands {
            band.memory = [[0.0; 2]; 2];
        }
    }

    /// One that was flat when its sound ended may ring once it is turned, but there is nothing
    /// left in it: whether that has been noticed must not depend on where blocks end.
    fn rest_if_rung_out(&mut self) {
        if self.has_rung_out(0) {
            self.empty();
        }
    }

    /// A sub-block begins.
    pub(crate) fn begin(&mut self) {
        self.rests = None;
    }

    /// Of the `frames` from frame `from` of the sub-block on, what comes in ends after `heard`.
    /// True if it has to run for them.
    pub(crate) fn hear(&mut self, from: usize, heard: usize, frames: usize) -> bool {
        let rang_out = self.has_rung_out(from);
        if rang_out && from == 0 {
            self.empty();
        } else if rang_out && self.quiet != u64::MAX {
            // It rings for longer than a sub-block, so that happens once in one.
            self.rests.get_or_insert(from);
            self.quiet = u64::MAX;
        }
        self.quiet = if heard > 0 {
            (frames - heard) as u64
        } else {
            self.quiet.saturating_add(frames as u64)
        };
        !(self.is_flat(from) || rang_out && heard == 0)
    }

    /// Does nothing come in, and nothing out any more? Asked of frame `at` of the sub-block, up
    /// to which it has heard everything.
    pub(crate) fn has_rung_out(&self, at: usize) -> bool {
        self.quiet >= self.ring || self.quiet > 0 && self.is_flat(at)
    }

    /// Frames from frame `at` of the sub-block until it has rung out, if nothing comes in.
    pub(crate) fn until_rung_out(&self, at: usize) -> Option<usize> {
        (self.quiet > 0 && !self.has_rung_out(at)).then(|| (self.ring - self.quiet) as usize)
    }

    /// Time passes without the filter being run.
    pub(crate) fn pass_over(&mut self, frames: usize, deeds: &[Deed]) {
        if self.rests.is_some() || deeds.iter().any(Deed::is_anew) {
            self.forget();
        }
        self.advance(frames);
    }

    fn advance(&mut self, frames: usize) {
        for band in &mut self.bands {
            band.line.advance(frames);
        }
    }
}

impl FilterBand {
    fn is_flat(&self, after: usize) -> bool {
        let arrived = self.line.left().is_none_or(|left| left <= after);
        self.follower.lane.is_none() && arrived && self.line.to.is_flat()
    }

    /// A flat band is not always run, so what it remembers is of no certain time.
    fn forget_if_flat(&mut self) {
        if self.is_flat(0) {
            self.memory = [[0.0; 2]; 2];
        }
    }

    fn go(&mut self, db: f32, over: Frames) {
        self.on = None;
        self.line = Line {
            from: self.line.value(),
            to: coefficients(BandSetting { db, ..self.setting }),
            passed: 0,
            length: over.0.min(1 << 23) as u32,
        };
    }

    /// Puts it where its curve has it. Returns the frames until the curve's next knot.
    fn follow(&mut self, at: u64) -> Option<usize> {
        let piece = self.follower.piece(at, self.line.is_settled())?;
        if self.on != Some(piece.index) {
            self.on = Some(piece.index);
            let of = |[db, _]: [f32; 2]| coefficients(BandSetting { db, ..self.setting });
            (self.line.from, self.line.to) = (of(piece.from), of(piece.to));
        }
        (self.line.passed, self.line.length) = (piece.passed as u32, piece.length as u32);
        piece
            .until
            .map(|until| until.min(MAX_BLOCK as u64) as usize)
    }

    /// Frames it may ring, wherever it goes from here.
    fn ring(&self) -> u64 {
        let most = EqBand::MOST_DB;
        let curve = self.follower.lane.is_some();
        let extremes = [-most, most].into_iter().filter(|_| curve);
        let extremes = extremes.map(|db| coefficients(BandSetting { db, ..self.setting }));
        let ends = [self.line.from, self.line.to].into_iter().chain(extremes);
        let longest = ends.map(|end| end.ring()).max();
        longest.unwrap_or(0) + u64::from(self.line.length)
    }
}

fn coefficients(setting: BandSetting) -> Coefficients {
    Coefficients::of(setting.shape, setting.corner, setting.db, setting.q)
}

/// A filter, and what its track does in the sub-block it is run for.
pub(crate) struct Run<'a> {
    pub(crate) filter: &'a mut Filter,
    pub(crate) deeds: &'a [Deed],
}

impl Run<'_> {
    /// Forgets what came in, if this is a frame to do so. Returns the frames until the next one.
    fn forget_if_due(&mut self, done: usize) -> Option<usize> {
        let anew = self.deeds.iter().filter(|deed| deed.is_anew());
        let mut next = None;
        for at in anew.map(|deed| deed.after).chain(self.filter.rests) {
            if at == done {
                self.filter.forget();
            } else if let Some(left) = at.checked_sub(done) {
                next = Some(next.map_or(left, |next: usize| next.min(left)));
            }
        }
        next
    }
}

/// Runs up to four filters over their sounds, side by side in `sound`: filter `j` in lane `j`.
pub(crate) fn run_abreast(runs: &mut [Option<Run<'_>>; ABREAST], at: Frames, sound: &mut [Lanes]) {
    let frames = sound.len();
    let (mut done, mut rest) = (0, sound);
    while !rest.is_empty() {
        // Up to where the first of them arrives, begins anew, or its curve has a knot.
        let at = at + Frames(done as u64);
        let until = runs.iter_mut().flatten().flat_map(|run| {
            let anew = run.forget_if_due(done);
            [run.filter.follow(at), anew].into_iter().flatten()
        });
        let until = until.min().unwrap_or(usize::MAX).min(rest.len());
        let bands = runs.iter().flatten().flat_map(|run| &run.filter.bands);
        let moving = bands.into_iter().any(|band| !band.line.is_settled());
        let (piece, after) = rest.split_at_mut(until);
        done += piece.len();
        run_piece(runs, piece, moving);
        rest = after;
    }
    for run in runs.iter_mut().flatten() {
        run.forget_if_due(frames);
    }
}

fn run_piece(runs: &mut [Option<Run<'_>>; ABREAST], sound: &mut [Lanes], moving: bool) {
    let mut bands = [Band::default(); BANDS];
    let mut wanted = [0; BANDS];
    let mut count = 0;
    for index in 0..BANDS {
        let turned = |run: &Run<'_>| !run.filter.bands[index].is_flat(0);
        if !runs.iter().flatten().any(turned) {
            continue;
        }
        for (j, run) in runs.iter().enumerate() {
            match run {
                Some(run) => {
                    let FilterBand { line, memory, .. } = &run.filter.bands[index];
                    bands[count].set(j, *line, *memory);
                }
                None => bands[count].unused(j),
            }
        }
        wanted[count] = index;
        count += 1;
    }
    let [first, second, third] = bands;
    let bands = match count {
        0 => bands,
        1 => {
            let mut run = [first];
            filter(&mut run, sound, moving);
            [run[0], second, third]
        }
        2 => {
            let mut run = [first, second];
            filter(&mut run, sound, moving);
            [run[0], run[1], third]
        }
        _ => {
            let mut run = bands;
            filter(&mut run, sound, moving);
            run
        }
    };
    for (band, index) in bands.iter().zip(wanted).take(count) {
        for (j, run) in runs.iter_mut().enumerate() {
            if let Some(run) = run {
                run.filter.bands[index].memory = band.memory(j);
            }
        }
    }
    for run in runs.iter_mut().flatten() {
        run.filter.advance(sound.len());
    }
}

fn filter<const N: usize>(bands: &mut [Band; N], sound: &mut [Lanes], moving: bool) {
    if moving {
        run_moving(sound, bands);
    } else {
        run_still(sound, bands);
    }
}
