//! WAV, written: whole or not at all.
//!
//! The file is written beside its place under another name, flushed to the disk and only then
//! moved there, so a full disk or a power cut never leaves half a piece under the real name.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::FileError;
use crate::audio::Audio;
use crate::sound::dice::Dice;

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WavFormat {
    /// 16 bits: plays everywhere.
    I16,
    /// 16 bits with a breath of noise (triangular, 2 steps wide) that hides the rounding of very
    /// quiet sound.
    I16Dithered,
    /// 24 bits: what studios exchange.
    I24,
    /// 32-bit floats: nothing is rounded or cut off.
    F32,
}

impl WavFormat {
    fn bytes(self) -> u32 {
        match self {
            WavFormat::I16 | WavFormat::I16Dithered => 2,
            WavFormat::I24 => 3,
            WavFormat::F32 => 4,
        }
    }
}

/// Writes `audio` to `path`, replacing what was there only once everything is on the disk. Beyond
/// full scale, whole-number formats are cut off.
pub fn write_wav(path: &Path, audio: &Audio, format: WavFormat) -> Result<(), FileError> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut unfinished = name.to_os_string();
    unfinished.push(format!(".{}.part", std::process::id()));
    let unfinished = Unfinished(path.with_file_name(unfinished));

    let file = File::create(&unfinished.0)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    write_to(&mut out, audio, format)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished.0, path)?;
    // The name, too, has to reach the disk. Not every system lets a folder be synced.
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// A file that goes away unless it was moved to its place.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn write_to(out: &mut impl Write, audio: &Audio, format: WavFormat) -> Result<(), FileError> {
    let channels = audio.channel_count() as u32;
    let frame = format.bytes() * channels;
    let sound = audio
        .frames()
        .0
        .checked_mul(u64::from(frame))
        .ok_or(FileError::TooLong)?;
    let padding = sound % 2;
    let is_float = format == WavFormat::F32;
    // "fmt " grows by a size field, and "fact" appears, when the samples are not whole numbers.
    let (description, fact) = if is_float { (18, 12) } else { (16, 0) };
    let all = 4 + 8 + u64::from(description) + fact + 8 + sound + padding;
    let all = u32::try_from(all).map_err(|_| FileError::TooLong)?;
    let rate = audio.rate().hz();

    out.write_all(b"RIFF")?;
    out.write_all(&all.to_le_bytes())?;
    out.write_all(b"WAVEfmt ")?;
    out.write_all(&u32::to_le_bytes(description))?;
    out.write_all(&(if is_float { 3u16 } else { 1 }).to_le_bytes())?;
    out.write_all(&(channels as u16).to_le_bytes())?;
    out.write_all(&rate.to_le_bytes())?;
    out.write_all(&rate.saturating_mul(frame).to_le_bytes())?;
    out.write_all(&(frame as u16).to_le_bytes())?;
    out.write_all(&(8 * format.bytes() as u16).to_le_bytes())?;
    if is_float {
        out.write_all(&[0, 0])?;
        out.write_all(b"fact\x04\0\0\0")?;
        out.write_all(&(audio.frames().0 as u32).to_le_bytes())?;
    }
    out.write_all(b"data")?;
    out.write_all(&(sound as u32).to_le_bytes())?;

    let mut dice = Dice::new(16);
    let both = [audio.channel(0), audio.channel(1)];
    for (left, right) in both[0].iter().zip(both[1]) {
        for sample in [left, right].into_iter().take(channels as usize) {
            write_sample(out, *sample, format, &mut dice)?;
        }
    }
    out.write_all(&[0; 1][..padding as usize])?;
    Ok(())
}

fn write_sample(
    out: &mut impl Write,
    sample: f32,
    format: WavFormat,
    dice: &mut Dice,
) -> io::Result<()> {
    // `as` from a float stops at the ends of the whole numbers, which is what is wanted here.
    match format {
        WavFormat::I16 => out.write_all(&((sample * 32_768.0).round() as i16).to_le_bytes()),
        WavFormat::I16Dithered => {
            let dither = 0.5 * (dice.noise() + dice.noise());
            out.write_all(&((sample * 32_768.0 + dither).round() as i16).to_le_bytes())
        }
        WavFormat::I24 => {
            let whole = (f64::from(sample) * 8_388_608.0).round() as i32;
            let [a, b, c, _] = whole.clamp(-8_388_608, 8_388_607).to_le_bytes();
            out.write_all(&[a, b, c])
        }
        WavFormat::F32 => out.write_all(&sample.to_le_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read_wav;
    use crate::units::SampleRate;
    use proptest::prelude::*;

    fn round_trip(audio: &Audio, format: WavFormat) -> Audio {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("piece.wav");
        write_wav(&path, audio, format).unwrap();
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing unfinished is left behind");
        read_wav(&path).unwrap()
    }

    #[test]
    fn a_note_louder_than_full_scale_is_cut_off_not_wrapped_round() {
        let loud = Audio::mono(SampleRate::STUDIO, vec![1.5, -1.5]);
        for format in [WavFormat::I16, WavFormat::I16Dithered, WavFormat::I24] {
            let read = round_trip(&loud, format);
            assert!(
                read.channel(0)[0] > 0.999 && read.channel(0)[1] == -1.0,
                "{format:?}"
            );
        }
    }

    #[test]
    fn an_export_that_cannot_finish_leaves_the_old_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("piece.wav");
        fs::create_dir(&taken).unwrap();
        let audio = Audio::mono(SampleRate::STUDIO, vec![0.5; 9]);
        assert!(matches!(
            write_wav(&taken, &audio, WavFormat::I16),
            Err(FileError::Disk(_))
        ));
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "and no half file beside it"
        );
        let nowhere = folder.path().join("no/such/folder/piece.wav");
        assert!(matches!(
            write_wav(&nowhere, &audio, WavFormat::I16),
            Err(FileError::Disk(_))
        ));
    }

    #[test]
    fn dither_moves_a_sample_by_less_than_two_steps() {
        let quiet = Audio::mono(SampleRate::STUDIO, vec![0.25; 2000]);
        let read = round_trip(&quiet, WavFormat::I16Dithered);
        let steps = read
            .channel(0)
            .iter()
            .map(|sample| (sample - 0.25) * 32_768.0);
        assert!(
            steps.clone().all(|step| step.abs() <= 1.0),
            "triangular, two steps wide"
        );
        assert!(steps.clone().any(|step| step != 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_is_written_is_read_back_to_the_bit(
            whole in prop::collection::vec((-8_388_608i32..8_388_608, any::<i16>()), 0..60),
            stereo in any::<bool>(),
            hz in 8000u32..192_000,
        ) {
            let rate = SampleRate::new(hz).unwrap();
            let piece = |sample: &dyn Fn(&(i32, i16)) -> f32| {
                let left: Vec<f32> = whole.iter().map(sample).collect();
                let right = left.iter().rev().copied().collect();
                if stereo { Audio::stereo(rate, left, right) } else { Audio::mono(rate, left) }
            };
            let of_24 = piece(&|(long, _)| *long as f32 / 8_388_608.0);
            prop_assert_eq!(&round_trip(&of_24, WavFormat::I24), &of_24);
            prop_assert_eq!(&round_trip(&of_24, WavFormat::F32), &of_24);
            let of_16 = piece(&|(_, short)| f32::from(*short) / 32_768.0);
            prop_assert_eq!(&round_trip(&of_16, WavFormat::I16), &of_16);
        }
    }
}
