//! `ANY_OFFER_CHANGED`, `B2B_ANY_OFFER_CHANGED`, `PRICING_HEALTH`: our own offer's price.
//!
//! Other sellers' offers are not kept: whose they are is none of our business, and they
//! come by the thousand.

use sellkeep_model::{EventKind, Field, Object, Reading};

use super::envelope::{Envelope, seller_id};
use crate::amazon::node::Node;

/// Our own offers among the ones that are listed; nothing where none is ours.
pub(super) fn read(envelope: &Envelope<'_>, reading: &mut Reading) {
    let change = [
        "AnyOfferChangedNotification",
        "B2BAnyOfferChangedNotification",
    ]
    .iter()
    .find_map(|name| envelope.payload.object(name))
    .unwrap_or_else(|| envelope.payload.clone());
    let Some(seller) = seller(&change) else {
        change.problem("does not say whose offer changed; nothing was read");
        return;
    };
    for offer in &change.list("Offers").nodes {
        let whose = offer.text("SellerId").unwrap_or_default();
        if seller_id(&whose) == seller {
            push(envelope, &change, offer, reading);
        }
    }
}

/// A price that lost the featured place: ours, and the one it is measured by.
pub(super) fn read_health(envelope: &Envelope<'_>, reading: &mut Reading) {
    let payload = &envelope.payload;
    let Some(offer) = payload.object("merchantOffer") else {
        payload.problem("has no offer; nothing was read");
        return;
    };
    push(envelope, payload, &offer, reading);
}

/// The seller that the notification is for, by itself or by the question that was kept with it.
fn seller(change: &Node<'_>) -> Option<String> {
    let asked = || change.frame.asked("sellerId").pop();
    let told = change.text("SellerId").or_else(asked)?;
    Some(seller_id(&told).to_owned())
}

fn push(envelope: &Envelope<'_>, change: &Node<'_>, offer: &Node<'_>, reading: &mut Reading) {
    let trigger = change.object("OfferChangeTrigger");
    let word = |name| trigger.as_ref().and_then(|node| node.text(name));
    let Some(asin) = word("ASIN") else {
        change.problem("names no ASIN; left out");
        return;
    };
    let store = word("MarketplaceId");
    let changed = trigger
        .as_ref()
        .and_then(|node| node.time("TimeOfOfferChange"))
        .or(envelope.time);
    let condition = word("ItemCondition");
    let condition = offer.text("SubCondition").or(condition);
    let price = offer.money("ListingPrice");
    let when = envelope.identity(changed);
    let amount = price
        .as_ref()
        .map(|price| price.amount.to_string())
        .unwrap_or_default();
    let identity = [
        asin.as_str(),
        store.as_deref().unwrap_or_default(),
        condition.as_deref().unwrap_or_default(),
        &when,
        &amount,
    ];
    let mut event = envelope
        .frame()
        .event(EventKind::OfferChanged, &identity, changed);
    event.store = store;
    let fields = &mut event.after;
    fields.set(Field::Asin, asin.as_str());
    fields.set_if(Field::ItemCondition, condition);
    change.put(fields, Field::Reason, "issueType");
    if let Some(price) = price {
        fields.set(Field::Price, price.amount);
        fields.set_if(Field::Currency, price.currency);
    }
    let reference = change
        .object("summary")
        .and_then(|summary| summary.object("referencePrice"));
    if let Some(reference) = reference {
        let price = ["competitivePriceThreshold", "averageSellingPrice"]
            .iter()
            .find_map(|name| reference.money(name));
        fields.set_if(Field::Amount, price.map(|price| price.amount));
    }
    event.object = Some(Object::new("listing", asin));
    reading.events.push(event);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field};
    use serde_json::json;

    use crate::amazon::sample::notification;

    #[test]
    fn only_our_own_price_is_kept() {
        let reading = notification(
            &json!({"NotificationType": "ANY_OFFER_CHANGED", "EventTime": "2026-11-01T10:00:00Z", "Payload": {"AnyOfferChangedNotification": {
            "SellerId": "A3TH", "OfferChangeTrigger": {"MarketplaceId": "A1", "ASIN": "B1", "ItemCondition": "New", "TimeOfOfferChange": "2026-11-01T09:59:00Z"},
            "Offers": [{"SellerId": "OTHER", "ListingPrice": {"Amount": 23.0, "CurrencyCode": "USD"}},
                       {"SellerId": "amzn1.merchant.o.A3TH", "ListingPrice": {"Amount": 4.5, "CurrencyCode": "USD"}}]}}}),
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let [event] = &reading.events[..] else {
            panic!("one event");
        };
        assert_eq!(event.kind, EventKind::OfferChanged);
        assert_eq!(event.after.number(Field::Price), Some(4.5));
        assert!(
            !serde_json::to_string(event)
                .expect("json")
                .contains("OTHER")
        );
    }

    #[test]
    fn a_price_that_lost_its_place_names_the_measure() {
        let reading = notification(
            &json!({"notificationType": "PRICING_HEALTH", "eventTime": "2026-09-23T21:30:13Z", "payload": {"issueType": "BuyBoxDisqualification",
            "sellerId": "A3", "offerChangeTrigger": {"marketplaceId": "A1", "asin": "B007", "itemCondition": "new", "timeOfOfferChange": "2026-09-23T21:30:13Z"},
            "merchantOffer": {"listingPrice": {"amount": 8184.23, "currencyCode": "USD"}},
            "summary": {"referencePrice": {"averageSellingPrice": {"amount": 7500, "currencyCode": "USD"}, "competitivePriceThreshold": {"amount": 8000, "currencyCode": "USD"}}}}}),
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let fields = &reading.events[0].after;
        assert_eq!(fields.number(Field::Price), Some(8184.23));
        assert_eq!(fields.number(Field::Amount), Some(8000.0));
        assert_eq!(fields.text(Field::Reason), Some("BuyBoxDisqualification"));
    }
}
