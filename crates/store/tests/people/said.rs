//! What a process said was safe before it ended, and whether it is.

use std::collections::BTreeMap;

use super::{RATE, hum};
use store::{PieceId, SessionId, SessionState, Store, TakeId, TakeState};

#[derive(Debug, Clone, Default)]
pub struct Said {
    pub sessions: Vec<SessionId>,
    pub ended: Vec<SessionId>,
    pub pieces: Vec<PieceId>,
    pub takes: BTreeMap<TakeId, OfATake>,
}

/// In frames, from the first.
#[derive(Debug, Clone, Default)]
pub struct OfATake {
    /// Asked to be kept, safe or not.
    pub sung: u64,
    pub safe: u64,
    pub sealed: Option<u64>,
    pub marks: Vec<String>,
}

impl Said {
    /// What stands after an `@`, line by line. The last line may be torn; what was not said whole,
    /// was not said.
    pub fn hear(&mut self, output: &str) {
        let whole = output.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for (_, said) in whole.lines().filter_map(|line| line.split_once('@')) {
            self.hear_line(said);
        }
    }

    fn hear_line(&mut self, said: &str) {
        let words: Vec<&str> = said.splitn(3, ' ').collect();
        match words[..] {
            ["session", id] => self.sessions.push(id.parse().unwrap()),
            ["ended", id] => self.ended.push(id.parse().unwrap()),
            ["piece", id] => self.pieces.push(id.parse().unwrap()),
            [what, take, rest] => {
                let take = self.takes.entry(take.parse().unwrap()).or_default();
                match what {
                    "sung" => take.sung = rest.parse().unwrap(),
                    "safe" => take.safe = rest.parse().unwrap(),
                    "sealed" => take.sealed = Some(rest.parse().unwrap()),
                    "mark" => take.marks.push(rest.to_owned()),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// The most that is gone of any take, in seconds; or what is missing that must not be.
    pub fn check(&self, store: &Store) -> Result<f64, String> {
        for id in &self.sessions {
            store
                .session(*id)
                .map_err(|e| format!("session {id}: {e}"))?;
        }
        for id in &self.ended {
            let session = store.session(*id).map_err(|e| format!("{id}: {e}"))?;
            if matches!(session.state, SessionState::Running) {
                return Err(format!("session {id} had ended"));
            }
        }
        for id in &self.pieces {
            store.piece(*id).map_err(|e| format!("piece {id}: {e}"))?;
        }
        let mut gone = 0.0f64;
        for (id, take) in &self.takes {
            gone = gone.max(take.check(store, *id)?);
        }
        Ok(gone)
    }
}

impl OfATake {
    fn check(&self, store: &Store, id: TakeId) -> Result<f64, String> {
        let seconds = |frames: u64| frames as f64 / f64::from(RATE);
        let row = match store.take(id) {
            Ok(row) => row,
            Err(e) if self.safe > 0 => return Err(format!("{id} was safe: {e}")),
            Err(_) => return Ok(seconds(self.sung)),
        };
        if !matches!(row.state, TakeState::Ok | TakeState::Recovered) {
            return Err(format!("{id} is {:?}", row.state));
        }
        if row.frames < self.safe || self.sealed.is_some_and(|sealed| sealed != row.frames) {
            return Err(format!("{} frames of {self:?}", row.frames));
        }
        let read = store.read_take(id).map_err(|e| format!("{id}: {e}"))?;
        if !read.damaged.is_empty() || !read.gaps.is_empty() {
            return Err(format!("{id} has holes"));
        }
        let kept: Vec<&String> = read.marks.iter().map(|(_, word)| word).collect();
        if let Some(mark) = self.marks.iter().find(|mark| !kept.contains(mark)) {
            return Err(format!("{id} has lost its mark {mark:?}"));
        }
        let phrase = hum(seconds(self.sung.max(row.frames)) + 1.0);
        let same = read
            .samples
            .iter()
            .zip(&phrase)
            .all(|(a, b)| (a - b).abs() < 2e-7);
        if !same || read.samples.len() as u64 != row.frames {
            return Err(format!("{id} is not what was sung"));
        }
        let gone = seconds(self.sung.saturating_sub(row.frames));
        if gone > 1.0 {
            return Err(format!("{gone:.2} s of {id} are gone"));
        }
        Ok(gone)
    }
}
