//! `ORDER_CHANGE`: an order, without where it goes.

use sellkeep_model::Reading;

use super::envelope::Envelope;
use crate::amazon::api::Order;

/// The same event that the orders' operations tell.
pub(super) fn read(envelope: &Envelope<'_>, reading: &mut Reading) {
    let change = envelope.inner("OrderChangeNotification");
    let Some(id) = change.text("AmazonOrderId") else {
        change.problem("has no order number; nothing was read");
        return;
    };
    let summary = change.object("Summary").unwrap_or_else(|| change.clone());
    let items = summary.list("OrderItems").nodes;
    let order = Order {
        id,
        store: summary.text("MarketplaceId"),
        received: summary.time("PurchaseDate").or(envelope.time),
        status: summary.text("OrderStatus"),
        fulfilment: summary.text("FulfillmentType"),
        amount: None,
        skus: items
            .iter()
            .filter_map(|item| item.text("SellerSKU"))
            .collect(),
        quantity: items
            .iter()
            .filter_map(|item| item.number("Quantity"))
            .reduce(|sum, next| sum + next),
        promised: summary
            .time("LatestShipDate")
            .or_else(|| summary.time("LatestDeliveryDate")),
    };
    order.push(envelope.frame(), reading);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;
    use serde_json::json;

    use crate::amazon::sample::{answer, notification};

    #[test]
    fn an_order_is_the_same_event_by_push_and_by_pull() {
        let push = notification(
            &json!({"NotificationType": "ORDER_CHANGE", "EventTime": "2026-10-20T00:00:00Z", "Payload": {"OrderChangeNotification": {
            "AmazonOrderId": "903-1", "OrderChangeType": "OrderStatusChange", "Summary": {"MarketplaceId": "A1", "OrderStatus": "Unshipped",
            "PurchaseDate": "2026-10-13T19:42:04Z", "DestinationPostalCode": "48110", "FulfillmentType": "MFN", "LatestShipDate": "2026-11-07T19:42:04Z",
            "OrderItems": [{"SellerSKU": "S1", "Quantity": 10}]}}}}),
        );
        assert!(push.problems.is_empty(), "{:?}", push.problems);
        let pull = answer(
            "getOrders",
            r#"{"payload":{"Orders":[{"AmazonOrderId":"903-1"}]}}"#,
        );
        assert_eq!(push.events[0].id, pull.events[0].id);
        assert_eq!(push.events[0].after.number(Field::PromiseDays), Some(25.0));
        assert_eq!(push.events[0].after.text(Field::Sku), Some("S1"));
        assert!(
            !serde_json::to_string(&push)
                .expect("json")
                .contains("48110")
        );
    }
}
