//! What time and bad disks do to a take: a flipped bit, a lost end, a hole. The rest still plays,
//! in its place, and the answer says what is missing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod people;

use std::fs;

use people::{Home, Humming, RATE, evening, hum, hum_header};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::{StartAgain, Store, StoreError, TakeHeader, TakeRead};

/// Frames of one slot: 250 ms.
const SLOT: u64 = RATE as u64 / 4;

fn lost(read: &TakeRead) -> u64 {
    read.damaged
        .iter()
        .map(|range| range.end - range.start)
        .sum()
}

/// Every frame outside the damage is the one that was sung there; inside, it is silence.
fn assert_in_place(read: &TakeRead, sung: &[f32]) {
    for (frame, (back, sung)) in read.samples.iter().zip(sung).enumerate() {
        let missing = read
            .damaged
            .iter()
            .any(|range| range.contains(&(frame as u64)));
        let expected = if missing { 0.0 } else { *sung };
        assert!(
            (back - expected).abs() < 2e-7,
            "frame {frame}: {back} for {expected}"
        );
    }
}

fn with_flipped(humming: &Humming, ending: &str, bit: usize) -> Vec<u8> {
    let file = humming.file(ending);
    let whole = fs::read(&file).unwrap();
    let mut bytes = whole.clone();
    bytes[bit / 8] ^= 1 << (bit % 8);
    fs::write(file, bytes).unwrap();
    whole
}

fn check_flip(humming: &Humming, store: &Store, bit: usize) {
    let whole = with_flipped(humming, "take", bit);
    let read = store.read_take(humming.take).unwrap();
    assert_eq!(read.samples.len(), humming.sung.len());
    assert!(
        lost(&read) <= 2 * SLOT,
        "bit {bit} cost {} frames",
        lost(&read)
    );
    assert_in_place(&read, &humming.sung);
    fs::write(humming.file("take"), whole).unwrap();
}

#[test]
fn a_flipped_bit_anywhere_costs_half_a_second_at_most_and_moves_nothing() {
    let humming = Humming::sealed_after(2.1);
    let (store, _) = humming.home.open();
    let bits = fs::metadata(humming.file("take")).unwrap().len() as usize * 8;
    // Every byte of what comes first, where one could hide all the rest; then a stride that meets
    // every kind of byte there is in a slot.
    for bit in (0..1_500 * 8).step_by(8).chain((0..bits).step_by(419)) {
        check_flip(&humming, &store, bit);
    }
}

#[test]
fn a_flipped_bit_before_the_sound_costs_nothing_at_all() {
    let humming = Humming::sealed_after(1.0);
    let (store, _) = humming.home.open();
    for bit in [8 * 5, 8 * 50, 8 * 95, 8 * 120, 8 * 300, 8 * 700] {
        let whole = with_flipped(&humming, "take", bit);
        let read = store.read_take(humming.take).unwrap();
        assert_eq!((lost(&read), read.header.name.as_str()), (0, "First hum"));
        fs::write(humming.file("take"), whole).unwrap();
    }
}

#[test]
fn with_both_copies_of_its_words_gone_the_sound_is_still_there() {
    let humming = Humming::sealed_after(1.0);
    let (store, _) = humming.home.open();
    let file = humming.file("take");
    let mut bytes = fs::read(&file).unwrap();
    let (begin, _) = layout(&bytes);
    bytes[192..begin].fill(0);
    fs::write(file, bytes).unwrap();
    let read = store.read_take(humming.take).unwrap();
    assert_eq!((lost(&read), read.header.name.as_str()), (0, "First hum"));
    let row = store.take(humming.take).unwrap();
    assert_eq!(read.header, row.header, "its row remembers them");
    assert_eq!(
        (read.header.take, read.header.session),
        (humming.take, humming.session)
    );
    assert_in_place(&read, &humming.sung);
}

#[test]
fn with_its_words_and_its_row_gone_a_take_is_kept_at_its_whole_length() {
    let humming = Humming::sealed_after(1.0);
    humming.home.open().0.close().unwrap();
    let file = humming.file("take");
    let mut bytes = fs::read(&file).unwrap();
    let (begin, _) = layout(&bytes);
    bytes[192..begin].fill(0);
    fs::write(file, bytes).unwrap();
    let home = &humming.home;
    let anew = StartAgain::WithTakesOnly;
    let (store, opening) = Store::start_again(&home.path(), &anew, home.now).unwrap();
    let found = &opening.salvaged[0];
    assert!(found.frames > 0);
    assert_eq!(found.header.length, found.frames);
    let read = store.read_take(humming.take).unwrap();
    assert_eq!(read.header.length, found.frames);
    assert_in_place(&read, &humming.sung);
}

#[test]
fn slots_from_elsewhere_do_not_pass_for_the_persons_own() {
    let humming = Humming::sealed_after(2.0);
    let (store, _) = humming.home.open();
    let file = humming.file("take");
    let whole = fs::read(&file).unwrap();
    let (begin, stride) = layout(&whole);
    let slot = |number: usize| begin + number * stride..begin + (number + 1) * stride;

    let mut swapped = whole.clone();
    swapped[slot(2)].copy_from_slice(&whole[slot(3)]);
    swapped[slot(3)].copy_from_slice(&whole[slot(2)]);
    fs::write(&file, &swapped).unwrap();
    let read = store.read_take(humming.take).unwrap();
    assert_eq!(read.damaged.len(), 1);
    assert_eq!(read.damaged[0].start, 2 * SLOT);
    assert_in_place(&read, &humming.sung);

    let cut_out = [&whole[..slot(2).start], &whole[slot(3).start..]].concat();
    fs::write(&file, cut_out).unwrap();
    let read = store.read_take(humming.take).unwrap();
    assert_eq!(read.samples.len(), humming.sung.len());
    assert_in_place(&read, &humming.sung);
}

#[test]
fn a_take_of_which_nothing_opens_says_so_and_stays_where_it_is() {
    let humming = Humming::sealed_after(1.0);
    let (store, _) = humming.home.open();
    let file = humming.file("take");
    for bytes in [vec![], vec![0; 10], vec![0; 50_000], b"UST1".repeat(20_000)] {
        fs::write(&file, &bytes).unwrap();
        assert!(matches!(
            store.read_take(humming.take),
            Err(StoreError::TakeUnreadable)
        ));
        assert_eq!(store.check().unwrap().damaged_takes, [humming.take]);
        assert!(fs::read(&file).unwrap() == bytes);
    }
    fs::remove_file(&file).unwrap();
    assert!(matches!(
        store.read_take(humming.take),
        Err(StoreError::TakeMissing)
    ));
}

#[test]
fn what_never_arrived_is_silence_of_the_right_length_and_named_as_a_gap() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = hum_header(session);
    let mut writer = store.begin_take(&header).unwrap();
    writer.append(&[0.5; 700]).unwrap();
    writer.gap(1_234).unwrap();
    writer.mark("the doorbell").unwrap();
    writer.append(&[-0.5; 300]).unwrap();
    let sealed = writer.seal().unwrap();
    let silent = 700..1_934;
    assert_eq!(sealed.frames, 2_234);
    assert_eq!(sealed.gaps, std::slice::from_ref(&silent));
    store.adopt_take(&sealed).unwrap();
    let read = store.read_take(header.take).unwrap();
    assert_eq!(read.gaps, [silent]);
    assert_eq!(read.marks, [(1_934, "the doorbell".to_owned())]);
    assert!(read.damaged.is_empty());
    assert!(read.samples[..700].iter().all(|s| (s - 0.5).abs() < 1e-6));
    assert!(read.samples[700..1_934].iter().all(|s| *s == 0.0));
    assert!(read.samples[1_934..].iter().all(|s| (s + 0.5).abs() < 1e-6));
}

#[test]
fn two_microphones_come_back_as_left_and_right_with_damage_in_its_place() {
    let home = Home::new();
    let (mut store, _) = home.open();
    let session = store.insert_session(&evening("vs02")).unwrap();
    let header = TakeHeader {
        channels: 2,
        ..hum_header(session)
    };
    let left = hum(1.1);
    let sung: Vec<f32> = left.iter().flat_map(|sample| [*sample, -*sample]).collect();
    let mut writer = store.begin_take(&header).unwrap();
    // An odd number of frames at a time.
    for part in sung.chunks(2 * 333) {
        writer.append(part).unwrap();
    }
    writer.mark("the doorbell").unwrap();
    writer.gap(500).unwrap();
    writer.append(&sung[..200]).unwrap();
    let sealed = writer.seal().unwrap();
    assert_eq!(
        sealed.frames,
        left.len() as u64 + 500 + 100,
        "frames, not samples"
    );
    store.adopt_take(&sealed).unwrap();
    let read = store.read_take(header.take).unwrap();
    assert_eq!(
        (read.header.channels, read.samples.len() as u64),
        (2, 2 * sealed.frames)
    );
    assert_eq!(read.marks[0].0, left.len() as u64);
    let same = |read: &[f32], sung: &[f32]| {
        let mut pairs = read.iter().zip(sung);
        pairs.all(|(read, sung)| (read - sung).abs() < 2e-7)
    };
    assert!(same(&read.samples[..sung.len()], &sung));
    let gap = &read.samples[sung.len()..][..1_000];
    assert!(gap.iter().all(|sample| *sample == 0.0));
    assert!(same(&read.samples[sung.len() + 1_000..], &sung[..200]));

    let file = home.path().join(format!("rec/{}.take", header.take));
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let damaged = store.read_take(header.take).unwrap();
    assert!(
        (1..=2 * SLOT).contains(&lost(&damaged)),
        "{}",
        lost(&damaged)
    );
    for (i, (after, before)) in damaged.samples.iter().zip(&read.samples).enumerate() {
        let frame = i as u64 / 2;
        let missing = damaged.damaged.iter().any(|range| range.contains(&frame));
        assert!(
            missing || after == before,
            "frame {frame} is not where it was"
        );
    }
}

/// Sixty-four different things happen to one file; each time it is whole again before the next.
fn happens_to<S: Strategy>(humming: &Humming, what: &S, check: impl Fn(&Store, Vec<u8>, S::Value)) {
    let (store, _) = humming.home.open();
    let file = humming.file("take");
    let whole = fs::read(&file).unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let outcome = runner.run(what, |happening| {
        check(&store, whole.clone(), happening);
        Ok(())
    });
    outcome.unwrap();
    fs::write(file, whole).unwrap();
}

#[test]
fn a_take_cut_off_anywhere_keeps_every_slot_before_the_cut() {
    let humming = Humming::sealed_after(2.1);
    happens_to(&humming, &(0.0f64..1.0), |store, mut bytes, keep| {
        let (begin, stride) = layout(&bytes);
        bytes.truncate((bytes.len() as f64 * keep) as usize);
        fs::write(humming.file("take"), &bytes).unwrap();
        let slots = bytes.len().saturating_sub(begin) / stride;
        match store.read_take(humming.take) {
            Ok(read) => {
                let kept = (slots as u64 * SLOT).min(humming.sung.len() as u64);
                assert_eq!(humming.sung.len() as u64 - lost(&read), kept);
                assert_in_place(&read, &humming.sung);
            }
            Err(error) => {
                assert!(matches!(error, StoreError::TakeUnreadable), "{error:?}");
                assert_eq!(slots, 0);
            }
        }
    });
}

#[test]
fn whatever_is_written_over_a_take_reading_it_never_panics() {
    let humming = Humming::sealed_after(1.6);
    let hole = (0.0f64..1.0, prop::collection::vec(any::<u8>(), 1..200));
    let holes = prop::collection::vec(hole, 1..20);
    happens_to(&humming, &holes, |store, mut bytes, holes| {
        for (at, hole) in &holes {
            let at = (bytes.len() as f64 * at) as usize;
            let end = (at + hole.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&hole[..end - at]);
        }
        fs::write(humming.file("take"), bytes).unwrap();
        match store.read_take(humming.take) {
            Ok(read) => assert_in_place(&read, &humming.sung),
            Err(error) => assert!(matches!(error, StoreError::TakeUnreadable), "{error:?}"),
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn however_the_samples_arrive_the_take_is_the_same(
        sizes in prop::collection::vec(0usize..1_500, 1..12),
    ) {
        let home = Home::new();
        let (mut store, _) = home.open();
        let session = store.insert_session(&evening("vs02")).unwrap();
        let header = hum_header(session);
        let mut writer = store.begin_take(&header).unwrap();
        let sung = hum(sizes.iter().sum::<usize>() as f64 / f64::from(RATE));
        let mut rest = &sung[..];
        for size in sizes {
            let (now, later) = rest.split_at(size.min(rest.len()));
            writer.append(now).unwrap();
            rest = later;
            let waiting = (sung.len() - rest.len()) as u64 - writer.on_disk();
            prop_assert!(waiting < u64::from(RATE), "less than a second is ever at risk");
        }
        writer.append(rest).unwrap();
        store.adopt_take(&writer.seal().unwrap()).unwrap();
        let read = store.read_take(header.take).unwrap();
        prop_assert_eq!(read.samples.len(), sung.len());
        assert_in_place(&read, &sung);
    }
}

/// Where the slots of a whole take begin, and how long each is.
fn layout(bytes: &[u8]) -> (usize, usize) {
    let words = u32::from_le_bytes(bytes[52..56].try_into().unwrap()) as usize;
    (2 * (96 + words), 16 + 24 + SLOT as usize * 3 + 16)
}
