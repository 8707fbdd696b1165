//! Incidents as opaque bodies with what lists need; their rules are in `respond`.
//!
//! Written back with the version they were read at: two people who write at once do not
//! overwrite each other's words.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::error::{Error, Result, Step};
use crate::page::{Place, Versioned, name, rows, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

/// An incident longer than this is an archive: evidence lies in records, not here.
const BODY_BYTES_MAX: usize = 8 << 20;

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO incidents (tenant, id, account, changed, version, body) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, id) DO UPDATE SET \
             changed = excluded.changed, version = excluded.version, body = excluded.body \
         WHERE incidents.version = excluded.version - 1";
    GET: Scope::Tenant,
        "SELECT id, account, changed, body, version FROM incidents WHERE tenant = $1 AND id = $2";
    LIST: Scope::Tenant,
        "SELECT id, account, changed, body, version FROM incidents \
         WHERE tenant = $1 AND (changed, id) < ($2, $3) ORDER BY changed DESC, id DESC LIMIT $4";
}

/// An incident as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptIncident {
    /// Stable name.
    pub id: String,
    /// The account; empty where it is about the tenant.
    pub account: String,
    /// When it last changed.
    pub changed: Timestamp,
    /// The incident as JSON.
    pub body: String,
}

impl KeptIncident {
    /// Its place on every list.
    pub fn place(&self) -> Place {
        Place::of(self.changed, &self.id)
    }
}

impl Store {
    /// Adds an incident (version 0) or writes it back.
    pub async fn put_incident(
        &self,
        tenant: &Tenant,
        incident: &Versioned<KeptIncident>,
    ) -> Result<()> {
        let value = &incident.value;
        if value.body.len() > BODY_BYTES_MAX {
            return Err(Error::TooLarge {
                what: "an incident",
                limit: "8 MiB",
            });
        }
        let query = PUT.on(self.engine()).bind(tenant.bound());
        let query = query.bind(name(&value.id, "an incident's id")?);
        let query = query.bind(value.account.clone());
        let query = query.bind(value.changed.as_microsecond());
        let query = query
            .bind(signed(incident.version) + 1)
            .bind(value.body.clone());
        let mut write = self.write().await?;
        let done = query.execute(write.connection()).await;
        if done.step("keep an incident")?.rows_affected() == 0 {
            return Err(Error::Conflict {
                what: "the incident",
            });
        }
        write.commit().await
    }

    /// One incident.
    pub async fn incident(
        &self,
        tenant: &Tenant,
        id: &str,
    ) -> Result<Option<Versioned<KeptIncident>>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query.bind(id.to_owned()).fetch_optional(&self.pools.read);
        row.await
            .step("read an incident")?
            .map(|row| incident(&row))
            .transpose()
    }

    /// Incidents by their last change, newest first, before a place.
    pub async fn incidents(
        &self,
        tenant: &Tenant,
        before: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Versioned<KeptIncident>>> {
        let before = before.cloned().unwrap_or_else(Place::last);
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let query = query.bind(before.at()).bind(before.id()).bind(rows(limit));
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list incidents")?.iter().map(incident).collect()
    }
}

fn incident(row: &AnyRow) -> Result<Versioned<KeptIncident>> {
    Ok(Versioned {
        value: KeptIncident {
            id: row.text(0)?,
            account: row.text(1)?,
            changed: row.time(2)?,
            body: row.text(3)?,
        },
        version: row.count(4)?,
    })
}
