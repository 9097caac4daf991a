//! A track's equaliser as the audio thread keeps it, and how four of them run abreast.
//!
//! A filter that is flat, or that has rung out after its track fell silent, is not run at all.
//! That is heard by nobody and changes no bit: it is emptied at the frame at which it rests, not
//! at the end of whatever block that frame lies in. Audio thread only.

use super::automation::{Follower, Lane};
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
        }
    }

    /// Turns a band, over so many frames; at once if none.
    pub(crate) fn set(&mut self, setting: BandSetting, over: Frames) {
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

    pub(crate) fn is_flat(&self) -> bool {
        self.bands.iter().all(FilterBand::is_flat)
    }

    /// Forgets everything that came in.
    pub(crate) fn empty(&mut self) {
        self.quiet = u64::MAX;
        for band in &mut self.bands {
            band.memory = [[0.0; 2]; 2];
        }
    }

    /// Of the next `frames`, what comes in ends after `heard`. True if it has to run for them.
    pub(crate) fn hear(&mut self, heard: usize, frames: usize) -> bool {
        let rang_out = self.has_rung_out();
        if rang_out {
            self.empty();
        }
        self.quiet = if heard > 0 {
            (frames - heard) as u64
        } else {
            self.quiet.saturating_add(frames as u64)
        };
        !(self.is_flat() || rang_out && heard == 0)
    }

    /// Does nothing come in, and nothing out any more?
    pub(crate) fn has_rung_out(&self) -> bool {
        self.quiet >= self.ring || self.is_flat() && self.quiet > 0
    }

    /// Frames until it has rung out, if nothing comes in.
    pub(crate) fn until_rung_out(&self) -> Option<Frames> {
        (self.quiet > 0 && !self.has_rung_out()).then(|| Frames(self.ring - self.quiet))
    }

    /// Time passes without the filter being run.
    pub(crate) fn advance(&mut self, frames: usize) {
        for band in &mut self.bands {
            band.line.advance(frames);
        }
    }
}

impl FilterBand {
    fn is_flat(&self) -> bool {
        self.follower.lane.is_none() && self.line.is_settled() && self.line.to.is_flat()
    }

    /// A flat band is not always run, so what it remembers is of no certain time.
    fn forget_if_flat(&mut self) {
        if self.is_flat() {
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

/// Runs up to four filters over their sounds, side by side in `sound`: filter `j` in lane `j`.
pub(crate) fn run_abreast(
    filters: &mut [Option<&mut Filter>; ABREAST],
    at: Frames,
    sound: &mut [Lanes],
) {
    let (mut at, mut rest) = (at, sound);
    while !rest.is_empty() {
        // Up to where the first of them arrives, or its curve has a knot.
        let until = filters.iter_mut().flatten();
        let until = until.filter_map(|filter| filter.follow(at)).min();
        let bands = filters.iter().flatten().flat_map(|filter| &filter.bands);
        let moving = bands.into_iter().any(|band| !band.line.is_settled());
        let (piece, after) = rest.split_at_mut(until.unwrap_or(usize::MAX).min(rest.len()));
        at += Frames(piece.len() as u64);
        run_piece(filters, piece, moving);
        rest = after;
    }
}

fn run_piece(filters: &mut [Option<&mut Filter>; ABREAST], sound: &mut [Lanes], moving: bool) {
    let mut bands = [Band::default(); BANDS];
    let mut wanted = [0; BANDS];
    let mut count = 0;
    for index in 0..BANDS {
        let turned = |filter: &Filter| !filter.bands[index].is_flat();
        if !filters.iter().flatten().any(|filter| turned(filter)) {
            continue;
        }
        for (j, filter) in filters.iter().enumerate() {
            match filter {
                Some(filter) => {
                    let FilterBand { line, memory, .. } = &filter.bands[index];
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
        for (j, filter) in filters.iter_mut().enumerate() {
            if let Some(filter) = filter {
                filter.bands[index].memory = band.memory(j);
            }
        }
    }
    for filter in filters.iter_mut().flatten() {
        filter.advance(sound.len());
    }
}

fn filter<const N: usize>(bands: &mut [Band; N], sound: &mut [Lanes], moving: bool) {
    if moving {
        run_moving(sound, bands);
    } else {
        run_still(sound, bands);
    }
}
