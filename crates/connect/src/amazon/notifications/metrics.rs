//! Hourly numbers by item: sales, views, stock.

use sellkeep_model::{Event, EventKind, Field, Object, Reading};

use super::envelope::Envelope;
use crate::amazon::node::Node;

/// Pieces and sales of an item in an hour: what a price crash and a surge show in.
pub(super) fn read_sales(envelope: &Envelope<'_>, reading: &mut Reading) {
    for change in &envelope.payload.main_list("itemSalesEventChanges").nodes {
        let mut event = hour(change, EventKind::OrderMetrics);
        event
            .after
            .set_if(Field::Units, change.number("orderedUnits"));
        event
            .after
            .set_if(Field::Amount, change.number("orderedRevenue"));
        change.put(&mut event.after, Field::Currency, "currencyCode");
        reading.events.push(event);
    }
}

/// How often an item's page was looked at in an hour.
pub(super) fn read_traffic(envelope: &Envelope<'_>, reading: &mut Reading) {
    for change in &envelope.payload.main_list("detailPageTrafficEvents").nodes {
        let mut event = hour(change, EventKind::ListingTraffic);
        event
            .after
            .set_if(Field::Count, change.number("glanceViews"));
        reading.events.push(event);
    }
}

/// How many pieces of an item lay ready in an hour.
pub(super) fn read_inventory(envelope: &Envelope<'_>, reading: &mut Reading) {
    for change in &envelope
        .payload
        .main_list("itemInventoryEventChanges")
        .nodes
    {
        let mut event = hour(change, EventKind::InventorySeen);
        event
            .after
            .set_if(Field::Quantity, change.number("highlyAvailableInventory"));
        reading.events.push(event);
    }
}

/// A number about an item in an hour: one event an hour, item and store.
fn hour(change: &Node<'_>, kind: EventKind) -> Event {
    let (asin, store) = (change.text("asin"), change.text("marketplaceId"));
    let (since, until) = (change.time("startTime"), change.time("endTime"));
    let when = since.map(|at| at.to_string()).unwrap_or_default();
    let identity = [
        asin.as_deref().unwrap_or_default(),
        store.as_deref().unwrap_or_default(),
        &when,
    ];
    let mut event = change.frame.event(kind, &identity, until.or(since));
    event.store = store;
    event.object = asin.clone().map(|asin| Object::new("listing", asin));
    event.after.set_if(Field::Asin, asin);
    event.after.set_if(Field::Since, since);
    event.after.set_if(Field::Until, until);
    event
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;
    use serde_json::json;

    use crate::amazon::sample::notification;

    #[test]
    fn an_hour_of_an_item_is_one_event() {
        let entry = json!({"accountId": "amzn1.merchant.o.A2", "marketplaceId": "A1", "startTime": "2026-10-07T15:00:00Z", "endTime": "2026-10-07T16:00:00Z", "asin": "B1",
            "orderedUnits": 9, "orderedRevenue": 80.91, "currencyCode": "USD", "glanceViews": 42, "highlyAvailableInventory": 650});
        for (kind, list, field, number) in [
            (
                "ITEM_SALES_EVENT_CHANGE",
                "itemSalesEventChanges",
                Field::Units,
                9.0,
            ),
            (
                "DETAIL_PAGE_TRAFFIC_EVENT",
                "detailPageTrafficEvents",
                Field::Count,
                42.0,
            ),
            (
                "ITEM_INVENTORY_EVENT_CHANGE",
                "itemInventoryEventChanges",
                Field::Quantity,
                650.0,
            ),
        ] {
            let body = json!({"notificationType": kind, "payload": {list: [entry]}});
            let reading = notification(&body);
            assert!(reading.problems.is_empty(), "{:?}", reading.problems);
            let event = &reading.events[0];
            assert_eq!(event.after.number(field), Some(number));
            assert_eq!(event.happened.to_string(), "2026-10-07T16:00:00Z");
            assert_eq!(event.id, notification(&body).events[0].id);
        }
    }
}
