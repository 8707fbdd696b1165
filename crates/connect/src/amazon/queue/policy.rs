//! Who may write to the queue: only Amazon's notifications should.
//!
//! Amazon asks for one principal (<https://developer-docs.amazon.com/sp-api/docs/set-up-notifications-with-amazon-sqs>).
//! The queue's own account may always write. Each writer is one thing, `*` is everybody.

use std::collections::BTreeMap;

use sellkeep_model::{Field, Fields, Reading, StateGroup};
use serde_json::Value as Json;

use crate::amazon::frame::{Frame, Items};
use crate::amazon::node::member;

/// Actions that put something into a queue, or let others do it.
const WRITES: &[&str] = &[
    "*",
    "sqs:*",
    "sqs:sendmessage",
    "sqs:setqueueattributes",
    "sqs:addpermission",
];
/// A policy has some statements, not thousands.
const WRITERS_MAX: usize = 100;

/// One state of all writers.
pub(in crate::amazon) fn read(frame: &Frame<'_>, reading: &mut Reading) {
    let Some(body) = crate::amazon::json(frame.record, frame.problems) else {
        frame.problems.note("body", "is empty; nothing was read");
        return;
    };
    let attributes = member(&body, "Attributes");
    let policy = attributes.and_then(|attributes| member(attributes, "Policy"));
    let policy = match policy.and_then(Json::as_str) {
        // Without a policy, nobody but the owner may write.
        None => Json::Null,
        Some(text) => match serde_json::from_str(text) {
            Ok(policy) => policy,
            Err(_) => {
                return frame
                    .problems
                    .note("Attributes.Policy", "is no policy; nothing was read");
            }
        },
    };
    let mut items = Items::new(true);
    for (writer, actions) in writers(&policy).into_iter().take(WRITERS_MAX) {
        items.push(writer, Fields::new().with(Field::Actions, actions));
    }
    reading
        .states
        .push(frame.state(StateGroup::QueuePolicy, None, items));
}

fn writers(policy: &Json) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for statement in many(member(policy, "Statement")) {
        let allows = member(statement, "Effect").and_then(Json::as_str) == Some("Allow");
        let actions = words(member(statement, "Action"));
        let writes = actions
            .iter()
            .any(|action| WRITES.contains(&action.to_ascii_lowercase().as_str()));
        // "All but these" is nearly everybody.
        let all_but =
            member(statement, "NotPrincipal").is_some() || member(statement, "NotAction").is_some();
        if allows && (writes || all_but) {
            let principals = if all_but {
                vec!["*".to_owned()]
            } else {
                principals(statement)
            };
            for principal in principals {
                found.insert(principal, actions.join(" "));
            }
        }
    }
    found
}

fn principals(statement: &Json) -> Vec<String> {
    let principal = member(statement, "Principal");
    let named = match principal {
        Some(Json::Object(kinds)) => kinds.values().flat_map(|kind| words(Some(kind))).collect(),
        other => words(other),
    };
    named.iter().map(|name| short(name)).collect()
}

/// The account's number of `arn:aws:iam::437568002678:root`.
fn short(principal: &str) -> String {
    let account = principal
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.strip_suffix(":root"));
    account.unwrap_or(principal).to_owned()
}

fn many(value: Option<&Json>) -> Vec<&Json> {
    match value {
        Some(Json::Array(things)) => things.iter().collect(),
        Some(thing) => vec![thing],
        None => Vec::new(),
    }
}

fn words(value: Option<&Json>) -> Vec<String> {
    let words = many(value).into_iter().filter_map(Json::as_str);
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use sellkeep_model::StateGroup;
    use serde_json::json;

    use crate::amazon::sample;

    fn writers(policy: &serde_json::Value) -> Vec<String> {
        let body = json!({"Attributes": {"Policy": policy.to_string(), "QueueArn": "arn:aws:sqs:eu-west-1:4:q"}});
        let reading = sample::read(
            &json!({"source": "amazon.queue", "operation": "GetQueueAttributes", "body": body}),
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        assert_eq!(reading.states[0].group, StateGroup::QueuePolicy);
        reading.states[0]
            .items
            .iter()
            .map(|item| item.id.clone())
            .collect()
    }

    #[test]
    fn amazon_alone_or_everybody() {
        let amazon = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::437568002678:root"},
            "Action": ["SQS:SendMessage", "SQS:GetQueueAttributes"], "Resource": "*"}]});
        assert_eq!(writers(&amazon), ["437568002678"]);
        let everybody =
            json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}});
        assert_eq!(writers(&everybody), ["*"]);
        let others = json!({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sqs:ReceiveMessage"}});
        assert_eq!(writers(&others), ["*"]);
        let readers = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "1"}, "Action": "sqs:ReceiveMessage"},
            {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage"}]});
        assert!(writers(&readers).is_empty());
    }

    #[test]
    fn a_queue_without_a_policy_has_no_writers() {
        let reading = sample::read(
            &json!({"source": "amazon.queue", "operation": "GetQueueAttributes", "body": {"Attributes": {}}}),
        );
        assert!(reading.states[0].complete && reading.states[0].items.is_empty());
        let odd = sample::read(
            &json!({"source": "amazon.queue", "body": {"Attributes": {"Policy": "x"}}}),
        );
        assert!(odd.states.is_empty() && odd.problems.len() == 1);
    }
}
