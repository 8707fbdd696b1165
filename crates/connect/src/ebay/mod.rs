//! eBay: notifications of its Notification API, the old Platform Notifications on listings,
//! and answers of the Account and Finances APIs.
//!
//! What it reads, with which permission and which limits, stands in the `README.md` beside.

mod api;
mod fetch;
mod listed;
mod notifications;
mod read;
mod verify;

pub use fetch::{API, API_SANDBOX, Application, fetch_key};
pub use read::read;
pub(crate) use verify::verify;
pub use verify::{Keys, challenge_answer};

/// The brand's id.
const MARKETPLACE: &str = "ebay";
