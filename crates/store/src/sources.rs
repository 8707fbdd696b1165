//! Sources: what is read for an account, with which settings, how far, and when last heard.
//!
//! Secrets are not among the settings: they lie sealed in `secrets`.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::arrivals;
use crate::error::{Error, Result, Step};
use crate::ingest::Advance;
use crate::page::{Versioned, name, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

statements! {
    ADD: Scope::Tenant,
        "INSERT INTO sources (tenant, id, account, kind, version, settings, cursor, seen, paused) \
         VALUES ($1, $2, $3, $4, 1, $5, '', 0, $6) ON CONFLICT (tenant, id) DO NOTHING";
    SET: Scope::Tenant,
        "UPDATE sources SET account = $3, kind = $4, settings = $5, paused = $6, trouble = '', \
             next_try = 0, version = version + 1 \
         WHERE tenant = $1 AND id = $2 AND version = $7";
    GET: Scope::Tenant,
        "SELECT id, account, kind, settings, cursor, seen, paused, trouble, next_try, version \
         FROM sources WHERE tenant = $1 AND id = $2";
    LIST: Scope::Tenant,
        "SELECT id, account, kind, settings, cursor, seen, paused, trouble, next_try, version \
         FROM sources WHERE tenant = $1 ORDER BY id";
    TENANTS: Scope::Machine("one node reads the sources of every tenant"),
        "SELECT DISTINCT tenant FROM sources ORDER BY tenant";
    TROUBLE: Scope::Tenant,
        "UPDATE sources SET trouble = $3, next_try = $4 WHERE tenant = $1 AND id = $2";
    REMOVE: Scope::Tenant, "DELETE FROM sources WHERE tenant = $1 AND id = $2";
    ADVANCE: Scope::Tenant,
        "UPDATE sources SET cursor = $3, seen = $4 WHERE tenant = $1 AND id = $2 AND cursor = $5";
    SEEN: Scope::Tenant,
        "UPDATE sources SET seen = $3 WHERE tenant = $1 AND id = $2 AND seen < $3";
}

/// A place that is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Stable name within the tenant.
    pub id: String,
    /// The account it is read for; empty where it serves several.
    pub account: String,
    /// What it is: `mailbox`, `amazon.api` …
    pub kind: String,
    /// Settings as JSON, without secrets.
    pub settings: String,
    /// Where it is read on. Written by [`Store::ingest`] only.
    pub cursor: String,
    /// When it was last heard, where it ever was. Written by the store only.
    pub seen: Option<Timestamp>,
    /// A person has stopped it for a while.
    pub paused: bool,
    /// What is wrong with it, in plain words; empty where nothing is. Written by
    /// [`Store::note_trouble`] only.
    pub trouble: String,
    /// When it is tried again after a failure. Written by [`Store::note_trouble`] only.
    pub next_try: Option<Timestamp>,
}

impl Source {
    /// A source that was never read.
    pub fn new(id: &str, account: &str, kind: &str, settings: &str) -> Source {
        Source {
            id: id.to_owned(),
            account: account.to_owned(),
            kind: kind.to_owned(),
            settings: settings.to_owned(),
            cursor: String::new(),
            seen: None,
            paused: false,
            trouble: String::new(),
            next_try: None,
        }
    }
}

impl Store {
    /// Adds a source (version 0) or changes its settings; cursor and time are left alone.
    pub async fn put_source(&self, tenant: &Tenant, source: &Versioned<Source>) -> Result<()> {
        let value = &source.value;
        let statement = if source.version == 0 { &ADD } else { &SET };
        let query = statement.on(self.engine()).bind(tenant.bound());
        let query = query.bind(name(&value.id, "a source's name")?);
        let query = query.bind(value.account.clone());
        let query = query.bind(name(&value.kind, "a source's kind")?);
        let query = query.bind(value.settings.clone());
        let query = query.bind(i64::from(value.paused));
        let query = match source.version {
            0 => query,
            version => query.bind(signed(version)),
        };
        let mut write = self.write().await?;
        let done = query.execute(write.connection()).await;
        kept(done.step("keep a source")?.rows_affected())?;
        write.commit().await
    }

    /// A source.
    pub async fn source(&self, tenant: &Tenant, id: &str) -> Result<Option<Versioned<Source>>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query.bind(id.to_owned()).fetch_optional(&self.pools.read);
        row.await
            .step("read a source")?
            .map(|row| source(&row))
            .transpose()
    }

    /// All sources of a tenant.
    pub async fn sources(&self, tenant: &Tenant) -> Result<Vec<Versioned<Source>>> {
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let rows = query.fetch_all(&self.pools.read).await;
        rows.step("list sources")?.iter().map(source).collect()
    }

    /// Removes a source; what was read from it stays. Returns whether there was one.
    pub async fn remove_source(&self, tenant: &Tenant, id: &str) -> Result<bool> {
        let mut write = self.write().await?;
        let query = REMOVE.on(write.engine).bind(tenant.bound());
        let done = query.bind(id.to_owned()).execute(write.connection()).await;
        let found = done.step("remove a source")?.rows_affected() > 0;
        arrivals::forget_refused(&mut write, tenant, id).await?;
        write.commit().await?;
        Ok(found)
    }

    /// Notes that a source was heard although it had nothing new.
    pub async fn heard(&self, tenant: &Tenant, id: &str, at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        let query = SEEN.on(write.engine).bind(tenant.bound());
        let query = query.bind(id.to_owned()).bind(at.as_microsecond());
        query
            .execute(write.connection())
            .await
            .step("note that a source was heard")?;
        write.commit().await
    }

    /// Notes what is wrong with a source and when it is tried again; an empty text where
    /// nothing is wrong any more.
    pub async fn note_trouble(
        &self,
        tenant: &Tenant,
        id: &str,
        trouble: &str,
        next_try: Option<Timestamp>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let query = TROUBLE.on(write.engine).bind(tenant.bound());
        let query = query.bind(id.to_owned()).bind(trouble.to_owned());
        let query = query.bind(next_try.map_or(0, Timestamp::as_microsecond));
        let done = query.execute(write.connection()).await;
        done.step("note what is wrong with a source")?;
        write.commit().await
    }

    /// Every tenant that has a source.
    pub async fn tenants_with_sources(&self) -> Result<Vec<Tenant>> {
        let found = TENANTS.on(self.engine()).fetch_all(&self.pools.read).await;
        let found = found.step("list tenants with sources")?;
        found
            .iter()
            .map(|row| Ok(Tenant::new(row.text(0)?)))
            .collect()
    }
}

/// Moves a source on within a transaction, for whoever read it from where it stands.
pub(crate) async fn advance(
    write: &mut Write,
    tenant: &Tenant,
    advance: &Advance,
    now: Timestamp,
) -> Result<()> {
    let query = ADVANCE.on(write.engine).bind(tenant.bound());
    let query = query.bind(advance.source.clone()).bind(advance.to.clone());
    let query = query.bind(now.as_microsecond()).bind(advance.from.clone());
    let done = query.execute(write.connection()).await;
    kept(done.step("move a source on")?.rows_affected())
}

fn kept(changed: u64) -> Result<()> {
    if changed == 0 {
        return Err(Error::Conflict { what: "the source" });
    }
    Ok(())
}

fn source(row: &AnyRow) -> Result<Versioned<Source>> {
    let known = |at: Timestamp| (at > Timestamp::UNIX_EPOCH).then_some(at);
    let value = Source {
        id: row.text(0)?,
        account: row.text(1)?,
        kind: row.text(2)?,
        settings: row.text(3)?,
        cursor: row.text(4)?,
        seen: known(row.time(5)?),
        paused: row.count(6)? > 0,
        trouble: row.text(7)?,
        next_try: known(row.time(8)?),
    };
    Ok(Versioned {
        value,
        version: row.count(9)?,
    })
}
