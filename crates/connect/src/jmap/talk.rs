//! Calling a JMAP server: one method a request, its answer, within limits.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Response, StatusCode, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Settings;
use super::answer::{Answers, Changes, Folder, Mail, Session};
use super::place::Past;
use crate::connector::Trouble;
use crate::mailbox::MAIL_BYTES_MAX;

/// A server that has not answered by then is down; a large mail takes its time.
const ANSWER_WITHIN: Duration = Duration::from_mins(2);
/// Answers to questions: a page of mails has some kilobytes.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The capability that names the account of mails.
const MAIL: &str = "urn:ietf:params:jmap:mail";
/// The capability of the protocol itself.
const CORE: &str = "urn:ietf:params:jmap:core";
/// Longer than any id (RFC 8620 section 1.2 says 255).
const ID_BYTES_MAX: usize = 255;

/// An open session.
pub struct Talk {
    client: Client,
    shown: String,
    session: Session,
    account: String,
    folders: BTreeMap<String, String>,
}

/// What a method said.
enum Said {
    /// Its answer.
    Answer(Value),
    /// An error of the method, by its type (RFC 8620 section 3.6.2).
    Error(String),
}

impl Talk {
    /// Enters: reads the session and the names of the folders.
    pub async fn enter(settings: &Settings, secret: &str) -> Result<Talk, Trouble> {
        let client = Client::builder()
            .timeout(ANSWER_WITHIN)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|_| Trouble::Settings("HTTP cannot be set up".to_owned()))?;
        let shown = match &settings.user {
            Some(user) => format!("Basic {}", STANDARD.encode(format!("{user}:{secret}"))),
            None => format!("Bearer {secret}"),
        };
        let request = client
            .get(&settings.session)
            .header("authorization", &shown);
        let answer = sent(request, "the session").await?;
        let session: Session = read(answer, "the session").await?;
        let account = session.primary_accounts.get(MAIL).cloned();
        let account = account.ok_or(Trouble::Strange("the session names no mailbox"))?;
        if !is_safe(&session.api_url) || !is_safe(&session.download_url) {
            return Err(Trouble::Strange("the session leads away from https"));
        }
        let mut talk = Talk {
            client,
            shown,
            session,
            account,
            folders: BTreeMap::new(),
        };
        let folders: Vec<Folder> = talk
            .list("Mailbox/get", json!({"ids": null}), "the folders")
            .await?;
        let folders = folders
            .into_iter()
            .map(|folder| (folder.id.clone(), folder.shown()));
        talk.folders = folders.collect();
        Ok(talk)
    }

    /// The folder that a mail lies in.
    pub fn folder(&self, mail: &Mail) -> Option<String> {
        let within = mail.mailbox_ids.iter().filter(|(_, is_in)| **is_in);
        let mut names = within.filter_map(|(id, _)| self.folders.get(id));
        names.next().cloned()
    }

    /// The present state of all mails.
    pub async fn state(&self) -> Result<String, Trouble> {
        let said = self
            .call("Email/get", json!({"ids": []}), "the state")
            .await?;
        match said {
            Said::Answer(answer) => {
                let state = answer.get("state").and_then(Value::as_str);
                Ok(state.ok_or(Trouble::Strange("the state"))?.to_owned())
            }
            Said::Error(_) => Err(Trouble::Refused("tell its state")),
        }
    }

    /// What came since a state; `None` where the server does not remember.
    pub async fn changes(&self, since: &str, most: usize) -> Result<Option<Changes>, Trouble> {
        let arguments = json!({"sinceState": since, "maxChanges": most});
        match self.call("Email/changes", arguments, "the news").await? {
            Said::Answer(answer) => {
                let changes: Changes = understood(answer, "the news")?;
                if changes.new_state.is_empty() {
                    return Err(Trouble::Strange("the news"));
                }
                Ok(Some(changes))
            }
            Said::Error(kind) if kind == "cannotCalculateChanges" => Ok(None),
            Said::Error(_) => Err(Trouble::Refused("tell the news")),
        }
    }

    /// Ids of mails of the past, newest first; `None` where the mail to go on from is gone.
    pub async fn query(&self, past: &Past, most: usize) -> Result<Option<Vec<String>>, Trouble> {
        let sort = [json!({"property": "receivedAt", "isAscending": false})];
        let mut arguments = json!({"sort": sort, "limit": most});
        if let Some(after) = &past.after {
            arguments["anchor"] = json!(after);
            arguments["anchorOffset"] = json!(1);
        } else if let Some(received) = past.received {
            arguments["filter"] = json!({"before": received.to_string()});
        }
        match self.call("Email/query", arguments, "the past").await? {
            Said::Answer(answer) => {
                let ids = answer.get("ids").cloned().unwrap_or_default();
                let mut ids: Vec<String> = understood(ids, "the past")?;
                ids.truncate(most);
                Ok(Some(ids))
            }
            Said::Error(kind) if kind == "anchorNotFound" => Ok(None),
            Said::Error(_) => Err(Trouble::Refused("list the mails")),
        }
    }

    /// Mails by their ids, in that order; those that are gone are left out.
    pub async fn mails(&self, ids: &[String]) -> Result<Vec<Mail>, Trouble> {
        let properties = ["id", "blobId", "mailboxIds", "size", "receivedAt"];
        let arguments = json!({"ids": ids, "properties": properties});
        let found: Vec<Mail> = self.list("Email/get", arguments, "mails").await?;
        let one = |id: &String| found.iter().find(|mail| mail.id == *id).cloned();
        Ok(ids.iter().filter_map(one).collect())
    }

    /// The bytes of a mail; `None` where it is gone.
    pub async fn blob(&self, id: &str) -> Result<Option<Vec<u8>>, Trouble> {
        if !is_id(id) {
            return Err(Trouble::Strange("the id of a mail"));
        }
        let address = self
            .session
            .download_url
            .replace("{accountId}", &self.account)
            .replace("{blobId}", id)
            .replace("{name}", "mail.eml")
            .replace("{type}", "message%2Frfc822");
        let request = self
            .client
            .get(address)
            .header("authorization", &self.shown);
        let answer = request
            .send()
            .await
            .map_err(|error| cut(&error, "a mail"))?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let limit = usize::try_from(MAIL_BYTES_MAX).unwrap_or(usize::MAX);
        body(good(answer, "a mail")?, limit, "a mail")
            .await
            .map(Some)
    }

    async fn list<T: DeserializeOwned>(
        &self,
        method: &str,
        arguments: Value,
        step: &'static str,
    ) -> Result<Vec<T>, Trouble> {
        match self.call(method, arguments, step).await? {
            Said::Answer(answer) => {
                let list = answer.get("list").cloned().unwrap_or_default();
                understood(list, step)
            }
            Said::Error(_) => Err(Trouble::Refused(step)),
        }
    }

    async fn call(
        &self,
        method: &str,
        mut arguments: Value,
        step: &'static str,
    ) -> Result<Said, Trouble> {
        arguments["accountId"] = json!(self.account);
        let body = json!({"using": [CORE, MAIL], "methodCalls": [[method, arguments, "0"]]});
        let request = self.client.post(&self.session.api_url);
        let request = request.header("authorization", &self.shown).json(&body);
        let answers: Answers = read(sent(request, step).await?, step).await?;
        let said = answers.method_responses.into_iter().next();
        let (name, answer, _) = said.ok_or(Trouble::Strange(step))?;
        if name == "error" {
            let kind = answer.get("type").and_then(Value::as_str);
            return Ok(Said::Error(kind.unwrap_or_default().to_owned()));
        }
        if name != method {
            return Err(Trouble::Strange(step));
        }
        Ok(Said::Answer(answer))
    }
}

/// Tokens go to https only; to this machine itself also without.
pub fn is_safe(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else {
        return false;
    };
    let local = matches!(url.host(), Some(url::Host::Ipv4(address)) if address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !id.is_empty() && id.len() <= ID_BYTES_MAX && id.bytes().all(plain)
}

async fn sent(request: reqwest::RequestBuilder, step: &'static str) -> Result<Response, Trouble> {
    let answer = request.send().await.map_err(|error| cut(&error, step))?;
    good(answer, step)
}

fn good(answer: Response, step: &'static str) -> Result<Response, Trouble> {
    match answer.status().as_u16() {
        200 => Ok(answer),
        401 | 403 => Err(Trouble::Token),
        429 | 500..=599 => Err(Trouble::Busy(step)),
        _ => Err(Trouble::Refused(step)),
    }
}

fn cut(error: &reqwest::Error, step: &'static str) -> Trouble {
    if error.is_timeout() {
        return Trouble::Silent(step);
    }
    if error.is_connect() {
        return Trouble::Unreachable;
    }
    Trouble::Cut(step)
}

async fn read<T: DeserializeOwned>(answer: Response, step: &'static str) -> Result<T, Trouble> {
    let bytes = body(answer, ANSWER_BYTES_MAX, step).await?;
    serde_json::from_slice(&bytes).map_err(|_| Trouble::Strange(step))
}

fn understood<T: DeserializeOwned>(answer: Value, step: &'static str) -> Result<T, Trouble> {
    serde_json::from_value(answer).map_err(|_| Trouble::Strange(step))
}

async fn body(mut answer: Response, limit: usize, step: &'static str) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(None) => return Ok(bytes),
            Ok(Some(piece)) if bytes.len() + piece.len() > limit => {
                return Err(Trouble::TooMuch(step));
            }
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Err(error) => return Err(cut(&error, step)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_away() {
        assert!(is_safe("https://api.example/jmap/") && is_safe("http://127.0.0.1:80/"));
        for address in [
            "http://api.example/",
            "http://localhost/",
            "ftp://a.example/",
            "x",
        ] {
            assert!(!is_safe(address), "{address}");
        }
        assert!(is_id("G4c6751edf9dd6903ff54b792e432fba781271beb"));
        for id in ["", "../x", "a/b", "a?b", "a b", &"a".repeat(300)] {
            assert!(!is_id(id), "{id}");
        }
    }
}
