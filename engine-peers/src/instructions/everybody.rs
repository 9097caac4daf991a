//! Sixty-four events in one block that concern no track: fades of the mix, sentences, marks in
//! running recordings, and those recordings' ends.

use std::sync::Arc;

use anyhow::Result;
use audio_engine::{At, Audio, Frames, Gain, RecordSpec, TakeId, TrackId};

use super::script::{Desk, TRACKS, looped};

/// Recordings that run at the same time.
const TAKES: u16 = 4;

/// How far the input is behind what is heard.
const ROUND_TRIP: Frames = Frames(960);

/// Everything that can be asked for at a frame, and of no track.
pub fn play(desk: &mut Desk, round: u16) -> Result<()> {
    desk.spread("64 fades of the mix", |batch, track, at| {
        let to = Gain::from_db(-1.0 - f32::from(track.0 % 3));
        batch.fade(to, Frames(4_800), at);
    })?;
    desk.handle(|batch| batch.fade(Gain::UNITY, Frames(48), At::Now))?;
    desk.settle();
    let word = Arc::new(Audio::silence(desk.rate(), 1, Frames(4_800)));
    desk.spread("64 sentences", |batch, _, at| {
        batch.cue(Arc::clone(&word), at);
    })?;
    desk.handle(|batch| batch.stop_cue())?;
    desk.settle();
    takes(desk, round)
}

/// Four recordings that become loops: marked sixteen times each, and punched out on frames of
/// their own.
fn takes(desk: &mut Desk, round: u16) -> Result<()> {
    let take = |track: TrackId| TakeId(u64::from(round * TAKES + track.0 % TAKES));
    let (from, length) = (Frames(desk.playhead()), desk.bar());
    desk.handle(|batch| {
        for track in (0..TAKES).map(TrackId) {
            drop(batch.record(RecordSpec {
                round_trip: ROUND_TRIP,
                loop_into: Some(track),
                ..RecordSpec::fixed(take(track), from, length)
            }));
        }
    })?;
    desk.hears(true);
    for _ in 0..16 {
        desk.process();
    }
    desk.counted("4 recordings", |_| {})?;
    desk.spread("64 marks in 4 recordings", |batch, track, at| {
        batch.mark(take(track), u32::from(track.0), at);
    })?;
    let loops = desk.loops(round);
    desk.spread(
        "64 of every kind, 4 punch-outs among them",
        |batch, track, at| match track.0 % 16 {
            0 => batch.punch_out(take(TrackId(track.0 / 16)), at),
            4 => batch.fade(Gain::from_db(-1.0), Frames(480), at),
            8 => batch.mark(take(track), 1, at),
            12 => batch.clear(track, Frames(240), at),
            _ => batch.mute(track, track.0 % 3 == 0, at),
        },
    )?;
    for _ in 0..16 {
        desk.process();
    }
    desk.hears(false);
    desk.handle(|batch| {
        batch.fade(Gain::UNITY, Frames(48), At::Now);
        for track in (0..TRACKS).map(TrackId) {
            batch.mute(track, false, At::Now);
            let audio = &loops[usize::from(track.0)];
            batch.layer(track, looped(audio, Frames::ZERO), At::Now);
        }
    })?;
    desk.settle();
    Ok(())
}
