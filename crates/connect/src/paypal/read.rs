//! Hooks of PayPal, by event type.

use sellkeep_model::{
    DigestKey, EventKind, Field, Fields, Object, Reading, Record, masked_address,
};

use crate::money::put_amount;
use crate::place::Place;
use crate::told::{Told, hook_proof, reading};

/// What stands in a record of PayPal.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    reading(record, key, "paypal", hook_proof(record), hook)
}

fn hook(told: &mut Told<'_>, body: &Place<'_>) {
    if let Some(kind) = body.text("event_type") {
        told.topic = kind;
    }
    if let Some(id) = body.text("id") {
        told.id = id;
    }
    told.happened = body.time("create_time");
    let Some(resource) = body.get("resource") else {
        body.wrong::<()>("has no `resource`; nothing was read");
        return;
    };
    match told.topic.as_str() {
        "CUSTOMER.DISPUTE.CREATED" | "RISK.DISPUTE.CREATED" => dispute(told, &resource),
        "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-UPDATED" => {
            account(told, &resource, EventKind::AccountIdentityChanged);
        }
        "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-STATUS-CHANGED" => {
            account(told, &resource, EventKind::AccountStatusChanged);
        }
        "MERCHANT.ONBOARDING.COMPLETED" => app(told, &resource, EventKind::AppAuthorized),
        "MERCHANT.PARTNER-CONSENT.REVOKED" | "IDENTITY.AUTHORIZATION-CONSENT.REVOKED" => {
            app(told, &resource, EventKind::AppRevoked);
            told.refused("the merchant withdrew his consent");
        }
        "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.SALE.REFUNDED" => refund(told, &resource),
        kind if kind.starts_with("PAYMENT.PAYOUTSBATCH.") => batch(told, &resource),
        kind if kind.starts_with("PAYMENT.PAYOUTS-ITEM.") => payout(told, &resource),
        _ => body.passed_over("no rule needs this topic; the record is kept"),
    }
}

fn object(told: &Told<'_>, place: &Place<'_>, kind: &str, paths: &[&str]) -> Object {
    Object::new(
        kind,
        place.text_of(paths).unwrap_or_else(|| told.id.clone()),
    )
}

fn dispute(told: &Told<'_>, dispute: &Place<'_>) {
    let mut after = Fields::new();
    put_amount(
        dispute,
        &mut after,
        "dispute_amount.value",
        "dispute_amount.currency_code",
    );
    dispute.put(&mut after, Field::Reason, "reason");
    dispute.put(&mut after, Field::Status, "status");
    dispute.put_time(&mut after, Field::Deadline, "seller_response_due_date");
    let object = object(told, dispute, "dispute", &["dispute_id", "id"]);
    told.event(
        EventKind::ChargebackOpened,
        Some(object),
        Fields::new(),
        after,
    );
}

/// What changed is not said: the names of the parts that came are kept, not their content.
fn account(told: &Told<'_>, account: &Place<'_>, kind: EventKind) {
    let mut parts = account.names();
    parts.retain(|part| *part != "links");
    parts.sort_unstable();
    let mut after = Fields::new().with(Field::Actions, parts.join(" "));
    account.put_first(&mut after, Field::Status, &["account_status", "status"]);
    account.put_first(
        &mut after,
        Field::Country,
        &["legal_country_code", "country_code"],
    );
    let object = object(told, account, "account", &["account_id", "payer_id", "id"]);
    told.event(kind, Some(object), Fields::new(), after);
}

fn app(told: &Told<'_>, resource: &Place<'_>, kind: EventKind) {
    let mut after = Fields::new();
    resource.put_first(&mut after, Field::App, &["partner_client_id", "client_id"]);
    let object = object(told, resource, "app", &["partner_client_id", "client_id"]);
    told.event(kind, Some(object), Fields::new(), after);
}

fn refund(told: &Told<'_>, refund: &Place<'_>) {
    let mut after = Fields::new();
    let (value, currency) = if refund.has("amount.value") {
        ("amount.value", "amount.currency_code")
    } else {
        ("amount.total", "amount.currency")
    };
    put_amount(refund, &mut after, value, currency);
    let object = object(told, refund, "refund", &["id"]);
    told.event(EventKind::RefundIssued, Some(object), Fields::new(), after);
}

/// A batch of payments to others: money leaves the account.
fn batch(told: &Told<'_>, batch: &Place<'_>) {
    let mut after = Fields::new().with(Field::Type, "batch");
    put_amount(
        batch,
        &mut after,
        "batch_header.amount.value",
        "batch_header.amount.currency",
    );
    batch.put(&mut after, Field::Status, "batch_header.batch_status");
    batch.put_number(&mut after, Field::Count, "batch_header.payments");
    let object = object(
        told,
        batch,
        "wallet-transfer",
        &["batch_header.payout_batch_id"],
    );
    told.event(
        EventKind::WalletTransfer,
        Some(object),
        Fields::new(),
        after,
    );
}

fn payout(told: &Told<'_>, item: &Place<'_>) {
    let mut after = Fields::new().with(Field::Type, "item");
    put_amount(
        item,
        &mut after,
        "payout_item.amount.value",
        "payout_item.amount.currency",
    );
    item.put(&mut after, Field::Status, "transaction_status");
    if let Some(receiver) = item.text("payout_item.receiver") {
        after.set(Field::Destination, masked_address(&receiver));
    }
    let object = object(told, item, "wallet-transfer", &["payout_item_id"]);
    told.event(
        EventKind::WalletTransfer,
        Some(object),
        Fields::new(),
        after,
    );
}
