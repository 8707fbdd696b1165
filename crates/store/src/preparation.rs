//! Preparation: what people said about checks, who answers for which, and the score of
//! each day.
//!
//! What was said are words like any other, only ever added. Not here: what the checks
//! find (`detect::audit`).

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use crate::bulk::ROWS_MAX;
use crate::error::{Error, Result, Step};
use crate::page::{PAGE_ROWS_MAX, name, rows, signed};
use crate::people_words::{Word, WordFilter, WordKind};
use crate::queue::NewJob;
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO scores (tenant, account, day, at, points, points_max, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, account, day) DO UPDATE SET \
             at = excluded.at, points = excluded.points, points_max = excluded.points_max, \
             body = excluded.body";
    LIST: Scope::Tenant,
        "SELECT day, at, points, points_max, body FROM scores \
         WHERE tenant = $1 AND account = $2 ORDER BY day DESC LIMIT $3";
    LATEST: Scope::Tenant,
        "SELECT day, at, points, points_max, body, account FROM scores \
         WHERE tenant = $1 AND account IN (SELECT value FROM json_each($2)) \
             AND day = (SELECT max(day) FROM scores AS other \
                        WHERE other.tenant = $1 AND other.account = scores.account)",
        "SELECT day, at, points, points_max, body, account FROM scores \
         WHERE tenant = $1 AND account IN \
             (SELECT a FROM json_array_elements_text(CAST($2 AS JSON)) AS wanted(a)) \
             AND day = (SELECT max(day) FROM scores AS other \
                        WHERE other.tenant = $1 AND other.account = scores.account)";
}

/// Seconds of a day; days begin at midnight UTC, so that every node means the same one.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The kind of job that looks at an account's preparation; its input is `account@when`.
pub const PREPARE: &str = "prepare";

/// The job that looks at an account's preparation. `when` tells one look from another.
pub fn prepare(account: &str, when: &str, due: Timestamp) -> NewJob {
    NewJob::new(PREPARE, format!("{account}@{when}"), due)
}

/// A person's word on a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested {
    /// Whether it is so.
    pub yes: bool,
    /// What proves it, in words.
    #[serde(default)]
    pub evidence: String,
    /// The record that keeps what was looked at, where there is one.
    #[serde(default)]
    pub record: Option<String>,
}

/// Somebody answers for a check that is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excepted {
    /// Who.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when; taken back where that is past.
    pub expires: Timestamp,
}

/// The business's own domain, whose protection is read from the DNS.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnDomain {
    /// The domain; empty where there is none any more.
    pub domain: String,
    /// Selectors of its DKIM keys.
    #[serde(default)]
    pub selectors: Vec<String>,
}

/// One thing that was said, with who and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The check.
    pub check: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: T,
}

/// Everything that people said about an account's preparation, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaidOfAccount {
    /// On checks.
    pub attested: Vec<Said<Attested>>,
    /// Who answers for what.
    pub excepted: Vec<Said<Excepted>>,
    /// The own domain, where one was named.
    pub domain: Option<OwnDomain>,
}

/// A fact that a machine read: a number or a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ReadFact {
    /// A number.
    Number(i64),
    /// A word.
    Word(String),
}

/// Facts by their names.
pub type ReadFacts = BTreeMap<String, ReadFact>;

/// The score of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayScore {
    /// When it was computed last on that day.
    pub at: Timestamp,
    /// Points of checks that pass.
    pub points: u64,
    /// Points of all.
    pub points_max: u64,
    /// The checks that pass.
    pub passed: Vec<String>,
    /// Facts read from outside (the DNS), which the next look takes over.
    pub facts: ReadFacts,
}

#[derive(Serialize, Deserialize)]
struct Body {
    passed: Vec<String>,
    #[serde(default)]
    facts: ReadFacts,
}

impl Store {
    /// What people said about an account's preparation. Words of another form are passed over.
    pub async fn said_of(&self, tenant: &Tenant, account: &str) -> Result<SaidOfAccount> {
        let filter = WordFilter::Account(account.to_owned());
        let words = self.words(tenant, &filter, None, PAGE_ROWS_MAX).await?;
        let mut said = SaidOfAccount::default();
        for word in &words {
            match word.kind {
                WordKind::Attestation => said.attested.extend(read(word)),
                WordKind::Exception => said.excepted.extend(read(word)),
                WordKind::OwnDomain if said.domain.is_none() => {
                    said.domain = serde_json::from_str(&word.body).ok();
                }
                _ => {}
            }
        }
        Ok(said)
    }

    /// Keeps the score of a day; it takes the place of an earlier one of that day.
    pub async fn put_score(&self, tenant: &Tenant, account: &str, score: &DayScore) -> Result<()> {
        let body = Body {
            passed: score.passed.clone(),
            facts: score.facts.clone(),
        };
        let account = if account.is_empty() {
            String::new()
        } else {
            name(account, "an account's name")?
        };
        let query = PUT.on(self.engine()).bind(tenant.bound()).bind(account);
        let query = query.bind(score.at.as_second().div_euclid(DAY_SECONDS));
        let query = query.bind(score.at.as_microsecond());
        let query = query
            .bind(signed(score.points))
            .bind(signed(score.points_max));
        let query = query.bind(serde_json::to_string(&body).map_err(Error::Json)?);
        let mut write = self.write().await?;
        let done = query.execute(write.connection()).await;
        done.step("keep a score")?;
        write.commit().await
    }

    /// The scores of the last days that have one, newest first.
    pub async fn scores(
        &self,
        tenant: &Tenant,
        account: &str,
        limit: usize,
    ) -> Result<Vec<DayScore>> {
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let query = query.bind(account.to_owned()).bind(rows(limit));
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list scores")?.iter().map(score).collect()
    }

    /// The newest score of each of some accounts, by id; those without one are left out.
    pub async fn latest_scores(
        &self,
        tenant: &Tenant,
        accounts: &[&str],
    ) -> Result<HashMap<String, DayScore>> {
        let mut scores = HashMap::with_capacity(accounts.len());
        for some in accounts.chunks(ROWS_MAX) {
            let wanted = serde_json::to_string(some).map_err(Error::Json)?;
            let query = LATEST.on(self.engine()).bind(tenant.bound()).bind(wanted);
            let found = query.fetch_all(&self.pools.read).await;
            for row in found.step("list scores")? {
                scores.insert(row.text(5)?, score(&row)?);
            }
        }
        Ok(scores)
    }
}

fn read<T: for<'d> Deserialize<'d>>(word: &Word) -> Option<Said<T>> {
    Some(Said {
        check: word.subject.clone(),
        by: word.who.clone(),
        at: word.at,
        what: serde_json::from_str(&word.body).ok()?,
    })
}

fn score(row: &AnyRow) -> Result<DayScore> {
    let body: Body = row.json(4)?;
    Ok(DayScore {
        at: row.time(1)?,
        points: row.count(2)?,
        points_max: row.count(3)?,
        passed: body.passed,
        facts: body.facts,
    })
}
