//! From what is on stage to a piece: layers come in one after another, all sound, and it fades.

use audio_engine::units::Frames;

use crate::piece::{Manifest, PieceLayer};

use super::mixes::Mix;
use super::plan::Plan;
use super::stage::{Actor, Role, Stage, send_db};

/// Bars between one layer's entry and the next one's.
const ENTRY_BARS: u64 = 4;
/// A piece is a whole number of these long, so that every loop ends as it is meant to.
const PHRASE_BARS: u64 = 8;

/// The piece as it would be now; `None` while nothing was made.
pub fn arrange(
    stage: &Stage,
    plan: &Plan,
    mixes: &[Mix],
    chosen: Option<&str>,
) -> Option<Manifest> {
    let mut made: Vec<(usize, &Actor)> = stage
        .actors
        .iter()
        .enumerate()
        .filter(|(_, actor)| actor.on_since.is_some() && actor.sounding.length() > Frames::ZERO)
        .collect();
    let layers = |role: Role| {
        made.iter()
            .filter(move |(_, actor)| actor.role == role)
            .count()
    };
    if layers(Role::Loop) + layers(Role::Voice) == 0 && mixes.is_empty() {
        return None;
    }
    made.sort_by_key(|(index, actor)| (actor.role != Role::Bed, actor.on_since, *index));
    // A song's stems belong together from the first bar; so does a bed with the first voice.
    let enters = |actor: &Actor| matches!(actor.role, Role::Loop | Role::Voice);
    let mut entries = 0;
    let mix = chosen
        .and_then(|letter| mixes.iter().find(|mix| mix.letter == letter))
        .or(mixes.last());
    let mut longest = 0;
    let parts: Vec<PieceLayer> = made
        .iter()
        .map(|(index, actor)| {
            let from_bar = if enters(actor) {
                ENTRY_BARS * entries
            } else {
                0
            };
            entries += u64::from(enters(actor));
            longest = longest.max(plan.grid.bar_at(actor.sounding.length()));
            let mixed = mix.and_then(|mix| mix.gains.iter().find(|(layer, _)| layer == index));
            let muted = if actor.settings.muted {
                f32::NEG_INFINITY
            } else {
                0.0
            };
            let gain_db = mixed.map_or(actor.settings.gain_db, |(_, gain)| *gain) + muted;
            PieceLayer {
                name: actor.label.clone(),
                color: actor.color,
                source: actor.source.clone(),
                from_bar,
                gain_db: gain_db.max(-120.0),
                pan: actor.settings.pan,
                send_db: send_db(actor.role),
                // Kept within the first pass: a piece begins at its own bar 0.
                origin_bar: origin(actor, plan),
                once: false,
            }
        })
        .collect();
    let all_in = ENTRY_BARS * u64::saturating_sub(entries, 1) + PHRASE_BARS;
    let bars = all_in.max(longest).next_multiple_of(PHRASE_BARS);
    Some(Manifest::new(plan.grid, bars, parts))
}

/// Bars from the piece's bar 0 to the beginning of a pass, less than one pass.
fn origin(actor: &Actor, plan: &Plan) -> u64 {
    let length = plan.grid.bar_at(actor.sounding.length()).max(1);
    plan.grid.bar_at(actor.origin) % length
}
