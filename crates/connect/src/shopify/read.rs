//! Records of Shopify: hooks by their topic, answers by what stands in them.

use sellkeep_model::{DigestKey, ProofLevel, Reading, Record};

use super::{MARKETPLACE, api, hooks};
use crate::told::{hook_proof, reading};

/// What stands in a record of Shopify.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    if record.source == "shopify.api" {
        return reading(record, key, MARKETPLACE, ProofLevel::Proven, api::read);
    }
    reading(record, key, MARKETPLACE, hook_proof(record), hooks::read)
}
