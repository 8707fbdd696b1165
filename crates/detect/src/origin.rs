//! Where a state was read from.

use jiff::Timestamp;

/// Where a state was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The source's name: `amazon.api`.
    pub source: String,
    /// The operation: `getPaymentMethods`.
    pub operation: Option<String>,
    /// SHA-256 of the record, hexadecimal.
    pub record: Option<String>,
    /// When the record arrived.
    pub learned: Timestamp,
}
