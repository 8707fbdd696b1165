//! Events of Stripe, by type; balance answers.

use sellkeep_model::{
    DigestKey, EventKind, Field, Fields, Item, Object, ProofLevel, Reading, Record, StateGroup,
};

use crate::money::put_units;
use crate::place::Place;
use crate::told::{Told, hook_proof, item, reading};

/// The brand's id.
const MARKETPLACE: &str = "stripe";

/// What stands in a record of Stripe.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    if record.source == "stripe.api" {
        return reading(record, key, MARKETPLACE, ProofLevel::Proven, answer);
    }
    reading(record, key, MARKETPLACE, hook_proof(record), hook)
}

fn answer(told: &mut Told<'_>, body: &Place<'_>) {
    if !told.is_answer(body) {
        return;
    }
    match body.text("object").as_deref() {
        Some("balance") => balance(told, body),
        _ => body.passed_over("no rule needs this answer; the record is kept"),
    }
}

fn hook(told: &mut Told<'_>, body: &Place<'_>) {
    if let Some(kind) = body.text("type") {
        told.topic = kind;
    }
    if let Some(id) = body.text("id") {
        told.id = id;
    }
    told.happened = body.time("created");
    let Some(object) = body.get("data.object") else {
        body.wrong::<()>("has no `data.object`; nothing was read");
        return;
    };
    match told.topic.as_str() {
        "account.external_account.created" => method(told, body, EventKind::PayoutMethodAdded),
        "account.external_account.updated" => method(told, body, EventKind::PayoutMethodChanged),
        "account.external_account.deleted" => method(told, body, EventKind::PayoutMethodRemoved),
        "account.updated" => account(told, body),
        "account.application.authorized" => app(told, &object, EventKind::AppAuthorized),
        "account.application.deauthorized" => app(told, &object, EventKind::AppRevoked),
        "balance.available" => balance(told, &object),
        "charge.dispute.created" => dispute(told, &object),
        "payout.created" => payout(told, &object, EventKind::PayoutCreated),
        kind if kind.starts_with("payout.") => {
            payout(told, &object, EventKind::PayoutStatusChanged);
        }
        _ => body.passed_over("no rule needs this topic; the record is kept"),
    }
}

fn object(told: &Told<'_>, place: &Place<'_>, kind: &str) -> Object {
    Object::new(kind, place.text("id").unwrap_or_else(|| told.id.clone()))
}

/// A bank account or card that payouts go to. If the change made it the default one, that is
/// told as well: from then on money goes there.
fn method(told: &Told<'_>, body: &Place<'_>, kind: EventKind) {
    let (Some(now), was) = (
        body.get("data.object"),
        body.get("data.previous_attributes"),
    ) else {
        return;
    };
    let before = was
        .as_ref()
        .map(|was| method_fields(told, was))
        .unwrap_or_default();
    let after = method_fields(told, &now);
    let became_default = after.flag(Field::Default) == Some(true)
        && (kind == EventKind::PayoutMethodAdded || before.flag(Field::Default) == Some(false));
    let object = object(told, &now, "deposit-method");
    if became_default {
        told.event(
            EventKind::PayoutDefaultChanged,
            Some(object.clone()),
            before.clone(),
            after.clone(),
        );
    }
    told.event(kind, Some(object), before, after);
}

fn method_fields(told: &Told<'_>, place: &Place<'_>) -> Fields {
    let mut fields = Fields::new();
    place.put(&mut fields, Field::Tail, "last4");
    place.put_first(&mut fields, Field::Bank, &["bank_name", "brand"]);
    place.put(&mut fields, Field::Country, "country");
    if let Some(currency) = place.text("currency") {
        fields.set(Field::Currency, currency.to_ascii_uppercase());
    }
    place.put(&mut fields, Field::Status, "status");
    place.put(&mut fields, Field::Type, "object");
    if let Some(default) = place.flag("default_for_currency") {
        fields.set(Field::Default, default);
    }
    told.holder(&mut fields, place.text_of(&["account_holder_name", "name"]));
    fields
}

/// Parts of an account whose change means something, by the names in `previous_attributes`.
const CHANGES: &[(&str, EventKind)] = &[
    ("business_profile", EventKind::AccountIdentityChanged),
    ("business_type", EventKind::AccountIdentityChanged),
    ("capabilities", EventKind::AccountStatusChanged),
    ("charges_enabled", EventKind::AccountStatusChanged),
    ("company", EventKind::AccountIdentityChanged),
    ("country", EventKind::AccountIdentityChanged),
    ("email", EventKind::EmailChanged),
    ("external_accounts", EventKind::PayoutMethodChanged),
    ("individual", EventKind::AccountIdentityChanged),
    ("settings.payouts", EventKind::PayoutSettingsChanged),
];

/// One event for each kind of change; the parts that changed are named, their content is not kept.
fn account(told: &Told<'_>, body: &Place<'_>) {
    let (Some(now), Some(was)) = (
        body.get("data.object"),
        body.get("data.previous_attributes"),
    ) else {
        body.passed_over("an account was updated, but what changed is not said");
        return;
    };
    let about = object(told, &now, "account");
    let mut kinds: Vec<EventKind> = Vec::new();
    for (part, kind) in CHANGES {
        if changed(&was, part) && !kinds.contains(kind) {
            kinds.push(*kind);
        }
    }
    for kind in &kinds {
        let parts = CHANGES
            .iter()
            .filter(|(part, of)| of == kind && changed(&was, part));
        let parts: Vec<&str> = parts.map(|(part, _)| *part).collect();
        let mut after = Fields::new().with(Field::Actions, parts.join(" "));
        now.put(&mut after, Field::Reason, "requirements.disabled_reason");
        if *kind == EventKind::EmailChanged {
            told.address(&mut after, now.text("email"));
        }
        told.event(*kind, Some(about.clone()), Fields::new(), after);
    }
    let stopped = now.flag("payouts_enabled") == Some(false);
    if stopped && changed(&was, "payouts_enabled") {
        let mut after = Fields::new().with(Field::Status, "DISABLED");
        now.put(&mut after, Field::Reason, "requirements.disabled_reason");
        told.event(EventKind::PayoutBlocked, Some(about), Fields::new(), after);
    } else if kinds.is_empty() {
        body.passed_over("no rule needs what changed; the record is kept");
    }
}

/// Whether a part is among the former values; null there means that there was none before.
fn changed(was: &Place<'_>, path: &str) -> bool {
    let pointer = format!("/{}", path.replace('.', "/"));
    was.json().pointer(&pointer).is_some()
}

fn app(told: &Told<'_>, object: &Place<'_>, kind: EventKind) {
    let mut after = Fields::new();
    object.put_first(&mut after, Field::App, &["name", "id"]);
    let app = Object::new("app", object.text("id").unwrap_or_else(|| told.id.clone()));
    told.event(kind, Some(app), Fields::new(), after);
    if kind == EventKind::AppRevoked {
        told.refused("the account withdrew the authorisation");
    }
}

fn dispute(told: &Told<'_>, place: &Place<'_>) {
    let mut after = Fields::new();
    put_units(place, &mut after, "amount", "currency");
    place.put(&mut after, Field::Reason, "reason");
    place.put(&mut after, Field::Status, "status");
    place.put_time(&mut after, Field::Deadline, "evidence_details.due_by");
    let object = object(told, place, "dispute");
    told.event(
        EventKind::ChargebackOpened,
        Some(object),
        Fields::new(),
        after,
    );
}

fn payout(told: &Told<'_>, place: &Place<'_>, kind: EventKind) {
    let mut after = Fields::new();
    put_units(place, &mut after, "amount", "currency");
    place.put(&mut after, Field::Status, "status");
    place.put_time(&mut after, Field::Scheduled, "arrival_date");
    place.put_first(
        &mut after,
        Field::Reason,
        &["failure_code", "failure_message"],
    );
    let expanded = place.get("destination").is_some_and(|to| to.has("id"));
    place.put(
        &mut after,
        Field::Destination,
        if expanded {
            "destination.id"
        } else {
            "destination"
        },
    );
    if let Some(automatic) = place.flag("automatic") {
        after.set(
            Field::Type,
            if automatic { "SCHEDULED" } else { "ON_DEMAND" },
        );
    }
    let object = object(told, place, "payout");
    told.event(kind, Some(object.clone()), Fields::new(), after.clone());
    if kind == EventKind::PayoutCreated && after.text(Field::Type) == Some("ON_DEMAND") {
        told.event(
            EventKind::DisbursementAdhoc,
            Some(object),
            Fields::new(),
            after,
        );
    }
}

fn balance(told: &Told<'_>, place: &Place<'_>) {
    let kinds = ["available", "pending"];
    let items = kinds.into_iter().flat_map(|kind| {
        let amounts = place.list(kind).into_iter();
        amounts.map(move |money| balance_item(kind, &money))
    });
    told.state(StateGroup::Balances, false, items.collect());
}

fn balance_item(kind: &str, money: &Place<'_>) -> Item {
    let mut fields = Fields::new().with(Field::Type, kind);
    put_units(money, &mut fields, "amount", "currency");
    let currency = fields.text(Field::Currency).unwrap_or("?").to_owned();
    item(format!("{kind} {currency}"), fields)
}
