//! Where Amazon is asked: a region's address, and which stores belong to it.
//!
//! Addresses: <https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints>; stores:
//! <https://developer-docs.amazon.com/sp-api/docs/marketplace-ids> (both seen 2026-11-25).

use serde::{Deserialize, Serialize};

/// A selling region. A grant is good for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// North America and Brazil.
    Na,
    /// Europe, the Middle East, Africa and India.
    Eu,
    /// Singapore, Australia and Japan.
    Fe,
}

/// A store.
#[derive(Debug)]
pub struct Store {
    /// Its region.
    pub region: Region,
    /// Two letters (ISO 3166-1).
    pub country: &'static str,
    /// Amazon's id.
    pub id: &'static str,
}

/// Every store that Amazon names.
pub const STORES: &[Store] = &[
    store(Region::Na, "CA", "A2EUQ1WTGCTBG2"),
    store(Region::Na, "US", "ATVPDKIKX0DER"),
    store(Region::Na, "MX", "A1AM78C64UM0Y8"),
    store(Region::Na, "BR", "A2Q3Y263D00KWC"),
    store(Region::Eu, "IE", "A28R8C7NBKEWEA"),
    store(Region::Eu, "ES", "A1RKKUPIHCS9HS"),
    store(Region::Eu, "GB", "A1F83G8C2ARO7P"),
    store(Region::Eu, "FR", "A13V1IB3VIYZZH"),
    store(Region::Eu, "BE", "AMEN7PMS3EDWL"),
    store(Region::Eu, "NL", "A1805IZSGTT6HS"),
    store(Region::Eu, "DE", "A1PA6795UKMFR9"),
    store(Region::Eu, "IT", "APJ6JRA9NG5V4"),
    store(Region::Eu, "SE", "A2NODRKZP88ZB9"),
    store(Region::Eu, "ZA", "AE08WJ6YKNBMC"),
    store(Region::Eu, "PL", "A1C3SOZRARQ6R3"),
    store(Region::Eu, "EG", "ARBP9OOSHTCHU"),
    store(Region::Eu, "TR", "A33AVAJ2PDY3EV"),
    store(Region::Eu, "SA", "A17E79C6D8DWNP"),
    store(Region::Eu, "AE", "A2VIGQ35RCS4UG"),
    store(Region::Eu, "IN", "A21TJRUUN4KGV"),
    store(Region::Fe, "SG", "A19VAU5U5O7RUS"),
    store(Region::Fe, "AU", "A39IBJ37TRP1C6"),
    store(Region::Fe, "JP", "A1VC38T7YXB528"),
];

const fn store(region: Region, country: &'static str, id: &'static str) -> Store {
    Store {
        region,
        country,
        id,
    }
}

impl Region {
    /// Its address.
    pub fn address(self) -> &'static str {
        match self {
            Region::Na => "https://sellingpartnerapi-na.amazon.com",
            Region::Eu => "https://sellingpartnerapi-eu.amazon.com",
            Region::Fe => "https://sellingpartnerapi-fe.amazon.com",
        }
    }
}

/// A store by its country (`DE`, also `UK`) or Amazon's id.
pub fn find(word: &str) -> Option<&'static Store> {
    let word = if word.eq_ignore_ascii_case("UK") {
        "GB"
    } else {
        word
    };
    STORES
        .iter()
        .find(|store| store.id == word || store.country.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_found_by_country_and_id() {
        for word in ["DE", "de", "A1PA6795UKMFR9"] {
            assert_eq!(find(word).map(|store| store.region), Some(Region::Eu));
        }
        assert_eq!(find("uk").map(|store| store.country), Some("GB"));
        assert!(find("XX").is_none() && find("").is_none());
    }

    #[test]
    fn no_store_stands_twice() {
        let mut ids: Vec<&str> = STORES.iter().map(|store| store.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), STORES.len());
    }
}
