//! What the reader's own account looks like to the marketplace.
//!
//! Told by the reader or read from the account; without it the flags that compare
//! a mail with the account stay silent. It counts against a mail, never for it.

use serde::{Deserialize, Serialize};

/// The reader's account, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipient {
    /// Addresses that the marketplace writes to.
    pub addresses: Vec<String>,
    /// Languages that its notices come in (ISO 639-1).
    pub languages: Vec<String>,
    /// Names that it greets: holder, shop.
    pub names: Vec<String>,
}

impl Recipient {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.languages.is_empty() && self.names.is_empty()
    }

    /// Whether the marketplace knows an address; letter case aside.
    pub fn is_known(&self, address: &str) -> bool {
        let known = |known: &String| known.trim().eq_ignore_ascii_case(address.trim());
        self.addresses.iter().any(known)
    }
}
