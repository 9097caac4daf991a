//! The words the app uses to say what it wants of the engine. Values only.

use std::sync::Arc;

use super::automation::Parameter;
use super::routing::{GroupId, RoutingError};
use crate::audio::Audio;
use crate::units::{Frames, Gain, SampleRate};

/// What an engine is made for. It keeps its rate for life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EngineConfig {
    /// Frames per second.
    pub rate: SampleRate,
    /// Tracks in the mixer, at most [`EngineConfig::MOST_TRACKS`].
    pub tracks: u16,
    /// What stands between the mix and the loudspeaker.
    pub master: MasterLimiter,
}

/// What stands between the mix and the loudspeaker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MasterLimiter {
    /// Bends what exceeds −6 dBFS towards −1 dBFS, at once: 0 frames of latency.
    #[default]
    Knee,
    /// Sees peaks coming and keeps those between the samples below −1 dBTP: 80 frames of latency,
    /// which recordings are placed for.
    LookAhead,
}

impl EngineConfig {
    /// More tracks than this are not made.
    pub const MOST_TRACKS: u16 = 256;
}

impl Default for EngineConfig {
    fn default() -> Self {
        EngineConfig {
            rate: SampleRate::STUDIO,
            tracks: 16,
            master: MasterLimiter::Knee,
        }
    }
}

/// A lane of the mixer, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId(pub u16);

/// One recording; the app chooses the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TakeId(pub u64);

/// When something happens. What can be drawn as a curve has no such choice:
/// [why](super::Batch#what-has-a-frame-and-what-a-curve).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// At the start of the next block.
    Now,
    /// When the playhead comes to this frame. Already past means now, and is counted as late.
    Frame(Frames),
}

/// Where signals are summed before the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bus {
    /// All music: tracks, groups, reverb and delay.
    Music,
    /// A group of tracks; see [`Routing`](super::Routing).
    Group(GroupId),
    /// What the reverb answers.
    Reverb,
    /// The echoes of the delay.
    Delay,
    /// The spoken cue.
    Cue,
    /// Count-in and metronome.
    Click,
}

/// What the player hears us from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeardFrom {
    /// No microphone hears it.
    Headphones,
    /// The microphone hears it too.
    Loudspeaker,
}

/// How a layer's audio lies on the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Play {
    /// Over and over: sample `i` sounds whenever the playhead is at `origin + i`, give or take
    /// whole lengths. The length must be a whole number of bars.
    Loop {
        /// Where some pass of the loop begins.
        origin: Frames,
    },
    /// One pass, then silence.
    Once {
        /// Where its first sample sounds.
        start: Frames,
    },
}

/// What sounds on a track.
#[derive(Debug, Clone)]
pub struct Layer {
    /// At the engine's rate.
    pub audio: Arc<Audio>,
    /// Where on the timeline.
    pub play: Play,
    /// How long it takes to come in; none is a hard start.
    pub fade_in: Frames,
}

/// The soft voice under the mood field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tone {
    /// Pitch, in Hz; glides from the one before.
    pub hz: f32,
    /// 0 round … 1 bright.
    pub brightness: f32,
    /// Its level.
    pub gain: Gain,
}

/// When a recording begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Start {
    /// Where the part to keep begins, as the player hears it.
    AtFrame(Frames),
    /// With the first sound, once the playhead rolls or stands still (not while it counts in).
    ///
    /// A waiting playhead sets out at that instant, as if it had been rolling when the sound was
    /// made; a rolling one stays as it is, and the part to keep begins where it finds it. The
    /// pre-roll is kept, as far as somebody listened.
    OnSound {
        /// How loud, in dBFS, one sample of one channel must be.
        threshold: Gain,
        /// How much of what came before that sample belongs to the part to keep, so that no
        /// attack is cut: a few ms.
        lead: Frames,
    },
}

/// How long the part to keep is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Known beforehand. An early punch-out leaves the rest of the loop silent.
    Fixed(Frames),
    /// The punch-out says: as many whole units as were begun, at most `most`.
    Open {
        /// If it becomes a loop, for so much memory is lent. A whole number of units.
        most: Frames,
        /// A bar; or, for a first loop that defines the bar, a few frames.
        unit: Frames,
        /// A punch-out so much after the end of a unit still means that end: people answer what
        /// they have heard, and are rarely early.
        late: Frames,
    },
}

impl Length {
    /// The longest it can be.
    pub fn most(self) -> Frames {
        match self {
            Length::Fixed(length) => length,
            Length::Open { most, .. } => most,
        }
    }
}

/// What of the input a recording keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Channels {
    /// The mean of all channels.
    #[default]
    Mono,
    /// The first two; a single one stands for both.
    Stereo,
}

impl Channels {
    /// 1 or 2.
    pub fn count(self) -> usize {
        match self {
            Channels::Mono => 1,
            Channels::Stereo => 2,
        }
    }
}

/// One recording, promised before it begins. Positions are on the playhead.
///
/// ```
/// # use audio_engine::{Frames, RecordSpec, TakeId, TrackId};
/// let spec = RecordSpec {
///     round_trip: Frames(1_024),
///     loop_into: Some(TrackId(0)),
///     ..RecordSpec::fixed(TakeId(1), Frames::ZERO, Frames(96_000))
/// };
/// # assert_eq!(spec.pre_roll, Frames::ZERO);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordSpec {
    /// Names the recording in events.
    pub take: TakeId,
    /// When the part to keep begins.
    pub start: Start,
    /// How long that part is.
    pub length: Length,
    /// What of the input is kept.
    pub channels: Channels,
    /// Input kept from before the punch-in, count-in included.
    pub pre_roll: Frames,
    /// From loudspeaker back to us, as measured beside the engine: what
    /// [`latency`](super::EngineHandle::latency) the engine itself adds is added to it.
    pub round_trip: Frames,
    /// If given: what was played becomes a loop on this track, from the punch-out on. Then it can
    /// be ten minutes long, and no longer.
    pub loop_into: Option<TrackId>,
}

impl RecordSpec {
    /// One channel from `punch_in` on, for `length`; no pre-roll, no round trip, no loop.
    pub fn fixed(take: TakeId, punch_in: Frames, length: Frames) -> RecordSpec {
        RecordSpec {
            take,
            start: Start::AtFrame(punch_in),
            length: Length::Fixed(length),
            channels: Channels::Mono,
            pre_roll: Frames::ZERO,
            round_trip: Frames::ZERO,
            loop_into: None,
        }
    }
}

/// Something that happened on the audio thread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// A recording's window has opened, or its sound has come: its part to keep begins here.
    TakeBegun {
        /// The recording.
        take: TakeId,
        /// On the playhead.
        punch_in: Frames,
    },
    /// A recording's part to keep has ended; if it makes a loop, that sounds from now on.
    PunchedOut {
        /// The recording.
        take: TakeId,
        /// Where the part to keep began.
        punch_in: Frames,
        /// How long the loop is.
        length: Frames,
    },
    /// All input of this take has been handed over.
    TakeFinished {
        /// The recording.
        take: TakeId,
    },
    /// A layer given to this track is now in place.
    LayerStarted {
        /// The track.
        track: TrackId,
    },
    /// The spoken cue began.
    CueStarted,
    /// The spoken cue was heard to its end, or stopped.
    CueFinished,
    /// A hand moved something while [`write_automation`](super::Batch::write_automation) was on.
    Moved {
        /// Of which track.
        track: TrackId,
        /// What of it.
        parameter: Parameter,
        /// The frame from which it was heard.
        at: Frames,
        /// In the parameter's unit.
        value: f32,
    },
    /// The hand left it.
    LetGo {
        /// Of which track.
        track: TrackId,
        /// What of it.
        parameter: Parameter,
        /// Where the playhead was.
        at: Frames,
    },
    /// Nobody asked for so long that this many events were lost.
    EventsDropped(u64),
}

/// Why a batch was refused. None of it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The audio thread is far behind, or too much is waiting; try again next tick.
    #[error("the audio thread has too much waiting for it")]
    QueueFull,
    /// Loops of other lengths would drift apart.
    #[error("a loop of {} frames is not a whole number of bars of {} frames", .length.0, .bar.0)]
    NotWholeBars {
        /// The loop's length.
        length: Frames,
        /// The grid's bar.
        bar: Frames,
    },
    /// The mixer has fewer tracks.
    #[error("there is no track {}", .0.0)]
    NoSuchTrack(TrackId),
    /// Nothing of this routing was followed.
    #[error(transparent)]
    Routing(RoutingError),
    /// Resample it first.
    #[error("the audio is at {} Hz and the engine is not", .0.hz())]
    WrongRate(SampleRate),
    /// Counting in and clicking need a tempo.
    #[error("no grid has been set")]
    NoGrid,
    /// An open length must be at least one unit, and whole units.
    #[error("{} frames are not a whole number of units of {} frames", .most.0, .unit.0)]
    NotWholeUnits {
        /// The longest it could be.
        most: Frames,
        /// The unit.
        unit: Frames,
    },
    /// What comes before a punch-in is kept in memory; ten minutes of it are the most.
    #[error("a recording cannot reach back {} frames", .0.0)]
    ReachesTooFarBack(Frames),
    /// A microphone that hears itself from a loudspeaker.
    #[error("hearing the microphone over a loudspeaker would howl")]
    WouldHowl,
    /// A loop is made in memory, all of it; ten minutes are the most.
    #[error(
        "a loop of {} frames is longer than {} frames, the most there is memory for",
        .length.0, .most.0
    )]
    LoopTooLong {
        /// The longest it could become.
        length: Frames,
        /// The longest there may be, at this engine's rate.
        most: Frames,
    },
    /// The room's echo is longer than the loop to be made.
    #[error("the round trip is too long for a loop of {} frames", .0.0)]
    LoopTooShort(Frames),
}
