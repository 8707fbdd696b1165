//! What a buyer may have written or is, cut out before an answer is kept.
//!
//! Orders are the only answers with buyers in them. Buyer and recipient are not asked for,
//! but gift messages, customisations and delivery wishes come along. So of an order only the
//! places listed here are kept; whatever Amazon adds stays out.

use serde_json::{Map, Value as Json};

/// What may stand in a thing: a name, and what may stand below it (nothing: all of it).
struct Place {
    name: &'static str,
    below: &'static [Place],
}

const fn all(name: &'static str) -> Place {
    Place { name, below: &[] }
}

const fn some(name: &'static str, below: &'static [Place]) -> Place {
    Place { name, below }
}

/// Of an answer with orders.
const ANSWER: &[Place] = &[
    some("orders", ORDER),
    all("pagination"),
    all("lastUpdatedBefore"),
    all("createdBefore"),
    all("errors"),
];

/// Of an order.
const ORDER: &[Place] = &[
    all("orderId"),
    all("createdTime"),
    all("lastUpdatedTime"),
    all("programs"),
    some(
        "salesChannel",
        &[
            all("channelName"),
            all("marketplaceId"),
            all("marketplaceName"),
        ],
    ),
    some(
        "fulfillment",
        &[
            all("fulfillmentStatus"),
            all("fulfilledBy"),
            all("fulfillmentServiceLevel"),
            all("shipByWindow"),
            all("deliverByWindow"),
        ],
    ),
    some("proceeds", &[all("grandTotal")]),
    some(
        "orderItems",
        &[
            all("orderItemId"),
            all("quantityOrdered"),
            some("product", &[all("asin"), all("sellerSku"), all("price")]),
        ],
    ),
];

/// An answer with orders, without their buyers.
pub fn orders(body: Json) -> Json {
    kept(body, ANSWER)
}

fn kept(value: Json, places: &[Place]) -> Json {
    match value {
        _ if places.is_empty() => value,
        Json::Array(things) => {
            let things = things.into_iter().map(|thing| kept(thing, places));
            Json::Array(things.collect())
        }
        Json::Object(members) => {
            let mut left = Map::new();
            for (name, value) in members {
                if let Some(place) = places.iter().find(|place| place.name == name) {
                    left.insert(name, kept(value, place.below));
                }
            }
            Json::Object(left)
        }
        // Where a thing belongs, words may be anybody's.
        _ => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_buyer_is_or_wrote_is_not_kept() {
        let body = orders(json!({"orders": [{
            "orderId": "1", "createdTime": "2026-11-25T00:00:00Z", "buyer": {"buyerName": "Mia"},
            "recipient": {"deliveryAddress": {"name": "Mia"}}, "packages": [{"shipFromAddress": "Mia"}],
            "orderAliases": [{"aliasId": "Mia"}],
            "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "shipByWindow": {"latestDateTime": "x"}, "note": "Mia"},
            "proceeds": {"grandTotal": {"amount": "7"}, "breakdowns": "Mia"},
            "orderItems": [{"orderItemId": "2", "quantityOrdered": 1, "cancellation": {"reason": "Mia"},
                "product": {"sellerSku": "S", "customization": {"text": "Mia"}},
                "fulfillment": {"packing": {"giftOption": {"giftMessage": "Mia"}}}}, "Mia"]}],
            "pagination": {"nextToken": "t"}, "news": "Mia"}));
        assert!(!body.to_string().contains("Mia"), "{body}");
        assert_eq!(
            body["orders"][0]["orderItems"][0]["product"]["sellerSku"],
            "S"
        );
        assert_eq!(body["orders"][0]["proceeds"]["grandTotal"]["amount"], "7");
        assert_eq!(body["pagination"]["nextToken"], "t");
    }
}
