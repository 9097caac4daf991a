//! The raised cosine at the edges of a recording.

use std::f64::consts::PI;

/// 0 → 1 over `length` frames; 1 from there on.
pub fn fade_in(frame: u64, length: u64) -> f32 {
    if frame >= length {
        return 1.0;
    }
    let turn = (frame as f64 + 0.5) / length as f64;
    (0.5 - 0.5 * (PI * turn).cos()) as f32
}

/// 1 → 0 over `length` frames; what [`fade_in`] leaves.
pub fn fade_out(frame: u64, length: u64) -> f32 {
    1.0 - fade_in(frame, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_edges_together_are_whole() {
        for frame in 0..300 {
            assert_eq!(fade_in(frame, 240) + fade_out(frame, 240), 1.0);
        }
    }

    #[test]
    fn an_edge_only_rises() {
        assert!((1..240).all(|frame| fade_in(frame, 240) > fade_in(frame - 1, 240)));
    }
}
