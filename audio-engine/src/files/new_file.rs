//! A file that is there whole, or not at all.
//!
//! It is written beside its place under another name, flushed to the disk and only then moved
//! there, so a full disk or a power cut never leaves half a piece under the real name, and what
//! was there before stays until then.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file being written. Dropped before [`NewFile::keep`], it never was.
#[derive(Debug)]
pub struct NewFile {
    out: BufWriter<File>,
    unfinished: Unfinished,
    path: PathBuf,
}

impl NewFile {
    /// Begins the file that will be at `path`.
    ///
    /// # Errors
    /// The folder is not there or may not be written to, or the path names no file.
    pub fn create(path: &Path) -> io::Result<NewFile> {
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut unfinished = name.to_os_string();
        unfinished.push(format!(".{}.part", std::process::id()));
        let unfinished = Unfinished(path.with_file_name(unfinished));
        let file = File::create(&unfinished.0)?;
        Ok(NewFile {
            out: BufWriter::with_capacity(1 << 16, file),
            unfinished,
            path: path.to_owned(),
        })
    }

    /// Everything has been written: it is the file, now.
    ///
    /// # Errors
    /// The disk is full, or refuses; then it never was.
    pub fn keep(self) -> io::Result<()> {
        let file = self
            .out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&self.unfinished.0, &self.path)?;
        // The name, too, has to reach the disk. Not every system lets a folder be synced.
        if let Some(Ok(folder)) = self.path.parent().map(File::open) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Seek for NewFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.out.seek(to)
    }
}

/// Goes away unless it was moved to its place.
#[derive(Debug)]
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
