//! Numbers the audio thread publishes and anybody may read: where it is, how loud it is.
//!
//! Atomics only. The snapshot is a seqlock: the writer never waits; a reader who was
//! interrupted reads again. Levels are kept as the largest since they were last taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use super::tally::{Count, Tally};
use super::transport::{Then, Transport};
use crate::control::EngineConfig;
use crate::units::Frames;

/// Where everything stands at the end of a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// Whether the playhead moves, and where it is.
    pub transport: Transport,
    /// The frame that plays next, or will when the transport rolls again.
    pub playhead: Frames,
    /// Frames processed since the engine was made; never jumps.
    pub clock: Frames,
    /// Does the playhead move?
    pub rolling: bool,
    /// Times the device starved or lost input, as told by the device.
    pub xruns: u64,
    /// Wishes that came after their frame had passed.
    pub late_events: u64,
    /// Broken samples replaced by silence; anything but 0 is a bug.
    pub faults: u64,
}

/// Levels since they were last taken. Amplitudes, 1.0 is full scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Meters {
    /// Left and right, after the limiter.
    pub output: [f32; 2],
    /// Largest sample of the input.
    pub input_peak: f32,
    /// Root mean square of the input over the last 300 ms or so.
    pub input_rms: f32,
    /// How far the cue pushes the music down, in dB ≤ 0.
    pub ducking_db: f32,
    /// The most the limiter took away, in dB ≤ 0.
    pub limiter_db: f32,
    /// Largest sample of every track, after its fader.
    pub tracks: Vec<f32>,
}

const WORDS: usize = 10;

/// Written by the audio thread, read by the handle.
pub(crate) struct Shared {
    /// Odd while a snapshot is being written.
    version: AtomicU64,
    words: [AtomicU64; WORDS],
    xruns: AtomicU64,
    count: Count,
    planned_done: AtomicU64,
    takes_done: AtomicU64,
    plans_followed: AtomicU64,
    events_dropped: AtomicU64,
    output: [Peak; 2],
    input_peak: Peak,
    input_rms: AtomicU32,
    ducking: AtomicU32,
    /// The smallest factor, as 1 − factor, so that the largest wins.
    limiting: Peak,
    tracks: Vec<Peak>,
}

/// The largest amplitude since it was taken. Non-negative floats sort like their bits.
#[derive(Default)]
pub(crate) struct Peak(AtomicU32);

impl Peak {
    pub(crate) fn raise(&self, to: f32) {
        // A plain load first: most blocks are not the loudest yet, and need no locked bus.
        let bits = to.to_bits();
        if bits > self.0.load(Ordering::Relaxed) {
            self.0.fetch_max(bits, Ordering::Relaxed);
        }
    }

    fn take(&self) -> f32 {
        f32::from_bits(self.0.swap(0, Ordering::Relaxed))
    }
}

/// Counts xruns from wherever they are noticed: a callback, or an error callback beside it.
#[derive(Clone)]
pub struct XrunCounter(Arc<Shared>);

impl XrunCounter {
    /// The device starved, or input was lost, so many more times.
    pub fn add(&self, times: u64) {
        self.0.xruns.fetch_add(times, Ordering::Relaxed);
    }

    /// The device has called back for so many frames.
    pub(crate) fn called(&self, frames: usize) {
        self.0.count.called(frames);
    }

    /// So many frames of the output were never asked for, or asked for twice: one xrun.
    pub(crate) fn skipped(&self, frames: u64) {
        self.add(1);
        self.0.count.skipped(frames);
    }

    /// So many frames of the input never came, or were made up: one xrun.
    pub(crate) fn unheard(&self, frames: u64) {
        self.add(1);
        self.0.count.unheard(frames);
    }
}

impl Shared {
    pub(crate) fn new(config: EngineConfig) -> Shared {
        Shared {
            version: AtomicU64::new(0),
            words: Default::default(),
            xruns: AtomicU64::new(0),
            count: Count::default(),
            planned_done: AtomicU64::new(0),
            takes_done: AtomicU64::new(0),
            plans_followed: AtomicU64::new(0),
            events_dropped: AtomicU64::new(0),
            output: Default::default(),
            input_peak: Peak::default(),
            input_rms: AtomicU32::new(0),
            ducking: AtomicU32::new(1f32.to_bits()),
            limiting: Peak::default(),
            tracks: (0..config.tracks).map(|_| Peak::default()).collect(),
        }
    }

    /// Audio thread only: there is one writer.
    pub(crate) fn publish(&self, transport: Transport, clock: Frames, late: u64, faults: u64) {
        let version = self.version.load(Ordering::Relaxed);
        self.version
            .store(version.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        let [kind, at, left, sounding, then, count_in] = encode(transport);
        let words = [
            kind, at, left, sounding, then, count_in, clock.0, late, faults, 0,
        ];
        for (cell, word) in self.words.iter().zip(words) {
            cell.store(word, Ordering::Relaxed);
        }
        self.version
            .store(version.wrapping_add(2), Ordering::Release);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let [
            kind,
            at,
            left,
            sounding,
            then,
            count_in,
            clock,
            late,
            faults,
            _,
        ] = self.read_words();
        let transport = decode([kind, at, left, sounding, then, count_in]);
        Snapshot {
            transport,
            playhead: transport.playhead(),
            clock: Frames(clock),
            rolling: transport.is_rolling(),
            xruns: self.xruns.load(Ordering::Relaxed),
            late_events: late,
            faults,
        }
    }

    fn read_words(&self) -> [u64; WORDS] {
        loop {
            let before = self.version.load(Ordering::Acquire);
            let words: [u64; WORDS] =
                std::array::from_fn(|i| self.words[i].load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if before.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == before {
                return words;
            }
            std::hint::spin_loop();
        }
    }

    pub(crate) fn take_tally(&self) -> Tally {
        self.count.take()
    }

    pub(crate) fn take_meters(&self, tracks: u16) -> Meters {
        let limiting = 1.0 - self.limiting.take();
        Meters {
            output: [self.output[0].take(), self.output[1].take()],
            input_peak: self.input_peak.take(),
            input_rms: f32::from_bits(self.input_rms.load(Ordering::Relaxed)),
            ducking_db: in_db(f32::from_bits(self.ducking.load(Ordering::Relaxed))),
            limiter_db: in_db(limiting),
            tracks: self
                .tracks
                .iter()
                .take(usize::from(tracks))
                .map(Peak::take)
                .collect(),
        }
    }

    pub(crate) fn meter_output(&self, left: f32, right: f32, limiting: f32) {
        self.output[0].raise(left);
        self.output[1].raise(right);
        self.limiting.raise(1.0 - limiting);
    }

    pub(crate) fn meter_input(&self, peak: f32, rms: f32) {
        self.input_peak.raise(peak);
        self.input_rms.store(rms.to_bits(), Ordering::Relaxed);
    }

    pub(crate) fn meter_ducking(&self, factor: f32) {
        self.ducking.store(factor.to_bits(), Ordering::Relaxed);
    }

    pub(crate) fn meter_track(&self, track: usize, peak: f32) {
        if let Some(meter) = self.tracks.get(track) {
            meter.raise(peak);
        }
    }

    pub(crate) fn event_dropped(&self) {
        self.events_dropped.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn take_events_dropped(&self) -> u64 {
        self.events_dropped.swap(0, Ordering::Relaxed)
    }

    pub(crate) fn plan_done(&self) {
        self.planned_done.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn planned_done(&self) -> u64 {
        self.planned_done.load(Ordering::Acquire)
    }

    pub(crate) fn followed(&self, plans: u64) {
        if plans > 0 {
            self.plans_followed.fetch_add(plans, Ordering::Release);
        }
    }

    pub(crate) fn plans_followed(&self) -> u64 {
        self.plans_followed.load(Ordering::Acquire)
    }

    pub(crate) fn take_done(&self) {
        self.takes_done.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn takes_done(&self) -> u64 {
        self.takes_done.load(Ordering::Acquire)
    }

    pub(crate) fn xrun_counter(shared: &Arc<Shared>) -> XrunCounter {
        XrunCounter(Arc::clone(shared))
    }
}

fn in_db(factor: f32) -> f32 {
    20.0 * factor.max(1e-6).log10()
}

fn encode(transport: Transport) -> [u64; 6] {
    match transport {
        Transport::Stopped { at } => [0, at.0, 0, 0, 0, 0],
        Transport::CountIn { left, at } => [1, at.0, left.0, 0, 0, 0],
        Transport::Rolling { at } => [2, at.0, 0, 0, 0, 0],
        Transport::Stopping {
            left,
            sounding,
            at,
            then,
        } => match then {
            Then::Stay => [3, at.0, left.0, sounding.0, 0, 0],
            Then::Roll => [3, at.0, left.0, sounding.0, 1, 0],
            Then::CountIn(frames) => [3, at.0, left.0, sounding.0, 2, frames.0],
        },
    }
}

fn decode([kind, at, left, sounding, then, count_in]: [u64; 6]) -> Transport {
    let (at, left, sounding) = (Frames(at), Frames(left), Frames(sounding));
    let then = match then {
        0 => Then::Stay,
        1 => Then::Roll,
        _ => Then::CountIn(Frames(count_in)),
    };
    match kind {
        0 => Transport::Stopped { at },
        1 => Transport::CountIn { left, at },
        2 => Transport::Rolling { at },
        _ => Transport::Stopping {
            left,
            sounding,
            at,
            then,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_what_is_read() {
        let shared = Shared::new(EngineConfig::default());
        for transport in [
            Transport::Stopped { at: Frames(7) },
            Transport::CountIn {
                left: Frames(3),
                at: Frames(9),
            },
            Transport::Rolling { at: Frames(11) },
            Transport::Stopping {
                left: Frames(1),
                sounding: Frames(2),
                at: Frames(3),
                then: Then::CountIn(Frames(4)),
            },
        ] {
            shared.publish(transport, Frames(99), 1, 2);
            let snapshot = shared.snapshot();
            assert_eq!(snapshot.transport, transport);
            assert_eq!(
                (snapshot.clock, snapshot.late_events, snapshot.faults),
                (Frames(99), 1, 2)
            );
        }
    }

    #[test]
    fn a_meter_shows_the_loudest_moment_once() {
        let shared = Shared::new(EngineConfig::default());
        shared.meter_output(0.5, 0.1, 1.0);
        shared.meter_output(0.2, 0.3, 1.0);
        assert_eq!(shared.take_meters(16).output, [0.5, 0.3]);
        assert_eq!(shared.take_meters(16).output, [0.0, 0.0]);
    }

    #[test]
    fn a_reader_never_sees_half_a_snapshot() {
        let shared = Arc::new(Shared::new(EngineConfig::default()));
        let writer = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for i in 0..100_000 {
                writer.publish(Transport::Rolling { at: Frames(i) }, Frames(i), i, i);
            }
        });
        while !thread.is_finished() {
            let seen = shared.snapshot();
            if seen.rolling {
                assert_eq!(seen.playhead, seen.clock, "both were written together");
                assert_eq!(seen.clock.0, seen.faults);
            }
        }
        thread.join().unwrap();
    }
}
