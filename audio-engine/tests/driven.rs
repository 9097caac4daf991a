//! Whatever anybody wishes, in whatever order: the engine plays numbers, the same ones on every
//! device, and gives back what it was lent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say so"
)]

mod drive;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_evening_at_all_is_played_alike_and_ends_with_empty_hands(
        bytes in prop::collection::vec(any::<u8>(), 0..700)
    ) {
        drive::drive(&bytes);
    }
}
