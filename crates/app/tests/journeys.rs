//! Whole evenings through the app, in virtual time.

mod studio;

use app::ipc::{Act, CheckInAnswers, CheckInPhase, IpcError, Length, SessionPhase, Surface};
use studio::{RATE, Studio, hum};

fn slots_on(surface: &Surface) -> Vec<&str> {
    let Surface::Grid { slots, .. } = surface else {
        return vec![];
    };
    slots
        .iter()
        .filter(|slot| slot.on)
        .map(|slot| slot.name.as_str())
        .collect()
}

#[test]
fn three_warm_layers_become_a_piece_that_is_there_tomorrow() {
    let mut studio = Studio::new();
    assert_eq!(
        studio.app.today().expect("today opens").card.id,
        "lp01",
        "the first day"
    );
    studio.begin("lp01", Length::Full);
    studio.check_in(CheckInPhase::Before, -1.0, 6.0);
    studio.act(Act::Start);
    studio.seconds(4.0);
    studio.act(Act::Slot { index: 2, on: true });
    studio.until_step(1);
    studio.act(Act::Slot { index: 4, on: true });
    studio.until_step(2);
    studio.act(Act::Slot { index: 7, on: true });
    let view = studio.view();
    assert_eq!(slots_on(&view.surface), ["Round bass", "Kalimba", "Rain"]);
    studio.until_step(5);
    studio.act(Act::Keep { keep: true });
    studio.until_the_end();
    let after = studio.app.after().expect("it is over");
    let piece = after.piece.expect("it was kept");
    assert!((30.0..90.0).contains(&piece.seconds), "{} s", piece.seconds);
    assert_eq!(piece.cover.bands.len(), 3);
    studio.check_in(CheckInPhase::After, 1.0, 4.0);
    studio
        .app
        .rename_piece(&piece.id, "Rain on tin")
        .expect("a name of one's own");

    let mut studio = studio.close_and_return();
    assert_eq!(studio.album().len(), 1);
    assert_eq!(studio.album()[0].name, "Rain on tin");
    assert_eq!(
        studio.album()[0].cover,
        piece.cover,
        "a piece looks like itself"
    );
    let today = studio.app.today().expect("today opens");
    assert!(!today.first_run);
    assert_eq!(today.week_line, "One day with music this week.");
    studio.app.leave().expect("back to today");
}

#[test]
fn a_fourth_layer_is_refused_kindly_and_a_swap_lets_the_oldest_go() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 0, on: true });
    let refused = studio.act(Act::Slot { index: 1, on: true });
    assert_eq!(
        slots_on(&refused.surface),
        ["Frame drum"],
        "one, in the first step"
    );
    assert!(
        refused
            .hint
            .is_some_and(|hint| hint.contains("One for now"))
    );
    for (step, index) in [(1, 1), (2, 2)] {
        studio.act(Act::Next);
        studio.until_step(step);
        studio.act(Act::Slot { index, on: true });
        studio.seconds(3.0);
    }
    studio.act(Act::Next);
    studio.until_step(3);
    let swapped = studio.act(Act::Slot { index: 6, on: true });
    assert_eq!(slots_on(&swapped.surface), ["Shaker", "Round bass", "Bell"]);
    let undone = studio.act(Act::Undo);
    assert_eq!(
        slots_on(&undone.surface),
        ["Frame drum", "Shaker", "Round bass"]
    );
}

#[test]
fn the_cue_begins_exactly_one_bar_before_its_step() {
    let mut studio = Studio::listening();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    // Nobody touches anything: all that is heard is the voice.
    let view = studio.until_step(1);
    studio.seconds(4.0);
    let heard = studio.app.heard().expect("everything is kept");
    let cue = app::spoken(&view.prompt, RATE).expect("it is spoken");
    let begins = ((view.step_start - view.bar_seconds) * f64::from(RATE.hz())).round() as usize;
    let loud = |samples: &[f32]| samples.iter().position(|sample| sample.abs() > 0.01);
    let in_cue = loud(cue.channel(0)).expect("the cue says something");
    let quiet_before = &heard.channel(0)[begins - 24_000..begins];
    assert!(
        loud(quiet_before).is_none(),
        "the first cue is over, and nothing else sounds"
    );
    let place = loud(&heard.channel(0)[begins..]).expect("the cue is heard");
    assert!(
        place.abs_diff(in_cue) <= 2,
        "said {place} frames after the bar line, not {in_cue}"
    );
}

#[test]
fn three_mixes_are_compared_and_the_chosen_one_is_the_piece() {
    let mut studio = Studio::new();
    studio.begin("mx01", Length::Full);
    studio.act(Act::Start);
    for (step, gains) in [
        (1, [-20.0, -6.0, 0.0]),
        (2, [0.0, 0.0, -6.0]),
        (3, [-3.0, -9.0, -3.0]),
    ] {
        studio.act(Act::Next);
        studio.until_step(step);
        for (index, db) in gains.into_iter().enumerate() {
            studio.act(Act::Gain {
                index: index as u32,
                db,
            });
        }
    }
    studio.act(Act::Next);
    let view = studio.until_step(4);
    let Surface::Choose { options } = &view.surface else {
        panic!("{:?}", view.surface)
    };
    let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!(names, ["Lullaby", "Sunny street", "In an hour"]);
    studio.act(Act::Choose { index: 0 });
    studio.until_the_end();
    let piece = studio.piece_of_it();
    let gains: Vec<f32> = piece.cover.bands.iter().map(|band| band.gain_db).collect();
    assert_eq!(gains, [-20.0, -6.0, 0.0], "the lullaby, as it was mixed");
}

#[test]
fn a_pause_holds_everything_and_stop_ends_softly_with_what_was_made() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.seconds(4.0);
    studio.act(Act::Slot { index: 4, on: true });
    studio.seconds(6.0);
    studio.app.meters();
    studio.seconds(2.0);
    let loudest = studio.app.meters().output_peak[0];
    assert!(loudest > 0.02, "the kalimba is heard: {loudest}");
    let paused = studio.act(Act::Pause);
    assert_eq!(paused.phase, SessionPhase::Paused);
    let held = studio.app.meters().playhead;
    studio.seconds(30.0);
    assert_eq!(studio.app.meters().playhead, held, "the playhead waits");
    studio.act(Act::Resume);
    studio.seconds(2.0);
    assert!(studio.app.meters().playhead > held + 1.9);
    let ending = studio.act(Act::Stop);
    assert_eq!(ending.phase, SessionPhase::Ending);
    assert_eq!(studio.album().len(), 1, "kept before it fades");
    studio.seconds(19.0);
    assert_eq!(
        studio.view().phase,
        SessionPhase::Ending,
        "a soft ending takes its time"
    );
    studio.seconds(1.5);
    assert_eq!(studio.view().phase, SessionPhase::Ended);
}

#[test]
fn a_heavy_day_is_answered_first_and_a_skipped_check_in_is_fine() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    let answers = CheckInAnswers {
        valence: -4.0,
        arousal: 2.0,
        tension: 9.0,
        extra: None,
    };
    let reply = studio
        .app
        .answer(CheckInPhase::Before, Some(answers))
        .expect("it is taken");
    assert!(
        reply
            .card
            .is_some_and(|card| card.text.contains("very simple today"))
    );
    let skipped = studio
        .app
        .answer(CheckInPhase::Before, None)
        .expect("it is taken");
    assert_eq!(skipped.card, None);
    let off_the_field = CheckInAnswers {
        valence: 9.0,
        ..answers
    };
    let refused = studio.app.answer(CheckInPhase::Before, Some(off_the_field));
    assert!(matches!(refused, Err(IpcError::InvalidInput { .. })));
}

#[test]
fn every_exercise_comes_to_its_end_in_about_the_time_it_says() {
    for exercise in ["lp01", "vs02", "mx01"] {
        for (length, easier, minutes) in
            [(Length::Full, false, 8.5), (Length::TwoMinutes, true, 2.6)]
        {
            let mut studio = Studio::singing(&hum(12.0));
            studio.begin(exercise, length);
            studio.act(Act::Easier { on: easier });
            studio.act(Act::Start);
            studio.until_the_end();
            let seconds = studio.app.meters().playhead;
            assert!(
                seconds < minutes * 60.0,
                "{exercise}, {length:?}: {seconds} s"
            );
        }
    }
}
