//! Events as pages show them: of an account, of a kind, of a record, newest first.
//!
//! Not here: adding them and reading them in order (`event_log`).

use sellkeep_model::{Event, EventKind};
use sqlx::any::AnyRow;

use crate::error::{Result, Step};
use crate::page::{Place, rows};
use crate::records::digest_bytes;
use crate::statement::{Columns, Scope, Statement, statements};
use crate::store::Store;
use crate::tenant::Tenant;

statements! {
    GET: Scope::Tenant, "SELECT body FROM events WHERE tenant = $1 AND account = $2 AND id = $3";
    OF_ACCOUNT: Scope::Tenant,
        "SELECT body FROM events WHERE tenant = $1 AND (happened, id) < ($2, $3) AND account = $5 \
         ORDER BY happened DESC, id DESC LIMIT $4";
    OF_KIND: Scope::Tenant,
        "SELECT body FROM events WHERE tenant = $1 AND (happened, id) < ($2, $3) AND kind = $5 \
         ORDER BY happened DESC, id DESC LIMIT $4";
    OF_ALL: Scope::Tenant,
        "SELECT body FROM events WHERE tenant = $1 AND (happened, id) < ($2, $3) \
         ORDER BY happened DESC, id DESC LIMIT $4";
    OF_RECORD: Scope::Tenant,
        "SELECT body FROM events WHERE tenant = $1 AND (happened, id) < ($2, $3) AND record = $5 \
         ORDER BY happened DESC, id DESC LIMIT $4";
}

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventFilter {
    /// All of the tenant.
    All,
    /// Those of one account.
    Account(String),
    /// Those of one kind.
    Kind(EventKind),
    /// Those read from one record, by its digest.
    Record(String),
}

/// An event's place on every list.
pub fn event_place(event: &Event) -> Place {
    Place::of(event.happened, &event.id)
}

impl Store {
    /// One event.
    pub async fn event(&self, tenant: &Tenant, account: &str, id: &str) -> Result<Option<Event>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let query = query.bind(account.to_owned()).bind(id.to_owned());
        let row = query.fetch_optional(&self.pools.read).await;
        row.step("read an event")?
            .map(|row| row.json(0))
            .transpose()
    }

    /// Events by the time they happened, newest first, before a place.
    pub async fn events(
        &self,
        tenant: &Tenant,
        filter: &EventFilter,
        before: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Event>> {
        let before = before.cloned().unwrap_or_else(Place::last);
        let query = statement(filter).on(self.engine()).bind(tenant.bound());
        let query = query.bind(before.at()).bind(before.id()).bind(rows(limit));
        let query = match filter {
            EventFilter::All => query,
            EventFilter::Account(account) => query.bind(account.clone()),
            EventFilter::Kind(kind) => query.bind(kind.as_str().to_owned()),
            EventFilter::Record(digest) => query.bind(digest_bytes(digest)?),
        };
        let found = query.fetch_all(&self.pools.read).await;
        let body = |row: &AnyRow| row.json(0);
        found.step("list events")?.iter().map(body).collect()
    }
}

fn statement(filter: &EventFilter) -> &'static Statement {
    match filter {
        EventFilter::All => &OF_ALL,
        EventFilter::Account(_) => &OF_ACCOUNT,
        EventFilter::Kind(_) => &OF_KIND,
        EventFilter::Record(_) => &OF_RECORD,
    }
}
