//! Says when there is something to press, for measuring how long a cold start takes.
//!
//! Only when the environment asks for it (`UNDERSONG_FIRST_FRAME=1`): a script watches for the
//! first button, waits for the frame that draws it, and says so in the document's title; we print
//! it. No command exists for this.

use tauri::{Runtime, WebviewWindowBuilder};

/// The line on standard output, and the title it comes by.
pub const FIRST_FRAME: &str = "first frame";

const WATCH: &str = "(() => {
  const look = () => document.querySelector('button')
    ? requestAnimationFrame(() => { document.title = 'first frame'; })
    : requestAnimationFrame(look);
  requestAnimationFrame(look);
})()";

/// Adds the watcher to a window that is about to open, if the environment asks for it.
#[must_use]
pub fn watched<'a, R: Runtime, M: tauri::Manager<R>>(
    window: WebviewWindowBuilder<'a, R, M>,
) -> WebviewWindowBuilder<'a, R, M> {
    if std::env::var_os("UNDERSONG_FIRST_FRAME").is_none() {
        return window;
    }
    window
        .initialization_script(WATCH)
        .on_document_title_changed(|_, title| {
            if title == FIRST_FRAME {
                println!("{FIRST_FRAME}");
            }
        })
}
