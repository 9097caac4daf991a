//! More than one thing in one evening: what sounded before is not part of what comes after.

mod studio;

use app::ipc::{Act, Changed, Length, SessionPhase};
use studio::Studio;

/// Somebody who has played for two minutes, and is back on Today.
fn who_has_played() -> Studio {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::TwoMinutes);
    studio.act(Act::Start);
    studio.seconds(3.0);
    studio.act(Act::Slot { index: 4, on: true });
    studio.until_the_end();
    studio.app.leave().expect("back to today");
    studio
}

/// For how long the newest session has sounded, in ms.
fn newest_sounded(studio: &Studio) -> u64 {
    let rows = studio.app.store().sessions(1).expect("they are listed");
    rows[0].active_ms
}

#[test]
fn who_turns_back_at_the_check_in_has_not_played() {
    let mut studio = who_has_played();
    assert!(newest_sounded(&studio) > 60_000, "two minutes were played");
    studio.begin("lp01", Length::Full);
    studio.act(Act::Stop);
    assert_eq!(newest_sounded(&studio), 0);
    studio.begin("lp01", Length::Full);
    studio.app.leave().expect("back to today");
    assert_eq!(newest_sounded(&studio), 0);
}

#[test]
fn listening_to_an_old_piece_and_turning_back_is_not_a_day_with_music() {
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    let mut studio = who_has_played().crash_and_return_after(day);
    let piece = studio.album()[0].id.clone();
    studio.app.play_piece(&piece).expect("it plays");
    studio.until_it_sounds();
    studio.seconds(3.0);
    studio.begin("lp01", Length::Full);
    studio.act(Act::Stop);
    let today = studio.app.today().expect("today opens");
    assert_eq!(today.week_line, "One day with music this week.");
}

#[test]
fn the_second_exercise_begins_with_its_first_step_however_late_the_device_answers() {
    let mut studio = who_has_played();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    for _ in 0..10 {
        // The app's clock goes on, and the device has not asked for sound yet.
        studio.app.tick();
    }
    assert_eq!(studio.view().step, 0);
    studio.seconds(20.0);
    assert_eq!(studio.view().step, 0);
}

#[test]
fn the_second_exercise_cut_off_in_its_first_bar_goes_on_from_there() {
    let mut studio = who_has_played();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.seconds(1.0);
    let mut studio = studio.crash_and_return();
    studio.app.carry_on().expect("it is offered");
    let view = studio.act(Act::Start);
    assert!(
        view.step_start < 15.0,
        "its step begins at once, not at {} s",
        view.step_start
    );
    studio.act(Act::Stop);
    studio.act(Act::Stop);
    studio.until_the_end();
    let sounded = newest_sounded(&studio);
    assert!(sounded < 15_000, "{sounded} ms of one bar");
}

#[test]
fn stopped_as_soon_as_it_was_started_it_fades_no_longer_than_ever() {
    let mut studio = who_has_played();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Stop);
    studio.seconds(21.0);
    assert_eq!(studio.view().phase, SessionPhase::Ended);
    assert!(newest_sounded(&studio) < 25_000);
}

#[test]
fn a_piece_that_is_heard_at_the_check_in_makes_way_for_the_exercise() {
    let mut studio = who_has_played();
    let piece = studio.album()[0].clone();
    studio.begin("lp01", Length::Full);
    studio.app.play_piece(&piece.id).expect("it plays");
    studio.until_it_sounds();
    studio.act(Act::Start);
    let plays = studio.app.pieces().expect("the album opens").playing;
    assert_eq!(plays, None);
    studio.seconds(piece.seconds + 5.0);
    assert!(studio.app.meters().rolling, "the exercise goes on");
}

#[test]
fn a_piece_that_is_heard_after_playing_is_heard_to_its_end() {
    let mut studio = who_has_played();
    let piece = studio.album()[0].clone();
    studio.app.play_piece(&piece.id).expect("it plays");
    for _ in 0..400 {
        // It is being rendered, and the device has not asked for sound meanwhile.
        std::thread::sleep(std::time::Duration::from_millis(10));
        if studio.app.tick().contains(&Changed::Pieces) {
            break;
        }
    }
    for _ in 0..10 {
        studio.app.tick();
    }
    let plays = |studio: &Studio| studio.app.pieces().expect("the album opens").playing;
    assert!(plays(&studio).is_some(), "over before it was heard");
    studio.seconds(piece.seconds - 1.0);
    assert!(plays(&studio).is_some());
    studio.seconds(2.0);
    assert_eq!(plays(&studio), None);
}
