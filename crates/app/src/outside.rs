//! What follows from what happens outside, and what is asked of the system meanwhile.
//!
//! |                        | a take runs      | guiding        | paused    | ending      | a piece sounds | measuring    |
//! |------------------------|------------------|----------------|-----------|-------------|----------------|--------------|
//! | `Suspended`            | ends, kept, told | ·              | ·         | ·           | ·              | → called off |
//! | `Resumed`              | ·                | ·              | ·         | ·           | ·              | ·            |
//! | `Interrupted`, `Noisy` | ends, kept, told | → Paused, told | ·         | → over soon | → stopped      | → called off |
//! | `InterruptionOver`     | ·                | ·              | ·         | ·           | ·              | ·            |
//! | `Rerouted`             | ·                | ·              | ·         | ·           | ·              | ·            |
//! | `Button(Pause)`        | ends, kept       | → Paused       | ·         | ·           | → stopped      | ·            |
//! | `Button(Resume)`       | ·                | ·              | → Guiding | ·           | ·              | ·            |
//! | `Button(Stop)`         | ends, kept       | → Ending       | → Ending  | ·           | → stopped      | ·            |
//!
//! `·` changes nothing there. Whatever else goes on, `Suspended` lets go of the microphone, `Resumed`
//! looks again whether we may listen, `Rerouted` says whether sound comes late from now on, and
//! `Microphone` is remembered. Nothing begins to sound or to listen by itself: what stopped waits
//! for a hand, and no time is caught up. Out of sight the guidance goes on as far as it needs no
//! microphone, and pauses there (`session`).
//!
//! Pure: no device, no clock.

use crate::host::{Button, Hold, MicrophoneAccess, Outside, WayOutKind};
use crate::ipc::SessionPhase;

/// What goes on, as far as it matters out there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scene {
    pub session: Option<Playing>,
    /// A piece sounds, or is about to: its name.
    pub piece: Option<String>,
    /// The round trip is being measured.
    pub measuring: bool,
    /// The microphone is open.
    pub listening: bool,
    pub in_sight: bool,
}

/// The session, from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playing {
    pub title: String,
    pub phase: SessionPhase,
    /// A take is promised or runs.
    pub recording: bool,
}

/// One thing to do about it, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// "Kept 0:42. Carry on, or start this part again?"
    TellKept,
    /// Everything stands still, and is kept.
    Pause,
    Resume,
    /// The soft ending.
    End,
    StopPiece,
    CallOffMeasurement,
    /// A running take ends and is kept; then the microphone is closed.
    LetGoOfMicrophone,
    LookAtMicrophone,
    Remember(MicrophoneAccess),
    /// Sound comes late from now on, out of what is called so.
    TellLate {
        name: Option<String>,
    },
    TakeBackLate,
}

/// What is to be done about `event`.
#[must_use]
pub fn deeds(event: &Outside, scene: &Scene) -> Vec<Deed> {
    let session = scene.session.as_ref();
    let is = |phase: SessionPhase| session.is_some_and(|session| session.phase == phase);
    let guiding = is(SessionPhase::Guiding);
    let recording = session.is_some_and(|session| session.recording);
    let sounds = scene.piece.is_some();
    let all = match event {
        Outside::Suspended => vec![
            (recording && guiding, Deed::TellKept),
            (scene.measuring, Deed::CallOffMeasurement),
            (true, Deed::LetGoOfMicrophone),
        ],
        Outside::Resumed => vec![(true, Deed::LookAtMicrophone)],
        Outside::Interrupted { .. } | Outside::Noisy => vec![
            (guiding, Deed::TellKept),
            (guiding, Deed::Pause),
            // Stopped a second time, an ending is over at once.
            (is(SessionPhase::Ending), Deed::End),
            (sounds, Deed::StopPiece),
            (scene.measuring, Deed::CallOffMeasurement),
        ],
        Outside::InterruptionOver => vec![],
        Outside::Rerouted(way) => match way.kind {
            WayOutKind::Bluetooth => {
                let name = way.name.clone();
                vec![(true, Deed::TellLate { name })]
            }
            WayOutKind::Speaker
            | WayOutKind::Earpiece
            | WayOutKind::Wired
            | WayOutKind::Usb
            | WayOutKind::Other => vec![(true, Deed::TakeBackLate)],
        },
        Outside::Microphone(access) => vec![(true, Deed::Remember(*access))],
        Outside::Button(Button::Pause) => vec![(guiding, Deed::Pause), (sounds, Deed::StopPiece)],
        Outside::Button(Button::Resume) => vec![(is(SessionPhase::Paused), Deed::Resume)],
        Outside::Button(Button::Stop) => vec![
            (guiding || is(SessionPhase::Paused), Deed::End),
            (sounds, Deed::StopPiece),
        ],
    };
    let applies = all.into_iter().filter(|(applies, _)| *applies);
    applies.map(|(_, deed)| deed).collect()
}

/// What the app needs of the system while this goes on.
///
/// |                      | awake    | playing   | paused | listening          |
/// |----------------------|----------|-----------|--------|--------------------|
/// | no session, Ready    |          | a piece's |        | while it is open   |
/// | Guiding, Ending      | in sight | its title |        | while it is open   |
/// | Paused               |          | its title | yes    | while it is open   |
/// | measuring            | in sight |           |        | while it is open   |
#[must_use]
pub fn hold(scene: &Scene) -> Hold {
    let heard = scene
        .session
        .as_ref()
        .filter(|session| match session.phase {
            SessionPhase::Guiding | SessionPhase::Paused | SessionPhase::Ending => true,
            SessionPhase::Ready | SessionPhase::Ended => false,
        });
    let paused = heard.is_some_and(|session| session.phase == SessionPhase::Paused);
    Hold {
        awake: scene.in_sight && (scene.measuring || heard.is_some() && !paused),
        playing: heard
            .map(|session| session.title.clone())
            .or_else(|| scene.piece.clone()),
        paused,
        listening: scene.listening,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::WayOut;

    fn playing(phase: SessionPhase, recording: bool) -> Scene {
        Scene {
            session: Some(Playing {
                title: "Hum choir".into(),
                phase,
                recording,
            }),
            listening: true,
            in_sight: true,
            ..Scene::default()
        }
    }

    #[test]
    fn a_call_pauses_what_is_guided_and_nothing_starts_when_it_is_over() {
        let guided = playing(SessionPhase::Guiding, true);
        for event in [
            Outside::Interrupted { for_good: false },
            Outside::Interrupted { for_good: true },
            Outside::Noisy,
        ] {
            assert_eq!(deeds(&event, &guided), [Deed::TellKept, Deed::Pause]);
        }
        let paused = playing(SessionPhase::Paused, false);
        assert_eq!(deeds(&Outside::InterruptionOver, &paused), []);
        let fading = playing(SessionPhase::Ending, false);
        assert_eq!(
            deeds(&Outside::Noisy, &fading),
            [Deed::End],
            "no more of it"
        );
        assert_eq!(
            deeds(&Outside::Noisy, &paused),
            [],
            "it stands still already"
        );
    }

    #[test]
    fn out_of_sight_the_take_ends_and_the_music_goes_on() {
        let guided = playing(SessionPhase::Guiding, true);
        assert_eq!(
            deeds(&Outside::Suspended, &guided),
            [Deed::TellKept, Deed::LetGoOfMicrophone]
        );
        let listening = playing(SessionPhase::Guiding, false);
        assert_eq!(
            deeds(&Outside::Suspended, &listening),
            [Deed::LetGoOfMicrophone]
        );
        assert_eq!(
            deeds(&Outside::Resumed, &listening),
            [Deed::LookAtMicrophone]
        );
    }

    #[test]
    fn the_buttons_of_a_lock_screen_do_what_they_say() {
        let press = |button, phase| deeds(&Outside::Button(button), &playing(phase, false));
        assert_eq!(press(Button::Pause, SessionPhase::Guiding), [Deed::Pause]);
        assert_eq!(press(Button::Resume, SessionPhase::Paused), [Deed::Resume]);
        assert_eq!(press(Button::Stop, SessionPhase::Paused), [Deed::End]);
        for phase in [
            SessionPhase::Ready,
            SessionPhase::Ending,
            SessionPhase::Ended,
        ] {
            for button in [Button::Pause, Button::Resume, Button::Stop] {
                assert_eq!(press(button, phase), [], "{button:?} in {phase:?}");
            }
        }
        let piece = Scene {
            piece: Some("Rain on tin".into()),
            ..Scene::default()
        };
        for button in [Button::Pause, Button::Stop] {
            assert_eq!(deeds(&Outside::Button(button), &piece), [Deed::StopPiece]);
        }
    }

    #[test]
    fn bluetooth_is_late_and_a_cable_takes_that_back() {
        let to = |kind| {
            let name = Some("Kitchen".to_owned());
            deeds(&Outside::Rerouted(WayOut { kind, name }), &Scene::default())
        };
        let name = Some("Kitchen".to_owned());
        assert_eq!(to(WayOutKind::Bluetooth), [Deed::TellLate { name }]);
        assert_eq!(to(WayOutKind::Wired), [Deed::TakeBackLate]);
    }

    #[test]
    fn the_screen_stays_on_only_while_somebody_is_guided_and_looks() {
        let guided = playing(SessionPhase::Guiding, true);
        let title = Some("Hum choir".to_owned());
        let away = Scene {
            in_sight: false,
            listening: false,
            ..guided.clone()
        };
        let held = |awake, paused, listening| Hold {
            awake,
            playing: title.clone(),
            paused,
            listening,
        };
        assert_eq!(hold(&guided), held(true, false, true));
        assert_eq!(hold(&away), held(false, false, false));
        assert_eq!(
            hold(&playing(SessionPhase::Paused, false)),
            held(false, true, true)
        );
        assert_eq!(hold(&Scene::default()), Hold::default(), "nothing is asked");
    }
}
