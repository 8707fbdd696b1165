//! Notifications of eBay's Notification API, by the topic in their envelope.

use sellkeep_model::{EventKind, Field, Fields, Object};

use crate::money::put_amount;
use crate::place::Place;
use crate::told::Told;

/// Reads a notification.
pub(super) fn read(told: &mut Told<'_>, body: &Place<'_>) {
    if let Some(topic) = body.text("metadata.topic") {
        told.topic = topic;
    }
    if let Some(id) = body.text("notification.notificationId") {
        told.id = id;
    }
    told.happened = body.time("notification.eventDate");
    let Some(data) = body.get("notification.data") else {
        body.wrong::<()>("has no `notification.data`; nothing was read");
        return;
    };
    match told.topic.to_ascii_uppercase().as_str() {
        "AUTHORIZATION_REVOCATION" => revoked(told, &data),
        "ITEM_AVAILABILITY" => listing(told, &data, EventKind::ListingStatusChanged),
        "ITEM_PRICE_REVISION" => listing(told, &data, EventKind::ListingPriceChanged),
        "PRIORITY_LISTING_REVISION" => listing(told, &data, EventKind::ListingContentChanged),
        "NEW_MESSAGE" | "BUYER_QUESTION" => message(told, &data),
        "ORDER_CONFIRMATION" => order(told, &data),
        "SELLER_STANDARDS_PROFILE_METRICS" => standards(told, &data),
        "SELLER_CUSTOMER_SERVICE_METRIC_RATING" => rating(told, &data),
        "MARKETPLACE_ACCOUNT_DELETION" => {
            data.passed_over("some eBay user asks to be forgotten; not about the account");
        }
        _ => data.passed_over("no rule needs this topic; the record is kept"),
    }
}

/// eBay says why; a changed password is worth an event of its own.
fn revoked(told: &mut Told<'_>, data: &Place<'_>) {
    told.happened = data.time("revocationDate").or(told.happened);
    let reason = data.text("revokeReason").unwrap_or_default();
    let after = Fields::new()
        .with(Field::App, "this app")
        .with(Field::Reason, reason.as_str());
    let app = Object::new("app", "this app");
    told.event(EventKind::AppRevoked, Some(app), Fields::new(), after);
    told.refused("the authorisation was revoked");
    if reason == "PASSWORD_CHANGE" {
        let after = Fields::new().with(Field::Reason, reason);
        told.event(EventKind::PasswordChanged, None, Fields::new(), after);
    }
}

fn listing(told: &Told<'_>, data: &Place<'_>, kind: EventKind) {
    let mut after = Fields::new();
    data.put(&mut after, Field::Category, "categoryName");
    data.put(&mut after, Field::Title, "title");
    data.put(&mut after, Field::Status, "availability");
    let price = if data.has("price") {
        "price"
    } else {
        "minimumBidPrice"
    };
    after.set_if(Field::Price, data.number(&format!("{price}.value")));
    data.put(&mut after, Field::Currency, &format!("{price}.currency"));
    if let Some(priority) = data.flag("priorityListing") {
        after.set(
            Field::Type,
            if priority { "priority" } else { "not priority" },
        );
    }
    let id = data
        .text_of(&["itemId", "listingId"])
        .unwrap_or_else(|| told.id.clone());
    told.event(kind, Some(Object::new("listing", id)), Fields::new(), after);
}

/// Somebody wrote: who and what stays in the record.
fn message(told: &Told<'_>, data: &Place<'_>) {
    let id = data
        .text_of(&["messageId", "conversationId"])
        .unwrap_or_else(|| told.id.clone());
    let message = Object::new("message", id);
    told.event(
        EventKind::MessageReceived,
        Some(message),
        Fields::new(),
        Fields::new(),
    );
}

fn order(told: &Told<'_>, data: &Place<'_>) {
    let mut after = Fields::new();
    let amount = if data.has("pricingSummary.total") {
        "pricingSummary.total"
    } else {
        "amount"
    };
    put_amount(
        data,
        &mut after,
        &format!("{amount}.value"),
        &format!("{amount}.currency"),
    );
    let lines = data.list("lineItems");
    after.set_if(Field::Quantity, Place::sum(&lines, "quantity"));
    if let [line] = lines.as_slice() {
        line.put(&mut after, Field::Sku, "sku");
    }
    let id = data
        .text_of(&["orderId", "legacyOrderId"])
        .unwrap_or_else(|| told.id.clone());
    told.event(
        EventKind::OrderReceived,
        Some(Object::new("order", id)),
        Fields::new(),
        after,
    );
}

fn standards(told: &Told<'_>, data: &Place<'_>) {
    let mut after = Fields::new();
    data.put_first(
        &mut after,
        Field::Status,
        &["standardsLevel", "level", "status"],
    );
    data.put_first(
        &mut after,
        Field::Since,
        &["cycle.evaluationDate", "evaluationDate"],
    );
    let object = Object::new(
        "account",
        data.text("program")
            .unwrap_or_else(|| "standards".to_owned()),
    );
    told.event(
        EventKind::AccountStatusChanged,
        Some(object),
        Fields::new(),
        after,
    );
}

fn rating(told: &Told<'_>, data: &Place<'_>) {
    let mut after = Fields::new();
    data.put_first(
        &mut after,
        Field::Status,
        &["rating", "metricRating", "status"],
    );
    data.put_first(
        &mut after,
        Field::Type,
        &["customerServiceMetricType", "metricType"],
    );
    told.event(EventKind::PolicyNotice, None, Fields::new(), after);
}
