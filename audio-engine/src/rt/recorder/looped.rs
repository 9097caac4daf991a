//! The loop being made of a recording, where it was heard.
//!
//! The player answers a beat that left the loudspeaker one round trip ago. Written there, not at
//! the playhead, or each layer would land later than the one below it. Audio thread.

use crate::control::{Channels, Play, TakeId, TrackId};
use crate::dsp::edge::{fade_in, fade_out};
use crate::rt::track::Track;
use crate::rt::voice::{Coming, Source};
use crate::units::Frames;

/// Where the loop lies in the input.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Where its frame 0 arrives, on the playhead.
    pub(super) first: i64,
    /// Frames of it that are played.
    pub(super) kept: i64,
    /// Its length; what is not played is silent.
    pub(super) length: i64,
    pub(super) edge: u64,
}

/// The loop being made.
pub(super) struct Looped {
    track: usize,
    channels: usize,
    /// Frames there is room for in each channel.
    room: usize,
    /// Channel after channel. Here until the punch-out, from then on with the track.
    samples: Option<Box<[f32]>>,
    /// What arrives between then and the end of the window, likewise.
    late: Box<[f32]>,
    late_room: usize,
    /// Where the first frame of `late` arrived.
    late_from: i64,
}

impl Looped {
    /// Off the audio thread: allocates.
    pub(super) fn new(track: TrackId, channels: Channels, room: Frames, late: Frames) -> Looped {
        let channels = channels.count();
        let silence = |frames: Frames| vec![0.0; channels * frames.0 as usize].into_boxed_slice();
        Looped {
            track: usize::from(track.0),
            channels,
            room: room.0 as usize,
            samples: Some(silence(room)),
            late: silence(late),
            late_room: late.0 as usize,
            late_from: i64::MAX,
        }
    }

    /// Writes what arrives at `at`.
    ///
    /// What arrives after the punch-out is put aside: the loop sounds by now, and must not change
    /// under the ear at a moment that depends on the size of a block.
    pub(super) fn write(&mut self, at: i64, window: Window, input: [&[f32]; 2]) {
        let (into, room, from) = match &mut self.samples {
            Some(samples) => (samples, self.room, at - window.first),
            None => (&mut self.late, self.late_room, at - self.late_from),
        };
        let sounding = self.late_from != i64::MAX;
        for (channel, input) in into.chunks_mut(room.max(1)).zip(input) {
            let early = (-from).clamp(0, input.len() as i64) as usize;
            let start = (from.max(0) as usize).min(channel.len());
            let input = input.get(early..).unwrap_or_default();
            for (frame, (out, sample)) in
                (start as u64..).zip(channel[start..].iter_mut().zip(input))
            {
                *out = if sounding {
                    *sample
                } else {
                    fade_in(frame, window.edge) * sample
                };
            }
        }
    }

    /// At the punch-out: the layer that plays it, and its track; once.
    pub(super) fn hand_over(
        &mut self,
        at: i64,
        window: Window,
        take: TakeId,
        origin: Frames,
        fade: Frames,
    ) -> Option<(usize, Coming)> {
        let mut samples = self.samples.take()?;
        self.late_from = at;
        // Told late, the first of what comes after the end is there already.
        let (kept, length) = (window.kept.max(0) as usize, window.length.max(1) as usize);
        let arrived = (at - window.first).max(0) as usize;
        for channel in samples.chunks_mut(self.room.max(1)) {
            for frame in kept..arrived.min(kept + window.edge as usize) {
                let Some(sample) = channel.get(frame).copied() else {
                    break;
                };
                let faded = fade_out((frame - kept) as u64, window.edge) * sample;
                if let Some(out) = channel.get_mut(frame % length) {
                    *out += faded;
                }
            }
        }
        let source = Source::Recorded {
            take,
            samples,
            channels: self.channels,
            length,
        };
        let play = Play::Loop { origin };
        let coming = Coming {
            source,
            play,
            fade_in: fade,
        };
        Some((self.track, coming))
    }

    /// Lays in what came after the punch-out: the last round trip of what was played, and the few
    /// ms that fade out under the beginning.
    pub(super) fn lay_in_the_end(&mut self, take: TakeId, window: Window, tracks: &mut [Track]) {
        let track = tracks.get_mut(self.track);
        // Its track may have been given something else meanwhile.
        let Some(samples) = track.and_then(|track| track.recorded(take)) else {
            return;
        };
        let length = window.length.max(1) as usize;
        let first = self.late_from - window.first;
        let channels = samples.chunks_mut(self.room.max(1));
        for (channel, late) in channels.zip(self.late.chunks(self.late_room.max(1))) {
            for (frame, sample) in (first..).zip(late).filter(|(frame, _)| *frame >= 0) {
                let Some(out) = channel.get_mut(frame as usize % length) else {
                    return;
                };
                if frame < window.kept {
                    *out = fade_in(frame as u64, window.edge) * sample;
                } else {
                    *out += fade_out((frame - window.kept) as u64, window.edge) * sample;
                }
            }
        }
    }

    pub(super) fn unused(&mut self) -> Option<Box<[f32]>> {
        self.samples.take()
    }
}
