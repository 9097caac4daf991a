//! Measuring the round trip: a short sound is played and listened for, five times; and choosing
//! which of what was measured is true of the route in use.
//!
//! Measuring runs in the tick, on the engine's own clock, while nothing else sounds; each run is
//! searched on a thread. What counts is the median of the runs; they have to agree.

use std::sync::Arc;

use audio_engine::audio::Audio;
use audio_engine::control::{At, Layer, Play, RecordSpec, TakeId, TakeRead, TakeStream, TrackId};
use audio_engine::latency::{self, Calibration, Choice, Measured, Method, Route};
use audio_engine::units::{Frames, Gain, Grid, SampleRate, Tempo};
use jiff::Timestamp;
use store::Store;

use crate::job::{Job, Progress};
use crate::session::wish;
use crate::sound::{Sound, TRACKS};

/// How often the sound is played.
pub const RUNS: usize = 5;
/// From pressing the button to the first sound, and between two, in seconds.
const PAUSE: f64 = 0.4;
/// How long is listened after the sound began: longer than any route worth measuring.
const LISTEN: f64 = 1.2;
/// The engine's number for the recordings; far from any session's.
const TAKE: u64 = 1 << 32;

/// A measurement under way.
pub struct Measurement {
    probe: Arc<Audio>,
    run: usize,
    stream: TakeStream,
    heard: Vec<f32>,
    /// Runs being searched for the sound, each on a thread.
    searching: Vec<Job<Option<Measured>>>,
    found: Vec<Measured>,
    /// The loudest moment of all runs, as a mean square.
    loudest: f64,
}

/// How it ended: what is known of the route now, or `None` for nothing that could be trusted.
pub type Outcome = Option<Calibration>;

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
            searching: vec![],
            found: vec![],
            loudest: 0.0,
        })
    }

    /// Moves on with time; an outcome when it is over.
    pub fn tick(&mut self, sound: &mut Sound, now: Timestamp) -> Option<Outcome> {
        let found = &mut self.found;
        self.searching.retain_mut(|job| match job.poll() {
            Progress::Working => true,
            Progress::Lost => false,
            Progress::Done(measured) => {
                found.extend(measured);
                false
            }
        });
        if self.run < RUNS {
            self.listen(sound);
        }
        let is_over = self.run == RUNS && self.searching.is_empty();
        is_over.then(|| {
            let at = now.as_millisecond();
            Calibration::from_runs(sound.route(), &self.found, Method::Acoustic, at)
        })
    }

    /// The runs in which the sound was found so far.
    #[must_use]
    pub fn found(&self) -> &[Measured] {
        &self.found
    }

    /// 0…1 of the runs.
    #[must_use]
    pub fn done(&self) -> f32 {
        self.run as f32 / RUNS as f32
    }

    /// How loud the loudest moment was that came in, in dBFS, if the sound was found at all.
    #[must_use]
    pub fn heard_db(&self) -> Option<f32> {
        (!self.found.is_empty()).then(|| 10.0 * self.loudest.max(1e-12).log10() as f32)
    }

    /// Nobody wants to know any more.
    pub fn stop(&self, sound: &mut Sound) {
        wish(&mut sound.engine, |batch| {
            batch.call_off(TakeId(TAKE + self.run as u64));
            batch.stop();
            batch.clear(TrackId(TRACKS - 1), Frames(240), At::Now);
        });
    }

    /// Ends without an outcome.
    pub fn call_off(self, sound: &mut Sound) {
        self.stop(sound);
        sound.close_input();
    }

    /// Takes in what was heard; after a whole run begins the next, after the last one stops.
    fn listen(&mut self, sound: &mut Sound) {
        loop {
            match self.stream.read(&mut self.heard) {
                TakeRead::Nothing => return,
                TakeRead::Frames(_) | TakeRead::Mark(_) => {}
                TakeRead::Gap(frames) => {
                    self.heard.resize(self.heard.len() + frames as usize, 0.0);
                }
                TakeRead::Finished => break,
            }
        }
        self.loudest = loudest(&self.heard, sound.rate()).max(self.loudest);
        let heard = Audio::mono(sound.rate(), std::mem::take(&mut self.heard));
        let probe = Arc::clone(&self.probe);
        let search = Job::start("measure", move || latency::measure(&probe, &heard));
        if sound.is_virtual() {
            self.found.extend(search.wait().flatten());
        } else {
            self.searching.push(search);
        }
        self.run += 1;
        if self.run < RUNS {
            let playhead = sound.engine.snapshot().playhead;
            if let Some(stream) = play_once(&self.probe, self.run, playhead, sound) {
                self.stream = stream;
                return;
            }
            self.run = RUNS;
        }
        wish(&mut sound.engine, |batch| {
            batch.stop();
            batch.clear(TrackId(TRACKS - 1), Frames::ZERO, At::Now);
        });
    }
}

/// The mean square of the loudest 50 ms.
fn loudest(heard: &[f32], rate: SampleRate) -> f64 {
    let moment = (rate.hz() as usize / 20).max(1);
    let power = |part: &[f32]| part.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
    heard
        .chunks(moment)
        .map(|part| power(part) / moment as f64)
        .fold(0.0, f64::max)
}

/// Keeps it for its route.
pub fn keep(known: &Calibration, now: Timestamp, store: &mut Store) {
    let row = store::Calibration {
        route_key: known.route.key(),
        round_trip: known.round_trip,
        confidence: known.confidence,
        measured_at: now,
        method: known.method.word().into(),
        mad: known.mad,
        runs: known.runs,
    };
    if let Err(error) = store.save_calibration(&row) {
        log::warn!("the calibration was not kept: {error}");
    }
}

/// Everything that was ever measured here. A row nobody can read is as good as none.
pub fn known(store: &Store) -> Vec<Calibration> {
    let rows = store.calibrations().unwrap_or_else(|error| {
        log::warn!("the calibrations cannot be read: {error}");
        vec![]
    });
    rows.iter().filter_map(of_row).collect()
}

fn of_row(row: &store::Calibration) -> Option<Calibration> {
    Some(Calibration {
        route: Route::of_key(&row.route_key)?,
        round_trip: row.round_trip,
        method: Method::of_word(&row.method)?,
        confidence: row.confidence,
        mad: row.mad,
        runs: row.runs,
        measured_at_ms: row.measured_at.as_millisecond(),
    })
}

/// The round trip of the route in use, and how sure it is. Virtual time and silence know theirs.
pub fn choice(store: &Store, sound: &Sound, now: Timestamp) -> Choice {
    let known = known(store);
    let mut route = sound.route();
    if route.input.id.is_empty() {
        // A closed microphone that the system chooses has no name yet. The one last measured with
        // this output is meant, until it is open and says which it is.
        let with_this_output = known.iter().filter(|other| {
            (&other.route.backend, &other.route.output.id) == (&route.backend, &route.output.id)
        });
        if let Some(last) = with_this_output.max_by_key(|other| other.measured_at_ms) {
            route.input = last.route.input.clone();
        }
    }
    let chosen = latency::choose(&known, &route, now.as_millisecond());
    match sound.known_round_trip() {
        Some(frames) if chosen.method == Method::Table => Choice {
            round_trip: frames.0 as f64,
            method: Method::Reported,
            confidence: 1.0,
            measured_at_ms: None,
            reasons: vec![],
        },
        Some(_) | None => chosen,
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
