//! Evidence: what was read from a record, with which knowledge. Can be made again.
//!
//! The body is whatever the reader wrote, as JSON: an examination of a mail, or the
//! problems of an answer. The verdict is a column because people look for it.

use jiff::Timestamp;
use sellkeep_model::hexadecimal;
use serde::Serialize;
use sqlx::any::AnyRow;

use crate::bulk::{Bulk, Slice};
use crate::error::{Result, Step};
use crate::page::{Place, rows};
use crate::records::digest_bytes;
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO evidence (tenant, record, account, at, verdict, knowledge, body) \
         SELECT $1, unhex(value ->> 'r'), value ->> 'a', value ->> 't', value ->> 'v', \
             value ->> 'k', CAST(substr($3, value ->> 'o', value ->> 'n') AS TEXT) \
         FROM json_each($2) WHERE true ON CONFLICT (tenant, record) DO UPDATE SET \
             account = excluded.account, at = excluded.at, verdict = excluded.verdict, \
             knowledge = excluded.knowledge, body = excluded.body",
        "INSERT INTO evidence (tenant, record, account, at, verdict, knowledge, body) \
         SELECT $1, decode(r, 'hex'), a, t, v, k, \
             convert_from(substring(CAST($3 AS BYTEA) FROM o FOR n), 'UTF8') \
         FROM json_to_recordset(CAST($2 AS JSON)) AS rows(r TEXT, a TEXT, t BIGINT, v TEXT, \
             k TEXT, o INTEGER, n INTEGER) \
         ON CONFLICT (tenant, record) DO UPDATE SET \
             account = excluded.account, at = excluded.at, verdict = excluded.verdict, \
             knowledge = excluded.knowledge, body = excluded.body";
    GET: Scope::Tenant,
        "SELECT record, account, at, verdict, knowledge, body FROM evidence \
         WHERE tenant = $1 AND record = $2";
    BY_TIME: Scope::Tenant,
        "SELECT record, account, at, verdict, knowledge, body FROM evidence \
         WHERE tenant = $1 AND (at, record) < ($2, $3) AND verdict <> '' \
         ORDER BY at DESC, record DESC LIMIT $4";
    BY_VERDICT: Scope::Tenant,
        "SELECT record, account, at, verdict, knowledge, body FROM evidence \
         WHERE tenant = $1 AND (at, record) < ($2, $3) AND verdict = $5 \
         ORDER BY at DESC, record DESC LIMIT $4";
}

/// What was read from a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The record's digest.
    pub record: String,
    /// The account it is about; empty where none.
    pub account: String,
    /// When the record was learned.
    pub at: Timestamp,
    /// The verdict's word for a mail; empty for anything else.
    pub verdict: String,
    /// The hash of the knowledge it was read with.
    pub knowledge: String,
    /// What the reader wrote, as JSON.
    pub body: String,
}

impl Evidence {
    /// Its place on every list.
    pub fn place(&self) -> Place {
        Place::of(self.at, &self.record)
    }
}

impl Store {
    /// What was read from a record.
    pub async fn evidence(&self, tenant: &Tenant, record: &str) -> Result<Option<Evidence>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query
            .bind(digest_bytes(record)?)
            .fetch_optional(&self.pools.read);
        row.await
            .step("read evidence")?
            .map(|row| evidence(&row))
            .transpose()
    }

    /// Mails with their verdicts, newest first, before a place; of one verdict where it is named.
    pub async fn verdicts(
        &self,
        tenant: &Tenant,
        verdict: Option<&str>,
        before: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Evidence>> {
        let before = before.cloned().unwrap_or_else(Place::last);
        let record = match before.id().as_str() {
            "" => Vec::new(),
            digits => digest_bytes(digits)?,
        };
        let statement = if verdict.is_some() {
            &BY_VERDICT
        } else {
            &BY_TIME
        };
        let query = statement.on(self.engine()).bind(tenant.bound());
        let query = query.bind(before.at()).bind(record).bind(rows(limit));
        let query = match verdict {
            Some(verdict) => query.bind(verdict.to_owned()),
            None => query,
        };
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list verdicts")?.iter().map(evidence).collect()
    }
}

#[derive(Serialize)]
struct Row<'a> {
    r: &'a str,
    a: &'a str,
    t: i64,
    v: &'a str,
    k: &'a str,
    #[serde(flatten)]
    body: Slice,
}

/// Writes evidence within a transaction; it takes the place of older evidence. Each record
/// comes once.
pub(crate) async fn put(write: &mut Write, tenant: &Tenant, evidence: &[&Evidence]) -> Result<()> {
    let mut rest = evidence.iter().peekable();
    while rest.peek().is_some() {
        let mut bulk = Bulk::new();
        while !bulk.is_full() {
            let Some(one) = rest.next() else { break };
            digest_bytes(&one.record)?;
            let body = bulk.keep(one.body.as_bytes());
            bulk.row(&Row {
                r: &one.record,
                a: &one.account,
                t: one.at.as_microsecond(),
                v: &one.verdict,
                k: &one.knowledge,
                body,
            })?;
        }
        let (rows, bytes) = bulk.finish()?;
        let query = PUT.on(write.engine).bind(tenant.bound());
        let query = query.bind(rows).bind(bytes);
        let done = query.execute(write.connection()).await;
        done.step("keep evidence")?;
    }
    Ok(())
}

fn evidence(row: &AnyRow) -> Result<Evidence> {
    Ok(Evidence {
        record: hexadecimal(&row.bytes(0)?),
        account: row.text(1)?,
        at: row.time(2)?,
        verdict: row.text(3)?,
        knowledge: row.text(4)?,
        body: row.text(5)?,
    })
}
