//! Records of eBay: notifications by topic, answers by operation, old notifications as XML.

use sellkeep_model::{DigestKey, ProofLevel, Reading, Record};

use super::{MARKETPLACE, api, listed, notifications};
use crate::told::{hook_proof, reading};

/// What stands in a record of eBay.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    if record.source == "ebay.api" {
        return reading(record, key, MARKETPLACE, ProofLevel::Proven, api::read);
    }
    if let Some(xml) = record
        .body
        .as_str()
        .filter(|text| text.trim_start().starts_with('<'))
    {
        return listed::read(record, key, xml);
    }
    reading(
        record,
        key,
        MARKETPLACE,
        hook_proof(record),
        notifications::read,
    )
}
