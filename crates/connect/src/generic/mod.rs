//! The generic webhook: a small JSON of ours, for sources that have no reader of their own.
//!
//! Its form stands in the `README.md` beside. Uploads (`upload`) use the same entries.

mod entry;
mod read;
mod verify;

pub(crate) use entry::entry;
pub use read::read;
pub(crate) use verify::verify;
