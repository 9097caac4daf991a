//! Any evening at all: whatever a person does, in whatever order, with the app going away at any
//! point, the store agrees with a simple list kept beside it.
//!
//! `UNDERSONG_EVENINGS=2000` for the long form.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod people;

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use people::{Home, RATE, evening, hum, hum_header};
use proptest::prelude::*;
use serde_json::json;
use store::{
    EndReason, NewPiece, PieceId, SessionId, SessionState, Store, TakeId, TakeState, TakeWriter,
};

const SLOT: usize = RATE as usize / 4;

/// What a person, or fate, can do.
#[derive(Debug, Clone)]
enum Deed {
    BeginSession,
    EndSession,
    BeginTake,
    Sing(usize),
    SealTake,
    /// Sealed, but the app goes before the row is written.
    SealAndVanish,
    KeepPiece,
    Rename(String),
    Delete,
    Restore,
    DaysPass(i64),
    Close,
    Vanish,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => Just(Deed::BeginSession),
        1 => Just(Deed::EndSession),
        3 => Just(Deed::BeginTake),
        6 => (1usize..1_700).prop_map(Deed::Sing),
        2 => Just(Deed::SealTake),
        1 => Just(Deed::SealAndVanish),
        2 => Just(Deed::KeepPiece),
        1 => "[a-z ]{0,12}".prop_map(Deed::Rename),
        1 => Just(Deed::Delete),
        1 => Just(Deed::Restore),
        1 => (1i64..40).prop_map(Deed::DaysPass),
        1 => Just(Deed::Close),
        2 => Just(Deed::Vanish),
    ]
}

#[derive(Debug, Clone, PartialEq)]
struct Kept {
    name: String,
    binned: Option<Timestamp>,
}

/// The list kept beside the store.
struct Evening {
    home: Home,
    store: Option<Store>,
    writer: Option<(TakeId, TakeWriter, Vec<f32>)>,
    session: Option<SessionId>,
    sessions: BTreeMap<SessionId, SessionState>,
    /// What each finished take must sound like.
    takes: BTreeMap<TakeId, Vec<f32>>,
    pieces: BTreeMap<PieceId, Kept>,
    last_piece: Option<PieceId>,
}

impl Evening {
    fn new() -> Evening {
        let home = Home::new();
        let store = Some(home.open().0);
        Evening {
            home,
            store,
            writer: None,
            session: None,
            sessions: BTreeMap::new(),
            takes: BTreeMap::new(),
            pieces: BTreeMap::new(),
            last_piece: None,
        }
    }

    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    fn reopen(&mut self) {
        let (store, opening) = self.home.open();
        assert!(opening.damaged.is_empty());
        for salvaged in &opening.salvaged {
            assert!(self.takes.contains_key(&salvaged.take));
        }
        self.store = Some(store);
        self.session = None;
    }

    fn vanish(&mut self) {
        self.store = None;
        if let Some((take, writer, mut sung)) = self.writer.take() {
            drop(writer);
            // What was whole is kept: here the page cache survives, so all but the last slot.
            sung.truncate(sung.len() / SLOT * SLOT);
            if !sung.is_empty() {
                self.takes.insert(take, sung);
            }
        }
        self.reopen();
    }

    fn seal(&mut self) -> Option<store::SealedTake> {
        let (take, writer, sung) = self.writer.take()?;
        let sealed = writer.seal().unwrap();
        assert_eq!(sealed.frames, sung.len() as u64);
        self.takes.insert(take, sung);
        Some(sealed)
    }

    fn happens(&mut self, deed: Deed) {
        let now = self.home.now;
        match deed {
            Deed::BeginSession => {
                let session = self.store().insert_session(&evening("vs02")).unwrap();
                self.sessions.insert(session, SessionState::Running);
                self.session = Some(session);
            }
            Deed::EndSession => {
                if let Some(session) = self.session.take() {
                    self.store()
                        .end_session(session, EndReason::Stopped, 1, 5)
                        .unwrap();
                    self.sessions
                        .insert(session, SessionState::Ended(EndReason::Stopped));
                }
            }
            Deed::BeginTake => {
                if let (Some(session), None) = (self.session, &self.writer) {
                    let header = hum_header(session);
                    let writer = self.store().begin_take(&header).unwrap();
                    self.writer = Some((header.take, writer, Vec::new()));
                }
            }
            Deed::Sing(frames) => {
                if let Some((_, writer, sung)) = &mut self.writer {
                    let phrase = hum((sung.len() + frames) as f64 / f64::from(RATE));
                    writer.append(&phrase[sung.len()..]).unwrap();
                    *sung = phrase;
                }
            }
            Deed::SealTake => {
                if let Some(sealed) = self.seal() {
                    assert_eq!(
                        self.store().adopt_take(&sealed).unwrap().state,
                        TakeState::Ok
                    );
                }
            }
            Deed::SealAndVanish => {
                self.seal();
                self.vanish();
            }
            Deed::KeepPiece => {
                let new = NewPiece {
                    // Without a session its takes stay when it goes; that has its own test.
                    session: None,
                    exercise: "vs02".into(),
                    name: "evening".into(),
                    named: false,
                    seconds: 1.0,
                    recovered: false,
                    made: now,
                    manifest: json!({}),
                    cover: json!({}),
                };
                let piece = self.store().save_piece(&new).unwrap();
                self.pieces.insert(
                    piece,
                    Kept {
                        name: new.name,
                        binned: None,
                    },
                );
                self.last_piece = Some(piece);
            }
            Deed::Rename(name) => self.with_piece(|store, piece, kept| {
                store.rename_piece(piece, &name).unwrap();
                kept.name.clone_from(&name);
            }),
            Deed::Delete => self.with_piece(|store, piece, kept| {
                store.delete_piece(piece, now).unwrap();
                kept.binned = kept.binned.or(Some(now));
            }),
            Deed::Restore => self.with_piece(|store, piece, kept| {
                store.restore_piece(piece).unwrap();
                kept.binned = None;
            }),
            Deed::DaysPass(days) => {
                self.home.now += (24 * days).hours();
                let now = self.home.now;
                self.store().sweep_bin(now).unwrap();
                let month = jiff::SignedDuration::from_hours(24 * 30);
                let gone = |kept: &Kept| {
                    kept.binned
                        .is_some_and(|at| now.duration_since(at) >= month)
                };
                self.pieces.retain(|_, kept| !gone(kept));
                self.last_piece = self
                    .last_piece
                    .filter(|piece| self.pieces.contains_key(piece));
            }
            Deed::Close => {
                if self.writer.is_none() {
                    self.store.take().unwrap().close().unwrap();
                    self.reopen();
                }
            }
            Deed::Vanish => self.vanish(),
        }
    }

    fn with_piece(&mut self, act: impl FnOnce(&mut Store, PieceId, &mut Kept)) {
        if let Some(piece) = self.last_piece {
            let kept = self.pieces.get_mut(&piece).unwrap();
            act(self.store.as_mut().unwrap(), piece, kept);
        }
    }

    fn check(&self) {
        let store = self.store.as_ref().unwrap();
        let sessions: BTreeMap<_, _> = store
            .sessions(1_000)
            .unwrap()
            .into_iter()
            .map(|row| (row.id, row.state))
            .collect();
        assert_eq!(sessions, self.sessions);
        let album = store.pieces().unwrap().into_iter();
        let bin = store
            .bin(self.home.now)
            .unwrap()
            .into_iter()
            .map(|(piece, _)| piece);
        let pieces: BTreeMap<_, _> = album
            .chain(bin)
            .map(|row| {
                (
                    row.id,
                    Kept {
                        name: row.name,
                        binned: row.binned,
                    },
                )
            })
            .collect();
        assert_eq!(pieces, self.pieces);
        let takes: Vec<TakeId> = store
            .takes()
            .unwrap()
            .into_iter()
            .map(|row| row.take)
            .collect();
        assert_eq!(takes, self.takes.keys().copied().collect::<Vec<_>>());
        for (take, sung) in &self.takes {
            let read = store.read_take(*take).unwrap();
            assert_eq!(read.samples.len(), sung.len());
            assert!(
                read.samples
                    .iter()
                    .zip(sung)
                    .all(|(a, b)| (a - b).abs() < 2e-7)
            );
        }
        assert!(store.check().unwrap().is_sound());
    }
}

fn evenings() -> u32 {
    let asked = std::env::var("UNDERSONG_EVENINGS").ok();
    asked.map_or(32, |number| number.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(evenings()))]

    #[test]
    fn whatever_happens_the_store_and_the_persons_memory_agree(
        deeds in prop::collection::vec(deed(), 1..40),
    ) {
        let mut evening = Evening::new();
        for deed in deeds {
            evening.happens(deed);
        }
        evening.vanish();
        evening.check();
    }
}
