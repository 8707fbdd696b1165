//! Listings by notification: status, issues, quantity, content.
//!
//! Status, issues and quantity are new states of one listing (never complete lists). Content
//! and product type are told per catalogue item, without SKU, so they are events.

use sellkeep_model::{EventKind, Field, Fields, Object, Reading, StateGroup};

use super::envelope::Envelope;
use crate::amazon::api::status;
use crate::amazon::frame::Items;
use crate::amazon::node::Node;

/// Buyable, deleted, or neither; when it was created tells new from old.
pub(super) fn read_status(envelope: &Envelope<'_>, reading: &mut Reading) {
    let payload = &envelope.payload;
    let mut fields = named(payload);
    payload.put_time(&mut fields, Field::Created, "CreatedDate");
    if let Some(words) = payload.words("Status") {
        fields.set(Field::Status, status(&words));
    }
    push(envelope, fields, reading);
}

/// What Amazon holds against a listing, and what it did.
pub(super) fn read_issues(envelope: &Envelope<'_>, reading: &mut Reading) {
    let payload = &envelope.payload;
    let mut fields = named(payload);
    let severities = payload.words("Severities").unwrap_or_default();
    let told = severities
        .iter()
        .filter(|word| !word.eq_ignore_ascii_case("NONE"));
    fields.set(Field::Severity, told.cloned().collect::<Vec<_>>().join(" "));
    let actions = payload.words("EnforcementActions").unwrap_or_default();
    fields.set(Field::Actions, actions.join(" "));
    push(envelope, fields, reading);
}

/// The quantity that the seller keeps himself. It names no store.
pub(super) fn read_quantity(envelope: &Envelope<'_>, reading: &mut Reading) {
    let payload = &envelope.payload;
    let mut fields = named(payload);
    payload.put(&mut fields, Field::Fulfilment, "FulfillmentChannelCode");
    fields.set_if(Field::Quantity, payload.number("Quantity"));
    push(envelope, fields, reading);
}

fn named(payload: &Node<'_>) -> Fields {
    let mut fields = Fields::new();
    payload.put(&mut fields, Field::Asin, "Asin");
    fields
}

fn push(envelope: &Envelope<'_>, fields: Fields, reading: &mut Reading) {
    let payload = &envelope.payload;
    let Some(sku) = payload.text("Sku") else {
        payload.problem("has no SKU; nothing was read");
        return;
    };
    let mut items = Items::new(false);
    items.push(sku, fields);
    let frame = envelope.frame();
    let mut state = frame.state(StateGroup::Listings, payload.text("MarketplaceId"), items);
    state.as_of = frame.happened(envelope.time).0;
    reading.states.push(state);
}

/// Pages of one's own brand were rewritten.
pub(super) fn read_content(envelope: &Envelope<'_>, reading: &mut Reading) {
    let payload = &envelope.payload;
    let attributes = payload
        .words("AttributesChanged")
        .unwrap_or_default()
        .join(" ");
    let after = Fields::new().with(Field::Attributes, attributes);
    changed(envelope, Fields::new(), after, reading);
}

/// An item was moved to another product type.
pub(super) fn read_product_type(envelope: &Envelope<'_>, reading: &mut Reading) {
    let payload = &envelope.payload;
    let mut before = Fields::new();
    let mut after = Fields::new();
    payload.put(&mut before, Field::Category, "PreviousProductType");
    payload.put(&mut after, Field::Category, "CurrentProductType");
    changed(envelope, before, after, reading);
}

fn changed(envelope: &Envelope<'_>, before: Fields, mut after: Fields, reading: &mut Reading) {
    let payload = &envelope.payload;
    let Some(asin) = payload.text("Asin") else {
        payload.problem("has no ASIN; nothing was read");
        return;
    };
    let store = payload.text("MarketplaceId");
    let when = envelope.identity(envelope.time);
    let identity = [asin.as_str(), store.as_deref().unwrap_or_default(), &when];
    let mut event =
        envelope
            .frame()
            .event(EventKind::ListingContentChanged, &identity, envelope.time);
    payload.put(&mut after, Field::Name, "BrandName");
    after.set(Field::Asin, asin.as_str());
    event.store = store;
    event.object = Some(Object::new("listing", asin));
    event.before = before;
    event.after = after;
    reading.events.push(event);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;
    use serde_json::{Value as Json, json};

    use crate::amazon::sample::notification;

    fn told(kind: &str, payload: &Json) -> sellkeep_model::Reading {
        let reading = notification(
            &json!({"NotificationType": kind, "EventTime": "2026-11-01T10:00:00Z", "Payload": payload}),
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        reading
    }

    #[test]
    fn a_status_is_an_incomplete_state_as_of_the_notification() {
        for kind in [
            "LISTINGS_ITEM_STATUS_CHANGE",
            "LISTINGS_ITEM_STATUS_CHANGED",
        ] {
            let reading = told(
                kind,
                &json!({"SellerId": "A3", "MarketplaceId": "A1", "Asin": "B1", "Sku": "S1", "CreatedDate": "2026-10-30T00:00:00Z", "Status": ["BUYABLE", "DISCOVERABLE"]}),
            );
            let state = &reading.states[0];
            assert!(!state.complete);
            assert_eq!(state.store.as_deref(), Some("A1"));
            assert_eq!(state.as_of.to_string(), "2026-11-01T10:00:00Z");
            assert_eq!(state.items[0].id, "S1");
            assert_eq!(state.items[0].fields.text(Field::Status), Some("BUYABLE"));
            assert_eq!(
                state.items[0].fields.text(Field::Created),
                Some("2026-10-30T00:00:00Z")
            );
        }
        let gone = told(
            "LISTINGS_ITEM_STATUS_CHANGE",
            &json!({"Sku": "S1", "Status": ["DELETED"]}),
        );
        assert_eq!(
            gone.states[0].items[0].fields.text(Field::Status),
            Some("DELETED")
        );
    }

    #[test]
    fn issues_and_quantity_are_states_too() {
        let issues = told(
            "LISTINGS_ITEM_ISSUES_CHANGE",
            &json!({"Sku": "S1", "Severities": ["NONE"], "EnforcementActions": []}),
        );
        assert_eq!(
            issues.states[0].items[0].fields.text(Field::Actions),
            Some("")
        );
        assert_eq!(
            issues.states[0].items[0].fields.text(Field::Severity),
            Some("")
        );
        let quantity = told(
            "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
            &json!({"FulfillmentChannelCode": "DEFAULT", "Sku": "S1", "Quantity": 99}),
        );
        assert_eq!(
            quantity.states[0].items[0].fields.number(Field::Quantity),
            Some(99.0)
        );
        assert_eq!(quantity.states[0].store, None);
    }

    #[test]
    fn content_and_type_are_events() {
        let content = told(
            "BRANDED_ITEM_CONTENT_CHANGE",
            &json!({"MarketplaceId": "A1", "BrandName": "Great Brand", "Asin": "B1", "AttributesChanged": ["item_name", "bullet_point"]}),
        );
        assert_eq!(
            content.events[0].after.text(Field::Attributes),
            Some("bullet_point item_name")
        );
        let kind = told(
            "ITEM_PRODUCT_TYPE_CHANGE",
            &json!({"MarketplaceId": "A1", "Asin": "B1", "PreviousProductType": "PET_HEALTH_CARE", "CurrentProductType": "PET_APPAREL"}),
        );
        assert_eq!(
            kind.events[0].before.text(Field::Category),
            Some("PET_HEALTH_CARE")
        );
        assert_eq!(
            kind.events[0].after.text(Field::Category),
            Some("PET_APPAREL")
        );
    }
}
