//! Snapshots: what is known of an account now, a state for each group and store.
//!
//! Written with the version they were read at, in `finish`: two workers that compare the
//! same snapshot with different answers cannot both win. Can be made again.

use sellkeep_model::{State, StateGroup};
use sqlx::any::AnyRow;

use crate::error::{Error, Result, Step};
use crate::page::{Versioned, name, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO snapshots (tenant, account, topic, store, version, body) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, account, topic, store) \
         DO UPDATE SET version = excluded.version, body = excluded.body \
         WHERE snapshots.version = excluded.version - 1";
    GET: Scope::Tenant,
        "SELECT body, version FROM snapshots \
         WHERE tenant = $1 AND account = $2 AND topic = $3 AND store = $4";
    LIST: Scope::Tenant,
        "SELECT body, version FROM snapshots WHERE tenant = $1 AND account = $2 \
         ORDER BY topic, store";
}

impl Store {
    /// What is known of one group, for a store or (`None`) the whole account.
    pub async fn snapshot(
        &self,
        tenant: &Tenant,
        account: &str,
        group: StateGroup,
        store: Option<&str>,
    ) -> Result<Option<Versioned<State>>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let query = query.bind(account.to_owned()).bind(topic(group)?);
        let query = query.bind(store.unwrap_or_default().to_owned());
        let row = query.fetch_optional(&self.pools.read).await;
        row.step("read a snapshot")?
            .map(|row| state(&row))
            .transpose()
    }

    /// All that is known of an account.
    pub async fn snapshots(&self, tenant: &Tenant, account: &str) -> Result<Vec<Versioned<State>>> {
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let found = query.bind(account.to_owned()).fetch_all(&self.pools.read);
        found
            .await
            .step("list snapshots")?
            .iter()
            .map(state)
            .collect()
    }
}

/// Writes a snapshot within a transaction.
pub(crate) async fn put(
    write: &mut Write,
    tenant: &Tenant,
    account: &str,
    state: &Versioned<State>,
) -> Result<()> {
    let value = &state.value;
    let query = PUT.on(write.engine).bind(tenant.bound());
    let query = query.bind(name(account, "an account's name")?);
    let query = query.bind(topic(value.group)?);
    let query = query.bind(value.store.clone().unwrap_or_default());
    let query = query.bind(signed(state.version) + 1);
    let query = query.bind(serde_json::to_string(value).map_err(Error::Json)?);
    let done = query.execute(write.connection()).await;
    if done.step("keep a snapshot")?.rows_affected() == 0 {
        return Err(Error::Conflict {
            what: "the snapshot",
        });
    }
    Ok(())
}

/// The group's word, as in JSON.
fn topic(group: StateGroup) -> Result<String> {
    let word = serde_json::to_value(group).map_err(Error::Json)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}

fn state(row: &AnyRow) -> Result<Versioned<State>> {
    Ok(Versioned {
        value: row.json(0)?,
        version: row.count(1)?,
    })
}
