//! The album: keeping a piece, showing it, playing it, taking it along.

use audio_engine::units::{Grid, SampleRate, Tempo};
use jiff::{Timestamp, Zoned, civil::Date};
use store::{
    NewPiece, PieceId, PieceRow, SessionId, SessionRow, Store, StoreError, TakeHeader, practice_day,
};

use crate::content::Content;
use crate::error::of_store;
use crate::ipc::{IpcError, PieceView, Ring};
use crate::piece::{Manifest, PieceLayer, Source, cover};
use crate::session::{Session, Studio};
use crate::words;

/// The longest name a piece can have, in characters.
pub const LONGEST_NAME: usize = 80;
/// The furthest a take can be nudged from where it was recorded, in ms: more than the latest
/// Bluetooth headphones.
pub const FURTHEST_NUDGE_MS: f64 = 500.0;

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

/// The sitting that a piece is from.
struct Sitting {
    session: Option<SessionId>,
    exercise: String,
    made: Timestamp,
}

impl Sitting {
    fn of(session: &SessionRow) -> Sitting {
        Sitting {
            session: Some(session.id),
            exercise: session.exercise.clone(),
            made: session.started,
        }
    }
}

/// A piece of one take alone, as far as it came, found `now`. `None` if it came to less than half a
/// second after its punch-in; the take itself stays on the disk.
///
/// # Errors
/// The store refuses.
pub fn keep_lone_take(
    store: &mut Store,
    header: &TakeHeader,
    frames: u64,
    rate: SampleRate,
    now: Timestamp,
) -> Result<Option<PieceId>, StoreError> {
    let sung = frames
        .saturating_sub(header.pre_roll + header.round_trip)
        .min(header.length);
    let seconds = sung as f64 / f64::from(header.rate);
    if seconds < 0.5 {
        return Ok(None);
    }
    let sitting = match store.session(header.session) {
        Ok(session) => Sitting::of(&session),
        // Recordings of an evening whose rows are lost, or came from a backup of before it.
        Err(StoreError::NotFound { .. } | StoreError::Unreadable { .. }) => Sitting {
            session: None,
            exercise: header.exercise.clone(),
            made: now,
        },
        Err(error) => return Err(error),
    };
    // A lone take has no bars of its own: it is counted in seconds and heard once.
    let grid = Grid {
        rate,
        tempo: Tempo::BREATHING,
        beats_per_bar: 1,
    };
    let layer = PieceLayer {
        name: header.name.clone(),
        color: 2,
        source: Source::take(header.take),
        from_bar: 0,
        gain_db: 0.0,
        pan: 0.0,
        send_db: -18.0,
        origin_bar: 0,
        once: true,
    };
    let manifest = Manifest::new(grid, seconds.ceil() as u64, vec![layer]);
    // What it was called may be damaged.
    let name = match header.name.as_str() {
        "" => "A take, kept".to_owned(),
        name => format!("{name}, kept"),
    };
    write(store, sitting, &manifest, name, rate).map(Some)
}

/// A piece that nobody was there to finish.
///
/// # Errors
/// The store refuses.
pub fn save(
    store: &mut Store,
    session: &SessionRow,
    manifest: &Manifest,
    name: String,
    rate: SampleRate,
) -> Result<PieceId, StoreError> {
    write(store, Sitting::of(session), manifest, name, rate)
}

fn write(
    store: &mut Store,
    sitting: Sitting,
    manifest: &Manifest,
    name: String,
    rate: SampleRate,
) -> Result<PieceId, StoreError> {
    let (mut shelf, _) = manifest.shelf(store, rate);
    store.save_piece(&NewPiece {
        session: sitting.session,
        exercise: sitting.exercise,
        name,
        named: false,
        seconds: manifest.seconds(),
        recovered: true,
        made: sitting.made,
        manifest: json(manifest),
        cover: json(&cover(manifest, &mut shelf, rate)),
    })
}

/// Moves a layer's take by `ms` and writes the recipe again; answers where it then lies, in ms.
///
/// # Errors
/// `InvalidInput` if nobody recorded that layer or it would lie too far away; the store refuses.
pub fn nudge(store: &mut Store, row: &PieceRow, layer: usize, ms: f64) -> Result<f64, IpcError> {
    let invalid = |field: &str| IpcError::InvalidInput {
        field: field.into(),
    };
    let mut manifest = manifest(row).ok_or_else(|| invalid("piece"))?;
    let source = manifest.layers.get(layer).map(|layer| &layer.source);
    let (take, _) = source
        .and_then(Source::recording)
        .ok_or_else(|| invalid("layer"))?;
    let rate = f64::from(store.take(take).map_err(of_store)?.header.rate);
    // Whole frames of the take: what is added is taken away again exactly.
    let frames = (ms * rate / 1000.0).round();
    let nudge = manifest
        .nudge(layer, frames as i64)
        .ok_or_else(|| invalid("layer"))?;
    let lies_ms = nudge as f64 * 1000.0 / rate;
    if !ms.is_finite() || lies_ms.abs() > FURTHEST_NUDGE_MS {
        return Err(invalid("ms"));
    }
    store
        .remix_piece(row.id, &json(&manifest), &row.cover)
        .map_err(of_store)?;
    Ok(lies_ms)
}

/// When a session began, by the clock on its wall.
#[must_use]
pub fn started(session: &SessionRow) -> Zoned {
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
