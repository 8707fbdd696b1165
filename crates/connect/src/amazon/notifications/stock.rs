//! Stock in Amazon's warehouses: what is there, and what is sent out by order of the seller.

use sellkeep_model::{EventKind, Field, Fields, Object, Reading, StateGroup};

use super::envelope::Envelope;
use crate::amazon::frame::Items;

/// Who dispatches, where Amazon's warehouse does.
const BY_AMAZON: &str = "AMAZON";

/// `FBA_INVENTORY_AVAILABILITY_CHANGES`: pieces of a listing that can be sold, by store.
pub(super) fn read_availability(envelope: &Envelope<'_>, reading: &mut Reading) {
    let payload = &envelope.payload;
    let Some(sku) = payload.text("SKU") else {
        payload.problem("has no SKU; nothing was read");
        return;
    };
    let frame = envelope.frame();
    for place in &payload.main_list("FulfillmentInventoryByMarketplace").nodes {
        let mut fields = Fields::new().with(Field::Fulfilment, BY_AMAZON);
        payload.put(&mut fields, Field::Asin, "ASIN");
        let inventory = place.object("FulfillmentInventory");
        fields.set_if(
            Field::Quantity,
            inventory.and_then(|node| node.number("Fulfillable")),
        );
        let mut items = Items::new(false);
        items.push(sku.as_str(), fields);
        let mut state = frame.state(StateGroup::Listings, place.text("MarketplaceId"), items);
        state.as_of = frame.happened(envelope.time).0;
        reading.states.push(state);
    }
}

/// `FULFILLMENT_ORDER_STATUS`: stock goes out by an order of the seller's own. One
/// event an order, whatever statuses follow.
pub(super) fn read_fulfilment_order(envelope: &Envelope<'_>, reading: &mut Reading) {
    let order = envelope.inner("FulfillmentOrderStatusNotification");
    let Some(id) = order.text("SellerFulfillmentOrderId") else {
        order.problem("has no order number; nothing was read");
        return;
    };
    let told = order.time("StatusUpdatedDateTime").or(envelope.time);
    let mut event = envelope.frame().event(
        EventKind::InventoryRemoved,
        &["fulfilment-order", &id],
        told,
    );
    event.object = Some(Object::new("fulfilment-order", id));
    order.put(&mut event.after, Field::Status, "FulfillmentOrderStatus");
    order.put(&mut event.after, Field::Type, "EventType");
    reading.events.push(event);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field};
    use serde_json::json;

    use crate::amazon::sample::notification;

    #[test]
    fn pieces_in_the_warehouse_are_a_state_by_store() {
        let reading = notification(
            &json!({"NotificationType": "FBA_INVENTORY_AVAILABILITY_CHANGES", "EventTime": "2026-10-13T19:42:04Z", "Payload": {"SKU": "S1", "ASIN": "B1",
            "FulfillmentInventoryByMarketplace": [{"MarketplaceId": "A1", "FulfillmentInventory": {"Fulfillable": 50}}, {"MarketplaceId": "A2", "FulfillmentInventory": {"Fulfillable": 40}}]}}),
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let pieces: Vec<_> = reading
            .states
            .iter()
            .map(|state| {
                (
                    state.store.as_deref(),
                    state.items[0].fields.number(Field::Quantity),
                )
            })
            .collect();
        assert_eq!(pieces, [(Some("A1"), Some(50.0)), (Some("A2"), Some(40.0))]);
    }

    #[test]
    fn an_order_of_ones_own_is_one_event_whatever_its_status() {
        let told = |status: &str, at: &str| {
            notification(
                &json!({"NotificationType": "FULFILLMENT_ORDER_STATUS", "Payload": {"FulfillmentOrderStatusNotification": {
            "SellerFulfillmentOrderId": "F1", "FulfillmentOrderStatus": status, "EventType": "Order", "StatusUpdatedDateTime": at}}}),
            )
        };
        let (received, complete) = (
            told("RECEIVED", "2026-10-13T19:42:04Z"),
            told("COMPLETE", "2026-10-14T19:42:04Z"),
        );
        assert_eq!(received.events[0].kind, EventKind::InventoryRemoved);
        assert_eq!(received.events[0].id, complete.events[0].id);
    }
}
