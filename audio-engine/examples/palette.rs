//! Writes every sound of the palette to a folder, to be listened to, and says how loud each is.
//!
//! `cargo run -p audio-engine --example palette -- FOLDER [BPM] [KEY]`

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use audio_engine::analysis::loudness;
use audio_engine::bounce::{Target, master};
use audio_engine::files::{WavFormat, write_wav};
use audio_engine::sound::{
    Key, Kind, click, grid_loops, harmonies, hum, hum_notes, kind_of, names, render_bed,
    render_loop, song,
};
use audio_engine::{Audio, Grid, SampleRate, Tempo};

fn main() -> Result<(), Box<dyn Error>> {
    let mut wishes = std::env::args().skip(1);
    let folder = wishes.next().ok_or("say which folder to write to")?;
    let bpm: f64 = wishes.next().map_or(Ok(84.0), |text| text.parse())?;
    let key: Key = wishes.next().map_or(Ok(Key::D), |text| text.parse())?;
    let tempo = Tempo::from_bpm(bpm).ok_or("nobody could play that tempo")?;
    let grid = Grid {
        rate: SampleRate::STUDIO,
        tempo,
        beats_per_bar: 4,
    };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;

    println!(
        "{:<20} {:>8} {:>7} {:>7} {:>8}",
        "sound", "seconds", "LUFS", "dBTP", "made in"
    );
    let keep = |name: &str, make: &dyn Fn() -> Audio| -> Result<Audio, Box<dyn Error>> {
        let begun = Instant::now();
        let audio = make();
        let took = begun.elapsed();
        let heard = loudness(&audio);
        println!(
            "{name:<20} {:>8.2} {:>7.1} {:>7.1} {:>6} ms",
            audio.frames().seconds(audio.rate()),
            heard.integrated_lufs,
            heard.true_peak_dbtp,
            took.as_millis(),
        );
        write_wav(&folder.join(format!("{name}.wav")), &audio, WavFormat::I24)?;
        Ok(audio)
    };
    let nothing = || Audio::mono(grid.rate, Vec::new());

    for name in names()
        .iter()
        .filter(|name| kind_of(name) == Some(Kind::Bed))
    {
        keep(name, &|| {
            render_bed(name, grid, key, 8).unwrap_or_else(nothing)
        })?;
    }
    let mut loops = Vec::new();
    for each in grid_loops() {
        loops.push(keep(each.id, &|| {
            render_loop(each.id, grid, key).unwrap_or_else(nothing)
        })?);
    }
    keep("all_eight", &|| together(&loops))?;
    keep("band_1", &|| {
        together(&[loops[0].clone(), loops[2].clone(), loops[4].clone()])
    })?;
    keep("band_2", &|| {
        together(&[loops[7].clone(), loops[3].clone(), loops[6].clone()])
    })?;

    if let Some(song) = song("song_river", grid.rate) {
        let stems: Vec<Audio> = song.stems.iter().map(|stem| stem.audio.clone()).collect();
        for stem in &song.stems {
            keep(&format!("river_{}", stem.id), &|| stem.audio.clone())?;
        }
        keep("river", &|| together(&stems))?;
        keep("river_export", &|| {
            master(together(&stems), Target::default()).0
        })?;
    }
    for note in hum_notes() {
        let name = format!("hum_{}", note.name().to_lowercase().replace(' ', "_"));
        let hummed = keep(&name, &|| hum(grid, key, *note, 4))?;
        if *note == hum_notes()[0] {
            keep("hum_trio", &|| {
                let [above, below] = harmonies(&hummed);
                together(&[hummed.clone(), above, below])
            })?;
        }
    }
    keep("click", &|| click(grid.rate, false))?;
    keep("click_accent", &|| click(grid.rate, true))?;
    Ok(())
}

/// All at once, the shorter ones repeated.
fn together(parts: &[Audio]) -> Audio {
    let longest = parts.iter().map(|part| part.frames().0).max().unwrap_or(0) as usize;
    let sum = |index: usize| {
        let mut sum = vec![0.0; longest];
        for part in parts {
            let around = part.channel(index).iter().cycle();
            sum.iter_mut()
                .zip(around)
                .for_each(|(sum, sample)| *sum += sample);
        }
        sum
    };
    Audio::stereo(parts[0].rate(), sum(0), sum(1))
}
