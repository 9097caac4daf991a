//! Everything musical, rendered from patterns: loops, beds, a song, a choir.
//!
//! We keep no samples. A sound is a pattern and an instrument, rendered for the tempo, key and
//! rate that are asked for: seamless, in whole bars, and the same bits every time. Rendering eight
//! bars takes some tens of milliseconds, so it happens on a worker thread, never on the audio
//! thread.
//!
//! Start reading at [`render_loop`] (in `loops`) for how the eight loops get along, at `harmony`
//! for why, and in `instruments` for what they are played on.

mod bed;
mod canvas;
mod choir;
mod click;
pub(crate) mod dice;
mod harmonies;
mod harmony;
mod instruments;
mod key;
mod loops;
mod names;
mod part;
mod pattern;
mod room;
mod song;
mod tone;

#[cfg(test)]
mod tests;

pub use bed::render_bed;
pub use choir::{HumNote, hum, hum_notes};
pub use click::click;
pub use harmonies::harmonies;
pub use key::{Key, Mode, NotAKey};
pub use loops::{GridLoop, grid_loops, render_loop};
pub use names::{Kind, kind_of, names};
pub use song::{Song, Stem, song};

/// The loudness of every loop and bed as rendered, in LUFS: three of them sum to about −21.
pub const LOOP_LUFS: f64 = -26.0;
/// The loudness of a whole song as rendered, in LUFS.
pub const SONG_LUFS: f64 = -20.0;
