//! Webhooks of Shopify, by topic. Topics are written `shop/update` in headers and
//! `SHOP_UPDATE` in subscriptions; both are understood.
//!
//! A hook tells a deed, so it is an event. The exceptions are `shop/update` and products,
//! which bring the whole thing without saying what changed: those are states.

use sellkeep_model::{EventKind, Field, Fields, Object, Record, StateGroup};

use super::catalogue;
use crate::money::put_amount;
use crate::place::Place;
use crate::told::{Told, item};

/// Reads a hook.
pub(super) fn read(told: &mut Told<'_>, body: &Place<'_>) {
    told.topic = topic(told.record);
    if let Some(id) = header(told.record, &["X-Shopify-Event-Id", "X-Shopify-Webhook-Id"]) {
        told.id = id.to_owned();
    }
    told.happened = header(told.record, &["X-Shopify-Triggered-At"])
        .and_then(crate::place::stamp)
        .or_else(|| body.time("updated_at"));
    let topic = told.topic.clone();
    let (thing, deed) = topic.split_once('/').unwrap_or((&topic, ""));
    match (thing, deed) {
        ("app", "uninstalled") => app_uninstalled(told),
        ("app", "scopes_update") => scopes(told, body),
        ("audit_events", _) => audit(told, body),
        ("bulk_operations", _) => bulk(told, body),
        ("disputes", "create") => dispute(told, body),
        ("domains", _) => domain(told, body),
        ("locations", _) => location(told, body),
        ("orders", "create" | "paid") => order(told, body),
        ("payouts", _) => payout(told, body),
        ("products", _) => catalogue::product(told, body, deed),
        ("refunds", "create") => refund(told, body),
        ("shop", "update") => shop(told, body),
        ("themes", "publish") => theme(told, body),
        ("customers" | "shop", "redact" | "data_request") => {
            body.passed_over("a request about a person's data, not about the account");
        }
        _ => body.passed_over("no rule needs this topic; the record is kept"),
    }
}

fn header<'a>(record: &'a Record, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| record.header(name))
}

/// Things whose name holds an underscore of its own.
const TWO_WORDS: &[&str] = &["audit_events", "bulk_operations"];

/// Longer than any topic of Shopify's.
const TOPIC_MAX: usize = 100;

fn topic(record: &Record) -> String {
    let topic = record
        .header("X-Shopify-Topic")
        .or(record.operation.as_deref());
    let topic: String = topic
        .unwrap_or_default()
        .trim()
        .chars()
        .take(TOPIC_MAX)
        .collect();
    let topic = topic.to_ascii_lowercase();
    if topic.contains('/') {
        return topic;
    }
    let two = TWO_WORDS
        .iter()
        .find_map(|thing| Some((*thing, topic.strip_prefix(thing)?.strip_prefix('_')?)));
    match two.or_else(|| topic.split_once('_')) {
        Some((thing, deed)) => format!("{thing}/{deed}"),
        None => topic,
    }
}

/// Only the app that is uninstalled hears of it: it is ours, so we no longer see the shop.
fn app_uninstalled(told: &Told<'_>) {
    let app = Object::new("app", "this app");
    let after = Fields::new().with(Field::App, "this app");
    told.event(EventKind::AppRevoked, Some(app), Fields::new(), after);
    told.refused("the app was uninstalled from the shop");
}

fn scopes(told: &Told<'_>, body: &Place<'_>) {
    let role = |path| {
        let mut fields = Fields::new();
        fields.set_if(Field::Role, body.words(path));
        fields
    };
    let app = Object::new("app", "this app");
    told.event(
        EventKind::AppScopesChanged,
        Some(app),
        role("previous"),
        role("current"),
    );
}

/// Who used the Admin API for what. Shopify publishes no form of it, so this reads the names that
/// its other bodies use for the same things.
fn audit(told: &Told<'_>, body: &Place<'_>) {
    let mut after = Fields::new();
    body.put_first(
        &mut after,
        Field::App,
        &["app.title", "api_client.title", "app_id", "api_client_id"],
    );
    body.put_first(
        &mut after,
        Field::Operation,
        &["operation", "action", "verb"],
    );
    body.put_first(
        &mut after,
        Field::Type,
        &["resource_type", "subject_type", "resource"],
    );
    told.user(
        &mut after,
        body.text_of(&["user.email", "actor.email", "author"]),
    );
    let app = Object::new("app", after.text(Field::App).unwrap_or("unknown"));
    told.event(EventKind::AppActivity, Some(app), Fields::new(), after);
}

/// Bulk operations are told to the app that started them. We only ever read, so a
/// writing one was started by somebody else with our credentials.
fn bulk(told: &Told<'_>, body: &Place<'_>) {
    if body.text("type").as_deref() != Some("mutation") {
        body.passed_over("a bulk operation that only read");
        return;
    }
    let mut after = Fields::new().with(Field::Operation, "bulk mutation");
    body.put(&mut after, Field::Status, "status");
    body.put_time(&mut after, Field::Created, "created_at");
    let id = body
        .text("admin_graphql_api_id")
        .unwrap_or_else(|| told.id.clone());
    told.event(
        EventKind::ForeignSubmission,
        Some(Object::new("submission", id)),
        Fields::new(),
        after,
    );
}

fn dispute(told: &Told<'_>, body: &Place<'_>) {
    let mut after = Fields::new();
    put_amount(body, &mut after, "amount", "currency");
    body.put(&mut after, Field::Reason, "reason");
    body.put(&mut after, Field::Status, "status");
    body.put(&mut after, Field::Type, "type");
    body.put_time(&mut after, Field::Deadline, "evidence_due_by");
    let object = object(told, body, "dispute");
    told.event(
        EventKind::ChargebackOpened,
        Some(object),
        Fields::new(),
        after,
    );
}

fn domain(told: &Told<'_>, body: &Place<'_>) {
    let mut after = deed(told);
    body.put(&mut after, Field::Domain, "host");
    let object = object(told, body, "domain");
    told.event(
        EventKind::AccountStoreNameChanged,
        Some(object),
        Fields::new(),
        after,
    );
}

fn location(told: &Told<'_>, body: &Place<'_>) {
    let mut after = deed(told);
    body.put(&mut after, Field::Name, "name");
    body.put_first(&mut after, Field::Country, &["country_code", "country"]);
    if let Some(active) = body.flag("active") {
        after.set(Field::Status, if active { "active" } else { "inactive" });
    }
    let object = object(told, body, "location");
    told.event(
        EventKind::AccountIdentityChanged,
        Some(object),
        Fields::new(),
        after,
    );
}

/// The order, without its buyer. Creation and payment tell of one and the same order.
fn order(told: &mut Told<'_>, body: &Place<'_>) {
    told.happened = body.time("created_at").or(told.happened);
    let lines = body.list("line_items");
    let mut after = Fields::new();
    after.set_if(Field::Quantity, Place::sum(&lines, "quantity"));
    put_amount(body, &mut after, "total_price", "currency");
    if let [line] = lines.as_slice() {
        line.put(&mut after, Field::Sku, "sku");
    }
    body.put(&mut after, Field::Country, "shipping_address.country_code");
    told.event_once(EventKind::OrderReceived, object(told, body, "order"), after);
}

fn payout(told: &Told<'_>, body: &Place<'_>) {
    let mut after = Fields::new();
    put_amount(body, &mut after, "amount", "currency");
    body.put(&mut after, Field::Status, "status");
    body.put_time(&mut after, Field::Scheduled, "date");
    let new = told.topic.ends_with("/create");
    let kind = if new {
        EventKind::PayoutCreated
    } else {
        EventKind::PayoutStatusChanged
    };
    told.event(
        kind,
        Some(object(told, body, "payout")),
        Fields::new(),
        after,
    );
}

fn refund(told: &mut Told<'_>, body: &Place<'_>) {
    told.happened = body.time("created_at").or(told.happened);
    let paid = body.list("transactions");
    let mut after = Fields::new();
    if let Some(first) = paid.first() {
        put_amount(first, &mut after, "amount", "currency");
    }
    after.set_if(Field::Amount, Place::sum(&paid, "amount"));
    let object = object(told, body, "refund");
    told.event(EventKind::RefundIssued, Some(object), Fields::new(), after);
}

fn shop(told: &Told<'_>, body: &Place<'_>) {
    let mut store = Fields::new();
    body.put(&mut store, Field::Name, "name");
    body.put_first(&mut store, Field::Domain, &["domain", "myshopify_domain"]);
    let id = body
        .text("myshopify_domain")
        .unwrap_or_else(|| "shop".to_owned());
    told.state(StateGroup::Stores, false, vec![item(id, store)]);

    let mut owner = Fields::new();
    told.holder(&mut owner, body.text("shop_owner"));
    let mut sign_in = Fields::new();
    told.address(&mut sign_in, body.text("email"));
    let mut place = Fields::new();
    let lines = [
        "address1",
        "address2",
        "zip",
        "city",
        "province",
        "country_code",
    ];
    let lines: Vec<String> = lines.iter().filter_map(|line| body.text(line)).collect();
    if !lines.is_empty() {
        place.set(Field::Holder, told.key.digest(&lines.join("\n")));
    }
    body.put(&mut place, Field::Country, "country_code");
    let mut plan = Fields::new();
    body.put(&mut plan, Field::Plan, "plan_display_name");
    let things = [
        ("shop_owner", owner),
        ("shop_email", sign_in),
        ("registered_address", place),
        ("selling_plan", plan),
    ];
    let things = things.into_iter().filter(|(_, fields)| !fields.is_empty());
    let items = things.map(|(id, fields)| item(id, fields)).collect();
    told.state(StateGroup::Identity, false, items);
}

fn theme(told: &Told<'_>, body: &Place<'_>) {
    let mut after = Fields::new();
    body.put(&mut after, Field::Name, "name");
    body.put(&mut after, Field::Role, "role");
    let object = object(told, body, "theme");
    told.event(
        EventKind::StorefrontChanged,
        Some(object),
        Fields::new(),
        after,
    );
}

fn object(told: &Told<'_>, body: &Place<'_>, kind: &str) -> Object {
    Object::new(kind, body.text("id").unwrap_or_else(|| told.id.clone()))
}

/// What was done, in the topic's word.
fn deed(told: &Told<'_>) -> Fields {
    Fields::new().with(Field::Actions, told.topic.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, read: &str) {
        let line = serde_json::json!({"at": "2026-11-01T10:00:00Z", "operation": written});
        let record: Record = serde_json::from_value(line).expect("a record");
        assert_eq!(topic(&record), read);
    }

    #[test]
    fn topics_of_headers_and_of_subscriptions() {
        check("shop/update", "shop/update");
        check("SHOP_UPDATE", "shop/update");
        check("APP_SCOPES_UPDATE", "app/scopes_update");
        check("BULK_OPERATIONS_FINISH", "bulk_operations/finish");
        check(
            "AUDIT_EVENTS_ADMIN_API_ACTIVITY",
            "audit_events/admin_api_activity",
        );
        check("", "");
        check("shop", "shop");
    }

    #[test]
    fn a_letter_of_several_bytes_where_the_underscore_stands() {
        check(
            "bulk_operations\u{fffd}finish",
            "bulk/operations\u{fffd}finish",
        );
        check("bulk_operations", "bulk/operations");
    }
}
