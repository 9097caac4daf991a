//! Two bars of a loop, played by a device in virtual time.

use std::error::Error;
use std::sync::Arc;

use audio_engine::io::{SimDevice, SimSpec};
use audio_engine::{
    At, Audio, EngineConfig, Frames, Gain, Grid, Layer, Play, SampleRate, Tempo, TrackId, engine,
};

fn main() -> Result<(), Box<dyn Error>> {
    let rate = SampleRate::STUDIO;
    let tempo = Tempo::from_bpm(72.0).ok_or("a tempo nobody can play")?;
    let grid = Grid {
        rate,
        tempo,
        beats_per_bar: 4,
    };
    let hum = (0..grid.bar().0)
        .map(|i| (i as f32 * 0.0288).sin() * 0.2)
        .collect();
    let hum = Arc::new(Audio::mono(rate, hum));

    let (mut handle, engine) = engine(EngineConfig {
        rate,
        tracks: 4,
        ..EngineConfig::default()
    });
    handle.batch(|batch| {
        batch.grid(grid);
        let play = Play::Loop {
            origin: Frames::ZERO,
        };
        batch.layer(
            TrackId(0),
            Layer {
                audio: hum,
                play,
                fade_in: Frames(2_400),
            },
            At::Now,
        );
        batch.send(TrackId(0), Gain::from_db(-12.0));
        batch.play_after_count_in(1);
    })?;

    let mut device = SimDevice::new(
        engine,
        SimSpec {
            keep_output: true,
            ..SimSpec::default()
        },
    );
    device.advance(grid.bars(3));
    assert_eq!(handle.snapshot().playhead, grid.bars(2));
    println!("{:.1} s of sound", device.output().frames().seconds(rate));
    Ok(())
}
