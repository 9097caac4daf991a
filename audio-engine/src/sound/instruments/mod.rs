//! The instruments, one file each: a note in, a mono buffer out.
//!
//! None begins suddenly. Each file names its `ATTACK` in seconds, and a test here holds it to that:
//! at least 20 ms for what calms, a few milliseconds of felt even for drums.

pub(crate) mod bass_round;
pub(crate) mod bell_soft;
pub(crate) mod drone;
pub(crate) mod epiano;
pub(crate) mod glass;
pub(crate) mod kalimba;
pub(crate) mod kit_soft;
pub(crate) mod pad_warm;
pub(crate) mod rain;
pub(crate) mod voice_mm;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::tone::Note;

    type Instrument = (&'static str, fn(&Note) -> Vec<f32>, f32);

    const EVERY: [Instrument; 12] = [
        ("bass_round", bass_round::play, bass_round::ATTACK),
        ("bell_soft", bell_soft::play, bell_soft::ATTACK),
        ("epiano", epiano::play, epiano::ATTACK),
        ("glass", glass::play, glass::ATTACK),
        ("kalimba", kalimba::play, kalimba::ATTACK),
        ("pad_warm", pad_warm::play, pad_warm::ATTACK),
        ("voice_mm", voice_mm::play, voice_mm::ATTACK),
        ("frame drum, low", kit_soft::frame_low, kit_soft::ATTACK),
        ("frame drum, high", kit_soft::frame_high, kit_soft::ATTACK),
        ("soft kick", kit_soft::kick, kit_soft::ATTACK),
        ("shaker", kit_soft::shaker, kit_soft::ATTACK),
        ("wood block", kit_soft::wood, kit_soft::ATTACK),
    ];

    fn note(rate: f32) -> Note {
        Note {
            rate,
            hz: 220.0,
            seconds: 6.0,
            velocity: 1.0,
            seed: 7,
        }
    }

    #[test]
    fn no_instrument_begins_suddenly() {
        for (name, play, attack) in EVERY {
            let sound = play(&note(48_000.0));
            let peak = sound
                .iter()
                .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            // A tenth of its attack in, half a cosine has risen by 2.4 %: −32 dB.
            let early = &sound[..(attack * 0.1 * 48_000.0) as usize];
            let early = early
                .iter()
                .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            assert!(
                early < 0.04 * peak,
                "{name} jumps to {} of its peak at once",
                early / peak
            );
            assert!(
                sound[0].abs() < 1e-4,
                "{name} begins with a step of {}",
                sound[0]
            );
        }
    }

    #[test]
    fn what_calms_takes_at_least_twenty_milliseconds() {
        let calm = [
            "bass_round",
            "bell_soft",
            "epiano",
            "glass",
            "pad_warm",
            "voice_mm",
        ];
        for (name, _, attack) in EVERY.iter().filter(|(name, ..)| calm.contains(name)) {
            assert!(*attack >= 0.020, "{name} takes {attack} s");
        }
    }

    #[test]
    fn every_sound_dies_away_before_it_ends() {
        for (name, play, _) in EVERY {
            let sound = play(&note(44_100.0));
            let peak = sound
                .iter()
                .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            let last = sound.last().copied().unwrap_or(1.0).abs();
            assert!(last < 0.002 * peak, "{name} is cut off at {last} of {peak}");
            assert!(peak > 0.05 && peak < 2.0, "{name} peaks at {peak}");
        }
    }
}
