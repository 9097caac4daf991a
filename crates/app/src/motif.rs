//! The figure on an exercise's card: three bands of what it can become.

use audio_engine::units::{Frames, SampleRate};
use practice::exercise::{Action, Exercise};

use crate::ipc::{Band, Length, Ring};
use crate::piece::Source;
use crate::session::Plan;

/// Of a sound grid, these: round bass, kalimba, frame drum.
const LOOPS: [usize; 3] = [0, 2, 4];

/// Draws it from the sounds. Slow: it renders them.
#[must_use]
pub fn motif(exercise: &Exercise) -> Ring {
    let plan = Plan::of(exercise, Length::Full, SampleRate::STUDIO);
    let sources: Vec<Source> = plan
        .actions()
        .flat_map(|action| chosen(&plan, action))
        .take(3)
        .collect();
    let mut shelf = crate::piece::Shelf::default();
    let sounds: Vec<_> = sources
        .iter()
        .filter_map(|source| shelf.get(source, plan.grid))
        .collect();
    let turn = sounds
        .iter()
        .map(crate::piece::Sounding::length)
        .max()
        .unwrap_or_default();
    let colors = if exercise.records() {
        [2, 4, 3]
    } else {
        [0, 2, 4]
    };
    let band = |(index, sound): (usize, &crate::piece::Sounding)| Band {
        name: format!("Layer {}", index + 1),
        color: colors[index % colors.len()],
        envelope: sound.around(Frames::ZERO, turn, Frames::ZERO),
        gain_db: 0.0,
        pan: 0.0,
        muted: false,
        recording: false,
    };
    let bands = sounds.iter().enumerate().map(band).collect();
    Ring {
        bands,
        turn_seconds: turn.seconds(SampleRate::STUDIO),
        turn_start: 0.0,
    }
}

fn chosen(plan: &Plan, action: &Action) -> Vec<Source> {
    let all = plan.sources(action);
    match action {
        Action::Grid { .. } => LOOPS
            .iter()
            .filter_map(|index| all.get(*index).cloned())
            .collect(),
        Action::Stems { .. } => all,
        // Every hum its own note: home, then two that fit.
        Action::Note { name, .. } => {
            let nth = name
                .bytes()
                .last()
                .map_or(0, |digit| usize::from(digit.saturating_sub(b'1')));
            all.get(nth).cloned().into_iter().collect()
        }
        _ => vec![],
    }
}
