//! About our own application: its secret, and what was submitted with its credentials.
//!
//! Sellkeep sends no feed and asks for few reports, so anything else that was submitted
//! with its credentials was submitted by somebody else who holds them.
//! Invariant: the new secret that Amazon sends in clear is never looked at.

use sellkeep_model::{EventKind, Field, Object, Reading};

use super::envelope::Envelope;
use crate::amazon::reports;

/// `FEED_PROCESSING_FINISHED`.
pub(super) fn read_feed(envelope: &Envelope<'_>, reading: &mut Reading) {
    submitted(
        envelope,
        "feed",
        ["feedProcessingFinishedNotification", "feedId", "feedType"],
        reading,
    );
}

/// `REPORT_PROCESSING_FINISHED`, where it is not one that we ask for.
pub(super) fn read_report(envelope: &Envelope<'_>, reading: &mut Reading) {
    let finished = envelope.inner("reportProcessingFinishedNotification");
    let kind = finished.text("reportType").unwrap_or_default();
    if reports::is_ours(&kind) {
        return;
    }
    submitted(
        envelope,
        "report",
        [
            "reportProcessingFinishedNotification",
            "reportId",
            "reportType",
        ],
        reading,
    );
}

fn submitted(
    envelope: &Envelope<'_>,
    object: &str,
    [inner, id, kind]: [&str; 3],
    reading: &mut Reading,
) {
    let finished = envelope.inner(inner);
    let Some(id) = finished.text(id) else {
        finished.problem("has no id; nothing was read");
        return;
    };
    let mut event =
        envelope
            .frame()
            .event(EventKind::ForeignSubmission, &[object, &id], envelope.time);
    event.object = Some(Object::new(object, id));
    finished.put(&mut event.after, Field::Type, kind);
    finished.put(&mut event.after, Field::Status, "processingStatus");
    reading.events.push(event);
}

/// `APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY`.
pub(super) fn read_secret_expiry(envelope: &Envelope<'_>, reading: &mut Reading) {
    let expiry = envelope.inner("applicationOAuthClientSecretExpiry");
    let expires = expiry.text("clientSecretExpiryTime").unwrap_or_default();
    let client = expiry.text("clientId").unwrap_or_default();
    let mut event = envelope.frame().event(
        EventKind::SecretExpiring,
        &[&client, &expires],
        envelope.time,
    );
    event.object = Some(Object::new("app", client));
    expiry.put_time(&mut event.after, Field::Expires, "clientSecretExpiryTime");
    expiry.put(&mut event.after, Field::Reason, "clientSecretExpiryReason");
    reading.events.push(event);
}

/// `APPLICATION_OAUTH_CLIENT_NEW_SECRET`: that it was replaced, never by what.
pub(super) fn read_new_secret(envelope: &Envelope<'_>, reading: &mut Reading) {
    let renewed = envelope.inner("applicationOAuthClientNewSecret");
    let expires = renewed
        .text("newClientSecretExpiryTime")
        .unwrap_or_default();
    let client = renewed.text("clientId").unwrap_or_default();
    let mut event = envelope.frame().event(
        EventKind::SecretRotated,
        &[&client, &expires],
        envelope.time,
    );
    event.object = Some(Object::new("app", client));
    renewed.put_time(
        &mut event.after,
        Field::Expires,
        "newClientSecretExpiryTime",
    );
    renewed.put_time(&mut event.after, Field::Until, "oldClientSecretExpiryTime");
    reading.events.push(event);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field};
    use serde_json::json;

    use crate::amazon::sample::notification;

    #[test]
    fn the_new_secret_is_kept_nowhere() {
        let secret = "amzn1.oa2-cs.v1.0123456789abcdef";
        let body = |name: &str| {
            json!({"notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET", "eventTime": "2026-11-01T10:00:00Z", "payload": {"applicationOAuthClientNewSecret": {
            "clientId": "amzn1.application-oa2-client.1", name: secret, "newClientSecretExpiryTime": "2027-05-01T00:00:00Z", "oldClientSecretExpiryTime": "2026-11-08T00:00:00Z"}}})
        };
        let reading = notification(&body("newClientSecret"));
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        assert_eq!(reading.events[0].kind, EventKind::SecretRotated);
        assert_eq!(
            reading.events[0].after.text(Field::Until),
            Some("2026-11-08T00:00:00Z")
        );
        for reading in [
            reading,
            notification(&body("newClientSecretExpiryTimes")),
            notification(&json!({"Payload": secret})),
            notification(&json!(secret)),
        ] {
            assert!(
                !serde_json::to_string(&reading)
                    .expect("json")
                    .contains("0123456789abcdef")
            );
        }
    }

    #[test]
    fn an_expiring_secret_says_when() {
        let reading = notification(
            &json!({"notificationType": "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY", "eventTime": "2026-11-01T10:00:00Z", "payload": {"applicationOAuthClientSecretExpiry": {
            "clientId": "c", "clientSecretExpiryTime": "2026-12-01T00:00:00Z", "clientSecretExpiryReason": "PERIODIC_ROTATION"}}}),
        );
        assert_eq!(reading.events[0].kind, EventKind::SecretExpiring);
        assert_eq!(
            reading.events[0].after.text(Field::Expires),
            Some("2026-12-01T00:00:00Z")
        );
    }

    #[test]
    fn a_submission_that_is_not_ours_is_told() {
        let report = |kind: &str| {
            notification(
                &json!({"notificationType": "REPORT_PROCESSING_FINISHED", "payload": {"reportProcessingFinishedNotification": {
            "accountId": "amzn1.merchant.o.A3", "reportId": "5", "reportType": kind, "processingStatus": "DONE"}}}),
            )
        };
        assert!(report("GET_MERCHANT_LISTINGS_ALL_DATA").events.is_empty());
        let foreign = report("GET_FLAT_FILE_ACTIONABLE_ORDER_DATA");
        assert_eq!(foreign.events[0].kind, EventKind::ForeignSubmission);
        let feed = notification(
            &json!({"notificationType": "FEED_PROCESSING_FINISHED", "payload": {"feedProcessingFinishedNotification": {"feedId": "9", "feedType": "POST_PRODUCT_DATA", "processingStatus": "DONE"}}}),
        );
        assert_eq!(
            feed.events[0].after.text(Field::Type),
            Some("POST_PRODUCT_DATA")
        );
    }
}
