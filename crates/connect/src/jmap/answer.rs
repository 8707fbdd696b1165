//! What a JMAP server answers, read forgivingly: what is missing has a default, what is not
//! known is passed over.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// The session resource (RFC 8620 section 2).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Session {
    /// Where methods are called.
    pub api_url: String,
    /// Where mails are downloaded: a template (RFC 6570 level 1).
    pub download_url: String,
    /// Which account is meant, by capability.
    pub primary_accounts: BTreeMap<String, String>,
}

/// Answers of one request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answers {
    /// Name, arguments and call id of each.
    pub method_responses: Vec<(String, Value, String)>,
}

/// A mail, as far as it is asked for (RFC 8621 section 4.1.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Mail {
    /// Its id.
    pub id: String,
    /// The id of its bytes.
    pub blob_id: String,
    /// The mailboxes it lies in.
    pub mailbox_ids: BTreeMap<String, bool>,
    /// How many bytes it has.
    pub size: u64,
    /// When the server took it.
    pub received_at: Option<Timestamp>,
}

/// What came since a state (RFC 8620 section 5.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Changes {
    /// The state after it.
    pub new_state: String,
    /// Ids of new mails.
    pub created: Vec<String>,
}

/// A mailbox (RFC 8621 section 2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Folder {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its use: `inbox`, `junk`, `trash` …
    pub role: Option<String>,
}

impl Folder {
    /// The name as the other readers of mailboxes tell it.
    pub fn shown(&self) -> String {
        match self.role.as_deref() {
            Some("inbox") => "INBOX".to_owned(),
            _ => self.name.clone(),
        }
    }
}
