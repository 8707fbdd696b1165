//! Square: linked bank accounts, payouts, disputes, revoked authorisations.
//!
//! What it reads, with which permission and which limits, stands in the `README.md` beside.

mod read;
mod verify;

pub use read::read;
pub(crate) use verify::verify;
