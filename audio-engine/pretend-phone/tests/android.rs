//! Android's sound, run: from our engine through our backend and the real Oboe to a scripted
//! AAudio, in real time. What a musician hears of it is asserted in frames, never in seconds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::doc_markdown,
    reason = "a test that cannot go on should say so"
)]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use audio_engine::io::{AudioHost, DevicePrefs, HostEvent};
use audio_engine::{
    At, Audio, EngineHandle, Frames, Layer, Play, RecordSpec, TakeId, TakeRead, TrackId, place,
};
use pretend_phone::{Script, phone};

/// There is one phone: one evening at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Enough for anything here, however busy the machine is.
const PATIENCE: u32 = 2_000;
const PAUSE: Duration = Duration::from_millis(10);

struct Evening {
    host: AudioHost,
    handle: EngineHandle,
    told: Vec<HostEvent>,
    takes: u64,
    _turn: MutexGuard<'static, ()>,
}

impl Evening {
    fn with(script: Script) -> Evening {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        phone().becomes(script);
        let (host, mut handle) = AudioHost::open(&DevicePrefs::default(), None);
        handle.batch(|batch| batch.play()).unwrap();
        Evening {
            host,
            handle,
            told: vec![],
            takes: 0,
            _turn: turn,
        }
    }

    /// Waits until it is so.
    #[track_caller]
    fn until(&mut self, what: &str, so: impl Fn(&Evening) -> bool) {
        for _ in 0..PATIENCE {
            self.told.extend(self.host.poll());
            self.handle.collect();
            if so(self) {
                return;
            }
            thread::sleep(PAUSE);
        }
        panic!("{what}: never; told {:?}", self.told);
    }

    fn plays_on(&mut self, frames: u64) {
        let there = self.handle.snapshot().playhead + Frames(frames);
        self.until("the music goes on", |it| {
            it.handle.snapshot().playhead >= there
        });
    }

    /// Records from soon on, with a click at `into`. Gaps are silence.
    fn record(&mut self, into: u64, length: Frames, round_trip: Frames) -> Vec<f32> {
        self.takes += 1;
        let punch_in = self.handle.snapshot().playhead + Frames(12_000);
        let layer = Layer {
            audio: Arc::new(Audio::mono(self.handle.rate(), vec![0.25])),
            play: Play::Once {
                start: punch_in + Frames(into),
            },
            fade_in: Frames::ZERO,
        };
        let spec = RecordSpec {
            round_trip,
            ..RecordSpec::fixed(TakeId(self.takes), punch_in, length)
        };
        let batch = self.handle.batch(|batch| {
            batch.layer(TrackId(0), layer, At::Now);
            batch.record(spec)
        });
        let mut take = batch.unwrap();
        let mut heard = vec![];
        for _ in 0..PATIENCE {
            match take.read(&mut heard) {
                TakeRead::Finished => return heard,
                TakeRead::Frames(_) | TakeRead::Mark(_) => {}
                TakeRead::Gap(frames) => heard.resize(heard.len() + frames as usize, 0.0),
                TakeRead::Nothing => {
                    thread::sleep(PAUSE);
                    self.handle.collect();
                }
            }
        }
        panic!("the take does not end: {} frames", heard.len());
    }

    /// The round trip in frames, from one click.
    fn measured(&mut self) -> Frames {
        Frames(loudest(&self.record(0, Frames(24_000), Frames::ZERO)) as u64)
    }

    /// How far a click that is answered lies from where it was heard, in frames.
    fn overdub_error(&mut self, round_trip: Frames) -> i64 {
        let (into, length) = (3_000, Frames(12_000));
        let raw = self.record(into, length, round_trip);
        let raw = Audio::mono(self.handle.rate(), raw);
        let placed = place(&raw, Frames::ZERO, round_trip, length);
        loudest(placed.channel(0)) as i64 - into as i64
    }
}

fn loudest(samples: &[f32]) -> usize {
    let at = (0..samples.len()).max_by(|a, b| samples[*a].abs().total_cmp(&samples[*b].abs()));
    at.filter(|at| samples[*at].abs() > 0.05)
        .expect("the click was not heard")
}

#[test]
fn the_phone_is_asked_for_its_best_way_and_played_by_whichever_it_gives() {
    let mut evening = Evening::with(Script {
        refuses_exclusive: true,
        ..Script::default()
    });
    evening.plays_on(24_000);
    evening.host.open_input().unwrap();
    let info = evening.host.info();
    assert_eq!(info.backend, "oboe");
    assert_eq!((info.rate, info.block), (48_000, 192));
    let opened = phone().openings.clone();
    assert!(opened.iter().all(|opening| opening.exclusive));
    assert_eq!(
        (opened.len(), opened[1].input, opened[1].preset),
        (2, true, 9),
        "and the microphone without the phone's own processing"
    );
}

#[test]
fn what_waited_in_the_microphone_never_reaches_a_take() {
    let mut evening = Evening::with(Script::default());
    evening.plays_on(4_800);
    evening.host.open_input().unwrap();
    // The first 51 callbacks are thrown away, and some more pass until both ways are lined up.
    let heard = evening.record(24_000, Frames(36_000), Frames::ZERO);
    let loud = heard.iter().filter(|sample| sample.abs() > 0.5).count();
    assert_eq!(loud, 0, "frames of the rubbish it was opened with");
    loudest(&heard);
}

#[test]
fn a_layer_lies_on_what_it_answered_to_the_frame() {
    let mut evening = Evening::with(Script::default());
    evening.host.open_input().unwrap();
    evening.plays_on(48_000);
    let round_trip = evening.measured();
    assert!(
        round_trip.0 >= 1_000,
        "{round_trip:?}: less than the air between them"
    );
    for late in [0, 3, 0] {
        phone().late = late;
        let error = evening.overdub_error(round_trip);
        assert_eq!(error, 0, "after {late} bursts that came late");
    }
}

#[test]
fn a_cable_that_is_pulled_is_heard_of_and_both_ways_open_again() {
    let mut evening = Evening::with(Script::default());
    evening.host.open_input().unwrap();
    evening.plays_on(24_000);
    phone().pulled += 1;
    evening.until("both ways are back", |it| {
        it.told.contains(&HostEvent::InputRestored)
    });
    let phone_is = |event: fn(String) -> HostEvent| event("Phone".into());
    assert_eq!(
        evening.told,
        [
            phone_is(|name| HostEvent::Lost { name }),
            HostEvent::InputLost,
            phone_is(|name| HostEvent::Restored { name }),
            HostEvent::InputRestored,
        ]
    );
    evening.plays_on(48_000);
    let round_trip = evening.measured();
    assert_eq!(evening.overdub_error(round_trip), 0);
}

#[test]
fn an_output_that_starves_is_given_a_burst_more_each_time_until_there_are_no_more() {
    let mut evening = Evening::with(Script {
        capacity: 192 * 4,
        ..Script::default()
    });
    evening.plays_on(24_000);
    assert_eq!(phone().sizes.last(), Some(&384), "two bursts to begin with");
    for _ in 0..4 {
        phone().xruns += 1;
        evening.plays_on(4_800);
    }
    let sizes = phone().sizes.clone();
    assert!(sizes.ends_with(&[384, 576, 768]), "{sizes:?}");
    assert!(evening.handle.snapshot().xruns >= 4, "and they are counted");
}
