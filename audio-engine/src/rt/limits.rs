//! How much the audio thread can hold. The handle counts against these, so that nothing on the
//! audio thread ever meets a full container it cannot refuse.

/// Frames rendered in one go. Longer callbacks are cut; shorter ones are taken as they are.
pub const MAX_BLOCK: usize = 256;

/// Wishes waiting for a frame.
pub(crate) const PLANNED: usize = 2048;

/// What tracks can have in mind for the frames of one sub-block. Past it the sub-block is cut, for
/// everybody: dearer, and the same to the ear.
pub(crate) const DEEDS: usize = 2048;

/// What the fade of the mix, whoever speaks, or one recording can have in mind for the frames of
/// one sub-block. Past it the sub-block is cut, for everybody.
pub(crate) const NOTES: usize = 64;

/// Wishes on their way: all that can be said of 256 tracks in one batch.
pub(crate) const COMMANDS: usize = 8192;

/// Layers, cues and recordings lent to the audio thread at the same time.
pub(crate) const LENT: usize = 4096;

/// Plans sent and not yet followed: two changes of mind within 5 ms, each by way of Music.
pub(crate) const PLANS: usize = 4;

/// Recordings promised or running at the same time.
pub(crate) const TAKES: usize = 4;

/// Events nobody has asked for yet.
pub(crate) const EVENTS: usize = 1024;

/// Things handed back and not yet collected. Small on purpose: past it they are parked.
pub(crate) const TRASH: usize = 256;

/// How long the ear needs for a cut not to be a click, in seconds.
const DECLICK_SECONDS: f64 = 0.005;

/// Every quick ramp in the engine: faders, mutes, stops, edges of loops.
pub(crate) fn declick(rate: crate::units::SampleRate) -> crate::units::Frames {
    crate::units::Frames::from_seconds(DECLICK_SECONDS, rate)
}
