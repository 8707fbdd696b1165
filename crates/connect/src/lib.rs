//! One folder per source, one file per way out.
//!
//! Reading is pure: [`read`] takes a record as it was stored and says what stands in it.
//! Talking to the world (clients, receivers, channels) lies beside it, in files of its own.

pub mod amazon;
pub mod channels;
pub mod deadman;
mod read;

pub use read::{READERS, Reader, read};
