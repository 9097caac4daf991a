use super::*;
use MicrophoneAccess::{Blocked, Denied, Granted, PrivacyBlocked, Prompt, Prompting, Unavailable};

/// A phone on which nobody was asked yet, with the microphone's switch of Android 12.
#[derive(Clone, Copy)]
struct Phone {
    device: bool,
    granted: bool,
    rationale: bool,
    refusal: Option<Refusal>,
    muted: bool,
    switch: bool,
}

const NEW: Phone = Phone {
    device: true,
    granted: false,
    rationale: false,
    refusal: None,
    muted: false,
    switch: true,
};

fn refused(after_ms: u64, rationale: bool) -> Option<Refusal> {
    Some(Refusal {
        after_ms,
        rationale,
    })
}

impl Phone {
    fn says(self) -> Facts {
        Facts::Android {
            device: self.device,
            granted: self.granted,
            rationale: self.rationale,
            refusal: self.refusal,
            muted: self.muted,
            switch: self.switch,
        }
    }
}

fn after(steps: &[(Cause, Phone)]) -> Microphone {
    let mut microphone = Microphone::known(Prompt);
    for (cause, phone) in steps {
        microphone.learn(*cause, phone.says());
    }
    microphone
}

const ALLOWED: Phone = Phone {
    granted: true,
    ..NEW
};

#[test]
fn every_android_phone_is_in_one_of_the_states() {
    let cases = [
        ("new", NEW, Prompt),
        ("allowed", ALLOWED, Granted),
        (
            "no microphone at all",
            Phone {
                device: false,
                ..NEW
            },
            Unavailable,
        ),
        (
            "refused once",
            Phone {
                rationale: true,
                refusal: refused(2_000, false),
                ..NEW
            },
            Denied,
        ),
        (
            "refused twice",
            Phone {
                refusal: refused(2_000, true),
                ..NEW
            },
            Blocked,
        ),
        (
            "taken back in the settings, so that no question is shown any more",
            Phone {
                refusal: refused(40, false),
                ..NEW
            },
            Blocked,
        ),
        (
            "the question was waved away without an answer",
            Phone {
                refusal: refused(3_000, false),
                ..NEW
            },
            Prompt,
        ),
        (
            "allowed, and muted for every app",
            Phone {
                muted: true,
                ..ALLOWED
            },
            PrivacyBlocked,
        ),
        (
            "muted for every app, but we were not allowed anyway",
            Phone { muted: true, ..NEW },
            Prompt,
        ),
    ];
    for (who, phone, expected) in cases {
        assert_eq!(phone.says().access(), expected, "{who}");
    }
}

#[test]
fn an_iphone_asks_once() {
    let cases = [
        (ApplePermission::Undetermined, Prompt),
        (ApplePermission::Granted, Granted),
        (ApplePermission::Denied, Blocked),
    ];
    for (permission, expected) in cases {
        assert_eq!(Facts::Apple { permission }.access(), expected);
    }
}

#[test]
fn the_question_is_shown_only_where_the_system_would_show_it() {
    for (access, shown) in [
        (Prompt, true),
        (Denied, true),
        (Granted, false),
        (Blocked, false),
        (PrivacyBlocked, false),
        (Unavailable, false),
    ] {
        let mut microphone = Microphone::known(access);
        assert_eq!(microphone.ask(), shown, "{access:?}");
        assert_eq!(microphone.access() == Prompting, shown, "{access:?}");
        assert!(!microphone.ask(), "nobody is asked twice at once");
    }
}

#[test]
fn while_the_question_is_up_only_a_yes_from_elsewhere_ends_it() {
    let mut microphone = Microphone::known(Prompt);
    microphone.ask();
    microphone.learn(Cause::Check, NEW.says());
    assert_eq!(microphone.access(), Prompting);
    microphone.learn(Cause::Check, ALLOWED.says());
    assert_eq!(microphone.access(), Granted);
}

#[test]
fn a_lost_answer_is_found_on_coming_back() {
    let mut microphone = Microphone::known(Prompt);
    microphone.ask();
    microphone.learn(Cause::Resume, NEW.says());
    assert_eq!(microphone.access(), Prompt, "and can be asked again");
}

#[test]
fn what_was_changed_in_the_settings_is_known_on_coming_back() {
    let allowed = after(&[(Cause::Check, NEW), (Cause::Resume, ALLOWED)]);
    assert_eq!(allowed.access(), Granted);
    let refusal = refused(2_000, true);
    let taken_back = after(&[
        (Cause::Check, ALLOWED),
        (Cause::Resume, Phone { refusal, ..NEW }),
    ]);
    assert_eq!(taken_back.access(), Blocked);
}

#[test]
fn silence_is_blamed_on_a_switch_only_where_there_is_one() {
    assert!(after(&[(Cause::Check, ALLOWED)]).has_switch());
    let old = Phone {
        switch: false,
        ..ALLOWED
    };
    assert!(!after(&[(Cause::Check, old)]).has_switch());
    assert!(!Microphone::known(Granted).has_switch());
}
