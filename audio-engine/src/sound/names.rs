//! Every name an exercise may use for a sound, and what sort of sound it is.

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A background: [`render_bed`](super::render_bed).
    Bed,
    /// A layer of the sound grid: [`render_loop`](super::render_loop).
    Loop,
    /// A piece in stems: [`song`](super::song()).
    Song,
}

const NAMES: [(&str, Kind); 15] = [
    ("pad_warm", Kind::Bed),
    ("pad_glass", Kind::Bed),
    ("drone_low", Kind::Bed),
    ("drone_fifth", Kind::Bed),
    ("nature_rain", Kind::Bed),
    ("choir_mm", Kind::Bed),
    ("lp_frame44", Kind::Loop),
    ("lp_shaker8", Kind::Loop),
    ("lp_bass", Kind::Loop),
    ("lp_keys", Kind::Loop),
    ("lp_kalimba", Kind::Loop),
    ("lp_glass", Kind::Loop),
    ("lp_bell", Kind::Loop),
    ("lp_rain", Kind::Loop),
    ("song_river", Kind::Song),
];

/// Every name there is. Whatever is not among them cannot be played, and an exercise that asks for
/// it is refused when it is read.
pub fn names() -> &'static [&'static str] {
    const ONLY: [&str; NAMES.len()] = {
        let mut only = [""; NAMES.len()];
        let mut i = 0;
        while i < only.len() {
            only[i] = NAMES[i].0;
            i += 1;
        }
        only
    };
    &ONLY
}

/// What sort of sound `name` is, if it is one.
pub fn kind_of(name: &str) -> Option<Kind> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{Key, grid_loops, render_bed, render_loop, song};
    use crate::units::{Grid, SampleRate, Tempo};

    #[test]
    fn every_name_can_be_played() {
        let tempo = Tempo::from_bpm(120.0).unwrap();
        let grid = Grid {
            rate: SampleRate::new(16_000).unwrap(),
            tempo,
            beats_per_bar: 4,
        };
        for name in names() {
            let played = match kind_of(name).unwrap() {
                Kind::Bed => render_bed(name, grid, Key::C, 2).is_some(),
                Kind::Loop => render_loop(name, grid, Key::C).is_some(),
                Kind::Song => song(name, grid.rate).is_some(),
            };
            assert!(played, "{name} is promised but silent");
        }
    }

    #[test]
    fn every_loop_has_a_name_and_nothing_else_does() {
        assert!(
            grid_loops()
                .iter()
                .all(|each| kind_of(each.id) == Some(Kind::Loop))
        );
        assert_eq!(kind_of("song_of_the_sea"), None);
    }
}
