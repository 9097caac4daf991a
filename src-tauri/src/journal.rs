//! What the program says about itself: lines on standard error, which a phone keeps in its log.
//!
//! Never a name, a word somebody wrote, a sound or a path of theirs. `UNDERSONG_LOG=debug` says
//! more.

use std::panic;

use log::{LevelFilter, Log, Metadata, Record};

struct Journal;

impl Log for Journal {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            eprintln!("{} {}: {}", record.level(), record.target(), record.args());
        }
    }

    fn flush(&self) {}
}

/// The first thing the program does, so that nothing goes wrong unheard. A second call changes
/// nothing.
pub fn begin() {
    let level = std::env::var("UNDERSONG_LOG")
        .ok()
        .and_then(|level| level.parse().ok());
    if log::set_logger(&Journal).is_ok() {
        log::set_max_level(level.unwrap_or(LevelFilter::Warn));
        panic::set_hook(Box::new(|panic| {
            let place = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            log::error!("stopped in the middle of something at {place}");
            log::debug!("{panic}");
        }));
    }
}

/// The last line, when there is no window to say it in.
pub fn stop_with(what: &str, why: &dyn std::error::Error) {
    log::error!("{what}: {why}");
    std::process::exit(1);
}
