//! Arrivals: hooks that were brought to us, each filed once, and what was not believed.
//!
//! A marketplace brings a hook again until it is answered, and a stranger who holds a copy
//! may bring it again any time. Its id is kept in the transaction that files it, so that
//! it is filed once whoever brings it. Not here: whether a hook is genuine.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::error::{Result, Step};
use crate::ingest::{Intake, file};
use crate::page::name;
use crate::sources;
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

statements! {
    ARRIVE: Scope::Tenant,
        "INSERT INTO arrivals (tenant, source, id, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, source, id) DO NOTHING";
    FORGET: Scope::Machine("ids are kept for the same time for everybody"),
        "DELETE FROM arrivals WHERE at < $1";
    REFUSE: Scope::Tenant,
        "INSERT INTO refusals (tenant, source, n, at, says) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tenant, source) DO UPDATE \
         SET n = refusals.n + excluded.n, at = excluded.at, says = excluded.says";
    REFUSED: Scope::Tenant,
        "SELECT source, n, at, says FROM refusals WHERE tenant = $1 ORDER BY source";
    FORGET_REFUSED: Scope::Tenant, "DELETE FROM refusals WHERE tenant = $1 AND source = $2";
}

/// What was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The source it was brought to.
    pub source: String,
    /// The same for the same delivery, whoever brings it.
    pub id: String,
}

/// What a source was brought that was not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The source.
    pub source: String,
    /// How often.
    pub count: u64,
    /// When last.
    pub at: Timestamp,
    /// Why, in plain words.
    pub says: String,
}

impl Store {
    /// Files what was brought, if it was not brought before. Returns whether it was new;
    /// the source was heard either way.
    pub async fn arrive(
        &self,
        tenant: &Tenant,
        arrival: &Arrival,
        intake: Intake,
        now: Timestamp,
    ) -> Result<bool> {
        let ready = self.prepare(tenant, intake, now).await?;
        let mut write = self.write().await?;
        let query = ARRIVE.on(write.engine).bind(tenant.bound());
        let query = query.bind(name(&arrival.source, "a source's name")?);
        let query = query.bind(name(&arrival.id, "the id of what was brought")?);
        let query = query.bind(now.as_microsecond());
        let done = query.execute(write.connection()).await;
        let is_new = done.step("note what was brought")?.rows_affected() > 0;
        if is_new {
            file(&mut write, tenant, ready, now).await?;
        } else if let Some(advance) = &ready.advance {
            sources::advance(&mut write, tenant, advance, now).await?;
        }
        write.commit().await?;
        Ok(is_new)
    }

    /// Forgets ids of what was brought before a time.
    pub async fn forget_arrivals(&self, before: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let query = FORGET.on(write.engine).bind(before.as_microsecond());
        let done = query.execute(write.connection()).await;
        let gone = done.step("forget what was brought")?.rows_affected();
        write.commit().await?;
        Ok(gone)
    }

    /// Counts what a source was brought and was not believed: so many more, the last then.
    pub async fn refuse(&self, tenant: &Tenant, refused: &Refused) -> Result<()> {
        let mut write = self.write().await?;
        let query = REFUSE.on(write.engine).bind(tenant.bound());
        let query = query.bind(name(&refused.source, "a source's name")?);
        let query = query.bind(i64::try_from(refused.count).unwrap_or(i64::MAX));
        let query = query.bind(refused.at.as_microsecond());
        let query = query.bind(refused.says.clone());
        let done = query.execute(write.connection()).await;
        done.step("count what was not believed")?;
        write.commit().await
    }

    /// What the sources of a tenant were brought and was not believed, source by source.
    pub async fn refused(&self, tenant: &Tenant) -> Result<Vec<Refused>> {
        let query = REFUSED.on(self.engine()).bind(tenant.bound());
        let rows = query.fetch_all(&self.pools.read).await;
        rows.step("list what was not believed")?
            .iter()
            .map(refused)
            .collect()
    }
}

/// A source that is gone was brought nothing.
pub(crate) async fn forget_refused(write: &mut Write, tenant: &Tenant, id: &str) -> Result<()> {
    let query = FORGET_REFUSED.on(write.engine).bind(tenant.bound());
    let done = query.bind(id.to_owned()).execute(write.connection()).await;
    done.step("forget what was not believed")?;
    Ok(())
}

fn refused(row: &AnyRow) -> Result<Refused> {
    Ok(Refused {
        source: row.text(0)?,
        count: row.count(1)?,
        at: row.time(2)?,
        says: row.text(3)?,
    })
}
