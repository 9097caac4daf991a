//! "Save as": asks with the system's own dialog, then writes.
//!
//! On a computer the app writes straight to the chosen path. On Android the choice is an address
//! that only the system can open, so the app writes among its own files and the result is copied
//! over. No path ever comes from the page or goes to it.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use app::Export;
use app::ipc::{Exported, IpcError, PieceView};
use tauri::{AppHandle, Manager, Url};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_fs::{FilePath, FsExt, OpenOptions};

use crate::Shell;

/// Asks where the piece `id` goes and writes it there; `None` when the person closed the dialog.
pub async fn ask_and_write(
    tauri: &AppHandle,
    shell: &Shell,
    id: String,
) -> Result<Option<Exported>, IpcError> {
    let album = shell.ask(|app| app.pieces()).await?;
    let Some(piece) = album.pieces.iter().find(|piece| piece.id == id) else {
        return Err(IpcError::NotFound {
            what: "piece".to_owned(),
        });
    };
    let name = file_name(piece);
    let dialog = tauri
        .dialog()
        .file()
        .set_file_name(&name)
        .add_filter("WAV", &["wav"]);
    let chosen = tauri::async_runtime::spawn_blocking(move || dialog.blocking_save_file())
        .await
        .map_err(|_| unexpected("the file dialog closed by itself"))?;

    let Some(place) = chosen else {
        return Ok(None);
    };
    // What it takes is fetched from the app; the seconds of mixing and writing are spent outside.
    let export = shell.ask(move |app| app.prepare_export(&id)).await?;
    let tauri = tauri.clone();
    let write = move || match place {
        FilePath::Path(path) => export.write(&path),
        FilePath::Url(address) => write_to_address(&tauri, export, &name, address),
    };
    tauri::async_runtime::spawn_blocking(write)
        .await
        .unwrap_or_else(|_| Err(unexpected("the export stopped half-way")))
        .map(Some)
}

/// Writes by way of a file of our own, which is gone afterwards whatever happened.
fn write_to_address(
    tauri: &AppHandle,
    export: Export,
    name: &str,
    address: Url,
) -> Result<Exported, IpcError> {
    let folder = tauri.path().app_data_dir();
    let ours = folder
        .map_err(|_| unexpected("there is no place for the app's own files"))?
        .join(name);
    let written = export.write(&ours).and_then(|exported| {
        let copied = copy(tauri, &ours, address);
        copied
            .map(|()| exported)
            .map_err(|error| unexpected(&error.to_string()))
    });
    if let Err(error) = fs::remove_file(&ours) {
        log::warn!("an exported copy was left among our own files: {error}");
    }
    written
}

fn copy(tauri: &AppHandle, from: &Path, to: Url) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).truncate(true).create(true);
    let mut target = tauri.fs().open(FilePath::Url(to), options)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

/// The piece's name as a file name anywhere: no separators, nothing a system refuses or hides.
fn file_name(piece: &PieceView) -> String {
    let plain: String = piece
        .name
        .chars()
        .map(|letter| {
            if letter.is_control() || r#"/\:*?"<>|"#.contains(letter) {
                ' '
            } else {
                letter
            }
        })
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_matches('.').trim();
    if plain.is_empty() {
        "Undersong.wav".to_owned()
    } else {
        format!("{plain}.wav")
    }
}

fn unexpected(what: &str) -> IpcError {
    IpcError::Unexpected {
        detail: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use app::ipc::{PieceView, Ring};

    use super::file_name;

    fn named(name: &str) -> String {
        file_name(&PieceView {
            id: String::new(),
            name: name.to_owned(),
            named: true,
            day: String::new(),
            made_at: String::new(),
            seconds: 0.0,
            exercise: String::new(),
            cover: Ring::default(),
            recovered: false,
            bin_days: None,
        })
    }

    #[test]
    fn a_piece_is_saved_under_the_name_it_was_given() {
        assert_eq!(named("Für Ömer, quietly"), "Für Ömer, quietly.wav");
    }

    #[test]
    fn a_name_never_leads_to_another_folder_or_a_hidden_file() {
        assert_eq!(named("../rain / bells"), "rain bells.wav");
        assert_eq!(named(".night"), "night.wav");
        assert_eq!(named(" \n\u{0} "), "Undersong.wav");
    }
}
