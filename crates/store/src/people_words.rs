//! Words of people: attestations, answers, notes, confirmed contacts, planned changes.
//!
//! Only ever added, never changed: what holds now is the newest word on a subject. They
//! are the one thing that cannot be made again from records.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::error::{Error, Result, Step};
use crate::page::{Place, name, rows};
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

/// Words longer than a long letter are a file, and files are records.
const BODY_BYTES_MAX: usize = 1 << 20;

statements! {
    ADD: Scope::Tenant,
        "INSERT INTO words (tenant, id, kind, account, subject, at, who, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, id) DO NOTHING";
    BY_KIND: Scope::Tenant,
        "SELECT id, kind, account, subject, at, who, body FROM words \
         WHERE tenant = $1 AND (at, id) < ($2, $3) AND kind = $5 \
         ORDER BY at DESC, id DESC LIMIT $4";
    BY_ACCOUNT: Scope::Tenant,
        "SELECT id, kind, account, subject, at, who, body FROM words \
         WHERE tenant = $1 AND (at, id) < ($2, $3) AND account = $5 \
         ORDER BY at DESC, id DESC LIMIT $4";
    BY_SUBJECT: Scope::Tenant,
        "SELECT id, kind, account, subject, at, who, body FROM words \
         WHERE tenant = $1 AND (at, id) < ($2, $3) AND kind = $5 AND subject = $6 \
         ORDER BY at DESC, id DESC LIMIT $4";
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordKind {
    /// A person confirms what no source tells.
    Attestation,
    /// A person answers a question or an alert.
    Answer,
    /// A note on an account, an alert, an incident.
    Note,
    /// A contact was called and is right, or wrong.
    ContactConfirmed,
    /// A change is announced, or called off.
    PlannedChange,
    /// Somebody answers for a check that is not met.
    Exception,
    /// The business names its own domain.
    OwnDomain,
}

impl WordKind {
    /// Every kind.
    pub const ALL: &'static [WordKind] = &[
        WordKind::Attestation,
        WordKind::Answer,
        WordKind::Note,
        WordKind::ContactConfirmed,
        WordKind::PlannedChange,
        WordKind::Exception,
        WordKind::OwnDomain,
    ];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            WordKind::Attestation => "attestation",
            WordKind::Answer => "answer",
            WordKind::Note => "note",
            WordKind::ContactConfirmed => "contact-confirmed",
            WordKind::PlannedChange => "planned-change",
            WordKind::Exception => "exception",
            WordKind::OwnDomain => "own-domain",
        }
    }
}

/// What a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Given by whoever adds it, so that the same form sent twice is one word.
    pub id: String,
    /// What it is.
    pub kind: WordKind,
    /// The account; empty where it is about the tenant.
    pub account: String,
    /// What it is about: a check, an alert, a contact.
    pub subject: String,
    /// When it was said.
    pub at: Timestamp,
    /// Who said it.
    pub who: String,
    /// What was said, as JSON.
    pub body: String,
}

impl Word {
    /// Its place on every list.
    pub fn place(&self) -> Place {
        Place::of(self.at, &self.id)
    }
}

/// Which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordFilter {
    /// Those of a kind.
    Kind(WordKind),
    /// Those of a kind on one subject.
    Subject(WordKind, String),
    /// Those on one account.
    Account(String),
}

impl Store {
    /// Adds a word. Returns whether it was new.
    pub async fn say(&self, tenant: &Tenant, word: &Word) -> Result<bool> {
        if word.body.len() > BODY_BYTES_MAX {
            return Err(Error::TooLarge {
                what: "what was said",
                limit: "1 MiB",
            });
        }
        let mut write = self.write().await?;
        let query = ADD.on(write.engine).bind(tenant.bound());
        let query = query.bind(name(&word.id, "a word's id")?);
        let query = query.bind(word.kind.as_str().to_owned());
        let query = query.bind(word.account.clone()).bind(word.subject.clone());
        let query = query.bind(word.at.as_microsecond());
        let query = query.bind(name(&word.who, "a person's name")?);
        let query = query.bind(word.body.clone());
        let done = query.execute(write.connection()).await;
        let new = done.step("keep what was said")?.rows_affected() > 0;
        write.commit().await?;
        Ok(new)
    }

    /// Words, newest first, before a place.
    pub async fn words(
        &self,
        tenant: &Tenant,
        filter: &WordFilter,
        before: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Word>> {
        let before = before.cloned().unwrap_or_else(Place::last);
        let statement = match filter {
            WordFilter::Kind(_) => &BY_KIND,
            WordFilter::Subject(..) => &BY_SUBJECT,
            WordFilter::Account(_) => &BY_ACCOUNT,
        };
        let query = statement.on(self.engine()).bind(tenant.bound());
        let query = query.bind(before.at()).bind(before.id()).bind(rows(limit));
        let query = match filter {
            WordFilter::Kind(kind) => query.bind(kind.as_str().to_owned()),
            WordFilter::Account(account) => query.bind(account.clone()),
            WordFilter::Subject(kind, subject) => {
                query.bind(kind.as_str().to_owned()).bind(subject.clone())
            }
        };
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list what was said")?.iter().map(word).collect()
    }
}

fn word(row: &AnyRow) -> Result<Word> {
    let kind = row.text(1)?;
    let mut kinds = WordKind::ALL.iter().copied();
    let kind = kinds.find(|known| known.as_str() == kind);
    Ok(Word {
        id: row.text(0)?,
        kind: kind.ok_or(Error::Corrupt {
            what: "the kind of a word",
        })?,
        account: row.text(2)?,
        subject: row.text(3)?,
        at: row.time(4)?,
        who: row.text(5)?,
        body: row.text(6)?,
    })
}
