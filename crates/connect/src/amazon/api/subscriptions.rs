//! Our own subscriptions and destinations: whether what should reach us still can.
//!
//! Amazon lists subscriptions of one type at a time, so a type is the thing here and
//! its status says whether a subscription is there.

use std::collections::BTreeMap;

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::Items;
use crate::amazon::node::Node;

/// Status of a type that has a subscription.
const PRESENT: &str = "PRESENT";

/// Status of a type that was asked for and has none.
const MISSING: &str = "MISSING";

/// `getSubscriptions`: all subscriptions of the types that were asked for.
pub(super) fn read_many(answer: &Node<'_>, reading: &mut Reading) {
    let payload = answer.payload();
    let list = payload.main_list("subscriptions");
    let paged = payload.has("nextToken") || answer.has("nextToken") || answer.has("pagination");
    let asked = asked_types(answer);
    let mut found = BTreeMap::new();
    for subscription in &list.nodes {
        let (id, fields) = present(subscription, &asked);
        found.insert(id, fields);
    }
    if list.whole && !paged && answer.frame.asked("nextToken").is_empty() {
        for kind in asked {
            found
                .entry(kind)
                .or_insert_with(|| Fields::new().with(Field::Status, MISSING));
        }
    }
    push(answer, found, reading);
}

/// `getSubscription` and `getSubscriptionById`.
pub(super) fn read_one(answer: &Node<'_>, reading: &mut Reading) {
    let payload = answer.payload();
    if !payload.has("subscriptionId") {
        payload.problem("has no subscription; nothing was read");
        return;
    }
    let found = present(&payload, &asked_types(answer));
    push(answer, BTreeMap::from([found]), reading);
}

/// `getDestinations`: the queues and buses that notifications may go to.
pub(super) fn read_destinations(answer: &Node<'_>, reading: &mut Reading) {
    let mut found = BTreeMap::new();
    for destination in &answer.payload().things().nodes {
        let Some(id) = destination.text("destinationId") else {
            destination.problem("has no id; left out");
            continue;
        };
        let mut fields = Fields::new().with(Field::Status, PRESENT);
        destination.put(&mut fields, Field::Name, "name");
        fields.set_if(Field::Destination, address(destination));
        found.insert(format!("destination/{id}"), fields);
    }
    push(answer, found, reading);
}

/// Where a destination leads: a queue's name or an event bus.
fn address(destination: &Node<'_>) -> Option<String> {
    let resource = destination.object("resource")?;
    let queue = || resource.object("sqs")?.text("arn");
    let bus = || resource.object("eventBridge")?.text("accountId");
    queue().or_else(bus)
}

fn asked_types(answer: &Node<'_>) -> Vec<String> {
    let mut types = answer.frame.asked("notificationTypes");
    types.extend(answer.frame.asked("notificationType"));
    types
}

/// A subscription by its type: told by itself, or the only one asked for.
fn present(subscription: &Node<'_>, asked: &[String]) -> (String, Fields) {
    let mut fields = Fields::new().with(Field::Status, PRESENT);
    subscription.put(&mut fields, Field::Destination, "destinationId");
    let told = subscription.text("notificationType");
    let only = || (asked.len() == 1).then(|| asked[0].clone());
    let own = || subscription.text("subscriptionId");
    let kind = told.or_else(only).or_else(own);
    (kind.unwrap_or_else(|| "?".to_owned()), fields)
}

fn push(answer: &Node<'_>, found: BTreeMap<String, Fields>, reading: &mut Reading) {
    let mut items = Items::new(false);
    for (id, fields) in found {
        items.push(id, fields);
    }
    if !items.says_nothing() {
        reading
            .states
            .push(answer.frame.state(StateGroup::Subscriptions, None, items));
    }
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;

    use crate::amazon::sample::{answer, asked};

    const REQUEST: &str = r#"{"notificationTypes":["ACCOUNT_STATUS_CHANGED"]}"#;

    #[test]
    fn a_type_is_present_or_missing() {
        let status = |body: &str| {
            let reading = asked("getSubscriptions", REQUEST, body);
            assert!(reading.problems.is_empty(), "{:?}", reading.problems);
            let item = &reading.states[0].items[0];
            (
                item.id.clone(),
                item.fields.text(Field::Status).map(str::to_owned),
            )
        };
        let there =
            status(r#"{"payload":{"subscriptions":[{"subscriptionId":"s","destinationId":"d"}]}}"#);
        assert_eq!(
            there,
            (
                "ACCOUNT_STATUS_CHANGED".to_owned(),
                Some("PRESENT".to_owned())
            )
        );
        let gone = status(r#"{"payload":{"subscriptions":[]}}"#);
        assert_eq!(
            gone,
            (
                "ACCOUNT_STATUS_CHANGED".to_owned(),
                Some("MISSING".to_owned())
            )
        );
    }

    #[test]
    fn a_page_of_several_says_nothing_is_missing() {
        let reading = asked(
            "getSubscriptions",
            REQUEST,
            r#"{"payload":{"subscriptions":[],"nextToken":"t"}}"#,
        );
        assert!(reading.states.is_empty());
    }

    #[test]
    fn a_destination_names_its_queue() {
        let reading = answer(
            "getDestinations",
            r#"{"payload":[{"destinationId":"d","name":"Q","resource":{"sqs":{"arn":"arn:aws:sqs:us-east-2:444455556666:queue1"}}}]}"#,
        );
        let item = &reading.states[0].items[0];
        assert_eq!(item.id, "destination/d");
        assert_eq!(
            item.fields.text(Field::Destination),
            Some("arn:aws:sqs:us-east-2:444455556666:queue1")
        );
    }
}
