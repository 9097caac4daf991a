//! What is kept: sessions, pieces, and taking a piece along.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::bail;
use app::App;
use app::ipc::{ExportFormat, IpcError, PieceView};

use crate::args::Format;
use crate::say;

/// The sessions, newest first.
pub fn sessions(app: &App, json: bool) -> anyhow::Result<()> {
    let rows = app.store().sessions(1000)?;
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                serde_json::json!({
                    "id": row.id.to_string(),
                    "exercise": row.exercise,
                    "started": row.started.to_string(),
                    "practiceDay": row.practice_day.to_string(),
                    "completedSteps": row.completed_steps,
                    "activeSeconds": row.active_ms as f64 / 1000.0,
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    if rows.is_empty() {
        println!("No sessions yet. `undersong-cli practice lp01` is a good first one.");
    }
    for row in rows {
        let title = app
            .content()
            .exercise(&row.exercise)
            .map_or(row.exercise.as_str(), |e| &e.title);
        println!(
            "{}  {:>5}  {title}",
            row.practice_day,
            say::minutes(row.active_ms as f64 / 1000.0)
        );
    }
    Ok(())
}

/// Ends the session that was cut off, as it is.
pub fn keep(app: &mut App, json: bool) -> anyhow::Result<()> {
    let piece = app.keep_unfinished()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&piece)?);
        return Ok(());
    }
    match piece {
        Some(piece) => println!("{}", say::piece(&piece)),
        None => println!("There is no session of today that was cut off."),
    }
    Ok(())
}

/// The album, then the bin.
pub fn pieces(app: &App, json: bool) -> anyhow::Result<()> {
    let view = app.pieces()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&view)?);
        return Ok(());
    }
    if view.pieces.is_empty() {
        println!("Your first piece will live here.");
    }
    view.pieces
        .iter()
        .for_each(|piece| println!("{}", say::piece(piece)));
    for piece in &view.bin {
        let days = piece.bin_days.unwrap_or_default();
        println!("{}  (in the bin for {days} more days)", say::piece(piece));
    }
    Ok(())
}

/// The piece whose id begins so, while there is only one.
fn find(app: &App, piece: &str) -> anyhow::Result<PieceView> {
    let view = app.pieces()?;
    let mut matching = view
        .pieces
        .into_iter()
        .chain(view.bin)
        .filter(|one| one.id.starts_with(piece));
    match (matching.next(), matching.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => bail!("there is no piece {piece}; `undersong-cli pieces` lists them"),
        (Some(_), Some(_)) => bail!("more than one piece begins with {piece}; give more of the id"),
    }
}

/// A recording in a piece, a little earlier or later. Layers are counted from 1.
pub fn nudge(app: &mut App, piece: &str, layer: u32, ms: f64, json: bool) -> anyhow::Result<()> {
    let found = find(app, piece)?;
    let lies = match app.nudge_piece(&found.id, layer as usize - 1, ms) {
        Ok(lies) => lies,
        Err(IpcError::InvalidInput { field }) if field == "layer" => {
            bail!("layer {layer} of {} is not a recording", found.name)
        }
        Err(IpcError::InvalidInput { field }) if field == "ms" => {
            bail!("a recording can be moved by half a second at most")
        }
        Err(error) => return Err(error.into()),
    };
    if json {
        println!("{}", serde_json::json!({ "nudgeMs": lies }));
    } else {
        println!(
            "Layer {layer} of {} now lies {lies:+.1} ms from where it was recorded.",
            found.name
        );
    }
    Ok(())
}

/// A piece as a file or a folder of them. Its id may be cut short while only one piece begins so.
pub fn export(
    app: &App,
    piece: &str,
    out: &Path,
    format: Option<Format>,
    json: bool,
) -> anyhow::Result<()> {
    let found = find(app, piece)?;
    let is_flac = out
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("flac"));
    let format = match format {
        Some(Format::Wav) => ExportFormat::Wav,
        Some(Format::Flac) => ExportFormat::Flac,
        Some(Format::Stems) => ExportFormat::Stems,
        None if is_flac => ExportFormat::Flac,
        None => ExportFormat::Wav,
    };
    let shows = !json && std::io::stderr().is_terminal();
    let progress = |done: f32| {
        if shows {
            eprint!("\r{:3.0} %", 100.0 * done);
        }
        // Ctrl-C calls it off, and the file was never there.
        ControlFlow::Continue(())
    };
    let exported = app.export_piece_to(&found.id, out, format, progress)?;
    if shows {
        eprint!("\r      \r");
    }
    let Some(exported) = exported else {
        bail!("the export was called off");
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&exported)?);
        return Ok(());
    }
    let place = match format {
        ExportFormat::Wav | ExportFormat::Flac => out.to_owned(),
        ExportFormat::Stems => out.join(&exported.file),
    };
    let files = match exported.files {
        1 => String::new(),
        files => format!("{files} files, "),
    };
    let loudness = match (exported.loudness, exported.true_peak) {
        (Some(lufs), Some(peak)) => format!("{lufs:.1} LUFS, {peak:.1} dBTP"),
        _ => "nothing is heard".to_owned(),
    };
    println!(
        "{}: {files}{}, {loudness}.",
        place.display(),
        say::minutes(exported.seconds),
    );
    Ok(())
}
