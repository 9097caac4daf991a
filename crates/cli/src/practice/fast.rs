//! A session that a script plays: in virtual time, or in real time when nobody is at the terminal.

use std::time::Duration;

use app::App;
use app::ipc::{Act, IpcError, SessionPhase};

use super::answers::{Answers, Touch};

/// Between two looks at the session.
const STEP: Duration = Duration::from_millis(40);

/// Plays it to its end.
pub fn play(app: &mut App, answers: &Answers, is_virtual: bool, quiet: bool) -> anyhow::Result<()> {
    if answers.easier {
        app.act(&Act::Easier { on: true })?;
    }
    if answers.without_microphone {
        app.act(&Act::WithoutMicrophone { on: true })?;
    }
    match app.act(&Act::Start) {
        Err(
            IpcError::NoMicrophone | IpcError::MicrophoneRefused | IpcError::MicrophoneSwitchedOff,
        ) => {
            if !quiet {
                println!("There is no microphone here, so this one is played on the pads.");
            }
            app.act(&Act::WithoutMicrophone { on: true })?;
            app.act(&Act::Start)?;
        }
        other => drop(other?),
    }
    let mut shown = None;
    let mut waiting: Vec<Touch> = vec![];
    loop {
        let Some(view) = app.session() else {
            return Ok(());
        };
        if view.phase == SessionPhase::Ended {
            return Ok(());
        }
        let here = (view.step, view.prompt.clone());
        if shown.as_ref() != Some(&here) {
            if !quiet {
                println!("{}", view.prompt);
            }
            waiting = answers.of_step(view.step, &view.surface);
            shown = Some(here);
        }
        let now = app.meters().playhead;
        let due = |touch: &Touch| now >= view.step_start + touch.bar * view.bar_seconds;
        let (ready, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(due);
        waiting = later;
        for touch in ready {
            match app.act(&touch.act) {
                Ok(_) => {}
                Err(IpcError::NotNow) => {
                    log::info!("a touch came when it made no sense: {touch:?}");
                }
                Err(error) => return Err(error.into()),
            }
        }
        if is_virtual {
            app.advance(STEP);
        } else {
            app.tick();
            std::thread::sleep(Duration::from_millis(8));
        }
    }
}
