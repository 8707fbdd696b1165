//! The description of the JSON API for programs (OpenAPI 3.1), made from one table.
//!
//! A test compares the table with the router: no path is missing, none is invented.

use axum::response::{IntoResponse, Json};
use axum::routing::{MethodRouter, get};
use serde_json::{Map, Value, json};

use crate::console::Console;
use crate::pages::{Access, Page};

pub const PAGE: Page = Page::endpoint("/api/openapi.json", Access::Person, methods);

/// One thing that can be asked or done.
pub struct Operation {
    /// `get` or `post`.
    pub method: &'static str,
    /// Its address, with names in braces.
    pub path: &'static str,
    /// What it gives or does.
    pub says: &'static str,
    /// The right that a token needs.
    pub scope: &'static str,
    /// How a list is asked for.
    pub list: bool,
    /// What is sent: its media type, and its fields where it is JSON.
    pub body: Option<(&'static str, &'static [&'static str])>,
    /// Fields that every answer has.
    pub answer: &'static [&'static str],
}

const fn reads(
    path: &'static str,
    says: &'static str,
    list: bool,
    answer: &'static [&'static str],
) -> Operation {
    Operation {
        method: "get",
        path,
        says,
        scope: "read",
        list,
        body: None,
        answer,
    }
}

const PAGED: &[&str] = &["items", "next"];

/// Everything that the API can.
pub const OPERATIONS: &[Operation] = &[
    reads("/api/alerts", "Alerts, newest first", true, PAGED),
    reads(
        "/api/alerts/{id}",
        "One alert",
        false,
        &["id", "detection", "state", "count", "raised", "changed"],
    ),
    Operation {
        method: "post",
        path: "/api/alerts/{id}",
        says: "Answer an alert: acknowledge, snooze, not-me or resolve. \"It was me\" needs a person's second step and is done on the page",
        scope: "act",
        list: false,
        body: Some(("application/json", &["answer", "hours", "reason"])),
        answer: &["alert", "incident"],
    },
    reads("/api/accounts", "Accounts by their ids", true, PAGED),
    reads(
        "/api/accounts/{id}",
        "One account with its payout clock",
        false,
        &["account", "payout_clock"],
    ),
    reads(
        "/api/preparation",
        "How well an account is prepared: name it with `account`",
        true,
        &["account", "score", "no_longer_in_order", "past"],
    ),
    reads("/api/events", "Events, newest first", true, PAGED),
    reads(
        "/api/incidents",
        "Incidents, by their last change",
        true,
        PAGED,
    ),
    reads(
        "/api/incidents/{id}",
        "One incident with its log and playbooks",
        false,
        &["id", "account", "log", "runs"],
    ),
    reads(
        "/api/sources",
        "Every source and how it fares",
        false,
        PAGED,
    ),
    reads(
        "/api/sources/{id}",
        "One source and how it fares",
        false,
        &[
            "id",
            "kind",
            "account",
            "state",
            "last_seen",
            "trouble",
            "what_to_do",
        ],
    ),
    Operation {
        method: "post",
        path: "/api/sources/{id}",
        says: "Do something with a source: pause, resume, test or remove. A test is made by whoever reads it; ask for the source a few seconds later",
        scope: "act",
        list: false,
        body: Some(("application/json", &["act"])),
        answer: &["done", "source"],
    },
    Operation {
        method: "post",
        path: "/api/check",
        says: "Judge a mail as received; nothing is kept",
        scope: "read",
        list: false,
        body: Some(("message/rfc822", &[])),
        answer: &["verdict", "claims", "findings", "advice"],
    },
];

fn methods() -> MethodRouter<Console> {
    get(|| async { Json(document()).into_response() })
}

/// The whole description.
pub fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let entry = paths.entry(operation.path).or_insert_with(|| json!({}));
        entry[operation.method] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sellkeep",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the console shows, for programs. Make a token in Settings and send it as `Authorization: Bearer TOKEN`. Lists are read on with `before` = the `next` of the last answer.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": problem()},
        },
    })
}

fn described(operation: &Operation) -> Value {
    let mut parameters: Vec<Value> = names(operation.path).map(in_path).collect();
    if operation.list {
        parameters.extend(
            LIST.iter()
                .map(|(name, says, kind)| in_query(name, says, kind)),
        );
    }
    if operation.method == "post" && operation.scope == "act" {
        parameters.push(json!({"name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same key with the same request gives the first answer again, for a day",
            "schema": {"type": "string", "maxLength": 200}}));
    }
    let mut entry = json!({
        "summary": operation.says,
        "description": format!("Needs a token with the right to {}.", operation.scope),
        "parameters": parameters,
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": object(operation.answer)}}},
            "default": {"description": "Trouble (RFC 9457)", "content": {"application/problem+json":
                {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        },
    });
    if let Some((kind, fields)) = operation.body {
        let schema = match fields {
            [] => json!({}),
            fields => optional(fields),
        };
        let mut content = Map::new();
        content.insert(kind.to_owned(), json!({ "schema": schema }));
        entry["requestBody"] = json!({"required": true, "content": content});
    }
    entry
}

/// How a list is asked for: name, meaning, type.
const LIST: &[(&str, &str, &str)] = &[
    ("filter", "Which ones, as on the page", "string"),
    ("account", "Of one account", "string"),
    ("before", "Read on from `next` of the last answer", "string"),
    ("limit", "Rows of one answer, 200 at most", "integer"),
];

fn in_query(name: &str, says: &str, kind: &str) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": says,
        "schema": {"type": kind}})
}

fn in_path(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

/// The names in braces of an address.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn object(fields: &[&str]) -> Value {
    let mut schema = optional(fields);
    schema["required"] = json!(fields);
    schema
}

fn optional(fields: &[&str]) -> Value {
    let each = fields.iter().map(|field| ((*field).to_owned(), json!({})));
    json!({"type": "object", "properties": each.collect::<Map<_, _>>()})
}

fn problem() -> Value {
    json!({"type": "object", "required": ["title", "status", "detail"], "properties": {
        "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::PAGES;
    use std::collections::BTreeMap;

    /// Paths, each with whether something may be sent to it.
    fn sorted<'a>(all: impl Iterator<Item = (&'a str, bool)>) -> BTreeMap<&'a str, bool> {
        let mut paths = BTreeMap::new();
        for (path, posts) in all {
            *paths.entry(path).or_default() |= posts;
        }
        paths
    }

    #[test]
    fn the_table_and_the_router_agree() {
        let ours = |page: &&Page| page.path.starts_with("/api/") && page.path != PAGE.path;
        let routed = PAGES.iter().filter(ours);
        let described = OPERATIONS
            .iter()
            .map(|one| (one.path, one.method == "post"));
        assert_eq!(
            sorted(described),
            sorted(routed.map(|page| (page.path, page.posts)))
        );
    }

    #[test]
    fn every_name_in_an_address_is_a_parameter() {
        let document = document();
        let one = &document["paths"]["/api/sources/{id}"]["post"];
        let names: Vec<&str> = one["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(names, ["id", "Idempotency-Key"]);
        assert_eq!(
            document["paths"]["/api/accounts"]["get"]["responses"]["200"]["content"]["application/json"]
                ["schema"]["required"],
            json!(["items", "next"])
        );
    }
}
