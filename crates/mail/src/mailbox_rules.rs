//! Rules of a mailbox: who hides mail from its owner, deletes it or sends it on.
//!
//! An intruder's rule moves the notices out of sight. What is read here is a state;
//! what changed is found by comparing. Addresses leave only as masked text and keyed
//! digest. Not here: asking the mailbox for its rules.

use std::collections::BTreeMap;

use sellkeep_model::{
    DigestKey, Field, Fields, Item, ProofLevel, Reading, Record, State, StateGroup, masked_address,
};
use serde_json::Value as Json;

use crate::printable;

/// The source of records that this reads.
pub const SOURCE: &str = "mailbox.rules";

/// More rules than a person keeps; the rest is not read, which is said.
const RULES_MAX: usize = 1_000;
/// Longest condition that is kept, in characters; it is there to be recognised.
const CONDITION_CHARS_MAX: usize = 120;

/// What a record says of a mailbox's rules.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    let mut reading = Reading::default();
    let body = record.json().unwrap_or_default();
    let Some(rules) = body.get("rules").and_then(Json::as_array) else {
        reading.problem("rules", "is missing or no list; no rule was read");
        return reading;
    };
    if rules.len() > RULES_MAX {
        let says = format!("holds more than {RULES_MAX} rules; the others were not read");
        reading.problem("rules", says);
    }
    let mut items = Vec::new();
    let mut names = BTreeMap::new();
    for (at, rule) in rules.iter().take(RULES_MAX).enumerate() {
        if rule.is_object() {
            let id = name_once(&mut names, rule, at);
            items.extend(things(&id, rule, key));
        } else {
            reading.problem(format!("rules.{at}"), "is no object; it was left out");
        }
    }
    reading.states.push(State {
        group: StateGroup::MailRules,
        store: None,
        complete: reading.problems.is_empty(),
        proof: ProofLevel::Observed,
        as_of: record.at,
        items,
    });
    reading
}

/// The rule's name, or its place where it has none; the second of a name gets a number.
fn name_once(names: &mut BTreeMap<String, usize>, rule: &Json, at: usize) -> String {
    let name = rule.get("name").and_then(Json::as_str).map(printable::line);
    let name = name
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| format!("rule {}", at + 1));
    let count = names.entry(name.clone()).or_insert(0);
    *count += 1;
    match *count {
        1 => name,
        count => format!("{name} ({count})"),
    }
}

/// One thing for a rule; one for each target where it sends mail on to several.
fn things(id: &str, rule: &Json, key: &DigestKey) -> Vec<Item> {
    let targets = texts(rule.get("forward_to"));
    let general = general(rule, !targets.is_empty());
    let item = |id: String, fields: Fields| Item { id, fields };
    match targets.as_slice() {
        [] => vec![item(id.to_owned(), general)],
        [target] => vec![item(id.to_owned(), forwarding(&general, target, key))],
        several => {
            let one = |target: &&str| {
                let fields = forwarding(&general, target, key);
                let digest = fields.text(Field::AddressDigest).unwrap_or_default();
                item(format!("{id} to {digest}"), fields)
            };
            several.iter().map(one).collect()
        }
    }
}

fn general(rule: &Json, forwards: bool) -> Fields {
    let folder = rule.get("move_to").and_then(Json::as_str);
    let deletes = rule.get("delete").and_then(Json::as_bool) == Some(true);
    let actions: Vec<&str> = [
        (forwards, "forward"),
        (deletes, "delete"),
        (folder.is_some(), "move"),
    ]
    .into_iter()
    .filter_map(|(does, action)| does.then_some(action))
    .collect();
    let mut fields = Fields::new().with(Field::Actions, actions.join(" "));
    fields.set_if(Field::Folder, folder.map(printable::line));
    fields.set_if(Field::Phrase, rule.get("match").map(condition));
    fields
}

fn forwarding(general: &Fields, target: &str, key: &DigestKey) -> Fields {
    let domain = target.rsplit_once('@').map(|(_, domain)| domain);
    let mut fields = general
        .clone()
        .with(Field::Address, printable::line(&masked_address(target)))
        .with(Field::AddressDigest, key.digest(target));
    fields.set_if(
        Field::Domain,
        domain.map(|domain| printable::line(&domain.to_lowercase())),
    );
    fields
}

fn condition(condition: &Json) -> String {
    let text = match condition {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let short: String = text.chars().take(CONDITION_CHARS_MAX).collect();
    printable::line(&short)
}

/// A text, or all texts of a list.
fn texts(value: Option<&Json>) -> Vec<&str> {
    match value {
        Some(Json::String(text)) => vec![text],
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_body(body: &Json) -> Reading {
        let line = serde_json::json!({
            "at": "2026-03-02T10:00:00Z", "account": "a", "source": SOURCE, "body": body,
        });
        read(
            &serde_json::from_value(line).unwrap(),
            &DigestKey::new([3; 32]),
        )
    }

    /// Each thing as `id: action, folder, target`.
    fn shown(reading: &Reading) -> Vec<String> {
        let field = |item: &Item, field| item.fields.text(field).unwrap_or("-").to_owned();
        let items = reading.states.iter().flat_map(|state| &state.items);
        items
            .map(|item| {
                let id = item.id.split(" to ").next().unwrap_or_default();
                let words = [Field::Actions, Field::Folder, Field::Address, Field::Phrase];
                let words: Vec<String> = words.iter().map(|name| field(item, *name)).collect();
                format!("{id}: {}", words.join(", "))
            })
            .collect()
    }

    #[test]
    fn what_a_rule_does_is_read_and_addresses_are_masked() {
        let reading = read_body(&serde_json::json!({"rules": [
            {"name": "hide", "match": "from contains amazon", "delete": true},
            {"name": "copy", "forward_to": "Thief@Evil.example"},
            {"name": "file", "move_to": "RSS Feeds", "delete": false, "colour": "red"},
            {"name": "copy", "forward_to": ["a@x.example", "b@y.example"]},
            {},
        ]}));
        assert_eq!(
            shown(&reading),
            [
                "hide: delete, -, -, from contains amazon",
                "copy: forward, -, T\u{2026}@Evil.example, -",
                "file: move, RSS Feeds, -, -",
                "copy (2): forward, -, a\u{2026}@x.example, -",
                "copy (2): forward, -, b\u{2026}@y.example, -",
                "rule 5: , -, -, -",
            ]
        );
        let state = &reading.states[0];
        assert!(state.complete && reading.problems.is_empty());
        assert_eq!(
            state.items[1].fields.text(Field::Domain),
            Some("evil.example")
        );
        let digest = DigestKey::new([3; 32]).digest("thief@evil.example");
        assert_eq!(
            state.items[1].fields.text(Field::AddressDigest),
            Some(digest.as_str())
        );
        assert!(!format!("{reading:?}").contains("Thief@"));
    }

    #[test]
    fn no_rules_are_a_state_and_nonsense_is_a_problem() {
        let none = read_body(&serde_json::json!({"rules": []}));
        assert!(none.states[0].complete && none.states[0].items.is_empty());
        let odd = read_body(&serde_json::json!({"rules": [1, {"name": "a"}]}));
        assert_eq!(odd.problems[0].place, "rules.0");
        assert!(!odd.states[0].complete);
        for body in [
            Json::Null,
            serde_json::json!({"rules": 1}),
            serde_json::json!("text"),
        ] {
            let reading = read_body(&body);
            assert!(reading.states.is_empty());
            assert_eq!(reading.problems[0].place, "rules");
        }
        let many = vec![serde_json::json!({}); RULES_MAX + 1];
        let many = read_body(&serde_json::json!({ "rules": many }));
        assert_eq!(many.states[0].items.len(), RULES_MAX);
        assert!(!many.states[0].complete);
    }
}
