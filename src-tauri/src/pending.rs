//! Stands where the app will be.
#![allow(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    unused
)]
use app::ipc::*;
use std::path::{Path, PathBuf};
pub struct App;
pub struct AppConfig {
    pub data_dir: PathBuf,
    pub sound: Sound,
    pub content: ContentSource,
}
pub enum Sound {
    Device { input_file: Option<PathBuf> },
}
pub enum ContentSource {
    Embedded,
}
type R<T> = Result<T, IpcError>;
impl App {
    pub fn open(_: AppConfig) -> Result<App, IpcError> {
        Ok(App)
    }
    pub fn today(&mut self) -> R<TodayView> {
        Err(IpcError::NotNow)
    }
    pub fn notices(&mut self) -> R<Vec<Notice>> {
        Ok(vec![Notice::NoSound])
    }
    pub fn dismiss_notice(&mut self, _: u32) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn begin(&mut self, _: Begin) -> R<SessionView> {
        Err(IpcError::NotNow)
    }
    pub fn check_in(&mut self, _: CheckInPhase) -> R<CheckInView> {
        Err(IpcError::NotNow)
    }
    pub fn answer(&mut self, _: CheckInPhase, _: Option<CheckInAnswers>) -> R<CheckInReply> {
        Err(IpcError::NotNow)
    }
    pub fn field_tone(&mut self, _: Option<(f32, f32)>) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn session(&mut self) -> R<Option<SessionView>> {
        Err(IpcError::NotNow)
    }
    pub fn act(&mut self, _: Act) -> R<SessionView> {
        Err(IpcError::NotNow)
    }
    pub fn after(&mut self) -> R<AfterView> {
        Err(IpcError::NotNow)
    }
    pub fn leave(&mut self) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn pieces(&mut self) -> R<PiecesView> {
        Err(IpcError::NotNow)
    }
    pub fn play_piece(&mut self, _: &str) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn stop_piece(&mut self) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn rename_piece(&mut self, _: &str, _: &str) -> R<PieceView> {
        Err(IpcError::NotNow)
    }
    pub fn delete_piece(&mut self, _: &str) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn restore_piece(&mut self, _: &str) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn export_piece_to(&mut self, _: &str, _: &Path) -> R<Exported> {
        Err(IpcError::NotNow)
    }
    pub fn settings(&mut self) -> R<SettingsView> {
        Err(IpcError::NotNow)
    }
    pub fn change_settings(&mut self, _: SettingsChange) -> R<SettingsView> {
        Err(IpcError::NotNow)
    }
    pub fn calibrate(&mut self) -> R<SettingsView> {
        Err(IpcError::NotNow)
    }
    pub fn help(&mut self) -> R<HelpView> {
        Err(IpcError::NotNow)
    }
    pub fn open_help(&mut self) -> R<()> {
        Err(IpcError::NotNow)
    }
    pub fn meters(&mut self) -> MeterFrame {
        MeterFrame::default()
    }
    pub fn tick(&mut self) -> Vec<Changed> {
        Vec::new()
    }
    pub fn close(&mut self) {}
}
