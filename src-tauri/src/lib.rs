//! The shell around Undersong: one window, one command for each thing it may ask, nothing decided.
//!
//! Start reading at [`Shell`], which owns the app and lets one thread at a time at it. What a
//! person can do is in the crate `app`; what they see is in `ui`.

mod commands;
#[cfg(target_os = "linux")]
mod ending;
mod export;
pub mod first_frame;
mod host;
mod journal;
#[cfg(desktop)]
mod login;
#[cfg(desktop)]
mod notifications;
mod options;
#[cfg(any(mobile, test))]
mod phone_reminders;
mod shell;
mod window;

pub use options::Options;
pub use shell::Shell;

use tauri::{Manager, RunEvent};
use window::First;

/// Where reminders are shown outside the window; elsewhere they wait on Today.
fn reminder_sink(tauri: &tauri::AppHandle) -> Option<Box<dyn app::ReminderSink>> {
    #[cfg(desktop)]
    return notifications::sink(tauri);
    #[cfg(mobile)]
    return phone_reminders::find(tauri).map(|found| Box::new(found) as _);
}

/// The phone's way in: no options, everything in its usual place.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    open(Options::default());
}

/// Opens the window and stays until it is closed.
pub fn open(options: Options) {
    journal::begin();
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_fs::init())
        .plugin(tauri_plugin_session::init());
    #[cfg(mobile)]
    let builder = builder.plugin(tauri_plugin_reminders::init());
    let started = builder
        .invoke_handler(tauri::generate_handler![
            commands::today,
            commands::notices,
            commands::dismiss_notice,
            commands::begin,
            commands::carry_on,
            commands::keep_unfinished,
            commands::check_in,
            commands::answer,
            commands::field_tone,
            commands::session,
            commands::act,
            commands::allow_microphone,
            commands::after,
            commands::leave,
            commands::pieces,
            commands::play_piece,
            commands::stop_piece,
            commands::rename_piece,
            commands::delete_piece,
            commands::restore_piece,
            commands::export_piece,
            commands::call_off_export,
            commands::settings,
            commands::change_settings,
            commands::calibrate,
            commands::help,
            commands::open_help,
            commands::reminders,
            commands::decide_reminders,
            commands::take_days_off,
            commands::give_days_back,
            commands::try_reminder,
            commands::reminder_arrived,
            commands::answer_reminder,
            commands::export_calendar,
            commands::begin_device_check,
            commands::device_check,
            commands::call_off_device_check,
            commands::save_device_report,
            commands::starts_at_login,
            commands::start_at_login,
            commands::meters,
            commands::subscribe,
        ])
        .setup(move |tauri| set_up(tauri, &options))
        .build(tauri::generate_context!());
    match started {
        Ok(tauri) => tauri.run(|tauri, event| {
            if let (RunEvent::Exit, Some(shell)) = (event, tauri.try_state::<Shell>()) {
                shell.close();
            }
        }),
        Err(error) => journal::stop_with("the window did not open", &error),
    }
}

/// The first moment in which the system answers: where things are kept, what reminders are shown
/// by, what else runs here. Then the window opens.
fn set_up(tauri: &mut tauri::App, options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    // Where things are kept is known only from here on: a phone is asked through its
    // activity.
    let data_dir = match options.data.clone() {
        Some(dir) => dir,
        None => tauri.path().app_data_dir()?,
    };
    #[cfg(desktop)]
    tauri.manage(login::Login::of(tauri.handle(), options.data.as_deref()));
    let Options {
        input,
        exercise,
        quiet,
        ..
    } = options.clone();
    let first = if exercise.is_some() {
        First::CheckIn
    } else {
        First::Today
    };
    let raise = window::raise(tauri.handle());
    tauri.manage(Shell::open(
        data_dir,
        input,
        exercise,
        quiet,
        reminder_sink(tauri.handle()),
        host::System::find(tauri.handle()),
        raise,
    )?);
    window::open(tauri, first, quiet)?;
    #[cfg(target_os = "linux")]
    ending::when_asked(tauri.handle());
    Ok(())
}
