//! Every cell of the table at the head of `looper/mod.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod band;
mod studio;

use audio_engine::Frames;
use audio_engine::looper::Activity::{self, Finishing, Nothing, Recording, Waiting};
use audio_engine::looper::{Begin, NodeId, Refusal, What, When};
use band::{Band, LOOP};
use studio::BAR;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happens {
    Record,
    Finish,
    Cancel,
    /// Time passes until the promised take has begun.
    TakeBegun,
    /// Time passes until a pass is over.
    PunchedOut,
    Undo,
    Redo,
    Jump,
    Keep,
    Clear,
    Stop,
}

use Happens::{Cancel, Clear, Finish, Jump, Keep, PunchedOut, Record, Redo, Stop, TakeBegun, Undo};

const ALL: [Happens; 11] = [
    Record, Finish, Cancel, TakeBegun, PunchedOut, Undo, Redo, Jump, Keep, Clear, Stop,
];

/// A loop with an overdub that was taken back, and now this.
fn in_state(state: Activity) -> Band {
    let mut band = Band::new(250, &[64]);
    band.looper
        .listen(Frames(BAR * 40), &mut band.handle)
        .unwrap();
    band.first_loop(2);
    band.overdub(1);
    band.settle();
    band.undo(When::Now);
    if state != Nothing {
        band.record(What::Overdub, Begin::BarLine);
    }
    if matches!(state, Recording | Finishing) {
        band.run(BAR + 900);
    }
    if state == Finishing {
        band.looper.finish(&mut band.handle).unwrap();
    }
    assert_eq!(band.looper.activity(), state);
    band
}

impl Happens {
    fn to(self, band: &mut Band) -> Result<(), Refusal> {
        let Band { looper, handle, .. } = band;
        match self {
            Record => looper.record(What::Overdub, Begin::BarLine, handle),
            Finish => looper.finish(handle),
            Cancel => looper.cancel(handle),
            TakeBegun => {
                band.run(BAR + 200);
                Ok(())
            }
            PunchedOut => {
                band.run(LOOP);
                Ok(())
            }
            Undo => looper.undo(When::Now, handle),
            Redo => looper.redo(When::Now, handle),
            Jump => looper.jump(NodeId(0), When::Now, handle),
            Keep => looper.keep(2, handle),
            Clear => looper.clear(When::Now, handle),
            Stop => looper.stop(handle),
        }
    }
}

/// The table: what is answered, what is being done then, and how many states there are (silence,
/// the loop, and the overdub that was taken back are three).
fn expected(state: Activity, event: Happens) -> (Result<(), Refusal>, Activity, usize) {
    match (state, event) {
        (Nothing, Record) => (Ok(()), Waiting, 3),
        (Nothing, Finish) => (Err(Refusal::NothingRuns), Nothing, 3),
        (Nothing, Cancel | TakeBegun | PunchedOut | Undo | Redo | Jump | Keep | Stop) => {
            (Ok(()), Nothing, 3)
        }
        (Nothing, Clear) => (Ok(()), Nothing, 4),

        (Waiting | Recording | Finishing, Record | Redo | Jump | Keep) => {
            (Err(Refusal::Busy), state, 3)
        }
        (Waiting | Recording | Finishing, Cancel | Undo) => (Ok(()), Nothing, 3),
        (Waiting | Recording | Finishing, Clear) => (Ok(()), Nothing, 4),

        (Waiting, Finish | Stop) => (Ok(()), Nothing, 3),
        (Waiting, TakeBegun) => (Ok(()), Recording, 3),
        // It begins; its own pass takes longer.
        (Waiting, PunchedOut) => (Ok(()), Recording, 3),

        (Recording, Finish | Stop) => (Ok(()), Finishing, 3),
        (Recording, TakeBegun) => (Ok(()), Recording, 3),
        // Another pass of the overdub runs.
        (Recording, PunchedOut) => (Ok(()), Recording, 4),

        (Finishing, Finish | Stop) => (Ok(()), Finishing, 3),
        (Finishing, TakeBegun | PunchedOut) => (Ok(()), Nothing, 4),
    }
}

#[test]
fn every_cell_of_the_table_is_as_it_stands_there() {
    for state in [Nothing, Waiting, Recording, Finishing] {
        for event in ALL {
            let mut band = in_state(state);
            let answer = event.to(&mut band);
            let is = (answer, band.looper.activity(), band.looper.nodes().len());
            assert_eq!(is, expected(state, event), "{state:?}, then {event:?}");
        }
    }
}

#[test]
fn whatever_happened_what_sounds_is_what_was_played() {
    for state in [Nothing, Waiting, Recording, Finishing] {
        for event in ALL {
            let mut band = in_state(state);
            let _ = event.to(&mut band);
            if band.looper.activity() != Nothing {
                band.run(900);
                let _ = band.looper.finish(&mut band.handle);
            }
            band.settle();
            if event == Stop {
                band.looper.play(&mut band.handle).unwrap();
                band.settle();
            }
            assert_eq!(band.looper.activity(), Nothing, "{state:?}, then {event:?}");
            band.assert_sounds_like_its_takes();
        }
    }
}
