//! Touches and ratings written down, so that a session can be played again as it was.
//!
//! ```json
//! { "before": {"valence": -2, "arousal": -1, "tension": 6},
//!   "touches": [{"step": 0, "bar": 2, "act": {"kind": "slot", "index": 0, "on": true}}],
//!   "after": null, "name": "Rain on tin" }
//! ```

use std::path::Path;

use anyhow::Context;
use app::ipc::{Act, CheckInAnswers, Surface};
use serde::Deserialize;

/// A script of a session.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Answers {
    /// `null` is Skip.
    pub before: Option<CheckInAnswers>,
    pub after: Option<CheckInAnswers>,
    /// The piece's name.
    pub name: Option<String>,
    pub easier: bool,
    pub without_microphone: bool,
    /// `None`: something sensible is played.
    pub touches: Option<Vec<Touch>>,
}

/// One touch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touch {
    /// Counted from 0, as in the view.
    pub step: u32,
    /// Bars after the step began.
    pub bar: f64,
    pub act: Act,
}

impl Default for Answers {
    fn default() -> Self {
        let answers = |valence, arousal, tension| {
            Some(CheckInAnswers {
                valence,
                arousal,
                tension,
                extra: None,
            })
        };
        Answers {
            before: answers(-1.0, -1.0, 5.0),
            after: answers(1.0, -1.0, 4.0),
            name: None,
            easier: false,
            without_microphone: false,
            touches: None,
        }
    }
}

impl Answers {
    /// Reads a file.
    pub fn read(file: &Path) -> anyhow::Result<Answers> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} is no file of answers", file.display()))
    }

    /// What to do a little into a step that shows `surface`.
    pub fn of_step(&self, step: u32, surface: &Surface) -> Vec<Touch> {
        match &self.touches {
            Some(touches) => touches
                .iter()
                .filter(|touch| touch.step == step)
                .cloned()
                .collect(),
            None => sensible(step, surface),
        }
    }
}

/// What someone who plays along would do.
fn sensible(step: u32, surface: &Surface) -> Vec<Touch> {
    let touch = |bar: f64, act: Act| Touch { step, bar, act };
    match surface {
        Surface::Listen | Surface::Record { .. } => vec![],
        Surface::Grid { slots, max, .. } => {
            // Round bass, kalimba, rain; then one after the other.
            let order = [2, 4, 7, 3, 0, 1, 5, 6];
            let on = slots.iter().filter(|slot| slot.on).count();
            let wanted = if on < *max as usize {
                1
            } else {
                usize::from(step == 3)
            };
            let free = order
                .into_iter()
                .filter(|i| slots.get(*i).is_some_and(|slot| !slot.on));
            free.take(wanted)
                .map(|index| {
                    touch(
                        1.2,
                        Act::Slot {
                            index: index as u32,
                            on: true,
                        },
                    )
                })
                .collect()
        }
        Surface::Notes { notes, .. } => {
            let index = step
                .saturating_sub(1)
                .min(notes.len().saturating_sub(1) as u32);
            vec![touch(1.0, Act::Note { index })]
        }
        Surface::Faders { faders } => (0..faders.len() as u32)
            .map(|index| {
                touch(
                    1.0,
                    Act::Gain {
                        index,
                        db: -4.0 * ((index + step) % 3) as f32,
                    },
                )
            })
            .collect(),
        Surface::Pan { tracks } => (0..tracks.len())
            .map(|index| {
                let place = [-0.6, 0.0, 0.6];
                touch(
                    1.0,
                    Act::Pan {
                        index: index as u32,
                        pan: place[index % 3],
                    },
                )
            })
            .collect(),
        Surface::Choose { options } => {
            vec![touch(
                options.len() as f64 * 4.0,
                Act::Choose {
                    index: options.len().saturating_sub(1) as u32,
                },
            )]
        }
        Surface::Keep { .. } => vec![touch(1.0, Act::Keep { keep: true })],
    }
}
