//! The program in the guide does what the guide says, on whatever machine this is.

#[path = "../examples/duplex.rs"]
#[allow(dead_code, reason = "its `main` is not called here")]
mod duplex;

#[test]
fn the_first_program_keeps_four_bars_with_or_without_a_sound_card() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sung.wav");
    duplex::record(&path).unwrap();
    let sung = audio_engine::files::read_wav(&path).unwrap();
    let bar = u64::from(sung.rate().hz());
    assert_eq!(
        sung.frames().0,
        4 * bar,
        "a bar of one slow beat is a second"
    );
}

#[test]
fn the_first_program_is_thirty_lines() {
    let program = include_str!("../examples/duplex.rs");
    let body = program
        .lines()
        .skip_while(|line| !line.starts_with("pub fn record"))
        .take_while(|line| !line.starts_with("fn main"))
        .filter(|line| !line.is_empty());
    assert_eq!(
        body.count(),
        32,
        "thirty, and the two that begin and end it"
    );
}
