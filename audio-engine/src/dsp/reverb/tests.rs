use super::oracle::FrameByFrame;
use super::*;
use proptest::prelude::*;

/// What comes back, both sides, from `seconds` after this was sent.
fn room(send: impl Fn(usize) -> f32, seconds: usize) -> Vec<f32> {
    let mut reverb = Reverb::new(SampleRate::STUDIO);
    let sent: Vec<f32> = (0..48_000 * seconds).map(send).collect();
    let (mut left, mut right) = (vec![0.0; sent.len()], vec![0.0; sent.len()]);
    reverb.process([&sent, &sent], [&mut left, &mut right]);
    left
}

fn level_db(sound: &[f32]) -> f32 {
    let power = sound.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / sound.len() as f64;
    10.0 * power.log10() as f32
}

/// Deterministic noise, so that no pitch is favoured.
fn noise(frame: usize) -> f32 {
    let bits = (frame as u32)
        .wrapping_mul(0x9E37_79B9)
        .rotate_left(13)
        .wrapping_mul(0x85EB_CA6B);
    (bits >> 8) as f32 / 8_388_608.0 - 1.0
}

#[test]
fn a_clap_fades_by_sixty_db_in_about_two_seconds() {
    let tail = room(|i| if i < 480 { noise(i) } else { 0.0 }, 4);
    let early = level_db(&tail[9_600..14_400]);
    let late = level_db(&tail[9_600 + 48_000..14_400 + 48_000]);
    let decay = 60.0 / (early - late);
    assert!((1.2..=2.4).contains(&decay), "−60 dB in {decay} s");
}

#[test]
fn steady_sound_comes_back_quieter_than_it_was_sent() {
    let back = level_db(&room(|i| 0.5 * noise(i), 4)[96_000..]);
    let sent = level_db(&(0..96_000).map(|i| 0.5 * noise(i)).collect::<Vec<_>>());
    assert!(
        (-16.0..=-6.0).contains(&(back - sent)),
        "{} dB",
        back - sent
    );
}

#[test]
fn an_empty_room_falls_asleep_and_costs_nothing() {
    let mut reverb = Reverb::new(SampleRate::STUDIO);
    assert!(reverb.is_asleep());
    let (mut left, mut right) = ([0.0; 480], [0.0; 480]);
    reverb.process([&[1.0; 480], &[1.0; 480]], [&mut left, &mut right]);
    assert!(!reverb.is_asleep());
    for _ in 0..1500 {
        reverb.process([&[0.0; 480], &[0.0; 480]], [&mut left, &mut right]);
    }
    assert!(reverb.is_asleep(), "fifteen seconds after the last sound");
}

/// Claps, a held chord and rests of every length, the sides unlike each other.
fn music(frames: usize) -> [Vec<f32>; 2] {
    let side = |seed: usize| {
        (0..frames)
            .map(|i| match (i / 6_000) % 7 {
                0 => noise(i * 2 + seed),
                1 | 2 => 0.3 * (i as f32 * 0.02 * (seed + 1) as f32).sin(),
                _ => 0.0,
            })
            .collect()
    };
    [side(0), side(1)]
}

#[test]
fn it_is_the_room_it_always_was_bit_for_bit() {
    for hz in [4, 8_000, 44_100, 48_000, 96_000, 192_000, 384_000] {
        let rate = SampleRate::new(hz).unwrap();
        let [left, right] = music(240_000);
        let (mut was, mut is) = (
            [vec![0.1; 240_000], vec![0.2; 240_000]],
            [vec![0.1; 240_000], vec![0.2; 240_000]],
        );
        let [l, r] = &mut was;
        FrameByFrame::new(rate).process([&left, &right], [l, r]);
        let [l, r] = &mut is;
        Reverb::new(rate).process([&left, &right], [l, r]);
        assert!(was == is, "at {hz} Hz");
    }
}

#[test]
fn it_falls_asleep_on_the_same_frame_as_it_always_did() {
    let (mut was, mut is) = (
        FrameByFrame::new(SampleRate::STUDIO),
        Reverb::new(SampleRate::STUDIO),
    );
    let sent = |i: usize| if i == 0 { 1.0 } else { 0.0 };
    for i in 0..48_000 * 15 {
        let sent = [sent(i)];
        let mut out = [[0.0]; 4];
        let [a, b, c, d] = &mut out;
        was.process([&sent, &sent], [a, b]);
        is.process([&sent, &sent], [c, d]);
        assert_eq!(out[0..2], out[2..4], "frame {i}");
        assert_eq!(was.is_asleep(), is.is_asleep(), "frame {i}");
    }
    assert!(is.is_asleep());
}

/// Seconds until `sound` is 60 dB quieter round `hz`: what is left of its power (Schroeder,
/// *New Method of Measuring Reverberation Time*, 1965), from −5 to −35 dB and on.
fn decay_seconds(sound: &[f32], hz: f64) -> f64 {
    let turn = std::f64::consts::TAU * hz / 48_000.0;
    let alpha = turn.sin() / (2.0 * 1.41);
    let mut band: Vec<f64> = sound.iter().map(|x| f64::from(*x)).collect();
    // An octave, twice: the constant-peak band-pass of the Audio EQ Cookbook.
    for _ in 0..2 {
        let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
        for x in &mut band {
            let y =
                (alpha * (*x - x2) + 2.0 * turn.cos() * y1 - (1.0 - alpha) * y2) / (1.0 + alpha);
            (x2, x1, y2, y1) = (x1, *x, y1, y);
            *x = y;
        }
    }
    let mut left: Vec<f64> = band
        .iter()
        .rev()
        .scan(0.0, |sum, x| {
            *sum += x * x;
            Some(*sum)
        })
        .collect();
    left.reverse();
    let at = |db: f64| {
        let level = left[0] * 10f64.powf(db / 10.0);
        left.iter().position(|power| *power < level).unwrap() as f64 / 48_000.0
    };
    2.0 * (at(-35.0) - at(-5.0))
}

#[test]
fn a_note_dies_away_in_the_time_that_is_stated() {
    let tail = room(|i| if i == 0 { 1.0 } else { 0.0 }, 6);
    for hz in [250.0, 500.0] {
        let measured = decay_seconds(&tail, hz);
        assert!(
            (measured / DECAY_SECONDS - 1.0).abs() < 0.05,
            "{hz} Hz: {measured} s"
        );
    }
    // Higher notes sooner, by what the low-pass takes on every way through a line.
    for hz in [1_000.0, 2_000.0] {
        let take = 1.0 - (-std::f64::consts::TAU * DAMPING_HZ / 48_000.0).exp();
        let (keep, turn) = (1.0 - take, std::f64::consts::TAU * hz / 48_000.0);
        let passed = take.powi(2) / (1.0 - 2.0 * keep * turn.cos() + keep * keep);
        let once_through = DELAYS_AT_48K.iter().sum::<f64>() / LINES as f64 / 48_000.0;
        let expected = 60.0 / (60.0 / DECAY_SECONDS - 10.0 * passed.log10() / once_through);
        let measured = decay_seconds(&tail, hz);
        assert!(
            (measured / expected - 1.0).abs() < 0.05,
            "{hz} Hz: {measured} s, not {expected}"
        );
    }
}

proptest! {
    #[test]
    fn it_is_the_same_however_it_is_cut(cuts in prop::collection::vec(1usize..=300, 1..80)) {
        let frames: usize = cuts.iter().sum();
        let [left, right] = music(frames);
        let mut whole = [vec![0.0; frames], vec![0.0; frames]];
        let [l, r] = &mut whole;
        Reverb::new(SampleRate::STUDIO).process([&left, &right], [l, r]);
        let mut cut = [vec![0.0; frames], vec![0.0; frames]];
        let [l, r] = &mut cut;
        let mut reverb = Reverb::new(SampleRate::STUDIO);
        let mut from = 0;
        for frames in cuts {
            let part = from..from + frames;
            reverb.process(
                [&left[part.clone()], &right[part.clone()]],
                [&mut l[part.clone()], &mut r[part]],
            );
            from += frames;
        }
        prop_assert!(whole == cut);
    }
}
