//! Shopify: webhooks of a shop, and answers of its GraphQL Admin API.
//!
//! What it reads, with which permission and which limits, stands in the `README.md` beside.

mod api;
mod catalogue;
mod hooks;
mod read;
mod verify;

pub use read::read;
pub(crate) use verify::verify;

/// The brand's id.
const MARKETPLACE: &str = "shopify";
