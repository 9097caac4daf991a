//! Whatever somebody does at the looper, what is heard is what was played: every layer of the
//! state they are in, from its tape, where it was played, and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod band;
mod studio;

use audio_engine::looper::{Begin, NodeId, Refusal, What, When};
use audio_engine::{Frames, Gain, TakeId};
use band::{Band, LOOP};
use proptest::prelude::*;
use studio::{BAR, RATE, noise};

/// What somebody may do.
#[derive(Debug, Clone, Copy)]
enum Move {
    Overdub { passes: u64, begin: Begin },
    Multiply { loops: u64 },
    Replace { loops: u64 },
    TakenBack { what: What, after: u64 },
    Keep { bars: u32 },
    Undo(When),
    Redo(When),
    Jump(usize, When),
    Mute(usize, bool, When),
    Gain(usize, f32),
    Nudge(usize, i64),
    Clear(When),
    Wait(u64),
}

fn some_move() -> impl Strategy<Value = Move> {
    let when = || prop_oneof![Just(When::Now), Just(When::BarLine)];
    let begin = prop_oneof![
        Just(Begin::Now),
        Just(Begin::BarLine),
        Just(Begin::CountIn(1))
    ];
    let what = prop_oneof![
        Just(What::Overdub),
        Just(What::Multiply),
        Just(What::Replace)
    ];
    prop_oneof![
        4 => (1u64..4, begin).prop_map(|(passes, begin)| Move::Overdub { passes, begin }),
        1 => (1u64..3).prop_map(|loops| Move::Multiply { loops }),
        2 => (1u64..3).prop_map(|loops| Move::Replace { loops }),
        2 => (what, 1..LOOP * 2).prop_map(|(what, after)| Move::TakenBack { what, after }),
        2 => (1u32..4).prop_map(|bars| Move::Keep { bars }),
        3 => when().prop_map(Move::Undo),
        2 => when().prop_map(Move::Redo),
        1 => (0usize..20, when()).prop_map(|(node, when)| Move::Jump(node, when)),
        1 => (0usize..8, any::<bool>(), when()).prop_map(|(l, on, w)| Move::Mute(l, on, w)),
        1 => (0usize..8, -20.0f32..3.0).prop_map(|(layer, db)| Move::Gain(layer, db)),
        1 => (0usize..8, -5_000i64..5_000).prop_map(|(layer, by)| Move::Nudge(layer, by)),
        1 => when().prop_map(Move::Clear),
        2 => (1u64..3_000).prop_map(Move::Wait),
    ]
}

/// The history as a child would keep it: every state written down whole.
struct Notebook {
    /// Where it came from, and what sounds.
    pages: Vec<(usize, Vec<TakeId>)>,
    /// The page each was last left towards.
    next: Vec<Option<usize>>,
    here: usize,
}

impl Notebook {
    fn write(&mut self, takes: Vec<TakeId>) {
        self.next[self.here] = Some(self.pages.len());
        self.pages.push((self.here, takes));
        self.next.push(None);
        self.here = self.pages.len() - 1;
    }

    fn go(&mut self, page: usize) {
        self.here = page;
        let mut child = page;
        while child != 0 {
            let parent = self.pages[child].0;
            self.next[parent] = Some(child);
            child = parent;
        }
    }

    /// Takes in what has been recorded since.
    fn read(&mut self, band: &Band, replaces: bool, known: &mut u64) {
        let state = band.looper.state();
        for layer in state.layers.iter().skip(*known as usize) {
            let mut takes = self.pages[self.here].1.clone();
            if replaces {
                takes.clear();
            }
            takes.push(layer.take);
            self.write(takes);
            *known += 1;
        }
    }
}

struct Evening {
    band: Band,
    notebook: Notebook,
    known: u64,
}

impl Evening {
    fn nth_layer(&self, nth: usize) -> Option<audio_engine::looper::LayerId> {
        let layers: Vec<_> = self.band.looper.layers().map(|(id, _)| id).collect();
        (!layers.is_empty()).then(|| layers[nth % layers.len()])
    }

    /// Records until `loops` loops are nearly over; false if it was refused for a good reason.
    fn record(&mut self, what: What, begin: Begin, loops: u64) -> bool {
        match self.band.try_record(what, begin) {
            Ok(()) => {}
            Err(Refusal::NoTrack | Refusal::NoLoop) => return false,
            Err(why) => panic!("{what:?} was refused: {why}"),
        }
        self.band.run_to_begin();
        self.band.run(LOOP * loops - 300);
        match self.band.looper.finish(&mut self.band.handle) {
            // Without tracks it ended by itself.
            Ok(()) | Err(Refusal::NothingRuns) => true,
            Err(why) => panic!("it could not be ended: {why}"),
        }
    }

    fn make(&mut self, a: Move) {
        let mut replaces = false;
        match a {
            Move::Overdub { passes, begin } => {
                self.record(What::Overdub, begin, passes);
            }
            Move::Multiply { loops } => {
                self.record(What::Multiply, Begin::BarLine, loops);
            }
            Move::Replace { loops } => {
                replaces = true;
                self.record(What::Replace, Begin::BarLine, loops);
            }
            Move::TakenBack { what, after } => {
                if self.band.try_record(what, Begin::BarLine).is_ok() {
                    self.band.run(after);
                    self.band.looper.cancel(&mut self.band.handle).unwrap();
                }
            }
            Move::Keep { bars } => {
                if self.band.looper.layers().count() < 8 {
                    self.band.looper.keep(bars, &mut self.band.handle).unwrap();
                }
            }
            Move::Undo(when) => {
                let result = self.band.looper.undo(when, &mut self.band.handle);
                if self.notebook.here == 0 {
                    assert_eq!(result, Err(Refusal::NotThere));
                } else {
                    result.unwrap();
                    self.notebook.here = self.notebook.pages[self.notebook.here].0;
                }
            }
            Move::Redo(when) => {
                let result = self.band.looper.redo(when, &mut self.band.handle);
                match self.notebook.next[self.notebook.here] {
                    None => assert_eq!(result, Err(Refusal::NotThere)),
                    Some(page) => {
                        result.unwrap();
                        self.notebook.here = page;
                    }
                }
            }
            Move::Jump(page, when) => {
                let page = page % self.notebook.pages.len();
                let handle = &mut self.band.handle;
                self.band.looper.jump(NodeId(page), when, handle).unwrap();
                self.notebook.go(page);
            }
            Move::Mute(nth, on, when) => {
                if let Some(layer) = self.nth_layer(nth) {
                    self.band
                        .looper
                        .mute(layer, on, when, &mut self.band.handle)
                        .unwrap();
                }
            }
            Move::Gain(nth, db) => {
                if let Some(layer) = self.nth_layer(nth) {
                    let gain = Gain::from_db(db);
                    self.band
                        .looper
                        .gain(layer, gain, &mut self.band.handle)
                        .unwrap();
                }
            }
            Move::Nudge(nth, by) => {
                if let Some(layer) = self.nth_layer(nth) {
                    self.band
                        .looper
                        .nudge(layer, by, &mut self.band.handle)
                        .unwrap();
                }
            }
            Move::Clear(when) => {
                self.band.looper.clear(when, &mut self.band.handle).unwrap();
                self.notebook.write(vec![]);
            }
            Move::Wait(frames) => self.band.run(frames),
        }
        if matches!(
            a,
            Move::Wait(_) | Move::Undo(_) | Move::Redo(_) | Move::Mute(..)
        ) {
            // The next comes on top of what may still be waiting for its bar line.
            self.notebook.read(&self.band, false, &mut self.known);
            return;
        }
        self.band.settle();
        self.notebook.read(&self.band, replaces, &mut self.known);
        self.check(a);
    }

    fn check(&mut self, after: Move) {
        let takes: Vec<TakeId> = self
            .band
            .looper
            .layers()
            .map(|(_, layer)| layer.take)
            .collect();
        assert_eq!(
            takes, self.notebook.pages[self.notebook.here].1,
            "after {after:?}"
        );
        self.band.assert_sounds_like_its_takes();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_heard_is_what_was_played_whatever_was_done(
        moves in prop::collection::vec(some_move(), 4..14),
        blocks in prop::collection::vec(1usize..3000, 1..6),
        round_trip in 0u64..750,
        tick_every in 40u64..500,
    ) {
        let arrives = noise(BAR * 400, 0.1, 5);
        let mut band = Band::with_microphone(round_trip, &blocks, arrives.clone());
        band.tick_every = tick_every;
        band.looper.listen(Frames(u64::from(RATE) * 5), &mut band.handle).unwrap();
        band.first_loop(2);
        let mut evening = Evening {
            notebook: Notebook { pages: vec![(0, vec![])], next: vec![None], here: 0 },
            band,
            known: 0,
        };
        evening.band.settle();
        evening.notebook.read(&evening.band, false, &mut evening.known);
        for a in moves {
            evening.make(a);
        }
        evening.band.settle();
        evening.check(Move::Wait(0));

        // The playhead has rolled all evening: it was at 0 at clock 0.
        for layer in evening.band.looper.state().layers {
            let tape = evening.band.takes[&layer.take].channel(0);
            let first = layer.punch_in.0 as i64 - layer.pre_roll.0 as i64;
            for (i, sample) in tape.iter().enumerate() {
                let at = first + i as i64;
                let played = usize::try_from(at).map_or(0.0, |at| arrives[at]);
                let is_lost = i < (layer.pre_roll + layer.round_trip).0 as usize && *sample == 0.0;
                prop_assert!(*sample == played || is_lost, "take {:?}, frame {i}", layer.take);
            }
        }
    }
}
