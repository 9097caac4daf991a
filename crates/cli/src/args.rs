//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Make something small with sound, without a window.
#[derive(Debug, Parser)]
#[command(name = "undersong-cli", version, about)]
pub struct Args {
    /// Keep everything in this folder instead of the usual one.
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play a guided exercise, e.g. `practice lp01`.
    Practice(Practice),
    /// Go on with today's session that was cut off, where it was.
    CarryOn(How),
    /// End the session that was cut off as it is; what was made becomes a piece.
    Keep,
    /// List the sessions that were played.
    Sessions,
    /// List the pieces that were kept.
    Pieces,
    /// Take a piece along: one file, or a folder with each part alone.
    Export {
        /// The piece's id, or the beginning of it, as `pieces` shows it.
        piece: String,
        /// The file to write; with `--format stems`, the folder to put the new folder in.
        out: PathBuf,
        /// What to write. Unless said, what the file's name ends with.
        #[arg(long)]
        format: Option<Format>,
    },
    /// Move one of your recordings in a piece a little earlier or later.
    Nudge {
        /// The piece's id, or the beginning of it, as `pieces` shows it.
        piece: String,
        /// Which layer, counted from 1.
        #[arg(value_parser = clap::value_parser!(u32).range(1..=64))]
        layer: u32,
        /// By how many milliseconds; negative is earlier. The same way back undoes it.
        #[arg(allow_negative_numbers = true)]
        ms: f64,
    },
    /// Say whether a file is an exercise, or what is wrong with it.
    Check {
        /// The exercise file.
        file: PathBuf,
    },
    /// Look at devices, latency, and whether everything kept is whole.
    Doctor {
        /// Measure this device, too: a short sound and a quiet note, half a minute.
        #[arg(long)]
        measure: bool,
    },
}

/// How a piece is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// 24 bits; plays everywhere.
    Wav,
    /// Lossless, smaller.
    Flac,
    /// The mix and each part alone, as WAVs of 32-bit floats.
    Stems,
}

#[derive(Debug, clap::Args)]
pub struct Practice {
    /// An exercise's id (`lp01`, `vs02`, `mx01`), or a file of your own.
    pub exercise: String,

    #[command(flatten)]
    pub how: How,

    /// Its two-minute version.
    #[arg(long)]
    pub two_minutes: bool,

    /// Its easier version.
    #[arg(long)]
    pub easier: bool,

    /// On pads instead of the microphone.
    #[arg(long)]
    pub without_microphone: bool,
}

/// In which time, and with whose hands and voice.
#[derive(Debug, clap::Args)]
pub struct How {
    /// In virtual time: as fast as it computes, the same every time.
    #[arg(long)]
    pub fast: bool,

    /// Take touches and ratings from this file.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,

    /// Hear this WAV file instead of the microphone.
    #[arg(long, value_name = "FILE.wav")]
    pub input: Option<PathBuf>,
}

impl Args {
    /// Where everything is kept: as asked for, or where the window keeps it too.
    pub fn data_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(dir) = &self.data {
            return Ok(dir.clone());
        }
        let data = dirs::data_dir().ok_or_else(|| {
            anyhow::anyhow!("this system names no folder for data; give one with --data")
        })?;
        Ok(data.join("app.undersong"))
    }
}
