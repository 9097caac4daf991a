//! An evening in virtual time: a player, a drum that strikes on the first frame of every bar, a
//! loudspeaker, a room and a microphone. Every run asserts that the playhead is where it must be,
//! and that every finished take holds the drum one round trip after each bar line, to the frame.

pub mod dice;
mod somebody;
pub mod transport;

use std::collections::VecDeque;
use std::sync::Arc;

use audio_engine::io::{Microphone, SimDevice, SimSpec};
use audio_engine::{
    At, Audio, Automation, Bus, EngineConfig, EngineHandle, Frames, Gain, Grid, Layer, Parameter,
    Play, Routing, SampleRate, TakeId, TakeRead, TakeStream, Tempo, TrackId, engine,
};

use self::dice::Dice;
use self::transport::{Expected, Stopped};

pub const RATE: SampleRate = SampleRate::STUDIO;
const ROUND_TRIP: u64 = 1_024;
const DRUM: TrackId = TrackId(0);
const TRACKS: u16 = 8;

/// 5 ms.
const DECLICK: u64 = 240;

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

pub struct Evening {
    pub handle: EngineHandle,
    device: SimDevice,
    expected: Expected,
    pub clock: u64,
    grid: Grid,
    pub dice: Dice,
    next_take: u64,
    takes: VecDeque<Take>,
    /// Quiet loops of one bar and of two, made anew with every song.
    loops: Vec<Arc<Audio>>,
    pub strokes: u64,
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

impl Evening {
    pub fn new() -> Evening {
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
    pub fn new_song(&mut self) {
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

    pub fn run(&mut self, frames: u64) {
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

    /// Everybody stops: nothing may still be lent.
    pub fn rest(&mut self) {
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
