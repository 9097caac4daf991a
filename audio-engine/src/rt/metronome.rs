//! The metronome: a wooden tick on every beat of a count-in, and of a range of the timeline.
//!
//! It has a bus of its own that leads only to the loudspeaker. Audio thread only.

use super::transport::Transport;
use crate::dsp::tick::tick;
use crate::units::{Frames, Grid, SampleRate};

/// Knows when to click, and rings out what it has struck.
pub(crate) struct Metronome {
    accent: Vec<f32>,
    beat: Vec<f32>,
    from: Frames,
    until: Frames,
    ringing: Option<Ringing>,
}

struct Ringing {
    accent: bool,
    at: usize,
}

impl Metronome {
    /// Renders both ticks: allocates.
    pub(crate) fn new(rate: SampleRate) -> Metronome {
        Metronome {
            accent: tick(rate, true),
            beat: tick(rate, false),
            from: Frames::ZERO,
            until: Frames::ZERO,
            ringing: None,
        }
    }

    /// Clicks while the playhead is in this range, and nowhere else.
    pub(crate) fn set_range(&mut self, from: Frames, until: Frames) {
        (self.from, self.until) = (from, until);
    }

    /// Strikes, if there is a beat on the frame that plays next.
    pub(crate) fn strike_if_due(&mut self, transport: &Transport, grid: Option<Grid>) {
        let Some(grid) = grid else { return };
        let Some(place) = self.place(transport, &grid) else {
            return;
        };
        let (at, beat) = grid.beat_at_or_after(place);
        if at == place {
            self.ringing = Some(Ringing {
                accent: beat == 0,
                at: 0,
            });
        }
    }

    /// Frames until the next beat that is clicked.
    pub(crate) fn until_next(&self, transport: &Transport, grid: Option<Grid>) -> Option<Frames> {
        let grid = grid?;
        match *transport {
            Transport::Rolling { at } if at < self.from => Some(self.from - at),
            _ => self.place(transport, &grid).map(|place| {
                let next = place + Frames(1);
                grid.beat_at_or_after(next).0 - place
            }),
        }
    }

    /// Where we are among the beats, if they are to be clicked. A count-in ends on a bar line, so
    /// it is placed by what is left of it.
    fn place(&self, transport: &Transport, grid: &Grid) -> Option<Frames> {
        let bar = grid.bar();
        match *transport {
            Transport::CountIn { left, at: _ } => Some((bar - left % bar) % bar),
            Transport::Rolling { at } => (self.from <= at && at < self.until).then_some(at),
            Transport::Stopped { .. } | Transport::Stopping { .. } => None,
        }
    }

    /// Adds what rings, times `amplitude`, to both sides.
    pub(crate) fn render(&mut self, amplitude: impl Fn(usize) -> f32, out: [&mut [f32]; 2]) {
        let Some(ringing) = &mut self.ringing else {
            return;
        };
        let sound = if ringing.accent {
            &self.accent
        } else {
            &self.beat
        };
        let rest = sound.get(ringing.at..).unwrap_or_default();
        let [left, right] = out;
        for (i, (sample, (l, r))) in rest.iter().zip(left.iter_mut().zip(right)).enumerate() {
            let sample = sample * amplitude(i);
            *l += sample;
            *r += sample;
            ringing.at += 1;
        }
        if ringing.at >= sound.len() {
            self.ringing = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Tempo;

    /// Two beats of four frames in a bar.
    fn grid() -> Grid {
        let rate = SampleRate::new(8).unwrap();
        Grid {
            rate,
            tempo: Tempo::from_bpm(120.0).unwrap(),
            beats_per_bar: 2,
        }
    }

    fn clicks(mut transport: Transport, from: u64, until: u64, frames: u64) -> String {
        let mut metronome = Metronome::new(SampleRate::STUDIO);
        metronome.set_range(Frames(from), Frames(until));
        let mut heard = String::new();
        for _ in 0..frames {
            metronome.ringing = None;
            metronome.strike_if_due(&transport, Some(grid()));
            heard.push(match metronome.ringing {
                Some(Ringing { accent: true, .. }) => 'X',
                Some(Ringing { accent: false, .. }) => 'x',
                None => '.',
            });
            transport.advance(Frames(1));
        }
        heard
    }

    #[test]
    fn a_bar_of_count_in_is_every_beat_of_a_bar() {
        let count_in = Transport::CountIn {
            left: Frames(8),
            at: Frames(3),
        };
        assert_eq!(clicks(count_in, 0, 0, 12), "X...x.......");
    }

    #[test]
    fn it_clicks_in_its_range_and_not_on_its_end() {
        let rolling = Transport::Rolling { at: Frames(0) };
        assert_eq!(clicks(rolling, 4, 12, 16), "....x...X.......");
    }

    #[test]
    fn blocks_end_where_the_next_click_begins() {
        let mut metronome = Metronome::new(SampleRate::STUDIO);
        metronome.set_range(Frames(4), Frames(100));
        let until = |at| metronome.until_next(&Transport::Rolling { at: Frames(at) }, Some(grid()));
        assert_eq!(until(1), Some(Frames(3)));
        assert_eq!(until(4), Some(Frames(4)));
        assert_eq!(until(7), Some(Frames(1)));
    }
}
