//! A generic hook is signed as Standard Webhooks are (`hook::standard`).
//!
//! Every language has a library for it, so that anybody can send us one.

use jiff::Timestamp;

use crate::hook::{HookRequest, Refusal, Secret, Verified, standard};

/// Checks a generic hook.
pub(crate) fn verify(
    secrets: &[Secret],
    request: &HookRequest<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    standard::verify(secrets, request, now)
}
