//! A whole duplex program: clicks, hears the microphone, and keeps what was sung over four bars.

use std::{error::Error, path::Path, thread::sleep, time::Duration};

use audio_engine::files::{WavFormat, write_wav};
use audio_engine::io::{AudioHost, DevicePrefs};
use audio_engine::{Audio, Frames, Grid, RecordSpec, TakeId, TakeRead, Tempo, place};

/// How long sound takes from the loudspeaker back to us; `latency` measures it.
const ROUND_TRIP: Frames = Frames(1_024);

pub fn record(to: &Path) -> Result<(), Box<dyn Error>> {
    let (mut host, mut engine) = AudioHost::open(&DevicePrefs::default(), None);
    let silence = |why| println!("{why}; what it would have heard is a gap");
    host.open_input().unwrap_or_else(silence);
    let rate = engine.rate();
    let grid = Grid {
        rate,
        tempo: Tempo::BREATHING,
        beats_per_bar: 1,
    };
    let length = grid.bars(4);
    let mut spec = RecordSpec::fixed(TakeId(1), Frames::ZERO, length);
    spec.round_trip = ROUND_TRIP;
    let mut take = engine.batch(|batch| {
        batch.grid(grid);
        batch.metronome(Frames::ZERO, length);
        batch.play_after_count_in(1);
        batch.record(spec)
    })?;
    let mut sung = Vec::new();
    loop {
        match take.read(&mut sung) {
            TakeRead::Nothing => sleep(Duration::from_millis(10)),
            TakeRead::Frames(_) | TakeRead::Mark(_) => {}
            TakeRead::Gap(frames) => sung.resize(sung.len() + frames as usize, 0.0),
            TakeRead::Finished => break,
        }
        engine.collect();
    }
    let sung = place(&Audio::mono(rate, sung), Frames::ZERO, ROUND_TRIP, length);
    Ok(write_wav(to, &sung, WavFormat::I24)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    record(Path::new("sung.wav"))
}
