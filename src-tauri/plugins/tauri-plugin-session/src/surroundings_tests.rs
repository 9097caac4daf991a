use std::time::Duration;

use app::host::{WayOut, WayOutKind};
use serde_json::json;

use super::*;
use crate::message::read;
use crate::route::SETTLED;

/// A phone in somebody's hand, and what it was told to do.
struct Phone {
    around: Surroundings,
    now: Instant,
    orders: Vec<Order>,
}

impl Phone {
    fn new() -> Phone {
        Phone {
            around: Surroundings::new(MicrophoneAccess::Prompt),
            now: Instant::now(),
            orders: vec![],
        }
    }

    #[allow(clippy::needless_pass_by_value, reason = "reads better in a test")]
    fn says(&mut self, message: serde_json::Value) {
        let message = read(&message.to_string()).unwrap();
        self.orders.extend(self.around.hear(message, self.now));
    }

    fn holds(&mut self, hold: &Hold) {
        self.orders.extend(self.around.hold(hold));
    }

    fn microphone(&mut self, cause: &str, granted: bool) {
        self.says(json!({"event": "microphone", "cause": cause, "facts": {
            "system": "android", "device": true, "granted": granted, "rationale": false,
            "muted": false, "switch": true}}));
    }

    fn told(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    fn events(&mut self) -> Vec<Outside> {
        self.around.events(self.now)
    }
}

fn playing() -> Hold {
    Hold {
        awake: true,
        playing: Some("Three warm layers".into()),
        ..Hold::default()
    }
}

fn wish(playing: Option<&str>, paused: bool, focus: u32) -> Order {
    Order::Hold(Wish {
        awake: playing.is_some(),
        playing: playing.map(str::to_owned),
        paused,
        focus,
    })
}

const NAME: Option<&str> = Some("Three warm layers");

#[test]
fn saying_it_twice_tells_the_phone_once() {
    let mut phone = Phone::new();
    phone.holds(&Hold::default());
    assert_eq!(phone.told(), [], "it begins with nothing held");
    phone.holds(&playing());
    phone.holds(&playing());
    assert_eq!(phone.told(), [wish(NAME, false, 1)]);
    let paused = Hold {
        paused: true,
        ..playing()
    };
    phone.holds(&paused);
    assert_eq!(phone.told(), [wish(NAME, true, 1)]);
    phone.holds(&Hold::default());
    assert_eq!(phone.told(), [wish(None, false, 0)]);
}

#[test]
fn sound_does_not_begin_behind_the_person_s_back() {
    let mut phone = Phone::new();
    phone.says(json!({"event": "suspended"}));
    phone.holds(&playing());
    let waiting = Order::Hold(Wish {
        awake: true,
        focus: 1,
        ..Wish::default()
    });
    assert_eq!(phone.told(), [waiting]);
    phone.says(json!({"event": "resumed"}));
    assert_eq!(phone.told(), [wish(NAME, false, 1)]);
}

#[test]
fn sound_that_came_a_moment_too_late_is_kept_the_next_time() {
    let mut phone = Phone::new();
    phone.holds(&playing());
    phone.says(json!({"event": "suspended"}));
    phone.says(json!({"event": "notKept"}));
    phone.holds(&playing());
    phone.told();
    phone.says(json!({"event": "resumed"}));
    assert_eq!(phone.told(), [wish(NAME, false, 1)]);
}

#[test]
fn sound_that_began_in_sight_can_be_paused_and_resumed_out_of_it() {
    let mut phone = Phone::new();
    phone.holds(&playing());
    phone.says(json!({"event": "suspended"}));
    phone.told();
    phone.holds(&Hold {
        paused: true,
        ..playing()
    });
    phone.holds(&playing());
    assert_eq!(phone.told(), [wish(NAME, true, 1), wish(NAME, false, 1)]);
}

#[test]
fn what_happened_is_handed_out_once_and_in_order() {
    let mut phone = Phone::new();
    phone.holds(&playing());
    phone.says(json!({"event": "resumed"}));
    phone.says(json!({"event": "suspended"}));
    phone.says(json!({"event": "focus", "turn": 1, "change": "transient"}));
    phone.says(json!({"event": "button", "button": "pause"}));
    phone.says(json!({"event": "suspended"}));
    phone.says(json!({"event": "resumed"}));
    let expected = [
        Outside::Suspended,
        Outside::Interrupted { for_good: false },
        Outside::Button(Button::Pause),
        Outside::Resumed,
    ];
    assert_eq!(phone.events(), expected);
    assert_eq!(phone.events(), []);
}

#[test]
fn the_question_is_shown_and_its_answer_told() {
    let mut phone = Phone::new();
    let order = phone.around.ask();
    assert_eq!(order, Some(Order::Ask));
    phone.microphone("answer", true);
    phone.microphone("resume", true);
    assert_eq!(
        phone.events(),
        [
            Outside::Microphone(MicrophoneAccess::Prompting),
            Outside::Microphone(MicrophoneAccess::Granted),
        ]
    );
}

#[test]
fn whoever_asks_what_is_settled_hears_it_at_once() {
    let mut phone = Phone::new();
    phone.microphone("check", true);
    phone.events();
    assert_eq!(phone.around.ask(), None);
    assert_eq!(
        phone.events(),
        [Outside::Microphone(MicrophoneAccess::Granted)]
    );
}

#[test]
fn a_phone_with_a_switch_says_so() {
    let mut phone = Phone::new();
    assert!(!phone.around.can_be_muted(), "before it said anything");
    phone.microphone("check", true);
    assert!(phone.around.can_be_muted());
}

#[test]
fn headphones_pulled_out_are_noisy_at_once_and_a_new_way_when_it_stands() {
    let mut phone = Phone::new();
    phone.says(json!({"event": "routes", "outputs": [{"type": 3, "name": "Pixel 9"}]}));
    phone.now += SETTLED;
    let wired = WayOut {
        kind: WayOutKind::Wired,
        name: None,
    };
    assert_eq!(phone.events(), [Outside::Rerouted(wired)]);
    phone.says(json!({"event": "noisy"}));
    phone.says(json!({"event": "routes", "outputs": [{"type": 2, "name": "Pixel 9"}]}));
    assert_eq!(phone.events(), [Outside::Noisy]);
    phone.now += SETTLED + Duration::from_millis(1);
    assert_eq!(phone.events(), [Outside::Rerouted(WayOut::default())]);
}

#[test]
fn swiping_the_app_away_stops_it() {
    let mut phone = Phone::new();
    phone.says(json!({"event": "removed"}));
    assert_eq!(phone.events(), [Outside::Button(Button::Stop)]);
}

#[test]
fn nobody_listening_does_not_fill_the_memory() {
    let mut phone = Phone::new();
    for _ in 0..10 * LONGEST_QUEUE {
        phone.says(json!({"event": "button", "button": "pause"}));
    }
    phone.says(json!({"event": "button", "button": "stop"}));
    let events = phone.events();
    assert_eq!(events.len(), LONGEST_QUEUE);
    assert_eq!(events.last(), Some(&Outside::Button(Button::Stop)));
}
