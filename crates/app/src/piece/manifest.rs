//! What a piece is made of. Kept with the piece; the sound is made from it again whenever needed.

use std::sync::Arc;

use audio_engine::Equaliser;
use audio_engine::audio::Audio;
use audio_engine::bounce::{Part, Score};
use audio_engine::control::Play;
use audio_engine::units::{Frames, Gain, Grid, Pan, SampleRate, Tempo};
use serde::{Deserialize, Serialize};
use store::{Store, TakeId};

use super::cover::Sounding;
use super::source::{Shelf, Source, recorded};

/// The recipe of a piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Of this structure; unknown newer ones are shown but not played.
    pub version: u32,
    /// Quarter notes per minute.
    pub bpm: f64,
    pub beats_per_bar: u8,
    /// How long, in bars; the last ones fade.
    pub bars: u64,
    pub layers: Vec<PieceLayer>,
}

/// One layer of a piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PieceLayer {
    pub name: String,
    /// Which layer colour.
    pub color: u8,
    pub source: Source,
    /// The bar it comes in on.
    pub from_bar: u64,
    /// dB.
    pub gain_db: f32,
    /// −1 left … +1 right.
    pub pan: f32,
    /// Reverb, in dB.
    pub send_db: f32,
    /// Where a pass of the loop begins, in bars.
    pub origin_bar: u64,
    /// Heard once from `from_bar` on, instead of over and over.
    #[serde(default)]
    pub once: bool,
}

/// What of a piece's recordings could not be read.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Unheard {
    /// Takes that are gone or wholly unreadable.
    pub takes: u32,
    /// Silent seconds in those that are there.
    pub seconds: f64,
}

/// Which manifests this build can play.
const VERSION: u32 = 1;

/// The soft ending of every piece, in seconds.
const FADE_SECONDS: f64 = 4.0;

impl Manifest {
    /// A piece of these layers.
    #[must_use]
    pub fn new(grid: Grid, bars: u64, layers: Vec<PieceLayer>) -> Manifest {
        Manifest {
            version: VERSION,
            bpm: grid.tempo.bpm(),
            beats_per_bar: grid.beats_per_bar,
            bars,
            layers,
        }
    }

    /// Its bars and beats; `None` for a tempo nobody could play.
    #[must_use]
    pub fn grid(&self, rate: SampleRate) -> Option<Grid> {
        let tempo = Tempo::from_bpm(self.bpm).filter(|_| self.version <= VERSION)?;
        Some(Grid {
            rate,
            tempo,
            beats_per_bar: self.beats_per_bar,
        })
    }

    /// How long it lasts, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.bars as f64 * f64::from(self.beats_per_bar) * 60.0 / self.bpm
    }

    /// The takes it needs.
    pub fn takes(&self) -> impl Iterator<Item = TakeId> {
        self.layers
            .iter()
            .filter_map(|layer| Some(layer.source.recording()?.0))
    }

    /// Moves the take of a layer by `frames` of the take's own rate, together with everything that
    /// is made from it; answers how far it lies from where it was recorded. `None` if nobody
    /// recorded that layer. Moving it back makes the same piece again.
    pub fn nudge(&mut self, layer: usize, frames: i64) -> Option<i64> {
        let (take, before) = self.layers.get(layer)?.source.recording()?;
        let nudge = before.saturating_add(frames);
        for other in &mut self.layers {
            if other
                .source
                .recording()
                .is_some_and(|(same, _)| same == take)
            {
                other.source.nudge_to(nudge);
            }
        }
        Some(nudge)
    }

    /// Puts the recorded sounds on a shelf, so that the score can be made without the store; and
    /// says what of them could not be read.
    #[must_use]
    pub fn shelf(&self, store: &Store, rate: SampleRate) -> (Shelf, Unheard) {
        let mut shelf = Shelf::default();
        let mut unheard = Unheard::default();
        let recordings = self
            .layers
            .iter()
            .filter_map(|layer| layer.source.recording());
        for (take, nudge) in recordings {
            match recorded(store, take, nudge, rate) {
                Some(recorded) => {
                    unheard.seconds += recorded.unread;
                    let sounding = Sounding::new(Arc::new(recorded.audio));
                    shelf.put(Source::Take { take, nudge }, sounding);
                }
                None => unheard.takes += 1,
            }
        }
        (shelf, unheard)
    }

    /// The names of the score's parts, in their order.
    #[must_use]
    pub fn names(&self, shelf: &mut Shelf, rate: SampleRate) -> Vec<String> {
        let Some(grid) = self.grid(rate) else {
            return Vec::new();
        };
        let heard = |layer: &&PieceLayer| shelf.get(&layer.source, grid).is_some();
        let layers = self.layers.iter().filter(heard);
        layers.map(|layer| layer.name.clone()).collect()
    }

    /// Everything that sounds, ready to be bounced or played. Slow: it renders. A layer that cannot
    /// be made (a take that is gone) is left out; `None` if nothing can.
    #[must_use]
    pub fn score(&self, shelf: &mut Shelf, rate: SampleRate) -> Option<Score> {
        let grid = self.grid(rate)?;
        let length = grid.bars(self.bars);
        let part = |layer: &PieceLayer, audio: Arc<Audio>| Part {
            audio: if layer.once {
                audio
            } else {
                whole_bars(audio, grid)
            },
            play: match layer.once {
                true => Play::Once {
                    start: grid.bars(layer.from_bar),
                },
                false => Play::Loop {
                    origin: grid.bars(layer.origin_bar),
                },
            },
            from: grid.bars(layer.from_bar),
            until: length,
            fade_in: layer.source.comes_in(rate),
            gain: Gain::from_db(layer.gain_db),
            pan: Pan::new(layer.pan),
            send: Gain::from_db(layer.send_db),
            eq: Equaliser::FLAT,
            automation: Vec::new(),
        };
        let parts: Vec<Part> = self
            .layers
            .iter()
            .filter_map(|layer| Some(part(layer, shelf.get(&layer.source, grid)?.audio)))
            .collect();
        if parts.is_empty() {
            return None;
        }
        Some(Score {
            grid,
            parts,
            length,
            fade_out: Frames::from_seconds(FADE_SECONDS, rate),
        })
    }
}

/// A loop recorded at another rate may be a frame off its bars; it is cut or filled to the nearest.
fn whole_bars(audio: Arc<Audio>, grid: Grid) -> Arc<Audio> {
    let bar = grid.bar();
    if audio.frames() % bar == Frames::ZERO {
        return audio;
    }
    let bars = grid.bar_at(audio.frames() + Frames(bar.0 / 2)).max(1);
    let length = grid.bars(bars).0 as usize;
    let fit = |index: usize| {
        let mut samples = audio.channel(index).to_vec();
        samples.resize(length, 0.0);
        samples
    };
    Arc::new(match audio.channel_count() {
        1 => Audio::mono(audio.rate(), fit(0)),
        _ => Audio::stereo(audio.rate(), fit(0), fit(1)),
    })
}
