//! What is kept is what was heard: a bounce is the live sound, bit for bit.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod studio;

use audio_engine::bounce::{Part, Score, bounce};
use audio_engine::{
    Automation, BatchError, EqBand, EqShape, Equaliser, Frames, Gain, Pan, Parameter, Play, Point,
    TrackId,
};
use proptest::prelude::*;
use studio::{BAR, Studio, grid, mono, noise};

fn curve(points: &[(u64, f32)]) -> Automation {
    let point = |&(at, value)| Point {
        at: Frames(at),
        value,
    };
    Automation::new(points.iter().map(point).collect())
}

fn score() -> Score {
    let part = |bars: u64, seed, from: u64, pan| Part {
        audio: mono(noise(BAR * bars, 0.4, seed)),
        play: Play::Loop { origin: Frames(0) },
        from: Frames(from),
        until: Frames(BAR * 5),
        fade_in: Frames::ZERO,
        gain: Gain::from_db(-7.0),
        pan: Pan::new(pan),
        send: Gain::from_db(-10.0),
        eq: Equaliser {
            low: EqBand::new(150.0, 5.0, 0.7),
            bell: EqBand::new(900.0, -8.0 * pan, 2.0),
            high: EqBand::new(2_500.0, -6.0, 0.7),
        },
        automation: vec![
            (
                Parameter::Gain,
                curve(&[(700, -7.0), (4_000, -20.0), (7_001, 0.0)]),
            ),
            (Parameter::Pan, curve(&[(0, -1.0), (9_000, 1.0)])),
            (
                Parameter::Eq(EqShape::Bell),
                curve(&[(333, -9.0), (8_000, 9.0)]),
            ),
        ],
    };
    let mut parts = vec![
        part(1, 1, 0, -0.4),
        part(2, 2, BAR, 0.3),
        part(4, 3, BAR / 2, 0.0),
    ];
    parts[2].play = Play::Once {
        start: Frames(BAR / 2),
    };
    Score {
        grid: grid(),
        parts,
        length: Frames(BAR * 6),
        fade_out: Frames(BAR),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_bounce_is_what_was_heard(
        blocks in prop::collection::vec(1usize..5000, 1..6),
        first_track in 0u16..4,
        later in prop_oneof![Just(0u64), 1u64..6000],
    ) {
        let score = score();
        let mut studio = Studio::new().blocks(&blocks);
        studio.handle.batch(|batch| batch.play()).unwrap();
        score.play_on(&mut studio.handle, TrackId(first_track), Frames(later)).unwrap();
        studio.run(later + score.length.0);
        let kept = bounce(&score, |_| {}).unwrap();
        let from = later as usize;
        for (side, heard) in [(0, &studio.left), (1, &studio.right)] {
            let both = kept.channel(side).iter().zip(&heard[from..]);
            let differs = both.clone().position(|(a, b)| a.to_bits() != b.to_bits());
            prop_assert_eq!(differs, None, "first frame that differs");
        }
    }
}

#[test]
fn a_bounce_tells_how_far_it_is_and_ends_in_silence() {
    let mut told = Vec::new();
    let kept = bounce(&score(), |done| told.push(done)).unwrap();
    assert_eq!(kept.frames(), Frames(BAR * 6));
    assert!(told.windows(2).all(|w| w[0] < w[1]) && told.last() == Some(&1.0));
    assert!(kept.channel(0)[BAR as usize * 6 - 1].abs() < 1e-3);
    assert!(kept.channel(0)[..1000].iter().any(|x| x.abs() > 0.05));
}

#[test]
fn a_score_that_cannot_be_played_says_why() {
    let mut crooked = score();
    crooked.parts[0].audio = mono(vec![0.1; 1_700]);
    let why = bounce(&crooked, |_| {}).map(|_| ());
    assert_eq!(
        why,
        Err(BatchError::NotWholeBars {
            length: Frames(1_700),
            bar: Frames(BAR)
        })
    );
}
