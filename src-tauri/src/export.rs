//! "Save as": asks with the system's own dialog, then writes.
//!
//! On a computer the app writes straight to the chosen path. On Android the choice is an address
//! that only the system can open, so the app writes among its own files and the result is copied
//! over. No path ever comes from the page or goes to it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use app::ipc::{ExportFormat, Exported, IpcError};
use app::{Export, export_name, of_writing};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Url};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};
use tauri_plugin_fs::{FilePath, FsExt, OpenOptions};

use crate::Shell;

/// Asks where the piece `id` goes and writes it there; `None` when the person closed the dialog or
/// called it off. `heard` is told how far it is, 0..=1, at every hundredth.
pub async fn ask_and_write(
    tauri: &AppHandle,
    shell: &Shell,
    id: String,
    format: ExportFormat,
    heard: Channel<f32>,
) -> Result<Option<Exported>, IpcError> {
    let album = shell.ask(|app| app.pieces()).await?;
    let Some(piece) = album.pieces.iter().find(|piece| piece.id == id) else {
        return Err(IpcError::NotFound {
            what: "piece".to_owned(),
        });
    };
    let call_off = shell.call_off();
    let name = export_name(&piece.name, format);
    let dialog = tauri.dialog().file();
    let asked = name.clone();
    let ask = move || ask_where(dialog, &asked, format);
    let chosen = tauri::async_runtime::spawn_blocking(ask)
        .await
        .map_err(|_| unexpected("the file dialog closed by itself"))?;

    let Some(place) = chosen else {
        return Ok(None);
    };
    // What it takes is fetched from the app; the seconds of mixing and writing are spent outside.
    let export = shell.ask(move |app| app.prepare_export(&id)).await?;
    let tauri = tauri.clone();
    let mut told = 0.0;
    let progress = move |done: f32| {
        if done == 0.0 || done >= told + 0.01 {
            told = done;
            // A page that was reloaded hears no more; the file is wanted all the same.
            let _ = heard.send(done);
        }
        match call_off.is_wanted() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let write = move || match place {
        FilePath::Path(path) => export.write(&path, format, progress),
        FilePath::Url(address) => {
            write_to_address(&tauri, export, &name, address, format, progress)
        }
    };
    tauri::async_runtime::spawn_blocking(write)
        .await
        .unwrap_or_else(|_| Err(unexpected("the export stopped half-way")))
}

/// The file to be, or the folder for the folder of stems.
fn ask_where(
    dialog: FileDialogBuilder<tauri::Wry>,
    name: &str,
    format: ExportFormat,
) -> Option<FilePath> {
    match format {
        ExportFormat::Wav => dialog
            .set_file_name(name)
            .add_filter("WAV", &["wav"])
            .blocking_save_file(),
        ExportFormat::Flac => dialog
            .set_file_name(name)
            .add_filter("FLAC", &["flac"])
            .blocking_save_file(),
        #[cfg(desktop)]
        ExportFormat::Stems => dialog.blocking_pick_folder(),
        // Not offered there: see `ExportFormat::OFFERED`.
        #[cfg(mobile)]
        ExportFormat::Stems => None,
    }
}

/// Asks where the calendar file goes and writes it there; answers with its name. `None` when the
/// person closed the dialog.
pub async fn ask_and_write_calendar(
    tauri: &AppHandle,
    shell: &Shell,
) -> Result<Option<String>, IpcError> {
    let calendar = shell.ask(|app| app.reminder_calendar()).await?;
    ask_and_write_text(tauri, calendar, "Undersong.ics", ("Calendar", "ics")).await
}

/// The same for the report of a device check.
pub async fn ask_and_write_report(
    tauri: &AppHandle,
    shell: &Shell,
) -> Result<Option<String>, IpcError> {
    let report = shell.ask(|app| app.device_report()).await?;
    ask_and_write_text(tauri, report, "Undersong device check.txt", ("Text", "txt")).await
}

/// Asks where to, under `usual` unless another name is given; answers with the name it got.
async fn ask_and_write_text(
    tauri: &AppHandle,
    text: String,
    usual: &'static str,
    (what, ending): (&str, &str),
) -> Result<Option<String>, IpcError> {
    let dialog = tauri
        .dialog()
        .file()
        .set_file_name(usual)
        .add_filter(what, &[ending]);
    let tauri = tauri.clone();
    let ask_and_write = move || -> io::Result<Option<String>> {
        let Some(place) = dialog.blocking_save_file() else {
            return Ok(None);
        };
        let mut options = OpenOptions::new();
        options.write(true).truncate(true).create(true);
        let name = place.as_path().and_then(Path::file_name);
        let name = name.map_or(usual.into(), |name| name.to_string_lossy().into_owned());
        let path = place.as_path().map(Path::to_owned);
        let written = write_text(tauri.fs().open(place, options)?, &text);
        if let (Err(_), Some(path)) = (&written, path) {
            // Half a file helps nobody; if it stays, the answer is the same.
            let _ = fs::remove_file(path);
        }
        written.map(|()| Some(name))
    };
    tauri::async_runtime::spawn_blocking(ask_and_write)
        .await
        .map_err(|_| unexpected("the file dialog closed by itself"))?
        .map_err(|error| of_writing(&error))
}

fn write_text(mut target: File, text: &str) -> io::Result<()> {
    target.write_all(text.as_bytes())?;
    target.sync_all()
}

/// Writes by way of a file of our own, which is gone afterwards whatever happened.
fn write_to_address(
    tauri: &AppHandle,
    export: Export,
    name: &str,
    address: Url,
    format: ExportFormat,
    progress: impl FnMut(f32) -> ControlFlow<()>,
) -> Result<Option<Exported>, IpcError> {
    let folder = tauri.path().app_data_dir();
    let ours = folder
        .map_err(|_| unexpected("there is no place for the app's own files"))?
        .join(name);
    let written = match export.write(&ours, format, progress) {
        Ok(Some(exported)) => exported,
        nothing => return nothing,
    };
    let copied = copy(tauri, &ours, address);
    if let Err(error) = fs::remove_file(&ours) {
        log::warn!("an exported copy was left among our own files: {error}");
    }
    copied
        .map(|()| Some(written))
        .map_err(|error| of_writing(&error))
}

fn copy(tauri: &AppHandle, from: &Path, to: Url) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).truncate(true).create(true);
    let mut target = tauri.fs().open(FilePath::Url(to), options)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

fn unexpected(what: &str) -> IpcError {
    IpcError::Unexpected {
        detail: what.to_owned(),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fills_up_is_said_to_be_full() {
        // A device that is always full, whatever else this machine has.
        let target = File::options().write(true).open("/dev/full").unwrap();
        let error = write_text(target, "BEGIN:VCALENDAR").unwrap_err();
        assert_eq!(of_writing(&error), IpcError::DiskFull);
    }
}
