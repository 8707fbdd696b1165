//! PayPal: disputes, payouts to others, merchant onboarding, managed accounts.
//!
//! What it reads, with which permission and which limits, stands in the `README.md` beside.

mod fetch;
mod read;
mod verify;

pub use fetch::fetch_certificate;
pub use read::read;
pub(crate) use verify::verify;
pub use verify::{AGE_MAX, Certificates, Trust, authorities};
