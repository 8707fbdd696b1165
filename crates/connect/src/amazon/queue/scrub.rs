//! What must not be kept of a message: a secret in clear, a buyer's postcode.

use serde_json::{Map, Value as Json};

/// Left out wherever it stands, in small letters: the new secret that Amazon sends in
/// clear, and where a buyer lives.
const LEFT_OUT: &[&str] = &["newclientsecret", "destinationpostalcode"];
/// A message behind a topic behind a bus is text in text in text.
const DEPTH_MAX: usize = 8;

/// A message's text without what must not be kept.
pub fn message(text: &str) -> String {
    match serde_json::from_str::<Json>(text) {
        Ok(json) => kept(json, DEPTH_MAX).to_string(),
        // Text that only looks like nothing may still hold the words.
        Err(_) if holds_some(text) => String::new(),
        Err(_) => text.to_owned(),
    }
}

fn holds_some(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    LEFT_OUT.iter().any(|name| text.contains(name))
}

fn kept(value: Json, depth: usize) -> Json {
    if depth == 0 {
        return Json::Null;
    }
    match value {
        Json::Object(members) => {
            let mut left = Map::new();
            for (name, value) in members {
                if !LEFT_OUT.contains(&name.to_ascii_lowercase().as_str()) {
                    left.insert(name, kept(value, depth - 1));
                }
            }
            Json::Object(left)
        }
        Json::Array(things) => things
            .into_iter()
            .map(|thing| kept(thing, depth - 1))
            .collect(),
        Json::String(text) if holds_some(&text) => match serde_json::from_str::<Json>(&text) {
            Ok(json) => Json::String(kept(json, depth - 1).to_string()),
            Err(_) => Json::String(String::new()),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_and_a_postcode_are_left_out_however_they_are_wrapped() {
        let inner = json!({"notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
            "payload": {"applicationOAuthClientNewSecret": {"clientId": "c", "newClientSecret": "hush"}},
            "Summary": [{"DestinationPostalCode": "hush", "OrderStatus": "Unshipped"}]});
        let topic = json!({"Message": inner.to_string()});
        let bus = json!({"detail": {"Body": topic.to_string()}});
        for wrapped in [&inner, &topic, &bus] {
            let left = message(&wrapped.to_string());
            assert!(!left.contains("hush"), "{left}");
            assert!(left.contains("APPLICATION_OAUTH_CLIENT_NEW_SECRET"));
        }
        assert_eq!(message("newClientSecret=hush"), "");
        assert_eq!(message("hello"), "hello");
        let plain = json!({"a": [1, "two", null]}).to_string();
        assert_eq!(message(&plain), plain);
    }

    #[test]
    fn nesting_without_end_ends() {
        let deep = format!("{}\"newClientSecret\"{}", "[".repeat(100), "]".repeat(100));
        assert!(message(&deep).len() < 100);
    }
}
