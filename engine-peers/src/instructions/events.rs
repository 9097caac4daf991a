//! Sixty-four events in one block: a kind at a time, each track on a frame of its own.

use anyhow::Result;
use audio_engine::{
    At, Automation, Batch, EqBand, EqShape, Equaliser, Frames, Gain, Pan, Parameter, Point, TrackId,
};

use super::script::{BLOCK, Desk, TRACKS, looped};

/// From one track's frame to the next one's.
const APART: u64 = BLOCK as u64 / TRACKS as u64;

/// Everything a track can be asked for at a frame, and what can be asked of all of them at once.
pub fn play(desk: &mut Desk, round: u16) -> Result<()> {
    for on in [true, false] {
        desk.spread("64 mutes", |batch, track, at| batch.mute(track, on, at))?;
    }
    desk.settle();
    for on in [true, false] {
        desk.spread("64 solos", |batch, track, at| batch.solo(track, on, at))?;
    }
    desk.settle();
    layers(desk, round)?;
    clears(desk, round)?;
    every_kind(desk, round)?;
    curves(desk)?;
    at_once(desk, round)
}

/// Another loop on every track, none of which has its seam where another has.
fn layers(desk: &mut Desk, round: u16) -> Result<()> {
    let loops = desk.loops(round);
    desk.spread("64 layers", |batch, track, at| {
        let origin = Frames(u64::from(track.0) * APART);
        batch.layer(track, looped(&loops[usize::from(track.0)], origin), at);
    })?;
    desk.counted("64 layers leaving", |_| {})?;
    desk.settle();
    for _ in 0..desk.blocks_in_a_bar() {
        desk.counted("usual, or seams on 64 frames", |_| {})?;
    }
    Ok(())
}

/// Every track is emptied; what its filter still rings is counted to its end.
fn clears(desk: &mut Desk, round: u16) -> Result<()> {
    desk.spread("64 clears", |batch, track, at| {
        batch.clear(track, Frames(240), at);
    })?;
    desk.settle();
    for _ in 0..64 {
        desk.counted("64 filters ring out", |_| {})?;
    }
    let loops = desk.loops(round);
    desk.spread("64 layers after silence", |batch, track, at| {
        batch.layer(
            track,
            looped(&loops[usize::from(track.0)], Frames::ZERO),
            at,
        );
    })?;
    desk.settle();
    Ok(())
}

fn every_kind(desk: &mut Desk, round: u16) -> Result<()> {
    let loops = desk.loops(round + 7);
    let layer = |track: TrackId| looped(&loops[usize::from(track.0)], Frames::ZERO);
    desk.spread("64 of every kind", |batch, track, at| match track.0 % 4 {
        0 => batch.mute(track, true, at),
        1 => batch.solo(track, track.0 % 8 == 1, at),
        2 => batch.layer(track, layer(track), at),
        _ => batch.clear(track, Frames(240), at),
    })?;
    desk.handle(|batch| {
        for track in (0..TRACKS).map(TrackId) {
            batch.mute(track, false, At::Now);
            batch.solo(track, false, At::Now);
            batch.layer(track, layer(track), At::Now);
        }
    })?;
    desk.settle();
    Ok(())
}

/// Curves whose knots lie where the events did: how a fader or a band moves at a frame.
fn curves(desk: &mut Desk) -> Result<()> {
    let bell = Parameter::Eq(EqShape::Bell);
    for (what, parameter, [here, there]) in [
        ("64 knots of gain", Parameter::Gain, [-6.0, -7.0]),
        ("64 knots of pan", Parameter::Pan, [-0.5, -0.45]),
        ("64 knots of an equaliser", bell, [-3.0, -2.0]),
    ] {
        let from = desk.playhead() + 4 * BLOCK as u64;
        desk.handle(|batch| {
            for track in 0..TRACKS {
                let at = from + u64::from(track) * APART;
                let knot = |after: u64, value: f32| Point {
                    at: Frames(at + after),
                    value,
                };
                let curve = Automation::new(vec![knot(0, here), knot(240, there)]);
                batch.automate(TrackId(track), parameter, &curve);
            }
        })?;
        for _ in 0..4 {
            desk.process();
        }
        for _ in 0..3 {
            desk.counted(what, |_| {})?;
        }
        desk.handle(|batch| {
            for track in (0..TRACKS).map(TrackId) {
                batch.automate(track, parameter, &Automation::new(Vec::new()));
            }
        })?;
        desk.settle();
    }
    Ok(())
}

/// What has no frame of its own: it happens where the block begins.
fn at_once(desk: &mut Desk, round: u16) -> Result<()> {
    let turn = f32::from(round % 2);
    desk.counted("pan and sends of every track", |batch| {
        for track in 0..TRACKS {
            let place = f32::from(track) / 40.0 - 0.8 + turn * 0.1;
            batch.pan(TrackId(track), Pan::new(place));
            batch.send(TrackId(track), Gain::from_db(-12.0 - turn));
        }
    })?;
    desk.settle();
    desk.counted("a band of every track", |batch| {
        for track in (0..TRACKS).map(TrackId) {
            let bell = EqBand::new(1_000.0, -3.0 - turn, 1.0);
            batch.eq_band(track, EqShape::Bell, bell);
        }
    })?;
    desk.settle();
    desk.counted("equaliser of every track", |batch| {
        for track in (0..TRACKS).map(TrackId) {
            batch.eq(track, equaliser(turn));
        }
    })?;
    desk.settle();
    Ok(())
}

/// A low shelf, a bell and a high shelf, all of them turned.
pub fn equaliser(turn: f32) -> Equaliser {
    let [low, bell, high] = [(120.0, 2.0, 0.7), (1_000.0, -3.0, 1.0), (6_000.0, 1.5, 0.7)]
        .map(|(hz, db, q)| EqBand::new(hz, db + turn, q));
    Equaliser { low, bell, high }
}

impl Desk {
    /// Asks each track for something, so many frames apart, and counts the block.
    pub fn spread(
        &mut self,
        what: &str,
        mut ask: impl FnMut(&mut Batch, TrackId, At),
    ) -> Result<()> {
        let from = self.playhead();
        self.counted(what, |batch| {
            for track in 0..TRACKS {
                let frame = Frames(from + u64::from(track) * APART);
                ask(batch, TrackId(track), At::Frame(frame));
            }
        })
    }

    /// Lets everything arrive, uncounted.
    pub fn settle(&mut self) {
        for _ in 0..4 {
            self.process();
        }
    }
}
