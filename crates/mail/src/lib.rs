//! One message → evidence, verdict, red flags.
//!
//! Pure: DNS answers and time are arguments. Whatever bytes arrive, an
//! examination ends with a verdict and its reasons; there is no error to return.

pub mod authentication;
pub mod content;
mod headers;
pub mod names;

pub use headers::{Header, Headers};
