//! Notifications of Amazon: which type is read by which function.
//!
//! A notification is a hint, never the truth: queues deliver late, twice and out of order,
//! and a message has no signature. So everything here is *observed*, and what
//! can be asked again is a state. Unwrapping is in `envelope`.

mod account;
mod envelope;
mod listings;
mod metrics;
mod offers;
mod orders;
mod own;
mod stock;

use std::borrow::Cow;

use sellkeep_model::{ProofLevel, Reading};

use super::frame::Frame;
use envelope::Envelope;

/// Reads one type of notification.
type Read = fn(&Envelope<'_>, &mut Reading);

/// Every type that is read, by all names it goes by.
const TYPES: &[(&[&str], Read)] = &[
    (
        &["ACCOUNT_STATUS_CHANGED", "ACCOUNT_STATUS_CHANGE"],
        account::read_status,
    ),
    (&["TRANSACTION_UPDATE"], account::read_transaction),
    (
        &[
            "LISTINGS_ITEM_STATUS_CHANGE",
            "LISTINGS_ITEM_STATUS_CHANGED",
        ],
        listings::read_status,
    ),
    (&["LISTINGS_ITEM_ISSUES_CHANGE"], listings::read_issues),
    (
        &["LISTINGS_ITEM_MFN_QUANTITY_CHANGE"],
        listings::read_quantity,
    ),
    (&["BRANDED_ITEM_CONTENT_CHANGE"], listings::read_content),
    (&["ITEM_PRODUCT_TYPE_CHANGE"], listings::read_product_type),
    (&["ORDER_CHANGE"], orders::read),
    (
        &["ANY_OFFER_CHANGED", "B2B_ANY_OFFER_CHANGED"],
        offers::read,
    ),
    (&["PRICING_HEALTH"], offers::read_health),
    (&["ITEM_SALES_EVENT_CHANGE"], metrics::read_sales),
    (&["DETAIL_PAGE_TRAFFIC_EVENT"], metrics::read_traffic),
    (&["ITEM_INVENTORY_EVENT_CHANGE"], metrics::read_inventory),
    (
        &["FBA_INVENTORY_AVAILABILITY_CHANGES"],
        stock::read_availability,
    ),
    (&["FULFILLMENT_ORDER_STATUS"], stock::read_fulfilment_order),
    (&["FEED_PROCESSING_FINISHED"], own::read_feed),
    (&["REPORT_PROCESSING_FINISHED"], own::read_report),
    (
        &["APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY"],
        own::read_secret_expiry,
    ),
    (
        &["APPLICATION_OAUTH_CLIENT_NEW_SECRET"],
        own::read_new_secret,
    ),
];

/// Types that are understood and hold nothing that is watched.
const HARMLESS: &[&str] = &[
    "DATA_KIOSK_QUERY_PROCESSING_FINISHED",
    "EXTERNAL_FULFILLMENT_SHIPMENT_STATUS_CHANGE",
    "FBA_OUTBOUND_SHIPMENT_STATUS",
    "FEE_PROMOTION",
    "PRODUCT_TYPE_DEFINITIONS_CHANGE",
    "SHIPMENT_TRACKING_MILESTONE_CHANGED",
];

/// What stands in a message: one notification or several.
pub(super) fn read(frame: &Frame<'_>, reading: &mut Reading) {
    let Some(body) = super::json(frame.record, frame.problems) else {
        if frame.record.body.is_null() {
            frame.problems.note("body", "is empty; nothing was read");
        }
        return;
    };
    let mut found = 0;
    envelope::open(&body, &mut |message| {
        found += 1;
        if found <= envelope::MESSAGES_MAX {
            one(frame, message, reading);
        } else if found == envelope::MESSAGES_MAX + 1 {
            frame.problems.note(
                "body",
                "holds more messages than are read; the rest was left out",
            );
        }
    });
    if found == 0 {
        frame
            .problems
            .note("body", "holds no notification; the record is kept");
    }
}

fn one(frame: &Frame<'_>, message: &envelope::Message<'_>, reading: &mut Reading) {
    let named = Frame {
        operation: Cow::Owned(envelope::kind(message, frame)),
        proof: ProofLevel::Observed,
        ..*frame
    };
    let kind = named.operation.to_string();
    if HARMLESS.contains(&kind.as_str()) {
        frame.problems.remark(
            "notificationType",
            "is understood and holds nothing that is watched",
        );
        return;
    }
    let known = TYPES
        .iter()
        .find(|(names, _)| names.contains(&kind.as_str()));
    let Some((_, read)) = known else {
        frame.problems.note(
            "notificationType",
            "is not a type that we read; the record is kept",
        );
        return;
    };
    match Envelope::of(&named, message) {
        Some(envelope) => read(&envelope, reading),
        None => frame.problems.note(
            "payload",
            "is missing or no thing with names; nothing was read",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_type_is_listed_twice() {
        let read = TYPES.iter().flat_map(|(names, _)| names.iter());
        let mut all: Vec<&&str> = read.chain(HARMLESS).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
