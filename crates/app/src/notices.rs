//! The calm line on top of any screen.

use store::Store;

use crate::ipc::Notice;

/// Below this much room, in minutes of recording, a person is told before recording.
const LOW_MINUTES: f64 = 30.0;

/// What waits to be read.
#[derive(Debug, Default)]
pub struct Notices {
    waiting: Vec<Notice>,
    changed: bool,
}

impl Notices {
    /// Says something; saying the same thing again changes nothing.
    pub fn raise(&mut self, notice: Notice) {
        let same_kind =
            |other: &Notice| std::mem::discriminant(other) == std::mem::discriminant(&notice);
        if self.waiting.contains(&notice) {
            return;
        }
        self.waiting.retain(|other| !same_kind(other));
        self.waiting.push(notice);
        self.changed = true;
    }

    /// Takes a notice of this kind back: it is no longer so.
    pub fn lower(&mut self, is_over: impl Fn(&Notice) -> bool) {
        let before = self.waiting.len();
        self.waiting.retain(|notice| !is_over(notice));
        self.changed |= self.waiting.len() != before;
    }

    /// It was read.
    pub fn dismiss(&mut self, index: usize) {
        if index < self.waiting.len() {
            self.waiting.remove(index);
            self.changed = true;
        }
    }

    /// All of them, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Notice> {
        self.waiting.clone()
    }

    /// Whether something changed since the last time this was asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}

/// How many minutes can still be recorded, when that is few enough to say.
#[must_use]
pub fn low_room(store: &Store) -> Option<u32> {
    let minutes = store.room().ok()?;
    (minutes < LOW_MINUTES).then_some(minutes as u32)
}
