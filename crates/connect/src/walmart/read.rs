//! Hooks of Walmart, by the event type in their envelope.

use sellkeep_model::{DigestKey, EventKind, Field, Fields, Object, Reading, Record};

use crate::place::Place;
use crate::told::{Told, hook_proof, reading};

/// What stands in a record of Walmart.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    reading(record, key, "walmart", hook_proof(record), hook)
}

fn hook(told: &mut Told<'_>, body: &Place<'_>) {
    if let Some(kind) = body.text_of(&["source.eventType", "eventType"]) {
        told.topic = kind;
    }
    if let Some(id) = body.text_of(&["source.eventId", "eventId"]) {
        told.id = id;
    }
    told.happened = body
        .time("source.eventTime")
        .or_else(|| body.time("eventTime"));
    let Some(payload) = body.get("payload") else {
        body.wrong::<()>("has no `payload`; nothing was read");
        return;
    };
    if told.topic == "ORDER_UPDATES" {
        told.topic = payload.text("subEventType").unwrap_or_default();
    }
    match told.topic.as_str() {
        "OFFER_PUBLISHED" | "OFFER_UNPUBLISHED" => offer(told, &payload),
        "INVENTORY_OOS" => out_of_stock(told, &payload),
        "BUY_BOX_CHANGED" => buy_box(told, &payload),
        "PO_CREATED" => order(told, &payload),
        "SELLER_PERFORMANCE_NOTIFICATIONS" => performance(told, &payload),
        _ => payload.passed_over("no rule needs this topic; the record is kept"),
    }
}

fn listing(told: &Told<'_>, payload: &Place<'_>) -> Object {
    let id = payload.text_of(&["sku", "itemId", "itemInfo.sku", "itemInfo.itemId"]);
    Object::new("listing", id.unwrap_or_else(|| told.id.clone()))
}

/// Unpublishing comes with its reasons: a list of names, each with a sentence.
fn offer(told: &Told<'_>, payload: &Place<'_>) {
    let mut after = Fields::new();
    payload.put(&mut after, Field::Sku, "sku");
    payload.put(&mut after, Field::Title, "itemName");
    payload.put(&mut after, Field::Category, "category");
    payload.put_first(
        &mut after,
        Field::Status,
        &["publishStatus", "lifecycleStatus"],
    );
    payload.put_number(&mut after, Field::Price, "sellerOfferPrice");
    if let Some(reasons) = payload.get("statusChangeReasons") {
        let reasons = reasons.names().join(" ");
        if !reasons.is_empty() {
            after.set(Field::Reason, reasons);
        }
    }
    let object = listing(told, payload);
    told.event(
        EventKind::ListingStatusChanged,
        Some(object),
        Fields::new(),
        after,
    );
}

fn out_of_stock(told: &Told<'_>, payload: &Place<'_>) {
    let mut after = Fields::new().with(Field::Quantity, 0.0);
    payload.put(&mut after, Field::Sku, "sku");
    payload.put(&mut after, Field::Title, "itemName");
    let object = listing(told, payload);
    told.event(
        EventKind::ListingQuantityChanged,
        Some(object),
        Fields::new(),
        after,
    );
}

fn buy_box(told: &Told<'_>, payload: &Place<'_>) {
    let mut after = Fields::new();
    payload.put_first(&mut after, Field::Sku, &["itemInfo.sku", "sku"]);
    payload.put_first(&mut after, Field::Title, &["itemInfo.itemName", "itemName"]);
    payload.put_number(&mut after, Field::Count, "itemInfo.totalNumberOfOffers");
    payload.put_number(
        &mut after,
        Field::Price,
        "offer.currentOffer.sellerOfferPrice",
    );
    let object = listing(told, payload);
    told.event(EventKind::OfferChanged, Some(object), Fields::new(), after);
}

/// The order, without its buyer.
fn order(told: &mut Told<'_>, payload: &Place<'_>) {
    let order = payload.get("order").unwrap_or_else(|| payload.clone());
    told.happened = order.time("orderDate").or(told.happened);
    let lines = order.list("orderLines");
    let mut after = Fields::new();
    // Two forms of the same event: a number, or a number with its unit.
    let nested = lines
        .iter()
        .any(|line| line.has("quantity.measurementValue"));
    let quantity = if nested {
        "quantity.measurementValue"
    } else {
        "quantity"
    };
    after.set_if(Field::Quantity, Place::sum(&lines, quantity));
    if let [line] = lines.as_slice() {
        line.put(&mut after, Field::Sku, "sku");
    }
    order.put_time(&mut after, Field::Until, "estimatedDeliveryDate");
    let id = order
        .text("purchaseOrderId")
        .unwrap_or_else(|| told.id.clone());
    told.event(
        EventKind::OrderReceived,
        Some(Object::new("order", id)),
        Fields::new(),
        after,
    );
}

/// Alarms name what is at risk; the weekly report brings figures.
fn performance(told: &Told<'_>, payload: &Place<'_>) {
    let kind = payload.text("notificationType").unwrap_or_default();
    let alarms = payload.list("enNotification.alarms");
    let mut after = Fields::new().with(Field::Type, kind.as_str());
    if !alarms.is_empty() {
        let mut words: Vec<String> = alarms
            .iter()
            .filter_map(|alarm| alarm.text("alarmType"))
            .collect();
        words.sort();
        words.dedup();
        after.set(Field::Reason, words.join(" "));
        after.set_if(Field::Count, Place::sum(&alarms, "orderCount"));
    }
    payload.put_first(&mut after, Field::Status, &["accountStatus", "status"]);
    told.event(
        EventKind::PolicyNotice,
        Some(Object::new("performance", kind)),
        Fields::new(),
        after,
    );
}
