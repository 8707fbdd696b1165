//! The old Platform Notifications (XML): only `ItemListed` and `ItemRevised`.
//!
//! eBay fills them like the answer to `GetItem`. Five leaf elements are picked out of the
//! first `<Item>` by name; there is no need for a parser of XML, and hostile nesting has
//! nothing to act on. All other notifications of that kind are passed over.
//! Its old signature (MD5) is too weak to prove anything, so these are claims.

use sellkeep_model::{DigestKey, EventKind, Field, Fields, Object, ProofLevel, Reading, Record};
use serde_json::{Map, Value as Json};

use super::MARKETPLACE;
use crate::told::reading;

/// Longer than such a notification; what is behind it is not looked at.
const XML_MAX: usize = 512 * 1024;

/// Leaf elements that are read.
const LEAVES: &[&str] = &["NotificationEventName", "CorrelationID", "Timestamp"];

/// Leaf elements of the item.
const ITEM_LEAVES: &[&str] = &[
    "ItemID",
    "Title",
    "SKU",
    "CurrentPrice",
    "Quantity",
    "ListingStatus",
    "StartTime",
];

/// Reads an old notification.
pub(super) fn read(record: &Record, key: &DigestKey, xml: &str) -> Reading {
    let xml = xml
        .char_indices()
        .nth(XML_MAX)
        .map_or(xml, |(end, _)| &xml[..end]);
    let mut record = record.clone();
    record.body = Json::Object(picked(xml));
    reading(
        &record,
        key,
        MARKETPLACE,
        ProofLevel::Claimed,
        |told, body| {
            told.topic = body.text("NotificationEventName").unwrap_or_default();
            told.happened = body.time("Timestamp");
            let kind = match told.topic.as_str() {
                "ItemListed" => EventKind::ListingCreated,
                "ItemRevised" => EventKind::ListingContentChanged,
                _ => return body.passed_over("no rule needs this topic; the record is kept"),
            };
            let mut after = Fields::new();
            body.put(&mut after, Field::Title, "Title");
            body.put(&mut after, Field::Sku, "SKU");
            body.put_number(&mut after, Field::Price, "CurrentPrice");
            body.put_number(&mut after, Field::Quantity, "Quantity");
            body.put(&mut after, Field::Status, "ListingStatus");
            body.put_time(&mut after, Field::Created, "StartTime");
            let id = body.text("ItemID").unwrap_or_else(|| told.id.clone());
            told.event(kind, Some(Object::new("listing", id)), Fields::new(), after);
        },
    )
}

fn picked(xml: &str) -> Map<String, Json> {
    let item = xml.find("<Item>").map_or("", |at| &xml[at..]);
    let from = |xml, names: &'static [&str]| {
        names
            .iter()
            .filter_map(move |name| Some((*name, leaf(xml, name)?)))
    };
    from(xml, LEAVES)
        .chain(from(item, ITEM_LEAVES))
        .map(|(name, text)| (name.to_owned(), Json::String(text)))
        .collect()
}

/// The text of the first element of that name, where it holds nothing but text.
fn leaf(xml: &str, name: &str) -> Option<String> {
    let mut rest = xml;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        let behind = rest.strip_prefix(name);
        if let Some(tag) = behind.filter(|tag| tag.starts_with(['>', ' '])) {
            let (_, inner) = tag.split_once('>')?;
            let (text, _) = inner.split_once('<')?;
            return Some(plain(text));
        }
    }
}

/// The five references that XML itself knows.
fn plain(text: &str) -> String {
    text.trim()
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_found_by_their_whole_name() {
        let xml = "<a><TitleX>no</TitleX><Title lang='en'> A &amp;lt; B </Title></a>";
        assert_eq!(leaf(xml, "Title").as_deref(), Some("A &lt; B"));
        for broken in ["", "<", "<Title", "<Title>", "Title>x<"] {
            assert_eq!(leaf(broken, "Title"), None, "{broken}");
        }
    }
}
