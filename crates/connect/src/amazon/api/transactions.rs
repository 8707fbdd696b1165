//! `listTransactions`: movements of money that have an identity and a time.

use sellkeep_model::{Event, EventKind, Field, Object, Reading};

use crate::amazon::frame::Frame;
use crate::amazon::node::Node;

/// One event a transaction.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    for transaction in &answer.payload().main_list("transactions").nodes {
        let mut event = posted(transaction);
        transaction.put(&mut event.after, Field::Status, "transactionStatus");
        reading.events.push(event);
    }
}

/// The event of a transaction, as the API and the notification tell it alike. Its id is
/// made from what both of them tell, so that one transaction is one event.
pub(in crate::amazon) fn posted(transaction: &Node<'_>) -> Event {
    let word = |name| transaction.text(name).unwrap_or_default();
    let kind_told = word("transactionType");
    let posted = transaction.time("postedDate");
    let money = transaction.money("totalAmount");
    let related = related(transaction);
    let order = value_of(&related, "orderid").unwrap_or_default();
    let amount = money
        .as_ref()
        .map(|money| money.amount.to_string())
        .unwrap_or_default();
    let mut event = event(transaction.frame, &kind_told, &order, posted, &amount);
    event.after.set(Field::Type, kind_told);
    if let Some(money) = money {
        event.after.set(Field::Amount, money.amount);
        event.after.set_if(Field::Currency, money.currency);
    }
    let settlement = [
        "settlementid",
        "disbursementid",
        "transferid",
        "financialeventgroupid",
    ];
    let found = settlement.iter().find_map(|name| value_of(&related, name));
    event.after.set_if(Field::Settlement, found);
    let seller = transaction.object("sellingPartnerMetadata");
    if let Some(seller) = seller {
        event.store = seller.text("marketplaceId");
        seller.put(&mut event.after, Field::AccountType, "accountType");
    }
    let order = (!order.is_empty()).then(|| Object::new("order", order));
    let own = || {
        transaction
            .text("transactionId")
            .map(|id| Object::new("transaction", id))
    };
    event.object = order.or_else(own);
    event
}

/// A refund is one whichever way it is told: by its order and time.
fn event(
    frame: &Frame<'_>,
    kind_told: &str,
    order: &str,
    posted: Option<jiff::Timestamp>,
    amount: &str,
) -> Event {
    let when = posted.map(|at| at.to_string()).unwrap_or_default();
    if kind_told.to_ascii_lowercase().contains("refund") {
        return frame.event(EventKind::RefundIssued, &[order, &when], posted);
    }
    if kind_told.to_ascii_lowercase().contains("chargeback") {
        return frame.event(EventKind::ChargebackOpened, &[order, &when], posted);
    }
    let identity = [kind_told, order, &when, amount];
    frame.event(EventKind::TransactionPosted, &identity, posted)
}

/// Related identifiers, their names without letter case and underscores.
fn related(transaction: &Node<'_>) -> Vec<(String, String)> {
    let pair = |node: &Node<'_>| {
        let name = node.text("relatedIdentifierName")?;
        let value = node.text("relatedIdentifierValue")?;
        Some((name.replace('_', "").to_ascii_lowercase(), value))
    };
    let nodes = transaction.list("relatedIdentifiers").nodes;
    nodes.iter().filter_map(pair).collect()
}

fn value_of(related: &[(String, String)], name: &str) -> Option<String> {
    let found = related.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field};

    use crate::amazon::sample::answer;

    #[test]
    fn a_transaction_is_an_event_and_a_refund_is_named() {
        let reading = answer(
            "listTransactions",
            r#"{"payload":{"transactions":[
            {"sellingPartnerMetadata":{"marketplaceId":"A1","accountType":"PAYABLE"},
             "relatedIdentifiers":[{"relatedIdentifierName":"FINANCIAL_EVENT_GROUP_ID","relatedIdentifierValue":"G"},
                                   {"relatedIdentifierName":"ORDER_ID","relatedIdentifierValue":"O1"}],
             "transactionType":"Shipment","postedDate":"2020-07-14T03:35:13.214Z","totalAmount":{"currencyAmount":10,"currencyCode":"USD"}},
            {"transactionType":"Refund","postedDate":"2020-07-15T00:00:00Z","totalAmount":{"currencyAmount":-10,"currencyCode":"USD"}}]}}"#,
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let [shipment, refund] = &reading.events[..] else {
            panic!("two events");
        };
        assert_eq!(shipment.kind, EventKind::TransactionPosted);
        assert_eq!(shipment.after.text(Field::Settlement), Some("G"));
        assert_eq!(
            shipment.object.as_ref().map(ToString::to_string).as_deref(),
            Some("order O1")
        );
        assert_eq!(refund.kind, EventKind::RefundIssued);
        assert_eq!(refund.after.number(Field::Amount), Some(-10.0));
    }
}
