//! Alerts: what people are told, what has become of it, and what they did with it.
//!
//! An alert is written back with the version it was read at; who was slower reads again.
//! Deeds are only ever added.

use jiff::Timestamp;
use sellkeep_model::{Alert, AlertLevel, AlertState};
use sqlx::any::AnyRow;

use crate::counts;
use crate::error::{Error, Result, Step};
use crate::page::{Place, Versioned, name, rows, signed};
use crate::queue::{self, NewJob};
use crate::statement::{Columns, Scope, Statement, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO alerts (tenant, id, account, level, state, pending, changed, version, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant, id) DO UPDATE SET \
             account = excluded.account, level = excluded.level, state = excluded.state, \
             pending = excluded.pending, changed = excluded.changed, \
             version = excluded.version, body = excluded.body \
         WHERE alerts.version = excluded.version - 1";
    BEFORE: Scope::Tenant,
        "SELECT account, level, pending FROM alerts WHERE tenant = $1 AND id = $2",
        "SELECT account, level, pending FROM alerts WHERE tenant = $1 AND id = $2 FOR UPDATE";
    GET: Scope::Tenant, "SELECT body, version FROM alerts WHERE tenant = $1 AND id = $2";
    PENDING: Scope::Tenant,
        "SELECT body, version FROM alerts WHERE tenant = $1 AND account = $2 AND pending = 1 ORDER BY id";
    BY_NEED: Scope::Tenant,
        "SELECT body, version FROM alerts WHERE tenant = $1 AND (changed, id) < ($2, $3) \
             AND pending = 1 AND level = $5 ORDER BY changed DESC, id DESC LIMIT $4";
    BY_STATE: Scope::Tenant,
        "SELECT body, version FROM alerts WHERE tenant = $1 AND (changed, id) < ($2, $3) \
             AND state = $5 ORDER BY changed DESC, id DESC LIMIT $4";
    BY_ACCOUNT: Scope::Tenant,
        "SELECT body, version FROM alerts WHERE tenant = $1 AND (changed, id) < ($2, $3) \
             AND account = $5 ORDER BY changed DESC, id DESC LIMIT $4";
    BY_TIME: Scope::Tenant,
        "SELECT body, version FROM alerts WHERE tenant = $1 AND (changed, id) < ($2, $3) \
         ORDER BY changed DESC, id DESC LIMIT $4";
    ADD_DEED: Scope::Tenant,
        "INSERT INTO alert_deeds (tenant, alert, number, at, who, deed, says) \
         SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5, $6 \
         FROM alert_deeds WHERE tenant = $1 AND alert = $2";
    DEEDS: Scope::Tenant,
        "SELECT at, who, deed, says FROM alert_deeds WHERE tenant = $1 AND alert = $2 ORDER BY number";
}

/// Which alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertFilter {
    /// All of the tenant.
    All,
    /// Those that still need somebody, of one level.
    Need(AlertLevel),
    /// Those in a state, by its word (see [`state_word`]).
    State(String),
    /// Those of one account.
    Account(String),
}

/// What a person did with an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What, in one word: `acknowledged`, `snoozed`, `not-me` …
    pub deed: String,
    /// What they said about it.
    pub says: String,
}

/// An alert's place on every list.
pub fn alert_place(alert: &Alert) -> Place {
    Place::of(alert.changed, &alert.id)
}

/// A state's word, as in JSON.
pub fn state_word(state: &AlertState) -> &'static str {
    match state {
        AlertState::Open => "open",
        AlertState::Acknowledged { .. } => "acknowledged",
        AlertState::Snoozed { .. } => "snoozed",
        AlertState::ItWasMe { .. } => "it-was-me",
        AlertState::NotMe { .. } => "not-me",
        AlertState::Resolved { .. } => "resolved",
    }
}

/// Under which name alerts of a level that still need somebody are counted.
pub fn pending(level: AlertLevel) -> &'static str {
    match level {
        AlertLevel::ActNow => "alerts/act-now",
        AlertLevel::CheckToday => "alerts/check-today",
        AlertLevel::ForInformation => "alerts/for-information",
    }
}

/// Whether somebody is still needed. "Not me" is, until its incident is closed.
fn needs_somebody(state: &AlertState) -> bool {
    !matches!(
        state,
        AlertState::ItWasMe { .. } | AlertState::Resolved { .. }
    )
}

fn rank(level: AlertLevel) -> i64 {
    match level {
        AlertLevel::ForInformation => 1,
        AlertLevel::CheckToday => 2,
        AlertLevel::ActNow => 3,
    }
}

fn level_of(rank: i64) -> Option<AlertLevel> {
    let all = [
        AlertLevel::ForInformation,
        AlertLevel::CheckToday,
        AlertLevel::ActNow,
    ];
    all.into_iter().find(|level| self::rank(*level) == rank)
}

impl Store {
    /// One alert.
    pub async fn alert(&self, tenant: &Tenant, id: &str) -> Result<Option<Versioned<Alert>>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query.bind(id.to_owned()).fetch_optional(&self.pools.read);
        row.await
            .step("read an alert")?
            .map(|row| alert(&row))
            .transpose()
    }

    /// All alerts of an account that still need somebody: what `raise` is given.
    pub async fn pending_alerts(
        &self,
        tenant: &Tenant,
        account: &str,
    ) -> Result<Vec<Versioned<Alert>>> {
        let query = PENDING.on(self.engine()).bind(tenant.bound());
        let found = query.bind(account.to_owned()).fetch_all(&self.pools.read);
        let found = found.await.step("list pending alerts")?;
        found.iter().map(alert).collect()
    }

    /// Alerts by their last change, newest first, before a place.
    pub async fn alerts(
        &self,
        tenant: &Tenant,
        filter: &AlertFilter,
        before: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Versioned<Alert>>> {
        let before = before.cloned().unwrap_or_else(Place::last);
        let query = statement(filter).on(self.engine()).bind(tenant.bound());
        let query = query.bind(before.at()).bind(before.id()).bind(rows(limit));
        let query = match filter {
            AlertFilter::All => query,
            AlertFilter::Need(level) => query.bind(rank(*level)),
            AlertFilter::State(word) => query.bind(word.clone()),
            AlertFilter::Account(account) => query.bind(account.clone()),
        };
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list alerts")?.iter().map(alert).collect()
    }

    /// Writes what a person did: the alert as it is now, the deed, and the jobs that follow.
    pub async fn answer_alert(
        &self,
        tenant: &Tenant,
        alert: &Versioned<Alert>,
        deed: &Deed,
        jobs: &[NewJob],
    ) -> Result<()> {
        let mut write = self.write().await?;
        put(&mut write, tenant, alert).await?;
        let query = ADD_DEED.on(write.engine).bind(tenant.bound());
        let query = query
            .bind(alert.value.id.clone())
            .bind(deed.at.as_microsecond());
        let query = query.bind(name(&deed.who, "a person's name")?);
        let query = query
            .bind(name(&deed.deed, "a deed")?)
            .bind(said(&deed.says));
        query
            .execute(write.connection())
            .await
            .step("note a deed")?;
        let jobs: Vec<&NewJob> = jobs.iter().collect();
        queue::enqueue(&mut write, tenant, &jobs).await?;
        write.commit().await
    }

    /// What people did with an alert, in order.
    pub async fn deeds(&self, tenant: &Tenant, alert: &str) -> Result<Vec<Deed>> {
        let query = DEEDS.on(self.engine()).bind(tenant.bound());
        let found = query.bind(alert.to_owned()).fetch_all(&self.pools.read);
        found.await.step("list deeds")?.iter().map(deed).collect()
    }
}

/// A person's words as both engines keep them.
pub(crate) fn said(text: &str) -> String {
    text.replace('\0', "")
}

fn statement(filter: &AlertFilter) -> &'static Statement {
    match filter {
        AlertFilter::All => &BY_TIME,
        AlertFilter::Need(_) => &BY_NEED,
        AlertFilter::State(_) => &BY_STATE,
        AlertFilter::Account(_) => &BY_ACCOUNT,
    }
}

/// Writes an alert within a transaction and keeps the counts right.
pub(crate) async fn put(
    write: &mut Write,
    tenant: &Tenant,
    alert: &Versioned<Alert>,
) -> Result<()> {
    let value = &alert.value;
    uncount(write, tenant, &value.id).await?;
    let needs = needs_somebody(&value.state);
    let query = PUT.on(write.engine).bind(tenant.bound());
    let query = query.bind(name(&value.id, "an alert's id")?);
    let query = query.bind(name(&value.detection.account, "an account's name")?);
    let query = query.bind(rank(value.detection.level));
    let query = query.bind(state_word(&value.state).to_owned());
    let query = query
        .bind(i64::from(needs))
        .bind(value.changed.as_microsecond());
    let query = query.bind(signed(alert.version) + 1);
    let query = query.bind(serde_json::to_string(value).map_err(Error::Json)?);
    let done = query.execute(write.connection()).await;
    if done.step("keep an alert")?.rows_affected() == 0 {
        return Err(Error::Conflict { what: "the alert" });
    }
    let what = pending(value.detection.level);
    counts::add(
        write,
        tenant,
        what,
        &value.detection.account,
        i64::from(needs),
    )
    .await
}

/// Takes the alert as it was out of the counts.
async fn uncount(write: &mut Write, tenant: &Tenant, id: &str) -> Result<()> {
    let query = BEFORE.on(write.engine).bind(tenant.bound());
    let row = query.bind(id.to_owned()).fetch_optional(write.connection());
    let Some(row) = row.await.step("read an alert")? else {
        return Ok(());
    };
    let corrupt = Error::Corrupt {
        what: "the level of an alert",
    };
    let level = level_of(row.number(1)?).ok_or(corrupt)?;
    let n = -row.number(2)?;
    counts::add(write, tenant, pending(level), &row.text(0)?, n).await
}

fn alert(row: &AnyRow) -> Result<Versioned<Alert>> {
    Ok(Versioned {
        value: row.json(0)?,
        version: row.count(1)?,
    })
}

fn deed(row: &AnyRow) -> Result<Deed> {
    Ok(Deed {
        at: row.time(0)?,
        who: row.text(1)?,
        deed: row.text(2)?,
        says: row.text(3)?,
    })
}
