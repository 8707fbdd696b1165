//! The API for programs is what its description says.

use serde_json::Value;

use crate::http::{Request, get};
use crate::place::ACCOUNT;
use crate::shop::opened;

#[test]
fn every_answer_has_the_fields_that_the_description_names() {
    let (server, owner) = opened();
    let token = server.token(&owner, "read");
    let ask = |path: &str| {
        let answer = server.ask(get(path).with("authorization", &token));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    let description = ask("/api/openapi.json");
    assert_eq!(description["openapi"], "3.1.0");
    let first = |list: &str| {
        let items = ask(list)["items"].clone();
        items[0]["id"].as_str().map(str::to_owned)
    };
    let mut tried = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        let Some(operation) = methods.get("get") else {
            continue;
        };
        let address = match path.strip_suffix("/{id}") {
            None => format!("{path}?account={ACCOUNT}"),
            Some(list) => match first(list) {
                Some(id) => format!("{list}/{id}"),
                None => continue,
            },
        };
        let answer = ask(&address);
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        for field in schema["required"].as_array().unwrap() {
            let field = field.as_str().unwrap();
            assert!(
                answer.get(field).is_some(),
                "{path} has no {field}: {answer}"
            );
        }
        tried += 1;
    }
    assert!(tried >= 9, "{tried}");
}

#[test]
fn lists_are_read_on_from_their_cursor_to_the_end() {
    let (server, owner) = opened();
    let (mut before, mut ids) = (String::new(), Vec::new());
    for _ in 0..500 {
        let page = server.json(&owner, &format!("/api/events?limit=17&before={before}"));
        let items = page["items"].as_array().unwrap();
        ids.extend(
            items
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => before = crate::http::escaped(next),
            None => break,
        }
    }
    let total = ids.len();
    ids.sort();
    ids.dedup();
    assert!(total > 17, "{total}");
    assert_eq!(ids.len(), total, "no event comes twice");
}

#[test]
fn an_alert_is_answered_once_by_a_program() {
    let (server, owner) = opened();
    let acts = server.token(&owner, "act");
    let alerts = server.json(&owner, "/api/alerts?filter=act-now");
    let id = alerts["items"][0]["id"].as_str().unwrap().to_owned();
    let answer = |key: &str, body: &str| {
        let request = Request::new("POST", &format!("/api/alerts/{id}"))
            .with("authorization", &acts)
            .with("idempotency-key", key)
            .carrying(body);
        server.ask(request)
    };
    let mine = answer("a", r#"{"answer":"it-was-me"}"#);
    assert_eq!(mine.status, 422, "a program is no person");
    let done = answer("b", r#"{"answer":"not-me"}"#);
    assert_eq!(done.status, 200, "{}", done.text());
    let said: Value = serde_json::from_slice(&done.body).unwrap();
    assert_eq!(said["alert"]["state"]["state"], "not-me");
    let incident = said["incident"].as_str().unwrap();
    let found = server.json(&owner, &format!("/api/incidents/{incident}"));
    assert_eq!(found["account"], ACCOUNT);
    let again = answer("b", r#"{"answer":"not-me"}"#);
    assert_eq!(again.text(), done.text());
    let other = answer("b", r#"{"answer":"acknowledge"}"#);
    assert_eq!(other.status, 422);
}
