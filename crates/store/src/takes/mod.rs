//! Takes: recordings that cannot be lost, only shortened by less than a second.

mod codec;
pub(crate) mod format;
pub(crate) mod reader;
pub(crate) mod rows;
pub(crate) mod salvage;
mod trial;
mod writer;

pub use format::TakeHeader;
pub use reader::TakeRead;
pub use rows::{TakeRow, TakeState};
pub use salvage::{Damage, Damaged, Salvaged};
pub use trial::{WriteSpeed, WriteTrial};
pub use writer::{SealedTake, TakeWriter};
