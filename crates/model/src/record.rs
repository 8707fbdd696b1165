//! A record: what a source gave us, as received. Stored before anything reads it, never changed.
//!
//! The JSON form, one object a line, is a contract: `sellkeep replay` reads it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Whether a hook's signature held when it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureCheck {
    /// It was made with the secret or the key of this source.
    Verified,
    /// There was none, or the source signs nothing.
    Unverified,
}

/// What a source gave us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When we learned it.
    pub at: Timestamp,
    /// The account, by the id of the accounts file.
    #[serde(default)]
    pub account: String,
    /// The source's name: `mailbox`, `amazon.api`, `amazon.notification`, `shopify.webhook` …
    #[serde(default)]
    pub source: String,
    /// The operation of an API, the topic of a hook, the type of a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The query that was asked.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub request: serde_json::Map<String, Json>,
    /// The HTTP status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The answer: raw JSON, or text for reports.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub body: Json,
    /// Header fields of a hook or an answer, by name as received.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// What the receiver found when it checked the hook's signature over the raw bytes.
    /// Absent where nobody could check: a recorded file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<SignatureCheck>,
    /// A mail as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eml: Option<String>,
    /// A mail in base64, for bytes that are no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eml_base64: Option<String>,
    /// The folder the mail lay in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Moves time without a record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock: bool,
}

impl Record {
    /// The answer as JSON: a body that is text holding JSON is parsed, as hooks carry it.
    pub fn json(&self) -> Option<Json> {
        match &self.body {
            Json::Null => None,
            Json::String(text) => serde_json::from_str(text).ok(),
            other => Some(other.clone()),
        }
    }

    /// A header field, whatever the letter case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.iter();
        fields
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, as text.
    pub fn parameter(&self, name: &str) -> Option<String> {
        match self.request.get(name)? {
            Json::String(text) => Some(text.clone()),
            Json::Array(list) => {
                let words: Vec<&str> = list.iter().filter_map(Json::as_str).collect();
                Some(words.join(","))
            }
            Json::Null => None,
            other => Some(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_the_least_is_read_and_written_back() {
        let line = r#"{"at":"2026-11-01T10:00:00Z","account":"a","source":"amazon.api"}"#;
        let record: Record = serde_json::from_str(line).expect("a record");
        assert_eq!(serde_json::to_string(&record).expect("json"), line);
    }

    #[test]
    fn a_hook_body_kept_as_text_is_read_as_json() {
        let line = r#"{"at":"2026-11-01T10:00:00Z","body":"{\"id\":1}","headers":{"X-Topic":"a"}}"#;
        let record: Record = serde_json::from_str(line).expect("a record");
        assert_eq!(record.json(), Some(serde_json::json!({"id": 1})));
        assert_eq!(record.header("x-topic"), Some("a"));
    }
}
