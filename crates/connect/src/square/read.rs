//! Hooks of Square, by type.

use sellkeep_model::{DigestKey, EventKind, Field, Fields, Object, Reading, Record};

use crate::money::put_units;
use crate::place::Place;
use crate::told::{Told, hook_proof, reading};

/// What stands in a record of Square.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    reading(record, key, "square", hook_proof(record), hook)
}

fn hook(told: &mut Told<'_>, body: &Place<'_>) {
    if let Some(kind) = body.text("type") {
        told.topic = kind;
    }
    if let Some(id) = body.text("event_id") {
        told.id = id;
    }
    told.happened = body.time("created_at");
    let Some(data) = body.get("data") else {
        body.wrong::<()>("has no `data`; nothing was read");
        return;
    };
    match told.topic.as_str() {
        "bank_account.created" => bank(told, &data, EventKind::PayoutMethodAdded),
        "bank_account.verified" => bank(told, &data, EventKind::PayoutMethodChanged),
        "bank_account.disabled" => bank(told, &data, EventKind::PayoutMethodRemoved),
        "dispute.created" => dispute(told, &data),
        "oauth.authorization.revoked" => revoked(told, &data),
        "payout.sent" => payout(told, &data, EventKind::PayoutCreated),
        "payout.paid" | "payout.failed" => payout(told, &data, EventKind::PayoutStatusChanged),
        _ => body.passed_over("no rule needs this topic; the record is kept"),
    }
}

fn object(told: &Told<'_>, data: &Place<'_>, kind: &str, inner: &str) -> Object {
    let id = data.text_of(&[inner, "id"]);
    Object::new(kind, id.unwrap_or_else(|| told.id.clone()))
}

fn bank(told: &Told<'_>, data: &Place<'_>, kind: EventKind) {
    let mut after = Fields::new();
    if let Some(bank) = data.get("object.bank_account") {
        bank.put(&mut after, Field::Tail, "account_number_suffix");
        bank.put(&mut after, Field::Bank, "bank_name");
        bank.put(&mut after, Field::Country, "country");
        bank.put(&mut after, Field::Currency, "currency");
        bank.put(&mut after, Field::Type, "account_type");
        bank.put(&mut after, Field::Status, "status");
        told.holder(&mut after, bank.text("holder_name"));
    }
    let object = object(told, data, "deposit-method", "object.bank_account.id");
    told.event(kind, Some(object), Fields::new(), after);
}

fn dispute(told: &Told<'_>, data: &Place<'_>) {
    let mut after = Fields::new();
    if let Some(dispute) = data.get("object.dispute") {
        put_units(
            &dispute,
            &mut after,
            "amount_money.amount",
            "amount_money.currency",
        );
        dispute.put(&mut after, Field::Reason, "reason");
        dispute.put(&mut after, Field::Status, "state");
        dispute.put_time(&mut after, Field::Deadline, "due_at");
    }
    let object = object(told, data, "dispute", "object.dispute.id");
    told.event(
        EventKind::ChargebackOpened,
        Some(object),
        Fields::new(),
        after,
    );
}

fn revoked(told: &mut Told<'_>, data: &Place<'_>) {
    told.happened = data.time("object.revocation.revoked_at").or(told.happened);
    let mut after = Fields::new().with(Field::App, "this app");
    data.put(&mut after, Field::Actor, "object.revocation.revoker_type");
    told.event(
        EventKind::AppRevoked,
        Some(Object::new("app", "this app")),
        Fields::new(),
        after,
    );
    told.refused("the authorisation was revoked");
}

fn payout(told: &Told<'_>, data: &Place<'_>, kind: EventKind) {
    let mut after = Fields::new();
    if let Some(payout) = data.get("object.payout") {
        put_units(
            &payout,
            &mut after,
            "amount_money.amount",
            "amount_money.currency",
        );
        payout.put(&mut after, Field::Status, "status");
        payout.put(&mut after, Field::Destination, "destination.id");
        payout.put(&mut after, Field::Type, "type");
        payout.put_time(&mut after, Field::Scheduled, "arrival_date");
    }
    let object = object(told, data, "payout", "object.payout.id");
    told.event(kind, Some(object), Fields::new(), after);
}
