//! People with a history, for tests: a store in a folder, as they would have left it.

use std::path::Path;

use jiff::{ToSpan, Zoned};
use serde_json::json;

use crate::{
    Calibration, CheckIn, EndReason, NewPiece, NewSession, Phase, PickedBy, Result, SessionId,
    SessionLength, StepEnd, Store, StoreError, TakeHeader, TakeId,
};

const RATE: u32 = 48_000;
const EXERCISES: [&str; 3] = ["lp01", "vs02", "mx01"];

/// Anna has hummed and looped on fourteen of the last twenty-one evenings. She arrives rough and
/// tense and leaves a little less so. Four pieces, one of them in the bin since yesterday; the
/// newest has a take. `now` is this evening, before she begins.
pub fn anna_with_three_weeks_of_humming(dir: &Path, now: &Zoned) -> Result<Store> {
    let (mut store, _) = Store::open(dir, now.timestamp())?;
    // Every third evening she does something else.
    for days_ago in (1..=21u8).rev().filter(|day| day % 3 != 0) {
        let started = now.checked_sub(i64::from(days_ago).days()).map_err(clock)?;
        let exercise = EXERCISES[usize::from(days_ago) % EXERCISES.len()];
        let session = store.insert_session(&session_of(exercise, &started))?;
        let tension = 3.0 + f32::from(days_ago) / 5.0;
        let before = CheckIn {
            valence: -1.0,
            arousal: -1.5,
            tension,
            extra: None,
        };
        let after = CheckIn {
            valence: 0.5,
            arousal: -1.0,
            tension: tension - 1.5,
            extra: None,
        };
        store.save_checkin(session, Phase::Before, Some(&before))?;
        for step in 0..3 {
            store.step_started(session, step)?;
            store.step_ended(session, step, StepEnd::Done)?;
        }
        let take = if days_ago == 1 {
            Some(hum(&mut store, session, 2)?)
        } else {
            None
        };
        // She skips the second check-in when she is tired.
        let after = (days_ago % 5 != 0).then_some(&after);
        store.save_checkin(session, Phase::After, after)?;
        store.end_session(session, EndReason::Finished, 3, 180_000)?;
        if days_ago % 5 == 1 || days_ago == 2 {
            let piece = store.save_piece(&piece_of(session, exercise, &started, take))?;
            if days_ago == 2 {
                let yesterday = now.checked_sub(1.day()).map_err(clock)?;
                store.delete_piece(piece, yesterday.timestamp())?;
            }
        }
    }
    store.save_calibration(&Calibration {
        route_key: "built-in speaker > built-in microphone".into(),
        round_trip: 1_872.0,
        confidence: 0.97,
        measured_at: now.timestamp(),
        method: "acoustic".into(),
        mad: 0.4,
        runs: 5,
    })?;
    Ok(store)
}

/// Ben's phone died in the middle of his first take: the session never ended, the take was never
/// sealed. Opening the store finds both. Returns the session.
pub fn ben_whose_phone_died_while_he_sang(dir: &Path, now: &Zoned) -> Result<SessionId> {
    let (mut store, _) = Store::open(dir, now.timestamp())?;
    let session = store.insert_session(&session_of("vs02", now))?;
    store.step_started(session, 0)?;
    store.save_draft(session, &json!({ "step": 0 }))?;
    let mut writer = store.begin_take(&header_of(session, TakeId::new()))?;
    writer.append(&tone(3))?;
    Ok(session)
}

fn session_of(exercise: &str, started: &Zoned) -> NewSession {
    NewSession {
        exercise: exercise.into(),
        length: SessionLength::Full,
        easier: false,
        without_microphone: false,
        picked_by: PickedBy::Suggested,
        started: started.clone(),
    }
}

fn piece_of(session: SessionId, exercise: &str, made: &Zoned, take: Option<TakeId>) -> NewPiece {
    NewPiece {
        session: Some(session),
        exercise: exercise.into(),
        name: made.strftime("%A evening").to_string(),
        named: false,
        seconds: 60.0,
        recovered: false,
        made: made.timestamp(),
        manifest: json!({ "take": take }),
        cover: json!({ "bands": [] }),
    }
}

fn header_of(session: SessionId, take: TakeId) -> TakeHeader {
    TakeHeader {
        take,
        session,
        exercise: "vs02".into(),
        name: "First hum".into(),
        rate: RATE,
        pre_roll: 0,
        round_trip: 1_872,
        length: 2 * u64::from(RATE),
        punch_in: 0,
        channels: 1,
    }
}

fn hum(store: &mut Store, session: SessionId, seconds: u32) -> Result<TakeId> {
    let header = header_of(session, TakeId::new());
    let mut writer = store.begin_take(&header)?;
    writer.append(&tone(seconds))?;
    Ok(store.adopt_take(&writer.seal()?)?.take)
}

/// A quiet A, 220 Hz.
fn tone(seconds: u32) -> Vec<f32> {
    let frame = std::f32::consts::TAU * 220.0 / RATE as f32;
    (0..RATE * seconds)
        .map(|n| (n as f32 * frame).sin() * 0.25)
        .collect()
}

fn clock(error: jiff::Error) -> StoreError {
    StoreError::Database(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn this_evening() -> Zoned {
        "2026-11-23T19:30:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    #[test]
    fn anna_has_fourteen_evenings_three_pieces_in_the_album_and_one_in_the_bin() {
        let dir = tempfile::tempdir().unwrap();
        let store = anna_with_three_weeks_of_humming(dir.path(), &this_evening()).unwrap();
        let sessions = store.sessions(100).unwrap();
        assert_eq!(sessions.len(), 14);
        assert_eq!(sessions[0].practice_day.to_string(), "2026-11-22");
        let now = this_evening().timestamp();
        assert_eq!(
            (store.pieces().unwrap().len(), store.bin(now).unwrap().len()),
            (3, 1)
        );
        assert_eq!(store.takes().unwrap().len(), 1);
        assert!(store.check().unwrap().is_sound());
    }

    #[test]
    fn what_ben_sang_is_found_when_his_phone_is_charged() {
        let dir = tempfile::tempdir().unwrap();
        let session = ben_whose_phone_died_while_he_sang(dir.path(), &this_evening()).unwrap();
        let (store, opening) = Store::open(dir.path(), this_evening().timestamp()).unwrap();
        assert_eq!(opening.salvaged[0].frames, u64::from(3 * RATE));
        assert_eq!(store.unfinished_sessions().unwrap()[0].id, session);
    }
}
