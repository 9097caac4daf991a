//! The album: keeping a piece, showing it, playing it, taking it along.

use audio_engine::units::{Grid, SampleRate, Tempo};
use jiff::{Zoned, civil::Date};
use store::{
    NewPiece, PieceId, PieceRow, Salvaged, SessionRow, Store, StoreError, TakeHeader, practice_day,
};

use crate::content::Content;
use crate::ipc::{PieceView, Ring};
use crate::piece::{Manifest, PieceLayer, Source, cover};
use crate::session::{Session, Studio};
use crate::words;

/// The longest name a piece can have, in characters.
pub const LONGEST_NAME: usize = 80;

/// Writes the session's piece, or writes it again if it is there already.
///
/// # Errors
/// The store refuses.
pub fn keep(
    session: &mut Session,
    manifest: &Manifest,
    studio: &mut Studio,
) -> Result<PieceId, StoreError> {
    let rate = studio.sound.rate();
    let new = NewPiece {
        session: Some(session.id),
        exercise: session.exercise.id.clone(),
        name: session.exercise.title.clone(),
        named: false,
        seconds: manifest.seconds(),
        recovered: false,
        made: studio.now.timestamp(),
        manifest: json(manifest),
        cover: json(&cover(manifest, session.shelf(), rate)),
    };
    let piece = match session.piece {
        Some(piece) => {
            studio.store.remix_piece(piece, &new.manifest, &new.cover)?;
            piece
        }
        None => studio.store.save_piece(&new)?,
    };
    if session.is_let_go() {
        studio.store.delete_piece(piece, new.made)?;
    }
    Ok(piece)
}

/// Makes pieces of what a session left behind when the app went away: of its draft if it had one,
/// and of every salvaged take that is in no draft. Ends the session. Answers how many there are.
///
/// # Errors
/// The store refuses; nothing is lost, and the next start tries again.
pub fn recover(
    store: &mut Store,
    salvaged: &[Salvaged],
    rate: SampleRate,
) -> Result<u32, StoreError> {
    let mut pieces = 0;
    let unfinished = store.unfinished_sessions()?;
    let mut drafts: Vec<(&SessionRow, Manifest)> = vec![];
    for session in &unfinished {
        let draft = store.draft(session.id)?;
        if let Some(draft) = draft.and_then(|value| serde_json::from_value(value).ok()) {
            drafts.push((session, draft));
        }
    }
    for take in salvaged {
        let is_in_a_draft = drafts
            .iter()
            .any(|(_, draft)| draft.takes().any(|other| other == take.take));
        if !is_in_a_draft {
            let kept = keep_lone_take(store, &take.header, take.frames, rate)?;
            pieces += u32::from(kept.is_some());
        }
    }
    for (session, draft) in drafts {
        let name = format!("Unfinished, {}", words::day(&started(session)));
        save(store, session, &draft, name, rate)?;
        pieces += 1;
    }
    for session in unfinished {
        let steps = store.steps(session.id)?.len() as u32;
        store.end_session(session.id, store::EndReason::Left, steps, 0)?;
    }
    Ok(pieces)
}

/// A piece of one take alone, as far as it came. `None` if it came to less than half a second
/// after its punch-in; the take itself stays on the disk.
///
/// # Errors
/// The store refuses.
pub fn keep_lone_take(
    store: &mut Store,
    header: &TakeHeader,
    frames: u64,
    rate: SampleRate,
) -> Result<Option<PieceId>, StoreError> {
    let sung = frames
        .saturating_sub(header.pre_roll + header.round_trip)
        .min(header.length);
    let seconds = sung as f64 / f64::from(header.rate);
    if seconds < 0.5 {
        return Ok(None);
    }
    let session = store.session(header.session)?;
    // A lone take has no bars of its own: it is counted in seconds and heard once.
    let grid = Grid {
        rate,
        tempo: Tempo::BREATHING,
        beats_per_bar: 1,
    };
    let layer = PieceLayer {
        name: header.name.clone(),
        color: 2,
        source: Source::Take { take: header.take },
        from_bar: 0,
        gain_db: 0.0,
        pan: 0.0,
        send_db: -18.0,
        origin_bar: 0,
        once: true,
    };
    let manifest = Manifest::new(grid, seconds.ceil() as u64, vec![layer]);
    let name = format!("{}, kept", header.name);
    save(store, &session, &manifest, name, rate).map(Some)
}

fn save(
    store: &mut Store,
    session: &SessionRow,
    manifest: &Manifest,
    name: String,
    rate: SampleRate,
) -> Result<PieceId, StoreError> {
    let (mut shelf, _) = manifest.shelf(store, rate);
    store.save_piece(&NewPiece {
        session: Some(session.id),
        exercise: session.exercise.clone(),
        name,
        named: false,
        seconds: manifest.seconds(),
        recovered: true,
        made: session.started,
        manifest: json(manifest),
        cover: json(&cover(manifest, &mut shelf, rate)),
    })
}

fn started(session: &SessionRow) -> Zoned {
    session
        .started
        .in_tz(&session.zone)
        .unwrap_or_else(|_| session.started.to_zoned(jiff::tz::TimeZone::system()))
}

/// What the album shows of a piece.
#[must_use]
pub fn view(row: &PieceRow, bin_days: Option<u32>, content: &Content, now: &Zoned) -> PieceView {
    let made = row.made.to_zoned(now.time_zone().clone());
    let title = content
        .exercise(&row.exercise)
        .map(|exercise| exercise.title.clone());
    PieceView {
        id: row.id.to_string(),
        name: row.name.clone(),
        named: row.named,
        day: words::day_of(practice_day(&made), today(now)),
        made_at: made.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        seconds: row.seconds,
        exercise: title.unwrap_or_default(),
        cover: serde_json::from_value::<Ring>(row.cover.clone()).unwrap_or_default(),
        recovered: row.recovered,
        bin_days,
    }
}

/// Reads a piece's recipe; `None` if a newer Undersong wrote it.
#[must_use]
pub fn manifest(row: &PieceRow) -> Option<Manifest> {
    serde_json::from_value(row.manifest.clone()).ok()
}

/// The practice day it is now.
#[must_use]
pub fn today(now: &Zoned) -> Date {
    practice_day(now)
}

fn json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
