//! `ACCOUNT_STATUS_CHANGED` and `TRANSACTION_UPDATE`.

use sellkeep_model::{EventKind, Field, Object, Reading};

use super::envelope::Envelope;
use crate::amazon::api::posted;

/// The account's status, before and after. It names neither seller nor store.
pub(super) fn read_status(envelope: &Envelope<'_>, reading: &mut Reading) {
    let change = envelope.inner("accountStatusChangeNotification");
    let (before, after) = (
        change.text("previousAccountStatus"),
        change.text("currentAccountStatus"),
    );
    let Some(after) = after else {
        change.problem("names no status; nothing was read");
        return;
    };
    let when = envelope.identity(envelope.time);
    let identity = [before.as_deref().unwrap_or_default(), &after, &when];
    let mut event =
        envelope
            .frame()
            .event(EventKind::AccountStatusChanged, &identity, envelope.time);
    event.object = Some(Object::new("account", event.account.as_str()));
    event.before.set_if(Field::Status, before);
    event.after.set(Field::Status, after);
    reading.events.push(event);
}

/// A movement of money, told as `listTransactions` tells it.
pub(super) fn read_transaction(envelope: &Envelope<'_>, reading: &mut Reading) {
    reading
        .events
        .push(posted(&envelope.inner("TransactionUpdateNotification")));
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field, ProofLevel};
    use serde_json::json;

    use crate::amazon::sample::{answer, notification};

    #[test]
    fn a_status_change_knows_both_sides() {
        let reading = notification(
            &json!({"notificationType": "ACCOUNT_STATUS_CHANGED", "eventTime": "2026-11-01T10:00:00Z",
            "payload": {"accountStatusChangeNotification": {"previousAccountStatus": "NORMAL", "currentAccountStatus": "AT_RISK"}}}),
        );
        let event = &reading.events[0];
        assert_eq!(
            (event.kind, event.proof),
            (EventKind::AccountStatusChanged, ProofLevel::Observed)
        );
        assert_eq!(event.before.text(Field::Status), Some("NORMAL"));
        assert_eq!(event.after.text(Field::Status), Some("AT_RISK"));
        assert_eq!(event.happened.to_string(), "2026-11-01T10:00:00Z");
        assert_eq!(event.operation.as_deref(), Some("ACCOUNT_STATUS_CHANGED"));
    }

    #[test]
    fn a_transaction_is_the_same_event_by_push_and_by_pull() {
        let push = notification(
            &json!({"NotificationType": "TRANSACTION_UPDATE", "EventTime": "2026-07-14T03:35:13.214Z", "Payload": {"TransactionUpdateNotification": {
            "SellingPartnerMetadata": {"SellingPartnerId": "A3", "MarketplaceId": "A1", "AccountType": "PAYABLE"},
            "RelatedIdentifiers": [{"RelatedIdentifierName": "OrderId", "RelatedIdentifierValue": "8129"}],
            "TransactionType": "Shipment", "PostedDate": "2026-07-14T03:35:13.214Z", "TotalAmount": {"CurrencyAmount": 10, "CurrencyCode": "USD"}}}}),
        );
        let pull = answer(
            "listTransactions",
            r#"{"payload":{"transactions":[{"relatedIdentifiers":[{"relatedIdentifierName":"ORDER_ID","relatedIdentifierValue":"8129"}],
            "transactionType":"Shipment","postedDate":"2026-07-14T03:35:13.214Z","totalAmount":{"currencyAmount":10,"currencyCode":"USD"}}]}}"#,
        );
        assert!(push.problems.is_empty(), "{:?}", push.problems);
        assert_eq!(push.events[0].id, pull.events[0].id);
        assert_eq!(push.events[0].store.as_deref(), Some("A1"));
    }
}
