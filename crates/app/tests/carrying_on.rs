//! The app goes away in the middle of an evening, and somebody comes back to it.

mod studio;

use app::ipc::{
    Act, Begin, CheckInPhase, Choice, Length, Notice, RecordState, SessionPhase, SessionView,
    Surface,
};
use studio::{Studio, hum};

/// What is on stage, as a person sees it: who, how loud, where, and whether it is heard.
fn stage(view: &SessionView) -> Vec<(String, f32, f32, bool)> {
    let bands = view.ring.bands.iter().filter(|band| !band.recording);
    bands
        .map(|band| (band.name.clone(), band.gain_db, band.pan, band.muted))
        .collect()
}

/// What hands see of the step, without what turns with time.
fn hands(view: &SessionView) -> Surface {
    let mut surface = view.surface.clone();
    match &mut surface {
        Surface::Grid { slots, .. } => slots.iter_mut().for_each(|slot| slot.waiting = false),
        // Which one sounds takes turns.
        Surface::Choose { options, .. } => options.iter_mut().for_each(|one| one.playing = false),
        Surface::Record { take } => {
            (take.punch_in, take.punch_out) = (0.0, 0.0);
            if !matches!(take.state, RecordState::Kept { .. }) {
                take.state = RecordState::Waiting;
            }
        }
        Surface::Listen
        | Surface::Notes { .. }
        | Surface::Faders { .. }
        | Surface::Pan { .. }
        | Surface::Keep { .. } => {}
    }
    surface
}

/// Somebody who does what the step is for.
fn play_along(studio: &mut Studio, step: u32) {
    let view = studio.view();
    match view.surface {
        Surface::Grid { .. } => {
            for index in [2, 4, 7].into_iter().take(1 + step as usize) {
                studio.act(Act::Slot { index, on: true });
            }
        }
        Surface::Record { .. } => {
            studio.until("the take was kept", |view| {
                matches!(&view.surface, Surface::Record { take } if matches!(take.state, RecordState::Kept { .. }))
            });
        }
        Surface::Faders { faders } => {
            for index in 0..faders.len() as u32 {
                let db = -2.0 * (index + step) as f32;
                studio.act(Act::Gain { index, db });
            }
        }
        Surface::Pan { .. } => drop(studio.act(Act::Pan {
            index: 0,
            pan: -0.7,
        })),
        Surface::Choose { .. } => drop(studio.act(Act::Choose { index: 0 })),
        Surface::Keep { .. } => drop(studio.act(Act::Keep { keep: true })),
        Surface::Notes { .. } => drop(studio.act(Act::Note { index: step })),
        Surface::Listen => {}
    }
    // A hand that has moved is written down within a second or so.
    studio.seconds(1.5);
}

fn to_the_end(studio: &mut Studio) {
    while studio.view().phase == SessionPhase::Guiding {
        studio.act(Act::Next);
        let step = studio.view().step;
        studio.seconds(0.5);
        if studio.view().phase == SessionPhase::Guiding {
            play_along(studio, step);
        }
    }
    studio.until_the_end();
}

/// Plays `exercise` to its end, and the app goes away in every step of it.
#[expect(clippy::panic, reason = "a test says why it stops")]
fn an_evening_cut_off_in_every_step(exercise: &str) {
    let mut studio = Studio::singing(&hum(20.0));
    let begun = studio.begin(exercise, Length::Full);
    studio.check_in(CheckInPhase::Before, -1.0, 6.0);
    studio.act(Act::Start);
    for step in 0..begun.steps {
        let case = format!("{exercise}, step {step}");
        if step > 0 {
            studio.act(Act::Next);
            studio.until_step(step);
        }
        play_along(&mut studio, step);
        let before = studio.view();
        let takes = studio.app.store().takes().expect("takes are listed").len();

        studio = studio.crash_and_return();
        assert!(studio.album().is_empty(), "{case}: nobody has decided yet");
        let offered = studio.app.today().expect("today opens").unfinished;
        let offered = offered.unwrap_or_else(|| panic!("{case}: nothing is offered"));
        assert_eq!((offered.step, offered.steps), (step, begun.steps), "{case}");
        assert_eq!(offered.takes as usize, takes, "{case}");
        let ready = studio.app.carry_on().expect("it goes on");
        assert_eq!(
            (ready.phase, ready.step, &ready.prompt, &ready.session),
            (SessionPhase::Ready, step, &before.prompt, &begun.session),
            "{case}"
        );
        let again = studio.act(Act::Start);
        assert_eq!(stage(&again), stage(&before), "{case}");
        assert_eq!(hands(&again), hands(&before), "{case}");
        assert_eq!(again.prompt, before.prompt, "{case}");
        studio.seconds(8.0);
        if !again.ring.bands.is_empty() {
            let peak = studio.app.meters().output_peak[0];
            assert!(peak > 0.003, "{case}: it is heard");
        }
    }
    studio.act(Act::Next);
    studio.until_the_end();
    let after = studio.app.after().expect("it is over");
    assert!(after.piece.is_some(), "it ends in a piece");
    assert_eq!(studio.album().len(), 1, "and in one");
    let asked = studio.app.check_in(CheckInPhase::After);
    assert_eq!(
        asked
            .expect("it is asked")
            .before
            .map(|before| before.tension),
        Some(6.0),
        "how it began is remembered"
    );
    let studio = studio.close_and_return();
    assert_eq!(studio.app.today().expect("today opens").unfinished, None);
    assert_eq!(studio.album().len(), 1);
    let sessions = studio.app.store().sessions(9).expect("they are listed");
    assert_eq!(sessions.len(), 1, "it was one sitting");
    assert_eq!(sessions[0].completed_steps, begun.steps);
}

#[test]
fn three_warm_layers_are_carried_on_with_from_every_step() {
    an_evening_cut_off_in_every_step("lp01");
}

#[test]
fn a_hum_choir_is_carried_on_with_from_every_step() {
    an_evening_cut_off_in_every_step("vs02");
}

#[test]
fn three_faders_are_carried_on_with_from_every_step() {
    an_evening_cut_off_in_every_step("mx01");
}

/// Six seconds into the first hum.
fn in_the_first_hum() -> Studio {
    let mut studio = Studio::singing(&hum(20.0));
    studio.begins_the_first_hum();
    studio.seconds(6.0);
    studio
}

#[test]
fn a_take_that_was_cut_off_is_offered_once_more_and_kept_if_nobody_sings_it_again() {
    let mut studio = in_the_first_hum().crash_and_return();
    let told = studio.app.notices();
    assert!(
        matches!(told[..], [Notice::TakeRecovered { pieces: 0, .. }]),
        "{told:?}"
    );
    studio.app.carry_on().expect("it goes on");
    let view = studio.act(Act::Start);
    assert!(
        matches!(&view.surface, Surface::Record { take } if take.state == RecordState::Waiting),
        "{:?}",
        view.surface
    );
    studio.act(Act::Stop);
    studio.act(Act::Stop);
    studio.until_the_end();
    let album = studio.album();
    assert_eq!(album.len(), 1);
    assert_eq!(album[0].name, "First hum, kept");
}

#[test]
fn a_cut_off_take_that_is_sung_again_whole_is_in_the_piece_and_nowhere_else() {
    let mut studio = in_the_first_hum().crash_and_return();
    studio.app.carry_on().expect("it goes on");
    studio.act(Act::Start);
    play_along(&mut studio, 1);
    to_the_end(&mut studio);
    assert_eq!(studio.album().len(), 1);
    let takes = studio.app.store().takes().expect("takes are listed");
    assert_eq!(takes.len(), 4, "the first try is on the disk all the same");
}

#[test]
fn killed_again_and_again_it_is_still_the_same_evening() {
    let mut studio = Studio::singing(&hum(20.0));
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 2, on: true });
    for killed in 0..4 {
        studio = studio.crash_and_return();
        if killed == 1 {
            // Between the offer and its answer.
            studio = studio.crash_and_return();
        }
        studio.app.carry_on().expect("it goes on");
        if killed == 2 {
            // Ready, and nobody has pressed Start.
            studio = studio.crash_and_return();
            studio.app.carry_on().expect("it goes on");
        }
        studio.act(Act::Start);
        studio.seconds(3.0);
        assert_eq!(stage(&studio.view()).len(), 1, "{killed}");
    }
    studio.act(Act::Stop);
    studio.act(Act::Stop);
    studio.until_the_end();
    assert_eq!(studio.album().len(), 1);
}

#[test]
fn kept_as_it_is_it_becomes_a_piece_and_is_not_offered_again() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 2, on: true });
    studio.seconds(3.0);
    let mut studio = studio.crash_and_return();
    let piece = studio.app.keep_unfinished().expect("it is kept");
    let piece = piece.expect("something sounded");
    assert_eq!(piece.name, "Unfinished, Thursday evening");
    assert!(piece.recovered);
    assert_eq!(studio.app.today().expect("today opens").unfinished, None);
    assert_eq!(studio.app.keep_unfinished(), Ok(None), "twice is once");
    let studio = studio.close_and_return();
    assert_eq!(studio.album(), [piece]);
}

#[test]
fn choosing_something_else_keeps_it_as_it_is() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 2, on: true });
    let mut studio = studio.crash_and_return();
    studio.begin("lp01", Length::TwoMinutes);
    assert_eq!(studio.album().len(), 1);
    assert_eq!(
        studio.app.carry_on().err(),
        Some(app::ipc::IpcError::NotNow)
    );
}

#[test]
fn put_down_without_being_carried_on_with_it_is_kept_too() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 2, on: true });
    studio.seconds(4.0);
    let mut studio = studio.crash_and_return();
    studio.app.carry_on().expect("it is Ready");
    studio.app.leave().expect("and put down");
    assert_eq!(studio.album().len(), 1);
    let week = studio.app.today().expect("today opens").week;
    assert!(week.iter().any(|day| day.today && day.music), "it counts");
}

#[test]
fn the_next_day_it_is_a_piece_without_being_asked_about() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 2, on: true });
    let studio = studio.crash_and_return_after(std::time::Duration::from_secs(12 * 3_600));
    assert_eq!(studio.app.today().expect("today opens").unfinished, None);
    assert_eq!(studio.album().len(), 1);
}

#[test]
fn cut_off_while_it_faded_it_is_over_and_its_piece_is_there_once() {
    for keep in [true, false] {
        let mut studio = Studio::new();
        studio.begin("lp01", Length::Full);
        studio.act(Act::Start);
        studio.act(Act::Slot { index: 2, on: true });
        studio.seconds(4.0);
        studio.act(Act::Stop);
        studio.act(Act::Keep { keep });
        studio.seconds(1.0);
        let studio = studio.crash_and_return();
        assert_eq!(studio.app.today().expect("today opens").unfinished, None);
        assert_eq!(studio.album().len(), usize::from(keep));
        let bin = studio.app.pieces().expect("the album opens").bin;
        assert_eq!(bin.len(), usize::from(!keep));
    }
}

#[test]
fn before_the_first_sound_there_is_nothing_to_come_back_to() {
    let mut studio = Studio::new();
    studio.begin("lp01", Length::Full);
    studio.check_in(CheckInPhase::Before, -1.0, 6.0);
    let studio = studio.crash_and_return();
    assert_eq!(studio.app.today().expect("today opens").unfinished, None);
    assert!(studio.album().is_empty());
}

#[test]
fn the_easier_version_on_pads_is_still_that_when_it_is_carried_on_with() {
    let mut studio = Studio::new();
    studio.begin("vs02", Length::Full);
    studio.act(Act::WithoutMicrophone { on: true });
    studio.act(Act::Easier { on: true });
    studio.act(Act::Start);
    studio.act(Act::Next);
    studio.until_step(1);
    studio.act(Act::Note { index: 1 });
    studio.seconds(2.0);
    let mut studio = studio.crash_and_return();
    let ready = studio.app.carry_on().expect("it goes on");
    assert_eq!(
        (ready.easier, ready.without_microphone),
        (Choice::On, Choice::On)
    );
    let view = studio.act(Act::Start);
    assert!(
        matches!(
            view.surface,
            Surface::Notes {
                chosen: Some(1),
                ..
            }
        ),
        "{:?}",
        view.surface
    );
}

#[test]
fn an_exercise_of_ones_own_becomes_a_piece_since_nobody_knows_it_afterwards() {
    let mut studio = Studio::new();
    let mut own = studio
        .app
        .content()
        .exercise("lp01")
        .expect("it is there")
        .clone();
    own.id = "own1".into();
    let begin = Begin {
        exercise: own.id.clone(),
        length: Length::Full,
    };
    studio.app.begin_exercise(&own, &begin).expect("it begins");
    studio.act(Act::Start);
    studio.act(Act::Slot { index: 2, on: true });
    let studio = studio.crash_and_return();
    assert_eq!(studio.app.today().expect("today opens").unfinished, None);
    assert_eq!(studio.album().len(), 1);
}
