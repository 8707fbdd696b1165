//! From what a queue gives to a notification: messages, buses and envelopes unwrapped.
//!
//! Known wrappings: a message of SQS with its `Body`, several of them under `Messages`,
//! an event of EventBridge with its `detail`, a relay of SNS with its `Message`; the
//! envelope itself in either letter case. Nesting has a limit.

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::amazon::frame::Frame;
use crate::amazon::node::{Node, member};
use crate::amazon::stamp::stamp;

/// SQS gives ten messages at most; a relay may join some.
pub(super) const MESSAGES_MAX: usize = 100;

/// A queue behind a topic behind a bus is three deep; more is no delivery.
const DEPTH_MAX: usize = 6;

/// Text of another language is not a wrapping: these hold a message as text.
const TEXT_WRAPPINGS: &[&str] = &["Body", "Message"];

/// These hold several messages.
const LIST_WRAPPINGS: &[&str] = &["Messages", "Records"];

/// An envelope as it was found, and what the bus around it says.
pub(super) struct Message<'a> {
    value: &'a Json,
    bus_kind: Option<String>,
    bus_time: Option<Timestamp>,
}

/// A notification.
pub(super) struct Envelope<'a> {
    /// What it says: the payload, below a name of its own where it has one.
    pub payload: Node<'a>,
    /// When it happened, by the envelope.
    pub time: Option<Timestamp>,
    /// What tells this notification from another: its id, or its time.
    pub id: String,
}

/// Gives every message in a body.
pub(super) fn open(body: &Json, each: &mut dyn FnMut(&Message<'_>)) {
    unwrap(body, DEPTH_MAX, None, each);
}

fn unwrap(value: &Json, depth: usize, bus: Option<&Json>, each: &mut dyn FnMut(&Message<'_>)) {
    if depth == 0 {
        return;
    }
    if let Json::Array(list) = value {
        for entry in list.iter().take(MESSAGES_MAX + 1) {
            unwrap(entry, depth - 1, bus, each);
        }
        return;
    }
    if is_envelope(value) {
        each(&Message::of(value, bus));
        return;
    }
    if let Some(detail) = member(value, "detail").filter(|detail| detail.is_object()) {
        if is_envelope(detail) {
            each(&Message::of(detail, Some(value)));
        } else {
            each(&Message::of(value, Some(value)));
        }
        return;
    }
    for name in TEXT_WRAPPINGS {
        let text = member(value, name).and_then(Json::as_str);
        if let Some(inner) = text.and_then(|text| serde_json::from_str::<Json>(text).ok()) {
            unwrap(&inner, depth - 1, bus, each);
            return;
        }
    }
    for name in LIST_WRAPPINGS {
        if let Some(list) = member(value, name).filter(|list| list.is_array()) {
            unwrap(list, depth - 1, bus, each);
            return;
        }
    }
}

fn is_envelope(value: &Json) -> bool {
    member(value, "NotificationType").is_some() || member(value, "Payload").is_some()
}

impl<'a> Message<'a> {
    fn of(value: &'a Json, bus: Option<&Json>) -> Message<'a> {
        let word = |name| bus.and_then(|bus| member(bus, name)).and_then(Json::as_str);
        Message {
            value,
            bus_kind: word("detail-type").map(str::to_owned),
            bus_time: word("time").and_then(stamp),
        }
    }
}

/// The type: as the envelope says it, or the bus, or whoever kept the record.
pub(super) fn kind(message: &Message<'_>, frame: &Frame<'_>) -> String {
    let told = member(message.value, "NotificationType").and_then(Json::as_str);
    let kind = told
        .or(message.bus_kind.as_deref())
        .unwrap_or(&frame.operation);
    let kind = kind.trim().to_ascii_uppercase();
    kind.chars().take(crate::amazon::node::TEXT_MAX).collect()
}

impl<'a> Envelope<'a> {
    /// The notification in a message.
    pub fn of(frame: &'a Frame<'a>, message: &Message<'a>) -> Option<Envelope<'a>> {
        let root = Node::root(frame, message.value);
        let payload = root.object("Payload").or_else(|| root.object("detail"))?;
        let metadata = root.object("NotificationMetadata");
        let word = |name| metadata.as_ref().and_then(|node| node.text(name));
        let published = || metadata.as_ref().and_then(|node| node.time("PublishTime"));
        let time = root
            .time("EventTime")
            .or_else(published)
            .or(message.bus_time);
        let id = word("NotificationId").or_else(|| time.map(|time| time.to_string()));
        Some(Envelope {
            payload,
            time,
            id: id.unwrap_or_default(),
        })
    }

    /// The payload below its own name, where it has one.
    pub fn inner(&self, name: &str) -> Node<'a> {
        self.payload
            .object(name)
            .unwrap_or_else(|| self.payload.clone())
    }

    /// What tells a deed from the same deed at another time: its time or, where none is
    /// told, the notification's own id.
    pub fn identity(&self, told: Option<Timestamp>) -> String {
        told.map_or_else(|| self.id.clone(), |at| at.to_string())
    }

    /// The frame of the facts.
    pub fn frame(&self) -> &'a Frame<'a> {
        self.payload.frame
    }
}

/// A seller's id without what Amazon puts before it (`amzn1.merchant.o.A2…`).
pub(super) fn seller_id(text: &str) -> &str {
    text.rsplit('.').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::amazon::sample::notification;

    #[test]
    fn every_wrapping_gives_the_same_reading() {
        let payload = json!({"accountStatusChangeNotification": {"previousAccountStatus": "NORMAL", "currentAccountStatus": "DEACTIVATED"}});
        let camel = json!({"notificationType": "ACCOUNT_STATUS_CHANGED", "eventTime": "2026-11-01T10:00:00Z", "payload": payload,
            "notificationMetadata": {"notificationId": "n1"}});
        let pascal = json!({"NotificationType": "ACCOUNT_STATUS_CHANGED", "EventTime": "2026-11-01T10:00:00Z", "Payload": payload,
            "NotificationMetadata": {"NotificationId": "n1"}});
        let wanted = notification(&camel);
        assert_eq!(wanted.events.len(), 1);
        assert!(wanted.problems.is_empty(), "{:?}", wanted.problems);
        let message = json!({"MessageId": "m", "ReceiptHandle": "r", "Body": camel.to_string()});
        let relay = json!({"Type": "Notification", "Message": pascal.to_string()});
        for wrapped in [
            pascal.clone(),
            message.clone(),
            json!({"Messages": [message]}),
            json!({"detail-type": "ACCOUNT_STATUS_CHANGED", "detail": camel}),
            json!({"detail-type": "ACCOUNT_STATUS_CHANGED", "time": "2026-11-01T10:00:00Z", "detail": payload}),
            json!({"body": relay.to_string()}),
            json!(pascal.to_string()),
        ] {
            let reading = notification(&wrapped);
            assert_eq!(reading.events, wanted.events, "{wrapped}");
        }
    }

    #[test]
    fn what_is_no_notification_is_a_problem() {
        for body in [
            json!({}),
            json!("<xml/>"),
            json!({"Body": "hello"}),
            json!({"NotificationType": "ORDER_CHANGE"}),
            json!({"NotificationType": "SOMETHING_NEW", "Payload": {}}),
        ] {
            let reading = notification(&body);
            assert_eq!(reading.problems.len(), 1, "{body}: {reading:?}");
            assert!(reading.events.is_empty() && reading.states.is_empty());
        }
    }

    #[test]
    fn nesting_without_end_ends() {
        let mut body = json!({"Body": "x"});
        for _ in 0..12 {
            body = json!({"Body": body.to_string()});
        }
        assert_eq!(notification(&body).problems.len(), 1);
        let many: Vec<_> = (0..200)
            .map(|_| json!({"NotificationType": "FEE_PROMOTION", "Payload": {}}))
            .collect();
        let reading = notification(&json!({"Messages": many}));
        assert!(
            reading
                .problems
                .iter()
                .any(|problem| problem.says.contains("more messages"))
        );
    }
}
