//! Which function reads which source's records: one list.
//!
//! A record is read by the entry whose prefix its source's name begins with. Reading never
//! fails: what cannot be understood is a problem in the reading, and the record
//! stays stored. Mail is not here: it is examined (`mail`), not read.

use sellkeep_model::{DigestKey, Reading, Record};

/// Reads one kind of source.
pub struct Reader {
    /// What the source's name begins with: `amazon.`, `shopify.` …
    pub prefix: &'static str,
    /// What stands in a record. The key is for digests of private names.
    pub read: fn(&Record, &DigestKey) -> Reading,
}

impl Reader {
    /// Whether the source is one of its kind: `upload.csv`, or `upload` alone.
    fn knows(&self, source: &str) -> bool {
        source.starts_with(self.prefix) || self.prefix.strip_suffix('.') == Some(source)
    }
}

/// Every reader, alphabetically.
pub const READERS: &[Reader] = &[
    Reader {
        prefix: "amazon.",
        read: crate::amazon::read,
    },
    Reader {
        prefix: "ebay.",
        read: crate::ebay::read,
    },
    Reader {
        prefix: "etsy.",
        read: crate::etsy::read,
    },
    Reader {
        prefix: "generic.",
        read: crate::generic::read,
    },
    Reader {
        prefix: "paypal.",
        read: crate::paypal::read,
    },
    Reader {
        prefix: "person.",
        read: crate::person::read,
    },
    Reader {
        prefix: "shopify.",
        read: crate::shopify::read,
    },
    Reader {
        prefix: "square.",
        read: crate::square::read,
    },
    Reader {
        prefix: "stripe.",
        read: crate::stripe::read,
    },
    Reader {
        prefix: "upload.",
        read: crate::upload::read,
    },
    Reader {
        prefix: "walmart.",
        read: crate::walmart::read,
    },
];

/// What stands in a record, by the reader of its source.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    let reader = READERS.iter().find(|reader| reader.knows(&record.source));
    if let Some(reader) = reader {
        return (reader.read)(record, key);
    }
    let mut reading = Reading::default();
    reading.problem(
        "source",
        "no reader knows this source; the record is kept, but nothing was read from it",
    );
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(source: &str) -> Record {
        let line = serde_json::json!({"at": "2026-11-01T10:00:00Z", "source": source});
        serde_json::from_value(line).expect("a record")
    }

    #[test]
    fn an_unknown_source_is_a_problem_and_no_error() {
        let reading = read(&record("carrier.pigeon"), &DigestKey::new([1; 32]));
        assert_eq!(reading.problems.len(), 1);
        assert_eq!(reading.problems[0].place, "source");
    }

    #[test]
    fn readers_are_in_order_and_none_hides_another() {
        for pair in READERS.windows(2) {
            assert!(pair[0].prefix < pair[1].prefix);
            assert!(!pair[1].prefix.starts_with(pair[0].prefix));
        }
        assert!(READERS.iter().all(|reader| reader.prefix.ends_with('.')));
    }
}
