//! A long evening in virtual time: somebody plays with everything there is, and a loudspeaker, a
//! room and a microphone stand between what the engine plays and what it records.
//!
//! A drum strikes on the first frame of every bar and is never touched. Whatever is done to the
//! other tracks, every take must hold that stroke one round trip after each bar line, to the
//! frame; the playhead must be where a small model of the transport says; nothing may be broken;
//! and what is lent must come back. Four minutes, or `UNDERSONG_SOAK_HOURS` (8 takes about
//! a few minutes).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use audio_engine::io::{Microphone, SimDevice, SimSpec};
use audio_engine::{
    At, Audio, Automation, Bus, Compression, Echo, EngineConfig, EngineHandle, EqBand, EqShape,
    Frames, Gain, Grid, Group, GroupId, Layer, Output, Pan, Parameter, Play, Point, RecordSpec,
    Routing, SampleRate, TakeId, TakeRead, TakeStream, Tempo, Tone, TrackId, engine,
};

const RATE: SampleRate = SampleRate::STUDIO;
const ROUND_TRIP: u64 = 1_024;
const DRUM: TrackId = TrackId(0);
const TRACKS: u16 = 8;

/// 5 ms.
const DECLICK: u64 = 240;

/// Virtual minutes in the short form.
const SHORT_MINUTES: f64 = 4.0;

/// From one rest to another nothing may be left that was not there before. This much is allowed
/// for what the test itself keeps, in KiB.
const LIVE_KIB: f64 = 16.0;

/// The whole process may grow by so much after its first tenth, in KiB: what an allocator keeps
/// back. Asked of evenings of half an hour and more.
const RESIDENT_KIB: f64 = 5.0 * 1_024.0;

/// Where the playhead must be: the transport's table, written down once more.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    Stopped(u64),
    CountIn(u64, u64),
    Rolling(u64),
    Stopping(u64, u64, Then),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Stay,
    Roll,
    CountIn(u64),
}

use Expected::{CountIn, Rolling, Stopped, Stopping};

impl Expected {
    fn playhead(self) -> u64 {
        match self {
            Stopped(at) | CountIn(_, at) | Rolling(at) | Stopping(_, at, _) => at,
        }
    }

    fn play(self) -> Expected {
        match self {
            Stopped(at) => Rolling(at),
            Stopping(left, at, _) => Stopping(left, at, Then::Roll),
            CountIn(..) | Rolling(_) => self,
        }
    }

    fn count_in(self, length: u64) -> Expected {
        match self {
            Stopped(at) => CountIn(length, at),
            Stopping(left, at, _) => Stopping(left, at, Then::CountIn(length)),
            CountIn(..) | Rolling(_) => self,
        }
    }

    fn stop(self) -> Expected {
        match self {
            Stopped(at) | CountIn(_, at) => Stopped(at),
            Rolling(at) => Stopping(DECLICK, at, Then::Stay),
            Stopping(left, at, _) => Stopping(left, at, Then::Stay),
        }
    }

    fn locate(self, to: u64) -> Expected {
        match self {
            Stopped(_) => Stopped(to),
            CountIn(left, _) => CountIn(left, to),
            Rolling(_) => Stopping(DECLICK, to, Then::Roll),
            Stopping(left, _, then) => Stopping(left, to, then),
        }
    }

    fn after(self, frames: u64) -> Expected {
        match self {
            Stopped(at) => Stopped(at),
            Rolling(at) => Rolling(at + frames),
            CountIn(left, at) if frames < left => CountIn(left - frames, at),
            CountIn(left, at) => Rolling(at).after(frames - left),
            Stopping(left, at, then) if frames < left => Stopping(left - frames, at, then),
            Stopping(left, at, then) => match then {
                Then::Stay => Stopped(at),
                Then::Roll => Rolling(at),
                Then::CountIn(length) => CountIn(length, at),
            }
            .after(frames - left),
        }
    }
}

/// Even numbers from a seed.
struct Dice(u64);

impl Dice {
    /// 0 … `sides` − 1.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.roll(1_000) as f32 / 1_000.0
    }
}

struct Take {
    id: TakeId,
    stream: TakeStream,
    samples: Vec<f32>,
    bars: u64,
    bar: u64,
    /// The playhead went straight through it.
    whole: bool,
    /// Frames that nobody heard.
    lost: u64,
}

struct Evening {
    handle: EngineHandle,
    device: SimDevice,
    expected: Expected,
    clock: u64,
    grid: Grid,
    dice: Dice,
    next_take: u64,
    takes: VecDeque<Take>,
    /// Quiet loops of one bar and of two, made anew with every song.
    loops: Vec<Arc<Audio>>,
    strokes: u64,
    furthest: u64,
}

fn grid(bpm: f64) -> Grid {
    Grid {
        rate: RATE,
        tempo: Tempo::from_bpm(bpm).unwrap(),
        beats_per_bar: 4,
    }
}

fn looped(audio: &Arc<Audio>) -> Layer {
    Layer {
        audio: Arc::clone(audio),
        play: Play::Loop { origin: Frames(0) },
        fade_in: Frames(0),
    }
}

/// Tracks lead here and there, but for the drum's; echoes of another time.
fn another_routing(dice: &mut Dice) -> Routing {
    let groups = 1 + dice.roll(4) as u8;
    let output = |dice: &mut Dice| match dice.roll(2) {
        0 => Output::Music,
        _ => Output::Group(GroupId(dice.roll(u64::from(groups)) as u8)),
    };
    let tracks = (0..TRACKS).map(|track| match TrackId(track) {
        DRUM => Output::Music,
        _ => output(dice),
    });
    let tracks = tracks.collect();
    let groups = (0..groups).map(|_| Group {
        compression: Compression {
            threshold_db: dice.between(-60.0, -30.0),
            ratio: 3.0,
            ..Compression::NONE
        },
        reverb: Gain::from_db(dice.between(-40.0, -20.0)),
        delay: Gain::from_db(dice.between(-40.0, -20.0)),
        ..Group::default()
    });
    Routing {
        tracks,
        groups: groups.collect(),
        echo: Echo {
            time: Frames(1 + dice.roll(96_000)),
            ..Echo::default()
        },
        ..Routing::default()
    }
}

impl Evening {
    fn new() -> Evening {
        let (handle, engine) = engine(EngineConfig {
            rate: RATE,
            tracks: TRACKS,
            ..EngineConfig::default()
        });
        let mut dice = Dice(7);
        let spec = SimSpec {
            blocks: (0..97).map(|_| dice.roll(1_000) as u32 + 1).collect(),
            round_trip: Frames(ROUND_TRIP),
            microphone: Microphone::HearsSpeaker {
                gain: Gain::from_db(-6.0),
            },
            keep_output: false,
        };
        let mut evening = Evening {
            handle,
            device: SimDevice::new(engine, spec),
            expected: Stopped(0),
            clock: 0,
            grid: grid(120.0),
            dice,
            next_take: 0,
            takes: VecDeque::new(),
            loops: Vec::new(),
            strokes: 0,
            furthest: 0,
        };
        evening.new_song();
        evening
    }

    /// Another tempo: everything stops, every loop is another.
    fn new_song(&mut self) {
        let bpm = [72.0, 90.0, 97.0, 120.0, 133.0, 160.0][self.dice.roll(6) as usize];
        self.grid = grid(bpm);
        let bar = self.grid.bar().0;
        let mut drum = vec![0.0; bar as usize];
        drum[0] = 0.5;
        let drum = Arc::new(Audio::mono(RATE, drum));
        self.loops = (1..=4)
            .map(|number| {
                let frames = bar * (1 + number % 2);
                let sound = (0..frames)
                    .map(|_| self.dice.between(-0.004, 0.004))
                    .collect();
                Arc::new(Audio::mono(RATE, sound))
            })
            .collect();
        self.interrupt();
        self.handle
            .batch(|batch| {
                batch.stop();
                batch.locate(Frames(0));
                batch.grid(self.grid);
                (1..TRACKS).for_each(|track| batch.clear(TrackId(track), Frames(240), At::Now));
                batch.layer(DRUM, looped(&drum), At::Now);
                // The drum alone is to be loud.
                batch.bus_gain(Bus::Click, Gain::from_db(-50.0));
            })
            .unwrap();
        self.expected = self.expected.stop().locate(0);
    }

    fn interrupt(&mut self) {
        self.takes.iter_mut().for_each(|take| take.whole = false);
    }

    fn run(&mut self, frames: u64) {
        self.device.advance(Frames(frames));
        self.clock += frames;
        self.expected = self.expected.after(frames);
        let seen = self.handle.snapshot();
        assert_eq!(
            seen.clock,
            Frames(self.clock),
            "frames were lost or counted twice"
        );
        assert_eq!(
            seen.playhead.0,
            self.expected.playhead(),
            "{:?}",
            self.expected
        );
        assert_eq!(seen.faults, 0, "samples that are no sound");
        self.furthest = self.furthest.max(seen.playhead.0);
        let meters = self.handle.take_meters();
        assert!(
            meters.output.iter().all(|level| *level <= 1.0),
            "{meters:?}"
        );
        self.handle.collect();
        self.handle.events();
        for _ in 0..self.takes.len() {
            let mut take = self.takes.pop_front().unwrap();
            if hear(&mut take) {
                self.strokes += check(&take);
            } else {
                self.takes.push_back(take);
            }
        }
    }

    /// One thing somebody may do.
    fn act(&mut self) {
        let dice = &mut self.dice;
        let track = TrackId(1 + dice.roll(u64::from(TRACKS) - 1) as u16);
        let other = Arc::clone(&self.loops[dice.roll(4) as usize]);
        let bar = self.grid.bar().0;
        let playhead = self.expected.playhead();
        let soon = At::Frame(Frames(playhead + dice.roll(bar)));
        let when = if dice.roll(2) == 0 { At::Now } else { soon };
        let (level, place, on) = (
            dice.between(-30.0, 0.0),
            dice.between(-1.0, 1.0),
            dice.roll(2) == 0,
        );
        let mut interrupted = false;
        let mut expected = self.expected;
        let what = dice.roll(46);
        let routing = another_routing(dice);
        let far = dice.roll(200) * bar / 2;
        let bars = 1 + dice.roll(2);
        let done = self.handle.batch(|batch| match what {
            0..=7 => {
                batch.play();
                expected = expected.play();
            }
            8 => {
                batch.play_after_count_in(1);
                expected = expected.count_in(bar);
            }
            9 => {
                batch.stop();
                (expected, interrupted) = (expected.stop(), true);
            }
            10 => {
                batch.locate(Frames(far));
                (expected, interrupted) = (expected.locate(far), true);
            }
            11..=16 => batch.layer(track, looped(&other), when),
            17 => {
                let play = Play::Once {
                    start: Frames(playhead + far / 8),
                };
                batch.layer(
                    track,
                    Layer {
                        audio: other,
                        play,
                        fade_in: Frames(960),
                    },
                    when,
                );
            }
            18 => batch.clear(track, Frames(far / 100), when),
            19..=21 => batch.gain(track, Gain::from_db(level)),
            22 | 23 => batch.pan(track, Pan::new(place)),
            24..=26 => batch.mute(track, on, when),
            27 | 28 => batch.send(track, Gain::from_db(level)),
            29 => batch.bus_gain(Bus::Music, Gain::from_db(level / 4.0)),
            30 => batch.fade(Gain::from_db(level / 4.0), Frames(far / 10), when),
            31 => batch.cue(other, when),
            32 => batch.stop_cue(),
            33 => batch.metronome(Frames(playhead), Frames(playhead + 4 * bar)),
            34 => batch.tone(on.then(|| Tone {
                hz: 110.0 + level,
                brightness: 0.4,
                gain: Gain::from_db(-50.0),
            })),
            35 => batch.eq_band(
                track,
                EqShape::ALL[bars as usize],
                EqBand::new(300.0 * bars as f32, level / 2.0, 1.0),
            ),
            36 => batch.delay_send(track, Gain::from_db(level)),
            37 | 38 => batch.routing(routing),
            39 => {
                let points = (0..3).map(|i| Point {
                    at: Frames(playhead + i * far / 3),
                    value: level,
                });
                batch.automate(track, Parameter::Gain, &Automation::new(points.collect()));
            }
            40 => batch.let_go(track, Parameter::Gain),
            _ => {}
        });
        done.unwrap();
        self.expected = expected;
        if interrupted {
            self.interrupt();
        }
        if what >= 41 && self.takes.len() < 2 {
            self.record(bars, track);
        }
    }

    fn record(&mut self, bars: u64, track: TrackId) {
        let Rolling(playhead) = self.expected else {
            return;
        };
        let bar = self.grid.bar().0;
        let id = TakeId(self.next_take);
        self.next_take += 1;
        let punch_in = Frames((playhead / bar + 1) * bar);
        let spec = RecordSpec {
            round_trip: Frames(ROUND_TRIP),
            loop_into: (self.dice.roll(2) == 0).then_some(track),
            ..RecordSpec::fixed(id, punch_in, Frames(bar * bars))
        };
        let stream = self.handle.batch(|batch| {
            // A loop that holds the stroke again, so quiet that it stays below the drum.
            batch.gain(track, Gain::from_db(-20.0));
            batch.record(spec)
        });
        let (samples, whole, lost) = (Vec::new(), true, 0);
        let stream = stream.unwrap();
        self.takes.push_back(Take {
            id,
            stream,
            samples,
            bars,
            bar,
            whole,
            lost,
        });
    }

    /// Everybody stops: nothing may still be lent. Returns what is allocated, in KiB.
    fn rest(&mut self) -> f64 {
        self.interrupt();
        let takes: Vec<TakeId> = self.takes.iter().map(|take| take.id).collect();
        self.handle
            .batch(|batch| {
                takes
                    .iter()
                    .for_each(|take| batch.punch_out(*take, At::Now));
                batch.stop();
                batch.stop_cue();
                (1..TRACKS).for_each(|track| batch.clear(TrackId(track), Frames(0), At::Now));
            })
            .unwrap();
        self.expected = self.expected.stop();
        self.run(48_000);
        // What was planned for a frame still waits for it: go there.
        let far = self.furthest.max(self.expected.playhead()) + 400 * self.grid.bar().0;
        self.handle
            .batch(|batch| {
                batch.locate(Frames(far));
                batch.play();
            })
            .unwrap();
        self.expected = self.expected.locate(far).play();
        self.run(4_800);
        self.handle
            .batch(|batch| {
                batch.stop();
                batch.stop_cue();
                batch.routing(Routing::default());
                for track in (0..TRACKS).map(TrackId) {
                    batch.clear(track, Frames(0), At::Now);
                    batch.automate(track, Parameter::Gain, &Automation::new(Vec::new()));
                }
                batch.locate(Frames(0));
            })
            .unwrap();
        self.expected = self.expected.stop().locate(0);
        self.furthest = 0;
        self.run(96_000);
        self.handle.collect();
        assert!(self.takes.is_empty(), "a recording never ended");
        assert_eq!(self.handle.lent(), 0, "lent, and not given back");
        self.takes.shrink_to(8);
        self.loops = Vec::new();
        LIVE.load(Ordering::Relaxed) as f64 / 1_024.0
    }
}

/// Reads on. Is it finished?
fn hear(take: &mut Take) -> bool {
    loop {
        match take.stream.read(&mut take.samples) {
            TakeRead::Frames(_) | TakeRead::Mark(_) => {}
            TakeRead::Gap(frames) => take.lost += frames,
            TakeRead::Nothing => return false,
            TakeRead::Finished => return true,
        }
    }
}

/// The stroke must lie one round trip after every bar line, to the frame. Returns how many did.
fn check(take: &Take) -> u64 {
    if !take.whole {
        return 0;
    }
    assert_eq!(take.lost, 0, "frames of take {:?} were lost", take.id);
    for bar in 0..take.bars {
        let from = (bar * take.bar) as usize;
        let heard = &take.samples[from..from + take.bar as usize];
        let loudest = heard.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
        let at: Vec<usize> = (0..heard.len())
            .filter(|i| heard[*i].abs() > 0.6 * loudest)
            .collect();
        assert_eq!(at, [ROUND_TRIP as usize], "bar {bar} of take {:?}", take.id);
    }
    take.bars
}

/// The process's memory, in KiB; `None` where there is no such file.
fn resident_kib() -> Option<f64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let resident: f64 = pages.split_whitespace().nth(1)?.parse().ok()?;
    Some(resident * 4.0)
}

/// Counts every byte that is allocated and not freed.
struct Counting;

static LIVE: AtomicI64 = AtomicI64::new(0);

// SAFETY: everything is the system's own; only a number is kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: as promised to us.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        // SAFETY: as promised to us.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// For `cargo xtask bench` to find.
fn figure(name: &str, measured: f64, note: &str) {
    println!("@figure {{\"name\": \"{name}\", \"measured\": {measured}, \"note\": \"{note}\"}}");
}

#[test]
fn a_long_evening_ends_where_and_as_it_began() {
    let hours = std::env::var("UNDERSONG_SOAK_HOURS").ok();
    let hours: f64 = hours
        .and_then(|hours| hours.parse().ok())
        .unwrap_or(SHORT_MINUTES / 60.0);
    let length = (hours * 3_600.0 * f64::from(RATE.hz())) as u64;
    let mut evening = Evening::new();
    let (mut first, mut most) = (None, 0.0f64);
    let (mut warm, mut resident) = (None, 0.0f64);
    let (mut songs, mut next_rest) = (1, 30 * 48_000);
    while evening.clock < length {
        for _ in 0..=evening.dice.roll(3) {
            evening.act();
        }
        let frames = 1 + evening.dice.roll(3 * 48_000);
        evening.run(frames);
        if evening.clock >= next_rest {
            let live = evening.rest();
            most = most.max(live - *first.get_or_insert(live));
            if evening.clock > length / 10 {
                let now = resident_kib().unwrap_or(0.0);
                resident = resident.max(now - *warm.get_or_insert(now));
            }
            evening.new_song();
            songs += 1;
            next_rest = evening.clock + 30 * 48_000;
        }
    }
    evening.rest();
    assert!(
        evening.strokes > 0,
        "no take went through: nothing was shown"
    );
    assert!(most <= LIVE_KIB, "{most} KiB were never freed");
    if hours >= 0.5 {
        assert!(
            resident <= RESIDENT_KIB,
            "the process grew by {resident} KiB"
        );
    }
    let note = format!(
        "{hours:.2} h, {songs} tempos, {} strokes in takes, process {resident} KiB",
        evening.strokes
    );
    figure("soak, drift", 0.0, &note);
    let faults = evening.handle.snapshot().faults;
    figure("soak, not a number", faults as f64, &note);
    figure("soak, memory", most, &note);
}
