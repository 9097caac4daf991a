//! The album: hearing a piece again, moving what was sung in it, letting it go.

mod studio;

use std::ops::ControlFlow;

use app::ipc::{Act, ExportFormat, IpcError, Length, Surface};
use studio::{Studio, hum};

#[test]
fn a_nudge_and_the_same_nudge_back_give_the_same_piece_bit_for_bit() {
    let mut studio = Studio::singing(&hum(20.0));
    studio.begin("vs02", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.until_the_end();
    let piece = studio.piece_of_it();
    let rec = studio.folder().join("rec");
    let takes = || -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(&rec).expect("takes are there");
        files
            .map(|file| std::fs::read(file.expect("a take").path()).expect("it opens"))
            .collect()
    };
    let before = takes();
    let file = studio.folder().join("piece.wav");
    let row = studio
        .app
        .store()
        .pieces()
        .expect("the album opens")
        .remove(0);
    let layers = row.manifest["layers"].as_array().expect("layers");
    let is_sung = |layer: &serde_json::Value| layer["source"]["kind"] == "take";
    let sung = layers.iter().position(is_sung).expect("one was sung");
    let mut render = |nudge: f64| {
        let lies = studio
            .app
            .nudge_piece(&piece.id, sung, nudge)
            .expect("it moves");
        studio
            .app
            .export_piece_to(&piece.id, &file, ExportFormat::Wav, go_on)
            .expect("it is taken along")
            .expect("nobody called it off");
        (lies, std::fs::read(&file).expect("it is there"))
    };
    let (_, first) = render(0.0);
    for there in [17.3, -240.0, 499.9] {
        let (lies, moved) = render(there);
        assert!((lies - there).abs() < 0.02, "{lies}");
        assert_ne!(moved, first, "it sounds different");
        let (lies, back) = render(-there);
        assert!(lies.abs() < 1e-9 && back == first, "and is as it was");
    }
    let now = studio
        .app
        .store()
        .pieces()
        .expect("the album opens")
        .remove(0);
    assert_eq!(now.manifest, row.manifest);
    let invalid = |field: &str| IpcError::InvalidInput {
        field: field.into(),
    };
    for (layer, ms, field) in [
        (sung, 501.0, "ms"),
        (sung, f64::NAN, "ms"),
        (99, 1.0, "layer"),
    ] {
        let refused = studio.app.nudge_piece(&piece.id, layer, ms);
        assert_eq!(refused, Err(invalid(field)));
    }
    let after = takes();
    assert_eq!(before, after, "a take, once kept, is never changed");
}

fn go_on(_: f32) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn what_is_let_go_lies_in_the_bin_and_can_come_back() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.seconds(3.0);
    studio.act(Act::Slot { index: 0, on: true });
    let _ = studio.until("asked", |view| matches!(view.surface, Surface::Keep { .. }));
    studio.act(Act::Keep { keep: false });
    studio.until_the_end();
    assert!(studio.album().is_empty());
    let bin = studio.app.pieces().expect("the album opens").bin;
    assert_eq!(bin[0].bin_days, Some(30));
    studio.app.restore_piece(&bin[0].id).expect("it comes back");
    assert_eq!(studio.album().len(), 1);
}

#[test]
fn a_kept_piece_plays_to_its_end_and_stops_by_itself() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.seconds(3.0);
    studio.act(Act::Slot { index: 4, on: true });
    studio.seconds(4.0);
    studio.act(Act::Stop);
    studio.act(Act::Stop);
    studio.until_the_end();
    let piece = studio.album()[0].clone();
    studio.app.play_piece(&piece.id).expect("it plays");
    studio.until_it_sounds();
    studio.seconds(5.0);
    assert!(studio.app.meters().output_peak[0] > 0.01, "it is heard");
    studio.seconds(piece.seconds);
    assert_eq!(studio.app.pieces().expect("the album opens").playing, None);
    assert!(!studio.app.meters().rolling);
}
