//! Lists what the window may ask, so that everything else is refused, and hardens the Android link.

use tauri_build::{AppManifest, Attributes};

/// Every command, as `ui/src/lib/backend/backend.ts` has it. One that is not here does not exist
/// for the window; a test holds this list, the handlers, the capability and the UI together.
const COMMANDS: &[&str] = &[
    "today",
    "notices",
    "dismiss_notice",
    "begin",
    "carry_on",
    "keep_unfinished",
    "check_in",
    "answer",
    "field_tone",
    "session",
    "act",
    "allow_microphone",
    "after",
    "leave",
    "pieces",
    "play_piece",
    "stop_piece",
    "rename_piece",
    "delete_piece",
    "restore_piece",
    "export_piece",
    "call_off_export",
    "settings",
    "change_settings",
    "calibrate",
    "help",
    "open_help",
    "reminders",
    "decide_reminders",
    "take_days_off",
    "give_days_back",
    "try_reminder",
    "reminder_arrived",
    "answer_reminder",
    "export_calendar",
    "begin_device_check",
    "device_check",
    "call_off_device_check",
    "save_device_report",
    "starts_at_login",
    "start_at_login",
    "meters",
    "subscribe",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("android") {
        // oboe links libc++ and leaves its ABI half out; without these two lines the library links
        // and then dies in `dlopen` on the phone (katyo/oboe-rs#28, RustAudio/cpal#563).
        println!("cargo:rustc-link-lib=c++abi");
        println!("cargo:rustc-link-arg-cdylib=-Wl,--no-undefined");
        // Phones with pages of 16 KB load nothing smaller; NDK 28 does this by itself, older ones do not
        // (tauri-apps/tauri#14895).
        println!("cargo:rustc-link-arg-cdylib=-Wl,-z,max-page-size=16384");
    }
    tauri_build::try_build(Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS)))?;
    Ok(())
}
