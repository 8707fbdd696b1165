//! Listings that were changed since a time, in pages, up to a thousand.

use serde_json::{Value as Json, json};

use super::{Answer, Question, page, wrong};
use crate::seller::{Listing, Seller};

/// The most on a page (Amazon's model).
const PAGE_MAX: usize = 20;
/// The most that can be paged through (Amazon's model).
const SEARCH_MAX: usize = 1000;

pub fn search(seller: &mut Seller, question: &Question) -> Answer {
    if question.part != seller.id {
        return wrong("sellerId is another one's");
    }
    let stores = question.words("marketplaceIds");
    let [store] = stores[..] else {
        return wrong("exactly one marketplaceId");
    };
    let size = question.word("pageSize").parse().unwrap_or(10);
    if size > PAGE_MAX {
        return wrong("pageSize is 20 at most");
    }
    let shop = seller.shop(question.seen, question.now);
    let since = question.time("lastUpdatedAfter");
    let found = shop
        .listings
        .iter()
        .filter(|(_, one)| since.is_none_or(|since| one.updated >= since));
    let mut found: Vec<(&String, &Listing)> = found.collect();
    found.sort_by_key(|(_, one)| one.updated);
    if question.word("sortOrder") != "ASC" {
        found.reverse();
    }
    let total = found.len();
    let items = found
        .into_iter()
        .take(SEARCH_MAX)
        .map(|(sku, one)| item(seller, store, sku, one));
    match page(items.collect(), question.word("pageToken"), size) {
        Ok((items, next)) => {
            let pagination = next.map_or_else(|| json!({}), |next| json!({"nextToken": next}));
            (
                200,
                json!({"numberOfResults": total, "pagination": pagination, "items": items}),
            )
        }
        Err(wrong) => wrong,
    }
}

fn item(seller: &Seller, store: &str, sku: &str, one: &Listing) -> Json {
    json!({"sku": sku,
        "summaries": [{"marketplaceId": store, "asin": "B000000001", "productType": "HOME", "conditionType": "new_new",
            "status": ["BUYABLE", "DISCOVERABLE"], "itemName": format!("Item {sku}"),
            "createdDate": one.created.to_string(), "lastUpdatedDate": one.updated.to_string()}],
        "attributes": {"fulfillment_availability": [{"lead_time_to_ship_max_days": one.promise_days}]},
        "offers": [{"marketplaceId": store, "offerType": "B2C",
            "price": {"currencyCode": seller.currency, "amount": format!("{:.2}", one.price)}}],
        "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": one.quantity}],
        "issues": []})
}
