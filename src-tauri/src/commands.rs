//! What the window may ask, word for word as in `ui/src/lib/backend/backend.ts`.
//!
//! Parse, call, return. A command that needs a fourth word belongs in the crate `app`.

use app::App;
use app::ipc::{
    Act, AfterView, Begin, Changed, CheckInAnswers, CheckInPhase, CheckInReply, CheckInView,
    DeviceCheckView, ExportFormat, Exported, HelpView, IpcError, Notice, PieceView, PiecesView,
    ReminderAnswer, ReminderWish, RemindersView, SessionView, SettingsChange, SettingsView,
    TodayView,
};
use serde::Deserialize;
use tauri::ipc::{Channel, Response};
use tauri::{AppHandle, State};

#[cfg(desktop)]
use crate::login::Login;
use crate::{Shell, export};

/// Every answer, or the one structured error.
type Answer<T> = Result<T, IpcError>;

/// A place on the mood field.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldPoint {
    valence: f32,
    arousal: f32,
}

#[tauri::command]
pub async fn today(shell: State<'_, Shell>) -> Answer<TodayView> {
    shell.ask(|app| app.today()).await
}

#[tauri::command]
pub async fn notices(shell: State<'_, Shell>) -> Answer<Vec<Notice>> {
    shell.ask(|app| Ok(app.notices())).await
}

#[tauri::command]
pub async fn dismiss_notice(shell: State<'_, Shell>, index: usize) -> Answer<()> {
    shell
        .ask(move |app| {
            app.dismiss_notice(index);
            Ok(())
        })
        .await
}

#[tauri::command]
pub async fn begin(shell: State<'_, Shell>, begin: Begin) -> Answer<SessionView> {
    shell.ask(move |app| app.begin(&begin)).await
}

#[tauri::command]
pub async fn carry_on(shell: State<'_, Shell>) -> Answer<SessionView> {
    shell.ask(App::carry_on).await
}

#[tauri::command]
pub async fn keep_unfinished(shell: State<'_, Shell>) -> Answer<Option<PieceView>> {
    shell.ask(App::keep_unfinished).await
}

#[tauri::command]
pub async fn check_in(shell: State<'_, Shell>, phase: CheckInPhase) -> Answer<CheckInView> {
    shell.ask(move |app| app.check_in(phase)).await
}

#[tauri::command]
pub async fn answer(
    shell: State<'_, Shell>,
    phase: CheckInPhase,
    answers: Option<CheckInAnswers>,
) -> Answer<CheckInReply> {
    shell.ask(move |app| app.answer(phase, answers)).await
}

#[tauri::command]
pub async fn field_tone(shell: State<'_, Shell>, point: Option<FieldPoint>) -> Answer<()> {
    let point = point.map(|FieldPoint { valence, arousal }| (valence, arousal));
    shell
        .ask(move |app| {
            app.field_tone(point);
            Ok(())
        })
        .await
}

#[tauri::command]
pub async fn session(shell: State<'_, Shell>) -> Answer<Option<SessionView>> {
    shell.ask(|app| Ok(app.session())).await
}

#[tauri::command]
pub async fn act(shell: State<'_, Shell>, act: Act) -> Answer<SessionView> {
    shell.ask(move |app| app.act(&act)).await
}

/// `false` where neither a question nor the system's settings can be opened.
#[tauri::command]
pub async fn allow_microphone(shell: State<'_, Shell>) -> Answer<bool> {
    shell.ask(|app| Ok(app.allow_microphone())).await
}

#[tauri::command]
pub async fn after(shell: State<'_, Shell>) -> Answer<AfterView> {
    shell.ask(|app| app.after()).await
}

#[tauri::command]
pub async fn leave(shell: State<'_, Shell>) -> Answer<()> {
    shell.ask(|app| app.leave()).await
}

#[tauri::command]
pub async fn pieces(shell: State<'_, Shell>) -> Answer<PiecesView> {
    shell.ask(|app| app.pieces()).await
}

#[tauri::command]
pub async fn play_piece(shell: State<'_, Shell>, id: String) -> Answer<()> {
    shell.ask(move |app| app.play_piece(&id)).await
}

#[tauri::command]
pub async fn stop_piece(shell: State<'_, Shell>) -> Answer<()> {
    shell
        .ask(|app| {
            app.stop_piece();
            Ok(())
        })
        .await
}

#[tauri::command]
pub async fn rename_piece(shell: State<'_, Shell>, id: String, name: String) -> Answer<PieceView> {
    shell.ask(move |app| app.rename_piece(&id, &name)).await
}

#[tauri::command]
pub async fn delete_piece(shell: State<'_, Shell>, id: String) -> Answer<()> {
    shell.ask(move |app| app.delete_piece(&id)).await
}

#[tauri::command]
pub async fn restore_piece(shell: State<'_, Shell>, id: String) -> Answer<()> {
    shell.ask(move |app| app.restore_piece(&id)).await
}

/// Asks where to, in the system's own words; `None` when the person thought better of it, then or
/// later. `progress` hears how far it is, 0..=1.
#[tauri::command]
pub async fn export_piece(
    tauri: AppHandle,
    shell: State<'_, Shell>,
    id: String,
    format: ExportFormat,
    progress: Channel<f32>,
) -> Answer<Option<Exported>> {
    export::ask_and_write(&tauri, &shell, id, format, progress).await
}

/// Every export that runs ends, and leaves nothing.
#[tauri::command]
pub async fn call_off_export(shell: State<'_, Shell>) -> Answer<()> {
    shell.call_off_exports();
    Ok(())
}

#[tauri::command]
pub async fn settings(shell: State<'_, Shell>) -> Answer<SettingsView> {
    shell.ask(|app| Ok(app.settings())).await
}

#[tauri::command]
pub async fn change_settings(
    shell: State<'_, Shell>,
    change: SettingsChange,
) -> Answer<SettingsView> {
    shell.ask(move |app| app.change_settings(&change)).await
}

#[tauri::command]
pub async fn calibrate(shell: State<'_, Shell>) -> Answer<SettingsView> {
    shell.ask(|app| app.calibrate()).await
}

#[tauri::command]
pub async fn help(shell: State<'_, Shell>) -> Answer<HelpView> {
    shell.ask(|app| Ok(app.help())).await
}

#[tauri::command]
pub async fn open_help(shell: State<'_, Shell>) -> Answer<()> {
    shell
        .ask(|app| {
            app.open_help();
            Ok(())
        })
        .await
}

#[tauri::command]
pub async fn reminders(shell: State<'_, Shell>) -> Answer<RemindersView> {
    shell.ask(App::reminders).await
}

#[tauri::command]
pub async fn decide_reminders(
    shell: State<'_, Shell>,
    wish: Option<ReminderWish>,
) -> Answer<RemindersView> {
    shell
        .ask(move |app| app.decide_reminders(wish.as_ref()))
        .await
}

#[tauri::command]
pub async fn take_days_off(
    shell: State<'_, Shell>,
    from: String,
    until: String,
) -> Answer<RemindersView> {
    shell.ask(move |app| app.take_days_off(&from, &until)).await
}

#[tauri::command]
pub async fn give_days_back(
    shell: State<'_, Shell>,
    from: String,
    until: String,
) -> Answer<RemindersView> {
    shell
        .ask(move |app| app.give_days_back(&from, &until))
        .await
}

#[tauri::command]
pub async fn try_reminder(shell: State<'_, Shell>) -> Answer<RemindersView> {
    shell.ask(App::try_reminder).await
}

#[tauri::command]
pub async fn reminder_arrived(shell: State<'_, Shell>, arrived: bool) -> Answer<RemindersView> {
    shell.ask(move |app| app.reminder_arrived(arrived)).await
}

#[tauri::command]
pub async fn answer_reminder(
    shell: State<'_, Shell>,
    answer: ReminderAnswer,
) -> Answer<RemindersView> {
    shell.ask(move |app| app.answer_reminder(answer)).await
}

/// Asks where to; `null` when the person thought better of it.
#[tauri::command]
pub async fn export_calendar(tauri: AppHandle, shell: State<'_, Shell>) -> Answer<Option<String>> {
    export::ask_and_write_calendar(&tauri, &shell).await
}

#[tauri::command]
pub async fn begin_device_check(shell: State<'_, Shell>) -> Answer<DeviceCheckView> {
    shell.ask(App::begin_device_check).await
}

#[tauri::command]
pub async fn device_check(shell: State<'_, Shell>) -> Answer<DeviceCheckView> {
    shell.ask(|app| Ok(app.device_check())).await
}

#[tauri::command]
pub async fn call_off_device_check(shell: State<'_, Shell>) -> Answer<DeviceCheckView> {
    shell.ask(|app| Ok(app.call_off_device_check())).await
}

/// Asks where to; `null` when the person thought better of it.
#[tauri::command]
pub async fn save_device_report(
    tauri: AppHandle,
    shell: State<'_, Shell>,
) -> Answer<Option<String>> {
    export::ask_and_write_report(&tauri, &shell).await
}

/// `null` where nothing is started at login.
#[cfg(desktop)]
#[tauri::command]
pub async fn starts_at_login(login: State<'_, Login>) -> Answer<Option<bool>> {
    Ok(login.is_on())
}

#[cfg(desktop)]
#[tauri::command]
pub async fn start_at_login(login: State<'_, Login>, on: bool) -> Answer<Option<bool>> {
    login.set(on)
}

/// Nothing is started at login on a phone.
#[cfg(mobile)]
#[tauri::command]
pub async fn starts_at_login() -> Answer<Option<bool>> {
    Ok(None)
}

#[cfg(mobile)]
#[tauri::command]
pub async fn start_at_login(on: bool) -> Answer<Option<bool>> {
    let _ = on;
    Err(IpcError::NotNow)
}

/// 64 raw bytes, laid out in `crates/app/src/ipc/meters.rs`; pulled, so a hidden window costs
/// nothing.
#[tauri::command]
pub async fn meters(shell: State<'_, Shell>) -> Answer<Response> {
    shell
        .ask(|app| Ok(Response::new(app.meters().pack().to_vec())))
        .await
}

/// One channel for the whole run; a reloaded page brings a new one.
#[tauri::command]
pub async fn subscribe(shell: State<'_, Shell>, channel: Channel<Changed>) -> Answer<()> {
    shell.listen(channel);
    Ok(())
}
