//! Bytes made worse, the same way every time: what a bad cable, a full disk or a stranger does.

/// A small generator of numbers (PCG, M. O'Neill 2014): the same seed, the same evening.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        let mut dice = Dice(seed.wrapping_mul(2).wrapping_add(1));
        dice.throw();
        dice
    }

    fn throw(&mut self) -> u32 {
        let before = self.0;
        self.0 = before
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = (((before >> 18) ^ before) >> 27) as u32;
        mixed.rotate_right((before >> 59) as u32)
    }

    /// 0 … `n` − 1; 0 if there is nothing to choose from.
    pub fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.throw()) * n as u64) >> 32) as usize
    }

    /// True once in `n`.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// `low` … `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.throw() as f32 / u32::MAX as f32)
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Numbers at which arithmetic breaks, as they stand in files.
const SHARP: [u32; 8] = [
    0,
    1,
    0x7F,
    0xFF,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFE,
    0xFFFF_FFFF,
];

/// A few wounds: bits, bytes, lengths, pieces lost, doubled, exchanged, and the end cut off.
pub fn wound(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        if bytes.is_empty() {
            return;
        }
        // Headers are short and matter most.
        let reach = if dice.one_in(2) {
            bytes.len().min(256)
        } else {
            bytes.len()
        };
        let at = dice.below(reach);
        let piece = at..(at + 1 + dice.below(64)).min(bytes.len());
        match dice.below(8) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = dice.below(256) as u8,
            2 | 3 => {
                let sharp = dice.pick(&SHARP).to_le_bytes();
                for (byte, new) in bytes[at..].iter_mut().zip(sharp) {
                    *byte = new;
                }
            }
            4 => bytes.truncate(at),
            5 => drop(bytes.drain(piece)),
            6 => {
                let again = bytes[piece].to_vec();
                bytes.splice(at..at, again);
            }
            _ => {
                let other = dice.below(bytes.len());
                bytes.swap(at, other);
            }
        }
    }
}

/// Words of a text exchanged, doubled or lost, so that it still looks like what it was.
pub fn garble(text: &str, dice: &mut Dice) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let mut words: Vec<String> = Vec::new();
    for c in text.chars() {
        match words.last_mut() {
            Some(last) if is_word(c) && last.chars().all(is_word) => last.push(c),
            _ => words.push(c.to_string()),
        }
    }
    const OTHERS: [&str; 12] = [
        "0",
        "-1",
        "1e309",
        "4294967296",
        "null",
        "true",
        "[",
        "}",
        "\"",
        "\u{0}",
        "ü",
        "NaN",
    ];
    for _ in 0..=dice.below(3) {
        let at = dice.below(words.len());
        match dice.below(4) {
            0 => words[at] = dice.pick(&OTHERS).to_owned(),
            1 => words[at] = words[dice.below(words.len())].clone(),
            2 => words[at].clear(),
            _ => words[at] = words[at].repeat(1 + dice.below(3)),
        }
    }
    words.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_evening_and_another_is_not() {
        let wounded = |seed| {
            let mut bytes = vec![7; 500];
            wound(&mut bytes, &mut Dice::new(seed));
            bytes
        };
        assert_eq!(wounded(1), wounded(1));
        assert!((2..20).any(|seed| wounded(seed) != wounded(1)));
    }

    #[test]
    fn what_is_garbled_is_another_text_made_of_the_same_words() {
        let text = r#"{ "tempo": 72, "steps": [1, 2] }"#;
        let mut dice = Dice::new(3);
        let others = (0..50).filter(|_| garble(text, &mut dice) != text);
        assert!(others.count() > 40);
    }
}
