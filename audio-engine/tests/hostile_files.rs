//! Files that were cut, scratched or made to hurt: an answer every time, in little memory and time.
//!
//! Some two thousand files, the same ones every time. A test binary of its own, because it counts
//! what everything allocates.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use audio_engine::files::{ImportError, Limits, WavFormat, import_bytes, write_wav};
use audio_engine::{Audio, Frames, SampleRate};

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn grew(by: usize) {
    let held = HELD.fetch_add(by, Relaxed) + by;
    MOST.fetch_max(held, Relaxed);
}

// SAFETY: every call goes to the system's allocator unchanged; only the sizes are added up.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grew(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grew(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static MEMORY: Counting = Counting;

/// What a file may cost: a minute of stereo at 48 kHz is 23 MB, and a decoder has tables.
const MOST_BYTES: usize = 64 << 20;

/// Far more than any of these files needs, far less than for ever.
const TIME: Duration = Duration::from_secs(20);

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// Every fixture, and WAVs of our own.
fn files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    let tone = (0..3_000).map(|i| (i as f32 * 0.1).sin()).collect();
    let tone = Audio::mono(SampleRate::new(22_050).unwrap(), tone);
    let folder = tempfile::tempdir().unwrap();
    for format in [WavFormat::I16, WavFormat::I24, WavFormat::F32] {
        let path = folder.path().join("tone.wav");
        write_wav(&path, &tone, format).unwrap();
        files.push((format!("{format:?}.wav"), std::fs::read(path).unwrap()));
    }
    // The same order on every machine.
    files.sort();
    files
}

fn survives(name: &str, how: &str, bytes: Vec<u8>) {
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    let limits = Limits {
        length: Frames(60 * 48_000),
        time: TIME,
        ..Limits::default()
    };
    let go_on = |_| ControlFlow::Continue(());
    let answer = import_bytes(bytes, SampleRate::STUDIO, limits, go_on);
    assert!(
        !matches!(answer, Err(ImportError::TooSlow)),
        "{name}, {how}: it would never have ended"
    );
    if let Ok(found) = answer {
        assert!(found.audio.frames() <= limits.length, "{name}, {how}");
        let whole = |x: &f32| x.is_finite();
        assert!(found.audio.channel(0).iter().all(whole), "{name}, {how}");
    }
    let most = MOST.load(Relaxed) - before;
    assert!(most < MOST_BYTES, "{name}, {how}: {most} bytes at once");
}

/// One test, since the count is of everything that runs.
#[test]
fn no_file_however_broken_hurts_more_than_itself() {
    let mut dice = Dice(0x005E_ED0F_500D);
    let mut tried = 0;
    for (name, whole) in files() {
        for _ in 0..40 {
            let length = dice.below(whole.len() + 1);
            survives(&name, "cut", whole[..length].to_vec());
            tried += 1;
        }
        for _ in 0..120 {
            let mut bytes = whole.clone();
            // Headers are where the sizes stand, so that is where most of it goes wrong.
            let reach = [64, 512, bytes.len()][dice.below(3)].min(bytes.len());
            for _ in 0..1 + dice.below(12) {
                let at = dice.below(reach);
                bytes[at] = [dice.below(256) as u8, 0, 0xFF, bytes[at] ^ 1][dice.below(4)];
            }
            survives(&name, "scratched", bytes);
            tried += 1;
        }
        for _ in 0..20 {
            // A piece of it repeated, or left out.
            let from = dice.below(whole.len());
            let to = from + dice.below(whole.len() - from) + 1;
            let bytes = match dice.below(2) {
                0 => [&whole[..to], &whole[from..]].concat(),
                _ => [&whole[..from], &whole[to..]].concat(),
            };
            survives(&name, "spliced", bytes);
            tried += 1;
        }
    }
    assert!(tried > 2_000, "{tried} files");
    that_claim_to_be_enormous();
}

fn that_claim_to_be_enormous() {
    // A header that promises 2^36 frames of silence at a rate nobody has.
    let wav = |rate: u32, claimed: u32| {
        let mut bytes = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        bytes.extend(rate.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend([1, 0, 8, 0]);
        bytes.extend(b"data");
        bytes.extend(claimed.to_le_bytes());
        bytes.extend([128; 4_000]);
        bytes
    };
    for rate in [1, 7, 3_999, 4_000, 44_101, 383_999, 768_001, u32::MAX] {
        survives("wav", "an odd rate", wav(rate, u32::MAX));
    }
    // 33 bytes that once made a decoder panic (symphonia #485), and a tag of 256 MB.
    let nothing = b"ID3\x04\0\0\0\0\0\x17TIT2\0\0\0\x0D\0\0\x01\xFF\xFE\0\0\0\0\0\0\0\0\0";
    survives("mp3", "a tag of nothing", nothing.to_vec());
    let everything = [b"ID3\x03\0\0\x7F\x7F\x7F\x7F".to_vec(), vec![0; 900]];
    survives("mp3", "a tag of everything", everything.concat());
}
