//! What becomes of the engine when devices do what devices do. The supervisor is the real one;
//! its devices and its time are scripted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

use std::sync::Arc;
use std::time::Duration;

use audio_engine::io::{
    DevicePrefs, Direction, Fault, HostEvent, Opening, SimHost, SimScript, SimSide,
};
use audio_engine::{
    At, Audio, EngineHandle, Frames, Layer, Play, RecordSpec, TakeId, TakeRead, TakeStream, TrackId,
};

const SECOND: Duration = Duration::from_secs(1);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Studio {
    host: SimHost,
    handle: EngineHandle,
}

impl Studio {
    fn open() -> Studio {
        Studio::with(SimScript::default(), &[])
    }

    fn with(script: SimScript, faults: &[(Direction, Fault)]) -> Studio {
        let (host, mut handle) = SimHost::open(script, 4, faults);
        handle.batch(|batch| batch.play()).unwrap();
        Studio { host, handle }
    }

    fn advance(&mut self, by: Duration) -> Vec<HostEvent> {
        self.host.advance(by);
        self.handle.collect();
        self.host.poll()
    }

    fn playhead(&self) -> u64 {
        self.handle.snapshot().playhead.0
    }

    fn record(&mut self, length: Frames) -> TakeStream {
        let punch_in = self.handle.snapshot().playhead + Frames(2_400);
        let spec = RecordSpec::fixed(TakeId(1), punch_in, length);
        self.handle.batch(|batch| batch.record(spec)).unwrap()
    }

    fn outputs_tried(&self, since: Duration) -> Vec<Opening> {
        let tried = self.host.openings();
        tried
            .into_iter()
            .filter(|o| o.direction == Direction::Output && o.at >= since)
            .collect()
    }
}

/// The whole of a take: its frames, and how many of them are gaps.
fn read(stream: &mut TakeStream) -> (u64, u64, bool) {
    let (mut frames, mut gaps, mut heard) = (0, 0, Vec::new());
    loop {
        match stream.read(&mut heard) {
            TakeRead::Frames(n) => frames += n,
            TakeRead::Gap(n) => {
                frames += n;
                gaps += n;
            }
            TakeRead::Mark(_) => {}
            TakeRead::Nothing => return (frames, gaps, false),
            TakeRead::Finished => return (frames, gaps, true),
        }
    }
}

fn lost() -> HostEvent {
    HostEvent::Lost {
        name: "Loudspeaker".into(),
    }
}

fn restored() -> HostEvent {
    HostEvent::Restored {
        name: "Loudspeaker".into(),
    }
}

#[test]
fn time_goes_on_through_a_cable_that_is_pulled_and_put_back() {
    let mut studio = Studio::open();
    studio.advance(SECOND);
    let (began, before) = (studio.host.now(), studio.playhead());
    studio.host.unplug();
    assert_eq!(studio.advance(ms(40)), [lost()]);
    assert_eq!(studio.host.info().backend, "none");
    studio.advance(3 * SECOND);
    studio.host.plug_in(SimScript::default());
    assert_eq!(studio.advance(2 * SECOND), [restored()]);
    let passed = (studio.host.now() - began).as_secs_f64() * 48_000.0;
    let moved = (studio.playhead() - before) as f64;
    assert!(
        (moved - passed).abs() < 48_000.0 * 0.1,
        "the playhead moved {moved} frames in {passed}"
    );
}

#[test]
fn a_layer_sounds_on_after_the_device_has_come_back() {
    let mut studio = Studio::open();
    let hum = Arc::new(Audio::mono(studio.handle.rate(), vec![0.2; 4_800]));
    let play = Play::Loop {
        origin: Frames::ZERO,
    };
    let layer = Layer {
        audio: hum,
        play,
        fade_in: Frames::ZERO,
    };
    studio
        .handle
        .batch(|batch| batch.layer(TrackId(0), layer, At::Now))
        .unwrap();
    studio.advance(SECOND);
    studio.host.unplug();
    studio.advance(SECOND);
    studio.host.plug_in(SimScript::default());
    studio.advance(2 * SECOND);
    let sounded = studio.host.sounded();
    let last = &sounded[sounded.len() - 9_600..];
    assert!(
        last.iter().all(|sample| *sample > 0.05),
        "no silence, no click"
    );
}

#[test]
fn a_take_goes_on_while_the_microphone_is_gone_and_says_for_how_long() {
    let mut studio = Studio::open();
    studio.host.open_input().unwrap();
    studio.advance(SECOND);
    let length = 5 * 48_000;
    let mut take = studio.record(Frames(length));
    studio.advance(SECOND);
    studio.host.unplug();
    assert_eq!(studio.advance(ms(40)), [lost(), HostEvent::InputLost]);
    studio.advance(SECOND);
    studio.host.plug_in(SimScript::default());
    let events = studio.advance(SECOND);
    assert_eq!(events, [restored(), HostEvent::InputRestored]);
    studio.advance(4 * SECOND);
    let (frames, gaps, finished) = read(&mut take);
    assert!(finished);
    // Five milliseconds are kept after the punch-out, for the seam.
    assert_eq!(frames, length + 240, "as long as it was to be");
    assert!(
        (48_000..3 * 48_000).contains(&gaps),
        "{gaps} frames were not heard"
    );
}

#[test]
fn attempts_to_reopen_come_quickly_and_then_every_second() {
    let mut studio = Studio::open();
    studio.advance(SECOND);
    studio.host.unplug();
    let gone = studio.host.now();
    studio.advance(5 * SECOND);
    let tried = studio.outputs_tried(gone);
    let waits: Vec<u64> = tried
        .windows(2)
        .map(|pair| (pair[1].at - pair[0].at).as_millis() as u64)
        .collect();
    // Each as late as the next look, every 20 ms.
    for (wait, wanted) in waits.iter().zip([50, 200, 500, 1_000, 1_000]) {
        assert!((wanted..wanted + 40).contains(wait), "{waits:?}");
    }
    assert!(
        tried[0].at - gone < ms(60),
        "and the first at once: {tried:?}"
    );
}

#[test]
fn callbacks_that_stop_without_a_word_are_missed_within_a_second() {
    for direction in [Direction::Output, Direction::Input] {
        let mut studio = Studio::open();
        studio.host.plan(direction, Fault::Starves(400));
        if direction == Direction::Output {
            studio.host.unplug();
            studio.advance(ms(200));
            studio.host.plug_in(SimScript::default());
            studio.advance(SECOND);
            studio.host.poll();
        } else {
            studio.host.open_input().unwrap();
        }
        // 400 callbacks of 256 frames are 2.1 s.
        let mut events = Vec::new();
        let mut still_for = ms(0);
        let mut before = studio.playhead();
        for _ in 0..200 {
            events = studio.advance(ms(20));
            let now = studio.playhead();
            still_for = if now == before {
                still_for + ms(20)
            } else {
                ms(0)
            };
            before = now;
            if !events.is_empty() {
                break;
            }
        }
        let expected = match direction {
            Direction::Output => lost(),
            Direction::Input => HostEvent::InputLost,
        };
        assert_eq!(events, [expected], "{direction:?}");
        if direction == Direction::Output {
            assert!(still_for <= SECOND, "noticed after {still_for:?}");
        }
        let events = studio.advance(3 * SECOND);
        assert_eq!(events.len(), 1, "and it is back: {events:?}");
    }
}

#[test]
fn whatever_goes_wrong_in_whichever_call_the_engine_plays_on() {
    let faults = [
        Fault::Open,
        Fault::Start,
        Fault::Silent,
        Fault::InCallback(1),
        Fault::InCallback(2),
        Fault::InCallback(100),
        Fault::Insists(100),
        Fault::Starves(1),
        Fault::Starves(100),
        Fault::WhileEnding,
        Fault::AfterEnd,
    ];
    for direction in [Direction::Output, Direction::Input] {
        for fault in faults {
            let what = format!("{direction:?}, {fault:?}");
            let mut studio = Studio::open();
            studio.advance(ms(500));
            let _ = studio.host.open_input();
            studio.advance(SECOND);
            studio.host.poll();
            studio.host.plan(direction, fault);
            // A loss brings a stream with that fault; another gets rid of it.
            for _ in 0..2 {
                studio.host.unplug();
                studio.advance(ms(100));
                studio.host.plug_in(SimScript::default());
                studio.advance(6 * SECOND);
            }
            let events = studio.advance(ms(0));
            assert_eq!(events, [], "{what}: quiet in the end");
            let before = studio.playhead();
            let events = studio.advance(SECOND);
            assert_eq!(events, [], "{what}: and it stays so");
            let moved = studio.playhead() - before;
            assert!(
                moved.abs_diff(48_000) < 2_400,
                "{what}: {moved} frames in a second"
            );
            let info = studio.host.info();
            assert_eq!(info.output.as_deref(), Some("Loudspeaker"), "{what}");
            assert_eq!(info.input.as_deref(), Some("Microphone"), "{what}");
            assert_eq!(studio.host.most_live(), [1, 1], "{what}: never two at once");
        }
    }
}

#[test]
fn what_a_stream_says_after_it_has_ended_is_not_heard() {
    let mut studio = Studio::with(
        SimScript::default(),
        &[(Direction::Output, Fault::AfterEnd)],
    );
    studio.advance(SECOND);
    let other = DevicePrefs {
        output: Some("another".into()),
        input: None,
    };
    studio.host.select(other).unwrap();
    assert_eq!(studio.advance(3 * SECOND), [], "it complains every 10 ms");
    assert_eq!(studio.host.most_live()[0], 1);
}

#[test]
fn a_stream_that_says_it_twice_is_opened_again_once() {
    let mut studio = Studio::with(
        SimScript::default(),
        &[(Direction::Output, Fault::Insists(50))],
    );
    let events = studio.advance(3 * SECOND);
    assert_eq!(events, [lost(), restored()]);
    assert_eq!(studio.host.openings().len(), 2);
}

#[test]
fn a_machine_without_a_sound_card_runs_in_silence_and_finds_one_later() {
    let mut studio = Studio::with(SimScript::default(), &[(Direction::Output, Fault::Open)]);
    assert_eq!(studio.host.poll(), [HostEvent::FellBackToNull]);
    assert!(
        studio.host.open_input().is_err(),
        "there is nothing to hear with"
    );
    assert_eq!(studio.advance(SECOND), [restored()]);
    assert!(studio.playhead() > 40_000);
}

#[test]
fn another_device_is_moved_to_in_one_go_with_its_microphone() {
    let mut studio = Studio::open();
    studio.host.open_input().unwrap();
    studio.advance(SECOND);
    let before = studio.playhead();
    let other = DevicePrefs {
        output: Some("headphones".into()),
        input: None,
    };
    studio.host.select(other).unwrap();
    assert_eq!(
        studio.advance(SECOND),
        [],
        "we did it ourselves: nothing is told as a loss"
    );
    assert_eq!(studio.host.info().input.as_deref(), Some("Microphone"));
    assert!(studio.playhead() > before + 40_000);
    assert_eq!(studio.host.most_live(), [1, 1]);
}

#[test]
fn a_device_that_cannot_be_had_leaves_the_one_before() {
    let mut studio = Studio::open();
    studio.host.open_input().unwrap();
    studio.advance(SECOND);
    studio.host.plan(Direction::Output, Fault::Open);
    let other = DevicePrefs {
        output: Some("in use by somebody".into()),
        input: None,
    };
    assert!(studio.host.select(other).is_err());
    let info = studio.host.info();
    assert_eq!(info.output.as_deref(), Some("Loudspeaker"));
    assert_eq!(info.input.as_deref(), Some("Microphone"));
    assert_eq!(studio.advance(SECOND), []);
}

#[test]
fn what_was_granted_counts_and_not_what_was_asked_for() {
    let side = SimSide {
        rate: 44_100,
        blocks: vec![441],
        ..SimSide::default()
    };
    let mut studio = Studio::with(
        SimScript {
            output: side.clone(),
            input: side,
            ..SimScript::default()
        },
        &[],
    );
    studio.advance(SECOND);
    let before = studio.playhead();
    studio.advance(10 * SECOND);
    let moved = studio.playhead() - before;
    assert!(
        moved.abs_diff(441_000) <= 882,
        "{moved} frames in ten seconds"
    );
    let info = studio.host.info();
    assert_eq!((info.rate, info.block), (44_100, 441));
    assert!(info.route_key.ends_with("|44100|441"), "{}", info.route_key);
    assert_eq!(studio.handle.rate().hz(), 44_100);
}

/// What was measured for this route is still true of it.
#[test]
fn a_callback_that_comes_late_for_two_is_no_other_route() {
    let side = SimSide {
        blocks: [vec![480; 900], vec![960]].concat(),
        ..SimSide::default()
    };
    let script = SimScript {
        output: side.clone(),
        input: side,
        ..SimScript::default()
    };
    let mut studio = Studio::with(script, &[]);
    studio.advance(SECOND);
    let before = studio.host.info().route_key;
    assert!(before.ends_with("|480"), "{before}");
    studio.advance(20 * SECOND);
    assert_eq!(studio.host.info().route_key, before);
}

#[test]
fn a_stream_that_is_moved_to_another_device_goes_on() {
    let mut studio = Studio::open();
    studio.advance(SECOND);
    studio.host.reroute();
    assert_eq!(studio.advance(SECOND), []);
    assert_eq!(studio.host.openings().len(), 1);
}

#[test]
fn a_skip_of_the_device_is_counted_though_the_host_says_nothing() {
    let mut studio = Studio::open();
    studio.advance(2 * SECOND);
    assert_eq!(studio.handle.snapshot().xruns, 0);
    studio.host.lose(Direction::Output, 2_048);
    studio.advance(SECOND);
    assert_eq!(studio.handle.snapshot().xruns, 1);
    studio.host.repeat(Direction::Output, 1_024);
    studio.advance(SECOND);
    assert_eq!(studio.handle.snapshot().xruns, 2);
}
