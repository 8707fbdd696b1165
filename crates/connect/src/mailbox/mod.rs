//! A mailbox over IMAP: read only, newest first, then whatever arrives.
//!
//! Folders are opened with EXAMINE and mails fetched with BODY.PEEK, so no flag ever changes.
//! Each fetch is one bounded batch; when there is nothing to read it waits for news (IDLE,
//! or looking every while where the server cannot). News come before the past, INBOX
//! before the rest. Not here: what a mail says (`mail`), when to try again (the runner).

mod cursor;
mod folders;
mod guard;
mod open;
mod plan;
mod progress;
mod providers;
mod settings;
mod talk;
mod token;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use jiff::Timestamp;
use sellkeep_model::Record;
use serde_json::{Map, json};
use tokio::time::{Instant, sleep_until};

use crate::connector::{Batch, Connector, Fetching, Trouble};
use cursor::{Cursor, Gap};
use open::{Proof, open};
pub(crate) use open::{dial, secure};
use plan::{FIRST_BYTES, Plan};
pub use progress::{Backfill, backfill};
pub use providers::{PROVIDERS, Provider, provider};
pub use settings::{Oauth, PORT, Settings};
use talk::{Part, Talk};
pub(crate) use token::Tokens;

/// Providers take mails up to 25 MB as a rule; a notice has some hundred kilobytes.
pub const MAIL_BYTES_MAX: u32 = 32 * 1024 * 1024;
/// Mails in one batch: few enough that a cut connection repeats little.
const BATCH_MAILS_MAX: usize = 100;
/// The inbox is looked at so often while the past is read.
const INBOX_EVERY: Duration = Duration::from_secs(5);
/// The other folders are looked at so often: where mail is hidden, a minute is soon enough.
const FOLDERS_EVERY: Duration = Duration::from_mins(1);
/// IDLE is begun anew so often, because a dead connection cannot be told from a quiet one.
const IDLE_MAX: Duration = Duration::from_mins(5);
/// Looking instead of being told.
const POLL_EVERY: Duration = Duration::from_secs(20);

/// What proves the user, as it is kept: a password, an access token or a refresh token.
#[derive(Clone)]
pub struct MailboxSecret {
    /// The password or token.
    pub main: String,
    /// The client's secret, where the token endpoint wants one.
    pub client: Option<String>,
}

/// A mailbox that is read.
pub struct Mailbox {
    settings: Settings,
    secret: MailboxSecret,
    tokens: Tokens,
    talk: Option<Talk>,
    looked: HashMap<String, Instant>,
}

impl Connector for Mailbox {
    fn fetch<'a>(&'a mut self, cursor: &'a str) -> Fetching<'a> {
        let reading = AssertUnwindSafe(self.read_on(cursor)).catch_unwind();
        Box::pin(async move {
            // The IMAP reader is not ours; whatever breaks in it ends this connection only,
            // which was taken out of `self` and is dropped.
            reading
                .await
                .unwrap_or(Err(Trouble::Strange("the reader gave up")))
        })
    }

    fn new_secret(&self) -> Option<String> {
        self.tokens.renewed().map(str::to_owned)
    }
}

impl Mailbox {
    /// A mailbox; nothing is connected yet.
    pub fn new(settings: Settings, secret: MailboxSecret) -> Result<Mailbox, Trouble> {
        settings.check()?;
        if secret.main.is_empty() {
            return Err(Trouble::NoSecret);
        }
        Ok(Mailbox {
            settings,
            secret,
            tokens: Tokens::default(),
            talk: None,
            looked: HashMap::new(),
        })
    }

    /// Connects, enters, and names the folders that would be read.
    pub async fn test(&mut self) -> Result<Vec<String>, Trouble> {
        let mut talk = self.enter().await?;
        let folders = talk.folders.clone();
        for folder in &folders {
            talk.look(folder).await?;
        }
        talk.leave().await;
        Ok(folders)
    }

    /// The place from which on only what arrives from now on is read.
    pub async fn from_now(&mut self) -> Result<String, Trouble> {
        let mut talk = self.enter().await?;
        let mut cursor = Cursor::default();
        for folder in talk.folders.clone() {
            let look = talk.look(&folder).await?;
            cursor.look(&folder, look);
            cursor.read_down_to(&folder, 1);
        }
        talk.leave().await;
        Ok(cursor.text())
    }

    async fn read_on(&mut self, cursor: &str) -> Result<Batch, Trouble> {
        let mut cursor = Cursor::parse(cursor).ok_or_else(|| {
            Trouble::Settings("the place it was read to cannot be understood".to_owned())
        })?;
        // A failed step drops the connection: what it would say next cannot be known.
        let (mut talk, may_wait) = match self.talk.take() {
            Some(talk) => (talk, true),
            // That the server let us in is news by itself: a quiet mailbox is heard at once.
            None => (self.enter().await?, false),
        };
        let mut batch = self.step(&mut talk, &mut cursor, may_wait).await?;
        cursor.watch(Timestamp::now());
        self.talk = Some(talk);
        batch.next_cursor = cursor.text();
        batch.left = Some(cursor.left());
        Ok(batch)
    }

    async fn enter(&mut self) -> Result<Talk, Trouble> {
        self.looked.clear();
        let mut talk = match &self.settings.oauth {
            None => open(&self.settings, &Proof::Password(self.secret.main.clone())).await?,
            Some(oauth) => {
                let usable = self.tokens.access(oauth, &self.secret).await?;
                match open(&self.settings, &Proof::Token(usable.token)).await {
                    // It was withdrawn before its time; a new one is a matter of a second.
                    Err(Trouble::Token) if usable.is_old => {
                        self.tokens.forget();
                        let new = self.tokens.access(oauth, &self.secret).await?;
                        open(&self.settings, &Proof::Token(new.token)).await
                    }
                    other => other,
                }
                .inspect_err(|_| self.tokens.forget())?
            }
        };
        talk.learn().await?;
        if let Some(folder) = &self.settings.folder {
            talk.folders = vec![folder.clone()];
        }
        Ok(talk)
    }

    /// Looks where it is time to look, then reads, or waits for something to read.
    async fn step(
        &mut self,
        talk: &mut Talk,
        cursor: &mut Cursor,
        may_wait: bool,
    ) -> Result<Batch, Trouble> {
        let mut problems = self.look_around(talk, cursor).await?;
        let mut work = next(&talk.folders, cursor);
        if work.is_none() && may_wait {
            self.wait(talk).await?;
            problems.extend(self.look_around(talk, cursor).await?);
            work = next(&talk.folders, cursor);
        }
        let mut batch = match work {
            Some((folder, gap)) => read(talk, cursor, &folder, gap).await?,
            None => Batch::default(),
        };
        batch.problems.splice(0..0, problems);
        Ok(batch)
    }

    async fn look_around(
        &mut self,
        talk: &mut Talk,
        cursor: &mut Cursor,
    ) -> Result<Vec<String>, Trouble> {
        let mut problems = Vec::new();
        for (place, folder) in talk.folders.clone().iter().enumerate() {
            let every = if place == 0 {
                INBOX_EVERY
            } else {
                FOLDERS_EVERY
            };
            if self
                .looked
                .get(folder)
                .is_some_and(|at| at.elapsed() < every)
            {
                continue;
            }
            let look = talk.look(folder).await?;
            self.looked.insert(folder.clone(), Instant::now());
            if cursor.look(folder, look) {
                problems.push("the server has numbered the mails of a folder anew; all of them are read again".to_owned());
            }
        }
        cursor.watch(Timestamp::now());
        Ok(problems)
    }

    /// Waits for news of the first folder, at most until another one is to be looked at.
    async fn wait(&mut self, talk: &mut Talk) -> Result<(), Trouble> {
        let now = Instant::now();
        let Some((first, others)) = talk
            .folders
            .clone()
            .split_first()
            .map(|(a, b)| (a.clone(), b.to_vec()))
        else {
            return Ok(());
        };
        let due = others.iter().filter_map(|folder| self.looked.get(folder));
        let due = due.map(|at| *at + FOLDERS_EVERY).min();
        let end = due.unwrap_or(now + IDLE_MAX).min(now + IDLE_MAX);
        if !talk.tells_news {
            sleep_until(end.min(now + POLL_EVERY)).await;
            self.looked.remove(&first);
            return Ok(());
        }
        if !talk.is_open(&first) {
            talk.look(&first).await?;
        }
        talk.news(end).await?;
        self.looked.remove(&first);
        Ok(())
    }
}

/// The gap to read next: news before the past, in the order of the folders.
fn next(folders: &[String], cursor: &Cursor) -> Option<(String, Gap)> {
    let gaps = folders
        .iter()
        .filter_map(|folder| Some((folder.clone(), cursor.gap(folder)?)));
    let mut gaps: Vec<(String, Gap)> = gaps.collect();
    gaps.sort_by_key(|(_, gap)| gap.is_past());
    gaps.into_iter().next()
}

/// Reads the newest mails of a gap and moves the cursor below them.
async fn read(
    talk: &mut Talk,
    cursor: &mut Cursor,
    folder: &str,
    gap: Gap,
) -> Result<Batch, Trouble> {
    if !talk.is_open(folder) {
        let look = talk.look(folder).await?;
        cursor.look(folder, look);
        // News may have come, or the numbers may be others by now: what to read is decided anew.
        if cursor.gap(folder) != Some(gap) {
            return Ok(Batch::default());
        }
    }
    let (numbers, from) = talk.numbers(gap).await?;
    let newest = numbers.get(..BATCH_MAILS_MAX).unwrap_or(&numbers);
    let sizes = match newest {
        [] => Vec::new(),
        newest => talk.sizes(newest).await?,
    };
    let plan = Plan::new(&sizes);
    let batch = collect(talk, folder, &plan).await?;
    let reached = match plan.lowest() {
        Some(lowest) if plan.len() < sizes.len() => lowest,
        _ if newest.len() < numbers.len() => newest.last().copied().unwrap_or(from),
        _ => from,
    };
    cursor.read_down_to(folder, reached);
    Ok(batch)
}

async fn collect(talk: &mut Talk, folder: &str, plan: &Plan) -> Result<Batch, Trouble> {
    let mut batch = Batch::default();
    let now = Timestamp::now();
    if !plan.whole.is_empty() {
        // Some servers tell sizes that are not exact, so there is room for twice as much.
        let mails = fetch(talk, &plan.whole, Part::Whole, plan.bytes * 2, &mut batch).await?;
        batch
            .records
            .extend(mails.iter().map(|(_, mail)| record(mail, folder, now)));
    }
    for (number, size) in &plan.large {
        let bytes = usize::try_from(FIRST_BYTES).unwrap_or(usize::MAX);
        let mails = fetch(
            talk,
            &[*number],
            Part::First(FIRST_BYTES),
            bytes,
            &mut batch,
        )
        .await?;
        for (_, mail) in &mails {
            let mut record = record(mail, folder, now);
            record.request = Map::from_iter([
                ("bytes".to_owned(), json!(mail.len())),
                ("size".to_owned(), json!(size)),
            ]);
            batch.records.push(record);
            batch
                .problems
                .push("a mail is larger than 32 MiB; only its beginning was read".to_owned());
        }
    }
    Ok(batch)
}

/// Mails; where the server refuses several together, one by one, so that a broken one
/// does not hold up the rest.
async fn fetch(
    talk: &mut Talk,
    numbers: &[u32],
    part: Part,
    bytes: usize,
    batch: &mut Batch,
) -> Result<Vec<(u32, Vec<u8>)>, Trouble> {
    match talk.mails(numbers, part, bytes).await {
        Err(Trouble::Refused(_)) => {}
        other => return other,
    }
    let mut mails = Vec::new();
    for number in numbers {
        match talk.mails(&[*number], part, bytes).await {
            Ok(found) => mails.extend(found),
            Err(Trouble::Refused(_)) => {
                batch.problems.push(
                    "the server does not hand out one of the mails; it was passed over".to_owned(),
                );
            }
            Err(other) => return Err(other),
        }
    }
    Ok(mails)
}

fn record(mail: &[u8], folder: &str, now: Timestamp) -> Record {
    Record {
        at: now,
        account: String::new(),
        source: "mailbox".to_owned(),
        operation: None,
        request: Map::new(),
        status: None,
        body: serde_json::Value::Null,
        headers: std::collections::BTreeMap::new(),
        signature: None,
        eml: None,
        eml_base64: Some(STANDARD.encode(mail)),
        folder: Some(folder.to_owned()),
        clock: false,
    }
}
