//! A piece: what it is made of, what it looks like, how it is heard again and taken along.

mod cover;
mod export;
mod manifest;
mod source;

pub use cover::{Sounding, cover};
pub use export::{Export, export_name};
pub use manifest::{Manifest, PieceLayer, Unheard};
pub use source::{Shelf, Source, key, recorded};
