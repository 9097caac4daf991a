//! Several mixes of the same stems, compared at the same loudness.

use std::sync::Arc;

use audio_engine::analysis;
use audio_engine::audio::Audio;
use audio_engine::units::{Frames, Gain, Pan};
use practice::exercise::Metric;
use serde::{Deserialize, Serialize};

use crate::ipc::IpcError;
use crate::job::{Job, Progress};

use super::acts::invalid;
use super::figures::keep;
use super::stage::{Role, Settings, Stage};
use super::surface::Mode;
use super::{Session, Studio};

/// How long each mix is heard before the next takes its turn, in bars.
const TURN_BARS: u64 = 4;
/// The stem that carries the melody; the rest is measured against it.
const LEAD: &str = "tune";

/// A balance kept under a letter.
#[derive(Debug)]
pub struct Mix {
    pub letter: String,
    /// Layer and gain in dB.
    pub gains: Vec<(usize, f32)>,
    measuring: Option<Job<Measured>>,
    measured: Measured,
    /// Whether its balance was written down.
    is_written: bool,
}

/// A mix as it is written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written {
    letter: String,
    gains: Vec<(usize, f32)>,
    measured: Measured,
}

/// What was measured of a mix, off the tick.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    /// Integrated, in LUFS.
    loudness: Option<f32>,
    /// The lead over the rest, in LU.
    balance: Option<f32>,
}

impl Mix {
    /// The stems as they stand now. `at_once` measures before it returns, for virtual time.
    pub fn of(letter: String, stage: &Stage, at_once: bool) -> Mix {
        let stems = stage
            .actors
            .iter()
            .enumerate()
            .filter(|(_, actor)| actor.role == Role::Stem);
        let gains: Vec<(usize, f32)> = stems
            .map(|(i, actor)| (i, actor.settings.gain_db))
            .collect();
        Mix::with(letter, gains, stage, at_once)
    }

    fn with(letter: String, gains: Vec<(usize, f32)>, stage: &Stage, at_once: bool) -> Mix {
        let sounds: Vec<(bool, Arc<Audio>, Settings)> = gains
            .iter()
            .filter_map(|(index, gain_db)| Some((stage.actors.get(*index)?, *gain_db)))
            .map(|(actor, gain_db)| {
                let settings = Settings {
                    gain_db,
                    ..actor.settings
                };
                (
                    actor.id == LEAD,
                    Arc::clone(&actor.sounding.audio),
                    settings,
                )
            })
            .collect();
        let measure = move || {
            let part = |lead: bool| sum(sounds.iter().filter(|(is_lead, ..)| *is_lead == lead));
            let (lead, rest) = (part(true), part(false));
            let all = sum(sounds.iter());
            Measured {
                loudness: all.map(|all| analysis::integrated_lufs(&all) as f32),
                balance: lead
                    .zip(rest)
                    .and_then(|(lead, rest)| analysis::balance_lu(&lead, &rest)),
            }
        };
        let job = Job::start("mix", measure);
        let (measuring, measured) = match at_once {
            true => (None, job.wait().unwrap_or_default()),
            false => (Some(job), Measured::default()),
        };
        Mix {
            letter,
            gains,
            measuring,
            measured,
            is_written: false,
        }
    }

    /// As it is written down.
    pub(super) fn written(&self) -> Written {
        let finite = |level: Option<f32>| level.filter(|level| level.is_finite());
        Written {
            letter: self.letter.clone(),
            gains: self.gains.clone(),
            measured: Measured {
                loudness: finite(self.measured.loudness),
                balance: finite(self.measured.balance),
            },
        }
    }

    /// As it was written down; what had not been measured by then is measured now.
    pub(super) fn read(written: Written, stage: &Stage, at_once: bool) -> Mix {
        let Written {
            letter,
            gains,
            measured,
        } = written;
        if measured.loudness.is_none() {
            return Mix::with(letter, gains, stage, at_once);
        }
        Mix {
            letter,
            gains,
            measuring: None,
            measured,
            is_written: true,
        }
    }

    /// The balance, once, when it has been measured.
    fn balance_to_keep(&mut self) -> Option<f32> {
        let balance = self.measured.balance.filter(|_| !self.is_written)?;
        self.is_written = true;
        Some(balance)
    }

    fn settle(&mut self) {
        if let Some(job) = &mut self.measuring {
            match job.poll() {
                Progress::Working => {}
                Progress::Lost => self.measuring = None,
                Progress::Done(measured) => {
                    self.measured = measured;
                    self.measuring = None;
                }
            }
        }
    }
}

fn sum<'a>(parts: impl Iterator<Item = &'a (bool, Arc<Audio>, Settings)>) -> Option<Audio> {
    let mut sum: Option<(Vec<f32>, Vec<f32>, audio_engine::units::SampleRate)> = None;
    for (_, audio, settings) in parts {
        let gain = Gain::from_db(settings.gain_db).amplitude();
        let pan = Pan::new(settings.pan).position();
        let sides = [gain * (1.0 - pan).min(1.0), gain * (1.0 + pan).min(1.0)];
        let length = audio.frames().0 as usize;
        let (left, right, _) =
            sum.get_or_insert_with(|| (vec![0.0; length], vec![0.0; length], audio.rate()));
        for (channel, side) in [(&mut *left, 0), (&mut *right, 1)] {
            let samples = audio.channel(side);
            channel
                .iter_mut()
                .zip(samples)
                .for_each(|(out, x)| *out += x * sides[side]);
        }
    }
    sum.map(|(left, right, rate)| Audio::stereo(rate, left, right))
}

impl Session {
    /// The mix under a letter.
    pub(super) fn mix(&self, letter: &str) -> Option<&Mix> {
        self.mixes.iter().find(|mix| mix.letter == letter)
    }

    /// Lets the mixes take turns until somebody touches one, and takes in what was measured.
    pub(super) fn follow_versions(&mut self, playhead: Frames, studio: &mut Studio) {
        for mix in &mut self.mixes {
            mix.settle();
            if let Some(balance) = mix.balance_to_keep() {
                let id = Metric::BALANCE.id();
                keep(self.id, id, f64::from(balance), studio.store);
            }
        }
        let Mode::Choose {
            options,
            playing,
            by_hand: false,
            ..
        } = &self.mode
        else {
            return;
        };
        if options.is_empty() {
            return;
        }
        let bars = self
            .plan
            .grid
            .bar_at(playhead)
            .saturating_sub(self.cursor.starts - 1);
        let turn = (bars / TURN_BARS) as usize % options.len();
        if *playing != Some(turn) {
            self.sound_mix(turn, studio);
            self.changed();
        }
    }

    /// Puts the faders where this mix has them, all mixes equally loud.
    fn sound_mix(&mut self, option: usize, studio: &mut Studio) {
        let Mode::Choose {
            options, playing, ..
        } = &mut self.mode
        else {
            return;
        };
        let Some((letter, _)) = options.get(option) else {
            return;
        };
        *playing = Some(option);
        let letter = letter.clone();
        let quietest = self
            .mixes
            .iter()
            .filter_map(|mix| mix.measured.loudness)
            .reduce(f32::min);
        let Some(mix) = self.mix(&letter) else { return };
        let down = quietest
            .zip(mix.measured.loudness)
            .map_or(0.0, |(q, own)| (q - own).min(0.0));
        for (layer, gain_db) in mix.gains.clone() {
            let Some(actor) = self.stage.actors.get(layer) else {
                continue;
            };
            // A mix that is all silence has no loudness to match.
            let down = if down.is_finite() { down } else { 0.0 };
            let settings = Settings {
                gain_db: gain_db + down,
                ..actor.settings
            };
            self.stage.set(layer, settings, &mut studio.sound.engine);
        }
    }

    pub(super) fn audition(
        &mut self,
        index: Option<u32>,
        studio: &mut Studio,
    ) -> Result<(), IpcError> {
        let Mode::Choose {
            options, by_hand, ..
        } = &mut self.mode
        else {
            return Err(IpcError::NotNow);
        };
        let Some(index) = index else {
            *by_hand = false;
            return Ok(());
        };
        if index as usize >= options.len() {
            return Err(invalid("option"));
        }
        *by_hand = true;
        self.sound_mix(index as usize, studio);
        Ok(())
    }

    pub(super) fn choose(&mut self, index: u32, studio: &mut Studio) -> Result<(), IpcError> {
        self.audition(Some(index), studio)?;
        if let Mode::Choose {
            options, chosen, ..
        } = &mut self.mode
        {
            *chosen = Some(index as usize);
            self.chosen = options
                .get(index as usize)
                .map(|(letter, _)| letter.clone());
        }
        self.save_draft(studio);
        Ok(())
    }
}
