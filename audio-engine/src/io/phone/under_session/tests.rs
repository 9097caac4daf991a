//! An iPhone, scripted: what it was asked, in which order, and what becomes of the music. The
//! supervisor, the streams' alignment and the engine are the real ones, in virtual time.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::*;
use crate::control::{EngineConfig, EngineHandle, engine};
use crate::io::phone::session::{Ask, Granted, Port, SessionNews, Use};
use crate::io::sim::{SimBackend, SimScript, SimSide, World};
use crate::io::supervisor::{Supervisor, TICK, Wiring};
use crate::io::words::{HostEvent, StreamInfo};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Default)]
struct IPhone(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// What was asked and done, in order.
    log: Vec<String>,
    asked: Option<Use>,
    active: bool,
    granted: Granted,
    news: VecDeque<SessionNews>,
    /// Somebody is on the phone: nothing is granted.
    busy: bool,
    microphone_refused: bool,
}

impl IPhone {
    fn with_a_loudspeaker() -> IPhone {
        let phone = IPhone::default();
        phone.inner().granted = Granted {
            rate: 48_000,
            block: 256,
            output: port("Speaker"),
            ..Granted::default()
        };
        phone
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    fn says(&self, news: SessionNews) {
        self.inner().news.push_back(news);
    }

    /// Another device: the system moves the sound there and says so.
    fn moves_to(&self, name: &str, news: SessionNews) {
        self.inner().granted.output = port(name);
        self.says(news);
    }

    fn notes(&self, what: &str) {
        self.inner().log.push(what.into());
    }

    /// What was asked and done since the last call.
    fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().log)
    }
}

fn port(name: &str) -> Port {
    Port {
        id: format!("{name}:{name}"),
        name: name.into(),
    }
}

impl System for IPhone {
    fn ask(&mut self, ask: &Ask) -> Result<(), String> {
        let what = match ask.purpose {
            Use::Play => "play",
            Use::PlayAndListen => "play and listen",
        };
        let how = if ask.untouched { ", untouched" } else { "" };
        self.notes(&format!("ask to {what}, {}/{}{how}", ask.rate, ask.block));
        let mut inner = self.inner();
        inner.asked = Some(ask.purpose);
        inner.granted.purpose = Some(ask.purpose);
        let listens = ask.purpose == Use::PlayAndListen;
        inner.granted.inputs = u32::from(listens);
        inner.granted.input = if listens {
            port("Mic")
        } else {
            Port::default()
        };
        // As every change of ours, it is told us as if it were news.
        inner.news.push_back(SessionNews::WayChanged);
        Ok(())
    }

    fn activate(&mut self) -> Result<(), String> {
        if self.inner().busy {
            return Err("not now".into());
        }
        self.notes("take the sound");
        self.inner().active = true;
        Ok(())
    }

    fn deactivate(&mut self) {
        self.notes("give the sound back");
        self.inner().active = false;
    }

    fn granted(&self) -> Granted {
        self.inner().granted.clone()
    }

    fn may_listen(&self) -> bool {
        !self.inner().microphone_refused
    }

    fn news(&mut self) -> Option<SessionNews> {
        self.inner().news.pop_front()
    }
}

/// Streams as the phone allows them: none without the session, no input without its kind.
struct Streams {
    sim: SimBackend,
    phone: IPhone,
}

struct Noted {
    _stream: Box<dyn Send>,
    phone: IPhone,
    end: &'static str,
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.phone.notes(self.end);
    }
}

impl Streams {
    fn noted(&self, stream: Box<dyn Send>, end: &'static str) -> Box<dyn Send> {
        Box::new(Noted {
            _stream: stream,
            phone: self.phone.clone(),
            end,
        })
    }
}

impl Backend for Streams {
    fn open_output(
        &mut self,
        prefs: &DevicePrefs,
        only: Option<&str>,
        rate: Option<SampleRate>,
    ) -> Result<Output, DeviceError> {
        if !self.phone.inner().active {
            return Err(DeviceError::Gone);
        }
        self.phone.notes("output opens");
        let output = self.sim.open_output(prefs, only, rate)?;
        Ok(Output {
            stream: self.noted(output.stream, "output ends"),
            ..output
        })
    }

    fn open_input(
        &mut self,
        prefs: &DevicePrefs,
        system: &str,
        rate: SampleRate,
    ) -> Result<Input, DeviceError> {
        if self.phone.inner().asked != Some(Use::PlayAndListen) {
            return Err(DeviceError::NoMicrophone);
        }
        self.phone.notes("input opens");
        let input = self.sim.open_input(prefs, system, rate)?;
        Ok(Input {
            stream: self.noted(input.stream, "input ends"),
            ..input
        })
    }

    fn stand_in(&mut self, seat: Seat, rate: SampleRate) -> Option<Box<dyn Send>> {
        self.sim.stand_in(seat, rate)
    }

    fn end(&mut self, stream: Box<dyn Send>) {
        drop(stream);
    }

    fn now(&self) -> Instant {
        self.sim.now()
    }

    fn epoch(&self) -> Instant {
        self.sim.epoch()
    }
}

/// Somebody practises with the phone.
struct Practice {
    supervisor: Supervisor,
    sim: SimBackend,
    phone: IPhone,
    events: Receiver<HostEvent>,
    info: Arc<Mutex<StreamInfo>>,
    handle: EngineHandle,
}

impl Practice {
    fn on(phone: IPhone) -> Practice {
        let rate = phone.inner().granted.rate;
        let side = SimSide {
            rate,
            ..SimSide::default()
        };
        let script = SimScript {
            output: side.clone(),
            input: side,
            ..SimScript::default()
        };
        let sim = SimBackend::new(World::new(script));
        let streams = Streams {
            sim: sim.clone(),
            phone: phone.clone(),
        };
        let (events_in, events) = channel();
        let info = Arc::new(Mutex::new(StreamInfo::default()));
        let wiring = Wiring {
            backend: Box::new(UnderSession::under(streams, phone.clone())),
            prefs: DevicePrefs::default(),
            file: None,
            events: events_in,
            info: Arc::clone(&info),
        };
        let mut app_end = None;
        let supervisor = Supervisor::start(wiring, |rate| {
            let (handle, engine) = engine(EngineConfig {
                rate,
                ..EngineConfig::default()
            });
            app_end = Some(handle);
            engine
        });
        let mut practice = Practice {
            supervisor,
            sim,
            phone,
            events,
            info,
            handle: app_end.unwrap(),
        };
        practice.handle.batch(|batch| batch.play()).unwrap();
        practice
    }

    /// With the microphone open, and all that was asked until then forgotten.
    fn listening(phone: IPhone) -> Practice {
        let mut practice = Practice::on(phone);
        practice.supervisor.open_input().unwrap();
        practice.passes(SECOND);
        practice.phone.log();
        practice
    }

    /// Lets time pass. What the app is told meanwhile.
    fn passes(&mut self, time: Duration) -> Vec<HostEvent> {
        let until = self.sim.world().now() + time;
        while self.sim.world().now() < until {
            let next = self.sim.world().now() + TICK;
            self.sim.world().run_until(next);
            self.supervisor.step();
        }
        self.handle.collect();
        self.events.try_iter().collect()
    }

    fn info(&self) -> StreamInfo {
        self.info.lock().unwrap().clone()
    }
}

fn lost(name: &str) -> HostEvent {
    HostEvent::Lost { name: name.into() }
}

fn restored(name: &str) -> HostEvent {
    HostEvent::Restored { name: name.into() }
}

#[test]
fn the_phone_is_asked_before_anything_sounds_and_thanked_when_all_is_quiet() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    assert_eq!(practice.passes(SECOND), [], "and its own answer is no news");
    let phone = practice.phone.clone();
    let began = ["ask to play, 48000/256", "take the sound", "output opens"];
    assert_eq!(phone.log(), began);
    drop(practice);
    assert_eq!(phone.log(), ["output ends", "give the sound back"]);
}

#[test]
fn the_microphone_is_asked_for_only_while_it_is_on() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.passes(SECOND);
    practice.phone.log();
    practice.supervisor.open_input().unwrap();
    assert_eq!(
        practice.phone.log(),
        [
            "output ends",
            "ask to play and listen, 48000/256, untouched",
            "take the sound",
            "output opens",
            "input opens",
        ]
    );
    assert_eq!(practice.passes(SECOND), [], "nothing was lost by it");
    assert_eq!(practice.phone.log(), [""; 0], "and nothing is opened twice");
    assert_eq!(practice.info().input.as_deref(), Some("Mic"));
    practice.supervisor.stop_listening();
    assert_eq!(
        practice.phone.log(),
        [
            "input ends",
            "output ends",
            "ask to play, 48000/256",
            "take the sound",
            "output opens",
        ]
    );
    assert_eq!(practice.passes(SECOND), []);
}

#[test]
fn time_goes_on_while_the_microphone_is_let_in() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.passes(SECOND);
    let (began, before) = (
        practice.sim.world().now(),
        practice.handle.snapshot().playhead,
    );
    practice.supervisor.open_input().unwrap();
    practice.passes(SECOND);
    let passed = (practice.sim.world().now() - began).as_secs_f64() * 48_000.0;
    let moved = (practice.handle.snapshot().playhead.0 - before.0) as f64;
    assert!(
        (moved - passed).abs() < 4_800.0,
        "the playhead moved {moved} frames in {passed}"
    );
}

#[test]
fn a_refused_microphone_changes_nothing_that_sounds() {
    let phone = IPhone::with_a_loudspeaker();
    phone.inner().microphone_refused = true;
    let mut practice = Practice::on(phone);
    practice.phone.log();
    let refused = practice.supervisor.open_input();
    assert!(matches!(refused, Err(DeviceError::MicrophoneRefused)));
    assert_eq!(practice.phone.log(), [""; 0]);
}

#[test]
fn whoever_calls_has_the_phone_to_himself() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice.phone.inner().busy = true;
    practice.phone.says(SessionNews::Taken);
    let told = practice.passes(10 * SECOND);
    assert_eq!(told, [lost("Speaker"), HostEvent::InputLost]);
    assert_eq!(
        practice.phone.log(),
        ["input ends", "output ends"],
        "and for as long as the call lasts nothing is asked"
    );
    practice.phone.inner().busy = false;
    practice.phone.says(SessionNews::Over { go_on: true });
    let told = practice.passes(2 * SECOND);
    assert_eq!(told, [restored("Speaker"), HostEvent::InputRestored]);
    assert_eq!(
        practice.phone.log(),
        [
            "ask to play and listen, 48000/256, untouched",
            "take the sound",
            "output opens",
            "input opens",
        ]
    );
}

#[test]
fn music_somebody_else_plays_is_not_silenced_until_a_person_asks() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.phone.log();
    practice.phone.says(SessionNews::Taken);
    practice.phone.says(SessionNews::Over { go_on: false });
    assert_eq!(practice.passes(10 * SECOND), [lost("Speaker")]);
    assert_eq!(practice.phone.log(), ["output ends"]);
    practice.supervisor.wake();
    assert_eq!(practice.passes(TICK), [restored("Speaker")]);
    practice.phone.log();
    practice.supervisor.wake();
    assert_eq!(practice.phone.log(), [""; 0], "nobody to be woken");
}

#[test]
fn an_interruption_without_an_end_ends_when_the_app_is_back_in_sight() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.phone.says(SessionNews::Taken);
    practice.passes(10 * SECOND);
    practice.phone.says(SessionNews::InSight);
    assert_eq!(practice.passes(2 * SECOND), [restored("Speaker")]);
}

#[test]
fn opening_the_microphone_asks_for_the_sound_again() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice.phone.says(SessionNews::Taken);
    practice.passes(SECOND);
    practice.supervisor.open_input().unwrap();
    assert_eq!(practice.passes(SECOND), [restored("Speaker")]);
    assert_eq!(practice.info().input.as_deref(), Some("Mic"));
}

#[test]
fn headphones_that_are_pulled_out_make_everything_stand_still() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    practice
        .phone
        .moves_to("Headphones", SessionNews::WayChanged);
    practice.passes(SECOND);
    practice.phone.moves_to("Speaker", SessionNews::WayGone);
    assert_eq!(
        practice.passes(SECOND),
        [lost("Headphones"), restored("Speaker")],
        "the app pauses at the first, and only a person goes on"
    );
}

#[test]
fn headphones_that_are_put_in_are_followed_without_a_word() {
    let mut practice = Practice::on(IPhone::with_a_loudspeaker());
    let before = practice.info().route_key;
    practice.phone.log();
    practice
        .phone
        .moves_to("Headphones", SessionNews::WayChanged);
    assert_eq!(practice.passes(SECOND), []);
    assert_eq!(practice.info().output.as_deref(), Some("Headphones"));
    assert_ne!(
        practice.info().route_key,
        before,
        "a delay measured for the loudspeaker is not theirs"
    );
    let reopened = [
        "output ends",
        "ask to play, 48000/256",
        "take the sound",
        "output opens",
    ];
    assert_eq!(practice.phone.log(), reopened);
}

#[test]
fn a_take_never_goes_on_by_another_way() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice
        .phone
        .moves_to("Headphones", SessionNews::WayChanged);
    assert_eq!(
        practice.passes(2 * SECOND),
        [
            lost("Speaker"),
            HostEvent::InputLost,
            restored("Headphones"),
            HostEvent::InputRestored,
        ]
    );
}

#[test]
fn another_size_of_block_moves_nothing() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice.phone.inner().granted.block = 1_024;
    practice.phone.says(SessionNews::WayChanged);
    assert_eq!(practice.passes(SECOND), []);
    assert_eq!(practice.phone.log(), [""; 0]);
}

#[test]
fn another_part_of_the_app_cannot_change_what_the_sound_is_for() {
    let mut practice = Practice::listening(IPhone::with_a_loudspeaker());
    practice.phone.inner().granted.purpose = None;
    practice.phone.says(SessionNews::WayChanged);
    practice.passes(SECOND);
    let log = practice.phone.log();
    let asked = "ask to play and listen, 48000/256, untouched".to_owned();
    assert!(log.contains(&asked), "{log:?}");
}

#[test]
fn the_engine_runs_at_the_rate_it_was_granted_and_asks_for_that_one_from_then_on() {
    let phone = IPhone::with_a_loudspeaker();
    phone.inner().granted.rate = 44_100;
    let mut practice = Practice::on(phone);
    assert_eq!(practice.info().rate, 44_100);
    practice.phone.log();
    practice.phone.says(SessionNews::Restarted);
    assert_eq!(
        practice.passes(SECOND),
        [lost("Speaker"), restored("Speaker")]
    );
    assert_eq!(practice.phone.log()[1], "ask to play, 44100/256");
}

#[test]
fn a_phone_that_converts_is_another_route() {
    let granted = Granted {
        rate: 44_100,
        output: port("Headphones"),
        ..Granted::default()
    };
    assert_eq!(granted.output_id(44_100), "ios:Headphones:Headphones");
    assert_eq!(granted.output_id(48_000), "ios:Headphones:Headphones@44100");
}

#[test]
fn an_app_that_starts_during_a_call_is_silent_and_sounds_after_it() {
    let phone = IPhone::with_a_loudspeaker();
    phone.inner().busy = true;
    let mut practice = Practice::on(phone);
    assert_eq!(practice.passes(SECOND), [HostEvent::FellBackToNull]);
    practice.phone.inner().busy = false;
    assert_eq!(practice.passes(2 * SECOND), [restored("Speaker")]);
}
