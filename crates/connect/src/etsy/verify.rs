//! Etsy signs as Standard Webhooks do (`hook::standard`).
//!
//! Source: <https://developers.etsy.com/documentation/essentials/webhooks>. At its release
//! sellers reported trouble with the check; compare with a test from Etsy's portal.

use jiff::Timestamp;

use crate::hook::{HookRequest, Refusal, Secret, Verified, standard};

/// Checks a hook of Etsy's.
pub(crate) fn verify(
    secrets: &[Secret],
    request: &HookRequest<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    standard::verify(secrets, request, now)
}
