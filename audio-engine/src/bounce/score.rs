//! A piece written down: what sounds, from when until when, and how loud.

use std::sync::Arc;

use crate::audio::Audio;
use crate::control::{
    At, Automation, Batch, BatchError, EngineHandle, Layer, Parameter, Play, TrackId,
};
use crate::dsp::eq::Equaliser;
use crate::rt::limits::declick;
use crate::units::{Frames, Gain, Grid, Pan};

/// Everything a piece is made of. Positions count from its beginning.
#[derive(Debug, Clone)]
pub struct Score {
    /// Its tempo and bars; the rate of all its audio.
    pub grid: Grid,
    /// One track each.
    pub parts: Vec<Part>,
    /// Where it ends.
    pub length: Frames,
    /// How long before its end it begins to fade.
    pub fade_out: Frames,
}

/// One track of a piece. It goes within 5 ms.
#[derive(Debug, Clone)]
pub struct Part {
    /// What sounds.
    pub audio: Arc<Audio>,
    /// Where it lies.
    pub play: Play,
    /// When it begins to be heard.
    pub from: Frames,
    /// When it ends.
    pub until: Frames,
    /// How long it takes to come in; at least the 5 ms that hide the edge.
    pub fade_in: Frames,
    /// Its fader.
    pub gain: Gain,
    /// Its place between the speakers.
    pub pan: Pan,
    /// How much of it goes to the reverb.
    pub send: Gain,
    /// Its tone controls.
    pub eq: Equaliser,
    /// What moves by itself, and how. Positions count from the beginning of the piece.
    pub automation: Vec<(Parameter, Automation)>,
}

impl Part {
    /// As it is: from `from` on, at unity, in the middle, dry.
    pub fn new(audio: Arc<Audio>, play: Play, from: Frames, until: Frames) -> Part {
        Part {
            audio,
            play,
            from,
            until,
            fade_in: Frames::ZERO,
            gain: Gain::UNITY,
            pan: Pan::CENTRE,
            send: Gain::SILENCE,
            eq: Equaliser::FLAT,
            automation: Vec::new(),
        }
    }
}

impl Score {
    /// Plays the piece live, its beginning at playhead `at`, on one track a part from
    /// `first_track` on. The transport is the caller's: locate and play as you like.
    pub fn play_on(
        &self,
        handle: &mut EngineHandle,
        first_track: TrackId,
        at: Frames,
    ) -> Result<(), BatchError> {
        handle.batch(|batch| self.write(batch, first_track, at))
    }

    /// The piece as wishes.
    pub(super) fn write(&self, batch: &mut Batch, first_track: TrackId, at: Frames) {
        batch.grid(self.grid);
        // An earlier piece may have ended in silence.
        batch.fade(Gain::UNITY, Frames::ZERO, At::Frame(at));
        for (part, track) in self.parts.iter().zip(first_track.0..) {
            let track = TrackId(track);
            part.set(batch, track, at);
            self.enter(batch, track, part, at);
            self.leave(batch, track, part, at);
        }
        let fade_from = self.length - self.fade_out;
        batch.fade(
            Gain::SILENCE,
            self.length - fade_from,
            At::Frame(at + fade_from),
        );
    }

    /// One turn of the piece played over and over, without its fade. What sounds across the seam
    /// is not touched there.
    pub(super) fn write_turn(&self, batch: &mut Batch, turn: u64) {
        if turn == 0 {
            batch.grid(self.grid);
        }
        let at = Frames(self.length.0 * turn);
        for (part, track) in self.parts.iter().zip(0..) {
            let track = TrackId(track);
            if turn == 0 || !part.automation.is_empty() {
                part.set(batch, track, at);
            }
            match (self.goes_on(part), turn) {
                (true, 0) => self.enter(batch, track, part, at),
                (true, _) => {}
                (false, _) => {
                    self.enter(batch, track, part, at);
                    self.leave(batch, track, part, at);
                }
            }
        }
    }

    /// Does it sound on through the end of the piece into its beginning?
    fn goes_on(&self, part: &Part) -> bool {
        let all_the_time = part.from == Frames::ZERO && part.until >= self.length;
        let once = part.audio.frames().max(Frames(1));
        match part.play {
            Play::Loop { .. } => all_the_time && self.length % once == Frames::ZERO,
            Play::Once { .. } => false,
        }
    }

    fn enter(&self, batch: &mut Batch, track: TrackId, part: &Part, at: Frames) {
        let play = match part.play {
            Play::Loop { origin } => Play::Loop {
                origin: origin + at,
            },
            Play::Once { start } => Play::Once { start: start + at },
        };
        let layer = Layer {
            audio: Arc::clone(&part.audio),
            play,
            fade_in: part.fade_in.max(declick(self.grid.rate)),
        };
        batch.layer(track, layer, At::Frame(at + part.from));
    }

    fn leave(&self, batch: &mut Batch, track: TrackId, part: &Part, at: Frames) {
        let edge = declick(self.grid.rate);
        batch.clear(track, edge, At::Frame(at + part.until));
    }
}

impl Part {
    /// Its faders and what moves them, for a piece that begins at `at`.
    fn set(&self, batch: &mut Batch, track: TrackId, at: Frames) {
        // What an earlier piece moved stands still first; then ours is set, and moves.
        for parameter in Parameter::ALL {
            batch.automate(track, parameter, &Automation::default());
        }
        batch.gain(track, self.gain);
        batch.pan(track, self.pan);
        batch.send(track, self.send);
        batch.eq(track, self.eq);
        for (parameter, curve) in &self.automation {
            batch.automate(track, *parameter, &curve.later(at));
        }
        batch.mute(track, false, At::Now);
    }
}
