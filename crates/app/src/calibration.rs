//! Measuring the round trip: a short sound is played and listened for, three times.
//!
//! Runs in the tick, on the engine's own clock, while nothing else sounds. What counts is the
//! median; the three have to agree.

use std::sync::Arc;

use audio_engine::audio::Audio;
use audio_engine::control::{At, Layer, Play, RecordSpec, TakeId, TakeRead, TakeStream, TrackId};
use audio_engine::latency;
use audio_engine::units::{Frames, Gain, Grid, Tempo};

use crate::session::wish;
use crate::sound::{Sound, TRACKS};

/// How often the sound is played.
const RUNS: usize = 3;
/// From pressing the button to the first sound, and between two, in seconds.
const PAUSE: f64 = 0.4;
/// How long is listened after the sound began: longer than any route worth measuring.
const LISTEN: f64 = 1.2;
/// Less certain than this is not believed.
const BELIEVED: f32 = 0.6;
/// Runs that differ by more than this, in seconds, did not hear the same thing.
const AGREEMENT: f64 = 0.002;
/// The engine's number for the recordings; far from any session's.
const TAKE: u64 = 1 << 32;

/// A measurement under way.
pub struct Measurement {
    probe: Arc<Audio>,
    run: usize,
    stream: TakeStream,
    heard: Vec<f32>,
    delays: Vec<(f64, f32)>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// Frames from the loudspeaker back to us, and how certain that is, 0 … 1.
    Heard { round_trip: f64, confidence: f32 },
    /// Nothing that could be trusted.
    NotHeard,
}

impl Measurement {
    /// Begins. The microphone is open already. `None` if the engine refuses.
    #[must_use]
    pub fn begin(sound: &mut Sound) -> Option<Measurement> {
        let grid = Grid {
            rate: sound.rate(),
            tempo: Tempo::BREATHING,
            beats_per_bar: 1,
        };
        wish(&mut sound.engine, |batch| {
            batch.stop();
            batch.tone(None);
            batch.grid(grid);
            batch.locate(Frames::ZERO);
            batch.fade(Gain::UNITY, Frames::ZERO, At::Now);
            batch.play();
        });
        let probe = Arc::new(latency::probe(sound.rate()));
        let stream = play_once(&probe, 0, Frames::ZERO, sound)?;
        Some(Measurement {
            probe,
            run: 0,
            stream,
            heard: vec![],
            delays: vec![],
        })
    }

    /// Moves on with time; an outcome when it is over.
    pub fn tick(&mut self, sound: &mut Sound) -> Option<Outcome> {
        loop {
            match self.stream.read(&mut self.heard) {
                TakeRead::Nothing => return None,
                TakeRead::Frames(_) | TakeRead::Mark(_) => {}
                TakeRead::Gap(frames) => {
                    self.heard.resize(self.heard.len() + frames as usize, 0.0);
                }
                TakeRead::Finished => break,
            }
        }
        let heard = Audio::mono(sound.rate(), std::mem::take(&mut self.heard));
        if let Some(measured) = latency::measure(&self.probe, &heard) {
            self.delays.push((measured.delay, measured.confidence));
        }
        self.run += 1;
        if self.run < RUNS {
            let playhead = sound.engine.snapshot().playhead;
            if let Some(stream) = play_once(&self.probe, self.run, playhead, sound) {
                self.stream = stream;
                return None;
            }
        }
        wish(&mut sound.engine, |batch| {
            batch.stop();
            batch.clear(TrackId(TRACKS - 1), Frames::ZERO, At::Now);
        });
        Some(self.outcome(sound))
    }

    fn outcome(&self, sound: &Sound) -> Outcome {
        let mut delays: Vec<f64> = self.delays.iter().map(|(delay, _)| *delay).collect();
        delays.sort_by(f64::total_cmp);
        let (Some(first), Some(last), Some(median)) =
            (delays.first(), delays.last(), delays.get(delays.len() / 2))
        else {
            return Outcome::NotHeard;
        };
        let spread = (last - first) / f64::from(sound.rate().hz());
        let confidence = self.delays.iter().map(|(_, c)| *c).fold(1.0, f32::min);
        if delays.len() < RUNS || spread > AGREEMENT || confidence < BELIEVED {
            return Outcome::NotHeard;
        }
        Outcome::Heard {
            round_trip: *median,
            confidence,
        }
    }
}

/// Plays the sound and records from its first frame on.
fn play_once(
    probe: &Arc<Audio>,
    run: usize,
    playhead: Frames,
    sound: &mut Sound,
) -> Option<TakeStream> {
    let rate = sound.rate();
    let at = playhead + Frames::from_seconds(PAUSE, rate);
    let track = TrackId(TRACKS - 1);
    let layer = Layer {
        audio: Arc::clone(probe),
        play: Play::Once { start: at },
        fade_in: Frames::ZERO,
    };
    wish(&mut sound.engine, |batch| {
        batch.gain(track, Gain::UNITY);
        batch.send(track, Gain::SILENCE);
        batch.mute(track, false, At::Now);
        batch.layer(track, layer, At::Now);
        let take = TakeId(TAKE + run as u64);
        batch.record(RecordSpec::fixed(
            take,
            at,
            Frames::from_seconds(LISTEN, rate),
        ))
    })
}
