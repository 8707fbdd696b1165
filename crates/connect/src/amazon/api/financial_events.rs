//! `listFinancialEvents` (v0): loans, payments outside the schedule, stock taken out, refunds, claims.
//!
//! Of the thirty-odd lists, those that an intruder's deeds show in are read, each
//! by one line of [`LISTS`]. Shipments, fees and taxes are not: orders are counted elsewhere.
//! Known weakness: loans and debt recoveries have neither id nor time. Their id is
//! made of type, amount and how many equal ones come before in the same answer, so
//! two equal loans that no answer shows together are one event.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sellkeep_model::{Event, EventKind, Field, Object, Reading};

use crate::amazon::node::{Money, Node};

/// How one list is read.
struct List {
    name: &'static str,
    kind: EventKind,
    /// Names of what identifies an entry; the first is the object's id.
    ids: &'static [&'static str],
    /// What the object is.
    object: &'static str,
    time: &'static str,
    amount: &'static str,
    /// Names of the entry's own type, the first that is there.
    kind_told: &'static [&'static str],
}

/// The lists that are read.
const LISTS: &[List] = &[
    list(
        "LoanServicingEventList",
        EventKind::TransactionPosted,
        &[],
        "loan",
        "",
        "LoanAmount",
        &["SourceBusinessEventType"],
    ),
    list(
        "AdhocDisbursementEventList",
        EventKind::DisbursementAdhoc,
        &["TransactionId"],
        "disbursement",
        "PostedDate",
        "TransactionAmount",
        &["TransactionType"],
    ),
    list(
        "FailedAdhocDisbursementEventList",
        EventKind::DisbursementAdhoc,
        &["DisbursementId", "TransferId"],
        "disbursement",
        "PostedDate",
        "TransferAmount",
        &["PaymentDisbursementType", "FundsTransfersType"],
    ),
    list(
        "DebtRecoveryEventList",
        EventKind::TransactionPosted,
        &[],
        "debt",
        "",
        "RecoveryAmount",
        &["DebtRecoveryType"],
    ),
    list(
        "RemovalShipmentEventList",
        EventKind::InventoryRemoved,
        &["OrderId", "MerchantOrderId"],
        "removal-order",
        "PostedDate",
        "",
        &["TransactionType"],
    ),
    list(
        "RemovalShipmentAdjustmentEventList",
        EventKind::InventoryRemoved,
        &["AdjustmentEventId", "OrderId"],
        "removal-order",
        "PostedDate",
        "",
        &["TransactionType"],
    ),
    list(
        "FBALiquidationEventList",
        EventKind::InventoryRemoved,
        &["OriginalRemovalOrderId"],
        "removal-order",
        "PostedDate",
        "LiquidationProceedsAmount",
        &[],
    ),
    list(
        "RefundEventList",
        EventKind::RefundIssued,
        &["AmazonOrderId"],
        "order",
        "PostedDate",
        "",
        &[],
    ),
    list(
        "GuaranteeClaimEventList",
        EventKind::ChargebackOpened,
        &["AmazonOrderId"],
        "order",
        "PostedDate",
        "",
        &[],
    ),
    list(
        "ChargebackEventList",
        EventKind::ChargebackOpened,
        &["AmazonOrderId"],
        "order",
        "PostedDate",
        "",
        &[],
    ),
    list(
        "ChargeRefundEventList",
        EventKind::TransactionPosted,
        &["ReasonCode"],
        "charge",
        "PostedDate",
        "",
        &["ReasonCodeDescription", "ReasonCode"],
    ),
    list(
        "AdjustmentEventList",
        EventKind::TransactionPosted,
        &[],
        "adjustment",
        "PostedDate",
        "AdjustmentAmount",
        &["AdjustmentType"],
    ),
    list(
        "ProductAdsPaymentEventList",
        EventKind::TransactionPosted,
        &["invoiceId"],
        "invoice",
        "postedDate",
        "transactionValue",
        &["transactionType"],
    ),
    list(
        "ServiceProviderCreditEventList",
        EventKind::TransactionPosted,
        &["SellerOrderId", "ProviderId"],
        "order",
        "TransactionCreationDate",
        "TransactionAmount",
        &["ProviderTransactionType"],
    ),
    list(
        "PayWithAmazonEventList",
        EventKind::TransactionPosted,
        &["SellerOrderId"],
        "order",
        "TransactionPostedDate",
        "",
        &["BusinessObjectType"],
    ),
    list(
        "SellerDealPaymentEventList",
        EventKind::TransactionPosted,
        &["dealId"],
        "deal",
        "postedDate",
        "totalAmount",
        &["eventType"],
    ),
];

const fn list(
    name: &'static str,
    kind: EventKind,
    ids: &'static [&'static str],
    object: &'static str,
    time: &'static str,
    amount: &'static str,
    kind_told: &'static [&'static str],
) -> List {
    List {
        name,
        kind,
        ids,
        object,
        time,
        amount,
        kind_told,
    }
}

/// Lists of charges that make up a refund's or a claim's amount, below what they belong to.
const CHARGES: &[(&str, &str)] = &[
    ("ShipmentItemAdjustmentList", "ItemChargeAdjustmentList"),
    ("ShipmentItemList", "ItemChargeList"),
];

/// One event an entry.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    let Some(events) = answer.payload().object("FinancialEvents") else {
        answer.problem("has no financial events; nothing was read");
        return;
    };
    for list in LISTS {
        let mut equal = BTreeMap::new();
        for entry in &events.list(list.name).nodes {
            reading.events.push(event(list, entry, &mut equal));
        }
    }
}

fn event(list: &List, entry: &Node<'_>, equal: &mut BTreeMap<String, usize>) -> Event {
    let kind_told = list.kind_told.iter().find_map(|name| entry.text(name));
    let posted = (!list.time.is_empty())
        .then(|| entry.time(list.time))
        .flatten();
    let money = amount(list, entry);
    let ids: Vec<String> = list
        .ids
        .iter()
        .filter_map(|name| entry.text(name))
        .collect();
    let kind = kind(list, kind_told.as_deref());
    let identity = identity(
        list,
        kind,
        &ids,
        posted,
        kind_told.as_deref(),
        money.as_ref(),
    );
    let earlier = equal.entry(identity.join("\u{1f}")).or_default();
    let mut parts: Vec<&str> = identity.iter().map(String::as_str).collect();
    let nth = earlier.to_string();
    if *earlier > 0 {
        parts.push(&nth);
    }
    *earlier += 1;
    let mut event = entry.frame.event(kind, &parts, posted);
    event.object = ids.first().map(|id| Object::new(list.object, id.as_str()));
    event.store = entry.text("MarketplaceId");
    event.after.set(
        Field::Type,
        kind_told.unwrap_or_else(|| list.name.to_owned()),
    );
    if let Some(money) = money {
        event.after.set(Field::Amount, money.amount);
        event.after.set_if(Field::Currency, money.currency);
    }
    put_details(entry, &mut event);
    event
}

/// Loan money that is paid out is the one thing told by an entry's own type.
fn kind(list: &List, kind_told: Option<&str>) -> EventKind {
    match kind_told {
        Some("LoanAdvance") => EventKind::LoanAdvance,
        _ => list.kind,
    }
}

/// What tells one entry from another. A refund or a claim is told by order and time
/// alone, as other operations tell it, so that it is one event.
fn identity(
    list: &List,
    kind: EventKind,
    ids: &[String],
    posted: Option<Timestamp>,
    kind_told: Option<&str>,
    money: Option<&Money>,
) -> Vec<String> {
    let when = posted.map(|at| at.to_string()).unwrap_or_default();
    let mut parts = ids.to_vec();
    parts.push(when);
    if matches!(kind, EventKind::RefundIssued | EventKind::ChargebackOpened) {
        return parts;
    }
    parts.insert(0, list.name.to_owned());
    parts.push(kind_told.unwrap_or_default().to_owned());
    parts.push(
        money
            .map(|money| money.amount.to_string())
            .unwrap_or_default(),
    );
    parts
}

/// The amount that an entry names, or the sum of its charges.
fn amount(list: &List, entry: &Node<'_>) -> Option<Money> {
    if !list.amount.is_empty() {
        return entry.money(list.amount);
    }
    let charges = CHARGES.iter().flat_map(|(things, charges)| {
        let things = entry.list(things).nodes;
        things
            .into_iter()
            .flat_map(|thing| thing.list(charges).nodes)
    });
    let amounts = charges.filter_map(|charge| charge.money("ChargeAmount"));
    let sum = amounts.reduce(|sum, next| Money {
        amount: sum.amount + next.amount,
        currency: sum.currency,
    });
    sum.or_else(|| entry.object("Charge")?.money("ChargeAmount"))
}

/// Status of a failed payment, ending of a charged card, pieces of stock.
fn put_details(entry: &Node<'_>, event: &mut Event) {
    entry.put(&mut event.after, Field::Status, "Status");
    for card in &entry.list("ChargeInstrumentList").nodes {
        card.put(&mut event.after, Field::Tail, "Tail");
        card.put(&mut event.after, Field::Method, "Description");
    }
    let removed = entry.list("RemovalShipmentItemList").nodes;
    if !removed.is_empty() {
        let pieces = removed.iter().filter_map(|item| item.number("Quantity"));
        event.after.set(Field::Quantity, pieces.sum::<f64>());
    }
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field, TimeQuality};

    use crate::amazon::sample::answer;

    const BODY: &str = r#"{"payload":{"FinancialEvents":{
        "LoanServicingEventList":[{"LoanAmount":{"CurrencyCode":"USD","CurrencyAmount":25000},"SourceBusinessEventType":"LoanAdvance"},
                                  {"LoanAmount":{"CurrencyCode":"USD","CurrencyAmount":25000},"SourceBusinessEventType":"LoanAdvance"},
                                  {"LoanAmount":{"CurrencyCode":"USD","CurrencyAmount":-90},"SourceBusinessEventType":"LoanPayment"}],
        "AdhocDisbursementEventList":[{"TransactionType":"Disbursed to Amazon Gift Card balance","PostedDate":"2026-10-01T00:00:00Z",
            "TransactionId":"T1","TransactionAmount":{"CurrencyCode":"USD","CurrencyAmount":500}}],
        "DebtRecoveryEventList":[{"DebtRecoveryType":"DebtPayment","RecoveryAmount":{"CurrencyCode":"USD","CurrencyAmount":5},
            "ChargeInstrumentList":[{"Description":"Visa","Tail":"4242"}]}],
        "RemovalShipmentEventList":[{"PostedDate":"2026-10-02T00:00:00Z","OrderId":"R1","TransactionType":"Disposal",
            "RemovalShipmentItemList":[{"Quantity":3},{"Quantity":4}]}],
        "RefundEventList":[{"AmazonOrderId":"O1","PostedDate":"2026-10-03T00:00:00Z","ShipmentItemAdjustmentList":[
            {"ItemChargeAdjustmentList":[{"ChargeType":"Principal","ChargeAmount":{"CurrencyCode":"USD","CurrencyAmount":-8}},
                                         {"ChargeType":"Tax","ChargeAmount":{"CurrencyCode":"USD","CurrencyAmount":-2}}]}]}]}}}"#;

    #[test]
    fn every_list_that_matters_becomes_events() {
        let reading = answer("listFinancialEvents", BODY);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let kinds: Vec<EventKind> = reading.events.iter().map(|event| event.kind).collect();
        assert_eq!(
            kinds,
            [
                EventKind::LoanAdvance,
                EventKind::LoanAdvance,
                EventKind::TransactionPosted,
                EventKind::DisbursementAdhoc,
                EventKind::TransactionPosted,
                EventKind::InventoryRemoved,
                EventKind::RefundIssued,
            ]
        );
        let number = |index: usize, field| reading.events[index].after.number(field);
        assert_eq!(number(0, Field::Amount), Some(25000.0));
        assert_eq!(number(5, Field::Quantity), Some(7.0));
        assert_eq!(number(6, Field::Amount), Some(-10.0));
        assert_eq!(reading.events[4].after.text(Field::Tail), Some("4242"));
        assert_eq!(reading.events[0].time_quality, TimeQuality::Learned);
    }

    #[test]
    fn two_equal_loans_are_two_events_and_a_second_reading_brings_none() {
        let ids = |reading: &sellkeep_model::Reading| -> Vec<String> {
            reading
                .events
                .iter()
                .map(|event| event.id.clone())
                .collect()
        };
        let first = ids(&answer("listFinancialEvents", BODY));
        assert_ne!(first[0], first[1]);
        assert_eq!(first, ids(&answer("", BODY)));
    }

    #[test]
    fn a_refund_is_the_same_event_from_either_operation() {
        let v0 = answer("listFinancialEvents", BODY);
        let new = answer(
            "listTransactions",
            r#"{"payload":{"transactions":[{"transactionType":"Refund","postedDate":"2026-10-03T00:00:00Z",
            "relatedIdentifiers":[{"relatedIdentifierName":"ORDER_ID","relatedIdentifierValue":"O1"}]}]}}"#,
        );
        assert_eq!(v0.events[6].id, new.events[0].id);
    }
}
