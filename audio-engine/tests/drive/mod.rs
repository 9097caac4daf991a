//! Any bytes at all, read as an evening at the mixer: for a fuzzer, and for proptest.
//!
//! [`drive`] plays the same evening on three devices that cut time differently, and says with a
//! panic what no engine may do: play what is no number, differ between devices, keep what it was
//! lent, lose count of its frames, or hand over a take that is not as long as it says.

use std::sync::Arc;

use audio_engine::{
    At, Audio, Automation, Batch, Bus, Channels, Compression, Echo, Engine, EngineConfig,
    EngineHandle, EqBand, EqShape, Event, Frames, Gain, Grid, Group, GroupId, Layer, Length,
    Output, Pan, Parameter, Play, Point, RecordSpec, Routing, SampleRate, Start, TakeId, TakeRead,
    TakeStream, Tempo, Tone, TrackId, engine,
};

/// A rate at which a bar is short: 300 bpm, one beat to the bar.
const RATE: u32 = 8_000;
const BAR: u64 = 1_600;
const TRACKS: u16 = 5;

/// No evening is longer, in frames; nor has it more wishes.
const LONGEST: u64 = 24_000;
const MOST_WISHES: usize = 96;

/// The evening's bytes, one after the other; zeros when there are no more.
struct Script<'a>(&'a [u8]);

impl Script<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn word(&mut self) -> u64 {
        u64::from(u16::from_le_bytes([self.byte(), self.byte()]))
    }

    /// Any number a float can be, and many that it should not.
    fn float(&mut self) -> f32 {
        match self.byte() {
            0 => f32::NAN,
            1 => f32::INFINITY,
            2 => f32::NEG_INFINITY,
            3 => f32::from_bits(self.word() as u32 | (self.word() as u32) << 16),
            byte => (f32::from(byte) - 128.0) / 4.0,
        }
    }

    fn track(&mut self) -> TrackId {
        // One more than there are: a wish for a track that is not there is refused, whole.
        TrackId(u16::from(self.byte()) % (TRACKS + 1))
    }

    /// Small, middling, or longer than any evening.
    fn frames(&mut self) -> Frames {
        Frames(match self.byte() {
            0 => u64::MAX,
            1 => u64::MAX / 2,
            byte if byte < 64 => u64::from(byte),
            _ => self.word(),
        })
    }

    fn at(&mut self) -> At {
        match self.byte() % 3 {
            0 => At::Now,
            _ => At::Frame(self.frames()),
        }
    }
}

/// One engine, its device, and all that was lent to it.
struct Evening {
    handle: EngineHandle,
    engine: Engine,
    lent: Vec<Arc<Audio>>,
    takes: Vec<(TakeStream, Vec<u32>)>,
    broken: bool,
    heard: u32,
    played: Vec<(u32, u32)>,
    events: Vec<Event>,
    /// Callback sizes, over and over.
    blocks: Vec<usize>,
    turn: usize,
}

/// Plays one evening three times. Panics if an engine does what none may do.
pub fn drive(bytes: &[u8]) {
    let (cuts, script) = bytes.split_at(bytes.len().min(8));
    let odd: Vec<usize> = cuts
        .iter()
        .map(|cut| usize::from(*cut) * 17 % 4_097)
        .collect();
    let expected = evening(script, vec![64]);
    for blocks in [vec![4_096], odd] {
        let heard = evening(script, blocks);
        let differs = heard.0.iter().zip(&expected.0).position(|(a, b)| a != b);
        assert_eq!(
            differs, None,
            "the first frame that two devices play differently"
        );
        assert!(heard.1 == expected.1, "takes differ between devices");
        for kind in [is_of_a_layer, is_of_a_cue] {
            let of_kind =
                |events: &[Event]| -> Vec<Event> { events.iter().copied().filter(kind).collect() };
            assert_eq!(of_kind(&heard.2), of_kind(&expected.2), "on another device");
        }
        // Takes are told at the end of a callback, those that end in one in no order.
        assert_eq!(
            finished(&heard.2),
            finished(&expected.2),
            "on another device"
        );
    }
}

fn finished(events: &[Event]) -> Vec<u64> {
    let takes = events.iter().filter_map(|event| match event {
        Event::TakeFinished { take } => Some(take.0),
        _ => None,
    });
    let mut takes: Vec<u64> = takes.collect();
    takes.sort_unstable();
    takes
}

fn is_of_a_layer(event: &Event) -> bool {
    matches!(event, Event::LayerStarted { .. })
}

fn is_of_a_cue(event: &Event) -> bool {
    matches!(event, Event::CueStarted | Event::CueFinished)
}

type Heard = (Vec<(u32, u32)>, Vec<Vec<u32>>, Vec<Event>);

fn evening(script: &[u8], blocks: Vec<usize>) -> Heard {
    let rate = SampleRate::new(RATE).expect("a rate");
    let (handle, engine) = engine(EngineConfig {
        rate,
        tracks: TRACKS,
        ..EngineConfig::default()
    });
    let mut evening = Evening {
        handle,
        engine,
        lent: Vec::new(),
        takes: Vec::new(),
        broken: false,
        heard: 1,
        played: Vec::new(),
        events: Vec::new(),
        blocks,
        turn: 0,
    };
    let mut script = Script(script);
    evening.wish(|batch| batch.grid(grid(300)));
    for _ in 0..MOST_WISHES {
        if script.0.is_empty() {
            break;
        }
        // One to four wishes together, and then some time.
        let together = script.byte() % 4 + 1;
        evening.wishes(&mut script, together);
        let frames = script.word() % 800;
        if evening.played.len() as u64 + frames < LONGEST {
            evening.run(frames);
        }
    }
    evening.end()
}

fn grid(bpm: u16) -> Grid {
    Grid {
        rate: SampleRate::new(RATE).expect("a rate"),
        tempo: Tempo::from_bpm(f64::from(bpm)).unwrap_or(Tempo::BREATHING),
        beats_per_bar: 1,
    }
}

impl Evening {
    fn wish(&mut self, wish: impl FnOnce(&mut Batch)) {
        let before = self.handle.snapshot().clock;
        // A batch may be refused: then none of it happens, on any device.
        let _ = self.handle.batch(wish);
        assert_eq!(
            self.handle.snapshot().clock,
            before,
            "time moves in callbacks only"
        );
    }

    fn wishes(&mut self, script: &mut Script, together: u8) {
        let (mut lent, mut taken) = (Vec::new(), Vec::new());
        let number = self.lent.len() as u32 + 1;
        let mut broken = self.broken;
        let answer = self.handle.batch(|batch| {
            for wish in 0..together {
                let mut make = |script: &mut Script, bars: u64| {
                    let sound = sound(script, bars, number + u32::from(wish), &mut broken);
                    lent.push(Arc::clone(&sound));
                    sound
                };
                match script.byte() % 30 {
                    0 => batch.play(),
                    1 => batch.play_after_count_in(u32::from(script.byte() % 3)),
                    2 => batch.stop(),
                    3 => batch.locate(script.frames()),
                    4 | 5 => {
                        let track = script.track();
                        let bars = u64::from(script.byte() % 3 + 1);
                        let audio = make(script, bars);
                        let play = Play::Loop {
                            origin: script.frames(),
                        };
                        let fade_in = script.frames();
                        batch.layer(
                            track,
                            Layer {
                                audio,
                                play,
                                fade_in,
                            },
                            script.at(),
                        );
                    }
                    6 => {
                        let track = script.track();
                        let audio = make(script, 1);
                        let play = Play::Once {
                            start: script.frames(),
                        };
                        let fade_in = script.frames();
                        batch.layer(
                            track,
                            Layer {
                                audio,
                                play,
                                fade_in,
                            },
                            script.at(),
                        );
                    }
                    7 => batch.clear(script.track(), script.frames(), script.at()),
                    8 => batch.gain(script.track(), Gain::from_db(script.float())),
                    9 => batch.pan(script.track(), Pan::new(script.float())),
                    10 => batch.mute(script.track(), script.byte().is_multiple_of(2), script.at()),
                    11 => batch.send(script.track(), Gain::from_db(script.float())),
                    12 => {
                        let bus = match script.byte() % 4 {
                            0 => Bus::Music,
                            1 => Bus::Cue,
                            2 => Bus::Click,
                            _ => Bus::Group(GroupId(script.byte() % 9)),
                        };
                        batch.bus_gain(bus, Gain::from_db(script.float()));
                    }
                    13 => batch.fade(Gain::from_db(script.float()), script.frames(), script.at()),
                    14 => {
                        let audio = make(script, 1);
                        batch.cue(audio, script.at());
                    }
                    15 => batch.stop_cue(),
                    16 => batch.metronome(script.frames(), script.frames()),
                    17 => batch.tone((!script.byte().is_multiple_of(4)).then(|| Tone {
                        hz: script.float().abs() * 40.0,
                        brightness: script.float(),
                        gain: Gain::from_db(script.float()),
                    })),
                    18 | 19 => {
                        let take = TakeId(u64::from(script.byte() % 4));
                        let into = script.byte();
                        let punch_in = script.frames();
                        let length = Frames(BAR * u64::from(script.byte() % 3));
                        let spec = RecordSpec::fixed(take, punch_in, length);
                        let stream = batch.record(RecordSpec {
                            start: start(script, punch_in),
                            length: match script.byte() % 3 {
                                0 => Length::Open {
                                    most: length,
                                    unit: Frames(u64::from(script.byte()) * 20),
                                    late: script.frames(),
                                },
                                _ => Length::Fixed(length),
                            },
                            channels: match script.byte() % 3 {
                                0 => Channels::Stereo,
                                _ => Channels::Mono,
                            },
                            // Lent as memory: nobody asks for more than there is.
                            pre_roll: script.frames().min(Frames(LONGEST)),
                            round_trip: Frames(u64::from(script.byte())),
                            loop_into: into.is_multiple_of(2).then(|| script.track()),
                            ..spec
                        });
                        taken.push((stream, Vec::new()));
                    }
                    20 => batch.punch_out(TakeId(u64::from(script.byte() % 4)), script.at()),
                    21 => batch.grid(grid(u16::from(script.byte()) + 30)),
                    22 => batch.solo(script.track(), script.byte().is_multiple_of(2), script.at()),
                    23 | 24 => {
                        let shape = EqShape::ALL[usize::from(script.byte()) % 3];
                        let hz = script.float().abs() * 100.0;
                        let band = EqBand::new(hz, script.float(), script.float());
                        batch.eq_band(script.track(), shape, band);
                    }
                    25 => batch.delay_send(script.track(), Gain::from_db(script.float())),
                    26 | 27 => batch.routing(routing(script)),
                    28 => {
                        let (track, parameter) = (script.track(), parameter(script));
                        let points = (0..script.byte() % 5).map(|_| Point {
                            at: script.frames(),
                            value: script.float(),
                        });
                        let curve = Automation::new(points.collect());
                        batch.automate(track, parameter, &curve);
                    }
                    _ => match script.byte() % 3 {
                        0 => batch.write_automation(script.byte().is_multiple_of(2)),
                        _ => batch.let_go(script.track(), parameter(script)),
                    },
                }
            }
        });
        self.lent.append(&mut lent);
        if answer.is_ok() {
            self.broken = broken;
            self.takes.append(&mut taken);
        }
    }

    /// Runs exactly so many frames.
    fn run(&mut self, frames: u64) {
        let end = self.played.len() + frames as usize;
        while self.played.len() < end {
            let size = self
                .blocks
                .get(self.turn % self.blocks.len().max(1))
                .copied();
            self.turn += 1;
            // A device may well call for no frames at all, but not only.
            let size = size.unwrap_or(64).min(end - self.played.len());
            let size = if self.turn.is_multiple_of(9) {
                size.max(1)
            } else {
                size
            };
            self.callback(size);
        }
        let snapshot = self.handle.snapshot();
        assert_eq!(
            snapshot.clock,
            Frames(end as u64),
            "a frame was lost or counted twice"
        );
        assert!(
            self.broken || snapshot.faults == 0,
            "{} broken samples",
            snapshot.faults
        );
        self.events.extend(self.handle.events());
        for (stream, samples) in &mut self.takes {
            read(stream, samples);
        }
    }

    fn callback(&mut self, frames: usize) {
        let microphone: Vec<f32> = (0..frames)
            .map(|_| {
                self.heard = self
                    .heard
                    .wrapping_mul(747_796_405)
                    .wrapping_add(2_891_336_453);
                (self.heard >> 8) as f32 / 33_554_432.0 - 0.25
            })
            .collect();
        let (mut left, mut right) = (vec![f32::NAN; frames], vec![f32::NAN; frames]);
        self.engine
            .process(&[&microphone], &mut [&mut left, &mut right]);
        for (l, r) in left.iter().zip(&right) {
            assert!(l.abs() <= 1.0 && r.abs() <= 1.0, "{l} and {r} were played");
            // Nothing with a sign is nothing, too.
            self.played.push(((l + 0.0).to_bits(), (r + 0.0).to_bits()));
        }
    }

    /// Everybody stops, and what was lent is asked back.
    fn end(mut self) -> Heard {
        for take in 0..4 {
            self.wish(|batch| batch.punch_out(TakeId(take), At::Now));
        }
        self.wish(|batch| {
            batch.stop();
            batch.stop_cue();
            (0..TRACKS).for_each(|track| batch.clear(TrackId(track), Frames(0), At::Now));
        });
        self.run(800);
        let Evening {
            mut handle,
            engine,
            lent,
            takes,
            played,
            events,
            ..
        } = self;
        handle.collect();
        // What still waits for its frame, or for a punch-in that never came, goes with the engine.
        drop(engine);
        drop(handle);
        for audio in &lent {
            assert_eq!(
                Arc::strong_count(audio),
                1,
                "something lent was not given back"
            );
        }
        (
            played,
            takes.into_iter().map(|(_, samples)| samples).collect(),
            events,
        )
    }
}

/// At a frame, or with a sound: the microphone here is never quieter than −12 dBFS for long.
fn start(script: &mut Script, punch_in: Frames) -> Start {
    match script.byte() % 4 {
        0 => Start::OnSound {
            threshold: Gain::from_db(script.float()),
            lead: script.frames().min(Frames(LONGEST)),
        },
        _ => Start::AtFrame(punch_in),
    }
}

fn parameter(script: &mut Script) -> Parameter {
    match script.byte() % 5 {
        0 => Parameter::Gain,
        1 => Parameter::Pan,
        2 => Parameter::Send,
        3 => Parameter::DelaySend,
        _ => Parameter::Eq(EqShape::ALL[usize::from(script.byte()) % 3]),
    }
}

/// Any routing, many of which go round in circles and are refused.
fn routing(script: &mut Script) -> Routing {
    let output = |script: &mut Script| match script.byte() % 8 {
        group @ 0..=4 => Output::Group(GroupId(group)),
        _ => Output::Music,
    };
    let compression = |script: &mut Script| Compression {
        threshold_db: script.float(),
        ratio: script.float(),
        knee_db: script.float(),
        attack_ms: script.float(),
        release_ms: script.float(),
        makeup_db: script.float(),
    };
    let tracks = (0..script.byte() % 6).map(|_| output(script)).collect();
    let groups = (0..script.byte() % 6).map(|_| Group {
        output: output(script),
        compression: compression(script),
        reverb: Gain::from_db(script.float()),
        delay: Gain::from_db(script.float()),
    });
    let groups = groups.collect();
    Routing {
        tracks,
        groups,
        music: compression(script),
        reverb: output(script),
        delay: output(script),
        echo: Echo {
            time: script.frames(),
            feedback: script.float(),
            damping_hz: script.float() * 100.0,
        },
        delay_to_reverb: Gain::from_db(script.float()),
    }
}

fn read(stream: &mut TakeStream, into: &mut Vec<u32>) {
    let mut samples = Vec::new();
    loop {
        match stream.read(&mut samples) {
            TakeRead::Frames(_) => {}
            TakeRead::Gap(frames) => into.extend([u32::MAX, frames as u32]),
            TakeRead::Mark(word) => into.extend([u32::MAX - 1, word]),
            TakeRead::Nothing | TakeRead::Finished => break,
        }
        into.extend(samples.drain(..).map(f32::to_bits));
    }
}

/// Noise, sometimes at the wrong rate or of no whole length, sometimes with broken samples in it.
fn sound(script: &mut Script, bars: u64, seed: u32, broken: &mut bool) -> Arc<Audio> {
    let kind = script.byte();
    let frames = if kind % 16 == 1 {
        BAR * bars + 1
    } else {
        BAR * bars
    };
    let rate = SampleRate::new(if kind % 16 == 2 { 44_100 } else { RATE }).expect("a rate");
    let mut state = seed | 1;
    let mut samples: Vec<f32> = (0..frames)
        .map(|_| {
            state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            (state >> 8) as f32 / 16_777_216.0 - 0.5
        })
        .collect();
    if kind % 16 == 3 {
        *broken = true;
        let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e9];
        for (index, sample) in samples
            .iter_mut()
            .enumerate()
            .skip(usize::from(kind))
            .step_by(97)
        {
            *sample = bad[index % bad.len()];
        }
    }
    Arc::new(if kind & 128 == 0 {
        Audio::mono(rate, samples)
    } else {
        Audio::stereo(rate, samples.clone(), samples)
    })
}
