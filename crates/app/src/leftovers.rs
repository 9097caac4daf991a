//! What an app that went away has left behind: at most one session to carry on with, and pieces of
//! everything else.
//!
//! | an unfinished session | becomes |
//! |---|---|
//! | of this practice day, the newest, with a stand this build can take up | offered on Today |
//! | whose ending had begun | ended; its piece is there already |
//! | any other | a piece of its draft, and one of every take that was cut short |
//!
//! A take found at the start that belongs to none of them is a piece of its own. Until somebody
//! decides, what is offered stays as it is: another start offers it again, another day makes pieces.

use audio_engine::units::SampleRate;
use jiff::{Timestamp, Zoned};
use store::{
    EndReason, PieceId, Salvaged, SessionLength, SessionRow, Store, StoreError, TakeHeader,
    TakeState,
};

use crate::content::Content;
use crate::ipc::{Length, UnfinishedView};
use crate::pieces::{self, keep_lone_take};
use crate::session::{Draft, Left, Session};
use crate::sound::Sound;
use crate::words;

/// A session that was cut off.
pub struct Unfinished {
    row: SessionRow,
    draft: Draft,
    /// Takes that were cut short, with their frames.
    fragments: Vec<(TakeHeader, u64)>,
}

/// What was made of it.
#[derive(Debug, Default)]
pub struct Kept {
    pub pieces: Vec<PieceId>,
}

/// Finds what was left behind, makes pieces of it, and answers what can be carried on with.
///
/// # Errors
/// The store refuses; nothing is lost, and the next start tries again.
pub fn take_stock(
    store: &mut Store,
    salvaged: &[Salvaged],
    content: &Content,
    sound: &Sound,
    now: &Zoned,
) -> Result<(Kept, Option<Unfinished>), StoreError> {
    let mut kept = Kept::default();
    let mut unfinished = vec![];
    for row in store.unfinished_sessions()? {
        unfinished.push(look_at(store, row, salvaged)?);
    }
    let is_theirs = |take: &Salvaged| {
        unfinished
            .iter()
            .any(|session| session.row.id == take.session)
    };
    for take in salvaged.iter().filter(|take| !is_theirs(take)) {
        let piece = keep_lone_take(
            store,
            &take.header,
            take.frames,
            sound.rate(),
            now.timestamp(),
        )?;
        kept.pieces.extend(piece);
    }
    // They come oldest first.
    let offered = unfinished.pop_if(|newest| newest.can_be_carried_on(content, sound, now));
    for session in unfinished {
        let more = session.keep_as_it_is(store, sound.rate(), now.timestamp())?;
        kept.pieces.extend(more.pieces);
    }
    Ok((kept, offered))
}

fn look_at(
    store: &Store,
    row: SessionRow,
    salvaged: &[Salvaged],
) -> Result<Unfinished, StoreError> {
    let value = store.draft(row.id)?.unwrap_or_default();
    let mut draft = Draft::read(&value);
    if let Some(stand) = &mut draft.stand
        && stand.piece.is_none()
    {
        // Written a moment before the draft that would have named it.
        let pieces = store.pieces()?;
        let own = pieces.iter().find(|piece| piece.session == Some(row.id));
        stand.piece = own.map(|piece| piece.id);
    }
    let is_in_draft = |header: &TakeHeader| {
        let manifest = draft.manifest.as_ref();
        manifest.is_some_and(|manifest| manifest.takes().any(|take| take == header.take))
    };
    // A draft without a stand names no take it had set aside: only what was just found is cut short.
    let is_cut = |header: &TakeHeader| match &draft.stand {
        Some(stand) => !stand.knows(header.take) && !stand.has_whole(&header.name),
        None => salvaged.iter().any(|found| found.take == header.take),
    };
    let takes = store.takes_of(row.id)?.into_iter();
    let fragments = takes
        .filter(|take| matches!(take.state, TakeState::Ok | TakeState::Recovered))
        .map(|take| (take.header, take.frames))
        .filter(|(header, _)| !is_in_draft(header) && is_cut(header))
        .collect();
    Ok(Unfinished {
        row,
        draft,
        fragments,
    })
}

impl Unfinished {
    fn can_be_carried_on(&self, content: &Content, sound: &Sound, now: &Zoned) -> bool {
        let stand = self.draft.stand.as_ref();
        self.row.practice_day == pieces::today(now)
            && stand.is_some_and(|stand| {
                stand.can_be_taken_up(&self.row.exercise, self.length(), content, sound)
            })
    }

    fn length(&self) -> Length {
        match self.row.length {
            SessionLength::Full => Length::Full,
            SessionLength::TwoMinutes => Length::TwoMinutes,
        }
    }

    /// What Today says of it.
    #[must_use]
    pub fn view(&self, content: &Content) -> Option<UnfinishedView> {
        let stand = self.draft.stand.as_ref()?;
        Some(UnfinishedView {
            title: content.exercise(&self.row.exercise)?.title.clone(),
            step: stand.step as u32,
            steps: stand.steps as u32,
            layers: stand.heard(),
            takes: (stand.whole_takes() + self.fragments.len()) as u32,
            motif: content.motif(&self.row.exercise),
        })
    }

    /// Ready to go on from where it was; `None` if there is nothing to go on from.
    #[must_use]
    pub fn carry_on(self, content: &Content, store: &Store, sound: &Sound) -> Option<Session> {
        let exercise = content.exercise(&self.row.exercise)?;
        let length = self.length();
        let stand = self.draft.stand?;
        let left = Left {
            stand,
            fragments: self.fragments,
        };
        let id = self.row.id;
        Some(Session::taken_up(id, exercise, length, left, store, sound))
    }

    /// Ends it: a piece of what was on stage, and one of every take that was cut short.
    ///
    /// # Errors
    /// The store refuses; it is found again at the next start.
    pub fn keep_as_it_is(
        &self,
        store: &mut Store,
        rate: SampleRate,
        now: Timestamp,
    ) -> Result<Kept, StoreError> {
        let mut kept = Kept::default();
        for (header, frames) in &self.fragments {
            kept.pieces
                .extend(keep_lone_take(store, header, *frames, rate, now)?);
        }
        let stand = self.draft.stand.as_ref();
        let is_there = stand.is_some_and(|stand| stand.piece.is_some());
        if let Some(manifest) = self.draft.manifest.as_ref().filter(|_| !is_there) {
            let name = format!("Unfinished, {}", words::day(&pieces::started(&self.row)));
            let piece = pieces::save(store, &self.row, manifest, name, rate)?;
            if stand.is_some_and(|stand| stand.kept == Some(false)) {
                store.delete_piece(piece, now)?;
            }
            kept.pieces.push(piece);
        }
        let reason = match stand.and_then(|stand| stand.over) {
            Some(true) => EndReason::Finished,
            Some(false) => EndReason::Stopped,
            None => EndReason::Left,
        };
        let (steps, active_ms) = match stand {
            Some(stand) => (stand.completed, stand.active_ms()),
            None => (store.steps(self.row.id)?.len() as u32, 0),
        };
        store.end_session(self.row.id, reason, steps, active_ms)?;
        Ok(kept)
    }
}
