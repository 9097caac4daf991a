//! What somebody does in an evening: one thing after the other, whatever the dice say.

use std::sync::Arc;

use audio_engine::{
    At, Automation, Bus, Compression, Echo, EqBand, EqShape, Frames, Gain, Group, GroupId, Layer,
    Output, Pan, Parameter, Play, Point, RecordSpec, Routing, TakeId, Tone, TrackId,
};

use super::dice::Dice;
use super::transport::Rolling;
use super::{DRUM, Evening, ROUND_TRIP, TRACKS, Take, looped};

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
    /// One thing somebody may do.
    pub fn act(&mut self) {
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
}
