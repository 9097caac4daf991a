//! The figures on the cards come from the sounds themselves.
//!
//! They are drawn beforehand, so that the first screen waits for nothing. After changing a sound or
//! an exercise: `UNDERSONG_WRITE_MOTIFS=1 cargo test -p app --test motifs` draws them again.

use std::collections::BTreeMap;
use std::path::Path;

use app::ipc::Ring;
use app::{Content, motif};

const FILE: &str = "../../content/motifs.json";

/// Rendering differs by a rounding between processors; a figure that differs by more is another one.
const TOLERANCE: u8 = 6;

#[test]
fn every_card_shows_what_its_exercise_sounds_like() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let content = Content::embedded().expect("the content is sound");
    let drawn: BTreeMap<&str, Ring> = content
        .exercises
        .iter()
        .map(|exercise| (exercise.id.as_str(), motif(exercise)))
        .collect();
    if std::env::var_os("UNDERSONG_WRITE_MOTIFS").is_some() {
        let text = serde_json::to_string(&drawn).expect("a ring can be written");
        std::fs::write(&file, text + "\n").expect("the content can be written");
        return;
    }
    for (id, ring) in drawn {
        let kept = content.motif(id);
        let same = kept.bands.len() == ring.bands.len()
            && kept.bands.iter().zip(&ring.bands).all(|(kept, drawn)| {
                let points = kept.envelope.iter().zip(&drawn.envelope);
                kept.name == drawn.name
                    && points.into_iter().all(|(a, b)| a.abs_diff(*b) <= TOLERANCE)
            });
        assert!(
            same,
            "{id}: its card does not show its sounds; draw it again (see the top of this file)"
        );
        assert!(!ring.bands.is_empty(), "{id}: a card has a figure");
    }
}
