//! A person with an app in virtual time: the real conductor, engine, store and files.
#![allow(dead_code)] // each journey uses its part of it
#![allow(clippy::panic)] // a test says why it stops
#![allow(clippy::needless_pass_by_value)] // `act(Act::Next)` reads better than `act(&Act::Next)`

pub mod phone;
pub mod screen;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use app::ipc::{
    Act, Begin, CheckInAnswers, CheckInPhase, Length, PieceView, RecordState, SessionPhase,
    SessionView, Surface,
};
use app::{App, AppConfig, Clock, SoundChoice};
use audio_engine::audio::Audio;
use audio_engine::io::{Microphone, SimSpec};
use audio_engine::units::{Frames, SampleRate};

pub const RATE: SampleRate = SampleRate::STUDIO;

/// Who plays, and through what.
pub struct Studio {
    pub app: App,
    folder: tempfile::TempDir,
    spec: SimSpec,
}

impl Studio {
    pub fn new() -> Studio {
        Studio::with(SimSpec {
            blocks: vec![256, 441, 1, 512, 97],
            round_trip: Frames(1_111),
            microphone: Microphone::Absent,
            keep_output: false,
        })
    }

    /// Someone whose voice is heard from the beginning on, over and over.
    pub fn singing(voice: &Audio) -> Studio {
        let spec = Studio::new().spec;
        let microphone = Microphone::Plays {
            audio: Arc::new(voice.clone()),
            repeat: true,
        };
        Studio::with(SimSpec { microphone, ..spec })
    }

    /// Everything that is heard is kept.
    pub fn listening() -> Studio {
        let spec = Studio::new().spec;
        Studio::with(SimSpec {
            keep_output: true,
            ..spec
        })
    }

    pub fn with(spec: SimSpec) -> Studio {
        let folder = tempfile::tempdir().expect("a folder for a person");
        let app = open(folder.path(), &spec);
        Studio { app, folder, spec }
    }

    /// From now on the app is on this phone.
    pub fn on(mut self, phone: &phone::Phone) -> Studio {
        self.app.live_in(Box::new(phone.clone()));
        self
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The app goes away between two instructions, and is opened again.
    pub fn crash_and_return(self) -> Studio {
        let Studio { app, folder, spec } = self;
        drop(app);
        let app = open(folder.path(), &spec);
        Studio { app, folder, spec }
    }

    /// As [`Studio::crash_and_return`], but nobody comes back for a while.
    pub fn crash_and_return_after(self, away: Duration) -> Studio {
        let Studio { app, folder, spec } = self;
        drop(app);
        let app = open_after(folder.path(), &spec, away);
        Studio { app, folder, spec }
    }

    /// The app is closed as it should be, and opened again the same day.
    pub fn close_and_return(self) -> Studio {
        let Studio { app, folder, spec } = self;
        app.close();
        let app = open(folder.path(), &spec);
        Studio { app, folder, spec }
    }

    /// The app is closed, something happens to the folder, and it is opened again.
    pub fn between_two_visits(self, what_happens: impl FnOnce()) -> Studio {
        let Studio { app, folder, spec } = self;
        app.close();
        what_happens();
        let app = open(folder.path(), &spec);
        Studio { app, folder, spec }
    }

    pub fn begin(&mut self, exercise: &str, length: Length) -> SessionView {
        let begin = Begin {
            exercise: exercise.into(),
            length,
        };
        self.app.begin(&begin).expect("there is such an exercise")
    }

    pub fn check_in(&mut self, phase: CheckInPhase, valence: f32, tension: f32) {
        let answers = CheckInAnswers {
            valence,
            arousal: 0.0,
            tension,
            extra: None,
        };
        self.app
            .answer(phase, Some(answers))
            .expect("an answer is taken");
    }

    pub fn view(&self) -> SessionView {
        self.app.session().expect("a session is there")
    }

    pub fn act(&mut self, act: Act) -> SessionView {
        self.app.act(&act).expect("it makes sense now")
    }

    pub fn seconds(&mut self, seconds: f64) {
        self.app.advance(Duration::from_secs_f64(seconds));
    }

    /// Plays on until `is_so`; nobody waits for more than ten minutes.
    #[track_caller]
    pub fn until(&mut self, what: &str, is_so: impl Fn(&SessionView) -> bool) -> SessionView {
        for _ in 0..6_000 {
            let view = self.view();
            if is_so(&view) {
                return view;
            }
            self.seconds(0.1);
        }
        panic!("ten minutes passed, and never {what}: {:?}", self.view());
    }

    #[track_caller]
    pub fn until_step(&mut self, step: u32) -> SessionView {
        self.until("the step came", |view| view.step == step)
    }

    #[track_caller]
    pub fn until_the_end(&mut self) {
        self.until("it ended", |view| view.phase == SessionPhase::Ended);
    }

    /// *Hum choir*, up to the moment in which the first hum is being recorded.
    #[track_caller]
    pub fn begins_the_first_hum(&mut self) {
        self.begin("vs02", Length::Full);
        self.act(Act::Start);
        self.act(Act::Next);
        self.until("recording began", |view| {
            matches!(&view.surface, Surface::Record { take } if take.state == RecordState::Recording)
        });
    }

    /// A piece is rendered before it is heard.
    #[track_caller]
    pub fn until_it_sounds(&mut self) {
        for _ in 0..400 {
            self.seconds(0.05);
            if self.app.meters().rolling {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it never sounded");
    }

    /// What became of the session that is over.
    #[track_caller]
    pub fn piece_of_it(&self) -> PieceView {
        let after = self.app.after().expect("it is over");
        after.piece.expect("it was kept")
    }

    pub fn album(&self) -> Vec<PieceView> {
        self.app.pieces().expect("the album opens").pieces
    }
}

fn open(folder: &Path, spec: &SimSpec) -> App {
    open_after(folder, spec, Duration::ZERO)
}

fn open_after(folder: &Path, spec: &SimSpec, later: Duration) -> App {
    let evening = jiff::civil::date(2026, 11, 19).at(19, 30, 0, 0) + later;
    let zone = jiff::tz::TimeZone::UTC;
    App::open(AppConfig {
        data_dir: folder.to_owned(),
        sound: SoundChoice::Virtual(spec.clone()),
        clock: Clock::Virtual(evening.to_zoned(zone).expect("an evening")),
    })
    .expect("the app opens")
}

/// A hum that is different at every moment, so that a place in it can be found again.
pub fn hum(seconds: f64) -> Audio {
    let frames = (seconds * f64::from(RATE.hz())) as u32;
    let mut seed = 7_u32;
    let mut breath = 0.0;
    let sample = |n: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        breath = 0.9 * breath + 0.1 * (f64::from(seed >> 8) / f64::from(1 << 24) - 0.5);
        let t = f64::from(n) / f64::from(RATE.hz());
        let voice = (t * 146.83 * std::f64::consts::TAU).sin() * (0.6 + 0.4 * (t * 1.3).sin());
        (0.25 * voice + 0.5 * breath) as f32
    };
    Audio::mono(RATE, (0..frames).map(sample).collect())
}
