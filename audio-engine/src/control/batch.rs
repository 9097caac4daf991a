//! A batch: wishes that take effect together, in one block, or not at all.
//!
//! Runs on the app's threads. All conversion, checking and allocation happens here, so that the
//! audio thread only has to obey.

use std::sync::Arc;

use super::automation::{Automation, Parameter};
use super::history::{History, history_ring};
use super::routing::Routing;
use super::words::{At, BatchError, Bus, Channels, HeardFrom, Layer, Play, TakeId, Tone, TrackId};
use crate::audio::Audio;
use crate::dsp::eq::{EqBand, EqShape, Equaliser};
use crate::dsp::pan;
use crate::rt::command::{Action, Command};
use crate::rt::ear::Ear;
use crate::rt::filter::BandSetting;
use crate::rt::plan::plans;
use crate::units::{Frames, Gain, Grid, Pan, SampleRate};

/// No playhead is sent farther, and no recording begins later.
pub(super) const FARTHEST: Frames = Frames(1 << 62);

/// Wishes being collected; see [`EngineHandle::batch`](super::EngineHandle::batch).
///
/// What cannot be done (a track that is not there, a loop of no whole number of bars) is
/// remembered, and the whole batch is refused with the first reason.
///
/// # What has a frame, and what a curve
///
/// What is either so or not so takes an [`At`]: a layer, a mute, a solo, a sentence, a mark, the
/// end of a recording; the fade of the mix too, which is made once and not drawn. A track's gain,
/// pan, sends and equaliser take none. Set here they are a *hand* on the desk: they act with the
/// next block, along a ramp of 5 ms, which is longer than the block whose beginning it waited for.
/// A hand has no frame: it moves when it moves.
///
/// What of them must fall on a frame is drawn: an [`Automation`] given to [`Batch::automate`]. A
/// curve is exact to the frame in blocks of any size, is found where it belongs after every jump
/// of the playhead, is bounced and written down with the piece. A wish with a frame would be none
/// of that, only a second way to the same fader, and from then on a hand that must
/// [let go](Batch::let_go). Two points make one: the value as it is, at the frame, and the new
/// one 5 ms later.
///
/// ```
/// # use audio_engine::{Automation, EngineConfig, Frames, Parameter, Point, TrackId, engine};
/// # let (mut handle, _engine) = engine(EngineConfig::default());
/// let from = Point { at: Frames(96_000), value: 0.0 };
/// let to = Point { at: Frames(96_240), value: -6.0 };
/// let softer = Automation::new(vec![from, to]);
/// handle.batch(|batch| batch.automate(TrackId(0), Parameter::Gain, &softer))?;
/// # Ok::<(), audio_engine::BatchError>(())
/// ```
pub struct Batch {
    pub(super) commands: Vec<Command>,
    pub(super) refused: Option<BatchError>,
    pub(super) grid: Option<Grid>,
    pub(super) routing: Routing,
    pub(super) rate: SampleRate,
    pub(super) latency: Frames,
    pub(super) tracks: u16,
}

impl Batch {
    /// Bars and beats from now on; bar 0 begins at frame 0.
    pub fn grid(&mut self, grid: Grid) {
        if grid.rate != self.rate {
            return self.refuse(BatchError::WrongRate(grid.rate));
        }
        self.grid = Some(grid);
        self.now(Action::Grid(grid));
    }

    /// Loops of any length are welcome again; the metronome keeps its old bars.
    pub(crate) fn forget_grid(&mut self) {
        self.grid = None;
    }

    /// The playhead rolls from where it is.
    pub fn play(&mut self) {
        self.now(Action::Play);
    }

    /// The metronome clicks for so many bars, then the playhead rolls.
    pub fn play_after_count_in(&mut self, bars: u32) {
        if self.grid.is_none() {
            return self.refuse(BatchError::NoGrid);
        }
        self.now(Action::CountIn { bars });
    }

    /// Fades for 5 ms; the playhead stays where it is now. Running recordings punch out.
    pub fn stop(&mut self) {
        self.now(Action::Stop);
    }

    /// The playhead goes there, after 5 ms of fade if it is rolling. At most to frame 2⁶²: from
    /// there on it can roll for longer than anybody will listen, and meet no end of numbers.
    pub fn locate(&mut self, to: Frames) {
        self.now(Action::Locate(to.min(FARTHEST)));
    }

    /// Gives the track a new layer; the one before fades for 5 ms.
    pub fn layer(&mut self, track: TrackId, layer: Layer, at: At) {
        self.check_track(track);
        self.check_rate(&layer.audio);
        if let Play::Loop { .. } = layer.play {
            self.check_bars(layer.audio.frames());
        }
        self.push(at, Action::Layer { track, layer });
    }

    /// Empties the track; what sounds there fades away.
    pub fn clear(&mut self, track: TrackId, fade: Frames, at: At) {
        self.check_track(track);
        self.push(at, Action::Clear { track, fade });
    }

    /// A hand on the track's fader: reached within 5 ms of the next block. At a frame, it is
    /// [drawn](Batch#what-has-a-frame-and-what-a-curve).
    pub fn gain(&mut self, track: TrackId, gain: Gain) {
        self.check_track(track);
        self.now(Action::Gain {
            track,
            amplitude: gain.amplitude(),
            db: gain.db(),
        });
    }

    /// A hand on its place, of equal power; as [`Batch::gain`].
    pub fn pan(&mut self, track: TrackId, pan: Pan) {
        self.check_track(track);
        let (left, right) = pan::balance(pan);
        self.now(Action::Pan {
            track,
            left,
            right,
            position: pan.position(),
        });
    }

    /// Silences the track within 5 ms, or lets it be heard again.
    pub fn mute(&mut self, track: TrackId, on: bool, at: At) {
        self.check_track(track);
        self.push(at, Action::Mute { track, on });
    }

    /// Lets the track be heard alone, together with others that are soloed; reached within 5 ms.
    /// The reverb is never silenced: it answers what can still be heard.
    pub fn solo(&mut self, track: TrackId, on: bool, at: At) {
        self.check_track(track);
        self.push(at, Action::Solo { track, on });
    }

    /// A hand on the track's tone controls, before its fader; as [`Batch::gain`].
    pub fn eq(&mut self, track: TrackId, eq: Equaliser) {
        for shape in EqShape::ALL {
            self.eq_band(track, shape, eq.band(shape));
        }
    }

    /// One of them.
    pub fn eq_band(&mut self, track: TrackId, shape: EqShape, band: EqBand) {
        self.check_track(track);
        let setting = BandSetting::of(shape, band, self.rate);
        self.now(Action::Band { track, setting });
    }

    /// How much of the track, after fader and pan, goes to the reverb; as [`Batch::gain`].
    pub fn send(&mut self, track: TrackId, gain: Gain) {
        self.check_track(track);
        self.now(Action::Send {
            track,
            amplitude: gain.amplitude(),
            db: gain.db(),
        });
    }

    /// The same, to the delay.
    pub fn delay_send(&mut self, track: TrackId, gain: Gain) {
        self.check_track(track);
        self.now(Action::DelaySend {
            track,
            amplitude: gain.amplitude(),
            db: gain.db(),
        });
    }

    /// Lets a parameter follow a curve on the timeline from now on; it is there within 5 ms. An
    /// empty curve leaves it where it is. A hand that moves it meanwhile wins until it
    /// [lets go](Batch::let_go).
    pub fn automate(&mut self, track: TrackId, parameter: Parameter, curve: &Automation) {
        self.check_track(track);
        let lane = curve.flatten(parameter).map(Box::new);
        self.now(Action::Automate {
            track,
            parameter,
            lane,
        });
    }

    /// The hand leaves the fader: if there is a curve, that has it back within 5 ms.
    pub fn let_go(&mut self, track: TrackId, parameter: Parameter) {
        self.check_track(track);
        self.now(Action::LetGo { track, parameter });
    }

    /// While on and the playhead rolls, moves are told as [`Event::Moved`](super::Event).
    pub fn write_automation(&mut self, on: bool) {
        self.now(Action::WriteAutomation(on));
    }

    /// Leads tracks, groups and returns elsewhere: a crossfade of 5 ms for each lead that
    /// changes, twice that if it has to go by way of Music. Layers, faders and filters go on
    /// undisturbed. Refused if the sound of a bus would come back to it.
    pub fn routing(&mut self, routing: Routing) {
        match plans(&self.routing, &routing, self.tracks) {
            Err(why) => self.refuse(BatchError::Routing(why)),
            Ok(plans) => {
                for plan in plans {
                    self.now(Action::Follow(Box::new(plan)));
                }
                self.routing = routing;
            }
        }
    }

    /// The fader of a bus; reached within 5 ms.
    pub fn bus_gain(&mut self, bus: Bus, gain: Gain) {
        self.now(Action::BusGain {
            bus,
            amplitude: gain.amplitude(),
        });
    }

    /// Brings the whole mix to `to` along a quarter of a sine: soft endings, equal power.
    pub fn fade(&mut self, to: Gain, over: Frames, at: At) {
        self.push(
            at,
            Action::Fade {
                to: to.amplitude(),
                over,
            },
        );
    }

    /// Speaks; the music steps back by 9 dB meanwhile. An earlier cue gives way.
    pub fn cue(&mut self, audio: Arc<Audio>, at: At) {
        self.check_rate(&audio);
        self.push(at, Action::Cue(audio));
    }

    /// Silences the spoken cue within 5 ms.
    pub fn stop_cue(&mut self) {
        self.now(Action::StopCue);
    }

    /// A wooden tick on every beat from `from` until before `until`. Replaces the range before;
    /// an empty one is silence. Never in a recording.
    pub fn metronome(&mut self, from: Frames, until: Frames) {
        if self.grid.is_none() && from < until {
            return self.refuse(BatchError::NoGrid);
        }
        self.now(Action::Metronome { from, until });
    }

    /// The soft voice under the mood field, or none. Sounds also while the transport is stopped.
    pub fn tone(&mut self, tone: Option<Tone>) {
        self.now(Action::Tone(tone));
    }

    /// Ends a recording here, and makes no loop of it; one that has not begun never will.
    pub fn call_off(&mut self, take: TakeId) {
        self.now(Action::CallOff(take));
    }

    /// Leaves a word in a running recording, at the frame that arrives then: what it means is up
    /// to whoever reads the stream. Words for a recording that does not run are not kept.
    pub fn mark(&mut self, take: TakeId, word: u32, at: At) {
        self.push(at, Action::Mark { take, word });
    }

    /// Ends a recording earlier than promised; one of open length at the end of its unit.
    pub fn punch_out(&mut self, take: TakeId, at: At) {
        self.push(at, Action::PunchOut(take));
    }

    /// Remembers the last `length` of input, and where the playhead was, for who wants to keep
    /// afterwards what nobody knew would be good. Drain the [`History`] every tick.
    pub fn listen(&mut self, length: Frames, channels: Channels) -> History {
        let (feed, history) = history_ring(self.rate, channels, length);
        self.now(Action::Listen(Some(Box::new(Ear::new(feed)))));
        history
    }

    /// Nothing more is remembered.
    pub fn stop_listening(&mut self) {
        self.now(Action::Listen(None));
    }

    /// Lets the player hear themselves, or not (`None`, as it is at first); reached within 5 ms.
    /// Never in a recording. They hear it one round trip late.
    ///
    /// Refused over a loudspeaker: the microphone would hear it again, and howl. Which it is,
    /// only the caller can know.
    pub fn monitor(&mut self, gain: Option<Gain>, heard_from: HeardFrom) {
        match (gain, heard_from) {
            (Some(_), HeardFrom::Loudspeaker) => self.refuse(BatchError::WouldHowl),
            (Some(gain), HeardFrom::Headphones) => self.now(Action::Monitor(gain.amplitude())),
            (None, HeardFrom::Headphones | HeardFrom::Loudspeaker) => {
                self.now(Action::Monitor(0.0));
            }
        }
    }

    pub(super) fn now(&mut self, action: Action) {
        self.push(At::Now, action);
    }

    fn push(&mut self, at: At, action: Action) {
        self.commands.push(Command { at, action });
    }

    pub(super) fn refuse(&mut self, why: BatchError) {
        self.refused.get_or_insert(why);
    }

    pub(super) fn check_track(&mut self, track: TrackId) {
        if track.0 >= self.tracks {
            self.refuse(BatchError::NoSuchTrack(track));
        }
    }

    fn check_rate(&mut self, audio: &Audio) {
        if audio.rate() != self.rate {
            self.refuse(BatchError::WrongRate(audio.rate()));
        }
    }

    /// Before a grid is set there are no bars, and any length is whole.
    pub(super) fn check_bars(&mut self, length: Frames) {
        let bar = self.grid.map_or(Frames(1), |grid| grid.bar());
        if length == Frames::ZERO || length % bar != Frames::ZERO {
            self.refuse(BatchError::NotWholeBars { length, bar });
        }
    }
}
