//! Who leads where: tracks into groups, groups into Music, sends into reverb and delay.
//!
//! ```text
//! track ─┬────────────────► Music, or a group ──► Music, or another group
//!        ├─ send ► reverb ► Music, or a group
//!        └─ send ► delay ─► Music, or a group; and, if wanted, on to the reverb
//! ```
//! A description only, made and checked on the app's threads; the audio thread is given a
//! compiled plan and moves over to it within 5 ms.

use super::words::TrackId;
use crate::dsp::compressor::Compression;
use crate::dsp::delay::Echo;
use crate::units::Gain;

/// A group bus, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u8);

/// Where something leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Output {
    /// The bus all music goes through, which steps back behind a cue.
    #[default]
    Music,
    /// A bus of one's own making.
    Group(GroupId),
}

/// A bus that several tracks share. Its fader is [`Bus::Group`](super::Bus::Group).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// Where it leads, after its fader.
    pub output: Output,
    /// Before its fader.
    pub compression: Compression,
    /// How much of it, after its fader, goes to the reverb.
    pub reverb: Gain,
    /// The same, to the delay.
    pub delay: Gain,
}

impl Default for Group {
    /// Leads to Music and changes nothing.
    fn default() -> Group {
        Group {
            output: Output::Music,
            compression: Compression::NONE,
            reverb: Gain::SILENCE,
            delay: Gain::SILENCE,
        }
    }
}

/// The whole of it. The default is what an engine begins with: everything leads to Music.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// Where track `i` leads; tracks that are not mentioned lead to Music.
    pub tracks: Vec<Output>,
    /// At most [`Routing::MOST_GROUPS`].
    pub groups: Vec<Group>,
    /// On the Music bus, before its fader.
    pub music: Compression,
    /// Where the reverb answers.
    pub reverb: Output,
    /// Where the echoes are heard.
    pub delay: Output,
    /// Which echoes.
    pub echo: Echo,
    /// How much of the echoes goes on to the reverb.
    pub delay_to_reverb: Gain,
}

impl Routing {
    /// More groups than this are not made.
    pub const MOST_GROUPS: usize = 8;

    pub(crate) fn of_track(&self, track: TrackId) -> Output {
        let output = self.tracks.get(usize::from(track.0));
        output.copied().unwrap_or_default()
    }
}

impl Default for Routing {
    fn default() -> Routing {
        Routing {
            tracks: Vec::new(),
            groups: Vec::new(),
            music: Compression::NONE,
            reverb: Output::Music,
            delay: Output::Music,
            echo: Echo::default(),
            delay_to_reverb: Gain::SILENCE,
        }
    }
}

/// Why a routing cannot be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoutingError {
    /// Sound would go round in a circle. Names a group in it, or none if only the reverb and the
    /// delay are.
    #[error("the sound of a bus would come back to it")]
    Circle(Option<GroupId>),
    /// Something leads to a group that was not described.
    #[error("there is no group {}", .0.0)]
    NoSuchGroup(GroupId),
    /// There are more than [`Routing::MOST_GROUPS`].
    #[error("{0} groups are more than a mixer has")]
    TooManyGroups(usize),
}
