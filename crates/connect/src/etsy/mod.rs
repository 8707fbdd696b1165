//! Etsy: webhooks on orders. They are thin: an address to ask at, no content.
//!
//! What it reads, with which permission and which limits, stands in the `README.md` beside.

mod read;
mod verify;

pub use read::read;
pub(crate) use verify::verify;
