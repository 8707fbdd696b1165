//! A mailbox over JMAP (RFC 8620, RFC 8621): read only, news first, then the past from the top.
//!
//! News are what the server says was created since a state; the past is asked for page by
//! page, newest first. Only `get`, `changes` and `query` are ever called, so nothing changes
//! there. Not here: what a mail says (`mail`).

mod answer;
mod place;
mod talk;

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sellkeep_model::Record;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::connector::{Batch, Connector, Fetching, Trouble};
use crate::mailbox::MAIL_BYTES_MAX;
use answer::Mail;
use place::{Past, Place};
use talk::Talk;

/// The kind of source.
pub const KIND: &str = "jmap";
/// Mails in one batch: few enough that a cut connection repeats little.
const PAGE: usize = 50;
/// Looking for news; push would need a connection of its own.
const EVERY: Duration = Duration::from_secs(20);

/// Where a mailbox lies. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of the session resource (RFC 8620 section 2).
    pub session: String,
    /// The user's name, where a password is used and no token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl Settings {
    /// Reads settings as they were kept.
    pub fn parse(text: &str) -> Result<Settings, Trouble> {
        let settings: Settings = serde_json::from_str(text)
            .map_err(|error| Trouble::Settings(format!("line {}", error.line())))?;
        settings.check()?;
        Ok(settings)
    }

    /// Whether every value can be used.
    pub fn check(&self) -> Result<(), Trouble> {
        if !talk::is_safe(&self.session) {
            return Err(Trouble::Settings(
                "the session is no https:// address".to_owned(),
            ));
        }
        Ok(())
    }
}

/// A mailbox that is read.
pub struct Jmap {
    settings: Settings,
    secret: String,
    talk: Option<Talk>,
}

impl Jmap {
    /// A mailbox; nothing is connected yet.
    pub fn new(settings: Settings, secret: String) -> Result<Jmap, Trouble> {
        settings.check()?;
        if secret.is_empty() {
            return Err(Trouble::NoSecret);
        }
        Ok(Jmap {
            settings,
            secret,
            talk: None,
        })
    }

    async fn read_on(&mut self, cursor: &str) -> Result<Batch, Trouble> {
        let mut place = Place::parse(cursor).ok_or_else(|| {
            Trouble::Settings("the place it was read to cannot be understood".to_owned())
        })?;
        // After trouble the next try begins from the session.
        let (talk, may_wait) = match self.talk.take() {
            Some(talk) => (talk, true),
            None => (Talk::enter(&self.settings, &self.secret).await?, false),
        };
        let mut batch = step(&talk, &mut place).await?;
        if batch.records.is_empty() && place.past.is_none() && may_wait {
            tokio::time::sleep(EVERY).await;
            batch = step(&talk, &mut place).await?;
        }
        self.talk = Some(talk);
        batch.next_cursor = place.text();
        Ok(batch)
    }
}

impl Connector for Jmap {
    fn fetch<'a>(&'a mut self, cursor: &'a str) -> Fetching<'a> {
        Box::pin(self.read_on(cursor))
    }
}

/// News, or a page of the past where there are none.
async fn step(talk: &Talk, place: &mut Place) -> Result<Batch, Trouble> {
    let mut batch = Batch::default();
    let Some(state) = place.state.clone() else {
        place.state = Some(talk.state().await?);
        place.past = Some(Past::default());
        return Ok(batch);
    };
    let Some(changes) = talk.changes(&state, PAGE).await? else {
        batch.problems.push(
            "the server does not remember what came since the last look; all mails are read again"
                .to_owned(),
        );
        *place = Place::default();
        return Ok(batch);
    };
    if !changes.created.is_empty() {
        let mails = talk.mails(&changes.created).await?;
        take(talk, &mails, &mut batch).await?;
    }
    place.state = Some(changes.new_state);
    if batch.records.is_empty()
        && let Some(past) = place.past.take()
    {
        place.past = page(talk, past, &mut batch).await?;
    }
    Ok(batch)
}

/// The next page of the past; where to go on, or nothing where that was the last.
async fn page(talk: &Talk, past: Past, batch: &mut Batch) -> Result<Option<Past>, Trouble> {
    let Some(ids) = talk.query(&past, PAGE).await? else {
        // The mail that the last page ended with is gone: by time then, which may
        // repeat some, and loses none.
        return Ok(Some(past.by_time()));
    };
    if ids.is_empty() {
        return Ok(None);
    }
    let mails = talk.mails(&ids).await?;
    take(talk, &mails, batch).await?;
    let last = ids.last().cloned().unwrap_or_default();
    let received = mails.iter().find(|mail| mail.id == last);
    let received = received.and_then(|mail| mail.received_at);
    Ok(Some(Past {
        after: Some(last),
        received: received.or(past.received),
    }))
}

async fn take(talk: &Talk, mails: &[Mail], batch: &mut Batch) -> Result<(), Trouble> {
    for mail in mails {
        if mail.size > u64::from(MAIL_BYTES_MAX) {
            let says = "a mail is larger than 32 MiB; it was passed over";
            batch.problems.push(says.to_owned());
            continue;
        }
        match talk.blob(&mail.blob_id).await? {
            Some(bytes) => batch.records.push(record(&bytes, talk.folder(mail))),
            None => batch.problems.push(
                "the server does not hand out one of the mails; it was passed over".to_owned(),
            ),
        }
    }
    Ok(())
}

fn record(mail: &[u8], folder: Option<String>) -> Record {
    Record {
        at: Timestamp::now(),
        account: String::new(),
        source: "mailbox".to_owned(),
        operation: None,
        request: Map::new(),
        status: None,
        body: Value::Null,
        headers: BTreeMap::new(),
        signature: None,
        eml: None,
        eml_base64: Some(STANDARD.encode(mail)),
        folder,
        clock: false,
    }
}
