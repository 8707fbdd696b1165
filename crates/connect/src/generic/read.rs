//! Generic hooks: one entry, or several under `events`.
//!
//! Whoever holds the secret is trusted by configuration, but is no marketplace: the most that
//! he can say is *observed*.

use sellkeep_model::{DigestKey, ProofLevel, Reading, Record, SignatureCheck};

use super::entry;
use crate::told::reading;

/// What stands in a generic hook.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    let proof = match record.signature {
        Some(SignatureCheck::Unverified) => ProofLevel::Claimed,
        Some(SignatureCheck::Verified) | None => ProofLevel::Observed,
    };
    reading(record, key, "", proof, |told, body| {
        if body.has("events") {
            body.list("events")
                .iter()
                .for_each(|place| entry(told, place));
        } else {
            entry(told, body);
        }
    })
}
