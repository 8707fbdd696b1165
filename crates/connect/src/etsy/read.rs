//! Hooks of Etsy, by their event type.

use sellkeep_model::{DigestKey, EventKind, Field, Fields, Object, Reading, Record};

use crate::place::Place;
use crate::told::{Told, hook_proof, reading};

/// What stands in a record of Etsy.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    reading(record, key, "etsy", hook_proof(record), hook)
}

fn hook(told: &mut Told<'_>, body: &Place<'_>) {
    if let Some(kind) = body.text("event_type") {
        told.topic = kind;
    }
    if let Some(id) = told.record.header("webhook-id") {
        told.id = id.to_owned();
    }
    let sent = told.record.header("webhook-timestamp");
    told.happened = sent
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match told.topic.as_str() {
        "order.paid" => order(told, body),
        "order.canceled" | "order.shipped" | "order.delivered" => {
            body.passed_over("an order's later life; no rule needs it");
        }
        _ => body.passed_over("no rule needs this topic; the record is kept"),
    }
}

/// The receipt's number is the last part of the address to ask at.
fn order(told: &Told<'_>, body: &Place<'_>) {
    let Some(address) = body.text("resource_url") else {
        body.wrong::<()>("has no `resource_url`; the order has no number");
        return;
    };
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let number = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let after = Fields::new().with(Field::Count, 1.0);
    told.event_once(
        EventKind::OrderReceived,
        Object::new("order", number),
        after,
    );
}
