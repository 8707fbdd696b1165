//! Products of a shop: a product that was made or deleted is an event, its variants as they
//! are now are a state.
//!
//! The state's items carry no date of their making: the event tells that already.

use sellkeep_model::{EventKind, Field, Fields, Object, StateGroup};

use crate::place::Place;
use crate::told::{Told, item};

/// Reads `products/create`, `products/update`, `products/delete`.
pub(super) fn product(told: &mut Told<'_>, body: &Place<'_>, deed: &str) {
    match deed {
        "create" => {
            told.happened = body.time("created_at").or(told.happened);
            told.event(
                EventKind::ListingCreated,
                Some(object(told, body)),
                Fields::new(),
                summary(body),
            );
            variants(told, body);
        }
        "update" => variants(told, body),
        "delete" => {
            let after = Fields::new().with(Field::Status, "deleted");
            told.event(
                EventKind::ListingDeleted,
                Some(object(told, body)),
                Fields::new(),
                after,
            );
        }
        _ => body.passed_over("no rule needs this topic; the record is kept"),
    }
}

fn object(told: &Told<'_>, body: &Place<'_>) -> Object {
    Object::new(
        "listing",
        body.text("id").unwrap_or_else(|| told.id.clone()),
    )
}

fn about(body: &Place<'_>) -> Fields {
    let mut fields = Fields::new();
    body.put(&mut fields, Field::Title, "title");
    body.put(&mut fields, Field::Category, "product_type");
    body.put(&mut fields, Field::Status, "status");
    fields
}

/// The product with its lowest price and all its pieces.
fn summary(body: &Place<'_>) -> Fields {
    let variants = body.list("variants");
    let mut fields = about(body);
    let prices = variants
        .iter()
        .filter_map(|variant| variant.number("price"));
    if let Some(lowest) = prices.reduce(f64::min) {
        fields.set(Field::Price, lowest);
    }
    fields.set_if(Field::Quantity, Place::sum(&variants, "inventory_quantity"));
    if let [variant] = variants.as_slice() {
        variant.put(&mut fields, Field::Sku, "sku");
    }
    fields
}

fn variants(told: &Told<'_>, body: &Place<'_>) {
    let about = about(body);
    let items = body.list("variants").into_iter().filter_map(|variant| {
        let id = variant.text_of(&["sku", "id"])?;
        let mut fields = about.clone();
        variant.put(&mut fields, Field::Sku, "sku");
        variant.put_number(&mut fields, Field::Price, "price");
        variant.put_number(&mut fields, Field::Quantity, "inventory_quantity");
        body.put_time(&mut fields, Field::Updated, "updated_at");
        Some(item(id, fields))
    });
    told.state(StateGroup::Listings, false, items.collect());
}
